-- How the boutique is set up: brands, sizes, prices, offers, suppliers and customers' clubs.

INSERT INTO ret.brands (id, business_id, name, slug, description, created_at, created_by)
SELECT pg_temp.id('boutique/brand/' || s.supplier), b.id, s.supplier, lower(replace(translate(s.supplier, '.&', ''), ' ', '-')), 'Made by ' || s.supplier || '.',
    pg_temp.moment(b.today - 544, 600, b.zone), pg_temp.id('user/owner@boutique.test')
FROM demo_business b CROSS JOIN (SELECT DISTINCT supplier FROM demo_article) AS s WHERE b.slug = 'boutique' ORDER BY s.supplier;

UPDATE ret.products p SET brand_id = pg_temp.id('boutique/brand/' || p.supplier_name), tax_group_id = pg_temp.id('tax-group/boutique') FROM demo_business b WHERE b.slug = 'boutique' AND p.business_id = b.id;

-- Clothes come in three sizes; everything else is one piece.
CREATE TEMPORARY TABLE demo_unit_of_stock ON COMMIT DROP AS
SELECT p.place, p.key, pg_temp.id(p.key) AS product_id, CASE WHEN s.size IS NOT NULL THEN pg_temp.id(p.key || '/' || s.size) END AS variant_id, s.size, s.n,
    p.sku || coalesce('-' || s.size, '') AS sku, p.full_name || coalesce(', ' || s.size, '') AS name, p.price, t.cost_price AS cost, p.supplier, p.branch,
    -- The first sizes get what is left over.
    t.current_stock / s.sizes + CASE WHEN s.n <= t.current_stock % s.sizes THEN 1 ELSE 0 END AS stock, s.sizes
FROM demo_product p JOIN ret.products t ON t.id = pg_temp.id(p.key) JOIN demo_business b ON b.slug = 'boutique' AND t.business_id = b.id
CROSS JOIN LATERAL (SELECT NULL::text AS size, 1 AS n, 1 AS sizes WHERE p.branch !~ '^(women|men)-' UNION ALL SELECT (ARRAY['S', 'M', 'L'])[n], n, 3 FROM generate_series(1, 3) AS n WHERE p.branch ~ '^(women|men)-') AS s;
CREATE UNIQUE INDEX ON demo_unit_of_stock (place, n);
ANALYZE demo_unit_of_stock;

INSERT INTO ret.product_variants (id, business_id, product_id, sku, barcode, name, option_values, cost_price, retail_price, sort_order, created_at, created_by)
SELECT u.variant_id, b.id, u.product_id, u.sku, '49' || lpad((u.place * 10 + u.n)::text, 10, '0'), u.size, jsonb_build_object('size', u.size), u.cost, u.price, u.n,
    pg_temp.moment(b.today - 540, 650, b.zone), pg_temp.id('user/manager@boutique.test')
FROM demo_unit_of_stock u JOIN demo_business b ON b.slug = 'boutique' WHERE u.size IS NOT NULL ORDER BY u.place, u.n;

INSERT INTO ret.product_barcodes (id, business_id, product_id, barcode, barcode_type, pack_quantity, created_at)
SELECT pg_temp.id(u.key || '/case'), b.id, u.product_id, '148' || lpad(u.place::text, 10, '0'), 'gtin', 6, pg_temp.moment(b.today - 540, 651, b.zone) FROM demo_unit_of_stock u
JOIN demo_business b ON b.slug = 'boutique' WHERE u.branch IN ('candles', 'tableware') ORDER BY u.place;

INSERT INTO ret.collections (id, business_id, name, slug, description, published_at, sort_order, created_at, created_by)
SELECT pg_temp.id('boutique/collection/' || c.slug), b.id, c.name, c.slug, c.description, pg_temp.moment(b.today - c.ago, 600, b.zone), c.place, pg_temp.moment(b.today - c.ago - 1, 600, b.zone),
    pg_temp.id('user/owner@boutique.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'linen', 'Linen season', 'Washed and ready.', 120), (2, 'under-50', 'Gifts under 50', 'Wrapped if you like.', 60),
    (3, 'new', 'New arrivals', 'This month.', 20)) AS c (place, slug, name, description, ago) WHERE b.slug = 'boutique' ORDER BY c.place;

