-- The files of a closed case are as closed as the case: recordings, statements, evidence and reports.
CREATE FUNCTION investigations.closed_file_ids() RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := auth.get_current_business_id();
    cases uuid[] := ARRAY(SELECT investigations.closed_case_ids('read'));
BEGIN
    IF cases = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT f.id FROM (
        SELECT e.file_id AS id FROM investigations.evidence_items e WHERE e.business_id = business AND e.case_id = ANY (cases)
        UNION ALL SELECT x.report_file_id FROM investigations.evidence_examinations x JOIN investigations.evidence_items e ON e.business_id = x.business_id AND e.id = x.evidence_item_id
            WHERE e.business_id = business AND e.case_id = ANY (cases)
        UNION ALL SELECT v.signature_file_id FROM investigations.evidence_custody_events v JOIN investigations.evidence_items e ON e.business_id = v.business_id AND e.id = v.evidence_item_id
            WHERE e.business_id = business AND e.case_id = ANY (cases)
        UNION ALL SELECT unnest(ARRAY[i.recording_file_id, i.transcript_file_id]) FROM investigations.interviews i WHERE i.business_id = business AND i.case_id = ANY (cases)
        UNION ALL SELECT s.file_id FROM investigations.statements s WHERE s.business_id = business AND s.case_id = ANY (cases)
        UNION ALL SELECT q.response_file_id FROM investigations.record_requests q WHERE q.business_id = business AND q.case_id = ANY (cases)
        UNION ALL SELECT b.consent_file_id FROM investigations.background_checks b WHERE b.business_id = business AND b.case_id = ANY (cases)
        UNION ALL SELECT d.result_file_id FROM investigations.database_searches d WHERE d.business_id = business AND d.case_id = ANY (cases)
        UNION ALL SELECT h.notice_file_id FROM investigations.legal_holds h WHERE h.business_id = business AND h.case_id = ANY (cases)
        UNION ALL SELECT v.file_id FROM investigations.report_versions v JOIN investigations.reports r ON r.business_id = v.business_id AND r.id = v.report_id
            WHERE r.business_id = business AND r.case_id = ANY (cases)
        UNION ALL SELECT t.receipt_file_id FROM investigations.expenses t WHERE t.business_id = business AND t.case_id = ANY (cases)
        UNION ALL SELECT a.file_id FROM files.attachments a WHERE a.business_id = business AND a.entity_type = 'investigations.cases' AND a.entity_id = ANY (cases)
    ) AS f WHERE f.id IS NOT NULL;
END $$;
ALTER FUNCTION investigations.closed_file_ids() OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION investigations.closed_file_ids() TO thorbis_gateway;
COMMENT ON FUNCTION investigations.closed_file_ids() IS 'The files of restricted cases that the current person may not read.';

CREATE POLICY open_case ON files.files AS RESTRICTIVE TO thorbis_gateway
    USING (id NOT IN (SELECT investigations.closed_file_ids())) WITH CHECK (id NOT IN (SELECT investigations.closed_file_ids()));
