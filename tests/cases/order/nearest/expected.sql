SELECT t."last_name", ARRAY[((t."service_location" <-> $2::geography))::text, (t.id)::text]
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
ORDER BY (t."service_location" <-> $2::geography), t.id
LIMIT 2;
-- 01000000-0000-4000-8000-000000000001 | SRID=4326;POINT(-96.7 32.7)
