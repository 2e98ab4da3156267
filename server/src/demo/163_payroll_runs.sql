-- Paydays of the payroll firm: runs with their stubs, and what is earned, deducted and withheld.

-- What is withheld in a year from what is left after the standard deduction, by the tax's own brackets.
CREATE FUNCTION pg_temp.income_tax(brackets jsonb, yearly numeric, is_married boolean) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN (SELECT sum(b.step * greatest(yearly - CASE WHEN is_married THEN 31500 ELSE 15750 END - b.over, 0))
        FROM (SELECT (e ->> 'over')::numeric AS over, (e ->> 'rate')::numeric - lag((e ->> 'rate')::numeric, 1, 0) OVER (ORDER BY (e ->> 'over')::numeric) AS step
            FROM jsonb_array_elements(brackets) AS e WHERE coalesce(e ->> 'filing_status', 'single') = CASE WHEN is_married THEN 'married_joint' ELSE 'single' END) AS b);

-- A run for each closed period, one with bonuses, and a correction that is being prepared.
CREATE TEMPORARY TABLE demo_run ON COMMIT DROP AS
SELECT 'regular/' || p.n AS slug, p.n, 'regular' AS run_type, p.id AS period_id, p.pay_date, p.business_id, p.zone, p.today, pg_temp.moment(p.ends_on + 2, 560, p.zone) AS created_at,
    CASE p.status WHEN 'paid' THEN 'paid' ELSE 'calculated' END AS outcome FROM demo_period p WHERE p.n < 0
UNION ALL
SELECT r.slug, r.n, r.run_type, NULL, s.today + r.day, s.business_id, s.zone, s.today, pg_temp.moment(s.today + r.created, 640, s.zone), r.outcome
FROM demo_schedule s CROSS JOIN (VALUES ('bonus', 10, 'bonus', -62, -66, 'paid'), ('correction', 11, 'correction', 2, 0, 'draft')) AS r (slug, n, run_type, day, created, outcome);
ANALYZE demo_run;

INSERT INTO payroll.pay_runs (id, business_id, pay_run_number, pay_schedule_id, pay_period_id, run_type, pay_date, status, created_at, created_by)
SELECT pg_temp.id('payroll/run/' || r.slug), r.business_id,
    pg_temp.document_number('PR', r.created_at, r.zone, row_number() OVER (PARTITION BY extract(year FROM r.created_at AT TIME ZONE r.zone) ORDER BY r.created_at)),
    pg_temp.id('payroll/schedule/biweekly'), r.period_id, r.run_type, r.pay_date, 'draft', r.created_at, pg_temp.id('user/julia.stone@payroll.test')
FROM demo_run r ORDER BY r.created_at;

CREATE TEMPORARY TABLE demo_adjustment ON COMMIT DROP AS
SELECT e.place, a.slug, a.run, pg_temp.id(e.key || '/adjustment/' || a.slug) AS id, a.code, a.amount, a.reason, a.outcome, e.today + a.day AS pay_on, e.business_id, e.id AS employee_id,
    e.zone, e.today
FROM demo_employee e JOIN (
    SELECT place, 'bonus' AS slug, 'bonus' AS run, 'BON' AS code, 250.0 * pg_temp.number(place || '/bonus', 2, 7) AS amount, 'Bonus for the half year.' AS reason, 'applied' AS outcome,
        -62 AS day FROM unnest('{2,3,4,5,6,9,10,15,19,25,27}'::integer[]) AS place
    UNION ALL VALUES (12, 'hours', 'correction', 'REG', 100.00, 'Four hours of the inventory were missing.', 'approved', 2),
        (26, 'signing', NULL, 'BON', 500.00, 'Three new clients in one month.', 'pending', 9), (20, 'referral', NULL, 'BON', 250.00, 'Referred a colleague.', 'approved', 9),
        (22, 'twice', NULL, 'BON', 250.00, 'Entered twice.', 'cancelled', 9)
) AS a USING (place);
ANALYZE demo_adjustment;
INSERT INTO payroll.pay_adjustments (id, business_id, employee_id, earning_code_id, approved_by_id, amount, reason, pay_on, status, created_at, created_by)
SELECT a.id, a.business_id, a.employee_id, pg_temp.id('payroll/earning/' || a.code), CASE WHEN a.outcome IN ('applied', 'approved') THEN pg_temp.id('user/owner@payroll.test') END, a.amount,
    a.reason, a.pay_on, 'pending', pg_temp.moment(least(a.pay_on - 12, a.today - 1), 800 + a.place, a.zone), pg_temp.id('user/manager@payroll.test') FROM demo_adjustment a ORDER BY a.pay_on,
    a.place;
