CREATE TABLE users.users (
    -- Restricted: a person is erased by blanking the row, because others' records refer to it.
    id uuid PRIMARY KEY REFERENCES auth.users ON DELETE RESTRICT,
    first_name text,
    last_name text,
    display_name text,
    avatar_url text,
    email text NOT NULL,
    phone text,
    timezone text DEFAULT 'UTC',
    locale text DEFAULT 'en-US',
    theme text DEFAULT 'dark' CONSTRAINT users_theme_check CHECK (theme IN ('light', 'dark', 'system')),
    status text NOT NULL DEFAULT 'active' CONSTRAINT users_status_check CHECK (status IN ('active', 'inactive', 'suspended')),
    email_verified boolean NOT NULL DEFAULT false,
    phone_verified boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    last_login_at timestamptz,
    deleted_at timestamptz,
    erased_at timestamptz
);
CREATE UNIQUE INDEX users_email_key ON users.users (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX users_newest ON users.users (created_at DESC, id);
COMMENT ON TABLE users.users IS 'A person who signs in, known to every business they work with.';

CREATE TABLE users.business_users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users.users ON DELETE CASCADE,
    business_id uuid NOT NULL REFERENCES businesses.businesses ON DELETE CASCADE,
    role text NOT NULL DEFAULT 'staff' CONSTRAINT business_users_role_check
        CHECK (role IN ('owner', 'manager', 'staff', 'viewer', 'api_partner')),
    permissions jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active' CONSTRAINT business_users_status_check
        CHECK (status IN ('active', 'inactive', 'invited', 'suspended')),
    invited_at timestamptz,
    joined_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid REFERENCES users.users,
    updated_by uuid REFERENCES users.users,
    CONSTRAINT business_users_member_key UNIQUE (business_id, user_id)
);
CREATE INDEX business_users_user_id_idx ON users.business_users (user_id);
CREATE INDEX business_users_role_idx ON users.business_users (business_id, role, status);
CREATE INDEX business_users_newest ON users.business_users (business_id, created_at DESC, id);
COMMENT ON TABLE users.business_users IS 'A person''s membership and role in a business.';

CREATE TABLE users.user_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users.users ON DELETE CASCADE,
    business_id uuid REFERENCES businesses.businesses ON DELETE CASCADE,
    auth_session_id uuid REFERENCES auth.sessions ON DELETE CASCADE,
    session_token_hash bytea NOT NULL,
    device_fingerprint text,
    ip_address inet,
    user_agent text,
    country text,
    region text,
    city text,
    status text NOT NULL DEFAULT 'active' CONSTRAINT user_sessions_status_check CHECK (status IN ('active', 'expired', 'terminated')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    last_activity_at timestamptz DEFAULT now(),
    expires_at timestamptz,
    terminated_at timestamptz,
    CONSTRAINT user_sessions_token_key UNIQUE (session_token_hash)
);
CREATE INDEX user_sessions_user_id_idx ON users.user_sessions (user_id, status, last_activity_at);
CREATE INDEX user_sessions_business_id_idx ON users.user_sessions (business_id);
CREATE INDEX user_sessions_auth_session_id_idx ON users.user_sessions (auth_session_id);
COMMENT ON TABLE users.user_sessions IS 'A signed-in session in a business, with its device and place.';

-- The people of the current business, those who left included: their names stay on their work.
CREATE FUNCTION auth.colleague_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(array_agg(user_id), '{}') FROM users.business_users
    WHERE business_id = auth.get_current_business_id() AND status <> 'invited' AND auth.uid() IS NOT NULL
$$;
ALTER FUNCTION auth.colleague_ids() OWNER TO thorbis_definer;
COMMENT ON FUNCTION auth.colleague_ids() IS 'The people who are or were members of the current business.';

-- The businesses the current person may switch to. A key works in its own, within its scopes.
CREATE FUNCTION auth.my_business_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(array_agg(business_id), '{}') FROM users.business_users
    WHERE user_id = auth.uid() AND status = 'active' AND coalesce(current_setting('app.api_key_id', true), '') = ''
$$;
ALTER FUNCTION auth.my_business_ids() OWNER TO thorbis_definer;
COMMENT ON FUNCTION auth.my_business_ids() IS 'The businesses the current person is an active member of.';
GRANT EXECUTE ON FUNCTION auth.colleague_ids(), auth.my_business_ids() TO thorbis_gateway, thorbis_definer;

