-- Events on their way out: numbered as they are written, handed to the endpoints that want them as they
-- are published, tried until they arrive. An endpoint that fails for long is switched off.

CREATE SEQUENCE integrations.outbox_sequence;
GRANT USAGE ON SEQUENCE integrations.outbox_sequence TO thorbis_definer;

-- Readers go by transaction and number: a number alone does not tell what was committed first.
CREATE FUNCTION integrations.number_outbox_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.transaction_id := pg_current_xact_id()::text::bigint;
    NEW.sequence_number := nextval('integrations.outbox_sequence');
    RETURN NEW;
END $$;
ALTER FUNCTION integrations.number_outbox_event() OWNER TO thorbis_definer;
CREATE TRIGGER b_number BEFORE INSERT ON integrations.outbox_events FOR EACH ROW EXECUTE FUNCTION integrations.number_outbox_event();

-- A published event becomes a delivery for every endpoint of the business that subscribed to its type and
-- whose filter, if it has one, the payload holds.
CREATE FUNCTION integrations.fan_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO integrations.webhook_deliveries (business_id, webhook_endpoint_id, outbox_event_id)
    SELECT e.business_id, e.id, NEW.id FROM integrations.event_subscriptions s
    JOIN integrations.webhook_endpoints e ON e.business_id = s.business_id AND e.id = s.webhook_endpoint_id
    WHERE s.business_id = NEW.business_id AND s.event_type_id = NEW.event_type_id AND s.is_active AND NEW.payload @> s.filter
        AND e.status = 'active' AND e.deleted_at IS NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
ALTER FUNCTION integrations.fan_out() OWNER TO thorbis_definer;
CREATE TRIGGER l_fan_out AFTER UPDATE ON integrations.outbox_events FOR EACH ROW WHEN (OLD.published_at IS NULL AND NEW.published_at IS NOT NULL)
    EXECUTE FUNCTION integrations.fan_out();

CALL platform.keep_totals('integrations.webhook_deliveries', $totals${
    "attempt_count": "(SELECT count(*)::integer FROM integrations.webhook_delivery_attempts c WHERE c.business_id = p.business_id AND c.webhook_delivery_id = p.id)",
    "last_response_status": "(SELECT c.response_status FROM integrations.webhook_delivery_attempts c WHERE c.business_id = p.business_id AND c.webhook_delivery_id = p.id ORDER BY c.attempt_number DESC LIMIT 1)"
}$totals$, '{"integrations.webhook_delivery_attempts": ["webhook_delivery_id"]}');

-- What is to be delivered is due at once; after a failure it waits a minute, two, four, up to a day.
CALL platform.stamp_states('integrations.webhook_deliveries', 'status', '{"pending": {"next_attempt_at": "now()", "delivered_at": "NULL"},
    "delivered": {"delivered_at": "now()", "next_attempt_at": "NULL"}, "abandoned": {"next_attempt_at": "NULL"},
    "failed": {"next_attempt_at": "now() + least(1440, 2 ^ least(NEW.attempt_count, 11)) * interval ''1 minute''"}}');

-- The answer to a try settles a delivery that is under way.
CREATE FUNCTION integrations.settle_delivery() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE integrations.webhook_deliveries d SET status = CASE WHEN NEW.response_status BETWEEN 200 AND 299 THEN 'delivered' ELSE 'failed' END
    WHERE d.business_id = NEW.business_id AND d.id = NEW.webhook_delivery_id AND d.status = 'delivering';
    RETURN NULL;
END $$;
ALTER FUNCTION integrations.settle_delivery() OWNER TO thorbis_definer;
CREATE TRIGGER l_settle AFTER INSERT ON integrations.webhook_delivery_attempts FOR EACH ROW EXECUTE FUNCTION integrations.settle_delivery();

-- The endpoint's health follows its deliveries: twenty failures in a row switch it off.
CREATE FUNCTION integrations.note_endpoint_health() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'delivered' THEN
        UPDATE integrations.webhook_endpoints e SET consecutive_failures = 0, last_delivered_at = greatest(e.last_delivered_at, NEW.delivered_at)
        WHERE e.business_id = NEW.business_id AND e.id = NEW.webhook_endpoint_id AND e.deleted_at IS NULL;
    ELSE
        UPDATE integrations.webhook_endpoints e SET consecutive_failures = least(e.consecutive_failures, 1000000) + 1,
            status = CASE WHEN e.status = 'active' AND e.consecutive_failures >= 19 THEN 'disabled' ELSE e.status END,
            disabled_reason = CASE WHEN e.status = 'active' AND e.consecutive_failures >= 19 THEN 'Twenty deliveries in a row failed.' ELSE e.disabled_reason END
        WHERE e.business_id = NEW.business_id AND e.id = NEW.webhook_endpoint_id AND e.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION integrations.note_endpoint_health() OWNER TO thorbis_definer;
CREATE TRIGGER l_health AFTER UPDATE ON integrations.webhook_deliveries FOR EACH ROW
    WHEN (OLD.status = 'delivering' AND NEW.status IN ('delivered', 'failed')) EXECUTE FUNCTION integrations.note_endpoint_health();

-- Switched on again, an endpoint starts without a past. A new signing secret leaves the old one valid for a
-- day, so that receivers can change over.
CREATE FUNCTION integrations.keep_endpoint() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'active' AND OLD.status <> 'active' THEN
        NEW.consecutive_failures := 0;
        NEW.disabled_reason := NULL;
    END IF;
    IF NEW.signing_secret_encrypted <> OLD.signing_secret_encrypted THEN
        NEW.previous_signing_secret_encrypted := OLD.signing_secret_encrypted;
        NEW.previous_secret_expires_at := now() + interval '1 day';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_keep BEFORE UPDATE ON integrations.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION integrations.keep_endpoint();

-- An address that can only be one of ours. A name may still lead inside, so each delivery looks it up afresh.
CREATE FUNCTION integrations.check_endpoint_url() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    host text := lower((regexp_match(NEW.url, '^https://([^/?#]*)'))[1]);
BEGIN
    IF NEW.url ~ '\s' OR host IS NULL OR host = '' OR host ~ '@|\[|\]' OR host ~ '^[0-9.]+(:[0-9]+)?$' OR host ~ '^0x'
        OR host ~ '(^|\.)(localhost|local|internal|intranet|lan|home|corp)\.?(:[0-9]+)?$' OR host ~ '^[a-z0-9-]+(:[0-9]+)?$' THEN
        PERFORM platform.refuse('url', 'must be an https address with a public host name and no password.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_url BEFORE INSERT OR UPDATE OF url ON integrations.webhook_endpoints FOR EACH ROW WHEN (NEW.url LIKE 'https://%')
    EXECUTE FUNCTION integrations.check_endpoint_url();
