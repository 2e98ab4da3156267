-- An agency's cases: what it was asked to find out, by whom and about whom.

CREATE TEMPORARY TABLE demo_case ON COMMIT DROP AS
SELECT g.n, 'agency/case/' || g.n AS key, pg_temp.id('agency/case/' || g.n) AS id, b.id AS business_id, b.zone, b.today, g.case_type, g.title, g.objective, g.client_type, g.priority,
    g.confidentiality, g.status, b.today - g.opened AS opened_on,
    b.today - g.opened + g.days AS due_on, CASE WHEN g.status IN ('closed', 'archived') THEN b.today - g.opened + g.days - pg_temp.number('agency/case/' || g.n || '/early', 0,
        5) END AS closed_on, g.outcome, g.budget::numeric AS budget, g.lead, g.second,
    pg_temp.moment(b.today - g.opened, 560 + g.n, b.zone) AS created_at
FROM (VALUES
    (1, 'fraud', 'Forged invoices at a marine supplier', 'Who signed, who was paid, and since when.', 'company', 'high', 'restricted', 'archived', 496, 60, 'substantiated', 9000, 'staff',
        'nina.kowalczyk'),
    (2, 'surveillance', 'Custody matter: evening routines', 'Where the children are after school on the other parent''s days.', 'law_firm', 'normal', 'privileged', 'archived', 480, 30,
        'resolved', 4500, 'frank.delgado', 'ray.holloway'),
    (3, 'insurance_claim', 'Back injury claim, warehouse fall', 'Whether the limits the claimant describes show in daily life.', 'insurer', 'normal', 'standard', 'archived', 461, 45,
        'substantiated', 3800, 'ray.holloway', 'frank.delgado'),
    (4, 'due_diligence', 'Background of a proposed partner', 'Businesses, suits and judgments of the last ten years.', 'company', 'normal', 'standard', 'archived', 440, 25, 'resolved', 3000,
        'nina.kowalczyk', 'diane.shaw'),
    (5, 'missing_person', 'Brother not heard from since March', 'Find an address or proof of life.', 'individual', 'urgent', 'standard', 'closed', 418, 40, 'resolved', 2500, 'staff',
        'diane.shaw'),
    (6, 'theft', 'Shrinkage at a distribution center', 'How pallets leave without papers.', 'company', 'high', 'restricted', 'closed', 395, 70, 'substantiated', 8000, 'frank.delgado',
        'staff'),
    (7, 'asset_search', 'Assets of a judgment debtor', 'Real estate, vehicles, accounts and companies.', 'law_firm', 'normal', 'standard', 'closed', 377, 30, 'resolved', 2200, 'diane.shaw',
        'nina.kowalczyk'),
    (8, 'harassment', 'Complaint in a dental practice', 'Interview everybody named and report to counsel.', 'law_firm', 'high', 'privileged', 'closed', 355, 50, 'partially_substantiated',
        6500, 'owner', 'nina.kowalczyk'),
    (9, 'insurance_claim', 'Restaurant fire on Eastern Avenue', 'Movements of the owner in the week before.', 'insurer', 'high', 'standard', 'closed', 338, 65, 'inconclusive', 7000,
        'ray.holloway', 'staff'),
    (10, 'litigation_support', 'Witnesses of a truck collision', 'Locate and take statements from four witnesses.', 'law_firm', 'normal', 'standard', 'closed', 316, 35, 'resolved', 3600,
        'staff', 'frank.delgado'),
    (11, 'fraud', 'Expense reports of a regional manager', 'Compare receipts with calendars and toll records.', 'company', 'normal', 'restricted', 'closed', 290, 45, 'substantiated', 5200,
        'nina.kowalczyk', 'diane.shaw'),
    (12, 'surveillance', 'Non-compete: evenings in Towson', 'Whether the former salesman works for the competitor.', 'law_firm', 'normal', 'standard', 'closed', 271, 30, 'substantiated',
        4200, 'frank.delgado', 'ray.holloway'),
    (13, 'cyber_incident', 'Redirected wire of a title company', 'Preserve the mailbox and trace the change of account.', 'insurer', 'urgent', 'privileged', 'closed', 249, 55,
        'partially_substantiated', 9500, 'nina.kowalczyk', 'owner'),
    (14, 'insurance_claim', 'Shoulder claim of a roofer', 'Activity on six days in three weeks.', 'insurer', 'normal', 'standard', 'closed', 228, 30, 'unsubstantiated', 3800, 'ray.holloway',
        'frank.delgado'),
    (15, 'background', 'Executive candidates of a shipyard', 'Three candidates, full reports.', 'company', 'normal', 'standard', 'closed', 205, 20, 'resolved', 3300, 'diane.shaw',
        'nina.kowalczyk'),
    (16, 'misconduct', 'Leaked bids at a contractor', 'Who had the figures before the opening.', 'company', 'high', 'restricted', 'closed', 186, 60, 'unsubstantiated', 7800, 'owner',
        'staff'),
    (17, 'asset_search', 'Divorce: undisclosed accounts', 'What is held through relatives and companies.', 'law_firm', 'normal', 'privileged', 'closed', 160, 40, 'resolved', 4000,
        'diane.shaw', 'nina.kowalczyk'),
    (18, 'theft', 'Tools missing from three sites', 'Watch the trailer at the next delivery.', 'company', 'normal', 'standard', 'closed', 142, 35, 'withdrawn', 3000, 'frank.delgado',
        'ray.holloway'),
    (19, 'insurance_claim', 'Slip in a supermarket', 'Earlier claims and daily activity.', 'insurer', 'normal', 'standard', 'under_review', 75, 80, NULL, 3500, 'ray.holloway', 'diane.shaw'),
    (20, 'fraud', 'Ghost employees at a cleaning firm', 'Match payroll with badges and people.', 'company', 'high', 'restricted', 'under_review', 68, 75, NULL, 8200, 'nina.kowalczyk',
        'staff'),
    (21, 'litigation_support', 'Product liability: where are the heaters?', 'Find buyers of the recalled model in Maryland.', 'law_firm', 'normal', 'standard', 'active', 57, 90, NULL, 6000,
        'staff', 'diane.shaw'),
    (22, 'surveillance', 'Custody matter: weekends', 'Whether the order of the court is kept.', 'law_firm', 'normal', 'privileged', 'active', 44, 50, NULL, 4500, 'frank.delgado',
        'ray.holloway'),
    (23, 'missing_person', 'Heir of an estate, last known in Dundalk', 'Locate the heir and serve the notice.', 'law_firm', 'normal', 'standard', 'on_hold', 61, 70, NULL, 2400, 'diane.shaw',
        'staff'),
    (24, 'insurance_claim', 'Knee claim of a delivery driver', 'Activity on four days.', 'insurer', 'normal', 'standard', 'active', 33, 45, NULL, 3600, 'ray.holloway', 'frank.delgado'),
    (25, 'misconduct', 'Anonymous letter about a clinic', 'Separate what can be proven from what cannot.', 'company', 'high', 'restricted', 'active', 27, 60, NULL, 7000, 'owner',
        'nina.kowalczyk'),
    (26, 'due_diligence', 'Seller of a crab house', 'Liens, suits, taxes and the lease.', 'individual', 'normal', 'standard', 'active', 21, 25, NULL, 2800, 'nina.kowalczyk', 'diane.shaw'),
    (27, 'cyber_incident', 'Customer list at the competitor', 'Image the laptop and look at the last two weeks.', 'company', 'urgent', 'privileged', 'active', 15, 30, NULL, 8800,
        'nina.kowalczyk', 'frank.delgado'),
    (28, 'theft', 'Cash drawer differences on Sundays', 'Six Sundays, four cashiers.', 'company', 'normal', 'standard', 'active', 12, 40, NULL, 3200, 'staff', 'ray.holloway'),
    (29, 'surveillance', 'Workers'' compensation: side job', 'Whether the claimant drives for a moving company.', 'insurer', 'high', 'standard', 'active', 8, 25, NULL, 4000, 'ray.holloway',
        'frank.delgado'),
    (30, 'fraud', 'Forged invoices, second supplier', 'Whether the scheme of the first case went on.', 'company', 'high', 'restricted', 'active', 6, 50, NULL, 9000, 'staff',
        'nina.kowalczyk'),
    (31, 'background', 'Nanny for a family in Roland Park', 'Identity, references, records.', 'individual', 'normal', 'standard', 'open', 3, 12, NULL, 900, 'diane.shaw', 'nina.kowalczyk'),
    (32, 'insurance_claim', 'Stolen boat, Middle River', 'Who saw it last, and where the trailer is.', 'insurer', 'normal', 'standard', 'open', 1, 40, NULL, 3000, 'staff', 'ray.holloway')
) AS g (n, case_type, title, objective, client_type, priority, confidentiality, status, opened, days, outcome, budget, lead, second)
JOIN demo_business b ON b.slug = 'agency';

