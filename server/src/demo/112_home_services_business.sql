-- The longer business of the home-services companies: campaigns and leads, maintenance plans, projects
-- with their permits, stock and what is ordered from suppliers.

INSERT INTO hs.marketing_campaigns (id, business_id, name, channel, tracking_phone, budget_amount, starts_on, ends_on, is_active, created_at, created_by)
SELECT pg_temp.id('campaign/' || b.slug || '/' || c.place), b.id, c.name, c.channel, CASE WHEN c.channel IN ('search', 'direct_mail') THEN pg_temp.phone('campaign/' || b.slug || c.place,
    b.area_codes) || c.place END, c.budget,
    b.today - c.ago, CASE WHEN NOT c.active THEN b.today - 40 END, c.active, pg_temp.moment(b.today - c.ago, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Search ads', 'search', 1800, 300, true), (2, 'Neighborhood mailer', 'direct_mail', 900, 120, false),
    (3, 'Customers bring customers', 'referral', 500, 500, true), (4, 'Winter check by email', 'email', 150, 30, true)) AS c (place, name, channel, budget, ago, active)
WHERE b.industry = 'hs' ORDER BY b.slug, c.place;

INSERT INTO hs.leads (id, business_id, customer_id, marketing_campaign_id, job_type_id, assigned_to_id, estimate_id, title, estimated_value, follow_up_on, status, lost_reason, closed_at, created_at, created_by)
SELECT pg_temp.id(e.key || '/lead'), e.business_id, e.customer_id, pg_temp.id('campaign/' || e.slug || '/' || pg_temp.number(e.key || '/campaign', 1, 4)),
    pg_temp.id('job-type/' || e.slug || '/' || e.title), pg_temp.id('user/manager@' || e.slug || '.test'), e.id,
    e.title || ' for ' || e.customer_name, e.subtotal, CASE WHEN e.status IN ('sent', 'viewed', 'draft') THEN e.today + pg_temp.number(e.key || '/follow', -2, 9) END,
    CASE e.status WHEN 'approved' THEN 'won' WHEN 'rejected' THEN 'lost' WHEN 'expired' THEN 'lost' WHEN 'draft' THEN 'qualified' ELSE 'quoted' END,
    CASE e.status WHEN 'rejected' THEN 'Went with another company.' WHEN 'expired' THEN 'No answer.' END,
    CASE WHEN e.status IN ('approved', 'rejected', 'expired') THEN e.created_at + interval '5 days' END, e.created_at - interval '2 days', pg_temp.id('user/manager@' || e.slug || '.test')
FROM demo_estimate e WHERE e.created_at > now() - interval '75 days' ORDER BY e.slug, e.created_at, e.key;

INSERT INTO hs.leads (id, business_id, customer_id, marketing_campaign_id, assigned_to_id, title, details, follow_up_on, status, created_at)
SELECT pg_temp.id('lead/' || b.slug || '/' || nth), b.id, c.id, pg_temp.id('campaign/' || b.slug || '/' || 1 + nth % 4),
    pg_temp.id('user/' || CASE nth % 2 WHEN 0 THEN 'owner' ELSE 'manager' END || '@' || b.slug || '.test'),
    pg_temp.pick('lead/' || b.slug || nth, CASE b.slug WHEN 'hvac' THEN '{"New heat pump","Second floor too warm","Replace the furnace before winter","Duct work for the addition"}'
    ELSE '{"Repipe the house","New water heater","Bathroom remodel","Sewer line camera"}' END::text[]), 'Called in; wants a visit.',
    b.today + nth % 6 - 1, CASE WHEN nth % 3 = 0 THEN 'contacted' ELSE 'new' END, pg_temp.moment(b.today - 1 - nth % 9, 540 + nth * 20, b.zone)
FROM demo_business b CROSS JOIN generate_series(1, 12) AS nth JOIN demo_customer c ON c.slug = b.slug AND c.active_place = 3 + nth * 7 WHERE b.industry = 'hs' ORDER BY b.slug, nth;

INSERT INTO hs.booking_requests (id, business_id, customer_id, marketing_campaign_id, job_type_id, arrival_window_id, work_order_id, contact_name, contact_phone, contact_email, service_address,
    preferred_date, details, status, declined_reason, created_at)
