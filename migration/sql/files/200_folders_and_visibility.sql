-- Where files lie and who sees them: what is for its creator is theirs alone, what is for managers is for
-- them and for its creator. What nobody in particular made is the managers'. A closed folder closes everything below it.

-- A folder's path is its parent's and its name. The parent's row is held, so that a renaming of it is over
-- before, or comes after and renames this one as well. A folder is never put below itself: its path would
-- have no end.
CREATE FUNCTION files.place_folder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    above text := '';
BEGIN
    IF NEW.name = '' OR position('/' IN NEW.name) > 0 THEN
        PERFORM platform.refuse('name', 'must not be empty or contain a slash.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.parent_folder_id IS NOT NULL THEN
        IF TG_OP = 'UPDATE' AND NEW.parent_folder_id IS DISTINCT FROM OLD.parent_folder_id THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(TG_RELID || NEW.business_id::text, 0));
        END IF;
        IF EXISTS (WITH RECURSIVE above (id) AS (
                SELECT NEW.parent_folder_id
                UNION SELECT f.parent_folder_id FROM above a JOIN files.folders f ON f.business_id = NEW.business_id AND f.id = a.id WHERE f.parent_folder_id IS NOT NULL)
            SELECT FROM above WHERE id = NEW.id)
        THEN
            PERFORM platform.refuse('parent_folder_id', 'must not lead back to the folder itself.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
        SELECT f.path INTO above FROM files.folders f WHERE f.business_id = NEW.business_id AND f.id = NEW.parent_folder_id FOR SHARE;
        IF NOT FOUND THEN
            PERFORM platform.refuse('parent_folder_id', 'must be a folder that exists.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    NEW.path := above || '/' || NEW.name;
    IF octet_length(NEW.path) > 2000 THEN
        PERFORM platform.refuse('name', 'makes the path longer than 2000 bytes.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION files.place_folder() OWNER TO thorbis_definer;
-- Also where only the path is set: that is how a parent tells its children.
CREATE TRIGGER j_place_folder BEFORE INSERT OR UPDATE OF name, parent_folder_id, path ON files.folders FOR EACH ROW EXECUTE FUNCTION files.place_folder();

CREATE FUNCTION files.place_children() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    -- A deleted folder takes no change; its path is right when it comes back.
    UPDATE files.folders f SET path = NEW.path || '/' || f.name WHERE f.business_id = NEW.business_id AND f.parent_folder_id = NEW.id AND f.deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION files.place_children() OWNER TO thorbis_definer;
CREATE TRIGGER totals_place_children AFTER UPDATE ON files.folders FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION files.place_children();
CREATE TRIGGER j_place_restored BEFORE UPDATE OF deleted_at ON files.folders FOR EACH ROW
    WHEN (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL) EXECUTE FUNCTION files.place_folder();
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES ('files.folders', 'path', '{files.folders}',
    'coalesce((SELECT f.path FROM files.folders f WHERE f.business_id = p.business_id AND f.id = p.parent_folder_id), '''') || ''/'' || p.name');
COMMENT ON COLUMN files.folders.path IS 'The names of the folders above it and its own, such as /Contracts/2025; kept by the system.';

-- The folders that are closed to the caller, with everything below them.
CREATE FUNCTION files.closed_folder_ids() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    WITH RECURSIVE closed (id) AS (
        SELECT f.id FROM files.folders f WHERE f.business_id = auth.get_current_business_id() AND f.visibility <> 'members'
            AND f.created_by IS DISTINCT FROM auth.uid() AND NOT ((f.visibility = 'managers' OR f.created_by IS NULL) AND coalesce(auth.get_current_role(), '') IN ('owner', 'manager'))
        UNION
        SELECT f.id FROM closed c JOIN files.folders f ON f.parent_folder_id = c.id WHERE f.business_id = auth.get_current_business_id()
    )
    SELECT id FROM closed
$$;
ALTER FUNCTION files.closed_folder_ids() OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION files.closed_folder_ids() TO thorbis_gateway;
COMMENT ON FUNCTION files.closed_folder_ids() IS 'The folders of the current business that the current person does not see.';
CREATE INDEX folders_visibility_idx ON files.folders (business_id, id) WHERE visibility <> 'members';

-- A new row is seen by who makes it, so that the list of closed folders need not know it.
CREATE POLICY visible ON files.folders AS RESTRICTIVE TO thorbis_gateway
    USING (created_by = (SELECT auth.uid()) OR id NOT IN (SELECT files.closed_folder_ids()))
    WITH CHECK (created_by = (SELECT auth.uid()) OR id NOT IN (SELECT files.closed_folder_ids()));
CREATE POLICY visible ON files.files AS RESTRICTIVE TO thorbis_gateway
    USING (created_by = (SELECT auth.uid()) OR ((visibility = 'members' OR ((visibility = 'managers' OR created_by IS NULL) AND (SELECT auth.get_current_role() IN ('owner', 'manager'))))
        AND (folder_id IN (SELECT files.closed_folder_ids())) IS NOT TRUE))
    WITH CHECK (created_by = (SELECT auth.uid()) OR ((visibility = 'members' OR ((visibility = 'managers' OR created_by IS NULL) AND (SELECT auth.get_current_role() IN ('owner', 'manager'))))
        AND (folder_id IN (SELECT files.closed_folder_ids())) IS NOT TRUE));

-- What is made of a file is seen by who sees the file.
CREATE POLICY visible ON files.file_versions AS RESTRICTIVE TO thorbis_gateway
    USING (EXISTS (SELECT FROM files.files f WHERE f.business_id = file_versions.business_id AND f.id = file_versions.file_id));
CREATE POLICY visible ON files.attachments AS RESTRICTIVE TO thorbis_gateway
    USING (EXISTS (SELECT FROM files.files f WHERE f.business_id = attachments.business_id AND f.id = attachments.file_id))
    WITH CHECK (EXISTS (SELECT FROM files.files f WHERE f.business_id = attachments.business_id AND f.id = attachments.file_id));
CREATE POLICY visible ON files.shares AS RESTRICTIVE TO thorbis_gateway
    USING ((file_id IS NULL OR EXISTS (SELECT FROM files.files f WHERE f.business_id = shares.business_id AND f.id = shares.file_id))
        AND (folder_id IS NULL OR EXISTS (SELECT FROM files.folders f WHERE f.business_id = shares.business_id AND f.id = shares.folder_id)))
    WITH CHECK ((file_id IS NULL OR EXISTS (SELECT FROM files.files f WHERE f.business_id = shares.business_id AND f.id = shares.file_id))
        AND (folder_id IS NULL OR EXISTS (SELECT FROM files.folders f WHERE f.business_id = shares.business_id AND f.id = shares.folder_id)));
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['renditions', 'scans', 'text_extractions'] LOOP
        EXECUTE format('CREATE POLICY visible ON files.%1$I AS RESTRICTIVE TO thorbis_gateway
            USING (EXISTS (SELECT FROM files.file_versions v WHERE v.business_id = %1$I.business_id AND v.id = %1$I.file_version_id))', name);
    END LOOP;
END $$;
