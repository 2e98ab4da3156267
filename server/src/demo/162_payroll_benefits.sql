-- What comes off the pay of the payroll firm's people: benefits, loans, and orders of courts.

INSERT INTO payroll.deduction_codes (id, business_id, code, name, category, tax_treatment, year_end_box, ledger_account, priority, created_at, created_by)
SELECT pg_temp.id('payroll/deduction/' || c.code), b.id, c.code, c.name, c.category, c.treatment, c.box, c.account, c.priority, pg_temp.moment(b.today - 540, 515, b.zone),
    pg_temp.id('user/manager@payroll.test')
FROM (VALUES ('MED', 'Medical insurance', 'health', 'pretax', '12DD', '2310', 20), ('DEN', 'Dental insurance', 'health', 'pretax', NULL, '2310', 21),
    ('VIS', 'Vision insurance', 'health', 'pretax', NULL, '2310', 22), ('401K', 'Retirement savings', 'retirement', 'pretax_income_only', '12D', '2320', 10),
    ('LIFE', 'Life insurance', 'life', 'posttax', NULL, '2310', 60),
    ('PARK', 'Parking', 'commuter', 'pretax', NULL, '2330', 40), ('LOAN', 'Employee loan', 'loan', 'posttax', NULL, '1250', 70),
        ('GARN', 'Garnishment', 'garnishment', 'posttax', NULL, '2340', 1)) AS c (code, name, category, treatment, box, account, priority)
JOIN demo_business b ON b.slug = 'payroll' ORDER BY c.code;

INSERT INTO payroll.benefit_plans (id, business_id, deduction_code_id, name, carrier, policy_number, kind, starts_on, ends_on, enrollment_opens_on, enrollment_closes_on, waiting_days,
    employer_match_rate, employer_match_limit_rate, status, created_at, created_by)
SELECT pg_temp.id('payroll/plan/' || p.slug), b.id, pg_temp.id('payroll/deduction/' || p.code), p.name, p.carrier, p.policy, p.kind, y.first_day, y.last_day, y.first_day - 60,
    y.first_day + 450, 30, p.match, p.match_limit, 'open', pg_temp.moment(b.today - 500, 600, b.zone), pg_temp.id('user/manager@payroll.test')
FROM (VALUES ('medical', 'MED', 'Choice PPO', 'Volunteer Health', 'VH-448210', 'medical', NULL, NULL), ('dental', 'DEN', 'Dental', 'Delta Ridge', 'DR-10277', 'dental', NULL, NULL),
    ('vision', 'VIS', 'Vision', 'Clearwater Vision', 'CV-5520', 'vision', NULL, NULL),
    ('retirement', '401K', '401(k)', 'Cumberland Trust', 'CT-90-114', 'retirement', 0.5, 0.06),
        ('life', 'LIFE', 'Group life', 'Old Hickory Life', 'OHL-3391', 'life', NULL, NULL)) AS p (slug, code, name, carrier, policy, kind, match, match_limit)
JOIN demo_business b ON b.slug = 'payroll' CROSS JOIN LATERAL (SELECT date_trunc('year', b.today - 365)::date AS first_day,
    (date_trunc('year', b.today) + interval '1 year' - interval '1 day')::date AS last_day) AS y ORDER BY p.slug;

CREATE TEMPORARY TABLE demo_tier ON COMMIT DROP AS
SELECT t.*, pg_temp.id('payroll/plan/' || t.plan || '/' || t.level) AS id FROM (VALUES
    ('medical', 'employee', 118.00, 482.00), ('medical', 'employee_spouse', 312.00, 690.00), ('medical', 'employee_children', 268.00, 640.00), ('medical', 'family', 424.00, 884.00),
        ('dental', 'employee', 12.00, 20.00), ('dental', 'employee_spouse', 26.00, 34.00), ('dental', 'employee_children', 30.00, 36.00), ('dental', 'family', 44.00, 50.00),
    ('vision', 'employee', 6.50, 0.00), ('vision', 'employee_spouse', 11.00, 0.00), ('vision', 'employee_children', 12.00, 0.00), ('vision', 'family', 18.00, 0.00),
        ('life', 'employee', 9.00, 4.00)
) AS t (plan, level, employee_amount, employer_amount);
ANALYZE demo_tier;

