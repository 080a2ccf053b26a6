//! The driver: order, bounds, outages, local and total retention, over a host in memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use parking_lot::Mutex;
use strandline_protocol::TopicPartition;
use strandline_tiering::store::fault::{Fault, FaultStore};
use strandline_tiering::store::instrument::Operation;
use strandline_tiering::{
    Keys, LedPartition, ParsedKey, RetentionSettings, TierDriver, TierError, TierHost, TierMode,
    TierOptions,
};

use crate::support::{
    CLUSTER, Fixture, MemoryLog, NOW_MS, Shape, TestLog, options, read_from, rng, tp,
};

struct Host {
    manifest_log: Arc<MemoryLog>,
    logs: Mutex<HashMap<TopicPartition, Led>>,
    trusted_clock: AtomicBool,
}

struct Led {
    log: TestLog,
    local_start: i64,
    log_start: i64,
    stable: i64,
    retention: RetentionSettings,
    mode: TierMode,
}

impl Host {
    fn new(
        manifest_log: Arc<MemoryLog>,
        logs: Vec<TestLog>,
        retention: RetentionSettings,
    ) -> Arc<Self> {
        let led = |log: TestLog| Led {
            stable: log.end_offset,
            log,
            local_start: 0,
            log_start: 0,
            retention,
            mode: TierMode::Copy,
        };
        let logs = logs
            .into_iter()
            .enumerate()
            .map(|(i, log)| (tp(i as i32), led(log)))
            .collect();
        Arc::new(Self {
            manifest_log,
            logs: Mutex::new(logs),
            trusted_clock: AtomicBool::new(true),
        })
    }

    fn local_start(&self, tp: TopicPartition) -> i64 {
        self.logs.lock()[&tp].local_start
    }
}

#[async_trait]
impl TierHost for Host {
    fn partitions(&self) -> Vec<TopicPartition> {
        self.logs.lock().keys().copied().collect()
    }

    fn partition(&self, tp: TopicPartition) -> Option<LedPartition> {
        let logs = self.logs.lock();
        let led = logs.get(&tp)?;
        let segments = led
            .log
            .segments(0, 5)
            .into_iter()
            .filter(|s| s.base_offset() >= led.local_start)
            .collect();
        Some(LedPartition {
            tp,
            leader_epoch: 0,
            log_start_offset: led.log_start,
            local_start_offset: led.local_start,
            last_stable_offset: led.stable,
            active_bytes: 0,
            seals_at_ms: None,
            mode: led.mode,
            retention: led.retention,
            segments,
        })
    }

    fn cluster_time_ms(&self) -> Option<i64> {
        self.trusted_clock.load(Ordering::SeqCst).then_some(NOW_MS)
    }

    async fn advance_log_start(
        &self,
        tp: TopicPartition,
        _: i32,
        offset: i64,
    ) -> Result<(), TierError> {
        self.manifest_log.set_log_start(tp, offset);
        self.logs.lock().get_mut(&tp).unwrap().log_start = offset;
        Ok(())
    }

    async fn local_drop(&self, tp: TopicPartition, below: i64) -> Result<(), TierError> {
        let tiered = strandline_tiering::ManifestLog::state(self.manifest_log.as_ref(), tp)
            .tiered_end_offset;
        assert!(below <= tiered, "local data is dropped before it is tiered");
        self.logs.lock().get_mut(&tp).unwrap().local_start = below;
        Ok(())
    }
}

fn logs(seed: u64, partitions: usize) -> Vec<TestLog> {
    let mut rng = rng(seed);
    (0..partitions)
        .map(|_| TestLog::random(&mut rng, 30, Shape::default()))
        .collect()
}

/// Every partition is in the store up to the last stable segment.
fn assert_all_tiered(fixture: &Fixture, logs: &[TestLog]) {
    for (i, log) in logs.iter().enumerate() {
        assert_eq!(
            fixture.tier.tiered_end_offset(tp(i as i32)),
            log.segments(0, 5)[5].end_offset()
        );
    }
}

/// A tier whose store fails by `plan` while the flag is set.
fn failing_while(
    flag: &Arc<AtomicBool>,
    plan: impl Fn(Operation) -> Option<Fault> + Send + Sync + 'static,
) -> Fixture {
    let flag = Arc::clone(flag);
    let plan = move |_, operation, _: &object_store::path::Path| {
        let fails = flag.load(Ordering::SeqCst);
        plan(operation).filter(|_| fails)
    };
    let store = FaultStore::new(Arc::new(InMemory::new()), Arc::new(plan));
    Fixture::over(Arc::new(store), MemoryLog::new(), options())
}

