-- Stock of a product or variant at a location: what is there by the ledger, what open sales wait for, what is
-- on its way.

CALL platform.keep_level('ret.inventory_levels', 'ret.inventory_movements', '{location_id,product_id,product_variant_id}', '{"quantity_on_hand": "m.quantity"}');
CALL platform.count_in_row('ret.inventory_levels', '{quantity_on_hand}', '{location_id,product_id,product_variant_id}');

-- Open sales wait for what has not left yet. A sale at the counter takes its goods along, unless they are
-- laid away.
CREATE FUNCTION ret.reserved_quantity(p_level ret.inventory_levels) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT platform.quantity(sum(greatest(i.quantity - i.quantity_fulfilled, 0)))
    FROM ret.sales_orders o JOIN ret.sales_order_items i ON i.business_id = o.business_id AND i.sales_order_id = o.id
    WHERE o.business_id = p_level.business_id AND o.location_id = p_level.location_id AND o.status = 'open' AND o.deleted_at IS NULL
        AND i.product_id = p_level.product_id AND i.product_variant_id IS NOT DISTINCT FROM p_level.product_variant_id AND i.deleted_at IS NULL
        AND (o.order_type <> 'walk_in' OR EXISTS (SELECT FROM ret.layaways l
            WHERE l.business_id = o.business_id AND l.sales_order_id = o.id AND l.status = 'active' AND l.deleted_at IS NULL))
$$;

-- Purchase orders that are with the supplier, and transfers on the road.
CREATE FUNCTION ret.incoming_quantity(p_level ret.inventory_levels) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT platform.quantity((
        SELECT coalesce(sum(greatest(i.quantity_ordered - i.quantity_received, 0)), 0)
        FROM ret.purchase_orders o JOIN ret.purchase_order_items i ON i.business_id = o.business_id AND i.purchase_order_id = o.id
        WHERE o.business_id = p_level.business_id AND o.location_id = p_level.location_id AND o.status IN ('sent', 'confirmed', 'partially_received') AND o.deleted_at IS NULL
            AND i.product_id = p_level.product_id AND i.product_variant_id IS NOT DISTINCT FROM p_level.product_variant_id AND i.deleted_at IS NULL
    ) + (
        SELECT coalesce(sum(i.quantity_shipped - i.quantity_received), 0)
        FROM ret.stock_transfers t JOIN ret.stock_transfer_items i ON i.business_id = t.business_id AND i.stock_transfer_id = t.id
        WHERE t.business_id = p_level.business_id AND t.to_location_id = p_level.location_id AND t.status IN ('in_transit', 'partially_received') AND t.deleted_at IS NULL
            AND i.product_id = p_level.product_id AND i.product_variant_id IS NOT DISTINCT FROM p_level.product_variant_id AND i.deleted_at IS NULL
    ))
$$;
ALTER FUNCTION ret.reserved_quantity(ret.inventory_levels) OWNER TO thorbis_definer;
ALTER FUNCTION ret.incoming_quantity(ret.inventory_levels) OWNER TO thorbis_definer;
CALL platform.note_kept('ret.inventory_levels', '{quantity_reserved}', '{ret.sales_orders,ret.sales_order_items,ret.layaways}', 'ret.reserved_quantity(p)');
CALL platform.note_kept('ret.inventory_levels', '{quantity_incoming}', '{ret.purchase_orders,ret.purchase_order_items,ret.stock_transfers,ret.stock_transfer_items}', 'ret.incoming_quantity(p)');
CALL platform.count_in_row('ret.inventory_levels', '{quantity_reserved,quantity_incoming}', '{location_id,product_id,product_variant_id}');

