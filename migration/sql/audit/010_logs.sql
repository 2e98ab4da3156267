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

-- One entry in each log, from the generated trigger of a table.
CREATE FUNCTION audit.write_entry(p_business_id uuid, p_table text, p_id uuid, p_version integer, p_operation text, p_fields text[], p_old jsonb, p_new jsonb, p_tenant boolean)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    this_transaction bigint := pg_catalog.pg_current_xact_id()::text::bigint;
    number bigint := nextval('audit.entry_numbers');
    key uuid := nullif(current_setting('app.api_key_id', true), '')::uuid;
    person uuid := nullif(current_setting('app.current_user_id', true), '')::uuid;
BEGIN
    IF p_tenant THEN
        INSERT INTO audit.change_log (business_id, transaction_id, sequence_number, entity_type, entity_id, entity_version, operation, changed_fields)
        VALUES (p_business_id, this_transaction, number, p_table, p_id, p_version,
            CASE WHEN p_operation IN ('create', 'restore') THEN 'insert' WHEN p_operation = 'delete' THEN 'delete' ELSE 'update' END, p_fields);
    END IF;
    INSERT INTO audit.audit_log (business_id, user_id, session_id, action, entity_type, entity_id, old_values, new_values, changed_fields,
        ip_address, user_agent, request_id, actor, api_key_id, transaction_id, sequence_number)
    VALUES (p_business_id, person, nullif(current_setting('app.session_id', true), '')::uuid, p_operation, p_table, p_id, p_old, p_new, p_fields,
        nullif(current_setting('app.ip_address', true), '')::inet, nullif(current_setting('app.user_agent', true), ''),
        nullif(current_setting('app.request_id', true), '')::uuid,
        CASE WHEN key IS NOT NULL THEN 'api_key' WHEN person IS NULL THEN 'system' ELSE 'user' END, key, this_transaction, number);
END $$;
ALTER FUNCTION audit.write_entry(uuid, text, uuid, integer, text, text[], jsonb, jsonb, boolean) OWNER TO thorbis_definer;

-- Writes the trigger function of one table: a comparison per column, nothing where nothing changed,
-- no secret and no stamp in the values.
CREATE PROCEDURE audit.log_changes(p_table regclass, p_name text, p_secret text[], p_versioned boolean, p_soft boolean, p_business text DEFAULT 'business_id')
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    stamps text[] := ARRAY['id', 'business_id', 'created_at', 'updated_at', 'created_by', 'updated_by', 'version', 'deleted_by'];
    function_name text := 'log_' || replace(p_name, '.', '_');
    tenant boolean := p_business IS NOT NULL AND p_business = 'business_id';
    version text := CASE WHEN p_versioned THEN 'NEW.version' ELSE 'NULL::integer' END;
    kind text := CASE WHEN p_soft
        THEN 'CASE WHEN OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN ''delete'' WHEN OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN ''restore'' ELSE ''update'' END'
        ELSE '''update''' END;
    comparisons text;
    whole_new text;
    whole_old text;
BEGIN
    SELECT
        string_agg(format(E'        IF OLD.%1$I IS DISTINCT FROM NEW.%1$I THEN\n            fields := fields || %2$L::text; before := before || jsonb_build_object(%2$L, %3$s); after := after || jsonb_build_object(%2$L, %4$s);\n        END IF;',
            a.attname, a.attname, audit.shown('OLD', a.attname, a.atttypid), audit.shown('NEW', a.attname, a.atttypid)), E'\n' ORDER BY a.attnum),
        string_agg(format('jsonb_build_object(%L, %s)', a.attname, audit.shown('NEW', a.attname, a.atttypid)), ' || ' ORDER BY a.attnum),
        string_agg(format('jsonb_build_object(%L, %s)', a.attname, audit.shown('OLD', a.attname, a.atttypid)), ' || ' ORDER BY a.attnum)
    INTO comparisons, whole_new, whole_old
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (stamps) AND a.attname <> ALL (p_secret);
    EXECUTE format($body$
CREATE FUNCTION audit.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $trigger$
DECLARE
    fields text[] := '{}';
    before jsonb := '{}';
    after jsonb := '{}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
%2$s
        IF fields <> '{}' THEN
            PERFORM audit.write_entry(%3$s, %4$L, NEW.id, %5$s, %6$s, fields, before, after, %7$L);
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM audit.write_entry(%3$s, %4$L, NEW.id, %5$s, 'create', '{}', NULL, jsonb_strip_nulls(%8$s), %7$L);
    ELSE
        PERFORM audit.write_entry(%9$s, %4$L, OLD.id, NULL, 'delete', '{}', jsonb_strip_nulls(%10$s), NULL, %7$L);
    END IF;
    RETURN NULL;
END $trigger$ $body$,
        function_name, comparisons,
        CASE WHEN p_business IS NULL THEN 'NULL::uuid' ELSE format('NEW.%I', p_business) END, p_name, version, kind, tenant, whole_new,
        CASE WHEN p_business IS NULL THEN 'NULL::uuid' ELSE format('OLD.%I', p_business) END, whole_old);
    EXECUTE format('ALTER FUNCTION audit.%I() OWNER TO thorbis_definer', function_name);
    EXECUTE format('CREATE TRIGGER z_log AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.%I()', p_table, function_name);
END $$;

-- How a column's value is shown in the log: places and binary data as text, the rest as it is.
CREATE FUNCTION audit.shown(p_row text, p_column name, p_type oid) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT CASE WHEN p_type::regtype::text IN ('geography', 'public.geography') THEN format('public.st_astext(%s.%I)', p_row, p_column)
        ELSE format('%s.%I', p_row, p_column) END
$$;
