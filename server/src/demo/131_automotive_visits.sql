-- The garage's visits of the last weeks: what was inspected, quoted, done, billed and paid.

CREATE TEMPORARY TABLE demo_recent_repair ON COMMIT DROP AS
SELECT r.*, o.technician_id, o.service_writer, o.authorization_amount, o.authorized_at, o.mileage_out, c.id AS canned_id, c.category, round(r.labor / 145, 2) AS hours,
    CASE WHEN r.status IN ('completed', 'delivered') THEN 'completed' WHEN r.status IN ('in_progress', 'waiting_parts') THEN 'in_progress' ELSE 'estimated' END AS job_status,
    k.first_name || ' ' || k.last_name AS customer_name, k.company_name,
    least(r.created_at + make_interval(hours => 7), now() - interval '30 minutes') AS finished_at
FROM demo_repair_order r JOIN auto.repair_orders o ON o.business_id = r.business_id AND o.id = r.id JOIN demo_canned c ON c.complaint = r.complaint JOIN demo_customer k ON k.id = r.customer_id
WHERE r.day >= -30 AND r.status NOT IN ('cancelled', 'open');
ANALYZE demo_recent_repair;

INSERT INTO auto.repair_order_authorizations (id, business_id, repair_order_id, taken_by_id, authorized_by_name, method, authorized_amount, authorized_at, created_at, created_by)
SELECT pg_temp.id(r.key || '/go-ahead'), r.business_id, r.id, r.service_writer, r.customer_name, pg_temp.pick(r.key || '/go-ahead', '{phone,phone,in_person,text_message,online}'),
    r.authorization_amount, r.authorized_at, r.authorized_at, r.service_writer
FROM demo_recent_repair r WHERE r.authorized_at IS NOT NULL ORDER BY r.created_at, r.n;

-- The jobs and all their lines at once, so that the orders are added up once. Beside them, what the
-- customer put off: it costs nothing, and comes back as a reminder.
WITH jobs AS (
    INSERT INTO auto.repair_order_jobs (id, business_id, repair_order_id, canned_job_id, technician_id, authorization_id, name, cause, correction, status, declined_reason, sort_order, created_at, created_by)
    SELECT j.id, j.business_id, j.repair_order_id, j.canned_id, j.technician_id, j.authorization_id, j.name, j.cause, j.correction, j.status, j.declined_reason, j.place, j.created_at, j.technician_id
    FROM (
        SELECT pg_temp.id(r.key || '/job') AS id, r.business_id, r.id AS repair_order_id, r.canned_id, r.technician_id,
            CASE WHEN r.authorized_at IS NOT NULL THEN pg_temp.id(r.key || '/go-ahead') END AS authorization_id, r.complaint AS name, r.cause,
            CASE WHEN r.job_status = 'completed' THEN r.correction END AS correction, r.job_status AS status, NULL AS declined_reason, 1 AS place, r.created_at + interval '20 minutes' AS created_at, r.n
        FROM demo_recent_repair r
        UNION ALL
        SELECT pg_temp.id(r.key || '/declined'), r.business_id, r.id, NULL, r.technician_id, NULL, 'Cabin air filter', 'Dirty.', NULL, 'declined', 'Next time.', 2, r.created_at + interval '25 minutes', r.n
        FROM demo_recent_repair r WHERE r.job_status = 'completed' AND r.n % 5 = 0
    ) AS j ORDER BY j.created_at, j.n
), labor AS (
    INSERT INTO auto.repair_order_labor_lines (id, business_id, repair_order_job_id, labor_rate_id, technician_id, description, hours, hourly_rate, is_completed, created_at, created_by)
    SELECT pg_temp.id(r.key || '/labor'), r.business_id, pg_temp.id(r.key || '/job'), pg_temp.id('garage/rate/mechanical'), r.technician_id, r.correction, r.hours, 145, r.job_status = 'completed',
        r.created_at + interval '21 minutes', r.technician_id
    FROM demo_recent_repair r ORDER BY r.created_at, r.n
)
INSERT INTO auto.repair_order_part_lines (id, business_id, repair_order_job_id, description, quantity, unit_cost, unit_price, status, created_at, created_by)
SELECT pg_temp.id(r.key || '/parts'), r.business_id, pg_temp.id(r.key || '/job'), 'Parts for: ' || r.complaint, 1, round(r.parts * 0.55, 2), r.parts,
    CASE r.status WHEN 'waiting_parts' THEN 'ordered' WHEN 'waiting_approval' THEN 'quoted' ELSE 'installed' END, r.created_at + interval '22 minutes', r.technician_id
