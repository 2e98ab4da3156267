-- Networks that may reach a business: a denied one never does; where some are allowed, only they do. A
-- change that would shut out its own author is refused. The machine's own addresses say nothing of who calls
-- through it, and are always admitted.

CREATE FUNCTION permissions.network_admits(p_business_id uuid, p_address inet, p_is_key boolean) RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH rules AS (
        SELECT r.effect, p_address <<= r.network AS matches FROM permissions.ip_rules r
        WHERE r.business_id = p_business_id AND r.is_active AND r.deleted_at IS NULL
            AND r.applies_to IN ('everyone', CASE WHEN p_is_key THEN 'api_keys' ELSE 'members' END)
    )
    SELECT p_address <<= '127.0.0.0/8' OR p_address = '::1' OR (NOT EXISTS (SELECT FROM rules WHERE effect = 'deny' AND matches)
        AND (EXISTS (SELECT FROM rules WHERE effect = 'allow' AND matches) OR NOT EXISTS (SELECT FROM rules WHERE effect = 'allow')))
$$;
ALTER FUNCTION permissions.network_admits(uuid, inet, boolean) OWNER TO thorbis_definer;

CREATE FUNCTION permissions.keep_author_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    address inet := nullif(current_setting('app.ip_address', true), '')::inet;
BEGIN
    IF address IS NOT NULL AND auth.get_current_role() IS NOT NULL
        AND NOT permissions.network_admits(NEW.business_id, address, coalesce(current_setting('app.api_key_id', true), '') <> '')
    THEN
        PERFORM platform.refuse('is_active', format('would shut you out: your own address, %s, must stay admitted.', host(address)), TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION permissions.keep_author_in() OWNER TO thorbis_definer;
CREATE TRIGGER y_keep_author_in AFTER INSERT OR UPDATE ON permissions.ip_rules FOR EACH ROW EXECUTE FUNCTION permissions.keep_author_in();
