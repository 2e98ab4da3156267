-- Who sees and writes what of the payroll beside its owners and managers: everybody their own. Numbers that
-- identify a person and bank accounts stay with owners and managers.

CREATE FUNCTION payroll.my_employee_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(array_agg(e.id), '{}') FROM payroll.employees e
    WHERE e.business_id = auth.get_current_business_id() AND e.user_id = auth.uid() AND e.deleted_at IS NULL
$$;
ALTER FUNCTION payroll.my_employee_ids() OWNER TO thorbis_definer;
COMMENT ON FUNCTION payroll.my_employee_ids() IS 'The current person as an employee of the current business.';

-- A pay stub is its employee's to read once the money went out.
CREATE FUNCTION payroll.my_pay_stub_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(array_agg(s.id), '{}') FROM payroll.pay_stubs s JOIN payroll.pay_runs r ON r.business_id = s.business_id AND r.id = s.pay_run_id
    WHERE s.business_id = auth.get_current_business_id() AND s.employee_id = ANY (payroll.my_employee_ids()) AND s.deleted_at IS NULL AND r.status = 'paid'
$$;
ALTER FUNCTION payroll.my_pay_stub_ids() OWNER TO thorbis_definer;
COMMENT ON FUNCTION payroll.my_pay_stub_ids() IS 'The current person''s pay stubs of paid runs in the current business.';

-- Those whose manager the current person is today; a manager decides about their time, leave and outlays.
CREATE FUNCTION payroll.my_report_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(array_agg(DISTINCT a.employee_id), '{}') FROM payroll.job_assignments a
    WHERE a.business_id = auth.get_current_business_id() AND a.manager_id = ANY (payroll.my_employee_ids()) AND a.deleted_at IS NULL
        AND CURRENT_DATE BETWEEN a.starts_on AND coalesce(a.ends_on, CURRENT_DATE)
$$;
ALTER FUNCTION payroll.my_report_ids() OWNER TO thorbis_definer;
COMMENT ON FUNCTION payroll.my_report_ids() IS 'The employees whose manager the current person is in the current business.';
GRANT EXECUTE ON FUNCTION payroll.my_employee_ids(), payroll.my_pay_stub_ids(), payroll.my_report_ids() TO thorbis_gateway;

CALL platform.read_own('payroll.employees', 'id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL platform.read_own('payroll.compensations', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL platform.read_own('payroll.emergency_contacts', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL platform.read_own('payroll.employee_deductions', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL platform.read_own('payroll.benefit_enrollments', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL platform.read_own('payroll.employee_tax_elections', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL platform.read_own('payroll.year_end_forms', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[]) AND status <> ''draft''');
CALL platform.read_own('payroll.pay_stubs', 'id = ANY ((SELECT payroll.my_pay_stub_ids())::uuid[])');
CALL platform.read_own('payroll.pay_stub_earnings', 'pay_stub_id = ANY ((SELECT payroll.my_pay_stub_ids())::uuid[])');
CALL platform.read_own('payroll.pay_stub_deductions', 'pay_stub_id = ANY ((SELECT payroll.my_pay_stub_ids())::uuid[])');
CALL platform.read_own('payroll.pay_stub_taxes', 'pay_stub_id = ANY ((SELECT payroll.my_pay_stub_ids())::uuid[])');
CALL platform.read_own('payroll.disbursements', 'pay_stub_id = ANY ((SELECT payroll.my_pay_stub_ids())::uuid[])');

-- Writing their own rows: p_verbs says which of insert and update.
CREATE PROCEDURE payroll.write_own(p_table text, p_verbs text[], p_condition text) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    rules platform.table_rules;
    writes text;
