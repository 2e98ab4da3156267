SELECT t."last_name"
FROM "hs"."customers" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND EXISTS (SELECT 1
FROM "hs"."work_orders" t1
WHERE t1.business_id = $1::uuid AND t1."customer_id" = t.id AND t1.deleted_at IS NULL AND t1."status" = $2::text AND EXISTS (SELECT 1
FROM "users"."users" t2
WHERE t2.id = t1."assigned_technician" AND t2."first_name" = $3::text)) AND NOT EXISTS (SELECT 1
FROM "hs"."work_orders" t3
WHERE t3.business_id = $1::uuid AND t3."customer_id" = t.id AND t3.deleted_at IS NULL AND t3."priority" = $4::text) AND NOT EXISTS (SELECT 1
FROM "hs"."invoices" t4
WHERE t4.business_id = $1::uuid AND t4."customer_id" = t.id AND t4.deleted_at IS NULL AND (t4."amount_due" > $5::numeric) IS NOT TRUE)
ORDER BY t.created_at DESC, t.id
LIMIT 50;
-- 01000000-0000-4000-8000-000000000001 | completed | Sam | emergency | 0
