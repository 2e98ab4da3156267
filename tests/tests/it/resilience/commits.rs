//! Connections that break at a COMMIT: what was acknowledged is there, and nothing is half done.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use tests::{App, Break, Database, Ledger, Proxy, Response, Told};
use uuid::Uuid;

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
        app.post(&headers, &Ledger::request(id))
    };
    // Four commits break in a round: twenty before they are seen, and twenty after.
    for round in 0..10 {
        for at in [Break::Before, Break::After] {
            let id = Uuid::new_v4();
            proxy.break_next(at);
            let answer = send(id, None);
            assert!(proxy.broke());
            assert_eq!(answer.code(), "OUTCOME_UNKNOWN", "round {round}, {at:?}: {}", answer.body);
            assert_eq!(Ledger::is_there(&app.database, id), at == Break::After, "round {round}, {at:?}");

            let (id, key) = (Uuid::new_v4(), Uuid::new_v4().to_string());
            proxy.break_next(at);
            let answer = send(id, Some(&key));
            assert!(proxy.broke());
            assert!(answer.code().is_empty(), "round {round}, {at:?}: {}", answer.body);
            assert_eq!(answer.json()["data"]["hs"]["customerCreate"]["id"], id.to_string());
            assert_eq!(answer.header("idempotency-replayed").is_some(), at == Break::After, "round {round}, {at:?}");
            assert!(Ledger::is_there(&app.database, id));
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
    let send = || app.post(&headers, &Ledger::request(id));
    proxy.break_next(Break::AfterAndStayAway);
    let answer = send();
    assert_eq!(answer.code(), "OUTCOME_UNKNOWN", "it happened, and this says nothing else: {}", answer.body);
    proxy.come_back();
    let answer = send();
    assert!(answer.code().is_empty() && answer.header("idempotency-replayed").is_some(), "{}", answer.body);
    assert!(Ledger::is_there(&app.database, id));
}

#[test]
fn acknowledged_writes_outlive_killed_backends() {
    let app = App::with(Database::new(), &[("THORBIS_POOL_SIZE", "6")]);
    let business = app.business("hs");
    let bearer = business.staff.bearer();
    let (ledger, answered, stop) = (Ledger::default(), AtomicUsize::new(0), AtomicBool::new(false));
    let write = || {
        let id = Uuid::new_v4();
        let answer = app.post(&[("content-type", "application/json"), ("authorization", &bearer)], &Ledger::request(id));
        ledger.note(id, Told::by(&answer));
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
    ledger.check(&app.database);
    let [done, failed, unknown] = [Told::Done, Told::Failed, Told::Unknown].map(|told| ledger.count(told));
    println!("{done} done, {failed} failed, {unknown} unknown");
    assert!(done > 0 && failed + unknown > 0, "no backend was at work when it was killed");
}
