-- What the orders of the last three weeks consist of, how the kitchen made them and how they were paid; the
-- shifts around them. Orders for the coming week are priced only.

CREATE TEMPORARY TABLE demo_recent_order ON COMMIT DROP AS
SELECT o.*, pg_temp.id(o.key) AS id, server.id AS server_id, c.id AS customer_id FROM demo_order o JOIN demo_person server ON server.slug = 'bistro' AND server.shift = o.shift
LEFT JOIN demo_customer c ON c.slug = 'bistro' AND c.n = o.customer
WHERE o.day >= -21 AND o.n <= 1462 AND o.status <> 'cancelled';
ALTER TABLE demo_recent_order ADD PRIMARY KEY (n);

-- The same wishes that the orders were priced with.
CREATE TEMPORARY TABLE demo_order_item ON COMMIT DROP AS
SELECT s.n, s.key || '/' || guest || '/' || wish.course AS key, pg_temp.id(s.key || '/' || guest || '/' || wish.course) AS id, s.id AS order_id, s.business_id, s.ordered_at, s.status AS order_status,
    s.order_type, s.tax_rate, s.confirmed_at, s.ready_at, s.server_id, guest, wish.place, d.name, d.price, f.station, f.minutes, f.category, f.type
FROM demo_recent_order s CROSS JOIN LATERAL generate_series(1, s.guests) AS guest
CROSS JOIN (VALUES ('starter', 0.5, 1), ('main', 1.0, 2), ('side', 0.25, 2), ('dessert', 0.35, 3), ('drink', 1.0, 1), ('second drink', 0.4, 2)) AS wish (course, chance, place)
JOIN demo_course d ON d.course = replace(wish.course, 'second ', '') AND d.place = 1 + pg_temp.hash(s.key || '/' || guest || wish.course) % d.places
JOIN demo_dish f ON f.name = d.name
WHERE pg_temp.share(s.key || '/wish/' || guest || wish.course) < wish.chance;
ANALYZE demo_order_item;

PREPARE demo_order_items (boolean) AS
INSERT INTO rest.order_items (id, business_id, order_id, menu_item_id, name, quantity, unit_price, tax_rate, seat_number, course_number, status, sent_at, sort_order, created_at, created_by)
SELECT i.id, i.business_id, i.order_id, pg_temp.id('bistro/menu_item/' || i.name), i.name, 1, i.price, i.tax_rate, CASE WHEN i.order_type = 'dine_in' THEN i.guest END, i.place,
    CASE i.order_status WHEN 'completed' THEN 'served' WHEN 'served' THEN 'served' WHEN 'ready' THEN 'ready' WHEN 'preparing' THEN 'preparing' WHEN 'confirmed' THEN 'sent' ELSE 'pending' END, i.confirmed_at,
    i.guest * 10 + i.place, i.ordered_at, CASE WHEN i.order_type <> 'online' THEN i.server_id END
FROM demo_order_item i WHERE (i.n % 8 = 0) = $1 ORDER BY i.n, i.guest, i.place, i.key;
EXECUTE demo_order_items (true);
ANALYZE rest.order_items;
EXECUTE demo_order_items (false);
DEALLOCATE demo_order_items;

INSERT INTO rest.order_item_modifiers (id, business_id, order_item_id, modifier_id, name, price_adjustment, created_at)
SELECT pg_temp.id(i.key || '/choice'), i.business_id, i.id, pg_temp.id('bistro/choice/1/' || m.name), m.name, 0, i.ordered_at
FROM demo_order_item i CROSS JOIN LATERAL (SELECT pg_temp.pick(i.key || '/temperature', '{Rare,Medium rare,Medium rare,Medium,Well done}') AS name) AS m WHERE i.station = 'grill' ORDER BY i.n, i.key;

INSERT INTO rest.discounts (id, business_id, name, code, discount_type, value, applies_to, minimum_subtotal, available_start_time, available_end_time, is_automatic, requires_manager, created_at, created_by)
SELECT pg_temp.id('bistro/discount/' || d.place), b.id, d.name, d.code, 'percentage', d.value, d.applies, 0, d.opens, d.closes, d.automatic, d.manager, pg_temp.moment(b.today - 500, 600, b.zone),
    pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Neighbors', 'SMITH10', 10, 'order', NULL::time, NULL::time, false, false), (2, 'Happy hour drinks', NULL, 25, 'item', '16:00', '18:00', true, false),
    (3, 'Industry night', 'INDUSTRY', 15, 'order', NULL, NULL, false, true)) AS d (place, name, code, value, applies, opens, closes, automatic, manager)
