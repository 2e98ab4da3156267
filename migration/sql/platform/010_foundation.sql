-- Schemas, roles, and the context that every policy asks for.

CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'platform', 'businesses', 'users', 'auth', 'permissions',
        'hs', 'rest', 'auto', 'ret', 'courses', 'payroll', 'investigations',
        'billing', 'audit', 'ai', 'trust', 'integrations', 'notifications', 'reporting', 'files', 'monitoring'
    ] LOOP
        EXECUTE format('CREATE SCHEMA %I', name);
    END LOOP;
END $$;

-- Roles belong to the cluster: another database of it may have made them already, or makes them now.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'thorbis_gateway') THEN
        CREATE ROLE thorbis_gateway LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
        -- The gateway asks for the same when it connects; a pooler that drops what it asks for changes nothing.
        ALTER ROLE thorbis_gateway SET plan_cache_mode = 'force_generic_plan';
        ALTER ROLE thorbis_gateway SET jit = 'off';
        ALTER ROLE thorbis_gateway SET timezone = 'UTC';
        ALTER ROLE thorbis_gateway SET statement_timeout = '15s';
        ALTER ROLE thorbis_gateway SET lock_timeout = '7500ms';
        ALTER ROLE thorbis_gateway SET idle_in_transaction_session_timeout = '20s';
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE NOTICE 'thorbis_gateway exists';
END $$;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'thorbis_definer') THEN
        CREATE ROLE thorbis_definer NOLOGIN BYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE NOTICE 'thorbis_definer exists';
END $$;

-- Nothing is public: no functions by default, no temporary tables, no objects in public.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO thorbis_gateway', current_database());
END $$;
GRANT USAGE ON SCHEMA public TO thorbis_gateway, thorbis_definer;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT nspname FROM pg_namespace
        WHERE nspname = ANY (ARRAY['platform', 'businesses', 'users', 'auth', 'permissions', 'hs', 'rest', 'auto', 'ret',
            'courses', 'payroll', 'investigations', 'billing', 'audit', 'ai', 'trust', 'integrations', 'notifications', 'reporting', 'files'])
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO thorbis_gateway, thorbis_definer', name);
    END LOOP;
    GRANT CREATE ON SCHEMA platform, auth, audit, users, reporting, businesses, hs TO thorbis_definer;
END $$;

-- The caller's context: transaction-local settings written by auth.open_request. One expression each
-- and no SET clause, so that PostgreSQL inlines them; unset and empty both mean nobody.
CREATE FUNCTION auth.get_current_business_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.current_business_id', true), '')::uuid;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.current_user_id', true), '')::uuid;
CREATE FUNCTION auth.get_current_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.current_role', true), '');
COMMENT ON FUNCTION auth.get_current_business_id() IS 'The business the current transaction works for, or null.';
COMMENT ON FUNCTION auth.uid() IS 'The person behind the current transaction, or null.';
COMMENT ON FUNCTION auth.get_current_role() IS 'That person''s role in the current business, or null.';

-- An API key reaches what its scopes name: a table, a schema or everything, to read or to write.
CREATE FUNCTION auth.has_scope(p_table text, p_verb text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(
        string_to_array(current_setting('app.scopes', true), ',') && ARRAY[
            p_table || ':' || p_verb, split_part(p_table, '.', 1) || ':' || p_verb, '*:' || p_verb
        ], false);
COMMENT ON FUNCTION auth.has_scope(text, text) IS 'Whether the current API key may read or write the table (schema.table).';
GRANT EXECUTE ON FUNCTION auth.get_current_business_id(), auth.uid(), auth.get_current_role(), auth.has_scope(text, text)
    TO thorbis_gateway, thorbis_definer;

-- What each table's rules are: written by the helpers below, read by the generator of the entities
-- and by `thorbis check`.
CREATE TABLE platform.table_rules (
    schema_name text NOT NULL,
    table_name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('tenant', 'platform', 'global', 'view', 'internal')),
    read_access text[] NOT NULL DEFAULT '{}',
    write_access text[] NOT NULL DEFAULT '{}',
    derived_columns text[] NOT NULL DEFAULT '{}',
    secret_columns text[] NOT NULL DEFAULT '{}',
    hidden_columns text[] NOT NULL DEFAULT '{}',
    number_column text,
    number_prefix text,
    flows jsonb NOT NULL DEFAULT '{}',
    id_lists jsonb NOT NULL DEFAULT '{}',
    append_only boolean NOT NULL DEFAULT false,
    soft_delete boolean NOT NULL DEFAULT false,
    view_references jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (schema_name, table_name)
);
COMMENT ON TABLE platform.table_rules IS 'The rules of every table, as the helpers applied them.';

-- Counters behind document numbers; a row is locked until its transaction ends, so there are no gaps.
CREATE TABLE platform.document_counters (
    business_id uuid NOT NULL,
    prefix text NOT NULL,
    year integer NOT NULL,
    last_value bigint NOT NULL,
    PRIMARY KEY (business_id, prefix, year)
);
COMMENT ON TABLE platform.document_counters IS 'The last document number of a business, kind and year.';
GRANT ALL ON platform.document_counters, platform.table_rules TO thorbis_definer;
GRANT SELECT ON platform.table_rules TO thorbis_gateway;
INSERT INTO platform.table_rules (schema_name, table_name, kind)
VALUES ('platform', 'table_rules', 'internal'), ('platform', 'document_counters', 'internal');

-- The gateway refuses to serve a database that lacks migrations it knows.
GRANT SELECT ON public.seaql_migrations TO thorbis_gateway;
