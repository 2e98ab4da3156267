-- A rule over one row, kept columns that are counted as the row itself is written, and amounts that fit.

-- A rule over NEW that every client keeps. p_column is the one whose other value mends the row; the rule is
-- looked at when one of p_watched is written. What is unknown breaks no rule.
--   CALL platform.require('rest.order_discounts', 'order_item_id', 'NEW.order_item_id IS NULL OR EXISTS (SELECT …)', 'must be an item of the order.', '{order_id,order_item_id}');
CREATE PROCEDURE platform.require(p_table text, p_column text, p_condition text, p_message text, p_watched text[])
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    schema text := split_part(p_table, '.', 1);
    short text := split_part(p_table, '.', 2);
    function_name text := platform.short_name(ARRAY['require', short, p_column]);
BEGIN
    EXECUTE format($body$
CREATE FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $trigger$
BEGIN
    IF (%3$s) IS FALSE THEN
        PERFORM platform.refuse(%4$L, %5$L, TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $trigger$ $body$, schema, function_name, p_condition, p_column, p_message);
    EXECUTE format('ALTER FUNCTION %I.%I() OWNER TO thorbis_definer', schema, function_name);
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OF %s ON %s FOR EACH ROW EXECUTE FUNCTION %I.%I()',
        platform.short_name(ARRAY['j', function_name]), (SELECT string_agg(quote_ident(c), ', ') FROM unnest(p_watched) AS c), p_table::regclass, schema, function_name);
END $$;

-- Kept columns that depend on columns of their own row too: they are counted as it is made, and when one of
-- p_watched is written, so that whoever writes it reads the right value at once.
CREATE PROCEDURE platform.count_in_row(p_table text, p_columns text[], p_watched text[]) LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    schema text := split_part(p_table, '.', 1);
    function_name text := platform.short_name(ARRAY['count', split_part(p_table, '.', 2), p_columns[1]]);
    assignments text := (SELECT string_agg(format('    NEW.%I := %s;', k.column_name, k.recount), E'\n' ORDER BY array_position(p_columns, k.column_name))
        FROM platform.kept_columns k WHERE k.table_name = p_table AND k.column_name = ANY (p_columns));
BEGIN
    EXECUTE format($body$
CREATE FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $trigger$
DECLARE
    p %3$s := NEW;
BEGIN
%4$s
    RETURN NEW;
END $trigger$ $body$, schema, function_name, p_table::regclass, assignments);
    EXECUTE format('ALTER FUNCTION %I.%I() OWNER TO thorbis_definer', schema, function_name);
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE%s ON %s FOR EACH ROW EXECUTE FUNCTION %I.%I()',
        platform.short_name(ARRAY['m', function_name]),
        CASE WHEN p_watched <> '{}' THEN ' OF ' || (SELECT string_agg(quote_ident(c), ', ') FROM unnest(p_watched) AS c) ELSE '' END,
        p_table::regclass, schema, function_name);
END $$;

-- Notes columns that hand-written triggers keep; %I in the expression stands for the column's name.
CREATE PROCEDURE platform.note_kept(p_table text, p_columns text[], p_sources text[], p_recount text) LANGUAGE sql SET search_path = '' AS $$
    INSERT INTO platform.kept_columns (table_name, column_name, sources, recount)
    SELECT p_table, c, p_sources, replace(p_recount, '%I', quote_ident(c)) FROM unnest(p_columns) AS c
$$;

-- An amount that fits its column, whatever was added up.
CREATE FUNCTION platform.money(p_amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN least(greatest(round(coalesce(p_amount, 0), 2), -9999999999.99), 9999999999.99);
CREATE FUNCTION platform.quantity(p_quantity numeric) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN least(greatest(round(coalesce(p_quantity, 0), 3), -999999999.999), 999999999.999);

-- Part of an amount, of many that add up to the whole: the rounded sum up to it less the rounded sum before
-- it. No part is negative or more than its own weight, and no cent is lost.
CREATE FUNCTION platform.portion(p_amount numeric, p_whole numeric, p_before numeric, p_weight numeric) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN p_whole > 0 THEN round(p_amount * (p_before + p_weight) / p_whole, 2) - round(p_amount * p_before / p_whole, 2) ELSE 0 END;
GRANT EXECUTE ON FUNCTION platform.money(numeric), platform.quantity(numeric), platform.portion(numeric, numeric, numeric, numeric) TO thorbis_definer, thorbis_gateway;
