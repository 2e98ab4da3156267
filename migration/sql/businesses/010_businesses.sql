CREATE TABLE businesses.businesses (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    legal_name text,
    industry text NOT NULL CONSTRAINT businesses_industry_check
        CHECK (industry IN ('hs', 'rest', 'auto', 'ret', 'courses', 'payroll', 'investigations')),
    business_type text CONSTRAINT businesses_business_type_check
        CHECK (business_type IN ('sole_proprietorship', 'partnership', 'corporation', 'llc')),
    email text NOT NULL,
    phone text,
    website text,
    address_line_1 text,
    address_line_2 text,
    city text,
    state_province text,
    postal_code text,
    country text DEFAULT 'US',
    timezone text NOT NULL DEFAULT 'UTC',
    currency text NOT NULL DEFAULT 'USD' CONSTRAINT businesses_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
    date_format text DEFAULT 'MM/DD/YYYY',
    time_format text DEFAULT '12h',
    plan text NOT NULL DEFAULT 'starter' CONSTRAINT businesses_plan_check
        CHECK (plan IN ('starter', 'professional', 'enterprise', 'fortune_500')),
    plan_started_at timestamptz DEFAULT now(),
    plan_expires_at timestamptz,
    features jsonb NOT NULL DEFAULT '{}',
    limits jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active' CONSTRAINT businesses_status_check CHECK (status IN ('active', 'suspended', 'cancelled')),
    status_reason text,
    closed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_by uuid,
    deleted_at timestamptz,
    deleted_by uuid,
    CONSTRAINT businesses_plan_dates CHECK (plan_expires_at > plan_started_at)
);
CREATE INDEX businesses_industry_idx ON businesses.businesses (industry);
CREATE INDEX businesses_plan_idx ON businesses.businesses (plan);
CREATE INDEX businesses_status_idx ON businesses.businesses (status) WHERE deleted_at IS NULL;
CREATE INDEX businesses_newest ON businesses.businesses (created_at DESC, id);
COMMENT ON TABLE businesses.businesses IS 'A company that uses the platform; every record belongs to one.';
COMMENT ON COLUMN businesses.businesses.industry IS 'The trade, which decides the tables the business works with.';
COMMENT ON COLUMN businesses.businesses.timezone IS 'IANA name of the zone its days begin in.';
COMMENT ON COLUMN businesses.businesses.currency IS 'ISO 4217 code of its money.';

-- A zone that PostgreSQL does not know would break numbering and reports at the turn of a day.
CREATE FUNCTION businesses.check_timezone() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM now() AT TIME ZONE NEW.timezone;
    RETURN NEW;
EXCEPTION WHEN invalid_parameter_value THEN
    RAISE EXCEPTION 'is no IANA time zone, such as America/Chicago.' USING ERRCODE = 'TB422', HINT = 'timezone',
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER b_timezone BEFORE INSERT OR UPDATE OF timezone ON businesses.businesses
    FOR EACH ROW EXECUTE FUNCTION businesses.check_timezone();
