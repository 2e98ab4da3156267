-- The permissions there are, from the tables there are: what the access rules of a table admit is what the
-- base roles hold before a business refines them. Tables that only the person, or only the system, reaches
-- need none. A migration that brings tables calls it again.
CREATE PROCEDURE permissions.describe_tables() LANGUAGE sql SET search_path = '' AS $$
    WITH tables AS (
        SELECT r.schema_name, r.table_name, r.insertable, r.append_only, r.secret_columns, replace(r.table_name, '_', ' ') AS words,
            format('%I.%I', r.schema_name, r.table_name)::regclass AS relation,
            CASE WHEN r.read_access && '{member,staff}' THEN '{owner,manager,staff,viewer,api_partner}'::text[]
                WHEN 'owner_manager' = ANY (r.read_access) THEN '{owner,manager}' WHEN 'owner' = ANY (r.read_access) THEN '{owner}' END AS readers,
            CASE WHEN r.write_access && '{member,staff}' THEN '{owner,manager,staff,api_partner}'::text[]
                WHEN 'owner_manager' = ANY (r.write_access) THEN '{owner,manager}' WHEN 'owner' = ANY (r.write_access) THEN '{owner}' END AS writers,
            jsonb_path_exists(r.flows, '$.*[*][1] ? (@ == "approved")') AS has_approval
        FROM platform.table_rules r WHERE r.kind IN ('tenant', 'platform')
    ), actions AS (
        SELECT t.*, a.action, a.verb, a.roles FROM tables t CROSS JOIN LATERAL (VALUES
            ('read', 'See', t.readers, true),
            ('create', 'Add', t.writers, t.insertable),
            ('update', 'Change', t.writers, NOT t.append_only),
            ('delete', 'Delete', t.writers, NOT t.append_only AND t.insertable),
            ('approve', 'Approve', t.writers, t.has_approval),
            ('assign', 'Assign', t.writers, NOT t.append_only AND (platform.has_column(t.relation, 'assigned_to_id') OR platform.has_column(t.relation, 'assigned_technician')
                OR platform.has_column(t.relation, 'technician_id'))),
            ('refund', 'Refund', t.writers, platform.has_column(t.relation, 'refunded_amount')),
            ('configure', 'Set up', t.writers, t.table_name ~ '(settings|policies|rules|templates|sequences)$'),
            ('export', 'Export', array_remove(array_remove(array_remove(t.readers, 'staff'), 'viewer'), 'api_partner'),
                EXISTS (SELECT FROM pg_catalog.pg_attribute c WHERE c.attrelid = t.relation AND c.attname ~ '(^|_)(email|phone|birth_date|last_four)$'))
        ) AS a (action, verb, roles, applies) WHERE a.applies AND a.roles IS NOT NULL
    )
    INSERT INTO permissions.permissions AS p (id, key, schema_name, resource, action, name, description, default_roles, is_sensitive, is_second_factor_required)
    SELECT md5('permission ' || concat_ws('.', schema_name, table_name, action))::uuid, concat_ws('.', schema_name, table_name, action), schema_name, table_name, action,
        verb || ' ' || words,
        verb || ' ' || words || coalesce(': ' || lower(left(said.about, 1)) || substr(said.about, 2), '.'),
        roles,
        NOT readers && '{staff}' OR secret_columns <> '{}' OR action IN ('export', 'refund') OR (schema_name = 'payroll' AND action <> 'read'),
        action <> 'read' AND (schema_name || '.' || table_name) = ANY ('{businesses.bank_accounts,businesses.ownership_transfers,permissions.support_access_grants,permissions.ip_rules,
            auth.login_policies,auth.sso_providers,auth.api_clients,payroll.employee_bank_accounts,payroll.disbursements}'::text[])
    FROM actions CROSS JOIN LATERAL (SELECT obj_description(relation, 'pg_class')) AS said (about)
    ON CONFLICT (key) DO UPDATE SET name = excluded.name, description = excluded.description, default_roles = excluded.default_roles,
        is_sensitive = excluded.is_sensitive, is_second_factor_required = excluded.is_second_factor_required
$$;
CALL permissions.describe_tables();
