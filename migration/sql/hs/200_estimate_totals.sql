-- What estimates come to. Here and in the files beside this one the same holds for estimates, bills, jobs
-- and repair orders: a document that never had line items keeps the totals its client typed, for
-- businesses that keep none. From its first line on the database adds it up, whatever a client types, and
-- a document whose lines are all removed comes to nothing. Payments on a bill count alike.

-- An option is what its lines cost, less its own discount. Every taxable line is taxed by itself, after its
-- share of the discount.
CREATE FUNCTION hs.option_figures(p hs.estimate_options, OUT subtotal numeric, OUT tax_amount numeric)
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT least(s.subtotal, 9999999999.99), least(s.tax, 9999999999.99)
    FROM hs.estimates e
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(c.line_total), 0) AS total FROM hs.estimate_line_items c
        WHERE c.business_id = p.business_id AND c.estimate_option_id = p.id AND c.deleted_at IS NULL
    ) AS lines
    CROSS JOIN LATERAL (
        SELECT lines.total AS subtotal,
            coalesce(sum(round(c.line_total * (1 - least(p.discount_amount / nullif(lines.total, 0), 1)) * e.tax_rate, 2)) FILTER (WHERE c.is_taxable), 0) AS tax
        FROM hs.estimate_line_items c
        WHERE c.business_id = p.business_id AND c.estimate_option_id = p.id AND c.deleted_at IS NULL
    ) AS s
    WHERE e.business_id = p.business_id AND e.id = p.estimate_id
$$;
ALTER FUNCTION hs.option_figures(hs.estimate_options) OWNER TO thorbis_definer;

CALL platform.keep_totals('hs.estimate_options',
    '{"subtotal": "(SELECT f.subtotal FROM hs.option_figures(p) AS f)", "tax_amount": "(SELECT f.tax_amount FROM hs.option_figures(p) AS f)"}',
    '{"hs.estimate_line_items": ["estimate_option_id", "line_total", "is_taxable"], "hs.estimate_options": ["id", "discount_amount"]}');

-- An estimate is its common lines and those of the option that was selected.
CREATE FUNCTION hs.estimate_figures(p hs.estimates, OUT subtotal numeric, OUT discount_amount numeric, OUT tax_amount numeric, OUT total_amount numeric)
LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH lines AS MATERIALIZED (
        -- The part of a line that an option's own discount leaves.
        SELECT c.line_total * CASE WHEN o.id IS NULL THEN 1 ELSE 1 - least(o.discount_amount / nullif(sum(c.line_total) OVER (PARTITION BY o.id), 0), 1) END AS amount, c.is_taxable
        FROM hs.estimate_line_items c
        LEFT JOIN hs.estimate_options o ON o.business_id = c.business_id AND o.id = c.estimate_option_id
        WHERE c.business_id = p.business_id AND c.estimate_id = p.id AND c.deleted_at IS NULL
            AND (c.estimate_option_id IS NULL OR (o.status = 'selected' AND o.deleted_at IS NULL))
    ), added AS (
        SELECT least(coalesce(round(sum(amount), 2), 0), 9999999999.99) AS subtotal FROM lines
    ), discounted AS (
        SELECT a.subtotal, CASE WHEN p.discount_percentage > 0 THEN round(a.subtotal * p.discount_percentage / 100, 2) ELSE p.discount_amount END AS discount FROM added a
    ), taxed AS (
        SELECT d.subtotal, d.discount, least(coalesce((
            SELECT sum(round(l.amount * (1 - least(d.discount / nullif(d.subtotal, 0), 1)) * p.tax_rate, 2)) FROM lines l WHERE l.is_taxable
        ), 0), 9999999999.99) AS tax
        FROM discounted d
    )
    SELECT CASE WHEN has_any THEN t.subtotal ELSE p.subtotal END, CASE WHEN has_any THEN t.discount ELSE p.discount_amount END,
        CASE WHEN has_any THEN t.tax ELSE p.tax_amount END,
        CASE WHEN has_any THEN least(greatest(t.subtotal - t.discount, 0) + t.tax, 9999999999.99) ELSE p.total_amount END
    FROM taxed t CROSS JOIN (
        SELECT EXISTS (SELECT FROM hs.estimate_line_items c WHERE c.business_id = p.business_id AND c.estimate_id = p.id) AS has_any
    ) AS kept