WHERE b.slug = 'bistro' ORDER BY d.place;

INSERT INTO rest.order_discounts (id, business_id, order_id, discount_id, name, amount, created_at, created_by)
SELECT pg_temp.id(o.key || '/discount'), o.business_id, o.id, pg_temp.id('bistro/discount/1'), 'Neighbors', o.discount, o.ordered_at, o.server_id FROM demo_recent_order o WHERE o.discount > 0 ORDER BY o.n;

INSERT INTO rest.service_charges (id, business_id, name, charge_type, value, order_types, minimum_party_size, is_gratuity, is_taxable, created_at, created_by)
SELECT pg_temp.id('bistro/charge/' || s.place), b.id, s.name, 'percentage', s.value, s.types::text[], s.party, s.gratuity, NOT s.gratuity, pg_temp.moment(b.today - 500, 610, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Large party gratuity', 20, '{dine_in}', 8, true), (2, 'Packaging', 2, '{takeout,delivery}', NULL::integer, false)) AS s (place, name, value, types, party,
    gratuity) WHERE b.slug = 'bistro' ORDER BY s.place;

-- One check an order; the tables that are still seated have theirs open.
INSERT INTO rest.checks (id, business_id, order_id, sequence, status, closed_at, created_at, created_by)
SELECT pg_temp.id(o.key || '/check'), o.business_id, o.id, 1, CASE WHEN o.status = 'completed' OR o.order_type = 'online' THEN 'paid' ELSE 'open' END,
    CASE WHEN o.status = 'completed' THEN r.completed_at WHEN o.order_type = 'online' THEN o.ordered_at END, o.ordered_at, o.server_id
FROM demo_recent_order o JOIN rest.orders r ON r.business_id = o.business_id AND r.id = o.id WHERE o.status <> 'draft' ORDER BY o.n;
ANALYZE rest.checks;

PREPARE demo_check_items (boolean) AS
INSERT INTO rest.check_items (id, business_id, check_id, order_item_id, created_at)
SELECT pg_temp.id(i.key || '/check'), i.business_id, pg_temp.id(o.key || '/check'), i.id, i.ordered_at FROM demo_order_item i JOIN demo_recent_order o USING (n)
WHERE o.status <> 'draft' AND (i.n % 8 = 0) = $1 ORDER BY i.n, i.key;
EXECUTE demo_check_items (true);
ANALYZE rest.check_items;
EXECUTE demo_check_items (false);
DEALLOCATE demo_check_items;