FROM demo_recent_repair r WHERE r.parts > 0 ORDER BY r.created_at, r.n;
ANALYZE auto.repair_order_jobs;

INSERT INTO auto.customer_concerns (id, business_id, repair_order_id, repair_order_job_id, concern, technician_finding, status, created_at, created_by)
SELECT pg_temp.id(r.key || '/concern'), r.business_id, r.id, pg_temp.id(r.key || '/job'), r.complaint || '.', r.cause, CASE r.job_status WHEN 'completed' THEN 'resolved' ELSE 'diagnosed' END,
    r.created_at, r.service_writer FROM demo_recent_repair r WHERE r.service_type IN ('repair', 'diagnosis') ORDER BY r.created_at, r.n;

INSERT INTO auto.diagnostic_codes (id, business_id, repair_order_id, repair_order_job_id, code, module, description, code_state, read_at, cleared_at, created_at, created_by)
SELECT pg_temp.id(r.key || '/code'), r.business_id, r.id, pg_temp.id(r.key || '/job'), (ARRAY['P0420', 'P0171', 'P0442', 'P0301'])[1 + r.n % 4], 'Engine',
    (ARRAY['Catalyst efficiency below threshold', 'System too lean', 'Evaporative leak, small', 'Misfire in cylinder 1'])[1 + r.n % 4], CASE r.job_status WHEN 'completed' THEN 'history' ELSE 'active' END,
    r.created_at + interval '15 minutes', CASE r.job_status WHEN 'completed' THEN r.finished_at END, r.created_at + interval '15 minutes', r.technician_id
FROM demo_recent_repair r WHERE r.service_type IN ('diagnosis', 'inspection') ORDER BY r.created_at, r.n;

INSERT INTO auto.vehicle_check_ins (id, business_id, repair_order_id, received_by_id, key_tag, is_after_hours, exterior_damage, warning_lights, dropped_off_by, checked_in_at, picked_up_by,
    checked_out_at, created_at, created_by)
SELECT pg_temp.id(r.key || '/check-in'), r.business_id, r.id, r.service_writer, (r.n % 60)::text, r.n % 9 = 0,
    CASE WHEN r.n % 4 = 0 THEN pg_temp.pick(r.key || '/damage', '{"Scratch on the rear bumper.","Dent in the left door.","Chip in the windshield."}') END,
    CASE r.service_type WHEN 'diagnosis' THEN '{check engine}'::text[] ELSE '{}' END,
    r.customer_name, r.created_at, CASE WHEN r.status = 'delivered' THEN r.customer_name END, CASE WHEN r.status = 'delivered' THEN r.finished_at + interval '1 hour' END, r.created_at, r.service_writer
FROM demo_recent_repair r ORDER BY r.created_at, r.n;

INSERT INTO auto.technician_time_entries (id, business_id, repair_order_id, repair_order_job_id, technician_id, activity, started_at, ended_at, created_at, created_by)
SELECT pg_temp.id(r.key || '/clock'), r.business_id, r.id, pg_temp.id(r.key || '/job'), r.technician_id,
    CASE r.service_type WHEN 'diagnosis' THEN 'diagnosis' WHEN 'inspection' THEN 'inspection' ELSE 'repair' END, r.created_at + interval '50 minutes',
    r.created_at + interval '50 minutes' + make_interval(mins => (r.hours * (50 + pg_temp.number(r.key || '/pace', 0, 25)))::integer), r.created_at + interval '50 minutes', r.technician_id
