-- Money that comes in, what it pays, and what goes back. Whoever applies or returns money locks the bill,
-- then the payment, and only then looks how much is left: two who spend the same rest wait for each other.
-- A row of another business is left to the policies, which refuse it without a word about what is left there.

-- The part of a payment that is spoken for: what pays bills and what was given back. A payment that failed
-- or was voided pays nothing.
CALL platform.keep_totals('hs.payments', '{
    "applied_amount": "(SELECT CASE WHEN p.status IN (''failed'', ''voided'') THEN 0 ELSE coalesce(sum(a.amount), 0) END FROM hs.payment_allocations a WHERE a.business_id = p.business_id AND a.payment_id = p.id AND a.deleted_at IS NULL)",
    "refunded_amount": "(SELECT coalesce(sum(r.amount), 0) FROM hs.refunds r WHERE r.business_id = p.business_id AND r.payment_id = p.id AND r.status = ''completed'' AND r.deleted_at IS NULL)"
}', '{
    "hs.payment_allocations": ["payment_id", "amount"],
    "hs.refunds": ["payment_id", "amount", "status"],
    "hs.payments": ["id", "status"]
}');

CREATE FUNCTION hs.check_allocation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    bill hs.invoices;
    money hs.payments;
    free numeric;
    due numeric;
