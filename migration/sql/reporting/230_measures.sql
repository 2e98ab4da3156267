-- Key figures: what their values set off, and how far goals are.

-- A figure that comes with the platform keeps its key: alerts, goals and benchmarks go by it.
CREATE FUNCTION reporting.keep_built_in() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM platform.refuse('key', 'cannot change: the figure comes with the platform.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    RETURN NEW;
END $$;
CREATE TRIGGER j_built_in BEFORE UPDATE ON reporting.kpi_definitions FOR EACH ROW WHEN (OLD.is_built_in AND OLD.key <> NEW.key)
    EXECUTE FUNCTION reporting.keep_built_in();

-- How far a goal is, from the figure's values for its place, team or person within its time, in the shortest
-- period they are taken for. Money and hours add up; of any other figure the latest values count.
CREATE FUNCTION reporting.goal_value(p_goal reporting.goals) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH fitting AS (
        SELECT s.period, s.period_start, s.value FROM reporting.kpi_snapshots s
        WHERE s.business_id = p_goal.business_id AND s.kpi_definition_id = p_goal.kpi_definition_id
            AND s.period_start BETWEEN p_goal.starts_on AND p_goal.ends_on
            AND s.location_id IS NOT DISTINCT FROM p_goal.location_id
            AND CASE WHEN p_goal.team_id IS NULL THEN s.user_id IS NOT DISTINCT FROM p_goal.user_id
                ELSE s.user_id IN (SELECT m.user_id FROM users.team_members m
                    WHERE m.business_id = p_goal.business_id AND m.team_id = p_goal.team_id AND m.left_on IS NULL) END
    ), chosen AS (
        SELECT f.* FROM fitting f WHERE f.period = (SELECT o.period FROM fitting o
            ORDER BY array_position(ARRAY['day', 'week', 'month', 'quarter', 'year'], o.period) LIMIT 1)
    )
    SELECT greatest(-99999999999999.9999, least(99999999999999.9999, round(coalesce(CASE
        WHEN (SELECT k.unit FROM reporting.kpi_definitions k WHERE k.business_id = p_goal.business_id AND k.id = p_goal.kpi_definition_id) IN ('money', 'hours')
            THEN (SELECT sum(c.value) FROM chosen c)
        ELSE (SELECT avg(c.value) FROM chosen c WHERE c.period_start = (SELECT max(o.period_start) FROM chosen o))
    END, 0), 4)))
$$;
GRANT EXECUTE ON FUNCTION reporting.goal_value(reporting.goals) TO thorbis_definer;
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount)
VALUES ('reporting.goals', 'current_value', '{reporting.kpi_snapshots}', 'reporting.goal_value(p)');

CREATE FUNCTION reporting.begin_goal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.current_value := reporting.goal_value(NEW);
    RETURN NEW;
END $$;
ALTER FUNCTION reporting.begin_goal() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_value BEFORE INSERT OR UPDATE ON reporting.goals FOR EACH ROW EXECUTE FUNCTION reporting.begin_goal();

-- Goals follow new values of their figure. Their rows are locked first, so that two values at once both count.
CREATE FUNCTION reporting.follow_snapshots() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched uuid[] := ARRAY(SELECT DISTINCT g.id FROM new_rows n
        JOIN reporting.goals g ON g.business_id = n.business_id AND g.kpi_definition_id = n.kpi_definition_id
            AND n.period_start BETWEEN g.starts_on AND g.ends_on AND g.deleted_at IS NULL);
BEGIN
    PERFORM FROM reporting.goals g WHERE g.id = ANY (touched) ORDER BY g.business_id, g.id FOR NO KEY UPDATE;
    UPDATE reporting.goals g SET current_value = reporting.goal_value(g)
    WHERE g.id = ANY (touched) AND g.deleted_at IS NULL AND g.current_value <> reporting.goal_value(g);
    RETURN NULL;
END $$;
ALTER FUNCTION reporting.follow_snapshots() OWNER TO thorbis_definer;
CREATE TRIGGER totals_goals AFTER INSERT ON reporting.kpi_snapshots REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION reporting.follow_snapshots();

-- Whether money adds up is said by the figure's unit.
CREATE FUNCTION reporting.follow_unit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE reporting.goals g SET current_value = reporting.goal_value(g)
    WHERE g.business_id = NEW.business_id AND g.kpi_definition_id = NEW.id AND g.deleted_at IS NULL AND g.current_value <> reporting.goal_value(g);
    RETURN NULL;
END $$;
ALTER FUNCTION reporting.follow_unit() OWNER TO thorbis_definer;
CREATE TRIGGER totals_goals AFTER UPDATE ON reporting.kpi_definitions FOR EACH ROW WHEN (OLD.unit <> NEW.unit) EXECUTE FUNCTION reporting.follow_unit();

-- An alert goes off when a value is past its threshold, or differs by as much from the period before.
CREATE FUNCTION reporting.trigger_kpi_alerts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    earlier numeric := (SELECT s.value FROM reporting.kpi_snapshots s
        WHERE s.business_id = NEW.business_id AND s.kpi_definition_id = NEW.kpi_definition_id AND s.period = NEW.period AND s.user_id IS NULL
            AND s.location_id IS NOT DISTINCT FROM NEW.location_id AND s.period_start < NEW.period_start
        ORDER BY s.period_start DESC LIMIT 1);
BEGIN
    UPDATE reporting.kpi_alerts a SET last_triggered_at = now()
    WHERE a.business_id = NEW.business_id AND a.kpi_definition_id = NEW.kpi_definition_id AND a.period = NEW.period AND a.is_active AND a.deleted_at IS NULL
        AND a.location_id IS NOT DISTINCT FROM NEW.location_id
        AND CASE a.comparison WHEN 'above' THEN NEW.value > a.threshold WHEN 'below' THEN NEW.value < a.threshold
            WHEN 'rises_by' THEN NEW.value - earlier >= a.threshold ELSE earlier - NEW.value >= a.threshold END;
    RETURN NULL;
END $$;
ALTER FUNCTION reporting.trigger_kpi_alerts() OWNER TO thorbis_definer;
CREATE TRIGGER l_alerts AFTER INSERT ON reporting.kpi_snapshots FOR EACH ROW WHEN (NEW.user_id IS NULL) EXECUTE FUNCTION reporting.trigger_kpi_alerts();
