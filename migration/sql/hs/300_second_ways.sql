-- Second ways to what a rule refuses the first time.

-- A payment that was deleted and comes back pays its bills again: there must still be as much due, as if it were
-- allocated now.
CREATE FUNCTION hs.recheck_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE hs.payment_allocations a SET amount = a.amount
    WHERE a.business_id = NEW.business_id AND a.payment_id = NEW.id AND a.deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION hs.recheck_payment() OWNER TO thorbis_definer;
CREATE TRIGGER y_recheck AFTER UPDATE OF deleted_at ON hs.payments FOR EACH ROW
    WHEN (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL) EXECUTE FUNCTION hs.recheck_payment();

-- What becomes a warehouse holds no less than nothing. The levels are locked before they are looked at.
CREATE FUNCTION hs.check_location_type() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM hs.stock_levels l WHERE l.business_id = NEW.business_id AND l.inventory_location_id = NEW.id ORDER BY l.id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM hs.stock_levels l WHERE l.business_id = NEW.business_id AND l.inventory_location_id = NEW.id AND l.quantity_on_hand < 0) THEN
        PERFORM platform.refuse('location_type', 'must not become a warehouse while it holds less than nothing.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION hs.check_location_type() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_type BEFORE UPDATE OF location_type ON hs.inventory_locations FOR EACH ROW
    WHEN (NEW.location_type = 'warehouse' AND OLD.location_type <> 'warehouse') EXECUTE FUNCTION hs.check_location_type();
