//! What PostgreSQL undoes because of others, the gateway does again.

use serde_json::json;
use std::sync::Barrier;
use std::thread;
use tests::{App, Database};
use uuid::Uuid;

/// A database where inserts of customers can be told to fail.
fn failing() -> Database {
    let database = Database::new();
    // A sequence counts past every rollback.
    database.run(
        "CREATE SEQUENCE public.calls;
         CREATE TABLE public.failures (times bigint NOT NULL);
         GRANT USAGE ON SEQUENCE public.calls TO thorbis_gateway;
         GRANT SELECT ON public.failures TO thorbis_gateway;
         CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('public.calls') <= (SELECT times FROM public.failures) THEN RAISE EXCEPTION 'undone' USING ERRCODE = 'serialization_failure'; END IF;
             RETURN NULL;
         END $$;",
    );
    database
}

/// The next so many inserts fail, at once or at the commit.
fn fail(database: &Database, times: usize, when: &str) {
    database.run(&format!(
        "DROP TRIGGER IF EXISTS fail ON hs.customers;
         CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON hs.customers DEFERRABLE INITIALLY {when} FOR EACH ROW EXECUTE FUNCTION public.fail();
         ALTER SEQUENCE public.calls RESTART;
         DELETE FROM public.failures;
         INSERT INTO public.failures VALUES ({times});"
    ));
}

/// A counter of /metrics.
fn counted(app: &App, name: &str) -> u64 {
    let text = app.get("/metrics", &[]).body;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    line.unwrap_or_else(|| panic!("no {name} in {text}"))
}

const REPEATED: &str = "thorbis_repeated_operations_total";
const CREATE: &str = r#"mutation { hs { customerCreate(input: { lastName: "Once" }) { customerNumber } } }"#;

#[test]
fn three_failures_are_not_noticed_by_the_caller() {
    let app = App::over(failing());
    for (round, when) in ["IMMEDIATE", "DEFERRED"].into_iter().enumerate() {
        fail(&app.database, 3, when);
        let business = app.business("hs");
        let answer = business.staff.post(CREATE, &json!({}));
        assert!(answer.code().is_empty(), "{when}: {}", answer.body);
        let number = answer.json()["data"]["hs"]["customerCreate"]["customerNumber"].as_str().map(str::to_owned);
        assert!(
            number.is_some_and(|number| number.ends_with("-0001")),
            "nothing is left of the failures: {}",
            answer.body
        );
        assert_eq!(counted(&app, REPEATED), 3 * (round as u64 + 1));
        let rows: i64 = app.database.one("SELECT count(*) FROM hs.customers WHERE business_id = $1", &[&business.id]);
        assert_eq!(rows, 1);
    }
}

#[test]
fn a_fourth_failure_is_told() {
    let app = App::over(failing());
    for (round, key) in [None, Some(Uuid::new_v4().to_string())].into_iter().enumerate() {
        fail(&app.database, 4, "IMMEDIATE");
        let business = app.business("hs");
        let bearer = business.staff.bearer();
        let mut headers = vec![("content-type", "application/json"), ("authorization", bearer.as_str())];
        headers.extend(key.iter().map(|key| ("idempotency-key", key.as_str())));
        let body = json!({ "query": CREATE }).to_string();
        let answer = app.post(&headers, &body);
        assert_eq!(answer.code(), "TRY_AGAIN", "{}", answer.body);
        let calls: i64 = app.database.one("SELECT last_value FROM public.calls", &[]);
        let repeated = 3 * (round as u64 + 1);
        assert_eq!((calls, counted(&app, REPEATED)), (4, repeated), "once, and three times more");
        // Whoever is told to try again can.
        let answer = app.post(&headers, &body);
        assert!(answer.code().is_empty() && answer.header("idempotency-replayed").is_none(), "{}", answer.body);
    }
}

#[test]
fn updates_in_opposite_order_all_succeed() {
    const ROUNDS: usize = 10;
    let database = Database::new();
    // A deadlock is looked for at once, and both have a row before they want the other's.
    let name: String = database.one("SELECT current_database()::text", &[]);
    database.run(&format!(
        "ALTER DATABASE {name} SET deadlock_timeout = '20ms';
         CREATE FUNCTION public.linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.03); RETURN NULL; END $$;
         CREATE TRIGGER linger AFTER UPDATE ON hs.customers FOR EACH ROW EXECUTE FUNCTION public.linger();"
    ));
    let app = App::over(database);
    let business = app.business("hs");
    let (one, two) = (Uuid::new_v4(), Uuid::new_v4());
    business.seed(&format!(
        "INSERT INTO hs.customers (id, business_id, last_name) VALUES ('{one}', $business, 'One'), ('{two}', $business, 'Two')"
    ));
    let together = Barrier::new(2);
    let both = |first: Uuid, second: Uuid, note: String| {
        let call = |name: &str, id: Uuid| format!("{name}: customerUpdate(id: \"{id}\", patch: {{ notes: \"{note}\" }}) {{ version }}");
        let document = format!("mutation {{ hs {{ {} {} }} }}", call("a", first), call("b", second));
        together.wait();
        let answer = business.staff.post(&document, &json!({}));
        assert!(answer.code().is_empty(), "{}", answer.body);
    };
    thread::scope(|scope| {
        scope.spawn(|| (0..ROUNDS).for_each(|round| both(one, two, format!("there {round}"))));
        scope.spawn(|| (0..ROUNDS).for_each(|round| both(two, one, format!("back {round}"))));
    });
    let versions: i64 = app.database.one("SELECT sum(version) FROM hs.customers", &[]);
    assert_eq!(versions, 2 + 4 * ROUNDS as i64, "each update counts once");
    let repeated = counted(&app, REPEATED);
    println!("{ROUNDS} rounds, {repeated} deadlocks");
    assert!(repeated > 0, "the updates never met: nothing was tested");
}
