//! Drives the tier for all partitions this broker leads: uploads, local and total retention, trash and orphans.
//!
//! One loop decides ([`UploadPlan`], [`RetentionScan`] are pure); taking the prefix and uploads run as tasks of their
//! own. A failure of the store never ends the loop: it is named when it begins and rarely while it lasts, and tried
//! again after a pause. While the prefix is not ours nothing is uploaded or deleted in the store (I20), and retention of
//! what is local goes on.
//!
//! The loop sleeps until there is something to do: a partition was touched ([`TierWaker`]), an upload landed, a time came
//! (a segment grows too old to stay open or to stay local, a pause after a failure ends), or a round begins. A round
//! looks at everything, a few partitions at a time, so that neither an upload nor a request waits for it. Idle
//! partitions cost nothing between two rounds.

use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use strandline_protocol::TopicPartition;
use strandline_protocol::clock::Clock;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::error::{ErrorKind, TierError};
use crate::retention::{RetainedSegment, RetentionScan};
use crate::schedule::Schedule;
use crate::tier::Tier;
use crate::upload_plan::{Candidate, LedPartition, TierMode, UploadPlan, debt_bytes, next_segment};
use crate::uploader::Uploaded;
use crate::waker::TierWaker;

/// The broker's side of the driver.
#[async_trait]
pub trait TierHost: Send + Sync {
    /// Partitions that this broker leads now and that have a tier.
    fn partitions(&self) -> Vec<TopicPartition>;

    /// One of them as it is now; `None` if it is not led any more.
    fn partition(&self, tp: TopicPartition) -> Option<LedPartition>;

    /// Time of the cluster in milliseconds; `None` if this broker's clock cannot be trusted to delete by time.
    fn cluster_time_ms(&self) -> Option<i64>;

    /// Commits a new log start to the metadata and applies it to the local log.
    ///
    /// # Errors
    /// Whatever the metadata answers; tried again later.
    async fn advance_log_start(
        &self,
        tp: TopicPartition,
        leader_epoch: i32,
        offset: i64,
    ) -> Result<(), TierError>;

    /// Drops local data below `below`. The committed manifest covers it.
    ///
    /// # Errors
    /// Whatever the log answers; tried again later.
    async fn local_drop(&self, tp: TopicPartition, below: i64) -> Result<(), TierError>;
}

/// Partitions of a round that are looked at before uploads get their turn again.
const ROUND_STEP: usize = 16;

/// The driver.
pub struct TierDriver {
    tier: Arc<Tier>,
    host: Arc<dyn TierHost>,
    clock: Arc<dyn Clock>,
    plan: UploadPlan,
    waker: TierWaker,
    work: JoinSet<Done>,
    claim: Claim,
    /// What could be uploaded, by partition.
    waiting: HashMap<TopicPartition, Candidate>,
    /// When to look at a partition again.
    schedule: Schedule,
    round: Round,
    swept: HashMap<TopicPartition, Swept>,
}

/// The last sweep of a partition.
#[derive(Debug, Clone, Copy)]
struct Swept {
    leader_epoch: i32,
    /// When something that it left can go.
    again_ms: Option<i64>,
}

/// What a task of the driver did.
enum Done {
    Claimed(Result<(), TierError>),
    Uploaded(TopicPartition, Result<Uploaded, TierError>),
}

/// The attempts to take the prefix.
#[derive(Debug, Default)]
struct Claim {
    running: bool,
    /// Not again before.
    until: Duration,
    /// The last pause.
    pause: Duration,
}

/// The regular look at everything.
#[derive(Debug, Default)]
struct Round {
    /// When the next one begins.
    next: Duration,
    /// Partitions that it has not reached yet.
    left: VecDeque<TopicPartition>,
    /// Partitions that were being uploaded when it reached them: their turn comes after that.
    postponed: HashSet<TopicPartition>,
    /// The store failed: what needs it waits for the next round.
    broken: bool,
}

impl std::fmt::Debug for TierDriver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TierDriver")
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

impl TierDriver {
    /// A driver; [`Self::run`] starts it.
    pub fn new(tier: Arc<Tier>, host: Arc<dyn TierHost>, clock: Arc<dyn Clock>) -> Self {
        let options = tier.options();
        let plan = UploadPlan::new(
            options.upload_concurrency,
            options.upload_bytes as u64,
            options.retry_pause,
            options.retry_pause_max,
        );
        let waker = TierWaker::default();
        waker.listen();
        Self {
            tier,
            host,
            clock,
            plan,
            waker,
            work: JoinSet::new(),
            claim: Claim::default(),
            waiting: HashMap::new(),
            schedule: Schedule::default(),
            round: Round::default(),
            swept: HashMap::new(),
        }
    }

