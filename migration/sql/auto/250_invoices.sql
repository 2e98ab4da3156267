-- Bills of repair orders: what their lines come to, what is paid on them, and the state that follows.

-- A deposit names the order, not yet the bill: it counts for the order's bill as long as that is not voided.
CREATE FUNCTION auto.invoice_figures(p auto.invoices, OUT labor_amount numeric, OUT parts_amount numeric, OUT sublet_amount numeric, OUT fees_amount numeric,
    OUT discount_amount numeric, OUT tax_amount numeric, OUT amount_paid numeric)
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT lines.labor, lines.parts, lines.sublet, lines.fees, lines.discount, lines.tax, least(paid.amount, 9999999999.99)
    FROM (
        SELECT least(coalesce(sum(round(c.quantity * c.unit_price, 2)) FILTER (WHERE c.line_type = 'labor'), 0), 999999999.99) AS labor,
            least(coalesce(sum(round(c.quantity * c.unit_price, 2)) FILTER (WHERE c.line_type = 'part'), 0), 999999999.99) AS parts,
            least(coalesce(sum(round(c.quantity * c.unit_price, 2)) FILTER (WHERE c.line_type = 'sublet'), 0), 999999999.99) AS sublet,
            least(coalesce(sum(round(c.quantity * c.unit_price, 2)) FILTER (WHERE c.line_type = 'fee'), 0), 999999999.99) AS fees,
            least(coalesce(sum(c.discount_amount), 0), 999999999.99) AS discount, least(coalesce(sum(c.tax_amount), 0), 999999999.99) AS tax
        FROM auto.invoice_line_items c WHERE c.business_id = p.business_id AND c.invoice_id = p.id
    ) AS lines CROSS JOIN (
        SELECT coalesce(sum(m.amount - m.refunded_amount), 0) AS amount FROM auto.payments m
        WHERE m.business_id = p.business_id AND m.status IN ('completed', 'partially_refunded', 'refunded') AND m.deleted_at IS NULL
            AND (m.invoice_id = p.id OR (m.invoice_id IS NULL AND m.repair_order_id = p.repair_order_id AND p.status <> 'voided'))
    ) AS paid
$$;
ALTER FUNCTION auto.invoice_figures(auto.invoices) OWNER TO thorbis_definer;
INSERT INTO platform.kept_columns
SELECT 'auto.invoices', c, '{auto.invoice_line_items,auto.payments}', format('(SELECT f.%I FROM auto.invoice_figures(p) AS f)', c)
FROM unnest('{labor_amount,parts_amount,sublet_amount,fees_amount,discount_amount,tax_amount,amount_paid}'::text[]) AS c;

-- Nothing paid: issued. A part: partial. All of it: paid. A draft waits to be issued, a voided bill stays so,
-- and what is overdue stays so until something is paid.
CREATE FUNCTION auto.settled_state(p_status text, p_paid numeric, p_total numeric) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE
        WHEN p_status IN ('draft', 'voided') THEN p_status
        WHEN p_paid <= 0 THEN CASE WHEN p_status IN ('partial', 'paid') AND p_total > 0 THEN 'issued' ELSE p_status END
        WHEN p_paid < p_total THEN 'partial'
        WHEN p_total > 0 THEN 'paid'
        ELSE p_status
    END
$$;
ALTER FUNCTION auto.settled_state(text, numeric, numeric) OWNER TO thorbis_definer;

