ALTER TABLE auto.repair_orders
    ADD COLUMN location_id uuid,
    ADD COLUMN tax_group_id uuid;
CALL platform.extend_table('auto.repair_orders');
CALL platform.reference('auto.repair_orders', 'location_id', 'businesses.locations');
CALL platform.reference('auto.repair_orders', 'tax_group_id', 'businesses.tax_groups');
