-- What applications of partners and on phones may use of the API, beside the limits of the plans.
INSERT INTO platform.rate_limit_plans (id, key, name, points_per_second, bucket_size, maximum_query_cost, maximum_depth, maximum_page_size, maximum_subscriptions)
SELECT md5('rate limit plan ' || v.key)::uuid, v.key, v.name, v.rate, v.bucket, v.cost, v.depth, v.page, v.subscriptions
FROM (VALUES
    ('internal', 'Own applications', 500, 10000, 5000, 12, 200, 20),
    ('mobile', 'Apps on phones', 200, 4000, 2000, 12, 100, 10),
    ('partner', 'Partners', 200, 4000, 2000, 10, 100, 10)
) AS v (key, name, rate, bucket, cost, depth, page, subscriptions)
ON CONFLICT (key) DO NOTHING;
