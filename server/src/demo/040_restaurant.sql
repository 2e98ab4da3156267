-- The bistro: its menu, its room and its orders.

CREATE TEMPORARY TABLE demo_menu_category (place integer PRIMARY KEY, course text NOT NULL, name text NOT NULL, description text NOT NULL, days integer[] NOT NULL, opens time, closes time) ON COMMIT DROP;
INSERT INTO demo_menu_category VALUES
    (1, 'starter', 'Hors d''œuvres', 'Small plates to begin with.', '{1,2,3,4,5,6,7}', NULL, NULL),
    (2, 'starter', 'Soups and salads', 'From the market, every morning.', '{1,2,3,4,5,6,7}', NULL, NULL),
    (3, 'main', 'Plats', 'The kitchen''s own.', '{1,2,3,4,5,6,7}', NULL, NULL),
    (4, 'main', 'From the grill', 'Over oak, with one sauce of your choice.', '{1,2,3,4,5,6,7}', '17:00', '22:30'),
    (5, 'side', 'Sides', 'To share.', '{1,2,3,4,5,6,7}', NULL, NULL),
    (6, 'main', 'Weekend brunch', 'Saturdays and Sundays until three.', '{6,7}', '10:00', '15:00'),
    (7, 'dessert', 'Desserts', 'Made in house.', '{1,2,3,4,5,6,7}', NULL, NULL),
    (8, 'drink', 'Coffee and soft drinks', 'Without alcohol.', '{1,2,3,4,5,6,7}', NULL, NULL),
    (9, 'drink', 'Wine by the glass', 'Small growers, mostly from the Loire.', '{1,2,3,4,5,6,7}', NULL, NULL),
    (10, 'drink', 'Cocktails and beer', 'From the bar.', '{1,2,3,4,5,6,7}', '16:00', '23:30');

