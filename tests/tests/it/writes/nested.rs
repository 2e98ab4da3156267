//! A record with what hangs on it, in one input.

use super::{customer, hs, mutate, work_order};
use serde_json::{Value, json};
use tests::app;
use uuid::Uuid;

#[test]
fn children_are_created_with_their_parent() {
    let business = app().business("hs");
    let reply = hs(
        &business.staff,
        "customerCreate(input: { lastName: \"Hopper\", workOrders: { create: [{ title: \"One\", type: INSPECTION }, { title: \"Two\" }] } }) {
            lastName customerNumber workOrders(orderBy: [{ title: ASC }]) { nodes { title type workOrderNumber customer { lastName } } } }",
    );
    let nodes = reply.list("/hs/customerCreate/workOrders/nodes");
    assert_eq!(nodes.len(), 2);
    assert_eq!((&nodes[0]["type"], &nodes[1]["type"]), (&json!("INSPECTION"), &Value::Null));
    assert_eq!(nodes[1]["customer"]["lastName"], "Hopper");
}

#[test]
fn a_parent_is_created_with_its_child() {
    let business = app().business("hs");
    let reply = hs(
        &business.staff,
        "estimateCreate(input: { title: \"Roof\", customer: { lastName: \"Ada\" }, workOrder: { title: \"Job\", customer: { lastName: \"Byron\" } } }) {
            customer { lastName } workOrder { title customer { lastName } } }",
    );
    assert_eq!(
        reply.at("/hs/estimateCreate"),
        &json!({ "customer": { "lastName": "Ada" }, "workOrder": { "title": "Job", "customer": { "lastName": "Byron" } } })
    );
}

#[test]
fn several_levels_down_and_up() {
    let business = app().business("hs");
    let reply = business.staff.ask_with(
        "mutation($in: HsCustomerCreateInput!) { hs { customerCreate(input: $in) { lastName workOrders(first: 5) { nodes { title estimates(first: 5) { nodes { title invoices(first: 5) { nodes { subtotal customer { lastName } } } } } } } } } }",
        json!({ "in": { "lastName": "Ada", "workOrders": { "create": [{ "title": "W", "estimates": { "create": [
            { "title": "E", "invoices": { "create": [{ "subtotal": "5.5", "customer": { "lastName": "Payer" } }] } }] } }] } } }),
    );
    let estimate = reply.at("/hs/customerCreate/workOrders/nodes/0/estimates/nodes/0");
    assert_eq!(estimate["title"], "E");
    assert_eq!(
        estimate["invoices"]["nodes"][0],
        json!({ "subtotal": "5.50", "customer": { "lastName": "Payer" } })
    );
}

#[test]
fn statements_follow_the_depth_and_not_the_rows() {
    let business = app().business("hs");
    let create = "mutation($in: [HsCustomerCreateInput!]!) { hs { customersCreate(inputs: $in) { id } } }";
    let input = |children: usize| json!({ "lastName": "Ada", "workOrders": { "create": vec![json!({ "title": "x", "estimates": { "create": [{ "title": "y" }] } }); children] } });
    let few = business.staff.ask_with(create, json!({ "in": vec![input(1); 1] }));
    let many = business.staff.ask_with(create, json!({ "in": vec![input(4); 20] }));
    assert_eq!(many.list("/hs/customersCreate").len(), 20);
    assert_eq!(few.statements, many.statements, "{:#?}", many.sql);
    let counts = business.staff.ask("{ hs { workOrders { totalCount } estimates { totalCount } } }");
    assert_eq!((counts.int("/hs/workOrders/totalCount"), counts.int("/hs/estimates/totalCount")), (81, 81));
}

#[test]
fn existing_records_are_connected() {
    let business = app().business("hs");
    let (one, two) = (work_order(&business.staff, ""), work_order(&business.staff, ""));
    let reply = hs(
        &business.staff,
        &format!(
            "customerCreate(input: {{ lastName: \"Ada\", workOrders: {{ connect: [\"{one}\", \"{two}\"], create: [{{ title: \"New\" }}] }} }}) {{ workOrders {{ totalCount nodes {{ version }} }} }}"
        ),
    );
    assert_eq!(reply.int("/hs/customerCreate/workOrders/totalCount"), 3);
}

#[test]
fn what_cannot_be_connected_keeps_everything_out() {
    let (ours, theirs) = (app().business("hs"), app().business("hs"));
    let mine = work_order(&ours.staff, "");
    let gone = work_order(&ours.staff, "");
    hs(&ours.staff, &format!("workOrderDelete(id: \"{gone}\") {{ id }}")).data();
    let foreign = work_order(&theirs.staff, "");
    for bad in [foreign, gone, Uuid::new_v4().to_string()] {
        let reply = hs(
            &ours.staff,
            &format!("customerCreate(input: {{ workOrders: {{ connect: [\"{mine}\", \"{bad}\"] }} }}) {{ id }}"),
        );
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "input.workOrders.connect"), "{:#}", reply.json);
    }
    assert_eq!(ours.staff.ask("{ hs { customers { totalCount } } }").int("/hs/customers/totalCount"), 0);
    // The same record twice is one record.
    let twice = hs(
        &ours.staff,
        &format!("customerCreate(input: {{ workOrders: {{ connect: [\"{mine}\", \"{mine}\"] }} }}) {{ workOrders {{ totalCount }} }}"),
    );
    assert_eq!(twice.int("/hs/customerCreate/workOrders/totalCount"), 1);
}

