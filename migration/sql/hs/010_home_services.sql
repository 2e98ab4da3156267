CREATE TABLE hs.customers (
    customer_number text NOT NULL,
    type text DEFAULT 'residential' CONSTRAINT customers_type_check CHECK (type IN ('residential', 'commercial')),
    first_name text,
    last_name text,
    company_name text,
    email text,
    phone text,
    service_address_line_1 text,
    service_address_line_2 text,
    service_city text,
    service_state text,
    service_postal_code text,
    service_country text DEFAULT 'US',
    billing_address_same_as_service boolean NOT NULL DEFAULT true,
    billing_address_line_1 text,
    billing_address_line_2 text,
    billing_city text,
    billing_state text,
    billing_postal_code text,
    billing_country text DEFAULT 'US',
    preferred_contact_method text DEFAULT 'phone' CONSTRAINT customers_preferred_contact_method_check
        CHECK (preferred_contact_method IN ('phone', 'email', 'text')),
    marketing_opt_in boolean NOT NULL DEFAULT false,
    service_location geography(point, 4326),
    total_jobs integer NOT NULL DEFAULT 0,
    total_revenue decimal(12,2) NOT NULL DEFAULT 0.00,
    average_job_value decimal(12,2) NOT NULL DEFAULT 0.00,
    last_service_date date,
    status text NOT NULL DEFAULT 'active' CONSTRAINT customers_status_check CHECK (status IN ('active', 'inactive', 'blocked')),
    tags text[] NOT NULL DEFAULT '{}',
    notes text,
    is_tax_exempt boolean NOT NULL DEFAULT false,
    tax_exemption_reference text,
    erased_at timestamptz,
    CONSTRAINT customers_tax_exemption CHECK (NOT is_tax_exempt OR tax_exemption_reference IS NOT NULL)
);
CALL platform.tenant_table('hs.customers', p_number => 'customer_number', p_prefix => 'CUS',
    p_derived => '{total_jobs,total_revenue,average_job_value,last_service_date,erased_at}');
