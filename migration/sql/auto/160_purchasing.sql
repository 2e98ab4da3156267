CREATE TABLE auto.suppliers (
    name text NOT NULL,
    supplier_type text NOT NULL DEFAULT 'parts_store' CONSTRAINT suppliers_supplier_type_check
        CHECK (supplier_type IN ('parts_store', 'dealer', 'tire_distributor', 'salvage', 'machine_shop', 'sublet_shop', 'other')),
    account_number text,
    contact_name text,
    email text,
    phone text,
    address text,
    payment_terms text NOT NULL DEFAULT 'Net 30',
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('auto.suppliers');
CREATE UNIQUE INDEX suppliers_name_key ON auto.suppliers (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.suppliers IS 'A parts store, dealer or outside shop the business buys from.';

CREATE TABLE auto.supplier_parts (
    supplier_id uuid NOT NULL,
    part_id uuid NOT NULL,
    supplier_part_number text,
    cost decimal(12,2) NOT NULL CONSTRAINT supplier_parts_cost_range CHECK (cost >= 0),
    core_charge decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT supplier_parts_core_charge_range CHECK (core_charge >= 0),
    delivery_hours decimal(5,2) CONSTRAINT supplier_parts_delivery_hours_range CHECK (delivery_hours >= 0),
    priced_on date NOT NULL DEFAULT CURRENT_DATE,
    is_preferred boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('auto.supplier_parts', p_soft_delete => false);
CALL platform.reference('auto.supplier_parts', 'supplier_id', 'auto.suppliers', 'cascade');
CALL platform.reference('auto.supplier_parts', 'part_id', 'auto.parts', 'cascade');
CREATE UNIQUE INDEX supplier_parts_supplier_id_part_id_key ON auto.supplier_parts (business_id, supplier_id, part_id);
CREATE UNIQUE INDEX supplier_parts_part_id_key ON auto.supplier_parts (business_id, part_id) WHERE is_preferred;
COMMENT ON TABLE auto.supplier_parts IS 'A part as a supplier sells it.';

CREATE TABLE auto.purchase_orders (
    purchase_order_number text NOT NULL,
    supplier_id uuid NOT NULL,
    location_id uuid,
    ordered_on date,
    expected_at timestamptz,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_tax_amount_range CHECK (tax_amount >= 0),
    shipping_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_orders_shipping_amount_range CHECK (shipping_amount >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (subtotal + tax_amount + shipping_amount) STORED,
    supplier_invoice_reference text,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT purchase_orders_status_check
        CHECK (status IN ('draft', 'sent', 'partially_received', 'received', 'cancelled')),
    notes text
);
CALL platform.tenant_table('auto.purchase_orders', p_number => 'purchase_order_number', p_prefix => 'PO', p_derived => '{subtotal}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "cancelled"], ["sent", "partially_received"], ["sent", "received"], ["sent", "cancelled"],
        ["partially_received", "received"]]}');
CALL platform.reference('auto.purchase_orders', 'supplier_id', 'auto.suppliers', 'restrict');
CALL platform.reference('auto.purchase_orders', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX purchase_orders_purchase_order_number_key ON auto.purchase_orders (business_id, purchase_order_number) WHERE deleted_at IS NULL;
CREATE INDEX purchase_orders_status_expected_at_idx ON auto.purchase_orders (business_id, status, expected_at, id) WHERE deleted_at IS NULL;
CREATE INDEX purchase_orders_status_newest ON auto.purchase_orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.purchase_orders IS 'An order of parts placed with a supplier.';
COMMENT ON COLUMN auto.purchase_orders.purchase_order_number IS 'Filled in where it is left out: PO-2025-0001.';

CREATE TABLE auto.purchase_order_items (
    purchase_order_id uuid NOT NULL,
    part_id uuid,
    repair_order_id uuid,
    part_number text,
    description text NOT NULL,
    quantity_ordered decimal(12,3) NOT NULL CONSTRAINT purchase_order_items_quantity_ordered_range CHECK (quantity_ordered > 0),
    quantity_received decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT purchase_order_items_quantity_received_range CHECK (quantity_received >= 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_order_items_unit_cost_range CHECK (unit_cost >= 0),
    core_charge decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT purchase_order_items_core_charge_range CHECK (core_charge >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity_ordered * (unit_cost + core_charge), 2)) STORED,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.purchase_order_items', p_derived => '{quantity_received}');
CALL platform.reference('auto.purchase_order_items', 'purchase_order_id', 'auto.purchase_orders', 'cascade');
CALL platform.reference('auto.purchase_order_items', 'part_id', 'auto.parts');
CALL platform.reference('auto.purchase_order_items', 'repair_order_id', 'auto.repair_orders');
COMMENT ON TABLE auto.purchase_order_items IS 'A part ordered from a supplier.';

CREATE TABLE auto.supplier_returns (
    supplier_return_number text NOT NULL,
    supplier_id uuid NOT NULL,
    location_id uuid,
    return_type text NOT NULL DEFAULT 'core' CONSTRAINT supplier_returns_return_type_check
        CHECK (return_type IN ('core', 'defective', 'wrong_part', 'unused')),
    supplier_reference text,
    sent_on date,
    expected_credit decimal(12,2) NOT NULL DEFAULT 0.00,
    credited_amount decimal(12,2) CONSTRAINT supplier_returns_credited_amount_range CHECK (credited_amount >= 0),
    credited_on date,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT supplier_returns_status_check
        CHECK (status IN ('draft', 'sent', 'credited', 'rejected', 'cancelled')),
    CONSTRAINT supplier_returns_credited_on_sent_on_rule CHECK (credited_on >= sent_on)
);
CALL platform.tenant_table('auto.supplier_returns', p_number => 'supplier_return_number', p_prefix => 'SR', p_derived => '{expected_credit}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "cancelled"], ["sent", "credited"], ["sent", "rejected"]]}');
CALL platform.reference('auto.supplier_returns', 'supplier_id', 'auto.suppliers', 'restrict');
CALL platform.reference('auto.supplier_returns', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX supplier_returns_supplier_return_number_key ON auto.supplier_returns (business_id, supplier_return_number) WHERE deleted_at IS NULL;
CREATE INDEX supplier_returns_status_newest ON auto.supplier_returns (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.supplier_returns IS 'Parts or cores sent back to a supplier for credit.';
COMMENT ON COLUMN auto.supplier_returns.supplier_return_number IS 'Filled in where it is left out: SR-2025-0001.';

CREATE TABLE auto.supplier_return_items (
    supplier_return_id uuid NOT NULL,
    part_id uuid,
    purchase_order_item_id uuid,
    description text NOT NULL,
    quantity decimal(12,3) NOT NULL CONSTRAINT supplier_return_items_quantity_range CHECK (quantity > 0),
    unit_credit decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT supplier_return_items_unit_credit_range CHECK (unit_credit >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_credit, 2)) STORED,
    reason text
);
CALL platform.tenant_table('auto.supplier_return_items');
CALL platform.reference('auto.supplier_return_items', 'supplier_return_id', 'auto.supplier_returns', 'cascade');
CALL platform.reference('auto.supplier_return_items', 'part_id', 'auto.parts');
CALL platform.reference('auto.supplier_return_items', 'purchase_order_item_id', 'auto.purchase_order_items');
COMMENT ON TABLE auto.supplier_return_items IS 'A part or core on a return to a supplier.';