-- A client of the right kind who was there already.
ALTER TABLE demo_case ADD COLUMN customer integer;
UPDATE demo_case c SET customer = (
    SELECT k.n FROM demo_customer k WHERE k.slug = 'agency' AND k.created_at < c.created_at AND k.status = 'active' AND (k.company_name IS NULL) = (c.client_type = 'individual')
    ORDER BY CASE c.client_type WHEN 'law_firm' THEN k.company_name !~ 'Law|Legal|Attorneys' WHEN 'insurer' THEN k.company_name !~ 'Insurance|Claims' ELSE false END,
        md5(c.n || '/' || k.n) LIMIT 1);
UPDATE demo_case SET customer = (SELECT customer FROM demo_case WHERE n = 1) WHERE n = 30;
ANALYZE demo_case;

INSERT INTO investigations.cases (id, business_id, case_number, customer_id, parent_case_id, lead_investigator_id, title, description, objective, case_type, client_type, priority,
    confidentiality, jurisdiction, client_reference,
    budget_amount, opened_on, due_on, closed_on, status, outcome, created_at, created_by)
SELECT c.id, c.business_id, pg_temp.document_number('CASE', c.created_at, c.zone, row_number() OVER (PARTITION BY extract(year FROM c.created_at AT TIME ZONE c.zone) ORDER BY c.created_at)),
    pg_temp.id('agency/customer/' || c.customer),
    CASE c.n WHEN 30 THEN pg_temp.id('agency/case/1') END, pg_temp.id('user/' || c.lead || '@agency.test'), c.title, c.title || '. ' || c.objective, c.objective, c.case_type, c.client_type,
        c.priority, c.confidentiality, pg_temp.pick(c.key, '{Baltimore City,Baltimore County,Howard County,Anne Arundel County}'),
    CASE c.client_type WHEN 'insurer' THEN 'CL-' || pg_temp.number(c.key || '/claim', 100000, 999999) WHEN 'law_firm' THEN 'Matter ' || pg_temp.number(c.key || '/matter', 1000, 9999) END,
        c.budget, c.opened_on, c.due_on, c.closed_on, c.status, c.outcome, c.created_at, pg_temp.id('user/manager@agency.test')
