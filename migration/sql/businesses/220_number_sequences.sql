-- A business may give a kind of document a prefix and a width of its own, year by year. The counter itself
-- stays where it is, in platform.document_counters by prefix and year, locked until the transaction ends:
-- numbers have no gaps, and tables that share a prefix share its numbers.

-- The prefix and width of a kind of document: this year's, or else the last year's that were set.
CREATE FUNCTION businesses.number_form(p_business_id uuid, p_document_type text, OUT prefix text, OUT padding integer) LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT s.prefix, s.padding FROM businesses.number_sequences s
    WHERE s.business_id = p_business_id AND s.document_type = p_document_type
        AND s.year <= extract(year FROM now() AT TIME ZONE coalesce((SELECT b.timezone FROM businesses.businesses b WHERE b.id = p_business_id), 'UTC'))
    ORDER BY s.year DESC LIMIT 1
$$;
ALTER FUNCTION businesses.number_form(uuid, text) OWNER TO thorbis_definer;

CREATE FUNCTION businesses.padded(p_number bigint, p_padding integer) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT lpad(p_number::text, greatest(p_padding, length(p_number::text)), '0')
$$;
ALTER FUNCTION businesses.padded(bigint, integer) OWNER TO thorbis_definer;

-- As before, in the form the business gave. Arguments: the column, the prefix.
CREATE OR REPLACE FUNCTION platform.number_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    given text := to_jsonb(NEW) ->> TG_ARGV[0];
    prefix text := TG_ARGV[1];
    padding integer;
    number text;
BEGIN
    IF TG_OP = 'UPDATE' AND given = '' THEN
        RAISE EXCEPTION 'must not be empty.' USING ERRCODE = 'TB422', HINT = TG_ARGV[0], SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    -- Few businesses have sequences of their own: the others pay for no more than this question.
    IF EXISTS (SELECT FROM businesses.number_sequences s WHERE s.business_id = NEW.business_id) THEN
        SELECT n.prefix, n.padding INTO prefix, padding FROM businesses.number_form(NEW.business_id, TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME) AS n;
        prefix := coalesce(prefix, TG_ARGV[1]);
    END IF;
    IF given IS NULL OR given = '' THEN
        number := platform.next_number(NEW.business_id, prefix);
        IF padding IS NOT NULL THEN
            number := regexp_replace(number, '\d+$', '') || businesses.padded(substring(number from '\d+$')::bigint, padding);
        END IF;
        RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], number));
    END IF;
    PERFORM platform.note_number(NEW.business_id, prefix, given);
    RETURN NEW;
END $$;

-- A sequence shows where the counter of its prefix stands.
CREATE FUNCTION businesses.begin_sequence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    -- A number being given out at this moment is waited for, or the sequence would miss it.
    IF TG_OP = 'INSERT' OR (NEW.prefix, NEW.year) <> (OLD.prefix, OLD.year) THEN
        PERFORM FROM platform.document_counters c WHERE c.business_id = NEW.business_id AND c.prefix = NEW.prefix AND c.year = NEW.year FOR SHARE;
    END IF;
    NEW.last_value := coalesce((SELECT c.last_value FROM platform.document_counters c
        WHERE c.business_id = NEW.business_id AND c.prefix = NEW.prefix AND c.year = NEW.year), 0);
    RETURN NEW;
END $$;
ALTER FUNCTION businesses.begin_sequence() OWNER TO thorbis_definer;
CREATE TRIGGER j_begin_sequence BEFORE INSERT OR UPDATE ON businesses.number_sequences FOR EACH ROW EXECUTE FUNCTION businesses.begin_sequence();

CREATE FUNCTION businesses.move_sequence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM businesses.number_sequences s WHERE s.business_id = NEW.business_id) THEN
        RETURN NULL;
    END IF;
    UPDATE businesses.number_sequences s SET last_value = NEW.last_value
    WHERE s.business_id = NEW.business_id AND s.prefix = NEW.prefix AND s.year = NEW.year AND s.last_value <> NEW.last_value;
    RETURN NULL;
END $$;
ALTER FUNCTION businesses.move_sequence() OWNER TO thorbis_definer;
CREATE TRIGGER totals_move_sequence AFTER INSERT OR UPDATE ON platform.document_counters FOR EACH ROW EXECUTE FUNCTION businesses.move_sequence();
INSERT INTO platform.kept_columns (table_name, column_name, sources, recount) VALUES ('businesses.number_sequences', 'last_value', '{platform.document_counters}',
    'coalesce((SELECT c.last_value FROM platform.document_counters c WHERE c.business_id = p.business_id AND c.prefix = p.prefix AND c.year = p.year), 0)');
COMMENT ON COLUMN businesses.number_sequences.document_type IS 'The table whose rows it numbers, such as "hs.work_orders".';
COMMENT ON COLUMN businesses.number_sequences.last_value IS 'The last number given out with this prefix in this year; kept by the system.';
