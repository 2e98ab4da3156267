-- What comes in from customers, and what users and customers want to hear.

-- The first word of a text tells what a customer wants, in the words carriers agree on.
CREATE FUNCTION notifications.keyword_of(p_text text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE
        WHEN word IN ('stop', 'stopall', 'unsubscribe', 'end', 'quit') THEN 'stop'
        WHEN word IN ('start', 'unstop', 'subscribe') THEN 'start'
        WHEN word IN ('help', 'info') THEN 'help'
        WHEN word IN ('confirm', 'yes', 'c') THEN 'confirm'
        WHEN word = 'cancel' THEN 'cancel'
        ELSE 'none'
    END FROM (SELECT lower(regexp_replace(btrim(p_text), '[^[:alpha:]].*$', '')) AS word) AS w
$$;

-- A message from outside gets its keyword, and the customer whose address it is if there is just one.
CREATE FUNCTION notifications.receive_message() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    customers uuid[];
BEGIN
    NEW.keyword := notifications.keyword_of(NEW.body_text);
    IF NEW.customer_id IS NULL THEN
        customers := ARRAY(SELECT c.id FROM hs.customers c WHERE c.business_id = NEW.business_id AND c.deleted_at IS NULL
            AND CASE WHEN position('@' IN NEW.from_address) > 0 THEN lower(c.email) = lower(NEW.from_address) ELSE c.phone = NEW.from_address END LIMIT 2);
        NEW.customer_id := CASE WHEN cardinality(customers) = 1 THEN customers[1] END;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.receive_message() OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION notifications.keyword_of(text) TO thorbis_definer;
CREATE TRIGGER j_receive BEFORE INSERT ON notifications.inbound_messages FOR EACH ROW EXECUTE FUNCTION notifications.receive_message();

-- STOP suppresses the address and withdraws the consent; START takes both back.
CREATE FUNCTION notifications.follow_keyword() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    carrier text := (SELECT c.kind FROM notifications.channels c WHERE c.business_id = NEW.business_id AND c.id = NEW.channel_id);
BEGIN
    IF carrier NOT IN ('email', 'sms', 'whatsapp', 'voice') THEN
        RETURN NULL;
    ELSIF NEW.keyword = 'stop' THEN
        PERFORM notifications.suppress(NEW.business_id, carrier, NEW.from_address, 'unsubscribe', NULL);
    ELSE
        DELETE FROM notifications.suppressions s WHERE s.business_id = NEW.business_id AND s.channel_kind = carrier
            AND lower(s.address) = lower(NEW.from_address) AND s.reason = 'unsubscribe';
    END IF;
    PERFORM notifications.record_consent(NEW.business_id, carrier, NEW.customer_id, NEW.from_address, NEW.keyword = 'start', left(NEW.body_text, 2000), 'keyword');
    RETURN NULL;
END $$;
ALTER FUNCTION notifications.follow_keyword() OWNER TO thorbis_definer;
CREATE TRIGGER l_keyword AFTER INSERT ON notifications.inbound_messages FOR EACH ROW WHEN (NEW.keyword IN ('stop', 'start'))
    EXECUTE FUNCTION notifications.follow_keyword();

-- A wish rests on a consent of the same customer that was given.
CREATE FUNCTION notifications.check_consent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    consent audit.consent_records;
BEGIN
    SELECT * INTO consent FROM audit.consent_records c WHERE c.business_id = NEW.business_id AND c.id = NEW.consent_record_id;
    IF consent.customer_id <> NEW.customer_id THEN
        PERFORM platform.refuse('consent_record_id', 'must be a consent of this customer.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.is_wanted AND NOT consent.is_granted THEN
        PERFORM platform.refuse('is_wanted', 'must be false where the consent was refused.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.check_consent() OWNER TO thorbis_definer;
CREATE TRIGGER j_consent BEFORE INSERT OR UPDATE ON notifications.contact_preferences FOR EACH ROW WHEN (NEW.consent_record_id IS NOT NULL)
    EXECUTE FUNCTION notifications.check_consent();

-- How many notices of the current business the caller has not read.
CREATE FUNCTION notifications.unread_count() RETURNS bigint LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT count(*) FROM notifications.inbox_notifications n
    WHERE n.user_id = (SELECT auth.uid()) AND n.business_id = (SELECT auth.get_current_business_id())
        AND n.read_at IS NULL AND n.archived_at IS NULL AND (n.expires_at IS NULL OR n.expires_at > now())
$$;
GRANT EXECUTE ON FUNCTION notifications.unread_count() TO thorbis_gateway;
COMMENT ON FUNCTION notifications.unread_count() IS 'The caller''s unread notices in the current business.';

-- A summary comes at its set time, in the reader's own zone.
CREATE FUNCTION notifications.schedule_digest() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT reporting.is_timezone(NEW.timezone) THEN
        PERFORM platform.refuse('timezone', 'is no IANA time zone, such as America/Chicago.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.next_send_at := CASE WHEN NEW.is_active THEN reporting.next_occurrence(NEW.pace, NEW.weekday, NULL, NEW.send_at, NEW.timezone,
        greatest(now(), NEW.last_sent_at)) END;
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.schedule_digest() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_next BEFORE INSERT OR UPDATE OF pace, weekday, send_at, timezone, is_active, last_sent_at ON notifications.digests
    FOR EACH ROW EXECUTE FUNCTION notifications.schedule_digest();

-- A token that another user registers moves to that user, and a device of a user has one token an app: a
-- newer one takes its place.
CREATE FUNCTION notifications.register_token() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    DELETE FROM notifications.push_tokens t WHERE t.token_hash = NEW.token_hash AND t.user_id <> NEW.user_id;
    IF NEW.status = 'active' THEN
        UPDATE notifications.push_tokens t SET status = 'expired'
        WHERE t.user_id = NEW.user_id AND t.device_id = NEW.device_id AND t.app_identifier = NEW.app_identifier AND t.status = 'active'
            AND t.token_hash <> NEW.token_hash;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.register_token() OWNER TO thorbis_definer;
CREATE TRIGGER j_register BEFORE INSERT ON notifications.push_tokens FOR EACH ROW EXECUTE FUNCTION notifications.register_token();
