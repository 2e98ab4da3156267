-- What the database keeps by itself: totals of child rows, levels of ledgers, moments of states, and
-- columns that follow from others of their row. A file states the expression; the helpers write the
-- triggers and note in platform.kept_columns how to count from scratch, which the tests do.

CREATE TABLE platform.kept_columns (
    table_name text NOT NULL,
    column_name text NOT NULL,
    -- The tables whose rows it is counted from.
    sources text[] NOT NULL,
    -- The right value for a row p of the table, counted from scratch.
    recount text NOT NULL,
    PRIMARY KEY (table_name, column_name)
);
COMMENT ON TABLE platform.kept_columns IS 'The columns that triggers keep, with the expression that counts each from scratch.';
INSERT INTO platform.table_rules (schema_name, table_name, kind) VALUES ('platform', 'kept_columns', 'internal');

-- The rows of a table that are alive, as a condition on an alias; '' where none is ever deleted softly.
CREATE FUNCTION platform.alive(p_table regclass, p_alias text) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT CASE WHEN platform.has_column(p_table, 'deleted_at') THEN format(' AND %s.deleted_at IS NULL', p_alias) ELSE '' END
$$;

CREATE FUNCTION platform.short_name(p_parts text[]) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE WHEN length(n) <= 63 THEN n ELSE left(n, 54) || '_' || left(md5(n), 8) END FROM array_to_string(p_parts, '_') AS n
$$;

-- Totals of a tenant table p_table, each an expression over a row p of it:
--   {"subtotal": "(SELECT coalesce(sum(c.line_total), 0) FROM hs.estimate_line_items c
--                  WHERE c.business_id = p.business_id AND c.estimate_id = p.id AND c.deleted_at IS NULL)"}
-- p_sources names the tables they are counted from: the column that leads to p, then the columns that matter.
--   {"hs.estimate_line_items": ["estimate_id", "line_total"]}
-- They are counted anew once a statement for the rows it touches, under a lock on those rows, so that
-- concurrent changes cannot lose each other. Who refers to a row is not held up by the lock.
-- Totals of a deleted row stand still and catch up when it comes back.
CREATE PROCEDURE platform.keep_totals(p_table text, p_totals jsonb, p_sources jsonb) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    target regclass := p_table::regclass;
    schema text := split_part(p_table, '.', 1);
    short text := split_part(p_table, '.', 2);
    recount text := platform.short_name(ARRAY['recount', short, (SELECT min(key) FROM jsonb_object_keys(p_totals) AS key)]);
    columns text := (SELECT string_agg(format('%I', key), ', ' ORDER BY key) FROM jsonb_object_keys(p_totals) AS key);
    expressions text := (SELECT string_agg(format('%s AS %I', value, key), ', ' ORDER BY key) FROM jsonb_each_text(p_totals));
    now_columns text := (SELECT string_agg(format('p.%I', key), ', ' ORDER BY key) FROM jsonb_object_keys(p_totals) AS key);
    new_columns text := (SELECT string_agg(format('t.%I', key), ', ' ORDER BY key) FROM jsonb_object_keys(p_totals) AS key);
    source record;
    function_name text;
