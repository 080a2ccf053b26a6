//! Topics to measure on.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use strandline_protocol::messages::create_topics_request::CreatableTopic;
use strandline_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use strandline_protocol::messages::metadata_request::MetadataRequestTopic;
use strandline_protocol::messages::{CreateTopicsRequest, ListOffsetsRequest, MetadataRequest};

use crate::connection::Connection;

const CREATE_TOPICS_VERSION: i16 = 5;
const METADATA_VERSION: i16 = 8;
const LIST_OFFSETS_VERSION: i16 = 5;

/// `ListOffsets`: the end of the log.
const LATEST: i64 = -1;

/// Longest wait until every partition of a new topic is served.
const SERVED_TIMEOUT: Duration = Duration::from_secs(60);

/// Creates a topic and waits until every partition has a leader that answers for it: Kafka names a
/// leader before that leader knows of it.
pub(crate) fn create_topic(bootstrap: &str, name: &str, partitions: i32) -> Result<()> {
    let mut connection = Connection::open(bootstrap)?;
    let request = CreateTopicsRequest {
        topics: vec![CreatableTopic {
            name: name.into(),
            num_partitions: partitions,
            replication_factor: 1,
            ..Default::default()
        }],
        timeout_ms: 60_000,
        ..Default::default()
    };
    let answer = connection.call(&request, CREATE_TOPICS_VERSION)?;
    ensure!(
        answer.topics[0].error_code == 0,
        "create {name}: {:?}",
        answer.topics[0]
    );
    let request = MetadataRequest {
        topics: Some(vec![MetadataRequestTopic {
            name: Some(name.into()),
            ..Default::default()
        }]),
        allow_auto_topic_creation: false,
        ..Default::default()
    };
    let started = Instant::now();
    loop {
        let answer = connection.call(&request, METADATA_VERSION)?;
        let topic = &answer.topics[0];
        let led = topic
            .partitions
            .iter()
            .filter(|partition| partition.leader_id >= 0)
            .count();
        let all_led = topic.error_code == 0 && led == usize::try_from(partitions)?;
        if all_led && end_offsets(bootstrap, name, partitions).is_ok() {
            return Ok(());
        }
        ensure!(
            started.elapsed() < SERVED_TIMEOUT,
            "{name} has {led} leaders of {partitions}"
        );
    }
}

/// Log end offset of every partition, by partition.
pub(crate) fn end_offsets(bootstrap: &str, name: &str, partitions: i32) -> Result<Vec<i64>> {
    let mut connection = Connection::open(bootstrap)?;
    let request = ListOffsetsRequest {
        replica_id: -1,
        topics: vec![ListOffsetsTopic {
            name: name.into(),
            partitions: (0..partitions)
                .map(|partition_index| ListOffsetsPartition {
                    partition_index,
                    timestamp: LATEST,
                    ..Default::default()
                })
                .collect(),
        }],
        ..Default::default()
    };
    let answer = connection.call(&request, LIST_OFFSETS_VERSION)?;
    let mut offsets = vec![-1; usize::try_from(partitions)?];
    for partition in &answer.topics[0].partitions {
        ensure!(partition.error_code == 0, "list offsets: {partition:?}");
        offsets[usize::try_from(partition.partition_index)?] = partition.offset;
    }
    Ok(offsets)
}
