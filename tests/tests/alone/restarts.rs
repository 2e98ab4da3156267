//! PostgreSQL goes away under load, and comes back.

use crate::load::Load;
use crate::turn;
use std::time::Duration;
use tests::{App, Database, Restart, restart_server, times};

#[test]
fn acknowledged_writes_outlive_restarts_of_the_database() {
    let _turn = turn();
    let database = Database::new();
    // The throw-away server forgets the last moments in a crash; what is asked here is not its own memory.
    database.set("synchronous_commit = on");
    let app = App::with(database, &[("THORBIS_POOL_SIZE", "6")]);
    let business = app.business("hs");
    let mut slowest = Duration::ZERO;
    Load::during(&business, |load| {
        for round in 0..times("THORBIS_TEST_RESTARTS", 20) {
            load.await_good(30);
            restart_server(if round % 2 == 0 { Restart::Immediate } else { Restart::Fast });
            slowest = slowest.max(load.await_good(1));
        }
    });
    println!("well again at most {slowest:?} after PostgreSQL was");
    assert!(slowest < Duration::from_secs(1), "{slowest:?} until it went on");
}
