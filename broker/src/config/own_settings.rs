//! The settings that only Strandline has.

use std::time::Duration;

use super::listeners::ADDRESS;
use super::machine::Machine;
use super::setting::{Fallback, Unit, settings};
use super::validator::Validator;
use super::value::Value;

fn memory(machine: &Machine) -> Value {
    Value::Int(i64::try_from(machine.default_memory()).unwrap_or(i64::MAX))
}

fn threads(machine: &Machine) -> Value {
    Value::Int(i64::try_from(machine.cpus).unwrap_or(1))
}

const TIER_URL_RULE: Validator = Validator::Rule(
    "a directory, file:///DIR, s3://BUCKET/PREFIX?endpoint=URL&region=R, or memory",
    |value| match value {
        Value::Text(text) if text.is_empty() => Err("must not be empty".to_owned()),
        Value::Text(text) => match text.split_once("://") {
            Some(("s3", rest)) if rest.is_empty() || rest.starts_with(['/', '?']) => {
                Err("names no bucket: s3://BUCKET/PREFIX".to_owned())
            }
            None | Some(("s3" | "file", _)) => Ok(()),
            Some((scheme, _)) => Err(format!(
                "{scheme}:// is not a store that is known: use s3:// or a directory"
            )),
        },
        _ => Ok(()),
    },
);

settings! {
    /// Every broker setting of our own.
    OWN;

    ADMIN_LISTENER: Option<String> = BrokerStatic "admin.listener",
        "Where health, readiness and metrics are served over HTTP, as HOST:PORT. Port 0 picks a \
         free one." {
            default: Fallback::Text("127.0.0.1:9644"),
            validator: ADDRESS,
        };
    CLUSTER_ID: Option<String> = BrokerStatic "cluster.id",
        "The id that a new cluster takes, 22 characters as Kafka prints ids. Made at random if not \
         set. A cluster that exists keeps its own, and a different value here stops the start." {
            validator: Validator::NonEmpty,
        };
    DIAGNOSTICS_FORMAT: String = BrokerStatic "diagnostics.format",
        "How diagnostics are printed: human or json; auto is human on a terminal and json \
         elsewhere." {
            default: Fallback::Text("auto"),
            validator: Validator::OneOf(&["auto", "human", "json"]),
        };
    DIAGNOSTICS_LEVEL: String = BrokerStatic "diagnostics.level",
        "The least important diagnostics that are printed. RUST_LOG, if set, is more detailed and \
         wins." {
            default: Fallback::Text("info"),
            validator: Validator::OneOf(&["error", "warn", "info", "debug", "trace"]),
        };
    JOURNAL_DIRECT_IO: bool = BrokerStatic "journal.direct.io",
        "Whether the journal writes past the page cache (O_DIRECT). If not, and where the file \
         system refuses it, each group of writes goes through the page cache and is flushed: as \
         durable, and slower." {
            default: Fallback::Text("true"),
        };
    JOURNAL_FILE_SIZE: Option<i64> = BrokerStatic "journal.file.size",
        "The size of a journal file. If not set: 64 MiB, or a 1024th of the disk if that is more." {
            unit: Unit::Bytes,
            validator: Validator::Between(4 << 20, 64 << 30),
        };
    JOURNAL_PREALLOC: i64 = BrokerStatic "journal.prealloc",
        "The most bytes of unused, already written journal files that are kept ready." {
            default: Fallback::Text("4294967296"),
            dev: Some("268435456"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(16 << 20),
        };
    MEMORY: i64 = BrokerStatic "memory",
        "The bytes that requests, responses, caches, read-ahead, replication and coordinators may \
         use together. Split into named pools." {
            default: Fallback::Derived(
                "a quarter of the machine's or control group's memory, 128 MiB to 8 GiB",
                memory,
            ),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(64 << 20),
        };
    METADATA_RESERVE: i64 = BrokerStatic "metadata.reserve",
        "Bytes of disk kept for the Raft log and its snapshots, whatever the data takes." {
            default: Fallback::Text("536870912"),
            dev: Some("67108864"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(16 << 20),
        };
    METRICS_SERIES_MAX: i32 = BrokerStatic "metrics.series.max",
        "The most series that /metrics shows; topics beyond it are added up as one." {
            default: Fallback::Text("2000"),
            validator: Validator::AtLeast(100),
        };
    THREADS: i32 = BrokerStatic "threads",
        "Threads that serve requests." {
            default: Fallback::Derived("one for each CPU that the process may use", threads),
            validator: Validator::Between(1, 1_024),
        };
    TIER_CACHE_SIZE: i64 = BrokerStatic "tier.cache.size",
        "Bytes of local disk for chunks of uploaded data that were read." {
            default: Fallback::Text("1073741824"),
            dev: Some("268435456"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(0),
        };
    TIER_CREATE_BUCKET: bool = BrokerStatic "tier.create.bucket",
        "Whether a bucket that does not exist is created when it is first needed." {
            default: Fallback::Text("false"),
            dev: Some("true"),
        };
    TIER_DEFAULT_ENABLE: bool = BrokerDynamic "tier.default.enable",
        "Whether topics that do not set remote.storage.enable are tiered. Needs tier.url." {
            default: Fallback::Text("false"),
            dev: Some("true"),
        };
    TIER_ORPHAN_RETENTION: Duration = BrokerStatic "tier.orphan.retention",
        "How long an object stays in the store that was uploaded and never became part of a log, as a \
         crash leaves one behind." {
            default: Fallback::Text("3600000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
        };
    TIER_SEAL_MAX_AGE: Duration = BrokerDynamic "tier.seal.max.age",
        "The age at which a segment of a tiered topic is sealed for upload, whatever segment.ms \
         says." {
            default: Fallback::Text("3600000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1_000),
        };
    TIER_TRASH_RETENTION: Duration = BrokerStatic "tier.trash.retention",
        "How long an object stays in the store after retention let go of it." {
            default: Fallback::Text("86400000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
        };
    TIER_URL: Option<String> = BrokerStatic "tier.url",
        "Where sealed segments go: a directory, or s3://BUCKET/PREFIX?endpoint=URL&region=R. \
         Credentials come from the usual AWS variables and profiles. No tiering if not set; dev \
         uses a directory beside its data." {
            validator: TIER_URL_RULE,
        };
}
