//! The ends of a log move: truncation, log start, local log start.

use std::sync::atomic::Ordering;

use super::pending::Urgent;
use super::read::RunReader;
use super::start_producers::{FILE_BYTES_PER_PRODUCER, StartProducers};
use super::state::complete_entry;
use super::{Inner, PartitionLog};
use crate::batch;
use crate::error::{LogError, ReadError};
use crate::format::run::Run;
use crate::journal::core::Core;

impl PartitionLog {
    /// Removes every batch that ends above `end_offset`, durably: the log then ends at the
    /// last batch boundary at or below it. Blocks. Appends are refused meanwhile.
    ///
    /// # Errors
    ///
    /// If the offset is below the local log start, a header cannot be read, or the journal
    /// stops.
    pub fn truncate(&self, end_offset: i64, leader_epoch: i32) -> Result<(), LogError> {
        self.close_for_truncation(end_offset, leader_epoch)?;
        let result = self.truncate_closed(end_offset, leader_epoch);
        self.reopen();
        result
    }

    fn close_for_truncation(&self, end_offset: i64, leader_epoch: i32) -> Result<(), LogError> {
        let ticket = {
            let mut inner = self.inner.lock();
            let (start, end) = (inner.local_start, inner.log_end);
            if end_offset < start {
                return Err(LogError::OffsetOutOfRange {
                    offset: end_offset,
                    start,
                    end,
                });
            }
            if inner.closed {
                return Err(LogError::Stopped);
            }
            inner.closed = true;
            let dropped = inner.pending.drop_batches(end_offset);
            let _ = self
                .core
                .queue
                .pending_bytes
                .fetch_sub(dropped, Ordering::Relaxed);
            if dropped > 0 {
                inner.forget_dropped();
                // Facts about the dropped batches may be on their way already.
                let entry = Urgent::Truncate {
                    end_offset: inner.log_end,
                    leader_epoch,
                    effective_sequence: 0,
                };
                let _ = inner.pending.push_urgent(entry);
                self.enqueue(&mut inner);
            }
            inner.pending.enqueued
        };
        // What the writer has taken already is published first: then nothing is in flight.
        let flushed = self.wait_published(ticket);
        if flushed.is_err() {
            self.reopen();
        }
        flushed
    }

    /// Takes appends again, unless the log was deleted meanwhile.
    fn reopen(&self) {
        let mut inner = self.inner.lock();
        inner.closed = inner.deleted;
    }

    fn truncate_closed(&self, end_offset: i64, leader_epoch: i32) -> Result<(), LogError> {
        let end_offset = self
            .batch_boundary(end_offset)
            .map_err(|error| LogError::Io {
                action: "read the batch to truncate at in",
                path: self.core.options.dir.clone(),
                source: std::io::Error::other(error),
            })?;
        // A batch that reaches below the local start goes as a whole.
        let end_offset = end_offset.max(self.local_log_start_offset());
        let mut producers = self
            .replay_producers(end_offset)
            .map_err(|error| LogError::Io {
                action: "read the producers before the truncation in",
                path: self.core.options.dir.clone(),
                source: std::io::Error::other(error),
            })?;
        producers.mark_seen(self.core.now_ms());
        let ticket = {
            let mut inner = self.inner.lock();
            // A state behind the entry that deletes the log would bring it back.
            if inner.deleted {
                return Err(LogError::Stopped);
            }
            if end_offset >= inner.durable_end {
                inner.log_end = inner.durable_end;
                inner.forget_above();
                inner.producers = (!producers.is_empty()).then(|| Box::new(producers));
                return Ok(());
            }
            self.cut_end(&mut inner, end_offset);
            inner.producers = (!producers.is_empty()).then(|| Box::new(producers));
            let entry = Urgent::Truncate {
                end_offset,
                leader_epoch,
                effective_sequence: 0,
            };
            let _ = inner.pending.push_urgent(entry);
            let scalars = inner.scalars_queued();
            let entry = complete_entry(&self.topic_partition, &scalars, Vec::new());
            let ticket = inner.pending.push_urgent(entry);
            self.enqueue(&mut inner);
            ticket
        };
        self.wait_published(ticket)
    }

