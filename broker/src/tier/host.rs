//! The broker's side of the tier driver.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use strandline_log::Journal;
use strandline_metadata::Metadata;
use strandline_metadata::records::SetLogStart;
use strandline_protocol::TopicPartition;
use strandline_protocol::clock::Clock;
use strandline_protocol::codec::Uuid;
use strandline_tiering::{
    LedPartition, RetentionSettings, SegmentSource, TierError, TierHost, TierMode,
};

use crate::config::TopicConfig;
use crate::replica::{Partition, Partitions};
use crate::server::DeletionClock;

/// [`TierHost`] over this broker's partitions.
#[derive(Debug, Clone)]
pub struct BrokerTier {
    partitions: Arc<Partitions>,
    metadata: Metadata,
    journal: Arc<Journal>,
    clock: Arc<dyn Clock>,
    deletion_clock: Arc<DeletionClock>,
}

impl BrokerTier {
    /// The partitions of this broker.
    #[must_use]
    pub fn new(
        partitions: Arc<Partitions>,
        metadata: Metadata,
        journal: Arc<Journal>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            partitions,
            metadata,
            journal,
            deletion_clock: Arc::new(DeletionClock::new(Arc::clone(&clock))),
            clock,
        }
    }

    /// All led partitions.
    pub(super) fn led(&self) -> impl Iterator<Item = Arc<Partition>> + use<> {
        let all = self.partitions.all().into_iter();
        all.filter(|partition| partition.leader_epoch().is_some())
    }

    /// What the tier has to do for a partition; `None` for nothing.
    fn mode(&self, partition: &Partition) -> Option<TierMode> {
        let config = partition.topic().config();
        if config.tiered {
            return Some(if config.tier_copy_disabled {
                TierMode::Keep
            } else {
                TierMode::Copy
            });
        }
        let state = || {
            let tp = partition.topic_partition();
            self.metadata.tables().partition_state(&tp)
        };
        // Also when nothing is referred to any more: what was is in the trash for a while.
        let discards = config.tier_discarded && state().manifest_version > 0;
        discards.then_some(TierMode::Discard)
    }

    /// Topics that the journal has a log of.
    pub(super) fn topics_with_logs(&self) -> HashSet<Uuid> {
        let logs = self.journal.logs();
        logs.iter()
            .map(|log| log.topic_partition().topic_id)
            .collect()
    }

    /// What retention and upload need to know about a partition; `None` if it is not led.
    fn describe(&self, partition: &Partition) -> Option<LedPartition> {
        let mode = self.mode(partition)?;
        let log = partition.log();
        let config = partition.topic().config();
        let segments = log.sealed_segments();
        let active = log.segments().into_iter().filter(|segment| segment.active);
        Some(LedPartition {
            tp: partition.topic_partition(),
            leader_epoch: partition.leader_epoch()?,
            log_start_offset: log.log_start_offset(),
            local_start_offset: log.local_log_start_offset(),
            last_stable_offset: partition.last_stable_offset(),
            seals_at_ms: log.seals_at_ms(),
            active_bytes: active.map(|segment| segment.size_bytes).sum(),
            mode,
            retention: retention(&config),
            segments: segments
                .into_iter()
                .map(|segment| Arc::new(segment) as Arc<dyn SegmentSource>)
                .collect(),
        })
    }

    /// Age in milliseconds of the oldest acknowledged record that is to be in the store and is not
    /// there yet; 0 if there is none.
    pub fn recovery_point_ms(&self) -> i64 {
        let tables = self.metadata.tables();
        let oldest = self.led().filter_map(|partition| {
            if self.mode(&partition) != Some(TierMode::Copy) {
                return None;
            }
            let log = partition.log();
            let state = tables.partition_state(&partition.topic_partition());
            let from = state.tiered_end_offset.max(log.log_start_offset());
            if partition.high_watermark() <= from {
                return None;
            }
            let mut segments = log.segments().into_iter();
            segments
                .find(|segment| segment.end_offset > from)
                .map(|segment| segment.created_ms)
        });
        let now = self.clock.unix_millis();
        oldest.min().map_or(0, |oldest| (now - oldest).max(0))
    }

    /// Cluster time, or `None` if this broker's clock cannot be trusted to delete by time.
    pub(super) fn time_ms(&self) -> Option<i64> {
        self.deletion_clock.now_ms(self.metadata.cluster_time_ms())
    }

    /// Commits a log start, then applies it to the local log (I21: never the other way round).
    pub(super) async fn set_log_start(
        &self,
        tp: TopicPartition,
        leader_epoch: i32,
        offset: i64,
    ) -> Result<(), String> {
        let command = SetLogStart {
            topic_id: tp.topic_id,
            partition: tp.partition,
            leader_epoch,
            log_start_offset: offset,
        };
        self.metadata
            .propose(command)
            .await
            .map_err(|error| error.to_string())?;
        let index = self.metadata.applied_index();
        // If it is not there: the topic went in the meantime, and its data with it.
        let Some(log) = self.journal.log(&tp) else {
            return Ok(());
        };
        let set = move || log.set_log_start_offset(offset, index);
        let set = tokio::task::spawn_blocking(set).await;
        set.map_err(|e| e.to_string())?.map_err(|e| e.to_string())
    }
}

/// The limits of a topic as the tier counts them.
pub(super) fn retention(config: &TopicConfig) -> RetentionSettings {
    let ms = |age: std::time::Duration| i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    RetentionSettings {
        retention_ms: config.retention.map(ms),
        retention_bytes: config.retention_bytes,
        local_retention_ms: config.local_retention.map(ms),
        local_retention_bytes: config.local_retention_bytes,
    }
}

#[async_trait]
impl TierHost for BrokerTier {
    fn partitions(&self) -> Vec<TopicPartition> {
        self.led()
            .filter(|partition| self.mode(partition).is_some())
            .map(|partition| partition.topic_partition())
            .collect()
    }

    fn partition(&self, tp: TopicPartition) -> Option<LedPartition> {
        self.describe(&*self.partitions.get(&tp)?)
    }

    fn cluster_time_ms(&self) -> Option<i64> {
        self.time_ms()
    }

    async fn advance_log_start(
        &self,
        tp: TopicPartition,
        leader_epoch: i32,
        offset: i64,
    ) -> Result<(), TierError> {
        self.set_log_start(tp, leader_epoch, offset)
            .await
            .map_err(|reason| TierError::CommitUnknown { tp, reason })
    }

    async fn local_drop(&self, tp: TopicPartition, below: i64) -> Result<(), TierError> {
        let Some(log) = self.journal.log(&tp) else {
            return Ok(());
        };
        let index = self.metadata.applied_index();
        let dropped = tokio::task::spawn_blocking(move || log.drop_local_below(below, index)).await;
        let reason = match dropped {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(TierError::CommitUnknown { tp, reason })
    }
}
