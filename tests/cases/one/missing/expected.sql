SELECT t."id"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.id = $2::uuid AND t.deleted_at IS NULL;
-- 01000000-0000-4000-8000-000000000001 | <id 1>
