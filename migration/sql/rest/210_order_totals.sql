-- What an order costs, from its lines: modifiers, discounts, charges, taxes, and the shares of its checks.
--
-- An order without lines is one of a business that keeps none: what was typed on it stays. The first line
-- makes the lines the truth, and they stay it when the last of them is deleted: subtotal, discount, tax and
-- total are then added up here, whatever a client types. In the same way the first payment of an order
-- makes tips and amount paid follow its payments.

-- The rates of what is taxed beside the lines; whoever writes the charge knows its tax group.
ALTER TABLE rest.orders ADD COLUMN delivery_tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000
    CONSTRAINT orders_delivery_tax_rate_range CHECK (delivery_tax_rate BETWEEN 0 AND 1);
CALL platform.extend_table('rest.orders');
COMMENT ON COLUMN rest.orders.delivery_tax_rate IS 'The share of the delivery fee that is charged as tax.';
COMMENT ON COLUMN rest.orders.total_amount IS 'What is charged, without tips; added up by the system once the order has lines.';
COMMENT ON COLUMN rest.order_item_modifiers.price_adjustment IS 'What the choice adds to the price of one piece, as charged: half for half a portion, nothing where it is free.';

-- A price never falls below nothing by what is left out.
CALL platform.keep_totals('rest.order_items', '{"modifiers_amount": "platform.money(greatest(-p.unit_price, (SELECT coalesce(sum(c.quantity * c.price_adjustment), 0) FROM rest.order_item_modifiers c WHERE c.business_id = p.business_id AND c.order_item_id = p.id AND c.deleted_at IS NULL)))"}',
    '{"rest.order_item_modifiers": ["order_item_id", "quantity", "price_adjustment"]}');
CALL platform.count_in_row('rest.order_items', '{modifiers_amount}', '{unit_price}');
CALL platform.stamp_states('rest.order_items', 'status', '{"sent": {"sent_at": "now()"}}');

CALL platform.require('rest.order_items', 'menu_item_size_id',
    'NEW.menu_item_size_id IS NULL OR NEW.menu_item_id IS NULL OR EXISTS (SELECT FROM rest.menu_item_sizes s WHERE s.business_id = NEW.business_id AND s.id = NEW.menu_item_size_id AND s.menu_item_id = NEW.menu_item_id)',
    'must be a size of the dish.', '{menu_item_id,menu_item_size_id}');
CALL platform.require('rest.order_discounts', 'order_item_id',
    'NEW.order_item_id IS NULL OR EXISTS (SELECT FROM rest.order_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.order_item_id AND i.order_id = NEW.order_id)',
    'must be an item of the order.', '{order_id,order_item_id}');
CALL platform.require('rest.order_adjustments', 'order_item_id',
    'NEW.order_item_id IS NULL OR EXISTS (SELECT FROM rest.order_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.order_item_id AND i.order_id = NEW.order_id)',
    'must be an item of the order.', '{order_id,order_item_id}');
CALL platform.require('rest.check_items', 'order_item_id',
    'EXISTS (SELECT FROM rest.order_items i JOIN rest.checks c ON c.business_id = i.business_id AND c.order_id = i.order_id WHERE i.business_id = NEW.business_id AND i.id = NEW.order_item_id AND c.id = NEW.check_id)',
    'must be an item of the check''s order.', '{check_id,order_item_id}');

-- The discount of each line of an order: its own discounts and what of it is on the house, then its portion
-- of what is given on the whole order. No line is given more than it costs.
CREATE FUNCTION rest.discounted_items(p_business uuid, p_order uuid) RETURNS TABLE (id uuid, discount_amount numeric)
LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH given AS (
        SELECT d.order_item_id, d.amount FROM rest.order_discounts d WHERE d.business_id = p_business AND d.order_id = p_order AND d.deleted_at IS NULL
        UNION ALL
        SELECT a.order_item_id, a.amount FROM rest.order_adjustments a WHERE a.business_id = p_business AND a.order_id = p_order AND a.adjustment_type = 'comp'
    ), lines AS (
        SELECT i.id, i.created_at, round(i.quantity * (i.unit_price + i.modifiers_amount), 2) AS gross,
            (SELECT coalesce(sum(g.amount), 0) FROM given g WHERE g.order_item_id = i.id) AS wanted
        FROM rest.order_items i WHERE i.business_id = p_business AND i.order_id = p_order AND i.status <> 'voided' AND i.deleted_at IS NULL
    ), placed AS (
        SELECT l.id, least(l.wanted, l.gross) AS own, l.gross - least(l.wanted, l.gross) AS rest, sum(l.gross - least(l.wanted, l.gross)) OVER () AS whole,
            sum(l.gross - least(l.wanted, l.gross)) OVER (ORDER BY l.created_at, l.id) - (l.gross - least(l.wanted, l.gross)) AS before
        FROM lines l
    )
    SELECT p.id, p.own + platform.portion(least(p.whole, (SELECT coalesce(sum(g.amount), 0) FROM given g WHERE g.order_item_id IS NULL)), p.whole, p.before, p.rest)
    FROM placed p
