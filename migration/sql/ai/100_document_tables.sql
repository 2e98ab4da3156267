ALTER TABLE ai.ai_operations
    ADD COLUMN ai_model_id uuid,
    ADD COLUMN assistant_id uuid,
    ADD COLUMN prompt_version_id uuid,
    ADD COLUMN conversation_id uuid,
    ADD COLUMN budget_id uuid;
CALL platform.extend_table('ai.ai_operations');
CALL platform.reference('ai.ai_operations', 'ai_model_id', 'ai.models', 'restrict');
CALL platform.reference('ai.ai_operations', 'assistant_id', 'ai.assistants');
CALL platform.reference('ai.ai_operations', 'prompt_version_id', 'ai.prompt_versions', 'restrict');
CALL platform.reference('ai.ai_operations', 'conversation_id', 'ai.conversations');
CREATE INDEX ai_operations_of_conversation_idx ON ai.ai_operations (conversation_id);
CALL platform.reference('ai.ai_operations', 'budget_id', 'ai.budgets');

ALTER TABLE ai.model_usage
    ADD COLUMN ai_model_id uuid;
CALL platform.extend_table('ai.model_usage');
CALL platform.reference('ai.model_usage', 'ai_model_id', 'ai.models', 'restrict');
