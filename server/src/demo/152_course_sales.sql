-- What the academy sells and to whom: learners, runs of courses, orders, subscriptions, and seats for companies.

-- A learner for each person among the customers, and some employees of the companies.
CREATE TEMPORARY TABLE demo_learner ON COMMIT DROP AS
SELECT c.key AS key, pg_temp.id(c.key || '/learner') AS id, c.n, c.first_name, c.last_name, NULL::text AS organization, c.created_at + interval '20 minutes' AS created_at, c.status,
    row_number() OVER (ORDER BY c.created_at, c.n) AS place
FROM demo_customer c WHERE c.slug = 'academy' AND c.company_name IS NULL
UNION ALL
SELECT c.key || '/' || e, pg_temp.id(c.key || '/learner/' || e), c.n, m.first_names[1 + (c.n * 7 + e) % cardinality(m.first_names)],
    m.last_names[1 + (c.n * 11 + e * 3) % cardinality(m.last_names)],
    c.company_name, c.created_at + interval '2 days', 'active', NULL
FROM (SELECT * FROM demo_customer WHERE slug = 'academy' AND company_name IS NOT NULL AND status = 'active' ORDER BY n LIMIT 8) AS c
JOIN demo_names m ON m.slug = 'academy' CROSS JOIN generate_series(1, 6) AS e;
ANALYZE demo_learner;

INSERT INTO courses.learners (id, business_id, customer_id, first_name, last_name, email, phone, organization_name, external_reference, status, created_at)
SELECT l.id, b.id, pg_temp.id('academy/customer/' || l.n), l.first_name, l.last_name,
    CASE WHEN l.organization IS NULL THEN lower(l.first_name || '.' || l.last_name) || '.' || l.n || '@example.com'
        ELSE lower(l.first_name || '.' || l.last_name) || '@c' || l.n || '.example.com' END,
    pg_temp.phone(l.key || '/learner', b.area_codes), l.organization, CASE WHEN l.organization IS NOT NULL THEN 'HR-' || pg_temp.number(l.key, 1000, 9999) END, 'active', l.created_at
FROM demo_learner l JOIN demo_business b ON b.slug = 'academy' ORDER BY l.created_at, l.key;

-- Evening courses run every sixteen weeks, four evenings each; safety courses every six weeks on two days.
CREATE TEMPORARY TABLE demo_cohort ON COMMIT DROP AS
SELECT c.code, c.teacher, c.delivery, k, pg_temp.id('academy/cohort/' || c.code || '/' || k) AS id, s.starts_on, s.starts_on + s.length AS ends_on,
    CASE WHEN k < 0 THEN 'finished' WHEN k = 0 THEN 'running' WHEN k = 1 THEN 'open' ELSE 'planned' END AS status, s.capacity, b.id AS business_id, b.zone, b.today
FROM demo_syllabus c JOIN demo_business b ON b.slug = 'academy' CROSS JOIN generate_series(-13, 2) AS k
CROSS JOIN LATERAL (
    SELECT b.today + CASE WHEN c.delivery = 'live' THEN 42 * k - c.place::integer % 2 ELSE 112 * k - 14 - c.place::integer % 3 END AS starts_on,
        CASE WHEN c.delivery = 'live' THEN 1 ELSE 21 END AS length, CASE WHEN c.delivery = 'live' THEN 12 ELSE 14 END AS capacity
) AS s
WHERE c.status = 'published' AND c.delivery <> 'self_paced' AND (c.delivery = 'live' OR k >= -4);
ANALYZE demo_cohort;

INSERT INTO courses.cohorts (id, business_id, course_id, lead_instructor_id, name, mode, enrollment_opens_on, enrollment_closes_on, starts_on, ends_on, capacity, status, created_at,
    created_by)
SELECT c.id, c.business_id, pg_temp.id('academy/course/' || c.code), pg_temp.id('academy/instructor/' || c.teacher), to_char(c.starts_on, 'FMMonth FMDD, YYYY'),
    CASE c.delivery WHEN 'live' THEN 'in_person' WHEN 'blended' THEN 'hybrid' ELSE 'online' END, c.starts_on - 150, c.starts_on - 1, c.starts_on, c.ends_on, c.capacity,
    CASE WHEN c.status = 'planned' THEN 'planned' ELSE 'open' END, pg_temp.moment(least(c.starts_on - 160, c.today - 1), 600, c.zone), pg_temp.id('user/manager@academy.test')
