-- The people's cards, skills, teams and hours, and what their roles let them do.

-- Everybody in the businesses they belong to.
CREATE TEMPORARY TABLE demo_member ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.zone, b.today, b.industry, b.area_codes, p.id AS user_id, p.email, p.local_part, p.role, p.first_name, p.last_name, p.job_title, p.shift,
    row_number() OVER (PARTITION BY b.slug ORDER BY p.shift NULLS FIRST, p.email) AS place,
    CASE WHEN p.shift IS NULL THEN 1 WHEN p.job_title ~* 'install|bartender|online|tax|research|registrar|alignment' THEN 3 ELSE 2 END AS department
FROM (
    SELECT slug, id, email, local_part, role, first_name, last_name, job_title, shift FROM demo_person
    UNION ALL
    SELECT 'plumbing', id, email, local_part, 'owner', first_name, last_name, job_title, NULL FROM demo_person WHERE email = 'both@hvac.test'
) AS p JOIN demo_business b USING (slug);
ANALYZE demo_member;

INSERT INTO users.member_profiles (id, business_id, user_id, department_id, location_id, manager_id, employee_code, job_title, languages, work_email, work_phone, calendar_color, is_field_worker,
    is_bookable, started_on, created_at, created_by)
SELECT pg_temp.id('profile/' || m.slug || '/' || m.email), m.business_id, m.user_id, d.id, pg_temp.id('location/' || m.slug || '/MAIN'),
    CASE WHEN m.role <> 'owner' AND m.local_part <> 'manager' THEN pg_temp.id('user/manager@' || m.slug || '.test') END, 'E-' || lpad(m.place::text, 3, '0'), m.job_title,
    CASE WHEN pg_temp.share(m.email || '/language') < 0.3 THEN '{en,es}'::text[] ELSE '{en}'::text[] END, m.local_part || '.' || m.slug || '@example.com', pg_temp.phone('work/' || m.email, m.area_codes),
    (ARRAY['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#bcbd22', '#17becf', '#393b79'])[m.place],
    m.industry IN ('hs', 'investigations') AND m.shift IS NOT NULL, m.shift IS NOT NULL, m.today - 547 - pg_temp.number(m.email || '/started', 0, 2500),
    pg_temp.moment(m.today - 546, 720, m.zone), pg_temp.id('user/owner@' || m.slug || '.test')
FROM demo_member m JOIN demo_department d ON d.slug = m.slug AND d.position = m.department ORDER BY m.slug, m.place;

CREATE TEMPORARY TABLE demo_skill ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.zone, b.today, s.name, s.category, pg_temp.id('skill/' || b.slug || '/' || s.name) AS id
FROM demo_business b JOIN (VALUES
    ('hvac', 'Refrigerant handling', 'Cooling'), ('hvac', 'Gas furnaces', 'Heating'), ('hvac', 'Heat pumps', 'Cooling'), ('hvac', 'Duct work', 'Air'), ('hvac', 'Controls', 'Electrical'),
    ('plumbing', 'Drain cleaning', 'Drains'), ('plumbing', 'Water heaters', 'Heating'), ('plumbing', 'Repiping', 'Pipes'), ('plumbing', 'Gas lines', 'Pipes'), ('plumbing', 'Backflow testing', 'Inspection'),
    ('bistro', 'Wine service', 'Service'), ('bistro', 'Cocktails', 'Bar'), ('bistro', 'Large parties', 'Service'), ('bistro', 'Closing', 'Office'),
    ('garage', 'Brakes', 'Repair'), ('garage', 'Engine diagnosis', 'Diagnosis'), ('garage', 'Electrical', 'Diagnosis'), ('garage', 'Alignment', 'Tires'), ('garage', 'Hybrid systems', 'Diagnosis'),
    ('boutique', 'Styling', 'Sales'), ('boutique', 'Visual merchandising', 'Sales'), ('boutique', 'Fulfillment', 'Online'), ('boutique', 'Alterations', 'Workroom'),
    ('academy', 'Curriculum design', 'Teaching'), ('academy', 'Online teaching', 'Teaching'), ('academy', 'Tutoring', 'Teaching'),
    ('payroll', 'Multi-state payroll', 'Payroll'), ('payroll', 'Tax filings', 'Tax'), ('payroll', 'Benefits', 'Payroll'),
    ('agency', 'Surveillance', 'Field'), ('agency', 'Public records', 'Research'), ('agency', 'Interviews', 'Field'), ('agency', 'Digital forensics', 'Research')
) AS s (slug, name, category) USING (slug);

