-- Instructors' shares of sales, and who reads them.

CALL platform.keep_totals('courses.instructor_payouts', '{
    "gross_amount": "(SELECT least(coalesce(sum(i.base_amount) FILTER (WHERE i.base_amount > 0), 0), 9999999999.99) FROM courses.instructor_payout_items i WHERE i.business_id = p.business_id AND i.instructor_payout_id = p.id)",
    "refunded_amount": "(SELECT least(coalesce(-sum(i.base_amount) FILTER (WHERE i.base_amount < 0), 0), 9999999999.99) FROM courses.instructor_payout_items i WHERE i.business_id = p.business_id AND i.instructor_payout_id = p.id)",
    "share_amount": "(SELECT greatest(least(coalesce(sum(i.share_amount), 0), 4999999999.99), -4999999999.99) FROM courses.instructor_payout_items i WHERE i.business_id = p.business_id AND i.instructor_payout_id = p.id)"}',
    '{"courses.instructor_payout_items": ["instructor_payout_id", "base_amount", "share_amount"]}');

CREATE FUNCTION courses.check_payout() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF abs(NEW.adjustment_amount) > 4999999999.99 THEN
        PERFORM platform.refuse('adjustment_amount', 'must be below five billion.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF TG_OP = 'UPDATE' AND OLD.status IN ('approved', 'paid') AND NEW.status = OLD.status AND NEW.adjustment_amount <> OLD.adjustment_amount THEN
        PERFORM platform.refuse('adjustment_amount', 'changes only while the payout is open.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status = 'paid' THEN
        NEW.paid_on := coalesce(NEW.paid_on, CURRENT_DATE);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE ON courses.instructor_payouts FOR EACH ROW EXECUTE FUNCTION courses.check_payout();

-- Lines change only while the payout is open; the lock keeps it open until the change is done. Lines that
-- go with their payout or business go in any state.
CREATE FUNCTION courses.check_payout_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    item courses.instructor_payout_items := coalesce(NEW, OLD);
    touched uuid[] := array_remove(ARRAY[OLD.instructor_payout_id, NEW.instructor_payout_id], NULL);
BEGIN
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN OLD;
    END IF;
    PERFORM FROM courses.instructor_payouts p WHERE p.business_id = item.business_id AND p.id = ANY (touched) ORDER BY p.id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM courses.instructor_payouts p WHERE p.business_id = item.business_id AND p.id = ANY (touched) AND p.status <> 'open') THEN
        PERFORM platform.refuse('instructor_payout_id', 'must be an open payout.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF TG_OP <> 'DELETE' AND EXISTS (SELECT FROM courses.refunds r WHERE r.business_id = item.business_id AND r.id = NEW.refund_id AND r.payment_id <> NEW.payment_id) THEN
        PERFORM platform.refuse('refund_id', 'must be a refund of the payment.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN item;
END $$;
ALTER FUNCTION courses.check_payout_item() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE OR DELETE ON courses.instructor_payout_items FOR EACH ROW EXECUTE FUNCTION courses.check_payout_item();

-- An instructor reads the payouts to themselves.
CREATE FUNCTION courses.my_payout_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(array_agg(p.id), '{}') FROM courses.instructors i JOIN courses.instructor_payouts p ON p.business_id = i.business_id AND p.instructor_id = i.id
    WHERE i.business_id = auth.get_current_business_id() AND i.user_id = auth.uid() AND i.deleted_at IS NULL
$$;
ALTER FUNCTION courses.my_payout_ids() OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION courses.my_payout_ids() TO thorbis_gateway;
COMMENT ON FUNCTION courses.my_payout_ids() IS 'The payouts to the current person as an instructor of the current business.';
CALL platform.read_own('courses.instructor_payouts', 'id = ANY ((SELECT courses.my_payout_ids())::uuid[])');
CALL platform.read_own('courses.instructor_payout_items', 'instructor_payout_id = ANY ((SELECT courses.my_payout_ids())::uuid[])');

COMMENT ON COLUMN courses.instructor_payouts.gross_amount IS 'Sales in the payout''s lines; kept by the system.';
COMMENT ON COLUMN courses.instructor_payouts.refunded_amount IS 'Refunds in the payout''s lines; kept by the system.';
COMMENT ON COLUMN courses.instructor_payouts.share_amount IS 'The instructor''s shares in the payout''s lines; kept by the system.';
