-- From hours and expenses to a bill, and from money received to what is left of it.

-- The first rate of an entry is that of the service it names, unless it says its own.
CREATE FUNCTION investigations.rate_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.rate = 0 AND NEW.billing_rate_id IS NOT NULL THEN
        SELECT coalesce(r.rate, 0) INTO NEW.rate FROM investigations.billing_rates r WHERE r.business_id = NEW.business_id AND r.id = NEW.billing_rate_id;
        NEW.rate := coalesce(NEW.rate, 0);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.rate_time() OWNER TO thorbis_definer;
CREATE TRIGGER j_rate_time BEFORE INSERT ON investigations.time_entries FOR EACH ROW EXECUTE FUNCTION investigations.rate_time();
ALTER TABLE investigations.time_entries ADD CONSTRAINT time_entries_amount_range CHECK (hours * rate < 10000000000);
ALTER TABLE investigations.expenses ADD CONSTRAINT expenses_billable_amount_range CHECK (amount * (1 + markup_rate) < 9999999999.99);
ALTER TABLE investigations.invoice_items ADD CONSTRAINT invoice_items_line_total_range CHECK (abs(quantity * unit_price) < 9999999999.99);

-- An approved entry that is put on a bill is billed, one that is taken off is approved again. What stands
-- on a bill does not change behind its back.
CREATE FUNCTION investigations.put_on_bill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    bill investigations.invoices;
BEGIN
    IF NEW.invoice_item_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.invoice_item_id IS DISTINCT FROM OLD.invoice_item_id OR NEW.case_id <> OLD.case_id) THEN
        IF NOT NEW.is_billable THEN
            PERFORM platform.refuse('is_billable', 'must be set for what is put on a bill.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        SELECT i.* INTO bill FROM investigations.invoices i JOIN investigations.invoice_items l ON l.business_id = i.business_id AND l.invoice_id = i.id
        WHERE l.business_id = NEW.business_id AND l.id = NEW.invoice_item_id;
        IF bill.case_id <> NEW.case_id THEN
            PERFORM platform.refuse('invoice_item_id', 'must be a line of a bill for the same case.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        IF bill.status = 'voided' THEN
            PERFORM platform.refuse('invoice_item_id', 'must be a line of a bill that is not voided.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    IF NEW.invoice_item_id IS NOT NULL AND TG_OP = 'UPDATE' AND NEW.status = 'approved' AND OLD.status = 'approved' THEN
        NEW.status := 'billed';
    ELSIF TG_OP = 'UPDATE' AND NEW.status = 'approved' AND OLD.status = 'billed' THEN
        NEW.invoice_item_id := NULL;
    ELSIF TG_OP = 'UPDATE' AND NEW.invoice_item_id IS NULL AND OLD.invoice_item_id IS NOT NULL AND NEW.status = 'billed' THEN
        NEW.status := 'approved';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.put_on_bill() OWNER TO thorbis_definer;
CREATE TRIGGER l_put_on_bill BEFORE INSERT OR UPDATE ON investigations.time_entries FOR EACH ROW EXECUTE FUNCTION investigations.put_on_bill();
CREATE TRIGGER l_put_on_bill BEFORE INSERT OR UPDATE ON investigations.expenses FOR EACH ROW EXECUTE FUNCTION investigations.put_on_bill();

-- Argument: a column of the amount; the trigger says which others matter.
CREATE FUNCTION investigations.refuse_billed_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM platform.refuse(TG_ARGV[0], 'stands on a bill; take it off the bill first.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    RETURN NULL;
END $$;
CREATE TRIGGER m_billed BEFORE UPDATE ON investigations.time_entries FOR EACH ROW
    WHEN (OLD.status = 'billed' AND NEW.status = 'billed' AND (OLD.hours, OLD.rate, OLD.case_id) IS DISTINCT FROM (NEW.hours, NEW.rate, NEW.case_id))
    EXECUTE FUNCTION investigations.refuse_billed_change('hours');
CREATE TRIGGER m_billed BEFORE UPDATE ON investigations.expenses FOR EACH ROW
    WHEN (OLD.status = 'billed' AND NEW.status = 'billed' AND (OLD.amount, OLD.markup_rate, OLD.case_id) IS DISTINCT FROM (NEW.amount, NEW.markup_rate, NEW.case_id))
    EXECUTE FUNCTION investigations.refuse_billed_change('amount');

-- A voided bill, a deleted bill and a deleted line let go of what they billed, so that it can be billed anew.
CREATE FUNCTION investigations.release_billed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    lines uuid[];
BEGIN
    IF TG_TABLE_NAME = 'invoices' THEN
        lines := ARRAY(SELECT l.id FROM investigations.invoice_items l WHERE l.business_id = NEW.business_id AND l.invoice_id = NEW.id);
    ELSE
        lines := ARRAY[NEW.id];
    END IF;
    UPDATE investigations.time_entries t SET invoice_item_id = NULL WHERE t.business_id = NEW.business_id AND t.invoice_item_id = ANY (lines) AND t.deleted_at IS NULL;
    UPDATE investigations.expenses e SET invoice_item_id = NULL WHERE e.business_id = NEW.business_id AND e.invoice_item_id = ANY (lines) AND e.deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION investigations.release_billed() OWNER TO thorbis_definer;
CREATE TRIGGER y_release_billed AFTER UPDATE OF status, deleted_at ON investigations.invoices FOR EACH ROW
    WHEN ((NEW.status = 'voided' AND OLD.status <> 'voided') OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL))
    EXECUTE FUNCTION investigations.release_billed();
CREATE TRIGGER y_release_billed AFTER UPDATE OF deleted_at ON investigations.invoice_items FOR EACH ROW
    WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL) EXECUTE FUNCTION investigations.release_billed();

-- A bill's sums. Its tax rate is its group's while it is a draft, and stays what it was once it is sent.
CREATE FUNCTION investigations.take_tax_rate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.status = 'draft' OR NEW.tax_group_id IS DISTINCT FROM OLD.tax_group_id THEN
        NEW.tax_rate := coalesce((SELECT least(g.combined_rate, 1) FROM businesses.tax_groups g WHERE g.business_id = NEW.business_id AND g.id = NEW.tax_group_id), 0);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.take_tax_rate() OWNER TO thorbis_definer;
CREATE TRIGGER j_take_tax_rate BEFORE INSERT OR UPDATE ON investigations.invoices FOR EACH ROW EXECUTE FUNCTION investigations.take_tax_rate();
CALL platform.keep_row('investigations.invoices', '[
    ["tax_amount", "least(round(greatest(NEW.subtotal - NEW.discount_amount, 0) * NEW.tax_rate, 2), 999999999.99)"]]');
CALL platform.stamp_states('investigations.invoices', 'status', '{
    "sent": {"sent_at": "coalesce(NEW.sent_at, now())", "issued_on": "coalesce(NEW.issued_on, least(NEW.due_on, CURRENT_DATE))"}}');
CALL platform.keep_totals('investigations.invoices', jsonb_build_object(
    'subtotal', $$(SELECT greatest(least(coalesce(sum(l.line_total), 0), 999999999.99), -999999999.99) FROM investigations.invoice_items l
        WHERE l.business_id = p.business_id AND l.invoice_id = p.id AND l.deleted_at IS NULL)$$),
    '{"investigations.invoice_items": ["invoice_id", "line_total"]}');
ALTER TABLE investigations.invoices ADD CONSTRAINT invoices_discount_amount_limit CHECK (discount_amount < 1000000000);
-- What was paid: payments less what was given back, and what a retainer gave.
CALL platform.keep_totals('investigations.invoices', jsonb_build_object(
    'amount_paid', $$least(greatest(
        (SELECT coalesce(sum(m.amount - m.refunded_amount), 0) FROM investigations.payments m
            WHERE m.business_id = p.business_id AND m.invoice_id = p.id AND m.status IN ('completed', 'partially_refunded', 'refunded') AND m.deleted_at IS NULL)
        - (SELECT coalesce(sum(t.amount), 0) FROM investigations.retainer_transactions t
            WHERE t.business_id = p.business_id AND t.invoice_id = p.id AND t.transaction_type = 'invoice_applied'), 0), 999999999.99)$$),
    '{"investigations.payments": ["invoice_id", "amount", "refunded_amount", "status"],
      "investigations.retainer_transactions": ["invoice_id", "amount", "transaction_type"]}');

-- What is paid moves a bill that is out; a draft and a voided bill stay what they are. After the flow's own
-- trigger, for the moves a client makes.
CREATE FUNCTION investigations.settle_invoice() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    total numeric := NEW.subtotal - NEW.discount_amount + NEW.tax_amount;
BEGIN
    IF NEW.status IN ('sent', 'partial', 'paid', 'overdue') THEN
        NEW.status := CASE
            WHEN NEW.amount_paid > 0 AND NEW.amount_paid >= total THEN 'paid'
            WHEN NEW.amount_paid > 0 THEN 'partial'
            WHEN NEW.status IN ('partial', 'paid') THEN 'sent'
            ELSE NEW.status END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER n_settle BEFORE UPDATE ON investigations.invoices FOR EACH ROW
    WHEN (OLD.amount_paid IS DISTINCT FROM NEW.amount_paid OR OLD.subtotal IS DISTINCT FROM NEW.subtotal OR (OLD.status = 'draft' AND NEW.status = 'sent'))
    EXECUTE FUNCTION investigations.settle_invoice();
