-- The agency at work: what is known of a subject, the plan of each case, interviews, watches and evidence.

INSERT INTO investigations.subject_addresses (id, business_id, subject_id, address_type, address_line_1, city, state_province, postal_code, coordinates, first_seen_on, last_seen_on,
    verified_on, source, created_at)
SELECT pg_temp.id(s.key || '/address/' || a.kind), s.business_id, s.id, a.kind,
    pg_temp.number(s.key || a.kind || '/house', 100, 6999) || ' ' || pg_temp.pick(s.key || a.kind || '/street', b.streets), p.city, 'MD', p.postal_code,
    pg_temp.point(p.longitude + round(0.01 * (pg_temp.share(s.key || a.kind || '/x')::numeric - 0.5), 5),
    p.latitude + round(0.01 * (pg_temp.share(s.key || a.kind || '/y')::numeric - 0.5), 5)),
    CASE a.kind WHEN 'former' THEN b.today - 2200 ELSE (s.created_at AT TIME ZONE s.zone)::date - 700 END,
        CASE a.kind WHEN 'former' THEN b.today - 900 ELSE (s.created_at AT TIME ZONE s.zone)::date END, CASE WHEN a.kind <> 'former' THEN (s.created_at AT TIME ZONE s.zone)::date END,
        pg_temp.pick(s.key || a.kind || '/source', '{Property records,Voter records,Client,Surveillance}'), s.created_at + interval '1 day'
FROM demo_subject s JOIN demo_business b ON b.slug = 'agency'
    CROSS JOIN LATERAL (SELECT CASE WHEN s.is_company THEN 'work' ELSE 'home' END AS kind UNION ALL SELECT 'former' WHERE s.s = 1 AND s.n % 3 = 0) AS a
JOIN demo_place p ON p.slug = 'agency' AND p.place = 1 + pg_temp.hash(s.key || a.kind) % 8 ORDER BY s.created_at, s.s, a.kind;

INSERT INTO investigations.subject_contact_points (id, business_id, subject_id, contact_type, value, platform_name, is_verified, first_seen_on, source, created_at)
SELECT pg_temp.id(s.key || '/contact/' || c.kind), s.business_id, s.id, c.kind, c.value, c.platform, pg_temp.share(s.key || c.kind) < 0.6, (s.created_at AT TIME ZONE s.zone)::date,
    CASE c.kind WHEN 'social_profile' THEN 'Open profile' ELSE 'Client' END, s.created_at + interval '1 day'
FROM demo_subject s CROSS JOIN LATERAL (
    SELECT CASE WHEN s.is_company THEN 'phone' ELSE 'mobile' END AS kind, pg_temp.phone(s.key, '{410,443}') AS value, NULL AS platform
    UNION ALL SELECT 'email', lower(CASE WHEN s.is_company THEN replace(s.firm, ' ', '.') ELSE s.first_name || '.' || s.last_name END) || '@mail.example.com', NULL WHERE s.s <> 3
    UNION ALL SELECT 'social_profile', 'https://social.example.com/' || lower(s.first_name || s.last_name), 'Social network' WHERE s.s = 1 AND s.n % 2 = 0
) AS c ORDER BY s.created_at, s.s, c.kind;

INSERT INTO investigations.subject_aliases (id, business_id, subject_id, alias, alias_type, source, created_at)
SELECT pg_temp.id(s.key || '/alias'), s.business_id, s.id, CASE WHEN s.is_company THEN s.firm || ' of Maryland' WHEN s.n % 2 = 0 THEN left(s.first_name, 3) || ' ' || s.last_name
    ELSE lower(left(s.first_name, 1) || s.last_name) || (60 + s.n) END, CASE WHEN s.is_company THEN 'trading_name' WHEN s.n % 2 = 0 THEN 'nickname' ELSE 'screen_name' END, 'Open sources',
    s.created_at + interval '2 days'
FROM demo_subject s WHERE s.is_company OR s.s = 1 AND s.n % 3 <> 1 ORDER BY s.created_at, s.s;

