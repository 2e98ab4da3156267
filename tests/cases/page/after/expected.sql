SELECT t."work_order_number", ARRAY[(t.created_at)::text, (t.id)::text]
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t.created_at <= $2::timestamptz AND ((t.created_at < $2::timestamptz) OR (t.created_at = $2::timestamptz AND t.id > $3::uuid))
ORDER BY t.created_at DESC, t.id
LIMIT 3;
-- 01000000-0000-4000-8000-000000000001 | 2025-02-04 00:00:00+00 | 04000000-0000-4000-8000-000000000004
