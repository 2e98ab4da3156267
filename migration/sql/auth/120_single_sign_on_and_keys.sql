CREATE TABLE auth.sso_providers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    resource_id text,
    kind text NOT NULL CONSTRAINT sso_providers_kind_check CHECK (kind IN ('saml', 'oidc')),
    name text NOT NULL,
    issuer text,
    metadata_url text CONSTRAINT sso_providers_metadata_url_range CHECK (metadata_url LIKE 'https://%'),
    metadata_xml text,
    client_id text,
    client_secret_encrypted bytea,
    encryption_key_id text,
    attribute_mapping jsonb NOT NULL DEFAULT '{}',
    default_role text NOT NULL DEFAULT 'staff' CONSTRAINT sso_providers_default_role_check CHECK (default_role IN ('manager', 'staff', 'viewer')),
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sso_providers_kind_issuer_client_id_rule CHECK (kind <> 'oidc' OR (issuer IS NOT NULL AND client_id IS NOT NULL))
);
CALL platform.platform_table('auth.sso_providers', p_read => '{owner_manager}', p_write => '{owner}', p_business => 'business_id',
    p_derived => '{encryption_key_id}', p_secret => '{client_secret_encrypted}');
CALL platform.allow_rows('auth.sso_providers');
CALL platform.reference('auth.sso_providers', 'business_id', 'businesses.businesses', 'cascade');
CREATE INDEX sso_providers_newest ON auth.sso_providers (business_id, created_at DESC, id);
CREATE UNIQUE INDEX sso_providers_lower_resource_id_key ON auth.sso_providers (lower(resource_id));
CREATE UNIQUE INDEX sso_providers_name_key ON auth.sso_providers (business_id, name);
COMMENT ON TABLE auth.sso_providers IS 'A business''s own identity provider for single sign-on.';

