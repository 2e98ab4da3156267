-- A customer's figures once a statement, not once a work order: an import of a thousand jobs of one customer
-- counts them once.
DROP TRIGGER totals ON hs.work_orders;
DROP FUNCTION hs.update_customer_totals();

CREATE FUNCTION hs.recount_customers(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM hs.customers c WHERE c.business_id = p_business AND c.id = ANY (p_ids) ORDER BY c.id FOR NO KEY UPDATE;
    UPDATE hs.customers c SET total_jobs = t.jobs, total_revenue = t.revenue, average_job_value = t.average, last_service_date = t.last_day
    FROM unnest(p_ids) AS touched (id) CROSS JOIN LATERAL hs.customer_totals(p_business, touched.id) AS t
    WHERE c.business_id = p_business AND c.id = touched.id AND c.deleted_at IS NULL
        AND (c.total_jobs, c.total_revenue, c.average_job_value, c.last_service_date) IS DISTINCT FROM (t.jobs, t.revenue, t.average, t.last_day);
END $$;
ALTER FUNCTION hs.recount_customers(uuid, uuid[]) OWNER TO thorbis_definer;
COMMENT ON FUNCTION hs.recount_customers(uuid, uuid[]) IS 'Counts the jobs, revenue and last service date of customers anew.';
CALL platform.keep_from('hs', 'keep_customers_from_work_orders', 'recount_customers', 'hs.work_orders', 'customer_id', '{customer_id,status,total_cost,actual_end}');
