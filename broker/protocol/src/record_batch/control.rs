//! Control records: markers that end transactions (KIP-98).
//!
//! | record | bytes |
//! |---|---|
//! | key | int16 version 0, int16 type: 0 abort, 1 commit |
//! | value | int16 version 0, int32 coordinator epoch |

use bytes::Bytes;

use super::{BatchError, RecordBatchBuilder, RecordView};
use crate::compression::Codec;

const ABORT: i16 = 0;
const COMMIT: i16 = 1;
const VERSION: i16 = 0;

/// What a control record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ControlRecord {
    /// A transaction ended.
    EndTransaction {
        /// Whether it was committed.
        committed: bool,
        /// Epoch of the coordinator that decided.
        coordinator_epoch: i32,
    },
    /// A type that concerns Raft or is newer than this code.
    Other(i16),
}

impl ControlRecord {
    /// Reads a record of a control batch.
    ///
    /// # Errors
    /// [`BatchError::InvalidRecord`] when key or value is too short.
    pub fn parse(record: &RecordView<'_>) -> Result<Self, BatchError> {
        let index = usize::try_from(record.offset_delta).unwrap_or(0);
        let invalid = |reason| BatchError::InvalidRecord { index, reason };
        let key = record.key.unwrap_or_default();
        let [_, _, high, low] = *key.first_chunk().ok_or_else(|| invalid("control key"))?;
        let kind = i16::from_be_bytes([high, low]);
        if kind != ABORT && kind != COMMIT {
            return Ok(Self::Other(kind));
        }
        let value = record.value.unwrap_or_default();
        let [_, _, epoch @ ..]: [u8; 6] = *value
            .first_chunk()
            .ok_or_else(|| invalid("control value"))?;
        let coordinator_epoch = i32::from_be_bytes(epoch);
        Ok(Self::EndTransaction {
            committed: kind == COMMIT,
            coordinator_epoch,
        })
    }
}

/// The batch that ends a producer's transaction in one partition, with base offset 0.
///
/// # Errors
/// None in practice: the batch has a fixed small size.
pub fn end_transaction_marker(
    producer_id: i64,
    producer_epoch: i16,
    committed: bool,
    coordinator_epoch: i32,
    timestamp: i64,
) -> Result<Bytes, BatchError> {
    let kind = if committed { COMMIT } else { ABORT };
    let key = [VERSION.to_be_bytes(), kind.to_be_bytes()].concat();
    let mut value = VERSION.to_be_bytes().to_vec();
    value.extend_from_slice(&coordinator_epoch.to_be_bytes());
    let mut builder = RecordBatchBuilder::new(Codec::None)
        .producer(producer_id, producer_epoch, super::NO_SEQUENCE)
        .transactional()
        .control();
    builder.append(timestamp, Some(&key), Some(&value), &[])?;
    builder.build()
}
