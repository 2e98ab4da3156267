//! The database fails, or the client goes away, in the middle of something.

use serde_json::json;
use std::time::{Duration, Instant};
use tests::{App, Business, Database, Response, Wire, app, runtime};
use tokio_postgres::Client;
use uuid::Uuid;

const READ: &str = "{ hs { customers { nodes { lastName } } } }";

/// A second client of the database that keeps one row locked.
struct Lock {
    client: Client,
}

impl Lock {
    fn on(business: &Business<'_>, customer: Uuid) -> Lock {
        let url = business.app.database.owner_url();
        let client = runtime().block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("the database answers");
            tokio::spawn(connection);
            let sql = format!("BEGIN; SELECT FROM hs.customers WHERE id = '{customer}' FOR UPDATE");
            client.batch_execute(&sql).await.expect("the row can be locked");
            client
        });
        Lock { client }
    }

    fn release(self) {
        runtime().block_on(self.client.batch_execute("ROLLBACK")).expect("the lock can be released");
    }
}

fn customer(business: &Business<'_>) -> Uuid {
    let id = Uuid::new_v4();
    business.seed(&format!(
        "INSERT INTO hs.customers (id, business_id, first_name, last_name) VALUES ('{id}', $business, 'Ada', 'Lovelace')"
    ));
    id
}

