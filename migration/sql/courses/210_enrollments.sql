-- Who may take a place, and how far everybody is.

-- A place counts for everybody but those who wait for one or gave it back.
CREATE FUNCTION courses.takes_place(p_status text, p_deleted_at timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT p_deleted_at IS NULL AND p_status NOT IN ('waitlisted', 'cancelled')
$$;
GRANT EXECUTE ON FUNCTION courses.takes_place(text, timestamptz) TO thorbis_definer;

-- The courses that come before this one are passed. Staff may go around that: by hand, or from old books.
CREATE FUNCTION courses.check_prerequisites() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.source NOT IN ('manual', 'import') AND EXISTS (
        SELECT FROM courses.course_prerequisites r WHERE r.business_id = NEW.business_id AND r.course_id = NEW.course_id AND r.is_mandatory
        AND NOT EXISTS (SELECT FROM courses.enrollments e WHERE e.business_id = NEW.business_id AND e.learner_id = NEW.learner_id
            AND e.course_id = r.required_course_id AND e.status = 'completed' AND e.deleted_at IS NULL
            AND (r.minimum_grade_rate IS NULL OR e.grade_rate >= r.minimum_grade_rate)))
    THEN
        PERFORM platform.refuse('source', 'must be a manual enrollment while the learner has not passed the courses that come first.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.check_prerequisites() OWNER TO thorbis_definer;
CREATE TRIGGER j_prerequisites BEFORE INSERT ON courses.enrollments FOR EACH ROW EXECUTE FUNCTION courses.check_prerequisites();

-- A place in a class is taken under a lock on the class, a company's seat under one on its license, so
-- that two who take the last one at once do not both get it.
CREATE FUNCTION courses.take_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    places integer;
    license courses.seat_licenses;
    taken integer;
BEGIN
    IF NOT courses.takes_place(NEW.status, NEW.deleted_at) THEN
        RETURN NEW;
    END IF;
    IF NEW.cohort_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.cohort_id IS DISTINCT FROM OLD.cohort_id OR NOT courses.takes_place(OLD.status, OLD.deleted_at)) THEN
        SELECT c.capacity INTO places FROM courses.cohorts c WHERE c.business_id = NEW.business_id AND c.id = NEW.cohort_id FOR NO KEY UPDATE;
        IF places IS NOT NULL THEN
            SELECT count(*) INTO taken FROM courses.enrollments e WHERE e.business_id = NEW.business_id AND e.cohort_id = NEW.cohort_id
                AND e.id <> NEW.id AND courses.takes_place(e.status, e.deleted_at);
            IF taken >= places THEN
                PERFORM platform.refuse('cohort_id', 'is full; put the learner on the waiting list or choose another.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
            END IF;
        END IF;
    END IF;
    IF NEW.seat_license_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.seat_license_id IS DISTINCT FROM OLD.seat_license_id
        OR NEW.learner_id IS DISTINCT FROM OLD.learner_id OR NOT courses.takes_place(OLD.status, OLD.deleted_at))
    THEN
        SELECT * INTO license FROM courses.seat_licenses l WHERE l.business_id = NEW.business_id AND l.id = NEW.seat_license_id FOR NO KEY UPDATE;
        -- A seat is a person's, for all the courses of the offer.
        SELECT count(DISTINCT e.learner_id) INTO taken FROM courses.enrollments e WHERE e.business_id = NEW.business_id
            AND e.seat_license_id = NEW.seat_license_id AND e.id <> NEW.id AND e.learner_id <> NEW.learner_id AND courses.takes_place(e.status, e.deleted_at);
        IF license.status <> 'active' OR license.expires_on < CURRENT_DATE THEN
            PERFORM platform.refuse('seat_license_id', 'must be an active license.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        ELSIF taken >= license.seats_purchased THEN
            PERFORM platform.refuse('seat_license_id', 'has no free seat; buy more seats or take one back.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.take_place() OWNER TO thorbis_definer;
CREATE TRIGGER j_take_place BEFORE INSERT OR UPDATE OF status, cohort_id, seat_license_id, learner_id, deleted_at ON courses.enrollments
    FOR EACH ROW EXECUTE FUNCTION courses.take_place();

-- Access ends when the course says, unless the enrollment says so itself.
CREATE FUNCTION courses.begin_access() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    days integer := (SELECT c.access_days FROM courses.courses c WHERE c.business_id = NEW.business_id AND c.id = NEW.course_id);
BEGIN
    IF days IS NOT NULL THEN
        NEW.expires_on := least((NEW.enrolled_on + least(days, 36500))::date, DATE '9999-12-31');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.begin_access() OWNER TO thorbis_definer;
CREATE TRIGGER k_access BEFORE INSERT ON courses.enrollments FOR EACH ROW WHEN (NEW.expires_on IS NULL) EXECUTE FUNCTION courses.begin_access();

CALL platform.stamp_states('courses.enrollments', 'status', '{"completed": {"completed_at": "now()"}}');
CALL platform.stamp_states('courses.courses', 'status', '{"published": {"published_at": "now()"}}');
CALL platform.stamp_states('courses.lesson_progress_records', 'status', '{"completed": {"completed_at": "now()"}, "started": {"completed_at": "NULL"}}');

CALL platform.keep_totals('courses.cohorts',
    '{"enrolled_count": "(SELECT count(*)::integer FROM courses.enrollments e WHERE e.business_id = p.business_id AND e.cohort_id = p.id AND courses.takes_place(e.status, e.deleted_at))"}',
    '{"courses.enrollments": ["cohort_id", "status"]}');
CALL platform.keep_totals('courses.courses',
    '{"enrollment_count": "(SELECT count(*)::integer FROM courses.enrollments e WHERE e.business_id = p.business_id AND e.course_id = p.id AND courses.takes_place(e.status, e.deleted_at))"}',
    '{"courses.enrollments": ["course_id", "status"]}');
CALL platform.keep_totals('courses.seat_licenses',
    '{"seats_used": "(SELECT count(DISTINCT e.learner_id)::integer FROM courses.enrollments e WHERE e.business_id = p.business_id AND e.seat_license_id = p.id AND courses.takes_place(e.status, e.deleted_at))"}',
    '{"courses.enrollments": ["seat_license_id", "status", "learner_id"]}');

-- The share of the course's required lessons that are done. Who has finished keeps what was reached when
-- lessons are added later.
CREATE FUNCTION courses.progress_of(p_business_id uuid, p_enrollment_id uuid, p_course_id uuid) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(round(count(r.id)::numeric / nullif(count(*), 0), 4), 0)
    FROM courses.modules m JOIN courses.lessons l ON l.business_id = m.business_id AND l.module_id = m.id
    LEFT JOIN courses.lesson_progress_records r ON r.business_id = l.business_id AND r.enrollment_id = p_enrollment_id AND r.lesson_id = l.id AND r.status = 'completed'
    WHERE m.business_id = p_business_id AND m.course_id = p_course_id AND m.is_published AND m.deleted_at IS NULL
        AND l.is_published AND l.is_required AND l.deleted_at IS NULL
$$;
ALTER FUNCTION courses.progress_of(uuid, uuid, uuid) OWNER TO thorbis_definer;
CALL platform.keep_totals('courses.enrollments', '{
    "progress_rate": "(CASE WHEN p.status IN (''waitlisted'', ''active'', ''suspended'') THEN courses.progress_of(p.business_id, p.id, p.course_id) ELSE p.progress_rate END)",
    "last_accessed_at": "(SELECT max(r.updated_at) FROM courses.lesson_progress_records r WHERE r.business_id = p.business_id AND r.enrollment_id = p.id)"}',
    '{"courses.lesson_progress_records": ["enrollment_id", "status", "lesson_id", "updated_at"], "courses.enrollments": ["id", "status", "course_id"]}');
CALL platform.keep_totals('courses.learners',
    '{"last_active_at": "(SELECT max(e.last_accessed_at) FROM courses.enrollments e WHERE e.business_id = p.business_id AND e.learner_id = p.id AND e.deleted_at IS NULL)"}',
    '{"courses.enrollments": ["learner_id", "last_accessed_at"]}');

-- Lessons that come, go or become required change the share of everybody who is still at it.
CREATE FUNCTION courses.recount_progress(p_business_id uuid, p_course_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM courses.recount_enrollments_last_accessed_at(p_business_id, ARRAY(SELECT e.id FROM courses.enrollments e
        WHERE e.business_id = p_business_id AND e.course_id = ANY (p_course_ids) AND e.status IN ('waitlisted', 'active', 'suspended')));
END $$;
ALTER FUNCTION courses.recount_progress(uuid, uuid[]) OWNER TO thorbis_definer;

CREATE FUNCTION courses.recount_progress_of_lesson() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := coalesce(NEW.business_id, OLD.business_id);
BEGIN
    PERFORM courses.recount_progress(business, ARRAY(SELECT m.course_id FROM courses.modules m
        WHERE m.business_id = business AND m.id IN (NEW.module_id, OLD.module_id)));
    RETURN NULL;
END $$;
ALTER FUNCTION courses.recount_progress_of_lesson() OWNER TO thorbis_definer;
CREATE TRIGGER totals_insert_progress AFTER INSERT ON courses.lessons FOR EACH ROW WHEN (NEW.is_required AND NEW.is_published)
    EXECUTE FUNCTION courses.recount_progress_of_lesson();
CREATE TRIGGER totals_update_progress AFTER UPDATE ON courses.lessons FOR EACH ROW
    WHEN ((OLD.module_id, OLD.is_required, OLD.is_published, OLD.deleted_at) IS DISTINCT FROM (NEW.module_id, NEW.is_required, NEW.is_published, NEW.deleted_at))
    EXECUTE FUNCTION courses.recount_progress_of_lesson();
CREATE TRIGGER totals_delete_progress AFTER DELETE ON courses.lessons FOR EACH ROW WHEN (OLD.is_required AND OLD.is_published)
    EXECUTE FUNCTION courses.recount_progress_of_lesson();

CREATE FUNCTION courses.recount_progress_of_module() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM courses.recount_progress(coalesce(NEW.business_id, OLD.business_id), array_remove(ARRAY[OLD.course_id, NEW.course_id], NULL));
    RETURN NULL;
END $$;
ALTER FUNCTION courses.recount_progress_of_module() OWNER TO thorbis_definer;
CREATE TRIGGER totals_update_progress AFTER UPDATE ON courses.modules FOR EACH ROW
    WHEN ((OLD.course_id, OLD.is_published, OLD.deleted_at) IS DISTINCT FROM (NEW.course_id, NEW.is_published, NEW.deleted_at))
    EXECUTE FUNCTION courses.recount_progress_of_module();
CREATE TRIGGER totals_delete_progress AFTER DELETE ON courses.modules FOR EACH ROW EXECUTE FUNCTION courses.recount_progress_of_module();

COMMENT ON COLUMN courses.enrollments.progress_rate IS 'The share of the course''s required, published lessons that are completed; stands still once the enrollment ended. Kept by the system.';
COMMENT ON COLUMN courses.enrollments.last_accessed_at IS 'The last time the learner was at a lesson; kept by the system.';
COMMENT ON COLUMN courses.enrollments.expires_on IS 'The last day of access; filled in from the course where it is left out.';
COMMENT ON COLUMN courses.enrollments.completed_at IS 'When the course was completed; kept by the system.';
COMMENT ON COLUMN courses.learners.last_active_at IS 'The last time the learner was at a lesson of any course; kept by the system.';
COMMENT ON COLUMN courses.cohorts.enrolled_count IS 'Learners with a place, without those who wait or gave it back; kept by the system.';
COMMENT ON COLUMN courses.courses.enrollment_count IS 'Learners who are or were on the course, without those who wait or gave their place back; kept by the system.';
COMMENT ON COLUMN courses.courses.published_at IS 'When the course was last published; kept by the system.';
COMMENT ON COLUMN courses.seat_licenses.seats_used IS 'Learners who take a seat, each once; kept by the system.';
COMMENT ON COLUMN courses.lesson_progress_records.completed_at IS 'When the lesson was completed; kept by the system.';
