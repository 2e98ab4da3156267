CREATE TABLE rest.payments (
    payment_number text NOT NULL,
    order_id uuid,
    check_id uuid,
    reservation_id uuid,
    cash_drawer_session_id uuid,
    gift_card_id uuid,
    loyalty_account_id uuid,
    taken_by_id uuid,
    method text NOT NULL CONSTRAINT payments_method_check
        CHECK (method IN ('cash', 'credit_card', 'debit_card', 'mobile_wallet', 'gift_card', 'loyalty', 'house_account', 'online')),
    amount decimal(12,2) NOT NULL CONSTRAINT payments_amount_range CHECK (amount > 0),
    tip_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_tip_amount_range CHECK (tip_amount >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (amount + tip_amount) STORED,
    tendered_amount decimal(12,2) CONSTRAINT payments_tendered_amount_range CHECK (tendered_amount >= 0),
    change_amount decimal(12,2) GENERATED ALWAYS AS (tendered_amount - amount - tip_amount) STORED,
    card_brand text,
    card_last_four text CONSTRAINT payments_card_last_four_range CHECK (card_last_four ~ '^[0-9]{4}$'),
    processor_reference text,
    refunded_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_refunded_amount_range CHECK (refunded_amount >= 0),
    status text NOT NULL DEFAULT 'captured' CONSTRAINT payments_status_check
        CHECK (status IN ('authorized', 'captured', 'voided', 'failed', 'partially_refunded', 'refunded')),
    paid_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_refunded_amount_amount_tip_amount_rule CHECK (refunded_amount <= amount + tip_amount),
    CONSTRAINT payments_method_gift_card_id_rule CHECK (method <> 'gift_card' OR gift_card_id IS NOT NULL),
    CONSTRAINT payments_method_loyalty_account_id_rule CHECK (method <> 'loyalty' OR loyalty_account_id IS NOT NULL),
    CONSTRAINT payments_order_id_reservation_id_rule CHECK (num_nonnulls(order_id, reservation_id) >= 1)
);
CALL platform.tenant_table('rest.payments', p_number => 'payment_number', p_prefix => 'PAY', p_derived => '{refunded_amount}',
    p_flows => '{"status": [["authorized", "captured"], ["authorized", "voided"], ["authorized", "failed"], ["captured", "voided"],
        ["captured", "partially_refunded"], ["captured", "refunded"], ["partially_refunded", "refunded"]]}');
CALL platform.reference('rest.payments', 'order_id', 'rest.orders', 'restrict');
CALL platform.reference('rest.payments', 'check_id', 'rest.checks');
CALL platform.reference('rest.payments', 'reservation_id', 'rest.reservations', 'restrict');
CALL platform.reference('rest.payments', 'cash_drawer_session_id', 'rest.cash_drawer_sessions');
CALL platform.reference('rest.payments', 'gift_card_id', 'rest.gift_cards', 'restrict');
CALL platform.reference('rest.payments', 'loyalty_account_id', 'rest.loyalty_accounts', 'restrict');
CALL platform.reference('rest.payments', 'taken_by_id', 'users.users');
CREATE UNIQUE INDEX payments_payment_number_key ON rest.payments (business_id, payment_number) WHERE deleted_at IS NULL;
CREATE INDEX payments_paid_at_idx ON rest.payments (business_id, paid_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_status_newest ON rest.payments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.payments IS 'Money taken for a check, with its tip.';
COMMENT ON COLUMN rest.payments.payment_number IS 'Filled in where it is left out: PAY-2025-0001.';

CREATE TABLE rest.refunds (
    payment_id uuid NOT NULL,
    cash_drawer_session_id uuid,
    approved_by_id uuid,
    amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT refunds_amount_range CHECK (amount >= 0),
    tip_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT refunds_tip_amount_range CHECK (tip_amount >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (amount + tip_amount) STORED,
    reason text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'completed', 'failed')),
    refunded_at timestamptz,
    CONSTRAINT refunds_amount_tip_amount_rule CHECK (amount + tip_amount > 0)
);
CALL platform.tenant_table('rest.refunds', p_derived => '{refunded_at}',
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["failed", "pending"]]}');
CALL platform.reference('rest.refunds', 'payment_id', 'rest.payments', 'restrict');
CALL platform.reference('rest.refunds', 'cash_drawer_session_id', 'rest.cash_drawer_sessions');
CALL platform.reference('rest.refunds', 'approved_by_id', 'users.users');
CREATE INDEX refunds_status_newest ON rest.refunds (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.refunds IS 'Money given back on a payment.';
