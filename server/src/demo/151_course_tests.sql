-- The academy's tests and assignments: questions with their answers, and marking schemes.

CREATE TEMPORARY TABLE demo_question (
    code text NOT NULL,
    place integer NOT NULL,
    question_type text NOT NULL,
    prompt text NOT NULL,
    -- The right answers, then the wrong ones; pairs and accepted words for those without choices.
    answers text[] NOT NULL,
    wrong text[] NOT NULL,
    explanation text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (code, place)
) ON COMMIT DROP;

INSERT INTO demo_question
SELECT code, place, question_type, prompt, answers::text[], wrong::text[], explanation, pg_temp.id('academy/question/' || code || '/' || place)
FROM (VALUES
    ('ACC-101', 1, 'single_choice', 'Which side of an account does a purchase of supplies for cash go to?', '{"Debit supplies, credit cash"}',
        '{"Credit supplies, debit cash","Debit both","Credit both"}', 'What comes in is debited, what goes out is credited.'),
    ('ACC-101', 2, 'true_false', 'A trial balance that balances proves that there is no error.', '{False}', '{True}', 'Two errors may cancel out, and a wrong account balances as well.'),
    ('ACC-101', 3, 'numeric', 'The bank shows 4,210.00; checks for 385.50 are outstanding. What is the balance in the books?', '{3824.5}', '{}', 'Subtract what the bank has not paid yet.'),
    ('ACC-101', 4, 'multiple_choice', 'Which of these are assets?', '{"Accounts receivable",Inventory}', '{"Accounts payable","Owner''s equity"}',
        'Assets are owned or owed to the business.'),
    ('ACC-101', 5, 'short_answer', 'What is the list of all accounts called?', '{"chart of accounts","the chart of accounts"}', '{}', 'Every account has its number on the chart.'),
    ('DAT-101', 1, 'single_choice', 'Which reference stays the same when a formula is copied?', '{$A$1}', '{A1,"A1:B2",#A1}', 'The dollar signs fix column and row.'),
    ('DAT-101', 2, 'true_false', 'A filter deletes the rows that it hides.', '{False}', '{True}', 'The rows come back when the filter is cleared.'),
    ('DAT-101', 3, 'numeric', 'A1 to A4 hold 2, 4, 6 and 8. What does =AVERAGE(A1:A4) show?', '{5}', '{}', 'Twenty divided by four.'),
    ('DAT-101', 4, 'single_choice', 'Which chart shows a change over time?', '{"Line chart"}', '{"Pie chart","Scatter plot",Histogram}', 'Time runs from left to right.'),
    ('DAT-101', 5, 'multiple_choice', 'Which functions look up a value in a table?', '{VLOOKUP,INDEX}', '{SUM,TRIM}', 'The others add up and clean up.'),
    ('DAT-205', 1, 'single_choice', 'Which join keeps rows of the left table without a match?', '{"LEFT JOIN"}', '{"INNER JOIN","CROSS JOIN","NATURAL JOIN"}',
        'The right side''s columns are null then.'),
    ('DAT-205', 2, 'single_choice', 'Which clause filters groups?', '{HAVING}', '{WHERE,"GROUP BY","ORDER BY"}', 'WHERE filters rows before they are grouped.'),
    ('DAT-205', 3, 'true_false', 'NULL = NULL is true.', '{False}', '{True}', 'It is null; IS NULL asks for it.'),
    ('DAT-205', 4, 'short_answer', 'Which function counts rows?', '{count,"count(*)"}', '{}', 'count(*) counts all of them.'),
    ('DAT-205', 5, 'matching', 'Match each function with what it does.', '{sum=adds,avg=averages,"max=finds the largest"}', '{}', 'Aggregates make one value of many.'),
    ('LDR-220', 1, 'single_choice', 'What does a work breakdown structure break down?', '{"The scope of the project"}', '{"The budget by month","The team by skill","The risks by owner"}',
        'Work first, then money and time.'),
    ('LDR-220', 2, 'multiple_choice', 'What belongs in a charter?', '{Goals,Sponsor}', '{"The minutes of meetings","Every task"}', 'The charter is short.'),
    ('LDR-220', 3, 'true_false', 'Float is the time a task may slip without moving the end.', '{True}', '{False}', 'Tasks on the critical path have none.'),
    ('LDR-220', 4, 'numeric', 'Planned value 8,000, earned value 6,000. What is the schedule performance index?', '{0.75}', '{}', 'Earned divided by planned.'),
    ('LDR-220', 5, 'ordering', 'Put the phases in order.', '{Initiate,Plan,Execute,Close}', '{}', 'Closing is a phase as well.'),
    ('MED-101', 1, 'single_choice', 'What does the suffix -itis mean?', '{Inflammation}', '{Removal,Enlargement,Pain}', 'As in arthritis.'),
    ('MED-101', 2, 'single_choice', 'Which root stands for the heart?', '{cardi/o}', '{hepat/o,nephr/o,gastr/o}', 'As in cardiology.'),
    ('MED-101', 3, 'true_false', 'Hyper- means below normal.', '{False}', '{True}', 'Hypo- is below, hyper- is above.'),
    ('MED-101', 4, 'matching', 'Match each root with its organ.', '{hepat=liver,nephr=kidney,pulmon=lung}', '{}', 'Three of the most frequent roots.'),
    ('MED-101', 5, 'short_answer', 'What does the abbreviation BP stand for?', '{"blood pressure"}', '{}', 'Measured in millimeters of mercury.'),
    ('SAF-100', 1, 'single_choice', 'At what height does construction work need fall protection?', '{"6 feet"}', '{"4 feet","10 feet","12 feet"}', 'General industry begins at four.'),
    ('SAF-100', 2, 'true_false', 'Workers may ask for an inspection without telling their employer.', '{True}', '{False}', 'The law protects them.'),
    ('SAF-100', 3, 'multiple_choice', 'What do you check before climbing a ladder?', '{"The feet stand level","The rungs are dry"}', '{"Its color","Who bought it"}',
        'And that it is tied off.'),
    ('SAF-100', 4, 'numeric', 'A ladder reaches 16 feet up. How many feet from the wall does its base stand?', '{4}', '{}', 'One foot out for four up.'),
    ('SAF-100', 5, 'single_choice', 'Who pays for required protective equipment?', '{"The employer"}', '{"The worker","The insurer","The union"}',
        'With few exceptions, such as everyday boots.'),
    ('WEB-120', 1, 'single_choice', 'Which element is the page''s main heading?', '{h1}', '{head,title,strong}', 'One for each page.'),
    ('WEB-120', 2, 'true_false', 'Every image that says something needs a text alternative.', '{True}', '{False}', 'Screen readers read it out.'),
    ('WEB-120', 3, 'short_answer', 'What does DNS stand for?', '{"domain name system"}', '{}', 'It leads from names to addresses.'),
    ('WEB-120', 4, 'multiple_choice', 'Which of these style a page?', '{CSS,"A stylesheet"}', '{HTTP,JSON}', 'The others carry data.')
) AS given (code, place, question_type, prompt, answers, wrong, explanation);
ANALYZE demo_question;

