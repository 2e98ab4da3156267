CREATE TABLE ai.tools (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    version_number integer NOT NULL DEFAULT 1 CONSTRAINT tools_version_number_range CHECK (version_number >= 1),
    name text NOT NULL,
    description text NOT NULL,
    input_schema jsonb NOT NULL,
    output_schema jsonb,
    permission_id uuid,
    safety_level text NOT NULL DEFAULT 'medium' CONSTRAINT tools_safety_level_check CHECK (safety_level IN ('low', 'medium', 'high', 'critical')),
    is_read_only boolean NOT NULL DEFAULT false,
    is_reversible boolean NOT NULL DEFAULT false,
    timeout_seconds integer NOT NULL DEFAULT 30 CONSTRAINT tools_timeout_seconds_range CHECK (timeout_seconds BETWEEN 1 AND 600),
    status text NOT NULL DEFAULT 'active' CONSTRAINT tools_status_check CHECK (status IN ('active', 'deprecated', 'disabled')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('ai.tools',
    p_flows => '{"status": [["active", "deprecated"], ["active", "disabled"], ["deprecated", "disabled"], ["disabled", "active"]]}');
CALL platform.reference('ai.tools', 'permission_id', 'permissions.permissions', 'restrict');
CREATE INDEX tools_newest ON ai.tools (created_at DESC, id);
CREATE UNIQUE INDEX tools_key_version_number_key ON ai.tools (key, version_number);
COMMENT ON TABLE ai.tools IS 'An action a model may ask the gateway to perform.';

CREATE TABLE ai.tool_permissions (
    tool_id uuid NOT NULL,
    assistant_id uuid,
    role text CONSTRAINT tool_permissions_role_check CHECK (role IN ('owner', 'manager', 'staff', 'viewer', 'api_partner')),
    is_enabled boolean NOT NULL DEFAULT true,
    approval text NOT NULL DEFAULT 'always' CONSTRAINT tool_permissions_approval_check CHECK (approval IN ('never', 'above_limit', 'always')),
    amount_limit decimal(12,2) CONSTRAINT tool_permissions_amount_limit_range CHECK (amount_limit >= 0),
    daily_limit integer CONSTRAINT tool_permissions_daily_limit_range CHECK (daily_limit > 0),
    argument_rules jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT tool_permissions_approval_amount_limit_rule CHECK (approval <> 'above_limit' OR amount_limit IS NOT NULL)
);
CALL platform.tenant_table('ai.tool_permissions', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('ai.tool_permissions', 'tool_id', 'ai.tools', 'cascade');
CREATE INDEX tool_permissions_of_tool_idx ON ai.tool_permissions (tool_id);
CALL platform.reference('ai.tool_permissions', 'assistant_id', 'ai.assistants', 'cascade');
CREATE UNIQUE INDEX tool_permissions_tool_id_assistant_id_role_key ON ai.tool_permissions (business_id, tool_id, assistant_id, role) NULLS NOT DISTINCT;
COMMENT ON TABLE ai.tool_permissions IS 'Whether a role or an assistant may use a tool, and with whose approval.';

CREATE TABLE ai.tool_calls (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    user_id uuid,
    operation_id uuid NOT NULL,
    tool_id uuid NOT NULL,
    arguments jsonb NOT NULL,
    result jsonb,
    status text NOT NULL DEFAULT 'requested' CONSTRAINT tool_calls_status_check
        CHECK (status IN ('requested', 'awaiting_review', 'running', 'completed', 'failed', 'rejected', 'blocked')),
    entity_type text,
    entity_id uuid,
    idempotency_key text NOT NULL,
    error_message text,
    started_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tool_calls_finished_at_started_at_rule CHECK (finished_at >= started_at)
);
CALL platform.platform_table('ai.tool_calls', p_read => '{self,owner_manager}', p_self => 'user_id', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["requested", "awaiting_review"], ["requested", "running"], ["requested", "blocked"], ["awaiting_review", "running"],
        ["awaiting_review", "rejected"], ["running", "completed"], ["running", "failed"]]}');
CALL platform.reference('ai.tool_calls', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('ai.tool_calls', 'user_id', 'users.users', 'restrict');
CALL platform.reference('ai.tool_calls', 'operation_id', 'ai.ai_operations', 'restrict');
CALL platform.reference('ai.tool_calls', 'tool_id', 'ai.tools', 'restrict');
CREATE INDEX tool_calls_newest ON ai.tool_calls (business_id, created_at DESC, id);
CREATE UNIQUE INDEX tool_calls_idempotency_key_key ON ai.tool_calls (business_id, idempotency_key);
CREATE INDEX tool_calls_status_created_at_idx ON ai.tool_calls (business_id, status, created_at);
CREATE INDEX tool_calls_entity_type_entity_id_idx ON ai.tool_calls (entity_type, entity_id, id);
COMMENT ON TABLE ai.tool_calls IS 'A tool a model asked for, with its arguments, approval and result.';

CREATE TABLE ai.budgets (
    name text NOT NULL,
    department_id uuid,
    user_id uuid,
    assistant_id uuid,
    category text,
    period text NOT NULL DEFAULT 'month' CONSTRAINT budgets_period_check CHECK (period IN ('day', 'week', 'month', 'quarter')),
    limit_usd decimal(12,2) NOT NULL CONSTRAINT budgets_limit_usd_range CHECK (limit_usd > 0),
    warn_at decimal(5,4) NOT NULL DEFAULT 0.8 CONSTRAINT budgets_warn_at_range CHECK (warn_at BETWEEN 0 AND 1),
    on_exceeded text NOT NULL DEFAULT 'block' CONSTRAINT budgets_on_exceeded_check CHECK (on_exceeded IN ('warn', 'require_review', 'block')),
    is_active boolean NOT NULL DEFAULT true,
    period_started_on date,
    spent_usd decimal(12,6) NOT NULL DEFAULT 0 CONSTRAINT budgets_spent_usd_range CHECK (spent_usd >= 0),
    CONSTRAINT budgets_department_id_user_id_assistant_id_rule CHECK (num_nonnulls(department_id, user_id, assistant_id) <= 1)
);
CALL platform.tenant_table('ai.budgets', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{period_started_on,spent_usd}');
CALL platform.reference('ai.budgets', 'department_id', 'businesses.departments', 'cascade');
CALL platform.reference('ai.budgets', 'user_id', 'users.users', 'cascade');
CALL platform.reference('ai.budgets', 'assistant_id', 'ai.assistants', 'cascade');
CREATE UNIQUE INDEX budgets_name_key ON ai.budgets (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ai.budgets IS 'A spending limit on AI for the business, a department, a person or an assistant.';

CREATE TABLE ai.safety_policies (
    name text NOT NULL,
    description text,
    rule_kind text NOT NULL CONSTRAINT safety_policies_rule_kind_check
        CHECK (rule_kind IN ('topic', 'personal_data', 'prompt_injection', 'financial_limit', 'tone', 'output_format', 'rate')),
    applies_to text NOT NULL DEFAULT 'output' CONSTRAINT safety_policies_applies_to_check CHECK (applies_to IN ('input', 'output', 'tool_call')),
    assistant_id uuid,
    configuration jsonb NOT NULL DEFAULT '{}',
    severity text NOT NULL DEFAULT 'medium' CONSTRAINT safety_policies_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    reaction text NOT NULL DEFAULT 'block' CONSTRAINT safety_policies_reaction_check CHECK (reaction IN ('log', 'redact', 'review', 'block')),
    priority integer NOT NULL DEFAULT 100 CONSTRAINT safety_policies_priority_range CHECK (priority BETWEEN 0 AND 1000),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('ai.safety_policies', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('ai.safety_policies', 'assistant_id', 'ai.assistants', 'cascade');
CREATE UNIQUE INDEX safety_policies_name_key ON ai.safety_policies (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ai.safety_policies IS 'A rule that inputs, outputs or actions of AI are checked against.';

CREATE TABLE ai.safety_violations (
    operation_id uuid NOT NULL,
    tool_call_id uuid,
    safety_policy_id uuid,
    severity text NOT NULL DEFAULT 'medium' CONSTRAINT safety_violations_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    reaction text NOT NULL CONSTRAINT safety_violations_reaction_check CHECK (reaction IN ('logged', 'redacted', 'sent_to_review', 'blocked')),
    redacted_excerpt text,
    status text NOT NULL DEFAULT 'open' CONSTRAINT safety_violations_status_check
        CHECK (status IN ('open', 'confirmed', 'false_positive', 'resolved')),
    judged_by_id uuid,
    judged_at timestamptz,
    note text
);
CALL platform.tenant_table('ai.safety_violations', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{operation_id,tool_call_id,safety_policy_id,severity,reaction,redacted_excerpt,judged_by_id,judged_at}', p_soft_delete => false,
    p_flows => '{"status": [["open", "confirmed"], ["open", "false_positive"], ["confirmed", "resolved"], ["false_positive", "open"]]}');
CALL platform.refuse_rows('ai.safety_violations');
CALL platform.reference('ai.safety_violations', 'operation_id', 'ai.ai_operations', 'restrict');
CALL platform.reference('ai.safety_violations', 'tool_call_id', 'ai.tool_calls', 'restrict');
CALL platform.reference('ai.safety_violations', 'safety_policy_id', 'ai.safety_policies', 'restrict');
CALL platform.reference('ai.safety_violations', 'judged_by_id', 'users.users');
CREATE INDEX safety_violations_status_severity_created_at_idx ON ai.safety_violations (business_id, status, severity, created_at);
CREATE INDEX safety_violations_status_newest ON ai.safety_violations (business_id, status, created_at DESC, id);
COMMENT ON TABLE ai.safety_violations IS 'A safety policy that was hit, and how it was judged.';

CREATE TABLE ai.reviews (
    operation_id uuid NOT NULL,
    tool_call_id uuid,
    kind text NOT NULL CONSTRAINT reviews_kind_check CHECK (kind IN ('tool_approval', 'output_review', 'sample_check')),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT reviews_status_check CHECK (status IN ('pending', 'approved', 'edited', 'rejected', 'expired')),
    assigned_to_id uuid,
    decided_by_id uuid,
    decided_at timestamptz,
    edited_output jsonb,
    note text,
    expires_at timestamptz
);
CALL platform.tenant_table('ai.reviews', p_derived => '{operation_id,tool_call_id,kind,decided_by_id,decided_at,expires_at}', p_soft_delete => false,
    p_flows => '{"status": [["pending", "approved"], ["pending", "edited"], ["pending", "rejected"], ["pending", "expired"]]}');
CALL platform.refuse_rows('ai.reviews');
CALL platform.reference('ai.reviews', 'operation_id', 'ai.ai_operations', 'restrict');
CALL platform.reference('ai.reviews', 'tool_call_id', 'ai.tool_calls', 'restrict');
CALL platform.reference('ai.reviews', 'assigned_to_id', 'users.users');
CALL platform.reference('ai.reviews', 'decided_by_id', 'users.users');
CREATE UNIQUE INDEX reviews_tool_call_id_key ON ai.reviews (business_id, tool_call_id) WHERE status = 'pending';
CREATE INDEX reviews_status_created_at_idx ON ai.reviews (business_id, status, created_at);
CREATE INDEX reviews_status_newest ON ai.reviews (business_id, status, created_at DESC, id);
COMMENT ON TABLE ai.reviews IS 'A person''s decision about an AI answer or action.';
