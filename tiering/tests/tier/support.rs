//! A manifest log with compare-and-set in memory, segments made of numbered batches, and a log to compare with.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{Rng, RngCore, SeedableRng};
use strandline_protocol::clock::{Clock, ManualClock, SystemClock};
use strandline_protocol::compression::Codec;
use strandline_protocol::record_batch::RecordBatchBuilder;
use strandline_protocol::{TopicPartition, Uuid};
use strandline_tiering::{
    AbortedRange, ChunkCacheOptions, CommitOutcome, EpochStart, ManifestChange, ManifestChangeKind,
    ManifestLog, ManifestState, ProducersAtEnd, SegmentSource, Tier, TierError, TierOptions,
};

pub(crate) const CLUSTER: Uuid = Uuid([7; 16]);
pub(crate) const NOW_MS: i64 = 1_750_000_000_000;

pub(crate) fn tp(partition: i32) -> TopicPartition {
    TopicPartition {
        topic_id: Uuid([9; 16]),
        partition,
    }
}

/// What happens to a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommitFault {
    /// Lost on the way.
    Lost,
    /// Applied, and the answer is lost.
    AnswerLost,
    /// Applied at the next commit or look, before anything else.
    Late,
}

type CommitPlan = dyn Fn(u64) -> Option<CommitFault> + Send + Sync;

/// The metadata's side: applies a change only if epoch, tiered end and version match.
pub(crate) struct MemoryLog {
    inner: Mutex<LogInner>,
    plan: Box<CommitPlan>,
}

#[derive(Default)]
struct LogInner {
    partitions: HashMap<TopicPartition, (i32, ManifestState)>,
    late: Option<(TopicPartition, ManifestChange)>,
    commits: u64,
}

impl MemoryLog {
    pub(crate) fn new() -> Arc<Self> {
        Self::with_plan(|_| None)
    }

    pub(crate) fn with_plan(
        plan: impl Fn(u64) -> Option<CommitFault> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
            plan: Box::new(plan),
        })
    }

    pub(crate) fn set_leader_epoch(&self, tp: TopicPartition, leader_epoch: i32) {
        self.inner.lock().partitions.entry(tp).or_default().0 = leader_epoch;
    }

    pub(crate) fn set_log_start(&self, tp: TopicPartition, offset: i64) {
        let mut inner = self.inner.lock();
        let state = &mut inner.partitions.entry(tp).or_default().1;
        state.log_start_offset = state.log_start_offset.max(offset);
    }

    pub(crate) fn commits(&self) -> u64 {
        self.inner.lock().commits
    }
}

fn apply(inner: &mut LogInner, tp: TopicPartition, change: &ManifestChange) -> CommitOutcome {
    let (leader_epoch, state) = inner.partitions.entry(tp).or_default();
    if change.leader_epoch != *leader_epoch {
        return CommitOutcome::Fenced;
    }
    if change.expected_version != state.version
        || change.expected_tiered_end_offset != state.tiered_end_offset
    {
        return CommitOutcome::Conflict;
    }
    match &change.kind {
        ManifestChangeKind::Append(entry) => {
            let empty = state.root.is_none() && state.tail.is_empty();
            let gap = empty && entry.base_offset <= state.log_start_offset;
            assert!(
                entry.base_offset == state.tiered_end_offset || gap,
                "append leaves a hole"
            );
            assert!(state.tail.len() < 16, "more than 16 entries in the tail");
            state.tiered_end_offset = entry.end_offset;
            state.tail.push(entry.clone());
        }
        ManifestChangeKind::Fold { root, folded } => {
            assert_eq!(
                root.end_offset,
                state.tail[folded - 1].end_offset,
                "fold covers what it takes"
            );
            let start = state
                .root
                .as_ref()
                .map_or(state.tail[0].base_offset, |root| root.start_offset);
            assert_eq!(root.start_offset, start, "fold keeps the start");
            state.tail.drain(..*folded);
            state.root = Some(root.clone());
        }
        ManifestChangeKind::Trim { root, removed } => {
            let gone = state
                .tail
                .drain(..*removed)
                .all(|entry| entry.end_offset <= state.log_start_offset);
            assert!(gone, "trim took a live entry");
            if let Some(old) = &state.root {
                let kept = root
                    .as_ref()
                    .is_some_and(|root| root.end_offset == old.end_offset);
                assert!(
                    kept || old.end_offset <= state.log_start_offset,
                    "trim took live pages"
                );
                let start = root
                    .as_ref()
                    .map_or(old.end_offset, |root| root.start_offset);
                assert!(
                    start <= state.log_start_offset.max(old.start_offset),
                    "trim took live pages"
                );
            }
            state.root = root.clone();
        }
    }
    state.version += 1;
    CommitOutcome::Committed {
        version: state.version,
    }
}

