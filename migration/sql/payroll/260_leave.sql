-- Leave: what was earned and used makes the balance; what is asked for is held back from it.

CREATE FUNCTION payroll.leave_asked_for(p_balance payroll.leave_balances) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT payroll.bounded(sum(q.hours), 39999.99) FROM payroll.leave_requests q
    WHERE q.business_id = p_balance.business_id AND q.employee_id = p_balance.employee_id AND q.leave_policy_id = p_balance.leave_policy_id
        AND q.status IN ('pending', 'approved') AND q.deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM payroll.leave_transactions t WHERE t.business_id = q.business_id AND t.leave_request_id = q.id AND t.transaction_type = 'usage')
$$;
ALTER FUNCTION payroll.leave_asked_for(payroll.leave_balances) OWNER TO thorbis_definer;
CALL platform.keep_totals('payroll.leave_balances', '{
    "balance_hours": "(SELECT payroll.bounded(sum(t.hours), 49999.99) FROM payroll.leave_transactions t WHERE t.business_id = p.business_id AND t.leave_balance_id = p.id)",
    "accrued_this_year": "(SELECT payroll.bounded(sum(t.hours), 49999.99) FROM payroll.leave_transactions t WHERE t.business_id = p.business_id AND t.leave_balance_id = p.id AND t.transaction_type IN (''accrual'', ''grant'') AND t.effective_on >= date_trunc(''year'', current_date)::date AND t.effective_on < (date_trunc(''year'', current_date) + interval ''1 year'')::date)",
    "used_this_year": "(SELECT payroll.bounded(-sum(t.hours), 49999.99) FROM payroll.leave_transactions t WHERE t.business_id = p.business_id AND t.leave_balance_id = p.id AND t.transaction_type IN (''usage'', ''reversal'') AND t.effective_on >= date_trunc(''year'', current_date)::date AND t.effective_on < (date_trunc(''year'', current_date) + interval ''1 year'')::date)",
    "pending_hours": "payroll.leave_asked_for(p)"}',
    '{"payroll.leave_transactions": ["leave_balance_id", "hours"], "payroll.leave_balances": ["id", "employee_id", "leave_policy_id"]}');

CREATE FUNCTION payroll.hold_leave() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM payroll.recount_leave_balances_accrued_this_year(coalesce(NEW.business_id, OLD.business_id), ARRAY(SELECT b.id FROM payroll.leave_balances b
        WHERE b.business_id = coalesce(NEW.business_id, OLD.business_id)
            AND (b.employee_id, b.leave_policy_id) IN ((NEW.employee_id, NEW.leave_policy_id), (OLD.employee_id, OLD.leave_policy_id))));
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.hold_leave() OWNER TO thorbis_definer;
CREATE TRIGGER totals_balance AFTER INSERT OR DELETE ON payroll.leave_requests FOR EACH ROW EXECUTE FUNCTION payroll.hold_leave();
CREATE TRIGGER totals_balance_later AFTER UPDATE ON payroll.leave_requests FOR EACH ROW
    WHEN ((OLD.employee_id, OLD.leave_policy_id, OLD.hours, OLD.status, OLD.deleted_at)
        IS DISTINCT FROM (NEW.employee_id, NEW.leave_policy_id, NEW.hours, NEW.status, NEW.deleted_at)) EXECUTE FUNCTION payroll.hold_leave();

-- Nobody uses more than they have, unless the policy lends it; counted under a lock on the balance, so
-- that two uses at once do not share the same hours. What is earned stops at the policy's maximum.
CREATE FUNCTION payroll.check_leave_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    balance payroll.leave_balances;
    policy payroll.leave_policies;
    after numeric;