-- Who may change whose standing: owners make owners and managers, nobody raises themselves, and a
-- business keeps an owner.
CREATE FUNCTION users.guard_membership() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    acting text := auth.get_current_role();
BEGIN
    -- Without a caller it is the system: sign-up, demo data, support.
    IF acting IS NOT NULL THEN
        IF (NEW.role IN ('owner', 'manager') OR (TG_OP = 'UPDATE' AND OLD.role IN ('owner', 'manager')))
            AND (TG_OP = 'INSERT' OR (NEW.role, NEW.status) IS DISTINCT FROM (OLD.role, OLD.status)) AND acting <> 'owner' THEN
            RAISE EXCEPTION 'Only an owner changes the standing of owners and managers.' USING ERRCODE = 'TB422', HINT = 'role',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.user_id = auth.uid() AND NEW.role <> OLD.role AND acting <> 'owner' THEN
            RAISE EXCEPTION 'Nobody changes their own role.' USING ERRCODE = 'TB422', HINT = 'role',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
        IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.business_id) IS DISTINCT FROM (OLD.user_id, OLD.business_id) THEN
            RAISE EXCEPTION 'A membership stays with its person and business.' USING ERRCODE = 'TB422', HINT = 'user_id',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.role = 'owner' AND OLD.status = 'active' AND (NEW.role <> 'owner' OR NEW.status <> 'active') THEN
        -- Locked, so that two owners cannot leave at the same moment.
        PERFORM FROM users.business_users m WHERE m.business_id = OLD.business_id AND m.role = 'owner' AND m.status = 'active' ORDER BY m.id FOR UPDATE;
        IF NOT EXISTS (SELECT FROM users.business_users m WHERE m.business_id = OLD.business_id AND m.role = 'owner' AND m.status = 'active' AND m.id <> OLD.id) THEN
            RAISE EXCEPTION 'A business keeps at least one active owner.' USING ERRCODE = 'TB422', HINT = 'role',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
        END IF;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION users.guard_membership() OWNER TO thorbis_definer;
CREATE TRIGGER b_guard BEFORE INSERT OR UPDATE ON users.business_users FOR EACH ROW EXECUTE FUNCTION users.guard_membership();

ALTER TABLE businesses.businesses
    ADD CONSTRAINT businesses_created_by_fkey FOREIGN KEY (created_by) REFERENCES users.users,
    ADD CONSTRAINT businesses_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES users.users,
    ADD CONSTRAINT businesses_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES users.users;
CREATE TRIGGER z_logged BEFORE DELETE ON businesses.businesses FOR EACH ROW EXECUTE FUNCTION audit.refuse_deletion('business');
CREATE TRIGGER z_logged BEFORE DELETE ON users.users FOR EACH ROW EXECUTE FUNCTION audit.refuse_deletion('person');

CREATE TABLE auth.api_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses.businesses ON DELETE CASCADE,
    service_user_id uuid NOT NULL REFERENCES users.users ON DELETE RESTRICT,
    name text NOT NULL,
    environment text NOT NULL DEFAULT 'live' CONSTRAINT api_keys_environment_check CHECK (environment IN ('test', 'live')),
    key_prefix text NOT NULL,
    key_hash bytea NOT NULL,
    scopes text[] NOT NULL CONSTRAINT api_keys_scopes_given CHECK (cardinality(scopes) > 0),
    allowed_networks text[] NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active' CONSTRAINT api_keys_status_check CHECK (status IN ('active', 'rotating', 'revoked', 'expired')),
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_reason text,
    last_used_at timestamptz,
    last_used_from inet,
    issued_by_id uuid REFERENCES users.users,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT api_keys_key_prefix_key UNIQUE (key_prefix),
    CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash)
);
CREATE INDEX api_keys_business_id_idx ON auth.api_keys (business_id, created_at DESC, id);
CREATE INDEX api_keys_service_user_id_idx ON auth.api_keys (service_user_id);
CREATE INDEX api_keys_issued_by_id_idx ON auth.api_keys (issued_by_id);
COMMENT ON TABLE auth.api_keys IS 'A key with which a program calls the API in one business.';
COMMENT ON COLUMN auth.api_keys.scopes IS 'What it reaches: "hs.customers:read", "hs:write", "*:read".';
