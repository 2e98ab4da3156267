-- What is published and attested, and what checks of it found.

-- A key that becomes active takes the place of the one before it; what it signed stays valid.
CREATE FUNCTION trust.rotate_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('trust.signing_keys.' || NEW.purpose, 0));
    UPDATE trust.signing_keys k SET status = 'retired' WHERE k.purpose = NEW.purpose AND k.status = 'active' AND k.id <> NEW.id;
    RETURN NEW;
END $$;
ALTER FUNCTION trust.rotate_key() OWNER TO thorbis_definer;
CREATE TRIGGER j_rotate BEFORE INSERT OR UPDATE OF status ON trust.signing_keys FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION trust.rotate_key();
CALL platform.stamp_states('trust.signing_keys', 'status', '{"active": {"valid_from": "now()"},
    "retired": {"valid_until": "greatest(now(), NEW.valid_from + interval ''1 microsecond'')"},
    "compromised": {"valid_until": "greatest(now(), NEW.valid_from + interval ''1 microsecond'')"}}');

-- A publication is confirmed once the network has confirmed it as often as its rule demands, and its batch
-- is anchored then.
CREATE FUNCTION trust.check_anchor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'confirmed' AND NEW.confirmation_count < (SELECT n.required_confirmations FROM trust.anchor_networks n WHERE n.id = NEW.anchor_network_id) THEN
        PERFORM platform.refuse('confirmation_count', 'must reach what the network requires before the anchor is confirmed.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.business_id IS DISTINCT FROM (SELECT b.business_id FROM trust.batches b WHERE b.id = NEW.batch_id) THEN
        PERFORM platform.refuse('batch_id', 'must be a batch of this business.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION trust.check_anchor() OWNER TO thorbis_definer;
CREATE TRIGGER j_confirmations BEFORE INSERT OR UPDATE ON trust.anchors FOR EACH ROW EXECUTE FUNCTION trust.check_anchor();
CALL platform.stamp_states('trust.anchors', 'status', '{"submitted": {"submitted_at": "now()"}, "confirmed": {"confirmed_at": "now()"}, "orphaned": {"confirmed_at": "NULL"}}');

CREATE FUNCTION trust.note_anchor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE trust.batches b SET status = CASE NEW.status WHEN 'confirmed' THEN 'anchored' ELSE 'failed' END
    WHERE b.id = NEW.batch_id AND (b.status = 'sealed' OR (b.status = 'failed' AND NEW.status = 'confirmed'));
    RETURN NULL;
END $$;
ALTER FUNCTION trust.note_anchor() OWNER TO thorbis_definer;
CREATE TRIGGER l_note AFTER UPDATE ON trust.anchors FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status IN ('confirmed', 'failed')) EXECUTE FUNCTION trust.note_anchor();

-- What was attested does not change; it can be revoked, with a reason.
CREATE FUNCTION trust.keep_attestation() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    free CONSTANT text[] := '{status,expires_at,revoked_at,revocation_reason,chain_entry_id,file_id,updated_at}';
    changed text := (SELECT n.key FROM jsonb_each(to_jsonb(NEW)) AS n JOIN jsonb_each(to_jsonb(OLD)) AS o USING (key)
        WHERE n.value IS DISTINCT FROM o.value AND n.key <> ALL (free) LIMIT 1);
BEGIN
    IF changed IS NOT NULL THEN
        PERFORM platform.refuse(changed, 'cannot change: it was signed.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.status = 'revoked' AND NEW.revocation_reason IS NULL THEN
        PERFORM platform.refuse('revocation_reason', 'must say why the attestation is revoked.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_keep BEFORE UPDATE ON trust.attestations FOR EACH ROW EXECUTE FUNCTION trust.keep_attestation();
CALL platform.stamp_states('trust.attestations', 'status', '{"revoked": {"revoked_at": "now()"}}');

-- A link lets its holder check as often as it says, until it ends. Its row is locked while the views are
-- counted, so that the last view is not given twice.
CALL platform.keep_totals('trust.verification_links', $totals${
    "view_count": "(SELECT count(*)::integer FROM trust.verifications c WHERE c.business_id = p.business_id AND c.verification_link_id = p.id)",
    "last_viewed_at": "(SELECT max(c.created_at) FROM trust.verifications c WHERE c.business_id = p.business_id AND c.verification_link_id = p.id)"
}$totals$, '{"trust.verifications": ["verification_link_id"]}');
CREATE FUNCTION trust.check_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    link trust.verification_links;
BEGIN
    SELECT * INTO link FROM trust.verification_links l WHERE l.business_id = NEW.business_id AND l.id = NEW.verification_link_id FOR NO KEY UPDATE;
    IF link.deleted_at IS NOT NULL OR link.revoked_at <= now() OR link.expires_at <= now()
        OR (SELECT count(*) FROM trust.verifications v WHERE v.business_id = NEW.business_id AND v.verification_link_id = link.id) >= link.maximum_views THEN
        PERFORM platform.refuse('verification_link_id', 'is no longer valid.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION trust.check_link() OWNER TO thorbis_definer;
CREATE TRIGGER j_link BEFORE INSERT ON trust.verifications FOR EACH ROW WHEN (NEW.verification_link_id IS NOT NULL) EXECUTE FUNCTION trust.check_link();

-- A check that failed is a matter of security. An operation of AI shows what its last check found.
CREATE FUNCTION trust.follow_verification() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.result = 'invalid' AND NEW.business_id IS NOT NULL THEN
        INSERT INTO audit.security_events (business_id, kind, severity, details)
        VALUES (NEW.business_id, 'chain_mismatch', 'critical', jsonb_strip_nulls(jsonb_build_object('verification_id', NEW.id, 'chain_entry_id', NEW.chain_entry_id,
            'batch_id', NEW.batch_id, 'anchor_id', NEW.anchor_id, 'attestation_id', NEW.attestation_id, 'reason', NEW.failure_reason)));
    END IF;
    IF NEW.chain_entry_id IS NOT NULL AND NEW.result <> 'inconclusive' THEN
        UPDATE ai.ai_operations o SET verification_status = CASE NEW.result WHEN 'valid' THEN 'verified' ELSE 'failed' END
        FROM trust.chain_entries e WHERE e.id = NEW.chain_entry_id AND e.source_type = 'ai.ai_operations' AND o.id = e.source_id
            AND o.business_id IS NOT DISTINCT FROM e.business_id;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION trust.follow_verification() OWNER TO thorbis_definer;
CREATE TRIGGER l_follow AFTER INSERT ON trust.verifications FOR EACH ROW EXECUTE FUNCTION trust.follow_verification();