INSERT INTO investigations.subject_vehicles (id, business_id, subject_id, license_plate, plate_state, make, model, model_year, color, relation, first_seen_on, last_seen_on, created_at)
SELECT pg_temp.id(s.key || '/vehicle'), s.business_id, s.id,
    pg_temp.number(s.key || '/plate', 1, 9) || upper(translate(substr(md5(s.key), 1, 2), '0123456789', 'klmnprstvw')) || pg_temp.number(s.key || '/plate/end', 1000, 9999), 'MD', v.make,
    v.model, pg_temp.number(s.key || '/year', 2009, 2024), pg_temp.pick(s.key || '/color', '{silver,black,white,blue,red,gray}'), CASE WHEN s.n % 6 = 0 THEN 'driver' ELSE 'owner' END,
    (s.created_at AT TIME ZONE s.zone)::date, (s.created_at AT TIME ZONE s.zone)::date + 9, s.created_at + interval '3 days'
FROM demo_subject s JOIN (VALUES (0, 'Ford', 'F-150'), (1, 'Honda', 'Accord'), (2, 'Toyota', 'RAV4'), (3, 'Chevrolet', 'Silverado'), (4, 'Nissan', 'Altima')) AS v (place, make,
    model) ON v.place = s.n % 5
WHERE s.s = 1 AND s.case_type IN ('surveillance', 'insurance_claim', 'theft', 'asset_search') ORDER BY s.created_at;

INSERT INTO investigations.subject_relationships (id, business_id, subject_id, related_subject_id, relationship, strength, source, created_at)
SELECT pg_temp.id(o.key || '/related'), s.business_id, s.id, o.id, CASE o.s WHEN 4 THEN 'owner' WHEN 3 THEN 'colleague' ELSE pg_temp.pick(o.key, '{colleague,friend,associate}') END,
    CASE o.s WHEN 4 THEN 'strong' ELSE 'moderate' END, CASE o.s WHEN 4 THEN 'Corporate records' ELSE 'Interview' END, s.created_at + interval '4 days'
FROM demo_subject s JOIN demo_subject o ON o.n = s.n AND o.s > 1 WHERE s.s = 1 AND (o.s = 4 OR s.n % 2 = 0) ORDER BY s.created_at, o.s;

-- The number is sealed with a key that nobody has; these people do not exist.
INSERT INTO investigations.subject_identifiers (id, business_id, subject_id, identifier_type, value_encrypted, value_fingerprint, last_four, issuing_authority, source, created_at)
SELECT pg_temp.id(s.key || '/identifier'), s.business_id, s.id, 'driver_license', decode(md5(s.key || '/license'), 'hex'), sha256((s.key || '/license')::bytea),
    lpad(pg_temp.number(s.key || '/license', 0, 9999)::text, 4, '0'), 'Maryland Motor Vehicle Administration', 'Motor vehicle records', s.created_at + interval '2 days'
FROM demo_subject s WHERE s.s = 1 AND s.case_type IN ('background', 'due_diligence', 'insurance_claim') ORDER BY s.created_at;

CREATE TEMPORARY TABLE demo_step ON COMMIT DROP AS
SELECT c.n, t.place, c.key || '/task/' || t.place AS key, pg_temp.id(c.key || '/task/' || t.place) AS id, c.id AS case_id, c.business_id, c.zone, t.title, t.task_type, t.hours,
    c.opened_on + (c.due_on - c.opened_on) * t.place / 6 AS due_on, CASE t.task_type WHEN 'records' THEN CASE WHEN c.second IN ('nina.kowalczyk', 'diane.shaw') THEN c.second
    ELSE 'nina.kowalczyk' END ELSE CASE t.place % 2 WHEN 0 THEN c.second ELSE c.lead END END AS person,
    CASE WHEN c.closed_on IS NOT NULL THEN CASE WHEN c.outcome = 'withdrawn' AND t.place > 3 THEN 'cancelled' ELSE 'done' END WHEN c.status = 'open' THEN 'planned'
        WHEN c.status = 'under_review' THEN CASE t.place WHEN 5 THEN 'in_progress' ELSE 'done' END
        WHEN c.status = 'on_hold' THEN CASE WHEN t.place < 3 THEN 'done' WHEN t.place = 3 THEN 'blocked' ELSE 'planned' END
            WHEN c.opened_on + (c.due_on - c.opened_on) * t.place / 6 < c.today - 2 THEN 'done' WHEN c.opened_on + (c.due_on - c.opened_on) * (t.place - 1) / 6 < c.today THEN 'in_progress'
            ELSE 'planned' END AS outcome
