-- Payments and what was refunded of them, credits and what is left of them, coupons and their limits.

CALL platform.stamp_states('billing.payments', 'status', '{"succeeded": {"settled_at": "now()"}, "failed": {"settled_at": "now()"}}');
CALL platform.stamp_states('billing.refunds', 'status', '{"succeeded": {"settled_at": "now()"}, "failed": {"settled_at": "now()"}}');
CALL platform.stamp_states('billing.dunning_attempts', 'outcome', '{"succeeded": {"executed_at": "now()"}, "failed": {"executed_at": "now()"}, "skipped": {"executed_at": "now()"}}');

-- A payment is in the currency of its invoice.
CREATE FUNCTION billing.keep_currency() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.currency := coalesce((SELECT i.currency FROM billing.platform_invoices i WHERE i.id = NEW.platform_invoice_id), NEW.currency);
    RETURN NEW;
END $$;
ALTER FUNCTION billing.keep_currency() OWNER TO thorbis_definer;
CREATE TRIGGER j_currency BEFORE INSERT OR UPDATE OF currency, platform_invoice_id ON billing.payments FOR EACH ROW EXECUTE FUNCTION billing.keep_currency();

-- Refunds of a payment never exceed it, those on their way included; the payment's row is locked while they are added up.
CALL platform.keep_totals('billing.payments', $totals${
    "refunded_amount": "(SELECT coalesce(sum(c.amount), 0) FROM billing.refunds c WHERE c.business_id = p.business_id AND c.payment_id = p.id AND c.status = 'succeeded')"
}$totals$, '{"billing.refunds": ["payment_id", "status", "amount"]}');
CREATE FUNCTION billing.begin_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.refunded_amount := 0;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.begin_payment() OWNER TO thorbis_definer;
CREATE TRIGGER b_begin BEFORE INSERT ON billing.payments FOR EACH ROW EXECUTE FUNCTION billing.begin_payment();

CREATE FUNCTION billing.check_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    paid numeric;
    others numeric;
