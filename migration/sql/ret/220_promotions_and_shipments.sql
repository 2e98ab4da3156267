-- Offers and codes that are used up, and parcels.

-- An offer or a code counts once a sale, however many lines it discounts, until the sale is cancelled. Who
-- uses it locks the sale, then the offer, then the code, and looks then: the last use goes to one buyer.
CREATE FUNCTION ret.check_discount() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    sale ret.sales_orders;
    offer ret.promotions;
    coupon ret.coupon_codes;
BEGIN
    SELECT * INTO sale FROM ret.sales_orders o WHERE o.business_id = NEW.business_id AND o.id = NEW.sales_order_id FOR NO KEY UPDATE;
    IF TG_OP = 'INSERT' AND NEW.promotion_id IS NULL THEN
        NEW.promotion_id := (SELECT c.promotion_id FROM ret.coupon_codes c WHERE c.business_id = NEW.business_id AND c.id = NEW.coupon_code_id);
    END IF;
    SELECT * INTO offer FROM ret.promotions o WHERE o.business_id = NEW.business_id AND o.id = NEW.promotion_id FOR NO KEY UPDATE;
    SELECT * INTO coupon FROM ret.coupon_codes c WHERE c.business_id = NEW.business_id AND c.id = NEW.coupon_code_id FOR NO KEY UPDATE;
    IF coupon.promotion_id <> NEW.promotion_id THEN
        PERFORM platform.refuse('coupon_code_id', 'must be a code of the promotion.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF coupon.customer_id <> sale.customer_id OR (coupon.customer_id IS NOT NULL AND sale.customer_id IS NULL) THEN
        PERFORM platform.refuse('coupon_code_id', 'is another customer''s code.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF sale.status = 'cancelled' THEN
        RETURN NEW;
    END IF;
    IF ret.other_uses(NEW.business_id, offer.id, NULL, NULL, sale.id) >= offer.usage_limit THEN
        PERFORM platform.refuse('promotion_id', 'is used up.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF ret.other_uses(NEW.business_id, NULL, coupon.id, NULL, sale.id) >= coupon.usage_limit
        OR ret.other_uses(NEW.business_id, NULL, coupon.id, sale.customer_id, sale.id) >= (CASE WHEN sale.customer_id IS NOT NULL THEN coupon.usage_limit_per_customer END) THEN
        PERFORM platform.refuse('coupon_code_id', 'is used up.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION ret.other_uses(p_business uuid, p_promotion uuid, p_coupon uuid, p_customer uuid, p_sale uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT count(DISTINCT d.sales_order_id) FROM ret.sales_order_discounts d JOIN ret.sales_orders o ON o.business_id = d.business_id AND o.id = d.sales_order_id
    WHERE d.business_id = p_business AND d.deleted_at IS NULL AND o.status <> 'cancelled' AND d.sales_order_id IS DISTINCT FROM p_sale
        AND (p_promotion IS NULL OR d.promotion_id = p_promotion) AND (p_coupon IS NULL OR d.coupon_code_id = p_coupon)
        AND (p_customer IS NULL OR o.customer_id = p_customer) AND num_nonnulls(p_promotion, p_coupon) = 1
$$;
ALTER FUNCTION ret.other_uses(uuid, uuid, uuid, uuid, uuid) OWNER TO thorbis_definer;
ALTER FUNCTION ret.check_discount() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_discount BEFORE INSERT OR UPDATE OF sales_order_id, promotion_id, coupon_code_id, deleted_at ON ret.sales_order_discounts FOR EACH ROW
    WHEN (NEW.deleted_at IS NULL AND (NEW.promotion_id IS NOT NULL OR NEW.coupon_code_id IS NOT NULL)) EXECUTE FUNCTION ret.check_discount();

CALL platform.keep_totals('ret.promotions', '{"usage_count": "ret.other_uses(p.business_id, p.id, NULL, NULL, NULL)::integer"}', '{"ret.sales_order_discounts": ["promotion_id", "sales_order_id"]}');
CALL platform.keep_totals('ret.coupon_codes', '{"usage_count": "ret.other_uses(p.business_id, NULL, p.id, NULL, NULL)::integer"}', '{"ret.sales_order_discounts": ["coupon_code_id", "sales_order_id"]}');
CALL platform.count_in_row('ret.promotions', '{usage_count}', '{deleted_at}');
CALL platform.count_in_row('ret.coupon_codes', '{usage_count}', '{deleted_at}');

-- A cancelled sale gives its uses back.
CREATE FUNCTION ret.recount_uses_of_sales(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    offers uuid[];
    coupons uuid[];
BEGIN
    SELECT array_agg(DISTINCT d.promotion_id), array_agg(DISTINCT d.coupon_code_id) INTO offers, coupons
    FROM ret.sales_order_discounts d WHERE d.business_id = p_business AND d.sales_order_id = ANY (p_ids);
    IF offers IS NOT NULL THEN
        PERFORM ret.recount_promotions_usage_count(p_business, array_remove(offers, NULL));
        PERFORM ret.recount_coupon_codes_usage_count(p_business, array_remove(coupons, NULL));
    END IF;
END $$;
ALTER FUNCTION ret.recount_uses_of_sales(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('ret', 'keep_uses_from_sales_orders', 'recount_uses_of_sales', 'ret.sales_orders', 'id', '{status}');

-- A parcel carries lines of its sale, and no piece twice: parcels of a sale queue for its lock.
CREATE FUNCTION ret.check_shipment_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    parcel ret.shipments;
    sold ret.sales_order_items;
    others numeric;
BEGIN
    SELECT * INTO parcel FROM ret.shipments h WHERE h.business_id = NEW.business_id AND h.id = NEW.shipment_id;
    PERFORM FROM ret.sales_orders o WHERE o.business_id = NEW.business_id AND o.id = parcel.sales_order_id FOR NO KEY UPDATE;
    SELECT * INTO sold FROM ret.sales_order_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.sales_order_item_id;
    IF sold.sales_order_id <> parcel.sales_order_id THEN
        PERFORM platform.refuse('sales_order_item_id', 'must be a line of the sale that is shipped.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.quantity > sold.quantity THEN
        PERFORM platform.refuse('quantity', 'is more than was sold.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    SELECT coalesce(sum(s.quantity), 0) INTO others
    FROM ret.shipment_items s JOIN ret.shipments h ON h.business_id = s.business_id AND h.id = s.shipment_id
    WHERE s.business_id = NEW.business_id AND s.sales_order_item_id = NEW.sales_order_item_id AND s.id <> NEW.id AND h.status <> 'cancelled' AND h.deleted_at IS NULL;
    IF parcel.status <> 'cancelled' AND others + NEW.quantity > sold.quantity THEN
        PERFORM platform.refuse('sales_order_item_id', 'is in other parcels already: fewer pieces than this are left.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.check_shipment_item() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_shipment_item BEFORE INSERT OR UPDATE OF shipment_id, sales_order_item_id, quantity ON ret.shipment_items FOR EACH ROW
    WHEN (NEW.business_id = coalesce(auth.get_current_business_id(), NEW.business_id)) EXECUTE FUNCTION ret.check_shipment_item();

CALL platform.stamp_states('ret.shipments', 'status', '{"shipped": {"shipped_at": "now()"}, "delivered": {"delivered_at": "now()"}, "picked_up": {"shipped_at": "now()", "delivered_at": "now()"}}');
