-- The figures the businesses steer by, and what they pay the platform.

CREATE TEMPORARY TABLE demo_figure ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.zone, b.today, f.key, f.name, f.unit, f.measure, f.dataset, pg_temp.id('kpi/' || b.slug || '/' || f.key) AS id
FROM demo_business b JOIN (VALUES ('hs', 'monthly_revenue', 'Revenue', 'money', 'total_amount', 'invoices'), ('hs', 'average_job_value', 'Average job', 'money', 'average_cost', 'work_orders'),
    ('rest', 'monthly_revenue', 'Revenue', 'money', 'total_amount', 'orders'), ('rest', 'average_check', 'Average check', 'money', 'average_amount', 'orders'),
    ('auto', 'monthly_revenue', 'Revenue', 'money', 'total_amount', 'repair_orders'), ('auto', 'car_count', 'Cars', 'number', 'count', 'repair_orders'),
    ('ret', 'monthly_revenue', 'Revenue', 'money', 'total_amount', 'sales'), ('ret', 'average_sale', 'Average sale', 'money', 'average_amount', 'sales'),
    ('courses', 'new_customers', 'New learners', 'number', 'count', 'customers'), ('payroll', 'new_customers', 'New clients', 'number', 'count', 'customers'),
    ('investigations', 'new_customers', 'New clients', 'number', 'count', 'customers')) AS f (industry, key, name, unit, measure, dataset) USING (industry);

INSERT INTO reporting.kpi_definitions (id, business_id, key, name, dataset_id, expression, unit, created_at, created_by)
SELECT f.id, f.business_id, f.key, f.name, d.id, jsonb_build_object('measure', f.measure), f.unit, pg_temp.moment(f.today - 300, 600, f.zone), pg_temp.id('user/owner@' || f.slug || '.test')
FROM demo_figure f JOIN reporting.datasets d ON d.key = f.dataset ORDER BY f.slug, f.key;

-- What they came to in each of the last seven months.
INSERT INTO reporting.kpi_snapshots (id, business_id, kpi_definition_id, period, period_start, value, sample_size, created_at)
SELECT pg_temp.id('snapshot/' || f.slug || '/' || f.key || '/' || m.month), f.business_id, f.id, 'month', m.month,
    coalesce(CASE f.measure WHEN 'count' THEN v.records WHEN 'total_amount' THEN v.amount ELSE round(v.amount / nullif(v.records, 0), 2) END, 0), v.records, pg_temp.moment(m.month, 0, f.zone) + interval '1 month'
FROM demo_figure f CROSS JOIN LATERAL (SELECT (date_trunc('month', f.today::timestamp) - make_interval(months => ago))::date AS month FROM generate_series(1, 7) AS ago) AS m
CROSS JOIN LATERAL (
    SELECT count(*) AS records, sum(r.amount) AS amount FROM (
        SELECT i.total_amount AS amount, i.issue_date AS day FROM hs.invoices i WHERE i.business_id = f.business_id AND f.dataset = 'invoices' AND i.status NOT IN ('draft', 'cancelled')
        UNION ALL SELECT w.total_cost, (w.actual_end AT TIME ZONE f.zone)::date FROM hs.work_orders w WHERE w.business_id = f.business_id AND f.dataset = 'work_orders' AND w.status = 'completed'
        UNION ALL SELECT o.total_amount, (o.ordered_at AT TIME ZONE f.zone)::date FROM rest.orders o WHERE o.business_id = f.business_id AND f.dataset = 'orders' AND o.status = 'completed'
        UNION ALL SELECT o.total_amount, (o.created_at AT TIME ZONE f.zone)::date FROM auto.repair_orders o WHERE o.business_id = f.business_id AND f.dataset = 'repair_orders' AND o.status = 'delivered'
        UNION ALL SELECT o.total_amount, (o.created_at AT TIME ZONE f.zone)::date FROM ret.sales_orders o WHERE o.business_id = f.business_id AND f.dataset = 'sales' AND o.status = 'completed'
        UNION ALL SELECT 1, (c.created_at AT TIME ZONE f.zone)::date FROM hs.customers c WHERE c.business_id = f.business_id AND f.dataset = 'customers'
    ) AS r WHERE r.day >= m.month AND r.day < m.month + interval '1 month'
) AS v WHERE EXISTS (SELECT FROM reporting.kpi_definitions k WHERE k.id = f.id) ORDER BY f.slug, f.key, m.month;

