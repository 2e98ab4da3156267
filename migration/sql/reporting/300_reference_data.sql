-- Subjects to report on, with the columns and measures that need no explanation, and what other businesses reach.
-- A subject is as open as its table: its permission is the one to read that. It comes with the permissions,
-- which are described before; where there are none yet, there are no subjects.

INSERT INTO reporting.datasets (id, key, name, description, industry, base_table, joins, permission_id)
SELECT md5('dataset ' || v.key)::uuid, v.key, v.name, v.description, v.industry, v.base_table, v.joins::jsonb, p.id
FROM (VALUES
    ('customers', 'Customers', 'Who the business works for.', 'all', 'hs.customers', '[]'),
    ('invoices', 'Invoices', 'What was billed and paid.', 'all', 'hs.invoices', '[{"path": "customer", "on": "customer_id"}]'),
    ('work_orders', 'Work orders', 'Jobs, their times and what they brought.', 'hs', 'hs.work_orders', '[{"path": "customer", "on": "customer_id"}]'),
    ('estimates', 'Estimates', 'Offers and what became of them.', 'hs', 'hs.estimates', '[{"path": "customer", "on": "customer_id"}]'),
    ('orders', 'Orders', 'Orders of guests.', 'rest', 'rest.orders', '[]'),
    ('reservations', 'Reservations', 'Reserved tables.', 'rest', 'rest.reservations', '[]'),
    ('repair_orders', 'Repair orders', 'Cars in the shop.', 'auto', 'auto.repair_orders', '[{"path": "customer", "on": "customer_id"}]'),
    ('sales', 'Sales', 'Sales at the counter and online.', 'ret', 'ret.sales_orders', '[{"path": "customer", "on": "customer_id"}]'),
    ('enrollments', 'Enrollments', 'Learners and their progress.', 'courses', 'courses.enrollments', '[{"path": "course", "on": "course_id"}]'),
    ('pay_runs', 'Pay runs', 'What wages cost.', 'payroll', 'payroll.pay_runs', '[]'),
    ('cases', 'Cases', 'Investigations and what they brought.', 'investigations', 'investigations.cases', '[{"path": "customer", "on": "customer_id"}]')
) AS v (key, name, description, industry, base_table, joins)
JOIN permissions.permissions p ON p.schema_name = split_part(v.base_table, '.', 1) AND p.resource = split_part(v.base_table, '.', 2) AND p.action = 'read';

-- Every subject can be counted, and told apart by state and by the day its records were made.
INSERT INTO reporting.dataset_fields (id, dataset_id, key, label, path, value_type, role, aggregation)
SELECT md5('dataset field ' || d.key || ' ' || v.key)::uuid, d.id, v.key, v.label, v.path, v.value_type, v.role, v.aggregation
FROM reporting.datasets d JOIN (VALUES
    ('', 'count', 'Count', 'id', 'number', 'measure', 'count'), ('', 'status', 'Status', 'status', 'text', 'dimension', NULL),
    ('', 'created_at', 'Added', 'created_at', 'timestamp', 'dimension', NULL),
    ('customers', 'type', 'Kind', 'type', 'text', 'dimension', NULL), ('customers', 'total_revenue', 'Revenue', 'total_revenue', 'money', 'measure', 'sum'),
    ('customers', 'city', 'City', 'service_city', 'text', 'dimension', NULL),
    ('invoices', 'issue_date', 'Issued', 'issue_date', 'date', 'dimension', NULL), ('invoices', 'total_amount', 'Billed', 'total_amount', 'money', 'measure', 'sum'),
    ('invoices', 'amount_paid', 'Paid', 'amount_paid', 'money', 'measure', 'sum'), ('invoices', 'amount_due', 'Due', 'amount_due', 'money', 'measure', 'sum'),
    ('invoices', 'customer', 'Customer', 'customer.id', 'reference', 'dimension', NULL),
    ('work_orders', 'type', 'Kind', 'type', 'text', 'dimension', NULL), ('work_orders', 'technician', 'Technician', 'assigned_technician', 'reference', 'dimension', NULL),
    ('work_orders', 'actual_end', 'Completed', 'actual_end', 'timestamp', 'dimension', NULL), ('work_orders', 'total_cost', 'Revenue', 'total_cost', 'money', 'measure', 'sum'),
    ('work_orders', 'average_cost', 'Average job', 'total_cost', 'money', 'measure', 'average'), ('work_orders', 'labor_hours', 'Hours', 'labor_hours', 'number', 'measure', 'sum'),
    ('work_orders', 'satisfaction', 'Satisfaction', 'customer_satisfaction', 'number', 'measure', 'average'),
    ('estimates', 'total_amount', 'Offered', 'total_amount', 'money', 'measure', 'sum'), ('estimates', 'sent_at', 'Sent', 'sent_at', 'timestamp', 'dimension', NULL),
    ('orders', 'order_type', 'Kind', 'order_type', 'text', 'dimension', NULL), ('orders', 'total_amount', 'Revenue', 'total_amount', 'money', 'measure', 'sum'),
    ('orders', 'average_amount', 'Average check', 'total_amount', 'money', 'measure', 'average'), ('orders', 'tip_amount', 'Tips', 'tip_amount', 'money', 'measure', 'sum'),
    ('orders', 'ordered_at', 'Ordered', 'ordered_at', 'timestamp', 'dimension', NULL),
    ('reservations', 'reserved_for', 'Reserved for', 'reserved_for', 'timestamp', 'dimension', NULL), ('reservations', 'party_size', 'Guests', 'party_size', 'number', 'measure', 'sum'),
    ('repair_orders', 'total_amount', 'Revenue', 'total_amount', 'money', 'measure', 'sum'), ('repair_orders', 'labor_total', 'Labor', 'labor_total', 'money', 'measure', 'sum'),
    ('repair_orders', 'parts_total', 'Parts', 'parts_total', 'money', 'measure', 'sum'), ('repair_orders', 'technician', 'Technician', 'technician_id', 'reference', 'dimension', NULL),
    ('sales', 'total_amount', 'Revenue', 'total_amount', 'money', 'measure', 'sum'), ('sales', 'average_amount', 'Average sale', 'total_amount', 'money', 'measure', 'average'),
    ('sales', 'order_type', 'Kind', 'order_type', 'text', 'dimension', NULL),
    ('enrollments', 'progress_rate', 'Progress', 'progress_rate', 'percentage', 'measure', 'average'), ('enrollments', 'completed_at', 'Completed', 'completed_at', 'timestamp', 'dimension', NULL),
    ('pay_runs', 'pay_date', 'Paid on', 'pay_date', 'date', 'dimension', NULL), ('pay_runs', 'gross_amount', 'Gross wages', 'gross_amount', 'money', 'measure', 'sum'),
    ('pay_runs', 'net_amount', 'Net wages', 'net_amount', 'money', 'measure', 'sum'), ('pay_runs', 'total_cost', 'Cost', 'total_cost', 'money', 'measure', 'sum'),
    ('cases', 'case_type', 'Kind', 'case_type', 'text', 'dimension', NULL), ('cases', 'billed_amount', 'Billed', 'billed_amount', 'money', 'measure', 'sum'),
    ('cases', 'opened_on', 'Opened', 'opened_on', 'date', 'dimension', NULL)
) AS v (dataset, key, label, path, value_type, role, aggregation) ON v.dataset IN ('', d.key);

