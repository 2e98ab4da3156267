-- What a sale costs and what is paid of it, from its lines, discounts, payments, parcels and returns.
--
-- A sale without lines is one of a business that keeps none: what was typed on it stays. The first line makes
-- the lines the truth, and they stay it when the last of them is deleted: subtotal, discount, tax and total
-- are then added up here, whatever a client types. In the same way the first payment of a sale makes amount
-- paid and payment status follow its payments.

-- The rate shipping is taxed at; whoever writes the sale knows its tax group.
ALTER TABLE ret.sales_orders ADD COLUMN shipping_tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000
    CONSTRAINT sales_orders_shipping_tax_rate_range CHECK (shipping_tax_rate BETWEEN 0 AND 1);
CALL platform.extend_table('ret.sales_orders');
COMMENT ON COLUMN ret.sales_orders.shipping_tax_rate IS 'The share of the shipping amount that is charged as tax.';
COMMENT ON COLUMN ret.sales_orders.total_amount IS 'What is charged; added up by the system once the sale has lines.';

-- A variant is one of the product it stands beside.
DO $$
DECLARE
    entry record;
BEGIN
    FOR entry IN SELECT t.name, t.product, t.variant FROM (
        SELECT 'ret.' || name AS name, 'product_id' AS product, 'product_variant_id' AS variant
        FROM unnest('{product_barcodes,product_images,price_list_prices,serial_numbers,inventory_levels,inventory_movements,stock_transfer_items,stock_count_items,product_suppliers,purchase_order_items,supplier_return_items,sales_order_items,cart_items}'::text[]) AS name
        UNION ALL VALUES ('ret.bundle_components', 'component_id', 'component_variant_id')
    ) AS t LOOP
        CALL platform.require(entry.name, entry.variant,
            format('NEW.%1$I IS NULL OR NEW.%2$I IS NULL OR EXISTS (SELECT FROM ret.product_variants v WHERE v.business_id = NEW.business_id AND v.id = NEW.%1$I AND v.product_id = NEW.%2$I)', entry.variant, entry.product),
            'must be a variant of the product.', ARRAY[entry.product, entry.variant]);
    END LOOP;
END $$;
CALL platform.require('ret.sales_order_discounts', 'sales_order_item_id',
    'NEW.sales_order_item_id IS NULL OR EXISTS (SELECT FROM ret.sales_order_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.sales_order_item_id AND i.sales_order_id = NEW.sales_order_id)',
    'must be a line of the sale.', '{sales_order_id,sales_order_item_id}');

-- Discounts of a sale that take shipping off, not goods.
CREATE FUNCTION ret.shipping_discount(p_business uuid, p_order uuid, p_shipping numeric) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT least(coalesce(sum(d.amount), 0), greatest(p_shipping, 0))
    FROM ret.sales_order_discounts d JOIN ret.promotions o ON o.business_id = d.business_id AND o.id = d.promotion_id
    WHERE d.business_id = p_business AND d.sales_order_id = p_order AND d.sales_order_item_id IS NULL AND d.deleted_at IS NULL AND o.promotion_type = 'free_shipping'
$$;

-- The discount of each line: its own, then its portion of what is given on the whole sale. No line is given
-- more than it costs.
CREATE FUNCTION ret.discounted_items(p_business uuid, p_order uuid) RETURNS TABLE (id uuid, discount_amount numeric) LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH lines AS (
        SELECT i.id, i.created_at, round(i.quantity * i.unit_price, 2) AS gross,
            (SELECT coalesce(sum(d.amount), 0) FROM ret.sales_order_discounts d WHERE d.business_id = p_business AND d.sales_order_item_id = i.id AND d.deleted_at IS NULL) AS wanted
        FROM ret.sales_order_items i WHERE i.business_id = p_business AND i.sales_order_id = p_order AND i.deleted_at IS NULL
    ), placed AS (
        SELECT l.id, least(l.wanted, l.gross) AS own, l.gross - least(l.wanted, l.gross) AS rest, sum(l.gross - least(l.wanted, l.gross)) OVER () AS whole,
            sum(l.gross - least(l.wanted, l.gross)) OVER (ORDER BY l.created_at, l.id) - (l.gross - least(l.wanted, l.gross)) AS before
        FROM lines l
    ), given AS (
        SELECT coalesce(sum(d.amount), 0) AS amount FROM ret.sales_order_discounts d
        LEFT JOIN ret.promotions o ON o.business_id = d.business_id AND o.id = d.promotion_id
        WHERE d.business_id = p_business AND d.sales_order_id = p_order AND d.sales_order_item_id IS NULL AND d.deleted_at IS NULL
            AND o.promotion_type IS DISTINCT FROM 'free_shipping'
    )
    SELECT p.id, p.own + platform.portion(least(p.whole, g.amount), p.whole, p.before, p.rest) FROM placed p CROSS JOIN given g
