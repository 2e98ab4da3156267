-- Payments, refunds and returns of sales, instalments, and what a till should hold.

CREATE FUNCTION ret.lock_till(p_business uuid, p_session uuid, p_table text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    state text;
BEGIN
    SELECT s.status INTO state FROM ret.register_sessions s WHERE s.business_id = p_business AND s.id = p_session FOR NO KEY UPDATE;
    IF state <> 'open' THEN
        PERFORM platform.refuse('register_session_id', 'must be an open till: this one is counted.', 'ret', p_table);
    END IF;
END $$;
ALTER FUNCTION ret.lock_till(uuid, uuid, text) OWNER TO thorbis_definer;

-- Money goes through an open till: its session is locked, so that none slips in after the count. Who takes
-- money and who gives it back lock the sale first, then the payment, then the till.
CREATE FUNCTION ret.check_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.register_session_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.register_session_id IS DISTINCT FROM OLD.register_session_id) THEN
        PERFORM FROM ret.sales_orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.sales_order_id FOR NO KEY UPDATE;
        PERFORM ret.lock_till(NEW.business_id, NEW.register_session_id, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.check_payment() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_payment BEFORE INSERT OR UPDATE OF register_session_id ON ret.payments FOR EACH ROW EXECUTE FUNCTION ret.check_payment();
CALL platform.require('ret.payments', 'layaway_id',
    'NEW.layaway_id IS NULL OR EXISTS (SELECT FROM ret.layaways l WHERE l.business_id = NEW.business_id AND l.id = NEW.layaway_id AND l.sales_order_id = NEW.sales_order_id)',
    'must be the layaway of the sale.', '{layaway_id,sales_order_id}');

-- Money is given back once: refunds of a sale queue for its lock. One that failed gives nothing back.
CREATE FUNCTION ret.check_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    sale ret.sales_orders;
    paid ret.payments;
    others numeric;
    taken numeric;
BEGIN
    SELECT * INTO sale FROM ret.sales_orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.sales_order_id FOR NO KEY UPDATE;
    SELECT * INTO paid FROM ret.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.register_session_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.register_session_id IS DISTINCT FROM OLD.register_session_id) THEN
        PERFORM ret.lock_till(NEW.business_id, NEW.register_session_id, TG_TABLE_NAME);
    END IF;
    IF paid.sales_order_id <> NEW.sales_order_id THEN
        PERFORM platform.refuse('payment_id', 'must be a payment of the sale.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF TG_OP = 'INSERT' AND paid.status NOT IN ('captured', 'partially_refunded', 'refunded') THEN
        PERFORM platform.refuse('payment_id', 'must be a payment that was captured.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status = 'failed' OR NEW.deleted_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(sum(r.amount), 0) INTO others FROM ret.refunds r
    WHERE r.business_id = NEW.business_id AND r.sales_order_id = NEW.sales_order_id AND (paid.id IS NULL OR r.payment_id = paid.id)
        AND r.status <> 'failed' AND r.deleted_at IS NULL AND r.id <> NEW.id;
    IF paid.id IS NOT NULL THEN
        IF NEW.amount > paid.amount THEN
            PERFORM platform.refuse('amount', 'is more than the payment.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        ELSIF others + NEW.amount > paid.amount THEN
            PERFORM platform.refuse('payment_id', 'is given back already: less than this is left of it.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        RETURN NEW;
    END IF;
    -- A sale that keeps no payments says itself what was paid.
    SELECT coalesce(sum(m.amount) FILTER (WHERE m.status IN ('captured', 'partially_refunded', 'refunded') AND m.deleted_at IS NULL),
        CASE WHEN count(*) = 0 THEN sale.amount_paid ELSE 0 END) INTO taken
    FROM ret.payments m WHERE m.business_id = NEW.business_id AND m.sales_order_id = NEW.sales_order_id;
    IF others + NEW.amount > taken THEN
        PERFORM platform.refuse('payment_id', 'must name the payment that is given back: the sale has less than this left to give back.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.check_refund() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_refund BEFORE INSERT OR UPDATE OF sales_order_id, payment_id, amount, status, deleted_at, register_session_id ON ret.refunds FOR EACH ROW
    WHEN (NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION ret.check_refund();
CALL platform.stamp_states('ret.refunds', 'status', '{"completed": {"refunded_at": "now()"}}');
CALL platform.require('ret.refunds', 'return_id',
    'NEW.return_id IS NULL OR EXISTS (SELECT FROM ret.returns r WHERE r.business_id = NEW.business_id AND r.id = NEW.return_id AND r.sales_order_id = NEW.sales_order_id)',
    'must be a return of the sale.', '{return_id,sales_order_id}');

-- What is on its way back counts as given back. The state follows what did arrive, and never returns.
CREATE FUNCTION ret.recount_payments(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM ret.payments m WHERE m.business_id = p_business AND m.id = ANY (p_ids) ORDER BY m.id FOR NO KEY UPDATE;
    UPDATE ret.payments m SET refunded_amount = t.amount, status = t.state
    FROM (
        SELECT p.id, g.amount, CASE
            WHEN p.status NOT IN ('captured', 'partially_refunded') OR g.arrived = 0 THEN p.status
            WHEN g.arrived >= p.amount THEN 'refunded' ELSE 'partially_refunded' END AS state
        FROM ret.payments p CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount), 0) AS amount, coalesce(sum(r.amount) FILTER (WHERE r.status = 'completed'), 0) AS arrived
            FROM ret.refunds r WHERE r.business_id = p.business_id AND r.payment_id = p.id AND r.status <> 'failed' AND r.deleted_at IS NULL
        ) AS g
        WHERE p.business_id = p_business AND p.id = ANY (p_ids) AND p.deleted_at IS NULL
    ) AS t
    WHERE m.business_id = p_business AND m.id = t.id AND (m.refunded_amount, m.status) IS DISTINCT FROM (t.amount, t.state);
END $$;
ALTER FUNCTION ret.recount_payments(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('ret', 'keep_payments_from_refunds', 'recount_payments', 'ret.refunds', 'payment_id', '{payment_id,amount,status}');
CALL platform.note_kept('ret.payments', '{refunded_amount}', '{ret.refunds}',
    '(SELECT coalesce(sum(r.amount), 0) FROM ret.refunds r WHERE r.business_id = p.business_id AND r.payment_id = p.id AND r.status <> ''failed'' AND r.deleted_at IS NULL)');
CALL platform.count_in_row('ret.payments', '{refunded_amount}', '{deleted_at}');

CALL platform.keep_totals('ret.layaways', '{"amount_paid": "(SELECT platform.money(coalesce(sum(c.amount - c.refunded_amount), 0)) FROM ret.payments c WHERE c.business_id = p.business_id AND c.layaway_id = p.id AND c.status IN (''captured'', ''partially_refunded'', ''refunded'') AND c.deleted_at IS NULL)"}',
    '{"ret.payments": ["layaway_id", "amount", "refunded_amount", "status"]}');
CALL platform.count_in_row('ret.layaways', '{amount_paid}', '{deleted_at}');

-- A return brings back goods of its sale, and no piece twice: returns of a sale queue for its lock.
CREATE FUNCTION ret.check_return_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    sale uuid := (SELECT r.sales_order_id FROM ret.returns r WHERE r.business_id = NEW.business_id AND r.id = NEW.return_id);
    sold ret.sales_order_items;
    others numeric;
BEGIN
    PERFORM FROM ret.sales_orders o WHERE o.business_id = NEW.business_id AND o.id = sale FOR NO KEY UPDATE;
    SELECT * INTO sold FROM ret.sales_order_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.sales_order_item_id;
    IF sold.sales_order_id <> sale THEN
        PERFORM platform.refuse('sales_order_item_id', 'must be a line of the sale that is returned.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    SELECT coalesce(sum(c.quantity), 0) INTO others
    FROM ret.return_items c JOIN ret.returns r ON r.business_id = c.business_id AND r.id = c.return_id
    WHERE c.business_id = NEW.business_id AND c.sales_order_item_id = NEW.sales_order_item_id AND c.id <> NEW.id AND c.deleted_at IS NULL
        AND r.status NOT IN ('rejected', 'cancelled') AND r.deleted_at IS NULL;
    IF NEW.quantity > sold.quantity THEN
        PERFORM platform.refuse('quantity', 'is more than was sold.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF others + NEW.quantity > sold.quantity AND EXISTS (SELECT FROM ret.returns r
        WHERE r.business_id = NEW.business_id AND r.id = NEW.return_id AND r.status NOT IN ('rejected', 'cancelled')) THEN
        PERFORM platform.refuse('sales_order_item_id', 'comes back in other returns already: fewer pieces than this are left.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.check_return_item() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_return_item BEFORE INSERT OR UPDATE OF return_id, sales_order_item_id, quantity, deleted_at ON ret.return_items FOR EACH ROW
    WHEN (NEW.deleted_at IS NULL AND NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION ret.check_return_item();
CALL platform.keep_totals('ret.returns', '{"refund_amount": "platform.money(greatest((SELECT coalesce(sum(c.refund_amount), 0) FROM ret.return_items c WHERE c.business_id = p.business_id AND c.return_id = p.id AND c.deleted_at IS NULL) - p.restocking_fee, 0))"}',
    '{"ret.return_items": ["return_id", "refund_amount"]}');
CALL platform.count_in_row('ret.returns', '{refund_amount}', '{restocking_fee}');
CALL platform.stamp_states('ret.returns', 'status', '{"received": {"received_at": "now()"}}');

-- What a till should hold: the float, cash taken, less cash given back, and what was put in or taken out
-- beside sales. Changing notes into coins takes nothing out.
CREATE FUNCTION ret.expected_cash(p_session ret.register_sessions) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT platform.money(p_session.opening_amount
        + (SELECT coalesce(sum(m.amount), 0) FROM ret.payments m WHERE m.business_id = p_session.business_id AND m.register_session_id = p_session.id
            AND m.method = 'cash' AND m.status IN ('captured', 'partially_refunded', 'refunded') AND m.deleted_at IS NULL)
        - (SELECT coalesce(sum(r.amount), 0) FROM ret.refunds r LEFT JOIN ret.payments m ON m.business_id = r.business_id AND m.id = r.payment_id
            WHERE r.business_id = p_session.business_id AND r.register_session_id = p_session.id AND r.status = 'completed' AND r.deleted_at IS NULL
                AND (r.method = 'cash' OR (r.method = 'original_payment' AND m.method = 'cash')))
        + (SELECT coalesce(sum(CASE c.movement_type WHEN 'pay_in' THEN c.amount WHEN 'float_change' THEN 0 ELSE -c.amount END), 0)
            FROM ret.cash_movements c WHERE c.business_id = p_session.business_id AND c.register_session_id = p_session.id))
$$;
ALTER FUNCTION ret.expected_cash(ret.register_sessions) OWNER TO thorbis_definer;
CALL platform.keep_totals('ret.register_sessions', '{"expected_amount": "ret.expected_cash(p)"}',
    '{"ret.payments": ["register_session_id", "method", "amount", "status"], "ret.refunds": ["register_session_id", "payment_id", "method", "amount", "status"], "ret.cash_movements": ["register_session_id"]}');
CALL platform.count_in_row('ret.register_sessions', '{expected_amount}', '{opening_amount}');
CALL platform.stamp_states('ret.register_sessions', 'status', '{"closed": {"closed_at": "now()", "closed_by_id": "auth.uid()"}}');

-- A payment that turns out to be cash, or not, changes what its refunds took out of other tills.
CREATE FUNCTION ret.recount_tills_of_payments(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM ret.recount_register_sessions_expected_amount(p_business, (SELECT array_agg(DISTINCT r.register_session_id) FROM ret.refunds r
        WHERE r.business_id = p_business AND r.payment_id = ANY (p_ids) AND r.register_session_id IS NOT NULL));
END $$;
ALTER FUNCTION ret.recount_tills_of_payments(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('ret', 'keep_tills_from_payments', 'recount_tills_of_payments', 'ret.payments', 'id', '{method}');

CREATE FUNCTION ret.check_cash_movement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM ret.lock_till(NEW.business_id, NEW.register_session_id, TG_TABLE_NAME);
    RETURN NEW;
END $$;
ALTER FUNCTION ret.check_cash_movement() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_cash_movement BEFORE INSERT ON ret.cash_movements FOR EACH ROW EXECUTE FUNCTION ret.check_cash_movement();

-- A receipt is numbered by its till as the sale is completed there; the till is locked last and shortly.
CREATE FUNCTION ret.number_receipt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE ret.registers r SET next_receipt_number = r.next_receipt_number + 1
    FROM ret.register_sessions s
    WHERE s.business_id = NEW.business_id AND s.id = NEW.register_session_id AND r.business_id = NEW.business_id AND r.id = s.register_id AND r.next_receipt_number < 2147483647
    RETURNING r.next_receipt_number - 1 INTO NEW.receipt_number;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.number_receipt() OWNER TO thorbis_definer;
CREATE TRIGGER m_number_receipt BEFORE INSERT OR UPDATE OF status ON ret.sales_orders FOR EACH ROW
    WHEN (NEW.status = 'completed' AND NEW.register_session_id IS NOT NULL AND NEW.receipt_number IS NULL) EXECUTE FUNCTION ret.number_receipt();
