//! What the settings say about groups.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::group::GroupOptions;
use crate::config::Settings;
use crate::config::broker_settings::{
    GROUP_INITIAL_REBALANCE_DELAY_MS, GROUP_MAX_SESSION_TIMEOUT_MS, GROUP_MAX_SIZE,
    GROUP_MIN_SESSION_TIMEOUT_MS, OFFSET_METADATA_MAX_BYTES, OFFSETS_RETENTION_CHECK_INTERVAL_MS,
    OFFSETS_RETENTION_MINUTES,
};

/// The longest group id. Kafka has no limit but that of a string on the wire; this one keeps a
/// single name from filling an entry of the metadata log.
pub(super) const GROUP_ID_BYTES_MAX: usize = 4096;

/// Options of the coordinator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCoordinatorOptions {
    /// Options of each group.
    pub group: GroupOptions,
    /// Session timeouts that members may ask for, in milliseconds
    /// (`group.min.session.timeout.ms`, `group.max.session.timeout.ms`).
    pub session_timeout_ms: RangeInclusive<i32>,
    /// The longest note at a committed offset, in bytes (`offset.metadata.max.bytes`).
    pub offset_metadata_bytes_max: usize,
    /// How long offsets of a group without members stay (`offsets.retention.minutes`).
    pub offsets_retention: Duration,
    /// How often it is looked for such (`offsets.retention.check.interval.ms`).
    pub retention_check_interval: Duration,
}

impl GroupCoordinatorOptions {
    /// What `settings` say.
    pub fn from_settings(settings: &Settings) -> Self {
        let millis = |millis: i64| Duration::from_millis(u64::try_from(millis).unwrap_or_default());
        let minutes = i64::from(settings.get(&OFFSETS_RETENTION_MINUTES));
        let session_min = settings.get(&GROUP_MIN_SESSION_TIMEOUT_MS);
        let session_max = settings.get(&GROUP_MAX_SESSION_TIMEOUT_MS);
        Self {
            group: GroupOptions {
                initial_rebalance_delay: millis(
                    settings.get(&GROUP_INITIAL_REBALANCE_DELAY_MS).into(),
                ),
                max_size: settings.get(&GROUP_MAX_SIZE).try_into().unwrap_or_default(),
                ..GroupOptions::default()
            },
            session_timeout_ms: session_min..=session_max,
            offset_metadata_bytes_max: settings
                .get(&OFFSET_METADATA_MAX_BYTES)
                .try_into()
                .unwrap_or_default(),
            offsets_retention: millis(minutes.saturating_mul(60_000)),
            retention_check_interval: millis(settings.get(&OFFSETS_RETENTION_CHECK_INTERVAL_MS)),
        }
    }
}
