-- Tries at a test: how many there may be, what is right, what it comes to.

-- What a test asks for a question.
CREATE FUNCTION courses.question_points(p_business_id uuid, p_quiz_id uuid, p_question_id uuid) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce((SELECT a.points FROM courses.quiz_questions a WHERE a.business_id = p_business_id AND a.quiz_id = p_quiz_id AND a.question_id = p_question_id),
        (SELECT q.points FROM courses.questions q WHERE q.business_id = p_business_id AND q.id = p_question_id))
$$;
ALTER FUNCTION courses.question_points(uuid, uuid, uuid) OWNER TO thorbis_definer;

CREATE FUNCTION courses.maximum_score(p_business_id uuid, p_quiz_id uuid) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT CASE WHEN count(*) > 0 THEN least(sum(coalesce(a.points, q.points)), 99999.99) END FROM courses.quiz_questions a
    JOIN courses.questions q ON q.business_id = a.business_id AND q.id = a.question_id WHERE a.business_id = p_business_id AND a.quiz_id = p_quiz_id
$$;
ALTER FUNCTION courses.maximum_score(uuid, uuid) OWNER TO thorbis_definer;

-- Tries are counted under a lock on the enrollment: nobody gets one more by beginning two at once.
CREATE FUNCTION courses.begin_attempt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    quiz courses.quizzes;
    begun integer;
