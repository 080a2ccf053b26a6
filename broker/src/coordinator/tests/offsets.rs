//! Committing, reading, deleting and expiring offsets.

use strandline_metadata::records::{OffsetCommit, OffsetCommitTopic};
use strandline_protocol::TopicPartition;

use super::*;

pub(super) fn commit_of(partition: i32, offset: i64) -> OffsetCommitTopic {
    let commit = OffsetCommit {
        partition,
        offset,
        leader_epoch: 7,
        metadata: "note".into(),
        ..OffsetCommit::default()
    };
    OffsetCommitTopic {
        topic_id: TOPIC,
        partitions: vec![commit],
    }
}

fn code(code: ErrorCode) -> Result<Vec<TopicPartition>, CommitError> {
    Err(CommitError::Code(code))
}

#[tokio::test]
async fn commits_of_members_and_simple_consumers_are_kept_with_epoch_and_note() {
    let node = Node::start().await;
    let (member, generation) = node.stable().await;
    let identity = identity(&member, generation);
    let done = node
        .coordinator
        .commit_offsets("g", identity, vec![commit_of(1, 42)])
        .await;
    assert_eq!(done, Ok(Vec::new()));
    let committed = node
        .coordinator
        .committed_offset("g", &TOPIC, 1)
        .unwrap()
        .unwrap();
    assert_eq!((committed.offset, committed.leader_epoch), (42, 7));
    assert_eq!(&*committed.metadata, "note");
    assert_eq!(node.coordinator.committed_offset("g", &TOPIC, 0), Ok(None));
    assert_eq!(
        node.coordinator.committed_offset("other", &TOPIC, 1),
        Ok(None)
    );
    assert_eq!(node.coordinator.committed_offsets("g").unwrap().len(), 1);
}

#[tokio::test]
async fn commits_of_strangers_and_former_generations_are_refused() {
    let node = Node::start().await;
    let commit = |member: MemberIdentity<'static>| {
        node.coordinator
            .commit_offsets("g", member, vec![commit_of(0, 1)])
    };
    assert_eq!(
        commit(identity("m", 3)).await,
        Err(CommitError::UnknownGroup)
    );
    assert_eq!(commit(identity("", -1)).await, Ok(Vec::new()));
    assert_eq!(
        commit(identity("m", 3)).await,
        code(ErrorCode::UnknownMemberId)
    );

    let (member, _) = node.stable().await;
    let member: &'static str = member.leak();
    assert_eq!(
        commit(identity("", -1)).await,
        code(ErrorCode::UnknownMemberId)
    );
    assert_eq!(
        commit(identity("m", 1)).await,
        code(ErrorCode::UnknownMemberId)
    );
    assert_eq!(
        commit(identity(member, 0)).await,
        code(ErrorCode::IllegalGeneration)
    );
    assert_eq!(commit(identity(member, 1)).await, Ok(Vec::new()));
    let fixed = MemberIdentity {
        group_instance_id: Some("i"),
        ..identity(member, 1)
    };
    assert_eq!(commit(fixed).await, code(ErrorCode::UnknownMemberId));

    node.join(member).await;
    assert_eq!(
        commit(identity(member, 2)).await,
        code(ErrorCode::RebalanceInProgress)
    );
    assert_eq!(
        commit(identity(member, 1)).await,
        code(ErrorCode::IllegalGeneration)
    );

    node.leave(member).await.unwrap();
    assert_eq!(
        commit(identity("", -1)).await,
        Ok(Vec::new()),
        "an empty group takes anybody's"
    );
}

#[tokio::test]
async fn commits_name_partitions_that_are_gone() {
    let node = Node::start().await;
    let topics = vec![commit_of(0, 1), commit_of(9, 1)];
    let done = node
        .coordinator
        .commit_offsets("g", identity("", -1), topics)
        .await;
    assert_eq!(
        done,
        Ok(vec![TopicPartition {
            topic_id: TOPIC,
            partition: 9
        }])
    );
    assert_eq!(node.coordinator.committed_offsets("g").unwrap().len(), 1);
}