BEGIN
    INSERT INTO platform.kept_columns (table_name, column_name, sources, recount)
    SELECT p_table, key, ARRAY(SELECT jsonb_object_keys(p_sources)), value FROM jsonb_each_text(p_totals);
    EXECUTE format($body$
CREATE FUNCTION %1$I.%2$I(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $recount$
BEGIN
    PERFORM FROM %3$s p WHERE p.business_id = p_business AND p.id = ANY (p_ids) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE %3$s p SET (%4$s) = ROW (%5$s)
    FROM (SELECT p.id, %6$s FROM %3$s p WHERE p.business_id = p_business AND p.id = ANY (p_ids)%7$s) AS t
    WHERE p.business_id = p_business AND p.id = t.id AND (%8$s) IS DISTINCT FROM (%5$s);
END $recount$ $body$, schema, recount, target, columns, new_columns, expressions, platform.alive(target, 'p'), now_columns);
    EXECUTE format('ALTER FUNCTION %I.%I(uuid, uuid[]) OWNER TO thorbis_definer', schema, recount);
    FOR source IN SELECT key AS name, value ->> 0 AS reference, ARRAY(SELECT jsonb_array_elements_text(value)) AS columns FROM jsonb_each(p_sources) LOOP
        function_name := platform.short_name(ARRAY['keep', short, (SELECT min(key) FROM jsonb_object_keys(p_totals) AS key), 'from', split_part(source.name, '.', 2)]);
        CALL platform.keep_from(schema, function_name, recount, source.name, source.reference, source.columns);
    END LOOP;
    IF platform.has_column(target, 'deleted_at') THEN
        function_name := platform.short_name(ARRAY['catch_up', recount]);
        EXECUTE format($body$
CREATE FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $trigger$
BEGIN
    PERFORM %1$I.%3$I(NEW.business_id, ARRAY[NEW.id]);
    RETURN NULL;
END $trigger$ $body$, schema, function_name, recount);
        EXECUTE format('ALTER FUNCTION %I.%I() OWNER TO thorbis_definer', schema, function_name);
        EXECUTE format('CREATE TRIGGER %I AFTER UPDATE OF deleted_at ON %s FOR EACH ROW WHEN (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL) EXECUTE FUNCTION %I.%I()',
            platform.short_name(ARRAY['totals', function_name]), target, schema, function_name);
    END IF;
END $$;

-- The trigger on one source of totals. One function serves insert, update and delete.
CREATE PROCEDURE platform.keep_from(p_schema text, p_function text, p_recount text, p_source text, p_reference text, p_columns text[])
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    source regclass := p_source::regclass;
    matter text[] := p_columns || CASE WHEN platform.has_column(source, 'deleted_at') THEN ARRAY['deleted_at'] ELSE '{}'::text[] END;
    compared text := (SELECT string_agg(quote_ident(c), ', ') FROM unnest(matter) AS c);
    event text;
BEGIN
    EXECUTE format($body$
CREATE FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $trigger$
DECLARE
    touched record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        FOR touched IN SELECT n.business_id, array_agg(DISTINCT n.%3$I) AS ids FROM new_rows n WHERE n.%3$I IS NOT NULL GROUP BY 1 LOOP
            PERFORM %1$I.%4$I(touched.business_id, touched.ids);
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR touched IN SELECT o.business_id, array_agg(DISTINCT o.%3$I) AS ids FROM old_rows o WHERE o.%3$I IS NOT NULL GROUP BY 1 LOOP
            PERFORM %1$I.%4$I(touched.business_id, touched.ids);
        END LOOP;
    ELSE
        -- A join of both would be planned for one row, and take the square of them.
        FOR touched IN
            SELECT t.business_id, array_agg(DISTINCT t.parent) AS ids FROM (
                (SELECT o.business_id, o.id, o.%3$I AS parent, %5$s FROM old_rows o EXCEPT SELECT n.business_id, n.id, n.%3$I, %5$s FROM new_rows n)
                UNION ALL
                (SELECT n.business_id, n.id, n.%3$I, %5$s FROM new_rows n EXCEPT SELECT o.business_id, o.id, o.%3$I, %5$s FROM old_rows o)
            ) AS t (business_id, id, parent) WHERE t.parent IS NOT NULL GROUP BY 1
        LOOP
            PERFORM %1$I.%4$I(touched.business_id, touched.ids);
        END LOOP;
    END IF;
    RETURN NULL;
END $trigger$ $body$, p_schema, p_function, p_reference, p_recount, compared);
    EXECUTE format('ALTER FUNCTION %I.%I() OWNER TO thorbis_definer', p_schema, p_function);
    FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
        CONTINUE WHEN event <> 'INSERT' AND NOT platform.has_column(source, 'updated_at');
        EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION %I.%I()',
            platform.short_name(ARRAY['totals', lower(event), p_function]), event, source,
            CASE event WHEN 'INSERT' THEN 'NEW TABLE AS new_rows' WHEN 'DELETE' THEN 'OLD TABLE AS old_rows' ELSE 'OLD TABLE AS old_rows NEW TABLE AS new_rows' END,
            p_schema, p_function);
    END LOOP;
END $$;

