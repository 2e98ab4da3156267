SELECT t."id"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."last_name" = $2::text
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | Lovelace

SELECT l.*, p.id
FROM unnest($1::uuid[]) AS p(id)
CROSS JOIN LATERAL (SELECT t."title", ARRAY[(t.created_at)::text, (t.id)::text]
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t."customer_id" = p.id AND t.deleted_at IS NULL AND t.created_at <= $3::timestamptz AND ((t.created_at < $3::timestamptz) OR (t.created_at = $3::timestamptz AND t.id > $4::uuid))
ORDER BY t.created_at DESC, t.id
LIMIT 2) AS l(c0, c1);
-- {"03000000-0000-4000-8000-000000000001"} | 01000000-0000-4000-8000-000000000001 | 2025-02-03 00:00:00+00 | 04000000-0000-4000-8000-000000000003
