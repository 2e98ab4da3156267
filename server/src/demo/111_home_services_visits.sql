-- The visits behind the jobs of the last weeks and the coming ones, their lines, and the money that came in.

-- Jobs from six weeks ago on.
CREATE TEMPORARY TABLE demo_recent_job ON COMMIT DROP AS
SELECT j.*, c.id AS customer_id, w.id AS technician_id, CASE WHEN j.hours >= 7 THEN helper.id END AS helper_id, b.tax_rate, c.is_tax_exempt,
    round(j.material * j.equipment_share, 2) AS equipment, i.id AS item_id
FROM demo_job j
JOIN demo_business b USING (slug)
JOIN demo_customer c ON c.slug = j.slug AND c.n = j.customer
JOIN demo_person w ON w.slug = j.slug AND w.shift = j.shift
JOIN demo_person helper ON helper.slug = j.slug AND helper.shift = 1 + j.shift % j.crew
JOIN demo_item i ON i.slug = j.slug AND i.name = j.title AND i.type = 'service'
WHERE j.day >= -42;
ALTER TABLE demo_recent_job ADD PRIMARY KEY (slug, n);
ANALYZE demo_recent_job;

-- What a person would fill in: where the job is and of what type.
UPDATE hs.work_orders w SET property_id = pg_temp.id(j.slug || '/customer/' || j.customer || '/property'), job_type_id = pg_temp.id('job-type/' || j.slug || '/' || j.title)
FROM demo_recent_job j WHERE w.business_id = j.business_id AND w.id = j.id;

INSERT INTO hs.appointments (id, business_id, work_order_id, arrival_window_id, scheduled_start, scheduled_end, window_start, window_end, status, cancellation_reason, created_at, created_by)
SELECT pg_temp.id(j.key || '/visit'), j.business_id, j.id, CASE WHEN planned THEN pg_temp.id('window/' || j.slug || '/' || j.n % 4) END, j.scheduled_start, j.scheduled_end,
    CASE WHEN planned THEN j.scheduled_start END, CASE WHEN planned THEN j.scheduled_start + interval '2 hours' END,
    CASE j.status WHEN 'scheduled' THEN CASE WHEN j.day < 3 OR pg_temp.share(j.key || '/confirmed') < 0.4 THEN 'confirmed' ELSE 'scheduled' END WHEN 'on_hold' THEN 'completed' ELSE j.status END,
    CASE WHEN j.status = 'cancelled' THEN 'The job was called off.' END, j.created_at + interval '3 minutes', pg_temp.id('user/manager@' || j.slug || '.test')
FROM demo_recent_job j CROSS JOIN LATERAL (SELECT j.hours < 5 AND j.day <> 0) AS is_it (planned)
WHERE j.status <> 'draft' ORDER BY j.slug, j.created_at, j.n;

INSERT INTO hs.appointment_assignments (id, business_id, appointment_id, technician_id, role, status, en_route_at, arrived_at, finished_at, created_at, created_by)
SELECT pg_temp.id(j.key || '/visit/' || a.role), j.business_id, pg_temp.id(j.key || '/visit'), a.technician, a.role,
    CASE j.status WHEN 'completed' THEN 'done' WHEN 'on_hold' THEN 'done' WHEN 'in_progress' THEN 'on_site' WHEN 'dispatched' THEN 'en_route' ELSE CASE WHEN j.day <= 1 THEN 'accepted' ELSE 'assigned' END END,
    CASE WHEN j.status IN ('completed', 'in_progress') THEN j.actual_start - interval '25 minutes' END, CASE WHEN j.status IN ('completed', 'in_progress') THEN j.actual_start END,
    CASE WHEN j.status = 'completed' THEN j.actual_end END, j.created_at + interval '4 minutes', pg_temp.id('user/manager@' || j.slug || '.test')
FROM demo_recent_job j CROSS JOIN LATERAL (VALUES ('lead', j.technician_id), ('helper', j.helper_id)) AS a (role, technician)
WHERE j.status NOT IN ('draft', 'cancelled') AND a.technician IS NOT NULL ORDER BY j.slug, j.created_at, j.n, a.role;

