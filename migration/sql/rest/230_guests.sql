-- Reservations, the tables they hold, the waitlist, and what the house knows about its guests.

CALL platform.stamp_states('rest.reservations', 'status', '{"seated": {"seated_at": "now()"}, "completed": {"completed_at": "now()"}, "cancelled": {"cancelled_at": "now()"}}');
CALL platform.stamp_states('rest.waitlist_entries', 'status', '{"notified": {"notified_at": "now()"}, "seated": {"seated_at": "now()"}}');
CALL platform.stamp_states('rest.deliveries', 'status', '{"pending": {"assigned_at": "NULL"}, "assigned": {"assigned_at": "now()"}, "picked_up": {"picked_up_at": "now()"}, "delivered": {"delivered_at": "now()"}}');

-- Whether another party that is still expected, or sits there, has one of these tables in this span.
CREATE FUNCTION rest.table_is_taken(p_business uuid, p_tables uuid[], p_reservation uuid, p_from timestamptz, p_minutes integer) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT EXISTS (
        SELECT FROM rest.reservation_tables t JOIN rest.reservations r ON r.business_id = t.business_id AND r.id = t.reservation_id
        WHERE t.business_id = p_business AND t.table_id = ANY (p_tables) AND t.reservation_id <> p_reservation
            AND r.status IN ('booked', 'confirmed', 'seated') AND r.deleted_at IS NULL
            AND r.reserved_for < p_from + make_interval(mins => p_minutes) AND p_from < r.reserved_for + make_interval(mins => r.duration_minutes)
    )
$$;
ALTER FUNCTION rest.table_is_taken(uuid, uuid[], uuid, timestamptz, integer) OWNER TO thorbis_definer;

