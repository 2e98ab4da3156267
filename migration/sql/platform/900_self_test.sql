-- The promises tried out on the database as it stands. Run by the owner, by hand or after a restore:
--     SELECT * FROM platform.test_tenant_isolation() WHERE NOT passed;
-- Rows are made, attacked and undone in a subtransaction; nothing is left, not even when a test fails.

-- A value a column of this type may take. Where a check refuses it, the next one is tried.
CREATE FUNCTION platform.test_value(p_type text, p_closed_set text[], p_place integer, p_try integer) RETURNS text
LANGUAGE sql VOLATILE SET search_path = '' AS $$
    SELECT (CASE
        WHEN p_closed_set <> '{}' THEN p_closed_set
        WHEN p_type = 'text' THEN ARRAY['test_' || left(md5(random()::text), 12), 'USD', 'US', 'en-US', 'UTC', 'https://test.example',
            'test@test.example', '+15550100', '#000000', '00', '2025-01']
        WHEN p_type IN ('smallint', 'integer', 'bigint', 'double precision') OR p_type LIKE 'numeric%' THEN ARRAY['1', '0', '2', '10', '100', '2000']
        WHEN p_type = 'boolean' THEN ARRAY['false', 'true']
        WHEN p_type = 'jsonb' THEN ARRAY['{}', '[]', '{"test": true}']
        -- Later columns get later times: what ends comes after what starts.
        WHEN p_type = 'date' THEN ARRAY[(current_date + p_place)::text, current_date::text]
        WHEN p_type LIKE 'time without%' THEN ARRAY[(TIME '08:00' + p_place * interval '1 minute')::text]
        WHEN p_type LIKE 'timestamp%' THEN ARRAY[(now() + p_place * interval '1 minute')::text, (now() - interval '1 day')::text]
        WHEN p_type = 'interval' THEN ARRAY['1 hour']
        WHEN p_type = 'uuid' THEN ARRAY[gen_random_uuid()::text]
        WHEN p_type = 'inet' THEN ARRAY['192.0.2.1']
        WHEN p_type = 'bytea' THEN ARRAY['\x00', '\x' || repeat('00', 32)]
        WHEN p_type LIKE '%geography%' THEN ARRAY['SRID=4326;POINT(0 0)']
        WHEN p_type IN ('integer[]', 'text[]') THEN ARRAY['{}', '{1}']
        WHEN p_type LIKE '%[]' THEN ARRAY['{}']
    END)[p_try + 1]
$$;

-- Makes a row of p_table, and first the rows it must refer to. p_rows holds what was made so far, by table.
CREATE FUNCTION platform.make_test_row(p_table regclass, p_business_id uuid, p_rows jsonb, p_depth integer DEFAULT 0) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    key text := p_table::text;
    numbered text := (SELECT r.number_column FROM platform.table_rules r WHERE format('%I.%I', r.schema_name, r.table_name)::regclass = p_table);
    filled smallint[] := '{}';
    tries jsonb := '{}';
    names text[];
    literals text[];
    generated smallint[];
    entry record;
    target record;
    value text;
    made jsonb;
    broken text;
    concerned smallint[];
    more smallint;
