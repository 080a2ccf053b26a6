//! One binary for all integration tests of the metadata.

mod basic;
mod support;
