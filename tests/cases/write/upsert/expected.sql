INSERT INTO "hs"."customers" AS t ("customer_number", "phone")
VALUES ($1::text, $2::text)
ON CONFLICT (business_id, "customer_number")
WHERE (deleted_at IS NULL) DO UPDATE
SET "phone" = EXCLUDED."phone"
RETURNING t."last_name", t."phone", t."version";
-- CUS-2025-0001 | 1

INSERT INTO "hs"."customers" AS t ("customer_number", "phone")
VALUES ($1::text, $2::text)
ON CONFLICT (business_id, "customer_number")
WHERE (deleted_at IS NULL) DO UPDATE
SET "phone" = EXCLUDED."phone"
RETURNING t."last_name", t."phone", t."version";
-- CUS-2025-0077 | 1
