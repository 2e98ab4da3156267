CREATE TABLE files.folders (
    parent_folder_id uuid,
    name text NOT NULL,
    path text NOT NULL,
    visibility text NOT NULL DEFAULT 'members' CONSTRAINT folders_visibility_check CHECK (visibility IN ('creator', 'managers', 'members')),
    retention_label_id uuid
);
CALL platform.tenant_table('files.folders', p_derived => '{path}');
ALTER TABLE files.folders ADD CONSTRAINT folders_parent_folder_id_id_rule CHECK (parent_folder_id <> id);
CALL platform.reference('files.folders', 'parent_folder_id', 'files.folders', 'cascade');
CALL platform.reference('files.folders', 'retention_label_id', 'files.retention_labels');
CREATE UNIQUE INDEX folders_parent_folder_id_name_key ON files.folders (business_id, parent_folder_id, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX folders_path_idx ON files.folders (business_id, path, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE files.folders IS 'A folder of files.';

CREATE TABLE files.files (
    folder_id uuid,
    name text NOT NULL,
    description text,
    kind text NOT NULL DEFAULT 'other' CONSTRAINT files_kind_check
        CHECK (kind IN ('image', 'document', 'spreadsheet', 'audio', 'video', 'archive', 'other')),
    media_type text NOT NULL,
    size_bytes bigint NOT NULL DEFAULT 0 CONSTRAINT files_size_bytes_range CHECK (size_bytes >= 0),
    content_hash bytea,
    version_number integer NOT NULL DEFAULT 0 CONSTRAINT files_version_number_range CHECK (version_number >= 0),
    status text NOT NULL DEFAULT 'uploading' CONSTRAINT files_status_check
        CHECK (status IN ('uploading', 'scanning', 'available', 'quarantined', 'archived')),
    visibility text NOT NULL DEFAULT 'members' CONSTRAINT files_visibility_check CHECK (visibility IN ('creator', 'managers', 'members')),
    retention_label_id uuid,
    captured_at timestamptz,
    captured_location geography(point, 4326),
    width integer CONSTRAINT files_width_range CHECK (width > 0),
    height integer CONSTRAINT files_height_range CHECK (height > 0),
    page_count integer CONSTRAINT files_page_count_range CHECK (page_count > 0),
    duration_seconds decimal(10,2) CONSTRAINT files_duration_seconds_range CHECK (duration_seconds >= 0)
);
CALL platform.tenant_table('files.files',
    p_derived => '{kind,media_type,size_bytes,content_hash,version_number,status,width,height,page_count,duration_seconds}',
    p_flows => '{"status": [["uploading", "scanning"], ["scanning", "available"], ["scanning", "quarantined"], ["available", "scanning"],
        ["available", "archived"], ["archived", "available"]]}');
CALL platform.refuse_rows('files.files');
CALL platform.reference('files.files', 'folder_id', 'files.folders');
CALL platform.reference('files.files', 'retention_label_id', 'files.retention_labels');
CREATE INDEX files_folder_id_name_idx ON files.files (business_id, folder_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX files_content_hash_idx ON files.files (business_id, content_hash, id) WHERE deleted_at IS NULL;
CREATE INDEX files_kind_created_at_idx ON files.files (business_id, kind, created_at) WHERE deleted_at IS NULL;
CREATE INDEX files_status_newest ON files.files (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE files.files IS 'A document, photo or recording kept by the business.';

CREATE TABLE files.file_versions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    file_id uuid NOT NULL,
    version_number integer NOT NULL CONSTRAINT file_versions_version_number_range CHECK (version_number >= 1),
    storage_key text NOT NULL,
    encryption_key_id text,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL CONSTRAINT file_versions_size_bytes_range CHECK (size_bytes >= 0),
    content_hash bytea NOT NULL,
    user_id uuid,
    change_note text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('files.file_versions', p_read => '{member}', p_business => 'business_id', p_secret => '{storage_key}',
    p_append_only => true, p_audited => false);
CALL platform.reference('files.file_versions', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('files.file_versions', 'file_id', 'files.files', 'cascade');
CALL platform.reference('files.file_versions', 'user_id', 'users.users', 'restrict');
CREATE INDEX file_versions_newest ON files.file_versions (business_id, created_at DESC, id);
CREATE UNIQUE INDEX file_versions_file_id_version_number_key ON files.file_versions (file_id, version_number);
CREATE UNIQUE INDEX file_versions_storage_key_key ON files.file_versions (storage_key);
COMMENT ON TABLE files.file_versions IS 'The stored content of a file at one time.';

CREATE TABLE files.uploads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    device_id uuid,
    file_id uuid,
    folder_id uuid,
    file_name text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL CONSTRAINT uploads_size_bytes_range CHECK (size_bytes > 0),
    expected_hash bytea,
    entity_type text,
    entity_id uuid,
    status text NOT NULL DEFAULT 'open' CONSTRAINT uploads_status_check CHECK (status IN ('open', 'assembling', 'completed', 'aborted', 'expired')),
    received_bytes bigint NOT NULL DEFAULT 0 CONSTRAINT uploads_received_bytes_range CHECK (received_bytes >= 0),
    storage_upload_key text,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uploads_received_bytes_size_bytes_rule CHECK (received_bytes <= size_bytes)
);
CALL platform.platform_table('files.uploads', p_read => '{self}', p_write => '{self}', p_self => 'user_id', p_business => 'business_id',
    p_derived => '{status,received_bytes,storage_upload_key,expires_at}', p_secret => '{storage_upload_key}',
    p_flows => '{"status": [["open", "assembling"], ["open", "aborted"], ["open", "expired"], ["assembling", "completed"], ["assembling", "open"],
        ["assembling", "aborted"]]}');
CALL platform.allow_rows('files.uploads');
CALL platform.reference('files.uploads', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('files.uploads', 'user_id', 'users.users', 'cascade');
CALL platform.reference('files.uploads', 'device_id', 'users.user_devices');
CALL platform.reference('files.uploads', 'file_id', 'files.files', 'cascade');
CALL platform.reference('files.uploads', 'folder_id', 'files.folders');
CREATE INDEX uploads_newest ON files.uploads (business_id, created_at DESC, id);
CREATE INDEX uploads_status_expires_at_idx ON files.uploads (status, expires_at, id);
COMMENT ON TABLE files.uploads IS 'A file on its way in, resumable after a lost connection.';

CREATE TABLE files.attachments (
    file_id uuid NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'general' CONSTRAINT attachments_role_check
        CHECK (role IN ('general', 'before_photo', 'after_photo', 'receipt', 'contract', 'drawing', 'identification', 'evidence', 'signature')),
    caption text,
    position integer NOT NULL DEFAULT 0 CONSTRAINT attachments_position_range CHECK (position >= 0),
    is_customer_visible boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('files.attachments');
CALL platform.reference('files.attachments', 'file_id', 'files.files', 'cascade');
CREATE UNIQUE INDEX attachments_file_id_entity_type_entity_id_role_key ON files.attachments (business_id, file_id, entity_type, entity_id, role) WHERE deleted_at IS NULL;
CREATE INDEX attachments_entity_type_entity_id_position_idx ON files.attachments (business_id, entity_type, entity_id, position, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE files.attachments IS 'A file attached to a record of any kind.';

CREATE TABLE files.renditions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    file_version_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT renditions_kind_check CHECK (kind IN ('thumbnail', 'preview', 'web', 'pdf')),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT renditions_status_check CHECK (status IN ('pending', 'ready', 'failed')),
    media_type text,
    width integer CONSTRAINT renditions_width_range CHECK (width > 0),
    height integer CONSTRAINT renditions_height_range CHECK (height > 0),
    size_bytes bigint CONSTRAINT renditions_size_bytes_range CHECK (size_bytes >= 0),
    storage_key text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('files.renditions', p_read => '{member}', p_business => 'business_id', p_secret => '{storage_key}', p_audited => false,
    p_flows => '{"status": [["pending", "ready"], ["pending", "failed"], ["failed", "pending"]]}');
CALL platform.reference('files.renditions', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('files.renditions', 'file_version_id', 'files.file_versions', 'cascade');
CREATE INDEX renditions_newest ON files.renditions (business_id, created_at DESC, id);
CREATE UNIQUE INDEX renditions_file_version_id_kind_key ON files.renditions (file_version_id, kind);
COMMENT ON TABLE files.renditions IS 'A thumbnail, preview or converted copy of a file version.';

CREATE TABLE files.scans (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    file_version_id uuid NOT NULL,
    engine text NOT NULL,
    engine_version text,
    result text NOT NULL CONSTRAINT scans_result_check CHECK (result IN ('clean', 'infected', 'encrypted', 'failed')),
    threat_name text,
    duration_ms integer CONSTRAINT scans_duration_ms_range CHECK (duration_ms >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT scans_result_threat_name_rule CHECK (result <> 'infected' OR threat_name IS NOT NULL)
);
CALL platform.platform_table('files.scans', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true, p_audited => false);
CALL platform.reference('files.scans', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('files.scans', 'file_version_id', 'files.file_versions', 'cascade');
CREATE INDEX scans_newest ON files.scans (business_id, created_at DESC, id);
CREATE INDEX scans_file_version_id_created_at_idx ON files.scans (file_version_id, created_at);
COMMENT ON TABLE files.scans IS 'A check of a file version for malware.';

CREATE TABLE files.text_extractions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    file_version_id uuid NOT NULL,
    method text NOT NULL CONSTRAINT text_extractions_method_check CHECK (method IN ('embedded', 'optical', 'speech', 'model')),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT text_extractions_status_check CHECK (status IN ('pending', 'ready', 'failed')),
    language text,
    confidence decimal(5,4) CONSTRAINT text_extractions_confidence_range CHECK (confidence BETWEEN 0 AND 1),
    content text,
    fields jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('files.text_extractions', p_read => '{member}', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["pending", "ready"], ["pending", "failed"], ["failed", "pending"]]}');
CALL platform.reference('files.text_extractions', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('files.text_extractions', 'file_version_id', 'files.file_versions', 'cascade');
CREATE INDEX text_extractions_newest ON files.text_extractions (business_id, created_at DESC, id);
CREATE UNIQUE INDEX text_extractions_file_version_id_method_key ON files.text_extractions (file_version_id, method);
CREATE INDEX text_extractions_to_tsvector_simple_content_idx ON files.text_extractions USING gin (to_tsvector('simple', content));
COMMENT ON TABLE files.text_extractions IS 'The text read from a document or picture, for search.';
