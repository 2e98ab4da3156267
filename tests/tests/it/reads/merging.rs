//! Fields of one response key are one field: merged where they ask the same, refused where they do not.

use serde_json::json;
use tests::app;
use uuid::Uuid;

#[test]
fn fields_that_differ_are_refused_and_nothing_is_changed() {
    let business = app().business("hs");
    let customer = business.owner.ask("mutation { hs { customerCreate(input: { lastName: \"Kept\" }) { id } } }");
    let id = customer.text("/hs/customerCreate/id");
    let other = Uuid::new_v4();
    for document in [
        // Two changes behind one key: one of them would not be made.
        "mutation { hs { c: customerCreate(input: { lastName: \"One\" }) { id } } hs { c: customerCreate(input: { lastName: \"Two\" }) { id } } }".to_owned(),
        format!(
            "mutation {{ hs {{ u: customerUpdate(id: \"{id}\", patch: {{ lastName: \"Changed\" }}) {{ id }} ... on HsMutation {{ u: customerUpdate(id: \"{other}\", patch: {{ lastName: \"Changed\" }}) {{ id }} }} }} }}"
        ),
        format!(
            "mutation {{ hs {{ x: customerDelete(id: \"{id}\") {{ id }} }} ...F }} fragment F on Mutation {{ hs {{ x: customerRestore(id: \"{id}\") {{ id }} }} }}"
        ),
        "{ hs { x: customers(first: 1) { nodes { id } } ...F } } fragment F on HsQuery { x: customers(first: 3) { nodes { id } } }".to_owned(),
        "{ hs { x: customers { totalCount } } hs { x: workOrders { totalCount } } }".to_owned(),
        "{ hs { customers { nodes { x: id ... on HsCustomer { x: lastName } } } } }".to_owned(),
        "{ hs { customers { nodes { workOrders(first: 1) { nodes { id } } ... { workOrders { nodes { id } } } } } } }".to_owned(),
    ] {
        let reply = business.owner.ask(&document);
        assert_eq!(reply.code(), "DOCUMENT_INVALID", "{document}: {:#}", reply.json);
        assert!(reply.json.get("data").is_none(), "{document}: {:#}", reply.json);
        let locations = reply.error()["locations"].as_array().map_or(0, Vec::len);
        assert_eq!(locations, 2, "both places are told: {:#}", reply.json);
    }
    let left = business.owner.ask("{ hs { customers { nodes { lastName } } } }");
    assert_eq!(left.at("/hs/customers/nodes"), &json!([{ "lastName": "Kept" }]));
}

#[test]
fn fields_that_ask_the_same_are_merged() {
    let business = app().business("hs");
    business
        .owner
        .ask("mutation { hs { customerCreate(input: { firstName: \"Grace\", lastName: \"Hopper\" }) { id } } }");
    let document =
        "query($n: Int) { hs { x: customers(first: $n, offset: 0) { nodes { firstName } } ...F } hs { x: customers(offset: 0, first: $n) { totalCount } } }
        fragment F on HsQuery { x: customers(first: $n, offset: 0) { nodes { lastName } } }";
    let reply = business.owner.ask_with(document, json!({ "n": 1 }));
    let expected = json!({ "hs": { "x": { "nodes": [{ "firstName": "Grace", "lastName": "Hopper" }], "totalCount": 1 } } });
    assert_eq!(reply.data(), &expected);
    // A change behind one key is made once.
    let twice = "customerCreate(input: { lastName: \"Once\" }) { id }";
    business.owner.ask(&format!("mutation {{ hs {{ {twice} }} hs {{ {twice} }} }}")).data();
    let count = business
        .owner
        .ask("{ hs { customers(filter: { lastName: { eq: \"Once\" } }) { totalCount } } }");
    assert_eq!(count.int("/hs/customers/totalCount"), 1);
}

