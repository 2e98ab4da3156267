-- Where the boutique's goods came from, and what is left of them in the shop and the stockroom.

-- A delivery of each maker six weeks ago, one a fortnight ago, one that is still to come.
CREATE TEMPORARY TABLE demo_goods_order ON COMMIT DROP AS
SELECT b.id AS business_id, b.zone, b.today, m.supplier, n, 'boutique/order/' || n || '/' || m.supplier AS key, b.today - CASE n WHEN 1 THEN 55 WHEN 2 THEN 26 ELSE 4 END - m.place AS ordered_on
FROM demo_business b CROSS JOIN (SELECT supplier, row_number() OVER (ORDER BY supplier)::integer AS place FROM (SELECT DISTINCT supplier FROM demo_article) AS s) AS m
CROSS JOIN generate_series(1, 3) AS n WHERE b.slug = 'boutique' AND (n = 1 OR (m.place + n) % 2 = 0);

INSERT INTO ret.purchase_orders (id, business_id, supplier_id, location_id, ordered_on, expected_on, shipping_amount, status, created_at, created_by)
SELECT pg_temp.id(o.key), o.business_id, pg_temp.id('boutique/supplier/' || o.supplier), pg_temp.id('location/boutique/MAIN'), o.ordered_on, o.ordered_on + 12, 15,
    CASE WHEN o.n = 3 THEN 'confirmed' ELSE 'sent' END, pg_temp.moment(o.ordered_on, 640, o.zone), pg_temp.id('user/owner@boutique.test') FROM demo_goods_order o ORDER BY o.ordered_on, o.supplier;

CREATE TEMPORARY TABLE demo_goods_line ON COMMIT DROP AS
SELECT o.key || '/' || u.sku AS key, pg_temp.id(o.key || '/' || u.sku) AS id, o.key AS order_key, o.business_id, o.zone, o.today, o.n, o.ordered_on, u.product_id, u.variant_id, u.cost, u.place, u.sku,
    2 + pg_temp.number(o.key || u.sku, 0, 4) AS pieces
FROM demo_goods_order o JOIN demo_unit_of_stock u ON u.supplier = o.supplier AND (u.place + u.n + o.n) % 4 = 0;

INSERT INTO ret.purchase_order_items (id, business_id, purchase_order_id, product_id, product_variant_id, quantity_ordered, unit_cost, sort_order, created_at)
SELECT l.id, l.business_id, pg_temp.id(l.order_key), l.product_id, l.variant_id, l.pieces, l.cost, l.place, pg_temp.moment(l.ordered_on, 641, l.zone) FROM demo_goods_line l ORDER BY l.ordered_on,
    l.order_key, l.place, l.sku;
ANALYZE ret.purchase_order_items;

INSERT INTO ret.purchase_receipts (id, business_id, purchase_order_id, received_by_id, received_at, supplier_delivery_note, freight_amount, status, created_at, created_by)
SELECT pg_temp.id(o.key || '/receipt'), o.business_id, pg_temp.id(o.key), pg_temp.id('user/ruby.dalton@boutique.test'), pg_temp.moment(o.ordered_on + 12, 620, o.zone),
    'D' || pg_temp.number(o.key, 1000, 9999), 15, 'draft', pg_temp.moment(o.ordered_on + 12, 620, o.zone), pg_temp.id('user/ruby.dalton@boutique.test') FROM demo_goods_order o
    WHERE o.n < 3 AND EXISTS (SELECT FROM demo_goods_line l WHERE l.order_key = o.key) ORDER BY o.ordered_on, o.supplier;

INSERT INTO ret.purchase_receipt_items (id, business_id, purchase_receipt_id, purchase_order_item_id, quantity_received, landed_unit_cost, created_at)
SELECT pg_temp.id(l.key || '/receipt'), l.business_id, pg_temp.id(l.order_key || '/receipt'), l.id, l.pieces, round(l.cost * 1.02, 2), pg_temp.moment(l.ordered_on + 12, 621, l.zone)
FROM demo_goods_line l WHERE l.n < 3 ORDER BY l.ordered_on, l.order_key, l.place, l.sku;

UPDATE ret.purchase_receipts r SET status = 'posted' FROM demo_goods_order o WHERE r.business_id = o.business_id AND r.id = pg_temp.id(o.key || '/receipt');
UPDATE ret.purchase_orders p SET status = 'received' FROM demo_goods_order o WHERE p.business_id = o.business_id AND p.id = pg_temp.id(o.key) AND o.n < 3 AND p.status IN ('sent', 'partially_received');

