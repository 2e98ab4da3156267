-- What the academy's customers pay: orders at once or in instalments, subscriptions, and seats for companies.

-- Every eighth learner subscribes instead of buying another course.
CREATE TEMPORARY TABLE demo_course_subscription ON COMMIT DROP AS
SELECT l.n, l.id AS learner_id, l.first_name, l.last_name, 'academy/subscription/' || l.n AS key, pg_temp.id('academy/subscription/' || l.n) AS id, b.id AS business_id, b.zone, b.today,
    CASE WHEN l.place % 24 = 0 THEN 'yearly' ELSE 'monthly' END AS offer, s.started_on, pg_temp.moment(s.started_on, 600 + l.n, b.zone) AS created_at,
    CASE WHEN s.started_on > b.today - 7 THEN 'trialing' WHEN l.place % 80 = 0 THEN 'past_due' WHEN l.place % 56 = 0 THEN 'cancelled' WHEN l.place % 72 = 0 THEN 'paused'
        ELSE 'active' END AS outcome
FROM demo_learner l JOIN demo_business b ON b.slug = 'academy'
CROSS JOIN LATERAL (SELECT CASE WHEN l.place % 64 = 0 THEN b.today - (l.place / 64)::integer
    ELSE (l.created_at AT TIME ZONE b.zone)::date + ((b.today - (l.created_at AT TIME ZONE b.zone)::date) * 0.6 * pg_temp.share('academy/subscribes/' || l.n))::integer END AS started_on) AS s
WHERE l.place % 8 = 0 AND l.status = 'active' AND l.created_at < now() - interval '20 days';
ANALYZE demo_course_subscription;

ANALYZE courses.orders, courses.order_items;

-- Only the processor knows the card; what is kept here is its reference and what is printed on a receipt.
INSERT INTO courses.payment_methods (id, business_id, customer_id, method, brand, last_four, expires_on, is_default, processor_reference, status, created_at)
SELECT pg_temp.id(s.key || '/card'), s.business_id, pg_temp.id('academy/customer/' || s.n), 'credit_card', pg_temp.pick(s.key || '/brand', '{Visa,Mastercard,Visa,Discover}'),
    lpad(pg_temp.number(s.key || '/digits', 0, 9999)::text, 4, '0'),
    (date_trunc('month', s.today) + make_interval(months => pg_temp.number(s.key || '/expires', 6, 40)) - interval '1 day')::date, true, 'pm_' || substr(md5(s.key), 1, 20), 'active',
        s.created_at
FROM demo_course_subscription s ORDER BY s.created_at;
UPDATE courses.payment_methods m SET status = 'failed' FROM demo_course_subscription s WHERE s.outcome = 'past_due' AND m.business_id = s.business_id AND m.id = pg_temp.id(s.key || '/card');

INSERT INTO courses.subscriptions (id, business_id, subscription_number, customer_id, learner_id, course_offer_id, payment_method_id, price, billing_interval, started_on, trial_ends_on,
    status, created_at)
SELECT s.id, s.business_id, pg_temp.document_number('SUB', s.created_at, s.zone,
    row_number() OVER (PARTITION BY extract(year FROM s.created_at AT TIME ZONE s.zone) ORDER BY s.created_at, s.n)),
    pg_temp.id('academy/customer/' || s.n), s.learner_id, pg_temp.id('academy/offer/' || s.offer), pg_temp.id(s.key || '/card'), o.price, o.billing_interval, s.started_on,
        CASE WHEN s.outcome = 'trialing' THEN s.started_on + 6 END,
    CASE WHEN s.outcome = 'trialing' THEN 'trialing' ELSE 'active' END, s.created_at
FROM demo_course_subscription s JOIN demo_offer o ON o.slug = s.offer ORDER BY s.created_at;

-- Instalments fall due month by month, and add up to the order's total to the cent.
CREATE TEMPORARY TABLE demo_course_payment ON COMMIT DROP AS
SELECT s.key || '/payment' AS key, s.business_id, s.zone, s.n, s.id AS order_id, NULL::uuid AS subscription_id, NULL::integer AS instalment, NULL::date AS due_on, t.total AS amount,
    s.placed_at AS created_at,
    CASE s.outcome WHEN 'pending' THEN 'pending' ELSE 'completed' END AS status, s.placed_at + interval '2 minutes' AS paid_at
FROM demo_purchase s JOIN courses.orders o ON o.business_id = s.business_id AND o.id = s.id
    CROSS JOIN LATERAL (SELECT CASE WHEN o.total_amount > 0 THEN o.total_amount ELSE s.price END AS total) AS t
WHERE s.offer_type = 'one_time' AND s.outcome <> 'cancelled'
UNION ALL
SELECT s.key || '/payment/' || i, s.business_id, s.zone, s.n, s.id, NULL, i, d.due_on, CASE i WHEN 3 THEN t.total - 2 * round(t.total / 3, 2) ELSE round(t.total / 3, 2) END, s.placed_at,
    CASE WHEN d.due_on > s.today THEN 'scheduled' WHEN i = 2 AND d.due_on > s.today - 30 AND pg_temp.share(s.key || '/bounced') < 0.5 THEN 'failed' ELSE 'completed' END,
    CASE WHEN i = 1 THEN s.placed_at + interval '2 minutes' ELSE pg_temp.moment(d.due_on, 361, s.zone) END
