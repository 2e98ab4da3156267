CREATE TABLE ret.sales_order_items (
    sales_order_id uuid NOT NULL,
    product_id uuid,
    product_variant_id uuid,
    sku text,
    name text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT sales_order_items_quantity_range CHECK (quantity > 0),
    unit_price decimal(12,2) NOT NULL CONSTRAINT sales_order_items_unit_price_range CHECK (unit_price >= 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT sales_order_items_unit_cost_range CHECK (unit_cost >= 0),
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT sales_order_items_discount_amount_range CHECK (discount_amount >= 0),
    tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT sales_order_items_tax_rate_range CHECK (tax_rate BETWEEN 0 AND 1),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_price, 2) - discount_amount) STORED,
    tax_amount decimal(12,2) GENERATED ALWAYS AS (round((round(quantity * unit_price, 2) - discount_amount) * tax_rate, 2)) STORED,
    quantity_fulfilled decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT sales_order_items_quantity_fulfilled_range CHECK (quantity_fulfilled >= 0),
    quantity_returned decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT sales_order_items_quantity_returned_range CHECK (quantity_returned >= 0),
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT sales_order_items_quantity_returned_quantity_rule CHECK (quantity_returned <= quantity),
    CONSTRAINT sales_order_items_discount_amount_rule CHECK (discount_amount <= round(quantity * unit_price, 2))
);
CALL platform.tenant_table('ret.sales_order_items', p_derived => '{discount_amount,quantity_fulfilled,quantity_returned}');
CALL platform.reference('ret.sales_order_items', 'sales_order_id', 'ret.sales_orders', 'cascade');
CALL platform.reference('ret.sales_order_items', 'product_id', 'ret.products', 'restrict');
CALL platform.reference('ret.sales_order_items', 'product_variant_id', 'ret.product_variants', 'restrict');
CREATE INDEX sales_order_items_product_id_created_at_idx ON ret.sales_order_items (business_id, product_id, created_at) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.sales_order_items IS 'A product sold on a sales order.';

CREATE TABLE ret.sales_order_discounts (
    sales_order_id uuid NOT NULL,
    sales_order_item_id uuid,
    promotion_id uuid,
    coupon_code_id uuid,
    approved_by_id uuid,
    name text NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT sales_order_discounts_amount_range CHECK (amount > 0)
);
CALL platform.tenant_table('ret.sales_order_discounts');
CALL platform.reference('ret.sales_order_discounts', 'sales_order_id', 'ret.sales_orders', 'cascade');
CALL platform.reference('ret.sales_order_discounts', 'sales_order_item_id', 'ret.sales_order_items', 'cascade');
CALL platform.reference('ret.sales_order_discounts', 'promotion_id', 'ret.promotions');
CALL platform.reference('ret.sales_order_discounts', 'coupon_code_id', 'ret.coupon_codes');
CALL platform.reference('ret.sales_order_discounts', 'approved_by_id', 'users.users');
COMMENT ON TABLE ret.sales_order_discounts IS 'A discount given on a sale or one of its lines.';

CREATE TABLE ret.payments (
    payment_number text NOT NULL,
    sales_order_id uuid NOT NULL,
    layaway_id uuid,
    register_session_id uuid,
    gift_card_id uuid,
    store_credit_account_id uuid,
    loyalty_account_id uuid,
    method text NOT NULL CONSTRAINT payments_method_check
        CHECK (method IN ('cash', 'credit_card', 'debit_card', 'mobile_wallet', 'check', 'store_credit', 'gift_card', 'loyalty', 'financing', 'other')),
    amount decimal(12,2) NOT NULL CONSTRAINT payments_amount_range CHECK (amount > 0),
    tendered_amount decimal(12,2) CONSTRAINT payments_tendered_amount_range CHECK (tendered_amount >= 0),
    refunded_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_refunded_amount_range CHECK (refunded_amount >= 0),
    card_brand text,
    card_last_four text CONSTRAINT payments_card_last_four_range CHECK (card_last_four ~ '^[0-9]{4}$'),
    processor_reference text,
    paid_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'captured' CONSTRAINT payments_status_check
        CHECK (status IN ('pending', 'authorized', 'captured', 'failed', 'voided', 'partially_refunded', 'refunded')),
    CONSTRAINT payments_refunded_amount_amount_rule CHECK (refunded_amount <= amount),
    CONSTRAINT payments_method_gift_card_id_rule CHECK (method <> 'gift_card' OR gift_card_id IS NOT NULL),
    CONSTRAINT payments_method_store_credit_account_id_rule CHECK (method <> 'store_credit' OR store_credit_account_id IS NOT NULL),
    CONSTRAINT payments_method_loyalty_account_id_rule CHECK (method <> 'loyalty' OR loyalty_account_id IS NOT NULL)
);
CALL platform.tenant_table('ret.payments', p_number => 'payment_number', p_prefix => 'PAY', p_derived => '{refunded_amount}',
    p_flows => '{"status": [["pending", "authorized"], ["pending", "captured"], ["pending", "failed"], ["authorized", "captured"],
        ["authorized", "voided"], ["captured", "voided"], ["captured", "partially_refunded"], ["captured", "refunded"],
        ["partially_refunded", "refunded"]]}');
