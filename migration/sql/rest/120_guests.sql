CREATE TABLE rest.dining_areas (
    location_id uuid,
    name text NOT NULL,
    area_type text NOT NULL DEFAULT 'dining_room' CONSTRAINT dining_areas_area_type_check
        CHECK (area_type IN ('dining_room', 'bar', 'patio', 'private_room', 'counter')),
    floor_plan_file_id uuid,
    is_reservable boolean NOT NULL DEFAULT true,
    is_active boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('rest.dining_areas');
CALL platform.reference('rest.dining_areas', 'location_id', 'businesses.locations');
CALL platform.reference('rest.dining_areas', 'floor_plan_file_id', 'files.files');
CREATE UNIQUE INDEX dining_areas_location_id_name_key ON rest.dining_areas (business_id, location_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.dining_areas IS 'A room or terrace of the restaurant.';

CREATE TABLE rest.service_periods (
    location_id uuid,
    name text NOT NULL,
    day_of_week integer NOT NULL CONSTRAINT service_periods_day_of_week_range CHECK (day_of_week BETWEEN 1 AND 7),
    start_time time NOT NULL,
    end_time time NOT NULL,
    slot_minutes integer NOT NULL DEFAULT 15 CONSTRAINT service_periods_slot_minutes_range CHECK (slot_minutes > 0),
    turn_minutes integer NOT NULL DEFAULT 90 CONSTRAINT service_periods_turn_minutes_range CHECK (turn_minutes > 0),
    maximum_covers integer CONSTRAINT service_periods_maximum_covers_range CHECK (maximum_covers > 0),
    accepts_reservations boolean NOT NULL DEFAULT true,
    CONSTRAINT service_periods_end_time_start_time_rule CHECK (end_time <> start_time)
);
CALL platform.tenant_table('rest.service_periods');
CALL platform.reference('rest.service_periods', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX service_periods_location_id_day_of_week_name_key ON rest.service_periods (business_id, location_id, day_of_week, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.service_periods IS 'A meal service on a weekday and how many guests it takes.';

CREATE TABLE rest.reservations (
    reservation_number text NOT NULL,
    location_id uuid,
    customer_id uuid,
    service_period_id uuid,
    guest_name text NOT NULL,
    guest_phone text,
    guest_email text,
    party_size integer NOT NULL CONSTRAINT reservations_party_size_range CHECK (party_size > 0),
    reserved_for timestamptz NOT NULL,
    duration_minutes integer NOT NULL DEFAULT 90 CONSTRAINT reservations_duration_minutes_range CHECK (duration_minutes > 0),
    channel text NOT NULL DEFAULT 'phone' CONSTRAINT reservations_channel_check CHECK (channel IN ('phone', 'website', 'app', 'partner', 'in_person')),
    occasion text,
    special_requests text,
    deposit_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT reservations_deposit_amount_range CHECK (deposit_amount >= 0),
    deposit_paid_at timestamptz,
    status text NOT NULL DEFAULT 'booked' CONSTRAINT reservations_status_check
        CHECK (status IN ('booked', 'confirmed', 'seated', 'completed', 'cancelled', 'no_show')),
    seated_at timestamptz,
    completed_at timestamptz,
    cancelled_at timestamptz
);
CALL platform.tenant_table('rest.reservations', p_number => 'reservation_number', p_prefix => 'RES',
    p_derived => '{deposit_paid_at,seated_at,completed_at,cancelled_at}',
    p_flows => '{"status": [["booked", "confirmed"], ["booked", "seated"], ["booked", "cancelled"], ["booked", "no_show"], ["confirmed", "seated"],
        ["confirmed", "cancelled"], ["confirmed", "no_show"], ["seated", "completed"], ["no_show", "seated"]]}');
CALL platform.reference('rest.reservations', 'location_id', 'businesses.locations');
CALL platform.reference('rest.reservations', 'customer_id', 'hs.customers');
CALL platform.reference('rest.reservations', 'service_period_id', 'rest.service_periods');
CREATE UNIQUE INDEX reservations_reservation_number_key ON rest.reservations (business_id, reservation_number) WHERE deleted_at IS NULL;
CREATE INDEX reservations_reserved_for_status_idx ON rest.reservations (business_id, reserved_for, status, id) WHERE deleted_at IS NULL;
CREATE INDEX reservations_status_newest ON rest.reservations (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.reservations IS 'A table booked for a party.';
COMMENT ON COLUMN rest.reservations.reservation_number IS 'Filled in where it is left out: RES-2025-0001.';

CREATE TABLE rest.reservation_tables (
    reservation_id uuid NOT NULL,
    table_id uuid NOT NULL
);
CALL platform.tenant_table('rest.reservation_tables', p_soft_delete => false);
CALL platform.reference('rest.reservation_tables', 'reservation_id', 'rest.reservations', 'cascade');
CALL platform.reference('rest.reservation_tables', 'table_id', 'rest.tables', 'cascade');
CREATE UNIQUE INDEX reservation_tables_reservation_id_table_id_key ON rest.reservation_tables (business_id, reservation_id, table_id);
COMMENT ON TABLE rest.reservation_tables IS 'A table held for a reservation.';

CREATE TABLE rest.waitlist_entries (
    location_id uuid,
    customer_id uuid,
    table_id uuid,
    guest_name text NOT NULL,
    guest_phone text,
    party_size integer NOT NULL CONSTRAINT waitlist_entries_party_size_range CHECK (party_size > 0),
    quoted_minutes integer CONSTRAINT waitlist_entries_quoted_minutes_range CHECK (quoted_minutes >= 0),
    joined_at timestamptz NOT NULL DEFAULT now(),
    notified_at timestamptz,
    seated_at timestamptz,
    wait_minutes integer GENERATED ALWAYS AS ((extract(epoch from seated_at - joined_at) / 60)::integer) STORED,
    status text NOT NULL DEFAULT 'waiting' CONSTRAINT waitlist_entries_status_check
        CHECK (status IN ('waiting', 'notified', 'seated', 'left', 'cancelled'))
);
CALL platform.tenant_table('rest.waitlist_entries', p_derived => '{notified_at,seated_at}',
    p_flows => '{"status": [["waiting", "notified"], ["waiting", "seated"], ["waiting", "left"], ["waiting", "cancelled"], ["notified", "seated"],
        ["notified", "left"], ["notified", "cancelled"]]}');
CALL platform.reference('rest.waitlist_entries', 'location_id', 'businesses.locations');
CALL platform.reference('rest.waitlist_entries', 'customer_id', 'hs.customers');
CALL platform.reference('rest.waitlist_entries', 'table_id', 'rest.tables');
CREATE INDEX waitlist_entries_status_joined_at_idx ON rest.waitlist_entries (business_id, status, joined_at, id) WHERE deleted_at IS NULL;
CREATE INDEX waitlist_entries_status_newest ON rest.waitlist_entries (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.waitlist_entries IS 'A walk-in party waiting for a table.';

CREATE TABLE rest.guest_profiles (
    customer_id uuid NOT NULL,
    preferred_area_id uuid,
    preferred_server_id uuid,
    allergies text[] NOT NULL DEFAULT '{}',
    dietary_preferences text[] NOT NULL DEFAULT '{}',
    seating_notes text,
    birthday date,
    anniversary date,
    is_vip boolean NOT NULL DEFAULT false,
    visit_count integer NOT NULL DEFAULT 0,
    no_show_count integer NOT NULL DEFAULT 0,
    total_spent decimal(12,2) NOT NULL DEFAULT 0.00,
    last_visit_on date
);
CALL platform.tenant_table('rest.guest_profiles', p_derived => '{visit_count,no_show_count,total_spent,last_visit_on}');
CALL platform.reference('rest.guest_profiles', 'customer_id', 'hs.customers', 'cascade');
CALL platform.reference('rest.guest_profiles', 'preferred_area_id', 'rest.dining_areas');
CALL platform.reference('rest.guest_profiles', 'preferred_server_id', 'users.users');
CREATE UNIQUE INDEX guest_profiles_customer_id_key ON rest.guest_profiles (business_id, customer_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.guest_profiles IS 'What the house knows about a returning guest.';

CREATE TABLE rest.catering_events (
    catering_event_number text NOT NULL,
    customer_id uuid NOT NULL,
    location_id uuid,
    order_id uuid,
    coordinator_id uuid,
    name text NOT NULL,
    event_type text NOT NULL DEFAULT 'other' CONSTRAINT catering_events_event_type_check
        CHECK (event_type IN ('wedding', 'corporate', 'birthday', 'holiday', 'drop_off', 'other')),
    venue text NOT NULL DEFAULT 'on_site' CONSTRAINT catering_events_venue_check CHECK (venue IN ('on_site', 'customer_site')),
    venue_address text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    guest_count integer NOT NULL CONSTRAINT catering_events_guest_count_range CHECK (guest_count > 0),
    quoted_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT catering_events_quoted_amount_range CHECK (quoted_amount >= 0),
    deposit_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT catering_events_deposit_amount_range CHECK (deposit_amount >= 0),
    deposit_paid_at timestamptz,
    status text NOT NULL DEFAULT 'inquiry' CONSTRAINT catering_events_status_check
        CHECK (status IN ('inquiry', 'proposed', 'confirmed', 'completed', 'cancelled')),
    CONSTRAINT catering_events_ends_at_starts_at_rule CHECK (ends_at > starts_at),
    CONSTRAINT catering_events_deposit_amount_quoted_amount_rule CHECK (deposit_amount <= quoted_amount),
    CONSTRAINT catering_events_venue_venue_address_rule CHECK (venue <> 'customer_site' OR venue_address IS NOT NULL)
);
CALL platform.tenant_table('rest.catering_events', p_number => 'catering_event_number', p_prefix => 'CE',
    p_flows => '{"status": [["inquiry", "proposed"], ["inquiry", "cancelled"], ["proposed", "confirmed"], ["proposed", "inquiry"],
        ["proposed", "cancelled"], ["confirmed", "completed"], ["confirmed", "cancelled"]]}');
CALL platform.reference('rest.catering_events', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('rest.catering_events', 'location_id', 'businesses.locations');
CALL platform.reference('rest.catering_events', 'order_id', 'rest.orders');
CALL platform.reference('rest.catering_events', 'coordinator_id', 'users.users');
CREATE UNIQUE INDEX catering_events_catering_event_number_key ON rest.catering_events (business_id, catering_event_number) WHERE deleted_at IS NULL;
CREATE INDEX catering_events_status_starts_at_idx ON rest.catering_events (business_id, status, starts_at, id) WHERE deleted_at IS NULL;
CREATE INDEX catering_events_status_newest ON rest.catering_events (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.catering_events IS 'A banquet or catering job with its own date and deposit.';
COMMENT ON COLUMN rest.catering_events.catering_event_number IS 'Filled in where it is left out: CE-2025-0001.';
