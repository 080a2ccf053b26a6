//! The group APIs over a socket, in every version that is served: what each version says, and where
//! each error stands.

use std::time::Duration;

use strandline_client::Connection;
use strandline_metadata::records::{CreateTopic, PartitionAssignment};
use strandline_protocol::codec::{Message, StrBytes};
use strandline_protocol::messages::delete_groups_response::DeletableGroupResult;
use strandline_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use strandline_protocol::messages::leave_group_request::MemberIdentity;
use strandline_protocol::messages::offset_commit_request::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use strandline_protocol::messages::offset_delete_request::{
    OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use strandline_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use strandline_protocol::messages::sync_group_request::SyncGroupRequestAssignment;
use strandline_protocol::messages::*;
use strandline_protocol::{ErrorCode, Uuid};

use super::{TOPIC, bytes};
use crate::config::{Loader, Machine, Profile};
use crate::node::Node;

const PATIENCE: Duration = Duration::from_secs(20);

struct Wire {
    node: Node,
    connection: Connection,
    _dir: tempfile::TempDir,
}

impl Wire {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut loader = Loader::new(Profile::Dev, Machine::default());
        loader
            .set(&format!("data.dir={}", dir.path().display()))
            .unwrap();
        loader.set("listeners=PLAINTEXT://127.0.0.1:0").unwrap();
        loader.set("admin.listener=127.0.0.1:0").unwrap();
        let node = Node::start(loader.finish().unwrap(), Default::default())
            .await
            .unwrap();
        let topic = CreateTopic {
            name: "t".into(),
            topic_id: TOPIC,
            partitions: vec![
                PartitionAssignment {
                    replicas: vec![node.broker().node_id]
                };
                2
            ],
            ..CreateTopic::default()
        };
        node.broker().metadata.propose(topic).await.unwrap();
        let connection = Connection::open(&node.bootstrap(), "wire", PATIENCE)
            .await
            .unwrap();
        Self {
            node,
            connection,
            _dir: dir,
        }
    }

    async fn end(self) {
        drop(self.connection);
        self.node.shutdown().await;
    }

    async fn at<R>(&self, request: R, version: i16) -> R::Response
    where
        R: strandline_protocol::codec::Request,
    {
        self.connection.request_at(&request, version).await.unwrap()
    }

    /// Joins and syncs at the versions of the time of JoinGroup `version`.
    async fn member(&self, group: &str, version: i16) -> (StrBytes, i32) {
        let mut joined = self.at(join(group, "", version), version).await;
        if version >= 4 {
            assert_eq!(code(joined.error_code), ErrorCode::MemberIdRequired);
            joined = self
                .at(join(group, &joined.member_id, version), version)
                .await;
        }
        assert_eq!(code(joined.error_code), ErrorCode::None, "join v{version}");
        assert_eq!(joined.leader, joined.member_id);
        assert_eq!(joined.members.len(), 1);
        assert_eq!(joined.protocol_type.is_some(), version >= 7);
        let sync = SyncGroupRequest {
            group_id: group.into(),
            generation_id: joined.generation_id,
            member_id: joined.member_id.clone(),
            assignments: vec![SyncGroupRequestAssignment {
                member_id: joined.member_id.clone(),
                assignment: bytes("mine"),
            }],
            ..SyncGroupRequest::default()
        };
        let synced = self.at(sync, version.min(5)).await;
        assert_eq!(
            (code(synced.error_code), synced.assignment),
            (ErrorCode::None, bytes("mine"))
        );
        (joined.member_id, joined.generation_id)
    }

    async fn commit(&self, request: OffsetCommitRequest, version: i16) -> Vec<Vec<ErrorCode>> {
        let response = self.at(request, version).await;
        let codes = |topic: &offset_commit_response::OffsetCommitResponseTopic| {
            topic
                .partitions
                .iter()
                .map(|p| code(p.error_code))
                .collect()
        };
        response.topics.iter().map(codes).collect()
    }
}

fn code(code: i16) -> ErrorCode {
    ErrorCode::from_code(code)
}

