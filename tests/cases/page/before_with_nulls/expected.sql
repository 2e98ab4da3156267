SELECT t."work_order_number", t."scheduled_start"
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND ((t."scheduled_start" IS NOT NULL) OR (t."scheduled_start" IS NULL AND t.id < $2::uuid))
ORDER BY t."scheduled_start" NULLS FIRST, t.id DESC
LIMIT 3;
-- 01000000-0000-4000-8000-000000000001 | 04000000-0000-4000-8000-000000000001
