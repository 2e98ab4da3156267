-- A record under an active hold is neither deleted nor anonymised, by anybody.

CALL platform.stamp_states('audit.legal_holds', 'status', '{"released": {"released_at": "now()", "released_by_id": "auth.uid()"}}');

-- A hold begins when it is written, ends when it is released, and what was held is known afterwards.
CREATE FUNCTION audit.keep_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.deleted_at IS NOT NULL AND OLD.status = 'active'
        AND EXISTS (SELECT FROM audit.legal_hold_items i WHERE i.business_id = OLD.business_id AND i.legal_hold_id = OLD.id)
    THEN
        RAISE EXCEPTION 'A hold is released before it is deleted.' USING ERRCODE = 'TB409';
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION audit.keep_hold() OWNER TO thorbis_definer;
CREATE TRIGGER j_keep_hold BEFORE UPDATE OF deleted_at ON audit.legal_holds FOR EACH ROW EXECUTE FUNCTION audit.keep_hold();

CREATE FUNCTION audit.is_held(p_business_id uuid, p_entity_type text, p_entity_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT EXISTS (SELECT FROM audit.legal_hold_items i JOIN audit.legal_holds h ON h.business_id = i.business_id AND h.id = i.legal_hold_id
        WHERE i.business_id = p_business_id AND i.entity_type = p_entity_type AND (i.entity_id IS NULL OR i.entity_id = p_entity_id)
            AND h.status = 'active' AND h.deleted_at IS NULL)
$$;
ALTER FUNCTION audit.is_held(uuid, text, uuid) OWNER TO thorbis_definer;
GRANT EXECUTE ON FUNCTION audit.is_held(uuid, text, uuid) TO thorbis_gateway;
COMMENT ON FUNCTION audit.is_held(uuid, text, uuid) IS 'Whether a record is under an active legal hold.';

CREATE FUNCTION audit.refuse_held() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF audit.is_held(OLD.business_id, TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, OLD.id) THEN
        RAISE EXCEPTION 'The record is under a legal hold.' USING ERRCODE = 'TB403';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
GRANT EXECUTE ON FUNCTION audit.refuse_held() TO thorbis_definer;

-- On every table of the businesses. The holds themselves go by their own rules.
DO $$
DECLARE
    entry record;
BEGIN
    FOR entry IN SELECT format('%I.%I', r.schema_name, r.table_name) AS name, r.soft_delete,
            platform.has_column(format('%I.%I', r.schema_name, r.table_name)::regclass, 'erased_at') AS erasable
        FROM platform.table_rules r WHERE r.kind = 'tenant' AND (r.schema_name, r.table_name) NOT IN (('audit', 'legal_holds'), ('audit', 'legal_hold_items')) ORDER BY 1
    LOOP
        EXECUTE format('CREATE TRIGGER i_held_deletion BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.refuse_held()', entry.name);
        IF entry.soft_delete THEN
            EXECUTE format('CREATE TRIGGER i_held BEFORE UPDATE OF deleted_at ON %s FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION audit.refuse_held()', entry.name);
        END IF;
        IF entry.erasable THEN
            EXECUTE format('CREATE TRIGGER i_held_erasure BEFORE UPDATE OF erased_at ON %s FOR EACH ROW WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION audit.refuse_held()', entry.name);
        END IF;
    END LOOP;
END $$;
