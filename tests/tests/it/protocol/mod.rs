//! HTTP around the engine, as clients meet it.

mod batches;
mod limits;
mod pages;
mod specification;
