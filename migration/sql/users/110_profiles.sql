CREATE TABLE users.member_profiles (
    user_id uuid NOT NULL,
    department_id uuid,
    location_id uuid,
    manager_id uuid,
    employee_code text,
    job_title text,
    bio text,
    languages text[] NOT NULL DEFAULT '{}',
    work_email text,
    work_phone text,
    calendar_color text CONSTRAINT member_profiles_calendar_color_range CHECK (calendar_color ~ '^#[0-9a-f]{6}$'),
    email_signature text,
    is_field_worker boolean NOT NULL DEFAULT false,
    is_bookable boolean NOT NULL DEFAULT false,
    started_on date,
    ended_on date,
    CONSTRAINT member_profiles_manager_id_user_id_rule CHECK (manager_id <> user_id),
    CONSTRAINT member_profiles_ended_on_started_on_rule CHECK (ended_on >= started_on)
);
CALL platform.tenant_table('users.member_profiles');
CALL platform.reference('users.member_profiles', 'user_id', 'users.users', 'cascade');
CALL platform.reference('users.member_profiles', 'department_id', 'businesses.departments');
CALL platform.reference('users.member_profiles', 'location_id', 'businesses.locations');
CALL platform.reference('users.member_profiles', 'manager_id', 'users.users');
CREATE UNIQUE INDEX member_profiles_user_id_key ON users.member_profiles (business_id, user_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX member_profiles_employee_code_key ON users.member_profiles (business_id, employee_code) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.member_profiles IS 'A member''s staff card in one business.';

CREATE TABLE users.user_preferences (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    business_id uuid DEFAULT auth.get_current_business_id(),
    category text NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_preferences_value_rule CHECK (pg_column_size(value) <= 16384)
);
CALL platform.platform_table('users.user_preferences', p_read => '{self}', p_write => '{self}', p_self => 'user_id', p_business => 'business_id',
    p_audited => false);
CALL platform.allow_rows('users.user_preferences');
CALL platform.reference('users.user_preferences', 'user_id', 'users.users', 'cascade');
CALL platform.reference('users.user_preferences', 'business_id', 'businesses.businesses', 'cascade');
CREATE INDEX user_preferences_newest ON users.user_preferences (business_id, created_at DESC, id);
CREATE UNIQUE INDEX user_preferences_user_id_category_key_key ON users.user_preferences (user_id, business_id, category, key) NULLS NOT DISTINCT;
COMMENT ON TABLE users.user_preferences IS 'A user''s own choice in the apps, everywhere or in one business.';

CREATE TABLE users.skills (
    name text NOT NULL,
    category text,
    description text,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('users.skills');
CREATE UNIQUE INDEX skills_name_key ON users.skills (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX skills_category_idx ON users.skills (business_id, category, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.skills IS 'A skill the business dispatches and schedules by.';

CREATE TABLE users.user_skills (
    user_id uuid NOT NULL,
    skill_id uuid NOT NULL,
    level text NOT NULL DEFAULT 'competent' CONSTRAINT user_skills_level_check CHECK (level IN ('trainee', 'competent', 'expert')),
    acquired_on date,
    verified_by_id uuid,
    verified_at timestamptz,
    CONSTRAINT user_skills_verified_by_id_user_id_rule CHECK (verified_by_id <> user_id)
);
CALL platform.tenant_table('users.user_skills', p_derived => '{verified_by_id,verified_at}');
CALL platform.reference('users.user_skills', 'user_id', 'users.users', 'cascade');
CALL platform.reference('users.user_skills', 'skill_id', 'users.skills', 'cascade');
CALL platform.reference('users.user_skills', 'verified_by_id', 'users.users');
CREATE UNIQUE INDEX user_skills_user_id_skill_id_key ON users.user_skills (business_id, user_id, skill_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.user_skills IS 'A skill a member has, and how well.';

CREATE TABLE users.certifications (
    name text NOT NULL,
    issuing_authority text NOT NULL,
    description text,
    validity_months integer CONSTRAINT certifications_validity_months_range CHECK (validity_months > 0),
    reminder_days integer NOT NULL DEFAULT 60 CONSTRAINT certifications_reminder_days_range CHECK (reminder_days >= 0),
    is_mandatory boolean NOT NULL DEFAULT false,
    skill_id uuid
);
CALL platform.tenant_table('users.certifications');
CALL platform.reference('users.certifications', 'skill_id', 'users.skills');
CREATE UNIQUE INDEX certifications_name_issuing_authority_key ON users.certifications (business_id, name, issuing_authority) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.certifications IS 'A certificate the business requires or recognises.';

CREATE TABLE users.user_certifications (
    user_id uuid NOT NULL,
    certification_id uuid NOT NULL,
    certificate_number text,
    issued_on date NOT NULL,
    expires_on date,
    file_id uuid,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT user_certifications_status_check CHECK (status IN ('pending', 'valid', 'expired', 'revoked')),
    verified_by_id uuid,
    verified_at timestamptz,
    CONSTRAINT user_certifications_expires_on_issued_on_rule CHECK (expires_on >= issued_on)
);
CALL platform.tenant_table('users.user_certifications', p_derived => '{verified_by_id,verified_at}',
    p_flows => '{"status": [["pending", "valid"], ["pending", "revoked"], ["valid", "expired"], ["valid", "revoked"], ["expired", "valid"]]}');
CALL platform.reference('users.user_certifications', 'user_id', 'users.users', 'cascade');
CALL platform.reference('users.user_certifications', 'certification_id', 'users.certifications', 'restrict');
CALL platform.reference('users.user_certifications', 'file_id', 'files.files');
CALL platform.reference('users.user_certifications', 'verified_by_id', 'users.users');
CREATE UNIQUE INDEX user_certifications_user_id_certification_id_issued_on_key ON users.user_certifications (business_id, user_id, certification_id, issued_on) WHERE deleted_at IS NULL;
CREATE INDEX user_certifications_status_expires_on_idx ON users.user_certifications (business_id, status, expires_on, id) WHERE deleted_at IS NULL;
CREATE INDEX user_certifications_status_newest ON users.user_certifications (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.user_certifications IS 'A certificate a member holds, with its expiry.';