$$;
ALTER FUNCTION hs.estimate_figures(hs.estimates) OWNER TO thorbis_definer;

CALL platform.keep_totals('hs.estimates', '{
    "subtotal": "(SELECT f.subtotal FROM hs.estimate_figures(p) AS f)",
    "discount_amount": "(SELECT f.discount_amount FROM hs.estimate_figures(p) AS f)",
    "tax_amount": "(SELECT f.tax_amount FROM hs.estimate_figures(p) AS f)",
    "total_amount": "(SELECT f.total_amount FROM hs.estimate_figures(p) AS f)"
}', '{
    "hs.estimate_line_items": ["estimate_id", "estimate_option_id", "line_total", "is_taxable"],
    "hs.estimate_options": ["estimate_id", "status", "discount_amount"]
}');

-- All of them at once, where the helper would ask for each by itself.
CREATE OR REPLACE FUNCTION hs.recount_estimates_discount_amount(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM hs.estimates p WHERE p.business_id = p_business AND p.id = ANY (p_ids) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE hs.estimates p SET (subtotal, discount_amount, tax_amount, total_amount) = ROW (f.subtotal, f.discount_amount, f.tax_amount, f.total_amount)
    FROM hs.estimates q CROSS JOIN LATERAL hs.estimate_figures(q) AS f
    WHERE q.business_id = p_business AND q.id = ANY (p_ids) AND q.deleted_at IS NULL AND p.business_id = q.business_id AND p.id = q.id
        AND (p.subtotal, p.discount_amount, p.tax_amount, p.total_amount) IS DISTINCT FROM (f.subtotal, f.discount_amount, f.tax_amount, f.total_amount);
END $$;

-- What a client changes on the estimate itself counts at once, and what it types over a sum does not.
CREATE FUNCTION hs.derive_estimate_totals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT f.subtotal, f.discount_amount, f.tax_amount, f.total_amount
    INTO NEW.subtotal, NEW.discount_amount, NEW.tax_amount, NEW.total_amount FROM hs.estimate_figures(NEW) AS f;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.derive_estimate_totals() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_totals BEFORE UPDATE ON hs.estimates FOR EACH ROW
    WHEN ((OLD.subtotal, OLD.tax_rate, OLD.tax_amount, OLD.discount_amount, OLD.discount_percentage, OLD.total_amount)
        IS DISTINCT FROM (NEW.subtotal, NEW.tax_rate, NEW.tax_amount, NEW.discount_amount, NEW.discount_percentage, NEW.total_amount))
    EXECUTE FUNCTION hs.derive_estimate_totals();

CREATE FUNCTION hs.tax_estimate_options() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM hs.recount_estimate_options_subtotal(NEW.business_id, ARRAY(
        SELECT o.id FROM hs.estimate_options o WHERE o.business_id = NEW.business_id AND o.estimate_id = NEW.id AND o.deleted_at IS NULL));
    RETURN NULL;
END $$;
ALTER FUNCTION hs.tax_estimate_options() OWNER TO thorbis_definer;
CREATE TRIGGER totals_tax_options AFTER UPDATE ON hs.estimates FOR EACH ROW WHEN (OLD.tax_rate IS DISTINCT FROM NEW.tax_rate)
    EXECUTE FUNCTION hs.tax_estimate_options();

CREATE FUNCTION hs.check_estimate_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM hs.estimate_options o WHERE o.business_id = NEW.business_id AND o.id = NEW.estimate_option_id AND o.estimate_id <> NEW.estimate_id) THEN
        PERFORM platform.refuse('estimate_option_id', 'must be an option of the same estimate.', 'hs', 'estimate_line_items');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_estimate_line() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_line BEFORE INSERT OR UPDATE OF estimate_id, estimate_option_id ON hs.estimate_line_items FOR EACH ROW
    WHEN (NEW.estimate_option_id IS NOT NULL) EXECUTE FUNCTION hs.check_estimate_line();

