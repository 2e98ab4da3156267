//! More requests than connections.

use serde_json::json;
use std::time::{Duration, Instant};
use tests::{App, Database, runtime};

#[test]
fn a_full_pool_is_503_in_time_and_recovers() {
    let app = App::configured(Database::new(), &[("THORBIS_POOL_SIZE", "2")], |config| {
        config.deadlines.acquire = Duration::from_millis(300);
    });
    let business = app.business("hs");
    business.seed(
        "INSERT INTO hs.customers (id, business_id, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', $business, 'Ada', 'Lovelace')",
    );
    let rename = r#"mutation { hs { customerUpdate(id: "00000000-0000-4000-8000-000000000001", patch: { lastName: "Byron" }) { lastName } } }"#;
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
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway' AND wait_event_type = 'Lock'";
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..2).map(|_| scope.spawn(|| business.owner.post(rename, &json!({})))).collect();
        while app.database.one::<i64>(waiting, &[]) < 2 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let started = Instant::now();
        let refused = business.owner.post("{ viewer { role } }", &json!({}));
        assert_eq!(
            (refused.status, refused.code().as_str(), refused.header("retry-after")),
            (503, "OVERLOADED", Some("1"))
        );
        assert!(
            (Duration::from_millis(250)..Duration::from_secs(2)).contains(&started.elapsed()),
            "{:?}",
            started.elapsed()
        );
        assert_eq!(app.get("/health/ready", &[]).status, 200, "busy is not broken");
        runtime().block_on(lock.batch_execute("ROLLBACK")).expect("the lock can be released");
        for request in running {
            assert!(request.join().expect("an answer").code().is_empty());
        }
    });
    assert_eq!(business.owner.post("{ viewer { role } }", &json!({})).status, 200);
}

#[test]
fn a_flood_of_sign_ins_leaves_room_for_others() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    let sign_in = json!({ "query": r#"mutation { auth { signIn(input: { email: "nobody@flood.test", password: "guess guess" }) { role } } }"# }).to_string();
    let codes = std::thread::scope(|scope| {
        let flood: Vec<_> = (0..40)
            .map(|_| scope.spawn(|| app.post(&[("content-type", "application/json")], &sign_in).code()))
            .collect();
        for _ in 0..10 {
            assert_eq!(business.viewer.post("{ viewer { role } }", &json!({})).status, 200);
        }
        flood.into_iter().map(|request| request.join().expect("an answer")).collect::<Vec<_>>()
    });
    let tried = codes.iter().filter(|code| *code == "WRONG_CREDENTIALS").count();
    assert!(
        tried < 40
            && codes
                .iter()
                .all(|code| ["WRONG_CREDENTIALS", "OVERLOADED", "TOO_MANY_ATTEMPTS"].contains(&code.as_str())),
        "{codes:?}"
    );
}
