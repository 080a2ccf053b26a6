//! Segments: contiguous ranges of one log, the unit of retention and tiering.

use std::sync::Arc;

use bytes::Bytes;

use super::pending::Urgent;
use super::producers::{AbortedTransaction, ProducerState};
use super::read::LocalRead;
use super::state::{SegmentStart, SegmentSummary, producer_record};
use super::{Inner, PartitionLog};
use crate::batch::Batch;
use crate::error::ReadError;
use crate::format::footer::{PartitionState, encode_record};
use crate::format::generated::SegmentStart as Record;

/// What one read of a segment asks for, in bytes.
const SEGMENT_READ_BYTES: usize = 1 << 20;

/// A segment, for decisions about retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentInfo {
    /// First offset.
    pub base_offset: i64,
    /// One past the last offset.
    pub end_offset: i64,
    /// Bytes of its batches; an estimate once a truncation, a moved start or a restart cut it
    /// inside a file.
    pub size_bytes: u64,
    /// Largest timestamp in ms, `i64::MIN` if it has no batch.
    pub max_timestamp: i64,
    /// When its first batch was appended, ms since 1970.
    pub created_ms: i64,
    /// Appends go here.
    pub active: bool,
}

impl Inner {
    /// Whether a segment is to be closed because of its age.
    fn is_old(&self, segment: &SegmentSummary, now: i64) -> bool {
        now.saturating_sub(segment.created_ms) >= self.age_max()
    }

    fn age_max(&self) -> i64 {
        let seal = self.options.seal_max_age_ms.unwrap_or(i64::MAX);
        self.options.segment_ms.min(seal)
    }

    /// Closes the active segment at the end of the log. `None` if it is empty.
    pub(super) fn roll(&mut self, now: i64) -> Option<SegmentStart> {
        let previous = *self.segments.last()?;
        if previous.base_offset >= self.log_end {
            return None;
        }
        self.segments.push(SegmentSummary {
            base_offset: self.log_end,
            created_ms: now,
            bytes: 0,
            max_timestamp: i64::MIN,
        });
        Some(SegmentStart {
            base_offset: self.log_end,
            created_ms: now,
            previous,
        })
    }

    /// Counts a batch in the active segment, which is closed before if the batch is too large for
    /// it or it is too old.
    pub(super) fn count_batch(&mut self, batch: &Batch, now: i64) -> Option<SegmentStart> {
        let size = batch.total_len as u64;
        let rolled = match self.segments.last() {
            Some(active) if active.bytes > 0 => {
                let full = active.bytes + size > self.options.segment_bytes;
                (full || self.is_old(active, now))
                    .then(|| self.roll(now))
                    .flatten()
            }
            _ => None,
        };
        if self.segments.is_empty() {
            self.segments.reserve_exact(1);
            self.segments.push(SegmentSummary {
                base_offset: batch.base_offset,
                created_ms: now,
                bytes: 0,
                max_timestamp: i64::MIN,
            });
        }
        if let Some(active) = self.segments.last_mut() {
            if active.bytes == 0 {
                active.created_ms = now;
            }
            active.bytes += size;
            active.max_timestamp = active.max_timestamp.max(batch.max_timestamp);
        }
        rolled
    }

    /// Those of the recorded segment starts that still are one, as they are now.
    pub(crate) fn segment_starts(&self, recorded: &[Record]) -> Vec<Record> {
        let pairs = self.segments.windows(2).filter(|pair| {
            recorded
                .iter()
                .any(|r| r.base_offset == pair[1].base_offset)
        });
        let starts = pairs.map(|pair| SegmentStart {
            base_offset: pair[1].base_offset,
            created_ms: pair[1].created_ms,
            previous: pair[0],
        });
        starts.map(|start| start.to_record()).collect()
    }

    fn infos(&self) -> impl Iterator<Item = SegmentInfo> + '_ {
        let count = self.segments.len();
        self.segments
            .iter()
            .enumerate()
            .map(move |(i, s)| SegmentInfo {
                base_offset: s.base_offset.max(self.local_start),
                end_offset: self
                    .segments
                    .get(i + 1)
                    .map_or(self.log_end, |next| next.base_offset),
                size_bytes: s.bytes,
                max_timestamp: s.max_timestamp,
                created_ms: s.created_ms,
                active: i + 1 == count,
            })
    }
}

impl PartitionLog {
    /// All segments from the local log start, the active one last.
    #[must_use]
    pub fn segments(&self) -> Vec<SegmentInfo> {
        self.inner.lock().infos().collect()
    }

    /// When the active segment is closed because of its age, ms since 1970; `None` while it is
    /// empty.
    #[must_use]
    pub fn seals_at_ms(&self) -> Option<i64> {
        let inner = self.inner.lock();
        let active = inner.segments.last().filter(|s| s.bytes > 0)?;
        Some(active.created_ms.saturating_add(inner.age_max()))
    }

    /// Closes the active segment now, if it has a batch.
    pub fn roll(&self) {
        let now = self.core.now_ms();
        let mut inner = self.inner.lock();
        if !inner.closed {
            self.roll_now(&mut inner, now);
        }
    }

    fn roll_now(&self, inner: &mut Inner, now: i64) {
        if let Some(start) = inner.roll(now) {
            let record = encode_record(&start.entry(&self.topic_partition));
            let _ = inner.pending.push_urgent(Urgent::State {
                record,
                complete: false,
            });
            self.enqueue(inner);
        }
    }