-- A table is held by one party at a time: who wants it queues for its lock, and looks then.
CREATE FUNCTION rest.check_reservation_table() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    party rest.reservations;
BEGIN
    PERFORM FROM rest.tables t WHERE t.business_id = NEW.business_id AND t.id = NEW.table_id FOR NO KEY UPDATE;
    SELECT * INTO party FROM rest.reservations r WHERE r.business_id = NEW.business_id AND r.id = NEW.reservation_id;
    IF party.status IN ('booked', 'confirmed', 'seated') AND party.deleted_at IS NULL
        AND rest.table_is_taken(NEW.business_id, ARRAY[NEW.table_id], NEW.reservation_id, party.reserved_for, party.duration_minutes) THEN
        PERFORM platform.refuse('table_id', 'is taken by another party at that time.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_reservation_table() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_table BEFORE INSERT OR UPDATE OF table_id, reservation_id ON rest.reservation_tables FOR EACH ROW EXECUTE FUNCTION rest.check_reservation_table();

-- The same where the party comes at another time, or comes after all.
CREATE FUNCTION rest.check_reservation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    held uuid[];
BEGIN
    SELECT array_agg(t.id) INTO held FROM (
        SELECT t.id FROM rest.tables t WHERE t.business_id = NEW.business_id
            AND t.id IN (SELECT h.table_id FROM rest.reservation_tables h WHERE h.business_id = NEW.business_id AND h.reservation_id = NEW.id)
        ORDER BY t.id FOR NO KEY UPDATE
    ) AS t;
    IF held IS NOT NULL AND rest.table_is_taken(NEW.business_id, held, NEW.id, NEW.reserved_for, NEW.duration_minutes) THEN
        PERFORM platform.refuse('reserved_for', 'is a time at which the table is taken by another party.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_reservation() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_reservation BEFORE UPDATE OF reserved_for, duration_minutes, status, deleted_at ON rest.reservations FOR EACH ROW
    WHEN (NEW.status IN ('booked', 'confirmed', 'seated') AND NEW.deleted_at IS NULL AND ((OLD.reserved_for, OLD.duration_minutes) IS DISTINCT FROM (NEW.reserved_for, NEW.duration_minutes)
        OR OLD.status NOT IN ('booked', 'confirmed', 'seated') OR OLD.deleted_at IS NOT NULL))
    EXECUTE FUNCTION rest.check_reservation();

-- A service takes no more guests at once than it says; who decides that, an owner or a manager, may squeeze a party in.
CREATE FUNCTION rest.check_covers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    most integer;
    expected bigint;
BEGIN
    IF coalesce(auth.get_current_role(), 'owner') IN ('owner', 'manager') THEN
        RETURN NEW;
    END IF;
    SELECT s.maximum_covers INTO most FROM rest.service_periods s WHERE s.business_id = NEW.business_id AND s.id = NEW.service_period_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(r.party_size), 0) INTO expected FROM rest.reservations r
    WHERE r.business_id = NEW.business_id AND r.service_period_id = NEW.service_period_id AND r.id <> NEW.id
        AND r.status IN ('booked', 'confirmed', 'seated') AND r.deleted_at IS NULL
        AND r.reserved_for < NEW.reserved_for + make_interval(mins => NEW.duration_minutes) AND NEW.reserved_for < r.reserved_for + make_interval(mins => r.duration_minutes);
    IF expected + NEW.party_size > most THEN
        PERFORM platform.refuse('party_size', 'is more than the service still takes at that time.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION rest.check_covers() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_covers BEFORE INSERT ON rest.reservations FOR EACH ROW
    WHEN (NEW.service_period_id IS NOT NULL AND NEW.status IN ('booked', 'confirmed', 'seated')) EXECUTE FUNCTION rest.check_covers();
CREATE TRIGGER j_check_more_covers BEFORE UPDATE OF service_period_id, party_size, reserved_for, duration_minutes, deleted_at ON rest.reservations FOR EACH ROW
    WHEN (NEW.service_period_id IS NOT NULL AND NEW.status IN ('booked', 'confirmed', 'seated') AND NEW.deleted_at IS NULL
        AND (OLD.service_period_id, OLD.party_size, OLD.reserved_for, OLD.duration_minutes, OLD.deleted_at)
        IS DISTINCT FROM (NEW.service_period_id, NEW.party_size, NEW.reserved_for, NEW.duration_minutes, NEW.deleted_at))
    EXECUTE FUNCTION rest.check_covers();
CREATE INDEX reservations_service_period_time_idx ON rest.reservations (business_id, service_period_id, reserved_for) WHERE deleted_at IS NULL;

-- A guest's visits are the orders completed for them, in the business's own days.
CREATE FUNCTION rest.guest_figures(p_business uuid, p_customer uuid, OUT visit_count integer, OUT total_spent numeric, OUT last_visit_on date, OUT no_show_count integer)
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT count(*)::integer, platform.money(sum(o.total_amount)),
        max((coalesce(o.completed_at, o.ordered_at) AT TIME ZONE (SELECT b.timezone FROM businesses.businesses b WHERE b.id = p_business))::date),
        (SELECT count(*)::integer FROM rest.reservations r WHERE r.business_id = p_business AND r.customer_id = p_customer AND r.status = 'no_show' AND r.deleted_at IS NULL)
    FROM rest.orders o WHERE o.business_id = p_business AND o.customer_id = p_customer AND o.status = 'completed' AND o.deleted_at IS NULL
$$;
ALTER FUNCTION rest.guest_figures(uuid, uuid) OWNER TO thorbis_definer;

CREATE FUNCTION rest.recount_guests(p_business uuid, p_customers uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM rest.guest_profiles g WHERE g.business_id = p_business AND g.customer_id = ANY (p_customers) AND g.deleted_at IS NULL ORDER BY g.id FOR NO KEY UPDATE;
    UPDATE rest.guest_profiles g SET (visit_count, total_spent, last_visit_on, no_show_count) = ROW (t.visit_count, t.total_spent, t.last_visit_on, t.no_show_count)
    FROM rest.guest_profiles p CROSS JOIN LATERAL rest.guest_figures(p_business, p.customer_id) AS t
    WHERE p.business_id = p_business AND p.customer_id = ANY (p_customers) AND p.deleted_at IS NULL AND g.business_id = p_business AND g.id = p.id
        AND (g.visit_count, g.total_spent, g.last_visit_on, g.no_show_count) IS DISTINCT FROM (t.visit_count, t.total_spent, t.last_visit_on, t.no_show_count);
END $$;
ALTER FUNCTION rest.recount_guests(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('rest', 'keep_guests_from_orders', 'recount_guests', 'rest.orders', 'customer_id', '{customer_id,status,total_amount,completed_at,ordered_at}');
CALL platform.keep_from('rest', 'keep_guests_from_reservations', 'recount_guests', 'rest.reservations', 'customer_id', '{customer_id,status}');
CALL platform.note_kept('rest.guest_profiles', '{visit_count,total_spent,last_visit_on,no_show_count}', '{rest.orders,rest.reservations}',
    '(SELECT t.%I FROM rest.guest_figures(p.business_id, p.customer_id) t)');
CALL platform.count_in_row('rest.guest_profiles', '{visit_count,total_spent,last_visit_on,no_show_count}', '{customer_id,deleted_at}');