    /// The same driver, woken by `waker`.
    #[must_use]
    pub fn woken_by(self, waker: TierWaker) -> Self {
        waker.listen();
        Self { waker, ..self }
    }

    /// Wakes this driver.
    pub fn waker(&self) -> TierWaker {
        self.waker.clone()
    }

    /// Runs until `stop` says true or its sender is gone. Uploads under way are given up: nothing is committed half.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let waker = self.waker.clone();
            // A pass waits for the store, which may take its time; a stop does not.
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                () = self.pass() => {}
            }
            let idle = self.idle();
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                Some(done) = self.work.join_next(), if !self.work.is_empty() => self.landed(done.ok()),
                () = waker.woken() => {}
                () = tokio::time::sleep(idle) => {}
            }
        }
        self.work.shutdown().await;
        self.tier.close().await;
    }

    /// Looks at what was touched, what is due and the next part of a round; starts uploads. For tests, which wait with
    /// [`Self::settle`].
    pub async fn pass(&mut self) {
        while let Some(done) = self.work.try_join_next() {
            self.landed(done.ok());
        }
        self.start_claim();
        let now = self.clock.monotonic();
        let mut due = self.waker.take();
        due.extend(self.schedule.take_due(now));
        for tp in due {
            self.look(tp).await;
        }
        if self.round.next <= now && self.round.left.is_empty() {
            self.begin_round(now);
        }
        for _ in 0..ROUND_STEP {
            let Some(tp) = self.round.left.pop_front() else {
                break;
            };
            if let Some(partition) = self.look(tp).await {
                self.retain(&partition).await;
            }
        }
        self.start_uploads();
    }

    /// Waits for what is running: uploads, and taking the prefix.
    pub async fn settle(&mut self) {
        while let Some(done) = self.work.join_next().await {
            self.landed(done.ok());
        }
    }

    /// How long there is nothing to do unless somebody wakes the driver.
    fn idle(&self) -> Duration {
        let now = self.clock.monotonic();
        if !self.round.left.is_empty() {
            return Duration::ZERO;
        }
        let claim = (!self.tier.is_claimed() && !self.claim.running).then_some(self.claim.until);
        let times = [self.schedule.next(), self.plan.next_retry(now), claim];
        let next = times.into_iter().flatten().min();
        next.map_or(self.round.next, |next| next.min(self.round.next))
            .saturating_sub(now)
    }

    fn begin_round(&mut self, now: Duration) {
        let led = self.host.partitions();
        let known: HashSet<TopicPartition> = led.iter().copied().collect();
        self.plan.keep_only(|tp| known.contains(tp));
        self.tier.keep_debt(|tp| known.contains(tp));
        self.swept.retain(|tp, _| known.contains(tp));
        self.waiting.retain(|tp, _| known.contains(tp));
        self.schedule.keep_only(|tp| known.contains(tp));
        self.round = Round {
            next: now + self.tier.options().retention_interval,
            left: led.into(),
            ..Round::default()
        };
    }

    /// Looks at one partition: what can be uploaded, what need not stay local, and when to look again.
    async fn look(&mut self, tp: TopicPartition) -> Option<LedPartition> {
        let Some(partition) = self.host.partition(tp) else {
            self.waiting.remove(&tp);
            self.schedule.set(tp, None);
            self.tier.set_debt(tp, 0);
            return None;
        };
        let tiered_end_offset = self.tier.tiered_end_offset(tp);
        self.tier
            .set_debt(tp, debt_bytes(&partition, tiered_end_offset));
        match next_segment(&partition, tiered_end_offset) {
            Some(segment) => {
                let candidate = Candidate {
                    tp,
                    size_bytes: segment.size_bytes(),
                    max_timestamp: segment.max_timestamp(),
                };
                self.waiting.insert(tp, candidate);
            }
            None => {
                self.waiting.remove(&tp);
            }
        }
        let pause = match self.retain_local(&partition).await {
            Ok(()) => self.tier.options().retry_pause,
            Err(error) => {
                self.tier.report(Some(tp), &error);
                self.tier.options().retry_pause_max
            }
        };
        let time = self.next_look(&partition, pause);
        self.schedule.set(tp, time);
        Some(partition)
    }

    /// When time alone makes a difference for the partition; not before `pause`.
    fn next_look(&self, partition: &LedPartition, pause: Duration) -> Option<Duration> {
        let now = self.clock.unix_millis();
        let sealed = partition.seals_at_ms.map(|time| time.saturating_sub(now));
        let local = partition.retention.local_retention_ms;
        let tiered_end_offset = self.tier.tiered_end_offset(partition.tp);
        // What is not tiered stays local whatever its age; its upload is looked at on its own.
        let first = partition.segments.first();
        let first = first.filter(|first| first.end_offset() <= tiered_end_offset);
        let dropped = first.and_then(|first| {
            let expires = first
                .max_timestamp()
                .saturating_add(local?)
                .saturating_add(1);
            Some(expires.saturating_sub(self.host.cluster_time_ms()?))
        });
        let wait = sealed.into_iter().chain(dropped).min()?;
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
        Some(self.clock.monotonic() + wait.max(pause))
    }

    fn start_claim(&mut self) {
        let now = self.clock.monotonic();
        if self.tier.is_claimed() || self.claim.running || now < self.claim.until {
            return;
        }
        self.claim.running = true;
        let tier = Arc::clone(&self.tier);
        self.work
            .spawn(async move { Done::Claimed(unless_panicked(tier.claim()).await) });
    }

    fn start_uploads(&mut self) {
        // Again if what was chosen is gone: it took the slots of others, which nothing else wakes.
        while self.tier.is_claimed() && self.start_chosen() {}
    }

    /// Starts what may start now; whether something that was chosen is gone.
    fn start_chosen(&mut self) -> bool {
        let mut gone = false;
        let waiting = self.waiting.values().copied().collect();
        for tp in self.plan.choose(waiting, self.clock.monotonic()) {
            // Time has passed since it was looked at.
            let next = self.host.partition(tp).and_then(|partition| {
                let segment = next_segment(&partition, self.tier.tiered_end_offset(tp))?;
                Some((partition.leader_epoch, Arc::clone(segment)))
            });
            let Some((leader_epoch, segment)) = next else {
                self.plan.succeeded(&tp);
                self.waiting.remove(&tp);
                gone = true;
                continue;
            };
            let tier = Arc::clone(&self.tier);
            self.work.spawn(async move {
                let upload = tier.upload(tp, leader_epoch, segment);
                Done::Uploaded(tp, unless_panicked(upload).await)
            });
        }
        gone
    }

    fn landed(&mut self, done: Option<Done>) {
        match done {
            Some(Done::Claimed(result)) => self.claimed(result),
            Some(Done::Uploaded(tp, result)) => self.uploaded(tp, result),
            None => {}
        }
    }

    fn claimed(&mut self, result: Result<(), TierError>) {
        self.claim.running = false;
        let Err(error) = result else {
            self.tier.report_success();
            return;
        };
        let options = self.tier.options();
        self.claim.pause = (self.claim.pause * 2)
            .max(options.retry_pause)
            .min(options.retry_pause_max);
        self.claim.until = self.clock.monotonic() + self.claim.pause;
        self.tier.report(None, &error);
    }

    fn uploaded(&mut self, tp: TopicPartition, result: Result<Uploaded, TierError>) {
        if self.round.postponed.remove(&tp) {
            self.round.left.push_front(tp);
        }
        if result.is_err() {
            // It may have left an object.
            self.swept.remove(&tp);
        }
        match result {
            Ok(uploaded) => {
                let entry = &uploaded.entry;
                tracing::debug!(%tp, entry.base_offset, entry.end_offset, entry.object_bytes, "uploaded a segment");
                self.plan.succeeded(&tp);
                self.tier.report_success();
                self.waker.wake(tp);
            }
            Err(error) if matches!(error.kind(), ErrorKind::Fenced | ErrorKind::Conflict) => {
                // Who was first is in the metadata, here at the latest when it is tried again.
                tracing::debug!(%tp, %error, "an upload was refused");
                self.plan.failed(tp, self.clock.monotonic());
            }
            Err(error) => {
                let (times, pause) = self.plan.failed(tp, self.clock.monotonic());
                tracing::debug!(%tp, %error, times, ?pause, "an upload failed");
                self.tier.report(Some(tp), &error);
            }
        }
    }

    /// Drops local segments that are tiered and beyond `local.retention.*`.
    async fn retain_local(&self, partition: &LedPartition) -> Result<(), TierError> {
        if partition.mode == TierMode::Discard {
            return Ok(());
        }
        let tp = partition.tp;
        let Some(first) = partition.segments.first() else {
            return Ok(());
        };
        let local_bytes = partition.active_bytes
            + partition
                .segments
                .iter()
                .map(|s| s.size_bytes())
                .sum::<u64>();
        let tiered_end_offset = self.tier.tiered_end_offset(tp);
        let scan = RetentionScan::local(
            &partition.retention,
            local_bytes,
            self.host.cluster_time_ms(),
            tiered_end_offset,
        );
        let segments = partition
            .segments
            .iter()
            .map(|segment| retained(segment.as_ref()));
        let Some(below) = crate::retention::start_after_retention(scan, segments) else {
            return Ok(());
        };
        // What lies below the log start needs no cover.
        let from = first.base_offset().max(partition.log_start_offset);
        if self.tier.covers(tp, from, below).await? {
            self.host.local_drop(tp, below).await?;
        } else {
            tracing::warn!(%tp, from, below, "the manifest does not cover what it should; local data is kept");
        }
        Ok(())
    }

    /// [`Self::retain_total`] when nothing speaks against it.
    async fn retain(&mut self, partition: &LedPartition) {
        if !self.plan.is_idle(&partition.tp) {
            // A change of the manifest now would only make the running upload fail its compare-and-set.
            self.round.postponed.insert(partition.tp);
            return;
        }
        if self.round.broken {
            return;
        }
        if let Err(error) = self.retain_total(partition).await {
            let class = error.store_class();
            self.round.broken = class.is_some_and(|c| c.is_transient() || c.needs_person());
            self.tier.report(Some(partition.tp), &error);
        }
    }

    /// Moves the log start by `retention.*`, removes what lies below it, empties the trash; once per leadership looks
    /// for orphans.
    async fn retain_total(&mut self, partition: &LedPartition) -> Result<(), TierError> {
        let tp = partition.tp;
        let mut log_start_offset = partition.log_start_offset;
        let start = match partition.mode {
            TierMode::Discard => Some(partition.local_start_offset),
            TierMode::Copy | TierMode::Keep => self.expired(partition).await?,
        };
        if let Some(offset) = start.filter(|offset| *offset > log_start_offset) {
            self.host
                .advance_log_start(tp, partition.leader_epoch, offset)
                .await?;
            log_start_offset = offset;
        }
        if !self.tier.is_claimed() {
            return Ok(());
        }
        self.tier
            .retain(tp, partition.leader_epoch, log_start_offset)
            .await?;
        self.sweep(partition).await
    }

    /// Deletes what crashes and failed uploads left behind: once per leadership, after failures, and again when what was too
    /// young then is no more.
    async fn sweep(&mut self, partition: &LedPartition) -> Result<(), TierError> {
        let (tp, leader_epoch) = (partition.tp, partition.leader_epoch);
        let now = self.clock.unix_millis();
        let done = self.swept.get(&tp).is_some_and(|swept| {
            swept.leader_epoch == leader_epoch && swept.again_ms.is_none_or(|again| now < again)
        });
        if done || self.tier.range(tp)?.is_none() {
            return Ok(());
        }
        let deleted = self.tier.sweep(tp, leader_epoch).await?;
        if deleted.objects > 0 {
            tracing::info!(%tp, deleted.objects, deleted.bytes, "deleted orphans of former leaders");
        }
        // What a failed upload left can go when another one has taken its place.
        let failed = self.plan.has_failed(&tp).then_some(now);
        let swept = Swept {
            leader_epoch,
            again_ms: deleted.left_until_ms.or(failed),
        };
        self.swept.insert(tp, swept);
        Ok(())
    }

    /// Where the log starts after `retention.*`, `None` if everything stays.
    async fn expired(&self, partition: &LedPartition) -> Result<Option<i64>, TierError> {
        let tp = partition.tp;
        let tiered_end = self.tier.tiered_end_offset(tp);
        let tiered_bytes = self.tier.range(tp)?.map_or(0, |range| range.bytes);
        let local: Vec<RetainedSegment> = partition
            .segments
            .iter()
            .map(|segment| retained(segment.as_ref()))
            .filter(|segment| segment.end_offset > tiered_end)
            .collect();
        let local_bytes: u64 = local.iter().map(|segment| segment.size_bytes).sum();
        let total = tiered_bytes + local_bytes + partition.active_bytes;
        let time = self.host.cluster_time_ms();
        let scan = RetentionScan::total(
            &partition.retention,
            total,
            time,
            partition.last_stable_offset,
        );
        self.tier.start_after_retention(tp, scan, &local).await
    }
}

/// A task that panicked failed, and is tried again: what it held is given back.
async fn unless_panicked<T>(
    work: impl Future<Output = Result<T, TierError>>,
) -> Result<T, TierError> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.unwrap_or(Err(TierError::Closed))
}

fn retained(segment: &dyn crate::segment_source::SegmentSource) -> RetainedSegment {
    RetainedSegment {
        base_offset: segment.base_offset(),
        end_offset: segment.end_offset(),
        size_bytes: segment.size_bytes(),
        max_timestamp: segment.max_timestamp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_has_failed() {
        let panicking = async { panic!("on purpose") };
        let outcome: Result<(), TierError> = unless_panicked(panicking).await;
        assert!(matches!(outcome, Err(TierError::Closed)));
    }
}
