-- The boutique: its tree of categories, its products and its sales.

CREATE TEMPORARY TABLE demo_branch (place integer PRIMARY KEY, slug text NOT NULL, parent text, name text NOT NULL) ON COMMIT DROP;
INSERT INTO demo_branch VALUES
    (1, 'women', NULL, 'Women'), (2, 'men', NULL, 'Men'), (3, 'accessories', NULL, 'Accessories'), (4, 'home', NULL, 'Home'), (5, 'gifts', NULL, 'Gifts'),
    (6, 'women-dresses', 'women', 'Dresses'), (7, 'women-tops', 'women', 'Tops'), (8, 'women-bottoms', 'women', 'Bottoms'), (9, 'women-outerwear', 'women', 'Outerwear'),
    (10, 'men-shirts', 'men', 'Shirts'), (11, 'men-trousers', 'men', 'Trousers'), (12, 'men-knitwear', 'men', 'Knitwear'),
    (13, 'jewelry', 'accessories', 'Jewelry'), (14, 'bags', 'accessories', 'Bags'), (15, 'scarves-hats', 'accessories', 'Scarves and hats'), (16, 'shoes', 'accessories', 'Shoes'),
    (17, 'candles', 'home', 'Candles'), (18, 'tableware', 'home', 'Tableware'), (19, 'textiles', 'home', 'Textiles'),
    (20, 'jewelry-earrings', 'jewelry', 'Earrings'), (21, 'jewelry-necklaces', 'jewelry', 'Necklaces');

INSERT INTO ret.categories (id, business_id, parent_id, name, slug, sort_order, meta_title, created_at, created_by)
SELECT pg_temp.id('boutique/category/' || c.slug), b.id, CASE WHEN c.parent IS NOT NULL THEN pg_temp.id('boutique/category/' || c.parent) END, c.name, c.slug, c.place,
    c.name || ' | ' || b.name, pg_temp.moment(b.today - 544, 600 + c.place, b.zone), pg_temp.id('user/owner@boutique.test')
FROM demo_branch c JOIN demo_business b ON b.slug = 'boutique' ORDER BY c.place;

