-- What surrounds the work in every business: settings, connections to other services, and the assistant.

INSERT INTO businesses.business_settings (id, business_id, category, key, value, created_at, created_by)
SELECT pg_temp.id('setting/' || b.slug || '/' || s.category || '/' || s.key), b.id, s.category, s.key, s.value,
    pg_temp.moment(b.today - 546, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b
CROSS JOIN LATERAL (
    VALUES
        ('general', 'opening_hours', (
            -- Who works with the hands works every day; the others keep office hours.
            SELECT jsonb_object_agg(day, CASE b.industry WHEN 'rest' THEN '["11:30", "23:00"]' WHEN 'hs' THEN '["08:00", "19:00"]' WHEN 'auto' THEN '["07:00", "17:30"]' WHEN 'ret' THEN '["10:00", "19:00"]' ELSE '["08:30", "17:30"]' END::jsonb)
            FROM unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) AS day
            WHERE b.industry IN ('rest', 'hs', 'auto', 'ret') OR day NOT IN ('saturday', 'sunday'))),
        ('general', 'language', '"en-US"'::jsonb),
        ('general', 'week_starts_on', '"sunday"'::jsonb),
        ('billing', 'tax_rate', to_jsonb(b.tax_rate)),
        ('billing', 'default_payment_terms', '"Net 15"'::jsonb),
        ('billing', 'late_fee_percentage', '1.5'::jsonb),
        ('billing', 'invoice_footer', to_jsonb('Thank you for choosing ' || b.name || '.')),
        ('notifications', 'appointment_reminder_hours', '[24, 2]'::jsonb),
        ('notifications', 'daily_summary', jsonb_build_object('enabled', true, 'send_at', '18:00')),
        ('notifications', 'channels', '{"email": true, "sms": true, "push": false}'::jsonb),
        ('security', 'session_hours', '12'::jsonb),
        ('assistant', 'monthly_budget_usd', to_jsonb(pg_temp.number('budget/' || b.slug, 2, 12) * 10))
) AS s (category, key, value)
UNION ALL
SELECT pg_temp.id('setting/' || b.slug || '/' || b.industry || '/' || s.key), b.id, b.industry, s.key, s.value::jsonb, pg_temp.moment(b.today - 546, 610, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b
JOIN (VALUES
    ('hs', 'dispatch_board', '{"slot_minutes": 30, "first_hour": 7, "last_hour": 19}'), ('hs', 'service_radius_miles', '45'), ('hs', 'arrival_window_minutes', '120'), ('hs', 'require_signature', 'true'),
    ('rest', 'kitchen_stations', '["hot", "cold", "grill", "fry", "pastry", "bar"]'), ('rest', 'suggested_tips', '[18, 20, 22]'), ('rest', 'turn_time_minutes', '{"2": 75, "4": 100, "6": 120}'),
    ('auto', 'labor_rate', '145'), ('auto', 'bays', '6'), ('auto', 'approval_limit', '300'),
    ('ret', 'return_days', '30'), ('ret', 'free_shipping_from', '150'), ('ret', 'low_stock_alert', 'true'),
    ('courses', 'passing_score', '70'), ('courses', 'certificate_signer', '"Angela Freeman"'),
    ('payroll', 'default_frequency', '"biweekly"'), ('payroll', 'submission_cutoff', '"15:00"'),
    ('investigations', 'case_number_format', '"HI-{year}-{number}"'), ('investigations', 'evidence_retention_years', '7')
) AS s (industry, key, value) USING (industry)
ORDER BY 2, 3, 4;

-- Connections without credentials: none works, and none is needed to look at.
INSERT INTO integrations.integration_configs (id, business_id, service_id, service_name, service_type, config, status, last_sync_at, last_error, created_at, created_by)
SELECT pg_temp.id('integration/' || b.slug || '/' || s.name), b.id, (SELECT o.id FROM integrations.services o WHERE o.key = s.service), s.name, s.type, s.config::jsonb,
    CASE WHEN s.name = 'calendar' THEN 'inactive' WHEN s.name = 'text-messages' AND b.slug IN ('plumbing', 'boutique') THEN 'error' ELSE 'active' END,
    CASE WHEN s.name <> 'calendar' THEN pg_temp.moment(b.today - 1, 1320, b.zone) END,
    CASE WHEN s.name = 'text-messages' AND b.slug IN ('plumbing', 'boutique') THEN 'The sender''s number is not registered.' END,
    pg_temp.moment(b.today - pg_temp.number('integration/' || b.slug || s.name, 200, 530), 700, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b
CROSS JOIN (VALUES
    ('accounting', 'quickbooks_online', 'accounting', '{"sync": ["invoices", "payments"], "every_minutes": 60}'),
    ('card-payments', 'stripe', 'payments', '{"statement_text": "THANK YOU", "capture": "automatic"}'),
    ('text-messages', 'twilio', 'communication', '{"reminders": true, "quiet_hours": ["21:00", "08:00"]}'),
    ('calendar', 'google_calendar', 'calendar', '{"direction": "one_way"}')
) AS s (name, service, type, config)
ORDER BY b.slug, s.name;

INSERT INTO integrations.webhook_events (id, business_id, integration_id, is_signature_verified, event_type, event_id, payload, headers, status, processed_at, error_message, retry_count,
    next_retry_at, source_ip, user_agent, created_at, updated_at)
SELECT pg_temp.id(e.key), e.business_id, pg_temp.id('integration/' || e.slug || '/' || e.service), true, e.event_type, 'evt_' || substr(md5(e.key), 1, 20),
    jsonb_build_object('type', e.event_type, 'data', CASE e.service
        WHEN 'card-payments' THEN jsonb_build_object('amount', pg_temp.amount(e.key || '/amount', 40, 900), 'currency', 'USD', 'card', '****' || lpad(pg_temp.number(e.key || '/card', 0, 9999)::text, 4, '0'))
        WHEN 'text-messages' THEN jsonb_build_object('message', substr(md5(e.key || '/message'), 1, 12), 'segments', 1)
        ELSE jsonb_build_object('object', 'invoice', 'reference', substr(md5(e.key || '/invoice'), 1, 10)) END),
    '{"content-type": "application/json"}', e.status, CASE WHEN e.status IN ('processed', 'ignored') THEN e.created_at + interval '2 seconds' END,
    CASE WHEN e.status = 'failed' THEN 'The record it names does not exist.' END, CASE WHEN e.status = 'failed' THEN 3 ELSE 0 END,
    CASE WHEN e.status = 'pending' THEN e.created_at + interval '5 minutes' END,
    ('203.0.113.' || pg_temp.number(e.key || '/from', 2, 250))::inet, e.service || '-webhooks/1.4', e.created_at, e.created_at
FROM (
    SELECT b.slug, b.id AS business_id, n, 'webhook/' || b.slug || '/' || n AS key, (ARRAY['card-payments', 'card-payments', 'text-messages', 'accounting'])[1 + n % 4] AS service,
        CASE n % 4 WHEN 3 THEN 'invoice.synchronized' WHEN 2 THEN 'message.delivered' ELSE pg_temp.pick('webhook/' || b.slug || '/' || n || '/event', '{payment.succeeded,payment.succeeded,payment.succeeded,payment.failed,refund.created}') END AS event_type,
        CASE WHEN n > 58 THEN 'pending' WHEN n % 19 = 0 THEN 'failed' WHEN n % 13 = 0 THEN 'ignored' ELSE 'processed' END AS status,
        pg_temp.moment(b.today - 1 - (60 - n) / 2, 480 + n * 9, b.zone) AS created_at
    FROM demo_business b CROSS JOIN generate_series(1, 60) AS n
) AS e
ORDER BY e.slug, e.created_at;

INSERT INTO ai.ai_operations (id, business_id, user_id, model, provider, operation_type, tool_name, prompt_tokens, completion_tokens, total_tokens, safety_level, safety_checks,
    cost_usd, budget_category, response_time_ms, cache_hit, status, error_message, verification_status, completed_at, created_at, updated_at)
SELECT pg_temp.id(o.key), o.business_id, p.id, o.model, 'demo', o.operation_type, o.tool_name, o.prompt_tokens, o.completion_tokens, o.prompt_tokens + o.completion_tokens,
    CASE WHEN o.tool_name IS NULL THEN 'low' ELSE 'medium' END, CASE WHEN o.status = 'blocked' THEN '{"personal_data": "found"}'::jsonb ELSE '{"personal_data": "none"}'::jsonb END,
    round((o.prompt_tokens * 0.4 + o.completion_tokens * 1.6) / 1000000 * CASE o.model WHEN 'assistant-large' THEN 8 ELSE 1 END, 6),
    CASE WHEN o.operation_type = 'chat' THEN 'support' ELSE 'automation' END, 300 + o.completion_tokens * 9, pg_temp.share(o.key || '/cached') < 0.1, o.status,
    CASE o.status WHEN 'failed' THEN 'The model did not answer in time.' WHEN 'blocked' THEN 'The answer named a card number.' END,
    CASE WHEN o.status = 'completed' THEN 'verified' ELSE 'pending' END, o.created_at + make_interval(secs => (300 + o.completion_tokens * 9) / 1000.0), o.created_at, o.created_at
FROM (
    SELECT b.slug, b.id AS business_id, 'assistant/' || b.slug || '/' || n AS key,
        pg_temp.pick('assistant/' || b.slug || '/' || n || '/model', '{assistant-small,assistant-small,assistant-small,assistant-large}') AS model,
        (ARRAY['chat', 'summary', 'classification', 'draft', 'tool_call'])[1 + n % 5] AS operation_type,
        CASE WHEN n % 5 = 4 THEN (ARRAY['find_customer', 'read_schedule', 'draft_message'])[1 + n % 3] END AS tool_name,
        pg_temp.number('assistant/' || b.slug || '/' || n || '/prompt', 180, 3200) AS prompt_tokens, pg_temp.number('assistant/' || b.slug || '/' || n || '/answer', 30, 700) AS completion_tokens,
        CASE WHEN n % 41 = 0 THEN 'failed' WHEN n % 59 = 0 THEN 'blocked' ELSE 'completed' END AS status,
        pg_temp.moment(b.today - 1 - (150 - n) * 2, pg_temp.number('assistant/' || b.slug || '/' || n || '/minute', 480, 1080), b.zone) AS created_at,
        pg_temp.pick('assistant/' || b.slug || '/' || n || '/by', '{owner,manager,manager,staff}') || '@' || b.slug || '.test' AS email
    FROM demo_business b CROSS JOIN generate_series(1, 150) AS n
) AS o
JOIN demo_person p ON p.email = o.email
ORDER BY o.slug, o.created_at;

-- The use of this month and the ten before, as the operations add up: all of them fall into these.
INSERT INTO ai.model_usage (id, business_id, period_start, period_end, model, provider, total_requests, total_tokens, prompt_tokens, completion_tokens, total_cost_usd, average_response_time_ms,
    success_rate, created_at, updated_at)
SELECT pg_temp.id('usage/' || u.slug || '/' || u.model || '/' || u.ago), u.id, u.period_start, u.period_end, u.model, 'demo', o.requests, o.prompt_tokens + o.completion_tokens,
    o.prompt_tokens, o.completion_tokens, o.cost, o.response_time, o.success_rate, least(u.period_end, u.midnight), least(u.period_end, u.midnight)
FROM (
    SELECT b.slug, b.id, model, ago, pg_temp.moment(b.today, 0, b.zone) AS midnight, (date_trunc('month', b.today::timestamp) - make_interval(months => ago)) AT TIME ZONE b.zone AS period_start,
        (date_trunc('month', b.today::timestamp) - make_interval(months => ago - 1)) AT TIME ZONE b.zone AS period_end
    FROM demo_business b CROSS JOIN unnest('{assistant-small,assistant-large}'::text[]) AS model CROSS JOIN generate_series(0, 10) AS ago
) AS u
CROSS JOIN LATERAL (
    SELECT count(*) AS requests, coalesce(sum(a.prompt_tokens), 0) AS prompt_tokens, coalesce(sum(a.completion_tokens), 0) AS completion_tokens, coalesce(sum(a.cost_usd), 0) AS cost,
        round(avg(a.response_time_ms), 2) AS response_time, round(avg(CASE WHEN a.status = 'completed' THEN 1 ELSE 0 END), 4) AS success_rate
    FROM ai.ai_operations a
    WHERE a.business_id = u.id AND a.model = u.model AND a.created_at >= u.period_start AND a.created_at < u.period_end
) AS o
ORDER BY u.slug, u.period_start, u.model;
