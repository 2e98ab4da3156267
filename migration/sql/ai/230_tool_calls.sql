-- Tools that a model asks for, the reviews that let them run, and what safety policies found.

-- An operation and what belongs to it are of one business; the key cannot say so, since an operation may be of none.
CREATE FUNCTION ai.check_operation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.business_id IS DISTINCT FROM (SELECT o.business_id FROM ai.ai_operations o WHERE o.id = NEW.operation_id) THEN
        PERFORM platform.refuse('operation_id', 'names an operation that does not exist.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ai.check_operation() OWNER TO thorbis_definer;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tool_calls', 'safety_violations', 'reviews', 'messages', 'evaluation_results'] LOOP
        EXECUTE format('CREATE TRIGGER j_operation BEFORE INSERT OR UPDATE OF operation_id ON ai.%I FOR EACH ROW WHEN (NEW.operation_id IS NOT NULL) EXECUTE FUNCTION ai.check_operation()', name);
    END LOOP;
END $$;

CALL platform.stamp_states('ai.tool_calls', 'status', '{"running": {"started_at": "now()"}, "completed": {"finished_at": "greatest(now(), NEW.started_at)"},
    "failed": {"finished_at": "greatest(now(), NEW.started_at)"}, "rejected": {"finished_at": "greatest(now(), NEW.started_at)"},
    "blocked": {"finished_at": "greatest(now(), NEW.started_at)"}}');

-- A call that waits for a person has a pending review, which expires after a day.
CREATE FUNCTION ai.request_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO ai.reviews (business_id, operation_id, tool_call_id, kind, expires_at)
    VALUES (NEW.business_id, NEW.operation_id, NEW.id, 'tool_approval', now() + interval '1 day')
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
ALTER FUNCTION ai.request_review() OWNER TO thorbis_definer;
CREATE TRIGGER l_request_review AFTER INSERT ON ai.tool_calls FOR EACH ROW WHEN (NEW.status = 'awaiting_review') EXECUTE FUNCTION ai.request_review();
CREATE TRIGGER l_request_review_later AFTER UPDATE ON ai.tool_calls FOR EACH ROW
    WHEN (NEW.status = 'awaiting_review' AND OLD.status <> 'awaiting_review') EXECUTE FUNCTION ai.request_review();

CREATE FUNCTION ai.check_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ai.reviews r WHERE r.business_id = NEW.business_id AND r.tool_call_id = NEW.id
        AND r.kind = 'tool_approval' AND r.status IN ('approved', 'edited')) THEN
        PERFORM platform.refuse('status', 'cannot be running: nobody has approved the call yet.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ai.check_approval() OWNER TO thorbis_definer;
CREATE TRIGGER j_approval BEFORE UPDATE ON ai.tool_calls FOR EACH ROW WHEN (OLD.status = 'awaiting_review' AND NEW.status = 'running')
    EXECUTE FUNCTION ai.check_approval();

-- Whether the caller holds the permission that a tool needs: a role of theirs says so, else their role in
-- the business. Denials go first. A transaction without a person is the system's own.
CREATE FUNCTION ai.may_review(p_business_id uuid, p_tool_call_id uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT auth.uid() IS NULL OR needed.id IS NULL OR coalesce(
        (SELECT bool_and(g.effect = 'allow') FROM permissions.role_permissions g
            JOIN permissions.user_roles u ON u.business_id = g.business_id AND u.role_id = g.role_id
            JOIN permissions.roles r ON r.business_id = g.business_id AND r.id = g.role_id AND r.is_active AND r.deleted_at IS NULL
            WHERE g.business_id = p_business_id AND g.permission_id = needed.id AND u.user_id = auth.uid()
                AND u.valid_from <= now() AND (u.valid_until IS NULL OR u.valid_until > now())),
        auth.get_current_role() = ANY (needed.default_roles), false)
    FROM ai.tool_calls c JOIN ai.tools t ON t.id = c.tool_id LEFT JOIN permissions.permissions needed ON needed.id = t.permission_id
    WHERE c.business_id = p_business_id AND c.id = p_tool_call_id
$$;
GRANT EXECUTE ON FUNCTION ai.may_review(uuid, uuid) TO thorbis_definer;

-- Who decides must be allowed what the tool does, and says what the answer should have been where they edit it.
CREATE FUNCTION ai.check_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.status = 'edited' AND NEW.edited_output IS NULL THEN
        PERFORM platform.refuse('edited_output', 'must hold the corrected output.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status IN ('approved', 'edited') AND NEW.expires_at < now() THEN
        PERFORM platform.refuse('status', 'can only be expired or rejected: the review came too late.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.tool_call_id IS NOT NULL AND NEW.status IN ('approved', 'edited', 'rejected') AND NOT ai.may_review(NEW.business_id, NEW.tool_call_id) THEN
        RAISE EXCEPTION 'Who reviews a tool call must be allowed what the tool does.' USING ERRCODE = 'TB403';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ai.check_decision() OWNER TO thorbis_definer;
CREATE TRIGGER j_decision BEFORE UPDATE ON ai.reviews FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION ai.check_decision();
CALL platform.stamp_states('ai.reviews', 'status', '{"approved": {"decided_by_id": "auth.uid()", "decided_at": "now()"},
    "edited": {"decided_by_id": "auth.uid()", "decided_at": "now()"}, "rejected": {"decided_by_id": "auth.uid()", "decided_at": "now()"},
    "expired": {"decided_at": "now()"}}');

-- The decision moves the call it is about. What an edit changed is in edited_output; the call keeps what the model asked.
CREATE FUNCTION ai.settle_tool_call() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE ai.tool_calls c SET status = CASE WHEN NEW.status IN ('approved', 'edited') THEN 'running' ELSE 'rejected' END
    WHERE c.business_id = NEW.business_id AND c.id = NEW.tool_call_id AND c.status = 'awaiting_review';
    RETURN NULL;
END $$;
ALTER FUNCTION ai.settle_tool_call() OWNER TO thorbis_definer;
CREATE TRIGGER l_settle AFTER UPDATE ON ai.reviews FOR EACH ROW
    WHEN (OLD.status = 'pending' AND NEW.status <> 'pending' AND NEW.kind = 'tool_approval' AND NEW.tool_call_id IS NOT NULL)
    EXECUTE FUNCTION ai.settle_tool_call();

-- A case that is opened again is judged by nobody.
CALL platform.stamp_states('ai.safety_violations', 'status', '{"confirmed": {"judged_by_id": "auth.uid()", "judged_at": "now()"},
    "false_positive": {"judged_by_id": "auth.uid()", "judged_at": "now()"}, "open": {"judged_by_id": "NULL", "judged_at": "NULL"}}');