CREATE FUNCTION auto.derive_invoice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    total numeric;
BEGIN
    SELECT f.labor_amount, f.parts_amount, f.sublet_amount, f.fees_amount, f.discount_amount, f.tax_amount, f.amount_paid
    INTO NEW.labor_amount, NEW.parts_amount, NEW.sublet_amount, NEW.fees_amount, NEW.discount_amount, NEW.tax_amount, NEW.amount_paid
    FROM auto.invoice_figures(NEW) AS f;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    total := NEW.labor_amount + NEW.parts_amount + NEW.sublet_amount + NEW.fees_amount - NEW.discount_amount + NEW.tax_amount;
    IF NEW.status = 'voided' AND OLD.status <> 'voided' AND EXISTS (SELECT FROM auto.payments m WHERE m.business_id = NEW.business_id AND m.invoice_id = NEW.id
        AND m.payment_type = 'payment' AND m.status IN ('completed', 'partially_refunded') AND m.deleted_at IS NULL)
    THEN
        PERFORM platform.refuse('status', 'cannot be voided while something is paid: refund the payments first.', 'auto', 'invoices');
    ELSIF NEW.status = OLD.status OR NEW.status = 'issued' THEN
        NEW.status := auto.settled_state(NEW.status, NEW.amount_paid, total);
    ELSIF NEW.status IN ('partial', 'paid') AND NEW.amount_paid > 0 AND NEW.status <> auto.settled_state(NEW.status, NEW.amount_paid, total) THEN
        PERFORM platform.refuse('status', 'follows from the payments of the bill.', 'auto', 'invoices');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.derive_invoice() OWNER TO thorbis_definer;
CREATE TRIGGER j_derive_on_insert BEFORE INSERT ON auto.invoices FOR EACH ROW EXECUTE FUNCTION auto.derive_invoice();
CREATE TRIGGER j_derive BEFORE UPDATE ON auto.invoices FOR EACH ROW
    WHEN ((OLD.labor_amount, OLD.parts_amount, OLD.sublet_amount, OLD.fees_amount, OLD.discount_amount, OLD.tax_amount, OLD.amount_paid, OLD.status, OLD.repair_order_id, OLD.deleted_at)
        IS DISTINCT FROM (NEW.labor_amount, NEW.parts_amount, NEW.sublet_amount, NEW.fees_amount, NEW.discount_amount, NEW.tax_amount, NEW.amount_paid, NEW.status, NEW.repair_order_id, NEW.deleted_at))
    EXECUTE FUNCTION auto.derive_invoice();

