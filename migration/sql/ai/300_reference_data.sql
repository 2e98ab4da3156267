-- Models under names of the platform's own, so that prompts outlive the models of a day: which vendor's
-- model answers under a name is the gateway's configuration. Prices are the platform's, in dollars for a
-- million tokens.

INSERT INTO ai.providers (id, key, name, kind, data_regions, retention_days, is_training_on_data)
SELECT md5('provider ' || v.key)::uuid, v.key, v.name, v.kind, v.regions::text[], v.days, false
FROM (VALUES
    ('platform', 'Platform models', 'gateway', '{us,eu}', 30),
    ('platform_private', 'Platform models without retention', 'gateway', '{us,eu}', 0),
    ('self_hosted', 'Models on the platform''s own machines', 'self_hosted', '{us}', 0)
) AS v (key, name, kind, regions, days);

INSERT INTO ai.models (id, provider_id, key, name, kind, context_tokens, maximum_output_tokens, embedding_dimensions, is_tool_capable, is_image_capable,
    prompt_price_per_million, cached_prompt_price_per_million, completion_price_per_million, status)
SELECT md5('model ' || v.provider || ' ' || v.key)::uuid, p.id, v.key, v.name, v.kind, v.context, v.output, v.dimensions, v.tools, v.images, v.prompt, v.cached, v.completion, v.status
FROM (VALUES
    ('platform', 'assistant-small', 'Assistant, small', 'chat', 128000, 16384, NULL, true, true, 0.40, 0.10, 1.60, 'active'),
    ('platform', 'assistant-large', 'Assistant, large', 'chat', 200000, 32768, NULL, true, true, 3.20, 0.80, 12.80, 'active'),
    ('platform', 'embedding-small', 'Embedding, small', 'embedding', 8191, NULL, 1536, false, false, 0.02, NULL, 0, 'active'),
    ('platform', 'embedding-large', 'Embedding, large', 'embedding', 8191, NULL, 3072, false, false, 0.13, NULL, 0, 'active'),
    ('platform', 'speech-to-text', 'Speech to text', 'speech', NULL, NULL, NULL, false, false, 2.50, NULL, 10.00, 'active'),
    ('platform', 'rerank', 'Rerank', 'rerank', 4096, NULL, NULL, false, false, 0.05, NULL, 0, 'preview'),
    ('platform_private', 'assistant-large', 'Assistant, large, without retention', 'chat', 200000, 32768, NULL, true, true, 4.00, 1.00, 16.00, 'active'),
    ('self_hosted', 'assistant-local', 'Assistant on own machines', 'chat', 32768, 8192, NULL, true, false, 0, NULL, 0, 'active')
) AS v (provider, key, name, kind, context, output, dimensions, tools, images, prompt, cached, completion, status)
JOIN ai.providers p ON p.key = v.provider;

-- What assistants may ask for. Every tool is a field of the gateway, so it does no more than its caller may.
INSERT INTO ai.tools (id, key, name, description, input_schema, safety_level, is_read_only, is_reversible, timeout_seconds)
SELECT md5('tool ' || v.key)::uuid, v.key, v.name, v.description, jsonb_build_object('type', 'object', 'additionalProperties', false, 'required', to_jsonb(v.required::text[]),
    'properties', v.properties::jsonb), v.level, v.reads, v.reversible, v.seconds
FROM (VALUES
    ('find_customer', 'Find a customer', 'Finds customers by name, phone, email or address.', '{text}', '{"text": {"type": "string", "minLength": 2}}', 'low', true, true, 10),
    ('read_schedule', 'Read the schedule', 'Reads who works where on the days asked for.', '{from,until}', '{"from": {"type": "string", "format": "date"}, "until": {"type": "string", "format": "date"}}', 'low', true, true, 10),
    ('read_record', 'Read a record', 'Reads one record of a table the caller may read.', '{table,id}', '{"table": {"type": "string"}, "id": {"type": "string", "format": "uuid"}}', 'low', true, true, 10),
    ('search_knowledge', 'Search the knowledge', 'Searches the sources that the assistant may answer from.', '{question}', '{"question": {"type": "string"}}', 'low', true, true, 15),
    ('draft_message', 'Draft a message', 'Writes a message to a customer as a draft.', '{customer_id,body}', '{"customer_id": {"type": "string", "format": "uuid"}, "body": {"type": "string", "maxLength": 5000}}', 'medium', false, true, 30),
    ('send_message', 'Send a message', 'Sends a drafted message.', '{message_id}', '{"message_id": {"type": "string", "format": "uuid"}}', 'high', false, false, 30),
    ('create_task', 'Create a task', 'Notes something for a colleague to do.', '{title}', '{"title": {"type": "string"}, "user_id": {"type": "string", "format": "uuid"}, "due_on": {"type": "string", "format": "date"}}', 'medium', false, true, 15),
    ('propose_appointment', 'Propose an appointment', 'Finds a free time and proposes it.', '{customer_id,from}', '{"customer_id": {"type": "string", "format": "uuid"}, "from": {"type": "string", "format": "date"}}', 'medium', false, true, 20),
    ('draft_estimate', 'Draft an estimate', 'Prepares an estimate from the price book.', '{customer_id,items}', '{"customer_id": {"type": "string", "format": "uuid"}, "items": {"type": "array", "items": {"type": "object"}}}', 'medium', false, true, 30),
    ('refund_payment', 'Refund a payment', 'Gives a customer money back.', '{payment_id,amount}', '{"payment_id": {"type": "string", "format": "uuid"}, "amount": {"type": "string", "pattern": "^[0-9]+([.][0-9]{1,2})?$"}}', 'critical', false, false, 60)
) AS v (key, name, description, required, properties, level, reads, reversible, seconds);
