-- What bills come to, what is paid on them, and the state that follows. Lines and payments add up as said
-- in 200_estimate_totals: the first payment that is recorded takes the place of a typed amount paid.

ALTER TABLE hs.invoice_line_items ADD CONSTRAINT invoice_line_items_discount_amount_rule
    CHECK (discount_amount <= round(quantity * unit_price, 2) OR (line_type = 'credit' AND discount_amount = 0));

CREATE FUNCTION hs.invoice_figures(p hs.invoices, OUT subtotal numeric, OUT discount_amount numeric, OUT tax_amount numeric, OUT total_amount numeric,
    OUT has_money boolean, OUT amount_paid numeric, OUT is_written_off boolean)
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT
        CASE WHEN lines.has_any THEN lines.subtotal ELSE p.subtotal END,
        CASE WHEN lines.has_any THEN lines.discount ELSE p.discount_amount END,
        CASE WHEN lines.has_any THEN lines.tax ELSE p.tax_amount END,
        CASE WHEN lines.has_any THEN least(lines.subtotal - lines.discount + lines.tax, 9999999999.99) ELSE p.total_amount END,
        paid.has_any OR credited.has_any,
        CASE WHEN paid.has_any OR credited.has_any THEN least(paid.amount + credited.amount, 9999999999.99) ELSE p.amount_paid END,
        credited.is_written_off
    FROM (
        SELECT count(*) > 0 AS has_any,
            least(greatest(coalesce(sum(round(c.quantity * c.unit_price, 2)) FILTER (WHERE c.deleted_at IS NULL), 0), -9999999999.99), 9999999999.99) AS subtotal,
            least(coalesce(sum(c.discount_amount) FILTER (WHERE c.deleted_at IS NULL), 0), 9999999999.99) AS discount,
            least(greatest(coalesce(sum(c.tax_amount) FILTER (WHERE c.deleted_at IS NULL), 0), -9999999999.99), 9999999999.99) AS tax
        FROM hs.invoice_line_items c WHERE c.business_id = p.business_id AND c.invoice_id = p.id
    ) AS lines CROSS JOIN (
        -- Money that has not arrived, or did not stay, pays nothing.
        SELECT count(*) > 0 AS has_any, coalesce(sum(a.amount) FILTER (WHERE a.deleted_at IS NULL AND m.deleted_at IS NULL
            AND m.status IN ('completed', 'partially_refunded', 'refunded')), 0) AS amount
        FROM hs.payment_allocations a JOIN hs.payments m ON m.business_id = a.business_id AND m.id = a.payment_id
        WHERE a.business_id = p.business_id AND a.invoice_id = p.id
    ) AS paid CROSS JOIN (
        SELECT count(*) > 0 AS has_any, coalesce(sum(m.applied_amount) FILTER (WHERE m.deleted_at IS NULL), 0) AS amount,
            coalesce(bool_or(m.reason = 'bad_debt') FILTER (WHERE m.deleted_at IS NULL), false) AS is_written_off
        FROM hs.credit_memos m WHERE m.business_id = p.business_id AND m.invoice_id = p.id AND m.applied_amount > 0
    ) AS credited
$$;
ALTER FUNCTION hs.invoice_figures(hs.invoices) OWNER TO thorbis_definer;

