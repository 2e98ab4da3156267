CREATE TABLE investigations.cases (
    case_number text NOT NULL,
    customer_id uuid,
    parent_case_id uuid,
    lead_investigator_id uuid,
    location_id uuid,
    title text NOT NULL,
    description text,
    objective text,
    case_type text NOT NULL CONSTRAINT cases_case_type_check
        CHECK (case_type IN ('fraud', 'theft', 'misconduct', 'harassment', 'background', 'due_diligence', 'surveillance', 'insurance_claim',
            'missing_person', 'asset_search', 'litigation_support', 'cyber_incident', 'other')),
    client_type text NOT NULL DEFAULT 'company' CONSTRAINT cases_client_type_check
        CHECK (client_type IN ('individual', 'law_firm', 'insurer', 'company', 'internal')),
    priority text NOT NULL DEFAULT 'normal' CONSTRAINT cases_priority_check CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    confidentiality text NOT NULL DEFAULT 'standard' CONSTRAINT cases_confidentiality_check
        CHECK (confidentiality IN ('standard', 'restricted', 'privileged')),
    jurisdiction text,
    client_reference text,
    budget_amount decimal(12,2) CONSTRAINT cases_budget_amount_range CHECK (budget_amount >= 0),
    billed_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    opened_on date NOT NULL DEFAULT CURRENT_DATE,
    due_on date,
    closed_on date,
    status text NOT NULL DEFAULT 'open' CONSTRAINT cases_status_check
        CHECK (status IN ('open', 'active', 'on_hold', 'under_review', 'closed', 'archived')),
    outcome text CONSTRAINT cases_outcome_check
        CHECK (outcome IN ('substantiated', 'partially_substantiated', 'unsubstantiated', 'inconclusive', 'resolved', 'withdrawn')),
    CONSTRAINT cases_closed_on_opened_on_rule CHECK (closed_on >= opened_on),
    CONSTRAINT cases_status_outcome_rule CHECK (status NOT IN ('closed', 'archived') OR outcome IS NOT NULL),
    CONSTRAINT cases_client_type_customer_id_rule CHECK (client_type = 'internal' OR customer_id IS NOT NULL)
);
CALL platform.tenant_table('investigations.cases', p_number => 'case_number', p_prefix => 'CASE', p_derived => '{billed_amount}',
    p_flows => '{"status": [["open", "active"], ["open", "closed"], ["active", "on_hold"], ["active", "under_review"], ["active", "closed"],
        ["on_hold", "active"], ["on_hold", "closed"], ["under_review", "active"], ["under_review", "closed"], ["closed", "active"],
        ["closed", "archived"]]}');
