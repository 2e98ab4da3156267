SELECT t."id", t."title", t."customer_id"
FROM "hs"."work_orders" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]) AND t.deleted_at IS NULL;
-- {"04000000-0000-4000-8000-000000000002"} | 01000000-0000-4000-8000-000000000001

SELECT t."id", t."last_name"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]) AND t.deleted_at IS NULL;
-- {"<id 1>","03000000-0000-4000-8000-000000000002"} | 01000000-0000-4000-8000-000000000001

SELECT t."last_name", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"03000000-0000-4000-8000-000000000001"} | 01000000-0000-4000-8000-000000000001
