-- Payments and refunds: what is given back, deposits, and what a drawer should hold.

-- A payment of a check is one of its order. Cash goes through an open drawer: its session is locked, so that
-- none slips in after the count. Who takes money and who gives it back lock the order first, then the payment,
-- then the drawer.
CREATE FUNCTION rest.lock_drawer(p_business uuid, p_session uuid, p_table text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    state text;
BEGIN
    SELECT s.status INTO state FROM rest.cash_drawer_sessions s WHERE s.business_id = p_business AND s.id = p_session FOR NO KEY UPDATE;
    IF state <> 'open' THEN
        PERFORM platform.refuse('cash_drawer_session_id', 'must be an open drawer: this one is counted.', 'rest', p_table);
    END IF;
END $$;

ALTER FUNCTION rest.lock_drawer(uuid, uuid, text) OWNER TO thorbis_definer;

CREATE FUNCTION rest.check_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    owed_by uuid;
BEGIN
    IF NEW.check_id IS NOT NULL THEN
        SELECT c.order_id INTO owed_by FROM rest.checks c WHERE c.business_id = NEW.business_id AND c.id = NEW.check_id;
        IF TG_OP = 'INSERT' THEN
            NEW.order_id := coalesce(NEW.order_id, owed_by);
        END IF;
        IF NEW.order_id IS NULL THEN
            PERFORM platform.refuse('order_id', 'must be the order of the check.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        ELSIF owed_by <> NEW.order_id THEN
            PERFORM platform.refuse('check_id', 'must be a check of the order.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    IF NEW.cash_drawer_session_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.cash_drawer_session_id IS DISTINCT FROM OLD.cash_drawer_session_id) THEN
        PERFORM FROM rest.orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.order_id FOR NO KEY UPDATE;
        PERFORM rest.lock_drawer(NEW.business_id, NEW.cash_drawer_session_id, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_payment() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_payment BEFORE INSERT OR UPDATE OF order_id, check_id, cash_drawer_session_id ON rest.payments FOR EACH ROW EXECUTE FUNCTION rest.check_payment();

-- A payment is given back once: refunds of it queue for its lock. One that failed gives nothing back. A row
-- of another business is left to row level security, which says nothing about that business's money.
CREATE FUNCTION rest.check_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    paid rest.payments;
    others record;
BEGIN
    PERFORM FROM rest.orders o WHERE o.business_id = NEW.business_id
        AND o.id = (SELECT m.order_id FROM rest.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id) FOR NO KEY UPDATE;
    SELECT * INTO paid FROM rest.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.cash_drawer_session_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.cash_drawer_session_id IS DISTINCT FROM OLD.cash_drawer_session_id) THEN
        PERFORM rest.lock_drawer(NEW.business_id, NEW.cash_drawer_session_id, TG_TABLE_NAME);
    END IF;
    IF paid.id IS NULL OR NEW.status = 'failed' OR NEW.deleted_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND paid.status NOT IN ('captured', 'partially_refunded', 'refunded') THEN
        PERFORM platform.refuse('payment_id', 'must be a payment that was captured.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    SELECT coalesce(sum(r.amount), 0) AS amount, coalesce(sum(r.tip_amount), 0) AS tip INTO others
    FROM rest.refunds r WHERE r.business_id = NEW.business_id AND r.payment_id = NEW.payment_id AND r.status <> 'failed' AND r.deleted_at IS NULL AND r.id <> NEW.id;
    IF NEW.tip_amount > paid.tip_amount THEN
        PERFORM platform.refuse('tip_amount', 'is more than the tip of the payment.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.amount > paid.amount THEN
        PERFORM platform.refuse('amount', 'is more than the payment.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF others.tip + NEW.tip_amount > paid.tip_amount OR others.amount + NEW.amount > paid.amount THEN
        PERFORM platform.refuse('payment_id', 'is given back already: less than this is left of it.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_refund() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_refund BEFORE INSERT OR UPDATE OF payment_id, amount, tip_amount, status, deleted_at, cash_drawer_session_id ON rest.refunds FOR EACH ROW
    WHEN (NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION rest.check_refund();
CALL platform.stamp_states('rest.refunds', 'status', '{"completed": {"refunded_at": "now()"}}');

-- What is on its way back counts as given back. The state follows what did arrive, and never returns.
CREATE FUNCTION rest.recount_payments(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM rest.payments m WHERE m.business_id = p_business AND m.id = ANY (p_ids) ORDER BY m.id FOR NO KEY UPDATE;
    UPDATE rest.payments m SET refunded_amount = t.amount, status = t.state
    FROM (
        SELECT p.id, g.amount, CASE
            WHEN p.status NOT IN ('captured', 'partially_refunded') OR g.arrived = 0 THEN p.status
            WHEN g.arrived >= p.amount + p.tip_amount THEN 'refunded' ELSE 'partially_refunded' END AS state
        FROM rest.payments p CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount + r.tip_amount), 0) AS amount, coalesce(sum(r.amount + r.tip_amount) FILTER (WHERE r.status = 'completed'), 0) AS arrived
            FROM rest.refunds r WHERE r.business_id = p.business_id AND r.payment_id = p.id AND r.status <> 'failed' AND r.deleted_at IS NULL
        ) AS g
        WHERE p.business_id = p_business AND p.id = ANY (p_ids) AND p.deleted_at IS NULL
    ) AS t
    WHERE m.business_id = p_business AND m.id = t.id AND (m.refunded_amount, m.status) IS DISTINCT FROM (t.amount, t.state);
END $$;
ALTER FUNCTION rest.recount_payments(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('rest', 'keep_payments_from_refunds', 'recount_payments', 'rest.refunds', 'payment_id', '{payment_id,amount,tip_amount,status}');
CALL platform.note_kept('rest.payments', '{refunded_amount}', '{rest.refunds}',
    '(SELECT coalesce(sum(r.amount + r.tip_amount), 0) FROM rest.refunds r WHERE r.business_id = p.business_id AND r.payment_id = p.id AND r.status <> ''failed'' AND r.deleted_at IS NULL)');
CALL platform.count_in_row('rest.payments', '{refunded_amount}', '{deleted_at}');

-- A deposit is paid with the payment that completes it, until all of it is given back.
CALL platform.keep_totals('rest.reservations', '{"deposit_paid_at": "(SELECT max(c.paid_at) FROM rest.payments c WHERE c.business_id = p.business_id AND c.reservation_id = p.id AND c.status IN (''captured'', ''partially_refunded'') AND c.deleted_at IS NULL HAVING sum(c.amount) >= p.deposit_amount)"}',
    '{"rest.payments": ["reservation_id", "amount", "status", "paid_at"]}');
CALL platform.count_in_row('rest.reservations', '{deposit_paid_at}', '{deposit_amount}');

-- What a drawer should hold: the float, cash taken with its tips, less what was given back in cash, and what
-- was put in or taken out beside sales.
CALL platform.keep_totals('rest.cash_drawer_sessions', '{"expected_amount": "platform.money(p.opening_amount + (SELECT coalesce(sum(c.amount + c.tip_amount), 0) FROM rest.payments c WHERE c.business_id = p.business_id AND c.cash_drawer_session_id = p.id AND c.method = ''cash'' AND c.status NOT IN (''voided'', ''failed'') AND c.deleted_at IS NULL) - (SELECT coalesce(sum(r.amount + r.tip_amount), 0) FROM rest.refunds r WHERE r.business_id = p.business_id AND r.cash_drawer_session_id = p.id AND r.status = ''completed'' AND r.deleted_at IS NULL) + (SELECT coalesce(sum(CASE c.movement_type WHEN ''pay_in'' THEN c.amount ELSE -c.amount END), 0) FROM rest.cash_movements c WHERE c.business_id = p.business_id AND c.cash_drawer_session_id = p.id))"}',
    '{"rest.payments": ["cash_drawer_session_id", "method", "amount", "tip_amount", "status"], "rest.refunds": ["cash_drawer_session_id", "amount", "tip_amount", "status"], "rest.cash_movements": ["cash_drawer_session_id"]}');
CALL platform.count_in_row('rest.cash_drawer_sessions', '{expected_amount}', '{opening_amount}');
CALL platform.stamp_states('rest.cash_drawer_sessions', 'status', '{"closed": {"closed_at": "now()", "closed_by_id": "auth.uid()"}}');

CREATE FUNCTION rest.check_cash_movement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM rest.lock_drawer(NEW.business_id, NEW.cash_drawer_session_id, TG_TABLE_NAME);
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_cash_movement() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_cash_movement BEFORE INSERT ON rest.cash_movements FOR EACH ROW EXECUTE FUNCTION rest.check_cash_movement();

-- A check is closed while it is paid or voided.
CALL platform.stamp_states('rest.checks', 'status', '{"paid": {"closed_at": "now()"}, "voided": {"closed_at": "now()"}, "open": {"closed_at": "NULL"}, "printed": {"closed_at": "NULL"}}');
