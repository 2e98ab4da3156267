-- What the agency holds and concludes: evidence with its chain of custody, checks and searches, findings and reports.

INSERT INTO investigations.evidence_storage_locations (id, business_id, parent_id, custodian_id, name, code, storage_type, is_restricted, created_at, created_by)
SELECT pg_temp.id('agency/storage/' || l.code), b.id, pg_temp.id('agency/storage/' || l.parent), pg_temp.id('user/' || l.custodian || '@agency.test'), l.name, l.code, l.kind,
    l.code <> 'ROOM', pg_temp.moment(b.today - 540, 600, b.zone), pg_temp.id('user/owner@agency.test')
FROM (VALUES (1, NULL, 'manager', 'Evidence room', 'ROOM', 'evidence_room'), (2, 'ROOM', 'manager', 'Locker A', 'A', 'locker'), (3, 'ROOM', 'manager', 'Locker B', 'B', 'locker'),
    (4, 'ROOM', 'owner', 'Safe', 'SAFE', 'safe'), (5, NULL, 'nina.kowalczyk', 'Digital vault', 'VAULT', 'digital_vault')) AS l (place, parent, custodian, name, code, kind)
JOIN demo_business b ON b.slug = 'agency' ORDER BY l.place;

CREATE TEMPORARY TABLE demo_exhibit ON COMMIT DROP AS
SELECT c.n, i.place, c.key || '/evidence/' || i.place AS key, pg_temp.id(c.key || '/evidence/' || i.place) AS id, c.id AS case_id, c.business_id, c.zone, c.closed_on,
    c.status AS case_status, i.kind, i.description, i.original, CASE WHEN i.kind IN ('video', 'digital_image', 'photo') THEN 'VAULT' WHEN i.kind = 'financial_record' THEN 'SAFE'
    WHEN c.n % 2 = 0 THEN 'A' ELSE 'B' END AS shelf, CASE WHEN c.second IN ('nina.kowalczyk', 'diane.shaw') AND i.kind <> 'video' THEN c.second ELSE c.lead END AS person,
    least(c.created_at + make_interval(days => 4 + 2 * i.place, hours => 3), now() - interval '30 hours') AS collected_at, i.parent
FROM demo_case c JOIN (VALUES
    ('fraud', 1, 'financial_record', 'Invoices of eighteen months, in two binders.', true, NULL::integer), ('fraud', 2, 'digital_device', 'Laptop of the purchasing desk.', true, NULL),
        ('fraud', 3, 'digital_image', 'Forensic image of the laptop.', false, 2), ('theft', 1, 'video', 'Recording of the loading dock, four nights.', true, NULL),
        ('theft', 2, 'document', 'Gate log with three signatures.', true, NULL),
    ('insurance_claim', 1, 'video', 'Surveillance video, eleven minutes.', true, NULL), ('insurance_claim', 2, 'document', 'Copy of the claim file.', false, NULL),
        ('surveillance', 1, 'video', 'Surveillance video, all days.', true, NULL), ('surveillance', 2, 'photo', 'Nineteen photographs with time stamps.', true, NULL),
        ('misconduct', 1, 'digital_device', 'Company telephone.', true, NULL), ('misconduct', 2, 'document', 'Printed messages, annotated.', false, NULL),
    ('harassment', 1, 'document', 'Shift plans with changes marked.', true, NULL), ('cyber_incident', 1, 'digital_device', 'Laptop, serial number on the bag.', true, NULL),
        ('cyber_incident', 2, 'digital_image', 'Forensic image of the laptop.', false, 1), ('cyber_incident', 3, 'document', 'Mail headers, printed.', false, NULL),
        ('litigation_support', 1, 'photo', 'Photographs of the scene.', true, NULL), ('due_diligence', 1, 'document', 'Certified copies of judgments.', true, NULL)
) AS i (case_type, place, kind, description, original, parent) ON i.case_type = c.case_type WHERE c.status <> 'open' AND c.opened_on < c.today - 7;
ANALYZE demo_exhibit;
INSERT INTO investigations.evidence_items (id, business_id, evidence_item_number, case_id, collected_by_id, derived_from_id, description, evidence_type, collected_at, collected_place,
    collection_method, condition, seal_number, serial_number, hash_algorithm, hash_value, is_original, retain_until, created_at)
