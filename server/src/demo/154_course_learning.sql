-- Learners at work: enrollments with their progress, and who comes to class.

-- A place comes from an order, a company's seats, a subscription, or free of charge.
CREATE TEMPORARY TABLE demo_enrollment ON COMMIT DROP AS
WITH places AS (
    SELECT 1 AS preference, s.learner_id, c.code, s.cohort_id, s.item_id AS order_item_id, NULL::uuid AS subscription_id, NULL::uuid AS seat_license_id, 'purchase' AS source,
        s.placed_at + interval '5 minutes' AS enrolled_at, s.outcome, s.key AS sale_key
    FROM demo_purchase s JOIN demo_offer o ON o.slug = s.offer CROSS JOIN unnest(o.codes) AS c (code) WHERE s.learner_id IS NOT NULL AND s.outcome IN ('paid', 'refunded')
    UNION ALL
    SELECT 2, l.id, o.codes[1], NULL, NULL, NULL, pg_temp.id('academy/seats/' || s.n), 'seat',
        s.placed_at + make_interval(days => 2 + pg_temp.number(l.key || '/seat', 0, 20), hours => pg_temp.number(l.key || '/hour', 0, 8)), 'paid', NULL
    FROM demo_purchase s JOIN demo_offer o ON o.slug = s.offer JOIN demo_learner l ON l.n = s.n AND l.organization IS NOT NULL WHERE s.offer LIKE '%-seats'
    UNION ALL
    SELECT 3, s.learner_id, c.code, NULL, NULL, s.id, NULL, 'subscription', s.created_at + interval '1 hour', 'paid', NULL
    FROM demo_course_subscription s JOIN demo_offer o ON o.slug = s.offer CROSS JOIN unnest(o.codes) AS c (code) WHERE s.outcome <> 'cancelled' AND pg_temp.share(s.key || c.code) < 0.45
    UNION ALL
    SELECT 4, l.id, 'DAT-101', NULL, NULL, NULL, NULL, 'free', l.created_at + interval '3 days', 'paid', NULL
    FROM demo_learner l WHERE l.organization IS NULL AND l.place % 17 = 0
    UNION ALL
    SELECT 5, l.id, c.code, c.id, NULL, NULL, NULL, 'manual', now() - make_interval(hours => 5 * l.place::integer), 'waitlisted', NULL
    FROM demo_learner l JOIN demo_cohort c ON c.code = 'MED-230' AND c.k = 2 WHERE l.place IN (40, 41, 43, 47)
), chosen AS (
    SELECT DISTINCT ON (learner_id, code) * FROM places WHERE enrolled_at < now() - interval '1 hour' ORDER BY learner_id, code, preference
), aged AS (
    SELECT c.*, 'academy/enrollment/' || c.learner_id || '/' || c.code AS key, b.id AS business_id, b.zone, b.today, k.k, k.starts_on, k.ends_on, o.place,
        extract(epoch FROM now() - c.enrolled_at) / 86400 AS age,
        pg_temp.share('academy/enrollment/' || c.learner_id || '/' || c.code || '/fate') AS fate, (c.enrolled_at AT TIME ZONE b.zone)::date AS enrolled_on, o.delivery
    FROM chosen c JOIN demo_syllabus o USING (code) LEFT JOIN demo_cohort k ON k.id = c.cohort_id JOIN demo_business b ON b.slug = 'academy'
), fated AS (
    SELECT a.*, pg_temp.id(a.key) AS id, CASE
        WHEN a.outcome = 'waitlisted' THEN 'waitlisted'
        WHEN a.outcome = 'refunded' THEN 'cancelled'
        WHEN a.k IS NOT NULL THEN CASE WHEN a.k >= 0 THEN 'active' WHEN a.fate < 0.82 THEN 'completed' WHEN a.fate < 0.93 THEN 'failed' ELSE 'cancelled' END
        WHEN a.age > 366 THEN CASE WHEN a.fate < 0.65 THEN 'completed' ELSE 'expired' END
        WHEN a.age > 60 AND a.fate < 0.55 OR a.age > 14 AND a.fate < 0.15 THEN 'completed'
        WHEN a.age > 60 AND a.fate > 0.97 THEN 'suspended'
        ELSE 'active' END AS target
    FROM aged a
)
SELECT f.*, CASE
        WHEN f.target = 'completed' THEN 12
        WHEN f.target IN ('failed', 'expired') THEN pg_temp.number(f.key || '/steps', 4, 8)
        WHEN f.target IN ('cancelled', 'suspended') THEN pg_temp.number(f.key || '/steps', 0, 3)
        WHEN f.k = 0 THEN CASE f.delivery WHEN 'live' THEN 3 ELSE 7 END
        WHEN f.k > 0 OR f.target = 'waitlisted' THEN 0
        ELSE least(10, f.age / 4 * pg_temp.share(f.key || '/steps'))::integer
    END AS steps,
    -- The time they took, or have taken so far.
    CASE WHEN f.k IS NOT NULL THEN pg_temp.moment(f.starts_on, 1110, f.zone) ELSE f.enrolled_at + interval '30 minutes' END AS began_at,
    CASE WHEN f.k < 0 THEN make_interval(days => f.ends_on - f.starts_on, hours => 1)
        WHEN f.k = 0 THEN greatest(now() - interval '1 hour' - pg_temp.moment(f.starts_on, 1110, f.zone), interval '0')
        ELSE least(make_interval(days => pg_temp.number(f.key || '/pace', 9, 55)), now() - interval '35 minutes' - f.enrolled_at) END AS span
