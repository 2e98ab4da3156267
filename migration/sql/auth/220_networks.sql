-- The networks a business admits hold wherever somebody enters it: at sign-in, at the exchange of a refresh
-- token, at a change of business, for a key, and in every operation after that (auth.open_request). Only a
-- member is told; to a key it looks like a key that is not known.

DROP FUNCTION auth.choose_business(uuid, uuid);
-- The business a session works for: the one asked for, or the only one there is. Whoever asks for one that
-- does not admit their network is told; whoever asked for none signs in without it.
CREATE FUNCTION auth.choose_business(p_user_id uuid, p_business_id uuid, p_ip inet) RETURNS TABLE (business_id uuid, role text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT m.business_id, m.role INTO business_id, role FROM users.business_users m JOIN businesses.businesses b ON b.id = m.business_id
    WHERE m.user_id = p_user_id AND m.status = 'active' AND b.status = 'active' AND b.deleted_at IS NULL
        AND (m.business_id = p_business_id OR (p_business_id IS NULL AND 1 = (
            SELECT count(*) FROM users.business_users o JOIN businesses.businesses c ON c.id = o.business_id
            WHERE o.user_id = p_user_id AND o.status = 'active' AND c.status = 'active' AND c.deleted_at IS NULL)));
    IF NOT FOUND THEN
        IF p_business_id IS NOT NULL THEN
            RAISE EXCEPTION 'no membership' USING ERRCODE = 'TB403';
        END IF;
    ELSIF permissions.network_admits(business_id, p_ip, false) THEN
        RETURN NEXT;
    ELSIF p_business_id IS NOT NULL THEN
        RAISE EXCEPTION 'This business does not admit the network you call from.' USING ERRCODE = 'TB403';
    END IF;
END $$;
ALTER FUNCTION auth.choose_business(uuid, uuid, inet) OWNER TO thorbis_definer;
COMMENT ON FUNCTION auth.choose_business(uuid, uuid, inet) IS 'The business and role a session starts with.';

CREATE OR REPLACE FUNCTION auth.start_session(p_user_id uuid, p_business_id uuid, p_token_hash bytea, p_ip inet, p_user_agent text)
RETURNS TABLE (session_id uuid, business_id uuid, role text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT c.business_id, c.role INTO business_id, role FROM auth.choose_business(p_user_id, p_business_id, p_ip) c;
    INSERT INTO auth.sessions AS s (user_id, ip, user_agent, refreshed_at, not_after)
    VALUES (p_user_id, p_ip, left(p_user_agent, 512), now(), now() + interval '90 days') RETURNING s.id INTO session_id;
    INSERT INTO auth.refresh_tokens (session_id, user_id, business_id, token_hash, expires_at)
    VALUES (session_id, p_user_id, business_id, p_token_hash, now() + interval '30 days');
    UPDATE auth.users a SET last_sign_in_at = now() WHERE a.id = p_user_id;
    UPDATE users.users u SET last_login_at = now() WHERE u.id = p_user_id;
    RETURN NEXT;
END $$;

DROP FUNCTION auth.rotate_token(bytea, bytea, uuid);
-- Exchanges a refresh token for the next. A token that was used before ends the whole session: one of
-- its two holders is a thief. The caller undoes the transaction then, and calls auth.end_session after it.
-- The address has a default for gateways of the release before, which do not tell it.
CREATE FUNCTION auth.rotate_token(p_token_hash bytea, p_new_hash bytea, p_business_id uuid, p_ip inet DEFAULT NULL)
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
    -- Who was sent away by the business goes on without one; who asks for one is told. A network that the
    -- business does not admit is told too: the token stays good for when its holder is back.
    SELECT c.business_id, c.role INTO business_id, role FROM auth.choose_business(token.user_id, coalesce(p_business_id, (
        SELECT m.business_id FROM users.business_users m JOIN businesses.businesses b ON b.id = m.business_id
        WHERE m.user_id = token.user_id AND m.business_id = token.business_id AND m.status = 'active' AND b.status = 'active' AND b.deleted_at IS NULL)), p_ip) c;
    UPDATE auth.refresh_tokens t SET used_at = now(), updated_at = now() WHERE t.id = token.id;
    INSERT INTO auth.refresh_tokens (session_id, user_id, parent_id, business_id, token_hash, expires_at)
    VALUES (token.session_id, token.user_id, token.id, rotate_token.business_id, p_new_hash, now() + interval '30 days');
    UPDATE auth.sessions s SET refreshed_at = now() WHERE s.id = token.session_id;
    outcome := 'rotated';
    RETURN NEXT;
END $$;
ALTER FUNCTION auth.rotate_token(bytea, bytea, uuid, inet) OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION auth.rotate_token(bytea, bytea, uuid, inet) TO thorbis_gateway;
COMMENT ON FUNCTION auth.rotate_token(bytea, bytea, uuid, inet) IS 'Exchanges a refresh token for the next one.';

CREATE OR REPLACE FUNCTION auth.switch_business(p_session_id uuid, p_business_id uuid, p_new_hash bytea) RETURNS TABLE (business_id uuid, role text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    person uuid := auth.uid();
BEGIN
    PERFORM FROM auth.sessions s WHERE s.id = p_session_id AND s.user_id = person AND s.revoked_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown session' USING ERRCODE = 'TB401';
    END IF;
    SELECT c.business_id, c.role INTO business_id, role
    FROM auth.choose_business(person, p_business_id, nullif(current_setting('app.ip_address', true), '')::inet) c;
    UPDATE auth.refresh_tokens t SET revoked = true WHERE t.session_id = p_session_id AND t.used_at IS NULL;
    INSERT INTO auth.refresh_tokens (session_id, user_id, business_id, token_hash, expires_at)
    VALUES (p_session_id, person, p_business_id, p_new_hash, now() + interval '30 days');
    RETURN NEXT;
END $$;

CREATE OR REPLACE FUNCTION auth.find_api_key(p_hash bytea, p_ip inet) RETURNS TABLE (id uuid, business_id uuid, user_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT k.id, k.business_id, k.service_user_id INTO id, business_id, user_id FROM auth.api_keys k
    WHERE k.key_hash = p_hash AND k.status IN ('active', 'rotating') AND (k.expires_at IS NULL OR k.expires_at > now())
        AND (k.allowed_networks = '{}' OR p_ip <<= ANY (k.allowed_networks::inet[]))
        AND permissions.network_admits(k.business_id, p_ip, true);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- Noted at most once a minute, so that a busy key is not a busy row.
    UPDATE auth.api_keys k SET last_used_at = now(), last_used_from = p_ip
    WHERE k.id = find_api_key.id AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute');
    RETURN NEXT;
END $$;

-- The self-test's business has a row of every table, a rule for networks among them: it calls from the machine
-- itself, where it called from nowhere.
DO $$
DECLARE
    source text := pg_catalog.pg_get_functiondef('platform.test_tenant_isolation()'::regprocedure);
    nowhere CONSTANT text := 'NULL, NULL, NULL, NULL, NULL)';
BEGIN
    IF position(nowhere IN source) = 0 THEN
        RAISE EXCEPTION 'platform.test_tenant_isolation calls auth.open_request in another way';
    END IF;
    EXECUTE replace(source, nowhere, 'NULL, NULL, NULL, ''''127.0.0.1'''', NULL)');
END $$;
