CREATE TABLE auto.inspection_templates (
    name text NOT NULL,
    inspection_type text NOT NULL DEFAULT 'multi_point' CONSTRAINT inspection_templates_inspection_type_check
        CHECK (inspection_type IN ('courtesy', 'multi_point', 'pre_purchase', 'state_safety', 'emissions', 'brake', 'tire')),
    description text,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('auto.inspection_templates');
CREATE UNIQUE INDEX inspection_templates_name_key ON auto.inspection_templates (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.inspection_templates IS 'A list of points technicians check on a vehicle.';

CREATE TABLE auto.inspection_template_items (
    inspection_template_id uuid NOT NULL,
    canned_job_id uuid,
    section text NOT NULL,
    name text NOT NULL,
    measurement_unit text,
    warning_threshold decimal(12,3),
    failure_threshold decimal(12,3),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.inspection_template_items');
CALL platform.reference('auto.inspection_template_items', 'inspection_template_id', 'auto.inspection_templates', 'cascade');
CALL platform.reference('auto.inspection_template_items', 'canned_job_id', 'auto.canned_jobs');
CREATE UNIQUE INDEX inspection_template_items_inspection_template_id_sectio_key ON auto.inspection_template_items (business_id, inspection_template_id, section, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.inspection_template_items IS 'One point of an inspection list.';

CREATE TABLE auto.inspections (
    inspection_number text NOT NULL,
    vehicle_id uuid NOT NULL,
    repair_order_id uuid,
    inspection_template_id uuid,
    technician_id uuid,
    mileage integer CONSTRAINT inspections_mileage_range CHECK (mileage >= 0),
    status text NOT NULL DEFAULT 'not_started' CONSTRAINT inspections_status_check
        CHECK (status IN ('not_started', 'in_progress', 'completed', 'sent', 'viewed')),
    completed_at timestamptz,
    sent_at timestamptz,
    viewed_at timestamptz,
    summary text
);
CALL platform.tenant_table('auto.inspections', p_number => 'inspection_number', p_prefix => 'INS', p_derived => '{completed_at,sent_at,viewed_at}',
    p_flows => '{"status": [["not_started", "in_progress"], ["in_progress", "completed"], ["completed", "in_progress"], ["completed", "sent"],
        ["sent", "viewed"]]}');
CALL platform.reference('auto.inspections', 'vehicle_id', 'auto.vehicles', 'cascade');
CALL platform.reference('auto.inspections', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.inspections', 'inspection_template_id', 'auto.inspection_templates');
CALL platform.reference('auto.inspections', 'technician_id', 'users.users');
CREATE UNIQUE INDEX inspections_inspection_number_key ON auto.inspections (business_id, inspection_number) WHERE deleted_at IS NULL;
CREATE INDEX inspections_status_newest ON auto.inspections (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.inspections IS 'An inspection done on a vehicle and shown to the customer.';
COMMENT ON COLUMN auto.inspections.inspection_number IS 'Filled in where it is left out: INS-2025-0001.';

CREATE TABLE auto.inspection_findings (
    inspection_id uuid NOT NULL,
    inspection_template_item_id uuid,
    repair_order_job_id uuid,
    photo_file_id uuid,
    section text NOT NULL,
    name text NOT NULL,
    vehicle_position text CONSTRAINT inspection_findings_vehicle_position_check
        CHECK (vehicle_position IN ('front_left', 'front_right', 'rear_left', 'rear_right', 'front', 'rear', 'left', 'right')),
    condition text NOT NULL DEFAULT 'not_checked' CONSTRAINT inspection_findings_condition_check
        CHECK (condition IN ('not_checked', 'good', 'needs_attention', 'urgent', 'not_applicable')),
    measured_value decimal(12,3),
    measurement_unit text,
    notes text,
    recommendation text,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.inspection_findings');
CALL platform.reference('auto.inspection_findings', 'inspection_id', 'auto.inspections', 'cascade');
CALL platform.reference('auto.inspection_findings', 'inspection_template_item_id', 'auto.inspection_template_items');
CALL platform.reference('auto.inspection_findings', 'repair_order_job_id', 'auto.repair_order_jobs');
CALL platform.reference('auto.inspection_findings', 'photo_file_id', 'files.files');
CREATE UNIQUE INDEX inspection_findings_inspection_id_section_name_vehicle_key ON auto.inspection_findings (business_id, inspection_id, section, name, vehicle_position) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.inspection_findings IS 'What was found at one point of an inspection.';
