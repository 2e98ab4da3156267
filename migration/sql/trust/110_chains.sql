CREATE TABLE trust.chains (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid,
    source text NOT NULL CONSTRAINT chains_source_check CHECK (source IN ('audit_log', 'ai_operations', 'signatures', 'payments')),
    hash_algorithm text NOT NULL DEFAULT 'sha256' CONSTRAINT chains_hash_algorithm_range CHECK (hash_algorithm IN ('sha256', 'sha512')),
    canonical_form text NOT NULL DEFAULT 'rfc8785',
    genesis_hash bytea NOT NULL,
    last_sequence bigint NOT NULL DEFAULT 0 CONSTRAINT chains_last_sequence_range CHECK (last_sequence >= 0),
    head_hash bytea NOT NULL,
    status text NOT NULL DEFAULT 'active' CONSTRAINT chains_status_check CHECK (status IN ('active', 'sealed', 'broken')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('trust.chains', p_read => '{owner_manager}', p_business => 'business_id', p_derived => '{genesis_hash,last_sequence,head_hash}', p_audited => false,
    p_flows => '{"status": [["active", "sealed"], ["active", "broken"], ["broken", "sealed"]]}');
CALL platform.reference('trust.chains', 'business_id', 'businesses.businesses', 'restrict');
CREATE INDEX chains_newest ON trust.chains (business_id, created_at DESC, id);
CREATE UNIQUE INDEX chains_source_key ON trust.chains (business_id, source) NULLS NOT DISTINCT;
COMMENT ON TABLE trust.chains IS 'The hash chain that makes one log of a business tamper-evident.';

CREATE TABLE trust.chain_entries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid,
    chain_id uuid NOT NULL,
    sequence_number bigint NOT NULL CONSTRAINT chain_entries_sequence_number_range CHECK (sequence_number >= 1),
    source_type text NOT NULL,
    source_id uuid NOT NULL,
    payload_hash bytea NOT NULL,
    previous_hash bytea NOT NULL,
    entry_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('trust.chain_entries', p_read => '{owner_manager}', p_business => 'business_id', p_append_only => true,
    p_derived => '{sequence_number,previous_hash,entry_hash}', p_audited => false);
CALL platform.reference('trust.chain_entries', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('trust.chain_entries', 'chain_id', 'trust.chains', 'restrict');
CREATE INDEX chain_entries_newest ON trust.chain_entries (business_id, created_at DESC, id);
CREATE UNIQUE INDEX chain_entries_chain_id_sequence_number_key ON trust.chain_entries (chain_id, sequence_number);
CREATE UNIQUE INDEX chain_entries_chain_id_previous_hash_key ON trust.chain_entries (chain_id, previous_hash);
CREATE UNIQUE INDEX chain_entries_chain_id_source_type_source_id_key ON trust.chain_entries (chain_id, source_type, source_id);
CREATE INDEX chain_entries_entry_hash_idx ON trust.chain_entries (entry_hash, id);
COMMENT ON TABLE trust.chain_entries IS 'One record''s place in a chain, bound to the entry before it.';

CREATE TABLE trust.batches (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid,
    chain_id uuid NOT NULL,
    batch_number bigint NOT NULL CONSTRAINT batches_batch_number_range CHECK (batch_number >= 1),
    first_sequence bigint NOT NULL CONSTRAINT batches_first_sequence_range CHECK (first_sequence >= 1),
    last_sequence bigint NOT NULL,
    leaf_count bigint GENERATED ALWAYS AS (last_sequence - first_sequence + 1) STORED,
    status text NOT NULL DEFAULT 'open' CONSTRAINT batches_status_check CHECK (status IN ('open', 'sealed', 'anchored', 'failed')),
    merkle_root bytea,
    signing_key_id uuid,
    signature bytea,
    sealed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT batches_last_sequence_first_sequence_rule CHECK (last_sequence >= first_sequence),
    CONSTRAINT batches_status_rule CHECK (status = 'open' OR num_nonnulls(merkle_root, signing_key_id, signature, sealed_at) = 4)
);
CALL platform.platform_table('trust.batches', p_read => '{owner_manager}', p_business => 'business_id', p_derived => '{batch_number,first_sequence}',
    p_audited => false,
    p_flows => '{"status": [["open", "sealed"], ["sealed", "anchored"], ["sealed", "failed"], ["failed", "anchored"]]}');
CALL platform.reference('trust.batches', 'business_id', 'businesses.businesses', 'restrict');
CALL platform.reference('trust.batches', 'chain_id', 'trust.chains', 'restrict');
CALL platform.reference('trust.batches', 'signing_key_id', 'trust.signing_keys', 'restrict');
CREATE INDEX batches_newest ON trust.batches (business_id, created_at DESC, id);
CREATE UNIQUE INDEX batches_chain_id_batch_number_key ON trust.batches (chain_id, batch_number);
CREATE UNIQUE INDEX batches_chain_id_first_sequence_key ON trust.batches (chain_id, first_sequence);
COMMENT ON TABLE trust.batches IS 'Consecutive chain entries under one Merkle root.';

CREATE TABLE trust.signing_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key_id text NOT NULL,
    purpose text NOT NULL CONSTRAINT signing_keys_purpose_check CHECK (purpose IN ('batch', 'attestation')),
    algorithm text NOT NULL DEFAULT 'ed25519' CONSTRAINT signing_keys_algorithm_check CHECK (algorithm IN ('ed25519', 'ecdsa_p256')),
    public_key bytea NOT NULL,
    private_key_reference text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT signing_keys_status_check CHECK (status IN ('pending', 'active', 'retired', 'compromised')),
    valid_from timestamptz,
    valid_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT signing_keys_valid_until_valid_from_rule CHECK (valid_until > valid_from)
);
CALL platform.platform_table('trust.signing_keys', p_read => '{anyone}', p_secret => '{private_key_reference}', p_audited => false,
    p_flows => '{"status": [["pending", "active"], ["active", "retired"], ["active", "compromised"], ["retired", "compromised"]]}');
CREATE INDEX signing_keys_newest ON trust.signing_keys (created_at DESC, id);
CREATE UNIQUE INDEX signing_keys_key_id_key ON trust.signing_keys (key_id);
CREATE UNIQUE INDEX signing_keys_purpose_key ON trust.signing_keys (purpose) WHERE status = 'active';
COMMENT ON TABLE trust.signing_keys IS 'A key that signs batches and attestations.';
