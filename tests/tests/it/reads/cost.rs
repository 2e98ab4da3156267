//! What an operation costs, as its sender can work it out, and how much each role and plan may ask for.

use super::assert_refused;
use entity::registry;
use graphql::{BusinessPlan, Role};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{App, Business, Database, Person, Reply, app};
use uuid::Uuid;

/// For each plan, what the people of a business may ask for and what a viewer or a partner may: as the migrations
/// leave it.
const LIMITS: [(BusinessPlan, u64, u64); 4] = [
    (BusinessPlan::Starter, 120_000, 60_000),
    (BusinessPlan::Professional, 160_000, 80_000),
    (BusinessPlan::Enterprise, 200_000, 100_000),
    (BusinessPlan::Fortune500, 250_000, 125_000),
];

fn cost(reply: &Reply) -> &Value {
    &reply.json["extensions"]["cost"]
}

fn book(business: &Business<'_>, plan: BusinessPlan) {
    business.seed(&format!("UPDATE businesses.businesses SET plan = '{}' WHERE id = $business", plan.as_str()));
}

/// Three lists that cost exactly this much.
fn document(cost: u64) -> String {
    let (outer, statements) = (500, 3);
    let inner = (cost - statements - outer) / outer;
    let rest = cost - statements - outer - outer * inner;
    format!(
        "{{ hs {{ customers(first: {outer}) {{ nodes {{ workOrders(first: {inner}) {{ nodes {{ id }} }} }} }} rest: customers(first: {rest}) {{ nodes {{ id }} }} }} }}"
    )
}

#[test]
fn each_role_and_plan_has_a_limit_of_its_own() {
    let business = app().business("hs");
    let partner = app().person(business.id, Role::ApiPartner);
    let people = business.people().into_iter().chain([(&partner, Role::ApiPartner)]);
    for (person, role) in people {
        for (plan, inside, outside) in LIMITS {
            book(&business, plan);
            let limit = if matches!(role, Role::Viewer | Role::ApiPartner) { outside } else { inside };
            for requested in [limit - 1, limit] {
                let reply = person.ask(&document(requested));
                assert!(
                    reply.json.get("errors").is_none(),
                    "{role:?} of {plan:?} asks for {requested}: {:#}",
                    reply.json
                );
                assert_eq!(cost(&reply), &json!({ "requested": requested, "limit": limit }), "{role:?} of {plan:?}");
            }
            let refused = assert_refused(person, &document(limit + 1), json!({}), "COST_EXCEEDED");
            assert_eq!(cost(&refused), &json!({ "requested": limit + 1, "limit": limit }), "{role:?} of {plan:?}");
            assert!(refused.message().contains(&limit.to_string()), "{}", refused.message());
        }
    }
}

#[test]
fn another_plan_holds_from_the_next_request() {
    let business = app().business("hs");
    let asks_for_more = document(150_000);
    assert_refused(&business.owner, &asks_for_more, json!({}), "COST_EXCEEDED");
    book(&business, BusinessPlan::Enterprise);
    business.owner.ask(&asks_for_more).data();
    book(&business, BusinessPlan::Starter);
    assert_refused(&business.owner, &asks_for_more, json!({}), "COST_EXCEEDED");
}