BEGIN
    SELECT p.amount INTO paid FROM billing.payments p WHERE p.business_id = NEW.business_id AND p.id = NEW.payment_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(r.amount), 0) INTO others FROM billing.refunds r
    WHERE r.business_id = NEW.business_id AND r.payment_id = NEW.payment_id AND r.status <> 'failed' AND r.id <> NEW.id;
    IF NEW.amount > paid THEN
        PERFORM platform.refuse('amount', 'must not be more than was paid.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.status <> 'failed' AND NEW.amount + others > paid THEN
        PERFORM platform.refuse('payment_id', 'has not that much left to give back.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.check_refund() OWNER TO thorbis_definer;
CREATE TRIGGER j_refund BEFORE INSERT OR UPDATE OF amount, status, payment_id ON billing.refunds FOR EACH ROW EXECUTE FUNCTION billing.check_refund();

-- What credit lines and coupon lines took so far; those of void invoices are given back.
CREATE FUNCTION billing.credit_used(p_business_id uuid, p_credit_id uuid, p_without uuid DEFAULT NULL) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(-sum(l.amount), 0) FROM billing.platform_invoice_lines l JOIN billing.platform_invoices i ON i.id = l.platform_invoice_id
    WHERE l.business_id = p_business_id AND l.credit_id = p_credit_id AND l.kind = 'credit' AND i.status <> 'void' AND l.id IS DISTINCT FROM p_without
$$;
GRANT EXECUTE ON FUNCTION billing.credit_used(uuid, uuid, uuid) TO thorbis_definer;
CALL platform.keep_totals('billing.credits', '{"remaining_amount": "p.amount - billing.credit_used(p.business_id, p.id)"}',
    '{"billing.platform_invoice_lines": ["credit_id", "kind", "amount"]}');
CALL platform.keep_totals('billing.coupon_redemptions', $totals${
    "discounted_amount": "(SELECT greatest(0, least(9999999999.99, coalesce(-sum(c.amount), 0))) FROM billing.platform_invoice_lines c JOIN billing.platform_invoices i ON i.id = c.platform_invoice_id WHERE c.business_id = p.business_id AND c.coupon_redemption_id = p.id AND c.kind = 'discount' AND i.status <> 'void')"
}$totals$, '{"billing.platform_invoice_lines": ["coupon_redemption_id", "kind", "amount"]}');

CREATE FUNCTION billing.begin_credit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.remaining_amount := NEW.amount - billing.credit_used(NEW.business_id, NEW.id);
    IF NEW.remaining_amount < 0 THEN
        PERFORM platform.refuse('amount', 'must not be less than was used of it.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.begin_credit() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_remaining BEFORE INSERT OR UPDATE OF amount ON billing.credits FOR EACH ROW EXECUTE FUNCTION billing.begin_credit();

-- A credit gives no more than it has, under a lock on its row, and nothing once it has expired.
CREATE FUNCTION billing.check_credit_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    credit billing.credits;
BEGIN
    SELECT * INTO credit FROM billing.credits c WHERE c.business_id = NEW.business_id AND c.id = NEW.credit_id FOR NO KEY UPDATE;
    IF credit.expires_at <= now() THEN
        PERFORM platform.refuse('credit_id', 'has expired.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF billing.credit_used(NEW.business_id, NEW.credit_id, NEW.id) - NEW.amount > credit.amount THEN
        PERFORM platform.refuse('credit_id', 'has not that much left.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.check_credit_line() OWNER TO thorbis_definer;
CREATE TRIGGER l_credit BEFORE INSERT OR UPDATE OF amount, credit_id, kind ON billing.platform_invoice_lines FOR EACH ROW
    WHEN (NEW.kind = 'credit' AND NEW.credit_id IS NOT NULL) EXECUTE FUNCTION billing.check_credit_line();

CREATE FUNCTION billing.give_back_void() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM billing.recount_credits_remaining_amount(NEW.business_id, ARRAY(SELECT DISTINCT l.credit_id FROM billing.platform_invoice_lines l
        WHERE l.platform_invoice_id = NEW.id AND l.credit_id IS NOT NULL));
    PERFORM billing.recount_coupon_redemptions_discounted_amount(NEW.business_id, ARRAY(SELECT DISTINCT l.coupon_redemption_id FROM billing.platform_invoice_lines l
        WHERE l.platform_invoice_id = NEW.id AND l.coupon_redemption_id IS NOT NULL));
    RETURN NULL;
END $$;
ALTER FUNCTION billing.give_back_void() OWNER TO thorbis_definer;
CREATE TRIGGER totals_void AFTER UPDATE ON billing.platform_invoices FOR EACH ROW WHEN (OLD.status <> 'void' AND NEW.status = 'void')
    EXECUTE FUNCTION billing.give_back_void();
UPDATE platform.kept_columns SET sources = sources || '{billing.platform_invoices}'
WHERE (table_name, column_name) IN (('billing.credits', 'remaining_amount'), ('billing.coupon_redemptions', 'discounted_amount'));

-- Codes are the same however they are written, so they are kept in capitals.
CREATE FUNCTION billing.keep_code() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.code := upper(btrim(NEW.code));
    RETURN NEW;
END $$;
CREATE TRIGGER j_code BEFORE INSERT OR UPDATE OF code ON billing.coupons FOR EACH ROW EXECUTE FUNCTION billing.keep_code();

-- A coupon is redeemed while it is valid, for its plan, and no more often than it may be. Its row is
-- locked, so that the last redemption is not given twice.
CREATE FUNCTION billing.redeem_coupon() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    coupon billing.coupons;
BEGIN
    SELECT * INTO coupon FROM billing.coupons c WHERE c.id = NEW.coupon_id FOR NO KEY UPDATE;
    IF NOT coupon.is_active OR coupon.valid_from > now() OR coupon.valid_until <= now() THEN
        PERFORM platform.refuse('coupon_id', 'is not valid now.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF (SELECT count(*) FROM billing.coupon_redemptions r WHERE r.coupon_id = coupon.id AND r.id <> NEW.id) >= coupon.maximum_redemptions THEN
        PERFORM platform.refuse('coupon_id', 'has been redeemed as often as it may be.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF coupon.plan_id <> (SELECT s.plan_id FROM billing.subscriptions s WHERE s.business_id = NEW.business_id AND s.id = NEW.subscription_id) THEN
        PERFORM platform.refuse('coupon_id', 'is for another plan.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF coupon.duration = 'repeating' AND NEW.applies_until IS NULL THEN
        NEW.applies_until := now() + least(coupon.duration_months, 1200) * interval '1 month';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.redeem_coupon() OWNER TO thorbis_definer;
CREATE TRIGGER j_redeem BEFORE INSERT OR UPDATE OF coupon_id ON billing.coupon_redemptions FOR EACH ROW EXECUTE FUNCTION billing.redeem_coupon();
CREATE INDEX coupon_redemptions_coupon_idx ON billing.coupon_redemptions (coupon_id);

CREATE FUNCTION billing.count_redemptions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched uuid[] := array_remove(ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.coupon_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.coupon_id END], NULL);
BEGIN
    PERFORM FROM billing.coupons c WHERE c.id = ANY (touched) ORDER BY c.id FOR NO KEY UPDATE;
    UPDATE billing.coupons c SET redemption_count = (SELECT count(*) FROM billing.coupon_redemptions r WHERE r.coupon_id = c.id) WHERE c.id = ANY (touched);
    RETURN NULL;
END $$;
ALTER FUNCTION billing.count_redemptions() OWNER TO thorbis_definer;
CREATE TRIGGER totals_redemptions AFTER INSERT OR DELETE OR UPDATE OF coupon_id ON billing.coupon_redemptions FOR EACH ROW EXECUTE FUNCTION billing.count_redemptions();
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES ('billing.coupons', 'redemption_count', '{billing.coupon_redemptions}',
    '(SELECT count(*)::integer FROM billing.coupon_redemptions c WHERE c.coupon_id = p.id)');
