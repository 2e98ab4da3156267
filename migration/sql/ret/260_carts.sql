-- Online carts: what is in them, and when a shopper last touched them.

CALL platform.keep_totals('ret.carts', '{
    "subtotal": "platform.money((SELECT sum(c.line_total) FROM ret.cart_items c WHERE c.business_id = p.business_id AND c.cart_id = p.id))",
    "last_activity_at": "greatest(p.last_activity_at, (SELECT max(c.updated_at) FROM ret.cart_items c WHERE c.business_id = p.business_id AND c.cart_id = p.id))"
}', '{"ret.cart_items": ["cart_id", "product_id", "product_variant_id", "quantity", "unit_price", "updated_at"]}');

-- A cart is as old as it was made; who fills in a name or a code, or takes something out, is there now. A job
-- that gives the cart up is no shopper.
CREATE FUNCTION ret.note_activity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.subtotal := 0;
        NEW.last_activity_at := NEW.created_at;
    ELSE
        NEW.last_activity_at := greatest(NEW.last_activity_at, now());
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ret.note_activity() OWNER TO thorbis_definer;
CREATE TRIGGER m_begin_activity BEFORE INSERT ON ret.carts FOR EACH ROW EXECUTE FUNCTION ret.note_activity();
CREATE TRIGGER m_note_activity BEFORE UPDATE ON ret.carts FOR EACH ROW
    WHEN ((OLD.customer_id, OLD.coupon_code_id, OLD.shopper_email) IS DISTINCT FROM (NEW.customer_id, NEW.coupon_code_id, NEW.shopper_email) OR NEW.subtotal < OLD.subtotal)
    EXECUTE FUNCTION ret.note_activity();
