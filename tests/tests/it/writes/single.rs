//! One record at a time: create, update, delete, restore.

use super::{customer, hs, mutate, work_order};
use serde_json::{Value, json};
use tests::app;
use uuid::Uuid;

const STAMPS: &str = "id version createdAt updatedAt createdBy { id } updatedBy { id } deletedAt";

#[test]
fn a_create_fills_what_the_system_keeps() {
    let business = app().business("hs");
    let reply = hs(
        &business.staff,
        &format!("customerCreate(input: {{ firstName: \"Ada\" }}) {{ {STAMPS} firstName lastName type status tags customerNumber totalJobs totalRevenue }}"),
    );
    let row = reply.at("/hs/customerCreate");
    assert_eq!(row["version"], 1);
    assert_eq!(row["type"], "RESIDENTIAL");
    assert_eq!(row["status"], "ACTIVE");
    assert_eq!(row["tags"], json!([]));
    assert_eq!(row["lastName"], Value::Null);
    assert_eq!(row["totalJobs"], 0);
    assert_eq!(row["totalRevenue"], "0.00");
    assert_eq!(row["createdBy"]["id"], business.staff.id.to_string());
    assert_eq!(row["updatedBy"]["id"], business.staff.id.to_string());
    assert_eq!(row["createdAt"], row["updatedAt"]);
    assert_eq!(row["deletedAt"], Value::Null);
    let number = row["customerNumber"].as_str().expect("a number");
    assert!(number.starts_with("CUS-") && number.ends_with("-0001"), "{number}");
}

#[test]
fn a_client_may_make_the_id_and_the_number() {
    let business = app().business("hs");
    let id = Uuid::new_v4();
    let reply = hs(
        &business.staff,
        &format!("customerCreate(input: {{ id: \"{id}\", customerNumber: \"OLD-7\" }}) {{ id customerNumber }}"),
    );
    assert_eq!(reply.text("/hs/customerCreate/id"), id.to_string());
    assert_eq!(reply.text("/hs/customerCreate/customerNumber"), "OLD-7");
    let again = hs(&business.staff, &format!("customerCreate(input: {{ id: \"{id}\" }}) {{ id }}"));
    assert_eq!((again.code(), again.field()), ("ALREADY_EXISTS", "input.id"));
}

#[test]
fn numbers_go_on_after_one_that_a_client_gave() {
    let business = app().business("hs");
    let first = hs(&business.staff, "customerCreate(input: {}) { customerNumber }");
    let year = first.text("/hs/customerCreate/customerNumber")[4..8].to_owned();
    hs(
        &business.staff,
        &format!("customerCreate(input: {{ customerNumber: \"CUS-{year}-0041\" }}) {{ id }}"),
    )
    .data();
    let next = hs(&business.staff, "customerCreate(input: {}) { id customerNumber }");
    assert_eq!(next.text("/hs/customerCreate/customerNumber"), format!("CUS-{year}-0042"));
    // A number given later counts as well, or the next create would find it taken for ever.
    let id = next.text("/hs/customerCreate/id");
    hs(
        &business.staff,
        &format!("customerUpdate(id: \"{id}\", patch: {{ customerNumber: \"CUS-{year}-9999\" }}) {{ id }}"),
    )
    .data();
    let last = hs(&business.staff, "customerCreate(input: {}) { customerNumber }");
    assert_eq!(last.text("/hs/customerCreate/customerNumber"), format!("CUS-{year}-10000"));
}

/// One that nothing could follow would end numbering for the rest of the year.
#[test]
fn a_number_that_counts_too_far_is_refused() {
    let business = app().business("hs");
    let create = |number: &str| {
        hs(
            &business.staff,
            &format!("customerCreate(input: {{ lastName: \"N\", customerNumber: \"{number}\" }}) {{ customerNumber }}"),
        )
    };
    let first = hs(&business.staff, "customerCreate(input: { lastName: \"N\" }) { customerNumber }");
    let year = first.text("/hs/customerCreate/customerNumber")[4..8].to_owned();
    for digits in ["999999999999", "1000000000000", "00001000000000", "99999999999999999999999999"] {
        let refused = create(&format!("CUS-{year}-{digits}"));
        assert!(refused.is_rule() && refused.field() == "input.customerNumber", "{digits}: {:#}", refused.json);
    }
    create(&format!("CUS-{year}-000000123")).data();
    let next = hs(&business.staff, "customerCreate(input: { lastName: \"N\" }) { customerNumber }");
    assert_eq!(next.text("/hs/customerCreate/customerNumber"), format!("CUS-{year}-0124"));
}

