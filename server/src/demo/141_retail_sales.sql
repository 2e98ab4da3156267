-- The boutique's sales of the last weeks in lines, with payments, parcels and returns, and what moved in
-- and out of stock.

CREATE TEMPORARY TABLE demo_recent_sale ON COMMIT DROP AS
SELECT s.*, pg_temp.id(s.key) AS id, seller.id AS seller_id, c.id AS customer_id, c.key AS customer_key, o.payment_method AS method, o.fulfillment_status, o.tracking_number,
    (s.created_at AT TIME ZONE s.zone)::date - s.today AS day
FROM demo_sale s JOIN ret.sales_orders o ON o.business_id = s.business_id AND o.id = pg_temp.id(s.key) JOIN demo_person seller ON seller.slug = 'boutique' AND seller.shift = s.shift
LEFT JOIN demo_customer c ON c.slug = 'boutique' AND c.n = s.customer
WHERE s.status <> 'cancelled' AND (s.created_at > now() - interval '40 days' OR (s.status = 'returned' AND s.created_at > now() - interval '200 days'));
ALTER TABLE demo_recent_sale ADD PRIMARY KEY (n);
ANALYZE demo_recent_sale;

UPDATE ret.sales_orders o SET location_id = pg_temp.id('location/boutique/MAIN'), shipping_rate_id = CASE s.fulfillment WHEN 'shipping' THEN pg_temp.id('boutique/rate/Standard')
    WHEN 'delivery' THEN pg_temp.id('boutique/rate/Local delivery') END
FROM demo_recent_sale s WHERE o.business_id = s.business_id AND o.id = s.id;

-- The same pieces that the sales were priced with.
CREATE TEMPORARY TABLE demo_sale_item ON COMMIT DROP AS
SELECT s.n, s.key || '/line/' || line AS key, pg_temp.id(s.key || '/line/' || line) AS id, s.id AS sale_id, s.business_id, s.created_at, s.status, s.tax_rate, s.seller_id, line, u.*,
    CASE WHEN p.price < 40 THEN pg_temp.number(s.key || '/pieces/' || line, 1, 3) ELSE 1 END AS pieces
FROM demo_recent_sale s CROSS JOIN LATERAL generate_series(1, (ARRAY[1, 1, 1, 2, 2, 2, 3, 4])[1 + pg_temp.hash(s.key || '/lines') % 8]) AS line
JOIN demo_product p ON p.place = 1 + pg_temp.hash(s.key || '/line/' || line) % p.places
JOIN LATERAL (SELECT o.product_id, o.variant_id, o.sku, o.name, o.price, o.cost, o.sizes FROM demo_unit_of_stock o
    WHERE o.place = p.place AND o.n = 1 + pg_temp.hash(s.key || '/size/' || line) % o.sizes ORDER BY o.n LIMIT 1) AS u ON true;
ANALYZE demo_sale_item;

PREPARE demo_sale_items (boolean) AS
INSERT INTO ret.sales_order_items (id, business_id, sales_order_id, product_id, product_variant_id, sku, name, quantity, unit_price, unit_cost, tax_rate, sort_order, created_at, created_by)
SELECT i.id, i.business_id, i.sale_id, i.product_id, i.variant_id, i.sku, i.name, i.pieces, i.price, i.cost, i.tax_rate, i.line, i.created_at, i.seller_id FROM demo_sale_item i
WHERE (i.n % 8 = 0) = $1 ORDER BY i.n, i.line;
EXECUTE demo_sale_items (true);
ANALYZE ret.sales_order_items;
EXECUTE demo_sale_items (false);
DEALLOCATE demo_sale_items;

INSERT INTO ret.sales_order_discounts (id, business_id, sales_order_id, promotion_id, coupon_code_id, name, amount, created_at, created_by)
SELECT pg_temp.id(s.key || '/discount'), s.business_id, s.id, pg_temp.id('boutique/promotion/1'), pg_temp.id('boutique/code/FERN10'), 'Welcome back', s.discount, s.created_at, s.seller_id
FROM demo_recent_sale s WHERE s.discount > 0 ORDER BY s.n;