CREATE TEMPORARY TABLE demo_article (
    branch text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    price numeric NOT NULL,
    variants text[] NOT NULL,
    supplier text NOT NULL
) ON COMMIT DROP;
INSERT INTO demo_article VALUES
    ('women-dresses', 'DR01', 'Linen wrap dress', 'Washed linen, mid length, side pockets.', 148, '{Sage,Terracotta,Ink}', 'Larkspur Mills'),
    ('women-dresses', 'DR02', 'Cotton shirt dress', 'Crisp poplin with a tie belt.', 132, '{White,Navy}', 'Larkspur Mills'),
    ('women-dresses', 'DR03', 'Silk slip dress', 'Bias cut, adjustable straps.', 198, '{Champagne,Ink}', 'Maison Verre'),
    ('women-dresses', 'DR04', 'Tiered maxi dress', 'Gauze in three tiers.', 164, '{Marigold,Sky}', 'Larkspur Mills'),
    ('women-dresses', 'DR05', 'Knit midi dress', 'Ribbed merino, long sleeves.', 178, '{Camel,Black,Moss}', 'North Loom'),
    ('women-tops', 'TP01', 'Boxy linen tee', 'Garment dyed.', 58, '{White,Sage,Clay}', 'Larkspur Mills'),
    ('women-tops', 'TP02', 'Smocked blouse', 'Elastic cuffs, hand-smocked yoke.', 88, '{Ivory,Rose}', 'Maison Verre'),
    ('women-tops', 'TP03', 'Silk camisole', 'French seams.', 78, '{Ivory,Black}', 'Maison Verre'),
    ('women-tops', 'TP04', 'Striped Breton top', 'Heavy cotton jersey.', 64, '{Navy,Red}', 'Port Marine'),
    ('women-tops', 'TP05', 'Cashmere crewneck', 'Two-ply, relaxed.', 186, '{Oatmeal,Charcoal}', 'North Loom'),
    ('women-tops', 'TP06', 'Cropped cardigan', 'Cotton and alpaca.', 112, '{Moss,Cream}', 'North Loom'),
    ('women-bottoms', 'BT01', 'Wide-leg trousers', 'Tencel twill, high rise.', 118, '{Black,Olive,Camel}', 'Larkspur Mills'),
    ('women-bottoms', 'BT02', 'Straight jeans', 'Organic denim, ankle length.', 128, '{Indigo,"Faded blue"}', 'Foundry Denim'),
    ('women-bottoms', 'BT03', 'Pleated midi skirt', 'Recycled satin.', 104, '{Rust,Ink}', 'Maison Verre'),
    ('women-bottoms', 'BT04', 'Linen shorts', 'Elastic waist, pockets.', 68, '{Natural,Sage}', 'Larkspur Mills'),
    ('women-outerwear', 'OW01', 'Chore jacket', 'Twelve-ounce canvas.', 158, '{Olive,Indigo,Black}', 'Foundry Denim'),
    ('women-outerwear', 'OW02', 'Wool wrap coat', 'Double-faced wool, belt.', 328, '{Camel,Charcoal}', 'North Loom'),
    ('women-outerwear', 'OW03', 'Quilted vest', 'Recycled fill.', 138, '{Moss,Black}', 'Port Marine'),
    ('men-shirts', 'MS01', 'Oxford shirt', 'Button-down, mother-of-pearl buttons.', 98, '{White,Blue,Pink}', 'Port Marine'),
    ('men-shirts', 'MS02', 'Camp collar shirt', 'Linen and cotton.', 92, '{Sand,Teal}', 'Larkspur Mills'),
    ('men-shirts', 'MS03', 'Flannel overshirt', 'Brushed twill.', 124, '{Rust,Forest}', 'Foundry Denim'),
    ('men-shirts', 'MS04', 'Heavyweight tee', 'Loopwheel jersey.', 54, '{White,Black,Navy}', 'Port Marine'),
    ('men-trousers', 'MT01', 'Relaxed chinos', 'Garment-dyed twill.', 108, '{Khaki,Navy,Stone}', 'Port Marine'),
    ('men-trousers', 'MT02', 'Slim jeans', 'Selvedge denim.', 148, '{Indigo,Black}', 'Foundry Denim'),
    ('men-knitwear', 'MK01', 'Fisherman sweater', 'Undyed wool, cable.', 168, '{Ecru,Navy,Forest}', 'North Loom'),
    ('men-knitwear', 'MK02', 'Merino half-zip', 'Fine gauge.', 138, '{Charcoal,Forest}', 'North Loom'),
    ('jewelry-earrings', 'JE01', 'Hammered hoops', 'Gold-filled, 25 mm.', 48, '{Gold,Silver}', 'Studio Aster'),
    ('jewelry-earrings', 'JE02', 'Pearl drops', 'Freshwater pearls.', 62, '{White,Gray}', 'Studio Aster'),
    ('jewelry-earrings', 'JE03', 'Fern studs', 'Cast from a real fern.', 38, '{Gold,Silver}', 'Studio Aster'),
    ('jewelry-necklaces', 'JN01', 'Bar necklace', 'Sixteen inches, gold-filled.', 68, '{Gold,Silver}', 'Studio Aster'),
    ('jewelry-necklaces', 'JN02', 'Moonstone pendant', 'Set by hand.', 92, '{Gold,Silver}', 'Studio Aster'),
    ('jewelry', 'JR01', 'Stacking ring', 'Thin, matte.', 34, '{Gold,Silver,Rose}', 'Studio Aster'),
    ('jewelry', 'JR02', 'Woven bracelet', 'Waxed cotton, brass bead.', 28, '{Indigo,Terracotta}', 'Studio Aster'),
    ('bags', 'BG01', 'Leather tote', 'Vegetable tanned, laptop pocket.', 248, '{Tan,Black,Olive}', 'Harness & Hide'),
    ('bags', 'BG02', 'Crossbody pouch', 'Soft leather, two straps.', 128, '{Cognac,Olive}', 'Harness & Hide'),
    ('bags', 'BG03', 'Market bag', 'Palm leaf, leather handles.', 58, '{Natural,Striped}', 'Harness & Hide'),
    ('bags', 'BG04', 'Card case', 'Four slots.', 42, '{Tan,Navy}', 'Harness & Hide'),
    ('scarves-hats', 'SH01', 'Silk bandana', 'Printed by hand.', 44, '{Fern,Poppy,Indigo}', 'Maison Verre'),
    ('scarves-hats', 'SH02', 'Alpaca scarf', 'Brushed, fringed.', 86, '{Camel,Gray}', 'North Loom'),
    ('scarves-hats', 'SH03', 'Straw hat', 'Packable, wide brim.', 72, '{Natural,Black}', 'Port Marine'),
    ('scarves-hats', 'SH04', 'Ribbed beanie', 'Merino.', 38, '{Moss,Rust,Black}', 'North Loom'),
    ('shoes', 'SC01', 'Leather clogs', 'Wooden sole, low heel.', 156, '{Tan,Black}', 'Harness & Hide'),
    ('shoes', 'SC02', 'Canvas sneakers', 'Natural rubber.', 84, '{White,Sage,Navy}', 'Port Marine'),
    ('shoes', 'SC03', 'Woven sandals', 'Leather, cork footbed.', 118, '{Natural,Black}', 'Harness & Hide'),
    ('candles', 'HC01', 'Soy candle, 8 oz', 'Burns fifty hours.', 32, '{Fig,Cedar,"Orange blossom"}', 'Wick & Wax'),
    ('candles', 'HC02', 'Beeswax tapers', 'Pair, ten inches.', 24, '{Natural,Forest,Clay}', 'Wick & Wax'),
    ('candles', 'HC03', 'Room spray', 'Four ounces.', 28, '{Cedar,Lavender}', 'Wick & Wax'),
    ('candles', 'HC04', 'Incense bundle', 'Thirty sticks.', 18, '{Sandalwood,"Palo santo"}', 'Wick & Wax'),
    ('tableware', 'HT01', 'Stoneware mug', 'Thrown by hand, twelve ounces.', 36, '{Speckled,Indigo,Moss}', 'Kiln Street Pottery'),
    ('tableware', 'HT02', 'Serving bowl', 'Eleven inches.', 88, '{Speckled,Indigo,Moss}', 'Kiln Street Pottery'),
    ('tableware', 'HT03', 'Bud vase', 'Each a little different.', 34, '{White,Clay,Moss}', 'Kiln Street Pottery'),
    ('tableware', 'HT04', 'Olive wood board', 'Oiled, with a hole to hang it.', 64, '{Small,Large}', 'Port Marine'),
    ('textiles', 'HX01', 'Linen napkins, set of four', 'Mitered corners.', 48, '{Natural,Sage,Rust}', 'Larkspur Mills'),
    ('textiles', 'HX02', 'Throw blanket', 'Recycled wool.', 124, '{Oatmeal,Forest,Rust}', 'North Loom'),
    ('textiles', 'HX03', 'Block-print pillow', 'Down insert.', 78, '{Indigo,Marigold}', 'Larkspur Mills'),
    ('textiles', 'HX04', 'Waffle towel', 'Turkish cotton.', 42, '{White,Clay,Navy}', 'Larkspur Mills'),
    ('gifts', 'GF01', 'Letterpress cards, box of eight', 'With envelopes.', 22, '{Ferns,Citrus,Stars,Tides}', 'Paper Finch'),
    ('gifts', 'GF02', 'Linen notebook', 'Lay-flat, dotted.', 26, '{Sage,Navy}', 'Paper Finch'),
    ('gifts', 'GF03', 'Bath salts', 'Eucalyptus and lavender.', 24, '{Eucalyptus,Lavender}', 'Wick & Wax'),
    ('gifts', 'GF04', 'Baby blanket', 'Organic muslin.', 38, '{Clouds,Leaves}', 'Larkspur Mills'),
    ('gifts', 'GF05', 'Hand cream', 'Shea and orange.', 18, '{Orange,Unscented}', 'Wick & Wax'),
    ('gifts', 'GF06', 'Playing cards', 'Gilded edges.', 20, '{Botanical,Birds}', 'Paper Finch'),
    ('gifts', 'GF07', 'Wildflower seed tin', 'Native mix, fifty square feet.', 16, '{Sun,Shade}', 'Paper Finch');