SELECT pg_temp.id('booking/' || b.slug || '/' || nth), b.id, c.id, pg_temp.id('campaign/' || b.slug || '/1'),
    pg_temp.id('job-type/' || b.slug || '/' || coalesce(j.title, CASE b.slug WHEN 'hvac' THEN 'AC tune-up' ELSE 'Drain cleaning' END)), pg_temp.id('window/' || b.slug || '/' || nth % 4), CASE WHEN nth <= 9 THEN j.id END,
    c.first_name || ' ' || c.last_name, pg_temp.phone(c.key, b.area_codes), 'web.' || b.slug || nth || '@example.com', c.address || ', ' || c.city, b.today + 1 + nth % 7, 'Asked for on the website.',
    CASE WHEN nth <= 9 THEN 'booked' WHEN nth = 10 THEN 'declined' WHEN nth = 11 THEN 'duplicate' ELSE 'new' END, CASE WHEN nth = 10 THEN 'Outside of the service area.' END,
    least(j.created_at, pg_temp.moment(b.today - 1, 480 + nth * 30, b.zone))
FROM demo_business b CROSS JOIN generate_series(1, 17) AS nth JOIN demo_job j ON j.slug = b.slug AND j.n = 1110 + nth JOIN demo_customer c ON c.slug = b.slug AND c.n = j.customer
WHERE b.industry = 'hs' ORDER BY b.slug, nth;

INSERT INTO hs.service_plans (id, business_id, name, code, description, billing_frequency, price, duration_months, discount_rate, waives_diagnostic_fee, has_priority_response, terms, created_at, created_by)
SELECT pg_temp.id('plan/' || b.slug || '/' || p.code), b.id, p.name, p.code, p.description, p.frequency, p.price, 12, p.discount, p.waives, p.priority,
    'Renews every year unless cancelled thirty days before.', pg_temp.moment(b.today - 540, 600, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES
    ('hvac', 'Comfort plan', 'COMFORT', 'Two tune-ups a year.', 'annual', 219, 0.10, false, true),
    ('hvac', 'Comfort plus', 'COMFORT-PLUS', 'Two tune-ups, filters, and no diagnostic fee.', 'monthly', 29, 0.15, true, true),
    ('plumbing', 'Home watch', 'WATCH', 'Yearly inspection and water heater flush.', 'annual', 159, 0.10, false, false),
    ('plumbing', 'Home watch plus', 'WATCH-PLUS', 'With priority and no trip charge.', 'monthly', 19, 0.15, true, true)
) AS p (slug, name, code, description, frequency, price, discount, waives, priority) USING (slug) ORDER BY b.slug, p.code;

INSERT INTO hs.service_plan_visits (id, business_id, service_plan_id, job_type_id, name, recommended_months, duration_minutes, sort_order, created_at)
SELECT pg_temp.id('plan/' || b.slug || '/' || p.code || '/' || v.title), b.id, pg_temp.id('plan/' || b.slug || '/' || p.code), pg_temp.id('job-type/' || b.slug || '/' || v.title), v.name, v.months,
    90, v.place, pg_temp.moment(b.today - 540, 610, b.zone)
FROM demo_business b JOIN (VALUES ('hvac', 'COMFORT'), ('hvac', 'COMFORT-PLUS'), ('plumbing', 'WATCH'), ('plumbing', 'WATCH-PLUS')) AS p (slug, code) USING (slug)
JOIN (VALUES ('hvac', 1, 'AC tune-up', 'Spring visit', '{3,4,5}'::integer[]), ('hvac', 2, 'Furnace tune-up', 'Fall visit', '{9,10,11}'),
    ('plumbing', 1, 'Annual plumbing inspection', 'Inspection', '{4,5,6}'), ('plumbing', 2, 'Water heater flush', 'Heater flush', '{9,10}')) AS v (slug, place, title, name, months) ON v.slug = b.slug
ORDER BY b.slug, p.code, v.place;

