-- Checks and requests for records, holds and hearings, and the reports that clients get.

-- Employers and families have applicants checked, whether there is a case or not.
CREATE TEMPORARY TABLE demo_check ON COMMIT DROP AS
SELECT k, 'agency/check/' || k AS key, pg_temp.id('agency/check/' || k) AS id, b.id AS business_id, b.zone, b.today, pg_temp.id('agency/applicant/' || k) AS subject_id,
    m.first_names[30 + k] AS first_name, m.last_names[50 + k] AS last_name, c.n AS case_n, c.id AS case_id, coalesce(c.customer, r.customer) AS customer,
    CASE WHEN k <= 3 THEN c.opened_on + 1 WHEN k = 4 THEN c.opened_on ELSE b.today - (k - 4) * 17 + 16 END AS ordered_on,
        CASE WHEN k <= 3 THEN 'employment' WHEN k % 4 = 0 THEN 'other' WHEN k % 4 = 1 THEN 'tenancy' ELSE 'employment' END AS purpose,
    CASE WHEN k = 4 THEN 'awaiting_consent' WHEN k <= 3 THEN 'completed' WHEN k = 5 THEN 'ordered' WHEN k IN (6, 7) THEN 'in_progress' WHEN k = 12 THEN 'cancelled'
        ELSE 'completed' END AS status, CASE k WHEN 9 THEN 'adverse' WHEN 14 THEN 'review' ELSE 'clear' END AS result
FROM demo_business b JOIN demo_names m ON m.slug = 'agency' CROSS JOIN generate_series(1, 20) AS k LEFT JOIN demo_case c ON c.n = CASE WHEN k <= 3 THEN 15 WHEN k = 4 THEN 31 END
CROSS JOIN LATERAL (SELECT d.n AS customer FROM demo_customer d WHERE d.slug = 'agency' AND d.status = 'active' AND d.created_at < now() - interval '360 days'
    ORDER BY md5('check/' || k || d.n) LIMIT 1) AS r WHERE b.slug = 'agency';
ANALYZE demo_check;

INSERT INTO investigations.subjects (id, business_id, kind, full_name, first_name, last_name, birth_date, occupation, created_at, created_by)
SELECT c.subject_id, c.business_id, 'person', c.first_name || ' ' || c.last_name, c.first_name, c.last_name, c.today - pg_temp.number(c.key || '/born', 21 * 365, 58 * 365),
    pg_temp.pick(c.key || '/work', '{Welder,Teacher,Driver,Controller,Project manager,Nanny}'), pg_temp.moment(c.ordered_on, 560 + c.k, c.zone), pg_temp.id('user/diane.shaw@agency.test')
    FROM demo_check c ORDER BY c.ordered_on, c.k;

INSERT INTO investigations.background_checks (id, business_id, background_check_number, customer_id, case_id, subject_id, purpose, ordered_on, due_on, consent_on, completed_on,
    overall_result, adverse_action, status, created_at, created_by)
SELECT c.id, c.business_id, pg_temp.document_number('BC', c.created_at, c.zone, row_number() OVER (PARTITION BY extract(year FROM c.created_at AT TIME ZONE c.zone) ORDER BY c.created_at)),
    pg_temp.id('agency/customer/' || c.customer), c.case_id, c.subject_id, c.purpose, c.ordered_on, c.ordered_on + 10,
    CASE WHEN c.status IN ('in_progress', 'completed') THEN c.ordered_on + 1 END,
    CASE WHEN c.status = 'completed' THEN c.ordered_on + pg_temp.number(c.key || '/took', 4, 11) END, CASE WHEN c.status = 'completed' THEN c.result END,
        CASE WHEN c.result = 'adverse' AND c.purpose = 'employment' THEN 'pre_notice_sent' ELSE 'none' END, c.status, c.created_at, pg_temp.id('user/diane.shaw@agency.test')
FROM (SELECT *, pg_temp.moment(ordered_on, 580 + k, zone) AS created_at FROM demo_check) AS c ORDER BY c.created_at;

INSERT INTO investigations.background_check_searches (id, business_id, background_check_id, verified_by_id, search_type, jurisdiction, provider, searched_on, cost_amount, result, status,
    created_at)
SELECT pg_temp.id(c.key || '/search/' || s.kind), c.business_id, c.id, CASE WHEN x.done THEN pg_temp.id('user/nina.kowalczyk@agency.test') END, s.kind, s.jurisdiction, s.provider,
    CASE WHEN x.done THEN c.ordered_on + 2 + s.place END, s.cost, CASE WHEN x.done THEN CASE WHEN c.result = 'adverse' AND s.kind = 'criminal' THEN 'record_found'
    WHEN c.result = 'review' AND s.kind = 'employment' THEN 'discrepancy' WHEN c.k % 7 = 3 AND s.kind = 'education' THEN 'unable_to_verify' ELSE 'clear' END END,
    CASE WHEN c.status = 'cancelled' THEN 'cancelled' WHEN x.done THEN 'completed' WHEN c.status = 'in_progress' THEN 'in_progress' ELSE 'pending' END,
        pg_temp.moment(c.ordered_on, 640 + c.k, c.zone)