UPDATE payroll.pay_adjustments t SET status = CASE a.outcome WHEN 'applied' THEN 'approved' ELSE a.outcome END FROM demo_adjustment a
    WHERE t.business_id = a.business_id AND t.id = a.id AND a.outcome <> 'pending';

-- What each earned in each run, line by line.
CREATE TEMPORARY TABLE demo_earning ON COMMIT DROP AS
WITH worked AS (
    SELECT place, n, sum(hours) FILTER (WHERE absent IS NULL) AS regular, sum(overtime) AS overtime, sum(hours) FILTER (WHERE absent = 'vacation') AS vacation,
        sum(hours) FILTER (WHERE absent = 'sick') AS sick FROM demo_workday WHERE n < 0 GROUP BY 1, 2
)
SELECT w.place, 'regular/' || w.n AS run, l.code, l.hours, round(e.hour_rate * l.factor, 4) AS rate, round(l.hours * round(e.hour_rate * l.factor, 4), 2) AS amount,
    NULL::uuid AS adjustment_id
FROM worked w JOIN demo_employee e USING (place) CROSS JOIN LATERAL (VALUES ('REG', w.regular, 1.0), ('OT', w.overtime, 1.5), ('VAC', w.vacation, 1.0), ('SICK', w.sick, 1.0)) AS l (code,
    hours, factor) WHERE l.hours > 0
UNION ALL
SELECT e.place, 'regular/' || w.n, 'COM', 0, 0, pg_temp.amount(e.key || '/commission/' || w.n, 240, 1400), NULL FROM worked w JOIN demo_employee e USING (place)
    WHERE e.post = 'sales' AND w.n % 2 = 0
UNION ALL
SELECT e.place, 'regular/' || w.n, 'CELL', 0, 0, 25.00, NULL FROM worked w JOIN demo_employee e USING (place) WHERE e.place IN (1, 2, 9, 25, 26, 32)
UNION ALL
SELECT a.place, a.run, a.code, CASE a.code WHEN 'REG' THEN 4 ELSE 0 END, CASE a.code WHEN 'REG' THEN a.amount / 4 ELSE 0 END, a.amount, a.id FROM demo_adjustment a WHERE a.run IS NOT NULL;
ANALYZE demo_earning;

CREATE TEMPORARY TABLE demo_stub ON COMMIT DROP AS
SELECT g.place, g.run, r.n, r.run_type, r.pay_date, r.outcome, e.id AS employee_id, e.business_id, r.created_at, e.key || '/stub/' || g.run AS key,
    pg_temp.id(e.key || '/stub/' || g.run) AS id, e.is_married, e.yearly, g.gross, g.taxable, 0::numeric AS pretax, 0::numeric AS saved, 0::numeric AS posttax, 0::numeric AS withheld,
    0::numeric AS reimbursed
FROM (SELECT place, run, sum(amount) AS gross, sum(amount) FILTER (WHERE code <> 'CELL') AS taxable FROM demo_earning GROUP BY 1, 2) AS g JOIN demo_run r ON r.slug = g.run
    JOIN demo_employee e USING (place);
ANALYZE demo_stub;

-- Insurance is by the month, twenty-six paydays bear it.
CREATE TEMPORARY TABLE demo_taken ON COMMIT DROP AS
SELECT s.id AS stub_id, CASE b.plan WHEN 'medical' THEN 'MED' WHEN 'dental' THEN 'DEN' WHEN 'vision' THEN 'VIS' WHEN 'life' THEN 'LIFE' ELSE '401K' END AS code, NULL::uuid AS deduction_id,
    b.id AS enrollment_id, NULL::uuid AS garnishment_id,
    CASE b.plan WHEN 'retirement' THEN round(s.taxable * b.rate, 2) ELSE round(b.employee_amount * 12 / 26, 2) END AS employee_amount,
        CASE b.plan WHEN 'retirement' THEN round(s.taxable * least(b.rate, 0.06) / 2, 2) ELSE round(b.employer_amount * 12 / 26, 2) END AS employer_amount
FROM demo_stub s JOIN demo_benefit b ON b.place = s.place AND b.outcome IN ('active', 'ended') AND b.starts_on <= s.pay_date WHERE s.run_type = 'regular' AND s.gross > 500
UNION ALL
SELECT s.id, d.code, d.id, NULL, NULL, d.amount, 0 FROM demo_stub s JOIN demo_deduction d ON d.place = s.place AND d.today - d.starts <= s.pay_date
    WHERE s.run_type = 'regular' AND s.gross > 500
UNION ALL
SELECT s.id, 'GARN', NULL, NULL, g.id, g.amount_per_period,
    0 FROM demo_stub s JOIN payroll.garnishments g ON g.business_id = s.business_id AND g.employee_id = s.employee_id AND g.starts_on <= s.pay_date
    WHERE s.run_type = 'regular' AND s.gross > 500;
ANALYZE demo_taken;

