-- Pay stubs: earnings, deductions and taxes make them; once their run is approved they stand.

-- Locks the run, so that it is not approved meanwhile, and refuses where it is. What triggers change of a
-- stub they change in any state, and what goes with its business goes.
CREATE FUNCTION payroll.hold_pay_run(p_business_id uuid, p_pay_run_id uuid, p_column text, p_table text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    state text;
BEGIN
    SELECT r.status INTO state FROM payroll.pay_runs r WHERE r.business_id = p_business_id AND r.id = p_pay_run_id FOR NO KEY UPDATE;
    IF state NOT IN ('draft', 'calculated') THEN
        PERFORM platform.refuse(p_column, 'must be of a pay run that is not approved yet.', 'payroll', p_table);
    END IF;
END $$;
ALTER FUNCTION payroll.hold_pay_run(uuid, uuid, text, text) OWNER TO thorbis_definer;

CREATE FUNCTION payroll.check_pay_stub() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    free text[] := '{document_file_id,updated_at,updated_by,version}';
BEGIN
    -- The printed stub is filed after the run.
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM payroll.hold_pay_run(OLD.business_id, OLD.pay_run_id, 'pay_run_id', TG_TABLE_NAME);
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.pay_run_id <> OLD.pay_run_id) THEN
        PERFORM payroll.hold_pay_run(NEW.business_id, NEW.pay_run_id, 'pay_run_id', TG_TABLE_NAME);
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
ALTER FUNCTION payroll.check_pay_stub() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OR DELETE ON payroll.pay_stubs FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION payroll.check_pay_stub();

-- Arguments: references of the line whose row must be of the stub's employee, as column and table.
CREATE FUNCTION payroll.check_pay_stub_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    line jsonb := to_jsonb(coalesce(NEW, OLD));
    stub payroll.pay_stubs;
    other uuid;
