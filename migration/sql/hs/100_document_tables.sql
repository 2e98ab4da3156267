ALTER TABLE hs.work_orders
    ADD COLUMN property_id uuid,
    ADD COLUMN job_type_id uuid,
    ADD COLUMN project_id uuid,
    ADD COLUMN service_agreement_id uuid;
CALL platform.extend_table('hs.work_orders');
CALL platform.reference('hs.work_orders', 'property_id', 'hs.properties');
CALL platform.reference('hs.work_orders', 'job_type_id', 'hs.job_types');
CALL platform.reference('hs.work_orders', 'project_id', 'hs.projects');
CALL platform.reference('hs.work_orders', 'service_agreement_id', 'hs.service_agreements');

ALTER TABLE hs.estimates
    ADD COLUMN property_id uuid;
CALL platform.extend_table('hs.estimates');
CALL platform.reference('hs.estimates', 'property_id', 'hs.properties');
