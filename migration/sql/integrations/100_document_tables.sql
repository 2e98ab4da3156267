-- Required as soon as there are services to choose from: 300_reference_data.sql names one for every
-- connection that was made before, and the one that is meant where none is named.
ALTER TABLE integrations.integration_configs
    ADD COLUMN service_id uuid;
CALL platform.extend_table('integrations.integration_configs');
CALL platform.reference('integrations.integration_configs', 'service_id', 'integrations.services', 'restrict');
