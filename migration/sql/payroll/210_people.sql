-- People: when they were taken on, proved, and left.

CALL platform.stamp_states('payroll.onboarding_tasks', 'status',
    '{"done": {"completed_at": "now()"}, "skipped": {"completed_at": "now()"}, "open": {"completed_at": "NULL"}}');

-- Who verified a permission to work, and when; what a client says itself stays.
CREATE FUNCTION payroll.stamp_verification() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.verified_on := coalesce(NEW.verified_on, CURRENT_DATE);
    NEW.verified_by_id := coalesce(NEW.verified_by_id, auth.uid());
    RETURN NEW;
END $$;
CREATE TRIGGER k_verified BEFORE INSERT OR UPDATE OF status ON payroll.work_authorizations FOR EACH ROW WHEN (NEW.status = 'verified')
    EXECUTE FUNCTION payroll.stamp_verification();

-- The end of an employment that is settled comes after its beginning.
CREATE FUNCTION payroll.check_termination() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.last_day_on < (SELECT e.hired_on FROM payroll.employees e WHERE e.business_id = NEW.business_id AND e.id = NEW.employee_id) THEN
        PERFORM platform.refuse('last_day_on', 'must not be before the day the employee was hired.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_termination() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE UPDATE OF employee_id, last_day_on, status ON payroll.terminations FOR EACH ROW WHEN (NEW.status IN ('confirmed', 'completed'))
    EXECUTE FUNCTION payroll.check_termination();

-- A completed termination ends the employment: the employee's record and post with it.
CREATE FUNCTION payroll.end_employment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE payroll.employees SET status = 'terminated', ended_on = NEW.last_day_on
    WHERE business_id = NEW.business_id AND id = NEW.employee_id AND status <> 'terminated' AND deleted_at IS NULL;
    UPDATE payroll.job_assignments SET ends_on = NEW.last_day_on
    WHERE business_id = NEW.business_id AND employee_id = NEW.employee_id AND ends_on IS NULL AND starts_on <= NEW.last_day_on AND deleted_at IS NULL;
    UPDATE payroll.compensations SET effective_to = NEW.last_day_on
    WHERE business_id = NEW.business_id AND employee_id = NEW.employee_id AND effective_to IS NULL AND effective_from <= NEW.last_day_on AND deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.end_employment() OWNER TO thorbis_definer;
CREATE TRIGGER ends_employment AFTER UPDATE OF status ON payroll.terminations FOR EACH ROW WHEN (NEW.status = 'completed' AND OLD.status <> 'completed')
    EXECUTE FUNCTION payroll.end_employment();

-- No line of managers leads back to the employee.
CREATE FUNCTION payroll.check_manager() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE line (id, steps) AS (
            SELECT NEW.manager_id, 1
            UNION
            SELECT a.manager_id, l.steps + 1 FROM line l JOIN payroll.job_assignments a ON a.business_id = NEW.business_id AND a.employee_id = l.id
            WHERE l.steps < 30 AND a.manager_id IS NOT NULL AND a.is_primary AND a.ends_on IS NULL AND a.deleted_at IS NULL AND a.id <> NEW.id)
        SELECT FROM line l WHERE l.id = NEW.employee_id)
    THEN
        PERFORM platform.refuse('manager_id', 'must not be led by this employee.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_manager() OWNER TO thorbis_definer;
CREATE TRIGGER j_manager BEFORE INSERT OR UPDATE OF manager_id, employee_id, ends_on ON payroll.job_assignments FOR EACH ROW
    WHEN (NEW.manager_id IS NOT NULL AND NEW.is_primary AND NEW.ends_on IS NULL) EXECUTE FUNCTION payroll.check_manager();
