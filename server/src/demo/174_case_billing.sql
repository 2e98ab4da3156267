-- What the agency's work costs: rates, hours, outlays and bills, retainers and payments.

INSERT INTO investigations.billing_rates (id, business_id, name, service, unit, rate, minimum_quantity, effective_from, created_at, created_by)
SELECT pg_temp.id('agency/rate/' || r.service), b.id, r.name, r.service, r.unit, r.rate, r.least, b.today - 540, pg_temp.moment(b.today - 540, 620, b.zone),
    pg_temp.id('user/owner@agency.test')
FROM (VALUES ('investigation', 'Investigation', 'hour', 115.00, 0), ('surveillance', 'Surveillance, one operative', 'hour', 95.00, 4), ('interview', 'Interview', 'hour', 125.00, 1),
    ('forensics', 'Digital forensics', 'hour', 185.00, 2), ('report', 'Report', 'hour', 105.00, 0), ('testimony', 'Testimony', 'hour', 175.00, 2), ('travel', 'Mileage', 'mile', 0.70, 0),
    ('database_search', 'Database search', 'item', 25.00, 0)) AS r (service, name, unit, rate, least)
JOIN demo_business b ON b.slug = 'agency' ORDER BY r.service;
INSERT INTO investigations.billing_rates (id, business_id, customer_id, name, service, unit, rate, minimum_quantity, effective_from, created_at, created_by)
SELECT pg_temp.id('agency/rate/insurer'), c.business_id, pg_temp.id('agency/customer/' || c.customer), 'Surveillance, agreed with the insurer', 'surveillance', 'hour', 88.00, 4,
    c.today - 400, pg_temp.moment(c.today - 400, 620, c.zone), pg_temp.id('user/owner@agency.test') FROM demo_case c WHERE c.n = 3;

-- Half of the private and legal clients pay in advance.
CREATE TEMPORARY TABLE demo_retainer ON COMMIT DROP AS
SELECT c.n, c.key || '/retainer' AS key, pg_temp.id(c.key || '/retainer') AS id, c.business_id, c.zone, c.today, c.id AS case_id, c.customer, c.opened_on, c.closed_on,
    round(c.budget / 2, -2) AS amount, c.created_at FROM demo_case c WHERE c.client_type IN ('law_firm', 'individual') AND c.n % 3 <> 1;
INSERT INTO investigations.retainers (id, business_id, customer_id, case_id, agreed_amount, replenish_below, agreed_on, status, terms, created_at, created_by)
SELECT r.id, r.business_id, pg_temp.id('agency/customer/' || r.customer), r.case_id, r.amount, 500, r.opened_on, 'draft',
    'Hours are taken from the retainer; what is left at the end goes back.', r.created_at, pg_temp.id('user/manager@agency.test') FROM demo_retainer r ORDER BY r.created_at;
UPDATE investigations.retainers t SET status = 'active' FROM demo_retainer r WHERE t.business_id = r.business_id AND t.id = r.id AND r.n <> 31;

-- Who did which step of the plan, for how long.
CREATE TEMPORARY TABLE demo_hours ON COMMIT DROP AS
SELECT t.n, t.key || '/hours/' || d AS key, t.case_id, t.business_id, t.zone, t.id AS task_id, t.person, t.title, t.outcome, w.id AS watch_id,
    CASE WHEN w.id IS NOT NULL THEN 'surveillance' WHEN t.task_type = 'interview' THEN 'interview' WHEN t.task_type = 'report' THEN 'report' WHEN t.task_type = 'surveillance'
    AND c.case_type = 'cyber_incident' THEN 'forensics' ELSE 'investigation' END AS service,
    least(coalesce((w.planned_start AT TIME ZONE t.zone)::date, t.due_on - d), c.today) AS worked_on,
        CASE WHEN w.id IS NOT NULL THEN 7.0 ELSE pg_temp.number(t.key || d, 4, 18) / 4.0 END AS hours, c.closed_on, c.opened_on, c.today
FROM demo_step t JOIN demo_case c USING (n) CROSS JOIN generate_series(1, 2) AS d
    LEFT JOIN demo_watch w ON w.n = t.n AND w.place = d AND t.task_type = 'surveillance' AND w.outcome = 'completed'
WHERE t.outcome IN ('done', 'in_progress') AND (d = 1 OR t.task_type <> 'administration');
ANALYZE demo_hours;
INSERT INTO investigations.time_entries (id, business_id, case_id, user_id, case_task_id, surveillance_session_id, billing_rate_id, worked_on, hours, rate, description, is_billable, status,
    created_at)
SELECT pg_temp.id(h.key), h.business_id, h.case_id, pg_temp.id('user/' || h.person || '@agency.test'), h.task_id, h.watch_id, r.id, h.worked_on, h.hours, r.rate, h.title, true,
    CASE WHEN h.worked_on > h.today - 2 THEN 'draft' WHEN h.worked_on > h.today - 5 THEN 'submitted' ELSE 'approved' END, pg_temp.moment(h.worked_on, 1020, h.zone)
