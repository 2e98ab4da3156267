-- One business of the benchmark; :n is its number, :customers its size. Loaded with triggers off: numbers,
-- totals and states are stated here, and nothing of the load is in the change log.
CREATE TEMP TABLE made ON COMMIT DROP AS SELECT gen_random_uuid() AS business_id;
INSERT INTO businesses.businesses (id, name, industry, email, timezone)
SELECT business_id, 'Business :n', 'hs', 'office@business-:n.test', 'America/Chicago' FROM made;

CREATE TEMP TABLE people ON COMMIT DROP AS SELECT number, gen_random_uuid() AS id FROM generate_series(0, 12) AS number;
INSERT INTO auth.users (id, email) SELECT id, 'person-' || number || '@business-:n.test' FROM people;
INSERT INTO users.users (id, email, first_name, last_name)
SELECT id, 'person-' || number || '@business-:n.test', (ARRAY['Ada', 'Grace', 'Alan', 'Edsger'])[1 + number % 4], 'Person ' || number FROM people;
INSERT INTO users.business_users (user_id, business_id, role, status, joined_at)
SELECT id, business_id, CASE WHEN number = 0 THEN 'owner' WHEN number = 1 THEN 'manager' ELSE 'staff' END, 'active', now() FROM people, made;

CREATE TEMP TABLE clients ON COMMIT DROP AS
SELECT number, gen_random_uuid() AS id, timestamptz '2024-01-01' + number * interval '2 years' / :customers AS at
FROM generate_series(0, :customers - 1) AS number;
INSERT INTO hs.customers (id, business_id, customer_number, first_name, last_name, email, phone, service_address_line_1, service_city, service_state, status, created_at, updated_at)
SELECT id, business_id, 'CUS-2024-' || lpad(number::text, 5, '0'), (ARRAY['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara'])[1 + number % 5], 'Client ' || number,
    'client-' || number || '@business-:n.test', '+1 512 555 ' || lpad(number::text, 4, '0'), number || ' Main Street',
    (ARRAY['Austin', 'Dallas', 'Houston', 'El Paso'])[1 + number % 4], 'TX', CASE WHEN number % 20 = 0 THEN 'inactive' ELSE 'active' END, at, at
FROM clients, made;

CREATE TEMP TABLE jobs ON COMMIT DROP AS
SELECT number, gen_random_uuid() AS id, timestamptz '2024-01-01' + number * interval '2 years' / (:customers * 5) AS at,
    (ARRAY['completed', 'completed', 'completed', 'completed', 'scheduled', 'completed', 'dispatched', 'in_progress', 'cancelled', 'draft'])[1 + number % 10] AS status
FROM generate_series(0, :customers * 5 - 1) AS number;
INSERT INTO hs.work_orders (id, business_id, customer_id, work_order_number, title, description, type, priority, category, scheduled_start, scheduled_end,
    assigned_technician, labor_hours, labor_rate, total_cost, status, service_address, created_at, updated_at)
SELECT j.id, business_id, c.id, 'WO-2024-' || lpad(j.number::text, 6, '0'), (ARRAY['Furnace inspection', 'Leaking pipe', 'Compressor', 'Filter change', 'New thermostat'])[1 + j.number % 5],
    'The customer asked for a visit between eight and noon, gate code 4711.', (ARRAY['service_call', 'installation', 'maintenance', 'repair', 'inspection'])[1 + j.number % 5],
    (ARRAY['low', 'normal', 'normal', 'high', 'urgent'])[1 + j.number % 5], 'HVAC', date_trunc('hour', j.at) + interval '3 days', date_trunc('hour', j.at) + interval '3 days 2 hours',
    p.id, 2, 95, 100 + j.number % 900, j.status, j.number || ' Main Street', j.at, j.at
FROM made, jobs j JOIN clients c ON c.number = (j.number * 7) % :customers JOIN people p ON p.number = 2 + j.number % 11;

INSERT INTO hs.estimates (business_id, customer_id, work_order_id, estimate_number, title, labor_hours, labor_rate, subtotal, total_amount, status, created_at, updated_at)
SELECT business_id, c.id, j.id, 'EST-2024-' || lpad(j.number::text, 6, '0'), 'Replacement of the unit', 4, 95, 400 + j.number % 100, 400 + j.number % 100,
    (ARRAY['draft', 'sent', 'viewed', 'approved', 'rejected'])[1 + j.number % 5], j.at, j.at
FROM made, jobs j JOIN clients c ON c.number = (j.number * 7) % :customers WHERE j.number < :customers * 2;
INSERT INTO hs.invoices (business_id, customer_id, work_order_id, estimate_id, invoice_number, subtotal, total_amount, issue_date, due_date, status, created_at, updated_at)
SELECT business_id, e.customer_id, e.work_order_id, e.id, 'INV-2024-' || substr(e.estimate_number, 10), e.subtotal, e.total_amount, e.created_at::date, e.created_at::date + 30,
    (ARRAY['draft', 'sent', 'paid', 'paid', 'partial', 'overdue'])[1 + (row_number() OVER (ORDER BY e.created_at))::integer % 6], e.created_at, e.created_at
FROM hs.estimates e JOIN made USING (business_id);

INSERT INTO rest.orders (business_id, order_number, order_type, subtotal, total_amount, status, ordered_at, created_at, updated_at)
SELECT business_id, 'ORD-2024-' || lpad(number::text, 6, '0'), 'takeout', 40, 44, 'completed', at, at, at FROM jobs, made WHERE number < :customers * 2;
INSERT INTO rest.order_items (business_id, order_id, name, quantity, unit_price, created_at, updated_at)
SELECT business_id, o.id, 'Dish ' || line, 1, 20, o.created_at, o.created_at FROM made JOIN rest.orders o USING (business_id), generate_series(1, 3) AS line;
INSERT INTO auto.vehicles (business_id, customer_id, make, model, year, created_at, updated_at)
SELECT business_id, id, 'Ford', 'F-150', 2020, at, at FROM clients, made;
INSERT INTO auto.repair_orders (business_id, customer_id, vehicle_id, ro_number, status, total_amount, created_at, updated_at)
SELECT business_id, v.customer_id, v.id, 'RO-2024-' || lpad((row_number() OVER (ORDER BY v.created_at, visit))::text, 6, '0'), 'completed', 250, v.created_at, v.created_at
FROM made JOIN auto.vehicles v USING (business_id), generate_series(1, 2) AS visit;
INSERT INTO ret.products (business_id, sku, name, cost_price, retail_price, created_at, updated_at)
SELECT business_id, 'SKU-' || number, 'Product ' || number, 10, 20, at, at FROM clients, made WHERE number % 2 = 0;
INSERT INTO ret.sales_orders (business_id, customer_id, order_number, subtotal, total_amount, status, created_at, updated_at)
SELECT business_id, c.id, 'SO-2024-' || lpad(visit || c.number::text, 6, '0'), 60, 66, 'completed', at, at FROM clients c, made, generate_series(1, 2) AS visit;
