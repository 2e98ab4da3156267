-- What the bistro buys and keeps, its recipes, and the points and gift cards of its guests.

INSERT INTO rest.suppliers (id, business_id, name, account_number, contact_name, email, phone, delivery_days, order_cutoff_time, minimum_order_amount, created_at, created_by)
SELECT pg_temp.id('bistro/supplier/' || s.n), b.id, s.name, 'BL-' || pg_temp.number('bistro/supplier/' || s.n, 1000, 9999), s.contact, 'orders' || s.n || '.bistro@example.com',
    pg_temp.phone('bistro/supplier/' || s.n, b.area_codes), s.days::integer[], time '16:00', s.least, pg_temp.moment(b.today - 543, 600, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Hudson Valley Produce', 'Carla Dean', '{1,3,5}', 75), (2, 'Red Hook Meat and Fish', 'Sal Greco', '{2,4,6}', 120),
    (3, 'Gowanus Dry Goods', 'May Lin', '{2}', 100), (4, 'Loire Imports', 'Paul Aubry', '{4}', 200)) AS s (n, name, contact, days, least) WHERE b.slug = 'bistro' ORDER BY s.n;

CREATE TEMPORARY TABLE demo_ingredient (place integer PRIMARY KEY, name text NOT NULL, category text NOT NULL, unit text NOT NULL, cost numeric NOT NULL, storage text NOT NULL, days integer,
    supplier integer NOT NULL, pack numeric NOT NULL) ON COMMIT DROP;
INSERT INTO demo_ingredient VALUES
    (1, 'Yellow onions', 'produce', 'kg', 1.40, 'dry', 30, 1, 10), (2, 'Carrots', 'produce', 'kg', 1.60, 'refrigerated', 21, 1, 10), (3, 'Potatoes', 'produce', 'kg', 1.10, 'dry', 40, 1, 20),
    (4, 'Little gem lettuce', 'produce', 'head', 1.30, 'refrigerated', 6, 1, 12),
    (5, 'Mushrooms', 'produce', 'kg', 7.80, 'refrigerated', 6, 1, 3), (6, 'Haricots verts', 'produce', 'kg', 6.20, 'refrigerated', 7, 1, 4),
    (7, 'Lemons', 'produce', 'each', 0.45, 'refrigerated', 20, 1, 40), (8, 'Apples', 'produce', 'kg', 2.90, 'refrigerated', 30, 1, 8),
    (9, 'Hanger steak', 'meat', 'kg', 19.50, 'refrigerated', 5, 2, 5), (10, 'Short rib', 'meat', 'kg', 16.80, 'refrigerated', 6, 2, 6), (11, 'Chicken', 'poultry', 'kg', 6.40, 'refrigerated', 4, 2, 8),
    (12, 'Duck legs', 'poultry', 'each', 5.20, 'refrigerated', 6, 2, 20),
    (13, 'Trout fillet', 'seafood', 'kg', 18.00, 'refrigerated', 2, 2, 4), (14, 'Mussels', 'seafood', 'kg', 6.60, 'refrigerated', 2, 2, 8),
    (15, 'Butter', 'dairy', 'kg', 9.40, 'refrigerated', 40, 3, 10), (16, 'Cream', 'dairy', 'liter', 4.80, 'refrigerated', 10, 3, 12),
    (17, 'Gruyère', 'dairy', 'kg', 19.00, 'refrigerated', 45, 3, 4), (18, 'Eggs', 'dairy', 'each', 0.32, 'refrigerated', 21, 1, 180), (19, 'Flour', 'dry_goods', 'kg', 1.20, 'dry', 180, 3, 25),
    (20, 'Sugar', 'dry_goods', 'kg', 1.30, 'dry', 365, 3, 20),
    (21, 'Chocolate, 70%', 'dry_goods', 'kg', 13.50, 'dry', 200, 3, 5), (22, 'Lentils du Puy', 'dry_goods', 'kg', 5.60, 'dry', 365, 3, 5), (23, 'Sourdough', 'bakery', 'loaf', 4.20, 'dry', 2, 3, 10),
    (24, 'Coffee beans', 'beverage', 'kg', 21.00, 'dry', 90, 3, 5),
    (25, 'Sancerre, bottle', 'alcohol', 'bottle', 17.50, 'bar', NULL, 4, 12), (26, 'Chinon, bottle', 'alcohol', 'bottle', 13.20, 'bar', NULL, 4, 12),
    (27, 'Crémant, bottle', 'alcohol', 'bottle', 12.80, 'bar', NULL, 4, 12), (28, 'Gin', 'alcohol', 'bottle', 24.00, 'bar', NULL, 4, 6);