FROM demo_hours h JOIN investigations.billing_rates r ON r.business_id = h.business_id AND r.id = pg_temp.id('agency/rate/' || h.service) ORDER BY h.worked_on, h.key;

CREATE TEMPORARY TABLE demo_outlay ON COMMIT DROP AS
SELECT c.n, c.key || '/outlay/' || e.place AS key, c.id AS case_id, c.business_id, c.zone, c.lead, e.kind, e.description, e.markup,
    pg_temp.amount(c.key || '/outlay/' || e.place, e.low, e.high) AS amount, least(c.opened_on + 5 + 4 * e.place, c.today) AS spent_on, c.today
FROM demo_case c JOIN (VALUES (1, 'mileage', 'Miles driven', 18, 92, 0.0), (2, 'database_fee', 'People locator and vehicle records', 14, 45, 0.1),
    (3, 'record_fee', 'Certified copies', 8, 60, 0.0), (4, 'equipment', 'Memory cards and seals', 12, 40, 0.0)) AS e (place, kind, description, low, high,
    markup) ON e.place <= 2 OR (c.n + e.place) % 3 = 0 WHERE c.status <> 'open';
INSERT INTO investigations.expenses (id, business_id, case_id, spent_by_id, category, description, spent_on, amount, markup_rate, is_billable, status, created_at)
SELECT pg_temp.id(o.key), o.business_id, o.case_id, pg_temp.id('user/' || o.lead || '@agency.test'), o.kind, o.description, o.spent_on, o.amount, o.markup, true,
    CASE WHEN o.spent_on > o.today - 2 THEN 'draft' WHEN o.spent_on > o.today - 5 THEN 'submitted' ELSE 'approved' END, pg_temp.moment(o.spent_on, 1080, o.zone) FROM demo_outlay o
    ORDER BY o.spent_on, o.key;

-- A bill for the work of each case up to its end, or up to last week: a line for each service, one for outlays.
CREATE TEMPORARY TABLE demo_bill ON COMMIT DROP AS
SELECT c.n, c.key || '/bill' AS key, pg_temp.id(c.key || '/bill') AS id, c.id AS case_id, c.business_id, c.zone, c.today, c.customer, c.opened_on, d.issued_on,
    pg_temp.moment(d.issued_on, 640 + c.n, c.zone) AS created_at, CASE WHEN c.closed_on IS NULL AND c.opened_on > c.today - 20 THEN 'draft' WHEN c.n = 18 THEN 'voided'
    WHEN c.n IN (16, 17) THEN 'overdue' WHEN c.closed_on IS NULL THEN 'sent' ELSE 'paid' END AS outcome
FROM demo_case c CROSS JOIN LATERAL (SELECT CASE WHEN c.closed_on IS NOT NULL THEN c.closed_on + 4 ELSE c.today - 5 END AS issued_on) AS d WHERE c.opened_on < c.today - 11;
INSERT INTO investigations.invoices (id, business_id, invoice_number, customer_id, case_id, issued_on, due_on, period_start, period_end, status, notes, created_at, created_by)
SELECT b.id, b.business_id, pg_temp.document_number('INV', b.created_at, b.zone, row_number() OVER (PARTITION BY extract(year FROM b.created_at AT TIME ZONE b.zone) ORDER BY b.created_at)),
    pg_temp.id('agency/customer/' || b.customer), b.case_id, CASE WHEN b.outcome <> 'draft' THEN b.issued_on END, CASE WHEN b.outcome <> 'draft' THEN b.issued_on + 15 END, b.opened_on,
    b.issued_on, 'draft', 'Hours and outlays are listed by day in the annex.', b.created_at, pg_temp.id('user/manager@agency.test') FROM demo_bill b ORDER BY b.created_at;

CREATE TEMPORARY TABLE demo_line ON COMMIT DROP AS
SELECT b.n, b.key || '/line/' || t.service AS key, b.id AS bill_id, b.business_id, b.created_at, 'time' AS item_type, t.service, t.hours AS quantity, t.rate,
    b.issued_on FROM demo_bill b JOIN (SELECT h.n, h.service, r.rate, sum(h.hours) AS hours FROM demo_hours h JOIN demo_bill o USING (n)
    JOIN investigations.billing_rates r ON r.business_id = h.business_id AND r.id = pg_temp.id('agency/rate/' || h.service) WHERE h.worked_on < least(o.issued_on, h.today - 4) GROUP BY 1, 2,
    3) AS t USING (n)
UNION ALL
SELECT b.n, b.key || '/line/outlays', b.id, b.business_id, b.created_at, 'expense', 'outlays', 1, e.amount,
    b.issued_on FROM demo_bill b JOIN (SELECT o.n, sum(round(o.amount * (1 + o.markup), 2)) AS amount FROM demo_outlay o JOIN demo_bill i USING (n)
    WHERE o.spent_on < least(i.issued_on, o.today - 4) GROUP BY 1) AS e USING (n);
