-- PostgreSQL takes a page out of turn for four times as dear as the next one, which is a turning disk's price. What
-- the gateway asks for is in memory or on flash: with the disk's price, and since a policy's conditions look more
-- selective than they are, a long page of a list was sorted from all rows instead of read in order from its index,
-- ten times slower. What an operator has set stays.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r CROSS JOIN unnest(r.rolconfig) AS c (setting)
        WHERE r.rolname = 'thorbis_gateway' AND c.setting LIKE 'random_page_cost=%')
    THEN
        ALTER ROLE thorbis_gateway SET random_page_cost = 1.1;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE WARNING 'the price of a page is left to whoever made the role: ALTER ROLE thorbis_gateway SET random_page_cost = 1.1';
    -- Another database of the cluster is migrated at this moment, and does the same.
    WHEN internal_error THEN
        RAISE NOTICE 'the price of a page is being set already';
END $$;