INSERT INTO reporting.goals (id, business_id, name, kpi_definition_id, starts_on, ends_on, target_value, status, created_at, created_by)
SELECT pg_temp.id('goal/' || f.slug || '/' || g.n), f.business_id, f.name || ' ' || g.name, f.id, g.starts, g.ends,
    CASE WHEN f.unit = 'money' AND f.measure = 'total_amount' THEN g.months * 30000 WHEN f.unit = 'money' THEN 250 ELSE 20 END, g.status, pg_temp.moment(f.today - 250, 600, f.zone),
    pg_temp.id('user/owner@' || f.slug || '.test')
FROM demo_figure f JOIN reporting.kpi_definitions k ON k.business_id = f.business_id AND k.id = f.id CROSS JOIN LATERAL (VALUES
    (1, 'this half-year', (date_trunc('month', f.today::timestamp) - interval '5 months')::date, (date_trunc('month', f.today::timestamp) + interval '1 month - 1 day')::date, 6, 'active'),
    (2, 'next half-year', (date_trunc('month', f.today::timestamp) + interval '1 month')::date, (date_trunc('month', f.today::timestamp) + interval '7 months - 1 day')::date, 6, 'planned')) AS g (n,
    name, starts, ends, months, status)
WHERE f.key IN ('monthly_revenue', 'new_customers') ORDER BY f.slug, g.n;

INSERT INTO reporting.kpi_alerts (id, business_id, kpi_definition_id, name, period, comparison, threshold, notify_role, created_at, created_by)
SELECT pg_temp.id('kpi-alert/' || f.slug), f.business_id, f.id, f.name || ' falls', 'month', 'falls_by', CASE f.unit WHEN 'money' THEN 5000 ELSE 5 END, 'owner',
    pg_temp.moment(f.today - 200, 600, f.zone), pg_temp.id('user/owner@' || f.slug || '.test') FROM demo_figure f JOIN reporting.kpi_definitions k ON k.business_id = f.business_id AND k.id = f.id
    WHERE f.key IN ('monthly_revenue', 'new_customers') ORDER BY f.slug;

INSERT INTO reporting.report_definitions (id, business_id, dataset_id, name, description, query, visualization, visibility, created_at, created_by)
SELECT pg_temp.id('report/' || f.slug || '/' || r.n), f.business_id, d.id, r.name, r.description, jsonb_build_object('measures', jsonb_build_array(f.measure), 'dimensions', r.dimensions::jsonb),
    r.chart, 'business', pg_temp.moment(f.today - 290, 600, f.zone), pg_temp.id('user/owner@' || f.slug || '.test')
FROM demo_figure f JOIN reporting.datasets d ON d.key = f.dataset CROSS JOIN (VALUES (1, 'By month', 'How the year goes.', '["created_at"]', 'line'),
    (2, 'By state', 'What is open, what is done.', '["status"]', 'pie'), (3, 'All of them', 'For the accountant.', '["created_at", "status"]', 'table')) AS r (n, name, description, dimensions, chart)
WHERE f.key IN ('monthly_revenue', 'new_customers') ORDER BY f.slug, r.n;

