-- Ingredients in stock, counts, purchase orders, and what a recipe costs.

CALL platform.keep_level('rest.stock_levels', 'rest.stock_movements', '{location_id,ingredient_id}', '{"quantity_on_hand": "m.quantity"}');

-- What the books say at the moment something is counted; trade that goes on afterwards changes both alike.
CREATE FUNCTION rest.expect_stock() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    count rest.stock_counts;
BEGIN
    SELECT * INTO count FROM rest.stock_counts c WHERE c.business_id = NEW.business_id AND c.id = NEW.stock_count_id FOR SHARE;
    IF count.status IN ('posted', 'cancelled') THEN
        PERFORM platform.refuse('stock_count_id', 'is finished: what was counted stands.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.expected_quantity := coalesce((SELECT l.quantity_on_hand FROM rest.stock_levels l
        WHERE l.business_id = NEW.business_id AND l.location_id = count.location_id AND l.ingredient_id = NEW.ingredient_id), 0);
    RETURN NEW;
END $$;
ALTER FUNCTION rest.expect_stock() OWNER TO thorbis_definer;
CREATE TRIGGER j_expect_stock BEFORE INSERT ON rest.stock_count_items FOR EACH ROW EXECUTE FUNCTION rest.expect_stock();
CREATE TRIGGER j_expect_stock_again BEFORE UPDATE ON rest.stock_count_items FOR EACH ROW
    WHEN ((OLD.stock_count_id, OLD.ingredient_id, OLD.counted_quantity) IS DISTINCT FROM (NEW.stock_count_id, NEW.ingredient_id, NEW.counted_quantity))
    EXECUTE FUNCTION rest.expect_stock();

CALL platform.keep_totals('rest.stock_counts', '{"variance_amount": "platform.money((SELECT sum(c.variance_amount) FROM rest.stock_count_items c WHERE c.business_id = p.business_id AND c.stock_count_id = p.id))"}',
    '{"rest.stock_count_items": ["stock_count_id", "variance_amount"]}');
CALL platform.count_in_row('rest.stock_counts', '{variance_amount}', '{deleted_at}');
CALL platform.stamp_states('rest.stock_counts', 'status', '{"posted": {"posted_at": "now()"}}');

-- A level remembers the last count that was posted with its ingredient.
CREATE FUNCTION rest.recount_last_counts(p_business uuid, p_counts uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rest.stock_counts c WHERE c.business_id = p_business AND c.id = ANY (p_counts) AND c.status = 'posted') THEN
        RETURN;
    END IF;
    PERFORM FROM rest.stock_levels l WHERE l.business_id = p_business ORDER BY l.id FOR NO KEY UPDATE;
    UPDATE rest.stock_levels l SET last_counted_on = t.last_day
    FROM rest.stock_levels p LEFT JOIN (
        SELECT c.location_id, i.ingredient_id, max(c.counted_on) AS last_day
        FROM rest.stock_counts c JOIN rest.stock_count_items i ON i.business_id = c.business_id AND i.stock_count_id = c.id
        WHERE c.business_id = p_business AND c.status = 'posted' AND c.deleted_at IS NULL GROUP BY 1, 2
    ) AS t ON t.location_id = p.location_id AND t.ingredient_id = p.ingredient_id
    WHERE p.business_id = p_business AND l.business_id = p_business AND l.id = p.id AND l.last_counted_on IS DISTINCT FROM t.last_day;
