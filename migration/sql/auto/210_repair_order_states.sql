-- What the states of a repair order and its jobs mean for what hangs on them.

-- What names both an order and one of its jobs names a job of that order. One function for all such tables;
-- the argument is the column that is to blame.
CREATE FUNCTION auto.check_job_of_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM auto.repair_order_jobs j WHERE j.business_id = NEW.business_id AND j.id = NEW.repair_order_job_id AND j.repair_order_id <> NEW.repair_order_id) THEN
        PERFORM platform.refuse('repair_order_job_id', 'must be a job of the same repair order.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_job_of_order() OWNER TO thorbis_definer;
DO $$
DECLARE
    child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['customer_concerns', 'repair_order_discounts', 'diagnostic_codes', 'technician_time_entries', 'warranty_claims'] LOOP
        EXECUTE format('CREATE TRIGGER j_check_job BEFORE INSERT OR UPDATE OF repair_order_id, repair_order_job_id ON auto.%I FOR EACH ROW
            WHEN (NEW.repair_order_job_id IS NOT NULL) EXECUTE FUNCTION auto.check_job_of_order()', child);
    END LOOP;
END $$;

CREATE FUNCTION auto.check_labor_line_of_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM auto.repair_order_labor_lines l JOIN auto.repair_order_jobs j ON j.business_id = l.business_id AND j.id = l.repair_order_job_id
        WHERE l.business_id = NEW.business_id AND l.id = NEW.repair_order_labor_line_id
            AND (j.repair_order_id <> NEW.repair_order_id OR j.id <> coalesce(NEW.repair_order_job_id, j.id)))
    THEN
        PERFORM platform.refuse('repair_order_labor_line_id', 'must be a line of the same job.', 'auto', 'technician_time_entries');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_labor_line_of_job() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_labor_line BEFORE INSERT OR UPDATE OF repair_order_id, repair_order_job_id, repair_order_labor_line_id ON auto.technician_time_entries FOR EACH ROW
    WHEN (NEW.repair_order_labor_line_id IS NOT NULL) EXECUTE FUNCTION auto.check_labor_line_of_job();

CREATE FUNCTION auto.check_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM auto.repair_order_authorizations a WHERE a.business_id = NEW.business_id AND a.id = NEW.authorization_id AND a.repair_order_id <> NEW.repair_order_id) THEN
        PERFORM platform.refuse('authorization_id', 'must be a go-ahead for the same repair order.', 'auto', 'repair_order_jobs');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_job() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_authorization BEFORE INSERT OR UPDATE OF repair_order_id, authorization_id ON auto.repair_order_jobs FOR EACH ROW
    WHEN (NEW.authorization_id IS NOT NULL) EXECUTE FUNCTION auto.check_job();

-- A job is done when its parts are in the car, or back, and its work elsewhere has returned.
CREATE FUNCTION auto.check_job_done() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM auto.repair_order_part_lines l WHERE l.business_id = NEW.business_id AND l.repair_order_job_id = NEW.id
        AND l.status NOT IN ('installed', 'returned') AND l.deleted_at IS NULL)
    THEN
        PERFORM platform.refuse('status', 'needs every part of the job to be installed or returned first.', 'auto', 'repair_order_jobs');
    ELSIF EXISTS (SELECT FROM auto.repair_order_sublets s WHERE s.business_id = NEW.business_id AND s.repair_order_job_id = NEW.id
        AND s.status NOT IN ('returned', 'cancelled') AND s.deleted_at IS NULL)
    THEN
        PERFORM platform.refuse('status', 'needs the work of other shops to be returned or cancelled first.', 'auto', 'repair_order_jobs');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_job_done() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_done BEFORE UPDATE ON auto.repair_order_jobs FOR EACH ROW
    WHEN (OLD.status = 'in_progress' AND NEW.status = 'completed') EXECUTE FUNCTION auto.check_job_done();

