-- Work that is handed in, and its marks.

CALL platform.keep_totals('courses.rubrics',
    '{"total_points": "(SELECT least(coalesce(sum(r.maximum_points), 0), 99999.99) FROM courses.rubric_rows r WHERE r.business_id = p.business_id AND r.rubric_id = p.id AND r.deleted_at IS NULL)"}',
    '{"courses.rubric_rows": ["rubric_id", "maximum_points"]}');

-- Hand-ins are counted under a lock on the enrollment, as tries at a test are.
CREATE FUNCTION courses.begin_submission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    allowed integer;
BEGIN
    PERFORM FROM courses.enrollments e WHERE e.business_id = NEW.business_id AND e.id = NEW.enrollment_id FOR NO KEY UPDATE;
    SELECT a.attempts_allowed INTO allowed FROM courses.assignments a WHERE a.business_id = NEW.business_id AND a.id = NEW.assignment_id;
    IF allowed <= (SELECT count(*) FROM courses.assignment_submissions s WHERE s.business_id = NEW.business_id
        AND s.assignment_id = NEW.assignment_id AND s.enrollment_id = NEW.enrollment_id AND s.deleted_at IS NULL)
    THEN
        PERFORM platform.refuse('assignment_id', 'allows no further hand-in.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.begin_submission() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin BEFORE INSERT ON courses.assignment_submissions FOR EACH ROW EXECUTE FUNCTION courses.begin_submission();

-- When it was handed in, whether that was late, and who marked it when.
CREATE FUNCTION courses.hand_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    assignment courses.assignments;
    was_state text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END;
BEGIN
    SELECT * INTO assignment FROM courses.assignments a WHERE a.business_id = NEW.business_id AND a.id = NEW.assignment_id;
    IF NEW.status = 'submitted' AND was_state IS DISTINCT FROM 'submitted' THEN
        IF assignment.submission_kind = 'file' AND NEW.file_id IS NULL THEN
            PERFORM platform.refuse('file_id', 'is what this assignment asks for.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        ELSIF assignment.submission_kind = 'text' AND NEW.text_answer IS NULL THEN
            PERFORM platform.refuse('text_answer', 'is what this assignment asks for.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        ELSIF assignment.submission_kind = 'url' AND NEW.url IS NULL THEN
            PERFORM platform.refuse('url', 'is what this assignment asks for.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        NEW.submitted_at := now();
        NEW.is_late := coalesce(NEW.submitted_at > assignment.due_at, false);
    ELSIF NEW.status = 'draft' THEN
        NEW.submitted_at := NULL;
        NEW.is_late := false;
    ELSIF NEW.status = 'graded' AND was_state IS DISTINCT FROM 'graded' THEN
        NEW.graded_at := now();
        NEW.graded_by_id := coalesce(NEW.graded_by_id, auth.uid());
    END IF;
    IF NEW.points_awarded > assignment.maximum_points THEN
        PERFORM platform.refuse('points_awarded', 'must be no more than the assignment is worth.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.hand_in() OWNER TO thorbis_definer;
CREATE TRIGGER k_hand_in BEFORE INSERT OR UPDATE ON courses.assignment_submissions FOR EACH ROW EXECUTE FUNCTION courses.hand_in();

CREATE FUNCTION courses.check_rubric_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    criterion courses.rubric_rows;
BEGIN
    SELECT * INTO criterion FROM courses.rubric_rows r WHERE r.business_id = NEW.business_id AND r.id = NEW.rubric_row_id;
    IF NEW.points > criterion.maximum_points THEN
        PERFORM platform.refuse('points', 'must be no more than the criterion gives.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF EXISTS (SELECT FROM courses.assignment_submissions s JOIN courses.assignments a ON a.business_id = s.business_id AND a.id = s.assignment_id
        WHERE s.business_id = NEW.business_id AND s.id = NEW.assignment_submission_id AND a.rubric_id <> criterion.rubric_id)
    THEN
        PERFORM platform.refuse('rubric_row_id', 'must be of the assignment''s marking scheme.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.check_rubric_score() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE ON courses.rubric_scores FOR EACH ROW EXECUTE FUNCTION courses.check_rubric_score();

-- The points of the criteria make the points of the work, scaled to what the assignment is worth.
CREATE FUNCTION courses.add_up_rubric() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := coalesce(NEW.business_id, OLD.business_id);
    touched uuid[] := array_remove(ARRAY[OLD.assignment_submission_id, NEW.assignment_submission_id], NULL);
BEGIN
    PERFORM FROM courses.assignment_submissions s WHERE s.business_id = business AND s.id = ANY (touched) ORDER BY s.id FOR NO KEY UPDATE;
    UPDATE courses.assignment_submissions s SET points_awarded = least(round(t.points * a.maximum_points / r.total_points, 2), a.maximum_points)
    FROM courses.assignments a JOIN courses.rubrics r ON r.business_id = a.business_id AND r.id = a.rubric_id AND r.total_points > 0,
        (SELECT c.assignment_submission_id AS id, sum(c.points) AS points FROM courses.rubric_scores c
            WHERE c.business_id = business AND c.assignment_submission_id = ANY (touched) AND c.deleted_at IS NULL GROUP BY 1) AS t
    WHERE s.business_id = business AND s.id = t.id AND s.deleted_at IS NULL AND a.business_id = business AND a.id = s.assignment_id
        AND s.status IN ('submitted', 'graded');
    RETURN NULL;
END $$;
ALTER FUNCTION courses.add_up_rubric() OWNER TO thorbis_definer;
CREATE TRIGGER totals_rubric AFTER INSERT OR DELETE ON courses.rubric_scores FOR EACH ROW EXECUTE FUNCTION courses.add_up_rubric();
CREATE TRIGGER totals_update_rubric AFTER UPDATE ON courses.rubric_scores FOR EACH ROW
    WHEN ((OLD.assignment_submission_id, OLD.points, OLD.deleted_at) IS DISTINCT FROM (NEW.assignment_submission_id, NEW.points, NEW.deleted_at))
    EXECUTE FUNCTION courses.add_up_rubric();

COMMENT ON COLUMN courses.rubrics.total_points IS 'The most points its criteria give; kept by the system.';
COMMENT ON COLUMN courses.assignment_submissions.submitted_at IS 'When the work was handed in last; kept by the system.';
COMMENT ON COLUMN courses.assignment_submissions.is_late IS 'Whether it was handed in after the assignment was due; kept by the system.';
COMMENT ON COLUMN courses.assignment_submissions.graded_at IS 'When it was marked; kept by the system.';
COMMENT ON COLUMN courses.assignment_submissions.points_awarded IS 'Filled in from the scores of the marking scheme, before any penalty for being late.';
