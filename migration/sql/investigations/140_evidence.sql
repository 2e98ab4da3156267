CREATE TABLE investigations.evidence_items (
    evidence_item_number text NOT NULL,
    case_id uuid NOT NULL,
    collected_by_id uuid,
    obtained_from_id uuid,
    storage_location_id uuid,
    file_id uuid,
    derived_from_id uuid,
    description text NOT NULL,
    evidence_type text NOT NULL CONSTRAINT evidence_items_evidence_type_check
        CHECK (evidence_type IN ('physical', 'document', 'digital_device', 'digital_image', 'photo', 'video', 'audio', 'biological',
            'financial_record', 'other')),
    collected_at timestamptz NOT NULL,
    collected_place text,
    collected_coordinates geography(point, 4326),
    collection_method text,
    condition text,
    seal_number text,
    serial_number text,
    hash_algorithm text DEFAULT 'sha256' CONSTRAINT evidence_items_hash_algorithm_check CHECK (hash_algorithm IN ('sha256', 'sha512')),
    hash_value text,
    is_original boolean NOT NULL DEFAULT true,
    holder_id uuid,
    retain_until date,
    status text NOT NULL DEFAULT 'collected' CONSTRAINT evidence_items_status_check
        CHECK (status IN ('collected', 'stored', 'checked_out', 'in_examination', 'in_court', 'returned', 'destroyed')),
    CONSTRAINT evidence_items_hash_value_hash_algorithm_rule CHECK (hash_value IS NULL OR hash_algorithm IS NOT NULL)
);
CALL platform.tenant_table('investigations.evidence_items', p_number => 'evidence_item_number', p_prefix => 'EV',
    p_derived => '{holder_id,status,storage_location_id}',
    p_flows => '{"status": [["collected", "stored"], ["stored", "checked_out"], ["stored", "in_examination"], ["stored", "in_court"],
        ["stored", "returned"], ["stored", "destroyed"], ["checked_out", "stored"], ["in_examination", "stored"], ["in_court", "stored"],
        ["in_court", "returned"]]}');