SELECT i.id, i.business_id, pg_temp.document_number('EV', i.collected_at, i.zone,
    row_number() OVER (PARTITION BY extract(year FROM i.collected_at AT TIME ZONE i.zone) ORDER BY i.collected_at, i.key)), i.case_id, pg_temp.id('user/' || i.person || '@agency.test'),
    CASE WHEN i.parent IS NOT NULL THEN pg_temp.id('agency/case/' || i.n || '/evidence/' || i.parent) END, i.description, i.kind, i.collected_at,
    CASE WHEN i.kind IN ('video', 'photo') THEN 'In the field' ELSE 'Office of the client' END,
        CASE i.kind WHEN 'digital_image' THEN 'Bit-for-bit copy behind a write blocker' WHEN 'video' THEN 'Own camera' ELSE 'Handed over against receipt' END, 'Good',
        CASE WHEN i.kind NOT IN ('video', 'photo', 'digital_image') THEN 'S-' || pg_temp.number(i.key || '/seal', 20000, 29999) END,
        CASE i.kind WHEN 'digital_device' THEN upper(substr(md5(i.key), 1, 10)) END,
    CASE WHEN i.kind IN ('video', 'photo', 'digital_image') THEN 'sha256' END, CASE WHEN i.kind IN ('video', 'photo', 'digital_image') THEN encode(sha256(i.key::bytea), 'hex') END,
        i.original, (i.collected_at AT TIME ZONE i.zone)::date + 2555, i.collected_at
FROM demo_exhibit i ORDER BY i.collected_at, i.key;

-- Link by link, since each begins where the one before ended.
DO $$
BEGIN
    FOR link IN 1..5 LOOP
        INSERT INTO investigations.evidence_custody_events (id, business_id, evidence_item_id, to_user_id, to_location_id, action, external_party, purpose, seal_number, condition,
            hash_matches, occurred_at, created_at)
        SELECT pg_temp.id(i.key || '/link/' || link), i.business_id, i.id,
            CASE e.action WHEN 'collected' THEN pg_temp.id('user/' || i.person || '@agency.test') WHEN 'checked_out' THEN pg_temp.id('user/nina.kowalczyk@agency.test') END,
            CASE WHEN e.action IN ('stored', 'returned_to_storage') THEN pg_temp.id('agency/storage/' || i.shelf) END, e.action,
            CASE e.action WHEN 'sent_for_examination' THEN 'Chesapeake Forensics, Columbia' WHEN 'released' THEN 'Client' END,
                CASE e.action WHEN 'collected' THEN 'Evidence of the case' WHEN 'stored' THEN 'Safekeeping' WHEN 'sent_for_examination' THEN 'Examination'
                WHEN 'returned_to_storage' THEN 'Back from examination' WHEN 'hash_verified' THEN 'Yearly check' WHEN 'checked_out' THEN 'Review for the report'
                ELSE 'The case is closed' END,
            CASE WHEN i.kind NOT IN ('video', 'photo', 'digital_image') THEN 'S-' || pg_temp.number(i.key || '/seal', 20000, 29999) END, 'Good',
                CASE e.action WHEN 'hash_verified' THEN true END, t.moment, t.moment
        FROM demo_exhibit i CROSS JOIN LATERAL (SELECT CASE link
                WHEN 1 THEN 'collected' WHEN 2 THEN 'stored' WHEN 3 THEN CASE WHEN i.kind = 'digital_device' THEN 'sent_for_examination' WHEN i.kind IN ('video', 'photo', 'digital_image')
                    AND i.closed_on IS NOT NULL THEN 'hash_verified' WHEN i.closed_on IS NULL AND i.place = 2 THEN 'checked_out' END
                WHEN 4 THEN CASE WHEN i.kind = 'digital_device' AND (i.closed_on IS NOT NULL OR i.collected_at < now() - interval '25 days') THEN 'returned_to_storage' END
                ELSE CASE WHEN i.case_status = 'archived' OR i.closed_on IS NOT NULL AND i.kind = 'digital_device' THEN 'released' END END AS action) AS e
        CROSS JOIN LATERAL (SELECT least(i.collected_at + (ARRAY[interval '0', interval '5 hours', interval '3 days', interval '20 days', interval '40 days'])[link],
            now() - make_interval(mins => 50 - 9 * link)) AS moment) AS t
        WHERE e.action IS NOT NULL ORDER BY t.moment, i.key;
    END LOOP;
END $$;

