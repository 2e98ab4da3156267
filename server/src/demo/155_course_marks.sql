-- What learners do for a mark: tests of the last months, and work handed in within a year.

-- The answers go in while the try is under way. Who fails tries once more.
DO $$
BEGIN
    FOR round IN 1..2 LOOP
        INSERT INTO courses.quiz_attempts (id, business_id, quiz_id, enrollment_id, sequence, started_at, created_at)
        SELECT pg_temp.id(e.key || '/attempt/' || round), e.business_id, pg_temp.id('academy/quiz/' || e.code), e.id, round, t.started_at, t.started_at
        FROM demo_enrollment e CROSS JOIN LATERAL (SELECT e.began_at + e.span * (0.94 + round * 0.025) AS started_at) AS t
        WHERE e.code IN (SELECT code FROM demo_question) AND e.enrolled_at > now() - interval '220 days'
            AND (e.target = 'completed' AND (round = 1 OR pg_temp.share(e.key || '/first') < 0.2) OR e.target = 'failed') ORDER BY e.enrolled_at, e.key;

        -- Right more often than not the last time, and seldom for those who fail.
        INSERT INTO courses.quiz_answers (id, business_id, quiz_attempt_id, question_id, chosen_choice_ids, match_pairs, text_answer, numeric_answer, created_at)
        SELECT pg_temp.id(e.key || '/answer/' || round || '/' || q.place), e.business_id, a.id, q.id,
            CASE
                WHEN q.question_type IN ('numeric', 'short_answer', 'matching') THEN '{}'
                WHEN r.knows THEN ARRAY(SELECT pg_temp.id('academy/choice/' || q.code || '/' || q.place || '/' || n) FROM generate_series(1, cardinality(q.answers)) AS n ORDER BY n)
                WHEN q.question_type = 'ordering' THEN ARRAY(SELECT pg_temp.id('academy/choice/' || q.code || '/' || q.place || '/' || n) FROM generate_series(1, cardinality(q.answers)) AS n
                    ORDER BY n DESC)
                ELSE ARRAY[pg_temp.id('academy/choice/' || q.code || '/' || q.place || '/' || cardinality(q.answers) + 1)]
            END,
            CASE WHEN q.question_type = 'matching' THEN (SELECT jsonb_object_agg(pg_temp.id('academy/choice/' || q.code || '/' || q.place || '/' || n),
                pg_temp.id('academy/choice/' || q.code || '/' || q.place || '/' || CASE WHEN r.knows THEN n ELSE 1 + n % cardinality(q.answers) END))
                    FROM generate_series(1, cardinality(q.answers)) AS n) ELSE '{}' END,
            CASE WHEN q.question_type = 'short_answer' THEN CASE WHEN r.knows THEN q.answers[1] ELSE 'I do not remember' END END,
            CASE WHEN q.question_type = 'numeric' THEN CASE WHEN r.knows THEN q.answers[1]::numeric ELSE q.answers[1]::numeric * 2 END END, a.started_at + make_interval(mins => 2 * q.place)
        FROM demo_enrollment e JOIN courses.quiz_attempts a ON a.business_id = e.business_id AND a.enrollment_id = e.id AND a.sequence = round JOIN demo_question q ON q.code = e.code
        CROSS JOIN LATERAL (SELECT pg_temp.share(e.key || round || q.place) < CASE WHEN e.target = 'failed' OR round = 1 AND pg_temp.share(e.key || '/first') < 0.2 THEN 0.35
            ELSE 0.95 END AS knows) AS r
        ORDER BY a.started_at, a.id, q.place;

        UPDATE courses.quiz_attempts a SET status = 'submitted' FROM demo_enrollment e
            WHERE a.business_id = e.business_id AND a.enrollment_id = e.id AND a.sequence = round AND a.status = 'in_progress';
        UPDATE courses.quiz_attempts a SET status = 'graded' FROM demo_enrollment e
            WHERE a.business_id = e.business_id AND a.enrollment_id = e.id AND a.sequence = round AND a.status = 'submitted';
    END LOOP;
END $$;

