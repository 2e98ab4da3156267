-- Rules of every table that a client could get around.

-- Most rules lock what they look at and then look. In a transaction whose snapshot is older than the lock they look
-- at what was: a bill is paid twice, and both see it unpaid. SERIALIZABLE notices only what others of its kind do.
CREATE FUNCTION platform.refuse_old_snapshot() RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION 'Changes are made in READ COMMITTED.' USING ERRCODE = '25001';
END $$;
GRANT EXECUTE ON FUNCTION platform.refuse_old_snapshot() TO thorbis_gateway, thorbis_definer;

CREATE OR REPLACE FUNCTION platform.stamp_row() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        PERFORM platform.refuse_old_snapshot();
    END IF;
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

CREATE OR REPLACE FUNCTION platform.stamp_appended() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        PERFORM platform.refuse_old_snapshot();
    END IF;
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'These records are never changed.' USING ERRCODE = 'TB403';
    END IF;
    NEW.created_at := coalesce(NEW.created_at, now());
    NEW.created_by := coalesce(auth.uid(), NEW.created_by);
    RETURN NEW;
END $$;

-- A number that a client brings along moves the counter past it, but not to where no number follows: one more digit
-- than the pattern knew, and every later one was a number that was taken.
CREATE OR REPLACE FUNCTION platform.note_number(p_business_id uuid, p_prefix text, p_number text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    parts text[] := regexp_match(p_number, '^' || p_prefix || '-(\d{4})-0*(\d{1,9})$');
BEGIN
    IF parts IS NOT NULL THEN
        INSERT INTO platform.document_counters AS c (business_id, prefix, year, last_value)
        VALUES (p_business_id, p_prefix, parts[1]::integer, parts[2]::bigint)
        ON CONFLICT (business_id, prefix, year) DO UPDATE SET last_value = greatest(c.last_value, excluded.last_value);
    END IF;
END $$;

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
    IF given ~ ('^' || prefix || '-\d{4}-0*\d{10,}$') THEN
        RAISE EXCEPTION 'must count no further than 999999999.' USING ERRCODE = 'TB422', HINT = TG_ARGV[0], SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM platform.note_number(NEW.business_id, prefix, given);
    RETURN NEW;
END $$;

-- No record is its own parent's parent, whichever column says so.
DO $$
DECLARE
    own record;
BEGIN
    FOR own IN
        SELECT k.conrelid::regclass AS place, a.attname FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[cardinality(k.conkey)]
        WHERE k.contype = 'f' AND k.conrelid = k.confrelid AND cardinality(k.conkey) = 2
            AND has_column_privilege('thorbis_gateway', k.conrelid, a.attname, 'UPDATE')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
                WHERE t.tgrelid = k.conrelid AND NOT t.tgisinternal AND f.proname || f.prosrc ~* 'circle|recursive')
        ORDER BY 1, 2
    LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OF %I ON %s FOR EACH ROW WHEN (NEW.%2$I IS NOT NULL) EXECUTE FUNCTION platform.refuse_circle(%4$L)',
            platform.short_name(ARRAY['y_circle', own.attname]), own.attname, own.place, own.attname);
    END LOOP;
END $$;

-- What is only ever added to is not erased by way of the record it hangs on.
DO $$
DECLARE
    tie record;
BEGIN
    FOR tie IN
        SELECT k.conrelid::regclass AS place, k.conname, pg_get_constraintdef(k.oid) AS definition FROM pg_catalog.pg_constraint k
        JOIN platform.table_rules r ON to_regclass(format('%I.%I', r.schema_name, r.table_name)) = k.conrelid
        WHERE k.contype = 'f' AND k.confdeltype = 'c' AND k.conparentid = 0 AND r.append_only AND k.confrelid <> 'businesses.businesses'::regclass
            AND has_table_privilege('thorbis_gateway', k.confrelid, 'DELETE')
        ORDER BY 1, 2
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s', tie.place, tie.conname,
            replace(tie.definition, 'ON DELETE CASCADE', 'ON DELETE NO ACTION'));
    END LOOP;
END $$;

-- Days of the week are 1 to 7, months 1 to 12, wherever a table lists them.
DO $$
DECLARE
    list record;
BEGIN
    FOR list IN
        SELECT c.oid::regclass AS place, c.relname, a.attname, CASE WHEN a.attname LIKE '%months' THEN '{1,2,3,4,5,6,7,8,9,10,11,12}' ELSE '{1,2,3,4,5,6,7}' END AS allowed
        FROM platform.table_rules r JOIN pg_catalog.pg_class c ON c.oid = to_regclass(format('%I.%I', r.schema_name, r.table_name))
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.atttypid = 'integer[]'::regtype AND NOT a.attisdropped
        WHERE (a.attname LIKE '%months' OR a.attname LIKE '%\_days' OR a.attname LIKE 'days\_%')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(k.oid) LIKE '%<@%')
        ORDER BY 1, 3
    LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%I <@ %L)', list.place, list.relname || '_' || list.attname || '_rule', list.attname, list.allowed);
    END LOOP;
END $$;
