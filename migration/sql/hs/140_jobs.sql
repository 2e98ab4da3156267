CREATE TABLE hs.projects (
    project_number text NOT NULL,
    customer_id uuid NOT NULL,
    property_id uuid,
    manager_id uuid,
    name text NOT NULL,
    description text,
    contract_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT projects_contract_amount_range CHECK (contract_amount >= 0),
    budget_amount decimal(12,2) CONSTRAINT projects_budget_amount_range CHECK (budget_amount >= 0),
    retention_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT projects_retention_rate_range CHECK (retention_rate BETWEEN 0 AND 1),
    starts_on date,
    target_end_on date,
    completed_on date,
    status text NOT NULL DEFAULT 'planned' CONSTRAINT projects_status_check
        CHECK (status IN ('planned', 'active', 'on_hold', 'completed', 'cancelled')),
    CONSTRAINT projects_target_end_on_starts_on_rule CHECK (target_end_on >= starts_on)
);
CALL platform.tenant_table('hs.projects', p_number => 'project_number', p_prefix => 'PRJ',
    p_flows => '{"status": [["planned", "active"], ["planned", "cancelled"], ["active", "on_hold"], ["active", "completed"], ["active", "cancelled"],
        ["on_hold", "active"], ["on_hold", "cancelled"]]}');
CALL platform.reference('hs.projects', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('hs.projects', 'property_id', 'hs.properties');
CALL platform.reference('hs.projects', 'manager_id', 'users.users');
CREATE UNIQUE INDEX projects_project_number_key ON hs.projects (business_id, project_number) WHERE deleted_at IS NULL;
CREATE INDEX projects_status_newest ON hs.projects (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.projects IS 'A larger installation made of several jobs.';
COMMENT ON COLUMN hs.projects.project_number IS 'Filled in where it is left out: PRJ-2025-0001.';

CREATE TABLE hs.work_order_line_items (
    work_order_id uuid NOT NULL,
    price_book_item_id uuid,
    equipment_unit_id uuid,
    sold_by_id uuid,
    line_type text NOT NULL DEFAULT 'labor' CONSTRAINT work_order_line_items_line_type_check
        CHECK (line_type IN ('labor', 'material', 'equipment', 'subcontract', 'fee')),
    description text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT work_order_line_items_quantity_range CHECK (quantity > 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT work_order_line_items_unit_cost_range CHECK (unit_cost >= 0),
    unit_price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT work_order_line_items_unit_price_range CHECK (unit_price >= 0),
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT work_order_line_items_discount_amount_range CHECK (discount_amount >= 0),
    line_cost decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_cost, 2)) STORED,
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_price, 2) - discount_amount) STORED,
    is_taxable boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT work_order_line_items_discount_amount_rule CHECK (discount_amount <= round(quantity * unit_price, 2))
);
CALL platform.tenant_table('hs.work_order_line_items');
CALL platform.reference('hs.work_order_line_items', 'work_order_id', 'hs.work_orders', 'cascade');
CALL platform.reference('hs.work_order_line_items', 'price_book_item_id', 'hs.price_book_items');
CALL platform.reference('hs.work_order_line_items', 'equipment_unit_id', 'hs.equipment_units');
CALL platform.reference('hs.work_order_line_items', 'sold_by_id', 'users.users');
COMMENT ON TABLE hs.work_order_line_items IS 'Labor, material or a fee used on a job.';

