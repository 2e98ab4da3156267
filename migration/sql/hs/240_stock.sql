-- How much is where. Every change of stock is a movement, also what a delivery brings or a transfer moves:
-- whoever records those writes the movements beside them, and nothing writes a level.
CALL platform.keep_level('hs.stock_levels', 'hs.stock_movements', '{inventory_location_id,price_book_item_id}', '{"quantity_on_hand": "m.quantity"}');

-- The kind of a movement says its direction; only a count or a correction goes either way.
ALTER TABLE hs.stock_movements ADD CONSTRAINT stock_movements_quantity_movement_type_rule CHECK (
    (movement_type IN ('receipt', 'transfer_in', 'customer_return') AND quantity > 0)
    OR (movement_type IN ('usage', 'transfer_out', 'supplier_return') AND quantity < 0)
    OR movement_type IN ('count', 'adjustment'));

-- A truck may go below zero, since the part is in the wall and the count was wrong; a warehouse may not.
-- Levels hold at most what their column does.
CREATE FUNCTION hs.check_stock_level() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.quantity_on_hand < 0 AND (TG_OP = 'INSERT' OR NEW.quantity_on_hand < OLD.quantity_on_hand) AND EXISTS (
        SELECT FROM hs.inventory_locations l WHERE l.business_id = NEW.business_id AND l.id = NEW.inventory_location_id AND l.location_type = 'warehouse')
    THEN
        PERFORM platform.refuse('quantity', 'must not be more than the warehouse holds.', 'hs', 'stock_movements');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_stock_level() OWNER TO thorbis_definer;
CREATE TRIGGER l_check_level BEFORE INSERT OR UPDATE OF quantity_on_hand ON hs.stock_levels FOR EACH ROW EXECUTE FUNCTION hs.check_stock_level();

-- What is set aside for jobs: what came in on purchase orders for a job that is still to be done, less what
-- that job took from the same place.
CREATE FUNCTION hs.reserved_quantity(p hs.stock_levels) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT least(coalesce(sum(greatest(r.quantity, 0)), 0), 999999999.999) FROM (
        SELECT sum(m.quantity) AS quantity
        FROM hs.stock_movements m
        LEFT JOIN hs.purchase_order_items i ON m.movement_type = 'receipt' AND i.business_id = m.business_id AND i.id = m.purchase_order_item_id
        LEFT JOIN hs.purchase_orders o ON o.business_id = i.business_id AND o.id = i.purchase_order_id
        JOIN hs.work_orders w ON w.business_id = m.business_id AND w.id = CASE m.movement_type WHEN 'receipt' THEN o.work_order_id ELSE m.work_order_id END
        WHERE m.business_id = p.business_id AND m.inventory_location_id = p.inventory_location_id AND m.price_book_item_id = p.price_book_item_id
            AND m.movement_type IN ('receipt', 'usage') AND w.status NOT IN ('completed', 'cancelled') AND w.deleted_at IS NULL
        GROUP BY w.id
    ) AS r
$$;
ALTER FUNCTION hs.reserved_quantity(hs.stock_levels) OWNER TO thorbis_definer;
INSERT INTO platform.kept_columns VALUES ('hs.stock_levels', 'quantity_reserved',
    '{hs.stock_movements,hs.purchase_orders,hs.work_orders}', 'hs.reserved_quantity(p)');

