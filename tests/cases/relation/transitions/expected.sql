SELECT t."status"
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001
