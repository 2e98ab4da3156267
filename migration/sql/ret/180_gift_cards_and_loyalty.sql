CREATE TABLE ret.gift_cards (
    customer_id uuid,
    sales_order_item_id uuid,
    code text NOT NULL,
    pin_hash bytea,
    initial_amount decimal(12,2) NOT NULL CONSTRAINT gift_cards_initial_amount_range CHECK (initial_amount >= 0),
    balance decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT gift_cards_balance_range CHECK (balance >= 0),
    recipient_name text,
    recipient_email text,
    issued_on date NOT NULL DEFAULT CURRENT_DATE,
    expires_on date,
    status text NOT NULL DEFAULT 'active' CONSTRAINT gift_cards_status_check CHECK (status IN ('active', 'redeemed', 'blocked', 'expired')),
    CONSTRAINT gift_cards_expires_on_issued_on_rule CHECK (expires_on > issued_on)
);
CALL platform.tenant_table('ret.gift_cards', p_derived => '{balance}', p_secret => '{pin_hash}',
    p_flows => '{"status": [["active", "redeemed"], ["active", "blocked"], ["active", "expired"], ["blocked", "active"], ["redeemed", "active"]]}');
CALL platform.reference('ret.gift_cards', 'customer_id', 'hs.customers');
CALL platform.reference('ret.gift_cards', 'sales_order_item_id', 'ret.sales_order_items');
CREATE UNIQUE INDEX gift_cards_code_key ON ret.gift_cards (business_id, code) WHERE deleted_at IS NULL;
CREATE INDEX gift_cards_status_newest ON ret.gift_cards (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.gift_cards IS 'A prepaid card customers pay with.';

CREATE TABLE ret.gift_card_transactions (
    gift_card_id uuid NOT NULL,
    payment_id uuid,
    refund_id uuid,
    transaction_type text NOT NULL CONSTRAINT gift_card_transactions_transaction_type_check
        CHECK (transaction_type IN ('issue', 'reload', 'redeem', 'refund', 'expire', 'adjustment')),
    amount decimal(12,2) NOT NULL CONSTRAINT gift_card_transactions_amount_range CHECK (amount <> 0),
    balance_after decimal(12,2) NOT NULL CONSTRAINT gift_card_transactions_balance_after_range CHECK (balance_after >= 0)
);
CALL platform.tenant_table('ret.gift_card_transactions', p_derived => '{balance_after}', p_append_only => true);
CALL platform.reference('ret.gift_card_transactions', 'gift_card_id', 'ret.gift_cards', 'restrict');
CALL platform.reference('ret.gift_card_transactions', 'payment_id', 'ret.payments', 'restrict');
CALL platform.reference('ret.gift_card_transactions', 'refund_id', 'ret.refunds', 'restrict');
CREATE INDEX gift_card_transactions_gift_card_id_created_at_idx ON ret.gift_card_transactions (business_id, gift_card_id, created_at);
COMMENT ON TABLE ret.gift_card_transactions IS 'Value put on or taken off a gift card.';

CREATE TABLE ret.store_credit_accounts (
    customer_id uuid NOT NULL,
    balance decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT store_credit_accounts_balance_range CHECK (balance >= 0),
    credit_limit decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT store_credit_accounts_credit_limit_range CHECK (credit_limit >= 0),
    is_active boolean NOT NULL DEFAULT true,
    notes text
);
CALL platform.tenant_table('ret.store_credit_accounts', p_derived => '{balance}');
CALL platform.reference('ret.store_credit_accounts', 'customer_id', 'hs.customers', 'restrict');
CREATE UNIQUE INDEX store_credit_accounts_customer_id_key ON ret.store_credit_accounts (business_id, customer_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.store_credit_accounts IS 'A customer''s credit with the shop.';

CREATE TABLE ret.store_credit_transactions (
    store_credit_account_id uuid NOT NULL,
    payment_id uuid,
    refund_id uuid,
    transaction_type text NOT NULL CONSTRAINT store_credit_transactions_transaction_type_check
        CHECK (transaction_type IN ('refund', 'goodwill', 'trade_in', 'redeem', 'expire', 'adjustment')),
    amount decimal(12,2) NOT NULL CONSTRAINT store_credit_transactions_amount_range CHECK (amount <> 0),
    balance_after decimal(12,2) NOT NULL CONSTRAINT store_credit_transactions_balance_after_range CHECK (balance_after >= 0),
    description text
);
CALL platform.tenant_table('ret.store_credit_transactions', p_derived => '{balance_after}', p_append_only => true);
CALL platform.reference('ret.store_credit_transactions', 'store_credit_account_id', 'ret.store_credit_accounts', 'restrict');
CALL platform.reference('ret.store_credit_transactions', 'payment_id', 'ret.payments', 'restrict');
CALL platform.reference('ret.store_credit_transactions', 'refund_id', 'ret.refunds', 'restrict');
CREATE INDEX store_credit_transactions_store_credit_account_id_creat_idx ON ret.store_credit_transactions (business_id, store_credit_account_id, created_at);
COMMENT ON TABLE ret.store_credit_transactions IS 'Store credit given or used.';

CREATE TABLE ret.loyalty_programs (
    name text NOT NULL,
    points_per_currency_unit decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT loyalty_programs_points_per_currency_unit_range
        CHECK (points_per_currency_unit > 0),
    point_value decimal(12,4) NOT NULL DEFAULT 0.01 CONSTRAINT loyalty_programs_point_value_range CHECK (point_value > 0),
    minimum_redemption integer NOT NULL DEFAULT 0 CONSTRAINT loyalty_programs_minimum_redemption_range CHECK (minimum_redemption >= 0),
    signup_points integer NOT NULL DEFAULT 0 CONSTRAINT loyalty_programs_signup_points_range CHECK (signup_points >= 0),
    expiry_months integer CONSTRAINT loyalty_programs_expiry_months_range CHECK (expiry_months > 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('ret.loyalty_programs');
CREATE UNIQUE INDEX loyalty_programs_name_key ON ret.loyalty_programs (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.loyalty_programs IS 'How customers earn and spend points.';

CREATE TABLE ret.loyalty_tiers (
    loyalty_program_id uuid NOT NULL,
    name text NOT NULL,
    minimum_spend decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT loyalty_tiers_minimum_spend_range CHECK (minimum_spend >= 0),
    points_multiplier decimal(5,2) NOT NULL DEFAULT 1.00 CONSTRAINT loyalty_tiers_points_multiplier_range CHECK (points_multiplier > 0),
    discount_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT loyalty_tiers_discount_rate_range CHECK (discount_rate BETWEEN 0 AND 1),
    benefits text,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('ret.loyalty_tiers');
CALL platform.reference('ret.loyalty_tiers', 'loyalty_program_id', 'ret.loyalty_programs', 'cascade');
CREATE UNIQUE INDEX loyalty_tiers_loyalty_program_id_name_key ON ret.loyalty_tiers (business_id, loyalty_program_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX loyalty_tiers_loyalty_program_id_minimum_spend_key ON ret.loyalty_tiers (business_id, loyalty_program_id, minimum_spend) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.loyalty_tiers IS 'A level of the loyalty program and its benefits.';

CREATE TABLE ret.loyalty_accounts (
    loyalty_program_id uuid NOT NULL,
    loyalty_tier_id uuid,
    customer_id uuid NOT NULL,
    card_number text,
    points_balance integer NOT NULL DEFAULT 0 CONSTRAINT loyalty_accounts_points_balance_range CHECK (points_balance >= 0),
    lifetime_points integer NOT NULL DEFAULT 0,
    joined_on date NOT NULL DEFAULT CURRENT_DATE,
    status text NOT NULL DEFAULT 'active' CONSTRAINT loyalty_accounts_status_check CHECK (status IN ('active', 'suspended', 'closed'))
);
CALL platform.tenant_table('ret.loyalty_accounts', p_derived => '{loyalty_tier_id,points_balance,lifetime_points}',
    p_flows => '{"status": [["active", "suspended"], ["active", "closed"], ["suspended", "active"], ["suspended", "closed"]]}');
CALL platform.reference('ret.loyalty_accounts', 'loyalty_program_id', 'ret.loyalty_programs', 'restrict');
CALL platform.reference('ret.loyalty_accounts', 'loyalty_tier_id', 'ret.loyalty_tiers');
CALL platform.reference('ret.loyalty_accounts', 'customer_id', 'hs.customers', 'cascade');
CREATE UNIQUE INDEX loyalty_accounts_loyalty_program_id_customer_id_key ON ret.loyalty_accounts (business_id, loyalty_program_id, customer_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX loyalty_accounts_card_number_key ON ret.loyalty_accounts (business_id, card_number) WHERE deleted_at IS NULL;
CREATE INDEX loyalty_accounts_status_newest ON ret.loyalty_accounts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.loyalty_accounts IS 'A customer''s points and level.';

CREATE TABLE ret.loyalty_transactions (
    loyalty_account_id uuid NOT NULL,
    sales_order_id uuid,
    return_id uuid,
    transaction_type text NOT NULL CONSTRAINT loyalty_transactions_transaction_type_check
        CHECK (transaction_type IN ('earn', 'redeem', 'expire', 'bonus', 'reversal', 'adjustment')),
    points integer NOT NULL CONSTRAINT loyalty_transactions_points_range CHECK (points <> 0),
    description text,
    expires_on date
);
CALL platform.tenant_table('ret.loyalty_transactions', p_append_only => true);
CALL platform.reference('ret.loyalty_transactions', 'loyalty_account_id', 'ret.loyalty_accounts', 'cascade');
CALL platform.reference('ret.loyalty_transactions', 'sales_order_id', 'ret.sales_orders', 'restrict');
CALL platform.reference('ret.loyalty_transactions', 'return_id', 'ret.returns', 'restrict');
CREATE INDEX loyalty_transactions_loyalty_account_id_created_at_idx ON ret.loyalty_transactions (business_id, loyalty_account_id, created_at);
COMMENT ON TABLE ret.loyalty_transactions IS 'Points earned, spent or expired.';
