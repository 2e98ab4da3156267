CREATE TABLE notifications.inbox_notifications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    message_id uuid,
    severity text NOT NULL DEFAULT 'info' CONSTRAINT inbox_notifications_severity_check CHECK (severity IN ('info', 'success', 'warning', 'critical')),
    title text NOT NULL,
    body text,
    entity_type text,
    entity_id uuid,
    read_at timestamptz,
    archived_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('notifications.inbox_notifications', p_read => '{self}', p_write => '{self}', p_self => 'user_id',
    p_business => 'business_id', p_derived => '{message_id,severity,title,body,entity_type,entity_id,expires_at}');
CALL platform.reference('notifications.inbox_notifications', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('notifications.inbox_notifications', 'user_id', 'users.users', 'cascade');
CALL platform.reference('notifications.inbox_notifications', 'message_id', 'notifications.messages');
CREATE INDEX inbox_notifications_newest ON notifications.inbox_notifications (business_id, created_at DESC, id);
CREATE INDEX inbox_notifications_user_id_created_at_idx ON notifications.inbox_notifications (user_id, business_id, created_at) WHERE archived_at IS NULL;
CREATE INDEX inbox_notifications_expires_at_idx ON notifications.inbox_notifications (expires_at, id);
COMMENT ON TABLE notifications.inbox_notifications IS 'A notice in a user''s inbox in the apps.';

CREATE TABLE notifications.preferences (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    event_type_id uuid,
    category text NOT NULL DEFAULT 'internal' CONSTRAINT preferences_category_check
        CHECK (category IN ('transactional', 'reminder', 'marketing', 'internal')),
    channel_kind text NOT NULL CONSTRAINT preferences_channel_kind_check CHECK (channel_kind IN ('email', 'sms', 'push', 'in_app')),
    pace text NOT NULL DEFAULT 'immediately' CONSTRAINT preferences_pace_check CHECK (pace IN ('immediately', 'hourly', 'daily', 'weekly', 'never')),
    quiet_from time,
    quiet_until time,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('notifications.preferences', p_read => '{self}', p_write => '{self}', p_self => 'user_id', p_business => 'business_id');
CALL platform.allow_rows('notifications.preferences');
CALL platform.reference('notifications.preferences', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('notifications.preferences', 'user_id', 'users.users', 'cascade');
CALL platform.reference('notifications.preferences', 'event_type_id', 'integrations.event_types', 'cascade');
CREATE INDEX preferences_of_event_type_idx ON notifications.preferences (event_type_id);
CREATE INDEX preferences_newest ON notifications.preferences (business_id, created_at DESC, id);
CREATE UNIQUE INDEX preferences_user_id_event_type_id_category_channel_kind_key ON notifications.preferences (business_id, user_id, event_type_id, category, channel_kind) NULLS NOT DISTINCT;
COMMENT ON TABLE notifications.preferences IS 'What a user wants to hear about, and how.';

CREATE TABLE notifications.contact_preferences (
    customer_id uuid NOT NULL,
    category text NOT NULL DEFAULT 'marketing' CONSTRAINT contact_preferences_category_check
        CHECK (category IN ('transactional', 'reminder', 'marketing')),
    channel_kind text NOT NULL CONSTRAINT contact_preferences_channel_kind_check CHECK (channel_kind IN ('email', 'sms', 'whatsapp', 'voice')),
    is_wanted boolean NOT NULL,
    consent_record_id uuid,
    CONSTRAINT contact_preferences_category_rule CHECK (category <> 'marketing' OR NOT is_wanted OR consent_record_id IS NOT NULL)
);
CALL platform.tenant_table('notifications.contact_preferences', p_soft_delete => false);
CALL platform.reference('notifications.contact_preferences', 'customer_id', 'hs.customers', 'cascade');
CALL platform.reference('notifications.contact_preferences', 'consent_record_id', 'audit.consent_records', 'restrict');
CREATE UNIQUE INDEX contact_preferences_customer_id_category_channel_kind_key ON notifications.contact_preferences (business_id, customer_id, category, channel_kind);
COMMENT ON TABLE notifications.contact_preferences IS 'How a customer wants to be contacted, and about what.';

CREATE TABLE notifications.suppressions (
    channel_kind text NOT NULL CONSTRAINT suppressions_channel_kind_check CHECK (channel_kind IN ('email', 'sms', 'whatsapp', 'voice')),
    address text NOT NULL,
    reason text NOT NULL DEFAULT 'manual' CONSTRAINT suppressions_reason_check
        CHECK (reason IN ('hard_bounce', 'complaint', 'unsubscribe', 'invalid', 'manual')),
    delivery_id uuid,
    note text,
    expires_at timestamptz
);
CALL platform.tenant_table('notifications.suppressions', p_derived => '{delivery_id}', p_soft_delete => false);
CALL platform.reference('notifications.suppressions', 'delivery_id', 'notifications.deliveries');
CREATE UNIQUE INDEX suppressions_channel_kind_lower_address_key ON notifications.suppressions (business_id, channel_kind, lower(address));
COMMENT ON TABLE notifications.suppressions IS 'An address the business must not send to.';

CREATE TABLE notifications.digests (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    pace text NOT NULL DEFAULT 'daily' CONSTRAINT digests_pace_check CHECK (pace IN ('hourly', 'daily', 'weekly')),
    channel_kind text NOT NULL DEFAULT 'email' CONSTRAINT digests_channel_kind_check CHECK (channel_kind IN ('email', 'push', 'in_app')),
    weekday integer CONSTRAINT digests_weekday_range CHECK (weekday BETWEEN 1 AND 7),
    send_at time,
    timezone text NOT NULL DEFAULT 'UTC',
    is_active boolean NOT NULL DEFAULT true,
    next_send_at timestamptz,
    last_sent_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT digests_pace_weekday_rule CHECK (pace <> 'weekly' OR weekday IS NOT NULL)
);
CALL platform.platform_table('notifications.digests', p_read => '{self}', p_write => '{self}', p_self => 'user_id', p_business => 'business_id',
    p_derived => '{next_send_at,last_sent_at}');
CALL platform.allow_rows('notifications.digests');
CALL platform.reference('notifications.digests', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('notifications.digests', 'user_id', 'users.users', 'cascade');
CREATE INDEX digests_newest ON notifications.digests (business_id, created_at DESC, id);
CREATE UNIQUE INDEX digests_user_id_pace_channel_kind_key ON notifications.digests (business_id, user_id, pace, channel_kind);
CREATE INDEX digests_next_send_at_idx ON notifications.digests (next_send_at, id) WHERE is_active;
COMMENT ON TABLE notifications.digests IS 'A summary a user gets at set times instead of single messages.';

CREATE TABLE notifications.push_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    device_id uuid NOT NULL,
    provider text NOT NULL CONSTRAINT push_tokens_provider_check CHECK (provider IN ('apns', 'fcm', 'web_push')),
    app_identifier text NOT NULL,
    token_encrypted bytea NOT NULL,
    token_hash bytea NOT NULL,
    encryption_key_id text NOT NULL,
    status text NOT NULL DEFAULT 'active' CONSTRAINT push_tokens_status_check CHECK (status IN ('active', 'expired', 'revoked')),
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('notifications.push_tokens', p_read => '{self}', p_write => '{self}', p_self => 'user_id',
    p_derived => '{token_hash,encryption_key_id,last_used_at}', p_secret => '{token_encrypted,token_hash}',
    p_flows => '{"status": [["active", "expired"], ["active", "revoked"]]}');
CALL platform.reference('notifications.push_tokens', 'user_id', 'users.users', 'cascade');
CALL platform.reference('notifications.push_tokens', 'device_id', 'users.user_devices', 'cascade');
CREATE INDEX push_tokens_newest ON notifications.push_tokens (created_at DESC, id);
CREATE UNIQUE INDEX push_tokens_token_hash_key ON notifications.push_tokens (token_hash);
CREATE UNIQUE INDEX push_tokens_device_id_app_identifier_key ON notifications.push_tokens (device_id, app_identifier) WHERE status = 'active';
COMMENT ON TABLE notifications.push_tokens IS 'The address of an app on a device for push messages.';

CREATE TABLE notifications.campaigns (
    name text NOT NULL,
    description text,
    template_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    audience_filter jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'draft' CONSTRAINT campaigns_status_check
        CHECK (status IN ('draft', 'scheduled', 'sending', 'paused', 'completed', 'cancelled')),
    scheduled_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    recipient_count integer NOT NULL DEFAULT 0 CONSTRAINT campaigns_recipient_count_range CHECK (recipient_count >= 0),
    delivered_count integer NOT NULL DEFAULT 0 CONSTRAINT campaigns_delivered_count_range CHECK (delivered_count >= 0),
    opened_count integer NOT NULL DEFAULT 0 CONSTRAINT campaigns_opened_count_range CHECK (opened_count >= 0),
    unsubscribed_count integer NOT NULL DEFAULT 0 CONSTRAINT campaigns_unsubscribed_count_range CHECK (unsubscribed_count >= 0),
    CONSTRAINT campaigns_status_scheduled_at_rule CHECK (status <> 'scheduled' OR scheduled_at IS NOT NULL)
);
CALL platform.tenant_table('notifications.campaigns',
    p_derived => '{started_at,finished_at,recipient_count,delivered_count,opened_count,unsubscribed_count}',
    p_flows => '{"status": [["draft", "scheduled"], ["draft", "cancelled"], ["scheduled", "sending"], ["scheduled", "draft"],
        ["scheduled", "cancelled"], ["sending", "paused"], ["sending", "completed"], ["paused", "sending"], ["paused", "cancelled"]]}');
CALL platform.reference('notifications.campaigns', 'template_id', 'notifications.templates', 'restrict');
CALL platform.reference('notifications.campaigns', 'channel_id', 'notifications.channels', 'restrict');
CREATE UNIQUE INDEX campaigns_name_key ON notifications.campaigns (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX campaigns_status_scheduled_at_idx ON notifications.campaigns (business_id, status, scheduled_at, id) WHERE deleted_at IS NULL;
CREATE INDEX campaigns_status_newest ON notifications.campaigns (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE notifications.campaigns IS 'One message sent to a chosen group of customers.';
