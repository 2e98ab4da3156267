-- When reports run by themselves, what came of their runs, and exports of data.

CREATE FUNCTION reporting.is_timezone(p_name text) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = '' AS $$
BEGIN
    PERFORM now() AT TIME ZONE p_name;
    RETURN true;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN false;
END $$;

-- The next moment after p_after of something that recurs: every hour, or at a time of day on every day, on a
-- weekday (Monday is 1), on a day of the month or of a quarter's first month (a month too short takes its last
-- day). The clock is the zone's own, so nine o'clock stays nine o'clock when the clocks change.
CREATE FUNCTION reporting.next_occurrence(p_pace text, p_weekday integer, p_day integer, p_time time, p_timezone text, p_after timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT CASE WHEN p_pace = 'hourly' THEN date_trunc('hour', p_after) + interval '1 hour' ELSE (
        SELECT min(c.moment) FROM (
            SELECT (d.day + coalesce(p_time, TIME '08:00')) AT TIME ZONE p_timezone AS moment
            FROM (SELECT (p_after AT TIME ZONE p_timezone)::date AS today) AS t
            CROSS JOIN LATERAL (
                SELECT t.today + n AS day FROM generate_series(0, 8) AS n
                WHERE p_pace = 'daily' OR (p_pace = 'weekly' AND extract(isodow FROM t.today + n) = coalesce(p_weekday, 1))
                UNION ALL
                SELECT least(m.first + coalesce(p_day, 1) - 1, (m.first + interval '1 month')::date - 1)
                FROM (SELECT (date_trunc('month', t.today::timestamp) + n * interval '1 month')::date AS first FROM generate_series(0, 4) AS n) AS m
                WHERE p_pace = 'monthly' OR (p_pace = 'quarterly' AND extract(month FROM m.first) IN (1, 4, 7, 10))
            ) AS d
        ) AS c WHERE c.moment > p_after
    ) END
$$;
GRANT EXECUTE ON FUNCTION reporting.is_timezone(text), reporting.next_occurrence(text, integer, integer, time, text, timestamptz) TO thorbis_definer;
COMMENT ON FUNCTION reporting.next_occurrence(text, integer, integer, time, text, timestamptz) IS 'The next moment after a given one of something that recurs on a zone''s clock.';

CREATE FUNCTION reporting.schedule_report() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT reporting.is_timezone(NEW.timezone) THEN
        PERFORM platform.refuse('timezone', 'is no IANA time zone, such as America/Chicago.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.next_run_at := CASE WHEN NEW.is_active THEN reporting.next_occurrence(NEW.frequency, NEW.weekday, NEW.day_of_month, NEW.run_at, NEW.timezone,
        greatest(now(), NEW.last_run_at)) END;
    RETURN NEW;
END $$;
ALTER FUNCTION reporting.schedule_report() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_next BEFORE INSERT OR UPDATE OF frequency, weekday, day_of_month, run_at, timezone, is_active, last_run_at ON reporting.report_schedules
    FOR EACH ROW EXECUTE FUNCTION reporting.schedule_report();
CALL platform.keep_totals('reporting.report_schedules', $totals${
    "last_run_at": "(SELECT max(c.created_at) FROM reporting.report_runs c WHERE c.business_id = p.business_id AND c.report_schedule_id = p.id)"
}$totals$, '{"reporting.report_runs": ["report_schedule_id"]}');

-- A run by schedule is of that schedule's report.
CREATE FUNCTION reporting.check_report_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.report_definition_id <> (SELECT s.report_definition_id FROM reporting.report_schedules s WHERE s.business_id = NEW.business_id AND s.id = NEW.report_schedule_id) THEN
        PERFORM platform.refuse('report_schedule_id', 'must be a schedule of the report that is run.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION reporting.check_report_run() OWNER TO thorbis_definer;
CREATE TRIGGER j_schedule BEFORE INSERT OR UPDATE OF report_schedule_id, report_definition_id ON reporting.report_runs FOR EACH ROW
    WHEN (NEW.report_schedule_id IS NOT NULL) EXECUTE FUNCTION reporting.check_report_run();
CALL platform.stamp_states('reporting.report_runs', 'status', $stamps${
    "completed": {"finished_at": "now()", "duration_ms": "least(2147483647, greatest(0, extract(epoch FROM clock_timestamp() - NEW.created_at) * 1000))::integer"},
    "failed": {"finished_at": "now()", "duration_ms": "least(2147483647, greatest(0, extract(epoch FROM clock_timestamp() - NEW.created_at) * 1000))::integer"},
    "cancelled": {"finished_at": "now()"}
}$stamps$);

-- An export can be fetched for a week. Data that is ready to leave is noted, as reading it would be.
CALL platform.stamp_states('reporting.data_exports', 'status', '{"ready": {"finished_at": "now()", "expires_at": "now() + interval ''7 days''"},
    "failed": {"finished_at": "now()"}, "cancelled": {"finished_at": "now()"}}');
CREATE FUNCTION reporting.log_export() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO audit.data_access_log (business_id, user_id, entity_type, fields, row_count, purpose)
    VALUES (NEW.business_id, NEW.user_id, NEW.entity_type, NEW.fields, least(coalesce(NEW.row_count, 0), 2147483647)::integer, 'export');
    RETURN NULL;
END $$;
ALTER FUNCTION reporting.log_export() OWNER TO thorbis_definer;
CREATE TRIGGER l_log AFTER INSERT ON reporting.data_exports FOR EACH ROW WHEN (NEW.status = 'ready') EXECUTE FUNCTION reporting.log_export();
CREATE TRIGGER l_log_later AFTER UPDATE ON reporting.data_exports FOR EACH ROW WHEN (NEW.status = 'ready' AND OLD.status <> 'ready')
    EXECUTE FUNCTION reporting.log_export();

-- Only who may export the kind of record asks for it: by a permission of that name where there is one.
CREATE FUNCTION reporting.may_export(p_entity_type text) RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT auth.uid() IS NULL OR coalesce(auth.get_current_role() IN ('owner', 'manager'), false) OR coalesce((
        SELECT coalesce(
            (SELECT bool_and(g.effect = 'allow') FROM permissions.role_permissions g
                JOIN permissions.user_roles u ON u.business_id = g.business_id AND u.role_id = g.role_id
                JOIN permissions.roles r ON r.business_id = g.business_id AND r.id = g.role_id AND r.is_active AND r.deleted_at IS NULL
                WHERE g.business_id = auth.get_current_business_id() AND g.permission_id = p.id AND u.user_id = auth.uid()
                    AND u.valid_from <= now() AND (u.valid_until IS NULL OR u.valid_until > now())),
            auth.get_current_role() = ANY (p.default_roles))
        FROM permissions.permissions p
        WHERE p.schema_name = split_part(p_entity_type, '.', 1) AND p.resource = split_part(p_entity_type, '.', 2) AND p.action = 'export'), false)
$$;
GRANT EXECUTE ON FUNCTION reporting.may_export(text) TO thorbis_definer;
CREATE FUNCTION reporting.check_export() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT reporting.may_export(NEW.entity_type) THEN
        RAISE EXCEPTION 'Exporting these records needs the permission to export them.' USING ERRCODE = 'TB403';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION reporting.check_export() OWNER TO thorbis_definer;
CREATE TRIGGER j_permission BEFORE INSERT OR UPDATE OF entity_type ON reporting.data_exports FOR EACH ROW EXECUTE FUNCTION reporting.check_export();
