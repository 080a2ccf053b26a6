//! What of a topic's configuration acts, typed.

use std::collections::BTreeMap;
use std::time::Duration;

use super::registry::broker_setting;
use super::setting::{Key, Setting, Typed, Unit};
use super::settings::{ConfigSource, Settings};
use super::topic_settings as topic;
use super::value::Value;

/// `message.timestamp.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampType {
    /// Records keep the producer's timestamp.
    CreateTime,
    /// Records get the time at which the leader appended them.
    LogAppendTime,
}

/// `compression.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompressionType {
    /// Batches are stored as they were sent.
    Producer,
    /// Batches are stored uncompressed.
    Uncompressed,
    /// Batches are stored with gzip.
    Gzip,
    /// Batches are stored with snappy.
    Snappy,
    /// Batches are stored with lz4.
    Lz4,
    /// Batches are stored with zstd.
    Zstd,
}

/// The effective configuration of one topic: its overrides over the broker's defaults. `None`
/// stands for "no limit" everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicConfig {
    /// `cleanup.policy` contains `delete`.
    pub cleanup_delete: bool,
    /// `cleanup.policy` contains `compact`: records without a key are refused.
    pub cleanup_compact: bool,
    /// Age at which segments are deleted. `None` for a compacted topic too: until compaction is
    /// built it keeps everything.
    pub retention: Option<Duration>,
    /// Bytes per partition above which segments are deleted. `None` for a compacted topic too.
    pub retention_bytes: Option<u64>,
    /// Age at which uploaded segments leave the local disk.
    pub local_retention: Option<Duration>,
    /// Bytes per partition above which uploaded segments leave the local disk.
    pub local_retention_bytes: Option<u64>,
    /// Size at which a segment is sealed.
    pub segment_bytes: u32,
    /// Age at which a segment is sealed.
    pub segment_age: Duration,
    /// The most by which `segment_age` is shortened at random.
    pub segment_jitter: Duration,
    /// The largest batch that is accepted, header included.
    pub max_message_bytes: usize,
    /// Whose timestamp records have.
    pub timestamp_type: TimestampType,
    /// How far a timestamp may lie behind the clock. `None`: any.
    pub timestamp_before_max: Option<Duration>,
    /// How far a timestamp may lie ahead of the clock. `None`: any.
    pub timestamp_after_max: Option<Duration>,
    /// The codec that batches are stored with.
    pub compression_type: CompressionType,
    /// Replicas without which `acks=all` is refused.
    pub min_insync_replicas: usize,
    /// Sealed segments are uploaded and readable from the store: an object store is configured,
    /// the topic wants it, and it is not compacted.
    pub tiered: bool,
    /// What was uploaded stays readable, but nothing more is uploaded.
    pub tier_copy_disabled: bool,
    /// The topic was tiered and is not to be any more: what was uploaded goes.
    pub tier_discarded: bool,
    /// Age at which a segment of a tiered topic is sealed for upload.
    pub tier_seal_max_age: Duration,
    /// How long compaction keeps tombstones.
    pub delete_retention: Duration,
}

impl TopicConfig {
    pub(super) fn new(settings: &Settings, overrides: &BTreeMap<String, String>) -> Self {
        let values = Values {
            settings,
            overrides,
        };
        let policies = values.get(&topic::CLEANUP_POLICY);
        let has = |policy: &str| policies.iter().any(|p| p == policy);
        let (cleanup_delete, cleanup_compact) = (has("delete"), has("compact"));
        let expires = cleanup_delete && !cleanup_compact;
        let retention = limit(values.get(&topic::RETENTION_MS)).filter(|_| expires);
        let retention_bytes = limit(values.get(&topic::RETENTION_BYTES)).filter(|_| expires);
        let local = |value: i64, whole| if value == -2 { whole } else { limit(value) };
        let local_retention = local(values.get(&topic::LOCAL_RETENTION_MS), retention);
        let local_retention_bytes =
            local(values.get(&topic::LOCAL_RETENTION_BYTES), retention_bytes);
        let wanted = values.get(&topic::REMOTE_STORAGE_ENABLE);
        Self {
            cleanup_delete,
            cleanup_compact,
            retention: retention.map(Duration::from_millis),
            retention_bytes,
            local_retention: local_retention.map(Duration::from_millis),
            local_retention_bytes,
            segment_bytes: u32::try_from(values.get(&topic::SEGMENT_BYTES)).unwrap_or(u32::MAX),
            segment_age: duration(values.get(&topic::SEGMENT_MS)),
            segment_jitter: duration(values.get(&topic::SEGMENT_JITTER_MS)),
            max_message_bytes: usize::try_from(values.get(&topic::MAX_MESSAGE_BYTES)).unwrap_or(0),
            timestamp_type: timestamp_type(&values.get(&topic::MESSAGE_TIMESTAMP_TYPE)),
            timestamp_before_max: bound(values.get(&topic::MESSAGE_TIMESTAMP_BEFORE_MAX_MS)),
            timestamp_after_max: bound(values.get(&topic::MESSAGE_TIMESTAMP_AFTER_MAX_MS)),
            compression_type: compression_type(&values.get(&topic::COMPRESSION_TYPE)),
            min_insync_replicas: usize::try_from(values.get(&topic::MIN_INSYNC_REPLICAS))
                .unwrap_or(1),
            tiered: wanted && settings.tiering() && !cleanup_compact,
            tier_copy_disabled: values.get(&topic::REMOTE_LOG_COPY_DISABLE),
            tier_discarded: !wanted && values.get(&topic::REMOTE_LOG_DELETE_ON_DISABLE),
            tier_seal_max_age: duration(values.get(&topic::TOPIC_TIER_SEAL_MAX_AGE)),
            delete_retention: duration(values.get(&topic::DELETE_RETENTION_MS)),
        }
    }
}

