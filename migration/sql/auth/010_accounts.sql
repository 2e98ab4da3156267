-- Sign-in accounts in Supabase's shape, their sessions, tokens and keys. No policy lets the gateway in
-- where a card says "nobody": those tables are reached by the functions of sign-in alone.

CREATE TABLE auth.users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    instance_id uuid,
    aud text NOT NULL DEFAULT 'authenticated',
    role text NOT NULL DEFAULT 'authenticated',
    email text,
    phone text,
    encrypted_password text,
    email_confirmed_at timestamptz,
    phone_confirmed_at timestamptz,
    confirmed_at timestamptz GENERATED ALWAYS AS (least(email_confirmed_at, phone_confirmed_at)) STORED,
    invited_at timestamptz,
    confirmation_sent_at timestamptz,
    recovery_sent_at timestamptz,
    email_change text,
    email_change_sent_at timestamptz,
    phone_change text,
    phone_change_sent_at timestamptz,
    last_sign_in_at timestamptz,
    raw_app_meta_data jsonb NOT NULL DEFAULT '{}',
    raw_user_meta_data jsonb NOT NULL DEFAULT '{}',
    is_super_admin boolean NOT NULL DEFAULT false,
    is_sso_user boolean NOT NULL DEFAULT false,
    is_anonymous boolean NOT NULL DEFAULT false,
    banned_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT users_phone_key UNIQUE (phone)
);
CREATE UNIQUE INDEX users_email_key ON auth.users (lower(email)) WHERE NOT is_sso_user;
COMMENT ON TABLE auth.users IS 'The sign-in account behind a person.';

CREATE TABLE auth.identities (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
    provider text NOT NULL,
    provider_id text NOT NULL,
    identity_data jsonb NOT NULL DEFAULT '{}',
    email text GENERATED ALWAYS AS (lower(identity_data ->> 'email')) STORED,
    last_sign_in_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT identities_provider_key UNIQUE (provider, provider_id)
);
CREATE INDEX identities_user_id_idx ON auth.identities (user_id);
CREATE INDEX identities_email_idx ON auth.identities (email);
COMMENT ON TABLE auth.identities IS 'An email, phone, social or company login linked to an account.';

CREATE TABLE auth.sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
    aal text NOT NULL DEFAULT 'aal1' CONSTRAINT sessions_aal_check CHECK (aal IN ('aal1', 'aal2', 'aal3')),
    refreshed_at timestamptz,
    not_after timestamptz,
    revoked_at timestamptz,
    user_agent text,
    ip inet,
    tag text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_user_id_idx ON auth.sessions (user_id, created_at);
COMMENT ON TABLE auth.sessions IS 'A signed-in session of a person, with the device it came from.';
COMMENT ON COLUMN auth.sessions.not_after IS 'The moment the session ends, whatever happens.';
COMMENT ON COLUMN auth.sessions.refreshed_at IS 'When its token was last renewed.';

CREATE TABLE auth.refresh_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES auth.sessions ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
    parent_id uuid REFERENCES auth.refresh_tokens ON DELETE SET NULL,
    business_id uuid,
    token_hash bytea NOT NULL,
    revoked boolean NOT NULL DEFAULT false,
    used_at timestamptz,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX refresh_tokens_session_id_idx ON auth.refresh_tokens (session_id);
CREATE INDEX refresh_tokens_user_id_idx ON auth.refresh_tokens (user_id);
CREATE INDEX refresh_tokens_parent_id_idx ON auth.refresh_tokens (parent_id);
CREATE INDEX refresh_tokens_expires_at_idx ON auth.refresh_tokens (expires_at);
COMMENT ON TABLE auth.refresh_tokens IS 'A single-use token that renews a session.';
COMMENT ON COLUMN auth.refresh_tokens.business_id IS 'The business the session works for, carried to the next token.';

CREATE TABLE auth.login_attempts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid REFERENCES auth.users ON DELETE CASCADE,
    login_name text,
    method text NOT NULL CONSTRAINT login_attempts_method_check
        CHECK (method IN ('password', 'magic_link', 'one_time_code', 'oauth', 'sso', 'passkey', 'api_key')),
    outcome text NOT NULL CONSTRAINT login_attempts_outcome_check
        CHECK (outcome IN ('succeeded', 'wrong_credentials', 'second_factor_required', 'second_factor_failed', 'locked', 'blocked')),
    ip_address inet,
    user_agent text,
    request_id uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX login_attempts_user_id_idx ON auth.login_attempts (user_id, created_at);
CREATE INDEX login_attempts_login_name_idx ON auth.login_attempts (login_name, created_at);
CREATE INDEX login_attempts_ip_address_idx ON auth.login_attempts (ip_address, created_at);
COMMENT ON TABLE auth.login_attempts IS 'A try to sign in, good or bad.';