FROM demo_case c ORDER BY c.created_at;

INSERT INTO investigations.case_assignments (id, business_id, case_id, user_id, role, assigned_on, ended_on, created_at, created_by)
SELECT pg_temp.id(c.key || '/team/' || a.role), c.business_id, c.id, pg_temp.id('user/' || a.person || '@agency.test'), a.role, c.opened_on, c.closed_on, c.created_at,
    pg_temp.id('user/manager@agency.test')
FROM demo_case c CROSS JOIN LATERAL (VALUES ('lead', c.lead), (CASE WHEN c.second IN ('nina.kowalczyk', 'diane.shaw') THEN 'analyst' ELSE 'investigator' END, c.second)) AS a (role, person)
UNION ALL
SELECT pg_temp.id(c.key || '/team/supervisor'), c.business_id, c.id, pg_temp.id('user/manager@agency.test'), 'supervisor', c.opened_on, c.closed_on, c.created_at,
    pg_temp.id('user/manager@agency.test') FROM demo_case c WHERE c.confidentiality <> 'standard'
ORDER BY 8, 5;

INSERT INTO investigations.case_access_grants (id, business_id, case_id, user_id, access, reason, expires_at, revoked_at, created_at, created_by)
SELECT pg_temp.id(c.key || '/access/' || g.person), c.business_id, c.id, pg_temp.id('user/' || g.person || '@agency.test'), g.access, g.reason,
    CASE WHEN g.days IS NOT NULL THEN now() + make_interval(days => g.days) END, CASE WHEN c.closed_on IS NOT NULL THEN pg_temp.moment(c.closed_on, 900, c.zone) END,
    c.created_at + interval '1 day', pg_temp.id('user/manager@agency.test')