/// A number of which a negative one says "no limit".
fn limit(value: i64) -> Option<u64> {
    u64::try_from(value).ok()
}

/// Milliseconds of which the largest number says "no limit".
fn bound(ms: i64) -> Option<Duration> {
    (ms != i64::MAX).then(|| duration(ms))
}

fn duration(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

fn timestamp_type(text: &str) -> TimestampType {
    match text {
        "LogAppendTime" => TimestampType::LogAppendTime,
        _ => TimestampType::CreateTime,
    }
}

fn compression_type(text: &str) -> CompressionType {
    match text {
        "uncompressed" => CompressionType::Uncompressed,
        "gzip" => CompressionType::Gzip,
        "snappy" => CompressionType::Snappy,
        "lz4" => CompressionType::Lz4,
        "zstd" => CompressionType::Zstd,
        _ => CompressionType::Producer,
    }
}

struct Values<'a> {
    settings: &'a Settings,
    overrides: &'a BTreeMap<String, String>,
}

impl Values<'_> {
    fn get<T: Typed>(&self, key: &Key<T>) -> T {
        let stored = self
            .overrides
            .get(key.name)
            .and_then(|text| key.parse_kafka(text).ok());
        let value = stored.unwrap_or_else(|| inherited(self.settings, key).0);
        T::from_value(&value).expect("every default and every checked value is of its type")
    }
}

/// The value that a topic or group gets when it sets nothing: that of the first broker setting
/// among the synonyms that somebody set, else the first default that is not null; in the unit of
/// `setting`.
pub(super) fn inherited(settings: &Settings, setting: &Setting) -> (Value, ConfigSource) {
    let mut default = None;
    for synonym in setting.synonyms {
        let broker = broker_setting(synonym).expect("a test looks every synonym up");
        let (value, source) = settings.effective(broker);
        if value == Value::Null {
            continue;
        }
        let value = converted(&value, broker.unit, setting.unit);
        if source != ConfigSource::Default {
            return (value, source);
        }
        default = default.or(Some((value, source)));
    }
    default.unwrap_or_else(|| {
        (
            setting.default_value(&settings.machine()),
            ConfigSource::Default,
        )
    })
}