ANALYZE demo_line;
INSERT INTO investigations.invoice_items (id, business_id, invoice_id, item_type, description, quantity, unit_price, sort_order, created_at)
SELECT pg_temp.id(l.key), l.business_id, l.bill_id, l.item_type, CASE l.service WHEN 'outlays' THEN 'Outlays' ELSE initcap(l.service) || ', hours' END, l.quantity, l.rate,
    CASE l.item_type WHEN 'time' THEN 1 ELSE 2 END, l.created_at FROM demo_line l ORDER BY l.created_at, l.key;
UPDATE investigations.time_entries t SET invoice_item_id = pg_temp.id(l.key) FROM demo_hours h JOIN demo_line l ON l.n = h.n AND l.service = h.service
    WHERE t.business_id = h.business_id AND t.id = pg_temp.id(h.key) AND h.worked_on < least(l.issued_on, h.today - 4);
UPDATE investigations.expenses e SET invoice_item_id = pg_temp.id(l.key) FROM demo_outlay o JOIN demo_line l ON l.n = o.n AND l.service = 'outlays'
    WHERE e.business_id = o.business_id AND e.id = pg_temp.id(o.key) AND o.spent_on < least(l.issued_on, o.today - 4);
UPDATE investigations.invoices t SET status = 'sent' FROM demo_bill b WHERE t.business_id = b.business_id AND t.id = b.id AND b.outcome <> 'draft';

-- The retainer is paid in first, which its payment does, and gives what it can; the rest comes by check or bank.
INSERT INTO investigations.payments (id, business_id, payment_number, customer_id, invoice_id, retainer_id, method, amount, reference, received_on, status, created_at)
SELECT pg_temp.id(p.key), p.business_id, pg_temp.document_number('PAY', p.created_at, p.zone,
    row_number() OVER (PARTITION BY extract(year FROM p.created_at AT TIME ZONE p.zone) ORDER BY p.created_at, p.key)), pg_temp.id('agency/customer/' || p.customer), p.invoice_id,
    p.retainer_id, pg_temp.pick(p.key, '{check,bank_transfer,bank_transfer,credit_card}'), p.amount, upper(substr(md5(p.key), 1, 8)), (p.created_at AT TIME ZONE p.zone)::date, 'pending',
    p.created_at
FROM (
    SELECT r.key || '/deposit' AS key, r.business_id, r.zone, r.customer, NULL::uuid AS invoice_id, r.id AS retainer_id, r.amount, r.created_at + interval '1 day' AS created_at
        FROM demo_retainer r WHERE r.n <> 31
    UNION ALL
    SELECT b.key || '/payment', b.business_id, b.zone, b.customer, b.id, NULL, CASE WHEN b.n % 8 = 5 THEN round(d.due * 0.6, 2) ELSE d.due END,
        pg_temp.moment(b.issued_on + pg_temp.number(b.key, 4, 19), 660, b.zone)
    FROM demo_bill b CROSS JOIN LATERAL (SELECT sum(round(l.quantity * l.rate, 2)) - coalesce((SELECT r.amount FROM demo_retainer r WHERE r.n = b.n), 0) AS due FROM demo_line l
        WHERE l.n = b.n) AS d WHERE b.outcome = 'paid' AND d.due > 0
) AS p ORDER BY p.created_at, p.key;
UPDATE investigations.payments p SET status = 'completed' FROM demo_business b WHERE b.slug = 'agency' AND p.business_id = b.id;
INSERT INTO investigations.retainer_transactions (id, business_id, retainer_id, invoice_id, transaction_type, amount, description, occurred_on, created_at)
SELECT pg_temp.id(r.key || '/out'), r.business_id, r.id, b.id, 'invoice_applied', -least(r.amount, d.due), 'Taken for the bill.', b.issued_on, b.created_at FROM demo_retainer r
    JOIN demo_bill b USING (n) CROSS JOIN LATERAL (SELECT sum(round(l.quantity * l.rate, 2)) AS due FROM demo_line l WHERE l.n = r.n) AS d WHERE b.outcome = 'paid' AND d.due > 0
    ORDER BY b.created_at;

-- One is given back what is left, one bill is overdue and one was a mistake.
INSERT INTO investigations.refunds (id, business_id, refund_number, payment_id, approved_by_id, amount, reason, status, created_at, created_by)
SELECT pg_temp.id(b.key || '/refund'), b.business_id, pg_temp.document_number('RF', b.created_at + interval '30 days', b.zone, 1), p.id, pg_temp.id('user/owner@agency.test'), 150,
    'Two hours of waiting were billed in error.', 'pending', b.created_at + interval '30 days', pg_temp.id('user/manager@agency.test') FROM demo_bill b
    JOIN investigations.payments p ON p.business_id = b.business_id AND p.id = pg_temp.id(b.key || '/payment') WHERE b.n IN (11, 15) AND p.amount > 150 ORDER BY b.n LIMIT 1;
UPDATE investigations.refunds r SET status = 'completed' FROM demo_business b WHERE b.slug = 'agency' AND r.business_id = b.id;
UPDATE investigations.invoices t SET status = b.outcome FROM demo_bill b WHERE t.business_id = b.business_id AND t.id = b.id AND b.outcome IN ('overdue', 'voided') AND t.status = 'sent';
