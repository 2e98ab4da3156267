-- What people keep beside their records: folders and files, tags, comments and fields of their own.

INSERT INTO files.retention_labels (id, business_id, name, description, keep_years, created_at, created_by)
SELECT pg_temp.id('retention/' || b.slug || '/' || r.years), b.id, r.name, r.description, r.years, pg_temp.moment(b.today - 540, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('Tax records', 'Whatever the tax office may ask for.', 7), ('Correspondence', 'Letters and photographs.', 3)) AS r (name, description, years) ORDER BY b.slug, r.years;

INSERT INTO files.folders (id, business_id, name, path, visibility, created_at, created_by)
SELECT pg_temp.id('folder/' || b.slug || '/' || f.name), b.id, f.name, '/' || f.name, f.visibility, pg_temp.moment(b.today - 540, 610 + f.place, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Contracts', 'managers'), (2, 'Photographs', 'members'), (3, 'Manuals', 'members'), (4, 'Taxes', 'managers')) AS f (place, name, visibility) ORDER BY b.slug, f.place;

INSERT INTO files.folders (id, business_id, parent_folder_id, name, path, created_at, created_by)
SELECT pg_temp.id('folder/' || b.slug || '/Photographs/this year'), b.id, pg_temp.id('folder/' || b.slug || '/Photographs'), extract(year FROM b.today)::text,
    '/Photographs/' || extract(year FROM b.today)::text, pg_temp.moment(b.today - 300, 600, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b ORDER BY b.slug;

-- The files' contents are not there, only what is known of them.
CREATE TEMPORARY TABLE demo_file ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.zone, b.today, f.*, 'file/' || b.slug || '/' || f.name AS key, pg_temp.id('file/' || b.slug || '/' || f.name) AS id, pg_temp.moment(b.today - f.ago, 640, b.zone) AS created_at
FROM demo_business b CROSS JOIN (VALUES
    ('Contracts', 'Lease.pdf', 'application/pdf', 820, 500), ('Contracts', 'Insurance policy.pdf', 'application/pdf', 410, 320), ('Contracts', 'Supplier terms.pdf', 'application/pdf', 265, 200),
    ('Photographs', 'Front.jpg', 'image/jpeg', 2400, 420),
    ('Photographs', 'Team.jpg', 'image/jpeg', 3100, 150), ('Manuals', 'New employees.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 96, 380),
    ('Manuals', 'Safety.pdf', 'application/pdf', 540, 260),
    ('Taxes', 'Last year.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 188, 230), ('Photographs', 'Yesterday.jpg', 'image/jpeg', 2900, 1)
) AS f (folder, name, media_type, kilobytes, ago);

INSERT INTO files.files (id, business_id, folder_id, name, media_type, visibility, retention_label_id, captured_at, created_at, created_by)
SELECT f.id, f.business_id, pg_temp.id('folder/' || f.slug || '/' || f.folder), f.name, f.media_type, CASE WHEN f.folder IN ('Contracts', 'Taxes') THEN 'managers' ELSE 'members' END,
    pg_temp.id('retention/' || f.slug || CASE f.folder WHEN 'Taxes' THEN '/7' ELSE '/3' END),
    CASE WHEN f.media_type LIKE 'image/%' THEN f.created_at - interval '2 hours' END, f.created_at,
    pg_temp.id('user/' || CASE WHEN f.folder IN ('Contracts', 'Taxes') THEN 'owner' ELSE 'manager' END || '@' || f.slug || '.test')
FROM demo_file f ORDER BY f.slug, f.created_at, f.name;

INSERT INTO files.file_versions (id, business_id, file_id, version_number, storage_key, media_type, size_bytes, content_hash, user_id, created_at)
SELECT pg_temp.id(f.key || '/1'), f.business_id, f.id, 1, f.slug || '/' || md5(f.key), f.media_type, f.kilobytes * 1024 + pg_temp.number(f.key, 0, 1023),
    decode(md5(f.key) || md5(f.key || '/2'), 'hex'), pg_temp.id('user/manager@' || f.slug || '.test'), f.created_at FROM demo_file f ORDER BY f.slug, f.created_at, f.name;

INSERT INTO files.scans (id, business_id, file_version_id, engine, engine_version, result, duration_ms, created_at)
SELECT pg_temp.id(f.key || '/scan'), f.business_id, pg_temp.id(f.key || '/1'), 'clamav', '1.4', 'clean', pg_temp.number(f.key || '/scan', 40, 900), f.created_at + interval '20 seconds'
FROM demo_file f ORDER BY f.slug, f.created_at, f.name;

-- Records that people look at: customers everywhere, and what each trade works on.
CREATE TEMPORARY TABLE demo_record ON COMMIT DROP AS
SELECT r.*, row_number() OVER (PARTITION BY r.slug, r.entity_type ORDER BY r.created_at DESC, r.id) AS place, b.zone, b.today FROM (
    SELECT c.slug, c.business_id, 'hs.customers' AS entity_type, c.id, c.created_at FROM demo_customer c WHERE c.status = 'active'
    UNION ALL SELECT j.slug, j.business_id, 'hs.work_orders', j.id, j.created_at FROM demo_job j WHERE j.status <> 'draft' AND j.day <= 3
    UNION ALL SELECT 'garage', r.business_id, 'auto.repair_orders', r.id, r.created_at FROM demo_repair_order r
    UNION ALL SELECT 'boutique', s.business_id, 'ret.sales_orders', s.id, s.created_at FROM demo_recent_sale s
    UNION ALL SELECT 'bistro', v.business_id, 'rest.reservations', pg_temp.id(v.key), v.reserved_for - interval '2 days' FROM demo_reservation v
) AS r JOIN demo_business b USING (slug) WHERE r.created_at < now();
DELETE FROM demo_record WHERE place > 40;
ANALYZE demo_record;

INSERT INTO files.attachments (id, business_id, file_id, entity_type, entity_id, role, caption, created_at, created_by)
SELECT pg_temp.id('attachment/' || r.id), r.business_id, pg_temp.id('file/' || r.slug || '/' || CASE WHEN r.place % 2 = 0 THEN 'Yesterday.jpg' ELSE 'Front.jpg' END), r.entity_type, r.id,
    CASE WHEN r.entity_type = 'hs.work_orders' THEN 'before_photo' ELSE 'general' END, 'For the record.', r.created_at + interval '1 hour', pg_temp.id('user/staff@' || r.slug || '.test')
FROM demo_record r WHERE r.place <= 6 ORDER BY r.slug, r.entity_type, r.place;

INSERT INTO platform.tags (id, business_id, name, description, color, entity_types, created_at, created_by)
SELECT pg_temp.id('tag/' || b.slug || '/' || t.name), b.id, t.name, t.description, t.color, '{}', pg_temp.moment(b.today - 520, 600, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('Follow up', 'Somebody should call.', '#e67e22'), ('VIP', 'Gets the best of us.', '#8e44ad'), ('Waiting', 'Not our turn.', '#7f8c8d'),
    ('Complaint', 'Handle with care.', '#c0392b'), ('Referral', 'Sent by somebody.', '#27ae60')) AS t (name, description, color) ORDER BY b.slug, t.name;

INSERT INTO platform.tag_assignments (id, business_id, tag_id, entity_type, entity_id, created_at, created_by)
SELECT pg_temp.id('tag/' || r.id), r.business_id, pg_temp.id('tag/' || r.slug || '/' || pg_temp.pick(r.id || '/tag', '{Follow up,VIP,Waiting,Complaint,Referral}')), r.entity_type, r.id,
    r.created_at + interval '2 hours', pg_temp.id('user/manager@' || r.slug || '.test')
FROM demo_record r WHERE r.place % 2 = 0 ORDER BY r.slug, r.entity_type, r.place;

INSERT INTO platform.comments (id, business_id, entity_type, entity_id, body, kind, visibility, mentioned_user_ids, is_pinned, created_at, created_by)
SELECT pg_temp.id('comment/' || r.id), r.business_id, r.entity_type, r.id, pg_temp.pick(r.id || '/comment', CASE r.entity_type
        WHEN 'hs.work_orders' THEN '{"Customer asked for a morning visit.","Bring the long ladder.","Quoted over the phone; sends the photos tonight.","Part is in the warehouse."}'
        WHEN 'auto.repair_orders' THEN '{"Customer approves up to 500 without a call.","Parts arrive tomorrow at ten.","Heard the noise on the test drive too."}'
        WHEN 'ret.sales_orders' THEN '{"Gift wrap, no price tag.","Ask for the blue one when it is back.","Second parcel follows."}'
        WHEN 'rest.reservations' THEN '{"Regulars: the corner booth.","Cake is in the walk-in.","Called to say they are late."}'
        ELSE '{"Prefers to be called after five.","Asked about a second location.","Paid by check last time.","Sent the new brochure."}' END::text[]),
    CASE WHEN r.place % 5 = 0 THEN 'call_log' WHEN r.place % 2 = 0 THEN 'comment' ELSE 'note' END, CASE WHEN r.place % 9 = 0 THEN 'managers' ELSE 'members' END,
    CASE WHEN r.place % 4 = 0 THEN ARRAY[pg_temp.id('user/manager@' || r.slug || '.test')] ELSE '{}' END, r.place = 3,
    r.created_at + interval '3 hours', pg_temp.id('user/' || CASE WHEN r.place % 9 = 0 THEN 'manager' ELSE 'staff' END || '@' || r.slug || '.test')
FROM demo_record r WHERE r.place <= 14 ORDER BY r.slug, r.entity_type, r.place;

INSERT INTO platform.comments (id, business_id, entity_type, entity_id, parent_comment_id, body, kind, created_at, created_by)
SELECT pg_temp.id('comment/' || r.id || '/reply'), r.business_id, r.entity_type, r.id, pg_temp.id('comment/' || r.id),
    pg_temp.pick(r.id || '/reply', '{"Thank you, noted.","Done this morning.","I will call back today."}'), 'comment', r.created_at + interval '5 hours', pg_temp.id('user/manager@' || r.slug || '.test')
FROM demo_record r WHERE r.place <= 14 AND r.place % 3 = 0 ORDER BY r.slug, r.entity_type, r.place;

INSERT INTO platform.custom_field_definitions (id, business_id, entity_type, key, label, help_text, kind, choices, position, created_at, created_by)
SELECT pg_temp.id('field/' || b.slug || '/' || f.key), b.id, 'hs.customers', f.key, f.label, f.help, f.kind, f.choices::text[], f.place, pg_temp.moment(b.today - 500, 600, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'source', 'How they found us', NULL, 'choice', '{Friend,Search,"Drove by",Mailer}'), (2, 'birthday', 'Birthday', 'For the card.', 'date', '{}'),
    (3, 'newsletter', 'Gets the newsletter', NULL, 'boolean', '{}')) AS f (place, key, label, help, kind, choices) ORDER BY b.slug, f.place;

INSERT INTO platform.custom_field_values (id, business_id, custom_field_definition_id, entity_id, choice_values, date_value, boolean_value, created_at, created_by)
SELECT pg_temp.id('field/' || r.id || '/' || f.key), r.business_id, pg_temp.id('field/' || r.slug || '/' || f.key), r.id,
    CASE f.key WHEN 'source' THEN ARRAY[pg_temp.pick(r.id || '/source', '{Friend,Search,"Drove by",Mailer}')] END,
    CASE f.key WHEN 'birthday' THEN make_date(1955 + pg_temp.number(r.id || '/born', 0, 45), pg_temp.number(r.id || '/month', 1, 12), pg_temp.number(r.id || '/day', 1, 28)) END,
    CASE f.key WHEN 'newsletter' THEN r.place % 3 <> 0 END, r.created_at + interval '20 minutes', pg_temp.id('user/staff@' || r.slug || '.test')
FROM demo_record r CROSS JOIN (VALUES ('source'), ('birthday'), ('newsletter')) AS f (key) WHERE r.entity_type = 'hs.customers' AND r.place <= 15 ORDER BY r.slug, r.place, f.key;
