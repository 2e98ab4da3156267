CREATE TABLE reporting.datasets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key text NOT NULL,
    name text NOT NULL,
    description text,
    industry text NOT NULL DEFAULT 'all' CONSTRAINT datasets_industry_check
        CHECK (industry IN ('all', 'hs', 'rest', 'auto', 'ret', 'courses', 'payroll', 'investigations')),
    base_table text NOT NULL,
    joins jsonb NOT NULL DEFAULT '[]',
    permission_id uuid NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('reporting.datasets');
CALL platform.reference('reporting.datasets', 'permission_id', 'permissions.permissions', 'restrict');
CREATE INDEX datasets_newest ON reporting.datasets (created_at DESC, id);
CREATE UNIQUE INDEX datasets_key_key ON reporting.datasets (key);
COMMENT ON TABLE reporting.datasets IS 'A subject people can report on, with its base table and joins.';

CREATE TABLE reporting.dataset_fields (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    dataset_id uuid NOT NULL,
    key text NOT NULL,
    label text NOT NULL,
    description text,
    path text NOT NULL,
    value_type text NOT NULL CONSTRAINT dataset_fields_value_type_check
        CHECK (value_type IN ('text', 'number', 'money', 'percentage', 'date', 'timestamp', 'duration', 'boolean', 'reference')),
    role text NOT NULL CONSTRAINT dataset_fields_role_check CHECK (role IN ('dimension', 'measure')),
    aggregation text CONSTRAINT dataset_fields_aggregation_check
        CHECK (aggregation IN ('count', 'count_distinct', 'sum', 'average', 'minimum', 'maximum')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dataset_fields_role_aggregation_rule CHECK (role = 'dimension' OR aggregation IS NOT NULL)
);
CALL platform.global_table('reporting.dataset_fields');
CALL platform.reference('reporting.dataset_fields', 'dataset_id', 'reporting.datasets', 'cascade');
CREATE INDEX dataset_fields_newest ON reporting.dataset_fields (created_at DESC, id);
CREATE UNIQUE INDEX dataset_fields_dataset_id_key_key ON reporting.dataset_fields (dataset_id, key);
COMMENT ON TABLE reporting.dataset_fields IS 'A column or measure of a dataset.';

CREATE TABLE reporting.report_definitions (
    dataset_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    query jsonb NOT NULL,
    visualization text NOT NULL DEFAULT 'table' CONSTRAINT report_definitions_visualization_check
        CHECK (visualization IN ('table', 'pivot', 'number', 'bar', 'line', 'pie', 'map')),
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT report_definitions_visibility_check CHECK (visibility IN ('private', 'team', 'business')),
    team_id uuid,
    is_archived boolean NOT NULL DEFAULT false,
    CONSTRAINT report_definitions_visibility_team_id_rule CHECK (visibility <> 'team' OR team_id IS NOT NULL)
);
CALL platform.tenant_table('reporting.report_definitions');
CALL platform.reference('reporting.report_definitions', 'dataset_id', 'reporting.datasets', 'restrict');
CALL platform.reference('reporting.report_definitions', 'team_id', 'users.teams', 'cascade');
CREATE UNIQUE INDEX report_definitions_created_by_name_key ON reporting.report_definitions (business_id, created_by, name) WHERE deleted_at IS NULL;
CREATE INDEX report_definitions_visibility_idx ON reporting.report_definitions (business_id, visibility, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE reporting.report_definitions IS 'A saved report: its fields, filters and chart.';

CREATE TABLE reporting.report_schedules (
    report_definition_id uuid NOT NULL,
    name text NOT NULL,
    frequency text NOT NULL DEFAULT 'weekly' CONSTRAINT report_schedules_frequency_check
        CHECK (frequency IN ('daily', 'weekly', 'monthly', 'quarterly')),
    weekday integer CONSTRAINT report_schedules_weekday_range CHECK (weekday BETWEEN 1 AND 7),
    day_of_month integer CONSTRAINT report_schedules_day_of_month_range CHECK (day_of_month BETWEEN 1 AND 31),
    run_at time NOT NULL,
    timezone text NOT NULL DEFAULT 'UTC',
    parameters jsonb NOT NULL DEFAULT '{}',
    format text NOT NULL DEFAULT 'pdf' CONSTRAINT report_schedules_format_check CHECK (format IN ('pdf', 'xlsx', 'csv')),
    is_active boolean NOT NULL DEFAULT true,
    next_run_at timestamptz,
    last_run_at timestamptz,
    CONSTRAINT report_schedules_frequency_weekday_rule CHECK (frequency <> 'weekly' OR weekday IS NOT NULL)
);
CALL platform.tenant_table('reporting.report_schedules', p_derived => '{next_run_at,last_run_at}');
CALL platform.reference('reporting.report_schedules', 'report_definition_id', 'reporting.report_definitions', 'cascade');
CREATE UNIQUE INDEX report_schedules_report_definition_id_name_key ON reporting.report_schedules (business_id, report_definition_id, name) WHERE deleted_at IS NULL;
CREATE INDEX report_schedules_next_run_at_idx ON reporting.report_schedules (business_id, next_run_at, id) WHERE is_active AND deleted_at IS NULL;
COMMENT ON TABLE reporting.report_schedules IS 'When a report is run and sent by itself.';

CREATE TABLE reporting.report_recipients (
    report_schedule_id uuid NOT NULL,
    user_id uuid,
    email text,
    CONSTRAINT report_recipients_user_id_email_rule CHECK (num_nonnulls(user_id, email) = 1)
);
CALL platform.tenant_table('reporting.report_recipients', p_soft_delete => false);
CALL platform.reference('reporting.report_recipients', 'report_schedule_id', 'reporting.report_schedules', 'cascade');
CALL platform.reference('reporting.report_recipients', 'user_id', 'users.users', 'cascade');
CREATE UNIQUE INDEX report_recipients_report_schedule_id_user_id_email_key ON reporting.report_recipients (business_id, report_schedule_id, user_id, email) NULLS NOT DISTINCT;
COMMENT ON TABLE reporting.report_recipients IS 'Who is sent a scheduled report.';

CREATE TABLE reporting.report_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid DEFAULT auth.uid(),
    report_definition_id uuid NOT NULL,
    report_schedule_id uuid,
    parameters jsonb NOT NULL DEFAULT '{}',
    format text NOT NULL DEFAULT 'json' CONSTRAINT report_runs_format_check CHECK (format IN ('json', 'pdf', 'xlsx', 'csv')),
    status text NOT NULL DEFAULT 'queued' CONSTRAINT report_runs_status_check
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    row_count bigint CONSTRAINT report_runs_row_count_range CHECK (row_count >= 0),
    duration_ms integer CONSTRAINT report_runs_duration_ms_range CHECK (duration_ms >= 0),
    file_id uuid,
    error_message text,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('reporting.report_runs', p_read => '{self,owner_manager}', p_write => '{self}', p_self => 'user_id',
    p_business => 'business_id', p_derived => '{status,row_count,duration_ms,file_id,error_message,finished_at}',
    p_flows => '{"status": [["queued", "running"], ["queued", "cancelled"], ["running", "completed"], ["running", "failed"], ["running", "cancelled"]]}');
CALL platform.allow_rows('reporting.report_runs');
CALL platform.reference('reporting.report_runs', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('reporting.report_runs', 'user_id', 'users.users', 'cascade');
CALL platform.reference('reporting.report_runs', 'report_definition_id', 'reporting.report_definitions', 'cascade');
CALL platform.reference('reporting.report_runs', 'report_schedule_id', 'reporting.report_schedules');
CALL platform.reference('reporting.report_runs', 'file_id', 'files.files');
CREATE INDEX report_runs_newest ON reporting.report_runs (business_id, created_at DESC, id);
CREATE INDEX report_runs_report_definition_id_created_at_idx ON reporting.report_runs (business_id, report_definition_id, created_at);
COMMENT ON TABLE reporting.report_runs IS 'One execution of a report, with its result file.';