INSERT INTO ret.collection_products (id, business_id, collection_id, product_id, sort_order, created_at)
SELECT pg_temp.id('boutique/collection/' || c.slug || '/' || p.key), b.id, pg_temp.id('boutique/collection/' || c.slug), pg_temp.id(p.key), p.place, pg_temp.moment(b.today - 60, 610, b.zone)
FROM demo_business b CROSS JOIN demo_product p JOIN (VALUES ('linen'), ('under-50'), ('new')) AS c (slug) ON CASE c.slug WHEN 'linen' THEN p.name ~* 'linen' WHEN 'under-50' THEN p.price < 50
    AND p.place % 3 = 0 ELSE p.place % 17 = 0 END WHERE b.slug = 'boutique' ORDER BY c.slug, p.place;

INSERT INTO ret.customer_groups (id, business_id, name, description, discount_rate, created_at, created_by)
SELECT pg_temp.id('boutique/group/' || g.name), b.id, g.name, g.description, g.rate, pg_temp.moment(b.today - 500, 600, b.zone), pg_temp.id('user/owner@boutique.test') FROM demo_business b
CROSS JOIN (VALUES ('Friends', 'Invited by us.', 0.05), ('Stylists', 'Trade customers.', 0.15)) AS g (name, description, rate) WHERE b.slug = 'boutique' ORDER BY g.name;

INSERT INTO ret.customer_group_members (id, business_id, customer_group_id, customer_id, joined_on, created_at)
SELECT pg_temp.id(c.key || '/group'), c.business_id, pg_temp.id('boutique/group/' || CASE WHEN c.company_name IS NOT NULL OR c.n % 20 = 0 THEN 'Stylists' ELSE 'Friends' END), c.id,
    c.created_at::date + 10, c.created_at + interval '10 days' FROM demo_customer c WHERE c.slug = 'boutique' AND c.n <= 200 AND (c.n % 10 = 0 OR c.company_name IS NOT NULL) ORDER BY c.n;

INSERT INTO ret.price_lists (id, business_id, customer_group_id, name, price_kind, priority, created_at, created_by)
SELECT pg_temp.id('boutique/prices/stylists'), b.id, pg_temp.id('boutique/group/Stylists'), 'Stylists', 'wholesale', 10, pg_temp.moment(b.today - 500, 610, b.zone),
    pg_temp.id('user/owner@boutique.test') FROM demo_business b WHERE b.slug = 'boutique';

INSERT INTO ret.price_list_prices (id, business_id, price_list_id, product_id, price, created_at)
SELECT pg_temp.id('boutique/prices/stylists/' || p.key), b.id, pg_temp.id('boutique/prices/stylists'), pg_temp.id(p.key), round(p.price * 0.85, 2), pg_temp.moment(b.today - 500, 611, b.zone)
FROM demo_product p JOIN demo_business b ON b.slug = 'boutique' WHERE p.branch ~ '^women|^bags|^jewelry' ORDER BY p.place;

INSERT INTO ret.customer_addresses (id, business_id, customer_id, label, recipient_name, phone, address_line_1, city, state_province, postal_code, is_default, created_at)
SELECT pg_temp.id(c.key || '/address'), c.business_id, c.id, 'Home', c.first_name || ' ' || c.last_name, pg_temp.phone(c.key, b.area_codes), c.address, c.city, c.state, c.postal_code, true,
    c.created_at + interval '1 hour' FROM demo_customer c JOIN demo_business b USING (slug) WHERE c.slug = 'boutique' AND c.n % 2 = 0 ORDER BY c.n;

