//! Being told to stop.

use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tests::{App, Database, Process, Wire, runtime, times};
use uuid::Uuid;

#[test]
fn running_requests_are_answered_and_new_ones_are_not() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    business.seed(
        "INSERT INTO hs.customers (id, business_id, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', $business, 'Ada', 'Lovelace')",
    );
    let body =
        json!({ "query": r#"mutation { hs { customerUpdate(id: "00000000-0000-4000-8000-000000000001", patch: { lastName: "Byron" }) { lastName } } }"# })
            .to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        business.owner.bearer(),
        body.len()
    );
    let url = app.database.owner_url();
    let lock = runtime().block_on(async {
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("the database answers");
        tokio::spawn(connection);
        client
            .batch_execute("BEGIN; SELECT FROM hs.customers FOR UPDATE")
            .await
            .expect("the row can be locked");
        client
    });
    let mut idle = Wire::connect(&app);
    let mut wire = Wire::connect(&app);
    wire.send(request);
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway' AND wait_event_type = 'Lock'";
    while app.database.one::<i64>(waiting, &[]) < 1 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let address = app.address.trim_start_matches("http://").to_owned();
    let started = Instant::now();
    let stopping = std::thread::spawn(move || app.stop());
    while std::net::TcpStream::connect(&address).is_ok() {
        assert!(started.elapsed() < Duration::from_secs(5), "new connections are still taken");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!stopping.is_finished(), "it waits for the request");
    runtime().block_on(lock.batch_execute("ROLLBACK")).expect("the lock can be released");
    let answer = wire.receive().expect("an answer");
    assert_eq!(answer.json()["data"]["hs"]["customerUpdate"]["lastName"], "Byron", "{}", answer.body);
    assert!(idle.read_some().is_empty(), "an idle connection is closed");
    stopping.join().expect("it stops");
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
}

#[test]
fn a_request_that_does_not_end_is_not_waited_for_long() {
    let app = App::configured(Database::new(), &[], |config| config.deadlines.drain = Duration::from_millis(200));
    let mut wire = Wire::connect(&app);
    wire.send("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{");
    std::thread::sleep(Duration::from_millis(50));
    let started = Instant::now();
    app.stop();
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

#[test]
fn no_acknowledged_write_is_lost_when_it_is_told_to_stop_under_load() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    let bearer = business.staff.bearer();
    for round in 0..times("THORBIS_TEST_STOPS", 3) {
        let process = Process::start(env!("CARGO_BIN_EXE_gateway"), &app.database);
        let (acknowledged, tries) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
        let write = || {
            // Until the door is closed.
            loop {
                let id = Uuid::new_v4();
                let body = json!({ "query": format!("mutation {{ hs {{ customerCreate(input: {{ id: \"{id}\", lastName: \"x\" }}) {{ id }} }} }}") });
                tries.fetch_add(1, Ordering::Relaxed);
                let Some(answer) = process.post(&[("authorization", &bearer)], &body.to_string()) else {
                    return;
                };
                match answer.code().as_str() {
                    "" => acknowledged.lock().expect("not poisoned").push(id),
                    "OVERLOADED" => {}
                    _ => panic!("{}", answer.body),
                }
            }
        };
        let took = std::thread::scope(|scope| {
            (0..8).for_each(|_| drop(scope.spawn(write)));
            while acknowledged.lock().expect("not poisoned").len() < 40 {
                std::thread::sleep(Duration::from_millis(1));
            }
            let started = Instant::now();
            assert!(process.terminate().success(), "it ends in order");
            started.elapsed()
        });
        assert!(took < Duration::from_secs(10), "round {round}: {took:?}");
        let acknowledged = acknowledged.into_inner().expect("not poisoned");
        let there: i64 = app.database.one("SELECT count(*) FROM hs.customers WHERE id = ANY ($1)", &[&acknowledged]);
        assert_eq!(there as usize, acknowledged.len(), "round {round}: acknowledged writes are lost");
        println!(
            "round {round}: {} of {} acknowledged, stopped after {took:?}",
            acknowledged.len(),
            tries.into_inner()
        );
    }
}
