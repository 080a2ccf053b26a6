//! Kafka API: OffsetDelete. Forgets offsets of topics that a group no longer consumes.

use std::sync::Arc;

use strandline_metadata::{Topic, Topology};
use strandline_protocol::ErrorCode;
use strandline_protocol::messages::offset_delete_request::OffsetDeleteRequestTopic;
use strandline_protocol::messages::offset_delete_response::{
    OffsetDeleteResponsePartition, OffsetDeleteResponseTopic,
};
use strandline_protocol::messages::{OffsetDeleteRequest, OffsetDeleteResponse};

use crate::coordinator::DeletedOffset;
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// Answers when the offsets are gone.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: OffsetDeleteRequest,
) -> OffsetDeleteResponse {
    let resource = Resource::group(&request.group_id);
    if let Err(error) = access::require(broker, context, Operation::Delete, resource) {
        return refused(error);
    }
    let topology = broker.metadata.topology();
    let mut deleted = Vec::new();
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in request.topics {
        let found = find(broker, context, &topology, &topic);
        if let Ok(found) = &found {
            let indexes = topic.partitions.iter().map(|p| p.partition_index);
            deleted.push(DeletedOffset {
                topic: found.name.clone(),
                topic_id: found.id,
                partitions: indexes.filter(|p| found.partition(*p).is_some()).collect(),
            });
        }
        topics.push((topic, found));
    }
    let mut codes = Vec::new();
    if !deleted.is_empty() {
        let key = broker
            .namespace
            .group_key(&context.tenant, &request.group_id);
        match broker.groups.delete_offsets(&key, &deleted).await {
            Ok(result) => codes = result,
            Err(error) => return refused(error),
        }
    }
    let mut codes = codes.into_iter();
    let answered = topics.into_iter().map(|(topic, found)| {
        let code = match &found {
            Ok(_) => codes.next().unwrap_or(ErrorCode::None),
            Err(error) => *error,
        };
        answer(topic, found.ok().as_deref(), code)
    });
    OffsetDeleteResponse {
        topics: answered.collect(),
        ..OffsetDeleteResponse::default()
    }
}

fn find(
    broker: &Broker,
    context: &RequestContext,
    topology: &Topology,
    topic: &OffsetDeleteRequestTopic,
) -> Result<Arc<Topic>, ErrorCode> {
    let resource = Resource::topic(&topic.name);
    access::require(broker, context, Operation::Read, resource)?;
    let found = broker
        .namespace
        .topic(topology, &context.tenant, &topic.name);
    found.cloned().ok_or(ErrorCode::UnknownTopicOrPartition)
}

fn answer(
    topic: OffsetDeleteRequestTopic,
    found: Option<&Topic>,
    code: ErrorCode,
) -> OffsetDeleteResponseTopic {
    let partitions = topic.partitions.into_iter().map(|partition| {
        let index = partition.partition_index;
        let gone = found.is_some_and(|found| found.partition(index).is_none());
        let code = if gone {
            ErrorCode::UnknownTopicOrPartition
        } else {
            code
        };
        OffsetDeleteResponsePartition {
            partition_index: index,
            error_code: code.code(),
        }
    });
    OffsetDeleteResponseTopic {
        name: topic.name,
        partitions: partitions.collect(),
    }
}

fn refused(error: ErrorCode) -> OffsetDeleteResponse {
    OffsetDeleteResponse {
        error_code: error.code(),
        ..OffsetDeleteResponse::default()
    }
}
