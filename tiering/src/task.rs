//! Drives the tier for all partitions this broker leads: uploads, local and total retention, trash and orphans.
//!
//! One loop decides ([`UploadPlan`], [`RetentionScan`] are pure); taking the prefix and uploads run as tasks of their
//! own. A failure of the store never ends the loop: it is named when it begins and rarely while it lasts, and tried
//! again after a pause. While the prefix is not ours nothing is uploaded or deleted in the store (I20), and retention of
//! what is local goes on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use strandline_protocol::TopicPartition;
use strandline_protocol::clock::Clock;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::error::{ErrorKind, TierError};
use crate::retention::{RetainedSegment, RetentionScan};
use crate::tier::Tier;
use crate::upload_plan::{Candidate, LedPartition, UploadPlan, debt_bytes, next_segment};
use crate::uploader::Uploaded;

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

/// Wakes the driver early, for example when a segment was sealed.
#[derive(Debug, Clone, Default)]
pub struct TierWaker {
    notify: Arc<Notify>,
}

impl TierWaker {
    /// There may be work.
    pub fn wake(&self) {
        self.notify.notify_one();
    }
}

/// The driver.
pub struct TierTask {
    tier: Arc<Tier>,
    host: Arc<dyn TierHost>,
    clock: Arc<dyn Clock>,
    plan: UploadPlan,
    waker: TierWaker,
    work: JoinSet<Done>,
    claim: Claim,
    last_retention: Option<std::time::Duration>,
    /// Partitions swept under their present epoch.
    swept: HashMap<TopicPartition, i32>,
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
    until: std::time::Duration,
    /// The last pause.
    pause: std::time::Duration,
}

impl std::fmt::Debug for TierTask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TierTask")
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

impl TierTask {
    /// A driver; [`Self::run`] starts it.
    pub fn new(tier: Arc<Tier>, host: Arc<dyn TierHost>, clock: Arc<dyn Clock>) -> Self {
        let options = tier.options();
        let plan = UploadPlan::new(
            options.upload_concurrency,
            options.upload_bytes as u64,
            options.retry_pause,
            options.retry_pause_max,
        );
        Self {
            tier,
            host,
            clock,
            plan,
            waker: TierWaker::default(),
            work: JoinSet::new(),
            claim: Claim::default(),
            last_retention: None,
            swept: HashMap::new(),
        }
    }

    /// Wakes this driver.
    pub fn waker(&self) -> TierWaker {
        self.waker.clone()
    }

