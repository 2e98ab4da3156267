-- Tip pools: what a day brought in, and each member's share of it.

-- A shift belongs to the member whose share it explains.
CALL platform.require('rest.tip_distributions', 'shift_id',
    'NEW.shift_id IS NULL OR EXISTS (SELECT FROM rest.shifts s WHERE s.business_id = NEW.business_id AND s.id = NEW.shift_id AND s.user_id = NEW.user_id)',
    'must be a shift of this member.', '{user_id,shift_id}');
CALL platform.require('rest.tip_distributions', 'tip_pool_id',
    'NOT EXISTS (SELECT FROM rest.tip_pools t WHERE t.business_id = NEW.business_id AND t.id = NEW.tip_pool_id AND t.status IN (''approved'', ''paid''))',
    'is approved: its shares stand.', '{tip_pool_id,user_id,hours,points}');

-- The tips of one business day, less what was given back of them, times the pool's part, and the gratuities
-- charged. A day ends where the house says, at four in the morning where it says nothing.
CREATE FUNCTION rest.tips_of_day(p_pool rest.tip_pools) RETURNS numeric LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    zone text := coalesce((SELECT l.timezone FROM businesses.locations l WHERE l.business_id = p_pool.business_id AND l.id = p_pool.location_id),
        (SELECT b.timezone FROM businesses.businesses b WHERE b.id = p_pool.business_id), 'UTC');
    said text := (SELECT s.value #>> '{}' FROM businesses.business_settings s WHERE s.business_id = p_pool.business_id AND s.category = 'rest' AND s.key = 'day_ends_at');
    day_ends interval := CASE WHEN said ~ '^([01]?[0-9]|2[0-3]):[0-5][0-9]$' THEN said::interval ELSE interval '4 hours' END;
    day_from timestamptz := (p_pool.business_date + day_ends) AT TIME ZONE zone;
    day_to timestamptz := (p_pool.business_date + 1 + day_ends) AT TIME ZONE zone;
    tips numeric;
    gratuities numeric;
BEGIN
    SELECT coalesce(sum(m.tip_amount - (
        SELECT coalesce(sum(r.tip_amount), 0) FROM rest.refunds r WHERE r.business_id = m.business_id AND r.payment_id = m.id AND r.status = 'completed' AND r.deleted_at IS NULL
    )), 0) INTO tips
    FROM rest.payments m LEFT JOIN rest.orders o ON o.business_id = m.business_id AND o.id = m.order_id
    WHERE m.business_id = p_pool.business_id AND m.paid_at >= day_from AND m.paid_at < day_to AND m.deleted_at IS NULL
        AND m.status IN ('captured', 'partially_refunded', 'refunded') AND (p_pool.location_id IS NULL OR o.location_id = p_pool.location_id);
    SELECT coalesce(sum(s.amount), 0) INTO gratuities
    FROM rest.order_service_charges s JOIN rest.orders o ON o.business_id = s.business_id AND o.id = s.order_id
    WHERE s.business_id = p_pool.business_id AND s.is_gratuity AND s.deleted_at IS NULL AND o.status <> 'cancelled' AND o.deleted_at IS NULL
        AND o.ordered_at >= day_from AND o.ordered_at < day_to AND (p_pool.location_id IS NULL OR o.location_id = p_pool.location_id);
    RETURN platform.money(tips * p_pool.share_rate + gratuities);
END $$;
ALTER FUNCTION rest.tips_of_day(rest.tip_pools) OWNER TO thorbis_definer;

-- An open pool shows what there is as it is written; once calculated its total stands still, and so does
-- what its members were told.
CREATE FUNCTION rest.count_tip_pool() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.status = 'open' OR (OLD.status = 'open' AND NEW.status = 'calculated') THEN
        NEW.total_amount := rest.tips_of_day(NEW);
    END IF;
    IF NEW.status = 'approved' AND NEW.approved_by_id IS NULL THEN
        NEW.approved_by_id := auth.uid();
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.count_tip_pool() OWNER TO thorbis_definer;
CREATE TRIGGER m_count_tip_pool BEFORE INSERT OR UPDATE ON rest.tip_pools FOR EACH ROW EXECUTE FUNCTION rest.count_tip_pool();

-- The shares of a pool add up to its total to the cent, unless nobody worked an hour or has a point.
CREATE FUNCTION rest.tip_shares(p_business uuid, p_pool uuid) RETURNS TABLE (id uuid, amount numeric) LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH weighed AS (
        SELECT d.id, t.total_amount, CASE t.split_method WHEN 'hours' THEN d.hours WHEN 'points' THEN d.points ELSE 1 END AS weight
        FROM rest.tip_pools t JOIN rest.tip_distributions d ON d.business_id = t.business_id AND d.tip_pool_id = t.id
        WHERE t.business_id = p_business AND t.id = p_pool AND d.deleted_at IS NULL
    )
    SELECT w.id, platform.portion(w.total_amount, sum(w.weight) OVER (), sum(w.weight) OVER (ORDER BY w.id) - w.weight, w.weight) FROM weighed w
$$;
ALTER FUNCTION rest.tip_shares(uuid, uuid) OWNER TO thorbis_definer;

CREATE FUNCTION rest.recount_tip_pools(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM rest.tip_pools t WHERE t.business_id = p_business AND t.id = ANY (p_ids) ORDER BY t.id FOR NO KEY UPDATE;
    WITH shares AS MATERIALIZED (
        SELECT s.* FROM unnest(p_ids) AS t (id) CROSS JOIN LATERAL rest.tip_shares(p_business, t.id) AS s
    )
    UPDATE rest.tip_distributions d SET amount = s.amount FROM shares s
    WHERE d.business_id = p_business AND d.id = s.id AND d.amount <> s.amount;
END $$;
ALTER FUNCTION rest.recount_tip_pools(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('rest', 'keep_tips_from_tip_distributions', 'recount_tip_pools', 'rest.tip_distributions', 'tip_pool_id', '{tip_pool_id,hours,points}');
CALL platform.keep_from('rest', 'keep_tips_from_tip_pools', 'recount_tip_pools', 'rest.tip_pools', 'id', '{total_amount,split_method}');
CALL platform.note_kept('rest.tip_distributions', '{amount}', '{rest.tip_distributions,rest.tip_pools}',
    'coalesce((SELECT s.%I FROM rest.tip_shares(p.business_id, p.tip_pool_id) s WHERE s.id = p.id), 0)');
