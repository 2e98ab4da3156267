-- The identity tables under their rules.
CALL platform.platform_table('auth.users', p_secret => '{encrypted_password}', p_audited => false);
CALL platform.platform_table('auth.identities', p_read => '{self}', p_self => 'user_id', p_audited => false);
CALL platform.platform_table('auth.sessions', p_read => '{self}', p_self => 'user_id', p_audited => false);
CALL platform.platform_table('auth.refresh_tokens', p_secret => '{token_hash}', p_audited => false);
CALL platform.platform_table('auth.login_attempts', p_read => '{self}', p_self => 'user_id', p_append_only => true, p_audited => false);
CALL platform.platform_table('auth.api_keys', p_read => '{owner_manager}', p_write => '{system}', p_business => 'business_id',
    p_secret => '{key_hash}', p_flows => '{"status": [["active", "rotating"], ["active", "revoked"], ["active", "expired"], ["rotating", "revoked"], ["rotating", "expired"]]}');
CALL platform.platform_table('users.users', p_read => '{self,colleague}', p_write => '{self}', p_self => 'id',
    p_derived => '{email,email_verified,phone_verified,status,last_login_at,deleted_at,erased_at}');
CALL platform.platform_table('users.business_users', p_read => '{self,member}', p_write => '{owner_manager}', p_self => 'user_id', p_business => 'business_id',
    p_derived => '{invited_at,joined_at}', p_insert => true,
    p_flows => '{"status": [["invited", "active"], ["invited", "inactive"], ["active", "inactive"], ["active", "suspended"], ["suspended", "active"], ["suspended", "inactive"], ["inactive", "active"]]}');
CALL platform.platform_table('users.user_sessions', p_read => '{self,owner_manager}', p_self => 'user_id', p_business => 'business_id',
    p_secret => '{session_token_hash}', p_audited => false,
    p_flows => '{"status": [["active", "expired"], ["active", "terminated"]]}');
CALL platform.platform_table('businesses.businesses', p_read => '{member}', p_write => '{owner}', p_business => 'id', p_self => 'id',
    p_derived => '{industry,plan,plan_started_at,plan_expires_at,features,limits,status,status_reason,closed_at,deleted_at}',
    p_flows => '{"status": [["active", "suspended"], ["suspended", "active"], ["active", "cancelled"], ["suspended", "cancelled"], ["cancelled", "active"]]}');
-- The business switcher: every business one belongs to, whichever is current.
CREATE POLICY may_read_mine ON businesses.businesses FOR SELECT TO thorbis_gateway USING (id = ANY ((SELECT auth.my_business_ids())::uuid[]));
-- An audited row of a membership belongs to its business.
CALL platform.platform_table('audit.audit_log', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true, p_audited => false);
UPDATE platform.table_rules SET view_references = '{"business_id": "businesses.businesses", "user_id": "users.users"}'
WHERE (schema_name, table_name) = ('audit', 'audit_log');
CALL platform.platform_table('audit.change_log', p_read => '{system}', p_append_only => true, p_audited => false);
INSERT INTO platform.table_rules (schema_name, table_name, kind)
VALUES ('audit', 'audit_log_rest', 'internal'), ('audit', 'change_log_rest', 'internal');
COMMENT ON TABLE audit.audit_log IS 'Who did what to which record, with the values before and after.';
COMMENT ON TABLE audit.change_log IS 'Which records each committed transaction changed, from which apps sync.';
