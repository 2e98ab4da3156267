-- What a column that follows from others could not hold is refused by a sentence, not by an overflow. The
-- arguments are the column to blame and what it must do; the trigger's own condition says when.
CREATE FUNCTION hs.refuse_limit() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM platform.refuse(TG_ARGV[0], TG_ARGV[1], TG_TABLE_SCHEMA, TG_TABLE_NAME);
    RETURN NEW;
END $$;

CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON hs.estimate_line_items FOR EACH ROW
    WHEN (NEW.quantity * NEW.unit_price >= 9999999999)
    EXECUTE FUNCTION hs.refuse_limit('quantity', 'must keep the line below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON hs.work_order_line_items FOR EACH ROW
    WHEN (NEW.quantity * greatest(NEW.unit_price, NEW.unit_cost) >= 9999999999)
    EXECUTE FUNCTION hs.refuse_limit('quantity', 'must keep the line below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON hs.invoice_line_items FOR EACH ROW
    WHEN (abs(NEW.quantity * NEW.unit_price) >= 9999999999)
    EXECUTE FUNCTION hs.refuse_limit('quantity', 'must keep the line below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON hs.purchase_order_items FOR EACH ROW
    WHEN (NEW.quantity_ordered * NEW.unit_cost >= 9999999999)
    EXECUTE FUNCTION hs.refuse_limit('quantity_ordered', 'must keep the line below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON hs.purchase_orders FOR EACH ROW
    WHEN (NEW.subtotal + NEW.tax_amount + NEW.shipping_amount >= 9999999999)
    EXECUTE FUNCTION hs.refuse_limit('shipping_amount', 'must keep the order below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON hs.commissions FOR EACH ROW
    WHEN (NEW.base_amount * NEW.rate + NEW.flat_amount >= 9999999999)
    EXECUTE FUNCTION hs.refuse_limit('flat_amount', 'must keep the commission below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON hs.warranty_claims FOR EACH ROW
    WHEN (NEW.parts_amount + NEW.labor_amount >= 9999999999)
    EXECUTE FUNCTION hs.refuse_limit('labor_amount', 'must keep the claim below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE OF started_at, ended_at ON hs.work_order_time_entries FOR EACH ROW
    WHEN (NEW.ended_at NOT BETWEEN NEW.started_at AND NEW.started_at + interval '366 days')
    EXECUTE FUNCTION hs.refuse_limit('ended_at', 'must be after the start, and within a year of it.');