    /// Runs until `stop` says true or its sender is gone. Uploads under way are given up: nothing is committed half.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let interval = self.tier.options().interval;
        loop {
            let waker = self.waker.clone();
            // A pass waits for the store, which may take its time; a stop does not.
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                () = self.pass() => {}
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                Some(done) = self.work.join_next(), if !self.work.is_empty() => self.landed(done.ok()),
                () = waker.notify.notified() => {}
                () = tokio::time::sleep(interval) => {}
            }
        }
        self.work.shutdown().await;
        self.tier.close().await;
    }

    /// One look at everything: starts uploads, and now and then retains. For tests, which wait with [`Self::settle`].
    pub async fn pass(&mut self) {
        while let Some(done) = self.work.try_join_next() {
            self.landed(done.ok());
        }
        let led = self.led();
        self.start_claim();
        self.start_uploads(&led);
        let now = self.clock.monotonic();
        let due = self
            .last_retention
            .is_none_or(|last| now.saturating_sub(last) >= self.tier.options().retention_interval);
        for partition in &led {
            if let Err(error) = self.retain_local(partition).await {
                self.tier.report(Some(partition.tp), &error);
            }
            if due && let Err(error) = self.retain_total(partition).await {
                self.tier.report(Some(partition.tp), &error);
            }
        }
        if due {
            self.last_retention = Some(now);
        }
    }

    /// Waits for what is running: uploads, and taking the prefix.
    pub async fn settle(&mut self) {
        while let Some(done) = self.work.join_next().await {
            self.landed(done.ok());
        }
    }

    fn led(&mut self) -> Vec<LedPartition> {
        let names = self.host.partitions();
        let known: HashSet<TopicPartition> = names.iter().copied().collect();
        self.plan.keep_only(|tp| known.contains(tp));
        self.tier.keep_debt(|tp| known.contains(tp));
        self.swept.retain(|tp, _| known.contains(tp));
        names
            .into_iter()
            .filter_map(|tp| self.host.partition(tp))
            .collect()
    }

    fn start_claim(&mut self) {
        let now = self.clock.monotonic();
        if self.tier.is_claimed() || self.claim.running || now < self.claim.until {
            return;
        }
        self.claim.running = true;
        let tier = Arc::clone(&self.tier);
        self.work
            .spawn(async move { Done::Claimed(tier.claim().await) });
    }

    fn start_uploads(&mut self, led: &[LedPartition]) {
        let mut candidates = Vec::new();
        let mut segments = HashMap::new();
        for partition in led {
            let tiered_end_offset = self.tier.tiered_end_offset(partition.tp);
            self.tier
                .set_debt(partition.tp, debt_bytes(partition, tiered_end_offset));
            if let Some(segment) = next_segment(partition, tiered_end_offset) {
                candidates.push(Candidate {
                    tp: partition.tp,
                    size_bytes: segment.size_bytes(),
                    max_timestamp: segment.max_timestamp(),
                });
                segments.insert(partition.tp, (partition.leader_epoch, Arc::clone(segment)));
            }
        }
        if !self.tier.is_claimed() {
            return;
        }
        for tp in self.plan.choose(candidates, self.clock.monotonic()) {
            if let Some((leader_epoch, segment)) = segments.remove(&tp) {
                let tier = Arc::clone(&self.tier);
                self.work.spawn(async move {
                    Done::Uploaded(tp, tier.upload(tp, leader_epoch, segment).await)
                });
            }
        }
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
        match result {
            Ok(uploaded) => {
                let entry = &uploaded.entry;
                tracing::debug!(%tp, entry.base_offset, entry.end_offset, entry.object_bytes, "uploaded a segment");
                self.plan.succeeded(&tp);
                self.tier.report_success();
                self.waker.wake();
            }
            Err(error) if matches!(error.kind(), ErrorKind::Fenced | ErrorKind::Conflict) => {
                tracing::debug!(%tp, %error, "an upload was refused");
                self.plan.refused(&tp);
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

    /// Moves the log start by `retention.*`, removes what lies below it, empties the trash; once per leadership looks
    /// for orphans.
    async fn retain_total(&mut self, partition: &LedPartition) -> Result<(), TierError> {
        let tp = partition.tp;
        if !self.plan.is_idle(&tp) {
            // A change of the manifest now would only make the running upload fail its compare-and-set.
            return Ok(());
        }
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
        let mut log_start_offset = partition.log_start_offset;
        if let Some(offset) = self.tier.start_after_retention(tp, scan, &local).await?
            && offset > log_start_offset
        {
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
        if self.swept.get(&tp) != Some(&partition.leader_epoch) && self.tier.range(tp)?.is_some() {
            let deleted = self.tier.sweep(tp, partition.leader_epoch).await?;
            if deleted.objects > 0 {
                tracing::info!(%tp, deleted.objects, deleted.bytes, "deleted orphans of former leaders");
            }
            self.swept.insert(tp, partition.leader_epoch);
        }
        Ok(())
    }
}

fn retained(segment: &dyn crate::segment_source::SegmentSource) -> RetainedSegment {
    RetainedSegment {
        base_offset: segment.base_offset(),
        end_offset: segment.end_offset(),
        size_bytes: segment.size_bytes(),
        max_timestamp: segment.max_timestamp(),
    }
}
