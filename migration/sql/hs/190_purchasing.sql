CREATE TABLE hs.suppliers (
    name text NOT NULL,
    account_number text,
    contact_name text,
    email text,
    phone text,
    address text,
    payment_terms text NOT NULL DEFAULT 'Net 30',
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('hs.suppliers');
CREATE UNIQUE INDEX suppliers_name_key ON hs.suppliers (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.suppliers IS 'A company the business buys materials from.';

CREATE TABLE hs.supplier_items (
    supplier_id uuid NOT NULL,
    price_book_item_id uuid NOT NULL,
    supplier_part_number text,
    cost decimal(12,2) NOT NULL CONSTRAINT supplier_items_cost_range CHECK (cost >= 0),
    lead_time_days integer CONSTRAINT supplier_items_lead_time_days_range CHECK (lead_time_days >= 0),
    priced_on date NOT NULL DEFAULT CURRENT_DATE,
    is_preferred boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('hs.supplier_items', p_soft_delete => false);
CALL platform.reference('hs.supplier_items', 'supplier_id', 'hs.suppliers', 'cascade');
CALL platform.reference('hs.supplier_items', 'price_book_item_id', 'hs.price_book_items', 'cascade');
CREATE UNIQUE INDEX supplier_items_supplier_id_price_book_item_id_key ON hs.supplier_items (business_id, supplier_id, price_book_item_id);
CREATE UNIQUE INDEX supplier_items_price_book_item_id_key ON hs.supplier_items (business_id, price_book_item_id) WHERE is_preferred;
COMMENT ON TABLE hs.supplier_items IS 'A price book item as a supplier sells it.';

CREATE TABLE hs.purchase_orders (
    purchase_order_number text NOT NULL,
    supplier_id uuid NOT NULL,
    work_order_id uuid,
    ship_to_location_id uuid,
    ordered_on date,
    expected_on date,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_tax_amount_range CHECK (tax_amount >= 0),
    shipping_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_shipping_amount_range CHECK (shipping_amount >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (subtotal + tax_amount + shipping_amount) STORED,
    supplier_reference text,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT purchase_orders_status_check
        CHECK (status IN ('draft', 'sent', 'partially_received', 'received', 'cancelled')),
    notes text
);
CALL platform.tenant_table('hs.purchase_orders', p_number => 'purchase_order_number', p_prefix => 'PO', p_derived => '{subtotal}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "cancelled"], ["sent", "partially_received"], ["sent", "received"], ["sent", "cancelled"],
        ["partially_received", "received"]]}');
CALL platform.reference('hs.purchase_orders', 'supplier_id', 'hs.suppliers', 'restrict');
CALL platform.reference('hs.purchase_orders', 'work_order_id', 'hs.work_orders');
CALL platform.reference('hs.purchase_orders', 'ship_to_location_id', 'hs.inventory_locations');
CREATE UNIQUE INDEX purchase_orders_purchase_order_number_key ON hs.purchase_orders (business_id, purchase_order_number) WHERE deleted_at IS NULL;
CREATE INDEX purchase_orders_status_expected_on_idx ON hs.purchase_orders (business_id, status, expected_on, id) WHERE deleted_at IS NULL;
CREATE INDEX purchase_orders_status_newest ON hs.purchase_orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.purchase_orders IS 'An order of materials placed with a supplier.';
COMMENT ON COLUMN hs.purchase_orders.purchase_order_number IS 'Filled in where it is left out: PO-2025-0001.';

CREATE TABLE hs.purchase_order_items (
    purchase_order_id uuid NOT NULL,
    price_book_item_id uuid,
    description text NOT NULL,
    quantity_ordered decimal(12,3) NOT NULL CONSTRAINT purchase_order_items_quantity_ordered_range CHECK (quantity_ordered > 0),
    quantity_received decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT purchase_order_items_quantity_received_range CHECK (quantity_received >= 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_order_items_unit_cost_range CHECK (unit_cost >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity_ordered * unit_cost, 2)) STORED,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('hs.purchase_order_items', p_derived => '{quantity_received}');
CALL platform.reference('hs.purchase_order_items', 'purchase_order_id', 'hs.purchase_orders', 'cascade');
CALL platform.reference('hs.purchase_order_items', 'price_book_item_id', 'hs.price_book_items');
COMMENT ON TABLE hs.purchase_order_items IS 'A line of a purchase order.';

CREATE TABLE hs.purchase_receipts (
    purchase_receipt_number text NOT NULL,
    purchase_order_id uuid NOT NULL,
    inventory_location_id uuid,
    received_by_id uuid,
    supplier_delivery_note text,
    received_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.tenant_table('hs.purchase_receipts', p_number => 'purchase_receipt_number', p_prefix => 'RCV', p_append_only => true);
CALL platform.reference('hs.purchase_receipts', 'purchase_order_id', 'hs.purchase_orders', 'restrict');
CALL platform.reference('hs.purchase_receipts', 'inventory_location_id', 'hs.inventory_locations', 'restrict');
CALL platform.reference('hs.purchase_receipts', 'received_by_id', 'users.users', 'restrict');
CREATE UNIQUE INDEX purchase_receipts_purchase_receipt_number_key ON hs.purchase_receipts (business_id, purchase_receipt_number);
COMMENT ON TABLE hs.purchase_receipts IS 'A delivery of ordered materials taken in.';
COMMENT ON COLUMN hs.purchase_receipts.purchase_receipt_number IS 'Filled in where it is left out: RCV-2025-0001.';

CREATE TABLE hs.purchase_receipt_items (
    purchase_receipt_id uuid NOT NULL,
    purchase_order_item_id uuid NOT NULL,
    quantity decimal(12,3) NOT NULL CONSTRAINT purchase_receipt_items_quantity_range CHECK (quantity > 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_receipt_items_unit_cost_range CHECK (unit_cost >= 0)
);
CALL platform.tenant_table('hs.purchase_receipt_items', p_append_only => true);
CALL platform.reference('hs.purchase_receipt_items', 'purchase_receipt_id', 'hs.purchase_receipts', 'cascade');
CALL platform.reference('hs.purchase_receipt_items', 'purchase_order_item_id', 'hs.purchase_order_items', 'restrict');
CREATE UNIQUE INDEX purchase_receipt_items_purchase_receipt_id_purchase_ord_key ON hs.purchase_receipt_items (business_id, purchase_receipt_id, purchase_order_item_id);
COMMENT ON TABLE hs.purchase_receipt_items IS 'What a delivery brought of one ordered line.';

CREATE TABLE hs.commissions (
    technician_id uuid NOT NULL,
    work_order_id uuid,
    invoice_id uuid,
    approved_by_id uuid,
    basis text NOT NULL DEFAULT 'revenue' CONSTRAINT commissions_basis_check CHECK (basis IN ('revenue', 'margin', 'flat')),
    base_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT commissions_base_amount_range CHECK (base_amount >= 0),
    rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT commissions_rate_range CHECK (rate BETWEEN 0 AND 1),
    flat_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT commissions_flat_amount_range CHECK (flat_amount >= 0),
    amount decimal(12,2) GENERATED ALWAYS AS (round(base_amount * rate, 2) + flat_amount) STORED,
    earned_on date NOT NULL DEFAULT CURRENT_DATE,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT commissions_status_check CHECK (status IN ('pending', 'approved', 'paid', 'reversed'))
);
CALL platform.tenant_table('hs.commissions',
    p_flows => '{"status": [["pending", "approved"], ["pending", "reversed"], ["approved", "paid"], ["approved", "reversed"], ["paid", "reversed"]]}');
CALL platform.reference('hs.commissions', 'technician_id', 'users.users', 'restrict');
CALL platform.reference('hs.commissions', 'work_order_id', 'hs.work_orders');
CALL platform.reference('hs.commissions', 'invoice_id', 'hs.invoices');
CALL platform.reference('hs.commissions', 'approved_by_id', 'users.users');
CREATE INDEX commissions_status_earned_on_idx ON hs.commissions (business_id, status, earned_on, id) WHERE deleted_at IS NULL;
CREATE INDEX commissions_status_newest ON hs.commissions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.commissions IS 'A commission or bonus a technician earned on a sale.';
