CREATE TABLE payroll.employees (
    employee_number text NOT NULL,
    user_id uuid,
    location_id uuid,
    pay_schedule_id uuid,
    photo_file_id uuid,
    first_name text NOT NULL,
    last_name text NOT NULL,
    preferred_name text,
    personal_email text,
    phone text,
    address_line_1 text,
    address_line_2 text,
    city text,
    state_province text,
    postal_code text,
    country text NOT NULL DEFAULT 'US',
    birth_date date,
    tax_identifier_encrypted bytea,
    tax_identifier_last_four text CONSTRAINT employees_tax_identifier_last_four_range CHECK (tax_identifier_last_four ~ '^[0-9]{4}$'),
    employment_type text NOT NULL DEFAULT 'full_time' CONSTRAINT employees_employment_type_check
        CHECK (employment_type IN ('full_time', 'part_time', 'seasonal', 'temporary', 'intern')),
    overtime_status text NOT NULL DEFAULT 'non_exempt' CONSTRAINT employees_overtime_status_check CHECK (overtime_status IN ('exempt', 'non_exempt')),
    hired_on date NOT NULL,
    ended_on date,
    status text NOT NULL DEFAULT 'onboarding' CONSTRAINT employees_status_check
        CHECK (status IN ('onboarding', 'active', 'on_leave', 'suspended', 'terminated')),
    CONSTRAINT employees_ended_on_hired_on_rule CHECK (ended_on >= hired_on)
);
CALL platform.tenant_table('payroll.employees', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_number => 'employee_number', p_prefix => 'EMP', p_derived => '{tax_identifier_last_four}', p_secret => '{tax_identifier_encrypted}',
    p_flows => '{"status": [["onboarding", "active"], ["onboarding", "terminated"], ["active", "on_leave"], ["active", "suspended"],
        ["active", "terminated"], ["on_leave", "active"], ["on_leave", "terminated"], ["suspended", "active"], ["suspended", "terminated"],
        ["terminated", "onboarding"]]}');
