//! DescribeLogDirs (key 35): the one data directory, its space, and the bytes that each partition
//! has in it.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use strandline_protocol::TopicPartition;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::describe_log_dirs_request::DescribeLogDirsRequest;
use strandline_protocol::messages::describe_log_dirs_response::{
    DescribeLogDirsPartition, DescribeLogDirsResponse, DescribeLogDirsResult, DescribeLogDirsTopic,
};

use crate::security::access;
use crate::security::{Namespace, Operation, Resource};
use crate::server::{Broker, RequestContext};

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DescribeLogDirsRequest,
) -> DescribeLogDirsResponse {
    if let Err(code) = access::require(broker, context, Operation::Describe, Resource::CLUSTER) {
        return DescribeLogDirsResponse {
            error_code: code.code(),
            ..Default::default()
        };
    }
    let wanted = request.topics.map(|topics| {
        let partitions = topics.into_iter().flat_map(|topic| {
            topic
                .partitions
                .into_iter()
                .map(move |partition| (topic.topic.clone(), partition))
        });
        partitions.collect::<HashSet<_>>()
    });
    let directory = broker.settings.data_dir();
    let (total_bytes, usable_bytes) = space(&directory);
    let directory = std::path::absolute(&directory).unwrap_or(directory);
    let result = DescribeLogDirsResult {
        log_dir: StrBytes::from(directory.to_string_lossy().into_owned()),
        topics: topics(broker, context, wanted.as_ref()),
        total_bytes,
        usable_bytes,
        ..Default::default()
    };
    DescribeLogDirsResponse {
        results: vec![result],
        ..Default::default()
    }
}

/// Bytes of the file system that holds the data, and those of them that are free; -1 if it does
/// not say.
fn space(directory: &Path) -> (i64, i64) {
    let Ok(stat) = rustix::fs::statvfs(directory) else {
        return (-1, -1);
    };
    let bytes =
        |blocks: u64| i64::try_from(blocks.saturating_mul(stat.f_frsize)).unwrap_or(i64::MAX);
    (bytes(stat.f_blocks), bytes(stat.f_bavail))
}

/// The logs that this broker has, by topic and partition. `wanted` names those asked for.
fn topics(
    broker: &Broker,
    context: &RequestContext,
    wanted: Option<&HashSet<(StrBytes, i32)>>,
) -> Vec<DescribeLogDirsTopic> {
    let topology = broker.metadata.topology();
    let mut topics: BTreeMap<StrBytes, Vec<DescribeLogDirsPartition>> = BTreeMap::new();
    for log in broker.journal.logs() {
        let TopicPartition {
            topic_id,
            partition,
        } = log.topic_partition();
        let found = Namespace.topic_by_id(&topology, &context.tenant, &topic_id);
        let Some(name) = found.map(|topic| topic.name.clone()) else {
            continue;
        };
        if wanted.is_some_and(|wanted| !wanted.contains(&(name.clone(), partition))) {
            continue;
        }
        topics
            .entry(name)
            .or_default()
            .push(DescribeLogDirsPartition {
                partition_index: partition,
                partition_size: i64::try_from(log.size_bytes()).unwrap_or(i64::MAX),
                offset_lag: 0,
                is_future_key: false,
            });
    }
    let topic = |(name, mut partitions): (StrBytes, Vec<DescribeLogDirsPartition>)| {
        partitions.sort_unstable_by_key(|partition| partition.partition_index);
        DescribeLogDirsTopic { name, partitions }
    };
    topics.into_iter().map(topic).collect()
}
