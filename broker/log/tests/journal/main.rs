//! Goal: the journal over a real directory and over the simulated disk does what its users
//! count on. Method: drive the public API, reopen, compare with what was appended.
#![allow(missing_docs, clippy::unwrap_used)]

mod basics;
mod damage;
mod recycling;
mod support;
mod threads;
