-- Money to employees: pay sent to their banks, outlays paid back.

-- A direct deposit goes to the employee's own account. What was sent for a stub is never more than its net
-- pay, counted under a lock on the stub; what came back may be sent again.
CREATE FUNCTION payroll.check_disbursement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    stub payroll.pay_stubs;
    account payroll.employee_bank_accounts;
    sent numeric;
BEGIN
    SELECT * INTO stub FROM payroll.pay_stubs s WHERE s.business_id = NEW.business_id AND s.id = NEW.pay_stub_id FOR NO KEY UPDATE;
    SELECT * INTO account FROM payroll.employee_bank_accounts a WHERE a.business_id = NEW.business_id AND a.id = NEW.employee_bank_account_id;
    IF account.employee_id <> stub.employee_id THEN
        PERFORM platform.refuse('employee_bank_account_id', 'must be the employee''s own.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF TG_OP = 'UPDATE' AND NEW.status = 'sent' AND account.status IN ('failed', 'closed') THEN
        PERFORM platform.refuse('employee_bank_account_id', 'must be an account that is still good.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status IN ('sent', 'settled') AND NEW.deleted_at IS NULL THEN
        SELECT coalesce(sum(d.amount), 0) INTO sent FROM payroll.disbursements d WHERE d.business_id = NEW.business_id AND d.pay_stub_id = NEW.pay_stub_id
            AND d.id <> NEW.id AND d.status IN ('sent', 'settled') AND d.deleted_at IS NULL;
        IF sent + NEW.amount > stub.net_amount THEN
            PERFORM platform.refuse('status', 'would send more than the stub''s net pay.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_disbursement() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF pay_stub_id, employee_bank_account_id, amount, status, deleted_at ON payroll.disbursements
    FOR EACH ROW EXECUTE FUNCTION payroll.check_disbursement();
CALL platform.stamp_states('payroll.disbursements', 'status', '{"sent": {"sent_at": "now()"}, "pending": {"sent_at": "NULL"}}');
CALL platform.stamp_states('payroll.employee_bank_accounts', 'status', '{"verified": {"verified_at": "now()"}, "pending": {"verified_at": "NULL"}}');

-- Who approved an outlay; it is paid back on a stub of the employee whose run is not approved yet.
CALL platform.stamp_states('payroll.expense_claims', 'status', '{
    "approved": {"approved_by_id": "auth.uid()"}, "draft": {"approved_by_id": "NULL"}, "submitted": {"approved_by_id": "NULL"}}');
CREATE FUNCTION payroll.check_expense_claim() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    stub payroll.pay_stubs;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.pay_stub_id, NEW.employee_id, NEW.amount, NEW.status, NEW.deleted_at)
        IS NOT DISTINCT FROM (OLD.pay_stub_id, OLD.employee_id, OLD.amount, OLD.status, OLD.deleted_at)
    THEN
        RETURN NEW;
    END IF;
    FOR stub IN SELECT * FROM payroll.pay_stubs s WHERE s.business_id = NEW.business_id AND s.id IN (NEW.pay_stub_id, OLD.pay_stub_id) ORDER BY s.pay_run_id, s.id LOOP
        IF stub.id = NEW.pay_stub_id AND stub.employee_id <> NEW.employee_id THEN
            PERFORM platform.refuse('pay_stub_id', 'must be of the same employee.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        PERFORM payroll.hold_pay_run(stub.business_id, stub.pay_run_id, 'pay_stub_id', TG_TABLE_NAME);
    END LOOP;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_expense_claim() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE ON payroll.expense_claims FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION payroll.check_expense_claim();
