//! The queries by hand: what PostgreSQL is asked, and how its rows become the answer.

use super::Caller;
use super::pool::Connection;
use super::write::{Member, Member::Enum, Member::Value, members, nodes, object};
use anyhow::{Context, bail};
use serde_json::Value as Json;
use tokio_postgres::Row;
use uuid::Uuid;

const CUSTOMER: usize = 0;
const BY_STATUS: usize = 1;
const CUSTOMERS: usize = 2;
const ORDERS_OF_CUSTOMERS: usize = 3;
const CUSTOMERS_JOINED: usize = 4;
const CUSTOMERS_JSON: usize = 5;
const INVOICES: usize = 6;
const CUSTOMERS_BY_ID: usize = 7;
const ESTIMATES_BY_ID: usize = 8;
const ORDERS_WITH_TECHNICIAN: usize = 9;
const INVOICES_JOINED: usize = 10;
const INVOICES_JSON: usize = 11;
const COUNTS: usize = 12;
const LATEST: usize = 13;
const UPCOMING: usize = 14;
const OVERDUE: usize = 15;
const OFFERED: usize = 16;
const NEWEST_CUSTOMERS: usize = 17;
const THOUSAND: usize = 18;
const THOUSAND_JSON: usize = 19;
const BY_STATUS_JSON: usize = 20;
const UPDATE: usize = 21;

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

const ORDER: &[Member] = &[
    Value("id"),
    Value("workOrderNumber"),
    Value("title"),
    Enum("type"),
    Enum("priority"),
    Enum("status"),
    Value("scheduledStart"),
    Value("scheduledEnd"),
    Value("totalCost"),
    Value("customerId"),
    Value("createdAt"),
    Value("version"),
];
const PERSON: &[Member] = &[Value("id"), Value("firstName"), Value("lastName"), Enum("status")];
const JOB: &[Member] = &[
    Value("id"),
    Value("workOrderNumber"),
    Value("title"),
    Enum("priority"),
    Enum("status"),
    Value("totalCost"),
];
const INVOICE: &[Member] = &[
    Value("id"),
    Value("invoiceNumber"),
    Enum("status"),
    Value("totalAmount"),
    Value("amountDue"),
    Value("dueDate"),
];
const PAYER: &[Member] = &[Value("id"), Value("firstName"), Value("lastName"), Value("phone")];
const ESTIMATE: &[Member] = &[Value("id"), Value("estimateNumber"), Value("title"), Value("totalAmount")];
const VISIT: &[Member] = &[Value("id"), Value("workOrderNumber"), Value("title"), Enum("status")];
const TECHNICIAN: &[Member] = &[Value("id"), Value("firstName"), Value("lastName")];

/// The ways each query is written; the fastest of them is the reference.
pub fn variants(query: &str) -> &'static [&'static str] {
    match query {
        "customer" | "update" | "dashboard" => &["rows"],
        "by-status" | "thousand" => &["rows", "json"],
        _ => &["rows", "joined", "json"],
    }
}

pub async fn run(connection: &Connection, query: &str, variant: &str, caller: Caller, variables: &Json) -> anyhow::Result<Vec<u8>> {
    let business = caller.business;
    let mut out = Vec::with_capacity(4_096);
    out.extend_from_slice(b"{\"data\":{\"hs\":{");
    match (query, variant) {
        ("customer", _) => {
            let id = uuid(variables, "id")?;
            let rows = connection.whole(false, caller, &[(CUSTOMER, vec![&business, &id])]).await?;
            let wanted = [
                Value("id"),
                Value("customerNumber"),
                Value("firstName"),
                Value("lastName"),
                Value("email"),
                Value("phone"),
                Value("serviceCity"),
                Enum("status"),
            ];
            out.extend_from_slice(b"\"customer\":");
            match rows[0].first() {
                Some(row) => object(&mut out, row, 0, &wanted)?,
                None => out.extend_from_slice(b"null"),
            }
        }
        ("by-status", _) => {
            let status = text(variables, "status")?.to_lowercase();
            out.extend_from_slice(b"\"workOrders\":");
            let statement = if variant == "json" { BY_STATUS_JSON } else { BY_STATUS };
            let rows = connection.whole(false, caller, &[(statement, vec![&business, &status])]).await?;
            list(&mut out, &rows[0], variant)?;
        }
        ("thousand", _) => {
            let before = Moment(text(variables, "before")?.to_owned());
            out.extend_from_slice(b"\"workOrders\":");
            let statement = if variant == "json" { THOUSAND_JSON } else { THOUSAND };
            let rows = connection.whole(false, caller, &[(statement, vec![&business, &before])]).await?;
            list(&mut out, &rows[0], variant)?;
        }
        ("customers", _) => {
            out.extend_from_slice(b"\"customers\":");
            customers(&mut out, connection, variant, caller, &Moment(text(variables, "before")?.to_owned())).await?;
        }
        ("invoices", _) => {
            out.extend_from_slice(b"\"invoices\":");
            invoices(&mut out, connection, variant, caller, &text(variables, "status")?.to_lowercase()).await?;
        }
        ("dashboard", _) => dashboard(&mut out, connection, caller, text(variables, "from")?).await?,
        ("update", _) => {
            let (id, priority, notes) = (uuid(variables, "id")?, text(variables, "priority")?.to_lowercase(), text(variables, "notes")?);
            let rows = connection.whole(true, caller, &[(UPDATE, vec![&business, &id, &priority, &notes])]).await?;
            out.extend_from_slice(b"\"workOrderUpdate\":");
            object(
                &mut out,
                rows[0].first().context("no such work order")?,
                0,
                &[Value("id"), Enum("priority"), Value("version")],
            )?;
        }
        _ => bail!("there is no query {query}"),
    }
    out.extend_from_slice(b"}}}");
    Ok(out)
}

