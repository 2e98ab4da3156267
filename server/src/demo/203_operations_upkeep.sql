-- What runs beside the work: connections that keep step with the books, approvals, and people's own choices.

INSERT INTO integrations.sync_jobs (id, business_id, integration_id, name, entity_type, remote_entity, direction, on_conflict, schedule, created_at, created_by)
SELECT pg_temp.id('sync/' || b.slug || '/' || s.remote), b.id, pg_temp.id('integration/' || b.slug || '/accounting'), s.name, s.entity_type, s.remote, s.direction, 'newest_wins', '0 * * * *',
    pg_temp.moment(b.today - 200, 700, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('Customers', 'hs.customers', 'Customer', 'both'), ('Invoices', 'hs.invoices', 'Invoice', 'outbound')) AS s (name, entity_type, remote, direction) ORDER BY b.slug, s.remote;

INSERT INTO integrations.field_mappings (id, business_id, sync_job_id, local_field, remote_field, direction, is_required, created_at, created_by)
SELECT pg_temp.id('sync/' || b.slug || '/Customer/' || f.local), b.id, pg_temp.id('sync/' || b.slug || '/Customer'), f.local, f.remote, 'both', f.needed, pg_temp.moment(b.today - 200, 705, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('last_name', 'FamilyName', true), ('first_name', 'GivenName', false), ('email', 'PrimaryEmailAddr', false), ('phone', 'PrimaryPhone', false)) AS f (local,
    remote, needed) ORDER BY b.slug, f.local;

INSERT INTO integrations.sync_runs (id, business_id, sync_job_id, started_by, status, read_count, created_count, updated_count, skipped_count, failed_count, error_message, started_at, finished_at, created_at, updated_at)
SELECT pg_temp.id('sync/' || b.slug || '/' || s.remote || '/' || n), b.id, pg_temp.id('sync/' || b.slug || '/' || s.remote), 'schedule', r.status, r.seen, r.seen / 6,
    r.seen - r.seen / 6 - CASE r.status WHEN 'completed' THEN 0 ELSE 1 END, 0, CASE r.status WHEN 'completed' THEN 0 ELSE 1 END, CASE r.status WHEN 'completed_with_errors' THEN 'One record has no last name.' END,
    r.at, r.at + make_interval(secs => 5 + r.seen), r.at, r.at
FROM demo_business b CROSS JOIN (VALUES ('Customer'), ('Invoice')) AS s (remote) CROSS JOIN generate_series(1, 6) AS n
CROSS JOIN LATERAL (SELECT pg_temp.number('sync/' || b.slug || s.remote || n, 6, 24) AS seen, CASE WHEN n = 3 AND s.remote = 'Customer' THEN 'completed_with_errors' ELSE 'completed' END AS status,
    pg_temp.moment(b.today - 1, 1320 - n * 60, b.zone) AS at) AS r ORDER BY b.slug, s.remote, n DESC;

INSERT INTO integrations.sync_errors (id, business_id, sync_run_id, kind, entity_type, remote_key, message, remote_values, status, created_at)
SELECT pg_temp.id('sync/' || b.slug || '/error'), b.id, pg_temp.id('sync/' || b.slug || '/Customer/3'), 'validation', 'hs.customers', 'C-' || pg_temp.number('sync/' || b.slug, 100, 999),
    'A last name is needed.', '{"GivenName": "Pat", "FamilyName": null}', 'open', pg_temp.moment(b.today - 1, 1141, b.zone) FROM demo_business b ORDER BY b.slug;

INSERT INTO integrations.external_ids (id, business_id, integration_id, entity_type, entity_id, external_type, external_key, created_at)
SELECT pg_temp.id('external/' || r.id), r.business_id, pg_temp.id('integration/' || r.slug || '/accounting'), r.entity_type, r.id, 'Customer', (1000 + r.place)::text, r.created_at + interval '1 hour'
FROM demo_record r WHERE r.entity_type = 'hs.customers' AND r.place <= 20 ORDER BY r.slug, r.place;