INSERT INTO courses.question_banks (id, business_id, course_id, name, description, is_shared, created_at, created_by)
SELECT pg_temp.id('academy/bank/' || c.code), b.id, pg_temp.id('academy/course/' || c.code), c.title || ' questions', 'For the final check and for practice.', c.code LIKE '%-101',
    pg_temp.moment(b.today - c.days_ago + 2, 600, b.zone), pg_temp.id('user/manager@academy.test')
FROM demo_syllabus c JOIN demo_business b ON b.slug = 'academy' WHERE c.code IN (SELECT code FROM demo_question) ORDER BY c.place;

INSERT INTO courses.questions (id, business_id, question_bank_id, question_type, prompt, explanation, points, difficulty, accepted_answers, numeric_answer, numeric_tolerance, created_at,
    created_by)
SELECT q.id, b.id, pg_temp.id('academy/bank/' || q.code), q.question_type, q.prompt, q.explanation, CASE WHEN q.question_type IN ('multiple_choice', 'matching', 'ordering', 'numeric') THEN 2
    ELSE 1 END,
    pg_temp.pick(q.id::text, '{easy,medium,medium,hard}'), CASE WHEN q.question_type = 'short_answer' THEN q.answers ELSE '{}' END,
    CASE WHEN q.question_type = 'numeric' THEN q.answers[1]::numeric END, CASE WHEN q.question_type = 'numeric' THEN 0.01 ELSE 0 END,
    pg_temp.moment(b.today - c.days_ago + 2, 610 + q.place, b.zone), pg_temp.id('user/manager@academy.test')
