-- What follows the paydays: the money sent, deposits and returns, yearly statements, contractors, and who leaves.

-- The money goes out while the runs are with the bank: a part to the savings account of those who asked for it.
INSERT INTO payroll.disbursements (id, business_id, pay_stub_id, employee_bank_account_id, method, amount, reference, status, created_at)
SELECT pg_temp.id(s.key || '/sent/' || a.priority), s.business_id, s.id, a.id, 'direct_deposit',
    CASE WHEN a.split_method = 'fixed_amount' THEN 150 ELSE s.net - CASE WHEN s.place % 4 = 1 THEN 150 ELSE 0 END END, 'ACH ' || upper(substr(md5(s.key || a.priority), 1, 8)), 'pending',
    s.created_at + interval '1 day'
FROM (SELECT *, gross - pretax - withheld - posttax + reimbursed AS net FROM demo_stub WHERE outcome = 'paid') AS s
    JOIN payroll.employee_bank_accounts a ON a.business_id = s.business_id AND a.employee_id = s.employee_id WHERE s.net > 200 ORDER BY s.pay_date, s.place, a.priority;
UPDATE payroll.disbursements d SET status = 'sent' FROM demo_stub s WHERE d.business_id = s.business_id AND d.pay_stub_id = s.id;
UPDATE payroll.pay_runs t SET status = 'paid' FROM demo_run r WHERE t.business_id = r.business_id AND t.id = pg_temp.id('payroll/run/' || r.slug) AND r.outcome = 'paid';
UPDATE payroll.disbursements d SET status = 'settled', settled_on = s.pay_date FROM demo_stub s WHERE d.business_id = s.business_id AND d.pay_stub_id = s.id;
UPDATE payroll.disbursements d SET status = 'returned', return_reason = 'Account closed.' FROM demo_stub s
    WHERE d.business_id = s.business_id AND d.pay_stub_id = s.id AND s.place = 30 AND s.pay_date = (SELECT max(o.pay_date) FROM demo_stub o WHERE o.place = 30);

-- The months of the runs, each with what was withheld and owed.
CREATE TEMPORARY TABLE demo_deposit ON COMMIT DROP AS
SELECT b.id AS business_id, b.zone, b.today, w.jurisdiction, w.kind, w.period_start, w.period_end, w.due_on, sum(w.amount) AS amount
FROM demo_business b CROSS JOIN LATERAL (
    SELECT CASE t.kind WHEN 'unemployment' THEN t.kind ELSE 'withholding' END AS kind, t.jurisdiction, t.amount, m.first_day AS period_start,
        (m.first_day + m.length - interval '1 day')::date AS period_end,
        (m.first_day + m.length)::date + CASE t.kind WHEN 'unemployment' THEN 30 ELSE 14 END AS due_on
    FROM demo_withheld t JOIN demo_stub s ON s.id = t.stub_id AND s.outcome = 'paid'
    CROSS JOIN LATERAL (SELECT date_trunc(CASE t.kind WHEN 'unemployment' THEN 'quarter' ELSE 'month' END, s.pay_date)::date AS first_day,
        CASE t.kind WHEN 'unemployment' THEN interval '3 months' ELSE interval '1 month' END AS length) AS m
) AS w WHERE b.slug = 'payroll' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
ANALYZE demo_deposit;

INSERT INTO payroll.tax_payments (id, business_id, tax_payment_number, tax_jurisdiction_id, employer_tax_account_id, period_start, period_end, amount, due_on, paid_on,
    confirmation_reference, status, created_at, created_by)
SELECT pg_temp.id('payroll/deposit/' || d.jurisdiction || d.kind || d.period_start), d.business_id,
    pg_temp.document_number('TP', d.created_at, d.zone, row_number() OVER (PARTITION BY extract(year FROM d.created_at AT TIME ZONE d.zone) ORDER BY d.created_at, d.due_on, d.jurisdiction)),
    j.id,
    pg_temp.id('payroll/account/' || CASE d.kind WHEN 'unemployment' THEN 'unemployment' ELSE 'social_security' END || '/employer'), d.period_start, d.period_end, d.amount, d.due_on,
        CASE WHEN d.due_on - 3 < d.today THEN d.due_on - 3 END,
    CASE WHEN d.due_on - 3 < d.today THEN upper(substr(md5(d.jurisdiction || d.kind || d.period_start), 1, 12)) END, 'due', d.created_at, pg_temp.id('user/nathan.price@payroll.test')
