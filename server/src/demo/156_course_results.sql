-- How courses end: marks, certificates, reviews and refunds; the talk beside them; and what teachers are paid.

-- Marks of tests and handed-in work, where the gradebook does not have them yet, and one for taking part.
INSERT INTO courses.grades (id, business_id, enrollment_id, grade_category_id, quiz_id, title, points, maximum_points, created_at)
SELECT pg_temp.id(e.key || '/grade/quiz'), e.business_id, e.id, q.grade_category_id, q.id, q.title, m.points, m.maximum, e.began_at + e.span
FROM demo_enrollment e JOIN courses.quizzes q ON q.business_id = e.business_id AND q.course_id = pg_temp.id('academy/course/' || e.code) AND q.status = 'published'
CROSS JOIN LATERAL (SELECT max(a.score) AS points, max(a.maximum_score) AS maximum FROM courses.quiz_attempts a
    WHERE a.business_id = e.business_id AND a.quiz_id = q.id AND a.enrollment_id = e.id AND a.status = 'graded') AS m
WHERE m.points IS NOT NULL AND NOT EXISTS (SELECT FROM courses.grades g WHERE g.business_id = e.business_id AND g.enrollment_id = e.id AND g.quiz_id = q.id) ORDER BY e.enrolled_at, e.key;

INSERT INTO courses.grades (id, business_id, enrollment_id, grade_category_id, assignment_id, graded_by_id, title, points, maximum_points, feedback, created_at)
SELECT pg_temp.id(e.key || '/grade/assignment'), e.business_id, e.id, a.grade_category_id, a.id, s.graded_by_id, a.title, s.points_awarded, a.maximum_points, s.feedback,
    e.began_at + e.span * 0.76
FROM demo_enrollment e JOIN courses.assignment_submissions s ON s.business_id = e.business_id AND s.enrollment_id = e.id AND s.status = 'graded'
    JOIN courses.assignments a ON a.business_id = s.business_id AND a.id = s.assignment_id
WHERE NOT EXISTS (SELECT FROM courses.grades g WHERE g.business_id = e.business_id AND g.enrollment_id = e.id AND g.assignment_id = a.id) ORDER BY e.enrolled_at, e.key;

INSERT INTO courses.grades (id, business_id, enrollment_id, graded_by_id, title, points, maximum_points, created_at)
SELECT pg_temp.id(e.key || '/grade/skills'), e.business_id, e.id, pg_temp.id('user/samuel.ortiz@academy.test'), 'Skills shown in class',
    CASE e.target WHEN 'failed' THEN pg_temp.number(e.key || '/skills', 8, 13) ELSE pg_temp.number(e.key || '/skills', 16, 20) END, 20, e.began_at + e.span
FROM demo_enrollment e WHERE e.code IN ('SAF-100', 'SAF-105') AND e.target IN ('completed', 'failed') ORDER BY e.enrolled_at, e.key;

-- Refunds of whole orders end the access; a few others are asked for, and one is refused.
INSERT INTO courses.refunds (id, business_id, payment_id, enrollment_id, approved_by_id, amount, reason, ends_access, status, created_at)
SELECT pg_temp.id(p.key || '/refund'), p.business_id, p.id, p.enrollment_id, CASE WHEN p.outcome = 'refunded' THEN pg_temp.id('user/manager@academy.test') END,
    CASE WHEN p.outcome = 'refunded' THEN p.amount ELSE round(p.amount / 2, 2) END,
    pg_temp.pick(p.key || '/reason', '{"The dates do not work any more.","Booked the wrong course.","The employer pays for another one.","Too easy."}'), p.outcome = 'refunded', 'requested',
        p.created_at + interval '5 days'
FROM (
    SELECT s.key, s.business_id, s.outcome, p.id, p.amount, p.created_at, e.id AS enrollment_id, row_number() OVER (PARTITION BY s.outcome ORDER BY p.created_at DESC) AS latest
    FROM demo_purchase s JOIN courses.payments p ON p.business_id = s.business_id AND p.order_id = s.id AND p.status = 'completed'
        JOIN demo_enrollment e ON e.order_item_id = s.item_id AND e.preference = 1
    WHERE s.offer_type = 'one_time' AND s.placed_at < now() - interval '6 days' AND (s.outcome = 'refunded' OR e.target = 'active')
) AS p WHERE p.outcome = 'refunded' OR p.latest <= 3 ORDER BY p.created_at;
UPDATE courses.refunds r SET status = 'approved' FROM demo_business b WHERE b.slug = 'academy' AND r.business_id = b.id AND r.approved_by_id IS NOT NULL;
UPDATE courses.refunds r SET status = 'completed' FROM demo_business b WHERE b.slug = 'academy' AND r.business_id = b.id AND r.status = 'approved';
UPDATE courses.refunds r SET status = 'rejected' FROM demo_business b
    WHERE b.slug = 'academy' AND r.business_id = b.id AND r.id = (SELECT o.id FROM courses.refunds o WHERE o.business_id = b.id AND o.status = 'requested' ORDER BY o.created_at LIMIT 1);

