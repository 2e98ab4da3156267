CREATE TABLE ret.price_lists (
    location_id uuid,
    customer_group_id uuid,
    name text NOT NULL,
    price_kind text NOT NULL DEFAULT 'retail' CONSTRAINT price_lists_price_kind_check
        CHECK (price_kind IN ('retail', 'wholesale', 'staff', 'promotional')),
    starts_on date,
    ends_on date,
    priority integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT price_lists_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('ret.price_lists');
CALL platform.reference('ret.price_lists', 'location_id', 'businesses.locations');
CALL platform.reference('ret.price_lists', 'customer_group_id', 'ret.customer_groups');
CREATE UNIQUE INDEX price_lists_name_key ON ret.price_lists (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.price_lists IS 'A set of prices for a customer group, place or season.';

CREATE TABLE ret.price_list_prices (
    price_list_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    minimum_quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT price_list_prices_minimum_quantity_range CHECK (minimum_quantity > 0),
    price decimal(12,2) NOT NULL CONSTRAINT price_list_prices_price_range CHECK (price >= 0)
);
CALL platform.tenant_table('ret.price_list_prices');
CALL platform.reference('ret.price_list_prices', 'price_list_id', 'ret.price_lists', 'cascade');
CALL platform.reference('ret.price_list_prices', 'product_id', 'ret.products', 'cascade');
CALL platform.reference('ret.price_list_prices', 'product_variant_id', 'ret.product_variants', 'cascade');
CREATE UNIQUE INDEX price_list_prices_price_list_id_product_id_product_vari_key ON ret.price_list_prices (business_id, price_list_id, product_id, product_variant_id, minimum_quantity) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.price_list_prices IS 'A product''s price on a price list.';

CREATE TABLE ret.serial_numbers (
    product_id uuid NOT NULL,
    product_variant_id uuid,
    location_id uuid,
    purchase_receipt_item_id uuid,
    sales_order_item_id uuid,
    serial_number text NOT NULL,
    warranty_ends_on date,
    status text NOT NULL DEFAULT 'in_stock' CONSTRAINT serial_numbers_status_check
        CHECK (status IN ('in_stock', 'reserved', 'sold', 'returned', 'defective', 'written_off'))
);
CALL platform.tenant_table('ret.serial_numbers',
    p_flows => '{"status": [["in_stock", "reserved"], ["in_stock", "sold"], ["in_stock", "defective"], ["in_stock", "written_off"],
        ["reserved", "sold"], ["reserved", "in_stock"], ["sold", "returned"], ["returned", "in_stock"], ["returned", "defective"],
        ["defective", "written_off"], ["defective", "in_stock"]]}');
CALL platform.reference('ret.serial_numbers', 'product_id', 'ret.products', 'restrict');
CALL platform.reference('ret.serial_numbers', 'product_variant_id', 'ret.product_variants', 'restrict');
CALL platform.reference('ret.serial_numbers', 'location_id', 'businesses.locations');
CALL platform.reference('ret.serial_numbers', 'purchase_receipt_item_id', 'ret.purchase_receipt_items');
CALL platform.reference('ret.serial_numbers', 'sales_order_item_id', 'ret.sales_order_items');
CREATE UNIQUE INDEX serial_numbers_product_id_serial_number_key ON ret.serial_numbers (business_id, product_id, serial_number) WHERE deleted_at IS NULL;
CREATE INDEX serial_numbers_status_newest ON ret.serial_numbers (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.serial_numbers IS 'A single unit tracked by its serial number.';
