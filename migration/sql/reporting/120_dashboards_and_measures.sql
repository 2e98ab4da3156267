CREATE TABLE reporting.dashboards (
    name text NOT NULL,
    description text,
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT dashboards_visibility_check CHECK (visibility IN ('private', 'team', 'business')),
    team_id uuid,
    default_filters jsonb NOT NULL DEFAULT '{}',
    refresh_minutes integer NOT NULL DEFAULT 15 CONSTRAINT dashboards_refresh_minutes_range CHECK (refresh_minutes >= 1),
    default_for_role text CONSTRAINT dashboards_default_for_role_check CHECK (default_for_role IN ('owner', 'manager', 'staff', 'viewer')),
    CONSTRAINT dashboards_visibility_team_id_rule CHECK (visibility <> 'team' OR team_id IS NOT NULL),
    CONSTRAINT dashboards_default_for_role_visibility_rule CHECK (default_for_role IS NULL OR visibility = 'business')
);
CALL platform.tenant_table('reporting.dashboards');
CALL platform.reference('reporting.dashboards', 'team_id', 'users.teams', 'cascade');
CREATE UNIQUE INDEX dashboards_created_by_name_key ON reporting.dashboards (business_id, created_by, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX dashboards_default_for_role_key ON reporting.dashboards (business_id, default_for_role) WHERE deleted_at IS NULL;
COMMENT ON TABLE reporting.dashboards IS 'A page of charts and figures.';

CREATE TABLE reporting.dashboard_widgets (
    dashboard_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT dashboard_widgets_kind_check CHECK (kind IN ('report', 'kpi', 'goal', 'list', 'text')),
    title text,
    report_definition_id uuid,
    kpi_definition_id uuid,
    goal_id uuid,
    saved_view_id uuid,
    configuration jsonb NOT NULL DEFAULT '{}',
    column_position integer NOT NULL DEFAULT 0 CONSTRAINT dashboard_widgets_column_position_range CHECK (column_position >= 0),
    row_position integer NOT NULL DEFAULT 0 CONSTRAINT dashboard_widgets_row_position_range CHECK (row_position >= 0),
    width integer NOT NULL DEFAULT 4 CONSTRAINT dashboard_widgets_width_range CHECK (width BETWEEN 1 AND 12),
    height integer NOT NULL DEFAULT 4 CONSTRAINT dashboard_widgets_height_range CHECK (height BETWEEN 1 AND 24),
    CONSTRAINT dashboard_widgets_report_definition_id_rule CHECK (num_nonnulls(report_definition_id, kpi_definition_id, goal_id, saved_view_id) <= 1)
);
CALL platform.tenant_table('reporting.dashboard_widgets', p_soft_delete => false);
CALL platform.reference('reporting.dashboard_widgets', 'dashboard_id', 'reporting.dashboards', 'cascade');
CALL platform.reference('reporting.dashboard_widgets', 'report_definition_id', 'reporting.report_definitions', 'cascade');
CALL platform.reference('reporting.dashboard_widgets', 'kpi_definition_id', 'reporting.kpi_definitions', 'cascade');
CALL platform.reference('reporting.dashboard_widgets', 'goal_id', 'reporting.goals', 'cascade');
CALL platform.reference('reporting.dashboard_widgets', 'saved_view_id', 'reporting.saved_views', 'cascade');
COMMENT ON TABLE reporting.dashboard_widgets IS 'A chart or figure on a dashboard.';

CREATE TABLE reporting.saved_views (
    entity_type text NOT NULL,
    name text NOT NULL,
    filter jsonb NOT NULL DEFAULT '{}',
    sorting jsonb NOT NULL DEFAULT '[]',
    shown_columns text[] NOT NULL DEFAULT '{}',
    layout text NOT NULL DEFAULT 'table' CONSTRAINT saved_views_layout_check CHECK (layout IN ('table', 'board', 'calendar', 'map')),
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT saved_views_visibility_check CHECK (visibility IN ('private', 'team', 'business')),
    team_id uuid,
    is_default boolean NOT NULL DEFAULT false,
    CONSTRAINT saved_views_visibility_team_id_rule CHECK (visibility <> 'team' OR team_id IS NOT NULL)
);
CALL platform.tenant_table('reporting.saved_views');
CALL platform.reference('reporting.saved_views', 'team_id', 'users.teams', 'cascade');
CREATE UNIQUE INDEX saved_views_created_by_entity_type_name_key ON reporting.saved_views (business_id, created_by, entity_type, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX saved_views_created_by_entity_type_key ON reporting.saved_views (business_id, created_by, entity_type) WHERE is_default AND deleted_at IS NULL;
COMMENT ON TABLE reporting.saved_views IS 'A saved filter, sorting and choice of columns of a list.';

CREATE TABLE reporting.kpi_definitions (
    key text NOT NULL CONSTRAINT kpi_definitions_key_range CHECK (key ~ '^[a-z][a-z0-9_]*$'),
    name text NOT NULL,
    description text,
    dataset_id uuid NOT NULL,
    expression jsonb NOT NULL,
    unit text NOT NULL DEFAULT 'number' CONSTRAINT kpi_definitions_unit_check CHECK (unit IN ('number', 'money', 'percentage', 'hours', 'days')),
    better text NOT NULL DEFAULT 'higher' CONSTRAINT kpi_definitions_better_check CHECK (better IN ('higher', 'lower')),
    is_built_in boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true
);
CALL platform.tenant_table('reporting.kpi_definitions', p_derived => '{is_built_in}');
CALL platform.reference('reporting.kpi_definitions', 'dataset_id', 'reporting.datasets', 'restrict');
CREATE UNIQUE INDEX kpi_definitions_key_key ON reporting.kpi_definitions (business_id, key) WHERE deleted_at IS NULL;
COMMENT ON TABLE reporting.kpi_definitions IS 'A figure the business steers by, and how it is computed.';

CREATE TABLE reporting.kpi_snapshots (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    kpi_definition_id uuid NOT NULL,
    location_id uuid,
    user_id uuid,
    period text NOT NULL CONSTRAINT kpi_snapshots_period_check CHECK (period IN ('day', 'week', 'month', 'quarter', 'year')),
    period_start date NOT NULL,
    value decimal(18,4) NOT NULL,
    sample_size bigint NOT NULL DEFAULT 0 CONSTRAINT kpi_snapshots_sample_size_range CHECK (sample_size >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('reporting.kpi_snapshots', p_read => '{member}', p_business => 'business_id', p_append_only => true, p_audited => false);
CALL platform.reference('reporting.kpi_snapshots', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('reporting.kpi_snapshots', 'kpi_definition_id', 'reporting.kpi_definitions', 'cascade');
CALL platform.reference('reporting.kpi_snapshots', 'location_id', 'businesses.locations', 'cascade');
CALL platform.reference('reporting.kpi_snapshots', 'user_id', 'users.users', 'cascade');
CREATE INDEX kpi_snapshots_of_user_idx ON reporting.kpi_snapshots (user_id);
CREATE INDEX kpi_snapshots_newest ON reporting.kpi_snapshots (business_id, created_at DESC, id);
CREATE UNIQUE INDEX kpi_snapshots_kpi_definition_id_location_id_user_id_per_key ON reporting.kpi_snapshots (business_id, kpi_definition_id, location_id, user_id, period, period_start) NULLS NOT DISTINCT;
COMMENT ON TABLE reporting.kpi_snapshots IS 'The value of a key figure in a period.';

CREATE TABLE reporting.kpi_alerts (
    kpi_definition_id uuid NOT NULL,
    name text NOT NULL,
    location_id uuid,
    period text NOT NULL DEFAULT 'day' CONSTRAINT kpi_alerts_period_check CHECK (period IN ('day', 'week', 'month')),
    comparison text NOT NULL CONSTRAINT kpi_alerts_comparison_check CHECK (comparison IN ('above', 'below', 'rises_by', 'falls_by')),
    threshold decimal(18,4) NOT NULL,
    notify_user_id uuid,
    notify_role text CONSTRAINT kpi_alerts_notify_role_check CHECK (notify_role IN ('owner', 'manager', 'staff')),
    is_active boolean NOT NULL DEFAULT true,
    last_triggered_at timestamptz,
    CONSTRAINT kpi_alerts_notify_user_id_notify_role_rule CHECK (num_nonnulls(notify_user_id, notify_role) = 1)
);
CALL platform.tenant_table('reporting.kpi_alerts', p_derived => '{last_triggered_at}');
CALL platform.reference('reporting.kpi_alerts', 'kpi_definition_id', 'reporting.kpi_definitions', 'cascade');
CALL platform.reference('reporting.kpi_alerts', 'location_id', 'businesses.locations', 'cascade');
CALL platform.reference('reporting.kpi_alerts', 'notify_user_id', 'users.users', 'cascade');
CREATE UNIQUE INDEX kpi_alerts_name_key ON reporting.kpi_alerts (business_id, name) WHERE deleted_at IS NULL;
COMMENT ON TABLE reporting.kpi_alerts IS 'A limit of a key figure that someone wants to hear about.';

CREATE TABLE reporting.goals (
    name text NOT NULL,
    kpi_definition_id uuid NOT NULL,
    location_id uuid,
    team_id uuid,
    user_id uuid,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    target_value decimal(18,4) NOT NULL,
    current_value decimal(18,4) NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'planned' CONSTRAINT goals_status_check CHECK (status IN ('planned', 'active', 'reached', 'missed', 'cancelled')),
    CONSTRAINT goals_ends_on_starts_on_rule CHECK (ends_on >= starts_on),
    CONSTRAINT goals_location_id_team_id_user_id_rule CHECK (num_nonnulls(location_id, team_id, user_id) <= 1)
);
CALL platform.tenant_table('reporting.goals', p_derived => '{current_value}',
    p_flows => '{"status": [["planned", "active"], ["planned", "cancelled"], ["active", "reached"], ["active", "missed"], ["active", "cancelled"]]}');
CALL platform.reference('reporting.goals', 'kpi_definition_id', 'reporting.kpi_definitions', 'cascade');
CALL platform.reference('reporting.goals', 'location_id', 'businesses.locations', 'cascade');
CALL platform.reference('reporting.goals', 'team_id', 'users.teams', 'cascade');
CALL platform.reference('reporting.goals', 'user_id', 'users.users', 'cascade');
CREATE UNIQUE INDEX goals_kpi_definition_id_location_id_team_id_user_id_sta_key ON reporting.goals (business_id, kpi_definition_id, location_id, team_id, user_id, starts_on) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX goals_status_ends_on_idx ON reporting.goals (business_id, status, ends_on, id) WHERE deleted_at IS NULL;
CREATE INDEX goals_status_newest ON reporting.goals (business_id, status, created_at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE reporting.goals IS 'A target for a key figure, for the business, a place, a team or a person.';

CREATE TABLE reporting.industry_benchmarks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    industry text NOT NULL CONSTRAINT industry_benchmarks_industry_check
        CHECK (industry IN ('hs', 'rest', 'auto', 'ret', 'courses', 'payroll', 'investigations')),
    kpi_key text NOT NULL,
    size_band text NOT NULL CONSTRAINT industry_benchmarks_size_band_check CHECK (size_band IN ('small', 'medium', 'large')),
    country text NOT NULL DEFAULT 'US',
    period_start date NOT NULL,
    business_count integer NOT NULL CONSTRAINT industry_benchmarks_business_count_range CHECK (business_count >= 20),
    lower_quartile decimal(18,4) NOT NULL,
    median decimal(18,4) NOT NULL,
    upper_quartile decimal(18,4) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.global_table('reporting.industry_benchmarks');
CREATE INDEX industry_benchmarks_newest ON reporting.industry_benchmarks (created_at DESC, id);
CREATE UNIQUE INDEX industry_benchmarks_industry_kpi_key_size_band_country_key ON reporting.industry_benchmarks (industry, kpi_key, size_band, country, period_start);
COMMENT ON TABLE reporting.industry_benchmarks IS 'What businesses of an industry reach on a key figure.';

CREATE TABLE reporting.data_exports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL DEFAULT auth.get_current_business_id(),
    user_id uuid NOT NULL DEFAULT auth.uid(),
    entity_type text NOT NULL,
    filter jsonb NOT NULL DEFAULT '{}',
    fields text[] NOT NULL DEFAULT '{}',
    format text NOT NULL DEFAULT 'csv' CONSTRAINT data_exports_format_check CHECK (format IN ('csv', 'xlsx', 'jsonl')),
    status text NOT NULL DEFAULT 'queued' CONSTRAINT data_exports_status_check
        CHECK (status IN ('queued', 'running', 'ready', 'failed', 'cancelled', 'expired')),
    row_count bigint CONSTRAINT data_exports_row_count_range CHECK (row_count >= 0),
    file_id uuid,
    error_message text,
    expires_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL platform.platform_table('reporting.data_exports', p_read => '{self,owner_manager}', p_write => '{self}', p_self => 'user_id',
    p_business => 'business_id', p_derived => '{status,row_count,file_id,error_message,expires_at,finished_at}',
    p_flows => '{"status": [["queued", "running"], ["queued", "cancelled"], ["running", "ready"], ["running", "failed"], ["running", "cancelled"],
        ["ready", "expired"]]}');
CALL platform.allow_rows('reporting.data_exports');
CALL platform.reference('reporting.data_exports', 'business_id', 'businesses.businesses', 'cascade');
CALL platform.reference('reporting.data_exports', 'user_id', 'users.users', 'cascade');
CALL platform.reference('reporting.data_exports', 'file_id', 'files.files');
CREATE INDEX data_exports_newest ON reporting.data_exports (business_id, created_at DESC, id);
CREATE INDEX data_exports_created_at_idx ON reporting.data_exports (business_id, created_at);
COMMENT ON TABLE reporting.data_exports IS 'A file of records someone asked for.';

CREATE TABLE reporting.view_refreshes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    view_name text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    row_count bigint CONSTRAINT view_refreshes_row_count_range CHECK (row_count >= 0),
    is_concurrent boolean NOT NULL DEFAULT true,
    error_message text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT view_refreshes_finished_at_started_at_rule CHECK (finished_at >= started_at)
);
CALL platform.platform_table('reporting.view_refreshes', p_read => '{anyone}', p_append_only => true, p_audited => false);
CREATE INDEX view_refreshes_newest ON reporting.view_refreshes (created_at DESC, id);
CREATE INDEX view_refreshes_view_name_finished_at_idx ON reporting.view_refreshes (view_name, finished_at, id);
COMMENT ON TABLE reporting.view_refreshes IS 'A refresh of a materialized view, so that figures show their age.';
