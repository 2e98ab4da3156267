-- What every golden case finds: a home services business and a restaurant, with the people of both. Ids
-- tell what they are: 01 a business, 02 a person, 03 a customer, 04 a work order, and so on.

INSERT INTO businesses.businesses (id, name, industry, email, timezone, created_at) VALUES
    ('01000000-0000-4000-8000-000000000001', 'Cool Air', 'hs', 'office@cool.test', 'America/Chicago', '2025-01-01T00:00:00Z'),
    ('01000000-0000-4000-8000-000000000002', 'Bistro', 'rest', 'office@bistro.test', 'America/New_York', '2025-01-01T00:00:00Z');

INSERT INTO auth.users (id, email)
SELECT ('02000000-0000-4000-8000-00000000000' || n)::uuid, name || '@people.test'
FROM unnest(ARRAY['olga', 'max', 'sam', 'vera', 'bruno']) WITH ORDINALITY AS person (name, n);
INSERT INTO users.users (id, email, first_name, last_name, created_at)
SELECT ('02000000-0000-4000-8000-00000000000' || n)::uuid, name || '@people.test', initcap(name), 'Doe', '2025-01-01T00:00:00Z'
FROM unnest(ARRAY['olga', 'max', 'sam', 'vera', 'bruno']) WITH ORDINALITY AS person (name, n);
INSERT INTO users.business_users (id, user_id, business_id, role, status, joined_at, created_at)
SELECT ('02100000-0000-4000-8000-00000000000' || n)::uuid, ('02000000-0000-4000-8000-00000000000' || n)::uuid,
    ('01000000-0000-4000-8000-00000000000' || CASE WHEN role = 'chef' THEN 2 ELSE 1 END)::uuid,
    CASE WHEN role = 'chef' THEN 'owner' ELSE role END, 'active', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z'
FROM unnest(ARRAY['owner', 'manager', 'staff', 'viewer', 'chef']) WITH ORDINALITY AS person (role, n);

INSERT INTO hs.customers (id, business_id, customer_number, first_name, last_name, company_name, email, type, service_city, tags, service_location, status, created_at) VALUES
    ('03000000-0000-4000-8000-000000000001', '01000000-0000-4000-8000-000000000001', 'CUS-2025-0001', 'Ada', 'Lovelace', NULL, 'ada@example.test', 'residential', 'Austin', '{vip,north}', ST_MakePoint(-97.74, 30.27), 'active', '2025-01-02T00:00:00Z'),
    ('03000000-0000-4000-8000-000000000002', '01000000-0000-4000-8000-000000000001', 'CUS-2025-0002', 'Grace', 'Hopper', NULL, 'grace@example.test', 'residential', 'Dallas', '{north}', ST_MakePoint(-96.80, 32.78), 'active', '2025-01-03T00:00:00Z'),
    ('03000000-0000-4000-8000-000000000003', '01000000-0000-4000-8000-000000000001', 'CUS-2025-0003', NULL, NULL, '100% Pure_Air', NULL, 'commercial', 'Austin', '{}', NULL, 'inactive', '2025-01-04T00:00:00Z'),
    ('03000000-0000-4000-8000-000000000004', '01000000-0000-4000-8000-000000000001', 'CUS-2025-0004', 'Alan', 'Turing', NULL, 'alan@example.test', NULL, NULL, '{vip}', NULL, 'active', '2025-01-05T00:00:00Z');

