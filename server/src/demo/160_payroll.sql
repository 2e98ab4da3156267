-- A payroll firm's own people: posts, pay, contacts, benefits, and who joins or leaves.

CREATE TEMPORARY TABLE demo_post (
    slug text PRIMARY KEY,
    title text NOT NULL,
    pay_basis text NOT NULL,
    pay_minimum numeric NOT NULL,
    pay_maximum numeric NOT NULL,
    headcount integer NOT NULL,
    description text NOT NULL
) ON COMMIT DROP;

INSERT INTO demo_post VALUES
    ('partner', 'Managing partner', 'salary', 120000, 180000, 1, 'Leads the firm and its largest clients.'),
    ('manager', 'Payroll manager', 'salary', 72000, 98000, 2, 'Answers for every run that leaves the house.'),
    ('specialist', 'Payroll specialist', 'hourly', 23, 34, 10, 'Runs the payrolls of twelve to fifteen clients.'),
    ('tax', 'Tax specialist', 'salary', 58000, 80000, 3, 'Deposits and returns for all states.'),
    ('onboarding', 'Onboarding specialist', 'hourly', 22, 30, 3, 'Brings new clients and their people in.'),
    ('compliance', 'Compliance reviewer', 'salary', 62000, 84000, 1, 'Reads what others overlook.'),
    ('support', 'Client support representative', 'hourly', 18, 26, 8, 'Answers the telephone on payday.'),
    ('sales', 'Sales representative', 'salary', 48000, 75000, 3, 'Finds employers who still add up by hand.'),
    ('systems', 'Systems administrator', 'salary', 65000, 92000, 1, 'Keeps the machines and the permissions.'),
    ('office', 'Office assistant', 'hourly', 16, 21, 2, 'Mail, checks and the front desk.');
ANALYZE demo_post;

-- Eight are members of the business; the others only appear on its payroll.
CREATE TEMPORARY TABLE demo_employee ON COMMIT DROP AS
SELECT g.place, 'payroll/employee/' || g.place AS key, pg_temp.id('payroll/employee/' || g.place) AS id, b.id AS business_id, b.zone, b.today, p.id AS user_id,
    coalesce(p.first_name, m.first_names[g.place]) AS first_name, coalesce(p.last_name, m.last_names[g.place]) AS last_name,
    g.post, t.pay_basis, g.pay, g.weekly_hours, CASE WHEN g.weekly_hours < 30 THEN 'part_time' ELSE 'full_time' END AS employment_type, b.today - g.hired AS hired_on,
        b.today - g.ended AS ended_on, g.status,
    pg_temp.share(g.place || '/married') < 0.5 AS is_married, CASE WHEN pg_temp.share(g.place || '/children') < 0.45 THEN pg_temp.number(g.place || '/children', 1, 2) ELSE 0 END AS children,
    -- What one hour and one year are worth.
    CASE t.pay_basis WHEN 'hourly' THEN g.pay ELSE round(g.pay / 2080, 4) END AS hour_rate, CASE t.pay_basis WHEN 'hourly' THEN g.pay * g.weekly_hours * 52 ELSE g.pay END AS yearly,
    pg_temp.moment(greatest(b.today - g.hired, b.today - 540), 540 + g.place, b.zone) AS created_at
