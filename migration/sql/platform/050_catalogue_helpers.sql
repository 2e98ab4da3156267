-- What the tables of the catalogue need of the helpers beside what the document's tables needed.

-- Whether clients make rows of the table. Rows of people, memberships and businesses come by actions of
-- their own; a row with something required that only the system knows is the system's to make.
-- Rows of a business's own tables are theirs to make unless it is said otherwise.
ALTER TABLE platform.table_rules ADD COLUMN rows_by_clients boolean,
    ADD COLUMN insertable boolean GENERATED ALWAYS AS (coalesce(rows_by_clients, kind = 'tenant')) STORED;

-- References to tables that are not there yet. Tables refer to each other in circles.
CREATE TABLE platform.pending_references (
    table_name text NOT NULL,
    column_name text NOT NULL,
    target_name text NOT NULL,
    on_delete text NOT NULL,
    PRIMARY KEY (table_name, column_name)
);
COMMENT ON TABLE platform.pending_references IS 'References that wait for their target while the migration runs; empty afterwards.';
INSERT INTO platform.table_rules (schema_name, table_name, kind) VALUES ('platform', 'pending_references', 'internal');

CREATE FUNCTION platform.has_column(p_table regclass, p_column text, p_required boolean DEFAULT false) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = p_table AND attname = p_column AND NOT attisdropped AND (attnotnull OR NOT p_required))
$$;

-- Rows of these two are of one business, the same one. A row of no business refers to rows of no business.
CREATE FUNCTION platform.same_business(p_table regclass, p_target regclass) RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT platform.has_column(p_target, 'business_id') AND platform.has_column(p_table, 'business_id',
        NOT EXISTS (SELECT FROM platform.table_rules r WHERE format('%I.%I', r.schema_name, r.table_name)::regclass = p_target AND r.kind = 'tenant'))
$$;

-- The foreign key behind a reference, and its index. Both rows of one business: the key says so, and attaching another
-- business's row is impossible. A restricted deletion may wait for the end of the transaction, or a
-- business could not be deleted, whose rows go in no particular order.
CREATE PROCEDURE platform.add_foreign_key(p_name text, p_column text, p_target text, p_on_delete text) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    source regclass := p_name::regclass;
    target regclass := p_target::regclass;
    short text := split_part(p_name, '.', 2);
    constraint_name text := short || '_' || p_column || '_fkey';
    is_membership boolean := p_target = 'users.users' AND platform.has_column(source, 'business_id', true)
        AND (SELECT NOT r.write_access <@ '{system,nobody}' OR r.kind = 'tenant' FROM platform.table_rules r WHERE r.schema_name || '.' || r.table_name = p_name);
    by_business boolean := true;
    action text := CASE lower(p_on_delete)
        WHEN 'set null' THEN format('ON DELETE SET NULL (%I)', p_column)
        WHEN 'cascade' THEN 'ON DELETE CASCADE'
        ELSE 'ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE'
    END;
BEGIN
    IF is_membership THEN
        -- A membership is ended, never deleted.
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (business_id, %I) REFERENCES users.business_users (business_id, user_id) DEFERRABLE INITIALLY IMMEDIATE',
            source, constraint_name, p_column);
    ELSIF p_column <> 'business_id' AND platform.same_business(source, target) THEN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = target AND k.contype IN ('p', 'u')
            AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_catalog.pg_attribute a WHERE a.attrelid = target AND a.attnum = ANY (k.conkey)) = '{business_id,id}')
        THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE (business_id, id)', target, split_part(p_target, '.', 2) || '_in_business_key');
        END IF;
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (business_id, %I) REFERENCES %s (business_id, id) %s',
            source, constraint_name, p_column, target, action);
    ELSE
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s (id) %s', source, constraint_name, p_column, target, action);
        -- Rows that everybody shares go by migrations alone: what is asked for is a business's rows.
        by_business := platform.has_column(source, 'business_id') AND (SELECT r.kind = 'global' FROM platform.table_rules r
            WHERE r.schema_name || '.' || r.table_name = p_target);
    END IF;
    -- The index ends in the default order, so that a parent's newest children come straight from it. Every
    -- table with a business has its rows by business and age already.
    IF p_column <> 'business_id' THEN
        EXECUTE format('CREATE INDEX %I ON %s (%s)', short || '_' || p_column || '_idx', source, (
            SELECT string_agg(c, ', ' ORDER BY place) FROM unnest(ARRAY['business_id', p_column, 'created_at DESC', 'id']) WITH ORDINALITY AS c (c, place)
            WHERE platform.has_column(source, split_part(c, ' ', 1)) AND (c <> 'business_id' OR by_business)));
    END IF;
END $$;

-- A reference with its index; one to a table that is not there yet waits for it.
CREATE OR REPLACE PROCEDURE platform.reference(p_name text, p_column text, p_target text, p_on_delete text DEFAULT 'set null')
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF to_regclass(p_target) IS NULL THEN
        INSERT INTO platform.pending_references VALUES (p_name, p_column, p_target, p_on_delete);
    ELSE
        CALL platform.add_foreign_key(p_name, p_column, p_target, p_on_delete);
    END IF;