$$;

-- How much of a line left the shop, and how much came back for good. A line that no parcel carries leaves
-- when the sale is completed.
CREATE FUNCTION ret.fulfilled_quantity(p_item ret.sales_order_items) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT platform.quantity(CASE
        WHEN count(h.id) > 0 THEN sum(s.quantity) FILTER (WHERE h.status IN ('shipped', 'delivered', 'picked_up', 'returned'))
        WHEN (SELECT o.status FROM ret.sales_orders o WHERE o.business_id = p_item.business_id AND o.id = p_item.sales_order_id) IN ('completed', 'returned') THEN p_item.quantity
        ELSE 0 END)
    FROM ret.shipment_items s JOIN ret.shipments h ON h.business_id = s.business_id AND h.id = s.shipment_id AND h.status <> 'cancelled' AND h.deleted_at IS NULL
    WHERE s.business_id = p_item.business_id AND s.sales_order_item_id = p_item.id
$$;
CREATE FUNCTION ret.returned_quantity(p_item ret.sales_order_items) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT least(coalesce(sum(c.quantity), 0), p_item.quantity)
    FROM ret.return_items c JOIN ret.returns r ON r.business_id = c.business_id AND r.id = c.return_id AND r.status = 'completed' AND r.deleted_at IS NULL
    WHERE c.business_id = p_item.business_id AND c.sales_order_item_id = p_item.id AND c.deleted_at IS NULL
$$;

-- The totals of a sale, or what was typed where it has no lines, or no payments.
CREATE FUNCTION ret.counted_sales_order(p_order ret.sales_orders,
    OUT subtotal numeric, OUT discount_amount numeric, OUT tax_amount numeric, OUT total_amount numeric, OUT amount_paid numeric, OUT payment_status text)
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    o ret.sales_orders := p_order;
    lines record;
    money record;
    off_shipping numeric;
    given_back numeric;
BEGIN
    SELECT count(*) > 0 AS any, sum(round(i.quantity * i.unit_price, 2)) FILTER (WHERE i.deleted_at IS NULL) AS subtotal,
        sum(i.discount_amount) FILTER (WHERE i.deleted_at IS NULL) AS discount, sum(i.tax_amount) FILTER (WHERE i.deleted_at IS NULL) AS tax INTO lines
    FROM ret.sales_order_items i WHERE i.business_id = o.business_id AND i.sales_order_id = o.id;
    subtotal := o.subtotal;
    discount_amount := o.discount_amount;
    tax_amount := o.tax_amount;
    total_amount := o.total_amount;
    IF lines.any THEN
        off_shipping := ret.shipping_discount(o.business_id, o.id, o.shipping_amount);
        subtotal := platform.money(lines.subtotal);
        discount_amount := platform.money(coalesce(lines.discount, 0) + off_shipping);
        tax_amount := platform.money(coalesce(lines.tax, 0) + round((greatest(o.shipping_amount, 0) - off_shipping) * o.shipping_tax_rate, 2));
        total_amount := platform.money(greatest(subtotal - discount_amount + tax_amount + greatest(o.shipping_amount, 0), 0));
    END IF;
    SELECT count(*) > 0 AS any, coalesce(sum(m.amount) FILTER (WHERE stands), 0) AS taken, coalesce(sum(m.refunded_amount) FILTER (WHERE stands), 0) AS given_back INTO money
    FROM ret.payments m CROSS JOIN LATERAL (SELECT m.status IN ('captured', 'partially_refunded', 'refunded') AND m.deleted_at IS NULL AS stands) AS s
    WHERE m.business_id = o.business_id AND m.sales_order_id = o.id;
    amount_paid := o.amount_paid;
    payment_status := o.payment_status;
    IF money.any THEN
        given_back := money.given_back + (SELECT coalesce(sum(r.amount), 0) FROM ret.refunds r
            WHERE r.business_id = o.business_id AND r.sales_order_id = o.id AND r.payment_id IS NULL AND r.status <> 'failed' AND r.deleted_at IS NULL);
        amount_paid := platform.money(greatest(money.taken - given_back, 0));
        payment_status := CASE
            WHEN money.taken = 0 THEN 'pending'
            WHEN given_back > 0 THEN CASE WHEN amount_paid = 0 THEN 'refunded' ELSE 'partially_refunded' END
            WHEN amount_paid >= total_amount THEN 'paid'
            ELSE 'partial' END;
    END IF;
