SELECT t."work_order_number", t."title", ARRAY[(t.created_at)::text, (t.id)::text]
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY t.created_at DESC, t.id
LIMIT 3;
-- 01000000-0000-4000-8000-000000000001

SELECT count(*)
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL;
-- 01000000-0000-4000-8000-000000000001
