//! Record batches, format version 2: what a partition is made of.
//!
//! | offset | size | field | under CRC |
//! |---|---|---|---|
//! | 0 | 8 | base offset | no: assigned by the leader |
//! | 8 | 4 | batch length, from offset 12 to the end | no |
//! | 12 | 4 | partition leader epoch | no: assigned by the leader |
//! | 16 | 1 | magic, 2 | no |
//! | 17 | 4 | CRC-32C of everything from offset 21 | |
//! | 21 | 2 | attributes: bits 0-2 codec, 3 log append time, 4 transactional, 5 control, 6 delete horizon | yes |
//! | 23 | 4 | last offset delta | yes |
//! | 27 | 8 | base timestamp (delete horizon if bit 6) | yes |
//! | 35 | 8 | max timestamp | yes |
//! | 43 | 8 | producer id, -1 none | yes |
//! | 51 | 2 | producer epoch | yes |
//! | 53 | 4 | base sequence | yes |
//! | 57 | 4 | records count | yes |
//! | 61 | | records, compressed as one stream | yes |
//!
//! All integers are big-endian. A record inside:
//! varint length, int8 attributes, varlong timestamp delta, varint offset delta, varint key length
//! (-1 null) and key, varint value length (-1 null) and value, varint header count, then per header
//! varint key length and key, varint value length (-1 null) and value.
//!
//! A leader patches base offset and leader epoch in place ([`patch_base_offset`],
//! [`patch_leader_epoch`]): both lie outside of the CRC. [`patch_log_append_time`] does not, and
//! computes the CRC again.

mod builder;
mod control;
mod error;
mod header;
mod iter;
mod patch;
mod record;
#[cfg(test)]
mod record_batch_test;
mod time;
mod view;
mod walk;

pub use builder::{RecordBatchBuilder, RecordHeaderRef};
pub use control::{ControlRecord, end_transaction_marker};
pub use error::BatchError;
pub use header::{Attributes, BatchHeader, HEADER_LEN, LENGTH_PREFIX_LEN, TimestampType};
pub use iter::BatchIter;
pub use patch::{
    patch_base_offset, patch_leader_epoch, patch_log_append_time, patch_max_timestamp,
};
pub use record::{HeaderIter, RecordIter, RecordView};
pub use view::{DecodedRecords, RecordBatch};

/// Producer id of batches from producers without idempotence.
pub const NO_PRODUCER_ID: i64 = -1;
/// Producer epoch of batches from producers without idempotence.
pub const NO_PRODUCER_EPOCH: i16 = -1;
/// Base sequence of batches from producers without idempotence.
pub const NO_SEQUENCE: i32 = -1;
/// Timestamp of a batch or record that has none.
pub const NO_TIMESTAMP: i64 = -1;
