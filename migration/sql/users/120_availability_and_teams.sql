CREATE TABLE users.availability_rules (
    user_id uuid NOT NULL,
    location_id uuid,
    kind text NOT NULL DEFAULT 'available' CONSTRAINT availability_rules_kind_check CHECK (kind IN ('available', 'on_call')),
    weekday integer NOT NULL CONSTRAINT availability_rules_weekday_range CHECK (weekday BETWEEN 1 AND 7),
    starts_at time NOT NULL,
    ends_at time NOT NULL,
    effective_from date NOT NULL DEFAULT CURRENT_DATE,
    effective_until date,
    CONSTRAINT availability_rules_ends_at_starts_at_rule CHECK (ends_at <> starts_at),
    CONSTRAINT availability_rules_effective_until_effective_from_rule CHECK (effective_until >= effective_from)
);
CALL platform.tenant_table('users.availability_rules');
CALL platform.reference('users.availability_rules', 'user_id', 'users.users', 'cascade');
CALL platform.reference('users.availability_rules', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX availability_rules_user_id_kind_weekday_starts_at_effec_key ON users.availability_rules (business_id, user_id, kind, weekday, starts_at, effective_from) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.availability_rules IS 'The weekly hours a member can be scheduled.';

CREATE TABLE users.availability_exceptions (
    user_id uuid NOT NULL,
    kind text NOT NULL DEFAULT 'unavailable' CONSTRAINT availability_exceptions_kind_check CHECK (kind IN ('unavailable', 'available', 'on_call')),
    source text NOT NULL DEFAULT 'manual' CONSTRAINT availability_exceptions_source_check CHECK (source IN ('manual', 'time_off', 'calendar')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text,
    external_reference text,
    CONSTRAINT availability_exceptions_ends_at_starts_at_rule CHECK (ends_at > starts_at)
);
CALL platform.tenant_table('users.availability_exceptions', p_derived => '{external_reference}');
CALL platform.reference('users.availability_exceptions', 'user_id', 'users.users', 'cascade');
CREATE INDEX availability_exceptions_user_id_starts_at_ends_at_idx ON users.availability_exceptions (business_id, user_id, starts_at, ends_at, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.availability_exceptions IS 'A span that differs from a member''s weekly hours.';

CREATE TABLE users.user_devices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    device_fingerprint text NOT NULL,
    name text,
    operating_system text NOT NULL CONSTRAINT user_devices_operating_system_check
        CHECK (operating_system IN ('ios', 'android', 'web', 'windows', 'macos', 'linux')),
    operating_system_version text,
    model text,
    app_version text,
    public_key text,
    is_trusted boolean NOT NULL DEFAULT false,
    trusted_until timestamptz,
    last_seen_at timestamptz,
    last_ip_address inet,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('users.user_devices', p_read => '{self}', p_write => '{self}', p_self => 'user_id',
    p_derived => '{is_trusted,trusted_until,last_seen_at,last_ip_address}');
CALL platform.allow_rows('users.user_devices');
CALL platform.reference('users.user_devices', 'user_id', 'users.users', 'cascade');
CREATE INDEX user_devices_newest ON users.user_devices (created_at DESC, id);
CREATE UNIQUE INDEX user_devices_user_id_device_fingerprint_key ON users.user_devices (user_id, device_fingerprint);
COMMENT ON TABLE users.user_devices IS 'A phone, tablet or computer a user works on.';

CREATE TABLE users.invitations (
    email text NOT NULL,
    role text NOT NULL DEFAULT 'staff' CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'manager', 'staff', 'viewer', 'api_partner')),
    custom_role_id uuid,
    department_id uuid,
    location_id uuid,
    message text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT invitations_status_check CHECK (status IN ('pending', 'accepted', 'revoked', 'expired')),
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    sent_count integer NOT NULL DEFAULT 1,
    last_sent_at timestamptz,
    accepted_by_id uuid,
    accepted_at timestamptz
);
CALL platform.tenant_table('users.invitations', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{token_hash,sent_count,last_sent_at,accepted_by_id,accepted_at}', p_secret => '{token_hash}',
    p_flows => '{"status": [["pending", "revoked"], ["pending", "accepted"], ["pending", "expired"]]}');
CALL platform.refuse_rows('users.invitations');
CALL platform.reference('users.invitations', 'custom_role_id', 'permissions.roles');
CALL platform.reference('users.invitations', 'department_id', 'businesses.departments');
CALL platform.reference('users.invitations', 'location_id', 'businesses.locations');
CALL platform.reference('users.invitations', 'accepted_by_id', 'users.users');
CREATE UNIQUE INDEX invitations_lower_email_key ON users.invitations (business_id, lower(email)) WHERE status = 'pending' AND deleted_at IS NULL;
CREATE UNIQUE INDEX invitations_token_hash_key ON users.invitations (business_id, token_hash) WHERE deleted_at IS NULL;
CREATE INDEX invitations_status_newest ON users.invitations (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.invitations IS 'An invitation to join the business in a role.';

CREATE TABLE users.teams (
    name text NOT NULL,
    kind text NOT NULL DEFAULT 'crew' CONSTRAINT teams_kind_check CHECK (kind IN ('crew', 'shift', 'project', 'office')),
    department_id uuid,
    location_id uuid,
    lead_id uuid,
    color text CONSTRAINT teams_color_range CHECK (color ~ '^#[0-9a-f]{6}$'),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('users.teams');
CALL platform.reference('users.teams', 'department_id', 'businesses.departments');
CALL platform.reference('users.teams', 'location_id', 'businesses.locations');
CALL platform.reference('users.teams', 'lead_id', 'users.users');
CREATE UNIQUE INDEX teams_name_key ON users.teams (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE users.teams IS 'A crew or group scheduled and assigned together.';

CREATE TABLE users.team_members (
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'member' CONSTRAINT team_members_role_check CHECK (role IN ('lead', 'member', 'apprentice')),
    joined_on date NOT NULL DEFAULT CURRENT_DATE,
    left_on date,
    CONSTRAINT team_members_left_on_joined_on_rule CHECK (left_on >= joined_on)
);
CALL platform.tenant_table('users.team_members', p_soft_delete => false);
CALL platform.reference('users.team_members', 'team_id', 'users.teams', 'cascade');
CALL platform.reference('users.team_members', 'user_id', 'users.users', 'cascade');
CREATE UNIQUE INDEX team_members_team_id_user_id_key ON users.team_members (business_id, team_id, user_id) WHERE left_on IS NULL;
COMMENT ON TABLE users.team_members IS 'A member''s time in a team.';
