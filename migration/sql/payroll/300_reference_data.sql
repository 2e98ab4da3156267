-- Jurisdictions and wage taxes of the United States, as far as everybody needs them: the federal taxes, and
-- for some states what their employers and employees owe. Rates that a state assigns to each employer are
-- those of new employers; the business's own stand in payroll.employer_tax_accounts.

INSERT INTO payroll.tax_jurisdictions (id, parent_id, code, name, level, has_income_tax)
SELECT md5('payroll.tax_jurisdictions ' || j.code)::uuid, CASE WHEN j.code <> 'US' THEN md5('payroll.tax_jurisdictions ' || j.parent)::uuid END, j.code, j.name, j.level, j.has_income_tax
FROM (VALUES
    ('US', NULL, 'United States', 'country', true),
    ('US-AK', 'US', 'Alaska', 'state', false), ('US-AZ', 'US', 'Arizona', 'state', true), ('US-CA', 'US', 'California', 'state', true),
    ('US-CO', 'US', 'Colorado', 'state', true), ('US-FL', 'US', 'Florida', 'state', false), ('US-GA', 'US', 'Georgia', 'state', true),
    ('US-IL', 'US', 'Illinois', 'state', true), ('US-MA', 'US', 'Massachusetts', 'state', true), ('US-MI', 'US', 'Michigan', 'state', true),
    ('US-NV', 'US', 'Nevada', 'state', false), ('US-NH', 'US', 'New Hampshire', 'state', false), ('US-NJ', 'US', 'New Jersey', 'state', true),
    ('US-NY', 'US', 'New York', 'state', true), ('US-NC', 'US', 'North Carolina', 'state', true), ('US-OH', 'US', 'Ohio', 'state', true),
    ('US-OR', 'US', 'Oregon', 'state', true), ('US-PA', 'US', 'Pennsylvania', 'state', true), ('US-SD', 'US', 'South Dakota', 'state', false),
    ('US-TN', 'US', 'Tennessee', 'state', false), ('US-TX', 'US', 'Texas', 'state', false), ('US-VA', 'US', 'Virginia', 'state', true),
    ('US-WA', 'US', 'Washington', 'state', false), ('US-WY', 'US', 'Wyoming', 'state', false),
    ('US-NY-NYC', 'US-NY', 'New York City', 'city', true), ('US-PA-PHL', 'US-PA', 'Philadelphia', 'city', true)
) AS j (code, parent, name, level, has_income_tax);

-- Brackets begin "over" an annual income and tax what is above it at "rate", for each filing status.
CREATE FUNCTION payroll.income_brackets(p_status text, p_starts numeric[], p_rates numeric[]) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT jsonb_agg(jsonb_build_object('filing_status', p_status, 'over', b.starts, 'rate', b.rate) ORDER BY b.starts) FROM unnest(p_starts, p_rates) AS b (starts, rate)
$$;
INSERT INTO payroll.taxes (tax_jurisdiction_id, code, name, kind, paid_by, effective_from, effective_to, brackets)
SELECT md5('payroll.tax_jurisdictions US')::uuid, 'US-FIT', 'Federal income tax', 'income', 'employee', y.effective_from, y.effective_to,
    payroll.income_brackets('single', y.single, y.rates) || payroll.income_brackets('married_joint', y.joint, y.rates)
    || payroll.income_brackets('married_separate', y.separate, y.rates) || payroll.income_brackets('head_of_household', y.head, y.rates)
FROM (VALUES
    (DATE '2025-01-01', DATE '2025-12-31', ARRAY[0, 11925, 48475, 103350, 197300, 250525, 626350]::numeric[], ARRAY[0, 23850, 96950, 206700, 394600, 501050, 751600]::numeric[],
        ARRAY[0, 11925, 48475, 103350, 197300, 250525, 375800]::numeric[], ARRAY[0, 17000, 64850, 103350, 197300, 250500, 626350]::numeric[],
        ARRAY[0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37]::numeric[]),
    (DATE '2026-01-01', NULL, ARRAY[0, 12400, 50400, 105700, 201775, 256225, 640600]::numeric[], ARRAY[0, 24800, 100800, 211400, 403550, 512450, 768700]::numeric[],
        ARRAY[0, 12400, 50400, 105700, 201775, 256225, 384350]::numeric[], ARRAY[0, 17700, 67450, 105700, 201750, 256200, 640600]::numeric[],
        ARRAY[0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37]::numeric[])
) AS y (effective_from, effective_to, single, joint, separate, head, rates);
DROP FUNCTION payroll.income_brackets(text, numeric[], numeric[]);

