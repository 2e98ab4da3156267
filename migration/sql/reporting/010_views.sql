-- Figures that are added up ahead of time. A materialized view cannot carry row level security, so
-- nobody but the definer reads one: callers read a view over it that lets their own business through.

-- REFRESH CONCURRENTLY collects the differences in a temporary table.
DO $$ BEGIN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO thorbis_definer', current_database());
END $$;

-- The view callers read: p_source under the tenant's filter and the same readers as a table has.
CREATE PROCEDURE platform.filtered_view(
    p_name text,
    p_source text,
    p_columns text,
    p_read text[] DEFAULT '{member}',
    p_self text DEFAULT NULL,
    p_references jsonb DEFAULT '{}'
) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    source regclass := p_source::regclass;
    target text := format('%I.%I', split_part(p_name, '.', 1), split_part(p_name, '.', 2));
BEGIN
    EXECUTE format('ALTER MATERIALIZED VIEW %s OWNER TO thorbis_definer', source);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, thorbis_gateway', source);
    EXECUTE format('CREATE VIEW %s WITH (security_barrier) AS SELECT %s FROM %s WHERE business_id = (SELECT auth.get_current_business_id()) AND (%s)',
        target, p_columns, source, platform.who_conditions(p_read, p_name, 'read', p_self, NULL));
    EXECUTE format('ALTER VIEW %s OWNER TO thorbis_definer', target);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', target);
    EXECUTE format('GRANT SELECT ON %s TO thorbis_gateway', target);
    INSERT INTO platform.table_rules (schema_name, table_name, kind, read_access, write_access, view_references)
    VALUES (split_part(p_name, '.', 1), split_part(p_name, '.', 2), 'view', p_read, '{nobody}', p_references);
END $$;

