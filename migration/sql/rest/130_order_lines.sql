CREATE TABLE rest.order_items (
    order_id uuid NOT NULL,
    menu_item_id uuid,
    menu_item_size_id uuid,
    name text NOT NULL,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT order_items_quantity_range CHECK (quantity > 0),
    unit_price decimal(12,2) NOT NULL CONSTRAINT order_items_unit_price_range CHECK (unit_price >= 0),
    modifiers_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT order_items_discount_amount_range CHECK (discount_amount >= 0),
    tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT order_items_tax_rate_range CHECK (tax_rate BETWEEN 0 AND 1),
    line_total decimal(12,2) GENERATED ALWAYS AS (round(quantity * (unit_price + modifiers_amount), 2) - discount_amount) STORED,
    seat_number integer CONSTRAINT order_items_seat_number_range CHECK (seat_number > 0),
    course_number integer NOT NULL DEFAULT 1 CONSTRAINT order_items_course_number_range CHECK (course_number > 0),
    special_instructions text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT order_items_status_check
        CHECK (status IN ('pending', 'held', 'sent', 'preparing', 'ready', 'served', 'voided')),
    sent_at timestamptz,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('rest.order_items', p_derived => '{modifiers_amount,discount_amount,sent_at}',
    p_flows => '{"status": [["pending", "held"], ["pending", "sent"], ["pending", "voided"], ["held", "sent"], ["held", "voided"],
        ["sent", "preparing"], ["sent", "ready"], ["sent", "voided"], ["preparing", "ready"], ["preparing", "voided"], ["ready", "served"],
        ["ready", "voided"], ["ready", "preparing"], ["served", "voided"]]}');
CALL platform.reference('rest.order_items', 'order_id', 'rest.orders', 'cascade');
CALL platform.reference('rest.order_items', 'menu_item_id', 'rest.menu_items', 'restrict');
CALL platform.reference('rest.order_items', 'menu_item_size_id', 'rest.menu_item_sizes');
CREATE INDEX order_items_status_newest ON rest.order_items (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.order_items IS 'A dish or drink on an order.';

CREATE TABLE rest.order_item_modifiers (
    order_item_id uuid NOT NULL,
    modifier_id uuid,
    name text NOT NULL,
    quantity integer NOT NULL DEFAULT 1 CONSTRAINT order_item_modifiers_quantity_range CHECK (quantity > 0),
    price_adjustment decimal(12,2) NOT NULL DEFAULT 0.00,
    action text NOT NULL DEFAULT 'add' CONSTRAINT order_item_modifiers_action_check CHECK (action IN ('add', 'remove', 'on_side', 'extra', 'light')),
    portion text NOT NULL DEFAULT 'whole' CONSTRAINT order_item_modifiers_portion_check CHECK (portion IN ('whole', 'left_half', 'right_half'))
);
CALL platform.tenant_table('rest.order_item_modifiers');
CALL platform.reference('rest.order_item_modifiers', 'order_item_id', 'rest.order_items', 'cascade');
CALL platform.reference('rest.order_item_modifiers', 'modifier_id', 'rest.modifiers');
COMMENT ON TABLE rest.order_item_modifiers IS 'A choice made for a dish on an order.';

CREATE TABLE rest.checks (
    order_id uuid NOT NULL,
    sequence integer NOT NULL DEFAULT 1 CONSTRAINT checks_sequence_range CHECK (sequence > 0),
    guest_name text,
    seat_number integer CONSTRAINT checks_seat_number_range CHECK (seat_number > 0),
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    service_charge_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    tip_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00,
    total_amount decimal(12,2) GENERATED ALWAYS AS (subtotal - discount_amount + service_charge_amount + tax_amount) STORED,
    amount_due decimal(12,2) GENERATED ALWAYS AS (subtotal - discount_amount + service_charge_amount + tax_amount - amount_paid) STORED,
    status text NOT NULL DEFAULT 'open' CONSTRAINT checks_status_check CHECK (status IN ('open', 'printed', 'paid', 'voided')),
    closed_at timestamptz
);
CALL platform.tenant_table('rest.checks', p_derived => '{subtotal,discount_amount,service_charge_amount,tax_amount,tip_amount,amount_paid,closed_at}',
    p_flows => '{"status": [["open", "printed"], ["open", "paid"], ["open", "voided"], ["printed", "open"], ["printed", "paid"],
        ["printed", "voided"], ["paid", "open"]]}');
