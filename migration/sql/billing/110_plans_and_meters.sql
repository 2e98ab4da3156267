CREATE TABLE billing.meters (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    name text NOT NULL,
    description text,
    unit text NOT NULL,
    aggregation text NOT NULL DEFAULT 'sum' CONSTRAINT meters_aggregation_check CHECK (aggregation IN ('sum', 'maximum', 'last', 'unique_count')),
    resets text NOT NULL DEFAULT 'monthly' CONSTRAINT meters_resets_check CHECK (resets IN ('monthly', 'yearly', 'never')),
    is_billable boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('billing.meters');
CREATE INDEX meters_newest ON billing.meters (created_at DESC, id);
CREATE UNIQUE INDEX meters_key_key ON billing.meters (key);
COMMENT ON TABLE billing.meters IS 'Something the platform counts, such as API points, messages or stored gigabytes.';

CREATE TABLE billing.usage_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    meter_id uuid NOT NULL,
    quantity decimal(12,3) NOT NULL CONSTRAINT usage_events_quantity_range CHECK (quantity <> 0),
    occurred_at timestamptz NOT NULL DEFAULT now(),
    idempotency_key text NOT NULL,
    user_id uuid,
    api_key_id uuid,
    entity_type text,
    entity_id uuid,
    properties jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('billing.usage_events', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true,
    p_audited => false);
CALL platform.reference('billing.usage_events', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.usage_events', 'meter_id', 'billing.meters', 'restrict');
CALL platform.reference('billing.usage_events', 'user_id', 'users.users', 'restrict');
CALL platform.reference('billing.usage_events', 'api_key_id', 'auth.api_keys', 'restrict');
CREATE INDEX usage_events_newest ON billing.usage_events (business_id, created_at DESC, id);
CREATE UNIQUE INDEX usage_events_idempotency_key_key ON billing.usage_events (business_id, idempotency_key);
CREATE INDEX usage_events_meter_id_occurred_at_idx ON billing.usage_events (business_id, meter_id, occurred_at, id);
COMMENT ON TABLE billing.usage_events IS 'One counted use by a business.';

CREATE TABLE billing.usage_rollups (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    meter_id uuid NOT NULL,
    granularity text NOT NULL CONSTRAINT usage_rollups_granularity_check CHECK (granularity IN ('hour', 'day', 'month')),
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    event_count bigint NOT NULL DEFAULT 0 CONSTRAINT usage_rollups_event_count_range CHECK (event_count >= 0),
    quantity decimal(12,3) NOT NULL DEFAULT 0,
    included_quantity decimal(12,3) CONSTRAINT usage_rollups_included_quantity_range CHECK (included_quantity >= 0),
    overage_quantity decimal(12,3) GENERATED ALWAYS AS (greatest(quantity - included_quantity, 0)) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT usage_rollups_period_end_period_start_rule CHECK (period_end > period_start)
);
CALL platform.platform_table('billing.usage_rollups', p_read => '{owner_manager}', p_business => 'business_id',
    p_derived => '{event_count,quantity,included_quantity}', p_audited => false);
CALL platform.reference('billing.usage_rollups', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.usage_rollups', 'meter_id', 'billing.meters', 'restrict');
CREATE INDEX usage_rollups_newest ON billing.usage_rollups (business_id, created_at DESC, id);
CREATE UNIQUE INDEX usage_rollups_meter_id_granularity_period_start_key ON billing.usage_rollups (business_id, meter_id, granularity, period_start);
COMMENT ON TABLE billing.usage_rollups IS 'A business''s use of a meter in an hour, day or month.';

CREATE TABLE billing.features (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    name text NOT NULL,
    description text,
    kind text NOT NULL CONSTRAINT features_kind_check CHECK (kind IN ('switch', 'limit')),
    unit text,
    meter_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT features_kind_meter_id_rule CHECK (kind = 'limit' OR meter_id IS NULL)
);
CALL platform.global_table('billing.features');
CALL platform.reference('billing.features', 'meter_id', 'billing.meters', 'restrict');
CREATE INDEX features_newest ON billing.features (created_at DESC, id);
CREATE UNIQUE INDEX features_key_key ON billing.features (key);
COMMENT ON TABLE billing.features IS 'A capability or limit that plans differ in.';

CREATE TABLE billing.plans (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    name text NOT NULL,
    description text,
    tier integer NOT NULL CONSTRAINT plans_tier_range CHECK (tier >= 0),
    trial_days integer NOT NULL DEFAULT 14 CONSTRAINT plans_trial_days_range CHECK (trial_days >= 0),
    is_public boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT plans_status_check CHECK (status IN ('draft', 'active', 'retired')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('billing.plans',
    p_flows => '{"status": [["draft", "active"], ["active", "retired"], ["retired", "active"]]}');
CREATE INDEX plans_newest ON billing.plans (created_at DESC, id);
CREATE UNIQUE INDEX plans_key_key ON billing.plans (key);
COMMENT ON TABLE billing.plans IS 'A subscription plan on offer.';

CREATE TABLE billing.plan_features (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    plan_id uuid NOT NULL,
    feature_id uuid NOT NULL,
    is_enabled boolean NOT NULL DEFAULT true,
    limit_value bigint CONSTRAINT plan_features_limit_value_range CHECK (limit_value >= 0),
    is_overage_allowed boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('billing.plan_features');
CALL platform.reference('billing.plan_features', 'plan_id', 'billing.plans', 'cascade');
CALL platform.reference('billing.plan_features', 'feature_id', 'billing.features', 'cascade');
CREATE INDEX plan_features_newest ON billing.plan_features (created_at DESC, id);
CREATE UNIQUE INDEX plan_features_plan_id_feature_id_key ON billing.plan_features (plan_id, feature_id);
COMMENT ON TABLE billing.plan_features IS 'What a plan includes of a feature.';

CREATE TABLE billing.prices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    plan_id uuid,
    meter_id uuid,
    name text NOT NULL,
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT prices_currency_range CHECK (currency ~ '^[A-Z]{3}$'),
    billing_interval text NOT NULL DEFAULT 'month' CONSTRAINT prices_billing_interval_check CHECK (billing_interval IN ('month', 'year', 'once')),
    interval_count integer NOT NULL DEFAULT 1 CONSTRAINT prices_interval_count_range CHECK (interval_count > 0),
    scheme text NOT NULL DEFAULT 'flat' CONSTRAINT prices_scheme_check CHECK (scheme IN ('flat', 'per_unit', 'tiered', 'volume')),
    unit_amount decimal(12,6) CONSTRAINT prices_unit_amount_range CHECK (unit_amount >= 0),
    included_quantity decimal(12,3) NOT NULL DEFAULT 0 CONSTRAINT prices_included_quantity_range CHECK (included_quantity >= 0),
    is_tax_included boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    processor_reference text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT prices_plan_id_meter_id_rule CHECK (num_nonnulls(plan_id, meter_id) = 1),
    CONSTRAINT prices_scheme_unit_amount_rule CHECK (scheme IN ('tiered', 'volume') OR unit_amount IS NOT NULL)
);
CALL platform.global_table('billing.prices', p_secret => '{processor_reference}');
CALL platform.reference('billing.prices', 'plan_id', 'billing.plans', 'cascade');
CALL platform.reference('billing.prices', 'meter_id', 'billing.meters', 'cascade');
CREATE INDEX prices_newest ON billing.prices (created_at DESC, id);
CREATE UNIQUE INDEX prices_plan_id_currency_billing_interval_interval_count_key ON billing.prices (plan_id, currency, billing_interval, interval_count) WHERE is_active;
COMMENT ON TABLE billing.prices IS 'What a plan or a metered use costs.';

CREATE TABLE billing.price_tiers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    price_id uuid NOT NULL,
    position integer NOT NULL CONSTRAINT price_tiers_position_range CHECK (position >= 1),
    up_to decimal(12,3) CONSTRAINT price_tiers_up_to_range CHECK (up_to > 0),
    unit_amount decimal(12,6) NOT NULL DEFAULT 0 CONSTRAINT price_tiers_unit_amount_range CHECK (unit_amount >= 0),
    flat_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT price_tiers_flat_amount_range CHECK (flat_amount >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('billing.price_tiers');
CALL platform.reference('billing.price_tiers', 'price_id', 'billing.prices', 'cascade');
CREATE INDEX price_tiers_newest ON billing.price_tiers (created_at DESC, id);
CREATE UNIQUE INDEX price_tiers_price_id_position_key ON billing.price_tiers (price_id, position);
CREATE UNIQUE INDEX price_tiers_price_id_key ON billing.price_tiers (price_id) WHERE up_to IS NULL;
COMMENT ON TABLE billing.price_tiers IS 'A step of a tiered or volume price.';