CREATE TABLE hs.work_order_time_entries (
    work_order_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    activity text NOT NULL DEFAULT 'work' CONSTRAINT work_order_time_entries_activity_check
        CHECK (activity IN ('travel', 'work', 'parts_run', 'waiting')),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    hours decimal(7,2) GENERATED ALWAYS AS (extract(epoch from ended_at - started_at) / 3600.0) STORED,
    is_billable boolean NOT NULL DEFAULT true,
    notes text,
    CONSTRAINT work_order_time_entries_ended_at_started_at_rule CHECK (ended_at > started_at)
);
CALL platform.tenant_table('hs.work_order_time_entries');
CALL platform.reference('hs.work_order_time_entries', 'work_order_id', 'hs.work_orders', 'cascade');
CALL platform.reference('hs.work_order_time_entries', 'technician_id', 'users.users', 'restrict');
CREATE UNIQUE INDEX work_order_time_entries_technician_id_key ON hs.work_order_time_entries (business_id, technician_id) WHERE ended_at IS NULL AND deleted_at IS NULL;
CREATE INDEX work_order_time_entries_started_at_idx ON hs.work_order_time_entries (business_id, started_at, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.work_order_time_entries IS 'Time a technician spent on a job.';

CREATE TABLE hs.job_expenses (
    work_order_id uuid,
    spent_by_id uuid NOT NULL,
    receipt_file_id uuid,
    category text NOT NULL DEFAULT 'other' CONSTRAINT job_expenses_category_check
        CHECK (category IN ('fuel', 'parts', 'tool_rental', 'disposal', 'permit', 'meals', 'lodging', 'other')),
    vendor_name text,
    amount decimal(12,2) NOT NULL CONSTRAINT job_expenses_amount_range CHECK (amount > 0),
    spent_on date NOT NULL DEFAULT CURRENT_DATE,
    is_billable boolean NOT NULL DEFAULT false,
    notes text,
    status text NOT NULL DEFAULT 'submitted' CONSTRAINT job_expenses_status_check
        CHECK (status IN ('submitted', 'approved', 'rejected', 'reimbursed'))
);
CALL platform.tenant_table('hs.job_expenses',
    p_flows => '{"status": [["submitted", "approved"], ["submitted", "rejected"], ["approved", "reimbursed"], ["rejected", "submitted"]]}');
CALL platform.reference('hs.job_expenses', 'work_order_id', 'hs.work_orders');
CALL platform.reference('hs.job_expenses', 'spent_by_id', 'users.users', 'restrict');
CALL platform.reference('hs.job_expenses', 'receipt_file_id', 'files.files');
CREATE INDEX job_expenses_status_spent_on_idx ON hs.job_expenses (business_id, status, spent_on, id) WHERE deleted_at IS NULL;
CREATE INDEX job_expenses_status_newest ON hs.job_expenses (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.job_expenses IS 'Money spent out of pocket for a job.';

CREATE TABLE hs.form_templates (
    job_type_id uuid,
    name text NOT NULL,
    version_number integer NOT NULL DEFAULT 1 CONSTRAINT form_templates_version_number_range CHECK (version_number > 0),
    purpose text NOT NULL DEFAULT 'inspection' CONSTRAINT form_templates_purpose_check
        CHECK (purpose IN ('safety', 'installation', 'inspection', 'maintenance', 'diagnosis', 'sign_off')),
    is_required boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('hs.form_templates');
CALL platform.reference('hs.form_templates', 'job_type_id', 'hs.job_types');
CREATE UNIQUE INDEX form_templates_name_version_number_key ON hs.form_templates (business_id, name, version_number) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.form_templates IS 'A checklist or form technicians fill in on site.';

CREATE TABLE hs.form_fields (
    form_template_id uuid NOT NULL,
    label text NOT NULL,
    help_text text,
    field_type text NOT NULL CONSTRAINT form_fields_field_type_check
        CHECK (field_type IN ('text', 'number', 'yes_no', 'choice', 'multiple_choice', 'date', 'photo', 'signature')),
    choices text[] NOT NULL DEFAULT '{}',
    is_required boolean NOT NULL DEFAULT false,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT form_fields_field_type_choices_rule CHECK (field_type NOT IN ('choice', 'multiple_choice') OR cardinality(choices) > 1)
);
CALL platform.tenant_table('hs.form_fields');
CALL platform.reference('hs.form_fields', 'form_template_id', 'hs.form_templates', 'cascade');
CREATE UNIQUE INDEX form_fields_form_template_id_label_key ON hs.form_fields (business_id, form_template_id, label) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.form_fields IS 'A question on a form.';

CREATE TABLE hs.form_submissions (
    form_template_id uuid NOT NULL,
    work_order_id uuid NOT NULL,
    equipment_unit_id uuid,
    technician_id uuid,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT form_submissions_status_check CHECK (status IN ('draft', 'submitted')),
    submitted_at timestamptz
);
CALL platform.tenant_table('hs.form_submissions', p_derived => '{submitted_at}',
    p_flows => '{"status": [["draft", "submitted"], ["submitted", "draft"]]}');
CALL platform.reference('hs.form_submissions', 'form_template_id', 'hs.form_templates', 'restrict');
CALL platform.reference('hs.form_submissions', 'work_order_id', 'hs.work_orders', 'cascade');
CALL platform.reference('hs.form_submissions', 'equipment_unit_id', 'hs.equipment_units');
CALL platform.reference('hs.form_submissions', 'technician_id', 'users.users');
CREATE INDEX form_submissions_status_newest ON hs.form_submissions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.form_submissions IS 'A form filled in for a job.';

CREATE TABLE hs.form_answers (
    form_submission_id uuid NOT NULL,
    form_field_id uuid NOT NULL,
    text_value text,
    number_value decimal(12,3),
    boolean_value boolean,
    date_value date,
    choice_values text[],
    file_id uuid
);
CALL platform.tenant_table('hs.form_answers');
CALL platform.reference('hs.form_answers', 'form_submission_id', 'hs.form_submissions', 'cascade');
CALL platform.reference('hs.form_answers', 'form_field_id', 'hs.form_fields', 'restrict');
CALL platform.reference('hs.form_answers', 'file_id', 'files.files');
CREATE UNIQUE INDEX form_answers_form_submission_id_form_field_id_key ON hs.form_answers (business_id, form_submission_id, form_field_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.form_answers IS 'The answer to one question of a filled-in form.';

CREATE TABLE hs.permits (
    work_order_id uuid,
    project_id uuid,
    document_file_id uuid,
    permit_type text NOT NULL CONSTRAINT permits_permit_type_check
        CHECK (permit_type IN ('building', 'electrical', 'mechanical', 'plumbing', 'gas', 'roofing')),
    jurisdiction text NOT NULL,
    authority_reference text,
    fee_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT permits_fee_amount_range CHECK (fee_amount >= 0),
    applied_on date,
    issued_on date,
    expires_on date,
    status text NOT NULL DEFAULT 'required' CONSTRAINT permits_status_check
        CHECK (status IN ('required', 'applied', 'issued', 'rejected', 'closed', 'expired')),
    CONSTRAINT permits_work_order_id_project_id_rule CHECK (work_order_id IS NOT NULL OR project_id IS NOT NULL),
    CONSTRAINT permits_expires_on_issued_on_rule CHECK (expires_on > issued_on)
);
CALL platform.tenant_table('hs.permits',
    p_flows => '{"status": [["required", "applied"], ["applied", "issued"], ["applied", "rejected"], ["rejected", "applied"], ["issued", "closed"],
        ["issued", "expired"], ["expired", "applied"]]}');
CALL platform.reference('hs.permits', 'work_order_id', 'hs.work_orders', 'cascade');
CALL platform.reference('hs.permits', 'project_id', 'hs.projects', 'cascade');
CALL platform.reference('hs.permits', 'document_file_id', 'files.files');
CREATE UNIQUE INDEX permits_jurisdiction_authority_reference_key ON hs.permits (business_id, jurisdiction, authority_reference) WHERE authority_reference IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX permits_status_newest ON hs.permits (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.permits IS 'A permit the authority requires for a job or project.';

CREATE TABLE hs.permit_inspections (
    permit_id uuid NOT NULL,
    stage text NOT NULL CONSTRAINT permit_inspections_stage_check
        CHECK (stage IN ('rough_in', 'underground', 'pressure_test', 'reinspection', 'final')),
    scheduled_for date,
    inspected_on date,
    inspector_name text,
    corrections text,
    status text NOT NULL DEFAULT 'scheduled' CONSTRAINT permit_inspections_status_check
        CHECK (status IN ('scheduled', 'passed', 'failed', 'cancelled')),
    CONSTRAINT permit_inspections_status_corrections_rule CHECK (status <> 'failed' OR corrections IS NOT NULL)
);
CALL platform.tenant_table('hs.permit_inspections',
    p_flows => '{"status": [["scheduled", "passed"], ["scheduled", "failed"], ["scheduled", "cancelled"]]}');
CALL platform.reference('hs.permit_inspections', 'permit_id', 'hs.permits', 'cascade');
CREATE INDEX permit_inspections_status_newest ON hs.permit_inspections (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.permit_inspections IS 'An official''s inspection under a permit.';