-- Gift cards and store credit that some of them were paid with.
CREATE TEMPORARY TABLE demo_sale_payment ON COMMIT DROP AS
SELECT s.n, s.key, s.business_id, s.zone, s.today, s.day, s.id AS sale_id, s.customer_id, s.order_type, s.seller_id, s.status, s.created_at AS paid_at, s.method,
    CASE WHEN s.payment_status = 'partial' THEN round(o.total_amount / 2, 2) ELSE o.total_amount END AS amount
FROM demo_recent_sale s JOIN ret.sales_orders o ON o.business_id = s.business_id AND o.id = s.id WHERE s.method IS NOT NULL AND (s.method <> 'store_credit' OR s.customer_id IS NOT NULL) AND o.total_amount > 0;
ANALYZE demo_sale_payment;

INSERT INTO ret.gift_cards (id, business_id, customer_id, code, initial_amount, recipient_name, issued_on, expires_on, created_at, created_by)
SELECT pg_temp.id('boutique/gift/' || g.key), g.business_id, g.customer_id, 'FT-' || upper(substr(md5(g.key), 1, 4)) || '-' || upper(substr(md5(g.key), 5, 4)), g.amount, g.name, g.issued,
    g.issued + 730, pg_temp.moment(g.issued, 700, g.zone), pg_temp.id('user/manager@boutique.test')
FROM (
    SELECT p.key, p.business_id, p.customer_id, ceil(p.amount / 25) * 25 AS amount, NULL::text AS name, (p.paid_at AT TIME ZONE p.zone)::date - 30 AS issued, p.zone FROM demo_sale_payment p WHERE p.method = 'gift_card'
    UNION ALL SELECT 'unused/' || n, b.id, NULL, (ARRAY[25, 50, 100])[1 + n % 3], m.first_names[n * 4], b.today - n * 9, b.zone FROM demo_business b JOIN demo_names m USING (slug)
        CROSS JOIN generate_series(1, 12) AS n WHERE b.slug = 'boutique'
) AS g ORDER BY g.issued, g.key;

INSERT INTO ret.gift_card_transactions (id, business_id, gift_card_id, transaction_type, amount, balance_after, created_at)
SELECT pg_temp.id('boutique/gift/issue/' || g.id), g.business_id, g.id, 'issue', g.initial_amount, g.initial_amount, g.created_at FROM ret.gift_cards g ORDER BY g.created_at, g.id;

INSERT INTO ret.store_credit_accounts (id, business_id, customer_id, notes, created_at, created_by)
SELECT pg_temp.id('boutique/credit/' || c.customer_id), c.business_id, c.customer_id, 'From returns.', c.first - interval '20 days', pg_temp.id('user/manager@boutique.test')
FROM (SELECT p.business_id, p.customer_id, min(p.paid_at) AS first FROM demo_sale_payment p WHERE p.method = 'store_credit' GROUP BY 1, 2) AS c ORDER BY c.first, c.customer_id;

INSERT INTO ret.store_credit_transactions (id, business_id, store_credit_account_id, transaction_type, amount, balance_after, description, created_at)
SELECT pg_temp.id('boutique/credit/given/' || c.customer_id), c.business_id, pg_temp.id('boutique/credit/' || c.customer_id), 'goodwill', c.total + 15, c.total + 15, 'Returned earlier.',
    c.first - interval '20 days' FROM (SELECT p.business_id, p.customer_id, min(p.paid_at) AS first, sum(p.amount) AS total FROM demo_sale_payment p WHERE p.method = 'store_credit' GROUP BY 1, 2) AS c
    ORDER BY c.first, c.customer_id;

