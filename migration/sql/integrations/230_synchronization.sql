-- Keeping in step with outside services: what runs and imports did, and what they leave on their jobs.

CALL platform.keep_totals('integrations.sync_jobs', $totals${
    "last_run_at": "(SELECT max(c.started_at) FROM integrations.sync_runs c WHERE c.business_id = p.business_id AND c.sync_job_id = p.id)"
}$totals$, '{"integrations.sync_runs": ["sync_job_id", "started_at"]}');
CALL platform.keep_totals('integrations.sync_runs', $totals${
    "failed_count": "(SELECT count(*)::integer FROM integrations.sync_errors c WHERE c.business_id = p.business_id AND c.sync_run_id = p.id)"
}$totals$, '{"integrations.sync_errors": ["sync_run_id"]}');

-- A job with a schedule is due as soon as it is switched on; the scheduler, which reads the schedule, sets
-- the times after that. Without a schedule it is run by hand.
CREATE FUNCTION integrations.schedule_job() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NOT NEW.is_active OR NEW.schedule IS NULL THEN
        NEW.next_run_at := NULL;
    ELSIF TG_OP = 'INSERT' OR NOT OLD.is_active OR OLD.schedule IS DISTINCT FROM NEW.schedule THEN
        NEW.next_run_at := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER m_derive_next_run BEFORE INSERT OR UPDATE ON integrations.sync_jobs FOR EACH ROW EXECUTE FUNCTION integrations.schedule_job();

-- A run that left errors is not simply completed.
CREATE FUNCTION integrations.end_sync_run() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'completed' AND NEW.failed_count > 0 THEN
        NEW.status := 'completed_with_errors';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_end BEFORE UPDATE ON integrations.sync_runs FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION integrations.end_sync_run();
CALL platform.stamp_states('integrations.sync_runs', 'status', '{"completed": {"finished_at": "now()"}, "completed_with_errors": {"finished_at": "now()"},
    "failed": {"finished_at": "now()"}, "cancelled": {"finished_at": "now()"}}');

-- A run that is over moves its job's cursor, and tells the state of the connection.
CREATE FUNCTION integrations.note_sync_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    connection uuid;
BEGIN
    SELECT j.integration_id INTO connection FROM integrations.sync_jobs j WHERE j.business_id = NEW.business_id AND j.id = NEW.sync_job_id;
    IF NEW.status = 'failed' THEN
        UPDATE integrations.integration_configs c SET status = 'error', last_error = coalesce(NEW.error_message, 'The synchronization failed.')
        WHERE c.business_id = NEW.business_id AND c.id = connection AND c.status IN ('active', 'error');
        RETURN NULL;
    END IF;
    UPDATE integrations.sync_jobs j SET remote_cursor = NEW.cursor_after
    WHERE j.business_id = NEW.business_id AND j.id = NEW.sync_job_id AND NEW.cursor_after IS NOT NULL
        AND j.remote_cursor IS DISTINCT FROM NEW.cursor_after AND j.deleted_at IS NULL;
    UPDATE integrations.integration_configs c SET last_sync_at = greatest(c.last_sync_at, NEW.finished_at),
        status = CASE c.status WHEN 'error' THEN 'active' ELSE c.status END
    WHERE c.business_id = NEW.business_id AND c.id = connection;
    RETURN NULL;
END $$;
ALTER FUNCTION integrations.note_sync_run() OWNER TO thorbis_definer;
CREATE TRIGGER l_note AFTER UPDATE ON integrations.sync_runs FOR EACH ROW
    WHEN (OLD.status = 'running' AND NEW.status IN ('completed', 'completed_with_errors', 'failed')) EXECUTE FUNCTION integrations.note_sync_run();
-- Runs of the past come in as they ended.
CREATE TRIGGER l_note_past AFTER INSERT ON integrations.sync_runs FOR EACH ROW WHEN (NEW.status IN ('completed', 'completed_with_errors'))
    EXECUTE FUNCTION integrations.note_sync_run();

CREATE FUNCTION integrations.check_resolution() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM platform.refuse('resolution', 'must say how it was resolved.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    RETURN NEW;
END $$;
CREATE TRIGGER j_resolution BEFORE INSERT OR UPDATE ON integrations.sync_errors FOR EACH ROW WHEN (NEW.status = 'resolved' AND NEW.resolution IS NULL)
    EXECUTE FUNCTION integrations.check_resolution();
CALL platform.stamp_states('integrations.sync_errors', 'status', '{"resolved": {"resolved_by_id": "auth.uid()", "resolved_at": "now()"},
    "ignored": {"resolved_by_id": "auth.uid()", "resolved_at": "now()"}, "open": {"resolved_by_id": "NULL", "resolved_at": "NULL"}}');

-- What was exchanged last, and when.
CREATE FUNCTION integrations.note_exchange() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.last_synced_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER k_exchange BEFORE UPDATE ON integrations.external_ids FOR EACH ROW WHEN (OLD.content_hash IS DISTINCT FROM NEW.content_hash)
    EXECUTE FUNCTION integrations.note_exchange();

CALL platform.keep_totals('integrations.data_imports', $totals${
    "row_count": "(SELECT count(*)::integer FROM integrations.data_import_rows c WHERE c.business_id = p.business_id AND c.data_import_id = p.id)",
    "imported_count": "(SELECT count(*)::integer FROM integrations.data_import_rows c WHERE c.business_id = p.business_id AND c.data_import_id = p.id AND c.status = 'imported')",
    "failed_count": "(SELECT count(*)::integer FROM integrations.data_import_rows c WHERE c.business_id = p.business_id AND c.data_import_id = p.id AND c.status = 'invalid')"
}$totals$, '{"integrations.data_import_rows": ["data_import_id", "status"]}');
CALL platform.stamp_states('integrations.data_imports', 'status', '{"validating": {"error_message": "NULL"}, "importing": {"started_at": "now()"},
    "completed": {"finished_at": "now()"}, "failed": {"finished_at": "now()"}, "cancelled": {"finished_at": "now()"}}');

-- A window never offers more calls than it has.
ALTER TABLE integrations.rate_limit_states ADD CONSTRAINT rate_limit_states_remaining_calls_maximum_calls_rule CHECK (remaining_calls <= maximum_calls);
