-- What a business may use: its plan's features, and what it was given beside them. The business's own row
-- repeats it, so that a request needs no further look-up; both change in one transaction.

-- The rows that count now: among several of one feature an override beats a contract, that an add-on, that
-- a trial, that the plan.
CREATE FUNCTION billing.effective_entitlements(p_business_id uuid) RETURNS SETOF billing.entitlements LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT DISTINCT ON (e.feature_id) e.* FROM billing.entitlements e
    WHERE e.business_id = p_business_id AND e.valid_from <= now() AND (e.valid_until IS NULL OR e.valid_until > now())
    ORDER BY e.feature_id, array_position(ARRAY['override', 'contract', 'add_on', 'trial', 'plan'], e.source)
$$;

-- The value of businesses.plan for a plan: its own key, else that of the highest plan not above its tier,
-- as plans of the past and of single customers have keys of their own.
CREATE FUNCTION billing.business_plan(p_plan_id uuid) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(
        (SELECT p.key FROM billing.plans p WHERE p.id = p_plan_id AND p.key IN ('starter', 'professional', 'enterprise', 'fortune_500')),
        (SELECT o.key FROM billing.plans p JOIN billing.plans o ON o.tier <= p.tier
            WHERE p.id = p_plan_id AND o.key IN ('starter', 'professional', 'enterprise', 'fortune_500') ORDER BY o.tier DESC LIMIT 1),
        'starter')
$$;

