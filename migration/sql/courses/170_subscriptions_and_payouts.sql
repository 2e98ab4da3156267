CREATE TABLE courses.subscriptions (
    subscription_number text NOT NULL,
    customer_id uuid NOT NULL,
    learner_id uuid,
    course_offer_id uuid NOT NULL,
    payment_method_id uuid,
    price decimal(12,2) NOT NULL CONSTRAINT subscriptions_price_range CHECK (price >= 0),
    billing_interval text NOT NULL DEFAULT 'month' CONSTRAINT subscriptions_billing_interval_check
        CHECK (billing_interval IN ('month', 'quarter', 'year')),
    started_on date NOT NULL DEFAULT CURRENT_DATE,
    trial_ends_on date,
    current_period_start date NOT NULL DEFAULT CURRENT_DATE,
    current_period_end date,
    cancels_at_period_end boolean NOT NULL DEFAULT false,
    cancelled_at timestamptz,
    status text NOT NULL DEFAULT 'active' CONSTRAINT subscriptions_status_check
        CHECK (status IN ('trialing', 'active', 'past_due', 'paused', 'cancelled', 'expired'))
);
CALL platform.tenant_table('courses.subscriptions', p_number => 'subscription_number', p_prefix => 'SUB',
    p_derived => '{current_period_start,current_period_end,cancelled_at}',
    p_flows => '{"status": [["trialing", "active"], ["trialing", "cancelled"], ["active", "past_due"], ["active", "paused"], ["active", "cancelled"],
        ["past_due", "active"], ["past_due", "cancelled"], ["past_due", "expired"], ["paused", "active"], ["paused", "cancelled"]]}');
CALL platform.reference('courses.subscriptions', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('courses.subscriptions', 'learner_id', 'courses.learners');
CALL platform.reference('courses.subscriptions', 'course_offer_id', 'courses.course_offers', 'restrict');
CALL platform.reference('courses.subscriptions', 'payment_method_id', 'courses.payment_methods');
CREATE UNIQUE INDEX subscriptions_subscription_number_key ON courses.subscriptions (business_id, subscription_number) WHERE deleted_at IS NULL;
CREATE INDEX subscriptions_status_current_period_end_idx ON courses.subscriptions (business_id, status, current_period_end, id) WHERE deleted_at IS NULL;
CREATE INDEX subscriptions_status_newest ON courses.subscriptions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.subscriptions IS 'A customer''s recurring access to an offer.';
COMMENT ON COLUMN courses.subscriptions.subscription_number IS 'Filled in where it is left out: SUB-2025-0001.';

CREATE TABLE courses.payment_methods (
    customer_id uuid NOT NULL,
    method text NOT NULL CONSTRAINT payment_methods_method_check CHECK (method IN ('credit_card', 'debit_card', 'bank_transfer', 'mobile_wallet')),
    brand text,
    last_four text CONSTRAINT payment_methods_last_four_range CHECK (last_four ~ '^[0-9]{4}$'),
    expires_on date,
    is_default boolean NOT NULL DEFAULT false,
    processor_reference text NOT NULL,
    status text NOT NULL DEFAULT 'active' CONSTRAINT payment_methods_status_check CHECK (status IN ('active', 'expired', 'failed', 'removed'))
);
CALL platform.tenant_table('courses.payment_methods', p_derived => '{method,brand,last_four,expires_on,processor_reference}',
    p_secret => '{processor_reference}',
    p_flows => '{"status": [["active", "expired"], ["active", "failed"], ["active", "removed"], ["failed", "active"], ["failed", "removed"],
        ["expired", "removed"]]}');