fn join(group: &str, member_id: &str, version: i16) -> JoinGroupRequest {
    JoinGroupRequest {
        group_id: group.into(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: if version == 0 { -1 } else { 20_000 },
        member_id: member_id.into(),
        protocol_type: "consumer".into(),
        protocols: vec![JoinGroupRequestProtocol {
            name: "range".into(),
            metadata: bytes("x"),
        }],
        ..JoinGroupRequest::default()
    }
}

fn commit_of(
    topic: &str,
    topic_id: Uuid,
    partitions: &[i32],
    note: &str,
) -> OffsetCommitRequestTopic {
    let partitions = partitions.iter().map(|index| OffsetCommitRequestPartition {
        partition_index: *index,
        committed_offset: 40 + i64::from(*index),
        committed_leader_epoch: -1,
        committed_metadata: Some(note.into()),
    });
    OffsetCommitRequestTopic {
        name: topic.into(),
        topic_id,
        partitions: partitions.collect(),
    }
}

fn commit(group: &str, topics: Vec<OffsetCommitRequestTopic>) -> OffsetCommitRequest {
    OffsetCommitRequest {
        group_id: group.into(),
        topics,
        ..OffsetCommitRequest::default()
    }
}

#[tokio::test]
async fn a_member_lives_in_every_version_of_join_group() {
    let wire = Wire::start().await;
    for version in JoinGroupRequest::VERSIONS {
        let group = format!("g{version}");
        let (member, generation) = wire.member(&group, version).await;
        let heartbeat = HeartbeatRequest {
            group_id: group.as_str().into(),
            generation_id: generation,
            member_id: member.clone(),
            ..HeartbeatRequest::default()
        };
        let beat = wire.at(heartbeat.clone(), version.min(4)).await;
        assert_eq!(code(beat.error_code), ErrorCode::None);
        let stale = HeartbeatRequest {
            generation_id: generation + 1,
            ..heartbeat
        };
        let beat = wire.at(stale, version.min(4)).await;
        assert_eq!(code(beat.error_code), ErrorCode::IllegalGeneration);
        let leave = LeaveGroupRequest {
            group_id: group.as_str().into(),
            member_id: if version < 3 {
                member.clone()
            } else {
                StrBytes::default()
            },
            members: if version < 3 {
                Vec::new()
            } else {
                vec![MemberIdentity {
                    member_id: member.clone(),
                    ..MemberIdentity::default()
                }]
            },
        };
        let left = wire.at(leave.clone(), version.min(5)).await;
        assert_eq!(code(left.error_code), ErrorCode::None);
        assert_eq!(left.members.len(), usize::from(version >= 3));
        let again = wire.at(leave, version.min(5)).await;
        let told = again
            .members
            .first()
            .map_or(again.error_code, |member| member.error_code);
        assert_eq!(code(told), ErrorCode::UnknownMemberId);
    }
    wire.end().await;
}

#[tokio::test]
async fn join_group_refuses_what_no_group_could_take() {
    let wire = Wire::start().await;
    let cases: &[super::super::group::tests::Case<JoinGroupRequest>] = &[
        (
            "no group id",
            |r| r.group_id = "".into(),
            ErrorCode::InvalidGroupId,
        ),
        (
            "short session",
            |r| r.session_timeout_ms = 5_999,
            ErrorCode::InvalidSessionTimeout,
        ),
        (
            "long session",
            |r| r.session_timeout_ms = 1_800_001,
            ErrorCode::InvalidSessionTimeout,
        ),
        (
            "short session without a group id",
            |r| (r.group_id, r.session_timeout_ms) = ("".into(), 0),
            ErrorCode::InvalidGroupId,
        ),
        (
            "unknown member",
            |r| r.member_id = "m".into(),
            ErrorCode::UnknownMemberId,
        ),
        (
            "no protocols",
            |r| r.protocols.clear(),
            ErrorCode::InconsistentGroupProtocol,
        ),
    ];
    for version in JoinGroupRequest::VERSIONS {
        for (name, change, expected) in cases {
            let mut request = join("g", "", version);
            change(&mut request);
            let answer = wire.at(request, version).await;
            assert_eq!(
                code(answer.error_code),
                *expected,
                "{name}, version {version}"
            );
            assert_eq!(answer.generation_id, -1);
        }
    }
    wire.end().await;
}

#[tokio::test]
async fn offsets_go_round_in_every_version() {
    let wire = Wire::start().await;
    for version in OffsetCommitRequest::VERSIONS {
        let group = format!("g{version}");
        let topics = vec![commit_of("t", TOPIC, &[0, 1], "note")];
        let codes = wire.commit(commit(&group, topics), version).await;
        assert_eq!(codes, [[ErrorCode::None; 2]], "version {version}");
    }
    for version in 1..=7 {
        let topic = |name: &str| OffsetFetchRequestTopic {
            name: name.into(),
            partition_indexes: vec![1, 9],
        };
        let request = OffsetFetchRequest {
            group_id: "g5".into(),
            topics: Some(vec![topic("t"), topic("unknown")]),
            ..OffsetFetchRequest::default()
        };
        let answer = wire.at(request, version).await;
        assert_eq!(answer.error_code, 0);
        let rows: Vec<_> = answer
            .topics
            .iter()
            .flat_map(|topic| &topic.partitions)
            .map(|p| {
                (
                    p.partition_index,
                    p.committed_offset,
                    p.metadata.as_deref().unwrap(),
                    p.error_code,
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (1, 41, "note", 0),
                (9, -1, "", 0),
                (1, -1, "", 0),
                (9, -1, "", 0)
            ]
        );
    }
    for version in 8..=10 {
        let topics = OffsetFetchRequestTopics {
            name: "t".into(),
            topic_id: TOPIC,
            partition_indexes: vec![0],
        };
        let group = |id: &str, topics| OffsetFetchRequestGroup {
            group_id: id.into(),
            topics,
            ..OffsetFetchRequestGroup::default()
        };
        let groups = vec![
            group("g5", Some(vec![topics.clone()])),
            group("g6", None),
            group("no", None),
        ];
        let request = OffsetFetchRequest {
            groups,
            ..OffsetFetchRequest::default()
        };
        let answer = wire.at(request, version).await;
        let offsets: Vec<Vec<i64>> = answer
            .groups
            .iter()
            .map(|group| {
                let partitions = group.topics.iter().flat_map(|topic| &topic.partitions);
                partitions
                    .map(|partition| partition.committed_offset)
                    .collect()
            })
            .collect();
        assert_eq!(
            offsets,
            [vec![40], vec![40, 41], vec![]],
            "version {version}"
        );
        assert!(answer.groups.iter().all(|group| group.error_code == 0));
        assert_eq!(answer.groups[1].topics[0].topic_id == TOPIC, version >= 10);
    }
    wire.end().await;
}

#[tokio::test]
async fn offset_commit_errors_stand_at_their_partition() {
    use ErrorCode as E;
    let wire = Wire::start().await;
    let long = "x".repeat(4097);
    let topics = vec![
        commit_of("t", TOPIC, &[0, 7], ""),
        commit_of("unknown", Uuid([1; 16]), &[0], ""),
        commit_of("t", TOPIC, &[1], &long),
    ];
    for version in [2, 9] {
        let codes = wire.commit(commit("g", topics.clone()), version).await;
        let unknown = E::UnknownTopicOrPartition;
        assert_eq!(
            codes,
            [
                vec![E::None, unknown],
                vec![unknown],
                vec![E::OffsetMetadataTooLarge]
            ]
        );
    }
    let codes = wire.commit(commit("g", topics), 10).await;
    let expected = [
        vec![E::None, E::UnknownTopicOrPartition],
        vec![E::UnknownTopicId],
        vec![E::OffsetMetadataTooLarge],
    ];
    assert_eq!(codes, expected);

    let topics = vec![commit_of("t", TOPIC, &[0], "")];
    let member = OffsetCommitRequest {
        generation_id_or_member_epoch: 3,
        member_id: "m".into(),
        ..commit("nobody", topics.clone())
    };
    assert_eq!(
        wire.commit(member.clone(), 8).await,
        [[E::IllegalGeneration]]
    );
    assert_eq!(wire.commit(member.clone(), 9).await, [[E::GroupIdNotFound]]);
    let known = OffsetCommitRequest {
        group_id: "g".into(),
        ..member
    };
    assert_eq!(wire.commit(known, 9).await, [[E::UnknownMemberId]]);
    let (member, generation) = wire.member("live", 9).await;
    assert_eq!(
        wire.commit(commit("live", topics.clone()), 9).await,
        [[E::UnknownMemberId]]
    );
    let stale = OffsetCommitRequest {
        generation_id_or_member_epoch: generation - 1,
        member_id: member,
        ..commit("live", topics.clone())
    };
    assert_eq!(
        wire.commit(stale.clone(), 9).await,
        [[E::IllegalGeneration]]
    );
    let fenced = OffsetCommitRequest {
        group_instance_id: Some("i".into()),
        ..stale
    };
    assert_eq!(wire.commit(fenced, 9).await, [[E::UnknownMemberId]]);
    // The empty name was allowed for the first consumers, and still is.
    assert_eq!(wire.commit(commit("", topics), 9).await, [[E::None]]);
    wire.end().await;
}

#[tokio::test]
async fn groups_are_described_and_listed_in_every_version() {
    let wire = Wire::start().await;
    let (member, _) = wire.member("live", 9).await;
    let topics = vec![commit_of("t", TOPIC, &[0], "")];
    wire.commit(commit("simple", topics), 9).await;
    for version in DescribeGroupsRequest::VERSIONS {
        let request = DescribeGroupsRequest {
            groups: vec!["live".into(), "simple".into(), "none".into()],
            include_authorized_operations: version >= 3,
        };
        let answer = wire.at(request, version).await;
        let [live, simple, none] = answer.groups.as_slice() else {
            panic!("three groups")
        };
        assert_eq!(
            (&*live.group_state, &*live.protocol_data),
            ("Stable", "range")
        );
        assert_eq!(live.members[0].member_id, member);
        assert_eq!(
            (&*live.members[0].client_id, &*live.members[0].client_host),
            ("wire", "/127.0.0.1")
        );
        assert_eq!(
            (
                &live.members[0].member_metadata[..],
                &live.members[0].member_assignment[..]
            ),
            (&b"x"[..], &b"mine"[..])
        );
        assert_eq!(live.authorized_operations != i32::MIN, version >= 3);
        assert_eq!(
            (&*simple.group_state, &*simple.protocol_type),
            ("Empty", "")
        );
        let expected = if version >= 6 {
            ErrorCode::GroupIdNotFound
        } else {
            ErrorCode::None
        };
        assert_eq!(
            (&*none.group_state, code(none.error_code)),
            ("Dead", expected)
        );
    }
    let list = async |version, states: &[&str], types: &[&str]| {
        let request = ListGroupsRequest {
            states_filter: states.iter().map(|word| (*word).into()).collect(),
            types_filter: types.iter().map(|word| (*word).into()).collect(),
        };
        let mut groups = wire.at(request, version).await.groups;
        groups.sort_by_key(|group| group.group_id.to_string());
        groups
            .into_iter()
            .map(|group| group.group_id.to_string())
            .collect::<Vec<_>>()
    };
    for version in ListGroupsRequest::VERSIONS {
        assert_eq!(list(version, &[], &[]).await, ["live", "simple"]);
    }
    assert_eq!(list(4, &["sTaBle"], &[]).await, ["live"]);
    assert_eq!(list(5, &["Empty"], &["CLASSIC", "share"]).await, ["simple"]);
    assert!(list(5, &[], &["consumer"]).await.is_empty());
    assert!(list(5, &["Dead"], &[]).await.is_empty());
    wire.end().await;
}

#[tokio::test]
async fn groups_and_offsets_are_deleted_in_every_version() {
    let wire = Wire::start().await;
    wire.member("live", 9).await;
    for version in DeleteGroupsRequest::VERSIONS {
        let topics = vec![commit_of("t", TOPIC, &[0], "")];
        wire.commit(commit("simple", topics), 9).await;
        let request = DeleteGroupsRequest {
            groups_names: vec!["simple".into(), "live".into(), "none".into()],
        };
        let answer = wire.at(request, version).await;
        let codes = answer
            .results
            .iter()
            .map(|row: &DeletableGroupResult| code(row.error_code));
        let expected = [
            ErrorCode::None,
            ErrorCode::NonEmptyGroup,
            ErrorCode::GroupIdNotFound,
        ];
        assert!(codes.eq(expected), "version {version}");
        assert_eq!(answer.results[1].error_message.is_some(), version >= 3);
    }
    let delete = async |group: &str, names: &[&str]| {
        let topic = |name: &&str| OffsetDeleteRequestTopic {
            name: (*name).into(),
            partitions: vec![
                OffsetDeleteRequestPartition { partition_index: 0 },
                OffsetDeleteRequestPartition { partition_index: 9 },
            ],
        };
        let topics = names.iter().map(topic).collect();
        let answer = wire
            .at(
                OffsetDeleteRequest {
                    group_id: group.into(),
                    topics,
                },
                0,
            )
            .await;
        let rows = answer.topics.iter().flat_map(|topic| &topic.partitions);
        let rows: Vec<ErrorCode> = rows.map(|row| code(row.error_code)).collect();
        (code(answer.error_code), rows)
    };
    use ErrorCode as E;
    let unknown = E::UnknownTopicOrPartition;
    assert_eq!(delete("none", &["t"]).await, (E::GroupIdNotFound, vec![]));
    assert_eq!(delete("", &["t"]).await, (E::InvalidGroupId, vec![]));
    assert_eq!(
        delete("live", &["t"]).await,
        (E::None, vec![E::GroupSubscribedToTopic, unknown])
    );
    wire.commit(
        commit("simple", vec![commit_of("t", TOPIC, &[0, 1], "")]),
        9,
    )
    .await;
    let deleted = delete("simple", &["t", "nothing"]).await;
    assert_eq!(deleted, (E::None, vec![E::None, unknown, unknown, unknown]));
    let left = wire
        .node
        .broker()
        .groups
        .committed_offsets("simple")
        .unwrap();
    assert_eq!(left.len(), 1);
    wire.end().await;
}

#[tokio::test]
async fn coordinators_are_found_in_every_version() {
    let wire = Wire::start().await;
    let port: i32 = wire
        .node
        .bootstrap()
        .rsplit_once(':')
        .unwrap()
        .1
        .parse()
        .unwrap();
    for version in FindCoordinatorRequest::VERSIONS {
        for key_type in 0..=3 {
            if version == 0 && key_type != 0 {
                continue;
            }
            let batched = version >= 4;
            let request = FindCoordinatorRequest {
                key: if batched {
                    StrBytes::default()
                } else {
                    "g".into()
                },
                key_type,
                coordinator_keys: if batched {
                    vec!["g".into(), "h".into()]
                } else {
                    Vec::new()
                },
            };
            let answer = wire.at(request, version).await;
            let expected = if key_type <= 1 {
                ErrorCode::None
            } else {
                ErrorCode::InvalidRequest
            };
            let rows: Vec<_> = if batched {
                assert_eq!(
                    (&*answer.coordinators[0].key, &*answer.coordinators[1].key),
                    ("g", "h")
                );
                answer
                    .coordinators
                    .iter()
                    .map(|c| (c.error_code, c.node_id, c.port))
                    .collect()
            } else {
                vec![(answer.error_code, answer.node_id, answer.port)]
            };
            for (error, node_id, told) in rows {
                assert_eq!(code(error), expected, "type {key_type}, version {version}");
                let here = (wire.node.broker().node_id, port);
                assert_eq!(
                    (node_id, told),
                    if expected.is_none() { here } else { (-1, -1) }
                );
            }
        }
    }
    wire.end().await;
}

#[tokio::test]
async fn parked_members_do_not_keep_a_broker_from_stopping() {
    let wire = Wire::start().await;
    let (member, _) = wire.member("g", 3).await;
    let other = Connection::open(&wire.node.bootstrap(), "other", PATIENCE)
        .await
        .unwrap();
    let parked = tokio::spawn(async move { other.request_at(&join("g", "", 3), 3).await });
    let identity = super::identity(&member, 1);
    while wire.node.broker().groups.heartbeat("g", identity).is_ok() {
        tokio::task::yield_now().await;
    }
    wire.end().await;
    // It is answered, or its connection is closed: both make a client look for the coordinator.
    if let Ok(answer) = parked.await.unwrap() {
        assert_eq!(code(answer.error_code), ErrorCode::NotCoordinator);
    }
}