#[test]
fn a_number_is_never_empty() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    let reply = hs(
        &business.staff,
        &format!("customerUpdate(id: \"{id}\", patch: {{ customerNumber: \"\" }}) {{ id }}"),
    );
    assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "patch.customerNumber"));
}

#[test]
fn what_the_system_keeps_is_no_input() {
    let business = app().business("hs");
    for (call, kind) in [
        ("customerCreate(input: $in) { id }", "HsCustomerCreateInput"),
        ("estimateCreate(input: $in) { id }", "HsEstimateCreateInput"),
        ("workOrderCreate(input: $in) { id }", "HsWorkOrderCreateInput"),
    ] {
        for member in [
            "totalJobs",
            "totalRevenue",
            "averageJobValue",
            "erasedAt",
            "laborTotal",
            "convertedAt",
            "cancelledAt",
            "createdAt",
            "updatedAt",
            "createdById",
            "updatedById",
            "deletedAt",
            "deletedById",
            "version",
            "businessId",
            "business",
            "createdBy",
            "nodeId",
            "availableTransitions",
        ] {
            let document = format!("mutation($in: {kind}!) {{ hs {{ {call} }} }}");
            let reply = business.owner.ask_with(&document, json!({ "in": { "title": "x", member: 1 } }));
            assert_eq!(reply.code(), "DOCUMENT_INVALID", "{kind}.{member}: {:#}", reply.json);
        }
    }
    let count: i64 = app()
        .database
        .one("SELECT count(*) FROM hs.work_orders WHERE business_id = $1", &[&business.id]);
    assert_eq!(count, 0);
}

#[test]
fn a_patch_tells_absent_null_and_a_value_apart() {
    let business = app().business("hs");
    let created = hs(
        &business.staff,
        "customerCreate(input: { firstName: \"Ada\", lastName: \"Byron\", phone: \"1\" }) { id }",
    );
    let id = created.text("/hs/customerCreate/id");
    let reply = hs(
        &business.manager,
        &format!(
            "customerUpdate(id: \"{id}\", patch: {{ lastName: \"Lovelace\", phone: null }}) {{ firstName lastName phone version updatedBy {{ id }} createdBy {{ id }} }}"
        ),
    );
    let row = reply.at("/hs/customerUpdate");
    assert_eq!(
        (&row["firstName"], &row["lastName"], &row["phone"]),
        (&json!("Ada"), &json!("Lovelace"), &Value::Null)
    );
    assert_eq!(row["version"], 2);
    assert_eq!(row["updatedBy"]["id"], business.manager.id.to_string());
    assert_eq!(row["createdBy"]["id"], business.staff.id.to_string());
    // The same with a variable whose members are absent.
    let reply = business.staff.ask_with(
        "mutation($id: ID!, $phone: String, $email: String) { hs { customerUpdate(id: $id, patch: { phone: $phone, email: $email }) { phone email lastName } } }",
        json!({ "id": id, "phone": "2" }),
    );
    assert_eq!(reply.at("/hs/customerUpdate"), &json!({ "phone": "2", "email": null, "lastName": "Lovelace" }));
}

#[test]
fn an_empty_patch_is_refused() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    let reply = hs(&business.staff, &format!("customerUpdate(id: \"{id}\", patch: {{}}) {{ id }}"));
    assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "patch"));
    let absent = business.staff.ask_with(
        &format!("mutation($phone: String) {{ hs {{ customerUpdate(id: \"{id}\", patch: {{ phone: $phone }}) {{ id }} }} }}"),
        json!({}),
    );
    assert_eq!((absent.code(), absent.field()), ("INPUT_INVALID", "patch"));
}

#[test]
fn null_for_what_is_required_is_refused() {
    let business = app().business("hs");
    let id = work_order(&business.staff, "");
    let patch = json!({ "title": null });
    let reply = business.staff.ask_with(
        "mutation($id: ID!, $patch: HsWorkOrderPatch!) { hs { workOrderUpdate(id: $id, patch: $patch) { id } } }",
        json!({ "id": id, "patch": patch }),
    );
    assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "patch.title"));
    for input in [json!({ "title": null }), json!({}), json!({ "description": "x" })] {
        let reply = business.staff.ask_with(
            "mutation($in: HsWorkOrderCreateInput!) { hs { workOrderCreate(input: $in) { id } } }",
            json!({ "in": input }),
        );
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "input.title"), "{input}");
        assert_eq!(reply.error()["extensions"]["fields"][0]["code"], "REQUIRED", "{input}");
    }
}

