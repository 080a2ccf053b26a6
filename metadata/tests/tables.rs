//! Goal: offsets expire by cluster time, a deleted topic leaves what the tier still has to remove,
//! settings are set and removed one by one.
//! Method: a real group of one under a clock that the test moves.

use std::sync::Arc;
use std::time::Duration;

use strandline_metadata::records::{
    CommitOffsets, CommitTier, ConfigChange, DeleteTopic, ExpireOffsets, ForgetTopic, GroupMember,
    GroupRecord, OffsetCommit, OffsetCommitTopic, PutGroup, SetConfigs, SetFeature, SetLevel,
    TierEntry,
};
use strandline_metadata::{Metadata, ProposeError, Refusal, Reply};
use strandline_protocol::clock::ManualClock;

use crate::support::{create_topic, options, shard, uuid};

const HOUR_MS: i64 = 3_600_000;

async fn start(clock: &Arc<ManualClock>) -> (tempfile::TempDir, Metadata) {
    let dir = tempfile::tempdir().unwrap();
    let metadata = Metadata::start(options(dir.path(), 1), clock.clone())
        .await
        .unwrap();
    metadata.register(None, Vec::new()).await.unwrap();
    metadata.propose(create_topic("t", 10, 4)).await.unwrap();
    (dir, metadata)
}

async fn commit(metadata: &Metadata, group: &str, partition: i32, expire_timestamp: i64) {
    let (shard, shard_epoch) = shard(metadata, group);
    let offset = OffsetCommit {
        partition,
        offset: 1,
        expire_timestamp,
        ..OffsetCommit::default()
    };
    let topics = vec![OffsetCommitTopic {
        topic_id: uuid(10),
        partitions: vec![offset],
    }];
    let command = CommitOffsets {
        shard,
        shard_epoch,
        group_id: group.into(),
        topics,
        ..CommitOffsets::default()
    };
    metadata.propose(command).await.unwrap();
}

async fn put(metadata: &Metadata, group: &str, members: usize, state_timestamp: i64) {
    let (shard, shard_epoch) = shard(metadata, group);
    let group = GroupRecord {
        group_id: group.into(),
        state_timestamp,
        members: vec![GroupMember::default(); members],
        ..GroupRecord::default()
    };
    metadata
        .propose(PutGroup {
            shard,
            shard_epoch,
            group,
        })
        .await
        .unwrap();
}

async fn expire(metadata: &Metadata, group: &str) {
    let (shard, shard_epoch) = shard(metadata, group);
    let command = ExpireOffsets {
        shard,
        shard_epoch,
        retention_ms: HOUR_MS,
    };
    metadata.propose(command).await.unwrap();
}

#[tokio::test]
async fn offsets_expire_an_hour_after_their_group_was_empty() {
    let clock = Arc::new(ManualClock::new(1_000_000));
    let (_dir, metadata) = start(&clock).await;
    let left = |group: &str| metadata.tables().offsets(group).len();
    commit(&metadata, "simple", 0, -1).await;
    commit(&metadata, "brings its own time", 0, 1_000_000 + 10).await;
    commit(&metadata, "active", 0, -1).await;
    put(&metadata, "active", 1, 1_000_000).await;
    clock.advance(Duration::from_millis(HOUR_MS.unsigned_abs() - 1));
    for group in ["simple", "brings its own time", "active"] {
        expire(&metadata, group).await;
    }
    assert_eq!(
        (left("simple"), left("brings its own time"), left("active")),
        (1, 0, 1)
    );
    clock.advance(Duration::from_millis(1));
    commit(&metadata, "simple", 1, -1).await;
    expire(&metadata, "simple").await;
    expire(&metadata, "active").await;
    assert_eq!((left("simple"), left("active")), (1, 1));
    // Empty now: the hour begins.
    put(&metadata, "active", 0, metadata.cluster_time_ms()).await;
    expire(&metadata, "active").await;
    assert_eq!(left("active"), 1);
    clock.advance(Duration::from_millis(HOUR_MS.unsigned_abs()));
    expire(&metadata, "active").await;
    expire(&metadata, "simple").await;
    assert!(!metadata.tables().has_group("active") && !metadata.tables().has_group("simple"));
    assert_eq!(metadata.tables().groups().len(), 0);
    metadata.shutdown().await;
}

