SELECT t."invoice_number", t."amount_due", t."work_order_id"
FROM "hs"."invoices" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001

SELECT t."title", t."customer_id", t."id"
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"04000000-0000-4000-8000-000000000004","04000000-0000-4000-8000-000000000003"} | 01000000-0000-4000-8000-000000000001

SELECT t."last_name", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"03000000-0000-4000-8000-000000000002","03000000-0000-4000-8000-000000000001"} | 01000000-0000-4000-8000-000000000001

SELECT l.*, p.id
FROM unnest($1::uuid[]) AS p(id)
CROSS JOIN LATERAL (SELECT t."title", t."assigned_team"
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t."customer_id" = p.id AND t.deleted_at IS NULL
ORDER BY t.created_at DESC, t.id
LIMIT 2) AS l(c0, c1);
-- {"03000000-0000-4000-8000-000000000002","03000000-0000-4000-8000-000000000001"} | 01000000-0000-4000-8000-000000000001

SELECT t."first_name", t."id"
FROM "users"."users" t
WHERE t.id = ANY($1::uuid[]);
-- {"02000000-0000-4000-8000-000000000003","02000000-0000-4000-8000-000000000002"}
