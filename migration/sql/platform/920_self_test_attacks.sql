-- The self-test's attacks, on the rows that the file before this makes.

-- Runs a statement as p_role, or without one as whoever asks: how many rows it touched, or how it was refused.
-- What is only tried is taken back, and its state is TB000.
CREATE FUNCTION platform.try_as(p_role text, p_statement text, p_undone boolean DEFAULT false,
    OUT touched bigint, OUT state text, OUT refusal text, OUT broken text, OUT unfilled text, OUT hint text, OUT detail text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    before text := current_setting('role');
BEGIN
    PERFORM set_config('role', coalesce(p_role, before), true);
    EXECUTE p_statement;
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF p_undone THEN
        RAISE EXCEPTION 'undone' USING ERRCODE = 'TB000';
    END IF;
    PERFORM set_config('role', before, true);
EXCEPTION WHEN OTHERS THEN
    -- The role is what it was: its change is undone with the statement.
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, refusal = MESSAGE_TEXT, broken = CONSTRAINT_NAME, unfilled = COLUMN_NAME,
        hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
END $$;

-- Tries to insert p_row of one business (p_own are its rows) with p_column as the other's has it (p_other).
-- A refusal for what is not asked about is gone round by other values for the columns it names. is_answer says
-- that the refusal is about p_column, or about a record of the other business that a rule wants beside it.
-- A rule that also refuses p_control, one's own record, is no answer: rows of another kind are tried.
CREATE FUNCTION platform.try_row(p_role text, p_table regclass, p_row jsonb, p_column text, p_control jsonb, p_own jsonb, p_other jsonb,
    OUT touched bigint, OUT state text, OUT refusal text, OUT is_answer boolean)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    insert constant text := (SELECT format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %%L)', p_table,
            string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '');
    other jsonb := p_other -> p_table::text;
    blamed text[];
    tried text[] := '{}';
    attempt record;
    next record;
BEGIN
    FOR round IN 0..30 LOOP
        SELECT t.* INTO attempt FROM platform.try_as(p_role, format(insert, p_row)) AS t;
        touched := attempt.touched;
        state := attempt.state;
        refusal := attempt.refusal;
        blamed := platform.blamed_columns(p_table, state, attempt.broken, attempt.unfilled, attempt.hint, attempt.detail);
        is_answer := coalesce(state = '42501' OR (state IN ('23503', 'TB422') AND (p_column = ANY (blamed)
            OR (blamed[1] || ' other' = ANY (tried) AND p_row -> blamed[1] = other -> blamed[1]))), false);
        IF state = 'TB422' AND p_column = ANY (blamed) AND refusal = (SELECT t.refusal
            FROM platform.try_as(p_role, format(insert, p_row || jsonb_build_object(p_column, p_control)), true) AS t)
        THEN
            is_answer := false;
            blamed := ARRAY(SELECT a.attname::text FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
                WHERE k.conrelid = p_table AND k.contype = 'c' AND pg_catalog.pg_get_constraintdef(k.oid) LIKE '%= ANY (ARRAY[%' ORDER BY 1);
        END IF;
        EXIT WHEN touched > 0 OR is_answer;
        SELECT b AS name, v.value, f.confrelid AS target, l.label INTO next
        FROM unnest(blamed) AS b JOIN pg_catalog.pg_attribute a ON a.attrelid = p_table AND a.attname = b
        LEFT JOIN pg_catalog.pg_constraint f ON f.conrelid = p_table AND f.contype = 'f' AND f.conkey[cardinality(f.conkey)] = a.attnum
        CROSS JOIN LATERAL unnest(CASE WHEN a.attnotnull OR p_row ->> b IS NULL THEN '{}' ELSE ARRAY[NULL] END || CASE
            -- A duplicate is avoided by the next record of one's own.
            WHEN f.oid IS NULL THEN platform.test_values(p_table, a.attname, 7 + round)
            WHEN state = '23505' THEN ARRAY['next'] ELSE ARRAY['other'] END) WITH ORDINALITY AS v (value, place)
        CROSS JOIN LATERAL (SELECT concat_ws(' ', b, CASE WHEN v.value IS NULL THEN 'null' WHEN f.oid IS NULL THEN 'value ' || v.place ELSE v.value END)) AS l (label)
        WHERE b <> p_column AND l.label <> ALL (tried)
        ORDER BY v.value IS NOT NULL, f.oid IS NOT NULL, v.place, b LIMIT 1;
        EXIT WHEN NOT FOUND;
        p_row := p_row || jsonb_build_object(next.name, CASE
            WHEN next.target IS NULL THEN to_jsonb(next.value)
            WHEN next.value = 'other' THEN other -> next.name
            WHEN next.value = 'next' THEN platform.make_test_row(next.target, (p_own -> 'businesses.businesses' ->> 'id')::uuid, p_own, 1)
                -> platform.test_key(next.target::regclass::text, 1) -> 'id'
        END);
        tried := tried || next.label;
    END LOOP;
