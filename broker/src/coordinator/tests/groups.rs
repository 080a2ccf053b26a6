//! Joining, syncing and leaving through the driver: durability before answers, bounds, ends.

use super::*;
use crate::coordinator::group::GroupState;

#[tokio::test]
async fn generation_and_assignments_are_in_the_metadata_before_the_answers() {
    let node = Node::start().await;
    let joined = node.join("").await;
    let record = node.metadata.tables().group("g").unwrap();
    assert_eq!((record.generation, record.members.len()), (1, 1));
    assert_eq!(record.members[0].assignment, Bytes::new());
    let id = joined.member_id.to_string();
    node.sync(&id, 1, &[(&id, "mine")]).await;
    let record = node.metadata.tables().group("g").unwrap();
    assert_eq!(record.members[0].assignment, bytes("mine"));
    assert_eq!(record.leader.as_deref(), Some(id.as_str()));
    assert_eq!(node.heartbeat(&id, 1), ErrorCode::None);
}

#[tokio::test]
async fn two_members_share_a_group_and_one_leaves() {
    let node = Node::start().await;
    let (first, _) = node.stable().await;
    let (second, again) = tokio::join!(node.join(""), async {
        while node.heartbeat(&first, 1) == ErrorCode::None {
            tokio::task::yield_now().await;
        }
        node.join(&first).await
    });
    assert_eq!(
        (second.generation, again.generation, again.members.len()),
        (2, 2, 2)
    );
    let second = second.member_id.to_string();
    let shares = [(first.as_str(), "a"), (second.as_str(), "b")];
    let (one, two) = tokio::join!(node.sync(&second, 2, &[]), node.sync(&first, 2, &shares));
    assert_eq!((one.assignment, two.assignment), (bytes("b"), bytes("a")));

    assert_eq!(node.leave(&first).await, Ok(vec![ErrorCode::None]));
    assert_eq!(node.heartbeat(&second, 2), ErrorCode::RebalanceInProgress);
    let alone = node.join(&second).await;
    assert_eq!((alone.generation, alone.members.len()), (3, 1));
}

#[tokio::test]
async fn empty_groups_take_no_memory_and_no_timer() {
    let node = Node::start().await;
    let pool = node.memory.pool(PoolName::Coordinators);
    for _ in 0..3 {
        let (member, _) = node.stable().await;
        assert!(pool.used() > 0);
        assert_eq!(node.coordinator.armed(), 1);
        node.leave(&member).await.unwrap();
        assert_eq!((pool.used(), node.coordinator.armed()), (0, 0));
    }
    let described = node.coordinator.describe("g").unwrap().unwrap();
    assert_eq!(
        (described.state, &*described.protocol_type),
        (GroupState::Empty, "consumer")
    );
    assert_eq!(node.metadata.tables().group("g").unwrap().generation, 6);
}

#[tokio::test]
async fn silent_members_are_removed_by_the_timer() {
    let node = Node::start().await;
    let make = |token| JoinRequest {
        session_timeout: Duration::from_millis(50),
        ..join_request(token, "")
    };
    let joined = node.coordinator.join("g", make).await;
    let id = joined.member_id.to_string();
    node.sync(&id, 1, &[]).await;
    let mut topology = tokio::time::interval(Duration::from_millis(5));
    while node
        .metadata
        .tables()
        .group("g")
        .is_none_or(|record| !record.members.is_empty())
    {
        topology.tick().await;
    }
    assert_eq!(node.heartbeat(&id, 1), ErrorCode::UnknownMemberId);
}

