CREATE TABLE billing.billing_accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    name text NOT NULL,
    email text NOT NULL,
    purchase_order_number text,
    tax_identifier text,
    is_tax_exempt boolean NOT NULL DEFAULT false,
    address_line_1 text,
    address_line_2 text,
    city text,
    state_province text,
    postal_code text,
    country text NOT NULL DEFAULT 'US',
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT billing_accounts_currency_range CHECK (currency ~ '^[A-Z]{3}$'),
    payment_terms_days integer NOT NULL DEFAULT 0 CONSTRAINT billing_accounts_payment_terms_days_range CHECK (payment_terms_days >= 0),
    balance decimal(12,2) NOT NULL DEFAULT 0.00,
    delinquent_since timestamptz,
    processor text,
    processor_reference text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('billing.billing_accounts', p_read => '{owner_manager}', p_write => '{owner}', p_business => 'business_id',
    p_derived => '{is_tax_exempt,currency,payment_terms_days,balance,delinquent_since,processor,processor_reference}',
    p_secret => '{processor_reference}');
CALL platform.allow_rows('billing.billing_accounts');
CALL platform.reference('billing.billing_accounts', 'business_id', 'businesses.businesses', 'restrict');
CREATE INDEX billing_accounts_newest ON billing.billing_accounts (business_id, created_at DESC, id);
CREATE UNIQUE INDEX billing_accounts_business_id_key ON billing.billing_accounts (business_id);
CREATE UNIQUE INDEX billing_accounts_processor_processor_reference_key ON billing.billing_accounts (processor, processor_reference);
COMMENT ON TABLE billing.billing_accounts IS 'Who pays the platform for a business.';

CREATE TABLE billing.payment_methods (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    billing_account_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT payment_methods_kind_check CHECK (kind IN ('card', 'bank_debit', 'wire')),
    brand text,
    last_four text CONSTRAINT payment_methods_last_four_range CHECK (last_four ~ '^[0-9]{4}$'),
    holder_name text,
    expires_month integer CONSTRAINT payment_methods_expires_month_range CHECK (expires_month BETWEEN 1 AND 12),
    expires_year integer CONSTRAINT payment_methods_expires_year_range CHECK (expires_year BETWEEN 2000 AND 2999),
    is_default boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'active' CONSTRAINT payment_methods_status_check CHECK (status IN ('active', 'expired', 'failed', 'removed')),
    processor text NOT NULL,
    processor_reference text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('billing.payment_methods', p_read => '{owner_manager}', p_write => '{owner}', p_business => 'business_id',
    p_derived => '{kind,brand,last_four,expires_month,expires_year,processor,processor_reference}', p_secret => '{processor_reference}',
    p_flows => '{"status": [["active", "expired"], ["active", "failed"], ["active", "removed"], ["failed", "active"], ["failed", "removed"],
        ["expired", "removed"]]}');
