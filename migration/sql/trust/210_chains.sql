-- Chains of hashes: every entry is bound to the one before it. The database gives the places and computes
-- the hashes, one entry after the other under a lock on the chain, so there are no gaps and no forks.

CREATE FUNCTION trust.digest(p_algorithm text, p_data bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_algorithm WHEN 'sha512' THEN sha512(p_data) ELSE sha256(p_data) END;

-- The hash of an entry: of its JSON in the canonical form of RFC 8785, keys in order, hashes as hex.
CREATE FUNCTION trust.entry_hash(p_algorithm text, p_sequence bigint, p_type text, p_id uuid, p_payload bytea, p_previous bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT trust.digest(p_algorithm, convert_to(format(
        '{"payload_hash":"%s","previous_hash":"%s","sequence_number":%s,"source_id":"%s","source_type":%s}',
        encode(p_payload, 'hex'), encode(p_previous, 'hex'), p_sequence, p_id, to_json(p_type)), 'UTF8'))
$$;
GRANT EXECUTE ON FUNCTION trust.digest(text, bytea), trust.entry_hash(text, bigint, text, uuid, bytea, bytea) TO thorbis_definer;
COMMENT ON FUNCTION trust.entry_hash(text, bigint, text, uuid, bytea, bytea) IS 'The hash that binds an entry to its place and to the entry before it.';

-- A chain begins with a hash of whose it is and of what. What it is never changes, and it never gets shorter.
CREATE FUNCTION trust.begin_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.genesis_hash := trust.digest(NEW.hash_algorithm, convert_to(format('{"business_id":%s,"chain_id":"%s","source":"%s"}',
            coalesce(to_json(NEW.business_id)::text, 'null'), NEW.id, NEW.source), 'UTF8'));
        NEW.head_hash := NEW.genesis_hash;
        NEW.last_sequence := 0;
    ELSIF (NEW.business_id, NEW.source, NEW.hash_algorithm, NEW.canonical_form, NEW.genesis_hash)
        IS DISTINCT FROM (OLD.business_id, OLD.source, OLD.hash_algorithm, OLD.canonical_form, OLD.genesis_hash) OR NEW.last_sequence < OLD.last_sequence THEN
        PERFORM platform.refuse('source', 'cannot change, nor anything else that the chain''s hashes rest on.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION trust.begin_chain() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin BEFORE INSERT OR UPDATE ON trust.chains FOR EACH ROW EXECUTE FUNCTION trust.begin_chain();

-- A record that is in the chain already keeps its place: the unique key refuses the second entry, and the
-- chain does not grow for it.
CREATE FUNCTION trust.append_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    chain trust.chains;
BEGIN
    SELECT * INTO chain FROM trust.chains c WHERE c.id = NEW.chain_id FOR NO KEY UPDATE;
    IF chain.status <> 'active' OR chain.business_id IS DISTINCT FROM NEW.business_id THEN
        PERFORM platform.refuse('chain_id', 'must be an active chain of this business.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    NEW.sequence_number := chain.last_sequence + 1;
    NEW.previous_hash := chain.head_hash;
    NEW.entry_hash := trust.entry_hash(chain.hash_algorithm, NEW.sequence_number, NEW.source_type, NEW.source_id, NEW.payload_hash, NEW.previous_hash);
    IF NOT EXISTS (SELECT FROM trust.chain_entries e WHERE e.chain_id = NEW.chain_id AND e.source_type = NEW.source_type AND e.source_id = NEW.source_id) THEN
        UPDATE trust.chains c SET last_sequence = NEW.sequence_number, head_hash = NEW.entry_hash WHERE c.id = NEW.chain_id;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION trust.append_entry() OWNER TO thorbis_definer;
CREATE TRIGGER j_append BEFORE INSERT ON trust.chain_entries FOR EACH ROW EXECUTE FUNCTION trust.append_entry();

-- What was chained, proved or verified is never changed, not even by the database's owner.
CREATE FUNCTION trust.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION 'These records are never changed.' USING ERRCODE = 'TB403';
END $$;
CREATE TRIGGER a_unchanged BEFORE UPDATE OR DELETE ON trust.chain_entries FOR EACH ROW EXECUTE FUNCTION trust.refuse_change();
CREATE TRIGGER a_unchanged BEFORE UPDATE OR DELETE ON trust.inclusion_proofs FOR EACH ROW EXECUTE FUNCTION trust.refuse_change();
CREATE TRIGGER a_unchanged BEFORE UPDATE OR DELETE ON trust.verifications FOR EACH ROW EXECUTE FUNCTION trust.refuse_change();

INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES
    ('trust.chains', 'last_sequence', '{trust.chain_entries}', '(SELECT coalesce(max(c.sequence_number), 0) FROM trust.chain_entries c WHERE c.chain_id = p.id)'),
    ('trust.chains', 'head_hash', '{trust.chain_entries}',
        'coalesce((SELECT c.entry_hash FROM trust.chain_entries c WHERE c.chain_id = p.id ORDER BY c.sequence_number DESC LIMIT 1), p.genesis_hash)');

-- An operation of AI shows its place in the chain.
CREATE FUNCTION trust.note_operation_hash() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE ai.ai_operations o SET blockchain_hash = encode(NEW.entry_hash, 'hex') WHERE o.id = NEW.source_id AND o.business_id IS NOT DISTINCT FROM NEW.business_id;
    RETURN NULL;
END $$;
ALTER FUNCTION trust.note_operation_hash() OWNER TO thorbis_definer;
CREATE TRIGGER l_note AFTER INSERT ON trust.chain_entries FOR EACH ROW WHEN (NEW.source_type = 'ai.ai_operations') EXECUTE FUNCTION trust.note_operation_hash();

-- The first place of a chain where an entry is missing, altered or not bound to the one before it; null where all holds.
CREATE FUNCTION trust.broken_at(p_chain_id uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT coalesce(
        (SELECT min(e.place) FROM (
            SELECT e.*, row_number() OVER (ORDER BY e.sequence_number) AS place, lag(e.entry_hash, 1, c.genesis_hash) OVER (ORDER BY e.sequence_number) AS before, c.hash_algorithm
            FROM trust.chain_entries e JOIN trust.chains c ON c.id = e.chain_id WHERE e.chain_id = p_chain_id) AS e
        WHERE e.sequence_number <> e.place OR e.previous_hash <> e.before
            OR e.entry_hash <> trust.entry_hash(e.hash_algorithm, e.sequence_number, e.source_type, e.source_id, e.payload_hash, e.previous_hash)),
        (SELECT c.last_sequence FROM trust.chains c WHERE c.id = p_chain_id
            AND c.head_hash <> coalesce((SELECT e.entry_hash FROM trust.chain_entries e WHERE e.chain_id = c.id AND e.sequence_number = c.last_sequence), c.genesis_hash)))
$$;
ALTER FUNCTION trust.broken_at(uuid) OWNER TO thorbis_definer;
COMMENT ON FUNCTION trust.broken_at(uuid) IS 'The first place where a chain does not hold, or null.';