INSERT INTO ret.shipping_rates (id, business_id, name, carrier, minimum_order_amount, price, free_from_amount, delivery_days_from, delivery_days_to, created_at, created_by)
SELECT pg_temp.id('boutique/rate/' || r.name), b.id, r.name, r.carrier, 0, r.price, r.free, r.least, r.most, pg_temp.moment(b.today - 520, 600, b.zone), pg_temp.id('user/owner@boutique.test')
FROM demo_business b CROSS JOIN (VALUES ('Standard', 'UPS', 9.95, 150, 3, 5), ('Express', 'UPS', 24.95, NULL, 1, 2), ('Local delivery', 'Own van', 12, NULL, 0, 1)) AS r (name, carrier, price, free,
    least, most) WHERE b.slug = 'boutique' ORDER BY r.name;

INSERT INTO ret.promotions (id, business_id, name, promotion_type, value, applies_to, minimum_order_amount, buy_quantity, get_quantity, starts_at, ends_at, needs_code, is_combinable, status, created_at, created_by)
SELECT pg_temp.id('boutique/promotion/' || p.n), b.id, p.name, p.type, p.value, p.applies, p.least, p.buy, p.gets, pg_temp.moment(b.today + p.first, 0, b.zone),
    CASE WHEN p.last IS NOT NULL THEN pg_temp.moment(b.today + p.last, 0, b.zone) END, p.code, false, p.status, pg_temp.moment(b.today + least(p.first, -1) - 5, 600, b.zone), pg_temp.id('user/owner@boutique.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Welcome back', 'percentage', 10, 'order', 0, NULL::integer, NULL::integer, -500, NULL::integer, true, 'active'),
    (2, 'Three candles for two', 'buy_x_get_y', 0, 'products', 0, 2, 1, -30, 30, false, 'active'), (3, 'Free shipping week', 'free_shipping', 0, 'order', 75, NULL, NULL, -60, -53, false, 'ended'),
    (4, 'Winter sale', 'percentage', 25, 'products', 0, NULL, NULL, 30, 60, false, 'draft')) AS p (n, name, type, value, applies, least, buy, gets, first, last, code, status)
WHERE b.slug = 'boutique' ORDER BY p.n;

INSERT INTO ret.promotion_targets (id, business_id, promotion_id, category_id, role, created_at)
SELECT pg_temp.id('boutique/target/' || t.promotion || t.category), b.id, pg_temp.id('boutique/promotion/' || t.promotion), pg_temp.id('boutique/category/' || t.category), t.role,
    pg_temp.moment(b.today - 40, 600, b.zone) FROM demo_business b CROSS JOIN (VALUES (2, 'candles', 'buy'), (2, 'candles', 'get'), (4, 'women-outerwear', 'get'),
    (4, 'men-knitwear', 'get')) AS t (promotion, category, role) WHERE b.slug = 'boutique' AND NOT (t.promotion = 2 AND t.role = 'buy') ORDER BY 1;

INSERT INTO ret.coupon_codes (id, business_id, promotion_id, code, usage_limit_per_customer, expires_at, created_at, created_by)
SELECT pg_temp.id('boutique/code/' || c.code), b.id, pg_temp.id('boutique/promotion/1'), c.code, c.each, CASE WHEN c.days IS NOT NULL THEN pg_temp.moment(b.today + c.days, 0, b.zone) END,
    pg_temp.moment(b.today - 200, 600, b.zone), pg_temp.id('user/owner@boutique.test') FROM demo_business b
    CROSS JOIN (VALUES ('FERN10', NULL::integer, NULL::integer), ('NEWSLETTER', NULL, 200), ('STYLIST', NULL, 90)) AS c (code, each, days) WHERE b.slug = 'boutique' ORDER BY c.code;

INSERT INTO ret.registers (id, business_id, location_id, name, receipt_footer, created_at, created_by)
SELECT pg_temp.id('boutique/register/' || n), b.id, pg_temp.id('location/boutique/MAIN'), 'Register ' || n, 'Returns within thirty days.', pg_temp.moment(b.today - 544, 620, b.zone),
    pg_temp.id('user/owner@boutique.test') FROM demo_business b CROSS JOIN generate_series(1, 2) AS n WHERE b.slug = 'boutique' ORDER BY n;

