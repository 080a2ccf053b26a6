//! Removing history: the manifest first, objects later, and never what is still referred to or not ours.

use std::time::Duration;

use futures::StreamExt;
use object_store::{ObjectStore, ObjectStoreExt};
use strandline_protocol::TopicPartition;
use strandline_tiering::{
    Keys, ObjectUse, RetentionScan, RetentionSettings, TierError, TierOptions,
};

use crate::support::{CLUSTER, Fixture, NOW_MS, Shape, TestLog, options, read_from, rng, tp};

async fn count(store: &dyn ObjectStore, ending: &str) -> usize {
    let all: Vec<_> = store
        .list(None)
        .map(|meta| meta.unwrap().location)
        .collect()
        .await;
    all.iter()
        .filter(|key| key.as_ref().ends_with(ending))
        .count()
}

async fn world(seed: u64) -> (TestLog, Fixture) {
    let mut rng = rng(seed);
    let log = TestLog::random(&mut rng, 60, Shape::default());
    let fixture = Fixture::new(TierOptions {
        tail_entries_max: 4,
        page_entries_max: 4,
        ..options()
    });
    fixture.upload_all(tp(0), 0, log.segments(0, 3)).await;
    (log, fixture)
}

#[tokio::test]
async fn objects_follow_the_manifest_after_the_trash_retention() {
    let (log, fixture) = world(31).await;
    let segments = log.segments(0, 3);
    let start = segments[13].base_offset() + 1;
    let before = count(fixture.store.as_ref(), ".segment").await;
    fixture.tier.retain(tp(0), 0, start).await.unwrap();
    assert_eq!(
        fixture.tier.segments(tp(0), 0, 100).await.unwrap().len(),
        20,
        "the committed log start decides"
    );
    fixture.log.set_log_start(tp(0), start);
    fixture.tier.retain(tp(0), 0, start).await.unwrap();
    assert_eq!(fixture.tier.segments(tp(0), 0, 100).await.unwrap().len(), 7);
    assert_eq!(
        count(fixture.store.as_ref(), ".segment").await,
        before,
        "nothing is deleted yet"
    );
    fixture.clock.advance(Duration::from_secs(23 * 3600));
    assert_eq!(
        fixture.tier.retain(tp(0), 0, start).await.unwrap().objects,
        0
    );
    fixture.clock.advance(Duration::from_secs(2 * 3600));
    let deleted = fixture.tier.retain(tp(0), 0, start).await.unwrap();
    assert!(deleted.objects >= 13, "{deleted:?}");
    assert_eq!(count(fixture.store.as_ref(), ".segment").await, 7);
    assert_eq!(count(fixture.store.as_ref(), ".trash").await, 0);
    let end = fixture.tier.tiered_end_offset(tp(0));
    assert!(
        read_from(&fixture.tier, tp(0), start, end, 9000)
            .await
            .unwrap()
            == log.expected(start, end)
    );
    let gone = fixture
        .tier
        .read(tp(0), segments[2].base_offset(), 1, i64::MAX)
        .await
        .unwrap_err();
    assert!(matches!(gone, TierError::NotTiered { .. }), "{gone}");
}

#[tokio::test]
async fn a_restart_finds_the_trash_again() {
    let (log, fixture) = world(32).await;
    fixture.log.set_log_start(tp(0), log.end_offset);
    fixture.tier.retain(tp(0), 0, log.end_offset).await.unwrap();
    assert!(fixture.tier.range(tp(0)).unwrap().is_none());
    let again = Fixture::over(fixture.store.clone(), fixture.log.clone(), options());
    again.clock.advance(Duration::from_secs(25 * 3600));
    again.tier.retain(tp(0), 0, log.end_offset).await.unwrap();
    for ending in [".segment", ".page", ".trash"] {
        assert_eq!(count(fixture.store.as_ref(), ending).await, 0, "{ending}");
    }
    assert_eq!(
        fixture.tier.tiered_end_offset(tp(0)),
        log.end_offset,
        "the tiered end stays"
    );
}

#[tokio::test]
async fn after_records_were_deleted_beyond_the_tier_it_goes_on_behind_the_gap() {
    let (mut log, fixture) = world(33).await;
    let mut rng = rng(331);
    let tiered = fixture.tier.tiered_end_offset(tp(0));
    log.grow(&mut rng, 12, Shape::default(), 0);
    let base = log.batches[log.batches.len() - 4].base_offset;
    let hole = fixture
        .tier
        .upload(tp(0), 0, log.segment(base, log.end_offset))
        .await
        .unwrap_err();
    assert!(matches!(hole, TierError::NotContiguous { .. }), "{hole}");
    fixture.log.set_log_start(tp(0), base + 1);
    fixture
        .tier
        .upload(tp(0), 0, log.segment(base, log.end_offset))
        .await
        .unwrap();
    assert!(base > tiered);
    let all = read_from(&fixture.tier, tp(0), base + 1, i64::MAX, 9000)
        .await
        .unwrap();
    assert!(all == log.expected(base + 1, log.end_offset));
}

