-- The periods of a subscription: a payment opens the next one, a failed payment holds it up.

-- The last day of a period that begins on a day.
CREATE FUNCTION courses.period_end(p_start date, p_interval text) RETURNS date LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT least((p_start + CASE p_interval WHEN 'month' THEN interval '1 month' WHEN 'quarter' THEN interval '3 months' ELSE interval '1 year' END)::date - 1,
        DATE '9999-12-31')
$$;
GRANT EXECUTE ON FUNCTION courses.period_end(date, text) TO thorbis_definer;

CREATE FUNCTION courses.begin_subscription() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    days integer := (SELECT o.trial_days FROM courses.course_offers o WHERE o.business_id = NEW.business_id AND o.id = NEW.course_offer_id);
BEGIN
    IF NEW.status = 'trialing' AND NEW.trial_ends_on IS NULL AND days > 0 THEN
        NEW.trial_ends_on := least(NEW.started_on + least(days, 36500) - 1, DATE '9999-12-31');
    END IF;
    NEW.current_period_start := NEW.started_on;
    NEW.current_period_end := CASE WHEN NEW.status = 'trialing' AND NEW.trial_ends_on >= NEW.started_on THEN NEW.trial_ends_on
        ELSE courses.period_end(NEW.started_on, NEW.billing_interval) END;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.begin_subscription() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin BEFORE INSERT ON courses.subscriptions FOR EACH ROW EXECUTE FUNCTION courses.begin_subscription();

-- The first paid period follows the trial.
CREATE FUNCTION courses.end_trial() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.current_period_start := CURRENT_DATE;
    NEW.current_period_end := courses.period_end(NEW.current_period_start, NEW.billing_interval);
    RETURN NEW;
END $$;
ALTER FUNCTION courses.end_trial() OWNER TO thorbis_definer;
CREATE TRIGGER j_end_trial BEFORE UPDATE OF status ON courses.subscriptions FOR EACH ROW WHEN (OLD.status = 'trialing' AND NEW.status = 'active')
    EXECUTE FUNCTION courses.end_trial();
CALL platform.stamp_states('courses.subscriptions', 'status', '{"cancelled": {"cancelled_at": "now()"}}');

CREATE FUNCTION courses.check_subscription() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM courses.payment_methods m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_method_id AND m.customer_id <> NEW.customer_id) THEN
        PERFORM platform.refuse('payment_method_id', 'must be one of the customer''s own.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.check_subscription() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF customer_id, payment_method_id ON courses.subscriptions FOR EACH ROW EXECUTE FUNCTION courses.check_subscription();

-- A payment that falls after the current period opens the next; one for the current period mends a lapse.
CREATE FUNCTION courses.renew_subscription() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    subscription courses.subscriptions;
    paid_on date := coalesce(NEW.due_on, NEW.paid_at::date, CURRENT_DATE);
BEGIN
    SELECT * INTO subscription FROM courses.subscriptions s WHERE s.business_id = NEW.business_id AND s.id = NEW.subscription_id AND s.deleted_at IS NULL FOR NO KEY UPDATE;
    IF subscription.status NOT IN ('active', 'past_due') THEN
        RETURN NULL;
    END IF;
    IF NEW.status = 'failed' THEN
        UPDATE courses.subscriptions SET status = 'past_due' WHERE business_id = NEW.business_id AND id = NEW.subscription_id AND status = 'active';
    ELSIF paid_on > subscription.current_period_end THEN
        UPDATE courses.subscriptions SET status = 'active', current_period_start = least(current_period_end + 1, DATE '9999-12-31'),
            current_period_end = courses.period_end(current_period_end + 1, billing_interval)
        WHERE business_id = NEW.business_id AND id = NEW.subscription_id;
    ELSIF subscription.status = 'past_due' THEN
        UPDATE courses.subscriptions SET status = 'active' WHERE business_id = NEW.business_id AND id = NEW.subscription_id;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION courses.renew_subscription() OWNER TO thorbis_definer;
CREATE TRIGGER renews AFTER INSERT ON courses.payments FOR EACH ROW
    WHEN (NEW.subscription_id IS NOT NULL AND NEW.status IN ('completed', 'failed')) EXECUTE FUNCTION courses.renew_subscription();
CREATE TRIGGER renews_later AFTER UPDATE OF status ON courses.payments FOR EACH ROW
    WHEN (NEW.subscription_id IS NOT NULL AND NEW.status IN ('completed', 'failed') AND OLD.status <> NEW.status) EXECUTE FUNCTION courses.renew_subscription();

COMMENT ON COLUMN courses.subscriptions.current_period_start IS 'The first day of the period that is paid or on trial; kept by the system.';
COMMENT ON COLUMN courses.subscriptions.current_period_end IS 'The last day of the period that is paid or on trial; kept by the system.';
COMMENT ON COLUMN courses.subscriptions.cancelled_at IS 'When it was cancelled; kept by the system.';
