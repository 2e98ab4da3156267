-- A file is what its newest version is, and available once that version is known to be clean.

CREATE FUNCTION files.kind_of(p_media_type text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT CASE
        WHEN p_media_type LIKE 'image/%' THEN 'image'
        WHEN p_media_type LIKE 'audio/%' THEN 'audio'
        WHEN p_media_type LIKE 'video/%' THEN 'video'
        WHEN p_media_type IN ('text/csv', 'text/tab-separated-values', 'application/vnd.ms-excel', 'application/vnd.oasis.opendocument.spreadsheet')
            OR p_media_type LIKE '%spreadsheetml%' THEN 'spreadsheet'
        WHEN p_media_type IN ('application/zip', 'application/gzip', 'application/x-tar', 'application/x-7z-compressed', 'application/vnd.rar') THEN 'archive'
        WHEN p_media_type LIKE 'text/%' OR p_media_type IN ('application/pdf', 'application/rtf', 'application/msword', 'application/vnd.oasis.opendocument.text',
            'application/vnd.ms-powerpoint', 'application/vnd.oasis.opendocument.presentation')
            OR p_media_type LIKE '%wordprocessingml%' OR p_media_type LIKE '%presentationml%' THEN 'document'
        ELSE 'other' END
$$;
ALTER FUNCTION files.kind_of(text) OWNER TO thorbis_definer;
COMMENT ON FUNCTION files.kind_of(text) IS 'The kind of file a media type is of.';

-- A file without a version has the media type its upload announced.
CALL platform.keep_totals('files.files', jsonb_build_object(
    'version_number', $$(SELECT coalesce(max(v.version_number), 0) FROM files.file_versions v WHERE v.business_id = p.business_id AND v.file_id = p.id)$$,
    'size_bytes', $$coalesce((SELECT v.size_bytes FROM files.file_versions v WHERE v.business_id = p.business_id AND v.file_id = p.id ORDER BY v.version_number DESC LIMIT 1), 0)$$,
    'content_hash', $$(SELECT v.content_hash FROM files.file_versions v WHERE v.business_id = p.business_id AND v.file_id = p.id ORDER BY v.version_number DESC LIMIT 1)$$,
    'media_type', $$coalesce((SELECT v.media_type FROM files.file_versions v WHERE v.business_id = p.business_id AND v.file_id = p.id ORDER BY v.version_number DESC LIMIT 1), p.media_type)$$),
    '{"files.file_versions": ["file_id", "version_number"]}');
CALL platform.keep_row('files.files', '[["kind", "files.kind_of(NEW.media_type)"]]');

-- A version is the next one: two uploads of one file at the same moment do not get the same number.
CREATE FUNCTION files.follow_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    newest integer;
BEGIN
    PERFORM FROM files.files f WHERE f.business_id = NEW.business_id AND f.id = NEW.file_id FOR NO KEY UPDATE;
    SELECT coalesce(max(v.version_number), 0) INTO newest FROM files.file_versions v WHERE v.business_id = NEW.business_id AND v.file_id = NEW.file_id;
    NEW.version_number := coalesce(NEW.version_number, newest + 1);
    IF NEW.version_number <= newest THEN
        PERFORM platform.refuse('version_number', format('must be above %s, the newest version.', newest), TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION files.follow_version() OWNER TO thorbis_definer;
CREATE TRIGGER j_follow_version BEFORE INSERT ON files.file_versions FOR EACH ROW EXECUTE FUNCTION files.follow_version();

-- A new version is scanned before anybody gets it.
CREATE FUNCTION files.await_scan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE files.files f SET status = 'scanning'
    WHERE f.business_id = NEW.business_id AND f.id = NEW.file_id AND f.status IN ('uploading', 'available') AND f.deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION files.await_scan() OWNER TO thorbis_definer;
CREATE TRIGGER y_await_scan AFTER INSERT ON files.file_versions FOR EACH ROW EXECUTE FUNCTION files.await_scan();

-- Only the scan of the newest version decides. What a scanner cannot look into is not handed out either; a
-- scan that failed is tried again.
CREATE FUNCTION files.follow_scan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE files.files f SET status = CASE NEW.result WHEN 'clean' THEN 'available' ELSE 'quarantined' END
    FROM files.file_versions v
    WHERE v.business_id = NEW.business_id AND v.id = NEW.file_version_id AND f.business_id = v.business_id AND f.id = v.file_id
        AND f.version_number = v.version_number AND f.status = 'scanning' AND f.deleted_at IS NULL;
    RETURN NULL;
END $$;
ALTER FUNCTION files.follow_scan() OWNER TO thorbis_definer;
CREATE TRIGGER y_follow_scan AFTER INSERT ON files.scans FOR EACH ROW WHEN (NEW.result <> 'failed') EXECUTE FUNCTION files.follow_scan();

-- An upload is kept open for a day.
CREATE FUNCTION files.date_upload() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.expires_at := coalesce(NEW.expires_at, now() + interval '1 day');
    RETURN NEW;
END $$;
CREATE TRIGGER j_date_upload BEFORE INSERT ON files.uploads FOR EACH ROW EXECUTE FUNCTION files.date_upload();