FROM demo_cohort c ORDER BY c.starts_on, c.code;

INSERT INTO courses.class_sessions (id, business_id, cohort_id, lesson_id, instructor_id, title, room, meeting_url, starts_at, ends_at, status, created_at, created_by)
SELECT pg_temp.id('academy/session/' || c.code || '/' || c.k || '/' || s.place), c.business_id, c.id, pg_temp.id('academy/lesson/' || c.code || '/' || s.module_place || '/1'),
    pg_temp.id('academy/instructor/' || c.teacher),
    s.title, CASE WHEN c.delivery <> 'cohort' THEN CASE c.delivery WHEN 'live' THEN 'Training hall' ELSE 'Room ' || 101 + pg_temp.number(c.code, 0, 3) END END,
    CASE WHEN c.delivery <> 'live' THEN 'https://meet.example.com/' || lower(c.code) || '-' || to_char(c.starts_on, 'YYMM') END, s.starts_at,
        s.starts_at + CASE WHEN c.delivery = 'live' THEN interval '4 hours' ELSE interval '2 hours' END,
    'scheduled', pg_temp.moment(least(c.starts_on - 120, c.today - 1), 640, c.zone), pg_temp.id('user/manager@academy.test')
FROM demo_cohort c CROSS JOIN LATERAL (
    SELECT p AS place, m.place AS module_place, m.title,
        pg_temp.moment(c.starts_on + CASE WHEN c.delivery = 'live' THEN p - 1 ELSE 7 * (p - 1) END, CASE WHEN c.delivery = 'live' THEN 780 ELSE 1110 END, c.zone) AS starts_at
    FROM generate_series(1, CASE WHEN c.delivery = 'live' THEN 2 ELSE 4 END) AS p JOIN demo_module m ON m.code = c.code AND m.place = CASE WHEN c.delivery = 'live' THEN 2 * p - 1 ELSE p END
) AS s ORDER BY s.starts_at, c.code;
UPDATE courses.class_sessions s SET status = 'held' FROM demo_business b WHERE b.slug = 'academy' AND s.business_id = b.id AND s.ends_at < now();

-- An offer for each course, and those that sell several at once or in another way.
CREATE TEMPORARY TABLE demo_offer ON COMMIT DROP AS
SELECT c.code AS slug, c.title AS name, c.summary AS description, 'one_time' AS offer_type, c.price, NULL::text AS billing_interval, NULL::integer AS instalments, 0 AS trial_days,
    CASE c.delivery WHEN 'self_paced' THEN 365 END AS access_days, 1 AS seats, ARRAY[c.code] AS codes, c.place
FROM demo_syllabus c WHERE c.status = 'published'
UNION ALL
SELECT o.* FROM (VALUES
    ('bookkeeper', 'Bookkeeper bundle', 'Three courses, paid in three months.', 'instalments', 849.00, 'month', 3, 0, 540, 1, '{ACC-101,ACC-201,DAT-101}'::text[], 101),
    ('monthly', 'All-Access, monthly', 'All self-paced courses for as long as you stay.', 'subscription', 49.00, 'month', NULL, 7, NULL, 1, '{ACC-101,ACC-201,DAT-101,WEB-120,MED-101}', 102),
    ('yearly', 'All-Access, yearly', 'Twelve months for the price of ten.', 'subscription', 490.00, 'year', NULL, 7, NULL, 1, '{ACC-101,ACC-201,DAT-101,WEB-120,MED-101}', 103),
    ('library', 'Library card: Spreadsheets for Work', 'Free for holders of a library card.', 'free', 0.00, NULL, NULL, 0, 90, 1, '{DAT-101}', 104),
    ('spreadsheet-seats', 'Ten seats: Spreadsheets for Work', 'Ten places for the people of one company.', 'one_time', 1190.00, NULL, NULL, 0, 365, 10, '{DAT-101}', 105),
    ('bookkeeping-seats', 'Ten seats: Bookkeeping Basics', 'Ten places for the people of one company.', 'one_time', 1990.00, NULL, NULL, 0, 365, 10, '{ACC-101}', 106)
) AS o;
ANALYZE demo_offer;

