-- What repair orders come to. Like every document (hs/200_estimate_totals.sql) an order that never had a job
-- or a fee keeps the totals its client typed; from the first on it is added up. Without a tax group its tax
-- stays the client's.

-- The rates of the order's tax group as they were when it got the group, so that a rate of another year
-- changes no old order.
ALTER TABLE auto.repair_orders
    ADD COLUMN services_tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT repair_orders_services_tax_rate_range CHECK (services_tax_rate >= 0),
    ADD COLUMN goods_tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT repair_orders_goods_tax_rate_range CHECK (goods_tax_rate >= 0);
CALL platform.extend_table('auto.repair_orders', p_derived => '{services_tax_rate,goods_tax_rate}');
COMMENT ON COLUMN auto.repair_orders.services_tax_rate IS 'What labor and fees are taxed with; taken from the tax group when the order gets it.';
COMMENT ON COLUMN auto.repair_orders.goods_tax_rate IS 'What parts are taxed with; taken from the tax group when the order gets it.';

-- The rates in force that concern a kind of thing, one on another where they compound. Taxes that are in the
-- price already add nothing.
CREATE FUNCTION auto.group_tax_rate(p_business uuid, p_group uuid, p_kind text, p_day date) RETURNS numeric LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    combined numeric := 0;
    entry record;
BEGIN
    FOR entry IN
        SELECT r.rate, g.is_compound FROM businesses.tax_group_rates g
        JOIN businesses.tax_rates r ON r.business_id = g.business_id AND r.id = g.tax_rate_id
        WHERE g.business_id = p_business AND g.tax_group_id = p_group AND r.applies_to IN ('everything', p_kind) AND NOT r.is_inclusive AND r.deleted_at IS NULL
            AND p_day BETWEEN r.effective_from AND coalesce(r.effective_until, p_day)
        ORDER BY g.position, g.id
    LOOP
        combined := combined + CASE WHEN entry.is_compound THEN entry.rate * (1 + combined) ELSE entry.rate END;
    END LOOP;
    RETURN round(least(combined, 99.99999), 5);
END $$;
ALTER FUNCTION auto.group_tax_rate(uuid, uuid, text, date) OWNER TO thorbis_definer;

CREATE FUNCTION auto.derive_tax_rates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    today date := (now() AT TIME ZONE coalesce((SELECT b.timezone FROM businesses.businesses b WHERE b.id = NEW.business_id), 'UTC'))::date;
    exempt boolean := coalesce((SELECT c.is_tax_exempt FROM hs.customers c WHERE c.business_id = NEW.business_id AND c.id = NEW.customer_id), false);
BEGIN
    NEW.services_tax_rate := CASE WHEN exempt THEN 0 ELSE auto.group_tax_rate(NEW.business_id, NEW.tax_group_id, 'services', today) END;
    NEW.goods_tax_rate := CASE WHEN exempt THEN 0 ELSE auto.group_tax_rate(NEW.business_id, NEW.tax_group_id, 'goods', today) END;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.derive_tax_rates() OWNER TO thorbis_definer;
CREATE TRIGGER j_derive_tax_rates BEFORE INSERT ON auto.repair_orders FOR EACH ROW WHEN (NEW.tax_group_id IS NOT NULL) EXECUTE FUNCTION auto.derive_tax_rates();
CREATE TRIGGER j_rederive_tax_rates BEFORE UPDATE ON auto.repair_orders FOR EACH ROW
    WHEN ((OLD.tax_group_id, OLD.customer_id) IS DISTINCT FROM (NEW.tax_group_id, NEW.customer_id)) EXECUTE FUNCTION auto.derive_tax_rates();

