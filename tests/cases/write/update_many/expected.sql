UPDATE "hs"."work_orders" t
SET "priority" = $1::text
WHERE t.business_id = $4::uuid AND t.id IN (SELECT m.id
FROM "hs"."work_orders" m
WHERE m.business_id = $4::uuid AND m.deleted_at IS NULL AND m."category" = $2::text AND m."status" <> $3::text
ORDER BY m.id
LIMIT 1001 FOR NO KEY UPDATE)
RETURNING t."title", t."priority";
-- urgent | HVAC | completed | 01000000-0000-4000-8000-000000000001
