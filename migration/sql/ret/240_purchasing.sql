-- Purchase orders and what of them was taken in.

CALL platform.keep_totals('ret.purchase_orders', '{"subtotal": "platform.money((SELECT sum(c.line_total) FROM ret.purchase_order_items c WHERE c.business_id = p.business_id AND c.purchase_order_id = p.id AND c.deleted_at IS NULL))"}',
    '{"ret.purchase_order_items": ["purchase_order_id", "line_total"]}');
CALL platform.count_in_row('ret.purchase_orders', '{subtotal}', '{deleted_at}');

-- A receipt takes in lines of its order. Once it is posted the goods are in stock, and it stands.
CALL platform.require('ret.purchase_receipt_items', 'purchase_order_item_id',
    'EXISTS (SELECT FROM ret.purchase_receipts r JOIN ret.purchase_order_items i ON i.business_id = r.business_id AND i.purchase_order_id = r.purchase_order_id WHERE r.business_id = NEW.business_id AND r.id = NEW.purchase_receipt_id AND i.id = NEW.purchase_order_item_id)',
    'must be a line of the order that is taken in.', '{purchase_receipt_id,purchase_order_item_id}');
CALL platform.require('ret.purchase_receipt_items', 'purchase_receipt_id',
    'NOT EXISTS (SELECT FROM ret.purchase_receipts r WHERE r.business_id = NEW.business_id AND r.id = NEW.purchase_receipt_id AND r.status = ''posted'')',
    'is posted: its goods are in stock.', '{purchase_receipt_id,purchase_order_item_id,quantity_received,quantity_damaged}');
CALL platform.require('ret.supplier_return_items', 'purchase_receipt_item_id',
    'NEW.purchase_receipt_item_id IS NULL OR EXISTS (SELECT FROM ret.purchase_receipt_items c JOIN ret.purchase_order_items i ON i.business_id = c.business_id AND i.id = c.purchase_order_item_id WHERE c.business_id = NEW.business_id AND c.id = NEW.purchase_receipt_item_id AND i.product_id = NEW.product_id)',
    'must be a receipt of this product.', '{product_id,purchase_receipt_item_id}');

-- What posted receipts brought of each ordered line, damaged pieces too: they go back another way.
CREATE FUNCTION ret.received_quantity(p_item ret.purchase_order_items) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT platform.quantity(sum(c.quantity_received))
    FROM ret.purchase_receipt_items c JOIN ret.purchase_receipts r ON r.business_id = c.business_id AND r.id = c.purchase_receipt_id AND r.status = 'posted' AND r.deleted_at IS NULL
    WHERE c.business_id = p_item.business_id AND c.purchase_order_item_id = p_item.id AND c.deleted_at IS NULL
$$;
ALTER FUNCTION ret.received_quantity(ret.purchase_order_items) OWNER TO thorbis_definer;
CALL platform.keep_totals('ret.purchase_order_items', '{"quantity_received": "ret.received_quantity(p)"}', '{"ret.purchase_receipt_items": ["purchase_order_item_id", "purchase_receipt_id", "quantity_received"]}');
CALL platform.count_in_row('ret.purchase_order_items', '{quantity_received}', '{deleted_at}');

CREATE FUNCTION ret.recount_lines_of_receipts(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM ret.recount_purchase_order_items_quantity_received(p_business, (SELECT array_agg(DISTINCT c.purchase_order_item_id) FROM ret.purchase_receipt_items c
        WHERE c.business_id = p_business AND c.purchase_receipt_id = ANY (p_ids)));
END $$;
ALTER FUNCTION ret.recount_lines_of_receipts(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('ret', 'keep_lines_from_purchase_receipts', 'recount_lines_of_receipts', 'ret.purchase_receipts', 'id', '{status}');
