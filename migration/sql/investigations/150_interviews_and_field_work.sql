CREATE TABLE investigations.interviews (
    interview_number text NOT NULL,
    case_id uuid NOT NULL,
    case_subject_id uuid,
    recording_file_id uuid,
    transcript_file_id uuid,
    interview_type text NOT NULL CONSTRAINT interviews_interview_type_check
        CHECK (interview_type IN ('witness', 'subject', 'complainant', 'victim', 'expert', 'informant')),
    method text NOT NULL DEFAULT 'in_person' CONSTRAINT interviews_method_check CHECK (method IN ('in_person', 'video', 'phone', 'written')),
    place text,
    scheduled_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    duration_minutes integer GENERATED ALWAYS AS ((extract(epoch from ended_at - started_at) / 60)::integer) STORED,
    rights_notice text NOT NULL DEFAULT 'none' CONSTRAINT interviews_rights_notice_check
        CHECK (rights_notice IN ('none', 'employee_notice', 'counsel_notice', 'caution')),
    recording_consent text NOT NULL DEFAULT 'not_asked' CONSTRAINT interviews_recording_consent_check
        CHECK (recording_consent IN ('not_asked', 'given', 'refused')),
    summary text,
    status text NOT NULL DEFAULT 'planned' CONSTRAINT interviews_status_check
        CHECK (status IN ('planned', 'scheduled', 'completed', 'declined', 'cancelled')),
    CONSTRAINT interviews_ended_at_started_at_rule CHECK (ended_at > started_at),
    CONSTRAINT interviews_recording_file_id_recording_consent_rule CHECK (recording_file_id IS NULL OR recording_consent <> 'refused')
);
CALL platform.tenant_table('investigations.interviews', p_number => 'interview_number', p_prefix => 'IV',
    p_flows => '{"status": [["planned", "scheduled"], ["planned", "cancelled"], ["scheduled", "completed"], ["scheduled", "declined"],
        ["scheduled", "cancelled"], ["scheduled", "planned"], ["planned", "completed"]]}');
