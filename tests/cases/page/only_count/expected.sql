SELECT count(*)
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."status" = $2::text;
-- 01000000-0000-4000-8000-000000000001 | scheduled
