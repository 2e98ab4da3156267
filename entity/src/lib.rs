//! The mirror of the database: one SeaORM model and one [`TableDef`] per table.
//!
//! `def` is written by hand; everything else is generated from the migrated database by
//! `cargo run -p migration --bin generate-entities`.

pub mod ai;
pub mod audit;
pub mod auth;
pub mod auto;
pub mod billing;
pub mod businesses;
pub mod courses;
pub mod def;
pub mod files;
pub mod hs;
pub mod integrations;
pub mod investigations;
pub mod notifications;
pub mod payroll;
pub mod permissions;
pub mod platform;
pub mod registry;
pub mod reporting;
pub mod rest;
pub mod ret;
pub mod trust;
pub mod users;

pub use def::*;
pub use registry::registry;