#[tokio::test]
async fn members_beyond_the_memory_are_refused_with_a_retriable_code() {
    let node = Node::start_with(options(), MemoryBudget::new(1 << 20)).await;
    let pool = node.memory.pool(PoolName::Coordinators).clone();
    let mut joined = 0;
    let refused = loop {
        let make = |token| JoinRequest {
            requires_known_member_id: true,
            protocols: vec![Protocol {
                name: "range".into(),
                metadata: Bytes::from(vec![0; 1000]),
            }],
            ..join_request(token, "")
        };
        let group = format!("g{joined}");
        let answer = node.coordinator.join(&group, make).await;
        if answer.error != ErrorCode::MemberIdRequired {
            break answer.error;
        }
        joined += 1;
        assert!(joined < 10_000);
    };
    assert_eq!(refused, ErrorCode::CoordinatorNotAvailable);
    assert!(refused.is_retriable());
    assert!(joined > 5 && pool.used() <= pool.limit());
    assert!(
        node.coordinator
            .describe(&format!("g{joined}"))
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn group_ids_are_checked() {
    let node = Node::start().await;
    let long = "x".repeat(5000);
    for name in ["", long.as_str()] {
        let answer = node
            .coordinator
            .join(name, |token| join_request(token, ""))
            .await;
        assert_eq!(answer.error, ErrorCode::InvalidGroupId);
        let heartbeat = node.coordinator.heartbeat(name, identity("m", 1));
        assert_eq!(heartbeat, Err(ErrorCode::InvalidGroupId));
    }
    let stranger = node.join("stranger").await;
    assert_eq!(stranger.error, ErrorCode::UnknownMemberId);
    assert!(
        node.coordinator.list().is_empty(),
        "a refused join leaves no group behind"
    );
    assert_eq!(node.heartbeat("m", 1), ErrorCode::UnknownMemberId);
    assert_eq!(
        node.sync("m", 1, &[]).await.error,
        ErrorCode::UnknownMemberId
    );
    assert_eq!(node.leave("m").await, Err(ErrorCode::UnknownMemberId));
}

#[tokio::test]
async fn listing_and_describing_show_every_kind_of_group() {
    let node = Node::start().await;
    let (member, generation) = node.stable().await;
    let simple = vec![offsets::commit_of(0, 5)];
    node.coordinator
        .commit_offsets("simple", identity("", -1), simple)
        .await
        .unwrap();
    let mut listed = node.coordinator.list();
    listed.sort_by_key(|group| group.group_id.to_string());
    let rows: Vec<_> = listed
        .iter()
        .map(|g| (&*g.group_id, &*g.protocol_type, g.state))
        .collect();
    assert_eq!(
        rows,
        [
            ("g", "consumer", GroupState::Stable),
            ("simple", "", GroupState::Empty)
        ]
    );
    let described = node.coordinator.describe("g").unwrap().unwrap();
    assert_eq!(
        (&*described.protocol_name, described.members.len()),
        ("range", 1)
    );
    assert_eq!(&*described.members[0].member_id, member.as_str());
    assert_eq!(described.members[0].assignment, bytes("all"));
    assert_eq!(node.coordinator.describe("nothing").unwrap(), None);

    // The leader asks for a rebalance: metadata and assignment are not shown meanwhile.
    let joined = node.join(&member).await;
    assert_eq!(joined.generation, generation + 1);
    let described = node.coordinator.describe("g").unwrap().unwrap();
    assert_eq!(described.state, GroupState::CompletingRebalance);
    assert_eq!(
        (&*described.protocol_name, described.members.len()),
        ("", 1)
    );
    assert_eq!(described.members[0].assignment, Bytes::new());
}

#[tokio::test]
async fn groups_are_deleted_when_empty_with_their_offsets() {
    let node = Node::start().await;
    let (member, generation) = node.stable().await;
    let commit = vec![offsets::commit_of(0, 5)];
    node.coordinator
        .commit_offsets("g", identity(&member, generation), commit)
        .await
        .unwrap();
    assert_eq!(
        node.coordinator.delete_group("g").await,
        Err(ErrorCode::NonEmptyGroup)
    );
    node.leave(&member).await.unwrap();
    assert_eq!(node.coordinator.delete_group("g").await, Ok(()));
    assert_eq!(
        node.coordinator.delete_group("g").await,
        Err(ErrorCode::GroupIdNotFound)
    );
    assert_eq!(node.coordinator.committed_offsets("g"), Ok(Vec::new()));
    assert!(node.coordinator.list().is_empty());
}

#[tokio::test]
async fn many_groups_rebalance_at_once() {
    let node = Arc::new(Node::start().await);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..200 {
        let node = node.clone();
        tasks.spawn(async move {
            let group = format!("group-{number}");
            let joined = node
                .coordinator
                .join(&group, |token| join_request(token, ""))
                .await;
            let id = joined.member_id.clone();
            let make = |token| SyncRequest {
                token,
                member_id: id.clone(),
                group_instance_id: None,
                generation: joined.generation,
                protocol_type: None,
                protocol_name: None,
                assignments: vec![(id.clone(), bytes(&group))],
            };
            let synced = node.coordinator.sync(&group, make).await;
            assert_eq!(synced.assignment, bytes(&group));
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(node.coordinator.list().len(), 200);
    assert_eq!(node.coordinator.armed(), 200);
}
