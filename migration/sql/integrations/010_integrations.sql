CREATE TABLE integrations.integration_configs (
    service_name text NOT NULL,
    service_type text NOT NULL,
    config jsonb NOT NULL DEFAULT '{}',
    credentials_encrypted bytea,
    encryption_key_id text,
    status text NOT NULL DEFAULT 'inactive' CONSTRAINT integration_configs_status_check CHECK (status IN ('active', 'inactive', 'error', 'suspended')),
    last_sync_at timestamptz,
    last_error text,
    webhook_url text,
    webhook_secret_encrypted bytea
);
CALL platform.tenant_table('integrations.integration_configs', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false,
    p_derived => '{last_sync_at,last_error,webhook_url,encryption_key_id}', p_secret => '{credentials_encrypted,webhook_secret_encrypted}',
    p_flows => '{"status": [["inactive", "active"], ["active", "inactive"], ["active", "error"], ["error", "active"], ["error", "inactive"], ["active", "suspended"], ["suspended", "active"], ["suspended", "inactive"]]}');
ALTER TABLE integrations.integration_configs ADD CONSTRAINT integration_configs_service_name_key UNIQUE (business_id, service_name);
COMMENT ON TABLE integrations.integration_configs IS 'A business''s connection to an outside service.';
COMMENT ON COLUMN integrations.integration_configs.config IS 'Never a credential.';

CREATE TABLE integrations.webhook_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses.businesses ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    integration_id uuid NOT NULL,
    is_signature_verified boolean NOT NULL DEFAULT false,
    next_retry_at timestamptz,
    event_type text NOT NULL,
    event_id text,
    payload jsonb NOT NULL,
    headers jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'pending' CONSTRAINT webhook_events_status_check CHECK (status IN ('pending', 'processed', 'failed', 'ignored')),
    processed_at timestamptz,
    error_message text,
    retry_count integer NOT NULL DEFAULT 0,
    source_ip inet,
    user_agent text
);
ALTER TABLE integrations.webhook_events
    ADD CONSTRAINT webhook_events_integration_id_fkey FOREIGN KEY (business_id, integration_id)
        REFERENCES integrations.integration_configs (business_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT webhook_events_event_key UNIQUE (integration_id, event_id);
CREATE INDEX webhook_events_integration_id_idx ON integrations.webhook_events (business_id, integration_id, created_at DESC, id);
CREATE INDEX webhook_events_newest ON integrations.webhook_events (business_id, created_at DESC, id);
CREATE INDEX webhook_events_status_idx ON integrations.webhook_events (status, next_retry_at);
CALL platform.platform_table('integrations.webhook_events', p_read => '{owner_manager}', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["pending", "processed"], ["pending", "failed"], ["pending", "ignored"], ["failed", "pending"]]}');
COMMENT ON TABLE integrations.webhook_events IS 'An event an outside service sent to the business.';
COMMENT ON COLUMN integrations.webhook_events.headers IS 'Without authorization, cookies and signatures.';