FROM (VALUES
    (1, 'owner', 'partner', 150000, 40, 4200, NULL::integer, 'active'), (2, 'manager', 'manager', 88000, 40, 2900, NULL, 'active'),
        (3, 'staff', 'specialist', 31.5, 40, 1800, NULL, 'active'),
    (4, 'viewer', 'compliance', 74000, 40, 1500, NULL, 'active'), (5, 'julia.stone', 'specialist', 28, 40, 1300, NULL, 'active'), (6, 'nathan.price', 'tax', 69000, 40, 2100, NULL, 'active'),
    (7, 'wendy.chu', 'specialist', 27.25, 40, 900, NULL, 'active'), (8, 'carl.jimenez', 'onboarding', 26, 40, 760, NULL, 'active'), (9, NULL, 'manager', 79000, 40, 1650, NULL, 'active'),
    (10, NULL, 'specialist', 29.75, 40, 1420, NULL, 'active'), (11, NULL, 'specialist', 26.5, 40, 840, NULL, 'active'), (12, NULL, 'specialist', 25, 40, 480, NULL, 'active'),
    (13, NULL, 'specialist', 24.5, 40, 300, NULL, 'active'), (14, NULL, 'specialist', 28.25, 40, 1010, NULL, 'on_leave'), (15, NULL, 'tax', 64000, 40, 700, NULL, 'active'),
    (16, NULL, 'tax', 61000, 40, 390, NULL, 'active'), (17, NULL, 'onboarding', 24, 40, 520, NULL, 'active'), (18, NULL, 'onboarding', 23, 40, 210, NULL, 'active'),
    (19, NULL, 'support', 23.5, 40, 1120, NULL, 'active'), (20, NULL, 'support', 22, 40, 660, NULL, 'active'), (21, NULL, 'support', 21, 40, 430, NULL, 'active'),
    (22, NULL, 'support', 20.5, 40, 350, NULL, 'active'), (23, NULL, 'support', 20, 24, 280, NULL, 'active'), (24, NULL, 'support', 19.5, 24, 150, NULL, 'active'),
    (25, NULL, 'sales', 62000, 40, 980, NULL, 'active'), (26, NULL, 'sales', 54000, 40, 410, NULL, 'active'), (27, NULL, 'systems', 81000, 40, 1250, NULL, 'active'),
    (28, NULL, 'office', 19, 40, 870, NULL, 'active'), (29, NULL, 'office', 17.5, 20, 190, NULL, 'active'), (30, NULL, 'support', 19.75, 40, 620, 41, 'terminated'),
    (31, NULL, 'specialist', 26.75, 40, 730, 55, 'terminated'), (32, NULL, 'sales', 51000, 40, 330, NULL, 'active'), (33, NULL, 'support', 19.5, 40, 6, NULL, 'onboarding'),
    (34, NULL, 'specialist', 24, 40, -11, NULL, 'onboarding')
) AS g (place, local_part, post, pay, weekly_hours, hired, ended, status)
JOIN demo_post t ON t.slug = g.post JOIN demo_business b ON b.slug = 'payroll' JOIN demo_names m ON m.slug = 'payroll'
LEFT JOIN demo_person p ON p.slug = 'payroll' AND p.local_part = g.local_part;
ANALYZE demo_employee;

-- Every two weeks, from the same Monday on whatever day this is loaded; partners and managers by the month.
CREATE TEMPORARY TABLE demo_schedule ON COMMIT DROP AS
SELECT b.id AS business_id, b.zone, b.today, (date_trunc('week', b.today)::date - 7 * ((date_trunc('week', b.today)::date - DATE '2024-01-01') / 7 % 2)) AS this_period,
    pg_temp.id('payroll/schedule/biweekly') AS id FROM demo_business b WHERE b.slug = 'payroll';
ANALYZE demo_schedule;

INSERT INTO payroll.pay_schedules (id, business_id, name, frequency, first_period_start, pay_delay_days, is_default, is_active, created_at, created_by)
SELECT pg_temp.id('payroll/schedule/' || s.slug), d.business_id, s.name, s.slug, s.first_day, s.delay, s.slug = 'biweekly', s.slug <> 'semimonthly',
    pg_temp.moment(d.today - 540, 500, d.zone), pg_temp.id('user/manager@payroll.test')
FROM demo_schedule d CROSS JOIN LATERAL (VALUES ('biweekly', 'Every other Friday', d.this_period - 14 * 38, 5),
    ('semimonthly', 'Twice a month (until the merger)', (date_trunc('month', d.today) - interval '17 months')::date, 3)) AS s (slug, name, first_day, delay);

INSERT INTO payroll.positions (id, business_id, title, code, description, pay_basis, pay_minimum, pay_maximum, workers_compensation_code, headcount, created_at, created_by)
SELECT pg_temp.id('payroll/post/' || t.slug), b.id, t.title, upper(left(t.slug, 4)), t.description, t.pay_basis, t.pay_minimum, t.pay_maximum,
    CASE t.slug WHEN 'sales' THEN '8742' ELSE '8810' END, t.headcount, pg_temp.moment(b.today - 540, 520, b.zone), pg_temp.id('user/manager@payroll.test')