FROM demo_case c JOIN (VALUES (8, 'viewer', 'read', 'Prepares the file for counsel.', NULL::integer), (20, 'diane.shaw', 'contribute', 'Reads the payroll files.', 60),
    (25, 'viewer', 'read', 'Prepares the file for counsel.', 90), (27, 'viewer', 'read', 'Prepares the file for counsel.', 30),
    (22, 'diane.shaw', 'read', 'Stands in for two weeks.', 14)) AS g (n, person, access, reason, days) USING (n) ORDER BY c.n;

-- Most cases began as a call or a letter; some never became one.
INSERT INTO investigations.case_intakes (id, business_id, case_intake_number, customer_id, case_id, screened_by_id, channel, category, summary, is_anonymous, reporter_name, reporter_contact,
    severity, received_at, status, decision_reason, created_at)
SELECT pg_temp.id('agency/intake/' || i.key), i.business_id,
    pg_temp.document_number('INT', i.received_at, i.zone, row_number() OVER (PARTITION BY extract(year FROM i.received_at AT TIME ZONE i.zone) ORDER BY i.received_at)),
    pg_temp.id('agency/customer/' || i.customer), i.case_id, CASE WHEN i.status <> 'new' THEN pg_temp.id('user/manager@agency.test') END,
    i.channel, i.category, i.summary, i.anonymous, CASE WHEN NOT i.anonymous THEN i.reporter END, CASE WHEN NOT i.anonymous THEN pg_temp.phone('agency/intake/' || i.key, '{410,443}') END,
        i.severity, i.received_at, i.status, i.reason, i.received_at
FROM (
    SELECT c.n::text AS key, c.business_id, c.zone, c.customer, c.id AS case_id,
        CASE c.n WHEN 25 THEN 'hotline' ELSE pg_temp.pick(c.key || '/channel', '{phone,email,email,referral,website,in_person}') END AS channel,
        CASE c.case_type WHEN 'insurance_claim' THEN 'fraud' WHEN 'fraud' THEN 'fraud' WHEN 'theft' THEN 'theft' WHEN 'misconduct' THEN 'misconduct' WHEN 'harassment' THEN 'harassment'
            WHEN 'background' THEN 'background' WHEN 'surveillance' THEN 'surveillance' ELSE 'other' END AS category,
        c.title || ': ' || c.objective AS summary, c.n = 25 AS anonymous, k.first_name || ' ' || k.last_name AS reporter,
            CASE c.priority WHEN 'urgent' THEN 'critical' WHEN 'high' THEN 'high' ELSE 'medium' END AS severity, c.created_at - make_interval(days => 1 + c.n % 3, hours => 2) AS received_at,
            'accepted' AS status, 'Within our license and no conflict.' AS reason
    FROM demo_case c JOIN demo_customer k ON k.slug = 'agency' AND k.n = c.customer
    UNION ALL
    SELECT 'other/' || o.place, b.id, b.zone, NULL, NULL, o.channel, o.category, o.summary, o.anonymous, o.reporter, o.severity, pg_temp.moment(b.today - o.days, 570 + o.place, b.zone),
        o.status, o.reason
    FROM demo_business b CROSS JOIN (VALUES
        (1, 'phone', 'other', 'Wants the messages of the spouse''s telephone.', false, 'A caller', 'low', 301, 'rejected', 'Would be against the law.'),
            (2, 'website', 'surveillance', 'A tracker on a neighbor''s car.', false, 'A visitor of the site', 'low', 204, 'rejected', 'Would be against the law.'),
        (3, 'email', 'fraud', 'Invoices of a marine supplier again.', false, 'Accounts payable', 'medium', 9, 'duplicate', 'Same as the second supplier''s case.'),
            (4, 'phone', 'background', 'Tenant of a house in Catonsville.', false, 'Landlord', 'low', 2, 'screening', NULL),
            (5, 'hotline', 'misconduct', 'A foreman sells scrap on his own account.', true, NULL, 'medium', 1, 'screening', NULL),
        (6, 'email', 'fraud', 'Claim for a flooded basement, third in four years.', false, 'Claims desk', 'medium', 0, 'new', NULL),
            (7, 'website', 'other', 'Find a college friend for a reunion.', false, 'A visitor of the site', 'low', 0, 'new', NULL)
    ) AS o (place, channel, category, summary, anonymous, reporter, severity, days, status, reason) WHERE b.slug = 'agency'
) AS i ORDER BY i.received_at;

