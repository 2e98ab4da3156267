CREATE TABLE audit.retention_policies (
    entity_type text NOT NULL,
    keep_days integer NOT NULL CONSTRAINT retention_policies_keep_days_range CHECK (keep_days >= 0),
    counted_from text NOT NULL DEFAULT 'created_at' CONSTRAINT retention_policies_counted_from_check
        CHECK (counted_from IN ('created_at', 'closed_at', 'last_activity')),
    action text NOT NULL DEFAULT 'anonymise' CONSTRAINT retention_policies_action_check CHECK (action IN ('delete', 'anonymise', 'archive')),
    legal_basis text,
    is_active boolean NOT NULL DEFAULT true,
    last_run_at timestamptz
);
CALL platform.tenant_table('audit.retention_policies', p_read => '{owner}', p_write => '{owner}', p_derived => '{last_run_at}');
CREATE UNIQUE INDEX retention_policies_entity_type_key ON audit.retention_policies (business_id, entity_type) WHERE deleted_at IS NULL;
COMMENT ON TABLE audit.retention_policies IS 'How long a business keeps a kind of record.';

CREATE TABLE audit.retention_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    retention_policy_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'running' CONSTRAINT retention_runs_status_check CHECK (status IN ('running', 'completed', 'failed')),
    cutoff_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    examined_count bigint NOT NULL DEFAULT 0 CONSTRAINT retention_runs_examined_count_range CHECK (examined_count >= 0),
    removed_count bigint NOT NULL DEFAULT 0 CONSTRAINT retention_runs_removed_count_range CHECK (removed_count >= 0),
    held_count bigint NOT NULL DEFAULT 0 CONSTRAINT retention_runs_held_count_range CHECK (held_count >= 0),
    error_message text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('audit.retention_runs', p_read => '{owner}', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["running", "completed"], ["running", "failed"]]}');
