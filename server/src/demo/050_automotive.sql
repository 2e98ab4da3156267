-- The garage: its customers' cars and what was done to them.

-- The check digit of a vehicle identification number, in its ninth place.
CREATE FUNCTION pg_temp.vin(maker text, model text, model_year integer, plant text, serial integer) RETURNS text LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT left(w.given, 8) || substr('0123456789X', 1 + (
        SELECT sum(substr(translate(w.given, 'ABCDEFGHJKLMNPRSTUVWXYZ', '12345678123457923456789'), place, 1)::integer * (ARRAY[8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2])[place])
        FROM generate_series(1, 17) AS place
    )::integer % 11, 1) || right(w.given, 8)
    FROM (SELECT maker || model || '0' || substr('ABCDEFGHJKLMNPRSTVWXY123456789', 1 + (model_year - 2010 + 30) % 30, 1) || plant || lpad(serial::text, 6, '0') AS given) AS w;
END;

CREATE TEMPORARY TABLE demo_model (
    place integer PRIMARY KEY,
    maker text NOT NULL,
    code text NOT NULL,
    plant text NOT NULL,
    make text NOT NULL,
    model text NOT NULL,
    trims text[] NOT NULL,
    engine text NOT NULL,
    transmission text NOT NULL,
    fuel text NOT NULL,
    first_year integer NOT NULL,
    last_year integer NOT NULL
) ON COMMIT DROP;
INSERT INTO demo_model VALUES
    (1, '4T1', 'BF1FK', 'U', 'Toyota', 'Camry', '{LE,SE,XLE}', '2.5L I4', '6-speed automatic', 'gasoline', 2012, 2017),
    (2, '4T1', 'G11AK', 'U', 'Toyota', 'Camry', '{LE,SE,XSE}', '2.5L I4', '8-speed automatic', 'gasoline', 2018, 2024),
    (3, '2T3', 'P1RFV', 'W', 'Toyota', 'RAV4', '{LE,XLE,Limited}', '2.5L I4', '8-speed automatic', 'gasoline', 2019, 2024),
    (4, 'JTD', 'KARFU', '3', 'Toyota', 'Prius', '{LE,XLE}', '1.8L I4 hybrid', 'CVT', 'hybrid', 2016, 2022),
    (5, '1HG', 'CV1F3', 'A', 'Honda', 'Accord', '{LX,Sport,EX-L}', '1.5L I4 turbo', 'CVT', 'gasoline', 2018, 2022),
    (6, '2HG', 'FC2F5', 'H', 'Honda', 'Civic', '{LX,EX,Touring}', '2.0L I4', 'CVT', 'gasoline', 2016, 2021),
    (7, '5J6', 'RW2H8', 'L', 'Honda', 'CR-V', '{EX,EX-L,Touring}', '1.5L I4 turbo', 'CVT', 'gasoline', 2017, 2022),
    (8, '1FT', 'EW1EP', 'K', 'Ford', 'F-150', '{XL,XLT,Lariat}', '3.5L V6 turbo', '10-speed automatic', 'gasoline', 2017, 2023),
    (9, '1FM', 'CU9GD', 'U', 'Ford', 'Escape', '{S,SE,Titanium}', '1.5L I3 turbo', '6-speed automatic', 'gasoline', 2013, 2019),
    (10, '1FM', '5K8D8', 'G', 'Ford', 'Explorer', '{Base,XLT,Limited}', '3.5L V6', '6-speed automatic', 'gasoline', 2013, 2019),
    (11, '1GC', 'UYDED', 'Z', 'Chevrolet', 'Silverado 1500', '{WT,LT,RST}', '5.3L V8', '8-speed automatic', 'gasoline', 2019, 2023),
    (12, '2GN', 'AXUEV', '6', 'Chevrolet', 'Equinox', '{LS,LT,Premier}', '1.5L I4 turbo', '6-speed automatic', 'gasoline', 2018, 2023),
    (13, '1G1', 'ZD5ST', 'F', 'Chevrolet', 'Malibu', '{LS,LT,Premier}', '1.5L I4 turbo', 'CVT', 'gasoline', 2019, 2023),
    (14, '1G1', 'FY6S0', '4', 'Chevrolet', 'Bolt EV', '{LT,Premier}', '150 kW electric', 'single-speed', 'electric', 2017, 2022),
    (15, '1N4', 'BL4BV', 'C', 'Nissan', 'Altima', '{S,SV,SR}', '2.5L I4', 'CVT', 'gasoline', 2019, 2023),
    (16, '5N1', 'AT2MV', 'C', 'Nissan', 'Rogue', '{S,SV,SL}', '2.5L I4', 'CVT', 'gasoline', 2014, 2020),
    (17, '5NP', 'D84LF', 'H', 'Hyundai', 'Elantra', '{SE,SEL,Limited}', '2.0L I4', '6-speed automatic', 'gasoline', 2017, 2020),
    (18, '5NM', 'S2CAD', 'H', 'Hyundai', 'Santa Fe', '{SE,SEL,Limited}', '2.4L I4', '8-speed automatic', 'gasoline', 2019, 2020),
    (19, '5XY', 'P3DHC', 'G', 'Kia', 'Telluride', '{LX,EX,SX}', '3.8L V6', '8-speed automatic', 'gasoline', 2020, 2024),
    (20, '4S4', 'BSANC', '3', 'Subaru', 'Outback', '{Base,Premium,Limited}', '2.5L H4', 'CVT', 'gasoline', 2015, 2019),
    (21, 'JF2', 'SKAUC', 'H', 'Subaru', 'Forester', '{Base,Premium,Sport}', '2.5L H4', 'CVT', 'gasoline', 2019, 2023),
    (22, '1C4', 'RJFBG', 'C', 'Jeep', 'Grand Cherokee', '{Laredo,Limited,Overland}', '3.6L V6', '8-speed automatic', 'gasoline', 2014, 2021),
    (23, '1C6', 'SRFFT', 'N', 'Ram', '1500', '{Tradesman,Big Horn,Laramie}', '5.7L V8', '8-speed automatic', 'gasoline', 2019, 2023),
    (24, '3VW', 'CB7BU', 'M', 'Volkswagen', 'Jetta', '{S,SE,SEL}', '1.4L I4 turbo', '8-speed automatic', 'gasoline', 2019, 2021),
    (25, 'WBA', '8E9G5', 'N', 'BMW', '328i', '{xDrive,Sport}', '2.0L I4 turbo', '8-speed automatic', 'gasoline', 2013, 2016),
    (26, 'WA1', 'BNAFY', '2', 'Audi', 'Q5', '{Premium,Premium Plus}', '2.0L I4 turbo', '7-speed dual clutch', 'gasoline', 2018, 2023),
    (27, 'JM3', 'KFBCM', '0', 'Mazda', 'CX-5', '{Sport,Touring,Grand Touring}', '2.5L I4', '6-speed automatic', 'gasoline', 2017, 2023),
    (28, '1FT', '7W2BT', 'E', 'Ford', 'F-250', '{XL,XLT,Lariat}', '6.7L V8 diesel', '10-speed automatic', 'diesel', 2020, 2022);

