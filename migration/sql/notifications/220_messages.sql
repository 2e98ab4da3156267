-- Messages on their way: who may send, whom nothing is sent to, and what became of each message.

CALL platform.stamp_states('notifications.messages', 'status', '{"sent": {"sent_at": "now()"}}');
CALL platform.stamp_states('notifications.deliveries', 'status', '{"sent": {"sent_at": "now()"}, "delivered": {"sent_at": "coalesce(NEW.sent_at, now())", "delivered_at": "now()"}}');

-- Only a verified sender sends.
CREATE FUNCTION notifications.check_sender() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM notifications.channels c WHERE c.business_id = NEW.business_id AND c.id = NEW.channel_id
        AND c.verification_status = 'verified' AND c.is_active AND c.deleted_at IS NULL) THEN
        PERFORM platform.refuse('channel_id', 'must be an active sender that is verified.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.check_sender() OWNER TO thorbis_definer;
CREATE TRIGGER j_sender BEFORE INSERT ON notifications.messages FOR EACH ROW WHEN (NEW.status = 'sending') EXECUTE FUNCTION notifications.check_sender();
CREATE TRIGGER j_sender_later BEFORE UPDATE ON notifications.messages FOR EACH ROW WHEN (NEW.status = 'sending' AND OLD.status <> 'sending')
    EXECUTE FUNCTION notifications.check_sender();

-- Whether nothing of this kind may go to an address: it is suppressed, or the customer does not want it.
-- Advertising needs a customer's yes; what concerns security reaches everybody.
CREATE FUNCTION notifications.is_unwanted(p_business_id uuid, p_recipient_id uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT m.category <> 'security' AND (
        EXISTS (SELECT FROM notifications.suppressions s WHERE s.business_id = r.business_id AND s.channel_kind = c.kind
            AND lower(s.address) = lower(r.address) AND (s.expires_at IS NULL OR s.expires_at > now()))
        OR (r.customer_id IS NOT NULL AND c.kind IN ('email', 'sms', 'whatsapp', 'voice')
            AND NOT coalesce((SELECT w.is_wanted FROM notifications.contact_preferences w WHERE w.business_id = r.business_id
                AND w.customer_id = r.customer_id AND w.category = m.category AND w.channel_kind = c.kind), m.category <> 'marketing')))
    FROM notifications.message_recipients r
    JOIN notifications.messages m ON m.business_id = r.business_id AND m.id = r.message_id
    JOIN notifications.channels c ON c.business_id = m.business_id AND c.id = m.channel_id
    WHERE r.business_id = p_business_id AND r.id = p_recipient_id
$$;
GRANT EXECUTE ON FUNCTION notifications.is_unwanted(uuid, uuid) TO thorbis_definer;

CREATE FUNCTION notifications.suppress_delivery() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF notifications.is_unwanted(NEW.business_id, NEW.message_recipient_id) THEN
        NEW.status := 'suppressed';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.suppress_delivery() OWNER TO thorbis_definer;
CREATE TRIGGER j_suppress BEFORE INSERT ON notifications.deliveries FOR EACH ROW WHEN (NEW.status = 'queued') EXECUTE FUNCTION notifications.suppress_delivery();

-- A message is sent once nothing of it is queued any more and something went out; if nothing did, it failed.
CREATE FUNCTION notifications.settle_message() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    message uuid := (SELECT r.message_id FROM notifications.message_recipients r WHERE r.business_id = NEW.business_id AND r.id = NEW.message_recipient_id);
BEGIN
    PERFORM FROM notifications.messages m WHERE m.business_id = NEW.business_id AND m.id = message AND m.status = 'sending' FOR NO KEY UPDATE;
    -- The queue is asked first: in a long list it answers until the very end.
    IF NOT FOUND OR EXISTS (SELECT FROM notifications.deliveries d
            JOIN notifications.message_recipients r ON r.business_id = d.business_id AND r.id = d.message_recipient_id
            WHERE d.business_id = NEW.business_id AND d.status = 'queued' AND r.message_id = message)
        OR EXISTS (SELECT FROM notifications.message_recipients r WHERE r.business_id = NEW.business_id AND r.message_id = message
            AND NOT EXISTS (SELECT FROM notifications.deliveries d WHERE d.message_recipient_id = r.id)) THEN
        RETURN NULL;
    END IF;
    UPDATE notifications.messages m SET status = CASE WHEN EXISTS (SELECT FROM notifications.message_recipients r
            JOIN notifications.deliveries d ON d.business_id = r.business_id AND d.message_recipient_id = r.id
            WHERE r.business_id = m.business_id AND r.message_id = m.id AND d.status IN ('sent', 'delivered', 'bounced')) THEN 'sent' ELSE 'failed' END
    WHERE m.business_id = NEW.business_id AND m.id = message AND m.deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION notifications.settle_message() OWNER TO thorbis_definer;
CREATE TRIGGER l_settle AFTER INSERT ON notifications.deliveries FOR EACH ROW WHEN (NEW.status <> 'queued') EXECUTE FUNCTION notifications.settle_message();
CREATE TRIGGER l_settle_later AFTER UPDATE ON notifications.deliveries FOR EACH ROW WHEN (OLD.status = 'queued' AND NEW.status <> 'queued')
    EXECUTE FUNCTION notifications.settle_message();

-- An address is the same however it is written.
CREATE FUNCTION notifications.check_suppression() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM notifications.suppressions s WHERE s.business_id = NEW.business_id AND s.channel_kind = NEW.channel_kind
        AND lower(s.address) = lower(NEW.address) AND s.id <> NEW.id) THEN
        PERFORM platform.refuse('address', 'is on the list already.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.check_suppression() OWNER TO thorbis_definer;
CREATE TRIGGER j_address BEFORE INSERT OR UPDATE OF address, channel_kind ON notifications.suppressions FOR EACH ROW EXECUTE FUNCTION notifications.check_suppression();

-- An address that asked to hear nothing more, bounced or complained gets nothing more.
CREATE FUNCTION notifications.suppress(p_business_id uuid, p_channel_kind text, p_address text, p_reason text, p_delivery_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF p_channel_kind NOT IN ('email', 'sms', 'whatsapp', 'voice') THEN
        RETURN;
    END IF;
    UPDATE notifications.suppressions s SET reason = CASE WHEN s.expires_at IS NULL THEN s.reason ELSE p_reason END, expires_at = NULL
    WHERE s.business_id = p_business_id AND s.channel_kind = p_channel_kind AND lower(s.address) = lower(p_address);
    IF NOT FOUND THEN
        INSERT INTO notifications.suppressions (business_id, channel_kind, address, reason, delivery_id)
        VALUES (p_business_id, p_channel_kind, p_address, p_reason, p_delivery_id) ON CONFLICT DO NOTHING;
    END IF;
END $$;
ALTER FUNCTION notifications.suppress(uuid, text, text, text, uuid) OWNER TO thorbis_definer;

-- A consent given or withdrawn by a message, in the words it came in.
CREATE FUNCTION notifications.record_consent(p_business_id uuid, p_channel_kind text, p_customer_id uuid, p_address text, p_is_granted boolean, p_wording text, p_source text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO audit.consent_records (business_id, customer_id, contact_address, purpose, is_granted, wording, wording_version, source)
    VALUES (p_business_id, p_customer_id, CASE WHEN p_customer_id IS NULL THEN p_address END,
        CASE p_channel_kind WHEN 'email' THEN 'marketing_email' WHEN 'voice' THEN 'marketing_call' ELSE 'marketing_sms' END,
        p_is_granted, p_wording, 'as sent', p_source);
END $$;
ALTER FUNCTION notifications.record_consent(uuid, text, uuid, text, boolean, text, text) OWNER TO thorbis_definer;

-- What a provider reports moves the delivery on and keeps the suppressions.
CREATE FUNCTION notifications.note_delivery_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    entry record;
BEGIN
    UPDATE notifications.deliveries d SET status = CASE NEW.kind WHEN 'bounced' THEN 'bounced' ELSE 'delivered' END,
        delivered_at = CASE NEW.kind WHEN 'bounced' THEN d.delivered_at ELSE NEW.occurred_at END
    WHERE d.business_id = NEW.business_id AND d.id = NEW.delivery_id
        AND ((NEW.kind IN ('delivered', 'opened', 'clicked') AND d.status = 'sent') OR (NEW.kind = 'bounced' AND d.status IN ('sent', 'delivered')));
    IF NEW.kind IN ('bounced', 'complained', 'unsubscribed') THEN
        SELECT r.address, r.customer_id, c.kind INTO entry FROM notifications.deliveries d
        JOIN notifications.message_recipients r ON r.business_id = d.business_id AND r.id = d.message_recipient_id
        JOIN notifications.messages m ON m.business_id = r.business_id AND m.id = r.message_id
        JOIN notifications.channels c ON c.business_id = m.business_id AND c.id = m.channel_id
        WHERE d.business_id = NEW.business_id AND d.id = NEW.delivery_id;
        PERFORM notifications.suppress(NEW.business_id, entry.kind, entry.address,
            CASE NEW.kind WHEN 'bounced' THEN 'hard_bounce' WHEN 'complained' THEN 'complaint' ELSE 'unsubscribe' END, NEW.delivery_id);
        IF NEW.kind = 'unsubscribed' THEN
            PERFORM notifications.record_consent(NEW.business_id, entry.kind, entry.customer_id, entry.address, false, 'Unsubscribed from a message.', 'web');
        END IF;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION notifications.note_delivery_event() OWNER TO thorbis_definer;
CREATE TRIGGER l_note AFTER INSERT ON notifications.delivery_events FOR EACH ROW EXECUTE FUNCTION notifications.note_delivery_event();
