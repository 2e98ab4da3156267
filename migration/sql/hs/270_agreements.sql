-- Memberships: what is owed under them is laid out as they begin, and follows the jobs and bills it becomes.

-- The end of the term follows from the plan where the client says none.
CREATE FUNCTION hs.begin_agreement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    plan hs.service_plans;
BEGIN
    IF NEW.status = 'active' AND OLD.status = 'draft' AND NEW.ends_on IS NULL THEN
        SELECT * INTO plan FROM hs.service_plans s WHERE s.business_id = NEW.business_id AND s.id = NEW.service_plan_id;
        IF plan.duration_months <= 1200 AND NEW.starts_on < '9000-01-01' THEN
            NEW.ends_on := (NEW.starts_on + make_interval(months => plan.duration_months))::date - 1;
        END IF;
    ELSIF NEW.status = 'cancelled' THEN
        NEW.cancelled_on := coalesce(NEW.cancelled_on, hs.today(NEW.business_id));
        NEW.auto_renews := false;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.begin_agreement() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin BEFORE UPDATE ON hs.service_agreements FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('active', 'cancelled')) EXECUTE FUNCTION hs.begin_agreement();

-- A visit for each month the plan recommends, or one a year; an instalment for each period of the term, the
-- last one by its days. The price is that of one period. A term without an end is laid out for a year, and
-- none for more than five. What a client laid out itself stays alone.
CREATE FUNCTION hs.lay_out_agreement(p_business uuid, p_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    agreement hs.service_agreements;
    term_end date;
    months integer;
BEGIN
    SELECT * INTO STRICT agreement FROM hs.service_agreements a WHERE a.business_id = p_business AND a.id = p_id FOR NO KEY UPDATE;
    IF agreement.starts_on > '9900-01-01' THEN
        RETURN;
    END IF;
    term_end := least(coalesce(agreement.ends_on, (agreement.starts_on + interval '1 year')::date - 1), (agreement.starts_on + interval '5 years')::date - 1);
    IF NOT EXISTS (SELECT FROM hs.service_agreement_visits v WHERE v.business_id = p_business AND v.service_agreement_id = p_id) THEN
        INSERT INTO hs.service_agreement_visits (business_id, service_agreement_id, service_plan_visit_id, due_on)
        SELECT DISTINCT p_business, p_id, v.id, greatest(month.first::date, agreement.starts_on)
        FROM hs.service_plan_visits v
        CROSS JOIN generate_series(date_trunc('month', agreement.starts_on::timestamp), term_end::timestamp, interval '1 month') AS month (first)
        WHERE v.business_id = p_business AND v.service_plan_id = agreement.service_plan_id AND v.deleted_at IS NULL
            AND extract(month FROM month.first)::integer = ANY (CASE WHEN v.recommended_months = '{}' THEN ARRAY[extract(month FROM agreement.starts_on)::integer] ELSE v.recommended_months END)
        ON CONFLICT DO NOTHING;
    END IF;
    IF agreement.price > 0 AND NOT EXISTS (SELECT FROM hs.service_agreement_billings b WHERE b.business_id = p_business AND b.service_agreement_id = p_id) THEN
        months := CASE agreement.billing_frequency WHEN 'monthly' THEN 1 WHEN 'quarterly' THEN 3 WHEN 'semiannual' THEN 6 WHEN 'annual' THEN 12 ELSE 1200 END;
        INSERT INTO hs.service_agreement_billings (business_id, service_agreement_id, due_on, amount)
        SELECT p_business, p_id, period.first, amount.due FROM (
            SELECT (agreement.starts_on + make_interval(months => months * n))::date AS first, (agreement.starts_on + make_interval(months => months * (n + 1)))::date AS next
            FROM generate_series(0, CASE WHEN months = 1200 THEN 0 ELSE 60 / months - 1 END) AS n
        ) AS period
        CROSS JOIN LATERAL (SELECT CASE WHEN period.next - 1 <= term_end OR months = 1200 THEN agreement.price
            ELSE round(agreement.price * (term_end - period.first + 1) / (period.next - period.first), 2) END AS due) AS amount
        WHERE period.first <= term_end AND amount.due > 0
        ON CONFLICT DO NOTHING;
    END IF;
END $$;
ALTER FUNCTION hs.lay_out_agreement(uuid, uuid) OWNER TO thorbis_definer;

CREATE FUNCTION hs.follow_agreement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'active' AND OLD.status = 'draft' THEN
        PERFORM hs.lay_out_agreement(NEW.business_id, NEW.id);
    ELSIF NEW.status IN ('cancelled', 'expired') THEN
        UPDATE hs.service_agreement_visits v SET status = 'skipped'
        WHERE v.business_id = NEW.business_id AND v.service_agreement_id = NEW.id AND v.status = 'due' AND v.deleted_at IS NULL;
    END IF;
    IF NEW.status = 'cancelled' THEN
        UPDATE hs.service_agreement_billings b SET status = 'waived'
        WHERE b.business_id = NEW.business_id AND b.service_agreement_id = NEW.id AND b.status IN ('pending', 'failed') AND b.due_on >= NEW.cancelled_on AND b.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION hs.follow_agreement() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_state AFTER UPDATE ON hs.service_agreements FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION hs.follow_agreement();

-- A visit is scheduled, done and given back with the job that it became.
CREATE FUNCTION hs.follow_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE hs.service_agreement_visits v SET
        status = CASE NEW.status WHEN 'completed' THEN 'completed' WHEN 'cancelled' THEN 'due' ELSE 'scheduled' END,
        completed_on = CASE NEW.status WHEN 'completed' THEN coalesce(v.completed_on, hs.today(NEW.business_id)) ELSE v.completed_on END,
        work_order_id = CASE NEW.status WHEN 'cancelled' THEN NULL ELSE v.work_order_id END
    WHERE v.business_id = NEW.business_id AND v.work_order_id = NEW.id AND v.deleted_at IS NULL
        AND (v.status = CASE NEW.status WHEN 'cancelled' THEN 'scheduled' ELSE 'due' END OR (NEW.status = 'completed' AND v.status = 'scheduled'));
    RETURN NULL;
END $$;
ALTER FUNCTION hs.follow_job() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_state AFTER UPDATE ON hs.work_orders FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('scheduled', 'completed', 'cancelled')) EXECUTE FUNCTION hs.follow_job();

