-- Who is invited as what, and who answers.

-- How high a base role stands.
CREATE FUNCTION auth.role_rank(p_role text) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE p_role WHEN 'owner' THEN 5 WHEN 'manager' THEN 4 WHEN 'staff' THEN 3 WHEN 'viewer' THEN 2 WHEN 'api_partner' THEN 1 ELSE 0 END
$$;
GRANT EXECUTE ON FUNCTION auth.role_rank(text) TO thorbis_gateway, thorbis_definer;
COMMENT ON FUNCTION auth.role_rank(text) IS 'How high a base role stands, from 5 for an owner to 0 for none.';

-- Nobody invites to a role above their own; owners and managers are made by owners alone. The invited
-- person accepts, who has no standing in the business yet.
CREATE FUNCTION users.guard_invitation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    acting text := auth.get_current_role();
    above boolean;
BEGIN
    IF acting IS NULL THEN
        RETURN NEW;
    END IF;
    IF acting <> 'owner' AND NEW.role IN ('owner', 'manager') AND (TG_OP = 'INSERT' OR NEW.role <> OLD.role) THEN
        PERFORM platform.refuse('role', 'must be below your own; only an owner invites owners and managers.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    SELECT auth.role_rank(r.base_role) > auth.role_rank(acting) INTO above FROM permissions.roles r WHERE r.business_id = NEW.business_id AND r.id = NEW.custom_role_id;
    IF above AND (TG_OP = 'INSERT' OR NEW.custom_role_id IS DISTINCT FROM OLD.custom_role_id) THEN
        PERFORM platform.refuse('custom_role_id', 'must not be a role above your own.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.status = 'accepted' AND OLD.status <> 'accepted' THEN
        RAISE EXCEPTION 'Only the invited person accepts an invitation.' USING ERRCODE = 'TB403';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION users.guard_invitation() OWNER TO thorbis_definer;
CREATE TRIGGER j_guard_invitation BEFORE INSERT OR UPDATE ON users.invitations FOR EACH ROW EXECUTE FUNCTION users.guard_invitation();
CALL platform.stamp_states('users.invitations', 'status', '{
    "pending": {"last_sent_at": "now()"}, "accepted": {"accepted_at": "now()", "accepted_by_id": "auth.uid()"}}');
