-- Kitchen tickets and what is on them.

-- A ticket that comes back from the pass is not ready any more.
CALL platform.stamp_states('rest.kitchen_tickets', 'status', '{"in_progress": {"started_at": "coalesce(NEW.started_at, now())", "ready_at": "NULL"}, "ready": {"started_at": "coalesce(NEW.started_at, now())", "ready_at": "now()"}}');
CALL platform.require('rest.kitchen_ticket_items', 'order_item_id',
    'EXISTS (SELECT FROM rest.kitchen_tickets t JOIN rest.order_items i ON i.business_id = t.business_id AND i.order_id = t.order_id WHERE t.business_id = NEW.business_id AND t.id = NEW.kitchen_ticket_id AND i.id = NEW.order_item_id)',
    'must be an item of the ticket''s order.', '{kitchen_ticket_id,order_item_id}');

CREATE FUNCTION rest.stamp_ticket_item() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.done_at := CASE WHEN NEW.is_done THEN coalesce(NEW.done_at, now()) END;
    RETURN NEW;
END $$;
CREATE TRIGGER k_stamp_done BEFORE INSERT OR UPDATE OF is_done ON rest.kitchen_ticket_items FOR EACH ROW EXECUTE FUNCTION rest.stamp_ticket_item();

-- A ticket that is ready has all its items done; one that is recalled has them to do again.
CREATE FUNCTION rest.follow_ticket() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE rest.kitchen_ticket_items i SET is_done = NEW.status <> 'in_progress'
    WHERE i.business_id = NEW.business_id AND i.kitchen_ticket_id = NEW.id AND i.is_done = (NEW.status = 'in_progress');
    RETURN NULL;
END $$;
ALTER FUNCTION rest.follow_ticket() OWNER TO thorbis_definer;
CREATE TRIGGER totals_follow_ticket AFTER UPDATE ON rest.kitchen_tickets FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND (NEW.status IN ('ready', 'served') OR (OLD.status = 'ready' AND NEW.status = 'in_progress')))
    EXECUTE FUNCTION rest.follow_ticket();