CALL platform.reference('rest.checks', 'order_id', 'rest.orders', 'cascade');
CREATE UNIQUE INDEX checks_order_id_sequence_key ON rest.checks (business_id, order_id, sequence) WHERE deleted_at IS NULL;
CREATE INDEX checks_status_newest ON rest.checks (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.checks IS 'One bill of an order that may be split.';

CREATE TABLE rest.check_items (
    check_id uuid NOT NULL,
    order_item_id uuid NOT NULL,
    share decimal(5,4) NOT NULL DEFAULT 1.0000 CONSTRAINT check_items_share_range CHECK (share > 0),
    amount decimal(12,2) NOT NULL DEFAULT 0.00,
    CONSTRAINT check_items_share_rule CHECK (share <= 1)
);
CALL platform.tenant_table('rest.check_items', p_derived => '{amount}', p_soft_delete => false);
CALL platform.reference('rest.check_items', 'check_id', 'rest.checks', 'cascade');
CALL platform.reference('rest.check_items', 'order_item_id', 'rest.order_items', 'cascade');
CREATE UNIQUE INDEX check_items_check_id_order_item_id_key ON rest.check_items (business_id, check_id, order_item_id);
COMMENT ON TABLE rest.check_items IS 'The share of an ordered item that a check pays.';

CREATE TABLE rest.discounts (
    name text NOT NULL,
    code text,
    discount_type text NOT NULL DEFAULT 'percentage' CONSTRAINT discounts_discount_type_check
        CHECK (discount_type IN ('percentage', 'fixed_amount', 'fixed_price')),
    value decimal(12,2) NOT NULL CONSTRAINT discounts_value_range CHECK (value >= 0),
    applies_to text NOT NULL DEFAULT 'order' CONSTRAINT discounts_applies_to_check CHECK (applies_to IN ('order', 'item')),
    menu_category_id uuid,
    menu_item_id uuid,
    minimum_subtotal decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT discounts_minimum_subtotal_range CHECK (minimum_subtotal >= 0),
    starts_on date,
    ends_on date,
    available_start_time time,
    available_end_time time,
    available_days integer[] NOT NULL DEFAULT '{1,2,3,4,5,6,7}',
    is_automatic boolean NOT NULL DEFAULT false,
    requires_manager boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT discounts_applies_to_menu_category_id_menu_item_id_rule CHECK (applies_to = 'item' OR (menu_category_id IS NULL AND menu_item_id IS NULL)),
    CONSTRAINT discounts_discount_type_value_rule CHECK (discount_type <> 'percentage' OR value <= 100),
    CONSTRAINT discounts_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('rest.discounts');
CALL platform.reference('rest.discounts', 'menu_category_id', 'rest.menu_categories');
CALL platform.reference('rest.discounts', 'menu_item_id', 'rest.menu_items');
CREATE UNIQUE INDEX discounts_name_key ON rest.discounts (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX discounts_code_key ON rest.discounts (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.discounts IS 'A price reduction, happy hour or promotion code.';

CREATE TABLE rest.order_discounts (
    order_id uuid NOT NULL,
    order_item_id uuid,
    discount_id uuid,
    approved_by_id uuid,
    name text NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT order_discounts_amount_range CHECK (amount > 0)
);
CALL platform.tenant_table('rest.order_discounts');
CALL platform.reference('rest.order_discounts', 'order_id', 'rest.orders', 'cascade');
CALL platform.reference('rest.order_discounts', 'order_item_id', 'rest.order_items', 'cascade');
CALL platform.reference('rest.order_discounts', 'discount_id', 'rest.discounts');
CALL platform.reference('rest.order_discounts', 'approved_by_id', 'users.users');
COMMENT ON TABLE rest.order_discounts IS 'A discount given on an order or one of its items.';

CREATE TABLE rest.service_charges (
    name text NOT NULL,
    charge_type text NOT NULL DEFAULT 'percentage' CONSTRAINT service_charges_charge_type_check CHECK (charge_type IN ('percentage', 'fixed_amount')),
    value decimal(12,2) NOT NULL CONSTRAINT service_charges_value_range CHECK (value >= 0),
    order_types text[] NOT NULL DEFAULT '{dine_in}' CONSTRAINT service_charges_order_types_range
        CHECK (order_types <@ '{dine_in,takeout,delivery,online}'),
    minimum_party_size integer CONSTRAINT service_charges_minimum_party_size_range CHECK (minimum_party_size > 0),
    is_gratuity boolean NOT NULL DEFAULT false,
    is_taxable boolean NOT NULL DEFAULT true,
    is_automatic boolean NOT NULL DEFAULT true,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT service_charges_charge_type_value_rule CHECK (charge_type <> 'percentage' OR value <= 100)
);
CALL platform.tenant_table('rest.service_charges');
CREATE UNIQUE INDEX service_charges_name_key ON rest.service_charges (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.service_charges IS 'A gratuity or fee added to orders by rule.';

CREATE TABLE rest.order_service_charges (
    order_id uuid NOT NULL,
    service_charge_id uuid,
    name text NOT NULL,
    amount decimal(12,2) NOT NULL CONSTRAINT order_service_charges_amount_range CHECK (amount >= 0),
    is_gratuity boolean NOT NULL DEFAULT false,
    tax_rate decimal(7,5) NOT NULL DEFAULT 0.00000 CONSTRAINT order_service_charges_tax_rate_range CHECK (tax_rate BETWEEN 0 AND 1)
);
CALL platform.tenant_table('rest.order_service_charges');
CALL platform.reference('rest.order_service_charges', 'order_id', 'rest.orders', 'cascade');
CALL platform.reference('rest.order_service_charges', 'service_charge_id', 'rest.service_charges');
COMMENT ON TABLE rest.order_service_charges IS 'A gratuity or fee charged on an order.';

CREATE TABLE rest.order_adjustments (
    order_id uuid NOT NULL,
    order_item_id uuid,
    approved_by_id uuid NOT NULL,
    adjustment_type text NOT NULL CONSTRAINT order_adjustments_adjustment_type_check CHECK (adjustment_type IN ('void', 'comp')),
    reason text NOT NULL CONSTRAINT order_adjustments_reason_check
        CHECK (reason IN ('guest_complaint', 'wrong_item', 'kitchen_error', 'spilled', 'changed_mind', 'staff_meal', 'entry_error', 'other')),
    amount decimal(12,2) NOT NULL CONSTRAINT order_adjustments_amount_range CHECK (amount >= 0),
    is_wasted boolean NOT NULL DEFAULT false,
    notes text
);
CALL platform.tenant_table('rest.order_adjustments', p_append_only => true);
CALL platform.reference('rest.order_adjustments', 'order_id', 'rest.orders', 'cascade');
CALL platform.reference('rest.order_adjustments', 'order_item_id', 'rest.order_items', 'cascade');
CALL platform.reference('rest.order_adjustments', 'approved_by_id', 'users.users', 'restrict');
CREATE INDEX order_adjustments_adjustment_type_created_at_idx ON rest.order_adjustments (business_id, adjustment_type, created_at);
COMMENT ON TABLE rest.order_adjustments IS 'An item or order voided or given free, and who allowed it.';