-- A job that ends: its labor is done, its concerns are resolved. One that is declined lets its parts go.
CREATE FUNCTION auto.follow_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'completed' THEN
        UPDATE auto.repair_order_labor_lines l SET is_completed = true
        WHERE l.business_id = NEW.business_id AND l.repair_order_job_id = NEW.id AND NOT l.is_completed AND l.deleted_at IS NULL;
        UPDATE auto.customer_concerns c SET status = 'resolved'
        WHERE c.business_id = NEW.business_id AND c.repair_order_job_id = NEW.id AND c.status = 'diagnosed' AND c.deleted_at IS NULL;
    ELSE
        UPDATE auto.repair_order_part_lines l SET status = 'quoted'
        WHERE l.business_id = NEW.business_id AND l.repair_order_job_id = NEW.id AND l.status = 'reserved' AND l.deleted_at IS NULL;
        UPDATE auto.customer_concerns c SET status = 'declined'
        WHERE c.business_id = NEW.business_id AND c.repair_order_job_id = NEW.id AND c.status = 'diagnosed' AND c.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION auto.follow_job() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_state AFTER UPDATE ON auto.repair_order_jobs FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('completed', 'declined')) EXECUTE FUNCTION auto.follow_job();

-- The customer is asked: the moment, and what each job cost then, so that a later answer is to that price.
CALL platform.stamp_states('auto.repair_orders', 'status', '{"waiting_approval": {"quote_sent_at": "now()"}}');

CREATE FUNCTION auto.check_order_done() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM auto.repair_order_jobs j WHERE j.business_id = NEW.business_id AND j.repair_order_id = NEW.id
        AND j.status NOT IN ('completed', 'declined') AND j.deleted_at IS NULL)
    THEN
        PERFORM platform.refuse('status', 'needs every job to be completed or declined first.', 'auto', 'repair_orders');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_order_done() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_done BEFORE UPDATE ON auto.repair_orders FOR EACH ROW
    WHEN (OLD.status = 'in_progress' AND NEW.status = 'completed') EXECUTE FUNCTION auto.check_order_done();

-- The shop's own warranty on what a standard job promises, from the day the car is fetched.
CREATE FUNCTION auto.grant_warranties(p_order auto.repair_orders) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO auto.repair_warranties (business_id, repair_order_job_id, vehicle_id, starts_on, expires_on, starts_mileage, expires_mileage)
    SELECT j.business_id, j.id, p_order.vehicle_id, day.today,
        CASE WHEN c.warranty_months BETWEEN 1 AND 1200 THEN (day.today + make_interval(months => c.warranty_months))::date END,
        CASE WHEN c.warranty_miles > 0 AND p_order.mileage_out >= 0 THEN p_order.mileage_out END,
        CASE WHEN c.warranty_miles > 0 AND p_order.mileage_out >= 0 THEN nullif(least(p_order.mileage_out::bigint + c.warranty_miles, 2147483647), p_order.mileage_out)::integer END
    FROM auto.repair_order_jobs j
    JOIN auto.canned_jobs c ON c.business_id = j.business_id AND c.id = j.canned_job_id
    CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE coalesce((SELECT b.timezone FROM businesses.businesses b WHERE b.id = j.business_id), 'UTC'))::date AS today) AS day
    WHERE j.business_id = p_order.business_id AND j.repair_order_id = p_order.id AND j.status = 'completed' AND j.deleted_at IS NULL
        AND (c.warranty_months > 0 OR c.warranty_miles > 0)
        AND NOT EXISTS (SELECT FROM auto.repair_warranties w WHERE w.business_id = j.business_id AND w.repair_order_job_id = j.id AND w.deleted_at IS NULL)
    ON CONFLICT DO NOTHING
$$;
ALTER FUNCTION auto.grant_warranties(auto.repair_orders) OWNER TO thorbis_definer;

