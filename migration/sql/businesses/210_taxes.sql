-- What a group of taxes adds up to: its rates in their order, a compound one on top of those before it.
CREATE FUNCTION businesses.combined_rate(p_business_id uuid, p_tax_group_id uuid) RETURNS numeric LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    total numeric := 0;
    entry record;
BEGIN
    FOR entry IN
        SELECT r.rate, g.is_compound FROM businesses.tax_group_rates g
        JOIN businesses.tax_rates r ON r.business_id = g.business_id AND r.id = g.tax_rate_id
        WHERE g.business_id = p_business_id AND g.tax_group_id = p_tax_group_id AND r.deleted_at IS NULL ORDER BY g.position
    LOOP
        total := least(total + entry.rate * CASE WHEN entry.is_compound THEN 1 + total ELSE 1 END, 99);
    END LOOP;
    RETURN round(total, 5);
END $$;
ALTER FUNCTION businesses.combined_rate(uuid, uuid) OWNER TO thorbis_definer;
CALL platform.keep_totals('businesses.tax_groups', '{"combined_rate": "businesses.combined_rate(p.business_id, p.id)"}',
    '{"businesses.tax_group_rates": ["tax_group_id", "tax_rate_id", "position", "is_compound"]}');
COMMENT ON COLUMN businesses.tax_groups.combined_rate IS 'What its rates add up to, compound ones on top of the others; kept by the system.';

-- A rate that changes, or goes, changes every group it is in.
CREATE FUNCTION businesses.keep_groups_of_rate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM businesses.recount_tax_groups_combined_rate(NEW.business_id, ARRAY(SELECT g.tax_group_id FROM businesses.tax_group_rates g
        WHERE g.business_id = NEW.business_id AND g.tax_rate_id = NEW.id));
    RETURN NULL;
END $$;
ALTER FUNCTION businesses.keep_groups_of_rate() OWNER TO thorbis_definer;
CREATE TRIGGER totals_keep_groups_of_rate AFTER UPDATE OF rate, deleted_at ON businesses.tax_rates FOR EACH ROW
    WHEN (OLD.rate IS DISTINCT FROM NEW.rate OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION businesses.keep_groups_of_rate();
UPDATE platform.kept_columns SET sources = sources || '{businesses.tax_rates}'::text[] WHERE (table_name, column_name) = ('businesses.tax_groups', 'combined_rate');