INSERT INTO courses.course_offers (id, business_id, name, description, offer_type, price, billing_interval, instalment_count, trial_days, access_days, seats_included, available_from,
    created_at, created_by)
SELECT pg_temp.id('academy/offer/' || o.slug), b.id, o.name, o.description, o.offer_type, o.price, o.billing_interval, o.instalments, o.trial_days, o.access_days, o.seats,
    b.today - 530, pg_temp.moment(b.today - 530, 600, b.zone), pg_temp.id('user/manager@academy.test')
FROM demo_offer o JOIN demo_business b ON b.slug = 'academy' ORDER BY o.place;

INSERT INTO courses.course_offer_courses (id, business_id, course_offer_id, course_id, sort_order, created_at)
SELECT pg_temp.id('academy/offer/' || o.slug || '/' || c.code), b.id, pg_temp.id('academy/offer/' || o.slug), pg_temp.id('academy/course/' || c.code), c.place,
    pg_temp.moment(b.today - 530, 620, b.zone)
FROM demo_offer o JOIN demo_business b ON b.slug = 'academy' CROSS JOIN LATERAL unnest(o.codes) WITH ORDINALITY AS c (code, place) ORDER BY o.place, c.place;

INSERT INTO courses.coupons (id, business_id, course_offer_id, code, discount_type, value, usage_limit, usage_limit_per_customer, starts_on, ends_on, is_active, created_at, created_by)
SELECT pg_temp.id('academy/coupon/' || c.code), b.id, pg_temp.id('academy/offer/' || c.offer), c.code, c.type, c.value, c.most, c.each, b.today - 529,
    CASE WHEN c.code = 'OPENHOUSE' THEN b.today - 400 END, c.code <> 'OPENHOUSE',
    pg_temp.moment(b.today - 529, 600, b.zone), pg_temp.id('user/manager@academy.test')
FROM (VALUES ('WELCOME10', NULL, 'percentage', 10, NULL, 1), ('ALUMNI15', NULL, 'percentage', 15, NULL, NULL), ('SQL50', 'DAT-205', 'fixed_amount', 50, 40, 1),
    ('CODERS', 'MED-230', 'fixed_amount', 120, 25, 1), ('OPENHOUSE', NULL, 'percentage', 25, 30, 1)) AS c (code, offer, type, value, most, each)
JOIN demo_business b ON b.slug = 'academy' ORDER BY c.code;