CREATE FUNCTION auto.follow_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'waiting_approval' THEN
        UPDATE auto.repair_order_jobs j SET quoted_amount = greatest(j.subtotal, 0)
        WHERE j.business_id = NEW.business_id AND j.repair_order_id = NEW.id AND j.status = 'estimated' AND j.deleted_at IS NULL;
    ELSIF NEW.status = 'delivered' AND NEW.vehicle_id IS NOT NULL THEN
        PERFORM auto.grant_warranties(NEW);
    ELSIF NEW.status = 'cancelled' THEN
        UPDATE auto.repair_order_part_lines l SET status = 'quoted' FROM auto.repair_order_jobs j
        WHERE j.business_id = NEW.business_id AND j.repair_order_id = NEW.id AND l.business_id = j.business_id AND l.repair_order_job_id = j.id
            AND l.status = 'reserved' AND l.deleted_at IS NULL;
        UPDATE auto.technician_time_entries t SET ended_at = now()
        WHERE t.business_id = NEW.business_id AND t.repair_order_id = NEW.id AND t.ended_at IS NULL AND t.started_at < now() AND t.started_at > now() - interval '366 days' AND t.deleted_at IS NULL;
        UPDATE auto.repair_order_sublets s SET status = 'cancelled' FROM auto.repair_order_jobs j
        WHERE j.business_id = NEW.business_id AND j.repair_order_id = NEW.id AND s.business_id = j.business_id AND s.repair_order_job_id = j.id
            AND s.status IN ('planned', 'sent_out') AND s.deleted_at IS NULL;
        UPDATE auto.loaner_agreements a SET status = 'cancelled'
        WHERE a.business_id = NEW.business_id AND a.repair_order_id = NEW.id AND a.status = 'reserved' AND a.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION auto.follow_order() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_state AFTER UPDATE ON auto.repair_orders FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('waiting_approval', 'delivered', 'cancelled')) EXECUTE FUNCTION auto.follow_order();

-- The latest go-ahead is the order's.
CREATE FUNCTION auto.follow_authorization() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE auto.repair_orders o SET customer_authorization = true, authorization_amount = NEW.authorized_amount, authorized_at = NEW.authorized_at
    WHERE o.business_id = NEW.business_id AND o.id = NEW.repair_order_id AND o.deleted_at IS NULL AND NEW.authorized_at >= coalesce(o.authorized_at, NEW.authorized_at)
        AND (o.customer_authorization, o.authorization_amount, o.authorized_at) IS DISTINCT FROM (true, NEW.authorized_amount, NEW.authorized_at);
    RETURN NULL;
END $$;
ALTER FUNCTION auto.follow_authorization() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_authorization AFTER INSERT ON auto.repair_order_authorizations FOR EACH ROW EXECUTE FUNCTION auto.follow_authorization();

-- What a vehicle's visits come to: those after which it was fetched. A visit's day is the one it began on.
CREATE FUNCTION auto.vehicle_figures(p auto.vehicles, OUT total_visits integer, OUT total_spent numeric, OUT last_service_date date, OUT last_mileage integer)
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT count(*)::integer, least(coalesce(sum(o.total_amount), 0), 9999999999.99),
        max((o.created_at AT TIME ZONE (SELECT b.timezone FROM businesses.businesses b WHERE b.id = p.business_id))::date),
        coalesce(max(coalesce(o.mileage_out, o.mileage_in)), 0)
    FROM auto.repair_orders o
    WHERE o.business_id = p.business_id AND o.vehicle_id = p.id AND o.status = 'delivered' AND o.deleted_at IS NULL
$$;
ALTER FUNCTION auto.vehicle_figures(auto.vehicles) OWNER TO thorbis_definer;
CALL platform.keep_totals('auto.vehicles', '{
    "total_visits": "(SELECT f.total_visits FROM auto.vehicle_figures(p) AS f)",
    "total_spent": "(SELECT f.total_spent FROM auto.vehicle_figures(p) AS f)",
    "last_service_date": "(SELECT f.last_service_date FROM auto.vehicle_figures(p) AS f)",
    "last_mileage": "(SELECT f.last_mileage FROM auto.vehicle_figures(p) AS f)"
}', '{"auto.repair_orders": ["vehicle_id", "status", "total_amount", "mileage_in", "mileage_out"]}');
CREATE OR REPLACE FUNCTION auto.recount_vehicles_last_mileage(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM auto.vehicles p WHERE p.business_id = p_business AND p.id = ANY (p_ids) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE auto.vehicles p SET (total_visits, total_spent, last_service_date, last_mileage) = ROW (f.total_visits, f.total_spent, f.last_service_date, f.last_mileage)
    FROM auto.vehicles q CROSS JOIN LATERAL auto.vehicle_figures(q) AS f
    WHERE q.business_id = p_business AND q.id = ANY (p_ids) AND q.deleted_at IS NULL AND p.business_id = q.business_id AND p.id = q.id
        AND (p.total_visits, p.total_spent, p.last_service_date, p.last_mileage) IS DISTINCT FROM (f.total_visits, f.total_spent, f.last_service_date, f.last_mileage);
END $$;