#[tokio::test]
async fn cluster_time_follows_a_jump_of_the_clock_no_faster_than_time_passes() {
    let clock = Arc::new(ManualClock::new(1_000_000));
    let (_dir, metadata) = start(&clock).await;
    assert_eq!(metadata.cluster_time_ms(), 1_000_000);
    // The test clock's monotonic time moves with it, so only 1.1 times of it may pass; a clock
    // that goes back leaves cluster time where it was.
    clock.advance(Duration::from_millis(100));
    put(&metadata, "g", 0, 0).await;
    assert_eq!(metadata.cluster_time_ms(), 1_000_100);
    put(&metadata, "g", 0, 0).await;
    assert_eq!(metadata.cluster_time_ms(), 1_000_100);
    metadata.shutdown().await;
}

#[tokio::test]
async fn a_deleted_topic_is_remembered_until_it_is_forgotten() {
    let clock = Arc::new(ManualClock::new(1_000_000));
    let (dir, metadata) = start(&clock).await;
    commit(&metadata, "g", 3, -1).await;
    let entry = TierEntry {
        base_offset: 0,
        end_offset: 9,
        entry: b"object".to_vec().into(),
    };
    let tier = CommitTier {
        topic_id: uuid(10),
        partition: 2,
        leader_epoch: 0,
        entries: vec![entry],
        ..CommitTier::default()
    };
    assert_eq!(
        metadata.propose(tier).await.unwrap(),
        Reply::Tiered { version: 1 }
    );
    metadata
        .propose(DeleteTopic { topic_id: uuid(10) })
        .await
        .unwrap();
    assert!(
        !metadata.tables().has_group("g"),
        "its only offset was for the topic"
    );
    metadata.propose(create_topic("t", 11, 1)).await.unwrap();
    let untiered = DeleteTopic { topic_id: uuid(11) };
    metadata.propose(untiered).await.unwrap();
    metadata.shutdown().await;
    drop(metadata);
    let metadata = Metadata::start(options(dir.path(), 2), clock)
        .await
        .unwrap();
    metadata.register(None, Vec::new()).await.unwrap();
    let deleted = metadata.tables().deleted_topics();
    let topic = &deleted[&uuid(10)];
    assert_eq!((&*topic.name, topic.deleted_timestamp), ("t", 1_000_000));
    let (partition, state) = &topic.partitions[0];
    assert_eq!(
        (*partition, state.tail[0].entry.as_ref()),
        (2, b"object".as_ref())
    );
    metadata
        .propose(ForgetTopic { topic_id: uuid(10) })
        .await
        .unwrap();
    let left = metadata.tables().deleted_topics();
    assert!(left[&uuid(11)].partitions.is_empty(), "nothing was tiered");
    assert_eq!(left.len(), 1);
    metadata.shutdown().await;
}

#[tokio::test]
async fn settings_are_set_and_removed_one_by_one() {
    let clock = Arc::new(ManualClock::new(1_000_000));
    let (_dir, metadata) = start(&clock).await;
    let change = |name: &str, value: Option<&str>| ConfigChange {
        name: name.into(),
        value: value.map(Into::into),
    };
    let set = |resource_type, resource_name: &str, changes| SetConfigs {
        resource_type,
        resource_name: resource_name.into(),
        changes,
        ..SetConfigs::default()
    };
    let mut watch = metadata.watch();
    watch.mark_unchanged();
    let changes = vec![
        change("retention.ms", None),
        change("segment.bytes", Some("9")),
    ];
    metadata.propose(set(2, "t", changes)).await.unwrap();
    assert!(watch.has_changed().unwrap());
    let topology = metadata.topology();
    let configs = &topology.topic_by_name("", "t").unwrap().configs;
    assert_eq!(
        configs.iter().collect::<Vec<_>>(),
        [(&"segment.bytes".into(), &"9".into())]
    );
    let unknown = metadata
        .propose(set(2, "nope", Vec::new()))
        .await
        .unwrap_err();
    assert_eq!(unknown, ProposeError::Refused(Refusal::UnknownTopic));

    metadata
        .propose(set(4, "", vec![change("a", Some("1"))]))
        .await
        .unwrap();
    metadata
        .propose(set(32, "g", vec![change("b", Some("2"))]))
        .await
        .unwrap();
    let topology = metadata.topology();
    assert_eq!(topology.configs(4, "", "").unwrap()["a"], "1");
    assert_eq!(topology.configs_of_type(32).count(), 1);
    metadata
        .propose(set(4, "", vec![change("a", None)]))
        .await
        .unwrap();
    assert!(metadata.topology().configs(4, "", "").is_none());

    metadata
        .propose(SetFeature {
            name: "group.version".into(),
            level: 1,
        })
        .await
        .unwrap();
    assert_eq!(metadata.topology().features["group.version"], 1);
    let error = metadata.propose(SetLevel { level: 99 }).await.unwrap_err();
    assert_eq!(error, ProposeError::Refused(Refusal::InvalidUpdateVersion));
    metadata.shutdown().await;
}
