//! DescribeTopicPartitions (key 75): topics by name in order, in pages. Never creates a topic.

use std::sync::Arc;

use strandline_metadata::{Topic, Topology};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::describe_topic_partitions_request::{
    Cursor as Asked, DescribeTopicPartitionsRequest,
};
use strandline_protocol::messages::describe_topic_partitions_response::{
    Cursor, DescribeTopicPartitionsResponse, DescribeTopicPartitionsResponsePartition,
    DescribeTopicPartitionsResponseTopic,
};

use crate::config::broker_settings::MAX_REQUEST_PARTITION_SIZE_LIMIT;
use crate::security::access::{self, authorized_operations};
use crate::security::{Namespace, Operation, Resource, Tenant, check_topic_name};
use crate::server::{Broker, RequestContext};

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DescribeTopicPartitionsRequest,
) -> DescribeTopicPartitionsResponse {
    let topology = broker.metadata.topology();
    let tenant = &context.tenant;
    let all = request.topics.is_empty();
    let mut names: Vec<StrBytes> = if all {
        let own = Namespace.topics(&topology, tenant);
        own.map(|topic| topic.name.clone()).collect()
    } else {
        request.topics.into_iter().map(|topic| topic.name).collect()
    };
    names.sort_unstable();
    names.dedup();
    let cursor = request.cursor;
    if let Some(cursor) = &cursor {
        names.retain(|name| *name >= cursor.topic_name);
    }
    let allowed = |name: &StrBytes| {
        access::require(broker, context, Operation::Describe, Resource::topic(name))
    };
    let (visible, hidden): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| allowed(name).is_ok());
    let configured = broker.settings.get(&MAX_REQUEST_PARTITION_SIZE_LIMIT);
    let limit = configured.min(request.response_partition_limit).max(1);
    let limit = usize::try_from(limit).unwrap_or(1);
    let (mut topics, next_cursor) = page(&topology, tenant, &visible, cursor.as_ref(), limit);
    for topic in &mut topics {
        if let (0, Some(name)) = (topic.error_code, &topic.name) {
            let operations = authorized_operations(broker, context, Resource::topic(name));
            topic.topic_authorized_operations = operations;
        }
    }
    if !all {
        // What the client named itself is refused; what it did not name stays hidden.
        let refusal = |name| refused(name, ErrorCode::TopicAuthorizationFailed);
        topics.extend(hidden.into_iter().map(refusal));
    }
    DescribeTopicPartitionsResponse {
        topics,
        next_cursor,
        ..Default::default()
    }
}

fn refused(name: StrBytes, code: ErrorCode) -> DescribeTopicPartitionsResponseTopic {
    DescribeTopicPartitionsResponseTopic {
        error_code: code.code(),
        is_internal: false,
        name: Some(name),
        ..Default::default()
    }
}

/// The topics of `names`, which are sorted, with at most `limit` partitions, from the cursor's
/// partition on; and where the next page begins.
fn page(
    topology: &Topology,
    tenant: &Tenant,
    names: &[StrBytes],
    cursor: Option<&Asked>,
    limit: usize,
) -> (Vec<DescribeTopicPartitionsResponseTopic>, Option<Cursor>) {
    let next = |name: &StrBytes, partition: usize| {
        let partition_index = i32::try_from(partition).unwrap_or(i32::MAX);
        Some(Cursor {
            topic_name: name.clone(),
            partition_index,
        })
    };
    let mut topics = Vec::new();
    let mut left = limit;
    for name in names {
        if left == 0 {
            return (topics, next(name, 0));
        }
        let Some(topic) = Namespace.topic(topology, tenant, name) else {
            let code = match check_topic_name(name) {
                Ok(()) => ErrorCode::UnknownTopicOrPartition,
                Err(_) => ErrorCode::InvalidTopicException,
            };
            topics.push(refused(name.clone(), code));
            continue;
        };
        let at_cursor = cursor.filter(|cursor| cursor.topic_name == *name);
        let first = at_cursor.map_or(0, |cursor| {
            usize::try_from(cursor.partition_index).unwrap_or(0)
        });
        let end = topic.partitions.len().min(first.saturating_add(left));
        topics.push(described(topology, topic, first..end));
        left -= end.saturating_sub(first);
        if end < topic.partitions.len() {
            return (topics, next(name, end));
        }
    }
    (topics, None)
}

