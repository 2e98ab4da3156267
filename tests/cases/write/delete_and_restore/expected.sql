UPDATE "hs"."work_orders" t
SET deleted_at = now()
WHERE t.business_id = $1::uuid AND t.id = $2::uuid AND t.deleted_at IS NULL
RETURNING t."title", t."deleted_at", t."customer_id";
-- 01000000-0000-4000-8000-000000000001 | 04000000-0000-4000-8000-000000000001

SELECT t."last_name", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"03000000-0000-4000-8000-000000000001"} | 01000000-0000-4000-8000-000000000001

UPDATE "hs"."work_orders" t
SET deleted_at = NULL
WHERE t.business_id = $1::uuid AND t.id = $2::uuid AND t.deleted_at IS NOT NULL
RETURNING t."deleted_at", t."version";
-- 01000000-0000-4000-8000-000000000001 | 04000000-0000-4000-8000-000000000001