CREATE FUNCTION auto.recount_invoices(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM auto.invoices p WHERE p.business_id = p_business AND p.id = ANY (p_ids) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE auto.invoices p SET (labor_amount, parts_amount, sublet_amount, fees_amount, discount_amount, tax_amount, amount_paid)
        = ROW (f.labor_amount, f.parts_amount, f.sublet_amount, f.fees_amount, f.discount_amount, f.tax_amount, f.amount_paid)
    FROM auto.invoices q CROSS JOIN LATERAL auto.invoice_figures(q) AS f
    WHERE q.business_id = p_business AND q.id = ANY (p_ids) AND q.deleted_at IS NULL AND p.business_id = q.business_id AND p.id = q.id
        AND (p.labor_amount, p.parts_amount, p.sublet_amount, p.fees_amount, p.discount_amount, p.tax_amount, p.amount_paid)
            IS DISTINCT FROM (f.labor_amount, f.parts_amount, f.sublet_amount, f.fees_amount, f.discount_amount, f.tax_amount, f.amount_paid);
END $$;
ALTER FUNCTION auto.recount_invoices(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('auto', 'keep_invoices_from_lines', 'recount_invoices', 'auto.invoice_line_items', 'invoice_id',
    '{invoice_id,line_type,quantity,unit_price,discount_amount,tax_rate}');

CREATE FUNCTION auto.follow_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := coalesce(NEW.business_id, OLD.business_id);
BEGIN
    PERFORM auto.recount_invoices(business, ARRAY(
        SELECT i.id FROM auto.invoices i
        WHERE i.business_id = business AND (i.id IN (NEW.invoice_id, OLD.invoice_id) OR i.repair_order_id IN (NEW.repair_order_id, OLD.repair_order_id))));
    RETURN NULL;
END $$;
ALTER FUNCTION auto.follow_payment() OWNER TO thorbis_definer;
CREATE TRIGGER totals_invoices AFTER INSERT OR DELETE ON auto.payments FOR EACH ROW EXECUTE FUNCTION auto.follow_payment();
CREATE TRIGGER totals_invoices_on_update AFTER UPDATE ON auto.payments FOR EACH ROW
    WHEN ((OLD.invoice_id, OLD.repair_order_id, OLD.amount, OLD.refunded_amount, OLD.status, OLD.deleted_at)
        IS DISTINCT FROM (NEW.invoice_id, NEW.repair_order_id, NEW.amount, NEW.refunded_amount, NEW.status, NEW.deleted_at))
    EXECUTE FUNCTION auto.follow_payment();

-- A bill that was issued is a document: its lines stay as they were sent. Its business may go, and then
-- they go with it.
CREATE FUNCTION auto.check_invoice_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := coalesce(NEW.business_id, OLD.business_id);
BEGIN
    PERFORM FROM auto.invoices i WHERE i.business_id = business AND i.id IN (NEW.invoice_id, OLD.invoice_id) ORDER BY i.id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM auto.invoices i WHERE i.business_id = business AND i.id IN (NEW.invoice_id, OLD.invoice_id) AND i.status <> 'draft')
        AND (TG_OP <> 'DELETE' OR EXISTS (SELECT FROM businesses.businesses b WHERE b.id = business))
    THEN
        PERFORM platform.refuse('invoice_id', 'must be a draft: the lines of a bill that was issued stay as they are.', 'auto', 'invoice_line_items');
    END IF;
    IF TG_OP <> 'DELETE' AND EXISTS (SELECT FROM auto.invoices i JOIN auto.repair_order_jobs j ON j.business_id = i.business_id AND j.id = NEW.repair_order_job_id
        WHERE i.business_id = business AND i.id = NEW.invoice_id AND j.repair_order_id <> i.repair_order_id)
    THEN
        PERFORM platform.refuse('repair_order_job_id', 'must be a job of the order that is billed.', 'auto', 'invoice_line_items');
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
ALTER FUNCTION auto.check_invoice_line() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_line BEFORE INSERT OR DELETE ON auto.invoice_line_items FOR EACH ROW EXECUTE FUNCTION auto.check_invoice_line();
-- Where a job is gone, the line that names it may forget it.
CREATE TRIGGER j_check_line_change BEFORE UPDATE ON auto.invoice_line_items FOR EACH ROW
    WHEN ((OLD.invoice_id, OLD.line_type, OLD.description, OLD.quantity, OLD.unit_price, OLD.discount_amount, OLD.tax_rate, OLD.sort_order)
        IS DISTINCT FROM (NEW.invoice_id, NEW.line_type, NEW.description, NEW.quantity, NEW.unit_price, NEW.discount_amount, NEW.tax_rate, NEW.sort_order)
        OR (NEW.repair_order_job_id IS NOT NULL AND OLD.repair_order_job_id IS DISTINCT FROM NEW.repair_order_job_id))
    EXECUTE FUNCTION auto.check_invoice_line();

-- A bill is the bill of its order's customer.
CREATE FUNCTION auto.check_invoice_customer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.customer_id <> (SELECT o.customer_id FROM auto.repair_orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.repair_order_id) THEN
        PERFORM platform.refuse('customer_id', 'must be the customer of the repair order.', 'auto', 'invoices');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_invoice_customer() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_customer BEFORE INSERT OR UPDATE OF customer_id, repair_order_id ON auto.invoices FOR EACH ROW EXECUTE FUNCTION auto.check_invoice_customer();

-- Nobody pays more than an issued bill still asks for: the order is locked, then the bill, then it is counted.
CREATE FUNCTION auto.check_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    bill auto.invoices;
    due numeric;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.refunded_amount IS DISTINCT FROM OLD.refunded_amount AND NEW.status = OLD.status AND NEW.refunded_amount > 0
        AND NEW.status IN ('completed', 'partially_refunded')
    THEN
        NEW.status := CASE WHEN NEW.refunded_amount >= NEW.amount THEN 'refunded' ELSE 'partially_refunded' END;
    ELSIF NEW.status = 'voided' AND NEW.refunded_amount > 0 THEN
        PERFORM platform.refuse('status', 'cannot be voided: a part of the payment was given back.', 'auto', 'payments');
    ELSIF NEW.amount < NEW.refunded_amount THEN
        PERFORM platform.refuse('amount', 'must not be less than what was given back.', 'auto', 'payments');
    END IF;
    IF NEW.invoice_id IS NULL OR NEW.status IN ('failed', 'voided', 'refunded') OR NEW.deleted_at IS NOT NULL
        OR (TG_OP = 'UPDATE' AND OLD.invoice_id = NEW.invoice_id AND OLD.status NOT IN ('failed', 'voided') AND OLD.deleted_at IS NULL AND NEW.amount <= OLD.amount)
    THEN
        RETURN NEW;
    END IF;
    SELECT * INTO bill FROM auto.invoices i WHERE i.business_id = NEW.business_id AND i.id = NEW.invoice_id FOR NO KEY UPDATE;
    IF bill.status = 'voided' THEN
        PERFORM platform.refuse('invoice_id', 'must not be a voided bill.', 'auto', 'payments');
    ELSIF bill.customer_id <> NEW.customer_id THEN
        PERFORM platform.refuse('invoice_id', 'must be a bill of the customer who pays.', 'auto', 'payments');
    ELSIF bill.repair_order_id <> NEW.repair_order_id THEN
        PERFORM platform.refuse('invoice_id', 'must be the bill of the repair order.', 'auto', 'payments');
    ELSIF bill.id IS NULL OR bill.status = 'draft' THEN
        RETURN NEW;
    END IF;
    -- What is pending counts: it may arrive.
    SELECT bill.total_amount - coalesce(sum(m.amount - m.refunded_amount), 0) INTO due FROM auto.payments m
    WHERE m.business_id = NEW.business_id AND m.id <> NEW.id AND m.status NOT IN ('failed', 'voided') AND m.deleted_at IS NULL
        AND (m.invoice_id = bill.id OR (m.invoice_id IS NULL AND m.repair_order_id = bill.repair_order_id));
    IF NEW.amount - NEW.refunded_amount > due THEN
        PERFORM platform.refuse(CASE WHEN due > 0 THEN 'amount' ELSE 'invoice_id' END,
            format('must not pay more than is due: %s is due on the bill.', greatest(due, 0)), 'auto', 'payments');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_payment() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_payment BEFORE INSERT OR UPDATE ON auto.payments FOR EACH ROW
    WHEN (NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION auto.check_payment();

CALL platform.keep_totals('auto.payments',
    '{"refunded_amount": "(SELECT coalesce(sum(r.amount), 0) FROM auto.refunds r WHERE r.business_id = p.business_id AND r.payment_id = p.id AND r.status = ''completed'' AND r.deleted_at IS NULL)"}',
    '{"auto.refunds": ["payment_id", "amount", "status"]}');

-- Of a payment goes back at most what it was. The bill is locked before the payment, as by whoever pays.
CREATE FUNCTION auto.check_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    money auto.payments;
    free numeric;
BEGIN
    PERFORM FROM auto.invoices i WHERE i.business_id = NEW.business_id
        AND i.id = (SELECT m.invoice_id FROM auto.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id) FOR NO KEY UPDATE;
    SELECT * INTO money FROM auto.payments m WHERE m.business_id = NEW.business_id AND m.id = NEW.payment_id FOR NO KEY UPDATE;
    IF money.id IS NULL THEN
        RETURN NEW;
    ELSIF money.status IN ('failed', 'voided') THEN
        PERFORM platform.refuse('payment_id', 'must not be a payment that failed or was voided.', 'auto', 'refunds');
    END IF;
    SELECT money.amount - coalesce(sum(r.amount), 0) INTO free FROM auto.refunds r
    WHERE r.business_id = NEW.business_id AND r.payment_id = NEW.payment_id AND r.id <> NEW.id AND r.status <> 'failed' AND r.deleted_at IS NULL;
    IF NEW.amount > free THEN
        PERFORM platform.refuse(CASE WHEN free > 0.5 THEN 'amount' ELSE 'payment_id' END,
            format('must not give back more than was paid: %s of the payment is left.', greatest(free, 0)), 'auto', 'refunds');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_refund() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_refund BEFORE INSERT OR UPDATE OF payment_id, amount, status, deleted_at ON auto.refunds FOR EACH ROW
    WHEN (NEW.status <> 'failed' AND NEW.deleted_at IS NULL AND NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION auto.check_refund();
CALL platform.stamp_states('auto.refunds', 'status', '{"completed": {"refunded_at": "now()", "approved_by_id": "coalesce(NEW.approved_by_id, auth.uid())"}, "pending": {"refunded_at": "NULL"}}');