-- 330 cars: everybody brings one, the first seventy customers a second one too.
CREATE TEMPORARY TABLE demo_vehicle ON COMMIT DROP AS
WITH cars AS MATERIALIZED (
    SELECT c.business_id, c.id AS customer_id, c.n AS customer, c.status, c.created_at + make_interval(mins => 5 * second) AS created_at,
        'garage/vehicle/' || c.n || '/' || second AS key, b.zone, b.today, c.n * 2 + second AS serial
    FROM demo_customer c JOIN demo_business b USING (slug) CROSS JOIN LATERAL generate_series(0, CASE WHEN c.n <= 70 THEN 1 ELSE 0 END) AS second
    WHERE c.slug = 'garage'
), chosen AS MATERIALIZED (
    SELECT c.*, m.maker, m.code, m.plant, m.make, m.model, m.trims, m.engine, m.transmission, m.fuel, pg_temp.number(c.key || '/year', m.first_year, m.last_year) AS year
    FROM cars c JOIN demo_model m ON m.place = pg_temp.number(c.key || '/model', 1, 28)
)
SELECT c.*, pg_temp.id(c.key) AS id, row_number() OVER (ORDER BY c.created_at, c.key) AS place,
    CASE WHEN c.status = 'active' THEN count(*) FILTER (WHERE c.status = 'active') OVER (ORDER BY c.created_at, c.key) END AS active_place,
    count(*) FILTER (WHERE c.status = 'active') OVER (ORDER BY c.created_at, c.key) AS active_places,
    -- Driven so many miles in a year, and as many in all as its years say.
    pg_temp.number(c.key || '/miles', 7000, 15500) AS yearly_miles,
    (greatest(extract(year FROM c.today)::integer - c.year, 2) * pg_temp.number(c.key || '/miles', 7000, 15500) + pg_temp.number(c.key || '/odd', 0, 4999)) AS mileage
FROM chosen c;
CREATE UNIQUE INDEX ON demo_vehicle (place);
CREATE UNIQUE INDEX ON demo_vehicle (active_place);
CREATE INDEX ON demo_vehicle (created_at, place);
ANALYZE demo_vehicle;

