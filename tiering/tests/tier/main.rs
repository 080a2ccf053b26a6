//! The tier from outside: uploads, reads, retention, faults, corruption, real stores.

#![allow(clippy::unwrap_used, reason = "a test panics")]

mod basic;
mod corruption;
mod directory;
mod driver;
mod faults;
mod minio;
mod model;
mod retention;
mod support;