-- Yesterday's drawers take yesterday's cash before they are counted.
INSERT INTO rest.cash_drawer_sessions (id, business_id, location_id, drawer_name, opened_by_id, opened_at, opening_amount, status, created_at, created_by)
SELECT pg_temp.id('bistro/drawer/' || d.name || '/-1'), b.id, pg_temp.id('location/bistro/MAIN'), d.name, pg_temp.id('user/manager@bistro.test'), pg_temp.moment(b.today - 1, 660, b.zone), 200, 'open',
    pg_temp.moment(b.today - 1, 660, b.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_business b CROSS JOIN (VALUES ('Front'), ('Bar')) AS d (name) WHERE b.slug = 'bistro' ORDER BY d.name;

CREATE TEMPORARY TABLE demo_order_payment ON COMMIT DROP AS
SELECT o.n, o.key, o.business_id, o.zone, o.today, o.day, o.id AS order_id, o.server_id, o.customer_id, r.total_amount AS amount, o.tip, coalesce(r.completed_at, o.ordered_at) AS paid_at,
    CASE WHEN o.order_type = 'online' THEN 'online' ELSE pg_temp.pick(o.key || '/method', '{credit_card,credit_card,credit_card,credit_card,debit_card,mobile_wallet,cash}') END AS method
FROM demo_recent_order o JOIN rest.orders r ON r.business_id = o.business_id AND r.id = o.id WHERE (o.status = 'completed' OR o.order_type = 'online') AND r.total_amount > 0;
ANALYZE demo_order_payment;

PREPARE demo_order_payments (boolean) AS
INSERT INTO rest.payments (id, business_id, order_id, check_id, payment_number, cash_drawer_session_id, taken_by_id, method, amount, tip_amount, tendered_amount, card_brand, card_last_four,
    processor_reference, status, paid_at, created_at, created_by)
SELECT pg_temp.id(p.key || '/payment'), p.business_id, p.order_id, pg_temp.id(p.key || '/check'), pg_temp.document_number('PAY', p.paid_at, p.zone, p.place),
    CASE WHEN p.method = 'cash' AND p.day = -1 THEN pg_temp.id('bistro/drawer/Front/-1') END, CASE WHEN p.method <> 'online' THEN p.server_id END,
    p.method, p.amount, p.tip, CASE WHEN p.method = 'cash' THEN ceil((p.amount + p.tip) / 20) * 20 END,
    CASE WHEN p.method IN ('credit_card', 'debit_card', 'online') THEN pg_temp.pick(p.key || '/brand', '{Visa,Visa,Mastercard,Amex}') END,
    CASE WHEN p.method IN ('credit_card', 'debit_card', 'online') THEN lpad(pg_temp.number(p.key || '/card', 0, 9999)::text, 4, '0') END,
    CASE WHEN p.method <> 'cash' THEN 'ch_' || substr(md5(p.key), 1, 14) END, 'captured', p.paid_at, p.paid_at, CASE WHEN p.method <> 'online' THEN p.server_id END
FROM (SELECT *, row_number() OVER (PARTITION BY extract(year FROM paid_at AT TIME ZONE zone) ORDER BY paid_at, n) AS place FROM demo_order_payment) AS p WHERE (p.n % 8 = 0) = $1 ORDER BY p.paid_at, p.n;
EXECUTE demo_order_payments (true);
ANALYZE rest.payments;
EXECUTE demo_order_payments (false);
DEALLOCATE demo_order_payments;

INSERT INTO rest.refunds (id, business_id, payment_id, approved_by_id, amount, reason, status, refunded_at, created_at, created_by)
SELECT pg_temp.id(p.key || '/refund'), p.business_id, pg_temp.id(p.key || '/payment'), pg_temp.id('user/manager@bistro.test'), 9, 'The side did not come.', 'completed', p.paid_at + interval '1 day',
    p.paid_at + interval '1 day', pg_temp.id('user/manager@bistro.test')
FROM demo_order_payment p WHERE p.day < -2 AND p.method <> 'cash' AND p.amount > 40 AND p.n % 23 = 0 ORDER BY p.n;

INSERT INTO rest.cash_movements (id, business_id, cash_drawer_session_id, performed_by_id, movement_type, amount, reason, created_at, created_by)
SELECT pg_temp.id('bistro/cash/' || m.place), b.id, pg_temp.id('bistro/drawer/Front/-1'), pg_temp.id('user/manager@bistro.test'), m.type, m.amount, m.reason,
    pg_temp.moment(b.today - 1, m.minute, b.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'pay_out', 24.50, 'Lemons from the corner store', 780), (2, 'pay_in', 50, 'Change from the bank', 900),
    (3, 'safe_drop', 100, 'To the safe before dinner', 1020)) AS m (place, type, amount, reason, minute) WHERE b.slug = 'bistro' ORDER BY m.place;

UPDATE rest.cash_drawer_sessions s SET status = 'closed', counted_amount = s.expected_amount - CASE s.drawer_name WHEN 'Front' THEN 1.50 ELSE 0 END,
    closed_at = pg_temp.moment(b.today - 1, 1425, b.zone), closed_by_id = pg_temp.id('user/manager@bistro.test')
FROM demo_business b WHERE b.slug = 'bistro' AND s.business_id = b.id AND s.expected_amount >= 2;

INSERT INTO rest.cash_drawer_sessions (id, business_id, location_id, drawer_name, opened_by_id, opened_at, opening_amount, status, created_at, created_by)
SELECT pg_temp.id('bistro/drawer/Counter/0'), b.id, pg_temp.id('location/bistro/MAIN'), 'Counter', pg_temp.id('user/manager@bistro.test'), date_trunc('hour', now()), 200, 'open',
    date_trunc('hour', now()), pg_temp.id('user/manager@bistro.test')
FROM demo_business b WHERE b.slug = 'bistro';

INSERT INTO rest.order_adjustments (id, business_id, order_id, approved_by_id, adjustment_type, reason, amount, is_wasted, notes, created_at, created_by)
SELECT pg_temp.id(o.key || '/void'), o.business_id, o.id, pg_temp.id('user/manager@bistro.test'), 'void', pg_temp.pick(o.key || '/void', '{wrong_item,changed_mind,kitchen_error,spilled}'),
    pg_temp.amount(o.key || '/void', 9, 30), true, 'Taken off before the check was printed.', o.ordered_at + interval '20 minutes', o.server_id
FROM demo_recent_order o WHERE o.n % 13 = 0 AND o.status = 'completed' ORDER BY o.n;

