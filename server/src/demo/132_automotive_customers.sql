-- Who comes to the garage next, and what its customers' cars are due for.

INSERT INTO auto.appointments (id, business_id, customer_id, vehicle_id, repair_order_id, location_id, bay_id, technician_id, service_writer_id, reason, arrival_type, starts_at, ends_at, needs_loaner,
    status, cancellation_reason, created_at, created_by)
SELECT pg_temp.id(r.key || '/appointment'), r.business_id, r.customer_id, r.vehicle_id, CASE WHEN s.status = 'arrived' THEN r.id END, pg_temp.id('location/garage/MAIN'),
    pg_temp.id('garage/bay/' || 1 + r.n % 6), pg_temp.id('user/' || p.local_part || '@garage.test'), pg_temp.id('user/manager@garage.test'), r.complaint,
    CASE WHEN r.n % 11 = 0 THEN 'tow_in' WHEN r.n % 3 = 0 THEN 'waiting' ELSE 'drop_off' END, t.starts_at, t.starts_at + interval '2 hours', r.n % 7 = 0, s.status,
    CASE s.status WHEN 'cancelled' THEN 'Sold the car.' END, r.created_at - interval '3 days', pg_temp.id('user/manager@garage.test')
FROM demo_repair_order r JOIN demo_person p ON p.slug = 'garage' AND p.shift = 1 + r.n % r.crew
CROSS JOIN LATERAL (SELECT CASE WHEN r.n > 680 THEN pg_temp.moment(r.today + r.day, 450 + 90 * (r.n % 5), r.zone) ELSE date_trunc('hour', r.created_at) END AS starts_at) AS t
CROSS JOIN LATERAL (SELECT CASE WHEN r.status = 'cancelled' THEN 'no_show' WHEN r.n <= 680 OR r.status <> 'open' THEN 'arrived' WHEN r.day < 4 THEN 'confirmed' WHEN r.n % 13 = 0 THEN 'cancelled'
    ELSE 'requested' END AS status) AS s
WHERE r.day >= -30 ORDER BY r.created_at, r.n;

INSERT INTO auto.fleet_accounts (id, business_id, customer_id, labor_rate_id, name, approval_limit, requires_purchase_order, parts_discount_rate, labor_discount_rate, credit_limit, billing_cycle, created_at, created_by)
SELECT pg_temp.id(c.key || '/fleet'), c.business_id, c.id, pg_temp.id('garage/rate/fleet'), c.company_name, 500, c.n % 2 = 0, 0.05, 0.08, 5000, 'monthly', c.created_at + interval '5 days',
    pg_temp.id('user/owner@garage.test')
FROM (SELECT o.*, row_number() OVER (ORDER BY o.n) AS company FROM demo_customer o WHERE o.slug = 'garage' AND o.company_name IS NOT NULL) AS c WHERE c.company <= 8 ORDER BY c.n;

INSERT INTO auto.vehicle_recalls (id, business_id, vehicle_id, campaign_number, component, summary, remedy, announced_on, status, created_at)
SELECT pg_temp.id(v.key || '/recall'), v.business_id, v.id, pg_temp.number(v.make || '/recall', 20, 25) || 'V' || pg_temp.number(v.make || '/campaign', 100, 999),
    pg_temp.pick(v.make || '/component', '{"Air bags","Fuel pump","Rear camera"}'), 'The part may fail.', 'The dealer replaces it free of charge.', v.today - pg_temp.number(v.make, 60, 700),
    CASE v.place % 4 WHEN 0 THEN 'completed' WHEN 1 THEN 'scheduled' ELSE 'open' END, now() - interval '10 days'
FROM demo_vehicle v WHERE v.place % 11 = 0 ORDER BY v.place;

INSERT INTO auto.maintenance_schedules (id, business_id, canned_job_id, make, year_from, interval_miles, interval_months, created_at, created_by)
SELECT pg_temp.id('garage/schedule/' || m.make || '/' || c.code), b.id, c.id, m.make, 2012, CASE WHEN c.complaint ~ 'Oil' THEN 7500 WHEN c.complaint ~ '60,000' THEN 60000 ELSE 7500 END,
    CASE WHEN c.complaint ~ '60,000' THEN 72 ELSE 12 END, pg_temp.moment(b.today - 540, 620, b.zone), pg_temp.id('user/owner@garage.test')
FROM demo_business b CROSS JOIN (SELECT DISTINCT make FROM demo_model) AS m CROSS JOIN demo_canned c WHERE b.slug = 'garage' AND (c.complaint ~ 'Oil change|60,000|rotation') ORDER BY m.make, c.code;

