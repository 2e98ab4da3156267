-- How much of the API each plan may use: points a second, of which a bucket saves up some seconds' worth.
INSERT INTO platform.rate_limit_plans (id, key, name, plan_id, points_per_second, bucket_size, maximum_query_cost, maximum_depth, maximum_page_size,
    maximum_subscriptions, statement_timeout_ms)
SELECT md5('rate limit plan ' || v.key)::uuid, v.key, v.name, (SELECT p.id FROM billing.plans p WHERE p.key = v.key), v.points_per_second, v.bucket_size,
    v.maximum_query_cost, v.maximum_depth, v.maximum_page_size, v.maximum_subscriptions, v.statement_timeout_ms
FROM (VALUES
    ('starter', 'Starter', 100, 2000, 2000, 10, 100, 5, 5000),
    ('professional', 'Professional', 500, 10000, 5000, 12, 200, 20, 5000),
    ('enterprise', 'Enterprise', 2000, 40000, 20000, 15, 500, 100, 10000),
    ('fortune_500', 'Fortune 500', 10000, 200000, 50000, 20, 1000, 500, 15000)
) AS v (key, name, points_per_second, bucket_size, maximum_query_cost, maximum_depth, maximum_page_size, maximum_subscriptions, statement_timeout_ms)
ON CONFLICT (key) DO NOTHING;
