SELECT t."last_name"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND ST_DWithin(t."service_location", $2::geography, $3::double precision)
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | SRID=4326;POINT(-97.7 30.3) | 10000

SELECT t."last_name"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."tags" @> $2::text[]
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | {"vip","north"}

SELECT t."title"
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."assigned_team" @> $2::uuid[]
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | {"02000000-0000-4000-8000-000000000002"}
