CREATE TABLE auto.fleet_accounts (
    customer_id uuid NOT NULL,
    labor_rate_id uuid,
    name text NOT NULL,
    approval_limit decimal(12,2) CONSTRAINT fleet_accounts_approval_limit_range CHECK (approval_limit >= 0),
    requires_purchase_order boolean NOT NULL DEFAULT false,
    parts_discount_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT fleet_accounts_parts_discount_rate_range
        CHECK (parts_discount_rate BETWEEN 0 AND 1),
    labor_discount_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT fleet_accounts_labor_discount_rate_range
        CHECK (labor_discount_rate BETWEEN 0 AND 1),
    credit_limit decimal(12,2) CONSTRAINT fleet_accounts_credit_limit_range CHECK (credit_limit >= 0),
    billing_cycle text NOT NULL DEFAULT 'per_visit' CONSTRAINT fleet_accounts_billing_cycle_check
        CHECK (billing_cycle IN ('per_visit', 'weekly', 'monthly')),
    payment_terms text NOT NULL DEFAULT 'Net 30',
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('auto.fleet_accounts');
CALL platform.reference('auto.fleet_accounts', 'customer_id', 'hs.customers', 'cascade');
CALL platform.reference('auto.fleet_accounts', 'labor_rate_id', 'auto.labor_rates');
CREATE UNIQUE INDEX fleet_accounts_customer_id_key ON auto.fleet_accounts (business_id, customer_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.fleet_accounts IS 'The terms agreed with a customer that runs many vehicles.';

CREATE TABLE auto.vehicle_recalls (
    vehicle_id uuid NOT NULL,
    repair_order_id uuid,
    campaign_number text NOT NULL,
    component text,
    summary text NOT NULL,
    remedy text,
    announced_on date,
    status text NOT NULL DEFAULT 'open' CONSTRAINT vehicle_recalls_status_check CHECK (status IN ('open', 'scheduled', 'completed', 'not_applicable'))
);
CALL platform.tenant_table('auto.vehicle_recalls',
    p_flows => '{"status": [["open", "scheduled"], ["open", "completed"], ["open", "not_applicable"], ["scheduled", "completed"],
        ["scheduled", "open"]]}');
CALL platform.reference('auto.vehicle_recalls', 'vehicle_id', 'auto.vehicles', 'cascade');
CALL platform.reference('auto.vehicle_recalls', 'repair_order_id', 'auto.repair_orders');
CREATE UNIQUE INDEX vehicle_recalls_vehicle_id_campaign_number_key ON auto.vehicle_recalls (business_id, vehicle_id, campaign_number) WHERE deleted_at IS NULL;
CREATE INDEX vehicle_recalls_status_newest ON auto.vehicle_recalls (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.vehicle_recalls IS 'A maker''s recall that concerns a vehicle.';

CREATE TABLE auto.maintenance_schedules (
    canned_job_id uuid NOT NULL,
    make text NOT NULL,
    model text,
    year_from integer CONSTRAINT maintenance_schedules_year_from_range CHECK (year_from >= 1900),
    year_to integer CONSTRAINT maintenance_schedules_year_to_range CHECK (year_to >= 1900),
    interval_miles integer CONSTRAINT maintenance_schedules_interval_miles_range CHECK (interval_miles > 0),
    interval_months integer CONSTRAINT maintenance_schedules_interval_months_range CHECK (interval_months > 0),
    is_severe_use boolean NOT NULL DEFAULT false,
    CONSTRAINT maintenance_schedules_year_to_year_from_rule CHECK (year_to >= year_from),
    CONSTRAINT maintenance_schedules_interval_miles_interval_months_rule CHECK (interval_miles IS NOT NULL OR interval_months IS NOT NULL)
);
CALL platform.tenant_table('auto.maintenance_schedules');
CALL platform.reference('auto.maintenance_schedules', 'canned_job_id', 'auto.canned_jobs', 'cascade');
CREATE UNIQUE INDEX maintenance_schedules_canned_job_id_make_model_year_fro_key ON auto.maintenance_schedules (business_id, canned_job_id, make, model, year_from, is_severe_use) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.maintenance_schedules IS 'When a make and model needs a service.';

CREATE TABLE auto.service_reminders (
    vehicle_id uuid NOT NULL,
    canned_job_id uuid,
    declined_job_id uuid,
    appointment_id uuid,
    name text NOT NULL,
    due_on date,
    due_mileage integer CONSTRAINT service_reminders_due_mileage_range CHECK (due_mileage >= 0),
    estimated_price decimal(12,2) CONSTRAINT service_reminders_estimated_price_range CHECK (estimated_price >= 0),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT service_reminders_status_check
        CHECK (status IN ('pending', 'sent', 'booked', 'completed', 'dismissed')),
    sent_at timestamptz,
    CONSTRAINT service_reminders_due_on_due_mileage_rule CHECK (due_on IS NOT NULL OR due_mileage IS NOT NULL)
);
CALL platform.tenant_table('auto.service_reminders', p_derived => '{sent_at}',
    p_flows => '{"status": [["pending", "sent"], ["pending", "booked"], ["pending", "completed"], ["pending", "dismissed"], ["sent", "booked"],
        ["sent", "completed"], ["sent", "dismissed"], ["booked", "completed"], ["booked", "pending"]]}');
CALL platform.reference('auto.service_reminders', 'vehicle_id', 'auto.vehicles', 'cascade');
CALL platform.reference('auto.service_reminders', 'canned_job_id', 'auto.canned_jobs');
CALL platform.reference('auto.service_reminders', 'declined_job_id', 'auto.repair_order_jobs');
CALL platform.reference('auto.service_reminders', 'appointment_id', 'auto.appointments');
CREATE INDEX service_reminders_status_due_on_idx ON auto.service_reminders (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX service_reminders_status_newest ON auto.service_reminders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.service_reminders IS 'A service a vehicle is due for, or one put off before.';

CREATE TABLE auto.repair_warranties (
    repair_order_job_id uuid NOT NULL,
    vehicle_id uuid NOT NULL,
    coverage text NOT NULL DEFAULT 'parts_and_labor' CONSTRAINT repair_warranties_coverage_check
        CHECK (coverage IN ('parts', 'labor', 'parts_and_labor')),
    starts_on date NOT NULL DEFAULT CURRENT_DATE,
    expires_on date,
    starts_mileage integer CONSTRAINT repair_warranties_starts_mileage_range CHECK (starts_mileage >= 0),
    expires_mileage integer,
    terms text,
    status text NOT NULL DEFAULT 'active' CONSTRAINT repair_warranties_status_check CHECK (status IN ('active', 'expired', 'voided')),
    CONSTRAINT repair_warranties_expires_on_starts_on_rule CHECK (expires_on > starts_on),
    CONSTRAINT repair_warranties_expires_mileage_starts_mileage_rule CHECK (expires_mileage > starts_mileage)
);
CALL platform.tenant_table('auto.repair_warranties',
    p_flows => '{"status": [["active", "expired"], ["active", "voided"]]}');
CALL platform.reference('auto.repair_warranties', 'repair_order_job_id', 'auto.repair_order_jobs', 'cascade');
CALL platform.reference('auto.repair_warranties', 'vehicle_id', 'auto.vehicles', 'cascade');
CREATE UNIQUE INDEX repair_warranties_repair_order_job_id_coverage_key ON auto.repair_warranties (business_id, repair_order_job_id, coverage) WHERE deleted_at IS NULL;
CREATE INDEX repair_warranties_vehicle_id_expires_on_idx ON auto.repair_warranties (business_id, vehicle_id, expires_on, id) WHERE deleted_at IS NULL;
CREATE INDEX repair_warranties_status_newest ON auto.repair_warranties (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.repair_warranties IS 'The shop''s own warranty on a finished job.';

CREATE TABLE auto.warranty_claims (
    warranty_claim_number text NOT NULL,
    repair_order_id uuid NOT NULL,
    repair_order_job_id uuid,
    repair_warranty_id uuid,
    supplier_id uuid,
    payer text NOT NULL CONSTRAINT warranty_claims_payer_check
        CHECK (payer IN ('shop', 'manufacturer', 'extended_warranty', 'parts_supplier', 'insurer')),
    payer_name text,
    contract_number text,
    claim_reference text,
    claimed_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT warranty_claims_claimed_amount_range CHECK (claimed_amount >= 0),
    deductible_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT warranty_claims_deductible_amount_range CHECK (deductible_amount >= 0),
    approved_amount decimal(12,2) CONSTRAINT warranty_claims_approved_amount_range CHECK (approved_amount >= 0),
    submitted_on date,
    resolved_on date,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT warranty_claims_status_check
        CHECK (status IN ('draft', 'submitted', 'approved', 'partially_approved', 'denied', 'paid', 'cancelled')),
    CONSTRAINT warranty_claims_resolved_on_submitted_on_rule CHECK (resolved_on >= submitted_on)
);
CALL platform.tenant_table('auto.warranty_claims', p_number => 'warranty_claim_number', p_prefix => 'WC',
    p_flows => '{"status": [["draft", "submitted"], ["draft", "cancelled"], ["submitted", "approved"], ["submitted", "partially_approved"],
        ["submitted", "denied"], ["submitted", "cancelled"], ["approved", "paid"], ["partially_approved", "paid"], ["denied", "submitted"]]}');
CALL platform.reference('auto.warranty_claims', 'repair_order_id', 'auto.repair_orders', 'restrict');
CALL platform.reference('auto.warranty_claims', 'repair_order_job_id', 'auto.repair_order_jobs');
CALL platform.reference('auto.warranty_claims', 'repair_warranty_id', 'auto.repair_warranties');
CALL platform.reference('auto.warranty_claims', 'supplier_id', 'auto.suppliers');
CREATE UNIQUE INDEX warranty_claims_warranty_claim_number_key ON auto.warranty_claims (business_id, warranty_claim_number) WHERE deleted_at IS NULL;
CREATE INDEX warranty_claims_status_newest ON auto.warranty_claims (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.warranty_claims IS 'A claim to whoever pays for a repair instead of the customer.';
COMMENT ON COLUMN auto.warranty_claims.warranty_claim_number IS 'Filled in where it is left out: WC-2025-0001.';

CREATE TABLE auto.loaner_vehicles (
    location_id uuid,
    name text NOT NULL,
    license_plate text NOT NULL,
    vin text,
    make text NOT NULL,
    model text NOT NULL,
    model_year integer CONSTRAINT loaner_vehicles_model_year_range CHECK (model_year >= 1900),
    odometer integer NOT NULL DEFAULT 0 CONSTRAINT loaner_vehicles_odometer_range CHECK (odometer >= 0),
    daily_rate decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT loaner_vehicles_daily_rate_range CHECK (daily_rate >= 0),
    insurance_expires_on date,
    status text NOT NULL DEFAULT 'available' CONSTRAINT loaner_vehicles_status_check
        CHECK (status IN ('available', 'on_loan', 'maintenance', 'retired'))
);
CALL platform.tenant_table('auto.loaner_vehicles',
    p_flows => '{"status": [["available", "on_loan"], ["available", "maintenance"], ["available", "retired"], ["on_loan", "available"],
        ["on_loan", "maintenance"], ["maintenance", "available"], ["maintenance", "retired"]]}');
CALL platform.reference('auto.loaner_vehicles', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX loaner_vehicles_license_plate_key ON auto.loaner_vehicles (business_id, license_plate) WHERE deleted_at IS NULL;
CREATE INDEX loaner_vehicles_status_newest ON auto.loaner_vehicles (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.loaner_vehicles IS 'A car the shop lends while it repairs.';

CREATE TABLE auto.loaner_agreements (
    loaner_agreement_number text NOT NULL,
    loaner_vehicle_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    repair_order_id uuid,
    signature_file_id uuid,
    driver_name text NOT NULL,
    driver_license_last_four text,
    out_at timestamptz,
    due_at timestamptz NOT NULL,
    returned_at timestamptz,
    odometer_out integer CONSTRAINT loaner_agreements_odometer_out_range CHECK (odometer_out >= 0),
    odometer_in integer,
    distance integer GENERATED ALWAYS AS (odometer_in - odometer_out) STORED,
    fuel_out text CONSTRAINT loaner_agreements_fuel_out_check CHECK (fuel_out IN ('empty', 'quarter', 'half', 'three_quarters', 'full')),
    fuel_in text CONSTRAINT loaner_agreements_fuel_in_check CHECK (fuel_in IN ('empty', 'quarter', 'half', 'three_quarters', 'full')),
    damage_notes text,
    status text NOT NULL DEFAULT 'reserved' CONSTRAINT loaner_agreements_status_check CHECK (status IN ('reserved', 'out', 'returned', 'cancelled')),
    CONSTRAINT loaner_agreements_odometer_in_odometer_out_rule CHECK (odometer_in >= odometer_out),
    CONSTRAINT loaner_agreements_returned_at_out_at_rule CHECK (returned_at >= out_at)
);
CALL platform.tenant_table('auto.loaner_agreements', p_number => 'loaner_agreement_number', p_prefix => 'LA',
    p_flows => '{"status": [["reserved", "out"], ["reserved", "cancelled"], ["out", "returned"]]}');
CALL platform.reference('auto.loaner_agreements', 'loaner_vehicle_id', 'auto.loaner_vehicles', 'restrict');
CALL platform.reference('auto.loaner_agreements', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('auto.loaner_agreements', 'repair_order_id', 'auto.repair_orders');
CALL platform.reference('auto.loaner_agreements', 'signature_file_id', 'files.files');
CREATE UNIQUE INDEX loaner_agreements_loaner_agreement_number_key ON auto.loaner_agreements (business_id, loaner_agreement_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX loaner_agreements_loaner_vehicle_id_key ON auto.loaner_agreements (business_id, loaner_vehicle_id) WHERE status = 'out' AND deleted_at IS NULL;
CREATE INDEX loaner_agreements_status_newest ON auto.loaner_agreements (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.loaner_agreements IS 'A loaner car lent to a customer.';
COMMENT ON COLUMN auto.loaner_agreements.loaner_agreement_number IS 'Filled in where it is left out: LA-2025-0001.';
