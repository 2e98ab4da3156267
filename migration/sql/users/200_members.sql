-- What follows from a member's standing, skills, certificates and devices.

CALL platform.stamp_states('users.business_users', 'status', '{
    "active": {"joined_at": "coalesce(NEW.joined_at, now())"}, "invited": {"invited_at": "coalesce(NEW.invited_at, now())"}}');

-- Exceptions of one member name permissions that exist, to allow or to deny, and nothing else.
CREATE FUNCTION users.check_permissions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF jsonb_typeof(NEW.permissions) <> 'object'
        OR NEW.permissions - 'allow' - 'deny' <> '{}'
        OR jsonb_typeof(coalesce(NEW.permissions -> 'allow', '[]')) <> 'array' OR jsonb_typeof(coalesce(NEW.permissions -> 'deny', '[]')) <> 'array'
    THEN
        PERFORM platform.refuse('permissions', 'must be {"allow": [...], "deny": [...]} with keys of permissions.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF EXISTS (SELECT FROM jsonb_array_elements(coalesce(NEW.permissions -> 'allow', '[]') || coalesce(NEW.permissions -> 'deny', '[]')) AS k (key)
        WHERE NOT EXISTS (SELECT FROM permissions.permissions p WHERE to_jsonb(p.key) = k.key))
    THEN
        PERFORM platform.refuse('permissions', 'names a permission that does not exist.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION users.check_permissions() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_permissions BEFORE INSERT OR UPDATE OF permissions ON users.business_users FOR EACH ROW
    WHEN (NEW.permissions <> '{}') EXECUTE FUNCTION users.check_permissions();

-- A skill is verified by an owner or manager who enters or changes it for somebody else; what others enter
-- waits for that.
CREATE FUNCTION users.verify_skill() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.skill_id, NEW.level, NEW.acquired_on) IS NOT DISTINCT FROM (OLD.user_id, OLD.skill_id, OLD.level, OLD.acquired_on) THEN
        RETURN NEW;
    END IF;
    IF auth.get_current_role() IN ('owner', 'manager') AND auth.uid() <> NEW.user_id THEN
        NEW.verified_by_id := auth.uid();
        NEW.verified_at := now();
    ELSIF TG_OP = 'UPDATE' AND auth.get_current_role() IS NOT NULL THEN
        NEW.verified_by_id := NULL;
        NEW.verified_at := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_verify_skill BEFORE INSERT OR UPDATE ON users.user_skills FOR EACH ROW EXECUTE FUNCTION users.verify_skill();

-- A certificate runs as long as its kind is valid, where it does not say otherwise.
CREATE FUNCTION users.date_certificate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.expires_on IS NULL THEN
        SELECT least((NEW.issued_on + make_interval(months => least(c.validity_months, 1200)))::date, '9999-12-31') INTO NEW.expires_on
        FROM users.certifications c WHERE c.business_id = NEW.business_id AND c.id = NEW.certification_id AND c.validity_months IS NOT NULL;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION users.date_certificate() OWNER TO thorbis_definer;
CREATE TRIGGER j_date_certificate BEFORE INSERT ON users.user_certifications FOR EACH ROW EXECUTE FUNCTION users.date_certificate();
CALL platform.stamp_states('users.user_certifications', 'status', '{"valid": {"verified_at": "now()", "verified_by_id": "auth.uid()"}}');

-- A device that is revoked is trusted no more.
CREATE FUNCTION users.distrust_device() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.is_trusted := false;
    NEW.trusted_until := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER m_distrust_device BEFORE INSERT OR UPDATE ON users.user_devices FOR EACH ROW
    WHEN (NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION users.distrust_device();
