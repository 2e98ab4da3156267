UPDATE "hs"."customers" t
SET "phone" = $4::text, "email" = $5::text
WHERE t.business_id = $1::uuid AND t.id = $2::uuid AND t.deleted_at IS NULL AND t.version = $3::integer
RETURNING t."phone", t."email", t."version", t."id";
-- 01000000-0000-4000-8000-000000000001 | 03000000-0000-4000-8000-000000000001 | 2 | +1 512 555 0199 | NULL

SELECT l.*, p.id
FROM unnest($1::uuid[]) AS p(id)
CROSS JOIN LATERAL (SELECT t."title"
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t."customer_id" = p.id AND t.deleted_at IS NULL
ORDER BY t."title", t.id
LIMIT 1) AS l(c0);
-- {"03000000-0000-4000-8000-000000000001"} | 01000000-0000-4000-8000-000000000001
