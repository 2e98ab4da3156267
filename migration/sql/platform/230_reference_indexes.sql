-- The index of a reference begins with the business. These lead to what is of no business, a device, a
-- person or a permission, whose own going would search every business's rows.
CREATE INDEX user_sessions_device_idx ON users.user_sessions (device_id);
CREATE INDEX login_attempts_device_idx ON auth.login_attempts (device_id);
CREATE INDEX role_permissions_permission_idx ON permissions.role_permissions (permission_id);
CREATE INDEX policies_permission_idx ON permissions.policies (permission_id);
CREATE INDEX access_requests_permission_idx ON permissions.access_requests (permission_id);
CREATE INDEX uploads_device_idx ON files.uploads (device_id);
CREATE INDEX idempotency_keys_user_idx ON platform.idempotency_keys (user_id);
CREATE INDEX sync_cursors_device_idx ON platform.sync_cursors (device_id);
CREATE INDEX sync_conflicts_device_idx ON platform.sync_conflicts (device_id);
CREATE INDEX feature_flag_overrides_user_idx ON platform.feature_flag_overrides (user_id);
