-- Two home-services businesses: work orders with the estimates before and the invoices after them.

-- What they do, at what price; the weight says how often.
CREATE TEMPORARY TABLE demo_service (
    slug text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    type text NOT NULL,
    category text NOT NULL,
    urgent boolean NOT NULL,
    needs_estimate boolean NOT NULL,
    weight integer NOT NULL,
    hours numeric NOT NULL,
    rate numeric NOT NULL,
    material_low numeric NOT NULL,
    material_high numeric NOT NULL,
    finding text NOT NULL
) ON COMMIT DROP;

INSERT INTO demo_service VALUES
    ('hvac', 'AC tune-up', 'Clean the condenser, check charge, capacitor and drain, change the filter.', 'maintenance', 'HVAC', false, false, 14, 1.5, 95, 15, 40, 'Charge and amperage in range; coil rinsed, filter changed.'),
    ('hvac', 'Furnace tune-up', 'Clean burners and flame sensor, check heat exchanger and gas pressure.', 'maintenance', 'HVAC', false, false, 12, 1.5, 95, 15, 40, 'Burners cleaned, manifold pressure 3.5 in. w.c., no carbon monoxide.'),
    ('hvac', 'AC not cooling', 'The house does not get below 80 degrees; the outdoor unit runs.', 'service_call', 'HVAC', true, false, 11, 2, 125, 60, 420, 'Low charge and a pitted contactor; contactor replaced, charge weighed in.'),
    ('hvac', 'No heat', 'The furnace starts and shuts off again after a minute.', 'service_call', 'HVAC', true, false, 7, 2, 135, 45, 360, 'Flame sensor fouled and igniter weak; both replaced, five clean cycles.'),
    ('hvac', 'Capacitor replacement', 'The fan hums and does not start.', 'repair', 'HVAC', false, false, 7, 1, 125, 35, 90, 'Run capacitor at 31 of 45 microfarads; replaced, amperage normal.'),
    ('hvac', 'Thermostat replacement', 'Replace the old thermostat with a programmable one and show how it works.', 'installation', 'Controls', false, false, 6, 1, 115, 120, 280, 'Common wire run from the air handler; schedule set with the customer.'),
    ('hvac', 'Blower motor replacement', 'No air from the registers; the motor is hot.', 'repair', 'HVAC', false, false, 5, 3, 125, 280, 620, 'Bearing seized; motor and module replaced, static pressure 0.6.'),
    ('hvac', 'Refrigerant leak repair', 'Find and repair the leak, evacuate and recharge.', 'repair', 'HVAC', false, false, 5, 3.5, 125, 220, 680, 'Leak at the liquid line flare; brazed, held 450 psi for an hour.'),
    ('hvac', 'Condensate drain cleaning', 'Water under the air handler; the float switch stops the system.', 'maintenance', 'HVAC', false, false, 5, 1, 115, 10, 25, 'Drain vacuumed and flushed, float switch tested.'),
    ('hvac', 'Duct cleaning', 'Clean supply and return ducts of the whole house.', 'maintenance', 'Ducts', false, false, 4, 4, 105, 40, 90, 'Sixteen registers done; the return plenum had a gap, sealed.'),
    ('hvac', 'Duct sealing', 'Seal the ducts in the attic and insulate the plenum.', 'repair', 'Ducts', false, true, 3, 6, 105, 180, 420, 'Leakage from 22 to 7 percent.'),
    ('hvac', 'Indoor air quality inspection', 'Measure humidity, dust and carbon dioxide; recommend what helps.', 'inspection', 'Air quality', false, false, 4, 1.5, 110, 0, 30, 'Humidity at 61 percent; longer fan cycles and a better filter advised.'),
    ('hvac', 'AC condenser replacement', 'Replace the outdoor unit with a 3-ton, 16 SEER2 condenser.', 'installation', 'HVAC', false, true, 3, 9, 125, 2600, 4200, 'Condenser set, lines flushed, registered with the manufacturer.'),
    ('hvac', 'Furnace replacement', 'Replace the furnace with a 96 percent condensing one, 80,000 BTU.', 'installation', 'HVAC', false, true, 3, 10, 125, 1900, 3600, 'Furnace and vent installed, combustion analysis on file.'),
    ('hvac', 'Heat pump installation', 'Replace gas heat and AC with a variable-speed heat pump.', 'installation', 'HVAC', false, true, 2, 14, 125, 4800, 7400, 'System commissioned, rebate papers handed over.'),
    ('hvac', 'Mini-split installation', 'One outdoor and two indoor units for the addition.', 'installation', 'HVAC', false, true, 2, 8, 125, 1500, 2900, 'Both heads running; line hide painted by the customer.'),
    ('hvac', 'Evaporator coil replacement', 'Replace the leaking coil in the attic.', 'repair', 'HVAC', false, true, 2, 6, 125, 900, 1600, 'New coil and filter drier; superheat and subcooling on target.'),
    ('hvac', 'Comfort consultation', 'Load calculation and options for a new system.', 'estimate', 'HVAC', false, false, 3, 1, 89, 0, 0, 'Manual J done; three options sent.'),
    ('plumbing', 'Drain cleaning', 'Slow drain; cable the line and run the camera.', 'service_call', 'Drains', false, false, 14, 1.5, 120, 10, 45, 'Cabled 45 feet, soft stoppage; camera shows a clean line.'),
    ('plumbing', 'Leaking faucet', 'The faucet drips; replace cartridge and supply lines.', 'repair', 'Fixtures', false, false, 11, 1, 115, 25, 110, 'Cartridge and both supplies replaced, no drip at full pressure.'),
    ('plumbing', 'Water heater not heating', 'No hot water since the morning.', 'service_call', 'Water heaters', true, false, 8, 1.5, 125, 40, 240, 'Thermocouple failed; replaced, pilot stable.'),
    ('plumbing', 'Burst pipe', 'Water through the ceiling; the main is shut off.', 'service_call', 'Pipes', true, false, 5, 3, 165, 60, 320, 'Split copper at the elbow; four feet replaced in PEX, pressure tested.'),
    ('plumbing', 'Running toilet', 'The toilet runs all night; rebuild the tank.', 'repair', 'Fixtures', false, false, 10, 1, 115, 25, 85, 'Flapper, fill valve and seat replaced.'),
    ('plumbing', 'Toilet replacement', 'Replace the toilet with a comfort-height one.', 'installation', 'Fixtures', false, false, 5, 2, 115, 220, 480, 'New flange ring and wax; no rock, no leak.'),
    ('plumbing', 'Garbage disposal replacement', 'The disposal hums; replace it.', 'installation', 'Fixtures', false, false, 6, 1.5, 115, 140, 290, 'Three-quarter horse installed, trap realigned.'),
    ('plumbing', 'Annual plumbing inspection', 'Check pressure, valves, heater and all visible joints.', 'inspection', 'Maintenance', false, false, 7, 1.5, 95, 0, 20, 'Pressure at 92 psi; regulator advised. Heater anode half used.'),
    ('plumbing', 'Water heater flush', 'Flush the tank, check anode and relief valve.', 'maintenance', 'Water heaters', false, false, 8, 1, 105, 10, 45, 'Two quarts of sediment; relief valve works.'),
    ('plumbing', 'Backflow test', 'Yearly test of the irrigation backflow preventer, with the report to the city.', 'inspection', 'Maintenance', false, false, 4, 1, 105, 0, 15, 'Passed at 2.4 psi; report filed.'),
    ('plumbing', 'Sewer line clog', 'Both bathrooms back up.', 'service_call', 'Drains', true, false, 6, 2.5, 145, 30, 120, 'Roots at 62 feet; cleared, hydro jetting advised.'),
    ('plumbing', 'Hydro jetting', 'Jet the main line from the clean-out to the street.', 'maintenance', 'Drains', false, false, 3, 3, 145, 40, 110, 'Line open to the tap; footage recorded.'),
    ('plumbing', 'Pressure regulator replacement', 'Pressure too high in the whole house.', 'repair', 'Pipes', false, false, 4, 2, 125, 110, 240, 'New regulator set to 60 psi.'),
    ('plumbing', 'Water heater replacement', 'Replace with a 50-gallon gas heater, pan and expansion tank.', 'installation', 'Water heaters', false, true, 5, 4, 125, 780, 1400, 'Heater installed to code, permit on the wall.'),
    ('plumbing', 'Tankless water heater installation', 'Tankless heater with new gas line and vent.', 'installation', 'Water heaters', false, true, 2, 8, 125, 1700, 2900, 'Commissioned at 120 degrees; descaling valves fitted.'),
    ('plumbing', 'Sewer line repair', 'Excavate and replace twelve feet of clay pipe.', 'repair', 'Drains', false, true, 2, 14, 145, 900, 2400, 'Clay replaced with PVC, compacted, inspected by the city.'),
    ('plumbing', 'Whole-house repipe', 'Replace galvanized supply with PEX, open walls as needed.', 'installation', 'Pipes', false, true, 1, 28, 125, 1900, 3600, 'All fixtures on PEX; drywall by others.'),
    ('plumbing', 'Water softener installation', 'Softener with bypass and drain.', 'installation', 'Fixtures', false, true, 2, 4, 115, 850, 1500, 'Hardness from 14 to 1 grain.');

