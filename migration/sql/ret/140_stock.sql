CREATE TABLE ret.inventory_levels (
    location_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    quantity_on_hand decimal(12,3) NOT NULL DEFAULT 0,
    quantity_reserved decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT inventory_levels_quantity_reserved_range CHECK (quantity_reserved >= 0),
    quantity_incoming decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT inventory_levels_quantity_incoming_range CHECK (quantity_incoming >= 0),
    quantity_available decimal(12,3) GENERATED ALWAYS AS (quantity_on_hand - quantity_reserved) STORED,
    reorder_point decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT inventory_levels_reorder_point_range CHECK (reorder_point >= 0),
    reorder_quantity decimal(12,3) CONSTRAINT inventory_levels_reorder_quantity_range CHECK (reorder_quantity > 0),
    bin text
);
CALL platform.tenant_table('ret.inventory_levels', p_derived => '{quantity_on_hand,quantity_reserved,quantity_incoming}', p_soft_delete => false);
CALL platform.reference('ret.inventory_levels', 'location_id', 'businesses.locations', 'cascade');
CALL platform.reference('ret.inventory_levels', 'product_id', 'ret.products', 'cascade');
CALL platform.reference('ret.inventory_levels', 'product_variant_id', 'ret.product_variants', 'cascade');
CREATE UNIQUE INDEX inventory_levels_location_id_product_id_product_variant_id_key ON ret.inventory_levels (business_id, location_id, product_id, product_variant_id) NULLS NOT DISTINCT;
COMMENT ON TABLE ret.inventory_levels IS 'How much of a product or variant a location holds.';

CREATE TABLE ret.inventory_movements (
    location_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    sales_order_item_id uuid,
    return_item_id uuid,
    purchase_receipt_item_id uuid,
    supplier_return_item_id uuid,
    stock_transfer_item_id uuid,
    stock_count_item_id uuid,
    movement_type text NOT NULL CONSTRAINT inventory_movements_movement_type_check
        CHECK (movement_type IN ('receipt', 'sale', 'customer_return', 'supplier_return', 'transfer_out', 'transfer_in', 'count', 'damage', 'theft',
            'adjustment')),
    quantity decimal(12,3) NOT NULL CONSTRAINT inventory_movements_quantity_range CHECK (quantity <> 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT inventory_movements_unit_cost_range CHECK (unit_cost >= 0),
    reason text,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inventory_movements_sales_order_item_id_rule CHECK (num_nonnulls(sales_order_item_id, return_item_id, purchase_receipt_item_id, supplier_return_item_id, stock_transfer_item_id, stock_count_item_id) <= 1)
);
CALL platform.tenant_table('ret.inventory_movements', p_append_only => true);
CALL platform.reference('ret.inventory_movements', 'location_id', 'businesses.locations', 'restrict');
CALL platform.reference('ret.inventory_movements', 'product_id', 'ret.products', 'restrict');
CALL platform.reference('ret.inventory_movements', 'product_variant_id', 'ret.product_variants', 'restrict');
CALL platform.reference('ret.inventory_movements', 'sales_order_item_id', 'ret.sales_order_items', 'restrict');
CALL platform.reference('ret.inventory_movements', 'return_item_id', 'ret.return_items', 'restrict');
CALL platform.reference('ret.inventory_movements', 'purchase_receipt_item_id', 'ret.purchase_receipt_items', 'restrict');
CALL platform.reference('ret.inventory_movements', 'supplier_return_item_id', 'ret.supplier_return_items', 'restrict');
CALL platform.reference('ret.inventory_movements', 'stock_transfer_item_id', 'ret.stock_transfer_items', 'restrict');
CALL platform.reference('ret.inventory_movements', 'stock_count_item_id', 'ret.stock_count_items', 'restrict');
CREATE INDEX inventory_movements_location_id_product_id_occurred_at_idx ON ret.inventory_movements (business_id, location_id, product_id, occurred_at, id);
COMMENT ON TABLE ret.inventory_movements IS 'Every change of stock at a location.';

CREATE TABLE ret.stock_transfers (
    stock_transfer_number text NOT NULL,
    from_location_id uuid NOT NULL,
    to_location_id uuid NOT NULL,
    requested_by_id uuid,
    expected_on date,
    shipped_at timestamptz,
    received_at timestamptz,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT stock_transfers_status_check
        CHECK (status IN ('draft', 'requested', 'in_transit', 'partially_received', 'received', 'cancelled')),
    notes text,
    CONSTRAINT stock_transfers_from_location_id_to_location_id_rule CHECK (from_location_id <> to_location_id)
);
CALL platform.tenant_table('ret.stock_transfers', p_number => 'stock_transfer_number', p_prefix => 'TR', p_derived => '{shipped_at,received_at}',
    p_flows => '{"status": [["draft", "requested"], ["draft", "cancelled"], ["requested", "in_transit"], ["requested", "cancelled"],
        ["in_transit", "partially_received"], ["in_transit", "received"], ["partially_received", "received"]]}');
