CREATE TABLE courses.learners (
    user_id uuid,
    customer_id uuid,
    first_name text NOT NULL,
    last_name text NOT NULL,
    email text NOT NULL,
    phone text,
    organization_name text,
    external_reference text,
    last_active_at timestamptz,
    status text NOT NULL DEFAULT 'active' CONSTRAINT learners_status_check CHECK (status IN ('active', 'inactive', 'blocked'))
);
CALL platform.tenant_table('courses.learners', p_derived => '{last_active_at}',
    p_flows => '{"status": [["active", "inactive"], ["active", "blocked"], ["inactive", "active"], ["blocked", "active"]]}');
CALL platform.reference('courses.learners', 'user_id', 'users.users');
CALL platform.reference('courses.learners', 'customer_id', 'hs.customers');
CREATE UNIQUE INDEX learners_lower_email_key ON courses.learners (business_id, lower(email)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX learners_user_id_key ON courses.learners (business_id, user_id) WHERE deleted_at IS NULL;
CREATE INDEX learners_last_name_first_name_idx ON courses.learners (business_id, last_name, first_name, id) WHERE deleted_at IS NULL;
CREATE INDEX learners_status_newest ON courses.learners (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.learners IS 'A person who takes courses, paid for by themselves or a company.';

CREATE TABLE courses.enrollments (
    learner_id uuid NOT NULL,
    course_id uuid NOT NULL,
    cohort_id uuid,
    order_item_id uuid,
    subscription_id uuid,
    seat_license_id uuid,
    source text NOT NULL DEFAULT 'manual' CONSTRAINT enrollments_source_check
        CHECK (source IN ('purchase', 'subscription', 'seat', 'manual', 'free', 'import')),
    enrolled_on date NOT NULL DEFAULT CURRENT_DATE,
    expires_on date,
    progress_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT enrollments_progress_rate_range CHECK (progress_rate BETWEEN 0 AND 1),
    grade_rate decimal(5,4) CONSTRAINT enrollments_grade_rate_range CHECK (grade_rate >= 0),
    last_accessed_at timestamptz,
    completed_at timestamptz,
    status text NOT NULL DEFAULT 'active' CONSTRAINT enrollments_status_check
        CHECK (status IN ('waitlisted', 'active', 'completed', 'failed', 'suspended', 'expired', 'cancelled')),
    CONSTRAINT enrollments_expires_on_enrolled_on_rule CHECK (expires_on >= enrolled_on)
);
CALL platform.tenant_table('courses.enrollments', p_derived => '{progress_rate,grade_rate,last_accessed_at,completed_at}',
    p_flows => '{"status": [["waitlisted", "active"], ["waitlisted", "cancelled"], ["active", "completed"], ["active", "failed"],
        ["active", "suspended"], ["active", "expired"], ["active", "cancelled"], ["suspended", "active"], ["suspended", "cancelled"],
        ["expired", "active"], ["failed", "active"]]}');
CALL platform.reference('courses.enrollments', 'learner_id', 'courses.learners', 'restrict');
CALL platform.reference('courses.enrollments', 'course_id', 'courses.courses', 'restrict');
CALL platform.reference('courses.enrollments', 'cohort_id', 'courses.cohorts');
CALL platform.reference('courses.enrollments', 'order_item_id', 'courses.order_items');
CALL platform.reference('courses.enrollments', 'subscription_id', 'courses.subscriptions');
CALL platform.reference('courses.enrollments', 'seat_license_id', 'courses.seat_licenses');
CREATE UNIQUE INDEX enrollments_course_id_learner_id_key ON courses.enrollments (business_id, course_id, learner_id) WHERE status IN ('waitlisted', 'active', 'suspended') AND deleted_at IS NULL;
CREATE INDEX enrollments_course_id_status_idx ON courses.enrollments (business_id, course_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX enrollments_status_newest ON courses.enrollments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.enrollments IS 'A learner''s place on a course, with progress and result.';

CREATE TABLE courses.lesson_progress_records (
    enrollment_id uuid NOT NULL,
    lesson_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'started' CONSTRAINT lesson_progress_records_status_check CHECK (status IN ('started', 'completed')),
    position_seconds integer NOT NULL DEFAULT 0 CONSTRAINT lesson_progress_records_position_seconds_range CHECK (position_seconds >= 0),
    watched_seconds integer NOT NULL DEFAULT 0 CONSTRAINT lesson_progress_records_watched_seconds_range CHECK (watched_seconds >= 0),
    started_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz
);
CALL platform.tenant_table('courses.lesson_progress_records', p_derived => '{completed_at}', p_soft_delete => false,
    p_flows => '{"status": [["started", "completed"], ["completed", "started"]]}');
CALL platform.reference('courses.lesson_progress_records', 'enrollment_id', 'courses.enrollments', 'cascade');
CALL platform.reference('courses.lesson_progress_records', 'lesson_id', 'courses.lessons', 'cascade');
CREATE UNIQUE INDEX lesson_progress_records_enrollment_id_lesson_id_key ON courses.lesson_progress_records (business_id, enrollment_id, lesson_id);
CREATE INDEX lesson_progress_records_status_newest ON courses.lesson_progress_records (business_id, status, created_at DESC, id);
COMMENT ON TABLE courses.lesson_progress_records IS 'How far a learner is in a lesson.';

CREATE TABLE courses.cohorts (
    course_id uuid NOT NULL,
    lead_instructor_id uuid,
    location_id uuid,
    name text NOT NULL,
    mode text NOT NULL DEFAULT 'online' CONSTRAINT cohorts_mode_check CHECK (mode IN ('online', 'in_person', 'hybrid')),
    enrollment_opens_on date,
    enrollment_closes_on date,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    capacity integer CONSTRAINT cohorts_capacity_range CHECK (capacity > 0),
    enrolled_count integer NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'planned' CONSTRAINT cohorts_status_check CHECK (status IN ('planned', 'open', 'running', 'finished', 'cancelled')),
    CONSTRAINT cohorts_ends_on_starts_on_rule CHECK (ends_on >= starts_on),
    CONSTRAINT cohorts_enrollment_closes_on_enrollment_opens_on_rule CHECK (enrollment_closes_on >= enrollment_opens_on),
    CONSTRAINT cohorts_enrolled_count_capacity_rule CHECK (enrolled_count <= capacity)
);
CALL platform.tenant_table('courses.cohorts', p_derived => '{enrolled_count}',
    p_flows => '{"status": [["planned", "open"], ["planned", "cancelled"], ["open", "running"], ["open", "cancelled"], ["running", "finished"],
        ["running", "cancelled"]]}');
CALL platform.reference('courses.cohorts', 'course_id', 'courses.courses', 'restrict');
CALL platform.reference('courses.cohorts', 'lead_instructor_id', 'courses.instructors');
CALL platform.reference('courses.cohorts', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX cohorts_course_id_name_key ON courses.cohorts (business_id, course_id, name) WHERE deleted_at IS NULL;
CREATE INDEX cohorts_status_starts_on_idx ON courses.cohorts (business_id, status, starts_on, id) WHERE deleted_at IS NULL;
CREATE INDEX cohorts_status_newest ON courses.cohorts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.cohorts IS 'A run of a course with dates, a place and a number of seats.';

CREATE TABLE courses.class_sessions (
    cohort_id uuid NOT NULL,
    lesson_id uuid,
    instructor_id uuid,
    location_id uuid,
    recording_file_id uuid,
    title text NOT NULL,
    room text,
    meeting_url text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    duration_minutes integer GENERATED ALWAYS AS ((extract(epoch from ends_at - starts_at) / 60)::integer) STORED,
    status text NOT NULL DEFAULT 'scheduled' CONSTRAINT class_sessions_status_check CHECK (status IN ('scheduled', 'held', 'cancelled')),
    CONSTRAINT class_sessions_ends_at_starts_at_rule CHECK (ends_at > starts_at)
);
CALL platform.tenant_table('courses.class_sessions',
    p_flows => '{"status": [["scheduled", "held"], ["scheduled", "cancelled"], ["cancelled", "scheduled"]]}');
CALL platform.reference('courses.class_sessions', 'cohort_id', 'courses.cohorts', 'cascade');
CALL platform.reference('courses.class_sessions', 'lesson_id', 'courses.lessons');
CALL platform.reference('courses.class_sessions', 'instructor_id', 'courses.instructors');
CALL platform.reference('courses.class_sessions', 'location_id', 'businesses.locations');
CALL platform.reference('courses.class_sessions', 'recording_file_id', 'files.files');
CREATE INDEX class_sessions_starts_at_idx ON courses.class_sessions (business_id, starts_at, id) WHERE deleted_at IS NULL;
CREATE INDEX class_sessions_status_newest ON courses.class_sessions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.class_sessions IS 'One meeting of a cohort.';

CREATE TABLE courses.session_attendances (
    class_session_id uuid NOT NULL,
    enrollment_id uuid NOT NULL,
    attendance text NOT NULL DEFAULT 'present' CONSTRAINT session_attendances_attendance_check
        CHECK (attendance IN ('present', 'late', 'absent', 'excused')),
    joined_at timestamptz,
    left_at timestamptz,
    attended_minutes integer GENERATED ALWAYS AS ((extract(epoch from left_at - joined_at) / 60)::integer) STORED,
    notes text,
    CONSTRAINT session_attendances_left_at_joined_at_rule CHECK (left_at >= joined_at)
);
CALL platform.tenant_table('courses.session_attendances');
CALL platform.reference('courses.session_attendances', 'class_session_id', 'courses.class_sessions', 'cascade');
CALL platform.reference('courses.session_attendances', 'enrollment_id', 'courses.enrollments', 'cascade');
CREATE UNIQUE INDEX session_attendances_class_session_id_enrollment_id_key ON courses.session_attendances (business_id, class_session_id, enrollment_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.session_attendances IS 'Whether a learner attended a meeting.';
