CREATE TABLE ai.providers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL DEFAULT 'hosted' CONSTRAINT providers_kind_check CHECK (kind IN ('hosted', 'gateway', 'self_hosted')),
    data_regions text[] NOT NULL DEFAULT '{}',
    retention_days integer NOT NULL DEFAULT 30 CONSTRAINT providers_retention_days_range CHECK (retention_days >= 0),
    is_training_on_data boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'active' CONSTRAINT providers_status_check CHECK (status IN ('active', 'degraded', 'disabled')),
    status_page_url text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('ai.providers',
    p_flows => '{"status": [["active", "degraded"], ["degraded", "active"], ["active", "disabled"], ["degraded", "disabled"], ["disabled", "active"]]}');
CREATE INDEX providers_newest ON ai.providers (created_at DESC, id);
CREATE UNIQUE INDEX providers_key_key ON ai.providers (key);
COMMENT ON TABLE ai.providers IS 'A company or server that runs AI models.';

CREATE TABLE ai.models (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    provider_id uuid NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL DEFAULT 'chat' CONSTRAINT models_kind_check CHECK (kind IN ('chat', 'embedding', 'image', 'speech', 'rerank')),
    context_tokens integer CONSTRAINT models_context_tokens_range CHECK (context_tokens > 0),
    maximum_output_tokens integer CONSTRAINT models_maximum_output_tokens_range CHECK (maximum_output_tokens > 0),
    embedding_dimensions integer CONSTRAINT models_embedding_dimensions_range CHECK (embedding_dimensions > 0),
    is_tool_capable boolean NOT NULL DEFAULT false,
    is_image_capable boolean NOT NULL DEFAULT false,
    prompt_price_per_million decimal(12,6) NOT NULL DEFAULT 0 CONSTRAINT models_prompt_price_per_million_range CHECK (prompt_price_per_million >= 0),
    cached_prompt_price_per_million decimal(12,6) CONSTRAINT models_cached_prompt_price_per_million_range CHECK (cached_prompt_price_per_million >= 0),
    completion_price_per_million decimal(12,6) NOT NULL DEFAULT 0 CONSTRAINT models_completion_price_per_million_range
        CHECK (completion_price_per_million >= 0),
    status text NOT NULL DEFAULT 'active' CONSTRAINT models_status_check CHECK (status IN ('preview', 'active', 'deprecated', 'retired')),
    retires_on date,
    replacement_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT models_kind_embedding_dimensions_rule CHECK (kind <> 'embedding' OR embedding_dimensions IS NOT NULL)
);
CALL platform.global_table('ai.models',
    p_flows => '{"status": [["preview", "active"], ["preview", "retired"], ["active", "deprecated"], ["deprecated", "retired"]]}');
CALL platform.reference('ai.models', 'provider_id', 'ai.providers', 'restrict');
CALL platform.reference('ai.models', 'replacement_id', 'ai.models');
CREATE INDEX models_newest ON ai.models (created_at DESC, id);
CREATE UNIQUE INDEX models_provider_id_key_key ON ai.models (provider_id, key);
COMMENT ON TABLE ai.models IS 'An AI model, its abilities and its price.';

CREATE TABLE ai.prompts (
    key text NOT NULL CONSTRAINT prompts_key_range CHECK (key ~ '^[a-z][a-z0-9_]*$'),
    name text NOT NULL,
    description text,
    category text NOT NULL DEFAULT 'drafting' CONSTRAINT prompts_category_check
        CHECK (category IN ('reply', 'summary', 'extraction', 'classification', 'drafting', 'assistant')),
    is_archived boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('ai.prompts');
CREATE UNIQUE INDEX prompts_key_key ON ai.prompts (business_id, key) WHERE deleted_at IS NULL;
COMMENT ON TABLE ai.prompts IS 'A reusable instruction to a model, kept in versions.';

CREATE TABLE ai.prompt_versions (
    prompt_id uuid NOT NULL,
    version_number integer NOT NULL CONSTRAINT prompt_versions_version_number_range CHECK (version_number >= 1),
    system_text text,
    user_template text NOT NULL,
    variables jsonb NOT NULL DEFAULT '{}',
    model_id uuid NOT NULL,
    temperature decimal(3,2) CONSTRAINT prompt_versions_temperature_range CHECK (temperature BETWEEN 0 AND 2),
    maximum_output_tokens integer CONSTRAINT prompt_versions_maximum_output_tokens_range CHECK (maximum_output_tokens > 0),
    response_schema jsonb,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT prompt_versions_status_check CHECK (status IN ('draft', 'published', 'retired')),
    published_at timestamptz,
    change_note text
);
CALL platform.tenant_table('ai.prompt_versions', p_derived => '{version_number,published_at}',
    p_flows => '{"status": [["draft", "published"], ["published", "retired"], ["retired", "published"]]}');
CALL platform.reference('ai.prompt_versions', 'prompt_id', 'ai.prompts', 'cascade');
CALL platform.reference('ai.prompt_versions', 'model_id', 'ai.models', 'restrict');
CREATE UNIQUE INDEX prompt_versions_prompt_id_version_number_key ON ai.prompt_versions (business_id, prompt_id, version_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX prompt_versions_prompt_id_key ON ai.prompt_versions (business_id, prompt_id) WHERE status = 'published' AND deleted_at IS NULL;
CREATE INDEX prompt_versions_status_newest ON ai.prompt_versions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ai.prompt_versions IS 'One wording of a prompt and its model settings.';

CREATE TABLE ai.assistants (
    key text NOT NULL CONSTRAINT assistants_key_range CHECK (key ~ '^[a-z][a-z0-9_]*$'),
    name text NOT NULL,
    description text,
    prompt_id uuid NOT NULL,
    model_id uuid,
    audience text NOT NULL DEFAULT 'staff' CONSTRAINT assistants_audience_check CHECK (audience IN ('staff', 'customers', 'system')),
    started_by text NOT NULL DEFAULT 'chat' CONSTRAINT assistants_started_by_check CHECK (started_by IN ('chat', 'schedule', 'event', 'api')),
    event_type_id uuid,
    schedule text,
    service_user_id uuid,
    maximum_steps integer NOT NULL DEFAULT 10 CONSTRAINT assistants_maximum_steps_range CHECK (maximum_steps BETWEEN 1 AND 100),
    is_review_required boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT assistants_status_check CHECK (status IN ('draft', 'active', 'paused', 'retired')),
    CONSTRAINT assistants_started_by_event_type_id_rule CHECK (started_by <> 'event' OR event_type_id IS NOT NULL),
    CONSTRAINT assistants_started_by_schedule_rule CHECK (started_by <> 'schedule' OR schedule IS NOT NULL)
);
CALL platform.tenant_table('ai.assistants',
    p_flows => '{"status": [["draft", "active"], ["active", "paused"], ["paused", "active"], ["active", "retired"], ["paused", "retired"],
        ["draft", "retired"]]}');
CALL platform.reference('ai.assistants', 'prompt_id', 'ai.prompts', 'restrict');
CALL platform.reference('ai.assistants', 'model_id', 'ai.models', 'restrict');
CALL platform.reference('ai.assistants', 'event_type_id', 'integrations.event_types', 'restrict');
CALL platform.reference('ai.assistants', 'service_user_id', 'users.users');
CREATE UNIQUE INDEX assistants_key_key ON ai.assistants (business_id, key) WHERE deleted_at IS NULL;
CREATE INDEX assistants_status_newest ON ai.assistants (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ai.assistants IS 'A configured assistant that talks or acts for the business.';
