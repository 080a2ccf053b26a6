//! One binary for all integration tests of the metadata.

#![expect(clippy::unwrap_used, reason = "a failed step fails its test")]

mod basic;
mod epochs;
mod kill;
mod load;
mod support;
mod tables;
