CREATE TABLE courses.course_offers (
    tax_group_id uuid,
    name text NOT NULL,
    description text,
    offer_type text NOT NULL DEFAULT 'one_time' CONSTRAINT course_offers_offer_type_check
        CHECK (offer_type IN ('one_time', 'subscription', 'instalments', 'free')),
    price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT course_offers_price_range CHECK (price >= 0),
    billing_interval text CONSTRAINT course_offers_billing_interval_check CHECK (billing_interval IN ('month', 'quarter', 'year')),
    instalment_count integer CONSTRAINT course_offers_instalment_count_range CHECK (instalment_count > 1),
    trial_days integer NOT NULL DEFAULT 0 CONSTRAINT course_offers_trial_days_range CHECK (trial_days >= 0),
    access_days integer CONSTRAINT course_offers_access_days_range CHECK (access_days > 0),
    seats_included integer NOT NULL DEFAULT 1 CONSTRAINT course_offers_seats_included_range CHECK (seats_included > 0),
    available_from date,
    available_until date,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT course_offers_offer_type_billing_interval_rule CHECK (offer_type NOT IN ('subscription', 'instalments') OR billing_interval IS NOT NULL),
    CONSTRAINT course_offers_offer_type_instalment_count_rule CHECK (offer_type <> 'instalments' OR instalment_count IS NOT NULL),
    CONSTRAINT course_offers_available_until_available_from_rule CHECK (available_until >= available_from)
);
CALL platform.tenant_table('courses.course_offers');
CALL platform.reference('courses.course_offers', 'tax_group_id', 'businesses.tax_groups');
CREATE UNIQUE INDEX course_offers_name_key ON courses.course_offers (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.course_offers IS 'A price and plan under which courses are sold.';

CREATE TABLE courses.course_offer_courses (
    course_offer_id uuid NOT NULL,
    course_id uuid NOT NULL,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('courses.course_offer_courses', p_soft_delete => false);
CALL platform.reference('courses.course_offer_courses', 'course_offer_id', 'courses.course_offers', 'cascade');
CALL platform.reference('courses.course_offer_courses', 'course_id', 'courses.courses', 'restrict');
CREATE UNIQUE INDEX course_offer_courses_course_offer_id_course_id_key ON courses.course_offer_courses (business_id, course_offer_id, course_id);
COMMENT ON TABLE courses.course_offer_courses IS 'A course included in an offer.';

CREATE TABLE courses.orders (
    order_number text NOT NULL,
    customer_id uuid NOT NULL,
    coupon_id uuid,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT orders_discount_amount_range CHECK (discount_amount >= 0),
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT orders_tax_amount_range CHECK (tax_amount >= 0),
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT orders_amount_paid_range CHECK (amount_paid >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (subtotal - discount_amount + tax_amount) STORED,
    amount_due decimal(12,2) GENERATED ALWAYS AS (subtotal - discount_amount + tax_amount - amount_paid) STORED,
    placed_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT orders_status_check CHECK (status IN ('pending', 'partial', 'paid', 'refunded', 'cancelled'))
);
CALL platform.tenant_table('courses.orders', p_number => 'order_number', p_prefix => 'ORD',
    p_derived => '{subtotal,discount_amount,tax_amount,amount_paid,expires_at}',
    p_flows => '{"status": [["pending", "partial"], ["pending", "paid"], ["pending", "cancelled"], ["partial", "paid"], ["partial", "refunded"],
        ["partial", "cancelled"], ["paid", "refunded"]]}');
CALL platform.reference('courses.orders', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('courses.orders', 'coupon_id', 'courses.coupons');
CREATE UNIQUE INDEX orders_order_number_key ON courses.orders (business_id, order_number) WHERE deleted_at IS NULL;
CREATE INDEX orders_status_placed_at_idx ON courses.orders (business_id, status, placed_at, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_status_newest ON courses.orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.orders IS 'A purchase of courses.';
COMMENT ON COLUMN courses.orders.order_number IS 'Filled in where it is left out: ORD-2025-0001.';

CREATE TABLE courses.order_items (
    order_id uuid NOT NULL,
    course_offer_id uuid NOT NULL,
    cohort_id uuid,
    learner_id uuid,
    description text NOT NULL,
    quantity integer NOT NULL DEFAULT 1 CONSTRAINT order_items_quantity_range CHECK (quantity > 0),
    unit_price decimal(12,2) NOT NULL CONSTRAINT order_items_unit_price_range CHECK (unit_price >= 0),
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT order_items_discount_amount_range CHECK (discount_amount >= 0),
    tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT order_items_tax_rate_range CHECK (tax_rate BETWEEN 0 AND 1),
    line_total decimal(12,2) GENERATED ALWAYS AS (quantity * unit_price - discount_amount) STORED,
    tax_amount decimal(12,2) GENERATED ALWAYS AS (round((quantity * unit_price - discount_amount) * tax_rate, 2)) STORED
);
CALL platform.tenant_table('courses.order_items', p_derived => '{discount_amount}');
CALL platform.reference('courses.order_items', 'order_id', 'courses.orders', 'cascade');
CALL platform.reference('courses.order_items', 'course_offer_id', 'courses.course_offers', 'restrict');
CALL platform.reference('courses.order_items', 'cohort_id', 'courses.cohorts');
CALL platform.reference('courses.order_items', 'learner_id', 'courses.learners');
COMMENT ON TABLE courses.order_items IS 'An offer bought, for one learner or as seats.';

CREATE TABLE courses.payments (
    payment_number text NOT NULL,
    customer_id uuid NOT NULL,
    order_id uuid,
    subscription_id uuid,
    method text NOT NULL CONSTRAINT payments_method_check
        CHECK (method IN ('credit_card', 'debit_card', 'bank_transfer', 'check', 'cash', 'mobile_wallet', 'other')),
    amount decimal(12,2) NOT NULL CONSTRAINT payments_amount_range CHECK (amount > 0),
    refunded_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_refunded_amount_range CHECK (refunded_amount >= 0),
    instalment integer CONSTRAINT payments_instalment_range CHECK (instalment > 0),
    due_on date,
    paid_at timestamptz,
    processor_reference text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT payments_status_check
        CHECK (status IN ('scheduled', 'pending', 'completed', 'failed', 'voided', 'partially_refunded', 'refunded')),
    CONSTRAINT payments_order_id_subscription_id_rule CHECK (num_nonnulls(order_id, subscription_id) = 1),
    CONSTRAINT payments_refunded_amount_amount_rule CHECK (refunded_amount <= amount)
);
CALL platform.tenant_table('courses.payments', p_number => 'payment_number', p_prefix => 'PAY', p_derived => '{refunded_amount}',
    p_flows => '{"status": [["scheduled", "pending"], ["scheduled", "voided"], ["pending", "completed"], ["pending", "failed"],
        ["pending", "voided"], ["failed", "pending"], ["completed", "partially_refunded"], ["completed", "refunded"],
        ["partially_refunded", "refunded"]]}');
CALL platform.reference('courses.payments', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('courses.payments', 'order_id', 'courses.orders', 'restrict');
CALL platform.reference('courses.payments', 'subscription_id', 'courses.subscriptions', 'restrict');
CREATE UNIQUE INDEX payments_payment_number_key ON courses.payments (business_id, payment_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX payments_order_id_instalment_key ON courses.payments (business_id, order_id, instalment) WHERE deleted_at IS NULL;
CREATE INDEX payments_status_due_on_idx ON courses.payments (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_status_newest ON courses.payments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.payments IS 'Money received for an order or subscription.';
COMMENT ON COLUMN courses.payments.payment_number IS 'Filled in where it is left out: PAY-2025-0001.';

CREATE TABLE courses.refunds (
    payment_id uuid NOT NULL,
    enrollment_id uuid,
    approved_by_id uuid,
    amount decimal(12,2) NOT NULL CONSTRAINT refunds_amount_range CHECK (amount > 0),
    reason text NOT NULL,
    ends_access boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'requested' CONSTRAINT refunds_status_check
        CHECK (status IN ('requested', 'approved', 'completed', 'rejected', 'failed')),
    refunded_at timestamptz
);
CALL platform.tenant_table('courses.refunds', p_derived => '{refunded_at}',
    p_flows => '{"status": [["requested", "approved"], ["requested", "rejected"], ["approved", "completed"], ["approved", "failed"],
        ["failed", "approved"]]}');
CALL platform.reference('courses.refunds', 'payment_id', 'courses.payments', 'restrict');
CALL platform.reference('courses.refunds', 'enrollment_id', 'courses.enrollments');
CALL platform.reference('courses.refunds', 'approved_by_id', 'users.users');
CREATE INDEX refunds_status_newest ON courses.refunds (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.refunds IS 'Money given back for a course.';

CREATE TABLE courses.coupons (
    course_offer_id uuid,
    code text NOT NULL,
    discount_type text NOT NULL DEFAULT 'percentage' CONSTRAINT coupons_discount_type_check CHECK (discount_type IN ('percentage', 'fixed_amount')),
    value decimal(12,2) NOT NULL CONSTRAINT coupons_value_range CHECK (value > 0),
    usage_limit integer CONSTRAINT coupons_usage_limit_range CHECK (usage_limit > 0),
    usage_limit_per_customer integer CONSTRAINT coupons_usage_limit_per_customer_range CHECK (usage_limit_per_customer > 0),
    usage_count integer NOT NULL DEFAULT 0,
    starts_on date,
    ends_on date,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT coupons_discount_type_value_rule CHECK (discount_type <> 'percentage' OR value <= 100),
    CONSTRAINT coupons_ends_on_starts_on_rule CHECK (ends_on >= starts_on),
    CONSTRAINT coupons_usage_count_usage_limit_rule CHECK (usage_count <= usage_limit)
);
CALL platform.tenant_table('courses.coupons', p_derived => '{usage_count}');
CALL platform.reference('courses.coupons', 'course_offer_id', 'courses.course_offers');
CREATE UNIQUE INDEX coupons_code_key ON courses.coupons (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE courses.coupons IS 'A code that lowers the price of an offer.';