fn rename(customer: Uuid) -> String {
    format!(r#"mutation {{ hs {{ customerUpdate(id: "{customer}", patch: {{ lastName: "Byron" }}) {{ lastName }} }} }}"#)
}

/// How many of the gateway's connections wait for a lock.
fn waiting(app: &App) -> i64 {
    app.database.one(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway' AND wait_event_type = 'Lock'",
        &[],
    )
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(10), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn raw(business: &Business<'_>, document: &str) -> String {
    let body = json!({ "query": document }).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        business.owner.bearer(),
        body.len()
    )
}

#[test]
fn a_client_that_hangs_up_takes_its_statement_along() {
    // No limit of the database's own ends the wait before the test gives up.
    let app = App::with(Database::new(), &[("THORBIS_STATEMENT_TIMEOUT_SECONDS", "120")]);
    let business = app.business("hs");
    let customer = customer(&business);
    let lock = Lock::on(&business, customer);
    for _ in 0..20 {
        let mut wire = Wire::connect(&app);
        wire.send(raw(&business, &rename(customer)));
        until("the statement waits", || waiting(&app) == 1);
        drop(wire);
        until("the statement is cancelled", || waiting(&app) == 0);
    }
    lock.release();
    let name = business.owner.post(READ, &json!({})).json()["data"]["hs"]["customers"]["nodes"][0]["lastName"].clone();
    assert_eq!(name, "Lovelace", "nothing of it happened");
    let open: i64 = app.database.one(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway' AND state LIKE 'idle in%'",
        &[],
    );
    assert_eq!(open, 0, "no transaction is left open");
    let counted = app.get("/metrics", &[]).body;
    assert!(counted.contains("thorbis_abandoned_requests_total 20\n"), "{counted}");
}

#[test]
fn a_statement_that_takes_too_long_is_a_timeout() {
    let app = App::with(Database::new(), &[("THORBIS_STATEMENT_TIMEOUT_SECONDS", "1")]);
    let business = app.business("hs");
    // Reading waits for an exclusive lock as writing waits for a row's; a lock is waited for half as long.
    app.database.run(
        "CREATE FUNCTION public.slow() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(5); RETURN true; END $$;
        GRANT EXECUTE ON FUNCTION public.slow() TO thorbis_gateway;
        CREATE POLICY slow ON hs.customers AS RESTRICTIVE FOR SELECT TO thorbis_gateway USING ((SELECT public.slow()));",
    );
    customer(&business);
    let started = Instant::now();
    // What a client could think of to lift the limit is a value like any other.
    let cut = std::sync::atomic::AtomicUsize::new(0);
    let tries = ["x", "'; SET statement_timeout = 0; --", "set_config('statement_timeout', '0', false)"];
    std::thread::scope(|scope| {
        for number in 0..20 {
            let (business, cut, text) = (&business, &cut, tries[number % tries.len()]);
            scope.spawn(move || {
                let document = "query($name: String) { hs { customers(filter: { lastName: { ne: $name } }) { nodes { lastName } } } }";
                let answer = business.owner.post(document, &json!({ "name": text }));
                assert!(["TIMEOUT", "OVERLOADED"].contains(&answer.code().as_str()), "{}", answer.body);
                cut.fetch_add(usize::from(answer.code() == "TIMEOUT"), std::sync::atomic::Ordering::Relaxed);
            });
        }
    });
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert!(cut.into_inner() >= 16, "every connection of the pool had a statement that was cut");
    assert_eq!(business.owner.post("{ viewer { role } }", &json!({})).status, 200);
}

#[test]
fn the_limits_hold_without_the_gateways_options() {
    let database = Database::new();
    let plain = database.connect_as_gateway();
    for (name, least) in [("statement_timeout", 1), ("lock_timeout", 1), ("idle_in_transaction_session_timeout", 1)] {
        let sql = "SELECT setting::integer, source FROM pg_settings WHERE name = $1";
        let row = runtime().block_on(plain.query_one(sql, &[&name])).expect("settings can be read");
        let (limit, source): (i32, String) = (row.get(0), row.get(1));
        assert!(
            limit >= least && source == "user",
            "{name} is {limit} by {source}: a migration sets it on thorbis_gateway"
        );
    }
    // The gateway's own options come before the role's.
    let app = App::with(database, &[("THORBIS_STATEMENT_TIMEOUT_SECONDS", "120")]);
    app.database.run(
        "CREATE FUNCTION public.limit_of_session() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN current_setting('statement_timeout') = '2min'; END $$;
         GRANT EXECUTE ON FUNCTION public.limit_of_session() TO thorbis_gateway;
         CREATE POLICY limited ON hs.customers AS RESTRICTIVE FOR SELECT TO thorbis_gateway USING ((SELECT public.limit_of_session()));",
    );
    let business = app.business("hs");
    customer(&business);
    let answer = business.owner.post(READ, &json!({})).json();
    assert_eq!(answer["data"]["hs"]["customers"]["nodes"].as_array().map(Vec::len), Some(1), "{answer}");
}

#[test]
fn a_lock_that_others_keep_is_worth_another_try() {
    let app = App::with(Database::new(), &[("THORBIS_STATEMENT_TIMEOUT_SECONDS", "1")]);
    let business = app.business("hs");
    let customer = customer(&business);
    let lock = Lock::on(&business, customer);
    assert_eq!(business.owner.post(&rename(customer), &json!({})).code(), "TRY_AGAIN");
    lock.release();
    assert!(business.owner.post(&rename(customer), &json!({})).code().is_empty());
}

#[test]
fn connections_that_ended_between_requests_are_not_noticed_by_anybody() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    let customer = customer(&business);
    for _ in 0..10 {
        app.database.throw_out();
        let answer = business.owner.post(READ, &json!({}));
        assert!(answer.code().is_empty(), "{}", answer.body);
        app.database.throw_out();
        let answer = business.owner.post(&rename(customer), &json!({}));
        assert!(answer.code().is_empty(), "{}", answer.body);
    }
}

#[test]
fn a_connection_that_ends_within_a_request_is_told_and_the_next_request_works() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    let customer = customer(&business);
    let lock = Lock::on(&business, customer);
    let answer: Response = std::thread::scope(|scope| {
        let running = scope.spawn(|| business.owner.post(&rename(customer), &json!({})));
        until("the statement waits", || waiting(&app) == 1);
        app.database.throw_out();
        running.join().expect("an answer")
    });
    assert!(["TRY_AGAIN", "OVERLOADED"].contains(&answer.code().as_str()), "{}", answer.body);
    lock.release();
    assert!(business.owner.post(&rename(customer), &json!({})).code().is_empty());
}

