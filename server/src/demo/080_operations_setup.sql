-- How every business is set up: its places, departments, hours, taxes, and its people's cards, skills and teams.

CREATE TEMPORARY TABLE demo_location ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.zone, b.today, 'location/' || b.slug || '/' || l.code AS key, pg_temp.id('location/' || b.slug || '/' || l.code) AS id, l.name, l.code, l.kind, l.is_primary,
    CASE WHEN l.is_primary THEN b.address ELSE l.address END AS address, b.city, b.state, b.postal_code, p.longitude, p.latitude
FROM demo_business b
JOIN (VALUES
    ('hvac', 'MAIN', 'South Lamar office', 'headquarters', true, NULL), ('hvac', 'WH', 'Burnet Road warehouse', 'warehouse', false, '8210 Burnet Road'),
    ('plumbing', 'MAIN', 'Walnut Street shop', 'headquarters', true, NULL), ('plumbing', 'WH', 'Federal Boulevard yard', 'warehouse', false, '1590 Federal Boulevard'),
    ('bistro', 'MAIN', 'Smith Street', 'restaurant', true, NULL),
    ('garage', 'MAIN', 'Main Street shop', 'garage', true, NULL),
    ('boutique', 'MAIN', 'Colorado Boulevard shop', 'store', true, NULL), ('boutique', 'STOCK', 'Raymond Avenue stockroom', 'warehouse', false, '410 Raymond Avenue'),
    ('academy', 'MAIN', 'Ponce campus', 'classroom', true, NULL), ('payroll', 'MAIN', 'Demonbreun office', 'headquarters', true, NULL), ('agency', 'MAIN', 'Charles Street office', 'headquarters', true, NULL)
) AS l (slug, code, name, kind, is_primary, address) USING (slug)
JOIN demo_place p ON p.slug = b.slug AND p.place = CASE WHEN l.is_primary THEN 1 ELSE 2 END;

-- The taxes of the town, from the state's down: together they are what invoices are taxed with.
CREATE TEMPORARY TABLE demo_tax ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.state, b.zone, b.today, position, t.name, t.level, t.rate, pg_temp.id('tax/' || b.slug || '/' || position) AS id
FROM demo_business b
JOIN (VALUES
    ('hvac', 1, 'Texas sales tax', 'state', 0.0625), ('hvac', 2, 'Austin sales tax', 'city', 0.02),
    ('plumbing', 1, 'Colorado sales tax', 'state', 0.029), ('plumbing', 2, 'Denver sales tax', 'city', 0.0515), ('plumbing', 3, 'Regional transportation district', 'district', 0.0076),
    ('bistro', 1, 'New York sales tax', 'state', 0.04), ('bistro', 2, 'New York City sales tax', 'city', 0.045), ('bistro', 3, 'Metropolitan commuter district', 'district', 0.00375),
    ('garage', 1, 'Illinois sales tax', 'state', 0.0625), ('garage', 2, 'Naperville home rule tax', 'city', 0.015),
    ('boutique', 1, 'California sales tax', 'state', 0.0725), ('boutique', 2, 'Los Angeles County district taxes', 'county', 0.0225), ('boutique', 3, 'Pasadena sales tax', 'city', 0.0075)
) AS t (slug, position, name, level, rate) USING (slug);

INSERT INTO businesses.business_modules (id, business_id, module, is_primary, enabled_at, created_at, updated_at)
SELECT pg_temp.id('module/' || b.slug), b.id, b.industry, true, pg_temp.moment(b.today - 548, 571, b.zone), pg_temp.moment(b.today - 548, 571, b.zone), pg_temp.moment(b.today - 548, 571, b.zone)
FROM demo_business b ORDER BY b.slug;

INSERT INTO businesses.tax_registrations (id, business_id, kind, registration_number, jurisdiction, filing_frequency, next_filing_on, valid_from, created_at, created_by)
SELECT pg_temp.id('registration/' || b.slug || '/' || r.kind), b.id, r.kind, CASE r.kind WHEN 'employer' THEN '98-' ELSE b.state || '-3-' END || pg_temp.number(b.slug || r.kind, 1000000, 9999999),
    CASE r.kind WHEN 'employer' THEN 'United States' ELSE b.state END, r.frequency, (date_trunc('month', b.today::timestamp) + interval '1 month 19 days')::date, b.today - 548,
    pg_temp.moment(b.today - 546, 615, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('employer', 'quarterly'), ('sales_tax', 'monthly')) AS r (kind, frequency)
