CREATE TABLE investigations.allegations (
    case_id uuid NOT NULL,
    case_subject_id uuid,
    summary text NOT NULL,
    details text,
    category text NOT NULL DEFAULT 'other' CONSTRAINT allegations_category_check
        CHECK (category IN ('fraud', 'theft', 'bribery', 'harassment', 'discrimination', 'policy_breach', 'data_misuse', 'conflict_of_interest',
            'violence', 'other')),
    policy_reference text,
    occurred_from date,
    occurred_to date,
    loss_amount decimal(12,2) CONSTRAINT allegations_loss_amount_range CHECK (loss_amount >= 0),
    status text NOT NULL DEFAULT 'open' CONSTRAINT allegations_status_check
        CHECK (status IN ('open', 'substantiated', 'partially_substantiated', 'unsubstantiated', 'unfounded', 'withdrawn')),
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT allegations_occurred_to_occurred_from_rule CHECK (occurred_to >= occurred_from)
);
CALL platform.tenant_table('investigations.allegations',
    p_flows => '{"status": [["open", "substantiated"], ["open", "partially_substantiated"], ["open", "unsubstantiated"], ["open", "unfounded"],
        ["open", "withdrawn"], ["substantiated", "open"], ["partially_substantiated", "open"], ["unsubstantiated", "open"], ["unfounded", "open"]]}');
