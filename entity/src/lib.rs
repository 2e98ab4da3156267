//! The mirror of the database: one SeaORM model and one [`TableDef`] per table.
//!
//! `def` is written by hand; every schema's folder and `registry` are generated from the migrated
//! database by `cargo run -p migration --bin generate-entities`.

pub mod def;
pub mod registry;

pub use def::*;
pub use registry::registry;
