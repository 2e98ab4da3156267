CREATE TABLE ret.brands (
    name text NOT NULL,
    slug text NOT NULL,
    description text,
    website text,
    logo_file_id uuid,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('ret.brands');
CALL platform.reference('ret.brands', 'logo_file_id', 'files.files');
CREATE UNIQUE INDEX brands_name_key ON ret.brands (business_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX brands_slug_key ON ret.brands (business_id, slug) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.brands IS 'A make of products.';

CREATE TABLE ret.product_variants (
    product_id uuid NOT NULL,
    sku text NOT NULL,
    barcode text,
    name text NOT NULL,
    option_values jsonb NOT NULL DEFAULT '{}',
    cost_price decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT product_variants_cost_price_range CHECK (cost_price >= 0),
    retail_price decimal(12,2) NOT NULL CONSTRAINT product_variants_retail_price_range CHECK (retail_price >= 0),
    sale_price decimal(12,2) CONSTRAINT product_variants_sale_price_range CHECK (sale_price >= 0),
    weight decimal(8,2) CONSTRAINT product_variants_weight_range CHECK (weight >= 0),
    is_active boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('ret.product_variants');
CALL platform.reference('ret.product_variants', 'product_id', 'ret.products', 'cascade');
CREATE UNIQUE INDEX product_variants_sku_key ON ret.product_variants (business_id, sku) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX product_variants_barcode_key ON ret.product_variants (business_id, barcode) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX product_variants_product_id_option_values_key ON ret.product_variants (business_id, product_id, option_values) WHERE deleted_at IS NULL;
CREATE INDEX product_variants_option_values_idx ON ret.product_variants USING gin (business_id, option_values);
COMMENT ON TABLE ret.product_variants IS 'One size, color or other version of a product.';

CREATE TABLE ret.product_barcodes (
    product_id uuid NOT NULL,
    product_variant_id uuid,
    barcode text NOT NULL,
    barcode_type text NOT NULL DEFAULT 'ean' CONSTRAINT product_barcodes_barcode_type_check
        CHECK (barcode_type IN ('upc', 'ean', 'gtin', 'isbn', 'internal')),
    pack_quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT product_barcodes_pack_quantity_range CHECK (pack_quantity > 0)
);
CALL platform.tenant_table('ret.product_barcodes');
CALL platform.reference('ret.product_barcodes', 'product_id', 'ret.products', 'cascade');
CALL platform.reference('ret.product_barcodes', 'product_variant_id', 'ret.product_variants', 'cascade');
CREATE UNIQUE INDEX product_barcodes_barcode_key ON ret.product_barcodes (business_id, barcode) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.product_barcodes IS 'A further barcode or pack code that finds a product.';

CREATE TABLE ret.product_images (
    product_id uuid NOT NULL,
    product_variant_id uuid,
    file_id uuid NOT NULL,
    alt_text text,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('ret.product_images');
CALL platform.reference('ret.product_images', 'product_id', 'ret.products', 'cascade');
CALL platform.reference('ret.product_images', 'product_variant_id', 'ret.product_variants', 'cascade');
CALL platform.reference('ret.product_images', 'file_id', 'files.files', 'restrict');
CREATE UNIQUE INDEX product_images_product_id_file_id_key ON ret.product_images (business_id, product_id, file_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.product_images IS 'A picture of a product in its order.';

CREATE TABLE ret.collections (
    name text NOT NULL,
    slug text NOT NULL,
    description text,
    image_file_id uuid,
    published_at timestamptz,
    unpublished_at timestamptz,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT collections_unpublished_at_published_at_rule CHECK (unpublished_at > published_at)
);
CALL platform.tenant_table('ret.collections');
CALL platform.reference('ret.collections', 'image_file_id', 'files.files');
CREATE UNIQUE INDEX collections_slug_key ON ret.collections (business_id, slug) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.collections IS 'A hand-picked group of products shown together.';

CREATE TABLE ret.collection_products (
    collection_id uuid NOT NULL,
    product_id uuid NOT NULL,
    sort_order integer NOT NULL DEFAULT 0
);
CALL platform.tenant_table('ret.collection_products', p_soft_delete => false);
CALL platform.reference('ret.collection_products', 'collection_id', 'ret.collections', 'cascade');
CALL platform.reference('ret.collection_products', 'product_id', 'ret.products', 'cascade');
CREATE UNIQUE INDEX collection_products_collection_id_product_id_key ON ret.collection_products (business_id, collection_id, product_id);
COMMENT ON TABLE ret.collection_products IS 'A product''s place in a collection.';

CREATE TABLE ret.bundle_components (
    bundle_id uuid NOT NULL,
    component_id uuid NOT NULL,
    component_variant_id uuid,
    quantity decimal(12,3) NOT NULL DEFAULT 1 CONSTRAINT bundle_components_quantity_range CHECK (quantity > 0),
    CONSTRAINT bundle_components_bundle_id_component_id_rule CHECK (bundle_id <> component_id)
);
CALL platform.tenant_table('ret.bundle_components', p_soft_delete => false);
CALL platform.reference('ret.bundle_components', 'bundle_id', 'ret.products', 'cascade');
CALL platform.reference('ret.bundle_components', 'component_id', 'ret.products', 'restrict');
CALL platform.reference('ret.bundle_components', 'component_variant_id', 'ret.product_variants', 'restrict');
CREATE UNIQUE INDEX bundle_components_bundle_id_component_id_component_vari_key ON ret.bundle_components (business_id, bundle_id, component_id, component_variant_id) NULLS NOT DISTINCT;
COMMENT ON TABLE ret.bundle_components IS 'A product sold as part of a bundle.';
