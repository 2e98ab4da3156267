-- The gradebook: marks of tests and handed-in work come by themselves, and make the grade of the course.

-- A mark of more than ten times what there is to get is a slip, and its rate would not fit.
CREATE FUNCTION courses.check_grade() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF abs(NEW.points) > 10 * abs(NEW.maximum_points) THEN
        PERFORM platform.refuse('points', 'must be no more than ten times the maximum.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF points, maximum_points ON courses.grades FOR EACH ROW EXECUTE FUNCTION courses.check_grade();

-- Writes the mark of a test or an assignment, unless somebody overrode it. No points where none are left.
-- The enrollment's lock keeps two markers from writing two.
CREATE FUNCTION courses.write_grade(p_business_id uuid, p_enrollment_id uuid, p_quiz_id uuid, p_assignment_id uuid, p_category_id uuid, p_title text,
    p_points numeric, p_maximum numeric) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    grade courses.grades;
BEGIN
    PERFORM FROM courses.enrollments e WHERE e.business_id = p_business_id AND e.id = p_enrollment_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO grade FROM courses.grades g WHERE g.business_id = p_business_id AND g.enrollment_id = p_enrollment_id AND g.deleted_at IS NULL
        AND (g.quiz_id, g.assignment_id) IS NOT DISTINCT FROM (p_quiz_id, p_assignment_id) ORDER BY g.created_at, g.id LIMIT 1;
    IF grade.id IS NULL AND p_points IS NOT NULL THEN
        INSERT INTO courses.grades (business_id, enrollment_id, quiz_id, assignment_id, grade_category_id, title, points, maximum_points)
        VALUES (p_business_id, p_enrollment_id, p_quiz_id, p_assignment_id, p_category_id, p_title, p_points, coalesce(p_maximum, 100));
    ELSIF NOT grade.is_overridden AND (grade.points, grade.maximum_points) IS DISTINCT FROM (p_points, coalesce(p_maximum, grade.maximum_points)) THEN
        UPDATE courses.grades SET points = p_points, maximum_points = coalesce(p_maximum, grade.maximum_points)
        WHERE business_id = p_business_id AND id = grade.id;
    END IF;
END $$;
ALTER FUNCTION courses.write_grade(uuid, uuid, uuid, uuid, uuid, text, numeric, numeric) OWNER TO thorbis_definer;

-- Of the graded tries the best, the last or the average counts, as the test says.
CREATE FUNCTION courses.write_quiz_grade(p_business_id uuid, p_quiz_id uuid, p_enrollment_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    quiz courses.quizzes;
    rate numeric;
    maximum numeric;
BEGIN
    SELECT * INTO quiz FROM courses.quizzes q WHERE q.business_id = p_business_id AND q.id = p_quiz_id;
    SELECT CASE quiz.scoring
            WHEN 'highest' THEN max(a.score_rate)
            WHEN 'average' THEN avg(a.score_rate)
            ELSE (array_agg(a.score_rate ORDER BY a.sequence DESC, a.id))[1]
        END, (array_agg(a.maximum_score ORDER BY a.sequence DESC, a.id))[1]
    INTO rate, maximum FROM courses.quiz_attempts a WHERE a.business_id = p_business_id AND a.quiz_id = p_quiz_id
        AND a.enrollment_id = p_enrollment_id AND a.status = 'graded' AND a.score_rate IS NOT NULL AND a.deleted_at IS NULL;
    PERFORM courses.write_grade(p_business_id, p_enrollment_id, p_quiz_id, NULL, quiz.grade_category_id, quiz.title, round(rate * maximum, 2), maximum);
END $$;
ALTER FUNCTION courses.write_quiz_grade(uuid, uuid, uuid) OWNER TO thorbis_definer;

CREATE FUNCTION courses.grade_quiz() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM courses.write_quiz_grade(NEW.business_id, NEW.quiz_id, NEW.enrollment_id);
    RETURN NULL;
END $$;
ALTER FUNCTION courses.grade_quiz() OWNER TO thorbis_definer;
CREATE TRIGGER totals_grade AFTER INSERT ON courses.quiz_attempts FOR EACH ROW WHEN (NEW.status = 'graded') EXECUTE FUNCTION courses.grade_quiz();
CREATE TRIGGER totals_update_grade AFTER UPDATE ON courses.quiz_attempts FOR EACH ROW
    WHEN ((OLD.status = 'graded' OR NEW.status = 'graded') AND (OLD.status, OLD.score, OLD.maximum_score, OLD.sequence, OLD.deleted_at)
        IS DISTINCT FROM (NEW.status, NEW.score, NEW.maximum_score, NEW.sequence, NEW.deleted_at))
    EXECUTE FUNCTION courses.grade_quiz();

-- A test that counts another way marks everybody anew.
CREATE FUNCTION courses.grade_quiz_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM courses.write_quiz_grade(NEW.business_id, NEW.id, e.id) FROM (SELECT DISTINCT a.enrollment_id AS id FROM courses.quiz_attempts a
        WHERE a.business_id = NEW.business_id AND a.quiz_id = NEW.id AND a.status = 'graded' AND a.deleted_at IS NULL ORDER BY 1) AS e;
    RETURN NULL;
END $$;
ALTER FUNCTION courses.grade_quiz_anew() OWNER TO thorbis_definer;
CREATE TRIGGER totals_grade AFTER UPDATE OF scoring ON courses.quizzes FOR EACH ROW WHEN (OLD.scoring <> NEW.scoring) EXECUTE FUNCTION courses.grade_quiz_anew();

-- The best of the marked hand-ins counts; a late one loses the assignment's penalty.
CREATE FUNCTION courses.grade_assignment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    assignment courses.assignments;
    points numeric;
BEGIN
    SELECT * INTO assignment FROM courses.assignments a WHERE a.business_id = NEW.business_id AND a.id = NEW.assignment_id;
    SELECT max(round(s.points_awarded * CASE WHEN s.is_late THEN 1 - assignment.late_penalty_rate ELSE 1 END, 2)) INTO points
    FROM courses.assignment_submissions s WHERE s.business_id = NEW.business_id AND s.assignment_id = NEW.assignment_id
        AND s.enrollment_id = NEW.enrollment_id AND s.status IN ('graded', 'returned') AND s.deleted_at IS NULL;
    PERFORM courses.write_grade(NEW.business_id, NEW.enrollment_id, NULL, NEW.assignment_id, assignment.grade_category_id, assignment.title,
        points, assignment.maximum_points);
    RETURN NULL;
END $$;
ALTER FUNCTION courses.grade_assignment() OWNER TO thorbis_definer;
CREATE TRIGGER totals_grade AFTER INSERT ON courses.assignment_submissions FOR EACH ROW WHEN (NEW.status IN ('graded', 'returned'))
    EXECUTE FUNCTION courses.grade_assignment();
CREATE TRIGGER totals_update_grade AFTER UPDATE ON courses.assignment_submissions FOR EACH ROW
    WHEN ((OLD.status IN ('graded', 'returned') OR NEW.status IN ('graded', 'returned')) AND (OLD.status, OLD.points_awarded, OLD.is_late, OLD.deleted_at)
        IS DISTINCT FROM (NEW.status, NEW.points_awarded, NEW.is_late, NEW.deleted_at))
    EXECUTE FUNCTION courses.grade_assignment();

-- The grade of a course: every category counts by its weight, without its lowest marks; marks of no
-- category count where none has one. Excused marks do not count.
CREATE FUNCTION courses.grade_of(p_business_id uuid, p_enrollment_id uuid) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    WITH marks AS (
        SELECT c.id AS category, c.weight_rate, coalesce(c.drops_lowest, 0) AS drops, g.points / g.maximum_points AS rate,
            row_number() OVER (PARTITION BY c.id ORDER BY g.points / g.maximum_points, g.id) AS place, count(*) OVER (PARTITION BY c.id) AS marks
        FROM courses.grades g LEFT JOIN courses.grade_categories c ON c.business_id = g.business_id AND c.id = g.grade_category_id AND c.deleted_at IS NULL
        WHERE g.business_id = p_business_id AND g.enrollment_id = p_enrollment_id AND g.deleted_at IS NULL AND NOT g.is_excused AND g.points IS NOT NULL
    ), parts AS (
        SELECT m.weight_rate, avg(m.rate) AS average FROM marks m WHERE m.place > least(m.drops, m.marks - 1) GROUP BY m.category, m.weight_rate
    )
    SELECT CASE WHEN count(*) > 0 THEN least(round(coalesce(sum(p.weight_rate * p.average) / nullif(sum(p.weight_rate), 0), avg(p.average)), 4), 9.9999) END FROM parts p
$$;
ALTER FUNCTION courses.grade_of(uuid, uuid) OWNER TO thorbis_definer;
CALL platform.keep_totals('courses.enrollments', '{"grade_rate": "courses.grade_of(p.business_id, p.id)"}',
    '{"courses.grades": ["enrollment_id", "points", "maximum_points", "is_excused", "grade_category_id"]}');

-- Other weights make other grades.
CREATE FUNCTION courses.reweigh() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM courses.recount_enrollments_grade_rate(NEW.business_id, ARRAY(SELECT DISTINCT g.enrollment_id FROM courses.grades g
        WHERE g.business_id = NEW.business_id AND g.grade_category_id = NEW.id AND g.deleted_at IS NULL));
    RETURN NULL;
END $$;
ALTER FUNCTION courses.reweigh() OWNER TO thorbis_definer;
CREATE TRIGGER totals_reweigh AFTER UPDATE ON courses.grade_categories FOR EACH ROW
    WHEN ((OLD.weight_rate, OLD.drops_lowest, OLD.deleted_at) IS DISTINCT FROM (NEW.weight_rate, NEW.drops_lowest, NEW.deleted_at))
    EXECUTE FUNCTION courses.reweigh();

COMMENT ON COLUMN courses.enrollments.grade_rate IS 'The grade of the course so far: every category by its weight. Kept by the system.';
COMMENT ON COLUMN courses.grades.is_overridden IS 'Keeps the points as a person gave them; others follow the test or assignment.';
