CREATE TABLE hs.estimate_options (
    estimate_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT estimate_options_discount_amount_range CHECK (discount_amount >= 0),
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    total_amount decimal(12,2) GENERATED ALWAYS AS (subtotal - discount_amount + tax_amount) STORED,
    is_recommended boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'open' CONSTRAINT estimate_options_status_check CHECK (status IN ('open', 'selected', 'dismissed')),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('hs.estimate_options', p_derived => '{subtotal,tax_amount}',
    p_flows => '{"status": [["open", "selected"], ["open", "dismissed"], ["selected", "open"], ["dismissed", "open"]]}');
CALL platform.reference('hs.estimate_options', 'estimate_id', 'hs.estimates', 'cascade');
CREATE UNIQUE INDEX estimate_options_estimate_id_name_key ON hs.estimate_options (business_id, estimate_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX estimate_options_estimate_id_key ON hs.estimate_options (business_id, estimate_id) WHERE status = 'selected' AND deleted_at IS NULL;
CREATE INDEX estimate_options_status_newest ON hs.estimate_options (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.estimate_options IS 'One of the choices (good, better, best) in an estimate.';

CREATE TABLE hs.estimate_line_items (
    estimate_id uuid NOT NULL,
    estimate_option_id uuid,
    price_book_item_id uuid,
    line_type text NOT NULL DEFAULT 'labor' CONSTRAINT estimate_line_items_line_type_check
        CHECK (line_type IN ('labor', 'material', 'equipment', 'subcontract', 'fee')),
    description text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT estimate_line_items_quantity_range CHECK (quantity > 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT estimate_line_items_unit_cost_range CHECK (unit_cost >= 0),
    unit_price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT estimate_line_items_unit_price_range CHECK (unit_price >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_price, 2)) STORED,
    is_taxable boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('hs.estimate_line_items');
CALL platform.reference('hs.estimate_line_items', 'estimate_id', 'hs.estimates', 'cascade');
CALL platform.reference('hs.estimate_line_items', 'estimate_option_id', 'hs.estimate_options', 'cascade');
CALL platform.reference('hs.estimate_line_items', 'price_book_item_id', 'hs.price_book_items');
COMMENT ON TABLE hs.estimate_line_items IS 'A line of an estimate or of one of its options.';

CREATE TABLE hs.price_book_categories (
    parent_id uuid,
    department_id uuid,
    name text NOT NULL,
    description text,
    sort_order integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('hs.price_book_categories');
CALL platform.reference('hs.price_book_categories', 'parent_id', 'hs.price_book_categories');
CALL platform.reference('hs.price_book_categories', 'department_id', 'businesses.departments');
CREATE UNIQUE INDEX price_book_categories_parent_id_name_key ON hs.price_book_categories (business_id, parent_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.price_book_categories IS 'A shelf of the price book.';

CREATE TABLE hs.price_book_items (
    price_book_category_id uuid,
    image_file_id uuid,
    code text NOT NULL,
    name text NOT NULL,
    description text,
    item_type text NOT NULL DEFAULT 'service' CONSTRAINT price_book_items_item_type_check
        CHECK (item_type IN ('service', 'material', 'equipment', 'fee')),
    unit_of_measure text NOT NULL DEFAULT 'each',
    cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT price_book_items_cost_range CHECK (cost >= 0),
    price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT price_book_items_price_range CHECK (price >= 0),
    member_price decimal(12,2) CONSTRAINT price_book_items_member_price_range CHECK (member_price >= 0),
    labor_hours decimal(5,2) NOT NULL DEFAULT 0.00 CONSTRAINT price_book_items_labor_hours_range CHECK (labor_hours >= 0),
    warranty_months integer CONSTRAINT price_book_items_warranty_months_range CHECK (warranty_months >= 0),
    is_taxable boolean NOT NULL DEFAULT true,
    is_stocked boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT price_book_items_member_price_price_rule CHECK (member_price <= price),
    CONSTRAINT price_book_items_is_stocked_item_type_rule CHECK (NOT is_stocked OR item_type IN ('material', 'equipment'))
);
CALL platform.tenant_table('hs.price_book_items');
CALL platform.reference('hs.price_book_items', 'price_book_category_id', 'hs.price_book_categories');
CALL platform.reference('hs.price_book_items', 'image_file_id', 'files.files');
CREATE UNIQUE INDEX price_book_items_code_key ON hs.price_book_items (business_id, code) WHERE deleted_at IS NULL;
CREATE INDEX price_book_items_item_type_name_idx ON hs.price_book_items (business_id, item_type, name, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.price_book_items IS 'A service, material or equipment the business sells at a set price.';

CREATE TABLE hs.price_book_item_components (
    price_book_item_id uuid NOT NULL,
    component_item_id uuid NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT price_book_item_components_quantity_range CHECK (quantity > 0),
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT price_book_item_components_price_book_item_id_rule CHECK (price_book_item_id <> component_item_id)
);
CALL platform.tenant_table('hs.price_book_item_components', p_soft_delete => false);
CALL platform.reference('hs.price_book_item_components', 'price_book_item_id', 'hs.price_book_items', 'cascade');
CALL platform.reference('hs.price_book_item_components', 'component_item_id', 'hs.price_book_items', 'restrict');
CREATE UNIQUE INDEX price_book_item_components_price_book_item_id_component_key ON hs.price_book_item_components (business_id, price_book_item_id, component_item_id);
COMMENT ON TABLE hs.price_book_item_components IS 'A material or equipment included in a priced service.';

CREATE TABLE hs.labor_rates (
    department_id uuid,
    name text NOT NULL,
    rate_type text NOT NULL DEFAULT 'standard' CONSTRAINT labor_rates_rate_type_check
        CHECK (rate_type IN ('standard', 'after_hours', 'weekend', 'holiday', 'emergency')),
    hourly_rate decimal(12,2) NOT NULL CONSTRAINT labor_rates_hourly_rate_range CHECK (hourly_rate >= 0),
    minimum_hours decimal(5,2) NOT NULL DEFAULT 0.00 CONSTRAINT labor_rates_minimum_hours_range CHECK (minimum_hours >= 0),
    effective_from date NOT NULL DEFAULT CURRENT_DATE,
    effective_to date,
    CONSTRAINT labor_rates_effective_to_effective_from_rule CHECK (effective_to >= effective_from)
);
CALL platform.tenant_table('hs.labor_rates');
CALL platform.reference('hs.labor_rates', 'department_id', 'businesses.departments');
CREATE UNIQUE INDEX labor_rates_department_id_name_effective_from_key ON hs.labor_rates (business_id, department_id, name, effective_from) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.labor_rates IS 'What an hour of work costs the customer.';

CREATE TABLE hs.discounts (
    name text NOT NULL,
    code text,
    discount_type text NOT NULL CONSTRAINT discounts_discount_type_check CHECK (discount_type IN ('percentage', 'fixed_amount')),
    value decimal(12,2) NOT NULL CONSTRAINT discounts_value_range CHECK (value > 0),
    maximum_amount decimal(12,2) CONSTRAINT discounts_maximum_amount_range CHECK (maximum_amount > 0),
    starts_on date,
    ends_on date,
    requires_approval boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT discounts_discount_type_value_rule CHECK (discount_type <> 'percentage' OR value <= 100),
    CONSTRAINT discounts_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('hs.discounts');
CREATE UNIQUE INDEX discounts_name_key ON hs.discounts (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX discounts_code_key ON hs.discounts (business_id, code) WHERE code IS NOT NULL AND deleted_at IS NULL;
COMMENT ON TABLE hs.discounts IS 'A price reduction the team may give.';
