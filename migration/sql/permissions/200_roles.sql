-- Nobody creates, changes or assigns a role above their own, nor grants by it what they do not hold.

-- Argument: the column to name, either 'base_role' of a role itself, or the one that leads to a role.
CREATE FUNCTION permissions.guard_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    own integer := auth.role_rank(auth.get_current_role());
    highest integer;
    touched jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
    IF auth.get_current_role() IS NOT NULL THEN
        IF TG_ARGV[0] = 'base_role' THEN
            highest := greatest(auth.role_rank(touched ->> 'base_role'), CASE TG_OP WHEN 'UPDATE' THEN auth.role_rank(to_jsonb(OLD) ->> 'base_role') ELSE 0 END);
        ELSE
            SELECT auth.role_rank(r.base_role) INTO highest FROM permissions.roles r
            WHERE r.business_id = (touched ->> 'business_id')::uuid AND r.id = (touched ->> TG_ARGV[0])::uuid;
        END IF;
        IF highest > own THEN
            PERFORM platform.refuse(TG_ARGV[0], 'must not stand above your own role.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
ALTER FUNCTION permissions.guard_role() OWNER TO thorbis_definer;
CREATE TRIGGER j_guard_role BEFORE INSERT OR UPDATE ON permissions.roles FOR EACH ROW EXECUTE FUNCTION permissions.guard_role('base_role');
CREATE TRIGGER j_guard_role BEFORE INSERT OR UPDATE OR DELETE ON permissions.role_permissions FOR EACH ROW EXECUTE FUNCTION permissions.guard_role('role_id');
CREATE TRIGGER j_guard_role BEFORE INSERT OR UPDATE OR DELETE ON permissions.user_roles FOR EACH ROW EXECUTE FUNCTION permissions.guard_role('role_id');
CREATE TRIGGER j_guard_role BEFORE INSERT OR UPDATE OR DELETE ON permissions.field_permissions FOR EACH ROW EXECUTE FUNCTION permissions.guard_role('role_id');
CREATE TRIGGER j_guard_role BEFORE INSERT OR UPDATE ON permissions.policies FOR EACH ROW EXECUTE FUNCTION permissions.guard_role('role_id');

-- The roles that come with the platform stay as they are.
CREATE FUNCTION permissions.keep_built_in() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF auth.get_current_role() IS NOT NULL AND (NEW.key, NEW.base_role, NEW.is_active, NEW.deleted_at) IS DISTINCT FROM (OLD.key, OLD.base_role, OLD.is_active, OLD.deleted_at) THEN
        RAISE EXCEPTION 'A role that comes with the platform stays as it is.' USING ERRCODE = 'TB403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_keep_built_in BEFORE UPDATE ON permissions.roles FOR EACH ROW WHEN (OLD.is_built_in) EXECUTE FUNCTION permissions.keep_built_in();

-- Whether the caller holds a permission: by the base role, as long as no role of theirs denies it, or by a
-- role of theirs that allows it. Owners hold all.
CREATE FUNCTION permissions.caller_holds(p_permission_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    WITH own AS (
        SELECT g.effect FROM permissions.user_roles u
        JOIN permissions.roles r ON r.business_id = u.business_id AND r.id = u.role_id AND r.is_active AND r.deleted_at IS NULL
        JOIN permissions.role_permissions g ON g.business_id = r.business_id AND g.role_id = r.id AND g.permission_id = p_permission_id
        WHERE u.business_id = auth.get_current_business_id() AND u.user_id = auth.uid()
            AND u.valid_from <= now() AND (u.valid_until IS NULL OR u.valid_until > now())
    )
    SELECT auth.get_current_role() = 'owner' OR (NOT EXISTS (SELECT FROM own WHERE effect = 'deny') AND (EXISTS (SELECT FROM own)
        OR EXISTS (SELECT FROM permissions.permissions p WHERE p.id = p_permission_id AND auth.get_current_role() = ANY (p.default_roles))))
$$;
ALTER FUNCTION permissions.caller_holds(uuid) OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION permissions.caller_holds(uuid) TO thorbis_gateway;
COMMENT ON FUNCTION permissions.caller_holds(uuid) IS 'Whether the current person holds a permission in the current business.';

-- A manager grants only what the manager holds, and lifts no denial of what they do not hold.
CREATE FUNCTION permissions.guard_grant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF auth.get_current_role() IS NOT NULL AND NEW.effect = 'allow' AND NOT permissions.caller_holds(NEW.permission_id) THEN
        PERFORM platform.refuse('permission_id', 'must be a permission you hold yourself.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION permissions.guard_grant() OWNER TO thorbis_definer;
CREATE TRIGGER l_guard_grant BEFORE INSERT OR UPDATE ON permissions.role_permissions FOR EACH ROW EXECUTE FUNCTION permissions.guard_grant();
CREATE TRIGGER l_guard_grant BEFORE INSERT OR UPDATE ON permissions.policies FOR EACH ROW EXECUTE FUNCTION permissions.guard_grant();
