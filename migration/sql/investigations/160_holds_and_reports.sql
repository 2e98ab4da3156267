CREATE TABLE investigations.legal_holds (
    case_id uuid NOT NULL,
    audit_legal_hold_id uuid,
    issued_by_id uuid,
    notice_file_id uuid,
    name text NOT NULL,
    scope text NOT NULL,
    date_from date,
    date_to date,
    issued_on date,
    released_on date,
    reminder_days integer NOT NULL DEFAULT 90 CONSTRAINT legal_holds_reminder_days_range CHECK (reminder_days > 0),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT legal_holds_status_check CHECK (status IN ('draft', 'active', 'released')),
    CONSTRAINT legal_holds_date_to_date_from_rule CHECK (date_to >= date_from),
    CONSTRAINT legal_holds_released_on_issued_on_rule CHECK (released_on >= issued_on),
    CONSTRAINT legal_holds_status_audit_legal_hold_id_rule CHECK (status = 'draft' OR audit_legal_hold_id IS NOT NULL)
);
CALL platform.tenant_table('investigations.legal_holds', p_derived => '{audit_legal_hold_id}',
    p_flows => '{"status": [["draft", "active"], ["active", "released"]]}');
CALL platform.reference('investigations.legal_holds', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.legal_holds', 'audit_legal_hold_id', 'audit.legal_holds', 'restrict');
CALL platform.reference('investigations.legal_holds', 'issued_by_id', 'users.users');
CALL platform.reference('investigations.legal_holds', 'notice_file_id', 'files.files');
CREATE UNIQUE INDEX legal_holds_case_id_name_key ON investigations.legal_holds (business_id, case_id, name) WHERE deleted_at IS NULL;
CREATE INDEX legal_holds_status_newest ON investigations.legal_holds (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.legal_holds IS 'An order to keep records that a case may need.';

CREATE TABLE investigations.legal_hold_custodians (
    legal_hold_id uuid NOT NULL,
    user_id uuid,
    name text NOT NULL,
    email text,
    data_sources text[] NOT NULL DEFAULT '{}',
    notified_at timestamptz,
    acknowledged_at timestamptz,
    last_reminded_at timestamptz,
    released_at timestamptz,
    CONSTRAINT legal_hold_custodians_acknowledged_at_notified_at_rule CHECK (acknowledged_at >= notified_at)
);
CALL platform.tenant_table('investigations.legal_hold_custodians', p_derived => '{last_reminded_at}');
CALL platform.reference('investigations.legal_hold_custodians', 'legal_hold_id', 'investigations.legal_holds', 'cascade');
CALL platform.reference('investigations.legal_hold_custodians', 'user_id', 'users.users', 'restrict');
CREATE UNIQUE INDEX legal_hold_custodians_legal_hold_id_name_email_key ON investigations.legal_hold_custodians (business_id, legal_hold_id, name, email) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.legal_hold_custodians IS 'A person told to keep records.';

CREATE TABLE investigations.court_proceedings (
    case_id uuid NOT NULL,
    testifying_id uuid,
    court_name text NOT NULL,
    docket_number text,
    proceeding_type text NOT NULL DEFAULT 'hearing' CONSTRAINT court_proceedings_proceeding_type_check
        CHECK (proceeding_type IN ('hearing', 'deposition', 'trial', 'arbitration', 'disciplinary', 'inquest')),
    scheduled_at timestamptz,
    room text,
    judge_name text,
    counsel_name text,
    needs_testimony boolean NOT NULL DEFAULT false,
    needs_evidence boolean NOT NULL DEFAULT false,
    outcome text,
    status text NOT NULL DEFAULT 'scheduled' CONSTRAINT court_proceedings_status_check
        CHECK (status IN ('scheduled', 'adjourned', 'held', 'settled', 'cancelled'))
);
CALL platform.tenant_table('investigations.court_proceedings',
    p_flows => '{"status": [["scheduled", "adjourned"], ["scheduled", "held"], ["scheduled", "settled"], ["scheduled", "cancelled"],
        ["adjourned", "scheduled"], ["adjourned", "settled"], ["adjourned", "cancelled"]]}');
CALL platform.reference('investigations.court_proceedings', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.court_proceedings', 'testifying_id', 'users.users');
CREATE INDEX court_proceedings_status_scheduled_at_idx ON investigations.court_proceedings (business_id, status, scheduled_at, id) WHERE deleted_at IS NULL;
CREATE INDEX court_proceedings_status_newest ON investigations.court_proceedings (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.court_proceedings IS 'A hearing or trial that concerns a case.';

CREATE TABLE investigations.reports (
    report_number text NOT NULL,
    case_id uuid NOT NULL,
    author_id uuid,
    approved_by_id uuid,
    report_type text NOT NULL DEFAULT 'interim' CONSTRAINT reports_report_type_check
        CHECK (report_type IN ('interim', 'surveillance', 'interview', 'forensic', 'background', 'executive_summary', 'final')),
    title text NOT NULL,
    is_privileged boolean NOT NULL DEFAULT false,
    current_version integer NOT NULL DEFAULT 0,
    due_on date,
    approved_at timestamptz,
    delivered_at timestamptz,
    delivered_to text,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT reports_status_check
        CHECK (status IN ('draft', 'in_review', 'approved', 'delivered', 'superseded')),
    CONSTRAINT reports_status_delivered_at_rule CHECK (status <> 'delivered' OR delivered_at IS NOT NULL)
);
CALL platform.tenant_table('investigations.reports', p_number => 'report_number', p_prefix => 'RPT',
    p_derived => '{approved_by_id,current_version,approved_at}',
    p_flows => '{"status": [["draft", "in_review"], ["in_review", "draft"], ["in_review", "approved"], ["approved", "draft"],
        ["approved", "delivered"], ["delivered", "superseded"]]}');
CALL platform.reference('investigations.reports', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.reports', 'author_id', 'users.users');
CALL platform.reference('investigations.reports', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX reports_report_number_key ON investigations.reports (business_id, report_number) WHERE deleted_at IS NULL;
CREATE INDEX reports_status_due_on_idx ON investigations.reports (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX reports_status_newest ON investigations.reports (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.reports IS 'A report of a case for the client or management.';
COMMENT ON COLUMN investigations.reports.report_number IS 'Filled in where it is left out: RPT-2025-0001.';

CREATE TABLE investigations.report_versions (
    report_id uuid NOT NULL,
    author_id uuid NOT NULL,
    file_id uuid,
    version_number integer NOT NULL CONSTRAINT report_versions_version_number_range CHECK (version_number > 0),
    body text,
    change_summary text,
    CONSTRAINT report_versions_body_file_id_rule CHECK (body IS NOT NULL OR file_id IS NOT NULL)
);
CALL platform.tenant_table('investigations.report_versions', p_append_only => true);
CALL platform.reference('investigations.report_versions', 'report_id', 'investigations.reports', 'cascade');
CALL platform.reference('investigations.report_versions', 'author_id', 'users.users', 'restrict');
CALL platform.reference('investigations.report_versions', 'file_id', 'files.files', 'restrict');
CREATE UNIQUE INDEX report_versions_report_id_version_number_key ON investigations.report_versions (business_id, report_id, version_number);
COMMENT ON TABLE investigations.report_versions IS 'One wording of a report.';
