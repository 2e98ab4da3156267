//! Operations that are cheap to send and want a great deal: memory, time, or everybody's turn.

use serde_json::json;
use std::time::{Duration, Instant};
use tests::{App, Database, app};

fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Many times the same field: the records are few, the answer is large.
#[test]
fn an_answer_has_an_end() {
    let business = app().business("hs");
    business.seed("INSERT INTO hs.customers (business_id, last_name, notes) SELECT $business, 'Long', repeat('x', 900000)");
    let aliases = |count: usize| -> String { (0..count).map(|number| format!("n{number}: notes ")).collect() };
    let ask = |count: usize| {
        business.owner.ask(&format!(
            "{{ hs {{ a: customers {{ nodes {{ {} }} }} b: customers {{ nodes {{ id }} }} }} }}",
            aliases(count)
        ))
    };
    assert_eq!(ask(10).data()["hs"]["a"]["nodes"][0]["n9"].as_str().map(str::len), Some(900_000));
    let refused = ask(30);
    assert_eq!(refused.code(), "COST_EXCEEDED", "{:.300}", refused.json.to_string());
    assert!(refused.message().contains("16 MB"), "{}", refused.message());
}

#[test]
fn what_is_loaded_has_an_end() {
    let business = app().business("hs");
    business
        .seed("INSERT INTO hs.customers (business_id, last_name, notes) SELECT $business, 'Long ' || n, repeat('x', 900000) FROM generate_series(1, 50) AS n");
    // The notes are loaded, though nothing of them is written before all of them are there.
    let refused = business.owner.ask("{ hs { customers { nodes { notes } } } }");
    assert_eq!(refused.code(), "COST_EXCEEDED", "{:.300}", refused.json.to_string());
    assert!(refused.message().contains("32 MB"), "{}", refused.message());
    let page = business.owner.ask("{ hs { customers(first: 10) { nodes { notes } } } }");
    assert_eq!(page.list("/hs/customers/nodes").len(), 10, "less of it is answered, over the same connections");
}

/// A variable of a megabyte, used wherever the document has room.
#[test]
fn variables_are_not_multiplied() {
    let business = app().business("hs");
    let large = "x".repeat(900_000);
    let values = |count: usize| vec!["$x"; count].join(", ");
    for (document, code) in [
        (
            format!(
                "query($x: String!) {{ hs {{ customers(filter: {{ lastName: {{ in: [{}] }} }}) {{ totalCount }} }} }}",
                values(5)
            ),
            "",
        ),
        (
            format!(
                "query($x: String!) {{ hs {{ customers(filter: {{ lastName: {{ in: [{}] }} }}) {{ totalCount }} }} }}",
                values(40)
            ),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            {
                let attempt = |number: usize| format!("a{number}: signIn(input: {{ email: $x, password: $x }}) {{ accessToken }} ");
                format!("mutation($x: String!) {{ auth {{ {} }} }}", (0..50).map(attempt).collect::<String>())
            },
            "DOCUMENT_TOO_LARGE",
        ),
    ] {
        let reply = business.owner.ask_with(&document, json!({ "x": large }));
        let found = reply.json.get("errors").map_or("", |_| reply.code());
        assert_eq!(found, code, "{:.200}: {:.300}", document, reply.json.to_string());
    }
}

/// Each statement is just in time; all of them are not.
#[test]
fn an_operation_of_many_slow_statements_ends() {
    let app = App::with(Database::new(), &[("THORBIS_STATEMENT_TIMEOUT_SECONDS", "1")]);
    let business = app.business("hs");
    business.seed("INSERT INTO hs.customers (business_id, last_name) VALUES ($business, 'Only')");
    app.database.run(
        "CREATE FUNCTION public.slow() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.8); RETURN true; END $$;
         GRANT EXECUTE ON FUNCTION public.slow() TO thorbis_gateway;
         CREATE POLICY slow ON hs.customers AS RESTRICTIVE FOR SELECT TO thorbis_gateway USING ((SELECT public.slow()));",
    );
    let lists: String = (0..10)
        .map(|number| format!("l{number}: customers(offset: {number}) {{ totalCount }} "))
        .collect();
    for (document, longest) in [
        (format!("{{ hs {{ {lists} }} }}"), 4),
        // The first time and by the last known standing.
        (format!("{{ hs {{ {lists} }} viewer {{ role }} }}"), 4),
        ("{ hs { customers { totalCount } } }".to_owned(), 2),
    ] {
        let started = Instant::now();
        let reply = business.owner.ask(&document);
        let took = started.elapsed();
        assert_eq!(
            reply.json.get("errors").map_or("", |_| reply.code()),
            if longest == 2 { "" } else { "TIMEOUT" },
            "{:#}",
            reply.json
        );
        assert!(took < Duration::from_secs(longest), "{document} took {took:?}");
    }
    let working = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway' AND state = 'active'";
    until("what was given up is stopped in the database, too", || {
        app.database.one::<i64>(working, &[]) == 0
    });
}

