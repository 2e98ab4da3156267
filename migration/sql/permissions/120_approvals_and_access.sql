CREATE TABLE permissions.access_requests (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    role_id uuid,
    permission_id uuid,
    reason text NOT NULL,
    wanted_until timestamptz,
    granted_until timestamptz,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT access_requests_status_check
        CHECK (status IN ('pending', 'approved', 'rejected', 'cancelled', 'expired')),
    decided_by_id uuid,
    decided_at timestamptz,
    decision_note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT access_requests_role_id_permission_id_rule CHECK (num_nonnulls(role_id, permission_id) = 1),
    CONSTRAINT access_requests_decided_by_id_user_id_rule CHECK (decided_by_id <> user_id),
    CONSTRAINT access_requests_granted_until_decided_at_rule CHECK (granted_until > decided_at)
);
CALL platform.platform_table('permissions.access_requests', p_read => '{self,owner_manager,system}', p_write => '{self,owner_manager}',
    p_self => 'user_id', p_business => 'business_id', p_derived => '{granted_until,decided_by_id,decided_at}',
    p_flows => '{"status": [["pending", "cancelled"], ["pending", "approved"], ["pending", "rejected"], ["pending", "expired"]]}');
CALL platform.allow_rows('permissions.access_requests');
CALL platform.reference('permissions.access_requests', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('permissions.access_requests', 'user_id', 'users.users', 'cascade');
CALL platform.reference('permissions.access_requests', 'role_id', 'permissions.roles', 'cascade');
CALL platform.reference('permissions.access_requests', 'permission_id', 'permissions.permissions', 'cascade');
CALL platform.reference('permissions.access_requests', 'decided_by_id', 'users.users');
CREATE INDEX access_requests_newest ON permissions.access_requests (business_id, created_at DESC, id);
CREATE UNIQUE INDEX access_requests_user_id_role_id_permission_id_key ON permissions.access_requests (business_id, user_id, role_id, permission_id) NULLS NOT DISTINCT WHERE status = 'pending';
CREATE INDEX access_requests_status_idx ON permissions.access_requests (business_id, status, id);
COMMENT ON TABLE permissions.access_requests IS 'A member''s request for a role or a permission.';

CREATE TABLE permissions.approval_rules (
    name text NOT NULL,
    table_name text NOT NULL,
    action text NOT NULL CONSTRAINT approval_rules_action_check CHECK (action IN ('create', 'update', 'delete', 'send', 'refund', 'pay')),
    condition jsonb NOT NULL DEFAULT '{}',
    threshold_amount decimal(12,2) CONSTRAINT approval_rules_threshold_amount_range CHECK (threshold_amount >= 0),
    approver_role_id uuid NOT NULL,
    level integer NOT NULL DEFAULT 1 CONSTRAINT approval_rules_level_range CHECK (level BETWEEN 1 AND 5),
    expires_after_hours integer CONSTRAINT approval_rules_expires_after_hours_range CHECK (expires_after_hours > 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('permissions.approval_rules', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('permissions.approval_rules', 'approver_role_id', 'permissions.roles', 'restrict');
CREATE UNIQUE INDEX approval_rules_name_key ON permissions.approval_rules (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX approval_rules_table_name_action_idx ON permissions.approval_rules (business_id, table_name, action, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE permissions.approval_rules IS 'A change that needs someone else''s approval.';

CREATE TABLE permissions.approval_requests (
    approval_rule_id uuid NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid,
    change jsonb NOT NULL,
    amount decimal(12,2),
    reason text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT approval_requests_status_check
        CHECK (status IN ('pending', 'approved', 'rejected', 'cancelled', 'expired')),
    decided_by_id uuid,
    decided_at timestamptz,
    decision_note text,
    expires_at timestamptz
);
CALL platform.tenant_table('permissions.approval_requests',
    p_derived => '{approval_rule_id,entity_type,entity_id,change,amount,decided_by_id,decided_at,expires_at}', p_soft_delete => false,
    p_flows => '{"status": [["pending", "cancelled"], ["pending", "approved"], ["pending", "rejected"], ["pending", "expired"]]}');
CALL platform.refuse_rows('permissions.approval_requests');
ALTER TABLE permissions.approval_requests ADD CONSTRAINT approval_requests_decided_by_id_created_by_rule CHECK (decided_by_id <> created_by);
CALL platform.reference('permissions.approval_requests', 'approval_rule_id', 'permissions.approval_rules', 'restrict');
CALL platform.reference('permissions.approval_requests', 'decided_by_id', 'users.users');
CREATE INDEX approval_requests_status_created_at_idx ON permissions.approval_requests (business_id, status, created_at);
CREATE INDEX approval_requests_entity_type_entity_id_idx ON permissions.approval_requests (business_id, entity_type, entity_id, id);
CREATE INDEX approval_requests_status_newest ON permissions.approval_requests (business_id, status, created_at DESC, id);
COMMENT ON TABLE permissions.approval_requests IS 'A change waiting for approval.';

CREATE TABLE permissions.support_access_grants (
    reason text NOT NULL,
    ticket_reference text,
    support_agent text,
    access text NOT NULL DEFAULT 'read_only' CONSTRAINT support_access_grants_access_check CHECK (access IN ('read_only', 'full')),
    status text NOT NULL DEFAULT 'requested' CONSTRAINT support_access_grants_status_check
        CHECK (status IN ('requested', 'granted', 'denied', 'revoked', 'expired')),
    decided_by_id uuid,
    granted_at timestamptz,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz
);
CALL platform.tenant_table('permissions.support_access_grants', p_read => '{owner}', p_write => '{owner}',
    p_derived => '{support_agent,decided_by_id,granted_at,last_used_at}', p_soft_delete => false,
    p_flows => '{"status": [["requested", "granted"], ["requested", "denied"], ["granted", "revoked"], ["granted", "expired"],
        ["requested", "expired"]]}');
CALL platform.reference('permissions.support_access_grants', 'decided_by_id', 'users.users');
CREATE INDEX support_access_grants_status_expires_at_idx ON permissions.support_access_grants (business_id, status, expires_at, id);
CREATE INDEX support_access_grants_status_newest ON permissions.support_access_grants (business_id, status, created_at DESC, id);
COMMENT ON TABLE permissions.support_access_grants IS 'Permission for the platform''s support staff to enter the business for a while.';

CREATE TABLE permissions.ip_rules (
    network inet NOT NULL,
    description text,
    applies_to text NOT NULL DEFAULT 'everyone' CONSTRAINT ip_rules_applies_to_check CHECK (applies_to IN ('members', 'api_keys', 'everyone')),
    effect text NOT NULL DEFAULT 'allow' CONSTRAINT ip_rules_effect_check CHECK (effect IN ('allow', 'deny')),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('permissions.ip_rules', p_read => '{owner}', p_write => '{owner}');
CREATE UNIQUE INDEX ip_rules_network_applies_to_key ON permissions.ip_rules (business_id, network, applies_to) WHERE deleted_at IS NULL;
COMMENT ON TABLE permissions.ip_rules IS 'A network from which members or keys may, or may not, reach the business.';