-- The level of a ledger: p_level has one live row for each combination of the p_key columns, made when the
-- first move comes; p_quantities says which of its columns adds up which expression over a move m.
--   CALL platform.keep_level('hs.stock_levels', 'hs.stock_movements', '{inventory_location_id,price_book_item_id}', '{"quantity_on_hand": "m.quantity"}');
-- Moves are never changed, so each adds to its level; the level's row is locked while it does.
CREATE PROCEDURE platform.keep_level(p_level text, p_moves text, p_key text[], p_quantities jsonb) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    level regclass := p_level::regclass;
    moves regclass := p_moves::regclass;
    schema text := split_part(p_level, '.', 1);
    function_name text := platform.short_name(ARRAY['keep', split_part(p_level, '.', 2), 'from', split_part(p_moves, '.', 2)]);
    first_name text := platform.short_name(ARRAY['begin', split_part(p_level, '.', 2), 'from', split_part(p_moves, '.', 2)]);
    keys text := (SELECT string_agg(quote_ident(k), ', ') FROM unnest(p_key) AS k);
    moved text := (SELECT string_agg(format('m.%I', k), ', ') FROM unnest(p_key) AS k);
    matches text := (SELECT string_agg(format('l.%1$I IS NOT DISTINCT FROM d.%1$I', k), ' AND ') FROM unnest(p_key) AS k);
    matches_p text := (SELECT string_agg(format('m.%1$I IS NOT DISTINCT FROM p.%1$I', k), ' AND ') FROM unnest(p_key) AS k);
    sums text := (SELECT string_agg(format('sum(%s) AS %I', value, key), ', ') FROM jsonb_each_text(p_quantities));
    sets text := (SELECT string_agg(format('%1$I = l.%1$I + d.%1$I', key), ', ') FROM jsonb_each_text(p_quantities));
    begins text := (SELECT string_agg(format(E'    NEW.%I := (SELECT coalesce(sum(%s), 0) FROM %s m WHERE m.business_id = p.business_id AND %s);', key, value, moves, matches_p), E'\n')
        FROM jsonb_each_text(p_quantities));
BEGIN
    INSERT INTO platform.kept_columns (table_name, column_name, sources, recount)
    SELECT p_level, key, ARRAY[p_moves], format('(SELECT coalesce(sum(%s), 0) FROM %s m WHERE m.business_id = p.business_id AND %s)', value, p_moves, matches_p)
    FROM jsonb_each_text(p_quantities);
    EXECUTE format($body$
CREATE FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $trigger$
DECLARE
    p %3$s := NEW;
BEGIN
%4$s
    RETURN NEW;
END $trigger$ $body$, schema, first_name, level, begins);
    EXECUTE format('ALTER FUNCTION %I.%I() OWNER TO thorbis_definer', schema, first_name);
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION %I.%I()', platform.short_name(ARRAY['j', first_name]), level, schema, first_name);
    -- A level that is made here counts these moves as it begins; to the others they are added. Who makes the
    -- same level at the same moment waits for the first, and adds to it.
    EXECUTE format($body$
CREATE FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $trigger$
DECLARE
    begun uuid[];
BEGIN
    WITH made AS (
        INSERT INTO %5$s (business_id, %9$s)
        SELECT DISTINCT m.business_id, %3$s FROM new_rows m
        WHERE NOT EXISTS (SELECT FROM %5$s l, LATERAL (SELECT %3$s) AS d WHERE l.business_id = m.business_id AND %6$s%7$s)
        ORDER BY m.business_id, %3$s
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO begun FROM made;
    PERFORM FROM %5$s l JOIN (SELECT DISTINCT m.business_id, %3$s FROM new_rows m) AS d ON l.business_id = d.business_id AND %6$s%7$s
    WHERE l.id <> ALL (begun) ORDER BY l.business_id, l.id FOR NO KEY UPDATE OF l;
    UPDATE %5$s l SET %8$s FROM (SELECT m.business_id, %3$s, %4$s FROM new_rows m GROUP BY m.business_id, %3$s) AS d
    WHERE l.business_id = d.business_id AND %6$s%7$s AND l.id <> ALL (begun);
    RETURN NULL;
END $trigger$ $body$, schema, function_name, moved, sums, level, matches, platform.alive(level, 'l'), sets, keys);
    EXECUTE format('ALTER FUNCTION %I.%I() OWNER TO thorbis_definer', schema, function_name);
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I.%I()',
        platform.short_name(ARRAY['totals', function_name]), moves, schema, function_name);
END $$;

