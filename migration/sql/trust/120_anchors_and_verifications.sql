CREATE TABLE trust.anchor_networks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT anchor_networks_kind_check CHECK (kind IN ('public_chain', 'transparency_log', 'timestamp_authority')),
    network_identifier text NOT NULL,
    explorer_url_template text,
    required_confirmations integer NOT NULL DEFAULT 1 CONSTRAINT anchor_networks_required_confirmations_range CHECK (required_confirmations >= 1),
    is_test boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'active' CONSTRAINT anchor_networks_status_check CHECK (status IN ('active', 'disabled')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('trust.anchor_networks',
    p_flows => '{"status": [["active", "disabled"], ["disabled", "active"]]}');
CREATE INDEX anchor_networks_newest ON trust.anchor_networks (created_at DESC, id);
CREATE UNIQUE INDEX anchor_networks_key_key ON trust.anchor_networks (key);
COMMENT ON TABLE trust.anchor_networks IS 'A public chain, log or timestamp authority that roots are published to.';

CREATE TABLE trust.anchors (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid,
    batch_id uuid NOT NULL,
    anchor_network_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT anchors_status_check
        CHECK (status IN ('pending', 'submitted', 'confirmed', 'failed', 'orphaned')),
    transaction_reference text,
    block_number bigint CONSTRAINT anchors_block_number_range CHECK (block_number >= 0),
    block_hash bytea,
    receipt bytea,
    confirmation_count integer NOT NULL DEFAULT 0 CONSTRAINT anchors_confirmation_count_range CHECK (confirmation_count >= 0),
    fee_usd decimal(12,6) CONSTRAINT anchors_fee_usd_range CHECK (fee_usd >= 0),
    submitted_at timestamptz,
    confirmed_at timestamptz,
    error_message text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('trust.anchors', p_read => '{owner_manager}', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["pending", "submitted"], ["pending", "failed"], ["submitted", "confirmed"], ["submitted", "failed"],
        ["confirmed", "orphaned"], ["orphaned", "submitted"], ["failed", "pending"]]}');
CALL platform.reference('trust.anchors', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('trust.anchors', 'batch_id', 'trust.batches', 'restrict');
CALL platform.reference('trust.anchors', 'anchor_network_id', 'trust.anchor_networks', 'restrict');
CREATE INDEX anchors_newest ON trust.anchors (business_id, created_at DESC, id);
CREATE UNIQUE INDEX anchors_batch_id_anchor_network_id_key ON trust.anchors (batch_id, anchor_network_id);
CREATE INDEX anchors_status_submitted_at_idx ON trust.anchors (status, submitted_at, id);
COMMENT ON TABLE trust.anchors IS 'The publication of a batch''s root on a network.';

CREATE TABLE trust.inclusion_proofs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid,
    chain_entry_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    leaf_index bigint NOT NULL CONSTRAINT inclusion_proofs_leaf_index_range CHECK (leaf_index >= 0),
    path jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('trust.inclusion_proofs', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true,
    p_audited => false);
CALL platform.reference('trust.inclusion_proofs', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('trust.inclusion_proofs', 'chain_entry_id', 'trust.chain_entries', 'restrict');
CALL platform.reference('trust.inclusion_proofs', 'batch_id', 'trust.batches', 'restrict');
CREATE INDEX inclusion_proofs_newest ON trust.inclusion_proofs (business_id, created_at DESC, id);
CREATE UNIQUE INDEX inclusion_proofs_chain_entry_id_batch_id_key ON trust.inclusion_proofs (chain_entry_id, batch_id);
COMMENT ON TABLE trust.inclusion_proofs IS 'The Merkle path from an entry to its batch''s root.';

CREATE TABLE trust.attestations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT attestations_kind_check
        CHECK (kind IN ('document_integrity', 'service_completed', 'payment_received', 'ai_output_reviewed', 'certificate_issued')),
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    file_id uuid,
    statement jsonb NOT NULL,
    statement_hash bytea NOT NULL,
    signing_key_id uuid NOT NULL,
    signature bytea NOT NULL,
    chain_entry_id uuid,
    issued_by_id uuid,
    status text NOT NULL DEFAULT 'valid' CONSTRAINT attestations_status_check CHECK (status IN ('valid', 'revoked', 'expired')),
    expires_at timestamptz,
    revoked_at timestamptz,
    revocation_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('trust.attestations', p_read => '{member}', p_business => 'business_id', p_audited => false,
    p_flows => '{"status": [["valid", "revoked"], ["valid", "expired"]]}');
CALL platform.reference('trust.attestations', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('trust.attestations', 'file_id', 'files.files', 'restrict');
CALL platform.reference('trust.attestations', 'signing_key_id', 'trust.signing_keys', 'restrict');
CALL platform.reference('trust.attestations', 'chain_entry_id', 'trust.chain_entries', 'restrict');
CALL platform.reference('trust.attestations', 'issued_by_id', 'users.users');
CREATE INDEX attestations_of_issued_by_idx ON trust.attestations (issued_by_id);
CREATE INDEX attestations_newest ON trust.attestations (business_id, created_at DESC, id);
CREATE INDEX attestations_entity_type_entity_id_idx ON trust.attestations (business_id, entity_type, entity_id, id);
CREATE INDEX attestations_kind_created_at_idx ON trust.attestations (business_id, kind, created_at);
COMMENT ON TABLE trust.attestations IS 'A signed statement the business can show to others.';

CREATE TABLE trust.verification_links (
    attestation_id uuid NOT NULL,
    label text,
    token_hash bytea NOT NULL,
    expires_at timestamptz,
    maximum_views integer CONSTRAINT verification_links_maximum_views_range CHECK (maximum_views > 0),
    view_count integer NOT NULL DEFAULT 0 CONSTRAINT verification_links_view_count_range CHECK (view_count >= 0),
    last_viewed_at timestamptz,
    revoked_at timestamptz
);
CALL platform.tenant_table('trust.verification_links', p_derived => '{token_hash,view_count,last_viewed_at}', p_secret => '{token_hash}');
CALL platform.refuse_rows('trust.verification_links');
CALL platform.reference('trust.verification_links', 'attestation_id', 'trust.attestations', 'restrict');
CREATE UNIQUE INDEX verification_links_token_hash_key ON trust.verification_links (business_id, token_hash) WHERE deleted_at IS NULL;
COMMENT ON TABLE trust.verification_links IS 'A link by which an outsider checks an attestation.';

CREATE TABLE trust.verifications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid,
    chain_entry_id uuid,
    batch_id uuid,
    anchor_id uuid,
    attestation_id uuid,
    verification_link_id uuid,
    result text NOT NULL CONSTRAINT verifications_result_check CHECK (result IN ('valid', 'invalid', 'inconclusive')),
    failure_reason text,
    expected_hash bytea,
    found_hash bytea,
    started_by text NOT NULL DEFAULT 'schedule' CONSTRAINT verifications_started_by_check CHECK (started_by IN ('schedule', 'member', 'outsider')),
    user_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT verifications_chain_entry_id_rule CHECK (num_nonnulls(chain_entry_id, batch_id, anchor_id, attestation_id) = 1)
);
CALL platform.platform_table('trust.verifications', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true,
    p_audited => false);
CALL platform.reference('trust.verifications', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('trust.verifications', 'chain_entry_id', 'trust.chain_entries', 'restrict');
CALL platform.reference('trust.verifications', 'batch_id', 'trust.batches', 'restrict');
CALL platform.reference('trust.verifications', 'anchor_id', 'trust.anchors', 'restrict');
CALL platform.reference('trust.verifications', 'attestation_id', 'trust.attestations', 'restrict');
CALL platform.reference('trust.verifications', 'verification_link_id', 'trust.verification_links', 'restrict');
CALL platform.reference('trust.verifications', 'user_id', 'users.users', 'restrict');
CREATE INDEX verifications_newest ON trust.verifications (business_id, created_at DESC, id);
CREATE INDEX verifications_result_created_at_idx ON trust.verifications (result, created_at);
COMMENT ON TABLE trust.verifications IS 'A check of an entry, batch, anchor or attestation, and its result.';