    /// Closed and durable segments from the local log start. An active segment that has
    /// reached its age is closed by this call: time needs no timer.
    #[must_use]
    pub fn sealed_segments(&self) -> Vec<SealedSegment> {
        let Some(this) = self.this.upgrade() else {
            return Vec::new();
        };
        let now = self.core.now_ms();
        let mut inner = self.inner.lock();
        let inner = &mut *inner;
        if let Some(active) = inner.segments.last().copied()
            && active.bytes > 0
            && !inner.closed
            && inner.is_old(&active, now)
        {
            self.roll_now(inner, now);
        }
        let durable = inner.durable_end;
        let sealed = inner
            .infos()
            .filter(|s| !s.active && s.end_offset <= durable);
        sealed
            .filter(|s| s.base_offset < s.end_offset)
            .map(|info| SealedSegment {
                log: Arc::clone(&this),
                info,
            })
            .collect()
    }
}

/// A closed, durable range of a log: what tiering uploads as one object.
#[derive(Clone, Debug)]
pub struct SealedSegment {
    log: Arc<PartitionLog>,
    info: SegmentInfo,
}

impl SealedSegment {
    /// The log it is part of.
    #[must_use]
    pub fn log(&self) -> &Arc<PartitionLog> {
        &self.log
    }

    /// Range, size and times.
    #[must_use]
    pub fn info(&self) -> &SegmentInfo {
        &self.info
    }

    /// First offset.
    #[must_use]
    pub fn base_offset(&self) -> i64 {
        self.info.base_offset
    }

    /// One past the last offset.
    #[must_use]
    pub fn end_offset(&self) -> i64 {
        self.info.end_offset
    }

    /// Bytes of its batches.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.info.size_bytes
    }

    /// The part of it that starts at `offset`: what is left when the front is in the tier
    /// already. `None` if nothing is left.
    #[must_use]
    pub fn starting_at(&self, offset: i64) -> Option<Self> {
        let mut rest = self.clone();
        rest.info.base_offset = rest.info.base_offset.max(offset);
        (rest.info.base_offset < rest.info.end_offset).then_some(rest)
    }

    /// Its batches in order, in slices of whole batches. Blocks; a file is pinned while it is
    /// read. The range must not be dropped before the iterator ends.
    #[must_use]
    pub fn batches(&self) -> SegmentBatches {
        SegmentBatches {
            log: Arc::clone(&self.log),
            next: self.info.base_offset,
            end: self.info.end_offset,
            ready: Vec::new(),
            failed: false,
        }
    }

    /// Leader epochs in the segment, with start offsets; the first starts at its base offset.
    #[must_use]
    pub fn leader_epochs(&self) -> Vec<(i32, i64)> {
        let inner = self.log.inner.lock();
        inner
            .epochs
            .range(self.info.base_offset, self.info.end_offset)
    }

    /// Producers as they were at the end of the segment. Blocks: reads footers and headers.
    ///
    /// # Errors
    ///
    /// If something it needs cannot be read.
    pub fn producers(&self) -> Result<Vec<ProducerState>, ReadError> {
        Ok(self.log.replay_producers(self.info.end_offset)?.states())
    }

    /// [`Self::producers`] as an encoded `PartitionState` that says nothing else: what the
    /// footer of an object holds. Blocks.
    ///
    /// # Errors
    ///
    /// If something it needs cannot be read.
    pub fn producer_snapshot(&self) -> Result<Bytes, ReadError> {
        let tp = self.log.topic_partition;
        let record = PartitionState {
            topic_id: tp.topic_id,
            partition: tp.partition,
            producers: self.producers()?.iter().map(producer_record).collect(),
            ..PartitionState::default()
        };
        Ok(encode_record(&record))
    }

    /// Aborted transactions with a marker in the segment, by marker. Blocks.
    ///
    /// # Errors
    ///
    /// If something it needs cannot be read.
    pub fn aborted_transactions(&self) -> Result<Vec<AbortedTransaction>, ReadError> {
        self.log
            .aborted_transactions(self.info.base_offset, self.info.end_offset)
    }
}

/// The batches of a segment.
#[derive(Debug)]
pub struct SegmentBatches {
    log: Arc<PartitionLog>,
    next: i64,
    end: i64,
    /// Slices that were read, last first.
    ready: Vec<Bytes>,
    failed: bool,
}

impl SegmentBatches {
    fn fill(&mut self) -> Result<(), ReadError> {
        let read = self
            .log
            .read(self.next, SEGMENT_READ_BYTES, self.end, true)?;
        let records = match read {
            LocalRead::Ready(records) => records,
            LocalRead::Disk(plan) => plan.run()?,
        };
        for slice in records.slices() {
            if let Some((_, last)) = crate::batch::batches(slice).last() {
                self.next = last.end_offset();
            }
        }
        self.ready = records.slices().to_vec();
        self.ready.reverse();
        Ok(())
    }
}

impl Iterator for SegmentBatches {
    type Item = Result<Bytes, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() && self.next < self.end && !self.failed {
            let from = self.next;
            let filled = self.fill().and_then(|()| {
                if self.next > from {
                    Ok(())
                } else {
                    Err(no_progress(from, self.end))
                }
            });
            if let Err(error) = filled {
                self.failed = true;
                return Some(Err(error));
            }
        }
        self.ready.pop().map(Ok)
    }
}

fn no_progress(start: i64, end: i64) -> ReadError {
    ReadError::Damaged {
        start,
        end,
        file: 0,
        reason: "no batch at this offset".to_owned(),
    }
}
