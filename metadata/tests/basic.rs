//! Goal: commands have the effect that a broker relies on, also over a restart.
//! Method: a real group of one on real files.

use strandline_metadata::records::{
    AllocateProducerIds, CommitOffsets, OffsetCommit, OffsetCommitTopic,
};
use strandline_metadata::{MetadataError, ProposeError, Refusal, Reply};

use crate::support::{create_topic, options, shard, start, try_start, uuid};

#[tokio::test]
async fn a_new_directory_becomes_a_cluster_and_serves() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    let topology = metadata.topology();
    assert_eq!(topology.cluster_id, uuid(1));
    assert_eq!(topology.brokers[&1].incarnation, uuid(1));
    assert!(
        topology
            .shards
            .iter()
            .all(|shard| (shard.broker_id, shard.epoch) == (1, 0))
    );

    metadata.propose(create_topic("a.b", 10, 3)).await.unwrap();
    let topology = metadata.topology();
    let topic = topology.topic_by_name("", "a.b").unwrap();
    assert_eq!(topic.partitions.len(), 3);
    assert_eq!(topic.configs["retention.ms"], "1000");
    assert_eq!(
        (topic.partitions[2].leader, topic.partitions[2].leader_epoch),
        (1, 0)
    );
    assert!(topology.topic_by_name("", "a_b").is_none());
    let collides = metadata
        .propose(create_topic("a_b", 11, 1))
        .await
        .unwrap_err();
    assert_eq!(collides, ProposeError::Refused(Refusal::InvalidTopic));
    let exists = metadata
        .propose(create_topic("a.b", 11, 1))
        .await
        .unwrap_err();
    assert_eq!(exists, ProposeError::Refused(Refusal::TopicExists));
    metadata.shutdown().await;
}

#[tokio::test]
async fn a_restart_keeps_everything_and_raises_epochs() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    metadata.propose(create_topic("t", 10, 2)).await.unwrap();
    let (number, shard_epoch) = shard(&metadata, "g");
    let commit = CommitOffsets {
        shard: number,
        shard_epoch,
        group_id: "g".into(),
        topics: vec![OffsetCommitTopic {
            topic_id: uuid(10),
            partitions: vec![OffsetCommit {
                partition: 1,
                offset: 42,
                metadata: "note".into(),
                ..OffsetCommit::default()
            }],
        }],
        ..CommitOffsets::default()
    };
    metadata.propose(commit.clone()).await.unwrap();
    let ids = AllocateProducerIds {
        broker_id: 1,
        incarnation: uuid(1),
        count: 100,
    };
    let reply = metadata.propose(ids.clone()).await.unwrap();
    assert_eq!(
        reply,
        Reply::ProducerIds {
            first: 0,
            count: 100
        }
    );
    metadata.shutdown().await;
    drop(metadata);

    let metadata = start(dir.path(), 2).await;
    let topology = metadata.topology();
    let partition = topology.partition(&uuid(10), 1).unwrap();
    assert_eq!((partition.leader_epoch, partition.partition_epoch), (1, 1));
    assert_eq!(partition.incarnation, uuid(2));
    let offset = metadata
        .tables()
        .committed_offset("g", &uuid(10), 1)
        .unwrap();
    assert_eq!((offset.offset, &*offset.metadata), (42, "note"));
    assert!(offset.commit_timestamp > 0);

    // Everything of the former incarnation is fenced.
    let stale = metadata.propose(commit).await.unwrap_err();
    assert_eq!(stale, ProposeError::Refused(Refusal::NotCoordinator));
    let stale = metadata.propose(ids).await.unwrap_err();
    assert_eq!(stale, ProposeError::Refused(Refusal::StaleIncarnation));
    let ids = AllocateProducerIds {
        broker_id: 1,
        incarnation: uuid(2),
        count: 100,
    };
    let reply = metadata.propose(ids).await.unwrap();
    assert_eq!(
        reply,
        Reply::ProducerIds {
            first: 100,
            count: 100
        }
    );
    metadata.shutdown().await;
}

#[tokio::test]
async fn a_second_process_and_a_foreign_cluster_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    let error = try_start(dir.path(), 2).await.unwrap_err();
    assert!(matches!(error, MetadataError::InUse { .. }), "{error}");
    metadata.shutdown().await;
    drop(metadata);

    let mut foreign = options(dir.path(), 2);
    foreign.cluster_id = Some(uuid(99));
    let error = strandline_metadata::Metadata::start(foreign, crate::support::clock()).await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, MetadataError::ForeignCluster { .. }),
        "{error}"
    );

    let mut other_node = options(dir.path(), 2);
    other_node.node_id = 7;
    let error = strandline_metadata::Metadata::start(other_node, crate::support::clock()).await;
    let error = error.unwrap_err();
    assert!(
        matches!(
            error,
            MetadataError::ForeignNode {
                found: 1,
                expected: 7
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn proposals_before_the_registration_do_not_disturb_those_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = try_start(dir.path(), 1).await.unwrap();
    let early = metadata
        .propose(create_topic("t", 10, 1))
        .await
        .unwrap_err();
    assert_eq!(early, ProposeError::Refused(Refusal::StaleIncarnation));
    metadata.register(None, Vec::new()).await.unwrap();
    metadata.propose(create_topic("t", 10, 1)).await.unwrap();
    metadata.shutdown().await;
}
