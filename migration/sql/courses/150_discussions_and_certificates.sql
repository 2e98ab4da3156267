CREATE TABLE courses.discussion_threads (
    course_id uuid NOT NULL,
    lesson_id uuid,
    cohort_id uuid,
    author_id uuid,
    title text NOT NULL,
    body text NOT NULL,
    is_pinned boolean NOT NULL DEFAULT false,
    is_locked boolean NOT NULL DEFAULT false,
    post_count integer NOT NULL DEFAULT 0,
    last_post_at timestamptz
);
CALL platform.tenant_table('courses.discussion_threads', p_derived => '{post_count,last_post_at}');
CALL platform.reference('courses.discussion_threads', 'course_id', 'courses.courses', 'cascade');
CALL platform.reference('courses.discussion_threads', 'lesson_id', 'courses.lessons');
CALL platform.reference('courses.discussion_threads', 'cohort_id', 'courses.cohorts');
CALL platform.reference('courses.discussion_threads', 'author_id', 'users.users');
CREATE INDEX discussion_threads_course_id_last_post_at_idx ON courses.discussion_threads (business_id, course_id, last_post_at, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.discussion_threads IS 'A question or topic learners talk about.';

CREATE TABLE courses.discussion_posts (
    discussion_thread_id uuid NOT NULL,
    parent_id uuid,
    author_id uuid,
    body text NOT NULL,
    is_answer boolean NOT NULL DEFAULT false,
    hidden_at timestamptz
);
CALL platform.tenant_table('courses.discussion_posts');
ALTER TABLE courses.discussion_posts ADD CONSTRAINT discussion_posts_parent_id_id_rule CHECK (parent_id <> id);
CALL platform.reference('courses.discussion_posts', 'discussion_thread_id', 'courses.discussion_threads', 'cascade');
CALL platform.reference('courses.discussion_posts', 'parent_id', 'courses.discussion_posts', 'cascade');
CALL platform.reference('courses.discussion_posts', 'author_id', 'users.users');
CREATE UNIQUE INDEX discussion_posts_discussion_thread_id_key ON courses.discussion_posts (business_id, discussion_thread_id) WHERE is_answer AND deleted_at IS NULL;
CREATE INDEX discussion_posts_discussion_thread_id_created_at_idx ON courses.discussion_posts (business_id, discussion_thread_id, created_at) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.discussion_posts IS 'A reply in a discussion.';

CREATE TABLE courses.certificate_templates (
    background_file_id uuid,
    signature_file_id uuid,
    name text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    orientation text NOT NULL DEFAULT 'landscape' CONSTRAINT certificate_templates_orientation_check CHECK (orientation IN ('landscape', 'portrait')),
    signatory_name text,
    validity_months integer CONSTRAINT certificate_templates_validity_months_range CHECK (validity_months > 0),
    accrediting_body text,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('courses.certificate_templates');
CALL platform.reference('courses.certificate_templates', 'background_file_id', 'files.files');
CALL platform.reference('courses.certificate_templates', 'signature_file_id', 'files.files');
CREATE UNIQUE INDEX certificate_templates_name_key ON courses.certificate_templates (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.certificate_templates IS 'The layout and wording of a certificate.';

CREATE TABLE courses.certificates (
    certificate_number text NOT NULL,
    enrollment_id uuid NOT NULL,
    certificate_template_id uuid,
    file_id uuid,
    learner_name text NOT NULL,
    course_title text NOT NULL,
    credit_hours decimal(5,2) NOT NULL DEFAULT 0.00 CONSTRAINT certificates_credit_hours_range CHECK (credit_hours >= 0),
    issued_on date NOT NULL DEFAULT CURRENT_DATE,
    expires_on date,
    verification_code text NOT NULL DEFAULT upper(left(translate(gen_random_uuid()::text, '-', ''), 20)),
    status text NOT NULL DEFAULT 'valid' CONSTRAINT certificates_status_check CHECK (status IN ('valid', 'expired', 'revoked')),
    revocation_reason text,
    CONSTRAINT certificates_expires_on_issued_on_rule CHECK (expires_on > issued_on),
    CONSTRAINT certificates_status_revocation_reason_rule CHECK (status <> 'revoked' OR revocation_reason IS NOT NULL)
);
CALL platform.tenant_table('courses.certificates', p_number => 'certificate_number', p_prefix => 'CERT', p_derived => '{verification_code}',
    p_flows => '{"status": [["valid", "expired"], ["valid", "revoked"]]}');
CALL platform.reference('courses.certificates', 'enrollment_id', 'courses.enrollments', 'restrict');
CALL platform.reference('courses.certificates', 'certificate_template_id', 'courses.certificate_templates');
CALL platform.reference('courses.certificates', 'file_id', 'files.files');
CREATE UNIQUE INDEX certificates_certificate_number_key ON courses.certificates (business_id, certificate_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX certificates_verification_code_key ON courses.certificates (business_id, verification_code) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX certificates_enrollment_id_key ON courses.certificates (business_id, enrollment_id) WHERE status = 'valid' AND deleted_at IS NULL;
CREATE INDEX certificates_status_newest ON courses.certificates (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.certificates IS 'A certificate issued to a learner.';
COMMENT ON COLUMN courses.certificates.certificate_number IS 'Filled in where it is left out: CERT-2025-0001.';

CREATE TABLE courses.course_reviews (
    course_id uuid NOT NULL,
    enrollment_id uuid NOT NULL,
    rating integer NOT NULL CONSTRAINT course_reviews_rating_range CHECK (rating BETWEEN 1 AND 5),
    title text,
    comment text,
    reply text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT course_reviews_status_check CHECK (status IN ('pending', 'published', 'hidden'))
);
CALL platform.tenant_table('courses.course_reviews',
    p_flows => '{"status": [["pending", "published"], ["pending", "hidden"], ["published", "hidden"], ["hidden", "published"]]}');
CALL platform.reference('courses.course_reviews', 'course_id', 'courses.courses', 'cascade');
CALL platform.reference('courses.course_reviews', 'enrollment_id', 'courses.enrollments', 'cascade');
CREATE UNIQUE INDEX course_reviews_enrollment_id_key ON courses.course_reviews (business_id, enrollment_id) WHERE deleted_at IS NULL;
CREATE INDEX course_reviews_status_newest ON courses.course_reviews (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.course_reviews IS 'A learner''s rating of a course.';