FROM demo_check c JOIN (VALUES (1, 'identity', NULL, 'Identity bureau', 2.5), (2, 'criminal', 'Maryland', 'Judiciary case search', 12.0),
    (3, 'civil', 'Maryland', 'Judiciary case search', 8.0), (4, 'employment', NULL, 'By telephone', 15.0), (5, 'education', NULL, 'Student clearinghouse', 14.5)) AS s (place, kind,
    jurisdiction, provider, cost) ON s.place <= 3 OR c.purpose = 'employment'
CROSS JOIN LATERAL (SELECT c.status = 'completed' OR c.status = 'in_progress' AND s.place <= 2 AS done) AS x ORDER BY c.ordered_on, c.k, s.place;

-- Every look into a regulated source names its lawful purpose.
INSERT INTO investigations.database_searches (id, business_id, case_id, background_check_search_id, subject_id, searched_by_id, source_name, permissible_purpose, purpose_detail,
    query_summary, result_count, cost_amount, searched_at, created_at)
SELECT pg_temp.id(s.key || '/look-up/' || d.place), s.business_id, s.case_id, NULL, s.id,
    pg_temp.id('user/' || CASE s.n % 2 WHEN 0 THEN 'nina.kowalczyk' ELSE 'diane.shaw' END || '@agency.test'), d.source,
    CASE WHEN s.case_type IN ('insurance_claim') THEN 'insurance_claim' WHEN d.place = 2 THEN 'public_record' WHEN s.case_type IN ('fraud', 'theft', 'cyber_incident') THEN 'fraud_prevention'
    ELSE 'legal_service' END,
    'Needed for the case; the file has the engagement letter.', d.query || ' of ' || s.last_name, pg_temp.number(s.key || d.place, 0, 14), d.cost, t.moment, t.moment
FROM demo_subject s JOIN (VALUES (1, 'People locator', 'Name and last address', 6.5), (2, 'Land records', 'Name', 0.0), (3, 'Motor vehicle records', 'Registrations', 9.0)) AS d (place,
    source, query, cost) ON true CROSS JOIN LATERAL (SELECT s.created_at + make_interval(hours => 20 + 5 * d.place) AS moment) AS t
WHERE s.s = 1 AND (d.place <> 3 OR s.case_type IN ('insurance_claim', 'surveillance')) AND t.moment < now()
UNION ALL
SELECT pg_temp.id(c.key || '/look-up'), c.business_id, NULL, pg_temp.id(c.key || '/search/identity'), c.subject_id, pg_temp.id('user/diane.shaw@agency.test'), 'Identity bureau', 'consent',
    'The applicant signed the release.', 'Name and date of birth', 1, 2.5, pg_temp.moment(c.ordered_on + 3, 650, c.zone), pg_temp.moment(c.ordered_on + 3, 650, c.zone) FROM demo_check c
    WHERE c.status = 'completed'
ORDER BY 13, 1;

INSERT INTO investigations.record_requests (id, business_id, record_request_number, case_id, requested_by_id, request_type, addressed_to, description, sent_on, due_on, received_on,
    fee_amount, reference, status, created_at)
SELECT pg_temp.id(r.key), r.business_id, pg_temp.document_number('RR', r.created_at, r.zone,
    row_number() OVER (PARTITION BY extract(year FROM r.created_at AT TIME ZONE r.zone) ORDER BY r.created_at, r.key)), r.case_id, pg_temp.id('user/diane.shaw@agency.test'), r.kind,
    r.addressed_to, r.description, CASE WHEN r.status <> 'draft' THEN r.day END, r.day + 30, CASE WHEN r.status = 'received' THEN r.day + pg_temp.number(r.key, 6, 28) END, r.fee,
    CASE WHEN r.status <> 'draft' THEN upper(substr(md5(r.key), 1, 8)) END, r.status, r.created_at