-- What payments and refunds have not moved yet, the office does.
UPDATE courses.payments p SET status = 'refunded' FROM courses.refunds r JOIN demo_business b ON b.slug = 'academy' AND b.id = r.business_id
WHERE p.business_id = r.business_id AND p.id = r.payment_id AND r.status = 'completed' AND r.amount = p.amount AND p.status = 'completed';
UPDATE courses.orders o SET status = 'refunded' FROM demo_purchase s WHERE o.business_id = s.business_id AND o.id = s.id AND s.outcome = 'refunded' AND o.status = 'paid';
UPDATE courses.enrollments t SET status = e.target FROM demo_enrollment e
    WHERE t.business_id = e.business_id AND t.id = e.id AND t.status = 'active' AND e.target NOT IN ('active', 'waitlisted');

INSERT INTO courses.certificates (id, business_id, certificate_number, enrollment_id, certificate_template_id, learner_name, course_title, credit_hours, issued_on, created_at, created_by)
SELECT pg_temp.id(e.key || '/certificate'), e.business_id,
    pg_temp.document_number('CERT', e.ended_at, e.zone, row_number() OVER (PARTITION BY extract(year FROM e.ended_at AT TIME ZONE e.zone) ORDER BY e.ended_at, e.key)), e.id,
    pg_temp.id('academy/template/' || c.certificate),
    l.first_name || ' ' || l.last_name, c.title, c.credit_hours, (e.ended_at AT TIME ZONE e.zone)::date, e.ended_at, pg_temp.id('user/beth.callahan@academy.test')
FROM (SELECT *, began_at + span AS ended_at FROM demo_enrollment WHERE target = 'completed') AS e JOIN demo_syllabus c USING (code) JOIN demo_learner l ON l.id = e.learner_id
    ORDER BY e.ended_at, e.key;
UPDATE courses.certificates c SET status = 'revoked', revocation_reason = 'Issued for the wrong course.' FROM demo_business b
WHERE b.slug = 'academy' AND c.business_id = b.id AND c.id = (SELECT o.id FROM courses.certificates o WHERE o.business_id = b.id ORDER BY o.created_at OFFSET 20 LIMIT 1);

INSERT INTO courses.course_reviews (id, business_id, course_id, enrollment_id, rating, title, comment, reply, status, created_at)
SELECT pg_temp.id(e.key || '/review'), e.business_id, pg_temp.id('academy/course/' || e.code), e.id, r.rating,
    (ARRAY['Not for me', 'Expected more', 'It was all right', 'Good course', 'Worth every hour'])[r.rating],
    pg_temp.pick(e.key || '/comment', (ARRAY['{"The dates changed twice.","I could not follow the second half."}',
        '{"Too much to read for the price.","The videos are older than the text."}',
        '{"The exercises are good, the videos long.","Fine for beginners."}', '{"Clear examples and quick answers.","I use the worksheets every week.","Would take another one."}',
        '{"The best teacher I have had.","Got the job, thanks to the certificate.","Short lessons that fit between shifts.","Everything is explained twice, which I needed."}'])[r.rating]::text[]),
    CASE WHEN r.rating <= 2 THEN 'Thank you for telling us. We have called you about it.' END, 'pending', e.began_at + e.span + interval '20 hours'
FROM demo_enrollment e CROSS JOIN LATERAL (SELECT (ARRAY[1, 2, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5])[1 + pg_temp.hash(e.key || '/stars') % 15] AS rating) AS r
WHERE e.target = 'completed' AND pg_temp.share(e.key || '/reviewed') < 0.55 AND e.began_at + e.span < now() - interval '21 hours' ORDER BY e.began_at + e.span, e.key;
UPDATE courses.course_reviews r SET status = CASE WHEN r.rating = 1 AND pg_temp.share(r.id::text) < 0.5 THEN 'hidden' ELSE 'published' END FROM demo_business b
    WHERE b.slug = 'academy' AND r.business_id = b.id AND r.created_at < now() - interval '9 days';

UPDATE courses.learners t SET status = l.status FROM demo_learner l JOIN demo_business b ON b.slug = 'academy'
    WHERE t.business_id = b.id AND t.id = l.id AND l.status IN ('inactive', 'blocked');

-- Discussions are led by the staff; learners without an account write through them.
CREATE TEMPORARY TABLE demo_thread ON COMMIT DROP AS
SELECT c.code, t.place, 'academy/thread/' || c.code || '/' || t.place AS key, t.title, t.body, t.posts, b.id AS business_id, b.today, b.zone,
    CASE WHEN c.teacher = 'patrice.vance' THEN NULL ELSE pg_temp.id('user/' || c.teacher || '@academy.test') END AS teacher_id, c.title AS course,
    pg_temp.moment(b.today - 1 - pg_temp.number(c.code || '/thread/' || t.place, 0, 90), 540 + 40 * t.place, b.zone) AS created_at
