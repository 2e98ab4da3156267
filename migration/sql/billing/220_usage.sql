-- What a business used, added up by hour, day and month as the events come in. Periods are those of UTC:
-- a month of the platform is the same for everybody.

-- What a meter shows for a period, counted from its events.
CREATE FUNCTION billing.usage_quantity(p_business_id uuid, p_meter_id uuid, p_from timestamptz, p_until timestamptz) RETURNS numeric
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT greatest(-999999999.999, least(999999999.999, coalesce(CASE m.aggregation
        WHEN 'sum' THEN (SELECT sum(e.quantity) FROM billing.usage_events e
            WHERE e.business_id = p_business_id AND e.meter_id = m.id AND e.occurred_at >= p_from AND e.occurred_at < p_until)
        WHEN 'maximum' THEN (SELECT max(e.quantity) FROM billing.usage_events e
            WHERE e.business_id = p_business_id AND e.meter_id = m.id AND e.occurred_at >= p_from AND e.occurred_at < p_until)
        WHEN 'last' THEN (SELECT e.quantity FROM billing.usage_events e
            WHERE e.business_id = p_business_id AND e.meter_id = m.id AND e.occurred_at >= p_from AND e.occurred_at < p_until
            ORDER BY e.occurred_at DESC, e.created_at DESC, e.id LIMIT 1)
        ELSE (SELECT count(DISTINCT coalesce(e.entity_id, e.user_id, e.id)) FROM billing.usage_events e
            WHERE e.business_id = p_business_id AND e.meter_id = m.id AND e.occurred_at >= p_from AND e.occurred_at < p_until)
    END, 0)))
    FROM billing.meters m WHERE m.id = p_meter_id
$$;

CREATE FUNCTION billing.usage_events_in(p_business_id uuid, p_meter_id uuid, p_from timestamptz, p_until timestamptz) RETURNS bigint
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT count(*) FROM billing.usage_events e
    WHERE e.business_id = p_business_id AND e.meter_id = p_meter_id AND e.occurred_at >= p_from AND e.occurred_at < p_until
$$;

-- What a month includes: the prices the business pays for the meter say so, else what it is entitled to.
CREATE FUNCTION billing.included_quantity(p_business_id uuid, p_meter_id uuid) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT least(999999999.999, coalesce(
        (SELECT sum(p.included_quantity * i.quantity) FROM billing.subscription_items i
            JOIN billing.subscriptions s ON s.business_id = i.business_id AND s.id = i.subscription_id JOIN billing.prices p ON p.id = i.price_id
            WHERE i.business_id = p_business_id AND i.removed_at IS NULL AND s.status IN ('trialing', 'active', 'past_due', 'paused') AND p.meter_id = p_meter_id),
        (SELECT max(e.limit_value) FROM billing.effective_entitlements(p_business_id) e JOIN billing.features f ON f.id = e.feature_id
            WHERE f.meter_id = p_meter_id AND e.is_enabled)))
$$;
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES
    ('billing.usage_rollups', 'event_count', '{billing.usage_events}', 'billing.usage_events_in(p.business_id, p.meter_id, p.period_start, p.period_end)'),
    ('billing.usage_rollups', 'quantity', '{billing.usage_events}', 'billing.usage_quantity(p.business_id, p.meter_id, p.period_start, p.period_end)');

-- A rollup counts what is there as it begins.
CREATE FUNCTION billing.begin_usage_rollup() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.event_count := billing.usage_events_in(NEW.business_id, NEW.meter_id, NEW.period_start, NEW.period_end);
    NEW.quantity := billing.usage_quantity(NEW.business_id, NEW.meter_id, NEW.period_start, NEW.period_end);
    IF TG_OP = 'INSERT' THEN
        NEW.included_quantity := CASE NEW.granularity WHEN 'month' THEN billing.included_quantity(NEW.business_id, NEW.meter_id) END;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.begin_usage_rollup() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin BEFORE INSERT ON billing.usage_rollups FOR EACH ROW EXECUTE FUNCTION billing.begin_usage_rollup();
CREATE TRIGGER j_begin_again BEFORE UPDATE OF business_id, meter_id, period_start, period_end ON billing.usage_rollups
    FOR EACH ROW EXECUTE FUNCTION billing.begin_usage_rollup();

