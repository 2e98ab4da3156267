SELECT t."customer_number"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND ((t."status" <> $2::text) OR ((t."last_name" > $3::text) IS NOT TRUE)) AND (t."type" IS NOT NULL)
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | active | M
