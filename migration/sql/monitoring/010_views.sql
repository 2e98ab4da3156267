-- For whoever runs the database: sizes, slow statements, indexes nobody reads. Granted to nobody, since
-- the figures and texts are every business's.

CREATE VIEW monitoring.table_sizes AS
SELECT
    n.nspname AS schemaname,
    c.relname AS tablename,
    pg_size_pretty(pg_total_relation_size(c.oid)) AS size,
    pg_total_relation_size(c.oid) AS size_bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname IN (SELECT r.schema_name FROM platform.table_rules r)
ORDER BY pg_total_relation_size(c.oid) DESC;
COMMENT ON VIEW monitoring.table_sizes IS 'Tables, partitions and materialized views with what they take on disk, indexes included.';

-- The extension is not everywhere, and where it is, the server may not have been started with it.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements')
        AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements') THEN
        CREATE EXTENSION pg_stat_statements WITH SCHEMA monitoring;
    END IF;
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'no statistics of statements: %', SQLERRM;
END $$;

-- Asked when it is read, so that it needs no migration when the extension comes or goes.
CREATE FUNCTION monitoring.statement_statistics()
RETURNS TABLE (query text, calls bigint, total_exec_time double precision, mean_exec_time double precision, max_exec_time double precision, rows bigint)
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    place text := (SELECT e.extnamespace::regnamespace::text FROM pg_catalog.pg_extension e WHERE e.extname = 'pg_stat_statements');
BEGIN
    IF place IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format('SELECT s.query, s.calls, s.total_exec_time, s.mean_exec_time, s.max_exec_time, s.rows
        FROM %s.pg_stat_statements s JOIN pg_catalog.pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()', place);
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    -- It is not among the server's shared_preload_libraries.
    RETURN;
END $$;
REVOKE ALL ON FUNCTION monitoring.statement_statistics() FROM PUBLIC;
COMMENT ON FUNCTION monitoring.statement_statistics() IS 'pg_stat_statements of this database, or nothing where it does not run.';

CREATE VIEW monitoring.slow_queries AS
SELECT query, calls, total_exec_time, mean_exec_time, max_exec_time, rows
FROM monitoring.statement_statistics()
WHERE mean_exec_time > 100
ORDER BY mean_exec_time DESC
LIMIT 50;
COMMENT ON VIEW monitoring.slow_queries IS 'Statements that take more than 100 ms on average; empty where pg_stat_statements does not run.';

CREATE VIEW monitoring.unused_indexes AS
SELECT
    s.schemaname,
    s.relname AS tablename,
    s.indexrelname AS indexname,
    s.idx_scan,
    s.idx_tup_read,
    s.idx_tup_fetch,
    pg_relation_size(s.indexrelid) AS size_bytes
FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
-- A unique index earns its keep by what it refuses.
WHERE s.idx_scan = 0 AND s.idx_tup_read = 0 AND s.idx_tup_fetch = 0 AND NOT i.indisunique
    AND s.schemaname IN (SELECT r.schema_name FROM platform.table_rules r)
ORDER BY pg_relation_size(s.indexrelid) DESC;
COMMENT ON VIEW monitoring.unused_indexes IS 'Indexes that no query has read since the statistics began, the largest first.';

REVOKE ALL ON monitoring.table_sizes, monitoring.slow_queries, monitoring.unused_indexes FROM PUBLIC;
REVOKE ALL ON SCHEMA monitoring FROM PUBLIC;