-- Labor, material and equipment: together what the job costs.
CREATE TEMPORARY TABLE demo_job_line ON COMMIT DROP AS
SELECT j.slug, j.business_id, j.n, j.key, j.id AS work_order_id, j.status, j.day, j.created_at, j.technician_id, j.item_id, j.title, j.tax_rate, j.is_tax_exempt, l.place, l.type, l.description,
    l.quantity, l.cost, l.price,
    pg_temp.id(j.key || '/line/' || l.place) AS id
FROM demo_recent_job j CROSS JOIN LATERAL (VALUES
    (1, 'labor', j.title || ', labor', j.hours, 38.00, j.rate), (2, 'equipment', 'Equipment as specified', 1, round(j.equipment * 0.62, 2), j.equipment),
    (3, 'material', 'Parts and material', 1, round((j.material - j.equipment) * 0.45, 2), j.material - j.equipment)
) AS l (place, type, description, quantity, cost, price)
WHERE j.status NOT IN ('draft', 'cancelled') AND l.quantity > 0 AND l.price > 0;
ANALYZE demo_job_line;

PREPARE demo_job_lines (boolean) AS
INSERT INTO hs.work_order_line_items (id, business_id, work_order_id, price_book_item_id, sold_by_id, line_type, description, quantity, unit_cost, unit_price, sort_order, created_at, created_by)
SELECT l.id, l.business_id, l.work_order_id, CASE WHEN l.type = 'labor' THEN l.item_id END, l.technician_id, l.type, l.description, l.quantity, l.cost, l.price, l.place,
    l.created_at + interval '6 minutes', l.technician_id
FROM demo_job_line l WHERE (l.n % 8 = 0) = $1 ORDER BY l.slug, l.created_at, l.n, l.place;
EXECUTE demo_job_lines (true);
ANALYZE hs.work_order_line_items;
EXECUTE demo_job_lines (false);
DEALLOCATE demo_job_lines;

-- Who is on the clock, and who was in the last two weeks.
INSERT INTO hs.work_order_time_entries (id, business_id, work_order_id, technician_id, activity, started_at, ended_at, is_billable, created_at, created_by)
SELECT pg_temp.id(j.key || '/time/' || t.activity), j.business_id, j.id, j.technician_id, t.activity, t.started_at, t.ended_at, t.activity = 'work', t.started_at, j.technician_id
FROM demo_recent_job j CROSS JOIN LATERAL (VALUES
    ('travel', j.actual_start - interval '25 minutes', j.actual_start), ('work', j.actual_start, CASE WHEN j.status = 'completed' THEN j.actual_start + make_interval(mins => (j.hours * 60)::integer) END)
) AS t (activity, started_at, ended_at)
WHERE j.day >= -14 AND (j.status = 'completed' OR (j.status = 'in_progress' AND (j.n = 1101 OR t.activity = 'travel'))) ORDER BY j.slug, j.created_at, j.n, t.activity;

INSERT INTO hs.job_expenses (id, business_id, work_order_id, spent_by_id, category, vendor_name, amount, spent_on, status, created_at, created_by)
SELECT pg_temp.id(j.key || '/expense'), j.business_id, j.id, j.technician_id, pg_temp.pick(j.key || '/expense', '{fuel,parts,disposal,permit,tool_rental}'),
    pg_temp.pick(j.key || '/vendor', '{"Corner Fuel","City Permits","Hill Country Supply","Tool Barn"}'),
    pg_temp.amount(j.key || '/spent', 12, 140), j.today + j.day, CASE WHEN j.day < -10 THEN 'reimbursed' WHEN j.day < -4 THEN 'approved' ELSE 'submitted' END, j.actual_end, j.technician_id
FROM demo_recent_job j WHERE j.status = 'completed' AND pg_temp.share(j.key || '/expenses') < 0.08 ORDER BY j.slug, j.n;

INSERT INTO hs.equipment_readings (id, business_id, equipment_unit_id, work_order_id, technician_id, reading_type, value, unit_of_measure, is_within_range, measured_at, created_at, created_by)
SELECT pg_temp.id(j.key || '/reading/' || r.type), j.business_id, u.id, j.id, j.technician_id, r.type, round(pg_temp.amount(j.key || r.type, r.low, r.high), 1), r.unit,
    pg_temp.share(j.key || r.type) < 0.85, j.actual_end - interval '15 minutes', j.actual_end, j.technician_id
