-- Campaigns count the people they were for, whom they reached, who opened them and who had enough.

CREATE FUNCTION notifications.campaign_counts(p_business_id uuid, p_campaign_id uuid,
    OUT recipients integer, OUT delivered integer, OUT opened integer, OUT unsubscribed integer)
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT (SELECT count(*) FROM notifications.messages m JOIN notifications.message_recipients r ON r.business_id = m.business_id AND r.message_id = m.id
            WHERE m.business_id = p_business_id AND m.campaign_id = p_campaign_id)::integer,
        count(*) FILTER (WHERE d.status = 'delivered')::integer,
        count(*) FILTER (WHERE EXISTS (SELECT FROM notifications.delivery_events e WHERE e.business_id = d.business_id AND e.delivery_id = d.id AND e.kind IN ('opened', 'clicked')))::integer,
        count(*) FILTER (WHERE EXISTS (SELECT FROM notifications.delivery_events e WHERE e.business_id = d.business_id AND e.delivery_id = d.id AND e.kind = 'unsubscribed'))::integer
    FROM notifications.messages m JOIN notifications.message_recipients r ON r.business_id = m.business_id AND r.message_id = m.id
    JOIN notifications.deliveries d ON d.business_id = r.business_id AND d.message_recipient_id = r.id
    WHERE m.business_id = p_business_id AND m.campaign_id = p_campaign_id
$$;
GRANT EXECUTE ON FUNCTION notifications.campaign_counts(uuid, uuid) TO thorbis_definer;
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount)
SELECT 'notifications.campaigns', name || '_count', '{notifications.messages,notifications.message_recipients,notifications.deliveries,notifications.delivery_events}',
    format('(SELECT t.%s FROM notifications.campaign_counts(p.business_id, p.id) AS t)', kind)
FROM (VALUES ('recipient', 'recipients'), ('delivered', 'delivered'), ('opened', 'opened'), ('unsubscribed', 'unsubscribed')) AS c (name, kind);

