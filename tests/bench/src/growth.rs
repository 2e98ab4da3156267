//! How cost grows: with connections, with the depth of a page, with the tables in the schema. With the number
//! of businesses it is seen by running the benchmark over another size.

use crate::Options;
use crate::load::{self, Connection, Shot};
use crate::measure;
use crate::queries::{self, QUERIES, Query};
use crate::servers::{Served, Servers};
use crate::world::World;
use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

pub struct Growth {
    pub about: String,
    pub figures: Vec<(String, f64)>,
}

const CONNECTIONS: [usize; 3] = [1, 16, 256];

/// Ten at a time, so that the thousandth page of 10,000 rows is the last.
const PAGE: Query = Query {
    name: "page",
    about: "10 work orders after a cursor",
    document: "query Page($after: Cursor) { hs { workOrders(first: 10, after: $after) { nodes { id title } pageInfo { endCursor hasNextPage } } } }",
    target: 0.0,
    variables: |_, _| json!({}),
};

/// The tables of the document that the database began with.
const DOCUMENT: [(&str, &str); 23] = [
    ("ai", "ai_operations"),
    ("ai", "model_usage"),
    ("audit", "audit_log"),
    ("auto", "repair_orders"),
    ("auto", "vehicles"),
    ("businesses", "business_settings"),
    ("businesses", "businesses"),
    ("hs", "customers"),
    ("hs", "estimates"),
    ("hs", "invoices"),
    ("hs", "work_orders"),
    ("integrations", "integration_configs"),
    ("integrations", "webhook_events"),
    ("rest", "menu_categories"),
    ("rest", "menu_items"),
    ("rest", "orders"),
    ("rest", "tables"),
    ("ret", "categories"),
    ("ret", "products"),
    ("ret", "sales_orders"),
    ("users", "business_users"),
    ("users", "user_sessions"),
    ("users", "users"),
];

pub fn is_in_the_document(table: &entity::TableDef) -> bool {
    DOCUMENT.contains(&(table.schema, table.name))
}

pub fn all(servers: &Servers, world: &World, options: &Options, postmaster: Option<u32>) -> anyhow::Result<Vec<Growth>> {
    let mut found = connections(servers, world, options)?;
    found.push(pages(servers, world, options)?);
    let few = Servers::start(postmaster, Served::Few)?;
    found.push(tables(servers, &few, world, options)?);
    Ok(found)
}

/// Requests a second of a gateway over all tables and of one over few, in turn; and their memory.
fn tables(all: &Servers, few: &Servers, world: &World, options: &Options) -> anyhow::Result<Growth> {
    let query = QUERIES.iter().find(|query| query.name == "customer").context("a query is gone")?;
    let requests = queries::requests(query, world, &mut StdRng::seed_from_u64(2), measure::REQUESTS);
    let mut rounds = [load::Round::default(), load::Round::default()];
    for _ in 0..options.rounds {
        for (servers, sum) in [all, few].into_iter().zip(&mut rounds) {
            let shots: Vec<Shot> = requests
                .iter()
                .map(|request| servers.ask_gateway(world, query, request))
                .collect::<Result<_, _>>()?;
            sum.join(&load::run(servers.gateway_address, &shots, options.connections, options.round)?);
        }
    }
    Ok(Growth {
        about: "customer by tables in the schema, requests/s and MB".into(),
        figures: vec![
            ("all".into(), rounds[0].rate()),
            (format!("{}", DOCUMENT.len()), rounds[1].rate()),
            ("MB, all".into(), all.gateway_memory()),
            (format!("MB, {}", DOCUMENT.len()), few.gateway_memory()),
        ],
    })
}

/// Requests a second of the gateway and of the reference over more and more connections.
fn connections(servers: &Servers, world: &World, options: &Options) -> anyhow::Result<Vec<Growth>> {
    let mut found = Vec::new();
    for query in QUERIES.iter().filter(|query| ["customer", "by-status"].contains(&query.name)) {
        let requests = queries::requests(query, world, &mut StdRng::seed_from_u64(1), measure::REQUESTS);
        let gateway: Vec<Shot> = requests
            .iter()
            .map(|request| servers.ask_gateway(world, query, request))
            .collect::<Result<_, _>>()?;
        let reference: Vec<Shot> = requests
            .iter()
            .map(|request| servers.ask_reference(world, query, "rows", request))
            .collect::<Result<_, _>>()?;
        for (side, address, shots) in [
            ("gateway", servers.gateway_address, &gateway),
            ("reference", servers.reference_address, &reference),
        ] {
            let mut figures = Vec::new();
            for connections in CONNECTIONS {
                let round = load::run(address, shots, connections, options.round)?;
                figures.push((format!("{connections} connections"), round.rate()));
            }
            found.push(Growth {
                about: format!("{}, requests/s, {side}", query.name),
                figures,
            });
        }
    }
    Ok(found)
}

/// Requests a second for the first page and for the thousandth, of one business.
fn pages(servers: &Servers, world: &World, options: &Options) -> anyhow::Result<Growth> {
    let mut connection = Connection::open(servers.gateway_address)?;
    let mut after = Value::Null;
    let mut figures = Vec::new();
    for number in 1..=1_000 {
        let shot = servers.ask_gateway(world, &PAGE, &(0, json!({ "after": after })))?;
        if number == 1 || number == 1_000 {
            let round = load::run(servers.gateway_address, std::slice::from_ref(&shot), options.connections, options.round)?;
            figures.push((format!("page {number}"), round.rate()));
        }
        let answer: Value = serde_json::from_slice(connection.ask(&shot.bytes)?)?;
        let info = &answer["data"]["hs"]["workOrders"]["pageInfo"];
        if info["hasNextPage"] != json!(true) {
            break;
        }
        after = info["endCursor"].clone();
    }
    figures.first().context("no page was measured")?;
    Ok(Growth {
        about: PAGE.about.to_owned() + ", requests/s",
        figures,
    })
}
