CREATE TABLE hs.service_plans (
    name text NOT NULL,
    code text NOT NULL,
    description text,
    billing_frequency text NOT NULL DEFAULT 'annual' CONSTRAINT service_plans_billing_frequency_check
        CHECK (billing_frequency IN ('monthly', 'quarterly', 'semiannual', 'annual', 'one_time')),
    price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT service_plans_price_range CHECK (price >= 0),
    duration_months integer CONSTRAINT service_plans_duration_months_range CHECK (duration_months > 0),
    discount_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT service_plans_discount_rate_range CHECK (discount_rate BETWEEN 0 AND 1),
    waives_diagnostic_fee boolean NOT NULL DEFAULT false,
    has_priority_response boolean NOT NULL DEFAULT false,
    auto_renews boolean NOT NULL DEFAULT true,
    terms text,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('hs.service_plans');
CREATE UNIQUE INDEX service_plans_code_key ON hs.service_plans (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.service_plans IS 'A maintenance plan or membership on sale.';

CREATE TABLE hs.service_plan_visits (
    service_plan_id uuid NOT NULL,
    job_type_id uuid NOT NULL,
    name text NOT NULL,
    recommended_months integer[] NOT NULL DEFAULT '{}',
    duration_minutes integer NOT NULL DEFAULT 60 CONSTRAINT service_plan_visits_duration_minutes_range CHECK (duration_minutes > 0),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('hs.service_plan_visits');
CALL platform.reference('hs.service_plan_visits', 'service_plan_id', 'hs.service_plans', 'cascade');
CALL platform.reference('hs.service_plan_visits', 'job_type_id', 'hs.job_types', 'restrict');
CREATE UNIQUE INDEX service_plan_visits_service_plan_id_name_key ON hs.service_plan_visits (business_id, service_plan_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.service_plan_visits IS 'A maintenance visit a plan includes.';

CREATE TABLE hs.service_agreements (
    service_agreement_number text NOT NULL,
    customer_id uuid NOT NULL,
    service_plan_id uuid NOT NULL,
    property_id uuid,
    sold_by_id uuid,
    renewed_from_id uuid,
    price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT service_agreements_price_range CHECK (price >= 0),
    billing_frequency text NOT NULL DEFAULT 'annual' CONSTRAINT service_agreements_billing_frequency_check
        CHECK (billing_frequency IN ('monthly', 'quarterly', 'semiannual', 'annual', 'one_time')),
    starts_on date NOT NULL,
    ends_on date,
    auto_renews boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT service_agreements_status_check
        CHECK (status IN ('draft', 'active', 'suspended', 'expired', 'cancelled')),
    cancelled_on date,
    cancellation_reason text,
    CONSTRAINT service_agreements_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('hs.service_agreements', p_number => 'service_agreement_number', p_prefix => 'SA',
    p_flows => '{"status": [["draft", "active"], ["draft", "cancelled"], ["active", "suspended"], ["active", "expired"], ["active", "cancelled"],
        ["suspended", "active"], ["suspended", "cancelled"]]}');
CALL platform.reference('hs.service_agreements', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('hs.service_agreements', 'service_plan_id', 'hs.service_plans', 'restrict');
CALL platform.reference('hs.service_agreements', 'property_id', 'hs.properties');
CALL platform.reference('hs.service_agreements', 'sold_by_id', 'users.users');
CALL platform.reference('hs.service_agreements', 'renewed_from_id', 'hs.service_agreements');
CREATE UNIQUE INDEX service_agreements_service_agreement_number_key ON hs.service_agreements (business_id, service_agreement_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX service_agreements_renewed_from_id_key ON hs.service_agreements (business_id, renewed_from_id) WHERE deleted_at IS NULL;
CREATE INDEX service_agreements_status_ends_on_idx ON hs.service_agreements (business_id, status, ends_on, id) WHERE deleted_at IS NULL;
CREATE INDEX service_agreements_status_newest ON hs.service_agreements (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.service_agreements IS 'A customer''s membership or maintenance contract.';
COMMENT ON COLUMN hs.service_agreements.service_agreement_number IS 'Filled in where it is left out: SA-2025-0001.';

CREATE TABLE hs.service_agreement_visits (
    service_agreement_id uuid NOT NULL,
    service_plan_visit_id uuid,
    work_order_id uuid,
    due_on date NOT NULL,
    completed_on date,
    status text NOT NULL DEFAULT 'due' CONSTRAINT service_agreement_visits_status_check CHECK (status IN ('due', 'scheduled', 'completed', 'skipped'))
);
CALL platform.tenant_table('hs.service_agreement_visits',
    p_flows => '{"status": [["due", "scheduled"], ["due", "completed"], ["due", "skipped"], ["scheduled", "completed"], ["scheduled", "due"],
        ["skipped", "due"]]}');
CALL platform.reference('hs.service_agreement_visits', 'service_agreement_id', 'hs.service_agreements', 'cascade');
CALL platform.reference('hs.service_agreement_visits', 'service_plan_visit_id', 'hs.service_plan_visits');
CALL platform.reference('hs.service_agreement_visits', 'work_order_id', 'hs.work_orders');
CREATE UNIQUE INDEX service_agreement_visits_service_agreement_id_service_p_key ON hs.service_agreement_visits (business_id, service_agreement_id, service_plan_visit_id, due_on) WHERE deleted_at IS NULL;
CREATE INDEX service_agreement_visits_status_due_on_idx ON hs.service_agreement_visits (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX service_agreement_visits_status_newest ON hs.service_agreement_visits (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.service_agreement_visits IS 'A maintenance visit owed under an agreement.';

CREATE TABLE hs.service_agreement_billings (
    service_agreement_id uuid NOT NULL,
    invoice_id uuid,
    due_on date NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT service_agreement_billings_amount_range CHECK (amount > 0),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT service_agreement_billings_status_check
        CHECK (status IN ('pending', 'invoiced', 'paid', 'failed', 'waived'))
);
CALL platform.tenant_table('hs.service_agreement_billings',
    p_flows => '{"status": [["pending", "invoiced"], ["pending", "waived"], ["invoiced", "paid"], ["invoiced", "failed"], ["failed", "invoiced"],
        ["failed", "waived"]]}');
CALL platform.reference('hs.service_agreement_billings', 'service_agreement_id', 'hs.service_agreements', 'cascade');
CALL platform.reference('hs.service_agreement_billings', 'invoice_id', 'hs.invoices');
CREATE UNIQUE INDEX service_agreement_billings_service_agreement_id_due_on_key ON hs.service_agreement_billings (business_id, service_agreement_id, due_on) WHERE deleted_at IS NULL;
CREATE INDEX service_agreement_billings_status_due_on_idx ON hs.service_agreement_billings (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX service_agreement_billings_status_newest ON hs.service_agreement_billings (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.service_agreement_billings IS 'An instalment of an agreement''s price.';

CREATE TABLE hs.recurring_jobs (
    customer_id uuid NOT NULL,
    property_id uuid,
    job_type_id uuid,
    technician_id uuid,
    title text NOT NULL,
    frequency text NOT NULL CONSTRAINT recurring_jobs_frequency_check CHECK (frequency IN ('weekly', 'monthly', 'yearly')),
    interval_count integer NOT NULL DEFAULT 1 CONSTRAINT recurring_jobs_interval_count_range CHECK (interval_count > 0),
    days_of_week integer[] NOT NULL DEFAULT '{}',
    start_time time,
    price_per_visit decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT recurring_jobs_price_per_visit_range CHECK (price_per_visit >= 0),
    starts_on date NOT NULL,
    ends_on date,
    next_visit_on date,
    status text NOT NULL DEFAULT 'active' CONSTRAINT recurring_jobs_status_check CHECK (status IN ('active', 'paused', 'ended')),
    CONSTRAINT recurring_jobs_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('hs.recurring_jobs', p_derived => '{next_visit_on}',
    p_flows => '{"status": [["active", "paused"], ["active", "ended"], ["paused", "active"], ["paused", "ended"]]}');
CALL platform.reference('hs.recurring_jobs', 'customer_id', 'hs.customers', 'cascade');
CALL platform.reference('hs.recurring_jobs', 'property_id', 'hs.properties');
CALL platform.reference('hs.recurring_jobs', 'job_type_id', 'hs.job_types');
CALL platform.reference('hs.recurring_jobs', 'technician_id', 'users.users');
CREATE INDEX recurring_jobs_status_next_visit_on_idx ON hs.recurring_jobs (business_id, status, next_visit_on, id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_jobs_status_newest ON hs.recurring_jobs (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.recurring_jobs IS 'A schedule that creates the same job again and again.';