    /// The end of the last batch that ends at or below `offset`.
    fn batch_boundary(&self, offset: i64) -> Result<i64, ReadError> {
        let (open, sealed) = {
            let inner = self.inner.lock();
            let open = inner.open_runs.iter().find(|r| cuts(r, offset)).copied();
            let extent = inner
                .extents
                .iter()
                .find(|e| e.base_offset < offset && offset < e.end_offset && open.is_none());
            let sealed = extent.and_then(|e| Some((*e, self.core.files.pin(e.file)?)));
            (open.map(|run| (inner.open_file, run)), sealed)
        };
        if let Some((file, run)) = open
            && let Some(payload) = self.open_payload(file, &run)
        {
            return Ok(boundary_in(&payload, run.base_offset, offset));
        }
        let Some((_, pin)) = sealed else {
            return Ok(offset);
        };
        let index = self.core.footer(&pin)?;
        let Some(row) = index.find(&self.topic_partition) else {
            return Ok(offset);
        };
        let Some(run) = index.runs(&row).iter().find(|r| cuts(r, offset)) else {
            return Ok(offset);
        };
        let reader = RunReader {
            core: &self.core,
            pin: &pin,
            index: &index,
            tp: row.topic_partition,
        };
        let mut boundary = offset;
        reader.read(&[run], |run, payload| {
            boundary = boundary_in(&payload, run.base_offset, offset);
            Ok(())
        })?;
        Ok(boundary)
    }

    /// Cuts runs, extents, segments and epochs. `end_offset` is a batch boundary.
    fn cut_end(&self, inner: &mut Inner, end_offset: i64) {
        let file = inner.open_file;
        inner.open_runs.retain(|run| run.base_offset < end_offset);
        if let Some(last) = inner.open_runs.last_mut()
            && last.end_offset() > end_offset
            && let Some(payload) = self.open_payload(file, last)
        {
            *last = cut_run(last, &payload, end_offset);
        }
        cut_extents(&self.core, inner, i64::MIN, end_offset);
        inner.log_end = end_offset;
        inner.durable_end = end_offset;
        inner.pending.taken_end = end_offset;
        inner.runs_cut = true;
        inner.forget_above();
    }

    /// Moves the log start to `offset`, durably (DeleteRecords, retention). Local data below
    /// it is dropped. Blocks.
    ///
    /// # Errors
    ///
    /// If the offset is not in the log, the log is being truncated, or the journal stops.
    pub fn set_log_start_offset(&self, offset: i64, metadata_index: u64) -> Result<(), LogError> {
        {
            let inner = self.inner.lock();
            if offset <= inner.log_start && offset >= 0 {
                return Ok(());
            }
        }
        let ticket = self.queue_start(Some(offset), offset, metadata_index)?;
        self.wait_published(ticket)
    }

    /// Drops local data below `offset`, which a committed manifest or log start covers (I21).
    /// Blocks to read what stands there of producers. Does not wait for the entry: the data
    /// goes when it is durable.
    ///
    /// # Errors
    ///
    /// If the offset is above the end of the log, or the log is being truncated.
    pub fn drop_local_below(&self, offset: i64, metadata_index: u64) -> Result<(), LogError> {
        self.queue_start(None, offset, metadata_index).map(drop)
    }

    /// Queues the entry that moves the starts; answers what to wait for.
    fn queue_start(
        &self,
        log_start: Option<i64>,
        local_start: i64,
        metadata_index: u64,
    ) -> Result<u64, LogError> {
        loop {
            let local_start = local_start.max(self.inner.lock().starts_queued.1);
            // Also if the start is queued already: of a torn group each entry may be lost, and
            // one that is kept must say all.
            let producers = (local_start > self.local_log_start_offset())
                .then(|| self.producers_at(local_start))
                .flatten();
            let mut inner = self.inner.lock();
            let (start, end) = (inner.log_start, inner.durable_end);
            if local_start > end || local_start < 0 {
                let offset = local_start;
                return Err(LogError::OffsetOutOfRange { offset, start, end });
            }
            if inner.closed {
                return Err(LogError::Stopped);
            }
            let before = inner.starts_queued;
            if local_start < before.1 {
                // Another start was queued meanwhile.
                continue;
            }
            let log_start = log_start.unwrap_or(before.0).max(before.0);
            if (log_start, local_start) == before {
                return Ok(inner.pending.enqueued);
            }
            inner.starts_queued = (log_start, local_start);
            self.core.note_metadata_index(metadata_index);
            let tp = &self.topic_partition;
            let entry = Urgent::Start {
                log_start,
                local_start,
                metadata_index,
                records: producers.as_ref().map_or_else(Vec::new, |p| p.records(tp)),
                producers,
            };
            let ticket = inner.pending.push_urgent(entry);
            self.enqueue(&mut inner);
            return Ok(ticket);
        }
    }

    /// What is to be remembered of producers when the local log starts at `offset`.
    fn producers_at(&self, offset: i64) -> Option<Box<StartProducers>> {
        let _ = self.inner.lock().producers.as_ref()?;
        let replayed = self.replay_producers(offset);
        let inner = self.inner.lock();
        let current = inner.producers.as_ref()?;
        let mut table = replayed.unwrap_or_else(|error| {
            // Damage must not keep data from being dropped: what memory says is the best left.
            let tp = self.topic_partition;
            tracing::error!(%tp, offset, %error, "producers at the new local start are incomplete");
            let mut table = (**current).clone();
            table.forget_from(offset);
            table
        });
        table.retain_known_to(current);
        let smallest = self.core.options.first_file_size_bytes;
        let most = smallest / FILE_BYTES_PER_PRODUCER;
        table.expire(i64::MIN, usize::try_from(most).unwrap_or(usize::MAX));
        (!table.is_empty()).then(|| Box::new(StartProducers { offset, table }))
    }