BEGIN
    FOR stub IN SELECT s.* FROM payroll.pay_stubs s WHERE s.business_id = (line ->> 'business_id')::uuid
        AND s.id IN (NEW.pay_stub_id, OLD.pay_stub_id) ORDER BY s.pay_run_id, s.id
    LOOP
        PERFORM payroll.hold_pay_run(stub.business_id, stub.pay_run_id, 'pay_stub_id', TG_TABLE_NAME);
        -- Stubs of one employee move each other's years: one change at a time.
        PERFORM FROM payroll.employees e WHERE e.business_id = stub.business_id AND e.id = stub.employee_id FOR NO KEY UPDATE;
        FOR place IN 0 .. TG_NARGS - 1 BY 2 LOOP
            CONTINUE WHEN TG_OP = 'DELETE' OR stub.id <> NEW.pay_stub_id OR line ->> TG_ARGV[place] IS NULL;
            EXECUTE format('SELECT employee_id FROM payroll.%I WHERE business_id = $1 AND id = $2', TG_ARGV[place + 1])
                INTO other USING stub.business_id, (line ->> TG_ARGV[place])::uuid;
            IF other <> stub.employee_id THEN
                PERFORM platform.refuse(TG_ARGV[place], 'must be of the same employee.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
            END IF;
        END LOOP;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;
ALTER FUNCTION payroll.check_pay_stub_line() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OR DELETE ON payroll.pay_stub_earnings FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION payroll.check_pay_stub_line('compensation_id', 'compensations', 'pay_adjustment_id', 'pay_adjustments');
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OR DELETE ON payroll.pay_stub_deductions FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION payroll.check_pay_stub_line('employee_deduction_id', 'employee_deductions', 'benefit_enrollment_id', 'benefit_enrollments',
        'garnishment_id', 'garnishments');
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OR DELETE ON payroll.pay_stub_taxes FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION payroll.check_pay_stub_line();

-- Sums stay within what the stub's net can hold.
CREATE FUNCTION payroll.bounded(p_amount numeric, p_bound numeric) RETURNS numeric LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT greatest(least(coalesce(p_amount, 0), p_bound), -p_bound)
$$;
GRANT EXECUTE ON FUNCTION payroll.bounded(numeric, numeric) TO thorbis_gateway, thorbis_definer;

-- The kind of pay decides whether hours are overtime or leave, the tax who owes it, the line whether it
-- comes before taxes. Outlays paid back are no earnings.
CALL platform.keep_totals('payroll.pay_stubs', '{
    "regular_hours": "(SELECT payroll.bounded(sum(e.hours), 99999.99) FROM payroll.pay_stub_earnings e JOIN payroll.earning_codes c ON c.business_id = e.business_id AND c.id = e.earning_code_id WHERE e.business_id = p.business_id AND e.pay_stub_id = p.id AND c.category NOT IN (''overtime'', ''double_time'', ''paid_leave'', ''holiday''))",
    "overtime_hours": "(SELECT payroll.bounded(sum(e.hours), 99999.99) FROM payroll.pay_stub_earnings e JOIN payroll.earning_codes c ON c.business_id = e.business_id AND c.id = e.earning_code_id WHERE e.business_id = p.business_id AND e.pay_stub_id = p.id AND c.category IN (''overtime'', ''double_time''))",
    "leave_hours": "(SELECT payroll.bounded(sum(e.hours), 99999.99) FROM payroll.pay_stub_earnings e JOIN payroll.earning_codes c ON c.business_id = e.business_id AND c.id = e.earning_code_id WHERE e.business_id = p.business_id AND e.pay_stub_id = p.id AND c.category IN (''paid_leave'', ''holiday''))",
    "gross_amount": "(SELECT payroll.bounded(sum(e.amount), 999999999.99) FROM payroll.pay_stub_earnings e WHERE e.business_id = p.business_id AND e.pay_stub_id = p.id)",
    "pretax_deduction_amount": "(SELECT payroll.bounded(sum(d.employee_amount), 999999999.99) FROM payroll.pay_stub_deductions d WHERE d.business_id = p.business_id AND d.pay_stub_id = p.id AND d.is_pretax)",
    "posttax_deduction_amount": "(SELECT payroll.bounded(sum(d.employee_amount), 999999999.99) FROM payroll.pay_stub_deductions d WHERE d.business_id = p.business_id AND d.pay_stub_id = p.id AND NOT d.is_pretax)",
    "employer_benefit_amount": "(SELECT payroll.bounded(sum(d.employer_amount), 999999999.99) FROM payroll.pay_stub_deductions d WHERE d.business_id = p.business_id AND d.pay_stub_id = p.id)",
    "employee_tax_amount": "(SELECT payroll.bounded(sum(t.amount), 999999999.99) FROM payroll.pay_stub_taxes t JOIN payroll.taxes x ON x.id = t.tax_id WHERE t.business_id = p.business_id AND t.pay_stub_id = p.id AND x.paid_by = ''employee'')",
    "employer_tax_amount": "(SELECT payroll.bounded(sum(t.amount), 999999999.99) FROM payroll.pay_stub_taxes t JOIN payroll.taxes x ON x.id = t.tax_id WHERE t.business_id = p.business_id AND t.pay_stub_id = p.id AND x.paid_by = ''employer'')",
    "reimbursement_amount": "(SELECT payroll.bounded(sum(c.amount), 999999999.99) FROM payroll.expense_claims c WHERE c.business_id = p.business_id AND c.pay_stub_id = p.id AND c.status IN (''approved'', ''paid'') AND c.deleted_at IS NULL)"}',
    '{"payroll.pay_stub_earnings": ["pay_stub_id", "earning_code_id", "hours", "amount"], "payroll.pay_stub_deductions": ["pay_stub_id", "employee_amount", "employer_amount", "is_pretax"],
      "payroll.pay_stub_taxes": ["pay_stub_id", "tax_id", "amount"], "payroll.expense_claims": ["pay_stub_id", "status", "amount"]}');