END $$;

CREATE PROCEDURE platform.add_pending_references() LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    entry record;
BEGIN
    FOR entry IN DELETE FROM platform.pending_references RETURNING * LOOP
        CALL platform.add_foreign_key(entry.table_name, entry.column_name, entry.target_name, entry.on_delete);
    END LOOP;
END $$;

-- Reference data of everybody: read by whoever is signed in, written by migrations.
CREATE PROCEDURE platform.global_table(p_name text, p_secret text[] DEFAULT '{}', p_flows jsonb DEFAULT '{}') LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    CALL platform.platform_table(p_name, p_read => '{anyone}', p_secret => p_secret, p_flows => p_flows, p_audited => false);
    UPDATE platform.table_rules SET kind = 'global' WHERE schema_name || '.' || table_name = p_name;
END $$;

-- Clients make and remove rows of a platform table, where its policies let them.
CREATE PROCEDURE platform.allow_rows(p_name text) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    rules platform.table_rules;
    writable text;
BEGIN
    UPDATE platform.table_rules SET rows_by_clients = true WHERE schema_name || '.' || table_name = p_name RETURNING * INTO STRICT rules;
    writable := platform.columns_of(p_name::regclass, rules.derived_columns || platform.generated_columns(p_name::regclass)
        || ARRAY['business_id', 'created_at', 'updated_at']);
    EXECUTE format('GRANT INSERT (%s) ON %s TO thorbis_gateway', writable, p_name::regclass);
    IF NOT rules.append_only THEN
        EXECUTE format('GRANT DELETE ON %s TO thorbis_gateway', p_name::regclass);
    END IF;
END $$;

-- Only the system makes rows of the table: they need what no client may say.
CREATE PROCEDURE platform.refuse_rows(p_name text) LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    UPDATE platform.table_rules SET rows_by_clients = false WHERE schema_name || '.' || table_name = p_name;
    EXECUTE format('REVOKE INSERT (%s) ON %s FROM thorbis_gateway', platform.columns_of(p_name::regclass, '{}'), p_name::regclass);
END $$;

-- As before, but for the columns that have no guard yet, so that a table can grow.
CREATE OR REPLACE PROCEDURE platform.guard_columns(p_table regclass) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    entry record;
    short text := (SELECT relname FROM pg_catalog.pg_class WHERE oid = p_table);
    guard text;
    test text;
BEGIN
    FOR entry IN SELECT attname AS name, atttypid::regtype::text AS type FROM pg_catalog.pg_attribute
        WHERE attrelid = p_table AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('created_at', 'updated_at', 'deleted_at')
    LOOP
        test := CASE
            WHEN entry.type = 'numeric' THEN format('%1$I <> ''NaN'' AND %1$I <> ''Infinity'' AND %1$I <> ''-Infinity''', entry.name)
            WHEN entry.type = 'date' THEN format('%1$I BETWEEN ''0001-01-01'' AND ''9999-12-31''', entry.name)
            WHEN entry.type = 'timestamp with time zone' THEN format('%1$I BETWEEN ''0001-01-01 00:00+00'' AND ''9999-12-31 23:59:59.999999+00''', entry.name)
            WHEN entry.type IN ('text[]', 'integer[]') THEN format('array_position(%1$I, NULL) IS NULL', entry.name)
        END;
        guard := left(short || '_' || entry.name, 56) || '_finite';
        IF test IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = p_table AND conname = guard) THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s)', p_table, guard, test);
        END IF;
    END LOOP;
END $$;

-- A table that is under its rules already got columns: guards, privileges and logs follow.
CREATE PROCEDURE platform.extend_table(p_name text, p_derived text[] DEFAULT '{}', p_secret text[] DEFAULT '{}') LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    target regclass := p_name::regclass;
    log_function text := 'log_' || replace(p_name, '.', '_');
    rules platform.table_rules;
BEGIN
    UPDATE platform.table_rules SET derived_columns = derived_columns || p_derived, secret_columns = secret_columns || p_secret
    WHERE schema_name || '.' || table_name = p_name RETURNING * INTO STRICT rules;
    CALL platform.guard_columns(target);
    IF rules.kind = 'tenant' THEN
        CALL platform.grant_columns(target, rules.secret_columns, rules.derived_columns, true, NOT rules.append_only, NOT rules.append_only, rules.soft_delete);
    ELSE
        CALL platform.grant_columns(target, rules.secret_columns, rules.derived_columns, false,
            NOT rules.append_only AND NOT rules.write_access <@ '{system,nobody}', false, rules.soft_delete);
    END IF;
    IF to_regproc('audit.' || log_function) IS NOT NULL THEN
        EXECUTE format('DROP TRIGGER z_log ON %s', target);
        EXECUTE format('DROP FUNCTION audit.%I()', log_function);
        CALL audit.log_changes(target, p_name, rules.secret_columns, rules.kind = 'tenant' AND NOT rules.append_only, rules.soft_delete);
    END IF;
END $$;
