-- Private reports, dashboards and views are their creator's, those of a team the team's. What nobody in
-- particular made, such as what comes with the platform, is everybody's.

CREATE FUNCTION reporting.my_team_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT ARRAY(
        SELECT m.team_id FROM users.team_members m
        WHERE m.business_id = auth.get_current_business_id() AND m.user_id = auth.uid() AND (m.left_on IS NULL OR m.left_on > current_date)
        UNION SELECT t.id FROM users.teams t
        WHERE t.business_id = auth.get_current_business_id() AND t.lead_id = auth.uid() AND t.deleted_at IS NULL)
$$;
ALTER FUNCTION reporting.my_team_ids() OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION reporting.my_team_ids() TO thorbis_gateway;
COMMENT ON FUNCTION reporting.my_team_ids() IS 'The teams of the current business that the caller is in or leads.';

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['report_definitions', 'dashboards', 'saved_views'] LOOP
        EXECUTE format($policy$CREATE POLICY visible_to_caller ON reporting.%I AS RESTRICTIVE FOR SELECT TO thorbis_gateway USING (
            visibility = 'business' OR created_by IS NULL OR created_by = (SELECT auth.uid())
            OR (visibility = 'team' AND team_id = ANY ((SELECT reporting.my_team_ids())::uuid[])))$policy$, name);
    END LOOP;
END $$;

-- What belongs to a report or a dashboard is seen by whoever sees that.
CREATE POLICY visible_to_caller ON reporting.dashboard_widgets AS RESTRICTIVE FOR SELECT TO thorbis_gateway
    USING (dashboard_id IN (SELECT d.id FROM reporting.dashboards d));
CREATE POLICY visible_to_caller ON reporting.report_schedules AS RESTRICTIVE FOR SELECT TO thorbis_gateway
    USING (report_definition_id IN (SELECT d.id FROM reporting.report_definitions d));
CREATE POLICY visible_to_caller ON reporting.report_recipients AS RESTRICTIVE FOR SELECT TO thorbis_gateway
    USING (report_schedule_id IN (SELECT s.id FROM reporting.report_schedules s));
-- Nobody adds to, or runs, what they do not see.
CREATE POLICY adds_to_visible ON reporting.dashboard_widgets AS RESTRICTIVE FOR INSERT TO thorbis_gateway
    WITH CHECK (dashboard_id IN (SELECT d.id FROM reporting.dashboards d));
CREATE POLICY adds_to_visible ON reporting.report_schedules AS RESTRICTIVE FOR INSERT TO thorbis_gateway
    WITH CHECK (report_definition_id IN (SELECT d.id FROM reporting.report_definitions d));
CREATE POLICY adds_to_visible ON reporting.report_recipients AS RESTRICTIVE FOR INSERT TO thorbis_gateway
    WITH CHECK (report_schedule_id IN (SELECT s.id FROM reporting.report_schedules s));
CREATE POLICY runs_visible ON reporting.report_runs AS RESTRICTIVE FOR INSERT TO thorbis_gateway
    WITH CHECK (report_definition_id IN (SELECT d.id FROM reporting.report_definitions d));

-- A report that is shared would lose its last reader if another than its creator made it private.
CREATE FUNCTION reporting.check_visibility() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF auth.uid() IS NOT NULL AND OLD.created_by <> auth.uid() THEN
        PERFORM platform.refuse('visibility', 'can be made private by its creator alone.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['report_definitions', 'dashboards', 'saved_views'] LOOP
        EXECUTE format('CREATE TRIGGER j_visibility BEFORE UPDATE ON reporting.%I FOR EACH ROW WHEN (OLD.visibility <> ''private'' AND NEW.visibility = ''private'') EXECUTE FUNCTION reporting.check_visibility()', name);
    END LOOP;
END $$;