async fn settle(task: &mut TierDriver, fixture: &Fixture, passes: usize) {
    for _ in 0..passes {
        task.pass().await;
        task.settle().await;
        fixture.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn all_sealed_and_stable_segments_are_uploaded_and_then_dropped_locally() {
    let fixture = Fixture::new(TierOptions {
        tail_entries_max: 3,
        ..options()
    });
    let logs = logs(41, 5);
    let retention = RetentionSettings {
        local_retention_bytes: Some(0),
        ..RetentionSettings::default()
    };
    let host = Host::new(fixture.log.clone(), logs.clone(), retention);
    let unstable = logs[2].segments(0, 5)[3].base_offset() + 1;
    host.logs.lock().get_mut(&tp(2)).unwrap().stable = unstable;
    let mut task = TierDriver::new(fixture.tier.clone(), host.clone(), fixture.clock.clone());
    task.pass().await;
    assert!(fixture.tier.stats().upload_debt_bytes > 0);
    settle(&mut task, &fixture, 60).await;
    for (i, log) in logs.iter().enumerate() {
        let tp = tp(i as i32);
        let end = if i == 2 {
            log.segments(0, 5)[3].base_offset()
        } else {
            log.segments(0, 5)[5].end_offset()
        };
        assert_eq!(fixture.tier.tiered_end_offset(tp), end, "partition {i}");
        assert_eq!(host.local_start(tp), end, "partition {i}");
        assert!(read_from(&fixture.tier, tp, 0, end, 9000).await.unwrap() == log.expected(0, end));
    }
    assert_eq!(fixture.tier.stats().upload_debt_bytes, 0);
}

#[tokio::test]
async fn an_outage_keeps_local_data_and_uploads_resume_by_themselves() {
    let down = Arc::new(AtomicBool::new(false));
    let fixture = failing_while(&down, |_| Some(Fault::Error));
    let logs = logs(42, 3);
    let retention = RetentionSettings {
        local_retention_bytes: Some(0),
        ..RetentionSettings::default()
    };
    let host = Host::new(fixture.log.clone(), logs.clone(), retention);
    let mut task = TierDriver::new(fixture.tier.clone(), host.clone(), fixture.clock.clone());
    settle(&mut task, &fixture, 3).await;
    down.store(true, Ordering::SeqCst);
    let tiered: Vec<i64> = (0..3)
        .map(|i| fixture.tier.tiered_end_offset(tp(i)))
        .collect();
    settle(&mut task, &fixture, 200).await;
    for i in 0..3 {
        assert_eq!(fixture.tier.tiered_end_offset(tp(i)), tiered[i as usize]);
        assert!(host.local_start(tp(i)) <= tiered[i as usize]);
    }
    let stats = fixture.tier.stats();
    assert!(
        stats.upload_failures > 3 && stats.upload_failures < 100,
        "retries are paced: {}",
        stats.upload_failures
    );
    down.store(false, Ordering::SeqCst);
    settle(&mut task, &fixture, 60).await;
    assert_all_tiered(&fixture, &logs);
}

#[tokio::test]
async fn a_store_that_is_away_at_the_start_is_claimed_and_used_when_it_comes() {
    let down = Arc::new(AtomicBool::new(true));
    let fixture = failing_while(&down, |_| Some(Fault::Error));
    let logs = logs(45, 2);
    let host = Host::new(
        fixture.log.clone(),
        logs.clone(),
        RetentionSettings::default(),
    );
    let mut task = TierDriver::new(fixture.tier.clone(), host, fixture.clock.clone());
    settle(&mut task, &fixture, 100).await;
    let stats = fixture.tier.stats();
    assert!(!fixture.tier.is_claimed());
    assert_eq!(stats.upload_failures, 0, "nothing is tried without a claim");
    assert!(stats.upload_debt_bytes > 0, "and yet the debt is known");
    let requests: u64 = stats.store.iter().map(|s| s.requests).sum();
    assert!(requests < 40, "claims are paced: {requests}");
    down.store(false, Ordering::SeqCst);
    settle(&mut task, &fixture, 60).await;
    assert_all_tiered(&fixture, &logs);
}

#[tokio::test]
async fn nothing_is_uploaded_under_the_prefix_of_another_cluster() {
    let theirs = Fixture::new(TierOptions {
        cluster_id: strandline_protocol::Uuid([3; 16]),
        ..options()
    });
    theirs.tier.claim().await.unwrap();
    let fixture = Fixture::over(theirs.store.clone(), MemoryLog::new(), options());
    let host = Host::new(
        fixture.log.clone(),
        logs(46, 2),
        RetentionSettings::default(),
    );
    let mut task = TierDriver::new(fixture.tier.clone(), host, fixture.clock.clone());
    settle(&mut task, &fixture, 100).await;
    let objects: Vec<_> = futures::TryStreamExt::try_collect(theirs.store.list(None))
        .await
        .unwrap();
    let objects: Vec<object_store::ObjectMeta> = objects;
    assert_eq!(objects.len(), 1, "only the owner object: {objects:?}");
}

#[tokio::test]
async fn total_retention_moves_the_log_start_only_by_a_trusted_clock() {
    let fixture = Fixture::new(options());
    let logs = logs(43, 1);
    let retention = RetentionSettings {
        retention_ms: Some(1_000_000 - 150),
        ..RetentionSettings::default()
    };
    let host = Host::new(fixture.log.clone(), logs.clone(), retention);
    host.trusted_clock.store(false, Ordering::SeqCst);
    let mut task = TierDriver::new(fixture.tier.clone(), host.clone(), fixture.clock.clone());
    settle(&mut task, &fixture, 10).await;
    assert_eq!(
        host.logs.lock()[&tp(0)].log_start,
        0,
        "an untrusted clock deletes nothing"
    );
    host.trusted_clock.store(true, Ordering::SeqCst);
    fixture.clock.advance(Duration::from_secs(120));
    settle(&mut task, &fixture, 2).await;
    let start = host.logs.lock()[&tp(0)].log_start;
    let entries = fixture.tier.segments(tp(0), 0, 100).await.unwrap();
    assert!(start > 0 && start < logs[0].end_offset, "{start}");
    assert_eq!(
        entries[0].base_offset, start,
        "the manifest follows the log start"
    );
}

#[tokio::test]
async fn what_is_discarded_leaves_the_log_and_then_the_store() {
    let fixture = Fixture::new(options());
    let logs = logs(47, 1);
    let retention = RetentionSettings {
        local_retention_bytes: Some(0),
        ..RetentionSettings::default()
    };
    let host = Host::new(fixture.log.clone(), logs, retention);
    let mut task = TierDriver::new(fixture.tier.clone(), host.clone(), fixture.clock.clone());
    settle(&mut task, &fixture, 60).await;
    let end = fixture.tier.tiered_end_offset(tp(0));
    assert_eq!(host.local_start(tp(0)), end);
    host.logs.lock().get_mut(&tp(0)).unwrap().mode = TierMode::Discard;
    fixture.clock.advance(Duration::from_secs(120));
    settle(&mut task, &fixture, 2).await;
    assert_eq!(host.logs.lock()[&tp(0)].log_start, end);
    assert_eq!(fixture.tier.range(tp(0)).unwrap(), None);
    fixture.clock.advance(Duration::from_secs(25 * 3600));
    settle(&mut task, &fixture, 2).await;
    let left: Vec<object_store::ObjectMeta> =
        futures::TryStreamExt::try_collect(fixture.store.list(None))
            .await
            .unwrap();
    let keys: Vec<String> = left.iter().map(|meta| meta.location.to_string()).collect();
    assert_eq!(keys, ["owner"]);
}

#[tokio::test(start_paused = true)]
async fn the_loop_runs_until_it_is_told_to_stop() {
    let fixture = Fixture::new(options());
    let logs = logs(44, 2);
    let host = Host::new(
        fixture.log.clone(),
        logs.clone(),
        RetentionSettings::default(),
    );
    let task = TierDriver::new(fixture.tier.clone(), host, fixture.clock.clone());
    let waker = task.waker();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(task.run(stopped));
    while fixture.tier.tiered_end_offset(tp(1)) < logs[1].segments(0, 5)[5].end_offset() {
        waker.wake(tp(0));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
}

/// Segments in the store, referred to or not.
async fn segments_stored(fixture: &Fixture) -> usize {
    let mut listing = fixture.store.list(None);
    let mut count = 0;
    while let Some(meta) = listing.next().await {
        let parsed = Keys::new(CLUSTER).parse(tp(0), &meta.unwrap().location);
        count += usize::from(matches!(parsed, Some(ParsedKey::Segment { .. })));
    }
    count
}

#[tokio::test]
async fn what_failed_uploads_left_is_swept_in_the_same_leadership() {
    let bad = Arc::new(AtomicBool::new(false));
    let fixture = failing_while(&bad, |operation| match operation {
        Operation::Put => Some(Fault::CorruptWrite(9)),
        Operation::Delete => Some(Fault::Forbidden),
        _ => None,
    });
    let logs = logs(48, 1);
    let host = Host::new(
        fixture.log.clone(),
        logs.clone(),
        RetentionSettings::default(),
    );
    let round = fixture.tier.options().retention_interval;
    let mut task = TierDriver::new(fixture.tier.clone(), host, fixture.clock.clone());
    settle(&mut task, &fixture, 2).await;
    let whole = segments_stored(&fixture).await;
    // The first rounds have swept when the uploads begin to fail.
    fixture.clock.advance(round);
    bad.store(true, Ordering::SeqCst);
    settle(&mut task, &fixture, 40).await;
    assert!(
        segments_stored(&fixture).await > whole + 1,
        "nothing was left"
    );
    bad.store(false, Ordering::SeqCst);
    settle(&mut task, &fixture, 60).await;
    assert_all_tiered(&fixture, &logs);
    for _ in 0..3 {
        fixture
            .clock
            .advance(round.max(Duration::from_secs(30 * 24 * 3600)));
        settle(&mut task, &fixture, 2).await;
    }
    let entries = fixture.tier.segments(tp(0), 0, 1000).await.unwrap();
    assert_eq!(segments_stored(&fixture).await, entries.len());
}