    /// Moves the starts: their entry is durable. Called by the writer, with the lock held.
    pub(crate) fn apply_start(&self, inner: &mut Inner, entry: Urgent) {
        let Urgent::Start {
            log_start,
            local_start: start,
            producers,
            ..
        } = entry
        else {
            return;
        };
        if log_start > inner.log_start {
            inner.log_start = log_start;
            inner.epochs.truncate_start(log_start);
        }
        if start <= inner.local_start || inner.deleted {
            return;
        }
        inner.local_start = start;
        inner.start_producers = producers;
        cut_extents(&self.core, inner, start, i64::MAX);
        inner.open_runs.retain(|run| run.end_offset() > start);
        let kept = inner.segments.partition_point(|s| s.base_offset <= start);
        let _ = inner.segments.drain(..kept.saturating_sub(1));
        if inner.segments.len() == 1
            && start >= inner.log_end
            && let Some(active) = inner.segments.first_mut()
        {
            *active = super::state::SegmentSummary {
                base_offset: start,
                bytes: 0,
                ..*active
            };
        }
    }
}

impl Inner {
    /// The end of the log after batches were dropped that the writer had not taken.
    fn forget_dropped(&mut self) {
        let waiting = self.pending.batches.back().map(|b| b.header.end_offset());
        self.log_end = waiting
            .unwrap_or(self.pending.taken_end)
            .max(self.durable_end);
        if let Some(producers) = &mut self.producers {
            producers.forget_from(self.log_end);
        }
        self.forget_above();
    }

    /// Forgets segments, epochs and decided transactions at or above the end of the log.
    fn forget_above(&mut self) {
        let end = self.log_end;
        let bytes: u64 = self.extents.iter().map(|e| e.bytes).sum::<u64>()
            + self
                .open_runs
                .iter()
                .map(|r| u64::from(r.length))
                .sum::<u64>();
        self.segments.retain(|s| s.base_offset < end);
        let closed: u64 = self.segments.iter().rev().skip(1).map(|s| s.bytes).sum();
        if let Some(active) = self.segments.last_mut() {
            active.bytes = bytes.saturating_sub(closed);
        }
        self.epochs.truncate_end(end);
        self.completed.retain(|t| t.marker_offset < end);
    }
}

/// Whether an offset lies inside a run.
fn cuts(run: &Run, offset: i64) -> bool {
    run.base_offset < offset && offset < run.end_offset()
}

fn boundary_in(payload: &[u8], base_offset: i64, offset: i64) -> i64 {
    let ends = batch::batches(payload).map(|(_, b)| b.end_offset());
    ends.take_while(|end| *end <= offset)
        .last()
        .unwrap_or(base_offset)
}

/// The part of a run below a batch boundary.
pub(crate) fn cut_run(run: &Run, payload: &[u8], end_offset: i64) -> Run {
    let mut cut = Run {
        offset_count: 0,
        length: 0,
        max_timestamp: i64::MIN,
        ..*run
    };
    for (at, b) in batch::batches(payload) {
        if b.end_offset() > end_offset {
            break;
        }
        let delta = |offset: i64| u32::try_from(offset - run.base_offset).unwrap_or(u32::MAX);
        cut.offset_count = delta(b.end_offset());
        cut.length = u32::try_from(at + b.total_len).unwrap_or(u32::MAX);
        if b.max_timestamp > cut.max_timestamp {
            cut.max_timestamp = b.max_timestamp;
            cut.max_timestamp_delta = delta(b.base_offset);
        }
    }
    cut
}

/// Keeps what is in `[start, end)` of every extent, and tells the files.
pub(crate) fn cut_extents(core: &Core, inner: &mut Inner, start: i64, end: i64) {
    inner
        .extents
        .retain_mut(|extent| match extent.cut(start, end) {
            Some(cut) => {
                let change = extent.bytes.abs_diff(cut.bytes);
                core.files
                    .count(extent.file, 0, -i64::try_from(change).unwrap_or(i64::MAX));
                *extent = cut;
                true
            }
            None => {
                core.files.count(
                    extent.file,
                    -1,
                    -i64::try_from(extent.bytes).unwrap_or(i64::MAX),
                );
                false
            }
        });
    if inner.extents.capacity() > 4 * inner.extents.len() + 4 {
        inner.extents.shrink_to_fit();
    }
    if core.files.emptied.load(Ordering::Acquire) {
        core.housekeeping.notify();
    }
}