FROM demo_recent_repair r WHERE r.job_status = 'completed' AND r.day < 0 AND r.hours > 0.2 ORDER BY r.created_at, r.n;

INSERT INTO auto.technician_time_entries (id, business_id, repair_order_id, repair_order_job_id, technician_id, started_at, created_at, created_by)
SELECT DISTINCT ON (r.technician_id) pg_temp.id(r.key || '/clock'), r.business_id, r.id, pg_temp.id(r.key || '/job'), r.technician_id, date_trunc('minute', now()) - interval '40 minutes',
    date_trunc('minute', now()) - interval '40 minutes', r.technician_id
FROM demo_recent_repair r WHERE r.status = 'in_progress' ORDER BY r.technician_id, r.n;

INSERT INTO auto.inspection_templates (id, business_id, name, inspection_type, description, created_at, created_by)
SELECT pg_temp.id('garage/inspection/' || t.type), b.id, t.name, t.type, t.description, pg_temp.moment(b.today - 544, 700, b.zone), pg_temp.id('user/owner@garage.test') FROM demo_business b
CROSS JOIN (VALUES ('courtesy', 'Courtesy check', 'With every visit.'), ('pre_purchase', 'Before-purchase inspection', 'For buyers.')) AS t (type, name, description) WHERE b.slug = 'garage' ORDER BY t.type;

CREATE TEMPORARY TABLE demo_point ON COMMIT DROP AS
SELECT * FROM (VALUES (1, 'Under the hood', 'Engine oil', NULL, NULL::numeric, NULL::numeric), (2, 'Under the hood', 'Coolant', NULL, NULL, NULL), (3, 'Under the hood', 'Battery', 'CCA', 400, 300),
    (4, 'Under the hood', 'Air filter', NULL, NULL, NULL), (5, 'Brakes', 'Front pads', 'mm', 4, 2), (6, 'Brakes', 'Rear pads', 'mm', 4, 2),
    (7, 'Tires', 'Front tread', '32nds', 4, 2), (8, 'Tires', 'Rear tread', '32nds', 4, 2), (9, 'Underneath', 'Shocks and struts', NULL, NULL, NULL), (10, 'Underneath', 'Exhaust', NULL, NULL, NULL),
    (11, 'Outside', 'Wiper blades', NULL, NULL, NULL), (12, 'Outside', 'Lights', NULL, NULL, NULL)) AS p (place, section, name, unit, warns, fails);

INSERT INTO auto.inspection_template_items (id, business_id, inspection_template_id, section, name, measurement_unit, warning_threshold, failure_threshold, sort_order, created_at)
SELECT pg_temp.id('garage/inspection/' || t || '/' || p.place), b.id, pg_temp.id('garage/inspection/' || t), p.section, p.name, p.unit, p.warns, p.fails, p.place,
    pg_temp.moment(b.today - 544, 701, b.zone) FROM demo_business b CROSS JOIN demo_point p CROSS JOIN unnest('{courtesy,pre_purchase}'::text[]) AS t WHERE b.slug = 'garage' ORDER BY t, p.place;

INSERT INTO auto.inspections (id, business_id, vehicle_id, repair_order_id, inspection_template_id, technician_id, mileage, status, completed_at, sent_at, viewed_at, summary, created_at, created_by)
SELECT pg_temp.id(r.key || '/inspection'), r.business_id, r.vehicle_id, r.id,
    pg_temp.id('garage/inspection/' || CASE r.complaint WHEN 'Before-purchase inspection' THEN 'pre_purchase' ELSE 'courtesy' END), r.technician_id, r.mileage_in, s.status,
    CASE WHEN s.status <> 'in_progress' THEN r.created_at + interval '45 minutes' END,
    CASE WHEN s.status IN ('sent', 'viewed') THEN r.created_at + interval '50 minutes' END, CASE WHEN s.status = 'viewed' THEN r.created_at + interval '75 minutes' END, 'Checked with the visit.',
    r.created_at + interval '20 minutes', r.technician_id
