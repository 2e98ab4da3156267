CREATE TABLE audit.data_access_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    user_id uuid,
    api_key_id uuid,
    support_access_grant_id uuid,
    entity_type text NOT NULL,
    entity_id uuid,
    fields text[] NOT NULL,
    row_count integer NOT NULL DEFAULT 1 CONSTRAINT data_access_log_row_count_range CHECK (row_count >= 0),
    purpose text,
    operation_name text,
    request_id uuid,
    ip_address inet,
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('audit.data_access_log', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true,
    p_audited => false);
CALL platform.reference('audit.data_access_log', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('audit.data_access_log', 'user_id', 'users.users', 'restrict');
CALL platform.reference('audit.data_access_log', 'api_key_id', 'auth.api_keys', 'restrict');
CALL platform.reference('audit.data_access_log', 'support_access_grant_id', 'permissions.support_access_grants', 'restrict');
CREATE INDEX data_access_log_newest ON audit.data_access_log (business_id, created_at DESC, id);
CREATE INDEX data_access_log_entity_type_entity_id_created_at_idx ON audit.data_access_log (business_id, entity_type, entity_id, created_at);
CREATE INDEX data_access_log_user_id_created_at_idx ON audit.data_access_log (business_id, user_id, created_at);
COMMENT ON TABLE audit.data_access_log IS 'Who read or exported sensitive data.';

CREATE TABLE audit.security_events (
    kind text NOT NULL CONSTRAINT security_events_kind_check
        CHECK (kind IN ('brute_force', 'impossible_travel', 'new_device', 'privilege_change', 'mass_export', 'cross_tenant_attempt', 'token_reuse',
            'chain_mismatch', 'policy_violation')),
    severity text NOT NULL DEFAULT 'medium' CONSTRAINT security_events_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    status text NOT NULL DEFAULT 'open' CONSTRAINT security_events_status_check CHECK (status IN ('open', 'investigating', 'resolved', 'dismissed')),
    user_id uuid,
    api_key_id uuid,
    session_id uuid,
    ip_address inet,
    details jsonb NOT NULL DEFAULT '{}',
    occurrence_count integer NOT NULL DEFAULT 1 CONSTRAINT security_events_occurrence_count_range CHECK (occurrence_count > 0),
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    assigned_to_id uuid,
    resolved_at timestamptz,
    resolution_note text
);
CALL platform.tenant_table('audit.security_events', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{kind,severity,user_id,api_key_id,session_id,ip_address,details,occurrence_count,first_seen_at,last_seen_at,resolved_at}',
    p_soft_delete => false,
    p_flows => '{"status": [["open", "investigating"], ["open", "dismissed"], ["investigating", "resolved"], ["investigating", "dismissed"],
        ["resolved", "investigating"]]}');
CALL platform.refuse_rows('audit.security_events');
CALL platform.reference('audit.security_events', 'user_id', 'users.users');
CALL platform.reference('audit.security_events', 'api_key_id', 'auth.api_keys');
CALL platform.reference('audit.security_events', 'assigned_to_id', 'users.users');
CREATE INDEX security_events_status_severity_last_seen_at_idx ON audit.security_events (business_id, status, severity, last_seen_at, id);
CREATE INDEX security_events_status_newest ON audit.security_events (business_id, status, created_at DESC, id);
COMMENT ON TABLE audit.security_events IS 'Something suspicious, and what was done about it.';

CREATE TABLE audit.data_classifications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    table_name text NOT NULL,
    column_name text NOT NULL,
    sensitivity text NOT NULL DEFAULT 'internal' CONSTRAINT data_classifications_sensitivity_check
        CHECK (sensitivity IN ('public', 'internal', 'confidential', 'restricted')),
    category text NOT NULL CONSTRAINT data_classifications_category_check
        CHECK (category IN ('identity', 'contact', 'financial', 'health', 'location', 'credential', 'behaviour', 'other')),
    on_erasure text NOT NULL DEFAULT 'keep' CONSTRAINT data_classifications_on_erasure_check
        CHECK (on_erasure IN ('keep', 'blank', 'pseudonymise', 'delete_row')),
    is_access_logged boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('audit.data_classifications');
CREATE INDEX data_classifications_newest ON audit.data_classifications (created_at DESC, id);
CREATE UNIQUE INDEX data_classifications_table_name_column_name_key ON audit.data_classifications (table_name, column_name);
COMMENT ON TABLE audit.data_classifications IS 'How sensitive a column is and what erasure does to it.';
