//! Bad values of every scalar in every position: an error with a code and a place, never INTERNAL.

use super::seed_jobs;
use serde_json::{Value, json};
use tests::{Person, Reply, app};

/// Values that are wrong for most scalars, each in its own way.
fn bad_values() -> Vec<Value> {
    let mut values = vec![
        json!(true),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(9_007_199_254_740_993_i64),
        json!(18_446_744_073_709_551_615_u64),
        json!(1e300),
        json!([]),
        json!([[]]),
        json!([null]),
        json!({}),
        json!({ "eq": 1 }),
    ];
    for text in [
        "",
        " ",
        "x",
        "NaN",
        "Infinity",
        "1e40",
        "1e-40",
        "1e1000000",
        "0x10",
        "99999999999999999999999999999999999999",
        "9223372036854775808",
        "2147483648",
        "infinity",
        "-infinity",
        "now",
        "today",
        "epoch",
        "2025-02-29",
        "2025-02-29T00:00:00Z",
        "0000-01-01",
        "0000-12-31T00:00:00Z",
        "294276-01-01",
        "10000-01-01T00:00:00Z",
        "2025-01-01T25:00:00Z",
        "2025-01-01T00:00:00+99:00",
        "24:00:00",
        "23:59:60",
        "P",
        "P1H",
        "PT1.1234567S",
        "P999999999Y",
        "P-1D",
        "-P1D",
        "PT999999999H",
        "00000000-0000-0000-0000-00000000000",
        "{00000000-0000-4000-8000-000000000001}",
        "' OR 1=1 --",
        "\0",
        "a\0b",
        "\u{202e}",
        "999.1.1.1",
        "1.2.3.4/33",
        "::1/129",
        "ACTIVE'",
        "$1",
        "{1,2}",
        "{\"a\":",
    ] {
        values.push(json!(text));
    }
    values
}

/// Answered, or refused with a code of the caller's and a place.
fn assert_coded(reply: &Reply, what: &str) {
    let Some(errors) = reply.json.get("errors") else { return };
    for error in errors.as_array().expect("errors are a list") {
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        assert!(
            matches!(code, "INPUT_INVALID" | "DOCUMENT_INVALID" | "COST_EXCEEDED" | "DOCUMENT_TOO_LARGE"),
            "{what}: {:#}",
            reply.json
        );
        let placed = error["path"].is_array() || error["locations"].is_array() || error["extensions"]["fields"].is_array();
        assert!(placed, "{what} has no place: {:#}", reply.json);
        if code == "INPUT_INVALID" {
            assert!(
                error["extensions"]["fields"][0]["path"].is_string(),
                "{what} names no argument: {:#}",
                reply.json
            );
        }
    }
    assert!(reply.json.to_string().len() < 4_000, "{what}: the answer is long");
}

/// A value as a literal of the language, where it has one.
fn literal(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}: {}", literal(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn try_everywhere(person: &Person<'_>, schema: &str, list: &str, filter_type: &str, field: &str, operators: &[&str]) {
    let document = format!("query ($filter: {filter_type}) {{ {schema} {{ {list}(filter: $filter, first: 1) {{ totalCount }} }} }}");
    for value in bad_values() {
        for operator in operators {
            let what = format!("{list}.{field}.{operator} = {value}");
            assert_coded(&person.ask_with(&document, json!({ "filter": { field: { *operator: value } } })), &what);
        }
        let what = format!("{list}.{field} = {value}, as a literal");
        let text = literal(&value);
        assert_coded(
            &person.ask(&format!(
                "{{ {schema} {{ {list}(filter: {{ {field}: {{ {}: {text} }} }}) {{ totalCount }} }} }}",
                operators[0]
            )),
            &what,
        );
        // Beside a variable, validation leaves the whole argument to the planner.
        let mixed = format!(
            "query ($city: String!) {{ {schema} {{ {list}(filter: {{ and: [{{ {field}: {{ {}: {text} }} }}, {{ id: {{ eq: $city }} }}] }}) {{ totalCount }} }} }}",
            operators[0]
        );
        assert_coded(&person.ask_with(&mixed, json!({ "city": "00000000-0000-4000-8000-000000000001" })), &what);
        assert_coded(
            &person.ask_with(&document, json!({ "filter": { field: value } })),
            &format!("{list}.{field} itself = {value}"),
        );
    }
}