FROM demo_post t JOIN demo_business b ON b.slug = 'payroll' ORDER BY t.slug;

INSERT INTO payroll.employees (id, business_id, employee_number, user_id, pay_schedule_id, first_name, last_name, preferred_name, personal_email, phone, address_line_1, city, state_province,
    postal_code,
    birth_date, employment_type, overtime_status, hired_on, status, created_at, created_by)
SELECT e.id, e.business_id, pg_temp.document_number('EMP', e.created_at, e.zone,
    row_number() OVER (PARTITION BY extract(year FROM e.created_at AT TIME ZONE e.zone) ORDER BY e.created_at, e.place)), e.user_id, pg_temp.id('payroll/schedule/biweekly'),
    e.first_name, e.last_name, CASE WHEN e.place % 9 = 0 THEN left(e.first_name, 3) END, lower(e.first_name || '.' || e.last_name) || '@example.com', pg_temp.phone(e.key, b.area_codes),
    pg_temp.number(e.key || '/house', 101, 4999) || ' ' || pg_temp.pick(e.key || '/street', b.streets), p.city, b.state, p.postal_code,
        e.hired_on - pg_temp.number(e.key || '/age', 21, 52) * 365 - pg_temp.number(e.key || '/days', 0, 364),
    e.employment_type, CASE e.pay_basis WHEN 'salary' THEN 'exempt' ELSE 'non_exempt' END, e.hired_on, 'onboarding', e.created_at, pg_temp.id('user/manager@payroll.test')
FROM demo_employee e JOIN demo_business b ON b.slug = 'payroll' JOIN demo_place p ON p.slug = 'payroll' AND p.place = 1 + pg_temp.hash(e.key || '/place') % 9 ORDER BY e.created_at, e.place;
UPDATE payroll.employees t SET status = 'active' FROM demo_employee e WHERE t.business_id = e.business_id AND t.id = e.id AND e.status <> 'onboarding';
UPDATE payroll.employees t SET status = 'on_leave' FROM demo_employee e WHERE t.business_id = e.business_id AND t.id = e.id AND e.status = 'on_leave';

INSERT INTO payroll.job_assignments (id, business_id, employee_id, position_id, manager_id, is_primary, reason, starts_on, ends_on, created_at, created_by)
SELECT pg_temp.id(e.key || '/post'), e.business_id, e.id, pg_temp.id('payroll/post/' || e.post),
    CASE WHEN e.place IN (2, 9) THEN pg_temp.id('payroll/employee/1') WHEN e.place > 2 THEN pg_temp.id('payroll/employee/' || CASE e.place % 2 WHEN 0 THEN 2 ELSE 9 END) END, true,
    CASE e.place WHEN 3 THEN 'promotion' ELSE 'hire' END, CASE e.place WHEN 3 THEN e.today - 400 ELSE e.hired_on END, e.ended_on, e.created_at, pg_temp.id('user/manager@payroll.test')
FROM demo_employee e
UNION ALL
SELECT pg_temp.id(e.key || '/first post'), e.business_id, e.id, pg_temp.id('payroll/post/support'), pg_temp.id('payroll/employee/9'), true, 'hire', e.hired_on, e.today - 401, e.created_at,
    pg_temp.id('user/manager@payroll.test')
FROM demo_employee e WHERE e.place = 3
ORDER BY 8, 1;

-- Who has been here for more than fourteen months got a raise since.
INSERT INTO payroll.compensations (id, business_id, employee_id, job_assignment_id, approved_by_id, pay_basis, amount, pay_unit, standard_weekly_hours, change_reason, effective_from,
    effective_to, created_at, created_by)
SELECT pg_temp.id(e.key || '/pay/' || c.change), e.business_id, e.id, pg_temp.id(e.key || '/post'), pg_temp.id('user/owner@payroll.test'), e.pay_basis, c.amount,
    CASE e.pay_basis WHEN 'hourly' THEN 'hour' ELSE 'year' END, e.weekly_hours, c.change, c.starts_on, c.ends_on,
    pg_temp.moment(greatest(c.starts_on - 10, e.today - 540), 900, e.zone), pg_temp.id('user/manager@payroll.test')
