//! Kafka's wire protocol: messages, record batches, error codes and ids. No I/O, no async.
//!
//! The entry points are [`codec::Message`], which every generated message implements, and
//! [`record_batch::RecordBatch`]. Decoding never copies payload bytes and never allocates more than
//! the bytes that are there can justify (I25); encoding gathers segments, so that record bytes are
//! never copied either.

pub mod api_key;
pub mod clock;
pub mod codec;
pub mod compression;
mod error_code;
pub mod messages;
pub mod record_batch;
#[cfg(feature = "arbitrary")]
pub mod sample;
mod topic_partition;
mod turn;

pub use api_key::ApiKey;
pub use codec::Uuid;
pub use error_code::ErrorCode;
pub use topic_partition::TopicPartition;
