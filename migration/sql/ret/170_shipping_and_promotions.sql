CREATE TABLE ret.shipments (
    shipment_number text NOT NULL,
    sales_order_id uuid NOT NULL,
    location_id uuid,
    shipping_rate_id uuid,
    customer_address_id uuid,
    carrier text,
    service_level text,
    tracking_number text,
    weight decimal(8,2) CONSTRAINT shipments_weight_range CHECK (weight >= 0),
    cost_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT shipments_cost_amount_range CHECK (cost_amount >= 0),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT shipments_status_check
        CHECK (status IN ('pending', 'packed', 'ready_for_pickup', 'shipped', 'delivered', 'picked_up', 'returned', 'cancelled')),
    shipped_at timestamptz,
    delivered_at timestamptz
);
CALL platform.tenant_table('ret.shipments', p_number => 'shipment_number', p_prefix => 'SHP', p_derived => '{shipped_at,delivered_at}',
    p_flows => '{"status": [["pending", "packed"], ["pending", "cancelled"], ["packed", "ready_for_pickup"], ["packed", "shipped"],
        ["packed", "cancelled"], ["ready_for_pickup", "picked_up"], ["ready_for_pickup", "cancelled"], ["shipped", "delivered"],
        ["shipped", "returned"]]}');
CALL platform.reference('ret.shipments', 'sales_order_id', 'ret.sales_orders', 'cascade');
CALL platform.reference('ret.shipments', 'location_id', 'businesses.locations');
CALL platform.reference('ret.shipments', 'shipping_rate_id', 'ret.shipping_rates');
CALL platform.reference('ret.shipments', 'customer_address_id', 'ret.customer_addresses');
CREATE UNIQUE INDEX shipments_shipment_number_key ON ret.shipments (business_id, shipment_number) WHERE deleted_at IS NULL;
CREATE INDEX shipments_tracking_number_idx ON ret.shipments (business_id, tracking_number, id) WHERE deleted_at IS NULL;
CREATE INDEX shipments_status_newest ON ret.shipments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.shipments IS 'A parcel or pickup that fulfils a sale.';
COMMENT ON COLUMN ret.shipments.shipment_number IS 'Filled in where it is left out: SHP-2025-0001.';

CREATE TABLE ret.shipment_items (
    shipment_id uuid NOT NULL,
    sales_order_item_id uuid NOT NULL,
    quantity decimal(12,3) NOT NULL CONSTRAINT shipment_items_quantity_range CHECK (quantity > 0)
);
CALL platform.tenant_table('ret.shipment_items', p_soft_delete => false);
CALL platform.reference('ret.shipment_items', 'shipment_id', 'ret.shipments', 'cascade');
CALL platform.reference('ret.shipment_items', 'sales_order_item_id', 'ret.sales_order_items', 'restrict');
CREATE UNIQUE INDEX shipment_items_shipment_id_sales_order_item_id_key ON ret.shipment_items (business_id, shipment_id, sales_order_item_id);
COMMENT ON TABLE ret.shipment_items IS 'A sold line in a parcel.';