ALTER TABLE investigations.cases ADD CONSTRAINT cases_parent_case_id_id_rule CHECK (parent_case_id <> id);
CALL platform.reference('investigations.cases', 'customer_id', 'hs.customers', 'restrict');
CALL platform.reference('investigations.cases', 'parent_case_id', 'investigations.cases');
CALL platform.reference('investigations.cases', 'lead_investigator_id', 'users.users');
CALL platform.reference('investigations.cases', 'location_id', 'businesses.locations');
CREATE UNIQUE INDEX cases_case_number_key ON investigations.cases (business_id, case_number) WHERE deleted_at IS NULL;
CREATE INDEX cases_status_due_on_idx ON investigations.cases (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX cases_case_type_idx ON investigations.cases (business_id, case_type, id) WHERE deleted_at IS NULL;
CREATE INDEX cases_status_newest ON investigations.cases (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.cases IS 'A matter under investigation.';
COMMENT ON COLUMN investigations.cases.case_number IS 'Filled in where it is left out: CASE-2025-0001.';

CREATE TABLE investigations.case_intakes (
    case_intake_number text NOT NULL,
    customer_id uuid,
    case_id uuid,
    screened_by_id uuid,
    channel text NOT NULL CONSTRAINT case_intakes_channel_check
        CHECK (channel IN ('hotline', 'website', 'email', 'phone', 'in_person', 'referral', 'internal')),
    category text NOT NULL DEFAULT 'other' CONSTRAINT case_intakes_category_check
        CHECK (category IN ('fraud', 'theft', 'misconduct', 'harassment', 'safety', 'conflict_of_interest', 'background', 'surveillance', 'other')),
    summary text NOT NULL,
    is_anonymous boolean NOT NULL DEFAULT false,
    reporter_name text,
    reporter_contact text,
    severity text NOT NULL DEFAULT 'medium' CONSTRAINT case_intakes_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    received_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'new' CONSTRAINT case_intakes_status_check
        CHECK (status IN ('new', 'screening', 'accepted', 'rejected', 'duplicate')),
    decision_reason text,
    CONSTRAINT case_intakes_is_anonymous_reporter_name_rule CHECK (NOT is_anonymous OR reporter_name IS NULL),
    CONSTRAINT case_intakes_status_case_id_rule CHECK (status <> 'accepted' OR case_id IS NOT NULL)
);
CALL platform.tenant_table('investigations.case_intakes', p_number => 'case_intake_number', p_prefix => 'INT',
    p_flows => '{"status": [["new", "screening"], ["screening", "accepted"], ["screening", "rejected"], ["screening", "duplicate"],
        ["rejected", "screening"]]}');
CALL platform.reference('investigations.case_intakes', 'customer_id', 'hs.customers');
CALL platform.reference('investigations.case_intakes', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.case_intakes', 'screened_by_id', 'users.users');
CREATE UNIQUE INDEX case_intakes_case_intake_number_key ON investigations.case_intakes (business_id, case_intake_number) WHERE deleted_at IS NULL;
CREATE INDEX case_intakes_status_received_at_idx ON investigations.case_intakes (business_id, status, received_at, id) WHERE deleted_at IS NULL;
CREATE INDEX case_intakes_status_newest ON investigations.case_intakes (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.case_intakes IS 'A report or request that may become a case.';
COMMENT ON COLUMN investigations.case_intakes.case_intake_number IS 'Filled in where it is left out: INT-2025-0001.';

CREATE TABLE investigations.conflict_checks (
    case_intake_id uuid,
    case_id uuid,
    checked_by_id uuid,
    approved_by_id uuid,
    names_searched text[] NOT NULL,
    result text NOT NULL DEFAULT 'pending' CONSTRAINT conflict_checks_result_check CHECK (result IN ('pending', 'clear', 'conflict', 'waived')),
    conflict_details text,
    checked_on date NOT NULL DEFAULT CURRENT_DATE,
    CONSTRAINT conflict_checks_case_intake_id_case_id_rule CHECK (num_nonnulls(case_intake_id, case_id) >= 1),
    CONSTRAINT conflict_checks_result_conflict_details_rule CHECK (result NOT IN ('conflict', 'waived') OR conflict_details IS NOT NULL)
);
CALL platform.tenant_table('investigations.conflict_checks');
CALL platform.reference('investigations.conflict_checks', 'case_intake_id', 'investigations.case_intakes', 'cascade');
CALL platform.reference('investigations.conflict_checks', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.conflict_checks', 'checked_by_id', 'users.users');
CALL platform.reference('investigations.conflict_checks', 'approved_by_id', 'users.users');
CREATE INDEX conflict_checks_names_searched_idx ON investigations.conflict_checks USING gin (business_id, names_searched);
COMMENT ON TABLE investigations.conflict_checks IS 'A check that the business may take a case.';

CREATE TABLE investigations.case_assignments (
    case_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'investigator' CONSTRAINT case_assignments_role_check
        CHECK (role IN ('lead', 'investigator', 'analyst', 'forensic_examiner', 'supervisor', 'legal_counsel', 'reviewer')),
    assigned_on date NOT NULL DEFAULT CURRENT_DATE,
    ended_on date,
    CONSTRAINT case_assignments_ended_on_assigned_on_rule CHECK (ended_on >= assigned_on)
);
CALL platform.tenant_table('investigations.case_assignments', p_soft_delete => false);
CALL platform.reference('investigations.case_assignments', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.case_assignments', 'user_id', 'users.users', 'restrict');
CREATE UNIQUE INDEX case_assignments_case_id_user_id_role_key ON investigations.case_assignments (business_id, case_id, user_id, role) WHERE ended_on IS NULL;
CREATE UNIQUE INDEX case_assignments_case_id_key ON investigations.case_assignments (business_id, case_id) WHERE role = 'lead' AND ended_on IS NULL;
COMMENT ON TABLE investigations.case_assignments IS 'A member''s role and time on a case.';

CREATE TABLE investigations.case_access_grants (
    case_id uuid NOT NULL,
    user_id uuid NOT NULL,
    access text NOT NULL DEFAULT 'read' CONSTRAINT case_access_grants_access_check CHECK (access IN ('read', 'contribute')),
    reason text NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
CALL platform.tenant_table('investigations.case_access_grants', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('investigations.case_access_grants', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.case_access_grants', 'user_id', 'users.users', 'cascade');
CREATE UNIQUE INDEX case_access_grants_case_id_user_id_key ON investigations.case_access_grants (business_id, case_id, user_id) WHERE revoked_at IS NULL AND deleted_at IS NULL;
COMMENT ON TABLE investigations.case_access_grants IS 'Leave for someone off the team to see a restricted case.';
