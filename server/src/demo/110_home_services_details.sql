-- What the home-services businesses work with: zones, trucks, technicians, the price book, and the
-- properties with the equipment in them.

INSERT INTO hs.service_zones (id, business_id, name, postal_codes, travel_fee, travel_minutes, created_at, created_by)
SELECT pg_temp.id('zone/' || b.slug || '/' || z.city), b.id, z.city, z.codes, CASE WHEN z.city = b.city THEN 0 ELSE 25 END, CASE WHEN z.city = b.city THEN 20 ELSE 40 END,
    pg_temp.moment(b.today - 545, 500, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b JOIN (SELECT slug, city, array_agg(postal_code ORDER BY postal_code) AS codes FROM demo_place GROUP BY 1, 2) AS z USING (slug)
WHERE b.industry = 'hs' ORDER BY b.slug, z.city;

INSERT INTO hs.fleet_vehicles (id, business_id, name, license_plate, make, model, model_year, odometer, registration_expires_on, insurance_expires_on, next_service_on, status, created_at, created_by)
SELECT pg_temp.id('truck/' || b.slug || '/' || n), b.id, 'Truck ' || n, upper(substr(md5('plate/' || b.slug || n), 1, 3)) || '-' || pg_temp.number(b.slug || n || '/plate', 1000, 9999),
    v.make, v.model, 2018 + pg_temp.number(b.slug || n || '/year', 0, 6), pg_temp.number(b.slug || n || '/odometer', 12000, 118000), b.today + pg_temp.number(b.slug || n || '/registration', 10, 360),
    b.today + pg_temp.number(b.slug || n || '/insurance', 10, 360), b.today + pg_temp.number(b.slug || n || '/service', 3, 120), CASE WHEN n = b.crew + 1 THEN 'in_repair' ELSE 'in_service' END,
    pg_temp.moment(b.today - 545, 510, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b CROSS JOIN LATERAL generate_series(1, b.crew + 1) AS n
CROSS JOIN LATERAL (SELECT (ARRAY['Ford', 'Ram', 'Chevrolet'])[1 + n % 3] AS make, (ARRAY['Transit 250', 'ProMaster 2500', 'Express 2500'])[1 + n % 3] AS model) AS v
WHERE b.industry = 'hs' ORDER BY b.slug, n;

INSERT INTO hs.technicians (id, business_id, user_id, home_zone_id, fleet_vehicle_id, hourly_cost, commission_rate, daily_appointment_limit, can_sell, is_dispatchable, created_at, created_by)
SELECT pg_temp.id('technician/' || p.email), b.id, p.id, pg_temp.id('zone/' || b.slug || '/' || b.city), pg_temp.id('truck/' || b.slug || '/' || p.shift),
    pg_temp.number(p.email || '/cost', 26, 44), CASE WHEN p.job_title ~* 'apprentice' THEN 0 ELSE 0.04 END, CASE WHEN p.job_title ~* 'install' THEN 2 ELSE 5 END, p.job_title !~* 'apprentice', true,
    pg_temp.moment(b.today - 545, 520, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b JOIN demo_person p USING (slug) WHERE b.industry = 'hs' AND p.shift IS NOT NULL ORDER BY b.slug, p.shift;

INSERT INTO hs.arrival_windows (id, business_id, department_id, name, start_time, end_time, daily_capacity, days_of_week, created_at, created_by)
SELECT pg_temp.id('window/' || b.slug || '/' || w.place), b.id, pg_temp.id('department/' || b.slug || '/SVC'), w.name, w.starts, w.ends, b.crew, '{1,2,3,4,5,6}', pg_temp.moment(b.today - 545, 530, b.zone),
    pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES (0, '8 to 10', time '08:00', time '10:00'), (1, '10 to noon', '10:00', '12:00'), (2, '1 to 3', '13:00', '15:00'), (3, '3 to 5', '15:00', '17:00')) AS w (place, name, starts, ends)
WHERE b.industry = 'hs' ORDER BY b.slug, w.place;

INSERT INTO hs.job_types (id, business_id, department_id, name, trade, work_order_type, default_priority, default_duration_minutes, diagnostic_fee, instructions, is_bookable_online, created_at, created_by)
SELECT pg_temp.id('job-type/' || s.slug || '/' || s.title), b.id, pg_temp.id('department/' || s.slug || CASE s.type WHEN 'installation' THEN '/INS' ELSE '/SVC' END), s.title,
    CASE s.slug WHEN 'hvac' THEN 'hvac' ELSE 'plumbing' END, s.type, CASE WHEN s.urgent THEN 'urgent' ELSE 'normal' END, (s.hours * 60)::integer, CASE s.type WHEN 'service_call' THEN 89 ELSE 0 END,
    s.description, s.type IN ('maintenance', 'inspection', 'service_call'), pg_temp.moment(b.today - 545, 540, b.zone), pg_temp.id('user/manager@' || s.slug || '.test')
FROM demo_service s JOIN demo_business b USING (slug) ORDER BY s.slug, s.title;

INSERT INTO hs.price_book_categories (id, business_id, department_id, name, sort_order, created_at, created_by)
SELECT pg_temp.id('shelf/' || b.slug || '/' || c.name), b.id, pg_temp.id('department/' || b.slug || '/SVC'), c.name, c.place, pg_temp.moment(b.today - 544, 500 + c.place, b.zone),
    pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b
CROSS JOIN LATERAL (
    SELECT name, row_number() OVER (ORDER BY name)::integer AS place FROM (SELECT DISTINCT s.category AS name FROM demo_service s WHERE s.slug = b.slug UNION SELECT unnest('{Materials,Equipment,Fees}'::text[])) AS n
) AS c WHERE b.industry = 'hs' ORDER BY b.slug, c.place;

-- Services are priced as they usually come out; materials as a truck carries them.
CREATE TEMPORARY TABLE demo_item ON COMMIT DROP AS
SELECT i.slug, i.type, i.shelf, i.code, i.name, i.cost, i.price, i.hours, i.unit, i.supplier, pg_temp.id('item/' || i.slug || '/' || i.code) AS id,
    row_number() OVER (PARTITION BY i.slug, i.type ORDER BY i.code) AS place
FROM (
    SELECT s.slug, 'service' AS type, s.category AS shelf, 'S-' || lpad((row_number() OVER (PARTITION BY s.slug ORDER BY s.title) * 10)::text, 3, '0') AS code, s.title AS name,
        round(s.hours * 38 + (s.material_low + s.material_high) * 0.3, 2) AS cost, round(s.hours * s.rate + (s.material_low + s.material_high) / 2, 0) AS price, s.hours, 'each' AS unit, NULL::integer AS supplier
    FROM demo_service s
    UNION ALL
    SELECT slug, type, CASE type WHEN 'equipment' THEN 'Equipment' WHEN 'fee' THEN 'Fees' ELSE 'Materials' END, code, name, cost, price, 0, unit, supplier
    FROM (VALUES
        ('hvac', 'material', 'M-110', 'Run capacitor, 45/5 microfarads', 11.40, 39, 'each', 1), ('hvac', 'material', 'M-120', 'Contactor, two pole, 40 amperes', 14.80, 48, 'each', 1),
        ('hvac', 'material', 'M-130', 'R-410A refrigerant', 9.20, 42, 'pound', 1), ('hvac', 'material', 'M-140', 'Pleated filter, 20x25x4', 13.50, 38, 'each', 2),
        ('hvac', 'material', 'M-150', 'Flame sensor', 8.90, 45, 'each', 1),
        ('hvac', 'material', 'M-160', 'Hot surface igniter', 19.60, 85, 'each', 1), ('hvac', 'material', 'M-170', 'Float switch', 9.80, 46, 'each', 2),
        ('hvac', 'material', 'M-180', 'Mastic, one gallon', 17.20, 48, 'gallon', 2),
        ('hvac', 'equipment', 'E-210', 'Condenser, 3 ton, 16 SEER2', 1980, 3150, 'each', 1), ('hvac', 'equipment', 'E-220', 'Gas furnace, 80,000 BTU, 96%', 1420, 2480, 'each', 1),
        ('hvac', 'equipment', 'E-230', 'Programmable thermostat', 78, 189, 'each', 2),
        ('hvac', 'fee', 'F-010', 'Trip charge', 0, 39, 'each', NULL), ('hvac', 'fee', 'F-020', 'Permit handling', 0, 85, 'each', NULL),
        ('plumbing', 'material', 'M-110', 'Faucet cartridge', 18.60, 58, 'each', 1), ('plumbing', 'material', 'M-120', 'Supply line, braided, 20 inch', 4.10, 18, 'each', 1),
        ('plumbing', 'material', 'M-130', 'PEX pipe, 3/4 inch', 0.92, 3.20, 'foot', 1),
        ('plumbing', 'material', 'M-140', 'Toilet fill valve', 8.40, 32, 'each', 2), ('plumbing', 'material', 'M-150', 'Wax ring with flange', 5.20, 21, 'each', 2),
        ('plumbing', 'material', 'M-160', 'Thermocouple', 9.70, 42, 'each', 1),
        ('plumbing', 'material', 'M-170', 'Pressure regulator, 3/4 inch', 61, 148, 'each', 1), ('plumbing', 'material', 'M-180', 'PVC pipe, 4 inch', 3.10, 9.80, 'foot', 2),
        ('plumbing', 'equipment', 'E-210', 'Water heater, 50 gallon, gas', 612, 1090, 'each', 1), ('plumbing', 'equipment', 'E-220', 'Tankless water heater', 1180, 2050, 'each', 1),
        ('plumbing', 'equipment', 'E-230', 'Garbage disposal, 3/4 horse', 118, 245, 'each', 2),
        ('plumbing', 'fee', 'F-010', 'Trip charge', 0, 35, 'each', NULL), ('plumbing', 'fee', 'F-020', 'Permit handling', 0, 95, 'each', NULL)
    ) AS given (slug, type, code, name, cost, price, unit, supplier)
) AS i;
CREATE UNIQUE INDEX ON demo_item (slug, type, place);
ANALYZE demo_item;

INSERT INTO hs.price_book_items (id, business_id, price_book_category_id, code, name, item_type, unit_of_measure, cost, price, member_price, labor_hours, warranty_months, is_stocked, created_at, created_by)
SELECT i.id, b.id, pg_temp.id('shelf/' || i.slug || '/' || i.shelf), i.code, i.name, i.type, i.unit, i.cost, i.price, CASE i.type WHEN 'service' THEN round(i.price * 0.9, 2) END, i.hours,
    CASE i.type WHEN 'service' THEN 12 WHEN 'equipment' THEN 120 END, i.type IN ('material', 'equipment'), pg_temp.moment(b.today - 544, 520, b.zone), pg_temp.id('user/owner@' || i.slug || '.test')
FROM demo_item i JOIN demo_business b USING (slug) ORDER BY i.slug, i.code;

INSERT INTO hs.price_book_item_components (id, business_id, price_book_item_id, component_item_id, quantity, created_at)
SELECT pg_temp.id('component/' || s.slug || '/' || s.code || '/' || m.code), b.id, s.id, m.id, 1, pg_temp.moment(b.today - 544, 530, b.zone)
FROM demo_item s JOIN demo_business b USING (slug) JOIN demo_item m ON m.slug = s.slug AND m.type = 'material' AND m.place = 1 + s.place % 8
WHERE s.type = 'service' AND s.place % 2 = 0 ORDER BY s.slug, s.code;

INSERT INTO hs.labor_rates (id, business_id, department_id, name, rate_type, hourly_rate, minimum_hours, effective_from, created_at, created_by)
SELECT pg_temp.id('labor-rate/' || b.slug || '/' || r.type), b.id, pg_temp.id('department/' || b.slug || '/SVC'), r.name, r.type, r.rate, r.minimum, b.today - 544,
    pg_temp.moment(b.today - 544, 540, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('standard', 'Weekdays', 125, 1), ('after_hours', 'After six', 165, 1.5), ('weekend', 'Weekend', 165, 1.5), ('emergency', 'Emergency', 195, 2)) AS r (type, name, rate, minimum)
WHERE b.industry = 'hs' ORDER BY b.slug, r.type;

INSERT INTO hs.discounts (id, business_id, name, code, discount_type, value, maximum_amount, requires_approval, created_at, created_by)
SELECT pg_temp.id('discount/' || b.slug || '/' || d.code), b.id, d.name, d.code, d.type, d.value, d.most, d.approval, pg_temp.moment(b.today - 544, 550, b.zone), pg_temp.id('user/owner@' || b.slug || '.test')
FROM demo_business b CROSS JOIN (VALUES ('New customer', 'WELCOME10', 'percentage', 10, 150, false), ('Seniors and veterans', 'THANKS5', 'percentage', 5, NULL, false),
    ('Goodwill', 'GOODWILL', 'fixed_amount', 75, NULL, true)) AS d (name, code, type, value, most, approval)
WHERE b.industry = 'hs' ORDER BY b.slug, d.code;

-- Everybody's address, in the zone of its town.
INSERT INTO hs.properties (id, business_id, customer_id, service_zone_id, tax_group_id, name, address_line_1, city, state_province, postal_code, coordinates, property_type, access_notes, gate_code,
    created_at, created_by)
SELECT pg_temp.id(c.key || '/property'), c.business_id, c.id, pg_temp.id('zone/' || c.slug || '/' || c.city), pg_temp.id('tax-group/' || c.slug), CASE WHEN c.company_name IS NULL THEN 'Home' ELSE c.company_name END,
    c.address, c.city, c.state, c.postal_code, pg_temp.point(c.longitude, c.latitude),
    CASE WHEN c.company_name IS NOT NULL THEN 'commercial' WHEN pg_temp.share(c.key || '/suite') < 0.12 THEN 'apartment' WHEN pg_temp.share(c.key || '/units') < 0.08 THEN 'multi_family' ELSE 'single_family' END,
    CASE WHEN pg_temp.share(c.key || '/access') < 0.25 THEN pg_temp.pick(c.key || '/access', '{"Side gate is on the left.","Park in the alley.","Ring the upper bell.","Panel is in the garage."}') END,
    CASE WHEN pg_temp.share(c.key || '/gate') < 0.12 THEN '#' || pg_temp.number(c.key || '/gate', 1000, 9999) END, c.created_at, pg_temp.id('user/manager@' || c.slug || '.test')
FROM demo_customer c WHERE c.slug IN ('hvac', 'plumbing') ORDER BY c.slug, c.created_at, c.n;
ANALYZE hs.properties;

INSERT INTO hs.customer_contacts (id, business_id, customer_id, first_name, last_name, role, email, phone, is_primary, receives_invoices, created_at, created_by)
SELECT pg_temp.id(c.key || '/contact'), c.business_id, c.id, m.first_names[1 + (c.n * 7) % cardinality(m.first_names)], c.last_name, CASE WHEN c.company_name IS NULL THEN 'family' ELSE 'site_contact' END,
    'contact.' || c.slug || c.n || '@example.com', pg_temp.phone(c.key || '/contact', b.area_codes), true, c.company_name IS NOT NULL, c.created_at + interval '10 minutes',
    pg_temp.id('user/manager@' || c.slug || '.test')
FROM demo_customer c JOIN demo_business b USING (slug) JOIN demo_names m USING (slug)
WHERE b.industry = 'hs' AND (c.company_name IS NOT NULL OR c.n % 8 = 0) ORDER BY c.slug, c.n;

-- What is installed there: one unit in most houses, two in many.
CREATE TEMPORARY TABLE demo_unit ON COMMIT DROP AS
SELECT c.slug, c.business_id, c.id AS customer_id, c.key || '/unit/' || u.place AS key, pg_temp.id(c.key || '/unit/' || u.place) AS id, pg_temp.id(c.key || '/property') AS property_id, e.name, e.type, e.makers, e.life,
    b.today - pg_temp.number(c.key || '/installed/' || u.place, 90, 5200) AS installed_on, c.created_at, b.today, b.zone
FROM demo_customer c JOIN demo_business b USING (slug) CROSS JOIN LATERAL generate_series(1, CASE WHEN c.n % 3 = 0 THEN 2 ELSE 1 END) AS u (place)
JOIN (VALUES
    ('hvac', 0, 'Air conditioner', 'air_conditioner', '{Trane,Carrier,Lennox,Goodman}'::text[], 15), ('hvac', 1, 'Gas furnace', 'furnace', '{Trane,Carrier,Rheem}', 18),
    ('hvac', 2, 'Heat pump', 'heat_pump', '{Mitsubishi,Daikin,Bosch}', 15),
    ('plumbing', 0, 'Water heater', 'water_heater', '{Rheem,"Bradford White","A. O. Smith"}', 12), ('plumbing', 1, 'Sump pump', 'pump', '{Zoeller,Liberty}', 10),
    ('plumbing', 2, 'Water softener', 'water_softener', '{Kinetico,Culligan}', 15)
) AS e (slug, kind, name, type, makers, life) ON e.slug = c.slug AND e.kind = (c.n + u.place) % 3
WHERE c.n % 5 < 2;

INSERT INTO hs.equipment_units (id, business_id, property_id, name, equipment_type, manufacturer, model_number, serial_number, placement, installed_on, expected_life_years, condition, created_at, created_by)
SELECT u.id, u.business_id, u.property_id, u.name, u.type, pg_temp.pick(u.key || '/maker', u.makers), upper(substr(md5(u.key || '/model'), 1, 4)) || '-' || pg_temp.number(u.key || '/model', 24, 80),
    upper(substr(md5(u.key || '/serial'), 1, 11)),
    pg_temp.pick(u.key || '/place', '{Attic,Garage,Basement,Closet,"Side yard"}'), u.installed_on, u.life,
    CASE WHEN u.today - u.installed_on > 3650 THEN 'poor' WHEN u.today - u.installed_on > 2000 THEN 'fair' ELSE 'good' END,
    u.created_at + interval '2 hours', pg_temp.id('user/staff@' || u.slug || '.test')
FROM demo_unit u ORDER BY u.slug, u.key;

INSERT INTO hs.equipment_warranties (id, business_id, equipment_unit_id, coverage, provider, policy_number, starts_on, ends_on, registered_on, created_at, created_by)
SELECT pg_temp.id(u.key || '/warranty'), u.business_id, u.id, CASE WHEN u.type IN ('water_heater') THEN 'tank' WHEN u.type IN ('air_conditioner', 'heat_pump') THEN 'compressor' ELSE 'parts' END,
    pg_temp.pick(u.key || '/maker', u.makers),
    'W' || pg_temp.number(u.key || '/policy', 100000, 999999), u.installed_on, (u.installed_on + interval '10 years')::date, u.installed_on + 20, u.created_at + interval '3 hours',
    pg_temp.id('user/manager@' || u.slug || '.test')
FROM demo_unit u WHERE u.today - u.installed_on < 3600 AND pg_temp.share(u.key || '/registered') < 0.6 ORDER BY u.slug, u.key;

INSERT INTO hs.warranty_claims (id, business_id, equipment_warranty_id, failure_description, parts_amount, labor_amount, approved_amount, submitted_on, resolved_on, status, created_at, created_by)
SELECT pg_temp.id('claim/' || w.id), w.business_id, w.id, pg_temp.pick(w.id::text, '{"Compressor does not start.","Tank leaks at the seam.","Control board failed.","Heat exchanger cracked."}'),
    pg_temp.amount(w.id || '/parts', 90, 900), 0,
    CASE WHEN w.place % 4 IN (2, 3) THEN 90 END, w.today - w.place * 4, CASE WHEN w.place % 4 >= 2 THEN w.today - w.place * 4 + 3 END,
    (ARRAY['submitted', 'submitted', 'approved', 'paid'])[1 + w.place % 4], pg_temp.moment(w.today - w.place * 4, 700, w.zone),
    pg_temp.id('user/manager@' || w.slug || '.test')
FROM (SELECT q.*, b.today, b.zone, b.slug, (row_number() OVER (PARTITION BY b.slug ORDER BY q.id))::integer AS place FROM hs.equipment_warranties q JOIN demo_business b ON b.id = q.business_id) AS w
WHERE w.place <= 8 ORDER BY w.slug, w.place;
