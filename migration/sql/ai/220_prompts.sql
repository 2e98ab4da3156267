-- Prompts are kept in versions: numbered one after the other, edited as drafts, one of them published.

-- Columns that stay as they are. Arguments: a sentence that says so, then the columns that may change.
CREATE FUNCTION ai.keep_unchanged() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    free text[] := TG_ARGV[1:] || '{status,updated_at,updated_by,version,deleted_at,deleted_by}';
    changed text := (SELECT n.key FROM jsonb_each(to_jsonb(NEW)) AS n JOIN jsonb_each(to_jsonb(OLD)) AS o USING (key)
        WHERE n.value IS DISTINCT FROM o.value AND n.key <> ALL (free) LIMIT 1);
BEGIN
    IF changed IS NOT NULL THEN
        PERFORM platform.refuse(changed, TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;

-- The next number of the prompt; deleted versions keep theirs.
CREATE FUNCTION ai.number_prompt_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM ai.prompts p WHERE p.business_id = NEW.business_id AND p.id = NEW.prompt_id FOR NO KEY UPDATE;
    NEW.version_number := (SELECT coalesce(max(v.version_number), 0) + 1 FROM ai.prompt_versions v
        WHERE v.business_id = NEW.business_id AND v.prompt_id = NEW.prompt_id);
    RETURN NEW;
END $$;
ALTER FUNCTION ai.number_prompt_version() OWNER TO thorbis_definer;
CREATE TRIGGER b_number_version BEFORE INSERT ON ai.prompt_versions FOR EACH ROW EXECUTE FUNCTION ai.number_prompt_version();
-- A version that moves to another prompt takes that prompt's next number.
CREATE TRIGGER b_renumber_version BEFORE UPDATE ON ai.prompt_versions FOR EACH ROW WHEN (OLD.prompt_id <> NEW.prompt_id)
    EXECUTE FUNCTION ai.number_prompt_version();

CREATE TRIGGER j_edit BEFORE UPDATE ON ai.prompt_versions FOR EACH ROW WHEN (OLD.status <> 'draft')
    EXECUTE FUNCTION ai.keep_unchanged('cannot change any more: only a draft can be edited. Make a new version.', 'published_at', 'change_note');

-- Publishing a version retires the one before it.
CREATE FUNCTION ai.publish_prompt_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM ai.prompts p WHERE p.business_id = NEW.business_id AND p.id = NEW.prompt_id FOR NO KEY UPDATE;
    UPDATE ai.prompt_versions v SET status = 'retired'
    WHERE v.business_id = NEW.business_id AND v.prompt_id = NEW.prompt_id AND v.status = 'published' AND v.id <> NEW.id AND v.deleted_at IS NULL;
    RETURN NEW;
END $$;
ALTER FUNCTION ai.publish_prompt_version() OWNER TO thorbis_definer;
CREATE TRIGGER l_publish BEFORE INSERT ON ai.prompt_versions FOR EACH ROW WHEN (NEW.status = 'published') EXECUTE FUNCTION ai.publish_prompt_version();
CREATE TRIGGER l_publish_again BEFORE UPDATE ON ai.prompt_versions FOR EACH ROW
    WHEN (NEW.status = 'published' AND NEW.deleted_at IS NULL AND (OLD.status <> 'published' OR OLD.deleted_at IS NOT NULL OR OLD.prompt_id <> NEW.prompt_id))
    EXECUTE FUNCTION ai.publish_prompt_version();
CALL platform.stamp_states('ai.prompt_versions', 'status', '{"published": {"published_at": "now()"}}');
COMMENT ON COLUMN ai.prompt_versions.version_number IS 'Counted by prompt; given by the system.';
