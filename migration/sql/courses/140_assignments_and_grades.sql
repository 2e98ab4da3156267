CREATE TABLE courses.assignments (
    course_id uuid NOT NULL,
    lesson_id uuid,
    rubric_id uuid,
    grade_category_id uuid,
    title text NOT NULL,
    instructions text,
    submission_kind text NOT NULL DEFAULT 'any' CONSTRAINT assignments_submission_kind_check CHECK (submission_kind IN ('file', 'text', 'url', 'any')),
    maximum_points decimal(7,2) NOT NULL DEFAULT 100.00 CONSTRAINT assignments_maximum_points_range CHECK (maximum_points > 0),
    attempts_allowed integer CONSTRAINT assignments_attempts_allowed_range CHECK (attempts_allowed > 0),
    available_from timestamptz,
    due_at timestamptz,
    late_penalty_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT assignments_late_penalty_rate_range CHECK (late_penalty_rate BETWEEN 0 AND 1),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT assignments_status_check CHECK (status IN ('draft', 'published', 'closed')),
    CONSTRAINT assignments_due_at_available_from_rule CHECK (due_at > available_from)
);
CALL platform.tenant_table('courses.assignments',
    p_flows => '{"status": [["draft", "published"], ["published", "draft"], ["published", "closed"], ["closed", "published"]]}');
CALL platform.reference('courses.assignments', 'course_id', 'courses.courses', 'cascade');
CALL platform.reference('courses.assignments', 'lesson_id', 'courses.lessons');
CALL platform.reference('courses.assignments', 'rubric_id', 'courses.rubrics');
CALL platform.reference('courses.assignments', 'grade_category_id', 'courses.grade_categories');
CREATE UNIQUE INDEX assignments_course_id_title_key ON courses.assignments (business_id, course_id, title) WHERE deleted_at IS NULL;
CREATE INDEX assignments_status_newest ON courses.assignments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.assignments IS 'A piece of work learners hand in.';

CREATE TABLE courses.assignment_submissions (
    assignment_id uuid NOT NULL,
    enrollment_id uuid NOT NULL,
    file_id uuid,
    graded_by_id uuid,
    sequence integer NOT NULL DEFAULT 1 CONSTRAINT assignment_submissions_sequence_range CHECK (sequence > 0),
    text_answer text,
    url text,
    submitted_at timestamptz,
    is_late boolean NOT NULL DEFAULT false,
    points_awarded decimal(7,2) CONSTRAINT assignment_submissions_points_awarded_range CHECK (points_awarded >= 0),
    feedback text,
    graded_at timestamptz,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT assignment_submissions_status_check CHECK (status IN ('draft', 'submitted', 'graded', 'returned'))
);
CALL platform.tenant_table('courses.assignment_submissions', p_derived => '{submitted_at,is_late,graded_at}',
    p_flows => '{"status": [["draft", "submitted"], ["submitted", "draft"], ["submitted", "graded"], ["submitted", "returned"],
        ["graded", "returned"], ["returned", "submitted"]]}');
CALL platform.reference('courses.assignment_submissions', 'assignment_id', 'courses.assignments', 'restrict');
CALL platform.reference('courses.assignment_submissions', 'enrollment_id', 'courses.enrollments', 'cascade');
CALL platform.reference('courses.assignment_submissions', 'file_id', 'files.files');
CALL platform.reference('courses.assignment_submissions', 'graded_by_id', 'users.users');
CREATE UNIQUE INDEX assignment_submissions_assignment_id_enrollment_id_sequ_key ON courses.assignment_submissions (business_id, assignment_id, enrollment_id, sequence) WHERE deleted_at IS NULL;
CREATE INDEX assignment_submissions_status_submitted_at_idx ON courses.assignment_submissions (business_id, status, submitted_at, id) WHERE deleted_at IS NULL;
CREATE INDEX assignment_submissions_status_newest ON courses.assignment_submissions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.assignment_submissions IS 'Work a learner handed in and its mark.';

