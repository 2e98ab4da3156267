-- Moments of states, and small rules of the tables that nothing is added up in.

-- The day it is where the business is.
CREATE FUNCTION hs.today(p_business_id uuid) RETURNS date LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT (now() AT TIME ZONE coalesce((SELECT b.timezone FROM businesses.businesses b WHERE b.id = p_business_id), 'UTC'))::date
$$;
ALTER FUNCTION hs.today(uuid) OWNER TO thorbis_definer;

CALL platform.stamp_states('hs.leads', 'status', '{"won": {"closed_at": "now()"}, "lost": {"closed_at": "now()"}, "contacted": {"closed_at": "NULL"}}');
CALL platform.stamp_states('hs.appointments', 'status', '{"confirmed": {"confirmed_at": "now()"}, "scheduled": {"confirmed_at": "NULL"}}');
CALL platform.stamp_states('hs.appointment_assignments', 'status',
    '{"en_route": {"en_route_at": "now()"}, "on_site": {"arrived_at": "now()"}, "done": {"finished_at": "now()"}}');
CALL platform.stamp_states('hs.form_submissions', 'status', '{"submitted": {"submitted_at": "now()"}, "draft": {"submitted_at": "NULL"}}');
CALL platform.stamp_states('hs.projects', 'status', '{"completed": {"completed_on": "coalesce(NEW.completed_on, hs.today(NEW.business_id))"}}');

-- A job that ends leaves no clock running, and one that is called off no visit standing.
CREATE FUNCTION hs.end_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE hs.work_order_time_entries t SET ended_at = now()
    WHERE t.business_id = NEW.business_id AND t.work_order_id = NEW.id AND t.ended_at IS NULL AND t.started_at < now() AND t.started_at > now() - interval '366 days' AND t.deleted_at IS NULL;
    IF NEW.status = 'cancelled' THEN
        UPDATE hs.appointments a SET status = 'cancelled', cancellation_reason = coalesce(a.cancellation_reason, NEW.cancellation_reason)
        WHERE a.business_id = NEW.business_id AND a.work_order_id = NEW.id AND a.status IN ('scheduled', 'confirmed', 'dispatched') AND a.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION hs.end_job() OWNER TO thorbis_definer;
CREATE TRIGGER totals_end_job AFTER UPDATE ON hs.work_orders FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('completed', 'cancelled')) EXECUTE FUNCTION hs.end_job();

-- Months of the year, days of the week from Monday as 1.
ALTER TABLE hs.service_plan_visits ADD CONSTRAINT service_plan_visits_recommended_months_rule CHECK (recommended_months <@ '{1,2,3,4,5,6,7,8,9,10,11,12}');
ALTER TABLE hs.arrival_windows ADD CONSTRAINT arrival_windows_days_of_week_rule CHECK (days_of_week <@ '{1,2,3,4,5,6,7}');
ALTER TABLE hs.recurring_jobs ADD CONSTRAINT recurring_jobs_days_of_week_rule CHECK (days_of_week <@ '{1,2,3,4,5,6,7}');
ALTER TABLE hs.equipment_units ADD CONSTRAINT equipment_units_replaced_by_unit_id_rule CHECK (replaced_by_unit_id <> id);

-- A form is handed in with every answer that it demands. One that is handed in as it is made, has its
-- answers coming after it.
CREATE FUNCTION hs.check_form_submission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    missing text := (
        SELECT string_agg(f.label, ', ' ORDER BY f.sort_order, f.label) FROM hs.form_fields f
        LEFT JOIN hs.form_answers a ON a.business_id = f.business_id AND a.form_field_id = f.id AND a.form_submission_id = NEW.id AND a.deleted_at IS NULL
        WHERE f.business_id = NEW.business_id AND f.form_template_id = NEW.form_template_id AND f.is_required AND f.deleted_at IS NULL
            AND coalesce(a.text_value, a.number_value::text, a.boolean_value::text, a.date_value::text, a.choice_values::text, a.file_id::text) IS NULL);
BEGIN
    IF missing IS NOT NULL THEN
        PERFORM platform.refuse('status', 'needs these answers first: ' || left(missing, 300) || '.', 'hs', 'form_submissions');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_form_submission() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_answers BEFORE UPDATE ON hs.form_submissions FOR EACH ROW
    WHEN (OLD.status = 'draft' AND NEW.status = 'submitted') EXECUTE FUNCTION hs.check_form_submission();

CREATE FUNCTION hs.check_form_answer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF (SELECT f.form_template_id FROM hs.form_fields f WHERE f.business_id = NEW.business_id AND f.id = NEW.form_field_id)
        <> (SELECT s.form_template_id FROM hs.form_submissions s WHERE s.business_id = NEW.business_id AND s.id = NEW.form_submission_id)
    THEN
        PERFORM platform.refuse('form_field_id', 'must be a question of the form that is filled in.', 'hs', 'form_answers');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_form_answer() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_field BEFORE INSERT OR UPDATE OF form_submission_id, form_field_id ON hs.form_answers FOR EACH ROW EXECUTE FUNCTION hs.check_form_answer();

-- A discount that has a maximum never takes off more.
CREATE FUNCTION hs.check_line_discount() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    maximum numeric := (SELECT d.maximum_amount FROM hs.discounts d WHERE d.business_id = NEW.business_id AND d.id = NEW.discount_id);
BEGIN
    IF NEW.discount_amount > maximum THEN
        PERFORM platform.refuse('discount_amount', format('must be at most %s with this discount.', maximum), 'hs', 'invoice_line_items');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_line_discount() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_discount BEFORE INSERT OR UPDATE OF discount_id, discount_amount ON hs.invoice_line_items FOR EACH ROW
    WHEN (NEW.discount_id IS NOT NULL) EXECUTE FUNCTION hs.check_line_discount();

-- A shelf is not inside itself, however deep. Two who move shelves at once take turns.
CREATE FUNCTION hs.check_category_parent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('hs.price_book_categories/' || NEW.business_id, 0));
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT NEW.parent_id AS id
            UNION
            SELECT c.parent_id FROM hs.price_book_categories c JOIN above a ON c.id = a.id WHERE c.business_id = NEW.business_id AND c.parent_id IS NOT NULL
        ) SELECT FROM above a WHERE a.id = NEW.id)
    THEN
        PERFORM platform.refuse('parent_id', 'must not be the category itself or one inside it.', 'hs', 'price_book_categories');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_category_parent() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_parent BEFORE INSERT OR UPDATE OF parent_id ON hs.price_book_categories FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION hs.check_category_parent();
