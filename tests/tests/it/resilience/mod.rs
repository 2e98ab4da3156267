//! What goes wrong around the gateway, and what it does then.

mod commits;
mod database;
mod overload;
mod panics;
mod secrets;
mod start;
mod stop;
mod undecodable;
mod undone;
