CREATE TABLE courses.question_banks (
    course_id uuid,
    name text NOT NULL,
    description text,
    is_shared boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('courses.question_banks');
CALL platform.reference('courses.question_banks', 'course_id', 'courses.courses');
CREATE UNIQUE INDEX question_banks_name_key ON courses.question_banks (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.question_banks IS 'A pool of test questions.';

CREATE TABLE courses.questions (
    question_bank_id uuid NOT NULL,
    image_file_id uuid,
    question_type text NOT NULL CONSTRAINT questions_question_type_check
        CHECK (question_type IN ('single_choice', 'multiple_choice', 'true_false', 'short_answer', 'numeric', 'matching', 'ordering', 'essay')),
    prompt text NOT NULL,
    explanation text,
    points decimal(7,2) NOT NULL DEFAULT 1.00 CONSTRAINT questions_points_range CHECK (points > 0),
    difficulty text NOT NULL DEFAULT 'medium' CONSTRAINT questions_difficulty_check CHECK (difficulty IN ('easy', 'medium', 'hard')),
    accepted_answers text[] NOT NULL DEFAULT '{}',
    numeric_answer decimal(12,3),
    numeric_tolerance decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT questions_numeric_tolerance_range CHECK (numeric_tolerance >= 0),
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT questions_question_type_numeric_answer_rule CHECK (question_type <> 'numeric' OR numeric_answer IS NOT NULL)
);
CALL platform.tenant_table('courses.questions');
CALL platform.reference('courses.questions', 'question_bank_id', 'courses.question_banks', 'cascade');
CALL platform.reference('courses.questions', 'image_file_id', 'files.files');
CREATE INDEX questions_question_bank_id_difficulty_idx ON courses.questions (business_id, question_bank_id, difficulty, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.questions IS 'A test question.';

CREATE TABLE courses.question_choices (
    question_id uuid NOT NULL,
    content text NOT NULL,
    match_content text,
    is_correct boolean NOT NULL DEFAULT false,
    feedback text,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('courses.question_choices');
CALL platform.reference('courses.question_choices', 'question_id', 'courses.questions', 'cascade');
CREATE UNIQUE INDEX question_choices_question_id_content_key ON courses.question_choices (business_id, question_id, content) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.question_choices IS 'An answer offered for a question.';

CREATE TABLE courses.quizzes (
    course_id uuid NOT NULL,
    lesson_id uuid,
    grade_category_id uuid,
    title text NOT NULL,
    instructions text,
    time_limit_minutes integer CONSTRAINT quizzes_time_limit_minutes_range CHECK (time_limit_minutes > 0),
    attempts_allowed integer CONSTRAINT quizzes_attempts_allowed_range CHECK (attempts_allowed > 0),
    passing_rate decimal(5,4) NOT NULL DEFAULT 0.7000 CONSTRAINT quizzes_passing_rate_range CHECK (passing_rate BETWEEN 0 AND 1),
    scoring text NOT NULL DEFAULT 'highest' CONSTRAINT quizzes_scoring_check CHECK (scoring IN ('highest', 'latest', 'average')),
    shows_answers text NOT NULL DEFAULT 'after_attempt' CONSTRAINT quizzes_shows_answers_check
        CHECK (shows_answers IN ('never', 'after_attempt', 'after_due_date')),
    shuffles_questions boolean NOT NULL DEFAULT false,
    available_from timestamptz,
    due_at timestamptz,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT quizzes_status_check CHECK (status IN ('draft', 'published', 'closed')),
    CONSTRAINT quizzes_due_at_available_from_rule CHECK (due_at > available_from)
);
CALL platform.tenant_table('courses.quizzes',
    p_flows => '{"status": [["draft", "published"], ["published", "draft"], ["published", "closed"], ["closed", "published"]]}');
CALL platform.reference('courses.quizzes', 'course_id', 'courses.courses', 'cascade');
CALL platform.reference('courses.quizzes', 'lesson_id', 'courses.lessons');
CALL platform.reference('courses.quizzes', 'grade_category_id', 'courses.grade_categories');
CREATE UNIQUE INDEX quizzes_lesson_id_key ON courses.quizzes (business_id, lesson_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX quizzes_course_id_title_key ON courses.quizzes (business_id, course_id, title) WHERE deleted_at IS NULL;
CREATE INDEX quizzes_status_newest ON courses.quizzes (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.quizzes IS 'A test with its rules.';

CREATE TABLE courses.quiz_questions (
    quiz_id uuid NOT NULL,
    question_id uuid NOT NULL,
    points decimal(7,2) CONSTRAINT quiz_questions_points_range CHECK (points > 0),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('courses.quiz_questions', p_soft_delete => false);
CALL platform.reference('courses.quiz_questions', 'quiz_id', 'courses.quizzes', 'cascade');
CALL platform.reference('courses.quiz_questions', 'question_id', 'courses.questions', 'restrict');
CREATE UNIQUE INDEX quiz_questions_quiz_id_question_id_key ON courses.quiz_questions (business_id, quiz_id, question_id);
COMMENT ON TABLE courses.quiz_questions IS 'A question asked in a test.';

CREATE TABLE courses.quiz_attempts (
    quiz_id uuid NOT NULL,
    enrollment_id uuid NOT NULL,
    sequence integer NOT NULL DEFAULT 1 CONSTRAINT quiz_attempts_sequence_range CHECK (sequence > 0),
    started_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    submitted_at timestamptz,
    score decimal(7,2) CONSTRAINT quiz_attempts_score_range CHECK (score >= 0),
    maximum_score decimal(7,2) CONSTRAINT quiz_attempts_maximum_score_range CHECK (maximum_score > 0),
    score_rate decimal(5,4) GENERATED ALWAYS AS (score / maximum_score) STORED,
    is_passed boolean,
    status text NOT NULL DEFAULT 'in_progress' CONSTRAINT quiz_attempts_status_check
        CHECK (status IN ('in_progress', 'submitted', 'graded', 'expired')),
    CONSTRAINT quiz_attempts_submitted_at_started_at_rule CHECK (submitted_at >= started_at)
);
CALL platform.tenant_table('courses.quiz_attempts', p_derived => '{expires_at,submitted_at,score,maximum_score,is_passed}',
    p_flows => '{"status": [["in_progress", "submitted"], ["in_progress", "expired"], ["submitted", "graded"], ["expired", "graded"]]}');
CALL platform.reference('courses.quiz_attempts', 'quiz_id', 'courses.quizzes', 'restrict');
CALL platform.reference('courses.quiz_attempts', 'enrollment_id', 'courses.enrollments', 'cascade');
CREATE UNIQUE INDEX quiz_attempts_quiz_id_enrollment_id_sequence_key ON courses.quiz_attempts (business_id, quiz_id, enrollment_id, sequence) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX quiz_attempts_quiz_id_enrollment_id_key ON courses.quiz_attempts (business_id, quiz_id, enrollment_id) WHERE status = 'in_progress' AND deleted_at IS NULL;
CREATE INDEX quiz_attempts_status_newest ON courses.quiz_attempts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.quiz_attempts IS 'A learner''s try at a test.';

CREATE TABLE courses.quiz_answers (
    quiz_attempt_id uuid NOT NULL,
    question_id uuid NOT NULL,
    graded_by_id uuid,
    chosen_choice_ids uuid[] NOT NULL DEFAULT '{}',
    match_pairs jsonb NOT NULL DEFAULT '{}',
    text_answer text,
    numeric_answer decimal(12,3),
    is_correct boolean,
    points_awarded decimal(7,2) CONSTRAINT quiz_answers_points_awarded_range CHECK (points_awarded >= 0),
    feedback text
);
CALL platform.tenant_table('courses.quiz_answers', p_derived => '{is_correct}', p_id_lists => '{"chosen_choice_ids": "courses.question_choices"}');
CALL platform.reference('courses.quiz_answers', 'quiz_attempt_id', 'courses.quiz_attempts', 'cascade');
CALL platform.reference('courses.quiz_answers', 'question_id', 'courses.questions', 'restrict');
CALL platform.reference('courses.quiz_answers', 'graded_by_id', 'users.users');
CREATE UNIQUE INDEX quiz_answers_question_id_quiz_attempt_id_key ON courses.quiz_answers (business_id, question_id, quiz_attempt_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.quiz_answers IS 'A learner''s answer to one question of a try.';
