-- Batches of entries under one Merkle root (the tree of RFC 6962), and the paths that prove an entry is in one.

CREATE FUNCTION trust.leaves(p_batch trust.batches) RETURNS bytea[] LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(array_agg(trust.digest(c.hash_algorithm, '\x00'::bytea || e.entry_hash) ORDER BY e.sequence_number), '{}')
    FROM trust.chain_entries e JOIN trust.chains c ON c.id = e.chain_id
    WHERE e.chain_id = p_batch.chain_id AND e.sequence_number BETWEEN p_batch.first_sequence AND p_batch.last_sequence
$$;

-- The level above: two hashes make one, and a last one without a neighbour moves up as it is.
CREATE FUNCTION trust.level_above(p_algorithm text, p_level bytea[]) RETURNS bytea[] LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT array_agg(CASE WHEN n < cardinality(p_level) THEN trust.digest(p_algorithm, '\x01'::bytea || p_level[n] || p_level[n + 1]) ELSE p_level[n] END ORDER BY n)
    FROM generate_series(1, cardinality(p_level), 2) AS n
$$;

CREATE FUNCTION trust.merkle_root(p_algorithm text, p_leaves bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $$
DECLARE
    level bytea[] := p_leaves;
BEGIN
    WHILE cardinality(level) > 1 LOOP
        level := trust.level_above(p_algorithm, level);
    END LOOP;
    RETURN level[1];
END $$;

-- The neighbours on the way up from a leaf (the first is 0), each with the side it stands on.
CREATE FUNCTION trust.merkle_path(p_algorithm text, p_leaves bytea[], p_index bigint) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $$
DECLARE
    level bytea[] := p_leaves;
    place bigint := p_index;
    steps jsonb := '[]';
BEGIN
    WHILE cardinality(level) > 1 LOOP
        IF place % 2 = 1 THEN
            steps := steps || jsonb_build_object('side', 'left', 'hash', encode(level[place], 'hex'));
        ELSIF place + 1 < cardinality(level) THEN
            steps := steps || jsonb_build_object('side', 'right', 'hash', encode(level[place + 2], 'hex'));
        END IF;
        level := trust.level_above(p_algorithm, level);
        place := place / 2;
    END LOOP;
    RETURN steps;
END $$;
GRANT EXECUTE ON FUNCTION trust.leaves(trust.batches), trust.level_above(text, bytea[]), trust.merkle_root(text, bytea[]),
    trust.merkle_path(text, bytea[], bigint) TO thorbis_definer;

-- A batch follows the one before it without a gap. It is sealed once all its entries are there, with the
-- root of their hashes; the signature comes from outside.
CREATE FUNCTION trust.keep_batch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    chain trust.chains;
    root bytea;
BEGIN
    SELECT * INTO chain FROM trust.chains c WHERE c.id = NEW.chain_id FOR NO KEY UPDATE;
    IF chain.business_id IS DISTINCT FROM NEW.business_id THEN
        PERFORM platform.refuse('chain_id', 'must be a chain of this business.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT coalesce(max(b.batch_number), 0) + 1, coalesce(max(b.last_sequence), 0) + 1 INTO NEW.batch_number, NEW.first_sequence
        FROM trust.batches b WHERE b.chain_id = NEW.chain_id;
        NEW.last_sequence := greatest(NEW.last_sequence, NEW.first_sequence);
    ELSIF OLD.status <> 'open' AND (NEW.chain_id, NEW.batch_number, NEW.first_sequence, NEW.last_sequence, NEW.merkle_root, NEW.signature, NEW.signing_key_id)
        IS DISTINCT FROM (OLD.chain_id, OLD.batch_number, OLD.first_sequence, OLD.last_sequence, OLD.merkle_root, OLD.signature, OLD.signing_key_id) THEN
        PERFORM platform.refuse('merkle_root', 'cannot change, nor what it is of: the batch is sealed.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF NEW.last_sequence <> OLD.last_sequence AND EXISTS (SELECT FROM trust.batches b WHERE b.chain_id = NEW.chain_id AND b.batch_number > NEW.batch_number) THEN
        PERFORM platform.refuse('last_sequence', 'cannot change: another batch follows.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status <> 'open' AND (TG_OP = 'INSERT' OR OLD.status = 'open') THEN
        IF chain.last_sequence < NEW.last_sequence THEN
            PERFORM platform.refuse('status', 'must be open until all entries of the batch are there.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        root := trust.merkle_root(chain.hash_algorithm, trust.leaves(NEW));
        IF NEW.merkle_root <> root THEN
            PERFORM platform.refuse('merkle_root', 'must be the root of the batch''s entries.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        NEW.merkle_root := root;
        NEW.sealed_at := coalesce(NEW.sealed_at, now());
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION trust.keep_batch() OWNER TO thorbis_definer;
CREATE TRIGGER j_keep BEFORE INSERT OR UPDATE ON trust.batches FOR EACH ROW EXECUTE FUNCTION trust.keep_batch();

-- A proof of a sealed batch is computed here: the entry's place in it, and the path to its root. An open
-- batch has no root yet, and nothing is said of its paths.
CREATE FUNCTION trust.prove_inclusion() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    batch trust.batches;
    entry trust.chain_entries;
BEGIN
    SELECT * INTO batch FROM trust.batches b WHERE b.id = NEW.batch_id;
    SELECT * INTO entry FROM trust.chain_entries e WHERE e.id = NEW.chain_entry_id;
    IF batch.business_id IS DISTINCT FROM NEW.business_id OR entry.chain_id IS DISTINCT FROM batch.chain_id THEN
        PERFORM platform.refuse('chain_entry_id', 'must be an entry of the batch''s chain.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF batch.status <> 'open' THEN
        IF entry.sequence_number NOT BETWEEN batch.first_sequence AND batch.last_sequence THEN
            PERFORM platform.refuse('chain_entry_id', 'must be an entry of the batch.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        NEW.leaf_index := entry.sequence_number - batch.first_sequence;
        NEW.path := trust.merkle_path((SELECT c.hash_algorithm FROM trust.chains c WHERE c.id = batch.chain_id), trust.leaves(batch), NEW.leaf_index);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION trust.prove_inclusion() OWNER TO thorbis_definer;
CREATE TRIGGER j_prove BEFORE INSERT ON trust.inclusion_proofs FOR EACH ROW EXECUTE FUNCTION trust.prove_inclusion();

-- Whether a proof leads from its entry to the root of its batch, by nothing but what it says itself.
CREATE FUNCTION trust.proof_holds(p_proof_id uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    proof record;
    step jsonb;
    climbed bytea;
BEGIN
    SELECT p.path, e.entry_hash, b.merkle_root, c.hash_algorithm AS algorithm INTO proof FROM trust.inclusion_proofs p
    JOIN trust.chain_entries e ON e.id = p.chain_entry_id JOIN trust.batches b ON b.id = p.batch_id JOIN trust.chains c ON c.id = b.chain_id
    WHERE p.id = p_proof_id;
    climbed := trust.digest(proof.algorithm, '\x00'::bytea || proof.entry_hash);
    FOR step IN SELECT value FROM jsonb_array_elements(CASE jsonb_typeof(proof.path) WHEN 'array' THEN proof.path ELSE '[]' END) LOOP
        IF step ->> 'hash' !~ '^([0-9a-f]{2})+$' THEN
            RETURN false;
        END IF;
        climbed := trust.digest(proof.algorithm, CASE step ->> 'side' WHEN 'left' THEN '\x01'::bytea || decode(step ->> 'hash', 'hex') || climbed
            ELSE '\x01'::bytea || climbed || decode(step ->> 'hash', 'hex') END);
    END LOOP;
    RETURN coalesce(climbed = proof.merkle_root, false);
END $$;
ALTER FUNCTION trust.proof_holds(uuid) OWNER TO thorbis_definer;
COMMENT ON FUNCTION trust.proof_holds(uuid) IS 'Whether a proof leads from its entry to the root of its batch.';