-- Yesterday's till is open while it takes yesterday's money.
INSERT INTO ret.register_sessions (id, business_id, register_id, opened_by_id, opened_at, opening_amount, status, created_at, created_by)
SELECT pg_temp.id('boutique/session/' || n || '/-1'), b.id, pg_temp.id('boutique/register/' || n), pg_temp.id('user/manager@boutique.test'), pg_temp.moment(b.today - 2, 590, b.zone), 150, 'open',
    pg_temp.moment(b.today - 2, 590, b.zone), pg_temp.id('user/manager@boutique.test') FROM demo_business b CROSS JOIN generate_series(1, 2) AS n WHERE b.slug = 'boutique' ORDER BY n;

PREPARE demo_sale_payments (boolean) AS
INSERT INTO ret.payments (id, business_id, sales_order_id, payment_number, register_session_id, gift_card_id, store_credit_account_id, method, amount, tendered_amount, card_brand, card_last_four,
    processor_reference, paid_at, status, created_at, created_by)
SELECT pg_temp.id(p.key || '/payment'), p.business_id, p.sale_id, pg_temp.document_number('PAY', p.paid_at, p.zone, p.place),
    CASE WHEN p.order_type = 'walk_in' AND p.day IN (-1, -2) THEN pg_temp.id('boutique/session/' || 1 + p.n % 2 || '/-1') END,
    CASE p.method WHEN 'gift_card' THEN pg_temp.id('boutique/gift/' || p.key) END, CASE p.method WHEN 'store_credit' THEN pg_temp.id('boutique/credit/' || p.customer_id) END, p.method, p.amount,
    CASE p.method WHEN 'cash' THEN ceil(p.amount / 20) * 20 END,
    CASE WHEN p.method LIKE '%card' AND p.method <> 'gift_card' THEN pg_temp.pick(p.key || '/brand', '{Visa,Visa,Mastercard,Amex}') END,
    CASE WHEN p.method LIKE '%card' AND p.method <> 'gift_card' THEN lpad(pg_temp.number(p.key || '/card', 0, 9999)::text, 4, '0') END,
    CASE WHEN p.method LIKE '%card' AND p.method <> 'gift_card' THEN 'ch_' || substr(md5(p.key), 1, 14) END, p.paid_at, 'captured', p.paid_at, p.seller_id
FROM (SELECT *, row_number() OVER (PARTITION BY extract(year FROM paid_at AT TIME ZONE zone) ORDER BY paid_at, n) AS place FROM demo_sale_payment) AS p WHERE (p.n % 8 = 0) = $1 ORDER BY p.paid_at, p.n;
EXECUTE demo_sale_payments (true);
ANALYZE ret.payments;
EXECUTE demo_sale_payments (false);
DEALLOCATE demo_sale_payments;

INSERT INTO ret.gift_card_transactions (id, business_id, gift_card_id, payment_id, transaction_type, amount, balance_after, created_at)
SELECT pg_temp.id('boutique/gift/redeem/' || p.key), p.business_id, pg_temp.id('boutique/gift/' || p.key), pg_temp.id(p.key || '/payment'), 'redeem', -p.amount, ceil(p.amount / 25) * 25 - p.amount,
    p.paid_at FROM demo_sale_payment p WHERE p.method = 'gift_card' ORDER BY p.paid_at, p.n;

INSERT INTO ret.store_credit_transactions (id, business_id, store_credit_account_id, payment_id, transaction_type, amount, balance_after, created_at)
SELECT pg_temp.id('boutique/credit/used/' || p.key), p.business_id, pg_temp.id('boutique/credit/' || p.customer_id), pg_temp.id(p.key || '/payment'), 'redeem', -p.amount, 0, p.paid_at
FROM demo_sale_payment p WHERE p.method = 'store_credit' ORDER BY p.paid_at, p.n;

