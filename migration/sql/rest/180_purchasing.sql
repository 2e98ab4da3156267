CREATE TABLE rest.suppliers (
    name text NOT NULL,
    account_number text,
    contact_name text,
    email text,
    phone text,
    delivery_days integer[] NOT NULL DEFAULT '{}',
    order_cutoff_time time,
    minimum_order_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT suppliers_minimum_order_amount_range CHECK (minimum_order_amount >= 0),
    payment_terms text NOT NULL DEFAULT 'Net 30',
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('rest.suppliers');
CREATE UNIQUE INDEX suppliers_name_key ON rest.suppliers (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.suppliers IS 'A company that delivers food, drinks or goods.';

CREATE TABLE rest.supplier_items (
    supplier_id uuid NOT NULL,
    ingredient_id uuid NOT NULL,
    supplier_sku text,
    pack_description text,
    pack_quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT supplier_items_pack_quantity_range CHECK (pack_quantity > 0),
    pack_price decimal(12,2) NOT NULL CONSTRAINT supplier_items_pack_price_range CHECK (pack_price >= 0),
    unit_cost decimal(12,4) GENERATED ALWAYS AS (pack_price / pack_quantity) STORED,
    priced_on date NOT NULL DEFAULT CURRENT_DATE,
    is_preferred boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('rest.supplier_items', p_soft_delete => false);
CALL platform.reference('rest.supplier_items', 'supplier_id', 'rest.suppliers', 'cascade');
CALL platform.reference('rest.supplier_items', 'ingredient_id', 'rest.ingredients', 'cascade');
CREATE UNIQUE INDEX supplier_items_supplier_id_ingredient_id_supplier_sku_key ON rest.supplier_items (business_id, supplier_id, ingredient_id, supplier_sku) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX supplier_items_ingredient_id_key ON rest.supplier_items (business_id, ingredient_id) WHERE is_preferred;
COMMENT ON TABLE rest.supplier_items IS 'An ingredient as a supplier packs and prices it.';

CREATE TABLE rest.purchase_orders (
    purchase_order_number text NOT NULL,
    supplier_id uuid NOT NULL,
    location_id uuid,
    ordered_on date,
    deliver_on date,
    received_at timestamptz,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_tax_amount_range CHECK (tax_amount >= 0),
    delivery_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_delivery_amount_range CHECK (delivery_amount >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (subtotal + tax_amount + delivery_amount) STORED,
    supplier_invoice_reference text,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT purchase_orders_status_check
        CHECK (status IN ('draft', 'sent', 'partially_received', 'received', 'cancelled')),
    notes text
);
CALL platform.tenant_table('rest.purchase_orders', p_number => 'purchase_order_number', p_prefix => 'PO', p_derived => '{received_at,subtotal}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "cancelled"], ["sent", "partially_received"], ["sent", "received"], ["sent", "cancelled"],
        ["partially_received", "received"]]}');
CALL platform.reference('rest.purchase_orders', 'supplier_id', 'rest.suppliers', 'restrict');
CALL platform.reference('rest.purchase_orders', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX purchase_orders_purchase_order_number_key ON rest.purchase_orders (business_id, purchase_order_number) WHERE deleted_at IS NULL;
CREATE INDEX purchase_orders_status_deliver_on_idx ON rest.purchase_orders (business_id, status, deliver_on, id) WHERE deleted_at IS NULL;
CREATE INDEX purchase_orders_status_newest ON rest.purchase_orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.purchase_orders IS 'An order placed with a supplier.';
COMMENT ON COLUMN rest.purchase_orders.purchase_order_number IS 'Filled in where it is left out: PO-2025-0001.';

CREATE TABLE rest.purchase_order_items (
    purchase_order_id uuid NOT NULL,
    ingredient_id uuid NOT NULL,
    supplier_item_id uuid,
    packs_ordered decimal(12,3) NOT NULL CONSTRAINT purchase_order_items_packs_ordered_range CHECK (packs_ordered > 0),
    packs_received decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT purchase_order_items_packs_received_range CHECK (packs_received >= 0),
    pack_quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT purchase_order_items_pack_quantity_range CHECK (pack_quantity > 0),
    pack_price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_order_items_pack_price_range CHECK (pack_price >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(packs_ordered * pack_price, 2)) STORED,
    expires_on date
);
CALL platform.tenant_table('rest.purchase_order_items', p_derived => '{packs_received}');
CALL platform.reference('rest.purchase_order_items', 'purchase_order_id', 'rest.purchase_orders', 'cascade');
CALL platform.reference('rest.purchase_order_items', 'ingredient_id', 'rest.ingredients', 'restrict');
CALL platform.reference('rest.purchase_order_items', 'supplier_item_id', 'rest.supplier_items');
COMMENT ON TABLE rest.purchase_order_items IS 'An ingredient ordered from a supplier.';
