//! PostgreSQL's first server dies, and the one that followed it takes its place.

use crate::load::Load;
use crate::turn;
use graphql::Role;
use serde_json::json;
use std::time::Duration;
use tests::{App, Database, Server, Standby, times};

const BOTH: [Server; 2] = [Server::First, Server::Second];

/// A database whose acknowledged writes are on the standby, and seen there.
fn database() -> Database {
    let database = Database::new();
    database.set("synchronous_commit = remote_apply");
    database
}

#[test]
fn acknowledged_writes_outlive_the_server_that_took_them() {
    let _turn = turn();
    let database = database();
    let mut standby = Standby::start();
    let url = format!("{}?target_session_attrs=read-write", database.gateway_url_at(&BOTH));
    let app = App::with(database, &[("DATABASE_URL", &url), ("THORBIS_POOL_SIZE", "6")]);
    let business = app.business("hs");
    let mut slowest = Duration::ZERO;
    Load::during(&business, |load| {
        for _ in 0..times("THORBIS_TEST_FAILOVERS", 20) {
            load.await_good(30);
            standby.fail_over();
            slowest = slowest.max(load.await_good(1));
            standby.rejoin();
        }
        app.database.moves_to(standby.leader());
    });
    println!("well again at most {slowest:?} after the standby took over");
    assert!(slowest < Duration::from_secs(1), "{slowest:?} until it went on");
}

#[test]
fn a_standby_answers_queries_and_says_that_it_takes_no_changes() {
    let _turn = turn();
    let database = database();
    let mut standby = Standby::start();
    let url = database.gateway_url_at(&[Server::Second]);
    let app = App::with(database, &[("DATABASE_URL", &url)]);
    let business = app.business("hs");
    business.seed("INSERT INTO hs.customers (business_id, first_name, last_name) VALUES ($business, 'Ada', 'Lovelace')");
    let (key, partner) = ("thk_of-a-partner-who-reads", app.person(business.id, Role::ApiPartner).id);
    business.seed(&format!(
        "INSERT INTO auth.api_keys (business_id, service_user_id, name, key_prefix, key_hash, scopes)
         VALUES ($business, '{partner}', 'tests', '{partner}', sha256('{key}'), '{{hs.customers:read}}')"
    ));
    let read = "{ hs { customers { nodes { lastName } } } }";
    let write = r#"mutation { hs { customerCreate(input: { lastName: "Byron" }) { id } } }"#;
    let bearer = business.owner.bearer();
    let post = |document: &str, headers: &[(&str, &str)]| {
        let own = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        app.post(&[&own, headers].concat(), &json!({ "query": document }).to_string())
    };
    for round in 0..20 {
        let answer = post(read, &[]);
        assert_eq!(
            answer.json()["data"]["hs"]["customers"]["nodes"][0]["lastName"],
            "Lovelace",
            "round {round}: {}",
            answer.body
        );
        let with_key = app.post(
            &[("content-type", "application/json"), ("x-api-key", key)],
            &json!({ "query": read }).to_string(),
        );
        assert_eq!(
            with_key.json()["data"]["hs"]["customers"]["nodes"][0]["lastName"],
            "Lovelace",
            "{}",
            with_key.body
        );
        for headers in [&[][..], &[("idempotency-key", "5f0c4a1e-standby")]] {
            let answer = post(write, headers);
            assert_eq!(
                (answer.status, answer.code().as_str(), answer.header("retry-after")),
                (503, "OVERLOADED", Some("1")),
                "round {round}: {}",
                answer.body
            );
        }
    }
    assert_eq!(app.get("/health/ready", &[]).status, 200, "it serves what it can");
    standby.fail_over();
    let answer = post(write, &[]);
    assert!(answer.code().is_empty(), "promoted, it takes changes: {}", answer.body);
    app.database.moves_to(standby.leader());
    let there: i64 = app.database.one("SELECT count(*) FROM hs.customers WHERE business_id = $1", &[&business.id]);
    assert_eq!(there, 2, "nothing of what was refused is there");
}
