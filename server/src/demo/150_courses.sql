-- An academy's catalogue: courses with their chapters and lessons, and the tests and work that belong to them.

CREATE TEMPORARY TABLE demo_syllabus (
    code text PRIMARY KEY,
    title text NOT NULL,
    category text NOT NULL,
    level text NOT NULL,
    delivery text NOT NULL,
    credit_hours numeric NOT NULL,
    price numeric NOT NULL,
    status text NOT NULL,
    -- The address before the @ of who teaches it.
    teacher text NOT NULL,
    certificate text,
    summary text NOT NULL,
    modules text[] NOT NULL,
    place bigint NOT NULL,
    -- How many days ago it was set up.
    days_ago integer NOT NULL
) ON COMMIT DROP;

INSERT INTO demo_syllabus
SELECT given.*, row_number() OVER (), CASE given.status WHEN 'published' THEN 536 WHEN 'archived' THEN 530 ELSE 30 END - row_number() OVER ()
FROM (VALUES
    ('ACC-101', 'Bookkeeping Basics', 'accounting', 'beginner', 'self_paced', 12, 249, 'published', 'laura.finch', 'completion',
        'Keep the books of a small business by hand and on the screen.',
        '{Debits and credits,The chart of accounts,Bank reconciliation,Closing the month}'::text[]),
    ('ACC-201', 'Payroll and Sales Tax', 'accounting', 'intermediate', 'self_paced', 10, 299, 'published', 'laura.finch', 'completion',
        'What to withhold, what to collect, and when it is due.',
        '{Wages and withholding,Employer taxes,Sales tax returns,Year-end forms}'),
    ('ACC-210', 'Financial Statements in Practice', 'accounting', 'intermediate', 'blended', 16, 449, 'published', 'laura.finch', 'completion',
        'Read the three statements and say what they mean for the business.',
        '{The balance sheet,The income statement,Cash flow,Ratios that matter}'),
    ('LDR-110', 'First-Time Supervisor', 'leadership', 'beginner', 'cohort', 14, 595, 'published', 'staff', 'professional', 'From colleague to supervisor in six weeks.',
        '{A new role,Giving feedback,Planning the week,Difficult conversations}'),
    ('LDR-220', 'Project Management Essentials', 'leadership', 'all_levels', 'cohort', 20, 795, 'published', 'staff', 'professional',
        'Scope, schedule and people, with one project of your own from start to end.',
        '{Scope and goals,Schedules and budgets,Risks and changes,Closing a project}'),
    ('DAT-101', 'Spreadsheets for Work', 'data', 'beginner', 'self_paced', 8, 149, 'published', 'david.osei', 'completion', 'Formulas, tables and charts for those who use them every day.',
        '{Cells and formulas,Tables and filters,Lookups,Charts}'),
    ('DAT-205', 'SQL for Analysts', 'data', 'intermediate', 'cohort', 24, 695, 'published', 'david.osei', 'professional', 'Ask a database your own questions.',
        '{Selecting rows,Joining tables,Grouping and totals,Window functions}'),
    ('DAT-310', 'Dashboards That Get Read', 'data', 'advanced', 'blended', 18, 645, 'published', 'david.osei', 'professional', 'Choose few numbers, show them well, and keep them right.',
        '{Questions before charts,Choosing a chart,Layout and color,Keeping it current}'),
    ('WEB-120', 'Build a Small-Business Website', 'web', 'beginner', 'self_paced', 12, 199, 'published', 'samuel.ortiz', 'completion',
        'A site of five pages, online by the end of the course.',
        '{Plan the pages,Write for the reader,Build and style,Publish}'),
    ('MED-101', 'Medical Terminology', 'health', 'beginner', 'self_paced', 15, 229, 'published', 'patrice.vance', 'completion', 'Roots, prefixes and suffixes, body system by body system.',
        '{Word parts,The body in words,Procedures and tests,Abbreviations}'),
    ('MED-230', 'Medical Coding Certificate', 'health', 'intermediate', 'blended', 40, 1295, 'published', 'patrice.vance', 'professional',
        'Diagnosis and procedure codes, with practice on real charts.',
        '{Diagnosis codes,Procedure codes,Modifiers,Audits and appeals}'),
    ('SAF-100', 'Workplace Safety, Ten Hours', 'safety', 'beginner', 'live', 10, 185, 'published', 'samuel.ortiz', 'safety',
        'Hazards, rights and duties on the shop floor and the building site.',
        '{Rights and duties,Falls and ladders,Electrical hazards,Protective equipment}'),
    ('SAF-105', 'First Aid and CPR', 'safety', 'all_levels', 'live', 6, 95, 'published', 'samuel.ortiz', 'safety', 'One evening of theory, one of practice.',
        '{Before you act,Bleeding and burns,CPR and AED,Choking}'),
    ('LDR-330', 'Managing Managers', 'leadership', 'advanced', 'cohort', 18, 995, 'draft', 'staff', 'professional', 'Lead through others.',
        '{Delegation,Reading a budget,Hiring leads,Strategy}'),
    ('WEB-240', 'Accessible Web Design', 'web', 'intermediate', 'self_paced', 10, 259, 'in_review', 'samuel.ortiz', 'completion', 'Pages that everybody can use.',
        '{Who is left out,Structure,Forms,Testing}'),
    ('DAT-090', 'Typing for Everybody', 'data', 'beginner', 'self_paced', 3, 39, 'archived', 'david.osei', NULL, 'Ten fingers in ten days.',
        '{Home row,Upper row,Lower row,Speed}')
) AS given (code, title, category, level, delivery, credit_hours, price, status, teacher, certificate, summary, modules);
ANALYZE demo_syllabus;

