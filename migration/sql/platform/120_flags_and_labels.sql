CREATE TABLE platform.feature_flags (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL CONSTRAINT feature_flags_key_range CHECK (key ~ '^[a-z][a-z0-9_]*$'),
    name text NOT NULL,
    description text,
    is_enabled boolean NOT NULL DEFAULT false,
    rollout_percentage integer NOT NULL DEFAULT 0 CONSTRAINT feature_flags_rollout_percentage_range CHECK (rollout_percentage BETWEEN 0 AND 100),
    variants jsonb NOT NULL DEFAULT '[]',
    industries text[] NOT NULL DEFAULT '{}',
    expires_on date,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('platform.feature_flags', p_read => '{system}', p_audited => false);
CREATE INDEX feature_flags_newest ON platform.feature_flags (created_at DESC, id);
CREATE UNIQUE INDEX feature_flags_key_key ON platform.feature_flags (key);
COMMENT ON TABLE platform.feature_flags IS 'A switch for releasing a feature step by step.';

CREATE TABLE platform.feature_flag_overrides (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    feature_flag_id uuid NOT NULL,
    business_id uuid,
    user_id uuid,
    is_enabled boolean NOT NULL,
    variant text,
    reason text,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT feature_flag_overrides_business_id_user_id_rule CHECK (num_nonnulls(business_id, user_id) >= 1)
);
CALL platform.platform_table('platform.feature_flag_overrides', p_read => '{system}', p_business => 'business_id', p_audited => false);
CALL platform.reference('platform.feature_flag_overrides', 'feature_flag_id', 'platform.feature_flags', 'cascade');
CALL platform.reference('platform.feature_flag_overrides', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('platform.feature_flag_overrides', 'user_id', 'users.users', 'cascade');
CREATE INDEX feature_flag_overrides_newest ON platform.feature_flag_overrides (business_id, created_at DESC, id);
CREATE UNIQUE INDEX feature_flag_overrides_feature_flag_id_user_id_key ON platform.feature_flag_overrides (feature_flag_id, business_id, user_id) NULLS NOT DISTINCT;
COMMENT ON TABLE platform.feature_flag_overrides IS 'A feature switched on or off for one business or user.';

CREATE TABLE platform.rate_limit_plans (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    name text NOT NULL,
    plan_id uuid,
    points_per_second integer NOT NULL CONSTRAINT rate_limit_plans_points_per_second_range CHECK (points_per_second > 0),
    bucket_size integer NOT NULL CONSTRAINT rate_limit_plans_bucket_size_range CHECK (bucket_size > 0),
    maximum_query_cost integer NOT NULL CONSTRAINT rate_limit_plans_maximum_query_cost_range CHECK (maximum_query_cost > 0),
    maximum_depth integer NOT NULL DEFAULT 12 CONSTRAINT rate_limit_plans_maximum_depth_range CHECK (maximum_depth BETWEEN 1 AND 50),
    maximum_page_size integer NOT NULL DEFAULT 200 CONSTRAINT rate_limit_plans_maximum_page_size_range CHECK (maximum_page_size BETWEEN 1 AND 1000),
    maximum_subscriptions integer NOT NULL DEFAULT 10 CONSTRAINT rate_limit_plans_maximum_subscriptions_range CHECK (maximum_subscriptions >= 0),
    statement_timeout_ms integer NOT NULL DEFAULT 5000 CONSTRAINT rate_limit_plans_statement_timeout_ms_range
        CHECK (statement_timeout_ms BETWEEN 100 AND 60000),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rate_limit_plans_bucket_size_points_per_second_rule CHECK (bucket_size >= points_per_second)
);
CALL platform.global_table('platform.rate_limit_plans');
CALL platform.reference('platform.rate_limit_plans', 'plan_id', 'billing.plans', 'restrict');
CREATE INDEX rate_limit_plans_newest ON platform.rate_limit_plans (created_at DESC, id);
CREATE UNIQUE INDEX rate_limit_plans_key_key ON platform.rate_limit_plans (key);
CREATE UNIQUE INDEX rate_limit_plans_plan_id_key ON platform.rate_limit_plans (plan_id);
COMMENT ON TABLE platform.rate_limit_plans IS 'How much of the API a plan or partner may use.';

CREATE TABLE platform.persisted_operations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    api_client_id uuid,
    document_hash text NOT NULL CONSTRAINT persisted_operations_document_hash_range CHECK (document_hash ~ '^[0-9a-f]{64}$'),
    document text NOT NULL,
    operation_name text NOT NULL,
    operation_kind text NOT NULL CONSTRAINT persisted_operations_operation_kind_check CHECK (operation_kind IN ('query', 'mutation', 'subscription')),
    client_version text,
    is_trusted boolean NOT NULL DEFAULT false,
    estimated_cost integer CONSTRAINT persisted_operations_estimated_cost_range CHECK (estimated_cost >= 0),
    use_count bigint NOT NULL DEFAULT 0 CONSTRAINT persisted_operations_use_count_range CHECK (use_count >= 0),
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('platform.persisted_operations', p_read => '{system}', p_audited => false);
CALL platform.reference('platform.persisted_operations', 'api_client_id', 'auth.api_clients', 'cascade');
CREATE INDEX persisted_operations_newest ON platform.persisted_operations (created_at DESC, id);
CREATE UNIQUE INDEX persisted_operations_api_client_id_document_hash_operat_key ON platform.persisted_operations (api_client_id, document_hash, operation_name) NULLS NOT DISTINCT;
CREATE INDEX persisted_operations_last_used_at_idx ON platform.persisted_operations (last_used_at, id);
COMMENT ON TABLE platform.persisted_operations IS 'A GraphQL document registered by its hash.';

CREATE TABLE platform.tags (
    name text NOT NULL,
    description text,
    color text CONSTRAINT tags_color_range CHECK (color ~ '^#[0-9a-f]{6}$'),
    entity_types text[] NOT NULL DEFAULT '{}',
    use_count integer NOT NULL DEFAULT 0 CONSTRAINT tags_use_count_range CHECK (use_count >= 0)
);
CALL platform.tenant_table('platform.tags', p_derived => '{use_count}');
CREATE UNIQUE INDEX tags_lower_name_key ON platform.tags (business_id, lower(name)) WHERE deleted_at IS NULL;
COMMENT ON TABLE platform.tags IS 'A label the business puts on records.';

CREATE TABLE platform.tag_assignments (
    tag_id uuid NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL
);
CALL platform.tenant_table('platform.tag_assignments', p_soft_delete => false);
CALL platform.reference('platform.tag_assignments', 'tag_id', 'platform.tags', 'cascade');
CREATE UNIQUE INDEX tag_assignments_tag_id_entity_type_entity_id_key ON platform.tag_assignments (business_id, tag_id, entity_type, entity_id);
CREATE INDEX tag_assignments_entity_type_entity_id_idx ON platform.tag_assignments (business_id, entity_type, entity_id, id);
COMMENT ON TABLE platform.tag_assignments IS 'A tag on a record.';

CREATE TABLE platform.comments (
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    parent_comment_id uuid,
    body text NOT NULL,
    kind text NOT NULL DEFAULT 'note' CONSTRAINT comments_kind_check CHECK (kind IN ('note', 'comment', 'call_log')),
    visibility text NOT NULL DEFAULT 'members' CONSTRAINT comments_visibility_check
        CHECK (visibility IN ('author', 'managers', 'members', 'customer')),
    mentioned_user_ids uuid[] NOT NULL DEFAULT '{}',
    is_pinned boolean NOT NULL DEFAULT false,
    edited_at timestamptz,
    CONSTRAINT comments_body_rule CHECK (char_length(body) BETWEEN 1 AND 20000)
);
CALL platform.tenant_table('platform.comments', p_derived => '{edited_at}', p_id_lists => '{"mentioned_user_ids": "users.users"}');
ALTER TABLE platform.comments ADD CONSTRAINT comments_parent_comment_id_id_rule CHECK (parent_comment_id <> id);
CALL platform.reference('platform.comments', 'parent_comment_id', 'platform.comments', 'cascade');
CREATE INDEX comments_entity_type_entity_id_created_at_idx ON platform.comments (business_id, entity_type, entity_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX comments_mentioned_user_ids_idx ON platform.comments USING gin (business_id, mentioned_user_ids);
COMMENT ON TABLE platform.comments IS 'A note or remark on a record, with replies.';

CREATE TABLE platform.custom_field_definitions (
    entity_type text NOT NULL,
    key text NOT NULL CONSTRAINT custom_field_definitions_key_range CHECK (key ~ '^[a-z][a-z0-9_]*$'),
    label text NOT NULL,
    help_text text,
    kind text NOT NULL CONSTRAINT custom_field_definitions_kind_check
        CHECK (kind IN ('text', 'number', 'money', 'date', 'timestamp', 'boolean', 'choice', 'multiple_choice', 'user', 'file', 'url')),
    choices text[] NOT NULL DEFAULT '{}',
    default_value jsonb,
    validation jsonb NOT NULL DEFAULT '{}',
    is_required boolean NOT NULL DEFAULT false,
    is_sensitive boolean NOT NULL DEFAULT false,
    is_customer_visible boolean NOT NULL DEFAULT false,
    position integer NOT NULL DEFAULT 0 CONSTRAINT custom_field_definitions_position_range CHECK (position >= 0),
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT custom_field_definitions_kind_choices_rule CHECK (kind NOT IN ('choice', 'multiple_choice') OR cardinality(choices) > 0)
);
CALL platform.tenant_table('platform.custom_field_definitions');
CREATE UNIQUE INDEX custom_field_definitions_entity_type_key_key ON platform.custom_field_definitions (business_id, entity_type, key) WHERE deleted_at IS NULL;
COMMENT ON TABLE platform.custom_field_definitions IS 'A field a business adds to a kind of record.';

CREATE TABLE platform.custom_field_values (
    custom_field_definition_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    text_value text,
    number_value decimal(18,6),
    date_value date,
    timestamp_value timestamptz,
    boolean_value boolean,
    choice_values text[],
    user_id uuid,
    file_id uuid,
    CONSTRAINT custom_field_values_text_value_rule CHECK (num_nonnulls(text_value, number_value, date_value, timestamp_value, boolean_value, choice_values, user_id, file_id) = 1)
);
CALL platform.tenant_table('platform.custom_field_values', p_soft_delete => false);
CALL platform.reference('platform.custom_field_values', 'custom_field_definition_id', 'platform.custom_field_definitions', 'cascade');
CALL platform.reference('platform.custom_field_values', 'user_id', 'users.users', 'restrict');
CALL platform.reference('platform.custom_field_values', 'file_id', 'files.files', 'restrict');
CREATE UNIQUE INDEX custom_field_values_custom_field_definition_id_entity_id_key ON platform.custom_field_values (business_id, custom_field_definition_id, entity_id);
CREATE INDEX custom_field_values_entity_id_idx ON platform.custom_field_values (business_id, entity_id, id);
CREATE INDEX custom_field_values_custom_field_definition_id_text_value_idx ON platform.custom_field_values (business_id, custom_field_definition_id, text_value, id);
CREATE INDEX custom_field_values_custom_field_definition_id_number_v_idx ON platform.custom_field_values (business_id, custom_field_definition_id, number_value, id);
CREATE INDEX custom_field_values_custom_field_definition_id_date_value_idx ON platform.custom_field_values (business_id, custom_field_definition_id, date_value, id);
COMMENT ON TABLE platform.custom_field_values IS 'The value of a custom field on a record.';