FROM demo_purchase s JOIN courses.orders o ON o.business_id = s.business_id AND o.id = s.id CROSS JOIN generate_series(1, 3) AS i
CROSS JOIN LATERAL (SELECT CASE WHEN o.total_amount > 0 THEN o.total_amount ELSE s.price END AS total) AS t
CROSS JOIN LATERAL (SELECT (s.placed_on + make_interval(months => i - 1))::date AS due_on) AS d
WHERE s.offer_type = 'instalments' AND s.outcome NOT IN ('cancelled', 'pending')
UNION ALL
-- A subscription is charged on the first day of each period.
SELECT s.key || '/charge/' || i, s.business_id, s.zone, s.n, NULL, s.id, NULL, d.due_on, o.price, least(pg_temp.moment(d.due_on, 360, s.zone), now()),
    CASE WHEN s.outcome = 'past_due' AND (d.due_on + make_interval(months => 1))::date > s.today THEN 'failed' ELSE 'completed' END, least(pg_temp.moment(d.due_on, 360, s.zone), now())
FROM demo_course_subscription s JOIN demo_offer o ON o.slug = s.offer CROSS JOIN generate_series(0, 17) AS i
CROSS JOIN LATERAL (SELECT (s.started_on + make_interval(months => i * CASE s.offer WHEN 'yearly' THEN 12 ELSE 1 END))::date AS due_on) AS d
WHERE d.due_on <= s.today AND s.outcome <> 'trialing' AND (s.outcome <> 'cancelled' OR i < 2);
ANALYZE demo_course_payment;

INSERT INTO courses.payments (id, business_id, payment_number, customer_id, order_id, subscription_id, method, amount, instalment, due_on, paid_at, processor_reference, status, created_at)
SELECT pg_temp.id(p.key), p.business_id, pg_temp.document_number('PAY', p.created_at, p.zone,
    row_number() OVER (PARTITION BY extract(year FROM p.created_at AT TIME ZONE p.zone) ORDER BY p.created_at, p.key)),
    pg_temp.id('academy/customer/' || p.n), p.order_id, p.subscription_id, CASE WHEN p.key LIKE '%/seats/%' THEN 'bank_transfer' WHEN p.order_id IS NULL THEN 'credit_card'
        ELSE pg_temp.pick(p.order_id::text, '{credit_card,credit_card,credit_card,debit_card,mobile_wallet}') END,
    p.amount, p.instalment, p.due_on, CASE WHEN p.status = 'completed' THEN p.paid_at END, CASE WHEN p.status <> 'scheduled' THEN 'ch_' || substr(md5(p.key), 1, 20) END,
        CASE WHEN p.status = 'scheduled' THEN 'scheduled' ELSE 'pending' END, p.created_at
FROM demo_course_payment p ORDER BY p.created_at, p.key;
UPDATE courses.payments p SET status = d.status FROM demo_course_payment d
    WHERE p.business_id = d.business_id AND p.id = pg_temp.id(d.key) AND p.status <> d.status AND d.status IN ('completed', 'failed');

-- Where payments have not moved an order yet, the office does.
UPDATE courses.orders o SET status = CASE WHEN t.paid >= t.due THEN 'paid' ELSE 'partial' END
FROM (SELECT p.order_id, sum(p.amount) FILTER (WHERE p.status = 'completed') AS paid, sum(p.amount) AS due FROM demo_course_payment p GROUP BY 1) AS t
JOIN demo_business b ON b.slug = 'academy' WHERE o.business_id = b.id AND o.id = t.order_id AND o.status = 'pending' AND t.paid > 0;
UPDATE courses.orders o SET status = 'cancelled' FROM demo_purchase s WHERE o.business_id = s.business_id AND o.id = s.id AND s.outcome = 'cancelled';

UPDATE courses.subscriptions t SET status = s.outcome FROM demo_course_subscription s
WHERE t.business_id = s.business_id AND t.id = s.id AND t.status = 'active' AND s.outcome IN ('past_due', 'paused', 'cancelled');
UPDATE courses.subscriptions t SET cancels_at_period_end = true FROM demo_course_subscription s WHERE t.business_id = s.business_id AND t.id = s.id AND s.outcome = 'active' AND s.n % 5 = 0;

-- A company's seats are redeemed with one code.
INSERT INTO courses.seat_licenses (id, business_id, seat_license_number, customer_id, order_item_id, course_offer_id, seats_purchased, redemption_code, contact_email, expires_on, status,
    created_at, created_by)
SELECT pg_temp.id('academy/seats/' || s.n), s.business_id,
    pg_temp.document_number('SEAT', s.placed_at, s.zone, row_number() OVER (PARTITION BY extract(year FROM s.placed_at AT TIME ZONE s.zone) ORDER BY s.placed_at, s.n)),
    pg_temp.id('academy/customer/' || s.n), s.item_id, pg_temp.id('academy/offer/' || s.offer), 10, upper(substr(md5(s.key || '/code'), 1, 4) || '-' || substr(md5(s.key || '/code'), 5, 4)),
        'training@c' || s.n || '.example.com',
    s.placed_on + 730, 'active', s.placed_at + interval '1 hour', pg_temp.id('user/beth.callahan@academy.test')
FROM demo_purchase s WHERE s.offer LIKE '%-seats' ORDER BY s.placed_at, s.n;