#[test]
fn what_an_operator_changes_holds_without_a_restart() {
    let app = App::configured(Database::new(), &[], |config| config.deadlines.limits = Duration::from_millis(20));
    let business = app.business("hs");
    let until_limited_to = |limit: u64| {
        let started = Instant::now();
        while cost(&business.owner.ask(&document(1_600)))["limit"] != limit {
            assert!(started.elapsed() < Duration::from_secs(10), "the limit never became {limit}");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    until_limited_to(120_000);
    business.owner.ask(&document(1_600)).data();
    app.database
        .run("UPDATE platform.rate_limit_plans SET maximum_query_cost = 1599 WHERE key = 'starter'");
    until_limited_to(1_599);
    assert_refused(&business.owner, &document(1_600), json!({}), "COST_EXCEEDED");
    app.database.run("DELETE FROM platform.rate_limit_plans WHERE key = 'starter'");
    // As much as somebody without a business.
    until_limited_to(10_000);
}

#[test]
fn every_plan_of_the_database_is_known() {
    let table = registry().iter().find(|table| (table.schema, table.name) == ("businesses", "businesses"));
    let column = table.and_then(|table| table.columns.iter().find(|column| column.name == "plan"));
    let known = BusinessPlan::ALL.map(BusinessPlan::as_str);
    assert_eq!(
        column.map(|column| column.values),
        Some(known.as_slice()),
        "add the plan to BusinessPlan in graphql/src/caller.rs and to platform.rate_limit_plans in a migration"
    );
}

#[test]
fn the_cost_is_the_records_and_one_for_each_statement() {
    let business = app().business("hs");
    let owner = &business.owner;
    let create = "mutation { hs { customerCreate(input: { lastName: \"A\" }) { id nodeId } } }";
    let created = owner.ask(create);
    let (id, node) = (created.text("/hs/customerCreate/id"), created.text("/hs/customerCreate/nodeId"));
    for (document, requested) in [
        ("{ hs { customers { nodes { id } } } }".to_owned(), 51),
        ("{ hs { customers(first: 0) { totalCount } } }".into(), 1),
        ("{ hs { customers(last: 7) { totalCount edges { node { id } } } } }".into(), 8),
        (
            "{ hs { customers(first: 10) { nodes { workOrders(first: 3) { nodes { customer { id } assignedTechnician { id } } } } } } }".into(),
            10 + 30 + 30 + 30 + 4,
        ),
        (
            "{ hs { a: customers(first: 5) { nodes { id } } b: customers(first: 6) { nodes { id } } } }".into(),
            13,
        ),
        ("{ hs { customers(first: 5) { nodes { id } } customers(first: 5) { totalCount } } }".into(), 6),
        (
            "{ hs { customers(first: 5) { nodes { id } } workOrders @skip(if: true) { totalCount } } }".into(),
            6,
        ),
        ("{ hs { workOrderAggregates { count } } }".into(), 101),
        ("{ hs { workOrderAggregates(first: 4, groupBy: [{ field: STATUS }]) { count } } }".into(), 5),
        (
            format!("{{ hs {{ customer(id: \"{id}\") {{ id workOrders(first: 2) {{ totalCount }} }} }} }}"),
            1 + 2 + 2,
        ),
        (format!("{{ node(nodeId: \"{node}\") {{ nodeId }} }}"), 2),
        (format!("{{ nodes(nodeIds: [\"{node}\", \"{node}\"]) {{ nodeId }} }}"), 3),
        ("{ viewer { role } }".into(), 1),
        ("{ viewer { role user { id } business { id } } }".into(), 1),
        (create.into(), 2),
        (
            "mutation { hs { customersCreate(inputs: [{ lastName: \"A\" }, { lastName: \"B\" }]) { id } } }".into(),
            3,
        ),
        (
            "mutation { hs { customerCreate(input: { lastName: \"A\", workOrders: { create: [{ title: \"T\" }, { title: \"U\" }] } }) { id } } }".into(),
            1 + 2 + 1,
        ),
        // Derived columns are read again, which costs nothing more.
        (
            format!(
                "mutation {{ hs {{ customerUpdate(id: \"{id}\", patch: {{ lastName: \"B\" }}, expectedVersion: 1) {{ id version customerNumber totalRevenue }} }} }}"
            ),
            2,
        ),
    ] {
        let reply = owner.ask(&document);
        assert!(reply.json.get("errors").is_none(), "{document}: {:#}", reply.json);
        assert_eq!(cost(&reply)["requested"], requested, "{document}");
    }
}

#[test]
fn what_has_no_cost_tells_none_and_what_failed_does() {
    let business = app().business("hs");
    let owner = &business.owner;
    for document in [
        "{ __typename }",
        "{ __schema { queryType { name } } }",
        "{ ...t } fragment t on Query { __type(name: \"Query\") { name } }",
        "{ nothing }",
        "{ hs { customers(first: -1) { totalCount } } }",
        "{",
    ] {
        let reply = owner.ask(document);
        assert!(cost(&reply).is_null(), "{document}: {:#}", reply.json);
        assert!(reply.json["extensions"]["requestId"].is_string(), "{document}: {:#}", reply.json);
    }
    let missing = format!("mutation {{ hs {{ customerDelete(id: \"{}\") {{ id }} }} }}", Uuid::new_v4());
    let failed = assert_refused(owner, &missing, json!({}), "NOT_FOUND");
    assert_eq!(cost(&failed), &json!({ "requested": 2, "limit": 120_000 }));
    let unsettled = Person { business: None, ..*owner };
    assert_eq!(cost(&unsettled.ask("{ viewer { user { id } } }"))["limit"], 10_000);
}

/// Beside the cost there is a number of statements that nobody may pass.
#[test]
fn lists_relations_writes_and_actions_are_a_hundred_at_most() {
    let business = app().business("hs");
    let owner = &business.owner;
    let many = |count: usize, text: &str| -> String { (0..count).map(|number| format!("a{number}: {text} ")).collect() };
    for (before, text, after) in [
        ("{ hs {", "customers(first: 1) { totalCount }", "} }"),
        ("{", "viewer { role }", "}"),
        ("mutation { hs {", "customerCreate(input: { lastName: \"A\" }) { __typename }", "} }"),
    ] {
        let document = |count| format!("{before} {} {after}", many(count, text));
        for count in [99, 100] {
            owner.ask(&document(count)).data();
        }
        let refused = assert_refused(owner, &document(101), json!({}), "COST_EXCEEDED");
        assert!(refused.message().contains("100"), "{}", refused.message());
        assert_eq!(cost(&refused)["limit"], 120_000, "{:#}", refused.json);
    }
}
