//! Appending: check, assign offsets, queue. Nothing here waits.

use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::pending::PendingBatch;
use super::producers::{Admission, CompletedTransaction, ProducerBatch};
use super::{Inner, PartitionLog};
use crate::batch::{Batch, Marker};
use crate::error::AppendError;
use crate::journal::space::DiskLevel;

/// Decided transactions that may wait for a high watermark, per log.
const COMPLETED_MAX: usize = 10_000;

/// Who appends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendOrigin {
    /// A producer: sequences are checked; refused first when the disk fills up.
    Client,
    /// A leader: offsets and epochs are in the batch and are kept.
    Replica,
    /// A coordinator: control batches; treated as replication when the disk fills up.
    Coordinator,
}

/// What became of a batch. It is not durable yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Offset of the first record.
    pub base_offset: i64,
    /// One past the offset of the last record. The batch may be acknowledged when this many
    /// offsets are durable (or below the high watermark), duplicates included.
    pub end_offset: i64,
    /// The time that the log gave the batch, -1 if it kept the producer's.
    pub log_append_time_ms: i64,
    /// The batch was in the log already, at these offsets.
    pub duplicate: bool,
}

impl PartitionLog {
    /// Checks producer state, assigns offsets and queues one batch for the next group.
    ///
    /// The caller has validated the batch (length, checksum, records). Offset and epoch are
    /// patched in the group buffer, `batch` stays as it is. With `log_append_time` (ms since
    /// 1970) the batch gets that timestamp.
    ///
    /// # Errors
    ///
    /// Nothing was appended: see [`AppendError`].
    pub fn append(
        &self,
        batch: Bytes,
        leader_epoch: i32,
        origin: AppendOrigin,
        log_append_time: Option<i64>,
    ) -> Result<Appended, AppendError> {
        let header = Batch::parse(&batch)
            .filter(|header| header.total_len == batch.len())
            .ok_or(AppendError::InvalidBatch)?;
        self.admit_bytes(batch.len(), origin)?;
        let mut inner = self.inner.lock();
        let inner = &mut *inner;
        if inner.closed {
            return Err(AppendError::Closed);
        }
        let leader_epoch = if origin == AppendOrigin::Replica {
            header.leader_epoch
        } else {
            leader_epoch
        };
        let current = inner.epochs.latest().unwrap_or(-1);
        if leader_epoch < current {
            return Err(AppendError::Fenced {
                epoch: leader_epoch,
                current,
            });
        }
        let marker = if header.is_control() {
            Marker::parse(&batch)
        } else {
            None
        };
        if let Some(first) = self.admit_producer(inner, &header, marker, origin)? {
            return Ok(Appended {
                base_offset: first.base_offset,
                end_offset: first.end_offset,
                // The time that the first one was given.
                log_append_time_ms: log_append_time.map_or(-1, |_| first.timestamp),
                duplicate: true,
            });
        }
        let header = inner.place(&header, leader_epoch, origin, log_append_time)?;
        let segment = inner.count_batch(&header, self.core.now_ms());
        let first_open = inner.apply(&header, marker, self.core.now_ms());
        let size = batch.len();
        inner.pending.push_batch(PendingBatch {
            bytes: batch,
            header,
            patch: origin != AppendOrigin::Replica,
            log_append_time,
            segment: segment.map(Box::new),
            marker: marker.map(|m| (m, first_open)),
        });
        let _ = self
            .core
            .queue
            .pending_bytes
            .fetch_add(size, Ordering::Relaxed);
        self.enqueue(inner);
        Ok(Appended {
            base_offset: header.base_offset,
            end_offset: header.end_offset(),
            log_append_time_ms: log_append_time.unwrap_or(-1),
            duplicate: false,
        })
    }

    fn admit_bytes(&self, size: usize, origin: AppendOrigin) -> Result<(), AppendError> {
        let core = &self.core;
        if core.is_stopped() {
            return Err(AppendError::Stopped);
        }
        if size > core.options.batch_bytes_max {
            return Err(AppendError::TooLarge(size));
        }
        let refused_from = match origin {
            AppendOrigin::Client => DiskLevel::ProduceRefused,
            AppendOrigin::Replica | AppendOrigin::Coordinator => DiskLevel::ReplicationRefused,
        };
        if core.update_level() >= refused_from {
            return Err(AppendError::DiskFull);
        }
        let pending = core.queue.pending_bytes.load(Ordering::Relaxed);
        if pending > 0 && pending + size > core.options.pending_bytes_max {
            return Err(AppendError::Backlogged);
        }
        Ok(())
    }

    /// Checks the producer; answers the first batch of a duplicate.
    fn admit_producer(
        &self,
        inner: &mut Inner,
        header: &Batch,
        marker: Option<Marker>,
        origin: AppendOrigin,
    ) -> Result<Option<ProducerBatch>, AppendError> {
        let Some(table) = inner.producers.as_ref().filter(|_| header.has_producer()) else {
            return Ok(None);
        };
        if let Some(marker) = marker {
            return match origin {
                AppendOrigin::Replica => Ok(None),
                _ => table.admit_marker(header, marker).map(|()| None),
            };
        }
        if origin != AppendOrigin::Client {
            return Ok(None);
        }
        let oldest = self.core.now_ms() - inner.options.producer_expiration_ms;
        match table.admit(header, oldest)? {
            Admission::New => Ok(None),
            Admission::Duplicate(first) => Ok(Some(first)),
        }
    }
}

impl Inner {
    /// The header with its final offset, epoch and timestamp.
    fn place(
        &self,
        header: &Batch,
        leader_epoch: i32,
        origin: AppendOrigin,
        log_append_time: Option<i64>,
    ) -> Result<Batch, AppendError> {
        let mut placed = Batch {
            leader_epoch,
            ..*header
        };
        if origin == AppendOrigin::Replica {
            if header.base_offset != self.log_end {
                return Err(AppendError::OffsetGap {
                    base_offset: header.base_offset,
                    log_end_offset: self.log_end,
                });
            }
        } else {
            placed.base_offset = self.log_end;
        }
        if let Some(time) = log_append_time {
            placed.max_timestamp = time;
        }
        Ok(placed)
    }

    /// Moves the end over a batch that was admitted. Answers the first offset of the
    /// transaction that it ended, -1 if none.
    fn apply(&mut self, header: &Batch, marker: Option<Marker>, now_ms: i64) -> i64 {
        self.log_end = header.end_offset();
        self.epochs.assign(header.leader_epoch, header.base_offset);
        if !header.has_producer() {
            return -1;
        }
        let table = self.producers.get_or_insert_default();
        let known = table.len();
        let ended = table.apply(header, marker);
        table.mark_one_seen(header.producer_id, now_ms);
        if table.len() > known && table.len().is_power_of_two() && table.len() >= 64 {
            table.expire(
                now_ms - self.options.producer_expiration_ms,
                self.options.producers_max,
            );
        }
        let Some((completed, _)) = ended else {
            return -1;
        };
        if completed.first_offset >= 0 {
            if self.completed.len() >= COMPLETED_MAX {
                let below = self.durable_end;
                self.completed.retain(|t| t.marker_offset >= below);
            }
            self.completed.push(CompletedTransaction { ..completed });
        }
        completed.first_offset
    }
}
