CREATE TABLE auto.vehicles (
    customer_id uuid,
    vin text,
    license_plate text,
    year integer CONSTRAINT vehicles_year_range CHECK (year BETWEEN 1900 AND 2100),
    make text NOT NULL,
    model text NOT NULL,
    trim text,
    engine text,
    transmission text,
    mileage integer NOT NULL DEFAULT 0,
    color text,
    fuel_type text CONSTRAINT vehicles_fuel_type_check CHECK (fuel_type IN ('gasoline', 'diesel', 'hybrid', 'electric', 'other')),
    insurance_company text,
    policy_number text,
    insurance_expires date,
    status text NOT NULL DEFAULT 'active' CONSTRAINT vehicles_status_check CHECK (status IN ('active', 'inactive', 'totaled')),
    total_visits integer NOT NULL DEFAULT 0,
    total_spent decimal(12,2) NOT NULL DEFAULT 0.00,
    last_service_date date,
    last_mileage integer NOT NULL DEFAULT 0,
    notes text
);
CALL platform.tenant_table('auto.vehicles', p_derived => '{total_visits,total_spent,last_service_date,last_mileage}');
CALL platform.reference('auto.vehicles', 'customer_id', 'hs.customers', 'cascade');
CREATE UNIQUE INDEX vehicles_vin_key ON auto.vehicles (business_id, vin) WHERE deleted_at IS NULL;
CREATE INDEX vehicles_license_plate_idx ON auto.vehicles (business_id, license_plate) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.vehicles IS 'A customer''s car or truck.';
COMMENT ON COLUMN auto.vehicles.vin IS 'Vehicle identification number; unique in the business.';

CREATE TABLE auto.repair_orders (
    customer_id uuid,
    vehicle_id uuid,
    ro_number text NOT NULL,
    mileage_in integer,
    mileage_out integer,
    fuel_level text CONSTRAINT repair_orders_fuel_level_check CHECK (fuel_level IN ('empty', '1/4', '1/2', '3/4', 'full')),
    complaint text,
    cause text,
    correction text,
    service_type text CONSTRAINT repair_orders_service_type_check CHECK (service_type IN ('maintenance', 'repair', 'inspection', 'diagnosis', 'recall')),
    priority text NOT NULL DEFAULT 'normal' CONSTRAINT repair_orders_priority_check CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    service_writer uuid,
    technician_id uuid,
    bay_assignment text,
    promised_date date,
    promised_time time,
    status text NOT NULL DEFAULT 'open' CONSTRAINT repair_orders_status_check CHECK (status IN ('open', 'in_progress', 'waiting_parts', 'waiting_approval', 'completed', 'delivered', 'cancelled')),
    customer_authorization boolean NOT NULL DEFAULT false,
    authorization_amount decimal(12,2),
    authorized_at timestamptz,
    labor_total decimal(12,2) NOT NULL DEFAULT 0.00,
    parts_total decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    total_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_orders_total_amount_range CHECK (total_amount >= 0),
    quality_check_performed boolean NOT NULL DEFAULT false,
    quality_check_by uuid,
    quality_check_notes text,
    customer_notified boolean NOT NULL DEFAULT false,
    customer_satisfaction integer CONSTRAINT repair_orders_customer_satisfaction_range CHECK (customer_satisfaction >= 1 AND customer_satisfaction <= 5),
    quote_sent_at timestamptz,
    discount_total decimal(12,2) NOT NULL DEFAULT 0.00,
    fees_total decimal(12,2) NOT NULL DEFAULT 0.00,
    sublet_total decimal(12,2) NOT NULL DEFAULT 0.00
);
CALL platform.tenant_table('auto.repair_orders', p_number => 'ro_number', p_prefix => 'RO',
    p_derived => '{quote_sent_at,discount_total,fees_total,sublet_total}',
    p_flows => '{"status": [["open", "in_progress"], ["open", "waiting_approval"], ["open", "waiting_parts"], ["open", "cancelled"], ["in_progress", "waiting_parts"], ["in_progress", "waiting_approval"], ["in_progress", "completed"], ["in_progress", "cancelled"], ["waiting_parts", "in_progress"], ["waiting_parts", "waiting_approval"], ["waiting_parts", "cancelled"], ["waiting_approval", "in_progress"], ["waiting_approval", "waiting_parts"], ["waiting_approval", "cancelled"], ["completed", "in_progress"], ["completed", "delivered"]]}');
CALL platform.reference('auto.repair_orders', 'customer_id', 'hs.customers');
CALL platform.reference('auto.repair_orders', 'vehicle_id', 'auto.vehicles', 'cascade');
CALL platform.reference('auto.repair_orders', 'service_writer', 'users.users');
CALL platform.reference('auto.repair_orders', 'technician_id', 'users.users');
CALL platform.reference('auto.repair_orders', 'quality_check_by', 'users.users');
CREATE UNIQUE INDEX repair_orders_ro_number_key ON auto.repair_orders (business_id, ro_number) WHERE deleted_at IS NULL;
CREATE INDEX repair_orders_status_idx ON auto.repair_orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.repair_orders IS 'A vehicle''s visit to the shop, from complaint to delivery.';
COMMENT ON COLUMN auto.repair_orders.ro_number IS 'Filled in where it is left out: RO-2025-0001.';
