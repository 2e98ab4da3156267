//! Being told to stop.

use serde_json::json;
use std::time::{Duration, Instant};
use tests::{App, Database, Process, Wire, runtime};

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

/// Until it holds, or for ten seconds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(10), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn it_says_that_it_is_not_ready_before_it_closes_the_door() {
    let database = Database::new();
    let process = Process::with(env!("CARGO_BIN_EXE_gateway"), &database, &[("THORBIS_STOP_NOTICE_SECONDS", "2")]);
    let answer = || process.post(&[], r#"{"query":"{ __typename }"}"#).map(|answer| answer.status);
    until("it is ready", || process.get("/health/ready") == Some(200));
    process.terminate();
    until("it says so", || process.get("/health/ready") == Some(503));
    assert_eq!(process.get("/health/live"), Some(200), "it lives still");
    assert_eq!(answer(), Some(200), "and answers whoever has not heard of it");
    assert!(process.wait().success());
    assert_eq!(answer(), None);
}

#[test]
fn told_twice_it_stops_at_once() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    let process = Process::with(env!("CARGO_BIN_EXE_gateway"), &app.database, &[("THORBIS_STOP_NOTICE_SECONDS", "600")]);
    business.seed(
        "INSERT INTO hs.customers (id, business_id, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', $business, 'Ada', 'Lovelace')",
    );
    let lock = app.database.connect_as_owner();
    let hold = runtime().block_on(lock.batch_execute("BEGIN; SELECT FROM hs.customers FOR UPDATE"));
    hold.expect("the row can be locked");
    let rename = r#"mutation { hs { customerUpdate(id: "00000000-0000-4000-8000-000000000001", patch: { lastName: "Byron" }) { lastName } } }"#;
    let (bearer, body) = (business.owner.bearer(), json!({ "query": rename }).to_string());
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway' AND wait_event_type = 'Lock'";
    std::thread::scope(|scope| {
        let request = scope.spawn(|| process.post(&[("authorization", &bearer)], &body));
        until("the statement waits", || app.database.one::<i64>(waiting, &[]) == 1);
        process.terminate();
        until("it knows", || process.get("/health/ready") == Some(503));
        assert!(!process.has_ended(), "it gives notice, and has a request running");
        let again = Instant::now();
        process.terminate();
        process.wait();
        assert!(again.elapsed() < Duration::from_secs(3), "{:?}", again.elapsed());
        let answer = request.join().expect("a client ends");
        assert!(answer.is_none(), "nothing was acknowledged");
    });
    runtime().block_on(lock.batch_execute("ROLLBACK")).expect("the lock can be released");
    let name: String = app.database.one("SELECT last_name FROM hs.customers", &[]);
    assert_eq!(name, "Lovelace", "what ran went with its connection");
}