INSERT INTO ret.suppliers (id, business_id, name, account_number, contact_name, email, phone, payment_terms, lead_time_days, minimum_order_amount, created_at, created_by)
SELECT pg_temp.id('boutique/supplier/' || s.supplier), b.id, s.supplier, 'FT-' || pg_temp.number(s.supplier, 100, 999),
    pg_temp.pick(s.supplier, '{"Jo Marsh","Lena Ruiz","Sam Ito","Pia Wolf","Ben Adler"}'), lower(replace(translate(s.supplier, '.& ', ''), ' ', '')) || '@example.com',
    pg_temp.phone(s.supplier, b.area_codes), 'Net 30', pg_temp.number(s.supplier || '/lead', 7, 40), 150, pg_temp.moment(b.today - 544, 630, b.zone), pg_temp.id('user/owner@boutique.test')
FROM demo_business b CROSS JOIN (SELECT DISTINCT supplier FROM demo_article) AS s WHERE b.slug = 'boutique' ORDER BY s.supplier;

INSERT INTO ret.product_suppliers (id, business_id, supplier_id, product_id, supplier_sku, cost, pack_quantity, priced_on, is_preferred, created_at)
SELECT pg_temp.id(p.key || '/supplier'), t.business_id, pg_temp.id('boutique/supplier/' || p.supplier), t.id, t.supplier_sku, t.cost_price, 1, b.today - pg_temp.number(p.key || '/priced', 10, 200),
    true, pg_temp.moment(b.today - 543, 600, b.zone) FROM demo_product p JOIN demo_business b ON b.slug = 'boutique' JOIN ret.products t ON t.business_id = b.id AND t.id = pg_temp.id(p.key) ORDER BY p.place;

INSERT INTO ret.loyalty_programs (id, business_id, name, points_per_currency_unit, point_value, minimum_redemption, signup_points, expiry_months, created_at, created_by)
SELECT pg_temp.id('boutique/loyalty'), b.id, 'Fern circle', 1, 0.05, 200, 25, 24, pg_temp.moment(b.today - 520, 610, b.zone), pg_temp.id('user/owner@boutique.test') FROM demo_business b WHERE b.slug = 'boutique';

INSERT INTO ret.loyalty_tiers (id, business_id, loyalty_program_id, name, minimum_spend, points_multiplier, discount_rate, benefits, sort_order, created_at)
SELECT pg_temp.id('boutique/tier/' || t.n), b.id, pg_temp.id('boutique/loyalty'), t.name, t.spend, t.factor, t.rate, t.benefits, t.n, pg_temp.moment(b.today - 520, 611, b.zone) FROM demo_business b
CROSS JOIN (VALUES (1, 'Seed', 0, 1.0, 0, 'Birthday gift.'), (2, 'Sprout', 500, 1.25, 0.03, 'Early access.'), (3, 'Fern', 1500, 1.5, 0.05, 'Free alterations.')) AS t (n, name, spend, factor, rate,
    benefits) WHERE b.slug = 'boutique' ORDER BY t.n;

INSERT INTO ret.loyalty_accounts (id, business_id, loyalty_program_id, customer_id, card_number, joined_on, created_at)
SELECT pg_temp.id(c.key || '/loyalty'), c.business_id, pg_temp.id('boutique/loyalty'), c.id, 'FC' || lpad(c.n::text, 6, '0'), greatest(c.created_at::date + 2, b.today - 515),
    greatest(c.created_at + interval '2 days', pg_temp.moment(b.today - 515, 700, b.zone)) FROM demo_customer c JOIN demo_business b USING (slug)
    WHERE c.slug = 'boutique' AND c.n % 3 = 0 AND c.status = 'active' ORDER BY c.n;