BEGIN
    SELECT * INTO balance FROM payroll.leave_balances b WHERE b.business_id = NEW.business_id AND b.id = NEW.leave_balance_id FOR NO KEY UPDATE;
    SELECT * INTO policy FROM payroll.leave_policies p WHERE p.business_id = NEW.business_id AND p.id = balance.leave_policy_id;
    -- The level of the row is counted once a statement; its moves may be more by now.
    SELECT coalesce(sum(t.hours), 0) + NEW.hours INTO after FROM payroll.leave_transactions t
    WHERE t.business_id = NEW.business_id AND t.leave_balance_id = NEW.leave_balance_id;
    IF after < 0 AND NEW.transaction_type IN ('usage', 'payout', 'forfeiture') AND NOT policy.allows_negative_balance THEN
        PERFORM platform.refuse('hours', 'must be no more than the balance.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF after > policy.maximum_balance_hours AND NEW.transaction_type IN ('accrual', 'grant') THEN
        PERFORM platform.refuse('hours', 'must not raise the balance above the policy''s maximum.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF abs(after) > 49999.99 THEN
        PERFORM platform.refuse('hours', 'must keep the balance within 49999.99 hours.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF EXISTS (SELECT FROM payroll.leave_requests q WHERE q.business_id = NEW.business_id AND q.id = NEW.leave_request_id
        AND (q.employee_id, q.leave_policy_id) <> (balance.employee_id, balance.leave_policy_id))
    THEN
        PERFORM platform.refuse('leave_request_id', 'must be for the same employee and policy.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_leave_transaction() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT ON payroll.leave_transactions FOR EACH ROW EXECUTE FUNCTION payroll.check_leave_transaction();

-- A request is granted within what is left. Kinds of leave that nobody counts have no balance to look at.
CREATE FUNCTION payroll.check_leave_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    has numeric;
    granted numeric;
BEGIN
    SELECT b.balance_hours INTO has FROM payroll.leave_balances b JOIN payroll.leave_policies p ON p.business_id = b.business_id AND p.id = b.leave_policy_id
    WHERE b.business_id = NEW.business_id AND b.employee_id = NEW.employee_id AND b.leave_policy_id = NEW.leave_policy_id AND NOT p.allows_negative_balance
    FOR NO KEY UPDATE OF b;
    SELECT coalesce(sum(q.hours), 0) INTO granted FROM payroll.leave_requests q WHERE q.business_id = NEW.business_id AND q.employee_id = NEW.employee_id
        AND q.leave_policy_id = NEW.leave_policy_id AND q.id <> NEW.id AND q.status = 'approved' AND q.deleted_at IS NULL;
    IF granted + NEW.hours > has THEN
        PERFORM platform.refuse('hours', 'must be no more than the leave that is left.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_leave_request() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE UPDATE ON payroll.leave_requests FOR EACH ROW
    WHEN (NEW.status = 'approved' AND (OLD.status, OLD.hours) IS DISTINCT FROM (NEW.status, NEW.hours)) EXECUTE FUNCTION payroll.check_leave_request();
CALL platform.stamp_states('payroll.leave_requests', 'status', '{
    "approved": {"decided_at": "now()", "decided_by_id": "auth.uid()"}, "denied": {"decided_at": "now()", "decided_by_id": "auth.uid()"}}');

-- Leave taken is booked, unless somebody booked it already.
CREATE FUNCTION payroll.book_leave() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO payroll.leave_transactions (business_id, leave_balance_id, leave_request_id, transaction_type, hours, effective_on, description)
    SELECT b.business_id, b.id, NEW.id, 'usage', -NEW.hours, NEW.starts_on, 'Leave taken' FROM payroll.leave_balances b
    WHERE b.business_id = NEW.business_id AND b.employee_id = NEW.employee_id AND b.leave_policy_id = NEW.leave_policy_id
        AND NOT EXISTS (SELECT FROM payroll.leave_transactions t WHERE t.business_id = b.business_id AND t.leave_request_id = NEW.id AND t.transaction_type = 'usage');
    RETURN NULL;
END $$;
ALTER FUNCTION payroll.book_leave() OWNER TO thorbis_definer;
CREATE TRIGGER books AFTER UPDATE OF status ON payroll.leave_requests FOR EACH ROW WHEN (NEW.status = 'taken' AND OLD.status <> 'taken')
    EXECUTE FUNCTION payroll.book_leave();

COMMENT ON COLUMN payroll.leave_balances.balance_hours IS 'Hours earned and not used; kept by the system.';
COMMENT ON COLUMN payroll.leave_balances.pending_hours IS 'Hours asked for and not booked yet; kept by the system.';
COMMENT ON COLUMN payroll.leave_balances.accrued_this_year IS 'Hours earned or granted this year; kept by the system.';
COMMENT ON COLUMN payroll.leave_balances.used_this_year IS 'Hours used this year; kept by the system.';
