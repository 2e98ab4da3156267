-- What follows from the states of a case's rows, and what belongs together.

-- A case that closes has a day it closed on; one that is taken up again has none.
CREATE FUNCTION investigations.date_closing() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'closed' AND NEW.closed_on IS NULL THEN
        NEW.closed_on := greatest(NEW.opened_on, CURRENT_DATE);
    ELSIF OLD.status = 'closed' AND NEW.status = 'active' AND NEW.closed_on IS NOT DISTINCT FROM OLD.closed_on THEN
        NEW.closed_on := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER k_date_closing BEFORE UPDATE ON investigations.cases FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION investigations.date_closing();
CALL platform.keep_totals('investigations.cases', jsonb_build_object(
    'billed_amount', $$(SELECT least(coalesce(sum(i.total_amount), 0), 9999999999.99) FROM investigations.invoices i
        WHERE i.business_id = p.business_id AND i.case_id = p.id AND i.status NOT IN ('draft', 'voided') AND i.deleted_at IS NULL)$$),
    '{"investigations.invoices": ["case_id", "total_amount", "status"]}');
COMMENT ON COLUMN investigations.cases.billed_amount IS 'The total of its bills that were sent and not voided; kept by the system.';
CREATE TRIGGER y_circle AFTER INSERT OR UPDATE OF parent_case_id ON investigations.cases FOR EACH ROW
    WHEN (NEW.parent_case_id IS NOT NULL) EXECUTE FUNCTION platform.refuse_circle('parent_case_id');

CALL platform.stamp_states('investigations.findings', 'status', '{
    "approved": {"approved_at": "now()", "approved_by_id": "auth.uid()"}}');
CALL platform.stamp_states('investigations.reports', 'status', '{
    "approved": {"approved_at": "now()", "approved_by_id": "auth.uid()"},
    "draft": {"approved_at": "NULL", "approved_by_id": "NULL"},
    "delivered": {"delivered_at": "now()"}}');
CALL platform.keep_totals('investigations.reports', jsonb_build_object(
    'current_version', $$(SELECT coalesce(max(v.version_number), 0) FROM investigations.report_versions v
        WHERE v.business_id = p.business_id AND v.report_id = p.id)$$),
    '{"investigations.report_versions": ["report_id", "version_number"]}');
CALL platform.stamp_states('investigations.case_tasks', 'status', '{
    "done": {"completed_at": "now()"}, "planned": {"completed_at": "NULL"}, "in_progress": {"completed_at": "NULL"},
    "blocked": {"completed_at": "NULL"}, "cancelled": {"completed_at": "NULL"}}');
CALL platform.stamp_states('investigations.corrective_actions', 'status', '{"completed": {"completed_on": "CURRENT_DATE"}}');
CALL platform.stamp_states('investigations.evidence_examinations', 'status', '{
    "completed": {"completed_on": "greatest(NEW.requested_on, CURRENT_DATE)"}, "inconclusive": {"completed_on": "greatest(NEW.requested_on, CURRENT_DATE)"}}');
CALL platform.stamp_states('investigations.background_checks', 'status', '{"completed": {"completed_on": "greatest(NEW.ordered_on, CURRENT_DATE)"}}');

-- The law asks for notice before an adverse action; the day it was sent stays with every later step.
CALL platform.keep_row('investigations.background_checks', '[
    ["pre_notice_sent_on", "CASE WHEN NEW.adverse_action <> ''none'' THEN coalesce(NEW.pre_notice_sent_on, CURRENT_DATE) END"]]');

-- Arguments: the column, and the table of the same case it leads to.
CREATE FUNCTION investigations.check_same_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    other uuid;
BEGIN
    EXECUTE format('SELECT case_id FROM investigations.%I WHERE business_id = $1 AND id = $2', TG_ARGV[1])
        INTO other USING NEW.business_id, (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    IF other <> NEW.case_id THEN
        PERFORM platform.refuse(TG_ARGV[0], 'must belong to the same case.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.check_same_case() OWNER TO thorbis_definer;
DO $$
DECLARE
    entry record;
BEGIN
    FOR entry IN SELECT * FROM (VALUES
        ('allegations', 'case_subject_id', 'case_subjects'), ('findings', 'allegation_id', 'allegations'), ('corrective_actions', 'finding_id', 'findings'),
        ('timeline_events', 'case_subject_id', 'case_subjects'), ('timeline_events', 'evidence_item_id', 'evidence_items'),
        ('interviews', 'case_subject_id', 'case_subjects'), ('statements', 'case_subject_id', 'case_subjects'), ('statements', 'interview_id', 'interviews'),
        ('surveillance_sessions', 'case_subject_id', 'case_subjects'), ('time_entries', 'case_task_id', 'case_tasks'),
        ('time_entries', 'surveillance_session_id', 'surveillance_sessions')) AS v (table_name, column_name, target)
    LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OF case_id, %I ON investigations.%I FOR EACH ROW WHEN (NEW.%I IS NOT NULL) EXECUTE FUNCTION investigations.check_same_case(%L, %L)',
            'j_same_case_' || entry.column_name, entry.column_name, entry.table_name, entry.column_name, entry.column_name, entry.target);
    END LOOP;
END $$;

-- A hold on a case holds its records: it has a hold of the audit behind it for as long as it is active.
CREATE FUNCTION investigations.place_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    hold uuid;
BEGIN
    IF NEW.status = 'active' AND NEW.audit_legal_hold_id IS NULL THEN
        INSERT INTO audit.legal_holds (business_id, name, matter_reference, reason, custodian_id)
        SELECT NEW.business_id, c.case_number || ': ' || NEW.name || ' (' || left(NEW.id::text, 8) || ')', c.case_number, NEW.scope, NEW.issued_by_id
        FROM investigations.cases c WHERE c.business_id = NEW.business_id AND c.id = NEW.case_id RETURNING id INTO hold;
        INSERT INTO audit.legal_hold_items (business_id, legal_hold_id, entity_type, entity_id)
        VALUES (NEW.business_id, hold, 'investigations.cases', NEW.case_id);
        INSERT INTO audit.legal_hold_items (business_id, legal_hold_id, entity_type, entity_id)
        SELECT e.business_id, hold, 'investigations.evidence_items', e.id FROM investigations.evidence_items e
        WHERE e.business_id = NEW.business_id AND e.case_id = NEW.case_id AND e.deleted_at IS NULL;
        NEW.audit_legal_hold_id := hold;
        NEW.issued_on := coalesce(NEW.issued_on, CURRENT_DATE);
    ELSIF NEW.status = 'released' THEN
        UPDATE audit.legal_holds h SET status = 'released', release_reason = 'The hold on the case was released.'
        WHERE h.business_id = NEW.business_id AND h.id = NEW.audit_legal_hold_id AND h.status = 'active' AND h.deleted_at IS NULL;
        NEW.released_on := coalesce(NEW.released_on, greatest(NEW.issued_on, CURRENT_DATE));
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.place_hold() OWNER TO thorbis_definer;
CREATE TRIGGER l_place_hold BEFORE INSERT OR UPDATE OF status ON investigations.legal_holds FOR EACH ROW
    WHEN (NEW.status <> 'draft') EXECUTE FUNCTION investigations.place_hold();