#[test]
fn a_commit_without_an_answer_is_not_called_a_failure() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    let customer = customer(&business);
    app.database.run(
        "CREATE FUNCTION public.linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER linger AFTER UPDATE ON hs.customers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.linger();",
    );
    let committing = || {
        app.database.one::<i64>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT' AND state = 'active'",
            &[],
        )
    };
    for round in 0..20 {
        let answer = std::thread::scope(|scope| {
            let running = scope.spawn(|| business.owner.post(&rename(customer), &json!({})));
            until("the commit runs", || committing() == 1);
            // Others go on beside it, and are told of their own connections only.
            let reading = scope.spawn(|| business.owner.post(READ, &json!({})).code());
            app.database.throw_out();
            let read = reading.join().expect("an answer");
            assert!(["", "TRY_AGAIN", "OVERLOADED"].contains(&read.as_str()), "round {round}: {read}");
            running.join().expect("an answer")
        });
        assert_eq!(answer.code(), "OUTCOME_UNKNOWN", "round {round}: {}", answer.body);
        assert!(answer.json().get("data").is_none_or(serde_json::Value::is_null));
    }
    let name = business.owner.post(READ, &json!({})).json()["data"]["hs"]["customers"]["nodes"][0]["lastName"].clone();
    assert_eq!(name, "Lovelace", "a commit that was cut off is none");
}

#[test]
fn without_a_database_everything_is_503_until_it_is_back() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    customer(&business);
    assert!(business.owner.post(READ, &json!({})).code().is_empty());
    app.database.refuse_connections();
    for document in [
        READ,
        "{ viewer { role } }",
        r#"mutation { auth { signIn(input: { email: "a@b.test", password: "x" }) { role } } }"#,
    ] {
        let answer = business.owner.post(document, &json!({}));
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.header("retry-after")),
            (503, "OVERLOADED", Some("1")),
            "{}",
            answer.body
        );
    }
    let key = app.post(
        &[("content-type", "application/json"), ("x-api-key", "thk_x")],
        r#"{"query":"{ viewer { role } }"}"#,
    );
    assert_eq!((key.status, key.code().as_str()), (503, "OVERLOADED"));
    app.database.accept_connections();
    assert!(business.owner.post(READ, &json!({})).code().is_empty());
}

#[test]
fn a_full_disk_is_503_and_queries_go_on() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    let customer = customer(&business);
    // In the statement, as where a table grows, and in the commit, as where the log does.
    app.database.run(
        "CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.last_name = TG_ARGV[0] THEN RAISE EXCEPTION 'could not extend file \"base/1/2\"' USING ERRCODE = 'disk_full'; END IF;
             RETURN NULL; END $$;
         CREATE TRIGGER full_disk AFTER UPDATE ON hs.customers FOR EACH ROW EXECUTE FUNCTION public.full_disk('Byron');
         CREATE CONSTRAINT TRIGGER full_disk_at_commit AFTER INSERT ON hs.customers DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION public.full_disk('King');",
    );
    let create = r#"mutation { hs { customerCreate(input: { lastName: "King" }) { id } } }"#.to_owned();
    for round in 0..20 {
        for document in [&rename(customer), &create] {
            let answer = business.owner.post(document, &json!({}));
            assert_eq!(
                (answer.status, answer.code().as_str(), answer.header("retry-after")),
                (503, "OVERLOADED", Some("1")),
                "round {round}: {}",
                answer.body
            );
            assert!(!answer.body.contains("base/"), "{}", answer.body);
        }
        let nodes = business.viewer.post(READ, &json!({})).json()["data"]["hs"]["customers"]["nodes"].clone();
        assert_eq!(nodes, json!([{ "lastName": "Lovelace" }]), "round {round}");
    }
}

#[test]
fn many_people_of_many_businesses_at_once_see_their_own() {
    let businesses: Vec<_> = (0..8).map(|_| app().business("hs")).collect();
    for business in &businesses {
        business.seed("INSERT INTO hs.customers (business_id, first_name, last_name) VALUES ($business, 'Ada', $business::text)");
    }
    std::thread::scope(|scope| {
        for business in &businesses {
            scope.spawn(move || {
                for (person, _) in business.people().into_iter().cycle().take(24) {
                    let answer = person.post(READ, &json!({})).json();
                    let nodes = answer["data"]["hs"]["customers"]["nodes"]
                        .as_array()
                        .unwrap_or_else(|| panic!("{answer}"))
                        .clone();
                    assert_eq!(nodes, [json!({ "lastName": business.id })]);
                }
            });
        }
    });
}