#[async_trait]
impl ManifestLog for MemoryLog {
    async fn commit(
        &self,
        tp: TopicPartition,
        change: ManifestChange,
    ) -> Result<CommitOutcome, TierError> {
        tokio::task::yield_now().await;
        let mut inner = self.inner.lock();
        if let Some((tp, change)) = inner.late.take() {
            apply(&mut inner, tp, &change);
        }
        let number = inner.commits;
        inner.commits += 1;
        let unknown = Err(TierError::CommitUnknown {
            tp,
            reason: "the test says so".into(),
        });
        match (self.plan)(number) {
            None => Ok(apply(&mut inner, tp, &change)),
            Some(CommitFault::Lost) => unknown,
            Some(CommitFault::AnswerLost) => {
                apply(&mut inner, tp, &change);
                unknown
            }
            Some(CommitFault::Late) => {
                inner.late = Some((tp, change));
                unknown
            }
        }
    }

    fn state(&self, tp: TopicPartition) -> ManifestState {
        self.inner
            .lock()
            .partitions
            .get(&tp)
            .map(|(_, state)| state.clone())
            .unwrap_or_default()
    }
}

/// One batch of the reference log.
#[derive(Debug, Clone)]
pub(crate) struct TestBatch {
    pub(crate) base_offset: i64,
    pub(crate) last_offset: i64,
    pub(crate) leader_epoch: i32,
    pub(crate) max_timestamp: i64,
    pub(crate) timestamps: Vec<i64>,
    pub(crate) bytes: Bytes,
}

/// A batch of records with random values; their timestamps lie up to 10 ms around `timestamp`.
pub(crate) fn batch(
    rng: &mut SmallRng,
    base_offset: i64,
    records: i32,
    leader_epoch: i32,
    timestamp: i64,
    size: usize,
) -> TestBatch {
    let mut builder = RecordBatchBuilder::new(Codec::None)
        .base_offset(base_offset)
        .leader_epoch(leader_epoch);
    let mut timestamps = Vec::new();
    let mut value = vec![0; size / records as usize];
    for _ in 0..records {
        rng.fill_bytes(&mut value);
        timestamps.push(timestamp + rng.random_range(-10..=10));
        builder
            .append(*timestamps.last().unwrap(), None, Some(&value), &[])
            .unwrap();
    }
    TestBatch {
        base_offset,
        last_offset: base_offset + i64::from(records) - 1,
        leader_epoch,
        max_timestamp: *timestamps.iter().max().unwrap(),
        timestamps,
        bytes: builder.build().unwrap(),
    }
}

/// The reference: all batches of a partition.
#[derive(Debug, Clone, Default)]
pub(crate) struct TestLog {
    pub(crate) batches: Vec<TestBatch>,
    pub(crate) end_offset: i64,
}

/// How random batches look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) batch_bytes: usize,
    pub(crate) records_max: i32,
    /// One in so many batches is followed by a gap; 0 for none.
    pub(crate) gaps: u32,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            batch_bytes: 2000,
            records_max: 20,
            gaps: 8,
        }
    }
}

