//! What PostgreSQL makes of the statements, as the gateway's role over a table that is worth an index.

use serde_json::{Value, json};
use tests::{App, Business, Database, Person, runtime};
use tokio_postgres::SimpleQueryMessage;

/// A viewer of the first of twenty businesses with a thousand work orders each.
fn crowded(app: &App) -> Person<'_> {
    (0..20).for_each(|_| fill(&app.business("hs")));
    // One by one: VACUUM is not for transactions.
    for table in ["hs.work_orders", "hs.customers", "users.users", "users.business_users"] {
        app.database.run(&format!("VACUUM ANALYZE {table}"));
    }
    let row = &app.database.rows(
        "SELECT business_id, user_id FROM users.business_users WHERE role = 'viewer' ORDER BY id LIMIT 1",
        &[],
    )[0];
    Person {
        app,
        id: row.get(1),
        business: Some(row.get(0)),
    }
}

/// Without triggers, which are not what is looked at here.
fn fill(business: &Business<'_>) {
    business.seed(
        "SET session_replication_role = replica;
         INSERT INTO hs.customers (business_id, customer_number, last_name, created_at)
         SELECT $business, n, 'Name ' || n % 50, '2025-01-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 100) n;
         INSERT INTO hs.work_orders (business_id, work_order_number, title, status, scheduled_start, created_at, customer_id)
         SELECT $business, n, 'Job', (ARRAY['draft', 'scheduled', 'completed', 'cancelled', 'dispatched'])[n % 5 + 1],
             CASE WHEN n % 10 > 0 THEN '2025-01-01'::timestamptz + n % 700 * interval '1 hour' END, '2025-01-01'::timestamptz + n * interval '1 minute', c.id
         FROM generate_series(1, 1000) n JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM hs.customers WHERE business_id = $business) c ON c.place = n % 100 + 1;
         SET session_replication_role = origin",
    );
}

/// The plan of the statement with this number, prepared and generic as the gateway has it.
fn plan(person: &Person<'_>, document: &str, variables: Value, number: usize) -> String {
    let reply = person.ask_with(document, variables);
    reply.data();
    let (sql, binds) = reply.sql[number].rsplit_once("\n-- ").expect("binds are recorded");
    let binds: Vec<_> = binds.split(" | ").map(|bind| format!("'{bind}'")).collect();
    let business = person.business.expect("the person has a business");
    let script = format!(
        "SET plan_cache_mode = force_generic_plan; SET jit = off; BEGIN READ ONLY;
         SELECT auth.open_request('{business}', '{}', NULL, NULL, NULL, NULL, NULL);
         PREPARE statement AS {sql}; EXPLAIN (COSTS OFF) EXECUTE statement({}); ROLLBACK",
        person.id,
        binds.join(", ")
    );
    let client = person.app.database.connect_as_gateway();
    let messages = runtime()
        .block_on(client.simple_query(&script))
        .unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    let lines = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) if row.columns()[0].name() == "QUERY PLAN" => row.get(0),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn key_shapes_use_their_indexes() {
    let app = App::over(Database::new());
    let person = crowded(&app);
    let page = person.ask("{ hs { workOrders(first: 10, offset: 500) { pageInfo { endCursor } nodes { id } } byDate: workOrders(first: 10, orderBy: [{ scheduledStart: DESC }], offset: 500) { pageInfo { endCursor } } } }");
    let (after, by_date, id) = (
        page.at("/hs/workOrders/pageInfo/endCursor"),
        page.at("/hs/byDate/pageInfo/endCursor"),
        page.at("/hs/workOrders/nodes/0/id"),
    );
    for (name, document, variables, number, uses) in [
        (
            "newest first",
            "{ hs { workOrders(first: 20) { nodes { title } pageInfo { hasNextPage } } } }",
            json!({}),
            0,
            "work_orders_newest",
        ),
        (
            "one status",
            "{ hs { workOrders(first: 20, filter: { status: { eq: SCHEDULED } }) { nodes { title } } } }",
            json!({}),
            0,
            "work_orders_status_idx",
        ),
        (
            "one status in a list",
            "{ hs { workOrders(first: 20, filter: { status: { in: [SCHEDULED] } }) { nodes { title } } } }",
            json!({}),
            0,
            "work_orders_status_idx",
        ),
        (
            "the next page",
            "query ($after: Cursor) { hs { workOrders(first: 20, after: $after) { nodes { title } } } }",
            json!({ "after": after }),
            0,
            "work_orders_newest",
        ),
        (
            "the page before",
            "query ($after: Cursor) { hs { workOrders(last: 20, before: $after) { nodes { title } } } }",
            json!({ "after": after }),
            0,
            "work_orders_newest",
        ),
        (
            "the next page of a status",
            "query ($after: Cursor) { hs { workOrders(first: 20, after: $after, filter: { status: { eq: DRAFT } }) { nodes { title } } } }",
            json!({ "after": after }),
            0,
            "work_orders_status_idx",
        ),
        (
            "by date",
            "{ hs { workOrders(first: 20, orderBy: [{ scheduledStart: ASC }]) { nodes { title } } } }",
            json!({}),
            0,
            "work_orders_scheduled_start_idx",
        ),
        (
            "the next page by date",
            "query ($after: Cursor) { hs { workOrders(first: 20, after: $after, orderBy: [{ scheduledStart: DESC }]) { nodes { title } } } }",
            json!({ "after": by_date }),
            0,
            "work_orders_scheduled_start_idx",
        ),
        (
            "by name",
            "{ hs { customers(first: 20, orderBy: [{ lastName: ASC }]) { nodes { id } } } }",
            json!({}),
            0,
            "customers_last_name_idx",
        ),
        (
            "one",
            "query ($id: ID!) { hs { workOrder(id: $id) { title } } }",
            json!({ "id": id }),
            0,
            "work_orders_pkey",
        ),
        (
            "a page for each parent",
            "{ hs { customers(first: 50) { nodes { workOrders(first: 10) { nodes { title } } } } } }",
            json!({}),
            1,
            "work_orders_customer_id_idx",
        ),
        (
            "a count for each parent",
            "{ hs { customers(first: 50) { nodes { workOrders { totalCount } } } } }",
            json!({}),
            1,
            "work_orders_customer_id_idx",
        ),
        (
            "references",
            "{ hs { workOrders(first: 50) { nodes { customer { lastName } } } } }",
            json!({}),
            1,
            "customers_pkey",
        ),
    ] {
        let plan = plan(&person, document, variables, number);
        assert!(
            plan.contains(&format!("using {uses}")) || plan.contains(&format!("Index Scan on {uses}")),
            "{name} does not use {uses}:\n{plan}"
        );
    }
}

/// The price of a page is the role's setting (migration m2014): at a disk's price all rows before the moment are sorted.
#[test]
fn a_long_page_is_read_in_its_order_and_not_sorted() {
    let app = App::over(Database::new());
    let person = crowded(&app);
    let document = "query ($before: DateTime!) { hs { workOrders(first: 150, filter: { createdAt: { lt: $before } }) { nodes { title } } } }";
    let plan = plan(&person, document, json!({ "before": "2025-01-01T16:00:00Z" }), 0);
    assert!(
        plan.contains("Index Scan using work_orders_newest") && !plan.contains("Sort"),
        "SHOW random_page_cost as thorbis_gateway should say 1.1:\n{plan}"
    );
}
