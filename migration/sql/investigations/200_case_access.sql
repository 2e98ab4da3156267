-- Who sees a restricted or privileged case, and with it everything under it: who is assigned to it, who was
-- granted access, its lead, owners and managers. The question is asked the other way round: which cases are
-- closed to the caller. For owners and managers it is none, for the others few.

-- To read, or to write: leave to read is not leave to contribute.
CREATE FUNCTION investigations.closed_case_ids(p_access text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := auth.get_current_business_id();
    person uuid := auth.uid();
BEGIN
    IF auth.get_current_role() IN ('owner', 'manager') THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT c.id FROM investigations.cases c
    WHERE c.business_id = business AND c.confidentiality <> 'standard' AND c.lead_investigator_id IS DISTINCT FROM person
        AND NOT EXISTS (SELECT FROM investigations.case_assignments a WHERE a.business_id = business AND a.case_id = c.id AND a.user_id = person
            AND (a.ended_on IS NULL OR a.ended_on >= CURRENT_DATE))
        AND NOT EXISTS (SELECT FROM investigations.case_access_grants g WHERE g.business_id = business AND g.case_id = c.id AND g.user_id = person
            AND g.deleted_at IS NULL AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())
            AND (p_access = 'read' OR g.access = 'contribute'));
END $$;
ALTER FUNCTION investigations.closed_case_ids(text) OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION investigations.closed_case_ids(text) TO thorbis_gateway;
COMMENT ON FUNCTION investigations.closed_case_ids(text) IS 'The restricted cases of the current business that the current person may not read, or not write.';
CREATE INDEX cases_confidentiality_idx ON investigations.cases (business_id, id) WHERE confidentiality <> 'standard';