-- Whoever changes a line waits for the order first, so that two who work on its jobs never wait for each other.
CREATE FUNCTION auto.lock_order_of_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM auto.repair_orders o WHERE o.business_id = coalesce(NEW.business_id, OLD.business_id) AND o.id IN (
        SELECT j.repair_order_id FROM auto.repair_order_jobs j
        WHERE j.business_id = coalesce(NEW.business_id, OLD.business_id) AND j.id IN (NEW.repair_order_job_id, OLD.repair_order_job_id))
    ORDER BY o.id FOR NO KEY UPDATE;
    RETURN coalesce(NEW, OLD);
END $$;
ALTER FUNCTION auto.lock_order_of_job() OWNER TO thorbis_definer;
CREATE TRIGGER j_lock_order BEFORE INSERT OR UPDATE OR DELETE ON auto.repair_order_labor_lines FOR EACH ROW EXECUTE FUNCTION auto.lock_order_of_job();
CREATE TRIGGER j_lock_order BEFORE INSERT OR UPDATE OR DELETE ON auto.repair_order_part_lines FOR EACH ROW EXECUTE FUNCTION auto.lock_order_of_job();
CREATE TRIGGER j_lock_order BEFORE INSERT OR UPDATE OR DELETE ON auto.repair_order_sublets FOR EACH ROW EXECUTE FUNCTION auto.lock_order_of_job();

-- A job is its lines; parts that went back and work elsewhere that was called off cost nothing.
CALL platform.keep_totals('auto.repair_order_jobs', '{
    "labor_total": "(SELECT least(coalesce(sum(c.line_total), 0), 9999999999.99) FROM auto.repair_order_labor_lines c WHERE c.business_id = p.business_id AND c.repair_order_job_id = p.id AND c.deleted_at IS NULL)",
    "parts_total": "(SELECT least(coalesce(sum(c.line_total), 0), 9999999999.99) FROM auto.repair_order_part_lines c WHERE c.business_id = p.business_id AND c.repair_order_job_id = p.id AND c.status <> ''returned'' AND c.deleted_at IS NULL)",
    "sublet_total": "(SELECT least(coalesce(sum(c.price), 0), 9999999999.99) FROM auto.repair_order_sublets c WHERE c.business_id = p.business_id AND c.repair_order_job_id = p.id AND c.status <> ''cancelled'' AND c.deleted_at IS NULL)"
}', '{
    "auto.repair_order_labor_lines": ["repair_order_job_id", "line_total", "is_taxable"],
    "auto.repair_order_part_lines": ["repair_order_job_id", "line_total", "is_taxable", "status"],
    "auto.repair_order_sublets": ["repair_order_job_id", "price", "status"]
}');

-- A discount of a job is its own; one of the whole order is spread over its jobs by value, in whole cents,
-- those that are left over to the largest remainders. No job costs less than nothing.
CREATE FUNCTION auto.job_discounts(p_business uuid, p_order uuid, OUT job_id uuid, OUT discount numeric) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH jobs AS (
        SELECT j.id, j.sort_order, j.status, own.amount AS own, CASE WHEN j.status = 'declined' THEN 0 ELSE j.labor_total + j.parts_total + j.sublet_total - own.amount END AS rest
        FROM auto.repair_order_jobs j
        CROSS JOIN LATERAL (
            SELECT least(coalesce(sum(d.amount), 0), j.labor_total + j.parts_total + j.sublet_total) AS amount FROM auto.repair_order_discounts d
            WHERE d.business_id = p_business AND d.repair_order_job_id = j.id AND d.deleted_at IS NULL
        ) AS own
        WHERE j.business_id = p_business AND j.repair_order_id = p_order AND j.deleted_at IS NULL
    ), shared AS (
        SELECT least(coalesce(sum(d.amount), 0), (SELECT sum(rest) FROM jobs)) AS amount FROM auto.repair_order_discounts d
        WHERE d.business_id = p_business AND d.repair_order_id = p_order AND d.repair_order_job_id IS NULL AND d.deleted_at IS NULL
    ), spread AS (
        SELECT j.id, j.own, s.amount, coalesce(trunc(s.amount * j.rest / nullif(sum(j.rest) OVER (), 0), 2), 0) AS share,
            coalesce(s.amount * j.rest / nullif(sum(j.rest) OVER (), 0), 0) AS exact, j.sort_order
        FROM jobs j CROSS JOIN shared s
    ), ranked AS (
        SELECT r.*, row_number() OVER (ORDER BY r.exact - r.share DESC, r.sort_order, r.id) AS place, (r.amount - sum(r.share) OVER ()) * 100 AS cents FROM spread r
    )
    SELECT r.id, r.own + r.share + CASE WHEN r.amount > 0 AND r.place <= r.cents THEN 0.01 ELSE 0 END FROM ranked r
