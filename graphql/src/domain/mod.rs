//! Hand-written actions: a folder an industry, a file an action. What they share is beside
//! the folders, `support` first.

pub mod hs;
mod signature;
mod support;
