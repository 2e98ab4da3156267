CREATE TABLE notifications.messages (
    channel_id uuid NOT NULL,
    template_version_id uuid,
    notification_rule_id uuid,
    campaign_id uuid,
    category text NOT NULL DEFAULT 'transactional' CONSTRAINT messages_category_check
        CHECK (category IN ('transactional', 'reminder', 'marketing', 'security', 'internal')),
    subject text,
    body_text text NOT NULL,
    body_html text,
    entity_type text,
    entity_id uuid,
    priority text NOT NULL DEFAULT 'normal' CONSTRAINT messages_priority_check CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    scheduled_at timestamptz,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT messages_status_check
        CHECK (status IN ('draft', 'scheduled', 'sending', 'sent', 'failed', 'cancelled')),
    sent_at timestamptz,
    idempotency_key text
);
CALL platform.tenant_table('notifications.messages', p_derived => '{notification_rule_id,campaign_id,sent_at,idempotency_key}',
    p_flows => '{"status": [["draft", "scheduled"], ["draft", "sending"], ["scheduled", "sending"], ["scheduled", "cancelled"],
        ["draft", "cancelled"], ["sending", "sent"], ["sending", "failed"], ["failed", "sending"]]}');
CALL platform.reference('notifications.messages', 'channel_id', 'notifications.channels', 'restrict');
CALL platform.reference('notifications.messages', 'template_version_id', 'notifications.template_versions', 'restrict');
CALL platform.reference('notifications.messages', 'notification_rule_id', 'notifications.notification_rules');
CALL platform.reference('notifications.messages', 'campaign_id', 'notifications.campaigns');
CREATE UNIQUE INDEX messages_idempotency_key_key ON notifications.messages (business_id, idempotency_key) WHERE deleted_at IS NULL;
CREATE INDEX messages_status_scheduled_at_idx ON notifications.messages (business_id, status, scheduled_at, id) WHERE deleted_at IS NULL;
CREATE INDEX messages_entity_type_entity_id_idx ON notifications.messages (business_id, entity_type, entity_id, id) WHERE deleted_at IS NULL;
CREATE INDEX messages_status_newest ON notifications.messages (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE notifications.messages IS 'A message composed for one or more people.';

CREATE TABLE notifications.message_recipients (
    message_id uuid NOT NULL,
    customer_id uuid,
    user_id uuid,
    address text NOT NULL,
    addressing text NOT NULL DEFAULT 'to' CONSTRAINT message_recipients_addressing_check CHECK (addressing IN ('to', 'cc', 'bcc')),
    locale text,
    merge_values jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT message_recipients_customer_id_user_id_rule CHECK (num_nonnulls(customer_id, user_id) <= 1)
);
CALL platform.tenant_table('notifications.message_recipients', p_soft_delete => false);
CALL platform.reference('notifications.message_recipients', 'message_id', 'notifications.messages', 'cascade');
CALL platform.reference('notifications.message_recipients', 'customer_id', 'hs.customers');
CALL platform.reference('notifications.message_recipients', 'user_id', 'users.users');
CREATE UNIQUE INDEX message_recipients_message_id_address_key ON notifications.message_recipients (business_id, message_id, address);
COMMENT ON TABLE notifications.message_recipients IS 'A person a message is for.';

CREATE TABLE notifications.deliveries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    message_recipient_id uuid NOT NULL,
    provider_account_id uuid,
    attempt_number integer NOT NULL DEFAULT 1 CONSTRAINT deliveries_attempt_number_range CHECK (attempt_number >= 1),
    status text NOT NULL DEFAULT 'queued' CONSTRAINT deliveries_status_check
        CHECK (status IN ('queued', 'sent', 'delivered', 'bounced', 'failed', 'suppressed')),
    provider_message_key text,
    error_code text,
    error_message text,
    segment_count integer NOT NULL DEFAULT 1 CONSTRAINT deliveries_segment_count_range CHECK (segment_count >= 1),
    cost_usd decimal(12,6) CONSTRAINT deliveries_cost_usd_range CHECK (cost_usd >= 0),
    sent_at timestamptz,
    delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('notifications.deliveries', p_read => '{member}', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["queued", "sent"], ["queued", "failed"], ["queued", "suppressed"], ["sent", "delivered"], ["sent", "bounced"],
        ["sent", "failed"], ["delivered", "bounced"]]}');
