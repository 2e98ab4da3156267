CREATE TABLE payroll.employee_bank_accounts (
    employee_id uuid NOT NULL,
    bank_name text NOT NULL,
    kind text NOT NULL DEFAULT 'checking' CONSTRAINT employee_bank_accounts_kind_check CHECK (kind IN ('checking', 'savings')),
    account_number_encrypted bytea NOT NULL,
    routing_number_encrypted bytea NOT NULL,
    account_last_four text NOT NULL CONSTRAINT employee_bank_accounts_account_last_four_range CHECK (account_last_four ~ '^[0-9]{4}$'),
    split_method text NOT NULL DEFAULT 'remainder' CONSTRAINT employee_bank_accounts_split_method_check
        CHECK (split_method IN ('remainder', 'percentage', 'fixed_amount')),
    split_value decimal(12,2) CONSTRAINT employee_bank_accounts_split_value_range CHECK (split_value > 0),
    priority integer NOT NULL DEFAULT 1 CONSTRAINT employee_bank_accounts_priority_range CHECK (priority > 0),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT employee_bank_accounts_status_check
        CHECK (status IN ('pending', 'verified', 'failed', 'closed')),
    verified_at timestamptz,
    CONSTRAINT employee_bank_accounts_split_method_split_value_rule CHECK ((split_method = 'remainder') = (split_value IS NULL))
);
CALL platform.tenant_table('payroll.employee_bank_accounts', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{account_last_four,verified_at}', p_secret => '{account_number_encrypted,routing_number_encrypted}',
    p_flows => '{"status": [["pending", "verified"], ["pending", "failed"], ["pending", "closed"], ["failed", "pending"], ["failed", "closed"],
        ["verified", "closed"]]}');
CALL platform.refuse_rows('payroll.employee_bank_accounts');
CALL platform.reference('payroll.employee_bank_accounts', 'employee_id', 'payroll.employees', 'cascade');
CREATE UNIQUE INDEX employee_bank_accounts_employee_id_priority_key ON payroll.employee_bank_accounts (business_id, employee_id, priority) WHERE status <> 'closed' AND deleted_at IS NULL;
CREATE UNIQUE INDEX employee_bank_accounts_employee_id_key ON payroll.employee_bank_accounts (business_id, employee_id) WHERE split_method = 'remainder' AND status <> 'closed' AND deleted_at IS NULL;
CREATE INDEX employee_bank_accounts_status_newest ON payroll.employee_bank_accounts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.employee_bank_accounts IS 'Where an employee''s pay goes and how it is split.';

CREATE TABLE payroll.disbursements (
    pay_stub_id uuid NOT NULL,
    employee_bank_account_id uuid,
    method text NOT NULL DEFAULT 'direct_deposit' CONSTRAINT disbursements_method_check
        CHECK (method IN ('direct_deposit', 'check', 'pay_card', 'cash')),
    amount decimal(12,2) NOT NULL CONSTRAINT disbursements_amount_range CHECK (amount > 0),
    reference text,
    sent_at timestamptz,
    settled_on date,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT disbursements_status_check
        CHECK (status IN ('pending', 'sent', 'settled', 'returned', 'voided')),
    return_reason text,
    CONSTRAINT disbursements_method_employee_bank_account_id_rule CHECK (method <> 'direct_deposit' OR employee_bank_account_id IS NOT NULL)
);
CALL platform.tenant_table('payroll.disbursements', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{sent_at}',
    p_flows => '{"status": [["pending", "sent"], ["pending", "voided"], ["sent", "settled"], ["sent", "returned"], ["settled", "returned"],
        ["returned", "pending"], ["returned", "voided"]]}');
