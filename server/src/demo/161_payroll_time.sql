-- Hours and absence of the payroll firm's people: pay periods, timesheets, clock-ins and leave.

INSERT INTO payroll.earning_codes (id, business_id, code, name, category, rate_multiplier, is_taxable, counts_for_overtime, year_end_box, ledger_account, created_at, created_by)
SELECT pg_temp.id('payroll/earning/' || c.code), b.id, c.code, c.name, c.category, c.factor, c.taxable, c.counts, c.box, c.account, pg_temp.moment(b.today - 540, 510, b.zone),
    pg_temp.id('user/manager@payroll.test')
FROM (VALUES ('REG', 'Regular pay', 'regular', 1, true, true, '1', '6000'), ('OT', 'Overtime', 'overtime', 1.5, true, true, '1', '6010'),
    ('HOL', 'Holiday pay', 'holiday', 1, true, false, '1', '6000'), ('VAC', 'Vacation', 'paid_leave', 1, true, false, '1', '6020'),
    ('SICK', 'Sick leave', 'paid_leave', 1, true, false, '1', '6020'),
    ('COM', 'Commission', 'commission', 1, true, false, '1', '6030'), ('BON', 'Bonus', 'bonus', 1, true, false, '1', '6040'), ('SEV', 'Severance', 'severance', 1, true, false, '1', '6050'),
        ('CELL', 'Telephone allowance', 'allowance', 1, false, false, NULL, '6060')) AS c (code, name, category, factor, taxable, counts, box, account)
JOIN demo_business b ON b.slug = 'payroll' ORDER BY c.code;

CREATE TEMPORARY TABLE demo_period ON COMMIT DROP AS
SELECT n, s.business_id, s.zone, s.today, s.this_period + 14 * n AS starts_on, s.this_period + 14 * n + 13 AS ends_on, s.this_period + 14 * n + 18 AS pay_date,
    pg_temp.id('payroll/period/' || n) AS id,
    CASE WHEN s.this_period + 14 * n + 18 <= s.today THEN 'paid' WHEN n < 0 THEN 'locked' WHEN n = 0 THEN 'open' ELSE 'upcoming' END AS status
FROM demo_schedule s CROSS JOIN generate_series(-5, 2) AS n;
ANALYZE demo_period;

INSERT INTO payroll.pay_periods (id, business_id, pay_schedule_id, starts_on, ends_on, pay_date, approval_deadline, status, created_at)
SELECT p.id, p.business_id, pg_temp.id('payroll/schedule/biweekly'), p.starts_on, p.ends_on, p.pay_date, pg_temp.moment(p.ends_on + 2, 900, p.zone),
    CASE p.status WHEN 'upcoming' THEN 'upcoming' ELSE 'open' END, pg_temp.moment(p.today - 130, 500, p.zone)
FROM demo_period p ORDER BY p.starts_on;

INSERT INTO payroll.overtime_rules (id, business_id, earning_code_id, name, weekly_threshold_hours, effective_from, created_at, created_by)
SELECT pg_temp.id('payroll/overtime'), b.id, pg_temp.id('payroll/earning/OT'), 'Federal, more than forty hours a week', 40, b.today - 540, pg_temp.moment(b.today - 540, 540, b.zone),
    pg_temp.id('user/manager@payroll.test') FROM demo_business b WHERE b.slug = 'payroll';

INSERT INTO payroll.leave_policies (id, business_id, earning_code_id, name, kind, accrual_method, accrual_hours, maximum_balance_hours, carryover_limit_hours, waiting_days, notice_days,
    is_paid, created_at, created_by)
SELECT pg_temp.id('payroll/leave/' || p.kind), b.id, pg_temp.id('payroll/earning/' || p.code), p.name, p.kind, p.method, p.hours, p.most, p.kept, p.waiting, p.notice, p.paid,
    pg_temp.moment(b.today - 540, 550, b.zone), pg_temp.id('user/manager@payroll.test')