FROM demo_recent_repair r CROSS JOIN LATERAL (SELECT CASE WHEN r.job_status = 'completed' THEN CASE WHEN r.n % 3 = 0 THEN 'sent' ELSE 'viewed' END WHEN r.status = 'in_progress'
    AND r.n % 2 = 0 THEN 'in_progress' ELSE 'completed' END AS status) AS s
WHERE r.n % 2 = 0 OR r.n > 680 ORDER BY r.created_at, r.n;

INSERT INTO auto.inspection_findings (id, business_id, inspection_id, inspection_template_item_id, section, name, condition, measured_value, measurement_unit, notes, recommendation, sort_order, created_at, created_by)
SELECT pg_temp.id(i.id || '/' || p.place), i.business_id, i.id,
    pg_temp.id('garage/inspection/' || CASE WHEN i.inspection_template_id = pg_temp.id('garage/inspection/courtesy') THEN 'courtesy' ELSE 'pre_purchase' END || '/' || p.place), p.section, p.name,
    f.condition, f.value, p.unit,
    CASE f.condition WHEN 'urgent' THEN 'Shown to the customer.' WHEN 'needs_attention' THEN 'Watch it.' END,
    CASE f.condition WHEN 'urgent' THEN 'Replace now.' WHEN 'needs_attention' THEN 'Replace within 5,000 miles.' END, p.place, i.created_at, i.technician_id
FROM auto.inspections i CROSS JOIN demo_point p CROSS JOIN LATERAL (
    SELECT m.value, CASE WHEN i.status = 'in_progress' AND p.place > 8 THEN 'not_checked' WHEN m.value IS NOT NULL THEN CASE WHEN m.value <= p.fails THEN 'urgent'
        WHEN m.value <= p.warns THEN 'needs_attention' ELSE 'good' END
        WHEN pg_temp.share(i.id || '/' || p.place) < 0.04 THEN 'urgent' WHEN pg_temp.share(i.id || '/' || p.place) < 0.16 THEN 'needs_attention' ELSE 'good' END AS condition
    FROM (SELECT CASE p.unit WHEN 'CCA' THEN pg_temp.number(i.id || '/cca', 280, 720) WHEN 'mm' THEN pg_temp.number(i.id || '/pads/' || p.place, 2, 11)
        WHEN '32nds' THEN pg_temp.number(i.id || '/tread/' || p.place, 2, 10) END::numeric AS value) AS m
) AS f ORDER BY i.created_at, i.id, p.place;

-- What was taken from the shelf for these jobs.
INSERT INTO auto.stock_movements (id, business_id, location_id, part_id, movement_type, quantity, unit_cost, reason, occurred_at, created_at, created_by)
SELECT pg_temp.id(r.key || '/used/' || p.place), r.business_id, pg_temp.id('location/garage/MAIN'), pg_temp.id('garage/part/' || p.place), 'usage', -1, p.cost, r.complaint,
    r.created_at + interval '1 hour', r.created_at + interval '1 hour', r.technician_id
FROM demo_recent_repair r JOIN demo_part p ON p.place = CASE r.category WHEN 'maintenance' THEN 4 WHEN 'brakes' THEN 7 + r.n % 4 WHEN 'tires' THEN 20 + r.n % 2 ELSE 22 END
WHERE r.job_status = 'completed' AND r.day BETWEEN -10 AND -1 AND r.n % 2 = 0 ORDER BY r.created_at, r.n;

-- Bills are written as drafts, with the lines of the order, and then issued.
INSERT INTO auto.invoices (id, business_id, repair_order_id, customer_id, invoice_number, issued_on, due_on, status, created_at, created_by)
SELECT pg_temp.id(r.key || '/invoice'), r.business_id, r.id, r.customer_id, pg_temp.document_number('INV', r.finished_at, r.zone,
    row_number() OVER (PARTITION BY extract(year FROM r.finished_at AT TIME ZONE r.zone) ORDER BY r.finished_at, r.n)),
    (r.finished_at AT TIME ZONE r.zone)::date, (r.finished_at AT TIME ZONE r.zone)::date + CASE WHEN r.company_name IS NULL THEN 0 ELSE 30 END, 'draft', r.finished_at, r.service_writer
