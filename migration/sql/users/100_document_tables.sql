ALTER TABLE users.user_sessions
    ADD COLUMN device_id uuid;
CALL platform.extend_table('users.user_sessions');
CALL platform.reference('users.user_sessions', 'device_id', 'users.user_devices');
