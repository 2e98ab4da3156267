//! Upserts: by id, by a document number, by a unique key of the trade.

use super::{hs, mutate};
use serde_json::json;
use tests::app;
use uuid::Uuid;

#[test]
fn by_a_number_or_a_key_it_creates_and_then_changes() {
    let business = app().business("hs");
    let upsert = |name: &str| {
        format!("customerUpsert(input: {{ customerNumber: \"C-1\", lastName: \"{name}\" }}, onConflict: CUSTOMER_NUMBER) {{ id lastName version totalJobs }}")
    };
    let first = hs(&business.staff, &upsert("Ada"));
    assert_eq!(first.int("/hs/customerUpsert/version"), 1);
    let second = hs(&business.staff, &upsert("Byron"));
    assert_eq!(second.int("/hs/customerUpsert/version"), 2);
    assert_eq!(second.text("/hs/customerUpsert/lastName"), "Byron");
    assert_eq!(first.text("/hs/customerUpsert/id"), second.text("/hs/customerUpsert/id"));
}

#[test]
fn every_unique_key_of_the_trades_can_be_upserted() {
    for (industry, call, one) in [
        (
            "rest",
            "modifierGroupUpsert(input: { name: \"Sauces\" }, onConflict: NAME)",
            "modifierGroupUpsert",
        ),
        (
            "ret",
            "productUpsert(input: { sku: \"S1\", name: \"Hat\", retailPrice: \"9.99\" }, onConflict: SKU)",
            "productUpsert",
        ),
        (
            "ret",
            "categoryUpsert(input: { slug: \"hats\", name: \"Hats\" }, onConflict: SLUG)",
            "categoryUpsert",
        ),
        (
            "auto",
            "vehicleUpsert(input: { vin: \"1FT\", make: \"Ford\", model: \"F\" }, onConflict: VIN)",
            "vehicleUpsert",
        ),
        (
            "auto",
            "repairOrderUpsert(input: { roNumber: \"R-1\", complaint: \"noise\" }, onConflict: RO_NUMBER)",
            "repairOrderUpsert",
        ),
        ("rest", "orderUpsert(input: { orderNumber: \"O-1\" }, onConflict: ORDER_NUMBER)", "orderUpsert"),
        (
            "ret",
            "salesOrderUpsert(input: { orderNumber: \"O-1\" }, onConflict: ORDER_NUMBER)",
            "salesOrderUpsert",
        ),
        (
            "hs",
            "workOrderUpsert(input: { workOrderNumber: \"W-1\", title: \"x\" }, onConflict: WORK_ORDER_NUMBER)",
            "workOrderUpsert",
        ),
        (
            "hs",
            "estimateUpsert(input: { estimateNumber: \"E-1\", title: \"x\" }, onConflict: ESTIMATE_NUMBER)",
            "estimateUpsert",
        ),
        (
            "hs",
            "invoiceUpsert(input: { invoiceNumber: \"I-1\" }, onConflict: INVOICE_NUMBER)",
            "invoiceUpsert",
        ),
    ] {
        let business = app().business(industry);
        let call = format!("{call} {{ id version }}");
        let first = mutate(&business.staff, industry, &call);
        let second = mutate(&business.staff, industry, &call);
        assert_eq!(
            first.at(&format!("/{industry}/{one}/id")),
            second.at(&format!("/{industry}/{one}/id")),
            "{call}"
        );
        assert_eq!(second.int(&format!("/{industry}/{one}/version")), 2, "{call}");
    }
}

#[test]
fn by_id_it_uses_up_no_number() {
    let business = app().business("hs");
    let id = Uuid::new_v4();
    let upsert = format!("customerUpsert(input: {{ id: \"{id}\", lastName: \"Ada\" }}, onConflict: ID) {{ id customerNumber version }}");
    let first = hs(&business.staff, &upsert);
    for _ in 0..3 {
        let again = hs(&business.staff, &upsert);
        assert_eq!(again.at("/hs/customerUpsert/customerNumber"), first.at("/hs/customerUpsert/customerNumber"));
    }
    let next = hs(&business.staff, "customerCreate(input: {}) { customerNumber }");
    assert!(next.text("/hs/customerCreate/customerNumber").ends_with("-0002"), "{:#}", next.json);
}

