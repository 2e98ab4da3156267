-- The states of what is watched over, kept and asked for.

CALL platform.stamp_states('audit.security_events', 'status', '{
    "resolved": {"resolved_at": "now()"}, "dismissed": {"resolved_at": "now()"}, "investigating": {"resolved_at": "NULL"}}');
CALL platform.stamp_states('audit.privacy_requests', 'status', '{
    "fulfilled": {"completed_at": "now()"}, "rejected": {"completed_at": "now()"}, "withdrawn": {"completed_at": "now()"}}');
CALL platform.stamp_states('audit.retention_runs', 'status', '{"completed": {"finished_at": "now()"}, "failed": {"finished_at": "now()"}}');
CALL platform.keep_totals('audit.retention_policies', jsonb_build_object(
    'last_run_at', $$(SELECT max(r.started_at) FROM audit.retention_runs r WHERE r.business_id = p.business_id AND r.retention_policy_id = p.id)$$),
    '{"audit.retention_runs": ["retention_policy_id", "started_at"]}');

-- Who read what is written once.
CREATE TRIGGER no_change BEFORE UPDATE ON audit.data_access_log FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.data_access_log FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
