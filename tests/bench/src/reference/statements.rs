//! The queries by hand: how rows become the answer.

use super::Caller;
use super::pool::Connection;
use super::texts::*;
use super::write::{Member, Member::Enum, Member::Value, list, members, nodes, object, optional};
use anyhow::{Context, bail};
use serde_json::Value as Json;
use tokio_postgres::Row;
use uuid::Uuid;

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
            orders(&mut out, &rows[0], variant)?;
        }
        ("thousand", _) => {
            let before = Moment(text(variables, "before")?.to_owned());
            out.extend_from_slice(b"\"workOrders\":");
            let statement = if variant == "json" { THOUSAND_JSON } else { THOUSAND };
            let rows = connection.whole(false, caller, &[(statement, vec![&business, &before])]).await?;
            orders(&mut out, &rows[0], variant)?;
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

fn orders(out: &mut Vec<u8>, rows: &[Row], variant: &str) -> anyhow::Result<()> {
    if variant == "json" { made(out, rows) } else { nodes(out, rows, ORDER) }
}

async fn customers(out: &mut Vec<u8>, connection: &Connection, variant: &str, caller: Caller, before: &Moment) -> anyhow::Result<()> {
    let business = caller.business;
    match variant {
        "json" => made(out, &connection.whole(false, caller, &[(CUSTOMERS_JSON, vec![&business, before])]).await?[0]),
        "joined" => {
            let rows = &connection.whole(false, caller, &[(CUSTOMERS_JOINED, vec![&business, before])]).await?[0];
            list(out, of_parents(rows), |out, own| {
                let jobs = own.iter().filter(|row| has(row, 4));
                customer(out, &own[0], |out| list(out, jobs, |out, row| object(out, row, 4, JOB)))
            })
        }
        _ => {
            let people = connection.first(caller, CUSTOMERS, vec![&business, before]).await?;
            let ids: Vec<Uuid> = people.iter().map(|row| row.get(0)).collect();
            let jobs = connection.last(&[(ORDERS_OF_CUSTOMERS, vec![&business, &ids])]).await?.remove(0);
            let mut jobs = jobs.iter().peekable();
            list(out, (1..).zip(&people), |out, (place, person)| {
                customer(out, person, |out| nodes(out, at_place(&mut jobs, 6, place), JOB))
            })
        }
    }
}

fn customer(out: &mut Vec<u8>, person: &Row, jobs: impl FnOnce(&mut Vec<u8>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    members(out, person, 0, PERSON)?;
    out.extend_from_slice(b",\"workOrders\":");
    jobs(out)?;
    out.push(b'}');
    Ok(())
}

/// Rows of a join, of which those of one parent, whose id comes first, follow each other.
fn of_parents(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    rows.chunk_by(|a, b| a.get::<_, Uuid>(0) == b.get::<_, Uuid>(0))
}

fn has(row: &Row, column: usize) -> bool {
    row.get::<_, Option<Uuid>>(column).is_some()
}

/// The next rows whose parent has this place among the parents.
fn at_place<'r>(rows: &mut std::iter::Peekable<std::slice::Iter<'r, Row>>, column: usize, place: i64) -> impl Iterator<Item = &'r Row> {
    std::iter::from_fn(move || rows.next_if(|row| row.get::<_, i64>(column) == place))
}

async fn invoices(out: &mut Vec<u8>, connection: &Connection, variant: &str, caller: Caller, status: &str) -> anyhow::Result<()> {
    let business = caller.business;
    match variant {
        "json" => made(out, &connection.whole(false, caller, &[(INVOICES_JSON, vec![&business, &status])]).await?[0]),
        "joined" => {
            let rows = &connection.whole(false, caller, &[(INVOICES_JOINED, vec![&business, &status])]).await?[0];
            list(out, of_parents(rows), |out, own| {
                let first = &own[0];
                let visits = own.iter().filter(|row| has(row, 14));
                invoice(out, first, (first, 6), (visits, 14), has(first, 10).then_some((first, 10)))
            })
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
            let mut visits = rest[2].iter().peekable();
            list(out, (1..).zip(&bills), |out, (place, bill)| {
                let payer = find(&rest[0], bill.get(6)).context("an invoice without its customer")?;
                let estimate = bill.get::<_, Option<Uuid>>(7).and_then(|id| find(&rest[1], id));
                let own = at_place(&mut visits, 7, place);
                invoice(out, bill, (&rest[0][payer], 0), (own, 0), estimate.map(|at| (&rest[1][at], 0)))
            })
        }
    }
}

/// Each part with the column it begins at.
fn invoice<'r>(
    out: &mut Vec<u8>,
    bill: &Row,
    (payer, payer_at): (&Row, usize),
    (visits, visits_at): (impl Iterator<Item = &'r Row>, usize),
    estimate: Option<(&Row, usize)>,
) -> anyhow::Result<()> {
    members(out, bill, 0, INVOICE)?;
    out.extend_from_slice(b",\"customer\":");
    members(out, payer, payer_at, PAYER)?;
    out.extend_from_slice(b",\"workOrders\":");
    list(out, visits, |out, row| visit(out, row, visits_at))?;
    out.extend_from_slice(b"},\"estimate\":");
    optional(out, estimate, ESTIMATE)?;
    out.push(b'}');
    Ok(())
}

/// A work order, and its technician behind it.
fn visit(out: &mut Vec<u8>, row: &Row, start: usize) -> anyhow::Result<()> {
    let technician = start + VISIT.len();
    members(out, row, start, VISIT)?;
    out.extend_from_slice(b",\"assignedTechnician\":");
    optional(out, has(row, technician).then_some((row, technician)), TECHNICIAN)?;
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
