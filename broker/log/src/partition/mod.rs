//! One partition's log: offsets, epochs, producers and segments over the journal's files.
//!
//! # Concurrency
//!
//! One mutex per log guards [`Inner`]; it is never held during I/O. Appends assign offsets and
//! queue; the journal's writer writes, then publishes runs and the durable end. Lock order: a
//! log before the table of files, the queue, the tail cache and the footer cache.
//!
//! # Invariants
//!
//! 1. `log_start <= local_log_start <= durable_end <= log_end`.
//! 2. Extents and open runs are sorted and disjoint; a gap between them is damage.
//! 3. Offsets at or above `durable_end` are never read.

mod append;
pub(crate) mod epochs;
pub(crate) mod extents;
pub(crate) mod pending;
pub(crate) mod producers;
pub(crate) mod read;
pub(crate) mod replay;
mod segments;
pub(crate) mod start_producers;
pub(crate) mod state;
mod timestamp_lookup;
pub(crate) mod truncate;

use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use strandline_protocol::TopicPartition;

pub use self::append::{AppendOrigin, Appended};
use self::epochs::EpochCache;
use self::extents::Extent;
use self::pending::Pending;
pub use self::producers::{AbortedTransaction, ProducerBatch, ProducerState};
use self::producers::{CompletedTransaction, ProducerTable};
pub use self::read::{LocalRead, ReadPlan};
pub use self::segments::{SealedSegment, SegmentBatches, SegmentInfo};
use self::start_producers::StartProducers;
use self::state::{Scalars, SegmentSummary};
use crate::format::run::Run;
use crate::journal::core::Core;
use crate::journal::options::PartitionLogOptions;

/// Hears when batches of a log have become durable.
pub trait DurableObserver: Send + Sync {
    /// Everything below `durable_end_offset` is on stable storage here. Called by the writer
    /// thread after each group, once per touched log: it must return quickly.
    fn durable(&self, durable_end_offset: i64);
}

/// The log of one partition.
pub struct PartitionLog {
    pub(crate) topic_partition: TopicPartition,
    pub(crate) core: Arc<Core>,
    pub(crate) inner: Mutex<Inner>,
    observer: Mutex<Option<Weak<dyn DurableObserver>>>,
    /// Itself, for the queue.
    this: Weak<Self>,
    /// Stands in for a log that was deleted, to carry its entries.
    pub(crate) is_ghost: bool,
}

/// What the mutex of a log guards.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) options: Arc<PartitionLogOptions>,
    pub(crate) log_start: i64,
    pub(crate) local_start: i64,
    /// Log start and local log start as they are once everything queued is durable.
    pub(crate) starts_queued: (i64, i64),
    /// One past the last offset that was assigned.
    pub(crate) log_end: i64,
    /// One past the last offset that is durable.
    pub(crate) durable_end: i64,
    /// The last stable offset when the high watermark moved last.
    pub(crate) stable_end: i64,
    pub(crate) epochs: EpochCache,
    /// Ranges in sealed files, by offset.
    pub(crate) extents: Vec<Extent>,
    /// Runs in the hot file that is being written.
    pub(crate) open_runs: Vec<Run>,
    /// The file that `open_runs` are in.
    pub(crate) open_file: u64,
    /// A truncation cut open runs: the file's facts about producers have to be folded again.
    pub(crate) runs_cut: bool,
    /// The file that holds the newest complete state of this log.
    pub(crate) state_file: u64,
    pub(crate) pending: Pending,
    /// Segments that overlap `[local_start, log_end)`; the last one is active.
    pub(crate) segments: Vec<SegmentSummary>,
    pub(crate) producers: Option<Box<ProducerTable>>,
    /// Producers at the local log start; `None` if there are none.
    pub(crate) start_producers: Option<Box<StartProducers>>,
    /// Transactions whose marker may not be durable yet.
    pub(crate) completed: Vec<CompletedTransaction>,
    /// No appends: being truncated, or deleted.
    pub(crate) closed: bool,
    pub(crate) deleted: bool,
}

/// What recovery knows of a log.
#[derive(Debug, Default)]
pub(crate) struct Restored {
    pub(crate) scalars: Scalars,
    pub(crate) extents: Vec<Extent>,
    pub(crate) segments: Vec<SegmentSummary>,
    pub(crate) producers: ProducerTable,
    pub(crate) start_producers: Option<Box<StartProducers>>,
    pub(crate) state_file: u64,
}