CALL platform.reference('notifications.deliveries', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('notifications.deliveries', 'message_recipient_id', 'notifications.message_recipients', 'cascade');
CALL platform.reference('notifications.deliveries', 'provider_account_id', 'notifications.provider_accounts', 'restrict');
CREATE INDEX deliveries_newest ON notifications.deliveries (business_id, created_at DESC, id);
CREATE UNIQUE INDEX deliveries_message_recipient_id_attempt_number_key ON notifications.deliveries (message_recipient_id, attempt_number);
CREATE UNIQUE INDEX deliveries_provider_account_id_provider_message_key_key ON notifications.deliveries (provider_account_id, provider_message_key);
CREATE INDEX deliveries_status_created_at_idx ON notifications.deliveries (business_id, status, created_at);
COMMENT ON TABLE notifications.deliveries IS 'A message handed to a provider for one person.';

CREATE TABLE notifications.delivery_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT delivery_events_kind_check
        CHECK (kind IN ('accepted', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed')),
    provider_event_key text,
    clicked_url text,
    ip_address inet,
    user_agent text,
    occurred_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('notifications.delivery_events', p_read => '{member}', p_business => 'business_id', p_append_only => true,
    p_audited => false);
CALL platform.reference('notifications.delivery_events', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('notifications.delivery_events', 'delivery_id', 'notifications.deliveries', 'cascade');
CREATE INDEX delivery_events_newest ON notifications.delivery_events (business_id, created_at DESC, id);
CREATE UNIQUE INDEX delivery_events_delivery_id_provider_event_key_key ON notifications.delivery_events (delivery_id, provider_event_key);
CREATE INDEX delivery_events_kind_occurred_at_idx ON notifications.delivery_events (business_id, kind, occurred_at, id);
COMMENT ON TABLE notifications.delivery_events IS 'What a provider reported about a delivery.';

CREATE TABLE notifications.inbound_messages (
    channel_id uuid NOT NULL,
    customer_id uuid,
    from_address text NOT NULL,
    subject text,
    body_text text NOT NULL,
    in_reply_to_id uuid,
    keyword text NOT NULL DEFAULT 'none' CONSTRAINT inbound_messages_keyword_check
        CHECK (keyword IN ('none', 'stop', 'start', 'help', 'confirm', 'cancel')),
    status text NOT NULL DEFAULT 'unread' CONSTRAINT inbound_messages_status_check CHECK (status IN ('unread', 'read', 'answered', 'closed', 'spam')),
    assigned_to_id uuid,
    provider_message_key text NOT NULL,
    received_at timestamptz NOT NULL
);
CALL platform.tenant_table('notifications.inbound_messages',
    p_derived => '{channel_id,from_address,subject,body_text,in_reply_to_id,keyword,provider_message_key,received_at}', p_soft_delete => false,
    p_flows => '{"status": [["unread", "read"], ["unread", "spam"], ["read", "answered"], ["read", "closed"], ["read", "spam"],
        ["answered", "closed"], ["closed", "read"], ["spam", "read"]]}');
CALL platform.refuse_rows('notifications.inbound_messages');
CALL platform.reference('notifications.inbound_messages', 'channel_id', 'notifications.channels', 'restrict');
CALL platform.reference('notifications.inbound_messages', 'customer_id', 'hs.customers');
CALL platform.reference('notifications.inbound_messages', 'in_reply_to_id', 'notifications.messages');
CALL platform.reference('notifications.inbound_messages', 'assigned_to_id', 'users.users');
CREATE UNIQUE INDEX inbound_messages_channel_id_provider_message_key_key ON notifications.inbound_messages (business_id, channel_id, provider_message_key);
CREATE INDEX inbound_messages_status_received_at_idx ON notifications.inbound_messages (business_id, status, received_at, id);
CREATE INDEX inbound_messages_from_address_idx ON notifications.inbound_messages (business_id, from_address, id);
CREATE INDEX inbound_messages_status_newest ON notifications.inbound_messages (business_id, status, created_at DESC, id);
COMMENT ON TABLE notifications.inbound_messages IS 'A message a customer sent to the business.';