-- The rows of a table that belong to those cases, for the tables that refer to it. Nothing is looked up
-- where no case is closed.
CREATE FUNCTION investigations.closed_ids(p_table text, p_access text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    cases uuid[] := ARRAY(SELECT investigations.closed_case_ids(p_access));
BEGIN
    IF cases <> '{}' THEN
        RETURN QUERY EXECUTE format('SELECT id FROM investigations.%I WHERE business_id = $1 AND case_id = ANY ($2)', p_table)
            USING auth.get_current_business_id(), cases;
    END IF;
END $$;
ALTER FUNCTION investigations.closed_ids(text, text) OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION investigations.closed_ids(text, text) TO thorbis_gateway;
COMMENT ON FUNCTION investigations.closed_ids(text, text) IS 'The rows of a table of cases that lie under a case closed to the current person.';

-- Four restrictive policies beside the roles' own. The list is made once a query and asked by its hash.
CREATE PROCEDURE investigations.close_rows(p_table text, p_column text, p_parent text DEFAULT 'cases') LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    condition text := '(%1$I IN (SELECT investigations.closed_ids(%2$L, %3$L))) IS NOT TRUE';
    of_read text;
    of_write text;
BEGIN
    IF p_parent = 'cases' THEN
        condition := '(%1$I IN (SELECT investigations.closed_case_ids(%3$L))) IS NOT TRUE';
    END IF;
    of_read := format(condition, p_column, p_parent, 'read');
    of_write := format(condition, p_column, p_parent, 'write');
    EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE FOR SELECT TO thorbis_gateway USING (%s)', 'open_to_read_by_' || p_column, p_table::regclass, of_read);
    EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE FOR INSERT TO thorbis_gateway WITH CHECK (%s)', 'open_to_insert_by_' || p_column, p_table::regclass, of_write);
    EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE FOR UPDATE TO thorbis_gateway USING (%s) WITH CHECK (%s)', 'open_to_update_by_' || p_column, p_table::regclass, of_write, of_write);
    EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE FOR DELETE TO thorbis_gateway USING (%s)', 'open_to_delete_by_' || p_column, p_table::regclass, of_write);
END $$;

CALL investigations.close_rows('investigations.cases', 'id');
-- Every table of the schema with a case of its own.
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT r.table_name FROM platform.table_rules r WHERE r.schema_name = 'investigations' AND r.kind = 'tenant'
        AND platform.has_column(format('investigations.%I', r.table_name)::regclass, 'case_id') ORDER BY 1
    LOOP
        CALL investigations.close_rows('investigations.' || name, 'case_id');
    END LOOP;
END $$;
-- And those that belong to one through another table.
CALL investigations.close_rows('investigations.conflict_checks', 'case_intake_id', 'case_intakes');
CALL investigations.close_rows('investigations.finding_evidence_items', 'finding_id', 'findings');
CALL investigations.close_rows('investigations.finding_evidence_items', 'evidence_item_id', 'evidence_items');
CALL investigations.close_rows('investigations.evidence_custody_events', 'evidence_item_id', 'evidence_items');
CALL investigations.close_rows('investigations.evidence_examinations', 'evidence_item_id', 'evidence_items');
CALL investigations.close_rows('investigations.interview_participants', 'interview_id', 'interviews');
CALL investigations.close_rows('investigations.surveillance_observations', 'surveillance_session_id', 'surveillance_sessions');
CALL investigations.close_rows('investigations.background_check_searches', 'background_check_id', 'background_checks');
CALL investigations.close_rows('investigations.legal_hold_custodians', 'legal_hold_id', 'legal_holds');
CALL investigations.close_rows('investigations.report_versions', 'report_id', 'reports');
CALL investigations.close_rows('investigations.invoice_items', 'invoice_id', 'invoices');
CALL investigations.close_rows('investigations.payments', 'invoice_id', 'invoices');
CALL investigations.close_rows('investigations.payments', 'retainer_id', 'retainers');
CALL investigations.close_rows('investigations.retainer_transactions', 'retainer_id', 'retainers');

-- Rows two steps away: who sees the row between sees them.
CREATE POLICY open_to_read ON investigations.refunds AS RESTRICTIVE FOR SELECT TO thorbis_gateway
    USING (EXISTS (SELECT FROM investigations.payments p WHERE p.business_id = refunds.business_id AND p.id = refunds.payment_id));
CREATE POLICY open_to_insert ON investigations.refunds AS RESTRICTIVE FOR INSERT TO thorbis_gateway
    WITH CHECK (EXISTS (SELECT FROM investigations.payments p WHERE p.business_id = refunds.business_id AND p.id = refunds.payment_id));
CREATE POLICY open_to_update ON investigations.refunds AS RESTRICTIVE FOR UPDATE TO thorbis_gateway
    USING (EXISTS (SELECT FROM investigations.payments p WHERE p.business_id = refunds.business_id AND p.id = refunds.payment_id))
    WITH CHECK (EXISTS (SELECT FROM investigations.payments p WHERE p.business_id = refunds.business_id AND p.id = refunds.payment_id));
CREATE POLICY open_to_read ON investigations.database_searches AS RESTRICTIVE FOR SELECT TO thorbis_gateway
    USING (background_check_search_id IS NULL OR EXISTS (SELECT FROM investigations.background_check_searches s
        WHERE s.business_id = database_searches.business_id AND s.id = database_searches.background_check_search_id));

-- Confidentiality is decided by who leads the case, an owner or a manager; whoever opens a restricted case
-- is on it, or they would lose sight of it at once.
CREATE FUNCTION investigations.guard_confidentiality() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF auth.get_current_role() IS NULL OR auth.get_current_role() IN ('owner', 'manager') OR OLD.lead_investigator_id = auth.uid()
        OR EXISTS (SELECT FROM investigations.case_assignments a WHERE a.business_id = OLD.business_id AND a.case_id = OLD.id
            AND a.user_id = auth.uid() AND a.role = 'lead' AND a.ended_on IS NULL)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Only the lead of the case, an owner or a manager changes its confidentiality.' USING ERRCODE = 'TB403';
END $$;
ALTER FUNCTION investigations.guard_confidentiality() OWNER TO thorbis_definer;
CREATE TRIGGER j_confidentiality BEFORE UPDATE ON investigations.cases FOR EACH ROW
    WHEN (OLD.confidentiality IS DISTINCT FROM NEW.confidentiality) EXECUTE FUNCTION investigations.guard_confidentiality();

CREATE FUNCTION investigations.assign_opener() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF auth.uid() IS NOT NULL AND auth.get_current_role() NOT IN ('owner', 'manager') AND NEW.lead_investigator_id IS DISTINCT FROM auth.uid() THEN
        INSERT INTO investigations.case_assignments (business_id, case_id, user_id) VALUES (NEW.business_id, NEW.id, auth.uid()) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION investigations.assign_opener() OWNER TO thorbis_definer;
CREATE TRIGGER y_assign_opener AFTER INSERT ON investigations.cases FOR EACH ROW
    WHEN (NEW.confidentiality <> 'standard') EXECUTE FUNCTION investigations.assign_opener();