INSERT INTO investigations.evidence_examinations (id, business_id, evidence_examination_number, evidence_item_id, examiner_id, examination_type, laboratory_name, question, method,
    tools_used, result, requested_on, due_on, completed_on, cost_amount, status, created_at)
SELECT pg_temp.id(i.key || '/examination'), i.business_id,
    pg_temp.document_number('EX', i.collected_at + interval '2 days', i.zone,
    row_number() OVER (PARTITION BY extract(year FROM (i.collected_at + interval '2 days') AT TIME ZONE i.zone) ORDER BY i.collected_at, i.key)), i.id,
    CASE WHEN i.kind = 'video' THEN pg_temp.id('user/nina.kowalczyk@agency.test') END,
    CASE WHEN i.kind = 'video' THEN 'audio_video' WHEN i.description LIKE '%telephone%' THEN 'mobile_forensics' ELSE 'computer_forensics' END,
    CASE WHEN i.kind = 'digital_device' THEN 'Chesapeake Forensics, Columbia' END,
    CASE WHEN i.kind = 'video' THEN 'Is the recording without gaps?' ELSE 'Which files left the device in the last thirty days?' END, 'Copy examined, original untouched',
        CASE WHEN i.kind = 'digital_device' THEN 'Write blocker, imaging and timeline tools' END,
        CASE WHEN x.done THEN CASE WHEN i.kind = 'video' THEN 'Continuous; the clock runs forty seconds slow.' ELSE 'Two archives were copied to a stick on a Sunday.' END END,
    d.asked_on, d.asked_on + 21, CASE WHEN x.done THEN d.asked_on + 17 END, CASE WHEN i.kind = 'digital_device' THEN pg_temp.number(i.key || '/cost', 8, 24) * 100 END,
        CASE WHEN x.done THEN 'completed' WHEN i.n % 2 = 0 THEN 'requested' ELSE 'in_progress' END, i.collected_at + interval '2 days'
FROM demo_exhibit i CROSS JOIN LATERAL (SELECT i.closed_on IS NOT NULL OR i.collected_at < now() - interval '25 days' AS done) AS x
    CROSS JOIN LATERAL (SELECT ((i.collected_at + interval '2 days') AT TIME ZONE i.zone)::date AS asked_on) AS d
WHERE i.kind = 'digital_device' OR i.kind = 'video' AND i.n % 3 = 0 ORDER BY i.collected_at, i.key;

INSERT INTO investigations.timeline_events (id, business_id, case_id, case_subject_id, evidence_item_id, title, description, occurred_at, precision, place, is_key_event, is_disputed,
    created_at)
SELECT pg_temp.id(c.key || '/event/' || t.place), c.business_id, c.id, CASE WHEN t.place IN (1, 2) THEN s.role_id END, CASE WHEN t.place = 3 THEN i.id END, t.title, t.description,
    c.created_at + t.after, t.precision, t.spot, t.is_key, t.place = 2 AND c.n % 3 = 0, c.created_at + interval '6 days'
FROM demo_case c JOIN demo_subject s ON s.n = c.n AND s.s = 1 LEFT JOIN demo_exhibit i ON i.n = c.n AND i.place = 1
    CROSS JOIN (VALUES (1, 'First sign', 'Somebody noticed that something was off.', interval '-70 days', 'day', NULL, false),
    (2, 'The day in question', 'What the case turns on.', interval '-21 days', 'hour', 'Baltimore', true),
    (3, 'Evidence secured', 'Taken into custody and sealed.', interval '6 days', 'exact', 'Office', false),
    (4, 'Client informed', 'By telephone, with a note to the file.', interval '-2 days', 'exact', NULL, false)) AS t (place, title, description, after, precision, spot, is_key)
WHERE (t.place <> 3 OR i.id IS NOT NULL) AND c.created_at + t.after < now() ORDER BY c.created_at, t.place;

CREATE TEMPORARY TABLE demo_finding ON COMMIT DROP AS
SELECT c.n, f.place, c.key || '/finding/' || f.place AS key, pg_temp.id(c.key || '/finding/' || f.place) AS id, c.id AS case_id, c.business_id, c.zone, c.outcome,
    CASE WHEN c.closed_on IS NOT NULL THEN 'approved' WHEN c.status = 'under_review' THEN 'in_review' ELSE 'draft' END AS status,
    least(pg_temp.moment(coalesce(c.closed_on, c.today) - 3, 700 + 20 * f.place, c.zone), now()) AS created_at, a.id AS allegation_id