$$;

-- What each check pays of each item, with the discount and the tax that come along. Of a line that several
-- checks share, each takes the rounded sum up to it less what the checks before it took.
CREATE FUNCTION rest.shared_items(p_business uuid, p_order uuid) RETURNS TABLE (id uuid, check_id uuid, amount numeric, discount numeric, tax numeric)
LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH shares AS (
        SELECT s.id, s.check_id, i.line_total, i.discount_amount, round(i.line_total * i.tax_rate, 2) AS tax, s.share,
            sum(s.share) OVER (PARTITION BY s.order_item_id ORDER BY c.sequence, c.id) - s.share AS before
        FROM rest.checks c
        JOIN rest.check_items s ON s.business_id = c.business_id AND s.check_id = c.id
        JOIN rest.order_items i ON i.business_id = s.business_id AND i.id = s.order_item_id AND i.order_id = c.order_id
        WHERE c.business_id = p_business AND c.order_id = p_order AND c.status <> 'voided' AND c.deleted_at IS NULL AND i.status <> 'voided' AND i.deleted_at IS NULL
    )
    SELECT s.id, s.check_id, platform.portion(s.line_total, 1, s.before, s.share), platform.portion(s.discount_amount, 1, s.before, s.share),
        platform.portion(s.tax, 1, s.before, s.share)
    FROM shares s
$$;

-- The checks of an order. Charges, the delivery fee among them, follow what each check pays; where none
-- pays anything yet, the first check has them. Money that was taken is on its check whatever became of it.
CREATE FUNCTION rest.counted_checks(p_business uuid, p_order uuid)
RETURNS TABLE (id uuid, subtotal numeric, discount_amount numeric, service_charge_amount numeric, tax_amount numeric, tip_amount numeric, amount_paid numeric)
LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH charged AS (
        SELECT coalesce(sum(e.amount), 0) AS amount, coalesce(sum(e.tax), 0) AS tax FROM (
            SELECT s.amount, round(s.amount * s.tax_rate, 2) AS tax FROM rest.order_service_charges s
            WHERE s.business_id = p_business AND s.order_id = p_order AND s.deleted_at IS NULL
            UNION ALL
            SELECT greatest(o.delivery_fee, 0), round(greatest(o.delivery_fee, 0) * o.delivery_tax_rate, 2) FROM rest.orders o
            WHERE o.business_id = p_business AND o.id = p_order
                AND EXISTS (SELECT FROM rest.order_items i WHERE i.business_id = p_business AND i.order_id = p_order)
        ) AS e
    ), items AS (
        SELECT s.check_id, sum(s.amount) AS amount, sum(s.discount) AS discount, sum(s.tax) AS tax FROM rest.shared_items(p_business, p_order) s GROUP BY 1
    ), live AS (
        SELECT c.id, c.status <> 'voided' AS counts, c.sequence, coalesce(i.amount, 0) AS amount, coalesce(i.discount, 0) AS discount, coalesce(i.tax, 0) AS tax,
            sum(coalesce(i.amount, 0)) OVER () AS all_of_it,
            row_number() OVER (ORDER BY c.status = 'voided', c.sequence, c.id) = 1 AS is_first
        FROM rest.checks c LEFT JOIN items i ON i.check_id = c.id
        WHERE c.business_id = p_business AND c.order_id = p_order AND c.deleted_at IS NULL
    ), weighed AS (
        SELECT l.*, w.weight, sum(w.weight) OVER () AS whole, sum(w.weight) OVER (ORDER BY l.sequence, l.id) - w.weight AS before
        FROM live l CROSS JOIN LATERAL (SELECT CASE WHEN NOT l.counts THEN 0 WHEN l.all_of_it > 0 THEN l.amount WHEN l.is_first THEN 1 ELSE 0 END AS weight) AS w
    )
    SELECT w.id, platform.money(w.amount + w.discount), platform.money(w.discount), platform.money(platform.portion(c.amount, w.whole, w.before, w.weight)),
        platform.money(w.tax + platform.portion(c.tax, w.whole, w.before, w.weight)), platform.money(m.tip), platform.money(m.paid)
    FROM weighed w CROSS JOIN charged c
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(m.amount), 0) AS paid, coalesce(sum(m.tip_amount), 0) AS tip FROM rest.payments m
        WHERE m.business_id = p_business AND m.check_id = w.id AND m.status NOT IN ('voided', 'failed') AND m.deleted_at IS NULL
    ) AS m