CREATE FUNCTION notifications.recount_campaigns(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM notifications.campaigns p WHERE p.business_id = p_business AND p.id = ANY (p_ids) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE notifications.campaigns p
    SET recipient_count = t.recipients, delivered_count = t.delivered, opened_count = t.opened, unsubscribed_count = t.unsubscribed
    FROM unnest(p_ids) AS c (id) CROSS JOIN LATERAL notifications.campaign_counts(p_business, c.id) AS t
    WHERE p.business_id = p_business AND p.id = c.id AND p.deleted_at IS NULL
        AND (p.recipient_count, p.delivered_count, p.opened_count, p.unsubscribed_count) IS DISTINCT FROM (t.recipients, t.delivered, t.opened, t.unsubscribed);
END $$;
ALTER FUNCTION notifications.recount_campaigns(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('notifications', 'keep_campaigns_from_messages', 'recount_campaigns', 'notifications.messages', 'campaign_id', '{campaign_id}');

-- Adds to the counts of a message's campaign, where it has one: a campaign of ten thousand is not counted
-- anew for every one who opens it.
CREATE FUNCTION notifications.add_to_campaign(p_business_id uuid, p_recipient_id uuid, p_delivered integer, p_opened integer, p_unsubscribed integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE notifications.campaigns p SET delivered_count = p.delivered_count + p_delivered, opened_count = p.opened_count + p_opened,
        unsubscribed_count = p.unsubscribed_count + p_unsubscribed
    FROM notifications.message_recipients r JOIN notifications.messages m ON m.business_id = r.business_id AND m.id = r.message_id
    WHERE r.business_id = p_business_id AND r.id = p_recipient_id AND p.business_id = r.business_id AND p.id = m.campaign_id AND p.deleted_at IS NULL;
END $$;
ALTER FUNCTION notifications.add_to_campaign(uuid, uuid, integer, integer, integer) OWNER TO thorbis_definer;

CREATE FUNCTION notifications.count_campaign_delivery() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    delta integer := (NEW.status = 'delivered')::integer - CASE WHEN TG_OP = 'UPDATE' THEN (OLD.status = 'delivered')::integer ELSE 0 END;
BEGIN
    IF delta <> 0 THEN
        PERFORM notifications.add_to_campaign(NEW.business_id, NEW.message_recipient_id, delta, 0, 0);
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION notifications.count_campaign_delivery() OWNER TO thorbis_definer;
CREATE TRIGGER totals_campaign AFTER INSERT OR UPDATE OF status ON notifications.deliveries FOR EACH ROW EXECUTE FUNCTION notifications.count_campaign_delivery();

-- Of several events that mean the same the first counts. The delivery's row is locked meanwhile, so that
-- two at once are not both the first.
CREATE FUNCTION notifications.count_campaign_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched record;
    recipient uuid;
    is_opened boolean;
    is_unsubscribed boolean;
BEGIN
    FOR touched IN SELECT n.business_id, n.delivery_id, bool_or(n.kind IN ('opened', 'clicked')) AS opens, bool_or(n.kind = 'unsubscribed') AS leaves
        FROM new_rows n WHERE n.kind IN ('opened', 'clicked', 'unsubscribed') GROUP BY 1, 2 ORDER BY 1, 2
    LOOP
        SELECT d.message_recipient_id INTO recipient FROM notifications.deliveries d
        WHERE d.business_id = touched.business_id AND d.id = touched.delivery_id FOR NO KEY UPDATE;
        SELECT coalesce(bool_or(e.kind IN ('opened', 'clicked')), false), coalesce(bool_or(e.kind = 'unsubscribed'), false) INTO is_opened, is_unsubscribed
        FROM notifications.delivery_events e
        WHERE e.business_id = touched.business_id AND e.delivery_id = touched.delivery_id AND NOT EXISTS (SELECT FROM new_rows n WHERE n.id = e.id);
        PERFORM notifications.add_to_campaign(touched.business_id, recipient, 0,
            (touched.opens AND NOT is_opened)::integer, (touched.leaves AND NOT is_unsubscribed)::integer);
    END LOOP;
    RETURN NULL;
END $$;
ALTER FUNCTION notifications.count_campaign_events() OWNER TO thorbis_definer;
CREATE TRIGGER totals_campaign AFTER INSERT ON notifications.delivery_events REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION notifications.count_campaign_events();

-- Recipients come and go in lists, and take their deliveries with them.
CREATE FUNCTION notifications.count_campaign_recipients() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    touched record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        FOR touched IN SELECT m.business_id, m.campaign_id, count(*)::integer AS more FROM new_rows n
            JOIN notifications.messages m ON m.business_id = n.business_id AND m.id = n.message_id WHERE m.campaign_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
        LOOP
            UPDATE notifications.campaigns p SET recipient_count = p.recipient_count + touched.more
            WHERE p.business_id = touched.business_id AND p.id = touched.campaign_id AND p.deleted_at IS NULL;
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR touched IN SELECT m.business_id, array_agg(DISTINCT m.campaign_id) AS ids FROM old_rows o
            JOIN notifications.messages m ON m.business_id = o.business_id AND m.id = o.message_id WHERE m.campaign_id IS NOT NULL GROUP BY 1
        LOOP
            PERFORM notifications.recount_campaigns(touched.business_id, touched.ids);
        END LOOP;
    ELSE
        FOR touched IN SELECT m.business_id, array_agg(DISTINCT m.campaign_id) AS ids FROM new_rows n JOIN old_rows o USING (business_id, id)
            JOIN notifications.messages m ON m.business_id = n.business_id AND m.id IN (n.message_id, o.message_id)
            WHERE m.campaign_id IS NOT NULL AND n.message_id <> o.message_id GROUP BY 1
        LOOP
            PERFORM notifications.recount_campaigns(touched.business_id, touched.ids);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION notifications.count_campaign_recipients() OWNER TO thorbis_definer;
CREATE TRIGGER totals_campaign_added AFTER INSERT ON notifications.message_recipients REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION notifications.count_campaign_recipients();
CREATE TRIGGER totals_campaign_removed AFTER DELETE ON notifications.message_recipients REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION notifications.count_campaign_recipients();
CREATE TRIGGER totals_campaign_moved AFTER UPDATE ON notifications.message_recipients REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION notifications.count_campaign_recipients();

-- What was deleted stands still and catches up when it comes back.
CREATE FUNCTION notifications.catch_up_campaign() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM notifications.recount_campaigns(NEW.business_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;
ALTER FUNCTION notifications.catch_up_campaign() OWNER TO thorbis_definer;
CREATE TRIGGER totals_catch_up AFTER UPDATE OF deleted_at ON notifications.campaigns FOR EACH ROW
    WHEN (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL) EXECUTE FUNCTION notifications.catch_up_campaign();

-- A campaign starts once, however often it is paused.
CALL platform.stamp_states('notifications.campaigns', 'status', '{"sending": {"started_at": "coalesce(NEW.started_at, now())"},
    "completed": {"finished_at": "now()"}, "cancelled": {"finished_at": "now()"}}');
