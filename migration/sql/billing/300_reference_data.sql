-- What the platform sells: meters, features, plans, what each plan includes, and prices in US dollars.

INSERT INTO billing.meters (id, key, name, description, unit, aggregation, resets, is_billable)
SELECT md5('meter ' || v.key)::uuid, v.key, v.name, v.description, v.unit, v.aggregation, v.resets, v.is_billable
FROM (VALUES
    ('api_points', 'API points', 'The cost of requests, as answered with each of them.', 'point', 'sum', 'monthly', true),
    ('sms_segments', 'Text message segments', 'Text messages sent, in segments of 160 characters.', 'segment', 'sum', 'monthly', true),
    ('emails_sent', 'Emails sent', 'Emails handed to a provider.', 'email', 'sum', 'monthly', true),
    ('storage_gigabytes', 'Stored gigabytes', 'The most that files took at any time of the month.', 'gigabyte', 'maximum', 'monthly', true),
    ('ai_tokens', 'Assistant tokens', 'Tokens read and written by assistants, in thousands.', 'thousand tokens', 'sum', 'monthly', true),
    ('employees_paid', 'Employees paid', 'Employees paid in the month.', 'employee', 'unique_count', 'monthly', true),
    ('active_members', 'Active members', 'Members who signed in during the month.', 'member', 'unique_count', 'monthly', false),
    ('webhook_deliveries', 'Webhook deliveries', 'Events delivered to endpoints.', 'delivery', 'sum', 'monthly', false)
) AS v (key, name, description, unit, aggregation, resets, is_billable);

INSERT INTO billing.features (id, key, name, description, kind, unit, meter_id)
SELECT md5('feature ' || v.key)::uuid, v.key, v.name, v.description, v.kind, v.unit, m.id
FROM (VALUES
    ('online_booking', 'Online booking', 'Customers book by themselves.', 'switch', NULL, NULL),
    ('assistants', 'Assistants', 'Assistants that draft, summarize and act.', 'switch', NULL, NULL),
    ('advanced_reporting', 'Advanced reporting', 'Own reports, key figures, goals and alerts.', 'switch', NULL, NULL),
    ('campaigns', 'Campaigns', 'Messages to chosen groups of customers.', 'switch', NULL, NULL),
    ('custom_roles', 'Custom roles', 'Roles and field permissions beyond the five base roles.', 'switch', NULL, NULL),
    ('api_access', 'API access', 'API keys and webhooks.', 'switch', NULL, NULL),
    ('single_sign_on', 'Single sign-on', 'Members sign in with the company''s own login.', 'switch', NULL, NULL),
    ('tamper_evident_log', 'Tamper-evident log', 'Records chained by hashes and anchored outside.', 'switch', NULL, NULL),
    ('priority_support', 'Priority support', 'Answers within an hour, at any time.', 'switch', NULL, NULL),
    ('members', 'Members', 'People who may sign in.', 'limit', 'member', NULL),
    ('locations', 'Locations', 'Branches, shops and warehouses.', 'limit', 'location', NULL),
    ('webhook_endpoints', 'Webhook endpoints', 'Addresses that events are sent to.', 'limit', 'endpoint', NULL),
    ('audit_retention_days', 'Days of history', 'How long the audit log is kept.', 'limit', 'day', NULL),
    ('api_points', 'API points a month', 'Points that requests may cost in a month.', 'limit', 'point', 'api_points'),
    ('sms_segments', 'Text message segments a month', 'Segments sent without extra charge.', 'limit', 'segment', 'sms_segments'),
    ('emails_sent', 'Emails a month', 'Emails sent without extra charge.', 'limit', 'email', 'emails_sent'),
    ('storage_gigabytes', 'Storage', 'Gigabytes kept without extra charge.', 'limit', 'gigabyte', 'storage_gigabytes'),
    ('ai_tokens', 'Assistant tokens a month', 'Thousands of tokens without extra charge.', 'limit', 'thousand tokens', 'ai_tokens')
) AS v (key, name, description, kind, unit, meter) LEFT JOIN billing.meters m ON m.key = v.meter;