CREATE UNIQUE INDEX customers_customer_number_key ON hs.customers (business_id, customer_number) WHERE deleted_at IS NULL;
CREATE INDEX customers_last_name_idx ON hs.customers (business_id, last_name, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_email_idx ON hs.customers (business_id, lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX customers_status_idx ON hs.customers (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_tags_idx ON hs.customers USING gin (business_id, tags);
CREATE INDEX customers_service_location_idx ON hs.customers USING gist (service_location);
COMMENT ON TABLE hs.customers IS 'People and companies a business works for, in every industry.';
COMMENT ON COLUMN hs.customers.customer_number IS 'Filled in where it is left out: CUS-2025-0001.';
COMMENT ON COLUMN hs.customers.total_jobs IS 'Completed work orders; kept by the system.';
COMMENT ON COLUMN hs.customers.total_revenue IS 'The cost of completed work orders; kept by the system.';
COMMENT ON COLUMN hs.customers.average_job_value IS 'Revenue by completed work order; kept by the system.';
COMMENT ON COLUMN hs.customers.last_service_date IS 'The day the last work order was completed, in the business''s time zone; kept by the system.';
COMMENT ON COLUMN hs.customers.service_location IS 'For routing and dispatch.';
COMMENT ON COLUMN hs.customers.erased_at IS 'When the person''s data was blanked on request.';

CREATE TABLE hs.work_orders (
    customer_id uuid,
    work_order_number text NOT NULL,
    title text NOT NULL,
    description text,
    type text CONSTRAINT work_orders_type_check
        CHECK (type IN ('service_call', 'installation', 'maintenance', 'repair', 'inspection', 'estimate')),
    priority text NOT NULL DEFAULT 'normal' CONSTRAINT work_orders_priority_check
        CHECK (priority IN ('low', 'normal', 'high', 'urgent', 'emergency')),
    category text,
    scheduled_start timestamptz,
    scheduled_end timestamptz,
    estimated_duration interval,
    actual_start timestamptz,
    actual_end timestamptz,
    actual_duration interval,
    assigned_technician uuid,
    assigned_team uuid[],
    labor_hours decimal(5,2) NOT NULL DEFAULT 0.00 CONSTRAINT work_orders_labor_hours_range CHECK (labor_hours >= 0),
    labor_rate decimal(8,2) NOT NULL DEFAULT 0.00 CONSTRAINT work_orders_labor_rate_range CHECK (labor_rate >= 0),
    material_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT work_orders_material_cost_range CHECK (material_cost >= 0),
    total_cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT work_orders_total_cost_range CHECK (total_cost >= 0),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT work_orders_status_check
        CHECK (status IN ('draft', 'scheduled', 'dispatched', 'in_progress', 'completed', 'cancelled', 'on_hold')),
    completion_percentage integer NOT NULL DEFAULT 0 CONSTRAINT work_orders_completion_percentage_range
        CHECK (completion_percentage BETWEEN 0 AND 100),
    service_address text,
    service_location geography(point, 4326),
    customer_signature text,
    customer_satisfaction integer CONSTRAINT work_orders_customer_satisfaction_range CHECK (customer_satisfaction BETWEEN 1 AND 5),
    customer_feedback text,
    technician_notes text,
    internal_notes text,
    hold_reason text,
    cancelled_at timestamptz,
    cancellation_reason text,
    CONSTRAINT work_orders_hold_reason_given CHECK (status <> 'on_hold' OR hold_reason IS NOT NULL),
    CONSTRAINT work_orders_schedule_order CHECK (scheduled_end >= scheduled_start),
    CONSTRAINT work_orders_actual_order CHECK (actual_end >= actual_start)
);
CALL platform.tenant_table('hs.work_orders', p_number => 'work_order_number', p_prefix => 'WO',
    p_derived => '{cancelled_at}', p_id_lists => '{"assigned_team": "users.users"}',
    p_flows => '{"status": [["draft", "scheduled"], ["draft", "cancelled"], ["scheduled", "dispatched"], ["scheduled", "in_progress"],
        ["scheduled", "on_hold"], ["scheduled", "cancelled"], ["dispatched", "in_progress"], ["dispatched", "scheduled"], ["dispatched", "on_hold"],
        ["dispatched", "cancelled"], ["in_progress", "completed"], ["in_progress", "on_hold"], ["in_progress", "cancelled"], ["on_hold", "scheduled"],
        ["on_hold", "in_progress"], ["on_hold", "cancelled"], ["completed", "in_progress"]]}');
CALL platform.reference('hs.work_orders', 'customer_id', 'hs.customers');
CALL platform.reference('hs.work_orders', 'assigned_technician', 'users.users');
CREATE UNIQUE INDEX work_orders_work_order_number_key ON hs.work_orders (business_id, work_order_number) WHERE deleted_at IS NULL;
CREATE INDEX work_orders_status_idx ON hs.work_orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX work_orders_scheduled_start_idx ON hs.work_orders (business_id, scheduled_start, id) WHERE deleted_at IS NULL;
CREATE INDEX work_orders_assigned_team_idx ON hs.work_orders USING gin (business_id, assigned_team);
CREATE INDEX work_orders_service_location_idx ON hs.work_orders USING gist (service_location);
COMMENT ON TABLE hs.work_orders IS 'A job to be done for a customer.';
COMMENT ON COLUMN hs.work_orders.work_order_number IS 'Filled in where it is left out: WO-2025-0001.';
COMMENT ON COLUMN hs.work_orders.category IS 'The trade, such as "HVAC" or "Plumbing".';
COMMENT ON COLUMN hs.work_orders.customer_signature IS 'The drawn signature in base64.';
COMMENT ON COLUMN hs.work_orders.assigned_team IS 'The technicians beside the assigned one.';
COMMENT ON COLUMN hs.work_orders.total_cost IS 'What the customer pays for the job.';

CREATE TABLE hs.estimates (
    customer_id uuid,
    work_order_id uuid,
    estimate_number text NOT NULL,
    title text NOT NULL,
    description text,
    labor_hours decimal(5,2) NOT NULL DEFAULT 0.00,
    labor_rate decimal(8,2) NOT NULL DEFAULT 0.00,
    labor_total decimal(12,2) GENERATED ALWAYS AS (labor_hours * labor_rate) STORED,
    material_cost decimal(12,2) NOT NULL DEFAULT 0.00,
    equipment_cost decimal(12,2) NOT NULL DEFAULT 0.00,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT estimates_tax_rate_range CHECK (tax_rate BETWEEN 0 AND 1),
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT estimates_discount_amount_range CHECK (discount_amount >= 0),
    discount_percentage decimal(5,2) NOT NULL DEFAULT 0.00 CONSTRAINT estimates_discount_percentage_range CHECK (discount_percentage BETWEEN 0 AND 100),
    total_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT estimates_total_amount_range CHECK (total_amount >= 0),
    terms_and_conditions text,
    warranty_terms text,
    payment_terms text DEFAULT 'Net 30',
    status text NOT NULL DEFAULT 'draft' CONSTRAINT estimates_status_check
        CHECK (status IN ('draft', 'sent', 'viewed', 'approved', 'rejected', 'expired')),
    valid_until date,
    sent_at timestamptz,
    viewed_at timestamptz,
    approved_at timestamptz,
    rejected_at timestamptz,
    approved_by_name text,
    rejection_reason text,
    converted_at timestamptz
);
CALL platform.tenant_table('hs.estimates', p_number => 'estimate_number', p_prefix => 'EST', p_derived => '{converted_at}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "approved"], ["sent", "viewed"], ["sent", "approved"], ["sent", "rejected"], ["sent", "expired"],
        ["viewed", "approved"], ["viewed", "rejected"], ["viewed", "expired"], ["rejected", "draft"], ["expired", "draft"]]}');
CALL platform.reference('hs.estimates', 'customer_id', 'hs.customers');
CALL platform.reference('hs.estimates', 'work_order_id', 'hs.work_orders');
CREATE UNIQUE INDEX estimates_estimate_number_key ON hs.estimates (business_id, estimate_number) WHERE deleted_at IS NULL;
CREATE INDEX estimates_status_idx ON hs.estimates (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.estimates IS 'A priced proposal of work offered to a customer.';
COMMENT ON COLUMN hs.estimates.estimate_number IS 'Filled in where it is left out: EST-2025-0001.';
COMMENT ON COLUMN hs.estimates.tax_rate IS 'A share: 8.875 % is 0.08875.';
COMMENT ON COLUMN hs.estimates.valid_until IS 'The last day it can be approved, in the business''s time zone.';

CREATE TABLE hs.invoices (
    customer_id uuid,
    work_order_id uuid,
    estimate_id uuid,
    invoice_number text NOT NULL,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    total_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT invoices_total_amount_range CHECK (total_amount >= 0),
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00,
    amount_due decimal(12,2) GENERATED ALWAYS AS (total_amount - amount_paid) STORED,
    issue_date date DEFAULT CURRENT_DATE,
    due_date date,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT invoices_status_check
        CHECK (status IN ('draft', 'sent', 'paid', 'partial', 'overdue', 'cancelled', 'written_off')),
    payment_terms text DEFAULT 'Net 30',
    sent_at timestamptz,
    last_reminder_sent timestamptz,
    voided_at timestamptz
);
CALL platform.tenant_table('hs.invoices', p_number => 'invoice_number', p_prefix => 'INV', p_derived => '{voided_at}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "partial"], ["draft", "paid"], ["draft", "cancelled"], ["sent", "partial"], ["sent", "paid"],
        ["sent", "overdue"], ["sent", "cancelled"], ["partial", "paid"], ["partial", "overdue"], ["partial", "sent"], ["overdue", "partial"],
        ["overdue", "paid"], ["overdue", "cancelled"], ["paid", "partial"], ["paid", "sent"], ["sent", "written_off"], ["partial", "written_off"],
        ["overdue", "written_off"], ["written_off", "partial"]]}');
CALL platform.reference('hs.invoices', 'customer_id', 'hs.customers');
CALL platform.reference('hs.invoices', 'work_order_id', 'hs.work_orders');
CALL platform.reference('hs.invoices', 'estimate_id', 'hs.estimates');
CREATE UNIQUE INDEX invoices_invoice_number_key ON hs.invoices (business_id, invoice_number) WHERE deleted_at IS NULL;
CREATE INDEX invoices_status_idx ON hs.invoices (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX invoices_due_date_idx ON hs.invoices (business_id, status, due_date) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.invoices IS 'A bill sent to a customer for work done.';
COMMENT ON COLUMN hs.invoices.invoice_number IS 'Filled in where it is left out: INV-2025-0001.';
COMMENT ON COLUMN hs.invoices.amount_due IS 'What is left to pay.';

-- A customer's figures, from the work orders as they are now.
CREATE FUNCTION hs.customer_totals(p_business_id uuid, p_customer_id uuid, OUT jobs integer, OUT revenue numeric, OUT average numeric, OUT last_day date)
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT count(*)::integer, coalesce(sum(w.total_cost), 0), coalesce(round(avg(w.total_cost), 2), 0),
        max((coalesce(w.actual_end, w.updated_at) AT TIME ZONE (SELECT b.timezone FROM businesses.businesses b WHERE b.id = p_business_id))::date)
    FROM hs.work_orders w
    WHERE w.business_id = p_business_id AND w.customer_id = p_customer_id AND w.status = 'completed' AND w.deleted_at IS NULL
$$;
ALTER FUNCTION hs.customer_totals(uuid, uuid) OWNER TO thorbis_definer;

-- They follow the work orders: added up anew for the customers a change touches, under a lock on their
-- rows, so that concurrent changes cannot lose each other. The lock lets others refer to the customer:
-- two jobs that begin at the same moment would wait for each other.
CREATE FUNCTION hs.update_customer_totals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := coalesce(NEW.business_id, OLD.business_id);
    touched uuid[] := array_remove(ARRAY[NEW.customer_id, OLD.customer_id], NULL);
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.customer_id, NEW.status, NEW.total_cost, NEW.actual_end, NEW.deleted_at)
        IS NOT DISTINCT FROM (OLD.customer_id, OLD.status, OLD.total_cost, OLD.actual_end, OLD.deleted_at) THEN
        RETURN NULL;
    END IF;
    -- A draft that stays one changes nobody's totals.
    IF coalesce(NEW.status, '') <> 'completed' AND coalesce(OLD.status, '') <> 'completed' THEN
        RETURN NULL;
    END IF;
    PERFORM FROM hs.customers c WHERE c.business_id = business AND c.id = ANY (touched) ORDER BY c.id FOR NO KEY UPDATE;
    UPDATE hs.customers c SET total_jobs = t.jobs, total_revenue = t.revenue, average_job_value = t.average, last_service_date = t.last_day
    FROM unnest(touched) AS customer (id) CROSS JOIN LATERAL hs.customer_totals(business, customer.id) AS t
    WHERE c.business_id = business AND c.id = customer.id AND c.deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION hs.update_customer_totals() OWNER TO thorbis_definer;
CREATE TRIGGER totals AFTER INSERT OR UPDATE OR DELETE ON hs.work_orders FOR EACH ROW EXECUTE FUNCTION hs.update_customer_totals();
COMMENT ON FUNCTION hs.update_customer_totals() IS 'Keeps a customer''s job count, revenue and last service date.';

-- A deleted customer's figures stand still; they catch up when it comes back.
CREATE FUNCTION hs.restore_customer_totals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT t.jobs, t.revenue, t.average, t.last_day
    INTO NEW.total_jobs, NEW.total_revenue, NEW.average_job_value, NEW.last_service_date
    FROM hs.customer_totals(NEW.business_id, NEW.id) AS t;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.restore_customer_totals() OWNER TO thorbis_definer;
CREATE TRIGGER c_totals BEFORE UPDATE ON hs.customers FOR EACH ROW WHEN (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL)
    EXECUTE FUNCTION hs.restore_customer_totals();

-- When a job was called off.
CREATE FUNCTION hs.stamp_cancellation() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.cancelled_at := CASE WHEN NEW.status = 'cancelled' THEN coalesce(NEW.cancelled_at, now()) END;
    RETURN NEW;
END $$;
CREATE TRIGGER c_cancellation BEFORE INSERT OR UPDATE OF status ON hs.work_orders FOR EACH ROW EXECUTE FUNCTION hs.stamp_cancellation();