$$;
ALTER FUNCTION auto.job_discounts(uuid, uuid) OWNER TO thorbis_definer;
INSERT INTO platform.kept_columns VALUES ('auto.repair_order_jobs', 'discount_amount', '{auto.repair_order_discounts,auto.repair_order_jobs}',
    '(SELECT coalesce(sum(d.discount), 0) FROM auto.job_discounts(p.business_id, p.repair_order_id) AS d WHERE d.job_id = p.id)');

-- The order is its jobs that were not declined, and its fees. Labor and fees are taxed as services, parts as
-- goods, each taxable line by itself and after its share of the job's discount.
CREATE FUNCTION auto.repair_order_figures(p auto.repair_orders, OUT labor_total numeric, OUT parts_total numeric, OUT sublet_total numeric,
    OUT discount_total numeric, OUT fees_total numeric, OUT tax_amount numeric, OUT total_amount numeric)
LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH jobs AS MATERIALIZED (
        SELECT j.id, j.labor_total, j.parts_total, j.sublet_total, j.discount_amount,
            1 - coalesce(j.discount_amount / nullif(j.labor_total + j.parts_total + j.sublet_total, 0), 0) AS kept
        FROM auto.repair_order_jobs j
        WHERE j.business_id = p.business_id AND j.repair_order_id = p.id AND j.status <> 'declined' AND j.deleted_at IS NULL
    ), sums AS (
        SELECT least(coalesce(sum(j.labor_total), 0), 9999999999.99) AS labor, least(coalesce(sum(j.parts_total), 0), 9999999999.99) AS parts,
            least(coalesce(sum(j.sublet_total), 0), 9999999999.99) AS sublet, least(coalesce(sum(j.discount_amount), 0), 9999999999.99) AS discount FROM jobs j
    ), fees AS (
        SELECT count(*) > 0 AS has_any, least(coalesce(sum(f.amount) FILTER (WHERE f.deleted_at IS NULL), 0), 9999999999.99) AS amount,
            coalesce(sum(round(f.amount * p.services_tax_rate, 2)) FILTER (WHERE f.deleted_at IS NULL AND f.is_taxable), 0) AS tax
        FROM auto.repair_order_fees f WHERE f.business_id = p.business_id AND f.repair_order_id = p.id
    ), tax AS (
        SELECT CASE WHEN p.tax_group_id IS NULL THEN p.tax_amount ELSE least(fees.tax
            + coalesce((SELECT sum(round(c.line_total * j.kept * p.services_tax_rate, 2)) FROM jobs j JOIN auto.repair_order_labor_lines c
                ON c.business_id = p.business_id AND c.repair_order_job_id = j.id AND c.is_taxable AND c.deleted_at IS NULL), 0)
            + coalesce((SELECT sum(round(c.line_total * j.kept * p.goods_tax_rate, 2)) FROM jobs j JOIN auto.repair_order_part_lines c
                ON c.business_id = p.business_id AND c.repair_order_job_id = j.id AND c.is_taxable AND c.status <> 'returned' AND c.deleted_at IS NULL), 0),
            9999999999.99) END AS amount
        FROM fees
    ), kept AS (
        SELECT fees.has_any OR EXISTS (SELECT FROM auto.repair_order_jobs j WHERE j.business_id = p.business_id AND j.repair_order_id = p.id) AS has_any FROM fees
    )
    SELECT CASE WHEN k.has_any THEN s.labor ELSE p.labor_total END, CASE WHEN k.has_any THEN s.parts ELSE p.parts_total END,
        CASE WHEN k.has_any THEN s.sublet ELSE 0.00 END, CASE WHEN k.has_any THEN s.discount ELSE 0.00 END, CASE WHEN k.has_any THEN f.amount ELSE 0.00 END,
        CASE WHEN k.has_any THEN t.amount ELSE p.tax_amount END,
        CASE WHEN k.has_any THEN least(greatest(s.labor + s.parts + s.sublet + f.amount - s.discount + t.amount, 0), 9999999999.99) ELSE p.total_amount END
    FROM sums s CROSS JOIN fees f CROSS JOIN tax t CROSS JOIN kept k