FROM (SELECT *, least(pg_temp.moment(period_end, 990, zone), now()) AS created_at FROM demo_deposit WHERE amount > 0) AS d JOIN payroll.tax_jurisdictions j ON j.code = d.jurisdiction
    ORDER BY d.created_at, d.due_on, d.jurisdiction;
UPDATE payroll.tax_payments p SET status = 'paid' FROM demo_business b WHERE b.slug = 'payroll' AND p.business_id = b.id AND p.paid_on IS NOT NULL;
UPDATE payroll.tax_payments p SET status = 'scheduled' FROM demo_business b WHERE b.slug = 'payroll' AND p.business_id = b.id AND p.status = 'due' AND p.due_on <= b.today + 20;

INSERT INTO payroll.tax_filings (id, business_id, tax_jurisdiction_id, form_name, period_start, period_end, due_on, filed_on, confirmation_reference, status, created_at, created_by)
SELECT pg_temp.id('payroll/return/' || f.form || '/' || q.first_day), b.id, j.id, f.form, q.first_day, q.last_day, q.due_on, CASE WHEN q.due_on - 6 < b.today THEN q.due_on - 6 END,
    CASE WHEN q.due_on - 6 < b.today THEN upper(substr(md5(f.form || q.first_day), 1, 10)) END, 'upcoming', pg_temp.moment(least(q.first_day, b.today), 500, b.zone),
    pg_temp.id('user/nathan.price@payroll.test')
FROM demo_business b CROSS JOIN (VALUES ('US', '941')) AS f (jurisdiction, form) JOIN payroll.tax_jurisdictions j ON j.code = f.jurisdiction CROSS JOIN generate_series(0, 1) AS ago
CROSS JOIN LATERAL (SELECT (date_trunc('quarter', b.today) - make_interval(months => 3 * ago))::date AS first_day,
    (date_trunc('quarter', b.today) - make_interval(months => 3 * ago - 3) - interval '1 day')::date AS last_day,
    (date_trunc('quarter', b.today) - make_interval(months => 3 * ago - 3))::date + 30 AS due_on) AS q
WHERE b.slug = 'payroll' ORDER BY q.first_day, f.form;
UPDATE payroll.tax_filings f SET status = 'ready' FROM demo_business b WHERE b.slug = 'payroll' AND f.business_id = b.id AND f.period_end < b.today;
UPDATE payroll.tax_filings f SET status = 'filed' FROM demo_business b WHERE b.slug = 'payroll' AND f.business_id = b.id AND f.status = 'ready' AND f.filed_on IS NOT NULL;
UPDATE payroll.tax_filings f SET status = 'accepted' FROM demo_business b WHERE b.slug = 'payroll' AND f.business_id = b.id AND f.status = 'filed' AND f.filed_on < b.today - 5;

INSERT INTO payroll.contractors (id, business_id, contractor_number, contractor_type, first_name, last_name, company_name, email, phone, hourly_rate, started_on, status, created_at,
    created_by)
SELECT pg_temp.id('payroll/contractor/' || c.place), b.id,
    pg_temp.document_number('CTR', m.moment, b.zone, row_number() OVER (PARTITION BY extract(year FROM m.moment AT TIME ZONE b.zone) ORDER BY m.moment)), c.kind, c.first_name, c.last_name,
    c.company, c.email, pg_temp.phone('payroll/contractor/' || c.place, b.area_codes), c.rate,
    b.today - c.since, 'onboarding', m.moment, pg_temp.id('user/manager@payroll.test')
FROM (VALUES (1, 'individual', 'Marcia', 'Ellery', NULL, 'marcia.ellery@example.com', 65.00, 510),
    (2, 'company', NULL, NULL, 'Cumberland IT Services', 'billing@cumberland-it.example.com', 110.00, 470), (3, 'individual', 'Theo', 'Brandt', NULL, 'theo.brandt@example.com', 48.00, 300),
    (4, 'company', NULL, NULL, 'Bright Windows Cleaning', 'office@brightwindows.example.com', NULL, 420),
        (5, 'individual', 'Renata', 'Osei', 'Osei Training', 'renata@osei-training.example.com', 95.00, 150),
        (6, 'individual', 'Paul', 'Gentry', NULL, 'paul.gentry@example.com', 40.00, 9)) AS c (place, kind, first_name, last_name, company, email, rate, since)