#[test]
fn filters_of_every_scalar() {
    let business = app().business("hs");
    seed_jobs(&business, 2, 4);
    let owner = &business.owner;
    try_everywhere(
        owner,
        "hs",
        "customers",
        "HsCustomerFilter",
        "lastName",
        &["eq", "in", "contains", "startsWithInsensitive", "isNull", "nope"],
    );
    try_everywhere(owner, "hs", "customers", "HsCustomerFilter", "totalJobs", &["eq", "in", "gt"]);
    try_everywhere(owner, "hs", "customers", "HsCustomerFilter", "totalRevenue", &["eq", "notIn", "lte"]);
    try_everywhere(owner, "hs", "customers", "HsCustomerFilter", "marketingOptIn", &["eq", "ne"]);
    try_everywhere(owner, "hs", "customers", "HsCustomerFilter", "status", &["eq", "in"]);
    try_everywhere(
        owner,
        "hs",
        "customers",
        "HsCustomerFilter",
        "tags",
        &["has", "containsAll", "containsAny", "isEmpty"],
    );
    try_everywhere(owner, "hs", "customers", "HsCustomerFilter", "serviceLocation", &["within", "isNull"]);
    try_everywhere(owner, "hs", "customers", "HsCustomerFilter", "workOrders", &["some", "every", "nope"]);
    try_everywhere(owner, "hs", "workOrders", "HsWorkOrderFilter", "customer", &["lastName", "workOrders"]);
    try_everywhere(owner, "hs", "workOrders", "HsWorkOrderFilter", "scheduledStart", &["eq", "in", "lt"]);
    try_everywhere(owner, "hs", "workOrders", "HsWorkOrderFilter", "estimatedDuration", &["eq", "in", "gte"]);
    try_everywhere(owner, "hs", "workOrders", "HsWorkOrderFilter", "customerId", &["eq", "in"]);
    try_everywhere(owner, "hs", "workOrders", "HsWorkOrderFilter", "assignedTeamIds", &["has", "containsAny"]);
    try_everywhere(owner, "hs", "invoices", "HsInvoiceFilter", "dueDate", &["eq", "in", "gt"]);
    try_everywhere(owner, "audit", "auditLogs", "AuditAuditLogFilter", "sequenceNumber", &["eq", "in", "gt"]);
    try_everywhere(owner, "audit", "auditLogs", "AuditAuditLogFilter", "ipAddress", &["eq", "in"]);
    try_everywhere(owner, "audit", "auditLogs", "AuditAuditLogFilter", "newValues", &["contains", "hasKey", "path"]);
    let restaurant = app().business("rest");
    try_everywhere(
        &restaurant.owner,
        "rest",
        "menuItems",
        "RestMenuItemFilter",
        "availableStartTime",
        &["eq", "in", "gt"],
    );
    try_everywhere(
        &restaurant.owner,
        "rest",
        "menuItems",
        "RestMenuItemFilter",
        "availableDays",
        &["has", "containsAll"],
    );
}