#[test]
fn a_reference_is_given_once() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    for (call, field) in [
        (
            format!("workOrderCreate(input: {{ title: \"x\", customerId: \"{id}\", customer: {{ lastName: \"B\" }} }}) {{ id }}"),
            "input.customerId",
        ),
        (
            format!("customerCreate(input: {{ workOrders: {{ create: [{{ title: \"x\", customerId: \"{id}\" }}] }} }}) {{ id }}"),
            "input.workOrders.create[0].customerId",
        ),
    ] {
        let reply = hs(&business.staff, &call);
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", field), "{:#}", reply.json);
    }
    assert_eq!(business.staff.ask("{ hs { customers { totalCount } } }").int("/hs/customers/totalCount"), 1);
}

#[test]
fn a_child_that_is_refused_names_its_place() {
    let business = app().business("hs");
    for (child, field) in [
        ("{ title: \"x\", totalCost: \"-1\" }", "input.workOrders.create[0].totalCost"),
        ("{ title: \"x\", totalCost: \"0.001\" }", "input.workOrders.create[0].totalCost"),
        (
            "{ title: \"x\", assignedTechnicianId: \"00000000-0000-4000-8000-000000000000\" }",
            "input.workOrders.create[0].assignedTechnicianId",
        ),
        (
            "{ title: \"x\", assignedTeamIds: [\"00000000-0000-4000-8000-000000000000\"] }",
            "input.workOrders.create[0].assignedTeamIds",
        ),
    ] {
        let reply = hs(
            &business.staff,
            &format!("customerCreate(input: {{ workOrders: {{ create: [{child}] }} }}) {{ id }}"),
        );
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", field), "{:#}", reply.json);
    }
    assert_eq!(business.staff.ask("{ hs { customers { totalCount } } }").int("/hs/customers/totalCount"), 0);
}

#[test]
fn too_many_and_too_deep_are_refused() {
    let business = app().business("hs");
    let create = "mutation($in: HsCustomerCreateInput!) { hs { customerCreate(input: $in) { id } } }";
    let reply = business
        .staff
        .ask_with(create, json!({ "in": { "workOrders": { "create": vec![json!({ "title": "x" }); 1_000] } } }));
    assert_eq!(reply.code(), "RANGE_TOO_LARGE");
    let mut input = json!({ "title": "x" });
    for _ in 0..5 {
        input = json!({ "title": "x", "customer": { "workOrders": { "create": [input] } } });
    }
    let reply = business.staff.ask_with(
        "mutation($in: HsWorkOrderCreateInput!) { hs { workOrderCreate(input: $in) { id } } }",
        json!({ "in": input }),
    );
    assert_eq!(reply.code(), "RANGE_TOO_LARGE");
    assert_eq!(business.staff.ask("{ hs { customers { totalCount } } }").int("/hs/customers/totalCount"), 0);
}

#[test]
fn a_tree_of_one_table() {
    let business = app().business("ret");
    let reply = mutate(
        &business.staff,
        "ret",
        "categoryCreate(input: { name: \"Hats\", slug: \"hats\", parent: { name: \"Clothes\", slug: \"clothes\" }, categories: { create: [{ name: \"Caps\", slug: \"caps\" }] } }) {
            path level parent { path } categories { nodes { path level } } }",
    );
    assert_eq!(
        reply.at("/ret/categoryCreate"),
        &json!({ "path": "Clothes > Hats", "level": 1, "parent": { "path": "Clothes" }, "categories": { "nodes": [{ "path": "Clothes > Hats > Caps", "level": 2 }] } })
    );
}

#[test]
fn every_type_survives_the_way_through_a_bulk_insert() {
    let business = app().business("rest");
    let reply = mutate(
        &business.staff,
        "rest",
        "menuCategoryCreate(input: { name: \"Soups\", availableStartTime: \"08:30\", availableDays: [7, 1], menuItems: { create: [
            { name: \"\\\"Ramen\\\" 🍜\", basePrice: \"12.50\", dietaryRestrictions: [\"a,b\", \"c\\\"d\", \"\", \"NULL\", \"{}\"], modifiers: { size: [1, null, { x: \"ü\" }] }, unavailableUntil: \"2025-01-31T08:00:00.123456+02:00\", isActive: false },
            { name: \"Text\", basePrice: 3, modifiers: \"text\" }, { name: \"Number\", basePrice: \"1e1\", modifiers: 1.5 }, { name: \"True\", basePrice: \"0.10\", modifiers: true } ] } }) {
            availableStartTime availableDays menuItems(orderBy: [{ name: ASC }]) { nodes { name basePrice dietaryRestrictions modifiers unavailableUntil isActive } } }",
    );
    let category = reply.at("/rest/menuCategoryCreate");
    assert_eq!(
        (&category["availableStartTime"], &category["availableDays"]),
        (&json!("08:30:00"), &json!([7, 1]))
    );
    let nodes = reply.list("/rest/menuCategoryCreate/menuItems/nodes");
    assert_eq!(nodes[0]["name"], "\"Ramen\" 🍜");
    assert_eq!(nodes[0]["dietaryRestrictions"], json!(["a,b", "c\"d", "", "NULL", "{}"]));
    assert_eq!(nodes[0]["modifiers"], json!({ "size": [1, null, { "x": "ü" }] }));
    assert_eq!(nodes[0]["unavailableUntil"], "2025-01-31T06:00:00.123456Z");
    assert_eq!(nodes[0]["isActive"], false);
    assert_eq!(
        nodes.iter().map(|node| node["basePrice"].as_str().expect("a price")).collect::<Vec<_>>(),
        ["12.50", "10.00", "3.00", "0.10"]
    );
    assert_eq!(
        (&nodes[1]["modifiers"], &nodes[2]["modifiers"], &nodes[3]["modifiers"]),
        (&json!(1.5), &json!("text"), &json!(true))
    );
}
