CREATE TABLE notifications.provider_accounts (
    integration_id uuid NOT NULL,
    name text NOT NULL,
    channel_kind text NOT NULL CONSTRAINT provider_accounts_channel_kind_check CHECK (channel_kind IN ('email', 'sms', 'whatsapp', 'voice', 'push')),
    account_reference text NOT NULL,
    region text,
    registration_status text NOT NULL DEFAULT 'not_needed' CONSTRAINT provider_accounts_registration_status_check
        CHECK (registration_status IN ('not_needed', 'pending', 'approved', 'rejected')),
    monthly_limit integer CONSTRAINT provider_accounts_monthly_limit_range CHECK (monthly_limit > 0),
    priority integer NOT NULL DEFAULT 1 CONSTRAINT provider_accounts_priority_range CHECK (priority >= 1),
    status text NOT NULL DEFAULT 'active' CONSTRAINT provider_accounts_status_check CHECK (status IN ('active', 'suspended', 'closed'))
);
CALL platform.tenant_table('notifications.provider_accounts', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{registration_status}',
    p_flows => '{"status": [["active", "suspended"], ["suspended", "active"], ["active", "closed"], ["suspended", "closed"]]}');
CALL platform.reference('notifications.provider_accounts', 'integration_id', 'integrations.integration_configs', 'restrict');
CREATE UNIQUE INDEX provider_accounts_name_key ON notifications.provider_accounts (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX provider_accounts_channel_kind_priority_key ON notifications.provider_accounts (business_id, channel_kind, priority) WHERE status = 'active' AND deleted_at IS NULL;
CREATE INDEX provider_accounts_status_newest ON notifications.provider_accounts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE notifications.provider_accounts IS 'An account at a mail, text or push provider that carries messages.';

CREATE TABLE notifications.channels (
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT channels_kind_check CHECK (kind IN ('email', 'sms', 'whatsapp', 'voice', 'push', 'in_app')),
    provider_account_id uuid,
    location_id uuid,
    sender_address text,
    sender_name text,
    reply_to_address text,
    verification_status text NOT NULL DEFAULT 'unverified' CONSTRAINT channels_verification_status_check
        CHECK (verification_status IN ('unverified', 'pending', 'verified', 'failed')),
    daily_limit integer CONSTRAINT channels_daily_limit_range CHECK (daily_limit > 0),
    quiet_from time,
    quiet_until time,
    is_default boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT channels_kind_provider_account_id_rule CHECK (kind = 'in_app' OR provider_account_id IS NOT NULL)
);
CALL platform.tenant_table('notifications.channels', p_derived => '{verification_status}');
CALL platform.reference('notifications.channels', 'provider_account_id', 'notifications.provider_accounts', 'restrict');
CALL platform.reference('notifications.channels', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX channels_name_key ON notifications.channels (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX channels_kind_sender_address_key ON notifications.channels (business_id, kind, sender_address) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX channels_kind_key ON notifications.channels (business_id, kind) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE notifications.channels IS 'A sender the business contacts people from, such as a mail address or number.';

CREATE TABLE notifications.templates (
    key text NOT NULL CONSTRAINT templates_key_range CHECK (key ~ '^[a-z][a-z0-9_]*$'),
    name text NOT NULL,
    description text,
    channel_kind text NOT NULL CONSTRAINT templates_channel_kind_check CHECK (channel_kind IN ('email', 'sms', 'whatsapp', 'voice', 'push', 'in_app')),
    category text NOT NULL DEFAULT 'transactional' CONSTRAINT templates_category_check
        CHECK (category IN ('transactional', 'reminder', 'marketing', 'security', 'internal')),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('notifications.templates');
CREATE UNIQUE INDEX templates_key_channel_kind_key ON notifications.templates (business_id, key, channel_kind) WHERE deleted_at IS NULL;
COMMENT ON TABLE notifications.templates IS 'A message the business sends again and again.';

CREATE TABLE notifications.template_versions (
    template_id uuid NOT NULL,
    locale text NOT NULL DEFAULT 'en-US',
    version_number integer NOT NULL CONSTRAINT template_versions_version_number_range CHECK (version_number >= 1),
    subject text,
    body_text text NOT NULL,
    body_html text,
    variables text[] NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'draft' CONSTRAINT template_versions_status_check CHECK (status IN ('draft', 'published', 'retired')),
    published_at timestamptz
);
CALL platform.tenant_table('notifications.template_versions', p_derived => '{version_number,variables,published_at}',
    p_flows => '{"status": [["draft", "published"], ["published", "retired"], ["retired", "published"]]}');
CALL platform.reference('notifications.template_versions', 'template_id', 'notifications.templates', 'cascade');
CREATE UNIQUE INDEX template_versions_template_id_locale_version_number_key ON notifications.template_versions (business_id, template_id, locale, version_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX template_versions_template_id_locale_key ON notifications.template_versions (business_id, template_id, locale) WHERE status = 'published' AND deleted_at IS NULL;
CREATE INDEX template_versions_status_newest ON notifications.template_versions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE notifications.template_versions IS 'One wording of a template in a language.';

CREATE TABLE notifications.notification_rules (
    name text NOT NULL,
    event_type_id uuid NOT NULL,
    template_id uuid NOT NULL,
    recipient text NOT NULL DEFAULT 'customer' CONSTRAINT notification_rules_recipient_check
        CHECK (recipient IN ('customer', 'assigned_user', 'record_owner', 'team', 'role', 'fixed_address')),
    team_id uuid,
    role_id uuid,
    fixed_address text,
    condition jsonb NOT NULL DEFAULT '{}',
    delay_minutes integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT notification_rules_recipient_team_id_rule CHECK (recipient <> 'team' OR team_id IS NOT NULL),
    CONSTRAINT notification_rules_recipient_role_id_rule CHECK (recipient <> 'role' OR role_id IS NOT NULL),
    CONSTRAINT notification_rules_recipient_fixed_address_rule CHECK (recipient <> 'fixed_address' OR fixed_address IS NOT NULL)
);
CALL platform.tenant_table('notifications.notification_rules');
CALL platform.reference('notifications.notification_rules', 'event_type_id', 'integrations.event_types', 'restrict');
CALL platform.reference('notifications.notification_rules', 'template_id', 'notifications.templates', 'cascade');
CALL platform.reference('notifications.notification_rules', 'team_id', 'users.teams', 'cascade');
CALL platform.reference('notifications.notification_rules', 'role_id', 'permissions.roles', 'cascade');
CREATE UNIQUE INDEX notification_rules_name_key ON notifications.notification_rules (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX notification_rules_event_type_id_idx_2 ON notifications.notification_rules (business_id, event_type_id, id) WHERE is_active AND deleted_at IS NULL;
COMMENT ON TABLE notifications.notification_rules IS 'An event that sends a message by itself.';