BEGIN
    IF p_rows ? key THEN
        RETURN p_rows;
    END IF;
    IF p_depth > 10 THEN
        RAISE EXCEPTION 'required references go round in a circle at %', key;
    END IF;
    FOR round IN 1..30 LOOP
        names := '{}';
        literals := '{}';
        generated := '{}';
        FOR entry IN
            SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
                coalesce((SELECT array_agg(replace(quoted[1], '''''', '''')) FROM pg_catalog.pg_constraint k,
                    regexp_matches(pg_get_constraintdef(k.oid), '''((?:[^'']|'''')*)''::text', 'g') AS quoted
                    WHERE k.conrelid = p_table AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(k.oid) LIKE '%= ANY (ARRAY[%'), '{}') AS closed_set
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
                AND (a.attname = 'business_id' OR a.attnum = ANY (filled) OR (a.attnotnull AND NOT a.atthasdef AND a.attname IS DISTINCT FROM numbered))
            ORDER BY a.attnum
        LOOP
            IF entry.attname = 'business_id' THEN
                value := p_business_id;
            ELSE
                SELECT k.confrelid::regclass AS referred, r.attname INTO target
                FROM pg_catalog.pg_constraint k CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair (own, other)
                JOIN pg_catalog.pg_attribute r ON r.attrelid = k.confrelid AND r.attnum = pair.other
                WHERE k.conrelid = p_table AND k.contype = 'f' AND pair.own = entry.attnum
                ORDER BY cardinality(k.conkey) DESC LIMIT 1;
                IF FOUND THEN
                    p_rows := platform.make_test_row(target.referred, p_business_id, p_rows, p_depth + 1);
                    value := p_rows -> target.referred::text ->> target.attname;
                ELSE
                    value := platform.test_value(entry.type, entry.closed_set, entry.attnum, coalesce((tries ->> entry.attname)::integer, 0));
                    generated := generated || entry.attnum;
                END IF;
            END IF;
            IF value IS NULL THEN
                RAISE EXCEPTION 'no value is known for % of type %', entry.attname, entry.type;
            END IF;
            names := names || quote_ident(entry.attname);
            literals := literals || format('%L', value);
        END LOOP;
        BEGIN
            EXECUTE format('INSERT INTO %s AS made (%s) VALUES (%s) RETURNING to_jsonb(made)', p_table, array_to_string(names, ', '), array_to_string(literals, ', '))
                INTO made;
            RETURN p_rows || jsonb_build_object(key, made);
        EXCEPTION WHEN check_violation THEN
            GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
            SELECT k.conkey INTO concerned FROM pg_catalog.pg_constraint k WHERE k.conrelid = p_table AND k.conname = broken;
            IF NOT FOUND THEN
                RAISE;
            END IF;
            -- A check of several columns may want one that was left out; else other values may please it.
            SELECT a.attnum INTO more FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = p_table AND a.attnum = ANY (concerned) AND a.attnum <> ALL (filled) AND NOT (a.attnotnull AND NOT a.atthasdef)
                AND a.attgenerated = '' AND a.attname <> ALL ('{id,business_id}')
            ORDER BY a.atthasdef, a.attnum LIMIT 1;
            IF FOUND THEN
                filled := filled || more;
            ELSE
                SELECT tries || jsonb_object_agg(a.attname, coalesce((tries ->> a.attname)::integer, 0) + 1) INTO tries
                FROM pg_catalog.pg_attribute a WHERE a.attrelid = p_table AND a.attnum = ANY (concerned) AND a.attnum = ANY (generated);
                IF tries IS NULL THEN
                    RAISE;
                END IF;
            END IF;
        END;
    END LOOP;
    RAISE EXCEPTION 'no row pleases the checks of %', key;
END $$;

-- A business with an owner, in the form of p_rows above.
CREATE FUNCTION platform.make_test_business(p_name text) RETURNS jsonb LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    account auth.users;
    person users.users;
    business businesses.businesses;
    member users.business_users;
BEGIN
    INSERT INTO auth.users AS a (email) VALUES (gen_random_uuid() || '@test.invalid') RETURNING a.* INTO account;
    INSERT INTO users.users AS u (id, email, display_name) VALUES (account.id, account.email, p_name) RETURNING u.* INTO person;
    INSERT INTO businesses.businesses AS b (name, industry, email) VALUES (p_name, 'hs', account.email) RETURNING b.* INTO business;
    INSERT INTO users.business_users AS m (user_id, business_id, role, status) VALUES (person.id, business.id, 'owner', 'active') RETURNING m.* INTO member;
    RETURN jsonb_build_object('auth.users', account, 'users.users', person, 'businesses.businesses', business, 'users.business_users', member);
END $$;

-- Runs a statement as the gateway: how many rows it touched, or the state and words it was refused with.
CREATE FUNCTION platform.try_as_gateway(p_statement text, OUT touched bigint, OUT state text, OUT refusal text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    before text := current_setting('role');
BEGIN
    PERFORM set_config('role', 'thorbis_gateway', true);
    EXECUTE p_statement;
    GET DIAGNOSTICS touched = ROW_COUNT;
    PERFORM set_config('role', before, true);
EXCEPTION WHEN OTHERS THEN
    -- The role is what it was: its change is undone with the statement.
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, refusal = MESSAGE_TEXT;
END $$;

-- One table attacked by business A, which the context is open for. p_a and p_b hold both businesses' rows.
CREATE FUNCTION platform.test_table_isolation(p_table regclass, p_rules platform.table_rules, p_a jsonb, p_b jsonb)
RETURNS TABLE (test_name text, passed boolean, message text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    name text := p_rules.schema_name || '.' || p_rules.table_name;
    mine jsonb := p_a -> p_table::text;
    theirs jsonb := p_b -> p_table::text;
    writers boolean := NOT p_rules.append_only AND p_rules.write_access && '{member,staff,owner_manager,owner}';
    writable text := (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '');
    changed text := (SELECT quote_ident(a.attname) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        ORDER BY NOT has_column_privilege('thorbis_gateway', p_table, a.attnum, 'UPDATE'), a.attnum LIMIT 1);
    own record;
    attempt record;
    again record;
    entry record;
    foreign_id text;
    intact boolean;
BEGIN
    test_name := name || ': read';
    SELECT * INTO own FROM platform.try_as_gateway(format('SELECT id FROM %s WHERE id = %L', p_table, mine ->> 'id'));
    SELECT * INTO attempt FROM platform.try_as_gateway(format('SELECT id FROM %s WHERE id = %L', p_table, theirs ->> 'id'));
    SELECT * INTO again FROM platform.try_as_gateway(format('SELECT id FROM %s WHERE business_id <> %L LIMIT 1', p_table, mine ->> 'business_id'));
    passed := own.touched = 1 AND attempt.touched = 0 AND again.touched = 0;
    message := CASE
        WHEN own.touched IS DISTINCT FROM 1 THEN 'the business''s own record is not seen, so the test says nothing: ' || coalesce(own.refusal, 'no row')
        WHEN passed THEN 'only the business''s own records are seen'
        ELSE coalesce(attempt.refusal, again.refusal, 'another business''s records are seen')
    END;
    passed := coalesce(passed, false);
    RETURN NEXT;

    -- First with the privileges the gateway has, then with all of them: the policies must hold alone.
    FOR turn IN 1..2 LOOP
        IF turn = 2 THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO thorbis_gateway', p_table);
        END IF;

        test_name := name || CASE turn WHEN 1 THEN ': insert' ELSE ': insert with every privilege' END;
        SELECT * INTO attempt FROM platform.try_as_gateway(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L)',
            p_table, writable, theirs || jsonb_build_object('id', gen_random_uuid(), coalesce(p_rules.number_column, 'id'), gen_random_uuid())));
        -- Nothing but a lack of rights counts: a duplicate would be refused for another reason.
        passed := attempt.state = '42501';
        message := coalesce(attempt.refusal, 'a record was made in another business');
        passed := coalesce(passed, false);
        RETURN NEXT;

        test_name := name || CASE turn WHEN 1 THEN ': update' ELSE ': update with every privilege' END;
        SELECT * INTO own FROM platform.try_as_gateway(format('UPDATE %1$s SET %2$s = %2$s WHERE id = %3$L', p_table, changed, mine ->> 'id'));
        SELECT * INTO attempt FROM platform.try_as_gateway(format('UPDATE %1$s SET %2$s = %2$s WHERE id = %3$L', p_table, changed, theirs ->> 'id'));
        SELECT * INTO again FROM platform.try_as_gateway(format('UPDATE %s SET business_id = %L WHERE id = %L', p_table, theirs ->> 'business_id', mine ->> 'id'));
        passed := (attempt.touched = 0 OR attempt.state = '42501') AND coalesce(again.touched, 0) = 0 AND (own.touched IS DISTINCT FROM 0 OR NOT writers);
        message := CASE
            WHEN passed THEN 'another business''s record: ' || coalesce(attempt.refusal, 'not found') || '; moving a record: ' || coalesce(again.refusal, 'not found')
            WHEN coalesce(again.touched, 0) > 0 THEN 'a record was moved to another business'
            WHEN own.touched = 0 THEN 'the business''s own record is not found, so the test says nothing'
            ELSE coalesce(attempt.refusal, 'another business''s record was changed')
        END;
        passed := coalesce(passed, false);
        RETURN NEXT;

        test_name := name || CASE turn WHEN 1 THEN ': delete' ELSE ': delete with every privilege' END;
        SELECT * INTO attempt FROM platform.try_as_gateway(format('DELETE FROM %s WHERE id = %L', p_table, theirs ->> 'id'));
        EXECUTE format('SELECT coalesce((SELECT to_jsonb(t) = $1 FROM %s t WHERE t.business_id = $2 AND t.id = $3), false)', p_table)
            INTO intact USING theirs, (theirs ->> 'business_id')::uuid, (theirs ->> 'id')::uuid;
        passed := (attempt.touched = 0 OR attempt.state = '42501') AND intact;
        message := CASE WHEN NOT intact THEN 'another business''s record is no longer what it was' ELSE coalesce(attempt.refusal, 'not found') END;
        passed := coalesce(passed, false);
        RETURN NEXT;
    END LOOP;

    FOR entry IN
        SELECT a.attname::text AS column_name, k.confrelid::regclass::text AS referred, r.attname::text AS referred_column, false AS is_list
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[cardinality(k.conkey)]
        JOIN pg_catalog.pg_attribute r ON r.attrelid = k.confrelid AND r.attnum = k.confkey[cardinality(k.conkey)]
        WHERE k.conrelid = p_table AND k.contype = 'f' AND (cardinality(k.conkey) = 2 OR EXISTS (SELECT FROM platform.table_rules t
            WHERE t.kind = 'tenant' AND format('%I.%I', t.schema_name, t.table_name)::regclass = k.confrelid))
        UNION ALL SELECT l.key, l.value, 'id', true FROM jsonb_each_text(p_rules.id_lists) AS l
        ORDER BY 1
    LOOP
        test_name := name || ': refer by ' || entry.column_name;
        foreign_id := p_b -> entry.referred ->> entry.referred_column;
        IF foreign_id IS NULL THEN
            passed := false;
            message := 'there is no record of ' || entry.referred || ' to refer to';
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF p_rules.append_only THEN
            SELECT * INTO attempt FROM platform.try_as_gateway(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L)',
                p_table, writable, mine || jsonb_build_object('id', gen_random_uuid(), entry.column_name,
                    CASE WHEN entry.is_list THEN jsonb_build_array(foreign_id) ELSE to_jsonb(foreign_id) END)));
        ELSE
            SELECT * INTO attempt FROM platform.try_as_gateway(format('UPDATE %s SET %I = %L WHERE id = %L',
                p_table, entry.column_name, CASE WHEN entry.is_list THEN '{' || foreign_id || '}' ELSE foreign_id END, mine ->> 'id'));
        END IF;
        passed := attempt.refusal IS NOT NULL AND attempt.state <> '23505';
        message := coalesce(attempt.refusal, 'a record refers to another business''s');
        RETURN NEXT;
    END LOOP;
END $$;

-- Every table of every business, attacked across businesses as the gateway. Takes its tables from the rules.
CREATE FUNCTION platform.test_tenant_isolation() RETURNS TABLE (test_name text, passed boolean, message text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    results jsonb := '[]';
    a jsonb;
    b jsonb;
    rules platform.table_rules;
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
        FOR rules IN SELECT * FROM platform.table_rules r WHERE r.kind = 'tenant' ORDER BY r.schema_name, r.table_name LOOP
            target := format('%I.%I', rules.schema_name, rules.table_name)::regclass;
            BEGIN
                a := platform.make_test_row(target, (a -> 'businesses.businesses' ->> 'id')::uuid, a);
                b := platform.make_test_row(target, (b -> 'businesses.businesses' ->> 'id')::uuid, b);
            EXCEPTION WHEN OTHERS THEN
                results := results || jsonb_build_object('test_name', rules.schema_name || '.' || rules.table_name || ': row', 'passed', false,
                    'message', 'no row could be made, so nothing was tested: ' || SQLERRM);
            END;
        END LOOP;

        -- Nobody first: a connection without a context sees nothing.
        FOR rules IN SELECT * FROM platform.table_rules r WHERE r.kind = 'tenant' ORDER BY r.schema_name, r.table_name LOOP
            target := format('%I.%I', rules.schema_name, rules.table_name)::regclass;
            SELECT * INTO attempt FROM platform.try_as_gateway(format('SELECT id FROM %s LIMIT 1', target));
            results := results || jsonb_build_object('test_name', rules.schema_name || '.' || rules.table_name || ': read without a context',
                'passed', coalesce(attempt.touched = 0, false),
                'message', CASE WHEN attempt.touched > 0 THEN 'records are seen by nobody' ELSE coalesce(attempt.refusal, 'nothing is seen') END);
        END LOOP;

        SELECT * INTO attempt FROM platform.try_as_gateway(format('SELECT auth.open_request(%L, %L, NULL, NULL, NULL, NULL, NULL)',
            b -> 'businesses.businesses' ->> 'id', a -> 'users.users' ->> 'id'));
        results := results || jsonb_build_object('test_name', 'a business one is no member of', 'passed', coalesce(attempt.state = 'TB403', false),
            'message', coalesce(attempt.refusal, 'was opened'));

        SELECT * INTO attempt FROM platform.try_as_gateway(format('SELECT auth.open_request(%L, %L, NULL, NULL, NULL, NULL, NULL)',
            a -> 'businesses.businesses' ->> 'id', a -> 'users.users' ->> 'id'));
        results := results || jsonb_build_object('test_name', 'one''s own business', 'passed', attempt.refusal IS NULL,
            'message', coalesce(attempt.refusal, 'was opened'));

        FOR rules IN SELECT * FROM platform.table_rules r WHERE r.kind = 'tenant' ORDER BY r.schema_name, r.table_name LOOP
            target := format('%I.%I', rules.schema_name, rules.table_name)::regclass;
            IF a ? target::text AND b ? target::text THEN
                results := results || (SELECT jsonb_agg(to_jsonb(t)) FROM platform.test_table_isolation(target, rules, a, b) AS t);
            END IF;
        END LOOP;

        -- Views and platform tables show rows of the current business or of the person, who is new here.
        FOR rules IN
            SELECT * FROM platform.table_rules r WHERE r.kind IN ('view', 'platform') AND NOT r.read_access && '{anyone,public}'
                AND EXISTS (SELECT FROM pg_catalog.pg_attribute c
                    WHERE c.attrelid = format('%I.%I', r.schema_name, r.table_name)::regclass AND c.attname = 'business_id')
            ORDER BY r.schema_name, r.table_name
        LOOP
            SELECT * INTO attempt FROM platform.try_as_gateway(format('SELECT business_id FROM %I.%I WHERE business_id <> %L LIMIT 1',
                rules.schema_name, rules.table_name, a -> 'businesses.businesses' ->> 'id'));
            results := results || jsonb_build_object('test_name', rules.schema_name || '.' || rules.table_name || ': read',
                'passed', coalesce(attempt.touched = 0, false),
                'message', CASE WHEN attempt.touched > 0 THEN 'another business''s records are seen' ELSE coalesce(attempt.refusal, 'nothing of others is seen') END);
        END LOOP;
        results := results || (
            SELECT coalesce(jsonb_agg(jsonb_build_object('test_name', c.oid::regclass || ': closed',
                'passed', NOT has_any_column_privilege('thorbis_gateway', c.oid, 'SELECT'),
                'message', CASE WHEN has_any_column_privilege('thorbis_gateway', c.oid, 'SELECT') THEN 'every business''s rows are read' ELSE 'is not read' END) ORDER BY c.oid::regclass::text), '[]')
            FROM pg_catalog.pg_class c
            WHERE c.relkind = 'm' AND c.relnamespace IN (SELECT r.schema_name::regnamespace FROM platform.table_rules r));
        RAISE EXCEPTION 'undone' USING ERRCODE = 'TB000';
    EXCEPTION WHEN SQLSTATE 'TB000' THEN
        -- The rows, the privileges and the context are gone; the findings are in a variable.
        NULL;
    END;
    RETURN QUERY SELECT r.test_name, r.passed, r.message
        FROM jsonb_to_recordset(results) AS r (test_name text, passed boolean, message text);
END $$;
COMMENT ON FUNCTION platform.test_tenant_isolation() IS
    'Tries to reach across businesses in every table, as the gateway''s role; run by the owner, leaves nothing behind.';

-- How long two everyday lists take on the largest business there is, as the gateway runs them.
CREATE FUNCTION platform.test_query_performance() RETURNS TABLE (query_name text, execution_time_ms numeric, passed boolean, message text)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    results jsonb := '[]';
    business uuid;
    person uuid;
    entry record;
    plan jsonb;
    best numeric;
BEGIN
    FOR entry IN
        SELECT * FROM (VALUES
            ('Customer Lookup', 'hs.customers', 'SELECT * FROM hs.customers WHERE business_id = %L AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 100', 50),
            ('Work Order Query', 'hs.work_orders', 'SELECT * FROM hs.work_orders WHERE business_id = %L AND deleted_at IS NULL AND status = ''completed'' ORDER BY created_at DESC, id LIMIT 50', 100)
        ) AS q (name, source, query, most_ms)
    LOOP
        EXECUTE format('SELECT t.business_id FROM %s t JOIN businesses.businesses b ON b.id = t.business_id
            WHERE b.status = ''active'' AND b.deleted_at IS NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1', entry.source) INTO business;
        SELECT m.user_id INTO person FROM users.business_users m JOIN users.users u ON u.id = m.user_id JOIN auth.users a ON a.id = u.id
        WHERE m.business_id = business AND m.status = 'active' AND m.role <> 'api_partner' AND u.status = 'active' AND u.deleted_at IS NULL
            AND a.deleted_at IS NULL AND (a.banned_until IS NULL OR a.banned_until <= now())
        ORDER BY m.created_at, m.id LIMIT 1;
        IF business IS NULL OR person IS NULL THEN
            results := results || jsonb_build_object('query_name', entry.name, 'passed', false,
                'message', CASE WHEN business IS NULL THEN 'not measured: no active business has rows in ' || entry.source ELSE 'not measured: the business has no active member' END);
            CONTINUE;
        END IF;
        BEGIN
            PERFORM set_config('role', 'thorbis_gateway', true);
            PERFORM auth.open_request(business, person, NULL, NULL, NULL, NULL, NULL);
            best := NULL;
            -- The first run fills the cache; the least of three is the query's own time.
            FOR turn IN 1..3 LOOP
                EXECUTE 'EXPLAIN (ANALYZE, FORMAT JSON) ' || format(entry.query, business) INTO plan;
                best := least(best, (plan -> 0 ->> 'Execution Time')::numeric);
            END LOOP;
            RAISE EXCEPTION 'undone' USING ERRCODE = 'TB000';
        EXCEPTION WHEN SQLSTATE 'TB000' THEN
            -- The role and the context are what they were.
            NULL;
        END;
        results := results || jsonb_build_object('query_name', entry.name, 'execution_time_ms', best, 'passed', best < entry.most_ms,
            'message', format('%s rows of business %s, at most %s ms', plan -> 0 -> 'Plan' ->> 'Actual Rows', business, entry.most_ms));
    END LOOP;
    RETURN QUERY SELECT r.query_name, r.execution_time_ms, r.passed, r.message
        FROM jsonb_to_recordset(results) AS r (query_name text, execution_time_ms numeric, passed boolean, message text);
END $$;
COMMENT ON FUNCTION platform.test_query_performance() IS
    'Measures everyday lists on rows that exist, as the gateway''s role; says so where there are none.';

REVOKE ALL ON FUNCTION platform.test_value(text, text[], integer, integer), platform.make_test_row(regclass, uuid, jsonb, integer),
    platform.make_test_business(text), platform.try_as_gateway(text), platform.test_table_isolation(regclass, platform.table_rules, jsonb, jsonb),
    platform.test_tenant_isolation(), platform.test_query_performance() FROM PUBLIC;