INSERT INTO ret.cash_movements (id, business_id, register_session_id, performed_by_id, movement_type, amount, reason, created_at, created_by)
SELECT pg_temp.id('boutique/cash/' || m.n), b.id, pg_temp.id('boutique/session/1/-1'), pg_temp.id('user/manager@boutique.test'), m.type, m.amount, m.reason,
    pg_temp.moment(b.today - 1, m.minute, b.zone), pg_temp.id('user/manager@boutique.test') FROM demo_business b
    CROSS JOIN (VALUES (1, 'pay_out', 18.20, 'Flowers for the window', 640), (2, 'float_change', 40, 'Coins from the bank', 700)) AS m (n, type, amount, reason, minute) WHERE b.slug = 'boutique' ORDER BY m.n;

UPDATE ret.register_sessions s SET status = 'closed', counted_amount = greatest(s.expected_amount, 0) + CASE s.register_id WHEN pg_temp.id('boutique/register/2') THEN 0.75 ELSE 0 END,
    closed_at = pg_temp.moment(b.today - 1, 1150, b.zone), closed_by_id = pg_temp.id('user/manager@boutique.test') FROM demo_business b WHERE b.slug = 'boutique' AND s.business_id = b.id;

INSERT INTO ret.register_sessions (id, business_id, register_id, opened_by_id, opened_at, opening_amount, status, created_at, created_by)
SELECT pg_temp.id('boutique/session/' || n || '/0'), b.id, pg_temp.id('boutique/register/' || n), pg_temp.id('user/manager@boutique.test'), date_trunc('hour', now()), 150, 'open',
    date_trunc('hour', now()), pg_temp.id('user/manager@boutique.test') FROM demo_business b CROSS JOIN generate_series(1, 2) AS n WHERE b.slug = 'boutique' ORDER BY n;

INSERT INTO ret.returns (id, business_id, sales_order_id, customer_id, location_id, resolution, status, received_at, notes, created_at, created_by)
SELECT pg_temp.id(s.key || '/return'), s.business_id, s.id, s.customer_id, pg_temp.id('location/boutique/MAIN'), 'refund', 'completed',
    least(s.created_at + interval '9 days', now() - interval '1 day'), 'Brought back to the counter.', least(s.created_at + interval '8 days', now() - interval '2 days'), s.seller_id
    FROM demo_recent_sale s WHERE s.status = 'returned' ORDER BY s.n;

INSERT INTO ret.return_items (id, business_id, return_id, sales_order_item_id, quantity, reason, condition, disposition, refund_amount, created_at)
SELECT pg_temp.id(i.key || '/return'), i.business_id, pg_temp.id(s.key || '/return'), i.id, i.pieces, pg_temp.pick(i.key || '/why', '{wrong_size,changed_mind,not_as_described}'), 'new', 'restock',
    round(i.pieces * i.price * (1 + i.tax_rate), 2), least(s.created_at + interval '8 days', now() - interval '2 days') FROM demo_sale_item i JOIN demo_recent_sale s USING (n)
    WHERE s.status = 'returned' ORDER BY i.n, i.line;

INSERT INTO ret.refunds (id, business_id, sales_order_id, return_id, payment_id, approved_by_id, method, amount, reason, status, refunded_at, created_at, created_by)
SELECT pg_temp.id(p.key || '/refund'), p.business_id, p.sale_id, pg_temp.id(p.key || '/return'), pg_temp.id(p.key || '/payment'), pg_temp.id('user/manager@boutique.test'), 'original_payment',
    p.amount, 'Returned.', 'completed', least(p.paid_at + interval '9 days', now() - interval '1 day'), least(p.paid_at + interval '9 days', now() - interval '1 day'), p.seller_id
    FROM demo_sale_payment p WHERE p.status = 'returned' ORDER BY p.n;

