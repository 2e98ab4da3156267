-- The self-test's rows, made anew for all tables there are now. A rule that refuses a row names the columns
-- it is about, in a check, a key or a hint; other values are tried for these until the row is accepted.

-- What these took and gave has changed.
DROP FUNCTION platform.test_tenant_isolation(), platform.test_table_isolation(regclass, platform.table_rules, jsonb, jsonb),
    platform.try_as_gateway(text), platform.make_test_row(regclass, uuid, jsonb, integer), platform.test_value(text, text[], integer, integer);

-- The values a column may take, in the order they are tried. A table's next rows, which p_turn numbers,
-- begin with others. What the checks on the column name may be what they ask for.
CREATE FUNCTION platform.test_values(p_table regclass, p_column name, p_turn integer) RETURNS text[]
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    place integer;
    type text;
    closed_set text[];
    constants text[];
    chance text := md5(random()::text);
    list text[];
BEGIN
    SELECT a.attnum, format_type(a.atttypid, a.atttypmod) INTO place, type
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = p_table AND a.attname = p_column;
    SELECT coalesce(array_agg(c.value) FILTER (WHERE c.is_set), '{}'), coalesce(array_agg(DISTINCT c.value), '{}') INTO closed_set, constants
    FROM (
        SELECT coalesce(replace(quoted[1], '''''', ''''), quoted[2]) AS value, k.text LIKE '%= ANY (ARRAY[%' AND k.alone AS is_set
        FROM (SELECT pg_catalog.pg_get_constraintdef(k.oid) AS text, k.conkey = ARRAY[place::smallint] AS alone FROM pg_catalog.pg_constraint k
            WHERE k.conrelid = p_table AND k.contype = 'c' AND place = ANY (k.conkey) AND k.conname NOT LIKE '%\_finite') AS k
        CROSS JOIN LATERAL regexp_matches(k.text, '''((?:[^'']|'''')*)''|\m(\d+)\M', 'g') AS quoted
    ) AS c;
    IF closed_set <> '{}' AND type = 'text' THEN
        place := p_turn % cardinality(closed_set);
        RETURN closed_set[place + 1:] || closed_set[:place];
    END IF;
    list := CASE
        WHEN type = 'text' THEN ARRAY['test_' || left(chance, 12), 'USD', 'US', 'en-US', 'UTC', 'https://test.example/' || left(chance, 8),
            left(chance, 12) || '@test.example', '+15550100', '#000000', '00', '2025-01', (1000 + p_turn)::text, lpad((p_turn + 1)::text, 9, '0'),
            chance || chance, '1.0.' || p_turn, upper('P' || left(chance, 4)), 'a', 'AA'] || constants
        WHEN type IN ('smallint', 'integer', 'bigint', 'double precision') THEN
            ARRAY[(1 + p_turn)::text, '0', '2', '10', '100', '2000'] || ARRAY(SELECT c FROM unnest(constants) AS c WHERE c ~ '^\d{1,4}$')
        WHEN type LIKE 'numeric%' THEN
            ARRAY['1', '0', '2', '10', '100', '2000', '0.5', '-1'] || ARRAY(SELECT c FROM unnest(constants) AS c WHERE c ~ '^\d{1,4}$')
        WHEN type = 'boolean' THEN ARRAY['false', 'true']
        WHEN type = 'jsonb' THEN ARRAY['{}', '[]', '{"test": true}', '["test"]']
        -- Later columns get later times, since what ends comes after what starts; or earlier ones.
        WHEN type = 'date' THEN ARRAY[(current_date + place)::text, current_date::text, (current_date - place)::text]
        WHEN type LIKE 'time without%' THEN ARRAY[(TIME '08:00' + place * interval '1 minute')::text, (TIME '20:00' - place * interval '1 minute')::text]
        WHEN type LIKE 'timestamp%' THEN ARRAY[(now() + place * interval '1 minute')::text, (now() - interval '1 day')::text,
            (now() - place * interval '1 minute')::text, (now() + interval '10 years')::text]
        WHEN type = 'interval' THEN ARRAY['1 hour', '1 day']
        WHEN type = 'uuid' THEN ARRAY[gen_random_uuid()::text]
        WHEN type = 'inet' THEN ARRAY['192.0.2.1']
        WHEN type = 'bytea' THEN ARRAY['\x' || left(chance, 8), '\x' || chance || chance]
        WHEN type LIKE '%geography%' THEN ARRAY['SRID=4326;POINT(0 0)']
        WHEN type = 'text[]' THEN ARRAY['{}', '{test}'] || ARRAY(SELECT ARRAY[c]::text FROM unnest(constants) AS c)
        WHEN type = 'integer[]' THEN ARRAY['{}', '{1}', '{0}']
        WHEN type LIKE '%[]' THEN ARRAY['{}']
    END;
    IF list IS NULL THEN
        RAISE EXCEPTION 'no value is known for % of type %', p_column, type;
    END IF;
    RETURN list;
END $$;

-- The columns that a refusal of a row is about and that other values can be tried for; none where nothing can.
CREATE FUNCTION platform.blamed_columns(p_table regclass, p_state text, p_constraint text, p_column text, p_hint text, p_detail text) RETURNS text[]
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    named text[] := CASE p_state
        WHEN '23502' THEN ARRAY[p_column]
        WHEN 'TB422' THEN ARRAY[p_hint]
        WHEN 'TB409' THEN ARRAY[(CASE WHEN p_detail LIKE '{%}' THEN p_detail END)::jsonb ->> 'column']
    END;
BEGIN
    RETURN ARRAY(
        SELECT a.attname::text FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            AND a.attname <> ALL ('{business_id,created_at,created_by,updated_at,updated_by,deleted_at,deleted_by,version}')
            AND (a.attname <> 'id' OR NOT a.atthasdef)
            AND (a.attname = ANY (named) OR (p_state LIKE '23%' AND a.attnum IN (
                -- A constraint and an index depend on the columns they read.
                SELECT d.refobjsubid FROM pg_catalog.pg_depend d
                WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = p_table AND d.objid IN (
                    SELECT k.oid FROM pg_catalog.pg_constraint k WHERE k.conrelid = p_table AND k.conname = p_constraint
                    UNION ALL SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                    WHERE i.indrelid = p_table AND c.relname = p_constraint))))
        ORDER BY a.attnum);
END $$;

-- A row of the table that is there: of the business, of its owner, or of everybody.
CREATE FUNCTION platform.standing_row(p_table regclass, p_business_id uuid, p_rows jsonb, p_turn integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    standing jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(t) FROM %s t WHERE %s ORDER BY t.id OFFSET %s LIMIT 1', p_table, CASE
        WHEN platform.has_column(p_table, 'business_id') THEN format('t.business_id = %L', p_business_id)
        WHEN platform.has_column(p_table, 'user_id') THEN format('t.user_id = %L', p_rows -> 'users.users' ->> 'id')
        ELSE 'true' END, p_turn) INTO standing;
    RETURN standing;
END $$;

-- The name a row goes by in p_rows below.
CREATE FUNCTION platform.test_key(p_table text, p_turn integer) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = ''
    RETURN p_table || CASE WHEN p_turn > 0 THEN ' ' || p_turn ELSE '' END;

-- What to try after a refusal: columns that were left out join; then the columns the refusal is about
-- take their next values, the last column turning fastest. After a column's last value comes null.
CREATE FUNCTION platform.next_choice(p_table regclass, p_columns jsonb, p_choice jsonb, p_blamed text[], p_constraint text, p_times integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    missing jsonb := (SELECT jsonb_object_agg(b, 0) FROM unnest(p_blamed) AS b WHERE NOT p_choice ? b);
    last integer;
    at integer;
BEGIN
    -- A check that counts what is given: one column after the other is given alone, in the end none.
    IF p_times <= cardinality(p_blamed) AND EXISTS (SELECT FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = p_table AND k.conname = p_constraint AND k.contype = 'c' AND pg_catalog.pg_get_constraintdef(k.oid) LIKE '%num_nonnulls%')
    THEN
        RETURN p_choice || (SELECT jsonb_object_agg(b, CASE WHEN place = p_times + 1 THEN 0 ELSE 999 END) FROM unnest(p_blamed) WITH ORDINALITY AS c (b, place)
            WHERE (p_columns -> b ->> 'nullable')::boolean);
    END IF;
    IF missing IS NOT NULL THEN
        RETURN p_choice || missing;
    END IF;
    FOR place IN REVERSE cardinality(p_blamed)..1 LOOP
        last := (p_columns -> p_blamed[place] ->> 'last')::integer + (p_columns -> p_blamed[place] ->> 'nullable')::boolean::integer;
        at := (p_choice ->> p_blamed[place])::integer + 1;
        p_choice := p_choice || jsonb_build_object(p_blamed[place], CASE WHEN at > last THEN 0 ELSE at END);
        EXIT WHEN at <= last;
    END LOOP;
    RETURN p_choice;
END $$;

-- Makes a row of p_table, and first the rows it must refer to. p_rows holds what was made so far, by table;
-- null stands for what is in the making. Where two must differ, a table has further rows: 'hs.parts 1'.
CREATE FUNCTION platform.make_test_row(p_table regclass, p_business_id uuid, p_rows jsonb, p_turn integer DEFAULT 0) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    key text := platform.test_key(p_table::text, p_turn);
    rules platform.table_rules;
    columns jsonb;
    -- The columns that are given, and the place of each among its values; what is past the last is null.
    choice jsonb;
    lists jsonb := '{}';
    tried jsonb := '{}';
    names text[];
    literals text[];
    entry record;
    value text;
    made jsonb;
    state text;
    broken text;
    unfilled text;
    hint text;
    detail text;
    blamed text[];
BEGIN
    IF p_rows ? key THEN
        IF jsonb_typeof(p_rows -> key) = 'null' THEN
            RAISE EXCEPTION 'required references go round in a circle at %', key;
        END IF;
        RETURN p_rows;
    END IF;
    SELECT * INTO rules FROM platform.table_rules r WHERE format('%I.%I', r.schema_name, r.table_name)::regclass = p_table;
    IF rules.kind = 'global' THEN
        made := platform.standing_row(p_table, p_business_id, p_rows, p_turn);
        IF made IS NOT NULL THEN
            RETURN p_rows || jsonb_build_object(key, made);
        END IF;
    END IF;
    p_rows := p_rows || jsonb_build_object(key, NULL);
    SELECT jsonb_object_agg(a.attname, jsonb_build_object('nullable', NOT a.attnotnull, 'list', rules.id_lists ->> a.attname,
            'target', f.target, 'target_column', f.target_column, 'last', CASE WHEN f.target LIKE 'users.%users' THEN 1 ELSE 3 END)),
        coalesce(jsonb_object_agg(a.attname, 0) FILTER (WHERE a.attname <> 'business_id' AND (
            (a.attnotnull AND NOT a.atthasdef AND a.attname IS DISTINCT FROM rules.number_column)
            -- Rows are the acting person's own, since others' may be hidden from them.
            OR (a.attname = 'user_id' AND rules.read_access || rules.write_access && '{self}') OR (a.attname = 'created_by' AND f.target IS NOT NULL))), '{}')
    INTO columns, choice
    FROM pg_catalog.pg_attribute a LEFT JOIN LATERAL (
        SELECT k.confrelid::regclass::text AS target, r.attname AS target_column
        FROM pg_catalog.pg_constraint k CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair (own, other)
        JOIN pg_catalog.pg_attribute r ON r.attrelid = k.confrelid AND r.attnum = pair.other
        WHERE k.conrelid = p_table AND k.contype = 'f' AND pair.own = a.attnum ORDER BY cardinality(k.conkey) DESC LIMIT 1
    ) AS f ON true
    WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '';

    FOR round IN 1..400 LOOP
        names := CASE WHEN columns ? 'business_id' THEN '{business_id}' ELSE '{}' END;
        literals := CASE WHEN columns ? 'business_id' THEN ARRAY[quote_literal(p_business_id)] ELSE '{}' END;
        FOR entry IN SELECT c.key AS name, c.value::integer AS at, a.* FROM jsonb_each_text(choice) AS c
            CROSS JOIN LATERAL jsonb_to_record(columns -> c.key) AS a (nullable boolean, list text, target text, target_column text, last integer)
        LOOP
            value := NULL;
            IF entry.target IS NULL THEN
                IF NOT lists ? entry.name THEN
                    lists := lists || jsonb_build_object(entry.name, platform.test_values(p_table, entry.name, p_turn));
                    IF entry.list IS NOT NULL THEN
                        p_rows := platform.make_test_row(entry.list::regclass, p_business_id, p_rows);
                        lists := jsonb_insert(lists, ARRAY[entry.name, '-1'], to_jsonb('{' || (p_rows -> entry.list ->> 'id') || '}'), true);
                    END IF;
                    columns := jsonb_set(columns, ARRAY[entry.name, 'last'], to_jsonb(jsonb_array_length(lists -> entry.name) - 1));
                END IF;
                value := lists -> entry.name ->> entry.at;
            ELSIF entry.at <= entry.last AND (entry.target <> p_table::text OR entry.at <> p_turn) THEN
                BEGIN
                    p_rows := platform.make_test_row(entry.target::regclass, p_business_id, p_rows, entry.at);
                    value := p_rows -> platform.test_key(entry.target, entry.at) ->> entry.target_column;
                EXCEPTION WHEN OTHERS THEN
                    -- An optional reference may do without.
                    IF NOT entry.nullable THEN
                        RAISE;
                    END IF;
                END;
            END IF;
            names := names || quote_ident(entry.name);
            literals := literals || quote_nullable(value);
        END LOOP;
        BEGIN
            EXECUTE format('INSERT INTO %s AS made ', p_table) || CASE WHEN names = '{}' THEN 'DEFAULT VALUES'
                ELSE format('(%s) VALUES (%s)', array_to_string(names, ', '), array_to_string(literals, ', ')) END || ' RETURNING to_jsonb(made)' INTO made;
            RETURN p_rows || jsonb_build_object(key, made);
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, broken = CONSTRAINT_NAME, unfilled = COLUMN_NAME, hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
            blamed := platform.blamed_columns(p_table, state, broken, unfilled, hint, detail);
            -- Some tables have one row a business, and it is there already.
            IF p_turn = 0 AND (state = '23505' OR blamed = '{}' OR round = 400) THEN
                made := platform.standing_row(p_table, p_business_id, p_rows, 0);
                IF made IS NOT NULL THEN
                    RETURN p_rows || jsonb_build_object(key, made);
                END IF;
            END IF;
            IF blamed = '{}' OR round = 400 THEN
                RAISE;
            END IF;
            choice := platform.next_choice(p_table, columns, choice, blamed, broken, coalesce((tried ->> broken)::integer, 0));
            tried := tried || jsonb_build_object(broken, coalesce((tried ->> broken)::integer, 0) + 1);
        END;
    END LOOP;
END $$;

-- A business with an owner and a second member, in the form of p_rows above.
CREATE OR REPLACE FUNCTION platform.make_test_business(p_name text) RETURNS jsonb LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    business businesses.businesses;
    account auth.users;
    person users.users;
    member users.business_users;
    rows jsonb;
BEGIN
    INSERT INTO businesses.businesses AS b (name, industry, email) VALUES (p_name, 'hs', gen_random_uuid() || '@test.invalid') RETURNING b.* INTO business;
    rows := jsonb_build_object('businesses.businesses', business);
    FOR turn IN 0..1 LOOP
        INSERT INTO auth.users AS a (email) VALUES (gen_random_uuid() || '@test.invalid') RETURNING a.* INTO account;
        INSERT INTO users.users AS u (id, email, display_name) VALUES (account.id, account.email, p_name) RETURNING u.* INTO person;
        INSERT INTO users.business_users AS m (user_id, business_id, role, status)
        VALUES (person.id, business.id, CASE turn WHEN 0 THEN 'owner' ELSE 'manager' END, 'active') RETURNING m.* INTO member;
        rows := rows || jsonb_build_object(platform.test_key('auth.users', turn), account, platform.test_key('users.users', turn), person,
            platform.test_key('users.business_users', turn), member);
    END LOOP;
    RETURN rows;
END $$;

-- The rows as they are by now: what was made later may have moved their totals and states.
CREATE FUNCTION platform.reread_test_rows(p_rows jsonb) RETURNS jsonb LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    keys text[] := '{}';
    rows jsonb[] := '{}';
    entry record;
    row jsonb;
BEGIN
    FOR entry IN SELECT r.key, r.value FROM jsonb_each(p_rows) AS r WHERE r.value ? 'id' LOOP
        EXECUTE format('SELECT to_jsonb(t) FROM %s t WHERE t.id = $1', split_part(entry.key, ' ', 1))
            || CASE WHEN entry.value ->> 'business_id' IS NOT NULL THEN ' AND t.business_id = $2' ELSE '' END
            INTO row USING (entry.value ->> 'id')::uuid, (entry.value ->> 'business_id')::uuid;
        IF row IS NOT NULL THEN
            keys := keys || entry.key;
            rows := rows || row;
        END IF;
    END LOOP;
    RETURN (SELECT coalesce(jsonb_object_agg(k, r), '{}') FROM unnest(keys, rows) AS made (k, r));
END $$;

REVOKE ALL ON FUNCTION platform.test_values(regclass, name, integer), platform.blamed_columns(regclass, text, text, text, text, text),
    platform.standing_row(regclass, uuid, jsonb, integer), platform.test_key(text, integer), platform.next_choice(regclass, jsonb, jsonb, text[], text, integer),
    platform.make_test_row(regclass, uuid, jsonb, integer), platform.make_test_business(text), platform.reread_test_rows(jsonb) FROM PUBLIC;
