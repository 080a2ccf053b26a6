//! What the partitions of one topic share.

use std::sync::Arc;

use arc_swap::ArcSwap;
use strandline_log::PartitionLogOptions;
use strandline_metadata::Topic;
use strandline_protocol::codec::{StrBytes, Uuid};

use crate::admin::TopicMetrics;
use crate::config::TopicConfig;

/// A topic as this broker serves it.
#[derive(Debug)]
pub struct TopicHandle {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: StrBytes,
    /// Whom it belongs to.
    pub tenant: StrBytes,
    /// What is counted.
    pub metrics: TopicMetrics,
    config: ArcSwap<TopicConfig>,
}

impl TopicHandle {
    /// The handle of `topic`.
    pub fn new(topic: &Topic, config: TopicConfig, metrics: TopicMetrics) -> Arc<Self> {
        Arc::new(Self {
            id: topic.id,
            name: topic.name.detached(),
            tenant: topic.tenant.detached(),
            metrics,
            config: ArcSwap::from_pointee(config),
        })
    }

    /// What acts now.
    pub fn config(&self) -> Arc<TopicConfig> {
        self.config.load_full()
    }

    /// Replaces what acts; gives whether that changed anything.
    pub fn set_config(&self, config: TopicConfig) -> bool {
        let changed = **self.config.load() != config;
        if changed {
            self.config.store(Arc::new(config));
        }
        changed
    }
}

/// What of a topic's configuration the log of one of its partitions needs. `jitter` in 0..1 says
/// how much of `segment.jitter.ms` this partition takes, so that segments do not end together.
pub(super) fn log_options(
    config: &TopicConfig,
    producer_expiration_ms: i64,
    jitter: f64,
) -> PartitionLogOptions {
    let ms = |d: std::time::Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
    let jitter = config
        .segment_jitter
        .min(config.segment_age)
        .mul_f64(jitter);
    PartitionLogOptions {
        segment_bytes: config.segment_bytes.into(),
        segment_ms: ms(config.segment_age - jitter),
        seal_max_age_ms: config.tiered.then(|| ms(config.tier_seal_max_age)),
        producer_expiration_ms,
        ..PartitionLogOptions::default()
    }
}
