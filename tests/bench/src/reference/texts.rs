//! What PostgreSQL is asked: each query in the ways it can be put.

pub const CUSTOMER: usize = 0;
pub const BY_STATUS: usize = 1;
pub const CUSTOMERS: usize = 2;
pub const ORDERS_OF_CUSTOMERS: usize = 3;
pub const CUSTOMERS_JOINED: usize = 4;
pub const CUSTOMERS_JSON: usize = 5;
pub const INVOICES: usize = 6;
pub const CUSTOMERS_BY_ID: usize = 7;
pub const ESTIMATES_BY_ID: usize = 8;
pub const ORDERS_WITH_TECHNICIAN: usize = 9;
pub const INVOICES_JOINED: usize = 10;
pub const INVOICES_JSON: usize = 11;
pub const COUNTS: usize = 12;
pub const LATEST: usize = 13;
pub const UPCOMING: usize = 14;
pub const OVERDUE: usize = 15;
pub const OFFERED: usize = 16;
pub const NEWEST_CUSTOMERS: usize = 17;
pub const THOUSAND: usize = 18;
pub const THOUSAND_JSON: usize = 19;
pub const BY_STATUS_JSON: usize = 20;
pub const UPDATE: usize = 21;

/// In the order of the numbers above; every connection prepares all of them.
pub const TEXTS: &[&str] = &[
    "SELECT id, customer_number, first_name, last_name, email, phone, service_city, status
     FROM hs.customers WHERE business_id = $1 AND id = $2 AND deleted_at IS NULL",
    "SELECT id, work_order_number, title, type, priority, status, scheduled_start, scheduled_end, total_cost, customer_id, created_at, version
     FROM hs.work_orders WHERE business_id = $1 AND status = $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 50",
    "SELECT id, first_name, last_name, status FROM hs.customers
     WHERE business_id = $1 AND created_at < $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 50",
    "SELECT o.id, o.work_order_number, o.title, o.priority, o.status, o.total_cost, p.place
     FROM unnest($2::uuid[]) WITH ORDINALITY AS p (id, place)
     CROSS JOIN LATERAL (
         SELECT w.id, w.work_order_number, w.title, w.priority, w.status, w.total_cost FROM hs.work_orders w
         WHERE w.business_id = $1 AND w.customer_id = p.id AND w.deleted_at IS NULL ORDER BY w.created_at DESC, w.id LIMIT 10
     ) o",
    "SELECT c.id, c.first_name, c.last_name, c.status, o.id, o.work_order_number, o.title, o.priority, o.status, o.total_cost
     FROM (
         SELECT id, first_name, last_name, status, created_at FROM hs.customers
         WHERE business_id = $1 AND created_at < $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 50
     ) c
     LEFT JOIN LATERAL (
         SELECT w.id, w.work_order_number, w.title, w.priority, w.status, w.total_cost FROM hs.work_orders w
         WHERE w.business_id = $1 AND w.customer_id = c.id AND w.deleted_at IS NULL ORDER BY w.created_at DESC, w.id LIMIT 10
     ) o ON true",
    "SELECT json_build_object('nodes', coalesce(json_agg(json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name,
         'status', upper(c.status), 'workOrders', json_build_object('nodes', coalesce(o.nodes, '[]'::json))) ORDER BY c.created_at DESC, c.id), '[]'::json))::text
     FROM (
         SELECT id, first_name, last_name, status, created_at FROM hs.customers
         WHERE business_id = $1 AND created_at < $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 50
     ) c
     CROSS JOIN LATERAL (
         SELECT json_agg(json_build_object('id', w.id, 'workOrderNumber', w.work_order_number, 'title', w.title, 'priority', upper(w.priority),
             'status', upper(w.status), 'totalCost', w.total_cost::text)) AS nodes
         FROM (
             SELECT w.id, w.work_order_number, w.title, w.priority, w.status, w.total_cost FROM hs.work_orders w
             WHERE w.business_id = $1 AND w.customer_id = c.id AND w.deleted_at IS NULL ORDER BY w.created_at DESC, w.id LIMIT 10
         ) w
     ) o",
    "SELECT id, invoice_number, status, total_amount, amount_due, due_date, customer_id, estimate_id FROM hs.invoices
     WHERE business_id = $1 AND status = $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 20",
    "SELECT id, first_name, last_name, phone FROM hs.customers WHERE business_id = $1 AND id = ANY ($2)",
    "SELECT id, estimate_number, title, total_amount FROM hs.estimates WHERE business_id = $1 AND id = ANY ($2)",
    "SELECT o.*, p.place FROM unnest($2::uuid[]) WITH ORDINALITY AS p (id, place)
     CROSS JOIN LATERAL (
         SELECT w.id, w.work_order_number, w.title, w.status, u.id AS technician, u.first_name, u.last_name
         FROM (
             SELECT id, work_order_number, title, status, assigned_technician, created_at FROM hs.work_orders
             WHERE business_id = $1 AND customer_id = p.id AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 5
         ) w
         LEFT JOIN users.users u ON u.id = w.assigned_technician ORDER BY w.created_at DESC, w.id
     ) o",
    "SELECT i.id, i.invoice_number, i.status, i.total_amount, i.amount_due, i.due_date, c.id, c.first_name, c.last_name, c.phone,
         e.id, e.estimate_number, e.title, e.total_amount, o.id, o.work_order_number, o.title, o.status, u.id, u.first_name, u.last_name
     FROM (
         SELECT id, invoice_number, status, total_amount, amount_due, due_date, customer_id, estimate_id, created_at FROM hs.invoices
         WHERE business_id = $1 AND status = $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 20
     ) i
     LEFT JOIN hs.customers c ON c.business_id = $1 AND c.id = i.customer_id
     LEFT JOIN hs.estimates e ON e.business_id = $1 AND e.id = i.estimate_id
     LEFT JOIN LATERAL (
         SELECT w.id, w.work_order_number, w.title, w.status, w.assigned_technician, w.created_at FROM hs.work_orders w
         WHERE w.business_id = $1 AND w.customer_id = i.customer_id AND w.deleted_at IS NULL ORDER BY w.created_at DESC, w.id LIMIT 5
     ) o ON true
     LEFT JOIN users.users u ON u.id = o.assigned_technician
     ORDER BY i.created_at DESC, i.id, o.created_at DESC, o.id",
    "SELECT json_build_object('nodes', coalesce(json_agg(json_build_object('id', i.id, 'invoiceNumber', i.invoice_number, 'status', upper(i.status),
         'totalAmount', i.total_amount::text, 'amountDue', i.amount_due::text, 'dueDate', i.due_date,
         'customer', CASE WHEN c.id IS NOT NULL THEN json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name, 'phone', c.phone,
             'workOrders', json_build_object('nodes', coalesce(o.nodes, '[]'::json))) END,
         'estimate', CASE WHEN e.id IS NOT NULL THEN json_build_object('id', e.id, 'estimateNumber', e.estimate_number, 'title', e.title,
             'totalAmount', e.total_amount::text) END) ORDER BY i.created_at DESC, i.id), '[]'::json))::text
     FROM (
         SELECT id, invoice_number, status, total_amount, amount_due, due_date, customer_id, estimate_id, created_at FROM hs.invoices
         WHERE business_id = $1 AND status = $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 20
     ) i
     LEFT JOIN hs.customers c ON c.business_id = $1 AND c.id = i.customer_id
     LEFT JOIN hs.estimates e ON e.business_id = $1 AND e.id = i.estimate_id
     CROSS JOIN LATERAL (
         SELECT json_agg(json_build_object('id', w.id, 'workOrderNumber', w.work_order_number, 'title', w.title, 'status', upper(w.status),
             'assignedTechnician', CASE WHEN u.id IS NOT NULL THEN json_build_object('id', u.id, 'firstName', u.first_name, 'lastName', u.last_name) END)
             ORDER BY w.created_at DESC, w.id) AS nodes
         FROM (
             SELECT id, work_order_number, title, status, assigned_technician, created_at FROM hs.work_orders
             WHERE business_id = $1 AND customer_id = i.customer_id AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 5
         ) w
         LEFT JOIN users.users u ON u.id = w.assigned_technician
     ) o",
    "SELECT status, count(*)::integer FROM hs.work_orders WHERE business_id = $1 AND deleted_at IS NULL GROUP BY status ORDER BY status",
    "SELECT id, work_order_number, title, status, created_at FROM hs.work_orders
     WHERE business_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 10",
    "SELECT id, work_order_number, title, scheduled_start FROM hs.work_orders
     WHERE business_id = $1 AND scheduled_start >= $2 AND deleted_at IS NULL ORDER BY scheduled_start, id LIMIT 10",
    "SELECT id, invoice_number, amount_due, due_date FROM hs.invoices
     WHERE business_id = $1 AND status = 'overdue' AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 10",
    "SELECT id, estimate_number, title, total_amount FROM hs.estimates
     WHERE business_id = $1 AND status = 'sent' AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 10",
    "SELECT id, first_name, last_name, created_at FROM hs.customers
     WHERE business_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 10",
    "SELECT id, work_order_number, title, type, priority, status, scheduled_start, scheduled_end, total_cost, customer_id, created_at, version
     FROM hs.work_orders WHERE business_id = $1 AND created_at < $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 1000",
    "SELECT json_build_object('nodes', coalesce(json_agg(json_build_object('id', id, 'workOrderNumber', work_order_number, 'title', title,
         'type', upper(type), 'priority', upper(priority), 'status', upper(status), 'scheduledStart', scheduled_start, 'scheduledEnd', scheduled_end,
         'totalCost', total_cost::text, 'customerId', customer_id, 'createdAt', created_at, 'version', version) ORDER BY created_at DESC, id), '[]'::json))::text
     FROM (
         SELECT id, work_order_number, title, type, priority, status, scheduled_start, scheduled_end, total_cost, customer_id, created_at, version
         FROM hs.work_orders WHERE business_id = $1 AND created_at < $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 1000
     ) w",
    "SELECT json_build_object('nodes', coalesce(json_agg(json_build_object('id', id, 'workOrderNumber', work_order_number, 'title', title,
         'type', upper(type), 'priority', upper(priority), 'status', upper(status), 'scheduledStart', scheduled_start, 'scheduledEnd', scheduled_end,
         'totalCost', total_cost::text, 'customerId', customer_id, 'createdAt', created_at, 'version', version) ORDER BY created_at DESC, id), '[]'::json))::text
     FROM (
         SELECT id, work_order_number, title, type, priority, status, scheduled_start, scheduled_end, total_cost, customer_id, created_at, version
         FROM hs.work_orders WHERE business_id = $1 AND status = $2 AND deleted_at IS NULL ORDER BY created_at DESC, id LIMIT 50
     ) w",
    "UPDATE hs.work_orders SET priority = $3, technician_notes = $4
     WHERE business_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id, priority, version",
];
