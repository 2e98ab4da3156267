CREATE TABLE rest.cash_drawer_sessions (
    location_id uuid,
    drawer_name text NOT NULL,
    opened_by_id uuid NOT NULL,
    closed_by_id uuid,
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    opening_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT cash_drawer_sessions_opening_amount_range CHECK (opening_amount >= 0),
    expected_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    counted_amount decimal(12,2) CONSTRAINT cash_drawer_sessions_counted_amount_range CHECK (counted_amount >= 0),
    variance_amount decimal(12,2) GENERATED ALWAYS AS (counted_amount - expected_amount) STORED,
    status text NOT NULL DEFAULT 'open' CONSTRAINT cash_drawer_sessions_status_check CHECK (status IN ('open', 'closed', 'reconciled')),
    notes text,
    CONSTRAINT cash_drawer_sessions_status_counted_amount_rule CHECK (status = 'open' OR counted_amount IS NOT NULL)
);
CALL platform.tenant_table('rest.cash_drawer_sessions', p_derived => '{closed_at,expected_amount}',
    p_flows => '{"status": [["open", "closed"], ["closed", "reconciled"]]}');
CALL platform.reference('rest.cash_drawer_sessions', 'location_id', 'businesses.locations');
CALL platform.reference('rest.cash_drawer_sessions', 'opened_by_id', 'users.users', 'restrict');
CALL platform.reference('rest.cash_drawer_sessions', 'closed_by_id', 'users.users');
CREATE UNIQUE INDEX cash_drawer_sessions_location_id_drawer_name_key ON rest.cash_drawer_sessions (business_id, location_id, drawer_name) NULLS NOT DISTINCT WHERE status = 'open' AND deleted_at IS NULL;
CREATE INDEX cash_drawer_sessions_status_newest ON rest.cash_drawer_sessions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.cash_drawer_sessions IS 'A cash drawer from opening count to closing count.';

CREATE TABLE rest.cash_movements (
    cash_drawer_session_id uuid NOT NULL,
    performed_by_id uuid NOT NULL,
    movement_type text NOT NULL CONSTRAINT cash_movements_movement_type_check
        CHECK (movement_type IN ('pay_in', 'pay_out', 'safe_drop', 'tip_payout')),
    amount decimal(12,2) NOT NULL CONSTRAINT cash_movements_amount_range CHECK (amount > 0),
    reason text NOT NULL,
    receipt_file_id uuid
);
CALL platform.tenant_table('rest.cash_movements', p_append_only => true);
CALL platform.reference('rest.cash_movements', 'cash_drawer_session_id', 'rest.cash_drawer_sessions', 'restrict');
CALL platform.reference('rest.cash_movements', 'performed_by_id', 'users.users', 'restrict');
CALL platform.reference('rest.cash_movements', 'receipt_file_id', 'files.files', 'restrict');
COMMENT ON TABLE rest.cash_movements IS 'Cash put into or taken out of a drawer beside sales.';

CREATE TABLE rest.shifts (
    location_id uuid,
    user_id uuid,
    dining_area_id uuid,
    kitchen_station_id uuid,
    role text NOT NULL CONSTRAINT shifts_role_check
        CHECK (role IN ('server', 'bartender', 'host', 'busser', 'runner', 'cook', 'dishwasher', 'cashier', 'driver', 'manager')),
    is_tip_eligible boolean NOT NULL DEFAULT true,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    break_minutes integer NOT NULL DEFAULT 0 CONSTRAINT shifts_break_minutes_range CHECK (break_minutes >= 0),
    hours decimal(5,2) GENERATED ALWAYS AS (extract(epoch from ends_at - starts_at) / 3600.0 - break_minutes / 60.0) STORED,
    status text NOT NULL DEFAULT 'draft' CONSTRAINT shifts_status_check
        CHECK (status IN ('draft', 'open', 'published', 'confirmed', 'swap_requested', 'worked', 'missed', 'cancelled')),
    notes text,
    CONSTRAINT shifts_ends_at_starts_at_rule CHECK (ends_at > starts_at),
    CONSTRAINT shifts_status_user_id_rule CHECK (status IN ('draft', 'open', 'cancelled') OR user_id IS NOT NULL)
);
CALL platform.tenant_table('rest.shifts',
    p_flows => '{"status": [["draft", "open"], ["draft", "published"], ["draft", "cancelled"], ["open", "published"], ["open", "cancelled"],
        ["published", "confirmed"], ["published", "swap_requested"], ["published", "worked"], ["published", "missed"], ["published", "cancelled"],
        ["confirmed", "swap_requested"], ["confirmed", "worked"], ["confirmed", "missed"], ["confirmed", "cancelled"],
        ["swap_requested", "published"], ["swap_requested", "open"]]}');
