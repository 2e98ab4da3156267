ALTER TABLE rest.menu_items
    ADD COLUMN tax_group_id uuid,
    ADD COLUMN image_file_id uuid;
CALL platform.extend_table('rest.menu_items');
CALL platform.reference('rest.menu_items', 'tax_group_id', 'businesses.tax_groups');
CALL platform.reference('rest.menu_items', 'image_file_id', 'files.files');

ALTER TABLE rest.tables
    ADD COLUMN dining_area_id uuid;
CALL platform.extend_table('rest.tables');
CALL platform.reference('rest.tables', 'dining_area_id', 'rest.dining_areas');
-- A table number is unique in its dining area, no longer in the whole business.
ALTER TABLE rest.tables DROP CONSTRAINT tables_table_number_key;
CREATE UNIQUE INDEX tables_dining_area_id_table_number_key ON rest.tables (business_id, dining_area_id, table_number) NULLS NOT DISTINCT;

ALTER TABLE rest.orders
    ADD COLUMN location_id uuid,
    ADD COLUMN reservation_id uuid;
CALL platform.extend_table('rest.orders');
CALL platform.reference('rest.orders', 'location_id', 'businesses.locations');
CALL platform.reference('rest.orders', 'reservation_id', 'rest.reservations');
