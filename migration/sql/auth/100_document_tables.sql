ALTER TABLE auth.sessions
    ADD COLUMN factor_id uuid;
CALL platform.extend_table('auth.sessions');
CALL platform.reference('auth.sessions', 'factor_id', 'auth.mfa_factors');

ALTER TABLE auth.api_keys
    ADD COLUMN api_client_id uuid,
    ADD COLUMN app_installation_id uuid,
    ADD COLUMN rotated_from_id uuid;
CALL platform.extend_table('auth.api_keys');
CALL platform.reference('auth.api_keys', 'api_client_id', 'auth.api_clients', 'cascade');
CALL platform.reference('auth.api_keys', 'app_installation_id', 'integrations.app_installations', 'cascade');
CALL platform.reference('auth.api_keys', 'rotated_from_id', 'auth.api_keys');

ALTER TABLE auth.login_attempts
    ADD COLUMN business_id uuid,
    ADD COLUMN country text,
    ADD COLUMN device_id uuid,
    ADD COLUMN risk_score decimal(5,4) CONSTRAINT login_attempts_risk_score_range CHECK (risk_score BETWEEN 0 AND 1);
CALL platform.extend_table('auth.login_attempts');
CALL platform.reference('auth.login_attempts', 'business_id', 'businesses.businesses', 'cascade');
CREATE INDEX login_attempts_newest ON auth.login_attempts (business_id, created_at DESC, id);
CALL platform.reference('auth.login_attempts', 'device_id', 'users.user_devices', 'cascade');
