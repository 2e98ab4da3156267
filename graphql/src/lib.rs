//! The engine: a GraphQL document in, one transaction on PostgreSQL, JSON out.
//!
//! `document` guards and parses, `catalog` names, `types` declares, `plan` turns a selection into
//! steps (pure), `session` is the only door to the database, `run` executes, `json` writes.
//! `domain` and `identity` hold hand-written actions over the seam in `action`.

pub mod action;
pub mod caller;
pub mod catalog;
pub mod error;
pub mod session;

pub use caller::{Answer, Caller, Identity, Outcome, Request, RequestInfo, Role};
pub use error::{Code, Error};
