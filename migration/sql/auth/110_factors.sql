CREATE TABLE auth.mfa_factors (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    friendly_name text,
    factor_type text NOT NULL CONSTRAINT mfa_factors_factor_type_check CHECK (factor_type IN ('totp', 'phone', 'webauthn')),
    status text NOT NULL DEFAULT 'unverified' CONSTRAINT mfa_factors_status_check CHECK (status IN ('unverified', 'verified')),
    secret_encrypted bytea,
    encryption_key_id text,
    phone text,
    web_authn_credential jsonb,
    web_authn_aaguid uuid,
    last_challenged_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('auth.mfa_factors', p_read => '{self}', p_self => 'user_id', p_secret => '{secret_encrypted,web_authn_credential}',
    p_audited => false,
    p_flows => '{"status": [["unverified", "verified"]]}');
CALL platform.reference('auth.mfa_factors', 'user_id', 'auth.users', 'cascade');
CREATE INDEX mfa_factors_newest ON auth.mfa_factors (created_at DESC, id);
CREATE UNIQUE INDEX mfa_factors_user_id_friendly_name_key ON auth.mfa_factors (user_id, friendly_name);
COMMENT ON TABLE auth.mfa_factors IS 'A second factor a user has enrolled.';

CREATE TABLE auth.mfa_challenges (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    factor_id uuid NOT NULL,
    ip_address inet NOT NULL,
    otp_code_hash bytea,
    web_authn_session_data jsonb,
    attempt_count integer NOT NULL DEFAULT 0 CONSTRAINT mfa_challenges_attempt_count_range CHECK (attempt_count BETWEEN 0 AND 10),
    expires_at timestamptz NOT NULL,
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('auth.mfa_challenges', p_secret => '{otp_code_hash,web_authn_session_data}', p_audited => false);
CALL platform.reference('auth.mfa_challenges', 'factor_id', 'auth.mfa_factors', 'cascade');
CREATE INDEX mfa_challenges_newest ON auth.mfa_challenges (created_at DESC, id);
CREATE INDEX mfa_challenges_expires_at_idx ON auth.mfa_challenges (expires_at, id);
COMMENT ON TABLE auth.mfa_challenges IS 'One request to prove a second factor.';

CREATE TABLE auth.mfa_recovery_codes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamptz,
    used_from inet,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('auth.mfa_recovery_codes', p_secret => '{code_hash}', p_audited => false);
CALL platform.reference('auth.mfa_recovery_codes', 'user_id', 'auth.users', 'cascade');
CREATE INDEX mfa_recovery_codes_newest ON auth.mfa_recovery_codes (created_at DESC, id);
CREATE UNIQUE INDEX mfa_recovery_codes_user_id_code_hash_key ON auth.mfa_recovery_codes (user_id, code_hash);
COMMENT ON TABLE auth.mfa_recovery_codes IS 'A printed code that replaces a lost second factor once.';

CREATE TABLE auth.one_time_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    token_type text NOT NULL CONSTRAINT one_time_tokens_token_type_check
        CHECK (token_type IN ('confirmation_token', 'reauthentication_token', 'recovery_token', 'email_change_token_new',
            'email_change_token_current', 'phone_change_token')),
    token_hash text NOT NULL,
    relates_to text NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('auth.one_time_tokens', p_secret => '{token_hash}', p_audited => false);
CALL platform.reference('auth.one_time_tokens', 'user_id', 'auth.users', 'cascade');
CREATE INDEX one_time_tokens_newest ON auth.one_time_tokens (created_at DESC, id);
CREATE UNIQUE INDEX one_time_tokens_user_id_token_type_key ON auth.one_time_tokens (user_id, token_type);
CREATE UNIQUE INDEX one_time_tokens_token_hash_key ON auth.one_time_tokens (token_hash);
COMMENT ON TABLE auth.one_time_tokens IS 'A mailed or texted token for confirmation, recovery or a change of address.';
