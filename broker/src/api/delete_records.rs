//! Kafka API: DeleteRecords. Moves log starts; what lies below them goes later.
//!
//! The new log start is committed to the metadata first, then carried out in the journal, then
//! answered: a start in between carries it out again.

use std::sync::Arc;

use strandline_metadata::Refusal;
use strandline_metadata::records::SetLogStart;
use strandline_protocol::codec::Uuid;
use strandline_protocol::messages::delete_records_request::DeleteRecordsPartition;
use strandline_protocol::messages::delete_records_response::{
    DeleteRecordsPartitionResult, DeleteRecordsTopicResult,
};
use strandline_protocol::messages::{DeleteRecordsRequest, DeleteRecordsResponse};
use strandline_protocol::{ErrorCode, TopicPartition};

use super::refusal::timeout;
use crate::replica::Partition;
use crate::security::access;
use crate::security::{Operation, Resource};
use crate::server::{Broker, RequestContext};

/// Stands for the high watermark.
const HIGH_WATERMARK: i64 = -1;

/// Answers DeleteRecords.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DeleteRecordsRequest,
) -> DeleteRecordsResponse {
    let timeout = timeout(request.timeout_ms);
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in request.topics {
        let resource = Resource::topic(&topic.name);
        let allowed = access::require(broker, context, Operation::Delete, resource);
        let known = broker.topic(context, &topic.name);
        let known = known.ok_or(ErrorCode::UnknownTopicOrPartition);
        let topic_id = allowed.and_then(|()| known.map(|t| t.id));
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for asked in &topic.partitions {
            let deleted = match topic_id {
                Ok(topic_id) => {
                    let deleting = delete(broker, topic_id, asked);
                    let deleted = tokio::time::timeout(timeout, deleting).await;
                    deleted.unwrap_or(Err(ErrorCode::RequestTimedOut))
                }
                Err(error) => Err(error),
            };
            partitions.push(DeleteRecordsPartitionResult {
                partition_index: asked.partition_index,
                low_watermark: deleted.unwrap_or(-1),
                error_code: deleted.err().unwrap_or(ErrorCode::None).code(),
            });
        }
        topics.push(DeleteRecordsTopicResult {
            name: topic.name,
            partitions,
        });
    }
    DeleteRecordsResponse {
        topics,
        ..DeleteRecordsResponse::default()
    }
}

async fn delete(
    broker: &Arc<Broker>,
    topic_id: Uuid,
    asked: &DeleteRecordsPartition,
) -> Result<i64, ErrorCode> {
    let tp = TopicPartition {
        topic_id,
        partition: asked.partition_index,
    };
    let partition = broker.leading(&tp)?;
    if !partition.topic().config().cleanup_delete {
        return Err(ErrorCode::PolicyViolation);
    }
    let high_watermark = partition.high_watermark();
    let offset = match asked.offset {
        HIGH_WATERMARK => high_watermark,
        offset => offset,
    };
    if offset < 0 || offset > high_watermark {
        return Err(ErrorCode::OffsetOutOfRange);
    }
    let before = partition.log().log_start_offset();
    if offset <= before {
        return Ok(before);
    }
    set_log_start(broker, &partition, offset).await?;
    Ok(partition.log().log_start_offset())
}

/// Commits a log start and carries it out here.
///
/// # Errors
/// Kafka's code; nothing is deleted then, or it is deleted after the next start.
pub async fn set_log_start(
    broker: &Arc<Broker>,
    partition: &Arc<Partition>,
    offset: i64,
) -> Result<(), ErrorCode> {
    let tp = partition.topic_partition();
    let leader_epoch = partition
        .leader_epoch()
        .ok_or(ErrorCode::NotLeaderOrFollower)?;
    let committed = broker
        .metadata
        .propose(SetLogStart {
            topic_id: tp.topic_id,
            partition: tp.partition,
            leader_epoch,
            log_start_offset: offset,
        })
        .await;
    committed.map_err(|error| match error.refusal() {
        Some(Refusal::FencedLeaderEpoch) => ErrorCode::NotLeaderOrFollower,
        _ => error.error_code(),
    })?;
    let index = broker.metadata.applied_index();
    let partition = Arc::clone(partition);
    let carried_out = broker
        .blocking
        .run(move || partition.log().set_log_start_offset(offset, index))
        .await;
    match carried_out {
        Some(Ok(())) => Ok(()),
        Some(Err(error)) => {
            tracing::error!(partition = %tp, %error, "cannot move the log start");
            Err(ErrorCode::KafkaStorageError)
        }
        None => Err(ErrorCode::KafkaStorageError),
    }
}
