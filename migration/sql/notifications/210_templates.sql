-- Templates are kept in versions by language: numbered one after the other, edited as drafts, one published.

-- Columns that stay as they are. Arguments: a sentence that says so, then the columns that may change.
CREATE FUNCTION notifications.keep_unchanged() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
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

-- The next number of the template in the language; deleted versions keep theirs.
CREATE FUNCTION notifications.number_template_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM notifications.templates t WHERE t.business_id = NEW.business_id AND t.id = NEW.template_id FOR NO KEY UPDATE;
    NEW.version_number := (SELECT coalesce(max(v.version_number), 0) + 1 FROM notifications.template_versions v
        WHERE v.business_id = NEW.business_id AND v.template_id = NEW.template_id AND v.locale = NEW.locale);
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.number_template_version() OWNER TO thorbis_definer;
CREATE TRIGGER b_number_version BEFORE INSERT ON notifications.template_versions FOR EACH ROW EXECUTE FUNCTION notifications.number_template_version();
CREATE TRIGGER b_renumber_version BEFORE UPDATE ON notifications.template_versions FOR EACH ROW
    WHEN (OLD.template_id <> NEW.template_id OR OLD.locale <> NEW.locale) EXECUTE FUNCTION notifications.number_template_version();

CREATE TRIGGER j_edit BEFORE UPDATE ON notifications.template_versions FOR EACH ROW WHEN (OLD.status <> 'draft')
    EXECUTE FUNCTION notifications.keep_unchanged('cannot change any more: only a draft can be edited. Make a new version.', 'published_at');

-- What a wording leaves open: {{customer_name}} in its subject or body.
CREATE FUNCTION notifications.variables_in(p_subject text, p_text text, p_html text) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT coalesce(array_agg(DISTINCT found[1] ORDER BY found[1]), '{}')
    FROM regexp_matches(concat_ws(' ', p_subject, p_text, p_html), '\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}', 'g') AS found
$$;
GRANT EXECUTE ON FUNCTION notifications.variables_in(text, text, text) TO thorbis_definer, thorbis_gateway;
CALL platform.keep_row('notifications.template_versions', '[["variables", "notifications.variables_in(NEW.subject, NEW.body_text, NEW.body_html)"]]');
COMMENT ON COLUMN notifications.template_versions.variables IS 'What the wording leaves open as {{name}}; found by the system.';

-- Publishing a version retires the one before it in its language. Advertising carries a way out of it.
CREATE FUNCTION notifications.publish_template_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    template notifications.templates;
BEGIN
    SELECT * INTO template FROM notifications.templates t WHERE t.business_id = NEW.business_id AND t.id = NEW.template_id FOR NO KEY UPDATE;
    IF template.category = 'marketing' AND template.channel_kind = 'email'
        AND NOT notifications.variables_in(NULL, NEW.body_text, NEW.body_html) @> '{unsubscribe_url}' THEN
        PERFORM platform.refuse('body_text', 'must contain {{unsubscribe_url}}: advertising carries a way out of it.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF template.category = 'marketing' AND template.channel_kind IN ('sms', 'whatsapp') AND NEW.body_text !~ '\mSTOP\M' THEN
        PERFORM platform.refuse('body_text', 'must name the word STOP: advertising carries a way out of it.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    UPDATE notifications.template_versions v SET status = 'retired'
    WHERE v.business_id = NEW.business_id AND v.template_id = NEW.template_id AND v.locale = NEW.locale AND v.status = 'published'
        AND v.id <> NEW.id AND v.deleted_at IS NULL;
    RETURN NEW;
END $$;
ALTER FUNCTION notifications.publish_template_version() OWNER TO thorbis_definer;
CREATE TRIGGER l_publish BEFORE INSERT ON notifications.template_versions FOR EACH ROW WHEN (NEW.status = 'published')
    EXECUTE FUNCTION notifications.publish_template_version();
CREATE TRIGGER l_publish_again BEFORE UPDATE ON notifications.template_versions FOR EACH ROW
    WHEN (NEW.status = 'published' AND NEW.deleted_at IS NULL AND (OLD.status <> 'published' OR OLD.deleted_at IS NOT NULL))
    EXECUTE FUNCTION notifications.publish_template_version();
CALL platform.stamp_states('notifications.template_versions', 'status', '{"published": {"published_at": "now()"}}');

-- Nothing has to be proved of the app's own inbox; another address has to be proved again.
CREATE FUNCTION notifications.keep_verification() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.kind = 'in_app' THEN
        NEW.verification_status := 'verified';
    ELSIF TG_OP = 'UPDATE' AND (OLD.kind, OLD.sender_address) IS DISTINCT FROM (NEW.kind, NEW.sender_address) THEN
        NEW.verification_status := 'unverified';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER m_derive_verification BEFORE INSERT OR UPDATE ON notifications.channels FOR EACH ROW EXECUTE FUNCTION notifications.keep_verification();