#[test]
fn arguments_of_every_kind() {
    let business = app().business("hs");
    seed_jobs(&business, 2, 4);
    let list = "query ($filter: HsCustomerFilter, $orderBy: [HsCustomerOrderBy!], $first: Int, $after: Cursor, $last: Int, $before: Cursor, $offset: Int, $includeDeleted: Boolean) {
        hs { customers(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before, offset: $offset, includeDeleted: $includeDeleted) { nodes { id } } } }";
    let groups =
        "query ($filter: HsWorkOrderFilter, $groupBy: [HsWorkOrderGroupBy!], $having: [HsWorkOrderHaving!], $orderBy: [HsWorkOrderAggregateOrder!], $first: Int) {
        hs { workOrderAggregates(filter: $filter, groupBy: $groupBy, having: $having, orderBy: $orderBy, first: $first) { count } } }";
    let one = "query ($id: ID!, $nodeId: ID!, $nodeIds: [ID!]!) { hs { customer(id: $id) { id } } node(nodeId: $nodeId) { nodeId } nodes(nodeIds: $nodeIds) { nodeId } }";
    let good = json!({ "id": business.id, "nodeId": "SHNDdXN0b21lcjowMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA", "nodeIds": [] });
    for value in bad_values() {
        for name in ["filter", "orderBy", "first", "after", "last", "before", "offset", "includeDeleted"] {
            assert_coded(&business.owner.ask_with(list, json!({ name: value })), &format!("{name} = {value}"));
        }
        for name in ["filter", "groupBy", "having", "orderBy", "first"] {
            assert_coded(&business.owner.ask_with(groups, json!({ name: value })), &format!("groups {name} = {value}"));
        }
        for (name, entry) in [
            ("orderBy", json!([{ "lastName": value }])),
            ("orderBy", json!([{ "serviceLocation": { "nearest": value } }])),
            ("orderBy", json!([{ "serviceLocation": { "nearest": { "latitude": value, "longitude": 1 } } }])),
            (
                "filter",
                json!({ "serviceLocation": { "within": { "latitude": 1, "longitude": 2, "meters": value } } }),
            ),
            ("filter", json!({ "and": value })),
            ("filter", json!({ "not": value })),
        ] {
            assert_coded(&business.owner.ask_with(list, json!({ name: entry })), &format!("{name} = {entry}"));
        }
        for name in ["id", "nodeId", "nodeIds"] {
            let mut variables = good.clone();
            variables[name] = value.clone();
            assert_coded(&business.owner.ask_with(one, variables), &format!("{name} = {value}"));
        }
        for argument in ["first", "after", "offset", "includeDeleted", "orderBy", "filter", "nope"] {
            let document = format!("{{ hs {{ customers({argument}: {}) {{ nodes {{ id }} }} }} }}", literal(&value));
            assert_coded(&business.owner.ask(&document), &document);
        }
    }
}

#[test]
fn nested_arguments_have_a_place_too() {
    let business = app().business("hs");
    seed_jobs(&business, 1, 1);
    let document = "query ($first: Int) {\n  hs { customers { nodes {\n    workOrders(first: $first) { nodes { id } } } } } }";
    let reply = business.owner.ask_with(document, json!({ "first": -1 }));
    assert_eq!(reply.code(), "INPUT_INVALID");
    assert_eq!(reply.error()["locations"], json!([{ "line": 3, "column": 5 }]));
    assert_eq!(reply.error()["path"], json!(["hs", "customers"]));
}

#[test]
fn required_variables_and_unknown_operations() {
    let business = app().business("hs");
    let document = "query ($id: ID!) { hs { customer(id: $id) { id } } }";
    for variables in [json!({}), json!({ "id": null })] {
        let reply = business.owner.ask_with(document, variables);
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "$id"));
    }
    for document in [
        "{ nope }",
        "{ hs { nope } }",
        "{ hs { customers { nope } } }",
        "{ hs { customers { nodes { nope } } } }",
        "{ hs { customers } }",
        "{ hs { customers { nodes { id { x } } } } }",
        "{ hs }",
        "",
        "{",
        "query A { __typename } query B { __typename }",
        "subscription { x }",
        "{ hs { customers(first: $x) { nodes { id } } } }",
        "{ ...Nope }",
        "fragment F on Query { __typename }",
        "{ hs { customers @nope { nodes { id } } } }",
        "{ hs { customers @skip { nodes { id } } } }",
        "{ hs { customers @include(if: \"x\") { nodes { id } } } }",
    ] {
        let reply = business.owner.ask(document);
        assert_eq!(reply.code(), "DOCUMENT_INVALID", "{document}: {:#}", reply.json);
        assert!(reply.json.get("data").is_none());
    }
}
