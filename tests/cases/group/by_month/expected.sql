SELECT date_trunc('month', t."scheduled_start", coalesce(nullif(current_setting('app.timezone', true), ''), 'UTC')), least(count(*), 2147483647)::integer
FROM "hs"."work_orders" t
WHERE t.business_id = $1::uuid AND t.deleted_at IS NULL AND t."scheduled_start" IS NOT NULL
GROUP BY date_trunc('month', t."scheduled_start", coalesce(nullif(current_setting('app.timezone', true), ''), 'UTC'))
ORDER BY date_trunc('month', t."scheduled_start", coalesce(nullif(current_setting('app.timezone', true), ''), 'UTC'))
LIMIT 100;
-- 01000000-0000-4000-8000-000000000001
