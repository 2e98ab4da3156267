-- How the garage is set up: bays, technicians, standard jobs, parts and their suppliers.

INSERT INTO auto.bays (id, business_id, location_id, name, bay_type, lift_capacity_kg, sort_order, created_at, created_by)
SELECT pg_temp.id('garage/bay/' || n), b.id, pg_temp.id('location/garage/MAIN'), 'Bay ' || n, (ARRAY['quick_lube', 'lift', 'lift', 'lift', 'alignment', 'diagnostic'])[n],
    CASE WHEN n BETWEEN 2 AND 5 THEN 4500 END, n, pg_temp.moment(b.today - 545, 600, b.zone), pg_temp.id('user/owner@garage.test')
FROM demo_business b CROSS JOIN generate_series(1, 6) AS n WHERE b.slug = 'garage' ORDER BY n;

INSERT INTO auto.technicians (id, business_id, user_id, default_bay_id, pay_basis, hourly_cost, specialty, weekly_hours_target, efficiency_target, created_at, created_by)
SELECT pg_temp.id('technician/' || p.email), b.id, p.id, pg_temp.id('garage/bay/' || p.shift + 1), CASE WHEN p.shift % 2 = 0 THEN 'flat_rate' ELSE 'hourly' END, pg_temp.number(p.email || '/cost', 28, 46),
    CASE WHEN p.job_title ~* 'diagnostic' THEN 'electrical' WHEN p.job_title ~* 'alignment' THEN 'alignment' WHEN p.shift % 2 = 0 THEN 'brakes' ELSE 'general' END, 40, 1.05,
    pg_temp.moment(b.today - 545, 610, b.zone), pg_temp.id('user/owner@garage.test')
FROM demo_business b JOIN demo_person p USING (slug) WHERE b.slug = 'garage' AND p.shift IS NOT NULL ORDER BY p.shift;

INSERT INTO auto.labor_rates (id, business_id, name, labor_type, hourly_rate, is_default, effective_from, created_at, created_by)
SELECT pg_temp.id('garage/rate/' || r.type), b.id, r.name, r.type, r.rate, true, b.today - 545, pg_temp.moment(b.today - 545, 620, b.zone), pg_temp.id('user/owner@garage.test')
FROM demo_business b CROSS JOIN (VALUES ('Shop rate', 'mechanical', 145), ('Diagnosis', 'diagnostic', 160), ('Alignment', 'alignment', 135), ('Fleet', 'fleet', 125),
    ('Warranty', 'warranty', 118)) AS r (name, type, rate) WHERE b.slug = 'garage' ORDER BY r.type;

CREATE TEMPORARY TABLE demo_canned ON COMMIT DROP AS
SELECT r.*, 'J-' || lpad((row_number() OVER (ORDER BY r.complaint) * 10)::text, 3, '0') AS code, pg_temp.id('garage/job/' || r.complaint) AS id,
    CASE WHEN r.complaint ~* 'brake' THEN 'brakes' WHEN r.complaint ~* 'tire|pulls' THEN 'tires' WHEN r.complaint ~* 'coolant|air conditioning' THEN 'heating_cooling'
    WHEN r.complaint ~* 'cranks|alternator' THEN 'electrical'
        WHEN r.complaint ~* 'shudder' THEN 'transmission' WHEN r.complaint ~* 'clunk|wheel' THEN 'suspension' WHEN r.complaint ~* 'timing' THEN 'engine'
        WHEN r.service_type = 'maintenance' THEN 'maintenance' ELSE 'diagnosis' END AS category,
    row_number() OVER (ORDER BY r.complaint) AS place
FROM demo_repair r;

INSERT INTO auto.canned_jobs (id, business_id, code, name, description, category, interval_miles, interval_months, warranty_months, warranty_miles, is_bookable_online, created_at, created_by)
SELECT c.id, b.id, c.code, c.complaint, c.correction, c.category, CASE WHEN c.service_type = 'maintenance' THEN CASE WHEN c.complaint ~ '60,000' THEN 60000 WHEN c.complaint ~ 'Oil' THEN 5000
    ELSE 10000 END END, CASE WHEN c.service_type = 'maintenance' THEN 12 END,
    CASE c.service_type WHEN 'repair' THEN 24 END, CASE c.service_type WHEN 'repair' THEN 24000 END, c.service_type IN ('maintenance', 'inspection'), pg_temp.moment(b.today - 545, 630, b.zone),
    pg_temp.id('user/owner@garage.test')
FROM demo_canned c JOIN demo_business b ON b.slug = 'garage' ORDER BY c.place;