impl PartitionLog {
    pub(crate) fn new(
        topic_partition: TopicPartition,
        core: Arc<Core>,
        options: Arc<PartitionLogOptions>,
        restored: Restored,
    ) -> Arc<Self> {
        let Restored {
            scalars,
            mut extents,
            mut segments,
            mut producers,
            start_producers,
            state_file,
        } = restored;
        producers.mark_seen(core.now_ms());
        extents.shrink_to_fit();
        segments.shrink_to_fit();
        let inner = Inner {
            options,
            log_start: scalars.log_start_offset,
            local_start: scalars.local_log_start_offset,
            starts_queued: (scalars.log_start_offset, scalars.local_log_start_offset),
            log_end: scalars.log_end_offset,
            durable_end: scalars.log_end_offset,
            stable_end: scalars.log_start_offset,
            epochs: EpochCache::from_entries(scalars.epochs),
            extents,
            open_runs: Vec::new(),
            open_file: 0,
            runs_cut: false,
            state_file,
            pending: Pending::default(),
            segments,
            producers: (!producers.is_empty()).then(|| Box::new(producers)),
            start_producers,
            completed: Vec::new(),
            closed: false,
            deleted: false,
        };
        Self::shared(topic_partition, core, inner, false)
    }

    /// Carries entries of a log that does not exist any more.
    pub(crate) fn ghost(topic_partition: TopicPartition, core: Arc<Core>) -> Arc<Self> {
        let inner = Inner {
            options: Arc::new(PartitionLogOptions::default()),
            log_start: 0,
            local_start: 0,
            starts_queued: (0, 0),
            log_end: 0,
            durable_end: 0,
            stable_end: 0,
            epochs: EpochCache::default(),
            extents: Vec::new(),
            open_runs: Vec::new(),
            open_file: 0,
            runs_cut: false,
            state_file: 0,
            pending: Pending::default(),
            segments: Vec::new(),
            producers: None,
            start_producers: None,
            completed: Vec::new(),
            closed: true,
            deleted: false,
        };
        Self::shared(topic_partition, core, inner, true)
    }

