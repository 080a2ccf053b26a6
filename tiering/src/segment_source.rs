//! What the tier needs to know about a sealed segment. The log's `SealedSegment` is one; tests have their own.

use bytes::Bytes;

/// A leader epoch and the first offset that was appended under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EpochStart {
    /// The epoch.
    pub leader_epoch: i32,
    /// First offset of the epoch.
    pub start_offset: i64,
}

/// A transaction that was aborted, as read_committed fetches need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AbortedRange {
    /// Who wrote it.
    pub producer_id: i64,
    /// First offset of the transaction, -1 if it is only known that it lies before the segment.
    pub first_offset: i64,
    /// Offset of the abort marker.
    pub last_offset: i64,
}

/// Producers at the end of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProducersAtEnd {
    /// Encoded [`crate::format::ProducerSnapshot`].
    pub snapshot: Bytes,
    /// First offset of the oldest transaction whose marker is not below the end.
    pub open_transaction_offset: Option<i64>,
}

/// A sealed, immutable, stable range `[base_offset, end_offset)` of one partition.
pub trait SegmentSource: Send + Sync {
    /// First offset of the range.
    fn base_offset(&self) -> i64;
    /// End of the range, exclusive.
    fn end_offset(&self) -> i64;
    /// Bytes of all batches.
    fn size_bytes(&self) -> u64;
    /// Largest record timestamp in milliseconds, -1 if there is none.
    fn max_timestamp(&self) -> i64;
    /// Leader epochs of the log that concern the range, by start offset; the first may begin before the range.
    fn leader_epochs(&self) -> Vec<EpochStart>;
    /// Producer state as of `end_offset`. Runs on a blocking thread.
    ///
    /// # Errors
    /// When the local log cannot be read.
    fn producers(&self) -> Result<ProducersAtEnd, String>;
    /// Aborted transactions with their marker in the range. Runs on a blocking thread.
    ///
    /// # Errors
    /// When the local log cannot be read.
    fn aborted_transactions(&self) -> Result<Vec<AbortedRange>, String>;
    /// All batches in order; each item holds one or several whole batches. Runs on a blocking thread.
    ///
    /// # Errors
    /// An item is an error when the local log cannot be read there; nothing follows it.
    fn batches(&self) -> Box<dyn Iterator<Item = Result<Bytes, String>> + Send + '_>;
}
