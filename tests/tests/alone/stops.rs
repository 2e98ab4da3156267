//! Told to stop while it is busy.

use crate::turn;
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tests::{App, Database, Process, times};
use uuid::Uuid;

#[test]
fn no_acknowledged_write_is_lost_when_it_is_told_to_stop_under_load() {
    let _turn = turn();
    let app = App::over(Database::new());
    let business = app.business("hs");
    let bearer = business.staff.bearer();
    for round in 0..times("THORBIS_TEST_STOPS", 20) {
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
            process.terminate();
            assert!(process.wait().success(), "it ends in order");
            started.elapsed()
        });
        assert!(took < Duration::from_secs(8), "round {round}: {took:?}");
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
