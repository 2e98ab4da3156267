CREATE TABLE hs.invoice_line_items (
    invoice_id uuid NOT NULL,
    work_order_line_item_id uuid,
    price_book_item_id uuid,
    discount_id uuid,
    line_type text NOT NULL DEFAULT 'labor' CONSTRAINT invoice_line_items_line_type_check
        CHECK (line_type IN ('labor', 'material', 'equipment', 'subcontract', 'fee', 'membership', 'credit')),
    description text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT invoice_line_items_quantity_range CHECK (quantity > 0),
    unit_price decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT invoice_line_items_discount_amount_range CHECK (discount_amount >= 0),
    tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT invoice_line_items_tax_rate_range CHECK (tax_rate BETWEEN 0 AND 1),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_price, 2) - discount_amount) STORED,
    tax_amount decimal(12,2) GENERATED ALWAYS AS (round((round(quantity * unit_price, 2) - discount_amount) * tax_rate, 2)) STORED,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT invoice_line_items_unit_price_line_type_rule CHECK (unit_price >= 0 OR line_type = 'credit')
);
CALL platform.tenant_table('hs.invoice_line_items');
CALL platform.reference('hs.invoice_line_items', 'invoice_id', 'hs.invoices', 'cascade');
CALL platform.reference('hs.invoice_line_items', 'work_order_line_item_id', 'hs.work_order_line_items');
CALL platform.reference('hs.invoice_line_items', 'price_book_item_id', 'hs.price_book_items');
CALL platform.reference('hs.invoice_line_items', 'discount_id', 'hs.discounts');
COMMENT ON TABLE hs.invoice_line_items IS 'A line of an invoice.';

CREATE TABLE hs.payments (
    payment_number text NOT NULL,
    customer_id uuid NOT NULL,
    collected_by_id uuid,
    method text NOT NULL CONSTRAINT payments_method_check
        CHECK (method IN ('cash', 'check', 'credit_card', 'debit_card', 'bank_transfer', 'financing', 'other')),
    amount decimal(12,2) NOT NULL CONSTRAINT payments_amount_range CHECK (amount > 0),
    applied_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_applied_amount_range CHECK (applied_amount >= 0),
    refunded_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_refunded_amount_range CHECK (refunded_amount >= 0),
    unapplied_amount decimal(12,2) GENERATED ALWAYS AS (amount - applied_amount - refunded_amount) STORED,
    reference text,
    received_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT payments_status_check
        CHECK (status IN ('pending', 'completed', 'failed', 'voided', 'partially_refunded', 'refunded')),
    notes text,
    CONSTRAINT payments_applied_amount_refunded_amount_amount_rule CHECK (applied_amount + refunded_amount <= amount)
);
CALL platform.tenant_table('hs.payments', p_number => 'payment_number', p_prefix => 'PAY', p_derived => '{applied_amount,refunded_amount}',
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["pending", "voided"], ["completed", "voided"],
        ["completed", "partially_refunded"], ["completed", "refunded"], ["partially_refunded", "refunded"]]}');
