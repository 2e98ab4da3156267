-- Pay runs: what they come to, who approved them when, and what their approval and payment settle.

CALL platform.keep_totals('payroll.pay_runs', '{
    "gross_amount": "(SELECT payroll.bounded(sum(s.gross_amount), 1999999999.99) FROM payroll.pay_stubs s WHERE s.business_id = p.business_id AND s.pay_run_id = p.id AND s.deleted_at IS NULL)",
    "deduction_amount": "(SELECT payroll.bounded(sum(s.pretax_deduction_amount + s.posttax_deduction_amount), 1999999999.99) FROM payroll.pay_stubs s WHERE s.business_id = p.business_id AND s.pay_run_id = p.id AND s.deleted_at IS NULL)",
    "employee_tax_amount": "(SELECT payroll.bounded(sum(s.employee_tax_amount), 1999999999.99) FROM payroll.pay_stubs s WHERE s.business_id = p.business_id AND s.pay_run_id = p.id AND s.deleted_at IS NULL)",
    "employer_tax_amount": "(SELECT payroll.bounded(sum(s.employer_tax_amount), 1999999999.99) FROM payroll.pay_stubs s WHERE s.business_id = p.business_id AND s.pay_run_id = p.id AND s.deleted_at IS NULL)",
    "employer_benefit_amount": "(SELECT payroll.bounded(sum(s.employer_benefit_amount), 1999999999.99) FROM payroll.pay_stubs s WHERE s.business_id = p.business_id AND s.pay_run_id = p.id AND s.deleted_at IS NULL)",
    "reimbursement_amount": "(SELECT payroll.bounded(sum(s.reimbursement_amount), 1999999999.99) FROM payroll.pay_stubs s WHERE s.business_id = p.business_id AND s.pay_run_id = p.id AND s.deleted_at IS NULL)"}',
    '{"payroll.pay_stubs": ["pay_run_id", "gross_amount", "pretax_deduction_amount", "posttax_deduction_amount", "employee_tax_amount", "employer_tax_amount", "employer_benefit_amount", "reimbursement_amount"]}');

CALL platform.stamp_states('payroll.pay_runs', 'status', '{
    "approved": {"approved_at": "now()", "approved_by_id": "auth.uid()"}, "paid": {"paid_at": "now()"},
    "draft": {"approved_at": "NULL", "approved_by_id": "NULL"}, "calculated": {"approved_at": "NULL", "approved_by_id": "NULL"}}');

-- The period is one of the run's schedule. A run that was approved is cancelled or reversed, not deleted.
CREATE FUNCTION payroll.check_pay_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM payroll.pay_periods p WHERE p.business_id = NEW.business_id AND p.id = NEW.pay_period_id AND p.pay_schedule_id <> NEW.pay_schedule_id) THEN
        PERFORM platform.refuse('pay_period_id', 'must be a period of the pay schedule.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL AND OLD.status IN ('approved', 'processing', 'paid') THEN
        PERFORM platform.refuse('status', 'is past approval: cancel or reverse the run instead of deleting it.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF TG_OP = 'UPDATE' AND OLD.status IN ('approved', 'processing', 'paid') AND NEW.status = OLD.status AND NEW.pay_date <> OLD.pay_date THEN
        PERFORM platform.refuse('pay_date', 'changes only before the run is approved.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_pay_run() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE ON payroll.pay_runs FOR EACH ROW EXECUTE FUNCTION payroll.check_pay_run();

-- Approval closes the period to changes of time; payment settles it, with its time sheets, the outlays on
-- the stubs and the adjustments of the run.
CREATE FUNCTION payroll.settle_pay_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'approved' AND NEW.run_type = 'regular' THEN
        UPDATE payroll.pay_periods SET status = 'locked'
        WHERE business_id = NEW.business_id AND id = NEW.pay_period_id AND status = 'open' AND deleted_at IS NULL;
    ELSIF NEW.status = 'paid' THEN
        IF NEW.run_type = 'regular' THEN
            UPDATE payroll.pay_periods SET status = 'paid'
            WHERE business_id = NEW.business_id AND id = NEW.pay_period_id AND status = 'locked' AND deleted_at IS NULL;
            UPDATE payroll.timesheets SET status = 'locked'
            WHERE business_id = NEW.business_id AND pay_period_id = NEW.pay_period_id AND status = 'approved' AND deleted_at IS NULL;
        END IF;
        UPDATE payroll.expense_claims c SET status = 'paid' FROM payroll.pay_stubs s
        WHERE s.business_id = NEW.business_id AND s.pay_run_id = NEW.id AND s.deleted_at IS NULL
            AND c.business_id = s.business_id AND c.pay_stub_id = s.id AND c.status = 'approved' AND c.deleted_at IS NULL;
        UPDATE payroll.pay_adjustments SET status = 'applied'
        WHERE business_id = NEW.business_id AND pay_run_id = NEW.id AND status = 'approved' AND deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.settle_pay_run() OWNER TO thorbis_definer;
CREATE TRIGGER settles AFTER UPDATE OF status ON payroll.pay_runs FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status IN ('approved', 'paid'))
    EXECUTE FUNCTION payroll.settle_pay_run();

CREATE FUNCTION payroll.stamp_approval() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.approved_by_id := coalesce(NEW.approved_by_id, auth.uid());
    RETURN NEW;
END $$;
CREATE TRIGGER k_approved BEFORE INSERT OR UPDATE OF status ON payroll.pay_adjustments FOR EACH ROW WHEN (NEW.status = 'approved')
    EXECUTE FUNCTION payroll.stamp_approval();
CREATE TRIGGER k_approved BEFORE INSERT OR UPDATE OF status ON payroll.contractor_payments FOR EACH ROW WHEN (NEW.status = 'approved')
    EXECUTE FUNCTION payroll.stamp_approval();

-- Who is paid by the hour for more than fits is a slip of the keys.
CREATE FUNCTION payroll.check_contractor_payment() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF abs(NEW.hours * NEW.rate) > 999999999.99 THEN
        PERFORM platform.refuse('rate', 'makes the payment more than 999999999.99.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF abs(NEW.fixed_amount + NEW.reimbursement_amount) > 999999999.99 THEN
        PERFORM platform.refuse('fixed_amount', 'makes the payment more than 999999999.99.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF hours, rate, fixed_amount, reimbursement_amount ON payroll.contractor_payments
    FOR EACH ROW EXECUTE FUNCTION payroll.check_contractor_payment();

COMMENT ON COLUMN payroll.pay_runs.gross_amount IS 'The gross pay of all stubs; kept by the system.';
COMMENT ON COLUMN payroll.pay_runs.deduction_amount IS 'The deductions of all stubs, before and after taxes; kept by the system.';
COMMENT ON COLUMN payroll.pay_runs.employee_tax_amount IS 'The taxes withheld on all stubs; kept by the system.';
COMMENT ON COLUMN payroll.pay_runs.employer_tax_amount IS 'The employer''s taxes on all stubs; kept by the system.';
COMMENT ON COLUMN payroll.pay_runs.employer_benefit_amount IS 'The employer''s part of benefits on all stubs; kept by the system.';
COMMENT ON COLUMN payroll.pay_runs.reimbursement_amount IS 'The outlays paid back on all stubs; kept by the system.';