fn uuid(variables: &Json, name: &str) -> anyhow::Result<Uuid> {
    Ok(Uuid::parse_str(text(variables, name)?)?)
}

fn text<'v>(variables: &'v Json, name: &str) -> anyhow::Result<&'v str> {
    variables[name].as_str().with_context(|| format!("{name} is missing"))
}

/// A moment as text: PostgreSQL reads it.
#[derive(Debug)]
struct Moment(String);

impl tokio_postgres::types::ToSql for Moment {
    fn to_sql(
        &self,
        _: &tokio_postgres::types::Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<tokio_postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(tokio_postgres::types::IsNull::No)
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }

    fn encode_format(&self, _: &tokio_postgres::types::Type) -> tokio_postgres::types::Format {
        tokio_postgres::types::Format::Text
    }

    tokio_postgres::types::to_sql_checked!();
}

fn made(out: &mut Vec<u8>, rows: &[Row]) -> anyhow::Result<()> {
    let json: &str = rows.first().context("no JSON")?.try_get(0)?;
    out.extend_from_slice(json.as_bytes());
    Ok(())
}

fn list(out: &mut Vec<u8>, rows: &[Row], variant: &str) -> anyhow::Result<()> {
    if variant == "json" { made(out, rows) } else { nodes(out, rows, ORDER) }
}

async fn customers(out: &mut Vec<u8>, connection: &Connection, variant: &str, caller: Caller, before: &Moment) -> anyhow::Result<()> {
    let business = caller.business;
    match variant {
        "json" => made(out, &connection.whole(false, caller, &[(CUSTOMERS_JSON, vec![&business, before])]).await?[0]),
        "joined" => {
            let rows = &connection.whole(false, caller, &[(CUSTOMERS_JOINED, vec![&business, before])]).await?[0];
            groups(
                out,
                rows,
                |row| row.get::<_, Uuid>(0),
                |out, row| members(out, row, 0, PERSON),
                |out, row| {
                    if row.get::<_, Option<Uuid>>(4).is_some() {
                        object(out, row, 4, JOB)?;
                        return Ok(true);
                    }
                    Ok(false)
                },
            )
        }
        _ => {
            let people = connection.first(caller, CUSTOMERS, vec![&business, before]).await?;
            let ids: Vec<Uuid> = people.iter().map(|row| row.get(0)).collect();
            let jobs = connection.last(&[(ORDERS_OF_CUSTOMERS, vec![&business, &ids])]).await?.remove(0);
            let mut jobs = jobs.iter().peekable();
            out.extend_from_slice(b"{\"nodes\":[");
            for (number, person) in people.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                members(out, person, 0, PERSON)?;
                out.extend_from_slice(b",\"workOrders\":");
                let place = number as i64 + 1;
                let own: Vec<&Row> = std::iter::from_fn(|| jobs.next_if(|job| job.get::<_, i64>(6) == place)).collect();
                nodes(out, own, JOB)?;
                out.push(b'}');
            }
            out.extend_from_slice(b"]}");
            Ok(())
        }
    }
}

/// Rows of a join, of which those of one parent follow each other: parents with `workOrders`.
fn groups(
    out: &mut Vec<u8>,
    rows: &[Row],
    key: impl Fn(&Row) -> Uuid,
    head: impl Fn(&mut Vec<u8>, &Row) -> anyhow::Result<()>,
    item: impl Fn(&mut Vec<u8>, &Row) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    out.extend_from_slice(b"{\"nodes\":[");
    for (number, chunk) in rows.chunk_by(|a, b| key(a) == key(b)).enumerate() {
        if number > 0 {
            out.push(b',');
        }
        head(out, &chunk[0])?;
        out.extend_from_slice(b",\"workOrders\":{\"nodes\":[");
        for row in chunk {
            if item(out, row)? {
                out.push(b',');
            }
        }
        if out.last() == Some(&b',') {
            out.pop();
        }
        out.extend_from_slice(b"]}}");
    }
    out.extend_from_slice(b"]}");
    Ok(())
}

