//! PostgreSQL goes away under load, and comes back.

use crate::turn;
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tests::{App, Business, Database, Ledger, Restart, Told, restart_server, times};
use uuid::Uuid;

const WRITERS: usize = 6;
const READERS: usize = 2;

/// Clients that ask until they are stopped.
struct Load<'l> {
    business: &'l Business<'l>,
    bearer: String,
    ledger: Ledger,
    /// Writes under a key, each repeated until it was answered.
    keyed: Mutex<Vec<Uuid>>,
    good: AtomicUsize,
    stop: AtomicBool,
}

impl Load<'_> {
    fn app(&self) -> &App {
        self.business.app
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn write(&self, id: Uuid, key: Option<&str>) -> Told {
        let mut headers = vec![("content-type", "application/json"), ("authorization", self.bearer.as_str())];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let told = Told::by(&self.app().post(&headers, &Ledger::request(id)));
        self.good.fetch_add(usize::from(told == Told::Done), Ordering::Relaxed);
        told
    }

    fn writes(&self) {
        while !self.is_over() {
            let id = Uuid::new_v4();
            self.ledger.note(id, self.write(id, None));
        }
    }

    fn keyed_writes(&self) {
        while !self.is_over() {
            let (id, key) = (Uuid::new_v4(), Uuid::new_v4().to_string());
            while self.write(id, Some(&key)) != Told::Done {
                thread::sleep(Duration::from_millis(10));
            }
            self.keyed.lock().expect("not poisoned").push(id);
        }
    }

    fn reads(&self) {
        while !self.is_over() {
            let answer = self.business.viewer.post("{ hs { customers(first: 5) { nodes { lastName } } } }", &json!({}));
            assert_ne!(Told::by(&answer), Told::Unknown, "nothing is unknown of a query: {}", answer.body);
        }
    }

    /// Waits until so many more writes went well.
    fn await_good(&self, more: usize) {
        let (before, started) = (self.good.load(Ordering::Relaxed), Instant::now());
        while self.good.load(Ordering::Relaxed) < before + more {
            assert!(started.elapsed() < Duration::from_secs(20), "nothing goes well any more");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn acknowledged_writes_outlive_restarts_of_the_database() {
    let _turn = turn();
    let database = Database::new();
    // The throw-away server forgets the last moments in a crash; what is asked here is not its own memory.
    database.run("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$");
    let app = App::with(database, &[("THORBIS_POOL_SIZE", "6")]);
    let business = app.business("hs");
    let load = Load {
        business: &business,
        bearer: business.staff.bearer(),
        ledger: Ledger::default(),
        keyed: Mutex::default(),
        good: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
    };
    let mut slowest = Duration::ZERO;
    thread::scope(|scope| {
        for number in 0..WRITERS {
            let load = &load;
            scope.spawn(move || if number % 2 == 0 { load.writes() } else { load.keyed_writes() });
        }
        (0..READERS).for_each(|_| drop(scope.spawn(|| load.reads())));
        for round in 0..times("THORBIS_TEST_RESTARTS", 20) {
            load.await_good(30);
            restart_server(if round % 2 == 0 { Restart::Immediate } else { Restart::Fast });
            let back = Instant::now();
            load.await_good(1);
            slowest = slowest.max(back.elapsed());
        }
        load.stop.store(true, Ordering::Relaxed);
    });
    load.ledger.check(&app.database);
    let keyed = load.keyed.into_inner().expect("not poisoned");
    assert!(keyed.iter().all(|id| Ledger::is_there(&app.database, *id)), "a write under a key is lost");
    let numbers = "SELECT count(*), count(DISTINCT work_order_number), count(DISTINCT id) FROM hs.work_orders";
    let row = &app.database.rows(numbers, &[])[0];
    let (orders, numbers): (i64, i64) = (row.get(0), row.get(1));
    assert_eq!(orders, numbers, "a number was given twice");
    let last: i64 = app
        .database
        .one("SELECT max(regexp_replace(work_order_number, '^.*-', '')::bigint) FROM hs.work_orders", &[]);
    assert_eq!(last, orders, "numbers have gaps");
    let [done, failed, unknown] = [Told::Done, Told::Failed, Told::Unknown].map(|told| load.ledger.count(told));
    println!(
        "{done} done, {failed} failed, {unknown} unknown, {} under keys; well again at most {slowest:?} after PostgreSQL was",
        keyed.len()
    );
    assert!(failed + unknown > 0, "no request was under way when PostgreSQL went away");
    assert!(slowest < Duration::from_secs(1), "{slowest:?} until it went on");
}
