-- Time sheets: their states, and what beside entries of time moves their hours.

CALL platform.stamp_states('payroll.timesheets', 'status', '{
    "open": {"submitted_at": "NULL", "approved_at": "NULL", "approved_by_id": "NULL"},
    "submitted": {"submitted_at": "now()", "approved_at": "NULL", "approved_by_id": "NULL"},
    "approved": {"approved_at": "now()", "approved_by_id": "auth.uid()"}}');

CREATE FUNCTION payroll.check_submission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM payroll.time_entries e WHERE e.business_id = NEW.business_id AND e.timesheet_id = NEW.id AND e.clocked_out_at IS NULL AND e.deleted_at IS NULL) THEN
        PERFORM platform.refuse('status', 'waits for the clock-out of the entry that still runs.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_submission() OWNER TO thorbis_definer;
CREATE TRIGGER j_submission BEFORE UPDATE OF status ON payroll.timesheets FOR EACH ROW WHEN (NEW.status IN ('submitted', 'approved') AND NEW.status <> OLD.status)
    EXECUTE FUNCTION payroll.check_submission();

-- Counts the sheets anew that are not approved: of an employee or of all, in days or at any time.
CREATE FUNCTION payroll.recount_open_timesheets(p_business_id uuid, p_employee_id uuid, p_from date, p_to date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM payroll.recount_timesheets_double_time_hours(p_business_id, ARRAY(SELECT t.id FROM payroll.timesheets t
        JOIN payroll.pay_periods d ON d.business_id = t.business_id AND d.id = t.pay_period_id
        WHERE t.business_id = p_business_id AND (p_employee_id IS NULL OR t.employee_id = p_employee_id) AND t.status NOT IN ('approved', 'locked')
            AND (p_from IS NULL OR (d.starts_on <= p_to AND d.ends_on >= p_from))));
END $$;
ALTER FUNCTION payroll.recount_open_timesheets(uuid, uuid, date, date) OWNER TO thorbis_definer;

CREATE FUNCTION payroll.count_leave() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM payroll.recount_open_timesheets(OLD.business_id, OLD.employee_id, OLD.starts_on, OLD.ends_on);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM payroll.recount_open_timesheets(NEW.business_id, NEW.employee_id, NEW.starts_on, NEW.ends_on);
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.count_leave() OWNER TO thorbis_definer;
CREATE TRIGGER totals_timesheets AFTER INSERT ON payroll.leave_requests FOR EACH ROW WHEN (NEW.status IN ('approved', 'taken')) EXECUTE FUNCTION payroll.count_leave();
CREATE TRIGGER totals_timesheets_later AFTER UPDATE ON payroll.leave_requests FOR EACH ROW
    WHEN ((OLD.status IN ('approved', 'taken') OR NEW.status IN ('approved', 'taken'))
        AND (OLD.status, OLD.hours, OLD.starts_on, OLD.ends_on, OLD.employee_id, OLD.leave_policy_id, OLD.deleted_at)
        IS DISTINCT FROM (NEW.status, NEW.hours, NEW.starts_on, NEW.ends_on, NEW.employee_id, NEW.leave_policy_id, NEW.deleted_at))
    EXECUTE FUNCTION payroll.count_leave();

CREATE FUNCTION payroll.count_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM payroll.recount_open_timesheets(coalesce(NEW.business_id, OLD.business_id), CASE WHEN TG_TABLE_NAME = 'employees' THEN NEW.id END, NULL, NULL);
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.count_anew() OWNER TO thorbis_definer;
CREATE TRIGGER totals_timesheets AFTER INSERT OR UPDATE OR DELETE ON payroll.overtime_rules FOR EACH ROW EXECUTE FUNCTION payroll.count_anew();
CREATE TRIGGER totals_timesheets AFTER UPDATE ON payroll.employees FOR EACH ROW
    WHEN ((OLD.overtime_status, OLD.location_id) IS DISTINCT FROM (NEW.overtime_status, NEW.location_id)) EXECUTE FUNCTION payroll.count_anew();
CREATE TRIGGER totals_timesheets AFTER UPDATE ON payroll.earning_codes FOR EACH ROW
    WHEN ((OLD.category, OLD.counts_for_overtime) IS DISTINCT FROM (NEW.category, NEW.counts_for_overtime)) EXECUTE FUNCTION payroll.count_anew();
CREATE TRIGGER totals_timesheets AFTER UPDATE ON payroll.leave_policies FOR EACH ROW WHEN (OLD.is_paid <> NEW.is_paid) EXECUTE FUNCTION payroll.count_anew();
CREATE TRIGGER totals_timesheets AFTER UPDATE ON payroll.pay_periods FOR EACH ROW
    WHEN ((OLD.starts_on, OLD.ends_on) IS DISTINCT FROM (NEW.starts_on, NEW.ends_on)) EXECUTE FUNCTION payroll.count_anew();