INSERT INTO users.skills (id, business_id, name, category, created_at, created_by)
SELECT s.id, s.business_id, s.name, s.category, pg_temp.moment(s.today - 545, 600, s.zone), pg_temp.id('user/manager@' || s.slug || '.test') FROM demo_skill s ORDER BY s.slug, s.name;

INSERT INTO users.user_skills (id, business_id, user_id, skill_id, level, acquired_on, created_at, created_by)
SELECT pg_temp.id('skill/' || m.email || '/' || s.name), m.business_id, m.user_id, s.id,
    CASE WHEN m.job_title ~* 'apprentice' THEN 'trainee' WHEN pg_temp.share(m.email || s.name || '/level') < 0.35 THEN 'expert' ELSE 'competent' END,
    m.today - 500 - pg_temp.number(m.email || s.name, 0, 1500), pg_temp.moment(m.today - 544, 610, m.zone), pg_temp.id('user/manager@' || m.slug || '.test')
FROM demo_member m JOIN demo_skill s USING (slug)
WHERE m.shift IS NOT NULL AND pg_temp.share(m.email || s.name || '/has') < 0.6 ORDER BY m.slug, m.place, s.name;

INSERT INTO users.certifications (id, business_id, name, issuing_authority, description, validity_months, is_mandatory, created_at, created_by)
SELECT pg_temp.id('certification/' || b.slug || '/' || c.name), b.id, c.name, c.authority, c.description, c.months, c.mandatory, pg_temp.moment(b.today - 545, 620, b.zone),
    pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES
    ('hvac', 'EPA Section 608 Universal', 'Environmental Protection Agency', 'Handling of refrigerants.', NULL::integer, true), ('hvac', 'NATE Air Conditioning', 'NATE', 'Service of air conditioners.', 24, false),
    ('plumbing', 'Journeyman plumber', 'State Plumbing Board', 'Work without supervision.', 24, true), ('plumbing', 'Backflow prevention tester', 'ABPA', 'Yearly tests for the city.', 36, false),
    ('bistro', 'Food protection', 'Department of Health', 'Safe handling of food.', 60, true), ('bistro', 'Alcohol service', 'State Liquor Authority', 'Who may be served.', 36, true),
    ('garage', 'ASE Brakes', 'ASE', 'Brake systems.', 60, true), ('garage', 'ASE Engine Performance', 'ASE', 'Diagnosis of engines.', 60, false),
    ('boutique', 'First aid', 'Red Cross', 'For the sales floor.', 24, false), ('academy', 'Adult educator', 'State University', 'Teaching of adults.', NULL, false),
    ('payroll', 'Fundamental Payroll Certification', 'PayrollOrg', 'Payroll basics.', 36, true), ('agency', 'Private detective', 'State Police', 'Registration of investigators.', 36, true)
) AS c (slug, name, authority, description, months, mandatory) USING (slug) ORDER BY b.slug, c.name;

INSERT INTO users.user_certifications (id, business_id, user_id, certification_id, certificate_number, issued_on, expires_on, status, created_at, created_by)
SELECT pg_temp.id('certification/' || m.email || '/' || c.name), m.business_id, m.user_id, c.id, upper(substr(md5(m.email || c.name), 1, 8)), h.issued, h.expires,
    CASE WHEN h.expires < m.today THEN 'expired' WHEN pg_temp.share(m.email || c.name || '/checked') < 0.1 THEN 'pending' ELSE 'valid' END,
    pg_temp.moment(m.today - 544, 640, m.zone), pg_temp.id('user/manager@' || m.slug || '.test')