#[test]
fn a_namespace_of_which_everything_is_skipped_is_empty() {
    let business = app().business("hs");
    let document = "query($with: Boolean!) { hs { customers(first: 1) @include(if: $with) { totalCount } } viewer @include(if: $with) { role } }";
    assert_eq!(business.owner.ask_with(document, json!({ "with": false })).data(), &json!({ "hs": {} }));
    // Of a namespace that is hidden not even that is told.
    let hidden = business
        .owner
        .ask_with(&document.replace("hs { customers", "auto { vehicles"), json!({ "with": false }));
    assert_eq!(hidden.code(), "DOCUMENT_INVALID", "{:#}", hidden.json);
}

#[test]
fn introspection_answers_what_this_operation_asked() {
    let business = app().business("hs");
    let owner = &business.owner;
    let document = "query A { __schema { queryType { name } } } query B { __schema { mutationType { name } } }";
    for (name, expected) in [
        ("A", json!({ "__schema": { "queryType": { "name": "Query" } } })),
        ("B", json!({ "__schema": { "mutationType": { "name": "Mutation" } } })),
        ("A", json!({ "__schema": { "queryType": { "name": "Query" } } })),
    ] {
        let body = json!({ "query": document, "operationName": name }).to_string();
        let answer = app()
            .post(&[("content-type", "application/json"), ("authorization", &owner.bearer())], &body)
            .json();
        assert_eq!(answer["data"], expected, "operation {name}: {answer}");
    }
    let merged = "{ __schema { queryType { name } } ...F __type(name: \"HsCustomer\") { name } } fragment F on Query { __schema { mutationType { name } } __type(name: \"HsCustomer\") { kind } }";
    let expected = json!({
        "__schema": { "queryType": { "name": "Query" }, "mutationType": { "name": "Mutation" } },
        "__type": { "name": "HsCustomer", "kind": "OBJECT" },
    });
    assert_eq!(owner.ask(merged).data(), &expected);
}

#[test]
fn introspection_answers_the_schema_once_at_most() {
    let business = app().business("hs");
    for document in [
        "{ __schema { a: types { name } b: types { name } } }",
        "{ __schema { types { a: name b: name } } }",
        "{ __schema { types { name fields { name } f: fields { type { name } } } } }",
        "{ __schema { ...F types { name } } } fragment F on __Schema { more: types { kind } }",
        "{ a: __schema { types { name } } b: __schema { types { name } } }",
        "{ __schema { types { fields { type { fields { name } } } } } }",
    ] {
        let reply = business.owner.ask(document);
        assert_eq!(reply.code(), "DOCUMENT_TOO_LARGE", "{document}: {:#}", reply.json);
    }
    let types: String = (0..21).map(|number| format!("t{number}: __type(name: \"HsCustomer\") {{ name }} ")).collect();
    assert_eq!(business.owner.ask(&format!("{{ {types} }}")).code(), "DOCUMENT_TOO_LARGE");
}

/// The parts of an operation that are answered in other ways use its variables as well as the rest.
#[test]
fn variables_may_be_used_beside_introspection_and_on_typename() {
    let business = app().business("hs");
    for (document, variables, expected) in [
        (
            "query($n: Int) { __schema { queryType { name } } hs { customers(first: $n) { totalCount } } }",
            json!({ "n": 1 }),
            json!({ "__schema": { "queryType": { "name": "Query" } }, "hs": { "customers": { "totalCount": 0 } } }),
        ),
        (
            "query($with: Boolean!) { viewer { role __typename @include(if: $with) } }",
            json!({ "with": false }),
            json!({ "viewer": { "role": "OWNER" } }),
        ),
        (
            "query($type: String!, $with: Boolean!) { __type(name: $type) { name kind @include(if: $with) } }",
            json!({ "type": "HsCustomer", "with": false }),
            json!({ "__type": { "name": "HsCustomer" } }),
        ),
    ] {
        let reply = business.owner.ask_with(document, variables);
        let mut found = reply.data().clone();
        if let Some(role) = found.pointer_mut("/viewer/role") {
            *role = json!(role.as_str().expect("a role").to_uppercase());
        }
        assert_eq!(found, expected, "{document}");
    }
    let unused = business.owner.ask_with("query($n: Int) { viewer { role } }", json!({ "n": 1 }));
    assert_eq!(unused.code(), "DOCUMENT_INVALID", "{:#}", unused.json);
}