-- Nothing paid: sent. A part: partial. All of it: paid, or written off where a write-off was the last of it.
-- A draft that comes to nothing yet stays one, and what is overdue stays so until something is paid.
CREATE FUNCTION hs.settled_state(p_status text, p_paid numeric, p_total numeric, p_written_off boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE
        WHEN p_status = 'cancelled' THEN p_status
        WHEN p_paid <= 0 THEN CASE WHEN p_status IN ('partial', 'paid') AND p_total > 0 THEN 'sent' ELSE p_status END
        WHEN p_total <= 0 THEN p_status
        WHEN p_paid < p_total THEN 'partial'
        WHEN p_written_off AND p_status IN ('sent', 'partial', 'overdue', 'written_off') THEN 'written_off'
        WHEN p_status = 'written_off' THEN p_status
        ELSE 'paid'
    END
$$;
ALTER FUNCTION hs.settled_state(text, numeric, numeric, boolean) OWNER TO thorbis_definer;

CALL platform.keep_totals('hs.invoices', '{
    "subtotal": "(SELECT f.subtotal FROM hs.invoice_figures(p) AS f)",
    "discount_amount": "(SELECT f.discount_amount FROM hs.invoice_figures(p) AS f)",
    "tax_amount": "(SELECT f.tax_amount FROM hs.invoice_figures(p) AS f)",
    "total_amount": "(SELECT f.total_amount FROM hs.invoice_figures(p) AS f)",
    "amount_paid": "(SELECT f.amount_paid FROM hs.invoice_figures(p) AS f)"
}', '{
    "hs.invoice_line_items": ["invoice_id", "quantity", "unit_price", "discount_amount", "tax_rate"],
    "hs.payment_allocations": ["invoice_id", "payment_id", "amount"],
    "hs.credit_memos": ["invoice_id", "applied_amount"]
}');

-- All of them at once, where the helper would ask for each by itself.
CREATE OR REPLACE FUNCTION hs.recount_invoices_amount_paid(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM hs.invoices p WHERE p.business_id = p_business AND p.id = ANY (p_ids) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE hs.invoices p SET (subtotal, discount_amount, tax_amount, total_amount, amount_paid) = ROW (f.subtotal, f.discount_amount, f.tax_amount, f.total_amount, f.amount_paid)
    FROM hs.invoices q CROSS JOIN LATERAL hs.invoice_figures(q) AS f
    WHERE q.business_id = p_business AND q.id = ANY (p_ids) AND q.deleted_at IS NULL AND p.business_id = q.business_id AND p.id = q.id
        AND (p.subtotal, p.discount_amount, p.tax_amount, p.total_amount, p.amount_paid) IS DISTINCT FROM (f.subtotal, f.discount_amount, f.tax_amount, f.total_amount, f.amount_paid);
END $$;

CREATE FUNCTION hs.derive_invoice_totals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    figures record;
BEGIN
    SELECT * INTO figures FROM hs.invoice_figures(NEW);
    IF figures.total_amount < 0 THEN
        PERFORM platform.refuse('unit_price', 'must leave the bill at 0 or more: its credits are larger than its other lines.', 'hs', 'invoice_line_items');
    END IF;
    NEW.subtotal := figures.subtotal;
    NEW.discount_amount := figures.discount_amount;
    NEW.tax_amount := figures.tax_amount;
    NEW.total_amount := figures.total_amount;
    NEW.amount_paid := figures.amount_paid;
    IF figures.has_money AND NEW.status = OLD.status AND (NEW.amount_paid, NEW.total_amount) IS DISTINCT FROM (OLD.amount_paid, OLD.total_amount) THEN
        NEW.status := hs.settled_state(NEW.status, NEW.amount_paid, NEW.total_amount, figures.is_written_off);
    ELSIF figures.has_money AND NEW.status <> OLD.status AND NEW.status IN ('sent', 'partial', 'paid')
        AND NEW.status <> hs.settled_state(NEW.status, NEW.amount_paid, NEW.total_amount, figures.is_written_off)
    THEN
        PERFORM platform.refuse('status', 'follows from the payments of the bill.', 'hs', 'invoices');
    ELSIF figures.amount_paid > 0 AND figures.has_money AND NEW.status = 'cancelled' AND OLD.status <> 'cancelled' THEN
        PERFORM platform.refuse('status', 'cannot be cancelled while something is paid: refund or release the payments first.', 'hs', 'invoices');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.derive_invoice_totals() OWNER TO thorbis_definer;
-- Its name sorts before the stamps of the states, since it decides on one.
CREATE TRIGGER j_derive_totals BEFORE UPDATE ON hs.invoices FOR EACH ROW
    WHEN ((OLD.subtotal, OLD.discount_amount, OLD.tax_amount, OLD.total_amount, OLD.amount_paid, OLD.status)
        IS DISTINCT FROM (NEW.subtotal, NEW.discount_amount, NEW.tax_amount, NEW.total_amount, NEW.amount_paid, NEW.status))
    EXECUTE FUNCTION hs.derive_invoice_totals();

CALL platform.stamp_states('hs.invoices', 'status', '{"sent": {"sent_at": "now()"}, "cancelled": {"voided_at": "now()"}}');

-- What a bill pays for moves with it: instalments of agreements, steps of projects, commissions. A
-- cancelled bill leaves them to be billed again; the commission on it is not earned.
CREATE FUNCTION hs.follow_invoice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'paid' THEN
        UPDATE hs.service_agreement_billings b SET status = 'paid'
        WHERE b.business_id = NEW.business_id AND b.invoice_id = NEW.id AND b.status = 'invoiced' AND b.deleted_at IS NULL;
        UPDATE hs.billing_milestones m SET status = 'paid'
        WHERE m.business_id = NEW.business_id AND m.invoice_id = NEW.id AND m.status = 'invoiced' AND m.deleted_at IS NULL;
    ELSIF NEW.status = 'cancelled' THEN
        UPDATE hs.service_agreement_billings b SET status = 'failed'
        WHERE b.business_id = NEW.business_id AND b.invoice_id = NEW.id AND b.status = 'invoiced' AND b.deleted_at IS NULL;
        UPDATE hs.billing_milestones m SET status = 'reached', invoice_id = NULL
        WHERE m.business_id = NEW.business_id AND m.invoice_id = NEW.id AND m.status = 'invoiced' AND m.deleted_at IS NULL;
    END IF;
    IF NEW.status IN ('cancelled', 'written_off') THEN
        UPDATE hs.commissions c SET status = 'reversed'
        WHERE c.business_id = NEW.business_id AND c.invoice_id = NEW.id AND c.status IN ('pending', 'approved') AND c.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION hs.follow_invoice() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_state AFTER UPDATE ON hs.invoices FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('paid', 'cancelled', 'written_off')) EXECUTE FUNCTION hs.follow_invoice();

COMMENT ON COLUMN hs.invoices.total_amount IS 'The subtotal less the discount, with tax; kept by the system where the bill has lines.';
COMMENT ON COLUMN hs.invoices.amount_paid IS 'What payments and credits come to on it, where there are any.';