FROM demo_recent_job j JOIN demo_unit u ON u.slug = j.slug AND u.customer_id = j.customer_id AND u.key LIKE '%/unit/1'
JOIN (VALUES ('hvac', 'supply_temperature', 52, 60, '°F'), ('hvac', 'return_temperature', 70, 78, '°F'), ('hvac', 'static_pressure', 0.4, 0.9, 'inWC'),
    ('plumbing', 'water_pressure', 52, 95, 'psi')) AS r (slug, type, low, high, unit) ON r.slug = j.slug
WHERE j.status = 'completed' ORDER BY j.slug, j.n, r.type;

INSERT INTO hs.reviews (id, business_id, customer_id, work_order_id, technician_id, source, rating, comment, reviewed_on, reply, replied_at, created_at)
SELECT pg_temp.id(j.key || '/review'), j.business_id, j.customer_id, j.id, j.technician_id, pg_temp.pick(j.key || '/source', '{direct,google,google,yelp,facebook}'), j.satisfaction,
    CASE WHEN j.satisfaction >= 4 THEN pg_temp.pick(j.key || '/review', '{"Friendly and quick.","Knew what he was doing.","Would hire again.","Clean work."}')
    ELSE pg_temp.pick(j.key || '/review', '{"Came late.","Pricey for half an hour."}') END,
    least(j.today + j.day + 1, j.today - 1), CASE WHEN pg_temp.share(j.key || '/reply') < 0.4 THEN 'Thank you for taking the time.' END,
    CASE WHEN pg_temp.share(j.key || '/reply') < 0.4 THEN j.actual_end + interval '30 hours' END, j.actual_end + interval '20 hours'
FROM demo_recent_job j WHERE j.status = 'completed' AND j.satisfaction IS NOT NULL AND j.day < -2 AND pg_temp.share(j.key || '/reviewed') < 0.5 ORDER BY j.slug, j.n;

-- What the offers of the last two months are made of; those still open offer something more.
CREATE TEMPORARY TABLE demo_estimate_line ON COMMIT DROP AS
SELECT e.slug, e.business_id, e.key, e.id AS estimate_id, e.created_at, l.place, l.type, l.description, l.quantity, l.cost, l.price, i.id AS item_id,
    row_number() OVER (PARTITION BY e.slug ORDER BY e.created_at, e.key, l.place) AS n
FROM demo_estimate e JOIN demo_item i ON i.slug = e.slug AND i.name = e.title AND i.type = 'service'
CROSS JOIN LATERAL (VALUES (1, 'labor', e.title || ', labor', e.hours, 38.00, e.rate), (2, 'equipment', 'Equipment as specified', 1, round(e.equipment * 0.62, 2), e.equipment),
    (3, 'material', 'Parts and material', 1, round((e.material - e.equipment) * 0.45, 2), e.material - e.equipment)) AS l (place, type, description, quantity, cost, price)
WHERE e.created_at > now() - interval '60 days' AND l.quantity > 0 AND l.price > 0;

INSERT INTO hs.estimate_line_items (id, business_id, estimate_id, price_book_item_id, line_type, description, quantity, unit_cost, unit_price, sort_order, created_at)
SELECT pg_temp.id(l.key || '/line/' || l.place), l.business_id, l.estimate_id, CASE WHEN l.type = 'labor' THEN l.item_id END, l.type, l.description, l.quantity, l.cost, l.price, l.place, l.created_at
FROM demo_estimate_line l ORDER BY l.slug, l.n;
ANALYZE hs.estimate_line_items;

INSERT INTO hs.estimate_options (id, business_id, estimate_id, name, description, is_recommended, sort_order, created_at)
SELECT pg_temp.id(e.key || '/option/' || o.place), e.business_id, e.id, o.name, o.description, o.place = 2, o.place, e.created_at + interval '5 minutes'
FROM demo_estimate e CROSS JOIN (VALUES (1, 'Good', 'The work as described.'), (2, 'Better', 'With a five-year labor warranty.'),
    (3, 'Best', 'With the warranty and two years of maintenance.')) AS o (place, name, description)
WHERE e.status IN ('sent', 'viewed') AND e.created_at > now() - interval '60 days' ORDER BY e.slug, e.key, o.place;

