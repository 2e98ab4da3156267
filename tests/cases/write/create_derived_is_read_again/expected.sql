INSERT INTO "hs"."customers" AS t ("last_name")
VALUES ($1::text)
RETURNING t.id;
-- Johnson

SELECT t."last_name", t."total_jobs", t."total_revenue", t."id"
FROM "hs"."customers" t
WHERE t.business_id = $2::uuid AND t.id = ANY($1::uuid[]);
-- {"<id 1>"} | 01000000-0000-4000-8000-000000000001
