SELECT t."id", t."customer_number", t."first_name", t."last_name", t."type", t."tags", ST_Y(t."service_location"::geometry), ST_X(t."service_location"::geometry), t."created_at", t."version"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.id = $2::uuid AND t.deleted_at IS NULL;
-- 01000000-0000-4000-8000-000000000001 | 03000000-0000-4000-8000-000000000001
