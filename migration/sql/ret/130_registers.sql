CREATE TABLE ret.registers (
    location_id uuid NOT NULL,
    name text NOT NULL,
    receipt_footer text,
    next_receipt_number integer NOT NULL DEFAULT 1 CONSTRAINT registers_next_receipt_number_range CHECK (next_receipt_number > 0),
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('ret.registers', p_derived => '{next_receipt_number}');
CALL platform.reference('ret.registers', 'location_id', 'businesses.locations', 'restrict');
CREATE UNIQUE INDEX registers_location_id_name_key ON ret.registers (business_id, location_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.registers IS 'A till of a shop.';

CREATE TABLE ret.register_sessions (
    register_id uuid NOT NULL,
    opened_by_id uuid NOT NULL,
    closed_by_id uuid,
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    opening_amount decimal(12,2) NOT NULL DEFAULT 0.00 CONSTRAINT register_sessions_opening_amount_range CHECK (opening_amount >= 0),
    expected_amount decimal(12,2) NOT NULL DEFAULT 0.00,
    counted_amount decimal(12,2) CONSTRAINT register_sessions_counted_amount_range CHECK (counted_amount >= 0),
    variance_amount decimal(12,2) GENERATED ALWAYS AS (counted_amount - expected_amount) STORED,
    status text NOT NULL DEFAULT 'open' CONSTRAINT register_sessions_status_check CHECK (status IN ('open', 'closed', 'reconciled')),
    notes text,
    CONSTRAINT register_sessions_status_counted_amount_rule CHECK (status = 'open' OR counted_amount IS NOT NULL)
);
CALL platform.tenant_table('ret.register_sessions', p_derived => '{closed_at,expected_amount}',
    p_flows => '{"status": [["open", "closed"], ["closed", "reconciled"]]}');
CALL platform.reference('ret.register_sessions', 'register_id', 'ret.registers', 'restrict');
CALL platform.reference('ret.register_sessions', 'opened_by_id', 'users.users', 'restrict');
CALL platform.reference('ret.register_sessions', 'closed_by_id', 'users.users');
CREATE UNIQUE INDEX register_sessions_register_id_key ON ret.register_sessions (business_id, register_id) WHERE status = 'open' AND deleted_at IS NULL;
CREATE INDEX register_sessions_status_newest ON ret.register_sessions (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE ret.register_sessions IS 'A till from opening to closing count.';

CREATE TABLE ret.cash_movements (
    register_session_id uuid NOT NULL,
    performed_by_id uuid NOT NULL,
    movement_type text NOT NULL CONSTRAINT cash_movements_movement_type_check
        CHECK (movement_type IN ('pay_in', 'pay_out', 'bank_drop', 'float_change')),
    amount decimal(12,2) NOT NULL CONSTRAINT cash_movements_amount_range CHECK (amount > 0),
    reason text NOT NULL
);
CALL platform.tenant_table('ret.cash_movements', p_append_only => true);
CALL platform.reference('ret.cash_movements', 'register_session_id', 'ret.register_sessions', 'restrict');
CALL platform.reference('ret.cash_movements', 'performed_by_id', 'users.users', 'restrict');
COMMENT ON TABLE ret.cash_movements IS 'Cash put into or taken out of a till beside sales.';