FROM (VALUES ('vacation', 'Vacation', 'VAC', 'per_pay_period', 4.62, 240, 80, 0, 7, true), ('sick', 'Sick leave', 'SICK', 'per_pay_period', 1.85, 120, 120, 0, 0, true),
    ('parental', 'Parental leave', NULL, 'none', 0, NULL, NULL, 0, 30, false), ('bereavement', 'Bereavement', NULL, 'none', 0, NULL, NULL, 0, 0, true),
    ('jury_duty', 'Jury duty', NULL, 'none', 0, NULL, NULL, 0, 0, true)) AS p (kind, name, code, method, hours, most, kept, waiting, notice, paid)
JOIN demo_business b ON b.slug = 'payroll' ORDER BY p.kind;

-- What is taken is booked as it is. Weeks from this one and the weekday, so that nobody is away on a Sunday.
CREATE TEMPORARY TABLE demo_absence ON COMMIT DROP AS
SELECT a.place AS request, a.employee, e.id AS employee_id, e.business_id, e.today, e.zone, a.kind, a.outcome, d.starts_on,
    CASE a.kind WHEN 'parental' THEN d.starts_on + 83 ELSE d.starts_on + a.days - 1 END AS ends_on, a.days, a.days * e.weekly_hours / 5 AS hours, a.reason
FROM (VALUES
    (1, 3, 'vacation', -5, 0, 5, 'taken', 'A week at the lake.'), (2, 7, 'vacation', -4, 2, 3, 'taken', NULL), (3, 10, 'sick', -2, 1, 1, 'taken', NULL),
        (4, 12, 'sick', -6, 3, 2, 'taken', 'Flu.'), (5, 19, 'vacation', -7, 0, 5, 'taken', NULL),
    (6, 21, 'sick', -3, 0, 1, 'taken', NULL), (7, 28, 'vacation', -8, 3, 2, 'taken', 'Moving house.'), (8, 6, 'vacation', -6, 0, 5, 'taken', NULL),
        (9, 27, 'vacation', -4, 0, 4, 'taken', NULL), (10, 25, 'sick', -5, 2, 1, 'taken', NULL),
    (11, 17, 'vacation', -3, 3, 2, 'taken', NULL), (12, 23, 'sick', -2, 4, 1, 'taken', NULL), (13, 14, 'parental', -4, 0, 60, 'approved', NULL),
        (14, 5, 'vacation', 3, 0, 5, 'approved', 'Family visit.'), (15, 15, 'vacation', 2, 0, 3, 'approved', NULL),
    (16, 2, 'vacation', 5, 0, 5, 'approved', NULL), (17, 8, 'vacation', 4, 4, 1, 'approved', NULL), (18, 11, 'vacation', 4, 0, 5, 'pending', 'Wedding of my sister.'),
        (19, 20, 'vacation', 6, 1, 2, 'pending', NULL), (20, 26, 'vacation', 3, 1, 2, 'pending', NULL),
    (21, 13, 'vacation', 2, 0, 3, 'denied', 'Concert trip.'), (22, 22, 'vacation', 2, 3, 2, 'cancelled', NULL)
) AS a (place, employee, kind, weeks, weekday, days, outcome, reason)
JOIN demo_employee e ON e.place = a.employee CROSS JOIN LATERAL (SELECT date_trunc('week', e.today)::date + 7 * a.weeks + a.weekday AS starts_on) AS d;
ANALYZE demo_absence;

INSERT INTO payroll.leave_balances (id, business_id, employee_id, leave_policy_id, eligible_from, created_at)
SELECT pg_temp.id(e.key || '/balance/' || p.kind), e.business_id, e.id, pg_temp.id('payroll/leave/' || p.kind), e.hired_on, e.created_at
FROM demo_employee e CROSS JOIN (VALUES ('vacation'), ('sick')) AS p (kind) WHERE e.status <> 'onboarding' ORDER BY e.place, p.kind;

INSERT INTO payroll.leave_transactions (id, business_id, leave_balance_id, transaction_type, hours, effective_on, description, created_at)
SELECT pg_temp.id('payroll/leave/' || e.place || '/' || p.kind || '/' || t.n), e.business_id, l.id, t.type, t.hours, t.effective_on, t.description,
    pg_temp.moment(t.effective_on, 1000 + e.place, e.zone)