$$;

-- The totals of an order, or what was typed where it has no lines, or no payments.
CREATE FUNCTION rest.counted_order(p_order rest.orders,
    OUT subtotal numeric, OUT discount_amount numeric, OUT service_charge_amount numeric, OUT tax_amount numeric, OUT total_amount numeric, OUT tip_amount numeric, OUT amount_paid numeric)
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    o rest.orders := p_order;
    lines record;
    charges record;
    money record;
BEGIN
    SELECT count(*) > 0 AS any, sum(round(i.quantity * (i.unit_price + i.modifiers_amount), 2)) FILTER (WHERE live) AS subtotal,
        sum(i.discount_amount) FILTER (WHERE live) AS discount, sum(round(i.line_total * i.tax_rate, 2)) FILTER (WHERE live) AS tax INTO lines
    FROM rest.order_items i CROSS JOIN LATERAL (SELECT i.status <> 'voided' AND i.deleted_at IS NULL AS live) AS l
    WHERE i.business_id = o.business_id AND i.order_id = o.id;
    SELECT coalesce(sum(s.amount), 0) AS amount, coalesce(sum(round(s.amount * s.tax_rate, 2)), 0) AS tax INTO charges
    FROM rest.order_service_charges s WHERE s.business_id = o.business_id AND s.order_id = o.id AND s.deleted_at IS NULL;
    SELECT count(*) > 0 AS any, sum(m.amount) FILTER (WHERE stands) AS amount, sum(m.tip_amount) FILTER (WHERE stands) AS tip INTO money
    FROM rest.payments m CROSS JOIN LATERAL (SELECT m.status NOT IN ('voided', 'failed') AND m.deleted_at IS NULL AS stands) AS s
    WHERE m.business_id = o.business_id AND m.order_id = o.id;
    service_charge_amount := platform.money(charges.amount);
    tip_amount := CASE WHEN money.any THEN platform.money(money.tip) ELSE o.tip_amount END;
    amount_paid := CASE WHEN money.any THEN platform.money(money.amount) ELSE o.amount_paid END;
    subtotal := o.subtotal;
    discount_amount := o.discount_amount;
    tax_amount := o.tax_amount;
    total_amount := o.total_amount;
    IF lines.any THEN
        subtotal := platform.money(lines.subtotal);
        discount_amount := platform.money(lines.discount);
        tax_amount := platform.money(coalesce(lines.tax, 0) + charges.tax + round(greatest(o.delivery_fee, 0) * o.delivery_tax_rate, 2));
        total_amount := platform.money(greatest(subtotal - discount_amount + service_charge_amount + greatest(o.delivery_fee, 0) + tax_amount, 0));
    END IF;
END $$;

