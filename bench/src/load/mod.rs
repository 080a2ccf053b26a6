//! The load generator: the same light client for both systems.

mod consumer;
mod fetch;
mod producer;
mod topic;

pub(crate) use consumer::{Consumed, consume};
pub(crate) use fetch::{FETCH_VERSION, FETCH_WAIT_MS, fetch_request};
pub(crate) use producer::{ProduceLoad, produce, produce_one};
pub(crate) use topic::{create_topic, end_offsets};
