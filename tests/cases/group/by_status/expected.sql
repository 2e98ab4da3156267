SELECT t."status", least(count(*), 2147483647)::integer, sum(t."total_cost")::numeric, round(avg(t."total_cost")::numeric, 6), min(t."scheduled_start"), max(t."scheduled_start")
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
GROUP BY t."status"
ORDER BY sum(t."total_cost")::numeric DESC NULLS FIRST, t."status"
LIMIT 100;
-- 01000000-0000-4000-8000-000000000001
