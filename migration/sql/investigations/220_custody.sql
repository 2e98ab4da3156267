-- The chain of custody: an item's holder, place and state are what its last events say, and nothing else.

-- What an item's state becomes by an event; null where it stays.
CREATE FUNCTION investigations.state_after(p_action text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE p_action
        WHEN 'stored' THEN 'stored' WHEN 'returned_to_storage' THEN 'stored' WHEN 'checked_out' THEN 'checked_out'
        WHEN 'sent_for_examination' THEN 'in_examination' WHEN 'presented_in_court' THEN 'in_court'
        WHEN 'released' THEN 'returned' WHEN 'destroyed' THEN 'destroyed' END
$$;
ALTER FUNCTION investigations.state_after(text) OWNER TO thorbis_definer;

-- A new item was collected and is nowhere yet.
CREATE FUNCTION investigations.begin_custody() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.status := 'collected';
    NEW.holder_id := NULL;
    NEW.storage_location_id := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER j_begin_custody BEFORE INSERT ON investigations.evidence_items FOR EACH ROW EXECUTE FUNCTION investigations.begin_custody();
CREATE TRIGGER y_circle AFTER INSERT OR UPDATE OF derived_from_id ON investigations.evidence_items FOR EACH ROW
    WHEN (NEW.derived_from_id IS NOT NULL) EXECUTE FUNCTION platform.refuse_circle('derived_from_id');
CREATE TRIGGER y_circle AFTER INSERT OR UPDATE OF parent_id ON investigations.evidence_storage_locations FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION platform.refuse_circle('parent_id');

-- The next link of the chain, under a lock on the item: numbers have no gaps, and it begins where the last
-- one ended.
CREATE FUNCTION investigations.link_custody() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    item investigations.evidence_items;
    state text;
BEGIN
    SELECT * INTO item FROM investigations.evidence_items i WHERE i.business_id = NEW.business_id AND i.id = NEW.evidence_item_id FOR NO KEY UPDATE;
    -- Events of the same statement count, though the item does not show them yet.
    SELECT coalesce(max(e.sequence), 0) + 1 INTO NEW.sequence FROM investigations.evidence_custody_events e
    WHERE e.business_id = NEW.business_id AND e.evidence_item_id = NEW.evidence_item_id;
    IF item.deleted_at IS NOT NULL OR item.status IN ('returned', 'destroyed') THEN
        PERFORM platform.refuse('evidence_item_id', 'must be an item that is still held.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.sequence > 1 AND NEW.from_user_id IS NOT NULL AND item.holder_id IS NOT NULL AND NEW.from_user_id <> item.holder_id THEN
        PERFORM platform.refuse('from_user_id', 'must be who holds the item, or be left out.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.sequence > 1 AND NEW.from_location_id IS NOT NULL AND item.storage_location_id IS NOT NULL AND NEW.from_location_id <> item.storage_location_id THEN
        PERFORM platform.refuse('from_location_id', 'must be where the item is kept, or be left out.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    -- The flow of the item's states, said of the action, which is what another value of mends it.
    SELECT coalesce((SELECT investigations.state_after(e.action) FROM investigations.evidence_custody_events e
        WHERE e.business_id = NEW.business_id AND e.evidence_item_id = NEW.evidence_item_id AND investigations.state_after(e.action) IS NOT NULL
        ORDER BY e.sequence DESC LIMIT 1), 'collected') INTO state;
    IF investigations.state_after(NEW.action) <> state AND NOT EXISTS (SELECT FROM platform.table_rules r, jsonb_array_elements(r.flows -> 'status') AS move
        WHERE (r.schema_name, r.table_name) = ('investigations', 'evidence_items') AND move = jsonb_build_array(state, investigations.state_after(NEW.action)))
    THEN
        PERFORM platform.refuse('action', format('cannot follow now; the item is %s.', replace(state, '_', ' ')), TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.from_user_id := coalesce(NEW.from_user_id, item.holder_id);
    NEW.from_location_id := coalesce(NEW.from_location_id, item.storage_location_id);
    RETURN NEW;
END $$;
ALTER FUNCTION investigations.link_custody() OWNER TO thorbis_definer;
CREATE TRIGGER j_link_custody BEFORE INSERT ON investigations.evidence_custody_events FOR EACH ROW EXECUTE FUNCTION investigations.link_custody();

-- Checking a seal or a hash moves nothing.
CALL platform.keep_totals('investigations.evidence_items', jsonb_build_object(
    'status', $$coalesce((SELECT investigations.state_after(e.action) FROM investigations.evidence_custody_events e
        WHERE e.business_id = p.business_id AND e.evidence_item_id = p.id AND investigations.state_after(e.action) IS NOT NULL
        ORDER BY e.sequence DESC LIMIT 1), 'collected')$$,
    'holder_id', $$(SELECT e.to_user_id FROM investigations.evidence_custody_events e
        WHERE e.business_id = p.business_id AND e.evidence_item_id = p.id AND e.action NOT IN ('hash_verified', 'seal_replaced')
        ORDER BY e.sequence DESC LIMIT 1)$$,
    'storage_location_id', $$(SELECT e.to_location_id FROM investigations.evidence_custody_events e
        WHERE e.business_id = p.business_id AND e.evidence_item_id = p.id AND e.action NOT IN ('hash_verified', 'seal_replaced')
        ORDER BY e.sequence DESC LIMIT 1)$$),
    '{"investigations.evidence_custody_events": ["evidence_item_id", "action", "to_user_id", "to_location_id", "sequence"]}');
COMMENT ON COLUMN investigations.evidence_items.status IS 'What the last custody event made it; kept by the system.';
COMMENT ON COLUMN investigations.evidence_items.holder_id IS 'Who holds it after the last custody event; kept by the system.';
COMMENT ON COLUMN investigations.evidence_items.storage_location_id IS 'Where it is after the last custody event; kept by the system.';
