SELECT t."work_order_number", t."customer_id"
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY t.created_at DESC, t.id
LIMIT 2;
-- 01000000-0000-4000-8000-000000000001

SELECT t."last_name"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY t."last_name", t.id
LIMIT 2;
-- 01000000-0000-4000-8000-000000000001

SELECT count(*)
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL;
-- 01000000-0000-4000-8000-000000000001

SELECT t."status", least(count(*), 2147483647)::integer
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
GROUP BY t."status"
ORDER BY t."status"
LIMIT 100;
-- 01000000-0000-4000-8000-000000000001

SELECT t."last_name", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"03000000-0000-4000-8000-000000000002"} | 01000000-0000-4000-8000-000000000001
