//! Many records in one mutation: all of them or none.

use super::{customer, hs, work_order};
use serde_json::{Value, json};
use tests::app;

#[test]
fn a_bulk_create_keeps_the_order_and_the_defaults() {
    let business = app().business("hs");
    let inputs: Vec<Value> = (0..200)
        .map(|n| match n % 3 {
            0 => json!({ "lastName": format!("C{n}") }),
            1 => json!({ "lastName": format!("C{n}"), "tags": ["a", "b"], "type": "COMMERCIAL" }),
            _ => json!({ "lastName": format!("C{n}"), "type": null }),
        })
        .collect();
    let reply = business.staff.ask_with(
        "mutation($in: [HsCustomerCreateInput!]!) { hs { customersCreate(inputs: $in) { lastName tags type customerNumber version } } }",
        json!({ "in": inputs }),
    );
    let rows = reply.list("/hs/customersCreate");
    assert_eq!(rows.len(), 200);
    for (n, row) in rows.iter().enumerate() {
        assert_eq!(row["lastName"], format!("C{n}"));
        let expected = [
            (json!([]), json!("RESIDENTIAL")),
            (json!(["a", "b"]), json!("COMMERCIAL")),
            (json!([]), Value::Null),
        ];
        assert_eq!((&row["tags"], &row["type"]), (&expected[n % 3].0, &expected[n % 3].1));
    }
    // One insert a shape, and one read.
    assert!(reply.statements <= 4, "{:#?}", reply.sql);
    let numbers: std::collections::BTreeSet<_> = rows.iter().map(|row| row["customerNumber"].as_str().expect("a number")).collect();
    assert_eq!(numbers.len(), 200);
    assert!(numbers.last().expect("numbers").ends_with("-0200"));
}

#[test]
fn one_bad_record_keeps_all_out() {
    let business = app().business("hs");
    let create = "mutation($in: [HsWorkOrderCreateInput!]!) { hs { workOrdersCreate(inputs: $in) { id } } }";
    for (bad, field) in [
        // Several records in one statement: PostgreSQL does not say which.
        (json!({ "title": "x", "totalCost": "-1" }), "inputs[*].totalCost"),
        (
            json!({ "title": "x", "customerId": "00000000-0000-4000-8000-000000000000" }),
            "inputs[1].customerId",
        ),
        (json!({ "title": "x", "totalCost": "NaN" }), "inputs[1].totalCost"),
        (json!({ "description": "x" }), "inputs[1].title"),
        (json!({ "title": "x", "priority": "SOON" }), "inputs[1].priority"),
    ] {
        let good = json!({ "title": "good", "totalCost": "1" });
        let reply = business.staff.ask_with(create, json!({ "in": [good, bad, good] }));
        assert_eq!(reply.code(), "INPUT_INVALID", "{bad}: {:#}", reply.json);
        assert_eq!(reply.field(), field, "{bad}");
        assert_eq!(reply.json["data"], Value::Null);
    }
    assert_eq!(business.staff.ask("{ hs { workOrders { totalCount } } }").int("/hs/workOrders/totalCount"), 0);
}

#[test]
fn a_bulk_create_has_a_limit() {
    let business = app().business("hs");
    let create = "mutation($in: [HsCustomerCreateInput!]!) { hs { customersCreate(inputs: $in) { id } } }";
    let inputs = |count: usize| json!({ "in": vec![json!({}); count] });
    assert_eq!(business.staff.ask_with(create, inputs(1_000)).list("/hs/customersCreate").len(), 1_000);
    let reply = business.staff.ask_with(create, inputs(1_001));
    assert!(["RANGE_TOO_LARGE", "INPUT_INVALID"].contains(&reply.code()), "{:#}", reply.json);
    assert_eq!(business.staff.ask_with(create, inputs(0)).list("/hs/customersCreate").len(), 0);
}

