-- The bistro's menus, rooms and guests.

INSERT INTO rest.menus (id, business_id, location_id, name, description, order_types, available_start_time, available_end_time, available_days, sort_order, created_at, created_by)
SELECT pg_temp.id('bistro/menu/' || m.place), b.id, pg_temp.id('location/bistro/MAIN'), m.name, m.description, m.types::text[], m.opens, m.closes, m.days::integer[], m.place,
    pg_temp.moment(b.today - 544, 600 + m.place, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN (VALUES
    (1, 'À la carte', 'The whole menu.', '{dine_in,takeout,delivery,online}', time '11:30', time '22:30', '{1,2,3,4,5,6,7}'), (2, 'Weekend brunch', 'Saturday and Sunday.', '{dine_in}', '10:00', '15:00', '{6,7}'),
    (3, 'Bar', 'Drinks and small plates.', '{dine_in}', '16:00', '23:30', '{1,2,3,4,5,6,7}')
) AS m (place, name, description, types, opens, closes, days) WHERE b.slug = 'bistro' ORDER BY m.place;

INSERT INTO rest.menu_sections (id, business_id, menu_id, menu_category_id, sort_order, created_at)
SELECT pg_temp.id('bistro/menu/' || m.menu || '/' || c.place), b.id, pg_temp.id('bistro/menu/' || m.menu), pg_temp.id('bistro/menu_category/' || c.place), c.place, pg_temp.moment(b.today - 544, 610, b.zone)
FROM demo_business b CROSS JOIN demo_menu_category c JOIN (VALUES (1, '{1,2,3,4,5,7,8,9}'::integer[]), (2, '{2,6,7,8}'), (3, '{1,9,10}')) AS m (menu, categories) ON c.place = ANY (m.categories)
WHERE b.slug = 'bistro' ORDER BY m.menu, c.place;

-- Wine comes by the glass, in a carafe and in a bottle.
INSERT INTO rest.menu_item_sizes (id, business_id, menu_item_id, name, price, cost, is_default, sort_order, created_at)
SELECT pg_temp.id('bistro/size/' || d.name || '/' || s.name), b.id, pg_temp.id('bistro/menu_item/' || d.name), s.name, round(d.price * s.factor), round(d.price * s.factor * 0.26, 2), s.place = 1,
    s.place, pg_temp.moment(b.today - 544, 670, b.zone)
FROM demo_business b CROSS JOIN demo_dish d CROSS JOIN (VALUES (1, 'Glass', 1.0), (2, 'Carafe', 2.4), (3, 'Bottle', 4.2)) AS s (place, name, factor) WHERE b.slug = 'bistro' AND d.category = 9 ORDER BY d.name, s.place;

INSERT INTO rest.modifier_groups (id, business_id, name, prompt, min_selections, max_selections, sort_order, created_at, created_by)
SELECT pg_temp.id('bistro/choice/' || g.place), b.id, g.name, g.prompt, g.least, g.most, g.place, pg_temp.moment(b.today - 544, 680, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Temperature', 'How would you like it?', 1, 1), (2, 'Sauce', 'Which sauce?', 0, 2), (3, 'Changes', 'Anything to leave out?', 0, 3)) AS g (place, name,
    prompt, least, most) WHERE b.slug = 'bistro' ORDER BY g.place;

INSERT INTO rest.modifiers (id, business_id, modifier_group_id, name, kitchen_name, price_adjustment, is_default, sort_order, created_at)
SELECT pg_temp.id('bistro/choice/' || m.choice || '/' || m.name), b.id, pg_temp.id('bistro/choice/' || m.choice), m.name, upper(left(m.name, 8)), m.price, m.is_default,
    row_number() OVER (PARTITION BY m.choice ORDER BY m.name), pg_temp.moment(b.today - 544, 681, b.zone)
FROM demo_business b CROSS JOIN (VALUES (1, 'Rare', 0, false), (1, 'Medium rare', 0, true), (1, 'Medium', 0, false), (1, 'Well done', 0, false), (2, 'Béarnaise', 0, true), (2, 'Au poivre', 0, false),
    (2, 'Chimichurri', 0, false), (2, 'Extra sauce', 2, false),
    (3, 'No nuts', 0, false), (3, 'No dairy', 0, false), (3, 'Sauce on the side', 0, false)) AS m (choice, name, price, is_default) WHERE b.slug = 'bistro' ORDER BY m.choice, m.name;

INSERT INTO rest.menu_item_modifier_groups (id, business_id, menu_item_id, modifier_group_id, sort_order, created_at)
SELECT pg_temp.id('bistro/choice/' || d.name || '/' || g), b.id, pg_temp.id('bistro/menu_item/' || d.name), pg_temp.id('bistro/choice/' || g), g, pg_temp.moment(b.today - 544, 682, b.zone)
FROM demo_business b CROSS JOIN demo_dish d CROSS JOIN generate_series(1, 3) AS g WHERE b.slug = 'bistro' AND d.type = 'food' AND (g = 3 OR d.category = 4) ORDER BY d.category, d.name, g;

INSERT INTO rest.menu_item_allergens (id, business_id, menu_item_id, allergen, presence, created_at)
SELECT pg_temp.id('bistro/allergen/' || d.name || '/' || a.allergen), b.id, pg_temp.id('bistro/menu_item/' || d.name), a.allergen, a.presence, pg_temp.moment(b.today - 544, 690, b.zone)
FROM demo_business b CROSS JOIN demo_dish d CROSS JOIN LATERAL (
    SELECT 'gluten' AS allergen, 'contains' AS presence WHERE NOT d.diet && '{gluten_free}'
    UNION ALL SELECT 'milk', CASE WHEN d.description ~* 'butter|cream|crème|cheese|Gruyère|Comté|Parmesan|béchamel' THEN 'contains' ELSE 'may_contain' END WHERE NOT d.diet && '{dairy_free,vegan}'
    UNION ALL SELECT 'eggs', 'contains' WHERE d.description ~* 'egg|meringue|aïoli|hollandaise|quail'
    UNION ALL SELECT 'fish', 'contains' WHERE d.description ~* 'fish|tuna|trout|salmon|anchovy' OR d.name ~* 'trout|salmon|branzino'
    UNION ALL SELECT 'molluscs', 'contains' WHERE d.name ~* 'oyster|moules|escargots' OR d.description ~* 'mussels'
    UNION ALL SELECT 'tree_nuts', 'contains' WHERE d.description ~* 'almond|hazelnut|walnut|pistachio|praline'
) AS a WHERE b.slug = 'bistro' AND d.type IN ('food', 'dessert') ORDER BY d.category, d.name, a.allergen;

INSERT INTO rest.dining_areas (id, business_id, location_id, name, area_type, is_reservable, sort_order, created_at, created_by)
SELECT pg_temp.id('bistro/area/' || a.section), b.id, pg_temp.id('location/bistro/MAIN'), a.name, a.type, a.section <> 'bar', a.place, pg_temp.moment(b.today - 544, 700, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'main_dining', 'Dining room', 'dining_room'), (2, 'patio', 'Patio', 'patio'), (3, 'bar', 'Bar', 'bar')) AS a (place, section, name, type)
WHERE b.slug = 'bistro' ORDER BY a.place;