INSERT INTO rest.ingredients (id, business_id, supplier_id, name, category, unit_of_measure, cost_per_unit, storage, shelf_life_days, created_at, created_by)
SELECT pg_temp.id('bistro/ingredient/' || i.place), b.id, pg_temp.id('bistro/supplier/' || i.supplier), i.name, i.category, i.unit, i.cost, i.storage, i.days,
    pg_temp.moment(b.today - 543, 610, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_ingredient i JOIN demo_business b ON b.slug = 'bistro' ORDER BY i.place;

INSERT INTO rest.unit_conversions (id, business_id, from_unit, to_unit, factor, created_at)
SELECT pg_temp.id('bistro/unit/' || u.a || u.b), b.id, u.a, u.b, u.factor, pg_temp.moment(b.today - 543, 611, b.zone) FROM demo_business b
CROSS JOIN (VALUES ('kg', 'g', 1000), ('g', 'kg', 0.001), ('liter', 'ml', 1000), ('ml', 'liter', 0.001), ('bottle', 'ml', 750), ('ml', 'bottle', 0.001333)) AS u (a, b, factor) WHERE b.slug = 'bistro' ORDER BY 1;

INSERT INTO rest.supplier_items (id, business_id, supplier_id, ingredient_id, supplier_sku, pack_description, pack_quantity, pack_price, priced_on, is_preferred, created_at)
SELECT pg_temp.id('bistro/pack/' || i.place), b.id, pg_temp.id('bistro/supplier/' || i.supplier), pg_temp.id('bistro/ingredient/' || i.place), upper(substr(md5(i.name), 1, 6)),
    i.pack || ' ' || i.unit, i.pack, round(i.cost * i.pack, 2), b.today - pg_temp.number(i.name, 2, 60), true, pg_temp.moment(b.today - 543, 612, b.zone)
FROM demo_ingredient i JOIN demo_business b ON b.slug = 'bistro' ORDER BY i.place;

INSERT INTO rest.stock_levels (id, business_id, location_id, ingredient_id, par_level, reorder_point, storage_place, created_at)
SELECT pg_temp.id('bistro/level/' || i.place), b.id, pg_temp.id('location/bistro/MAIN'), pg_temp.id('bistro/ingredient/' || i.place), i.pack * 2, round(i.pack * 0.8, 1),
    CASE i.storage WHEN 'bar' THEN 'Back bar' WHEN 'dry' THEN 'Dry store' ELSE 'Walk-in' END, pg_temp.moment(b.today - 543, 613, b.zone)
FROM demo_ingredient i JOIN demo_business b ON b.slug = 'bistro' ORDER BY i.place;

-- Each supplier comes once a week: four weeks of deliveries, one order on its way, one still being written.
CREATE TEMPORARY TABLE demo_food_order ON COMMIT DROP AS
SELECT b.id AS business_id, b.zone, b.today, week, s AS supplier, 'bistro/food-order/' || week || '/' || s AS key, b.today - week * 7 + s - 5 AS ordered_on,
    CASE WHEN week = 0 AND s < 3 THEN 'sent' WHEN week = 0 THEN 'draft' ELSE 'sent' END AS status
FROM demo_business b CROSS JOIN generate_series(0, 4) AS week CROSS JOIN generate_series(1, 4) AS s WHERE b.slug = 'bistro';

INSERT INTO rest.purchase_orders (id, business_id, supplier_id, location_id, ordered_on, deliver_on, delivery_amount, status, notes, created_at, created_by)
SELECT pg_temp.id(o.key), o.business_id, pg_temp.id('bistro/supplier/' || o.supplier), pg_temp.id('location/bistro/MAIN'), CASE WHEN o.status <> 'draft' THEN least(o.ordered_on, o.today) END,
    o.ordered_on + 2, 12, o.status, CASE WHEN o.supplier = 1 THEN 'Back door before ten.' END, pg_temp.moment(least(o.ordered_on, o.today - 1), 930, o.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_food_order o ORDER BY o.ordered_on, o.supplier;

INSERT INTO rest.purchase_order_items (id, business_id, purchase_order_id, ingredient_id, supplier_item_id, packs_ordered, pack_quantity, pack_price, expires_on, created_at)
SELECT pg_temp.id(o.key || '/' || i.place), o.business_id, pg_temp.id(o.key), pg_temp.id('bistro/ingredient/' || i.place), pg_temp.id('bistro/pack/' || i.place),
    1 + pg_temp.number(o.key || i.place, 0, 2), i.pack, round(i.cost * i.pack, 2), o.ordered_on + 2 + i.days, pg_temp.moment(least(o.ordered_on, o.today - 1), 931, o.zone)
FROM demo_food_order o JOIN demo_ingredient i USING (supplier) ORDER BY o.ordered_on, o.supplier, i.place;

-- What came in, was cooked, and was thrown away.
INSERT INTO rest.stock_movements (id, business_id, ingredient_id, location_id, purchase_order_item_id, movement_type, quantity, unit_cost, occurred_at, created_at, created_by)
SELECT pg_temp.id(o.key || '/' || i.place || '/in'), o.business_id, pg_temp.id('bistro/ingredient/' || i.place), pg_temp.id('location/bistro/MAIN'), p.id, 'receipt', p.packs_ordered * p.pack_quantity,
    i.cost, pg_temp.moment(o.ordered_on + 2, 540, o.zone), pg_temp.moment(o.ordered_on + 2, 540, o.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_food_order o JOIN demo_ingredient i USING (supplier) JOIN rest.purchase_order_items p ON p.business_id = o.business_id AND p.id = pg_temp.id(o.key || '/' || i.place) WHERE o.week > 0
ORDER BY o.ordered_on, o.supplier, i.place;

UPDATE rest.purchase_orders p SET status = 'received', received_at = pg_temp.moment(o.ordered_on + 2, 540, o.zone), supplier_invoice_reference = 'R-' || pg_temp.number(o.key, 10000, 99999)
FROM demo_food_order o WHERE p.business_id = o.business_id AND p.id = pg_temp.id(o.key) AND o.week > 0;

INSERT INTO rest.stock_movements (id, business_id, ingredient_id, location_id, movement_type, waste_reason, quantity, unit_cost, notes, occurred_at, created_at, created_by)
SELECT pg_temp.id('bistro/used/' || i.place || '/' || week || m.type), b.id, pg_temp.id('bistro/ingredient/' || i.place), pg_temp.id('location/bistro/MAIN'), m.type,
    CASE m.type WHEN 'waste' THEN pg_temp.pick('bistro/waste/' || i.place || week, '{spoiled,expired,dropped,overproduced}') END,
    -round((i.pack * m.part)::numeric * (0.8 + 0.4 * pg_temp.share('bistro/used/' || i.place || week))::numeric, 2), i.cost, CASE m.type WHEN 'sale' THEN 'Used in a week, by the count.' END,
    pg_temp.moment(b.today - week * 7 + 3, 1380, b.zone), pg_temp.moment(b.today - week * 7 + 3, 1380, b.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_business b CROSS JOIN demo_ingredient i CROSS JOIN generate_series(1, 3) AS week CROSS JOIN (VALUES ('sale', 0.9), ('waste', 0.04)) AS m (type, part)
WHERE b.slug = 'bistro' AND (m.type = 'sale' OR (i.days < 25 AND (i.place + week) % 3 = 0)) ORDER BY week DESC, i.place, m.type;

INSERT INTO rest.stock_counts (id, business_id, location_id, stock_count_number, counted_by_id, count_type, counted_on, status, notes, created_at, created_by)
SELECT pg_temp.id('bistro/count/' || c.n), b.id, pg_temp.id('location/bistro/MAIN'), pg_temp.document_number('SC', pg_temp.moment(b.today - c.ago, 600, b.zone), b.zone, c.n),
    pg_temp.id('user/manager@bistro.test'), c.type, b.today - c.ago, 'in_progress', c.notes, pg_temp.moment(b.today - c.ago, 600, b.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'full', 1, 'End of the week.'), (2, 'category', 0, 'The bar only.')) AS c (n, type, ago, notes) WHERE b.slug = 'bistro' ORDER BY c.n;

INSERT INTO rest.stock_count_items (id, business_id, stock_count_id, ingredient_id, counted_quantity, unit_cost, created_at)
SELECT pg_temp.id('bistro/count/' || n || '/' || i.place), b.id, pg_temp.id('bistro/count/' || n), pg_temp.id('bistro/ingredient/' || i.place),
    CASE WHEN n = 1 THEN greatest(coalesce(l.quantity_on_hand, 0) - pg_temp.number('bistro/off/' || i.place, 0, 1), 0) END, i.cost, pg_temp.moment(b.today - 2 + n, 610, b.zone)
FROM demo_business b CROSS JOIN generate_series(1, 2) AS n CROSS JOIN demo_ingredient i LEFT JOIN rest.stock_levels l ON l.business_id = b.id
    AND l.ingredient_id = pg_temp.id('bistro/ingredient/' || i.place) WHERE b.slug = 'bistro' AND (n = 1 OR i.storage = 'bar') ORDER BY n, i.place;

UPDATE rest.stock_counts c SET status = 'submitted' FROM demo_business b WHERE b.slug = 'bistro' AND c.business_id = b.id AND c.id = pg_temp.id('bistro/count/1');

CREATE TEMPORARY TABLE demo_recipe (dish text, ingredient text NOT NULL, quantity numeric NOT NULL, unit text NOT NULL, PRIMARY KEY (dish, ingredient)) ON COMMIT DROP;
INSERT INTO demo_recipe VALUES
    ('Steak frites', 'Hanger steak', 0.25, 'kg'), ('Steak frites', 'Potatoes', 0.3, 'kg'), ('Steak frites', 'Butter', 0.03, 'kg'), ('Bœuf bourguignon', 'Short rib', 0.32, 'kg'),
    ('Bœuf bourguignon', 'Carrots', 0.12, 'kg'), ('Bœuf bourguignon', 'Yellow onions', 0.08, 'kg'),
    ('Bœuf bourguignon', 'Chinon, bottle', 0.2, 'bottle'), ('Coq au vin', 'Chicken', 0.4, 'kg'), ('Coq au vin', 'Mushrooms', 0.08, 'kg'), ('Coq au vin', 'Chinon, bottle', 0.18, 'bottle'),
    ('Duck confit', 'Duck legs', 1, 'each'), ('Duck confit', 'Lentils du Puy', 0.09, 'kg'),
    ('Trout amandine', 'Trout fillet', 0.22, 'kg'), ('Trout amandine', 'Butter', 0.04, 'kg'), ('Trout amandine', 'Haricots verts', 0.1, 'kg'), ('Moules marinières', 'Mussels', 0.5, 'kg'),
    ('Moules marinières', 'Butter', 0.02, 'kg'), ('French onion soup', 'Yellow onions', 0.35, 'kg'),
    ('French onion soup', 'Gruyère', 0.06, 'kg'), ('French onion soup', 'Sourdough', 0.1, 'loaf'), ('Croque monsieur', 'Gruyère', 0.08, 'kg'), ('Croque monsieur', 'Sourdough', 0.15, 'loaf'),
    ('Pommes frites', 'Potatoes', 0.28, 'kg'), ('Haricots verts', 'Haricots verts', 0.18, 'kg'),
    ('Gratin dauphinois', 'Potatoes', 0.25, 'kg'), ('Gratin dauphinois', 'Cream', 0.1, 'liter'), ('Crème brûlée', 'Cream', 0.12, 'liter'), ('Crème brûlée', 'Eggs', 2, 'each'),
    ('Crème brûlée', 'Sugar', 0.03, 'kg'), ('Tarte Tatin', 'Apples', 0.25, 'kg'), ('Tarte Tatin', 'Butter', 0.03, 'kg'),
    ('Tarte Tatin', 'Flour', 0.05, 'kg'), ('Chocolate mousse', 'Chocolate, 70%', 0.05, 'kg'), ('Chocolate mousse', 'Eggs', 1, 'each'), ('Little gem salad', 'Little gem lettuce', 1, 'head'),
    ('Espresso', 'Coffee beans', 0.018, 'kg'), ('Cappuccino', 'Coffee beans', 0.018, 'kg'),
    ('Sancerre', 'Sancerre, bottle', 0.2, 'bottle'), ('Chinon', 'Chinon, bottle', 0.2, 'bottle'), ('French 75', 'Gin', 0.06, 'bottle'), ('French 75', 'Crémant, bottle', 0.1, 'bottle');

INSERT INTO rest.recipes (id, business_id, menu_item_id, name, prep_minutes, instructions, created_at, created_by)
SELECT pg_temp.id('bistro/recipe/' || d.name), b.id, pg_temp.id('bistro/menu_item/' || d.name), d.name, d.minutes, 'As shown by the chef; the card is on the line.',
    pg_temp.moment(b.today - 542, 600, b.zone), pg_temp.id('user/owner@bistro.test')
FROM demo_business b CROSS JOIN demo_dish d WHERE b.slug = 'bistro' AND d.name IN (SELECT r.dish FROM demo_recipe r) ORDER BY d.category, d.name;

INSERT INTO rest.recipe_ingredients (id, business_id, recipe_id, ingredient_id, quantity, unit_of_measure, waste_rate, created_at)
SELECT pg_temp.id('bistro/recipe/' || r.dish || '/' || r.ingredient), b.id, pg_temp.id('bistro/recipe/' || r.dish), pg_temp.id('bistro/ingredient/' || i.place), r.quantity, r.unit,
    CASE i.category WHEN 'produce' THEN 0.12 WHEN 'meat' THEN 0.05 ELSE 0 END, pg_temp.moment(b.today - 542, 601, b.zone)
FROM demo_recipe r JOIN demo_ingredient i ON i.name = r.ingredient JOIN demo_business b ON b.slug = 'bistro' ORDER BY r.dish, r.ingredient;

INSERT INTO rest.loyalty_programs (id, business_id, name, points_per_currency_unit, point_value, minimum_redemption, signup_points, expiry_months, created_at, created_by)
SELECT pg_temp.id('bistro/loyalty'), b.id, 'Les Habitués', 1, 0.05, 100, 50, 18, pg_temp.moment(b.today - 500, 620, b.zone), pg_temp.id('user/owner@bistro.test') FROM demo_business b WHERE b.slug = 'bistro';

INSERT INTO rest.loyalty_accounts (id, business_id, loyalty_program_id, customer_id, card_number, joined_on, created_at)
SELECT pg_temp.id(c.key || '/loyalty'), c.business_id, pg_temp.id('bistro/loyalty'), c.id, 'LH' || lpad(c.n::text, 6, '0'), greatest(c.created_at::date + 3, b.today - 498),
    greatest(c.created_at + interval '3 days', pg_temp.moment(b.today - 498, 700, b.zone))
FROM demo_customer c JOIN demo_business b USING (slug) WHERE c.slug = 'bistro' AND c.n <= 120 AND c.n % 2 = 0 AND c.status = 'active' ORDER BY c.n;

-- Points for joining and for the recent orders; some were spent already.
INSERT INTO rest.loyalty_transactions (id, business_id, loyalty_account_id, order_id, transaction_type, points, description, expires_on, created_at)
SELECT pg_temp.id('bistro/points/' || t.key), t.business_id, t.account, t.order_id, t.type, t.points, t.description, (t.created_at + interval '18 months')::date, t.created_at
FROM (
    SELECT a.id::text AS key, a.business_id, a.id AS account, NULL::uuid AS order_id, 'bonus' AS type, 50 AS points, 'For joining.' AS description, a.created_at FROM rest.loyalty_accounts a
    UNION ALL
    SELECT o.key, o.business_id, a.id, o.id, 'earn', greatest(floor(o.subtotal)::integer, 1), NULL, o.ordered_at + interval '90 minutes' FROM demo_recent_order o
    JOIN rest.loyalty_accounts a ON a.business_id = o.business_id AND a.customer_id = o.customer_id WHERE o.status = 'completed' AND o.ordered_at > a.created_at
) AS t ORDER BY t.created_at, t.key;

INSERT INTO rest.loyalty_transactions (id, business_id, loyalty_account_id, transaction_type, points, description, created_at)
SELECT pg_temp.id('bistro/points/spent/' || t.id), t.business_id, t.id, 'redeem', -100, 'A glass on the house.', now() - interval '1 day'
FROM (SELECT a.business_id, a.id, sum(x.points) AS points FROM rest.loyalty_accounts a JOIN rest.loyalty_transactions x ON x.business_id = a.business_id AND x.loyalty_account_id = a.id GROUP BY 1,
    2) AS t WHERE t.points > 150 ORDER BY t.id;

INSERT INTO rest.gift_cards (id, business_id, customer_id, code, initial_amount, recipient_name, recipient_email, issued_on, expires_on, created_at, created_by)
SELECT pg_temp.id('bistro/gift/' || g), b.id, c.id, 'BL-' || upper(substr(md5('bistro/gift/' || g), 1, 4)) || '-' || upper(substr(md5('bistro/gift/' || g), 5, 4)),
    (ARRAY[50, 75, 100, 150])[1 + g % 4], m.first_names[g * 5], 'gift' || g || '@example.com', b.today - g * 11, b.today - g * 11 + 730,
    pg_temp.moment(b.today - g * 11, 800, b.zone), pg_temp.id('user/manager@bistro.test')
FROM demo_business b JOIN demo_names m USING (slug) CROSS JOIN generate_series(1, 16) AS g JOIN demo_customer c ON c.slug = b.slug AND c.active_place = g * 6 WHERE b.slug = 'bistro' ORDER BY g;

INSERT INTO rest.gift_card_transactions (id, business_id, gift_card_id, transaction_type, amount, balance_after, created_at, created_by)
SELECT pg_temp.id('bistro/gift/' || g.id || '/' || t.place), g.business_id, g.id, t.type, t.amount, t.after, g.created_at + make_interval(days => t.place * 4), pg_temp.id('user/manager@bistro.test')
FROM rest.gift_cards g CROSS JOIN LATERAL (
    SELECT 0 AS place, 'issue' AS type, g.initial_amount AS amount, g.initial_amount AS after
    UNION ALL SELECT 1, 'redeem', -32.50, g.initial_amount - 32.50 WHERE g.issued_on < current_date - 40
    UNION ALL SELECT 2, 'redeem', 32.50 - g.initial_amount, 0 WHERE g.issued_on < current_date - 120
) AS t ORDER BY g.issued_on, g.id, t.place;
