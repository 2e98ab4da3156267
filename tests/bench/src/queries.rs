//! What is measured: documents as a client would send them, each with variables that differ.

use crate::world::{Business, World};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

pub struct Query {
    pub name: &'static str,
    pub about: &'static str,
    pub document: &'static str,
    /// The least share of the reference's requests a second.
    pub target: f64,
    pub variables: fn(&mut StdRng, &Business) -> Value,
}

pub const QUERIES: &[Query] = &[
    Query {
        name: "customer",
        about: "one customer by id, 8 fields",
        document: "query Customer($id: ID!) { hs { customer(id: $id) { id customerNumber firstName lastName email phone serviceCity status } } }",
        target: 0.80,
        variables: |rng, business| json!({ "id": business.customers.choose(rng) }),
    },
    Query {
        name: "by-status",
        about: "50 work orders by status, newest first, 12 fields",
        document: "query ByStatus($status: HsWorkOrderStatus!) { hs { workOrders(first: 50, filter: { status: { eq: $status } }) { nodes {
            id workOrderNumber title type priority status scheduledStart scheduledEnd totalCost customerId createdAt version } } } }",
        target: 0.90,
        variables: |rng, _| json!({ "status": one_of(rng, &["COMPLETED", "SCHEDULED", "DISPATCHED", "IN_PROGRESS", "CANCELLED", "DRAFT"]) }),
    },
    Query {
        name: "customers",
        about: "50 customers, each its first 10 work orders",
        document: "query Customers($before: DateTime!) { hs { customers(first: 50, filter: { createdAt: { lt: $before } }) { nodes { id firstName lastName status
            workOrders(first: 10) { nodes { id workOrderNumber title priority status totalCost } } } } } }",
        target: 0.90,
        variables: |rng, _| json!({ "before": moment(rng, 2025) }),
    },
    Query {
        name: "invoices",
        about: "20 invoices, customer, its 5 latest work orders with technician, estimate",
        document: "query Invoices($status: HsInvoiceStatus!) { hs { invoices(first: 20, filter: { status: { eq: $status } }) { nodes {
            id invoiceNumber status totalAmount amountDue dueDate
            customer { id firstName lastName phone workOrders(first: 5) { nodes { id workOrderNumber title status
                assignedTechnician { id firstName lastName } } } }
            estimate { id estimateNumber title totalAmount } } } } }",
        target: 0.85,
        variables: |rng, _| json!({ "status": one_of(rng, &["DRAFT", "SENT", "PAID", "PARTIAL", "OVERDUE"]) }),
    },
    Query {
        name: "dashboard",
        about: "dashboard: counts by status and five lists of 10 in one operation",
        document: "query Dashboard($from: DateTime!) { hs {
            workOrderAggregates(groupBy: [{ field: STATUS }]) { key { status } count }
            latest: workOrders(first: 10) { nodes { id workOrderNumber title status createdAt } }
            upcoming: workOrders(first: 10, filter: { scheduledStart: { gte: $from } }, orderBy: [{ scheduledStart: ASC }]) { nodes { id workOrderNumber title scheduledStart } }
            overdue: invoices(first: 10, filter: { status: { eq: OVERDUE } }) { nodes { id invoiceNumber amountDue dueDate } }
            offered: estimates(first: 10, filter: { status: { eq: SENT } }) { nodes { id estimateNumber title totalAmount } }
            newest: customers(first: 10) { nodes { id firstName lastName createdAt } } } }",
        target: 0.85,
        variables: |rng, _| json!({ "from": moment(rng, 2025) }),
    },
    Query {
        name: "thousand",
        about: "1,000 work orders, 12 fields",
        document: "query Thousand($before: DateTime!) { hs { workOrders(first: 1000, filter: { createdAt: { lt: $before } }) { nodes {
            id workOrderNumber title type priority status scheduledStart scheduledEnd totalCost customerId createdAt version } } } }",
        target: 0.90,
        variables: |rng, _| json!({ "before": moment(rng, 2025) }),
    },
    Query {
        name: "update",
        about: "update of one work order, returning 3 fields",
        document: "mutation Update($id: ID!, $priority: HsWorkOrderPriority!, $notes: String!) {
            hs { workOrderUpdate(id: $id, patch: { priority: $priority, technicianNotes: $notes }) { id priority version } } }",
        target: 0.80,
        variables: |rng, business| {
            let notes = format!("Checked, reading {}", rng.random_range(0..1_000_000));
            json!({ "id": business.orders.choose(rng), "priority": one_of(rng, &["LOW", "NORMAL", "HIGH", "URGENT"]), "notes": notes })
        },
    },
];

fn one_of<'v>(rng: &mut StdRng, values: &[&'v str]) -> &'v str {
    values[rng.random_range(0..values.len())]
}

/// Some moment of the year, with enough rows before it.
fn moment(rng: &mut StdRng, year: i32) -> String {
    let (month, day, hour) = (rng.random_range(6..=12), rng.random_range(1..=28), rng.random_range(0..24));
    format!("{year}-{month:02}-{day:02}T{hour:02}:00:00Z")
}

/// The requests of one round: another business, other variables each.
pub fn requests(query: &Query, world: &World, rng: &mut StdRng, count: usize) -> Vec<(usize, Value)> {
    (0..count)
        .map(|_| {
            let place = rng.random_range(0..world.businesses.len());
            (place, (query.variables)(rng, &world.businesses[place]))
        })
        .collect()
}
