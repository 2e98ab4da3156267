CREATE TABLE ai.evaluation_sets (
    prompt_id uuid,
    name text NOT NULL,
    description text,
    scoring text NOT NULL DEFAULT 'model_judge' CONSTRAINT evaluation_sets_scoring_check
        CHECK (scoring IN ('exact', 'schema', 'model_judge', 'person')),
    passing_score decimal(5,4) NOT NULL DEFAULT 0.8 CONSTRAINT evaluation_sets_passing_score_range CHECK (passing_score BETWEEN 0 AND 1)
);
CALL platform.tenant_table('ai.evaluation_sets');
CALL platform.reference('ai.evaluation_sets', 'prompt_id', 'ai.prompts', 'cascade');
CREATE UNIQUE INDEX evaluation_sets_name_key ON ai.evaluation_sets (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ai.evaluation_sets IS 'A collection of test cases for a prompt.';

CREATE TABLE ai.evaluation_cases (
    evaluation_set_id uuid NOT NULL,
    position integer NOT NULL CONSTRAINT evaluation_cases_position_range CHECK (position >= 1),
    name text NOT NULL,
    input jsonb NOT NULL,
    expected jsonb,
    rubric text,
    weight decimal(5,2) NOT NULL DEFAULT 1 CONSTRAINT evaluation_cases_weight_range CHECK (weight > 0)
);
CALL platform.tenant_table('ai.evaluation_cases');
CALL platform.reference('ai.evaluation_cases', 'evaluation_set_id', 'ai.evaluation_sets', 'cascade');
CREATE UNIQUE INDEX evaluation_cases_evaluation_set_id_position_key ON ai.evaluation_cases (business_id, evaluation_set_id, position) WHERE deleted_at IS NULL;
COMMENT ON TABLE ai.evaluation_cases IS 'An input with the answer expected of the model.';

CREATE TABLE ai.evaluation_runs (
    evaluation_set_id uuid NOT NULL,
    prompt_version_id uuid NOT NULL,
    model_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'queued' CONSTRAINT evaluation_runs_status_check
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    case_count integer NOT NULL DEFAULT 0 CONSTRAINT evaluation_runs_case_count_range CHECK (case_count >= 0),
    passed_count integer NOT NULL DEFAULT 0 CONSTRAINT evaluation_runs_passed_count_range CHECK (passed_count >= 0),
    average_score decimal(5,4) CONSTRAINT evaluation_runs_average_score_range CHECK (average_score BETWEEN 0 AND 1),
    cost_usd decimal(12,6) NOT NULL DEFAULT 0 CONSTRAINT evaluation_runs_cost_usd_range CHECK (cost_usd >= 0),
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT evaluation_runs_passed_count_case_count_rule CHECK (passed_count <= case_count)
);
CALL platform.tenant_table('ai.evaluation_runs', p_derived => '{case_count,passed_count,average_score,cost_usd,started_at,finished_at}',
    p_soft_delete => false,
    p_flows => '{"status": [["queued", "running"], ["queued", "cancelled"], ["running", "completed"], ["running", "failed"], ["running", "cancelled"]]}');
CALL platform.reference('ai.evaluation_runs', 'evaluation_set_id', 'ai.evaluation_sets', 'cascade');
CALL platform.reference('ai.evaluation_runs', 'prompt_version_id', 'ai.prompt_versions', 'restrict');
CALL platform.reference('ai.evaluation_runs', 'model_id', 'ai.models', 'restrict');
CREATE INDEX evaluation_runs_status_newest ON ai.evaluation_runs (business_id, status, created_at DESC, id);
COMMENT ON TABLE ai.evaluation_runs IS 'A test of a prompt version against an evaluation set.';

CREATE TABLE ai.evaluation_results (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    evaluation_run_id uuid NOT NULL,
    evaluation_case_id uuid NOT NULL,
    operation_id uuid,
    output jsonb NOT NULL,
    score decimal(5,4) NOT NULL CONSTRAINT evaluation_results_score_range CHECK (score BETWEEN 0 AND 1),
    is_passed boolean NOT NULL,
    rationale text,
    response_time_ms integer CONSTRAINT evaluation_results_response_time_ms_range CHECK (response_time_ms >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('ai.evaluation_results', p_read => '{member}', p_business => 'business_id', p_append_only => true, p_audited => false);
CALL platform.reference('ai.evaluation_results', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('ai.evaluation_results', 'evaluation_run_id', 'ai.evaluation_runs', 'cascade');
CALL platform.reference('ai.evaluation_results', 'evaluation_case_id', 'ai.evaluation_cases', 'cascade');
CALL platform.reference('ai.evaluation_results', 'operation_id', 'ai.ai_operations', 'restrict');
CREATE INDEX evaluation_results_newest ON ai.evaluation_results (business_id, created_at DESC, id);
CREATE UNIQUE INDEX evaluation_results_evaluation_run_id_evaluation_case_id_key ON ai.evaluation_results (evaluation_run_id, evaluation_case_id);
COMMENT ON TABLE ai.evaluation_results IS 'The model''s answer to one case in a run, with its score.';

CREATE TABLE ai.conversations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid DEFAULT auth.uid(),
    customer_id uuid,
    assistant_id uuid NOT NULL,
    title text,
    channel text NOT NULL DEFAULT 'app' CONSTRAINT conversations_channel_check CHECK (channel IN ('app', 'web', 'sms', 'voice', 'api')),
    entity_type text,
    entity_id uuid,
    status text NOT NULL DEFAULT 'open' CONSTRAINT conversations_status_check CHECK (status IN ('open', 'handed_over', 'closed')),
    handed_over_to_id uuid,
    message_count integer NOT NULL DEFAULT 0 CONSTRAINT conversations_message_count_range CHECK (message_count >= 0),
    last_message_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversations_user_id_customer_id_rule CHECK (num_nonnulls(user_id, customer_id) = 1)
);
CALL platform.platform_table('ai.conversations', p_read => '{self,owner_manager}', p_write => '{self}', p_self => 'user_id',
    p_business => 'business_id', p_derived => '{message_count,last_message_at}',
    p_flows => '{"status": [["open", "handed_over"], ["open", "closed"], ["handed_over", "open"], ["handed_over", "closed"], ["closed", "open"]]}');
CALL platform.allow_rows('ai.conversations');
CALL platform.reference('ai.conversations', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('ai.conversations', 'user_id', 'users.users', 'cascade');
CALL platform.reference('ai.conversations', 'customer_id', 'hs.customers', 'cascade');
CALL platform.reference('ai.conversations', 'assistant_id', 'ai.assistants', 'restrict');
CALL platform.reference('ai.conversations', 'handed_over_to_id', 'users.users');
CREATE INDEX conversations_newest ON ai.conversations (business_id, created_at DESC, id);
CREATE INDEX conversations_user_id_last_message_at_idx ON ai.conversations (business_id, user_id, last_message_at, id);
COMMENT ON TABLE ai.conversations IS 'A thread between a person and an assistant.';

CREATE TABLE ai.messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    conversation_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid(),
    position integer NOT NULL CONSTRAINT messages_position_range CHECK (position >= 1),
    role text NOT NULL DEFAULT 'user' CONSTRAINT messages_role_check CHECK (role IN ('user', 'assistant', 'tool', 'system')),
    content text NOT NULL,
    content_parts jsonb,
    operation_id uuid,
    tool_call_id uuid,
    rating text CONSTRAINT messages_rating_check CHECK (rating IN ('helpful', 'unhelpful')),
    rating_note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('ai.messages', p_read => '{self,owner_manager}', p_write => '{self}', p_self => 'user_id', p_business => 'business_id',
    p_derived => '{conversation_id,user_id,position,role,content,content_parts,operation_id,tool_call_id}');
CALL platform.reference('ai.messages', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('ai.messages', 'conversation_id', 'ai.conversations', 'cascade');
CALL platform.reference('ai.messages', 'user_id', 'users.users', 'cascade');
CALL platform.reference('ai.messages', 'operation_id', 'ai.ai_operations', 'restrict');
CALL platform.reference('ai.messages', 'tool_call_id', 'ai.tool_calls', 'restrict');
CREATE INDEX messages_newest ON ai.messages (business_id, created_at DESC, id);
CREATE UNIQUE INDEX messages_conversation_id_position_key ON ai.messages (conversation_id, position);
COMMENT ON TABLE ai.messages IS 'One message of a conversation.';

CREATE TABLE ai.knowledge_sources (
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT knowledge_sources_kind_check CHECK (kind IN ('file', 'folder', 'website', 'table', 'integration')),
    file_id uuid,
    folder_id uuid,
    url text CONSTRAINT knowledge_sources_url_range CHECK (url LIKE 'https://%'),
    table_name text,
    integration_id uuid,
    audience text NOT NULL DEFAULT 'staff' CONSTRAINT knowledge_sources_audience_check CHECK (audience IN ('staff', 'customers')),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT knowledge_sources_status_check
        CHECK (status IN ('pending', 'indexing', 'ready', 'failed', 'disabled')),
    refresh_hours integer CONSTRAINT knowledge_sources_refresh_hours_range CHECK (refresh_hours > 0),
    last_indexed_at timestamptz,
    item_count integer NOT NULL DEFAULT 0 CONSTRAINT knowledge_sources_item_count_range CHECK (item_count >= 0),
    error_message text,
    CONSTRAINT knowledge_sources_file_id_rule CHECK (num_nonnulls(file_id, folder_id, url, table_name, integration_id) = 1)
);
CALL platform.tenant_table('ai.knowledge_sources', p_derived => '{last_indexed_at,item_count,error_message}',
    p_flows => '{"status": [["pending", "indexing"], ["indexing", "ready"], ["indexing", "failed"], ["failed", "pending"], ["ready", "pending"],
        ["ready", "disabled"], ["disabled", "pending"]]}');
CALL platform.reference('ai.knowledge_sources', 'file_id', 'files.files', 'cascade');
CALL platform.reference('ai.knowledge_sources', 'folder_id', 'files.folders', 'cascade');
CALL platform.reference('ai.knowledge_sources', 'integration_id', 'integrations.integration_configs', 'cascade');
CREATE UNIQUE INDEX knowledge_sources_name_key ON ai.knowledge_sources (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX knowledge_sources_status_newest ON ai.knowledge_sources (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ai.knowledge_sources IS 'A file, website or table assistants may answer from.';

CREATE TABLE ai.embeddings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    knowledge_source_id uuid,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    chunk_number integer NOT NULL CONSTRAINT embeddings_chunk_number_range CHECK (chunk_number >= 0),
    content text NOT NULL,
    content_hash bytea NOT NULL,
    token_count integer CONSTRAINT embeddings_token_count_range CHECK (token_count >= 0),
    model_id uuid NOT NULL,
    vector_reference text NOT NULL,
    is_stale boolean NOT NULL DEFAULT false,
    embedded_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('ai.embeddings', p_read => '{system}', p_business => 'business_id', p_audited => false);
CALL platform.reference('ai.embeddings', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('ai.embeddings', 'knowledge_source_id', 'ai.knowledge_sources', 'cascade');
CALL platform.reference('ai.embeddings', 'model_id', 'ai.models', 'restrict');
CREATE INDEX embeddings_newest ON ai.embeddings (business_id, created_at DESC, id);
CREATE UNIQUE INDEX embeddings_entity_type_entity_id_chunk_number_model_id_key ON ai.embeddings (business_id, entity_type, entity_id, chunk_number, model_id);
CREATE INDEX embeddings_model_id_is_stale_idx ON ai.embeddings (model_id, is_stale, id);
COMMENT ON TABLE ai.embeddings IS 'A piece of a source or record that was turned into a vector.';
