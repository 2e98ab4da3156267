-- The first statement of every operation tells the plan of the business as well: the gateway's limits follow
-- from it. And it admits only the networks that the business does: a rule that is made a second ago counts
-- for the next request. All else is as it was; a function's result cannot be changed in place.
DROP FUNCTION auth.open_request(uuid, uuid, uuid, uuid, uuid, inet, text);
CREATE FUNCTION auth.open_request(
    p_business_id uuid, p_user_id uuid, p_session_id uuid, p_api_key_id uuid, p_request_id uuid, p_ip inet, p_user_agent text
) RETURNS TABLE (role text, industry text, timezone text, plan text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    scopes text := '';
    has_networks boolean;
BEGIN
    -- Set first, so that nothing of an earlier context is left whatever follows.
    PERFORM set_config('app.current_business_id', coalesce(p_business_id::text, ''), true),
        set_config('app.current_user_id', coalesce(p_user_id::text, ''), true),
        set_config('app.current_role', '', true),
        set_config('app.session_id', coalesce(p_session_id::text, ''), true),
        set_config('app.api_key_id', coalesce(p_api_key_id::text, ''), true),
        set_config('app.request_id', coalesce(p_request_id::text, ''), true),
        set_config('app.ip_address', coalesce(host(p_ip), ''), true),
        set_config('app.user_agent', coalesce(p_user_agent, ''), true);
    PERFORM FROM users.users u JOIN auth.users a ON a.id = u.id
    WHERE u.id = p_user_id AND u.status = 'active' AND u.deleted_at IS NULL AND a.deleted_at IS NULL
        AND (a.banned_until IS NULL OR a.banned_until <= now());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown user' USING ERRCODE = 'TB401';
    END IF;
    IF p_session_id IS NOT NULL THEN
        PERFORM FROM auth.sessions s
        WHERE s.id = p_session_id AND s.user_id = p_user_id AND s.revoked_at IS NULL AND (s.not_after IS NULL OR s.not_after > now());
        IF NOT FOUND THEN
            RAISE EXCEPTION 'unknown session' USING ERRCODE = 'TB401';
        END IF;
    END IF;
    IF p_api_key_id IS NOT NULL THEN
        SELECT array_to_string(k.scopes, ',') INTO scopes FROM auth.api_keys k
        WHERE k.id = p_api_key_id AND k.business_id = p_business_id AND k.service_user_id = p_user_id
            AND k.status IN ('active', 'rotating') AND (k.expires_at IS NULL OR k.expires_at > now())
            AND (k.allowed_networks = '{}' OR p_ip <<= ANY (k.allowed_networks::inet[]));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'unknown key' USING ERRCODE = 'TB401';
        END IF;
    END IF;
    PERFORM set_config('app.scopes', scopes, true);
    IF p_business_id IS NULL THEN
        RETURN QUERY SELECT NULL::text, NULL::text, NULL::text, NULL::text;
        RETURN;
    END IF;
    -- Few businesses have rules for networks: the others pay for no more than this question.
    SELECT m.role, b.industry, b.timezone, b.plan,
        EXISTS (SELECT FROM permissions.ip_rules r WHERE r.business_id = p_business_id AND r.is_active AND r.deleted_at IS NULL)
    INTO role, industry, timezone, plan, has_networks
    FROM users.business_users m JOIN businesses.businesses b ON b.id = m.business_id
    WHERE m.business_id = p_business_id AND m.user_id = p_user_id AND m.status = 'active'
        AND b.status = 'active' AND b.deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no membership' USING ERRCODE = 'TB403';
    END IF;
    IF has_networks AND permissions.network_admits(p_business_id, p_ip, p_api_key_id IS NOT NULL) IS NOT TRUE THEN
        RAISE EXCEPTION 'This business does not admit the network you call from.' USING ERRCODE = 'TB403';
    END IF;
    -- A key never reaches further than its scopes, whoever stands behind it.
    IF p_api_key_id IS NOT NULL THEN
        role := 'api_partner';
    END IF;
    PERFORM set_config('app.current_role', role, true), set_config('app.timezone', timezone, true);
    RETURN NEXT;
END $$;
ALTER FUNCTION auth.open_request(uuid, uuid, uuid, uuid, uuid, inet, text) OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION auth.open_request(uuid, uuid, uuid, uuid, uuid, inet, text) TO thorbis_gateway;
COMMENT ON FUNCTION auth.open_request(uuid, uuid, uuid, uuid, uuid, inet, text) IS
    'Verifies user, session, key, membership and business, and sets the transaction''s context.';
