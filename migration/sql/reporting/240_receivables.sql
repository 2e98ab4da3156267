-- What each customer owes, by how long it is overdue, as of the last refresh; and a note of every refresh.

CREATE MATERIALIZED VIEW reporting.receivables_aging_data AS
SELECT
    owed.business_id,
    owed.customer_id,
    owed.as_of,
    reporting.amount(sum(owed.amount_due) FILTER (WHERE owed.days_late <= 0))::numeric(14,2) AS not_due_amount,
    reporting.amount(sum(owed.amount_due) FILTER (WHERE owed.days_late BETWEEN 1 AND 30))::numeric(14,2) AS days_1_to_30_amount,
    reporting.amount(sum(owed.amount_due) FILTER (WHERE owed.days_late BETWEEN 31 AND 60))::numeric(14,2) AS days_31_to_60_amount,
    reporting.amount(sum(owed.amount_due) FILTER (WHERE owed.days_late BETWEEN 61 AND 90))::numeric(14,2) AS days_61_to_90_amount,
    reporting.amount(sum(owed.amount_due) FILTER (WHERE owed.days_late > 90))::numeric(14,2) AS over_90_days_amount,
    reporting.amount(sum(owed.amount_due))::numeric(14,2) AS total_due_amount,
    min(owed.due_date) AS oldest_due_date
FROM (
    SELECT i.business_id, i.customer_id, i.amount_due, i.due_date, today.as_of,
        -- What has no due date is not overdue.
        coalesce(today.as_of - i.due_date, 0) AS days_late
    FROM hs.invoices i JOIN businesses.businesses b ON b.id = i.business_id
    CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE b.timezone)::date AS as_of) AS today
    WHERE i.deleted_at IS NULL AND i.customer_id IS NOT NULL AND i.status IN ('sent', 'partial', 'overdue') AND i.amount_due > 0
) AS owed
GROUP BY owed.business_id, owed.customer_id, owed.as_of;
CREATE UNIQUE INDEX receivables_aging_data_key ON reporting.receivables_aging_data (business_id, customer_id);
CREATE INDEX receivables_aging_data_total_idx ON reporting.receivables_aging_data (business_id, total_due_amount, customer_id);
CALL platform.filtered_view('reporting.receivables_aging', 'reporting.receivables_aging_data',
    'customer_id AS id, business_id, customer_id, as_of, not_due_amount, days_1_to_30_amount, days_31_to_60_amount, days_61_to_90_amount, over_90_days_amount, total_due_amount, oldest_due_date',
    p_read => '{owner_manager}',
    p_references => '{"business_id": "businesses.businesses", "customer_id": "hs.customers"}');
COMMENT ON MATERIALIZED VIEW reporting.receivables_aging_data IS 'What receivables_aging reads; every business''s.';
COMMENT ON VIEW reporting.receivables_aging IS 'What each customer owes, by how long it is overdue, as of the last refresh.';
COMMENT ON COLUMN reporting.receivables_aging.id IS 'The customer''s.';
COMMENT ON COLUMN reporting.receivables_aging.as_of IS 'The day of the refresh in the business''s time zone.';
COMMENT ON COLUMN reporting.receivables_aging.not_due_amount IS 'Due today or later, or without a due date.';
COMMENT ON COLUMN reporting.receivables_aging.oldest_due_date IS 'When the longest standing invoice was due.';

-- As before, and every refresh is noted, so that figures show their age. Notes are kept for ninety days.
CREATE OR REPLACE FUNCTION reporting.refresh_views() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    entry record;
    started timestamptz;
    size bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('reporting.refresh_views', 0)) THEN
        RETURN false;
    END IF;
    FOR entry IN
        SELECT c.oid::regclass AS name, c.relispopulated AS is_filled FROM pg_catalog.pg_class c
        WHERE c.relkind = 'm' AND c.relnamespace = 'reporting'::regnamespace AND c.relowner = 'thorbis_definer'::regrole
        ORDER BY c.relname
    LOOP
        started := clock_timestamp();
        -- One that was restored without its rows cannot be compared with what is there.
        EXECUTE format('REFRESH MATERIALIZED VIEW %s %s', CASE WHEN entry.is_filled THEN 'CONCURRENTLY' ELSE '' END, entry.name);
        EXECUTE format('SELECT count(*) FROM %s', entry.name) INTO size;
        INSERT INTO reporting.view_refreshes (view_name, started_at, finished_at, row_count, is_concurrent)
        VALUES (regexp_replace(entry.name::text, '_data$', ''), started, clock_timestamp(), size, entry.is_filled);
    END LOOP;
    DELETE FROM reporting.view_refreshes r WHERE r.finished_at < now() - interval '90 days';
    RETURN true;
END $$;