CREATE TEMPORARY TABLE demo_product ON COMMIT DROP AS
SELECT a.*, a.name || ', ' || lower(variant) AS full_name, 'FT-' || a.code || '-' || upper(left(replace(variant, ' ', ''), 3)) AS sku,
    'boutique/product/' || a.code || '/' || variant AS key, row_number() OVER (ORDER BY a.code, variant) AS place, count(*) OVER () AS places,
    -- Numbers that shops give out themselves begin with a 4.
    '4' || lpad((row_number() OVER (ORDER BY a.code, variant) * 7919 + 10000000)::text, 10, '0') AS digits,
    pg_temp.share('boutique/sale/' || a.code) < 0.12 AS on_sale
FROM demo_article a CROSS JOIN LATERAL unnest(a.variants) AS variant;
CREATE UNIQUE INDEX ON demo_product (place);
ANALYZE demo_product;

INSERT INTO ret.products (id, business_id, category_id, sku, barcode, name, description, short_description, cost_price, retail_price, sale_price, is_on_sale, sale_start_date, sale_end_date,
    current_stock, reserved_stock, low_stock_threshold, reorder_point, reorder_quantity, weight, status, is_featured, tags, meta_title, supplier_name, supplier_sku, created_at, created_by)
SELECT pg_temp.id(p.key), b.id, pg_temp.id('boutique/category/' || p.branch), p.sku,
    -- The last digit checks the others.
    p.digits || (10 - (SELECT sum(substr(p.digits, i, 1)::integer * CASE i % 2 WHEN 1 THEN 3 ELSE 1 END) FROM generate_series(1, 11) AS i) % 10) % 10,
    p.full_name, p.description, left(p.description, 60), round(p.price * (0.40 + 0.10 * pg_temp.share(p.code || '/cost'))::numeric, 2), p.price,
    CASE WHEN p.on_sale THEN round(p.price * 0.75, 2) END, p.on_sale, CASE WHEN p.on_sale THEN b.today - 10 END, CASE WHEN p.on_sale THEN b.today + 20 END,
    stock.pieces, least(stock.pieces, pg_temp.number(p.key || '/reserved', -4, 2) * (pg_temp.number(p.key || '/reserved', -4, 2) > 0)::integer),
    5, 8, CASE WHEN p.price > 100 THEN 6 ELSE 24 END, round((0.1 + p.price / 200)::numeric, 2),
    CASE WHEN pg_temp.share(p.key || '/status') < 0.04 THEN 'discontinued' ELSE 'active' END, pg_temp.share(p.code || '/featured') < 0.15,
    ARRAY(SELECT tag FROM unnest('{handmade,organic,new,local,bestseller}'::text[]) AS tag WHERE pg_temp.share(p.code || tag) < 0.2 ORDER BY tag),
    p.full_name || ' | ' || b.name, p.supplier, left(upper(translate(p.supplier, ' &', '')), 3) || '-' || p.code, pg_temp.moment(b.today - 540 + pg_temp.number(p.code || '/listed', 0, 400), 640, b.zone),
    pg_temp.id('user/' || pg_temp.pick(p.code || '/by', '{owner,manager}') || '@boutique.test')