#[test]
fn a_deleted_record_does_not_come_back_by_an_upsert() {
    let business = app().business("hs");
    let upsert = "customerUpsert(input: { customerNumber: \"C-1\" }, onConflict: CUSTOMER_NUMBER) { id version }";
    let first = hs(&business.staff, upsert);
    let id = first.text("/hs/customerUpsert/id").to_owned();
    hs(&business.staff, &format!("customerDelete(id: \"{id}\") {{ id }}")).data();
    // The number is free again: a new record takes it.
    let second = hs(&business.staff, upsert);
    assert_ne!(second.text("/hs/customerUpsert/id"), id);
    assert_eq!(second.int("/hs/customerUpsert/version"), 1);
    // The id is not: it is the deleted record's.
    let by_id = hs(
        &business.staff,
        &format!("customerUpsert(input: {{ id: \"{id}\", phone: \"1\" }}, onConflict: ID) {{ id }}"),
    );
    assert_eq!(by_id.code(), "NOT_FOUND");
}

#[test]
fn another_tenants_key_is_as_good_as_free() {
    let (ours, theirs) = (app().business("hs"), app().business("hs"));
    let id = Uuid::new_v4();
    let upsert = |key: &str, input: &str| format!("customerUpsert(input: {{ {input} lastName: \"Mine\" }}, onConflict: {key}) {{ version lastName }}");
    hs(
        &theirs.staff,
        &format!("customerCreate(input: {{ id: \"{id}\", customerNumber: \"C-1\", lastName: \"Theirs\" }}) {{ id }}"),
    )
    .data();
    for (key, input) in [("ID", format!("id: \"{id}\"")), ("CUSTOMER_NUMBER", "customerNumber: \"C-1\"".to_owned())] {
        let reply = hs(&ours.staff, &upsert(key, &input));
        assert_eq!(reply.at("/hs/customerUpsert"), &json!({ "version": 1, "lastName": "Mine" }));
    }
    let left = theirs.staff.ask("{ hs { customers { nodes { lastName version } } } }");
    assert_eq!(left.at("/hs/customers/nodes"), &json!([{ "lastName": "Theirs", "version": 1 }]));
}

#[test]
fn the_key_must_be_given_and_known() {
    let business = app().business("hs");
    for (call, field) in [
        (
            "customerUpsert(input: { lastName: \"x\" }, onConflict: CUSTOMER_NUMBER) { id }",
            "input.customerNumber",
        ),
        (
            "customerUpsert(input: { customerNumber: null }, onConflict: CUSTOMER_NUMBER) { id }",
            "input.customerNumber",
        ),
        ("customerUpsert(input: { lastName: \"x\" }, onConflict: ID) { id }", "input.id"),
    ] {
        let reply = hs(&business.staff, call);
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", field), "{call}: {:#}", reply.json);
    }
    let unknown = business.staff.ask_with(
        "mutation($key: HsCustomerUniqueKey!) { hs { customerUpsert(input: { lastName: \"x\" }, onConflict: $key) { id } } }",
        json!({ "key": "EMAIL" }),
    );
    assert_eq!((unknown.code(), unknown.field()), ("INPUT_INVALID", "onConflict"));
}

#[test]
fn the_other_keys_of_the_record_still_count() {
    let business = app().business("hs");
    hs(&business.staff, "customerCreate(input: { customerNumber: \"C-1\" }) { id }").data();
    let reply = hs(
        &business.staff,
        &format!(
            "customerUpsert(input: {{ id: \"{}\", customerNumber: \"C-1\" }}, onConflict: ID) {{ id }}",
            Uuid::new_v4()
        ),
    );
    assert_eq!((reply.code(), reply.field()), ("ALREADY_EXISTS", "input.customerNumber"));
}

/// With nothing but its id there is nothing to change, and the record is answered as it is.
#[test]
fn a_record_with_nothing_but_its_id() {
    let business = app().business("hs");
    let id = uuid::Uuid::new_v4();
    let call = format!("customerUpsert(onConflict: ID, input: {{ id: \"{id}\" }}) {{ id version lastName }}");
    for _ in 0..2 {
        let reply = hs(&business.owner, &call);
        assert_eq!(reply.text("/hs/customerUpsert/id"), id.to_string());
    }
    let count = business.owner.ask("{ hs { customers { totalCount } } }");
    assert_eq!(count.int("/hs/customers/totalCount"), 1);
}