FROM demo_member m JOIN users.certifications c ON c.business_id = m.business_id
CROSS JOIN LATERAL (SELECT issued, (issued + make_interval(months => c.validity_months))::date AS expires
    FROM (SELECT m.today - pg_temp.number(m.email || c.name || '/issued', 30, coalesce(c.validity_months, 60) * 31) AS issued) AS i) AS h
WHERE m.shift IS NOT NULL AND (c.is_mandatory OR pg_temp.share(m.email || c.name) < 0.5) ORDER BY m.slug, m.place, c.name;

CREATE TEMPORARY TABLE demo_team ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.zone, b.today, t.place, t.name, t.kind, t.color, pg_temp.id('team/' || b.slug || '/' || t.place) AS id
FROM demo_business b JOIN (VALUES
    ('hs', 1, 'Office', 'office', '#607d8b'), ('hs', 2, 'North crew', 'crew', '#1f77b4'), ('hs', 3, 'South crew', 'crew', '#2ca02c'), ('rest', 1, 'Managers', 'office', '#607d8b'),
    ('rest', 2, 'Dining room', 'shift', '#8e44ad'),
    ('auto', 1, 'Front desk', 'office', '#607d8b'), ('auto', 2, 'Technicians', 'crew', '#d35400'), ('ret', 1, 'Office', 'office', '#607d8b'), ('ret', 2, 'Sales floor', 'shift', '#16a085'),
    ('courses', 1, 'Administration', 'office', '#607d8b'), ('courses', 2, 'Faculty', 'project', '#2980b9'), ('payroll', 1, 'Office', 'office', '#607d8b'), ('payroll', 2, 'Processing', 'crew', '#27ae60'),
    ('investigations', 1, 'Office', 'office', '#607d8b'), ('investigations', 2, 'Field', 'crew', '#c0392b')
) AS t (industry, place, name, kind, color) USING (industry);

INSERT INTO users.teams (id, business_id, name, kind, location_id, lead_id, color, created_at, created_by)
SELECT t.id, t.business_id, t.name, t.kind, pg_temp.id('location/' || t.slug || '/MAIN'), CASE WHEN t.place = 1 THEN pg_temp.id('user/manager@' || t.slug || '.test') ELSE lead.id END, t.color,
    pg_temp.moment(t.today - 543, 600, t.zone), pg_temp.id('user/owner@' || t.slug || '.test')
FROM demo_team t LEFT JOIN demo_person lead ON lead.slug = t.slug AND lead.shift = t.place - 1 ORDER BY t.slug, t.place;

INSERT INTO users.team_members (id, business_id, team_id, user_id, role, joined_on, created_at, created_by)
SELECT pg_temp.id('team/' || m.slug || '/' || t.place || '/' || m.email), m.business_id, t.id, m.user_id,
    CASE WHEN m.job_title ~* 'apprentice' THEN 'apprentice' WHEN (t.place = 1 AND m.local_part = 'manager') OR (t.place > 1 AND m.shift = t.place - 1) THEN 'lead' ELSE 'member' END,
    m.today - 543, pg_temp.moment(m.today - 543, 605, m.zone), pg_temp.id('user/owner@' || m.slug || '.test')
FROM demo_member m
JOIN demo_team t ON t.slug = m.slug AND t.place = CASE WHEN m.shift IS NULL THEN 1 WHEN m.industry = 'hs' THEN 3 - m.shift % 2 ELSE 2 END
ORDER BY m.slug, m.place;

INSERT INTO users.availability_rules (id, business_id, user_id, location_id, weekday, starts_at, ends_at, effective_from, created_at, created_by)
SELECT pg_temp.id('availability/' || m.email || '/' || weekday), m.business_id, m.user_id, pg_temp.id('location/' || m.slug || '/MAIN'), weekday, h.starts_at, h.ends_at, m.today - 540,
    pg_temp.moment(m.today - 540, 700, m.zone), pg_temp.id('user/manager@' || m.slug || '.test')
FROM demo_member m
JOIN (VALUES ('hs', time '08:00', time '17:00'), ('rest', '15:00', '23:00'), ('auto', '07:00', '16:00'), ('ret', '10:00', '19:00'), ('courses', '09:00', '17:00'), ('payroll', '08:30', '17:30'),
    ('investigations', '09:00', '18:00')) AS h (industry, starts_at, ends_at) USING (industry)