#[test]
fn a_filter_changes_what_it_matches() {
    let business = app().business("hs");
    let other = app().business("hs");
    customer(&other.staff, "Same");
    for name in ["Same", "Same", "Other"] {
        customer(&business.staff, name);
    }
    let gone = customer(&business.staff, "Same");
    hs(&business.staff, &format!("customerDelete(id: \"{gone}\") {{ id }}")).data();
    let reply = hs(
        &business.staff,
        "customersUpdate(filter: { lastName: { eq: \"Same\" } }, patch: { phone: \"1\", email: null }) { lastName phone version workOrders { totalCount } }",
    );
    let rows = reply.list("/hs/customersUpdate");
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row["phone"] == "1" && row["version"] == 2));
    assert_eq!(
        other.staff.ask("{ hs { customers { nodes { phone } } } }").at("/hs/customers/nodes/0/phone"),
        &Value::Null
    );

    let deleted = hs(
        &business.staff,
        "customersDelete(filter: { phone: { eq: \"1\" } }) { lastName deletedAt totalJobs }",
    );
    assert_eq!(deleted.list("/hs/customersDelete").len(), 2);
    let none = hs(&business.staff, "customersDelete(filter: { phone: { eq: \"1\" } }) { id }");
    assert_eq!(none.list("/hs/customersDelete").len(), 0);
    assert_eq!(
        business.staff.ask("{ hs { customers { nodes { lastName } } } }").at("/hs/customers/nodes"),
        &json!([{ "lastName": "Other" }])
    );
}

#[test]
fn a_filter_reaches_through_relations() {
    let business = app().business("hs");
    let parent = customer(&business.staff, "Ada");
    work_order(&business.staff, &format!("customerId: \"{parent}\""));
    work_order(&business.staff, "");
    let reply = hs(
        &business.staff,
        "workOrdersUpdate(filter: { customer: { lastName: { eq: \"Ada\" } } }, patch: { category: \"HVAC\" }) { category customer { lastName } }",
    );
    assert_eq!(
        reply.at("/hs/workOrdersUpdate"),
        &json!([{ "category": "HVAC", "customer": { "lastName": "Ada" } }])
    );
}

#[test]
fn a_filter_that_says_nothing_is_refused() {
    let business = app().business("hs");
    customer(&business.staff, "Ada");
    for filter in [
        "{}",
        "{ and: [] }",
        "{ and: [{}] }",
        "{ lastName: {} }",
        "{ lastName: null }",
        "{ not: null }",
        "{ or: null }",
        "{ workOrders: {} }",
    ] {
        for call in [
            format!("customersDelete(filter: {filter}) {{ id }}"),
            format!("customersUpdate(filter: {filter}, patch: {{ phone: \"1\" }}) {{ id }}"),
        ] {
            let reply = hs(&business.staff, &call);
            assert_eq!(reply.code(), "INPUT_INVALID", "{call}: {:#}", reply.json);
        }
    }
    let left = business.staff.ask("{ hs { customers { nodes { phone } } } }");
    assert_eq!(left.at("/hs/customers/nodes"), &json!([{ "phone": null }]));
}

#[test]
fn a_bulk_change_has_a_limit() {
    let business = app().business("hs");
    business.seed("INSERT INTO hs.customers (business_id, last_name) SELECT $business, 'Many' FROM generate_series(1, 1001)");
    for call in [
        "customersUpdate(filter: { lastName: { eq: \"Many\" } }, patch: { phone: \"1\" }) { id }",
        "customersDelete(filter: { lastName: { eq: \"Many\" } }) { id }",
    ] {
        assert_eq!(hs(&business.staff, call).code(), "RANGE_TOO_LARGE", "{call}");
    }
    let touched: i64 = app()
        .database
        .one("SELECT count(*) FROM hs.customers WHERE business_id = $1 AND version > 1", &[&business.id]);
    assert_eq!(touched, 0);
}
