//! More requests than connections.

use serde_json::json;
use std::time::{Duration, Instant};
use tests::{App, Business, Database, runtime};

const ACQUIRE: Duration = Duration::from_millis(60);
const CUSTOMER: &str =
    "INSERT INTO hs.customers (id, business_id, first_name, last_name) VALUES ('00000000-0000-4000-8000-000000000001', $business, 'Ada', 'Lovelace')";

#[test]
fn a_full_pool_is_503_in_time_and_recovers() {
    let app = App::configured(Database::new(), &[("THORBIS_POOL_SIZE", "2")], |config| config.deadlines.acquire = ACQUIRE);
    let business = app.business("hs");
    business.seed(CUSTOMER);
    let rename = r#"mutation { hs { customerUpdate(id: "00000000-0000-4000-8000-000000000001", patch: { lastName: "Byron" }) { lastName } } }"#;
    let lock = app.database.connect_as_owner();
    let run = |sql: &str| runtime().block_on(lock.batch_execute(sql)).expect("the row can be locked and released");
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway' AND wait_event_type = 'Lock'";
    for round in 0..20 {
        run("BEGIN; SELECT FROM hs.customers FOR UPDATE");
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..2).map(|_| scope.spawn(|| business.owner.post(rename, &json!({})))).collect();
            while app.database.one::<i64>(waiting, &[]) < 2 {
                std::thread::sleep(Duration::from_millis(1));
            }
            let refused: Vec<_> = (0..25).map(|_| scope.spawn(|| refused_after(&business))).collect();
            for after in refused {
                let after = after.join().expect("an answer");
                // A machine that is busy with other tests may be late, but not by much.
                assert!((ACQUIRE..Duration::from_secs(2)).contains(&after), "round {round}: {after:?}");
            }
            assert_eq!(app.get("/health/ready", &[]).status, 200, "busy is not broken");
            run("ROLLBACK");
            let released = Instant::now();
            while business.owner.post("{ viewer { role } }", &json!({})).status != 200 {
                assert!(released.elapsed() < Duration::from_secs(1), "round {round}: not recovered within a second");
            }
            for request in running {
                assert!(request.join().expect("an answer").code().is_empty());
            }
        });
    }
}

/// How long a request takes to be told that there is no room for it.
fn refused_after(business: &Business<'_>) -> Duration {
    let started = Instant::now();
    let refused = business.owner.post("{ viewer { role } }", &json!({}));
    assert_eq!(
        (refused.status, refused.code().as_str(), refused.header("retry-after")),
        (503, "OVERLOADED", Some("1"))
    );
    started.elapsed()
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
