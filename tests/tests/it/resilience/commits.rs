//! Connections that break at a COMMIT: what was acknowledged is there, and nothing is half done.

use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use tests::{App, Break, Database, Proxy, Response};
use uuid::Uuid;

/// A customer with a job, in one operation.
fn create(id: Uuid) -> String {
    let input = format!("id: \"{id}\", lastName: \"Ada\", workOrders: {{ create: [{{ title: \"Furnace\" }}] }}");
    json!({ "query": format!("mutation {{ hs {{ customerCreate(input: {{ {input} }}) {{ id }} }} }}") }).to_string()
}

/// What is there of it: both, or neither.
fn is_there(database: &Database, id: Uuid) -> bool {
    let sql = "SELECT (SELECT count(*) FROM hs.customers WHERE id = $1), (SELECT count(*) FROM hs.work_orders WHERE customer_id = $1)";
    let rows = database.rows(sql, &[&id]);
    let found: (i64, i64) = (rows[0].get(0), rows[0].get(1));
    assert!(found == (0, 0) || found == (1, 1), "{id} is half done: {found:?}");
    found == (1, 1)
}

#[test]
fn a_broken_commit_is_unknown_without_a_key_and_repeated_with_one() {
    let database = Database::new();
    let proxy = Proxy::before(&database);
    let app = App::configured(database, &[("THORBIS_POOL_SIZE", "1")], |config| config.database_url = proxy.url());
    let business = app.business("hs");
    let bearer = business.staff.bearer();
    let send = |id: Uuid, key: Option<&str>| -> Response {
        let mut headers = vec![("content-type", "application/json"), ("authorization", bearer.as_str())];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        app.post(&headers, &create(id))
    };
    // Four commits break in a round.
    for round in 0..5 {
        for at in [Break::Before, Break::After] {
            let id = Uuid::new_v4();
            proxy.break_next(at);
            let answer = send(id, None);
            assert!(proxy.broke());
            assert_eq!(answer.code(), "OUTCOME_UNKNOWN", "round {round}, {at:?}: {}", answer.body);
            assert_eq!(is_there(&app.database, id), at == Break::After, "round {round}, {at:?}");

            let (id, key) = (Uuid::new_v4(), Uuid::new_v4().to_string());
            proxy.break_next(at);
            let answer = send(id, Some(&key));
            assert!(proxy.broke());
            assert!(answer.code().is_empty(), "round {round}, {at:?}: {}", answer.body);
            assert_eq!(answer.json()["data"]["hs"]["customerCreate"]["id"], id.to_string());
            assert_eq!(answer.header("idempotency-replayed").is_some(), at == Break::After, "round {round}, {at:?}");
            assert!(is_there(&app.database, id));
        }
    }
}

#[test]
fn a_broken_commit_stays_unknown_while_the_database_is_away() {
    let database = Database::new();
    let proxy = Proxy::before(&database);
    let app = App::configured(database, &[("THORBIS_POOL_SIZE", "1")], |config| config.database_url = proxy.url());
    let business = app.business("hs");
    let (bearer, key, id) = (business.staff.bearer(), Uuid::new_v4().to_string(), Uuid::new_v4());
    let headers = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
        ("idempotency-key", key.as_str()),
    ];
    let send = || app.post(&headers, &create(id));
    proxy.break_next(Break::AfterAndStayAway);
    let answer = send();
    assert_eq!(answer.code(), "OUTCOME_UNKNOWN", "it happened, and this says nothing else: {}", answer.body);
    proxy.come_back();
    let answer = send();
    assert!(answer.code().is_empty() && answer.header("idempotency-replayed").is_some(), "{}", answer.body);
    assert!(is_there(&app.database, id));
}

/// What became of a write, as its client knows.
#[derive(Debug, PartialEq)]
enum Told {
    Done,
    Failed,
    Unknown,
}

#[test]
fn acknowledged_writes_outlive_killed_backends() {
    let app = App::with(Database::new(), &[("THORBIS_POOL_SIZE", "6")]);
    let business = app.business("hs");
    let bearer = business.staff.bearer();
    let (told, answered, stop) = (Mutex::new(Vec::new()), AtomicUsize::new(0), AtomicBool::new(false));
    let write = || {
        let id = Uuid::new_v4();
        let answer = app.post(&[("content-type", "application/json"), ("authorization", &bearer)], &create(id));
        let outcome = match answer.code().as_str() {
            "" => Told::Done,
            "TRY_AGAIN" | "OVERLOADED" => Told::Failed,
            "OUTCOME_UNKNOWN" => Told::Unknown,
            _ => panic!("no answer that a client can use: {}", answer.body),
        };
        told.lock().expect("not poisoned").push((id, outcome));
        answered.fetch_add(1, Ordering::Relaxed);
    };
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    write();
                }
            });
        }
        for _ in 0..20 {
            let before = answered.load(Ordering::Relaxed);
            while answered.load(Ordering::Relaxed) < before + 6 {
                thread::sleep(Duration::from_millis(1));
            }
            app.database.throw_out();
        }
        stop.store(true, Ordering::Relaxed);
    });
    let told = told.into_inner().expect("not poisoned");
    for (id, outcome) in &told {
        let there = is_there(&app.database, *id);
        match outcome {
            Told::Done => assert!(there, "{id} was acknowledged and is lost"),
            Told::Failed => assert!(!there, "{id} was called a failure and is there"),
            Told::Unknown => {}
        }
    }
    let count = |wanted: Told| told.iter().filter(|(_, outcome)| *outcome == wanted).count();
    let (done, failed) = (count(Told::Done), count(Told::Failed));
    println!("{done} done, {failed} failed, {} unknown", count(Told::Unknown));
    assert!(done > 0 && failed + count(Told::Unknown) > 0, "no backend was at work when it was killed");
}