INSERT INTO payroll.benefit_plan_tiers (id, business_id, benefit_plan_id, coverage_level, employee_amount, employer_amount, created_at)
SELECT t.id, b.id, pg_temp.id('payroll/plan/' || t.plan), t.level, t.employee_amount, t.employer_amount, pg_temp.moment(b.today - 500, 620, b.zone) FROM demo_tier t
    JOIN demo_business b ON b.slug = 'payroll' ORDER BY t.plan, t.employee_amount;

-- Full-time people choose; who has a family covers it, mostly.
CREATE TEMPORARY TABLE demo_benefit ON COMMIT DROP AS
SELECT e.place, e.id AS employee_id, e.business_id, e.zone, e.today, e.ended_on, e.status AS employee_status, p.plan, e.key || '/benefit/' || p.plan AS key,
    pg_temp.id(e.key || '/benefit/' || p.plan) AS id, t.id AS tier_id, t.level, t.employee_amount, t.employer_amount,
    CASE p.plan WHEN 'retirement' THEN pg_temp.number(e.key || '/saves', 2, 8) / 100.0 END AS rate, greatest(date_trunc('year', e.today - 365)::date, e.hired_on + 30) AS starts_on,
    CASE WHEN e.status = 'onboarding' THEN 'pending' WHEN pg_temp.share(e.key || '/takes/' || p.plan) < p.share THEN CASE WHEN e.status = 'terminated' THEN 'ended' ELSE 'active' END
        ELSE 'waived' END AS outcome
FROM demo_employee e CROSS JOIN (VALUES ('medical', 0.85), ('dental', 0.7), ('vision', 0.45), ('retirement', 0.65), ('life', 0.3)) AS p (plan, share)
LEFT JOIN demo_tier t ON t.plan = p.plan AND t.level = CASE WHEN p.plan = 'life' THEN 'employee' WHEN e.is_married AND e.children > 0 THEN 'family'
    WHEN e.children > 0 THEN 'employee_children' WHEN e.is_married AND pg_temp.share(e.key || '/covers') < 0.6 THEN 'employee_spouse' ELSE 'employee' END
WHERE e.employment_type = 'full_time' AND (e.status <> 'onboarding' OR e.place = 33 AND p.plan IN ('medical', 'dental'));
ANALYZE demo_benefit;

INSERT INTO payroll.benefit_enrollments (id, business_id, employee_id, benefit_plan_id, benefit_plan_tier_id, reason, contribution_rate, coverage_starts_on, coverage_ends_on, status,
    created_at)
SELECT b.id, b.business_id, b.employee_id, pg_temp.id('payroll/plan/' || b.plan), b.tier_id,
    CASE WHEN b.starts_on > date_trunc('year', b.today - 365)::date THEN 'new_hire' ELSE 'open_enrollment' END, b.rate, CASE WHEN b.outcome <> 'waived' THEN b.starts_on END, b.ended_on,
    'pending',
    pg_temp.moment(least(greatest(b.starts_on - 20, b.today - 499), b.today - 2), 700, b.zone)
FROM demo_benefit b ORDER BY b.place, b.plan;
UPDATE payroll.benefit_enrollments t SET status = CASE b.outcome WHEN 'ended' THEN 'active' ELSE b.outcome END FROM demo_benefit b
    WHERE t.business_id = b.business_id AND t.id = b.id AND b.outcome <> 'pending';
UPDATE payroll.benefit_enrollments t SET status = 'ended' FROM demo_benefit b WHERE t.business_id = b.business_id AND t.id = b.id AND b.outcome = 'ended';

INSERT INTO payroll.benefit_enrollment_dependents (id, business_id, benefit_enrollment_id, dependent_id, covered_from, covered_to, created_at)
SELECT pg_temp.id(b.key || '/' || d.id), b.business_id, b.id, d.id, b.starts_on, b.ended_on, d.created_at
FROM demo_benefit b JOIN payroll.dependents d ON d.business_id = b.business_id AND d.employee_id = b.employee_id
    AND (b.level = 'family' OR b.level = 'employee_spouse' AND d.relationship = 'spouse' OR b.level = 'employee_children' AND d.relationship = 'child')
WHERE b.plan IN ('medical', 'dental', 'vision') AND b.outcome IN ('active', 'ended') ORDER BY b.place, b.plan, d.created_at;