-- The levels of these products, at every location. One that is waited for, or expected, begins.
CREATE FUNCTION ret.recount_levels(p_business uuid, p_products uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO ret.inventory_levels (business_id, location_id, product_id, product_variant_id)
    SELECT DISTINCT p_business, w.location_id, w.product_id, w.product_variant_id FROM (
        SELECT o.location_id, i.product_id, i.product_variant_id FROM ret.sales_orders o JOIN ret.sales_order_items i ON i.business_id = o.business_id AND i.sales_order_id = o.id
        WHERE o.business_id = p_business AND o.status = 'open' AND o.order_type <> 'walk_in' AND o.deleted_at IS NULL AND i.deleted_at IS NULL AND i.product_id = ANY (p_products)
        UNION
        SELECT o.location_id, i.product_id, i.product_variant_id FROM ret.layaways l JOIN ret.sales_orders o ON o.business_id = l.business_id AND o.id = l.sales_order_id
        JOIN ret.sales_order_items i ON i.business_id = o.business_id AND i.sales_order_id = o.id
        WHERE l.business_id = p_business AND l.status = 'active' AND l.deleted_at IS NULL AND o.status = 'open' AND o.deleted_at IS NULL AND i.deleted_at IS NULL AND i.product_id = ANY (p_products)
        UNION
        SELECT o.location_id, i.product_id, i.product_variant_id FROM ret.purchase_orders o JOIN ret.purchase_order_items i ON i.business_id = o.business_id AND i.purchase_order_id = o.id
        WHERE o.business_id = p_business AND o.status IN ('sent', 'confirmed', 'partially_received') AND o.deleted_at IS NULL AND i.deleted_at IS NULL AND i.product_id = ANY (p_products)
        UNION
        SELECT t.to_location_id, i.product_id, i.product_variant_id FROM ret.stock_transfers t JOIN ret.stock_transfer_items i ON i.business_id = t.business_id AND i.stock_transfer_id = t.id
        WHERE t.business_id = p_business AND t.status IN ('in_transit', 'partially_received') AND t.deleted_at IS NULL AND i.deleted_at IS NULL AND i.product_id = ANY (p_products)
    ) AS w
    JOIN ret.products g ON g.business_id = p_business AND g.id = w.product_id AND g.track_inventory
    WHERE w.location_id IS NOT NULL AND NOT EXISTS (SELECT FROM ret.inventory_levels l WHERE l.business_id = p_business AND l.location_id = w.location_id
        AND l.product_id = w.product_id AND l.product_variant_id IS NOT DISTINCT FROM w.product_variant_id)
    ORDER BY 2, 3, 4
    ON CONFLICT DO NOTHING;
    PERFORM FROM ret.inventory_levels l WHERE l.business_id = p_business AND l.product_id = ANY (p_products) ORDER BY l.id FOR NO KEY UPDATE;
    UPDATE ret.inventory_levels l SET quantity_reserved = t.reserved, quantity_incoming = t.incoming
    FROM (SELECT p.id, ret.reserved_quantity(p) AS reserved, ret.incoming_quantity(p) AS incoming FROM ret.inventory_levels p
        WHERE p.business_id = p_business AND p.product_id = ANY (p_products)) AS t
    WHERE l.business_id = p_business AND l.id = t.id AND (l.quantity_reserved, l.quantity_incoming) IS DISTINCT FROM (t.reserved, t.incoming);
END $$;
ALTER FUNCTION ret.recount_levels(uuid, uuid[]) OWNER TO thorbis_definer;

-- The goods of whole documents.
CREATE FUNCTION ret.recount_levels_of_sales(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    goods uuid[] := ARRAY(SELECT DISTINCT i.product_id FROM ret.sales_order_items i WHERE i.business_id = p_business AND i.sales_order_id = ANY (p_ids) AND i.product_id IS NOT NULL);
BEGIN
    IF goods <> '{}' THEN
        PERFORM ret.recount_levels(p_business, goods);
    END IF;
END $$;
CREATE FUNCTION ret.recount_levels_of_purchases(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    goods uuid[] := ARRAY(SELECT DISTINCT i.product_id FROM ret.purchase_order_items i WHERE i.business_id = p_business AND i.purchase_order_id = ANY (p_ids));
BEGIN
    IF goods <> '{}' THEN
        PERFORM ret.recount_levels(p_business, goods);
    END IF;
END $$;
CREATE FUNCTION ret.recount_levels_of_transfers(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    goods uuid[] := ARRAY(SELECT DISTINCT i.product_id FROM ret.stock_transfer_items i WHERE i.business_id = p_business AND i.stock_transfer_id = ANY (p_ids));
BEGIN
    IF goods <> '{}' THEN
        PERFORM ret.recount_levels(p_business, goods);
    END IF;
END $$;
ALTER FUNCTION ret.recount_levels_of_sales(uuid, uuid[]) OWNER TO thorbis_definer;
ALTER FUNCTION ret.recount_levels_of_purchases(uuid, uuid[]) OWNER TO thorbis_definer;
ALTER FUNCTION ret.recount_levels_of_transfers(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('ret', 'keep_levels_from_sales_order_items', 'recount_levels', 'ret.sales_order_items', 'product_id', '{sales_order_id,product_id,product_variant_id,quantity,quantity_fulfilled}');
CALL platform.keep_from('ret', 'keep_levels_from_sales_orders', 'recount_levels_of_sales', 'ret.sales_orders', 'id', '{status,order_type,location_id}');
CALL platform.keep_from('ret', 'keep_levels_from_layaways', 'recount_levels_of_sales', 'ret.layaways', 'sales_order_id', '{sales_order_id,status}');
CALL platform.keep_from('ret', 'keep_levels_from_purchase_order_items', 'recount_levels', 'ret.purchase_order_items', 'product_id', '{purchase_order_id,product_id,product_variant_id,quantity_ordered,quantity_received}');
CALL platform.keep_from('ret', 'keep_levels_from_purchase_orders', 'recount_levels_of_purchases', 'ret.purchase_orders', 'id', '{status,location_id}');
CALL platform.keep_from('ret', 'keep_levels_from_stock_transfer_items', 'recount_levels', 'ret.stock_transfer_items', 'product_id', '{stock_transfer_id,product_id,product_variant_id,quantity_shipped,quantity_received}');
CALL platform.keep_from('ret', 'keep_levels_from_stock_transfers', 'recount_levels_of_transfers', 'ret.stock_transfers', 'id', '{status,to_location_id}');

-- A product shows whole pieces over all locations. One that no location holds is of a shop that keeps no
-- levels: what was typed on it stays.
CALL platform.keep_totals('ret.products', '{
    "current_stock": "coalesce((SELECT CASE WHEN count(*) > 0 THEN least(greatest(floor(sum(c.quantity_on_hand)), -1000000000), 1000000000)::integer END FROM ret.inventory_levels c WHERE c.business_id = p.business_id AND c.product_id = p.id), p.current_stock)",
    "reserved_stock": "coalesce((SELECT CASE WHEN count(*) > 0 THEN least(floor(sum(c.quantity_reserved)), 1000000000)::integer END FROM ret.inventory_levels c WHERE c.business_id = p.business_id AND c.product_id = p.id), p.reserved_stock)"
}', '{"ret.inventory_levels": ["product_id", "quantity_on_hand", "quantity_reserved"]}');
CALL platform.count_in_row('ret.products', '{current_stock,reserved_stock}', '{current_stock,reserved_stock}');

CALL platform.stamp_states('ret.stock_transfers', 'status', '{"in_transit": {"shipped_at": "now()"}, "received": {"received_at": "now()"}}');

-- What the books say of the moment something was counted; trade that goes on afterwards changes both alike.
CREATE FUNCTION ret.expect_stock() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    count ret.stock_counts;
BEGIN
    SELECT * INTO count FROM ret.stock_counts c WHERE c.business_id = NEW.business_id AND c.id = NEW.stock_count_id FOR SHARE;
    IF count.status IN ('posted', 'cancelled') THEN
        PERFORM platform.refuse('stock_count_id', 'is finished: what was counted stands.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    SELECT platform.quantity(coalesce((SELECT l.quantity_on_hand FROM ret.inventory_levels l WHERE l.business_id = NEW.business_id AND l.location_id = count.location_id
            AND l.product_id = NEW.product_id AND l.product_variant_id IS NOT DISTINCT FROM NEW.product_variant_id), 0)
        - (SELECT coalesce(sum(m.quantity), 0) FROM ret.inventory_movements m WHERE m.business_id = NEW.business_id AND m.location_id = count.location_id
            AND m.product_id = NEW.product_id AND m.product_variant_id IS NOT DISTINCT FROM NEW.product_variant_id AND m.occurred_at > NEW.counted_at))
    INTO NEW.expected_quantity;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.expect_stock() OWNER TO thorbis_definer;
CREATE TRIGGER j_expect_stock BEFORE INSERT ON ret.stock_count_items FOR EACH ROW EXECUTE FUNCTION ret.expect_stock();
CREATE TRIGGER j_expect_stock_again BEFORE UPDATE ON ret.stock_count_items FOR EACH ROW
    WHEN ((OLD.stock_count_id, OLD.product_id, OLD.product_variant_id, OLD.counted_quantity, OLD.counted_at)
        IS DISTINCT FROM (NEW.stock_count_id, NEW.product_id, NEW.product_variant_id, NEW.counted_quantity, NEW.counted_at))
    EXECUTE FUNCTION ret.expect_stock();
CALL platform.keep_totals('ret.stock_counts', '{"variance_amount": "platform.money((SELECT sum(c.variance_amount) FROM ret.stock_count_items c WHERE c.business_id = p.business_id AND c.stock_count_id = p.id))"}',
    '{"ret.stock_count_items": ["stock_count_id", "variance_amount"]}');
CALL platform.count_in_row('ret.stock_counts', '{variance_amount}', '{deleted_at}');
CALL platform.stamp_states('ret.stock_counts', 'status', '{"posted": {"posted_at": "now()"}}');