-- Five days in a row, each person's beginning on another where the business works every day.
CROSS JOIN LATERAL (SELECT 1 + (d + CASE WHEN m.industry IN ('hs', 'rest', 'auto', 'ret') THEN m.shift ELSE 0 END) % 7 AS weekday FROM generate_series(0, 4) AS d) AS days
WHERE m.shift IS NOT NULL ORDER BY m.slug, m.place, weekday;

INSERT INTO users.availability_exceptions (id, business_id, user_id, kind, source, starts_at, ends_at, reason, created_at, created_by)
SELECT pg_temp.id('absence/' || m.email), m.business_id, m.user_id, 'unavailable', CASE WHEN pg_temp.share(m.email || '/off') < 0.5 THEN 'time_off' ELSE 'manual' END,
    pg_temp.moment(m.today + h.day, 0, m.zone), pg_temp.moment(m.today + h.day + h.days, 0, m.zone), pg_temp.pick(m.email || '/why', '{Vacation,Training,"Family visit","Dentist in the morning"}'),
    pg_temp.moment(m.today - 12, 620, m.zone), m.user_id
FROM demo_member m CROSS JOIN LATERAL (SELECT pg_temp.number(m.email || '/absent', 5, 60) AS day, pg_temp.number(m.email || '/days', 1, 5) AS days) AS h
WHERE m.shift IS NOT NULL AND m.shift % 2 = 0 ORDER BY m.slug, m.place;

INSERT INTO permissions.roles (id, business_id, key, name, description, base_role, created_at, created_by)
SELECT pg_temp.id('role/' || b.slug || '/' || r.key), b.id, r.key, r.name, r.description, r.base_role, pg_temp.moment(b.today - 540, 705, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES
    ('team_lead', 'Team lead', 'Plans the day of a crew.', 'staff'), ('bookkeeper', 'Bookkeeper', 'Sees the money, changes nothing.', 'viewer'), ('trainee', 'Trainee', 'Works under supervision.', 'staff')
) AS r (key, name, description, base_role) ORDER BY b.slug, r.key;

INSERT INTO permissions.role_permissions (id, business_id, role_id, permission_id, effect, reach, created_at, created_by)
SELECT pg_temp.id('role/' || b.slug || '/' || g.role || '/' || p.key), b.id, pg_temp.id('role/' || b.slug || '/' || g.role), p.id, g.effect, g.reach, pg_temp.moment(b.today - 540, 710, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b
JOIN (VALUES ('team_lead', 'hs.work_orders.assign', 'allow', 'team'), ('team_lead', 'ret.inventory_movements.create', 'allow', 'location'), ('bookkeeper', 'hs.invoices.read', 'allow', 'business'),
    ('bookkeeper', 'hs.customers.export', 'deny', 'business'), ('trainee', 'hs.estimates.approve', 'deny', 'business'), ('trainee', 'hs.customers.read', 'allow', 'own')) AS g (role, key, effect, reach) ON true
JOIN permissions.permissions p ON p.key = g.key ORDER BY b.slug, g.role, p.key;

INSERT INTO permissions.user_roles (id, business_id, user_id, role_id, reason, created_at, created_by)
SELECT pg_temp.id('role/' || m.email || '/' || r.key), m.business_id, m.user_id, pg_temp.id('role/' || m.slug || '/' || r.key), r.reason, pg_temp.moment(m.today - 539, 600, m.zone),
    pg_temp.id('user/owner@' || m.slug || '.test')
FROM demo_member m CROSS JOIN LATERAL (
    SELECT 'bookkeeper' AS key, 'Does the books.' AS reason WHERE m.local_part = 'viewer'
    UNION ALL SELECT 'team_lead', 'Leads the crew.' WHERE m.shift = 1
    UNION ALL SELECT 'trainee', 'In training.' WHERE m.job_title = 'Apprentice'
) AS r ORDER BY m.slug, m.place;
