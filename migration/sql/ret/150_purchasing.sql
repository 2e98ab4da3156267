CREATE TABLE ret.suppliers (
    name text NOT NULL,
    account_number text,
    contact_name text,
    email text,
    phone text,
    address text,
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT suppliers_currency_range CHECK (currency ~ '^[A-Z]{3}$'),
    payment_terms text NOT NULL DEFAULT 'Net 30',
    lead_time_days integer CONSTRAINT suppliers_lead_time_days_range CHECK (lead_time_days >= 0),
    minimum_order_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT suppliers_minimum_order_amount_range CHECK (minimum_order_amount >= 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('ret.suppliers');
CREATE UNIQUE INDEX suppliers_name_key ON ret.suppliers (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.suppliers IS 'A company the shop buys from.';

CREATE TABLE ret.product_suppliers (
    supplier_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    supplier_sku text,
    cost decimal(12,2) NOT NULL CONSTRAINT product_suppliers_cost_range CHECK (cost >= 0),
    pack_quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT product_suppliers_pack_quantity_range CHECK (pack_quantity > 0),
    minimum_quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT product_suppliers_minimum_quantity_range CHECK (minimum_quantity > 0),
    priced_on date NOT NULL DEFAULT CURRENT_DATE,
    is_preferred boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('ret.product_suppliers', p_soft_delete => false);
CALL platform.reference('ret.product_suppliers', 'supplier_id', 'ret.suppliers', 'cascade');
CALL platform.reference('ret.product_suppliers', 'product_id', 'ret.products', 'cascade');
CALL platform.reference('ret.product_suppliers', 'product_variant_id', 'ret.product_variants', 'cascade');
CREATE UNIQUE INDEX product_suppliers_supplier_id_product_id_product_varian_key ON ret.product_suppliers (business_id, supplier_id, product_id, product_variant_id) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX product_suppliers_product_id_product_variant_id_key ON ret.product_suppliers (business_id, product_id, product_variant_id) NULLS NOT DISTINCT WHERE is_preferred;
COMMENT ON TABLE ret.product_suppliers IS 'A product as a supplier sells it.';

CREATE TABLE ret.purchase_orders (
    purchase_order_number text NOT NULL,
    supplier_id uuid NOT NULL,
    location_id uuid NOT NULL,
    ordered_on date,
    expected_on date,
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT purchase_orders_currency_range CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate decimal(12,6) NOT NULL DEFAULT 1 CONSTRAINT purchase_orders_exchange_rate_range CHECK (exchange_rate > 0),
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_discount_amount_range CHECK (discount_amount >= 0),
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_tax_amount_range CHECK (tax_amount >= 0),
    shipping_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_shipping_amount_range CHECK (shipping_amount >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (subtotal - discount_amount + tax_amount + shipping_amount) STORED,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT purchase_orders_status_check
        CHECK (status IN ('draft', 'sent', 'confirmed', 'partially_received', 'received', 'cancelled')),
    notes text
);
CALL platform.tenant_table('ret.purchase_orders', p_number => 'purchase_order_number', p_prefix => 'PO', p_derived => '{subtotal}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "cancelled"], ["sent", "confirmed"], ["sent", "partially_received"], ["sent", "received"],
        ["sent", "cancelled"], ["confirmed", "partially_received"], ["confirmed", "received"], ["confirmed", "cancelled"],
        ["partially_received", "received"]]}');
CALL platform.reference('ret.purchase_orders', 'supplier_id', 'ret.suppliers', 'restrict');
CALL platform.reference('ret.purchase_orders', 'location_id', 'businesses.locations', 'restrict');
CREATE UNIQUE INDEX purchase_orders_purchase_order_number_key ON ret.purchase_orders (business_id, purchase_order_number) WHERE deleted_at IS NULL;
CREATE INDEX purchase_orders_status_expected_on_idx ON ret.purchase_orders (business_id, status, expected_on, id) WHERE deleted_at IS NULL;
CREATE INDEX purchase_orders_status_newest ON ret.purchase_orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.purchase_orders IS 'An order of goods placed with a supplier.';
COMMENT ON COLUMN ret.purchase_orders.purchase_order_number IS 'Filled in where it is left out: PO-2025-0001.';

CREATE TABLE ret.purchase_order_items (
    purchase_order_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    supplier_sku text,
    quantity_ordered decimal(12,3) NOT NULL CONSTRAINT purchase_order_items_quantity_ordered_range CHECK (quantity_ordered > 0),
    quantity_received decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT purchase_order_items_quantity_received_range CHECK (quantity_received >= 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_order_items_unit_cost_range CHECK (unit_cost >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity_ordered * unit_cost, 2)) STORED,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('ret.purchase_order_items', p_derived => '{quantity_received}');
CALL platform.reference('ret.purchase_order_items', 'purchase_order_id', 'ret.purchase_orders', 'cascade');
CALL platform.reference('ret.purchase_order_items', 'product_id', 'ret.products', 'restrict');
CALL platform.reference('ret.purchase_order_items', 'product_variant_id', 'ret.product_variants', 'restrict');
COMMENT ON TABLE ret.purchase_order_items IS 'A product ordered from a supplier.';

CREATE TABLE ret.purchase_receipts (
    purchase_receipt_number text NOT NULL,
    purchase_order_id uuid NOT NULL,
    received_by_id uuid,
    received_at timestamptz NOT NULL DEFAULT now(),
    supplier_delivery_note text,
    freight_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_receipts_freight_amount_range CHECK (freight_amount >= 0),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT purchase_receipts_status_check CHECK (status IN ('draft', 'posted')),
    notes text
);
CALL platform.tenant_table('ret.purchase_receipts', p_number => 'purchase_receipt_number', p_prefix => 'RCV',
    p_flows => '{"status": [["draft", "posted"]]}');
CALL platform.reference('ret.purchase_receipts', 'purchase_order_id', 'ret.purchase_orders', 'restrict');
CALL platform.reference('ret.purchase_receipts', 'received_by_id', 'users.users');
CREATE UNIQUE INDEX purchase_receipts_purchase_receipt_number_key ON ret.purchase_receipts (business_id, purchase_receipt_number) WHERE deleted_at IS NULL;
CREATE INDEX purchase_receipts_status_newest ON ret.purchase_receipts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.purchase_receipts IS 'A delivery of goods taken in.';
COMMENT ON COLUMN ret.purchase_receipts.purchase_receipt_number IS 'Filled in where it is left out: RCV-2025-0001.';

CREATE TABLE ret.purchase_receipt_items (
    purchase_receipt_id uuid NOT NULL,
    purchase_order_item_id uuid NOT NULL,
    quantity_received decimal(12,3) NOT NULL CONSTRAINT purchase_receipt_items_quantity_received_range CHECK (quantity_received > 0),
    quantity_damaged decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT purchase_receipt_items_quantity_damaged_range CHECK (quantity_damaged >= 0),
    landed_unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_receipt_items_landed_unit_cost_range CHECK (landed_unit_cost >= 0),
    lot_number text,
    expires_on date,
    CONSTRAINT purchase_receipt_items_quantity_damaged_rule CHECK (quantity_damaged <= quantity_received)
);
CALL platform.tenant_table('ret.purchase_receipt_items');
CALL platform.reference('ret.purchase_receipt_items', 'purchase_receipt_id', 'ret.purchase_receipts', 'cascade');
CALL platform.reference('ret.purchase_receipt_items', 'purchase_order_item_id', 'ret.purchase_order_items', 'restrict');
CREATE UNIQUE INDEX purchase_receipt_items_purchase_receipt_id_purchase_ord_key ON ret.purchase_receipt_items (business_id, purchase_receipt_id, purchase_order_item_id, lot_number) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.purchase_receipt_items IS 'Goods taken in for one line of a purchase order.';

CREATE TABLE ret.supplier_returns (
    supplier_return_number text NOT NULL,
    supplier_id uuid NOT NULL,
    location_id uuid NOT NULL,
    reason text NOT NULL CONSTRAINT supplier_returns_reason_check
        CHECK (reason IN ('damaged', 'defective', 'overstock', 'wrong_item', 'expired', 'recall')),
    supplier_reference text,
    sent_on date,
    credit_amount decimal(12,2) CONSTRAINT supplier_returns_credit_amount_range CHECK (credit_amount >= 0),
    credited_on date,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT supplier_returns_status_check
        CHECK (status IN ('draft', 'sent', 'credited', 'rejected', 'cancelled')),
    notes text,
    CONSTRAINT supplier_returns_credited_on_sent_on_rule CHECK (credited_on >= sent_on)
);
CALL platform.tenant_table('ret.supplier_returns', p_number => 'supplier_return_number', p_prefix => 'SR',
    p_flows => '{"status": [["draft", "sent"], ["draft", "cancelled"], ["sent", "credited"], ["sent", "rejected"]]}');
CALL platform.reference('ret.supplier_returns', 'supplier_id', 'ret.suppliers', 'restrict');
CALL platform.reference('ret.supplier_returns', 'location_id', 'businesses.locations', 'restrict');
CREATE UNIQUE INDEX supplier_returns_supplier_return_number_key ON ret.supplier_returns (business_id, supplier_return_number) WHERE deleted_at IS NULL;
CREATE INDEX supplier_returns_status_newest ON ret.supplier_returns (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.supplier_returns IS 'Goods sent back to a supplier for credit.';
COMMENT ON COLUMN ret.supplier_returns.supplier_return_number IS 'Filled in where it is left out: SR-2025-0001.';

CREATE TABLE ret.supplier_return_items (
    supplier_return_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    purchase_receipt_item_id uuid,
    quantity decimal(12,3) NOT NULL CONSTRAINT supplier_return_items_quantity_range CHECK (quantity > 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT supplier_return_items_unit_cost_range CHECK (unit_cost >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_cost, 2)) STORED
);
CALL platform.tenant_table('ret.supplier_return_items');
CALL platform.reference('ret.supplier_return_items', 'supplier_return_id', 'ret.supplier_returns', 'cascade');
CALL platform.reference('ret.supplier_return_items', 'product_id', 'ret.products', 'restrict');
CALL platform.reference('ret.supplier_return_items', 'product_variant_id', 'ret.product_variants', 'restrict');
CALL platform.reference('ret.supplier_return_items', 'purchase_receipt_item_id', 'ret.purchase_receipt_items');
COMMENT ON TABLE ret.supplier_return_items IS 'A product on a return to a supplier.';
