-- The states of work in the background and of what devices bring along.

CALL platform.stamp_states('platform.sync_conflicts', 'status', '{
    "kept_server": {"resolved_at": "now()"}, "kept_device": {"resolved_at": "now()"}, "merged": {"resolved_at": "now()"}, "discarded": {"resolved_at": "now()"}}');

-- A job that is over, or waits again, is nobody's.
CALL platform.stamp_states('platform.jobs', 'status', '{
    "succeeded": {"finished_at": "now()", "locked_by": "NULL", "locked_until": "NULL"},
    "failed": {"finished_at": "now()", "locked_by": "NULL", "locked_until": "NULL"},
    "cancelled": {"finished_at": "now()", "locked_by": "NULL", "locked_until": "NULL"},
    "queued": {"finished_at": "NULL", "locked_by": "NULL", "locked_until": "NULL"}}');