INSERT INTO billing.plans (id, key, name, description, tier, trial_days, is_public, status)
SELECT md5('plan ' || v.key)::uuid, v.key, v.name, v.description, v.tier, v.trial_days, v.is_public, 'active'
FROM (VALUES
    ('starter', 'Starter', 'For one crew or one shop.', 1, 14, true),
    ('professional', 'Professional', 'For a growing business with several teams.', 2, 14, true),
    ('enterprise', 'Enterprise', 'For many locations and their own integrations.', 3, 30, true),
    ('fortune_500', 'Fortune 500', 'For the largest companies, by contract.', 4, 0, false)
) AS v (key, name, description, tier, trial_days, is_public);

-- Null is no limit.
INSERT INTO billing.plan_features (id, plan_id, feature_id, is_enabled, limit_value, is_overage_allowed)
SELECT md5('plan feature ' || p.key || ' ' || f.key)::uuid, p.id, f.id,
    CASE f.kind WHEN 'switch' THEN p.tier >= v.from_tier ELSE true END,
    CASE WHEN f.kind = 'limit' THEN v.limits[p.tier] END, f.meter_id IS NOT NULL
FROM (VALUES
    ('online_booking', 1, NULL::bigint[]), ('assistants', 2, NULL), ('advanced_reporting', 2, NULL), ('campaigns', 2, NULL), ('api_access', 2, NULL),
    ('custom_roles', 3, NULL), ('single_sign_on', 3, NULL), ('tamper_evident_log', 3, NULL), ('priority_support', 4, NULL),
    ('members', 1, '{10,50,500,NULL}'), ('locations', 1, '{1,5,50,NULL}'), ('webhook_endpoints', 1, '{0,5,25,100}'),
    ('audit_retention_days', 1, '{365,1095,2555,3650}'), ('api_points', 1, '{1000000,10000000,100000000,NULL}'),
    ('sms_segments', 1, '{250,1500,10000,100000}'), ('emails_sent', 1, '{2000,20000,200000,2000000}'),
    ('storage_gigabytes', 1, '{10,100,1000,10000}'), ('ai_tokens', 1, '{0,5000,50000,500000}')
) AS v (key, from_tier, limits) JOIN billing.features f USING (key) CROSS JOIN billing.plans p;

INSERT INTO billing.prices (id, plan_id, meter_id, name, billing_interval, scheme, unit_amount)
SELECT md5('price ' || v.name)::uuid, p.id, m.id, v.name, v.billing_interval, v.scheme, v.unit_amount
FROM (VALUES
    ('starter', NULL, 'Starter, by the month', 'month', 'flat', 49.00), ('starter', NULL, 'Starter, by the year', 'year', 'flat', 490.00),
    ('professional', NULL, 'Professional, by the month', 'month', 'flat', 149.00), ('professional', NULL, 'Professional, by the year', 'year', 'flat', 1490.00),
    ('enterprise', NULL, 'Enterprise, by the month', 'month', 'flat', 599.00), ('enterprise', NULL, 'Enterprise, by the year', 'year', 'flat', 5990.00),
    ('fortune_500', NULL, 'Fortune 500, by the year', 'year', 'flat', 60000.00),
    (NULL, 'sms_segments', 'Text message segment', 'month', 'per_unit', 0.0150), (NULL, 'storage_gigabytes', 'Stored gigabyte', 'month', 'per_unit', 0.1000),
    (NULL, 'ai_tokens', 'Thousand assistant tokens', 'month', 'per_unit', 0.0040), (NULL, 'employees_paid', 'Employee paid', 'month', 'per_unit', 6.0000),
    (NULL, 'emails_sent', 'Email', 'month', 'tiered', NULL), (NULL, 'api_points', 'API point', 'month', 'volume', NULL)
) AS v (plan, meter, name, billing_interval, scheme, unit_amount)
LEFT JOIN billing.plans p ON p.key = v.plan LEFT JOIN billing.meters m ON m.key = v.meter;

INSERT INTO billing.price_tiers (id, price_id, position, up_to, unit_amount)
SELECT md5('price tier ' || v.name || ' ' || v.position)::uuid, p.id, v.position, v.up_to, v.unit_amount
FROM (VALUES
    ('Email', 1, 100000, 0.001000), ('Email', 2, 1000000, 0.000700), ('Email', 3, NULL, 0.000400),
    ('API point', 1, 10000000, 0.000004), ('API point', 2, 100000000, 0.000002), ('API point', 3, NULL, 0.000001)
) AS v (name, position, up_to, unit_amount) JOIN billing.prices p USING (name);
