//! Questions to the database's catalog; every row of an answer is a place and what is wrong there.

/// What must hold, and the question that finds where it does not. `tables` and `ours` are given.
pub const LINTS: &[(&str, &str)] = &[
    (
        "every table is made by a helper or listed as internal",
        "SELECT place, 'has no entry in platform.table_rules; call platform.tenant_table or list it' FROM relations
         WHERE relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM platform.table_rules t WHERE (t.schema_name, t.table_name) = (nspname, relname))",
    ),
    (
        "row level security is enabled and forced",
        "SELECT place, 'row level security is not both enabled and forced' FROM tables
         WHERE kind IN ('tenant', 'platform', 'global') AND NOT (relrowsecurity AND relforcerowsecurity)",
    ),
    (
        "tables without row level security are out of reach",
        "SELECT place, 'the gateway reaches it, and nothing filters its rows' FROM relations
         WHERE relkind IN ('r', 'p') AND NOT relrowsecurity
             AND (has_any_column_privilege('thorbis_gateway', oid, 'INSERT, UPDATE') OR has_table_privilege('thorbis_gateway', oid, 'DELETE')
                 OR (has_any_column_privilege('thorbis_gateway', oid, 'SELECT')
                     AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = oid AND a.attname = 'business_id')))",
    ),
    (
        "standard columns are the same everywhere",
        "SELECT place, format('%s is %s; expected %s', s.name, coalesce(found.form, 'missing'), s.form)
         FROM tables CROSS JOIN LATERAL (VALUES
             ('id', 'uuid not null default gen_random_uuid()', true), ('business_id', 'uuid not null default auth.get_current_business_id()', true),
             ('created_at', 'timestamp with time zone not null default now()', true), ('created_by', 'uuid', true),
             ('updated_at', 'timestamp with time zone not null default now()', NOT append_only), ('updated_by', 'uuid', NOT append_only),
             ('version', 'integer not null default 1', NOT append_only),
             ('deleted_at', 'timestamp with time zone', soft_delete), ('deleted_by', 'uuid', soft_delete)) AS s(name, form, wanted)
         LEFT JOIN LATERAL (
             SELECT format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS form
             FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attrelid = tables.oid AND a.attname = s.name AND NOT a.attisdropped) AS found ON true
         WHERE kind = 'tenant' AND (CASE WHEN s.wanted THEN s.form END) IS DISTINCT FROM found.form",
    ),
    (
        "the primary key is the business and the id",
        "SELECT place, coalesce('its key is ' || pg_get_constraintdef(k.oid), 'it has no primary key')
         FROM tables LEFT JOIN pg_constraint k ON k.conrelid = tables.oid AND k.contype = 'p'
         WHERE kind = 'tenant' AND pg_get_constraintdef(k.oid) IS DISTINCT FROM 'PRIMARY KEY (business_id, id)'",
    ),
    (
        "one permissive tenant policy, restrictive policies for the roles",
        "SELECT place, format('%s: %s', s.name, coalesce('is ' || found.form || ' on ' || found.qual || ' / ' || found.checked, 'is missing'))
         FROM tables CROSS JOIN LATERAL (VALUES ('tenant_isolation', 'permissive *'), ('may_read', 'restrictive r'), ('may_insert', 'restrictive a'),
             ('may_update', 'restrictive w'), ('may_delete', 'restrictive d')) AS s(name, form)
         LEFT JOIN LATERAL (
             SELECT CASE WHEN p.polpermissive THEN 'permissive ' ELSE 'restrictive ' END || p.polcmd::text AS form,
                 coalesce(pg_get_expr(p.polqual, p.polrelid), '') AS qual, coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') AS checked
             FROM pg_policy p WHERE p.polrelid = tables.oid AND p.polname = s.name) AS found ON true
         WHERE kind = 'tenant' AND (s.form IS DISTINCT FROM found.form OR (s.name = 'tenant_isolation'
             AND (found.qual <> '(business_id = ( SELECT auth.get_current_business_id() AS get_current_business_id))' OR found.qual <> found.checked)))
         UNION ALL
         SELECT place, p.polname || ' is a permissive policy beside the tenant''s: it widens' FROM tables JOIN pg_policy p ON p.polrelid = tables.oid
         WHERE kind = 'tenant' AND p.polpermissive AND p.polname <> 'tenant_isolation'",
    ),
    (
        "a person's own rows of a business are reached in that business only",
        "SELECT place, 'admits a person without asking for the business; see platform.table_rules.self_anywhere' FROM tables
         WHERE kind = 'platform' AND 'self' = ANY (read_access || write_access) AND NOT self_anywhere
             AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = tables.oid AND a.attname = 'business_id' AND NOT a.attisdropped)
             AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = tables.oid AND NOT p.polpermissive AND p.polcmd = '*'
                 AND pg_get_expr(p.polqual, p.polrelid) LIKE '%(business_id = ( SELECT auth.get_current_business_id() AS get_current_business_id))%')",
    ),
    (
        "no record is its own parent's parent",
        "SELECT k.conrelid::regclass::text, format('%s may lead back to the record itself; see platform.refuse_circle', a.attname)
         FROM tables JOIN pg_constraint k ON k.conrelid = tables.oid AND k.contype = 'f' AND k.conrelid = k.confrelid AND cardinality(k.conkey) = 2
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[2]
         WHERE has_column_privilege('thorbis_gateway', k.conrelid, a.attname, 'UPDATE')
             AND NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
                 WHERE t.tgrelid = k.conrelid AND NOT t.tgisinternal AND f.proname || f.prosrc ~* 'circle|recursive')",
    ),
    (
        "what is only added to is not erased by way of what it hangs on",
        "SELECT place, format('%s goes with a row of %s that the gateway may delete', k.conname, k.confrelid::regclass)
         FROM tables JOIN pg_constraint k ON k.conrelid = tables.oid AND k.contype = 'f' AND k.confdeltype = 'c' AND k.conparentid = 0
         WHERE append_only AND k.confrelid <> 'businesses.businesses'::regclass AND has_table_privilege('thorbis_gateway', k.confrelid, 'DELETE')",
    ),
    (
        "lists of days and months hold days and months",
        "SELECT place, a.attname || ' takes any number'
         FROM tables JOIN pg_attribute a ON a.attrelid = tables.oid AND a.atttypid = 'integer[]'::regtype AND NOT a.attisdropped
         WHERE (a.attname LIKE '%months' OR a.attname LIKE '%\\_days' OR a.attname LIKE 'days\\_%')
             AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = tables.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(k.oid) LIKE '%<@%')",
    ),
    (
        "who does not see a row neither changes nor removes it",
        "SELECT place, format('%s narrows reading, and nothing narrows %s', p.polname, v.verb)
         FROM tables JOIN pg_policy p ON p.polrelid = tables.oid AND p.polcmd = 'r' AND NOT p.polpermissive AND p.polname <> 'may_read'
         CROSS JOIN (VALUES ('w', 'changing', 'may_update'), ('d', 'removing', 'may_delete')) AS v(command, verb, standard)
         WHERE CASE v.command WHEN 'w' THEN has_any_column_privilege('thorbis_gateway', tables.oid, 'UPDATE') ELSE has_table_privilege('thorbis_gateway', tables.oid, 'DELETE') END
             AND NOT EXISTS (SELECT FROM pg_policy o WHERE o.polrelid = tables.oid AND o.polcmd::text = v.command AND NOT o.polpermissive AND o.polname <> v.standard)",
    ),
    (
        "policies are for the gateway's role, and never for everybody's rows",
        "SELECT r.place, p.polname || ' is not for thorbis_gateway alone' FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
         WHERE p.polroles <> ARRAY['thorbis_gateway'::regrole::oid]
         UNION ALL
         SELECT r.place, p.polname || ' admits every row of every business' FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
         WHERE 'true' IN (pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
             AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attname = 'business_id')
         UNION ALL
         SELECT r.place, 'has policies while row level security is off' FROM relations r JOIN pg_policy p ON p.polrelid = r.oid WHERE NOT r.relrowsecurity
         UNION ALL
         SELECT place, 'has row level security and no policy' FROM tables
         WHERE relrowsecurity AND kind <> 'internal' AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = tables.oid)",
    ),
    (
        "every tenant table has the same triggers",
        "SELECT place, format('trigger %s %s', s.name, coalesce('is ' || found.form || ', expected ' || s.form, 'is missing, expected ' || s.form))
         FROM tables CROSS JOIN LATERAL (VALUES
             ('a_stamp', CASE WHEN append_only THEN '23 platform.stamp_appended' ELSE '23 platform.stamp_row' END, true),
             ('a_stamp_deletion', '19 platform.stamp_deletion', soft_delete), ('b_number', '7 platform.number_row', number_column IS NOT NULL),
             ('z_log', '29 audit.log_' || replace(place, '.', '_'), true)) AS s(name, form, wanted)
         LEFT JOIN LATERAL (
             SELECT t.tgtype || ' ' || t.tgfoid::regproc AS form FROM pg_trigger t
             WHERE t.tgrelid = tables.oid AND t.tgname = s.name AND t.tgenabled = 'O') AS found ON true
         WHERE kind = 'tenant' AND (CASE WHEN s.wanted THEN s.form END) IS DISTINCT FROM found.form
         UNION ALL
         SELECT place, 'no trigger guards the flow of ' || f.name FROM tables CROSS JOIN LATERAL jsonb_object_keys(flows) AS f(name)
         WHERE kind IN ('tenant', 'platform') AND NOT EXISTS (
             SELECT FROM pg_trigger t WHERE t.tgrelid = tables.oid AND t.tgname = 'flow_' || f.name AND t.tgenabled = 'O' AND t.tgfoid = 'platform.check_flow'::regproc)
         UNION ALL
         SELECT place, 'no trigger guards the ids in ' || l.name FROM tables CROSS JOIN LATERAL jsonb_object_keys(id_lists) AS l(name)
         WHERE kind = 'tenant' AND NOT EXISTS (
             SELECT FROM pg_trigger t WHERE t.tgrelid = tables.oid AND t.tgname = 'ids_' || l.name AND t.tgenabled = 'O' AND t.tgfoid = 'platform.check_id_list'::regproc)",
    ),
    (
        "every tenant table has the index of its default order",
        "SELECT place, 'has no index on (business_id, created_at DESC, id)' || CASE WHEN soft_delete THEN ' of live rows' ELSE '' END FROM tables
         WHERE kind = 'tenant' AND NOT EXISTS (
             SELECT FROM pg_index i WHERE i.indrelid = tables.oid AND i.indisvalid AND pg_get_indexdef(i.indexrelid)
                 LIKE '% USING btree (business_id, created_at DESC, id)' || CASE WHEN soft_delete THEN ' WHERE (deleted_at IS NULL)' ELSE '' END)",
    ),
    (
        "references inside the tenant are composite",
        "SELECT tables.place, k.conname || ' leaves the tenant: ' || pg_get_constraintdef(k.oid) FROM tables
         JOIN pg_constraint k ON k.conrelid = tables.oid AND k.contype = 'f' AND k.conparentid = 0
         JOIN tables AS target ON target.oid = k.confrelid
         WHERE (target.kind = 'tenant' AND k.confkey <> ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = k.confrelid AND attname IN ('business_id', 'id') ORDER BY attname))
             OR (tables.kind = 'tenant' AND cardinality(k.conkey) = 1 AND NOT (target.place = 'businesses.businesses' OR target.kind = 'global' OR k.conkey[1] = ANY (tables.audit_columns)
                 OR NOT EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = target.oid AND b.attname = 'business_id' AND b.attnotnull)))
             OR (cardinality(k.conkey) > 1 AND k.conkey[1] <> (SELECT attnum FROM pg_attribute WHERE attrelid = k.conrelid AND attname = 'business_id'))
         UNION ALL
         SELECT r.place, k.conname || ' would clear the business as well: ' || pg_get_constraintdef(k.oid) FROM relations r
         JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype = 'f' AND k.confdeltype IN ('n', 'd')
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'business_id' AND a.attnum = ANY (coalesce(k.confdelsetcols, k.conkey))
         WHERE cardinality(k.conkey) > 1",
    ),
    (
        "every reference has its index",
        "SELECT place, k.conname || ' has no index that leads with its columns' FROM tables
         JOIN pg_constraint k ON k.conrelid = tables.oid AND k.contype = 'f' AND k.conparentid = 0
         WHERE NOT (cardinality(k.conkey) = 1 AND k.conkey[1] = ANY (audit_columns)) AND NOT EXISTS (
             SELECT FROM pg_index i WHERE i.indrelid = tables.oid AND i.indisvalid
                 AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')
                 AND ((i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
                     -- What everybody shares goes by migrations alone.
                     OR (EXISTS (SELECT FROM tables target WHERE target.oid = k.confrelid AND target.kind = 'global') AND (i.indkey::int2[])[1:1] = k.conkey)
                     -- People are blanked, never deleted: what is asked for is a person's rows in a business.
                     OR (k.confdeltype IN ('a', 'r') AND (i.indkey::int2[])[0:1]
                         = (SELECT attnum FROM pg_attribute WHERE attrelid = k.conrelid AND attname = 'business_id') || k.conkey)))",
    ),
    (
        "uniqueness stays inside the tenant",
        "SELECT place, i.indexrelid::regclass || ' does not lead with business_id: it tells one business of another''s values' FROM tables
         JOIN pg_index i ON i.indrelid = tables.oid AND i.indisunique
         WHERE kind = 'tenant' AND (i.indkey::int2[])[0] <> (SELECT attnum FROM pg_attribute WHERE attrelid = tables.oid AND attname = 'business_id')",
    ),
    (
        "written values are guarded",
        "SELECT place, a.attname || ' (' || format_type(a.atttypid, a.atttypmod) || ') accepts values that clients cannot read; call platform.guard_columns' FROM tables
         JOIN pg_attribute a ON a.attrelid = tables.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
         CROSS JOIN LATERAL (SELECT CASE
             WHEN a.atttypid IN ('numeric'::regtype, 'float8'::regtype) THEN '%NaN%'
             WHEN a.atttypid IN ('date'::regtype, 'timestamptz'::regtype) THEN '%9999-12-31%'
             WHEN a.atttypid IN ('text[]'::regtype, 'integer[]'::regtype, 'uuid[]'::regtype) THEN '%array_position(%NULL%' END AS guard) AS g
         WHERE kind IN ('tenant', 'platform') AND g.guard IS NOT NULL AND a.attname <> 'deleted_at'
             AND (has_column_privilege('thorbis_gateway', tables.oid, a.attnum, 'INSERT') OR has_column_privilege('thorbis_gateway', tables.oid, a.attnum, 'UPDATE'))
             AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = tables.oid AND k.contype = 'c' AND k.convalidated
                 AND k.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(k.oid) LIKE g.guard)",
    ),
    (
        "every table says what it holds",
        "SELECT place, 'has no comment' FROM tables WHERE kind <> 'internal' AND coalesce(obj_description(oid, 'pg_class'), '') = ''
         UNION ALL
         SELECT place, 'its comment does not end like a sentence' FROM tables WHERE kind <> 'internal' AND obj_description(oid, 'pg_class') !~ '[.]$'",
    ),
    (
        "functions with more rights are safe",
        "SELECT f.name, 'is SECURITY DEFINER without an empty search_path' FROM functions f
         WHERE f.prosecdef AND NOT coalesce(f.proconfig, '{}') && ARRAY['search_path=\"\"', 'search_path=']
         UNION ALL
         SELECT f.name, 'is SECURITY DEFINER and not owned by thorbis_definer' FROM functions f WHERE f.prosecdef AND f.proowner <> 'thorbis_definer'::regrole
         UNION ALL
         SELECT f.name, 'has a search_path that its caller chooses' FROM functions f
         WHERE f.prosqlbody IS NULL AND f.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c') AND NOT EXISTS (SELECT FROM unnest(f.proconfig) AS c WHERE c LIKE 'search_path=%')
         UNION ALL
         SELECT f.name, 'may be executed by PUBLIC' FROM functions f WHERE has_function_privilege('public', f.oid, 'EXECUTE')
         UNION ALL
         SELECT rolname, 'can log in' FROM pg_roles WHERE rolname = 'thorbis_definer' AND (rolcanlogin OR rolsuper)",
    ),
    (
        "advisory locks end with their transaction",
        "SELECT f.name, 'takes an advisory lock that outlives its transaction, and stays behind in a shared connection; use pg_advisory_xact_lock' FROM functions f
         WHERE f.prosrc ~ 'advisory_(unlock|lock)'",
    ),
    (
        "the gateway's role is weak",
        "SELECT rolname, 'has more than LOGIN' FROM pg_roles
         WHERE rolname = 'thorbis_gateway' AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication OR NOT rolcanlogin)
         UNION ALL
         SELECT roleid::regrole::text, 'has the gateway''s role as a member' FROM pg_auth_members WHERE member = 'thorbis_gateway'::regrole
         UNION ALL
         SELECT classid::regclass || ' ' || objid, 'is owned by the gateway''s role' FROM pg_shdepend
         WHERE refclassid = 'pg_authid'::regclass AND refobjid = 'thorbis_gateway'::regrole AND deptype = 'o'
             AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
         UNION ALL
         SELECT nspname, 'the gateway may create in it' FROM pg_namespace WHERE has_schema_privilege('thorbis_gateway', oid, 'CREATE')
         UNION ALL
         SELECT place, 'the gateway may truncate, refer to it or put triggers on it' FROM relations
         WHERE has_table_privilege('thorbis_gateway', oid, 'TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege('thorbis_gateway', oid, 'REFERENCES')",
    ),
    (
        "the gateway writes nothing the database keeps, and reads no secret",
        "SELECT place, a.attname || ' may be written by the gateway' FROM tables
         JOIN pg_attribute a ON a.attrelid = tables.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE kind IN ('tenant', 'platform', 'global', 'view')
             AND (a.attname = ANY (derived_columns) OR a.attname IN ('created_at', 'updated_at', 'created_by', 'updated_by', 'deleted_by', 'version')
                 OR (kind = 'tenant' AND a.attname = 'business_id'))
             AND (has_column_privilege('thorbis_gateway', tables.oid, a.attnum, 'INSERT') OR has_column_privilege('thorbis_gateway', tables.oid, a.attnum, 'UPDATE'))
         UNION ALL
         SELECT place, a.attname || ' is secret and readable by the gateway' FROM tables
         JOIN pg_attribute a ON a.attrelid = tables.oid AND a.attname = ANY (secret_columns) WHERE has_column_privilege('thorbis_gateway', tables.oid, a.attnum, 'SELECT')
         UNION ALL
         SELECT place, 'is deleted by setting deleted_at, and the gateway may delete its rows' FROM tables WHERE soft_delete AND has_table_privilege('thorbis_gateway', oid, 'DELETE')
         UNION ALL
         SELECT place, 'is never changed, and the gateway may change its rows' FROM tables
         WHERE append_only AND (has_table_privilege('thorbis_gateway', oid, 'DELETE') OR has_any_column_privilege('thorbis_gateway', oid, 'UPDATE'))",
    ),
    (
        "views cannot leak",
        "SELECT place, 'is a materialized view that the gateway may read' FROM relations WHERE relkind = 'm' AND has_any_column_privilege('thorbis_gateway', oid, 'SELECT')
         UNION ALL
         SELECT place, 'is a view without security_barrier' FROM relations
         WHERE relkind = 'v' AND has_any_column_privilege('thorbis_gateway', oid, 'SELECT') AND NOT coalesce(reloptions, '{}') && ARRAY['security_barrier=true', 'security_barrier=on']",
    ),
];

/// What the questions are asked of.
pub const GIVEN: &str = "
WITH ours AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public$)'),
relations AS (
    SELECT c.oid, n.nspname, c.relname, n.nspname || '.' || c.relname AS place, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions
    FROM pg_class c JOIN ours n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
tables AS (
    SELECT r.*, t.kind, t.read_access, t.write_access, t.self_anywhere, t.append_only, t.soft_delete, t.number_column, t.derived_columns, t.secret_columns, t.flows, t.id_lists,
        ARRAY(SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attname IN ('created_by', 'updated_by', 'deleted_by')) AS audit_columns
    FROM relations r JOIN platform.table_rules t ON (t.schema_name, t.table_name) = (r.nspname, r.relname)
),
functions AS (SELECT p.*, p.oid::regprocedure::text AS name FROM pg_proc p JOIN ours n ON n.oid = p.pronamespace)";
