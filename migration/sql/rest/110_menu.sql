CREATE TABLE rest.menus (
    location_id uuid,
    name text NOT NULL,
    description text,
    order_types text[] NOT NULL DEFAULT '{dine_in,takeout,delivery,online}' CONSTRAINT menus_order_types_range
        CHECK (order_types <@ '{dine_in,takeout,delivery,online}'),
    available_start_time time,
    available_end_time time,
    available_days integer[] NOT NULL DEFAULT '{1,2,3,4,5,6,7}',
    starts_on date,
    ends_on date,
    sort_order integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT menus_ends_on_starts_on_rule CHECK (ends_on >= starts_on)
);
CALL platform.tenant_table('rest.menus');
CALL platform.reference('rest.menus', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX menus_location_id_name_key ON rest.menus (business_id, location_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.menus IS 'A menu shown at certain hours, places or order types.';

CREATE TABLE rest.menu_sections (
    menu_id uuid NOT NULL,
    menu_category_id uuid NOT NULL,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('rest.menu_sections', p_soft_delete => false);
CALL platform.reference('rest.menu_sections', 'menu_id', 'rest.menus', 'cascade');
CALL platform.reference('rest.menu_sections', 'menu_category_id', 'rest.menu_categories', 'cascade');
CREATE UNIQUE INDEX menu_sections_menu_id_menu_category_id_key ON rest.menu_sections (business_id, menu_id, menu_category_id);
COMMENT ON TABLE rest.menu_sections IS 'A category''s place on a menu.';

CREATE TABLE rest.menu_item_sizes (
    menu_item_id uuid NOT NULL,
    name text NOT NULL,
    price decimal(12,2) NOT NULL CONSTRAINT menu_item_sizes_price_range CHECK (price >= 0),
    cost decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT menu_item_sizes_cost_range CHECK (cost >= 0),
    calories integer CONSTRAINT menu_item_sizes_calories_range CHECK (calories >= 0),
    is_default boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('rest.menu_item_sizes');
CALL platform.reference('rest.menu_item_sizes', 'menu_item_id', 'rest.menu_items', 'cascade');
CREATE UNIQUE INDEX menu_item_sizes_menu_item_id_name_key ON rest.menu_item_sizes (business_id, menu_item_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX menu_item_sizes_menu_item_id_key ON rest.menu_item_sizes (business_id, menu_item_id) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE rest.menu_item_sizes IS 'A portion size of a dish or drink with its price.';

CREATE TABLE rest.modifier_groups (
    name text NOT NULL,
    prompt text,
    min_selections integer NOT NULL DEFAULT 0 CONSTRAINT modifier_groups_min_selections_range CHECK (min_selections >= 0),
    max_selections integer CONSTRAINT modifier_groups_max_selections_range CHECK (max_selections > 0),
    free_selections integer NOT NULL DEFAULT 0 CONSTRAINT modifier_groups_free_selections_range CHECK (free_selections >= 0),
    sort_order integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT modifier_groups_max_selections_min_selections_rule CHECK (max_selections >= min_selections)
);
CALL platform.tenant_table('rest.modifier_groups');
CREATE UNIQUE INDEX modifier_groups_name_key ON rest.modifier_groups (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.modifier_groups IS 'A set of choices guests make for a dish.';

CREATE TABLE rest.modifiers (
    modifier_group_id uuid NOT NULL,
    name text NOT NULL,
    kitchen_name text,
    price_adjustment decimal(12,2) NOT NULL DEFAULT 0.00,
    calories integer CONSTRAINT modifiers_calories_range CHECK (calories >= 0),
    is_default boolean NOT NULL DEFAULT false,
    is_available boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('rest.modifiers');
CALL platform.reference('rest.modifiers', 'modifier_group_id', 'rest.modifier_groups', 'cascade');
CREATE UNIQUE INDEX modifiers_modifier_group_id_name_key ON rest.modifiers (business_id, modifier_group_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.modifiers IS 'One choice: an extra, a side or a way of cooking.';

CREATE TABLE rest.menu_item_modifier_groups (
    menu_item_id uuid NOT NULL,
    modifier_group_id uuid NOT NULL,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('rest.menu_item_modifier_groups', p_soft_delete => false);
CALL platform.reference('rest.menu_item_modifier_groups', 'menu_item_id', 'rest.menu_items', 'cascade');
CALL platform.reference('rest.menu_item_modifier_groups', 'modifier_group_id', 'rest.modifier_groups', 'cascade');
CREATE UNIQUE INDEX menu_item_modifier_groups_menu_item_id_modifier_group_id_key ON rest.menu_item_modifier_groups (business_id, menu_item_id, modifier_group_id);
COMMENT ON TABLE rest.menu_item_modifier_groups IS 'A set of choices offered with a dish.';

CREATE TABLE rest.menu_item_allergens (
    menu_item_id uuid NOT NULL,
    allergen text NOT NULL CONSTRAINT menu_item_allergens_allergen_check
        CHECK (allergen IN ('gluten', 'crustaceans', 'eggs', 'fish', 'peanuts', 'soybeans', 'milk', 'tree_nuts', 'celery', 'mustard', 'sesame',
            'sulphites', 'lupin', 'molluscs')),
    presence text NOT NULL DEFAULT 'contains' CONSTRAINT menu_item_allergens_presence_check CHECK (presence IN ('contains', 'may_contain')),
    notes text
);
CALL platform.tenant_table('rest.menu_item_allergens', p_soft_delete => false);
CALL platform.reference('rest.menu_item_allergens', 'menu_item_id', 'rest.menu_items', 'cascade');
CREATE UNIQUE INDEX menu_item_allergens_menu_item_id_allergen_key ON rest.menu_item_allergens (business_id, menu_item_id, allergen);
COMMENT ON TABLE rest.menu_item_allergens IS 'An allergen a dish contains or may contain.';
