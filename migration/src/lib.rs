//! The database: plain SQL files in order, one concern a file. Applied files are never edited.

use anyhow::Context;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectOptions, Database, DatabaseConnection};

/// A step: its name, which says its place, and its SQL. Everything of ours goes with `drop_everything`.
const STEPS: &[(&str, &str)] = &[
    ("m0001_foundation", include_str!("../sql/platform/010_foundation.sql")),
    ("m0002_triggers", include_str!("../sql/platform/020_triggers.sql")),
    ("m0003_table_helpers", include_str!("../sql/platform/030_table_helpers.sql")),
    ("m0004_logs", include_str!("../sql/audit/010_logs.sql")),
    ("m0005_accounts", include_str!("../sql/auth/010_accounts.sql")),
    ("m0006_businesses", include_str!("../sql/businesses/010_businesses.sql")),
    ("m0007_users", include_str!("../sql/users/010_users.sql")),
    ("m0008_identity_rules", include_str!("../sql/platform/040_identity_rules.sql")),
    ("m0009_open_request", include_str!("../sql/auth/020_open_request.sql")),
    ("m0010_settings", include_str!("../sql/businesses/020_settings.sql")),
    ("m0011_home_services", include_str!("../sql/hs/010_home_services.sql")),
    ("m0012_restaurant", include_str!("../sql/rest/010_restaurant.sql")),
    ("m0013_automotive", include_str!("../sql/auto/010_automotive.sql")),
    ("m0014_retail", include_str!("../sql/ret/010_retail.sql")),
    ("m0015_ai", include_str!("../sql/ai/010_ai.sql")),
    ("m0016_integrations", include_str!("../sql/integrations/010_integrations.sql")),
    ("m0017_sign_in", include_str!("../sql/auth/100_sign_in.sql")),
    ("m0018_reporting", include_str!("../sql/reporting/010_views.sql")),
    ("m0019_monitoring", include_str!("../sql/monitoring/010_views.sql")),
    ("m0020_self_test", include_str!("../sql/platform/900_self_test.sql")),
    ("m0021_read_setting", include_str!("../sql/businesses/030_read_setting.sql")),
    ("m0097_catalogue_helpers", include_str!("../sql/platform/050_catalogue_helpers.sql")),
    ("m0098_total_helpers", include_str!("../sql/platform/060_total_helpers.sql")),
    ("m0099_rule_helpers", include_str!("../sql/platform/070_rule_helpers.sql")),
    ("m0100_gift_cards", include_str!("../sql/platform/080_gift_cards.sql")),
    ("m0101_businesses_organization", include_str!("../sql/businesses/110_organization.sql")),
    ("m0102_businesses_taxes_and_terms", include_str!("../sql/businesses/120_taxes_and_terms.sql")),
    ("m0103_businesses_identity", include_str!("../sql/businesses/130_identity.sql")),
    ("m0104_users_document_tables", include_str!("../sql/users/100_document_tables.sql")),
    ("m0105_users_profiles", include_str!("../sql/users/110_profiles.sql")),
    (
        "m0106_users_availability_and_teams",
        include_str!("../sql/users/120_availability_and_teams.sql"),
    ),
    ("m0107_auth_document_tables", include_str!("../sql/auth/100_document_tables.sql")),
    ("m0108_auth_factors", include_str!("../sql/auth/110_factors.sql")),
    (
        "m0109_auth_single_sign_on_and_keys",
        include_str!("../sql/auth/120_single_sign_on_and_keys.sql"),
    ),
    ("m0110_permissions_roles", include_str!("../sql/permissions/110_roles.sql")),
    (
        "m0111_permissions_approvals_and_access",
        include_str!("../sql/permissions/120_approvals_and_access.sql"),
    ),
    ("m0112_files_files", include_str!("../sql/files/110_files.sql")),
    (
        "m0113_files_sharing_and_signatures",
        include_str!("../sql/files/120_sharing_and_signatures.sql"),
    ),
    ("m0114_billing_plans_and_meters", include_str!("../sql/billing/110_plans_and_meters.sql")),
    (
        "m0115_billing_accounts_and_subscriptions",
        include_str!("../sql/billing/120_accounts_and_subscriptions.sql"),
    ),
    ("m0116_billing_platform_invoices", include_str!("../sql/billing/130_platform_invoices.sql")),
    ("m0117_hs_document_tables", include_str!("../sql/hs/100_document_tables.sql")),
    ("m0118_hs_customers_and_leads", include_str!("../sql/hs/110_customers_and_leads.sql")),
    ("m0119_hs_equipment", include_str!("../sql/hs/120_equipment.sql")),
    ("m0120_hs_dispatch", include_str!("../sql/hs/130_dispatch.sql")),
    ("m0121_hs_jobs", include_str!("../sql/hs/140_jobs.sql")),
    ("m0122_hs_estimates_and_price_book", include_str!("../sql/hs/150_estimates_and_price_book.sql")),
    ("m0123_hs_billing", include_str!("../sql/hs/160_billing.sql")),
    ("m0124_hs_service_plans", include_str!("../sql/hs/170_service_plans.sql")),
    ("m0125_hs_stock", include_str!("../sql/hs/180_stock.sql")),
    ("m0126_hs_purchasing", include_str!("../sql/hs/190_purchasing.sql")),
    ("m0127_rest_document_tables", include_str!("../sql/rest/100_document_tables.sql")),
    ("m0128_rest_menu", include_str!("../sql/rest/110_menu.sql")),
    ("m0129_rest_guests", include_str!("../sql/rest/120_guests.sql")),
    ("m0130_rest_order_lines", include_str!("../sql/rest/130_order_lines.sql")),
    ("m0131_rest_payments", include_str!("../sql/rest/140_payments.sql")),
    ("m0132_rest_kitchen_and_delivery", include_str!("../sql/rest/150_kitchen_and_delivery.sql")),
    ("m0133_rest_staff_and_cash", include_str!("../sql/rest/160_staff_and_cash.sql")),
    ("m0134_rest_stock", include_str!("../sql/rest/170_stock.sql")),
    ("m0135_rest_purchasing", include_str!("../sql/rest/180_purchasing.sql")),
    ("m0136_rest_loyalty_and_gift_cards", include_str!("../sql/rest/190_loyalty_and_gift_cards.sql")),
    ("m0137_auto_document_tables", include_str!("../sql/auto/100_document_tables.sql")),
    ("m0138_auto_shop", include_str!("../sql/auto/110_shop.sql")),
    ("m0139_auto_inspections", include_str!("../sql/auto/120_inspections.sql")),
    ("m0140_auto_repair_order_lines", include_str!("../sql/auto/130_repair_order_lines.sql")),
    ("m0141_auto_labor_and_pricing", include_str!("../sql/auto/140_labor_and_pricing.sql")),
    ("m0142_auto_parts", include_str!("../sql/auto/150_parts.sql")),
    ("m0143_auto_purchasing", include_str!("../sql/auto/160_purchasing.sql")),
    ("m0144_auto_fleet_and_warranty", include_str!("../sql/auto/170_fleet_and_warranty.sql")),
    ("m0145_auto_invoices", include_str!("../sql/auto/180_invoices.sql")),
    ("m0146_ret_document_tables", include_str!("../sql/ret/100_document_tables.sql")),
    ("m0147_ret_catalog", include_str!("../sql/ret/110_catalog.sql")),
    ("m0148_ret_prices_and_serials", include_str!("../sql/ret/120_prices_and_serials.sql")),
    ("m0149_ret_registers", include_str!("../sql/ret/130_registers.sql")),
    ("m0150_ret_stock", include_str!("../sql/ret/140_stock.sql")),
    ("m0151_ret_purchasing", include_str!("../sql/ret/150_purchasing.sql")),
    ("m0152_ret_sales", include_str!("../sql/ret/160_sales.sql")),
    ("m0153_ret_shipping_and_promotions", include_str!("../sql/ret/170_shipping_and_promotions.sql")),
    ("m0154_ret_gift_cards_and_loyalty", include_str!("../sql/ret/180_gift_cards_and_loyalty.sql")),
    ("m0155_ret_customers_and_carts", include_str!("../sql/ret/190_customers_and_carts.sql")),
    ("m0156_courses_courses", include_str!("../sql/courses/110_courses.sql")),
    ("m0157_courses_learners", include_str!("../sql/courses/120_learners.sql")),
    ("m0158_courses_quizzes", include_str!("../sql/courses/130_quizzes.sql")),
    (
        "m0159_courses_assignments_and_grades",
        include_str!("../sql/courses/140_assignments_and_grades.sql"),
    ),
    (
        "m0160_courses_discussions_and_certificates",
        include_str!("../sql/courses/150_discussions_and_certificates.sql"),
    ),
    ("m0161_courses_sales", include_str!("../sql/courses/160_sales.sql")),
    (
        "m0162_courses_subscriptions_and_payouts",
        include_str!("../sql/courses/170_subscriptions_and_payouts.sql"),
    ),
    ("m0163_payroll_employees", include_str!("../sql/payroll/110_employees.sql")),
    ("m0164_payroll_pay_runs", include_str!("../sql/payroll/120_pay_runs.sql")),
    ("m0165_payroll_benefits", include_str!("../sql/payroll/130_benefits.sql")),
    ("m0166_payroll_taxes", include_str!("../sql/payroll/140_taxes.sql")),
    ("m0167_payroll_time", include_str!("../sql/payroll/150_time.sql")),
    ("m0168_payroll_leave", include_str!("../sql/payroll/160_leave.sql")),
    ("m0169_payroll_disbursements", include_str!("../sql/payroll/170_disbursements.sql")),
    ("m0170_investigations_cases", include_str!("../sql/investigations/110_cases.sql")),
    (
        "m0171_investigations_findings_and_tasks",
        include_str!("../sql/investigations/120_findings_and_tasks.sql"),
    ),
    ("m0172_investigations_subjects", include_str!("../sql/investigations/130_subjects.sql")),
    ("m0173_investigations_evidence", include_str!("../sql/investigations/140_evidence.sql")),
    (
        "m0174_investigations_interviews_and_field_work",
        include_str!("../sql/investigations/150_interviews_and_field_work.sql"),
    ),
    (
        "m0175_investigations_holds_and_reports",
        include_str!("../sql/investigations/160_holds_and_reports.sql"),
    ),
    ("m0176_investigations_billing", include_str!("../sql/investigations/170_billing.sql")),
    ("m0177_ai_document_tables", include_str!("../sql/ai/100_document_tables.sql")),
    ("m0178_ai_models_and_prompts", include_str!("../sql/ai/110_models_and_prompts.sql")),
    ("m0179_ai_tools_and_safety", include_str!("../sql/ai/120_tools_and_safety.sql")),
    (
        "m0180_ai_evaluations_and_conversations",
        include_str!("../sql/ai/130_evaluations_and_conversations.sql"),
    ),
    ("m0181_audit_access_and_security", include_str!("../sql/audit/110_access_and_security.sql")),
    ("m0182_audit_retention_and_privacy", include_str!("../sql/audit/120_retention_and_privacy.sql")),
    ("m0183_trust_chains", include_str!("../sql/trust/110_chains.sql")),
    (
        "m0184_trust_anchors_and_verifications",
        include_str!("../sql/trust/120_anchors_and_verifications.sql"),
    ),
    (
        "m0185_integrations_document_tables",
        include_str!("../sql/integrations/100_document_tables.sql"),
    ),
    (
        "m0186_integrations_services_and_apps",
        include_str!("../sql/integrations/110_services_and_apps.sql"),
    ),
    ("m0187_integrations_webhooks", include_str!("../sql/integrations/120_webhooks.sql")),
    (
        "m0188_integrations_synchronization",
        include_str!("../sql/integrations/130_synchronization.sql"),
    ),
    ("m0189_notifications_templates", include_str!("../sql/notifications/110_templates.sql")),
    ("m0190_notifications_messages", include_str!("../sql/notifications/120_messages.sql")),
    (
        "m0191_notifications_inbox_and_preferences",
        include_str!("../sql/notifications/130_inbox_and_preferences.sql"),
    ),
    ("m0192_reporting_reports", include_str!("../sql/reporting/110_reports.sql")),
    (
        "m0193_reporting_dashboards_and_measures",
        include_str!("../sql/reporting/120_dashboards_and_measures.sql"),
    ),
    (
        "m0194_platform_synchronization_and_jobs",
        include_str!("../sql/platform/110_synchronization_and_jobs.sql"),
    ),
    ("m0195_platform_flags_and_labels", include_str!("../sql/platform/120_flags_and_labels.sql")),
    ("m0800_references", include_str!("../sql/platform/800_references.sql")),
    ("m0901_businesses_trees", include_str!("../sql/businesses/200_trees.sql")),
    ("m0902_businesses_taxes", include_str!("../sql/businesses/210_taxes.sql")),
    ("m0903_businesses_number_sequences", include_str!("../sql/businesses/220_number_sequences.sql")),
    ("m0904_businesses_standing", include_str!("../sql/businesses/230_standing.sql")),
    ("m0905_users_members", include_str!("../sql/users/200_members.sql")),
    ("m0906_users_invitations", include_str!("../sql/users/210_invitations.sql")),
    ("m0907_auth_clients_and_domains", include_str!("../sql/auth/200_clients_and_domains.sql")),
    ("m0908_permissions_roles", include_str!("../sql/permissions/200_roles.sql")),
    ("m0909_permissions_requests", include_str!("../sql/permissions/210_requests.sql")),
    ("m0910_permissions_networks", include_str!("../sql/permissions/220_networks.sql")),
    (
        "m0911_files_folders_and_visibility",
        include_str!("../sql/files/200_folders_and_visibility.sql"),
    ),
    ("m0912_files_versions", include_str!("../sql/files/210_versions.sql")),
    ("m0913_files_shares_and_signatures", include_str!("../sql/files/220_shares_and_signatures.sql")),
    ("m0914_billing_entitlements", include_str!("../sql/billing/210_entitlements.sql")),
    ("m0915_billing_usage", include_str!("../sql/billing/220_usage.sql")),
    ("m0916_billing_platform_invoices", include_str!("../sql/billing/230_platform_invoices.sql")),
    (
        "m0917_billing_payments_and_credits",
        include_str!("../sql/billing/240_payments_and_credits.sql"),
    ),
    ("m0918_hs_estimate_totals", include_str!("../sql/hs/200_estimate_totals.sql")),
    ("m0919_hs_job_totals", include_str!("../sql/hs/210_job_totals.sql")),
    ("m0920_hs_invoice_totals", include_str!("../sql/hs/220_invoice_totals.sql")),
    ("m0921_hs_payments", include_str!("../sql/hs/230_payments.sql")),
    ("m0922_hs_stock", include_str!("../sql/hs/240_stock.sql")),
    ("m0923_hs_purchasing", include_str!("../sql/hs/250_purchasing.sql")),
    ("m0924_hs_states", include_str!("../sql/hs/260_states.sql")),
    ("m0925_hs_agreements", include_str!("../sql/hs/270_agreements.sql")),
    ("m0926_hs_limits", include_str!("../sql/hs/280_limits.sql")),
    ("m0927_hs_customer_totals", include_str!("../sql/hs/290_customer_totals.sql")),
    ("m0929_rest_order_totals", include_str!("../sql/rest/210_order_totals.sql")),
    ("m0930_rest_payments", include_str!("../sql/rest/220_payments.sql")),
    ("m0931_rest_guests", include_str!("../sql/rest/230_guests.sql")),
    ("m0932_rest_kitchen", include_str!("../sql/rest/240_kitchen.sql")),
    ("m0933_rest_tips", include_str!("../sql/rest/250_tips.sql")),
    ("m0934_rest_stock", include_str!("../sql/rest/260_stock.sql")),
    ("m0935_rest_loyalty_and_gift_cards", include_str!("../sql/rest/270_loyalty_and_gift_cards.sql")),
    ("m0936_auto_repair_order_totals", include_str!("../sql/auto/200_repair_order_totals.sql")),
    ("m0937_auto_repair_order_states", include_str!("../sql/auto/210_repair_order_states.sql")),
    ("m0938_auto_inspections", include_str!("../sql/auto/220_inspections.sql")),
    ("m0939_auto_parts_stock", include_str!("../sql/auto/230_parts_stock.sql")),
    ("m0940_auto_purchasing", include_str!("../sql/auto/240_purchasing.sql")),
    ("m0941_auto_invoices", include_str!("../sql/auto/250_invoices.sql")),
    ("m0942_auto_loaners_and_warranties", include_str!("../sql/auto/260_loaners_and_warranties.sql")),
    ("m0943_auto_limits", include_str!("../sql/auto/270_limits.sql")),
    ("m0944_ret_sales_totals", include_str!("../sql/ret/200_sales_totals.sql")),
    ("m0945_ret_payments_and_returns", include_str!("../sql/ret/210_payments_and_returns.sql")),
    (
        "m0946_ret_promotions_and_shipments",
        include_str!("../sql/ret/220_promotions_and_shipments.sql"),
    ),
    ("m0947_ret_inventory", include_str!("../sql/ret/230_inventory.sql")),
    ("m0948_ret_purchasing", include_str!("../sql/ret/240_purchasing.sql")),
    ("m0949_ret_balances", include_str!("../sql/ret/250_balances.sql")),
    ("m0950_ret_carts", include_str!("../sql/ret/260_carts.sql")),
    ("m0951_courses_same_course", include_str!("../sql/courses/200_same_course.sql")),
    ("m0952_courses_enrollments", include_str!("../sql/courses/210_enrollments.sql")),
    ("m0953_courses_quizzes", include_str!("../sql/courses/220_quizzes.sql")),
    ("m0954_courses_assignments", include_str!("../sql/courses/230_assignments.sql")),
    ("m0955_courses_grades", include_str!("../sql/courses/240_grades.sql")),
    (
        "m0956_courses_discussions_and_certificates",
        include_str!("../sql/courses/250_discussions_and_certificates.sql"),
    ),
    ("m0957_courses_orders", include_str!("../sql/courses/260_orders.sql")),
    ("m0958_courses_payments", include_str!("../sql/courses/270_payments.sql")),
    ("m0959_courses_subscriptions", include_str!("../sql/courses/280_subscriptions.sql")),
    ("m0960_courses_payouts", include_str!("../sql/courses/290_payouts.sql")),
    ("m0961_payroll_own_rows", include_str!("../sql/payroll/200_own_rows.sql")),
    ("m0962_payroll_people", include_str!("../sql/payroll/210_people.sql")),
    ("m0963_payroll_pay_stubs", include_str!("../sql/payroll/220_pay_stubs.sql")),
    ("m0964_payroll_pay_runs", include_str!("../sql/payroll/230_pay_runs.sql")),
    ("m0965_payroll_deductions", include_str!("../sql/payroll/240_deductions.sql")),
    ("m0966_payroll_time", include_str!("../sql/payroll/250_time.sql")),
    ("m0967_payroll_timesheets", include_str!("../sql/payroll/255_timesheets.sql")),
    ("m0968_payroll_leave", include_str!("../sql/payroll/260_leave.sql")),
    ("m0969_payroll_benefits", include_str!("../sql/payroll/270_benefits.sql")),
    ("m0970_payroll_taxes_and_forms", include_str!("../sql/payroll/280_taxes_and_forms.sql")),
    ("m0971_payroll_money_out", include_str!("../sql/payroll/290_money_out.sql")),
    ("m0972_investigations_case_access", include_str!("../sql/investigations/200_case_access.sql")),
    ("m0973_investigations_case_rules", include_str!("../sql/investigations/210_case_rules.sql")),
    ("m0974_investigations_custody", include_str!("../sql/investigations/220_custody.sql")),
    ("m0975_investigations_billing", include_str!("../sql/investigations/230_billing.sql")),
    (
        "m0976_investigations_retainers_and_payments",
        include_str!("../sql/investigations/240_retainers_and_payments.sql"),
    ),
    ("m0977_investigations_case_files", include_str!("../sql/investigations/250_case_files.sql")),
    ("m0978_ai_budgets", include_str!("../sql/ai/210_budgets.sql")),
    ("m0979_ai_prompts", include_str!("../sql/ai/220_prompts.sql")),
    ("m0980_ai_tool_calls", include_str!("../sql/ai/230_tool_calls.sql")),
    ("m0981_ai_evaluations", include_str!("../sql/ai/240_evaluations.sql")),
    ("m0982_ai_conversations", include_str!("../sql/ai/250_conversations.sql")),
    ("m0983_audit_states", include_str!("../sql/audit/200_states.sql")),
    ("m0984_audit_legal_holds", include_str!("../sql/audit/210_legal_holds.sql")),
    ("m0985_trust_chains", include_str!("../sql/trust/210_chains.sql")),
    ("m0986_trust_batches_and_proofs", include_str!("../sql/trust/220_batches_and_proofs.sql")),
    (
        "m0987_trust_anchors_and_verifications",
        include_str!("../sql/trust/230_anchors_and_verifications.sql"),
    ),
    ("m0988_integrations_connections", include_str!("../sql/integrations/210_connections.sql")),
    ("m0989_integrations_webhooks", include_str!("../sql/integrations/220_webhooks.sql")),
    (
        "m0990_integrations_synchronization",
        include_str!("../sql/integrations/230_synchronization.sql"),
    ),
    ("m0991_notifications_templates", include_str!("../sql/notifications/210_templates.sql")),
    ("m0992_notifications_messages", include_str!("../sql/notifications/220_messages.sql")),
    ("m0993_notifications_campaigns", include_str!("../sql/notifications/230_campaigns.sql")),
    (
        "m0994_notifications_inbox_and_preferences",
        include_str!("../sql/notifications/240_inbox_and_preferences.sql"),
    ),
    ("m0995_reporting_visibility", include_str!("../sql/reporting/210_visibility.sql")),
    (
        "m0996_reporting_schedules_and_runs",
        include_str!("../sql/reporting/220_schedules_and_runs.sql"),
    ),
    ("m0997_reporting_measures", include_str!("../sql/reporting/230_measures.sql")),
    ("m0998_reporting_receivables", include_str!("../sql/reporting/240_receivables.sql")),
    ("m0999_platform_comments_and_tags", include_str!("../sql/platform/200_comments_and_tags.sql")),
    ("m1000_platform_custom_fields", include_str!("../sql/platform/210_custom_fields.sql")),
    (
        "m1001_platform_jobs_and_synchronization",
        include_str!("../sql/platform/220_jobs_and_synchronization.sql"),
    ),
    ("m1002_platform_reference_indexes", include_str!("../sql/platform/230_reference_indexes.sql")),
    ("m1003_permissions_reference_data", include_str!("../sql/permissions/300_reference_data.sql")),
    ("m1004_billing_reference_data", include_str!("../sql/billing/300_reference_data.sql")),
    ("m1005_payroll_reference_data", include_str!("../sql/payroll/300_reference_data.sql")),
    ("m1006_ai_reference_data", include_str!("../sql/ai/300_reference_data.sql")),
    ("m1007_audit_reference_data", include_str!("../sql/audit/300_reference_data.sql")),
    ("m1008_trust_reference_data", include_str!("../sql/trust/300_reference_data.sql")),
    ("m1009_integrations_reference_data", include_str!("../sql/integrations/300_reference_data.sql")),
    ("m1010_reporting_reference_data", include_str!("../sql/reporting/300_reference_data.sql")),
    ("m1011_platform_reference_data", include_str!("../sql/platform/300_reference_data.sql")),
    (
        "m1012_platform_partner_rate_limits",
        include_str!("../sql/platform/310_partner_rate_limits.sql"),
    ),
    ("m1013_auth_open_request", include_str!("../sql/auth/210_open_request.sql")),
    ("m1021_platform_idempotency_keys", include_str!("../sql/platform/320_idempotency_keys.sql")),
    ("m1022_platform_gateway_limits", include_str!("../sql/platform/330_gateway_limits.sql")),
    ("m1990_platform_self_test", include_str!("../sql/platform/910_self_test.sql")),
    ("m1991_platform_self_test_attacks", include_str!("../sql/platform/920_self_test_attacks.sql")),
    ("m2010_auth_networks", include_str!("../sql/auth/220_networks.sql")),
    ("m2011_users_devices", include_str!("../sql/users/220_devices.sql")),
    ("m2012_investigations_holds", include_str!("../sql/investigations/260_holds.sql")),
    ("m2013_platform_query_costs", include_str!("../sql/platform/340_query_costs.sql")),
    ("m2014_platform_gateway_planner", include_str!("../sql/platform/350_gateway_planner.sql")),
    ("m2015_platform_self_in_business", include_str!("../sql/platform/360_self_in_business.sql")),
    ("m2016_platform_snapshots", include_str!("../sql/platform/370_snapshots_numbers_circles.sql")),
    ("m2017_hs_second_ways", include_str!("../sql/hs/300_second_ways.sql")),
    ("m2018_investigations_deposits", include_str!("../sql/investigations/270_deposits.sql")),
    ("m2019_users_invitations", include_str!("../sql/users/230_invitations.sql")),
    ("m2020_auth_key_lookup", include_str!("../sql/auth/230_key_lookup.sql")),
    ("m2021_platform_keys_in_scope", include_str!("../sql/platform/380_keys_in_scope.sql")),
    ("m2060_platform_pairs", include_str!("../sql/platform/390_pairs.sql")),
];

