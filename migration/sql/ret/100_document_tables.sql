ALTER TABLE ret.products
    ADD COLUMN brand_id uuid,
    ADD COLUMN tax_group_id uuid;
CALL platform.extend_table('ret.products');
CALL platform.reference('ret.products', 'brand_id', 'ret.brands');
CALL platform.reference('ret.products', 'tax_group_id', 'businesses.tax_groups');

ALTER TABLE ret.sales_orders
    ADD COLUMN location_id uuid,
    ADD COLUMN register_session_id uuid,
    ADD COLUMN shipping_rate_id uuid,
    ADD COLUMN customer_address_id uuid,
    ADD COLUMN receipt_number integer CONSTRAINT sales_orders_receipt_number_range CHECK (receipt_number > 0);
CALL platform.extend_table('ret.sales_orders', p_derived => '{receipt_number}');
CALL platform.reference('ret.sales_orders', 'location_id', 'businesses.locations');
CALL platform.reference('ret.sales_orders', 'register_session_id', 'ret.register_sessions');
CALL platform.reference('ret.sales_orders', 'shipping_rate_id', 'ret.shipping_rates');
CALL platform.reference('ret.sales_orders', 'customer_address_id', 'ret.customer_addresses');
CREATE UNIQUE INDEX sales_orders_register_session_id_receipt_number_key ON ret.sales_orders (business_id, register_session_id, receipt_number) WHERE deleted_at IS NULL;