CREATE TEMPORARY TABLE demo_agreement ON COMMIT DROP AS
SELECT a.*, pg_temp.id(a.key) AS id, a.today - a.age AS starts_on, (a.today - a.age + interval '1 year' - interval '1 day')::date AS ends_on,
    CASE WHEN a.age > 364 THEN 'expired' WHEN a.n % 17 = 0 THEN 'cancelled' WHEN a.n % 29 = 0 THEN 'suspended' WHEN a.age < 2 THEN 'draft' ELSE 'active' END AS status
FROM (
    SELECT b.slug, b.id AS business_id, b.zone, b.today, nth AS n, 'agreement/' || b.slug || '/' || nth AS key, c.id AS customer_id, pg_temp.id(c.key || '/property') AS property_id,
        CASE b.slug WHEN 'hvac' THEN CASE nth % 3 WHEN 0 THEN 'COMFORT-PLUS' ELSE 'COMFORT' END ELSE CASE nth % 3 WHEN 0 THEN 'WATCH-PLUS' ELSE 'WATCH' END END AS code,
        least(nth * 8 - 7, (b.today - c.created_at::date) - 3) AS age
    FROM demo_business b CROSS JOIN generate_series(1, 54) AS nth JOIN demo_customer c ON c.slug = b.slug AND c.active_place = nth * 3 WHERE b.industry = 'hs'
) AS a;

INSERT INTO hs.service_agreements (id, business_id, customer_id, service_plan_id, property_id, sold_by_id, price, billing_frequency, starts_on, ends_on, status, cancelled_on, cancellation_reason, created_at, created_by)
SELECT a.id, a.business_id, a.customer_id, pg_temp.id('plan/' || a.slug || '/' || a.code), a.property_id, pg_temp.id('user/staff@' || a.slug || '.test'), p.price, p.billing_frequency, a.starts_on, a.ends_on, a.status,
    CASE WHEN a.status = 'cancelled' THEN least(a.starts_on + 60, a.today) END, CASE WHEN a.status = 'cancelled' THEN 'Sold the house.' END, pg_temp.moment(a.starts_on - 1, 660, a.zone),
    pg_temp.id('user/staff@' || a.slug || '.test')
FROM demo_agreement a JOIN hs.service_plans p ON p.business_id = a.business_id AND p.code = a.code ORDER BY a.slug, a.starts_on, a.n;

INSERT INTO hs.service_agreement_visits (id, business_id, service_agreement_id, service_plan_visit_id, due_on, completed_on, status, created_at)
SELECT pg_temp.id(a.key || '/visit/' || v.id), a.business_id, a.id, v.id, d.due_on, CASE WHEN d.due_on < a.today - 10 AND d.status = 'completed' THEN d.due_on + 4 END, d.status, pg_temp.moment(a.starts_on, 700, a.zone)
FROM demo_agreement a JOIN hs.service_plan_visits v ON v.business_id = a.business_id AND v.service_plan_id = pg_temp.id('plan/' || a.slug || '/' || a.code)
CROSS JOIN LATERAL (SELECT due AS due_on, CASE WHEN due < a.today - 10 THEN CASE WHEN pg_temp.share(a.key || v.id) < 0.9 THEN 'completed' ELSE 'skipped' END ELSE 'due' END AS status
    FROM (SELECT a.starts_on + v.sort_order * 150 - 60 AS due) AS o) AS d
WHERE a.status <> 'draft' ORDER BY a.slug, a.n, v.sort_order;

INSERT INTO hs.service_agreement_billings (id, business_id, service_agreement_id, due_on, amount, status, created_at)
SELECT pg_temp.id(a.key || '/billing/' || month), a.business_id, a.id, d.due_on, p.price, CASE WHEN d.due_on > a.today - 5 THEN CASE a.status WHEN 'active' THEN 'pending' ELSE 'waived' END
    ELSE 'paid' END, pg_temp.moment(a.starts_on, 705, a.zone)
FROM demo_agreement a JOIN hs.service_plans p ON p.business_id = a.business_id AND p.code = a.code
CROSS JOIN LATERAL generate_series(0, CASE p.billing_frequency WHEN 'monthly' THEN 11 ELSE 0 END) AS month CROSS JOIN LATERAL (SELECT (a.starts_on + make_interval(months => month))::date AS due_on) AS d
WHERE a.status <> 'draft' ORDER BY a.slug, a.n, month;

