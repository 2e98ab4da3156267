-- Benefits: who chooses what, and when.

-- The tier is one of the plan. Employees choose while the plan takes choices; whether one holds, owners and
-- managers say.
CREATE FUNCTION payroll.check_benefit_enrollment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM payroll.benefit_plan_tiers t WHERE t.business_id = NEW.business_id AND t.id = NEW.benefit_plan_tier_id AND t.benefit_plan_id <> NEW.benefit_plan_id) THEN
        PERFORM platform.refuse('benefit_plan_tier_id', 'must be a tier of the plan.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_benefit_enrollment() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF benefit_plan_id, benefit_plan_tier_id ON payroll.benefit_enrollments
    FOR EACH ROW EXECUTE FUNCTION payroll.check_benefit_enrollment();

CREATE FUNCTION payroll.check_own_choice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payroll.benefit_plans p WHERE p.business_id = NEW.business_id AND p.id = NEW.benefit_plan_id AND p.status = 'open' AND p.deleted_at IS NULL
        AND CURRENT_DATE BETWEEN coalesce(p.enrollment_opens_on, CURRENT_DATE) AND coalesce(p.enrollment_closes_on, CURRENT_DATE))
    THEN
        PERFORM platform.refuse('benefit_plan_id', 'must be a plan whose enrollment is open.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.status NOT IN ('pending', 'waived') OR (TG_OP = 'UPDATE' AND OLD.status NOT IN ('pending', 'waived')) THEN
        PERFORM platform.refuse('status', 'is changed by an owner or manager once the choice holds.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_own_choice() OWNER TO thorbis_definer;
CREATE TRIGGER j_own BEFORE INSERT OR UPDATE ON payroll.benefit_enrollments FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND payroll.acts_for_self())
    EXECUTE FUNCTION payroll.check_own_choice();

-- The last time the choice was made.
CREATE FUNCTION payroll.stamp_choice() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' OR (NEW.benefit_plan_id, NEW.benefit_plan_tier_id, NEW.contribution_amount, NEW.contribution_rate, NEW.status = 'waived')
        IS DISTINCT FROM (OLD.benefit_plan_id, OLD.benefit_plan_tier_id, OLD.contribution_amount, OLD.contribution_rate, OLD.status = 'waived')
    THEN
        NEW.elected_at := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER k_choice BEFORE INSERT OR UPDATE ON payroll.benefit_enrollments FOR EACH ROW EXECUTE FUNCTION payroll.stamp_choice();

CREATE FUNCTION payroll.check_covered_dependent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF (SELECT d.employee_id FROM payroll.dependents d WHERE d.business_id = NEW.business_id AND d.id = NEW.dependent_id)
        <> (SELECT e.employee_id FROM payroll.benefit_enrollments e WHERE e.business_id = NEW.business_id AND e.id = NEW.benefit_enrollment_id)
    THEN
        PERFORM platform.refuse('dependent_id', 'must be of the enrolled employee''s family.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_covered_dependent() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF dependent_id, benefit_enrollment_id ON payroll.benefit_enrollment_dependents
    FOR EACH ROW EXECUTE FUNCTION payroll.check_covered_dependent();

CREATE FUNCTION payroll.check_benefit_tier() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF abs(NEW.employee_amount + NEW.employer_amount) > 999999999.99 THEN
        PERFORM platform.refuse('employer_amount', 'makes the coverage more than 999999999.99.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF employee_amount, employer_amount ON payroll.benefit_plan_tiers FOR EACH ROW EXECUTE FUNCTION payroll.check_benefit_tier();

COMMENT ON COLUMN payroll.benefit_enrollments.elected_at IS 'When the choice was last made; kept by the system.';