/// Schemas and what hangs on them; roles stay, since they belong to the cluster.
const DROP_EVERYTHING: &str = include_str!("../sql/platform/down.sql");

struct Step {
    name: &'static str,
    sql: &'static str,
    first: bool,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.sql).await.map(|_| ())
    }

    /// Steps build on each other, so the first one takes everything else along at the end of the way. Each
    /// drops its own tables before, since a transaction has not enough locks for all of them.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = tables_of(self.sql);
        let sql = match (self.first, tables.is_empty()) {
            (true, _) => DROP_EVERYTHING.to_owned(),
            (false, true) => return Ok(()),
            (false, false) => format!("DROP TABLE IF EXISTS {} CASCADE", tables.join(", ")),
        };
        manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
    }
}

/// The tables a step creates: what follows `CREATE TABLE` at the beginning of a line.
fn tables_of(sql: &str) -> Vec<&str> {
    let names = sql.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
    names.filter_map(|rest| rest.split([' ', '(']).next()).collect()
}

pub struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let steps = STEPS.iter().enumerate();
        steps
            .map(|(index, (name, sql))| Box::new(Step { name, sql, first: index == 0 }) as Box<dyn MigrationTrait>)
            .collect()
    }
}

/// Applies what is missing. `owner_url` is a role that may create schemas, roles and extensions.
pub async fn up(owner_url: &str) -> anyhow::Result<()> {
    let database = connect(owner_url).await?;
    Migrator::up(&database, None)
        .await
        .context("the migration failed; nothing of the failed step is left")
}

/// Takes everything back.
pub async fn down(owner_url: &str) -> anyhow::Result<()> {
    let database = connect(owner_url).await?;
    Migrator::down(&database, None).await.context("the way back failed")
}

/// Names of the steps that are not applied yet, in order.
pub async fn pending(owner_url: &str) -> anyhow::Result<Vec<String>> {
    let database = connect(owner_url).await?;
    let pending = Migrator::get_pending_migrations(&database)
        .await
        .context("the list of applied migrations cannot be read")?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

/// Names of all steps, in order.
pub fn names() -> Vec<&'static str> {
    STEPS.iter().map(|(name, _)| *name).collect()
}

async fn connect(owner_url: &str) -> anyhow::Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(owner_url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .context("the database cannot be reached as its owner; check OWNER_DATABASE_URL")
}
