//! Kafka API: OffsetFetch. How far a group has read.
//!
//! A partition without a committed offset has offset -1 and no error, also when group or topic do
//! not exist. Versions 1 to 7 ask for one group, later ones for several; version 1 has no place
//! for an error of the group and gets it on every partition (KAFKA-19439).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use strandline_metadata::{CommittedOffset, Topology};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::codec::Uuid;
use strandline_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use strandline_protocol::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};
use strandline_protocol::messages::{OffsetFetchRequest, OffsetFetchResponse};

use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// First version with several groups.
const BATCHED: i16 = 8;
/// First version with an error for the whole group.
const GROUP_ERROR: i16 = 2;
/// First version that names topics by id.
const TOPIC_IDS: i16 = 10;

/// What stands for no offset.
const NO_OFFSET: i64 = -1;

/// Answers from the metadata's tables. No transaction holds offsets back yet, so `require_stable`
/// is always met.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: OffsetFetchRequest,
) -> OffsetFetchResponse {
    if context.api_version >= BATCHED {
        // Everything of a group is answered once, however often it is asked for.
        let mut whole = HashSet::new();
        let mut first =
            |g: &OffsetFetchRequestGroup| g.topics.is_some() || whole.insert(g.group_id.clone());
        let groups = request.groups.into_iter().filter(|group| first(group));
        return OffsetFetchResponse {
            groups: groups.map(|group| fetch(broker, context, group)).collect(),
            ..OffsetFetchResponse::default()
        };
    }
    let topics = request.topics.map(|topics| {
        let topics = topics.into_iter().map(|topic| OffsetFetchRequestTopics {
            name: topic.name,
            partition_indexes: topic.partition_indexes,
            ..OffsetFetchRequestTopics::default()
        });
        topics.collect()
    });
    let group = OffsetFetchRequestGroup {
        group_id: request.group_id,
        topics,
        ..OffsetFetchRequestGroup::default()
    };
    let requested = group.topics.clone().unwrap_or_default();
    let group = fetch(broker, context, group);
    single(context.api_version, requested, group)
}

/// The answer for one group as versions before 8 have it.
fn single(
    version: i16,
    requested: Vec<OffsetFetchRequestTopics>,
    group: OffsetFetchResponseGroup,
) -> OffsetFetchResponse {
    let mut topics = group.topics;
    if group.error_code != ErrorCode::None.code() && version < GROUP_ERROR {
        let error = ErrorCode::from_code(group.error_code);
        let refuse = |topic| refused(topic, error);
        topics = requested.into_iter().map(refuse).collect();
    }
    let topics = topics.into_iter().map(|topic| OffsetFetchResponseTopic {
        name: topic.name,
        partitions: topic
            .partitions
            .into_iter()
            .map(|partition| OffsetFetchResponsePartition {
                partition_index: partition.partition_index,
                committed_offset: partition.committed_offset,
                committed_leader_epoch: partition.committed_leader_epoch,
                metadata: partition.metadata,
                error_code: partition.error_code,
            })
            .collect(),
    });
    OffsetFetchResponse {
        topics: topics.collect(),
        error_code: group.error_code,
        ..OffsetFetchResponse::default()
    }
}

fn fetch(
    broker: &Broker,
    context: &RequestContext,
    group: OffsetFetchRequestGroup,
) -> OffsetFetchResponseGroup {
    let resource = Resource::group(&group.group_id);
    let result = access::require(broker, context, Operation::Describe, resource).and_then(|()| {
        let key = broker.namespace.group_key(&context.tenant, &group.group_id);
        let topology = broker.metadata.topology();
        let view = View {
            broker,
            context,
            topology: &topology,
            group: &key,
        };
        match group.topics {
            None => view.all(),
            Some(topics) => topics.into_iter().map(|topic| view.topic(topic)).collect(),
        }
    });
    match result {
        Ok(topics) => OffsetFetchResponseGroup {
            group_id: group.group_id,
            topics,
            ..OffsetFetchResponseGroup::default()
        },
        Err(error) => OffsetFetchResponseGroup {
            group_id: group.group_id,
            error_code: error.code(),
            ..OffsetFetchResponseGroup::default()
        },
    }
}

/// One group's offsets as one client sees them.
struct View<'a> {
    broker: &'a Broker,
    context: &'a RequestContext,
    topology: &'a Topology,
    group: &'a str,
}