CALL platform.reference('audit.retention_runs', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('audit.retention_runs', 'retention_policy_id', 'audit.retention_policies', 'restrict');
CREATE INDEX retention_runs_newest ON audit.retention_runs (business_id, created_at DESC, id);
CREATE INDEX retention_runs_started_at_idx ON audit.retention_runs (business_id, started_at, id);
COMMENT ON TABLE audit.retention_runs IS 'One execution of a retention policy and what it removed.';

CREATE TABLE audit.legal_holds (
    legal_hold_number text NOT NULL,
    name text NOT NULL,
    matter_reference text,
    reason text NOT NULL,
    status text NOT NULL DEFAULT 'active' CONSTRAINT legal_holds_status_check CHECK (status IN ('active', 'released')),
    custodian_id uuid,
    starts_on date NOT NULL DEFAULT CURRENT_DATE,
    released_at timestamptz,
    released_by_id uuid,
    release_reason text
);
CALL platform.tenant_table('audit.legal_holds', p_read => '{owner}', p_write => '{owner}', p_number => 'legal_hold_number', p_prefix => 'LH',
    p_derived => '{released_at,released_by_id}',
    p_flows => '{"status": [["active", "released"]]}');
CALL platform.reference('audit.legal_holds', 'custodian_id', 'users.users');
CALL platform.reference('audit.legal_holds', 'released_by_id', 'users.users');
CREATE UNIQUE INDEX legal_holds_legal_hold_number_key ON audit.legal_holds (business_id, legal_hold_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX legal_holds_name_key ON audit.legal_holds (business_id, name) WHERE deleted_at IS NULL;
CREATE INDEX legal_holds_status_newest ON audit.legal_holds (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE audit.legal_holds IS 'An order to keep records for a dispute or an authority.';
COMMENT ON COLUMN audit.legal_holds.legal_hold_number IS 'Filled in where it is left out: LH-2025-0001.';

CREATE TABLE audit.legal_hold_items (
    legal_hold_id uuid NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid,
    note text
);
CALL platform.tenant_table('audit.legal_hold_items', p_read => '{owner}', p_write => '{owner}', p_soft_delete => false);
CALL platform.reference('audit.legal_hold_items', 'legal_hold_id', 'audit.legal_holds', 'restrict');
CREATE UNIQUE INDEX legal_hold_items_legal_hold_id_entity_type_entity_id_key ON audit.legal_hold_items (business_id, legal_hold_id, entity_type, entity_id) NULLS NOT DISTINCT;
CREATE INDEX legal_hold_items_entity_type_entity_id_idx ON audit.legal_hold_items (business_id, entity_type, entity_id, id);
COMMENT ON TABLE audit.legal_hold_items IS 'A record, or every record of a kind, under a legal hold.';

CREATE TABLE audit.audit_exports (
    purpose text NOT NULL,
    recipient text,
    legal_hold_id uuid,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    filters jsonb NOT NULL DEFAULT '{}',
    format text NOT NULL DEFAULT 'jsonl' CONSTRAINT audit_exports_format_check CHECK (format IN ('jsonl', 'csv', 'pdf')),
    is_proof_included boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'queued' CONSTRAINT audit_exports_status_check CHECK (status IN ('queued', 'running', 'ready', 'failed', 'expired')),
    file_id uuid,
    content_hash bytea,
    row_count bigint CONSTRAINT audit_exports_row_count_range CHECK (row_count >= 0),
    expires_at timestamptz,
    CONSTRAINT audit_exports_period_end_period_start_rule CHECK (period_end > period_start)
);
CALL platform.tenant_table('audit.audit_exports', p_read => '{owner}', p_write => '{owner}',
    p_derived => '{status,file_id,content_hash,row_count,expires_at}', p_soft_delete => false,
    p_flows => '{"status": [["queued", "running"], ["running", "ready"], ["running", "failed"], ["ready", "expired"], ["failed", "queued"]]}');
CALL platform.reference('audit.audit_exports', 'legal_hold_id', 'audit.legal_holds');
CALL platform.reference('audit.audit_exports', 'file_id', 'files.files');
CREATE INDEX audit_exports_status_newest ON audit.audit_exports (business_id, status, created_at DESC, id);
COMMENT ON TABLE audit.audit_exports IS 'A package of audit entries handed to an auditor or a court.';

CREATE TABLE audit.privacy_requests (
    privacy_request_number text NOT NULL,
    kind text NOT NULL CONSTRAINT privacy_requests_kind_check
        CHECK (kind IN ('access', 'erasure', 'rectification', 'portability', 'restriction', 'opt_out_of_sale')),
    subject_kind text NOT NULL CONSTRAINT privacy_requests_subject_kind_check CHECK (subject_kind IN ('customer', 'member', 'employee', 'other')),
    customer_id uuid,
    user_id uuid,
    subject_name text,
    subject_email text NOT NULL,
    regulation text NOT NULL DEFAULT 'ccpa' CONSTRAINT privacy_requests_regulation_check CHECK (regulation IN ('gdpr', 'ccpa', 'other')),
    received_on date NOT NULL DEFAULT CURRENT_DATE,
    due_on date NOT NULL,
    status text NOT NULL DEFAULT 'received' CONSTRAINT privacy_requests_status_check
        CHECK (status IN ('received', 'verifying', 'in_progress', 'fulfilled', 'rejected', 'withdrawn')),
    identity_verified_at timestamptz,
    assigned_to_id uuid,
    result_file_id uuid,
    decision_note text,
    completed_at timestamptz,
    CONSTRAINT privacy_requests_due_on_received_on_rule CHECK (due_on >= received_on)
);
CALL platform.tenant_table('audit.privacy_requests', p_read => '{owner_manager}', p_write => '{owner_manager}',
    p_number => 'privacy_request_number', p_prefix => 'DSR', p_derived => '{completed_at}',
    p_flows => '{"status": [["received", "verifying"], ["received", "withdrawn"], ["verifying", "in_progress"], ["verifying", "rejected"],
        ["verifying", "withdrawn"], ["in_progress", "fulfilled"], ["in_progress", "rejected"], ["in_progress", "withdrawn"]]}');
CALL platform.reference('audit.privacy_requests', 'customer_id', 'hs.customers');
CALL platform.reference('audit.privacy_requests', 'user_id', 'users.users');
CALL platform.reference('audit.privacy_requests', 'assigned_to_id', 'users.users');
CALL platform.reference('audit.privacy_requests', 'result_file_id', 'files.files');
CREATE UNIQUE INDEX privacy_requests_privacy_request_number_key ON audit.privacy_requests (business_id, privacy_request_number) WHERE deleted_at IS NULL;
CREATE INDEX privacy_requests_status_due_on_idx ON audit.privacy_requests (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX privacy_requests_status_newest ON audit.privacy_requests (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE audit.privacy_requests IS 'A person''s request to see, correct, move or erase their data.';
COMMENT ON COLUMN audit.privacy_requests.privacy_request_number IS 'Filled in where it is left out: DSR-2025-0001.';

CREATE TABLE audit.consent_records (
    customer_id uuid,
    user_id uuid,
    contact_address text,
    purpose text NOT NULL CONSTRAINT consent_records_purpose_check
        CHECK (purpose IN ('service_messages', 'marketing_email', 'marketing_sms', 'marketing_call', 'call_recording', 'location_tracking',
            'data_processing', 'terms_of_service')),
    is_granted boolean NOT NULL,
    wording text NOT NULL,
    wording_version text NOT NULL,
    source text NOT NULL CONSTRAINT consent_records_source_check CHECK (source IN ('web', 'app', 'phone', 'paper', 'keyword', 'import')),
    ip_address inet,
    evidence_file_id uuid,
    given_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT consent_records_customer_id_user_id_contact_address_rule CHECK (num_nonnulls(customer_id, user_id, contact_address) = 1)
);
CALL platform.tenant_table('audit.consent_records', p_append_only => true);
CALL platform.reference('audit.consent_records', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('audit.consent_records', 'user_id', 'users.users', 'restrict');
CALL platform.reference('audit.consent_records', 'evidence_file_id', 'files.files', 'restrict');
CREATE INDEX consent_records_customer_id_purpose_given_at_idx ON audit.consent_records (business_id, customer_id, purpose, given_at, id);
CREATE INDEX consent_records_contact_address_purpose_given_at_idx ON audit.consent_records (business_id, contact_address, purpose, given_at, id);
COMMENT ON TABLE audit.consent_records IS 'A consent given or withdrawn, with the words it was asked in.';