-- A ticket for each unit of weight. Nobody plans an urgent call weeks ahead: those come last.
CREATE TEMPORARY TABLE demo_ticket ON COMMIT DROP AS
SELECT s.*, row_number() OVER (PARTITION BY s.slug ORDER BY s.urgent, s.title, n) AS ticket,
    count(*) OVER (PARTITION BY s.slug) AS tickets, sum(CASE WHEN s.urgent THEN 0 ELSE 1 END) OVER (PARTITION BY s.slug) AS planned_tickets
FROM demo_service s CROSS JOIN LATERAL generate_series(1, s.weight) AS n;
CREATE UNIQUE INDEX ON demo_ticket (slug, ticket);
ANALYZE demo_ticket;

-- 1,100 jobs of the past, ever more of them; then seven a day from today on, and some drafts.
CREATE TEMPORARY TABLE demo_job ON COMMIT DROP AS
WITH days AS MATERIALIZED (
    SELECT b.slug, b.id AS business_id, b.zone, b.today, b.crew, n, b.slug || '/work_order/' || n AS key,
        CASE WHEN n <= 1100 THEN -514 + floor(513.9 * power((n - 1) / 1100.0, 0.85))::integer ELSE (n - 1101) / 7 END AS day
    FROM demo_business b CROSS JOIN generate_series(1, 1200) AS n
    WHERE b.industry = 'hs'
), jobs AS MATERIALIZED (
    SELECT d.*, s.title, s.description, s.type, s.category, s.urgent, s.needs_estimate, s.rate, s.finding, s.material_low, s.material_high,
        -- In quarters of an hour.
        round(s.hours * (0.85 + 0.4 * pg_temp.share(d.key || '/hours'))::numeric * 4) / 4 AS hours,
        CASE
            WHEN d.n > 1192 THEN 'draft'
            WHEN d.n IN (1101, 1102) THEN 'in_progress'
            WHEN d.n = 1103 THEN 'dispatched'
            WHEN d.n > 1103 AND d.day > 1 AND pg_temp.share(d.key || '/status') < 0.05 THEN 'cancelled'
            WHEN d.n > 1103 THEN 'scheduled'
            WHEN d.n > 1050 AND pg_temp.share(d.key || '/hold') < 0.12 THEN 'on_hold'
            WHEN pg_temp.share(d.key || '/status') < 0.06 THEN 'cancelled'
            ELSE 'completed'
        END AS status
    FROM days d
    JOIN demo_ticket s ON s.slug = d.slug
        AND s.ticket = 1 + pg_temp.hash(d.key || '/service') % CASE WHEN d.day > 0 THEN s.planned_tickets ELSE s.tickets END
), planned AS MATERIALIZED (
    SELECT j.*,
        pg_temp.moment(
            -- An urgent call comes in the same morning; the rest some days before, and always before today.
            j.today + CASE WHEN j.urgent AND j.day < 0 THEN j.day WHEN j.day < 0 THEN j.day - pg_temp.number(j.key || '/lead', 1, 9) ELSE -pg_temp.number(j.key || '/lead', 1, 9) END,
            CASE WHEN j.urgent AND j.day < 0 THEN pg_temp.number(j.key || '/called', 390, 465) ELSE pg_temp.number(j.key || '/called', 480, 1050) END, j.zone
        ) AS created_at,
        CASE
            WHEN j.status = 'draft' THEN NULL
            -- What is under way began lately, at whatever hour the data is loaded.
            WHEN j.n IN (1101, 1102) THEN date_trunc('hour', now()) - make_interval(hours => j.n - 1100)
            WHEN j.n = 1103 THEN date_trunc('hour', now()) + interval '1 hour'
            WHEN j.day = 0 THEN pg_temp.moment(j.today, 60 * (10 + (j.n - 1103) * 2), j.zone)
            WHEN j.hours >= 5 THEN pg_temp.moment(j.today + j.day, 480, j.zone)
            ELSE pg_temp.moment(j.today + j.day, (ARRAY[480, 600, 780, 900])[1 + j.n % 4], j.zone)
        END AS scheduled_start,
        -- Two share the work of a long day.
        CASE WHEN j.hours >= 7 THEN least(round(j.hours * 2) / 4, 9) ELSE j.hours END * interval '1 hour' AS duration
    FROM jobs j
)
SELECT p.slug, p.business_id, p.n, p.key, p.zone, p.today, p.crew, p.day, pg_temp.id(p.key) AS id, p.title, p.description, p.type, p.category, p.status, p.finding,
    CASE
        WHEN p.urgent AND p.day <= 0 AND pg_temp.share(p.key || '/priority') < 0.3 THEN 'emergency'
        WHEN p.urgent THEN 'urgent'
        WHEN pg_temp.share(p.key || '/priority') < 0.10 THEN 'high'
        WHEN pg_temp.share(p.key || '/priority') < 0.18 THEN 'low'
        ELSE 'normal'
    END AS priority,
    p.created_at, p.scheduled_start, p.scheduled_start + p.duration AS scheduled_end, p.duration,
    CASE
        WHEN p.status = 'in_progress' THEN p.scheduled_start + interval '9 minutes'
        WHEN p.status = 'completed' THEN p.scheduled_start + make_interval(mins => pg_temp.number(p.key || '/late', -8, 25))
    END AS actual_start,
    CASE WHEN p.status = 'completed' THEN
        p.scheduled_start + make_interval(mins => pg_temp.number(p.key || '/late', -8, 25)) + p.duration * (0.85 + 0.3 * pg_temp.share(p.key || '/duration'))
    END AS actual_end,
    p.hours, p.rate,
    CASE WHEN p.material_high = 0 THEN 0 ELSE pg_temp.amount(p.key || '/material', p.material_low, p.material_high) END AS material,
    -- Dear material is mostly the equipment itself.
    CASE WHEN p.material_high >= 700 THEN 0.7 ELSE 0 END AS equipment_share,
    p.needs_estimate AND p.status <> 'draft' AND p.status <> 'cancelled' AS has_estimate,
    1 + (p.n + pg_temp.hash(p.slug || p.day)) % p.crew AS shift,
    pg_temp.customer_at(p.slug, p.created_at - interval '9 days', p.key || '/customer') AS customer,
    CASE WHEN p.status = 'completed' AND pg_temp.share(p.key || '/rated') < 0.8 THEN
        CASE WHEN pg_temp.share(p.key || '/stars') < 0.62 THEN 5 WHEN pg_temp.share(p.key || '/stars') < 0.89 THEN 4
            WHEN pg_temp.share(p.key || '/stars') < 0.96 THEN 3 WHEN pg_temp.share(p.key || '/stars') < 0.985 THEN 2 ELSE 1 END
    END AS satisfaction
