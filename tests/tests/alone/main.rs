//! What needs the machine, or the whole server, to itself: cargo runs one test binary after the other, and in this
//! one the tests take turns.

mod failover;
mod keys;
mod load;
mod memory;
mod overload;
mod restarts;
mod stops;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A test's turn, until it is dropped. One that failed has had its turn, too.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
