//! One partition that this broker holds.

use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};
use std::sync::{Arc, Weak};

use bytes::Bytes;
use parking_lot::Mutex;
use strandline_log::{AppendError, AppendOrigin, Appended, DurableObserver, PartitionLog};
use strandline_protocol::{ErrorCode, TopicPartition};
use strandline_tiering::TierWaker;

use super::leader::{Event, Leader};
use super::topic::TopicHandle;
use super::waits::{FetchWait, FetchWaits, ProduceWait, ProduceWaits};

/// Which records a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Everything below the high watermark.
    ReadUncommitted,
    /// Everything below the last stable offset.
    ReadCommitted,
}

impl Isolation {
    /// From the number in a request.
    pub fn from_code(code: i8) -> Self {
        if code == 1 {
            Self::ReadCommitted
        } else {
            Self::ReadUncommitted
        }
    }
}

/// What a producer wants to have happened before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acks {
    /// Nothing.
    None,
    /// The leader has the batch on stable storage.
    Leader,
    /// Every in-sync replica has.
    All,
}

/// How a partition begins or goes on to lead.
#[derive(Debug, Clone, Copy)]
pub struct Leadership<'a> {
    /// This broker.
    pub node_id: i32,
    /// The leader epoch that the image gives.
    pub leader_epoch: i32,
    /// The committed ISR.
    pub isr: &'a [i32],
    /// `min.insync.replicas`.
    pub min_insync: usize,
}

const NOT_LEADING: i32 = -1;

#[derive(Debug, Default)]
struct State {
    leader: Option<Leader>,
    /// acks=1: until it is durable here.
    durable: ProduceWaits,
    /// acks=all: until it is below the high watermark.
    committed: ProduceWaits,
}

/// A partition of which this broker holds a replica. Its log appends and reads; this says who may,
/// how far, and wakes those who wait.
///
/// Lock order: `state` before the log's own lock. Nobody holds `fetches` while taking another.
#[derive(Debug)]
pub struct Partition {
    topic_partition: TopicPartition,
    topic: Arc<TopicHandle>,
    log: Arc<PartitionLog>,
    /// Hears what the tier may want to act on.
    tier: TierWaker,
    /// [`NOT_LEADING`] if this broker does not lead it. A copy of what `state` says.
    leader_epoch: AtomicI32,
    high_watermark: AtomicI64,
    state: Mutex<State>,
    fetches: Mutex<FetchWaits>,
}

impl Partition {
    /// A partition that does not lead yet.
    pub fn new(topic: Arc<TopicHandle>, log: Arc<PartitionLog>, tier: TierWaker) -> Arc<Self> {
        let partition = Arc::new(Self {
            topic_partition: log.topic_partition(),
            topic,
            tier,
            leader_epoch: AtomicI32::new(NOT_LEADING),
            high_watermark: AtomicI64::new(log.log_start_offset()),
            log,
            state: Mutex::default(),
            fetches: Mutex::default(),
        });
        let observer: Weak<Self> = Arc::downgrade(&partition);
        partition.log.set_observer(observer);
        partition
    }

    /// Its identity.
    pub fn topic_partition(&self) -> TopicPartition {
        self.topic_partition
    }

    /// What it shares with the other partitions of its topic.
    pub fn topic(&self) -> &Arc<TopicHandle> {
        &self.topic
    }

    /// Its log.
    pub fn log(&self) -> &Arc<PartitionLog> {
        &self.log
    }

    /// The epoch in which this broker leads it; `None` if it does not.
    pub fn leader_epoch(&self) -> Option<i32> {
        let epoch = self.leader_epoch.load(Ordering::Acquire);
        (epoch != NOT_LEADING).then_some(epoch)
    }

    /// One past the last offset that readers see.
    pub fn high_watermark(&self) -> i64 {
        self.high_watermark.load(Ordering::Acquire)
    }

    /// One past the last offset that readers with read_committed see.
    pub fn last_stable_offset(&self) -> i64 {
        self.log.last_stable_offset_at(self.high_watermark())
    }

    /// The end of what `isolation` sees.
    pub fn visible_end(&self, isolation: Isolation) -> i64 {
        match isolation {
            Isolation::ReadUncommitted => self.high_watermark(),
            Isolation::ReadCommitted => self.last_stable_offset(),
        }
    }

    /// Whether what was acknowledged in former epochs is known to be visible again. Until then a
    /// new leader gives no answer that says how far the log reaches.
    pub fn knows_its_end(&self) -> bool {
        let state = self.state.lock();
        let leader = state.leader.as_ref();
        leader.is_some_and(|l| l.high_watermark() >= l.epoch_start_offset())
    }

    /// Checks the leader epoch that a client believes in; -1 for none (KIP-320).
    ///
    /// # Errors
    /// NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH if the client's is older, UNKNOWN_LEADER_EPOCH
    /// if it is newer.
    pub fn check_leader_epoch(&self, claimed: i32) -> Result<i32, ErrorCode> {
        let current = self.leader_epoch().ok_or(ErrorCode::NotLeaderOrFollower)?;
        match claimed {
            -1 => Ok(current),
            older if older < current => Err(ErrorCode::FencedLeaderEpoch),
            newer if newer > current => Err(ErrorCode::UnknownLeaderEpoch),
            _ => Ok(current),
        }
    }

