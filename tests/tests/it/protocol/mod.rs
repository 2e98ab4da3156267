//! HTTP around the engine, as clients meet it.

mod batches;
mod idempotency;
mod limits;
mod pages;
mod specification;