-- What has to be on the shelf before all this, for the shop to hold today what its products say.
CREATE TEMPORARY TABLE demo_move ON COMMIT DROP AS
SELECT m.* FROM (
    SELECT pg_temp.id('boutique/opening/' || u.sku) AS id, b.id AS business_id, u.product_id, u.variant_id, NULL::uuid AS receipt_id, NULL::uuid AS item_id, 'count' AS type,
        u.stock + coalesce(sold.pieces, 0) - coalesce(got.pieces, 0) AS quantity, u.cost, 'Counted before the season.' AS reason, pg_temp.moment(b.today - 210, 600, b.zone) AS at, 0 AS place
    FROM demo_unit_of_stock u JOIN demo_business b ON b.slug = 'boutique'
    LEFT JOIN (SELECT i.sku, sum(i.pieces) AS pieces FROM demo_sale_item i WHERE i.status = 'completed' GROUP BY 1) AS sold ON sold.sku = u.sku
    LEFT JOIN (SELECT l.sku, sum(l.pieces) AS pieces FROM demo_goods_line l WHERE l.n < 3 GROUP BY 1) AS got ON got.sku = u.sku
    UNION ALL SELECT pg_temp.id(l.key || '/in'), l.business_id, l.product_id, l.variant_id, pg_temp.id(l.key || '/receipt'), NULL, 'receipt', l.pieces, l.cost, NULL,
        pg_temp.moment(l.ordered_on + 12, 630, l.zone), 1 FROM demo_goods_line l WHERE l.n < 3
    UNION ALL SELECT pg_temp.id(i.key || '/out'), i.business_id, i.product_id, i.variant_id, NULL, i.id, 'sale', -i.pieces, i.cost, NULL, i.created_at, 1 FROM demo_sale_item i WHERE i.status = 'completed'
) AS m WHERE m.quantity <> 0;
ANALYZE demo_move;

PREPARE demo_moves (boolean) AS
INSERT INTO ret.inventory_movements (id, business_id, location_id, product_id, product_variant_id, purchase_receipt_item_id, sales_order_item_id, movement_type, quantity, unit_cost, reason,
    occurred_at, created_at, created_by)
SELECT m.id, m.business_id, pg_temp.id('location/boutique/MAIN'), m.product_id, m.variant_id, m.receipt_id, m.item_id, m.type, m.quantity, m.cost, m.reason, m.at, m.at, pg_temp.id('user/ruby.dalton@boutique.test')
FROM demo_move m WHERE (pg_temp.hash(m.product_id::text) % 8 = 0) = $1 ORDER BY m.place, m.at, m.id;
EXECUTE demo_moves (true);
ANALYZE ret.inventory_movements;
ANALYZE ret.inventory_levels;
EXECUTE demo_moves (false);
DEALLOCATE demo_moves;

UPDATE ret.inventory_levels l SET reorder_point = 4, reorder_quantity = 12, bin = 'Shelf ' || 1 + pg_temp.hash(l.product_id::text) % 12 FROM demo_business b
WHERE b.slug = 'boutique' AND l.business_id = b.id AND l.location_id = pg_temp.id('location/boutique/MAIN');

-- The stockroom sends boxes over.
INSERT INTO ret.inventory_movements (id, business_id, location_id, product_id, product_variant_id, movement_type, quantity, unit_cost, reason, occurred_at, created_at)
SELECT pg_temp.id('boutique/stockroom/' || u.sku), b.id, pg_temp.id('location/boutique/STOCK'), u.product_id, u.variant_id, 'count', 24, u.cost, 'Counted before the season.',
    pg_temp.moment(b.today - 210, 610, b.zone), pg_temp.moment(b.today - 210, 610, b.zone) FROM demo_unit_of_stock u JOIN demo_business b ON b.slug = 'boutique'
    WHERE u.branch IN ('candles', 'tableware', 'gifts') ORDER BY u.place;

INSERT INTO ret.stock_transfers (id, business_id, from_location_id, to_location_id, requested_by_id, expected_on, shipped_at, received_at, status, created_at, created_by)
SELECT pg_temp.id('boutique/transfer/' || n), b.id, pg_temp.id('location/boutique/STOCK'), pg_temp.id('location/boutique/MAIN'), pg_temp.id('user/manager@boutique.test'), b.today - 9 + n * 5,
    CASE WHEN n < 3 THEN pg_temp.moment(b.today - 10 + n * 5, 600, b.zone) END, CASE n WHEN 1 THEN pg_temp.moment(b.today - 4, 610, b.zone) END, (ARRAY['received', 'in_transit', 'requested'])[n],
    pg_temp.moment(b.today - 12 + n * 3, 700, b.zone), pg_temp.id('user/manager@boutique.test') FROM demo_business b CROSS JOIN generate_series(1, 3) AS n WHERE b.slug = 'boutique' ORDER BY n;

