CREATE TABLE payroll.timesheets (
    employee_id uuid NOT NULL,
    pay_period_id uuid NOT NULL,
    approved_by_id uuid,
    regular_hours decimal(7,2) NOT NULL DEFAULT 0.00,
    overtime_hours decimal(7,2) NOT NULL DEFAULT 0.00,
    double_time_hours decimal(7,2) NOT NULL DEFAULT 0.00,
    leave_hours decimal(7,2) NOT NULL DEFAULT 0.00,
    total_hours decimal(7,2) GENERATED ALWAYS AS (regular_hours + overtime_hours + double_time_hours + leave_hours) STORED,
    status text NOT NULL DEFAULT 'open' CONSTRAINT timesheets_status_check CHECK (status IN ('open', 'submitted', 'approved', 'rejected', 'locked')),
    submitted_at timestamptz,
    approved_at timestamptz,
    rejection_reason text
);
CALL platform.tenant_table('payroll.timesheets',
    p_derived => '{approved_by_id,regular_hours,overtime_hours,double_time_hours,leave_hours,submitted_at,approved_at}',
    p_flows => '{"status": [["open", "submitted"], ["submitted", "approved"], ["submitted", "rejected"], ["submitted", "open"],
        ["rejected", "submitted"], ["approved", "submitted"], ["approved", "locked"]]}');
CALL platform.reference('payroll.timesheets', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.timesheets', 'pay_period_id', 'payroll.pay_periods', 'restrict');
CALL platform.reference('payroll.timesheets', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX timesheets_employee_id_pay_period_id_key ON payroll.timesheets (business_id, employee_id, pay_period_id) WHERE deleted_at IS NULL;
CREATE INDEX timesheets_status_idx ON payroll.timesheets (business_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX timesheets_status_newest ON payroll.timesheets (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.timesheets IS 'An employee''s hours for a pay period, to be approved.';

CREATE TABLE payroll.time_entries (
    employee_id uuid NOT NULL,
    timesheet_id uuid,
    location_id uuid,
    department_id uuid,
    earning_code_id uuid,
    clocked_in_at timestamptz NOT NULL DEFAULT now(),
    clocked_out_at timestamptz,
    unpaid_break_minutes integer NOT NULL DEFAULT 0 CONSTRAINT time_entries_unpaid_break_minutes_range CHECK (unpaid_break_minutes >= 0),
    hours decimal(7,2) GENERATED ALWAYS AS (round((extract(epoch from clocked_out_at - clocked_in_at) / 3600.0 - unpaid_break_minutes / 60.0)::numeric, 2)) STORED,
    source text NOT NULL DEFAULT 'web' CONSTRAINT time_entries_source_check CHECK (source IN ('web', 'mobile', 'kiosk', 'manual', 'import')),
    clock_in_coordinates geography(point, 4326),
    clock_out_coordinates geography(point, 4326),
    is_edited boolean NOT NULL DEFAULT false,
    notes text,
    CONSTRAINT time_entries_clocked_out_at_clocked_in_at_rule CHECK (clocked_out_at > clocked_in_at)
);
CALL platform.tenant_table('payroll.time_entries', p_derived => '{unpaid_break_minutes,is_edited}');
CALL platform.reference('payroll.time_entries', 'employee_id', 'payroll.employees', 'cascade');
CALL platform.reference('payroll.time_entries', 'timesheet_id', 'payroll.timesheets');
CALL platform.reference('payroll.time_entries', 'location_id', 'businesses.locations');
CALL platform.reference('payroll.time_entries', 'department_id', 'businesses.departments');
CALL platform.reference('payroll.time_entries', 'earning_code_id', 'payroll.earning_codes');
CREATE UNIQUE INDEX time_entries_employee_id_key ON payroll.time_entries (business_id, employee_id) WHERE clocked_out_at IS NULL AND deleted_at IS NULL;
CREATE INDEX time_entries_employee_id_clocked_in_at_idx ON payroll.time_entries (business_id, employee_id, clocked_in_at, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.time_entries IS 'A span of work from clock-in to clock-out.';

CREATE TABLE payroll.time_entry_breaks (
    time_entry_id uuid NOT NULL,
    break_type text NOT NULL DEFAULT 'meal' CONSTRAINT time_entry_breaks_break_type_check CHECK (break_type IN ('meal', 'rest')),
    is_paid boolean NOT NULL DEFAULT false,
    starts_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz,
    minutes integer GENERATED ALWAYS AS ((extract(epoch from ends_at - starts_at) / 60)::integer) STORED,
    CONSTRAINT time_entry_breaks_ends_at_starts_at_rule CHECK (ends_at > starts_at)
);
CALL platform.tenant_table('payroll.time_entry_breaks');
CALL platform.reference('payroll.time_entry_breaks', 'time_entry_id', 'payroll.time_entries', 'cascade');
CREATE UNIQUE INDEX time_entry_breaks_time_entry_id_key ON payroll.time_entry_breaks (business_id, time_entry_id) WHERE ends_at IS NULL AND deleted_at IS NULL;
COMMENT ON TABLE payroll.time_entry_breaks IS 'A break taken during a span of work.';

CREATE TABLE payroll.overtime_rules (
    location_id uuid,
    earning_code_id uuid NOT NULL,
    name text NOT NULL,
    daily_threshold_hours decimal(5,2) CONSTRAINT overtime_rules_daily_threshold_hours_range CHECK (daily_threshold_hours > 0),
    weekly_threshold_hours decimal(5,2) CONSTRAINT overtime_rules_weekly_threshold_hours_range CHECK (weekly_threshold_hours > 0),
    consecutive_days integer CONSTRAINT overtime_rules_consecutive_days_range CHECK (consecutive_days BETWEEN 2 AND 7),
    effective_from date NOT NULL DEFAULT CURRENT_DATE,
    effective_to date,
    CONSTRAINT overtime_rules_daily_threshold_hours_rule CHECK (num_nonnulls(daily_threshold_hours, weekly_threshold_hours, consecutive_days) >= 1),
    CONSTRAINT overtime_rules_effective_to_effective_from_rule CHECK (effective_to >= effective_from)
);
CALL platform.tenant_table('payroll.overtime_rules', p_write => '{owner_manager}');
CALL platform.reference('payroll.overtime_rules', 'location_id', 'businesses.locations');
CALL platform.reference('payroll.overtime_rules', 'earning_code_id', 'payroll.earning_codes', 'restrict');
CREATE UNIQUE INDEX overtime_rules_name_effective_from_key ON payroll.overtime_rules (business_id, name, effective_from) WHERE deleted_at IS NULL;
COMMENT ON TABLE payroll.overtime_rules IS 'When hours count as overtime at a place.';