FROM fated f;
ANALYZE demo_enrollment;

INSERT INTO courses.enrollments (id, business_id, learner_id, course_id, cohort_id, order_item_id, subscription_id, seat_license_id, source, enrolled_on, expires_on, status, created_at)
SELECT e.id, e.business_id, e.learner_id, pg_temp.id('academy/course/' || e.code), e.cohort_id, e.order_item_id, e.subscription_id, e.seat_license_id, e.source, e.enrolled_on,
    CASE WHEN e.k IS NULL AND e.source <> 'subscription' THEN e.enrolled_on + CASE e.source WHEN 'free' THEN 90 WHEN 'seat' THEN 700 ELSE 365 END END,
        CASE WHEN e.target = 'waitlisted' THEN 'waitlisted' ELSE 'active' END, e.enrolled_at
FROM demo_enrollment e ORDER BY e.enrolled_at, e.key;

ANALYZE courses.enrollments, courses.class_sessions, courses.seat_licenses, courses.subscriptions, courses.payments;

-- Runs begin and end once their learners are in.
UPDATE courses.cohorts t SET status = 'running' FROM demo_cohort c WHERE t.business_id = c.business_id AND t.id = c.id AND c.status IN ('running', 'finished');
UPDATE courses.cohorts t SET status = 'finished' FROM demo_cohort c WHERE t.business_id = c.business_id AND t.id = c.id AND c.status = 'finished';

INSERT INTO courses.session_attendances (id, business_id, class_session_id, enrollment_id, attendance, joined_at, left_at, notes, created_at)
SELECT pg_temp.id(e.key || '/session/' || s.id), e.business_id, s.id, e.id, a.attendance,
    CASE WHEN a.attendance IN ('present', 'late') THEN s.starts_at + make_interval(mins => CASE a.attendance WHEN 'late' THEN 17 ELSE -3 END) END,
    CASE WHEN a.attendance IN ('present', 'late') THEN s.ends_at - make_interval(mins => pg_temp.number(e.key || s.id, 0, 6)) END,
        CASE WHEN a.attendance = 'excused' THEN 'Called in sick.' END, s.ends_at
FROM demo_enrollment e JOIN courses.class_sessions s ON s.business_id = e.business_id AND s.cohort_id = e.cohort_id AND s.status = 'held'
CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.share(e.key || s.id || '/there') < CASE e.target WHEN 'failed' THEN 0.5 ELSE 0.88 END THEN 'present'
    ELSE pg_temp.pick(e.key || s.id || '/there', CASE e.target WHEN 'failed' THEN '{absent,absent,late}' ELSE '{late,late,excused,absent}' END::text[]) END AS attendance) AS a
WHERE e.target NOT IN ('cancelled', 'waitlisted') ORDER BY s.starts_at, e.key;

INSERT INTO courses.lesson_progress_records (id, business_id, enrollment_id, lesson_id, status, position_seconds, watched_seconds, started_at, created_at)
SELECT pg_temp.id(e.key || '/progress/' || l.step), e.business_id, e.id, l.id, CASE WHEN l.step = e.steps AND e.target IN ('active', 'suspended') THEN 'started' ELSE 'completed' END,
    CASE WHEN l.lesson_type = 'video' THEN m.minutes * CASE WHEN l.step = e.steps AND e.target = 'active' THEN 25 ELSE 60 END ELSE 0 END,
        CASE WHEN l.lesson_type = 'video' THEN m.minutes * CASE WHEN l.step = e.steps AND e.target = 'active' THEN 25 ELSE 62 END ELSE 0 END,
    e.began_at + e.span * (l.step - 1) / 12, e.began_at + e.span * (l.step - 1) / 12
FROM demo_enrollment e JOIN demo_lesson l ON l.code = e.code AND l.step <= e.steps AND (l.lesson_type NOT IN ('document', 'text') OR l.step = e.steps)
CROSS JOIN LATERAL (SELECT pg_temp.number(l.code || l.step || '/minutes', 2, 9) * 5 AS minutes) AS m ORDER BY e.enrolled_at, e.key, l.step;
