-- Trees of rows have no circle. Rows of one business's tree are moved one at a time: two moves at the same
-- moment could close a circle that neither of them sees. Argument: the column that leads to the parent.
CREATE FUNCTION platform.refuse_circle() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    goes_round boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) -> TG_ARGV[0] = to_jsonb(NEW) -> TG_ARGV[0] THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(TG_RELID || NEW.business_id::text, 0));
    EXECUTE format('WITH RECURSIVE above (id) AS (
            SELECT ($2)::uuid
            UNION SELECT t.%1$I FROM above a JOIN %2$s t ON t.business_id = $1 AND t.id = a.id WHERE t.%1$I IS NOT NULL)
        SELECT EXISTS (SELECT FROM above WHERE id = $3)', TG_ARGV[0], TG_RELID::regclass)
        INTO goes_round USING NEW.business_id, to_jsonb(NEW) ->> TG_ARGV[0], NEW.id;
    IF goes_round THEN
        PERFORM platform.refuse(TG_ARGV[0], 'must not lead back to the record itself.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION platform.refuse_circle() OWNER TO thorbis_definer;

CREATE TRIGGER y_circle AFTER INSERT OR UPDATE OF parent_department_id ON businesses.departments FOR EACH ROW
    WHEN (NEW.parent_department_id IS NOT NULL) EXECUTE FUNCTION platform.refuse_circle('parent_department_id');
