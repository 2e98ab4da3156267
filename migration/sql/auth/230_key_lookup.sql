-- A key is looked up without writing, so that it reads from a standby and over a full disk as a token does. That it was
-- used is noted apart, at most once a minute, so that a busy key is not a busy row. auth.find_api_key, which did both,
-- stays for gateways that still run while this is applied.
CREATE FUNCTION auth.look_up_api_key(p_hash bytea, p_ip inet) RETURNS TABLE (id uuid, business_id uuid, user_id uuid, is_use_unnoted boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT k.id, k.business_id, k.service_user_id, k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' FROM auth.api_keys k
    WHERE k.key_hash = p_hash AND k.status IN ('active', 'rotating') AND (k.expires_at IS NULL OR k.expires_at > now())
        AND (k.allowed_networks = '{}' OR p_ip <<= ANY (k.allowed_networks::inet[]))
        AND permissions.network_admits(k.business_id, p_ip, true)
$$;
COMMENT ON FUNCTION auth.look_up_api_key(bytea, inet) IS 'The standing behind an API key, from its hash and the caller''s address.';

CREATE FUNCTION auth.note_api_key_use(p_hash bytea, p_ip inet) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    UPDATE auth.api_keys k SET last_used_at = now(), last_used_from = p_ip
    WHERE k.key_hash = p_hash AND k.status IN ('active', 'rotating') AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute')
$$;
COMMENT ON FUNCTION auth.note_api_key_use(bytea, inet) IS 'Notes when and from where an API key was last used.';

DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['auth.look_up_api_key(bytea, inet)', 'auth.note_api_key_use(bytea, inet)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO thorbis_definer', signature);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO thorbis_gateway', signature);
    END LOOP;
END $$;
