//! The engine: a GraphQL document in, one transaction on PostgreSQL, JSON out.
//!
//! `document` guards and parses, `catalog` names, `types` declares, `plan` turns a selection into
//! steps (pure), `session` is the only door to the database, `run` executes, `json` writes.
//! `domain` and `identity` hold hand-written actions over the seam in `action`.

pub mod action;
mod caches;
pub mod caller;
pub mod catalog;
mod document;
pub mod domain;
pub mod error;
mod gateway;
mod idempotency;
pub mod identity;
pub mod json;
mod plan;
pub mod probe;
mod run;
pub mod session;
mod types;

pub use caller::{Answer, BusinessPlan, Caller, Identity, Outcome, Request, RequestInfo, Role};
pub use catalog::slice::Slice;
pub use error::{Code, Error};
pub use gateway::{Gateway, Settings};
pub use session::StartError;