END $$;
ALTER FUNCTION rest.recount_last_counts(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('rest', 'keep_last_counts_from_stock_counts', 'recount_last_counts', 'rest.stock_counts', 'id', '{status,location_id,counted_on}');
CALL platform.keep_from('rest', 'keep_last_counts_from_stock_count_items', 'recount_last_counts', 'rest.stock_count_items', 'stock_count_id', '{stock_count_id,ingredient_id}');
CALL platform.note_kept('rest.stock_levels', '{last_counted_on}', '{rest.stock_counts,rest.stock_count_items}',
    '(SELECT max(c.counted_on) FROM rest.stock_counts c JOIN rest.stock_count_items i ON i.business_id = c.business_id AND i.stock_count_id = c.id WHERE c.business_id = p.business_id AND c.location_id = p.location_id AND i.ingredient_id = p.ingredient_id AND c.status = ''posted'' AND c.deleted_at IS NULL)');
CALL platform.count_in_row('rest.stock_levels', '{last_counted_on}', '{location_id,ingredient_id}');
CALL platform.count_in_row('rest.stock_levels', '{quantity_on_hand}', '{location_id,ingredient_id}');

-- Of an ordered line as much has arrived as its receipts brought into stock.
CALL platform.keep_totals('rest.purchase_order_items', '{"packs_received": "platform.quantity(greatest((SELECT sum(c.quantity) FROM rest.stock_movements c WHERE c.business_id = p.business_id AND c.purchase_order_item_id = p.id AND c.movement_type = ''receipt''), 0) / nullif(p.pack_quantity, 0))"}',
    '{"rest.stock_movements": ["purchase_order_item_id"]}');
CALL platform.count_in_row('rest.purchase_order_items', '{packs_received}', '{pack_quantity}');
CALL platform.keep_totals('rest.purchase_orders', '{"subtotal": "platform.money((SELECT sum(c.line_total) FROM rest.purchase_order_items c WHERE c.business_id = p.business_id AND c.purchase_order_id = p.id AND c.deleted_at IS NULL))"}',
    '{"rest.purchase_order_items": ["purchase_order_id", "line_total"]}');
CALL platform.count_in_row('rest.purchase_orders', '{subtotal}', '{deleted_at}');
CALL platform.stamp_states('rest.purchase_orders', 'status', '{"received": {"received_at": "now()"}}');
CALL platform.require('rest.purchase_order_items', 'supplier_item_id',
    'NEW.supplier_item_id IS NULL OR EXISTS (SELECT FROM rest.supplier_items s WHERE s.business_id = NEW.business_id AND s.id = NEW.supplier_item_id AND s.ingredient_id = NEW.ingredient_id)',
    'must be the supplier''s pack of this ingredient.', '{ingredient_id,supplier_item_id}');
CALL platform.require('rest.recipes', 'menu_item_size_id',
    'NEW.menu_item_size_id IS NULL OR NEW.menu_item_id IS NULL OR EXISTS (SELECT FROM rest.menu_item_sizes s WHERE s.business_id = NEW.business_id AND s.id = NEW.menu_item_size_id AND s.menu_item_id = NEW.menu_item_id)',
    'must be a size of the dish.', '{menu_item_id,menu_item_size_id}');

-- How many of one unit make one of another: the ingredient's own conversion first, then the house's, either
-- way round, then what everybody knows. Null where nobody said.
CREATE FUNCTION rest.unit_factor(p_business uuid, p_ingredient uuid, p_from text, p_to text) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT CASE WHEN p_from = p_to THEN 1 ELSE coalesce(
        (SELECT CASE WHEN c.from_unit = p_from THEN c.factor ELSE 1 / c.factor END FROM rest.unit_conversions c
            WHERE c.business_id = p_business AND c.deleted_at IS NULL AND (c.ingredient_id = p_ingredient OR c.ingredient_id IS NULL)
                AND ((c.from_unit = p_from AND c.to_unit = p_to) OR (c.from_unit = p_to AND c.to_unit = p_from))
            ORDER BY c.ingredient_id IS NULL, c.from_unit <> p_from LIMIT 1),
        (SELECT known.factor FROM (VALUES ('kg', 'g', 1000), ('g', 'kg', 0.001), ('l', 'ml', 1000), ('ml', 'l', 0.001), ('dozen', 'each', 12), ('each', 'dozen', 1 / 12.0)) AS known (from_unit, to_unit, factor)
            WHERE known.from_unit = p_from AND known.to_unit = p_to)
    ) END
$$;

-- What one line of a recipe costs, with what is lost in the kitchen. What cannot be converted costs nothing
-- until somebody says how.
CREATE FUNCTION rest.recipe_line_cost(p_line rest.recipe_ingredients) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(p_line.quantity / nullif(1 - p_line.waste_rate, 0) * coalesce(
        (SELECT rest.unit_factor(p_line.business_id, i.id, p_line.unit_of_measure, i.unit_of_measure) * i.cost_per_unit
            FROM rest.ingredients i WHERE i.business_id = p_line.business_id AND i.id = p_line.ingredient_id),
        (SELECT rest.unit_factor(p_line.business_id, NULL, p_line.unit_of_measure, r.yield_unit) * r.cost / r.yield_quantity
            FROM rest.recipes r WHERE r.business_id = p_line.business_id AND r.id = p_line.batch_recipe_id)), 0)
$$;
ALTER FUNCTION rest.unit_factor(uuid, uuid, text, text) OWNER TO thorbis_definer;
ALTER FUNCTION rest.recipe_line_cost(rest.recipe_ingredients) OWNER TO thorbis_definer;

-- A batch never holds itself. One business's recipes are linked one after the other, so that two links
-- cannot make a ring, and what a line costs is locked, so that no price changes unseen.
CREATE FUNCTION rest.check_recipe_ingredient() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM rest.ingredients i WHERE i.business_id = NEW.business_id AND i.id = NEW.ingredient_id FOR SHARE;
    IF NEW.batch_recipe_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('rest.recipes' || NEW.business_id::text, 0));
    PERFORM FROM rest.recipes r WHERE r.business_id = NEW.business_id AND r.id = NEW.batch_recipe_id FOR SHARE;
    IF EXISTS (
        WITH RECURSIVE inside AS (
            SELECT NEW.batch_recipe_id AS id
            UNION
            SELECT l.batch_recipe_id FROM rest.recipe_ingredients l JOIN inside ON l.recipe_id = inside.id
            WHERE l.business_id = NEW.business_id AND l.batch_recipe_id IS NOT NULL AND l.id <> NEW.id
        )
        SELECT FROM inside WHERE inside.id = NEW.recipe_id
    ) THEN
        PERFORM platform.refuse('batch_recipe_id', 'must not be made with this recipe itself.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_recipe_ingredient() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_recipe_ingredient BEFORE INSERT OR UPDATE OF recipe_id, ingredient_id, batch_recipe_id ON rest.recipe_ingredients
    FOR EACH ROW EXECUTE FUNCTION rest.check_recipe_ingredient();

CALL platform.keep_totals('rest.recipes', '{"cost": "platform.money((SELECT sum(rest.recipe_line_cost(c)) FROM rest.recipe_ingredients c WHERE c.business_id = p.business_id AND c.recipe_id = p.id AND c.deleted_at IS NULL))"}',
    '{"rest.recipe_ingredients": ["recipe_id", "ingredient_id", "batch_recipe_id", "quantity", "unit_of_measure", "waste_rate"]}');
CALL platform.count_in_row('rest.recipes', '{cost}', '{deleted_at}');

-- Prices and conversions reach the recipes that use them, and through batches the recipes above.
CREATE FUNCTION rest.recount_recipes_with(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM rest.recount_recipes_cost(p_business, (SELECT array_agg(DISTINCT l.recipe_id) FROM rest.recipe_ingredients l
        WHERE l.business_id = p_business AND (l.ingredient_id = ANY (p_ids) OR l.batch_recipe_id = ANY (p_ids))));
END $$;
CREATE FUNCTION rest.recount_recipes_in_units(p_business uuid, p_conversions uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('rest.recipes' || p_business::text, 0));
    PERFORM rest.recount_recipes_cost(p_business, (SELECT array_agg(r.id) FROM rest.recipes r WHERE r.business_id = p_business AND r.deleted_at IS NULL));
END $$;
ALTER FUNCTION rest.recount_recipes_with(uuid, uuid[]) OWNER TO thorbis_definer;
ALTER FUNCTION rest.recount_recipes_in_units(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('rest', 'keep_recipes_from_ingredients', 'recount_recipes_with', 'rest.ingredients', 'id', '{cost_per_unit,unit_of_measure}');
CALL platform.keep_from('rest', 'keep_recipes_from_recipes', 'recount_recipes_with', 'rest.recipes', 'id', '{cost,yield_quantity,yield_unit}');
CALL platform.keep_from('rest', 'keep_recipes_from_unit_conversions', 'recount_recipes_in_units', 'rest.unit_conversions', 'id', '{ingredient_id,from_unit,to_unit,factor}');
