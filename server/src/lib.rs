//! HTTP around the engine: who calls, what they send, how it is answered. No table and no SQL of a
//! table in here.

pub mod auth;
pub mod check;
pub mod cli;
pub mod config;
pub mod demo;
mod graphiql;
mod metrics;
mod protocol;
mod respond;
mod router;
mod serve;

pub use config::Config;
pub use router::{App, router};
pub use serve::{Running, serve, start};
