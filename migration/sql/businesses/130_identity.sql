CREATE TABLE businesses.brand_profiles (
    name text NOT NULL,
    location_id uuid,
    logo_file_id uuid,
    icon_file_id uuid,
    primary_color text CONSTRAINT brand_profiles_primary_color_range CHECK (primary_color ~ '^#[0-9a-f]{6}$'),
    accent_color text CONSTRAINT brand_profiles_accent_color_range CHECK (accent_color ~ '^#[0-9a-f]{6}$'),
    font_family text,
    tagline text,
    message_footer text,
    social_links jsonb NOT NULL DEFAULT '{}',
    is_default boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('businesses.brand_profiles');
CALL platform.reference('businesses.brand_profiles', 'location_id', 'businesses.locations', 'cascade');
CALL platform.reference('businesses.brand_profiles', 'logo_file_id', 'files.files');
CALL platform.reference('businesses.brand_profiles', 'icon_file_id', 'files.files');
CREATE UNIQUE INDEX brand_profiles_name_key ON businesses.brand_profiles (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX brand_profiles_is_default_key ON businesses.brand_profiles (business_id, is_default) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE businesses.brand_profiles IS 'Logo, colours and wording on documents, messages and portals.';

CREATE TABLE businesses.document_templates (
    kind text NOT NULL CONSTRAINT document_templates_kind_check
        CHECK (kind IN ('estimate', 'invoice', 'receipt', 'work_order', 'repair_order', 'purchase_order', 'statement', 'certificate', 'report')),
    name text NOT NULL,
    locale text NOT NULL DEFAULT 'en-US',
    paper_size text NOT NULL DEFAULT 'letter' CONSTRAINT document_templates_paper_size_check
        CHECK (paper_size IN ('letter', 'legal', 'a4', 'receipt')),
    brand_profile_id uuid,
    body_html text NOT NULL,
    stylesheet text,
    terms_text text,
    is_default boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('businesses.document_templates');
CALL platform.reference('businesses.document_templates', 'brand_profile_id', 'businesses.brand_profiles');
CREATE UNIQUE INDEX document_templates_kind_name_locale_key ON businesses.document_templates (business_id, kind, name, locale) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX document_templates_kind_locale_key ON businesses.document_templates (business_id, kind, locale) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE businesses.document_templates IS 'The layout of a printed or emailed document.';

CREATE TABLE businesses.domains (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    hostname text NOT NULL CONSTRAINT domains_hostname_range CHECK (hostname = lower(hostname)),
    purpose text NOT NULL DEFAULT 'portal' CONSTRAINT domains_purpose_check
        CHECK (purpose IN ('portal', 'booking', 'storefront', 'courses', 'email', 'sign_in')),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT domains_status_check CHECK (status IN ('pending', 'verified', 'failed', 'revoked')),
    verification_record text NOT NULL,
    verified_at timestamptz,
    last_checked_at timestamptz,
    certificate_expires_at timestamptz,
    is_primary boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('businesses.domains', p_read => '{member}', p_write => '{owner}', p_business => 'business_id',
    p_derived => '{status,verification_record,verified_at,last_checked_at,certificate_expires_at}',
    p_flows => '{"status": [["pending", "verified"], ["pending", "failed"], ["failed", "pending"], ["verified", "revoked"], ["verified", "failed"],
        ["revoked", "pending"]]}');
CALL platform.allow_rows('businesses.domains');
CALL platform.reference('businesses.domains', 'business_id', 'businesses.businesses', 'cascade');
CREATE INDEX domains_newest ON businesses.domains (business_id, created_at DESC, id);
CREATE UNIQUE INDEX domains_hostname_key ON businesses.domains (hostname) WHERE status = 'verified';
CREATE UNIQUE INDEX domains_hostname_key_2 ON businesses.domains (business_id, hostname);
CREATE UNIQUE INDEX domains_purpose_key ON businesses.domains (business_id, purpose) WHERE is_primary;
COMMENT ON TABLE businesses.domains IS 'A web or email domain the business has proved it owns.';

CREATE TABLE businesses.licenses (
    kind text NOT NULL CONSTRAINT licenses_kind_check
        CHECK (kind IN ('contractor', 'food_service', 'liquor', 'health_permit', 'investigator', 'dealer', 'resale', 'liability_insurance',
            'workers_compensation', 'bond', 'other')),
    name text NOT NULL,
    license_number text NOT NULL,
    issuing_authority text NOT NULL,
    state_province text,
    location_id uuid,
    coverage_amount decimal(12,2) CONSTRAINT licenses_coverage_amount_range CHECK (coverage_amount >= 0),
    issued_on date,
    expires_on date,
    reminder_days integer NOT NULL DEFAULT 60 CONSTRAINT licenses_reminder_days_range CHECK (reminder_days >= 0),
    file_id uuid,
    status text NOT NULL DEFAULT 'active' CONSTRAINT licenses_status_check CHECK (status IN ('active', 'expired', 'suspended', 'revoked')),
    CONSTRAINT licenses_expires_on_issued_on_rule CHECK (expires_on >= issued_on)
);
CALL platform.tenant_table('businesses.licenses',
    p_flows => '{"status": [["active", "expired"], ["active", "suspended"], ["suspended", "active"], ["active", "revoked"], ["suspended", "revoked"],
        ["expired", "active"]]}');
CALL platform.reference('businesses.licenses', 'location_id', 'businesses.locations');
CALL platform.reference('businesses.licenses', 'file_id', 'files.files');
CREATE UNIQUE INDEX licenses_kind_license_number_key ON businesses.licenses (business_id, kind, license_number) WHERE deleted_at IS NULL;
CREATE INDEX licenses_status_expires_on_idx ON businesses.licenses (business_id, status, expires_on, id) WHERE deleted_at IS NULL;
CREATE INDEX licenses_status_newest ON businesses.licenses (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE businesses.licenses IS 'A licence, permit, bond or insurance the business must keep valid.';

CREATE TABLE businesses.bank_accounts (
    name text NOT NULL,
    bank_name text NOT NULL,
    account_holder_name text NOT NULL,
    kind text NOT NULL DEFAULT 'checking' CONSTRAINT bank_accounts_kind_check CHECK (kind IN ('checking', 'savings')),
    currency text NOT NULL DEFAULT 'USD',
    purpose text NOT NULL DEFAULT 'operating' CONSTRAINT bank_accounts_purpose_check
        CHECK (purpose IN ('operating', 'payroll', 'tax', 'client_trust')),
    account_last_four text NOT NULL CONSTRAINT bank_accounts_account_last_four_range CHECK (account_last_four ~ '^[0-9]{4}$'),
    account_number_encrypted bytea NOT NULL,
    routing_number_encrypted bytea NOT NULL,
    encryption_key_id text NOT NULL,
    account_fingerprint bytea NOT NULL,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT bank_accounts_status_check CHECK (status IN ('pending', 'verified', 'failed', 'closed')),
    verified_at timestamptz,
    is_default boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('businesses.bank_accounts', p_read => '{owner}', p_write => '{owner}',
    p_derived => '{account_last_four,encryption_key_id,account_fingerprint,verified_at}',
    p_secret => '{account_number_encrypted,routing_number_encrypted,account_fingerprint}',
    p_flows => '{"status": [["pending", "verified"], ["pending", "failed"], ["failed", "pending"], ["verified", "closed"], ["failed", "closed"]]}');
CALL platform.refuse_rows('businesses.bank_accounts');
CREATE UNIQUE INDEX bank_accounts_account_fingerprint_key ON businesses.bank_accounts (business_id, account_fingerprint) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX bank_accounts_purpose_key ON businesses.bank_accounts (business_id, purpose) WHERE is_default AND deleted_at IS NULL;
CREATE INDEX bank_accounts_status_newest ON businesses.bank_accounts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE businesses.bank_accounts IS 'A bank account the business is paid into or pays from.';

CREATE TABLE businesses.ownership_transfers (
    from_user_id uuid NOT NULL,
    to_user_id uuid NOT NULL,
    reason text,
    status text NOT NULL DEFAULT 'pending' CONSTRAINT ownership_transfers_status_check
        CHECK (status IN ('pending', 'accepted', 'declined', 'cancelled', 'expired')),
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT ownership_transfers_from_user_id_to_user_id_rule CHECK (from_user_id <> to_user_id)
);
CALL platform.tenant_table('businesses.ownership_transfers', p_read => '{owner}', p_write => '{owner}', p_derived => '{token_hash,decided_at}',
    p_secret => '{token_hash}', p_soft_delete => false,
    p_flows => '{"status": [["pending", "cancelled"], ["pending", "accepted"], ["pending", "declined"], ["pending", "expired"]]}');
CALL platform.refuse_rows('businesses.ownership_transfers');
CALL platform.reference('businesses.ownership_transfers', 'from_user_id', 'users.users', 'restrict');
CALL platform.reference('businesses.ownership_transfers', 'to_user_id', 'users.users', 'restrict');
CREATE UNIQUE INDEX ownership_transfers_status_key ON businesses.ownership_transfers (business_id, status) WHERE status = 'pending';
CREATE INDEX ownership_transfers_status_newest ON businesses.ownership_transfers (business_id, status, created_at DESC, id);
COMMENT ON TABLE businesses.ownership_transfers IS 'The handing over of a business to another user.';
