//! Hand-written actions: a folder an industry, a file an action. What they share is in `support`.

pub mod hs;
mod support;
