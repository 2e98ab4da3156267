CREATE TABLE ret.categories (
    parent_id uuid,
    name text NOT NULL,
    description text,
    slug text NOT NULL,
    image_url text,
    sort_order integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    meta_title text,
    meta_description text,
    level integer NOT NULL DEFAULT 0,
    path text
);
CALL platform.tenant_table('ret.categories', p_derived => '{level,path}');
CALL platform.reference('ret.categories', 'parent_id', 'ret.categories', 'cascade');
ALTER TABLE ret.categories ADD CONSTRAINT categories_not_own_parent CHECK (parent_id <> id);
CREATE UNIQUE INDEX categories_slug_key ON ret.categories (business_id, slug) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.categories IS 'A branch of the shop''s product tree.';
COMMENT ON COLUMN ret.categories.path IS 'The names from the top, "Electronics > Phones"; kept by the system.';
COMMENT ON COLUMN ret.categories.level IS 'How deep the branch is, 0 at the top; kept by the system.';

-- Level and path follow the parent; a branch never hangs below itself.
CREATE FUNCTION ret.place_category() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    above record;
BEGIN
    -- One tree changes at a time, so that two moves cannot make a ring.
    PERFORM pg_advisory_xact_lock(hashtextextended('ret.categories' || NEW.business_id::text, 0));
    IF NEW.parent_id IS NULL THEN
        NEW.level := 0;
        NEW.path := NEW.name;
        RETURN NEW;
    END IF;
    IF EXISTS (
        WITH RECURSIVE up AS (
            SELECT c.id, c.parent_id FROM ret.categories c WHERE c.business_id = NEW.business_id AND c.id = NEW.parent_id
            UNION
            SELECT c.id, c.parent_id FROM ret.categories c JOIN up ON c.id = up.parent_id WHERE c.business_id = NEW.business_id
        )
        SELECT FROM up WHERE up.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'A category cannot hang below itself.' USING ERRCODE = 'TB422', HINT = 'parent_id',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    SELECT c.level, c.path INTO above FROM ret.categories c WHERE c.business_id = NEW.business_id AND c.id = NEW.parent_id;
    NEW.level := coalesce(above.level, -1) + 1;
    NEW.path := concat_ws(' > ', above.path, NEW.name);
    RETURN NEW;
END $$;
ALTER FUNCTION ret.place_category() OWNER TO thorbis_definer;
CREATE TRIGGER c_place BEFORE INSERT OR UPDATE OF parent_id, name, level ON ret.categories FOR EACH ROW EXECUTE FUNCTION ret.place_category();

CREATE FUNCTION ret.replace_subcategories() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    -- Touching the level places each child anew, and so on down.
    UPDATE ret.categories SET level = 0 WHERE business_id = NEW.business_id AND parent_id = NEW.id AND deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION ret.replace_subcategories() OWNER TO thorbis_definer;
CREATE TRIGGER place_below AFTER UPDATE ON ret.categories FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION ret.replace_subcategories();

CREATE TABLE ret.products (
    category_id uuid,
    sku text NOT NULL,
    barcode text,
    name text NOT NULL,
    description text,
    short_description text,
    cost_price decimal(12,2) NOT NULL DEFAULT 0.00,
    retail_price decimal(12,2) NOT NULL,
    sale_price decimal(12,2),
    is_on_sale boolean NOT NULL DEFAULT false,
    sale_start_date date,
    sale_end_date date,
    track_inventory boolean NOT NULL DEFAULT true,
    current_stock integer NOT NULL DEFAULT 0,
    reserved_stock integer NOT NULL DEFAULT 0,
    available_stock integer GENERATED ALWAYS AS (current_stock - reserved_stock) STORED,
    low_stock_threshold integer NOT NULL DEFAULT 10,
    reorder_point integer NOT NULL DEFAULT 20,
    reorder_quantity integer NOT NULL DEFAULT 50,
    weight decimal(8,2),
    length decimal(8,2),
    width decimal(8,2),
    height decimal(8,2),
    has_variants boolean NOT NULL DEFAULT false,
    variant_options jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active' CONSTRAINT products_status_check CHECK (status IN ('active', 'inactive', 'discontinued')),
    is_featured boolean NOT NULL DEFAULT false,
    tags text[] NOT NULL DEFAULT '{}',
    meta_title text,
    meta_description text,
    supplier_name text,
    supplier_sku text,
    is_serialized boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('ret.products');
CALL platform.reference('ret.products', 'category_id', 'ret.categories');
CREATE UNIQUE INDEX products_sku_key ON ret.products (business_id, sku) WHERE deleted_at IS NULL;
CREATE INDEX products_barcode_idx ON ret.products (business_id, barcode) WHERE deleted_at IS NULL;
CREATE INDEX products_name_idx ON ret.products (business_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX products_tags_idx ON ret.products USING gin (business_id, tags);
COMMENT ON TABLE ret.products IS 'An article the shop sells.';
COMMENT ON COLUMN ret.products.sku IS 'Stock keeping unit; unique in the business.';

CREATE TABLE ret.sales_orders (
    customer_id uuid,
    order_number text NOT NULL,
    order_type text NOT NULL DEFAULT 'walk_in' CONSTRAINT sales_orders_order_type_check CHECK (order_type IN ('walk_in', 'online', 'phone', 'special_order')),
    subtotal decimal(12,2) NOT NULL DEFAULT 0.00,
    tax_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    discount_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    shipping_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    total_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT sales_orders_total_amount_range CHECK (total_amount >= 0),
    payment_method text CONSTRAINT sales_orders_payment_method_check CHECK (payment_method IN ('cash', 'credit_card', 'debit_card', 'check', 'store_credit', 'gift_card')),
    payment_status text NOT NULL DEFAULT 'pending' CONSTRAINT sales_orders_payment_status_check CHECK (payment_status IN ('pending', 'paid', 'partial', 'refunded', 'partially_refunded')),
    fulfillment_method text NOT NULL DEFAULT 'pickup' CONSTRAINT sales_orders_fulfillment_method_check CHECK (fulfillment_method IN ('pickup', 'delivery', 'shipping')),
    fulfillment_status text NOT NULL DEFAULT 'pending' CONSTRAINT sales_orders_fulfillment_status_check CHECK (fulfillment_status IN ('pending', 'processing', 'shipped', 'delivered', 'cancelled')),
    shipping_address text,
    tracking_number text,
    shipped_date date,
    status text NOT NULL DEFAULT 'open' CONSTRAINT sales_orders_status_check CHECK (status IN ('open', 'completed', 'cancelled', 'returned')),
    salesperson_id uuid,
    cashier_id uuid,
    customer_notes text,
    internal_notes text,
    amount_paid decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT sales_orders_amount_paid_range CHECK (amount_paid >= 0)
);
CALL platform.tenant_table('ret.sales_orders', p_number => 'order_number', p_prefix => 'SO', p_derived => '{amount_paid}',
    p_flows => '{"status": [["open", "completed"], ["open", "cancelled"], ["completed", "returned"]]}');
CALL platform.reference('ret.sales_orders', 'customer_id', 'hs.customers');
CALL platform.reference('ret.sales_orders', 'salesperson_id', 'users.users');
CALL platform.reference('ret.sales_orders', 'cashier_id', 'users.users');
CREATE UNIQUE INDEX sales_orders_order_number_key ON ret.sales_orders (business_id, order_number) WHERE deleted_at IS NULL;
CREATE INDEX sales_orders_status_idx ON ret.sales_orders (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.sales_orders IS 'A sale at the counter, online or by phone.';
COMMENT ON COLUMN ret.sales_orders.order_number IS 'Filled in where it is left out: SO-2025-0001.';