INSERT INTO hs.estimate_line_items (id, business_id, estimate_id, estimate_option_id, line_type, description, unit_price, sort_order, created_at)
SELECT pg_temp.id(e.key || '/option/' || o.place || '/line'), e.business_id, e.id, pg_temp.id(e.key || '/option/' || o.place), 'fee', o.description, o.price, 10 + o.place, e.created_at + interval '6 minutes'
FROM demo_estimate e CROSS JOIN (VALUES (2, 'Five-year labor warranty', 349.00), (3, 'Five-year labor warranty and two years of maintenance', 649.00)) AS o (place, description, price)
WHERE e.status IN ('sent', 'viewed') AND e.created_at > now() - interval '60 days' ORDER BY e.slug, e.key, o.place;

-- The lines of the last bills. Where taxing line by line would round to another cent, there is one line for all.
CREATE TEMPORARY TABLE demo_bill_line ON COMMIT DROP AS
WITH split AS MATERIALIZED (
    SELECT i.slug, i.business_id, i.key, i.id AS invoice_id, i.created_at, i.tax_rate, i.subtotal, i.discount, i.total, j.n, j.title, j.hours, j.rate, j.material, j.key AS job_key, j.item_id,
        round(j.hours * j.rate, 2) AS labor, coalesce(j.material > 0 AND i.discount = 0 AND j.hours > 0
            AND round(round(j.hours * j.rate, 2) * i.tax_rate, 2) + round(j.material * i.tax_rate, 2) = round(i.subtotal * i.tax_rate, 2), false) AS is_split
    FROM demo_invoice i JOIN demo_recent_job j ON j.id = i.work_order_id
)
SELECT s.slug, s.business_id, s.key, s.invoice_id, s.created_at, s.tax_rate, s.n, l.*, CASE WHEN l.type = 'labor' THEN s.item_id END AS item_id
FROM split s CROSS JOIN LATERAL (
    SELECT 1 AS place, 'labor' AS type, s.title || ', labor' AS description, s.hours AS quantity, s.rate AS price, 0.00 AS discount WHERE s.is_split
    UNION ALL SELECT 2, 'material', 'Parts and material', 1, s.material, 0.00 WHERE s.is_split
    UNION ALL SELECT 1, 'labor', s.title || CASE WHEN s.material > 0 THEN ', labor and material' ELSE '' END, 1, s.subtotal, s.discount WHERE NOT s.is_split
) AS l;
ANALYZE demo_bill_line;

PREPARE demo_bill_lines (boolean) AS
INSERT INTO hs.invoice_line_items (id, business_id, invoice_id, price_book_item_id, line_type, description, quantity, unit_price, discount_amount, tax_rate, sort_order, created_at, created_by)
SELECT pg_temp.id(l.key || '/line/' || l.place), l.business_id, l.invoice_id, l.item_id, l.type, l.description, l.quantity, l.price, l.discount, l.tax_rate, l.place, l.created_at,
    pg_temp.id('user/manager@' || l.slug || '.test')
FROM demo_bill_line l WHERE (l.n % 8 = 0) = $1 ORDER BY l.slug, l.created_at, l.n, l.place;
EXECUTE demo_bill_lines (true);
ANALYZE hs.invoice_line_items;
EXECUTE demo_bill_lines (false);
DEALLOCATE demo_bill_lines;

-- Who paid the bills of the last three months, whole or in part. What was typed before counts for older ones.
CREATE TEMPORARY TABLE demo_payment ON COMMIT DROP AS
SELECT i.slug, i.business_id, i.zone, i.today, i.key, i.id AS invoice_id, i.customer_id, i.amount_paid AS amount, i.issue_date,
    least(i.created_at + make_interval(hours => 1 + pg_temp.number(i.key || '/days', 0, 240)), pg_temp.moment(i.today, -1, i.zone)) AS received_at,
    row_number() OVER (PARTITION BY i.slug ORDER BY i.created_at, i.key) AS n
FROM demo_invoice i WHERE i.status IN ('paid', 'partial') AND i.age <= 90;

INSERT INTO hs.payments (id, business_id, customer_id, payment_number, collected_by_id, method, amount, reference, received_at, status, created_at, created_by)
SELECT pg_temp.id(p.key || '/payment'), p.business_id, p.customer_id,
    pg_temp.document_number('PAY', p.received_at, p.zone, row_number() OVER (PARTITION BY p.slug, extract(year FROM p.received_at AT TIME ZONE p.zone) ORDER BY p.received_at, p.key)),
    pg_temp.id('user/viewer@' || p.slug || '.test'), m.method, p.amount, CASE m.method WHEN 'check' THEN 'Check ' || pg_temp.number(p.key || '/check', 1001, 9890)
    WHEN 'credit_card' THEN '**** ' || pg_temp.number(p.key || '/card', 1000, 9999) END,
    p.received_at, 'completed', p.received_at, pg_temp.id('user/manager@' || p.slug || '.test')
