-- Signing in and what follows from it. The gateway reaches accounts, tokens and keys through these
-- functions alone; each does one thing and gives back no more than it needs.

-- Too many failures stop further tries: ten for a name from one address, fifty for a name from anywhere
-- (so that a stranger elsewhere does not lock its owner out), a hundred from one address. Several tries
-- in one operation count before they fail.
CREATE FUNCTION auth.count_attempt(p_email text, p_ip inet) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    name text := lower(left(p_email, 320));
    since timestamptz := now() - interval '15 minutes';
    tries integer := coalesce(nullif(current_setting('app.attempts', true), ''), '0')::integer + 1;
    -- A household's IPv6 addresses share their first half. Both ends as plain addresses: an index serves them.
    first_address inet := CASE family(p_ip) WHEN 6 THEN set_masklen(network(set_masklen(p_ip, 64))::inet, 128) ELSE p_ip END;
    last_address inet := CASE family(p_ip) WHEN 6 THEN set_masklen(broadcast(set_masklen(p_ip, 64)), 128) ELSE p_ip END;
    of_name integer;
    of_name_here integer;
    of_address integer;
BEGIN
    PERFORM set_config('app.attempts', tries::text, true);
    SELECT count(*), count(*) FILTER (WHERE p_ip IS NULL OR a.ip_address BETWEEN first_address AND last_address) INTO of_name, of_name_here
    FROM auth.login_attempts a WHERE a.login_name = name AND a.outcome = 'wrong_credentials' AND a.created_at > since;
    SELECT count(*) INTO of_address FROM auth.login_attempts a
    WHERE a.ip_address BETWEEN first_address AND last_address AND a.outcome = 'wrong_credentials' AND a.created_at > since;
    IF tries > 3 OR of_name_here >= 10 OR of_name >= 50 OR of_address >= 100 THEN
        RAISE EXCEPTION 'too many attempts' USING ERRCODE = 'TB429';
    END IF;
END $$;
COMMENT ON FUNCTION auth.count_attempt(text, inet) IS 'Refuses a try to sign in after too many failures.';

