CREATE TABLE rest.loyalty_programs (
    name text NOT NULL,
    points_per_currency_unit decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT loyalty_programs_points_per_currency_unit_range
        CHECK (points_per_currency_unit > 0),
    point_value decimal(12,4) NOT NULL DEFAULT 0.01 CONSTRAINT loyalty_programs_point_value_range CHECK (point_value > 0),
    minimum_redemption integer NOT NULL DEFAULT 0 CONSTRAINT loyalty_programs_minimum_redemption_range CHECK (minimum_redemption >= 0),
    signup_points integer NOT NULL DEFAULT 0 CONSTRAINT loyalty_programs_signup_points_range CHECK (signup_points >= 0),
    expiry_months integer CONSTRAINT loyalty_programs_expiry_months_range CHECK (expiry_months > 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('rest.loyalty_programs');
CREATE UNIQUE INDEX loyalty_programs_name_key ON rest.loyalty_programs (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.loyalty_programs IS 'How guests earn and spend points.';

CREATE TABLE rest.loyalty_accounts (
    loyalty_program_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    card_number text,
    points_balance integer NOT NULL DEFAULT 0 CONSTRAINT loyalty_accounts_points_balance_range CHECK (points_balance >= 0),
    lifetime_points integer NOT NULL DEFAULT 0,
    joined_on date NOT NULL DEFAULT CURRENT_DATE,
    status text NOT NULL DEFAULT 'active' CONSTRAINT loyalty_accounts_status_check CHECK (status IN ('active', 'suspended', 'closed'))
);
CALL platform.tenant_table('rest.loyalty_accounts', p_derived => '{points_balance,lifetime_points}',
    p_flows => '{"status": [["active", "suspended"], ["active", "closed"], ["suspended", "active"], ["suspended", "closed"]]}');
CALL platform.reference('rest.loyalty_accounts', 'loyalty_program_id', 'rest.loyalty_programs', 'restrict');
CALL platform.reference('rest.loyalty_accounts', 'customer_id', 'hs.customers', 'cascade');
CREATE UNIQUE INDEX loyalty_accounts_loyalty_program_id_customer_id_key ON rest.loyalty_accounts (business_id, loyalty_program_id, customer_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX loyalty_accounts_card_number_key ON rest.loyalty_accounts (business_id, card_number) WHERE deleted_at IS NULL;
CREATE INDEX loyalty_accounts_status_newest ON rest.loyalty_accounts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.loyalty_accounts IS 'A guest''s points.';

CREATE TABLE rest.loyalty_transactions (
    loyalty_account_id uuid NOT NULL,
    order_id uuid,
    transaction_type text NOT NULL CONSTRAINT loyalty_transactions_transaction_type_check
        CHECK (transaction_type IN ('earn', 'redeem', 'expire', 'bonus', 'adjustment', 'reversal')),
    points integer NOT NULL CONSTRAINT loyalty_transactions_points_range CHECK (points <> 0),
    description text,
    expires_on date
);
CALL platform.tenant_table('rest.loyalty_transactions', p_append_only => true);
CALL platform.reference('rest.loyalty_transactions', 'loyalty_account_id', 'rest.loyalty_accounts', 'cascade');
CALL platform.reference('rest.loyalty_transactions', 'order_id', 'rest.orders', 'restrict');
CREATE INDEX loyalty_transactions_loyalty_account_id_created_at_idx ON rest.loyalty_transactions (business_id, loyalty_account_id, created_at);
COMMENT ON TABLE rest.loyalty_transactions IS 'Points earned, spent or expired.';

CREATE TABLE rest.gift_cards (
    customer_id uuid,
    order_id uuid,
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
CALL platform.tenant_table('rest.gift_cards', p_derived => '{balance}', p_secret => '{pin_hash}',
    p_flows => '{"status": [["active", "redeemed"], ["active", "blocked"], ["active", "expired"], ["blocked", "active"], ["redeemed", "active"]]}');
CALL platform.reference('rest.gift_cards', 'customer_id', 'hs.customers');
CALL platform.reference('rest.gift_cards', 'order_id', 'rest.orders');
CREATE UNIQUE INDEX gift_cards_code_key ON rest.gift_cards (business_id, code) WHERE deleted_at IS NULL;
CREATE INDEX gift_cards_status_newest ON rest.gift_cards (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.gift_cards IS 'A prepaid card guests pay with.';

CREATE TABLE rest.gift_card_transactions (
    gift_card_id uuid NOT NULL,
    payment_id uuid,
    transaction_type text NOT NULL CONSTRAINT gift_card_transactions_transaction_type_check
        CHECK (transaction_type IN ('issue', 'reload', 'redeem', 'refund', 'expire', 'adjustment')),
    amount decimal(12,2) NOT NULL CONSTRAINT gift_card_transactions_amount_range CHECK (amount <> 0),
    balance_after decimal(12,2) NOT NULL CONSTRAINT gift_card_transactions_balance_after_range CHECK (balance_after >= 0)
);
CALL platform.tenant_table('rest.gift_card_transactions', p_derived => '{balance_after}', p_append_only => true);
CALL platform.reference('rest.gift_card_transactions', 'gift_card_id', 'rest.gift_cards', 'restrict');
CALL platform.reference('rest.gift_card_transactions', 'payment_id', 'rest.payments', 'restrict');
CREATE INDEX gift_card_transactions_gift_card_id_created_at_idx ON rest.gift_card_transactions (business_id, gift_card_id, created_at);
COMMENT ON TABLE rest.gift_card_transactions IS 'Value put on or taken off a gift card.';
