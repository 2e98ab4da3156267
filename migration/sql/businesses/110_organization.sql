CREATE TABLE businesses.business_modules (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    module text NOT NULL CONSTRAINT business_modules_module_check
        CHECK (module IN ('hs', 'rest', 'auto', 'ret', 'courses', 'payroll', 'investigations')),
    status text NOT NULL DEFAULT 'enabled' CONSTRAINT business_modules_status_check CHECK (status IN ('trial', 'enabled', 'disabled')),
    is_primary boolean NOT NULL DEFAULT false,
    enabled_at timestamptz NOT NULL DEFAULT now(),
    trial_ends_at timestamptz,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('businesses.business_modules', p_read => '{member}', p_write => '{owner}', p_business => 'business_id',
    p_derived => '{enabled_at,trial_ends_at,disabled_at}',
    p_flows => '{"status": [["trial", "enabled"], ["trial", "disabled"], ["enabled", "disabled"], ["disabled", "enabled"]]}');
CALL platform.allow_rows('businesses.business_modules');
CALL platform.reference('businesses.business_modules', 'business_id', 'businesses.businesses', 'cascade');
CREATE INDEX business_modules_newest ON businesses.business_modules (business_id, created_at DESC, id);
CREATE UNIQUE INDEX business_modules_module_key ON businesses.business_modules (business_id, module);
CREATE UNIQUE INDEX business_modules_is_primary_key ON businesses.business_modules (business_id, is_primary) WHERE is_primary;
COMMENT ON TABLE businesses.business_modules IS 'An industry module a business has switched on.';

CREATE TABLE businesses.locations (
    name text NOT NULL,
    code text NOT NULL,
    kind text NOT NULL DEFAULT 'branch' CONSTRAINT locations_kind_check
        CHECK (kind IN ('headquarters', 'branch', 'warehouse', 'store', 'restaurant', 'garage', 'classroom', 'mobile')),
    status text NOT NULL DEFAULT 'open' CONSTRAINT locations_status_check CHECK (status IN ('planned', 'open', 'closed')),
    manager_id uuid,
    tax_group_id uuid,
    email text,
    phone text,
    address_line_1 text,
    address_line_2 text,
    city text,
    state_province text,
    postal_code text,
    country text NOT NULL DEFAULT 'US',
    timezone text NOT NULL DEFAULT 'UTC',
    coordinates geography(point, 4326),
    is_primary boolean NOT NULL DEFAULT false,
    opened_on date,
    closed_on date,
    CONSTRAINT locations_closed_on_opened_on_rule CHECK (closed_on >= opened_on)
);
CALL platform.tenant_table('businesses.locations',
    p_flows => '{"status": [["planned", "open"], ["open", "closed"], ["closed", "open"]]}');
CALL platform.reference('businesses.locations', 'manager_id', 'users.users');
CALL platform.reference('businesses.locations', 'tax_group_id', 'businesses.tax_groups');
CREATE UNIQUE INDEX locations_name_key ON businesses.locations (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX locations_code_key ON businesses.locations (business_id, code) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX locations_is_primary_key ON businesses.locations (business_id, is_primary) WHERE is_primary AND deleted_at IS NULL;
CREATE INDEX locations_coordinates_idx ON businesses.locations USING gist (coordinates);
CREATE INDEX locations_status_newest ON businesses.locations (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE businesses.locations IS 'A branch, shop, restaurant, garage or warehouse of the business.';

CREATE TABLE businesses.departments (
    name text NOT NULL,
    code text,
    parent_department_id uuid,
    location_id uuid,
    manager_id uuid,
    cost_center text,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('businesses.departments');
ALTER TABLE businesses.departments ADD CONSTRAINT departments_parent_department_id_id_rule CHECK (parent_department_id <> id);
CALL platform.reference('businesses.departments', 'parent_department_id', 'businesses.departments');
CALL platform.reference('businesses.departments', 'location_id', 'businesses.locations');
CALL platform.reference('businesses.departments', 'manager_id', 'users.users');
CREATE UNIQUE INDEX departments_location_id_name_key ON businesses.departments (business_id, location_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX departments_code_key ON businesses.departments (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE businesses.departments IS 'A part of the business with its own manager and costs.';

CREATE TABLE businesses.business_hours (
    location_id uuid NOT NULL,
    service text NOT NULL DEFAULT 'storefront' CONSTRAINT business_hours_service_check
        CHECK (service IN ('storefront', 'kitchen', 'delivery', 'pickup', 'phone', 'field_service')),
    weekday integer NOT NULL CONSTRAINT business_hours_weekday_range CHECK (weekday BETWEEN 1 AND 7),
    opens_at time NOT NULL,
    closes_at time NOT NULL,
    effective_from date,
    effective_until date,
    CONSTRAINT business_hours_closes_at_opens_at_rule CHECK (closes_at <> opens_at),
    CONSTRAINT business_hours_effective_until_effective_from_rule CHECK (effective_until >= effective_from)
);
CALL platform.tenant_table('businesses.business_hours');
CALL platform.reference('businesses.business_hours', 'location_id', 'businesses.locations', 'cascade');
CREATE UNIQUE INDEX business_hours_location_id_service_weekday_opens_at_eff_key ON businesses.business_hours (business_id, location_id, service, weekday, opens_at, effective_from) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE businesses.business_hours IS 'When a location is open for a kind of service on a weekday.';

CREATE TABLE businesses.holidays (
    location_id uuid,
    name text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    is_closed boolean NOT NULL DEFAULT true,
    opens_at time,
    closes_at time,
    repeats_yearly boolean NOT NULL DEFAULT false,
    CONSTRAINT holidays_ends_on_starts_on_rule CHECK (ends_on >= starts_on),
    CONSTRAINT holidays_is_closed_opens_at_closes_at_rule CHECK (is_closed OR (opens_at IS NOT NULL AND closes_at IS NOT NULL))
);
CALL platform.tenant_table('businesses.holidays');
CALL platform.reference('businesses.holidays', 'location_id', 'businesses.locations', 'cascade');
CREATE UNIQUE INDEX holidays_location_id_name_starts_on_key ON businesses.holidays (business_id, location_id, name, starts_on) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX holidays_starts_on_ends_on_idx ON businesses.holidays (business_id, starts_on, ends_on, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE businesses.holidays IS 'A day or span with closed doors or special hours.';