FROM demo_employee e JOIN (VALUES ('vacation', 4.62), ('sick', 1.85)) AS p (kind, hours) ON true
JOIN payroll.leave_balances l ON l.business_id = e.business_id AND l.employee_id = e.id AND l.leave_policy_id = pg_temp.id('payroll/leave/' || p.kind)
CROSS JOIN LATERAL (
    SELECT -9 AS n, 'adjustment' AS type, round(least(1, (e.today - e.hired_on) / 500.0) * CASE p.kind WHEN 'vacation' THEN 60
        ELSE 30 END * (0.6 + 0.5 * pg_temp.share(e.key || p.kind))::numeric, 2) AS hours, s.starts_on AS effective_on, 'Balance when the records moved here.' AS description
        FROM demo_period s WHERE s.n = -5 AND e.hired_on < s.starts_on
    UNION ALL
    SELECT s.n, 'accrual', round(p.hours * e.weekly_hours / 40, 2), s.ends_on, 'Pay period until ' || to_char(s.ends_on, 'FMMonth FMDD') || '.' FROM demo_period s
        WHERE s.n < 0 AND e.hired_on <= s.starts_on AND coalesce(e.ended_on >= s.ends_on, true)
) AS t ORDER BY t.effective_on, e.place, p.kind;

INSERT INTO payroll.leave_requests (id, business_id, employee_id, leave_policy_id, starts_on, ends_on, hours, reason, status, created_at)
SELECT pg_temp.id('payroll/leave request/' || a.request), a.business_id, a.employee_id, pg_temp.id('payroll/leave/' || a.kind), a.starts_on, a.ends_on, a.hours, a.reason, 'pending',
    pg_temp.moment(least(a.starts_on - CASE a.kind WHEN 'sick' THEN 0 ELSE 20 END, a.today - 1), 500, a.zone)
FROM demo_absence a ORDER BY a.request;
UPDATE payroll.leave_requests r SET status = 'approved' FROM demo_absence a WHERE r.business_id = a.business_id AND r.id = pg_temp.id('payroll/leave request/' || a.request)
    AND a.outcome IN ('approved', 'taken');
UPDATE payroll.leave_requests r SET status = a.outcome, denial_reason = CASE a.outcome WHEN 'denied' THEN 'Two others are away that week.' END FROM demo_absence a
WHERE r.business_id = a.business_id AND r.id = pg_temp.id('payroll/leave request/' || a.request) AND a.outcome IN ('taken', 'denied', 'cancelled');

-- What everybody worked in each period: five days a week less what they were away, and some overtime on a Wednesday.
CREATE TEMPORARY TABLE demo_workday ON COMMIT DROP AS
SELECT e.place, p.n, d.day, a.kind AS absent, e.weekly_hours / 5.0 AS hours,
    CASE WHEN e.pay_basis = 'hourly' AND e.weekly_hours = 40 AND d.day = p.starts_on + 9 AND a.kind IS NULL AND pg_temp.share(e.key || '/overtime/' || p.n) < 0.4
        AND NOT EXISTS (SELECT FROM demo_absence o WHERE o.employee = e.place AND o.outcome = 'taken' AND o.starts_on <= p.ends_on
            AND o.ends_on >= p.starts_on) THEN pg_temp.number(e.key || '/late/' || p.n, 2, 7) / 2.0 ELSE 0 END AS overtime
FROM demo_employee e JOIN demo_period p ON p.n <= 0 CROSS JOIN LATERAL (SELECT p.starts_on + g AS day FROM generate_series(0, 13) AS g) AS d
LEFT JOIN demo_absence a ON a.employee = e.place AND a.outcome IN ('taken', 'approved') AND d.day BETWEEN a.starts_on AND a.ends_on
WHERE extract(isodow FROM d.day) < 6 AND d.day >= e.hired_on AND d.day <= coalesce(e.ended_on, d.day) AND e.status <> 'onboarding' AND (p.n < 0 OR d.day < p.today);
ANALYZE demo_workday;