impl TestLog {
    pub(crate) fn random(rng: &mut SmallRng, batches: usize, shape: Shape) -> Self {
        let mut log = Self::default();
        log.grow(rng, batches, shape, 0);
        log
    }

    pub(crate) fn grow(
        &mut self,
        rng: &mut SmallRng,
        batches: usize,
        shape: Shape,
        leader_epoch: i32,
    ) {
        for _ in 0..batches {
            let records = rng.random_range(1..=shape.records_max);
            let size = rng.random_range(70..=shape.batch_bytes.max(71));
            let timestamp =
                NOW_MS - 1_000_000 + self.batches.len() as i64 * 10 + rng.random_range(-50..50);
            let batch = batch(rng, self.end_offset, records, leader_epoch, timestamp, size);
            self.end_offset = batch.last_offset + 1;
            if shape.gaps > 0 && rng.random_range(0..shape.gaps) == 0 {
                self.end_offset += rng.random_range(1..50);
            }
            self.batches.push(batch);
        }
    }

    /// The range `[base, end)` as a segment; both are batch borders.
    pub(crate) fn segment(&self, base_offset: i64, end_offset: i64) -> Arc<dyn SegmentSource> {
        Arc::new(test_segment(self, base_offset, end_offset))
    }

    /// Cuts everything from `base` into segments of `per_segment` batches; the rest stays out.
    pub(crate) fn segments(
        &self,
        base_offset: i64,
        per_segment: usize,
    ) -> Vec<Arc<dyn SegmentSource>> {
        let rest: Vec<&TestBatch> = self
            .batches
            .iter()
            .filter(|batch| batch.base_offset >= base_offset)
            .collect();
        let mut base = base_offset;
        let mut segments = Vec::new();
        for group in rest.chunks(per_segment) {
            if group.len() < per_segment {
                break;
            }
            let last = group.last().unwrap();
            let next = self
                .batches
                .iter()
                .find(|batch| batch.base_offset > last.last_offset);
            let end = next.map_or(self.end_offset, |batch| batch.base_offset);
            segments.push(self.segment(base, end));
            base = end;
        }
        segments
    }

    /// All batches that a read of `[offset, limit)` yields.
    pub(crate) fn expected(&self, offset: i64, limit: i64) -> Vec<u8> {
        let within = |batch: &&TestBatch| batch.last_offset >= offset && batch.last_offset < limit;
        self.batches
            .iter()
            .filter(within)
            .flat_map(|batch| batch.bytes.to_vec())
            .collect()
    }
}

/// The range `[base, end)` of a log as a segment that a test can damage.
pub(crate) fn test_segment(log: &TestLog, base_offset: i64, end_offset: i64) -> TestSegment {
    let within =
        |batch: &&TestBatch| batch.base_offset >= base_offset && batch.last_offset < end_offset;
    let batches: Vec<TestBatch> = log.batches.iter().filter(within).cloned().collect();
    let mut epochs: Vec<EpochStart> = Vec::new();
    for batch in &log.batches {
        if epochs
            .last()
            .is_none_or(|last| last.leader_epoch != batch.leader_epoch)
        {
            epochs.push(EpochStart {
                leader_epoch: batch.leader_epoch,
                start_offset: batch.base_offset,
            });
        }
    }
    TestSegment {
        base_offset,
        end_offset,
        batches,
        epochs,
        fail: false,
    }
}

/// A segment of a [`TestLog`].
pub(crate) struct TestSegment {
    pub(crate) base_offset: i64,
    pub(crate) end_offset: i64,
    pub(crate) batches: Vec<TestBatch>,
    pub(crate) epochs: Vec<EpochStart>,
    pub(crate) fail: bool,
}

impl SegmentSource for TestSegment {
    fn base_offset(&self) -> i64 {
        self.base_offset
    }

    fn end_offset(&self) -> i64 {
        self.end_offset
    }

