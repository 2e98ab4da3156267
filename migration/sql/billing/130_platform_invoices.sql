CREATE TABLE billing.platform_invoices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    billing_account_id uuid NOT NULL,
    subscription_id uuid,
    invoice_number text NOT NULL,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT platform_invoices_status_check
        CHECK (status IN ('draft', 'open', 'paid', 'void', 'uncollectible')),
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT platform_invoices_currency_range CHECK (currency ~ '^[A-Z]{3}$'),
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT platform_invoices_discount_amount_range CHECK (discount_amount >= 0),
    credit_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT platform_invoices_credit_amount_range CHECK (credit_amount >= 0),
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT platform_invoices_tax_amount_range CHECK (tax_amount >= 0),
    total_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT platform_invoices_total_amount_range CHECK (total_amount >= 0),
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT platform_invoices_amount_paid_range CHECK (amount_paid >= 0),
    amount_due decimal(12,2) GENERATED ALWAYS AS (total_amount - amount_paid) STORED,
    issued_at timestamptz,
    due_on date,
    paid_at timestamptz,
    file_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT platform_invoices_period_end_period_start_rule CHECK (period_end > period_start),
    CONSTRAINT platform_invoices_total_amount_rule CHECK (total_amount = subtotal - discount_amount - credit_amount + tax_amount)
);
CALL platform.platform_table('billing.platform_invoices', p_read => '{owner_manager}', p_business => 'business_id', p_audited => false,
    p_derived => '{invoice_number,subtotal,discount_amount,credit_amount,tax_amount,total_amount,amount_paid,paid_at}',
    p_flows => '{"status": [["draft", "open"], ["draft", "void"], ["open", "paid"], ["open", "void"], ["open", "uncollectible"],
        ["uncollectible", "paid"]]}');
