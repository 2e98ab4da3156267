-- Notes on records: who sees them, who changes them, and where replies belong.

CALL platform.keep_totals('platform.tags', jsonb_build_object(
    'use_count', $$(SELECT count(*)::integer FROM platform.tag_assignments a WHERE a.business_id = p.business_id AND a.tag_id = p.id)$$),
    '{"platform.tag_assignments": ["tag_id"]}');

-- What nobody in particular wrote, such as an import, is the managers' where it is its author's.
CREATE POLICY visible ON platform.comments AS RESTRICTIVE TO thorbis_gateway
    USING (visibility IN ('members', 'customer') OR created_by = (SELECT auth.uid())
        OR ((visibility = 'managers' OR created_by IS NULL) AND (SELECT auth.get_current_role() IN ('owner', 'manager'))))
    WITH CHECK (visibility IN ('members', 'customer') OR created_by = (SELECT auth.uid())
        OR (visibility = 'managers' AND (SELECT auth.get_current_role() IN ('owner', 'manager'))));

-- What is said of a closed case is as closed as the case.
CREATE POLICY open_case ON platform.comments AS RESTRICTIVE TO thorbis_gateway
    USING (entity_type <> 'investigations.cases' OR entity_id NOT IN (SELECT investigations.closed_case_ids('read')))
    WITH CHECK (entity_type <> 'investigations.cases' OR entity_id NOT IN (SELECT investigations.closed_case_ids('write')));
CREATE POLICY open_case ON files.attachments AS RESTRICTIVE TO thorbis_gateway
    USING (entity_type <> 'investigations.cases' OR entity_id NOT IN (SELECT investigations.closed_case_ids('read')))
    WITH CHECK (entity_type <> 'investigations.cases' OR entity_id NOT IN (SELECT investigations.closed_case_ids('write')));

-- Its words are its author's. Others may pin a comment, and delete it where the policies let them.
CREATE FUNCTION platform.edit_comment() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF (NEW.body, NEW.kind, NEW.visibility, NEW.mentioned_user_ids, NEW.entity_type, NEW.entity_id, NEW.parent_comment_id)
        IS NOT DISTINCT FROM (OLD.body, OLD.kind, OLD.visibility, OLD.mentioned_user_ids, OLD.entity_type, OLD.entity_id, OLD.parent_comment_id)
    THEN
        RETURN NEW;
    END IF;
    IF auth.uid() IS NOT NULL AND auth.uid() IS DISTINCT FROM OLD.created_by AND current_setting('app.following_parent', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'Only its author edits a comment.' USING ERRCODE = 'TB403';
    END IF;
    IF NEW.body IS DISTINCT FROM OLD.body THEN
        NEW.edited_at := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_edit_comment BEFORE UPDATE ON platform.comments FOR EACH ROW EXECUTE FUNCTION platform.edit_comment();

-- A reply is on its parent's record.
CREATE FUNCTION platform.place_reply() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    -- Held, so that the parent does not move to another record meanwhile.
    PERFORM FROM platform.comments c WHERE c.business_id = NEW.business_id AND c.id = NEW.parent_comment_id
        AND (c.entity_type, c.entity_id) <> (NEW.entity_type, NEW.entity_id) FOR SHARE;
    IF FOUND THEN
        PERFORM platform.refuse('parent_comment_id', 'must be a comment on the same record.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION platform.place_reply() OWNER TO thorbis_definer;
CREATE TRIGGER l_place_reply BEFORE INSERT OR UPDATE OF parent_comment_id, entity_type, entity_id ON platform.comments FOR EACH ROW
    WHEN (NEW.parent_comment_id IS NOT NULL) EXECUTE FUNCTION platform.place_reply();
CREATE TRIGGER y_circle AFTER INSERT OR UPDATE OF parent_comment_id ON platform.comments FOR EACH ROW
    WHEN (NEW.parent_comment_id IS NOT NULL) EXECUTE FUNCTION platform.refuse_circle('parent_comment_id');

-- A comment that moves to another record takes its replies along, whoever wrote them.
CREATE FUNCTION platform.move_replies() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM set_config('app.following_parent', 'on', true);
    UPDATE platform.comments c SET entity_type = NEW.entity_type, entity_id = NEW.entity_id
    WHERE c.business_id = NEW.business_id AND c.parent_comment_id = NEW.id AND c.deleted_at IS NULL AND (c.entity_type, c.entity_id) <> (NEW.entity_type, NEW.entity_id);
    PERFORM set_config('app.following_parent', '', true);
    RETURN NULL;
END $$;
ALTER FUNCTION platform.move_replies() OWNER TO thorbis_definer;
CREATE TRIGGER y_move_replies AFTER UPDATE ON platform.comments FOR EACH ROW
    WHEN ((OLD.entity_type, OLD.entity_id) IS DISTINCT FROM (NEW.entity_type, NEW.entity_id)) EXECUTE FUNCTION platform.move_replies();
