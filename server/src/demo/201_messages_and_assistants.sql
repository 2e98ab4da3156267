-- What the businesses send and hear, and the assistants that help them with it.

-- One connection more, for mail.
INSERT INTO integrations.integration_configs (id, business_id, service_id, service_name, service_type, config, status, last_sync_at, created_at, created_by)
SELECT pg_temp.id('integration/' || b.slug || '/email'), b.id, (SELECT o.id FROM integrations.services o WHERE o.key = 'sendgrid'), 'email', 'communication', '{"tracking": true}', 'active',
    pg_temp.moment(b.today - 1, 1320, b.zone), pg_temp.moment(b.today - 400, 700, b.zone), pg_temp.id('user/owner@' || b.slug || '.test') FROM demo_business b ORDER BY b.slug;

INSERT INTO notifications.provider_accounts (id, business_id, integration_id, name, channel_kind, account_reference, registration_status, monthly_limit, created_at, created_by)
SELECT pg_temp.id('provider/' || b.slug || '/' || p.kind), b.id, pg_temp.id('integration/' || b.slug || '/' || p.service), p.name, p.kind, 'acct_' || substr(md5(b.slug || p.kind), 1, 12),
    CASE WHEN p.kind = 'sms' THEN CASE WHEN b.slug IN ('plumbing', 'boutique') THEN 'pending' ELSE 'approved' END ELSE 'not_needed' END, p.most, pg_temp.moment(b.today - 399, 700, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('email', 'email', 'Mail', 20000), ('sms', 'text-messages', 'Texts', 3000)) AS p (kind, service, name, most) ORDER BY b.slug, p.kind;

INSERT INTO notifications.channels (id, business_id, name, kind, provider_account_id, location_id, sender_address, sender_name, verification_status, quiet_from, quiet_until, is_default, created_at, created_by)
SELECT pg_temp.id('channel/' || b.slug || '/' || c.kind), b.id, c.name, c.kind, CASE WHEN c.kind <> 'in_app' THEN pg_temp.id('provider/' || b.slug || '/' || c.kind) END,
    pg_temp.id('location/' || b.slug || '/MAIN'), CASE c.kind WHEN 'email' THEN 'hello.' || b.slug || '@example.com' WHEN 'sms' THEN pg_temp.phone('texts/' || b.slug, b.area_codes) END, b.name,
    CASE WHEN c.kind = 'sms' AND b.slug IN ('plumbing', 'boutique') THEN 'pending' ELSE 'verified' END, CASE c.kind WHEN 'sms' THEN time '21:00' END, CASE c.kind WHEN 'sms' THEN time '08:00' END,
    true, pg_temp.moment(b.today - 398, 700, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('email', 'Office mail'), ('sms', 'Office texts'), ('in_app', 'In the app')) AS c (kind, name) ORDER BY b.slug, c.kind;

CREATE TEMPORARY TABLE demo_template ON COMMIT DROP AS
SELECT * FROM (VALUES ('reminder_text', 'Reminder by text', 'sms', 'reminder', NULL, 'Hello {{first_name}}, we see you on {{day}} at {{time}}. Reply C to confirm.'),
    ('thank_you', 'Thank you', 'email', 'transactional', 'Thank you, {{first_name}}', 'Dear {{first_name}}, thank you for your visit. Tell us how it was.'),
    ('receipt', 'Receipt', 'email', 'transactional', 'Your receipt {{number}}', 'Dear {{first_name}}, here is your receipt {{number}} for {{total}}.'),
    ('news', 'News', 'email', 'marketing', 'News from us', 'Dear {{first_name}}, here is what is new. Had enough? {{unsubscribe_url}}')) AS t (key, name, kind, category, subject, body);