INSERT INTO rest.kitchen_stations (id, business_id, location_id, code, name, station_type, printer_name, sort_order, created_at, created_by)
SELECT pg_temp.id('bistro/station/' || s.code), b.id, pg_temp.id('location/bistro/MAIN'), s.code, s.name, s.type, 'printer-' || s.code, s.place, pg_temp.moment(b.today - 544, 720, b.zone),
    pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'hot', 'Hot line', 'prep'), (2, 'cold', 'Garde manger', 'prep'), (3, 'grill', 'Grill', 'prep'), (4, 'fry', 'Fryer', 'prep'),
    (5, 'pastry', 'Pastry', 'prep'), (6, 'bar', 'Bar', 'bar'), (7, 'pass', 'Pass', 'expediter')) AS s (place, code, name, type) WHERE b.slug = 'bistro' ORDER BY s.place;

-- A ticket for each station of an order, for yesterday's and those under way.
INSERT INTO rest.kitchen_tickets (id, business_id, order_id, kitchen_station_id, target_minutes, fired_at, started_at, ready_at, status, created_at)
SELECT pg_temp.id('bistro/ticket/' || i.n || '/' || i.station), i.business_id, i.order_id, pg_temp.id('bistro/station/' || i.station), max(i.minutes), i.confirmed_at,
    CASE WHEN i.order_status <> 'confirmed' THEN i.confirmed_at + interval '1 minute' END,
    CASE WHEN i.order_status IN ('completed', 'served', 'ready') THEN i.ready_at - make_interval(secs => pg_temp.number(i.n || i.station, 0, 180)) END,
    CASE i.order_status WHEN 'completed' THEN 'served' WHEN 'served' THEN 'served' WHEN 'ready' THEN 'ready' WHEN 'preparing' THEN 'in_progress' ELSE 'queued' END, i.confirmed_at
FROM demo_order_item i JOIN demo_recent_order o USING (n) WHERE o.day >= -2 AND i.confirmed_at IS NOT NULL GROUP BY i.n, i.station, i.business_id, i.order_id, i.confirmed_at, i.ready_at,
    i.order_status ORDER BY i.n, i.station;

INSERT INTO rest.kitchen_ticket_items (id, business_id, kitchen_ticket_id, order_item_id, quantity, is_done, created_at)
SELECT pg_temp.id(i.key || '/ticket'), i.business_id, pg_temp.id('bistro/ticket/' || i.n || '/' || i.station), i.id, 1, i.order_status IN ('completed', 'served', 'ready'), i.confirmed_at
FROM demo_order_item i JOIN demo_recent_order o USING (n) WHERE o.day >= -2 AND i.confirmed_at IS NOT NULL ORDER BY i.n, i.key;

INSERT INTO rest.delivery_zones (id, business_id, location_id, name, postal_codes, maximum_distance_km, minimum_order_amount, delivery_fee, estimated_minutes, created_at, created_by)
SELECT pg_temp.id('bistro/zone/' || z.place), b.id, pg_temp.id('location/bistro/MAIN'), z.name, z.codes::text[], z.distance, 25, 5.99, z.minutes, pg_temp.moment(b.today - 544, 730, b.zone),
    pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Carroll Gardens and Gowanus', '{11231,11215}', 2.5, 30), (2, 'Downtown and Prospect Heights', '{11201,11217,11238}', 4, 45)) AS z (place, name, codes,
    distance, minutes) WHERE b.slug = 'bistro' ORDER BY z.place;

INSERT INTO rest.deliveries (id, business_id, order_id, delivery_zone_id, driver_id, dropoff_coordinates, quoted_for, assigned_at, picked_up_at, delivered_at, status, created_at)
SELECT pg_temp.id(o.key || '/delivery'), o.business_id, o.id, pg_temp.id('bistro/zone/' || CASE WHEN c.postal_code IN ('11231', '11215') THEN 1 ELSE 2 END),
    CASE WHEN o.status IN ('completed', 'ready') THEN pg_temp.id('user/diego.santos@bistro.test') END, pg_temp.point(c.longitude, c.latitude),
    coalesce(o.scheduled_for, o.ordered_at + interval '45 minutes'), CASE WHEN o.status IN ('completed', 'ready') THEN o.ready_at - interval '5 minutes' END,
    CASE WHEN o.status = 'completed' THEN o.ready_at + interval '3 minutes' END,
    CASE WHEN o.status = 'completed' THEN o.ready_at + make_interval(mins => pg_temp.number(o.key || '/drive', 12, 28)) END,
    CASE o.status WHEN 'completed' THEN 'delivered' WHEN 'ready' THEN 'assigned' ELSE 'pending' END, o.ordered_at