INSERT INTO rest.menu_categories (id, business_id, name, description, sort_order, available_start_time, available_end_time, available_days, created_at, created_by)
SELECT pg_temp.id('bistro/menu_category/' || c.place), b.id, c.name, c.description, c.place, c.opens, c.closes, c.days, pg_temp.moment(b.today - 545, 600 + c.place, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_menu_category c JOIN demo_business b ON b.slug = 'bistro' ORDER BY c.place;

CREATE TEMPORARY TABLE demo_dish (
    category integer NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    price numeric NOT NULL,
    type text NOT NULL,
    diet text[] NOT NULL,
    minutes integer NOT NULL,
    station text NOT NULL
) ON COMMIT DROP;
INSERT INTO demo_dish VALUES
    (1, 'Escargots de Bourgogne', 'Six snails, parsley and garlic butter.', 16, 'food', '{gluten_free}', 12, 'hot'),
    (1, 'Steak tartare', 'Hand-cut beef, capers, quail egg, toast.', 19, 'food', '{}', 10, 'cold'),
    (1, 'Chicken liver mousse', 'Sauternes jelly, cornichons, brioche.', 14, 'food', '{}', 6, 'cold'),
    (1, 'Gougères', 'Warm cheese puffs, Comté.', 11, 'food', '{vegetarian}', 8, 'pastry'),
    (1, 'Oysters, half dozen', 'East coast, mignonette.', 21, 'food', '{gluten_free,dairy_free}', 8, 'cold'),
    (1, 'Charcuterie board', 'Saucisson, jambon, pâté de campagne, mustard.', 24, 'food', '{dairy_free}', 8, 'cold'),
    (1, 'Cheese board', 'Three cheeses, honeycomb, walnut bread.', 22, 'food', '{vegetarian}', 7, 'cold'),
    (1, 'Moules marinières', 'Mussels, white wine, shallots.', 18, 'food', '{gluten_free}', 12, 'hot'),
    (1, 'Leeks vinaigrette', 'Hazelnuts, soft egg.', 13, 'food', '{vegetarian,gluten_free}', 7, 'cold'),
    (2, 'French onion soup', 'Gruyère, sourdough.', 14, 'food', '{}', 10, 'hot'),
    (2, 'Soup of the day', 'Ask your server.', 11, 'food', '{vegetarian}', 6, 'hot'),
    (2, 'Salade Niçoise', 'Tuna, beans, olives, egg.', 21, 'food', '{gluten_free,dairy_free}', 9, 'cold'),
    (2, 'Frisée aux lardons', 'Poached egg, warm bacon vinaigrette.', 16, 'food', '{dairy_free}', 9, 'cold'),
    (2, 'Beet and goat cheese salad', 'Pistachio, sherry vinegar.', 15, 'food', '{vegetarian,gluten_free}', 8, 'cold'),
    (2, 'Little gem salad', 'Buttermilk, radish, herbs.', 13, 'food', '{vegetarian,gluten_free}', 6, 'cold'),
    (3, 'Coq au vin', 'Chicken braised in Burgundy, pearl onions, mushrooms.', 31, 'food', '{dairy_free}', 18, 'hot'),
    (3, 'Bœuf bourguignon', 'Short rib, carrots, pommes purée.', 36, 'food', '{gluten_free}', 18, 'hot'),
    (3, 'Duck confit', 'Lentils du Puy, frisée.', 34, 'food', '{gluten_free,dairy_free}', 20, 'hot'),
    (3, 'Trout amandine', 'Brown butter, haricots verts.', 32, 'food', '{gluten_free}', 16, 'hot'),
    (3, 'Bouillabaisse', 'Fish, mussels, saffron, rouille.', 38, 'food', '{dairy_free}', 20, 'hot'),
    (3, 'Ratatouille', 'Slow-cooked vegetables, polenta.', 25, 'food', '{vegan,gluten_free}', 14, 'hot'),
    (3, 'Mushroom vol-au-vent', 'Puff pastry, wild mushrooms, tarragon.', 27, 'food', '{vegetarian}', 16, 'pastry'),
    (3, 'Croque monsieur', 'Ham, Gruyère, béchamel, salad.', 19, 'food', '{}', 12, 'hot'),
    (3, 'Cassoulet', 'White beans, duck leg, Toulouse sausage.', 35, 'food', '{dairy_free}', 18, 'hot'),
    (3, 'Quiche of the day', 'With a green salad.', 18, 'food', '{vegetarian}', 8, 'pastry'),
    (3, 'Gnocchi parisienne', 'Brown butter, peas, Parmesan.', 26, 'food', '{vegetarian}', 15, 'hot'),
    (4, 'Steak frites', 'Hanger steak, béarnaise, fries.', 37, 'food', '{gluten_free}', 18, 'grill'),
    (4, 'Côte de bœuf for two', 'Bone-in rib eye, marrow, two sides.', 98, 'food', '{gluten_free}', 30, 'grill'),
    (4, 'Lumière burger', 'Dry-aged beef, raclette, onion jam, fries.', 24, 'food', '{}', 15, 'grill'),
    (4, 'Half chicken', 'Lemon, thyme, jus.', 29, 'food', '{gluten_free,dairy_free}', 22, 'grill'),
    (4, 'Lamb chops', 'Anchovy butter, flageolets.', 42, 'food', '{gluten_free}', 18, 'grill'),
    (4, 'Grilled branzino', 'Fennel, olives.', 36, 'food', '{gluten_free,dairy_free}', 17, 'grill'),
    (4, 'Cauliflower steak', 'Capers, raisins, almond cream.', 24, 'food', '{vegan,gluten_free}', 15, 'grill'),
    (5, 'Pommes frites', 'With aïoli.', 9, 'food', '{vegetarian,gluten_free}', 7, 'fry'),
    (5, 'Pommes purée', 'More butter than potato.', 9, 'food', '{vegetarian,gluten_free}', 5, 'hot'),
    (5, 'Haricots verts', 'Shallots, almonds.', 10, 'food', '{vegan,gluten_free}', 6, 'hot'),
    (5, 'Gratin dauphinois', 'Cream, Gruyère.', 12, 'food', '{vegetarian,gluten_free}', 8, 'hot'),
    (5, 'Roasted carrots', 'Honey, cumin.', 10, 'food', '{vegetarian,gluten_free,dairy_free}', 8, 'hot'),
    (5, 'Bread and butter', 'Sourdough, cultured butter.', 6, 'food', '{vegetarian}', 2, 'pastry'),
    (6, 'Omelette aux fines herbes', 'With fries or salad.', 17, 'food', '{vegetarian,gluten_free}', 9, 'hot'),
    (6, 'Eggs Benedict', 'Ham, hollandaise, English muffin.', 19, 'food', '{}', 11, 'hot'),
    (6, 'Brioche French toast', 'Berries, crème fraîche.', 17, 'food', '{vegetarian}', 10, 'pastry'),
    (6, 'Croque madame', 'The monsieur with an egg.', 21, 'food', '{}', 12, 'hot'),
    (6, 'Smoked salmon tartine', 'Crème fraîche, dill, pickled onion.', 20, 'food', '{}', 7, 'cold'),
    (6, 'Shakshuka', 'Eggs in tomato, goat cheese.', 18, 'food', '{vegetarian}', 12, 'hot'),
    (7, 'Crème brûlée', 'Tahitian vanilla.', 12, 'dessert', '{vegetarian,gluten_free}', 5, 'pastry'),
    (7, 'Tarte Tatin', 'Caramelized apples, crème fraîche.', 13, 'dessert', '{vegetarian}', 7, 'pastry'),
    (7, 'Chocolate mousse', 'Olive oil, sea salt.', 11, 'dessert', '{vegetarian,gluten_free}', 3, 'pastry'),
    (7, 'Profiteroles', 'Vanilla ice cream, hot chocolate.', 13, 'dessert', '{vegetarian}', 6, 'pastry'),
    (7, 'Île flottante', 'Meringue, crème anglaise, praline.', 12, 'dessert', '{vegetarian,gluten_free}', 5, 'pastry'),
    (7, 'Sorbet, two scoops', 'Ask for today''s fruit.', 9, 'dessert', '{vegan,gluten_free}', 3, 'pastry'),
    (7, 'Lemon tart', 'Burnt meringue.', 12, 'dessert', '{vegetarian}', 4, 'pastry'),
    (8, 'Espresso', '', 4, 'beverage', '{vegan}', 2, 'bar'),
    (8, 'Cappuccino', '', 5.5, 'beverage', '{vegetarian}', 3, 'bar'),
    (8, 'Café crème', '', 5.5, 'beverage', '{vegetarian}', 3, 'bar'),
    (8, 'Pot of tea', 'Earl Grey, mint or chamomile.', 5, 'beverage', '{vegan}', 3, 'bar'),
    (8, 'Citron pressé', 'Lemon, sugar on the side.', 6, 'beverage', '{vegan}', 3, 'bar'),
    (8, 'Sparkling water, bottle', '', 8, 'beverage', '{vegan}', 1, 'bar'),
    (8, 'Orangina', '', 5, 'beverage', '{vegan}', 1, 'bar'),
    (9, 'Sancerre', 'Sauvignon blanc, Loire.', 17, 'alcohol', '{vegan}', 2, 'bar'),
    (9, 'Muscadet', 'Melon de Bourgogne, Loire.', 13, 'alcohol', '{vegan}', 2, 'bar'),
    (9, 'Chinon', 'Cabernet franc, Loire.', 14, 'alcohol', '{vegan}', 2, 'bar'),
    (9, 'Côtes du Rhône', 'Grenache and Syrah.', 13, 'alcohol', '{vegan}', 2, 'bar'),
    (9, 'Bandol rosé', 'Mourvèdre, Provence.', 15, 'alcohol', '{vegan}', 2, 'bar'),
    (9, 'Crémant de Loire', 'Dry, fine bubbles.', 15, 'alcohol', '{vegan}', 2, 'bar'),
    (10, 'French 75', 'Gin, lemon, Crémant.', 17, 'alcohol', '{vegan}', 4, 'bar'),
    (10, 'Lillet spritz', 'Lillet blanc, tonic, cucumber.', 15, 'alcohol', '{vegan}', 3, 'bar'),
    (10, 'Boulevardier', 'Bourbon, Campari, vermouth.', 17, 'alcohol', '{vegan}', 4, 'bar'),
    (10, 'Negroni', '', 16, 'alcohol', '{vegan}', 3, 'bar'),
    (10, 'Kronenbourg, draft', '', 9, 'alcohol', '{vegan}', 2, 'bar'),
    (10, 'Brooklyn pilsner', '', 9, 'alcohol', '{vegan}', 2, 'bar');

INSERT INTO rest.menu_items (id, business_id, category_id, name, description, base_price, cost_price, type, dietary_restrictions, track_inventory, current_stock, low_stock_threshold,
    available_start_time, available_end_time, available_days, prep_time_minutes, kitchen_station, modifiers, sort_order, created_at, created_by)
SELECT pg_temp.id('bistro/menu_item/' || d.name), b.id, pg_temp.id('bistro/menu_category/' || d.category), d.name, nullif(d.description, ''), d.price,
    round(d.price * (CASE d.type WHEN 'alcohol' THEN 0.24 WHEN 'beverage' THEN 0.15 ELSE 0.30 END + 0.06 * pg_temp.share('bistro/cost/' || d.name))::numeric, 2),
    d.type, d.diet, d.type = 'alcohol', CASE WHEN d.type = 'alcohol' THEN pg_temp.number('bistro/stock/' || d.name, 4, 60) ELSE 0 END, CASE WHEN d.type = 'alcohol' THEN 8 ELSE 0 END,
    c.opens, c.closes, c.days, d.minutes, d.station,
    CASE d.station WHEN 'grill' THEN '{"temperature": ["rare", "medium rare", "medium", "well done"], "sauce": ["béarnaise", "au poivre", "chimichurri"]}'::jsonb ELSE '{}'::jsonb END,
    row_number() OVER (PARTITION BY d.category ORDER BY d.price, d.name), pg_temp.moment(b.today - 545, 660, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_dish d JOIN demo_menu_category c ON c.place = d.category JOIN demo_business b ON b.slug = 'bistro'
ORDER BY d.category, d.price, d.name;

INSERT INTO rest.tables (id, business_id, table_number, table_name, capacity, section, position_x, position_y, created_at, created_by)
SELECT pg_temp.id('bistro/table/' || n), b.id, n::text,
    CASE n WHEN 4 THEN 'Window' WHEN 9 THEN 'Corner booth' WHEN 12 THEN 'Chef''s table' END,
    CASE WHEN n IN (9, 12) THEN 8 WHEN n > 14 THEN 2 WHEN n % 3 = 0 THEN 6 WHEN n % 3 = 1 THEN 2 ELSE 4 END,
    CASE WHEN n <= 12 THEN 'main_dining' WHEN n <= 16 THEN 'patio' ELSE 'bar' END, 80 + (n - 1) % 6 * 120, 80 + (n - 1) / 6 * 140,
    pg_temp.moment(b.today - 545, 720 + n, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN generate_series(1, 20) AS n WHERE b.slug = 'bistro' ORDER BY n;

-- What one guest may have of a course: nothing for two, nothing from brunch.
CREATE TEMPORARY TABLE demo_course ON COMMIT DROP AS
SELECT c.course, d.name, d.price, row_number() OVER (PARTITION BY c.course ORDER BY d.name) AS place, count(*) OVER (PARTITION BY c.course) AS places
FROM demo_dish d JOIN demo_menu_category c ON c.place = d.category
WHERE d.price < 90 AND c.name <> 'Weekend brunch';
ANALYZE demo_course;

-- 1,450 orders of the past, twelve under way, and 40 that are wanted in the coming week.
CREATE TEMPORARY TABLE demo_order ON COMMIT DROP AS
WITH placed AS MATERIALIZED (
    SELECT b.id AS business_id, b.zone, b.today, b.crew, b.tax_rate, n, 'bistro/order/' || n AS key, pg_temp.share('bistro/order/' || n || '/type') AS kind,
        CASE WHEN n <= 1450 THEN -514 + floor(513.9 * power((n - 1) / 1450.0, 0.85))::integer WHEN n <= 1462 THEN 0 ELSE (n - 1463) / 5 END AS day
    FROM demo_business b CROSS JOIN generate_series(1, 1502) AS n WHERE b.slug = 'bistro'
), typed AS MATERIALIZED (
    SELECT p.*,
        CASE WHEN p.n > 1462 THEN CASE WHEN p.kind < 0.6 THEN 'takeout' WHEN p.kind < 0.85 THEN 'delivery' ELSE 'online' END
            WHEN p.kind < 0.68 THEN 'dine_in' WHEN p.kind < 0.84 THEN 'takeout' WHEN p.kind < 0.92 THEN 'delivery' ELSE 'online' END AS order_type,
        CASE
            WHEN p.n <= 1450 THEN CASE WHEN pg_temp.share(p.key || '/status') < 0.03 THEN 'cancelled' ELSE 'completed' END
            WHEN p.n <= 1462 THEN (ARRAY['served', 'served', 'served', 'ready', 'ready', 'preparing', 'preparing', 'preparing', 'confirmed', 'submitted', 'submitted', 'draft'])[p.n - 1450]
            WHEN p.day < 5 THEN 'confirmed' ELSE 'submitted'
        END AS status,
        CASE
            WHEN p.n <= 1450 AND pg_temp.share(p.key || '/meal') < 0.35 THEN pg_temp.moment(p.today + p.day, pg_temp.number(p.key || '/minute', 705, 855), p.zone)
            WHEN p.n <= 1450 THEN pg_temp.moment(p.today + p.day, pg_temp.number(p.key || '/minute', 1035, 1290), p.zone)
            WHEN p.n <= 1462 THEN date_trunc('minute', now()) - make_interval(mins => 76 - 6 * (p.n - 1450))
            ELSE pg_temp.moment(p.today - 1 - p.n % 3, 600 + 12 * (p.n - 1462), p.zone)
        END AS ordered_at,
        CASE WHEN p.n > 1462 THEN pg_temp.moment(p.today + p.day, 1020 + 30 * (p.n % 5), p.zone) END AS scheduled_for
    FROM placed p
), seated AS MATERIALIZED (
    SELECT t.*, CASE WHEN t.order_type = 'dine_in' THEN (ARRAY[2, 2, 2, 2, 3, 4, 4, 1, 5, 6])[1 + pg_temp.hash(t.key || '/guests') % 10] WHEN t.n > 1462 THEN pg_temp.number(t.key || '/guests', 4, 14) ELSE pg_temp.number(t.key || '/guests', 1, 4) END AS guests
    FROM typed t
), priced AS MATERIALIZED (
    SELECT s.*, round(x.subtotal, 2) AS subtotal,
        CASE WHEN pg_temp.share(s.key || '/discount') < 0.06 THEN round(x.subtotal * 0.1, 2) ELSE 0 END AS discount,
        CASE WHEN s.order_type = 'delivery' THEN 5.99 ELSE 0 END AS delivery_fee
    FROM seated s CROSS JOIN LATERAL (
        -- Everybody eats a main course and drinks something; the rest as they like.
        SELECT sum(d.price) AS subtotal
        FROM generate_series(1, s.guests) AS guest
        CROSS JOIN (VALUES ('starter', 0.5), ('main', 1.0), ('side', 0.25), ('dessert', 0.35), ('drink', 1.0), ('second drink', 0.4)) AS wish (course, chance)
        JOIN demo_course d ON d.course = replace(wish.course, 'second ', '') AND d.place = 1 + pg_temp.hash(s.key || '/' || guest || wish.course) % d.places
        WHERE pg_temp.share(s.key || '/wish/' || guest || wish.course) < wish.chance
    ) AS x
)
SELECT p.*, round((p.subtotal - p.discount) * p.tax_rate, 2) AS tax,
    CASE
        WHEN p.status <> 'completed' AND p.order_type <> 'online' THEN 0
        WHEN p.status = 'cancelled' THEN 0
        WHEN p.order_type = 'dine_in' THEN round(p.subtotal * (0.17 + 0.06 * pg_temp.share(p.key || '/tip'))::numeric, 2)
        WHEN p.order_type = 'delivery' THEN round(p.subtotal * (0.10 + 0.05 * pg_temp.share(p.key || '/tip'))::numeric, 2)
        ELSE round(p.subtotal * (0.08 * pg_temp.share(p.key || '/tip'))::numeric, 2)
    END AS tip,
    CASE WHEN p.order_type <> 'dine_in' OR pg_temp.share(p.key || '/known') < 0.45 THEN pg_temp.customer_at('bistro', p.ordered_at, p.key || '/customer') END AS customer,
    1 + pg_temp.hash(p.key || '/server') % p.crew AS shift,
    CASE WHEN p.status NOT IN ('draft', 'submitted', 'cancelled') THEN p.ordered_at + interval '2 minutes' END AS confirmed_at,
    CASE WHEN p.status IN ('ready', 'served', 'completed') THEN p.ordered_at + make_interval(mins => pg_temp.number(p.key || '/kitchen', 14, 26)) END AS ready_at
FROM priced p;

INSERT INTO rest.orders (id, business_id, table_id, order_number, order_type, customer_name, customer_phone, customer_email, delivery_address, delivery_instructions, delivery_fee,
    subtotal, tax_amount, tip_amount, discount_amount, total_amount, status, ordered_at, confirmed_at, ready_at, served_at, completed_at, server_id, cashier_id,
    special_instructions, kitchen_notes, customer_id, guest_count, scheduled_for, amount_paid, created_at, created_by)
SELECT pg_temp.id(o.key), o.business_id,
    CASE WHEN o.order_type = 'dine_in' THEN pg_temp.id('bistro/table/' || CASE WHEN o.n > 1450 THEN o.n - 1450 ELSE pg_temp.number(o.key || '/table', 1, 20) END) END,
    pg_temp.document_number('ORD', o.ordered_at, o.zone, row_number() OVER (PARTITION BY extract(year FROM o.ordered_at AT TIME ZONE o.zone) ORDER BY o.ordered_at, o.n)),
    o.order_type, CASE WHEN o.order_type <> 'dine_in' THEN c.first_name || ' ' || c.last_name END, CASE WHEN o.order_type <> 'dine_in' THEN k.phone END,
    CASE WHEN o.order_type IN ('delivery', 'online') THEN k.email END,
    CASE WHEN o.order_type = 'delivery' THEN c.address || ', ' || c.city || ', ' || c.state || ' ' || c.postal_code END,
    CASE WHEN o.order_type = 'delivery' AND pg_temp.share(o.key || '/door') < 0.4 THEN pg_temp.pick(o.key || '/door', '{"Ring twice.","Leave with the doorman.","Third floor, no elevator.","Call on arrival."}') END,
    o.delivery_fee, o.subtotal, o.tax, o.tip, o.discount, o.subtotal - o.discount + o.tax + o.delivery_fee, o.status,
    o.ordered_at, o.confirmed_at, o.ready_at,
    CASE WHEN o.order_type = 'dine_in' AND o.status IN ('served', 'completed') THEN o.ready_at + interval '3 minutes' END,
    CASE WHEN o.status = 'completed' THEN o.ready_at + make_interval(mins => CASE WHEN o.order_type = 'dine_in' THEN pg_temp.number(o.key || '/stay', 28, 75) ELSE pg_temp.number(o.key || '/stay', 4, 15) END) END,
    server.id, CASE WHEN o.status = 'completed' THEN pg_temp.id('user/manager@bistro.test') END,
    CASE WHEN pg_temp.share(o.key || '/wishes') < 0.12 THEN pg_temp.pick(o.key || '/wish', '{"No nuts, please.","Sauce on the side.","Birthday candle on the dessert.","Gluten free for one guest.","All courses at once.","Extra bread."}') END,
    CASE WHEN pg_temp.share(o.key || '/kitchen-notes') < 0.05 THEN pg_temp.pick(o.key || '/kitchen-note', '{"Allergy at the table.","Fire mains at half past.","Two plates for one main."}') END,
    c.id, CASE WHEN o.order_type = 'dine_in' THEN o.guests END, o.scheduled_for,
    CASE WHEN o.status = 'completed' OR (o.order_type = 'online' AND o.status <> 'cancelled') THEN o.subtotal - o.discount + o.tax + o.delivery_fee ELSE 0 END,
    o.ordered_at, CASE WHEN o.order_type <> 'online' THEN server.id END
FROM demo_order o
JOIN demo_person server ON server.slug = 'bistro' AND server.shift = o.shift
LEFT JOIN demo_customer c ON c.slug = 'bistro' AND c.n = o.customer
LEFT JOIN hs.customers k ON k.business_id = c.business_id AND k.id = c.id
ORDER BY o.ordered_at, o.n;
