-- What one operation may cost is counted in the records it may load and the statements it takes: the smallest plan
-- has room for some hundred records with lists of their own. What an operator has set stays.
UPDATE platform.rate_limit_plans r SET maximum_query_cost = v.cost
FROM (VALUES
    ('starter', 2000, 120000),
    ('professional', 5000, 160000),
    ('enterprise', 20000, 200000),
    ('fortune_500', 50000, 250000),
    ('internal', 5000, 120000),
    ('mobile', 2000, 60000),
    ('partner', 2000, 60000)
) AS v (key, before, cost)
WHERE r.key = v.key AND r.maximum_query_cost = v.before;

-- Asked by the gateway itself and for nobody, so no policy would show it anything.
CREATE FUNCTION platform.query_costs() RETURNS TABLE (plan text, maximum_query_cost integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT p.key, r.maximum_query_cost FROM platform.rate_limit_plans r JOIN billing.plans p ON p.id = r.plan_id
$$;
ALTER FUNCTION platform.query_costs() OWNER TO thorbis_definer;
REVOKE ALL ON FUNCTION platform.query_costs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.query_costs() TO thorbis_gateway;
COMMENT ON FUNCTION platform.query_costs() IS 'What one operation may cost, by the plan of the business.';
