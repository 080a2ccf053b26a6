//! Looks offsets up by timestamp: manifest time ranges, then the footer's time index, then the batches themselves.

use std::ops::ControlFlow;
use std::sync::Arc;

use strandline_protocol::TopicPartition;
use strandline_protocol::record_batch::{BatchError, BatchHeader, RecordBatch};

use super::chunk_reader::{Nearby, ObjectHandle};
use super::remote_reader::{RemoteReader, chunk_of};
use super::scan::Window;
use crate::error::TierError;
use crate::manifest::Manifest;
use crate::object::BATCH_HEADER_BYTES;

/// A batch that decompresses to more than this is answered as a whole.
const DECODED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A record found by its timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimestampedOffset {
    /// Its timestamp in milliseconds.
    pub timestamp: i64,
    /// Its offset.
    pub offset: i64,
    /// Leader epoch under which it was appended.
    pub leader_epoch: i32,
}

impl RemoteReader {
    /// See [`crate::Tier::offset_for_timestamp`].
    pub(crate) async fn offset_for_timestamp(
        &self,
        tp: TopicPartition,
        timestamp: i64,
    ) -> Result<Option<TimestampedOffset>, TierError> {
        let manifest = self.manifests().manifest(tp)?;
        let mut from = manifest
            .start_offset()
            .unwrap_or_default()
            .max(manifest.log_start_offset);
        while let Some(entry) = self
            .manifests()
            .entry_by_timestamp(&manifest, timestamp, from)
            .await?
        {
            let object = self.footers().open(tp, &entry).await?;
            if let Some(found) = self.search(&object, timestamp, from).await? {
                return Ok(Some(found));
            }
            // Only the records below the log start were late enough.
            from = entry.end_offset;
        }
        Ok(None)
    }

    /// See [`crate::Tier::max_timestamp`].
    pub(crate) async fn max_timestamp(
        &self,
        tp: TopicPartition,
    ) -> Result<Option<TimestampedOffset>, TierError> {
        let manifest = self.manifests().manifest(tp)?;
        match largest(&manifest) {
            Some(timestamp) => self.offset_for_timestamp(tp, timestamp).await,
            None => Ok(None),
        }
    }

    async fn search(
        &self,
        object: &Arc<ObjectHandle>,
        timestamp: i64,
        from: i64,
    ) -> Result<Option<TimestampedOffset>, TierError> {
        let by_time = object.footer.position_before_timestamp(timestamp);
        let mut position = by_time.max(object.footer.position_before(from));
        let mut window = Window::new(chunk_of(position));
        while position < object.footer.data_bytes() {
            self.load(
                object,
                &mut window,
                position + BATCH_HEADER_BYTES as u64,
                Nearby::default,
            )
            .await?;
            let Some(header) = window.batch(object, position)? else {
                return Err(TierError::Closed);
            };
            let end = position + header.total_len() as u64;
            if header.max_timestamp >= timestamp && header.last_offset() >= from {
                self.load(object, &mut window, end, Nearby::default).await?;
                let batch = window.joined(position, end);
                if let Some(found) = record_in(object, &header, &batch, timestamp, from)? {
                    return Ok(Some(found));
                }
            }
            position = end;
            window.forget_before(chunk_of(position));
        }
        Ok(None)
    }
}

/// The first record of a batch at or above `from` that is late enough.
fn record_in(
    object: &ObjectHandle,
    header: &BatchHeader,
    batch: &bytes::Bytes,
    timestamp: i64,
    from: i64,
) -> Result<Option<TimestampedOffset>, TierError> {
    let corrupt = |error: BatchError| {
        TierError::corrupt(
            format!("batch at offset {}", header.base_offset),
            &object.key,
            error.to_string(),
        )
    };
    let parsed = RecordBatch::parse(batch).map_err(corrupt)?;
    let whole = TimestampedOffset {
        timestamp: header.max_timestamp,
        offset: header.base_offset.max(from),
        leader_epoch: header.partition_leader_epoch,
    };
    let found = parsed.walk_records(DECODED_BYTES_MAX, |record| {
        if record.timestamp >= timestamp && record.offset >= from {
            return ControlFlow::Break(TimestampedOffset {
                timestamp: record.timestamp,
                offset: record.offset,
                ..whole
            });
        }
        ControlFlow::Continue(())
    });
    match found {
        Ok(found) => Ok(found.break_value()),
        // It cannot be looked into. Its begin is never too late.
        Err(BatchError::Compression(_)) => Ok(Some(whole)),
        // Bytes behind the last record: all of them are too early.
        Err(BatchError::InvalidHeader(_)) => Ok(None),
        Err(error) => Err(corrupt(error)),
    }
}

/// The largest timestamp in the tier.
fn largest(manifest: &Manifest) -> Option<i64> {
    let root = manifest.root.iter().map(|root| root.max_timestamp);
    let tail = manifest.tail.iter().map(|entry| entry.max_timestamp);
    root.chain(tail).max().filter(|timestamp| *timestamp >= 0)
}
