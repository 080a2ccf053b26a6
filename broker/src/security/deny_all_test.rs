//! Every API that is advertised, in every version, under an authorizer that denies everything:
//! Kafka's authorization error, no effect, and no hint whether the thing exists.
//!
//! Each API is asked about things that exist and about things that do not; the answers must be the
//! same but for the names in them. Ids of topics are exempt from that: nobody guesses 122 random
//! bits.

use std::sync::Arc;

use strandline_protocol::codec::{Records, Request, StrBytes};
use strandline_protocol::messages::*;
use strandline_protocol::{ApiKey, ErrorCode, Uuid};

use super::DenyAll;
use crate::api;
use crate::api::fixture::{Node, one_record};
use crate::server::random_id;

/// The errors that a refusal may give.
const REFUSALS: [ErrorCode; 4] = [
    ErrorCode::TopicAuthorizationFailed,
    ErrorCode::GroupAuthorizationFailed,
    ErrorCode::ClusterAuthorizationFailed,
    ErrorCode::TransactionalIdAuthorizationFailed,
];

/// APIs that answer without any error: what they tell everybody, or what they leave out.
fn is_open(api: ApiKey, version: i16) -> bool {
    // Before version 3 an answer without directories was all that a refusal could be.
    if api == ApiKey::DescribeLogDirs {
        return version < 3;
    }
    matches!(
        api,
        ApiKey::ApiVersions | ApiKey::DescribeCluster | ApiKey::ListGroups
    )
}

/// What an API is asked about.
#[derive(Clone)]
struct Target {
    topic: StrBytes,
    topic_id: Uuid,
    group: StrBytes,
}

/// Names of one length, so that answers differ in nothing but them.
const EXISTING: (&str, &str) = ("topic-that-is", "group-that-is");
const MISSING: (&str, &str) = ("topic-that-no", "group-that-no");

#[tokio::test(flavor = "multi_thread")]
async fn every_api_refuses_and_tells_nothing() {
    let node = Node::start(Arc::new(DenyAll), &[]).await;
    let topic_id = node.create_topic(EXISTING.0, 1).await;
    let broker = node.broker();
    let target = |(topic, group): (&str, &str), topic_id| Target {
        topic: StrBytes::from(topic),
        topic_id,
        group: StrBytes::from(group),
    };
    let existing = target(EXISTING, topic_id);
    let missing = target(MISSING, random_id());
    let before = broker.metadata.applied_index();
    for api in api::served() {
        for version in api.versions().filter(|version| api::accepts(api, *version)) {
            let there = answer(&node, api, version, &existing).await;
            let absent = answer(&node, api, version, &missing).await;
            let what = format!("{api:?} version {version}: {there}");
            let codes = codes(&there);
            let unknown_id = ErrorCode::UnknownTopicId.code();
            let refused = |code: &i16| {
                REFUSALS.iter().any(|refusal| refusal.code() == *code) || *code == unknown_id
            };
            let errors: Vec<_> = codes.iter().copied().filter(|code| *code != 0).collect();
            assert!(errors.iter().all(refused), "{what}");
            assert_eq!(errors.is_empty(), is_open(api, version), "{what}");
            if !by_id(api, version) {
                let renamed = there
                    .replace(EXISTING.0, MISSING.0)
                    .replace(EXISTING.1, MISSING.1);
                assert_eq!(
                    renamed, absent,
                    "{api:?} version {version} tells them apart"
                );
            }
        }
    }
    assert_eq!(
        broker.metadata.applied_index(),
        before,
        "something had an effect"
    );
    let tp = strandline_protocol::TopicPartition {
        topic_id,
        partition: 0,
    };
    let log = broker.journal.log(&tp).unwrap();
    assert_eq!(log.log_end_offset(), 0, "something was written");
    node.stop().await;
}

