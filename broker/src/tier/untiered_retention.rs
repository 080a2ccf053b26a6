//! Retention of topics without a tier: whole segments, oldest first, as Kafka deletes them.

use std::time::Duration;

use strandline_tiering::{RetainedSegment, RetentionScan};
use tokio_util::sync::CancellationToken;

use super::host::{BrokerTier, retention};
use crate::config::Settings;
use crate::config::broker_settings::LOG_RETENTION_CHECK_INTERVAL_MS;
use crate::replica::Partition;

/// `log.retention.check.interval.ms`.
pub(super) fn retention_interval(settings: &Settings) -> Duration {
    let interval = settings.get(&LOG_RETENTION_CHECK_INTERVAL_MS);
    Duration::from_millis(interval.unsigned_abs().max(1))
}

/// Deletes what `retention.ms` and `retention.bytes` let go of.
#[derive(Debug)]
pub struct UntieredRetention {
    host: BrokerTier,
    interval: Duration,
}

impl UntieredRetention {
    /// Looks at all led partitions as often as `settings` say.
    #[must_use]
    pub fn new(host: BrokerTier, settings: &Settings) -> Self {
        let interval = retention_interval(settings);
        Self { host, interval }
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
            self.pass().await;
        }
    }

    /// One look at everything.
    async fn pass(&self) {
        for partition in self.host.led() {
            if partition.topic().config().tiered {
                continue;
            }
            let (Some(leader_epoch), Some(offset)) =
                (partition.leader_epoch(), self.expired(&partition))
            else {
                continue;
            };
            let tp = partition.topic_partition();
            let moved = self.host.set_log_start(tp, leader_epoch, offset).await;
            match moved {
                Ok(()) => tracing::debug!(partition = %tp, offset, "retention moved the log start"),
                Err(error) => tracing::warn!(partition = %tp, error, "retention failed"),
            }
        }
    }

    /// The log start after retention, or `None` if everything stays.
    fn expired(&self, partition: &Partition) -> Option<i64> {
        let config = partition.topic().config();
        if !config.cleanup_delete || config.cleanup_compact {
            return None;
        }
        let segments = partition.log().segments();
        let total = segments.iter().map(|segment| segment.size_bytes).sum();
        let mut scan = RetentionScan::total(
            &retention(&config),
            total,
            self.host.time_ms(),
            partition.high_watermark(),
        );
        if scan.keeps_everything() {
            return None;
        }
        let mut start = None;
        for segment in segments.iter().filter(|s| s.base_offset < s.end_offset) {
            let expires = scan.expires(&RetainedSegment {
                base_offset: segment.base_offset,
                end_offset: segment.end_offset,
                size_bytes: segment.size_bytes,
                max_timestamp: match segment.max_timestamp {
                    -1 => segment.created_ms,
                    timestamp => timestamp,
                },
            });
            if !expires {
                break;
            }
            if segment.active {
                // As Kafka does: what is old goes although nothing new has closed it.
                partition.log().roll();
            }
            start = Some(segment.end_offset);
        }
        start.filter(|start| *start > partition.log().log_start_offset())
    }
}
