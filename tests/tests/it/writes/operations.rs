//! Several mutations in one operation: one transaction, in the order of the document.

use super::{customer, work_order};
use serde_json::{Value, json};
use tests::app;
use uuid::Uuid;

#[test]
fn the_order_is_the_documents_and_later_ones_see_earlier_ones() {
    let business = app().business("hs");
    let id = Uuid::new_v4();
    let reply = business.staff.ask(&format!(
        "mutation {{
            hs {{ first: customerCreate(input: {{ id: \"{id}\", lastName: \"A\" }}) {{ version }} second: customerUpdate(id: \"{id}\", patch: {{ lastName: \"B\" }}, expectedVersion: 1) {{ version lastName }} }}
            again: hs {{ workOrderCreate(input: {{ title: \"x\", customerId: \"{id}\" }}) {{ customer {{ lastName }} }} customersUpdate(filter: {{ lastName: {{ eq: \"B\" }} }}, patch: {{ phone: \"1\" }}) {{ version phone }} }}
            __typename
        }}"
    ));
    assert_eq!(
        reply.data(),
        &json!({
            "hs": { "first": { "version": 1 }, "second": { "version": 2, "lastName": "B" } },
            "again": { "workOrderCreate": { "customer": { "lastName": "B" } }, "customersUpdate": [{ "version": 3, "phone": "1" }] },
            "__typename": "Mutation",
        })
    );
}

#[test]
fn an_error_in_the_last_undoes_the_first() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    let order = work_order(&business.staff, "");
    for (last, code) in [
        ("workOrderCreate(input: { title: \"x\", totalCost: \"-1\" }) { id }".to_owned(), "INPUT_INVALID"),
        (
            format!("workOrderUpdate(id: \"{order}\", patch: {{ status: COMPLETED }}) {{ id }}"),
            "STATE_CONFLICT",
        ),
        (
            format!("customerUpdate(id: \"{}\", patch: {{ phone: \"1\" }}) {{ id }}", Uuid::new_v4()),
            "NOT_FOUND",
        ),
        ("customerCreate(input: { customerNumber: \"A\" }) { id }".to_owned(), "ALREADY_EXISTS"),
    ] {
        let reply = business.staff.ask(&format!(
            "mutation {{ hs {{ customerCreate(input: {{ customerNumber: \"A\" }}) {{ id }} customerUpdate(id: \"{id}\", patch: {{ phone: \"1\" }}) {{ id }} last: {last} }} }}"
        ));
        assert_eq!(reply.code(), code, "{last}: {:#}", reply.json);
        assert_eq!(reply.json["data"], Value::Null);
        assert_eq!(reply.error()["path"], json!(["hs", "last"]));
    }
    let left = business.staff.ask("{ hs { customers { nodes { phone version } } } }");
    assert_eq!(left.at("/hs/customers/nodes"), &json!([{ "phone": null, "version": 1 }]));
}

#[test]
fn skipped_mutations_do_not_run() {
    let business = app().business("hs");
    let reply = business.staff.ask_with(
        "mutation($no: Boolean!) { hs { customerCreate(input: {}) @skip(if: $no) { id } other: customerCreate(input: { lastName: \"B\" }) @include(if: $no) { lastName } } }",
        json!({ "no": true }),
    );
    assert_eq!(reply.data(), &json!({ "hs": { "other": { "lastName": "B" } } }));
    assert_eq!(business.staff.ask("{ hs { customers { totalCount } } }").int("/hs/customers/totalCount"), 1);
}

#[test]
fn merged_fields_run_once() {
    let business = app().business("hs");
    let reply = business.staff.ask(
        "mutation { hs { customerCreate(input: { lastName: \"A\" }) { id } customerCreate(input: { lastName: \"A\" }) { lastName } ...More } } fragment More on HsMutation { customerCreate(input: { lastName: \"A\" }) { version } }",
    );
    assert_eq!(reply.at("/hs/customerCreate/version"), &json!(1));
    assert_eq!(business.staff.ask("{ hs { customers { totalCount } } }").int("/hs/customers/totalCount"), 1);
}