$$;
ALTER FUNCTION auto.repair_order_figures(auto.repair_orders) OWNER TO thorbis_definer;
INSERT INTO platform.kept_columns
SELECT 'auto.repair_orders', c, '{auto.repair_order_jobs,auto.repair_order_fees,auto.repair_order_labor_lines,auto.repair_order_part_lines}', format('(SELECT f.%I FROM auto.repair_order_figures(p) AS f)', c)
FROM unnest('{labor_total,parts_total,sublet_total,discount_total,fees_total,tax_amount,total_amount}'::text[]) AS c;

CREATE FUNCTION auto.recount_repair_orders(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM auto.repair_orders p WHERE p.business_id = p_business AND p.id = ANY (p_ids) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE auto.repair_order_jobs j SET discount_amount = d.discount
    FROM unnest(p_ids) AS touched (id) CROSS JOIN LATERAL auto.job_discounts(p_business, touched.id) AS d
    WHERE j.business_id = p_business AND j.id = d.job_id AND j.discount_amount IS DISTINCT FROM d.discount;
    UPDATE auto.repair_orders p SET (labor_total, parts_total, sublet_total, discount_total, fees_total, tax_amount, total_amount)
        = ROW (f.labor_total, f.parts_total, f.sublet_total, f.discount_total, f.fees_total, f.tax_amount, f.total_amount)
    FROM auto.repair_orders q CROSS JOIN LATERAL auto.repair_order_figures(q) AS f
    WHERE q.business_id = p_business AND q.id = ANY (p_ids) AND q.deleted_at IS NULL AND p.business_id = q.business_id AND p.id = q.id
        AND (p.labor_total, p.parts_total, p.sublet_total, p.discount_total, p.fees_total, p.tax_amount, p.total_amount)
            IS DISTINCT FROM (f.labor_total, f.parts_total, f.sublet_total, f.discount_total, f.fees_total, f.tax_amount, f.total_amount);
END $$;
ALTER FUNCTION auto.recount_repair_orders(uuid, uuid[]) OWNER TO thorbis_definer;

-- The sources: whatever of them changes, the orders it touches are counted anew, once a statement.
CREATE FUNCTION auto.keep_repair_orders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        FOR touched IN SELECT n.business_id, array_agg(DISTINCT n.repair_order_id) AS ids FROM new_rows n GROUP BY 1 LOOP
            PERFORM auto.recount_repair_orders(touched.business_id, touched.ids);
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR touched IN SELECT o.business_id, array_agg(DISTINCT o.repair_order_id) AS ids FROM old_rows o GROUP BY 1 LOOP
            PERFORM auto.recount_repair_orders(touched.business_id, touched.ids);
        END LOOP;
    ELSE
        -- What the count itself writes to the jobs touches nothing more.
        FOR touched IN
            SELECT n.business_id, array_agg(DISTINCT r.id) AS ids FROM new_rows n JOIN old_rows o USING (business_id, id)
            CROSS JOIN LATERAL (VALUES (o.repair_order_id), (n.repair_order_id)) AS r (id)
            WHERE to_jsonb(n) - '{version,updated_at,updated_by,discount_amount,subtotal}'::text[] IS DISTINCT FROM to_jsonb(o) - '{version,updated_at,updated_by,discount_amount,subtotal}'::text[]
            GROUP BY 1
        LOOP
            PERFORM auto.recount_repair_orders(touched.business_id, touched.ids);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION auto.keep_repair_orders() OWNER TO thorbis_definer;
DO $$
DECLARE
    source text;
BEGIN
    FOREACH source IN ARRAY ARRAY['repair_order_jobs', 'repair_order_fees', 'repair_order_discounts'] LOOP
        EXECUTE format('CREATE TRIGGER totals_order_on_insert AFTER INSERT ON auto.%I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION auto.keep_repair_orders()', source);
        EXECUTE format('CREATE TRIGGER totals_order_on_update AFTER UPDATE ON auto.%I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION auto.keep_repair_orders()', source);
        EXECUTE format('CREATE TRIGGER totals_order_on_delete AFTER DELETE ON auto.%I REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION auto.keep_repair_orders()', source);
    END LOOP;
END $$;

-- A change of a line's taxability leaves the job's totals as they are, and changes the order's tax.
CREATE FUNCTION auto.keep_orders_of_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched record;
BEGIN
    FOR touched IN
        SELECT n.business_id, array_agg(DISTINCT j.repair_order_id) AS ids FROM new_rows n JOIN old_rows o USING (business_id, id)
        JOIN auto.repair_order_jobs j ON j.business_id = n.business_id AND j.id IN (o.repair_order_job_id, n.repair_order_job_id)
        WHERE (o.is_taxable, o.line_total, o.deleted_at, o.repair_order_job_id) IS DISTINCT FROM (n.is_taxable, n.line_total, n.deleted_at, n.repair_order_job_id)
        GROUP BY 1
    LOOP
        PERFORM auto.recount_repair_orders(touched.business_id, touched.ids);
    END LOOP;
    RETURN NULL;
END $$;
ALTER FUNCTION auto.keep_orders_of_lines() OWNER TO thorbis_definer;
CREATE TRIGGER totals_z_order AFTER UPDATE ON auto.repair_order_labor_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION auto.keep_orders_of_lines();
CREATE TRIGGER totals_z_order AFTER UPDATE ON auto.repair_order_part_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION auto.keep_orders_of_lines();

CREATE FUNCTION auto.derive_repair_order_totals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT f.labor_total, f.parts_total, f.sublet_total, f.discount_total, f.fees_total, f.tax_amount, f.total_amount
    INTO NEW.labor_total, NEW.parts_total, NEW.sublet_total, NEW.discount_total, NEW.fees_total, NEW.tax_amount, NEW.total_amount
    FROM auto.repair_order_figures(NEW) AS f;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.derive_repair_order_totals() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_totals BEFORE UPDATE ON auto.repair_orders FOR EACH ROW
    WHEN ((OLD.labor_total, OLD.parts_total, OLD.sublet_total, OLD.discount_total, OLD.fees_total, OLD.tax_amount, OLD.total_amount, OLD.tax_group_id, OLD.services_tax_rate, OLD.goods_tax_rate, OLD.deleted_at)
        IS DISTINCT FROM (NEW.labor_total, NEW.parts_total, NEW.sublet_total, NEW.discount_total, NEW.fees_total, NEW.tax_amount, NEW.total_amount, NEW.tax_group_id, NEW.services_tax_rate, NEW.goods_tax_rate, NEW.deleted_at))
    EXECUTE FUNCTION auto.derive_repair_order_totals();

COMMENT ON COLUMN auto.repair_orders.total_amount IS 'The jobs that were not declined, with fees and tax and less discounts, where the order has jobs or fees.';
COMMENT ON COLUMN auto.repair_orders.tax_amount IS 'The tax of its lines by its tax group, where it has both.';
