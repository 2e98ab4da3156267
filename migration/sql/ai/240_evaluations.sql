-- Evaluation runs count their results; knowledge sources count what was indexed.

CALL platform.keep_totals('ai.evaluation_runs', $totals${
    "case_count": "(SELECT count(*)::integer FROM ai.evaluation_results c WHERE c.business_id = p.business_id AND c.evaluation_run_id = p.id)",
    "passed_count": "(SELECT count(*)::integer FROM ai.evaluation_results c WHERE c.business_id = p.business_id AND c.evaluation_run_id = p.id AND c.is_passed)",
    "average_score": "(SELECT round(avg(c.score), 4) FROM ai.evaluation_results c WHERE c.business_id = p.business_id AND c.evaluation_run_id = p.id)",
    "cost_usd": "(SELECT least(coalesce(sum(o.cost_usd), 0), 999999.999999) FROM ai.evaluation_results c JOIN ai.ai_operations o ON o.id = c.operation_id WHERE c.business_id = p.business_id AND c.evaluation_run_id = p.id)"
}$totals$, '{"ai.evaluation_results": ["evaluation_run_id"]}');
UPDATE platform.kept_columns SET sources = '{ai.evaluation_results,ai.ai_operations}' WHERE (table_name, column_name) = ('ai.evaluation_runs', 'cost_usd');

-- What an operation cost may become known after its result was scored.
CREATE FUNCTION ai.keep_evaluation_costs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    runs uuid[] := ARRAY(SELECT DISTINCT r.evaluation_run_id FROM ai.evaluation_results r WHERE r.business_id = NEW.business_id AND r.operation_id = NEW.id);
BEGIN
    IF runs <> '{}' THEN
        PERFORM ai.recount_evaluation_runs_average_score(NEW.business_id, runs);
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION ai.keep_evaluation_costs() OWNER TO thorbis_definer;
CREATE TRIGGER totals_evaluation_costs AFTER UPDATE OF cost_usd ON ai.ai_operations FOR EACH ROW WHEN (OLD.cost_usd IS DISTINCT FROM NEW.cost_usd)
    EXECUTE FUNCTION ai.keep_evaluation_costs();

CALL platform.stamp_states('ai.evaluation_runs', 'status', '{"running": {"started_at": "now()"}, "completed": {"finished_at": "now()"},
    "failed": {"finished_at": "now()"}, "cancelled": {"finished_at": "now()"}}');

-- A set of a prompt tests versions of that prompt.
CREATE FUNCTION ai.check_evaluation_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM ai.evaluation_sets s JOIN ai.prompt_versions v ON v.business_id = s.business_id AND v.id = NEW.prompt_version_id
        WHERE s.business_id = NEW.business_id AND s.id = NEW.evaluation_set_id AND s.prompt_id <> v.prompt_id) THEN
        PERFORM platform.refuse('evaluation_set_id', 'must be a set of the version''s prompt.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ai.check_evaluation_run() OWNER TO thorbis_definer;
CREATE TRIGGER j_set BEFORE INSERT OR UPDATE OF evaluation_set_id, prompt_version_id ON ai.evaluation_runs
    FOR EACH ROW EXECUTE FUNCTION ai.check_evaluation_run();

CREATE FUNCTION ai.check_evaluation_result() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ai.evaluation_runs r JOIN ai.evaluation_cases c ON c.business_id = r.business_id AND c.evaluation_set_id = r.evaluation_set_id
        WHERE r.business_id = NEW.business_id AND r.id = NEW.evaluation_run_id AND c.id = NEW.evaluation_case_id) THEN
        PERFORM platform.refuse('evaluation_case_id', 'must be a case of the set that the run tests.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ai.check_evaluation_result() OWNER TO thorbis_definer;
CREATE TRIGGER j_case BEFORE INSERT ON ai.evaluation_results FOR EACH ROW EXECUTE FUNCTION ai.check_evaluation_result();

-- An item is a record or file that was indexed, in however many pieces.
CALL platform.keep_totals('ai.knowledge_sources', $totals${
    "item_count": "(SELECT count(DISTINCT (c.entity_type, c.entity_id))::integer FROM ai.embeddings c WHERE c.business_id = p.business_id AND c.knowledge_source_id = p.id)"
}$totals$, '{"ai.embeddings": ["knowledge_source_id", "entity_type", "entity_id"]}');
CALL platform.stamp_states('ai.knowledge_sources', 'status', '{"ready": {"last_indexed_at": "now()", "error_message": "NULL"}, "pending": {"error_message": "NULL"}}');

-- A source is what its kind says, and nothing else beside.
CREATE FUNCTION ai.check_knowledge_source() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    wanted text := CASE NEW.kind WHEN 'file' THEN 'file_id' WHEN 'folder' THEN 'folder_id' WHEN 'website' THEN 'url' WHEN 'table' THEN 'table_name' ELSE 'integration_id' END;
    given text[] := ARRAY(SELECT key FROM jsonb_each_text(to_jsonb(NEW)) AS c
        WHERE c.key IN ('file_id', 'folder_id', 'url', 'table_name', 'integration_id') AND c.value IS NOT NULL);
BEGIN
    IF wanted <> ALL (given) THEN
        PERFORM platform.refuse(wanted, 'must be given for a source of this kind.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF cardinality(given) > 1 THEN
        PERFORM platform.refuse((array_remove(given, wanted))[1], 'must be left out for a source of this kind.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER j_kind BEFORE INSERT OR UPDATE ON ai.knowledge_sources FOR EACH ROW EXECUTE FUNCTION ai.check_knowledge_source();
