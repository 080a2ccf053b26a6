//! The load generator: the same light client for both systems.

mod consumer;
mod producer;
mod topic;

pub(crate) use consumer::{Consumed, consume};
pub(crate) use producer::{ProduceLoad, produce, produce_one};
pub(crate) use topic::{create_topic, end_offsets};