ALTER TABLE investigations.evidence_items ADD CONSTRAINT evidence_items_derived_from_id_id_rule CHECK (derived_from_id <> id);
CALL platform.reference('investigations.evidence_items', 'case_id', 'investigations.cases', 'restrict');
CALL platform.reference('investigations.evidence_items', 'collected_by_id', 'users.users', 'restrict');
CALL platform.reference('investigations.evidence_items', 'obtained_from_id', 'investigations.subjects');
CALL platform.reference('investigations.evidence_items', 'storage_location_id', 'investigations.evidence_storage_locations');
CALL platform.reference('investigations.evidence_items', 'file_id', 'files.files', 'restrict');
CALL platform.reference('investigations.evidence_items', 'derived_from_id', 'investigations.evidence_items');
CALL platform.reference('investigations.evidence_items', 'holder_id', 'users.users');
CREATE UNIQUE INDEX evidence_items_evidence_item_number_key ON investigations.evidence_items (business_id, evidence_item_number) WHERE deleted_at IS NULL;
CREATE INDEX evidence_items_case_id_evidence_type_idx ON investigations.evidence_items (business_id, case_id, evidence_type, id) WHERE deleted_at IS NULL;
CREATE INDEX evidence_items_hash_value_idx ON investigations.evidence_items (business_id, hash_value, id) WHERE deleted_at IS NULL;
CREATE INDEX evidence_items_status_newest ON investigations.evidence_items (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.evidence_items IS 'An object, document or digital copy taken as evidence.';
COMMENT ON COLUMN investigations.evidence_items.evidence_item_number IS 'Filled in where it is left out: EV-2025-0001.';

CREATE TABLE investigations.evidence_custody_events (
    evidence_item_id uuid NOT NULL,
    from_user_id uuid,
    to_user_id uuid,
    from_location_id uuid,
    to_location_id uuid,
    signature_file_id uuid,
    sequence integer NOT NULL CONSTRAINT evidence_custody_events_sequence_range CHECK (sequence > 0),
    action text NOT NULL CONSTRAINT evidence_custody_events_action_check
        CHECK (action IN ('collected', 'received', 'stored', 'checked_out', 'transferred', 'sent_for_examination', 'returned_to_storage',
            'presented_in_court', 'hash_verified', 'seal_replaced', 'released', 'destroyed')),
    external_party text,
    purpose text NOT NULL,
    seal_number text,
    condition text,
    hash_matches boolean,
    witness_name text,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT evidence_custody_events_action_rule CHECK (action IN ('hash_verified', 'seal_replaced', 'destroyed') OR num_nonnulls(to_user_id, to_location_id, external_party) >= 1),
    CONSTRAINT evidence_custody_events_action_hash_matches_rule CHECK (action <> 'hash_verified' OR hash_matches IS NOT NULL)
);
CALL platform.tenant_table('investigations.evidence_custody_events', p_derived => '{sequence}', p_append_only => true);
CALL platform.reference('investigations.evidence_custody_events', 'evidence_item_id', 'investigations.evidence_items', 'restrict');
CALL platform.reference('investigations.evidence_custody_events', 'from_user_id', 'users.users', 'restrict');
CALL platform.reference('investigations.evidence_custody_events', 'to_user_id', 'users.users', 'restrict');
CALL platform.reference('investigations.evidence_custody_events', 'from_location_id', 'investigations.evidence_storage_locations', 'restrict');
CALL platform.reference('investigations.evidence_custody_events', 'to_location_id', 'investigations.evidence_storage_locations', 'restrict');
CALL platform.reference('investigations.evidence_custody_events', 'signature_file_id', 'files.files', 'restrict');
CREATE UNIQUE INDEX evidence_custody_events_evidence_item_id_sequence_key ON investigations.evidence_custody_events (business_id, evidence_item_id, sequence);
CREATE INDEX evidence_custody_events_evidence_item_id_occurred_at_idx ON investigations.evidence_custody_events (business_id, evidence_item_id, occurred_at, id);
COMMENT ON TABLE investigations.evidence_custody_events IS 'A link in an evidence item''s chain of custody.';

CREATE TABLE investigations.evidence_storage_locations (
    location_id uuid,
    parent_id uuid,
    custodian_id uuid,
    name text NOT NULL,
    code text NOT NULL,
    storage_type text NOT NULL DEFAULT 'locker' CONSTRAINT evidence_storage_locations_storage_type_check
        CHECK (storage_type IN ('evidence_room', 'locker', 'safe', 'refrigerator', 'freezer', 'digital_vault', 'offsite')),
    is_restricted boolean NOT NULL DEFAULT true,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('investigations.evidence_storage_locations');
ALTER TABLE investigations.evidence_storage_locations ADD CONSTRAINT evidence_storage_locations_parent_id_id_rule CHECK (parent_id <> id);
CALL platform.reference('investigations.evidence_storage_locations', 'location_id', 'businesses.locations');
CALL platform.reference('investigations.evidence_storage_locations', 'parent_id', 'investigations.evidence_storage_locations');
CALL platform.reference('investigations.evidence_storage_locations', 'custodian_id', 'users.users');
CREATE UNIQUE INDEX evidence_storage_locations_code_key ON investigations.evidence_storage_locations (business_id, code) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.evidence_storage_locations IS 'A room, locker or vault where evidence is kept.';

CREATE TABLE investigations.evidence_examinations (
    evidence_examination_number text NOT NULL,
    evidence_item_id uuid NOT NULL,
    examiner_id uuid,
    report_file_id uuid,
    examination_type text NOT NULL CONSTRAINT evidence_examinations_examination_type_check
        CHECK (examination_type IN ('computer_forensics', 'mobile_forensics', 'document', 'handwriting', 'fingerprint', 'dna', 'toxicology',
            'audio_video', 'financial', 'other')),
    laboratory_name text,
    question text NOT NULL,
    method text,
    tools_used text,
    result text,
    requested_on date NOT NULL DEFAULT CURRENT_DATE,
    due_on date,
    completed_on date,
    cost_amount decimal(12,2) CONSTRAINT evidence_examinations_cost_amount_range CHECK (cost_amount >= 0),
    status text NOT NULL DEFAULT 'requested' CONSTRAINT evidence_examinations_status_check
        CHECK (status IN ('requested', 'in_progress', 'completed', 'inconclusive', 'cancelled')),
    CONSTRAINT evidence_examinations_completed_on_requested_on_rule CHECK (completed_on >= requested_on),
    CONSTRAINT evidence_examinations_status_result_rule CHECK (status <> 'completed' OR result IS NOT NULL)
);
CALL platform.tenant_table('investigations.evidence_examinations', p_number => 'evidence_examination_number', p_prefix => 'EX',
    p_flows => '{"status": [["requested", "in_progress"], ["requested", "cancelled"], ["in_progress", "completed"], ["in_progress", "inconclusive"],
        ["in_progress", "cancelled"]]}');
CALL platform.reference('investigations.evidence_examinations', 'evidence_item_id', 'investigations.evidence_items', 'restrict');
CALL platform.reference('investigations.evidence_examinations', 'examiner_id', 'users.users');
CALL platform.reference('investigations.evidence_examinations', 'report_file_id', 'files.files');
CREATE UNIQUE INDEX evidence_examinations_evidence_examination_number_key ON investigations.evidence_examinations (business_id, evidence_examination_number) WHERE deleted_at IS NULL;
CREATE INDEX evidence_examinations_status_newest ON investigations.evidence_examinations (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.evidence_examinations IS 'A laboratory or forensic examination of evidence.';
COMMENT ON COLUMN investigations.evidence_examinations.evidence_examination_number IS 'Filled in where it is left out: EX-2025-0001.';
