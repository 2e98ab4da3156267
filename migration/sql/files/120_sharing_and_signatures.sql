CREATE TABLE files.shares (
    file_id uuid,
    folder_id uuid,
    label text,
    recipient_email text,
    token_hash bytea NOT NULL,
    password_hash text,
    is_download_allowed boolean NOT NULL DEFAULT true,
    maximum_downloads integer CONSTRAINT shares_maximum_downloads_range CHECK (maximum_downloads > 0),
    download_count integer NOT NULL DEFAULT 0 CONSTRAINT shares_download_count_range CHECK (download_count >= 0),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT shares_file_id_folder_id_rule CHECK (num_nonnulls(file_id, folder_id) = 1),
    CONSTRAINT shares_download_count_maximum_downloads_rule CHECK (download_count <= maximum_downloads)
);
CALL platform.tenant_table('files.shares', p_derived => '{token_hash,download_count}', p_secret => '{token_hash,password_hash}');
CALL platform.refuse_rows('files.shares');
CALL platform.reference('files.shares', 'file_id', 'files.files', 'cascade');
CALL platform.reference('files.shares', 'folder_id', 'files.folders', 'cascade');
CREATE UNIQUE INDEX shares_token_hash_key ON files.shares (business_id, token_hash) WHERE deleted_at IS NULL;
CREATE INDEX shares_expires_at_idx ON files.shares (business_id, expires_at, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE files.shares IS 'A link that gives someone outside a file or folder.';

CREATE TABLE files.downloads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    file_version_id uuid NOT NULL,
    share_id uuid,
    user_id uuid,
    api_key_id uuid,
    ip_address inet,
    user_agent text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT downloads_share_id_user_id_api_key_id_rule CHECK (num_nonnulls(share_id, user_id, api_key_id) = 1)
);
CALL platform.platform_table('files.downloads', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true, p_audited => false);
CALL platform.reference('files.downloads', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('files.downloads', 'file_version_id', 'files.file_versions', 'cascade');
CALL platform.reference('files.downloads', 'share_id', 'files.shares', 'restrict');
CALL platform.reference('files.downloads', 'user_id', 'users.users', 'restrict');
CALL platform.reference('files.downloads', 'api_key_id', 'auth.api_keys', 'restrict');
CREATE INDEX downloads_newest ON files.downloads (business_id, created_at DESC, id);
CREATE INDEX downloads_created_at_idx ON files.downloads (business_id, created_at);
COMMENT ON TABLE files.downloads IS 'A file fetched by a member, a key or a share.';

CREATE TABLE files.retention_labels (
    name text NOT NULL,
    description text,
    keep_years integer NOT NULL CONSTRAINT retention_labels_keep_years_range CHECK (keep_years BETWEEN 0 AND 100),
    counted_from text NOT NULL DEFAULT 'created_at' CONSTRAINT retention_labels_counted_from_check
        CHECK (counted_from IN ('created_at', 'last_change')),
    on_expiry text NOT NULL DEFAULT 'review' CONSTRAINT retention_labels_on_expiry_check CHECK (on_expiry IN ('delete', 'archive', 'review')),
    is_locked boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('files.retention_labels', p_read => '{owner_manager}', p_write => '{owner_manager}');
CREATE UNIQUE INDEX retention_labels_name_key ON files.retention_labels (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE files.retention_labels IS 'How long files with this label are kept.';

CREATE TABLE files.signature_requests (
    signature_request_number text NOT NULL,
    file_id uuid NOT NULL,
    title text NOT NULL,
    message text,
    entity_type text,
    entity_id uuid,
    signing_order text NOT NULL DEFAULT 'in_turn' CONSTRAINT signature_requests_signing_order_check CHECK (signing_order IN ('any', 'in_turn')),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT signature_requests_status_check
        CHECK (status IN ('draft', 'sent', 'completed', 'declined', 'voided', 'expired')),
    document_hash bytea,
    signed_file_id uuid,
    attestation_id uuid,
    sent_at timestamptz,
    completed_at timestamptz,
    expires_at timestamptz,
    void_reason text
);
CALL platform.tenant_table('files.signature_requests', p_number => 'signature_request_number', p_prefix => 'SIG',
    p_derived => '{document_hash,signed_file_id,attestation_id,sent_at,completed_at}',
    p_flows => '{"status": [["draft", "sent"], ["draft", "voided"], ["sent", "completed"], ["sent", "declined"], ["sent", "voided"],
        ["sent", "expired"]]}');
CALL platform.reference('files.signature_requests', 'file_id', 'files.files', 'restrict');
CALL platform.reference('files.signature_requests', 'signed_file_id', 'files.files', 'restrict');
CALL platform.reference('files.signature_requests', 'attestation_id', 'trust.attestations', 'restrict');
CREATE UNIQUE INDEX signature_requests_signature_request_number_key ON files.signature_requests (business_id, signature_request_number) WHERE deleted_at IS NULL;
CREATE INDEX signature_requests_status_expires_at_idx ON files.signature_requests (business_id, status, expires_at, id) WHERE deleted_at IS NULL;
CREATE INDEX signature_requests_entity_type_entity_id_idx ON files.signature_requests (business_id, entity_type, entity_id, id) WHERE deleted_at IS NULL;
CREATE INDEX signature_requests_status_newest ON files.signature_requests (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE files.signature_requests IS 'A document sent out to be signed.';
COMMENT ON COLUMN files.signature_requests.signature_request_number IS 'Filled in where it is left out: SIG-2025-0001.';

CREATE TABLE files.signature_signers (
    signature_request_id uuid NOT NULL,
    position integer NOT NULL DEFAULT 1 CONSTRAINT signature_signers_position_range CHECK (position >= 1),
    customer_id uuid,
    user_id uuid,
    name text NOT NULL,
    email text,
    phone text,
    authentication text NOT NULL DEFAULT 'link' CONSTRAINT signature_signers_authentication_check
        CHECK (authentication IN ('link', 'email_code', 'sms_code', 'in_person')),
    status text NOT NULL DEFAULT 'waiting' CONSTRAINT signature_signers_status_check
        CHECK (status IN ('waiting', 'sent', 'viewed', 'signed', 'declined')),
    token_hash bytea,
    signature_file_id uuid,
    consent_text text,
    signed_document_hash bytea,
    ip_address inet,
    user_agent text,
    signed_at timestamptz,
    decline_reason text,
    CONSTRAINT signature_signers_status_rule CHECK (status <> 'signed' OR (signed_at IS NOT NULL AND signed_document_hash IS NOT NULL))
);
CALL platform.tenant_table('files.signature_signers',
    p_derived => '{status,token_hash,signature_file_id,consent_text,signed_document_hash,ip_address,user_agent,signed_at}', p_secret => '{token_hash}',
    p_soft_delete => false,
    p_flows => '{"status": [["waiting", "sent"], ["sent", "viewed"], ["viewed", "signed"], ["viewed", "declined"], ["sent", "declined"]]}');
CALL platform.reference('files.signature_signers', 'signature_request_id', 'files.signature_requests', 'cascade');
CALL platform.reference('files.signature_signers', 'customer_id', 'hs.customers');
CALL platform.reference('files.signature_signers', 'user_id', 'users.users');
CALL platform.reference('files.signature_signers', 'signature_file_id', 'files.files', 'restrict');
CREATE UNIQUE INDEX signature_signers_signature_request_id_position_key ON files.signature_signers (business_id, signature_request_id, position);
CREATE UNIQUE INDEX signature_signers_token_hash_key ON files.signature_signers (business_id, token_hash);
CREATE INDEX signature_signers_status_newest ON files.signature_signers (business_id, status, created_at DESC, id);
COMMENT ON TABLE files.signature_signers IS 'A person asked to sign, and the evidence that they did.';