-- New events are added to the rollups of their hour, day and month, which are made where they are missing:
-- one that is made here counts these events as it begins. Sums are added to, since a busy month has many
-- events; what is no sum is counted anew.
CREATE FUNCTION billing.roll_up_usage() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    begun uuid[];
BEGIN
    WITH made AS (
        INSERT INTO billing.usage_rollups (business_id, meter_id, granularity, period_start, period_end)
        SELECT DISTINCT e.business_id, e.meter_id, g.granularity, g.starts AT TIME ZONE 'UTC',
            least((g.starts + ('1 ' || g.granularity)::interval) AT TIME ZONE 'UTC', TIMESTAMPTZ '9999-12-31 23:59:59.999999+00')
        FROM new_rows e CROSS JOIN LATERAL (
            SELECT k AS granularity, date_trunc(k, e.occurred_at AT TIME ZONE 'UTC') AS starts FROM unnest(ARRAY['hour', 'day', 'month']) AS k
        ) AS g
        WHERE NOT EXISTS (SELECT FROM billing.usage_rollups r WHERE r.business_id = e.business_id AND r.meter_id = e.meter_id
            AND r.granularity = g.granularity AND r.period_start = g.starts AT TIME ZONE 'UTC')
        ORDER BY 1, 2, 3, 4
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO begun FROM made;
    PERFORM FROM billing.usage_rollups r
    WHERE r.id <> ALL (begun) AND EXISTS (SELECT FROM new_rows e
        WHERE e.business_id = r.business_id AND e.meter_id = r.meter_id AND e.occurred_at >= r.period_start AND e.occurred_at < r.period_end)
    ORDER BY r.business_id, r.id FOR NO KEY UPDATE;
    UPDATE billing.usage_rollups r SET event_count = r.event_count + d.events,
        quantity = CASE WHEN m.aggregation = 'sum' AND abs(r.quantity) + d.size < 999999999 THEN r.quantity + d.total
            ELSE billing.usage_quantity(r.business_id, r.meter_id, r.period_start, r.period_end) END
    FROM billing.meters m, (
        SELECT o.id, count(*) AS events, sum(e.quantity) AS total, sum(abs(e.quantity)) AS size FROM new_rows e
        JOIN billing.usage_rollups o ON o.business_id = e.business_id AND o.meter_id = e.meter_id AND e.occurred_at >= o.period_start AND e.occurred_at < o.period_end
        WHERE o.id <> ALL (begun) GROUP BY o.id
    ) AS d
    WHERE r.id = d.id AND m.id = r.meter_id;
    RETURN NULL;
END $$;
ALTER FUNCTION billing.roll_up_usage() OWNER TO thorbis_definer;
CREATE TRIGGER totals_roll_up_usage AFTER INSERT ON billing.usage_events REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION billing.roll_up_usage();

-- What a rollup's overage costs at the meter's price in the business's own subscription, else at the one on offer.
CREATE FUNCTION billing.overage_amount(p_business_id uuid, p_meter_id uuid, p_overage numeric) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(p_overage, 0) * coalesce(
        (SELECT max(p.unit_amount) FROM billing.subscription_items i JOIN billing.prices p ON p.id = i.price_id
            WHERE i.business_id = p_business_id AND i.removed_at IS NULL AND p.meter_id = p_meter_id AND p.scheme = 'per_unit'),
        (SELECT max(p.unit_amount) FROM billing.prices p WHERE p.meter_id = p_meter_id AND p.scheme = 'per_unit' AND p.is_active), 0)
$$;

-- Whether a month's use is at or past an alert's threshold.
CREATE FUNCTION billing.is_alert_due(p_alert billing.usage_alerts, p_quantity numeric, p_included numeric, p_overage numeric) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(CASE p_alert.threshold_kind
        WHEN 'quantity' THEN p_quantity >= p_alert.threshold_value
        WHEN 'percent_of_included' THEN p_quantity * 100 / nullif(p_included, 0) >= p_alert.threshold_value
        ELSE billing.overage_amount(p_alert.business_id, p_alert.meter_id, p_overage) >= p_alert.threshold_value
    END, false)
$$;
GRANT EXECUTE ON FUNCTION billing.usage_quantity(uuid, uuid, timestamptz, timestamptz), billing.usage_events_in(uuid, uuid, timestamptz, timestamptz),
    billing.included_quantity(uuid, uuid), billing.overage_amount(uuid, uuid, numeric),
    billing.is_alert_due(billing.usage_alerts, numeric, numeric, numeric) TO thorbis_definer;

-- An alert goes off as its threshold is crossed, not while the use stays above it.
CREATE FUNCTION billing.trigger_usage_alerts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    before numeric := CASE WHEN TG_OP = 'UPDATE' THEN OLD.quantity ELSE 0 END;
    before_overage numeric := CASE WHEN TG_OP = 'UPDATE' THEN OLD.overage_quantity ELSE 0 END;
BEGIN
    UPDATE billing.usage_alerts a SET last_triggered_at = now()
    WHERE a.business_id = NEW.business_id AND a.meter_id = NEW.meter_id AND a.is_active AND a.deleted_at IS NULL
        AND billing.is_alert_due(a, NEW.quantity, NEW.included_quantity, NEW.overage_quantity)
        AND NOT billing.is_alert_due(a, before, NEW.included_quantity, before_overage);
    RETURN NULL;
END $$;
ALTER FUNCTION billing.trigger_usage_alerts() OWNER TO thorbis_definer;
CREATE TRIGGER l_alerts AFTER INSERT ON billing.usage_rollups FOR EACH ROW WHEN (NEW.granularity = 'month') EXECUTE FUNCTION billing.trigger_usage_alerts();
CREATE TRIGGER l_alerts_later AFTER UPDATE OF quantity ON billing.usage_rollups FOR EACH ROW
    WHEN (NEW.granularity = 'month' AND OLD.quantity IS DISTINCT FROM NEW.quantity) EXECUTE FUNCTION billing.trigger_usage_alerts();
