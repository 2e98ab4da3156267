//! What a selection makes of rows: relations both ways, aliases, fragments, directives, variables.

use super::{ids, ids_by_sql, seed_jobs};
use serde_json::json;
use tests::app;

#[test]
fn relations_page_per_parent() {
    let business = app().business("hs");
    seed_jobs(&business, 5, 60);
    let reply = business.viewer.ask(
        "{ hs { customers { nodes { id
            newest: workOrders(first: 3) { nodes { id customerId } totalCount pageInfo { hasNextPage } }
            cheap: workOrders(filter: { totalCost: { lt: 20 } }, orderBy: [{ totalCost: DESC }, { title: ASC }], first: 2, offset: 1) { nodes { id } totalCount }
            oldest: workOrders(last: 2) { nodes { id } pageInfo { hasPreviousPage hasNextPage startCursor } }
        } } } }",
    );
    for customer in reply.list("/hs/customers/nodes") {
        let id = customer["id"].as_str().expect("an id");
        let expected = |tail: &str| {
            ids_by_sql(
                &business,
                &format!("SELECT id::text FROM hs.work_orders WHERE business_id = $business AND customer_id = '{id}' {tail}"),
            )
        };
        let found = |alias: &str| -> Vec<String> {
            let nodes = customer[alias]["nodes"].as_array().expect("nodes");
            nodes.iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect()
        };
        let newest = expected("ORDER BY created_at DESC, id");
        assert_eq!(found("newest"), newest[..newest.len().min(3)]);
        assert_eq!(customer["newest"]["totalCount"], newest.len());
        assert_eq!(customer["newest"]["pageInfo"]["hasNextPage"], newest.len() > 3);
        assert_eq!(
            found("cheap"),
            expected("AND total_cost < 20 ORDER BY total_cost DESC, title, id LIMIT 2 OFFSET 1")
        );
        assert_eq!(customer["cheap"]["totalCount"], expected("AND total_cost < 20").len());
        assert_eq!(found("oldest"), newest[newest.len().saturating_sub(2)..]);
        assert_eq!(customer["oldest"]["pageInfo"]["hasPreviousPage"], newest.len() > 2);
        assert_eq!(customer["oldest"]["pageInfo"]["hasNextPage"], false);
    }
}

#[test]
fn references_lead_there_and_back() {
    let business = app().business("hs");
    seed_jobs(&business, 2, 9);
    let reply = business.viewer.ask(
        "{ hs { workOrders(filter: { customerId: { isNull: false }, assignedTechnicianId: { isNull: false } }) { nodes { id customerId assignedTeamIds
            assignedTeam { id } assignedTechnician { id email } business { name timezone }
            customer { id workOrders(first: 100) { nodes { id customer { id } } } } } } } }",
    );
    assert!(!reply.list("/hs/workOrders/nodes").is_empty());
    for job in reply.list("/hs/workOrders/nodes") {
        assert_eq!(job["customer"]["id"], job["customerId"]);
        assert_eq!(job["business"]["timezone"], "America/Chicago");
        let team: Vec<_> = job["assignedTeam"].as_array().expect("a list").iter().map(|person| &person["id"]).collect();
        let ids: Vec<_> = job["assignedTeamIds"].as_array().into_iter().flatten().collect();
        assert_eq!(team, ids, "in the order of the ids");
        let siblings = job["customer"]["workOrders"]["nodes"].as_array().expect("a list");
        assert!(siblings.iter().any(|sibling| sibling["id"] == job["id"]));
        assert!(siblings.iter().all(|sibling| sibling["customer"]["id"] == job["customerId"]));
    }
}

#[test]
fn a_reference_to_a_deleted_record_still_shows_it() {
    let business = app().business("hs");
    seed_jobs(&business, 1, 2);
    business.seed("UPDATE hs.customers SET deleted_at = now() WHERE business_id = $business");
    let reply = business
        .viewer
        .ask("{ hs { customers { totalCount } workOrders(filter: { customerId: { isNull: false } }) { nodes { customer { id } } } } }");
    assert_eq!(reply.int("/hs/customers/totalCount"), 0);
    assert!(reply.at("/hs/workOrders/nodes/0/customer/id").is_string());
}

