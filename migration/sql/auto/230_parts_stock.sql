-- How many parts are where. Every change is a movement, what arrives and what is installed alike: whoever
-- records those writes the movement beside them. What a level has reserved are the parts of orders.
CALL platform.keep_level('auto.stock_levels', 'auto.stock_movements', '{location_id,part_id}', '{"quantity_on_hand": "m.quantity"}');

ALTER TABLE auto.stock_movements ADD CONSTRAINT stock_movements_quantity_movement_type_rule CHECK (
    (movement_type IN ('receipt', 'customer_return') AND quantity > 0)
    OR (movement_type IN ('usage', 'supplier_return', 'scrap') AND quantity < 0)
    OR movement_type IN ('count', 'adjustment'));
-- The margin of a tier has four digits before the point.
ALTER TABLE auto.pricing_matrix_tiers ADD CONSTRAINT pricing_matrix_tiers_multiplier_rule CHECK (multiplier >= 0.0011);

CREATE FUNCTION auto.check_stock_level() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.quantity_on_hand < 0 AND (TG_OP = 'INSERT' OR NEW.quantity_on_hand < OLD.quantity_on_hand) THEN
        PERFORM platform.refuse('quantity', 'must not be more than the shop holds.', 'auto', 'stock_movements');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_stock_level() OWNER TO thorbis_definer;
CREATE TRIGGER l_check_level BEFORE INSERT OR UPDATE OF quantity_on_hand ON auto.stock_levels FOR EACH ROW EXECUTE FUNCTION auto.check_stock_level();

-- Set aside are the parts that were reserved, or came in, for an order at the place that is not called off.
CREATE FUNCTION auto.reserved_quantity(p auto.stock_levels) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT least(coalesce(sum(l.quantity), 0), 999999999.999)
    FROM auto.repair_order_part_lines l
    JOIN auto.repair_order_jobs j ON j.business_id = l.business_id AND j.id = l.repair_order_job_id AND j.deleted_at IS NULL
    JOIN auto.repair_orders o ON o.business_id = j.business_id AND o.id = j.repair_order_id AND o.deleted_at IS NULL
    WHERE l.business_id = p.business_id AND l.part_id = p.part_id AND l.status IN ('reserved', 'received') AND l.deleted_at IS NULL
        AND o.location_id = p.location_id AND o.status <> 'cancelled'
$$;
ALTER FUNCTION auto.reserved_quantity(auto.stock_levels) OWNER TO thorbis_definer;
INSERT INTO platform.kept_columns VALUES ('auto.stock_levels', 'quantity_reserved',
    '{auto.repair_order_part_lines,auto.repair_order_jobs,auto.repair_orders}', 'auto.reserved_quantity(p)');