JOIN demo_business b ON b.slug = 'payroll' CROSS JOIN LATERAL (SELECT pg_temp.moment(b.today - c.since, 640, b.zone) AS moment) AS m ORDER BY m.moment;
UPDATE payroll.contractors c SET status = 'active' FROM demo_business b WHERE b.slug = 'payroll' AND c.business_id = b.id AND c.started_on < b.today - 20;
UPDATE payroll.contractors c SET status = 'inactive', ended_on = b.today - 60 FROM demo_business b
    WHERE b.slug = 'payroll' AND c.business_id = b.id AND c.id = pg_temp.id('payroll/contractor/3');

CREATE TEMPORARY TABLE demo_contractor_payment ON COMMIT DROP AS
SELECT 'payroll/contractor/' || c.place || '/' || n AS key, c.place, c.rate, b.id AS business_id, b.zone, b.today, b.today - c.every * n + 6 AS pay_date,
    CASE WHEN c.rate > 0 THEN pg_temp.number('payroll/contractor/' || c.place || '/' || n, 4, 36) ELSE 0 END AS hours, c.fixed, c.description,
    CASE WHEN n = 0 THEN CASE c.place WHEN 2 THEN 'approved' ELSE 'draft' END WHEN n = 1 AND c.every > 20 THEN 'paid' WHEN n = 1 THEN 'approved' WHEN c.place = 5 AND n = 3 THEN 'cancelled'
        ELSE 'paid' END AS outcome
FROM demo_business b CROSS JOIN (VALUES (1, 65.00, 30, 0.00, 'Review of year-end forms', 0, 8), (2, 110.00, 30, 0.00, 'Servers and backup', 0, 10),
    (3, 48.00, 30, 0.00, 'Translation of handbooks', 3, 7), (4, 0.00, 30, 240.00, 'Windows, both floors', 0, 9), (5, 95.00, 45, 0.00, 'Training for new specialists', 1, 3)) AS c (place,
    rate, every, fixed, description, first_one, last_one)
CROSS JOIN LATERAL generate_series(c.first_one, c.last_one) AS n WHERE b.slug = 'payroll';
ANALYZE demo_contractor_payment;
INSERT INTO payroll.contractor_payments (id, business_id, contractor_payment_number, contractor_id, approved_by_id, hours, rate, fixed_amount, description, invoice_reference, method,
    pay_date, status, created_at, created_by)
SELECT pg_temp.id(p.key), p.business_id, pg_temp.document_number('CP', m.moment, p.zone,
    row_number() OVER (PARTITION BY extract(year FROM m.moment AT TIME ZONE p.zone) ORDER BY m.moment, p.key)), pg_temp.id('payroll/contractor/' || p.place),
    CASE WHEN p.outcome IN ('approved', 'paid') THEN pg_temp.id('user/owner@payroll.test') END,
    p.hours, p.rate, p.fixed, p.description, 'INV-' || pg_temp.number(p.key || '/invoice', 100, 999), CASE p.place WHEN 4 THEN 'check' ELSE 'direct_deposit' END, p.pay_date, 'draft',
        m.moment, pg_temp.id('user/wendy.chu@payroll.test')
FROM demo_contractor_payment p CROSS JOIN LATERAL (SELECT pg_temp.moment(least(p.pay_date - 8, p.today - 1), 600, p.zone) AS moment) AS m ORDER BY m.moment, p.key;
UPDATE payroll.contractor_payments t SET status = CASE p.outcome WHEN 'cancelled' THEN 'cancelled' ELSE 'approved' END FROM demo_contractor_payment p
    WHERE t.business_id = p.business_id AND t.id = pg_temp.id(p.key) AND p.outcome <> 'draft';
UPDATE payroll.contractor_payments t SET status = 'paid' FROM demo_contractor_payment p WHERE t.business_id = p.business_id AND t.id = pg_temp.id(p.key) AND p.outcome = 'paid';

