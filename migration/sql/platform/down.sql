-- Removes every schema of the platform with all that is in it, and gives the database's privileges back.
-- Extensions in public stay, since they may have been there before; roles stay, since they are the cluster's.
DROP SCHEMA IF EXISTS monitoring, files, reporting, notifications, integrations, trust, ai, audit, billing, investigations,
    payroll, courses, ret, auto, rest, hs, permissions, auth, users, businesses, platform CASCADE;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
REVOKE USAGE ON SCHEMA public FROM thorbis_gateway, thorbis_definer;
DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM thorbis_gateway, thorbis_definer', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
END $$;
