-- Money for orders and subscriptions, and money given back.

-- Who pays is whose order or subscription it is.
CREATE FUNCTION courses.check_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.customer_id <> coalesce((SELECT o.customer_id FROM courses.orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.order_id),
        (SELECT s.customer_id FROM courses.subscriptions s WHERE s.business_id = NEW.business_id AND s.id = NEW.subscription_id))
    THEN
        PERFORM platform.refuse('customer_id', 'must be the customer of the order or subscription.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.check_payment() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF customer_id, order_id, subscription_id ON courses.payments FOR EACH ROW EXECUTE FUNCTION courses.check_payment();

-- What was given back decides the state of a payment that had come in.
CREATE FUNCTION courses.settle_payment() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.status := CASE WHEN NEW.refunded_amount >= NEW.amount THEN 'refunded' ELSE 'partially_refunded' END;
    RETURN NEW;
END $$;
CREATE TRIGGER j_settle BEFORE UPDATE ON courses.payments FOR EACH ROW
    WHEN (NEW.refunded_amount > OLD.refunded_amount AND NEW.status IN ('completed', 'partially_refunded')) EXECUTE FUNCTION courses.settle_payment();
CREATE FUNCTION courses.stamp_payment() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.paid_at := coalesce(NEW.paid_at, now());
    RETURN NEW;
END $$;
CREATE TRIGGER k_paid BEFORE INSERT OR UPDATE OF status ON courses.payments FOR EACH ROW
    WHEN (NEW.status IN ('completed', 'partially_refunded', 'refunded')) EXECUTE FUNCTION courses.stamp_payment();

-- No payment gives back more than it brought: refunds are added up under a lock on the payment. A request
-- alone holds nothing.
CREATE FUNCTION courses.check_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    payment courses.payments;
    given numeric;
BEGIN
    IF NEW.deleted_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO payment FROM courses.payments p WHERE p.business_id = NEW.business_id AND p.id = NEW.payment_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(r.amount), 0) INTO given FROM courses.refunds r WHERE r.business_id = NEW.business_id AND r.payment_id = NEW.payment_id
        AND r.id <> NEW.id AND r.status IN ('approved', 'completed') AND r.deleted_at IS NULL;
    IF NEW.amount > payment.amount OR (NEW.status IN ('approved', 'completed') AND given + NEW.amount > payment.amount) THEN
        PERFORM platform.refuse('amount', 'must be no more than is left of the payment.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.status = 'completed' AND payment.status NOT IN ('completed', 'partially_refunded', 'refunded') THEN
        PERFORM platform.refuse('status', 'is completed only for a payment that came in.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status = 'approved' AND (TG_OP = 'INSERT' OR OLD.status <> 'approved') THEN
        NEW.approved_by_id := coalesce(NEW.approved_by_id, auth.uid());
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.check_refund() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF payment_id, amount, status, deleted_at ON courses.refunds FOR EACH ROW EXECUTE FUNCTION courses.check_refund();
CALL platform.stamp_states('courses.refunds', 'status', '{"completed": {"refunded_at": "now()"}}');
CALL platform.keep_totals('courses.payments',
    '{"refunded_amount": "(SELECT least(coalesce(sum(r.amount), 0), p.amount) FROM courses.refunds r WHERE r.business_id = p.business_id AND r.payment_id = p.id AND r.status = ''completed'' AND r.deleted_at IS NULL)"}',
    '{"courses.refunds": ["payment_id", "amount", "status"]}');

-- Money given back ends the access it paid for, where the refund says so.
CREATE FUNCTION courses.end_access() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE courses.enrollments SET status = 'cancelled' WHERE business_id = NEW.business_id AND id = NEW.enrollment_id
        AND status IN ('waitlisted', 'active', 'suspended') AND deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION courses.end_access() OWNER TO thorbis_definer;
CREATE TRIGGER ends_access AFTER INSERT ON courses.refunds FOR EACH ROW
    WHEN (NEW.status = 'completed' AND NEW.ends_access AND NEW.enrollment_id IS NOT NULL) EXECUTE FUNCTION courses.end_access();
CREATE TRIGGER ends_access_later AFTER UPDATE ON courses.refunds FOR EACH ROW
    WHEN (NEW.status = 'completed' AND OLD.status <> 'completed' AND NEW.ends_access AND NEW.enrollment_id IS NOT NULL) EXECUTE FUNCTION courses.end_access();

CALL platform.keep_totals('courses.orders',
    '{"amount_paid": "(SELECT least(coalesce(sum(m.amount - m.refunded_amount), 0), 9999999999.99) FROM courses.payments m WHERE m.business_id = p.business_id AND m.order_id = p.id AND m.status IN (''completed'', ''partially_refunded'', ''refunded'') AND m.deleted_at IS NULL)"}',
    '{"courses.payments": ["order_id", "status", "amount", "refunded_amount"]}');

-- The money decides the state of an order, along its flow: partial, paid, and refunded when all is given back.
CREATE FUNCTION courses.settle_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.amount_paid > OLD.amount_paid AND NEW.status IN ('pending', 'partial') THEN
        NEW.status := CASE WHEN NEW.amount_paid >= NEW.subtotal - NEW.discount_amount + NEW.tax_amount THEN 'paid' ELSE 'partial' END;
    ELSIF NEW.amount_paid = 0 AND NEW.status IN ('partial', 'paid') AND EXISTS (SELECT FROM courses.payments m
        WHERE m.business_id = NEW.business_id AND m.order_id = NEW.id AND m.status = 'refunded' AND m.deleted_at IS NULL)
    THEN
        NEW.status := 'refunded';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.settle_order() OWNER TO thorbis_definer;
CREATE TRIGGER j_settle BEFORE UPDATE ON courses.orders FOR EACH ROW WHEN (NEW.amount_paid <> OLD.amount_paid AND NEW.status = OLD.status)
    EXECUTE FUNCTION courses.settle_order();

COMMENT ON COLUMN courses.orders.amount_paid IS 'Payments that came in, without what was given back; kept by the system.';
COMMENT ON COLUMN courses.payments.refunded_amount IS 'Completed refunds; kept by the system.';
COMMENT ON COLUMN courses.refunds.refunded_at IS 'When the money was given back; kept by the system.';