INSERT INTO hs.recurring_jobs (id, business_id, customer_id, property_id, job_type_id, technician_id, title, frequency, interval_count, days_of_week, start_time, price_per_visit, starts_on, created_at, created_by)
SELECT pg_temp.id('recurring/' || b.slug || '/' || nth), b.id, c.id, pg_temp.id(c.key || '/property'), pg_temp.id('job-type/' || b.slug || '/' || j.title),
    pg_temp.id('user/staff@' || b.slug || '.test'), j.name, j.frequency, j.every, j.days, time '08:00', j.price, b.today - 200,
    pg_temp.moment(b.today - 200, 600, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES ('hvac', 'AC tune-up', 'Rooftop filters', 'monthly', 3, '{}'::integer[], 180), ('plumbing', 'Drain cleaning', 'Kitchen line', 'monthly', 1, '{2}', 145)) AS j (slug,
    title, name, frequency, every, days, price) USING (slug)
CROSS JOIN generate_series(1, 6) AS nth JOIN LATERAL (SELECT o.*, row_number() OVER (ORDER BY o.n) AS company FROM demo_customer o
    WHERE o.slug = b.slug AND o.company_name IS NOT NULL AND o.status = 'active') AS c ON c.company = nth ORDER BY b.slug, nth;

INSERT INTO hs.projects (id, business_id, customer_id, property_id, manager_id, name, description, contract_amount, budget_amount, retention_rate, starts_on, target_end_on, completed_on, status, created_at, created_by)
SELECT pg_temp.id('project/' || b.slug || '/' || p.n), b.id, c.id, pg_temp.id(c.key || '/property'), pg_temp.id('user/owner@' || b.slug || '.test'), p.name, 'Several visits, billed in steps.',
    p.amount, round(p.amount * 0.7, 2), 0.05, b.today + p.starts, b.today + p.starts + 45,
    CASE p.status WHEN 'completed' THEN b.today + p.starts + 40 END, p.status, pg_temp.moment(b.today + least(p.starts, 0) - 20, 640, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES ('hvac', 1, 'Dental office, two rooftop units', 28500, -90, 'completed'), ('hvac', 2, 'Whole-house heat pump', 21400, -20, 'active'),
    ('hvac', 3, 'Apartment building controls', 36800, 15, 'planned'),
    ('plumbing', 1, 'Repipe of a duplex', 18200, -80, 'completed'), ('plumbing', 2, 'Brewery floor drains', 24600, -15, 'active'),
    ('plumbing', 3, 'Bathroom addition', 12900, 20, 'planned')) AS p (slug, n, name, amount, starts, status) USING (slug)
JOIN demo_customer c ON c.slug = b.slug AND c.active_place = p.n * 11 ORDER BY b.slug, p.n;

INSERT INTO hs.billing_milestones (id, business_id, project_id, name, amount, due_on, status, sort_order, created_at)
SELECT pg_temp.id('milestone/' || p.id || '/' || m.place), p.business_id, p.id, m.name, round(p.contract_amount * m.part, 2), p.starts_on + m.place * 15,
    CASE WHEN p.status = 'completed' OR (p.status = 'active' AND m.place = 0) THEN 'reached' ELSE 'pending' END, m.place, p.created_at
FROM hs.projects p CROSS JOIN (VALUES (0, 'Start of work', 0.3), (1, 'Rough-in inspected', 0.4), (2, 'Handed over', 0.3)) AS m (place, name, part) ORDER BY p.business_id, p.project_number, m.place;

INSERT INTO hs.permits (id, business_id, work_order_id, permit_type, jurisdiction, authority_reference, fee_amount, applied_on, issued_on, expires_on, status, created_at, created_by)
SELECT pg_temp.id(j.key || '/permit'), j.business_id, j.id, CASE j.slug WHEN 'hvac' THEN 'mechanical' ELSE 'plumbing' END, 'City of ' || b.city,
    to_char(j.created_at, 'YYYY') || '-' || pg_temp.number(j.key || '/permit', 100000, 999999), pg_temp.number(j.key || '/fee', 60, 180), d.applied,
    CASE WHEN j.status <> 'scheduled' OR j.day < 2 THEN d.applied + 3 END, CASE WHEN j.status <> 'scheduled' OR j.day < 2 THEN d.applied + 183 END,
    CASE WHEN j.status = 'completed' AND j.day < -14 THEN 'closed' WHEN j.status <> 'scheduled' OR j.day < 2 THEN 'issued' ELSE 'applied' END,
    j.created_at + interval '1 hour', pg_temp.id('user/manager@' || j.slug || '.test')