#[test]
fn deleted_records_are_for_owners_and_managers_who_ask() {
    let business = app().business("hs");
    seed_jobs(&business, 2, 6);
    business.seed("UPDATE hs.work_orders SET deleted_at = now() WHERE business_id = $business AND category IS NULL");
    let document = "{ hs { workOrders(includeDeleted: true) { totalCount } workOrderAggregates(includeDeleted: true) { count } customers { nodes { workOrders(includeDeleted: true) { nodes { id } } } } } }";
    for person in [&business.owner, &business.manager] {
        let reply = person.ask(document);
        assert_eq!(reply.int("/hs/workOrders/totalCount"), 6);
        assert_eq!(reply.int("/hs/workOrderAggregates/0/count"), 6);
    }
    for person in [&business.staff, &business.viewer] {
        assert_eq!(person.ask(document).code(), "FORBIDDEN");
        let nested = person.ask("{ hs { customers { nodes { workOrders(includeDeleted: true) { nodes { id } } } } } }");
        assert_eq!((nested.code(), &nested.error()["path"]), ("FORBIDDEN", &json!(["hs", "customers"])));
        assert_eq!(
            person
                .ask("{ hs { workOrders(includeDeleted: false) { totalCount } } }")
                .int("/hs/workOrders/totalCount"),
            4
        );
    }
}

#[test]
fn fragments_and_directives() {
    let business = app().business("hs");
    seed_jobs(&business, 1, 2);
    let document = "query Panel($no: Boolean = false, $yes: Boolean!, $first: Int = 1) {
        hs { ...Lists @include(if: $yes) ... @skip(if: $yes) { hidden: customers { nodes { id } } } never: customers @include(if: $no) { nodes { id } } }
        hs { more: customers(first: $first) { nodes { ...Person } nodes { customerNumber } } }
    }
    fragment Lists on HsQuery { customers { __typename nodes { ...Person lastName @skip(if: $no) } } ... { ... on HsQuery { workOrders(first: 1) { nodes { title } } } } }
    fragment Person on HsCustomer { __typename ... on Node { nodeId } id ... on HsCustomer { id again: id } }";
    let reply = business.viewer.ask_with(document, json!({ "yes": true }));
    assert!(
        reply.at("/hs").get("hidden").is_none() && reply.at("/hs").get("never").is_none(),
        "{:#}",
        reply.json
    );
    assert_eq!(reply.text("/hs/customers/nodes/0/__typename"), "HsCustomer");
    assert_eq!(reply.at("/hs/customers/nodes/0/id"), reply.at("/hs/customers/nodes/0/again"));
    assert!(reply.at("/hs/customers/nodes/0").get("lastName").is_some());
    assert!(reply.at("/hs/more/nodes/0/customerNumber").is_string(), "selections under one key merge");
    assert!(reply.at("/hs/more/nodes/0/nodeId").is_string());
    assert_eq!(
        business
            .viewer
            .ask_with(document, json!({ "yes": true, "first": 0 }))
            .list("/hs/more/nodes")
            .len(),
        0
    );
    assert_eq!(business.viewer.ask_with(document, json!({})).code(), "INPUT_INVALID");
    assert_eq!(business.viewer.ask_with(document, json!({ "yes": "true" })).code(), "INPUT_INVALID");
    let conflict = business
        .viewer
        .ask("{ hs { a: customers(first: 1) { nodes { id } } a: customers(first: 2) { nodes { id } } } }");
    assert_eq!(conflict.code(), "DOCUMENT_INVALID");
}

#[test]
fn members_come_in_the_order_they_were_selected() {
    let business = app().business("hs");
    seed_jobs(&business, 1, 1);
    let body = business
        .viewer
        .post(
            "{ hs { z: customers { totalCount pageInfo { hasNextPage } nodes { status a: id __typename } } a: __typename } }",
            &json!({}),
        )
        .body;
    let places: Vec<_> = [
        "\"z\"",
        "\"totalCount\"",
        "\"pageInfo\"",
        "\"nodes\"",
        "\"status\"",
        "\"a\":",
        "\"__typename\"",
        "\"a\":\"HsQuery\"",
    ]
    .iter()
    .map(|member| body.find(member).unwrap_or_else(|| panic!("no {member} in {body}")))
    .collect();
    assert!(places.is_sorted(), "{places:?} in {body}");
}

