CREATE TABLE businesses.tax_rates (
    name text NOT NULL,
    jurisdiction text NOT NULL,
    jurisdiction_level text NOT NULL DEFAULT 'state' CONSTRAINT tax_rates_jurisdiction_level_check
        CHECK (jurisdiction_level IN ('country', 'state', 'county', 'city', 'district')),
    country text NOT NULL DEFAULT 'US',
    state_province text,
    rate decimal(7,5) NOT NULL CONSTRAINT tax_rates_rate_range CHECK (rate BETWEEN 0 AND 1),
    applies_to text NOT NULL DEFAULT 'everything' CONSTRAINT tax_rates_applies_to_check
        CHECK (applies_to IN ('everything', 'goods', 'services', 'food', 'alcohol', 'shipping')),
    is_inclusive boolean NOT NULL DEFAULT false,
    tax_registration_id uuid,
    effective_from date NOT NULL,
    effective_until date,
    CONSTRAINT tax_rates_effective_until_effective_from_rule CHECK (effective_until >= effective_from)
);
CALL platform.tenant_table('businesses.tax_rates');
CALL platform.reference('businesses.tax_rates', 'tax_registration_id', 'businesses.tax_registrations');
CREATE UNIQUE INDEX tax_rates_name_effective_from_key ON businesses.tax_rates (business_id, name, effective_from) WHERE deleted_at IS NULL;
COMMENT ON TABLE businesses.tax_rates IS 'A tax of one jurisdiction, with the dates it is in force.';

CREATE TABLE businesses.tax_groups (
    name text NOT NULL,
    description text,
    is_default boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    combined_rate decimal(7,5) NOT NULL DEFAULT 0.00000
);
CALL platform.tenant_table('businesses.tax_groups', p_derived => '{combined_rate}');
CREATE UNIQUE INDEX tax_groups_name_key ON businesses.tax_groups (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tax_groups_is_default_key ON businesses.tax_groups (business_id, is_default) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE businesses.tax_groups IS 'The taxes charged together on a sale.';

CREATE TABLE businesses.tax_group_rates (
    tax_group_id uuid NOT NULL,
    tax_rate_id uuid NOT NULL,
    position integer NOT NULL DEFAULT 1 CONSTRAINT tax_group_rates_position_range CHECK (position >= 1),
    is_compound boolean NOT NULL DEFAULT false
);
CALL platform.tenant_table('businesses.tax_group_rates', p_soft_delete => false);
CALL platform.reference('businesses.tax_group_rates', 'tax_group_id', 'businesses.tax_groups', 'cascade');
CALL platform.reference('businesses.tax_group_rates', 'tax_rate_id', 'businesses.tax_rates', 'restrict');
CREATE UNIQUE INDEX tax_group_rates_tax_group_id_tax_rate_id_key ON businesses.tax_group_rates (business_id, tax_group_id, tax_rate_id);
CREATE UNIQUE INDEX tax_group_rates_tax_group_id_position_key ON businesses.tax_group_rates (business_id, tax_group_id, position);
COMMENT ON TABLE businesses.tax_group_rates IS 'A tax rate''s place in a tax group.';

CREATE TABLE businesses.tax_registrations (
    kind text NOT NULL CONSTRAINT tax_registrations_kind_check CHECK (kind IN ('employer', 'sales_tax', 'vat', 'gst', 'excise', 'withholding')),
    registration_number text NOT NULL,
    jurisdiction text NOT NULL,
    country text NOT NULL DEFAULT 'US',
    filing_frequency text NOT NULL DEFAULT 'quarterly' CONSTRAINT tax_registrations_filing_frequency_check
        CHECK (filing_frequency IN ('monthly', 'quarterly', 'yearly')),
    next_filing_on date,
    valid_from date,
    valid_until date,
    file_id uuid,
    CONSTRAINT tax_registrations_valid_until_valid_from_rule CHECK (valid_until >= valid_from)
);
CALL platform.tenant_table('businesses.tax_registrations', p_read => '{owner_manager}', p_write => '{owner_manager}');
CALL platform.reference('businesses.tax_registrations', 'file_id', 'files.files');
CREATE UNIQUE INDEX tax_registrations_kind_country_jurisdiction_key ON businesses.tax_registrations (business_id, kind, country, jurisdiction) WHERE deleted_at IS NULL;
COMMENT ON TABLE businesses.tax_registrations IS 'A tax number of the business and how it files.';

CREATE TABLE businesses.number_sequences (
    document_type text NOT NULL,
    prefix text NOT NULL CONSTRAINT number_sequences_prefix_range CHECK (prefix ~ '^[A-Z]{1,5}$'),
    year integer NOT NULL CONSTRAINT number_sequences_year_range CHECK (year BETWEEN 2000 AND 2999),
    padding integer NOT NULL DEFAULT 4 CONSTRAINT number_sequences_padding_range CHECK (padding BETWEEN 3 AND 10),
    last_value bigint NOT NULL DEFAULT 0 CONSTRAINT number_sequences_last_value_range CHECK (last_value >= 0)
);
CALL platform.tenant_table('businesses.number_sequences', p_read => '{owner_manager}', p_write => '{owner_manager}', p_derived => '{last_value}',
    p_soft_delete => false);
CREATE UNIQUE INDEX number_sequences_document_type_year_key ON businesses.number_sequences (business_id, document_type, year);
COMMENT ON TABLE businesses.number_sequences IS 'The yearly counter behind a kind of document number.';

CREATE TABLE businesses.payment_terms (
    name text NOT NULL,
    due_rule text NOT NULL DEFAULT 'days_after_invoice' CONSTRAINT payment_terms_due_rule_check
        CHECK (due_rule IN ('on_receipt', 'days_after_invoice', 'end_of_month', 'day_of_next_month')),
    due_days integer NOT NULL DEFAULT 30 CONSTRAINT payment_terms_due_days_range CHECK (due_days BETWEEN 0 AND 365),
    early_payment_days integer CONSTRAINT payment_terms_early_payment_days_range CHECK (early_payment_days >= 0),
    early_payment_discount decimal(5,4) CONSTRAINT payment_terms_early_payment_discount_range CHECK (early_payment_discount BETWEEN 0 AND 1),
    grace_days integer NOT NULL DEFAULT 0 CONSTRAINT payment_terms_grace_days_range CHECK (grace_days >= 0),
    late_fee_rate decimal(5,4) CONSTRAINT payment_terms_late_fee_rate_range CHECK (late_fee_rate BETWEEN 0 AND 1),
    late_fee_amount decimal(12,2) CONSTRAINT payment_terms_late_fee_amount_range CHECK (late_fee_amount >= 0),
    is_default boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT payment_terms_early_payment_days_due_days_rule CHECK (early_payment_days <= due_days)
);
CALL platform.tenant_table('businesses.payment_terms');
CREATE UNIQUE INDEX payment_terms_name_key ON businesses.payment_terms (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX payment_terms_is_default_key ON businesses.payment_terms (business_id, is_default) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE businesses.payment_terms IS 'When customers pay, with early discount and late fee.';
