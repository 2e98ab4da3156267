SELECT t."last_name", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY t."customer_number", t.id
LIMIT 3;
-- 01000000-0000-4000-8000-000000000001

SELECT l.*, p.id
FROM unnest($1::uuid[]) AS p(id)
CROSS JOIN LATERAL (SELECT t."title", t."assigned_technician"
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t."customer_id" = p.id AND t.deleted_at IS NULL
ORDER BY t.created_at DESC, t.id
LIMIT 2) AS l(c0, c1);
-- {"03000000-0000-4000-8000-000000000001","03000000-0000-4000-8000-000000000002","03000000-0000-4000-8000-000000000003"} | 01000000-0000-4000-8000-000000000001

SELECT l.*, p.id
FROM unnest($1::uuid[]) AS p(id)
CROSS JOIN LATERAL (SELECT t."title"
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t."customer_id" = p.id AND t.deleted_at IS NULL AND t."status" = $3::text
ORDER BY t.created_at DESC, t.id
LIMIT 50) AS l(c0);
-- {"03000000-0000-4000-8000-000000000001","03000000-0000-4000-8000-000000000002","03000000-0000-4000-8000-000000000003"} | 01000000-0000-4000-8000-000000000001 | completed

SELECT p.id, (SELECT count(*)
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t."customer_id" = p.id AND t.deleted_at IS NULL AND t."status" = $3::text)
FROM unnest($1::uuid[]) AS p(id);
-- {"03000000-0000-4000-8000-000000000001","03000000-0000-4000-8000-000000000002","03000000-0000-4000-8000-000000000003"} | 01000000-0000-4000-8000-000000000001 | completed

SELECT t."first_name", t."id"
FROM "users"."users" t
WHERE t.id = ANY($1::uuid[]);
-- {"02000000-0000-4000-8000-000000000003","02000000-0000-4000-8000-000000000002"}
