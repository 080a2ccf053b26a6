//! Goal: many proposers, large commands, snapshots and purges, all at once, lose nothing.
//! Method: a real group of one that snapshots every 300 KB of log; then a restart.

use strandline_metadata::records::{
    AllocateProducerIds, CommitOffsets, DeleteTopic, OffsetCommit, OffsetCommitTopic,
};
use strandline_metadata::{Metadata, ProposeError, Reply};

use crate::support::{clock, create_topic, options, shard, start, uuid};

async fn start_with_small_snapshots(dir: &std::path::Path, incarnation: u64) -> Metadata {
    let mut options = options(dir, incarnation);
    options.snapshot_log_bytes = 300 << 10;
    let metadata = Metadata::start(options, clock()).await.unwrap();
    metadata.register(None, Vec::new()).await.unwrap();
    metadata
}

fn commit(metadata: &Metadata, group: &str, offset: i64) -> CommitOffsets {
    let (shard, shard_epoch) = shard(metadata, group);
    let partitions = (0..20)
        .map(|partition| OffsetCommit {
            partition,
            offset,
            metadata: format!("{offset} of {group}").into(),
            ..OffsetCommit::default()
        })
        .collect();
    CommitOffsets {
        shard,
        shard_epoch,
        group_id: group.into(),
        topics: vec![OffsetCommitTopic {
            topic_id: uuid(10),
            partitions,
        }],
        ..CommitOffsets::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_between_snapshots_and_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let mut next = 0;
    for incarnation in 1..4 {
        let metadata = start_with_small_snapshots(dir.path(), incarnation).await;
        if incarnation == 1 {
            metadata.propose(create_topic("t", 10, 20)).await.unwrap();
        }
        let tasks: Vec<_> = (0..40)
            .map(|group| {
                let metadata = metadata.clone();
                tokio::spawn(async move {
                    for offset in next..next + 60 {
                        let command = commit(&metadata, &format!("group {group}"), offset);
                        metadata.propose(command).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        next += 60;
        let stats = metadata.stats();
        metadata.shutdown().await;
        assert!(stats.snapshot_index > 0, "{stats:?}");
        assert!(
            stats.log_bytes < 8 << 20,
            "the log was not purged: {stats:?}"
        );
    }
    let metadata = start_with_small_snapshots(dir.path(), 9).await;
    for group in 0..40 {
        let group = format!("group {group}");
        let offsets = metadata.tables().offsets(&group);
        assert_eq!(offsets.len(), 20);
        for (_, offset) in offsets {
            assert_eq!(offset.offset, next - 1);
            assert_eq!(*offset.metadata, *format!("{} of {group}", next - 1));
        }
    }
    metadata.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn producer_ids_are_never_handed_out_twice() {
    let dir = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for incarnation in 1..4 {
        let metadata = start(dir.path(), incarnation).await;
        let ids = AllocateProducerIds {
            broker_id: 1,
            incarnation: uuid(incarnation),
            count: 7,
        };
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let (metadata, ids) = (metadata.clone(), ids.clone());
                tokio::spawn(async move { metadata.propose(ids).await.unwrap() })
            })
            .collect();
        for task in tasks {
            let Reply::ProducerIds { first, count } = task.await.unwrap() else {
                panic!("no producer ids");
            };
            all.extend(first..first + i64::from(count));
        }
        metadata.shutdown().await;
    }
    all.sort_unstable();
    assert_eq!(all, (0..3 * 50 * 7).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_topic_of_a_hundred_thousand_partitions_is_one_command() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    metadata
        .propose(create_topic("large", 10, 100_000))
        .await
        .unwrap();
    assert_eq!(metadata.topology().partition_count(), 100_000);
    metadata.shutdown().await;
    drop(metadata);
    let metadata = start(dir.path(), 2).await;
    let topology = metadata.topology();
    assert_eq!(
        topology.partition(&uuid(10), 99_999).unwrap().leader_epoch,
        1
    );
    metadata
        .propose(DeleteTopic { topic_id: uuid(10) })
        .await
        .unwrap();
    assert_eq!(metadata.topology().partition_count(), 0);
    let too_large = metadata
        .propose(create_topic("larger", 11, 3_000_000))
        .await
        .unwrap_err();
    assert!(
        matches!(too_large, ProposeError::TooLarge { .. }),
        "{too_large}"
    );
    metadata
        .propose(create_topic("small", 12, 1))
        .await
        .unwrap();
    metadata.shutdown().await;
}

#[tokio::test]
async fn a_dropped_caller_does_not_disturb_the_numbering() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    for id in 10..20 {
        let propose = metadata.propose(create_topic(&format!("t{id}"), id, 1));
        // Polled once, then given up.
        drop(tokio::time::timeout(std::time::Duration::ZERO, propose).await);
    }
    metadata.propose(create_topic("last", 99, 1)).await.unwrap();
    assert!(metadata.topology().topic(&uuid(99)).is_some());
    metadata.shutdown().await;
    let stopped = metadata
        .propose(create_topic("late", 100, 1))
        .await
        .unwrap_err();
    assert_eq!(stopped, ProposeError::Stopped);
}