BEGIN
    UPDATE platform.table_rules SET write_access = array_append(array_remove(write_access, 'self'), 'self')
    WHERE schema_name || '.' || table_name = p_table RETURNING * INTO STRICT rules;
    writes := format('%s OR (%s)', platform.who_conditions(array_remove(rules.write_access, 'self'), p_table, 'write', NULL, NULL), p_condition);
    IF 'insert' = ANY (p_verbs) THEN
        EXECUTE format('ALTER POLICY may_insert ON %s WITH CHECK (%s)', p_table::regclass, writes);
    END IF;
    IF 'update' = ANY (p_verbs) THEN
        EXECUTE format('ALTER POLICY may_update ON %s USING (%s) WITH CHECK (%s)', p_table::regclass, writes, writes);
    END IF;
END $$;
CALL payroll.write_own('payroll.employees', '{update}', 'id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL payroll.write_own('payroll.emergency_contacts', '{insert,update}', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL payroll.write_own('payroll.benefit_enrollments', '{insert,update}', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
CALL payroll.write_own('payroll.employee_tax_elections', '{insert,update}', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])');
DROP PROCEDURE payroll.write_own(text, text[], text);

-- What only owners and managers write in rows that employees write as well. Whoever has no role is the
-- system; what the system does for an employee comes from a trigger.
CREATE FUNCTION payroll.acts_for_self() RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(auth.get_current_role() NOT IN ('owner', 'manager'), false)
$$;
GRANT EXECUTE ON FUNCTION payroll.acts_for_self() TO thorbis_gateway, thorbis_definer;

-- Of their own record people change how to reach them, no more.
CREATE FUNCTION payroll.check_own_record() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    changed text := (SELECT min(n.key) FROM jsonb_each(to_jsonb(NEW)) AS n JOIN jsonb_each(to_jsonb(OLD)) AS o USING (key)
        WHERE n.value IS DISTINCT FROM o.value AND n.key NOT IN ('preferred_name', 'personal_email', 'phone', 'address_line_1', 'address_line_2', 'city',
            'state_province', 'postal_code', 'country', 'photo_file_id', 'updated_at', 'updated_by', 'version'));
BEGIN
    IF changed IS NOT NULL THEN
        PERFORM platform.refuse(changed, 'is changed by an owner or manager.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_own BEFORE UPDATE ON payroll.employees FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND payroll.acts_for_self())
    EXECUTE FUNCTION payroll.check_own_record();

-- An election holds from a day on that is not past: filing a new one changes no stub that was paid.
CREATE FUNCTION payroll.check_own_election() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.effective_from < CURRENT_DATE THEN
        PERFORM platform.refuse('effective_from', 'must not be past; file a new election.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_own BEFORE INSERT OR UPDATE ON payroll.employee_tax_elections FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND payroll.acts_for_self())
    EXECUTE FUNCTION payroll.check_own_election();

-- Time, leave and outlays are decided by an owner, a manager of the business or the employee's manager.
-- Arguments: the states that are a decision.
CREATE FUNCTION payroll.check_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = ANY (TG_ARGV) AND (TG_OP = 'INSERT' OR NEW.status <> OLD.status) AND NEW.employee_id <> ALL (payroll.my_report_ids()) THEN
        PERFORM platform.refuse('status', 'is decided by an owner, a manager or the employee''s manager.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_decision() OWNER TO thorbis_definer;
CREATE TRIGGER j_decision BEFORE INSERT OR UPDATE OF status ON payroll.timesheets FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND payroll.acts_for_self())
    EXECUTE FUNCTION payroll.check_decision('approved', 'rejected', 'locked');
CREATE TRIGGER j_decision BEFORE INSERT OR UPDATE OF status ON payroll.leave_requests FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND payroll.acts_for_self())
    EXECUTE FUNCTION payroll.check_decision('approved', 'denied', 'taken');
CREATE TRIGGER j_decision BEFORE INSERT OR UPDATE OF status ON payroll.expense_claims FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND payroll.acts_for_self())
    EXECUTE FUNCTION payroll.check_decision('approved', 'rejected', 'paid');