-- When it was sent, seen and answered; what a client says itself stays.
CALL platform.stamp_states('hs.estimates', 'status',
    '{"sent": {"sent_at": "now()"}, "viewed": {"viewed_at": "now()"}, "approved": {"approved_at": "now()"}, "rejected": {"rejected_at": "now()"}}');

-- An estimate that offers choices is accepted with one of them. One that is accepted turns into a job when
-- it gets one.
CREATE FUNCTION hs.check_estimate_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'approved' AND OLD.status <> 'approved'
        AND EXISTS (SELECT FROM hs.estimate_options o WHERE o.business_id = NEW.business_id AND o.estimate_id = NEW.id AND o.deleted_at IS NULL)
        AND NOT EXISTS (SELECT FROM hs.estimate_options o WHERE o.business_id = NEW.business_id AND o.estimate_id = NEW.id AND o.status = 'selected' AND o.deleted_at IS NULL)
    THEN
        PERFORM platform.refuse('status', 'needs one of the options to be selected first.', 'hs', 'estimates');
    END IF;
    IF NEW.status = 'approved' AND OLD.work_order_id IS NULL AND NEW.work_order_id IS NOT NULL THEN
        NEW.converted_at := coalesce(NEW.converted_at, now());
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_estimate_state() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_state BEFORE UPDATE ON hs.estimates FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.work_order_id IS DISTINCT FROM NEW.work_order_id)
    EXECUTE FUNCTION hs.check_estimate_state();

-- What the answer decides: the other options, the deposit that nobody will pay, the lead behind it.
CREATE FUNCTION hs.follow_estimate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status IN ('approved', 'rejected') THEN
        UPDATE hs.estimate_options o SET status = 'dismissed'
        WHERE o.business_id = NEW.business_id AND o.estimate_id = NEW.id AND o.status = 'open' AND o.deleted_at IS NULL;
    END IF;
    IF NEW.status = 'rejected' THEN
        UPDATE hs.deposits d SET status = 'cancelled'
        WHERE d.business_id = NEW.business_id AND d.estimate_id = NEW.id AND d.status = 'requested' AND d.deleted_at IS NULL;
        UPDATE hs.leads l SET status = 'lost', lost_reason = coalesce(l.lost_reason, NEW.rejection_reason, 'The estimate was declined.')
        WHERE l.business_id = NEW.business_id AND l.estimate_id = NEW.id AND l.status = 'quoted' AND l.deleted_at IS NULL;
    END IF;
    IF NEW.status IN ('sent', 'approved') THEN
        UPDATE hs.leads l SET status = CASE NEW.status WHEN 'sent' THEN 'quoted' ELSE 'won' END
        WHERE l.business_id = NEW.business_id AND l.estimate_id = NEW.id AND l.deleted_at IS NULL
            AND l.status = CASE NEW.status WHEN 'sent' THEN 'qualified' ELSE 'quoted' END;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION hs.follow_estimate() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_state AFTER UPDATE ON hs.estimates FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('sent', 'approved', 'rejected')) EXECUTE FUNCTION hs.follow_estimate();

COMMENT ON COLUMN hs.estimates.subtotal IS 'The sum of the common lines and those of the selected option, where the estimate has lines.';
COMMENT ON COLUMN hs.estimates.total_amount IS 'The subtotal less the discount, with tax; kept by the system where the estimate has lines.';
