SELECT t."last_name"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY t."last_name", t.id
LIMIT 3 OFFSET $2::bigint;
-- 01000000-0000-4000-8000-000000000001 | 1