INSERT INTO ret.stock_transfer_items (id, business_id, stock_transfer_id, product_id, product_variant_id, quantity_requested, quantity_shipped, quantity_received, created_at)
SELECT pg_temp.id('boutique/transfer/' || t || '/' || u.sku), b.id, pg_temp.id('boutique/transfer/' || t), u.product_id, u.variant_id, 6, CASE WHEN t < 3 THEN 6 ELSE 0 END,
    CASE t WHEN 1 THEN 6 ELSE 0 END, pg_temp.moment(b.today - 12 + t * 3, 701, b.zone) FROM demo_unit_of_stock u JOIN demo_business b ON b.slug = 'boutique' CROSS JOIN generate_series(1, 3) AS t
    WHERE u.branch = (ARRAY['candles', 'tableware', 'gifts'])[t] ORDER BY t, u.place;

INSERT INTO ret.inventory_movements (id, business_id, location_id, product_id, product_variant_id, stock_transfer_item_id, movement_type, quantity, unit_cost, occurred_at, created_at)
SELECT pg_temp.id('boutique/moved/' || m.type || i.id), i.business_id, pg_temp.id('location/boutique/' || m.place), i.product_id, i.product_variant_id, i.id, m.type, m.sign * 6, 0,
    i.created_at + interval '2 days', i.created_at + interval '2 days'
FROM ret.stock_transfer_items i JOIN (VALUES ('transfer_out', 'STOCK', -1), ('transfer_in', 'MAIN', 1)) AS m (type, place, sign) ON m.sign < 0 OR i.quantity_received > 0 WHERE i.quantity_shipped > 0
ORDER BY i.created_at, i.id, m.sign;

INSERT INTO ret.stock_counts (id, business_id, location_id, category_id, counted_by_id, count_type, counted_on, status, notes, created_at, created_by)
SELECT pg_temp.id('boutique/count/1'), b.id, pg_temp.id('location/boutique/MAIN'), pg_temp.id('boutique/category/candles'), pg_temp.id('user/staff@boutique.test'), 'cycle', b.today - 1, 'in_progress',
    'Candles only.', pg_temp.moment(b.today - 1, 620, b.zone), pg_temp.id('user/staff@boutique.test') FROM demo_business b WHERE b.slug = 'boutique';

INSERT INTO ret.stock_count_items (id, business_id, stock_count_id, product_id, product_variant_id, counted_quantity, counted_at, unit_cost, created_at)
SELECT pg_temp.id('boutique/count/1/' || u.sku), b.id, pg_temp.id('boutique/count/1'), u.product_id, u.variant_id, u.stock + 6 - CASE WHEN u.place % 4 = 0 THEN 1 ELSE 0 END,
    pg_temp.moment(b.today - 1, 630, b.zone), u.cost, pg_temp.moment(b.today - 1, 630, b.zone) FROM demo_unit_of_stock u JOIN demo_business b ON b.slug = 'boutique' WHERE u.branch = 'candles' ORDER BY u.place;

UPDATE ret.stock_counts c SET status = 'submitted' FROM demo_business b WHERE b.slug = 'boutique' AND c.business_id = b.id;

INSERT INTO ret.supplier_returns (id, business_id, supplier_id, location_id, reason, supplier_reference, sent_on, credit_amount, credited_on, status, notes, created_at, created_by)
SELECT pg_temp.id('boutique/sent-back/' || s.n), b.id, pg_temp.id('boutique/supplier/' || s.supplier), pg_temp.id('location/boutique/MAIN'), s.reason,
    'RMA-' || pg_temp.number('boutique/sent-back/' || s.n, 1000, 9999), b.today - s.ago, CASE s.status WHEN 'credited' THEN 54 END, CASE s.status WHEN 'credited' THEN b.today - s.ago + 12 END,
    s.status, s.notes, pg_temp.moment(b.today - s.ago - 1, 700, b.zone), pg_temp.id('user/manager@boutique.test')
FROM demo_business b CROSS JOIN (VALUES (1, 'Kiln Street Pottery', 'damaged', 30, 'credited', 'Three mugs broken.'), (2, 'Wick & Wax', 'wrong_item', 5, 'sent', 'Lavender instead of cedar.')) AS s (n,
    supplier, reason, ago, status, notes) WHERE b.slug = 'boutique' ORDER BY s.n;

INSERT INTO ret.supplier_return_items (id, business_id, supplier_return_id, product_id, product_variant_id, quantity, unit_cost, created_at)
SELECT pg_temp.id('boutique/sent-back/' || s.n || '/item'), b.id, pg_temp.id('boutique/sent-back/' || s.n), u.product_id, u.variant_id, s.pieces, u.cost, pg_temp.moment(b.today - 6, 701, b.zone)
FROM demo_business b CROSS JOIN (VALUES (1, 'Kiln Street Pottery', 3), (2, 'Wick & Wax', 2)) AS s (n, supplier, pieces)
JOIN LATERAL (SELECT * FROM demo_unit_of_stock o WHERE o.supplier = s.supplier ORDER BY o.place LIMIT 1) AS u ON true WHERE b.slug = 'boutique' ORDER BY s.n;