INSERT INTO permissions.approval_rules (id, business_id, name, table_name, action, threshold_amount, approver_role_id, created_at, created_by)
SELECT pg_temp.id('approval/' || b.slug), b.id, 'Large refunds', (CASE b.industry WHEN 'rest' THEN 'rest' WHEN 'auto' THEN 'auto' WHEN 'ret' THEN 'ret' ELSE 'hs' END) || '.refunds', 'refund', 200,
    pg_temp.id('role/' || b.slug || '/team_lead'), pg_temp.moment(b.today - 300, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test') FROM demo_business b ORDER BY b.slug;

INSERT INTO permissions.access_requests (id, business_id, user_id, role_id, reason, wanted_until, status, decided_by_id, decided_at, granted_until, decision_note, created_at, updated_at)
SELECT pg_temp.id('access/' || m.slug || '/' || m.shift), m.business_id, m.user_id, pg_temp.id('role/' || m.slug || '/team_lead'), 'Covers for a colleague on vacation.',
    pg_temp.moment(m.today + 14, 0, m.zone), CASE m.shift WHEN 2 THEN 'approved' ELSE 'pending' END, CASE m.shift WHEN 2 THEN pg_temp.id('user/owner@' || m.slug || '.test') END,
    CASE m.shift WHEN 2 THEN pg_temp.moment(m.today - 2, 660, m.zone) END, CASE m.shift WHEN 2 THEN pg_temp.moment(m.today + 14, 0, m.zone) END, CASE m.shift WHEN 2 THEN 'For two weeks.' END,
    pg_temp.moment(m.today - 3, 600, m.zone), pg_temp.moment(m.today - 2, 660, m.zone)
FROM demo_member m WHERE m.shift IN (2, 3) ORDER BY m.slug, m.shift;

INSERT INTO notifications.preferences (id, business_id, user_id, category, channel_kind, created_at, updated_at)
SELECT pg_temp.id('preference/' || m.slug || '/' || m.email || '/' || k.kind), m.business_id, m.user_id, 'internal', k.kind, pg_temp.moment(m.today - 300, 600, m.zone),
    pg_temp.moment(m.today - 300, 600, m.zone) FROM demo_member m CROSS JOIN (VALUES ('email'), ('in_app')) AS k (kind) WHERE m.role IN ('owner', 'manager') ORDER BY m.slug, m.place, k.kind;

INSERT INTO notifications.suppressions (id, business_id, channel_kind, address, reason, note, created_at, created_by)
SELECT pg_temp.id('suppressed/' || b.slug || '/' || n), b.id, 'email', 'gone' || n || '.' || b.slug || '@example.com', CASE n WHEN 1 THEN 'hard_bounce' ELSE 'manual' END,
    CASE n WHEN 2 THEN 'Asked on the phone.' END, pg_temp.moment(b.today - 40 * n, 600, b.zone), pg_temp.id('user/manager@' || b.slug || '.test') FROM demo_business b
    CROSS JOIN generate_series(1, 2) AS n ORDER BY b.slug, n;

INSERT INTO notifications.contact_preferences (id, business_id, customer_id, category, channel_kind, is_wanted, created_at)
SELECT pg_temp.id('wanted/' || r.id), r.business_id, r.id, 'reminder', 'sms', r.place % 4 <> 0, r.created_at + interval '1 day' FROM demo_record r
WHERE r.entity_type = 'hs.customers' AND r.place <= 12 ORDER BY r.slug, r.place;

INSERT INTO reporting.data_exports (id, business_id, user_id, entity_type, format, status, row_count, finished_at, created_at, updated_at)
SELECT pg_temp.id('export/' || b.slug || '/' || n), b.id, pg_temp.id('user/owner@' || b.slug || '.test'), CASE n WHEN 1 THEN 'hs.customers' ELSE 'hs.invoices' END, 'csv',
    CASE n WHEN 1 THEN 'expired' ELSE 'failed' END, CASE n WHEN 1 THEN b.customers END, pg_temp.moment(b.today - 20 * n, 605, b.zone), pg_temp.moment(b.today - 20 * n, 604, b.zone),
    pg_temp.moment(b.today - 20 * n, 605, b.zone)
FROM demo_business b CROSS JOIN generate_series(1, 2) AS n ORDER BY b.slug, n;

INSERT INTO users.user_preferences (id, user_id, business_id, category, key, value, created_at, updated_at)
SELECT pg_temp.id('choice/' || m.slug || '/' || m.email), m.user_id, m.business_id, 'lists', 'page_size', to_jsonb(pg_temp.number(m.email || '/page', 1, 4) * 25),
    pg_temp.moment(m.today - 200, 600, m.zone), pg_temp.moment(m.today - 200, 600, m.zone) FROM demo_member m ORDER BY m.slug, m.place;

INSERT INTO users.user_devices (id, user_id, device_fingerprint, name, operating_system, operating_system_version, app_version, created_at, updated_at)
SELECT pg_temp.id('device/' || p.email), p.id, md5('device/' || p.email), p.first_name || '''s phone', CASE WHEN pg_temp.share(p.email || '/phone') < 0.6 THEN 'ios' ELSE 'android' END, '18',
    '3.' || pg_temp.number(p.email || '/app', 0, 9), pg_temp.moment(b.today - 180, 600, b.zone), pg_temp.moment(b.today - 180, 600, b.zone) FROM demo_person p JOIN demo_business b USING (slug)
    WHERE p.shift IS NOT NULL ORDER BY p.email;