-- Everything about the money of these orders, under a lock on them. The lines come first, since all else
-- follows from them. A deleted order itself stands still and catches up when it comes back.
CREATE FUNCTION rest.recount_orders(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM rest.orders o WHERE o.business_id = p_business AND o.id = ANY (p_ids) ORDER BY o.id FOR NO KEY UPDATE;
    WITH given AS MATERIALIZED (
        SELECT d.* FROM unnest(p_ids) AS o (id) CROSS JOIN LATERAL rest.discounted_items(p_business, o.id) AS d
        WHERE EXISTS (SELECT FROM rest.order_discounts g WHERE g.business_id = p_business AND g.order_id = o.id)
            OR EXISTS (SELECT FROM rest.order_adjustments g WHERE g.business_id = p_business AND g.order_id = o.id)
    )
    UPDATE rest.order_items i SET discount_amount = coalesce(g.discount_amount, 0)
    FROM rest.order_items l LEFT JOIN given g ON g.id = l.id
    WHERE l.business_id = p_business AND l.order_id = ANY (p_ids) AND i.business_id = p_business AND i.id = l.id AND i.deleted_at IS NULL
        AND i.discount_amount <> coalesce(g.discount_amount, 0);
    IF EXISTS (
        SELECT FROM rest.checks c JOIN rest.check_items s ON s.business_id = c.business_id AND s.check_id = c.id
        WHERE c.business_id = p_business AND c.order_id = ANY (p_ids) AND c.status <> 'voided' AND c.deleted_at IS NULL GROUP BY s.order_item_id HAVING sum(s.share) > 1
    ) THEN
        PERFORM platform.refuse('order_item_id', 'is on other checks already, which leave less of it than this share.', 'rest', 'check_items');
    END IF;
    WITH shared AS MATERIALIZED (
        SELECT t.* FROM unnest(p_ids) AS o (id) CROSS JOIN LATERAL rest.shared_items(p_business, o.id) AS t
        WHERE EXISTS (SELECT FROM rest.checks c WHERE c.business_id = p_business AND c.order_id = o.id)
    )
    UPDATE rest.check_items s SET amount = coalesce(t.amount, 0)
    FROM rest.checks c JOIN rest.check_items e ON e.business_id = c.business_id AND e.check_id = c.id LEFT JOIN shared t ON t.id = e.id
    WHERE c.business_id = p_business AND c.order_id = ANY (p_ids) AND s.business_id = p_business AND s.id = e.id AND s.amount <> coalesce(t.amount, 0);
    UPDATE rest.checks c SET (subtotal, discount_amount, service_charge_amount, tax_amount, tip_amount, amount_paid)
        = ROW (t.subtotal, t.discount_amount, t.service_charge_amount, t.tax_amount, t.tip_amount, t.amount_paid)
    FROM (SELECT DISTINCT e.order_id AS id FROM rest.checks e WHERE e.business_id = p_business AND e.order_id = ANY (p_ids) AND e.deleted_at IS NULL) AS o
    CROSS JOIN LATERAL rest.counted_checks(p_business, o.id) AS t
    WHERE c.business_id = p_business AND c.id = t.id AND (c.subtotal, c.discount_amount, c.service_charge_amount, c.tax_amount, c.tip_amount, c.amount_paid)
        IS DISTINCT FROM (t.subtotal, t.discount_amount, t.service_charge_amount, t.tax_amount, t.tip_amount, t.amount_paid);
    UPDATE rest.orders o SET (subtotal, discount_amount, service_charge_amount, tax_amount, total_amount, tip_amount, amount_paid)
        = ROW (t.subtotal, t.discount_amount, t.service_charge_amount, t.tax_amount, t.total_amount, t.tip_amount, t.amount_paid)
    FROM rest.orders p CROSS JOIN LATERAL rest.counted_order(p) AS t
    WHERE p.business_id = p_business AND p.id = ANY (p_ids) AND p.deleted_at IS NULL AND o.business_id = p_business AND o.id = p.id
        AND (o.subtotal, o.discount_amount, o.service_charge_amount, o.tax_amount, o.total_amount, o.tip_amount, o.amount_paid)
        IS DISTINCT FROM (t.subtotal, t.discount_amount, t.service_charge_amount, t.tax_amount, t.total_amount, t.tip_amount, t.amount_paid);
END $$;

-- A new share is counted as it is made: what the checks before it leave of the line.
CREATE FUNCTION rest.count_check_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT coalesce(max(platform.portion(i.line_total, 1, (
        SELECT coalesce(sum(s.share), 0) FROM rest.check_items s JOIN rest.checks e ON e.business_id = s.business_id AND e.id = s.check_id
        WHERE s.business_id = i.business_id AND s.order_item_id = i.id AND e.status <> 'voided' AND e.deleted_at IS NULL AND (e.sequence, e.id) < (c.sequence, c.id)
    ), NEW.share)), 0) INTO NEW.amount
    FROM rest.checks c JOIN rest.order_items i ON i.business_id = c.business_id AND i.order_id = c.order_id
    WHERE c.business_id = NEW.business_id AND c.id = NEW.check_id AND i.id = NEW.order_item_id AND c.status <> 'voided' AND c.deleted_at IS NULL
        AND i.status <> 'voided' AND i.deleted_at IS NULL;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.count_check_item() OWNER TO thorbis_definer;
CREATE TRIGGER m_count_check_item BEFORE INSERT ON rest.check_items FOR EACH ROW EXECUTE FUNCTION rest.count_check_item();

CREATE FUNCTION rest.recount_orders_of_checks(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM rest.recount_orders(p_business, (SELECT array_agg(DISTINCT c.order_id) FROM rest.checks c WHERE c.business_id = p_business AND c.id = ANY (p_ids)));
END $$;
ALTER FUNCTION rest.discounted_items(uuid, uuid) OWNER TO thorbis_definer;
ALTER FUNCTION rest.shared_items(uuid, uuid) OWNER TO thorbis_definer;
ALTER FUNCTION rest.counted_checks(uuid, uuid) OWNER TO thorbis_definer;
ALTER FUNCTION rest.counted_order(rest.orders) OWNER TO thorbis_definer;
ALTER FUNCTION rest.recount_orders(uuid, uuid[]) OWNER TO thorbis_definer;
ALTER FUNCTION rest.recount_orders_of_checks(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('rest', 'keep_orders_from_order_items', 'recount_orders', 'rest.order_items', 'order_id', '{order_id,quantity,unit_price,modifiers_amount,tax_rate,status}');
CALL platform.keep_from('rest', 'keep_orders_from_order_discounts', 'recount_orders', 'rest.order_discounts', 'order_id', '{order_id,order_item_id,amount}');
CALL platform.keep_from('rest', 'keep_orders_from_order_adjustments', 'recount_orders', 'rest.order_adjustments', 'order_id', '{order_id}');
CALL platform.keep_from('rest', 'keep_orders_from_order_service_charges', 'recount_orders', 'rest.order_service_charges', 'order_id', '{order_id,amount,tax_rate}');
CALL platform.keep_from('rest', 'keep_orders_from_checks', 'recount_orders', 'rest.checks', 'order_id', '{order_id,sequence,status}');
CALL platform.keep_from('rest', 'keep_orders_from_check_items', 'recount_orders_of_checks', 'rest.check_items', 'check_id', '{check_id,order_item_id,share}');
CALL platform.keep_from('rest', 'keep_orders_from_payments', 'recount_orders', 'rest.payments', 'order_id', '{order_id,check_id,amount,tip_amount,status}');

-- What a client types on an order that has lines is what the lines say.
CREATE FUNCTION rest.count_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    t record := rest.counted_order(NEW);
BEGIN
    NEW.subtotal := t.subtotal;
    NEW.discount_amount := t.discount_amount;
    NEW.service_charge_amount := t.service_charge_amount;
    NEW.tax_amount := t.tax_amount;
    NEW.total_amount := t.total_amount;
    NEW.tip_amount := t.tip_amount;
    NEW.amount_paid := t.amount_paid;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.count_order() OWNER TO thorbis_definer;
CREATE TRIGGER m_count_order BEFORE UPDATE ON rest.orders FOR EACH ROW
    WHEN ((OLD.subtotal, OLD.discount_amount, OLD.service_charge_amount, OLD.tax_amount, OLD.total_amount, OLD.tip_amount, OLD.amount_paid, OLD.delivery_fee, OLD.delivery_tax_rate)
        IS DISTINCT FROM (NEW.subtotal, NEW.discount_amount, NEW.service_charge_amount, NEW.tax_amount, NEW.total_amount, NEW.tip_amount, NEW.amount_paid, NEW.delivery_fee, NEW.delivery_tax_rate))
    EXECUTE FUNCTION rest.count_order();

-- The checks share the delivery fee; all of it catches up when an order comes back.
CREATE FUNCTION rest.recount_this_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM rest.recount_orders(NEW.business_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;
ALTER FUNCTION rest.recount_this_order() OWNER TO thorbis_definer;
CREATE TRIGGER totals_recount_order AFTER UPDATE ON rest.orders FOR EACH ROW
    WHEN ((OLD.delivery_fee, OLD.delivery_tax_rate) IS DISTINCT FROM (NEW.delivery_fee, NEW.delivery_tax_rate) OR (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL))
    EXECUTE FUNCTION rest.recount_this_order();

CALL platform.note_kept('rest.order_items', '{discount_amount}', '{rest.order_items,rest.order_discounts,rest.order_adjustments}',
    'coalesce((SELECT d.%I FROM rest.discounted_items(p.business_id, p.order_id) d WHERE d.id = p.id), 0)');
CALL platform.note_kept('rest.check_items', '{amount}', '{rest.check_items,rest.checks,rest.order_items}',
    'coalesce((SELECT s.%I FROM rest.checks c CROSS JOIN LATERAL rest.shared_items(p.business_id, c.order_id) s WHERE c.business_id = p.business_id AND c.id = p.check_id AND s.id = p.id), 0)');
CALL platform.note_kept('rest.checks', '{subtotal,discount_amount,service_charge_amount,tax_amount,tip_amount,amount_paid}',
    '{rest.check_items,rest.order_items,rest.order_service_charges,rest.payments}', '(SELECT t.%I FROM rest.counted_checks(p.business_id, p.order_id) t WHERE t.id = p.id)');
CALL platform.note_kept('rest.orders', '{subtotal,discount_amount,service_charge_amount,tax_amount,total_amount,tip_amount,amount_paid}',
    '{rest.order_items,rest.order_service_charges,rest.payments}', '(SELECT t.%I FROM rest.counted_order(p) t)');