CREATE FUNCTION hs.recount_reservations(p_business uuid, p_levels uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM hs.stock_levels p WHERE p.business_id = p_business AND p.id = ANY (p_levels) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE hs.stock_levels p SET quantity_reserved = hs.reserved_quantity(p)
    WHERE p.business_id = p_business AND p.id = ANY (p_levels) AND p.quantity_reserved IS DISTINCT FROM hs.reserved_quantity(p);
END $$;
ALTER FUNCTION hs.recount_reservations(uuid, uuid[]) OWNER TO thorbis_definer;

CREATE FUNCTION hs.reserve_from_movements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched record;
BEGIN
    FOR touched IN
        SELECT l.business_id, array_agg(DISTINCT l.id) AS levels FROM new_rows m
        JOIN hs.stock_levels l ON l.business_id = m.business_id AND l.inventory_location_id = m.inventory_location_id AND l.price_book_item_id = m.price_book_item_id
        WHERE (m.movement_type = 'receipt' AND m.purchase_order_item_id IS NOT NULL) OR (m.movement_type = 'usage' AND m.work_order_id IS NOT NULL)
        GROUP BY l.business_id
    LOOP
        PERFORM hs.recount_reservations(touched.business_id, touched.levels);
    END LOOP;
    RETURN NULL;
END $$;
ALTER FUNCTION hs.reserve_from_movements() OWNER TO thorbis_definer;
-- After the levels were kept, or made, by the same statement.
CREATE TRIGGER totals_reserve AFTER INSERT ON hs.stock_movements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION hs.reserve_from_movements();

-- A level that a client makes first, with its minimum, begins with what is reserved.
CREATE FUNCTION hs.begin_reservation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.quantity_reserved := hs.reserved_quantity(NEW);
    RETURN NEW;
END $$;
ALTER FUNCTION hs.begin_reservation() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin_reservation BEFORE INSERT ON hs.stock_levels FOR EACH ROW EXECUTE FUNCTION hs.begin_reservation();

-- A level that changes its place or its item is another level.
CREATE FUNCTION hs.follow_level_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT coalesce(sum(m.quantity), 0) INTO NEW.quantity_on_hand FROM hs.stock_movements m
    WHERE m.business_id = NEW.business_id AND m.inventory_location_id = NEW.inventory_location_id AND m.price_book_item_id = NEW.price_book_item_id;
    NEW.quantity_reserved := hs.reserved_quantity(NEW);
    RETURN NEW;
END $$;
ALTER FUNCTION hs.follow_level_key() OWNER TO thorbis_definer;
CREATE TRIGGER j_follow_key BEFORE UPDATE ON hs.stock_levels FOR EACH ROW
    WHEN ((OLD.inventory_location_id, OLD.price_book_item_id) IS DISTINCT FROM (NEW.inventory_location_id, NEW.price_book_item_id)) EXECUTE FUNCTION hs.follow_level_key();

-- A job that ends releases what it had set aside; an order that is for another job sets it aside for that.
CREATE FUNCTION hs.reserve_from_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM hs.recount_reservations(NEW.business_id, ARRAY(
        SELECT DISTINCT l.id FROM hs.purchase_orders o
        JOIN hs.purchase_order_items i ON i.business_id = o.business_id AND i.purchase_order_id = o.id
        JOIN hs.stock_movements m ON m.business_id = i.business_id AND m.purchase_order_item_id = i.id
        JOIN hs.stock_levels l ON l.business_id = m.business_id AND l.inventory_location_id = m.inventory_location_id AND l.price_book_item_id = m.price_book_item_id
        WHERE o.business_id = NEW.business_id AND CASE TG_TABLE_NAME WHEN 'purchase_orders' THEN o.id = NEW.id ELSE o.work_order_id = NEW.id END));
    RETURN NULL;
END $$;
ALTER FUNCTION hs.reserve_from_job() OWNER TO thorbis_definer;
CREATE TRIGGER totals_reserve AFTER UPDATE ON hs.work_orders FOR EACH ROW
    WHEN ((OLD.status IN ('completed', 'cancelled') OR OLD.deleted_at IS NOT NULL) <> (NEW.status IN ('completed', 'cancelled') OR NEW.deleted_at IS NOT NULL))
    EXECUTE FUNCTION hs.reserve_from_job();
CREATE TRIGGER totals_reserve AFTER UPDATE ON hs.purchase_orders FOR EACH ROW
    WHEN (OLD.work_order_id IS DISTINCT FROM NEW.work_order_id) EXECUTE FUNCTION hs.reserve_from_job();

CALL platform.stamp_states('hs.stock_transfers', 'status', '{"in_transit": {"shipped_at": "now()"}, "received": {"received_at": "now()"}}');

-- A movement belongs to what it names: its order line and its transfer line are of the same item.
CREATE FUNCTION hs.check_stock_movement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM hs.stock_transfer_items t WHERE t.business_id = NEW.business_id AND t.id = NEW.stock_transfer_item_id AND t.price_book_item_id <> NEW.price_book_item_id) THEN
        PERFORM platform.refuse('stock_transfer_item_id', 'must be a transfer of the same item.', 'hs', 'stock_movements');
    ELSIF EXISTS (SELECT FROM hs.purchase_order_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.purchase_order_item_id AND i.price_book_item_id <> NEW.price_book_item_id) THEN
        PERFORM platform.refuse('purchase_order_item_id', 'must be an order of the same item.', 'hs', 'stock_movements');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_stock_movement() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_movement BEFORE INSERT ON hs.stock_movements FOR EACH ROW
    WHEN (NEW.stock_transfer_item_id IS NOT NULL OR NEW.purchase_order_item_id IS NOT NULL) EXECUTE FUNCTION hs.check_stock_movement();