-- A few park in the garage next door, two pay back a loan, and for two there is an order to withhold.
CREATE TEMPORARY TABLE demo_deduction ON COMMIT DROP AS
SELECT e.place, e.id AS employee_id, e.business_id, e.zone, e.today, d.code, d.amount, d.total, d.starts, pg_temp.id(e.key || '/deduction/' || d.code) AS id
FROM (VALUES (2, 'PARK', 45.00, NULL, 400), (6, 'PARK', 45.00, NULL, 400), (9, 'PARK', 45.00, NULL, 300), (25, 'PARK', 45.00, NULL, 250), (27, 'PARK', 45.00, NULL, 200),
    (20, 'LOAN', 75.00, 1200.00, 100), (11, 'LOAN', 60.00, 900.00, 180), (7, 'PARK', 45.00, NULL, 500)) AS d (place, code, amount, total, starts) JOIN demo_employee e USING (place);
ANALYZE demo_deduction;

INSERT INTO payroll.employee_deductions (id, business_id, employee_id, deduction_code_id, method, amount, total_limit, starts_on, status, created_at, created_by)
SELECT d.id, d.business_id, d.employee_id, pg_temp.id('payroll/deduction/' || d.code), 'fixed_amount', d.amount, d.total, d.today - d.starts, 'active',
    pg_temp.moment(d.today - d.starts, 600, d.zone), pg_temp.id('user/manager@payroll.test') FROM demo_deduction d ORDER BY d.place, d.code;

INSERT INTO payroll.garnishments (id, business_id, employee_id, kind, case_reference, agency_name, agency_address, amount_per_period, maximum_rate, total_owed, priority, received_on,
    starts_on, status, created_at, created_by)
SELECT pg_temp.id('payroll/garnishment/' || g.place), e.business_id, e.id, g.kind, g.reference, g.agency, g.address, g.amount, g.most, g.owed, 1, e.today - g.since, e.today - g.since + 10,
    'active', pg_temp.moment(e.today - g.since, 660, e.zone), pg_temp.id('user/manager@payroll.test')
FROM (VALUES (28, 'child_support', 'CS-2207-1184', 'Tennessee Child Support Receipting Unit', 'PO Box 305200, Nashville, TN 37229', 115.00, 0.5, NULL::numeric, 300),
    (22, 'creditor', '23-GC-8841', 'Davidson County General Sessions', '408 2nd Avenue North, Nashville, TN 37201', 90.00, 0.25, 1850.00, 170)) AS g (place, kind, reference, agency, address,
    amount, most, owed, since)
JOIN demo_employee e USING (place) ORDER BY g.place;

-- The federal taxes in force; the state takes no tax on income.
CREATE TEMPORARY TABLE demo_wage_tax ON COMMIT DROP AS
SELECT DISTINCT ON (t.kind, t.paid_by) t.id, t.kind, t.paid_by, j.code AS jurisdiction, t.tax_jurisdiction_id, t.rate, t.wage_base, t.brackets
FROM payroll.taxes t JOIN payroll.tax_jurisdictions j ON j.id = t.tax_jurisdiction_id JOIN demo_business b ON b.slug = 'payroll'
WHERE j.code = 'US' AND t.effective_from <= b.today AND (t.rate IS NOT NULL OR t.kind = 'income') ORDER BY t.kind, t.paid_by, t.effective_from DESC;
ANALYZE demo_wage_tax;

INSERT INTO payroll.employer_tax_accounts (id, business_id, tax_id, assigned_rate, deposit_frequency, files_electronically, effective_from, created_at, created_by)
SELECT pg_temp.id('payroll/account/' || t.kind || '/' || t.paid_by), b.id, t.id, NULL, CASE t.kind WHEN 'unemployment' THEN 'quarterly' ELSE 'monthly' END, true,
    (date_trunc('year', b.today) - interval '1 year')::date, pg_temp.moment(b.today - 540, 560, b.zone), pg_temp.id('user/manager@payroll.test')
FROM demo_wage_tax t JOIN demo_business b ON b.slug = 'payroll' ORDER BY t.kind, t.paid_by;

INSERT INTO payroll.employee_tax_elections (id, business_id, employee_id, tax_jurisdiction_id, form_name, filing_status, has_multiple_jobs, dependents_amount, extra_withholding,
    effective_from, created_at)
SELECT pg_temp.id(e.key || '/election'), e.business_id, e.id, j.id, 'W-4', CASE WHEN e.is_married THEN 'married_joint' WHEN e.children > 0 THEN 'head_of_household' ELSE 'single' END, false,
    e.children * 2000, CASE WHEN e.place % 11 = 0 THEN 25 ELSE 0 END, greatest(e.hired_on, e.today - 540), e.created_at
FROM demo_employee e JOIN payroll.tax_jurisdictions j ON j.code = 'US' ORDER BY e.place;