UPDATE demo_stub s SET pretax = t.pretax, saved = t.saved, posttax = t.posttax
FROM (SELECT stub_id, coalesce(sum(employee_amount) FILTER (WHERE code IN ('MED', 'DEN', 'VIS', '401K', 'PARK')), 0) AS pretax,
    coalesce(sum(employee_amount) FILTER (WHERE code = '401K'), 0) AS saved, coalesce(sum(employee_amount) FILTER (WHERE code IN ('LIFE', 'LOAN', 'GARN')), 0) AS posttax FROM demo_taken
    GROUP BY 1) AS t WHERE t.stub_id = s.id;

-- Savings for retirement are free of income tax only. The first 7,000 a year bear unemployment tax.
CREATE TEMPORARY TABLE demo_withheld ON COMMIT DROP AS
SELECT s.id AS stub_id, t.id AS tax_id, t.kind, t.paid_by, t.jurisdiction, w.wages,
    CASE WHEN t.kind <> 'income' THEN round(w.wages * t.rate, 2) WHEN s.run_type <> 'regular' THEN round(w.wages * 0.22, 2)
        ELSE round(pg_temp.income_tax(t.brackets, w.wages * 26, s.is_married) / 26, 2) END AS amount
FROM demo_stub s CROSS JOIN demo_wage_tax t
CROSS JOIN LATERAL (SELECT CASE t.kind WHEN 'income' THEN s.taxable - s.pretax
    WHEN 'unemployment' THEN least(greatest(t.wage_base - s.yearly * greatest(extract(doy FROM s.pay_date) - 14, 0) / 365, 0), s.taxable)
    ELSE s.taxable - s.pretax + s.saved END AS wages) AS w
WHERE round(w.wages, 2) > 0;
ANALYZE demo_withheld;

UPDATE demo_stub s SET withheld = t.amount FROM (SELECT stub_id, sum(amount) AS amount FROM demo_withheld WHERE paid_by = 'employee' GROUP BY 1) AS t WHERE t.stub_id = s.id;

-- Outlays are paid back with the wages of the period they fall in.
CREATE TEMPORARY TABLE demo_claim ON COMMIT DROP AS
SELECT e.place, p.n, e.id AS employee_id, e.business_id, e.zone, c.category, c.description, c.mileage, c.amount, p.starts_on + 2 + c.place % 9 AS spent_on,
    'payroll/claim/' || c.place AS key, s.id AS stub_id,
    CASE WHEN p.status = 'paid' THEN 'paid' WHEN p.n < 0 THEN 'approved' WHEN c.place % 4 = 0 THEN 'rejected' WHEN c.place % 4 = 1 THEN 'draft' ELSE 'submitted' END AS outcome
FROM (
    SELECT k AS place, (ARRAY[25, 26, 2, 6, 27, 32, 8, 9])[1 + k % 8] AS employee, -5 + (k - 1) / 3 AS n, d.category, d.description,
        CASE d.category WHEN 'mileage' THEN pg_temp.number('claim/' || k, 18, 160) END AS mileage, CASE d.category WHEN 'mileage' THEN round(0.7 * pg_temp.number('claim/' || k, 18, 160), 2)
        ELSE pg_temp.amount('claim/' || k, d.low, d.high) END AS amount
    FROM generate_series(1, 18) AS k JOIN (VALUES (0, 'mileage', 'Visit to a client', 0, 0), (1, 'meals', 'Lunch with a prospective client', 28, 95),
        (2, 'training', 'Webinar: year-end changes', 89, 199), (3, 'supplies', 'Envelopes and check stock', 24, 80),
        (4, 'lodging', 'Night in Knoxville for a client''s go-live', 119, 189)) AS d (place, category, description, low, high) ON d.place = k % 5
) AS c JOIN demo_employee e ON e.place = c.employee JOIN demo_period p ON p.n = c.n LEFT JOIN demo_stub s ON s.place = c.employee AND s.run = 'regular/' || c.n;
ANALYZE demo_claim;

INSERT INTO payroll.expense_claims (id, business_id, expense_claim_number, employee_id, category, description, spent_on, amount, mileage, status, created_at)
SELECT pg_temp.id(c.key), c.business_id, pg_temp.document_number('EXP', c.created_at, c.zone,
    row_number() OVER (PARTITION BY extract(year FROM c.created_at AT TIME ZONE c.zone) ORDER BY c.created_at, c.key)), c.employee_id, c.category, c.description, c.spent_on, c.amount,
    c.mileage, 'draft', c.created_at
FROM (SELECT *, least(pg_temp.moment(spent_on + 1, 600 + place, zone), now()) AS created_at FROM demo_claim WHERE spent_on <= (now() AT TIME ZONE zone)::date) AS c ORDER BY c.created_at,
    c.key;