FROM demo_employee e CROSS JOIN LATERAL (
    SELECT CASE e.place WHEN 3 THEN 'promotion' ELSE 'hire' END AS change, CASE WHEN r.raised THEN round(e.pay / 1.04, CASE e.pay_basis WHEN 'hourly' THEN 2 ELSE -2 END)
        ELSE e.pay END AS amount, CASE e.place WHEN 3 THEN e.today - 400 ELSE e.hired_on END AS starts_on, CASE WHEN r.raised THEN e.today - 201 END AS ends_on
    FROM (SELECT e.hired_on < e.today - 420 AS raised) AS r
    UNION ALL
    SELECT 'merit', e.pay, e.today - 200, NULL WHERE e.hired_on < e.today - 420
) AS c ORDER BY c.starts_on, e.place;

INSERT INTO payroll.emergency_contacts (id, business_id, employee_id, name, relationship, phone, is_primary, created_at)
SELECT pg_temp.id(e.key || '/emergency'), e.business_id, e.id, m.first_names[60 + e.place] || ' ' || CASE WHEN pg_temp.share(e.key || '/same') < 0.6 THEN e.last_name
    ELSE m.last_names[60 + e.place] END, CASE WHEN e.is_married THEN 'Spouse' ELSE pg_temp.pick(e.key || '/who', '{Mother,Father,Sister,Brother,Friend}') END,
    pg_temp.phone(e.key || '/emergency', b.area_codes), true, e.created_at
FROM demo_employee e JOIN demo_names m ON m.slug = 'payroll' JOIN demo_business b ON b.slug = 'payroll' ORDER BY e.place;

INSERT INTO payroll.dependents (id, business_id, employee_id, first_name, last_name, relationship, birth_date, is_tax_dependent, created_at)
SELECT pg_temp.id(e.key || '/family/' || f.place), e.business_id, e.id, m.first_names[1 + (e.place * 5 + f.place * 3) % 100], e.last_name, f.kind,
    e.today - CASE f.kind WHEN 'spouse' THEN 365 * pg_temp.number(e.key || '/spouse', 27, 55) ELSE 365 * pg_temp.number(e.key || f.place, 1, 16) END - 40 * f.place, f.kind = 'child',
    e.created_at
FROM demo_employee e JOIN demo_names m ON m.slug = 'payroll'
    CROSS JOIN LATERAL (SELECT 0 AS place, 'spouse' AS kind WHERE e.is_married UNION ALL SELECT n, 'child' FROM generate_series(1, e.children) AS n) AS f ORDER BY e.place, f.place;

INSERT INTO payroll.work_authorizations (id, business_id, employee_id, verified_by_id, work_status, document_type, issuing_authority, expires_on, verification_case_number, verified_on,
    status, created_at)
SELECT pg_temp.id(e.key || '/permit'), e.business_id, e.id, CASE WHEN e.place < 34 THEN pg_temp.id('user/carl.jimenez@payroll.test') END, s.standing,
    CASE s.standing WHEN 'citizen' THEN 'Passport' WHEN 'permanent_resident' THEN 'Permanent resident card' ELSE 'Employment authorization document' END,
    CASE s.standing WHEN 'citizen' THEN 'U.S. Department of State' ELSE 'U.S. Citizenship and Immigration Services' END,
        CASE s.standing WHEN 'citizen' THEN NULL ELSE e.today + pg_temp.number(e.key || '/until', 25, 900) END,
    CASE WHEN e.place < 34 THEN '20' || lpad(pg_temp.number(e.key || '/case', 1, 999999999)::text, 13, '0') END, CASE WHEN e.place < 34 THEN e.hired_on + 2 END,
        CASE WHEN e.place < 34 THEN 'verified' ELSE 'pending' END, e.created_at
FROM demo_employee e CROSS JOIN LATERAL (SELECT (ARRAY['citizen', 'citizen', 'citizen', 'citizen', 'permanent_resident',
    'authorized_to_work'])[1 + pg_temp.hash(e.key || '/standing') % 6] AS standing) AS s ORDER BY e.place;

