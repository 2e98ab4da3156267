SELECT t."customer_id", t."category", least(count(*), 2147483647)::integer, sum(t."total_cost")::numeric, sum(t."labor_hours")::numeric
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL
GROUP BY t."customer_id", t."category"
HAVING count(*) >= $2::numeric AND sum(t."total_cost")::numeric > $3::numeric
ORDER BY t."customer_id", t."category"
LIMIT 100;
-- 01000000-0000-4000-8000-000000000001 | 2 | 500.5