INSERT INTO payroll.timesheets (id, business_id, employee_id, pay_period_id, status, created_at)
SELECT pg_temp.id(e.key || '/timesheet/' || p.n), e.business_id, e.id, p.id, 'open', pg_temp.moment(p.starts_on, 480, e.zone)
FROM demo_employee e JOIN demo_period p ON p.n BETWEEN -2 AND 0 AND e.hired_on <= p.ends_on AND coalesce(e.ended_on >= p.starts_on, true) WHERE e.pay_basis = 'hourly' AND e.status = 'active'
    ORDER BY p.n, e.place;

INSERT INTO payroll.time_entries (id, business_id, employee_id, timesheet_id, earning_code_id, clocked_in_at, clocked_out_at, source, created_at)
SELECT pg_temp.id(e.key || '/day/' || w.day), e.business_id, e.id, pg_temp.id(e.key || '/timesheet/' || w.n), pg_temp.id('payroll/earning/REG'), t.start,
    t.start + (w.hours + w.overtime) * interval '1 hour' + CASE WHEN w.hours >= 6 THEN interval '30 minutes' ELSE interval '0' END, pg_temp.pick(e.key || '/clock', '{web,web,mobile,kiosk}'),
    t.start
FROM demo_workday w JOIN demo_employee e USING (place) CROSS JOIN LATERAL (SELECT pg_temp.moment(w.day, 480 + pg_temp.number(e.key || w.day, -9, 12), e.zone) AS start) AS t
WHERE w.n >= -2 AND w.absent IS NULL AND e.pay_basis = 'hourly' AND e.status = 'active' ORDER BY t.start, e.place;

ANALYZE payroll.timesheets, payroll.time_entries;

INSERT INTO payroll.time_entry_breaks (id, business_id, time_entry_id, break_type, is_paid, starts_at, ends_at, created_at)
SELECT pg_temp.id(t.id || '/meal'), t.business_id, t.id, 'meal', false, t.clocked_in_at + interval '4 hours', t.clocked_in_at + interval '4 hours 30 minutes',
    t.clocked_in_at + interval '4 hours'
FROM payroll.time_entries t JOIN demo_business b ON b.slug = 'payroll' AND b.id = t.business_id WHERE t.clocked_out_at - t.clocked_in_at > interval '6 hours' ORDER BY t.clocked_in_at, t.id;

-- At work right now, at whatever hour this is loaded.
INSERT INTO payroll.time_entries (id, business_id, employee_id, timesheet_id, earning_code_id, clocked_in_at, source, created_at)
SELECT pg_temp.id(e.key || '/now'), e.business_id, e.id, pg_temp.id(e.key || '/timesheet/0'), pg_temp.id('payroll/earning/REG'), i.clocked_in, 'web', i.clocked_in
FROM demo_employee e CROSS JOIN LATERAL (SELECT date_trunc('hour', now()) - make_interval(mins => 35 + 10 * (e.place % 7)) AS clocked_in) AS i WHERE e.place IN (3, 5, 7, 11, 13, 19, 20)
    ORDER BY e.place;

-- Closed periods: handed in and approved, but for one sheet that waits and one that goes back. Payment locks them.
UPDATE payroll.timesheets t SET status = 'submitted' FROM demo_period p WHERE t.business_id = p.business_id AND t.pay_period_id = p.id AND p.n < 0;
UPDATE payroll.timesheets t SET status = 'approved' FROM demo_period p
    WHERE t.business_id = p.business_id AND t.pay_period_id = p.id AND p.n < 0
    AND (p.status = 'paid' OR t.employee_id NOT IN (pg_temp.id('payroll/employee/21'), pg_temp.id('payroll/employee/29')));
UPDATE payroll.timesheets t SET status = 'rejected', rejection_reason = 'Tuesday is missing.' WHERE t.status = 'submitted' AND t.employee_id = pg_temp.id('payroll/employee/29');
UPDATE payroll.pay_periods t SET status = 'locked' FROM demo_period p WHERE t.business_id = p.business_id AND t.id = p.id AND p.status = 'locked';