-- People and companies the cases are about: the subject, a witness, who complained, and sometimes a firm.
CREATE TEMPORARY TABLE demo_subject ON COMMIT DROP AS
SELECT c.n, s, c.key || '/subject/' || s AS key, pg_temp.id(c.key || '/subject/' || s) AS id, pg_temp.id(c.key || '/role/' || s) AS role_id, c.id AS case_id, c.business_id, c.zone, c.today,
    c.created_at, c.case_type, s = 4 AS is_company,
    m.first_names[1 + (c.n * 5 + s * 29) % cardinality(m.first_names)] AS first_name, m.last_names[1 + (c.n * 7 + s * 31) % cardinality(m.last_names)] AS last_name,
        m.company_names[1 + (c.n * 3) % cardinality(m.company_names)] || ' ' || pg_temp.pick(c.key || '/firm', '{Holdings,Supply,Logistics,Contracting,Trading}') AS firm,
    CASE s WHEN 1 THEN CASE WHEN c.case_type IN ('missing_person', 'background', 'asset_search') THEN 'person_of_interest' WHEN c.case_type = 'insurance_claim' THEN 'claimant'
        ELSE 'subject' END WHEN 2 THEN 'witness' WHEN 3 THEN 'complainant' ELSE 'associate' END AS role
FROM demo_case c JOIN demo_names m ON m.slug = 'agency' CROSS JOIN generate_series(1, 4) AS s
WHERE s = 1 OR s = 2 AND c.case_type <> 'background' OR s = 3 AND c.case_type IN ('harassment', 'misconduct', 'theft', 'fraud') OR s = 4
    AND c.case_type IN ('fraud', 'asset_search', 'due_diligence');
ANALYZE demo_subject;

INSERT INTO investigations.subjects (id, business_id, kind, full_name, first_name, last_name, birth_date, gender, height_cm, weight_kg, eye_color, hair_color, distinguishing_marks,
    occupation, employer, safety_warning, risk_level, created_at, created_by)
SELECT s.id, s.business_id, CASE WHEN s.is_company THEN 'organization' ELSE 'person' END, CASE WHEN s.is_company THEN s.firm ELSE s.first_name || ' ' || s.last_name END,
    CASE WHEN NOT s.is_company THEN s.first_name END, CASE WHEN NOT s.is_company THEN s.last_name END,
    CASE WHEN s.s = 1 THEN s.today - pg_temp.number(s.key || '/born', 24 * 365, 61 * 365) END, NULL, CASE WHEN s.s = 1 THEN pg_temp.number(s.key || '/height', 157, 193) END,
        CASE WHEN s.s = 1 THEN pg_temp.number(s.key || '/weight', 54, 112) END,
    CASE WHEN s.s = 1 THEN pg_temp.pick(s.key || '/eyes', '{brown,brown,blue,green,hazel}') END, CASE WHEN s.s = 1 THEN pg_temp.pick(s.key || '/hair', '{brown,black,gray,blond,red}') END,
        CASE WHEN s.s = 1 AND s.n % 5 = 0 THEN 'Anchor tattoo on the left forearm.' END,
    CASE WHEN NOT s.is_company AND s.s < 3 THEN pg_temp.pick(s.key || '/work',
        '{Forklift driver,Bookkeeper,Roofer,Office manager,Sales representative,Nurse,Electrician,Delivery driver}') END, CASE WHEN s.s = 3 THEN s.firm END,
        CASE WHEN s.s = 1 AND s.n % 11 = 0 THEN 'Keeps two dogs in the yard.' END,
    CASE WHEN s.s = 1 THEN pg_temp.pick(s.key || '/risk', '{none,low,low,medium}') ELSE 'none' END, s.created_at + make_interval(hours => s.s), pg_temp.id('user/nina.kowalczyk@agency.test')
