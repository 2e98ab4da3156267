-- Links to outsiders end when they say; documents are signed as they were sent.

-- A download by a link, under a lock on it, so that the last one is given once.
CREATE FUNCTION files.use_share() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    share files.shares;
BEGIN
    SELECT * INTO share FROM files.shares s WHERE s.business_id = NEW.business_id AND s.id = NEW.share_id FOR NO KEY UPDATE;
    IF share.revoked_at <= now() OR share.expires_at <= now() OR share.deleted_at IS NOT NULL OR NOT share.is_download_allowed THEN
        PERFORM platform.refuse('share_id', 'is no longer good for downloads.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF share.maximum_downloads <= (SELECT count(*) FROM files.downloads d WHERE d.business_id = NEW.business_id AND d.share_id = NEW.share_id) THEN
        PERFORM platform.refuse('share_id', 'was used as often as it may be.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION files.use_share() OWNER TO thorbis_definer;
CREATE TRIGGER j_use_share BEFORE INSERT ON files.downloads FOR EACH ROW WHEN (NEW.share_id IS NOT NULL) EXECUTE FUNCTION files.use_share();
CALL platform.keep_totals('files.shares', jsonb_build_object(
    'download_count', $$(SELECT count(*)::integer FROM files.downloads d WHERE d.business_id = p.business_id AND d.share_id = p.id)$$),
    '{"files.downloads": ["share_id"]}');

-- A locked label can only be lengthened, as long as a file or folder carries it; before, it binds nothing.
CREATE FUNCTION files.keep_label() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM files.files f WHERE f.business_id = NEW.business_id AND f.retention_label_id = NEW.id AND f.deleted_at IS NULL)
        AND NOT EXISTS (SELECT FROM files.folders f WHERE f.business_id = NEW.business_id AND f.retention_label_id = NEW.id AND f.deleted_at IS NULL)
    THEN
        RETURN NEW;
    END IF;
    IF NEW.keep_years < OLD.keep_years THEN
        PERFORM platform.refuse('keep_years', 'can only be raised, for the label is locked.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NOT NEW.is_locked THEN
        PERFORM platform.refuse('is_locked', 'stays once it is set.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.counted_from <> OLD.counted_from THEN
        PERFORM platform.refuse('counted_from', 'stays as it is, for the label is locked.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'A locked label stays as long as files carry it.' USING ERRCODE = 'TB403';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION files.keep_label() OWNER TO thorbis_definer;
CREATE TRIGGER j_keep_label BEFORE UPDATE ON files.retention_labels FOR EACH ROW WHEN (OLD.is_locked) EXECUTE FUNCTION files.keep_label();

-- What is sent is the file as it is then.
CREATE FUNCTION files.send_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.document_hash := (SELECT f.content_hash FROM files.files f WHERE f.business_id = NEW.business_id AND f.id = NEW.file_id);
    RETURN NEW;
END $$;
ALTER FUNCTION files.send_request() OWNER TO thorbis_definer;
CREATE TRIGGER l_send_request BEFORE INSERT OR UPDATE OF status ON files.signature_requests FOR EACH ROW
    WHEN (NEW.status = 'sent' AND NEW.document_hash IS NULL) EXECUTE FUNCTION files.send_request();
CALL platform.stamp_states('files.signature_requests', 'status', '{"sent": {"sent_at": "now()"}, "completed": {"completed_at": "now()"}}');

-- The file of a request that was sent is not exchanged, nor completed by hand: that is what signing does.
CREATE FUNCTION files.guard_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.file_id <> OLD.file_id AND OLD.status <> 'draft' THEN
        PERFORM platform.refuse('file_id', 'stays once the request was sent.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status = 'completed' AND OLD.status <> 'completed' AND auth.get_current_role() IS NOT NULL AND EXISTS (SELECT FROM files.signature_signers s
        WHERE s.business_id = NEW.business_id AND s.signature_request_id = NEW.id AND s.status <> 'signed')
    THEN
        RAISE EXCEPTION 'Somebody has not signed yet.' USING ERRCODE = 'TB409';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION files.guard_request() OWNER TO thorbis_definer;
CREATE TRIGGER j_guard_request BEFORE UPDATE ON files.signature_requests FOR EACH ROW EXECUTE FUNCTION files.guard_request();

-- Who signs is settled when the request is sent.
CREATE FUNCTION files.guard_signer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    request uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.signature_request_id ELSE NEW.signature_request_id END;
    business uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.business_id ELSE NEW.business_id END;
BEGIN
    IF auth.get_current_role() IS NOT NULL AND (SELECT r.status <> 'draft' FROM files.signature_requests r WHERE r.business_id = business AND r.id = request FOR SHARE) THEN
        PERFORM platform.refuse('signature_request_id', 'must be a draft to change who signs.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
ALTER FUNCTION files.guard_signer() OWNER TO thorbis_definer;
CREATE TRIGGER j_guard_signer BEFORE INSERT OR DELETE ON files.signature_signers FOR EACH ROW EXECUTE FUNCTION files.guard_signer();
CREATE TRIGGER j_guard_signer_change BEFORE UPDATE ON files.signature_signers FOR EACH ROW
    WHEN ((OLD.signature_request_id, OLD.position, OLD.customer_id, OLD.user_id, OLD.name, OLD.email, OLD.phone, OLD.authentication)
        IS DISTINCT FROM (NEW.signature_request_id, NEW.position, NEW.customer_id, NEW.user_id, NEW.name, NEW.email, NEW.phone, NEW.authentication))
    EXECUTE FUNCTION files.guard_signer();
CALL platform.stamp_states('files.signature_signers', 'status', '{"signed": {"signed_at": "coalesce(NEW.signed_at, now())"}}');

-- In turn means that those before have signed.
CREATE FUNCTION files.await_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF (SELECT r.signing_order = 'in_turn' FROM files.signature_requests r WHERE r.business_id = NEW.business_id AND r.id = NEW.signature_request_id FOR NO KEY UPDATE)
        AND EXISTS (SELECT FROM files.signature_signers s WHERE s.business_id = NEW.business_id AND s.signature_request_id = NEW.signature_request_id
            AND s.position < NEW.position AND s.status <> 'signed')
    THEN
        RAISE EXCEPTION 'Those before have not signed yet.' USING ERRCODE = 'TB409';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION files.await_turn() OWNER TO thorbis_definer;
CREATE TRIGGER l_await_turn BEFORE UPDATE ON files.signature_signers FOR EACH ROW
    WHEN (OLD.status <> 'signed' AND NEW.status = 'signed') EXECUTE FUNCTION files.await_turn();

-- The last signature completes a request, the first refusal ends it.
CREATE FUNCTION files.follow_signer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM files.signature_requests r WHERE r.business_id = NEW.business_id AND r.id = NEW.signature_request_id FOR NO KEY UPDATE;
    UPDATE files.signature_requests r SET status = CASE NEW.status WHEN 'declined' THEN 'declined' ELSE 'completed' END
    WHERE r.business_id = NEW.business_id AND r.id = NEW.signature_request_id AND r.status = 'sent' AND r.deleted_at IS NULL
        AND (NEW.status = 'declined' OR NOT EXISTS (SELECT FROM files.signature_signers s
            WHERE s.business_id = r.business_id AND s.signature_request_id = r.id AND s.status <> 'signed'));
    RETURN NULL;
END $$;
ALTER FUNCTION files.follow_signer() OWNER TO thorbis_definer;
CREATE TRIGGER y_follow_signer AFTER UPDATE ON files.signature_signers FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('signed', 'declined')) EXECUTE FUNCTION files.follow_signer();