FROM (
    SELECT c.key || '/request/' || q.place AS key, c.id AS case_id, c.business_id, c.zone, q.kind, q.addressed_to, q.description, q.fee, d.day,
        pg_temp.moment(d.day, 700 + c.n + q.place, c.zone) AS created_at, CASE WHEN c.closed_on IS NOT NULL THEN CASE WHEN c.n % 9 = 4 THEN 'refused' ELSE 'received' END
        WHEN d.day > c.today - 2 THEN 'draft' WHEN d.day < c.today - 30 THEN 'received' WHEN c.n % 2 = 0 THEN 'acknowledged' ELSE 'sent' END AS status
    FROM demo_case c JOIN (VALUES (1, 'court_file', 'Circuit Court for Baltimore County', 'Complete file of the civil case.', 12.50),
        (2, 'police_report', 'Baltimore Police, records section', 'Report of the incident.', 10.00),
        (3, 'corporate', 'Department of Assessments and Taxation', 'Articles and annual reports.', 22.00),
        (4, 'preservation_letter', 'Telephone carrier', 'Keep the records of the line for ninety days.', 0.00)) AS q (place, kind, addressed_to, description, fee)
        ON q.place = 1 + c.n % 4 OR q.place = 3 AND c.case_type IN ('fraud', 'due_diligence', 'asset_search')
            CROSS JOIN LATERAL (SELECT least(c.opened_on + 4 + q.place, c.today) AS day) AS d WHERE c.status <> 'open'
) AS r ORDER BY r.created_at, r.key;

CREATE TEMPORARY TABLE demo_hold ON COMMIT DROP AS
SELECT c.n, c.key || '/hold' AS key, pg_temp.id(c.key || '/hold') AS id, c.id AS case_id, c.business_id, c.zone, c.opened_on + 2 AS issued_on, h.outcome, c.closed_on, c.created_at
FROM demo_case c JOIN (VALUES (13, 'released'), (16, 'released'), (20, 'active'), (27, 'active'), (25, 'draft')) AS h (n, outcome) USING (n);
INSERT INTO investigations.legal_holds (id, business_id, case_id, issued_by_id, name, scope, date_from, date_to, issued_on, status, created_at, created_by)
SELECT h.id, h.business_id, h.case_id, pg_temp.id('user/owner@agency.test'), 'Mailboxes and shared folders', 'Mail, chats, calendars and files of the people named, from a year before.',
    h.issued_on - 365, h.issued_on, CASE WHEN h.outcome <> 'draft' THEN h.issued_on END, 'draft', h.created_at + interval '2 days', pg_temp.id('user/owner@agency.test') FROM demo_hold h
    ORDER BY h.n;
UPDATE investigations.legal_holds t SET status = 'active' FROM demo_hold h WHERE t.business_id = h.business_id AND t.id = h.id AND h.outcome <> 'draft';
INSERT INTO investigations.legal_hold_custodians (id, business_id, legal_hold_id, name, email, data_sources, notified_at, acknowledged_at, created_at)
SELECT pg_temp.id(h.key || '/' || k.place), h.business_id, h.id, k.name, k.email, k.sources, CASE WHEN h.outcome <> 'draft' THEN h.created_at + interval '2 days 1 hour' END,
    CASE WHEN h.outcome <> 'draft' AND k.place <> 3 THEN h.created_at + interval '3 days' END, h.created_at + interval '2 days'
FROM demo_hold h CROSS JOIN (VALUES (1, 'Head of information technology', 'it@client.example.com', '{mail server,backup}'::text[]),
    (2, 'Purchasing manager', 'purchasing@client.example.com', '{mailbox,shared folder,telephone}'), (3, 'Regional manager', 'region@client.example.com', '{mailbox,laptop}')) AS k (place,
    name, email, sources) ORDER BY h.n, k.place;
UPDATE investigations.legal_hold_custodians t SET released_at = pg_temp.moment(h.closed_on + 10, 600, h.zone) FROM demo_hold h
    WHERE t.business_id = h.business_id AND t.legal_hold_id = h.id AND h.outcome = 'released';
UPDATE investigations.legal_holds t SET status = 'released', released_on = h.closed_on + 10 FROM demo_hold h WHERE t.business_id = h.business_id AND t.id = h.id AND h.outcome = 'released';

INSERT INTO investigations.court_proceedings (id, business_id, case_id, testifying_id, court_name, docket_number, proceeding_type, scheduled_at, room, judge_name, counsel_name,
    needs_testimony, needs_evidence, outcome, status, created_at, created_by)
SELECT pg_temp.id(c.key || '/court'), c.business_id, c.id, CASE WHEN p.testimony THEN pg_temp.id('user/' || c.lead || '@agency.test') END, p.court,
    'C-03-CV-' || pg_temp.number(c.key || '/docket', 1000, 9999), p.kind, pg_temp.moment(c.today + p.day, 570, c.zone), 'Courtroom ' || pg_temp.number(c.key || '/room', 2, 14),
    'Judge ' || pg_temp.pick(c.key || '/judge', '{Aldridge,Moran,Castellan}'), 'A. Whitcomb, Esq.', p.testimony, p.testimony, p.outcome, p.status,
    pg_temp.moment(c.today + least(p.day - 40, -1), 600, c.zone), pg_temp.id('user/manager@agency.test')
