//! The only door to the database: one operation, one transaction, one verified context.

mod bind;
mod errors;
mod orm;
mod pool;
mod tx;

pub use bind::{Bind, Raw};
pub use pool::{ConnectError, Pool, PoolSettings, StartError, connect};
pub use tx::{First, Mode, Opened, Results, Session, Tx};
