-- What was taken for a deduction or an order so far, and where it ends.

-- A line counts as taken once its run is approved.
CREATE FUNCTION payroll.is_taken(p_business_id uuid, p_pay_stub_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT EXISTS (SELECT FROM payroll.pay_stubs s JOIN payroll.pay_runs r ON r.business_id = s.business_id AND r.id = s.pay_run_id
        WHERE s.business_id = p_business_id AND s.id = p_pay_stub_id AND s.deleted_at IS NULL AND r.deleted_at IS NULL
            AND r.status IN ('approved', 'processing', 'paid'))
$$;
ALTER FUNCTION payroll.is_taken(uuid, uuid) OWNER TO thorbis_definer;

CALL platform.keep_totals('payroll.employee_deductions', '{
    "taken_to_date": "(SELECT payroll.bounded(sum(d.employee_amount), 9999999999.99) FROM payroll.pay_stub_deductions d WHERE d.business_id = p.business_id AND d.employee_deduction_id = p.id AND payroll.is_taken(d.business_id, d.pay_stub_id))",
    "arrears_amount": "(SELECT greatest(payroll.bounded(sum(d.arrears_change), 9999999999.99), 0) FROM payroll.pay_stub_deductions d WHERE d.business_id = p.business_id AND d.employee_deduction_id = p.id AND payroll.is_taken(d.business_id, d.pay_stub_id))"}',
    '{"payroll.pay_stub_deductions": ["employee_deduction_id", "employee_amount", "arrears_change", "pay_stub_id"]}');
CALL platform.keep_totals('payroll.garnishments',
    '{"withheld_to_date": "(SELECT payroll.bounded(sum(d.employee_amount), 9999999999.99) FROM payroll.pay_stub_deductions d WHERE d.business_id = p.business_id AND d.garnishment_id = p.id AND payroll.is_taken(d.business_id, d.pay_stub_id))"}',
    '{"payroll.pay_stub_deductions": ["garnishment_id", "employee_amount", "pay_stub_id"]}');

CREATE FUNCTION payroll.recount_deductions_of_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    deductions uuid[];
    orders uuid[];
BEGIN
    SELECT array_agg(DISTINCT d.employee_deduction_id), array_agg(DISTINCT d.garnishment_id) INTO deductions, orders
    FROM payroll.pay_stubs s JOIN payroll.pay_stub_deductions d ON d.business_id = s.business_id AND d.pay_stub_id = s.id
    WHERE s.business_id = NEW.business_id AND s.pay_run_id = NEW.id;
    PERFORM payroll.recount_employee_deductions_arrears_amount(NEW.business_id, deductions);
    PERFORM payroll.recount_garnishments_withheld_to_date(NEW.business_id, orders);
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.recount_deductions_of_run() OWNER TO thorbis_definer;
CREATE TRIGGER totals_deductions AFTER UPDATE ON payroll.pay_runs FOR EACH ROW
    WHEN ((OLD.status, OLD.deleted_at) IS DISTINCT FROM (NEW.status, NEW.deleted_at)) EXECUTE FUNCTION payroll.recount_deductions_of_run();

-- Lines of all runs that may still be paid keep within the limits: added up under a lock on the deduction
-- or the order, so that two runs do not take the rest twice.
CREATE FUNCTION payroll.check_deduction_limits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    deduction payroll.employee_deductions;
    owed numeric;
    year integer := (SELECT extract(year FROM r.pay_date) FROM payroll.pay_stubs s JOIN payroll.pay_runs r ON r.business_id = s.business_id AND r.id = s.pay_run_id
        WHERE s.business_id = NEW.business_id AND s.id = NEW.pay_stub_id);
    taken numeric;
    taken_this_year numeric;
BEGIN
    SELECT * INTO deduction FROM payroll.employee_deductions e WHERE e.business_id = NEW.business_id AND e.id = NEW.employee_deduction_id FOR NO KEY UPDATE;
    SELECT g.total_owed INTO owed FROM payroll.garnishments g WHERE g.business_id = NEW.business_id AND g.id = NEW.garnishment_id FOR NO KEY UPDATE;
    IF num_nonnulls(deduction.total_limit, deduction.annual_limit, owed) = 0 THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(sum(d.employee_amount), 0), coalesce(sum(d.employee_amount) FILTER (WHERE extract(year FROM r.pay_date) = year), 0) INTO taken, taken_this_year
    FROM payroll.pay_stub_deductions d JOIN payroll.pay_stubs s ON s.business_id = d.business_id AND s.id = d.pay_stub_id AND s.deleted_at IS NULL
    JOIN payroll.pay_runs r ON r.business_id = s.business_id AND r.id = s.pay_run_id AND r.status NOT IN ('cancelled', 'failed') AND r.deleted_at IS NULL
    WHERE d.business_id = NEW.business_id AND d.id <> NEW.id
        AND (d.employee_deduction_id = NEW.employee_deduction_id OR d.garnishment_id = NEW.garnishment_id);
    IF taken + NEW.employee_amount > least(deduction.total_limit, owed) OR taken_this_year + NEW.employee_amount > deduction.annual_limit THEN
        PERFORM platform.refuse('employee_amount', 'must be no more than is left of the limit.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_deduction_limits() OWNER TO thorbis_definer;
CREATE TRIGGER l_limits BEFORE INSERT OR UPDATE OF employee_amount, employee_deduction_id, garnishment_id, pay_stub_id ON payroll.pay_stub_deductions FOR EACH ROW
    WHEN (NEW.employee_amount > 0 AND num_nonnulls(NEW.employee_deduction_id, NEW.garnishment_id) > 0) EXECUTE FUNCTION payroll.check_deduction_limits();

COMMENT ON COLUMN payroll.employee_deductions.taken_to_date IS 'Taken in approved pay runs so far; kept by the system.';
COMMENT ON COLUMN payroll.employee_deductions.arrears_amount IS 'What approved pay runs could not take yet; kept by the system.';
COMMENT ON COLUMN payroll.garnishments.withheld_to_date IS 'Withheld in approved pay runs so far; kept by the system.';
