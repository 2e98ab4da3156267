-- What every row of a table made by the helpers goes through.

-- Stamps who and when, counts versions, and keeps what may not change. The arguments name what the
-- table has: 'soft' for deleted_at and deleted_by, 'append' for rows that are never changed.
CREATE FUNCTION platform.stamp_row() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := coalesce(NEW.created_at, now());
        NEW.created_by := coalesce(auth.uid(), NEW.created_by);
        NEW.updated_at := NEW.created_at;
        NEW.updated_by := NEW.created_by;
        NEW.version := 1;
        RETURN NEW;
    END IF;
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.business_id IS DISTINCT FROM OLD.business_id THEN
        RAISE EXCEPTION 'The id and the business of a record never change.' USING ERRCODE = 'TB422', HINT = 'id',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    NEW.created_at := OLD.created_at;
    NEW.created_by := OLD.created_by;
    NEW.updated_at := now();
    NEW.updated_by := coalesce(auth.uid(), NEW.updated_by);
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

-- After stamping: a delete notes who, a deleted record changes in no other way than by coming back.
CREATE FUNCTION platform.stamp_deletion() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'The record is deleted.' USING ERRCODE = 'TB404';
    END IF;
    NEW.deleted_at := CASE WHEN NEW.deleted_at IS NULL THEN NULL ELSE coalesce(OLD.deleted_at, now()) END;
    NEW.deleted_by := CASE WHEN NEW.deleted_at IS NULL THEN NULL ELSE coalesce(auth.uid(), NEW.deleted_by) END;
    RETURN NEW;
END $$;

CREATE FUNCTION platform.stamp_appended() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'These records are never changed.' USING ERRCODE = 'TB403';
    END IF;
    NEW.created_at := coalesce(NEW.created_at, now());
    NEW.created_by := coalesce(auth.uid(), NEW.created_by);
    RETURN NEW;
END $$;

CREATE FUNCTION platform.stamp_time() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.created_at := OLD.created_at;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

-- The next number of a kind in the business's own year: WO-2025-0001, and longer past 9999.
CREATE FUNCTION platform.next_number(p_business_id uuid, p_prefix text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    zone text := coalesce((SELECT b.timezone FROM businesses.businesses b WHERE b.id = p_business_id), 'UTC');
    this_year integer := extract(year FROM now() AT TIME ZONE zone)::integer;
    number bigint;
BEGIN
    INSERT INTO platform.document_counters AS c (business_id, prefix, year, last_value)
    VALUES (p_business_id, p_prefix, this_year, 1)
    ON CONFLICT (business_id, prefix, year) DO UPDATE SET last_value = c.last_value + 1
    RETURNING c.last_value INTO number;
    RETURN p_prefix || '-' || this_year || '-' || lpad(number::text, greatest(4, length(number::text)), '0');
END $$;

-- A number that a client brings along (from the books it kept before) moves the counter past it.
CREATE FUNCTION platform.note_number(p_business_id uuid, p_prefix text, p_number text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    parts text[] := regexp_match(p_number, '^' || p_prefix || '-(\d{4})-(\d{1,12})$');
BEGIN
    IF parts IS NOT NULL THEN
        INSERT INTO platform.document_counters AS c (business_id, prefix, year, last_value)
        VALUES (p_business_id, p_prefix, parts[1]::integer, parts[2]::bigint)
        ON CONFLICT (business_id, prefix, year) DO UPDATE SET last_value = greatest(c.last_value, excluded.last_value);
    END IF;
END $$;

-- Arguments: the column, the prefix.
CREATE FUNCTION platform.number_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    given text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    IF TG_OP = 'UPDATE' AND given = '' THEN
        RAISE EXCEPTION 'must not be empty.' USING ERRCODE = 'TB422', HINT = TG_ARGV[0], SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    IF given IS NULL OR given = '' THEN
        RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], platform.next_number(NEW.business_id, TG_ARGV[1])));
    END IF;
    PERFORM platform.note_number(NEW.business_id, TG_ARGV[1], given);
    RETURN NEW;
END $$;

-- Arguments: the column, and its transitions as {"from": ["to", ...]}. Fires only where it changes.
CREATE FUNCTION platform.check_flow() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    old_state text := to_jsonb(OLD) ->> TG_ARGV[0];
    new_state text := to_jsonb(NEW) ->> TG_ARGV[0];
    allowed jsonb := coalesce(TG_ARGV[1]::jsonb -> old_state, '[]');
BEGIN
    IF old_state IS NOT NULL AND NOT allowed ? new_state THEN
        RAISE EXCEPTION 'This change of state is not allowed.' USING ERRCODE = 'TB409',
            DETAIL = jsonb_build_object('column', TG_ARGV[0], 'from', old_state, 'to', new_state, 'allowed', allowed)::text;
    END IF;
    RETURN NEW;
END $$;

-- Arguments: an array column, the schema and the table its ids must be of, in the same business.
CREATE FUNCTION platform.check_id_list() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    ids uuid[] := ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(to_jsonb(NEW) -> TG_ARGV[0], 'null'), '[]'))::uuid);
    known integer;
    wanted integer;
BEGIN
    SELECT count(DISTINCT id) INTO wanted FROM unnest(ids) AS id;
    IF TG_ARGV[1] = 'users' AND TG_ARGV[2] = 'users' THEN
        SELECT count(*) INTO known FROM users.business_users m WHERE m.business_id = NEW.business_id AND m.user_id = ANY (ids);
    ELSE
        EXECUTE format('SELECT count(*) FROM %I.%I WHERE business_id = $1 AND id = ANY ($2)', TG_ARGV[1], TG_ARGV[2])
            INTO known USING NEW.business_id, ids;
    END IF;
    IF known <> wanted THEN
        RAISE EXCEPTION 'names a record that does not exist.' USING ERRCODE = 'TB422', HINT = TG_ARGV[0], SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

ALTER FUNCTION platform.next_number(uuid, text) OWNER TO thorbis_definer;
ALTER FUNCTION platform.note_number(uuid, text, text) OWNER TO thorbis_definer;
ALTER FUNCTION platform.number_row() OWNER TO thorbis_definer;
ALTER FUNCTION platform.check_id_list() OWNER TO thorbis_definer;
