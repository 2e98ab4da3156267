CREATE TABLE auto.part_categories (
    parent_id uuid,
    pricing_matrix_id uuid,
    name text NOT NULL,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('auto.part_categories');
ALTER TABLE auto.part_categories ADD CONSTRAINT part_categories_parent_id_id_rule CHECK (parent_id <> id);
CALL platform.reference('auto.part_categories', 'parent_id', 'auto.part_categories');
CALL platform.reference('auto.part_categories', 'pricing_matrix_id', 'auto.pricing_matrices');
CREATE UNIQUE INDEX part_categories_parent_id_name_key ON auto.part_categories (business_id, parent_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.part_categories IS 'A group of parts with its own pricing rule.';

CREATE TABLE auto.parts (
    part_category_id uuid,
    part_number text NOT NULL,
    brand text,
    name text NOT NULL,
    description text,
    part_kind text NOT NULL DEFAULT 'part' CONSTRAINT parts_part_kind_check CHECK (part_kind IN ('part', 'tire', 'fluid', 'battery', 'supply')),
    cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT parts_cost_range CHECK (cost >= 0),
    list_price decimal(12,2) CONSTRAINT parts_list_price_range CHECK (list_price >= 0),
    price decimal(12,2) CONSTRAINT parts_price_range CHECK (price >= 0),
    core_charge decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT parts_core_charge_range CHECK (core_charge >= 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('auto.parts');
CALL platform.reference('auto.parts', 'part_category_id', 'auto.part_categories');
CREATE UNIQUE INDEX parts_brand_part_number_key ON auto.parts (business_id, brand, part_number) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX parts_name_idx ON auto.parts (business_id, name, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.parts IS 'A part, tire or fluid the shop stocks or sells.';

CREATE TABLE auto.stock_levels (
    location_id uuid NOT NULL,
    part_id uuid NOT NULL,
    quantity_on_hand decimal(12,3) NOT NULL DEFAULT 0,
    quantity_reserved decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_levels_quantity_reserved_range CHECK (quantity_reserved >= 0),
    quantity_available decimal(12,3) GENERATED ALWAYS AS (quantity_on_hand - quantity_reserved) STORED,
    reorder_point decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_levels_reorder_point_range CHECK (reorder_point >= 0),
    reorder_quantity decimal(12,3) CONSTRAINT stock_levels_reorder_quantity_range CHECK (reorder_quantity > 0),
    bin text
);
CALL platform.tenant_table('auto.stock_levels', p_derived => '{quantity_on_hand,quantity_reserved}', p_soft_delete => false);
CALL platform.reference('auto.stock_levels', 'location_id', 'businesses.locations', 'cascade');
CALL platform.reference('auto.stock_levels', 'part_id', 'auto.parts', 'cascade');
CREATE UNIQUE INDEX stock_levels_location_id_part_id_key ON auto.stock_levels (business_id, location_id, part_id);
COMMENT ON TABLE auto.stock_levels IS 'How much of a part a shop holds.';

CREATE TABLE auto.stock_movements (
    location_id uuid NOT NULL,
    part_id uuid NOT NULL,
    repair_order_part_line_id uuid,
    purchase_order_item_id uuid,
    supplier_return_item_id uuid,
    movement_type text NOT NULL CONSTRAINT stock_movements_movement_type_check
        CHECK (movement_type IN ('receipt', 'usage', 'customer_return', 'supplier_return', 'scrap', 'count', 'adjustment')),
    quantity decimal(12,3) NOT NULL CONSTRAINT stock_movements_quantity_range CHECK (quantity <> 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT stock_movements_unit_cost_range CHECK (unit_cost >= 0),
    reason text,
    occurred_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.tenant_table('auto.stock_movements', p_append_only => true);
CALL platform.reference('auto.stock_movements', 'location_id', 'businesses.locations', 'restrict');
CALL platform.reference('auto.stock_movements', 'part_id', 'auto.parts', 'restrict');
CALL platform.reference('auto.stock_movements', 'repair_order_part_line_id', 'auto.repair_order_part_lines', 'restrict');
CALL platform.reference('auto.stock_movements', 'purchase_order_item_id', 'auto.purchase_order_items', 'restrict');
CALL platform.reference('auto.stock_movements', 'supplier_return_item_id', 'auto.supplier_return_items', 'restrict');
CREATE INDEX stock_movements_location_id_part_id_occurred_at_idx ON auto.stock_movements (business_id, location_id, part_id, occurred_at, id);
COMMENT ON TABLE auto.stock_movements IS 'Every change of a part''s stock.';
