CREATE TABLE payroll.benefit_plans (
    deduction_code_id uuid NOT NULL,
    document_file_id uuid,
    name text NOT NULL,
    carrier text,
    policy_number text,
    kind text NOT NULL CONSTRAINT benefit_plans_kind_check
        CHECK (kind IN ('medical', 'dental', 'vision', 'life', 'disability', 'retirement', 'health_savings', 'flexible_spending', 'commuter', 'other')),
    starts_on date NOT NULL,
    ends_on date,
    enrollment_opens_on date,
    enrollment_closes_on date,
    waiting_days integer NOT NULL DEFAULT 0 CONSTRAINT benefit_plans_waiting_days_range CHECK (waiting_days >= 0),
    employer_match_rate decimal(5,4) CONSTRAINT benefit_plans_employer_match_rate_range CHECK (employer_match_rate BETWEEN 0 AND 1),
    employer_match_limit_rate decimal(5,4) CONSTRAINT benefit_plans_employer_match_limit_rate_range CHECK (employer_match_limit_rate BETWEEN 0 AND 1),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT benefit_plans_status_check CHECK (status IN ('draft', 'open', 'closed', 'ended')),
    CONSTRAINT benefit_plans_ends_on_starts_on_rule CHECK (ends_on > starts_on),
    CONSTRAINT benefit_plans_enrollment_closes_on_rule CHECK (enrollment_closes_on >= enrollment_opens_on)
);
CALL platform.tenant_table('payroll.benefit_plans', p_write => '{owner_manager}',
    p_flows => '{"status": [["draft", "open"], ["open", "closed"], ["closed", "open"], ["closed", "ended"]]}');
CALL platform.reference('payroll.benefit_plans', 'deduction_code_id', 'payroll.deduction_codes', 'restrict');
CALL platform.reference('payroll.benefit_plans', 'document_file_id', 'files.files');
CREATE UNIQUE INDEX benefit_plans_name_starts_on_key ON payroll.benefit_plans (business_id, name, starts_on) WHERE deleted_at IS NULL;
CREATE INDEX benefit_plans_status_newest ON payroll.benefit_plans (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.benefit_plans IS 'A health, retirement or other plan offered to employees.';

CREATE TABLE payroll.benefit_plan_tiers (
    benefit_plan_id uuid NOT NULL,
    coverage_level text NOT NULL CONSTRAINT benefit_plan_tiers_coverage_level_check
        CHECK (coverage_level IN ('employee', 'employee_spouse', 'employee_children', 'family')),
    employee_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT benefit_plan_tiers_employee_amount_range CHECK (employee_amount >= 0),
    employer_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT benefit_plan_tiers_employer_amount_range CHECK (employer_amount >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (employee_amount + employer_amount) STORED
);
CALL platform.tenant_table('payroll.benefit_plan_tiers', p_write => '{owner_manager}');
CALL platform.reference('payroll.benefit_plan_tiers', 'benefit_plan_id', 'payroll.benefit_plans', 'cascade');
CREATE UNIQUE INDEX benefit_plan_tiers_benefit_plan_id_coverage_level_key ON payroll.benefit_plan_tiers (business_id, benefit_plan_id, coverage_level) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.benefit_plan_tiers IS 'What a level of coverage costs employee and employer each month.';

CREATE TABLE payroll.benefit_enrollments (
    employee_id uuid NOT NULL,
    benefit_plan_id uuid NOT NULL,
    benefit_plan_tier_id uuid,
    reason text NOT NULL DEFAULT 'open_enrollment' CONSTRAINT benefit_enrollments_reason_check
        CHECK (reason IN ('open_enrollment', 'new_hire', 'marriage', 'birth', 'divorce', 'loss_of_coverage', 'other')),
    contribution_amount decimal(12,2) CONSTRAINT benefit_enrollments_contribution_amount_range CHECK (contribution_amount >= 0),
    contribution_rate decimal(5,4) CONSTRAINT benefit_enrollments_contribution_rate_range CHECK (contribution_rate BETWEEN 0 AND 1),
    coverage_starts_on date,
    coverage_ends_on date,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT benefit_enrollments_status_check CHECK (status IN ('pending', 'active', 'waived', 'ended')),
    elected_at timestamptz,
    CONSTRAINT benefit_enrollments_coverage_ends_on_rule CHECK (coverage_ends_on >= coverage_starts_on)
);
CALL platform.tenant_table('payroll.benefit_enrollments', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{elected_at}',
    p_flows => '{"status": [["pending", "active"], ["pending", "waived"], ["active", "ended"], ["waived", "pending"]]}');
CALL platform.reference('payroll.benefit_enrollments', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.benefit_enrollments', 'benefit_plan_id', 'payroll.benefit_plans', 'restrict');
CALL platform.reference('payroll.benefit_enrollments', 'benefit_plan_tier_id', 'payroll.benefit_plan_tiers', 'restrict');
CREATE UNIQUE INDEX benefit_enrollments_employee_id_benefit_plan_id_key ON payroll.benefit_enrollments (business_id, employee_id, benefit_plan_id) WHERE status IN ('pending', 'active') AND deleted_at IS NULL;
CREATE INDEX benefit_enrollments_status_newest ON payroll.benefit_enrollments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.benefit_enrollments IS 'An employee''s choice of a benefit plan.';

CREATE TABLE payroll.benefit_enrollment_dependents (
    benefit_enrollment_id uuid NOT NULL,
    dependent_id uuid NOT NULL,
    covered_from date,
    covered_to date,
    CONSTRAINT benefit_enrollment_dependents_covered_to_rule CHECK (covered_to >= covered_from)
);
CALL platform.tenant_table('payroll.benefit_enrollment_dependents', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('payroll.benefit_enrollment_dependents', 'benefit_enrollment_id', 'payroll.benefit_enrollments', 'cascade');
CALL platform.reference('payroll.benefit_enrollment_dependents', 'dependent_id', 'payroll.dependents', 'cascade');
CREATE UNIQUE INDEX benefit_enrollment_dependents_benefit_enrollment_id_dep_key ON payroll.benefit_enrollment_dependents (business_id, benefit_enrollment_id, dependent_id);
COMMENT ON TABLE payroll.benefit_enrollment_dependents IS 'A family member covered under an enrollment.';