INSERT INTO ret.shipments (id, business_id, sales_order_id, location_id, shipping_rate_id, carrier, service_level, tracking_number, weight, cost_amount, status, shipped_at, delivered_at, created_at, created_by)
SELECT pg_temp.id(s.key || '/parcel'), s.business_id, s.id, pg_temp.id('location/boutique/MAIN'), pg_temp.id('boutique/rate/Standard'), 'UPS', 'Ground', s.tracking_number,
    pg_temp.amount(s.key || '/weight', 0.3, 4), pg_temp.amount(s.key || '/postage', 6, 14), t.status, CASE WHEN t.status IN ('shipped', 'delivered') THEN s.created_at + interval '1 day' END,
    CASE WHEN t.status = 'delivered' THEN least(s.created_at + interval '4 days', now() - interval '1 hour') END, s.created_at + interval '3 hours', pg_temp.id('user/ruby.dalton@boutique.test')
FROM demo_recent_sale s CROSS JOIN LATERAL (SELECT CASE WHEN s.status <> 'open' THEN 'delivered' WHEN s.fulfillment_status = 'shipped' THEN 'shipped' ELSE 'pending' END AS status) AS t
WHERE s.fulfillment = 'shipping' AND s.order_type <> 'special_order' ORDER BY s.n;

INSERT INTO ret.shipment_items (id, business_id, shipment_id, sales_order_item_id, quantity, created_at)
SELECT pg_temp.id(i.key || '/parcel'), i.business_id, pg_temp.id(s.key || '/parcel'), i.id, i.pieces, s.created_at + interval '3 hours' FROM demo_sale_item i JOIN demo_recent_sale s USING (n)
WHERE s.fulfillment = 'shipping' AND s.order_type <> 'special_order' ORDER BY i.n, i.line;

INSERT INTO ret.loyalty_transactions (id, business_id, loyalty_account_id, sales_order_id, transaction_type, points, description, expires_on, created_at)
SELECT pg_temp.id('boutique/points/' || t.key), t.business_id, t.account, t.sale_id, t.type, t.points, t.description, (t.created_at + interval '24 months')::date, t.created_at FROM (
    SELECT a.id::text AS key, a.business_id, a.id AS account, NULL::uuid AS sale_id, 'bonus' AS type, 25 AS points, 'Welcome.' AS description, a.created_at FROM ret.loyalty_accounts a
    UNION ALL SELECT s.key, s.business_id, a.id, s.id, 'earn', floor(s.subtotal)::integer, NULL, s.created_at FROM demo_recent_sale s
        JOIN ret.loyalty_accounts a ON a.business_id = s.business_id AND a.customer_id = s.customer_id WHERE s.status = 'completed' AND s.created_at > a.created_at
) AS t WHERE t.points > 0 ORDER BY t.created_at, t.key;

INSERT INTO ret.carts (id, business_id, customer_id, shopper_email, status, expires_at, last_activity_at, created_at)
SELECT pg_temp.id('boutique/cart/' || g), b.id, c.id, 'shopper' || g || '@example.com', CASE WHEN g <= 5 THEN 'active' WHEN g <= 12 THEN 'abandoned' ELSE 'recovered' END, now() + interval '20 days',
    now() - make_interval(hours => g * 5), now() - make_interval(hours => g * 5 + 1) FROM demo_business b CROSS JOIN generate_series(1, 14) AS g
    LEFT JOIN demo_customer c ON c.slug = b.slug AND c.active_place = g * 11 AND g % 2 = 0 WHERE b.slug = 'boutique' ORDER BY g;

INSERT INTO ret.cart_items (id, business_id, cart_id, product_id, product_variant_id, quantity, unit_price, created_at)
SELECT DISTINCT ON (g, u.place) pg_temp.id('boutique/cart/' || g || '/' || line), b.id, pg_temp.id('boutique/cart/' || g), u.product_id, u.variant_id, 1, u.price,
    now() - make_interval(hours => g * 5 + 1) FROM demo_business b CROSS JOIN generate_series(1, 14) AS g CROSS JOIN generate_series(1, 2) AS line
    JOIN demo_unit_of_stock u ON u.n = 1 AND u.place = 1 + pg_temp.hash('boutique/cart/' || g || line) % 150 WHERE b.slug = 'boutique' ORDER BY g, u.place, line;
