CREATE TABLE rest.kitchen_stations (
    location_id uuid,
    code text NOT NULL,
    name text NOT NULL,
    station_type text NOT NULL DEFAULT 'prep' CONSTRAINT kitchen_stations_station_type_check
        CHECK (station_type IN ('prep', 'bar', 'expediter', 'packing')),
    printer_name text,
    backup_station_id uuid,
    is_active boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('rest.kitchen_stations');
ALTER TABLE rest.kitchen_stations ADD CONSTRAINT kitchen_stations_backup_station_id_id_rule CHECK (backup_station_id <> id);
CALL platform.reference('rest.kitchen_stations', 'location_id', 'businesses.locations');
CALL platform.reference('rest.kitchen_stations', 'backup_station_id', 'rest.kitchen_stations');
CREATE UNIQUE INDEX kitchen_stations_location_id_code_key ON rest.kitchen_stations (business_id, location_id, code) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.kitchen_stations IS 'A prep station or pass that receives tickets.';

CREATE TABLE rest.kitchen_tickets (
    order_id uuid NOT NULL,
    kitchen_station_id uuid NOT NULL,
    course_number integer NOT NULL DEFAULT 1 CONSTRAINT kitchen_tickets_course_number_range CHECK (course_number > 0),
    priority text NOT NULL DEFAULT 'normal' CONSTRAINT kitchen_tickets_priority_check CHECK (priority IN ('normal', 'rush')),
    target_minutes integer CONSTRAINT kitchen_tickets_target_minutes_range CHECK (target_minutes > 0),
    fired_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    ready_at timestamptz,
    prep_seconds integer GENERATED ALWAYS AS (extract(epoch from ready_at - fired_at)::integer) STORED,
    status text NOT NULL DEFAULT 'queued' CONSTRAINT kitchen_tickets_status_check
        CHECK (status IN ('queued', 'in_progress', 'ready', 'served', 'cancelled'))
);
CALL platform.tenant_table('rest.kitchen_tickets', p_derived => '{started_at,ready_at}',
    p_flows => '{"status": [["queued", "in_progress"], ["queued", "ready"], ["queued", "cancelled"], ["in_progress", "ready"],
        ["in_progress", "cancelled"], ["ready", "served"], ["ready", "in_progress"]]}');
CALL platform.reference('rest.kitchen_tickets', 'order_id', 'rest.orders', 'cascade');
CALL platform.reference('rest.kitchen_tickets', 'kitchen_station_id', 'rest.kitchen_stations', 'restrict');
CREATE INDEX kitchen_tickets_kitchen_station_id_status_fired_at_idx ON rest.kitchen_tickets (business_id, kitchen_station_id, status, fired_at, id) WHERE deleted_at IS NULL;
CREATE INDEX kitchen_tickets_status_newest ON rest.kitchen_tickets (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.kitchen_tickets IS 'The part of an order a station has to make.';

CREATE TABLE rest.kitchen_ticket_items (
    kitchen_ticket_id uuid NOT NULL,
    order_item_id uuid NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT kitchen_ticket_items_quantity_range CHECK (quantity > 0),
    is_done boolean NOT NULL DEFAULT false,
    done_at timestamptz
);
CALL platform.tenant_table('rest.kitchen_ticket_items', p_derived => '{done_at}', p_soft_delete => false);
CALL platform.reference('rest.kitchen_ticket_items', 'kitchen_ticket_id', 'rest.kitchen_tickets', 'cascade');
CALL platform.reference('rest.kitchen_ticket_items', 'order_item_id', 'rest.order_items', 'cascade');
CREATE UNIQUE INDEX kitchen_ticket_items_kitchen_ticket_id_order_item_id_key ON rest.kitchen_ticket_items (business_id, kitchen_ticket_id, order_item_id);
COMMENT ON TABLE rest.kitchen_ticket_items IS 'An ordered item on a kitchen ticket.';

CREATE TABLE rest.delivery_zones (
    location_id uuid,
    name text NOT NULL,
    postal_codes text[] NOT NULL DEFAULT '{}',
    maximum_distance_km decimal(7,2) CONSTRAINT delivery_zones_maximum_distance_km_range CHECK (maximum_distance_km > 0),
    minimum_order_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT delivery_zones_minimum_order_amount_range CHECK (minimum_order_amount >= 0),
    delivery_fee decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT delivery_zones_delivery_fee_range CHECK (delivery_fee >= 0),
    estimated_minutes integer CONSTRAINT delivery_zones_estimated_minutes_range CHECK (estimated_minutes > 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('rest.delivery_zones');
CALL platform.reference('rest.delivery_zones', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX delivery_zones_location_id_name_key ON rest.delivery_zones (business_id, location_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX delivery_zones_postal_codes_idx ON rest.delivery_zones USING gin (business_id, postal_codes);
COMMENT ON TABLE rest.delivery_zones IS 'An area the restaurant delivers to and its fee.';

CREATE TABLE rest.deliveries (
    order_id uuid NOT NULL,
    delivery_zone_id uuid,
    driver_id uuid,
    courier_name text,
    dropoff_coordinates geography(point, 4326),
    quoted_for timestamptz,
    assigned_at timestamptz,
    picked_up_at timestamptz,
    delivered_at timestamptz,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT deliveries_status_check
        CHECK (status IN ('pending', 'assigned', 'picked_up', 'delivered', 'failed', 'cancelled')),
    failure_reason text,
    proof_file_id uuid,
    CONSTRAINT deliveries_status_failure_reason_rule CHECK (status <> 'failed' OR failure_reason IS NOT NULL)
);
CALL platform.tenant_table('rest.deliveries', p_derived => '{assigned_at,picked_up_at,delivered_at}',
    p_flows => '{"status": [["pending", "assigned"], ["pending", "cancelled"], ["assigned", "picked_up"], ["assigned", "pending"],
        ["assigned", "cancelled"], ["picked_up", "delivered"], ["picked_up", "failed"], ["failed", "assigned"]]}');
CALL platform.reference('rest.deliveries', 'order_id', 'rest.orders', 'cascade');
CALL platform.reference('rest.deliveries', 'delivery_zone_id', 'rest.delivery_zones');
CALL platform.reference('rest.deliveries', 'driver_id', 'users.users');
CALL platform.reference('rest.deliveries', 'proof_file_id', 'files.files');
CREATE UNIQUE INDEX deliveries_order_id_key ON rest.deliveries (business_id, order_id) WHERE deleted_at IS NULL;
CREATE INDEX deliveries_driver_id_status_idx ON rest.deliveries (business_id, driver_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX deliveries_status_newest ON rest.deliveries (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.deliveries IS 'The drive that brings an order to a guest.';