FROM demo_recent_job j JOIN demo_business b USING (slug) CROSS JOIN LATERAL (SELECT (j.created_at AT TIME ZONE j.zone)::date AS applied) AS d
WHERE j.type = 'installation' AND j.has_estimate AND j.status IN ('completed', 'scheduled', 'on_hold') ORDER BY j.slug, j.n;

INSERT INTO hs.permit_inspections (id, business_id, permit_id, stage, scheduled_for, inspected_on, inspector_name, status, created_at)
SELECT pg_temp.id('inspection/' || p.id), p.business_id, p.id, 'final', p.issued_on + 9, CASE p.status WHEN 'closed' THEN p.issued_on + 9 END, CASE p.status WHEN 'closed' THEN 'J. Whitfield' END,
    CASE p.status WHEN 'closed' THEN 'passed' ELSE 'scheduled' END, p.created_at
FROM hs.permits p WHERE p.status IN ('issued', 'closed') ORDER BY p.business_id, p.created_at, p.id;

INSERT INTO hs.form_templates (id, business_id, name, purpose, is_required, created_at, created_by)
SELECT pg_temp.id('form/' || b.slug), b.id, CASE b.slug WHEN 'hvac' THEN 'Maintenance checklist' ELSE 'Leak and pressure check' END, 'maintenance', true, pg_temp.moment(b.today - 530, 600, b.zone),
    pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b WHERE b.industry = 'hs' ORDER BY b.slug;

INSERT INTO hs.form_fields (id, business_id, form_template_id, label, field_type, choices, is_required, sort_order, created_at)
SELECT pg_temp.id('form/' || b.slug || '/' || f.place), b.id, pg_temp.id('form/' || b.slug), f.label, f.type, f.choices, true, f.place, pg_temp.moment(b.today - 530, 601, b.zone)
FROM demo_business b CROSS JOIN (VALUES (1, 'Work area is clean', 'yes_no', '{}'::text[]), (2, 'Condition of the equipment', 'choice', '{Good,Fair,Poor}'), (3, 'Reading', 'number', '{}'),
    (4, 'Remarks', 'text', '{}')) AS f (place, label, type, choices)
WHERE b.industry = 'hs' ORDER BY b.slug, f.place;

INSERT INTO hs.form_submissions (id, business_id, form_template_id, work_order_id, technician_id, status, submitted_at, created_at, created_by)
SELECT pg_temp.id(j.key || '/form'), j.business_id, pg_temp.id('form/' || j.slug), j.id, j.technician_id, 'submitted', j.actual_end, j.actual_end, j.technician_id
FROM demo_recent_job j WHERE j.status = 'completed' AND j.type IN ('maintenance', 'inspection') AND j.day > -15 ORDER BY j.slug, j.n;

INSERT INTO hs.form_answers (id, business_id, form_submission_id, form_field_id, boolean_value, choice_values, number_value, text_value, created_at)
SELECT pg_temp.id(j.key || '/form/' || place), j.business_id, pg_temp.id(j.key || '/form'), pg_temp.id('form/' || j.slug || '/' || place), CASE place WHEN 1 THEN true END,
    CASE place WHEN 2 THEN ARRAY[pg_temp.pick(j.key || '/condition', '{Good,Good,Fair,Poor}')] END, CASE place WHEN 3 THEN pg_temp.number(j.key || '/reading', 48, 92) END,
    CASE place WHEN 4 THEN j.finding END, j.actual_end
FROM demo_recent_job j CROSS JOIN generate_series(1, 4) AS place WHERE j.status = 'completed' AND j.type IN ('maintenance', 'inspection') AND j.day > -15 ORDER BY j.slug, j.n, place;
