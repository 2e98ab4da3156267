-- Writes that may be sent again. A key is claimed in the operation's own transaction and its answer kept with it:
-- whoever comes with the key of a write that happened gets its answer, and nothing happens twice. A racing copy
-- waits for the first one's end in the unique index. The caller is the one that auth.open_request has verified.

-- Claims a key for the rest of the transaction. claim_id is set for who is first; else same_request says whether
-- the key came with the same request before, and response what is kept of its answer.
CREATE FUNCTION platform.claim_idempotency_key(p_key text, p_operation_name text, p_request_hash bytea,
    OUT claim_id uuid, OUT same_request boolean, OUT response jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    business uuid := auth.get_current_business_id();
    person uuid := auth.uid();
    program uuid := nullif(current_setting('app.api_key_id', true), '')::uuid;
    known platform.idempotency_keys;
BEGIN
    IF business IS NULL OR person IS NULL THEN
        RAISE EXCEPTION 'no membership' USING ERRCODE = 'TB403';
    END IF;
    INSERT INTO platform.idempotency_keys AS k (business_id, user_id, api_key_id, key, operation_name, request_hash, expires_at)
    VALUES (business, person, program, p_key, p_operation_name, p_request_hash, now() + interval '90 days')
    ON CONFLICT (business_id, user_id, api_key_id, key) DO NOTHING RETURNING k.id INTO claim_id;
    IF claim_id IS NOT NULL THEN
        RETURN;
    END IF;
    -- Two questions, since an index serves neither "is not distinct from" nor "or".
    IF program IS NULL THEN
        SELECT k.* INTO known FROM platform.idempotency_keys k
        WHERE k.business_id = business AND k.user_id = person AND k.api_key_id IS NULL AND k.key = p_key;
    ELSE
        SELECT k.* INTO known FROM platform.idempotency_keys k
        WHERE k.business_id = business AND k.user_id = person AND k.api_key_id = program AND k.key = p_key;
    END IF;
    IF known.id IS NULL THEN
        -- It expired at this very moment: the gateway repeats the operation, which is first then.
        RAISE EXCEPTION 'the key is gone' USING ERRCODE = 'serialization_failure';
    END IF;
    same_request := known.request_hash = p_request_hash;
    response := CASE WHEN same_request THEN known.response END;
END $$;
COMMENT ON FUNCTION platform.claim_idempotency_key(text, text, bytea) IS 'Claims a key for a write, or tells what came of the write that had it.';

-- Keeps what a repeat is answered with: the data as text, so that a repeat gets it byte by byte, or the reason why
-- it is left out.
CREATE FUNCTION platform.keep_answer(p_claim_id uuid, p_data text, p_left_out text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    -- Compared so that no index serves it: without statistics, PostgreSQL would go through all keys of the person
    -- instead of to the one with the id.
    UPDATE platform.idempotency_keys k SET response = jsonb_strip_nulls(jsonb_build_object('data', p_data, 'left_out', p_left_out))
    WHERE k.id = p_claim_id AND k.response IS NULL
        AND k.business_id IS NOT DISTINCT FROM auth.get_current_business_id() AND k.user_id IS NOT DISTINCT FROM auth.uid();
END $$;
COMMENT ON FUNCTION platform.keep_answer(uuid, text, text) IS 'Keeps the answer of a write with its key.';

-- Some at a time, so that the gateway's periodic task is short; those that somebody else removes are left to them.
CREATE FUNCTION platform.remove_expired_keys() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    WITH gone AS (
        DELETE FROM platform.idempotency_keys k WHERE k.id = ANY (ARRAY(
            SELECT e.id FROM platform.idempotency_keys e WHERE e.expires_at <= now() ORDER BY e.expires_at, e.id LIMIT 100000 FOR UPDATE SKIP LOCKED))
        RETURNING k.id
    )
    SELECT count(*) FROM gone
$$;
COMMENT ON FUNCTION platform.remove_expired_keys() IS 'Removes idempotency keys that expired, up to 100,000 of them.';

DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['platform.claim_idempotency_key(text, text, bytea)', 'platform.keep_answer(uuid, text, text)', 'platform.remove_expired_keys()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO thorbis_definer', signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO thorbis_gateway', signature);
    END LOOP;
END $$;