INSERT INTO hs.work_orders (id, business_id, work_order_number, customer_id, title, category, type, priority, status, scheduled_start,
    estimated_duration, assigned_technician, assigned_team, total_cost, created_at) VALUES
    ('04000000-0000-4000-8000-000000000001', '01000000-0000-4000-8000-000000000001', 'WO-2025-0001', '03000000-0000-4000-8000-000000000001', 'Furnace inspection', 'HVAC', 'inspection', 'normal', 'draft', NULL, NULL, NULL, NULL, 0, '2025-02-01T00:00:00Z'),
    ('04000000-0000-4000-8000-000000000002', '01000000-0000-4000-8000-000000000001', 'WO-2025-0002', '03000000-0000-4000-8000-000000000001', 'Filter change', 'HVAC', 'maintenance', 'low', 'scheduled', '2025-03-10T14:00:00Z', 'PT1H30M', '02000000-0000-4000-8000-000000000003', '{02000000-0000-4000-8000-000000000003,02000000-0000-4000-8000-000000000002}', 120.50, '2025-02-02T00:00:00Z'),
    ('04000000-0000-4000-8000-000000000003', '01000000-0000-4000-8000-000000000001', 'WO-2025-0003', '03000000-0000-4000-8000-000000000001', 'Compressor', 'HVAC', 'repair', 'urgent', 'completed', '2025-02-28T23:30:00-06:00', 'PT4H', '02000000-0000-4000-8000-000000000003', NULL, 900, '2025-02-03T00:00:00Z'),
    ('04000000-0000-4000-8000-000000000004', '01000000-0000-4000-8000-000000000001', 'WO-2025-0004', '03000000-0000-4000-8000-000000000002', 'Leaking pipe', 'Plumbing', 'repair', 'high', 'completed', '2025-03-01T15:00:00Z', 'PT2H', '02000000-0000-4000-8000-000000000002', NULL, 310.25, '2025-02-04T00:00:00Z'),
    ('04000000-0000-4000-8000-000000000005', '01000000-0000-4000-8000-000000000001', 'WO-2025-0005', NULL, 'Site visit', NULL, NULL, 'normal', 'scheduled', '2025-03-11T14:00:00Z', NULL, NULL, NULL, 0, '2025-02-05T00:00:00Z'),
    ('04000000-0000-4000-8000-000000000006', '01000000-0000-4000-8000-000000000001', 'WO-2025-0006', '03000000-0000-4000-8000-000000000002', 'Called off', 'Plumbing', 'repair', 'high', 'draft', NULL, NULL, NULL, NULL, 0, '2025-02-06T00:00:00Z');
UPDATE hs.work_orders SET deleted_at = '2025-02-07T00:00:00Z' WHERE work_order_number = 'WO-2025-0006';

INSERT INTO hs.estimates (id, business_id, estimate_number, customer_id, work_order_id, title, subtotal, tax_rate, tax_amount, total_amount, status, valid_until, created_at) VALUES
    ('05000000-0000-4000-8000-000000000001', '01000000-0000-4000-8000-000000000001', 'EST-2025-0001', '03000000-0000-4000-8000-000000000002', '04000000-0000-4000-8000-000000000004', 'New pipes', 1000, 0.08250, 82.50, 1082.50, 'sent', '2025-04-30', '2025-03-02T00:00:00Z');

INSERT INTO hs.invoices (id, business_id, invoice_number, customer_id, work_order_id, subtotal, total_amount, amount_paid, issue_date, due_date, status, created_at) VALUES
    ('06000000-0000-4000-8000-000000000001', '01000000-0000-4000-8000-000000000001', 'INV-2025-0001', '03000000-0000-4000-8000-000000000001', '04000000-0000-4000-8000-000000000003', 900, 900, 400, '2025-03-01', '2025-03-31', 'partial', '2025-03-01T00:00:00Z'),
    ('06000000-0000-4000-8000-000000000002', '01000000-0000-4000-8000-000000000001', 'INV-2025-0002', '03000000-0000-4000-8000-000000000002', '04000000-0000-4000-8000-000000000004', 310.25, 310.25, 0, '2025-03-05', '2025-04-04', 'sent', '2025-03-05T00:00:00Z');

INSERT INTO rest.menu_categories (id, business_id, name, sort_order, created_at) VALUES
    ('07000000-0000-4000-8000-000000000001', '01000000-0000-4000-8000-000000000002', 'Mains', 1, '2025-01-01T00:00:00Z');
INSERT INTO rest.menu_items (id, business_id, category_id, name, base_price, dietary_restrictions, available_start_time, available_days, modifiers, created_at) VALUES
    ('08000000-0000-4000-8000-000000000001', '01000000-0000-4000-8000-000000000002', '07000000-0000-4000-8000-000000000001', 'Risotto', 18.50, '{vegetarian}', '17:30', '{5,6,7}', '{"sizes": [{"name": "large", "extra": 4}]}', '2025-01-02T00:00:00Z'),
    ('08000000-0000-4000-8000-000000000002', '01000000-0000-4000-8000-000000000002', '07000000-0000-4000-8000-000000000001', 'Steak', 32.00, '{}', NULL, '{1,2,3,4,5,6,7}', '{}', '2025-01-03T00:00:00Z');