-- What the year comes to up to a run: the runs before it and itself, but for those that came to nothing. It
-- follows the other runs while its own is in the making, and stands when that is approved.
CREATE FUNCTION payroll.year_to_date(p_stub payroll.pay_stubs, OUT gross numeric, OUT net numeric) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT payroll.bounded(sum(o.gross_amount), 9999999999.99), payroll.bounded(sum(o.net_amount), 9999999999.99)
    FROM payroll.pay_runs own JOIN payroll.pay_stubs o ON o.business_id = own.business_id AND o.employee_id = p_stub.employee_id AND o.deleted_at IS NULL
    JOIN payroll.pay_runs r ON r.business_id = o.business_id AND r.id = o.pay_run_id AND r.status NOT IN ('cancelled', 'failed') AND r.deleted_at IS NULL
        AND r.pay_date BETWEEN date_trunc('year', own.pay_date)::date AND own.pay_date
    WHERE own.business_id = p_stub.business_id AND own.id = p_stub.pay_run_id
$$;
ALTER FUNCTION payroll.year_to_date(payroll.pay_stubs) OWNER TO thorbis_definer;
CREATE FUNCTION payroll.is_open_run(p_business_id uuid, p_pay_run_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT EXISTS (SELECT FROM payroll.pay_runs r WHERE r.business_id = p_business_id AND r.id = p_pay_run_id AND r.status IN ('draft', 'calculated') AND r.deleted_at IS NULL)
$$;
ALTER FUNCTION payroll.is_open_run(uuid, uuid) OWNER TO thorbis_definer;
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES
    ('payroll.pay_stubs', 'year_to_date_gross', '{payroll.pay_stubs,payroll.pay_runs}',
    '(CASE WHEN payroll.is_open_run(p.business_id, p.pay_run_id) THEN (SELECT y.gross FROM payroll.year_to_date(p) AS y) ELSE p.year_to_date_gross END)'),
    ('payroll.pay_stubs', 'year_to_date_net', '{payroll.pay_stubs,payroll.pay_runs}',
    '(CASE WHEN payroll.is_open_run(p.business_id, p.pay_run_id) THEN (SELECT y.net FROM payroll.year_to_date(p) AS y) ELSE p.year_to_date_net END)');

-- All the open stubs of employees at once: a stub that changes moves those of later runs.
CREATE FUNCTION payroll.recount_years(p_business_id uuid, p_employee_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE payroll.pay_stubs p SET year_to_date_gross = y.gross, year_to_date_net = y.net
    FROM (SELECT s.id, r.status IN ('draft', 'calculated') AS is_open,
            payroll.bounded(sum(s.gross_amount) OVER earlier, 9999999999.99) AS gross, payroll.bounded(sum(s.net_amount) OVER earlier, 9999999999.99) AS net
        FROM payroll.pay_stubs s JOIN payroll.pay_runs r ON r.business_id = s.business_id AND r.id = s.pay_run_id
        WHERE s.business_id = p_business_id AND s.employee_id = ANY (p_employee_ids) AND s.deleted_at IS NULL
            AND r.status NOT IN ('cancelled', 'failed') AND r.deleted_at IS NULL
        WINDOW earlier AS (PARTITION BY s.employee_id, extract(year FROM r.pay_date) ORDER BY r.pay_date)) AS y
    WHERE p.business_id = p_business_id AND p.id = y.id AND y.is_open AND (p.year_to_date_gross, p.year_to_date_net) IS DISTINCT FROM (y.gross, y.net);
END $$;
ALTER FUNCTION payroll.recount_years(uuid, uuid[]) OWNER TO thorbis_definer;

CREATE FUNCTION payroll.recount_years_of_stubs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOR touched IN SELECT n.business_id, array_agg(DISTINCT e.id) AS ids FROM new_rows n JOIN old_rows o USING (business_id, id)
            CROSS JOIN LATERAL (VALUES (o.employee_id), (n.employee_id)) AS e (id)
            WHERE (n.gross_amount, n.net_amount, n.pay_run_id, n.employee_id, n.deleted_at) IS DISTINCT FROM (o.gross_amount, o.net_amount, o.pay_run_id, o.employee_id, o.deleted_at)
            GROUP BY n.business_id
        LOOP
            PERFORM payroll.recount_years(touched.business_id, touched.ids);
        END LOOP;
    ELSE
        FOR touched IN SELECT o.business_id, array_agg(DISTINCT o.employee_id) AS ids FROM old_rows o WHERE o.gross_amount <> 0 OR o.net_amount <> 0 GROUP BY 1 LOOP
            PERFORM payroll.recount_years(touched.business_id, touched.ids);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.recount_years_of_stubs() OWNER TO thorbis_definer;
CREATE FUNCTION payroll.begin_years() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched record;
BEGIN
    FOR touched IN SELECT n.business_id, array_agg(DISTINCT n.employee_id) AS ids FROM new_rows n GROUP BY 1 LOOP
        PERFORM payroll.recount_years(touched.business_id, touched.ids);
    END LOOP;
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.begin_years() OWNER TO thorbis_definer;
CREATE TRIGGER totals_insert_years AFTER INSERT ON payroll.pay_stubs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll.begin_years();
CREATE TRIGGER totals_update_years AFTER UPDATE ON payroll.pay_stubs REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION payroll.recount_years_of_stubs();
CREATE TRIGGER totals_delete_years AFTER DELETE ON payroll.pay_stubs REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION payroll.recount_years_of_stubs();

-- A run that comes to nothing, comes back or moves to another day counts for the others of its employees.
CREATE FUNCTION payroll.recount_years_of_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM payroll.recount_years(NEW.business_id, ARRAY(SELECT s.employee_id FROM payroll.pay_stubs s WHERE s.business_id = NEW.business_id AND s.pay_run_id = NEW.id));
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.recount_years_of_run() OWNER TO thorbis_definer;
CREATE TRIGGER totals_years AFTER UPDATE ON payroll.pay_runs FOR EACH ROW
    WHEN ((OLD.status IN ('cancelled', 'failed'), OLD.pay_date, OLD.deleted_at) IS DISTINCT FROM (NEW.status IN ('cancelled', 'failed'), NEW.pay_date, NEW.deleted_at)
        OR (OLD.status NOT IN ('draft', 'calculated') AND NEW.status IN ('draft', 'calculated'))) EXECUTE FUNCTION payroll.recount_years_of_run();

-- The kind of pay decides which hours a stub shows, so a code that is on stubs keeps its kind.
CREATE FUNCTION payroll.check_earning_category() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM payroll.pay_stub_earnings e WHERE e.business_id = NEW.business_id AND e.earning_code_id = NEW.id) THEN
        PERFORM platform.refuse('category', 'is on pay stubs already; make a code of its own.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_earning_category() OWNER TO thorbis_definer;
CREATE TRIGGER j_category BEFORE UPDATE OF category ON payroll.earning_codes FOR EACH ROW WHEN (OLD.category <> NEW.category)
    EXECUTE FUNCTION payroll.check_earning_category();

COMMENT ON COLUMN payroll.pay_stubs.regular_hours IS 'Hours paid that are neither overtime nor leave; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.overtime_hours IS 'Hours paid as overtime or double time; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.leave_hours IS 'Hours paid as leave or holidays; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.gross_amount IS 'All earnings; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.pretax_deduction_amount IS 'Deductions taken before taxes; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.posttax_deduction_amount IS 'Deductions taken after taxes; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.employee_tax_amount IS 'Taxes withheld; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.employer_tax_amount IS 'Taxes the employer owes on these wages; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.employer_benefit_amount IS 'What the employer adds to benefits; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.reimbursement_amount IS 'Approved outlays paid back; kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.year_to_date_gross IS 'Gross pay of the calendar year up to this run; stands once the run is approved. Kept by the system.';
COMMENT ON COLUMN payroll.pay_stubs.year_to_date_net IS 'Net pay of the calendar year up to this run; stands once the run is approved. Kept by the system.';