FROM demo_product p
JOIN demo_business b ON b.slug = 'boutique'
CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.share(p.key || '/low') < 0.1 THEN pg_temp.number(p.key || '/stock', 0, 4) WHEN p.price > 100 THEN pg_temp.number(p.key || '/stock', 4, 18) ELSE pg_temp.number(p.key || '/stock', 8, 70) END AS pieces) AS stock
ORDER BY p.place;

-- 770 sales of the past, 30 that wait for pickup, shipping or the maker.
CREATE TEMPORARY TABLE demo_sale ON COMMIT DROP AS
WITH sold AS MATERIALIZED (
    SELECT b.id AS business_id, b.zone, b.today, b.tax_rate, b.crew, n, 'boutique/sale/' || n AS key, pg_temp.share('boutique/sale/' || n || '/type') AS kind,
        pg_temp.moment(b.today + CASE WHEN n <= 770 THEN -514 + floor(511.9 * power((n - 1) / 770.0, 0.85))::integer ELSE -1 - (800 - n) / 8 END,
            pg_temp.number('boutique/sale/' || n || '/minute', 610, 1130), b.zone) AS created_at
    FROM demo_business b CROSS JOIN generate_series(1, 800) AS n WHERE b.slug = 'boutique'
), typed AS MATERIALIZED (
    SELECT s.*,
        CASE WHEN s.n > 770 THEN (ARRAY['online', 'special_order', 'online', 'phone'])[1 + s.n % 4]
            WHEN s.kind < 0.62 THEN 'walk_in' WHEN s.kind < 0.90 THEN 'online' WHEN s.kind < 0.95 THEN 'phone' ELSE 'special_order' END AS order_type,
        CASE WHEN s.n > 770 THEN 'open' WHEN pg_temp.share(s.key || '/status') < 0.03 THEN 'returned' WHEN pg_temp.share(s.key || '/status') < 0.05 THEN 'cancelled' ELSE 'completed' END AS status
    FROM sold s
), priced AS MATERIALIZED (
    SELECT t.*, x.subtotal, CASE WHEN pg_temp.share(t.key || '/discount') < 0.12 THEN round(x.subtotal * 0.1, 2) ELSE 0 END AS discount,
        CASE WHEN t.order_type = 'walk_in' THEN 'pickup' WHEN t.order_type = 'special_order' THEN 'pickup' WHEN pg_temp.share(t.key || '/way') < 0.2 THEN 'pickup' WHEN pg_temp.share(t.key || '/way') < 0.3 THEN 'delivery' ELSE 'shipping' END AS fulfillment
    FROM typed t CROSS JOIN LATERAL (
        SELECT sum(p.price * CASE WHEN p.price < 40 THEN pg_temp.number(t.key || '/pieces/' || line, 1, 3) ELSE 1 END) AS subtotal
        FROM generate_series(1, (ARRAY[1, 1, 1, 2, 2, 2, 3, 4])[1 + pg_temp.hash(t.key || '/lines') % 8]) AS line
        JOIN demo_product p ON p.place = 1 + pg_temp.hash(t.key || '/line/' || line) % p.places
    ) AS x
)
SELECT p.*, round((p.subtotal - p.discount) * p.tax_rate, 2) AS tax,
    CASE WHEN p.fulfillment = 'shipping' AND p.subtotal < 150 THEN 9.95 WHEN p.fulfillment = 'delivery' THEN 12 ELSE 0 END AS shipping,
    CASE
        WHEN p.status = 'returned' THEN 'refunded'
        WHEN p.status = 'cancelled' THEN 'pending'
        WHEN p.status = 'open' AND p.order_type = 'special_order' THEN 'partial'
        WHEN p.status = 'open' AND p.order_type = 'phone' THEN 'pending'
        ELSE 'paid'
    END AS payment_status,
    CASE WHEN p.order_type <> 'walk_in' OR pg_temp.share(p.key || '/known') < 0.6 THEN pg_temp.customer_at('boutique', p.created_at, p.key || '/customer') END AS customer,
    1 + pg_temp.hash(p.key || '/sold-by') % p.crew AS shift