async fn invoices(out: &mut Vec<u8>, connection: &Connection, variant: &str, caller: Caller, status: &str) -> anyhow::Result<()> {
    let business = caller.business;
    match variant {
        "json" => made(out, &connection.whole(false, caller, &[(INVOICES_JSON, vec![&business, &status])]).await?[0]),
        "joined" => {
            let rows = &connection.whole(false, caller, &[(INVOICES_JOINED, vec![&business, &status])]).await?[0];
            out.extend_from_slice(b"{\"nodes\":[");
            for (number, chunk) in rows.chunk_by(|a, b| a.get::<_, Uuid>(0) == b.get::<_, Uuid>(0)).enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                let first = &chunk[0];
                members(out, first, 0, INVOICE)?;
                out.extend_from_slice(b",\"customer\":");
                members(out, first, 6, PAYER)?;
                out.extend_from_slice(b",\"workOrders\":{\"nodes\":[");
                for row in chunk.iter().filter(|row| row.get::<_, Option<Uuid>>(14).is_some()) {
                    visit(out, row, 14, 18)?;
                    out.push(b',');
                }
                if out.last() == Some(&b',') {
                    out.pop();
                }
                out.extend_from_slice(b"]}},\"estimate\":");
                match first.get::<_, Option<Uuid>>(10) {
                    Some(_) => object(out, first, 10, ESTIMATE)?,
                    None => out.extend_from_slice(b"null"),
                }
                out.push(b'}');
            }
            out.extend_from_slice(b"]}");
            Ok(())
        }
        _ => {
            let bills = connection.first(caller, INVOICES, vec![&business, &status]).await?;
            let customer_ids: Vec<Uuid> = bills.iter().map(|row| row.get(6)).collect();
            let estimate_ids: Vec<Uuid> = bills.iter().filter_map(|row| row.get(7)).collect();
            let rest = connection
                .last(&[
                    (CUSTOMERS_BY_ID, vec![&business, &customer_ids]),
                    (ESTIMATES_BY_ID, vec![&business, &estimate_ids]),
                    (ORDERS_WITH_TECHNICIAN, vec![&business, &customer_ids]),
                ])
                .await?;
            let find = |rows: &'_ [Row], id: Uuid| rows.iter().position(|row| row.get::<_, Uuid>(0) == id);
            out.extend_from_slice(b"{\"nodes\":[");
            for (number, bill) in bills.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                members(out, bill, 0, INVOICE)?;
                out.extend_from_slice(b",\"customer\":");
                let customer = find(&rest[0], customer_ids[number]).context("an invoice without its customer")?;
                members(out, &rest[0][customer], 0, PAYER)?;
                out.extend_from_slice(b",\"workOrders\":{\"nodes\":[");
                for row in rest[2].iter().filter(|row| row.get::<_, i64>(7) == number as i64 + 1) {
                    visit(out, row, 0, 4)?;
                    out.push(b',');
                }
                if out.last() == Some(&b',') {
                    out.pop();
                }
                out.extend_from_slice(b"]}},\"estimate\":");
                match bill.get::<_, Option<Uuid>>(7).and_then(|id| find(&rest[1], id)) {
                    Some(place) => object(out, &rest[1][place], 0, ESTIMATE)?,
                    None => out.extend_from_slice(b"null"),
                }
                out.push(b'}');
            }
            out.extend_from_slice(b"]}");
            Ok(())
        }
    }
}

fn visit(out: &mut Vec<u8>, row: &Row, start: usize, technician: usize) -> anyhow::Result<()> {
    members(out, row, start, VISIT)?;
    out.extend_from_slice(b",\"assignedTechnician\":");
    match row.get::<_, Option<Uuid>>(technician) {
        Some(_) => object(out, row, technician, TECHNICIAN)?,
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    Ok(())
}

async fn dashboard(out: &mut Vec<u8>, connection: &Connection, caller: Caller, from: &str) -> anyhow::Result<()> {
    let business = caller.business;
    let from = Moment(from.to_owned());
    let queries = [
        (COUNTS, vec![&business as _]),
        (LATEST, vec![&business as _]),
        (UPCOMING, vec![&business as _, &from as _]),
        (OVERDUE, vec![&business as _]),
        (OFFERED, vec![&business as _]),
        (NEWEST_CUSTOMERS, vec![&business as _]),
    ];
    let rows = connection.whole(false, caller, &queries).await?;
    out.extend_from_slice(b"\"workOrderAggregates\":[");
    for (number, row) in rows[0].iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"key\":");
        object(out, row, 0, &[Enum("status")])?;
        out.extend_from_slice(format!(",\"count\":{}}}", row.get::<_, i32>(1)).as_bytes());
    }
    out.extend_from_slice(b"],\"latest\":");
    nodes(
        out,
        &rows[1],
        &[Value("id"), Value("workOrderNumber"), Value("title"), Enum("status"), Value("createdAt")],
    )?;
    out.extend_from_slice(b",\"upcoming\":");
    nodes(out, &rows[2], &[Value("id"), Value("workOrderNumber"), Value("title"), Value("scheduledStart")])?;
    out.extend_from_slice(b",\"overdue\":");
    nodes(out, &rows[3], &[Value("id"), Value("invoiceNumber"), Value("amountDue"), Value("dueDate")])?;
    out.extend_from_slice(b",\"offered\":");
    nodes(out, &rows[4], ESTIMATE)?;
    out.extend_from_slice(b",\"newest\":");
    nodes(out, &rows[5], &[Value("id"), Value("firstName"), Value("lastName"), Value("createdAt")])
}