FROM planned p;
ALTER TABLE demo_job ADD PRIMARY KEY (slug, n);
ANALYZE demo_job;

-- One in eight comes first: with statistics of these the customers' totals are counted by the right index.
PREPARE demo_work_orders (boolean) AS
INSERT INTO hs.work_orders (id, business_id, customer_id, work_order_number, title, description, type, priority, category,
    scheduled_start, scheduled_end, estimated_duration, actual_start, actual_end, actual_duration, assigned_technician, assigned_team,
    labor_hours, labor_rate, material_cost, total_cost, status, completion_percentage, service_address, service_location,
    customer_signature, customer_satisfaction, customer_feedback, technician_notes, internal_notes, hold_reason, cancelled_at, cancellation_reason, created_at, created_by)
SELECT j.id, j.business_id, c.id,
    pg_temp.document_number('WO', j.created_at, j.zone, j.place),
    j.title, j.description, j.type, j.priority, j.category, j.scheduled_start, j.scheduled_end, j.duration,
    j.actual_start, j.actual_end, j.actual_end - j.actual_start, CASE WHEN j.status <> 'draft' THEN w.id END,
    CASE WHEN j.hours >= 7 AND j.status <> 'draft' THEN ARRAY[helper.id] END,
    CASE WHEN j.status IN ('draft', 'cancelled') THEN 0 ELSE j.hours END, j.rate,
    CASE WHEN j.status IN ('draft', 'cancelled') THEN 0 ELSE j.material END,
    CASE WHEN j.status IN ('draft', 'cancelled') THEN 0 ELSE round(j.hours * j.rate, 2) + j.material END,
    j.status, CASE j.status WHEN 'completed' THEN 100 WHEN 'in_progress' THEN 30 + 20 * (j.n - 1100) WHEN 'on_hold' THEN 40 ELSE 0 END,
    c.address || ', ' || c.city || ', ' || c.state || ' ' || c.postal_code, pg_temp.point(c.longitude, c.latitude),
    -- A drawn line is all that a signature has to be.
    CASE WHEN j.status = 'completed' AND pg_temp.share(j.key || '/signed') < 0.85 THEN translate(encode(convert_to(format(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60"><path fill="none" stroke="#000" d="M8 %s C 40 %s 60 %s 92 %s S 150 %s 190 %s"/></svg>',
        pg_temp.number(j.key || '/a', 20, 40), pg_temp.number(j.key || '/b', 2, 20), pg_temp.number(j.key || '/c', 40, 58),
        pg_temp.number(j.key || '/d', 10, 50), pg_temp.number(j.key || '/e', 5, 55), pg_temp.number(j.key || '/f', 20, 40)), 'UTF8'), 'base64'), E'\n', '') END,
    j.satisfaction,
    CASE WHEN pg_temp.share(j.key || '/feedback') < 0.4 THEN pg_temp.pick(j.key || '/words', CASE
        WHEN j.satisfaction >= 5 THEN '{"On time and very friendly.","Explained everything and left it clean.","Best service we have had.","Fixed on the first visit.","Will call again."}'
        WHEN j.satisfaction = 4 THEN '{"Good work, a little late.","Happy with the repair.","Fair price.","Took longer than planned, but it works."}'
        WHEN j.satisfaction <= 3 THEN '{"Had to call twice.","More expensive than I expected.","The window was missed by two hours.","Left dust in the hallway."}'
    END::text[]) END,
    CASE WHEN j.status = 'completed' THEN j.finding END,
    CASE WHEN pg_temp.share(j.key || '/internal') < 0.1 THEN pg_temp.pick(j.key || '/remark', '{"Offer the maintenance plan.","Call half an hour ahead.","Bring the long ladder.","Second visit for the same problem: no charge for the trip.","Photographs are on the tablet."}') END,
    CASE WHEN j.status = 'on_hold' THEN pg_temp.pick(j.key || '/reason', '{"Waiting for parts.","Customer travels until next week.","Waiting for the permit.","Manufacturer answers the warranty claim."}') END,
    CASE WHEN j.status = 'cancelled' THEN CASE WHEN j.day < 0 THEN greatest(j.scheduled_start - make_interval(mins => pg_temp.number(j.key || '/cancelled', 20, 60)), j.created_at + interval '5 minutes') ELSE j.created_at + interval '4 hours' END END,
    CASE WHEN j.status = 'cancelled' THEN pg_temp.pick(j.key || '/reason', '{"Customer found another company.","Works again after a reset.","Customer not at home.","Booked twice.","The landlord sends his own people.","Postponed until next season."}') END,
    j.created_at, pg_temp.id('user/' || pg_temp.pick(j.key || '/by', '{manager,manager,manager,owner,staff}') || '@' || j.slug || '.test')
