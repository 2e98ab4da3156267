CREATE TABLE payroll.tax_jurisdictions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    parent_id uuid,
    code text NOT NULL,
    name text NOT NULL,
    level text NOT NULL CONSTRAINT tax_jurisdictions_level_check CHECK (level IN ('country', 'state', 'county', 'city', 'school_district')),
    country text NOT NULL DEFAULT 'US',
    has_income_tax boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('payroll.tax_jurisdictions');
CALL platform.reference('payroll.tax_jurisdictions', 'parent_id', 'payroll.tax_jurisdictions');
CREATE INDEX tax_jurisdictions_newest ON payroll.tax_jurisdictions (created_at DESC, id);
CREATE UNIQUE INDEX tax_jurisdictions_code_key ON payroll.tax_jurisdictions (code);
COMMENT ON TABLE payroll.tax_jurisdictions IS 'A country, state or place that taxes wages.';

CREATE TABLE payroll.taxes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tax_jurisdiction_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT taxes_kind_check
        CHECK (kind IN ('income', 'social_security', 'medicare', 'unemployment', 'disability', 'family_leave', 'local')),
    paid_by text NOT NULL CONSTRAINT taxes_paid_by_check CHECK (paid_by IN ('employee', 'employer')),
    rate decimal(7,6) CONSTRAINT taxes_rate_range CHECK (rate BETWEEN 0 AND 1),
    wage_base decimal(12,2) CONSTRAINT taxes_wage_base_range CHECK (wage_base > 0),
    brackets jsonb NOT NULL DEFAULT '[]',
    effective_from date NOT NULL,
    effective_to date,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT taxes_effective_to_effective_from_rule CHECK (effective_to >= effective_from)
);
CALL platform.global_table('payroll.taxes');
CALL platform.reference('payroll.taxes', 'tax_jurisdiction_id', 'payroll.tax_jurisdictions', 'restrict');
CREATE INDEX taxes_newest ON payroll.taxes (created_at DESC, id);
CREATE UNIQUE INDEX taxes_code_paid_by_effective_from_key ON payroll.taxes (code, paid_by, effective_from);
COMMENT ON TABLE payroll.taxes IS 'A wage tax of a jurisdiction with its rates from a date on.';

