CREATE TABLE hs.customer_contacts (
    customer_id uuid NOT NULL,
    first_name text NOT NULL,
    last_name text,
    role text NOT NULL DEFAULT 'owner' CONSTRAINT customer_contacts_role_check
        CHECK (role IN ('owner', 'tenant', 'property_manager', 'family', 'site_contact', 'billing', 'other')),
    email text,
    phone text,
    is_primary boolean NOT NULL DEFAULT false,
    receives_invoices boolean NOT NULL DEFAULT false,
    receives_appointment_texts boolean NOT NULL DEFAULT true,
    CONSTRAINT customer_contacts_email_phone_rule CHECK (email IS NOT NULL OR phone IS NOT NULL)
);
CALL platform.tenant_table('hs.customer_contacts');
CALL platform.reference('hs.customer_contacts', 'customer_id', 'hs.customers', 'cascade');
CREATE UNIQUE INDEX customer_contacts_customer_id_key ON hs.customer_contacts (business_id, customer_id) WHERE is_primary AND deleted_at IS NULL;
COMMENT ON TABLE hs.customer_contacts IS 'A person to reach about a customer''s jobs or bills.';

CREATE TABLE hs.properties (
    customer_id uuid NOT NULL,
    service_zone_id uuid,
    tax_group_id uuid,
    name text,
    address_line_1 text NOT NULL,
    address_line_2 text,
    city text NOT NULL,
    state_province text,
    postal_code text,
    country text NOT NULL DEFAULT 'US',
    coordinates geography(point, 4326),
    property_type text NOT NULL DEFAULT 'single_family' CONSTRAINT properties_property_type_check
        CHECK (property_type IN ('single_family', 'multi_family', 'apartment', 'commercial', 'industrial')),
    access_notes text,
    gate_code text,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('hs.properties');
CALL platform.reference('hs.properties', 'customer_id', 'hs.customers', 'cascade');
CALL platform.reference('hs.properties', 'service_zone_id', 'hs.service_zones');
CALL platform.reference('hs.properties', 'tax_group_id', 'businesses.tax_groups');
CREATE INDEX properties_postal_code_idx ON hs.properties (business_id, postal_code, id) WHERE deleted_at IS NULL;
CREATE INDEX properties_coordinates_idx ON hs.properties USING gist (coordinates);
COMMENT ON TABLE hs.properties IS 'An address where a customer has work done.';

CREATE TABLE hs.marketing_campaigns (
    name text NOT NULL,
    channel text NOT NULL CONSTRAINT marketing_campaigns_channel_check
        CHECK (channel IN ('search', 'social', 'direct_mail', 'radio_tv', 'print', 'email', 'referral', 'door_to_door', 'other')),
    tracking_phone text,
    budget_amount decimal(12,2) CONSTRAINT marketing_campaigns_budget_amount_range CHECK (budget_amount >= 0),
    starts_on date,
    ends_on date,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT marketing_campaigns_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('hs.marketing_campaigns');
CREATE UNIQUE INDEX marketing_campaigns_name_key ON hs.marketing_campaigns (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX marketing_campaigns_tracking_phone_key ON hs.marketing_campaigns (business_id, tracking_phone) WHERE tracking_phone IS NOT NULL AND deleted_at IS NULL;
COMMENT ON TABLE hs.marketing_campaigns IS 'An advertising effort that brings in calls and requests.';

CREATE TABLE hs.booking_requests (
    booking_request_number text NOT NULL,
    customer_id uuid,
    marketing_campaign_id uuid,
    job_type_id uuid,
    arrival_window_id uuid,
    work_order_id uuid,
    contact_name text NOT NULL,
    contact_phone text,
    contact_email text,
    service_address text,
    preferred_date date,
    details text,
    status text NOT NULL DEFAULT 'new' CONSTRAINT booking_requests_status_check CHECK (status IN ('new', 'booked', 'declined', 'duplicate')),
    declined_reason text,
    CONSTRAINT booking_requests_contact_phone_contact_email_rule CHECK (contact_phone IS NOT NULL OR contact_email IS NOT NULL),
    CONSTRAINT booking_requests_status_work_order_id_rule CHECK (status <> 'booked' OR work_order_id IS NOT NULL)
);
CALL platform.tenant_table('hs.booking_requests', p_number => 'booking_request_number', p_prefix => 'BR',
    p_flows => '{"status": [["new", "booked"], ["new", "declined"], ["new", "duplicate"]]}');
CALL platform.reference('hs.booking_requests', 'customer_id', 'hs.customers');
CALL platform.reference('hs.booking_requests', 'marketing_campaign_id', 'hs.marketing_campaigns');
CALL platform.reference('hs.booking_requests', 'job_type_id', 'hs.job_types');
CALL platform.reference('hs.booking_requests', 'arrival_window_id', 'hs.arrival_windows');
CALL platform.reference('hs.booking_requests', 'work_order_id', 'hs.work_orders', 'restrict');
CREATE UNIQUE INDEX booking_requests_booking_request_number_key ON hs.booking_requests (business_id, booking_request_number) WHERE deleted_at IS NULL;
CREATE INDEX booking_requests_status_preferred_date_idx ON hs.booking_requests (business_id, status, preferred_date, id) WHERE deleted_at IS NULL;
CREATE INDEX booking_requests_status_newest ON hs.booking_requests (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.booking_requests IS 'A visit a customer asked for online, waiting for the office.';
COMMENT ON COLUMN hs.booking_requests.booking_request_number IS 'Filled in where it is left out: BR-2025-0001.';

CREATE TABLE hs.leads (
    lead_number text NOT NULL,
    customer_id uuid,
    marketing_campaign_id uuid,
    job_type_id uuid,
    assigned_to_id uuid,
    estimate_id uuid,
    title text NOT NULL,
    details text,
    estimated_value decimal(12,2) CONSTRAINT leads_estimated_value_range CHECK (estimated_value >= 0),
    follow_up_on date,
    status text NOT NULL DEFAULT 'new' CONSTRAINT leads_status_check CHECK (status IN ('new', 'contacted', 'qualified', 'quoted', 'won', 'lost')),
    lost_reason text,
    closed_at timestamptz,
    CONSTRAINT leads_status_lost_reason_rule CHECK (status <> 'lost' OR lost_reason IS NOT NULL)
);
CALL platform.tenant_table('hs.leads', p_number => 'lead_number', p_prefix => 'LD', p_derived => '{closed_at}',
    p_flows => '{"status": [["new", "contacted"], ["new", "lost"], ["contacted", "qualified"], ["contacted", "lost"], ["qualified", "quoted"],
        ["qualified", "lost"], ["quoted", "won"], ["quoted", "lost"], ["lost", "contacted"]]}');
CALL platform.reference('hs.leads', 'customer_id', 'hs.customers');
CALL platform.reference('hs.leads', 'marketing_campaign_id', 'hs.marketing_campaigns');
CALL platform.reference('hs.leads', 'job_type_id', 'hs.job_types');
CALL platform.reference('hs.leads', 'assigned_to_id', 'users.users');
CALL platform.reference('hs.leads', 'estimate_id', 'hs.estimates');
CREATE UNIQUE INDEX leads_lead_number_key ON hs.leads (business_id, lead_number) WHERE deleted_at IS NULL;
CREATE INDEX leads_status_follow_up_on_idx ON hs.leads (business_id, status, follow_up_on, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_status_newest ON hs.leads (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.leads IS 'A sales opportunity being followed up.';
COMMENT ON COLUMN hs.leads.lead_number IS 'Filled in where it is left out: LD-2025-0001.';

CREATE TABLE hs.reviews (
    customer_id uuid NOT NULL,
    work_order_id uuid,
    technician_id uuid,
    source text NOT NULL DEFAULT 'direct' CONSTRAINT reviews_source_check CHECK (source IN ('direct', 'google', 'yelp', 'facebook', 'angi', 'other')),
    rating integer NOT NULL CONSTRAINT reviews_rating_range CHECK (rating BETWEEN 1 AND 5),
    comment text,
    reviewed_on date NOT NULL DEFAULT CURRENT_DATE,
    reply text,
    replied_at timestamptz,
    external_url text
);
CALL platform.tenant_table('hs.reviews');
CALL platform.reference('hs.reviews', 'customer_id', 'hs.customers', 'cascade');
CALL platform.reference('hs.reviews', 'work_order_id', 'hs.work_orders');
CALL platform.reference('hs.reviews', 'technician_id', 'users.users');
CREATE INDEX reviews_source_reviewed_on_idx ON hs.reviews (business_id, source, reviewed_on, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE hs.reviews IS 'A customer''s rating after a job.';