FROM demo_question q JOIN demo_syllabus c USING (code) JOIN demo_business b ON b.slug = 'academy' ORDER BY q.code, q.place;

-- What is to be put in order is stored in order; the learner sees it shuffled.
INSERT INTO courses.question_choices (id, business_id, question_id, content, match_content, is_correct, feedback, sort_order, created_at)
SELECT pg_temp.id('academy/choice/' || q.code || '/' || q.place || '/' || a.place), b.id, q.id,
    CASE WHEN q.question_type = 'matching' THEN split_part(a.content, '=', 1) ELSE a.content END, CASE WHEN q.question_type = 'matching' THEN split_part(a.content, '=', 2) END,
    a.place <= cardinality(q.answers), CASE WHEN a.place > cardinality(q.answers) THEN q.explanation END,
    CASE WHEN q.question_type IN ('matching', 'ordering') THEN a.place ELSE 1 + (a.place + q.place) % cardinality(q.answers || q.wrong) END,
        pg_temp.moment(b.today - c.days_ago + 2, 630, b.zone)
FROM demo_question q JOIN demo_syllabus c USING (code) JOIN demo_business b ON b.slug = 'academy' CROSS JOIN LATERAL unnest(q.answers || q.wrong) WITH ORDINALITY AS a (content, place)
WHERE q.question_type NOT IN ('numeric', 'short_answer') ORDER BY q.code, q.place, a.place;

INSERT INTO courses.quizzes (id, business_id, course_id, lesson_id, grade_category_id, title, instructions, attempts_allowed, passing_rate, shows_answers, shuffles_questions, status,
    created_at, created_by)
SELECT pg_temp.id('academy/quiz/' || c.code), b.id, pg_temp.id('academy/course/' || c.code), l.id, pg_temp.id('academy/graded/' || c.code || '/quiz'), 'Final check: ' || c.title,
    'Take your time; the better of your tries counts.', CASE c.category WHEN 'safety' THEN 3 END, CASE c.category WHEN 'safety' THEN 0.8 ELSE 0.7 END,
    CASE c.category WHEN 'safety' THEN 'never' ELSE 'after_attempt' END, true, 'draft', pg_temp.moment(b.today - c.days_ago + 3, 600, b.zone), pg_temp.id('user/manager@academy.test')
FROM demo_syllabus c JOIN demo_lesson l ON l.code = c.code AND l.lesson_type = 'quiz' JOIN demo_business b ON b.slug = 'academy' ORDER BY c.place;

INSERT INTO courses.quiz_questions (id, business_id, quiz_id, question_id, sort_order, created_at)
SELECT pg_temp.id('academy/asked/' || q.code || '/' || q.place), b.id, pg_temp.id('academy/quiz/' || q.code), q.id, q.place, pg_temp.moment(b.today - c.days_ago + 3, 620, b.zone)
FROM demo_question q JOIN demo_syllabus c USING (code) JOIN demo_business b ON b.slug = 'academy' ORDER BY q.code, q.place;

UPDATE courses.quizzes q SET status = 'published' FROM demo_business b WHERE b.slug = 'academy' AND q.business_id = b.id;

