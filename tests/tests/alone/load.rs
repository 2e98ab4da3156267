//! Clients that write and read until they are stopped, and remember what they were told.

use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tests::{Business, Ledger, Told};
use uuid::Uuid;

const WRITERS: usize = 6;
const READERS: usize = 2;

pub struct Load<'l> {
    business: &'l Business<'l>,
    bearer: String,
    ledger: Ledger,
    /// Writes under a key, each repeated until it was answered.
    keyed: Mutex<Vec<Uuid>>,
    good: AtomicUsize,
    stop: AtomicBool,
}

impl<'l> Load<'l> {
    /// Clients of a business ask while `faults` happen; then what they were told is compared with what is there.
    /// The database has to answer at the place where it was, or have been told of another one.
    pub fn during(business: &'l Business<'l>, faults: impl FnOnce(&Load<'l>)) {
        let load = Load {
            business,
            bearer: business.staff.bearer(),
            ledger: Ledger::default(),
            keyed: Mutex::default(),
            good: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        };
        thread::scope(|scope| {
            for number in 0..WRITERS {
                let load = &load;
                scope.spawn(move || if number % 2 == 0 { load.writes() } else { load.keyed_writes() });
            }
            (0..READERS).for_each(|_| drop(scope.spawn(|| load.reads())));
            let over = Over(&load.stop);
            faults(&load);
            drop(over);
        });
        load.check();
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn write(&self, id: Uuid, key: Option<&str>) -> Told {
        let mut headers = vec![("content-type", "application/json"), ("authorization", self.bearer.as_str())];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let told = Told::by(&self.business.app.post(&headers, &Ledger::request(id)));
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
            let mut told = self.write(id, Some(&key));
            while told != Told::Done && !self.is_over() {
                thread::sleep(Duration::from_millis(10));
                told = self.write(id, Some(&key));
            }
            if told == Told::Done {
                self.keyed.lock().expect("not poisoned").push(id);
            }
        }
    }

    fn reads(&self) {
        while !self.is_over() {
            let answer = self.business.viewer.post("{ hs { customers(first: 5) { nodes { lastName } } } }", &json!({}));
            assert_ne!(Told::by(&answer), Told::Unknown, "nothing is unknown of a query: {}", answer.body);
        }
    }

    /// Waits until so many more writes went well; gives how long that took.
    pub fn await_good(&self, more: usize) -> Duration {
        let (before, started) = (self.good.load(Ordering::Relaxed), Instant::now());
        while self.good.load(Ordering::Relaxed) < before + more {
            assert!(started.elapsed() < Duration::from_secs(20), "nothing goes well any more");
            thread::sleep(Duration::from_millis(1));
        }
        started.elapsed()
    }

    fn check(self) {
        let database = &self.business.app.database;
        self.ledger.check(database);
        let keyed = self.keyed.into_inner().expect("not poisoned");
        assert!(keyed.iter().all(|id| Ledger::is_there(database, *id)), "a write under a key is lost");
        let numbers = "SELECT count(*), count(DISTINCT work_order_number), max(regexp_replace(work_order_number, '^.*-', '')::bigint)
            FROM hs.work_orders WHERE business_id = $1";
        let row = &database.rows(numbers, &[&self.business.id])[0];
        let (orders, numbers, last): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        assert_eq!(orders, numbers, "a number was given twice");
        assert_eq!(last, orders, "numbers have gaps");
        let [done, failed, unknown] = [Told::Done, Told::Failed, Told::Unknown].map(|told| self.ledger.count(told));
        println!("{done} done, {failed} failed, {unknown} unknown, {} under keys", keyed.len());
        assert!(failed + unknown > 0, "no request was under way when PostgreSQL went away");
    }
}

/// The clients end with the faults, though these end in a panic.
struct Over<'o>(&'o AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
