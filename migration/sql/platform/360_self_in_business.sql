-- A person's own rows of a business are theirs while they work in that business: neither in another one, nor after
-- the membership ended. The helpers asked for the person alone.

ALTER TABLE platform.table_rules ADD COLUMN self_anywhere boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN platform.table_rules.self_anywhere IS 'A person reaches own rows of every business, to choose between businesses and to end sessions.';
UPDATE platform.table_rules SET self_anywhere = true
WHERE (schema_name, table_name) IN (('users', 'business_users'), ('users', 'user_sessions'), ('auth', 'login_attempts'));

DO $$
DECLARE
    own record;
BEGIN
    FOR own IN
        SELECT c.oid::regclass AS place, a.attnotnull FROM platform.table_rules r
        JOIN pg_catalog.pg_class c ON c.oid = to_regclass(format('%I.%I', r.schema_name, r.table_name))
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'business_id' AND NOT a.attisdropped
        WHERE r.kind = 'platform' AND 'self' = ANY (r.read_access || r.write_access) AND NOT r.self_anywhere
        ORDER BY 1
    LOOP
        -- What is of no business, such as a choice that holds everywhere, is there in each.
        EXECUTE format('CREATE POLICY of_this_business ON %s AS RESTRICTIVE TO thorbis_gateway USING (%sbusiness_id = (SELECT auth.get_current_business_id()))',
            own.place, CASE WHEN own.attnotnull THEN '' ELSE 'business_id IS NULL OR ' END);
    END LOOP;
END $$;

-- A key reads people as its scopes say, as it reads anything else.
CREATE OR REPLACE FUNCTION auth.colleague_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(array_agg(user_id), '{}') FROM users.business_users
    WHERE business_id = auth.get_current_business_id() AND status <> 'invited' AND auth.uid() IS NOT NULL
        AND (coalesce(current_setting('app.api_key_id', true), '') = '' OR auth.has_scope('users.users', 'read'))
$$;

-- Who does not see a row neither changes nor removes it. PostgreSQL asks the policies for reading where a statement
-- reads a column, and one without a condition reads none.
DO $$
DECLARE
    seen record;
BEGIN
    FOR seen IN
        SELECT c.oid::regclass AS place, c.oid, p.polname, pg_get_expr(p.polqual, p.polrelid) AS condition
        FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
        WHERE p.polcmd = 'r' AND NOT p.polpermissive AND p.polname <> 'may_read' ORDER BY 1, 3
    LOOP
        IF has_any_column_privilege('thorbis_gateway', seen.oid, 'UPDATE')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy w WHERE w.polrelid = seen.oid AND w.polcmd = 'w' AND w.polname <> 'may_update' AND NOT w.polpermissive) THEN
            EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE FOR UPDATE TO thorbis_gateway USING (%s)', seen.polname || '_to_change', seen.place, seen.condition);
        END IF;
        IF has_table_privilege('thorbis_gateway', seen.oid, 'DELETE')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy w WHERE w.polrelid = seen.oid AND w.polcmd = 'd' AND w.polname <> 'may_delete' AND NOT w.polpermissive) THEN
            EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE FOR DELETE TO thorbis_gateway USING (%s)', seen.polname || '_to_remove', seen.place, seen.condition);
        END IF;
    END LOOP;
END $$;
