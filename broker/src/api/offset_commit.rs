//! Kafka API: OffsetCommit. A group remembers how far it has read.
//!
//! Each partition has its own code: unknown and forbidden topics and notes that are too long do
//! not keep the others from being committed. What the group refuses, it refuses for all.
//! `retention_time_ms` of old versions is ignored, as in Kafka: groups keep their offsets while
//! they have members.

use std::collections::HashSet;
use std::sync::Arc;

use strandline_metadata::records::{OffsetCommit, OffsetCommitTopic};
use strandline_metadata::{Topic, Topology};
use strandline_protocol::messages::offset_commit_request::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use strandline_protocol::messages::offset_commit_response::{
    OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use strandline_protocol::messages::{OffsetCommitRequest, OffsetCommitResponse};
use strandline_protocol::{ErrorCode, TopicPartition};

use crate::coordinator::{CommitError, MemberIdentity};
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// First version that names topics by id.
const TOPIC_IDS: i16 = 10;
/// First version whose clients understand that a group does not exist.
const GROUP_ID_NOT_FOUND: i16 = 9;

/// Answers when the offsets are in the metadata.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: OffsetCommitRequest,
) -> OffsetCommitResponse {
    let resource = Resource::group(&request.group_id);
    if let Err(error) = access::require(broker, context, Operation::Read, resource) {
        let topics = request.topics.into_iter();
        return OffsetCommitResponse {
            topics: topics.map(|topic| refused(topic, error)).collect(),
            ..OffsetCommitResponse::default()
        };
    }
    let mut accepted = Vec::new();
    let mut answers = {
        let topology = broker.metadata.topology();
        let mut take = |topic| take_topic(broker, context, &topology, topic, &mut accepted);
        request
            .topics
            .into_iter()
            .map(&mut take)
            .collect::<Vec<_>>()
    };
    if !accepted.is_empty() {
        let key = broker
            .namespace
            .group_key(&context.tenant, &request.group_id);
        let member = MemberIdentity {
            member_id: &request.member_id,
            group_instance_id: request.group_instance_id.as_deref(),
            generation: request.generation_id_or_member_epoch,
        };
        let result = broker.groups.commit_offsets(&key, member, accepted).await;
        settle(context.api_version, &mut answers, result);
    }
    OffsetCommitResponse {
        topics: answers.into_iter().map(|answer| answer.response).collect(),
        ..OffsetCommitResponse::default()
    }
}

/// The answer for a topic, with what it is called in the metadata.
struct Answer {
    response: OffsetCommitResponseTopic,
    topic: Option<Arc<Topic>>,
}

/// Sorts a topic's partitions into those that can be committed and those that have an error.
fn take_topic(
    broker: &Broker,
    context: &RequestContext,
    topology: &Topology,
    topic: OffsetCommitRequestTopic,
    accepted: &mut Vec<OffsetCommitTopic>,
) -> Answer {
    let found = match find(broker, context, topology, &topic) {
        Ok(found) => found,
        Err(error) => {
            return Answer {
                response: refused(topic, error),
                topic: None,
            };
        }
    };
    let note_bytes_max = broker.groups.options().offset_metadata_bytes_max;
    let mut offsets = Vec::with_capacity(topic.partitions.len());
    let answer = |partition: OffsetCommitRequestPartition| {
        let note = partition.committed_metadata.unwrap_or_default();
        let error = if found.partition(partition.partition_index).is_none() {
            ErrorCode::UnknownTopicOrPartition
        } else if note.len() > note_bytes_max {
            ErrorCode::OffsetMetadataTooLarge
        } else {
            offsets.push(OffsetCommit {
                partition: partition.partition_index,
                offset: partition.committed_offset,
                leader_epoch: partition.committed_leader_epoch,
                metadata: note,
                ..OffsetCommit::default()
            });
            ErrorCode::None
        };
        OffsetCommitResponsePartition {
            partition_index: partition.partition_index,
            error_code: error.code(),
        }
    };
    let partitions = topic.partitions.into_iter().map(answer).collect();
    if !offsets.is_empty() {
        accepted.push(OffsetCommitTopic {
            topic_id: found.id,
            partitions: offsets,
        });
    }
    let response = OffsetCommitResponseTopic {
        name: topic.name,
        topic_id: topic.topic_id,
        partitions,
    };
    Answer {
        response,
        topic: Some(found),
    }
}

/// The topic, if the client may read it. Who may not does not learn whether it exists.
fn find(
    broker: &Broker,
    context: &RequestContext,
    topology: &Topology,
    topic: &OffsetCommitRequestTopic,
) -> Result<Arc<Topic>, ErrorCode> {
    let (namespace, tenant) = (&broker.namespace, &context.tenant);
    if context.api_version >= TOPIC_IDS {
        let found = namespace.topic_by_id(topology, tenant, &topic.topic_id);
        let found = found.ok_or(ErrorCode::UnknownTopicId)?;
        let resource = Resource::topic(&found.name);
        return match access::require(broker, context, Operation::Read, resource) {
            Ok(()) => Ok(Arc::clone(found)),
            Err(error) => Err(error),
        };
    }
    access::require(
        broker,
        context,
        Operation::Read,
        Resource::topic(&topic.name),
    )?;
    let found = namespace.topic(topology, tenant, &topic.name).cloned();
    found.ok_or(ErrorCode::UnknownTopicOrPartition)
}

/// Writes what became of the accepted partitions into the answers.
fn settle(version: i16, answers: &mut [Answer], result: Result<Vec<TopicPartition>, CommitError>) {
    let (error, gone) = match result {
        Ok(unknown) => (None, unknown.into_iter().collect::<HashSet<_>>()),
        Err(CommitError::Code(code)) => (Some(code), HashSet::new()),
        Err(CommitError::UnknownGroup) if version >= GROUP_ID_NOT_FOUND => {
            (Some(ErrorCode::GroupIdNotFound), HashSet::new())
        }
        Err(CommitError::UnknownGroup) => (Some(ErrorCode::IllegalGeneration), HashSet::new()),
    };
    for answer in answers {
        let Some(topic) = &answer.topic else {
            continue;
        };
        for partition in &mut answer.response.partitions {
            let key = TopicPartition {
                topic_id: topic.id,
                partition: partition.partition_index,
            };
            if partition.error_code != ErrorCode::None.code() {
                continue;
            }
            if let Some(error) = error {
                partition.error_code = error.code();
            } else if gone.contains(&key) {
                partition.error_code = ErrorCode::UnknownTopicOrPartition.code();
            }
        }
    }
}

fn refused(topic: OffsetCommitRequestTopic, error: ErrorCode) -> OffsetCommitResponseTopic {
    let partitions = topic.partitions.into_iter();
    OffsetCommitResponseTopic {
        name: topic.name,
        topic_id: topic.topic_id,
        partitions: partitions
            .map(|partition| OffsetCommitResponsePartition {
                partition_index: partition.partition_index,
                error_code: error.code(),
            })
            .collect(),
    }
}