FROM demo_case c CROSS JOIN generate_series(1, 2) AS f (place)
    LEFT JOIN investigations.allegations a ON a.business_id = c.business_id AND a.id = pg_temp.id(c.key || '/allegation/' || f.place)
    WHERE (c.outcome NOT IN ('withdrawn') OR c.status IN ('under_review', 'active') AND c.opened_on < c.today - 25) AND (f.place = 1 OR a.id IS NOT NULL);
INSERT INTO investigations.findings (id, business_id, case_id, allegation_id, summary, analysis, standard_of_proof, confidence, status, created_at, created_by)
SELECT f.id, f.business_id, f.case_id, f.allegation_id, CASE coalesce(f.outcome, 'open') WHEN 'substantiated' THEN 'The records and what was seen agree with the allegation.'
    WHEN 'partially_substantiated' THEN CASE f.place WHEN 1 THEN 'Shown for two of the four occasions.' ELSE 'Not shown.' END
    WHEN 'unsubstantiated' THEN 'Nothing that was found supports the allegation.' WHEN 'inconclusive' THEN 'The records of that week are lost; no conclusion.'
    WHEN 'resolved' THEN 'What the client asked for was found.' ELSE 'Provisional: the dates fit, the amounts do not yet.' END,
    'Based on records, interviews and evidence named below.', CASE WHEN f.n % 5 = 0 THEN 'clear_and_convincing' ELSE 'preponderance' END,
        CASE WHEN f.outcome IN ('substantiated', 'resolved') THEN 'high' ELSE 'medium' END, 'draft', f.created_at, pg_temp.id('user/' || c.lead || '@agency.test')
FROM demo_finding f JOIN demo_case c USING (n) ORDER BY f.created_at, f.key;
INSERT INTO investigations.finding_evidence_items (id, business_id, finding_id, evidence_item_id, supports, explanation, created_at)
SELECT pg_temp.id(f.key || '/' || i.place), f.business_id, f.id, i.id, CASE WHEN f.outcome = 'unsubstantiated' THEN 'contradicts' WHEN i.place = 1 THEN 'supports' ELSE 'context' END,
    CASE i.place WHEN 1 THEN 'Pages and minutes are listed in the report.' END, f.created_at FROM demo_finding f JOIN demo_exhibit i USING (n) ORDER BY f.created_at, f.key, i.place;
UPDATE investigations.findings t SET status = 'in_review' FROM demo_finding f WHERE t.business_id = f.business_id AND t.id = f.id AND f.status <> 'draft';
UPDATE investigations.findings t SET status = 'approved' FROM demo_finding f WHERE t.business_id = f.business_id AND t.id = f.id AND f.status = 'approved';

INSERT INTO investigations.corrective_actions (id, business_id, case_id, finding_id, responsible_id, action_type, description, recovered_amount, due_on, completed_on, status, created_at)
SELECT pg_temp.id(f.key || '/action/' || a.place), f.business_id, f.case_id, f.id, pg_temp.id('user/manager@agency.test'), a.kind, a.description,
    CASE a.kind WHEN 'recovery' THEN pg_temp.number(f.key, 5, 90) * 100 END, d.day + 45, CASE WHEN d.day + 40 < c.today THEN d.day + 40 END,
    CASE WHEN d.day + 40 < c.today THEN 'completed' WHEN a.place = 1 THEN 'in_progress' ELSE 'proposed' END, f.created_at + interval '5 days'
FROM demo_finding f JOIN demo_case c USING (n) CROSS JOIN LATERAL (SELECT (f.created_at AT TIME ZONE f.zone)::date AS day) AS d
    JOIN (VALUES ('fraud', 1, 'recovery', 'Claim back what was paid.'), ('fraud', 2, 'control_change', 'Two signatures for new suppliers.'),
    ('theft', 1, 'police_referral', 'Hand the file to the county police.'), ('theft', 2, 'control_change', 'Cameras at the dock, kept for ninety days.'),
    ('harassment', 1, 'training', 'Training for all who lead.'), ('insurance_claim', 1, 'other', 'The insurer decides on the claim.'),
    ('cyber_incident', 1, 'policy_change', 'Call back before an account is changed.')) AS a (case_type, place, kind, description) ON a.case_type = c.case_type
WHERE f.place = 1 AND f.outcome IN ('substantiated', 'partially_substantiated') ORDER BY f.created_at, f.key, a.place;
