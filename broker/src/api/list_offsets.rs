//! Kafka API: ListOffsets. Offsets by time, and the ends of logs.
//!
//! | timestamp | asks for | answered with |
//! |---|---|---|
//! | -1 | latest | high watermark, or last stable offset with read_committed |
//! | -2 | earliest | log start |
//! | -3 | the record with the largest timestamp | its offset and timestamp |
//! | -4 | earliest that is kept here | local log start |
//! | -5 | latest that is in the object store | the last tiered offset |
//! | -6 | earliest that waits for upload | the end of what is tiered, or the log start |
//! | 0 and up | first record at that time or later | its offset and timestamp |

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use strandline_protocol::compression::Codec;
use strandline_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use strandline_protocol::messages::list_offsets_response::{
    ListOffsetsPartitionResponse, ListOffsetsTopicResponse,
};
use strandline_protocol::messages::{ListOffsetsRequest, ListOffsetsResponse};
use strandline_protocol::record_batch::RecordBatch;
use strandline_protocol::{ErrorCode, TopicPartition};
use strandline_tiering::Tier;
use tokio::time::Instant;

use crate::config::broker_settings::REQUEST_TIMEOUT_MS;
use crate::replica::{Isolation, Partition};
use crate::security::access;
use crate::security::{Operation, Resource};
use crate::server::{Broker, RequestContext};

/// What stands for "none" in offsets, timestamps and epochs.
const NONE: i64 = -1;

/// Batches that a lookup by time looks into.
const LOOKED_INTO: usize = 8;

/// What is asked for, by Kafka's special timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Latest,
    Earliest,
    MaxTimestamp,
    EarliestLocal,
    LatestTiered,
    EarliestPendingUpload,
    At(i64),
}

impl Wanted {
    /// # Errors
    /// UNSUPPORTED_VERSION for a special timestamp that `version` does not have.
    fn new(timestamp: i64, version: i16) -> Result<Self, ErrorCode> {
        match timestamp {
            -1 => Ok(Self::Latest),
            -2 => Ok(Self::Earliest),
            -3 if version >= 7 => Ok(Self::MaxTimestamp),
            -4 if version >= 8 => Ok(Self::EarliestLocal),
            -5 if version >= 9 => Ok(Self::LatestTiered),
            -6 if version >= 11 => Ok(Self::EarliestPendingUpload),
            at if at >= 0 => Ok(Self::At(at)),
            _ => Err(ErrorCode::UnsupportedVersion),
        }
    }
}

/// An answer: offset, timestamp, leader epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    offset: i64,
    timestamp: i64,
    leader_epoch: i32,
}

impl Found {
    const NOTHING: Self = Self {
        offset: NONE,
        timestamp: NONE,
        leader_epoch: -1,
    };
}

/// Answers ListOffsets.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: ListOffsetsRequest,
) -> ListOffsetsResponse {
    let timeout = if context.api_version >= 10 {
        request.timeout_ms
    } else {
        broker.settings.get(&REQUEST_TIMEOUT_MS)
    };
    let timeout = Duration::from_millis(u64::try_from(timeout).unwrap_or(0));
    let asked = Asked {
        broker,
        context,
        isolation: match request.replica_id {
            // A debugging consumer, as in Kafka.
            -2 => Isolation::ReadUncommitted,
            _ => Isolation::from_code(request.isolation_level),
        },
        deadline: Instant::now() + timeout,
    };
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in request.topics {
        topics.push(asked.topic(topic).await);
    }
    ListOffsetsResponse {
        topics,
        ..ListOffsetsResponse::default()
    }
}

/// Where a lookup by time searches.
#[derive(Clone, Copy)]
enum Place<'a> {
    Store(&'a Tier),
    /// Here, below an offset.
    Log {
        limit: i64,
    },
}

struct Asked<'a> {
    broker: &'a Arc<Broker>,
    context: &'a RequestContext,
    isolation: Isolation,
    deadline: Instant,
}