CALL platform.reference('ret.stock_transfers', 'from_location_id', 'businesses.locations', 'restrict');
CALL platform.reference('ret.stock_transfers', 'to_location_id', 'businesses.locations', 'restrict');
CALL platform.reference('ret.stock_transfers', 'requested_by_id', 'users.users');
CREATE UNIQUE INDEX stock_transfers_stock_transfer_number_key ON ret.stock_transfers (business_id, stock_transfer_number) WHERE deleted_at IS NULL;
CREATE INDEX stock_transfers_status_newest ON ret.stock_transfers (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.stock_transfers IS 'Stock sent from one location to another.';
COMMENT ON COLUMN ret.stock_transfers.stock_transfer_number IS 'Filled in where it is left out: TR-2025-0001.';

CREATE TABLE ret.stock_transfer_items (
    stock_transfer_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    quantity_requested decimal(12,3) NOT NULL CONSTRAINT stock_transfer_items_quantity_requested_range CHECK (quantity_requested > 0),
    quantity_shipped decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_transfer_items_quantity_shipped_range CHECK (quantity_shipped >= 0),
    quantity_received decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_transfer_items_quantity_received_range CHECK (quantity_received >= 0),
    CONSTRAINT stock_transfer_items_quantity_received_rule CHECK (quantity_received <= quantity_shipped)
);
CALL platform.tenant_table('ret.stock_transfer_items');
CALL platform.reference('ret.stock_transfer_items', 'stock_transfer_id', 'ret.stock_transfers', 'cascade');
CALL platform.reference('ret.stock_transfer_items', 'product_id', 'ret.products', 'restrict');
CALL platform.reference('ret.stock_transfer_items', 'product_variant_id', 'ret.product_variants', 'restrict');
CREATE UNIQUE INDEX stock_transfer_items_stock_transfer_id_product_id_produ_key ON ret.stock_transfer_items (business_id, stock_transfer_id, product_id, product_variant_id) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.stock_transfer_items IS 'A product on a stock transfer.';

CREATE TABLE ret.stock_counts (
    stock_count_number text NOT NULL,
    location_id uuid NOT NULL,
    category_id uuid,
    counted_by_id uuid,
    count_type text NOT NULL DEFAULT 'full' CONSTRAINT stock_counts_count_type_check CHECK (count_type IN ('full', 'cycle', 'spot')),
    counted_on date NOT NULL DEFAULT CURRENT_DATE,
    status text NOT NULL DEFAULT 'in_progress' CONSTRAINT stock_counts_status_check
        CHECK (status IN ('in_progress', 'submitted', 'posted', 'cancelled')),
    posted_at timestamptz,
    variance_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    notes text
);
CALL platform.tenant_table('ret.stock_counts', p_number => 'stock_count_number', p_prefix => 'SC', p_derived => '{posted_at,variance_amount}',
    p_flows => '{"status": [["in_progress", "submitted"], ["in_progress", "cancelled"], ["submitted", "in_progress"], ["submitted", "posted"],
        ["submitted", "cancelled"]]}');
CALL platform.reference('ret.stock_counts', 'location_id', 'businesses.locations', 'restrict');
CALL platform.reference('ret.stock_counts', 'category_id', 'ret.categories');
CALL platform.reference('ret.stock_counts', 'counted_by_id', 'users.users');
CREATE UNIQUE INDEX stock_counts_stock_count_number_key ON ret.stock_counts (business_id, stock_count_number) WHERE deleted_at IS NULL;
CREATE INDEX stock_counts_status_newest ON ret.stock_counts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.stock_counts IS 'A count of what a location really holds.';
COMMENT ON COLUMN ret.stock_counts.stock_count_number IS 'Filled in where it is left out: SC-2025-0001.';

CREATE TABLE ret.stock_count_items (
    stock_count_id uuid NOT NULL,
    product_id uuid NOT NULL,
    product_variant_id uuid,
    expected_quantity decimal(12,3) NOT NULL DEFAULT 0,
    counted_quantity decimal(12,3) CONSTRAINT stock_count_items_counted_quantity_range CHECK (counted_quantity >= 0),
    counted_at timestamptz,
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT stock_count_items_unit_cost_range CHECK (unit_cost >= 0),
    variance_quantity decimal(12,3) GENERATED ALWAYS AS (counted_quantity - expected_quantity) STORED,
    variance_amount decimal(12,2) GENERATED ALWAYS AS (round((counted_quantity - expected_quantity) * unit_cost, 2)) STORED,
    CONSTRAINT stock_count_items_counted_at_counted_quantity_rule CHECK (counted_at IS NULL OR counted_quantity IS NOT NULL)
);
CALL platform.tenant_table('ret.stock_count_items', p_derived => '{expected_quantity}', p_soft_delete => false);
CALL platform.reference('ret.stock_count_items', 'stock_count_id', 'ret.stock_counts', 'cascade');
CALL platform.reference('ret.stock_count_items', 'product_id', 'ret.products', 'restrict');
CALL platform.reference('ret.stock_count_items', 'product_variant_id', 'ret.product_variants', 'restrict');
CREATE UNIQUE INDEX stock_count_items_stock_count_id_product_id_product_var_key ON ret.stock_count_items (business_id, stock_count_id, product_id, product_variant_id) NULLS NOT DISTINCT;
COMMENT ON TABLE ret.stock_count_items IS 'A product''s counted and expected quantity.';