-- Writes what counts now into the business's row; to be called as well when a row becomes valid or invalid by time.
CREATE FUNCTION billing.apply_entitlements(p_business_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    switches jsonb;
    allowances jsonb;
BEGIN
    PERFORM FROM businesses.businesses b WHERE b.id = p_business_id FOR NO KEY UPDATE;
    SELECT coalesce(jsonb_object_agg(f.key, e.is_enabled) FILTER (WHERE f.kind = 'switch'), '{}'),
        coalesce(jsonb_object_agg(f.key, CASE WHEN e.is_enabled THEN e.limit_value ELSE 0 END) FILTER (WHERE f.kind = 'limit'), '{}')
    INTO switches, allowances
    FROM billing.effective_entitlements(p_business_id) e JOIN billing.features f ON f.id = e.feature_id;
    UPDATE businesses.businesses b SET features = switches, limits = allowances
    WHERE b.id = p_business_id AND (b.features, b.limits) IS DISTINCT FROM (switches, allowances);
    -- The present month's allowance follows.
    UPDATE billing.usage_rollups r SET included_quantity = billing.included_quantity(r.business_id, r.meter_id)
    WHERE r.business_id = p_business_id AND r.granularity = 'month' AND r.period_start <= now() AND r.period_end > now()
        AND r.included_quantity IS DISTINCT FROM billing.included_quantity(r.business_id, r.meter_id);
END $$;
ALTER FUNCTION billing.apply_entitlements(uuid) OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION billing.effective_entitlements(uuid), billing.business_plan(uuid) TO thorbis_definer;
COMMENT ON FUNCTION billing.apply_entitlements(uuid) IS 'Rewrites a business''s features and limits from its entitlements of this moment.';

CREATE FUNCTION billing.note_entitlements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN
        FOR business IN SELECT DISTINCT o.business_id FROM old_rows o ORDER BY 1 LOOP
            PERFORM billing.apply_entitlements(business);
        END LOOP;
    ELSE
        FOR business IN SELECT DISTINCT n.business_id FROM new_rows n ORDER BY 1 LOOP
            PERFORM billing.apply_entitlements(business);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION billing.note_entitlements() OWNER TO thorbis_definer;
CREATE TRIGGER l_apply_made AFTER INSERT ON billing.entitlements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing.note_entitlements();
CREATE TRIGGER l_apply_changed AFTER UPDATE ON billing.entitlements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing.note_entitlements();
CREATE TRIGGER l_apply_removed AFTER DELETE ON billing.entitlements REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION billing.note_entitlements();

-- The plan's part of the entitlements, and the business's plan; without a subscription that runs there is
-- no such part, and the business falls back to the first plan.
CREATE FUNCTION billing.apply_plan(p_business_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    subscription billing.subscriptions;
    plan_key text;
BEGIN
    PERFORM FROM businesses.businesses b WHERE b.id = p_business_id FOR NO KEY UPDATE;
    SELECT * INTO subscription FROM billing.subscriptions s
    WHERE s.business_id = p_business_id AND s.status IN ('trialing', 'active', 'past_due', 'paused');
    plan_key := CASE WHEN subscription.id IS NULL THEN 'starter' ELSE billing.business_plan(subscription.plan_id) END;
    UPDATE businesses.businesses b SET plan = plan_key, plan_started_at = now(), plan_expires_at = NULL
    WHERE b.id = p_business_id AND b.plan <> plan_key;
    DELETE FROM billing.entitlements e WHERE e.business_id = p_business_id AND e.source = 'plan' AND NOT EXISTS (
        SELECT FROM billing.plan_features f WHERE f.plan_id = subscription.plan_id AND f.feature_id = e.feature_id);
    INSERT INTO billing.entitlements AS e (business_id, feature_id, source, is_enabled, limit_value, is_overage_allowed)
    SELECT p_business_id, f.feature_id, 'plan', f.is_enabled, f.limit_value, f.is_overage_allowed FROM billing.plan_features f WHERE f.plan_id = subscription.plan_id
    ON CONFLICT (business_id, feature_id, source) DO UPDATE
        SET is_enabled = excluded.is_enabled, limit_value = excluded.limit_value, is_overage_allowed = excluded.is_overage_allowed, valid_until = NULL
        WHERE (e.is_enabled, e.limit_value, e.is_overage_allowed, e.valid_until)
            IS DISTINCT FROM (excluded.is_enabled, excluded.limit_value, excluded.is_overage_allowed, NULL::timestamptz);
END $$;
ALTER FUNCTION billing.apply_plan(uuid) OWNER TO thorbis_definer;

CREATE FUNCTION billing.follow_subscription() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM billing.apply_plan(NEW.business_id);
    IF NEW.status = 'past_due' THEN
        UPDATE billing.billing_accounts a SET delinquent_since = now() WHERE a.id = NEW.billing_account_id AND a.delinquent_since IS NULL;
    ELSIF NEW.status IN ('active', 'trialing') THEN
        UPDATE billing.billing_accounts a SET delinquent_since = NULL WHERE a.id = NEW.billing_account_id AND a.delinquent_since IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION billing.follow_subscription() OWNER TO thorbis_definer;
CREATE TRIGGER l_follow AFTER INSERT ON billing.subscriptions FOR EACH ROW EXECUTE FUNCTION billing.follow_subscription();
CREATE TRIGGER l_follow_later AFTER UPDATE ON billing.subscriptions FOR EACH ROW
    WHEN (OLD.plan_id <> NEW.plan_id OR OLD.status <> NEW.status) EXECUTE FUNCTION billing.follow_subscription();
-- One subscription runs at a time.
CREATE FUNCTION billing.check_subscription() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM businesses.businesses b WHERE b.id = NEW.business_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM billing.subscriptions s WHERE s.business_id = NEW.business_id AND s.id <> NEW.id AND s.status IN ('trialing', 'active', 'past_due', 'paused')) THEN
        PERFORM platform.refuse('status', 'must be an ended one: another subscription of the business runs.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.check_subscription() OWNER TO thorbis_definer;
CREATE TRIGGER j_running BEFORE INSERT ON billing.subscriptions FOR EACH ROW WHEN (NEW.status IN ('trialing', 'active', 'past_due', 'paused'))
    EXECUTE FUNCTION billing.check_subscription();
CALL platform.stamp_states('billing.subscriptions', 'status', '{"cancelled": {"cancelled_at": "now()"}}');

-- What the business pays for decides what its month includes.
CREATE FUNCTION billing.follow_subscription_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM billing.apply_entitlements(coalesce(NEW.business_id, OLD.business_id));
    RETURN NULL;
END $$;
ALTER FUNCTION billing.follow_subscription_item() OWNER TO thorbis_definer;
CREATE TRIGGER l_follow AFTER INSERT OR UPDATE OR DELETE ON billing.subscription_items FOR EACH ROW EXECUTE FUNCTION billing.follow_subscription_item();

-- A plan's own price goes with that plan.
CREATE FUNCTION billing.check_subscription_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM billing.prices p JOIN billing.subscriptions s ON s.business_id = NEW.business_id AND s.id = NEW.subscription_id
        WHERE p.id = NEW.price_id AND p.plan_id <> s.plan_id) THEN
        PERFORM platform.refuse('price_id', 'must be a price of the subscription''s plan, or of a meter.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.check_subscription_item() OWNER TO thorbis_definer;
CREATE TRIGGER j_price BEFORE INSERT OR UPDATE OF price_id, subscription_id ON billing.subscription_items FOR EACH ROW EXECUTE FUNCTION billing.check_subscription_item();

-- One default means of payment an account: a new one takes the place of the old.
CREATE FUNCTION billing.keep_one_default() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM billing.billing_accounts a WHERE a.id = NEW.billing_account_id FOR NO KEY UPDATE;
    UPDATE billing.payment_methods m SET is_default = false WHERE m.billing_account_id = NEW.billing_account_id AND m.is_default AND m.id <> NEW.id;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.keep_one_default() OWNER TO thorbis_definer;
CREATE TRIGGER j_default BEFORE INSERT OR UPDATE OF is_default, billing_account_id ON billing.payment_methods FOR EACH ROW WHEN (NEW.is_default)
    EXECUTE FUNCTION billing.keep_one_default();
