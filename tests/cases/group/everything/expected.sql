SELECT least(count(*), 2147483647)::integer, sum(t."amount_due")::numeric, round(avg(t."total_amount")::numeric, 6)
FROM "hs"."invoices" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL;
-- 01000000-0000-4000-8000-000000000001
