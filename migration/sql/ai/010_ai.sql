CREATE TABLE ai.ai_operations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid REFERENCES businesses.businesses ON DELETE RESTRICT,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    user_id uuid REFERENCES users.users ON DELETE RESTRICT,
    session_id uuid,
    model text NOT NULL,
    provider text NOT NULL,
    operation_type text NOT NULL,
    tool_name text,
    prompt_tokens integer,
    completion_tokens integer,
    total_tokens integer,
    safety_level text NOT NULL DEFAULT 'medium' CONSTRAINT ai_operations_safety_level_check CHECK (safety_level IN ('low', 'medium', 'high', 'critical')),
    safety_checks jsonb NOT NULL DEFAULT '{}',
    governance_flags jsonb NOT NULL DEFAULT '{}',
    cost_usd decimal(10,6),
    budget_category text,
    response_time_ms integer,
    cache_hit boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'completed' CONSTRAINT ai_operations_status_check CHECK (status IN ('pending', 'completed', 'failed', 'blocked')),
    error_message text,
    blockchain_hash text,
    verification_status text NOT NULL DEFAULT 'pending' CONSTRAINT ai_operations_verification_status_check CHECK (verification_status IN ('pending', 'verified', 'failed')),
    metadata jsonb NOT NULL DEFAULT '{}',
    completed_at timestamptz
);
ALTER TABLE ai.ai_operations
    ADD COLUMN parent_operation_id uuid REFERENCES ai.ai_operations ON DELETE RESTRICT,
    ADD COLUMN request_id uuid,
    ADD CONSTRAINT ai_operations_token_sum CHECK (total_tokens = prompt_tokens + completion_tokens);
CREATE INDEX ai_operations_newest ON ai.ai_operations (business_id, created_at DESC, id);
CREATE INDEX ai_operations_user_id_idx ON ai.ai_operations (business_id, user_id, created_at);
CREATE INDEX ai_operations_user_idx ON ai.ai_operations (user_id);
CREATE INDEX ai_operations_parent_operation_id_idx ON ai.ai_operations (parent_operation_id);
CALL platform.platform_table('ai.ai_operations', p_read => '{self,owner_manager}', p_self => 'user_id', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["pending", "blocked"]]}');
COMMENT ON TABLE ai.ai_operations IS 'One call to an AI model, with its cost, safety checks and outcome.';

CREATE TABLE ai.model_usage (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid REFERENCES businesses.businesses ON DELETE RESTRICT,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    model text NOT NULL,
    provider text NOT NULL,
    total_requests bigint NOT NULL DEFAULT 0,
    total_tokens bigint NOT NULL DEFAULT 0,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    total_cost_usd decimal(12,6) NOT NULL DEFAULT 0.00,
    average_response_time_ms decimal(8,2),
    success_rate decimal(5,4)
);
ALTER TABLE ai.model_usage
    ADD CONSTRAINT model_usage_period_key UNIQUE NULLS NOT DISTINCT (business_id, period_start, period_end, model, provider),
    ADD CONSTRAINT model_usage_period_order CHECK (period_end > period_start);
CREATE INDEX model_usage_period_idx ON ai.model_usage (business_id, period_start);
CALL platform.platform_table('ai.model_usage', p_read => '{owner_manager}', p_business => 'business_id', p_audited => false);
COMMENT ON TABLE ai.model_usage IS 'A business''s use of a model in a period.';