FROM demo_recent_order o JOIN demo_customer c ON c.slug = 'bistro' AND c.n = o.customer WHERE o.order_type = 'delivery' AND o.status <> 'draft' ORDER BY o.n;

-- The rota from a week ago until a week ahead: everybody five days of seven.
INSERT INTO rest.shifts (id, business_id, location_id, user_id, dining_area_id, role, is_tip_eligible, starts_at, ends_at, break_minutes, status, created_at, created_by)
SELECT pg_temp.id('bistro/shift/' || p.shift || '/' || day), b.id, pg_temp.id('location/bistro/MAIN'), p.id,
    pg_temp.id('bistro/area/' || CASE WHEN p.job_title = 'Bartender' THEN 'bar' WHEN p.shift % 3 = 0 THEN 'patio' ELSE 'main_dining' END),
    CASE WHEN p.job_title = 'Bartender' THEN 'bartender' WHEN p.shift = 5 THEN 'driver' ELSE 'server' END, true, pg_temp.moment(b.today + day, 900, b.zone), pg_temp.moment(b.today + day, 1380, b.zone), 30,
    CASE WHEN day < 0 THEN 'worked' WHEN day <= 2 THEN 'confirmed' WHEN day = 5 AND p.shift = 2 THEN 'swap_requested' ELSE 'published' END, pg_temp.moment(b.today + day - 10, 720, b.zone),
    pg_temp.id('user/manager@bistro.test')
FROM demo_business b JOIN demo_person p USING (slug) CROSS JOIN generate_series(-7, 7) AS day WHERE b.slug = 'bistro' AND p.shift IS NOT NULL AND (day + 7 + p.shift) % 7 < 5 ORDER BY day, p.shift;

INSERT INTO rest.shifts (id, business_id, location_id, role, starts_at, ends_at, break_minutes, status, notes, created_at, created_by)
SELECT pg_temp.id('bistro/open-shift/' || day), b.id, pg_temp.id('location/bistro/MAIN'), 'cook', pg_temp.moment(b.today + day, 840, b.zone), pg_temp.moment(b.today + day, 1380, b.zone), 30, 'open',
    'Somebody for the grill, please.', pg_temp.moment(b.today - 2, 720, b.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_business b CROSS JOIN generate_series(1, 3) AS day WHERE b.slug = 'bistro' ORDER BY day;

INSERT INTO rest.table_assignments (id, business_id, shift_id, table_id, created_at)
SELECT pg_temp.id('bistro/assigned/' || t.table_number), b.id, s.id, t.id, pg_temp.moment(b.today, 0, b.zone)
FROM demo_business b JOIN rest.tables t ON t.business_id = b.id
JOIN (SELECT x.*, row_number() OVER (ORDER BY x.id) AS place, count(*) OVER () AS places FROM rest.shifts x JOIN demo_business o ON o.id = x.business_id
    WHERE x.user_id IS NOT NULL AND (x.starts_at AT TIME ZONE o.zone)::date = o.today) AS s ON s.place = 1 + t.table_number::integer % s.places
WHERE b.slug = 'bistro' ORDER BY t.table_number::integer;

INSERT INTO rest.tip_pools (id, business_id, business_date, name, split_method, share_rate, status, created_at, created_by)
SELECT pg_temp.id('bistro/tips/' || day), b.id, b.today + day, 'Dining room', 'hours', 0.3, 'open', pg_temp.moment(b.today + day + 1, 100, b.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_business b CROSS JOIN generate_series(-6, -1) AS day WHERE b.slug = 'bistro' ORDER BY day;

INSERT INTO rest.tip_distributions (id, business_id, tip_pool_id, user_id, shift_id, role, hours, created_at)
SELECT pg_temp.id('bistro/tips/' || s.id), s.business_id, pg_temp.id('bistro/tips/' || ((s.starts_at AT TIME ZONE b.zone)::date - b.today)), s.user_id, s.id, s.role, s.hours, s.ends_at
FROM rest.shifts s JOIN demo_business b ON b.id = s.business_id WHERE s.user_id IS NOT NULL AND (s.starts_at AT TIME ZONE b.zone)::date - b.today BETWEEN -6 AND -1 ORDER BY s.starts_at, s.id;

UPDATE rest.tip_pools t SET status = 'calculated' FROM demo_business b WHERE b.slug = 'bistro' AND t.business_id = b.id AND t.business_date < b.today - 1;
UPDATE rest.tip_pools t SET status = 'approved', approved_by_id = pg_temp.id('user/owner@bistro.test') FROM demo_business b WHERE b.slug = 'bistro' AND t.business_id = b.id AND t.business_date < b.today - 3;