-- Last year's statements are delivered; this year's wait for the last payday.
INSERT INTO payroll.year_end_forms (id, business_id, employee_id, form_type, tax_year, box_amounts, has_electronic_consent, delivered_on, status, created_at, created_by)
SELECT pg_temp.id(e.key || '/w2/' || y.tax_year), e.business_id, e.id, 'w2', y.tax_year,
    jsonb_build_object('1', w.wages, '2', round(w.wages * 0.11, 2), '3', w.wages, '4', round(w.wages * 0.062, 2), '5', w.wages, '6', round(w.wages * 0.0145, 2)),
    pg_temp.share(e.key || '/electronic') < 0.8, y.delivered_on, 'draft', pg_temp.moment(y.prepared_on, 600, e.zone), pg_temp.id('user/nathan.price@payroll.test')
FROM demo_employee e CROSS JOIN LATERAL (SELECT extract(year FROM e.today)::integer - 1 AS tax_year, make_date(extract(year FROM e.today)::integer - 1, 12, 31) AS last_day,
    least(date_trunc('year', e.today)::date + 24, e.today) AS delivered_on, least(date_trunc('year', e.today)::date + 10, e.today) AS prepared_on) AS y
CROSS JOIN LATERAL (SELECT round(least(e.yearly, e.yearly * (y.last_day - e.hired_on) / 365), 2) AS wages) AS w WHERE e.hired_on < y.last_day - 14 ORDER BY e.place;
INSERT INTO payroll.year_end_forms (id, business_id, contractor_id, form_type, tax_year, box_amounts, has_electronic_consent, delivered_on, status, created_at, created_by)
SELECT pg_temp.id('payroll/1099/' || c.place), b.id, pg_temp.id('payroll/contractor/' || c.place), 'form_1099_nec', extract(year FROM b.today)::integer - 1,
    jsonb_build_object('1', c.amount), true, least(date_trunc('year', b.today)::date + 26, b.today), 'draft',
    pg_temp.moment(least(date_trunc('year', b.today)::date + 12, b.today), 620, b.zone), pg_temp.id('user/nathan.price@payroll.test')
FROM (VALUES (1, 8450.00), (2, 11220.00), (4, 2640.00)) AS c (place, amount) JOIN demo_business b ON b.slug = 'payroll' ORDER BY c.place;
UPDATE payroll.year_end_forms f SET status = 'final' FROM demo_business b WHERE b.slug = 'payroll' AND f.business_id = b.id;
UPDATE payroll.year_end_forms f SET status = 'delivered' FROM demo_business b WHERE b.slug = 'payroll' AND f.business_id = b.id;

-- Two have left, and one has given notice.
INSERT INTO payroll.terminations (id, business_id, employee_id, final_pay_run_id, termination_type, reason, notice_on, last_day_on, pays_out_leave, is_rehire_eligible, benefits_end_on,
    status, created_at, created_by)
SELECT pg_temp.id(e.key || '/end'), e.business_id, e.id,
    pg_temp.id('payroll/run/' || (SELECT r.slug FROM demo_run r WHERE r.run_type = 'regular' AND EXISTS (SELECT FROM demo_stub s WHERE s.place = t.place AND s.run = r.slug) AND t.place <> 16
    ORDER BY r.n DESC LIMIT 1)), t.kind, t.reason, d.last_day - 14, d.last_day, true, t.again, (date_trunc('month', d.last_day) + interval '1 month' - interval '1 day')::date, 'planned',
    pg_temp.moment(least(d.last_day - 13, e.today), 600, e.zone), pg_temp.id('user/manager@payroll.test')
FROM (VALUES (30, 'resignation', 'Moves to Memphis.', true), (31, 'dismissal', 'Left a client''s payroll unsent twice.', false),
    (16, 'resignation', 'Goes back to school.', true)) AS t (place, kind, reason, again) JOIN demo_employee e USING (place)
    CROSS JOIN LATERAL (SELECT coalesce(e.ended_on, e.today + 12) AS last_day) AS d ORDER BY t.place;
UPDATE payroll.terminations t SET status = 'confirmed' FROM demo_employee e WHERE t.business_id = e.business_id AND t.employee_id = e.id;
UPDATE payroll.terminations t SET status = 'completed' FROM demo_employee e WHERE t.business_id = e.business_id AND t.employee_id = e.id AND e.status = 'terminated';