CALL platform.reference('hs.payments', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('hs.payments', 'collected_by_id', 'users.users');
CREATE UNIQUE INDEX payments_payment_number_key ON hs.payments (business_id, payment_number) WHERE deleted_at IS NULL;
CREATE INDEX payments_status_received_at_idx ON hs.payments (business_id, status, received_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_status_newest ON hs.payments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.payments IS 'Money received from a customer.';
COMMENT ON COLUMN hs.payments.payment_number IS 'Filled in where it is left out: PAY-2025-0001.';

CREATE TABLE hs.payment_allocations (
    payment_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT payment_allocations_amount_range CHECK (amount > 0),
    applied_on date NOT NULL DEFAULT CURRENT_DATE
);
CALL platform.tenant_table('hs.payment_allocations');
CALL platform.reference('hs.payment_allocations', 'payment_id', 'hs.payments', 'cascade');
CALL platform.reference('hs.payment_allocations', 'invoice_id', 'hs.invoices', 'restrict');
CREATE UNIQUE INDEX payment_allocations_payment_id_invoice_id_key ON hs.payment_allocations (business_id, payment_id, invoice_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.payment_allocations IS 'The part of a payment that pays an invoice.';

CREATE TABLE hs.refunds (
    refund_number text NOT NULL,
    payment_id uuid NOT NULL,
    invoice_id uuid,
    approved_by_id uuid,
    amount decimal(12,2) NOT NULL CONSTRAINT refunds_amount_range CHECK (amount > 0),
    reason text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'completed', 'failed')),
    refunded_at timestamptz
);
CALL platform.tenant_table('hs.refunds', p_number => 'refund_number', p_prefix => 'RF', p_derived => '{refunded_at}',
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["failed", "pending"]]}');
CALL platform.reference('hs.refunds', 'payment_id', 'hs.payments', 'restrict');
CALL platform.reference('hs.refunds', 'invoice_id', 'hs.invoices');
CALL platform.reference('hs.refunds', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX refunds_refund_number_key ON hs.refunds (business_id, refund_number) WHERE deleted_at IS NULL;
CREATE INDEX refunds_status_newest ON hs.refunds (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.refunds IS 'Money given back to a customer.';
COMMENT ON COLUMN hs.refunds.refund_number IS 'Filled in where it is left out: RF-2025-0001.';

CREATE TABLE hs.deposits (
    estimate_id uuid NOT NULL,
    payment_id uuid,
    invoice_id uuid,
    amount decimal(12,2) NOT NULL CONSTRAINT deposits_amount_range CHECK (amount > 0),
    due_on date,
    status text NOT NULL DEFAULT 'requested' CONSTRAINT deposits_status_check
        CHECK (status IN ('requested', 'paid', 'applied', 'refunded', 'cancelled')),
    CONSTRAINT deposits_status_payment_id_rule CHECK (status NOT IN ('paid', 'applied', 'refunded') OR payment_id IS NOT NULL),
    CONSTRAINT deposits_status_invoice_id_rule CHECK (status <> 'applied' OR invoice_id IS NOT NULL)
);
CALL platform.tenant_table('hs.deposits',
    p_flows => '{"status": [["requested", "paid"], ["requested", "cancelled"], ["paid", "applied"], ["paid", "refunded"], ["paid", "requested"]]}');
CALL platform.reference('hs.deposits', 'estimate_id', 'hs.estimates', 'cascade');
CALL platform.reference('hs.deposits', 'payment_id', 'hs.payments', 'restrict');
CALL platform.reference('hs.deposits', 'invoice_id', 'hs.invoices', 'restrict');
CREATE INDEX deposits_status_newest ON hs.deposits (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.deposits IS 'Money asked from a customer before work starts.';

CREATE TABLE hs.credit_memos (
    credit_memo_number text NOT NULL,
    customer_id uuid NOT NULL,
    invoice_id uuid,
    approved_by_id uuid,
    reason text NOT NULL CONSTRAINT credit_memos_reason_check
        CHECK (reason IN ('goodwill', 'billing_error', 'warranty', 'return', 'referral', 'bad_debt', 'other')),
    amount decimal(12,2) NOT NULL CONSTRAINT credit_memos_amount_range CHECK (amount > 0),
    applied_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT credit_memos_applied_amount_range CHECK (applied_amount >= 0),
    remaining_amount decimal(12,2) GENERATED ALWAYS AS (amount - applied_amount) STORED,
    issued_on date NOT NULL DEFAULT CURRENT_DATE,
    expires_on date,
    status text NOT NULL DEFAULT 'open' CONSTRAINT credit_memos_status_check CHECK (status IN ('open', 'applied', 'voided', 'expired')),
    notes text,
    CONSTRAINT credit_memos_applied_amount_amount_rule CHECK (applied_amount <= amount)
);
CALL platform.tenant_table('hs.credit_memos', p_number => 'credit_memo_number', p_prefix => 'CM', p_derived => '{applied_amount}',
    p_flows => '{"status": [["open", "applied"], ["open", "voided"], ["open", "expired"]]}');
CALL platform.reference('hs.credit_memos', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('hs.credit_memos', 'invoice_id', 'hs.invoices');
CALL platform.reference('hs.credit_memos', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX credit_memos_credit_memo_number_key ON hs.credit_memos (business_id, credit_memo_number) WHERE deleted_at IS NULL;
CREATE INDEX credit_memos_status_newest ON hs.credit_memos (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.credit_memos IS 'Credit granted to a customer against present or future bills.';
COMMENT ON COLUMN hs.credit_memos.credit_memo_number IS 'Filled in where it is left out: CM-2025-0001.';

CREATE TABLE hs.billing_milestones (
    project_id uuid NOT NULL,
    invoice_id uuid,
    name text NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT billing_milestones_amount_range CHECK (amount > 0),
    due_on date,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT billing_milestones_status_check
        CHECK (status IN ('pending', 'reached', 'invoiced', 'paid', 'cancelled')),
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT billing_milestones_status_invoice_id_rule CHECK (status NOT IN ('invoiced', 'paid') OR invoice_id IS NOT NULL)
);
CALL platform.tenant_table('hs.billing_milestones',
    p_flows => '{"status": [["pending", "reached"], ["pending", "cancelled"], ["reached", "invoiced"], ["reached", "cancelled"],
        ["invoiced", "paid"], ["invoiced", "reached"]]}');
CALL platform.reference('hs.billing_milestones', 'project_id', 'hs.projects', 'cascade');
CALL platform.reference('hs.billing_milestones', 'invoice_id', 'hs.invoices', 'restrict');
CREATE UNIQUE INDEX billing_milestones_project_id_name_key ON hs.billing_milestones (business_id, project_id, name) WHERE deleted_at IS NULL;
CREATE INDEX billing_milestones_status_newest ON hs.billing_milestones (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.billing_milestones IS 'A step of a project that is billed when reached.';