CALL platform.reference('ret.payments', 'sales_order_id', 'ret.sales_orders', 'restrict');
CALL platform.reference('ret.payments', 'layaway_id', 'ret.layaways', 'restrict');
CALL platform.reference('ret.payments', 'register_session_id', 'ret.register_sessions', 'restrict');
CALL platform.reference('ret.payments', 'gift_card_id', 'ret.gift_cards', 'restrict');
CALL platform.reference('ret.payments', 'store_credit_account_id', 'ret.store_credit_accounts', 'restrict');
CALL platform.reference('ret.payments', 'loyalty_account_id', 'ret.loyalty_accounts', 'restrict');
CREATE UNIQUE INDEX payments_payment_number_key ON ret.payments (business_id, payment_number) WHERE deleted_at IS NULL;
CREATE INDEX payments_paid_at_idx ON ret.payments (business_id, paid_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_status_newest ON ret.payments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.payments IS 'Money taken for a sale or a layaway instalment.';
COMMENT ON COLUMN ret.payments.payment_number IS 'Filled in where it is left out: PAY-2025-0001.';

CREATE TABLE ret.refunds (
    refund_number text NOT NULL,
    sales_order_id uuid NOT NULL,
    return_id uuid,
    payment_id uuid,
    register_session_id uuid,
    approved_by_id uuid,
    method text NOT NULL DEFAULT 'original_payment' CONSTRAINT refunds_method_check
        CHECK (method IN ('original_payment', 'cash', 'store_credit', 'gift_card')),
    amount decimal(12,2) NOT NULL CONSTRAINT refunds_amount_range CHECK (amount > 0),
    reason text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'completed', 'failed')),
    refunded_at timestamptz,
    CONSTRAINT refunds_method_payment_id_rule CHECK (method <> 'original_payment' OR payment_id IS NOT NULL)
);
CALL platform.tenant_table('ret.refunds', p_number => 'refund_number', p_prefix => 'RF', p_derived => '{refunded_at}',
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["failed", "pending"]]}');
CALL platform.reference('ret.refunds', 'sales_order_id', 'ret.sales_orders', 'restrict');
CALL platform.reference('ret.refunds', 'return_id', 'ret.returns');
CALL platform.reference('ret.refunds', 'payment_id', 'ret.payments', 'restrict');
CALL platform.reference('ret.refunds', 'register_session_id', 'ret.register_sessions');
CALL platform.reference('ret.refunds', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX refunds_refund_number_key ON ret.refunds (business_id, refund_number) WHERE deleted_at IS NULL;
CREATE INDEX refunds_status_newest ON ret.refunds (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.refunds IS 'Money given back to a customer.';
COMMENT ON COLUMN ret.refunds.refund_number IS 'Filled in where it is left out: RF-2025-0001.';

CREATE TABLE ret.returns (
    return_number text NOT NULL,
    sales_order_id uuid NOT NULL,
    customer_id uuid,
    location_id uuid,
    exchange_sales_order_id uuid,
    resolution text NOT NULL DEFAULT 'refund' CONSTRAINT returns_resolution_check
        CHECK (resolution IN ('refund', 'exchange', 'store_credit', 'repair')),
    restocking_fee decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT returns_restocking_fee_range CHECK (restocking_fee >= 0),
    refund_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    tracking_number text,
    status text NOT NULL DEFAULT 'requested' CONSTRAINT returns_status_check
        CHECK (status IN ('requested', 'approved', 'received', 'completed', 'rejected', 'cancelled')),
    received_at timestamptz,
    notes text,
    CONSTRAINT returns_exchange_sales_order_id_sales_order_id_rule CHECK (exchange_sales_order_id <> sales_order_id)
);
CALL platform.tenant_table('ret.returns', p_number => 'return_number', p_prefix => 'RT', p_derived => '{refund_amount,received_at}',
    p_flows => '{"status": [["requested", "approved"], ["requested", "received"], ["requested", "rejected"], ["requested", "cancelled"],
        ["approved", "received"], ["approved", "cancelled"], ["received", "completed"], ["received", "rejected"]]}');
CALL platform.reference('ret.returns', 'sales_order_id', 'ret.sales_orders', 'restrict');
CALL platform.reference('ret.returns', 'customer_id', 'hs.customers');
CALL platform.reference('ret.returns', 'location_id', 'businesses.locations');
CALL platform.reference('ret.returns', 'exchange_sales_order_id', 'ret.sales_orders');
CREATE UNIQUE INDEX returns_return_number_key ON ret.returns (business_id, return_number) WHERE deleted_at IS NULL;
CREATE INDEX returns_status_newest ON ret.returns (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.returns IS 'Goods a customer brings or sends back.';
COMMENT ON COLUMN ret.returns.return_number IS 'Filled in where it is left out: RT-2025-0001.';

CREATE TABLE ret.return_items (
    return_id uuid NOT NULL,
    sales_order_item_id uuid NOT NULL,
    quantity decimal(12,3) NOT NULL CONSTRAINT return_items_quantity_range CHECK (quantity > 0),
    reason text NOT NULL DEFAULT 'other' CONSTRAINT return_items_reason_check
        CHECK (reason IN ('defective', 'damaged_in_transit', 'wrong_item', 'not_as_described', 'wrong_size', 'changed_mind', 'other')),
    condition text NOT NULL DEFAULT 'opened' CONSTRAINT return_items_condition_check CHECK (condition IN ('new', 'opened', 'used', 'damaged')),
    disposition text NOT NULL DEFAULT 'restock' CONSTRAINT return_items_disposition_check
        CHECK (disposition IN ('restock', 'outlet', 'repair', 'return_to_supplier', 'discard')),
    refund_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT return_items_refund_amount_range CHECK (refund_amount >= 0),
    notes text
);
CALL platform.tenant_table('ret.return_items');
CALL platform.reference('ret.return_items', 'return_id', 'ret.returns', 'cascade');
CALL platform.reference('ret.return_items', 'sales_order_item_id', 'ret.sales_order_items', 'restrict');
CREATE UNIQUE INDEX return_items_return_id_sales_order_item_id_key ON ret.return_items (business_id, return_id, sales_order_item_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.return_items IS 'A sold line that comes back, its condition and where it goes.';