    /// Appends a validated batch. With `wait`, slot and request are settled when the batch is
    /// acknowledged as `acks` asks; the caller must not wait for it if this fails.
    ///
    /// # Errors
    /// Kafka's code; nothing was appended.
    pub fn append(
        &self,
        batch: Bytes,
        acks: Acks,
        log_append_time: Option<i64>,
        wait: (&Arc<ProduceWait>, usize),
    ) -> Result<Appended, ErrorCode> {
        let epoch = self.leader_epoch().ok_or(ErrorCode::NotLeaderOrFollower)?;
        if acks == Acks::All && !self.has_enough_replicas() {
            return Err(ErrorCode::NotEnoughReplicas);
        }
        let appended = self
            .log
            .append(batch, epoch, AppendOrigin::Client, log_append_time)
            .map_err(|error| self.append_error(&error))?;
        self.wait(acks, appended.end_offset, wait);
        Ok(appended)
    }

    fn has_enough_replicas(&self) -> bool {
        let state = self.state.lock();
        state
            .leader
            .as_ref()
            .is_some_and(Leader::has_enough_replicas)
    }

    fn wait(&self, acks: Acks, end_offset: i64, (wait, slot): (&Arc<ProduceWait>, usize)) {
        if acks == Acks::None {
            return;
        }
        let mut state = self.state.lock();
        let Some(leader) = &state.leader else {
            // It led when the batch was appended, and nobody will settle this any more.
            wait.open(slot);
            wait.settle(slot, ErrorCode::NotLeaderOrFollower);
            return;
        };
        let (reached, waits) = match acks {
            Acks::All => (leader.high_watermark(), &mut state.committed),
            _ => (leader.local_durable(), &mut state.durable),
        };
        if end_offset > reached {
            waits.add(end_offset, wait, slot);
        }
    }

    fn append_error(&self, error: &AppendError) -> ErrorCode {
        let code = match error {
            AppendError::InvalidBatch => ErrorCode::InvalidRecord,
            AppendError::TooLarge(_) => ErrorCode::MessageTooLarge,
            AppendError::OutOfOrderSequence { .. } => ErrorCode::OutOfOrderSequenceNumber,
            AppendError::InvalidProducerEpoch { .. } => ErrorCode::InvalidProducerEpoch,
            AppendError::InvalidTransactionState(_) => ErrorCode::InvalidTxnState,
            // Retriable: clients come back when there is space, or memory, or another leader.
            AppendError::Fenced { .. } | AppendError::Closed => ErrorCode::NotLeaderOrFollower,
            AppendError::Backlogged => ErrorCode::RequestTimedOut,
            _ => ErrorCode::KafkaStorageError,
        };
        tracing::debug!(partition = %self.topic_partition, %error, "append refused");
        code
    }

    /// Makes `wait` fire when the high watermark moves the next time, or the partition goes away.
    pub fn notify(&self, wait: &Arc<FetchWait>) {
        self.fetches.lock().add(wait);
    }

    /// Leads from now on, or goes on leading under changed circumstances.
    pub fn lead(&self, leadership: Leadership<'_>) {
        let mut state = self.state.lock();
        let continues = state
            .leader
            .as_ref()
            .is_some_and(|leader| leader.leader_epoch() == leadership.leader_epoch);
        if continues {
            let leader = state.leader.as_mut().expect("looked at above");
            leader.handle(Event::IsrCommitted(leadership.isr.to_vec()));
            leader.handle(Event::MinInsync(leadership.min_insync));
        } else {
            resign(&mut state);
            let leader = Leader::new(
                leadership.node_id,
                leadership.leader_epoch,
                self.log.durable_end_offset(),
                leadership.isr,
                leadership.min_insync,
                self.high_watermark(),
            );
            state.leader = Some(leader);
        }
        let epoch = leadership.leader_epoch;
        self.leader_epoch.store(epoch, Ordering::Release);
        self.publish(state);
        self.wake_tier();
    }

    fn wake_tier(&self) {
        if self.topic.config().tiered {
            self.tier.wake(self.topic_partition);
        }
    }

    /// Stops leading: who waits is told to look for another leader.
    pub fn resign(&self) {
        self.leader_epoch.store(NOT_LEADING, Ordering::Release);
        resign(&mut self.state.lock());
        let waits = self.fetches.lock().take();
        waits.fire();
    }

    /// Shows what the state machine decided, settles producers and wakes consumers.
    fn publish(&self, mut state: parking_lot::MutexGuard<'_, State>) {
        let Some(leader) = &state.leader else {
            return;
        };
        let (high_watermark, durable) = (leader.high_watermark(), leader.local_durable());
        let enough = leader.has_enough_replicas();
        let before = self.high_watermark.swap(high_watermark, Ordering::AcqRel);
        state.durable.settle(durable, ErrorCode::None);
        state.committed.settle(high_watermark, ErrorCode::None);
        if !enough {
            let error = ErrorCode::NotEnoughReplicasAfterAppend;
            state.committed.settle(durable, error);
        }
        drop(state);
        if high_watermark > before {
            if self.log.high_watermark_advanced(high_watermark) {
                self.wake_tier();
            }
            let mut fetches = self.fetches.lock();
            if !fetches.is_empty() {
                let waits = fetches.take();
                drop(fetches);
                waits.fire();
            }
        }
    }
}

fn resign(state: &mut State) {
    state.leader = None;
    let error = ErrorCode::NotLeaderOrFollower;
    state.durable.settle(i64::MAX, error);
    state.committed.settle(i64::MAX, error);
}

impl DurableObserver for Partition {
    fn durable(&self, durable_end_offset: i64) {
        let mut state = self.state.lock();
        if let Some(leader) = &mut state.leader {
            leader.handle(Event::LocalDurable(durable_end_offset));
            self.publish(state);
        }
    }
}