-- A car that was known at that moment; lately only those of customers who still come.
CREATE FUNCTION pg_temp.vehicle_at(at_moment timestamptz, choice text) RETURNS bigint LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT v.place FROM (
        SELECT o.place AS places, o.active_places FROM demo_vehicle o WHERE o.created_at < at_moment ORDER BY o.created_at DESC, o.place DESC LIMIT 1
    ) AS known CROSS JOIN LATERAL (
        SELECT v.place FROM demo_vehicle v WHERE at_moment > now() - interval '90 days' AND v.active_place = 1 + pg_temp.hash(choice) % nullif(known.active_places, 0)
        UNION ALL
        SELECT v.place FROM demo_vehicle v WHERE at_moment <= now() - interval '90 days' AND v.place = 1 + pg_temp.hash(choice) % known.places
    ) AS v;
END;

CREATE TEMPORARY TABLE demo_repair (
    complaint text NOT NULL,
    cause text NOT NULL,
    correction text NOT NULL,
    service_type text NOT NULL,
    weight integer NOT NULL,
    hours numeric NOT NULL,
    parts_low numeric NOT NULL,
    parts_high numeric NOT NULL
) ON COMMIT DROP;
INSERT INTO demo_repair VALUES
    ('Oil change and inspection', 'Service interval reached.', 'Changed oil and filter, topped off fluids, set tire pressure, inspected 27 points.', 'maintenance', 16, 0.7, 42, 79),
    ('Tire rotation and balance', 'Vibration at 65 mph; tires worn unevenly.', 'Rotated and balanced four tires.', 'maintenance', 8, 0.8, 8, 20),
    ('Brakes squeal when stopping', 'Front pads at 2 mm, rotors scored.', 'Replaced front pads and rotors, cleaned and greased slides.', 'repair', 10, 1.8, 165, 340),
    ('Rear brakes grind', 'Rear pads worn to the metal.', 'Replaced rear pads and rotors, bled the system.', 'repair', 6, 1.8, 150, 310),
    ('Check engine light is on', 'P0420, downstream oxygen sensor slow.', 'Replaced the sensor, cleared the code, drove two cycles.', 'diagnosis', 9, 1.6, 95, 260),
    ('Cranks slowly in the morning', 'Battery at 280 of 600 cold cranking amperes.', 'Replaced the battery, tested the charging system.', 'repair', 7, 0.5, 149, 239),
    ('Air conditioning blows warm', 'Low refrigerant, leaking service valve.', 'Replaced the valve core, evacuated and recharged.', 'repair', 5, 1.7, 60, 190),
    ('Pulls to the right', 'Front toe out of range.', 'Four-wheel alignment, road test.', 'maintenance', 6, 1.2, 0, 15),
    ('Coolant smell, temperature climbs', 'Water pump weeps at the shaft.', 'Replaced water pump and thermostat, pressure tested.', 'repair', 3, 3.6, 180, 420),
    ('Clunk over bumps', 'Sway bar links loose on both sides.', 'Replaced both links.', 'repair', 4, 1.1, 70, 150),
    ('60,000-mile service', 'Mileage reached.', 'Changed spark plugs, filters and transmission fluid.', 'maintenance', 5, 3.2, 190, 380),
    ('State emissions failed', 'Leaking purge valve.', 'Replaced the valve, retest passed.', 'inspection', 3, 1.3, 55, 140),
    ('Before-purchase inspection', 'Customer buys the car.', 'Inspected, compression tested, report with photographs.', 'inspection', 3, 1.5, 0, 0),
    ('Alternator light flickers', 'Output 11.9 volts under load.', 'Replaced alternator and belt.', 'repair', 3, 2.1, 320, 560),
    ('Shudders when shifting', 'Transmission fluid burnt.', 'Flushed the transmission, updated the control module.', 'diagnosis', 3, 2.4, 140, 260),
    ('Rear wheel hums', 'Wheel bearing worn.', 'Replaced the hub assembly.', 'repair', 4, 1.9, 130, 290),
    ('New tires', 'Tread at 3/32.', 'Mounted and balanced four all-season tires, alignment check.', 'maintenance', 5, 1.4, 480, 920),
    ('Passenger airbag recall', 'Open recall.', 'Replaced the inflator as the manufacturer says.', 'recall', 2, 1.0, 0, 0),
    ('Timing chain rattles on a cold start', 'Tensioner bled down.', 'Replaced chain, guides and tensioner.', 'repair', 1, 8.5, 540, 980);

