//! The settings of a group and of a client-metrics subscription. They are stored and described;
//! the group protocols that read them come with those groups.

use super::setting::{Acting, Fallback, Unit, settings};
use super::validator::Validator;

settings! {
    /// Every setting of a group.
    GROUP;

    GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS: i32 = Group "consumer.heartbeat.interval.ms",
        "How often a member of a KIP-848 consumer group sends a heartbeat." {
            default: Fallback::Text("5000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
            synonyms: &["group.consumer.heartbeat.interval.ms"],
        };
    GROUP_CONSUMER_SESSION_TIMEOUT_MS: i32 = Group "consumer.session.timeout.ms",
        "How long a member of a KIP-848 consumer group may be silent." {
            default: Fallback::Text("45000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
            synonyms: &["group.consumer.session.timeout.ms"],
        };
    GROUP_SHARE_AUTO_OFFSET_RESET: String = Group "share.auto.offset.reset",
        "Where a share group starts: latest, earliest, or by_duration:PERIOD." {
            default: Fallback::Text("latest"),
            validator: Validator::NonEmpty,
            acting: Acting::Stored,
        };
    GROUP_SHARE_HEARTBEAT_INTERVAL_MS: i32 = Group "share.heartbeat.interval.ms",
        "How often a member of a share group sends a heartbeat." {
            default: Fallback::Text("5000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
            synonyms: &["group.share.heartbeat.interval.ms"],
        };
    GROUP_SHARE_ISOLATION_LEVEL: String = Group "share.isolation.level",
        "Whether a share group reads records of open transactions." {
            default: Fallback::Text("read_uncommitted"),
            validator: Validator::OneOf(&["read_committed", "read_uncommitted"]),
            acting: Acting::Stored,
        };
    GROUP_SHARE_RECORD_LOCK_DURATION_MS: i32 = Group "share.record.lock.duration.ms",
        "How long a share consumer holds a record before it goes to another one." {
            default: Fallback::Text("30000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1_000),
            acting: Acting::Stored,
            synonyms: &["group.share.record.lock.duration.ms"],
        };
    GROUP_SHARE_SESSION_TIMEOUT_MS: i32 = Group "share.session.timeout.ms",
        "How long a member of a share group may be silent." {
            default: Fallback::Text("45000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
            synonyms: &["group.share.session.timeout.ms"],
        };
    GROUP_STREAMS_HEARTBEAT_INTERVAL_MS: i32 = Group "streams.heartbeat.interval.ms",
        "How often a member of a streams group sends a heartbeat." {
            default: Fallback::Text("5000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
            synonyms: &["group.streams.heartbeat.interval.ms"],
        };
    GROUP_STREAMS_INITIAL_REBALANCE_DELAY_MS: i32 = Group "streams.initial.rebalance.delay.ms",
        "How long an empty streams group waits for more members before it assigns tasks." {
            default: Fallback::Text("3000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
            synonyms: &["group.streams.initial.rebalance.delay.ms"],
        };
    GROUP_STREAMS_NUM_STANDBY_REPLICAS: i32 = Group "streams.num.standby.replicas",
        "Standby tasks per task of a streams group." {
            default: Fallback::Text("0"),
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
            synonyms: &["group.streams.num.standby.replicas"],
        };
    GROUP_STREAMS_SESSION_TIMEOUT_MS: i32 = Group "streams.session.timeout.ms",
        "How long a member of a streams group may be silent." {
            default: Fallback::Text("45000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
            synonyms: &["group.streams.session.timeout.ms"],
        };
}

settings! {
    /// Every setting of a client-metrics subscription.
    CLIENT_METRICS;

    CLIENT_METRICS_INTERVAL_MS: i32 = ClientMetrics "interval.ms",
        "How often a client pushes its metrics." {
            default: Fallback::Text("300000"),
            unit: Unit::Milliseconds,
            validator: Validator::Between(100, 3_600_000),
            acting: Acting::Stored,
        };
    CLIENT_METRICS_MATCH: Vec<String> = ClientMetrics "match",
        "Which clients the subscription is for: key=pattern pairs." {
            default: Fallback::Text(""),
            acting: Acting::Stored,
        };
    CLIENT_METRICS_METRICS: Vec<String> = ClientMetrics "metrics",
        "Prefixes of the metrics that are asked for; `*` for all." {
            default: Fallback::Text(""),
            acting: Acting::Stored,
        };
}
