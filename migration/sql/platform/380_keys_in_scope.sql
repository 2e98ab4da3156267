-- A key reaches the rows of its own service user as it reaches any others: by its scopes. The helpers let everybody
-- reach their own, so that a key for reading could write its user's name, files and settings.
DO $$
DECLARE
    own record;
BEGIN
    FOR own IN
        SELECT to_regclass(format('%I.%I', r.schema_name, r.table_name)) AS place, r.schema_name || '.' || r.table_name AS name, v.command, v.verb
        FROM platform.table_rules r CROSS JOIN (VALUES ('SELECT', 'read'), ('INSERT', 'write'), ('UPDATE', 'write'), ('DELETE', 'write')) AS v(command, verb)
        WHERE r.kind IN ('platform', 'tenant') AND 'self' = ANY (r.read_access || r.write_access)
        ORDER BY 2, 3
    LOOP
        EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE FOR %s TO thorbis_gateway %s ((SELECT nullif(current_setting(''app.api_key_id'', true), '''') IS NULL OR auth.has_scope(%L, %L)))',
            'in_scope_' || lower(own.command), own.place, own.command, CASE own.command WHEN 'INSERT' THEN 'WITH CHECK' ELSE 'USING' END, own.name, own.verb);
    END LOOP;
END $$;

-- Who one is, whatever one's scopes.
CREATE FUNCTION auth.me() RETURNS TABLE (id uuid, email text, first_name text, last_name text, display_name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT u.id, u.email, u.first_name, u.last_name, u.display_name FROM users.users u WHERE u.id = auth.uid()
$$;
ALTER FUNCTION auth.me() OWNER TO thorbis_definer;
REVOKE ALL ON FUNCTION auth.me() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.me() TO thorbis_gateway;
COMMENT ON FUNCTION auth.me() IS 'The name and address of whoever is asking.';

-- Time zones by their names: an offset such as UTC+5 is read with its sign the other way round, and knows no summer.
DO $$
DECLARE
    zone record;
BEGIN
    FOR zone IN
        SELECT c.oid::regclass AS place, c.relname, a.attname FROM platform.table_rules r
        JOIN pg_catalog.pg_class c ON c.oid = to_regclass(format('%I.%I', r.schema_name, r.table_name)) AND c.relkind IN ('r', 'p')
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('timezone', 'time_zone') AND a.atttypid = 'text'::regtype AND NOT a.attisdropped
        WHERE r.kind IN ('tenant', 'platform') ORDER BY 1
    LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%I ~ ''^([A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+|UTC|GMT)$'') NOT VALID', zone.place, zone.relname || '_' || zone.attname || '_name', zone.attname);
    END LOOP;
END $$;
