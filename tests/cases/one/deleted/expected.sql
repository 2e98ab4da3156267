SELECT t."title"
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.id = $2::uuid AND t.deleted_at IS NULL;
-- 01000000-0000-4000-8000-000000000001 | 04000000-0000-4000-8000-000000000006

SELECT t."title", t."deleted_at"
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.id = $2::uuid;
-- 01000000-0000-4000-8000-000000000001 | 04000000-0000-4000-8000-000000000006
