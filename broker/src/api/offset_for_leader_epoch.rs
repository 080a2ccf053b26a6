//! Kafka API: OffsetForLeaderEpoch. Where a leader epoch ended, so that a client notices that what
//! it read was replaced.

use std::sync::Arc;

use strandline_protocol::codec::Uuid;
use strandline_protocol::messages::offset_for_leader_epoch_request::OffsetForLeaderPartition;
use strandline_protocol::messages::offset_for_leader_epoch_response::{
    EpochEndOffset, OffsetForLeaderTopicResult,
};
use strandline_protocol::messages::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};
use strandline_protocol::{ErrorCode, TopicPartition};

use crate::security::access;
use crate::security::{Operation, Resource};
use crate::server::{Broker, RequestContext};

/// Answers OffsetForLeaderEpoch.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: OffsetForLeaderEpochRequest,
) -> OffsetForLeaderEpochResponse {
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in request.topics {
        let resource = Resource::topic(&topic.topic);
        let allowed = access::require(broker, context, Operation::Describe, resource);
        let known = broker.topic(context, &topic.topic);
        let known = known.ok_or(ErrorCode::UnknownTopicOrPartition);
        let topic_id = allowed.and_then(|()| known.map(|t| t.id));
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for asked in &topic.partitions {
            partitions.push(match topic_id {
                Ok(topic_id) => partition(broker, topic_id, asked).await,
                Err(error) => failed(asked.partition, error),
            });
        }
        topics.push(OffsetForLeaderTopicResult {
            topic: topic.topic,
            partitions,
        });
    }
    OffsetForLeaderEpochResponse {
        topics,
        ..OffsetForLeaderEpochResponse::default()
    }
}

fn failed(partition: i32, error: ErrorCode) -> EpochEndOffset {
    EpochEndOffset {
        partition,
        error_code: error.code(),
        leader_epoch: -1,
        end_offset: -1,
    }
}

async fn partition(
    broker: &Arc<Broker>,
    topic_id: Uuid,
    asked: &OffsetForLeaderPartition,
) -> EpochEndOffset {
    let tp = TopicPartition {
        topic_id,
        partition: asked.partition,
    };
    let found = async {
        let partition = broker.leading(&tp)?;
        let current = partition.check_leader_epoch(asked.current_leader_epoch)?;
        let log = partition.log();
        if asked.leader_epoch == current {
            // Nothing was appended in it yet, or it goes on: it ends at the end of the log.
            return Ok((current, log.log_end_offset()));
        }
        let (epoch, end) = log.epoch_end_offset(asked.leader_epoch);
        if epoch >= 0 {
            return Ok((epoch, end));
        }
        Ok(remote(broker, &tp, asked.leader_epoch)
            .await
            .unwrap_or((-1, -1)))
    };
    match found.await {
        Ok((leader_epoch, end_offset)) => EpochEndOffset {
            partition: asked.partition,
            error_code: 0,
            leader_epoch,
            end_offset,
        },
        Err(error) => failed(asked.partition, error),
    }
}

/// Looks an epoch up that lies before everything that is kept here.
async fn remote(broker: &Broker, tp: &TopicPartition, epoch: i32) -> Option<(i32, i64)> {
    let tier = broker.tier.as_ref()?;
    let partition = broker.partitions.get(tp)?;
    let last = partition.log().local_log_start_offset() - 1;
    if last < partition.log().log_start_offset() {
        return None;
    }
    let epochs = tier.leader_epochs_at(*tp, last).await.ok()?;
    let at = epochs.iter().rposition(|e| e.leader_epoch <= epoch)?;
    let end = epochs.get(at + 1)?.start_offset;
    Some((epochs[at].leader_epoch, end))
}