-- Work is handed in as a draft that becomes final; the newest waits for its mark.
INSERT INTO courses.assignment_submissions (id, business_id, assignment_id, enrollment_id, text_answer, url, status, created_at)
SELECT pg_temp.id(e.key || '/submission'), e.business_id, pg_temp.id('academy/assignment/' || e.code), e.id, CASE WHEN e.code NOT IN ('DAT-310', 'WEB-120') THEN CASE e.code
        WHEN 'ACC-101' THEN 'Two checks are outstanding, and the bank charged 12.00 that is not in the books yet.'
            WHEN 'LDR-110' THEN 'I would begin with what went well last week, then ask how the handover looked from the other side.'
        WHEN 'LDR-220' THEN 'Goal: the clinic''s new intake form is in use by June, and patients wait five minutes less.'
            ELSE 'Orders by month: SELECT date_trunc(''month'', placed_at), count(*) FROM orders GROUP BY 1. December is the strongest.' END END,
    CASE WHEN e.code IN ('DAT-310', 'WEB-120') THEN 'https://work.example.com/' || substr(md5(e.key), 1, 10) END, 'draft', e.began_at + e.span * 0.7
FROM demo_enrollment e WHERE e.code IN ('ACC-101', 'LDR-110', 'LDR-220', 'DAT-205', 'DAT-310', 'WEB-120') AND e.steps >= 7 AND e.began_at > now() - interval '330 days'
    ORDER BY e.enrolled_at, e.key;
UPDATE courses.assignment_submissions s SET status = 'submitted' FROM demo_enrollment e
    WHERE s.business_id = e.business_id AND s.enrollment_id = e.id AND NOT (e.target = 'active' AND pg_temp.share(e.key || '/unfinished') < 0.2);
ANALYZE courses.assignment_submissions;

INSERT INTO courses.rubric_scores (id, business_id, assignment_submission_id, rubric_row_id, points, comment, created_at, created_by)
SELECT pg_temp.id(e.key || '/score/' || r.sort_order), e.business_id, s.id, r.id, m.points, CASE WHEN m.points < r.maximum_points * 0.75 THEN 'See the note in the margin.' END,
    e.began_at + e.span * 0.75, pg_temp.id('user/' || CASE c.teacher WHEN 'patrice.vance' THEN 'manager' ELSE c.teacher END || '@academy.test')
FROM demo_enrollment e JOIN demo_syllabus c USING (code) JOIN courses.assignment_submissions s ON s.business_id = e.business_id AND s.enrollment_id = e.id AND s.status = 'submitted'
JOIN courses.assignments a ON a.business_id = s.business_id AND a.id = s.assignment_id JOIN courses.rubric_rows r ON r.business_id = a.business_id AND r.rubric_id = a.rubric_id
CROSS JOIN LATERAL (SELECT round(r.maximum_points * (CASE e.target WHEN 'failed' THEN 0.35 ELSE 0.75 END + 0.25 * pg_temp.share(e.key || r.id))::numeric) AS points) AS m
WHERE e.began_at > now() - interval '150 days' AND (e.target <> 'active' OR pg_temp.share(e.key || '/marked') < 0.5) ORDER BY e.enrolled_at, e.key, r.sort_order;
UPDATE courses.assignment_submissions s SET status = 'graded', points_awarded = m.points, graded_by_id = m.by_id,
    feedback = CASE WHEN m.points >= 85 THEN 'Well done; you could teach this.' WHEN m.points >= 60 THEN 'Good. Look at the sample answer for the rest.'
    ELSE 'Please see me before you hand it in again.' END
FROM (
    SELECT r.assignment_submission_id AS id, r.business_id, sum(r.points) AS points, min(r.created_by::text)::uuid AS by_id FROM courses.rubric_scores r
        JOIN demo_business b ON b.slug = 'academy' AND b.id = r.business_id GROUP BY 1, 2
    UNION ALL
    -- Of older work only the points are known.
    SELECT pg_temp.id(e.key || '/submission'), e.business_id, CASE e.target WHEN 'failed' THEN pg_temp.number(e.key || '/points', 35, 58) ELSE pg_temp.number(e.key || '/points', 72, 99) END,
        pg_temp.id('user/manager@academy.test')
    FROM demo_enrollment e WHERE e.began_at <= now() - interval '150 days'
) AS m
WHERE s.business_id = m.business_id AND s.id = m.id AND s.status = 'submitted';
