-- What orders come to, and what has come of them.
CALL platform.keep_totals('hs.purchase_orders',
    '{"subtotal": "(SELECT least(coalesce(sum(i.line_total), 0), 9999999999.99) FROM hs.purchase_order_items i WHERE i.business_id = p.business_id AND i.purchase_order_id = p.id AND i.deleted_at IS NULL)"}',
    '{"hs.purchase_order_items": ["purchase_order_id", "line_total"]}');
CALL platform.keep_totals('hs.purchase_order_items',
    '{"quantity_received": "(SELECT least(coalesce(sum(r.quantity), 0), 999999999.999) FROM hs.purchase_receipt_items r WHERE r.business_id = p.business_id AND r.purchase_order_item_id = p.id)"}',
    '{"hs.purchase_receipt_items": ["purchase_order_item_id"]}');

-- A delivery brings lines of its own order, and nothing of one that was called off.
CREATE FUNCTION hs.check_receipt_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    order_id uuid := (SELECT r.purchase_order_id FROM hs.purchase_receipts r WHERE r.business_id = NEW.business_id AND r.id = NEW.purchase_receipt_id);
BEGIN
    IF order_id <> (SELECT i.purchase_order_id FROM hs.purchase_order_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.purchase_order_item_id) THEN
        PERFORM platform.refuse('purchase_order_item_id', 'must be a line of the order that was delivered.', 'hs', 'purchase_receipt_items');
    ELSIF EXISTS (SELECT FROM hs.purchase_orders o WHERE o.business_id = NEW.business_id AND o.id = order_id AND o.status = 'cancelled') THEN
        PERFORM platform.refuse('purchase_receipt_id', 'must not be a delivery of a cancelled order.', 'hs', 'purchase_receipt_items');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_receipt_item() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_item BEFORE INSERT ON hs.purchase_receipt_items FOR EACH ROW EXECUTE FUNCTION hs.check_receipt_item();

-- An order that was sent is received when every line of it is, more or less than ordered counts by line.
CREATE FUNCTION hs.follow_receipt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched uuid[] := ARRAY(SELECT DISTINCT r.purchase_order_id FROM new_rows n
        JOIN hs.purchase_receipts r ON r.business_id = n.business_id AND r.id = n.purchase_receipt_id);
BEGIN
    PERFORM FROM hs.purchase_orders o WHERE o.id = ANY (touched) AND o.business_id IN (SELECT n.business_id FROM new_rows n) ORDER BY o.id FOR NO KEY UPDATE;
    UPDATE hs.purchase_orders o SET status = CASE WHEN lines.are_complete THEN 'received' ELSE 'partially_received' END
    FROM (
        SELECT i.business_id, i.purchase_order_id, bool_and(i.quantity_received >= i.quantity_ordered) AS are_complete FROM hs.purchase_order_items i
        WHERE i.purchase_order_id = ANY (touched) AND i.business_id IN (SELECT n.business_id FROM new_rows n) AND i.deleted_at IS NULL GROUP BY 1, 2
    ) AS lines
    WHERE o.business_id = lines.business_id AND o.id = lines.purchase_order_id AND o.deleted_at IS NULL
        AND (o.status = 'sent' OR (o.status = 'partially_received' AND lines.are_complete));
    RETURN NULL;
END $$;
ALTER FUNCTION hs.follow_receipt() OWNER TO thorbis_definer;
-- After the lines were counted by the same statement.
CREATE TRIGGER totals_order_state AFTER INSERT ON hs.purchase_receipt_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION hs.follow_receipt();
