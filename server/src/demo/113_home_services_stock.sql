-- What the warehouses and trucks hold, where it came from and where it went.

INSERT INTO hs.inventory_locations (id, business_id, location_id, fleet_vehicle_id, keeper_id, name, location_type, created_at, created_by)
SELECT pg_temp.id('stock/' || b.slug || '/' || n), b.id, CASE WHEN n = 0 THEN pg_temp.id('location/' || b.slug || '/WH') END, CASE WHEN n > 0 THEN pg_temp.id('truck/' || b.slug || '/' || n) END,
    CASE WHEN n = 0 THEN pg_temp.id('user/manager@' || b.slug || '.test') ELSE p.id END, CASE WHEN n = 0 THEN 'Warehouse' ELSE 'Truck ' || n END, CASE WHEN n = 0 THEN 'warehouse' ELSE 'truck' END,
    pg_temp.moment(b.today - 540, 620, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b CROSS JOIN LATERAL generate_series(0, b.crew) AS n LEFT JOIN demo_person p ON p.slug = b.slug AND p.shift = n WHERE b.industry = 'hs' ORDER BY b.slug, n;

INSERT INTO hs.suppliers (id, business_id, name, account_number, contact_name, email, phone, address, payment_terms, created_at, created_by)
SELECT pg_temp.id('supplier/' || b.slug || '/' || s.n), b.id, s.name, 'AC-' || pg_temp.number(b.slug || s.n || '/account', 10000, 99999), s.contact, 'orders' || s.n || '.' || b.slug || '@example.com',
    pg_temp.phone('supplier/' || b.slug || s.n, b.area_codes),
    pg_temp.number(b.slug || s.n, 100, 4000) || ' Industrial Boulevard, ' || b.city, 'Net 30', pg_temp.moment(b.today - 542, 600, b.zone), pg_temp.id('user/manager@' || b.slug || '.test')
FROM demo_business b JOIN (VALUES ('hvac', 1, 'Hill Country Supply', 'Ed Marsh'), ('hvac', 2, 'Capital Air Distributors', 'Nora Bell'), ('plumbing', 1, 'Front Range Pipe', 'Walt Berry'),
    ('plumbing', 2, 'Mile High Fixtures', 'Ida Chen')) AS s (slug, n, name, contact) USING (slug) ORDER BY b.slug, s.n;

INSERT INTO hs.supplier_items (id, business_id, supplier_id, price_book_item_id, supplier_part_number, cost, lead_time_days, priced_on, is_preferred, created_at)
SELECT pg_temp.id('supplier-item/' || i.slug || '/' || i.code || '/' || n), b.id, pg_temp.id('supplier/' || i.slug || '/' || n), i.id, upper(substr(md5(i.slug || i.code || n), 1, 8)),
    round(i.cost * CASE WHEN n = i.supplier THEN 1 ELSE 1.07 END, 2),
    pg_temp.number(i.code || n, 1, 6), b.today - pg_temp.number(i.slug || i.code || n, 5, 120), n = i.supplier, pg_temp.moment(b.today - 541, 600, b.zone)
FROM demo_item i JOIN demo_business b USING (slug) CROSS JOIN generate_series(1, 2) AS n WHERE i.supplier IS NOT NULL ORDER BY i.slug, i.code, n;

-- The minimum first, so that the levels know what is short.
INSERT INTO hs.stock_levels (id, business_id, inventory_location_id, price_book_item_id, minimum_quantity, maximum_quantity, bin, created_at)
SELECT pg_temp.id('level/' || i.slug || '/0/' || i.code), b.id, pg_temp.id('stock/' || i.slug || '/0'), i.id, CASE i.type WHEN 'equipment' THEN 2 ELSE 12 END,
    CASE i.type WHEN 'equipment' THEN 8 ELSE 80 END, chr(64 + i.place::integer) || '-' || i.place, pg_temp.moment(b.today - 540, 630, b.zone)
FROM demo_item i JOIN demo_business b USING (slug) WHERE i.type IN ('material', 'equipment') ORDER BY i.slug, i.code;

-- An order a fortnight, delivered after four days; the last two are under way.
CREATE TEMPORARY TABLE demo_order_of_stock ON COMMIT DROP AS
SELECT b.slug, b.id AS business_id, b.zone, b.today, n, s AS supplier, 'stock-order/' || b.slug || '/' || n AS key, b.today - (13 - n) * 14 - 2 AS ordered_on,
    CASE WHEN n = 13 THEN 'draft' ELSE 'sent' END AS status, n < 12 AS is_delivered
FROM demo_business b CROSS JOIN generate_series(1, 13) AS n CROSS JOIN LATERAL (SELECT 1 + n % 2) AS o (s) WHERE b.industry = 'hs';

INSERT INTO hs.purchase_orders (id, business_id, supplier_id, ship_to_location_id, ordered_on, expected_on, tax_amount, shipping_amount, supplier_reference, status, created_at, created_by)
SELECT pg_temp.id(o.key), o.business_id, pg_temp.id('supplier/' || o.slug || '/' || o.supplier), pg_temp.id('stock/' || o.slug || '/0'), CASE WHEN o.status <> 'draft' THEN o.ordered_on END,
    o.ordered_on + 4, 0, 18, CASE WHEN o.is_delivered THEN 'C' || pg_temp.number(o.key, 10000, 99999) END, o.status,
    pg_temp.moment(o.ordered_on, 620, o.zone), pg_temp.id('user/manager@' || o.slug || '.test')
FROM demo_order_of_stock o ORDER BY o.slug, o.n;

INSERT INTO hs.purchase_order_items (id, business_id, purchase_order_id, price_book_item_id, description, quantity_ordered, unit_cost, sort_order, created_at)
SELECT pg_temp.id(o.key || '/' || i.code), o.business_id, pg_temp.id(o.key), i.id, i.name, CASE i.type WHEN 'equipment' THEN 2 ELSE 10 + pg_temp.number(o.key || i.code, 0, 3) * 5 END, i.cost, i.place,
    pg_temp.moment(o.ordered_on, 621, o.zone)
FROM demo_order_of_stock o JOIN demo_item i ON i.slug = o.slug AND i.supplier = o.supplier ORDER BY o.slug, o.n, i.code;

INSERT INTO hs.purchase_receipts (id, business_id, purchase_order_id, inventory_location_id, received_by_id, supplier_delivery_note, received_at, created_at, created_by)
SELECT pg_temp.id(o.key || '/receipt'), o.business_id, pg_temp.id(o.key), pg_temp.id('stock/' || o.slug || '/0'), pg_temp.id('user/staff@' || o.slug || '.test'),
    'D' || pg_temp.number(o.key, 1000, 9999), pg_temp.moment(o.ordered_on + 4, 500, o.zone), pg_temp.moment(o.ordered_on + 4, 500, o.zone), pg_temp.id('user/staff@' || o.slug || '.test')
FROM demo_order_of_stock o WHERE o.is_delivered ORDER BY o.slug, o.n;

-- Of the last delivery one line is still missing.
INSERT INTO hs.purchase_receipt_items (id, business_id, purchase_receipt_id, purchase_order_item_id, quantity, unit_cost, created_at)
SELECT pg_temp.id(o.key || '/receipt/' || i.code), o.business_id, pg_temp.id(o.key || '/receipt'), p.id, p.quantity_ordered, p.unit_cost, pg_temp.moment(o.ordered_on + 4, 501, o.zone)
FROM demo_order_of_stock o JOIN demo_item i ON i.slug = o.slug AND i.supplier = o.supplier JOIN hs.purchase_order_items p ON p.business_id = o.business_id AND p.id = pg_temp.id(o.key || '/' || i.code)
WHERE o.is_delivered AND NOT (o.n = 11 AND i.place = 1) ORDER BY o.slug, o.n, i.code;

-- Every piece that came in, was loaded onto a truck, or was built in.
INSERT INTO hs.stock_movements (id, business_id, price_book_item_id, inventory_location_id, purchase_order_item_id, movement_type, quantity, unit_cost, occurred_at, created_at, created_by)
SELECT pg_temp.id('movement/' || r.id), r.business_id, p.price_book_item_id, pg_temp.id('stock/' || b.slug || '/0'), p.id, 'receipt', r.quantity, r.unit_cost, r.created_at, r.created_at,
    pg_temp.id('user/staff@' || b.slug || '.test')
FROM hs.purchase_receipt_items r JOIN demo_business b ON b.id = r.business_id JOIN hs.purchase_order_items p ON p.business_id = r.business_id AND p.id = r.purchase_order_item_id ORDER BY b.slug, r.created_at, r.id;
ANALYZE hs.stock_movements;

INSERT INTO hs.stock_transfers (id, business_id, from_location_id, to_location_id, requested_by_id, needed_on, shipped_at, received_at, status, created_at, created_by)
SELECT pg_temp.id('transfer/' || b.slug || '/' || n), b.id, pg_temp.id('stock/' || b.slug || '/0'), pg_temp.id('stock/' || b.slug || '/' || n), p.id, b.today - 10 + n,
    CASE WHEN n < b.crew THEN pg_temp.moment(b.today - 10 + n, 430, b.zone) END,
    CASE WHEN n < b.crew - 1 THEN pg_temp.moment(b.today - 10 + n, 450, b.zone) END, CASE WHEN n = b.crew THEN 'requested' WHEN n = b.crew - 1 THEN 'in_transit' ELSE 'received' END,
    pg_temp.moment(b.today - 12 + n, 600, b.zone), p.id
FROM demo_business b CROSS JOIN LATERAL generate_series(1, b.crew) AS n JOIN demo_person p ON p.slug = b.slug AND p.shift = n WHERE b.industry = 'hs' ORDER BY b.slug, n;

INSERT INTO hs.stock_transfer_items (id, business_id, stock_transfer_id, price_book_item_id, quantity_requested, quantity_sent, quantity_received, created_at)
SELECT pg_temp.id('transfer/' || b.slug || '/' || n || '/' || i.code), b.id, pg_temp.id('transfer/' || b.slug || '/' || n), i.id, 3, CASE WHEN n < b.crew THEN 3 ELSE 0 END,
    CASE WHEN n < b.crew - 1 THEN 3 ELSE 0 END, pg_temp.moment(b.today - 12 + n, 601, b.zone)
FROM demo_business b CROSS JOIN LATERAL generate_series(1, b.crew) AS n JOIN demo_item i ON i.slug = b.slug AND i.type = 'material' WHERE b.industry = 'hs' ORDER BY b.slug, n, i.code;

INSERT INTO hs.stock_movements (id, business_id, price_book_item_id, inventory_location_id, stock_transfer_item_id, movement_type, quantity, unit_cost, occurred_at, created_at)
SELECT pg_temp.id('transfer/' || b.slug || '/' || n || '/' || i.code || '/' || m.type), b.id, i.id, pg_temp.id('stock/' || b.slug || '/' || CASE m.type WHEN 'transfer_out' THEN 0 ELSE n END),
    pg_temp.id('transfer/' || b.slug || '/' || n || '/' || i.code), m.type, m.sign * 3, i.cost,
    pg_temp.moment(b.today - 10 + n, CASE m.sign WHEN 1 THEN 450 ELSE 430 END, b.zone), pg_temp.moment(b.today - 10 + n, CASE m.sign WHEN 1 THEN 450 ELSE 430 END, b.zone)
FROM demo_business b CROSS JOIN LATERAL generate_series(1, b.crew - 1) AS n JOIN demo_item i ON i.slug = b.slug AND i.type = 'material'
JOIN (VALUES ('transfer_out', -1), ('transfer_in', 1)) AS m (type, sign) ON m.sign < 0 OR n < b.crew - 1 WHERE b.industry = 'hs' ORDER BY b.slug, n, i.code, m.sign;

INSERT INTO hs.stock_movements (id, business_id, price_book_item_id, inventory_location_id, work_order_id, movement_type, quantity, unit_cost, occurred_at, created_at, created_by)
SELECT pg_temp.id(j.key || '/used'), j.business_id, i.id, pg_temp.id('stock/' || j.slug || '/' || CASE WHEN j.shift < j.crew - 1 THEN j.shift ELSE 1 END), j.id, 'usage', -1, i.cost, j.actual_end,
    j.actual_end, j.technician_id
FROM demo_recent_job j JOIN demo_item i ON i.slug = j.slug AND i.type = 'material' AND i.place = 1 + j.n % 8 WHERE j.status = 'completed' AND j.day BETWEEN -7 AND -1 AND j.material > 0 ORDER BY j.slug, j.actual_end, j.n;
