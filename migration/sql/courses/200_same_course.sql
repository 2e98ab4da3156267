-- What hangs together is of one course: a lesson's progress of the enrollment's, a test's category of the
-- test's. Whoever reads a gradebook or a class list may rely on it.

-- The course that a row belongs to; null where the row is not there.
CREATE FUNCTION courses.course_of(p_table text, p_business_id uuid, p_id uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT CASE p_table
        WHEN 'courses' THEN p_id
        WHEN 'cohorts' THEN (SELECT c.course_id FROM courses.cohorts c WHERE c.business_id = p_business_id AND c.id = p_id)
        WHEN 'class_sessions' THEN (SELECT c.course_id FROM courses.class_sessions s JOIN courses.cohorts c ON c.business_id = s.business_id AND c.id = s.cohort_id
            WHERE s.business_id = p_business_id AND s.id = p_id)
        WHEN 'lessons' THEN (SELECT m.course_id FROM courses.lessons l JOIN courses.modules m ON m.business_id = l.business_id AND m.id = l.module_id
            WHERE l.business_id = p_business_id AND l.id = p_id)
        WHEN 'enrollments' THEN (SELECT e.course_id FROM courses.enrollments e WHERE e.business_id = p_business_id AND e.id = p_id)
        WHEN 'quizzes' THEN (SELECT q.course_id FROM courses.quizzes q WHERE q.business_id = p_business_id AND q.id = p_id)
        WHEN 'assignments' THEN (SELECT a.course_id FROM courses.assignments a WHERE a.business_id = p_business_id AND a.id = p_id)
        WHEN 'grade_categories' THEN (SELECT g.course_id FROM courses.grade_categories g WHERE g.business_id = p_business_id AND g.id = p_id)
    END
$$;
ALTER FUNCTION courses.course_of(text, uuid, uuid) OWNER TO thorbis_definer;

-- Arguments: the column and the table that say which course it is, then those that must be of the same.
CREATE FUNCTION courses.check_course() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    given jsonb := to_jsonb(NEW);
    course uuid := courses.course_of(TG_ARGV[1], NEW.business_id, (given ->> TG_ARGV[0])::uuid);
    other uuid;
BEGIN
    FOR place IN 2 .. TG_NARGS - 1 BY 2 LOOP
        other := courses.course_of(TG_ARGV[place + 1], NEW.business_id, (given ->> TG_ARGV[place])::uuid);
        -- One that is not there is refused by its reference.
        IF other <> course THEN
            PERFORM platform.refuse(TG_ARGV[place], 'must be of the same course.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.check_course() OWNER TO thorbis_definer;

CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF course_id, cohort_id ON courses.enrollments
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('course_id', 'courses', 'cohort_id', 'cohorts');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF enrollment_id, lesson_id ON courses.lesson_progress_records
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('enrollment_id', 'enrollments', 'lesson_id', 'lessons');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF cohort_id, lesson_id ON courses.class_sessions
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('cohort_id', 'cohorts', 'lesson_id', 'lessons');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF class_session_id, enrollment_id ON courses.session_attendances
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('class_session_id', 'class_sessions', 'enrollment_id', 'enrollments');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF course_id, lesson_id, grade_category_id ON courses.quizzes
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('course_id', 'courses', 'lesson_id', 'lessons', 'grade_category_id', 'grade_categories');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF quiz_id, enrollment_id ON courses.quiz_attempts
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('quiz_id', 'quizzes', 'enrollment_id', 'enrollments');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF course_id, lesson_id, grade_category_id ON courses.assignments
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('course_id', 'courses', 'lesson_id', 'lessons', 'grade_category_id', 'grade_categories');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF assignment_id, enrollment_id ON courses.assignment_submissions
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('assignment_id', 'assignments', 'enrollment_id', 'enrollments');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF enrollment_id, quiz_id, assignment_id, grade_category_id ON courses.grades
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('enrollment_id', 'enrollments', 'quiz_id', 'quizzes', 'assignment_id', 'assignments',
        'grade_category_id', 'grade_categories');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF course_id, lesson_id, cohort_id ON courses.discussion_threads
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('course_id', 'courses', 'lesson_id', 'lessons', 'cohort_id', 'cohorts');
CREATE TRIGGER j_course BEFORE INSERT OR UPDATE OF course_id, enrollment_id ON courses.course_reviews
    FOR EACH ROW EXECUTE FUNCTION courses.check_course('course_id', 'courses', 'enrollment_id', 'enrollments');

-- Longer meetings are mistakes, and their minutes would not fit.
CREATE FUNCTION courses.check_meeting() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.ends_at NOT BETWEEN NEW.starts_at - interval '31 days' AND NEW.starts_at + interval '31 days' THEN
        PERFORM platform.refuse('ends_at', 'must be within 31 days of the start.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_meeting BEFORE INSERT OR UPDATE OF starts_at, ends_at ON courses.class_sessions FOR EACH ROW EXECUTE FUNCTION courses.check_meeting();

CREATE FUNCTION courses.check_attendance() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.left_at NOT BETWEEN NEW.joined_at - interval '31 days' AND NEW.joined_at + interval '31 days' THEN
        PERFORM platform.refuse('left_at', 'must be within 31 days of the joining.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_attendance BEFORE INSERT OR UPDATE OF joined_at, left_at ON courses.session_attendances
    FOR EACH ROW EXECUTE FUNCTION courses.check_attendance();
