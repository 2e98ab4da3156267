-- A device is its person's: who names another's is told what is told of one that does not exist. The
-- references alone would take any device there is, since devices belong to people and not to businesses.
CREATE FUNCTION users.check_device() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF auth.get_current_role() IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.device_id IS DISTINCT FROM OLD.device_id)
        AND NOT EXISTS (SELECT FROM users.user_devices d WHERE d.id = NEW.device_id AND d.user_id = auth.uid())
    THEN
        PERFORM platform.refuse('device_id', 'names a record that does not exist.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION users.check_device() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_device BEFORE INSERT OR UPDATE OF device_id ON files.uploads FOR EACH ROW
    WHEN (NEW.device_id IS NOT NULL) EXECUTE FUNCTION users.check_device();
CREATE TRIGGER j_check_device BEFORE INSERT OR UPDATE OF device_id ON notifications.push_tokens FOR EACH ROW
    WHEN (NEW.device_id IS NOT NULL) EXECUTE FUNCTION users.check_device();
CREATE TRIGGER j_check_device BEFORE INSERT OR UPDATE OF device_id ON platform.sync_conflicts FOR EACH ROW
    WHEN (NEW.device_id IS NOT NULL) EXECUTE FUNCTION users.check_device();
CREATE TRIGGER j_check_device BEFORE INSERT OR UPDATE OF device_id ON platform.sync_cursors FOR EACH ROW
    WHEN (NEW.device_id IS NOT NULL) EXECUTE FUNCTION users.check_device();
