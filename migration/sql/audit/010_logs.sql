-- What happened: the audit log for people, the change log for apps that sync.

CREATE TABLE audit.audit_log (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    business_id uuid,
    user_id uuid,
    session_id uuid,
    action text NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid,
    old_values jsonb,
    new_values jsonb,
    changed_fields text[],
    ip_address inet,
    user_agent text,
    request_id uuid,
    api_endpoint text,
    http_method text,
    ai_model text,
    ai_tool text,
    ai_operation_id uuid,
    metadata jsonb NOT NULL DEFAULT '{}',
    actor text NOT NULL DEFAULT 'user' CONSTRAINT audit_log_actor_check CHECK (actor IN ('user', 'api_key', 'system', 'ai', 'support')),
    api_key_id uuid,
    transaction_id bigint NOT NULL,
    sequence_number bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
-- Months are split off by the retention run; until then all rows share one partition.
CREATE TABLE audit.audit_log_rest PARTITION OF audit.audit_log DEFAULT;
CREATE INDEX audit_log_newest ON audit.audit_log (business_id, created_at DESC, id);
CREATE INDEX audit_log_entity ON audit.audit_log (business_id, entity_type, entity_id, created_at);
CREATE INDEX audit_log_user ON audit.audit_log (business_id, user_id, created_at);
CREATE INDEX audit_log_transaction ON audit.audit_log (transaction_id, sequence_number);

CREATE TABLE audit.change_log (
    business_id uuid NOT NULL,
    transaction_id bigint NOT NULL,
    sequence_number bigint NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    entity_version integer,
    operation text NOT NULL CONSTRAINT change_log_operation_check CHECK (operation IN ('insert', 'update', 'delete')),
    changed_fields text[] NOT NULL DEFAULT '{}',
    audience_before uuid[],
    audience_after uuid[],
    device_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (transaction_id, sequence_number)
) PARTITION BY RANGE (transaction_id);
CREATE TABLE audit.change_log_rest PARTITION OF audit.change_log DEFAULT;
CREATE INDEX change_log_business ON audit.change_log (business_id, transaction_id, sequence_number);

CREATE SEQUENCE audit.entry_numbers;
GRANT USAGE ON SEQUENCE audit.entry_numbers TO thorbis_definer;
GRANT INSERT, SELECT ON audit.audit_log, audit.change_log TO thorbis_definer;

-- Both logs outlive what they tell of: nothing changes or removes an entry.
CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION 'The log is never changed.' USING ERRCODE = 'TB403';
END $$;
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audit.audit_log FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- What is in the log keeps its business and its people. References would say the same, and look both up,
-- and lock them, at every entry: a third of what an entry costs.
CREATE FUNCTION audit.refuse_deletion() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM audit.audit_log l WHERE CASE TG_ARGV[0] WHEN 'business' THEN l.business_id = OLD.id ELSE l.user_id = OLD.id END) THEN
        RAISE EXCEPTION 'still in the log' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END $$;
ALTER FUNCTION audit.refuse_deletion() OWNER TO thorbis_definer;

-- How a column's value is shown in the log: places and binary data as text, the rest as it is.
CREATE FUNCTION audit.shown(p_row text, p_column name, p_type oid) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT CASE WHEN p_type::regtype::text IN ('geography', 'public.geography') THEN format('public.st_astext(%s.%I)', p_row, p_column)
        ELSE format('%s.%I', p_row, p_column) END
$$;

