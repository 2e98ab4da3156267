CREATE TABLE auto.invoices (
    invoice_number text NOT NULL,
    repair_order_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    purchase_order_reference text,
    labor_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    parts_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    sublet_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    fees_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00,
    total_amount decimal(12,2) GENERATED ALWAYS AS (labor_amount + parts_amount + sublet_amount + fees_amount - discount_amount + tax_amount) STORED,
    amount_due decimal(12,2) GENERATED ALWAYS AS (labor_amount + parts_amount + sublet_amount + fees_amount - discount_amount + tax_amount - amount_paid) STORED,
    issued_on date NOT NULL DEFAULT CURRENT_DATE,
    due_on date,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT invoices_status_check
        CHECK (status IN ('draft', 'issued', 'partial', 'paid', 'overdue', 'voided')),
    CONSTRAINT invoices_due_on_issued_on_rule CHECK (due_on >= issued_on)
);
CALL platform.tenant_table('auto.invoices', p_number => 'invoice_number', p_prefix => 'INV',
    p_derived => '{labor_amount,parts_amount,sublet_amount,fees_amount,discount_amount,tax_amount,amount_paid}',
    p_flows => '{"status": [["draft", "issued"], ["draft", "voided"], ["issued", "partial"], ["issued", "paid"], ["issued", "overdue"],
        ["issued", "voided"], ["partial", "paid"], ["partial", "overdue"], ["partial", "issued"], ["overdue", "partial"], ["overdue", "paid"],
        ["overdue", "voided"], ["paid", "partial"], ["paid", "issued"]]}');
CALL platform.reference('auto.invoices', 'repair_order_id', 'auto.repair_orders', 'restrict');
CALL platform.reference('auto.invoices', 'customer_id', 'hs.customers', 'restrict');
CREATE UNIQUE INDEX invoices_invoice_number_key ON auto.invoices (business_id, invoice_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX invoices_repair_order_id_key ON auto.invoices (business_id, repair_order_id) WHERE status <> 'voided' AND deleted_at IS NULL;
CREATE INDEX invoices_status_due_on_idx ON auto.invoices (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX invoices_status_newest ON auto.invoices (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.invoices IS 'The bill of a finished repair order.';
COMMENT ON COLUMN auto.invoices.invoice_number IS 'Filled in where it is left out: INV-2025-0001.';

CREATE TABLE auto.invoice_line_items (
    invoice_id uuid NOT NULL,
    repair_order_job_id uuid,
    line_type text NOT NULL CONSTRAINT invoice_line_items_line_type_check CHECK (line_type IN ('labor', 'part', 'sublet', 'fee')),
    description text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT invoice_line_items_quantity_range CHECK (quantity > 0),
    unit_price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT invoice_line_items_unit_price_range CHECK (unit_price >= 0),
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT invoice_line_items_discount_amount_range CHECK (discount_amount >= 0),
    tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT invoice_line_items_tax_rate_range CHECK (tax_rate BETWEEN 0 AND 1),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_price, 2) - discount_amount) STORED,
    tax_amount decimal(12,2) GENERATED ALWAYS AS (round((round(quantity * unit_price, 2) - discount_amount) * tax_rate, 2)) STORED,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT invoice_line_items_discount_amount_rule CHECK (discount_amount <= round(quantity * unit_price, 2))
);
CALL platform.tenant_table('auto.invoice_line_items', p_soft_delete => false);
CALL platform.reference('auto.invoice_line_items', 'invoice_id', 'auto.invoices', 'cascade');
CALL platform.reference('auto.invoice_line_items', 'repair_order_job_id', 'auto.repair_order_jobs');
COMMENT ON TABLE auto.invoice_line_items IS 'A line of a repair bill as it was issued.';

CREATE TABLE auto.payments (
    payment_number text NOT NULL,
    customer_id uuid NOT NULL,
    repair_order_id uuid,
    invoice_id uuid,
    taken_by_id uuid,
    payment_type text NOT NULL DEFAULT 'payment' CONSTRAINT payments_payment_type_check CHECK (payment_type IN ('payment', 'deposit')),
    method text NOT NULL CONSTRAINT payments_method_check
        CHECK (method IN ('cash', 'check', 'credit_card', 'debit_card', 'bank_transfer', 'financing', 'fleet_card', 'other')),
    amount decimal(12,2) NOT NULL CONSTRAINT payments_amount_range CHECK (amount > 0),
    refunded_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_refunded_amount_range CHECK (refunded_amount >= 0),
    card_last_four text CONSTRAINT payments_card_last_four_range CHECK (card_last_four ~ '^[0-9]{4}$'),
    reference text,
    paid_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'completed' CONSTRAINT payments_status_check
        CHECK (status IN ('pending', 'completed', 'failed', 'voided', 'partially_refunded', 'refunded')),
    CONSTRAINT payments_repair_order_id_invoice_id_rule CHECK (repair_order_id IS NOT NULL OR invoice_id IS NOT NULL),
    CONSTRAINT payments_refunded_amount_amount_rule CHECK (refunded_amount <= amount)
);
CALL platform.tenant_table('auto.payments', p_number => 'payment_number', p_prefix => 'PAY', p_derived => '{refunded_amount}',
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["pending", "voided"], ["completed", "voided"],
        ["completed", "partially_refunded"], ["completed", "refunded"], ["partially_refunded", "refunded"]]}');
CALL platform.reference('auto.payments', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('auto.payments', 'repair_order_id', 'auto.repair_orders', 'restrict');
CALL platform.reference('auto.payments', 'invoice_id', 'auto.invoices', 'restrict');
CALL platform.reference('auto.payments', 'taken_by_id', 'users.users');
CREATE UNIQUE INDEX payments_payment_number_key ON auto.payments (business_id, payment_number) WHERE deleted_at IS NULL;
CREATE INDEX payments_paid_at_idx ON auto.payments (business_id, paid_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_status_newest ON auto.payments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.payments IS 'Money received for a repair order, as payment or deposit.';
COMMENT ON COLUMN auto.payments.payment_number IS 'Filled in where it is left out: PAY-2025-0001.';

CREATE TABLE auto.refunds (
    payment_id uuid NOT NULL,
    approved_by_id uuid,
    amount decimal(12,2) NOT NULL CONSTRAINT refunds_amount_range CHECK (amount > 0),
    reason text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'completed', 'failed')),
    refunded_at timestamptz
);
CALL platform.tenant_table('auto.refunds', p_derived => '{refunded_at}',
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["failed", "pending"]]}');
CALL platform.reference('auto.refunds', 'payment_id', 'auto.payments', 'restrict');
CALL platform.reference('auto.refunds', 'approved_by_id', 'users.users');
CREATE INDEX refunds_status_newest ON auto.refunds (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.refunds IS 'Money given back to a customer.';