-- Columns that follow from others of their row, in the order given:
--   CALL platform.keep_row('hs.estimates', '[["tax_amount", "round(NEW.subtotal * NEW.tax_rate, 2)"]]')
CREATE PROCEDURE platform.keep_row(p_table text, p_columns jsonb) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    schema text := split_part(p_table, '.', 1);
    function_name text := platform.short_name(ARRAY['derive', split_part(p_table, '.', 2), p_columns -> 0 ->> 0]);
    assignments text := (SELECT string_agg(format('    NEW.%I := %s;', pair ->> 0, pair ->> 1), E'\n' ORDER BY place)
        FROM jsonb_array_elements(p_columns) WITH ORDINALITY AS c (pair, place));
BEGIN
    INSERT INTO platform.kept_columns (table_name, column_name, sources, recount)
    SELECT p_table, pair ->> 0, ARRAY[p_table], replace(pair ->> 1, 'NEW.', 'p.') FROM jsonb_array_elements(p_columns) AS pair;
    EXECUTE format(E'CREATE FUNCTION %I.%I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '''' AS $trigger$\nBEGIN\n%s\n    RETURN NEW;\nEND $trigger$',
        schema, function_name, assignments);
    EXECUTE format('ALTER FUNCTION %I.%I() OWNER TO thorbis_definer', schema, function_name);
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %I.%I()',
        platform.short_name(ARRAY['m', function_name]), p_table::regclass, schema, function_name);
END $$;

-- Who and when, as a state is entered; what the client says itself stays.
--   CALL platform.stamp_states('hs.estimates', 'status', '{"sent": {"sent_at": "now()"}, "approved": {"approved_at": "now()"}}')
CREATE PROCEDURE platform.stamp_states(p_table text, p_column text, p_stamps jsonb) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    schema text := split_part(p_table, '.', 1);
    function_name text := platform.short_name(ARRAY['stamp', split_part(p_table, '.', 2), p_column]);
    branches text := (
        SELECT string_agg(format(E'    IF NEW.%I = %L THEN\n%s\n    END IF;', p_column, state.key, (
            SELECT string_agg(format(E'        IF NEW.%1$I IS NULL OR (TG_OP = ''UPDATE'' AND NEW.%1$I IS NOT DISTINCT FROM OLD.%1$I) THEN\n            NEW.%1$I := %2$s;\n        END IF;',
                stamp.key, stamp.value), E'\n')
            FROM jsonb_each_text(state.value) AS stamp)), E'\n')
        FROM jsonb_each(p_stamps) AS state);
BEGIN
    EXECUTE format(E'CREATE FUNCTION %I.%I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '''' AS $trigger$\nBEGIN\n    IF TG_OP = ''UPDATE'' AND NEW.%I IS NOT DISTINCT FROM OLD.%I THEN\n        RETURN NEW;\n    END IF;\n%s\n    RETURN NEW;\nEND $trigger$',
        schema, function_name, p_column, p_column, branches);
    EXECUTE format('ALTER FUNCTION %I.%I() OWNER TO thorbis_definer', schema, function_name);
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %I.%I()',
        platform.short_name(ARRAY['k', function_name]), p_table::regclass, schema, function_name);
END $$;

-- A person reads their own rows too, where the table is otherwise for owners and managers:
--   CALL platform.read_own('payroll.pay_stubs', 'employee_id = ANY ((SELECT payroll.my_employee_ids())::uuid[])')
CREATE PROCEDURE platform.read_own(p_table text, p_condition text) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    rules platform.table_rules;
BEGIN
    UPDATE platform.table_rules SET read_access = array_append(array_remove(read_access, 'self'), 'self')
    WHERE schema_name || '.' || table_name = p_table RETURNING * INTO STRICT rules;
    EXECUTE format('ALTER POLICY may_read ON %s USING (%s OR (%s))', p_table::regclass,
        platform.who_conditions(array_remove(rules.read_access, 'self'), p_table, 'read', NULL, NULL), p_condition);
END $$;

-- A rule that a client broke: the column it is about and a sentence that says what to do.
CREATE FUNCTION platform.refuse(p_column text, p_message text, p_schema text, p_table text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION '%', p_message USING ERRCODE = 'TB422', HINT = p_column, SCHEMA = p_schema, TABLE = p_table;
END $$;
GRANT EXECUTE ON FUNCTION platform.refuse(text, text, text, text) TO thorbis_gateway, thorbis_definer;
GRANT CREATE ON SCHEMA hs, rest, auto, ret, courses, payroll, investigations, billing, audit, ai, trust, integrations, notifications, reporting,
    files, permissions, platform, auth, users, businesses TO thorbis_definer;