-- The first day of a schedule that is not before another day; null where none is left.
CREATE FUNCTION hs.next_visit(p_frequency text, p_interval integer, p_days integer[], p_starts_on date, p_ends_on date, p_after date) RETURNS date
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    days integer[] := CASE WHEN p_days = '{}' THEN ARRAY[extract(isodow FROM p_starts_on)::integer] ELSE p_days END;
    months bigint := p_interval::bigint * CASE p_frequency WHEN 'yearly' THEN 12 ELSE 1 END;
    first_week date := p_starts_on - extract(isodow FROM p_starts_on)::integer + 1;
    after date := greatest(p_after, p_starts_on);
    past bigint;
    found date;
BEGIN
    -- Nobody plans for the year 9000; a date past the calendar's end would be an error.
    IF after > '9000-01-01' OR months > 6000 THEN
        RETURN CASE WHEN p_starts_on >= p_after AND p_frequency <> 'weekly' THEN p_starts_on END;
    END IF;
    IF p_frequency = 'weekly' THEN
        past := (after - first_week) / 7 / p_interval;
        SELECT min(first_week + ((past + turn) * p_interval * 7)::integer + day - 1) INTO found
        FROM generate_series(0, 1) AS turn CROSS JOIN unnest(days) AS day
        WHERE first_week + ((past + turn) * p_interval * 7)::integer + day - 1 >= after;
    ELSE
        past := ((extract(year FROM after) - extract(year FROM p_starts_on)) * 12 + extract(month FROM after) - extract(month FROM p_starts_on))::bigint / months;
        SELECT min(d) INTO found FROM generate_series(greatest(past - 1, 0), past + 1) AS turn
        CROSS JOIN LATERAL (SELECT (p_starts_on + make_interval(months => (turn * months)::integer))::date AS d) AS at WHERE d >= after;
    END IF;
    RETURN CASE WHEN found <= coalesce(p_ends_on, found) THEN found END;
END $$;
ALTER FUNCTION hs.next_visit(text, integer, integer[], date, date, date) OWNER TO thorbis_definer;

-- The system moves next_visit_on on as it makes the visits; a change of the schedule finds it anew.
CREATE FUNCTION hs.derive_next_visit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.next_visit_on := CASE WHEN NEW.status = 'active' AND NEW.frequency IN ('weekly', 'monthly', 'yearly') AND NEW.interval_count > 0
        THEN hs.next_visit(NEW.frequency, NEW.interval_count, NEW.days_of_week, NEW.starts_on, NEW.ends_on, hs.today(NEW.business_id)) END;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.derive_next_visit() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_next_visit BEFORE INSERT OR UPDATE OF frequency, interval_count, days_of_week, starts_on, ends_on, status ON hs.recurring_jobs
    FOR EACH ROW EXECUTE FUNCTION hs.derive_next_visit();