-- One more is being written, for the course that is in review.
INSERT INTO courses.quizzes (id, business_id, course_id, title, instructions, time_limit_minutes, status, created_by)
SELECT pg_temp.id('academy/quiz/WEB-240'), b.id, pg_temp.id('academy/course/WEB-240'), 'Check: Forms', 'Fifteen minutes.', 15, 'draft', pg_temp.id('user/samuel.ortiz@academy.test')
FROM demo_business b WHERE b.slug = 'academy';

INSERT INTO courses.rubrics (id, business_id, title, description, created_at, created_by)
SELECT pg_temp.id('academy/rubric/' || r.slug), b.id, r.title, r.description, pg_temp.moment(b.today - 520, 600, b.zone), pg_temp.id('user/manager@academy.test')
FROM (VALUES ('written', 'Written work', 'For plans, memos and reflections.'), ('practical', 'Practical work', 'For books, queries, dashboards and sites.')) AS r (slug, title, description)
JOIN demo_business b ON b.slug = 'academy' ORDER BY r.slug;

INSERT INTO courses.rubric_rows (id, business_id, rubric_id, criterion, description, maximum_points, levels, sort_order, created_at)
SELECT pg_temp.id('academy/rubric/' || r.slug || '/' || r.place), b.id, pg_temp.id('academy/rubric/' || r.slug), r.criterion, r.description, r.points,
    jsonb_build_array(jsonb_build_object('name', 'Excellent', 'points', r.points), jsonb_build_object('name', 'Good', 'points', r.points * 0.8),
        jsonb_build_object('name', 'Developing', 'points', r.points * 0.5)),
    r.place, pg_temp.moment(b.today - 520, 620, b.zone)
FROM (VALUES ('written', 1, 'Content', 'Answers the question, with reasons.', 50), ('written', 2, 'Structure', 'Easy to follow.', 30), ('written', 3, 'Language', 'Plain and correct.', 20),
    ('practical', 1, 'Correctness', 'The result is right.', 60), ('practical', 2, 'Method', 'The way there can be followed.', 25),
        ('practical', 3, 'Presentation', 'Tidy and labeled.', 15)) AS r (slug, place, criterion, description, points)
JOIN demo_business b ON b.slug = 'academy' ORDER BY r.slug, r.place;

INSERT INTO courses.assignments (id, business_id, course_id, lesson_id, rubric_id, grade_category_id, title, instructions, submission_kind, maximum_points, attempts_allowed,
    late_penalty_rate, status, created_at, created_by)
SELECT pg_temp.id('academy/assignment/' || a.code), b.id, pg_temp.id('academy/course/' || a.code), l.id, pg_temp.id('academy/rubric/' || a.rubric),
    pg_temp.id('academy/graded/' || a.code || '/assignment'),
    a.title, a.instructions, a.kind, 100, 2, 0.1, 'published', pg_temp.moment(b.today - c.days_ago + 3, 640, b.zone), pg_temp.id('user/manager@academy.test')
FROM (VALUES
    ('ACC-101', 'practical', 'Reconcile the bakery''s March statement', 'Find the three differences and say how each is booked.', 'text'),
    ('LDR-110', 'written', 'Plan a feedback talk', 'One page: the occasion, your first sentence, and what you want to hear.', 'text'),
    ('LDR-220', 'written', 'A charter for your project', 'Two pages at most, with goals that can be measured.', 'any'),
    ('DAT-205', 'practical', 'Ten questions to the shop''s database', 'Hand in the queries and one sentence about each result.', 'text'),
    ('DAT-310', 'practical', 'Redesign a dashboard', 'Link to your sketch and say what you left out.', 'url'),
    ('WEB-120', 'practical', 'The first three pages', 'Link to the pages; they may be unfinished.', 'url')
) AS a (code, rubric, title, instructions, kind)
JOIN demo_syllabus c USING (code) JOIN demo_lesson l ON l.code = a.code AND l.lesson_type = 'assignment' JOIN demo_business b ON b.slug = 'academy' ORDER BY c.place;

ANALYZE courses.questions, courses.question_choices, courses.quizzes, courses.quiz_questions, courses.rubrics, courses.rubric_rows, courses.assignments;