impl View<'_> {
    /// Everything that the group committed of topics that the client may know.
    fn all(&self) -> Result<Vec<OffsetFetchResponseTopics>, ErrorCode> {
        let (namespace, tenant) = (&self.broker.namespace, &self.context.tenant);
        let mut by_topic: BTreeMap<Uuid, Vec<OffsetFetchResponsePartitions>> = BTreeMap::new();
        for (key, offset) in self.broker.groups.committed_offsets(self.group)? {
            let partitions = by_topic.entry(key.topic_id).or_default();
            partitions.push(partition(key.partition, Some(offset), ErrorCode::None));
        }
        let known = by_topic.into_iter().filter_map(|(topic_id, partitions)| {
            let topic = namespace.topic_by_id(self.topology, tenant, &topic_id)?;
            let described = self.may_describe(&topic.name).is_ok();
            described.then(|| self.response(topic.name.clone(), topic_id, partitions))
        });
        Ok(known.collect())
    }

    fn topic(
        &self,
        topic: OffsetFetchRequestTopics,
    ) -> Result<OffsetFetchResponseTopics, ErrorCode> {
        let (namespace, tenant) = (&self.broker.namespace, &self.context.tenant);
        let by_id = self.context.api_version >= TOPIC_IDS;
        let found = if by_id {
            namespace.topic_by_id(self.topology, tenant, &topic.topic_id)
        } else {
            namespace.topic(self.topology, tenant, &topic.name)
        };
        let name = found.map_or(&topic.name, |found| &found.name);
        let refusal = match (found, by_id) {
            (None, true) => Some(ErrorCode::UnknownTopicId),
            _ => self.may_describe(name).err(),
        };
        if let Some(error) = refusal {
            return Ok(refused(topic, error));
        }
        let mut partitions = Vec::with_capacity(topic.partition_indexes.len());
        for index in topic.partition_indexes {
            let offset = match found {
                Some(found) => self
                    .broker
                    .groups
                    .committed_offset(self.group, &found.id, index)?,
                None => None,
            };
            partitions.push(partition(index, offset, ErrorCode::None));
        }
        Ok(self.response(topic.name, topic.topic_id, partitions))
    }

    fn may_describe(&self, topic: &str) -> Result<(), ErrorCode> {
        let resource = Resource::topic(topic);
        access::require(self.broker, self.context, Operation::Describe, resource)
    }

    fn response(
        &self,
        name: StrBytes,
        topic_id: Uuid,
        partitions: Vec<OffsetFetchResponsePartitions>,
    ) -> OffsetFetchResponseTopics {
        OffsetFetchResponseTopics {
            name,
            topic_id,
            partitions,
        }
    }
}

fn partition(
    index: i32,
    offset: Option<CommittedOffset>,
    error: ErrorCode,
) -> OffsetFetchResponsePartitions {
    let (committed_offset, committed_leader_epoch, metadata) = offset.map_or_else(
        || (NO_OFFSET, -1, StrBytes::default()),
        |offset| (offset.offset, offset.leader_epoch, offset.metadata),
    );
    OffsetFetchResponsePartitions {
        partition_index: index,
        committed_offset,
        committed_leader_epoch,
        metadata: Some(metadata),
        error_code: error.code(),
    }
}

fn refused(topic: OffsetFetchRequestTopics, error: ErrorCode) -> OffsetFetchResponseTopics {
    let partitions = topic.partition_indexes.into_iter();
    OffsetFetchResponseTopics {
        name: topic.name,
        topic_id: topic.topic_id,
        partitions: partitions
            .map(|index| partition(index, None, error))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requested() -> Vec<OffsetFetchRequestTopics> {
        vec![OffsetFetchRequestTopics {
            name: "t".into(),
            partition_indexes: vec![0, 1],
            ..OffsetFetchRequestTopics::default()
        }]
    }

    fn refused_group() -> OffsetFetchResponseGroup {
        OffsetFetchResponseGroup {
            group_id: "g".into(),
            error_code: ErrorCode::NotCoordinator.code(),
            ..OffsetFetchResponseGroup::default()
        }
    }

    #[test]
    fn version_1_has_the_error_of_the_group_on_every_partition() {
        let response = single(1, requested(), refused_group());
        assert_eq!(response.topics.len(), 1);
        for partition in &response.topics[0].partitions {
            let code = ErrorCode::NotCoordinator.code();
            assert_eq!(
                (partition.error_code, partition.committed_offset),
                (code, -1)
            );
        }
    }

    #[test]
    fn version_2_has_the_error_of_the_group_at_the_top() {
        let response = single(2, requested(), refused_group());
        assert_eq!(response.error_code, ErrorCode::NotCoordinator.code());
        assert!(response.topics.is_empty());
    }

    #[test]
    fn partition_without_an_offset_is_minus_one_with_an_empty_note() {
        let none = partition(3, None, ErrorCode::None);
        assert_eq!(
            (none.committed_offset, none.committed_leader_epoch),
            (-1, -1)
        );
        assert_eq!((none.metadata.as_deref(), none.error_code), (Some(""), 0));
    }
}
