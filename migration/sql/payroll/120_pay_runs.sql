CREATE TABLE payroll.pay_schedules (
    bank_account_id uuid,
    name text NOT NULL,
    frequency text NOT NULL DEFAULT 'biweekly' CONSTRAINT pay_schedules_frequency_check
        CHECK (frequency IN ('weekly', 'biweekly', 'semimonthly', 'monthly')),
    first_period_start date NOT NULL,
    pay_delay_days integer NOT NULL DEFAULT 5 CONSTRAINT pay_schedules_pay_delay_days_range CHECK (pay_delay_days >= 0),
    is_default boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('payroll.pay_schedules', p_write => '{owner_manager}');
CALL platform.reference('payroll.pay_schedules', 'bank_account_id', 'businesses.bank_accounts');
CREATE UNIQUE INDEX pay_schedules_name_key ON payroll.pay_schedules (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX pay_schedules_is_default_key ON payroll.pay_schedules (business_id, is_default) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE payroll.pay_schedules IS 'How often a group of employees is paid.';

CREATE TABLE payroll.pay_periods (
    pay_schedule_id uuid NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    pay_date date NOT NULL,
    approval_deadline timestamptz,
    status text NOT NULL DEFAULT 'upcoming' CONSTRAINT pay_periods_status_check CHECK (status IN ('upcoming', 'open', 'locked', 'paid')),
    CONSTRAINT pay_periods_ends_on_starts_on_rule CHECK (ends_on >= starts_on),
    CONSTRAINT pay_periods_pay_date_starts_on_rule CHECK (pay_date >= starts_on)
);
CALL platform.tenant_table('payroll.pay_periods', p_write => '{owner_manager}',
    p_flows => '{"status": [["upcoming", "open"], ["open", "locked"], ["locked", "open"], ["locked", "paid"]]}');
CALL platform.reference('payroll.pay_periods', 'pay_schedule_id', 'payroll.pay_schedules', 'restrict');
CREATE UNIQUE INDEX pay_periods_pay_schedule_id_starts_on_key ON payroll.pay_periods (business_id, pay_schedule_id, starts_on) WHERE deleted_at IS NULL;
CREATE INDEX pay_periods_pay_date_idx ON payroll.pay_periods (business_id, pay_date, id) WHERE deleted_at IS NULL;
CREATE INDEX pay_periods_status_newest ON payroll.pay_periods (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.pay_periods IS 'The days that one regular payday pays.';

CREATE TABLE payroll.pay_runs (
    pay_run_number text NOT NULL,
    pay_schedule_id uuid,
    pay_period_id uuid,
    reverses_id uuid,
    approved_by_id uuid,
    run_type text NOT NULL DEFAULT 'regular' CONSTRAINT pay_runs_run_type_check
        CHECK (run_type IN ('regular', 'off_cycle', 'bonus', 'correction', 'final', 'reversal')),
    pay_date date NOT NULL,
    gross_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    deduction_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    employee_tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    employer_tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    employer_benefit_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    reimbursement_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    net_amount decimal(12,2) GENERATED ALWAYS AS (gross_amount - deduction_amount - employee_tax_amount + reimbursement_amount) STORED,
    total_cost decimal(12,2) GENERATED ALWAYS AS (gross_amount + employer_tax_amount + employer_benefit_amount + reimbursement_amount) STORED,
    approved_at timestamptz,
    paid_at timestamptz,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT pay_runs_status_check
        CHECK (status IN ('draft', 'calculated', 'approved', 'processing', 'paid', 'failed', 'cancelled')),
    CONSTRAINT pay_runs_run_type_pay_period_id_rule CHECK (run_type <> 'regular' OR pay_period_id IS NOT NULL),
    CONSTRAINT pay_runs_run_type_reverses_id_rule CHECK (run_type <> 'reversal' OR reverses_id IS NOT NULL)
);
CALL platform.tenant_table('payroll.pay_runs', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_number => 'pay_run_number', p_prefix => 'PR',
    p_derived => '{approved_by_id,gross_amount,deduction_amount,employee_tax_amount,employer_tax_amount,employer_benefit_amount,reimbursement_amount,approved_at,paid_at}',
    p_flows => '{"status": [["draft", "calculated"], ["draft", "cancelled"], ["calculated", "draft"], ["calculated", "approved"],
        ["calculated", "cancelled"], ["approved", "calculated"], ["approved", "processing"], ["approved", "cancelled"], ["processing", "paid"],
        ["processing", "failed"], ["failed", "approved"], ["failed", "cancelled"]]}');
ALTER TABLE payroll.pay_runs ADD CONSTRAINT pay_runs_reverses_id_id_rule CHECK (reverses_id <> id);
CALL platform.reference('payroll.pay_runs', 'pay_schedule_id', 'payroll.pay_schedules', 'restrict');
CALL platform.reference('payroll.pay_runs', 'pay_period_id', 'payroll.pay_periods', 'restrict');
CALL platform.reference('payroll.pay_runs', 'reverses_id', 'payroll.pay_runs', 'restrict');
CALL platform.reference('payroll.pay_runs', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX pay_runs_pay_run_number_key ON payroll.pay_runs (business_id, pay_run_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX pay_runs_pay_period_id_key ON payroll.pay_runs (business_id, pay_period_id) WHERE run_type = 'regular' AND status <> 'cancelled' AND deleted_at IS NULL;
CREATE INDEX pay_runs_pay_date_status_idx ON payroll.pay_runs (business_id, pay_date, status, id) WHERE deleted_at IS NULL;
CREATE INDEX pay_runs_status_newest ON payroll.pay_runs (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.pay_runs IS 'One calculation and payment of wages.';
COMMENT ON COLUMN payroll.pay_runs.pay_run_number IS 'Filled in where it is left out: PR-2025-0001.';

CREATE TABLE payroll.pay_stubs (
    pay_run_id uuid NOT NULL,
    employee_id uuid NOT NULL,
    document_file_id uuid,
    regular_hours decimal(7,2) NOT NULL DEFAULT 0.00,
    overtime_hours decimal(7,2) NOT NULL DEFAULT 0.00,
    leave_hours decimal(7,2) NOT NULL DEFAULT 0.00,
    gross_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    pretax_deduction_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    employee_tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    posttax_deduction_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    reimbursement_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    employer_tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    employer_benefit_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    net_amount decimal(12,2) GENERATED ALWAYS AS (gross_amount - pretax_deduction_amount - employee_tax_amount - posttax_deduction_amount + reimbursement_amount) STORED,
    year_to_date_gross decimal(12,2) NOT NULL DEFAULT 0.00,
    year_to_date_net decimal(12,2) NOT NULL DEFAULT 0.00
);
CALL platform.tenant_table('payroll.pay_stubs', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{regular_hours,overtime_hours,leave_hours,gross_amount,pretax_deduction_amount,employee_tax_amount,posttax_deduction_amount,reimbursement_amount,employer_tax_amount,employer_benefit_amount,year_to_date_gross,year_to_date_net}');
CALL platform.reference('payroll.pay_stubs', 'pay_run_id', 'payroll.pay_runs', 'restrict');
CALL platform.reference('payroll.pay_stubs', 'employee_id', 'payroll.employees', 'restrict');
CALL platform.reference('payroll.pay_stubs', 'document_file_id', 'files.files');
CREATE UNIQUE INDEX pay_stubs_pay_run_id_employee_id_key ON payroll.pay_stubs (business_id, pay_run_id, employee_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.pay_stubs IS 'What one employee is paid in a pay run, and why.';

CREATE TABLE payroll.pay_stub_earnings (
    pay_stub_id uuid NOT NULL,
    earning_code_id uuid NOT NULL,
    compensation_id uuid,
    pay_adjustment_id uuid,
    department_id uuid,
    location_id uuid,
    description text,
    hours decimal(7,2) NOT NULL DEFAULT 0.00,
    rate decimal(12,4) NOT NULL DEFAULT 0,
    amount decimal(12,2) NOT NULL
);
CALL platform.tenant_table('payroll.pay_stub_earnings', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('payroll.pay_stub_earnings', 'pay_stub_id', 'payroll.pay_stubs', 'cascade');
CALL platform.reference('payroll.pay_stub_earnings', 'earning_code_id', 'payroll.earning_codes', 'restrict');
CALL platform.reference('payroll.pay_stub_earnings', 'compensation_id', 'payroll.compensations', 'restrict');
CALL platform.reference('payroll.pay_stub_earnings', 'pay_adjustment_id', 'payroll.pay_adjustments');
CALL platform.reference('payroll.pay_stub_earnings', 'department_id', 'businesses.departments');
CALL platform.reference('payroll.pay_stub_earnings', 'location_id', 'businesses.locations');
COMMENT ON TABLE payroll.pay_stub_earnings IS 'One kind of earnings on a pay stub.';

CREATE TABLE payroll.pay_stub_deductions (
    pay_stub_id uuid NOT NULL,
    deduction_code_id uuid NOT NULL,
    employee_deduction_id uuid,
    benefit_enrollment_id uuid,
    garnishment_id uuid,
    employee_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    employer_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    arrears_change decimal(12,2) NOT NULL DEFAULT 0.00,
    is_pretax boolean NOT NULL DEFAULT false,
    CONSTRAINT pay_stub_deductions_employee_deduction_id_rule CHECK (num_nonnulls(employee_deduction_id, benefit_enrollment_id, garnishment_id) <= 1)
);
CALL platform.tenant_table('payroll.pay_stub_deductions', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('payroll.pay_stub_deductions', 'pay_stub_id', 'payroll.pay_stubs', 'cascade');
CALL platform.reference('payroll.pay_stub_deductions', 'deduction_code_id', 'payroll.deduction_codes', 'restrict');
CALL platform.reference('payroll.pay_stub_deductions', 'employee_deduction_id', 'payroll.employee_deductions');
CALL platform.reference('payroll.pay_stub_deductions', 'benefit_enrollment_id', 'payroll.benefit_enrollments');
CALL platform.reference('payroll.pay_stub_deductions', 'garnishment_id', 'payroll.garnishments');
COMMENT ON TABLE payroll.pay_stub_deductions IS 'One deduction on a pay stub.';

CREATE TABLE payroll.pay_stub_taxes (
    pay_stub_id uuid NOT NULL,
    tax_id uuid NOT NULL,
    taxable_wages decimal(12,2) NOT NULL DEFAULT 0.00,
    amount decimal(12,2) NOT NULL DEFAULT 0.00
);
CALL platform.tenant_table('payroll.pay_stub_taxes', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('payroll.pay_stub_taxes', 'pay_stub_id', 'payroll.pay_stubs', 'cascade');
CALL platform.reference('payroll.pay_stub_taxes', 'tax_id', 'payroll.taxes', 'restrict');
CREATE UNIQUE INDEX pay_stub_taxes_pay_stub_id_tax_id_key ON payroll.pay_stub_taxes (business_id, pay_stub_id, tax_id);
COMMENT ON TABLE payroll.pay_stub_taxes IS 'One tax on a pay stub, withheld or owed by the employer.';

CREATE TABLE payroll.earning_codes (
    code text NOT NULL,
    name text NOT NULL,
    category text NOT NULL DEFAULT 'regular' CONSTRAINT earning_codes_category_check
        CHECK (category IN ('regular', 'overtime', 'double_time', 'holiday', 'paid_leave', 'bonus', 'commission', 'tips', 'severance', 'allowance',
            'other')),
    rate_multiplier decimal(5,2) NOT NULL DEFAULT 1.00 CONSTRAINT earning_codes_rate_multiplier_range CHECK (rate_multiplier > 0),
    is_taxable boolean NOT NULL DEFAULT true,
    counts_for_overtime boolean NOT NULL DEFAULT true,
    year_end_box text,
    ledger_account text,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('payroll.earning_codes', p_write => '{owner_manager}');
CREATE UNIQUE INDEX earning_codes_code_key ON payroll.earning_codes (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.earning_codes IS 'A kind of pay and how it is treated.';

CREATE TABLE payroll.deduction_codes (
    code text NOT NULL,
    name text NOT NULL,
    category text NOT NULL CONSTRAINT deduction_codes_category_check
        CHECK (category IN ('health', 'retirement', 'life', 'disability', 'savings_account', 'commuter', 'union_dues', 'loan', 'garnishment',
            'uniform', 'other')),
    tax_treatment text NOT NULL DEFAULT 'posttax' CONSTRAINT deduction_codes_tax_treatment_check
        CHECK (tax_treatment IN ('pretax', 'pretax_income_only', 'posttax')),
    year_end_box text,
    ledger_account text,
    priority integer NOT NULL DEFAULT 100,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('payroll.deduction_codes', p_write => '{owner_manager}');
CREATE UNIQUE INDEX deduction_codes_code_key ON payroll.deduction_codes (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.deduction_codes IS 'A kind of deduction and how it is treated.';

CREATE TABLE payroll.employee_deductions (
    employee_id uuid NOT NULL,
    deduction_code_id uuid NOT NULL,
    method text NOT NULL DEFAULT 'fixed_amount' CONSTRAINT employee_deductions_method_check CHECK (method IN ('fixed_amount', 'percentage')),
    amount decimal(12,2) CONSTRAINT employee_deductions_amount_range CHECK (amount > 0),
    rate decimal(5,4) CONSTRAINT employee_deductions_rate_range CHECK (rate BETWEEN 0 AND 1),
    annual_limit decimal(12,2) CONSTRAINT employee_deductions_annual_limit_range CHECK (annual_limit > 0),
    total_limit decimal(12,2) CONSTRAINT employee_deductions_total_limit_range CHECK (total_limit > 0),
    taken_to_date decimal(12,2) NOT NULL DEFAULT 0.00,
    arrears_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT employee_deductions_arrears_amount_range CHECK (arrears_amount >= 0),
    starts_on date NOT NULL DEFAULT CURRENT_DATE,
    ends_on date,
    status text NOT NULL DEFAULT 'active' CONSTRAINT employee_deductions_status_check CHECK (status IN ('active', 'paused', 'ended')),
    CONSTRAINT employee_deductions_method_amount_rate_rule CHECK ((method = 'fixed_amount' AND amount IS NOT NULL) OR (method = 'percentage' AND rate IS NOT NULL)),
    CONSTRAINT employee_deductions_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('payroll.employee_deductions', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{taken_to_date,arrears_amount}',
    p_flows => '{"status": [["active", "paused"], ["active", "ended"], ["paused", "active"], ["paused", "ended"]]}');
CALL platform.reference('payroll.employee_deductions', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.employee_deductions', 'deduction_code_id', 'payroll.deduction_codes', 'restrict');
CREATE INDEX employee_deductions_status_newest ON payroll.employee_deductions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.employee_deductions IS 'A deduction taken from an employee''s pay each payday.';

CREATE TABLE payroll.garnishments (
    employee_id uuid NOT NULL,
    order_file_id uuid,
    kind text NOT NULL CONSTRAINT garnishments_kind_check CHECK (kind IN ('child_support', 'tax_levy', 'creditor', 'student_loan', 'bankruptcy')),
    case_reference text NOT NULL,
    agency_name text NOT NULL,
    agency_address text,
    amount_per_period decimal(12,2) CONSTRAINT garnishments_amount_per_period_range CHECK (amount_per_period > 0),
    maximum_rate decimal(5,4) CONSTRAINT garnishments_maximum_rate_range CHECK (maximum_rate BETWEEN 0 AND 1),
    total_owed decimal(12,2) CONSTRAINT garnishments_total_owed_range CHECK (total_owed > 0),
    withheld_to_date decimal(12,2) NOT NULL DEFAULT 0.00,
    priority integer NOT NULL DEFAULT 1 CONSTRAINT garnishments_priority_range CHECK (priority > 0),
    received_on date NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    status text NOT NULL DEFAULT 'active' CONSTRAINT garnishments_status_check CHECK (status IN ('active', 'suspended', 'satisfied', 'released')),
    CONSTRAINT garnishments_amount_per_period_maximum_rate_rule CHECK (amount_per_period IS NOT NULL OR maximum_rate IS NOT NULL),
    CONSTRAINT garnishments_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('payroll.garnishments', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{withheld_to_date}',
    p_flows => '{"status": [["active", "suspended"], ["active", "satisfied"], ["active", "released"], ["suspended", "active"],
        ["suspended", "released"]]}');
CALL platform.reference('payroll.garnishments', 'employee_id', 'payroll.employees', 'restrict');
CALL platform.reference('payroll.garnishments', 'order_file_id', 'files.files');
CREATE UNIQUE INDEX garnishments_employee_id_case_reference_key ON payroll.garnishments (business_id, employee_id, case_reference) WHERE deleted_at IS NULL;
CREATE INDEX garnishments_status_newest ON payroll.garnishments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.garnishments IS 'A court or agency order to withhold from an employee''s pay.';

CREATE TABLE payroll.pay_adjustments (
    employee_id uuid NOT NULL,
    earning_code_id uuid,
    deduction_code_id uuid,
    pay_run_id uuid,
    approved_by_id uuid,
    hours decimal(7,2),
    amount decimal(12,2) NOT NULL,
    reason text NOT NULL,
    pay_on date,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT pay_adjustments_status_check CHECK (status IN ('pending', 'approved', 'applied', 'cancelled')),
    CONSTRAINT pay_adjustments_earning_code_id_deduction_code_id_rule CHECK (num_nonnulls(earning_code_id, deduction_code_id) = 1)
);
CALL platform.tenant_table('payroll.pay_adjustments', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_flows => '{"status": [["pending", "approved"], ["pending", "cancelled"], ["approved", "applied"], ["approved", "cancelled"]]}');
CALL platform.reference('payroll.pay_adjustments', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.pay_adjustments', 'earning_code_id', 'payroll.earning_codes', 'restrict');
CALL platform.reference('payroll.pay_adjustments', 'deduction_code_id', 'payroll.deduction_codes', 'restrict');
CALL platform.reference('payroll.pay_adjustments', 'pay_run_id', 'payroll.pay_runs');
CALL platform.reference('payroll.pay_adjustments', 'approved_by_id', 'users.users');
CREATE INDEX pay_adjustments_status_pay_on_idx ON payroll.pay_adjustments (business_id, status, pay_on, id) WHERE deleted_at IS NULL;
CREATE INDEX pay_adjustments_status_newest ON payroll.pay_adjustments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.pay_adjustments IS 'A one-time bonus, correction or repayment for the next payday.';
