//! What the database refuses comes back coded, by the API's names, and gives nothing away.

use super::{customer, hs, mutate, work_order};
use serde_json::{Value, json};
use tests::{Business, Reply, app};
use uuid::Uuid;

/// The answer without what differs from request to request.
fn anonymous(reply: &Reply) -> String {
    let mut json = reply.json.clone();
    json["extensions"]["requestId"] = Value::Null;
    if let Some(id) = json.pointer_mut("/errors/0/extensions/requestId") {
        *id = Value::Null;
    }
    json.to_string()
}

fn expect(reply: &Reply, code: &str, field: &str) {
    assert_eq!((reply.code(), reply.field()), (code, field), "{:#}", reply.json);
    assert_eq!(reply.json["data"], Value::Null);
}

#[test]
fn a_key_that_is_taken() {
    let business = app().business("ret");
    let create = |sku: &str| format!("productCreate(input: {{ sku: \"{sku}\", name: \"Hat\", retailPrice: 1 }}) {{ id }}");
    let ret = |fields: &str| mutate(&business.staff, "ret", fields);
    ret(&create("A")).data();
    let other = ret(&create("B"));
    let id = other.text("/ret/productCreate/id");
    expect(&ret(&create("A")), "ALREADY_EXISTS", "input.sku");
    expect(
        &ret(&format!("productUpdate(id: \"{id}\", patch: {{ sku: \"A\" }}) {{ id }}")),
        "ALREADY_EXISTS",
        "patch.sku",
    );
    expect(
        &ret(&format!(
            "productsUpdate(filter: {{ id: {{ eq: \"{id}\" }} }}, patch: {{ sku: \"A\" }}) {{ id }}"
        )),
        "ALREADY_EXISTS",
        "patch.sku",
    );
    expect(
        &ret("productsCreate(inputs: [{ sku: \"A\", name: \"x\", retailPrice: 1 }]) { id }"),
        "ALREADY_EXISTS",
        "inputs[0].sku",
    );
    expect(
        &ret("categoryCreate(input: { name: \"x\", slug: \"x\", products: { create: [{ sku: \"A\", name: \"x\", retailPrice: 1 }] } }) { id }"),
        "ALREADY_EXISTS",
        "input.products.create[0].sku",
    );
    let settings = app().business("hs");
    let setting = "businessSettingCreate(input: { category: \"a\", key: \"b\" }) { id }";
    mutate(&settings.owner, "businesses", setting).data();
    let reply = mutate(&settings.owner, "businesses", setting);
    let paths: Vec<_> = reply.error()["extensions"]["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|field| field["path"].clone())
        .collect();
    assert_eq!(paths, ["input.category", "input.key"]);
}

/// A mutation of the record with this id, or with it as a value.
type Request<'a> = Box<dyn Fn(&str) -> String + 'a>;

#[test]
fn another_tenants_id_looks_like_a_missing_one() {
    let (ours, theirs) = (app().business("hs"), app().business("hs"));
    let foreign_customer = customer(&theirs.staff, "Secret");
    let foreign_order = work_order(&theirs.staff, "");
    let foreign_person = theirs.staff.id.to_string();
    let own = work_order(&ours.staff, "");
    let missing = Uuid::new_v4().to_string();
    let requests: Vec<(Request<'_>, &str)> = vec![
        (
            Box::new(|id| format!("workOrderCreate(input: {{ title: \"x\", customerId: \"{id}\" }}) {{ id }}")),
            &foreign_customer,
        ),
        (
            Box::new(|id| format!("workOrdersCreate(inputs: [{{ title: \"x\", customerId: \"{id}\" }}]) {{ id }}")),
            &foreign_customer,
        ),
        (
            Box::new(|id| format!("workOrderUpdate(id: \"{own}\", patch: {{ customerId: \"{id}\" }}) {{ id }}")),
            &foreign_customer,
        ),
        (
            Box::new(|id| format!("workOrdersUpdate(filter: {{ id: {{ eq: \"{own}\" }} }}, patch: {{ customerId: \"{id}\" }}) {{ id }}")),
            &foreign_customer,
        ),
        (
            Box::new(|id| format!("workOrderUpsert(input: {{ id: \"{own}\", title: \"x\", customerId: \"{id}\" }}, onConflict: ID) {{ id }}")),
            &foreign_customer,
        ),
        (
            Box::new(|id| format!("customerCreate(input: {{ workOrders: {{ connect: [\"{id}\"] }} }}) {{ id }}")),
            &foreign_order,
        ),
        (
            Box::new(|id| {
                format!(
                    "customerCreate(input: {{ workOrders: {{ create: [{{ title: \"x\", estimates: {{ create: [{{ title: \"y\", customerId: \"{id}\" }}] }} }}] }} }}) {{ id }}"
                )
            }),
            &foreign_customer,
        ),
        (
            Box::new(|id| format!("workOrderCreate(input: {{ title: \"x\", assignedTechnicianId: \"{id}\" }}) {{ id }}")),
            &foreign_person,
        ),
        (
            Box::new(|id| format!("workOrderCreate(input: {{ title: \"x\", assignedTeamIds: [\"{id}\"] }}) {{ id }}")),
            &foreign_person,
        ),
        (
            Box::new(|id| format!("workOrderUpdate(id: \"{own}\", patch: {{ assignedTeamIds: [\"{id}\"] }}) {{ id }}")),
            &foreign_person,
        ),
        (
            Box::new(|id| format!("workOrderUpdate(id: \"{id}\", patch: {{ title: \"x\" }}) {{ id }}")),
            &foreign_order,
        ),
        (
            Box::new(|id| format!("workOrderUpdate(id: \"{id}\", patch: {{ title: \"x\" }}, expectedVersion: 1) {{ id }}")),
            &foreign_order,
        ),
        (Box::new(|id| format!("workOrderDelete(id: \"{id}\") {{ id }}")), &foreign_order),
        (
            Box::new(|id| format!("workOrderDelete(id: \"{id}\", expectedVersion: 1) {{ id }}")),
            &foreign_order,
        ),
        (Box::new(|id| format!("workOrderRestore(id: \"{id}\") {{ id }}")), &foreign_order),
        (
            Box::new(|id| format!("workOrdersUpdate(filter: {{ id: {{ eq: \"{id}\" }} }}, patch: {{ title: \"x\" }}) {{ id }}")),
            &foreign_order,
        ),
        (
            Box::new(|id| format!("workOrdersDelete(filter: {{ id: {{ eq: \"{id}\" }} }}) {{ id }}")),
            &foreign_order,
        ),
    ];
    for (request, foreign) in &requests {
        let (foreign, missing) = (hs(&ours.staff, &request(foreign)), hs(&ours.staff, &request(&missing)));
        assert_eq!(anonymous(&foreign), anonymous(&missing));
        assert!(!anonymous(&foreign).contains("\"id\":"), "{}", anonymous(&foreign));
        assert_eq!(foreign.statements, missing.statements);
    }
    let untouched: i64 = app().database.one(
        "SELECT count(*) FROM hs.work_orders WHERE business_id = $1 AND (version > 1 OR deleted_at IS NOT NULL OR customer_id IS NOT NULL)",
        &[&theirs.id],
    );
    assert_eq!(untouched, 0);
}

#[test]
fn references_name_their_field() {
    let business = app().business("hs");
    let own = work_order(&business.staff, "");
    let missing = "00000000-0000-4000-8000-000000000000";
    for (call, field) in [
        (
            format!("workOrderCreate(input: {{ title: \"x\", customerId: \"{missing}\" }}) {{ id }}"),
            "input.customerId",
        ),
        (
            format!("workOrderCreate(input: {{ title: \"x\", assignedTechnicianId: \"{missing}\" }}) {{ id }}"),
            "input.assignedTechnicianId",
        ),
        (
            format!("workOrderCreate(input: {{ title: \"x\", assignedTeamIds: [\"{missing}\"] }}) {{ id }}"),
            "input.assignedTeamIds",
        ),
        (
            format!("workOrderUpdate(id: \"{own}\", patch: {{ customerId: \"{missing}\" }}) {{ id }}"),
            "patch.customerId",
        ),
    ] {
        let reply = hs(&business.staff, &call);
        expect(&reply, "INPUT_INVALID", field);
        assert!(reply.message().ends_with("names a record that does not exist."), "{}", reply.message());
    }
}

#[test]
fn rules_of_a_record_name_their_fields() {
    let business = app().business("hs");
    let id = work_order(&business.staff, "");
    for (patch, fields) in [
        ("totalCost: \"-0.01\"", vec!["patch.totalCost"]),
        ("completionPercentage: 101", vec!["patch.completionPercentage"]),
        ("customerSatisfaction: 0", vec!["patch.customerSatisfaction"]),
        (
            "scheduledStart: \"2025-01-02T00:00:00Z\", scheduledEnd: \"2025-01-01T00:00:00Z\"",
            vec!["patch.scheduledEnd", "patch.scheduledStart"],
        ),
    ] {
        let reply = hs(&business.staff, &format!("workOrderUpdate(id: \"{id}\", patch: {{ {patch} }}) {{ id }}"));
        assert_eq!(reply.code(), "INPUT_INVALID", "{:#}", reply.json);
        let mut paths: Vec<_> = reply.error()["extensions"]["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .map(|field| field["path"].as_str().expect("a path"))
            .collect();
        paths.sort_unstable();
        assert_eq!(paths, fields, "{:#}", reply.json);
    }
    let exempt = hs(&business.staff, "customerCreate(input: { isTaxExempt: true }) { id }");
    assert_eq!(exempt.code(), "INPUT_INVALID");
    let table = app().business("rest");
    expect(
        &mutate(&table.staff, "rest", "tableCreate(input: { tableNumber: \"1\", capacity: 0 }) { id }"),
        "INPUT_INVALID",
        "input.capacity",
    );
    let zone = mutate(
        &business.owner,
        "businesses",
        &format!("businessUpdate(id: \"{}\", patch: {{ timezone: \"Mars/Base\" }}) {{ id }}", business.id),
    );
    expect(&zone, "INPUT_INVALID", "patch.timezone");
}

#[test]
fn a_step_that_the_flow_does_not_have() {
    let business = app().business("hs");
    let id = work_order(&business.staff, "");
    let to = |status: &str| format!("workOrderUpdate(id: \"{id}\", patch: {{ status: {status} }}) {{ status availableTransitions }}");
    let reply = hs(&business.staff, &to("COMPLETED"));
    assert_eq!(reply.code(), "STATE_CONFLICT");
    let extensions = &reply.error()["extensions"];
    assert_eq!(
        (&extensions["status"], &extensions["allowed"]),
        (&json!("DRAFT"), &json!(["SCHEDULED", "CANCELLED"]))
    );
    hs(&business.staff, &to("CANCELLED")).data();
    let reply = hs(&business.staff, &to("DRAFT"));
    assert_eq!((reply.code(), &reply.error()["extensions"]["allowed"]), ("STATE_CONFLICT", &json!([])));
    // The same state again is no step.
    assert_eq!(hs(&business.staff, &to("CANCELLED")).at("/hs/workOrderUpdate/availableTransitions"), &json!([]));
    let many = hs(
        &business.staff,
        &format!("workOrdersUpdate(filter: {{ id: {{ eq: \"{id}\" }} }}, patch: {{ status: DRAFT }}) {{ id }}"),
    );
    assert_eq!(many.code(), "STATE_CONFLICT");
}

#[test]
fn a_tree_never_hangs_below_itself() {
    let business = app().business("ret");
    let ret = |fields: &str| mutate(&business.staff, "ret", fields);
    let created =
        ret("categoryCreate(input: { name: \"A\", slug: \"a\", categories: { create: [{ name: \"B\", slug: \"b\" }] } }) { id categories { nodes { id } } }");
    let (a, b) = (
        created.text("/ret/categoryCreate/id"),
        created.text("/ret/categoryCreate/categories/nodes/0/id"),
    );
    for parent in [a, b] {
        expect(
            &ret(&format!("categoryUpdate(id: \"{a}\", patch: {{ parentId: \"{parent}\" }}) {{ id }}")),
            "INPUT_INVALID",
            "patch.parentId",
        );
    }
}

/// Requests that fail in as many ways as there are.
fn failures(business: &Business<'_>) -> Vec<Reply> {
    let order = work_order(&business.owner, "customerId: null");
    let first = hs(&business.owner, "customerCreate(input: { customerNumber: \"C-1\" }) { id }");
    let id = first.text("/hs/customerCreate/id").to_owned();
    let missing = Uuid::new_v4();
    let mut replies: Vec<Reply> = [
        "customerCreate(input: { customerNumber: \"C-1\" }) { id }".to_owned(),
        format!("customerCreate(input: {{ id: \"{id}\" }}) {{ id }}"),
        format!("customerUpdate(id: \"{missing}\", patch: {{ phone: \"1\" }}) {{ id }}"),
        format!("customerUpdate(id: \"{id}\", patch: {{ phone: \"1\" }}, expectedVersion: 7) {{ id }}"),
        format!("workOrderCreate(input: {{ title: \"x\", customerId: \"{missing}\" }}) {{ id }}"),
        format!("workOrderCreate(input: {{ title: \"x\", assignedTeamIds: [\"{missing}\"] }}) {{ id }}"),
        "workOrderCreate(input: { title: \"x\", totalCost: \"-1\" }) { id }".to_owned(),
        "workOrderCreate(input: { title: \"x\", status: ON_HOLD }) { id }".to_owned(),
        format!("workOrderUpdate(id: \"{order}\", patch: {{ status: COMPLETED }}) {{ id }}"),
        "customersDelete(filter: {}) { id }".to_owned(),
        "customersUpdate(filter: { lastName: { eq: \"x\" } }, patch: {}) { id }".to_owned(),
        "customerCreate(input: { totalJobs: 1 }) { id }".to_owned(),
        "nothingCreate(input: {}) { id }".to_owned(),
        "customerCreate(input: { email: 1 }) { id }".to_owned(),
    ]
    .iter()
    .map(|call| hs(&business.owner, call))
    .collect();
    for (schema, call) in [
        ("users", format!("businessUserUpdate(id: \"{missing}\", patch: {{ role: VIEWER }}) {{ id }}")),
        (
            "users",
            format!("businessUserCreate(input: {{ userId: \"{missing}\", businessId: \"{missing}\" }}) {{ id }}"),
        ),
        (
            "users",
            format!("userUpdate(id: \"{}\", patch: {{ firstName: \"x\" }}) {{ id }}", business.staff.id),
        ),
        (
            "businesses",
            format!("businessUpdate(id: \"{}\", patch: {{ currency: \"dollars\" }}) {{ id }}", business.id),
        ),
        ("businesses", "businessSettingCreate(input: { category: \"a\", key: \"\" }) { id }".to_owned()),
        (
            "integrations",
            "integrationConfigCreate(input: { serviceName: \"x\", serviceType: \"y\", credentialsEncrypted: 7 }) { id }".to_owned(),
        ),
    ] {
        replies.push(mutate(&business.owner, schema, &call));
    }
    replies
}

#[test]
fn no_refusal_tells_of_the_database() {
    let other = app().business("hs");
    customer(&other.owner, "Zanzibar");
    let business = app().business("hs");
    let forbidden = [
        "_key",
        "_fkey",
        "_pkey",
        "_check",
        "_range",
        "_idx",
        "work_orders",
        "customers_",
        "hs.",
        "users.",
        "select ",
        "insert ",
        "update ",
        "where ",
        "constraint",
        "relation",
        "column",
        "violates",
        "postgres",
        "sql",
        "trigger",
        "null value",
        "business_id",
        "zanzibar",
        "tb4",
        "syntax error at",
    ];
    let other_id = other.id.to_string();
    for reply in failures(&business) {
        let error = reply.error();
        assert_ne!(reply.code(), "INTERNAL", "{error:#}");
        assert!(!reply.code().is_empty(), "{error:#}");
        let mut told = vec![error["message"].as_str().unwrap_or_default().to_lowercase()];
        for field in error["extensions"]["fields"].as_array().into_iter().flatten() {
            told.push(field["message"].as_str().unwrap_or_default().to_lowercase());
            told.push(field["path"].as_str().unwrap_or_default().to_lowercase());
        }
        for text in told {
            for word in forbidden {
                assert!(!text.contains(word), "\"{word}\" in {text}");
            }
        }
        assert!(!reply.json.to_string().contains(&other_id));
    }
}