CREATE TABLE auth.sso_domains (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    sso_provider_id uuid NOT NULL,
    verified_domain_id uuid NOT NULL,
    domain text NOT NULL CONSTRAINT sso_domains_domain_range CHECK (domain = lower(domain)),
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('auth.sso_domains', p_read => '{owner_manager}', p_write => '{owner}', p_business => 'business_id',
    p_derived => '{domain,verified_at}');
CALL platform.allow_rows('auth.sso_domains');
CALL platform.reference('auth.sso_domains', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('auth.sso_domains', 'sso_provider_id', 'auth.sso_providers', 'cascade');
CALL platform.reference('auth.sso_domains', 'verified_domain_id', 'businesses.domains', 'cascade');
CREATE INDEX sso_domains_newest ON auth.sso_domains (business_id, created_at DESC, id);
CREATE UNIQUE INDEX sso_domains_domain_key ON auth.sso_domains (domain) WHERE verified_at IS NOT NULL;
CREATE UNIQUE INDEX sso_domains_sso_provider_id_domain_key ON auth.sso_domains (sso_provider_id, domain);
COMMENT ON TABLE auth.sso_domains IS 'An email domain whose users sign in through a provider.';

CREATE TABLE auth.login_policies (
    second_factor text NOT NULL DEFAULT 'optional' CONSTRAINT login_policies_second_factor_check
        CHECK (second_factor IN ('optional', 'owners_and_managers', 'everyone')),
    is_sso_required boolean NOT NULL DEFAULT false,
    password_minimum_length integer NOT NULL DEFAULT 12 CONSTRAINT login_policies_password_minimum_length_range
        CHECK (password_minimum_length BETWEEN 8 AND 128),
    session_idle_minutes integer NOT NULL DEFAULT 720 CONSTRAINT login_policies_session_idle_minutes_range CHECK (session_idle_minutes > 0),
    session_maximum_hours integer NOT NULL DEFAULT 720 CONSTRAINT login_policies_session_maximum_hours_range CHECK (session_maximum_hours > 0),
    maximum_failed_attempts integer NOT NULL DEFAULT 10 CONSTRAINT login_policies_maximum_failed_attempts_range
        CHECK (maximum_failed_attempts BETWEEN 3 AND 100),
    lockout_minutes integer NOT NULL DEFAULT 15 CONSTRAINT login_policies_lockout_minutes_range CHECK (lockout_minutes > 0),
    device_trust_days integer NOT NULL DEFAULT 30 CONSTRAINT login_policies_device_trust_days_range CHECK (device_trust_days >= 0),
    allowed_email_domains text[] NOT NULL DEFAULT '{}',
    enforced_from timestamptz
);
CALL platform.tenant_table('auth.login_policies', p_read => '{owner}', p_write => '{owner}', p_soft_delete => false);
CREATE UNIQUE INDEX login_policies_business_id_key ON auth.login_policies (business_id);
COMMENT ON TABLE auth.login_policies IS 'How members of a business must sign in.';

CREATE TABLE auth.api_clients (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    name text NOT NULL,
    description text,
    kind text NOT NULL DEFAULT 'internal' CONSTRAINT api_clients_kind_check CHECK (kind IN ('internal', 'partner', 'mobile')),
    contact_email text NOT NULL,
    website text,
    logo_file_id uuid,
    redirect_uris text[] NOT NULL DEFAULT '{}',
    allowed_origins text[] NOT NULL DEFAULT '{}',
    requested_scopes text[] NOT NULL DEFAULT '{}',
    rate_limit_plan_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT api_clients_status_check CHECK (status IN ('pending', 'approved', 'suspended', 'revoked')),
    approved_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('auth.api_clients', p_read => '{owner_manager}', p_write => '{owner_manager}', p_business => 'business_id',
    p_derived => '{rate_limit_plan_id,status,approved_at}',
    p_flows => '{"status": [["pending", "approved"], ["pending", "revoked"], ["approved", "suspended"], ["suspended", "approved"],
        ["approved", "revoked"], ["suspended", "revoked"]]}');
CALL platform.allow_rows('auth.api_clients');
CALL platform.reference('auth.api_clients', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('auth.api_clients', 'logo_file_id', 'files.files');
CALL platform.reference('auth.api_clients', 'rate_limit_plan_id', 'platform.rate_limit_plans', 'restrict');
CREATE INDEX api_clients_newest ON auth.api_clients (business_id, created_at DESC, id);
CREATE UNIQUE INDEX api_clients_name_key ON auth.api_clients (business_id, name);
COMMENT ON TABLE auth.api_clients IS 'An application, own or a partner''s, that calls the API.';

CREATE TABLE auth.signing_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key_id text NOT NULL,
    purpose text NOT NULL DEFAULT 'access_token' CONSTRAINT signing_keys_purpose_check CHECK (purpose IN ('access_token', 'file_link', 'webhook')),
    algorithm text NOT NULL DEFAULT 'ES256' CONSTRAINT signing_keys_algorithm_range CHECK (algorithm IN ('ES256', 'RS256', 'EdDSA')),
    public_key_jwk jsonb NOT NULL,
    private_key_reference text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT signing_keys_status_check CHECK (status IN ('pending', 'active', 'retired', 'revoked')),
    activated_at timestamptz,
    retires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('auth.signing_keys', p_read => '{public}', p_secret => '{private_key_reference}', p_audited => false,
    p_flows => '{"status": [["pending", "active"], ["active", "retired"], ["active", "revoked"], ["retired", "revoked"], ["pending", "revoked"]]}');
CREATE INDEX signing_keys_newest ON auth.signing_keys (created_at DESC, id);
CREATE UNIQUE INDEX signing_keys_key_id_key ON auth.signing_keys (key_id);
CREATE UNIQUE INDEX signing_keys_purpose_key ON auth.signing_keys (purpose) WHERE status = 'active';
COMMENT ON TABLE auth.signing_keys IS 'A key pair that signs tokens, published as JWKS.';

CREATE TABLE auth.revoked_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    jwt_id uuid,
    session_id uuid,
    user_id uuid,
    reason text NOT NULL CONSTRAINT revoked_tokens_reason_check
        CHECK (reason IN ('sign_out', 'password_change', 'role_change', 'compromise', 'administrator')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT revoked_tokens_jwt_id_session_id_user_id_rule CHECK (num_nonnulls(jwt_id, session_id, user_id) >= 1)
);
CALL platform.platform_table('auth.revoked_tokens', p_read => '{system}', p_append_only => true, p_audited => false);
CALL platform.reference('auth.revoked_tokens', 'user_id', 'users.users', 'cascade');
CREATE INDEX revoked_tokens_newest ON auth.revoked_tokens (created_at DESC, id);
CREATE UNIQUE INDEX revoked_tokens_jwt_id_key ON auth.revoked_tokens (jwt_id);
CREATE INDEX revoked_tokens_session_id_idx ON auth.revoked_tokens (session_id, id);
CREATE INDEX revoked_tokens_expires_at_idx ON auth.revoked_tokens (expires_at, id);
COMMENT ON TABLE auth.revoked_tokens IS 'An access token refused before it expires.';
