//! Statements follow the relations that are selected, never the number of rows.

use super::seed_jobs;
use tests::app;

/// The shape, how many statements it takes, and something that must be in the answer.
const SHAPES: [(&str, usize); 15] = [
    ("{ hs { customers { nodes { id } } } }", 1),
    ("{ hs { customers { totalCount nodes { id } } } }", 2),
    ("{ hs { customers { totalCount } } }", 1),
    (
        "{ hs { customers(first: 50) { nodes { lastName workOrders(first: 10) { nodes { title } } } } } }",
        2,
    ),
    (
        "{ hs { customers(first: 50) { nodes { lastName workOrders(first: 10) { nodes { title assignedTechnician { email } } } } } } }",
        3,
    ),
    (
        "{ hs { customers(first: 50) { nodes { workOrders(first: 10) { totalCount nodes { assignedTeam { email } assignedTechnician { email } } } } } } }",
        5,
    ),
    (
        "{ hs { customers { nodes { a: workOrders(first: 1) { nodes { id } } b: workOrders(last: 1) { nodes { id } } } } } }",
        3,
    ),
    (
        "{ hs { workOrders { nodes { customer { workOrders(first: 2) { nodes { customer { lastName } } } } } } } }",
        4,
    ),
    ("{ hs { workOrders { nodes { customer { lastName } assignedTechnician { email } } } } }", 3),
    (
        "{ hs { workOrders { edges { node { customer { lastName } } } pageInfo { hasNextPage endCursor } } } }",
        2,
    ),
    (
        "{ hs { workOrders(filter: { customer: { lastName: { eq: \"none\" } } }) { nodes { customer { lastName } } } } }",
        1,
    ),
    (
        "{ hs { workOrderAggregates(groupBy: [{ field: STATUS }]) { key { status } count sum { totalCost } avg { totalCost } } } }",
        1,
    ),
    (
        "{ hs { a: workOrderAggregates { count } b: workOrderAggregates { count } customers { nodes { id } } } }",
        3,
    ),
    ("{ hs { customers { nodes { id } } workOrders { nodes { id } } invoices { nodes { id } } } }", 3),
    ("{ __typename hs { __typename } }", 0),
];

#[test]
fn statements_follow_relations_whatever_the_rows() {
    for jobs in [1, 120] {
        let business = app().business("hs");
        seed_jobs(&business, if jobs == 1 { 1 } else { 60 }, jobs);
        // The second time, the first statements travel with the opening: as many as before.
        for round in 0..2 {
            for (document, statements) in SHAPES {
                let reply = business.viewer.ask(document);
                reply.data();
                let nothing_below = jobs == 1 && reply.statements <= statements;
                assert!(
                    reply.statements == statements || nothing_below,
                    "{document}\ntook {} statements, not {statements}, over {jobs} work orders in round {round}: {:#?}",
                    reply.statements,
                    reply.sql
                );
            }
        }
    }
}

#[test]
fn nothing_is_loaded_for_the_row_beyond_a_page() {
    let business = app().business("hs");
    seed_jobs(&business, 5, 40);
    let reply = business
        .viewer
        .ask("{ hs { customers(first: 2) { nodes { id workOrders(first: 1) { nodes { id } pageInfo { hasNextPage } } } pageInfo { hasNextPage } } } }");
    assert_eq!(reply.at("/hs/customers/pageInfo/hasNextPage"), true);
    let parents = reply.sql[1].rsplit_once("-- ").expect("binds are recorded").1;
    assert_eq!(parents.matches("\",\"").count() + 1, 2, "two parents are asked for: {parents}");
}
