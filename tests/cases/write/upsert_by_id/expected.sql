INSERT INTO "hs"."customers" AS t ("id", "phone", "customer_number")
VALUES ($3::uuid, $4::text, (SELECT o."customer_number"
FROM "hs"."customers" o
WHERE o.business_id = $1::uuid AND o.id = $2::uuid))
ON CONFLICT (business_id, "id") DO UPDATE
SET "phone" = EXCLUDED."phone"
RETURNING t."customer_number", t."phone";
-- 01000000-0000-4000-8000-000000000001 | 03000000-0000-4000-8000-000000000001 | 03000000-0000-4000-8000-000000000001 | 1