/// The relations of filters are looked for beside every row, and count as those that are shown.
#[test]
fn filters_cost_what_they_reach_through() {
    let business = app().business("hs");
    let related = |count: usize| vec!["{ workOrders: { some: { title: { eq: \"x\" } } } }"; count].join(", ");
    let ask = |lists: usize, relations: usize| {
        let list = |number: usize| {
            format!(
                "l{number}: customers(first: 1, filter: {{ or: [{}] }}) {{ nodes {{ id }} }} ",
                related(relations)
            )
        };
        business.owner.ask(&format!("{{ hs {{ {} }} }}", (0..lists).map(list).collect::<String>()))
    };
    let allowed = ask(4, 20);
    assert_eq!(allowed.json["extensions"]["cost"]["requested"], 4 * (1 + 1 + 20), "{:#}", allowed.json);
    assert_eq!(ask(5, 20).code(), "COST_EXCEEDED");
}

/// Whoever asks for the schema takes turns with those who do, not with those who work.
#[test]
fn introspection_is_in_nobodys_way() {
    let app = App::with(Database::new(), &[("THORBIS_POOL_SIZE", "1")]);
    let business = app.business("hs");
    business.viewer.ask("{ viewer { role } }").data();
    let finished = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (business, finished) = (&business, &finished);
            scope.spawn(move || {
                let reply = business
                    .viewer
                    .ask(&format!("{{ __schema {{ n{number}: queryType {{ name }} }} viewer {{ role }} }}"));
                reply.data();
                finished.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            });
        }
        // As soon as the first is through, seven schemas are waited for, and the only connection is free.
        until("an introspection is answered", || finished.load(std::sync::atomic::Ordering::SeqCst) > 0);
        let before = finished.load(std::sync::atomic::Ordering::SeqCst);
        business.owner.ask("{ hs { customers { totalCount } } }").data();
        let after = finished.load(std::sync::atomic::Ordering::SeqCst);
        assert!(before < 8 && after <= before + 1, "a query waited for {} introspections", after - before);
    });
}

/// A migration changes a column while the gateway keeps statements about it prepared.
#[test]
fn a_table_that_changes_is_read_on() {
    let app = App::with(Database::new(), &[]);
    let business = app.business("hs");
    business.seed("INSERT INTO hs.customers (business_id, last_name, notes) VALUES ($business, 'Still there', 'as text')");
    let document = "{ hs { customers { nodes { lastName notes } } } }";
    for kind in ["varchar(500)", "text", "varchar(600)"] {
        let before = business.owner.ask(document);
        app.database.run(&format!("ALTER TABLE hs.customers ALTER COLUMN notes TYPE {kind}"));
        let after = business.owner.ask(document);
        assert_eq!(after.data(), before.data(), "the column became {kind}");
    }
}

/// A filter that leaves nobody out changes everybody, however it is put.
#[test]
fn a_change_by_a_filter_that_everything_meets_is_refused() {
    let business = app().business("hs");
    business.seed("INSERT INTO hs.customers (business_id, last_name) VALUES ($business, 'One'), ($business, 'Two')");
    for filter in [
        "{ not: { or: [] } }",
        "{ not: { lastName: { in: [] } } }",
        "{ not: { and: [{ lastName: { eq: \"x\" } }, { or: [] }] } }",
        "{ not: { not: { and: [] } } }",
        "{ not: { workOrders: { some: { or: [] } } } }",
        "{ or: [{ lastName: { eq: \"x\" } }, { not: { id: { in: [] } } }] }",
        "{ id: { isNull: false } }",
        "{ createdAt: { isNull: false }, version: { isNull: false } }",
    ] {
        let reply = business.owner.ask(&format!(
            "mutation {{ hs {{ customersUpdate(filter: {filter}, patch: {{ notes: \"changed\" }}) {{ id }} }} }}"
        ));
        assert_eq!(reply.code(), "INPUT_INVALID", "{filter}: {:#}", reply.json);
    }
    let some = "mutation { hs { customersUpdate(filter: { not: { lastName: { eq: \"One\" } } }, patch: { notes: \"changed\" }) { lastName } } }";
    assert_eq!(business.owner.ask(some).at("/hs/customersUpdate"), &json!([{ "lastName": "Two" }]));
}