CALL platform.reference('rest.shifts', 'location_id', 'businesses.locations');
CALL platform.reference('rest.shifts', 'user_id', 'users.users', 'restrict');
CALL platform.reference('rest.shifts', 'dining_area_id', 'rest.dining_areas');
CALL platform.reference('rest.shifts', 'kitchen_station_id', 'rest.kitchen_stations');
CREATE UNIQUE INDEX shifts_user_id_starts_at_key ON rest.shifts (business_id, user_id, starts_at) WHERE deleted_at IS NULL;
CREATE INDEX shifts_starts_at_role_idx ON rest.shifts (business_id, starts_at, role, id) WHERE deleted_at IS NULL;
CREATE INDEX shifts_status_newest ON rest.shifts (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.shifts IS 'A planned turn of work of a team member.';

CREATE TABLE rest.table_assignments (
    shift_id uuid NOT NULL,
    table_id uuid NOT NULL
);
CALL platform.tenant_table('rest.table_assignments', p_soft_delete => false);
CALL platform.reference('rest.table_assignments', 'shift_id', 'rest.shifts', 'cascade');
CALL platform.reference('rest.table_assignments', 'table_id', 'rest.tables', 'cascade');
CREATE UNIQUE INDEX table_assignments_shift_id_table_id_key ON rest.table_assignments (business_id, shift_id, table_id);
COMMENT ON TABLE rest.table_assignments IS 'A table served by a server during a shift.';

CREATE TABLE rest.tip_pools (
    location_id uuid,
    service_period_id uuid,
    business_date date NOT NULL,
    name text NOT NULL,
    split_method text NOT NULL DEFAULT 'hours' CONSTRAINT tip_pools_split_method_check CHECK (split_method IN ('hours', 'points', 'equal')),
    share_rate decimal(5,4) NOT NULL DEFAULT 1.0000 CONSTRAINT tip_pools_share_rate_range CHECK (share_rate BETWEEN 0 AND 1),
    total_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    status text NOT NULL DEFAULT 'open' CONSTRAINT tip_pools_status_check CHECK (status IN ('open', 'calculated', 'approved', 'paid')),
    approved_by_id uuid
);
CALL platform.tenant_table('rest.tip_pools', p_derived => '{total_amount,approved_by_id}',
    p_flows => '{"status": [["open", "calculated"], ["calculated", "open"], ["calculated", "approved"], ["approved", "paid"]]}');
CALL platform.reference('rest.tip_pools', 'location_id', 'businesses.locations');
CALL platform.reference('rest.tip_pools', 'service_period_id', 'rest.service_periods');
CALL platform.reference('rest.tip_pools', 'approved_by_id', 'users.users');
CREATE UNIQUE INDEX tip_pools_location_id_business_date_name_key ON rest.tip_pools (business_id, location_id, business_date, name) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX tip_pools_status_newest ON rest.tip_pools (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.tip_pools IS 'Tips of a day or service shared among the team.';

CREATE TABLE rest.tip_distributions (
    tip_pool_id uuid NOT NULL,
    user_id uuid NOT NULL,
    shift_id uuid,
    role text,
    hours decimal(5,2) NOT NULL DEFAULT 0.00 CONSTRAINT tip_distributions_hours_range CHECK (hours >= 0),
    points decimal(5,2) NOT NULL DEFAULT 0.00 CONSTRAINT tip_distributions_points_range CHECK (points >= 0),
    amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT tip_distributions_amount_range CHECK (amount >= 0)
);
CALL platform.tenant_table('rest.tip_distributions', p_derived => '{amount}');
CALL platform.reference('rest.tip_distributions', 'tip_pool_id', 'rest.tip_pools', 'cascade');
CALL platform.reference('rest.tip_distributions', 'user_id', 'users.users', 'restrict');
CALL platform.reference('rest.tip_distributions', 'shift_id', 'rest.shifts');
CREATE UNIQUE INDEX tip_distributions_tip_pool_id_user_id_shift_id_key ON rest.tip_distributions (business_id, tip_pool_id, user_id, shift_id) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
COMMENT ON TABLE rest.tip_distributions IS 'One team member''s share of a tip pool.';
