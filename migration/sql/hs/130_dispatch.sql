CREATE TABLE hs.job_types (
    department_id uuid,
    required_skill_id uuid,
    required_certification_id uuid,
    name text NOT NULL,
    trade text NOT NULL CONSTRAINT job_types_trade_check
        CHECK (trade IN ('hvac', 'plumbing', 'electrical', 'roofing', 'landscaping', 'cleaning', 'pest_control', 'appliance', 'garage_door',
            'handyman', 'other')),
    work_order_type text NOT NULL CONSTRAINT job_types_work_order_type_check
        CHECK (work_order_type IN ('service_call', 'installation', 'maintenance', 'repair', 'inspection', 'estimate')),
    default_priority text NOT NULL DEFAULT 'normal' CONSTRAINT job_types_default_priority_check
        CHECK (default_priority IN ('low', 'normal', 'high', 'urgent', 'emergency')),
    default_duration_minutes integer NOT NULL DEFAULT 60 CONSTRAINT job_types_default_duration_minutes_range CHECK (default_duration_minutes > 0),
    diagnostic_fee decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT job_types_diagnostic_fee_range CHECK (diagnostic_fee >= 0),
    instructions text,
    is_bookable_online boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('hs.job_types');
CALL platform.reference('hs.job_types', 'department_id', 'businesses.departments');
CALL platform.reference('hs.job_types', 'required_skill_id', 'users.skills');
CALL platform.reference('hs.job_types', 'required_certification_id', 'users.certifications');
CREATE UNIQUE INDEX job_types_name_key ON hs.job_types (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.job_types IS 'A kind of job the office can book.';

CREATE TABLE hs.service_zones (
    name text NOT NULL,
    postal_codes text[] NOT NULL DEFAULT '{}',
    travel_fee decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT service_zones_travel_fee_range CHECK (travel_fee >= 0),
    travel_minutes integer CONSTRAINT service_zones_travel_minutes_range CHECK (travel_minutes >= 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('hs.service_zones');
CREATE UNIQUE INDEX service_zones_name_key ON hs.service_zones (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX service_zones_postal_codes_idx ON hs.service_zones USING gin (business_id, postal_codes);
COMMENT ON TABLE hs.service_zones IS 'An area the business sends technicians to.';

CREATE TABLE hs.technicians (
    user_id uuid NOT NULL,
    home_zone_id uuid,
    fleet_vehicle_id uuid,
    hourly_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT technicians_hourly_cost_range CHECK (hourly_cost >= 0),
    commission_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT technicians_commission_rate_range CHECK (commission_rate BETWEEN 0 AND 1),
    daily_appointment_limit integer CONSTRAINT technicians_daily_appointment_limit_range CHECK (daily_appointment_limit > 0),
    can_sell boolean NOT NULL DEFAULT false,
    is_dispatchable boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('hs.technicians');
CALL platform.reference('hs.technicians', 'user_id', 'users.users', 'cascade');
CALL platform.reference('hs.technicians', 'home_zone_id', 'hs.service_zones');
CALL platform.reference('hs.technicians', 'fleet_vehicle_id', 'hs.fleet_vehicles');
CREATE UNIQUE INDEX technicians_user_id_key ON hs.technicians (business_id, user_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.technicians IS 'How a member works in the field: zone, vehicle, cost and commission.';

CREATE TABLE hs.technician_positions (
    technician_id uuid NOT NULL,
    coordinates geography(point, 4326) NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    accuracy_meters decimal(7,2) CONSTRAINT technician_positions_accuracy_meters_range CHECK (accuracy_meters >= 0),
    speed_kph decimal(5,1) CONSTRAINT technician_positions_speed_kph_range CHECK (speed_kph >= 0),
    heading_degrees integer CONSTRAINT technician_positions_heading_degrees_range CHECK (heading_degrees BETWEEN 0 AND 359)
);
CALL platform.tenant_table('hs.technician_positions', p_append_only => true);
CALL platform.reference('hs.technician_positions', 'technician_id', 'users.users', 'cascade');
CREATE INDEX technician_positions_technician_id_recorded_at_idx ON hs.technician_positions (business_id, technician_id, recorded_at, id);
CREATE INDEX technician_positions_coordinates_idx ON hs.technician_positions USING gist (coordinates);
COMMENT ON TABLE hs.technician_positions IS 'Where a technician''s device was at a moment.';

CREATE TABLE hs.fleet_vehicles (
    name text NOT NULL,
    license_plate text,
    vin text,
    make text,
    model text,
    model_year integer CONSTRAINT fleet_vehicles_model_year_range CHECK (model_year >= 1900),
    odometer integer CONSTRAINT fleet_vehicles_odometer_range CHECK (odometer >= 0),
    registration_expires_on date,
    insurance_expires_on date,
    next_service_on date,
    status text NOT NULL DEFAULT 'in_service' CONSTRAINT fleet_vehicles_status_check CHECK (status IN ('in_service', 'in_repair', 'retired'))
);
CALL platform.tenant_table('hs.fleet_vehicles',
    p_flows => '{"status": [["in_service", "in_repair"], ["in_repair", "in_service"], ["in_service", "retired"], ["in_repair", "retired"]]}');
CREATE UNIQUE INDEX fleet_vehicles_name_key ON hs.fleet_vehicles (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX fleet_vehicles_vin_key ON hs.fleet_vehicles (business_id, vin) WHERE vin IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX fleet_vehicles_status_newest ON hs.fleet_vehicles (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.fleet_vehicles IS 'A company truck or van.';

CREATE TABLE hs.arrival_windows (
    department_id uuid,
    name text NOT NULL,
    start_time time NOT NULL,
    end_time time NOT NULL,
    days_of_week integer[] NOT NULL DEFAULT '{1,2,3,4,5}',
    daily_capacity integer CONSTRAINT arrival_windows_daily_capacity_range CHECK (daily_capacity > 0),
    is_bookable_online boolean NOT NULL DEFAULT true,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT arrival_windows_end_time_start_time_rule CHECK (end_time > start_time)
);
CALL platform.tenant_table('hs.arrival_windows');
CALL platform.reference('hs.arrival_windows', 'department_id', 'businesses.departments');
CREATE UNIQUE INDEX arrival_windows_department_id_name_key ON hs.arrival_windows (business_id, department_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.arrival_windows IS 'A time slot customers can be offered.';

CREATE TABLE hs.appointments (
    work_order_id uuid NOT NULL,
    arrival_window_id uuid,
    sequence integer NOT NULL DEFAULT 1 CONSTRAINT appointments_sequence_range CHECK (sequence > 0),
    scheduled_start timestamptz NOT NULL,
    scheduled_end timestamptz NOT NULL,
    window_start timestamptz,
    window_end timestamptz,
    status text NOT NULL DEFAULT 'scheduled' CONSTRAINT appointments_status_check
        CHECK (status IN ('scheduled', 'confirmed', 'dispatched', 'in_progress', 'completed', 'cancelled', 'no_show')),
    confirmed_at timestamptz,
    cancellation_reason text,
    instructions text,
    CONSTRAINT appointments_scheduled_end_scheduled_start_rule CHECK (scheduled_end > scheduled_start),
    CONSTRAINT appointments_window_end_window_start_rule CHECK (window_end > window_start)
);
CALL platform.tenant_table('hs.appointments', p_derived => '{confirmed_at}',
    p_flows => '{"status": [["scheduled", "confirmed"], ["scheduled", "dispatched"], ["scheduled", "cancelled"], ["confirmed", "dispatched"],
        ["confirmed", "scheduled"], ["confirmed", "cancelled"], ["dispatched", "in_progress"], ["dispatched", "confirmed"],
        ["dispatched", "cancelled"], ["dispatched", "no_show"], ["in_progress", "completed"]]}');
CALL platform.reference('hs.appointments', 'work_order_id', 'hs.work_orders', 'cascade');
CALL platform.reference('hs.appointments', 'arrival_window_id', 'hs.arrival_windows');
CREATE UNIQUE INDEX appointments_work_order_id_sequence_key ON hs.appointments (business_id, work_order_id, sequence) WHERE deleted_at IS NULL;
CREATE INDEX appointments_scheduled_start_status_idx ON hs.appointments (business_id, scheduled_start, status, id) WHERE deleted_at IS NULL;
CREATE INDEX appointments_status_newest ON hs.appointments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.appointments IS 'One planned visit of a work order.';

CREATE TABLE hs.appointment_assignments (
    appointment_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'lead' CONSTRAINT appointment_assignments_role_check CHECK (role IN ('lead', 'helper', 'apprentice')),
    status text NOT NULL DEFAULT 'assigned' CONSTRAINT appointment_assignments_status_check
        CHECK (status IN ('assigned', 'accepted', 'en_route', 'on_site', 'done', 'declined')),
    en_route_at timestamptz,
    arrived_at timestamptz,
    finished_at timestamptz
);
CALL platform.tenant_table('hs.appointment_assignments', p_derived => '{en_route_at,arrived_at,finished_at}',
    p_flows => '{"status": [["assigned", "accepted"], ["assigned", "en_route"], ["assigned", "declined"], ["accepted", "en_route"],
        ["accepted", "declined"], ["en_route", "on_site"], ["on_site", "done"]]}');
CALL platform.reference('hs.appointment_assignments', 'appointment_id', 'hs.appointments', 'cascade');
CALL platform.reference('hs.appointment_assignments', 'technician_id', 'users.users', 'restrict');
CREATE UNIQUE INDEX appointment_assignments_appointment_id_technician_id_key ON hs.appointment_assignments (business_id, appointment_id, technician_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX appointment_assignments_appointment_id_key ON hs.appointment_assignments (business_id, appointment_id) WHERE role = 'lead' AND status <> 'declined' AND deleted_at IS NULL;
CREATE INDEX appointment_assignments_status_newest ON hs.appointment_assignments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.appointment_assignments IS 'A technician sent to an appointment.';
