CREATE TABLE investigations.billing_rates (
    customer_id uuid,
    user_id uuid,
    name text NOT NULL,
    service text NOT NULL DEFAULT 'investigation' CONSTRAINT billing_rates_service_check
        CHECK (service IN ('investigation', 'surveillance', 'interview', 'forensics', 'report', 'testimony', 'travel', 'administration',
            'database_search')),
    unit text NOT NULL DEFAULT 'hour' CONSTRAINT billing_rates_unit_check CHECK (unit IN ('hour', 'day', 'mile', 'item', 'flat')),
    rate decimal(12,2) NOT NULL CONSTRAINT billing_rates_rate_range CHECK (rate >= 0),
    minimum_quantity decimal(7,2) NOT NULL DEFAULT 0 CONSTRAINT billing_rates_minimum_quantity_range CHECK (minimum_quantity >= 0),
    effective_from date NOT NULL DEFAULT CURRENT_DATE,
    effective_to date,
    CONSTRAINT billing_rates_effective_to_effective_from_rule CHECK (effective_to >= effective_from)
);
CALL platform.tenant_table('investigations.billing_rates');
CALL platform.reference('investigations.billing_rates', 'customer_id', 'hs.customers');
CALL platform.reference('investigations.billing_rates', 'user_id', 'users.users');
CREATE UNIQUE INDEX billing_rates_customer_id_user_id_service_unit_effectiv_key ON investigations.billing_rates (business_id, customer_id, user_id, service, unit, effective_from) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.billing_rates IS 'What an hour or unit of a service costs clients.';

CREATE TABLE investigations.retainers (
    retainer_number text NOT NULL,
    customer_id uuid NOT NULL,
    case_id uuid,
    bank_account_id uuid,
    agreement_file_id uuid,
    agreed_amount decimal(12,2) NOT NULL CONSTRAINT retainers_agreed_amount_range CHECK (agreed_amount > 0),
    balance decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT retainers_balance_range CHECK (balance >= 0),
    replenish_below decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT retainers_replenish_below_range CHECK (replenish_below >= 0),
    agreed_on date NOT NULL DEFAULT CURRENT_DATE,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT retainers_status_check CHECK (status IN ('draft', 'active', 'exhausted', 'refunded', 'closed')),
    terms text
);
CALL platform.tenant_table('investigations.retainers', p_number => 'retainer_number', p_prefix => 'RET', p_derived => '{balance}',
    p_flows => '{"status": [["draft", "active"], ["draft", "closed"], ["active", "exhausted"], ["active", "refunded"], ["active", "closed"],
        ["exhausted", "active"], ["exhausted", "closed"]]}');
