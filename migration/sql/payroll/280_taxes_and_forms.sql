-- Tax returns add up what was paid; what was filed or handed out stands.

-- Wages and taxes of the paid runs in a period for a jurisdiction. The wages of a stub count once, however
-- many of the jurisdiction's taxes they bear.
CREATE FUNCTION payroll.filing_amounts(p_filing payroll.tax_filings, OUT wages numeric, OUT tax numeric) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT payroll.bounded(sum(s.wages), 9999999999.99), payroll.bounded(sum(s.tax), 9999999999.99) FROM (
        SELECT max(t.taxable_wages) AS wages, sum(t.amount) AS tax
        FROM payroll.pay_runs r JOIN payroll.pay_stubs s ON s.business_id = r.business_id AND s.pay_run_id = r.id AND s.deleted_at IS NULL
        JOIN payroll.pay_stub_taxes t ON t.business_id = s.business_id AND t.pay_stub_id = s.id
        JOIN payroll.taxes x ON x.id = t.tax_id AND x.tax_jurisdiction_id = p_filing.tax_jurisdiction_id
        WHERE r.business_id = p_filing.business_id AND r.status = 'paid' AND r.deleted_at IS NULL AND r.pay_date BETWEEN p_filing.period_start AND p_filing.period_end
        GROUP BY s.id) AS s
$$;
ALTER FUNCTION payroll.filing_amounts(payroll.tax_filings) OWNER TO thorbis_definer;
CALL platform.keep_totals('payroll.tax_filings', '{
    "wages_amount": "(CASE WHEN p.status IN (''filed'', ''accepted'') THEN p.wages_amount ELSE (SELECT a.wages FROM payroll.filing_amounts(p) AS a) END)",
    "tax_amount": "(CASE WHEN p.status IN (''filed'', ''accepted'') THEN p.tax_amount ELSE (SELECT a.tax FROM payroll.filing_amounts(p) AS a) END)"}',
    '{"payroll.tax_filings": ["id", "status", "tax_jurisdiction_id", "period_start", "period_end"]}');

CREATE FUNCTION payroll.count_for_filings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM payroll.recount_tax_filings_tax_amount(NEW.business_id, ARRAY(SELECT f.id FROM payroll.tax_filings f WHERE f.business_id = NEW.business_id
        AND f.status NOT IN ('filed', 'accepted') AND (NEW.pay_date BETWEEN f.period_start AND f.period_end OR OLD.pay_date BETWEEN f.period_start AND f.period_end)));
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.count_for_filings() OWNER TO thorbis_definer;
CREATE TRIGGER totals_filings AFTER UPDATE ON payroll.pay_runs FOR EACH ROW
    WHEN ((OLD.status = 'paid' OR NEW.status = 'paid') AND (OLD.status, OLD.pay_date, OLD.deleted_at) IS DISTINCT FROM (NEW.status, NEW.pay_date, NEW.deleted_at))
    EXECUTE FUNCTION payroll.count_for_filings();

-- The day of a state that the client did not say. Argument: the column.
CREATE FUNCTION payroll.stamp_day() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF to_jsonb(NEW) ->> TG_ARGV[0] IS NULL THEN
        NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], CURRENT_DATE));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER k_filed BEFORE UPDATE OF status ON payroll.tax_filings FOR EACH ROW WHEN (NEW.status = 'filed' AND OLD.status <> 'filed')
    EXECUTE FUNCTION payroll.stamp_day('filed_on');
CREATE TRIGGER k_paid BEFORE UPDATE OF status ON payroll.tax_payments FOR EACH ROW WHEN (NEW.status = 'paid' AND OLD.status <> 'paid')
    EXECUTE FUNCTION payroll.stamp_day('paid_on');
CREATE TRIGGER k_delivered BEFORE UPDATE OF status ON payroll.year_end_forms FOR EACH ROW WHEN (NEW.status = 'delivered' AND OLD.status <> 'delivered')
    EXECUTE FUNCTION payroll.stamp_day('delivered_on');

-- Employees get wage statements, contractors the others.
ALTER TABLE payroll.year_end_forms ADD CONSTRAINT year_end_forms_form_type_employee_id_rule CHECK ((form_type IN ('w2', 'w2c')) = (employee_id IS NOT NULL));

-- A form that is final is taken back to draft before its boxes change; a delivered one is corrected by another.
CREATE FUNCTION payroll.check_form() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF OLD.status <> 'draft' AND (NEW.box_amounts, NEW.tax_year, NEW.form_type, NEW.employee_id, NEW.contractor_id)
        IS DISTINCT FROM (OLD.box_amounts, OLD.tax_year, OLD.form_type, OLD.employee_id, OLD.contractor_id)
    THEN
        PERFORM platform.refuse('box_amounts', 'changes only while the form is a draft.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_check BEFORE UPDATE ON payroll.year_end_forms FOR EACH ROW EXECUTE FUNCTION payroll.check_form();

COMMENT ON COLUMN payroll.tax_filings.wages_amount IS 'Taxable wages of the paid runs in the period; kept by the system until it is filed.';
COMMENT ON COLUMN payroll.tax_filings.tax_amount IS 'Taxes of the jurisdiction in the paid runs of the period; kept by the system until it is filed.';
COMMENT ON COLUMN payroll.taxes.brackets IS 'Rates by annual income: each taxes what is above "over", up to the next, for a filing status or for all.';
