//! What all tests share.

use std::path::Path;
use std::sync::Arc;

use strandline_metadata::records::{ConfigValue, CreateTopic, PartitionAssignment};
use strandline_metadata::{Metadata, MetadataError, MetadataOptions, NO_BROKER, coordinator_shard};
use strandline_protocol::Uuid;
use strandline_protocol::clock::{Clock, SystemClock};

/// An id that differs for each `number`.
pub(crate) fn uuid(number: u64) -> Uuid {
    let mut bytes = [7; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Uuid(bytes)
}

pub(crate) fn options(dir: &Path, incarnation: u64) -> MetadataOptions {
    MetadataOptions::new(dir, 1, uuid(incarnation))
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::default())
}

/// Starts and registers.
pub(crate) async fn start(dir: &Path, incarnation: u64) -> Metadata {
    let metadata = try_start(dir, incarnation).await.unwrap();
    metadata.register(None, Vec::new()).await.unwrap();
    metadata
}

pub(crate) async fn try_start(dir: &Path, incarnation: u64) -> Result<Metadata, MetadataError> {
    Metadata::start(options(dir, incarnation), clock()).await
}

pub(crate) fn create_topic(name: &str, id: u64, partitions: usize) -> CreateTopic {
    CreateTopic {
        name: name.into(),
        topic_id: uuid(id),
        partitions: vec![PartitionAssignment { replicas: vec![1] }; partitions],
        configs: vec![ConfigValue {
            name: "retention.ms".into(),
            value: "1000".into(),
        }],
        ..CreateTopic::default()
    }
}

/// Shard and epoch of a group that this broker coordinates.
pub(crate) fn shard(metadata: &Metadata, group_id: &str) -> (i32, i32) {
    let (shard, owner) = metadata.topology().coordinator(group_id);
    assert_ne!(owner.broker_id, NO_BROKER);
    assert_eq!(shard, coordinator_shard(group_id));
    (shard, owner.epoch)
}
