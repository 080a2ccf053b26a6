//! What groups are after the broker was restarted, and who is told what when it stops.

use strandline_metadata::records::RegisterBroker;

use super::*;
use crate::coordinator::group::GroupState;

#[tokio::test]
async fn stable_group_goes_on_after_a_restart() {
    let node = Node::start().await;
    let (member, generation) = node.stable().await;
    let commit = vec![offsets::commit_of(0, 11)];
    node.coordinator
        .commit_offsets("g", identity(&member, generation), commit)
        .await
        .unwrap();
    let node = node.restart().await;
    assert_eq!(
        node.coordinator.armed(),
        1,
        "sessions run, also if nobody asks"
    );
    assert_eq!(node.heartbeat(&member, generation), ErrorCode::None);
    let synced = node.sync(&member, generation, &[]).await;
    assert_eq!(synced.assignment, bytes("all"));
    let committed = node
        .coordinator
        .committed_offset("g", &TOPIC, 0)
        .unwrap()
        .unwrap();
    assert_eq!(committed.offset, 11);
    let commit = vec![offsets::commit_of(0, 12)];
    let done = node
        .coordinator
        .commit_offsets("g", identity(&member, generation), commit)
        .await;
    assert_eq!(
        done,
        Ok(Vec::new()),
        "a commit of the same generation under the new epoch"
    );
}

#[tokio::test]
async fn rebalance_goes_on_after_a_restart_in_the_middle() {
    let node = Node::start().await;
    let joined = node.join("").await;
    let node = node.restart().await;
    let described = node.coordinator.describe("g").unwrap().unwrap();
    assert_eq!(described.state, GroupState::CompletingRebalance);
    let id = joined.member_id.to_string();
    let synced = node.sync(&id, joined.generation, &[(&id, "x")]).await;
    assert_eq!(
        (synced.error, synced.assignment),
        (ErrorCode::None, bytes("x"))
    );
}

#[tokio::test]
async fn generations_grow_over_restarts() {
    let mut node = Node::start().await;
    let mut last = 0;
    for _ in 0..4 {
        let (member, generation) = node.stable().await;
        assert!(generation > last);
        last = generation;
        node.leave(&member).await.unwrap();
        node = node.restart().await;
    }
}

#[tokio::test]
async fn parked_requests_are_told_to_look_for_the_coordinator_when_it_stops() {
    let node = Node::start().await;
    let (member, _) = node.stable().await;
    let other = node.coordinator.clone();
    let parked =
        tokio::spawn(async move { other.join("g", |token| join_request(token, "")).await });
    while node.heartbeat(&member, 1) == ErrorCode::None {
        tokio::task::yield_now().await;
    }
    let node = node.restart().await;
    assert_eq!(parked.await.unwrap().error, ErrorCode::NotCoordinator);
    assert_eq!(
        node.heartbeat(&member, 1),
        ErrorCode::None,
        "the former generation holds"
    );
}

#[tokio::test]
async fn a_stopped_coordinator_refuses() {
    let node = Node::start().await;
    node.stopping.cancel();
    let former = &node.coordinator;
    let answer = former.join("g", |token| join_request(token, "")).await;
    assert_eq!(answer.error, ErrorCode::NotCoordinator);
    let commit = former
        .commit_offsets("g", identity("", -1), Vec::new())
        .await;
    assert_eq!(commit, Err(CommitError::Code(ErrorCode::NotCoordinator)));
}

#[tokio::test]
async fn groups_of_another_epoch_are_made_anew_from_their_records() {
    let node = Node::start().await;
    let (member, generation) = node.stable().await;
    let other = node.coordinator.clone();
    let parked =
        tokio::spawn(async move { other.join("g", |token| join_request(token, "")).await });
    while node.heartbeat(&member, generation) == ErrorCode::None {
        tokio::task::yield_now().await;
    }
    let topology = node.metadata.topology();
    let before = topology.coordinator("g").1.epoch;
    // The broker is registered again under another incarnation, which raises every shard's epoch.
    let register = RegisterBroker {
        broker_id: 1,
        incarnation: Uuid([77; 16]),
        former_incarnation: node.metadata.incarnation(),
        level_min: strandline_metadata::level::MIN,
        level_max: strandline_metadata::level::MAX,
        ..RegisterBroker::default()
    };
    node.metadata.propose(register).await.unwrap();
    assert!(node.metadata.topology().coordinator("g").1.epoch > before);
    assert_eq!(parked.await.unwrap().error, ErrorCode::NotCoordinator);
    assert_eq!(node.heartbeat(&member, generation), ErrorCode::None);
    assert_eq!(node.coordinator.armed(), 1);
}
