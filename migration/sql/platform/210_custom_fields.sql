-- Fields a business adds: what a field is stays once it has values, and a value is of its field's kind.

CREATE FUNCTION platform.keep_field() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM platform.custom_field_values v WHERE v.business_id = NEW.business_id AND v.custom_field_definition_id = NEW.id) THEN
        PERFORM platform.refuse(CASE WHEN NEW.key <> OLD.key THEN 'key' WHEN NEW.kind <> OLD.kind THEN 'kind' ELSE 'entity_type' END,
            'stays as it is, for the field has values.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION platform.keep_field() OWNER TO thorbis_definer;
CREATE TRIGGER j_keep_field BEFORE UPDATE ON platform.custom_field_definitions FOR EACH ROW
    WHEN ((OLD.key, OLD.kind, OLD.entity_type) IS DISTINCT FROM (NEW.key, NEW.kind, NEW.entity_type)) EXECUTE FUNCTION platform.keep_field();

CREATE FUNCTION platform.check_field_value() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    field platform.custom_field_definitions;
    wanted text;
    other text;
BEGIN
    -- Held, so that the field is not changed before it has this value.
    SELECT * INTO field FROM platform.custom_field_definitions d WHERE d.business_id = NEW.business_id AND d.id = NEW.custom_field_definition_id FOR SHARE;
    -- That there is a field, and a value, is for the table's own constraints to say.
    IF NOT FOUND OR num_nonnulls(NEW.text_value, NEW.number_value, NEW.date_value, NEW.timestamp_value, NEW.boolean_value, NEW.choice_values, NEW.user_id, NEW.file_id) = 0 THEN
        RETURN NEW;
    END IF;
    wanted := CASE field.kind WHEN 'text' THEN 'text_value' WHEN 'url' THEN 'text_value' WHEN 'number' THEN 'number_value' WHEN 'money' THEN 'number_value'
        WHEN 'date' THEN 'date_value' WHEN 'timestamp' THEN 'timestamp_value' WHEN 'boolean' THEN 'boolean_value'
        WHEN 'choice' THEN 'choice_values' WHEN 'multiple_choice' THEN 'choice_values' WHEN 'user' THEN 'user_id' ELSE 'file_id' END;
    IF to_jsonb(NEW) -> wanted = 'null' THEN
        PERFORM platform.refuse(wanted, format('must hold the value, for the field is of the kind %s.', field.kind), TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    FOREACH other IN ARRAY ARRAY['text_value', 'number_value', 'date_value', 'timestamp_value', 'boolean_value', 'choice_values', 'user_id', 'file_id'] LOOP
        IF other <> wanted AND to_jsonb(NEW) -> other <> 'null' THEN
            PERFORM platform.refuse(other, format('must be left out, for the field is of the kind %s.', field.kind), TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END LOOP;
    IF wanted = 'choice_values' AND NOT NEW.choice_values <@ field.choices THEN
        PERFORM platform.refuse(wanted, format('must be of: %s.', array_to_string(field.choices, ', ')), TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF field.kind = 'choice' AND cardinality(NEW.choice_values) <> 1 THEN
        PERFORM platform.refuse(wanted, 'must be one choice.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION platform.check_field_value() OWNER TO thorbis_definer;
CREATE TRIGGER j_check_field_value BEFORE INSERT OR UPDATE ON platform.custom_field_values FOR EACH ROW EXECUTE FUNCTION platform.check_field_value();
