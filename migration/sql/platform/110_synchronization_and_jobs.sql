CREATE TABLE platform.idempotency_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    user_id uuid,
    api_key_id uuid,
    key text NOT NULL,
    operation_name text,
    request_hash bytea NOT NULL,
    response jsonb,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_key_rule CHECK (char_length(key) BETWEEN 8 AND 128)
);
CALL platform.platform_table('platform.idempotency_keys', p_read => '{system}', p_business => 'business_id', p_audited => false);
CALL platform.reference('platform.idempotency_keys', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('platform.idempotency_keys', 'user_id', 'users.users', 'cascade');
CALL platform.reference('platform.idempotency_keys', 'api_key_id', 'auth.api_keys', 'cascade');
CREATE INDEX idempotency_keys_newest ON platform.idempotency_keys (business_id, created_at DESC, id);
CREATE UNIQUE INDEX idempotency_keys_user_id_api_key_id_key_key ON platform.idempotency_keys (business_id, user_id, api_key_id, key) NULLS NOT DISTINCT;
CREATE INDEX idempotency_keys_expires_at_idx ON platform.idempotency_keys (expires_at, id);
COMMENT ON TABLE platform.idempotency_keys IS 'A write request already answered, so that a repeat is harmless.';

CREATE TABLE platform.sync_cursors (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    device_id uuid NOT NULL,
    scope text NOT NULL,
    epoch text NOT NULL,
    cursor text NOT NULL,
    app_schema_version text,
    is_full_sync_needed boolean NOT NULL DEFAULT false,
    pending_changes integer NOT NULL DEFAULT 0 CONSTRAINT sync_cursors_pending_changes_range CHECK (pending_changes >= 0),
    last_pulled_at timestamptz,
    last_pushed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('platform.sync_cursors', p_read => '{self}', p_write => '{self}', p_self => 'user_id', p_business => 'business_id',
    p_derived => '{epoch,cursor,is_full_sync_needed,last_pulled_at,last_pushed_at}');
CALL platform.refuse_rows('platform.sync_cursors');
CALL platform.reference('platform.sync_cursors', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('platform.sync_cursors', 'user_id', 'users.users', 'cascade');
CALL platform.reference('platform.sync_cursors', 'device_id', 'users.user_devices', 'cascade');
CREATE INDEX sync_cursors_newest ON platform.sync_cursors (business_id, created_at DESC, id);
CREATE UNIQUE INDEX sync_cursors_device_id_scope_key ON platform.sync_cursors (business_id, device_id, scope);
COMMENT ON TABLE platform.sync_cursors IS 'How far a device has synced a part of the business''s data.';

CREATE TABLE platform.sync_conflicts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    device_id uuid,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    conflicting_fields text[] NOT NULL,
    base_values jsonb NOT NULL,
    device_values jsonb NOT NULL,
    server_values jsonb NOT NULL,
    status text NOT NULL DEFAULT 'open' CONSTRAINT sync_conflicts_status_check
        CHECK (status IN ('open', 'kept_server', 'kept_device', 'merged', 'discarded')),
    resolved_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('platform.sync_conflicts', p_read => '{self,owner_manager}', p_write => '{self}', p_self => 'user_id',
    p_business => 'business_id', p_derived => '{entity_type,entity_id,conflicting_fields,base_values,device_values,server_values,resolved_at}',
    p_flows => '{"status": [["open", "kept_server"], ["open", "kept_device"], ["open", "merged"], ["open", "discarded"]]}');
CALL platform.refuse_rows('platform.sync_conflicts');
CALL platform.reference('platform.sync_conflicts', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('platform.sync_conflicts', 'user_id', 'users.users', 'cascade');
CALL platform.reference('platform.sync_conflicts', 'device_id', 'users.user_devices');
CREATE INDEX sync_conflicts_newest ON platform.sync_conflicts (business_id, created_at DESC, id);
CREATE INDEX sync_conflicts_status_created_at_idx ON platform.sync_conflicts (business_id, status, created_at);
CREATE INDEX sync_conflicts_entity_type_entity_id_idx ON platform.sync_conflicts (entity_type, entity_id, id);
COMMENT ON TABLE platform.sync_conflicts IS 'An offline change that met a newer one and waits for a choice.';

CREATE TABLE platform.jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid,
    queue text NOT NULL DEFAULT 'default',
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    deduplication_key text,
    priority integer NOT NULL DEFAULT 100 CONSTRAINT jobs_priority_range CHECK (priority BETWEEN 0 AND 1000),
    status text NOT NULL DEFAULT 'queued' CONSTRAINT jobs_status_check CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    run_at timestamptz NOT NULL DEFAULT now(),
    attempt_count integer NOT NULL DEFAULT 0 CONSTRAINT jobs_attempt_count_range CHECK (attempt_count >= 0),
    maximum_attempts integer NOT NULL DEFAULT 10 CONSTRAINT jobs_maximum_attempts_range CHECK (maximum_attempts >= 1),
    locked_by text,
    locked_until timestamptz,
    last_error text,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('platform.jobs', p_read => '{system}', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["queued", "running"], ["queued", "cancelled"], ["running", "succeeded"], ["running", "queued"], ["running", "failed"],
        ["failed", "queued"]]}');
CALL platform.reference('platform.jobs', 'business_id', 'businesses.businesses', 'cascade');
CREATE INDEX jobs_newest ON platform.jobs (business_id, created_at DESC, id);
CREATE UNIQUE INDEX jobs_kind_deduplication_key_key ON platform.jobs (business_id, kind, deduplication_key) NULLS NOT DISTINCT WHERE deduplication_key IS NOT NULL AND status IN ('queued', 'running');
CREATE INDEX jobs_queue_priority_run_at_idx ON platform.jobs (queue, priority, run_at, id) WHERE status = 'queued';
CREATE INDEX jobs_locked_until_idx ON platform.jobs (locked_until, id) WHERE status = 'running';
COMMENT ON TABLE platform.jobs IS 'Work the gateway does in the background.';

CREATE TABLE platform.job_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    job_id uuid NOT NULL,
    attempt_number integer NOT NULL CONSTRAINT job_runs_attempt_number_range CHECK (attempt_number >= 1),
    worker text NOT NULL,
    outcome text NOT NULL CONSTRAINT job_runs_outcome_check CHECK (outcome IN ('succeeded', 'failed', 'timed_out', 'cancelled')),
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    error_message text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT job_runs_finished_at_started_at_rule CHECK (finished_at >= started_at)
);
CALL platform.platform_table('platform.job_runs', p_read => '{system}', p_append_only => true, p_audited => false);
CALL platform.reference('platform.job_runs', 'job_id', 'platform.jobs', 'cascade');
CREATE INDEX job_runs_newest ON platform.job_runs (created_at DESC, id);
CREATE UNIQUE INDEX job_runs_job_id_attempt_number_key ON platform.job_runs (job_id, attempt_number);
CREATE INDEX job_runs_outcome_finished_at_idx ON platform.job_runs (outcome, finished_at, id);
COMMENT ON TABLE platform.job_runs IS 'One attempt at a background job.';