    fn size_bytes(&self) -> u64 {
        self.batches
            .iter()
            .map(|batch| batch.bytes.len() as u64)
            .sum()
    }

    fn max_timestamp(&self) -> i64 {
        self.batches
            .iter()
            .map(|batch| batch.max_timestamp)
            .max()
            .unwrap_or(-1)
    }

    fn leader_epochs(&self) -> Vec<EpochStart> {
        self.epochs.clone()
    }

    fn producers(&self) -> Result<ProducersAtEnd, String> {
        let snapshot = Bytes::from(format!("producers at {}", self.end_offset));
        Ok(ProducersAtEnd {
            snapshot,
            open_transaction_offset: None,
        })
    }

    fn aborted_transactions(&self) -> Result<Vec<AbortedRange>, String> {
        Ok(Vec::new())
    }

    fn batches(&self) -> Box<dyn Iterator<Item = Result<Bytes, String>> + Send + '_> {
        let batches = self.batches.iter().map(|batch| Ok(batch.bytes.clone()));
        if self.fail {
            Box::new(batches.chain([Err("the disk is gone".to_owned())]))
        } else {
            Box::new(batches)
        }
    }
}

pub(crate) fn options() -> TierOptions {
    TierOptions {
        chunk_cache: ChunkCacheOptions {
            memory_bytes: 16 << 20,
            dir: None,
            disk_bytes: 0,
        },
        seed: Some(1),
        retry_pause: Duration::from_millis(100),
        ..TierOptions::new(CLUSTER)
    }
}

/// A tier over memory with everything a test wants to look at.
pub(crate) struct Fixture {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) tier: Arc<Tier>,
}

impl Fixture {
    pub(crate) fn new(options: TierOptions) -> Self {
        Self::over(Arc::new(InMemory::new()), MemoryLog::new(), options)
    }

    pub(crate) fn over(
        store: Arc<dyn ObjectStore>,
        log: Arc<MemoryLog>,
        options: TierOptions,
    ) -> Self {
        // Stores stamp objects with the time of the machine, so the test's clock begins there.
        let clock = Arc::new(ManualClock::new(SystemClock::default().unix_millis()));
        let tier = Tier::open(Arc::clone(&store), options, log.clone(), clock.clone());
        Self {
            store,
            log,
            clock,
            tier,
        }
    }

    pub(crate) async fn upload_all(
        &self,
        tp: TopicPartition,
        epoch: i32,
        segments: Vec<Arc<dyn SegmentSource>>,
    ) {
        for segment in segments {
            self.tier.upload(tp, epoch, segment).await.unwrap();
        }
    }
}

/// Reads everything from `offset` to the tiered end (or `limit`) with reads of `max_bytes`, following offsets as a
/// client does.
pub(crate) async fn read_from(
    tier: &Tier,
    tp: TopicPartition,
    offset: i64,
    limit: i64,
    max_bytes: usize,
) -> Result<Vec<u8>, TierError> {
    let mut all = Vec::new();
    let mut offset = offset;
    let end = tier.tiered_end_offset(tp).min(limit);
    while offset < end {
        let records = tier.read(tp, offset, max_bytes, limit).await?;
        if records.is_empty() {
            break;
        }
        let bytes = records.to_bytes();
        offset = next_offset(&bytes);
        all.extend_from_slice(&bytes);
    }
    Ok(all)
}

/// The offset after the last of some whole batches.
pub(crate) fn next_offset(mut bytes: &[u8]) -> i64 {
    let mut next = -1;
    while !bytes.is_empty() {
        let base = i64::from_be_bytes(bytes[..8].try_into().unwrap());
        let length = i32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
        let delta = i32::from_be_bytes(bytes[23..27].try_into().unwrap());
        next = base + i64::from(delta) + 1;
        bytes = &bytes[12 + length..];
    }
    next
}

pub(crate) fn rng(seed: u64) -> SmallRng {
    println!("seed {seed}");
    SmallRng::seed_from_u64(seed)
}