fn described(
    topology: &Topology,
    topic: &Topic,
    range: std::ops::Range<usize>,
) -> DescribeTopicPartitionsResponseTopic {
    let partition = |index: usize| {
        let partition = &topic.partitions[index];
        let is_offline = |id: &&i32| !topology.brokers.contains_key(id);
        let has_leader = topology.brokers.contains_key(&partition.leader);
        let code = if has_leader {
            ErrorCode::None
        } else {
            ErrorCode::LeaderNotAvailable
        };
        DescribeTopicPartitionsResponsePartition {
            error_code: code.code(),
            partition_index: i32::try_from(index).unwrap_or(i32::MAX),
            leader_id: if has_leader { partition.leader } else { -1 },
            leader_epoch: partition.leader_epoch,
            replica_nodes: partition.replicas.to_vec(),
            isr_nodes: partition.isr.to_vec(),
            // Null by the schema, but Kafka's admin client reads the lists without a check.
            eligible_leader_replicas: Some(Vec::new()),
            last_known_elr: Some(Vec::new()),
            offline_replicas: partition
                .replicas
                .iter()
                .filter(is_offline)
                .copied()
                .collect(),
        }
    };
    DescribeTopicPartitionsResponseTopic {
        name: Some(topic.name.clone()),
        topic_id: topic.id,
        partitions: range.map(partition).collect(),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::fixture::Cluster;

    type Row = (String, i16, Vec<i32>);

    fn rows(topics: &[DescribeTopicPartitionsResponseTopic]) -> Vec<Row> {
        let row = |topic: &DescribeTopicPartitionsResponseTopic| {
            let partitions = topic.partitions.iter().map(|p| p.partition_index).collect();
            (
                topic.name.clone().unwrap().to_string(),
                topic.error_code,
                partitions,
            )
        };
        topics.iter().map(row).collect()
    }

    #[tokio::test]
    async fn pages_continue_where_the_cursor_points() {
        let cluster = Cluster::with_brokers(1).await;
        cluster.create_topic("a", 3, 1).await;
        cluster.create_topic("c", 2, 1).await;
        let topology = cluster.metadata.topology();
        let tenant = Tenant::default();
        let names = ["a", "b", "c"].map(StrBytes::from);
        let page = |cursor: Option<Asked>, limit| {
            let from = cursor
                .as_ref()
                .map_or_else(StrBytes::default, |c| c.topic_name.clone());
            let names: Vec<_> = names
                .iter()
                .filter(|name| **name >= from)
                .cloned()
                .collect();
            let (topics, next) = page(&topology, &tenant, &names, cursor.as_ref(), limit);
            (
                rows(&topics),
                next.map(|c| (c.topic_name.to_string(), c.partition_index)),
            )
        };
        let at = |name: &str, partition_index| {
            Some(Asked {
                topic_name: StrBytes::from(name),
                partition_index,
            })
        };
        let row = |name: &str, code, partitions: &[i32]| -> Row {
            (name.to_owned(), code, partitions.to_vec())
        };
        let (all, next) = page(None, 100);
        assert_eq!(
            all,
            [
                row("a", 0, &[0, 1, 2]),
                row("b", 3, &[]),
                row("c", 0, &[0, 1])
            ]
        );
        assert_eq!(next, None);
        assert_eq!(
            page(None, 2),
            (vec![row("a", 0, &[0, 1])], Some(("a".to_owned(), 2)))
        );
        let rest = (
            vec![row("a", 0, &[2]), row("b", 3, &[]), row("c", 0, &[0])],
            Some(("c".to_owned(), 1)),
        );
        assert_eq!(page(at("a", 2), 2), rest);
        assert_eq!(
            page(None, 3),
            (vec![row("a", 0, &[0, 1, 2])], Some(("b".to_owned(), 0)))
        );
        assert_eq!(page(at("c", 1), 5), (vec![row("c", 0, &[1])], None));
        assert_eq!(page(at("c", 9), 5), (vec![row("c", 0, &[])], None));
        assert_eq!(page(at("c", -1), 5), (vec![row("c", 0, &[0, 1])], None));
    }

    /// Following the cursor visits every partition once, in order, whatever the page size.
    #[tokio::test]
    async fn every_page_size_visits_all_once() {
        let cluster = Cluster::with_brokers(1).await;
        for (name, count) in [("a", 1), ("b", 4), ("c", 2), ("d", 7)] {
            cluster.create_topic(name, count, 1).await;
        }
        let topology = cluster.metadata.topology();
        let names: Vec<_> = ["a", "b", "c", "d"].map(StrBytes::from).to_vec();
        for limit in 1..=15 {
            let mut seen = Vec::new();
            let mut cursor: Option<Asked> = None;
            loop {
                let from = cursor
                    .as_ref()
                    .map_or_else(StrBytes::default, |c| c.topic_name.clone());
                let left: Vec<_> = names
                    .iter()
                    .filter(|name| **name >= from)
                    .cloned()
                    .collect();
                let (topics, next) =
                    page(&topology, &Tenant::default(), &left, cursor.as_ref(), limit);
                let count: usize = topics.iter().map(|topic| topic.partitions.len()).sum();
                assert!(count <= limit && count > 0);
                for (name, _, partitions) in rows(&topics) {
                    seen.extend(partitions.into_iter().map(|p| format!("{name}{p}")));
                }
                let Some(next) = next else { break };
                let Cursor {
                    topic_name,
                    partition_index,
                } = next;
                cursor = Some(Asked {
                    topic_name,
                    partition_index,
                });
            }
            let expected = "a0 b0 b1 b2 b3 c0 c1 d0 d1 d2 d3 d4 d5 d6"
                .split(' ')
                .collect::<Vec<_>>();
            assert_eq!(seen, expected, "limit {limit}");
        }
    }
}