FROM (SELECT *, row_number() OVER (PARTITION BY slug, extract(year FROM created_at AT TIME ZONE zone) ORDER BY created_at, n) AS place FROM demo_job) AS j
JOIN demo_customer c ON c.slug = j.slug AND c.n = j.customer
JOIN demo_person w ON w.slug = j.slug AND w.shift = j.shift
JOIN demo_person helper ON helper.slug = j.slug AND helper.shift = 1 + j.shift % j.crew
WHERE (j.n % 8 = 0) = $1
ORDER BY j.slug, j.created_at, j.n;
EXECUTE demo_work_orders (true);
ANALYZE hs.work_orders;
EXECUTE demo_work_orders (false);
DEALLOCATE demo_work_orders;
ANALYZE hs.work_orders;

-- Estimates: those that led to a job, and 260 a business that did not, or not yet.
CREATE TEMPORARY TABLE demo_estimate ON COMMIT DROP AS
WITH offered AS MATERIALIZED (
    SELECT j.slug, j.business_id, j.zone, j.today, j.key || '/estimate' AS key, j.id AS work_order_id, j.customer, j.title, j.description, j.hours, j.rate, j.material, j.equipment_share,
        'approved' AS status, j.created_at - make_interval(days => pg_temp.number(j.key || '/offered', 2, 8)) AS created_at, j.created_at AS converted_at, 0 AS discount_percentage
    FROM demo_job j WHERE j.has_estimate
    UNION ALL
    SELECT e.slug, e.business_id, e.zone, e.today, e.key, NULL, pg_temp.customer_at(e.slug, e.created_at, e.key || '/customer'), s.title, s.description,
        round(s.hours * (0.85 + 0.4 * pg_temp.share(e.key || '/hours'))::numeric * 4) / 4, s.rate, pg_temp.amount(e.key || '/material', s.material_low, s.material_high),
        CASE WHEN s.material_high >= 700 THEN 0.7 ELSE 0 END,
        CASE
            WHEN e.age > 40 THEN CASE WHEN e.luck < 0.55 THEN 'rejected' ELSE 'expired' END
            WHEN e.age > 29 THEN CASE WHEN e.luck < 0.5 THEN 'rejected' ELSE 'expired' END
            WHEN e.age > 3 THEN CASE WHEN e.luck < 0.15 THEN 'rejected' WHEN e.luck < 0.3 THEN 'approved' WHEN e.luck < 0.65 THEN 'viewed' ELSE 'sent' END
            ELSE CASE WHEN e.luck < 0.5 THEN 'draft' ELSE 'sent' END
        END,
        e.created_at, NULL, CASE WHEN pg_temp.share(e.key || '/discount') < 0.12 THEN 5 ELSE 0 END
    FROM (
        SELECT b.slug, b.id AS business_id, b.zone, b.today, b.slug || '/estimate/' || n AS key, pg_temp.share(b.slug || '/estimate/' || n || '/luck') AS luck,
            1 + 512 * (260 - n) / 260 AS age,
            pg_temp.moment(b.today - 1 - 512 * (260 - n) / 260, pg_temp.number(b.slug || '/estimate/' || n || '/minute', 540, 1080), b.zone) AS created_at
        FROM demo_business b CROSS JOIN generate_series(1, 260) AS n
        WHERE b.industry = 'hs'
    ) AS e
    JOIN (SELECT *, row_number() OVER (PARTITION BY slug ORDER BY ticket) AS place, count(*) OVER (PARTITION BY slug) AS places FROM demo_ticket WHERE needs_estimate) AS s
        ON s.slug = e.slug AND s.place = 1 + pg_temp.hash(e.key || '/service') % s.places
), priced AS MATERIALIZED (
    SELECT o.*, round(o.material * o.equipment_share, 2) AS equipment, round(o.hours * o.rate, 2) + o.material AS subtotal
    FROM offered o
)
SELECT p.*, pg_temp.id(p.key) AS id, round(p.subtotal * p.discount_percentage / 100, 2) AS discount,
    CASE WHEN c.is_tax_exempt THEN 0 ELSE b.tax_rate END AS tax_rate, c.id AS customer_id, c.first_name || ' ' || c.last_name AS customer_name
