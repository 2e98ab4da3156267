-- Connections to outside services: what state they are in, and what may come in over them.

-- A connection that works again has no error any more.
CALL platform.stamp_states('integrations.integration_configs', 'status', '{"inactive": {"last_error": "NULL"}}');
CREATE FUNCTION integrations.clear_error() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.last_error := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER k_clear_error BEFORE UPDATE ON integrations.integration_configs FOR EACH ROW WHEN (OLD.status = 'error' AND NEW.status = 'active')
    EXECUTE FUNCTION integrations.clear_error();

-- Who connected an authorization is who started it, where the outside service answers to nobody in person.
CALL platform.stamp_states('integrations.oauth_connections', 'status', '{"connected": {"connected_by_id": "coalesce(auth.uid(), NEW.created_by)", "last_refreshed_at": "now()", "failure_reason": "NULL"},
    "revoked": {"access_token_encrypted": "NULL", "refresh_token_encrypted": "NULL"}, "failed": {"code_verifier_encrypted": "NULL"}}');
CALL platform.stamp_states('integrations.app_installations', 'status', '{"uninstalled": {"uninstalled_at": "now()"}}');

-- An application gets no more than it asked for.
CREATE FUNCTION integrations.check_granted_scopes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT NEW.granted_scopes <@ (SELECT c.requested_scopes FROM auth.api_clients c WHERE c.id = NEW.api_client_id) THEN
        PERFORM platform.refuse('granted_scopes', 'must be scopes that the application asks for.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION integrations.check_granted_scopes() OWNER TO thorbis_definer;
CREATE TRIGGER j_scopes BEFORE INSERT OR UPDATE OF granted_scopes, api_client_id ON integrations.app_installations
    FOR EACH ROW EXECUTE FUNCTION integrations.check_granted_scopes();

-- What outside services send: credentials among the headers are not kept, and what carries no valid
-- signature is never processed.
CREATE FUNCTION integrations.receive_webhook() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' AND jsonb_typeof(NEW.headers) = 'object' THEN
        NEW.headers := (SELECT coalesce(jsonb_object_agg(h.key, h.value), '{}') FROM jsonb_each(NEW.headers) AS h
            WHERE h.key !~* '^(proxy-)?authorization$|cookie|signature|token|secret|api[-_]?key|hmac');
    END IF;
    IF NEW.status = 'processed' AND NOT NEW.is_signature_verified THEN
        PERFORM platform.refuse('is_signature_verified', 'must be true of an event that is processed.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'failed' AND NEW.status = 'pending' THEN
        NEW.retry_count := OLD.retry_count + 1;
        NEW.next_retry_at := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_receive BEFORE INSERT OR UPDATE ON integrations.webhook_events FOR EACH ROW EXECUTE FUNCTION integrations.receive_webhook();
-- Failed events are tried again after a minute, two, four, up to a day.
CALL platform.stamp_states('integrations.webhook_events', 'status', '{"processed": {"processed_at": "now()"}, "ignored": {"processed_at": "now()"},
    "failed": {"next_retry_at": "now() + least(1440, 2 ^ least(greatest(NEW.retry_count, 0), 11)) * interval ''1 minute''"}}');