FROM demo_syllabus c JOIN demo_business b ON b.slug = 'academy' CROSS JOIN (VALUES
    (1, 'Introduce yourselves', 'Who are you, and what do you want to be able to do at the end?',
        '{"I work at a front desk and want to move to the back office.","Welcome! You are in the right place.","Between jobs, and glad to be here."}'::text[]),
    (2, 'Where are the answers to the worksheet?', 'I cannot find the answers to the second worksheet.', '{"On the last page of the file; scroll to the end.","Found them, thank you."}'),
    (3, 'Study group on Thursdays', 'Is anybody up for an hour on Thursday evenings before the final check?',
        '{"I am, from seven on.","The small room is free; I have put your names down."}')
) AS t (place, title, body, posts) WHERE c.status = 'published';
ANALYZE demo_thread;

INSERT INTO courses.discussion_threads (id, business_id, course_id, author_id, title, body, is_pinned, is_locked, created_at, created_by)
SELECT pg_temp.id(t.key), t.business_id, pg_temp.id('academy/course/' || t.code), CASE WHEN t.place = 1 THEN t.teacher_id END, t.title, t.body, t.place = 1, false, t.created_at, t.teacher_id
FROM demo_thread t ORDER BY t.created_at, t.key;
INSERT INTO courses.discussion_posts (id, business_id, discussion_thread_id, parent_id, author_id, body, is_answer, created_at)
SELECT pg_temp.id(t.key || '/' || p.place), t.business_id, pg_temp.id(t.key), CASE WHEN t.place = 1 AND p.place = 2 THEN pg_temp.id(t.key || '/1') END,
    CASE WHEN p.place = CASE t.place WHEN 2 THEN 1 ELSE 2 END THEN coalesce(t.teacher_id, pg_temp.id('user/manager@academy.test')) END, p.body, t.place = 2 AND p.place = 1,
    least(t.created_at + make_interval(hours => 3 * p.place::integer), now() - interval '1 minute')
FROM demo_thread t CROSS JOIN LATERAL unnest(t.posts) WITH ORDINALITY AS p (body, place) ORDER BY t.created_at, t.key, p.place;

-- Teachers are paid their share of single sales, month by month; the month before last is paid, the last one approved.
INSERT INTO courses.instructor_payouts (id, business_id, instructor_id, period_start, period_end, adjustment_amount, status, created_at, created_by)
SELECT pg_temp.id('academy/payout/' || t.teacher || '/' || ago), b.id, t.id, m.first_day, (m.first_day + interval '1 month' - interval '1 day')::date,
    CASE WHEN ago = 2 AND t.teacher = 'staff' THEN 50 ELSE 0 END, 'open', least(pg_temp.moment((m.first_day + interval '1 month')::date, 540, b.zone), now()),
    pg_temp.id('user/manager@academy.test')
FROM demo_teacher t JOIN demo_business b ON b.slug = 'academy' CROSS JOIN generate_series(0, 4) AS ago
    CROSS JOIN LATERAL (SELECT (date_trunc('month', b.today) - make_interval(months => ago))::date AS first_day) AS m ORDER BY m.first_day, t.teacher;

INSERT INTO courses.instructor_payout_items (id, business_id, instructor_payout_id, course_id, payment_id, refund_id, base_amount, share_rate, share_amount, created_at)
SELECT pg_temp.id('academy/payout/item/' || i.payment_id || '/' || coalesce(i.refund_id::text, '')), i.business_id, p.id, pg_temp.id('academy/course/' || i.offer), i.payment_id, i.refund_id,
    i.base, t.share, round(i.base * t.share, 2), i.moment
FROM (
    SELECT s.business_id, s.offer, s.zone, p.id AS payment_id, NULL::uuid AS refund_id, p.amount AS base, p.paid_at AS moment FROM demo_purchase s
        JOIN courses.payments p ON p.business_id = s.business_id AND p.order_id = s.id WHERE p.paid_at IS NOT NULL AND s.offer_type = 'one_time' AND p.amount > 0
    UNION ALL
    SELECT s.business_id, s.offer, s.zone, p.id, r.id, -r.amount, r.created_at FROM demo_purchase s JOIN courses.payments p ON p.business_id = s.business_id AND p.order_id = s.id
        JOIN courses.refunds r ON r.business_id = p.business_id AND r.payment_id = p.id AND r.status = 'completed'
) AS i JOIN demo_syllabus c ON c.code = i.offer JOIN demo_teacher t USING (teacher)
JOIN courses.instructor_payouts p ON p.business_id = i.business_id AND p.instructor_id = t.id AND (i.moment AT TIME ZONE i.zone)::date BETWEEN p.period_start AND p.period_end
    ORDER BY i.moment, i.payment_id;

UPDATE courses.instructor_payouts p SET status = 'approved' FROM demo_business b WHERE b.slug = 'academy' AND p.business_id = b.id AND p.period_end < b.today - 2;
UPDATE courses.instructor_payouts p SET status = 'paid', paid_on = p.period_end + 9, reference = 'ACH ' || to_char(p.period_end, 'YYYYMM') FROM demo_business b
    WHERE b.slug = 'academy' AND p.business_id = b.id AND p.status = 'approved' AND p.period_end + 9 < b.today - 20;
