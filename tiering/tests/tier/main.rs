//! The tier from outside: uploads, reads, retention, faults, corruption, real stores.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test panics, prints its seed, and tells one story"
)]

mod basic;
mod corruption;
mod directory;
mod driver;
mod faults;
mod minio;
mod model;
mod retention;
mod support;