INSERT INTO auto.canned_job_labor_lines (id, business_id, canned_job_id, labor_rate_id, description, hours, created_at)
SELECT pg_temp.id('garage/job/' || c.complaint || '/labor'), b.id, c.id, pg_temp.id('garage/rate/' || CASE c.service_type WHEN 'diagnosis' THEN 'diagnostic' ELSE 'mechanical' END), c.correction,
    c.hours, pg_temp.moment(b.today - 545, 631, b.zone) FROM demo_canned c JOIN demo_business b ON b.slug = 'garage' ORDER BY c.place;

INSERT INTO auto.pricing_matrices (id, business_id, name, applies_to, is_default, created_at, created_by)
SELECT pg_temp.id('garage/matrix/' || m.kind), b.id, m.name, m.kind, true, pg_temp.moment(b.today - 545, 640, b.zone), pg_temp.id('user/owner@garage.test') FROM demo_business b
CROSS JOIN (VALUES ('parts', 'Parts markup'), ('labor', 'Short jobs')) AS m (kind, name) WHERE b.slug = 'garage' ORDER BY m.kind;

INSERT INTO auto.pricing_matrix_tiers (id, business_id, pricing_matrix_id, from_value, to_value, multiplier, created_at)
SELECT pg_temp.id('garage/matrix/' || t.kind || '/' || t.low), b.id, pg_temp.id('garage/matrix/' || t.kind), t.low, t.high, t.factor, pg_temp.moment(b.today - 545, 641, b.zone)
FROM demo_business b CROSS JOIN (VALUES ('parts', 0, 20, 2.5), ('parts', 20, 100, 2.0), ('parts', 100, 400, 1.65), ('parts', 400, NULL, 1.4), ('labor', 0, 1, 1.1), ('labor', 1, NULL, 1.0)) AS t (kind,
    low, high, factor) WHERE b.slug = 'garage' ORDER BY t.kind, t.low;

INSERT INTO auto.shop_fees (id, business_id, name, fee_type, value, maximum_amount, is_automatic, created_at, created_by)
SELECT pg_temp.id('garage/fee/' || f.name), b.id, f.name, f.type, f.value, f.most, false, pg_temp.moment(b.today - 545, 650, b.zone), pg_temp.id('user/owner@garage.test') FROM demo_business b
CROSS JOIN (VALUES ('Shop supplies', 'percentage_of_labor', 5, 35), ('Tire disposal', 'fixed_amount', 4, NULL)) AS f (name, type, value, most) WHERE b.slug = 'garage' ORDER BY f.name;

INSERT INTO auto.discounts (id, business_id, name, code, discount_type, value, applies_to, maximum_amount, requires_approval, created_at, created_by)
SELECT pg_temp.id('garage/discount/' || d.code), b.id, d.name, d.code, d.type, d.value, d.applies, d.most, d.approval, pg_temp.moment(b.today - 545, 660, b.zone), pg_temp.id('user/owner@garage.test')
FROM demo_business b CROSS JOIN (VALUES ('First visit', 'FIRST10', 'percentage', 10, 'labor', 60, false), ('Oil change coupon', 'OIL15', 'fixed_amount', 15, 'total', NULL, false),
    ('Goodwill', 'OWNER', 'percentage', 15, 'total', 150, true)) AS d (name, code, type, value, applies, most, approval) WHERE b.slug = 'garage' ORDER BY d.code;

INSERT INTO auto.part_categories (id, business_id, pricing_matrix_id, name, created_at, created_by)
SELECT pg_temp.id('garage/part-category/' || c), b.id, pg_temp.id('garage/matrix/parts'), c, pg_temp.moment(b.today - 545, 670, b.zone), pg_temp.id('user/owner@garage.test') FROM demo_business b
CROSS JOIN unnest('{Fluids,Filters,Brakes,Electrical,"Engine and cooling",Suspension,Tires,Supplies}'::text[]) AS c WHERE b.slug = 'garage' ORDER BY c;

CREATE TEMPORARY TABLE demo_part (place integer PRIMARY KEY, category text NOT NULL, kind text NOT NULL, brand text NOT NULL, number text NOT NULL, name text NOT NULL, cost numeric NOT NULL,
    price numeric NOT NULL, core numeric NOT NULL, supplier integer NOT NULL, stock integer NOT NULL) ON COMMIT DROP;