/// Transactional ids are refused, too.
#[tokio::test(flavor = "multi_thread")]
async fn transactional_ids_are_refused() {
    let node = Node::start(Arc::new(DenyAll), &[]).await;
    let id = StrBytes::from("transactional");
    let refusal = ErrorCode::TransactionalIdAuthorizationFailed.code();
    for version in 0..=5 {
        let request = InitProducerIdRequest {
            transactional_id: Some(id.clone()),
            transaction_timeout_ms: 1000,
            ..Default::default()
        };
        assert_eq!(node.ask(version, &request).await.error_code, refusal);
    }
    let find = FindCoordinatorRequest {
        key: id.clone(),
        key_type: 1,
        ..Default::default()
    };
    assert_eq!(node.ask(1, &find).await.error_code, refusal);
    let find = FindCoordinatorRequest {
        coordinator_keys: vec![id],
        key_type: 1,
        ..Default::default()
    };
    assert_eq!(node.ask(6, &find).await.coordinators[0].error_code, refusal);
    node.stop().await;
}

fn by_id(api: ApiKey, version: i16) -> bool {
    match api {
        ApiKey::Produce | ApiKey::Fetch => version >= 13,
        ApiKey::OffsetCommit | ApiKey::OffsetFetch => version >= 10,
        _ => false,
    }
}

