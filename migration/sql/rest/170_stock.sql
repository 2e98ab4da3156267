CREATE TABLE rest.ingredients (
    supplier_id uuid,
    name text NOT NULL,
    category text NOT NULL DEFAULT 'other' CONSTRAINT ingredients_category_check
        CHECK (category IN ('produce', 'meat', 'poultry', 'seafood', 'dairy', 'bakery', 'dry_goods', 'frozen', 'beverage', 'alcohol', 'packaging',
            'other')),
    unit_of_measure text NOT NULL,
    cost_per_unit decimal(12,4) NOT NULL DEFAULT 0 CONSTRAINT ingredients_cost_per_unit_range CHECK (cost_per_unit >= 0),
    storage text NOT NULL DEFAULT 'dry' CONSTRAINT ingredients_storage_check CHECK (storage IN ('dry', 'refrigerated', 'frozen', 'bar')),
    shelf_life_days integer CONSTRAINT ingredients_shelf_life_days_range CHECK (shelf_life_days > 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('rest.ingredients');
CALL platform.reference('rest.ingredients', 'supplier_id', 'rest.suppliers');
CREATE UNIQUE INDEX ingredients_name_key ON rest.ingredients (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX ingredients_category_idx ON rest.ingredients (business_id, category, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.ingredients IS 'A raw product the kitchen or bar keeps in stock.';

CREATE TABLE rest.unit_conversions (
    ingredient_id uuid,
    from_unit text NOT NULL,
    to_unit text NOT NULL,
    factor decimal(18,6) NOT NULL CONSTRAINT unit_conversions_factor_range CHECK (factor > 0),
    CONSTRAINT unit_conversions_from_unit_to_unit_rule CHECK (from_unit <> to_unit)
);
CALL platform.tenant_table('rest.unit_conversions');
CALL platform.reference('rest.unit_conversions', 'ingredient_id', 'rest.ingredients', 'cascade');
CREATE UNIQUE INDEX unit_conversions_ingredient_id_from_unit_to_unit_key ON rest.unit_conversions (business_id, ingredient_id, from_unit, to_unit) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.unit_conversions IS 'How many of one unit of measure make another, for all ingredients or one.';

CREATE TABLE rest.stock_levels (
    location_id uuid NOT NULL,
    ingredient_id uuid NOT NULL,
    quantity_on_hand decimal(12,3) NOT NULL DEFAULT 0,
    par_level decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_levels_par_level_range CHECK (par_level >= 0),
    reorder_point decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT stock_levels_reorder_point_range CHECK (reorder_point >= 0),
    storage_place text,
    last_counted_on date
);
CALL platform.tenant_table('rest.stock_levels', p_derived => '{quantity_on_hand,last_counted_on}', p_soft_delete => false);
CALL platform.reference('rest.stock_levels', 'location_id', 'businesses.locations', 'cascade');
CALL platform.reference('rest.stock_levels', 'ingredient_id', 'rest.ingredients', 'cascade');
CREATE UNIQUE INDEX stock_levels_location_id_ingredient_id_key ON rest.stock_levels (business_id, location_id, ingredient_id);
COMMENT ON TABLE rest.stock_levels IS 'How much of an ingredient a restaurant holds.';

CREATE TABLE rest.recipes (
    menu_item_id uuid,
    menu_item_size_id uuid,
    name text NOT NULL,
    yield_quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT recipes_yield_quantity_range CHECK (yield_quantity > 0),
    yield_unit text NOT NULL DEFAULT 'portion',
    prep_minutes integer CONSTRAINT recipes_prep_minutes_range CHECK (prep_minutes >= 0),
    instructions text,
    cost decimal(12,2) NOT NULL DEFAULT 0.00,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('rest.recipes', p_derived => '{cost}');
CALL platform.reference('rest.recipes', 'menu_item_id', 'rest.menu_items', 'cascade');
CALL platform.reference('rest.recipes', 'menu_item_size_id', 'rest.menu_item_sizes', 'cascade');
CREATE UNIQUE INDEX recipes_name_key ON rest.recipes (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX recipes_menu_item_id_menu_item_size_id_key ON rest.recipes (business_id, menu_item_id, menu_item_size_id) NULLS NOT DISTINCT WHERE menu_item_id IS NOT NULL AND deleted_at IS NULL;
COMMENT ON TABLE rest.recipes IS 'How a dish, or a batch used in dishes, is made.';

CREATE TABLE rest.recipe_ingredients (
    recipe_id uuid NOT NULL,
    ingredient_id uuid,
    batch_recipe_id uuid,
    quantity decimal(12,3) NOT NULL CONSTRAINT recipe_ingredients_quantity_range CHECK (quantity > 0),
    unit_of_measure text NOT NULL,
    waste_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT recipe_ingredients_waste_rate_range CHECK (waste_rate BETWEEN 0 AND 1),
    CONSTRAINT recipe_ingredients_ingredient_id_batch_recipe_id_rule CHECK (num_nonnulls(ingredient_id, batch_recipe_id) = 1),
    CONSTRAINT recipe_ingredients_batch_recipe_id_recipe_id_rule CHECK (batch_recipe_id <> recipe_id)
);
CALL platform.tenant_table('rest.recipe_ingredients');
CALL platform.reference('rest.recipe_ingredients', 'recipe_id', 'rest.recipes', 'cascade');
CALL platform.reference('rest.recipe_ingredients', 'ingredient_id', 'rest.ingredients', 'restrict');
CALL platform.reference('rest.recipe_ingredients', 'batch_recipe_id', 'rest.recipes', 'restrict');
CREATE UNIQUE INDEX recipe_ingredients_recipe_id_ingredient_id_key ON rest.recipe_ingredients (business_id, recipe_id, ingredient_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX recipe_ingredients_recipe_id_batch_recipe_id_key ON rest.recipe_ingredients (business_id, recipe_id, batch_recipe_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.recipe_ingredients IS 'An ingredient or batch that a recipe uses.';

CREATE TABLE rest.stock_movements (
    ingredient_id uuid NOT NULL,
    location_id uuid NOT NULL,
    order_item_id uuid,
    purchase_order_item_id uuid,
    stock_count_item_id uuid,
    movement_type text NOT NULL CONSTRAINT stock_movements_movement_type_check
        CHECK (movement_type IN ('receipt', 'sale', 'waste', 'transfer_in', 'transfer_out', 'supplier_return', 'count', 'adjustment')),
    waste_reason text CONSTRAINT stock_movements_waste_reason_check
        CHECK (waste_reason IN ('spoiled', 'expired', 'overproduced', 'dropped', 'returned_by_guest', 'theft', 'other')),
    quantity decimal(12,3) NOT NULL CONSTRAINT stock_movements_quantity_range CHECK (quantity <> 0),
    unit_cost decimal(12,4) NOT NULL DEFAULT 0 CONSTRAINT stock_movements_unit_cost_range CHECK (unit_cost >= 0),
    notes text,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stock_movements_movement_type_waste_reason_rule CHECK ((movement_type = 'waste') = (waste_reason IS NOT NULL))
);
CALL platform.tenant_table('rest.stock_movements', p_append_only => true);
CALL platform.reference('rest.stock_movements', 'ingredient_id', 'rest.ingredients', 'restrict');
CALL platform.reference('rest.stock_movements', 'location_id', 'businesses.locations', 'restrict');
CALL platform.reference('rest.stock_movements', 'order_item_id', 'rest.order_items', 'restrict');
CALL platform.reference('rest.stock_movements', 'purchase_order_item_id', 'rest.purchase_order_items', 'restrict');
CALL platform.reference('rest.stock_movements', 'stock_count_item_id', 'rest.stock_count_items', 'restrict');
CREATE INDEX stock_movements_location_id_ingredient_id_occurred_at_idx ON rest.stock_movements (business_id, location_id, ingredient_id, occurred_at, id);
CREATE INDEX stock_movements_movement_type_occurred_at_idx ON rest.stock_movements (business_id, movement_type, occurred_at, id);
COMMENT ON TABLE rest.stock_movements IS 'Every change of an ingredient''s stock.';

CREATE TABLE rest.stock_counts (
    stock_count_number text NOT NULL,
    location_id uuid NOT NULL,
    counted_by_id uuid,
    count_type text NOT NULL DEFAULT 'full' CONSTRAINT stock_counts_count_type_check CHECK (count_type IN ('full', 'category', 'spot')),
    counted_on date NOT NULL DEFAULT CURRENT_DATE,
    status text NOT NULL DEFAULT 'in_progress' CONSTRAINT stock_counts_status_check
        CHECK (status IN ('in_progress', 'submitted', 'posted', 'cancelled')),
    posted_at timestamptz,
    variance_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    notes text
);
CALL platform.tenant_table('rest.stock_counts', p_number => 'stock_count_number', p_prefix => 'SC', p_derived => '{posted_at,variance_amount}',
    p_flows => '{"status": [["in_progress", "submitted"], ["in_progress", "cancelled"], ["submitted", "in_progress"], ["submitted", "posted"],
        ["submitted", "cancelled"]]}');
CALL platform.reference('rest.stock_counts', 'location_id', 'businesses.locations', 'restrict');
CALL platform.reference('rest.stock_counts', 'counted_by_id', 'users.users');
CREATE UNIQUE INDEX stock_counts_stock_count_number_key ON rest.stock_counts (business_id, stock_count_number) WHERE deleted_at IS NULL;
CREATE INDEX stock_counts_status_newest ON rest.stock_counts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.stock_counts IS 'A count of what is in the stores.';
COMMENT ON COLUMN rest.stock_counts.stock_count_number IS 'Filled in where it is left out: SC-2025-0001.';

CREATE TABLE rest.stock_count_items (
    stock_count_id uuid NOT NULL,
    ingredient_id uuid NOT NULL,
    expected_quantity decimal(12,3) NOT NULL DEFAULT 0,
    counted_quantity decimal(12,3) CONSTRAINT stock_count_items_counted_quantity_range CHECK (counted_quantity >= 0),
    unit_cost decimal(12,4) NOT NULL DEFAULT 0 CONSTRAINT stock_count_items_unit_cost_range CHECK (unit_cost >= 0),
    variance_quantity decimal(12,3) GENERATED ALWAYS AS (counted_quantity - expected_quantity) STORED,
    variance_amount decimal(12,2) GENERATED ALWAYS AS (round((counted_quantity - expected_quantity) * unit_cost, 2)) STORED
);
CALL platform.tenant_table('rest.stock_count_items', p_derived => '{expected_quantity}', p_soft_delete => false);
CALL platform.reference('rest.stock_count_items', 'stock_count_id', 'rest.stock_counts', 'cascade');
CALL platform.reference('rest.stock_count_items', 'ingredient_id', 'rest.ingredients', 'restrict');
CREATE UNIQUE INDEX stock_count_items_stock_count_id_ingredient_id_key ON rest.stock_count_items (business_id, stock_count_id, ingredient_id);
COMMENT ON TABLE rest.stock_count_items IS 'An ingredient''s counted and expected quantity.';