CREATE TABLE courses.rubrics (
    title text NOT NULL,
    description text,
    total_points decimal(7,2) NOT NULL DEFAULT 0.00,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('courses.rubrics', p_derived => '{total_points}');
CREATE UNIQUE INDEX rubrics_title_key ON courses.rubrics (business_id, title) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.rubrics IS 'A marking scheme.';

CREATE TABLE courses.rubric_rows (
    rubric_id uuid NOT NULL,
    criterion text NOT NULL,
    description text,
    maximum_points decimal(7,2) NOT NULL CONSTRAINT rubric_rows_maximum_points_range CHECK (maximum_points > 0),
    levels jsonb NOT NULL DEFAULT '[]',
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('courses.rubric_rows');
CALL platform.reference('courses.rubric_rows', 'rubric_id', 'courses.rubrics', 'cascade');
CREATE UNIQUE INDEX rubric_rows_rubric_id_criterion_key ON courses.rubric_rows (business_id, rubric_id, criterion) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.rubric_rows IS 'One criterion of a marking scheme and its levels.';

CREATE TABLE courses.rubric_scores (
    assignment_submission_id uuid NOT NULL,
    rubric_row_id uuid NOT NULL,
    points decimal(7,2) NOT NULL DEFAULT 0.00 CONSTRAINT rubric_scores_points_range CHECK (points >= 0),
    comment text
);
CALL platform.tenant_table('courses.rubric_scores');
CALL platform.reference('courses.rubric_scores', 'assignment_submission_id', 'courses.assignment_submissions', 'cascade');
CALL platform.reference('courses.rubric_scores', 'rubric_row_id', 'courses.rubric_rows', 'restrict');
CREATE UNIQUE INDEX rubric_scores_assignment_submission_id_rubric_row_id_key ON courses.rubric_scores (business_id, assignment_submission_id, rubric_row_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.rubric_scores IS 'Points given for one criterion of handed-in work.';

CREATE TABLE courses.grade_categories (
    course_id uuid NOT NULL,
    name text NOT NULL,
    weight_rate decimal(5,4) NOT NULL CONSTRAINT grade_categories_weight_rate_range CHECK (weight_rate BETWEEN 0 AND 1),
    drops_lowest integer NOT NULL DEFAULT 0 CONSTRAINT grade_categories_drops_lowest_range CHECK (drops_lowest >= 0),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('courses.grade_categories');
CALL platform.reference('courses.grade_categories', 'course_id', 'courses.courses', 'cascade');
CREATE UNIQUE INDEX grade_categories_course_id_name_key ON courses.grade_categories (business_id, course_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.grade_categories IS 'A weighted part of the course grade.';

CREATE TABLE courses.grades (
    enrollment_id uuid NOT NULL,
    grade_category_id uuid,
    quiz_id uuid,
    assignment_id uuid,
    graded_by_id uuid,
    title text NOT NULL,
    points decimal(7,2) CONSTRAINT grades_points_range CHECK (points >= 0),
    maximum_points decimal(7,2) NOT NULL DEFAULT 100.00 CONSTRAINT grades_maximum_points_range CHECK (maximum_points > 0),
    grade_rate decimal(7,4) GENERATED ALWAYS AS (points / maximum_points) STORED,
    is_excused boolean NOT NULL DEFAULT false,
    is_overridden boolean NOT NULL DEFAULT false,
    feedback text,
    CONSTRAINT grades_quiz_id_assignment_id_rule CHECK (num_nonnulls(quiz_id, assignment_id) <= 1)
);
CALL platform.tenant_table('courses.grades');
CALL platform.reference('courses.grades', 'enrollment_id', 'courses.enrollments', 'cascade');
CALL platform.reference('courses.grades', 'grade_category_id', 'courses.grade_categories');
CALL platform.reference('courses.grades', 'quiz_id', 'courses.quizzes', 'cascade');
CALL platform.reference('courses.grades', 'assignment_id', 'courses.assignments', 'cascade');
CALL platform.reference('courses.grades', 'graded_by_id', 'users.users');
CREATE UNIQUE INDEX grades_enrollment_id_quiz_id_assignment_id_title_key ON courses.grades (business_id, enrollment_id, quiz_id, assignment_id, title) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.grades IS 'A learner''s mark in the gradebook.';