END $$;

-- One table attacked by business A, which the context is open for. p_a and p_b hold both businesses' rows.
CREATE FUNCTION platform.test_table_isolation(p_table regclass, p_rules platform.table_rules, p_a jsonb, p_b jsonb)
RETURNS TABLE (test_name text, passed boolean, message text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    name text := p_rules.schema_name || '.' || p_rules.table_name;
    mine jsonb := p_a -> p_table::text;
    theirs jsonb := p_b -> p_table::text;
    -- The column that says whose a row is: a person's own may be of any of their businesses.
    owner_column text := CASE WHEN platform.has_column(p_table, 'business_id', p_rules.read_access <@ '{self}') THEN 'business_id'
        WHEN platform.has_column(p_table, 'user_id') THEN 'user_id' ELSE 'id' END;
    -- The acting person sees the others of their business.
    known text[] := ARRAY[mine ->> owner_column] || CASE WHEN p_rules.read_access && '{colleague}' THEN ARRAY[p_a -> 'users.users 1' ->> 'id'] ELSE '{}' END;
    writers boolean := NOT p_rules.append_only AND p_rules.write_access && '{member,staff,owner_manager,owner,self}';
    copy jsonb := jsonb_build_object('id', gen_random_uuid(), coalesce(p_rules.number_column, 'id'), gen_random_uuid());
    changed text := (SELECT quote_ident(a.attname) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
        ORDER BY NOT has_column_privilege('thorbis_gateway', p_table, a.attnum, 'UPDATE'), a.attnum LIMIT 1);
    gateway constant text := 'thorbis_gateway';
    own record;
    attempt record;
    again record;
    intact boolean;
BEGIN
    test_name := name || ': read';
    SELECT * INTO own FROM platform.try_as(gateway, format('SELECT id FROM %s WHERE id = %L', p_table, mine ->> 'id'));
    SELECT * INTO attempt FROM platform.try_as(gateway, format('SELECT id FROM %s WHERE id = %L', p_table, theirs ->> 'id'));
    SELECT * INTO again FROM platform.try_as(gateway, format('SELECT id FROM %s WHERE %I <> ALL (%L::uuid[]) LIMIT 1', p_table, owner_column, known));
    passed := coalesce(own.touched = 1 AND attempt.touched = 0 AND again.touched = 0, false);
    message := CASE
        WHEN own.touched IS DISTINCT FROM 1 THEN 'the business''s own record is not seen, so the test says nothing: ' || coalesce(own.refusal, 'no row')
        WHEN passed THEN 'only the business''s own records are seen'
        ELSE coalesce(attempt.refusal, again.refusal, 'another business''s records are seen')
    END;
    RETURN NEXT;

    -- First with the privileges the gateway has, then with all of them: the policies must hold alone.
    FOR turn IN 1..2 LOOP
        IF turn = 2 THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO thorbis_gateway', p_table);
        END IF;

        test_name := name || CASE turn WHEN 1 THEN ': insert' ELSE ': insert with every privilege' END;
        SELECT * INTO attempt FROM platform.try_row(gateway, p_table, theirs || copy, owner_column, NULL, p_b, p_a);
        -- Nothing but a lack of rights counts: a duplicate would be refused for another reason.
        passed := coalesce(attempt.state = '42501', false);
        message := coalesce(attempt.refusal, 'a record was made in another business');
        RETURN NEXT;

        test_name := name || CASE turn WHEN 1 THEN ': update' ELSE ': update with every privilege' END;
        SELECT * INTO own FROM platform.try_as(gateway, format('UPDATE %1$s SET %2$s = %2$s WHERE id = %3$L', p_table, changed, mine ->> 'id'));
        SELECT * INTO attempt FROM platform.try_as(gateway, format('UPDATE %1$s SET %2$s = %2$s WHERE id = %3$L', p_table, changed, theirs ->> 'id'));
        SELECT * INTO again FROM platform.try_as(gateway, format('UPDATE %s SET %I = %L WHERE id = %L', p_table, owner_column, theirs ->> owner_column, mine ->> 'id'));
        passed := coalesce((attempt.touched = 0 OR attempt.state = '42501') AND coalesce(again.touched, 0) = 0 AND (own.touched IS DISTINCT FROM 0 OR NOT writers), false);
        message := CASE
            WHEN passed THEN 'another business''s record: ' || coalesce(attempt.refusal, 'not found') || '; moving a record: ' || coalesce(again.refusal, 'not found')
            WHEN coalesce(again.touched, 0) > 0 THEN 'a record was moved to another business'
            WHEN own.touched = 0 THEN 'the business''s own record is not found, so the test says nothing'
            ELSE coalesce(attempt.refusal, 'another business''s record was changed')
        END;
        RETURN NEXT;

        test_name := name || CASE turn WHEN 1 THEN ': delete' ELSE ': delete with every privilege' END;
        SELECT * INTO attempt FROM platform.try_as(gateway, format('DELETE FROM %s WHERE id = %L', p_table, theirs ->> 'id'));
        EXECUTE format('SELECT coalesce((SELECT to_jsonb(t) = $1 FROM %s t WHERE t.%I = $2 AND t.id = $3), false)', p_table, owner_column)
            INTO intact USING theirs, (theirs ->> owner_column)::uuid, (theirs ->> 'id')::uuid;
        passed := coalesce((attempt.touched = 0 OR attempt.state = '42501') AND intact, false);
        message := CASE WHEN NOT intact THEN 'another business''s record is no longer what it was' ELSE coalesce(attempt.refusal, 'not found') END;
        RETURN NEXT;
    END LOOP;
    RETURN QUERY SELECT * FROM platform.test_references(p_table, p_rules, p_a, p_b, CASE WHEN p_rules.write_access <@ '{system,nobody}' THEN NULL ELSE gateway END);
END $$;

-- Business A's record made to refer to business B's. Where nobody may write, the database must refuse its owner.
CREATE FUNCTION platform.test_references(p_table regclass, p_rules platform.table_rules, p_a jsonb, p_b jsonb, p_role text)
RETURNS TABLE (test_name text, passed boolean, message text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    mine jsonb := p_a -> p_table::text;
    entry record;
    attempt record;
    own_id text;
    foreign_id text;
BEGIN
    FOR entry IN
        SELECT a.attname::text AS column_name, k.confrelid::regclass::text AS referred, r.attname::text AS referred_column, false AS is_list,
            k.convalidated AND a.attnum <> k.conkey[1] AND k.conkey[1] = (SELECT o.attnum FROM pg_catalog.pg_attribute o WHERE o.attrelid = p_table AND o.attname = 'business_id') AS is_tied
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[cardinality(k.conkey)]
        JOIN pg_catalog.pg_attribute r ON r.attrelid = k.confrelid AND r.attnum = k.confkey[cardinality(k.conkey)]
        WHERE k.conrelid = p_table AND k.contype = 'f' AND a.attname <> 'business_id'
            -- Who writes rows that may be of no business, which are the system's alone, connects them.
            AND (cardinality(k.conkey) = 2 OR (platform.has_column(k.confrelid, 'business_id') AND (p_rules.kind = 'tenant' OR NOT p_rules.write_access <@ '{system,nobody}')))
        UNION ALL SELECT l.key, l.value, 'id', true, false FROM jsonb_each_text(p_rules.id_lists) AS l
        ORDER BY 1
    LOOP
        test_name := p_rules.schema_name || '.' || p_rules.table_name || ': refer by ' || entry.column_name;
        own_id := p_a -> entry.referred ->> entry.referred_column;
        foreign_id := p_b -> entry.referred ->> entry.referred_column;
        IF foreign_id IS NULL THEN
            passed := false;
            message := 'there is no record of ' || entry.referred || ' to refer to';
            RETURN NEXT;
            CONTINUE;
        END IF;
        passed := NULL;
        IF NOT p_rules.append_only THEN
            SELECT * INTO attempt FROM platform.try_as(p_role, format('UPDATE %s SET %I = %L WHERE %s id = %L', p_table, entry.column_name,
                CASE WHEN entry.is_list THEN '{' || foreign_id || '}' ELSE foreign_id END,
                CASE WHEN mine ->> 'business_id' IS NOT NULL THEN format('business_id = %L AND', mine ->> 'business_id') END, mine ->> 'id')) AS t;
            passed := CASE WHEN attempt.touched > 0 THEN false WHEN attempt.state = '42501' OR (attempt.state = '23503' AND entry.column_name =
                ANY (platform.blamed_columns(p_table, attempt.state, attempt.broken, NULL, NULL, NULL))) THEN true END;
        END IF;
        -- A record that can no longer be changed says nothing about a new one.
        IF passed IS NULL THEN
            SELECT * INTO attempt FROM platform.try_row(p_role, p_table, mine || jsonb_build_object('id', gen_random_uuid(),
                    coalesce(p_rules.number_column, 'id'), gen_random_uuid(), entry.column_name, CASE WHEN entry.is_list THEN jsonb_build_array(foreign_id) ELSE to_jsonb(foreign_id) END),
                entry.column_name, CASE WHEN entry.is_list THEN jsonb_build_array(own_id) ELSE to_jsonb(own_id) END, p_a, p_b);
            passed := attempt.is_answer;
        END IF;
        -- Where a rule lets no such row get as far as the key, what the key says must do.
        IF NOT passed AND coalesce(attempt.touched, 0) = 0 AND entry.is_tied THEN
            passed := true;
            attempt.refusal := 'refused before its key is asked, which names the business: ' || attempt.refusal;
        END IF;
        message := CASE WHEN passed THEN attempt.refusal WHEN attempt.touched > 0 THEN 'a record refers to another business''s'
            ELSE 'refused for another reason, so the test says nothing: ' || coalesce(attempt.refusal, 'not found') END;
        RETURN NEXT;
    END LOOP;
END $$;

-- A record that everybody shares: nobody changes it, makes another or takes it away.
CREATE FUNCTION platform.test_shared_table(p_table regclass, p_rules platform.table_rules, p_row jsonb)
RETURNS TABLE (test_name text, passed boolean, message text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    statement text;
    attempt record;
BEGIN
    FOR turn IN 1..2 LOOP
        IF turn = 2 THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO thorbis_gateway', p_table);
        END IF;
        test_name := p_rules.schema_name || '.' || p_rules.table_name || CASE turn WHEN 1 THEN ': write' ELSE ': write with every privilege' END;
        passed := true;
        message := 'not found';
        FOREACH statement IN ARRAY ARRAY['UPDATE %1$s SET id = id WHERE id = %2$L', 'DELETE FROM %1$s WHERE id = %2$L'] LOOP
            SELECT * INTO attempt FROM platform.try_as('thorbis_gateway', format(statement, p_table, p_row ->> 'id'));
            passed := passed AND coalesce(attempt.touched = 0 OR attempt.state = '42501', false);
            message := CASE WHEN attempt.touched > 0 THEN 'a shared record was changed' ELSE coalesce(attempt.refusal, message) END;
            EXIT WHEN NOT passed;
        END LOOP;
        IF passed THEN
            SELECT * INTO attempt FROM platform.try_row('thorbis_gateway', p_table, p_row || jsonb_build_object('id', gen_random_uuid()), 'id', NULL, '{}', '{}');
            passed := coalesce(attempt.state = '42501', false);
            message := coalesce(attempt.refusal, 'a shared record was made');
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- Every table of every business, attacked across businesses as the gateway. Takes its tables from the rules.
CREATE FUNCTION platform.test_tenant_isolation() RETURNS TABLE (test_name text, passed boolean, message text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    results jsonb[] := '{}';
    a jsonb;
    b jsonb;
    rules platform.table_rules;
    tables platform.table_rules[] := ARRAY(SELECT r FROM platform.table_rules r WHERE r.kind IN ('tenant', 'platform', 'global') ORDER BY r.schema_name, r.table_name);
    name text;
    target regclass;
    attempt record;
BEGIN
    IF NOT (SELECT r.rolsuper OR r.rolbypassrls FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
        RAISE EXCEPTION 'run this as the database''s owner: row level security binds % as well', current_user;
    END IF;
    BEGIN
        SET CONSTRAINTS ALL IMMEDIATE;
        PERFORM set_config('app.' || setting, '', true)
        FROM unnest(ARRAY['current_business_id', 'current_user_id', 'current_role', 'scopes', 'session_id', 'api_key_id', 'request_id']) AS setting;
        a := platform.make_test_business('Test A');
        b := platform.make_test_business('Test B');
        FOREACH rules IN ARRAY tables LOOP
            name := rules.schema_name || '.' || rules.table_name;
            target := format('%I.%I', rules.schema_name, rules.table_name)::regclass;
            BEGIN
                a := platform.make_test_row(target, (a -> 'businesses.businesses' ->> 'id')::uuid, a);
                b := platform.make_test_row(target, (b -> 'businesses.businesses' ->> 'id')::uuid, b);
            EXCEPTION WHEN OTHERS THEN
                results := results || jsonb_build_object('test_name', name || ': row', 'passed', false,
                    'message', 'no row could be made, so nothing was tested: ' || SQLERRM);
                a := a - target::text;
                b := b - target::text;
            END;
        END LOOP;
        a := platform.reread_test_rows(a);
        b := platform.reread_test_rows(b);

        -- Nobody first: a connection without a context sees nothing but what is public.
        FOREACH rules IN ARRAY tables LOOP
            CONTINUE WHEN rules.read_access && '{public}';
            name := rules.schema_name || '.' || rules.table_name;
            SELECT * INTO attempt FROM platform.try_as('thorbis_gateway', format('SELECT id FROM %I.%I LIMIT 1', rules.schema_name, rules.table_name));
            results := results || jsonb_build_object('test_name', name || ': read without a context', 'passed', coalesce(attempt.touched = 0, false),
                'message', CASE WHEN attempt.touched > 0 THEN 'records are seen by nobody' ELSE coalesce(attempt.refusal, 'nothing is seen') END);
        END LOOP;

        SELECT * INTO attempt FROM platform.try_as('thorbis_gateway', format('SELECT auth.open_request(%L, %L, NULL, NULL, NULL, NULL, NULL)',
            b -> 'businesses.businesses' ->> 'id', a -> 'users.users' ->> 'id'));
        results := results || jsonb_build_object('test_name', 'a business one is no member of', 'passed', coalesce(attempt.state = 'TB403', false),
            'message', coalesce(attempt.refusal, 'was opened'));

        SELECT * INTO attempt FROM platform.try_as('thorbis_gateway', format('SELECT auth.open_request(%L, %L, NULL, NULL, NULL, NULL, NULL)',
            a -> 'businesses.businesses' ->> 'id', a -> 'users.users' ->> 'id'));
        results := results || jsonb_build_object('test_name', 'one''s own business', 'passed', attempt.refusal IS NULL,
            'message', coalesce(attempt.refusal, 'was opened'));

        FOREACH rules IN ARRAY tables LOOP
            name := rules.schema_name || '.' || rules.table_name;
            target := format('%I.%I', rules.schema_name, rules.table_name)::regclass;
            IF a ? target::text AND b ? target::text THEN
                IF rules.kind = 'global' OR rules.read_access && '{anyone,public}' THEN
                    results := results || ARRAY(SELECT to_jsonb(t) FROM platform.test_shared_table(target, rules, a -> target::text) AS t);
                ELSE
                    results := results || ARRAY(SELECT to_jsonb(t) FROM platform.test_table_isolation(target, rules, a, b) AS t);
                END IF;
            ELSIF NOT EXISTS (SELECT FROM unnest(results) AS r WHERE r ->> 'test_name' = name || ': row') THEN
                results := results || jsonb_build_object('test_name', name || ': row', 'passed', false,
                    'message', 'the row that was made is gone, so nothing was tested');
            END IF;
        END LOOP;
        results := results || ARRAY(SELECT to_jsonb(t) FROM platform.test_closed_relations((a -> 'businesses.businesses' ->> 'id')::uuid) AS t);
        RAISE EXCEPTION 'undone' USING ERRCODE = 'TB000';
    EXCEPTION WHEN SQLSTATE 'TB000' THEN
        -- The rows, the privileges and the context are gone; the findings are in a variable.
        NULL;
    END;
    RETURN QUERY SELECT r.value ->> 'test_name', (r.value ->> 'passed')::boolean, r.value ->> 'message' FROM unnest(results) AS r (value);
END $$;
COMMENT ON FUNCTION platform.test_tenant_isolation() IS
    'Tries to reach across businesses in every table, as the gateway''s role; run by the owner, leaves nothing behind.';

-- What the gateway reads through views, and what it must not reach at all.
CREATE FUNCTION platform.test_closed_relations(p_business_id uuid) RETURNS TABLE (test_name text, passed boolean, message text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    entry record;
    attempt record;
    filtered boolean;
BEGIN
    -- A view shows what the last refresh found, not this test's rows: its filter must be there, whatever the figures are.
    FOR entry IN
        SELECT r.schema_name || '.' || r.table_name AS name, c.oid::regclass AS view, c.reloptions
        FROM platform.table_rules r JOIN pg_catalog.pg_class c ON c.oid = format('%I.%I', r.schema_name, r.table_name)::regclass
        WHERE r.kind = 'view' ORDER BY 1
    LOOP
        SELECT * INTO attempt FROM platform.try_as('thorbis_gateway', format('SELECT business_id FROM %s WHERE business_id <> %L LIMIT 1', entry.view, p_business_id));
        filtered := coalesce(entry.reloptions::text LIKE '%security_barrier%', false)
            AND pg_catalog.pg_get_viewdef(entry.view) ~ 'WHERE \(\(\w+\.business_id = \( SELECT auth\.get_current_business_id\(\)[^)]*\)\) AND ';
        test_name := entry.name || ': read';
        passed := coalesce(attempt.touched = 0, false) AND filtered;
        message := CASE WHEN attempt.touched > 0 THEN 'another business''s records are seen' WHEN NOT filtered THEN 'the view does not ask for the current business'
            ELSE coalesce(attempt.refusal, 'nothing of others is seen') END;
        RETURN NEXT;
    END LOOP;
    FOR entry IN
        SELECT c.oid, c.oid::regclass::text AS name, c.relkind = 'm' AS is_view FROM pg_catalog.pg_class c
        WHERE (c.relkind = 'm' AND c.relnamespace IN (SELECT r.schema_name::regnamespace FROM platform.table_rules r))
            OR c.oid IN (SELECT format('%I.%I', r.schema_name, r.table_name)::regclass FROM platform.table_rules r WHERE r.kind = 'internal')
        ORDER BY 2
    LOOP
        test_name := entry.name || ': closed';
        -- The rules of the tables are nobody's secret.
        passed := NOT (has_any_column_privilege('thorbis_gateway', entry.oid, 'SELECT') AND entry.name <> 'platform.table_rules')
            AND NOT has_any_column_privilege('thorbis_gateway', entry.oid, 'INSERT, UPDATE') AND NOT has_table_privilege('thorbis_gateway', entry.oid, 'DELETE, TRUNCATE');
        message := CASE WHEN passed THEN 'is not reached' ELSE 'is reached by the gateway' END;
        RETURN NEXT;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION platform.try_as(text, text, boolean), platform.try_row(text, regclass, jsonb, text, jsonb, jsonb, jsonb),
    platform.test_table_isolation(regclass, platform.table_rules, jsonb, jsonb), platform.test_references(regclass, platform.table_rules, jsonb, jsonb, text),
    platform.test_shared_table(regclass, platform.table_rules, jsonb), platform.test_closed_relations(uuid), platform.test_tenant_isolation() FROM PUBLIC;
