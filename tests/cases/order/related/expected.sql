SELECT t."work_order_number", t."customer_id"
FROM "hs"."work_orders" t
LEFT JOIN "hs"."customers" t1 ON t1.business_id = $1::uuid AND t1.id = t."customer_id"
LEFT JOIN "users"."users" t2 ON t2.id = t."assigned_technician"
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY t1."last_name" NULLS FIRST, t1."first_name" DESC, t2."email", t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001

SELECT t."last_name", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"03000000-0000-4000-8000-000000000002","03000000-0000-4000-8000-000000000001"} | 01000000-0000-4000-8000-000000000001