-- Sums kept within their column: one business's absurd figures must not stop everybody's refresh.
CREATE FUNCTION reporting.amount(p_sum numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN greatest(-999999999999.99, least(999999999999.99, coalesce(p_sum, 0)));
COMMENT ON FUNCTION reporting.amount(numeric) IS 'A sum of money within numeric(14,2), 0 where there is nothing to add.';
-- A zone can push the first and the last day that clients can read out of the calendar.
CREATE FUNCTION reporting.month_of(p_moment timestamp) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN greatest(DATE '0001-01-01', least(DATE '9999-12-01', date_trunc('month', p_moment)::date));
COMMENT ON FUNCTION reporting.month_of(timestamp) IS 'The first day of the month of a moment on the business''s clock.';
GRANT EXECUTE ON FUNCTION reporting.amount(numeric), reporting.month_of(timestamp) TO thorbis_definer;

-- Revenue counts what is completed, as the customer's own figures do.
CREATE MATERIALIZED VIEW reporting.customer_summary_data AS
SELECT
    c.business_id,
    c.id AS customer_id,
    coalesce(
        nullif(concat_ws(' ', nullif(btrim(c.first_name), ''), nullif(btrim(c.last_name), '')), ''),
        nullif(btrim(c.company_name), '')
    ) AS customer_name,
    count(w.id) FILTER (WHERE w.status <> 'cancelled') AS total_work_orders,
    reporting.amount(sum(w.total_cost) FILTER (WHERE w.status = 'completed'))::numeric(14,2) AS total_revenue,
    reporting.amount(avg(w.total_cost) FILTER (WHERE w.status = 'completed'))::numeric(14,2) AS average_job_value,
    max(coalesce(w.actual_end, w.updated_at)) FILTER (WHERE w.status = 'completed') AS last_service_date
FROM hs.customers c
LEFT JOIN hs.work_orders w ON w.business_id = c.business_id AND w.customer_id = c.id AND w.deleted_at IS NULL
WHERE c.deleted_at IS NULL
GROUP BY c.business_id, c.id;
CREATE UNIQUE INDEX customer_summary_data_key ON reporting.customer_summary_data (business_id, customer_id);
CREATE INDEX customer_summary_data_total_revenue_idx ON reporting.customer_summary_data (business_id, total_revenue, customer_id);
CALL platform.filtered_view('reporting.customer_summary', 'reporting.customer_summary_data',
    'customer_id AS id, business_id, customer_id, customer_name, total_work_orders, total_revenue, average_job_value, last_service_date',
    p_references => '{"business_id": "businesses.businesses", "customer_id": "hs.customers"}');
COMMENT ON MATERIALIZED VIEW reporting.customer_summary_data IS 'What customer_summary reads; every business''s.';
COMMENT ON VIEW reporting.customer_summary IS 'Each customer''s work orders and revenue, as of the last refresh.';
COMMENT ON COLUMN reporting.customer_summary.id IS 'The customer''s.';
COMMENT ON COLUMN reporting.customer_summary.customer_name IS 'The person''s name, else the company''s.';
COMMENT ON COLUMN reporting.customer_summary.total_work_orders IS 'Work orders that were not cancelled.';
COMMENT ON COLUMN reporting.customer_summary.total_revenue IS 'The cost of completed work orders.';
COMMENT ON COLUMN reporting.customer_summary.average_job_value IS 'Revenue by completed work order.';
COMMENT ON COLUMN reporting.customer_summary.last_service_date IS 'When the last work order was completed.';

CREATE MATERIALIZED VIEW reporting.revenue_summary_data AS
SELECT
    md5(dated.business_id || ' ' || (dated.month - DATE '2000-01-01'))::uuid AS id,
    dated.business_id,
    dated.month,
    count(*) AS invoice_count,
    count(DISTINCT dated.customer_id) AS customer_count,
    reporting.amount(sum(dated.total_amount))::numeric(14,2) AS invoiced_amount,
    reporting.amount(sum(dated.tax_amount))::numeric(14,2) AS tax_amount,
    reporting.amount(sum(dated.discount_amount))::numeric(14,2) AS discount_amount,
    reporting.amount(sum(dated.amount_paid))::numeric(14,2) AS collected_amount,
    reporting.amount(sum(dated.amount_due) FILTER (WHERE dated.amount_due > 0 AND dated.status <> 'written_off'))::numeric(14,2) AS outstanding_amount,
    reporting.amount(avg(dated.total_amount))::numeric(14,2) AS average_invoice_amount
FROM (
    SELECT i.*, reporting.month_of(coalesce(i.issue_date::timestamp, coalesce(i.sent_at, i.created_at) AT TIME ZONE b.timezone)) AS month
    FROM hs.invoices i JOIN businesses.businesses b ON b.id = i.business_id
    WHERE i.deleted_at IS NULL AND i.status NOT IN ('draft', 'cancelled')
) AS dated
GROUP BY dated.business_id, dated.month;
CREATE UNIQUE INDEX revenue_summary_data_key ON reporting.revenue_summary_data (business_id, month);
CREATE UNIQUE INDEX revenue_summary_data_id_key ON reporting.revenue_summary_data (business_id, id);
CALL platform.filtered_view('reporting.revenue_summary', 'reporting.revenue_summary_data',
    'id, business_id, month, invoice_count, customer_count, invoiced_amount, tax_amount, discount_amount, collected_amount, outstanding_amount, average_invoice_amount',
    p_references => '{"business_id": "businesses.businesses"}');
COMMENT ON MATERIALIZED VIEW reporting.revenue_summary_data IS 'What revenue_summary reads; every business''s.';
COMMENT ON VIEW reporting.revenue_summary IS 'Each month''s invoices and receipts, as of the last refresh; drafts and cancelled invoices do not count.';
COMMENT ON COLUMN reporting.revenue_summary.id IS 'Made of the business and the month: the same after every refresh.';
COMMENT ON COLUMN reporting.revenue_summary.month IS 'The first day of the month of issue, else of sending, in the business''s time zone.';
COMMENT ON COLUMN reporting.revenue_summary.collected_amount IS 'What was paid so far on the month''s invoices.';
COMMENT ON COLUMN reporting.revenue_summary.outstanding_amount IS 'What is left to pay on the month''s invoices, without those written off.';

CREATE MATERIALIZED VIEW reporting.technician_performance_data AS
SELECT
    md5(dated.business_id || ' ' || dated.technician_id || ' ' || (dated.month - DATE '2000-01-01'))::uuid AS id,
    dated.business_id,
    dated.technician_id,
    dated.month,
    count(*) FILTER (WHERE dated.status = 'completed') AS completed_work_orders,
    count(*) FILTER (WHERE dated.status = 'cancelled') AS cancelled_work_orders,
    avg(CASE WHEN dated.actual_end <= dated.scheduled_end THEN 1 ELSE 0 END)
        FILTER (WHERE dated.status = 'completed' AND dated.actual_end IS NOT NULL AND dated.scheduled_end IS NOT NULL)::numeric(5,4) AS on_time_rate,
    make_interval(secs => round(avg(dated.seconds)
        FILTER (WHERE dated.status = 'completed' AND dated.seconds BETWEEN 0 AND 366 * 86400))::double precision) AS average_duration,
    least(coalesce(sum(dated.labor_hours) FILTER (WHERE dated.status = 'completed'), 0), 99999999.99)::numeric(10,2) AS labor_hours,
    reporting.amount(sum(dated.total_cost) FILTER (WHERE dated.status = 'completed'))::numeric(14,2) AS total_revenue,
    avg(dated.customer_satisfaction) FILTER (WHERE dated.status = 'completed')::numeric(3,2) AS average_satisfaction
FROM (
    SELECT w.business_id, w.assigned_technician AS technician_id, w.status, w.actual_end, w.scheduled_end, w.labor_hours, w.total_cost, w.customer_satisfaction,
        -- As seconds, because a sum of intervals overflows.
        coalesce(extract(epoch FROM w.actual_duration), extract(epoch FROM w.actual_end - w.actual_start)) AS seconds,
        reporting.month_of(coalesce(w.actual_end, w.scheduled_start, w.created_at) AT TIME ZONE b.timezone) AS month
    FROM hs.work_orders w JOIN businesses.businesses b ON b.id = w.business_id
    WHERE w.deleted_at IS NULL AND w.status IN ('completed', 'cancelled') AND w.assigned_technician IS NOT NULL
) AS dated
GROUP BY dated.business_id, dated.technician_id, dated.month;
CREATE UNIQUE INDEX technician_performance_data_key ON reporting.technician_performance_data (business_id, technician_id, month);
CREATE UNIQUE INDEX technician_performance_data_id_key ON reporting.technician_performance_data (business_id, id);
CALL platform.filtered_view('reporting.technician_performance', 'reporting.technician_performance_data',
    'id, business_id, technician_id, month, completed_work_orders, cancelled_work_orders, on_time_rate, average_duration, labor_hours, total_revenue, average_satisfaction',
    p_read => '{owner_manager,self}', p_self => 'technician_id',
    p_references => '{"business_id": "businesses.businesses", "technician_id": "users.users"}');
COMMENT ON MATERIALIZED VIEW reporting.technician_performance_data IS 'What technician_performance reads; every business''s.';
COMMENT ON VIEW reporting.technician_performance IS 'Each technician''s finished work by month, as of the last refresh; owners and managers see everyone''s, a technician their own.';
COMMENT ON COLUMN reporting.technician_performance.id IS 'Made of the business, the technician and the month: the same after every refresh.';
COMMENT ON COLUMN reporting.technician_performance.month IS 'The first day of the month the work ended, else was planned or noted, in the business''s time zone.';
COMMENT ON COLUMN reporting.technician_performance.on_time_rate IS 'The share finished by the planned end, among completed work with a planned and an actual end.';
COMMENT ON COLUMN reporting.technician_performance.average_duration IS 'Of completed work; durations past a year are left out as slips of the hand.';
COMMENT ON COLUMN reporting.technician_performance.average_satisfaction IS 'From 1 to 5, where customers said.';

-- A materialized view is refreshed by its owner, who passes by row level security. Readers are not held up.
CREATE FUNCTION reporting.refresh_views() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    entry record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('reporting.refresh_views', 0)) THEN
        RETURN false;
    END IF;
    FOR entry IN
        SELECT c.oid::regclass AS name, c.relispopulated AS is_filled FROM pg_catalog.pg_class c
        WHERE c.relkind = 'm' AND c.relnamespace = 'reporting'::regnamespace AND c.relowner = 'thorbis_definer'::regrole
        ORDER BY c.relname
    LOOP
        -- One that was restored without its rows cannot be compared with what is there.
        EXECUTE format('REFRESH MATERIALIZED VIEW %s %s', CASE WHEN entry.is_filled THEN 'CONCURRENTLY' ELSE '' END, entry.name);
    END LOOP;
    RETURN true;
END $$;
ALTER FUNCTION reporting.refresh_views() OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION reporting.refresh_views() TO thorbis_gateway;
COMMENT ON FUNCTION reporting.refresh_views() IS 'Adds the reports up anew; false where another refresh is at it.';