FROM demo_payment p CROSS JOIN LATERAL (SELECT pg_temp.pick(p.key || '/method', '{credit_card,credit_card,credit_card,check,check,bank_transfer,cash,financing}') AS method) AS m ORDER BY p.slug, p.received_at, p.key;
ANALYZE hs.payments;

PREPARE demo_allocations (boolean) AS
INSERT INTO hs.payment_allocations (id, business_id, payment_id, invoice_id, amount, applied_on, created_at)
SELECT pg_temp.id(p.key || '/allocation'), p.business_id, pg_temp.id(p.key || '/payment'), p.invoice_id, p.amount, (p.received_at AT TIME ZONE p.zone)::date, p.received_at
FROM demo_payment p WHERE (p.n % 8 = 0) = $1 ORDER BY p.slug, p.n;
EXECUTE demo_allocations (true);
ANALYZE hs.payment_allocations;
EXECUTE demo_allocations (false);
DEALLOCATE demo_allocations;

INSERT INTO hs.commissions (id, business_id, technician_id, work_order_id, invoice_id, basis, base_amount, rate, earned_on, status, approved_by_id, created_at)
SELECT pg_temp.id(j.key || '/commission'), j.business_id, j.technician_id, j.id, i.id, 'revenue', i.subtotal, 0.04, (j.actual_end AT TIME ZONE j.zone)::date,
    CASE WHEN i.age > 30 THEN 'paid' WHEN i.age > 10 THEN 'approved' ELSE 'pending' END,
    CASE WHEN i.age > 10 THEN pg_temp.id('user/owner@' || j.slug || '.test') END, i.created_at
FROM demo_recent_job j JOIN demo_invoice i ON i.work_order_id = j.id WHERE i.status = 'paid' AND j.shift <> 5 ORDER BY j.slug, j.n;

INSERT INTO hs.credit_memos (id, business_id, customer_id, approved_by_id, reason, amount, issued_on, expires_on, notes, created_at, created_by)
SELECT pg_temp.id(j.key || '/credit'), j.business_id, j.customer_id, pg_temp.id('user/owner@' || j.slug || '.test'), CASE WHEN j.satisfaction <= 2 THEN 'goodwill' ELSE 'referral' END, 50,
    j.today + j.day + 2, j.today + j.day + 367, 'Good for the next visit.',
    j.actual_end + interval '2 days', pg_temp.id('user/manager@' || j.slug || '.test')
FROM demo_recent_job j WHERE j.status = 'completed' AND j.day < -3 AND (j.satisfaction <= 2 OR pg_temp.share(j.key || '/referred') < 0.02) ORDER BY j.slug, j.n;

-- Half of a large job is asked for beforehand.
INSERT INTO hs.payments (id, business_id, customer_id, collected_by_id, method, amount, reference, received_at, status, created_at, created_by)
SELECT pg_temp.id(e.key || '/deposit/payment'), e.business_id, e.customer_id, pg_temp.id('user/manager@' || e.slug || '.test'), 'check', round(e.subtotal / 2, 2), 'Deposit', w.created_at, 'completed',
    w.created_at, pg_temp.id('user/manager@' || e.slug || '.test')
FROM demo_estimate e JOIN demo_recent_job w ON w.id = e.work_order_id WHERE w.status = 'scheduled' AND e.subtotal > 2500 ORDER BY e.slug, e.key;

INSERT INTO hs.deposits (id, business_id, estimate_id, payment_id, amount, due_on, status, created_at, created_by)
SELECT pg_temp.id(e.key || '/deposit'), e.business_id, e.id, pg_temp.id(e.key || '/deposit/payment'), round(e.subtotal / 2, 2), (w.created_at AT TIME ZONE e.zone)::date, 'paid', w.created_at,
    pg_temp.id('user/manager@' || e.slug || '.test')
FROM demo_estimate e JOIN demo_recent_job w ON w.id = e.work_order_id WHERE w.status = 'scheduled' AND e.subtotal > 2500 ORDER BY e.slug, e.key;