INSERT INTO demo_part VALUES
    (1, 'Fluids', 'fluid', 'Mobil', 'M1-0W20', 'Synthetic oil 0W-20, quart', 5.40, 11.50, 0, 1, 120),
    (2, 'Fluids', 'fluid', 'Valvoline', 'VV-5W30', 'Synthetic oil 5W-30, quart', 5.10, 10.90, 0, 1, 96), (3, 'Fluids', 'fluid', 'Prestone', 'AF-2100', 'Coolant, gallon', 11.20, 24.00, 0, 1, 24),
    (4, 'Filters', 'part', 'Wix', '57356', 'Oil filter', 4.30, 11.00, 0, 1, 48), (5, 'Filters', 'part', 'Wix', '49088', 'Engine air filter', 9.80, 24.50, 0, 1, 18),
    (6, 'Filters', 'part', 'Wix', '24483', 'Cabin air filter', 8.70, 26.00, 0, 1, 20),
    (7, 'Brakes', 'part', 'Akebono', 'ACT914', 'Front brake pads, ceramic', 38.00, 82.00, 0, 1, 10), (8, 'Brakes', 'part', 'Brembo', '09A92011', 'Front brake rotor', 44.00, 89.00, 0, 1, 12),
    (9, 'Brakes', 'part', 'Akebono', 'ACT1313', 'Rear brake pads, ceramic', 34.00, 74.00, 0, 1, 8), (10, 'Brakes', 'part', 'Brembo', '08B35311', 'Rear brake rotor', 39.00, 80.00, 0, 1, 8),
    (11, 'Electrical', 'battery', 'Interstate', 'MTX-48', 'Battery, group 48', 118.00, 199.00, 22.00, 2, 6), (12, 'Electrical', 'part', 'Denso', '210-0580', 'Alternator', 168.00, 329.00, 65.00, 2, 2),
    (13, 'Electrical', 'part', 'NGK', '24567', 'Oxygen sensor', 52.00, 109.00, 0, 2, 4), (14, 'Electrical', 'part', 'NGK', 'LTR6A', 'Spark plug, iridium', 7.90, 18.50, 0, 1, 32),
    (15, 'Engine and cooling', 'part', 'Aisin', 'WPT-190', 'Water pump', 62.00, 134.00, 0, 2, 2), (16, 'Engine and cooling', 'part', 'Gates', '34210', 'Thermostat', 14.00, 34.00, 0, 1, 5),
    (17, 'Engine and cooling', 'part', 'Gates', 'K060923', 'Serpentine belt', 18.00, 44.00, 0, 1, 8),
    (18, 'Suspension', 'part', 'Moog', 'K750012', 'Sway bar link', 19.00, 46.00, 0, 1, 8), (19, 'Suspension', 'part', 'Timken', 'HA590419', 'Wheel hub assembly', 88.00, 179.00, 0, 2, 3),
    (20, 'Tires', 'tire', 'Michelin', 'DEF2-2156516', 'All-season tire 215/65R16', 112.00, 158.00, 0, 3, 12), (21, 'Tires', 'tire', 'Continental', 'TC-2255517', 'All-season tire 225/55R17', 121.00, 169.00, 0, 3, 12),
    (22, 'Supplies', 'supply', '3M', '08897', 'Brake cleaner', 3.10, 0, 0, 1, 36);

INSERT INTO auto.parts (id, business_id, part_category_id, part_number, brand, name, part_kind, cost, list_price, price, core_charge, created_at, created_by)
SELECT pg_temp.id('garage/part/' || p.place), b.id, pg_temp.id('garage/part-category/' || p.category), p.number, p.brand, p.name, p.kind, p.cost, round(p.price * 1.1, 2), p.price, p.core,
    pg_temp.moment(b.today - 544, 600, b.zone), pg_temp.id('user/owner@garage.test')
FROM demo_part p JOIN demo_business b ON b.slug = 'garage' ORDER BY p.place;

INSERT INTO auto.canned_job_part_lines (id, business_id, canned_job_id, part_id, description, quantity, unit_price, created_at)
SELECT pg_temp.id('garage/job/' || j.complaint || '/' || p.place), b.id, pg_temp.id('garage/job/' || j.complaint), pg_temp.id('garage/part/' || p.place), p.name, j.quantity, p.price,
    pg_temp.moment(b.today - 544, 610, b.zone)
FROM (VALUES ('Oil change and inspection', 1, 5), ('Oil change and inspection', 4, 1), ('Brakes squeal when stopping', 7, 1), ('Brakes squeal when stopping', 8, 2), ('Rear brakes grind', 9, 1),
    ('Rear brakes grind', 10, 2), ('Check engine light is on', 13, 1), ('Cranks slowly in the morning', 11, 1), ('Coolant smell, temperature climbs', 15, 1),
    ('Coolant smell, temperature climbs', 16, 1), ('Clunk over bumps', 18, 2), ('Rear wheel hums', 19, 1), ('New tires', 20, 4), ('Alternator light flickers', 12, 1),
    ('60,000-mile service', 14, 4)) AS j (complaint, part, quantity)
JOIN demo_part p ON p.place = j.part JOIN demo_business b ON b.slug = 'garage' ORDER BY 1;

