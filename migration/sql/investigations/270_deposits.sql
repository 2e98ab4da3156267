-- A payment that stands in a retainer's ledger keeps its amount and its place: it is voided, and another one recorded.
CREATE FUNCTION investigations.keep_deposit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM investigations.retainer_transactions t WHERE t.business_id = OLD.business_id AND t.payment_id = OLD.id) THEN
        PERFORM platform.refuse('amount', 'is in the retainer''s ledger: void the payment and record another.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.keep_deposit() OWNER TO thorbis_definer;
CREATE TRIGGER j_keep_deposit BEFORE UPDATE OF amount, retainer_id, invoice_id, deleted_at ON investigations.payments FOR EACH ROW
    WHEN (OLD.amount <> NEW.amount OR OLD.retainer_id IS DISTINCT FROM NEW.retainer_id OR OLD.invoice_id IS DISTINCT FROM NEW.invoice_id
        OR (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)) EXECUTE FUNCTION investigations.keep_deposit();