INSERT INTO courses.course_categories (id, business_id, parent_id, name, slug, description, sort_order, created_at, created_by)
SELECT pg_temp.id('academy/category/' || c.slug), b.id, pg_temp.id('academy/category/' || c.parent), c.name, c.slug, c.description, c.place,
    pg_temp.moment(b.today - 540, 600, b.zone), pg_temp.id('user/manager@academy.test')
FROM demo_business b CROSS JOIN (VALUES
    (1, NULL, 'business', 'Business', 'Skills for the office and the people in it.'), (2, 'business', 'accounting', 'Accounting', 'Books, taxes and statements.'),
    (3, 'business', 'leadership', 'Leadership', 'For those who lead, or soon will.'), (4, NULL, 'technology', 'Technology', 'Tools of the digital office.'),
    (5, 'technology', 'data', 'Data', 'From spreadsheets to dashboards.'), (6, 'technology', 'web', 'Web', 'Sites that work.'),
    (7, NULL, 'health', 'Health Care', 'For the front desk and the back office of a practice.'), (8, NULL, 'safety', 'Safety and Compliance', 'Courses that the law or the insurer asks for.')
) AS c (place, parent, slug, name, description)
WHERE b.slug = 'academy' ORDER BY c.place;

INSERT INTO courses.certificate_templates (id, business_id, name, title, body, orientation, signatory_name, validity_months, accrediting_body, created_at, created_by)
SELECT pg_temp.id('academy/template/' || t.slug), b.id, t.name, t.title, t.body, t.orientation, 'Angela Freeman', t.months, t.accredited_by,
    pg_temp.moment(b.today - 539, 600, b.zone), pg_temp.id('user/manager@academy.test')
FROM demo_business b CROSS JOIN (VALUES
    ('completion', 'Certificate of completion', 'Certificate of Completion', 'This is to certify that {learner} has completed {course}.', 'landscape', NULL, NULL),
    ('professional', 'Professional certificate', 'Professional Certificate', '{learner} has passed {course} with {credit_hours} hours of instruction.', 'landscape', NULL,
        'Georgia Council for Continuing Education'),
    ('safety', 'Safety card', 'Safety Training Card', '{learner} took part in {course} and showed the skills it asks for.', 'portrait', 24, 'Southeast Safety Institute')
) AS t (slug, name, title, body, orientation, months, accredited_by)
WHERE b.slug = 'academy' ORDER BY t.slug;

INSERT INTO courses.courses (id, business_id, course_category_id, certificate_template_id, code, title, slug, summary, description, level, delivery, duration_minutes, credit_hours,
    passing_rate, access_days, status, created_at, created_by)
