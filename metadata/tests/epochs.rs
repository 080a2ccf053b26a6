//! Goal: no process appends under an epoch of another incarnation (I2, I10).
//! Method: starts of one broker, each under a new incarnation, and late words of the former ones.

use strandline_metadata::records::{CommitTier, RegisterBroker, SetLogStart, TierEntry};
use strandline_metadata::{ProposeError, Refusal, Reply};

use crate::support::{create_topic, start, try_start, uuid};

#[tokio::test]
async fn every_start_raises_every_epoch() {
    let dir = tempfile::tempdir().unwrap();
    for incarnation in 1..6 {
        let metadata = start(dir.path(), incarnation).await;
        if incarnation == 1 {
            metadata.propose(create_topic("t", 10, 5)).await.unwrap();
        }
        let topology = metadata.topology();
        let epoch = i32::try_from(incarnation).unwrap() - 1;
        for partition in &topology.topic(&uuid(10)).unwrap().partitions {
            assert_eq!(partition.leader_epoch, epoch, "start {incarnation}");
            assert_eq!(partition.incarnation, uuid(incarnation));
        }
        assert!(topology.shards.iter().all(|shard| shard.epoch == epoch));
        metadata.shutdown().await;
    }
}

#[tokio::test]
async fn a_second_registration_of_the_same_start_raises_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    metadata.propose(create_topic("t", 10, 1)).await.unwrap();
    let broker_epoch = metadata.topology().brokers[&1].broker_epoch;
    metadata
        .register(Some("rack".into()), Vec::new())
        .await
        .unwrap();
    let topology = metadata.topology();
    assert_eq!(topology.partition(&uuid(10), 0).unwrap().leader_epoch, 0);
    assert_eq!(topology.brokers[&1].rack.as_deref(), Some("rack"));
    assert_eq!(topology.brokers[&1].broker_epoch, broker_epoch);
    metadata.shutdown().await;
}

#[tokio::test]
async fn a_late_registration_of_a_former_start_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    metadata.shutdown().await;
    drop(metadata);
    let metadata = start(dir.path(), 2).await;
    let late = RegisterBroker {
        broker_id: 1,
        incarnation: uuid(1),
        level_min: 1,
        level_max: 1,
        ..RegisterBroker::default()
    };
    let error = metadata.propose(late).await.unwrap_err();
    assert_eq!(error, ProposeError::Refused(Refusal::StaleIncarnation));
    assert_eq!(metadata.topology().brokers[&1].incarnation, uuid(2));
    metadata.shutdown().await;
}

#[tokio::test]
async fn words_of_a_former_leader_epoch_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    metadata.propose(create_topic("t", 10, 1)).await.unwrap();
    metadata.shutdown().await;
    drop(metadata);
    let metadata = start(dir.path(), 2).await;
    let log_start = |leader_epoch| SetLogStart {
        topic_id: uuid(10),
        partition: 0,
        leader_epoch,
        log_start_offset: 5,
    };
    let tier = |leader_epoch, expected_version| CommitTier {
        topic_id: uuid(10),
        partition: 0,
        leader_epoch,
        expected_version,
        entries: vec![TierEntry {
            base_offset: 0,
            end_offset: 9,
            ..TierEntry::default()
        }],
        ..CommitTier::default()
    };
    let fenced = ProposeError::Refused(Refusal::FencedLeaderEpoch);
    assert_eq!(metadata.propose(log_start(0)).await.unwrap_err(), fenced);
    assert_eq!(metadata.propose(tier(0, 0)).await.unwrap_err(), fenced);
    assert_eq!(metadata.propose(log_start(1)).await.unwrap(), Reply::Done);
    assert_eq!(
        metadata.propose(tier(1, 0)).await.unwrap(),
        Reply::Tiered { version: 1 }
    );
    // Of two uploaders one wins.
    let conflict = ProposeError::Refused(Refusal::ManifestConflict);
    assert_eq!(metadata.propose(tier(1, 0)).await.unwrap_err(), conflict);
    metadata.shutdown().await;
}

#[tokio::test]
async fn before_it_registers_a_start_can_do_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let metadata = start(dir.path(), 1).await;
    metadata.shutdown().await;
    drop(metadata);
    let metadata = try_start(dir.path(), 2).await.unwrap();
    let error = metadata
        .propose(create_topic("t", 10, 1))
        .await
        .unwrap_err();
    assert_eq!(error, ProposeError::Refused(Refusal::StaleIncarnation));
    metadata.shutdown().await;
}

#[test]
#[cfg(feature = "sabotage")]
fn sabotage_of_the_epochs_is_caught() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["epochs::every_start_raises_every_epoch", "--exact"])
        .env("STRANDLINE_SABOTAGE", "no-epoch-bump")
        .output()
        .unwrap();
    assert!(!child.status.success(), "the broken build was not caught");
}
