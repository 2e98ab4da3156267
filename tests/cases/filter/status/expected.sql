SELECT t."work_order_number", t."status"
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."status" = ANY($2::text[])
ORDER BY t.created_at DESC, t.id
LIMIT 10;
-- 01000000-0000-4000-8000-000000000001 | {"scheduled","dispatched"}
