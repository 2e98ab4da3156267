CREATE TABLE courses.course_categories (
    parent_id uuid,
    name text NOT NULL,
    slug text NOT NULL,
    description text,
    sort_order integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('courses.course_categories');
ALTER TABLE courses.course_categories ADD CONSTRAINT course_categories_parent_id_id_rule CHECK (parent_id <> id);
CALL platform.reference('courses.course_categories', 'parent_id', 'courses.course_categories');
CREATE UNIQUE INDEX course_categories_slug_key ON courses.course_categories (business_id, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX course_categories_parent_id_name_key ON courses.course_categories (business_id, parent_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.course_categories IS 'A subject area of the course catalogue.';

CREATE TABLE courses.courses (
    course_category_id uuid,
    certificate_template_id uuid,
    thumbnail_file_id uuid,
    code text NOT NULL,
    title text NOT NULL,
    slug text NOT NULL,
    summary text,
    description text,
    level text NOT NULL DEFAULT 'all_levels' CONSTRAINT courses_level_check CHECK (level IN ('beginner', 'intermediate', 'advanced', 'all_levels')),
    delivery text NOT NULL DEFAULT 'self_paced' CONSTRAINT courses_delivery_check CHECK (delivery IN ('self_paced', 'cohort', 'live', 'blended')),
    language text NOT NULL DEFAULT 'en',
    duration_minutes integer CONSTRAINT courses_duration_minutes_range CHECK (duration_minutes > 0),
    credit_hours decimal(5,2) NOT NULL DEFAULT 0.00 CONSTRAINT courses_credit_hours_range CHECK (credit_hours >= 0),
    passing_rate decimal(5,4) NOT NULL DEFAULT 0.7000 CONSTRAINT courses_passing_rate_range CHECK (passing_rate BETWEEN 0 AND 1),
    access_days integer CONSTRAINT courses_access_days_range CHECK (access_days > 0),
    enrollment_count integer NOT NULL DEFAULT 0,
    rating_average decimal(3,2),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT courses_status_check CHECK (status IN ('draft', 'in_review', 'published', 'archived')),
    published_at timestamptz
);
CALL platform.tenant_table('courses.courses', p_derived => '{enrollment_count,rating_average,published_at}',
    p_flows => '{"status": [["draft", "in_review"], ["draft", "published"], ["draft", "archived"], ["in_review", "draft"],
        ["in_review", "published"], ["published", "draft"], ["published", "archived"], ["archived", "draft"]]}');
CALL platform.reference('courses.courses', 'course_category_id', 'courses.course_categories');
CALL platform.reference('courses.courses', 'certificate_template_id', 'courses.certificate_templates');
CALL platform.reference('courses.courses', 'thumbnail_file_id', 'files.files');
CREATE UNIQUE INDEX courses_code_key ON courses.courses (business_id, code) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX courses_slug_key ON courses.courses (business_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX courses_status_title_idx ON courses.courses (business_id, status, title, id) WHERE deleted_at IS NULL;
CREATE INDEX courses_status_newest ON courses.courses (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.courses IS 'A course on offer.';

CREATE TABLE courses.instructors (
    user_id uuid,
    photo_file_id uuid,
    name text NOT NULL,
    headline text,
    bio text,
    email text,
    revenue_share_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT instructors_revenue_share_rate_range CHECK (revenue_share_rate BETWEEN 0 AND 1),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('courses.instructors');
CALL platform.reference('courses.instructors', 'user_id', 'users.users');
CALL platform.reference('courses.instructors', 'photo_file_id', 'files.files');
CREATE UNIQUE INDEX instructors_user_id_key ON courses.instructors (business_id, user_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.instructors IS 'A person who teaches.';

CREATE TABLE courses.course_instructors (
    course_id uuid NOT NULL,
    instructor_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'lead' CONSTRAINT course_instructors_role_check CHECK (role IN ('lead', 'co_instructor', 'assistant', 'grader')),
    revenue_share_rate decimal(5,4) CONSTRAINT course_instructors_revenue_share_rate_range CHECK (revenue_share_rate BETWEEN 0 AND 1),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('courses.course_instructors', p_soft_delete => false);
CALL platform.reference('courses.course_instructors', 'course_id', 'courses.courses', 'cascade');
CALL platform.reference('courses.course_instructors', 'instructor_id', 'courses.instructors', 'cascade');
CREATE UNIQUE INDEX course_instructors_course_id_instructor_id_key ON courses.course_instructors (business_id, course_id, instructor_id);
CREATE UNIQUE INDEX course_instructors_course_id_key ON courses.course_instructors (business_id, course_id) WHERE role = 'lead';
COMMENT ON TABLE courses.course_instructors IS 'A person''s part in teaching a course.';

CREATE TABLE courses.modules (
    course_id uuid NOT NULL,
    title text NOT NULL,
    summary text,
    release_rule text NOT NULL DEFAULT 'immediately' CONSTRAINT modules_release_rule_check
        CHECK (release_rule IN ('immediately', 'days_after_enrollment', 'on_date', 'after_previous')),
    release_days integer CONSTRAINT modules_release_days_range CHECK (release_days >= 0),
    release_on date,
    is_published boolean NOT NULL DEFAULT false,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT modules_release_rule_release_days_rule CHECK (release_rule <> 'days_after_enrollment' OR release_days IS NOT NULL),
    CONSTRAINT modules_release_rule_release_on_rule CHECK (release_rule <> 'on_date' OR release_on IS NOT NULL)
);
CALL platform.tenant_table('courses.modules');
CALL platform.reference('courses.modules', 'course_id', 'courses.courses', 'cascade');
CREATE UNIQUE INDEX modules_course_id_title_key ON courses.modules (business_id, course_id, title) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.modules IS 'A chapter of a course.';

CREATE TABLE courses.lessons (
    module_id uuid NOT NULL,
    media_file_id uuid,
    title text NOT NULL,
    lesson_type text NOT NULL DEFAULT 'video' CONSTRAINT lessons_lesson_type_check
        CHECK (lesson_type IN ('video', 'audio', 'text', 'document', 'package', 'quiz', 'assignment', 'live_session')),
    content text,
    media_url text,
    duration_minutes integer CONSTRAINT lessons_duration_minutes_range CHECK (duration_minutes > 0),
    completion_rule text NOT NULL DEFAULT 'viewed' CONSTRAINT lessons_completion_rule_check
        CHECK (completion_rule IN ('viewed', 'watched', 'submitted', 'passed', 'attended')),
    is_required boolean NOT NULL DEFAULT true,
    is_preview boolean NOT NULL DEFAULT false,
    is_published boolean NOT NULL DEFAULT false,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('courses.lessons');
CALL platform.reference('courses.lessons', 'module_id', 'courses.modules', 'cascade');
CALL platform.reference('courses.lessons', 'media_file_id', 'files.files');
CREATE UNIQUE INDEX lessons_module_id_title_key ON courses.lessons (business_id, module_id, title) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.lessons IS 'One step of a module: a video, a text, a test or a meeting.';

CREATE TABLE courses.lesson_resources (
    lesson_id uuid NOT NULL,
    file_id uuid,
    title text NOT NULL,
    url text,
    is_downloadable boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT lesson_resources_file_id_url_rule CHECK (num_nonnulls(file_id, url) = 1)
);
CALL platform.tenant_table('courses.lesson_resources');
CALL platform.reference('courses.lesson_resources', 'lesson_id', 'courses.lessons', 'cascade');
CALL platform.reference('courses.lesson_resources', 'file_id', 'files.files', 'restrict');
COMMENT ON TABLE courses.lesson_resources IS 'A handout or link that belongs to a lesson.';

CREATE TABLE courses.course_prerequisites (
    course_id uuid NOT NULL,
    required_course_id uuid NOT NULL,
    minimum_grade_rate decimal(5,4) CONSTRAINT course_prerequisites_minimum_grade_rate_range CHECK (minimum_grade_rate BETWEEN 0 AND 1),
    is_mandatory boolean NOT NULL DEFAULT true,
    CONSTRAINT course_prerequisites_course_id_required_course_id_rule CHECK (course_id <> required_course_id)
);
CALL platform.tenant_table('courses.course_prerequisites', p_soft_delete => false);
CALL platform.reference('courses.course_prerequisites', 'course_id', 'courses.courses', 'cascade');
CALL platform.reference('courses.course_prerequisites', 'required_course_id', 'courses.courses', 'cascade');
CREATE UNIQUE INDEX course_prerequisites_course_id_required_course_id_key ON courses.course_prerequisites (business_id, course_id, required_course_id);
COMMENT ON TABLE courses.course_prerequisites IS 'A course to pass before another.';

CREATE TABLE courses.learning_paths (
    certificate_template_id uuid,
    title text NOT NULL,
    slug text NOT NULL,
    description text,
    is_sequential boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT learning_paths_status_check CHECK (status IN ('draft', 'published', 'archived'))
);
CALL platform.tenant_table('courses.learning_paths',
    p_flows => '{"status": [["draft", "published"], ["draft", "archived"], ["published", "draft"], ["published", "archived"], ["archived", "draft"]]}');
CALL platform.reference('courses.learning_paths', 'certificate_template_id', 'courses.certificate_templates');
CREATE UNIQUE INDEX learning_paths_slug_key ON courses.learning_paths (business_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX learning_paths_status_newest ON courses.learning_paths (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.learning_paths IS 'Several courses that lead to one goal.';

CREATE TABLE courses.learning_path_courses (
    learning_path_id uuid NOT NULL,
    course_id uuid NOT NULL,
    is_required boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('courses.learning_path_courses', p_soft_delete => false);
CALL platform.reference('courses.learning_path_courses', 'learning_path_id', 'courses.learning_paths', 'cascade');
CALL platform.reference('courses.learning_path_courses', 'course_id', 'courses.courses', 'restrict');
CREATE UNIQUE INDEX learning_path_courses_learning_path_id_course_id_key ON courses.learning_path_courses (business_id, learning_path_id, course_id);
COMMENT ON TABLE courses.learning_path_courses IS 'A course''s place on a learning path.';