FROM priced p
JOIN demo_business b USING (slug)
JOIN demo_customer c ON c.slug = p.slug AND c.n = p.customer;

INSERT INTO hs.estimates (id, business_id, customer_id, work_order_id, estimate_number, title, description, labor_hours, labor_rate, material_cost, equipment_cost,
    subtotal, tax_rate, tax_amount, discount_amount, discount_percentage, total_amount, terms_and_conditions, warranty_terms, payment_terms, status, valid_until,
    sent_at, viewed_at, approved_at, rejected_at, approved_by_name, rejection_reason, converted_at, created_at, created_by)
SELECT e.id, e.business_id, e.customer_id, e.work_order_id,
    pg_temp.document_number('EST', e.created_at, e.zone, row_number() OVER (PARTITION BY e.slug, extract(year FROM e.created_at AT TIME ZONE e.zone) ORDER BY e.created_at, e.key)),
    e.title, e.description, e.hours, e.rate, e.material - e.equipment, e.equipment, e.subtotal, e.tax_rate, t.tax, e.discount, e.discount_percentage,
    e.subtotal - e.discount + t.tax,
    'Prices hold for thirty days. Work beyond this scope is agreed before it is done.',
    CASE WHEN e.equipment > 0 THEN 'Ten years on parts as registered with the manufacturer, two years on labor.' ELSE 'One year on parts and labor.' END,
    CASE WHEN e.subtotal > 5000 THEN '50% deposit, balance on completion' ELSE 'Net 30' END,
    e.status, (e.created_at AT TIME ZONE e.zone)::date + 30,
    CASE WHEN e.status <> 'draft' THEN e.created_at + interval '50 minutes' END,
    CASE WHEN e.status IN ('viewed', 'approved', 'rejected') THEN e.created_at + make_interval(mins => pg_temp.number(e.key || '/viewed', 70, 240)) END,
    CASE WHEN e.status = 'approved' THEN coalesce(e.converted_at - interval '20 minutes', e.created_at + interval '26 hours') END,
    CASE WHEN e.status = 'rejected' THEN e.created_at + make_interval(hours => pg_temp.number(e.key || '/rejected', 8, 70)) END,
    CASE WHEN e.status = 'approved' THEN e.customer_name END,
    CASE WHEN e.status = 'rejected' THEN pg_temp.pick(e.key || '/reason', '{"Went with another company.","Too expensive at the moment.","Selling the house.","Repairs the old one once more.","The association said no."}') END,
    e.converted_at, e.created_at, pg_temp.id('user/' || pg_temp.pick(e.key || '/by', '{owner,manager,staff}') || '@' || e.slug || '.test')