-- The hash to check a password against.
CREATE FUNCTION auth.find_sign_in(p_email text, p_ip inet) RETURNS TABLE (user_id uuid, password_hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM auth.count_attempt(p_email, p_ip);
    RETURN QUERY SELECT a.id, a.encrypted_password FROM auth.users a JOIN users.users u ON u.id = a.id
        WHERE lower(a.email) = lower(p_email) AND NOT a.is_sso_user AND a.deleted_at IS NULL AND (a.banned_until IS NULL OR a.banned_until <= now())
            AND u.status = 'active' AND u.deleted_at IS NULL;
END $$;
COMMENT ON FUNCTION auth.find_sign_in(text, inet) IS 'The password hash of an account, unless there were too many failures.';

CREATE FUNCTION auth.note_attempt(p_email text, p_user_id uuid, p_outcome text, p_ip inet, p_user_agent text, p_request_id uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO auth.login_attempts (user_id, login_name, method, outcome, ip_address, user_agent, request_id)
    VALUES (p_user_id, lower(left(p_email, 320)), 'password', p_outcome, p_ip, p_user_agent, p_request_id)
$$;
COMMENT ON FUNCTION auth.note_attempt(text, uuid, text, inet, text, uuid) IS 'Remembers a try to sign in.';

-- The business a session works for: the one asked for, or the only one there is.
CREATE FUNCTION auth.choose_business(p_user_id uuid, p_business_id uuid) RETURNS TABLE (business_id uuid, role text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    RETURN QUERY
        SELECT m.business_id, m.role FROM users.business_users m JOIN businesses.businesses b ON b.id = m.business_id
        WHERE m.user_id = p_user_id AND m.status = 'active' AND b.status = 'active' AND b.deleted_at IS NULL
            AND (m.business_id = p_business_id OR (p_business_id IS NULL AND 1 = (
                SELECT count(*) FROM users.business_users o JOIN businesses.businesses c ON c.id = o.business_id
                WHERE o.user_id = p_user_id AND o.status = 'active' AND c.status = 'active' AND c.deleted_at IS NULL)));
    IF NOT FOUND AND p_business_id IS NOT NULL THEN
        RAISE EXCEPTION 'no membership' USING ERRCODE = 'TB403';
    END IF;
END $$;
COMMENT ON FUNCTION auth.choose_business(uuid, uuid) IS 'The business and role a session starts with.';

CREATE FUNCTION auth.start_session(p_user_id uuid, p_business_id uuid, p_token_hash bytea, p_ip inet, p_user_agent text)
RETURNS TABLE (session_id uuid, business_id uuid, role text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT c.business_id, c.role INTO business_id, role FROM auth.choose_business(p_user_id, p_business_id) c;
    INSERT INTO auth.sessions AS s (user_id, ip, user_agent, refreshed_at, not_after)
    VALUES (p_user_id, p_ip, left(p_user_agent, 512), now(), now() + interval '90 days') RETURNING s.id INTO session_id;
    INSERT INTO auth.refresh_tokens (session_id, user_id, business_id, token_hash, expires_at)
    VALUES (session_id, p_user_id, business_id, p_token_hash, now() + interval '30 days');
    UPDATE auth.users a SET last_sign_in_at = now() WHERE a.id = p_user_id;
    UPDATE users.users u SET last_login_at = now() WHERE u.id = p_user_id;
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION auth.start_session(uuid, uuid, bytea, inet, text) IS 'Opens a session with its first refresh token.';

-- Exchanges a refresh token for the next. A token that was used before ends the whole session: one of
-- its two holders is a thief. The caller undoes the transaction then, and calls auth.end_session after it.
CREATE FUNCTION auth.rotate_token(p_token_hash bytea, p_new_hash bytea, p_business_id uuid)
RETURNS TABLE (outcome text, user_id uuid, session_id uuid, business_id uuid, role text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    token auth.refresh_tokens;
BEGIN
    SELECT t.* INTO token FROM auth.refresh_tokens t WHERE t.token_hash = p_token_hash FOR UPDATE;
    IF token.id IS NULL THEN
        outcome := 'unknown';
        RETURN NEXT;
        RETURN;
    END IF;
    session_id := token.session_id;
    user_id := token.user_id;
    IF token.used_at IS NOT NULL THEN
        outcome := 'reused';
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM FROM auth.sessions s JOIN auth.users a ON a.id = s.user_id JOIN users.users u ON u.id = s.user_id
    WHERE s.id = token.session_id AND s.revoked_at IS NULL AND s.not_after > now() AND a.deleted_at IS NULL
        AND (a.banned_until IS NULL OR a.banned_until <= now()) AND u.status = 'active' AND u.deleted_at IS NULL;
    IF NOT FOUND OR token.revoked OR token.expires_at <= now() THEN
        outcome := 'expired';
        RETURN NEXT;
        RETURN;
    END IF;
    -- Who was sent away by the business goes on without one; who asks for one is told.
    SELECT c.business_id, c.role INTO business_id, role FROM auth.choose_business(token.user_id, coalesce(p_business_id, (
        SELECT m.business_id FROM users.business_users m JOIN businesses.businesses b ON b.id = m.business_id
        WHERE m.user_id = token.user_id AND m.business_id = token.business_id AND m.status = 'active' AND b.status = 'active' AND b.deleted_at IS NULL))) c;
    UPDATE auth.refresh_tokens t SET used_at = now(), updated_at = now() WHERE t.id = token.id;
    INSERT INTO auth.refresh_tokens (session_id, user_id, parent_id, business_id, token_hash, expires_at)
    VALUES (token.session_id, token.user_id, token.id, rotate_token.business_id, p_new_hash, now() + interval '30 days');
    UPDATE auth.sessions s SET refreshed_at = now() WHERE s.id = token.session_id;
    outcome := 'rotated';
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION auth.rotate_token(bytea, bytea, uuid) IS 'Exchanges a refresh token for the next one.';

-- Another business in the same session; older tokens of the session end.
CREATE FUNCTION auth.switch_business(p_session_id uuid, p_business_id uuid, p_new_hash bytea) RETURNS TABLE (business_id uuid, role text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    person uuid := auth.uid();
BEGIN
    PERFORM FROM auth.sessions s WHERE s.id = p_session_id AND s.user_id = person AND s.revoked_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown session' USING ERRCODE = 'TB401';
    END IF;
    SELECT c.business_id, c.role INTO business_id, role FROM auth.choose_business(person, p_business_id) c;
    UPDATE auth.refresh_tokens t SET revoked = true WHERE t.session_id = p_session_id AND t.used_at IS NULL;
    INSERT INTO auth.refresh_tokens (session_id, user_id, business_id, token_hash, expires_at)
    VALUES (p_session_id, person, p_business_id, p_new_hash, now() + interval '30 days');
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION auth.switch_business(uuid, uuid, bytea) IS 'Moves the current session to another business of the person.';

-- Ends a session at once: its access tokens are refused from the next request on.
CREATE FUNCTION auth.end_session(p_session_id uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    -- Somebody signed in ends their own sessions only; nobody signed in is the detection of a reused token.
    UPDATE auth.sessions s SET revoked_at = coalesce(s.revoked_at, now())
    WHERE s.id = p_session_id AND (auth.uid() IS NULL OR s.user_id = auth.uid());
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE auth.refresh_tokens t SET revoked = true WHERE t.session_id = p_session_id AND NOT t.revoked;
    RETURN true;
END $$;
COMMENT ON FUNCTION auth.end_session(uuid) IS 'Ends a session and its tokens.';

-- A new person, with a business of their own where one is named.
CREATE FUNCTION auth.sign_up(p_email text, p_password_hash text, p_first_name text, p_last_name text, p_business_name text, p_industry text, p_timezone text)
RETURNS TABLE (user_id uuid, business_id uuid) LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    BEGIN
        PERFORM now() AT TIME ZONE p_timezone;
    EXCEPTION WHEN invalid_parameter_value THEN
        RAISE EXCEPTION 'is no IANA time zone, such as America/Chicago.' USING ERRCODE = 'TB422', HINT = 'timezone';
    END;
    INSERT INTO auth.users AS a (email, encrypted_password) VALUES (p_email, p_password_hash) RETURNING a.id INTO user_id;
    INSERT INTO auth.identities (user_id, provider, provider_id, identity_data)
    VALUES (sign_up.user_id, 'email', sign_up.user_id::text, jsonb_build_object('email', p_email));
    INSERT INTO users.users (id, email, first_name, last_name, display_name, timezone)
    VALUES (user_id, p_email, p_first_name, p_last_name, nullif(concat_ws(' ', p_first_name, p_last_name), ''), coalesce(p_timezone, 'UTC'));
    IF p_business_name IS NOT NULL THEN
        INSERT INTO businesses.businesses AS b (name, industry, email, timezone, created_by)
        VALUES (p_business_name, p_industry, p_email, coalesce(p_timezone, 'UTC'), user_id) RETURNING b.id INTO business_id;
        INSERT INTO users.business_users (user_id, business_id, role, status, joined_at)
        VALUES (sign_up.user_id, sign_up.business_id, 'owner', 'active', now());
    END IF;
    RETURN NEXT;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'is taken. Sign in, or use another address.' USING ERRCODE = 'TB422', HINT = 'email';
END $$;
COMMENT ON FUNCTION auth.sign_up(text, text, text, text, text, text, text) IS 'Makes a person, an account and perhaps a business.';

-- A key is a member of its own, so that what it does can be told apart and stopped.
CREATE FUNCTION auth.create_api_key(p_name text, p_scopes text[], p_prefix text, p_hash bytea, p_expires_at timestamptz, p_networks text[])
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := auth.get_current_business_id();
    service_user uuid;
    key uuid;
    entry text;
BEGIN
    IF business IS NULL OR auth.get_current_role() NOT IN ('owner', 'manager') THEN
        RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOREACH entry IN ARRAY p_scopes LOOP
        IF entry !~ '^(\*|[a-z_]+(\.[a-z_]+)?):(read|write)$' THEN
            RAISE EXCEPTION 'holds a scope that is not of the form "schema.table:read", "schema:write" or "*:read".' USING ERRCODE = 'TB422', HINT = 'scopes';
        END IF;
    END LOOP;
    BEGIN
        PERFORM p_networks::inet[];
    EXCEPTION WHEN invalid_text_representation THEN
        RAISE EXCEPTION 'holds something that is no network.' USING ERRCODE = 'TB422', HINT = 'allowed_networks';
    END;
    IF p_expires_at <= now() THEN
        RAISE EXCEPTION 'is in the past.' USING ERRCODE = 'TB422', HINT = 'expires_at';
    END IF;
    INSERT INTO auth.users AS a (is_anonymous) VALUES (true) RETURNING a.id INTO service_user;
    INSERT INTO users.users (id, email, display_name) VALUES (service_user, p_prefix || '@keys.invalid', p_name);
    INSERT INTO users.business_users (user_id, business_id, role, status, joined_at) VALUES (service_user, business, 'api_partner', 'active', now());
    INSERT INTO auth.api_keys AS k (business_id, service_user_id, name, key_prefix, key_hash, scopes, allowed_networks, expires_at, issued_by_id)
    VALUES (business, service_user, p_name, p_prefix, p_hash, p_scopes, coalesce(p_networks, '{}'), p_expires_at, auth.uid()) RETURNING k.id INTO key;
    RETURN key;
END $$;
COMMENT ON FUNCTION auth.create_api_key(text, text[], text, bytea, timestamptz, text[]) IS 'Makes a key of the current business.';

CREATE FUNCTION auth.revoke_api_key(p_id uuid, p_reason text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF auth.get_current_role() NOT IN ('owner', 'manager') THEN
        RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE auth.api_keys k SET status = 'revoked', revoked_at = coalesce(k.revoked_at, now()), revoked_reason = p_reason
    WHERE k.id = p_id AND k.business_id = auth.get_current_business_id() AND k.status <> 'revoked';
    RETURN FOUND OR EXISTS (SELECT FROM auth.api_keys k WHERE k.id = p_id AND k.business_id = auth.get_current_business_id());
END $$;
COMMENT ON FUNCTION auth.revoke_api_key(uuid, text) IS 'Ends a key of the current business.';

-- Who stands behind a key; auth.open_request verifies it again in every operation.
CREATE FUNCTION auth.find_api_key(p_hash bytea, p_ip inet) RETURNS TABLE (id uuid, business_id uuid, user_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    -- Noted at most once a minute, so that a busy key is not a busy row.
    SELECT k.id, k.business_id, k.service_user_id INTO id, business_id, user_id FROM auth.api_keys k
    WHERE k.key_hash = p_hash AND k.status IN ('active', 'rotating') AND (k.expires_at IS NULL OR k.expires_at > now())
        AND (k.allowed_networks = '{}' OR p_ip <<= ANY (k.allowed_networks::inet[]));
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE auth.api_keys k SET last_used_at = now(), last_used_from = p_ip
    WHERE k.id = find_api_key.id AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute');
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION auth.find_api_key(bytea, inet) IS 'The key with this hash.';

-- Whom an identity provider means: the account that is linked to its subject, else, for a provider that
-- shares our accounts, the account whose id the subject is.
CREATE FUNCTION auth.find_identity(p_issuer text, p_subject text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(
        (SELECT i.user_id FROM auth.identities i WHERE i.provider = p_issuer AND i.provider_id = p_subject),
        (SELECT a.id FROM auth.users a WHERE a.id = CASE
            WHEN p_subject ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_subject::uuid END))
$$;
COMMENT ON FUNCTION auth.find_identity(text, text) IS 'The account behind an identity provider''s subject.';

-- The businesses of the signed-in person, for choosing one.
CREATE FUNCTION auth.my_businesses() RETURNS TABLE (id uuid, name text, industry text, role text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT b.id, b.name, b.industry, m.role FROM users.business_users m JOIN businesses.businesses b ON b.id = m.business_id
    WHERE m.user_id = auth.uid() AND m.status = 'active' AND b.status = 'active' AND b.deleted_at IS NULL ORDER BY b.name, b.id
$$;
COMMENT ON FUNCTION auth.my_businesses() IS 'The businesses the signed-in person can work in.';

DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY[
        'auth.count_attempt(text, inet)', 'auth.find_identity(text, text)', 'auth.find_sign_in(text, inet)', 'auth.note_attempt(text, uuid, text, inet, text, uuid)', 'auth.choose_business(uuid, uuid)',
        'auth.start_session(uuid, uuid, bytea, inet, text)', 'auth.rotate_token(bytea, bytea, uuid)', 'auth.switch_business(uuid, uuid, bytea)',
        'auth.end_session(uuid)', 'auth.sign_up(text, text, text, text, text, text, text)',
        'auth.create_api_key(text, text[], text, bytea, timestamptz, text[])', 'auth.revoke_api_key(uuid, text)', 'auth.find_api_key(bytea, inet)', 'auth.my_businesses()'
    ] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO thorbis_definer', signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO thorbis_gateway', signature);
    END LOOP;
    REVOKE EXECUTE ON FUNCTION auth.choose_business(uuid, uuid) FROM thorbis_gateway;
END $$;