CALL platform.reference('payroll.disbursements', 'pay_stub_id', 'payroll.pay_stubs', 'restrict');
CALL platform.reference('payroll.disbursements', 'employee_bank_account_id', 'payroll.employee_bank_accounts', 'restrict');
CREATE INDEX disbursements_status_idx ON payroll.disbursements (business_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX disbursements_status_newest ON payroll.disbursements (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.disbursements IS 'Money sent to an employee for a pay stub.';

CREATE TABLE payroll.contractors (
    contractor_number text NOT NULL,
    user_id uuid,
    tax_form_file_id uuid,
    contractor_type text NOT NULL DEFAULT 'individual' CONSTRAINT contractors_contractor_type_check
        CHECK (contractor_type IN ('individual', 'company')),
    first_name text,
    last_name text,
    company_name text,
    email text,
    phone text,
    tax_identifier_encrypted bytea,
    tax_identifier_last_four text CONSTRAINT contractors_tax_identifier_last_four_range CHECK (tax_identifier_last_four ~ '^[0-9]{4}$'),
    hourly_rate decimal(12,2) CONSTRAINT contractors_hourly_rate_range CHECK (hourly_rate >= 0),
    started_on date NOT NULL DEFAULT CURRENT_DATE,
    ended_on date,
    status text NOT NULL DEFAULT 'onboarding' CONSTRAINT contractors_status_check CHECK (status IN ('onboarding', 'active', 'inactive')),
    CONSTRAINT contractors_company_name_last_name_rule CHECK (company_name IS NOT NULL OR last_name IS NOT NULL),
    CONSTRAINT contractors_ended_on_started_on_rule CHECK (ended_on >= started_on)
);
CALL platform.tenant_table('payroll.contractors', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_number => 'contractor_number', p_prefix => 'CTR', p_derived => '{tax_identifier_last_four}', p_secret => '{tax_identifier_encrypted}',
    p_flows => '{"status": [["onboarding", "active"], ["onboarding", "inactive"], ["active", "inactive"], ["inactive", "active"]]}');
CALL platform.reference('payroll.contractors', 'user_id', 'users.users');
CALL platform.reference('payroll.contractors', 'tax_form_file_id', 'files.files');
CREATE UNIQUE INDEX contractors_contractor_number_key ON payroll.contractors (business_id, contractor_number) WHERE deleted_at IS NULL;
CREATE INDEX contractors_status_newest ON payroll.contractors (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.contractors IS 'A self-employed person or firm paid outside the payroll.';
COMMENT ON COLUMN payroll.contractors.contractor_number IS 'Filled in where it is left out: CTR-2025-0001.';

CREATE TABLE payroll.contractor_payments (
    contractor_payment_number text NOT NULL,
    contractor_id uuid NOT NULL,
    approved_by_id uuid,
    hours decimal(7,2) NOT NULL DEFAULT 0.00 CONSTRAINT contractor_payments_hours_range CHECK (hours >= 0),
    rate decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT contractor_payments_rate_range CHECK (rate >= 0),
    fixed_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT contractor_payments_fixed_amount_range CHECK (fixed_amount >= 0),
    reimbursement_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT contractor_payments_reimbursement_amount_range
        CHECK (reimbursement_amount >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (round(hours * rate, 2) + fixed_amount + reimbursement_amount) STORED,
    description text,
    invoice_reference text,
    method text NOT NULL DEFAULT 'direct_deposit' CONSTRAINT contractor_payments_method_check CHECK (method IN ('direct_deposit', 'check', 'other')),
    pay_date date NOT NULL,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT contractor_payments_status_check
        CHECK (status IN ('draft', 'approved', 'paid', 'failed', 'cancelled'))
);
CALL platform.tenant_table('payroll.contractor_payments', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_number => 'contractor_payment_number', p_prefix => 'CP',
    p_flows => '{"status": [["draft", "approved"], ["draft", "cancelled"], ["approved", "draft"], ["approved", "paid"], ["approved", "failed"],
        ["approved", "cancelled"], ["failed", "approved"]]}');
CALL platform.reference('payroll.contractor_payments', 'contractor_id', 'payroll.contractors', 'restrict');
CALL platform.reference('payroll.contractor_payments', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX contractor_payments_contractor_payment_number_key ON payroll.contractor_payments (business_id, contractor_payment_number) WHERE deleted_at IS NULL;
CREATE INDEX contractor_payments_status_pay_date_idx ON payroll.contractor_payments (business_id, status, pay_date, id) WHERE deleted_at IS NULL;
CREATE INDEX contractor_payments_status_newest ON payroll.contractor_payments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.contractor_payments IS 'A payment to a contractor.';
COMMENT ON COLUMN payroll.contractor_payments.contractor_payment_number IS 'Filled in where it is left out: CP-2025-0001.';

CREATE TABLE payroll.expense_claims (
    expense_claim_number text NOT NULL,
    employee_id uuid NOT NULL,
    receipt_file_id uuid,
    approved_by_id uuid,
    pay_stub_id uuid,
    category text NOT NULL CONSTRAINT expense_claims_category_check
        CHECK (category IN ('travel', 'mileage', 'meals', 'lodging', 'supplies', 'phone', 'training', 'other')),
    description text NOT NULL,
    spent_on date NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT expense_claims_amount_range CHECK (amount > 0),
    mileage decimal(12,3) CONSTRAINT expense_claims_mileage_range CHECK (mileage > 0),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT expense_claims_status_check
        CHECK (status IN ('draft', 'submitted', 'approved', 'rejected', 'paid')),
    rejection_reason text
);
CALL platform.tenant_table('payroll.expense_claims', p_number => 'expense_claim_number', p_prefix => 'EXP', p_derived => '{approved_by_id}',
    p_flows => '{"status": [["draft", "submitted"], ["submitted", "approved"], ["submitted", "rejected"], ["submitted", "draft"],
        ["rejected", "draft"], ["approved", "paid"]]}');
CALL platform.reference('payroll.expense_claims', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.expense_claims', 'receipt_file_id', 'files.files');
CALL platform.reference('payroll.expense_claims', 'approved_by_id', 'users.users');
CALL platform.reference('payroll.expense_claims', 'pay_stub_id', 'payroll.pay_stubs');
CREATE UNIQUE INDEX expense_claims_expense_claim_number_key ON payroll.expense_claims (business_id, expense_claim_number) WHERE deleted_at IS NULL;
CREATE INDEX expense_claims_status_spent_on_idx ON payroll.expense_claims (business_id, status, spent_on, id) WHERE deleted_at IS NULL;
CREATE INDEX expense_claims_status_newest ON payroll.expense_claims (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.expense_claims IS 'An employee''s outlay to be paid back with wages.';
COMMENT ON COLUMN payroll.expense_claims.expense_claim_number IS 'Filled in where it is left out: EXP-2025-0001.';
