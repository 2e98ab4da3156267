//! Hand-written actions: a folder an industry, a file an action.

pub mod hs;