INSERT INTO notifications.templates (id, business_id, key, name, channel_kind, category, created_at, created_by)
SELECT pg_temp.id('template/' || b.slug || '/' || t.key), b.id, t.key, t.name, t.kind, t.category, pg_temp.moment(b.today - 390, 600, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b CROSS JOIN demo_template t ORDER BY b.slug, t.key;

INSERT INTO notifications.template_versions (id, business_id, template_id, version_number, subject, body_text, status, created_at, created_by)
SELECT pg_temp.id('template/' || b.slug || '/' || t.key || '/' || v), b.id, pg_temp.id('template/' || b.slug || '/' || t.key), v, t.subject, t.body || CASE v WHEN 2 THEN ' Kind regards.' ELSE '' END,
    CASE v WHEN 1 THEN 'published' ELSE 'draft' END, pg_temp.moment(b.today - 390 + (v - 1) * 380, 610, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b CROSS JOIN demo_template t CROSS JOIN generate_series(1, 2) AS v WHERE v = 1 OR t.key = 'thank_you' ORDER BY b.slug, t.key, v;

-- What went out to customers in the last days, and what came back.
CREATE TEMPORARY TABLE demo_message ON COMMIT DROP AS
SELECT c.slug, c.business_id, nth AS n, 'message/' || c.slug || '/' || nth AS key, t.key AS template, t.kind, t.category, t.subject, t.body, c.id AS customer_id, c.first_name, k.email, k.phone,
    pg_temp.moment(b.today - 1 - nth / 3, 540 + nth * 17 % 480, b.zone) AS sent_at
FROM demo_business b CROSS JOIN generate_series(1, 30) AS nth JOIN demo_customer c ON c.slug = b.slug AND c.active_place = 1 + nth * 2 JOIN hs.customers k ON k.business_id = c.business_id AND k.id = c.id
JOIN demo_template t ON t.key = (ARRAY['reminder_text', 'thank_you', 'receipt'])[1 + nth % 3] WHERE NOT (t.kind = 'sms' AND b.slug IN ('plumbing', 'boutique'));

INSERT INTO notifications.messages (id, business_id, channel_id, template_version_id, category, subject, body_text, entity_type, entity_id, status, sent_at, created_at, created_by)
SELECT pg_temp.id(m.key), m.business_id, pg_temp.id('channel/' || m.slug || '/' || m.kind), pg_temp.id('template/' || m.slug || '/' || m.template || '/1'), m.category,
    replace(replace(m.subject, '{{first_name}}', m.first_name), '{{number}}', (1000 + m.n)::text),
    replace(replace(replace(replace(replace(m.body, '{{first_name}}', m.first_name), '{{day}}', 'Tuesday'), '{{time}}', '9:00'), '{{number}}', (1000 + m.n)::text), '{{total}}', '$' || 40 + m.n * 3),
    'hs.customers', m.customer_id, 'sent', m.sent_at, m.sent_at - interval '2 minutes', pg_temp.id('user/manager@' || m.slug || '.test') FROM demo_message m ORDER BY m.slug, m.sent_at, m.n;

INSERT INTO notifications.message_recipients (id, business_id, message_id, customer_id, address, created_at)
SELECT pg_temp.id(m.key || '/to'), m.business_id, pg_temp.id(m.key), m.customer_id, CASE m.kind WHEN 'sms' THEN m.phone ELSE m.email END, m.sent_at - interval '2 minutes' FROM demo_message m
ORDER BY m.slug, m.sent_at, m.n;

INSERT INTO notifications.deliveries (id, business_id, message_recipient_id, provider_account_id, status, provider_message_key, segment_count, cost_usd, sent_at, delivered_at, error_code,
    error_message, created_at, updated_at)
SELECT pg_temp.id(m.key || '/delivery'), m.business_id, pg_temp.id(m.key || '/to'), pg_temp.id('provider/' || m.slug || '/' || m.kind), d.status, 'msg_' || substr(md5(m.key), 1, 16), 1,
    CASE m.kind WHEN 'sms' THEN 0.0079 ELSE 0.0004 END, m.sent_at, CASE d.status WHEN 'delivered' THEN m.sent_at + interval '4 seconds' END,
    CASE d.status WHEN 'bounced' THEN '550' END, CASE d.status WHEN 'bounced' THEN 'The mailbox does not exist.' END, m.sent_at, m.sent_at FROM demo_message m
    CROSS JOIN LATERAL (SELECT CASE WHEN m.n % 19 = 0 AND m.kind = 'email' THEN 'bounced' ELSE 'delivered' END AS status) AS d ORDER BY m.slug, m.sent_at, m.n;

INSERT INTO notifications.delivery_events (id, business_id, delivery_id, kind, provider_event_key, occurred_at, created_at)
SELECT pg_temp.id(m.key || '/opened'), m.business_id, pg_temp.id(m.key || '/delivery'), 'opened', 'evt_' || substr(md5(m.key), 1, 12), m.sent_at + interval '35 minutes',
    m.sent_at + interval '35 minutes' FROM demo_message m WHERE m.kind = 'email' AND m.n % 19 <> 0 AND m.n % 2 = 0 ORDER BY m.slug, m.sent_at, m.n;

INSERT INTO notifications.inbound_messages (id, business_id, channel_id, customer_id, from_address, body_text, in_reply_to_id, keyword, status, assigned_to_id, provider_message_key, received_at, created_at)
SELECT pg_temp.id(m.key || '/reply'), m.business_id, pg_temp.id('channel/' || m.slug || '/' || m.kind), m.customer_id, CASE m.kind WHEN 'sms' THEN m.phone ELSE m.email END, r.body, pg_temp.id(m.key),
    r.keyword, CASE WHEN m.n <= 6 THEN 'unread' WHEN m.n <= 14 THEN 'answered' ELSE 'closed' END, CASE WHEN m.n > 6 THEN pg_temp.id('user/manager@' || m.slug || '.test') END,
    'in_' || substr(md5(m.key), 1, 16), m.sent_at + interval '50 minutes', m.sent_at + interval '50 minutes'
FROM demo_message m CROSS JOIN LATERAL (SELECT CASE WHEN m.kind = 'sms' THEN 'C' ELSE pg_temp.pick(m.key || '/reply',
    '{"Thank you, all good.","Could we move it to Thursday?","Please send the invoice again.","Great service."}') END AS body, CASE WHEN m.kind = 'sms' THEN 'confirm' ELSE 'none' END AS keyword) AS r
    WHERE m.n % 4 = 2 ORDER BY m.slug, m.sent_at, m.n;

INSERT INTO notifications.campaigns (id, business_id, name, description, template_id, channel_id, audience_filter, status, scheduled_at, created_at, created_by)
SELECT pg_temp.id('campaign-mail/' || b.slug || '/' || c.n), b.id, c.name, 'To everybody who wants to hear from us.', pg_temp.id('template/' || b.slug || '/news'),
    pg_temp.id('channel/' || b.slug || '/email'), '{"marketing_opt_in": {"eq": true}}', c.status, CASE c.status WHEN 'scheduled' THEN pg_temp.moment(b.today + 6, 600, b.zone) END,
    pg_temp.moment(b.today - 10, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Next month''s news', 'scheduled'), (2, 'Ask for referrals', 'draft')) AS c (n, name, status) ORDER BY b.slug, c.n;

INSERT INTO notifications.notification_rules (id, business_id, name, event_type_id, template_id, recipient, delay_minutes, created_at, created_by)
SELECT pg_temp.id('notice-rule/' || b.slug || '/' || e.key), b.id, r.name, e.id, pg_temp.id('template/' || b.slug || '/' || r.template), 'customer', r.delay,
    pg_temp.moment(b.today - 380, 600, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES ('hs', 'appointment.upcoming', 'Remind of the visit', 'reminder_text', -1440), ('hs', 'work_order.completed', 'Thank for the job', 'thank_you', 120)) AS r (industry,
    key, name, template, delay) USING (industry) JOIN integrations.event_types e ON e.key = r.key ORDER BY b.slug, e.key;

INSERT INTO notifications.inbox_notifications (id, business_id, user_id, severity, title, body, read_at, created_at, updated_at)
SELECT pg_temp.id('notice/' || m.slug || '/' || m.email || '/' || n.n), m.business_id, m.user_id, n.severity, n.title, n.body, CASE WHEN n.n > 2 THEN n.at + interval '2 hours' END, n.at, n.at
FROM demo_member m CROSS JOIN LATERAL (
    SELECT v.*, pg_temp.moment(m.today - v.n / 2 - 1, 500 + v.n * 61, m.zone) AS at FROM (VALUES (1, 'info', 'You were mentioned in a comment', 'Have a look when you have a minute.'),
        (2, 'warning', 'A reply from a customer waits', 'Nobody has answered yet.'), (3, 'success', 'A payment came in', 'It was applied by itself.'), (4, 'info', 'The weekly report is ready', 'Open it under reports.'),
        (5, 'critical', 'A connection stopped working', 'Texts are not being sent.')) AS v (n, severity, title, body)
) AS n WHERE (m.role <> 'staff' AND n.n <= 5) OR (m.role = 'staff' AND n.n <= 2) ORDER BY m.slug, m.place, n.n;

INSERT INTO notifications.digests (id, business_id, user_id, pace, channel_kind, weekday, send_at, timezone, created_at, updated_at)
SELECT pg_temp.id('digest/' || m.slug || '/' || m.email), m.business_id, m.user_id, CASE m.role WHEN 'owner' THEN 'weekly' ELSE 'daily' END, 'email', CASE m.role WHEN 'owner' THEN 1 END, time '07:00',
    m.zone, pg_temp.moment(m.today - 300, 600, m.zone), pg_temp.moment(m.today - 300, 600, m.zone) FROM demo_member m WHERE m.role IN ('owner', 'manager') ORDER BY m.slug, m.place;

-- Prompts, and the assistants that use them.
CREATE TEMPORARY TABLE demo_assistant ON COMMIT DROP AS
SELECT * FROM (VALUES ('office_helper', 'Office helper', 'Answers the team''s questions.', 'assistant', 'staff', 'You help the office of {{business}}. Answer briefly.', 'assistant-large'),
    ('reply_writer', 'Reply writer', 'Drafts answers to customers.', 'reply', 'customers', 'Write a friendly answer in the voice of {{business}}.', 'assistant-small')) AS a (key, name, description,
    category, audience, system, model);

INSERT INTO ai.prompts (id, business_id, key, name, description, category, created_at, created_by)
SELECT pg_temp.id('prompt/' || b.slug || '/' || a.key), b.id, a.key, a.name, a.description, a.category, pg_temp.moment(b.today - 310, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN demo_assistant a ORDER BY b.slug, a.key;

INSERT INTO ai.prompt_versions (id, business_id, prompt_id, version_number, system_text, user_template, model_id, temperature, status, change_note, created_at, created_by)
SELECT pg_temp.id('prompt/' || b.slug || '/' || a.key || '/1'), b.id, pg_temp.id('prompt/' || b.slug || '/' || a.key), 1, a.system, '{{question}}', o.id, 0.3, 'published', 'The first one.',
    pg_temp.moment(b.today - 310, 605, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN demo_assistant a JOIN ai.models o ON o.key = a.model JOIN ai.providers p ON p.id = o.provider_id AND p.key = 'platform' ORDER BY b.slug, a.key;

INSERT INTO ai.assistants (id, business_id, key, name, description, prompt_id, audience, is_review_required, status, created_at, created_by)
SELECT pg_temp.id('assistant/' || b.slug || '/' || a.key), b.id, a.key, a.name, a.description, pg_temp.id('prompt/' || b.slug || '/' || a.key), a.audience, a.audience = 'customers', 'active',
    pg_temp.moment(b.today - 305, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test') FROM demo_business b CROSS JOIN demo_assistant a ORDER BY b.slug, a.key;

INSERT INTO ai.budgets (id, business_id, name, limit_usd, on_exceeded, created_at, created_by)
SELECT pg_temp.id('budget/' || b.slug), b.id, 'Everybody', pg_temp.number('budget/' || b.slug, 2, 12) * 10, 'warn', pg_temp.moment(b.today - 305, 610, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test') FROM demo_business b ORDER BY b.slug;

INSERT INTO ai.safety_policies (id, business_id, name, description, rule_kind, applies_to, severity, reaction, created_at, created_by)
SELECT pg_temp.id('safety/' || b.slug || '/' || p.kind), b.id, p.name, p.description, p.kind, p.applies, p.severity, p.reaction, pg_temp.moment(b.today - 305, 620, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('personal_data', 'No card numbers', 'Never repeats a card number.', 'output', 'high', 'block'),
    ('financial_limit', 'No refunds by itself', 'Money goes back by people only.', 'tool_call', 'critical', 'review')) AS p (kind, name, description, applies, severity, reaction) ORDER BY b.slug, p.kind;

INSERT INTO ai.conversations (id, business_id, user_id, assistant_id, title, status, created_at, updated_at)
SELECT pg_temp.id('conversation/' || m.slug || '/' || m.email || '/' || c.n), m.business_id, m.user_id, pg_temp.id('assistant/' || m.slug || '/office_helper'), c.title,
    CASE c.n WHEN 1 THEN 'open' ELSE 'closed' END, pg_temp.moment(m.today - c.n * 3, 560 + m.place::integer * 13, m.zone), pg_temp.moment(m.today - c.n * 3, 570, m.zone)
FROM demo_member m CROSS JOIN (VALUES (1, 'What is planned for tomorrow?'), (2, 'Who has not paid?')) AS c (n, title) WHERE m.role IN ('owner', 'manager') OR m.shift = 1 ORDER BY m.slug, m.place, c.n;

INSERT INTO ai.messages (id, business_id, conversation_id, user_id, position, role, content, rating, created_at, updated_at)
SELECT pg_temp.id('conversation/' || c.id || '/' || t.place), c.business_id, c.id, c.user_id, t.place, t.role,
    CASE t.place WHEN 1 THEN c.title WHEN 2 THEN CASE c.status WHEN 'open' THEN 'There are several visits tomorrow, the first at eight. Shall I list them by person?'
    ELSE 'A few bills are overdue; the oldest is more than a month old.' END WHEN 3 THEN 'Yes, please.' ELSE 'Here is the list, the earliest first.' END,
    CASE WHEN t.place = 4 AND c.status = 'closed' THEN 'helpful' END, c.created_at + make_interval(secs => t.place * 20), c.created_at + make_interval(secs => t.place * 20)
FROM ai.conversations c CROSS JOIN (VALUES (1, 'user'), (2, 'assistant'), (3, 'user'), (4, 'assistant')) AS t (place, role) ORDER BY c.business_id, c.created_at, c.id, t.place;

INSERT INTO ai.knowledge_sources (id, business_id, name, kind, folder_id, status, last_indexed_at, created_at, created_by)
SELECT pg_temp.id('knowledge/' || b.slug), b.id, 'Manuals', 'folder', pg_temp.id('folder/' || b.slug || '/Manuals'), 'ready', pg_temp.moment(b.today - 1, 120, b.zone),
    pg_temp.moment(b.today - 300, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test') FROM demo_business b ORDER BY b.slug;