-- The expression of a document with these columns of a row, without those that are null at its top.
CREATE FUNCTION audit.document(p_row text, p_table regclass, p_columns name[]) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS $$
    WITH shown AS (
        SELECT a.atttypid = 'jsonb'::regtype AS is_json, a.attnum, format('%L, %s', a.attname, audit.shown(p_row, a.attname, a.atttypid)) AS pair
        FROM pg_catalog.pg_attribute a WHERE a.attrelid = p_table AND a.attname = ANY (p_columns)
    ), chunked AS (
        -- A function takes a hundred arguments at most.
        SELECT is_json, attnum, pair, (row_number() OVER (PARTITION BY is_json ORDER BY attnum) - 1) / 40 AS chunk FROM shown
    ), parts AS (
        -- A null inside of a JSON column is a value of its own.
        SELECT is_json, chunk, format(CASE WHEN is_json THEN 'jsonb_build_object(%s)' ELSE 'jsonb_strip_nulls(jsonb_build_object(%s))' END,
            string_agg(pair, ', ' ORDER BY attnum)) AS part
        FROM chunked GROUP BY is_json, chunk
    )
    SELECT coalesce(string_agg(part, ' || ' ORDER BY is_json, chunk), '''{}''::jsonb') FROM parts
$$;

-- Writes the trigger function of one table: a comparison per column, nothing where nothing changed, no
-- stamp in the values, and of a secret only that it changed. All in one function, as calls cost as much.
CREATE PROCEDURE audit.log_changes(p_table regclass, p_name text, p_secret text[], p_versioned boolean, p_soft boolean, p_business text DEFAULT 'business_id')
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    stamps text[] := ARRAY['id', 'business_id', 'created_at', 'updated_at', 'created_by', 'updated_by', 'version', 'deleted_by'];
    function_name text := 'log_' || replace(p_name, '.', '_');
    logged name[];
    comparisons text;
    kind text := CASE WHEN p_soft
        THEN 'CASE WHEN OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN ''delete'' WHEN OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN ''restore'' ELSE ''update'' END'
        ELSE '''update''' END;
    version text := CASE WHEN p_versioned THEN 'CASE WHEN TG_OP <> ''DELETE'' THEN entry.version END' ELSE 'NULL' END;
    business text := CASE WHEN p_business IS NULL THEN 'NULL::uuid' ELSE format('entry.%I', p_business) END;
    change_entry text := CASE WHEN p_business = 'business_id' THEN format($entry$
    INSERT INTO audit.change_log (business_id, transaction_id, sequence_number, entity_type, entity_id, entity_version, operation, changed_fields)
    VALUES (entry.business_id, this_transaction, number, %L, entry.id, %s,
        CASE what WHEN 'create' THEN 'insert' WHEN 'restore' THEN 'insert' WHEN 'delete' THEN 'delete' ELSE 'update' END, fields);$entry$, p_name, version)
        ELSE '' END;
BEGIN
    SELECT array_agg(a.attname) FILTER (WHERE a.attname <> ALL (p_secret)),
        string_agg(format(CASE WHEN a.attname = ANY (p_secret)
            THEN E'        IF OLD.%1$I IS DISTINCT FROM NEW.%1$I THEN\n            fields := fields || %2$L::text;\n        END IF;'
            ELSE E'        IF OLD.%1$I IS DISTINCT FROM NEW.%1$I THEN\n            fields := fields || %2$L::text; before := before || jsonb_build_object(%2$L, %3$s); after := after || jsonb_build_object(%2$L, %4$s);\n        END IF;'
            END, a.attname, a.attname, audit.shown('OLD', a.attname, a.atttypid), audit.shown('NEW', a.attname, a.atttypid)), E'\n' ORDER BY a.attnum)
    INTO logged, comparisons
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (stamps);
    EXECUTE format($body$
CREATE FUNCTION audit.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $trigger$
DECLARE
    entry record;
    what text;
    fields text[] := '{}';
    before jsonb := '{}';
    after jsonb := '{}';
    this_transaction bigint;
    number bigint;
    key uuid;
    person uuid;
BEGIN
    IF TG_OP = 'UPDATE' THEN
%2$s
        IF fields = '{}' THEN
            RETURN NULL;
        END IF;
        what := %3$s;
        entry := NEW;
    ELSIF TG_OP = 'INSERT' THEN
        what := 'create';
        entry := NEW;
        before := NULL;
        after := %4$s;
    ELSE
        what := 'delete';
        entry := OLD;
        before := %5$s;
        after := NULL;
    END IF;
    this_transaction := pg_catalog.pg_current_xact_id()::text::bigint;
    number := nextval('audit.entry_numbers');
    key := nullif(current_setting('app.api_key_id', true), '')::uuid;
    person := nullif(current_setting('app.current_user_id', true), '')::uuid;%6$s
    INSERT INTO audit.audit_log (business_id, user_id, session_id, action, entity_type, entity_id, old_values, new_values, changed_fields,
        ip_address, user_agent, request_id, actor, api_key_id, transaction_id, sequence_number)
    VALUES (%7$s, person, nullif(current_setting('app.session_id', true), '')::uuid, what, %8$L, entry.id, before, after, fields,
        nullif(current_setting('app.ip_address', true), '')::inet, nullif(current_setting('app.user_agent', true), ''),
        nullif(current_setting('app.request_id', true), '')::uuid,
        CASE WHEN key IS NOT NULL THEN 'api_key' WHEN person IS NULL THEN 'system' ELSE 'user' END, key, this_transaction, number);
    RETURN NULL;
END $trigger$ $body$,
        function_name, comparisons, kind, audit.document('NEW', p_table, logged), audit.document('OLD', p_table, logged), change_entry, business, p_name);
    EXECUTE format('ALTER FUNCTION audit.%I() OWNER TO thorbis_definer', function_name);
    EXECUTE format('CREATE TRIGGER z_log AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.%I()', p_table, function_name);
END $$;