FROM demo_recent_repair r WHERE r.job_status = 'completed' AND r.labor + r.parts > 0 ORDER BY r.finished_at, r.n;

INSERT INTO auto.invoice_line_items (id, business_id, invoice_id, repair_order_job_id, line_type, description, quantity, unit_price, tax_rate, sort_order, created_at)
SELECT pg_temp.id(r.key || '/invoice/' || l.type), r.business_id, pg_temp.id(r.key || '/invoice'), pg_temp.id(r.key || '/job'), l.type, l.description, l.quantity, l.price, l.tax, l.place, r.finished_at
FROM demo_recent_repair r CROSS JOIN LATERAL (VALUES (1, 'labor', r.correction, r.hours, 145.00, 0.0), (2, 'part', 'Parts for: ' || r.complaint, 1, r.parts, r.tax_rate)) AS l (place, type,
    description, quantity, price, tax)
WHERE r.job_status = 'completed' AND l.price > 0 AND l.quantity > 0 ORDER BY r.finished_at, r.n, l.place;
ANALYZE auto.invoice_line_items;

UPDATE auto.invoices i SET status = 'issued' FROM demo_recent_repair r WHERE i.business_id = r.business_id AND i.id = pg_temp.id(r.key || '/invoice') AND (r.status = 'delivered' OR r.n % 2 = 0);

INSERT INTO auto.payments (id, business_id, customer_id, repair_order_id, invoice_id, payment_number, taken_by_id, method, amount, card_last_four, paid_at, status, created_at, created_by)
SELECT pg_temp.id(r.key || '/payment'), r.business_id, r.customer_id, r.id, pg_temp.id(r.key || '/invoice'),
    pg_temp.document_number('PAY', r.finished_at, r.zone, row_number() OVER (PARTITION BY extract(year FROM r.finished_at AT TIME ZONE r.zone) ORDER BY r.finished_at, r.n)),
    r.service_writer, m.method, CASE WHEN r.company_name IS NOT NULL THEN round((r.labor + r.parts + r.tax) / 2, 2) ELSE r.labor + r.parts + r.tax END,
    CASE WHEN m.method LIKE '%card' THEN lpad(pg_temp.number(r.key || '/card', 0, 9999)::text, 4, '0') END, r.finished_at + interval '30 minutes', 'completed', r.finished_at + interval '30 minutes', r.service_writer
FROM demo_recent_repair r CROSS JOIN LATERAL (SELECT CASE WHEN r.company_name IS NOT NULL THEN 'fleet_card' ELSE pg_temp.pick(r.key || '/method', '{credit_card,credit_card,debit_card,cash,check}') END AS method) AS m
WHERE r.status = 'delivered' AND r.labor + r.parts > 0 AND (r.company_name IS NULL OR r.n % 3 = 0) ORDER BY r.finished_at, r.n;

UPDATE auto.invoices i SET status = 'overdue' FROM demo_business b WHERE b.slug = 'garage' AND i.business_id = b.id AND i.status IN ('issued', 'partial') AND i.due_on < b.today - 1
    AND i.amount_paid = 0 AND NOT EXISTS (SELECT FROM auto.payments p WHERE p.business_id = i.business_id AND p.invoice_id = i.id);

INSERT INTO auto.refunds (id, business_id, payment_id, approved_by_id, amount, reason, status, refunded_at, created_at, created_by)
SELECT pg_temp.id(r.key || '/refund'), r.business_id, pg_temp.id(r.key || '/payment'), pg_temp.id('user/owner@garage.test'), 25, 'Waited longer than promised.', 'completed',
    r.finished_at + interval '1 day', r.finished_at + interval '1 day', pg_temp.id('user/manager@garage.test')
FROM demo_recent_repair r JOIN auto.payments p ON p.business_id = r.business_id AND p.id = pg_temp.id(r.key || '/payment') WHERE r.n % 17 = 0 AND r.day < -2 AND p.amount > 60 ORDER BY r.n;
