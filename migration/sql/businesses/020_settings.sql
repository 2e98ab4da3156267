CREATE TABLE businesses.business_settings (
    category text NOT NULL,
    key text NOT NULL CONSTRAINT business_settings_key_length CHECK (char_length(key) BETWEEN 1 AND 100),
    value jsonb
);
CALL platform.tenant_table('businesses.business_settings', p_read => '{owner_manager}', p_write => '{owner_manager}', p_soft_delete => false);
ALTER TABLE businesses.business_settings ADD CONSTRAINT business_settings_category_key UNIQUE (business_id, category, key);
CREATE INDEX business_settings_value ON businesses.business_settings USING gin (business_id, value);
COMMENT ON TABLE businesses.business_settings IS 'One configured value of a business, by category and key.';
COMMENT ON COLUMN businesses.business_settings.category IS 'The group of the setting, such as "general" or "hs".';
COMMENT ON COLUMN businesses.business_settings.value IS 'Never a credential.';
