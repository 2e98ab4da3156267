CREATE TABLE integrations.services (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT services_kind_check
        CHECK (kind IN ('payment', 'accounting', 'email', 'sms', 'calendar', 'maps', 'storage', 'ecommerce', 'delivery', 'payroll', 'crm', 'ai',
            'identity', 'other')),
    description text,
    authentication text NOT NULL CONSTRAINT services_authentication_check
        CHECK (authentication IN ('oauth2', 'api_key', 'basic', 'certificate', 'none')),
    available_scopes text[] NOT NULL DEFAULT '{}',
    is_webhook_capable boolean NOT NULL DEFAULT false,
    is_sync_capable boolean NOT NULL DEFAULT false,
    documentation_url text,
    logo_url text,
    status text NOT NULL DEFAULT 'available' CONSTRAINT services_status_check CHECK (status IN ('beta', 'available', 'deprecated', 'retired')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('integrations.services',
    p_flows => '{"status": [["beta", "available"], ["available", "deprecated"], ["deprecated", "retired"], ["beta", "retired"]]}');
CREATE INDEX services_newest ON integrations.services (created_at DESC, id);
CREATE UNIQUE INDEX services_key_key ON integrations.services (key);
COMMENT ON TABLE integrations.services IS 'An outside service the platform can connect to.';

CREATE TABLE integrations.oauth_connections (
    integration_id uuid NOT NULL,
    external_account_id text,
    external_account_name text,
    scopes text[] NOT NULL DEFAULT '{}',
    access_token_encrypted bytea,
    refresh_token_encrypted bytea,
    state_hash bytea,
    code_verifier_encrypted bytea,
    encryption_key_id text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT oauth_connections_status_check
        CHECK (status IN ('pending', 'connected', 'expired', 'revoked', 'failed')),
    connected_by_id uuid,
    token_expires_at timestamptz,
    last_refreshed_at timestamptz,
    failure_reason text
);
CALL platform.tenant_table('integrations.oauth_connections', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{external_account_id,external_account_name,access_token_encrypted,refresh_token_encrypted,state_hash,code_verifier_encrypted,encryption_key_id,status,connected_by_id,token_expires_at,last_refreshed_at,failure_reason}',
    p_secret => '{access_token_encrypted,refresh_token_encrypted,state_hash,code_verifier_encrypted}',
    p_flows => '{"status": [["pending", "connected"], ["pending", "failed"], ["connected", "expired"], ["connected", "revoked"],
        ["expired", "connected"], ["expired", "revoked"], ["failed", "pending"]]}');
CALL platform.reference('integrations.oauth_connections', 'integration_id', 'integrations.integration_configs', 'cascade');
CALL platform.reference('integrations.oauth_connections', 'connected_by_id', 'users.users');
CREATE UNIQUE INDEX oauth_connections_integration_id_external_account_id_key ON integrations.oauth_connections (business_id, integration_id, external_account_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX oauth_connections_state_hash_key ON integrations.oauth_connections (business_id, state_hash) WHERE deleted_at IS NULL;
CREATE INDEX oauth_connections_status_token_expires_at_idx ON integrations.oauth_connections (business_id, status, token_expires_at, id) WHERE deleted_at IS NULL;
CREATE INDEX oauth_connections_status_newest ON integrations.oauth_connections (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE integrations.oauth_connections IS 'An authorization a business gave the platform at an outside service.';

CREATE TABLE integrations.app_installations (
    api_client_id uuid NOT NULL,
    granted_scopes text[] NOT NULL,
    service_user_id uuid,
    settings jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active' CONSTRAINT app_installations_status_check CHECK (status IN ('active', 'suspended', 'uninstalled')),
    uninstalled_at timestamptz
);
CALL platform.tenant_table('integrations.app_installations', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{service_user_id,uninstalled_at}',
    p_flows => '{"status": [["active", "suspended"], ["suspended", "active"], ["active", "uninstalled"], ["suspended", "uninstalled"]]}');
CALL platform.reference('integrations.app_installations', 'api_client_id', 'auth.api_clients', 'restrict');
CALL platform.reference('integrations.app_installations', 'service_user_id', 'users.users', 'restrict');
CREATE UNIQUE INDEX app_installations_api_client_id_key ON integrations.app_installations (business_id, api_client_id) WHERE status <> 'uninstalled' AND deleted_at IS NULL;
CREATE INDEX app_installations_status_newest ON integrations.app_installations (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE integrations.app_installations IS 'A partner''s application a business has let in, with the scopes it granted.';
