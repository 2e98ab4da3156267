CREATE TABLE integrations.event_types (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    version_number integer NOT NULL DEFAULT 1 CONSTRAINT event_types_version_number_range CHECK (version_number >= 1),
    name text NOT NULL,
    description text NOT NULL,
    table_name text,
    payload_schema jsonb NOT NULL,
    is_public boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'active' CONSTRAINT event_types_status_check CHECK (status IN ('active', 'deprecated', 'retired')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('integrations.event_types',
    p_flows => '{"status": [["active", "deprecated"], ["deprecated", "retired"]]}');
CREATE INDEX event_types_newest ON integrations.event_types (created_at DESC, id);
CREATE UNIQUE INDEX event_types_key_version_number_key ON integrations.event_types (key, version_number);
COMMENT ON TABLE integrations.event_types IS 'A kind of event that webhooks, rules and assistants can listen to.';

CREATE TABLE integrations.webhook_endpoints (
    api_client_id uuid,
    url text NOT NULL CONSTRAINT webhook_endpoints_url_range CHECK (url LIKE 'https://%'),
    description text,
    payload_version text NOT NULL,
    signing_secret_encrypted bytea NOT NULL,
    previous_signing_secret_encrypted bytea,
    previous_secret_expires_at timestamptz,
    encryption_key_id text NOT NULL,
    timeout_seconds integer NOT NULL DEFAULT 10 CONSTRAINT webhook_endpoints_timeout_seconds_range CHECK (timeout_seconds BETWEEN 1 AND 30),
    status text NOT NULL DEFAULT 'active' CONSTRAINT webhook_endpoints_status_check CHECK (status IN ('active', 'paused', 'disabled')),
    disabled_reason text,
    consecutive_failures integer NOT NULL DEFAULT 0 CONSTRAINT webhook_endpoints_consecutive_failures_range CHECK (consecutive_failures >= 0),
    last_delivered_at timestamptz
);
CALL platform.tenant_table('integrations.webhook_endpoints', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{signing_secret_encrypted,previous_signing_secret_encrypted,previous_secret_expires_at,encryption_key_id,disabled_reason,consecutive_failures,last_delivered_at}',
    p_secret => '{signing_secret_encrypted,previous_signing_secret_encrypted}',
    p_flows => '{"status": [["active", "paused"], ["paused", "active"], ["active", "disabled"], ["disabled", "active"]]}');
CALL platform.refuse_rows('integrations.webhook_endpoints');
CALL platform.reference('integrations.webhook_endpoints', 'api_client_id', 'auth.api_clients', 'cascade');
CREATE UNIQUE INDEX webhook_endpoints_url_key ON integrations.webhook_endpoints (business_id, url) WHERE deleted_at IS NULL;
CREATE INDEX webhook_endpoints_status_newest ON integrations.webhook_endpoints (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE integrations.webhook_endpoints IS 'An address of the business or a partner that events are sent to.';

CREATE TABLE integrations.event_subscriptions (
    webhook_endpoint_id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    filter jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('integrations.event_subscriptions', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('integrations.event_subscriptions', 'webhook_endpoint_id', 'integrations.webhook_endpoints', 'cascade');
CALL platform.reference('integrations.event_subscriptions', 'event_type_id', 'integrations.event_types', 'restrict');
CREATE UNIQUE INDEX event_subscriptions_webhook_endpoint_id_event_type_id_key ON integrations.event_subscriptions (business_id, webhook_endpoint_id, event_type_id);
COMMENT ON TABLE integrations.event_subscriptions IS 'An event type an endpoint wants.';

CREATE TABLE integrations.outbox_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    transaction_id bigint NOT NULL,
    sequence_number bigint NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    payload jsonb NOT NULL,
    request_id uuid,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('integrations.outbox_events', p_read => '{system}', p_business => 'business_id', p_derived => '{transaction_id,sequence_number}',
    p_audited => false);
CALL platform.reference('integrations.outbox_events', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('integrations.outbox_events', 'event_type_id', 'integrations.event_types', 'restrict');
CREATE INDEX outbox_events_newest ON integrations.outbox_events (business_id, created_at DESC, id);
CREATE UNIQUE INDEX outbox_events_sequence_number_key ON integrations.outbox_events (sequence_number);
CREATE INDEX outbox_events_transaction_id_sequence_number_idx ON integrations.outbox_events (transaction_id, sequence_number, id) WHERE published_at IS NULL;
CREATE INDEX outbox_events_event_type_id_occurred_at_idx ON integrations.outbox_events (business_id, event_type_id, occurred_at, id);
COMMENT ON TABLE integrations.outbox_events IS 'An event written with the change it reports, waiting to be sent on.';

CREATE TABLE integrations.webhook_deliveries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    webhook_endpoint_id uuid NOT NULL,
    outbox_event_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT webhook_deliveries_status_check
        CHECK (status IN ('pending', 'delivering', 'delivered', 'failed', 'abandoned')),
    attempt_count integer NOT NULL DEFAULT 0 CONSTRAINT webhook_deliveries_attempt_count_range CHECK (attempt_count >= 0),
    next_attempt_at timestamptz,
    last_response_status integer CONSTRAINT webhook_deliveries_last_response_status_range CHECK (last_response_status BETWEEN 100 AND 599),
    delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('integrations.webhook_deliveries', p_read => '{owner_manager}', p_business => 'business_id', p_audited => false,
    p_derived => '{attempt_count,next_attempt_at,last_response_status,delivered_at}',
    p_flows => '{"status": [["pending", "delivering"], ["delivering", "delivered"], ["delivering", "failed"], ["failed", "delivering"],
        ["failed", "abandoned"], ["abandoned", "pending"], ["delivered", "pending"]]}');
CALL platform.reference('integrations.webhook_deliveries', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('integrations.webhook_deliveries', 'webhook_endpoint_id', 'integrations.webhook_endpoints', 'cascade');
CALL platform.reference('integrations.webhook_deliveries', 'outbox_event_id', 'integrations.outbox_events', 'cascade');
CREATE INDEX webhook_deliveries_newest ON integrations.webhook_deliveries (business_id, created_at DESC, id);
CREATE UNIQUE INDEX webhook_deliveries_webhook_endpoint_id_outbox_event_id_key ON integrations.webhook_deliveries (webhook_endpoint_id, outbox_event_id);
CREATE INDEX webhook_deliveries_status_next_attempt_at_idx ON integrations.webhook_deliveries (status, next_attempt_at, id);
COMMENT ON TABLE integrations.webhook_deliveries IS 'An event on its way to an endpoint.';

CREATE TABLE integrations.webhook_delivery_attempts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    webhook_delivery_id uuid NOT NULL,
    attempt_number integer NOT NULL CONSTRAINT webhook_delivery_attempts_attempt_number_range CHECK (attempt_number >= 1),
    response_status integer CONSTRAINT webhook_delivery_attempts_response_status_range CHECK (response_status BETWEEN 100 AND 599),
    response_excerpt text,
    error_message text,
    duration_ms integer NOT NULL CONSTRAINT webhook_delivery_attempts_duration_ms_range CHECK (duration_ms >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_delivery_attempts_response_excerpt_rule CHECK (char_length(response_excerpt) <= 2000)
);
CALL platform.platform_table('integrations.webhook_delivery_attempts', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true,
    p_audited => false);
CALL platform.reference('integrations.webhook_delivery_attempts', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('integrations.webhook_delivery_attempts', 'webhook_delivery_id', 'integrations.webhook_deliveries', 'cascade');
CREATE INDEX webhook_delivery_attempts_newest ON integrations.webhook_delivery_attempts (business_id, created_at DESC, id);
CREATE UNIQUE INDEX webhook_delivery_attempts_webhook_delivery_id_attempt_n_key ON integrations.webhook_delivery_attempts (webhook_delivery_id, attempt_number);
COMMENT ON TABLE integrations.webhook_delivery_attempts IS 'One try to deliver an event, with the answer.';
