//! Everything that needs a real PostgreSQL, in one binary: one gateway, one migrated template.

mod contracts;
mod domain_hs;
mod fuzz;
mod golden;
mod identity;
mod protocol;
mod reads;
mod resilience;
mod security;
mod smoke;
mod writes;