FROM priced p;

INSERT INTO ret.sales_orders (id, business_id, customer_id, order_number, order_type, subtotal, tax_amount, discount_amount, shipping_amount, total_amount, payment_method, payment_status,
    fulfillment_method, fulfillment_status, shipping_address, tracking_number, shipped_date, status, salesperson_id, cashier_id, customer_notes, internal_notes, amount_paid, created_at, created_by)
SELECT pg_temp.id(s.key), s.business_id, c.id,
    pg_temp.document_number('SO', s.created_at, s.zone, row_number() OVER (PARTITION BY extract(year FROM s.created_at AT TIME ZONE s.zone) ORDER BY s.created_at, s.n)),
    s.order_type, s.subtotal, s.tax, s.discount, s.shipping, total.amount,
    CASE WHEN s.payment_status = 'pending' THEN NULL WHEN s.order_type = 'walk_in' THEN pg_temp.pick(s.key || '/pays', '{credit_card,credit_card,credit_card,debit_card,debit_card,cash,gift_card,store_credit}') ELSE 'credit_card' END,
    s.payment_status, s.fulfillment,
    CASE WHEN s.status = 'cancelled' THEN 'cancelled' WHEN s.status <> 'open' THEN 'delivered' WHEN s.order_type = 'special_order' THEN 'pending' WHEN s.fulfillment = 'shipping' AND s.n % 8 = 0 THEN 'shipped' ELSE 'processing' END,
    CASE WHEN s.fulfillment IN ('shipping', 'delivery') THEN c.address || ', ' || c.city || ', ' || c.state || ' ' || c.postal_code END,
    CASE WHEN sent THEN '1Z' || upper(substr(md5(s.key), 1, 16)) END, CASE WHEN sent THEN least((s.created_at AT TIME ZONE s.zone)::date + pg_temp.number(s.key || '/shipped', 1, 3), s.today - 1) END,
    s.status, seller.id, CASE WHEN s.order_type = 'walk_in' THEN pg_temp.id('user/' || pg_temp.pick(s.key || '/cashier', '{manager,staff}') || '@boutique.test') END,
    CASE WHEN pg_temp.share(s.key || '/notes') < 0.08 THEN pg_temp.pick(s.key || '/note', '{"Gift wrap, please.","Leave at the back door.","It is a present: no receipt in the box.","Call when it is ready."}') END,
    CASE WHEN s.status = 'returned' THEN pg_temp.pick(s.key || '/why', '{"Wrong size.","Color differs from the photograph.","Changed her mind."}') WHEN s.order_type = 'special_order' AND s.status = 'open' THEN 'Ordered from the maker; two to three weeks.' END,
    CASE s.payment_status WHEN 'paid' THEN total.amount WHEN 'partial' THEN round(total.amount / 2, 2) ELSE 0 END,
    s.created_at, CASE WHEN s.order_type <> 'online' THEN seller.id END
FROM demo_sale s
JOIN demo_person seller ON seller.slug = 'boutique' AND seller.shift = s.shift
LEFT JOIN demo_customer c ON c.slug = 'boutique' AND c.n = s.customer
CROSS JOIN LATERAL (SELECT s.subtotal - s.discount + s.tax + s.shipping AS amount, s.fulfillment = 'shipping' AND (s.status IN ('completed', 'returned') OR (s.status = 'open' AND s.n % 8 = 0)) AS sent) AS total
ORDER BY s.created_at, s.n;