CALL platform.reference('billing.payment_methods', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.payment_methods', 'billing_account_id', 'billing.billing_accounts', 'cascade');
CREATE INDEX payment_methods_newest ON billing.payment_methods (business_id, created_at DESC, id);
CREATE UNIQUE INDEX payment_methods_processor_processor_reference_key ON billing.payment_methods (processor, processor_reference);
CREATE UNIQUE INDEX payment_methods_billing_account_id_key ON billing.payment_methods (billing_account_id) WHERE is_default;
COMMENT ON TABLE billing.payment_methods IS 'A card or bank account the platform may charge.';

CREATE TABLE billing.coupons (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code text NOT NULL,
    name text NOT NULL,
    percent_off decimal(5,4) CONSTRAINT coupons_percent_off_range CHECK (percent_off BETWEEN 0 AND 1),
    amount_off decimal(12,2) CONSTRAINT coupons_amount_off_range CHECK (amount_off > 0),
    currency text CONSTRAINT coupons_currency_range CHECK (currency ~ '^[A-Z]{3}$'),
    duration text NOT NULL DEFAULT 'once' CONSTRAINT coupons_duration_check CHECK (duration IN ('once', 'repeating', 'forever')),
    duration_months integer CONSTRAINT coupons_duration_months_range CHECK (duration_months > 0),
    plan_id uuid,
    maximum_redemptions integer CONSTRAINT coupons_maximum_redemptions_range CHECK (maximum_redemptions > 0),
    redemption_count integer NOT NULL DEFAULT 0 CONSTRAINT coupons_redemption_count_range CHECK (redemption_count >= 0),
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_until timestamptz,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT coupons_percent_off_amount_off_rule CHECK (num_nonnulls(percent_off, amount_off) = 1),
    CONSTRAINT coupons_duration_duration_months_rule CHECK (duration <> 'repeating' OR duration_months IS NOT NULL),
    CONSTRAINT coupons_redemption_count_maximum_redemptions_rule CHECK (redemption_count <= maximum_redemptions)
);
CALL platform.platform_table('billing.coupons', p_read => '{system}', p_derived => '{redemption_count}', p_audited => false);
CALL platform.reference('billing.coupons', 'plan_id', 'billing.plans', 'restrict');
CREATE INDEX coupons_newest ON billing.coupons (created_at DESC, id);
CREATE UNIQUE INDEX coupons_code_key ON billing.coupons (code);
COMMENT ON TABLE billing.coupons IS 'A discount code for subscriptions.';

CREATE TABLE billing.coupon_redemptions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    redeemed_by_id uuid,
    applies_until timestamptz,
    discounted_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT coupon_redemptions_discounted_amount_range CHECK (discounted_amount >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('billing.coupon_redemptions', p_read => '{owner_manager}', p_business => 'business_id',
    p_derived => '{discounted_amount}', p_audited => false);
CALL platform.reference('billing.coupon_redemptions', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.coupon_redemptions', 'coupon_id', 'billing.coupons', 'restrict');
CALL platform.reference('billing.coupon_redemptions', 'subscription_id', 'billing.subscriptions', 'restrict');
CALL platform.reference('billing.coupon_redemptions', 'redeemed_by_id', 'users.users');
CREATE INDEX coupon_redemptions_of_redeemed_by_idx ON billing.coupon_redemptions (redeemed_by_id);
CREATE INDEX coupon_redemptions_newest ON billing.coupon_redemptions (business_id, created_at DESC, id);
CREATE UNIQUE INDEX coupon_redemptions_coupon_id_key ON billing.coupon_redemptions (business_id, coupon_id);
COMMENT ON TABLE billing.coupon_redemptions IS 'A coupon used by a business.';

CREATE TABLE billing.subscriptions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    billing_account_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    payment_method_id uuid,
    status text NOT NULL DEFAULT 'trialing' CONSTRAINT subscriptions_status_check
        CHECK (status IN ('trialing', 'active', 'past_due', 'paused', 'cancelled', 'expired')),
    collection text NOT NULL DEFAULT 'automatic' CONSTRAINT subscriptions_collection_check CHECK (collection IN ('automatic', 'invoice')),
    started_at timestamptz NOT NULL DEFAULT now(),
    trial_ends_at timestamptz,
    current_period_start timestamptz NOT NULL,
    current_period_end timestamptz NOT NULL,
    is_cancelled_at_period_end boolean NOT NULL DEFAULT false,
    next_plan_id uuid,
    cancelled_at timestamptz,
    cancellation_reason text,
    processor_reference text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscriptions_current_period_end_rule CHECK (current_period_end > current_period_start)
);
CALL platform.platform_table('billing.subscriptions', p_read => '{owner_manager}', p_business => 'business_id', p_secret => '{processor_reference}',
    p_audited => false,
    p_flows => '{"status": [["trialing", "active"], ["trialing", "cancelled"], ["trialing", "expired"], ["active", "past_due"], ["active", "paused"],
        ["active", "cancelled"], ["past_due", "active"], ["past_due", "cancelled"], ["past_due", "expired"], ["paused", "active"],
        ["paused", "cancelled"]]}');
CALL platform.reference('billing.subscriptions', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.subscriptions', 'billing_account_id', 'billing.billing_accounts', 'restrict');
CALL platform.reference('billing.subscriptions', 'plan_id', 'billing.plans', 'restrict');
CALL platform.reference('billing.subscriptions', 'payment_method_id', 'billing.payment_methods');
CALL platform.reference('billing.subscriptions', 'next_plan_id', 'billing.plans', 'restrict');
CREATE INDEX subscriptions_newest ON billing.subscriptions (business_id, created_at DESC, id);
CREATE UNIQUE INDEX subscriptions_business_id_key ON billing.subscriptions (business_id) WHERE status IN ('trialing', 'active', 'past_due', 'paused');
CREATE INDEX subscriptions_status_current_period_end_idx ON billing.subscriptions (status, current_period_end, id);
COMMENT ON TABLE billing.subscriptions IS 'A business''s plan with the platform and its current period.';

CREATE TABLE billing.subscription_items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    price_id uuid NOT NULL,
    quantity integer NOT NULL DEFAULT 1 CONSTRAINT subscription_items_quantity_range CHECK (quantity > 0),
    added_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscription_items_removed_at_added_at_rule CHECK (removed_at >= added_at)
);
CALL platform.platform_table('billing.subscription_items', p_read => '{owner_manager}', p_business => 'business_id', p_audited => false);
CALL platform.reference('billing.subscription_items', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.subscription_items', 'subscription_id', 'billing.subscriptions', 'cascade');
CALL platform.reference('billing.subscription_items', 'price_id', 'billing.prices', 'restrict');
CREATE INDEX subscription_items_newest ON billing.subscription_items (business_id, created_at DESC, id);
CREATE UNIQUE INDEX subscription_items_subscription_id_price_id_key ON billing.subscription_items (subscription_id, price_id) WHERE removed_at IS NULL;
COMMENT ON TABLE billing.subscription_items IS 'A price a subscription is charged, with its quantity.';