CALL platform.reference('investigations.allegations', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.allegations', 'case_subject_id', 'investigations.case_subjects');
CREATE INDEX allegations_status_newest ON investigations.allegations (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.allegations IS 'A claim the investigation has to prove or refute.';

CREATE TABLE investigations.findings (
    case_id uuid NOT NULL,
    allegation_id uuid,
    approved_by_id uuid,
    summary text NOT NULL,
    analysis text,
    standard_of_proof text NOT NULL DEFAULT 'preponderance' CONSTRAINT findings_standard_of_proof_check
        CHECK (standard_of_proof IN ('reasonable_suspicion', 'preponderance', 'clear_and_convincing', 'beyond_reasonable_doubt')),
    confidence text NOT NULL DEFAULT 'medium' CONSTRAINT findings_confidence_check CHECK (confidence IN ('low', 'medium', 'high')),
    status text NOT NULL DEFAULT 'draft' CONSTRAINT findings_status_check CHECK (status IN ('draft', 'in_review', 'approved', 'withdrawn')),
    approved_at timestamptz
);
CALL platform.tenant_table('investigations.findings', p_derived => '{approved_by_id,approved_at}',
    p_flows => '{"status": [["draft", "in_review"], ["in_review", "draft"], ["in_review", "approved"], ["approved", "withdrawn"]]}');
CALL platform.reference('investigations.findings', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.findings', 'allegation_id', 'investigations.allegations');
CALL platform.reference('investigations.findings', 'approved_by_id', 'users.users');
CREATE INDEX findings_status_newest ON investigations.findings (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.findings IS 'A conclusion of the investigation and its strength.';

CREATE TABLE investigations.finding_evidence_items (
    finding_id uuid NOT NULL,
    evidence_item_id uuid NOT NULL,
    supports text NOT NULL DEFAULT 'supports' CONSTRAINT finding_evidence_items_supports_check
        CHECK (supports IN ('supports', 'contradicts', 'context')),
    explanation text
);
CALL platform.tenant_table('investigations.finding_evidence_items', p_soft_delete => false);
CALL platform.reference('investigations.finding_evidence_items', 'finding_id', 'investigations.findings', 'cascade');
CALL platform.reference('investigations.finding_evidence_items', 'evidence_item_id', 'investigations.evidence_items', 'restrict');
CREATE UNIQUE INDEX finding_evidence_items_finding_id_evidence_item_id_key ON investigations.finding_evidence_items (business_id, finding_id, evidence_item_id);
COMMENT ON TABLE investigations.finding_evidence_items IS 'Evidence a finding rests on.';

CREATE TABLE investigations.corrective_actions (
    case_id uuid NOT NULL,
    finding_id uuid,
    responsible_id uuid,
    action_type text NOT NULL CONSTRAINT corrective_actions_action_type_check
        CHECK (action_type IN ('discipline', 'dismissal', 'recovery', 'training', 'policy_change', 'control_change', 'police_referral',
            'regulator_report', 'other')),
    description text NOT NULL,
    recovered_amount decimal(12,2) CONSTRAINT corrective_actions_recovered_amount_range CHECK (recovered_amount >= 0),
    due_on date,
    completed_on date,
    status text NOT NULL DEFAULT 'proposed' CONSTRAINT corrective_actions_status_check
        CHECK (status IN ('proposed', 'approved', 'in_progress', 'completed', 'rejected'))
);
CALL platform.tenant_table('investigations.corrective_actions',
    p_flows => '{"status": [["proposed", "approved"], ["proposed", "rejected"], ["approved", "in_progress"], ["approved", "completed"],
        ["in_progress", "completed"]]}');
CALL platform.reference('investigations.corrective_actions', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.corrective_actions', 'finding_id', 'investigations.findings');
CALL platform.reference('investigations.corrective_actions', 'responsible_id', 'users.users');
CREATE INDEX corrective_actions_status_due_on_idx ON investigations.corrective_actions (business_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX corrective_actions_status_newest ON investigations.corrective_actions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.corrective_actions IS 'What is done after a finding.';

CREATE TABLE investigations.case_tasks (
    case_id uuid NOT NULL,
    assigned_to_id uuid,
    title text NOT NULL,
    instructions text,
    task_type text NOT NULL DEFAULT 'other' CONSTRAINT case_tasks_task_type_check
        CHECK (task_type IN ('interview', 'surveillance', 'records', 'canvass', 'analysis', 'evidence', 'report', 'legal', 'administration', 'other')),
    estimated_hours decimal(7,2) CONSTRAINT case_tasks_estimated_hours_range CHECK (estimated_hours >= 0),
    due_on date,
    status text NOT NULL DEFAULT 'planned' CONSTRAINT case_tasks_status_check
        CHECK (status IN ('planned', 'in_progress', 'blocked', 'done', 'cancelled')),
    completed_at timestamptz,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('investigations.case_tasks', p_derived => '{completed_at}',
    p_flows => '{"status": [["planned", "in_progress"], ["planned", "done"], ["planned", "cancelled"], ["in_progress", "blocked"],
        ["in_progress", "done"], ["in_progress", "cancelled"], ["blocked", "in_progress"], ["blocked", "cancelled"], ["done", "in_progress"]]}');
CALL platform.reference('investigations.case_tasks', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.case_tasks', 'assigned_to_id', 'users.users');
CREATE INDEX case_tasks_assigned_to_id_status_due_on_idx ON investigations.case_tasks (business_id, assigned_to_id, status, due_on, id) WHERE deleted_at IS NULL;
CREATE INDEX case_tasks_status_newest ON investigations.case_tasks (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.case_tasks IS 'A step of the investigation plan.';

CREATE TABLE investigations.case_leads (
    case_id uuid NOT NULL,
    assigned_to_id uuid,
    subject_id uuid,
    source text NOT NULL DEFAULT 'other' CONSTRAINT case_leads_source_check
        CHECK (source IN ('tip', 'interview', 'records', 'surveillance', 'digital', 'informant', 'media', 'other')),
    description text NOT NULL,
    source_reliability text NOT NULL DEFAULT 'unknown' CONSTRAINT case_leads_source_reliability_check
        CHECK (source_reliability IN ('reliable', 'usually_reliable', 'unreliable', 'unknown')),
    information_rating text NOT NULL DEFAULT 'unknown' CONSTRAINT case_leads_information_rating_check
        CHECK (information_rating IN ('confirmed', 'probable', 'doubtful', 'unknown')),
    received_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'new' CONSTRAINT case_leads_status_check CHECK (status IN ('new', 'following', 'productive', 'exhausted', 'closed')),
    result text
);
CALL platform.tenant_table('investigations.case_leads',
    p_flows => '{"status": [["new", "following"], ["new", "closed"], ["following", "productive"], ["following", "exhausted"],
        ["productive", "closed"], ["exhausted", "closed"], ["exhausted", "following"]]}');
CALL platform.reference('investigations.case_leads', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.case_leads', 'assigned_to_id', 'users.users');
CALL platform.reference('investigations.case_leads', 'subject_id', 'investigations.subjects');
CREATE INDEX case_leads_case_id_status_idx ON investigations.case_leads (business_id, case_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX case_leads_status_newest ON investigations.case_leads (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.case_leads IS 'A tip or clue to follow up.';

CREATE TABLE investigations.timeline_events (
    case_id uuid NOT NULL,
    case_subject_id uuid,
    evidence_item_id uuid,
    title text NOT NULL,
    description text,
    occurred_at timestamptz NOT NULL,
    occurred_until timestamptz,
    precision text NOT NULL DEFAULT 'exact' CONSTRAINT timeline_events_precision_check
        CHECK (precision IN ('exact', 'hour', 'day', 'month', 'approximate')),
    place text,
    is_key_event boolean NOT NULL DEFAULT false,
    is_disputed boolean NOT NULL DEFAULT false,
    CONSTRAINT timeline_events_occurred_until_occurred_at_rule CHECK (occurred_until >= occurred_at)
);
CALL platform.tenant_table('investigations.timeline_events');
CALL platform.reference('investigations.timeline_events', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.timeline_events', 'case_subject_id', 'investigations.case_subjects');
CALL platform.reference('investigations.timeline_events', 'evidence_item_id', 'investigations.evidence_items');
CREATE INDEX timeline_events_case_id_occurred_at_idx ON investigations.timeline_events (business_id, case_id, occurred_at, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.timeline_events IS 'Something that happened, placed on the case''s chronology.';
