-- Money held for clients: a retainer is never overdrawn, a payment never given back twice.

-- A move of a retainer, under a lock on it: its sign is that of its kind, and what is left is noted.
CREATE FUNCTION investigations.move_retainer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    retainer investigations.retainers;
    bill investigations.invoices;
    left_over numeric;
BEGIN
    SELECT * INTO retainer FROM investigations.retainers r WHERE r.business_id = NEW.business_id AND r.id = NEW.retainer_id FOR NO KEY UPDATE;
    IF retainer.status IN ('refunded', 'closed') OR retainer.deleted_at IS NOT NULL THEN
        PERFORM platform.refuse('retainer_id', 'must be a retainer that is not closed.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.transaction_type = 'deposit' AND NEW.amount < 0 THEN
        PERFORM platform.refuse('transaction_type', 'must be one by which money leaves the retainer, for the amount is negative.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.transaction_type IN ('invoice_applied', 'refund') AND NEW.amount > 0 THEN
        PERFORM platform.refuse('transaction_type', 'must be a deposit or an adjustment, for the amount is positive; what leaves the retainer is negative.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.transaction_type = 'invoice_applied' THEN
        SELECT * INTO bill FROM investigations.invoices i WHERE i.business_id = NEW.business_id AND i.id = NEW.invoice_id FOR NO KEY UPDATE;
        IF bill.customer_id IS DISTINCT FROM retainer.customer_id OR bill.status IN ('draft', 'voided') OR bill.deleted_at IS NOT NULL THEN
            PERFORM platform.refuse('invoice_id', 'must be a bill to the same client that was sent.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        -- Moves of the same statement are not in the bill yet.
        IF -NEW.amount > bill.total_amount - (SELECT coalesce(sum(m.amount - m.refunded_amount), 0) FROM investigations.payments m
                WHERE m.business_id = bill.business_id AND m.invoice_id = bill.id AND m.status IN ('completed', 'partially_refunded', 'refunded') AND m.deleted_at IS NULL)
            + (SELECT coalesce(sum(t.amount), 0) FROM investigations.retainer_transactions t
                WHERE t.business_id = bill.business_id AND t.invoice_id = bill.id AND t.transaction_type = 'invoice_applied')
        THEN
            PERFORM platform.refuse('amount', 'must not be more than what is due on the bill.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    SELECT coalesce(sum(t.amount), 0) + NEW.amount INTO left_over FROM investigations.retainer_transactions t
    WHERE t.business_id = NEW.business_id AND t.retainer_id = NEW.retainer_id;
    IF left_over < 0 OR left_over > 9999999999.99 THEN
        PERFORM platform.refuse('amount', CASE WHEN left_over < 0 THEN 'must not take more than is left of the retainer.' ELSE 'is more than a retainer holds.' END,
            TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.balance_after := left_over;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.move_retainer() OWNER TO thorbis_definer;
CREATE TRIGGER j_move_retainer BEFORE INSERT ON investigations.retainer_transactions FOR EACH ROW EXECUTE FUNCTION investigations.move_retainer();

CALL platform.keep_totals('investigations.retainers', jsonb_build_object(
    'balance', $$(SELECT coalesce(sum(t.amount), 0) FROM investigations.retainer_transactions t
        WHERE t.business_id = p.business_id AND t.retainer_id = p.id)$$),
    '{"investigations.retainer_transactions": ["retainer_id", "amount"]}');

-- An active retainer is exhausted when nothing is left, and active again when money comes.
CREATE FUNCTION investigations.exhaust_retainer() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.status := CASE
        WHEN NEW.status = 'active' AND NEW.balance = 0 THEN 'exhausted'
        WHEN NEW.status = 'exhausted' AND NEW.balance > 0 THEN 'active'
        ELSE NEW.status END;
    RETURN NEW;
END $$;
CREATE TRIGGER n_exhaust BEFORE UPDATE ON investigations.retainers FOR EACH ROW
    WHEN (OLD.balance IS DISTINCT FROM NEW.balance) EXECUTE FUNCTION investigations.exhaust_retainer();

-- Refunds of a payment, under a lock on it, add up to the payment at most.
CREATE FUNCTION investigations.limit_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    payment investigations.payments;
BEGIN
    SELECT * INTO payment FROM investigations.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.amount > payment.amount THEN
        PERFORM platform.refuse('amount', 'must not be more than the payment.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status <> 'completed' OR NEW.deleted_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    IF payment.status IN ('failed', 'voided') THEN
        PERFORM platform.refuse('payment_id', 'must be a payment that neither failed nor was voided.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.amount > payment.amount - (SELECT coalesce(sum(r.amount), 0) FROM investigations.refunds r
        WHERE r.business_id = NEW.business_id AND r.payment_id = NEW.payment_id AND r.status = 'completed' AND r.deleted_at IS NULL AND r.id <> NEW.id)
    THEN
        PERFORM platform.refuse('payment_id', 'must be a payment of which so much is left.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.limit_refund() OWNER TO thorbis_definer;
CREATE TRIGGER j_limit_refund BEFORE INSERT OR UPDATE ON investigations.refunds FOR EACH ROW EXECUTE FUNCTION investigations.limit_refund();
CALL platform.stamp_states('investigations.refunds', 'status', '{"completed": {"refunded_at": "now()"}}');

CALL platform.keep_totals('investigations.payments', jsonb_build_object(
    'refunded_amount', $$(SELECT least(coalesce(sum(r.amount), 0), p.amount) FROM investigations.refunds r
        WHERE r.business_id = p.business_id AND r.payment_id = p.id AND r.status = 'completed' AND r.deleted_at IS NULL)$$),
    '{"investigations.refunds": ["payment_id", "amount", "status"]}');

-- The payment's amount is not lowered below what was given back; the check of the table says so. Its state
-- follows what was given back.
CREATE FUNCTION investigations.settle_payment() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.status IN ('completed', 'partially_refunded', 'refunded') THEN
        NEW.status := CASE WHEN NEW.refunded_amount = 0 THEN 'completed' WHEN NEW.refunded_amount < NEW.amount THEN 'partially_refunded' ELSE 'refunded' END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER n_settle BEFORE UPDATE ON investigations.payments FOR EACH ROW
    WHEN (OLD.refunded_amount IS DISTINCT FROM NEW.refunded_amount) EXECUTE FUNCTION investigations.settle_payment();

-- A payment and what it pays are of one client.
CREATE FUNCTION investigations.check_payer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.customer_id IS DISTINCT FROM coalesce((SELECT i.customer_id FROM investigations.invoices i WHERE i.business_id = NEW.business_id AND i.id = NEW.invoice_id),
        (SELECT r.customer_id FROM investigations.retainers r WHERE r.business_id = NEW.business_id AND r.id = NEW.retainer_id), NEW.customer_id)
    THEN
        PERFORM platform.refuse('customer_id', 'must be the client of the bill or retainer.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.check_payer() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_payer BEFORE INSERT OR UPDATE OF customer_id, invoice_id, retainer_id ON investigations.payments FOR EACH ROW EXECUTE FUNCTION investigations.check_payer();

-- What a client pays into a retainer is its deposit, and what is given back of it, or voided, leaves it. A
-- payment is deposited once: by hand, or here.
CREATE UNIQUE INDEX retainer_transactions_payment_id_key ON investigations.retainer_transactions (business_id, payment_id) WHERE transaction_type = 'deposit';
CREATE UNIQUE INDEX retainer_transactions_refund_id_key ON investigations.retainer_transactions (business_id, refund_id) WHERE transaction_type = 'refund';
CREATE FUNCTION investigations.deposit_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'voided' THEN
        INSERT INTO investigations.retainer_transactions (business_id, retainer_id, payment_id, transaction_type, amount, description)
        SELECT t.business_id, t.retainer_id, t.payment_id, 'adjustment', -t.amount, 'The payment was voided.' FROM investigations.retainer_transactions t
        WHERE t.business_id = NEW.business_id AND t.payment_id = NEW.id AND t.transaction_type = 'deposit';
    ELSE
        INSERT INTO investigations.retainer_transactions (business_id, retainer_id, payment_id, transaction_type, amount, occurred_on)
        SELECT NEW.business_id, NEW.retainer_id, NEW.id, 'deposit', NEW.amount, NEW.received_on
        WHERE NOT EXISTS (SELECT FROM investigations.retainer_transactions t WHERE t.business_id = NEW.business_id AND t.payment_id = NEW.id AND t.transaction_type = 'deposit');
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION investigations.deposit_payment() OWNER TO thorbis_definer;
CREATE TRIGGER y_deposit AFTER INSERT ON investigations.payments FOR EACH ROW
    WHEN (NEW.retainer_id IS NOT NULL AND NEW.status = 'completed') EXECUTE FUNCTION investigations.deposit_payment();
CREATE TRIGGER y_deposit_completed AFTER UPDATE OF status ON investigations.payments FOR EACH ROW
    WHEN (NEW.retainer_id IS NOT NULL AND OLD.status <> NEW.status AND ((OLD.status = 'pending' AND NEW.status = 'completed') OR (OLD.status = 'completed' AND NEW.status = 'voided')))
    EXECUTE FUNCTION investigations.deposit_payment();

CREATE FUNCTION investigations.withdraw_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO investigations.retainer_transactions (business_id, retainer_id, payment_id, refund_id, transaction_type, amount, description)
    SELECT m.business_id, m.retainer_id, m.id, NEW.id, 'refund', -NEW.amount, NEW.reason FROM investigations.payments m
    WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id AND m.retainer_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM investigations.retainer_transactions t WHERE t.business_id = NEW.business_id AND t.refund_id = NEW.id AND t.transaction_type = 'refund');
    RETURN NULL;
END $$;
ALTER FUNCTION investigations.withdraw_refund() OWNER TO thorbis_definer;
CREATE TRIGGER y_withdraw AFTER INSERT ON investigations.refunds FOR EACH ROW WHEN (NEW.status = 'completed') EXECUTE FUNCTION investigations.withdraw_refund();
CREATE TRIGGER y_withdraw_completed AFTER UPDATE OF status ON investigations.refunds FOR EACH ROW
    WHEN (NEW.status = 'completed' AND OLD.status <> 'completed') EXECUTE FUNCTION investigations.withdraw_refund();