#[tokio::test]
async fn nothing_is_deleted_under_a_prefix_that_was_taken_over() {
    let (log, fixture) = world(34).await;
    fixture.log.set_log_start(tp(0), log.end_offset);
    fixture.tier.retain(tp(0), 0, log.end_offset).await.unwrap();
    let owner = strandline_tiering::store::owner::Ownership::key();
    let other = Fixture::new(TierOptions {
        cluster_id: strandline_protocol::Uuid([3; 16]),
        ..options()
    });
    other.tier.claim().await.unwrap();
    let theirs = other
        .store
        .get(&owner)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    fixture.store.put(&owner, theirs.into()).await.unwrap();
    fixture.clock.advance(Duration::from_secs(48 * 3600));
    for error in [
        fixture
            .tier
            .retain(tp(0), 0, log.end_offset)
            .await
            .unwrap_err(),
        fixture.tier.purge(tp(0).topic_id).await.unwrap_err(),
    ] {
        assert!(matches!(error, TierError::PrefixOwned { .. }), "{error}");
    }
    assert!(count(fixture.store.as_ref(), ".segment").await > 0);
}

#[tokio::test]
async fn a_deleted_topic_is_purged_and_its_neighbour_is_not() {
    let (log, fixture) = world(35).await;
    let other = TopicPartition {
        topic_id: strandline_protocol::Uuid([4; 16]),
        partition: 1,
    };
    fixture.upload_all(other, 0, log.segments(0, 10)).await;
    // What a crash left behind under a partition without a manifest goes, too.
    let keys = Keys::new(CLUSTER);
    let orphan = keys.segment(tp(7), 0, 0, strandline_protocol::Uuid([5; 16]));
    fixture.store.put(&orphan, "x".into()).await.unwrap();
    let neighbour = fixture.tier.segments(other, 0, 100).await.unwrap().len();
    fixture.tier.purge(tp(0).topic_id).await.unwrap();
    assert_eq!(count(fixture.store.as_ref(), ".segment").await, neighbour);
    let all = read_from(&fixture.tier, other, 0, i64::MAX, 9000)
        .await
        .unwrap();
    assert!(all == log.expected(0, fixture.tier.tiered_end_offset(other)));
}

#[tokio::test]
async fn retention_by_time_and_size_walks_the_tier_and_then_the_local_log() {
    let (log, fixture) = world(36).await;
    let entries = fixture.tier.segments(tp(0), 0, 100).await.unwrap();
    let total: u64 = entries.iter().map(|entry| entry.data_bytes as u64).sum();
    let half = RetentionSettings {
        retention_bytes: Some(total / 2),
        ..RetentionSettings::default()
    };
    let scan = RetentionScan::total(&half, total, None, log.end_offset);
    let start = fixture
        .tier
        .start_after_retention(tp(0), scan, &[])
        .await
        .unwrap()
        .unwrap();
    let left: u64 = entries
        .iter()
        .filter(|e| e.base_offset >= start)
        .map(|e| e.data_bytes as u64)
        .sum();
    let next = entries
        .iter()
        .find(|e| e.base_offset >= start)
        .unwrap()
        .data_bytes as u64;
    assert!(
        left >= total / 2 && left - next < total / 2,
        "{left} of {total}"
    );

    let age = RetentionSettings {
        retention_ms: Some(1000),
        ..RetentionSettings::default()
    };
    let local = [strandline_tiering::RetainedSegment {
        base_offset: log.end_offset,
        end_offset: log.end_offset + 5,
        size_bytes: 10,
        max_timestamp: NOW_MS,
    }];
    for (now, expected) in [
        (NOW_MS + 500, log.end_offset),
        (NOW_MS + 1500, log.end_offset + 5),
    ] {
        let scan = RetentionScan::total(&age, total, Some(now), i64::MAX);
        assert_eq!(
            fixture
                .tier
                .start_after_retention(tp(0), scan, &local)
                .await
                .unwrap(),
            Some(expected)
        );
    }
}

#[tokio::test]
async fn the_inventory_names_every_object_once() {
    let (log, fixture) = world(37).await;
    let start = log.segments(0, 3)[13].base_offset() + 1;
    fixture.log.set_log_start(tp(0), start);
    fixture.tier.retain(tp(0), 0, start).await.unwrap();
    let (to, mut objects) = tokio::sync::mpsc::channel(1);
    let mut named = Vec::new();
    let collect = async {
        while let Some(object) = objects.recv().await {
            named.push(object);
        }
    };
    let (listed, ()) = tokio::join!(fixture.tier.objects(tp(0), to), collect);
    listed.unwrap();
    let segments = named
        .iter()
        .filter(|object| object.used_as == ObjectUse::Segment);
    assert_eq!(segments.count(), 7);
    assert!(named.iter().any(|object| object.used_as == ObjectUse::Page));
    let mut keys: Vec<String> = named.into_iter().map(|object| object.key).collect();
    keys.sort();
    let stored = fixture.store.list(None).map(|meta| meta.unwrap().location);
    let mut stored: Vec<String> = stored.map(|key| key.to_string()).collect().await;
    stored.retain(|key| key != "owner");
    stored.sort();
    assert_eq!(keys, stored);
}
