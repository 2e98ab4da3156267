-- The platform's invoices follow from their lines and payments. Lines change only in a draft.

-- The parts are kept within their columns; a sum of money past two thousand millions is a mistake.
CREATE FUNCTION billing.line_sum(p_business_id uuid, p_invoice_id uuid, p_kinds text[]) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT greatest(-2000000000.00, least(2000000000.00, coalesce(sum(l.amount), 0))) FROM billing.platform_invoice_lines l
    WHERE l.business_id = p_business_id AND l.platform_invoice_id = p_invoice_id AND l.kind = ANY (p_kinds)
$$;
GRANT EXECUTE ON FUNCTION billing.line_sum(uuid, uuid, text[]) TO thorbis_definer;
CALL platform.keep_totals('billing.platform_invoices', $totals${
    "subtotal": "billing.line_sum(p.business_id, p.id, '{subscription,usage,proration,adjustment}')",
    "discount_amount": "-billing.line_sum(p.business_id, p.id, '{discount}')",
    "credit_amount": "-billing.line_sum(p.business_id, p.id, '{credit}')",
    "tax_amount": "billing.line_sum(p.business_id, p.id, '{tax}')",
    "total_amount": "billing.line_sum(p.business_id, p.id, '{subscription,usage,proration,adjustment}') + billing.line_sum(p.business_id, p.id, '{discount}') + billing.line_sum(p.business_id, p.id, '{credit}') + billing.line_sum(p.business_id, p.id, '{tax}')"
}$totals$, '{"billing.platform_invoice_lines": ["platform_invoice_id", "kind", "amount"]}');
CALL platform.keep_totals('billing.platform_invoices', $totals${
    "amount_paid": "(SELECT least(9999999999.99, coalesce(sum(c.amount - c.refunded_amount), 0)) FROM billing.payments c WHERE c.business_id = p.business_id AND c.platform_invoice_id = p.id AND c.status = 'succeeded')"
}$totals$, '{"billing.payments": ["platform_invoice_id", "status", "amount", "refunded_amount"]}');
CALL platform.keep_totals('billing.billing_accounts', $totals${
    "balance": "(SELECT greatest(-9999999999.99, least(9999999999.99, coalesce(sum(c.amount_due), 0))) FROM billing.platform_invoices c WHERE c.business_id = p.business_id AND c.billing_account_id = p.id AND c.status = 'open')"
}$totals$, '{"billing.platform_invoices": ["billing_account_id", "status", "amount_due"]}');
COMMENT ON COLUMN billing.billing_accounts.balance IS 'What is left to pay on open invoices; kept by the system.';

-- A new invoice has no lines, so it has no totals. Its number counts through the platform's year.
CREATE FUNCTION billing.begin_invoice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.invoice_number := coalesce(nullif(NEW.invoice_number, ''), platform.next_number('00000000-0000-0000-0000-000000000000', 'TB'));
    NEW.subtotal := 0;
    NEW.discount_amount := 0;
    NEW.credit_amount := 0;
    NEW.tax_amount := 0;
    NEW.total_amount := 0;
    NEW.amount_paid := 0;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.begin_invoice() OWNER TO thorbis_definer;
CREATE TRIGGER b_begin BEFORE INSERT ON billing.platform_invoices FOR EACH ROW EXECUTE FUNCTION billing.begin_invoice();

-- An invoice becomes due by the account's terms as it is issued, and is paid as soon as nothing is left to pay.
CREATE FUNCTION billing.move_invoice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF OLD.status = 'draft' AND NEW.status = 'open' THEN
        NEW.issued_at := coalesce(NEW.issued_at, now());
        NEW.due_on := coalesce(NEW.due_on, (NEW.issued_at AT TIME ZONE 'UTC')::date
            + least(coalesce((SELECT a.payment_terms_days FROM billing.billing_accounts a WHERE a.id = NEW.billing_account_id), 0), 3650));
    END IF;
    IF NEW.status IN ('open', 'uncollectible') AND NEW.amount_paid >= NEW.total_amount
        AND (OLD.status = 'draft' OR NEW.amount_paid <> OLD.amount_paid) THEN
        NEW.status := 'paid';
    END IF;
    IF NEW.status = 'paid' AND OLD.status <> 'paid' THEN
        NEW.paid_at := now();
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.move_invoice() OWNER TO thorbis_definer;
CREATE TRIGGER j_move BEFORE UPDATE ON billing.platform_invoices FOR EACH ROW EXECUTE FUNCTION billing.move_invoice();

-- Lines belong to a draft. The invoice's row is locked, so that it is not issued meanwhile; where it is
-- gone, its lines go with it.
CREATE FUNCTION billing.check_invoice_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    invoices uuid[] := array_remove(ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.platform_invoice_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.platform_invoice_id END], NULL);
    invoice record;
BEGIN
    FOR invoice IN SELECT i.status FROM billing.platform_invoices i WHERE i.id = ANY (invoices) ORDER BY i.id FOR NO KEY UPDATE LOOP
        IF invoice.status <> 'draft' THEN
            PERFORM platform.refuse('platform_invoice_id', 'must be a draft: an issued invoice keeps its lines.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.kind IN ('discount', 'credit') AND NEW.amount > 0 THEN
        PERFORM platform.refuse('amount', 'must not be positive for a discount or a credit.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.kind = 'tax' AND NEW.amount < 0 THEN
        PERFORM platform.refuse('amount', 'must not be negative for a tax.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.kind = 'credit' AND NEW.credit_id IS NULL THEN
        PERFORM platform.refuse('credit_id', 'must name the credit that is used.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION billing.check_invoice_line() OWNER TO thorbis_definer;
CREATE TRIGGER j_draft BEFORE INSERT OR UPDATE OR DELETE ON billing.platform_invoice_lines FOR EACH ROW EXECUTE FUNCTION billing.check_invoice_line();
