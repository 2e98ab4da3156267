SELECT t."company_name"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."company_name" LIKE $2::text
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | 100\%%

SELECT t."company_name"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."company_name" LIKE $2::text
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | %e\_a%

SELECT t."last_name"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."last_name" ILIKE $2::text
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | HOPPER
