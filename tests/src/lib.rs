//! What the tests share: databases cloned from one that was migrated once, a gateway over each, and
//! businesses with people in them. A test makes its own business and asks as its people.
//!
//! Tests are plain functions: what is asynchronous runs on the one runtime in here.

mod cluster;
mod database;
pub mod documents;
mod ledger;
mod process;
mod proxy;
mod reply;
pub mod rows;
mod values;
mod wire;
mod world;

pub use cluster::{Restart, Server, Standby, restart_server};
pub use database::Database;
pub use ledger::{Ledger, Told};
pub use process::Process;
pub use proxy::{Break, Proxy};
pub use reply::{Reply, Response};
pub use rows::Rows;
pub use values::{Cell, quoted};
pub use wire::Wire;
pub use world::{App, Business, Person, SECRET};

use std::sync::OnceLock;
use tokio::runtime::Runtime;

/// The runtime behind every gateway and every statement of the tests.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let built = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
        built.expect("a runtime can be built")
    })
}

/// How often a test repeats itself: a default that is quick, or what this environment variable says.
pub fn times(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// The gateway over the database that most tests share, each in businesses of its own.
pub fn app() -> &'static App {
    static APP: OnceLock<App> = OnceLock::new();
    APP.get_or_init(|| App::over(Database::new()))
}