SELECT pg_temp.id('academy/course/' || c.code), b.id, pg_temp.id('academy/category/' || c.category), pg_temp.id('academy/template/' || c.certificate), c.code, c.title,
    trim(BOTH '-' FROM regexp_replace(lower(c.title), '[^a-z0-9]+', '-', 'g')), c.summary,
    c.summary || ' Four chapters: ' || array_to_string(c.modules[1:3], ', ') || ' and ' || c.modules[4] || '.', c.level, c.delivery, (c.credit_hours * 60)::integer, c.credit_hours,
    CASE c.category WHEN 'safety' THEN 0.8 ELSE 0.7 END, CASE c.delivery WHEN 'self_paced' THEN 365 END, c.status,
    pg_temp.moment(b.today - c.days_ago, 610, b.zone), pg_temp.id('user/manager@academy.test')
FROM demo_syllabus c JOIN demo_business b ON b.slug = 'academy' ORDER BY c.place;

-- One teaches who is not a member of the business.
CREATE TEMPORARY TABLE demo_teacher ON COMMIT DROP AS
SELECT t.*, p.id AS user_id, pg_temp.id('academy/instructor/' || t.teacher) AS id
FROM (VALUES
    ('staff', 'Monica Reyes', 'Supervisor turned coach', 'Led warehouse teams for twelve years before she began to teach.', 0.3),
    ('david.osei', 'David Osei', 'Data analyst', 'Built reports for hospitals and a railroad; teaches what he wishes he had known.', 0.35),
    ('laura.finch', 'Laura Finch', 'Certified public accountant', 'Keeps the books of forty small businesses in Decatur.', 0.3),
    ('samuel.ortiz', 'Samuel Ortiz', 'Safety trainer and web builder', 'Authorized outreach trainer; runs the evening classes.', 0.25),
    ('patrice.vance', 'Patrice Vance', 'Certified coder', 'Codes for a cardiology group and teaches two evenings a week.', 0.4)
) AS t (teacher, name, headline, bio, share) LEFT JOIN demo_person p ON p.slug = 'academy' AND p.local_part = t.teacher;
ANALYZE demo_teacher;

INSERT INTO courses.instructors (id, business_id, user_id, name, headline, bio, email, revenue_share_rate, created_at, created_by)
SELECT t.id, b.id, t.user_id, t.name, t.headline, t.bio, coalesce(CASE WHEN t.user_id IS NOT NULL THEN t.teacher || '@academy.test' END, 'patrice.vance@example.com'), t.share,
    pg_temp.moment(b.today - 538, 620, b.zone), pg_temp.id('user/manager@academy.test')
FROM demo_teacher t JOIN demo_business b ON b.slug = 'academy' ORDER BY t.teacher;

INSERT INTO courses.course_instructors (id, business_id, course_id, instructor_id, role, revenue_share_rate, sort_order, created_at)
SELECT pg_temp.id('academy/teaches/' || c.code || '/lead'), b.id, pg_temp.id('academy/course/' || c.code), t.id, 'lead', NULL::numeric, 1, pg_temp.moment(b.today - c.days_ago, 630, b.zone)
FROM demo_syllabus c JOIN demo_teacher t USING (teacher) JOIN demo_business b ON b.slug = 'academy'
UNION ALL
SELECT pg_temp.id('academy/teaches/' || c.code || '/assistant'), b.id, pg_temp.id('academy/course/' || c.code), t.id, c.role, c.share, 2, pg_temp.moment(b.today - 200, 640, b.zone)
FROM (VALUES ('DAT-205', 'samuel.ortiz', 'assistant', 0.05), ('MED-230', 'laura.finch', 'grader', 0.05), ('ACC-210', 'staff', 'co_instructor', 0.1)) AS c (code, teacher, role, share)
JOIN demo_teacher t USING (teacher) JOIN demo_business b ON b.slug = 'academy'
ORDER BY 3, 7;

CREATE TEMPORARY TABLE demo_module ON COMMIT DROP AS
SELECT c.code, c.status, c.delivery, c.days_ago, m.title, m.place::integer AS place, pg_temp.id('academy/module/' || c.code || '/' || m.place) AS id
FROM demo_syllabus c CROSS JOIN LATERAL unnest(c.modules) WITH ORDINALITY AS m (title, place);
ANALYZE demo_module;