-- 680 visits of the past, and 40 that are in the shop today or promised for the coming week.
CREATE TEMPORARY TABLE demo_repair_order ON COMMIT DROP AS
WITH visits AS MATERIALIZED (
    SELECT b.id AS business_id, b.zone, b.today, b.crew, b.tax_rate, n, 'garage/repair_order/' || n AS key,
        CASE WHEN n <= 680 THEN -514 + floor(513.9 * power((n - 1) / 680.0, 0.85))::integer ELSE (n - 681) / 5 END AS day,
        pg_temp.moment(b.today + CASE WHEN n <= 680 THEN -514 + floor(513.9 * power((n - 1) / 680.0, 0.85))::integer ELSE -1 - n % 3 END,
            pg_temp.number('garage/repair_order/' || n || '/minute', 420, 960), b.zone) AS created_at
    FROM demo_business b CROSS JOIN generate_series(1, 720) AS n WHERE b.slug = 'garage'
), kinds AS MATERIALIZED (
    SELECT r.*, row_number() OVER (ORDER BY r.complaint, n) AS ticket, count(*) OVER () AS tickets FROM demo_repair r CROSS JOIN LATERAL generate_series(1, r.weight) AS n
), described AS MATERIALIZED (
    SELECT v.*, k.complaint, k.cause, k.correction, k.service_type,
        round(145 * round(k.hours * (0.9 + 0.3 * pg_temp.share(v.key || '/hours'))::numeric, 1), 2) AS labor,
        CASE WHEN k.parts_high = 0 THEN 0 ELSE pg_temp.amount(v.key || '/parts', k.parts_low, k.parts_high) END AS parts,
        CASE
            WHEN v.n > 680 THEN coalesce((ARRAY['completed', 'in_progress', 'in_progress', 'in_progress', 'waiting_parts', 'waiting_approval', 'waiting_parts', 'waiting_approval'])[v.n - 680], 'open')
            WHEN pg_temp.share(v.key || '/status') < 0.04 THEN 'cancelled'
            WHEN v.n > 672 AND v.n % 2 = 0 THEN 'completed'
            ELSE 'delivered'
        END AS status
    FROM visits v JOIN kinds k ON k.ticket = 1 + pg_temp.hash(v.key || '/kind') % k.tickets
)
SELECT d.*, pg_temp.id(d.key) AS id, v.id AS vehicle_id, v.customer_id,
    round(d.parts * d.tax_rate, 2) AS tax,
    greatest(v.mileage + floor(v.yearly_miles * least(d.day, 0) / 365.0)::integer, 100) AS mileage_in
FROM described d
JOIN demo_vehicle v ON v.place = pg_temp.vehicle_at(d.created_at, d.key || '/vehicle');

INSERT INTO auto.vehicles (id, business_id, customer_id, vin, license_plate, year, make, model, trim, engine, transmission, mileage, color, fuel_type,
    insurance_company, policy_number, insurance_expires, status, total_visits, total_spent, last_service_date, last_mileage, notes, created_at, created_by)
SELECT v.id, v.business_id, v.customer_id, pg_temp.vin(v.maker, v.code, v.year, v.plant, 100000 + v.serial * 37),
    translate(substr(md5(v.key), 1, 2), '0123456789abcdef', 'BCDEGHJKLMNPRSTW') || ' ' || pg_temp.number(v.key || '/plate', 10000, 99999),
    v.year, v.make, v.model, pg_temp.pick(v.key || '/trim', v.trims), v.engine, v.transmission, v.mileage,
    pg_temp.pick(v.key || '/color', '{White,White,Black,Black,Silver,Gray,Gray,Blue,Red,Green}'), v.fuel,
    CASE WHEN pg_temp.share(v.key || '/insured') < 0.6 THEN pg_temp.pick(v.key || '/insurer', '{"Prairie Mutual","Lakeshore Insurance","Fox Valley Casualty","Heartland Auto"}') END,
    CASE WHEN pg_temp.share(v.key || '/insured') < 0.6 THEN 'PA-' || pg_temp.number(v.key || '/policy', 1000000, 9999999) END,
    CASE WHEN pg_temp.share(v.key || '/insured') < 0.6 THEN v.today + pg_temp.number(v.key || '/expires', 10, 350) END,
    CASE WHEN v.status = 'active' THEN 'active' ELSE 'inactive' END,
    coalesce(t.visits, 0), coalesce(t.spent, 0), t.last_day, coalesce(t.last_mileage, 0),
    CASE WHEN pg_temp.share(v.key || '/notes') < 0.12 THEN pg_temp.pick(v.key || '/note', '{"Wheel lock key is in the glove box.","Aftermarket remote start.","Synthetic oil only.","Rust on the subframe; watch it."}') END,
    v.created_at, pg_temp.id('user/manager@garage.test')
