//! How the metadata is opened.

use std::path::PathBuf;

use strandline_protocol::codec::Uuid;

/// Typed options of [`Metadata::start`](crate::Metadata::start).
#[derive(Debug, Clone)]
pub struct MetadataOptions {
    /// Directory of the log and the snapshots. Created when missing; one process at a time.
    pub dir: PathBuf,
    /// Raft's id of this node. Never used again by another node or for another disk.
    pub node_id: u64,
    /// Kafka's id of this broker.
    pub broker_id: i32,
    /// This process start: a random id, never used before.
    pub incarnation: Uuid,
    /// Cluster that the directory has to belong to. `None` takes any, and makes a new cluster,
    /// named after the first incarnation, in an empty directory.
    pub cluster_id: Option<Uuid>,
    /// A snapshot is taken when the log is longer than this and than twice the last snapshot.
    pub snapshot_log_bytes: u64,
    /// Bytes of commands that may wait for an entry.
    pub queue_bytes: usize,
}

impl MetadataOptions {
    /// Options with default sizes: snapshots from 64 MiB of log, 16 MiB of waiting commands.
    pub fn new(dir: impl Into<PathBuf>, broker_id: i32, incarnation: Uuid) -> Self {
        Self {
            dir: dir.into(),
            node_id: u64::from(broker_id.unsigned_abs()),
            broker_id,
            incarnation,
            cluster_id: None,
            snapshot_log_bytes: 64 << 20,
            queue_bytes: 16 << 20,
        }
    }
}