-- Yearly figures of the platform's businesses in the United States; small has up to 10 members, large more than 50.
-- The middle half lies between 0.65 and 1.45 times the median where a figure is an amount, closer where it is a share.
INSERT INTO reporting.industry_benchmarks (id, industry, kpi_key, size_band, period_start, business_count, lower_quartile, median, upper_quartile)
SELECT md5(concat_ws(' ', 'benchmark', v.industry, v.kpi, s.band))::uuid, v.industry, v.kpi, s.band, DATE '2025-01-01', v.businesses / s.rarity,
    round(v.median * s.factor ^ v.grows * CASE WHEN v.is_share THEN 0.9 ELSE 0.65 END, 4), round(v.median * s.factor ^ v.grows, 4),
    round(v.median * s.factor ^ v.grows * CASE WHEN v.is_share THEN 1.08 ELSE 1.45 END, 4)
FROM (VALUES
    ('hs', 'average_job_value', 420, 0, false, 1840), ('hs', 'estimate_approval_rate', 0.54, 0, true, 1840), ('hs', 'monthly_revenue', 38000, 1, false, 1840), ('hs', 'days_to_payment', 17, 0, false, 1840),
    ('rest', 'average_check', 31, 0, false, 960), ('rest', 'monthly_revenue', 64000, 1, false, 960), ('rest', 'table_turn_minutes', 72, 0, true, 960), ('rest', 'no_show_rate', 0.06, 0, false, 960),
    ('auto', 'average_repair_order', 465, 0, false, 720), ('auto', 'monthly_revenue', 52000, 1, false, 720), ('auto', 'parts_margin', 0.42, 0, true, 720),
    ('ret', 'average_sale', 58, 0, false, 1310), ('ret', 'monthly_revenue', 41000, 1, false, 1310), ('ret', 'return_rate', 0.08, 0, false, 1310),
    ('courses', 'completion_rate', 0.63, 0, true, 380), ('courses', 'monthly_revenue', 14000, 1, false, 380),
    ('payroll', 'payroll_share_of_revenue', 0.31, 0, true, 540), ('payroll', 'overtime_share', 0.07, 0, false, 540),
    ('investigations', 'billed_hours_share', 0.68, 0, true, 160), ('investigations', 'monthly_revenue', 22000, 1, false, 160)
) AS v (industry, kpi, median, grows, is_share, businesses)
CROSS JOIN (VALUES ('small', 1.0, 1), ('medium', 4.5, 2), ('large', 22.0, 7)) AS s (band, factor, rarity);