CALL platform.reference('investigations.interviews', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.interviews', 'case_subject_id', 'investigations.case_subjects');
CALL platform.reference('investigations.interviews', 'recording_file_id', 'files.files');
CALL platform.reference('investigations.interviews', 'transcript_file_id', 'files.files');
CREATE UNIQUE INDEX interviews_interview_number_key ON investigations.interviews (business_id, interview_number) WHERE deleted_at IS NULL;
CREATE INDEX interviews_case_id_scheduled_at_idx ON investigations.interviews (business_id, case_id, scheduled_at, id) WHERE deleted_at IS NULL;
CREATE INDEX interviews_status_newest ON investigations.interviews (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.interviews IS 'A conversation held for a case.';
COMMENT ON COLUMN investigations.interviews.interview_number IS 'Filled in where it is left out: IV-2025-0001.';

CREATE TABLE investigations.interview_participants (
    interview_id uuid NOT NULL,
    user_id uuid,
    subject_id uuid,
    name text,
    role text NOT NULL DEFAULT 'interviewer' CONSTRAINT interview_participants_role_check
        CHECK (role IN ('interviewer', 'second_interviewer', 'interviewee', 'counsel', 'union_representative', 'interpreter', 'observer')),
    CONSTRAINT interview_participants_user_id_subject_id_name_rule CHECK (num_nonnulls(user_id, subject_id, name) = 1)
);
CALL platform.tenant_table('investigations.interview_participants', p_soft_delete => false);
CALL platform.reference('investigations.interview_participants', 'interview_id', 'investigations.interviews', 'cascade');
CALL platform.reference('investigations.interview_participants', 'user_id', 'users.users', 'restrict');
CALL platform.reference('investigations.interview_participants', 'subject_id', 'investigations.subjects', 'restrict');
CREATE UNIQUE INDEX interview_participants_interview_id_user_id_subject_id_key ON investigations.interview_participants (business_id, interview_id, user_id, subject_id, name) NULLS NOT DISTINCT;
COMMENT ON TABLE investigations.interview_participants IS 'A person present at an interview.';

CREATE TABLE investigations.statements (
    statement_number text NOT NULL,
    case_id uuid NOT NULL,
    case_subject_id uuid NOT NULL,
    interview_id uuid,
    taken_by_id uuid,
    file_id uuid,
    witness_name text,
    content text NOT NULL,
    is_sworn boolean NOT NULL DEFAULT false,
    language text NOT NULL DEFAULT 'en',
    signed_at timestamptz,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT statements_status_check
        CHECK (status IN ('draft', 'signed', 'refused', 'withdrawn', 'superseded')),
    CONSTRAINT statements_status_signed_at_rule CHECK (status <> 'signed' OR signed_at IS NOT NULL)
);
CALL platform.tenant_table('investigations.statements', p_number => 'statement_number', p_prefix => 'ST',
    p_flows => '{"status": [["draft", "signed"], ["draft", "refused"], ["signed", "withdrawn"], ["signed", "superseded"]]}');
CALL platform.reference('investigations.statements', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.statements', 'case_subject_id', 'investigations.case_subjects', 'restrict');
CALL platform.reference('investigations.statements', 'interview_id', 'investigations.interviews');
CALL platform.reference('investigations.statements', 'taken_by_id', 'users.users');
CALL platform.reference('investigations.statements', 'file_id', 'files.files');
CREATE UNIQUE INDEX statements_statement_number_key ON investigations.statements (business_id, statement_number) WHERE deleted_at IS NULL;
CREATE INDEX statements_status_newest ON investigations.statements (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.statements IS 'A written statement a person gave.';
COMMENT ON COLUMN investigations.statements.statement_number IS 'Filled in where it is left out: ST-2025-0001.';

CREATE TABLE investigations.surveillance_sessions (
    surveillance_session_number text NOT NULL,
    case_id uuid NOT NULL,
    case_subject_id uuid,
    lead_operative_id uuid,
    objective text NOT NULL,
    method text NOT NULL DEFAULT 'stationary' CONSTRAINT surveillance_sessions_method_check
        CHECK (method IN ('stationary', 'mobile', 'foot', 'remote_camera', 'online')),
    place text,
    coordinates geography(point, 4326),
    planned_start timestamptz NOT NULL,
    planned_end timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    hours decimal(7,2) GENERATED ALWAYS AS (extract(epoch from ended_at - started_at) / 3600.0) STORED,
    vehicle_used text,
    odometer_start integer CONSTRAINT surveillance_sessions_odometer_start_range CHECK (odometer_start >= 0),
    odometer_end integer,
    distance integer GENERATED ALWAYS AS (odometer_end - odometer_start) STORED,
    weather text,
    summary text,
    status text NOT NULL DEFAULT 'planned' CONSTRAINT surveillance_sessions_status_check
        CHECK (status IN ('planned', 'in_progress', 'completed', 'aborted', 'cancelled')),
    CONSTRAINT surveillance_sessions_planned_end_planned_start_rule CHECK (planned_end > planned_start),
    CONSTRAINT surveillance_sessions_ended_at_started_at_rule CHECK (ended_at > started_at),
    CONSTRAINT surveillance_sessions_odometer_end_odometer_start_rule CHECK (odometer_end >= odometer_start)
);
CALL platform.tenant_table('investigations.surveillance_sessions', p_number => 'surveillance_session_number', p_prefix => 'SV',
    p_flows => '{"status": [["planned", "in_progress"], ["planned", "cancelled"], ["in_progress", "completed"], ["in_progress", "aborted"]]}');
CALL platform.reference('investigations.surveillance_sessions', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.surveillance_sessions', 'case_subject_id', 'investigations.case_subjects');
CALL platform.reference('investigations.surveillance_sessions', 'lead_operative_id', 'users.users');
CREATE UNIQUE INDEX surveillance_sessions_surveillance_session_number_key ON investigations.surveillance_sessions (business_id, surveillance_session_number) WHERE deleted_at IS NULL;
CREATE INDEX surveillance_sessions_status_planned_start_idx ON investigations.surveillance_sessions (business_id, status, planned_start, id) WHERE deleted_at IS NULL;
CREATE INDEX surveillance_sessions_status_newest ON investigations.surveillance_sessions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.surveillance_sessions IS 'A watch kept on a subject or place.';
COMMENT ON COLUMN investigations.surveillance_sessions.surveillance_session_number IS 'Filled in where it is left out: SV-2025-0001.';

CREATE TABLE investigations.surveillance_observations (
    surveillance_session_id uuid NOT NULL,
    observer_id uuid NOT NULL,
    subject_id uuid,
    evidence_item_id uuid,
    corrects_id uuid,
    observed_at timestamptz NOT NULL DEFAULT now(),
    coordinates geography(point, 4326),
    place text,
    activity text NOT NULL DEFAULT 'other' CONSTRAINT surveillance_observations_activity_check
        CHECK (activity IN ('arrival', 'departure', 'movement', 'meeting', 'purchase', 'physical_activity', 'no_activity', 'lost_contact', 'other')),
    description text NOT NULL
);
CALL platform.tenant_table('investigations.surveillance_observations', p_append_only => true);
CALL platform.reference('investigations.surveillance_observations', 'surveillance_session_id', 'investigations.surveillance_sessions', 'cascade');
CALL platform.reference('investigations.surveillance_observations', 'observer_id', 'users.users', 'restrict');
CALL platform.reference('investigations.surveillance_observations', 'subject_id', 'investigations.subjects', 'restrict');
CALL platform.reference('investigations.surveillance_observations', 'evidence_item_id', 'investigations.evidence_items', 'restrict');
CALL platform.reference('investigations.surveillance_observations', 'corrects_id', 'investigations.surveillance_observations', 'restrict');
CREATE INDEX surveillance_observations_surveillance_session_id_obser_idx ON investigations.surveillance_observations (business_id, surveillance_session_id, observed_at, id);
CREATE INDEX surveillance_observations_coordinates_idx ON investigations.surveillance_observations USING gist (coordinates);
COMMENT ON TABLE investigations.surveillance_observations IS 'What was seen during a watch, minute by minute.';

CREATE TABLE investigations.background_checks (
    background_check_number text NOT NULL,
    customer_id uuid,
    case_id uuid,
    subject_id uuid NOT NULL,
    consent_file_id uuid,
    purpose text NOT NULL DEFAULT 'employment' CONSTRAINT background_checks_purpose_check
        CHECK (purpose IN ('employment', 'tenancy', 'due_diligence', 'volunteer', 'licensing', 'litigation', 'other')),
    ordered_on date NOT NULL DEFAULT CURRENT_DATE,
    due_on date,
    consent_on date,
    completed_on date,
    overall_result text CONSTRAINT background_checks_overall_result_check CHECK (overall_result IN ('clear', 'review', 'adverse')),
    adverse_action text NOT NULL DEFAULT 'none' CONSTRAINT background_checks_adverse_action_check
        CHECK (adverse_action IN ('none', 'pre_notice_sent', 'disputed', 'final_notice_sent')),
    pre_notice_sent_on date,
    status text NOT NULL DEFAULT 'ordered' CONSTRAINT background_checks_status_check
        CHECK (status IN ('ordered', 'awaiting_consent', 'in_progress', 'completed', 'cancelled')),
    CONSTRAINT background_checks_purpose_status_consent_on_rule CHECK (purpose <> 'employment' OR status NOT IN ('in_progress', 'completed') OR consent_on IS NOT NULL),
    CONSTRAINT background_checks_completed_on_ordered_on_rule CHECK (completed_on >= ordered_on),
    CONSTRAINT background_checks_adverse_action_pre_notice_sent_on_rule CHECK (adverse_action = 'none' OR pre_notice_sent_on IS NOT NULL)
);
CALL platform.tenant_table('investigations.background_checks', p_number => 'background_check_number', p_prefix => 'BC',
    p_derived => '{pre_notice_sent_on}',
    p_flows => '{"status": [["ordered", "awaiting_consent"], ["ordered", "in_progress"], ["ordered", "cancelled"],
        ["awaiting_consent", "in_progress"], ["awaiting_consent", "cancelled"], ["in_progress", "completed"], ["in_progress", "cancelled"]]}');
CALL platform.reference('investigations.background_checks', 'customer_id', 'hs.customers');
CALL platform.reference('investigations.background_checks', 'case_id', 'investigations.cases');
CALL platform.reference('investigations.background_checks', 'subject_id', 'investigations.subjects', 'restrict');
CALL platform.reference('investigations.background_checks', 'consent_file_id', 'files.files', 'restrict');
CREATE UNIQUE INDEX background_checks_background_check_number_key ON investigations.background_checks (business_id, background_check_number) WHERE deleted_at IS NULL;
CREATE INDEX background_checks_status_due_on_idx ON investigations.background_checks (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX background_checks_status_newest ON investigations.background_checks (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.background_checks IS 'A background check ordered on a person.';
COMMENT ON COLUMN investigations.background_checks.background_check_number IS 'Filled in where it is left out: BC-2025-0001.';

CREATE TABLE investigations.background_check_searches (
    background_check_id uuid NOT NULL,
    verified_by_id uuid,
    search_type text NOT NULL CONSTRAINT background_check_searches_search_type_check
        CHECK (search_type IN ('criminal', 'civil', 'sex_offender', 'sanctions', 'credit', 'bankruptcy', 'employment', 'education',
            'professional_license', 'driving', 'reference', 'social_media', 'identity')),
    jurisdiction text,
    provider text,
    details text,
    searched_on date,
    cost_amount decimal(12,2) CONSTRAINT background_check_searches_cost_amount_range CHECK (cost_amount >= 0),
    result text CONSTRAINT background_check_searches_result_check CHECK (result IN ('clear', 'record_found', 'discrepancy', 'unable_to_verify')),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT background_check_searches_status_check
        CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
    CONSTRAINT background_check_searches_status_result_rule CHECK (status <> 'completed' OR result IS NOT NULL)
);
CALL platform.tenant_table('investigations.background_check_searches',
    p_flows => '{"status": [["pending", "in_progress"], ["pending", "completed"], ["pending", "cancelled"], ["in_progress", "completed"],
        ["in_progress", "cancelled"]]}');
CALL platform.reference('investigations.background_check_searches', 'background_check_id', 'investigations.background_checks', 'cascade');
CALL platform.reference('investigations.background_check_searches', 'verified_by_id', 'users.users');
CREATE UNIQUE INDEX background_check_searches_background_check_id_search_ty_key ON investigations.background_check_searches (business_id, background_check_id, search_type, jurisdiction, provider) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX background_check_searches_status_newest ON investigations.background_check_searches (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.background_check_searches IS 'One search of a background check and its result.';

CREATE TABLE investigations.database_searches (
    case_id uuid,
    background_check_search_id uuid,
    subject_id uuid,
    searched_by_id uuid NOT NULL,
    result_file_id uuid,
    source_name text NOT NULL,
    permissible_purpose text NOT NULL CONSTRAINT database_searches_permissible_purpose_check
        CHECK (permissible_purpose IN ('court_process', 'fraud_prevention', 'insurance_claim', 'consent', 'legal_service', 'debt_collection',
            'government', 'public_record')),
    purpose_detail text NOT NULL,
    query_summary text NOT NULL,
    result_count integer CONSTRAINT database_searches_result_count_range CHECK (result_count >= 0),
    cost_amount decimal(12,2) CONSTRAINT database_searches_cost_amount_range CHECK (cost_amount >= 0),
    searched_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT database_searches_case_id_background_check_search_id_rule CHECK (case_id IS NOT NULL OR background_check_search_id IS NOT NULL)
);
CALL platform.tenant_table('investigations.database_searches', p_append_only => true);
CALL platform.reference('investigations.database_searches', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.database_searches', 'background_check_search_id', 'investigations.background_check_searches', 'restrict');
CALL platform.reference('investigations.database_searches', 'subject_id', 'investigations.subjects', 'restrict');
CALL platform.reference('investigations.database_searches', 'searched_by_id', 'users.users', 'restrict');
CALL platform.reference('investigations.database_searches', 'result_file_id', 'files.files', 'restrict');
CREATE INDEX database_searches_searched_by_id_searched_at_idx ON investigations.database_searches (business_id, searched_by_id, searched_at, id);
COMMENT ON TABLE investigations.database_searches IS 'A look-up in a regulated data source and its lawful purpose.';

CREATE TABLE investigations.record_requests (
    record_request_number text NOT NULL,
    case_id uuid NOT NULL,
    requested_by_id uuid,
    response_file_id uuid,
    request_type text NOT NULL CONSTRAINT record_requests_request_type_check
        CHECK (request_type IN ('public_records', 'court_file', 'police_report', 'vital_record', 'property', 'corporate', 'subpoena',
            'preservation_letter')),
    addressed_to text NOT NULL,
    description text NOT NULL,
    sent_on date,
    due_on date,
    received_on date,
    fee_amount decimal(12,2) CONSTRAINT record_requests_fee_amount_range CHECK (fee_amount >= 0),
    reference text,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT record_requests_status_check
        CHECK (status IN ('draft', 'sent', 'acknowledged', 'received', 'refused', 'appealed', 'withdrawn')),
    CONSTRAINT record_requests_received_on_sent_on_rule CHECK (received_on >= sent_on)
);
CALL platform.tenant_table('investigations.record_requests', p_number => 'record_request_number', p_prefix => 'RR',
    p_flows => '{"status": [["draft", "sent"], ["draft", "withdrawn"], ["sent", "acknowledged"], ["sent", "received"], ["sent", "refused"],
        ["sent", "withdrawn"], ["acknowledged", "received"], ["acknowledged", "refused"], ["refused", "appealed"], ["appealed", "received"],
        ["appealed", "refused"]]}');
CALL platform.reference('investigations.record_requests', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.record_requests', 'requested_by_id', 'users.users');
CALL platform.reference('investigations.record_requests', 'response_file_id', 'files.files');
CREATE UNIQUE INDEX record_requests_record_request_number_key ON investigations.record_requests (business_id, record_request_number) WHERE deleted_at IS NULL;
CREATE INDEX record_requests_status_due_on_idx ON investigations.record_requests (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX record_requests_status_newest ON investigations.record_requests (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.record_requests IS 'Records asked from a court, agency or company.';
COMMENT ON COLUMN investigations.record_requests.record_request_number IS 'Filled in where it is left out: RR-2025-0001.';