BEGIN
    PERFORM FROM courses.enrollments e WHERE e.business_id = NEW.business_id AND e.id = NEW.enrollment_id FOR NO KEY UPDATE;
    SELECT * INTO quiz FROM courses.quizzes q WHERE q.business_id = NEW.business_id AND q.id = NEW.quiz_id;
    SELECT count(*) INTO begun FROM courses.quiz_attempts a
    WHERE a.business_id = NEW.business_id AND a.quiz_id = NEW.quiz_id AND a.enrollment_id = NEW.enrollment_id AND a.deleted_at IS NULL;
    IF begun >= quiz.attempts_allowed THEN
        PERFORM platform.refuse('quiz_id', 'allows no further try.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.expires_at := least(NEW.started_at + least(quiz.time_limit_minutes, 525600) * interval '1 minute', TIMESTAMPTZ '9999-12-31 00:00+00');
    IF quiz.time_limit_minutes IS NULL THEN
        NEW.expires_at := NULL;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.begin_attempt() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin BEFORE INSERT ON courses.quiz_attempts FOR EACH ROW EXECUTE FUNCTION courses.begin_attempt();

-- The questions are those at the beginning and, while they are answered, those of the test as it is then;
-- with the handing in they stand.
CREATE FUNCTION courses.judge_attempt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.status = 'in_progress' THEN
        NEW.maximum_score := courses.maximum_score(NEW.business_id, NEW.quiz_id);
        NEW.score := CASE WHEN NEW.score IS NOT NULL THEN least(NEW.score, NEW.maximum_score) END;
    END IF;
    NEW.is_passed := CASE WHEN NEW.status = 'graded' THEN coalesce(NEW.score, 0) / NEW.maximum_score
        >= (SELECT q.passing_rate FROM courses.quizzes q WHERE q.business_id = NEW.business_id AND q.id = NEW.quiz_id) END;
    IF NEW.status = 'submitted' AND (TG_OP = 'INSERT' OR OLD.status <> 'submitted') THEN
        NEW.submitted_at := greatest(now(), NEW.started_at);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.judge_attempt() OWNER TO thorbis_definer;
CREATE TRIGGER k_judge BEFORE INSERT OR UPDATE ON courses.quiz_attempts FOR EACH ROW EXECUTE FUNCTION courses.judge_attempt();

CALL platform.keep_totals('courses.quiz_attempts',
    '{"score": "(SELECT CASE WHEN count(a.points_awarded) > 0 THEN least(sum(a.points_awarded), p.maximum_score, 99999.99) END FROM courses.quiz_answers a WHERE a.business_id = p.business_id AND a.quiz_attempt_id = p.id AND a.deleted_at IS NULL)"}',
    '{"courses.quiz_answers": ["quiz_attempt_id", "points_awarded"], "courses.quiz_attempts": ["id", "maximum_score"]}');

-- Whether an answer is the right one; null for what a person has to read, and for no answer.
CREATE FUNCTION courses.is_right(p_answer courses.quiz_answers, p_question courses.questions) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    WITH choices AS (
        SELECT c.* FROM courses.question_choices c WHERE c.business_id = p_question.business_id AND c.question_id = p_question.id AND c.deleted_at IS NULL
    )
    SELECT CASE
        WHEN p_question.question_type = 'essay' THEN NULL
        WHEN p_question.question_type IN ('single_choice', 'multiple_choice', 'true_false') AND p_answer.chosen_choice_ids <> '{}' THEN
            (SELECT coalesce(array_agg(c.id ORDER BY c.id), '{}') FROM choices c WHERE c.is_correct)
                = (SELECT array_agg(DISTINCT chosen ORDER BY chosen) FROM unnest(p_answer.chosen_choice_ids) AS chosen)
        WHEN p_question.question_type = 'ordering' AND p_answer.chosen_choice_ids <> '{}' THEN
            (SELECT coalesce(array_agg(c.id ORDER BY c.sort_order, c.id), '{}') FROM choices c) = p_answer.chosen_choice_ids
        WHEN p_question.question_type = 'matching' AND p_answer.match_pairs <> '{}' THEN
            (SELECT count(*) > 0 AND bool_and(coalesce(other.match_content = c.match_content, false)) FROM choices c
                LEFT JOIN choices other ON other.id::text = p_answer.match_pairs ->> c.id::text WHERE c.match_content IS NOT NULL)
        WHEN p_question.question_type = 'short_answer' AND p_answer.text_answer IS NOT NULL THEN
            lower(btrim(p_answer.text_answer)) IN (SELECT lower(btrim(accepted)) FROM unnest(p_question.accepted_answers) AS accepted)
        WHEN p_question.question_type = 'numeric' AND p_answer.numeric_answer IS NOT NULL THEN
            abs(p_answer.numeric_answer - p_question.numeric_answer) <= p_question.numeric_tolerance
    END
$$;
ALTER FUNCTION courses.is_right(courses.quiz_answers, courses.questions) OWNER TO thorbis_definer;

-- What the database can judge is judged as it is answered. Points that a person gave stay, up to what the
-- question is worth; after the handing in only the marks change.
CREATE FUNCTION courses.judge_answer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    question courses.questions;
    attempt courses.quiz_attempts;
    worth numeric;
    is_answered boolean := TG_OP = 'INSERT';
BEGIN
    SELECT * INTO attempt FROM courses.quiz_attempts a WHERE a.business_id = NEW.business_id AND a.id = NEW.quiz_attempt_id;
    SELECT * INTO question FROM courses.questions q WHERE q.business_id = NEW.business_id AND q.id = NEW.question_id;
    IF TG_OP = 'UPDATE' THEN
        is_answered := (NEW.chosen_choice_ids, NEW.match_pairs, NEW.text_answer, NEW.numeric_answer, NEW.question_id)
            IS DISTINCT FROM (OLD.chosen_choice_ids, OLD.match_pairs, OLD.text_answer, OLD.numeric_answer, OLD.question_id);
        IF is_answered AND attempt.status <> 'in_progress' THEN
            PERFORM platform.refuse('quiz_attempt_id', 'is handed in; its answers no longer change.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    IF EXISTS (SELECT FROM courses.question_choices c WHERE c.business_id = NEW.business_id AND c.id = ANY (NEW.chosen_choice_ids) AND c.question_id <> NEW.question_id) THEN
        PERFORM platform.refuse('chosen_choice_ids', 'must be choices of the question.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF jsonb_typeof(NEW.match_pairs) <> 'object' THEN
        PERFORM platform.refuse('match_pairs', 'must map choices to choices.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    worth := courses.question_points(NEW.business_id, attempt.quiz_id, NEW.question_id);
    IF NEW.points_awarded > worth THEN
        PERFORM platform.refuse('points_awarded', 'must be no more than the question is worth.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.is_correct := courses.is_right(NEW, question);
    -- An essay is right where it got all the points.
    IF question.question_type = 'essay' AND NEW.points_awarded IS NOT NULL THEN
        NEW.is_correct := NEW.points_awarded = worth;
    ELSIF is_answered AND NEW.is_correct IS NOT NULL AND NEW.graded_by_id IS NULL
        AND (TG_OP = 'INSERT' AND NEW.points_awarded IS NULL OR TG_OP = 'UPDATE' AND NEW.points_awarded IS NOT DISTINCT FROM OLD.points_awarded)
    THEN
        NEW.points_awarded := CASE WHEN NEW.is_correct THEN worth ELSE 0 END;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.judge_answer() OWNER TO thorbis_definer;
CREATE TRIGGER j_judge BEFORE INSERT OR UPDATE ON courses.quiz_answers FOR EACH ROW EXECUTE FUNCTION courses.judge_answer();

COMMENT ON COLUMN courses.quiz_attempts.expires_at IS 'When the time for the try is over, by the test''s limit at its beginning; kept by the system.';
COMMENT ON COLUMN courses.quiz_attempts.submitted_at IS 'When the try was handed in; kept by the system.';
COMMENT ON COLUMN courses.quiz_attempts.score IS 'The points of the answers, up to the maximum; kept by the system.';
COMMENT ON COLUMN courses.quiz_attempts.maximum_score IS 'The points of the test''s questions when the try was handed in; kept by the system.';
COMMENT ON COLUMN courses.quiz_attempts.is_passed IS 'Whether a graded try reached the test''s passing rate; kept by the system.';
COMMENT ON COLUMN courses.quiz_answers.is_correct IS 'Whether the answer is right; empty for essays until they are marked. Kept by the system.';
COMMENT ON COLUMN courses.quiz_answers.points_awarded IS 'Filled in for answers that the system can judge; what a person gives stays.';
COMMENT ON COLUMN courses.quiz_answers.match_pairs IS 'Maps a choice''s id to the id of the choice whose match was put beside it.';
COMMENT ON COLUMN courses.quiz_answers.chosen_choice_ids IS 'The choices taken; for an ordering question all of them, in order.';
