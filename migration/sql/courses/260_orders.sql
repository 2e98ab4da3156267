-- What an order comes to, and the coupons that lower it.

-- Lines are bounded so that no order's sum grows out of its column.
CREATE FUNCTION courses.check_order_item() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF abs(NEW.quantity * NEW.unit_price) > 99999999.99 THEN
        PERFORM platform.refuse('unit_price', 'makes the line more than 99999999.99.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OF quantity, unit_price ON courses.order_items FOR EACH ROW EXECUTE FUNCTION courses.check_order_item();

-- A coupon is used under a lock on it, so that its last use is one order's. Orders it was used for keep it.
CREATE FUNCTION courses.use_coupon() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    coupon courses.coupons;
    today date := (now() AT TIME ZONE coalesce((SELECT b.timezone FROM businesses.businesses b WHERE b.id = NEW.business_id), 'UTC'))::date;
    used integer;
    used_by_customer integer;
BEGIN
    SELECT * INTO coupon FROM courses.coupons c WHERE c.business_id = NEW.business_id AND c.id = NEW.coupon_id FOR NO KEY UPDATE;
    SELECT count(*), count(*) FILTER (WHERE o.customer_id = NEW.customer_id) INTO used, used_by_customer FROM courses.orders o
    WHERE o.business_id = NEW.business_id AND o.coupon_id = NEW.coupon_id AND o.id <> NEW.id AND o.status <> 'cancelled' AND o.deleted_at IS NULL;
    IF NOT coupon.is_active OR coupon.deleted_at IS NOT NULL OR today < coupon.starts_on OR today > coupon.ends_on THEN
        PERFORM platform.refuse('coupon_id', 'must be a coupon that holds today.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF used >= coupon.usage_limit THEN
        PERFORM platform.refuse('coupon_id', 'is used up.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF used_by_customer >= coupon.usage_limit_per_customer THEN
        PERFORM platform.refuse('coupon_id', 'was used by this customer as often as it may be.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION courses.use_coupon() OWNER TO thorbis_definer;
CREATE TRIGGER j_coupon BEFORE INSERT ON courses.orders FOR EACH ROW WHEN (NEW.coupon_id IS NOT NULL AND NEW.status <> 'cancelled') EXECUTE FUNCTION courses.use_coupon();
CREATE TRIGGER j_update_coupon BEFORE UPDATE ON courses.orders FOR EACH ROW WHEN (NEW.coupon_id IS NOT NULL AND NEW.status <> 'cancelled' AND NEW.deleted_at IS NULL
    AND (OLD.coupon_id IS DISTINCT FROM NEW.coupon_id OR OLD.customer_id <> NEW.customer_id OR OLD.deleted_at IS NOT NULL)) EXECUTE FUNCTION courses.use_coupon();
CALL platform.keep_totals('courses.coupons',
    '{"usage_count": "(SELECT count(*)::integer FROM courses.orders o WHERE o.business_id = p.business_id AND o.coupon_id = p.id AND o.status <> ''cancelled'' AND o.deleted_at IS NULL)"}',
    '{"courses.orders": ["coupon_id", "status"]}');

-- What the order's coupon takes off each line. A percentage is taken of every line it is for; a fixed
-- amount of one line after the other until it is used.
CREATE FUNCTION courses.discounts_of(p_business_id uuid, p_order_id uuid) RETURNS TABLE (id uuid, discount numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    WITH lines AS (
        SELECT i.id, i.quantity * i.unit_price AS worth, c.id AS coupon, c.discount_type, c.value,
            sum(i.quantity * i.unit_price) FILTER (WHERE c.id IS NOT NULL) OVER (ORDER BY i.created_at, i.id) AS worth_so_far
        FROM courses.order_items i JOIN courses.orders o ON o.business_id = i.business_id AND o.id = i.order_id
        LEFT JOIN courses.coupons c ON c.business_id = o.business_id AND c.id = o.coupon_id AND (c.course_offer_id IS NULL OR c.course_offer_id = i.course_offer_id)
        WHERE i.business_id = p_business_id AND i.order_id = p_order_id AND i.deleted_at IS NULL
    )
    SELECT l.id, CASE
        WHEN l.coupon IS NULL THEN 0
        WHEN l.discount_type = 'percentage' THEN round(l.worth * l.value / 100, 2)
        ELSE greatest(least(l.worth, l.value - (l.worth_so_far - l.worth)), 0)
    END FROM lines l
$$;
ALTER FUNCTION courses.discounts_of(uuid, uuid) OWNER TO thorbis_definer;

-- Prices an order anew. Once money came in, its discounts stand: only a pending order follows its coupon.
CREATE FUNCTION courses.price_orders(p_business_id uuid, p_order_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM courses.orders o WHERE o.business_id = p_business_id AND o.id = ANY (p_order_ids) ORDER BY o.id FOR NO KEY UPDATE;
    UPDATE courses.order_items i SET discount_amount = d.discount
    FROM courses.orders o CROSS JOIN LATERAL courses.discounts_of(o.business_id, o.id) AS d
    WHERE o.business_id = p_business_id AND o.id = ANY (p_order_ids) AND o.status = 'pending' AND o.deleted_at IS NULL
        AND i.business_id = o.business_id AND i.id = d.id AND i.discount_amount <> d.discount;
    PERFORM courses.recount_orders_discount_amount(p_business_id, p_order_ids);
END $$;
ALTER FUNCTION courses.price_orders(uuid, uuid[]) OWNER TO thorbis_definer;
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES
    ('courses.order_items', 'discount_amount', '{courses.order_items,courses.orders,courses.coupons}',
    '(SELECT CASE WHEN o.status = ''pending'' AND o.deleted_at IS NULL THEN (SELECT d.discount FROM courses.discounts_of(p.business_id, p.order_id) AS d WHERE d.id = p.id)
        ELSE p.discount_amount END FROM courses.orders o WHERE o.business_id = p.business_id AND o.id = p.order_id)');

CALL platform.keep_totals('courses.orders', '{
    "subtotal": "(SELECT least(coalesce(sum(i.quantity * i.unit_price), 0), 4999999999.99) FROM courses.order_items i WHERE i.business_id = p.business_id AND i.order_id = p.id AND i.deleted_at IS NULL)",
    "discount_amount": "(SELECT least(coalesce(sum(i.discount_amount), 0), 4999999999.99) FROM courses.order_items i WHERE i.business_id = p.business_id AND i.order_id = p.id AND i.deleted_at IS NULL)",
    "tax_amount": "(SELECT least(coalesce(sum(i.tax_amount), 0), 4999999999.99) FROM courses.order_items i WHERE i.business_id = p.business_id AND i.order_id = p.id AND i.deleted_at IS NULL)"}',
    '{"courses.order_items": ["order_id", "quantity", "unit_price", "tax_rate", "discount_amount"]}');

-- Discounts first, since a line added or taken away moves a fixed amount to other lines.
CREATE FUNCTION courses.price_order_of_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM courses.price_orders(coalesce(NEW.business_id, OLD.business_id), array_remove(ARRAY[OLD.order_id, NEW.order_id], NULL));
    RETURN NULL;
END $$;
ALTER FUNCTION courses.price_order_of_item() OWNER TO thorbis_definer;
CREATE TRIGGER prices AFTER INSERT OR DELETE ON courses.order_items FOR EACH ROW EXECUTE FUNCTION courses.price_order_of_item();
CREATE TRIGGER prices_update AFTER UPDATE ON courses.order_items FOR EACH ROW
    WHEN ((OLD.order_id, OLD.quantity, OLD.unit_price, OLD.course_offer_id, OLD.deleted_at)
        IS DISTINCT FROM (NEW.order_id, NEW.quantity, NEW.unit_price, NEW.course_offer_id, NEW.deleted_at))
    EXECUTE FUNCTION courses.price_order_of_item();

CREATE FUNCTION courses.price_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM courses.price_orders(NEW.business_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;
ALTER FUNCTION courses.price_order() OWNER TO thorbis_definer;
CREATE TRIGGER prices AFTER UPDATE ON courses.orders FOR EACH ROW
    WHEN (NEW.deleted_at IS NULL AND NEW.status = 'pending' AND (OLD.coupon_id IS DISTINCT FROM NEW.coupon_id OR OLD.deleted_at IS NOT NULL OR OLD.status <> 'pending'))
    EXECUTE FUNCTION courses.price_order();

CREATE FUNCTION courses.price_orders_of_coupon() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM courses.price_orders(NEW.business_id, ARRAY(SELECT o.id FROM courses.orders o
        WHERE o.business_id = NEW.business_id AND o.coupon_id = NEW.id AND o.status = 'pending' AND o.deleted_at IS NULL));
    RETURN NULL;
END $$;
ALTER FUNCTION courses.price_orders_of_coupon() OWNER TO thorbis_definer;
CREATE TRIGGER prices AFTER UPDATE ON courses.coupons FOR EACH ROW
    WHEN ((OLD.discount_type, OLD.value, OLD.course_offer_id) IS DISTINCT FROM (NEW.discount_type, NEW.value, NEW.course_offer_id))
    EXECUTE FUNCTION courses.price_orders_of_coupon();

-- An order that waits for its first payment waits a week.
CALL platform.keep_row('courses.orders',
    '[["expires_at", "CASE WHEN NEW.status = ''pending'' THEN least(NEW.placed_at + interval ''7 days'', TIMESTAMPTZ ''9999-12-31 00:00+00'') END"]]');

COMMENT ON COLUMN courses.orders.subtotal IS 'Quantities times prices of the lines; kept by the system.';
COMMENT ON COLUMN courses.orders.discount_amount IS 'What the coupon takes off all lines; kept by the system.';
COMMENT ON COLUMN courses.orders.tax_amount IS 'The taxes of all lines; kept by the system.';
COMMENT ON COLUMN courses.orders.expires_at IS 'Until when a pending order waits for its first payment; kept by the system.';
COMMENT ON COLUMN courses.order_items.discount_amount IS 'What the coupon takes off this line; follows the coupon while the order is pending. Kept by the system.';
COMMENT ON COLUMN courses.coupons.usage_count IS 'Orders it was used for that are not cancelled; kept by the system.';