#[test]
fn null_asks_for_the_default_where_null_is_no_value() {
    let business = app().business("hs");
    let reply = hs(
        &business.staff,
        "workOrderCreate(input: { title: \"x\", priority: null, type: null }) { priority type status }",
    );
    assert_eq!(
        reply.at("/hs/workOrderCreate"),
        &json!({ "priority": "NORMAL", "type": null, "status": "DRAFT" })
    );
}

#[test]
fn a_deleted_record_is_gone_until_it_is_restored() {
    let business = app().business("hs");
    let owner = &business.owner;
    let parent = customer(owner, "Ada");
    let id = work_order(owner, &format!("customerId: \"{parent}\""));
    let deleted = hs(
        owner,
        &format!("workOrderDelete(id: \"{id}\") {{ id title deletedAt version deletedBy {{ id }} customer {{ lastName }} }}"),
    );
    let row = deleted.at("/hs/workOrderDelete");
    assert!(row["deletedAt"].is_string() && row["version"] == 2, "{row}");
    assert_eq!(row["deletedBy"]["id"], owner.id.to_string());
    assert_eq!(row["customer"]["lastName"], "Ada");

    let seen = owner.ask(&format!(
        "{{ hs {{ workOrders {{ totalCount nodes {{ id }} }} workOrder(id: \"{id}\") {{ id }} customer(id: \"{parent}\") {{ workOrders {{ totalCount nodes {{ id }} }} }} }} }}"
    ));
    assert_eq!(seen.int("/hs/workOrders/totalCount"), 0);
    assert_eq!(seen.at("/hs/workOrder"), &Value::Null);
    assert_eq!(seen.int("/hs/customer/workOrders/totalCount"), 0);

    for refused in [
        format!("workOrderUpdate(id: \"{id}\", patch: {{ title: \"x\" }}) {{ id }}"),
        format!("workOrderUpdate(id: \"{id}\", patch: {{ title: \"x\" }}, expectedVersion: 2) {{ id }}"),
        format!("workOrderDelete(id: \"{id}\") {{ id }}"),
    ] {
        assert_eq!(hs(owner, &refused).code(), "NOT_FOUND", "{refused}");
    }

    let restored = hs(owner, &format!("workOrderRestore(id: \"{id}\") {{ id version deletedAt deletedBy {{ id }} }}"));
    assert_eq!(
        restored.at("/hs/workOrderRestore"),
        &json!({ "id": id, "version": 3, "deletedAt": null, "deletedBy": null })
    );
    assert_eq!(owner.ask("{ hs { workOrders { totalCount } } }").int("/hs/workOrders/totalCount"), 1);
    // There is nothing to restore any more.
    assert_eq!(hs(owner, &format!("workOrderRestore(id: \"{id}\") {{ id }}")).code(), "NOT_FOUND");
}

#[test]
fn a_delete_answers_with_what_the_system_keeps() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    let reply = hs(
        &business.staff,
        &format!("customerDelete(id: \"{id}\") {{ totalJobs deletedAt workOrders {{ totalCount }} }}"),
    );
    assert_eq!(reply.int("/hs/customerDelete/totalJobs"), 0);
    assert!(reply.at("/hs/customerDelete/deletedAt").is_string());
}

#[test]
fn a_number_freed_by_a_delete_is_not_taken_back_by_a_restore() {
    let business = app().business("hs");
    let create = "customerCreate(input: { customerNumber: \"C-1\" }) { id }";
    let first = hs(&business.staff, create);
    let id = first.text("/hs/customerCreate/id");
    hs(&business.staff, &format!("customerDelete(id: \"{id}\") {{ id }}")).data();
    hs(&business.staff, create).data();
    let reply = hs(&business.staff, &format!("customerRestore(id: \"{id}\") {{ id }}"));
    assert_eq!(reply.code(), "ALREADY_EXISTS");
    assert_eq!(reply.field(), "customerNumber");
}

