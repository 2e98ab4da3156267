CREATE TABLE auto.customer_concerns (
    repair_order_id uuid NOT NULL,
    repair_order_job_id uuid,
    concern text NOT NULL,
    technician_finding text,
    status text NOT NULL DEFAULT 'open' CONSTRAINT customer_concerns_status_check
        CHECK (status IN ('open', 'diagnosed', 'resolved', 'not_reproduced', 'declined')),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.customer_concerns',
    p_flows => '{"status": [["open", "diagnosed"], ["open", "not_reproduced"], ["diagnosed", "resolved"], ["diagnosed", "declined"],
        ["not_reproduced", "diagnosed"]]}');
CALL platform.reference('auto.customer_concerns', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.customer_concerns', 'repair_order_job_id', 'auto.repair_order_jobs');
CREATE INDEX customer_concerns_status_newest ON auto.customer_concerns (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.customer_concerns IS 'A complaint the customer brought in, and what it turned out to be.';

CREATE TABLE auto.repair_order_jobs (
    repair_order_id uuid NOT NULL,
    canned_job_id uuid,
    technician_id uuid,
    authorization_id uuid,
    name text NOT NULL,
    cause text,
    correction text,
    labor_total decimal(12,2) NOT NULL DEFAULT 0.00,
    parts_total decimal(12,2) NOT NULL DEFAULT 0.00,
    sublet_total decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_order_jobs_discount_amount_range CHECK (discount_amount >= 0),
    subtotal decimal(12,2) GENERATED ALWAYS AS (labor_total + parts_total + sublet_total - discount_amount) STORED,
    quoted_amount decimal(12,2) CONSTRAINT repair_order_jobs_quoted_amount_range CHECK (quoted_amount >= 0),
    status text NOT NULL DEFAULT 'estimated' CONSTRAINT repair_order_jobs_status_check
        CHECK (status IN ('estimated', 'approved', 'declined', 'in_progress', 'completed')),
    declined_reason text,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.repair_order_jobs', p_derived => '{labor_total,parts_total,sublet_total,discount_amount,quoted_amount}',
    p_flows => '{"status": [["estimated", "approved"], ["estimated", "declined"], ["declined", "approved"], ["approved", "in_progress"],
        ["approved", "declined"], ["in_progress", "completed"], ["completed", "in_progress"]]}');
CALL platform.reference('auto.repair_order_jobs', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.repair_order_jobs', 'canned_job_id', 'auto.canned_jobs');
CALL platform.reference('auto.repair_order_jobs', 'technician_id', 'users.users');
CALL platform.reference('auto.repair_order_jobs', 'authorization_id', 'auto.repair_order_authorizations');
CREATE INDEX repair_order_jobs_status_idx ON auto.repair_order_jobs (business_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX repair_order_jobs_status_newest ON auto.repair_order_jobs (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.repair_order_jobs IS 'A job on a repair order that the customer approves or declines.';

CREATE TABLE auto.repair_order_labor_lines (
    repair_order_job_id uuid NOT NULL,
    labor_rate_id uuid,
    technician_id uuid,
    description text NOT NULL,
    hours decimal(7,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_order_labor_lines_hours_range CHECK (hours >= 0),
    hourly_rate decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_order_labor_lines_hourly_rate_range CHECK (hourly_rate >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(hours * hourly_rate, 2)) STORED,
    is_taxable boolean NOT NULL DEFAULT false,
    is_completed boolean NOT NULL DEFAULT false,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.repair_order_labor_lines');
CALL platform.reference('auto.repair_order_labor_lines', 'repair_order_job_id', 'auto.repair_order_jobs', 'cascade');
CALL platform.reference('auto.repair_order_labor_lines', 'labor_rate_id', 'auto.labor_rates');
CALL platform.reference('auto.repair_order_labor_lines', 'technician_id', 'users.users');
COMMENT ON TABLE auto.repair_order_labor_lines IS 'Labor hours billed on a job.';

CREATE TABLE auto.repair_order_part_lines (
    repair_order_job_id uuid NOT NULL,
    part_id uuid,
    purchase_order_item_id uuid,
    part_number text,
    description text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT repair_order_part_lines_quantity_range CHECK (quantity > 0),
    unit_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_order_part_lines_unit_cost_range CHECK (unit_cost >= 0),
    unit_price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_order_part_lines_unit_price_range CHECK (unit_price >= 0),
    core_charge decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_order_part_lines_core_charge_range CHECK (core_charge >= 0),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * (unit_price + core_charge), 2)) STORED,
    line_cost decimal(12,2) GENERATED ALWAYS AS (round(quantity * unit_cost, 2)) STORED,
    is_taxable boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'quoted' CONSTRAINT repair_order_part_lines_status_check
        CHECK (status IN ('quoted', 'reserved', 'ordered', 'received', 'installed', 'returned')),
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('auto.repair_order_part_lines',
    p_flows => '{"status": [["quoted", "reserved"], ["quoted", "ordered"], ["reserved", "installed"], ["reserved", "quoted"],
        ["ordered", "received"], ["ordered", "quoted"], ["received", "installed"], ["received", "returned"], ["installed", "returned"]]}');
CALL platform.reference('auto.repair_order_part_lines', 'repair_order_job_id', 'auto.repair_order_jobs', 'cascade');
CALL platform.reference('auto.repair_order_part_lines', 'part_id', 'auto.parts');
CALL platform.reference('auto.repair_order_part_lines', 'purchase_order_item_id', 'auto.purchase_order_items');
CREATE INDEX repair_order_part_lines_status_newest ON auto.repair_order_part_lines (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.repair_order_part_lines IS 'A part or fluid sold on a job.';

CREATE TABLE auto.repair_order_sublets (
    repair_order_job_id uuid NOT NULL,
    supplier_id uuid,
    description text NOT NULL,
    cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_order_sublets_cost_range CHECK (cost >= 0),
    price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT repair_order_sublets_price_range CHECK (price >= 0),
    supplier_invoice_reference text,
    sent_on date,
    due_on date,
    returned_on date,
    status text NOT NULL DEFAULT 'planned' CONSTRAINT repair_order_sublets_status_check
        CHECK (status IN ('planned', 'sent_out', 'returned', 'cancelled')),
    CONSTRAINT repair_order_sublets_returned_on_sent_on_rule CHECK (returned_on >= sent_on)
);
CALL platform.tenant_table('auto.repair_order_sublets',
    p_flows => '{"status": [["planned", "sent_out"], ["planned", "cancelled"], ["sent_out", "returned"], ["sent_out", "cancelled"]]}');
CALL platform.reference('auto.repair_order_sublets', 'repair_order_job_id', 'auto.repair_order_jobs', 'cascade');
CALL platform.reference('auto.repair_order_sublets', 'supplier_id', 'auto.suppliers');
CREATE INDEX repair_order_sublets_status_newest ON auto.repair_order_sublets (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.repair_order_sublets IS 'Work on a job done by another shop.';

CREATE TABLE auto.repair_order_fees (
    repair_order_id uuid NOT NULL,
    shop_fee_id uuid,
    name text NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT repair_order_fees_amount_range CHECK (amount >= 0),
    is_taxable boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('auto.repair_order_fees');
CALL platform.reference('auto.repair_order_fees', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.repair_order_fees', 'shop_fee_id', 'auto.shop_fees');
COMMENT ON TABLE auto.repair_order_fees IS 'A shop or disposal fee charged on a repair order.';

CREATE TABLE auto.repair_order_discounts (
    repair_order_id uuid NOT NULL,
    repair_order_job_id uuid,
    discount_id uuid,
    approved_by_id uuid,
    name text NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT repair_order_discounts_amount_range CHECK (amount > 0)
);
CALL platform.tenant_table('auto.repair_order_discounts');
CALL platform.reference('auto.repair_order_discounts', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.repair_order_discounts', 'repair_order_job_id', 'auto.repair_order_jobs', 'cascade');
CALL platform.reference('auto.repair_order_discounts', 'discount_id', 'auto.discounts');
CALL platform.reference('auto.repair_order_discounts', 'approved_by_id', 'users.users');
COMMENT ON TABLE auto.repair_order_discounts IS 'A discount given on a repair order or one of its jobs.';

CREATE TABLE auto.repair_order_authorizations (
    repair_order_id uuid NOT NULL,
    taken_by_id uuid,
    signature_file_id uuid,
    authorized_by_name text NOT NULL,
    method text NOT NULL CONSTRAINT repair_order_authorizations_method_check
        CHECK (method IN ('in_person', 'phone', 'text_message', 'email', 'online')),
    authorized_amount decimal(12,2) NOT NULL CONSTRAINT repair_order_authorizations_authorized_amount_range CHECK (authorized_amount >= 0),
    contact_detail text,
    authorized_at timestamptz NOT NULL DEFAULT now(),
    notes text
);
CALL platform.tenant_table('auto.repair_order_authorizations', p_append_only => true);
CALL platform.reference('auto.repair_order_authorizations', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.repair_order_authorizations', 'taken_by_id', 'users.users', 'restrict');
CALL platform.reference('auto.repair_order_authorizations', 'signature_file_id', 'files.files', 'restrict');
COMMENT ON TABLE auto.repair_order_authorizations IS 'A customer''s go-ahead for work up to an amount.';

CREATE TABLE auto.diagnostic_codes (
    repair_order_id uuid NOT NULL,
    repair_order_job_id uuid,
    code text NOT NULL CONSTRAINT diagnostic_codes_code_range CHECK (code ~ '^[A-Z][0-9A-F]{4,6}$'),
    module text,
    description text,
    code_state text NOT NULL DEFAULT 'active' CONSTRAINT diagnostic_codes_code_state_check
        CHECK (code_state IN ('active', 'pending', 'stored', 'permanent', 'history')),
    freeze_frame jsonb NOT NULL DEFAULT '{}',
    read_at timestamptz NOT NULL DEFAULT now(),
    cleared_at timestamptz,
    CONSTRAINT diagnostic_codes_cleared_at_read_at_rule CHECK (cleared_at >= read_at)
);
CALL platform.tenant_table('auto.diagnostic_codes');
CALL platform.reference('auto.diagnostic_codes', 'repair_order_id', 'auto.repair_orders', 'cascade');
CALL platform.reference('auto.diagnostic_codes', 'repair_order_job_id', 'auto.repair_order_jobs');
CREATE UNIQUE INDEX diagnostic_codes_repair_order_id_code_module_key ON auto.diagnostic_codes (business_id, repair_order_id, code, module) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX diagnostic_codes_code_idx ON auto.diagnostic_codes (business_id, code, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE auto.diagnostic_codes IS 'A trouble code read from a vehicle''s computer.';
