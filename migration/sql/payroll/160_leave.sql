CREATE TABLE payroll.leave_policies (
    earning_code_id uuid,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT leave_policies_kind_check
        CHECK (kind IN ('vacation', 'sick', 'personal', 'parental', 'bereavement', 'jury_duty', 'military', 'unpaid', 'other')),
    accrual_method text NOT NULL DEFAULT 'per_pay_period' CONSTRAINT leave_policies_accrual_method_check
        CHECK (accrual_method IN ('none', 'per_hour_worked', 'per_pay_period', 'monthly', 'yearly_grant')),
    accrual_hours decimal(7,4) NOT NULL DEFAULT 0 CONSTRAINT leave_policies_accrual_hours_range CHECK (accrual_hours >= 0),
    maximum_balance_hours decimal(7,2) CONSTRAINT leave_policies_maximum_balance_hours_range CHECK (maximum_balance_hours > 0),
    carryover_limit_hours decimal(7,2) CONSTRAINT leave_policies_carryover_limit_hours_range CHECK (carryover_limit_hours >= 0),
    waiting_days integer NOT NULL DEFAULT 0 CONSTRAINT leave_policies_waiting_days_range CHECK (waiting_days >= 0),
    notice_days integer NOT NULL DEFAULT 0 CONSTRAINT leave_policies_notice_days_range CHECK (notice_days >= 0),
    allows_negative_balance boolean NOT NULL DEFAULT false,
    is_paid boolean NOT NULL DEFAULT true,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('payroll.leave_policies', p_write => '{owner_manager}');
CALL platform.reference('payroll.leave_policies', 'earning_code_id', 'payroll.earning_codes');
CREATE UNIQUE INDEX leave_policies_name_key ON payroll.leave_policies (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.leave_policies IS 'How employees earn and use a kind of leave.';

CREATE TABLE payroll.leave_balances (
    employee_id uuid NOT NULL,
    leave_policy_id uuid NOT NULL,
    balance_hours decimal(7,2) NOT NULL DEFAULT 0.00,
    pending_hours decimal(7,2) NOT NULL DEFAULT 0.00 CONSTRAINT leave_balances_pending_hours_range CHECK (pending_hours >= 0),
    available_hours decimal(7,2) GENERATED ALWAYS AS (balance_hours - pending_hours) STORED,
    accrued_this_year decimal(7,2) NOT NULL DEFAULT 0.00,
    used_this_year decimal(7,2) NOT NULL DEFAULT 0.00,
    eligible_from date
);
CALL platform.tenant_table('payroll.leave_balances', p_write => '{owner_manager}', p_derived => '{balance_hours,pending_hours,accrued_this_year,used_this_year}',
    p_soft_delete => false);
CALL platform.reference('payroll.leave_balances', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.leave_balances', 'leave_policy_id', 'payroll.leave_policies', 'restrict');
CREATE UNIQUE INDEX leave_balances_employee_id_leave_policy_id_key ON payroll.leave_balances (business_id, employee_id, leave_policy_id);
COMMENT ON TABLE payroll.leave_balances IS 'What an employee has of a kind of leave.';

CREATE TABLE payroll.leave_transactions (
    leave_balance_id uuid NOT NULL,
    leave_request_id uuid,
    pay_run_id uuid,
    transaction_type text NOT NULL CONSTRAINT leave_transactions_transaction_type_check
        CHECK (transaction_type IN ('accrual', 'grant', 'usage', 'carryover', 'forfeiture', 'payout', 'adjustment', 'reversal')),
    hours decimal(7,2) NOT NULL,
    effective_on date NOT NULL DEFAULT CURRENT_DATE,
    description text,
    -- Hours earned are added, hours used and lost are taken away.
    CONSTRAINT leave_transactions_hours_sign CHECK (CASE
        WHEN transaction_type IN ('accrual', 'grant') THEN hours > 0
        WHEN transaction_type IN ('usage', 'forfeiture', 'payout') THEN hours < 0
        ELSE hours <> 0 END)
);
CALL platform.tenant_table('payroll.leave_transactions', p_write => '{owner_manager}', p_append_only => true);
CALL platform.reference('payroll.leave_transactions', 'leave_balance_id', 'payroll.leave_balances', 'cascade');
CALL platform.reference('payroll.leave_transactions', 'leave_request_id', 'payroll.leave_requests', 'restrict');
CALL platform.reference('payroll.leave_transactions', 'pay_run_id', 'payroll.pay_runs', 'restrict');
CREATE INDEX leave_transactions_leave_balance_id_effective_on_idx ON payroll.leave_transactions (business_id, leave_balance_id, effective_on, id);
COMMENT ON TABLE payroll.leave_transactions IS 'Leave earned, used, carried over or paid out.';

CREATE TABLE payroll.leave_requests (
    employee_id uuid NOT NULL,
    leave_policy_id uuid NOT NULL,
    decided_by_id uuid,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    hours decimal(7,2) NOT NULL CONSTRAINT leave_requests_hours_range CHECK (hours > 0),
    is_partial_day boolean NOT NULL DEFAULT false,
    reason text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT leave_requests_status_check
        CHECK (status IN ('pending', 'approved', 'denied', 'cancelled', 'taken')),
    decided_at timestamptz,
    denial_reason text,
    CONSTRAINT leave_requests_ends_on_starts_on_rule CHECK (ends_on >= starts_on),
    CONSTRAINT leave_requests_status_denial_reason_rule CHECK (status <> 'denied' OR denial_reason IS NOT NULL)
);
CALL platform.tenant_table('payroll.leave_requests', p_derived => '{decided_by_id,decided_at}',
    p_flows => '{"status": [["pending", "approved"], ["pending", "denied"], ["pending", "cancelled"], ["approved", "cancelled"], ["approved", "taken"]]}');
CALL platform.reference('payroll.leave_requests', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.leave_requests', 'leave_policy_id', 'payroll.leave_policies', 'restrict');
CALL platform.reference('payroll.leave_requests', 'decided_by_id', 'users.users');
CREATE INDEX leave_requests_status_starts_on_idx ON payroll.leave_requests (business_id, status, starts_on, id) WHERE deleted_at IS NULL;
CREATE INDEX leave_requests_status_newest ON payroll.leave_requests (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.leave_requests IS 'Leave an employee asks for.';