INSERT INTO payroll.taxes (tax_jurisdiction_id, code, name, kind, paid_by, rate, wage_base, effective_from, effective_to, brackets)
SELECT md5('payroll.tax_jurisdictions ' || t.jurisdiction)::uuid, t.code, t.name, t.kind, t.paid_by, t.rate, t.wage_base, t.effective_from, t.effective_to, coalesce(t.brackets, '[]')::jsonb
FROM (VALUES
    ('US', 'US-OASDI', 'Social security', 'social_security', 'employee', 0.062, 176100, DATE '2025-01-01', DATE '2025-12-31', NULL),
    ('US', 'US-OASDI', 'Social security', 'social_security', 'employer', 0.062, 176100, DATE '2025-01-01', DATE '2025-12-31', NULL),
    ('US', 'US-OASDI', 'Social security', 'social_security', 'employee', 0.062, 184500, DATE '2026-01-01', NULL, NULL),
    ('US', 'US-OASDI', 'Social security', 'social_security', 'employer', 0.062, 184500, DATE '2026-01-01', NULL, NULL),
    ('US', 'US-MED', 'Medicare', 'medicare', 'employee', 0.0145, NULL, DATE '2013-01-01', NULL, NULL),
    ('US', 'US-MED', 'Medicare', 'medicare', 'employer', 0.0145, NULL, DATE '2013-01-01', NULL, NULL),
    ('US', 'US-MED-ADD', 'Additional Medicare', 'medicare', 'employee', NULL, NULL, DATE '2013-01-01', NULL, '[{"over": 0, "rate": 0}, {"over": 200000, "rate": 0.009}]'),
    ('US', 'US-FUTA', 'Federal unemployment, after the full state credit', 'unemployment', 'employer', 0.006, 7000, DATE '2011-07-01', NULL, NULL),
    ('US-CA', 'US-CA-SDI', 'California state disability', 'disability', 'employee', 0.012, NULL, DATE '2025-01-01', DATE '2025-12-31', NULL),
    ('US-CA', 'US-CA-SDI', 'California state disability', 'disability', 'employee', 0.013, NULL, DATE '2026-01-01', NULL, NULL),
    ('US-CA', 'US-CA-UI', 'California unemployment', 'unemployment', 'employer', 0.034, 7000, DATE '2004-01-01', NULL, NULL),
    ('US-CA', 'US-CA-ETT', 'California employment training', 'unemployment', 'employer', 0.001, 7000, DATE '1983-01-01', NULL, NULL),
    ('US-TX', 'US-TX-UI', 'Texas unemployment', 'unemployment', 'employer', 0.027, 9000, DATE '2013-01-01', NULL, NULL),
    ('US-FL', 'US-FL-UI', 'Florida reemployment', 'unemployment', 'employer', 0.027, 7000, DATE '2015-01-01', NULL, NULL),
    ('US-IL', 'US-IL-IT', 'Illinois income tax', 'income', 'employee', 0.0495, NULL, DATE '2017-07-01', NULL, NULL),
    ('US-PA', 'US-PA-IT', 'Pennsylvania income tax', 'income', 'employee', 0.0307, NULL, DATE '2004-01-01', NULL, NULL),
    ('US-MI', 'US-MI-IT', 'Michigan income tax', 'income', 'employee', 0.0425, NULL, DATE '2024-01-01', NULL, NULL),
    ('US-NC', 'US-NC-IT', 'North Carolina income tax', 'income', 'employee', 0.0425, NULL, DATE '2025-01-01', DATE '2025-12-31', NULL),
    ('US-NC', 'US-NC-IT', 'North Carolina income tax', 'income', 'employee', 0.0399, NULL, DATE '2026-01-01', NULL, NULL),
    ('US-AZ', 'US-AZ-IT', 'Arizona income tax', 'income', 'employee', 0.025, NULL, DATE '2023-01-01', NULL, NULL),
    ('US-NY', 'US-NY-UI', 'New York unemployment', 'unemployment', 'employer', 0.041, 12800, DATE '2025-01-01', DATE '2025-12-31', NULL),
    ('US-NY', 'US-NY-PFL', 'New York paid family leave', 'family_leave', 'employee', 0.00388, 91373.88, DATE '2025-01-01', DATE '2025-12-31', NULL)
) AS t (jurisdiction, code, name, kind, paid_by, rate, wage_base, effective_from, effective_to, brackets);
