-- The limits of the gateway's sessions hold although its options get lost on the way, such as in a pooler. The
-- foundation sets them on a role that it makes; here they follow for one that was there before. What an operator
-- has set stays.
DO $$
DECLARE
    entry record;
BEGIN
    FOR entry IN
        SELECT l.name, l.value FROM (VALUES ('statement_timeout', '15s'), ('lock_timeout', '7500ms'), ('idle_in_transaction_session_timeout', '20s')) AS l (name, value)
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r CROSS JOIN unnest(r.rolconfig) AS c (setting)
            WHERE r.rolname = 'thorbis_gateway' AND c.setting LIKE l.name || '=%')
    LOOP
        EXECUTE format('ALTER ROLE thorbis_gateway SET %I = %L', entry.name, entry.value);
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE WARNING 'the limits of thorbis_gateway are left to whoever made the role: ALTER ROLE thorbis_gateway SET statement_timeout, lock_timeout and idle_in_transaction_session_timeout';
    -- Another database of the cluster is migrated at this moment, and does the same.
    WHEN internal_error THEN
        RAISE NOTICE 'the limits of thorbis_gateway are being set already';
END $$;
