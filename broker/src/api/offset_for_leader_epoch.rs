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
        // In this order: what is appended meanwhile belongs to the current epoch.
        let end = log.log_end_offset();
        let newest = log.latest_leader_epoch().max(0);
        if (newest..=current).contains(&asked.leader_epoch) {
            // Every start has an epoch of its own, in which perhaps nothing was appended. Nothing was in a
            // later one: it ends at the end of the log.
            return Ok((asked.leader_epoch, end));
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

#[cfg(test)]
mod tests {
    use strandline_protocol::messages::ListOffsetsRequest;
    use strandline_protocol::messages::list_offsets_request::{
        ListOffsetsPartition, ListOffsetsTopic,
    };
    use strandline_protocol::messages::offset_for_leader_epoch_request::OffsetForLeaderTopic;

    use super::*;
    use crate::api::fixture::Node;
    use crate::security::AllowAll;

    /// The epoch that a client at the end of the log is told.
    async fn latest(node: &Node) -> i32 {
        let partitions = vec![ListOffsetsPartition {
            timestamp: -1,
            ..Default::default()
        }];
        let topics = vec![ListOffsetsTopic {
            name: "t".into(),
            partitions,
        }];
        let request = ListOffsetsRequest {
            topics,
            ..Default::default()
        };
        let mut answer = node.ask(4, &request).await;
        answer.topics.remove(0).partitions.remove(0).leader_epoch
    }

    async fn end_of(node: &Node, leader_epoch: i32) -> (i32, i64) {
        let partitions = vec![OffsetForLeaderPartition {
            leader_epoch,
            current_leader_epoch: -1,
            ..Default::default()
        }];
        let topics = vec![OffsetForLeaderTopic {
            topic: "t".into(),
            partitions,
        }];
        let request = OffsetForLeaderEpochRequest {
            replica_id: -1,
            topics,
        };
        let mut answer = node.ask(4, &request).await;
        let answer = answer.topics.remove(0).partitions.remove(0);
        assert_eq!(answer.error_code, 0);
        (answer.leader_epoch, answer.end_offset)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_epoch_without_records_ends_at_the_end_of_the_log() {
        let mut node = Node::start(Arc::new(AllowAll), &[]).await;
        let topic_id = node.create_topic("t", 1).await;
        let mut epochs = vec![latest(&node).await];
        assert_eq!(end_of(&node, epochs[0]).await, (epochs[0], 0));
        assert_eq!(node.produce_one(topic_id, -1, 1_000).await, 0);
        for _ in 0..2 {
            node = node.start_again().await;
            epochs.push(latest(&node).await);
            for epoch in &epochs {
                // A client that was told this epoch and this end must not take the log for a shorter one.
                assert_eq!(end_of(&node, *epoch).await, (*epoch, 1), "{epochs:?}");
            }
        }
        assert_eq!(end_of(&node, epochs[2] + 1).await, (-1, -1));
        assert_eq!(node.produce_one(topic_id, -1, 1_000).await, 0);
        assert_eq!(end_of(&node, epochs[2]).await, (epochs[2], 2));
        for epoch in &epochs[..2] {
            assert_eq!(end_of(&node, *epoch).await, (epochs[0], 1));
        }
        node.stop().await;
    }
}
