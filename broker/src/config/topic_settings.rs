//! The settings of a topic: Kafka's 33, and our own.

use super::setting::{Acting, Fallback, Unit, settings};
use super::validator::Validator;
use super::value::Value;

const FOREVER: &str = "9223372036854775807";

/// Where `cleanup.policy` may come from.
pub(super) const CLEANUP_POLICIES: &[&str] = &["compact", "delete"];
/// What `compression.type` may be.
pub(super) const COMPRESSION_TYPES: &[&str] =
    &["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];
/// What `message.timestamp.type` may be.
pub(super) const TIMESTAMP_TYPES: &[&str] = &["CreateTime", "LogAppendTime"];

pub(super) const GZIP_LEVEL: Validator =
    Validator::Rule("-1, or 1 to 9", |value| match value.as_int() {
        Some(-1 | 1..=9) => Ok(()),
        _ => Err("Value must be -1 or between 1 and 9".to_owned()),
    });

/// `*`, or a list of `partition:broker`.
const THROTTLED_REPLICAS: Validator =
    Validator::Rule("* or partition:broker,...", |value| match value {
        Value::List(items) if items.len() == 1 && items[0] == "*" => Ok(()),
        Value::List(items) => {
            let is_pair = |item: &String| {
                let parts: Vec<_> = item.split(':').collect();
                parts.len() == 2 && parts.iter().all(|part| part.parse::<u32>().is_ok())
            };
            if items.iter().all(is_pair) {
                return Ok(());
            }
            Err("[partitionId]:[brokerId],[partitionId]:[brokerId],... or * is expected".to_owned())
        }
        _ => Err("must be a list".to_owned()),
    });

settings! {
    /// Every setting of a topic.
    TOPIC;

    CLEANUP_POLICY: Vec<String> = Topic "cleanup.policy",
        "What happens to old records: `delete` removes segments by the retention settings, \
         `compact` keeps the last record of every key. Until compaction is built a compacted \
         topic keeps everything, is not touched by retention, refuses records without a key \
         and is not tiered. An empty list keeps everything." {
            default: Fallback::Text("delete"),
            validator: Validator::ListOf(CLEANUP_POLICIES, true),
            synonyms: &["log.cleanup.policy"],
        };
    COMPRESSION_GZIP_LEVEL: i32 = Topic "compression.gzip.level",
        "The level used when the broker compresses with gzip; -1 is the codec's own default." {
            default: Fallback::Text("-1"),
            validator: GZIP_LEVEL,
            acting: Acting::Stored,
            synonyms: &["compression.gzip.level"],
        };
    COMPRESSION_LZ4_LEVEL: i32 = Topic "compression.lz4.level",
        "The level used when the broker compresses with lz4." {
            default: Fallback::Text("9"),
            validator: Validator::Between(1, 17),
            acting: Acting::Stored,
            synonyms: &["compression.lz4.level"],
        };
    COMPRESSION_TYPE: String = Topic "compression.type",
        "The codec of the stored batches. `producer` keeps what the producer sent, byte by \
         byte." {
            default: Fallback::Text("producer"),
            validator: Validator::OneOf(COMPRESSION_TYPES),
            synonyms: &["compression.type"],
        };
    COMPRESSION_ZSTD_LEVEL: i32 = Topic "compression.zstd.level",
        "The level used when the broker compresses with zstd." {
            default: Fallback::Text("3"),
            validator: Validator::Between(-131_072, 22),
            acting: Acting::Stored,
            synonyms: &["compression.zstd.level"],
        };
    DELETE_RETENTION_MS: i64 = Topic "delete.retention.ms",
        "How long a compacted topic keeps tombstones after they were compacted." {
            default: Fallback::Text("86400000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
            synonyms: &["log.cleaner.delete.retention.ms"],
        };
    FILE_DELETE_DELAY_MS: i64 = Topic "file.delete.delay.ms",
        "In Kafka the time between dropping a segment and removing its file. Our journal \
         recycles files as soon as no reader holds them, so this changes nothing." {
            default: Fallback::Text("60000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
            synonyms: &["log.segment.delete.delay.ms"],
        };
    FLUSH_MESSAGES: i64 = Topic "flush.messages",
        "Records between two flushes. Every acknowledged record is on stable storage here, so \
         the value that is true is 1, and another one changes nothing." {
            default: Fallback::Text("1"),
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
            synonyms: &["log.flush.interval.messages"],
        };
    FLUSH_MS: i64 = Topic "flush.ms",
        "Time between two flushes. Every acknowledged record is on stable storage here, so \
         this changes nothing." {
            default: Fallback::Text(FOREVER),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
            synonyms: &["log.flush.interval.ms", "log.flush.scheduler.interval.ms"],
        };
    FOLLOWER_REPLICATION_THROTTLED_REPLICAS: Vec<String> =
        Topic "follower.replication.throttled.replicas",
        "Replicas whose replication is throttled on the follower's side." {
            default: Fallback::Text(""),
            validator: THROTTLED_REPLICAS,
            acting: Acting::Stored,
        };
    INDEX_INTERVAL_BYTES: i32 = Topic "index.interval.bytes",
        "In Kafka the bytes between two entries of the offset index. Our journal has one \
         index entry per run and file, so this changes nothing." {
            default: Fallback::Text("4096"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
            synonyms: &["log.index.interval.bytes"],
        };
    LEADER_REPLICATION_THROTTLED_REPLICAS: Vec<String> =
        Topic "leader.replication.throttled.replicas",
        "Replicas whose replication is throttled on the leader's side." {
            default: Fallback::Text(""),
            validator: THROTTLED_REPLICAS,
            acting: Acting::Stored,
        };
    LOCAL_RETENTION_BYTES: i64 = Topic "local.retention.bytes",
        "Bytes per partition of a tiered topic that stay on the local disk after they were \
         uploaded. -2 takes retention.bytes, -1 keeps all." {
            default: Fallback::Text("-2"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(-2),
            synonyms: &["log.local.retention.bytes"],
        };
    LOCAL_RETENTION_MS: i64 = Topic "local.retention.ms",
        "How long records of a tiered topic stay on the local disk after they were uploaded. \
         -2 takes retention.ms, -1 keeps all." {
            default: Fallback::Text("-2"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(-2),
            synonyms: &["log.local.retention.ms"],
        };
    MAX_COMPACTION_LAG_MS: i64 = Topic "max.compaction.lag.ms",
        "The longest time a record of a compacted topic stays uncompacted." {
            default: Fallback::Text(FOREVER),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
            synonyms: &["log.cleaner.max.compaction.lag.ms"],
        };
    MAX_MESSAGE_BYTES: i32 = Topic "max.message.bytes",
        "The largest record batch that is accepted, as the producer sent it, with its header." {
            default: Fallback::Text("1048588"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(0),
            synonyms: &["message.max.bytes"],
        };
    MESSAGE_TIMESTAMP_AFTER_MAX_MS: i64 = Topic "message.timestamp.after.max.ms",
        "How far a record's timestamp may lie ahead of the broker's clock. Not checked with \
         LogAppendTime." {
            default: Fallback::Text("3600000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            synonyms: &["log.message.timestamp.after.max.ms"],
        };
    MESSAGE_TIMESTAMP_BEFORE_MAX_MS: i64 = Topic "message.timestamp.before.max.ms",
        "How far a record's timestamp may lie behind the broker's clock. Not checked with \
         LogAppendTime." {
            default: Fallback::Text(FOREVER),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            synonyms: &["log.message.timestamp.before.max.ms"],
        };
    MESSAGE_TIMESTAMP_TYPE: String = Topic "message.timestamp.type",
        "Whether records keep the producer's timestamp (CreateTime) or get the time at which \
         the leader appended them (LogAppendTime)." {
            default: Fallback::Text("CreateTime"),
            validator: Validator::OneOf(TIMESTAMP_TYPES),
            synonyms: &["log.message.timestamp.type"],
        };
    MIN_CLEANABLE_DIRTY_RATIO: f64 = Topic "min.cleanable.dirty.ratio",
        "The uncompacted share of a partition from which compaction works on it." {
            default: Fallback::Text("0.5"),
            validator: Validator::BetweenDouble(0.0, 1.0),
            acting: Acting::Stored,
            synonyms: &["log.cleaner.min.cleanable.ratio"],
        };
    MIN_COMPACTION_LAG_MS: i64 = Topic "min.compaction.lag.ms",
        "The shortest time a record of a compacted topic stays uncompacted." {
            default: Fallback::Text("0"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
            synonyms: &["log.cleaner.min.compaction.lag.ms"],
        };
    MIN_INSYNC_REPLICAS: i32 = Topic "min.insync.replicas",
        "The number of in-sync replicas without which a produce with acks=all is refused." {
            default: Fallback::Text("1"),
            validator: Validator::AtLeast(1),
            synonyms: &["min.insync.replicas"],
        };
    PREALLOCATE: bool = Topic "preallocate",
        "In Kafka: whether a new segment's file is allocated in full. Our journal always is, \
         so this changes nothing." {
            default: Fallback::Text("false"),
            acting: Acting::Stored,
            synonyms: &["log.preallocate"],
        };
    REMOTE_LOG_COPY_DISABLE: bool = Topic "remote.log.copy.disable",
        "Stops uploading while what was uploaded stays readable." {
            default: Fallback::Text("false"),
        };
    REMOTE_LOG_DELETE_ON_DISABLE: bool = Topic "remote.log.delete.on.disable",
        "Must be true when remote.storage.enable is turned off: uploaded data is then \
         deleted." {
            default: Fallback::Text("false"),
        };
    REMOTE_STORAGE_ENABLE: bool = Topic "remote.storage.enable",
        "Whether sealed segments are uploaded to the object store. Compacted topics are not, \
         until compaction is built." {
            default: Fallback::Text("false"),
            synonyms: &["tier.default.enable"],
        };
    RETENTION_BYTES: i64 = Topic "retention.bytes",
        "Bytes per partition, local and uploaded together, above which the oldest segments \
         are deleted. -1 sets no limit." {
            default: Fallback::Text("-1"),
            unit: Unit::Bytes,
            synonyms: &["log.retention.bytes"],
        };
    RETENTION_MS: i64 = Topic "retention.ms",
        "How long records are kept, local and uploaded together. -1 keeps them for ever." {
            default: Fallback::Text("604800000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(-1),
            synonyms: &["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
        };
    SEGMENT_BYTES: i32 = Topic "segment.bytes",
        "The size at which a segment is sealed. Retention and tiering work in segments." {
            default: Fallback::Text("1073741824"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(1 << 20),
            synonyms: &["log.segment.bytes"],
        };
    SEGMENT_INDEX_BYTES: i32 = Topic "segment.index.bytes",
        "In Kafka the largest size of a segment's index file. Our journal has none, so this \
         changes nothing." {
            default: Fallback::Text("10485760"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(4),
            acting: Acting::Stored,
            synonyms: &["log.index.size.max.bytes"],
        };
    SEGMENT_JITTER_MS: i64 = Topic "segment.jitter.ms",
        "The most by which segment.ms is shortened at random, so that partitions do not all \
         roll at once." {
            default: Fallback::Text("0"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            synonyms: &["log.roll.jitter.ms", "log.roll.jitter.hours"],
        };
    SEGMENT_MS: i64 = Topic "segment.ms",
        "The age at which a segment is sealed even if it is small." {
            default: Fallback::Text("604800000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            synonyms: &["log.roll.ms", "log.roll.hours"],
        };
    UNCLEAN_LEADER_ELECTION_ENABLE: bool = Topic "unclean.leader.election.enable",
        "Whether a replica that may lack acknowledged records can become leader when no other \
         is left." {
            default: Fallback::Text("false"),
            acting: Acting::Stored,
            synonyms: &["unclean.leader.election.enable"],
        };
    TOPIC_TIER_SEAL_MAX_AGE: i64 = Topic "tier.seal.max.age",
        "The age at which a segment of a tiered topic is sealed for upload, whatever \
         segment.ms says. It bounds how far the bucket lags behind." {
            default: Fallback::Text("3600000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1_000),
            synonyms: &["tier.seal.max.age"],
        };
}