BEGIN
    SELECT * INTO bill FROM hs.invoices i WHERE i.business_id = NEW.business_id AND i.id = NEW.invoice_id FOR NO KEY UPDATE;
    SELECT * INTO money FROM hs.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id FOR NO KEY UPDATE;
    IF bill.id IS NULL OR money.id IS NULL THEN
        RETURN NEW;
    END IF;
    IF bill.status = 'cancelled' THEN
        PERFORM platform.refuse('invoice_id', 'must not be a cancelled bill.', 'hs', 'payment_allocations');
    ELSIF bill.customer_id <> money.customer_id THEN
        PERFORM platform.refuse('invoice_id', 'must be a bill of the customer who paid.', 'hs', 'payment_allocations');
    ELSIF money.status IN ('failed', 'voided') THEN
        PERFORM platform.refuse('payment_id', 'must not be a payment that failed or was voided.', 'hs', 'payment_allocations');
    END IF;
    SELECT money.amount - money.refunded_amount - coalesce(sum(a.amount), 0) INTO free FROM hs.payment_allocations a
    WHERE a.business_id = NEW.business_id AND a.payment_id = NEW.payment_id AND a.id <> NEW.id AND a.deleted_at IS NULL;
    IF NEW.amount > free THEN
        PERFORM platform.refuse(CASE WHEN free > 0.5 THEN 'amount' ELSE 'payment_id' END,
            format('must leave no more applied than was paid: %s is left of the payment.', greatest(free, 0)), 'hs', 'payment_allocations');
    END IF;
    -- A draft without a total is not priced yet: what comes in early is kept for it.
    IF bill.status = 'draft' AND bill.total_amount = 0 THEN
        RETURN NEW;
    END IF;
    SELECT bill.total_amount - coalesce(sum(a.amount), 0) INTO due
    FROM hs.payment_allocations a JOIN hs.payments m ON m.business_id = a.business_id AND m.id = a.payment_id AND m.status NOT IN ('failed', 'voided') AND m.deleted_at IS NULL
    WHERE a.business_id = NEW.business_id AND a.invoice_id = NEW.invoice_id AND a.id <> NEW.id AND a.deleted_at IS NULL;
    due := due - (SELECT coalesce(sum(m.applied_amount), 0) FROM hs.credit_memos m
        WHERE m.business_id = NEW.business_id AND m.invoice_id = NEW.invoice_id AND m.deleted_at IS NULL);
    IF NEW.amount > due THEN
        PERFORM platform.refuse(CASE WHEN due > 0 THEN 'amount' ELSE 'invoice_id' END,
            format('must not pay more than is due: %s is due on the bill.', greatest(due, 0)), 'hs', 'payment_allocations');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_allocation() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_allocation BEFORE INSERT OR UPDATE OF payment_id, invoice_id, amount, deleted_at ON hs.payment_allocations FOR EACH ROW
    WHEN (NEW.deleted_at IS NULL AND NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION hs.check_allocation();

-- A credit pays its bill when it is applied, all of it at once.
CALL platform.keep_row('hs.credit_memos',
    '[["applied_amount", "CASE WHEN NEW.status = ''applied'' AND NEW.invoice_id IS NOT NULL THEN NEW.amount ELSE 0.00 END"]]');

CREATE FUNCTION hs.check_credit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    bill hs.invoices;
    due numeric;
BEGIN
    IF NEW.invoice_id IS NULL THEN
        -- Where the bill itself is gone, its credit has nothing to name any more.
        IF TG_OP = 'INSERT' OR OLD.invoice_id IS NULL OR EXISTS (SELECT FROM hs.invoices i WHERE i.business_id = NEW.business_id AND i.id = OLD.invoice_id) THEN
            PERFORM platform.refuse('invoice_id', 'must name the bill that the credit is applied to.', 'hs', 'credit_memos');
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO bill FROM hs.invoices i WHERE i.business_id = NEW.business_id AND i.id = NEW.invoice_id FOR NO KEY UPDATE;
    IF bill.status = 'cancelled' THEN
        PERFORM platform.refuse('invoice_id', 'must not be a cancelled bill.', 'hs', 'credit_memos');
    ELSIF bill.customer_id <> NEW.customer_id THEN
        PERFORM platform.refuse('invoice_id', 'must be a bill of the customer who gets the credit.', 'hs', 'credit_memos');
    END IF;
    IF bill.id IS NULL OR (bill.status = 'draft' AND bill.total_amount = 0) THEN
        RETURN NEW;
    END IF;
    SELECT bill.total_amount - coalesce(sum(a.amount), 0) INTO due
    FROM hs.payment_allocations a JOIN hs.payments m ON m.business_id = a.business_id AND m.id = a.payment_id AND m.status NOT IN ('failed', 'voided') AND m.deleted_at IS NULL
    WHERE a.business_id = NEW.business_id AND a.invoice_id = NEW.invoice_id AND a.deleted_at IS NULL;
    due := due - (SELECT coalesce(sum(m.applied_amount), 0) FROM hs.credit_memos m
        WHERE m.business_id = NEW.business_id AND m.invoice_id = NEW.invoice_id AND m.id <> NEW.id AND m.deleted_at IS NULL);
    IF NEW.amount > due THEN
        PERFORM platform.refuse(CASE WHEN due > 0 THEN 'amount' ELSE 'invoice_id' END,
            format('must not take off more than is due: %s is due on the bill.', greatest(due, 0)), 'hs', 'credit_memos');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_credit() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_credit BEFORE INSERT OR UPDATE OF customer_id, invoice_id, amount, status, deleted_at ON hs.credit_memos FOR EACH ROW
    WHEN (NEW.status = 'applied' AND NEW.deleted_at IS NULL AND NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION hs.check_credit();

-- Of a payment goes back at most what it was; what pays bills has to be taken off them first.
CREATE FUNCTION hs.check_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    money hs.payments;
    free numeric;
BEGIN
    PERFORM FROM hs.invoices i WHERE i.business_id = NEW.business_id AND i.id IN (
        SELECT a.invoice_id FROM hs.payment_allocations a WHERE a.business_id = NEW.business_id AND a.payment_id = NEW.payment_id)
    ORDER BY i.id FOR NO KEY UPDATE;
    SELECT * INTO money FROM hs.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id FOR NO KEY UPDATE;
    IF money.id IS NULL THEN
        RETURN NEW;
    ELSIF money.status IN ('failed', 'voided') THEN
        PERFORM platform.refuse('payment_id', 'must not be a payment that failed or was voided.', 'hs', 'refunds');
    END IF;
    SELECT money.amount - coalesce(sum(r.amount), 0) INTO free FROM hs.refunds r
    WHERE r.business_id = NEW.business_id AND r.payment_id = NEW.payment_id AND r.id <> NEW.id AND r.status <> 'failed' AND r.deleted_at IS NULL;
    IF NEW.status = 'completed' THEN
        free := free - money.applied_amount;
    END IF;
    IF NEW.amount > free THEN
        PERFORM platform.refuse(CASE WHEN free > 0.5 THEN 'amount' ELSE 'payment_id' END,
            format('must not give back more than is left: %s of the payment is neither given back nor pays a bill.', greatest(free, 0)), 'hs', 'refunds');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_refund() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_refund BEFORE INSERT OR UPDATE OF payment_id, amount, status, deleted_at ON hs.refunds FOR EACH ROW
    WHEN (NEW.status <> 'failed' AND NEW.deleted_at IS NULL AND NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION hs.check_refund();

CALL platform.stamp_states('hs.refunds', 'status', '{"completed": {"refunded_at": "now()", "approved_by_id": "coalesce(NEW.approved_by_id, auth.uid())"}, "pending": {"refunded_at": "NULL"}}');

-- A payment never becomes less than what it pays and what was given back; its state follows from refunds.
CREATE FUNCTION hs.check_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status IN ('failed', 'voided') THEN
        -- Its allocations count no more; the recount after this row says so again.
        NEW.applied_amount := 0;
    END IF;
    IF NEW.status = 'voided' AND NEW.refunded_amount > 0 THEN
        PERFORM platform.refuse('status', 'cannot be voided: a part of the payment was given back.', 'hs', 'payments');
    ELSIF NEW.amount < NEW.applied_amount + NEW.refunded_amount THEN
        PERFORM platform.refuse('amount', 'must not be less than what is applied and given back.', 'hs', 'payments');
    END IF;
    IF NEW.refunded_amount IS DISTINCT FROM OLD.refunded_amount AND NEW.status = OLD.status AND NEW.refunded_amount > 0
        AND NEW.status IN ('completed', 'partially_refunded')
    THEN
        NEW.status := CASE WHEN NEW.refunded_amount >= NEW.amount THEN 'refunded' ELSE 'partially_refunded' END;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_payment() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_payment BEFORE UPDATE ON hs.payments FOR EACH ROW
    WHEN ((OLD.amount, OLD.status, OLD.applied_amount, OLD.refunded_amount) IS DISTINCT FROM (NEW.amount, NEW.status, NEW.applied_amount, NEW.refunded_amount))
    EXECUTE FUNCTION hs.check_payment();

-- The bills and deposits of a payment follow its state.
CREATE FUNCTION hs.follow_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM hs.recount_invoices_amount_paid(NEW.business_id, ARRAY(
        SELECT DISTINCT a.invoice_id FROM hs.payment_allocations a WHERE a.business_id = NEW.business_id AND a.payment_id = NEW.id));
    IF NEW.status IN ('voided', 'failed') THEN
        UPDATE hs.deposits d SET status = 'requested', payment_id = NULL
        WHERE d.business_id = NEW.business_id AND d.payment_id = NEW.id AND d.status = 'paid' AND d.deleted_at IS NULL;
    ELSIF NEW.status = 'refunded' THEN
        UPDATE hs.deposits d SET status = 'refunded'
        WHERE d.business_id = NEW.business_id AND d.payment_id = NEW.id AND d.status = 'paid' AND d.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION hs.follow_payment() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_state AFTER UPDATE ON hs.payments FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION hs.follow_payment();

-- A deposit is paid by the customer of its estimate, and applied to a bill of the same one.
CREATE FUNCTION hs.check_deposit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    customer uuid := (SELECT e.customer_id FROM hs.estimates e WHERE e.business_id = NEW.business_id AND e.id = NEW.estimate_id);
BEGIN
    IF customer <> (SELECT m.customer_id FROM hs.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id) THEN
        PERFORM platform.refuse('payment_id', 'must be a payment of the estimate''s customer.', 'hs', 'deposits');
    ELSIF customer <> (SELECT i.customer_id FROM hs.invoices i WHERE i.business_id = NEW.business_id AND i.id = NEW.invoice_id) THEN
        PERFORM platform.refuse('invoice_id', 'must be a bill of the estimate''s customer.', 'hs', 'deposits');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_deposit() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_deposit BEFORE INSERT OR UPDATE OF estimate_id, payment_id, invoice_id ON hs.deposits FOR EACH ROW
    WHEN (NEW.payment_id IS NOT NULL OR NEW.invoice_id IS NOT NULL) EXECUTE FUNCTION hs.check_deposit();

CALL platform.stamp_states('hs.commissions', 'status', '{"approved": {"approved_by_id": "coalesce(NEW.approved_by_id, auth.uid())"}}');
