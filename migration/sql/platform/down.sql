-- Removes every schema of the platform with all that is in it.
DROP SCHEMA IF EXISTS monitoring, files, reporting, notifications, integrations, trust, ai, audit, billing, investigations,
    payroll, courses, ret, auto, rest, hs, permissions, auth, users, businesses, platform CASCADE;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
