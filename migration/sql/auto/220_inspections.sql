-- Inspections: their moments, and what a measurement says by itself.
CALL platform.stamp_states('auto.inspections', 'status',
    '{"in_progress": {"completed_at": "NULL"}, "completed": {"completed_at": "now()"}, "sent": {"sent_at": "now()"}, "viewed": {"viewed_at": "now()"}}');
CALL platform.stamp_states('auto.service_reminders', 'status', '{"sent": {"sent_at": "now()"}}');

CREATE FUNCTION auto.check_inspection() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.vehicle_id <> (SELECT o.vehicle_id FROM auto.repair_orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.repair_order_id) THEN
        PERFORM platform.refuse('repair_order_id', 'must be a visit of the same vehicle.', 'auto', 'inspections');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_inspection() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_order BEFORE INSERT OR UPDATE OF vehicle_id, repair_order_id ON auto.inspections FOR EACH ROW
    WHEN (NEW.repair_order_id IS NOT NULL) EXECUTE FUNCTION auto.check_inspection();

CREATE FUNCTION auto.check_inspection_done() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    unchecked text := (SELECT string_agg(f.name, ', ' ORDER BY f.sort_order, f.name) FROM auto.inspection_findings f
        WHERE f.business_id = NEW.business_id AND f.inspection_id = NEW.id AND f.condition = 'not_checked' AND f.deleted_at IS NULL);
BEGIN
    IF unchecked IS NOT NULL THEN
        PERFORM platform.refuse('status', 'needs these points to be checked first: ' || left(unchecked, 300) || '.', 'auto', 'inspections');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.check_inspection_done() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_done BEFORE UPDATE ON auto.inspections FOR EACH ROW
    WHEN (OLD.status = 'in_progress' AND NEW.status = 'completed') EXECUTE FUNCTION auto.check_inspection_done();

-- A value beyond a threshold of its point is never better than the threshold says. Lower is worse where
-- the point fails below what it warns at.
CREATE FUNCTION auto.judge_finding() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    point auto.inspection_template_items;
    is_falling boolean;
    order_id uuid;
BEGIN
    SELECT i.repair_order_id INTO order_id FROM auto.inspections i WHERE i.business_id = NEW.business_id AND i.id = NEW.inspection_id;
    IF EXISTS (SELECT FROM auto.repair_order_jobs j WHERE j.business_id = NEW.business_id AND j.id = NEW.repair_order_job_id AND j.repair_order_id <> order_id) THEN
        PERFORM platform.refuse('repair_order_job_id', 'must be a job of the visit that was inspected.', 'auto', 'inspection_findings');
    END IF;
    SELECT * INTO point FROM auto.inspection_template_items t WHERE t.business_id = NEW.business_id AND t.id = NEW.inspection_template_item_id;
    IF point.id IS NULL OR NEW.measured_value IS NULL THEN
        RETURN NEW;
    END IF;
    is_falling := coalesce(point.failure_threshold < point.warning_threshold, false);
    IF (CASE WHEN is_falling THEN NEW.measured_value <= point.failure_threshold ELSE NEW.measured_value >= point.failure_threshold END) THEN
        NEW.condition := 'urgent';
    ELSIF (CASE WHEN is_falling THEN NEW.measured_value <= point.warning_threshold ELSE NEW.measured_value >= point.warning_threshold END)
        AND NEW.condition IN ('not_checked', 'good')
    THEN
        NEW.condition := 'needs_attention';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION auto.judge_finding() OWNER TO thorbis_definer;
CREATE TRIGGER m_judge BEFORE INSERT OR UPDATE OF inspection_id, inspection_template_item_id, repair_order_job_id, measured_value, condition ON auto.inspection_findings
    FOR EACH ROW EXECUTE FUNCTION auto.judge_finding();
