CREATE TABLE ret.layaways (
    layaway_number text NOT NULL,
    sales_order_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    total_amount decimal(12,2) NOT NULL CONSTRAINT layaways_total_amount_range CHECK (total_amount > 0),
    deposit_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT layaways_deposit_amount_range CHECK (deposit_amount >= 0),
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT layaways_amount_paid_range CHECK (amount_paid >= 0),
    amount_due decimal(12,2) GENERATED ALWAYS AS (total_amount - amount_paid) STORED,
    instalment_frequency text NOT NULL DEFAULT 'monthly' CONSTRAINT layaways_instalment_frequency_check
        CHECK (instalment_frequency IN ('weekly', 'biweekly', 'monthly')),
    next_payment_on date,
    due_on date NOT NULL,
    cancellation_fee decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT layaways_cancellation_fee_range CHECK (cancellation_fee >= 0),
    status text NOT NULL DEFAULT 'active' CONSTRAINT layaways_status_check CHECK (status IN ('active', 'completed', 'cancelled', 'forfeited')),
    CONSTRAINT layaways_deposit_amount_total_amount_rule CHECK (deposit_amount <= total_amount)
);
CALL platform.tenant_table('ret.layaways', p_number => 'layaway_number', p_prefix => 'LAY', p_derived => '{amount_paid}',
    p_flows => '{"status": [["active", "completed"], ["active", "cancelled"], ["active", "forfeited"]]}');
CALL platform.reference('ret.layaways', 'sales_order_id', 'ret.sales_orders', 'restrict');
CALL platform.reference('ret.layaways', 'customer_id', 'hs.customers', 'restrict');
CREATE UNIQUE INDEX layaways_layaway_number_key ON ret.layaways (business_id, layaway_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX layaways_sales_order_id_key ON ret.layaways (business_id, sales_order_id) WHERE deleted_at IS NULL;
CREATE INDEX layaways_status_due_on_idx ON ret.layaways (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX layaways_status_newest ON ret.layaways (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.layaways IS 'Goods set aside and paid off in instalments.';
COMMENT ON COLUMN ret.layaways.layaway_number IS 'Filled in where it is left out: LAY-2025-0001.';

CREATE TABLE ret.customer_groups (
    name text NOT NULL,
    description text,
    discount_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT customer_groups_discount_rate_range CHECK (discount_rate BETWEEN 0 AND 1),
    is_tax_exempt boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('ret.customer_groups');
CREATE UNIQUE INDEX customer_groups_name_key ON ret.customer_groups (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.customer_groups IS 'Customers who share prices or offers.';

CREATE TABLE ret.customer_group_members (
    customer_group_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    joined_on date NOT NULL DEFAULT CURRENT_DATE,
    expires_on date,
    CONSTRAINT customer_group_members_expires_on_joined_on_rule CHECK (expires_on > joined_on)
);
CALL platform.tenant_table('ret.customer_group_members', p_soft_delete => false);
CALL platform.reference('ret.customer_group_members', 'customer_group_id', 'ret.customer_groups', 'cascade');
CALL platform.reference('ret.customer_group_members', 'customer_id', 'hs.customers', 'cascade');
CREATE UNIQUE INDEX customer_group_members_customer_group_id_customer_id_key ON ret.customer_group_members (business_id, customer_group_id, customer_id);
COMMENT ON TABLE ret.customer_group_members IS 'A customer''s place in a group.';

CREATE TABLE ret.customer_addresses (
    customer_id uuid NOT NULL,
    label text,
    recipient_name text NOT NULL,
    phone text,
    address_line_1 text NOT NULL,
    address_line_2 text,
    city text NOT NULL,
    state_province text,
    postal_code text,
    country text NOT NULL DEFAULT 'US',
    is_default boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('ret.customer_addresses');
CALL platform.reference('ret.customer_addresses', 'customer_id', 'hs.customers', 'cascade');
CREATE UNIQUE INDEX customer_addresses_customer_id_key ON ret.customer_addresses (business_id, customer_id) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE ret.customer_addresses IS 'An address goods are shipped to.';

CREATE TABLE ret.carts (
    customer_id uuid,
    sales_order_id uuid,
    coupon_code_id uuid,
    shopper_email text,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    expires_at timestamptz,
    last_activity_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'active' CONSTRAINT carts_status_check CHECK (status IN ('active', 'abandoned', 'recovered', 'converted'))
);
CALL platform.tenant_table('ret.carts', p_derived => '{subtotal,last_activity_at}',
    p_flows => '{"status": [["active", "abandoned"], ["active", "converted"], ["abandoned", "recovered"], ["recovered", "abandoned"],
        ["recovered", "converted"]]}');
CALL platform.reference('ret.carts', 'customer_id', 'hs.customers');
CALL platform.reference('ret.carts', 'sales_order_id', 'ret.sales_orders');
CALL platform.reference('ret.carts', 'coupon_code_id', 'ret.coupon_codes');
CREATE INDEX carts_status_last_activity_at_idx ON ret.carts (business_id, status, last_activity_at, id) WHERE deleted_at IS NULL;
CREATE INDEX carts_status_newest ON ret.carts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.carts IS 'What a shopper has picked online and not bought yet.';

CREATE TABLE ret.cart_items (
    cart_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT cart_items_quantity_range CHECK (quantity > 0),
    unit_price decimal(12,2) NOT NULL CONSTRAINT cart_items_unit_price_range CHECK (unit_price >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_price, 2)) STORED
);
CALL platform.tenant_table('ret.cart_items', p_soft_delete => false);
CALL platform.reference('ret.cart_items', 'cart_id', 'ret.carts', 'cascade');
CALL platform.reference('ret.cart_items', 'product_id', 'ret.products', 'cascade');
CALL platform.reference('ret.cart_items', 'product_variant_id', 'ret.product_variants', 'cascade');
CREATE UNIQUE INDEX cart_items_cart_id_product_id_product_variant_id_key ON ret.cart_items (business_id, cart_id, product_id, product_variant_id) NULLS NOT DISTINCT;
COMMENT ON TABLE ret.cart_items IS 'A product in an online cart.';