CALL platform.reference('investigations.retainers', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('investigations.retainers', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.retainers', 'bank_account_id', 'businesses.bank_accounts');
CALL platform.reference('investigations.retainers', 'agreement_file_id', 'files.files');
CREATE UNIQUE INDEX retainers_retainer_number_key ON investigations.retainers (business_id, retainer_number) WHERE deleted_at IS NULL;
CREATE INDEX retainers_status_newest ON investigations.retainers (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.retainers IS 'Money a client pays in advance and works off.';
COMMENT ON COLUMN investigations.retainers.retainer_number IS 'Filled in where it is left out: RET-2025-0001.';

CREATE TABLE investigations.retainer_transactions (
    retainer_id uuid NOT NULL,
    invoice_id uuid,
    payment_id uuid,
    refund_id uuid,
    transaction_type text NOT NULL CONSTRAINT retainer_transactions_transaction_type_check
        CHECK (transaction_type IN ('deposit', 'invoice_applied', 'refund', 'adjustment')),
    amount decimal(12,2) NOT NULL CONSTRAINT retainer_transactions_amount_range CHECK (amount <> 0),
    balance_after decimal(12,2) NOT NULL CONSTRAINT retainer_transactions_balance_after_range CHECK (balance_after >= 0),
    description text,
    occurred_on date NOT NULL DEFAULT CURRENT_DATE,
    CONSTRAINT retainer_transactions_transaction_type_invoice_id_rule CHECK (transaction_type <> 'invoice_applied' OR invoice_id IS NOT NULL)
);
CALL platform.tenant_table('investigations.retainer_transactions', p_derived => '{balance_after}', p_append_only => true);
CALL platform.reference('investigations.retainer_transactions', 'retainer_id', 'investigations.retainers', 'restrict');
CALL platform.reference('investigations.retainer_transactions', 'invoice_id', 'investigations.invoices', 'restrict');
CALL platform.reference('investigations.retainer_transactions', 'payment_id', 'investigations.payments', 'restrict');
CALL platform.reference('investigations.retainer_transactions', 'refund_id', 'investigations.refunds', 'restrict');
CREATE INDEX retainer_transactions_retainer_id_created_at_idx ON investigations.retainer_transactions (business_id, retainer_id, created_at);
COMMENT ON TABLE investigations.retainer_transactions IS 'Money put into or taken out of a retainer.';

CREATE TABLE investigations.time_entries (
    case_id uuid NOT NULL,
    user_id uuid NOT NULL,
    case_task_id uuid,
    surveillance_session_id uuid,
    billing_rate_id uuid,
    invoice_item_id uuid,
    worked_on date NOT NULL DEFAULT CURRENT_DATE,
    hours decimal(5,2) NOT NULL CONSTRAINT time_entries_hours_range CHECK (hours > 0),
    rate decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT time_entries_rate_range CHECK (rate >= 0),
    amount decimal(12,2) GENERATED ALWAYS AS (round(hours * rate, 2)) STORED,
    description text NOT NULL,
    is_billable boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT time_entries_status_check
        CHECK (status IN ('draft', 'submitted', 'approved', 'billed', 'written_off')),
    CONSTRAINT time_entries_hours_rule CHECK (hours <= 24)
);
CALL platform.tenant_table('investigations.time_entries',
    p_flows => '{"status": [["draft", "submitted"], ["submitted", "draft"], ["submitted", "approved"], ["approved", "billed"],
        ["approved", "written_off"], ["billed", "approved"]]}');
CALL platform.reference('investigations.time_entries', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.time_entries', 'user_id', 'users.users', 'restrict');
CALL platform.reference('investigations.time_entries', 'case_task_id', 'investigations.case_tasks');
CALL platform.reference('investigations.time_entries', 'surveillance_session_id', 'investigations.surveillance_sessions');
CALL platform.reference('investigations.time_entries', 'billing_rate_id', 'investigations.billing_rates');
CALL platform.reference('investigations.time_entries', 'invoice_item_id', 'investigations.invoice_items');
CREATE INDEX time_entries_user_id_worked_on_idx ON investigations.time_entries (business_id, user_id, worked_on, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entries_case_id_status_idx ON investigations.time_entries (business_id, case_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entries_status_newest ON investigations.time_entries (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.time_entries IS 'Time a member worked on a case.';

CREATE TABLE investigations.expenses (
    case_id uuid NOT NULL,
    spent_by_id uuid NOT NULL,
    receipt_file_id uuid,
    invoice_item_id uuid,
    category text NOT NULL DEFAULT 'other' CONSTRAINT expenses_category_check
        CHECK (category IN ('mileage', 'travel', 'lodging', 'meals', 'database_fee', 'court_fee', 'record_fee', 'equipment', 'informant', 'other')),
    description text NOT NULL,
    spent_on date NOT NULL DEFAULT CURRENT_DATE,
    amount decimal(12,2) NOT NULL CONSTRAINT expenses_amount_range CHECK (amount > 0),
    markup_rate decimal(5,4) NOT NULL DEFAULT 0.0000 CONSTRAINT expenses_markup_rate_range CHECK (markup_rate BETWEEN 0 AND 1),
    billable_amount decimal(12,2) GENERATED ALWAYS AS (round(amount * (1 + markup_rate), 2)) STORED,
    is_billable boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT expenses_status_check
        CHECK (status IN ('draft', 'submitted', 'approved', 'rejected', 'billed', 'reimbursed'))
);
CALL platform.tenant_table('investigations.expenses',
    p_flows => '{"status": [["draft", "submitted"], ["submitted", "approved"], ["submitted", "rejected"], ["rejected", "draft"],
        ["approved", "billed"], ["billed", "approved"], ["approved", "reimbursed"], ["billed", "reimbursed"]]}');
CALL platform.reference('investigations.expenses', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.expenses', 'spent_by_id', 'users.users', 'restrict');
CALL platform.reference('investigations.expenses', 'receipt_file_id', 'files.files');
CALL platform.reference('investigations.expenses', 'invoice_item_id', 'investigations.invoice_items');
CREATE INDEX expenses_case_id_status_idx ON investigations.expenses (business_id, case_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX expenses_status_newest ON investigations.expenses (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.expenses IS 'Money spent on a case.';

CREATE TABLE investigations.invoices (
    invoice_number text NOT NULL,
    customer_id uuid NOT NULL,
    case_id uuid,
    tax_group_id uuid,
    issued_on date,
    due_on date,
    sent_at timestamptz,
    period_start date,
    period_end date,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT invoices_discount_amount_range CHECK (discount_amount >= 0),
    tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT invoices_tax_rate_range CHECK (tax_rate BETWEEN 0 AND 1),
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT invoices_tax_amount_range CHECK (tax_amount >= 0),
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT invoices_amount_paid_range CHECK (amount_paid >= 0),
    total_amount decimal(12,2) GENERATED ALWAYS AS (subtotal - discount_amount + tax_amount) STORED,
    amount_due decimal(12,2) GENERATED ALWAYS AS (subtotal - discount_amount + tax_amount - amount_paid) STORED,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT invoices_status_check CHECK (status IN ('draft', 'sent', 'partial', 'paid', 'overdue', 'voided')),
    notes text,
    CONSTRAINT invoices_due_on_issued_on_rule CHECK (due_on >= issued_on),
    CONSTRAINT invoices_period_end_period_start_rule CHECK (period_end >= period_start)
);
CALL platform.tenant_table('investigations.invoices', p_number => 'invoice_number', p_prefix => 'INV',
    p_derived => '{sent_at,subtotal,tax_rate,tax_amount,amount_paid}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "voided"], ["sent", "partial"], ["sent", "paid"], ["sent", "overdue"], ["sent", "voided"],
        ["partial", "paid"], ["partial", "overdue"], ["overdue", "partial"], ["overdue", "paid"], ["overdue", "voided"], ["paid", "partial"],
        ["partial", "sent"], ["paid", "sent"]]}');
CALL platform.reference('investigations.invoices', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('investigations.invoices', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.invoices', 'tax_group_id', 'businesses.tax_groups');
CREATE UNIQUE INDEX invoices_invoice_number_key ON investigations.invoices (business_id, invoice_number) WHERE deleted_at IS NULL;
CREATE INDEX invoices_status_due_on_idx ON investigations.invoices (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX invoices_status_newest ON investigations.invoices (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.invoices IS 'A bill sent to a client for a case.';
COMMENT ON COLUMN investigations.invoices.invoice_number IS 'Filled in where it is left out: INV-2025-0001.';

CREATE TABLE investigations.invoice_items (
    invoice_id uuid NOT NULL,
    item_type text NOT NULL DEFAULT 'time' CONSTRAINT invoice_items_item_type_check CHECK (item_type IN ('time', 'expense', 'flat_fee', 'discount')),
    description text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT invoice_items_quantity_range CHECK (quantity > 0),
    unit_price decimal(12,2) NOT NULL DEFAULT 0.00,
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_price, 2)) STORED,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT invoice_items_unit_price_item_type_rule CHECK (CASE item_type WHEN 'discount' THEN unit_price <= 0 ELSE unit_price >= 0 END)
);
CALL platform.tenant_table('investigations.invoice_items');
CALL platform.reference('investigations.invoice_items', 'invoice_id', 'investigations.invoices', 'cascade');
COMMENT ON TABLE investigations.invoice_items IS 'A line of a client''s bill.';

CREATE TABLE investigations.payments (
    payment_number text NOT NULL,
    customer_id uuid NOT NULL,
    invoice_id uuid,
    retainer_id uuid,
    method text NOT NULL CONSTRAINT payments_method_check CHECK (method IN ('check', 'bank_transfer', 'credit_card', 'debit_card', 'cash', 'other')),
    amount decimal(12,2) NOT NULL CONSTRAINT payments_amount_range CHECK (amount > 0),
    refunded_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT payments_refunded_amount_range CHECK (refunded_amount >= 0),
    reference text,
    received_on date NOT NULL DEFAULT CURRENT_DATE,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT payments_status_check
        CHECK (status IN ('pending', 'completed', 'failed', 'voided', 'partially_refunded', 'refunded')),
    CONSTRAINT payments_invoice_id_retainer_id_rule CHECK (num_nonnulls(invoice_id, retainer_id) = 1),
    CONSTRAINT payments_refunded_amount_amount_rule CHECK (refunded_amount <= amount)
);
CALL platform.tenant_table('investigations.payments', p_number => 'payment_number', p_prefix => 'PAY', p_derived => '{refunded_amount}',
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["pending", "voided"], ["completed", "voided"],
        ["completed", "partially_refunded"], ["completed", "refunded"], ["partially_refunded", "refunded"]]}');
CALL platform.reference('investigations.payments', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('investigations.payments', 'invoice_id', 'investigations.invoices', 'restrict');
CALL platform.reference('investigations.payments', 'retainer_id', 'investigations.retainers', 'restrict');
CREATE UNIQUE INDEX payments_payment_number_key ON investigations.payments (business_id, payment_number) WHERE deleted_at IS NULL;
CREATE INDEX payments_received_on_idx ON investigations.payments (business_id, received_on, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_status_newest ON investigations.payments (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.payments IS 'Money received from a client.';
COMMENT ON COLUMN investigations.payments.payment_number IS 'Filled in where it is left out: PAY-2025-0001.';

CREATE TABLE investigations.refunds (
    refund_number text NOT NULL,
    payment_id uuid NOT NULL,
    approved_by_id uuid,
    amount decimal(12,2) NOT NULL CONSTRAINT refunds_amount_range CHECK (amount > 0),
    reason text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'completed', 'failed')),
    refunded_at timestamptz
);
CALL platform.tenant_table('investigations.refunds', p_number => 'refund_number', p_prefix => 'RF', p_derived => '{refunded_at}',
    p_flows => '{"status": [["pending", "completed"], ["pending", "failed"], ["failed", "pending"]]}');
CALL platform.reference('investigations.refunds', 'payment_id', 'investigations.payments', 'restrict');
CALL platform.reference('investigations.refunds', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX refunds_refund_number_key ON investigations.refunds (business_id, refund_number) WHERE deleted_at IS NULL;
CREATE INDEX refunds_status_newest ON investigations.refunds (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.refunds IS 'Money given back to a client.';
COMMENT ON COLUMN investigations.refunds.refund_number IS 'Filled in where it is left out: RF-2025-0001.';