CREATE TABLE payroll.employer_tax_accounts (
    tax_id uuid NOT NULL,
    tax_registration_id uuid,
    assigned_rate decimal(7,6) CONSTRAINT employer_tax_accounts_assigned_rate_range CHECK (assigned_rate BETWEEN 0 AND 1),
    deposit_frequency text NOT NULL DEFAULT 'monthly' CONSTRAINT employer_tax_accounts_deposit_frequency_check
        CHECK (deposit_frequency IN ('next_day', 'semiweekly', 'monthly', 'quarterly', 'annual')),
    files_electronically boolean NOT NULL DEFAULT true,
    effective_from date NOT NULL,
    effective_to date,
    CONSTRAINT employer_tax_accounts_effective_to_effective_from_rule CHECK (effective_to >= effective_from)
);
CALL platform.tenant_table('payroll.employer_tax_accounts', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('payroll.employer_tax_accounts', 'tax_id', 'payroll.taxes', 'restrict');
CALL platform.reference('payroll.employer_tax_accounts', 'tax_registration_id', 'businesses.tax_registrations');
CREATE UNIQUE INDEX employer_tax_accounts_tax_id_effective_from_key ON payroll.employer_tax_accounts (business_id, tax_id, effective_from) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.employer_tax_accounts IS 'The business''s own rate and deposit schedule for a wage tax.';

CREATE TABLE payroll.employee_tax_elections (
    employee_id uuid NOT NULL,
    tax_jurisdiction_id uuid NOT NULL,
    form_file_id uuid,
    form_name text NOT NULL,
    filing_status text NOT NULL DEFAULT 'single' CONSTRAINT employee_tax_elections_filing_status_check
        CHECK (filing_status IN ('single', 'married_joint', 'married_separate', 'head_of_household')),
    allowances integer NOT NULL DEFAULT 0 CONSTRAINT employee_tax_elections_allowances_range CHECK (allowances >= 0),
    has_multiple_jobs boolean NOT NULL DEFAULT false,
    dependents_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT employee_tax_elections_dependents_amount_range CHECK (dependents_amount >= 0),
    other_income decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT employee_tax_elections_other_income_range CHECK (other_income >= 0),
    deductions_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT employee_tax_elections_deductions_amount_range CHECK (deductions_amount >= 0),
    extra_withholding decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT employee_tax_elections_extra_withholding_range CHECK (extra_withholding >= 0),
    is_exempt boolean NOT NULL DEFAULT false,
    is_resident boolean NOT NULL DEFAULT true,
    effective_from date NOT NULL,
    effective_to date,
    CONSTRAINT employee_tax_elections_effective_to_effective_from_rule CHECK (effective_to >= effective_from)
);
CALL platform.tenant_table('payroll.employee_tax_elections', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('payroll.employee_tax_elections', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.employee_tax_elections', 'tax_jurisdiction_id', 'payroll.tax_jurisdictions', 'restrict');
CALL platform.reference('payroll.employee_tax_elections', 'form_file_id', 'files.files');
CREATE UNIQUE INDEX employee_tax_elections_employee_id_tax_jurisdiction_id_key ON payroll.employee_tax_elections (business_id, employee_id, tax_jurisdiction_id, effective_from) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.employee_tax_elections IS 'How an employee asked to be taxed in a jurisdiction.';

CREATE TABLE payroll.tax_payments (
    tax_payment_number text NOT NULL,
    tax_jurisdiction_id uuid NOT NULL,
    employer_tax_account_id uuid,
    bank_account_id uuid,
    period_start date NOT NULL,
    period_end date NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT tax_payments_amount_range CHECK (amount > 0),
    due_on date NOT NULL,
    paid_on date,
    confirmation_reference text,
    status text NOT NULL DEFAULT 'due' CONSTRAINT tax_payments_status_check CHECK (status IN ('due', 'scheduled', 'paid', 'failed', 'cancelled')),
    CONSTRAINT tax_payments_period_end_period_start_rule CHECK (period_end >= period_start)
);
CALL platform.tenant_table('payroll.tax_payments', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_number => 'tax_payment_number', p_prefix => 'TP',
    p_flows => '{"status": [["due", "scheduled"], ["due", "paid"], ["scheduled", "paid"], ["scheduled", "failed"], ["scheduled", "due"],
        ["failed", "scheduled"], ["due", "cancelled"]]}');
CALL platform.reference('payroll.tax_payments', 'tax_jurisdiction_id', 'payroll.tax_jurisdictions', 'restrict');
CALL platform.reference('payroll.tax_payments', 'employer_tax_account_id', 'payroll.employer_tax_accounts');
CALL platform.reference('payroll.tax_payments', 'bank_account_id', 'businesses.bank_accounts');
CREATE UNIQUE INDEX tax_payments_tax_payment_number_key ON payroll.tax_payments (business_id, tax_payment_number) WHERE deleted_at IS NULL;
CREATE INDEX tax_payments_status_due_on_idx ON payroll.tax_payments (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX tax_payments_status_newest ON payroll.tax_payments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.tax_payments IS 'A deposit of wage tax with an authority.';
COMMENT ON COLUMN payroll.tax_payments.tax_payment_number IS 'Filled in where it is left out: TP-2025-0001.';

CREATE TABLE payroll.tax_filings (
    tax_jurisdiction_id uuid NOT NULL,
    amends_id uuid,
    document_file_id uuid,
    form_name text NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    due_on date NOT NULL,
    wages_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    filed_on date,
    confirmation_reference text,
    status text NOT NULL DEFAULT 'upcoming' CONSTRAINT tax_filings_status_check
        CHECK (status IN ('upcoming', 'ready', 'filed', 'accepted', 'rejected')),
    CONSTRAINT tax_filings_period_end_period_start_rule CHECK (period_end >= period_start)
);
CALL platform.tenant_table('payroll.tax_filings', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{wages_amount,tax_amount}',
    p_flows => '{"status": [["upcoming", "ready"], ["ready", "upcoming"], ["ready", "filed"], ["filed", "accepted"], ["filed", "rejected"],
        ["rejected", "ready"]]}');
ALTER TABLE payroll.tax_filings ADD CONSTRAINT tax_filings_amends_id_id_rule CHECK (amends_id <> id);
CALL platform.reference('payroll.tax_filings', 'tax_jurisdiction_id', 'payroll.tax_jurisdictions', 'restrict');
CALL platform.reference('payroll.tax_filings', 'amends_id', 'payroll.tax_filings');
CALL platform.reference('payroll.tax_filings', 'document_file_id', 'files.files');
CREATE UNIQUE INDEX tax_filings_tax_jurisdiction_id_form_name_period_start_key ON payroll.tax_filings (business_id, tax_jurisdiction_id, form_name, period_start) WHERE amends_id IS NULL AND deleted_at IS NULL;
CREATE INDEX tax_filings_status_due_on_idx ON payroll.tax_filings (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX tax_filings_status_newest ON payroll.tax_filings (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.tax_filings IS 'A wage tax return for a period.';

CREATE TABLE payroll.year_end_forms (
    employee_id uuid,
    contractor_id uuid,
    document_file_id uuid,
    form_type text NOT NULL CONSTRAINT year_end_forms_form_type_check CHECK (form_type IN ('w2', 'w2c', 'form_1099_nec', 'form_1099_misc')),
    tax_year integer NOT NULL CONSTRAINT year_end_forms_tax_year_range CHECK (tax_year >= 2000),
    box_amounts jsonb NOT NULL DEFAULT '{}',
    has_electronic_consent boolean NOT NULL DEFAULT false,
    delivered_on date,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT year_end_forms_status_check CHECK (status IN ('draft', 'final', 'delivered', 'corrected')),
    CONSTRAINT year_end_forms_employee_id_contractor_id_rule CHECK (num_nonnulls(employee_id, contractor_id) = 1)
);
CALL platform.tenant_table('payroll.year_end_forms', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_flows => '{"status": [["draft", "final"], ["final", "draft"], ["final", "delivered"], ["delivered", "corrected"]]}');
CALL platform.reference('payroll.year_end_forms', 'employee_id', 'payroll.employees', 'restrict');
CALL platform.reference('payroll.year_end_forms', 'contractor_id', 'payroll.contractors', 'restrict');
CALL platform.reference('payroll.year_end_forms', 'document_file_id', 'files.files');
CREATE UNIQUE INDEX year_end_forms_employee_id_contractor_id_form_type_tax_key ON payroll.year_end_forms (business_id, employee_id, contractor_id, form_type, tax_year) NULLS NOT DISTINCT WHERE status <> 'corrected' AND deleted_at IS NULL;
CREATE INDEX year_end_forms_status_newest ON payroll.year_end_forms (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.year_end_forms IS 'The yearly wage statement of an employee or contractor.';
