CREATE TABLE permissions.permissions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    schema_name text NOT NULL,
    resource text NOT NULL,
    action text NOT NULL CONSTRAINT permissions_action_check
        CHECK (action IN ('read', 'create', 'update', 'delete', 'approve', 'assign', 'export', 'refund', 'configure')),
    name text NOT NULL,
    description text NOT NULL,
    default_roles text[] NOT NULL DEFAULT '{owner}',
    is_sensitive boolean NOT NULL DEFAULT false,
    is_second_factor_required boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT permissions_default_roles_rule CHECK (default_roles <@ ARRAY['owner', 'manager', 'staff', 'viewer', 'api_partner'])
);
CALL platform.global_table('permissions.permissions');
CREATE INDEX permissions_newest ON permissions.permissions (created_at DESC, id);
CREATE UNIQUE INDEX permissions_key_key ON permissions.permissions (key);
CREATE UNIQUE INDEX permissions_schema_name_resource_action_key ON permissions.permissions (schema_name, resource, action);
COMMENT ON TABLE permissions.permissions IS 'Something a person may be allowed to do.';

CREATE TABLE permissions.roles (
    key text NOT NULL CONSTRAINT roles_key_range CHECK (key ~ '^[a-z][a-z0-9_]*$'),
    name text NOT NULL,
    description text,
    base_role text NOT NULL DEFAULT 'staff' CONSTRAINT roles_base_role_check
        CHECK (base_role IN ('owner', 'manager', 'staff', 'viewer', 'api_partner')),
    is_built_in boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('permissions.roles', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{is_built_in}');
CREATE UNIQUE INDEX roles_key_key ON permissions.roles (business_id, key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX roles_name_key ON permissions.roles (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE permissions.roles IS 'A role a business gives its people, refining one of the five base roles.';

CREATE TABLE permissions.role_permissions (
    role_id uuid NOT NULL,
    permission_id uuid NOT NULL,
    effect text NOT NULL DEFAULT 'allow' CONSTRAINT role_permissions_effect_check CHECK (effect IN ('allow', 'deny')),
    reach text NOT NULL DEFAULT 'business' CONSTRAINT role_permissions_reach_check CHECK (reach IN ('own', 'team', 'location', 'business'))
);
CALL platform.tenant_table('permissions.role_permissions', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('permissions.role_permissions', 'role_id', 'permissions.roles', 'cascade');
CALL platform.reference('permissions.role_permissions', 'permission_id', 'permissions.permissions', 'cascade');
CREATE UNIQUE INDEX role_permissions_role_id_permission_id_key ON permissions.role_permissions (business_id, role_id, permission_id);
COMMENT ON TABLE permissions.role_permissions IS 'A permission a role grants or denies, and how far it reaches.';

CREATE TABLE permissions.user_roles (
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    location_id uuid,
    department_id uuid,
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_until timestamptz,
    reason text,
    access_request_id uuid,
    CONSTRAINT user_roles_valid_until_valid_from_rule CHECK (valid_until > valid_from)
);
CALL platform.tenant_table('permissions.user_roles', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{access_request_id}',
    p_soft_delete => false);
CALL platform.reference('permissions.user_roles', 'user_id', 'users.users', 'cascade');
CALL platform.reference('permissions.user_roles', 'role_id', 'permissions.roles', 'cascade');
CALL platform.reference('permissions.user_roles', 'location_id', 'businesses.locations', 'cascade');
CALL platform.reference('permissions.user_roles', 'department_id', 'businesses.departments', 'cascade');
CALL platform.reference('permissions.user_roles', 'access_request_id', 'permissions.access_requests');
CREATE UNIQUE INDEX user_roles_user_id_role_id_location_id_department_id_key ON permissions.user_roles (business_id, user_id, role_id, location_id, department_id) NULLS NOT DISTINCT;
COMMENT ON TABLE permissions.user_roles IS 'A role given to a member, perhaps for a place or a time.';

CREATE TABLE permissions.field_permissions (
    role_id uuid NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    access text NOT NULL DEFAULT 'read' CONSTRAINT field_permissions_access_check CHECK (access IN ('hidden', 'masked', 'read', 'write')),
    mask text NOT NULL DEFAULT 'full' CONSTRAINT field_permissions_mask_check CHECK (mask IN ('full', 'last_four', 'initials', 'year'))
);
CALL platform.tenant_table('permissions.field_permissions', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
CALL platform.reference('permissions.field_permissions', 'role_id', 'permissions.roles', 'cascade');
CREATE UNIQUE INDEX field_permissions_role_id_table_name_column_name_key ON permissions.field_permissions (business_id, role_id, table_name, column_name);
COMMENT ON TABLE permissions.field_permissions IS 'How a role sees one column.';

CREATE TABLE permissions.policies (
    name text NOT NULL,
    description text,
    permission_id uuid NOT NULL,
    role_id uuid,
    effect text NOT NULL DEFAULT 'deny' CONSTRAINT policies_effect_check CHECK (effect IN ('allow', 'deny')),
    condition jsonb NOT NULL,
    priority integer NOT NULL DEFAULT 100 CONSTRAINT policies_priority_range CHECK (priority BETWEEN 0 AND 1000),
    starts_at timestamptz,
    ends_at timestamptz,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT policies_ends_at_starts_at_rule CHECK (ends_at > starts_at)
);
CALL platform.tenant_table('permissions.policies', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('permissions.policies', 'permission_id', 'permissions.permissions', 'cascade');
CALL platform.reference('permissions.policies', 'role_id', 'permissions.roles', 'cascade');
CREATE UNIQUE INDEX policies_name_key ON permissions.policies (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE permissions.policies IS 'A condition on rows under which a permission holds or not.';