#[test]
fn tables_without_a_bin_delete_for_good() {
    let business = app().business("rest");
    let created = mutate(&business.staff, "rest", "menuCategoryCreate(input: { name: \"Soups\" }) { id }");
    let category = created.text("/rest/menuCategoryCreate/id");
    let item = mutate(
        &business.staff,
        "rest",
        &format!("menuItemCreate(input: {{ name: \"Ramen\", basePrice: \"12.50\", categoryId: \"{category}\" }}) {{ id category {{ name }} }}"),
    );
    assert_eq!(item.text("/rest/menuItemCreate/category/name"), "Soups");
    let gone = mutate(
        &business.staff,
        "rest",
        &format!("menuCategoryDelete(id: \"{category}\") {{ name availableDays }}"),
    );
    assert_eq!(
        gone.at("/rest/menuCategoryDelete"),
        &json!({ "name": "Soups", "availableDays": [1, 2, 3, 4, 5, 6, 7] })
    );
    let id = item.text("/rest/menuItemCreate/id");
    let left = business.staff.ask(&format!(
        "{{ rest {{ menuItem(id: \"{id}\") {{ categoryId category {{ id }} }} menuCategories {{ totalCount }} }} }}"
    ));
    assert_eq!(left.at("/rest/menuItem"), &json!({ "categoryId": null, "category": null }));
    assert_eq!(left.int("/rest/menuCategories/totalCount"), 0);
    assert_eq!(
        mutate(&business.staff, "rest", &format!("menuCategoryDelete(id: \"{category}\") {{ id }}")).code(),
        "NOT_FOUND"
    );
}

#[test]
fn an_outdated_version_is_a_conflict_that_carries_the_record() {
    let business = app().business("hs");
    let created = hs(
        &business.staff,
        "customerCreate(input: { lastName: \"Ada\", serviceLocation: { latitude: 30.27, longitude: -97.74 } }) { id }",
    );
    let id = created.text("/hs/customerCreate/id").to_owned();
    let patch = |name: &str, version: i64| format!("customerUpdate(id: \"{id}\", patch: {{ lastName: \"{name}\" }}, expectedVersion: {version}) {{ version }}");
    assert_eq!(hs(&business.staff, &patch("Byron", 1)).int("/hs/customerUpdate/version"), 2);
    for call in [patch("Lost", 1), format!("customerDelete(id: \"{id}\", expectedVersion: 1) {{ id }}")] {
        let reply = hs(&business.staff, &call);
        assert_eq!(reply.code(), "VERSION_CONFLICT", "{:#}", reply.json);
        let current = &reply.error()["extensions"]["current"];
        assert_eq!(
            (&current["id"], &current["version"], &current["lastName"]),
            (&json!(id), &json!(2), &json!("Byron"))
        );
        assert_eq!(current["type"], "RESIDENTIAL");
        assert_eq!(current["serviceLocation"], json!({ "latitude": 30.27, "longitude": -97.74 }));
        assert_eq!(reply.json["data"], Value::Null);
    }
    assert_eq!(hs(&business.staff, &patch("King", 2)).int("/hs/customerUpdate/version"), 3);
    let missing = format!(
        "customerUpdate(id: \"{}\", patch: {{ lastName: \"x\" }}, expectedVersion: 1) {{ id }}",
        Uuid::new_v4()
    );
    assert_eq!(hs(&business.staff, &missing).code(), "NOT_FOUND");
}

#[test]
fn an_update_answers_with_relations_in_as_many_statements() {
    let business = app().business("hs");
    let parent = customer(&business.staff, "Ada");
    for _ in 0..3 {
        work_order(&business.staff, &format!("customerId: \"{parent}\""));
    }
    let reply = hs(
        &business.staff,
        &format!("customerUpdate(id: \"{parent}\", patch: {{ phone: \"1\" }}) {{ phone workOrders {{ nodes {{ title customer {{ phone }} }} }} }}"),
    );
    assert_eq!(reply.list("/hs/customerUpdate/workOrders/nodes").len(), 3);
    assert_eq!(reply.text("/hs/customerUpdate/workOrders/nodes/2/customer/phone"), "1");
    assert_eq!(reply.statements, 3, "{:#?}", reply.sql);
}

#[test]
fn settings_and_secrets_of_owners_and_managers() {
    let business = app().business("hs");
    let set = |value: &str| {
        format!("businessSettingUpsert(input: {{ category: \"general\", key: \"hours\", value: {value} }}, onConflict: CATEGORY_AND_KEY) {{ value version }}")
    };
    let first = mutate(&business.manager, "businesses", &set("{ open: 8 }"));
    assert_eq!(first.at("/businesses/businessSettingUpsert"), &json!({ "value": { "open": 8 }, "version": 1 }));
    let second = mutate(&business.owner, "businesses", &set("{ open: 9 }"));
    assert_eq!(second.at("/businesses/businessSettingUpsert"), &json!({ "value": { "open": 9 }, "version": 2 }));
}
