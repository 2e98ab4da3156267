//! HTTP around the engine: who calls, what they send, how it is answered. No table and no SQL of a
//! table in here.

pub mod auth;
mod body;
pub mod check;
pub mod cli;
pub mod config;
pub mod demo;
mod graphiql;
mod handover;
mod identify;
mod metrics;
mod patience;
mod problem;
mod protocol;
mod respond;
mod router;
pub mod seal;
mod serve;
mod startup;

pub use config::{Config, Deadlines};
pub use router::App;
pub use serve::{Running, serve, start};