UPDATE rest.tables t SET dining_area_id = pg_temp.id('bistro/area/' || t.section) FROM demo_business b WHERE b.slug = 'bistro' AND t.business_id = b.id;

INSERT INTO rest.service_periods (id, business_id, location_id, name, day_of_week, start_time, end_time, turn_minutes, maximum_covers, created_at, created_by)
SELECT pg_temp.id('bistro/service/' || s.name || day), b.id, pg_temp.id('location/bistro/MAIN'), s.name, day, s.starts, s.ends, 100, 70, pg_temp.moment(b.today - 544, 710, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN generate_series(1, 7) AS day JOIN (VALUES ('Lunch', time '11:30', time '15:00', 1, 5), ('Brunch', '10:00', '15:00', 6, 7),
    ('Dinner', '17:00', '23:00', 1, 7)) AS s (name, starts, ends, first, last) ON day BETWEEN s.first AND s.last
WHERE b.slug = 'bistro' ORDER BY day, s.name;

-- Eight parties an evening, each at a table of its own, from two weeks ago until ten days ahead.
CREATE TEMPORARY TABLE demo_reservation ON COMMIT DROP AS
SELECT b.id AS business_id, b.zone, b.today, day, seat AS place, 'bistro/reservation/' || day || '/' || seat AS key, c.id AS customer_id, c.first_name || ' ' || c.last_name AS name, c.key AS customer_key, b.area_codes,
    pg_temp.moment(b.today + day, 1050 + 15 * pg_temp.number('bistro/reservation/' || day || '/' || seat || '/slot', 0, 14), b.zone) AS reserved_for, extract(isodow FROM b.today + day)::integer AS weekday,
    CASE WHEN day < 0 THEN CASE WHEN pg_temp.share('bistro/reservation/' || day || '/' || seat || '/end') < 0.84 THEN 'completed'
    WHEN pg_temp.share('bistro/reservation/' || day || '/' || seat || '/end') < 0.93 THEN 'cancelled' ELSE 'no_show' END
        WHEN day <= 1 OR pg_temp.share('bistro/reservation/' || day || '/' || seat || '/end') < 0.4 THEN 'confirmed' ELSE 'booked' END AS status,
    t.capacity
FROM demo_business b CROSS JOIN generate_series(-14, 10) AS day CROSS JOIN generate_series(1, 8) AS seat
JOIN demo_customer c ON c.slug = b.slug AND c.active_place = 1 + pg_temp.hash('bistro/reservation/' || day || '/' || seat || '/guest') % 180
JOIN rest.tables t ON t.business_id = b.id AND t.id = pg_temp.id('bistro/table/' || seat * 2)
WHERE b.slug = 'bistro' AND (day < 0 OR seat <= 8 - day / 2);

INSERT INTO rest.reservations (id, business_id, location_id, customer_id, reservation_number, service_period_id, guest_name, guest_phone, party_size, reserved_for, duration_minutes, channel, occasion,
    special_requests, status, seated_at, completed_at, cancelled_at, created_at, created_by)
SELECT pg_temp.id(r.key), r.business_id, pg_temp.id('location/bistro/MAIN'), r.customer_id,
    pg_temp.document_number('RES', r.reserved_for, r.zone, row_number() OVER (PARTITION BY extract(year FROM r.reserved_for AT TIME ZONE r.zone) ORDER BY r.day, r.place)),
    pg_temp.id('bistro/service/Dinner' || r.weekday), r.name, pg_temp.phone(r.customer_key, r.area_codes), greatest(1, least(r.capacity, pg_temp.number(r.key || '/party', 2, 6))), r.reserved_for, 100,
    pg_temp.pick(r.key || '/channel', '{phone,website,website,partner,in_person}'),
    CASE WHEN pg_temp.share(r.key || '/occasion') < 0.15 THEN pg_temp.pick(r.key || '/occasion', '{Birthday,Anniversary,Business}') END,
    CASE WHEN pg_temp.share(r.key || '/request') < 0.15 THEN pg_temp.pick(r.key || '/request', '{"By the window.","High chair.","Quiet table.","Nut allergy."}') END,
    r.status, CASE r.status WHEN 'completed' THEN r.reserved_for + interval '6 minutes' END, CASE r.status WHEN 'completed' THEN r.reserved_for + interval '98 minutes' END,
    CASE r.status WHEN 'cancelled' THEN r.reserved_for - interval '5 hours' END,
    least(r.reserved_for - make_interval(days => pg_temp.number(r.key || '/ahead', 1, 12)), now() - interval '1 hour'), pg_temp.id('user/manager@bistro.test')
FROM demo_reservation r ORDER BY r.day, r.place;

INSERT INTO rest.reservation_tables (id, business_id, reservation_id, table_id, created_at)
SELECT pg_temp.id(r.key || '/table'), r.business_id, pg_temp.id(r.key), pg_temp.id('bistro/table/' || r.place * 2), least(r.reserved_for, now()) - interval '1 hour' FROM demo_reservation r ORDER BY r.day, r.place;

INSERT INTO rest.waitlist_entries (id, business_id, location_id, guest_name, guest_phone, party_size, quoted_minutes, joined_at, notified_at, seated_at, status, created_at)
SELECT pg_temp.id('bistro/waitlist/' || n), b.id, pg_temp.id('location/bistro/MAIN'), m.first_names[n * 3], pg_temp.phone('bistro/waitlist/' || n, b.area_codes), 1 + n % 4, 10 + n % 3 * 10, w.joined,
    CASE WHEN n <= 6 THEN w.joined + make_interval(mins => 8 + n) END,
    CASE WHEN n <= 5 THEN w.joined + make_interval(mins => 12 + n) END, CASE WHEN n <= 5 THEN 'seated' WHEN n = 6 THEN 'notified' WHEN n = 7 THEN 'left' ELSE 'waiting' END, w.joined
FROM demo_business b JOIN demo_names m USING (slug) CROSS JOIN generate_series(1, 10) AS n CROSS JOIN LATERAL (SELECT date_trunc('minute', now()) - make_interval(mins => 70 - 6 * n) AS joined) AS w
WHERE b.slug = 'bistro' ORDER BY n;

INSERT INTO rest.guest_profiles (id, business_id, customer_id, preferred_area_id, preferred_server_id, allergies, dietary_preferences, seating_notes, birthday, is_vip, created_at, created_by)
SELECT pg_temp.id(c.key || '/guest'), c.business_id, c.id, pg_temp.id('bistro/area/' || pg_temp.pick(c.key || '/area', '{main_dining,main_dining,patio,bar}')),
    CASE WHEN c.n % 4 = 0 THEN pg_temp.id('user/staff@bistro.test') END,
    CASE WHEN c.n % 9 = 0 THEN '{tree nuts}'::text[] WHEN c.n % 13 = 0 THEN '{shellfish}' ELSE '{}' END, CASE WHEN c.n % 7 = 0 THEN '{vegetarian}'::text[] ELSE '{}' END,
    CASE WHEN c.n % 6 = 0 THEN 'Likes the corner booth.' END,
    make_date(1950 + pg_temp.number(c.key || '/born', 0, 48), pg_temp.number(c.key || '/month', 1, 12), pg_temp.number(c.key || '/day', 1, 28)), c.n % 11 = 0, c.created_at + interval '1 day',
    pg_temp.id('user/manager@bistro.test')
FROM demo_customer c WHERE c.slug = 'bistro' AND c.n <= 80 AND c.status = 'active' ORDER BY c.n;

INSERT INTO rest.catering_events (id, business_id, customer_id, location_id, coordinator_id, name, event_type, venue, venue_address, starts_at, ends_at, guest_count, quoted_amount, deposit_amount,
    deposit_paid_at, status, created_at, created_by)
SELECT pg_temp.id('bistro/event/' || e.n), b.id, c.id, pg_temp.id('location/bistro/MAIN'), pg_temp.id('user/manager@bistro.test'), e.name, e.type, e.venue,
    CASE e.venue WHEN 'customer_site' THEN c.address || ', ' || c.city END, pg_temp.moment(b.today + e.day, 1080, b.zone), pg_temp.moment(b.today + e.day, 1320, b.zone),
    e.guests, e.guests * 85, e.guests * 25, CASE WHEN e.status IN ('confirmed', 'completed') THEN pg_temp.moment(b.today + least(e.day, 0) - 20, 700, b.zone) END, e.status,
    pg_temp.moment(b.today + least(e.day, 0) - 30, 660, b.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Rehearsal dinner', 'wedding', 'on_site', -12, 34, 'completed'), (2, 'Office holiday lunch', 'corporate', 'customer_site', 16, 45, 'confirmed'),
    (3, 'Fortieth birthday', 'birthday', 'on_site', 9, 22, 'confirmed'), (4, 'Gallery opening', 'corporate', 'customer_site', 32, 60, 'proposed'),
    (5, 'Book club supper', 'other', 'on_site', 24, 14, 'inquiry')) AS e (n, name, type, venue, day, guests, status) JOIN demo_customer c ON c.slug = b.slug AND c.active_place = 10 + e.n * 9
    WHERE b.slug = 'bistro' ORDER BY e.n;