INSERT INTO reporting.report_schedules (id, business_id, report_definition_id, name, frequency, weekday, run_at, timezone, format, created_at, created_by)
SELECT pg_temp.id('schedule/' || b.slug), b.id, r.id, 'Monday morning', 'weekly', 1, time '07:00', b.zone, 'pdf', pg_temp.moment(b.today - 280, 600, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test') FROM demo_business b JOIN reporting.report_definitions r ON r.business_id = b.id AND r.id = pg_temp.id('report/' || b.slug || '/1') ORDER BY b.slug;

INSERT INTO reporting.report_recipients (id, business_id, report_schedule_id, user_id, created_at)
SELECT pg_temp.id('schedule/' || b.slug || '/' || p.who), b.id, s.id, pg_temp.id('user/' || p.who || '@' || b.slug || '.test'), pg_temp.moment(b.today - 280, 601, b.zone) FROM demo_business b
JOIN reporting.report_schedules s ON s.business_id = b.id CROSS JOIN (VALUES ('owner'), ('viewer')) AS p (who) ORDER BY b.slug, p.who;

INSERT INTO reporting.report_runs (id, business_id, user_id, report_definition_id, report_schedule_id, format, status, row_count, duration_ms, finished_at, created_at, updated_at)
SELECT pg_temp.id('run/' || b.slug || '/' || week), b.id, pg_temp.id('user/owner@' || b.slug || '.test'), s.report_definition_id, s.id, 'pdf', CASE WHEN week = 5 THEN 'failed' ELSE 'completed' END,
    CASE WHEN week <> 5 THEN pg_temp.number(b.slug || week, 8, 60) END, pg_temp.number(b.slug || week || '/ms', 60, 900), t.at + interval '1 second', t.at, t.at
FROM demo_business b JOIN reporting.report_schedules s ON s.business_id = b.id CROSS JOIN generate_series(1, 6) AS week
CROSS JOIN LATERAL (SELECT pg_temp.moment(b.today - extract(isodow FROM b.today)::integer + 1 - (week - 1) * 7 - CASE WHEN extract(isodow FROM b.today) = 1 THEN 7 ELSE 0 END, 420, b.zone) AS at) AS t
ORDER BY b.slug, week DESC;

INSERT INTO reporting.saved_views (id, business_id, entity_type, name, filter, sorting, shown_columns, layout, visibility, is_default, created_at, created_by)
SELECT pg_temp.id('view/' || b.slug || '/' || v.name), b.id, v.entity_type, v.name, v.filter::jsonb, v.sorting::jsonb, v.columns::text[], v.layout, 'business', false,
    pg_temp.moment(b.today - 270, 600, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES ('', 'hs.customers', 'Newest customers', '{"status": {"eq": "active"}}', '[{"created_at": "desc"}]', '{customer_number,first_name,last_name,phone}', 'table'),
    ('hs', 'hs.work_orders', 'Today''s board', '{"status": {"in": ["scheduled", "dispatched", "in_progress"]}}', '[{"scheduled_start": "asc"}]', '{work_order_number,title,assigned_technician}', 'board'),
    ('hs', 'hs.invoices', 'Overdue', '{"status": {"eq": "overdue"}}', '[{"due_date": "asc"}]', '{invoice_number,amount_due,due_date}', 'table'),
    ('rest', 'rest.reservations', 'Tonight', '{"status": {"in": ["booked", "confirmed"]}}', '[{"reserved_for": "asc"}]', '{guest_name,party_size,reserved_for}', 'calendar'),
    ('auto', 'auto.repair_orders', 'In the shop', '{"status": {"in": ["open", "in_progress", "waiting_parts", "waiting_approval"]}}', '[{"promised_date": "asc"}]',
    '{ro_number,complaint,bay_assignment}', 'board'), ('ret', 'ret.sales_orders', 'To be shipped', '{"fulfillment_status": {"eq": "processing"}}', '[{"created_at": "asc"}]', '{order_number,total_amount}', 'table')
) AS v (industry, entity_type, name, filter, sorting, columns, layout) ON v.industry IN ('', b.industry) ORDER BY b.slug, v.name;

INSERT INTO reporting.dashboards (id, business_id, name, description, visibility, default_for_role, created_at, created_by)
SELECT pg_temp.id('dashboard/' || b.slug || '/' || d.role), b.id, d.name, d.description, 'business', d.role, pg_temp.moment(b.today - 260, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('owner', 'The business', 'For a coffee in the morning.'), ('manager', 'The week', 'What has to be done.')) AS d (role, name, description) ORDER BY b.slug, d.role;

INSERT INTO reporting.dashboard_widgets (id, business_id, dashboard_id, kind, title, report_definition_id, kpi_definition_id, goal_id, saved_view_id, configuration, column_position, row_position,
    width, height, created_at)
SELECT pg_temp.id('widget/' || b.slug || '/' || w.role || '/' || w.place), b.id, pg_temp.id('dashboard/' || b.slug || '/' || w.role), w.kind, w.title,
    CASE w.kind WHEN 'report' THEN pg_temp.id('report/' || b.slug || '/' || w.n) END, CASE w.kind WHEN 'kpi' THEN k.id END, CASE w.kind WHEN 'goal' THEN pg_temp.id('goal/' || b.slug || '/1') END,
    CASE w.kind WHEN 'list' THEN pg_temp.id('view/' || b.slug || '/Newest customers') END, '{}', w.across, w.down, w.width, w.height, pg_temp.moment(b.today - 260, 601, b.zone)
FROM demo_business b CROSS JOIN (VALUES ('owner', 1, 'kpi', NULL, 1, 0, 0, 4, 3), ('owner', 2, 'goal', NULL, 1, 4, 0, 4, 3), ('owner', 3, 'report', 'By month', 1, 0, 3, 8, 6),
    ('owner', 4, 'report', 'By state', 2, 8, 0, 4, 9), ('manager', 1, 'list', 'Newest customers', 1, 0, 0, 6, 8), ('manager', 2, 'report', 'By state', 2, 6, 0, 6, 8)) AS w (role, place, kind, title,
    n, across, down, width, height)
JOIN reporting.kpi_definitions k ON k.business_id = b.id AND k.key IN ('monthly_revenue', 'new_customers') ORDER BY b.slug, w.role, w.place;

-- The platform's own bills: an account, a card, the plan by the month, and half a year of invoices.
INSERT INTO billing.billing_accounts (id, business_id, name, email, address_line_1, city, state_province, postal_code, processor, processor_reference, created_at, updated_at)
SELECT pg_temp.id('billing/' || b.slug), b.id, b.legal_name, 'billing.' || b.slug || '@example.com', b.address, b.city, b.state, b.postal_code, 'demo', 'cus_' || substr(md5(b.slug), 1, 14),
    pg_temp.moment(b.today - 547, 700, b.zone), pg_temp.moment(b.today - 547, 700, b.zone) FROM demo_business b ORDER BY b.slug;

INSERT INTO billing.payment_methods (id, business_id, billing_account_id, kind, brand, last_four, holder_name, expires_month, expires_year, is_default, processor, processor_reference, created_at, updated_at)
SELECT pg_temp.id('billing/' || b.slug || '/card'), b.id, pg_temp.id('billing/' || b.slug), 'card', pg_temp.pick(b.slug || '/brand', '{Visa,Mastercard,Amex}'),
    lpad(pg_temp.number(b.slug || '/card', 0, 9999)::text, 4, '0'), p.first_name || ' ' || p.last_name, pg_temp.number(b.slug || '/expires', 1, 12), extract(year FROM b.today)::integer + 2, true,
    'demo', 'pm_' || substr(md5(b.slug || '/card'), 1, 14),
    pg_temp.moment(b.today - 547, 705, b.zone), pg_temp.moment(b.today - 547, 705, b.zone) FROM demo_business b JOIN demo_person p ON p.slug = b.slug AND p.local_part = 'owner' ORDER BY b.slug;

INSERT INTO billing.subscriptions (id, business_id, billing_account_id, plan_id, payment_method_id, status, started_at, current_period_start, current_period_end, created_at, updated_at)
SELECT pg_temp.id('billing/' || b.slug || '/plan'), b.id, pg_temp.id('billing/' || b.slug), p.id, pg_temp.id('billing/' || b.slug || '/card'), 'active', pg_temp.moment(b.today - 547, 710, b.zone),
    date_trunc('month', b.today::timestamp) AT TIME ZONE 'UTC', (date_trunc('month', b.today::timestamp) + interval '1 month') AT TIME ZONE 'UTC', pg_temp.moment(b.today - 547, 710, b.zone),
    pg_temp.moment(b.today - 547, 710, b.zone)
FROM demo_business b JOIN billing.plans p ON p.key = b.plan ORDER BY b.slug;

INSERT INTO billing.subscription_items (id, business_id, subscription_id, price_id, added_at, created_at, updated_at)
SELECT pg_temp.id('billing/' || b.slug || '/item'), b.id, s.id, r.id, s.started_at, s.started_at, s.started_at FROM demo_business b JOIN billing.subscriptions s ON s.business_id = b.id
JOIN billing.prices r ON r.plan_id = s.plan_id AND r.billing_interval = 'month' AND r.is_active ORDER BY b.slug;

CREATE TEMPORARY TABLE demo_platform_bill ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, ago, 'platform-bill/' || b.slug || '/' || ago AS key, r.id AS price_id, r.name, r.unit_amount::numeric(12,2) AS amount,
    (date_trunc('month', b.today::timestamp) - make_interval(months => ago)) AT TIME ZONE 'UTC' AS period_start,
    (date_trunc('month', b.today::timestamp) - make_interval(months => ago - 1)) AT TIME ZONE 'UTC' AS period_end
FROM demo_business b JOIN billing.subscription_items i ON i.business_id = b.id JOIN billing.prices r ON r.id = i.price_id CROSS JOIN generate_series(0, 5) AS ago;

INSERT INTO billing.platform_invoices (id, business_id, billing_account_id, subscription_id, invoice_number, period_start, period_end, created_at, updated_at)
SELECT pg_temp.id(i.key), i.business_id, pg_temp.id('billing/' || i.slug), pg_temp.id('billing/' || i.slug || '/plan'), '', i.period_start, i.period_end, i.period_start, i.period_start
FROM demo_platform_bill i ORDER BY i.ago DESC, i.slug;

INSERT INTO billing.platform_invoice_lines (id, business_id, platform_invoice_id, kind, position, description, price_id, quantity, unit_amount, amount, period_start, period_end, created_at, updated_at)
SELECT pg_temp.id(i.key || '/1'), i.business_id, pg_temp.id(i.key), 'subscription', 1, i.name, i.price_id, 1, i.amount, i.amount, i.period_start, i.period_end, i.period_start, i.period_start
FROM demo_platform_bill i ORDER BY i.ago DESC, i.slug;

UPDATE billing.platform_invoices p SET status = 'open', issued_at = i.period_start, due_on = (i.period_start AT TIME ZONE 'UTC')::date + 15 FROM demo_platform_bill i WHERE p.id = pg_temp.id(i.key);

INSERT INTO billing.payments (id, business_id, platform_invoice_id, payment_method_id, amount, status, processor, processor_reference, idempotency_key, attempted_at, settled_at, created_at, updated_at)
SELECT pg_temp.id(i.key || '/payment'), i.business_id, pg_temp.id(i.key), pg_temp.id('billing/' || i.slug || '/card'), i.amount, 'succeeded', 'demo', 'ch_' || substr(md5(i.key), 1, 14), md5(i.key),
    i.period_start + interval '1 hour', i.period_start + interval '1 hour', i.period_start + interval '1 hour', i.period_start + interval '1 hour' FROM demo_platform_bill i
    WHERE i.ago > 0 OR i.slug <> 'boutique' ORDER BY i.ago DESC, i.slug;

-- What was used this month and the last: a count every fifth day, and the rollups follow.
INSERT INTO billing.usage_events (id, business_id, meter_id, quantity, occurred_at, idempotency_key, created_at)
SELECT pg_temp.id('usage-event/' || b.slug || '/' || m.key || '/' || n), b.id, m.id, CASE m.key WHEN 'sms_segments' THEN pg_temp.number(b.slug || n || '/texts', 20, 130)
    WHEN 'emails_sent' THEN pg_temp.number(b.slug || n || '/mails', 60, 400) WHEN 'ai_tokens' THEN pg_temp.number(b.slug || n || '/tokens', 5, 60) ELSE 2 + n / 4 END,
    t.at, md5('usage-event/' || b.slug || '/' || m.key || '/' || n), t.at
FROM demo_business b JOIN billing.meters m ON m.key IN ('sms_segments', 'emails_sent', 'ai_tokens', 'storage_gigabytes') CROSS JOIN generate_series(1, 8) AS n
CROSS JOIN LATERAL (SELECT pg_temp.moment(b.today - 1 - (8 - n) * 5, 720, b.zone) AS at) AS t ORDER BY b.slug, m.key, n;

INSERT INTO billing.usage_alerts (id, business_id, meter_id, threshold_kind, threshold_value, notify_emails, created_at, created_by)
SELECT pg_temp.id('usage-alert/' || b.slug), b.id, m.id, 'percent_of_included', 80, ARRAY['billing.' || b.slug || '@example.com'], pg_temp.moment(b.today - 300, 600, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test') FROM demo_business b JOIN billing.meters m ON m.key = 'sms_segments' ORDER BY b.slug;
