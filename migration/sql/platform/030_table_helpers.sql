-- The helpers that turn a plain CREATE TABLE into a table of the platform. What they do is the same for
-- every table; a contract test walks the database and finds none that differs.

-- The condition under which one kind of reader or writer is admitted, as a policy's text.
CREATE FUNCTION platform.who_condition(p_who text, p_table text, p_verb text, p_self text, p_business text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE p_who
        WHEN 'member' THEN format('(SELECT auth.get_current_role() IN (''owner'', ''manager'', ''staff'', ''viewer'') OR auth.has_scope(%L, %L))', p_table, p_verb)
        WHEN 'staff' THEN format('(SELECT auth.get_current_role() IN (''owner'', ''manager'', ''staff'') OR auth.has_scope(%L, %L))', p_table, p_verb)
        WHEN 'owner_manager' THEN '(SELECT auth.get_current_role() IN (''owner'', ''manager''))'
        WHEN 'owner' THEN '(SELECT auth.get_current_role() = ''owner'')'
        WHEN 'self' THEN format('(%I = (SELECT auth.uid()))', p_self)
        WHEN 'colleague' THEN format('(%I = ANY ((SELECT auth.colleague_ids())::uuid[]))', p_self)
        WHEN 'anyone' THEN '(SELECT auth.uid() IS NOT NULL)'
        WHEN 'public' THEN 'true'
        ELSE 'false'
    END || CASE
        -- On tables without the tenant's own policy, a standing counts in the row's business only.
        WHEN p_business IS NOT NULL AND p_who IN ('member', 'staff', 'owner_manager', 'owner')
        THEN format(' AND %I = (SELECT auth.get_current_business_id())', p_business)
        ELSE ''
    END
$$;

CREATE FUNCTION platform.who_conditions(p_who text[], p_table text, p_verb text, p_self text, p_business text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT coalesce(string_agg('(' || platform.who_condition(who, p_table, p_verb, p_self, p_business) || ')', ' OR '), 'false')
    FROM unnest(p_who) AS who
$$;

-- Columns of a table in order, without some.
CREATE FUNCTION platform.columns_of(p_table regclass, p_without text[]) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_catalog.pg_attribute
    WHERE attrelid = p_table AND attnum > 0 AND NOT attisdropped AND attname <> ALL (p_without)
$$;

CREATE FUNCTION platform.generated_columns(p_table regclass) RETURNS text[] LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(array_agg(attname::text), '{}') FROM pg_catalog.pg_attribute
    WHERE attrelid = p_table AND attnum > 0 AND NOT attisdropped AND attgenerated <> ''
$$;

-- Privileges of the gateway: secrets are not read, what the system keeps is not written.
CREATE PROCEDURE platform.grant_columns(p_table regclass, p_secret text[], p_unwritten text[], p_insert boolean, p_update boolean, p_delete boolean, p_soft boolean)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    fixed text[] := p_unwritten || platform.generated_columns(p_table)
        || ARRAY['business_id', 'created_at', 'updated_at', 'created_by', 'updated_by', 'deleted_by', 'version'];
    writable text;
BEGIN
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', p_table);
    EXECUTE format('GRANT ALL ON %s TO thorbis_definer', p_table);
    EXECUTE format('GRANT SELECT (%s) ON %s TO thorbis_gateway', platform.columns_of(p_table, p_secret), p_table);
    IF p_insert THEN
        writable := platform.columns_of(p_table, fixed || ARRAY['deleted_at']);
        EXECUTE format('GRANT INSERT (%s) ON %s TO thorbis_gateway', writable, p_table);
    END IF;
    IF p_update THEN
        writable := platform.columns_of(p_table, fixed || ARRAY['id'] || CASE WHEN p_soft THEN '{}'::text[] ELSE ARRAY['deleted_at'] END);
        EXECUTE format('GRANT UPDATE (%s) ON %s TO thorbis_gateway', writable, p_table);
    END IF;
    IF p_delete AND NOT p_soft THEN
        EXECUTE format('GRANT DELETE ON %s TO thorbis_gateway', p_table);
    END IF;
END $$;

CREATE PROCEDURE platform.role_policies(p_table regclass, p_name text, p_read text[], p_write text[], p_self text, p_business text, p_restrictive boolean)
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    reads text := platform.who_conditions(p_read, p_name, 'read', p_self, p_business);
    writes text := platform.who_conditions(p_write, p_name, 'write', p_self, p_business);
    kind text := CASE WHEN p_restrictive THEN 'RESTRICTIVE' ELSE 'PERMISSIVE' END;
BEGIN
    EXECUTE format('CREATE POLICY may_read ON %s AS %s FOR SELECT TO thorbis_gateway USING (%s)', p_table, kind, reads);
    EXECUTE format('CREATE POLICY may_insert ON %s AS %s FOR INSERT TO thorbis_gateway WITH CHECK (%s)', p_table, kind, writes);
    EXECUTE format('CREATE POLICY may_update ON %s AS %s FOR UPDATE TO thorbis_gateway USING (%s) WITH CHECK (%s)', p_table, kind, writes, writes);
    EXECUTE format('CREATE POLICY may_delete ON %s AS %s FOR DELETE TO thorbis_gateway USING (%s)', p_table, kind, writes);
END $$;

-- Triggers on flow columns and id lists; {"status": [["draft", "sent"], ...]} and {"assigned_team": "users.users"}.
CREATE PROCEDURE platform.rule_triggers(p_table regclass, p_flows jsonb, p_id_lists jsonb) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    entry record;
    moves jsonb;
BEGIN
    FOR entry IN SELECT key, value FROM jsonb_each(p_flows) LOOP
        SELECT jsonb_object_agg(f, t) INTO moves
        FROM (SELECT pair ->> 0 AS f, jsonb_agg(pair ->> 1) AS t FROM jsonb_array_elements(entry.value) AS pair GROUP BY 1) AS grouped;
        EXECUTE format('CREATE TRIGGER flow_%1$s BEFORE UPDATE ON %2$s FOR EACH ROW WHEN (OLD.%1$I IS DISTINCT FROM NEW.%1$I) EXECUTE FUNCTION platform.check_flow(%3$L, %4$L)',
            entry.key, p_table, entry.key, moves::text);
    END LOOP;
    FOR entry IN SELECT key, value #>> '{}' AS target FROM jsonb_each(p_id_lists) LOOP
        EXECUTE format('CREATE TRIGGER ids_%1$s BEFORE INSERT OR UPDATE OF %1$I ON %2$s FOR EACH ROW WHEN (NEW.%1$I IS NOT NULL) EXECUTE FUNCTION platform.check_id_list(%3$L, %4$L, %5$L)',
            entry.key, p_table, entry.key, split_part(entry.target, '.', 1), split_part(entry.target, '.', 2));
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (array_position(%I, NULL) IS NULL)',
            p_table, (SELECT relname FROM pg_catalog.pg_class WHERE oid = p_table) || '_' || entry.key || '_no_nulls', entry.key);
    END LOOP;
END $$;

-- Values PostgreSQL accepts and clients cannot read: NaN, infinities, years past 9999, null elements.
CREATE PROCEDURE platform.guard_columns(p_table regclass) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    entry record;
    short text := (SELECT relname FROM pg_catalog.pg_class WHERE oid = p_table);
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
        IF test IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s)', p_table, short || '_' || entry.name || '_finite', test);
        END IF;
    END LOOP;