#[tokio::test]
async fn offsets_of_subscribed_topics_are_not_deleted() {
    let node = Node::start().await;
    let topic = |partitions| DeletedOffset {
        topic: "t".into(),
        topic_id: TOPIC,
        partitions,
    };
    let delete = async |partitions| {
        node.coordinator
            .delete_offsets("g", &[topic(partitions)])
            .await
    };
    assert_eq!(delete(vec![0]).await, Err(ErrorCode::GroupIdNotFound));
    let topics = vec![commit_of(0, 1), commit_of(1, 1)];
    node.coordinator
        .commit_offsets("g", identity("", -1), topics)
        .await
        .unwrap();
    assert_eq!(delete(vec![0]).await, Ok(vec![ErrorCode::None]));
    assert_eq!(node.coordinator.committed_offsets("g").unwrap().len(), 1);
    let (member, _) = node.stable().await;
    // Its metadata is empty, so nobody knows what it consumes.
    assert_eq!(
        delete(vec![1]).await,
        Ok(vec![ErrorCode::GroupSubscribedToTopic])
    );
    node.leave(&member).await.unwrap();
    assert_eq!(delete(vec![1]).await, Ok(vec![ErrorCode::None]));
    assert_eq!(node.coordinator.committed_offsets("g"), Ok(Vec::new()));
}

#[tokio::test]
async fn offsets_expire_only_while_the_group_is_empty() {
    let options = GroupCoordinatorOptions {
        offsets_retention: Duration::ZERO,
        ..options()
    };
    let node = Node::start_with(options, MemoryBudget::new(1 << 30)).await;
    let (member, generation) = node.stable().await;
    let identity = identity(&member, generation);
    node.coordinator
        .commit_offsets("g", identity, vec![commit_of(0, 1)])
        .await
        .unwrap();
    node.coordinator.expire_offsets().await;
    assert_eq!(node.coordinator.committed_offsets("g").unwrap().len(), 1);
    node.leave(&member).await.unwrap();
    node.coordinator.expire_offsets().await;
    assert_eq!(node.coordinator.committed_offsets("g"), Ok(Vec::new()));
    assert_eq!(node.coordinator.describe("g"), Ok(None));
    let index = node.metadata.applied_index();
    node.coordinator.expire_offsets().await;
    let proposed = node.metadata.applied_index() - index;
    assert_eq!(proposed, 0, "nothing to expire, nothing proposed");
}

#[tokio::test]
async fn offsets_younger_than_the_retention_stay() {
    let node = Node::start().await;
    let commit = vec![commit_of(0, 1)];
    node.coordinator
        .commit_offsets("g", identity("", -1), commit)
        .await
        .unwrap();
    node.coordinator.expire_offsets().await;
    assert_eq!(node.coordinator.committed_offsets("g").unwrap().len(), 1);
}

#[tokio::test]
async fn offsets_of_a_group_that_gathers_its_members_stay() {
    let mut options = GroupCoordinatorOptions {
        offsets_retention: Duration::ZERO,
        ..options()
    };
    options.group.initial_rebalance_delay = Duration::from_millis(200);
    let node = Node::start_with(options, MemoryBudget::new(1 << 30)).await;
    let commit = vec![commit_of(0, 1)];
    node.coordinator
        .commit_offsets("g", identity("", -1), commit)
        .await
        .unwrap();
    let mut joining = std::pin::pin!(node.join(""));
    assert!(futures::poll!(&mut joining).is_pending());
    node.coordinator.expire_offsets().await;
    assert_eq!(node.coordinator.committed_offsets("g").unwrap().len(), 1);
    let joined = joining.await;
    assert_eq!(joined.error, ErrorCode::None);
    node.leave(&joined.member_id).await.unwrap();
    node.coordinator.expire_offsets().await;
    assert_eq!(node.coordinator.committed_offsets("g"), Ok(Vec::new()));
}
