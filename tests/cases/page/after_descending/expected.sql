SELECT t."work_order_number", t."scheduled_start"
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."scheduled_start" <= $2::timestamptz AND ((t."scheduled_start" < $2::timestamptz) OR (t."scheduled_start" = $2::timestamptz AND t.id > $3::uuid))
ORDER BY t."scheduled_start" DESC, t.id
LIMIT 2;
-- 01000000-0000-4000-8000-000000000001 | 2025-03-11 14:00:00+00 | 04000000-0000-4000-8000-000000000005