/// `value` in another unit. Negative numbers mean "no limit" in every unit of time.
pub(super) fn converted(value: &Value, from: Unit, to: Unit) -> Value {
    let (Value::Int(n), Some(from), Some(to)) = (value, from.milliseconds(), to.milliseconds())
    else {
        return value.clone();
    };
    if from == to {
        return value.clone();
    }
    if *n < 0 {
        Value::Int(-1)
    } else {
        Value::Int(n.saturating_mul(from) / to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::registry;
    use crate::config::{Loader, Machine, Profile};

    fn settings(profile: Profile, assignments: &[&str]) -> Settings {
        let mut loader = Loader::new(profile, Machine::default());
        for assignment in assignments {
            loader.set(assignment).unwrap();
        }
        loader.finish().unwrap()
    }

    fn topic(settings: &Settings, overrides: &[(&str, &str)]) -> TopicConfig {
        let pairs = overrides
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        settings.topic(&pairs.collect())
    }

    #[test]
    fn what_a_topic_inherits_from_a_server_is_its_documented_default() {
        let server = Settings::defaults(Profile::Server);
        for setting in topic::TOPIC {
            let documented = setting.default_value(&Machine::default());
            assert_eq!(
                inherited(&server, setting).0,
                documented,
                "{}",
                setting.name
            );
        }
        for setting in crate::config::group_settings::GROUP {
            let documented = setting.default_value(&Machine::default());
            assert_eq!(
                inherited(&server, setting).0,
                documented,
                "{}",
                setting.name
            );
        }
    }

    #[test]
    fn every_setting_reads_as_its_type() {
        for profile in [Profile::Server, Profile::Dev] {
            let settings = Settings::defaults(profile);
            let config = topic(&settings, &[]);
            assert_eq!(config.retention, Some(Duration::from_secs(7 * 86_400)));
            assert_eq!(config.retention_bytes, None);
            assert_eq!(config.timestamp_before_max, None);
            assert_eq!(config.timestamp_after_max, Some(Duration::from_secs(3600)));
            assert_eq!(config.min_insync_replicas, 1);
            assert_eq!(config.segment_bytes, 1 << 30);
            for setting in registry::broker_settings() {
                let (value, _) = settings.effective(setting);
                let text = value.text();
                if let Some(text) = text {
                    assert_eq!(
                        setting.parse_kafka(&text).unwrap(),
                        value,
                        "{}",
                        setting.name
                    );
                }
            }
        }
    }

    #[test]
    fn retention_comes_from_the_finest_unit_that_is_set() {
        let retention = |assignments: &[&str]| {
            topic(&settings(Profile::Server, assignments), &[])
                .retention
                .map(|d| d.as_secs())
        };
        assert_eq!(retention(&["log.retention.hours=2"]), Some(7200));
        assert_eq!(
            retention(&["log.retention.hours=2", "log.retention.minutes=3"]),
            Some(180)
        );
        assert_eq!(
            retention(&["log.retention.minutes=3", "log.retention.ms=5000"]),
            Some(5)
        );
        assert_eq!(retention(&["log.retention.hours=-1"]), None);
        assert_eq!(
            retention(&["log.retention.ms=-1", "log.retention.hours=5"]),
            None
        );
    }

    #[test]
    fn local_retention_follows_retention_unless_set() {
        let server = Settings::defaults(Profile::Server);
        let config = topic(
            &server,
            &[("retention.ms", "5000"), ("retention.bytes", "77")],
        );
        assert_eq!(config.local_retention, Some(Duration::from_secs(5)));
        assert_eq!(config.local_retention_bytes, Some(77));
        let config = topic(
            &server,
            &[("local.retention.ms", "-1"), ("local.retention.bytes", "9")],
        );
        assert_eq!(
            (config.local_retention, config.local_retention_bytes),
            (None, Some(9))
        );
        let dev = settings(Profile::Dev, &["tier.url=t"]);
        assert_eq!(topic(&dev, &[]).local_retention_bytes, Some(256 << 20));
    }

    #[test]
    fn a_compacted_topic_keeps_everything_and_is_not_tiered() {
        let dev = settings(Profile::Dev, &["tier.url=t"]);
        assert!(topic(&dev, &[]).tiered);
        for policy in ["compact", "compact,delete"] {
            let config = topic(&dev, &[("cleanup.policy", policy), ("retention.ms", "1")]);
            assert!(config.cleanup_compact && !config.tiered, "{policy}");
            assert_eq!((config.retention, config.retention_bytes), (None, None));
            assert_eq!(config.local_retention, None);
        }
        let forever = topic(&dev, &[("cleanup.policy", "")]);
        assert_eq!((forever.retention, forever.tiered), (None, true));
    }

    #[test]
    fn tiering_needs_a_store() {
        let without = Settings::defaults(Profile::Dev);
        assert!(!topic(&without, &[("remote.storage.enable", "true")]).tiered);
        let server = settings(Profile::Server, &["tier.url=s3://b"]);
        assert!(!topic(&server, &[]).tiered);
        assert!(topic(&server, &[("remote.storage.enable", "true")]).tiered);
        let by_default = settings(
            Profile::Server,
            &["tier.url=s3://b", "tier.default.enable=true"],
        );
        assert!(topic(&by_default, &[]).tiered);
        assert!(!topic(&by_default, &[("remote.storage.enable", "false")]).tiered);
    }
}
