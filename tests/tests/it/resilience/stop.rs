//! Being told to stop.

use serde_json::json;
use std::time::{Duration, Instant};
use tests::{App, Database, Wire, runtime};

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