INSERT INTO auto.suppliers (id, business_id, name, supplier_type, account_number, contact_name, email, phone, created_at, created_by)
SELECT pg_temp.id('garage/supplier/' || s.n), b.id, s.name, s.type, 'MSG-' || pg_temp.number('garage/supplier/' || s.n, 1000, 9999), s.contact, 'parts' || s.n || '.garage@example.com',
    pg_temp.phone('garage/supplier/' || s.n, b.area_codes), pg_temp.moment(b.today - 544, 620, b.zone), pg_temp.id('user/owner@garage.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Fox Valley Auto Parts', 'parts_store', 'Deb Rossi'), (2, 'Prairie Electric Rebuilders', 'dealer', 'Hank Moy'),
    (3, 'Midwest Tire', 'tire_distributor', 'Ana Gil'), (4, 'Aurora Machine', 'machine_shop', 'Otto Lang')) AS s (n, name, type, contact) WHERE b.slug = 'garage' ORDER BY s.n;

INSERT INTO auto.supplier_parts (id, business_id, supplier_id, part_id, supplier_part_number, cost, core_charge, delivery_hours, priced_on, is_preferred, created_at)
SELECT pg_temp.id('garage/supplier-part/' || p.place), b.id, pg_temp.id('garage/supplier/' || p.supplier), pg_temp.id('garage/part/' || p.place), p.number, p.cost, p.core,
    (ARRAY[2, 6, 24])[p.supplier], b.today - pg_temp.number(p.number, 3, 90), true, pg_temp.moment(b.today - 544, 630, b.zone)
FROM demo_part p JOIN demo_business b ON b.slug = 'garage' ORDER BY p.place;

INSERT INTO auto.stock_levels (id, business_id, location_id, part_id, reorder_point, reorder_quantity, bin, created_at)
SELECT pg_temp.id('garage/level/' || p.place), b.id, pg_temp.id('location/garage/MAIN'), pg_temp.id('garage/part/' || p.place), ceil(p.stock * 0.3), p.stock,
    chr(64 + 1 + p.place / 6) || p.place % 6 + 1, pg_temp.moment(b.today - 544, 640, b.zone) FROM demo_part p JOIN demo_business b ON b.slug = 'garage' ORDER BY p.place;

-- The shelves were filled from orders of last month; one order of each supplier is on its way.
INSERT INTO auto.purchase_orders (id, business_id, supplier_id, location_id, ordered_on, expected_at, shipping_amount, supplier_invoice_reference, status, created_at, created_by)
SELECT pg_temp.id('garage/order/' || n || '/' || s), b.id, pg_temp.id('garage/supplier/' || s), pg_temp.id('location/garage/MAIN'), d.day, pg_temp.moment(d.day + 1, 600, b.zone), 0,
    CASE WHEN n < 4 THEN 'I' || pg_temp.number('garage/order/' || n || s, 10000, 99999) END, 'sent', pg_temp.moment(d.day, 620, b.zone), pg_temp.id('user/grace.okafor@garage.test')
FROM demo_business b CROSS JOIN generate_series(1, 4) AS n CROSS JOIN generate_series(1, 3) AS s CROSS JOIN LATERAL (SELECT b.today - 1 - (4 - n) * 12 AS day) AS d WHERE b.slug = 'garage' ORDER BY n, s;

INSERT INTO auto.purchase_order_items (id, business_id, purchase_order_id, part_id, part_number, description, quantity_ordered, unit_cost, core_charge, sort_order, created_at)
SELECT pg_temp.id('garage/order/' || n || '/part/' || p.place), b.id, pg_temp.id('garage/order/' || n || '/' || p.supplier), pg_temp.id('garage/part/' || p.place), p.number, p.name,
    CASE n WHEN 1 THEN p.stock ELSE greatest(1, p.stock / 4) END, p.cost, p.core, p.place, pg_temp.moment(b.today - 1 - (4 - n) * 12, 621, b.zone)
FROM demo_business b CROSS JOIN generate_series(1, 4) AS n CROSS JOIN demo_part p WHERE b.slug = 'garage' AND (n IN (1, 4) OR (n + p.place) % 2 = 0) ORDER BY n, p.place;

INSERT INTO auto.stock_movements (id, business_id, location_id, part_id, purchase_order_item_id, movement_type, quantity, unit_cost, occurred_at, created_at, created_by)
SELECT pg_temp.id('garage/in/' || i.id), i.business_id, pg_temp.id('location/garage/MAIN'), i.part_id, i.id, 'receipt', i.quantity_ordered, i.unit_cost, i.created_at + interval '1 day',
    i.created_at + interval '1 day', pg_temp.id('user/grace.okafor@garage.test')
FROM auto.purchase_order_items i JOIN demo_business b ON b.id = i.business_id WHERE i.created_at < pg_temp.moment(b.today - 2, 0, b.zone) ORDER BY i.created_at, i.id;
