CREATE TABLE hs.inventory_locations (
    location_id uuid,
    fleet_vehicle_id uuid,
    project_id uuid,
    keeper_id uuid,
    name text NOT NULL,
    location_type text NOT NULL DEFAULT 'warehouse' CONSTRAINT inventory_locations_location_type_check
        CHECK (location_type IN ('warehouse', 'truck', 'job_site')),
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT inventory_locations_fleet_vehicle_id_location_type_rule CHECK (fleet_vehicle_id IS NULL OR location_type = 'truck'),
    CONSTRAINT inventory_locations_project_id_location_type_rule CHECK (project_id IS NULL OR location_type IN ('job_site', 'truck'))
);
CALL platform.tenant_table('hs.inventory_locations');
CALL platform.reference('hs.inventory_locations', 'location_id', 'businesses.locations');
CALL platform.reference('hs.inventory_locations', 'fleet_vehicle_id', 'hs.fleet_vehicles');
CALL platform.reference('hs.inventory_locations', 'project_id', 'hs.projects');
CALL platform.reference('hs.inventory_locations', 'keeper_id', 'users.users');
CREATE UNIQUE INDEX inventory_locations_name_key ON hs.inventory_locations (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX inventory_locations_fleet_vehicle_id_key ON hs.inventory_locations (business_id, fleet_vehicle_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.inventory_locations IS 'A warehouse, truck or job site that holds stock.';

CREATE TABLE hs.stock_levels (
    inventory_location_id uuid NOT NULL,
    price_book_item_id uuid NOT NULL,
    quantity_on_hand decimal(12,3) NOT NULL DEFAULT 0,
    quantity_reserved decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_levels_quantity_reserved_range CHECK (quantity_reserved >= 0),
    quantity_available decimal(12,3) GENERATED ALWAYS AS (quantity_on_hand - quantity_reserved) STORED,
    minimum_quantity decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_levels_minimum_quantity_range CHECK (minimum_quantity >= 0),
    maximum_quantity decimal(12,3) CONSTRAINT stock_levels_maximum_quantity_range CHECK (maximum_quantity >= 0),
    bin text,
    CONSTRAINT stock_levels_maximum_quantity_minimum_quantity_rule CHECK (maximum_quantity >= minimum_quantity)
);
CALL platform.tenant_table('hs.stock_levels', p_derived => '{quantity_on_hand,quantity_reserved}', p_soft_delete => false);
CALL platform.reference('hs.stock_levels', 'inventory_location_id', 'hs.inventory_locations', 'cascade');
CALL platform.reference('hs.stock_levels', 'price_book_item_id', 'hs.price_book_items', 'cascade');
CREATE UNIQUE INDEX stock_levels_inventory_location_id_price_book_item_id_key ON hs.stock_levels (business_id, inventory_location_id, price_book_item_id);
COMMENT ON TABLE hs.stock_levels IS 'How much of an item a location holds.';

CREATE TABLE hs.stock_movements (
    price_book_item_id uuid NOT NULL,
    inventory_location_id uuid NOT NULL,
    work_order_id uuid,
    work_order_line_item_id uuid,
    purchase_order_item_id uuid,
    stock_transfer_item_id uuid,
    movement_type text NOT NULL CONSTRAINT stock_movements_movement_type_check
        CHECK (movement_type IN ('receipt', 'usage', 'transfer_out', 'transfer_in', 'customer_return', 'supplier_return', 'count', 'adjustment')),
    quantity decimal(12,3) NOT NULL CONSTRAINT stock_movements_quantity_range CHECK (quantity <> 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT stock_movements_unit_cost_range CHECK (unit_cost >= 0),
    reason text,
    occurred_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.tenant_table('hs.stock_movements', p_append_only => true);
CALL platform.reference('hs.stock_movements', 'price_book_item_id', 'hs.price_book_items', 'restrict');
CALL platform.reference('hs.stock_movements', 'inventory_location_id', 'hs.inventory_locations', 'restrict');
CALL platform.reference('hs.stock_movements', 'work_order_id', 'hs.work_orders', 'restrict');
CALL platform.reference('hs.stock_movements', 'work_order_line_item_id', 'hs.work_order_line_items', 'restrict');
CALL platform.reference('hs.stock_movements', 'purchase_order_item_id', 'hs.purchase_order_items', 'restrict');
CALL platform.reference('hs.stock_movements', 'stock_transfer_item_id', 'hs.stock_transfer_items', 'restrict');
CREATE INDEX stock_movements_price_book_item_id_inventory_location_i_idx ON hs.stock_movements (business_id, price_book_item_id, inventory_location_id, occurred_at, id);
COMMENT ON TABLE hs.stock_movements IS 'Every change of stock at a location.';

CREATE TABLE hs.stock_transfers (
    stock_transfer_number text NOT NULL,
    from_location_id uuid NOT NULL,
    to_location_id uuid NOT NULL,
    requested_by_id uuid,
    needed_on date,
    shipped_at timestamptz,
    received_at timestamptz,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT stock_transfers_status_check
        CHECK (status IN ('draft', 'requested', 'in_transit', 'received', 'cancelled')),
    notes text,
    CONSTRAINT stock_transfers_from_location_id_to_location_id_rule CHECK (from_location_id <> to_location_id)
);
CALL platform.tenant_table('hs.stock_transfers', p_number => 'stock_transfer_number', p_prefix => 'TR', p_derived => '{shipped_at,received_at}',
    p_flows => '{"status": [["draft", "requested"], ["draft", "cancelled"], ["requested", "in_transit"], ["requested", "cancelled"],
        ["in_transit", "received"]]}');
CALL platform.reference('hs.stock_transfers', 'from_location_id', 'hs.inventory_locations', 'restrict');
CALL platform.reference('hs.stock_transfers', 'to_location_id', 'hs.inventory_locations', 'restrict');
CALL platform.reference('hs.stock_transfers', 'requested_by_id', 'users.users');
CREATE UNIQUE INDEX stock_transfers_stock_transfer_number_key ON hs.stock_transfers (business_id, stock_transfer_number) WHERE deleted_at IS NULL;
CREATE INDEX stock_transfers_status_newest ON hs.stock_transfers (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.stock_transfers IS 'Stock sent from one location to another.';
COMMENT ON COLUMN hs.stock_transfers.stock_transfer_number IS 'Filled in where it is left out: TR-2025-0001.';

CREATE TABLE hs.stock_transfer_items (
    stock_transfer_id uuid NOT NULL,
    price_book_item_id uuid NOT NULL,
    quantity_requested decimal(12,3) NOT NULL CONSTRAINT stock_transfer_items_quantity_requested_range CHECK (quantity_requested > 0),
    quantity_sent decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_transfer_items_quantity_sent_range CHECK (quantity_sent >= 0),
    quantity_received decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_transfer_items_quantity_received_range CHECK (quantity_received >= 0),
    CONSTRAINT stock_transfer_items_quantity_received_quantity_sent_rule CHECK (quantity_received <= quantity_sent)
);
CALL platform.tenant_table('hs.stock_transfer_items');
CALL platform.reference('hs.stock_transfer_items', 'stock_transfer_id', 'hs.stock_transfers', 'cascade');
CALL platform.reference('hs.stock_transfer_items', 'price_book_item_id', 'hs.price_book_items', 'restrict');
CREATE UNIQUE INDEX stock_transfer_items_stock_transfer_id_price_book_item_id_key ON hs.stock_transfer_items (business_id, stock_transfer_id, price_book_item_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.stock_transfer_items IS 'An item moved by a stock transfer.';