FROM demo_case c JOIN (VALUES (1, 'Open the file and check the engagement letter', 'administration', 1.0), (2, 'Records: courts, property, companies', 'records', 4.0),
    (3, 'Interviews', 'interview', 5.0), (4, 'Field work', 'surveillance', 8.0), (5, 'Report to the client', 'report', 4.0)) AS t (place, title, task_type, hours) ON true;
ANALYZE demo_step;
INSERT INTO investigations.case_tasks (id, business_id, case_id, assigned_to_id, title, task_type, estimated_hours, due_on, status, sort_order, created_at, created_by)
SELECT t.id, t.business_id, t.case_id, pg_temp.id('user/' || t.person || '@agency.test'), t.title, t.task_type, t.hours, t.due_on, t.outcome, t.place, c.created_at + interval '3 hours',
    pg_temp.id('user/manager@agency.test') FROM demo_step t JOIN demo_case c USING (n) ORDER BY c.created_at, t.place;

INSERT INTO investigations.case_leads (id, business_id, case_id, assigned_to_id, subject_id, source, description, source_reliability, information_rating, received_at, status, result,
    created_at)
SELECT pg_temp.id(c.key || '/lead/' || l.place), c.business_id, c.id, pg_temp.id('user/' || c.second || '@agency.test'), CASE WHEN l.place = 1 THEN s.id END, l.source, l.description,
    l.reliability, l.rating, least(c.created_at + make_interval(days => 3 * l.place), now()),
    CASE WHEN c.closed_on IS NOT NULL THEN 'closed' WHEN c.status = 'open' THEN 'new' ELSE l.state END, CASE WHEN c.closed_on IS NOT NULL OR l.state = 'productive' THEN l.result END,
    least(c.created_at + make_interval(days => 3 * l.place), now())
FROM demo_case c JOIN demo_subject s ON s.n = c.n AND s.s = 1 CROSS JOIN (VALUES
    (1, 'records', 'A second address appears in an old suit.', 'reliable', 'confirmed', 'productive', 'Led to the present address.'),
        (2, 'tip', 'A caller has seen a van behind the building at night.', 'unknown', 'doubtful', 'following', 'The van belongs to a cleaning firm.'),
        (3, 'media', 'Photographs in an open profile, dated last month.', 'usually_reliable', 'probable', 'following', 'Dates match; saved with hash.')
) AS l (place, source, description, reliability, rating, state, result) WHERE l.place <= 1 + c.n % 3 ORDER BY c.created_at, l.place;

-- Watches: three days for those who are watched, from one that is still planned to those that are done.
CREATE TEMPORARY TABLE demo_watch ON COMMIT DROP AS
SELECT c.n, w AS place, c.key || '/watch/' || w AS key, pg_temp.id(c.key || '/watch/' || w) AS id, c.id AS case_id, c.business_id, c.zone, s.role_id, s.id AS subject_id,
    CASE w % 2 WHEN 0 THEN c.second ELSE c.lead END AS person, d.day, pg_temp.moment(d.day, 360 + 90 * w, c.zone) AS planned_start, p.longitude, p.latitude, p.city,
    CASE WHEN pg_temp.moment(d.day, 360 + 90 * w, c.zone) > now() THEN 'planned' WHEN pg_temp.moment(d.day, 360 + 90 * w + 420, c.zone) > now() THEN 'in_progress'
        WHEN w = 2 AND c.n % 7 = 0 THEN 'aborted' ELSE 'completed' END AS outcome
FROM demo_case c JOIN demo_subject s ON s.n = c.n AND s.s = 1 CROSS JOIN generate_series(1, 3) AS w
    CROSS JOIN LATERAL (SELECT CASE WHEN c.closed_on IS NULL THEN c.today - 8 + 4 * w - CASE WHEN c.opened_on > c.today - 9 THEN 0 ELSE c.n % 2 END ELSE c.opened_on + 5 * w END AS day) AS d
JOIN demo_place p ON p.slug = 'agency' AND p.place = 1 + pg_temp.hash(s.key || 'home') % 8
WHERE (c.case_type IN ('surveillance', 'insurance_claim') OR c.n IN (6, 18, 28)) AND c.status <> 'open' AND c.status <> 'on_hold' AND (c.status <> 'under_review' OR w < 3);
ANALYZE demo_watch;
INSERT INTO investigations.surveillance_sessions (id, business_id, surveillance_session_number, case_id, case_subject_id, lead_operative_id, objective, method, place, coordinates,
    planned_start, planned_end, started_at, ended_at, vehicle_used, odometer_start, odometer_end, weather, summary, status, created_at, created_by)