INSERT INTO payroll.onboarding_task_templates (id, business_id, name, instructions, done_by, due_days, needs_signature, sort_order, created_at, created_by)
SELECT pg_temp.id('payroll/onboarding/' || t.place), b.id, t.name, t.instructions, t.done_by, t.days, t.signed, t.place, pg_temp.moment(b.today - 540, 530, b.zone),
    pg_temp.id('user/manager@payroll.test')
FROM (VALUES (1, 'Sign the offer letter', 'Both pages.', 'employee', -7, true), (2, 'Fill in form W-4', 'Step 3 only with dependents.', 'employee', 0, true),
    (3, 'Show documents for form I-9', 'Originals, within three days of the start.', 'employee', 3, true), (4, 'Enter the bank account', 'For direct deposit.', 'employee', 3, false),
    (5, 'Set up the computer and accounts', 'Mail, telephone, payroll system with the role of the post.', 'it', -1, false),
        (6, 'Report the new hire to the state', 'Within twenty days.', 'payroll', 14, false), (7, 'Lunch with the team', 'The firm pays.', 'manager', 1, false),
        (8, 'Review after ninety days', 'With the manager.', 'manager', 90, false)) AS t (place, name, instructions, done_by, days, signed)
JOIN demo_business b ON b.slug = 'payroll' ORDER BY t.place;

INSERT INTO payroll.onboarding_tasks (id, business_id, employee_id, onboarding_task_template_id, assigned_to_id, name, due_on, status, created_at, created_by)
SELECT pg_temp.id(e.key || '/task/' || t.sort_order), e.business_id, e.id, t.id,
    CASE t.done_by WHEN 'payroll' THEN pg_temp.id('user/carl.jimenez@payroll.test') WHEN 'manager' THEN pg_temp.id('user/manager@payroll.test') END, t.name, e.hired_on + t.due_days, 'open',
    pg_temp.moment(least(e.hired_on - 10, e.today), 500, e.zone), pg_temp.id('user/carl.jimenez@payroll.test')
FROM demo_employee e JOIN payroll.onboarding_task_templates t ON t.business_id = e.business_id WHERE e.place IN (18, 24, 29, 33, 34)
    AND NOT EXISTS (SELECT FROM payroll.onboarding_tasks o WHERE o.business_id = e.business_id AND o.employee_id = e.id AND o.onboarding_task_template_id = t.id) ORDER BY e.place,
        t.sort_order;
UPDATE payroll.onboarding_tasks o SET status = 'done' FROM demo_employee e WHERE o.business_id = e.business_id AND o.employee_id = e.id AND o.due_on < e.today AND o.status = 'open'
    AND NOT (e.place = 33 AND o.name LIKE 'Show documents%');

INSERT INTO payroll.employee_bank_accounts (id, business_id, employee_id, bank_name, kind, account_number_encrypted, routing_number_encrypted, account_last_four, split_method, split_value,
    priority, status, created_at)
SELECT pg_temp.id(e.key || '/bank/' || a.priority), e.business_id, e.id,
    pg_temp.pick(e.key || '/bank', '{Cumberland Bank,First Volunteer Credit Union,Music City Federal,Pinnacle Ridge Bank}'), a.kind,
    -- Sealed with a key that nobody has: these accounts do not exist.
    decode(md5(e.key || '/account/' || a.priority), 'hex'), decode(md5(e.key || '/routing'), 'hex'), lpad(pg_temp.number(e.key || '/last/' || a.priority, 0, 9999)::text, 4, '0'), a.method,
        a.value, a.priority, 'pending', e.created_at
FROM demo_employee e CROSS JOIN LATERAL (VALUES (1, 'savings', 'fixed_amount', 150.00), (2, 'checking', 'remainder', NULL)) AS a (priority, kind, method, value)
    WHERE e.place <> 34 AND (a.priority = 2 OR e.place % 4 = 1) ORDER BY e.place, a.priority;
UPDATE payroll.employee_bank_accounts a SET status = 'verified' FROM demo_employee e WHERE a.business_id = e.business_id AND a.employee_id = e.id AND e.place <> 33;