CREATE FUNCTION auto.recount_reservations(p_business uuid, p_parts uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM auto.stock_levels p WHERE p.business_id = p_business AND p.part_id = ANY (p_parts) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE auto.stock_levels p SET quantity_reserved = auto.reserved_quantity(p)
    WHERE p.business_id = p_business AND p.part_id = ANY (p_parts) AND p.quantity_reserved IS DISTINCT FROM auto.reserved_quantity(p);
END $$;
ALTER FUNCTION auto.recount_reservations(uuid, uuid[]) OWNER TO thorbis_definer;

CREATE FUNCTION auto.reserve_from_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        FOR touched IN SELECT n.business_id, array_agg(DISTINCT n.part_id) AS parts FROM new_rows n WHERE n.part_id IS NOT NULL AND n.status IN ('reserved', 'received') GROUP BY 1 LOOP
            PERFORM auto.recount_reservations(touched.business_id, touched.parts);
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR touched IN SELECT o.business_id, array_agg(DISTINCT o.part_id) AS parts FROM old_rows o WHERE o.part_id IS NOT NULL AND o.status IN ('reserved', 'received') GROUP BY 1 LOOP
            PERFORM auto.recount_reservations(touched.business_id, touched.parts);
        END LOOP;
    ELSE
        FOR touched IN
            SELECT n.business_id, array_agg(DISTINCT r.part) AS parts FROM new_rows n JOIN old_rows o USING (business_id, id)
            CROSS JOIN LATERAL (VALUES (o.part_id), (n.part_id)) AS r (part)
            WHERE (o.part_id, o.quantity, o.status, o.deleted_at, o.repair_order_job_id) IS DISTINCT FROM (n.part_id, n.quantity, n.status, n.deleted_at, n.repair_order_job_id)
                AND r.part IS NOT NULL AND (o.status IN ('reserved', 'received') OR n.status IN ('reserved', 'received'))
            GROUP BY 1
        LOOP
            PERFORM auto.recount_reservations(touched.business_id, touched.parts);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION auto.reserve_from_lines() OWNER TO thorbis_definer;
CREATE TRIGGER totals_reserve_on_insert AFTER INSERT ON auto.repair_order_part_lines REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION auto.reserve_from_lines();
CREATE TRIGGER totals_reserve_on_update AFTER UPDATE ON auto.repair_order_part_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION auto.reserve_from_lines();
CREATE TRIGGER totals_reserve_on_delete AFTER DELETE ON auto.repair_order_part_lines REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION auto.reserve_from_lines();

-- An order that is called off, comes back or moves to another place, and a job that moves to another order.
CREATE FUNCTION auto.reserve_from_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM auto.recount_reservations(NEW.business_id, ARRAY(
        SELECT DISTINCT l.part_id FROM auto.repair_order_part_lines l JOIN auto.repair_order_jobs j ON j.business_id = l.business_id AND j.id = l.repair_order_job_id
        WHERE l.business_id = NEW.business_id AND CASE TG_TABLE_NAME WHEN 'repair_orders' THEN j.repair_order_id ELSE j.id END = NEW.id
            AND l.part_id IS NOT NULL AND l.status IN ('reserved', 'received')));
    RETURN NULL;
END $$;
ALTER FUNCTION auto.reserve_from_order() OWNER TO thorbis_definer;
CREATE TRIGGER totals_reserve AFTER UPDATE ON auto.repair_orders FOR EACH ROW
    WHEN ((OLD.location_id, OLD.deleted_at, OLD.status = 'cancelled') IS DISTINCT FROM (NEW.location_id, NEW.deleted_at, NEW.status = 'cancelled'))
    EXECUTE FUNCTION auto.reserve_from_order();
CREATE TRIGGER totals_reserve AFTER UPDATE ON auto.repair_order_jobs FOR EACH ROW
    WHEN ((OLD.repair_order_id, OLD.deleted_at) IS DISTINCT FROM (NEW.repair_order_id, NEW.deleted_at)) EXECUTE FUNCTION auto.reserve_from_order();

-- A level begins with what is reserved; one that changes its place or its part is another level.
CREATE FUNCTION auto.begin_level() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT coalesce(sum(m.quantity), 0) INTO NEW.quantity_on_hand FROM auto.stock_movements m
        WHERE m.business_id = NEW.business_id AND m.location_id = NEW.location_id AND m.part_id = NEW.part_id;
    END IF;
    NEW.quantity_reserved := auto.reserved_quantity(NEW);
    RETURN NEW;
END $$;
ALTER FUNCTION auto.begin_level() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin_reservation BEFORE INSERT ON auto.stock_levels FOR EACH ROW EXECUTE FUNCTION auto.begin_level();
CREATE TRIGGER j_follow_key BEFORE UPDATE ON auto.stock_levels FOR EACH ROW
    WHEN ((OLD.location_id, OLD.part_id) IS DISTINCT FROM (NEW.location_id, NEW.part_id)) EXECUTE FUNCTION auto.begin_level();

-- Two orders that want the last filter: the first to lock the level gets it.
CREATE FUNCTION auto.check_reservation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    place uuid := (SELECT o.location_id FROM auto.repair_order_jobs j JOIN auto.repair_orders o ON o.business_id = j.business_id AND o.id = j.repair_order_id
        WHERE j.business_id = NEW.business_id AND j.id = NEW.repair_order_job_id);
    level auto.stock_levels;
    held numeric := 0;
BEGIN
    SELECT * INTO level FROM auto.stock_levels s WHERE s.business_id = NEW.business_id AND s.location_id = place AND s.part_id = NEW.part_id FOR NO KEY UPDATE;
    IF TG_OP = 'UPDATE' AND OLD.status IN ('reserved', 'received') AND OLD.part_id = NEW.part_id AND OLD.repair_order_job_id = NEW.repair_order_job_id AND OLD.deleted_at IS NULL THEN
        held := OLD.quantity;
    END IF;
    IF level.id IS NULL OR level.quantity_on_hand - level.quantity_reserved + held < NEW.quantity THEN
        PERFORM platform.refuse(CASE WHEN held > 0 THEN 'quantity' ELSE 'status' END, 'needs enough of the part to be available where the order is.', 'auto', 'repair_order_part_lines');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_reservation() OWNER TO thorbis_definer;
-- Its name sorts after the lock on the order.
CREATE TRIGGER l_check_reservation BEFORE INSERT OR UPDATE OF status, part_id, quantity, repair_order_job_id, deleted_at ON auto.repair_order_part_lines FOR EACH ROW
    WHEN (NEW.status = 'reserved' AND NEW.deleted_at IS NULL) EXECUTE FUNCTION auto.check_reservation();
