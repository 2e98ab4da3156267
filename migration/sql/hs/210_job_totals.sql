-- What jobs come to: the price of their lines, and the hours that technicians put down. A job without
-- lines keeps its typed cost, one without entries its typed hours.
CREATE FUNCTION hs.work_order_figures(p hs.work_orders, OUT material_cost numeric, OUT total_cost numeric, OUT labor_hours numeric)
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT
        CASE WHEN lines.has_any THEN least(lines.material, 9999999999.99) ELSE p.material_cost END,
        CASE WHEN lines.has_any THEN least(lines.total, 9999999999.99) ELSE p.total_cost END,
        CASE WHEN entries.has_any THEN least(entries.hours, 999.99) ELSE p.labor_hours END
    FROM (
        SELECT count(*) > 0 AS has_any, coalesce(sum(c.line_total) FILTER (WHERE c.deleted_at IS NULL), 0) AS total,
            coalesce(sum(c.line_total) FILTER (WHERE c.deleted_at IS NULL AND c.line_type IN ('material', 'equipment')), 0) AS material
        FROM hs.work_order_line_items c WHERE c.business_id = p.business_id AND c.work_order_id = p.id
    ) AS lines CROSS JOIN (
        SELECT count(*) > 0 AS has_any, coalesce(sum(t.hours) FILTER (WHERE t.deleted_at IS NULL), 0) AS hours
        FROM hs.work_order_time_entries t
        WHERE t.business_id = p.business_id AND t.work_order_id = p.id AND t.activity = 'work' AND t.is_billable AND t.ended_at IS NOT NULL
    ) AS entries
$$;
ALTER FUNCTION hs.work_order_figures(hs.work_orders) OWNER TO thorbis_definer;

CALL platform.keep_totals('hs.work_orders', '{
    "material_cost": "(SELECT f.material_cost FROM hs.work_order_figures(p) AS f)",
    "total_cost": "(SELECT f.total_cost FROM hs.work_order_figures(p) AS f)",
    "labor_hours": "(SELECT f.labor_hours FROM hs.work_order_figures(p) AS f)"
}', '{
    "hs.work_order_line_items": ["work_order_id", "line_total", "line_type"],
    "hs.work_order_time_entries": ["work_order_id", "activity", "is_billable", "started_at", "ended_at"]
}');

-- All of them at once, where the helper would ask for each by itself.
CREATE OR REPLACE FUNCTION hs.recount_work_orders_labor_hours(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM hs.work_orders p WHERE p.business_id = p_business AND p.id = ANY (p_ids) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE hs.work_orders p SET (material_cost, total_cost, labor_hours) = ROW (f.material_cost, f.total_cost, f.labor_hours)
    FROM hs.work_orders q CROSS JOIN LATERAL hs.work_order_figures(q) AS f
    WHERE q.business_id = p_business AND q.id = ANY (p_ids) AND q.deleted_at IS NULL AND p.business_id = q.business_id AND p.id = q.id
        AND (p.material_cost, p.total_cost, p.labor_hours) IS DISTINCT FROM (f.material_cost, f.total_cost, f.labor_hours);
END $$;

CREATE FUNCTION hs.derive_work_order_totals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT f.material_cost, f.total_cost, f.labor_hours INTO NEW.material_cost, NEW.total_cost, NEW.labor_hours FROM hs.work_order_figures(NEW) AS f;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.derive_work_order_totals() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_totals BEFORE UPDATE ON hs.work_orders FOR EACH ROW
    WHEN ((OLD.material_cost, OLD.total_cost, OLD.labor_hours) IS DISTINCT FROM (NEW.material_cost, NEW.total_cost, NEW.labor_hours))
    EXECUTE FUNCTION hs.derive_work_order_totals();

-- A job's lines are billed once: a line of a bill that was not cancelled names them for itself.
CREATE FUNCTION hs.check_billed_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM hs.work_order_line_items w WHERE w.business_id = NEW.business_id AND w.id = NEW.work_order_line_item_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM hs.invoice_line_items c JOIN hs.invoices i ON i.business_id = c.business_id AND i.id = c.invoice_id
        WHERE c.business_id = NEW.business_id AND c.work_order_line_item_id = NEW.work_order_line_item_id AND c.id <> NEW.id AND c.deleted_at IS NULL
            AND i.status <> 'cancelled' AND i.deleted_at IS NULL)
    THEN
        PERFORM platform.refuse('work_order_line_item_id', 'is billed already, on another line.', 'hs', 'invoice_line_items');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_billed_line() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_billed BEFORE INSERT OR UPDATE OF work_order_line_item_id, deleted_at ON hs.invoice_line_items FOR EACH ROW
    WHEN (NEW.work_order_line_item_id IS NOT NULL AND NEW.deleted_at IS NULL) EXECUTE FUNCTION hs.check_billed_line();

-- The customer's totals are kept since before there was a list of what is (010_home_services.sql).
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES
    ('hs.customers', 'total_jobs', '{hs.work_orders}', '(SELECT t.jobs FROM hs.customer_totals(p.business_id, p.id) AS t)'),
    ('hs.customers', 'total_revenue', '{hs.work_orders}', '(SELECT t.revenue FROM hs.customer_totals(p.business_id, p.id) AS t)'),
    ('hs.customers', 'average_job_value', '{hs.work_orders}', '(SELECT t.average FROM hs.customer_totals(p.business_id, p.id) AS t)');

COMMENT ON COLUMN hs.work_orders.total_cost IS 'What the customer pays for the job: the sum of its lines, where it has any.';
COMMENT ON COLUMN hs.work_orders.material_cost IS 'What of it is material and equipment: the sum of those lines, where the job has any.';
COMMENT ON COLUMN hs.work_orders.labor_hours IS 'The hours of its billable entries of work, where it has any.';
