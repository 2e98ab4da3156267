CREATE TABLE integrations.sync_jobs (
    integration_id uuid NOT NULL,
    name text NOT NULL,
    entity_type text NOT NULL,
    remote_entity text NOT NULL,
    direction text NOT NULL DEFAULT 'inbound' CONSTRAINT sync_jobs_direction_check CHECK (direction IN ('inbound', 'outbound', 'both')),
    on_conflict text NOT NULL DEFAULT 'ask' CONSTRAINT sync_jobs_on_conflict_check
        CHECK (on_conflict IN ('local_wins', 'remote_wins', 'newest_wins', 'ask')),
    filter jsonb NOT NULL DEFAULT '{}',
    schedule text,
    is_active boolean NOT NULL DEFAULT true,
    remote_cursor text,
    last_run_at timestamptz,
    next_run_at timestamptz
);
CALL platform.tenant_table('integrations.sync_jobs', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{remote_cursor,last_run_at,next_run_at}');
CALL platform.reference('integrations.sync_jobs', 'integration_id', 'integrations.integration_configs', 'cascade');
CREATE UNIQUE INDEX sync_jobs_integration_id_entity_type_remote_entity_key ON integrations.sync_jobs (business_id, integration_id, entity_type, remote_entity) WHERE deleted_at IS NULL;
CREATE INDEX sync_jobs_next_run_at_idx ON integrations.sync_jobs (business_id, next_run_at, id) WHERE is_active AND deleted_at IS NULL;
COMMENT ON TABLE integrations.sync_jobs IS 'What is kept in step with an outside service, which way and how often.';

CREATE TABLE integrations.field_mappings (
    sync_job_id uuid NOT NULL,
    local_field text NOT NULL,
    remote_field text NOT NULL,
    direction text NOT NULL DEFAULT 'both' CONSTRAINT field_mappings_direction_check CHECK (direction IN ('inbound', 'outbound', 'both')),
    transformation jsonb NOT NULL DEFAULT '{}',
    default_value jsonb,
    is_required boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('integrations.field_mappings', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('integrations.field_mappings', 'sync_job_id', 'integrations.sync_jobs', 'cascade');
CREATE UNIQUE INDEX field_mappings_sync_job_id_local_field_remote_field_key ON integrations.field_mappings (business_id, sync_job_id, local_field, remote_field);
COMMENT ON TABLE integrations.field_mappings IS 'Which local field corresponds to which remote field.';

CREATE TABLE integrations.sync_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    sync_job_id uuid NOT NULL,
    started_by text NOT NULL DEFAULT 'schedule' CONSTRAINT sync_runs_started_by_check CHECK (started_by IN ('schedule', 'member', 'webhook')),
    status text NOT NULL DEFAULT 'running' CONSTRAINT sync_runs_status_check
        CHECK (status IN ('running', 'completed', 'completed_with_errors', 'failed', 'cancelled')),
    read_count integer NOT NULL DEFAULT 0 CONSTRAINT sync_runs_read_count_range CHECK (read_count >= 0),
    created_count integer NOT NULL DEFAULT 0 CONSTRAINT sync_runs_created_count_range CHECK (created_count >= 0),
    updated_count integer NOT NULL DEFAULT 0 CONSTRAINT sync_runs_updated_count_range CHECK (updated_count >= 0),
    skipped_count integer NOT NULL DEFAULT 0 CONSTRAINT sync_runs_skipped_count_range CHECK (skipped_count >= 0),
    failed_count integer NOT NULL DEFAULT 0 CONSTRAINT sync_runs_failed_count_range CHECK (failed_count >= 0),
    cursor_before text,
    cursor_after text,
    error_message text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('integrations.sync_runs', p_read => '{owner_manager}', p_business => 'business_id', p_derived => '{failed_count}', p_audited => false,
    p_flows => '{"status": [["running", "completed"], ["running", "completed_with_errors"], ["running", "failed"], ["running", "cancelled"]]}');
CALL platform.reference('integrations.sync_runs', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('integrations.sync_runs', 'sync_job_id', 'integrations.sync_jobs', 'cascade');
CREATE INDEX sync_runs_newest ON integrations.sync_runs (business_id, created_at DESC, id);
CREATE UNIQUE INDEX sync_runs_sync_job_id_key ON integrations.sync_runs (sync_job_id) WHERE status = 'running';
CREATE INDEX sync_runs_started_at_idx ON integrations.sync_runs (business_id, started_at, id);
COMMENT ON TABLE integrations.sync_runs IS 'One run of a sync job, with what it changed.';

CREATE TABLE integrations.sync_errors (
    sync_run_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT sync_errors_kind_check CHECK (kind IN ('validation', 'mapping', 'conflict', 'permission', 'remote')),
    entity_type text NOT NULL,
    entity_id uuid,
    remote_key text,
    message text NOT NULL,
    local_values jsonb,
    remote_values jsonb,
    status text NOT NULL DEFAULT 'open' CONSTRAINT sync_errors_status_check CHECK (status IN ('open', 'retrying', 'resolved', 'ignored')),
    resolution text CONSTRAINT sync_errors_resolution_check CHECK (resolution IN ('keep_local', 'keep_remote', 'merged')),
    resolved_by_id uuid,
    resolved_at timestamptz
);
CALL platform.tenant_table('integrations.sync_errors', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{sync_run_id,kind,entity_type,entity_id,remote_key,message,local_values,remote_values,resolved_by_id,resolved_at}',
    p_soft_delete => false,
    p_flows => '{"status": [["open", "retrying"], ["open", "resolved"], ["open", "ignored"], ["retrying", "open"], ["retrying", "resolved"],
        ["ignored", "open"]]}');
CALL platform.refuse_rows('integrations.sync_errors');
CALL platform.reference('integrations.sync_errors', 'sync_run_id', 'integrations.sync_runs', 'cascade');
CALL platform.reference('integrations.sync_errors', 'resolved_by_id', 'users.users');
CREATE INDEX sync_errors_status_kind_created_at_idx ON integrations.sync_errors (business_id, status, kind, created_at);
CREATE INDEX sync_errors_entity_type_entity_id_idx ON integrations.sync_errors (business_id, entity_type, entity_id, id);
CREATE INDEX sync_errors_status_newest ON integrations.sync_errors (business_id, status, created_at DESC, id);
COMMENT ON TABLE integrations.sync_errors IS 'A record a sync could not settle, and how it was resolved.';

CREATE TABLE integrations.external_ids (
    integration_id uuid NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    external_type text NOT NULL,
    external_key text NOT NULL,
    external_url text,
    content_hash bytea,
    last_synced_at timestamptz
);
CALL platform.tenant_table('integrations.external_ids', p_derived => '{content_hash,last_synced_at}', p_soft_delete => false);
CALL platform.reference('integrations.external_ids', 'integration_id', 'integrations.integration_configs', 'cascade');
CREATE UNIQUE INDEX external_ids_integration_id_external_type_external_key_key ON integrations.external_ids (business_id, integration_id, external_type, external_key);
CREATE UNIQUE INDEX external_ids_integration_id_entity_type_entity_id_exter_key ON integrations.external_ids (business_id, integration_id, entity_type, entity_id, external_type);
CREATE INDEX external_ids_entity_type_entity_id_idx ON integrations.external_ids (business_id, entity_type, entity_id, id);
COMMENT ON TABLE integrations.external_ids IS 'What a local record is called at an outside service.';

CREATE TABLE integrations.rate_limit_states (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    integration_id uuid NOT NULL,
    bucket text NOT NULL,
    maximum_calls integer NOT NULL CONSTRAINT rate_limit_states_maximum_calls_range CHECK (maximum_calls > 0),
    window_seconds integer NOT NULL CONSTRAINT rate_limit_states_window_seconds_range CHECK (window_seconds > 0),
    remaining_calls integer NOT NULL CONSTRAINT rate_limit_states_remaining_calls_range CHECK (remaining_calls >= 0),
    resets_at timestamptz,
    paused_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('integrations.rate_limit_states', p_read => '{system}', p_business => 'business_id', p_audited => false);
CALL platform.reference('integrations.rate_limit_states', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('integrations.rate_limit_states', 'integration_id', 'integrations.integration_configs', 'cascade');
CREATE INDEX rate_limit_states_newest ON integrations.rate_limit_states (business_id, created_at DESC, id);
CREATE UNIQUE INDEX rate_limit_states_integration_id_bucket_key ON integrations.rate_limit_states (integration_id, bucket);
COMMENT ON TABLE integrations.rate_limit_states IS 'How many calls an outside service still accepts from a business.';

CREATE TABLE integrations.data_imports (
    file_id uuid NOT NULL,
    entity_type text NOT NULL,
    mode text NOT NULL DEFAULT 'create' CONSTRAINT data_imports_mode_check CHECK (mode IN ('create', 'update', 'upsert')),
    matching_fields text[] NOT NULL DEFAULT '{}',
    column_mapping jsonb NOT NULL DEFAULT '{}',
    is_dry_run boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'uploaded' CONSTRAINT data_imports_status_check
        CHECK (status IN ('uploaded', 'validating', 'ready', 'importing', 'completed', 'failed', 'cancelled', 'reverted')),
    row_count integer NOT NULL DEFAULT 0 CONSTRAINT data_imports_row_count_range CHECK (row_count >= 0),
    imported_count integer NOT NULL DEFAULT 0 CONSTRAINT data_imports_imported_count_range CHECK (imported_count >= 0),
    failed_count integer NOT NULL DEFAULT 0 CONSTRAINT data_imports_failed_count_range CHECK (failed_count >= 0),
    error_message text,
    started_at timestamptz,
    finished_at timestamptz
);
CALL platform.tenant_table('integrations.data_imports', p_derived => '{row_count,imported_count,failed_count,error_message,started_at,finished_at}',
    p_flows => '{"status": [["uploaded", "validating"], ["validating", "ready"], ["validating", "failed"], ["ready", "validating"],
        ["ready", "importing"], ["ready", "cancelled"], ["uploaded", "cancelled"], ["importing", "completed"], ["importing", "failed"],
        ["completed", "reverted"]]}');
CALL platform.reference('integrations.data_imports', 'file_id', 'files.files', 'restrict');
CREATE INDEX data_imports_status_created_at_idx ON integrations.data_imports (business_id, status, created_at) WHERE deleted_at IS NULL;
CREATE INDEX data_imports_status_newest ON integrations.data_imports (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE integrations.data_imports IS 'A file of records brought into the business.';

CREATE TABLE integrations.data_import_rows (
    data_import_id uuid NOT NULL,
    row_number integer NOT NULL CONSTRAINT data_import_rows_row_number_range CHECK (row_number >= 1),
    source_values jsonb NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT data_import_rows_status_check
        CHECK (status IN ('pending', 'valid', 'invalid', 'imported', 'skipped', 'reverted')),
    entity_id uuid,
    problems jsonb NOT NULL DEFAULT '[]'
);
CALL platform.tenant_table('integrations.data_import_rows', p_derived => '{status,entity_id,problems}', p_soft_delete => false,
    p_flows => '{"status": [["pending", "valid"], ["pending", "invalid"], ["invalid", "valid"], ["valid", "imported"], ["valid", "skipped"],
        ["imported", "reverted"]]}');
CALL platform.reference('integrations.data_import_rows', 'data_import_id', 'integrations.data_imports', 'cascade');
CREATE UNIQUE INDEX data_import_rows_data_import_id_row_number_key ON integrations.data_import_rows (business_id, data_import_id, row_number);
CREATE INDEX data_import_rows_data_import_id_status_idx ON integrations.data_import_rows (business_id, data_import_id, status, id);
CREATE INDEX data_import_rows_entity_id_idx ON integrations.data_import_rows (business_id, entity_id, id);
CREATE INDEX data_import_rows_status_newest ON integrations.data_import_rows (business_id, status, created_at DESC, id);
COMMENT ON TABLE integrations.data_import_rows IS 'A row of an imported file and what became of it.';