CREATE TABLE ret.shipping_rates (
    name text NOT NULL,
    carrier text,
    countries text[] NOT NULL DEFAULT '{US}',
    states text[] NOT NULL DEFAULT '{}',
    minimum_weight decimal(8,2) NOT NULL DEFAULT 0 CONSTRAINT shipping_rates_minimum_weight_range CHECK (minimum_weight >= 0),
    maximum_weight decimal(8,2),
    minimum_order_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT shipping_rates_minimum_order_amount_range CHECK (minimum_order_amount >= 0),
    price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT shipping_rates_price_range CHECK (price >= 0),
    free_from_amount decimal(12,2) CONSTRAINT shipping_rates_free_from_amount_range CHECK (free_from_amount >= 0),
    delivery_days_from integer CONSTRAINT shipping_rates_delivery_days_from_range CHECK (delivery_days_from >= 0),
    delivery_days_to integer,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT shipping_rates_maximum_weight_minimum_weight_rule CHECK (maximum_weight > minimum_weight),
    CONSTRAINT shipping_rates_delivery_days_to_delivery_days_from_rule CHECK (delivery_days_to >= delivery_days_from)
);
CALL platform.tenant_table('ret.shipping_rates');
CREATE UNIQUE INDEX shipping_rates_name_key ON ret.shipping_rates (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.shipping_rates IS 'A delivery option, where it goes and what it costs.';

CREATE TABLE ret.promotions (
    customer_group_id uuid,
    name text NOT NULL,
    promotion_type text NOT NULL DEFAULT 'percentage' CONSTRAINT promotions_promotion_type_check
        CHECK (promotion_type IN ('percentage', 'fixed_amount', 'fixed_price', 'buy_x_get_y', 'free_shipping')),
    value decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT promotions_value_range CHECK (value >= 0),
    applies_to text NOT NULL DEFAULT 'order' CONSTRAINT promotions_applies_to_check CHECK (applies_to IN ('order', 'products')),
    buy_quantity integer CONSTRAINT promotions_buy_quantity_range CHECK (buy_quantity > 0),
    get_quantity integer CONSTRAINT promotions_get_quantity_range CHECK (get_quantity > 0),
    get_discount_rate decimal(5,4) NOT NULL DEFAULT 1.0000 CONSTRAINT promotions_get_discount_rate_range CHECK (get_discount_rate BETWEEN 0 AND 1),
    minimum_order_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT promotions_minimum_order_amount_range CHECK (minimum_order_amount >= 0),
    maximum_discount_amount decimal(12,2) CONSTRAINT promotions_maximum_discount_amount_range CHECK (maximum_discount_amount > 0),
    starts_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz,
    usage_limit integer CONSTRAINT promotions_usage_limit_range CHECK (usage_limit > 0),
    usage_count integer NOT NULL DEFAULT 0,
    needs_code boolean NOT NULL DEFAULT false,
    is_combinable boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT promotions_status_check CHECK (status IN ('draft', 'active', 'paused', 'ended')),
    CONSTRAINT promotions_ends_at_starts_at_rule CHECK (ends_at > starts_at),
    CONSTRAINT promotions_promotion_type_value_rule CHECK (promotion_type <> 'percentage' OR value <= 100),
    CONSTRAINT promotions_promotion_type_buy_quantity_get_quantity_rule CHECK (promotion_type <> 'buy_x_get_y' OR (buy_quantity IS NOT NULL AND get_quantity IS NOT NULL))
);
CALL platform.tenant_table('ret.promotions', p_derived => '{usage_count}',
    p_flows => '{"status": [["draft", "active"], ["active", "paused"], ["active", "ended"], ["paused", "active"], ["paused", "ended"]]}');
CALL platform.reference('ret.promotions', 'customer_group_id', 'ret.customer_groups');
CREATE UNIQUE INDEX promotions_name_key ON ret.promotions (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX promotions_status_starts_at_idx ON ret.promotions (business_id, status, starts_at, id) WHERE deleted_at IS NULL;
CREATE INDEX promotions_status_newest ON ret.promotions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.promotions IS 'An offer with its rule and dates.';

CREATE TABLE ret.promotion_targets (
    promotion_id uuid NOT NULL,
    product_id uuid,
    category_id uuid,
    collection_id uuid,
    role text NOT NULL DEFAULT 'get' CONSTRAINT promotion_targets_role_check CHECK (role IN ('buy', 'get', 'excluded')),
    CONSTRAINT promotion_targets_product_id_rule CHECK (num_nonnulls(product_id, category_id, collection_id) = 1)
);
CALL platform.tenant_table('ret.promotion_targets', p_soft_delete => false);
CALL platform.reference('ret.promotion_targets', 'promotion_id', 'ret.promotions', 'cascade');
CALL platform.reference('ret.promotion_targets', 'product_id', 'ret.products', 'cascade');
CALL platform.reference('ret.promotion_targets', 'category_id', 'ret.categories', 'cascade');
CALL platform.reference('ret.promotion_targets', 'collection_id', 'ret.collections', 'cascade');
CREATE UNIQUE INDEX promotion_targets_promotion_id_role_product_id_category_key ON ret.promotion_targets (business_id, promotion_id, role, product_id, category_id, collection_id) NULLS NOT DISTINCT;
COMMENT ON TABLE ret.promotion_targets IS 'A product, category or collection an offer is about.';

CREATE TABLE ret.coupon_codes (
    promotion_id uuid NOT NULL,
    customer_id uuid,
    code text NOT NULL,
    usage_limit integer CONSTRAINT coupon_codes_usage_limit_range CHECK (usage_limit > 0),
    usage_limit_per_customer integer CONSTRAINT coupon_codes_usage_limit_per_customer_range CHECK (usage_limit_per_customer > 0),
    usage_count integer NOT NULL DEFAULT 0,
    expires_at timestamptz,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT coupon_codes_usage_count_usage_limit_rule CHECK (usage_count <= usage_limit)
);
CALL platform.tenant_table('ret.coupon_codes', p_derived => '{usage_count}');
CALL platform.reference('ret.coupon_codes', 'promotion_id', 'ret.promotions', 'cascade');
CALL platform.reference('ret.coupon_codes', 'customer_id', 'hs.customers');
CREATE UNIQUE INDEX coupon_codes_code_key ON ret.coupon_codes (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.coupon_codes IS 'A code that unlocks an offer.';
