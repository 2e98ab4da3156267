INSERT INTO "hs"."customers" AS t ("first_name", "last_name", "tags", "service_location")
VALUES ($1::text, $2::text, $3::text[], $4::geography)
RETURNING t."customer_number", t."last_name", t."tags", t."status", t."version", ST_Y(t."service_location"::geometry), ST_X(t."service_location"::geometry);
-- Katherine | Johnson | {"new"} | SRID=4326;POINT(-97.74 30.27)