    fn shared(
        topic_partition: TopicPartition,
        core: Arc<Core>,
        inner: Inner,
        is_ghost: bool,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            topic_partition,
            core,
            inner: Mutex::new(inner),
            observer: Mutex::new(None),
            this: Weak::clone(this),
            is_ghost,
        })
    }

    pub(crate) fn set_producers(&self, mut table: ProducerTable) {
        table.mark_seen(self.core.now_ms());
        self.inner.lock().producers = (!table.is_empty()).then(|| Box::new(table));
    }

    /// The partition.
    #[must_use]
    pub fn topic_partition(&self) -> TopicPartition {
        self.topic_partition
    }

    /// Sets who hears about durable batches; one observer, the last one set.
    pub fn set_observer(&self, observer: Weak<dyn DurableObserver>) {
        *self.observer.lock() = Some(observer);
    }

    pub(crate) fn observer(&self) -> Option<Arc<dyn DurableObserver>> {
        self.observer.lock().as_ref().and_then(Weak::upgrade)
    }

    /// Changes what acts on this log from the next append on.
    pub fn update_options(&self, options: PartitionLogOptions) {
        self.inner.lock().options = Arc::new(options);
    }

    /// First offset that readers may ask for, wherever it is kept.
    #[must_use]
    pub fn log_start_offset(&self) -> i64 {
        self.inner.lock().log_start
    }

    /// First offset that is kept here.
    #[must_use]
    pub fn local_log_start_offset(&self) -> i64 {
        self.inner.lock().local_start
    }

    /// One past the last assigned offset.
    #[must_use]
    pub fn log_end_offset(&self) -> i64 {
        self.inner.lock().log_end
    }

    /// One past the last durable offset.
    #[must_use]
    pub fn durable_end_offset(&self) -> i64 {
        self.inner.lock().durable_end
    }

    /// First offset of the oldest transaction that is open or whose marker is not durable yet,
    /// or else the durable end.
    #[must_use]
    pub fn last_stable_offset(&self) -> i64 {
        let inner = self.inner.lock();
        let high_watermark = inner.durable_end;
        inner.stable_at(high_watermark)
    }

    /// The last stable offset under a high watermark: a transaction counts as decided only
    /// when its marker is below it.
    #[must_use]
    pub fn last_stable_offset_at(&self, high_watermark: i64) -> i64 {
        self.inner.lock().stable_at(high_watermark)
    }

    /// Forgets decided transactions below a high watermark, which only grows. True if the last
    /// stable offset went over the border of a segment: one can be tiered, or one has begun whose
    /// age counts.
    #[must_use]
    pub fn high_watermark_advanced(&self, high_watermark: i64) -> bool {
        let mut inner = self.inner.lock();
        if !inner.completed.is_empty() {
            inner
                .completed
                .retain(|t| t.marker_offset >= high_watermark);
        }
        let stable = inner.stable_at(high_watermark);
        let before = std::mem::replace(&mut inner.stable_end, stable);
        let mut borders = inner.segments.iter().rev().map(|s| s.base_offset);
        let last = borders.find(|border| *border <= stable);
        stable > before && last.is_some_and(|border| border >= before)
    }

    /// Bytes of batches from the local log start to the end.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.inner.lock().segments.iter().map(|s| s.bytes).sum()
    }

    /// The epoch of the newest batch, -1 without one.
    #[must_use]
    pub fn latest_leader_epoch(&self) -> i32 {
        self.inner.lock().epochs.latest().unwrap_or(-1)
    }

    /// The largest epoch at most `leader_epoch` and one past its last offset, as KIP-101
    /// defines it; (-1, -1) if that is not known.
    #[must_use]
    pub fn epoch_end_offset(&self, leader_epoch: i32) -> (i32, i64) {
        let inner = self.inner.lock();
        inner.epochs.end_offset(leader_epoch, inner.log_end)
    }

    /// Leader epochs with their start offsets.
    #[must_use]
    pub fn leader_epochs(&self) -> Vec<(i32, i64)> {
        self.inner.lock().epochs.entries().to_vec()
    }

    /// The epoch of the batch at an offset, -1 if unknown.
    #[must_use]
    pub fn leader_epoch_at(&self, offset: i64) -> i32 {
        self.inner.lock().epochs.epoch_at(offset)
    }

    /// What is known of every producer, by producer id.
    #[must_use]
    pub fn producers(&self) -> Vec<ProducerState> {
        self.inner
            .lock()
            .producers
            .as_ref()
            .map(|p| p.states())
            .unwrap_or_default()
    }

    /// Puts the log into the writer's queue. The caller holds the lock of `inner`.
    pub(crate) fn enqueue(&self, inner: &mut Inner) {
        if !inner.pending.queued
            && let Some(this) = self.this.upgrade()
        {
            inner.pending.queued = true;
            self.core.queue.push(this);
        }
    }

    /// Waits until everything that was queued so far is durable.
    pub(crate) fn wait_published(&self, ticket: u64) -> Result<(), crate::error::LogError> {
        self.core
            .wait_durable(|| self.inner.lock().pending.published >= ticket)
    }
}

impl Inner {
    pub(crate) fn scalars(&self) -> Scalars {
        Scalars {
            log_start_offset: self.log_start,
            local_log_start_offset: self.local_start,
            log_end_offset: self.durable_end,
            epochs: self.epochs.entries().to_vec(),
        }
    }

    /// The same for an entry behind everything that is queued.
    pub(crate) fn scalars_queued(&self) -> Scalars {
        let (log_start_offset, local_log_start_offset) = self.starts_queued;
        Scalars {
            log_start_offset,
            local_log_start_offset,
            ..self.scalars()
        }
    }

    fn stable_at(&self, high_watermark: i64) -> i64 {
        let open = self.producers.as_ref().and_then(|p| p.first_open_offset());
        let undecided = self
            .completed
            .iter()
            .filter(|t| t.marker_offset >= high_watermark);
        let undecided = undecided.map(|t| t.first_offset).min();
        let oldest = open.into_iter().chain(undecided).min().unwrap_or(i64::MAX);
        oldest.min(high_watermark)
    }
}

impl std::fmt::Debug for PartitionLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartitionLog")
            .field("topic_partition", &self.topic_partition)
            .finish()
    }
}
