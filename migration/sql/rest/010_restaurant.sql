CREATE TABLE rest.menu_categories (
    name text NOT NULL,
    description text,
    sort_order integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    available_start_time time,
    available_end_time time,
    available_days integer[] NOT NULL DEFAULT '{1,2,3,4,5,6,7}'
);
CALL platform.tenant_table('rest.menu_categories', p_soft_delete => false);
COMMENT ON TABLE rest.menu_categories IS 'A heading of the menu that groups dishes and drinks.';
COMMENT ON COLUMN rest.menu_categories.available_days IS 'Days of the week, 1 is Monday and 7 is Sunday.';

CREATE TABLE rest.menu_items (
    category_id uuid,
    name text NOT NULL,
    description text,
    base_price decimal(8,2) NOT NULL,
    cost_price decimal(8,2) NOT NULL DEFAULT 0.00,
    type text NOT NULL DEFAULT 'food' CONSTRAINT menu_items_type_check CHECK (type IN ('food', 'beverage', 'alcohol', 'dessert')),
    dietary_restrictions text[] NOT NULL DEFAULT '{}',
    track_inventory boolean NOT NULL DEFAULT false,
    current_stock integer NOT NULL DEFAULT 0,
    low_stock_threshold integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    available_start_time time,
    available_end_time time,
    available_days integer[] NOT NULL DEFAULT '{1,2,3,4,5,6,7}',
    prep_time_minutes integer NOT NULL DEFAULT 0,
    kitchen_station text,
    modifiers jsonb NOT NULL DEFAULT '{}',
    sort_order integer NOT NULL DEFAULT 0,
    unavailable_until timestamptz
);
CALL platform.tenant_table('rest.menu_items');
CALL platform.reference('rest.menu_items', 'category_id', 'rest.menu_categories');
COMMENT ON TABLE rest.menu_items IS 'A dish or drink on sale.';
COMMENT ON COLUMN rest.menu_items.available_days IS 'Days of the week, 1 is Monday and 7 is Sunday.';
COMMENT ON COLUMN rest.menu_items.unavailable_until IS 'Sold out until then.';

CREATE TABLE rest.tables (
    table_number text NOT NULL,
    table_name text,
    capacity integer NOT NULL CONSTRAINT tables_capacity_range CHECK (capacity > 0),
    section text,
    position_x integer,
    position_y integer,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('rest.tables', p_soft_delete => false);
ALTER TABLE rest.tables ADD CONSTRAINT tables_table_number_key UNIQUE (business_id, table_number);
COMMENT ON TABLE rest.tables IS 'A table guests sit at.';
COMMENT ON COLUMN rest.tables.section IS 'The part of the room: "main_dining", "patio", "bar".';

CREATE TABLE rest.orders (
    table_id uuid,
    order_number text NOT NULL,
    order_type text NOT NULL DEFAULT 'dine_in' CONSTRAINT orders_order_type_check CHECK (order_type IN ('dine_in', 'takeout', 'delivery', 'online')),
    customer_name text,
    customer_phone text,
    customer_email text,
    delivery_address text,
    delivery_instructions text,
    delivery_fee decimal(8,2) NOT NULL DEFAULT 0.00,
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    tip_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    total_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT orders_total_amount_range CHECK (total_amount >= 0),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT orders_status_check CHECK (status IN ('draft', 'submitted', 'confirmed', 'preparing', 'ready', 'served', 'completed', 'cancelled')),
    ordered_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    ready_at timestamptz,
    served_at timestamptz,
    completed_at timestamptz,
    server_id uuid,
    cashier_id uuid,
    special_instructions text,
    kitchen_notes text,
    customer_id uuid,
    guest_count integer CONSTRAINT orders_guest_count_range CHECK (guest_count > 0),
    scheduled_for timestamptz,
    service_charge_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00
);
CALL platform.tenant_table('rest.orders', p_number => 'order_number', p_prefix => 'ORD',
    p_derived => '{service_charge_amount,amount_paid}',
    p_flows => '{"status": [["draft", "submitted"], ["draft", "cancelled"], ["submitted", "confirmed"], ["submitted", "cancelled"], ["confirmed", "preparing"], ["confirmed", "cancelled"], ["preparing", "ready"], ["preparing", "cancelled"], ["ready", "served"], ["ready", "completed"], ["ready", "preparing"], ["served", "completed"]]}');
CALL platform.reference('rest.orders', 'table_id', 'rest.tables');
CALL platform.reference('rest.orders', 'customer_id', 'hs.customers');
CALL platform.reference('rest.orders', 'server_id', 'users.users');
CALL platform.reference('rest.orders', 'cashier_id', 'users.users');
CREATE UNIQUE INDEX orders_order_number_key ON rest.orders (business_id, order_number) WHERE deleted_at IS NULL;
CREATE INDEX orders_status_idx ON rest.orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.orders IS 'What a party or a takeout guest ordered.';
COMMENT ON COLUMN rest.orders.order_number IS 'Filled in where it is left out: ORD-2025-0001.';