FROM demo_vehicle v
LEFT JOIN (
    SELECT vehicle_id, count(*) AS visits, sum(labor + parts + tax) AS spent, max((created_at AT TIME ZONE zone)::date) AS last_day, max(mileage_in + n % 9) AS last_mileage
    FROM demo_repair_order WHERE status IN ('completed', 'delivered') GROUP BY vehicle_id
) AS t ON t.vehicle_id = v.id
ORDER BY v.created_at, v.key;

INSERT INTO auto.repair_orders (id, business_id, customer_id, vehicle_id, ro_number, mileage_in, mileage_out, fuel_level, complaint, cause, correction, service_type, priority,
    service_writer, technician_id, bay_assignment, promised_date, promised_time, status, customer_authorization, authorization_amount, authorized_at,
    labor_total, parts_total, tax_amount, total_amount, quality_check_performed, quality_check_by, quality_check_notes, customer_notified, customer_satisfaction, quote_sent_at, created_at, created_by)
SELECT r.id, r.business_id, r.customer_id, r.vehicle_id,
    pg_temp.document_number('RO', r.created_at, r.zone, row_number() OVER (PARTITION BY extract(year FROM r.created_at AT TIME ZONE r.zone) ORDER BY r.created_at, r.n)),
    CASE WHEN r.status <> 'open' THEN r.mileage_in END, CASE WHEN done THEN r.mileage_in + r.n % 9 END, CASE WHEN r.status <> 'open' THEN pg_temp.pick(r.key || '/fuel', '{1/4,1/4,1/2,1/2,3/4,full,empty}') END,
    r.complaint, CASE WHEN r.status NOT IN ('open', 'cancelled') THEN r.cause END, CASE WHEN done THEN r.correction END, r.service_type,
    CASE WHEN pg_temp.share(r.key || '/priority') < 0.04 THEN 'urgent' WHEN pg_temp.share(r.key || '/priority') < 0.14 THEN 'high' WHEN pg_temp.share(r.key || '/priority') < 0.2 THEN 'low' ELSE 'normal' END,
    pg_temp.id('user/' || pg_temp.pick(r.key || '/writer', '{manager,grace.okafor}') || '@garage.test'),
    CASE WHEN r.status NOT IN ('open', 'cancelled') THEN technician.id END, CASE WHEN r.status NOT IN ('open', 'cancelled') THEN 'Bay ' || pg_temp.number(r.key || '/bay', 1, 6) END,
    CASE WHEN r.n > 680 THEN r.today + r.day ELSE (r.created_at AT TIME ZONE r.zone)::date END, make_time(pg_temp.number(r.key || '/promised', 14, 17), 30 * pg_temp.number(r.key || '/half', 0, 1), 0),
    r.status, r.status NOT IN ('open', 'waiting_approval', 'cancelled'), CASE WHEN authorized THEN ceil(total.amount / 50) * 50 END, CASE WHEN authorized THEN r.created_at + interval '45 minutes' END,
    CASE WHEN priced THEN r.labor ELSE 0 END, CASE WHEN priced THEN r.parts ELSE 0 END, CASE WHEN priced THEN r.tax ELSE 0 END, CASE WHEN priced THEN total.amount ELSE 0 END,
    done, CASE WHEN done THEN pg_temp.id('user/owner@garage.test') END, CASE WHEN done AND pg_temp.share(r.key || '/quality') < 0.3 THEN 'Road test of three miles; torque checked.' END,
    done, CASE WHEN r.status = 'delivered' AND pg_temp.share(r.key || '/rated') < 0.6 THEN (ARRAY[5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 2])[1 + pg_temp.hash(r.key || '/stars') % 11] END,
    CASE WHEN priced THEN r.created_at + interval '25 minutes' END, r.created_at, pg_temp.id('user/manager@garage.test')
FROM demo_repair_order r
JOIN demo_person technician ON technician.slug = 'garage' AND technician.shift = 1 + (r.n + pg_temp.hash('garage' || r.day)) % r.crew
CROSS JOIN LATERAL (SELECT r.labor + r.parts + r.tax AS amount) AS total
CROSS JOIN LATERAL (
    SELECT r.status IN ('completed', 'delivered') AS done, r.status IN ('in_progress', 'waiting_parts', 'completed', 'delivered') AS authorized, r.status NOT IN ('open', 'cancelled') AS priced
) AS is_it
ORDER BY r.created_at, r.n;
