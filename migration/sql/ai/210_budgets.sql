-- What assistants may cost: a budget's spend follows its operations, and a used up budget admits no more.

ALTER TABLE ai.ai_operations
    ADD CONSTRAINT ai_operations_cost_usd_range CHECK (cost_usd >= 0),
    ADD CONSTRAINT ai_operations_tokens_range CHECK (prompt_tokens >= 0 AND completion_tokens >= 0 AND total_tokens >= 0);

-- The first day of the period a day lies in; weeks begin on Monday.
CREATE FUNCTION ai.period_start(p_period text, p_day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN date_trunc(p_period, p_day::timestamp)::date;

-- A moment as a day of the business's own calendar.
CREATE FUNCTION ai.day_of(p_business_id uuid, p_moment timestamptz) RETURNS date LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT (p_moment AT TIME ZONE coalesce((SELECT b.timezone FROM businesses.businesses b WHERE b.id = p_business_id), 'UTC'))::date
$$;

-- What operations of a budget cost since the first day of its period. What was blocked never ran; what is
-- pending counts with the cost it is expected to have.
CREATE FUNCTION ai.budget_spent(p_business_id uuid, p_budget_id uuid, p_from date) RETURNS numeric LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT least(coalesce(sum(o.cost_usd), 0), 999999.999999) FROM ai.ai_operations o
    WHERE o.business_id = p_business_id AND o.budget_id = p_budget_id AND o.status <> 'blocked'
        AND o.created_at >= (SELECT p_from::timestamp AT TIME ZONE b.timezone FROM businesses.businesses b WHERE b.id = p_business_id)
$$;
GRANT EXECUTE ON FUNCTION ai.period_start(text, date), ai.day_of(uuid, timestamptz), ai.budget_spent(uuid, uuid, date) TO thorbis_definer;

INSERT INTO platform.kept_columns (table_name, column_name, sources, recount)
VALUES ('ai.budgets', 'spent_usd', '{ai.ai_operations}', 'ai.budget_spent(p.business_id, p.id, p.period_started_on)');

-- A budget begins with the present period, and begins anew where another kind of period is chosen.
CREATE FUNCTION ai.begin_budget_period() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.period <> OLD.period THEN
        NEW.period_started_on := ai.period_start(NEW.period, ai.day_of(NEW.business_id, now()));
        NEW.spent_usd := ai.budget_spent(NEW.business_id, NEW.id, NEW.period_started_on);
    ELSIF OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN
        NEW.spent_usd := ai.budget_spent(NEW.business_id, NEW.id, NEW.period_started_on);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ai.begin_budget_period() OWNER TO thorbis_definer;
CREATE TRIGGER m_derive_period BEFORE INSERT OR UPDATE ON ai.budgets FOR EACH ROW EXECUTE FUNCTION ai.begin_budget_period();

-- The first operation of a new period turns the page. Nothing else does: a budget nobody uses keeps its last period.
CREATE FUNCTION ai.recount_budgets(p_business uuid, p_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM ai.budgets b WHERE b.business_id = p_business AND b.id = ANY (p_ids) ORDER BY b.id FOR NO KEY UPDATE;
    UPDATE ai.budgets b SET period_started_on = t.started_on, spent_usd = ai.budget_spent(b.business_id, b.id, t.started_on)
    FROM (
        SELECT p.id, greatest(p.period_started_on, ai.period_start(p.period, ai.day_of(p.business_id, (
            SELECT max(o.created_at) FROM ai.ai_operations o WHERE o.business_id = p.business_id AND o.budget_id = p.id)))) AS started_on
        FROM ai.budgets p WHERE p.business_id = p_business AND p.id = ANY (p_ids) AND p.deleted_at IS NULL
    ) AS t
    WHERE b.business_id = p_business AND b.id = t.id
        AND (b.period_started_on, b.spent_usd) IS DISTINCT FROM (t.started_on, ai.budget_spent(b.business_id, b.id, t.started_on));
END $$;
ALTER FUNCTION ai.recount_budgets(uuid, uuid[]) OWNER TO thorbis_definer;
CALL platform.keep_from('ai', 'keep_budgets_from_ai_operations', 'recount_budgets', 'ai.ai_operations', 'budget_id', '{budget_id,cost_usd,status}');

-- A budget is of whom and what it names, and one that blocks admits a new operation only while its limit
-- holds. The budget's row is locked, so that two operations cannot both take the last dollar. What was
-- spent already is recorded whatever it cost.
CREATE FUNCTION ai.check_budget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    budget ai.budgets;
    spent numeric;
BEGIN
    SELECT * INTO budget FROM ai.budgets b WHERE b.business_id = NEW.business_id AND b.id = NEW.budget_id FOR NO KEY UPDATE;
    IF budget.user_id <> NEW.user_id OR budget.assistant_id <> NEW.assistant_id THEN
        PERFORM platform.refuse('budget_id', 'must be a budget of this person and this assistant.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    IF NEW.status = 'pending' AND budget.is_active AND budget.on_exceeded = 'block' THEN
        spent := CASE WHEN budget.period_started_on = ai.period_start(budget.period, ai.day_of(NEW.business_id, now())) THEN budget.spent_usd ELSE 0 END;
        IF spent >= budget.limit_usd OR spent + coalesce(NEW.cost_usd, 0) > budget.limit_usd THEN
            PERFORM platform.refuse('budget_id', 'is used up; raise its limit or wait for the next period.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION ai.check_budget() OWNER TO thorbis_definer;
CREATE TRIGGER j_budget BEFORE INSERT OR UPDATE OF budget_id ON ai.ai_operations FOR EACH ROW WHEN (NEW.budget_id IS NOT NULL)
    EXECUTE FUNCTION ai.check_budget();
COMMENT ON COLUMN ai.budgets.period_started_on IS 'The first day of the period that spent_usd is of, in the business''s time zone; the next operation turns the page.';
COMMENT ON COLUMN ai.budgets.spent_usd IS 'The cost of the period''s operations; kept by the system.';

-- An operation that is written once it is over ended as long after its beginning as it took.
CALL platform.stamp_states('ai.ai_operations', 'status', $stamps${
    "completed": {"completed_at": "CASE TG_OP WHEN 'INSERT' THEN NEW.created_at + least(coalesce(NEW.response_time_ms, 0), 86400000) * interval '1 millisecond' ELSE now() END"},
    "failed": {"completed_at": "CASE TG_OP WHEN 'INSERT' THEN NEW.created_at + least(coalesce(NEW.response_time_ms, 0), 86400000) * interval '1 millisecond' ELSE now() END"},
    "blocked": {"completed_at": "CASE TG_OP WHEN 'INSERT' THEN NEW.created_at ELSE now() END"}
}$stamps$);
