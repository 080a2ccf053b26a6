//! The fetch that every measurement sends.

use strandline_protocol::messages::FetchRequest;
use strandline_protocol::messages::fetch_request::{FetchPartition, FetchTopic};

/// Topic names, full requests without a session: every partition is in the answer.
pub(crate) const FETCH_VERSION: i16 = 11;

/// What the Java consumer asks for: `max.partition.fetch.bytes`, `fetch.max.bytes`, and the longest it
/// waits, in milliseconds.
const PARTITION_BYTES_MAX: i32 = 1 << 20;
const FETCH_BYTES_MAX: i32 = 50 << 20;
pub(crate) const FETCH_WAIT_MS: i32 = 500;

/// A consumer's fetch from the given partitions and offsets of `topic`.
pub(crate) fn fetch_request(
    topic: &str,
    positions: impl IntoIterator<Item = (i32, i64)>,
    max_wait_ms: i32,
) -> FetchRequest {
    let partitions = positions.into_iter();
    let partitions = partitions.map(|(partition, fetch_offset)| FetchPartition {
        partition,
        current_leader_epoch: -1,
        fetch_offset,
        log_start_offset: -1,
        partition_max_bytes: PARTITION_BYTES_MAX,
        ..Default::default()
    });
    FetchRequest {
        replica_id: -1,
        max_wait_ms,
        min_bytes: 1,
        max_bytes: FETCH_BYTES_MAX,
        session_epoch: -1,
        topics: vec![FetchTopic {
            topic: topic.into(),
            partitions: partitions.collect(),
            ..Default::default()
        }],
        ..Default::default()
    }
}