/// The numbers behind every `error_code` of a response.
fn codes(response: &str) -> Vec<i16> {
    let number = |rest: &str| {
        let end = rest
            .find(|c: char| c != '-' && !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest[..end].parse().unwrap()
    };
    response.split("error_code: ").skip(1).map(number).collect()
}

async fn ask<R>(node: &Node, version: i16, request: R) -> String
where
    R: Request,
    R::Response: std::fmt::Debug,
{
    let response = node.ask(version, &request).await;
    format!("{response:?}")
}

#[expect(clippy::too_many_lines, reason = "one request for each API")]
async fn answer(node: &Node, api: ApiKey, v: i16, target: &Target) -> String {
    let Target {
        topic,
        topic_id,
        group,
    } = target.clone();
    let name = topic;
    match api {
        ApiKey::Produce => {
            use produce_request::{PartitionProduceData, TopicProduceData};
            let records = Some(Records::from(one_record()));
            let partition_data = vec![PartitionProduceData { index: 0, records }];
            let topic_data = vec![TopicProduceData {
                name,
                topic_id,
                partition_data,
            }];
            ask(
                node,
                v,
                ProduceRequest {
                    acks: -1,
                    timeout_ms: 1000,
                    topic_data,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::Fetch => {
            use fetch_request::{FetchPartition, FetchTopic};
            let partitions = vec![FetchPartition {
                partition_max_bytes: 1000,
                ..Default::default()
            }];
            let topics = vec![FetchTopic {
                topic: name,
                topic_id,
                partitions,
            }];
            ask(
                node,
                v,
                FetchRequest {
                    max_wait_ms: 10_000,
                    min_bytes: 1,
                    topics,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::ListOffsets => {
            use list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
            let partitions = vec![ListOffsetsPartition {
                timestamp: -1,
                ..Default::default()
            }];
            let topics = vec![ListOffsetsTopic { name, partitions }];
            ask(
                node,
                v,
                ListOffsetsRequest {
                    replica_id: -1,
                    topics,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::Metadata => {
            use metadata_request::MetadataRequestTopic;
            let topics = Some(vec![MetadataRequestTopic {
                name: Some(name),
                ..Default::default()
            }]);
            ask(
                node,
                v,
                MetadataRequest {
                    topics,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::OffsetCommit => {
            use offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
            let partitions = vec![OffsetCommitRequestPartition {
                committed_offset: 1,
                ..Default::default()
            }];
            let topics = vec![OffsetCommitRequestTopic {
                name,
                topic_id,
                partitions,
            }];
            ask(
                node,
                v,
                OffsetCommitRequest {
                    group_id: group,
                    topics,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::OffsetFetch => {
            use offset_fetch_request::{
                OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
            };
            let request = if v < 8 {
                let topics = Some(vec![OffsetFetchRequestTopic {
                    name,
                    partition_indexes: vec![0],
                }]);
                OffsetFetchRequest {
                    group_id: group,
                    topics,
                    ..Default::default()
                }
            } else {
                let topics = Some(vec![OffsetFetchRequestTopics {
                    name,
                    topic_id,
                    partition_indexes: vec![0],
                }]);
                let groups = vec![OffsetFetchRequestGroup {
                    group_id: group,
                    topics,
                    ..Default::default()
                }];
                OffsetFetchRequest {
                    groups,
                    ..Default::default()
                }
            };
            ask(node, v, request).await
        }
        ApiKey::FindCoordinator => {
            let request = if v < 4 {
                FindCoordinatorRequest {
                    key: group,
                    ..Default::default()
                }
            } else {
                FindCoordinatorRequest {
                    coordinator_keys: vec![group],
                    ..Default::default()
                }
            };
            ask(node, v, request).await
        }
        ApiKey::JoinGroup => {
            use join_group_request::JoinGroupRequestProtocol;
            let protocols = vec![JoinGroupRequestProtocol {
                name: "range".into(),
                ..Default::default()
            }];
            let request = JoinGroupRequest {
                group_id: group,
                session_timeout_ms: 10_000,
                protocol_type: "consumer".into(),
                protocols,
                ..Default::default()
            };
            ask(node, v, request).await
        }
        ApiKey::Heartbeat => {
            ask(
                node,
                v,
                HeartbeatRequest {
                    group_id: group,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::LeaveGroup => {
            use leave_group_request::MemberIdentity;
            let member_id = StrBytes::from("m");
            let request = if v < 3 {
                LeaveGroupRequest {
                    group_id: group,
                    member_id,
                    ..Default::default()
                }
            } else {
                let members = vec![MemberIdentity {
                    member_id,
                    ..Default::default()
                }];
                LeaveGroupRequest {
                    group_id: group,
                    members,
                    ..Default::default()
                }
            };
            ask(node, v, request).await
        }
        ApiKey::SyncGroup => {
            ask(
                node,
                v,
                SyncGroupRequest {
                    group_id: group,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::DescribeGroups => {
            ask(
                node,
                v,
                DescribeGroupsRequest {
                    groups: vec![group],
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::ListGroups => ask(node, v, ListGroupsRequest::default()).await,
        ApiKey::ApiVersions => {
            let request = ApiVersionsRequest {
                client_software_name: "test".into(),
                client_software_version: "1".into(),
                ..Default::default()
            };
            ask(node, v, request).await
        }
        ApiKey::CreateTopics => {
            use create_topics_request::CreatableTopic;
            let topic = CreatableTopic {
                name,
                num_partitions: 1,
                replication_factor: 1,
                ..Default::default()
            };
            ask(
                node,
                v,
                CreateTopicsRequest {
                    topics: vec![topic],
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::DeleteTopics => {
            use delete_topics_request::DeleteTopicState;
            let request = if v < 6 {
                DeleteTopicsRequest {
                    topic_names: vec![name],
                    ..Default::default()
                }
            } else {
                let topic = DeleteTopicState {
                    name: Some(name),
                    ..Default::default()
                };
                DeleteTopicsRequest {
                    topics: vec![topic],
                    ..Default::default()
                }
            };
            ask(node, v, request).await
        }
        ApiKey::DeleteRecords => {
            use delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
            let partitions = vec![DeleteRecordsPartition {
                offset: -1,
                ..Default::default()
            }];
            let topics = vec![DeleteRecordsTopic { name, partitions }];
            ask(
                node,
                v,
                DeleteRecordsRequest {
                    topics,
                    timeout_ms: 1000,
                },
            )
            .await
        }
        ApiKey::InitProducerId => {
            ask(
                node,
                v,
                InitProducerIdRequest {
                    transactional_id: None,
                    transaction_timeout_ms: 1000,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::OffsetForLeaderEpoch => {
            use offset_for_leader_epoch_request::{OffsetForLeaderPartition, OffsetForLeaderTopic};
            let partitions = vec![OffsetForLeaderPartition::default()];
            let topics = vec![OffsetForLeaderTopic {
                topic: name,
                partitions,
            }];
            ask(
                node,
                v,
                OffsetForLeaderEpochRequest {
                    topics,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::DescribeAcls => ask(node, v, DescribeAclsRequest::default()).await,
        ApiKey::CreateAcls => {
            let creation = create_acls_request::AclCreation {
                resource_name: name,
                ..Default::default()
            };
            ask(
                node,
                v,
                CreateAclsRequest {
                    creations: vec![creation],
                },
            )
            .await
        }
        ApiKey::DeleteAcls => {
            let filter = delete_acls_request::DeleteAclsFilter::default();
            ask(
                node,
                v,
                DeleteAclsRequest {
                    filters: vec![filter],
                },
            )
            .await
        }
        ApiKey::DescribeConfigs => {
            use describe_configs_request::DescribeConfigsResource;
            let resource = |resource_type, resource_name| DescribeConfigsResource {
                resource_type,
                resource_name,
                ..Default::default()
            };
            let own = StrBytes::from("1");
            let resources = vec![
                resource(2, name),
                resource(4, own.clone()),
                resource(8, own),
                resource(32, group),
            ];
            ask(
                node,
                v,
                DescribeConfigsRequest {
                    resources,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::IncrementalAlterConfigs => {
            use incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig};
            let resource =
                |resource_type, resource_name, config: &str, value: &str| AlterConfigsResource {
                    resource_type,
                    resource_name,
                    configs: vec![AlterableConfig {
                        name: config.into(),
                        value: Some(value.into()),
                        ..Default::default()
                    }],
                };
            let resources = vec![
                resource(2, name, "retention.ms", "7"),
                resource(4, StrBytes::from(""), "message.max.bytes", "7"),
                resource(32, group, "share.session.timeout.ms", "7"),
            ];
            ask(
                node,
                v,
                IncrementalAlterConfigsRequest {
                    resources,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::DescribeLogDirs => ask(node, v, DescribeLogDirsRequest::default()).await,
        ApiKey::CreatePartitions => {
            use create_partitions_request::CreatePartitionsTopic;
            let topics = vec![CreatePartitionsTopic {
                name,
                count: 5,
                ..Default::default()
            }];
            ask(
                node,
                v,
                CreatePartitionsRequest {
                    topics,
                    timeout_ms: 1000,
                    ..Default::default()
                },
            )
            .await
        }
        ApiKey::DeleteGroups => {
            ask(
                node,
                v,
                DeleteGroupsRequest {
                    groups_names: vec![group],
                },
            )
            .await
        }
        ApiKey::ListPartitionReassignments => {
            ask(node, v, ListPartitionReassignmentsRequest::default()).await
        }
        ApiKey::OffsetDelete => {
            use offset_delete_request::{OffsetDeleteRequestPartition, OffsetDeleteRequestTopic};
            let partitions = vec![OffsetDeleteRequestPartition::default()];
            let topics = vec![OffsetDeleteRequestTopic { name, partitions }];
            ask(
                node,
                v,
                OffsetDeleteRequest {
                    group_id: group,
                    topics,
                },
            )
            .await
        }
        ApiKey::DescribeCluster => {
            let request = DescribeClusterRequest {
                include_cluster_authorized_operations: true,
                ..Default::default()
            };
            let response = ask(node, v, request).await;
            assert!(
                response.contains("cluster_authorized_operations: 0"),
                "{response}"
            );
            response
        }
        ApiKey::DescribeTopicPartitions => {
            use describe_topic_partitions_request::TopicRequest;
            let topics = vec![TopicRequest { name }];
            ask(
                node,
                v,
                DescribeTopicPartitionsRequest {
                    topics,
                    ..Default::default()
                },
            )
            .await
        }
        other => panic!("{other:?} is served: ask it about {topic_id:?} here"),
    }
}
