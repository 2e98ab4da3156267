CREATE TABLE investigations.subjects (
    photo_file_id uuid,
    kind text NOT NULL DEFAULT 'person' CONSTRAINT subjects_kind_check CHECK (kind IN ('person', 'organization')),
    full_name text NOT NULL,
    first_name text,
    last_name text,
    birth_date date,
    gender text,
    height_cm integer CONSTRAINT subjects_height_cm_range CHECK (height_cm BETWEEN 30 AND 260),
    weight_kg integer CONSTRAINT subjects_weight_kg_range CHECK (weight_kg BETWEEN 1 AND 400),
    eye_color text,
    hair_color text,
    distinguishing_marks text,
    occupation text,
    employer text,
    safety_warning text,
    risk_level text NOT NULL DEFAULT 'none' CONSTRAINT subjects_risk_level_check CHECK (risk_level IN ('none', 'low', 'medium', 'high'))
);
CALL platform.tenant_table('investigations.subjects');
CALL platform.reference('investigations.subjects', 'photo_file_id', 'files.files');
CREATE INDEX subjects_full_name_idx ON investigations.subjects (business_id, full_name, id) WHERE deleted_at IS NULL;
CREATE INDEX subjects_last_name_birth_date_idx ON investigations.subjects (business_id, last_name, birth_date, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.subjects IS 'A person or organization known to the investigators.';

CREATE TABLE investigations.case_subjects (
    case_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    role text NOT NULL CONSTRAINT case_subjects_role_check
        CHECK (role IN ('subject', 'person_of_interest', 'complainant', 'victim', 'witness', 'claimant', 'associate', 'expert')),
    is_primary boolean NOT NULL DEFAULT false,
    is_represented boolean NOT NULL DEFAULT false,
    counsel_name text,
    notified_on date,
    notes text
);
CALL platform.tenant_table('investigations.case_subjects');
CALL platform.reference('investigations.case_subjects', 'case_id', 'investigations.cases', 'cascade');
CALL platform.reference('investigations.case_subjects', 'subject_id', 'investigations.subjects', 'restrict');
CREATE UNIQUE INDEX case_subjects_case_id_subject_id_role_key ON investigations.case_subjects (business_id, case_id, subject_id, role) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX case_subjects_case_id_key ON investigations.case_subjects (business_id, case_id) WHERE is_primary AND deleted_at IS NULL;
COMMENT ON TABLE investigations.case_subjects IS 'A person''s or organization''s role in a case.';

CREATE TABLE investigations.subject_aliases (
    subject_id uuid NOT NULL,
    alias text NOT NULL,
    alias_type text NOT NULL DEFAULT 'nickname' CONSTRAINT subject_aliases_alias_type_check
        CHECK (alias_type IN ('nickname', 'maiden_name', 'former_name', 'trading_name', 'screen_name', 'false_identity')),
    source text
);
CALL platform.tenant_table('investigations.subject_aliases');
CALL platform.reference('investigations.subject_aliases', 'subject_id', 'investigations.subjects', 'cascade');
CREATE UNIQUE INDEX subject_aliases_subject_id_alias_key ON investigations.subject_aliases (business_id, subject_id, alias) WHERE deleted_at IS NULL;
CREATE INDEX subject_aliases_alias_idx ON investigations.subject_aliases (business_id, alias, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.subject_aliases IS 'Another name a subject uses.';

CREATE TABLE investigations.subject_addresses (
    subject_id uuid NOT NULL,
    address_type text NOT NULL DEFAULT 'home' CONSTRAINT subject_addresses_address_type_check
        CHECK (address_type IN ('home', 'work', 'mailing', 'family', 'frequented', 'former')),
    address_line_1 text NOT NULL,
    address_line_2 text,
    city text,
    state_province text,
    postal_code text,
    country text NOT NULL DEFAULT 'US',
    coordinates geography(point, 4326),
    first_seen_on date,
    last_seen_on date,
    verified_on date,
    source text,
    CONSTRAINT subject_addresses_last_seen_on_first_seen_on_rule CHECK (last_seen_on >= first_seen_on)
);
CALL platform.tenant_table('investigations.subject_addresses');
CALL platform.reference('investigations.subject_addresses', 'subject_id', 'investigations.subjects', 'cascade');
CREATE INDEX subject_addresses_coordinates_idx ON investigations.subject_addresses USING gist (coordinates);
COMMENT ON TABLE investigations.subject_addresses IS 'A place a subject lives, works or is seen.';

CREATE TABLE investigations.subject_contact_points (
    subject_id uuid NOT NULL,
    contact_type text NOT NULL CONSTRAINT subject_contact_points_contact_type_check
        CHECK (contact_type IN ('phone', 'mobile', 'email', 'social_profile', 'website', 'messaging')),
    value text NOT NULL,
    platform_name text,
    is_verified boolean NOT NULL DEFAULT false,
    first_seen_on date,
    last_seen_on date,
    source text,
    CONSTRAINT subject_contact_points_last_seen_on_first_seen_on_rule CHECK (last_seen_on >= first_seen_on)
);
CALL platform.tenant_table('investigations.subject_contact_points');
CALL platform.reference('investigations.subject_contact_points', 'subject_id', 'investigations.subjects', 'cascade');
CREATE UNIQUE INDEX subject_contact_points_subject_id_contact_type_value_key ON investigations.subject_contact_points (business_id, subject_id, contact_type, value) WHERE deleted_at IS NULL;
CREATE INDEX subject_contact_points_value_idx ON investigations.subject_contact_points (business_id, value, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.subject_contact_points IS 'A phone, email or online profile of a subject.';

CREATE TABLE investigations.subject_identifiers (
    subject_id uuid NOT NULL,
    identifier_type text NOT NULL CONSTRAINT subject_identifiers_identifier_type_check
        CHECK (identifier_type IN ('social_security', 'passport', 'driver_license', 'national_id', 'tax_number', 'company_registration', 'other')),
    value_encrypted bytea NOT NULL,
    value_fingerprint bytea NOT NULL,
    last_four text,
    issuing_authority text,
    issued_on date,
    expires_on date,
    source text,
    CONSTRAINT subject_identifiers_expires_on_issued_on_rule CHECK (expires_on > issued_on)
);
CALL platform.tenant_table('investigations.subject_identifiers', p_derived => '{value_fingerprint,last_four}',
    p_secret => '{value_encrypted,value_fingerprint}');
CALL platform.refuse_rows('investigations.subject_identifiers');
CALL platform.reference('investigations.subject_identifiers', 'subject_id', 'investigations.subjects', 'cascade');
CREATE UNIQUE INDEX subject_identifiers_identifier_type_value_fingerprint_key ON investigations.subject_identifiers (business_id, identifier_type, value_fingerprint) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.subject_identifiers IS 'An official number of a subject, kept encrypted.';

CREATE TABLE investigations.subject_vehicles (
    subject_id uuid NOT NULL,
    license_plate text,
    plate_state text,
    vin text,
    make text,
    model text,
    model_year integer CONSTRAINT subject_vehicles_model_year_range CHECK (model_year >= 1900),
    color text,
    relation text NOT NULL DEFAULT 'owner' CONSTRAINT subject_vehicles_relation_check CHECK (relation IN ('owner', 'driver', 'lessee', 'unknown')),
    first_seen_on date,
    last_seen_on date,
    notes text,
    CONSTRAINT subject_vehicles_license_plate_vin_rule CHECK (license_plate IS NOT NULL OR vin IS NOT NULL),
    CONSTRAINT subject_vehicles_last_seen_on_first_seen_on_rule CHECK (last_seen_on >= first_seen_on)
);
CALL platform.tenant_table('investigations.subject_vehicles');
CALL platform.reference('investigations.subject_vehicles', 'subject_id', 'investigations.subjects', 'cascade');
CREATE UNIQUE INDEX subject_vehicles_subject_id_license_plate_vin_key ON investigations.subject_vehicles (business_id, subject_id, license_plate, vin) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX subject_vehicles_license_plate_idx ON investigations.subject_vehicles (business_id, license_plate, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.subject_vehicles IS 'A vehicle a subject owns or uses.';

CREATE TABLE investigations.subject_relationships (
    subject_id uuid NOT NULL,
    related_subject_id uuid NOT NULL,
    relationship text NOT NULL CONSTRAINT subject_relationships_relationship_check
        CHECK (relationship IN ('spouse', 'partner', 'family', 'friend', 'colleague', 'employer', 'owner', 'director', 'associate', 'adversary',
            'other')),
    started_on date,
    ended_on date,
    strength text NOT NULL DEFAULT 'moderate' CONSTRAINT subject_relationships_strength_check CHECK (strength IN ('weak', 'moderate', 'strong')),
    source text,
    notes text,
    CONSTRAINT subject_relationships_subject_id_related_subject_id_rule CHECK (subject_id <> related_subject_id),
    CONSTRAINT subject_relationships_ended_on_started_on_rule CHECK (ended_on >= started_on)
);
CALL platform.tenant_table('investigations.subject_relationships');
CALL platform.reference('investigations.subject_relationships', 'subject_id', 'investigations.subjects', 'cascade');
CALL platform.reference('investigations.subject_relationships', 'related_subject_id', 'investigations.subjects', 'cascade');
CREATE UNIQUE INDEX subject_relationships_subject_id_related_subject_id_rel_key ON investigations.subject_relationships (business_id, subject_id, related_subject_id, relationship) WHERE deleted_at IS NULL;
COMMENT ON TABLE investigations.subject_relationships IS 'How two subjects are connected.';