SELECT w.id, w.business_id, pg_temp.document_number('SV', w.created_at, w.zone,
    row_number() OVER (PARTITION BY extract(year FROM w.created_at AT TIME ZONE w.zone) ORDER BY w.created_at, w.key)), w.case_id, w.role_id,
    pg_temp.id('user/' || w.person || '@agency.test'), 'Document activity and contacts during the day.', CASE w.place WHEN 2 THEN 'mobile' ELSE 'stationary' END, w.city,
    pg_temp.point(w.longitude, w.latitude),
    w.planned_start, w.planned_start + interval '8 hours', CASE WHEN w.outcome <> 'planned' THEN w.planned_start END,
        CASE w.outcome WHEN 'completed' THEN w.planned_start + interval '7 hours' WHEN 'aborted' THEN w.planned_start + interval '100 minutes' END,
        CASE WHEN w.outcome <> 'planned' THEN 'Gray minivan' END,
    CASE WHEN w.outcome <> 'planned' THEN 41000 + pg_temp.number(w.key, 0, 9000) END,
        CASE WHEN w.outcome IN ('completed', 'aborted') THEN 41000 + pg_temp.number(w.key, 0, 9000) + pg_temp.number(w.key || '/miles', 9, 86) END,
        CASE WHEN w.outcome <> 'planned' THEN pg_temp.pick(w.key || '/weather', '{Clear,Overcast,Light rain,Fog until nine}') END,
    CASE w.outcome WHEN 'completed' THEN 'Subject was seen three times; video of eleven minutes.' WHEN 'aborted' THEN 'Broken off: a neighbor asked questions.' END, w.outcome, w.created_at,
        pg_temp.id('user/manager@agency.test')
FROM (SELECT *, least(planned_start - interval '2 days', now()) AS created_at FROM demo_watch) AS w ORDER BY w.created_at, w.key;

INSERT INTO investigations.surveillance_observations (id, business_id, surveillance_session_id, observer_id, subject_id, observed_at, coordinates, place, activity, description, created_at)
SELECT pg_temp.id(w.key || '/seen/' || o.place), w.business_id, w.id, pg_temp.id('user/' || w.person || '@agency.test'), CASE WHEN o.activity <> 'no_activity' THEN w.subject_id END,
    w.planned_start + make_interval(mins => o.minutes), pg_temp.point(w.longitude + 0.0003 * o.place, w.latitude), w.city, o.activity, o.description,
    w.planned_start + make_interval(mins => o.minutes)
FROM demo_watch w JOIN (VALUES (1, 5, 'no_activity', 'Blinds closed; the vehicle stands in the driveway.'),
    (2, 95, 'departure', 'Leaves by the front door, gets in and drives off northbound.'), (3, 140, 'purchase', 'Hardware store; carries two bags of concrete mix to the car without help.'),
    (4, 215, 'meeting', 'Speaks with a man in work clothes for ten minutes.'), (5, 300, 'physical_activity', 'Climbs a ladder and works above the shoulder for about twenty minutes.'),
    (6, 395, 'arrival', 'Back home; unloads the car alone.')) AS o (place, minutes, activity, description)
    ON w.outcome = 'completed' OR w.outcome = 'aborted' AND o.place < 3 ORDER BY w.planned_start, w.key, o.place;

-- Witnesses are heard first, then who complained, then the subject.
CREATE TEMPORARY TABLE demo_interview ON COMMIT DROP AS
SELECT s.n, s.s, s.key || '/interview' AS key, pg_temp.id(s.key || '/interview') AS id, s.case_id, s.business_id, s.zone, s.id AS subject_id, s.role_id,
    s.first_name || ' ' || s.last_name AS name, c.lead, c.second, pg_temp.moment(d.day, 600 + 90 * s.s, s.zone) AS starts_at,
    CASE s.s WHEN 1 THEN 'subject' WHEN 2 THEN 'witness' ELSE 'complainant' END AS kind, CASE WHEN c.status IN ('open', 'on_hold') THEN 'planned' WHEN d.day >= c.today THEN 'scheduled'
        WHEN s.s = 1 AND s.n % 4 = 0 THEN 'declined' ELSE 'completed' END AS outcome, c.created_at
