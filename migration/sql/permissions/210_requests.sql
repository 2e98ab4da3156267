-- Requests for access and for approval are decided by somebody else, who may.

CREATE FUNCTION permissions.decide_access() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    acting text := auth.get_current_role();
BEGIN
    IF acting IS NOT NULL AND NEW.status IN ('approved', 'rejected') THEN
        IF acting NOT IN ('owner', 'manager') OR NEW.user_id = auth.uid() THEN
            RAISE EXCEPTION 'Another owner or manager decides the request.' USING ERRCODE = 'TB403';
        END IF;
        IF NEW.status = 'approved' AND (NEW.permission_id IS NOT NULL AND NOT permissions.caller_holds(NEW.permission_id)
            OR EXISTS (SELECT FROM permissions.roles r WHERE r.business_id = NEW.business_id AND r.id = NEW.role_id AND auth.role_rank(r.base_role) > auth.role_rank(acting)))
        THEN
            RAISE EXCEPTION 'Nobody grants more than they hold.' USING ERRCODE = 'TB403';
        END IF;
    END IF;
    IF NEW.status = 'approved' AND NEW.wanted_until <= now() THEN
        PERFORM platform.refuse('wanted_until', 'is over; ask anew.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION permissions.decide_access() OWNER TO thorbis_definer;
CREATE TRIGGER j_decide_access BEFORE UPDATE ON permissions.access_requests FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION permissions.decide_access();
CALL platform.stamp_states('permissions.access_requests', 'status', '{
    "approved": {"decided_by_id": "auth.uid()", "decided_at": "now()", "granted_until": "NEW.wanted_until"},
    "rejected": {"decided_by_id": "auth.uid()", "decided_at": "now()"}}');

-- A request is decided as it was made.
CREATE FUNCTION permissions.keep_request() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM platform.refuse('status', 'is decided; ask anew instead of changing what was asked for.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    RETURN NULL;
END $$;
CREATE TRIGGER j_keep_request BEFORE UPDATE ON permissions.access_requests FOR EACH ROW
    WHEN (OLD.status IN ('approved', 'rejected') AND (OLD.user_id, OLD.role_id, OLD.permission_id, OLD.wanted_until) IS DISTINCT FROM (NEW.user_id, NEW.role_id, NEW.permission_id, NEW.wanted_until))
    EXECUTE FUNCTION permissions.keep_request();

-- A request comes as a question, not as its answer; the system brings decided ones along with their day.
CREATE FUNCTION permissions.begin_request() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.status IN ('approved', 'rejected') AND NEW.decided_at IS NULL THEN
        PERFORM platform.refuse('status', 'must be pending until somebody decides.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_begin_request BEFORE INSERT ON permissions.access_requests FOR EACH ROW EXECUTE FUNCTION permissions.begin_request();

-- A role that is granted is given.
CREATE FUNCTION permissions.give_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO permissions.user_roles AS u (business_id, user_id, role_id, valid_until, reason, access_request_id)
    VALUES (NEW.business_id, NEW.user_id, NEW.role_id, NEW.granted_until, NEW.reason, NEW.id)
    ON CONFLICT (business_id, user_id, role_id, location_id, department_id) DO UPDATE
        SET valid_until = CASE WHEN u.valid_until IS NULL THEN NULL ELSE nullif(greatest(u.valid_until, coalesce(excluded.valid_until, 'infinity')), 'infinity') END,
            access_request_id = excluded.access_request_id;
    RETURN NULL;
END $$;
ALTER FUNCTION permissions.give_role() OWNER TO thorbis_definer;
CREATE TRIGGER y_give_role AFTER UPDATE ON permissions.access_requests FOR EACH ROW
    WHEN (OLD.status <> 'approved' AND NEW.status = 'approved' AND NEW.role_id IS NOT NULL) EXECUTE FUNCTION permissions.give_role();

-- A change waits for somebody of the rule's role, or an owner; whoever asked may only take it back.
CREATE FUNCTION permissions.decide_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    acting text := auth.get_current_role();
BEGIN
    IF acting IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.status = 'cancelled' AND NEW.created_by IS DISTINCT FROM auth.uid() AND acting NOT IN ('owner', 'manager') THEN
        RAISE EXCEPTION 'Only who asked for the change takes it back.' USING ERRCODE = 'TB403';
    END IF;
    IF NEW.status IN ('approved', 'rejected') THEN
        IF NEW.created_by = auth.uid() THEN
            RAISE EXCEPTION 'Somebody else decides the change.' USING ERRCODE = 'TB403';
        END IF;
        IF acting <> 'owner' AND NOT EXISTS (SELECT FROM permissions.approval_rules a
            JOIN permissions.user_roles u ON u.business_id = a.business_id AND u.role_id = a.approver_role_id AND u.user_id = auth.uid()
            WHERE a.business_id = NEW.business_id AND a.id = NEW.approval_rule_id AND u.valid_from <= now() AND (u.valid_until IS NULL OR u.valid_until > now()))
        THEN
            RAISE EXCEPTION 'Someone with the role that the rule names decides the change.' USING ERRCODE = 'TB403';
        END IF;
        IF NEW.status = 'approved' AND NEW.expires_at <= now() THEN
            RAISE EXCEPTION 'The request is over; ask anew.' USING ERRCODE = 'TB409';
        END IF;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION permissions.decide_approval() OWNER TO thorbis_definer;
CREATE TRIGGER j_decide_approval BEFORE UPDATE ON permissions.approval_requests FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION permissions.decide_approval();
CALL platform.stamp_states('permissions.approval_requests', 'status', '{
    "approved": {"decided_by_id": "auth.uid()", "decided_at": "now()"}, "rejected": {"decided_by_id": "auth.uid()", "decided_at": "now()"}}');

-- How long a request waits is its rule's to say.
CREATE FUNCTION permissions.date_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    SELECT least(NEW.created_at + make_interval(hours => least(a.expires_after_hours, 876000)), '9999-12-31') INTO NEW.expires_at
    FROM permissions.approval_rules a WHERE a.business_id = NEW.business_id AND a.id = NEW.approval_rule_id AND a.expires_after_hours IS NOT NULL;
    RETURN NEW;
END $$;
ALTER FUNCTION permissions.date_approval() OWNER TO thorbis_definer;
CREATE TRIGGER j_date_approval BEFORE INSERT ON permissions.approval_requests FOR EACH ROW
    WHEN (NEW.expires_at IS NULL) EXECUTE FUNCTION permissions.date_approval();

CALL platform.stamp_states('permissions.support_access_grants', 'status', '{
    "granted": {"granted_at": "now()", "decided_by_id": "auth.uid()"}, "denied": {"decided_by_id": "auth.uid()"}}');