INSERT INTO auto.service_reminders (id, business_id, vehicle_id, canned_job_id, declined_job_id, name, due_on, due_mileage, estimated_price, status, sent_at, created_at)
SELECT pg_temp.id(r.key || '/reminder'), r.business_id, r.vehicle_id, CASE WHEN r.n % 5 <> 0 THEN (SELECT c.id FROM demo_canned c WHERE c.complaint = 'Oil change and inspection') END,
    CASE WHEN r.n % 5 = 0 AND r.job_status = 'completed' THEN pg_temp.id(r.key || '/declined') END, CASE WHEN r.n % 5 = 0 THEN 'Cabin air filter' ELSE 'Oil change' END,
    r.today + r.day + 150, r.mileage_in + 5000, CASE WHEN r.n % 5 = 0 THEN 62 ELSE 89 END, CASE WHEN r.day < -20 THEN 'sent' ELSE 'pending' END, CASE WHEN r.day < -20 THEN now() - interval '2 days' END, r.created_at
FROM demo_recent_repair r WHERE r.job_status = 'completed' ORDER BY r.created_at, r.n;

INSERT INTO auto.repair_warranties (id, business_id, repair_order_job_id, vehicle_id, starts_on, expires_on, starts_mileage, expires_mileage, terms, created_at)
SELECT pg_temp.id(r.key || '/warranty'), r.business_id, pg_temp.id(r.key || '/job'), r.vehicle_id, r.today + r.day, (r.today + r.day + interval '24 months')::date, r.mileage_out,
    r.mileage_out + 24000, 'Two years or 24,000 miles on parts and labor.', r.finished_at
FROM demo_recent_repair r WHERE r.status = 'delivered' AND r.service_type = 'repair' ORDER BY r.created_at, r.n;

INSERT INTO auto.warranty_claims (id, business_id, repair_order_id, repair_order_job_id, payer, payer_name, contract_number, claimed_amount, deductible_amount, approved_amount, submitted_on,
    resolved_on, status, created_at, created_by)
SELECT pg_temp.id(r.key || '/claim'), r.business_id, r.id, pg_temp.id(r.key || '/job'), CASE r.service_type WHEN 'recall' THEN 'manufacturer' ELSE 'extended_warranty' END,
    CASE r.service_type WHEN 'recall' THEN 'The manufacturer' ELSE 'Heartland Auto Protection' END, 'HAP-' || pg_temp.number(r.key || '/contract', 10000, 99999),
    r.labor + r.parts, 100, CASE WHEN r.day < -12 THEN r.labor + r.parts - 100 END, r.today + r.day, CASE WHEN r.day < -12 THEN r.today + r.day + 9 END,
    CASE WHEN r.day < -22 THEN 'paid' WHEN r.day < -12 THEN 'approved' ELSE 'submitted' END, r.finished_at, r.service_writer
FROM demo_recent_repair r WHERE r.job_status = 'completed' AND r.labor + r.parts > 400 AND r.n % 3 = 0 ORDER BY r.created_at, r.n;

INSERT INTO auto.loaner_vehicles (id, business_id, location_id, name, license_plate, make, model, model_year, odometer, daily_rate, insurance_expires_on, status, created_at, created_by)
SELECT pg_temp.id('garage/loaner/' || l.n), b.id, pg_temp.id('location/garage/MAIN'), l.name, 'LN ' || 4200 + l.n, l.make, l.model, l.year, 20000 + pg_temp.number('garage/loaner/' || l.n, 100, 30000),
    0, b.today + 120, l.status, pg_temp.moment(b.today - 500, 600, b.zone), pg_temp.id('user/owner@garage.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Loaner 1', 'Toyota', 'Corolla', 2020, 'available'), (2, 'Loaner 2', 'Honda', 'Fit', 2019, 'available'),
    (3, 'Loaner 3', 'Ford', 'Escape', 2018, 'maintenance')) AS l (n, name, make, model, year, status) WHERE b.slug = 'garage' ORDER BY l.n;

INSERT INTO auto.loaner_agreements (id, business_id, loaner_vehicle_id, customer_id, repair_order_id, driver_name, driver_license_last_four, out_at, due_at, odometer_out, fuel_out, status, created_at, created_by)
SELECT pg_temp.id(r.key || '/loaner'), r.business_id, v.id, r.customer_id, r.id, r.customer_name, lpad(pg_temp.number(r.key || '/license', 0, 9999)::text, 4, '0'), now() - interval '5 hours',
    now() + interval '2 days', v.odometer, 'full', 'out', now() - interval '5 hours', r.service_writer
FROM (SELECT o.*, row_number() OVER (ORDER BY o.n) AS place FROM demo_recent_repair o WHERE o.status = 'waiting_parts') AS r
JOIN auto.loaner_vehicles v ON v.business_id = r.business_id AND v.id = pg_temp.id('garage/loaner/' || r.place) WHERE r.place <= 2 ORDER BY r.place;
