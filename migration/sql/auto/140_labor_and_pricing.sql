CREATE TABLE auto.technician_time_entries (
    repair_order_id uuid NOT NULL,
    repair_order_job_id uuid,
    repair_order_labor_line_id uuid,
    technician_id uuid NOT NULL,
    activity text NOT NULL DEFAULT 'repair' CONSTRAINT technician_time_entries_activity_check
        CHECK (activity IN ('repair', 'diagnosis', 'inspection', 'rework', 'test_drive', 'waiting')),
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    hours decimal(7,2) GENERATED ALWAYS AS (extract(epoch from ended_at - started_at) / 3600.0) STORED,
    notes text,
    CONSTRAINT technician_time_entries_ended_at_started_at_rule CHECK (ended_at > started_at)
);
CALL platform.tenant_table('auto.technician_time_entries');
CALL platform.reference('auto.technician_time_entries', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.technician_time_entries', 'repair_order_job_id', 'auto.repair_order_jobs');
CALL platform.reference('auto.technician_time_entries', 'repair_order_labor_line_id', 'auto.repair_order_labor_lines');
CALL platform.reference('auto.technician_time_entries', 'technician_id', 'users.users', 'restrict');
CREATE UNIQUE INDEX technician_time_entries_technician_id_key ON auto.technician_time_entries (business_id, technician_id) WHERE ended_at IS NULL AND deleted_at IS NULL;
CREATE INDEX technician_time_entries_technician_id_started_at_idx ON auto.technician_time_entries (business_id, technician_id, started_at, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.technician_time_entries IS 'Time a technician was clocked on to a repair order.';

CREATE TABLE auto.labor_rates (
    name text NOT NULL,
    labor_type text NOT NULL DEFAULT 'mechanical' CONSTRAINT labor_rates_labor_type_check
        CHECK (labor_type IN ('mechanical', 'diagnostic', 'electrical', 'body', 'tire', 'alignment', 'fleet', 'warranty')),
    hourly_rate decimal(12,2) NOT NULL CONSTRAINT labor_rates_hourly_rate_range CHECK (hourly_rate >= 0),
    is_taxable boolean NOT NULL DEFAULT false,
    is_default boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    effective_from date NOT NULL DEFAULT CURRENT_DATE
);
CALL platform.tenant_table('auto.labor_rates');
CREATE UNIQUE INDEX labor_rates_name_effective_from_key ON auto.labor_rates (business_id, name, effective_from) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX labor_rates_labor_type_key ON auto.labor_rates (business_id, labor_type) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE auto.labor_rates IS 'What an hour of shop labor costs the customer.';

CREATE TABLE auto.canned_jobs (
    code text NOT NULL,
    name text NOT NULL,
    description text,
    category text NOT NULL DEFAULT 'other' CONSTRAINT canned_jobs_category_check
        CHECK (category IN ('maintenance', 'brakes', 'engine', 'transmission', 'electrical', 'suspension', 'tires', 'heating_cooling', 'diagnosis',
            'other')),
    fixed_price decimal(12,2) CONSTRAINT canned_jobs_fixed_price_range CHECK (fixed_price >= 0),
    interval_miles integer CONSTRAINT canned_jobs_interval_miles_range CHECK (interval_miles > 0),
    interval_months integer CONSTRAINT canned_jobs_interval_months_range CHECK (interval_months > 0),
    warranty_months integer CONSTRAINT canned_jobs_warranty_months_range CHECK (warranty_months >= 0),
    warranty_miles integer CONSTRAINT canned_jobs_warranty_miles_range CHECK (warranty_miles >= 0),
    is_bookable_online boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('auto.canned_jobs');
CREATE UNIQUE INDEX canned_jobs_code_key ON auto.canned_jobs (business_id, code) WHERE deleted_at IS NULL;
CREATE INDEX canned_jobs_category_name_idx ON auto.canned_jobs (business_id, category, name, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.canned_jobs IS 'A standard job with its labor, parts and price.';

CREATE TABLE auto.canned_job_labor_lines (
    canned_job_id uuid NOT NULL,
    labor_rate_id uuid,
    description text NOT NULL,
    hours decimal(7,2) NOT NULL CONSTRAINT canned_job_labor_lines_hours_range CHECK (hours > 0),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.canned_job_labor_lines');
CALL platform.reference('auto.canned_job_labor_lines', 'canned_job_id', 'auto.canned_jobs', 'cascade');
CALL platform.reference('auto.canned_job_labor_lines', 'labor_rate_id', 'auto.labor_rates');
COMMENT ON TABLE auto.canned_job_labor_lines IS 'Labor a standard job includes.';

CREATE TABLE auto.canned_job_part_lines (
    canned_job_id uuid NOT NULL,
    part_id uuid,
    description text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT canned_job_part_lines_quantity_range CHECK (quantity > 0),
    unit_price decimal(12,2) CONSTRAINT canned_job_part_lines_unit_price_range CHECK (unit_price >= 0),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.canned_job_part_lines');
CALL platform.reference('auto.canned_job_part_lines', 'canned_job_id', 'auto.canned_jobs', 'cascade');
CALL platform.reference('auto.canned_job_part_lines', 'part_id', 'auto.parts');
COMMENT ON TABLE auto.canned_job_part_lines IS 'A part a standard job includes.';

CREATE TABLE auto.pricing_matrices (
    name text NOT NULL,
    applies_to text NOT NULL DEFAULT 'parts' CONSTRAINT pricing_matrices_applies_to_check CHECK (applies_to IN ('parts', 'labor')),
    is_default boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('auto.pricing_matrices');
CREATE UNIQUE INDEX pricing_matrices_name_key ON auto.pricing_matrices (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX pricing_matrices_applies_to_key ON auto.pricing_matrices (business_id, applies_to) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE auto.pricing_matrices IS 'A rule that turns part cost or labor hours into a price.';

CREATE TABLE auto.pricing_matrix_tiers (
    pricing_matrix_id uuid NOT NULL,
    from_value decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT pricing_matrix_tiers_from_value_range CHECK (from_value >= 0),
    to_value decimal(12,2),
    multiplier decimal(7,4) NOT NULL CONSTRAINT pricing_matrix_tiers_multiplier_range CHECK (multiplier > 0),
    margin_rate decimal(7,4) GENERATED ALWAYS AS (1 - 1 / multiplier) STORED,
    CONSTRAINT pricing_matrix_tiers_to_value_from_value_rule CHECK (to_value > from_value)
);
CALL platform.tenant_table('auto.pricing_matrix_tiers', p_soft_delete => false);
CALL platform.reference('auto.pricing_matrix_tiers', 'pricing_matrix_id', 'auto.pricing_matrices', 'cascade');
CREATE UNIQUE INDEX pricing_matrix_tiers_pricing_matrix_id_from_value_key ON auto.pricing_matrix_tiers (business_id, pricing_matrix_id, from_value);
COMMENT ON TABLE auto.pricing_matrix_tiers IS 'One step of a pricing rule.';

CREATE TABLE auto.shop_fees (
    name text NOT NULL,
    fee_type text NOT NULL DEFAULT 'fixed_amount' CONSTRAINT shop_fees_fee_type_check
        CHECK (fee_type IN ('fixed_amount', 'percentage_of_labor', 'percentage_of_parts', 'percentage_of_total')),
    value decimal(12,2) NOT NULL CONSTRAINT shop_fees_value_range CHECK (value >= 0),
    maximum_amount decimal(12,2) CONSTRAINT shop_fees_maximum_amount_range CHECK (maximum_amount > 0),
    is_taxable boolean NOT NULL DEFAULT false,
    is_automatic boolean NOT NULL DEFAULT true,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT shop_fees_fee_type_value_rule CHECK (fee_type = 'fixed_amount' OR value <= 100)
);
CALL platform.tenant_table('auto.shop_fees');
CREATE UNIQUE INDEX shop_fees_name_key ON auto.shop_fees (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.shop_fees IS 'A fee the shop adds by rule, such as supplies or disposal.';

CREATE TABLE auto.discounts (
    name text NOT NULL,
    code text,
    discount_type text NOT NULL DEFAULT 'percentage' CONSTRAINT discounts_discount_type_check CHECK (discount_type IN ('percentage', 'fixed_amount')),
    value decimal(12,2) NOT NULL CONSTRAINT discounts_value_range CHECK (value > 0),
    applies_to text NOT NULL DEFAULT 'total' CONSTRAINT discounts_applies_to_check CHECK (applies_to IN ('labor', 'parts', 'total')),
    maximum_amount decimal(12,2) CONSTRAINT discounts_maximum_amount_range CHECK (maximum_amount > 0),
    starts_on date,
    ends_on date,
    requires_approval boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT discounts_discount_type_value_rule CHECK (discount_type <> 'percentage' OR value <= 100),
    CONSTRAINT discounts_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('auto.discounts');
CREATE UNIQUE INDEX discounts_name_key ON auto.discounts (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX discounts_code_key ON auto.discounts (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.discounts IS 'A coupon or price reduction the shop offers.';