FROM demo_subject s JOIN demo_case c USING (n) CROSS JOIN LATERAL (SELECT c.opened_on + (c.due_on - c.opened_on) * CASE s.s WHEN 2 THEN 2 WHEN 3 THEN 3 ELSE 4 END / 8 AS day) AS d
WHERE NOT s.is_company AND (s.s > 1 OR c.case_type IN ('fraud', 'misconduct', 'harassment', 'theft')) AND c.case_type NOT IN ('surveillance', 'background', 'asset_search');
ANALYZE demo_interview;
INSERT INTO investigations.interviews (id, business_id, interview_number, case_id, case_subject_id, interview_type, method, place, scheduled_at, started_at, ended_at, rights_notice,
    recording_consent, summary, status, created_at, created_by)
SELECT i.id, i.business_id, pg_temp.document_number('IV', i.created_at, i.zone,
    row_number() OVER (PARTITION BY extract(year FROM i.created_at AT TIME ZONE i.zone) ORDER BY i.created_at, i.key)), i.case_id, i.role_id, i.kind,
    pg_temp.pick(i.key, '{in_person,in_person,video,phone}'), 'Office, Charles Street', CASE WHEN i.outcome <> 'planned' THEN i.starts_at END,
    CASE WHEN i.outcome = 'completed' THEN i.starts_at END, CASE WHEN i.outcome = 'completed' THEN i.starts_at + make_interval(mins => pg_temp.number(i.key || '/length', 25, 95)) END,
        CASE i.kind WHEN 'subject' THEN 'employee_notice' ELSE 'none' END, CASE WHEN i.outcome = 'completed' THEN pg_temp.pick(i.key || '/recorded', '{given,given,refused,not_asked}')
        ELSE 'not_asked' END,
    CASE WHEN i.outcome = 'completed' THEN CASE i.kind WHEN 'subject' THEN 'Denies it, but cannot explain two of the dates.'
        WHEN 'witness' THEN 'Saw it from the loading dock; is sure of the day.' ELSE 'Describes four occasions and names two who were present.' END END, i.outcome, i.created_at,
        pg_temp.id('user/manager@agency.test')
FROM demo_interview i ORDER BY i.created_at, i.key;
INSERT INTO investigations.interview_participants (id, business_id, interview_id, user_id, subject_id, name, role, created_at)
SELECT pg_temp.id(i.key || '/' || p.role), i.business_id, i.id, p.user_id, p.subject_id, p.name, p.role, i.created_at
FROM demo_interview i CROSS JOIN LATERAL (SELECT 'interviewer' AS role, pg_temp.id('user/' || i.lead || '@agency.test') AS user_id, NULL::uuid AS subject_id,
    NULL AS name UNION ALL SELECT 'interviewee', NULL, i.subject_id, NULL UNION ALL SELECT 'second_interviewer', pg_temp.id('user/' || i.second || '@agency.test'), NULL,
    NULL WHERE i.kind <> 'witness' UNION ALL SELECT 'counsel', NULL, NULL, 'A. Whitcomb, Esq.' WHERE i.kind = 'subject' AND i.n % 4 = 0) AS p
WHERE i.outcome <> 'planned' ORDER BY i.created_at, i.key, p.role;
INSERT INTO investigations.statements (id, business_id, statement_number, case_id, case_subject_id, interview_id, taken_by_id, content, is_sworn, signed_at, status, created_at)
SELECT pg_temp.id(i.key || '/statement'), i.business_id,
    pg_temp.document_number('ST', i.starts_at, i.zone, row_number() OVER (PARTITION BY extract(year FROM i.starts_at AT TIME ZONE i.zone) ORDER BY i.starts_at, i.key)), i.case_id, i.role_id,
    i.id, pg_temp.id('user/' || i.lead || '@agency.test'),
    'My name is ' || i.name || '. I give this statement freely. On the day in question I was at work from seven until four. What I saw I have described to the investigator, and I have read this page.', i.n % 3 = 0,
    CASE WHEN i.n % 8 <> 5 THEN i.starts_at + interval '100 minutes' END, CASE WHEN i.n % 8 = 5 THEN 'refused' ELSE 'signed' END, i.starts_at + interval '95 minutes'
FROM demo_interview i WHERE i.outcome = 'completed' AND i.kind <> 'subject' ORDER BY i.starts_at, i.key;