CALL platform.reference('billing.platform_invoices', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.platform_invoices', 'billing_account_id', 'billing.billing_accounts', 'restrict');
CALL platform.reference('billing.platform_invoices', 'subscription_id', 'billing.subscriptions', 'restrict');
CALL platform.reference('billing.platform_invoices', 'file_id', 'files.files');
CREATE INDEX platform_invoices_newest ON billing.platform_invoices (business_id, created_at DESC, id);
CREATE UNIQUE INDEX platform_invoices_invoice_number_key ON billing.platform_invoices (invoice_number);
CREATE INDEX platform_invoices_status_due_on_idx ON billing.platform_invoices (business_id, status, due_on, id);
COMMENT ON TABLE billing.platform_invoices IS 'The platform''s bill to a business.';

CREATE TABLE billing.platform_invoice_lines (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    platform_invoice_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT platform_invoice_lines_kind_check
        CHECK (kind IN ('subscription', 'usage', 'proration', 'adjustment', 'discount', 'credit', 'tax')),
    position integer NOT NULL CONSTRAINT platform_invoice_lines_position_range CHECK (position >= 1),
    description text NOT NULL,
    price_id uuid,
    usage_rollup_id uuid,
    coupon_redemption_id uuid,
    credit_id uuid,
    quantity decimal(12,3) NOT NULL DEFAULT 1,
    unit_amount decimal(12,6) NOT NULL DEFAULT 0,
    amount decimal(12,2) NOT NULL,
    period_start timestamptz,
    period_end timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('billing.platform_invoice_lines', p_read => '{owner_manager}', p_business => 'business_id', p_audited => false);
CALL platform.reference('billing.platform_invoice_lines', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.platform_invoice_lines', 'platform_invoice_id', 'billing.platform_invoices', 'cascade');
CALL platform.reference('billing.platform_invoice_lines', 'price_id', 'billing.prices', 'restrict');
CALL platform.reference('billing.platform_invoice_lines', 'usage_rollup_id', 'billing.usage_rollups', 'restrict');
CALL platform.reference('billing.platform_invoice_lines', 'coupon_redemption_id', 'billing.coupon_redemptions', 'restrict');
CALL platform.reference('billing.platform_invoice_lines', 'credit_id', 'billing.credits', 'restrict');
CREATE INDEX platform_invoice_lines_newest ON billing.platform_invoice_lines (business_id, created_at DESC, id);
CREATE UNIQUE INDEX platform_invoice_lines_platform_invoice_id_position_key ON billing.platform_invoice_lines (platform_invoice_id, position);
CREATE UNIQUE INDEX platform_invoice_lines_usage_rollup_id_key ON billing.platform_invoice_lines (usage_rollup_id) WHERE kind = 'usage';
COMMENT ON TABLE billing.platform_invoice_lines IS 'A charge or deduction on a platform invoice.';

CREATE TABLE billing.payments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    platform_invoice_id uuid NOT NULL,
    payment_method_id uuid,
    amount decimal(12,2) NOT NULL CONSTRAINT payments_amount_range CHECK (amount > 0),
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT payments_currency_range CHECK (currency ~ '^[A-Z]{3}$'),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT payments_status_check
        CHECK (status IN ('pending', 'succeeded', 'failed', 'cancelled', 'disputed')),
    refunded_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_refunded_amount_range CHECK (refunded_amount >= 0),
    processor text NOT NULL,
    processor_reference text,
    idempotency_key text NOT NULL,
    failure_code text,
    failure_message text,
    attempted_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_refunded_amount_amount_rule CHECK (refunded_amount <= amount)
);
CALL platform.platform_table('billing.payments', p_read => '{owner_manager}', p_business => 'business_id',
    p_derived => '{refunded_amount}', p_secret => '{processor_reference,idempotency_key}', p_audited => false,
    p_flows => '{"status": [["pending", "succeeded"], ["pending", "failed"], ["pending", "cancelled"], ["succeeded", "disputed"],
        ["disputed", "succeeded"], ["disputed", "failed"]]}');
CALL platform.reference('billing.payments', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.payments', 'platform_invoice_id', 'billing.platform_invoices', 'restrict');
CALL platform.reference('billing.payments', 'payment_method_id', 'billing.payment_methods');
CREATE INDEX payments_newest ON billing.payments (business_id, created_at DESC, id);
CREATE UNIQUE INDEX payments_processor_processor_reference_key ON billing.payments (processor, processor_reference);
CREATE UNIQUE INDEX payments_idempotency_key_key ON billing.payments (idempotency_key);
COMMENT ON TABLE billing.payments IS 'A charge of a business by the platform.';

CREATE TABLE billing.refunds (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT refunds_amount_range CHECK (amount > 0),
    reason text NOT NULL CONSTRAINT refunds_reason_check CHECK (reason IN ('requested', 'duplicate', 'service_issue', 'fraud')),
    note text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
    processor_reference text,
    settled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('billing.refunds', p_read => '{owner_manager}', p_business => 'business_id', p_secret => '{processor_reference}',
    p_audited => false,
    p_flows => '{"status": [["pending", "succeeded"], ["pending", "failed"]]}');
CALL platform.reference('billing.refunds', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.refunds', 'payment_id', 'billing.payments', 'restrict');
CREATE INDEX refunds_newest ON billing.refunds (business_id, created_at DESC, id);
CREATE UNIQUE INDEX refunds_payment_id_processor_reference_key ON billing.refunds (payment_id, processor_reference);
COMMENT ON TABLE billing.refunds IS 'Money the platform gave back.';

CREATE TABLE billing.credits (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    reason text NOT NULL CONSTRAINT credits_reason_check CHECK (reason IN ('goodwill', 'promotion', 'prepayment', 'refund', 'migration')),
    description text NOT NULL,
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT credits_currency_range CHECK (currency ~ '^[A-Z]{3}$'),
    amount decimal(12,2) NOT NULL CONSTRAINT credits_amount_range CHECK (amount > 0),
    remaining_amount decimal(12,2) NOT NULL CONSTRAINT credits_remaining_amount_range CHECK (remaining_amount >= 0),
    granted_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT credits_remaining_amount_amount_rule CHECK (remaining_amount <= amount)
);
CALL platform.platform_table('billing.credits', p_read => '{owner_manager}', p_business => 'business_id', p_derived => '{remaining_amount}', p_audited => false);
CALL platform.reference('billing.credits', 'business_id', 'businesses.businesses', 'restrict');
CREATE INDEX credits_newest ON billing.credits (business_id, created_at DESC, id);
CREATE INDEX credits_expires_at_idx ON billing.credits (business_id, expires_at, id) WHERE remaining_amount > 0;
COMMENT ON TABLE billing.credits IS 'A balance a business can use against its platform invoices.';

CREATE TABLE billing.entitlements (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    feature_id uuid NOT NULL,
    source text NOT NULL DEFAULT 'plan' CONSTRAINT entitlements_source_check CHECK (source IN ('plan', 'add_on', 'trial', 'contract', 'override')),
    is_enabled boolean NOT NULL DEFAULT true,
    limit_value bigint CONSTRAINT entitlements_limit_value_range CHECK (limit_value >= 0),
    is_overage_allowed boolean NOT NULL DEFAULT false,
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_until timestamptz,
    note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT entitlements_valid_until_valid_from_rule CHECK (valid_until > valid_from)
);
CALL platform.platform_table('billing.entitlements', p_read => '{member}', p_business => 'business_id', p_audited => false);
CALL platform.reference('billing.entitlements', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('billing.entitlements', 'feature_id', 'billing.features', 'cascade');
CREATE INDEX entitlements_of_feature_idx ON billing.entitlements (feature_id);
CREATE INDEX entitlements_newest ON billing.entitlements (business_id, created_at DESC, id);
CREATE UNIQUE INDEX entitlements_feature_id_source_key ON billing.entitlements (business_id, feature_id, source);
COMMENT ON TABLE billing.entitlements IS 'What a business may use now, and where that comes from.';

CREATE TABLE billing.dunning_attempts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    platform_invoice_id uuid NOT NULL,
    attempt_number integer NOT NULL CONSTRAINT dunning_attempts_attempt_number_range CHECK (attempt_number >= 1),
    action text NOT NULL CONSTRAINT dunning_attempts_action_check CHECK (action IN ('retry_payment', 'send_message', 'restrict_access', 'suspend')),
    outcome text NOT NULL DEFAULT 'scheduled' CONSTRAINT dunning_attempts_outcome_check
        CHECK (outcome IN ('scheduled', 'succeeded', 'failed', 'skipped')),
    scheduled_at timestamptz NOT NULL,
    executed_at timestamptz,
    payment_id uuid,
    note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('billing.dunning_attempts', p_read => '{owner_manager}', p_business => 'business_id', p_audited => false,
    p_flows => '{"outcome": [["scheduled", "succeeded"], ["scheduled", "failed"], ["scheduled", "skipped"]]}');
CALL platform.reference('billing.dunning_attempts', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('billing.dunning_attempts', 'platform_invoice_id', 'billing.platform_invoices', 'cascade');
CALL platform.reference('billing.dunning_attempts', 'payment_id', 'billing.payments');
CREATE INDEX dunning_attempts_newest ON billing.dunning_attempts (business_id, created_at DESC, id);
CREATE UNIQUE INDEX dunning_attempts_platform_invoice_id_attempt_number_key ON billing.dunning_attempts (platform_invoice_id, attempt_number);
CREATE INDEX dunning_attempts_outcome_scheduled_at_idx ON billing.dunning_attempts (outcome, scheduled_at, id);
COMMENT ON TABLE billing.dunning_attempts IS 'A planned step to collect an overdue platform invoice.';

CREATE TABLE billing.usage_alerts (
    meter_id uuid NOT NULL,
    threshold_kind text NOT NULL DEFAULT 'percent_of_included' CONSTRAINT usage_alerts_threshold_kind_check
        CHECK (threshold_kind IN ('percent_of_included', 'quantity', 'amount')),
    threshold_value decimal(12,3) NOT NULL CONSTRAINT usage_alerts_threshold_value_range CHECK (threshold_value > 0),
    notify_emails text[] NOT NULL DEFAULT '{}',
    is_usage_blocked boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    last_triggered_at timestamptz
);
CALL platform.tenant_table('billing.usage_alerts', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{last_triggered_at}');
CALL platform.reference('billing.usage_alerts', 'meter_id', 'billing.meters', 'cascade');
CREATE INDEX usage_alerts_of_meter_idx ON billing.usage_alerts (meter_id);
CREATE UNIQUE INDEX usage_alerts_meter_id_threshold_kind_threshold_value_key ON billing.usage_alerts (business_id, meter_id, threshold_kind, threshold_value) WHERE deleted_at IS NULL;
COMMENT ON TABLE billing.usage_alerts IS 'A warning a business wants before usage becomes expensive.';