FROM demo_case c JOIN (VALUES (2, 'Circuit Court for Baltimore City', 'hearing', -430, true, 'Order changed.', 'held'),
    (3, 'Workers'' Compensation Commission', 'hearing', -390, true, 'Claim reduced.', 'held'), (7, 'Circuit Court for Howard County', 'hearing', -320, false, NULL, 'held'),
    (10, 'Circuit Court for Baltimore County', 'deposition', -250, true, NULL, 'held'),
    (12, 'Circuit Court for Baltimore County', 'hearing', -215, true, 'Settled in the hallway.', 'settled'),
    (17, 'Circuit Court for Anne Arundel County', 'trial', 19, true, NULL, 'scheduled'), (14, 'Workers'' Compensation Commission', 'hearing', 6, true, NULL, 'scheduled'),
    (22, 'Circuit Court for Baltimore City', 'hearing', 33, true, NULL, 'adjourned')) AS p (n, court, kind, day, testimony, outcome, status) USING (n) ORDER BY c.n;

CREATE TEMPORARY TABLE demo_report ON COMMIT DROP AS
SELECT c.n, r.kind, c.key || '/report/' || r.kind AS key, pg_temp.id(c.key || '/report/' || r.kind) AS id, c.id AS case_id, c.business_id, c.zone, c.title, c.lead, c.confidentiality,
    c.customer, d.day, pg_temp.moment(least(d.day - 3, c.today - 1), 560 + c.n, c.zone) AS created_at,
    CASE WHEN d.day < c.today - 3 AND (r.kind <> 'final' OR c.closed_on IS NOT NULL) THEN 'delivered' WHEN c.status = 'under_review' THEN 'in_review' WHEN d.day < c.today THEN 'approved'
        ELSE 'draft' END AS outcome
FROM demo_case c JOIN (VALUES ('interim'), ('final')) AS r (kind) ON true
    CROSS JOIN LATERAL (SELECT CASE r.kind WHEN 'final' THEN coalesce(c.closed_on, c.due_on) - 2 ELSE c.opened_on + (c.due_on - c.opened_on) / 2 END AS day) AS d
WHERE c.status <> 'open' AND (r.kind = 'interim' AND (c.budget > 3500 OR c.closed_on IS NULL) OR r.kind = 'final' AND (c.closed_on IS NOT NULL OR c.status = 'under_review'));
INSERT INTO investigations.reports (id, business_id, report_number, case_id, author_id, report_type, title, is_privileged, due_on, status, created_at, created_by)
SELECT r.id, r.business_id, pg_temp.document_number('RPT', r.created_at, r.zone,
    row_number() OVER (PARTITION BY extract(year FROM r.created_at AT TIME ZONE r.zone) ORDER BY r.created_at, r.key)), r.case_id, pg_temp.id('user/' || r.lead || '@agency.test'),
    CASE WHEN r.kind = 'interim' AND r.n % 4 = 2 THEN 'surveillance' ELSE r.kind END, r.title || CASE r.kind WHEN 'final' THEN ': final report' ELSE ': interim report' END,
    r.confidentiality = 'privileged', r.day, 'draft', r.created_at, pg_temp.id('user/' || r.lead || '@agency.test') FROM demo_report r ORDER BY r.created_at, r.key;
INSERT INTO investigations.report_versions (id, business_id, report_id, author_id, version_number, body, change_summary, created_at)
SELECT pg_temp.id(r.key || '/' || v), r.business_id, r.id, pg_temp.id('user/' || CASE v WHEN 1 THEN r.lead ELSE 'manager' END || '@agency.test'), v,
    'Subject: ' || r.title || E'.\n\nAssignment, steps taken, what was found, and what remains open. Names and dates are in the annex.',
    CASE v WHEN 2 THEN 'Dates corrected, annex added.' END, r.created_at + make_interval(hours => 20 * (v - 1))
FROM demo_report r CROSS JOIN generate_series(1, 2) AS v WHERE v = 1 OR r.outcome IN ('delivered', 'approved') AND r.n % 2 = 0 ORDER BY r.created_at, r.key, v;
UPDATE investigations.reports t SET status = 'in_review' FROM demo_report r WHERE t.business_id = r.business_id AND t.id = r.id AND r.outcome <> 'draft';
UPDATE investigations.reports t SET status = 'approved' FROM demo_report r WHERE t.business_id = r.business_id AND t.id = r.id AND r.outcome IN ('approved', 'delivered');
UPDATE investigations.reports t SET status = 'delivered', delivered_at = pg_temp.moment(r.day, 960, r.zone),
    delivered_to = (SELECT coalesce(k.company_name, k.first_name || ' ' || k.last_name) FROM demo_customer k WHERE k.slug = 'agency' AND k.n = r.customer) FROM demo_report r
    WHERE t.business_id = r.business_id AND t.id = r.id AND r.outcome = 'delivered';