impl Asked<'_> {
    async fn topic(&self, topic: ListOffsetsTopic) -> ListOffsetsTopicResponse {
        let resource = Resource::topic(&topic.name);
        let allowed = access::require(self.broker, self.context, Operation::Describe, resource);
        let known = self.broker.topic(self.context, &topic.name);
        let known = known.ok_or(ErrorCode::UnknownTopicOrPartition);
        let topic_id = allowed.and_then(|()| known.map(|t| t.id));
        let mut seen = HashSet::new();
        let repeated = |p: &ListOffsetsPartition| !seen.insert(p.partition_index);
        let repeated: Vec<bool> = topic.partitions.iter().map(repeated).collect();
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for (asked, repeated) in topic.partitions.iter().zip(repeated) {
            let found = match topic_id {
                _ if repeated => Err(ErrorCode::InvalidRequest),
                Err(error) => Err(error),
                Ok(topic_id) => {
                    let tp = TopicPartition {
                        topic_id,
                        partition: asked.partition_index,
                    };
                    self.partition(tp, asked).await
                }
            };
            partitions.push(self.answer(asked.partition_index, found));
        }
        ListOffsetsTopicResponse {
            name: topic.name,
            partitions,
        }
    }

    fn answer(
        &self,
        partition_index: i32,
        found: Result<Found, ErrorCode>,
    ) -> ListOffsetsPartitionResponse {
        let (error, found) = match found {
            Ok(found) => (ErrorCode::None, found),
            Err(error) => (error, Found::NOTHING),
        };
        ListOffsetsPartitionResponse {
            partition_index,
            error_code: error.code(),
            timestamp: found.timestamp,
            offset: found.offset,
            leader_epoch: if self.context.api_version >= 4 {
                found.leader_epoch
            } else {
                -1
            },
        }
    }

    async fn partition(
        &self,
        tp: TopicPartition,
        asked: &ListOffsetsPartition,
    ) -> Result<Found, ErrorCode> {
        let wanted = Wanted::new(asked.timestamp, self.context.api_version)?;
        let partition = self.broker.leading(&tp)?;
        let epoch = partition.check_leader_epoch(asked.current_leader_epoch)?;
        if !partition.knows_its_end() && wanted != Wanted::Earliest {
            return Err(match self.context.api_version {
                ..5 => ErrorCode::LeaderNotAvailable,
                _ => ErrorCode::OffsetNotAvailable,
            });
        }
        let log = partition.log();
        let at = |offset: i64| Found {
            offset,
            timestamp: NONE,
            leader_epoch: match log.leader_epoch_at(offset) {
                -1 => epoch,
                known => known,
            },
        };
        Ok(match wanted {
            Wanted::Latest => Found {
                leader_epoch: epoch,
                ..at(partition.visible_end(self.isolation))
            },
            Wanted::Earliest => at(log.log_start_offset()),
            Wanted::EarliestLocal => at(log.local_log_start_offset()),
            Wanted::LatestTiered => match self.tiered_end(&partition) {
                0 => Found::NOTHING,
                end => at(end - 1),
            },
            Wanted::EarliestPendingUpload if self.broker.tier.is_none() => Found::NOTHING,
            Wanted::EarliestPendingUpload => {
                at(self.tiered_end(&partition).max(log.log_start_offset()))
            }
            Wanted::MaxTimestamp => self.max_timestamp(partition).await?,
            Wanted::At(timestamp) => self.at_time(partition, timestamp).await?,
        })
    }

    fn tiered_end(&self, partition: &Partition) -> i64 {
        let state = self.broker.metadata.tables();
        state
            .partition_state(&partition.topic_partition())
            .tiered_end_offset
    }

    /// The record with the largest timestamp. What lies only in the object store is not searched:
    /// newer data is nearly always local.
    async fn max_timestamp(&self, partition: Arc<Partition>) -> Result<Found, ErrorCode> {
        let limit = partition.high_watermark();
        let mut up_to = Some(i64::MAX);
        // The largest timestamp of a file may have been cut off: look for the next one down.
        while let Some(largest) = up_to.and_then(|at| partition.log().largest_timestamp_up_to(at)) {
            if let Some(found) = self.in_log(&partition, largest, limit).await? {
                return Ok(found);
            }
            if Instant::now() >= self.deadline {
                return Err(ErrorCode::RequestTimedOut);
            }
            up_to = largest.checked_sub(1);
        }
        Ok(Found::NOTHING)
    }

    /// The first record at `timestamp` or later: in the object store first, as what is there is
    /// older, then here.
    async fn at_time(&self, partition: Arc<Partition>, timestamp: i64) -> Result<Found, ErrorCode> {
        let limit = partition.visible_end(self.isolation);
        let local_start = || partition.log().local_log_start_offset();
        loop {
            let began_at = local_start();
            if let Some(found) = self.in_store(&partition, timestamp).await?
                && found.offset < limit
            {
                return Ok(found);
            }
            let found = self.in_log(&partition, timestamp, limit).await?;
            if local_start() == began_at {
                return Ok(found.unwrap_or(Found::NOTHING));
            }
            // What has left the log meanwhile was in neither place when that was searched.
            if Instant::now() >= self.deadline {
                return Err(ErrorCode::RequestTimedOut);
            }
        }
    }

    async fn in_log(
        &self,
        partition: &Arc<Partition>,
        timestamp: i64,
        limit: i64,
    ) -> Result<Option<Found>, ErrorCode> {
        let start = partition.log().local_log_start_offset();
        let place = Place::Log { limit };
        self.first_since(place, partition, timestamp, start).await
    }

    async fn in_store(
        &self,
        partition: &Arc<Partition>,
        timestamp: i64,
    ) -> Result<Option<Found>, ErrorCode> {
        let log = partition.log();
        let start = log.log_start_offset();
        let only_there = start < log.local_log_start_offset();
        let Some(tier) = self.broker.tier.as_ref().filter(|_| only_there) else {
            return Ok(None);
        };
        let place = Place::Store(tier);
        self.first_since(place, partition, timestamp, start).await
    }

    /// The first batch at or above `from` that says that one of its timestamps is late enough.
    async fn batch_from(
        &self,
        place: Place<'_>,
        partition: &Arc<Partition>,
        timestamp: i64,
        from: i64,
    ) -> Result<Option<RecordBatch>, ErrorCode> {
        match place {
            Place::Log { limit } => {
                let partition = Arc::clone(partition);
                let search = move || partition.log().batch_for_timestamp(timestamp, from, limit);
                self.blocking(search).await?.map_err(|error| {
                    tracing::error!(%error, "cannot search the journal by time");
                    ErrorCode::KafkaStorageError
                })
            }
            Place::Store(tier) => {
                let tp = partition.topic_partition();
                let search = tier.batch_for_timestamp(tp, timestamp, from);
                let found = tokio::time::timeout_at(self.deadline, search).await;
                let found = found.map_err(|_| ErrorCode::RequestTimedOut)?;
                found.map_err(|error| {
                    tier.report(Some(tp), &error);
                    ErrorCode::KafkaStorageError
                })
            }
        }
    }

    /// The first record at `timestamp` or later and at or above `from`. It is in one of the first two
    /// batches, unless a producer claimed a time that none of its records has: of [`LOOKED_INTO`] such
    /// batches the last counts as a whole.
    async fn first_since(
        &self,
        place: Place<'_>,
        partition: &Arc<Partition>,
        timestamp: i64,
        mut from: i64,
    ) -> Result<Option<Found>, ErrorCode> {
        let mut left = LOOKED_INTO;
        while let Some(batch) = self.batch_from(place, partition, timestamp, from).await? {
            left -= 1;
            let header = *batch.header();
            let compressed = !matches!(header.attributes.codec(), Ok(Codec::None));
            let max = self.broker.decompression.batch_max();
            let search = move || batch.first_since(timestamp, from, max);
            let found = if compressed {
                let found = self.broker.decompression.run(search).await;
                let found = found.map_err(|_| ErrorCode::RequestTimedOut)?;
                found.ok_or(ErrorCode::KafkaStorageError)?
            } else {
                self.blocking(search).await?
            };
            let found = found.or_else(|| (left == 0).then(|| header.as_a_whole(from)));
            if let Some((timestamp, offset)) = found {
                return Ok(Some(Found {
                    offset,
                    timestamp,
                    leader_epoch: header.partition_leader_epoch,
                }));
            }
            from = header.end_offset();
        }
        Ok(None)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ErrorCode> {
        let done = self.broker.blocking.run(work).await;
        done.ok_or(ErrorCode::KafkaStorageError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_timestamps_belong_to_versions() {
        assert_eq!(Wanted::new(-1, 1), Ok(Wanted::Latest));
        for (timestamp, from) in [(-3, 7), (-4, 8), (-5, 9), (-6, 11)] {
            assert!(Wanted::new(timestamp, from).is_ok());
            let before = Wanted::new(timestamp, from - 1);
            assert_eq!(before, Err(ErrorCode::UnsupportedVersion), "{timestamp}");
        }
        assert_eq!(Wanted::new(-7, 11), Err(ErrorCode::UnsupportedVersion));
        assert_eq!(Wanted::new(0, 1), Ok(Wanted::At(0)));
    }
}