INSERT INTO courses.modules (id, business_id, course_id, title, summary, release_rule, release_days, is_published, sort_order, created_at, created_by)
SELECT m.id, b.id, pg_temp.id('academy/course/' || m.code), m.title, 'Chapter ' || m.place || ' of four.',
    CASE WHEN m.place = 1 THEN 'immediately' WHEN m.delivery = 'cohort' THEN 'days_after_enrollment' WHEN m.delivery = 'self_paced' AND m.code LIKE 'ACC%' THEN 'after_previous'
        ELSE 'immediately' END,
    CASE WHEN m.place > 1 AND m.delivery = 'cohort' THEN (m.place - 1) * 7 END, m.status IN ('published', 'archived'), m.place, pg_temp.moment(b.today - m.days_ago, 650 + m.place, b.zone),
        pg_temp.id('user/manager@academy.test')
FROM demo_module m JOIN demo_business b ON b.slug = 'academy' ORDER BY m.code, m.place;

-- Three lessons a chapter; the last of the second and the fourth is a test or work to hand in where there is any.
CREATE TEMPORARY TABLE demo_lesson ON COMMIT DROP AS
SELECT m.code, m.place AS module_place, m.id AS module_id, m.status, m.days_ago, l.place, pg_temp.id('academy/lesson/' || m.code || '/' || m.place || '/' || l.place) AS id,
    (m.place - 1) * 3 + l.place AS step, m.title AS module_title,
    CASE
        WHEN l.place = 1 THEN CASE WHEN m.delivery = 'live' THEN 'live_session' ELSE 'video' END
        WHEN l.place = 2 THEN 'text'
        WHEN m.place = 4 AND m.code IN ('ACC-101', 'DAT-101', 'DAT-205', 'LDR-220', 'MED-101', 'SAF-100', 'WEB-120') THEN 'quiz'
        WHEN m.place = 3 AND m.code IN ('ACC-101', 'LDR-110', 'LDR-220', 'DAT-205', 'DAT-310', 'WEB-120') THEN 'assignment'
        ELSE 'document'
    END AS lesson_type
FROM demo_module m CROSS JOIN generate_series(1, 3) AS l (place);
ANALYZE demo_lesson;

INSERT INTO courses.lessons (id, business_id, module_id, title, lesson_type, content, media_url, duration_minutes, completion_rule, is_required, is_preview, is_published, sort_order,
    created_at, created_by)
SELECT l.id, b.id, l.module_id,
    CASE l.lesson_type WHEN 'video' THEN l.module_title || ' explained' WHEN 'live_session' THEN l.module_title || ' in class' WHEN 'text' THEN 'Reading: ' || l.module_title
        WHEN 'quiz' THEN 'Final check' WHEN 'assignment' THEN 'Your turn' ELSE 'Worksheet: ' || l.module_title END,
    l.lesson_type,
    CASE l.lesson_type WHEN 'text' THEN l.module_title || ': the terms, one example worked out, and three questions to think about before the next lesson.'
        WHEN 'document' THEN 'Print the worksheet or fill it in on the screen; the answers are on the last page.' END,
    CASE l.lesson_type WHEN 'video' THEN 'https://media.example.com/' || lower(l.code) || '/' || l.module_place || '.mp4' END,
    pg_temp.number(l.code || l.step || '/minutes', 2, 9) * 5,
    CASE l.lesson_type WHEN 'video' THEN 'watched' WHEN 'quiz' THEN 'passed' WHEN 'assignment' THEN 'submitted' WHEN 'live_session' THEN 'attended' ELSE 'viewed' END,
    l.lesson_type NOT IN ('document', 'text'), l.step = 1, l.status IN ('published', 'archived'), l.place, pg_temp.moment(b.today - l.days_ago, 660 + l.step, b.zone),
        pg_temp.id('user/manager@academy.test')
FROM demo_lesson l JOIN demo_business b ON b.slug = 'academy' ORDER BY l.code, l.step;

INSERT INTO courses.lesson_resources (id, business_id, lesson_id, title, url, is_downloadable, sort_order, created_at)
SELECT pg_temp.id('academy/resource/' || l.code || '/' || l.step), b.id, l.id, 'Worksheet, chapter ' || l.module_place,
    'https://media.example.com/' || lower(l.code) || '/worksheet-' || l.module_place || '.pdf', true, 1,
    pg_temp.moment(b.today - l.days_ago, 700, b.zone)