END $$;

-- A tenant table: standard columns, keys, isolation, privileges, triggers, logs.
CREATE PROCEDURE platform.tenant_table(
    p_name text,
    p_read text[] DEFAULT '{member}',
    p_write text[] DEFAULT '{staff}',
    p_derived text[] DEFAULT '{}',
    p_secret text[] DEFAULT '{}',
    p_number text DEFAULT NULL,
    p_prefix text DEFAULT NULL,
    p_flows jsonb DEFAULT '{}',
    p_id_lists jsonb DEFAULT '{}',
    p_append_only boolean DEFAULT false,
    p_soft_delete boolean DEFAULT true
) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    target regclass := p_name::regclass;
    schema text := split_part(p_name, '.', 1);
    short text := split_part(p_name, '.', 2);
    soft boolean := p_soft_delete AND NOT p_append_only;
    alive text := CASE WHEN p_soft_delete AND NOT p_append_only THEN ' WHERE deleted_at IS NULL' ELSE '' END;
BEGIN
    EXECUTE format('ALTER TABLE %s
        ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
        ADD COLUMN business_id uuid NOT NULL DEFAULT auth.get_current_business_id() REFERENCES businesses.businesses ON DELETE CASCADE,
        ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN created_by uuid REFERENCES users.users', target);
    IF NOT p_append_only THEN
        EXECUTE format('ALTER TABLE %s
            ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
            ADD COLUMN updated_by uuid REFERENCES users.users,
            ADD COLUMN version integer NOT NULL DEFAULT 1', target);
    END IF;
    IF soft THEN
        EXECUTE format('ALTER TABLE %s ADD COLUMN deleted_at timestamptz, ADD COLUMN deleted_by uuid REFERENCES users.users', target);
    END IF;
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I PRIMARY KEY (business_id, id)', target, short || '_pkey');
    EXECUTE format('CREATE INDEX %I ON %s (business_id, created_at DESC, id)%s', short || '_newest', target, alive);
    CALL platform.guard_columns(target);

    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY tenant_isolation ON %1$s TO thorbis_gateway USING (business_id = (SELECT auth.get_current_business_id())) WITH CHECK (business_id = (SELECT auth.get_current_business_id()))', target);
    CALL platform.role_policies(target, p_name, p_read, p_write, NULL, NULL, true);
    CALL platform.grant_columns(target, p_secret, p_derived, true, NOT p_append_only, NOT p_append_only, soft);

    -- Triggers fire in the order of their names.
    IF p_append_only THEN
        EXECUTE format('CREATE TRIGGER a_stamp BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION platform.stamp_appended()', target);
    ELSE
        EXECUTE format('CREATE TRIGGER a_stamp BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION platform.stamp_row()', target);
    END IF;
    IF soft THEN
        EXECUTE format('CREATE TRIGGER a_stamp_deletion BEFORE UPDATE ON %s FOR EACH ROW WHEN (OLD.deleted_at IS NOT NULL OR NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION platform.stamp_deletion()', target);
    END IF;
    IF p_number IS NOT NULL THEN
        EXECUTE format('CREATE TRIGGER b_number BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION platform.number_row(%L, %L)', target, p_number, p_prefix);
        -- A number given later counts as one given at once, or the counter would run into it.
        EXECUTE format('CREATE TRIGGER b_renumber BEFORE UPDATE ON %1$s FOR EACH ROW WHEN (OLD.%2$I IS DISTINCT FROM NEW.%2$I) EXECUTE FUNCTION platform.number_row(%2$L, %3$L)', target, p_number, p_prefix);
    END IF;
    CALL platform.rule_triggers(target, p_flows, p_id_lists);
    CALL audit.log_changes(target, p_name, p_secret, NOT p_append_only, soft);

    INSERT INTO platform.table_rules (schema_name, table_name, kind, read_access, write_access, derived_columns, secret_columns,
        number_column, number_prefix, flows, id_lists, append_only, soft_delete)
    VALUES (schema, short, 'tenant', p_read, p_write, p_derived, p_secret, p_number, p_prefix, p_flows, p_id_lists, p_append_only, soft);
END $$;

-- An identity or system table: it states its own id, times and keys; isolation is by who reads and writes.
-- p_self is the column with the row's own user, p_business the one with its business.
CREATE PROCEDURE platform.platform_table(
    p_name text,
    p_read text[] DEFAULT '{nobody}',
    p_write text[] DEFAULT '{system}',
    p_self text DEFAULT NULL,
    p_business text DEFAULT NULL,
    p_derived text[] DEFAULT '{}',
    p_secret text[] DEFAULT '{}',
    p_flows jsonb DEFAULT '{}',
    p_insert boolean DEFAULT false,
    p_append_only boolean DEFAULT false,
    p_soft_delete boolean DEFAULT false,
    p_audited boolean DEFAULT true
) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    target regclass := p_name::regclass;
    written boolean := NOT p_append_only AND NOT p_write <@ '{system,nobody}';
BEGIN
    CALL platform.guard_columns(target);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', target);
    CALL platform.role_policies(target, p_name, p_read, p_write, p_self, p_business, false);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', target);
    EXECUTE format('GRANT ALL ON %s TO thorbis_definer', target);
    IF NOT p_read <@ '{system,nobody}' THEN
        CALL platform.grant_columns(target, p_secret, p_derived, written AND p_insert, written, false, p_soft_delete);
    END IF;
    IF NOT p_append_only THEN
        EXECUTE format('CREATE TRIGGER a_stamp BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION platform.stamp_time()', target);
    END IF;
    CALL platform.rule_triggers(target, p_flows, '{}');
    IF p_audited THEN
        CALL audit.log_changes(target, p_name, p_secret, false, p_soft_delete, p_business);
    END IF;
    INSERT INTO platform.table_rules (schema_name, table_name, kind, read_access, write_access, derived_columns, secret_columns,
        flows, append_only, soft_delete)
    VALUES (split_part(p_name, '.', 1), split_part(p_name, '.', 2), CASE WHEN p_read <@ '{system,nobody}' THEN 'internal' ELSE 'platform' END,
        p_read, p_write, p_derived, p_secret, p_flows, p_append_only, p_soft_delete);
END $$;

-- A reference inside the tenant. People are members of the business; everything else is of its rows.
-- Its index ends in the default order, so that a parent's newest children come straight from it.
CREATE PROCEDURE platform.reference(p_name text, p_column text, p_target text, p_on_delete text DEFAULT 'set null')
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    target regclass := p_name::regclass;
    short text := split_part(p_name, '.', 2);
    action text := CASE lower(p_on_delete)
        WHEN 'set null' THEN format('ON DELETE SET NULL (%I)', p_column)
        WHEN 'cascade' THEN 'ON DELETE CASCADE'
        ELSE 'ON DELETE NO ACTION'
    END;
    tail text := (SELECT string_agg(', ' || c, '') FROM unnest(ARRAY['created_at DESC', 'id']) AS c
        WHERE EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = target AND attname = split_part(c, ' ', 1)));
BEGIN
    IF p_target = 'users.users' THEN
        -- A membership is ended, never deleted.
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (business_id, %I) REFERENCES users.business_users (business_id, user_id)',
            target, short || '_' || p_column || '_fkey', p_column);
    ELSE
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (business_id, %I) REFERENCES %s (business_id, id) %s',
            target, short || '_' || p_column || '_fkey', p_column, p_target::regclass, action);
    END IF;
    EXECUTE format('CREATE INDEX %I ON %s (business_id, %I%s)', short || '_' || p_column || '_idx', target, p_column, tail);
END $$;