END $$;
ALTER FUNCTION ret.shipping_discount(uuid, uuid, numeric) OWNER TO thorbis_definer;
ALTER FUNCTION ret.discounted_items(uuid, uuid) OWNER TO thorbis_definer;
ALTER FUNCTION ret.fulfilled_quantity(ret.sales_order_items) OWNER TO thorbis_definer;
ALTER FUNCTION ret.returned_quantity(ret.sales_order_items) OWNER TO thorbis_definer;
ALTER FUNCTION ret.counted_sales_order(ret.sales_orders) OWNER TO thorbis_definer;

-- Everything about these sales, under a lock on them. The lines come first, since all else follows from them.
-- A deleted sale itself stands still and catches up when it comes back.
CREATE FUNCTION ret.recount_sales_orders(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM ret.sales_orders o WHERE o.business_id = p_business AND o.id = ANY (p_ids) ORDER BY o.id FOR NO KEY UPDATE;
    WITH given AS MATERIALIZED (
        SELECT d.* FROM unnest(p_ids) AS o (id) CROSS JOIN LATERAL ret.discounted_items(p_business, o.id) AS d
        WHERE EXISTS (SELECT FROM ret.sales_order_discounts g WHERE g.business_id = p_business AND g.sales_order_id = o.id)
    ), counted AS (
        SELECT p.id, coalesce(g.discount_amount, 0) AS discount, ret.fulfilled_quantity(p) AS fulfilled, ret.returned_quantity(p) AS returned
        FROM ret.sales_order_items p LEFT JOIN given g ON g.id = p.id
        WHERE p.business_id = p_business AND p.sales_order_id = ANY (p_ids) AND p.deleted_at IS NULL
    )
    UPDATE ret.sales_order_items i SET discount_amount = c.discount, quantity_fulfilled = c.fulfilled, quantity_returned = c.returned FROM counted c
    WHERE i.business_id = p_business AND i.id = c.id AND (i.discount_amount, i.quantity_fulfilled, i.quantity_returned) IS DISTINCT FROM (c.discount, c.fulfilled, c.returned);
    UPDATE ret.sales_orders o SET (subtotal, discount_amount, tax_amount, total_amount, amount_paid, payment_status)
        = ROW (t.subtotal, t.discount_amount, t.tax_amount, t.total_amount, t.amount_paid, t.payment_status)
    FROM ret.sales_orders p CROSS JOIN LATERAL ret.counted_sales_order(p) AS t
    WHERE p.business_id = p_business AND p.id = ANY (p_ids) AND p.deleted_at IS NULL AND o.business_id = p_business AND o.id = p.id
        AND (o.subtotal, o.discount_amount, o.tax_amount, o.total_amount, o.amount_paid, o.payment_status)
        IS DISTINCT FROM (t.subtotal, t.discount_amount, t.tax_amount, t.total_amount, t.amount_paid, t.payment_status);
END $$;
-- Of parcels and returns: their sale, and the sales their lines are on by now.
CREATE FUNCTION ret.recount_sales_of_shipments(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM ret.recount_sales_orders(p_business, ARRAY(
        SELECT s.sales_order_id FROM ret.shipments s WHERE s.business_id = p_business AND s.id = ANY (p_ids)
        UNION SELECT i.sales_order_id FROM ret.shipment_items c JOIN ret.sales_order_items i ON i.business_id = c.business_id AND i.id = c.sales_order_item_id
            WHERE c.business_id = p_business AND c.shipment_id = ANY (p_ids)));
END $$;
CREATE FUNCTION ret.recount_sales_of_returns(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM ret.recount_sales_orders(p_business, ARRAY(
        SELECT r.sales_order_id FROM ret.returns r WHERE r.business_id = p_business AND r.id = ANY (p_ids)
        UNION SELECT i.sales_order_id FROM ret.return_items c JOIN ret.sales_order_items i ON i.business_id = c.business_id AND i.id = c.sales_order_item_id
            WHERE c.business_id = p_business AND c.return_id = ANY (p_ids)));
END $$;
CREATE FUNCTION ret.recount_sales_of_promotions(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM ret.recount_sales_orders(p_business, (SELECT array_agg(DISTINCT d.sales_order_id) FROM ret.sales_order_discounts d WHERE d.business_id = p_business AND d.promotion_id = ANY (p_ids)));
END $$;
ALTER FUNCTION ret.recount_sales_orders(uuid, uuid[]) OWNER TO thorbis_definer;
ALTER FUNCTION ret.recount_sales_of_shipments(uuid, uuid[]) OWNER TO thorbis_definer;
ALTER FUNCTION ret.recount_sales_of_returns(uuid, uuid[]) OWNER TO thorbis_definer;
ALTER FUNCTION ret.recount_sales_of_promotions(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('ret', 'keep_sales_from_sales_order_items', 'recount_sales_orders', 'ret.sales_order_items', 'sales_order_id', '{sales_order_id,quantity,unit_price,tax_rate}');
CALL platform.keep_from('ret', 'keep_sales_from_sales_order_discounts', 'recount_sales_orders', 'ret.sales_order_discounts', 'sales_order_id', '{sales_order_id,sales_order_item_id,promotion_id,amount}');
CALL platform.keep_from('ret', 'keep_sales_from_payments', 'recount_sales_orders', 'ret.payments', 'sales_order_id', '{sales_order_id,amount,refunded_amount,status}');
CALL platform.keep_from('ret', 'keep_sales_from_refunds', 'recount_sales_orders', 'ret.refunds', 'sales_order_id', '{sales_order_id,payment_id,amount,status}');
CALL platform.keep_from('ret', 'keep_sales_from_shipments', 'recount_sales_of_shipments', 'ret.shipments', 'id', '{sales_order_id,status}');
CALL platform.keep_from('ret', 'keep_sales_from_shipment_items', 'recount_sales_of_shipments', 'ret.shipment_items', 'shipment_id', '{shipment_id,sales_order_item_id,quantity}');
CALL platform.keep_from('ret', 'keep_sales_from_returns', 'recount_sales_of_returns', 'ret.returns', 'id', '{sales_order_id,status}');
CALL platform.keep_from('ret', 'keep_sales_from_return_items', 'recount_sales_of_returns', 'ret.return_items', 'return_id', '{return_id,sales_order_item_id,quantity}');
CALL platform.keep_from('ret', 'keep_sales_from_promotions', 'recount_sales_of_promotions', 'ret.promotions', 'id', '{promotion_type}');

-- A line that gets cheaper is never discounted below nothing on the way to its new discount.
CREATE FUNCTION ret.cap_discount() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.discount_amount := least(NEW.discount_amount, round(NEW.quantity * NEW.unit_price, 2));
    RETURN NEW;
END $$;
CREATE TRIGGER m_cap_discount BEFORE UPDATE OF quantity, unit_price ON ret.sales_order_items FOR EACH ROW EXECUTE FUNCTION ret.cap_discount();

-- What a client types on a sale that has lines is what the lines say.
CREATE FUNCTION ret.count_sales_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    t record := ret.counted_sales_order(NEW);
BEGIN
    NEW.subtotal := t.subtotal;
    NEW.discount_amount := t.discount_amount;
    NEW.tax_amount := t.tax_amount;
    NEW.total_amount := t.total_amount;
    NEW.amount_paid := t.amount_paid;
    NEW.payment_status := t.payment_status;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.count_sales_order() OWNER TO thorbis_definer;
CREATE TRIGGER m_count_sales_order BEFORE UPDATE ON ret.sales_orders FOR EACH ROW
    WHEN ((OLD.subtotal, OLD.discount_amount, OLD.tax_amount, OLD.total_amount, OLD.amount_paid, OLD.payment_status, OLD.shipping_amount, OLD.shipping_tax_rate)
        IS DISTINCT FROM (NEW.subtotal, NEW.discount_amount, NEW.tax_amount, NEW.total_amount, NEW.amount_paid, NEW.payment_status, NEW.shipping_amount, NEW.shipping_tax_rate))
    EXECUTE FUNCTION ret.count_sales_order();

-- A completed sale fulfils its lines; all of it catches up when a sale comes back.
CREATE FUNCTION ret.recount_this_sale() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM ret.recount_sales_orders(NEW.business_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;
ALTER FUNCTION ret.recount_this_sale() OWNER TO thorbis_definer;
CREATE TRIGGER totals_recount_sale AFTER UPDATE ON ret.sales_orders FOR EACH ROW
    WHEN (OLD.status <> NEW.status OR (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL)) EXECUTE FUNCTION ret.recount_this_sale();

CALL platform.note_kept('ret.sales_order_items', '{discount_amount}', '{ret.sales_order_items,ret.sales_order_discounts}',
    'coalesce((SELECT d.%I FROM ret.discounted_items(p.business_id, p.sales_order_id) d WHERE d.id = p.id), 0)');
CALL platform.note_kept('ret.sales_order_items', '{quantity_fulfilled}', '{ret.shipments,ret.shipment_items,ret.sales_orders}', 'ret.fulfilled_quantity(p)');
CALL platform.note_kept('ret.sales_order_items', '{quantity_returned}', '{ret.returns,ret.return_items}', 'ret.returned_quantity(p)');
CALL platform.note_kept('ret.sales_orders', '{subtotal,discount_amount,tax_amount,total_amount,amount_paid,payment_status}',
    '{ret.sales_order_items,ret.sales_order_discounts,ret.payments,ret.refunds}', '(SELECT t.%I FROM ret.counted_sales_order(p) t)');