#[test]
fn variables_with_defaults_absent_and_null() {
    let business = app().business("hs");
    seed_jobs(&business, 12, 1);
    let document = "query ($first: Int = 3, $city: String, $cities: [String!] = [\"Austin\"]) {
        hs { page: customers(first: $first) { nodes { id } } city: customers(filter: { serviceCity: { in: $cities } }) { totalCount } } }";
    let size = |variables| {
        business
            .viewer
            .ask_with(&document.replace("$city: String, ", ""), variables)
            .list("/hs/page/nodes")
            .len()
    };
    assert_eq!(size(json!({})), 3);
    assert_eq!(size(json!({ "first": 5, "unknown": 1 })), 5);
    assert_eq!(size(json!({ "first": null })), 12, "null asks for the server's own default");
    assert_eq!(business.viewer.ask_with(document, json!({})).code(), "DOCUMENT_INVALID", "an unused variable");
}

#[test]
fn every_typename() {
    let business = app().business("hs");
    seed_jobs(&business, 1, 1);
    let reply = business.owner.ask(
        "{ __typename hs { __typename customers { __typename edges { __typename cursor node { __typename serviceLocation { __typename latitude } workOrders { __typename } } } pageInfo { __typename } }
            workOrderAggregates { __typename key { __typename } sum { __typename } avg { __typename } min { __typename } } } viewer { __typename } }",
    );
    for (pointer, name) in [
        ("/__typename", "Query"),
        ("/hs/__typename", "HsQuery"),
        ("/hs/customers/__typename", "HsCustomerConnection"),
        ("/hs/customers/edges/0/__typename", "HsCustomerEdge"),
        ("/hs/customers/edges/0/node/__typename", "HsCustomer"),
        ("/hs/customers/edges/0/node/serviceLocation/__typename", "GeoPoint"),
        ("/hs/customers/edges/0/node/workOrders/__typename", "HsWorkOrderConnection"),
        ("/hs/customers/pageInfo/__typename", "PageInfo"),
        ("/hs/workOrderAggregates/0/__typename", "HsWorkOrderAggregate"),
        ("/hs/workOrderAggregates/0/key/__typename", "HsWorkOrderValues"),
        ("/hs/workOrderAggregates/0/sum/__typename", "HsWorkOrderSums"),
        ("/viewer/__typename", "Viewer"),
    ] {
        assert_eq!(reply.text(pointer), name, "{pointer}");
    }
}

#[test]
fn transitions_follow_the_state() {
    let business = app().business("hs");
    seed_jobs(&business, 1, 3);
    let reply = business
        .viewer
        .ask("{ hs { workOrders(orderBy: [{ status: ASC }]) { nodes { status availableTransitions } } } }");
    assert_eq!(
        reply.at("/hs/workOrders/nodes/0/availableTransitions"),
        &json!(["IN_PROGRESS"]),
        "{:#}",
        reply.json
    );
    assert_eq!(reply.at("/hs/workOrders/nodes/1/availableTransitions"), &json!(["SCHEDULED", "CANCELLED"]));
}

#[test]
fn values_of_every_type_are_written_as_promised() {
    let business = app().business("rest");
    business.seed(
        "INSERT INTO rest.menu_items (business_id, name, base_price, available_start_time, available_days, dietary_restrictions, modifiers, unavailable_until, current_stock, created_at)
         VALUES ($business, E'Tab\\tquote\" \\\\ é 😀 \\x01', 0.5, '23:59:59.9', '{}', '{a,\"b,c\"}', '{\"n\": 1.10, \"t\": \"é\"}', '0001-01-01T00:00:00Z', -2147483648, '9999-12-31T23:59:59.999999Z')",
    );
    let reply = business.viewer.ask("{ rest { menuItems { nodes { name basePrice availableStartTime availableDays dietaryRestrictions modifiers unavailableUntil currentStock createdAt kitchenStation } } } }");
    assert_eq!(
        reply.at("/rest/menuItems/nodes/0"),
        &json!({ "name": "Tab\tquote\" \\ é 😀 \u{1}", "basePrice": "0.50", "availableStartTime": "23:59:59.9", "availableDays": [], "dietaryRestrictions": ["a", "b,c"],
            "modifiers": { "n": 1.10, "t": "é" }, "unavailableUntil": "0001-01-01T00:00:00Z", "currentStock": -2147483648_i64, "createdAt": "9999-12-31T23:59:59.999999Z", "kitchenStation": null })
    );
    let log = business
        .owner
        .ask("{ audit { auditLogs(first: 1, filter: { newValues: { isNull: false } }) { nodes { sequenceNumber changedFields newValues ipAddress } } } }");
    assert!(log.at("/audit/auditLogs/nodes").as_array().is_some());
    assert_eq!(
        ids(&business.viewer.ask("{ rest { menuItems { nodes { id } } } }"), "/rest/menuItems/nodes").len(),
        1
    );
}