FROM demo_lesson l JOIN demo_business b ON b.slug = 'academy' WHERE l.lesson_type = 'document' ORDER BY l.code, l.step;

INSERT INTO courses.course_prerequisites (id, business_id, course_id, required_course_id, minimum_grade_rate, is_mandatory, created_at)
SELECT pg_temp.id('academy/prerequisite/' || p.code), b.id, pg_temp.id('academy/course/' || p.code), pg_temp.id('academy/course/' || p.required), p.grade, p.mandatory,
    pg_temp.moment(b.today - 8, 710, b.zone)
FROM (VALUES ('ACC-210', 'ACC-101', NULL, false), ('DAT-310', 'DAT-101', NULL, false), ('MED-230', 'MED-101', NULL, false), ('LDR-330', 'LDR-110', 0.75, true),
    ('WEB-240', 'WEB-120', NULL, true)) AS p (code, required, grade, mandatory)
JOIN demo_business b ON b.slug = 'academy' ORDER BY p.code;

INSERT INTO courses.learning_paths (id, business_id, certificate_template_id, title, slug, description, is_sequential, status, created_at, created_by)
SELECT pg_temp.id('academy/path/' || p.slug), b.id, pg_temp.id('academy/template/professional'), p.title, p.slug, p.description, p.in_order, p.status,
    pg_temp.moment(b.today - 500, 600, b.zone), pg_temp.id('user/manager@academy.test')
FROM (VALUES
    ('bookkeeper', 'Bookkeeper', 'From the first entry to the year-end statements.', true, 'published'),
        ('data-analyst', 'Data Analyst', 'Spreadsheets, SQL and dashboards.', true, 'published'),
    ('medical-office', 'Medical Office', 'Terminology and coding.', true, 'published'), ('site-safety', 'Site Safety', 'What every new hire on a site needs.', false, 'draft')
) AS p (slug, title, description, in_order, status) JOIN demo_business b ON b.slug = 'academy' ORDER BY p.slug;

INSERT INTO courses.learning_path_courses (id, business_id, learning_path_id, course_id, is_required, sort_order, created_at)
SELECT pg_temp.id('academy/path/' || p.path || '/' || p.code), b.id, pg_temp.id('academy/path/' || p.path), pg_temp.id('academy/course/' || p.code), p.required, p.place,
    pg_temp.moment(b.today - 500, 620, b.zone)
FROM (VALUES ('bookkeeper', 'ACC-101', 1, true), ('bookkeeper', 'ACC-201', 2, true), ('bookkeeper', 'ACC-210', 3, true), ('bookkeeper', 'DAT-101', 4, false),
    ('data-analyst', 'DAT-101', 1, true), ('data-analyst', 'DAT-205', 2, true), ('data-analyst', 'DAT-310', 3, true), ('medical-office', 'MED-101', 1, true),
        ('medical-office', 'MED-230', 2, true),
    ('site-safety', 'SAF-100', 1, true), ('site-safety', 'SAF-105', 2, true)) AS p (path, code, place, required)
JOIN demo_business b ON b.slug = 'academy' ORDER BY p.path, p.place;

-- Where there is a test and work to hand in, the work weighs more.
INSERT INTO courses.grade_categories (id, business_id, course_id, name, weight_rate, sort_order, created_at)
SELECT pg_temp.id('academy/graded/' || g.code || '/' || g.lesson_type), b.id, pg_temp.id('academy/course/' || g.code), CASE g.lesson_type WHEN 'quiz' THEN 'Tests' ELSE 'Assignments' END,
    CASE WHEN g.kinds = 1 THEN 1 WHEN g.lesson_type = 'quiz' THEN 0.4 ELSE 0.6 END, CASE g.lesson_type WHEN 'quiz' THEN 1 ELSE 2 END, pg_temp.moment(b.today - 500, 600, b.zone)
FROM (SELECT code, lesson_type, count(*) OVER (PARTITION BY code) AS kinds FROM demo_lesson WHERE lesson_type IN ('quiz', 'assignment')) AS g
JOIN demo_business b ON b.slug = 'academy' ORDER BY g.code, g.lesson_type;

-- The rules of what follows look these up row by row.
ANALYZE courses.courses, courses.modules, courses.lessons, courses.grade_categories;
