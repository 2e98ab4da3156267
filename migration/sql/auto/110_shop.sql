CREATE TABLE auto.bays (
    location_id uuid,
    name text NOT NULL,
    bay_type text NOT NULL DEFAULT 'lift' CONSTRAINT bays_bay_type_check
        CHECK (bay_type IN ('lift', 'alignment', 'tire', 'quick_lube', 'detail', 'diagnostic', 'flat')),
    lift_capacity_kg integer CONSTRAINT bays_lift_capacity_kg_range CHECK (lift_capacity_kg > 0),
    is_active boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.bays');
CALL platform.reference('auto.bays', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX bays_location_id_name_key ON auto.bays (business_id, location_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.bays IS 'A lift or work area of the shop.';

CREATE TABLE auto.technicians (
    user_id uuid NOT NULL,
    default_bay_id uuid,
    pay_basis text NOT NULL DEFAULT 'hourly' CONSTRAINT technicians_pay_basis_check CHECK (pay_basis IN ('hourly', 'flat_rate', 'salary')),
    hourly_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT technicians_hourly_cost_range CHECK (hourly_cost >= 0),
    specialty text NOT NULL DEFAULT 'general' CONSTRAINT technicians_specialty_check
        CHECK (specialty IN ('general', 'engine', 'transmission', 'electrical', 'diesel', 'brakes', 'alignment', 'tires', 'body')),
    weekly_hours_target decimal(5,2) CONSTRAINT technicians_weekly_hours_target_range CHECK (weekly_hours_target > 0),
    efficiency_target decimal(5,4) CONSTRAINT technicians_efficiency_target_range CHECK (efficiency_target > 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('auto.technicians');
CALL platform.reference('auto.technicians', 'user_id', 'users.users', 'cascade');
CALL platform.reference('auto.technicians', 'default_bay_id', 'auto.bays');
CREATE UNIQUE INDEX technicians_user_id_key ON auto.technicians (business_id, user_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.technicians IS 'How a member works in the shop: pay basis, specialty and usual bay.';

CREATE TABLE auto.appointments (
    appointment_number text NOT NULL,
    customer_id uuid NOT NULL,
    vehicle_id uuid,
    repair_order_id uuid,
    location_id uuid,
    bay_id uuid,
    technician_id uuid,
    service_writer_id uuid,
    reason text NOT NULL,
    arrival_type text NOT NULL DEFAULT 'drop_off' CONSTRAINT appointments_arrival_type_check
        CHECK (arrival_type IN ('drop_off', 'waiting', 'tow_in', 'mobile')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    needs_loaner boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'requested' CONSTRAINT appointments_status_check
        CHECK (status IN ('requested', 'confirmed', 'arrived', 'no_show', 'cancelled')),
    cancellation_reason text,
    CONSTRAINT appointments_ends_at_starts_at_rule CHECK (ends_at > starts_at)
);
CALL platform.tenant_table('auto.appointments', p_number => 'appointment_number', p_prefix => 'APT',
    p_flows => '{"status": [["requested", "confirmed"], ["requested", "cancelled"], ["confirmed", "arrived"], ["confirmed", "no_show"],
        ["confirmed", "cancelled"], ["confirmed", "requested"], ["no_show", "confirmed"]]}');
CALL platform.reference('auto.appointments', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('auto.appointments', 'vehicle_id', 'auto.vehicles');
CALL platform.reference('auto.appointments', 'repair_order_id', 'auto.repair_orders');
CALL platform.reference('auto.appointments', 'location_id', 'businesses.locations');
CALL platform.reference('auto.appointments', 'bay_id', 'auto.bays');
CALL platform.reference('auto.appointments', 'technician_id', 'users.users');
CALL platform.reference('auto.appointments', 'service_writer_id', 'users.users');
CREATE UNIQUE INDEX appointments_appointment_number_key ON auto.appointments (business_id, appointment_number) WHERE deleted_at IS NULL;
CREATE INDEX appointments_starts_at_status_idx ON auto.appointments (business_id, starts_at, status, id) WHERE deleted_at IS NULL;
CREATE INDEX appointments_status_newest ON auto.appointments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.appointments IS 'A time a customer brings a vehicle in.';
COMMENT ON COLUMN auto.appointments.appointment_number IS 'Filled in where it is left out: APT-2025-0001.';

CREATE TABLE auto.vehicle_check_ins (
    repair_order_id uuid NOT NULL,
    received_by_id uuid,
    signature_file_id uuid,
    key_tag text,
    is_after_hours boolean NOT NULL DEFAULT false,
    exterior_damage text,
    interior_condition text,
    warning_lights text[] NOT NULL DEFAULT '{}',
    personal_items text,
    dropped_off_by text,
    checked_in_at timestamptz NOT NULL DEFAULT now(),
    picked_up_by text,
    checked_out_at timestamptz,
    CONSTRAINT vehicle_check_ins_checked_out_at_checked_in_at_rule CHECK (checked_out_at >= checked_in_at)
);
CALL platform.tenant_table('auto.vehicle_check_ins');
CALL platform.reference('auto.vehicle_check_ins', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.vehicle_check_ins', 'received_by_id', 'users.users');
CALL platform.reference('auto.vehicle_check_ins', 'signature_file_id', 'files.files');
CREATE UNIQUE INDEX vehicle_check_ins_repair_order_id_key ON auto.vehicle_check_ins (business_id, repair_order_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.vehicle_check_ins IS 'The state of a vehicle when it is handed over.';