CALL platform.reference('payroll.employees', 'user_id', 'users.users');
CALL platform.reference('payroll.employees', 'location_id', 'businesses.locations');
CALL platform.reference('payroll.employees', 'pay_schedule_id', 'payroll.pay_schedules', 'restrict');
CALL platform.reference('payroll.employees', 'photo_file_id', 'files.files');
CREATE UNIQUE INDEX employees_employee_number_key ON payroll.employees (business_id, employee_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX employees_user_id_key ON payroll.employees (business_id, user_id) WHERE deleted_at IS NULL;
CREATE INDEX employees_status_last_name_idx ON payroll.employees (business_id, status, last_name, id) WHERE deleted_at IS NULL;
CREATE INDEX employees_status_newest ON payroll.employees (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.employees IS 'A person on the payroll.';
COMMENT ON COLUMN payroll.employees.employee_number IS 'Filled in where it is left out: EMP-2025-0001.';

CREATE TABLE payroll.positions (
    department_id uuid,
    title text NOT NULL,
    code text,
    description text,
    pay_basis text NOT NULL DEFAULT 'hourly' CONSTRAINT positions_pay_basis_check CHECK (pay_basis IN ('hourly', 'salary', 'commission')),
    pay_minimum decimal(12,2) CONSTRAINT positions_pay_minimum_range CHECK (pay_minimum >= 0),
    pay_maximum decimal(12,2),
    workers_compensation_code text,
    headcount integer NOT NULL DEFAULT 1 CONSTRAINT positions_headcount_range CHECK (headcount >= 0),
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT positions_pay_maximum_pay_minimum_rule CHECK (pay_maximum >= pay_minimum)
);
CALL platform.tenant_table('payroll.positions', p_write => '{owner_manager}');
CALL platform.reference('payroll.positions', 'department_id', 'businesses.departments');
CREATE UNIQUE INDEX positions_department_id_title_key ON payroll.positions (business_id, department_id, title) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX positions_code_key ON payroll.positions (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.positions IS 'A post of the company with its pay range.';

CREATE TABLE payroll.job_assignments (
    employee_id uuid NOT NULL,
    position_id uuid NOT NULL,
    department_id uuid,
    location_id uuid,
    manager_id uuid,
    is_primary boolean NOT NULL DEFAULT true,
    reason text NOT NULL DEFAULT 'hire' CONSTRAINT job_assignments_reason_check
        CHECK (reason IN ('hire', 'promotion', 'transfer', 'demotion', 'reorganization', 'rehire')),
    starts_on date NOT NULL,
    ends_on date,
    CONSTRAINT job_assignments_ends_on_starts_on_rule CHECK (ends_on >= starts_on),
    CONSTRAINT job_assignments_manager_id_employee_id_rule CHECK (manager_id <> employee_id)
);
CALL platform.tenant_table('payroll.job_assignments', p_write => '{owner_manager}');
CALL platform.reference('payroll.job_assignments', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.job_assignments', 'position_id', 'payroll.positions', 'restrict');
CALL platform.reference('payroll.job_assignments', 'department_id', 'businesses.departments');
CALL platform.reference('payroll.job_assignments', 'location_id', 'businesses.locations');
CALL platform.reference('payroll.job_assignments', 'manager_id', 'payroll.employees');
CREATE UNIQUE INDEX job_assignments_employee_id_position_id_starts_on_key ON payroll.job_assignments (business_id, employee_id, position_id, starts_on) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX job_assignments_employee_id_key ON payroll.job_assignments (business_id, employee_id) WHERE is_primary AND ends_on IS NULL AND deleted_at IS NULL;
COMMENT ON TABLE payroll.job_assignments IS 'A post an employee holds or held.';

CREATE TABLE payroll.compensations (
    employee_id uuid NOT NULL,
    job_assignment_id uuid,
    approved_by_id uuid,
    pay_basis text NOT NULL DEFAULT 'hourly' CONSTRAINT compensations_pay_basis_check
        CHECK (pay_basis IN ('hourly', 'salary', 'commission', 'piece_rate')),
    amount decimal(12,2) NOT NULL CONSTRAINT compensations_amount_range CHECK (amount >= 0),
    pay_unit text NOT NULL DEFAULT 'hour' CONSTRAINT compensations_pay_unit_check
        CHECK (pay_unit IN ('hour', 'day', 'week', 'month', 'year', 'piece')),
    standard_weekly_hours decimal(5,2) NOT NULL DEFAULT 40.00 CONSTRAINT compensations_standard_weekly_hours_range
        CHECK (standard_weekly_hours BETWEEN 0 AND 168),
    change_reason text NOT NULL DEFAULT 'hire' CONSTRAINT compensations_change_reason_check
        CHECK (change_reason IN ('hire', 'merit', 'promotion', 'market', 'correction', 'reduction')),
    effective_from date NOT NULL,
    effective_to date,
    CONSTRAINT compensations_effective_to_effective_from_rule CHECK (effective_to >= effective_from)
);
CALL platform.tenant_table('payroll.compensations', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('payroll.compensations', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.compensations', 'job_assignment_id', 'payroll.job_assignments', 'cascade');
CALL platform.reference('payroll.compensations', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX compensations_employee_id_job_assignment_id_effective_from_key ON payroll.compensations (business_id, employee_id, job_assignment_id, effective_from) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.compensations IS 'An employee''s pay from a date on.';

CREATE TABLE payroll.emergency_contacts (
    employee_id uuid NOT NULL,
    name text NOT NULL,
    relationship text NOT NULL,
    phone text NOT NULL,
    alternate_phone text,
    email text,
    is_primary boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('payroll.emergency_contacts', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('payroll.emergency_contacts', 'employee_id', 'payroll.employees', 'cascade');
CREATE UNIQUE INDEX emergency_contacts_employee_id_key ON payroll.emergency_contacts (business_id, employee_id) WHERE is_primary AND deleted_at IS NULL;
COMMENT ON TABLE payroll.emergency_contacts IS 'Whom to call when something happens to an employee.';

CREATE TABLE payroll.dependents (
    employee_id uuid NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    relationship text NOT NULL CONSTRAINT dependents_relationship_check
        CHECK (relationship IN ('spouse', 'domestic_partner', 'child', 'parent', 'other')),
    birth_date date,
    tax_identifier_encrypted bytea,
    tax_identifier_last_four text CONSTRAINT dependents_tax_identifier_last_four_range CHECK (tax_identifier_last_four ~ '^[0-9]{4}$'),
    is_tax_dependent boolean NOT NULL DEFAULT true,
    is_disabled boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('payroll.dependents', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{tax_identifier_last_four}',
    p_secret => '{tax_identifier_encrypted}');
CALL platform.reference('payroll.dependents', 'employee_id', 'payroll.employees', 'cascade');
CREATE UNIQUE INDEX dependents_employee_id_first_name_last_name_birth_date_key ON payroll.dependents (business_id, employee_id, first_name, last_name, birth_date) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.dependents IS 'A family member covered by an employee''s benefits.';

CREATE TABLE payroll.work_authorizations (
    employee_id uuid NOT NULL,
    verified_by_id uuid,
    document_file_id uuid,
    work_status text NOT NULL CONSTRAINT work_authorizations_work_status_check
        CHECK (work_status IN ('citizen', 'noncitizen_national', 'permanent_resident', 'authorized_to_work')),
    document_type text NOT NULL,
    document_number_encrypted bytea,
    document_last_four text,
    issuing_authority text,
    expires_on date,
    verification_case_number text,
    verified_on date,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT work_authorizations_status_check
        CHECK (status IN ('pending', 'verified', 'expired', 'rejected'))
);
CALL platform.tenant_table('payroll.work_authorizations', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{document_last_four}', p_secret => '{document_number_encrypted}',
    p_flows => '{"status": [["pending", "verified"], ["pending", "rejected"], ["verified", "expired"], ["rejected", "pending"]]}');
CALL platform.reference('payroll.work_authorizations', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.work_authorizations', 'verified_by_id', 'users.users');
CALL platform.reference('payroll.work_authorizations', 'document_file_id', 'files.files');
CREATE INDEX work_authorizations_status_expires_on_idx ON payroll.work_authorizations (business_id, status, expires_on, id) WHERE deleted_at IS NULL;
CREATE INDEX work_authorizations_status_newest ON payroll.work_authorizations (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.work_authorizations IS 'Proof that an employee may work, and until when.';

CREATE TABLE payroll.onboarding_task_templates (
    position_id uuid,
    name text NOT NULL,
    instructions text,
    done_by text NOT NULL DEFAULT 'employee' CONSTRAINT onboarding_task_templates_done_by_check
        CHECK (done_by IN ('employee', 'manager', 'payroll', 'it')),
    due_days integer NOT NULL DEFAULT 0,
    needs_signature boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('payroll.onboarding_task_templates', p_write => '{owner_manager}');
CALL platform.reference('payroll.onboarding_task_templates', 'position_id', 'payroll.positions');
CREATE UNIQUE INDEX onboarding_task_templates_position_id_name_key ON payroll.onboarding_task_templates (business_id, position_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.onboarding_task_templates IS 'A task every new hire brings with it.';

CREATE TABLE payroll.onboarding_tasks (
    employee_id uuid NOT NULL,
    onboarding_task_template_id uuid,
    assigned_to_id uuid,
    document_file_id uuid,
    name text NOT NULL,
    due_on date,
    status text NOT NULL DEFAULT 'open' CONSTRAINT onboarding_tasks_status_check CHECK (status IN ('open', 'done', 'skipped')),
    completed_at timestamptz
);
CALL platform.tenant_table('payroll.onboarding_tasks', p_derived => '{completed_at}',
    p_flows => '{"status": [["open", "done"], ["open", "skipped"], ["done", "open"], ["skipped", "open"]]}');
CALL platform.reference('payroll.onboarding_tasks', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.onboarding_tasks', 'onboarding_task_template_id', 'payroll.onboarding_task_templates');
CALL platform.reference('payroll.onboarding_tasks', 'assigned_to_id', 'users.users');
CALL platform.reference('payroll.onboarding_tasks', 'document_file_id', 'files.files');
CREATE INDEX onboarding_tasks_status_due_on_idx ON payroll.onboarding_tasks (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX onboarding_tasks_status_newest ON payroll.onboarding_tasks (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.onboarding_tasks IS 'A task to finish for a new hire.';

CREATE TABLE payroll.terminations (
    employee_id uuid NOT NULL,
    final_pay_run_id uuid,
    termination_type text NOT NULL CONSTRAINT terminations_termination_type_check
        CHECK (termination_type IN ('resignation', 'dismissal', 'layoff', 'retirement', 'contract_end', 'death')),
    reason text,
    notice_on date,
    last_day_on date NOT NULL,
    severance_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT terminations_severance_amount_range CHECK (severance_amount >= 0),
    pays_out_leave boolean NOT NULL DEFAULT true,
    is_rehire_eligible boolean NOT NULL DEFAULT true,
    benefits_end_on date,
    status text NOT NULL DEFAULT 'planned' CONSTRAINT terminations_status_check CHECK (status IN ('planned', 'confirmed', 'completed', 'cancelled')),
    CONSTRAINT terminations_last_day_on_notice_on_rule CHECK (last_day_on >= notice_on)
);
CALL platform.tenant_table('payroll.terminations', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_flows => '{"status": [["planned", "confirmed"], ["planned", "cancelled"], ["confirmed", "completed"], ["confirmed", "cancelled"]]}');
CALL platform.reference('payroll.terminations', 'employee_id', 'payroll.employees', 'restrict');
CALL platform.reference('payroll.terminations', 'final_pay_run_id', 'payroll.pay_runs');
CREATE UNIQUE INDEX terminations_employee_id_key ON payroll.terminations (business_id, employee_id) WHERE status IN ('planned', 'confirmed') AND deleted_at IS NULL;
CREATE INDEX terminations_status_newest ON payroll.terminations (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.terminations IS 'The end of an employment and its settlement.';