CALL platform.refuse_rows('courses.payment_methods');
CALL platform.reference('courses.payment_methods', 'customer_id', 'hs.customers', 'cascade');
CREATE UNIQUE INDEX payment_methods_processor_reference_key ON courses.payment_methods (business_id, processor_reference) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX payment_methods_customer_id_key ON courses.payment_methods (business_id, customer_id) WHERE is_default AND deleted_at IS NULL;
CREATE INDEX payment_methods_status_newest ON courses.payment_methods (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.payment_methods IS 'A card or bank account a customer lets the business charge again.';

CREATE TABLE courses.seat_licenses (
    seat_license_number text NOT NULL,
    customer_id uuid NOT NULL,
    order_item_id uuid,
    course_offer_id uuid NOT NULL,
    seats_purchased integer NOT NULL CONSTRAINT seat_licenses_seats_purchased_range CHECK (seats_purchased > 0),
    seats_used integer NOT NULL DEFAULT 0 CONSTRAINT seat_licenses_seats_used_range CHECK (seats_used >= 0),
    seats_available integer GENERATED ALWAYS AS (seats_purchased - seats_used) STORED,
    redemption_code text NOT NULL,
    contact_email text,
    expires_on date,
    status text NOT NULL DEFAULT 'active' CONSTRAINT seat_licenses_status_check CHECK (status IN ('active', 'suspended', 'expired')),
    CONSTRAINT seat_licenses_seats_used_seats_purchased_rule CHECK (seats_used <= seats_purchased)
);
CALL platform.tenant_table('courses.seat_licenses', p_number => 'seat_license_number', p_prefix => 'SEAT', p_derived => '{seats_used}',
    p_flows => '{"status": [["active", "suspended"], ["active", "expired"], ["suspended", "active"], ["suspended", "expired"]]}');
CALL platform.reference('courses.seat_licenses', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('courses.seat_licenses', 'order_item_id', 'courses.order_items');
CALL platform.reference('courses.seat_licenses', 'course_offer_id', 'courses.course_offers', 'restrict');
CREATE UNIQUE INDEX seat_licenses_seat_license_number_key ON courses.seat_licenses (business_id, seat_license_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX seat_licenses_redemption_code_key ON courses.seat_licenses (business_id, redemption_code) WHERE deleted_at IS NULL;
CREATE INDEX seat_licenses_status_newest ON courses.seat_licenses (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.seat_licenses IS 'Seats a company bought for its people.';
COMMENT ON COLUMN courses.seat_licenses.seat_license_number IS 'Filled in where it is left out: SEAT-2025-0001.';

CREATE TABLE courses.instructor_payouts (
    instructor_id uuid NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    gross_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    refunded_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    share_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    adjustment_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    payout_amount decimal(12,2) GENERATED ALWAYS AS (share_amount + adjustment_amount) STORED,
    status text NOT NULL DEFAULT 'open' CONSTRAINT instructor_payouts_status_check CHECK (status IN ('open', 'approved', 'paid', 'on_hold')),
    paid_on date,
    reference text,
    CONSTRAINT instructor_payouts_period_end_period_start_rule CHECK (period_end >= period_start)
);
CALL platform.tenant_table('courses.instructor_payouts', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_derived => '{gross_amount,refunded_amount,share_amount}',
    p_flows => '{"status": [["open", "approved"], ["open", "on_hold"], ["on_hold", "open"], ["approved", "paid"], ["approved", "open"]]}');
CALL platform.reference('courses.instructor_payouts', 'instructor_id', 'courses.instructors', 'restrict');
CREATE UNIQUE INDEX instructor_payouts_instructor_id_period_start_key ON courses.instructor_payouts (business_id, instructor_id, period_start) WHERE deleted_at IS NULL;
CREATE INDEX instructor_payouts_status_newest ON courses.instructor_payouts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.instructor_payouts IS 'An instructor''s share of sales for a period.';

CREATE TABLE courses.instructor_payout_items (
    instructor_payout_id uuid NOT NULL,
    course_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    refund_id uuid,
    base_amount decimal(12,2) NOT NULL,
    share_rate decimal(5,4) NOT NULL CONSTRAINT instructor_payout_items_share_rate_range CHECK (share_rate BETWEEN 0 AND 1),
    share_amount decimal(12,2) NOT NULL,
    CONSTRAINT instructor_payout_items_refund_id_base_amount_rule
        CHECK ((refund_id IS NULL AND base_amount > 0) OR (refund_id IS NOT NULL AND base_amount < 0))
);
CALL platform.tenant_table('courses.instructor_payout_items', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('courses.instructor_payout_items', 'instructor_payout_id', 'courses.instructor_payouts', 'cascade');
CALL platform.reference('courses.instructor_payout_items', 'course_id', 'courses.courses', 'restrict');
CALL platform.reference('courses.instructor_payout_items', 'payment_id', 'courses.payments', 'restrict');
CALL platform.reference('courses.instructor_payout_items', 'refund_id', 'courses.refunds', 'restrict');
CREATE UNIQUE INDEX instructor_payout_items_instructor_payout_id_course_id_key ON courses.instructor_payout_items (business_id, instructor_payout_id, course_id, payment_id, refund_id) NULLS NOT DISTINCT;
COMMENT ON TABLE courses.instructor_payout_items IS 'What one payment or refund adds to an instructor''s share.';
