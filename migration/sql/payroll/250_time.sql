-- Time worked: breaks to entries, entries and leave to time sheets.

-- Longer spans are forgotten clock-outs, and their hours would not fit. An entry is on its employee's own
-- time sheet, and an approved sheet takes no changes; the lock keeps it from being approved meanwhile.
CREATE FUNCTION payroll.check_time_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    sheet payroll.timesheets;
BEGIN
    IF NEW.clocked_out_at NOT BETWEEN NEW.clocked_in_at - interval '7 days' AND NEW.clocked_in_at + interval '7 days' THEN
        PERFORM platform.refuse('clocked_out_at', 'must be within seven days of the clock-in.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    FOR sheet IN SELECT * FROM payroll.timesheets t WHERE t.business_id = NEW.business_id AND t.id IN (NEW.timesheet_id, OLD.timesheet_id)
        ORDER BY t.id FOR NO KEY UPDATE
    LOOP
        IF sheet.status IN ('approved', 'locked') THEN
            PERFORM platform.refuse('timesheet_id', 'must be a time sheet that is not approved.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        ELSIF sheet.id = NEW.timesheet_id AND sheet.employee_id <> NEW.employee_id THEN
            PERFORM platform.refuse('timesheet_id', 'must be of the same employee.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_time_entry() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE ON payroll.time_entries FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION payroll.check_time_entry();

-- Times that were changed after the fact show as such.
CREATE FUNCTION payroll.note_edit() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.is_edited := OLD.is_edited OR NEW.clocked_in_at <> OLD.clocked_in_at OR (OLD.clocked_out_at IS NOT NULL AND NEW.clocked_out_at IS DISTINCT FROM OLD.clocked_out_at);
    RETURN NEW;
END $$;
CREATE TRIGGER k_edit BEFORE UPDATE ON payroll.time_entries FOR EACH ROW EXECUTE FUNCTION payroll.note_edit();

CREATE FUNCTION payroll.check_break() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NEW.ends_at NOT BETWEEN NEW.starts_at - interval '7 days' AND NEW.starts_at + interval '7 days' THEN
        PERFORM platform.refuse('ends_at', 'must be within seven days of the start.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    ELSIF EXISTS (SELECT FROM payroll.time_entries e JOIN payroll.timesheets t ON t.business_id = e.business_id AND t.id = e.timesheet_id
        WHERE e.business_id = NEW.business_id AND e.id = NEW.time_entry_id AND t.status IN ('approved', 'locked'))
    THEN
        PERFORM platform.refuse('time_entry_id', 'must be on a time sheet that is not approved.', TG_TABLE_SCHEMA, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION payroll.check_break() OWNER TO thorbis_definer;
CREATE TRIGGER j_check BEFORE INSERT OR UPDATE ON payroll.time_entry_breaks FOR EACH ROW EXECUTE FUNCTION payroll.check_break();

-- Breaks take no more than there was.
CALL platform.keep_totals('payroll.time_entries',
    '{"unpaid_break_minutes": "(SELECT least(coalesce(sum(b.minutes) FILTER (WHERE NOT b.is_paid), 0), floor(extract(epoch FROM p.clocked_out_at - p.clocked_in_at) / 60), 2147483647)::integer FROM payroll.time_entry_breaks b WHERE b.business_id = p.business_id AND b.time_entry_id = p.id AND b.deleted_at IS NULL)"}',
    '{"payroll.time_entry_breaks": ["time_entry_id", "is_paid", "starts_at", "ends_at"], "payroll.time_entries": ["id", "clocked_in_at", "clocked_out_at"]}');

-- The hours of a time sheet. Entries with an overtime, double time or leave code are what their code says;
-- the others become overtime past the thresholds of the rules for the place and day: first of the day, then
-- by consecutive days, then of the week, which begins with the period. Exempt employees have no overtime.
CREATE FUNCTION payroll.timesheet_hours(p_sheet payroll.timesheets, OUT regular numeric, OUT overtime numeric, OUT double_time numeric, OUT leave numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    WITH sheet AS (
        SELECT e.overtime_status = 'non_exempt' AS earns_overtime, e.location_id, d.starts_on, d.ends_on, b.timezone
        FROM payroll.employees e JOIN payroll.pay_periods d ON d.business_id = e.business_id AND d.id = p_sheet.pay_period_id
        JOIN businesses.businesses b ON b.id = e.business_id
        WHERE e.business_id = p_sheet.business_id AND e.id = p_sheet.employee_id
    ), entries AS (
        SELECT (t.clocked_in_at AT TIME ZONE s.timezone)::date AS day, t.hours, coalesce(t.location_id, s.location_id) AS location_id,
            CASE WHEN c.category IN ('overtime', 'double_time') THEN c.category WHEN c.category IN ('paid_leave', 'holiday') THEN 'leave'
                WHEN c.counts_for_overtime = false OR NOT s.earns_overtime THEN 'regular' ELSE 'open' END AS kind
        FROM sheet s JOIN payroll.time_entries t ON t.business_id = p_sheet.business_id AND t.timesheet_id = p_sheet.id AND t.deleted_at IS NULL AND t.hours IS NOT NULL
        LEFT JOIN payroll.earning_codes c ON c.business_id = t.business_id AND c.id = t.earning_code_id
    ), days AS (
        SELECT e.day, (array_agg(e.location_id ORDER BY e.hours DESC, e.location_id))[1] AS location_id, sum(e.hours) AS hours,
            e.day - (row_number() OVER (ORDER BY e.day))::integer AS streak
        FROM entries e WHERE e.kind = 'open' GROUP BY e.day
    ), ruled AS (
        SELECT d.day, d.hours, (d.day - s.starts_on) / 7 AS week, row_number() OVER (PARTITION BY d.streak ORDER BY d.day) AS days_in_a_row, r.*
        FROM days d CROSS JOIN sheet s CROSS JOIN LATERAL (
            SELECT min(o.daily_threshold_hours) FILTER (WHERE c.category = 'double_time') AS doubled_after,
                min(o.daily_threshold_hours) FILTER (WHERE c.category <> 'double_time') AS daily_after,
                min(o.weekly_threshold_hours) AS weekly_after, min(o.consecutive_days) AS consecutive_after
            FROM payroll.overtime_rules o JOIN payroll.earning_codes c ON c.business_id = o.business_id AND c.id = o.earning_code_id
            WHERE o.business_id = p_sheet.business_id AND o.deleted_at IS NULL AND (o.location_id IS NULL OR o.location_id = d.location_id)
                AND d.day BETWEEN o.effective_from AND coalesce(o.effective_to, d.day)) AS r
    ), split AS (
        SELECT r.week, r.weekly_after, r.hours, greatest(r.hours - r.doubled_after, 0) AS doubled,
            CASE WHEN r.days_in_a_row >= r.consecutive_after THEN least(r.hours, coalesce(r.doubled_after, r.hours))
                ELSE greatest(least(r.hours, coalesce(r.doubled_after, r.hours)) - r.daily_after, 0) END AS over
        FROM ruled r
    ), weeks AS (
        SELECT sum(x.hours) AS hours, sum(coalesce(x.doubled, 0)) AS doubled, sum(coalesce(x.over, 0)) AS over,
            coalesce(greatest(sum(x.hours - coalesce(x.doubled, 0) - coalesce(x.over, 0)) - min(x.weekly_after), 0), 0) AS weekly
        FROM split x GROUP BY x.week
    ), counted AS (
        SELECT coalesce(sum(w.hours - w.doubled - w.over - w.weekly), 0) AS regular, coalesce(sum(w.over + w.weekly), 0) AS overtime, coalesce(sum(w.doubled), 0) AS doubled FROM weeks w
    ), coded AS (
        SELECT coalesce(sum(e.hours) FILTER (WHERE e.kind = 'regular'), 0) AS regular, coalesce(sum(e.hours) FILTER (WHERE e.kind = 'overtime'), 0) AS overtime,
            coalesce(sum(e.hours) FILTER (WHERE e.kind = 'double_time'), 0) AS doubled, coalesce(sum(e.hours) FILTER (WHERE e.kind = 'leave'), 0) AS leave FROM entries e
    ), asked AS (
        -- Leave that lies partly in another period counts here for the days in this one.
        SELECT coalesce(sum(round(q.hours * (least(q.ends_on, s.ends_on) - greatest(q.starts_on, s.starts_on) + 1) / (q.ends_on - q.starts_on + 1), 2)), 0) AS hours
        FROM sheet s JOIN payroll.leave_requests q ON q.business_id = p_sheet.business_id AND q.employee_id = p_sheet.employee_id AND q.deleted_at IS NULL
            AND q.status IN ('approved', 'taken') AND q.starts_on <= s.ends_on AND q.ends_on >= s.starts_on
        JOIN payroll.leave_policies l ON l.business_id = q.business_id AND l.id = q.leave_policy_id AND l.is_paid
    )
    SELECT payroll.bounded(k.regular + o.regular, 24999.99), payroll.bounded(k.overtime + o.overtime, 24999.99),
        payroll.bounded(k.doubled + o.doubled, 24999.99), payroll.bounded(o.leave + a.hours, 24999.99)
    FROM counted k, coded o, asked a
$$;
ALTER FUNCTION payroll.timesheet_hours(payroll.timesheets) OWNER TO thorbis_definer;

-- An approved sheet stands, whatever happens to its rules.
CALL platform.keep_totals('payroll.timesheets', '{
    "regular_hours": "(CASE WHEN p.status IN (''approved'', ''locked'') THEN p.regular_hours ELSE (SELECT h.regular FROM payroll.timesheet_hours(p) AS h) END)",
    "overtime_hours": "(CASE WHEN p.status IN (''approved'', ''locked'') THEN p.overtime_hours ELSE (SELECT h.overtime FROM payroll.timesheet_hours(p) AS h) END)",
    "double_time_hours": "(CASE WHEN p.status IN (''approved'', ''locked'') THEN p.double_time_hours ELSE (SELECT h.double_time FROM payroll.timesheet_hours(p) AS h) END)",
    "leave_hours": "(CASE WHEN p.status IN (''approved'', ''locked'') THEN p.leave_hours ELSE (SELECT h.leave FROM payroll.timesheet_hours(p) AS h) END)"}',
    '{"payroll.time_entries": ["timesheet_id", "clocked_in_at", "clocked_out_at", "unpaid_break_minutes", "earning_code_id", "location_id"],
      "payroll.timesheets": ["id", "status", "employee_id", "pay_period_id"]}');

COMMENT ON COLUMN payroll.time_entries.unpaid_break_minutes IS 'The unpaid breaks, no more than the span; kept by the system.';
COMMENT ON COLUMN payroll.time_entries.is_edited IS 'Whether a time was changed after it was clocked; kept by the system.';
COMMENT ON COLUMN payroll.timesheets.regular_hours IS 'Hours worked that are no overtime; kept by the system until the sheet is approved.';
COMMENT ON COLUMN payroll.timesheets.overtime_hours IS 'Hours past the thresholds of the overtime rules; kept by the system until the sheet is approved.';
COMMENT ON COLUMN payroll.timesheets.double_time_hours IS 'Hours past the thresholds for double time; kept by the system until the sheet is approved.';
COMMENT ON COLUMN payroll.timesheets.leave_hours IS 'Paid leave in the period, entered or asked for and approved; kept by the system until the sheet is approved.';