FROM demo_estimate e
CROSS JOIN LATERAL (SELECT round((e.subtotal - e.discount) * e.tax_rate, 2) AS tax) AS t
ORDER BY e.slug, e.created_at, e.key;

-- An invoice for each completed job. Old ones are paid, mostly.
CREATE TEMPORARY TABLE demo_invoice ON COMMIT DROP AS
WITH billed AS MATERIALIZED (
    SELECT j.slug, j.business_id, j.zone, j.today, j.key || '/invoice' AS key, j.id AS work_order_id, e.id AS estimate_id, c.id AS customer_id,
        -- Done yesterday is billed yesterday.
        least(j.actual_end + make_interval(mins => pg_temp.number(j.key || '/billed', 25, 170)), pg_temp.moment(j.today, -1, j.zone)) AS created_at,
        round(j.hours * j.rate, 2) + j.material AS subtotal,
        CASE WHEN e.id IS NULL AND pg_temp.share(j.key || '/discount') < 0.07 THEN round((round(j.hours * j.rate, 2) + j.material) * 0.1, 2) ELSE 0 END AS discount,
        CASE WHEN c.is_tax_exempt THEN 0 ELSE b.tax_rate END AS tax_rate,
        CASE WHEN c.company_name IS NULL THEN 15 ELSE 30 END AS terms,
        pg_temp.share(j.key || '/paid') AS luck
    FROM demo_job j
    JOIN demo_business b USING (slug)
    JOIN demo_customer c ON c.slug = j.slug AND c.n = j.customer
    LEFT JOIN demo_estimate e ON e.work_order_id = j.id
    WHERE j.status = 'completed'
), aged AS MATERIALIZED (
    SELECT b.*, (b.created_at AT TIME ZONE b.zone)::date AS issue_date, b.today - (b.created_at AT TIME ZONE b.zone)::date AS age,
        b.subtotal - b.discount + round((b.subtotal - b.discount) * b.tax_rate, 2) AS total
    FROM billed b
), settled AS MATERIALIZED (
    SELECT a.*,
        CASE
            WHEN a.age <= 2 THEN CASE WHEN a.luck < 0.3 THEN 'draft' WHEN a.luck < 0.75 THEN 'sent' ELSE 'paid' END
            WHEN a.age <= a.terms THEN CASE WHEN a.luck < 0.55 THEN 'paid' WHEN a.luck < 0.65 THEN 'partial' ELSE 'sent' END
            WHEN a.age <= 60 THEN CASE WHEN a.luck < 0.72 THEN 'paid' WHEN a.luck < 0.80 THEN 'partial' ELSE 'overdue' END
            WHEN a.age <= 150 THEN CASE WHEN a.luck < 0.93 THEN 'paid' WHEN a.luck < 0.95 THEN 'partial' ELSE 'overdue' END
            ELSE CASE WHEN a.luck < 0.985 THEN 'paid' WHEN a.luck < 0.995 THEN 'written_off' ELSE 'cancelled' END
        END AS status
    FROM aged a
)
SELECT s.*, pg_temp.id(s.key) AS id,
    CASE s.status WHEN 'paid' THEN s.total WHEN 'partial' THEN round(s.total * (0.3 + 0.3 * pg_temp.share(s.key || '/part'))::numeric, 2) ELSE 0 END AS amount_paid