FROM demo_subject s ORDER BY s.created_at, s.s;

INSERT INTO investigations.case_subjects (id, business_id, case_id, subject_id, role, is_primary, is_represented, counsel_name, notified_on, created_at)
SELECT s.role_id, s.business_id, s.case_id, s.id, s.role, s.s = 1, s.s = 1 AND s.n % 4 = 0, CASE WHEN s.s = 1 AND s.n % 4 = 0 THEN 'A. Whitcomb, Esq.' END,
    CASE WHEN s.role = 'subject' AND s.case_type IN ('misconduct', 'harassment') THEN (s.created_at AT TIME ZONE s.zone)::date + 5 END, s.created_at + make_interval(hours => s.s)
FROM demo_subject s ORDER BY s.created_at, s.s;

INSERT INTO investigations.conflict_checks (id, business_id, case_intake_id, case_id, checked_by_id, approved_by_id, names_searched, result, conflict_details, checked_on, created_at)
SELECT pg_temp.id(c.key || '/conflicts'), c.business_id, pg_temp.id('agency/intake/' || c.n), c.id, pg_temp.id('user/diane.shaw@agency.test'),
    CASE WHEN c.n <> 32 THEN pg_temp.id('user/owner@agency.test') END,
    (SELECT array_agg(CASE WHEN s.is_company THEN s.firm ELSE s.first_name || ' ' || s.last_name END ORDER BY s.s) FROM demo_subject s WHERE s.n = c.n),
        CASE c.n WHEN 32 THEN 'pending' WHEN 7 THEN 'waived' ELSE 'clear' END, CASE c.n WHEN 7 THEN 'The debtor was a client in another matter five years ago; both sides agree.' END,
        c.opened_on, c.created_at
FROM demo_case c ORDER BY c.created_at;

INSERT INTO investigations.allegations (id, business_id, case_id, case_subject_id, summary, details, category, policy_reference, occurred_from, occurred_to, loss_amount, status, sort_order,
    created_at)
SELECT pg_temp.id(c.key || '/allegation/' || a.place), c.business_id, c.id, s.role_id, a.summary, NULL, a.category,
    CASE c.case_type WHEN 'misconduct' THEN 'Code of conduct 4.2' WHEN 'harassment' THEN 'Handbook, chapter 7' END, c.opened_on - 120, c.opened_on - 14,
    CASE WHEN a.category IN ('fraud', 'theft') THEN pg_temp.number(c.key || '/loss', 12, 480) * 100 END,
    CASE WHEN c.outcome IN ('substantiated', 'partially_substantiated', 'unsubstantiated') THEN CASE WHEN a.place = 2 AND c.outcome = 'partially_substantiated' THEN 'unsubstantiated'
        WHEN a.place = 1 AND c.outcome = 'partially_substantiated' THEN 'substantiated' ELSE c.outcome END WHEN c.outcome = 'withdrawn' THEN 'withdrawn'
        WHEN c.outcome IS NOT NULL THEN 'unfounded' ELSE 'open' END,
    a.place, c.created_at + interval '1 day'
FROM demo_case c JOIN demo_subject s ON s.n = c.n AND s.s = 1 JOIN (VALUES
    ('fraud', 1, 'fraud', 'Was paid for goods that were never delivered.'), ('fraud', 2, 'conflict_of_interest', 'Holds a share in the supplier through a relative.'),
        ('theft', 1, 'theft', 'Took goods without papers.'), ('misconduct', 1, 'policy_breach', 'Passed on what was confidential.'),
        ('misconduct', 2, 'bribery', 'Took gifts from a bidder.'),
    ('harassment', 1, 'harassment', 'Unwanted remarks over several months.'), ('harassment', 2, 'other', 'Changed the shifts of who complained.'),
        ('insurance_claim', 1, 'fraud', 'Overstates what the injury or loss amounts to.'), ('cyber_incident', 1, 'data_misuse', 'Copied data before leaving.'),
        ('cyber_incident', 2, 'policy_breach', 'Used a private mailbox for work.')
) AS a (case_type, place, category, summary) ON a.case_type = c.case_type ORDER BY c.created_at, a.place;