-- A first order soon after the learner came, and later ones of those who liked it. Some companies buy ten
-- seats and give most of them to their people.
CREATE TEMPORARY TABLE demo_purchase ON COMMIT DROP AS
WITH wanted AS MATERIALIZED (
    SELECT l.*, o, 'academy/order/' || l.n || '/' || o AS sale_key,
        (ARRAY['ACC-101', 'ACC-101', 'DAT-101', 'DAT-101', 'DAT-101', 'DAT-205', 'DAT-205', 'LDR-110', 'LDR-110', 'LDR-220', 'LDR-220', 'LDR-220', 'MED-101', 'MED-101', 'MED-230', 'MED-230',
            'SAF-100', 'SAF-100', 'SAF-105', 'SAF-105', 'WEB-120', 'WEB-120', 'ACC-210', 'ACC-201', 'DAT-310', 'bookkeeper',
                'bookkeeper'])[1 + pg_temp.hash('academy/order/' || l.n || '/' || o || '/course') % 27] AS offer,
        l.created_at + interval '15 minutes' + CASE WHEN o = 1 THEN interval '0'
            ELSE (now() - interval '30 hours' - l.created_at) * (o - 1.6 + pg_temp.share(l.n || '/when/' || o)) / 3 END AS placed_at
    FROM demo_learner l CROSS JOIN generate_series(1, 3) AS o
    WHERE l.organization IS NULL AND (o = 1 OR l.status = 'active' AND l.created_at < now() - interval '40 days' AND pg_temp.share('academy/again/' || l.n) < CASE o WHEN 2 THEN 0.24 ELSE 0.08 END)
), chosen AS (
    SELECT DISTINCT ON (id, offer) * FROM wanted ORDER BY id, offer, placed_at
), dated AS (
    SELECT c.*, (c.placed_at AT TIME ZONE b.zone)::date AS placed_on, b.id AS business_id, b.zone, b.today, row_number() OVER (ORDER BY c.placed_at DESC) AS latest
    FROM chosen c JOIN demo_business b ON b.slug = 'academy'
)
SELECT d.sale_key AS key, pg_temp.id(d.sale_key) AS id, pg_temp.id(d.sale_key || '/item') AS item_id, d.business_id, d.zone, d.today, d.n, d.id AS learner_id, d.offer, d.placed_at,
    d.placed_on, d.latest, p.price, p.offer_type,
    k.id AS cohort_id,
    CASE
        WHEN d.latest IN (1, 2, 4) THEN 'pending'
        WHEN d.latest > 20 AND pg_temp.share(d.sale_key || '/cancelled') < 0.04 THEN 'cancelled'
        WHEN d.latest > 12 AND p.offer_type = 'one_time' AND pg_temp.share(d.sale_key || '/refunded') < 0.03 THEN 'refunded'
        ELSE 'paid'
    END AS outcome,
    CASE WHEN d.offer = 'DAT-205' AND pg_temp.share(d.sale_key || '/coupon') < 0.4 THEN 'SQL50' WHEN d.offer = 'MED-230' AND pg_temp.share(d.sale_key || '/coupon') < 0.4 THEN 'CODERS'
        WHEN d.o = 1 AND pg_temp.share(d.sale_key || '/coupon') < 0.2 THEN 'WELCOME10' WHEN d.o > 1 AND pg_temp.share(d.sale_key || '/coupon') < 0.3 THEN 'ALUMNI15' END AS coupon
FROM dated d JOIN demo_offer p ON p.slug = d.offer
LEFT JOIN LATERAL (SELECT c.id FROM demo_cohort c WHERE c.code = d.offer AND c.starts_on > d.placed_on AND c.k < 2 ORDER BY c.starts_on LIMIT 1) AS k ON true
UNION ALL
SELECT c.key, pg_temp.id(c.key), pg_temp.id(c.key || '/item'), b.id, b.zone, b.today, c.n, NULL, p.slug, c.placed_at, (c.placed_at AT TIME ZONE b.zone)::date, NULL, p.price, p.offer_type,
    NULL, 'paid', NULL
FROM (
    SELECT n, 'academy/order/' || n || '/seats' AS key, CASE WHEN n % 2 = 0 THEN 'spreadsheet-seats' ELSE 'bookkeeping-seats' END AS offer,
        least(created_at + interval '1 day', now() - interval '3 days') AS placed_at
    FROM demo_customer WHERE slug = 'academy' AND company_name IS NOT NULL AND status = 'active' ORDER BY n LIMIT 8
) AS c JOIN demo_offer p ON p.slug = c.offer JOIN demo_business b ON b.slug = 'academy';
ANALYZE demo_purchase;

INSERT INTO courses.orders (id, business_id, order_number, customer_id, coupon_id, placed_at, status, created_at)
SELECT s.id, s.business_id, pg_temp.document_number('ORD', s.placed_at, s.zone,
    row_number() OVER (PARTITION BY extract(year FROM s.placed_at AT TIME ZONE s.zone) ORDER BY s.placed_at, s.key)),
    pg_temp.id('academy/customer/' || s.n), pg_temp.id('academy/coupon/' || s.coupon), s.placed_at, 'pending', s.placed_at
FROM demo_purchase s ORDER BY s.placed_at, s.key;

ANALYZE courses.cohorts, courses.learners, courses.course_offers, courses.course_offer_courses, courses.coupons, courses.orders;

INSERT INTO courses.order_items (id, business_id, order_id, course_offer_id, cohort_id, learner_id, description, quantity, unit_price, created_at)
SELECT s.item_id, s.business_id, s.id, pg_temp.id('academy/offer/' || s.offer), s.cohort_id, s.learner_id, p.name, 1, p.price, s.placed_at
FROM demo_purchase s JOIN demo_offer p ON p.slug = s.offer ORDER BY s.placed_at, s.key;