WHERE r.kind = 'employer' OR b.tax_rate > 0 ORDER BY b.slug, r.kind;

INSERT INTO businesses.tax_rates (id, business_id, name, jurisdiction, jurisdiction_level, state_province, rate, tax_registration_id, effective_from, created_at, created_by)
SELECT t.id, t.business_id, t.name, regexp_replace(t.name, ' (sales|home rule|district) tax(es)?$', ''), t.level, t.state, t.rate, pg_temp.id('registration/' || t.slug || '/sales_tax'), t.today - 548,
    pg_temp.moment(t.today - 546, 620 + t.position, t.zone), pg_temp.id('user/owner@' || t.slug || '.test')
FROM demo_tax t ORDER BY t.slug, t.position;

INSERT INTO businesses.tax_groups (id, business_id, name, description, is_default, created_at, created_by)
SELECT pg_temp.id('tax-group/' || b.slug), b.id, b.city || ' sales tax', 'What is charged at ' || b.address || '.', true, pg_temp.moment(b.today - 546, 625, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b WHERE b.tax_rate > 0 ORDER BY b.slug;

INSERT INTO businesses.tax_group_rates (id, business_id, tax_group_id, tax_rate_id, position, created_at)
SELECT pg_temp.id('tax-group/' || t.slug || '/' || t.position), t.business_id, pg_temp.id('tax-group/' || t.slug), t.id, t.position, pg_temp.moment(t.today - 546, 626, t.zone)
FROM demo_tax t ORDER BY t.slug, t.position;

INSERT INTO businesses.locations (id, business_id, name, code, kind, manager_id, tax_group_id, email, phone, address_line_1, city, state_province, postal_code, timezone, coordinates, is_primary,
    opened_on, created_at, created_by)
SELECT l.id, l.business_id, l.name, l.code, l.kind, pg_temp.id('user/manager@' || l.slug || '.test'), CASE WHEN b.tax_rate > 0 THEN pg_temp.id('tax-group/' || l.slug) END,
    lower(l.code) || '.' || l.slug || '@example.com', pg_temp.phone(l.key, b.area_codes), l.address, l.city, l.state, l.postal_code, l.zone, pg_temp.point(l.longitude, l.latitude), l.is_primary,
    l.today - 548 - pg_temp.number(l.key, 400, 4000), pg_temp.moment(l.today - 546, 630, l.zone), pg_temp.id('user/owner@' || l.slug || '.test')
FROM demo_location l JOIN demo_business b USING (slug) ORDER BY l.slug, l.code;

CREATE TEMPORARY TABLE demo_department ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.zone, b.today, d.position, d.name, d.code, pg_temp.id('department/' || b.slug || '/' || d.code) AS id
FROM demo_business b
JOIN (VALUES
    ('hs', 1, 'Office', 'OFF'), ('hs', 2, 'Service', 'SVC'), ('hs', 3, 'Installation', 'INS'), ('rest', 1, 'Office', 'OFF'), ('rest', 2, 'Front of house', 'FOH'), ('rest', 3, 'Kitchen', 'KIT'),
    ('auto', 1, 'Front desk', 'DSK'), ('auto', 2, 'Shop floor', 'SHP'), ('auto', 3, 'Parts', 'PRT'), ('ret', 1, 'Office', 'OFF'), ('ret', 2, 'Sales floor', 'FLR'), ('ret', 3, 'Online', 'WEB'),
    ('courses', 1, 'Administration', 'ADM'), ('courses', 2, 'Teaching', 'TCH'), ('courses', 3, 'Student services', 'STU'), ('payroll', 1, 'Office', 'OFF'), ('payroll', 2, 'Payroll operations', 'OPS'),
    ('payroll', 3, 'Tax and compliance', 'TAX'), ('investigations', 1, 'Office', 'OFF'), ('investigations', 2, 'Field', 'FLD'), ('investigations', 3, 'Research', 'RES')
) AS d (industry, position, name, code) USING (industry);

INSERT INTO businesses.departments (id, business_id, name, code, location_id, manager_id, cost_center, created_at, created_by)
SELECT d.id, d.business_id, d.name, d.code, pg_temp.id('location/' || d.slug || '/MAIN'), pg_temp.id('user/' || CASE d.position WHEN 1 THEN 'owner' ELSE 'manager' END || '@' || d.slug || '.test'),
    (d.position * 100)::text, pg_temp.moment(d.today - 546, 640 + d.position, d.zone), pg_temp.id('user/owner@' || d.slug || '.test')
FROM demo_department d ORDER BY d.slug, d.position;

INSERT INTO businesses.business_hours (id, business_id, location_id, service, weekday, opens_at, closes_at, created_at, created_by)
SELECT pg_temp.id('hours/' || b.slug || '/' || h.service || '/' || weekday), b.id, pg_temp.id('location/' || b.slug || '/MAIN'), h.service, weekday, h.opens, h.closes,
    pg_temp.moment(b.today - 546, 650, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b
JOIN (VALUES
    ('hs', 'field_service', time '08:00', time '19:00', 7), ('hs', 'phone', '07:00', '20:00', 7), ('rest', 'kitchen', '11:30', '22:30', 7), ('rest', 'storefront', '11:30', '23:00', 7),
    ('rest', 'delivery', '17:00', '22:00', 7), ('auto', 'storefront', '07:00', '17:30', 7), ('ret', 'storefront', '10:00', '19:00', 7), ('ret', 'pickup', '10:00', '18:30', 7),
    ('courses', 'phone', '08:30', '17:30', 5), ('payroll', 'phone', '08:30', '17:30', 5), ('investigations', 'phone', '08:30', '17:30', 5)
) AS h (industry, service, opens, closes, days) USING (industry)
CROSS JOIN LATERAL generate_series(1, h.days) AS weekday ORDER BY b.slug, h.service, weekday;

INSERT INTO businesses.holidays (id, business_id, location_id, name, starts_on, ends_on, is_closed, opens_at, closes_at, repeats_yearly, created_at, created_by)
SELECT pg_temp.id('holiday/' || b.slug || '/' || h.name || year), b.id, CASE WHEN h.short AND b.industry IN ('rest', 'ret') THEN pg_temp.id('location/' || b.slug || '/MAIN') END, h.name, h.day, h.day,
    NOT (h.short AND b.industry IN ('rest', 'ret')), CASE WHEN h.short AND b.industry IN ('rest', 'ret') THEN time '10:00' END, CASE WHEN h.short AND b.industry IN ('rest', 'ret') THEN time '15:00' END,
    h.name <> 'Thanksgiving', pg_temp.moment(b.today - 540, 700, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b
CROSS JOIN LATERAL generate_series(extract(year FROM b.today)::integer, extract(year FROM b.today)::integer + 1) AS year
CROSS JOIN LATERAL (VALUES
    ('New Year''s Day', make_date(year, 1, 1), false), ('Independence Day', make_date(year, 7, 4), true),
    -- The fourth Thursday of November.
    ('Thanksgiving', make_date(year, 11, 22 + (11 - extract(dow FROM make_date(year, 11, 1))::integer) % 7), false),
    ('Christmas Eve', make_date(year, 12, 24), true), ('Christmas Day', make_date(year, 12, 25), false)
) AS h (name, day, short)
WHERE h.name = 'Thanksgiving' OR year = extract(year FROM b.today)
ORDER BY b.slug, h.day;

INSERT INTO businesses.payment_terms (id, business_id, name, due_rule, due_days, early_payment_days, early_payment_discount, grace_days, late_fee_rate, is_default, created_at, created_by)
SELECT pg_temp.id('terms/' || b.slug || '/' || t.name), b.id, t.name, t.rule, t.days, t.early_days, t.early, t.grace, t.late, t.is_default, pg_temp.moment(b.today - 546, 660 + t.place, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES
    (1, 'Due on receipt', 'on_receipt', 0, NULL::integer, NULL::numeric, 0, NULL::numeric, false), (2, 'Net 15', 'days_after_invoice', 15, NULL, NULL, 3, 0.015, true),
    (3, 'Net 30', 'days_after_invoice', 30, NULL, NULL, 5, 0.015, false), (4, '2% 10, net 30', 'days_after_invoice', 30, 10, 0.02, 5, 0.015, false)
) AS t (place, name, rule, days, early_days, early, grace, late, is_default) ORDER BY b.slug, t.place;

INSERT INTO businesses.brand_profiles (id, business_id, name, primary_color, accent_color, font_family, tagline, message_footer, is_default, created_at, created_by)
SELECT pg_temp.id('brand/' || b.slug), b.id, b.name, t.color, '#f4f1ea', 'Inter', t.tagline, b.name || ', ' || b.address || ', ' || b.city, true, pg_temp.moment(b.today - 546, 670, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES
    ('hvac', '#b3402a', 'Comfort, on time.'), ('plumbing', '#1f5f8b', 'Water where it belongs.'), ('bistro', '#5b2333', 'A corner of France on Smith Street.'), ('garage', '#2f4858', 'Honest work since 1987.'),
    ('boutique', '#4f6f52', 'Made to be kept.'), ('academy', '#2a4b8d', 'Learn what works.'), ('payroll', '#37474f', 'Paid right, every time.'), ('agency', '#263238', 'Facts, quietly.')
) AS t (slug, color, tagline) USING (slug) ORDER BY b.slug;

INSERT INTO businesses.document_templates (id, business_id, kind, name, brand_profile_id, body_html, terms_text, is_default, created_at, created_by)
SELECT pg_temp.id('document-template/' || b.slug || '/' || t.kind), b.id, t.kind, t.name, pg_temp.id('brand/' || b.slug), '<h1>' || t.name || ' {{number}}</h1><p>{{customer.name}}</p>{{lines}}<p>{{total}}</p>',
    'Thank you for choosing ' || b.name || '.', true, pg_temp.moment(b.today - 546, 680, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES
    ('estimate', 'Estimate', '{hs}'::text[]), ('work_order', 'Work order', '{hs}'), ('repair_order', 'Repair order', '{auto}'), ('invoice', 'Invoice', '{hs,auto,payroll,investigations,courses}'),
    ('receipt', 'Receipt', '{rest,ret}'), ('certificate', 'Certificate', '{courses}'), ('report', 'Report', '{investigations}')
) AS t (kind, name, industries) ON b.industry = ANY (t.industries) ORDER BY b.slug, t.kind;

INSERT INTO businesses.licenses (id, business_id, kind, name, license_number, issuing_authority, state_province, location_id, coverage_amount, issued_on, expires_on, created_at, created_by)
SELECT pg_temp.id('license/' || b.slug || '/' || l.kind), b.id, l.kind, l.name, b.state || '-' || pg_temp.number(b.slug || l.kind, 100000, 999999), l.authority, b.state, pg_temp.id('location/' || b.slug || '/MAIN'),
    l.coverage, b.today - 365 + pg_temp.number(b.slug || l.kind || '/left', 20, 340), b.today + pg_temp.number(b.slug || l.kind || '/left', 20, 340), pg_temp.moment(b.today - 540, 690, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES
    ('contractor', 'Contractor''s license', 'State licensing board', NULL::numeric, '{hs}'::text[]), ('food_service', 'Food service permit', 'Department of Health', NULL, '{rest}'),
    ('liquor', 'On-premises liquor license', 'State Liquor Authority', NULL, '{rest}'), ('dealer', 'Automotive repair registration', 'Secretary of State', NULL, '{auto}'),
    ('resale', 'Seller''s permit', 'Department of Tax', NULL, '{ret}'), ('investigator', 'Private detective agency license', 'State Police', NULL, '{investigations}'),
    ('liability_insurance', 'General liability', 'Prairie Mutual', 2000000, '{hs,rest,auto,ret,courses,payroll,investigations}')
) AS l (kind, name, authority, coverage, industries) ON b.industry = ANY (l.industries) ORDER BY b.slug, l.kind;
