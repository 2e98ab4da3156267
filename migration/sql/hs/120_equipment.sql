CREATE TABLE hs.equipment_units (
    property_id uuid NOT NULL,
    price_book_item_id uuid,
    service_agreement_id uuid,
    installed_by_work_order_id uuid,
    replaced_by_unit_id uuid,
    name text NOT NULL,
    equipment_type text NOT NULL CONSTRAINT equipment_units_equipment_type_check
        CHECK (equipment_type IN ('furnace', 'air_conditioner', 'heat_pump', 'boiler', 'mini_split', 'thermostat', 'water_heater', 'water_softener',
            'pump', 'drain_line', 'electrical_panel', 'generator', 'ev_charger', 'appliance', 'garage_door', 'other')),
    manufacturer text,
    model_number text,
    serial_number text,
    placement text,
    installed_on date,
    expected_life_years integer CONSTRAINT equipment_units_expected_life_years_range CHECK (expected_life_years > 0),
    condition text CONSTRAINT equipment_units_condition_check CHECK (condition IN ('good', 'fair', 'poor', 'failed')),
    status text NOT NULL DEFAULT 'active' CONSTRAINT equipment_units_status_check CHECK (status IN ('active', 'replaced', 'removed'))
);
CALL platform.tenant_table('hs.equipment_units',
    p_flows => '{"status": [["active", "replaced"], ["active", "removed"]]}');
CALL platform.reference('hs.equipment_units', 'property_id', 'hs.properties', 'cascade');
CALL platform.reference('hs.equipment_units', 'price_book_item_id', 'hs.price_book_items');
CALL platform.reference('hs.equipment_units', 'service_agreement_id', 'hs.service_agreements');
CALL platform.reference('hs.equipment_units', 'installed_by_work_order_id', 'hs.work_orders');
CALL platform.reference('hs.equipment_units', 'replaced_by_unit_id', 'hs.equipment_units');
CREATE UNIQUE INDEX equipment_units_manufacturer_serial_number_key ON hs.equipment_units (business_id, manufacturer, serial_number) WHERE serial_number IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX equipment_units_equipment_type_installed_on_idx ON hs.equipment_units (business_id, equipment_type, installed_on, id) WHERE deleted_at IS NULL;
CREATE INDEX equipment_units_status_newest ON hs.equipment_units (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.equipment_units IS 'A piece of equipment installed at a property.';

CREATE TABLE hs.equipment_readings (
    equipment_unit_id uuid NOT NULL,
    work_order_id uuid,
    technician_id uuid,
    reading_type text NOT NULL CONSTRAINT equipment_readings_reading_type_check
        CHECK (reading_type IN ('supply_temperature', 'return_temperature', 'suction_pressure', 'head_pressure', 'superheat', 'subcooling',
            'static_pressure', 'water_pressure', 'gas_pressure', 'voltage', 'amperage', 'carbon_monoxide', 'combustion_efficiency', 'other')),
    value decimal(12,3) NOT NULL,
    unit_of_measure text NOT NULL,
    is_within_range boolean,
    measured_at timestamptz NOT NULL DEFAULT now(),
    notes text
);
CALL platform.tenant_table('hs.equipment_readings', p_append_only => true);
CALL platform.reference('hs.equipment_readings', 'equipment_unit_id', 'hs.equipment_units', 'cascade');
CALL platform.reference('hs.equipment_readings', 'work_order_id', 'hs.work_orders', 'restrict');
CALL platform.reference('hs.equipment_readings', 'technician_id', 'users.users', 'restrict');
CREATE INDEX equipment_readings_equipment_unit_id_measured_at_idx ON hs.equipment_readings (business_id, equipment_unit_id, measured_at, id);
COMMENT ON TABLE hs.equipment_readings IS 'A measurement taken on an equipment unit during a visit.';

CREATE TABLE hs.equipment_warranties (
    equipment_unit_id uuid NOT NULL,
    coverage text NOT NULL CONSTRAINT equipment_warranties_coverage_check
        CHECK (coverage IN ('parts', 'labor', 'parts_and_labor', 'heat_exchanger', 'compressor', 'tank')),
    provider text NOT NULL,
    policy_number text,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    registered_on date,
    registration_due_on date,
    terms text,
    certificate_file_id uuid,
    CONSTRAINT equipment_warranties_ends_on_starts_on_rule CHECK (ends_on > starts_on)
);
CALL platform.tenant_table('hs.equipment_warranties');
CALL platform.reference('hs.equipment_warranties', 'equipment_unit_id', 'hs.equipment_units', 'cascade');
CALL platform.reference('hs.equipment_warranties', 'certificate_file_id', 'files.files');
CREATE INDEX equipment_warranties_ends_on_idx ON hs.equipment_warranties (business_id, ends_on, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.equipment_warranties IS 'A maker''s or extended warranty on an equipment unit.';

CREATE TABLE hs.warranty_claims (
    warranty_claim_number text NOT NULL,
    equipment_warranty_id uuid NOT NULL,
    work_order_id uuid,
    failure_description text NOT NULL,
    provider_reference text,
    parts_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT warranty_claims_parts_amount_range CHECK (parts_amount >= 0),
    labor_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT warranty_claims_labor_amount_range CHECK (labor_amount >= 0),
    claimed_amount decimal(12,2) GENERATED ALWAYS AS (parts_amount + labor_amount) STORED,
    approved_amount decimal(12,2) CONSTRAINT warranty_claims_approved_amount_range CHECK (approved_amount >= 0),
    submitted_on date,
    resolved_on date,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT warranty_claims_status_check
        CHECK (status IN ('draft', 'submitted', 'approved', 'denied', 'paid'))
);
CALL platform.tenant_table('hs.warranty_claims', p_number => 'warranty_claim_number', p_prefix => 'WC',
    p_flows => '{"status": [["draft", "submitted"], ["submitted", "approved"], ["submitted", "denied"], ["approved", "paid"], ["denied", "submitted"]]}');
CALL platform.reference('hs.warranty_claims', 'equipment_warranty_id', 'hs.equipment_warranties', 'restrict');
CALL platform.reference('hs.warranty_claims', 'work_order_id', 'hs.work_orders');
CREATE UNIQUE INDEX warranty_claims_warranty_claim_number_key ON hs.warranty_claims (business_id, warranty_claim_number) WHERE deleted_at IS NULL;
CREATE INDEX warranty_claims_status_newest ON hs.warranty_claims (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.warranty_claims IS 'A claim sent to a warranty provider for a failed unit.';
COMMENT ON COLUMN hs.warranty_claims.warranty_claim_number IS 'Filled in where it is left out: WC-2025-0001.';
