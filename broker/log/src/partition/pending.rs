//! What a log has handed to the writer and is not on disk yet.

use std::collections::VecDeque;

use bytes::Bytes;

use super::start_producers::StartProducers;
use super::state::SegmentStart;
use crate::batch::{Batch, Marker};

/// A batch that waits for the next group.
#[derive(Debug)]
pub(crate) struct PendingBatch {
    pub(crate) bytes: Bytes,
    /// Its header with the final base offset and epoch.
    pub(crate) header: Batch,
    /// The writer sets offset and epoch in its copy.
    pub(crate) patch: bool,
    pub(crate) log_append_time: Option<i64>,
    /// The batch starts a segment.
    pub(crate) segment: Option<Box<SegmentStart>>,
    /// The end of a transaction, and the transaction's first offset.
    pub(crate) marker: Option<(Marker, i64)>,
}

/// An entry that goes before the batches of its log and does not wait for space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Urgent {
    Create,
    Delete {
        metadata_index: u64,
    },
    /// The log starts there from when this is durable.
    Start {
        log_start: i64,
        local_start: i64,
        metadata_index: u64,
        producers: Option<Box<StartProducers>>,
        /// Payloads of the `state` entries that go before it, in the same group.
        records: Vec<Bytes>,
    },
    Truncate {
        end_offset: i64,
        leader_epoch: i32,
        effective_sequence: u64,
    },
    /// A delete or truncation of former times that files still need, with its sequence.
    DeleteAgain {
        effective_sequence: u64,
    },
    /// A generated `PartitionState`; a complete one says everything about the log.
    State {
        record: Bytes,
        complete: bool,
    },
}

/// The queue of one log.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) batches: VecDeque<PendingBatch>,
    pub(crate) urgent: Vec<Urgent>,
    pub(crate) bytes: usize,
    /// One past the last offset that the writer took.
    pub(crate) taken_end: i64,
    /// The log is in the writer's queue, or the writer is looking at it.
    pub(crate) queued: bool,
    /// Entries queued so far, and how many of these are durable.
    pub(crate) enqueued: u64,
    pub(crate) published: u64,
}

impl Pending {
    pub(crate) fn push_urgent(&mut self, entry: Urgent) -> u64 {
        self.urgent.push(entry);
        self.enqueued += 1;
        self.enqueued
    }

    pub(crate) fn push_batch(&mut self, batch: PendingBatch) {
        self.bytes += batch.bytes.len();
        self.batches.push_back(batch);
        self.enqueued += 1;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty() && self.urgent.is_empty()
    }

    /// Drops batches that were not taken by the writer. Answers their bytes.
    pub(crate) fn drop_batches(&mut self, from_offset: i64) -> usize {
        let mut dropped = 0;
        while let Some(last) = self.batches.back() {
            if last.header.end_offset() <= from_offset {
                break;
            }
            dropped += last.bytes.len();
            self.published += 1;
            let _ = self.batches.pop_back();
        }
        self.bytes -= dropped;
        dropped
    }
}
