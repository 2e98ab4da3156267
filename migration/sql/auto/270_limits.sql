-- What a column that follows from others could not hold is refused by a sentence, not by an overflow. The
-- arguments are the column to blame and what it must do; the trigger's own condition says when.
CREATE FUNCTION auto.refuse_limit() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM platform.refuse(TG_ARGV[0], TG_ARGV[1], TG_TABLE_SCHEMA, TG_TABLE_NAME);
    RETURN NEW;
END $$;

CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON auto.repair_order_labor_lines FOR EACH ROW
    WHEN (NEW.hours * NEW.hourly_rate >= 9999999999)
    EXECUTE FUNCTION auto.refuse_limit('hours', 'must keep the line below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON auto.repair_order_part_lines FOR EACH ROW
    WHEN (NEW.quantity * greatest(NEW.unit_price + NEW.core_charge, NEW.unit_cost) >= 9999999999)
    EXECUTE FUNCTION auto.refuse_limit('quantity', 'must keep the line below 9,999,999,999.');
-- A bill adds up six amounts; each line stays below what any of them holds.
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON auto.invoice_line_items FOR EACH ROW
    WHEN (NEW.quantity * NEW.unit_price >= 999999999)
    EXECUTE FUNCTION auto.refuse_limit('quantity', 'must keep the line below 999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON auto.purchase_order_items FOR EACH ROW
    WHEN (NEW.quantity_ordered * (NEW.unit_cost + NEW.core_charge) >= 9999999999)
    EXECUTE FUNCTION auto.refuse_limit('quantity_ordered', 'must keep the line below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON auto.purchase_orders FOR EACH ROW
    WHEN (NEW.subtotal + NEW.tax_amount + NEW.shipping_amount >= 9999999999)
    EXECUTE FUNCTION auto.refuse_limit('shipping_amount', 'must keep the order below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE ON auto.supplier_return_items FOR EACH ROW
    WHEN (NEW.quantity * NEW.unit_credit >= 9999999999)
    EXECUTE FUNCTION auto.refuse_limit('quantity', 'must keep the line below 9,999,999,999.');
-- A job adds up three totals.
CREATE TRIGGER l_limit BEFORE UPDATE ON auto.repair_order_jobs FOR EACH ROW
    WHEN (NEW.labor_total + NEW.parts_total + NEW.sublet_total >= 9999999999)
    EXECUTE FUNCTION auto.refuse_limit('labor_total', 'must keep the job below 9,999,999,999.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE OF started_at, ended_at ON auto.technician_time_entries FOR EACH ROW
    WHEN (NEW.ended_at NOT BETWEEN NEW.started_at AND NEW.started_at + interval '366 days')
    EXECUTE FUNCTION auto.refuse_limit('ended_at', 'must be after the start, and within a year of it.');
CREATE TRIGGER j_limit BEFORE INSERT OR UPDATE OF odometer_out, odometer_in ON auto.loaner_agreements FOR EACH ROW
    WHEN (NEW.odometer_in < 0)
    EXECUTE FUNCTION auto.refuse_limit('odometer_in', 'must be 0 or more.');
