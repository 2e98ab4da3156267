-- What orders and returns of parts come to, and what has come of them.
CALL platform.keep_totals('auto.purchase_orders',
    '{"subtotal": "(SELECT least(coalesce(sum(i.line_total), 0), 9999999999.99) FROM auto.purchase_order_items i WHERE i.business_id = p.business_id AND i.purchase_order_id = p.id AND i.deleted_at IS NULL)"}',
    '{"auto.purchase_order_items": ["purchase_order_id", "line_total"]}');
CALL platform.keep_totals('auto.supplier_returns',
    '{"expected_credit": "(SELECT least(coalesce(sum(i.line_total), 0), 9999999999.99) FROM auto.supplier_return_items i WHERE i.business_id = p.business_id AND i.supplier_return_id = p.id AND i.deleted_at IS NULL)"}',
    '{"auto.supplier_return_items": ["supplier_return_id", "line_total"]}');

-- Parts of the catalogue come in as movements. Others have no stock: they came in when the line of the
-- repair order that waits for them says so.
CALL platform.keep_totals('auto.purchase_order_items', '{
    "quantity_received": "(SELECT least(CASE WHEN p.part_id IS NOT NULL THEN (SELECT coalesce(sum(m.quantity), 0) FROM auto.stock_movements m WHERE m.business_id = p.business_id AND m.purchase_order_item_id = p.id AND m.movement_type = ''receipt'') ELSE (SELECT coalesce(sum(l.quantity), 0) FROM auto.repair_order_part_lines l WHERE l.business_id = p.business_id AND l.purchase_order_item_id = p.id AND l.status IN (''received'', ''installed'', ''returned'') AND l.deleted_at IS NULL) END, 999999999.999))"
}', '{
    "auto.stock_movements": ["purchase_order_item_id"],
    "auto.repair_order_part_lines": ["purchase_order_item_id", "quantity", "status"],
    "auto.purchase_order_items": ["id", "part_id"]
}');

CREATE FUNCTION auto.check_stock_movement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM auto.purchase_order_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.purchase_order_item_id AND i.part_id <> NEW.part_id) THEN
        PERFORM platform.refuse('purchase_order_item_id', 'must be an order of the same part.', 'auto', 'stock_movements');
    ELSIF EXISTS (SELECT FROM auto.repair_order_part_lines l WHERE l.business_id = NEW.business_id AND l.id = NEW.repair_order_part_line_id AND l.part_id <> NEW.part_id) THEN
        PERFORM platform.refuse('repair_order_part_line_id', 'must be a line of the same part.', 'auto', 'stock_movements');
    ELSIF EXISTS (SELECT FROM auto.supplier_return_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.supplier_return_item_id AND i.part_id <> NEW.part_id) THEN
        PERFORM platform.refuse('supplier_return_item_id', 'must be a return of the same part.', 'auto', 'stock_movements');
    END IF;
    -- What comes in moves lines that wait for it: their orders are locked before the level, as by whoever changes a line.
    PERFORM FROM auto.repair_orders o WHERE o.business_id = NEW.business_id AND o.id IN (
        SELECT j.repair_order_id FROM auto.repair_order_part_lines l JOIN auto.repair_order_jobs j ON j.business_id = l.business_id AND j.id = l.repair_order_job_id
        WHERE l.business_id = NEW.business_id AND l.purchase_order_item_id = NEW.purchase_order_item_id AND l.status = 'ordered')
    ORDER BY o.id FOR NO KEY UPDATE;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_stock_movement() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_movement BEFORE INSERT ON auto.stock_movements FOR EACH ROW
    WHEN (NEW.purchase_order_item_id IS NOT NULL OR NEW.repair_order_part_line_id IS NOT NULL OR NEW.supplier_return_item_id IS NOT NULL)
    EXECUTE FUNCTION auto.check_stock_movement();

-- What came in lets the lines that wait for it go on, and the order that was sent knows what is missing.
CREATE FUNCTION auto.follow_receipt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    are_complete boolean;
BEGIN
    IF NEW.part_id IS NOT NULL AND NEW.quantity_received >= NEW.quantity_ordered THEN
        UPDATE auto.repair_order_part_lines l SET status = 'received'
        WHERE l.business_id = NEW.business_id AND l.purchase_order_item_id = NEW.id AND l.status = 'ordered' AND l.deleted_at IS NULL;
    END IF;
    PERFORM FROM auto.purchase_orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.purchase_order_id FOR NO KEY UPDATE;
    SELECT bool_and(i.quantity_received >= i.quantity_ordered) INTO are_complete FROM auto.purchase_order_items i
    WHERE i.business_id = NEW.business_id AND i.purchase_order_id = NEW.purchase_order_id AND i.deleted_at IS NULL;
    UPDATE auto.purchase_orders o SET status = CASE WHEN are_complete THEN 'received' ELSE 'partially_received' END
    WHERE o.business_id = NEW.business_id AND o.id = NEW.purchase_order_id AND o.deleted_at IS NULL
        AND (o.status = 'sent' OR (o.status = 'partially_received' AND are_complete));
    RETURN NULL;
END $$;
ALTER FUNCTION auto.follow_receipt() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_receipt AFTER UPDATE ON auto.purchase_order_items FOR EACH ROW
    WHEN (NEW.quantity_received > OLD.quantity_received) EXECUTE FUNCTION auto.follow_receipt();

-- A group of parts is not inside itself, however deep. Two who move groups at once take turns.
CREATE FUNCTION auto.check_category_parent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('auto.part_categories/' || NEW.business_id, 0));
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT NEW.parent_id AS id
            UNION
            SELECT c.parent_id FROM auto.part_categories c JOIN above a ON c.id = a.id WHERE c.business_id = NEW.business_id AND c.parent_id IS NOT NULL
        ) SELECT FROM above a WHERE a.id = NEW.id)
    THEN
        PERFORM platform.refuse('parent_id', 'must not be the category itself or one inside it.', 'auto', 'part_categories');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_category_parent() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_parent BEFORE INSERT OR UPDATE OF parent_id ON auto.part_categories FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION auto.check_category_parent();
