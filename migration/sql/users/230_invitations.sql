-- An invitation as owner or manager is an owner's to change: sent to another address it would make that person one.
CREATE FUNCTION users.guard_invited() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF auth.get_current_role() <> 'owner' AND (NEW.email, NEW.expires_at, NEW.custom_role_id) IS DISTINCT FROM (OLD.email, OLD.expires_at, OLD.custom_role_id) THEN
        PERFORM platform.refuse('email', 'of an owner''s or a manager''s invitation is changed by an owner alone.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_guard_invited BEFORE UPDATE ON users.invitations FOR EACH ROW
    WHEN (OLD.role IN ('owner', 'manager')) EXECUTE FUNCTION users.guard_invited();