UPDATE payroll.expense_claims t SET status = 'submitted' FROM demo_claim c WHERE t.business_id = c.business_id AND t.id = pg_temp.id(c.key) AND c.outcome <> 'draft';
UPDATE payroll.expense_claims t SET status = CASE c.outcome WHEN 'rejected' THEN 'rejected' ELSE 'approved' END,
    rejection_reason = CASE c.outcome WHEN 'rejected' THEN 'The receipt cannot be read.' END FROM demo_claim c
    WHERE t.business_id = c.business_id AND t.id = pg_temp.id(c.key) AND c.outcome IN ('rejected', 'approved', 'paid');
UPDATE demo_stub s SET reimbursed = c.amount FROM (SELECT stub_id, sum(amount) AS amount FROM demo_claim WHERE outcome = 'paid' GROUP BY 1) AS c WHERE c.stub_id = s.id;

-- Run after run, each approved before the next begins, so that what was paid in the year adds up.
DO $$
DECLARE
    run record;
    state text;
BEGIN
    FOR run IN SELECT * FROM demo_run ORDER BY pay_date LOOP
        INSERT INTO payroll.pay_stubs (id, business_id, pay_run_id, employee_id, created_at) SELECT s.id, s.business_id, pg_temp.id('payroll/run/' || s.run), s.employee_id, s.created_at
        FROM demo_stub s WHERE s.run = run.slug ORDER BY s.place;
        INSERT INTO payroll.pay_stub_earnings (id, business_id, pay_stub_id, earning_code_id, compensation_id, pay_adjustment_id, description, hours, rate, amount, created_at)
        SELECT pg_temp.id(s.key || '/earned/' || l.code), s.business_id, s.id, pg_temp.id('payroll/earning/' || l.code), CASE WHEN l.code IN ('REG', 'OT', 'VAC', 'SICK') THEN c.id END,
            l.adjustment_id, a.reason, l.hours, l.rate, l.amount, s.created_at
        FROM demo_earning l JOIN demo_stub s USING (place, run) LEFT JOIN demo_adjustment a ON a.id = l.adjustment_id
            LEFT JOIN payroll.compensations c ON c.business_id = s.business_id AND c.employee_id = s.employee_id AND c.effective_to IS NULL WHERE s.run = run.slug ORDER BY s.place, l.code;
        INSERT INTO payroll.pay_stub_deductions (id, business_id, pay_stub_id, deduction_code_id, employee_deduction_id, benefit_enrollment_id, garnishment_id, employee_amount,
            employer_amount, is_pretax, created_at)
        SELECT pg_temp.id(s.key || '/taken/' || d.code), s.business_id, s.id, pg_temp.id('payroll/deduction/' || d.code), d.deduction_id, d.enrollment_id, d.garnishment_id,
            d.employee_amount, d.employer_amount, d.code IN ('MED', 'DEN', 'VIS', '401K', 'PARK'), s.created_at
        FROM demo_taken d JOIN demo_stub s ON s.id = d.stub_id WHERE s.run = run.slug ORDER BY s.place, d.code;
        INSERT INTO payroll.pay_stub_taxes (id, business_id, pay_stub_id, tax_id, taxable_wages, amount, created_at)
        SELECT pg_temp.id(s.key || '/tax/' || w.tax_id), s.business_id, s.id, w.tax_id, round(w.wages, 2), w.amount, s.created_at FROM demo_withheld w JOIN demo_stub s ON s.id = w.stub_id
            WHERE s.run = run.slug ORDER BY s.place, w.kind, w.paid_by;
        UPDATE payroll.expense_claims t SET pay_stub_id = c.stub_id FROM demo_claim c JOIN demo_stub s ON s.id = c.stub_id
            WHERE s.run = run.slug AND t.business_id = c.business_id AND t.id = pg_temp.id(c.key) AND c.outcome = 'paid';
        UPDATE payroll.pay_adjustments t SET pay_run_id = pg_temp.id('payroll/run/' || a.run) FROM demo_adjustment a WHERE a.run = run.slug AND t.business_id = a.business_id AND t.id = a.id;
        -- The rules look for what is there already, so the planner learns of the first run.
        IF run.slug = 'regular/-5' THEN
            ANALYZE payroll.pay_runs, payroll.pay_stubs, payroll.pay_stub_earnings, payroll.pay_stub_deductions, payroll.pay_stub_taxes;
        END IF;
        CONTINUE WHEN run.outcome = 'draft';
        FOREACH state IN ARRAY CASE run.outcome WHEN 'paid' THEN '{calculated,approved,processing}' ELSE '{calculated}' END::text[] LOOP
            UPDATE payroll.pay_runs SET status = state WHERE business_id = run.business_id AND id = pg_temp.id('payroll/run/' || run.slug);
        END LOOP;
    END LOOP;
END $$;