FROM settled s;

INSERT INTO hs.invoices (id, business_id, customer_id, work_order_id, estimate_id, invoice_number, subtotal, tax_amount, discount_amount, total_amount, amount_paid,
    issue_date, due_date, status, payment_terms, sent_at, last_reminder_sent, voided_at, created_at, created_by)
SELECT i.id, i.business_id, i.customer_id, i.work_order_id, i.estimate_id,
    pg_temp.document_number('INV', i.created_at, i.zone, row_number() OVER (PARTITION BY i.slug, extract(year FROM i.created_at AT TIME ZONE i.zone) ORDER BY i.created_at, i.key)),
    i.subtotal, i.total - i.subtotal + i.discount, i.discount, i.total, i.amount_paid, i.issue_date, i.issue_date + i.terms, i.status, 'Net ' || i.terms,
    CASE WHEN i.status <> 'draft' THEN least(i.created_at + interval '10 minutes', pg_temp.moment(i.today, -1, i.zone)) END,
    CASE WHEN i.status IN ('overdue', 'partial') AND i.age > i.terms + 3 THEN pg_temp.moment(i.issue_date + i.terms + 3, 540, i.zone) END,
    CASE WHEN i.status = 'cancelled' THEN i.created_at + interval '3 days' END,
    i.created_at, pg_temp.id('user/' || pg_temp.pick(i.key || '/by', '{manager,manager,owner}') || '@' || i.slug || '.test')
FROM demo_invoice i
ORDER BY i.slug, i.created_at, i.key;
