//! The broker settings that Kafka has too, under Kafka's names.

use super::listeners::LISTENERS as LISTENERS_RULE;
use super::setting::{Acting, Fallback, Unit, settings};
use super::topic_settings::{CLEANUP_POLICIES, COMPRESSION_TYPES, GZIP_LEVEL, TIMESTAMP_TYPES};
use super::validator::Validator;
use super::value::Value;

const PROTOCOL_MAP: Validator = Validator::Rule("NAME:PROTOCOL,...", |value| match value {
    Value::List(items) => match items.iter().find(|item| !names_protocol(item)) {
        Some(item) => Err(format!(
            "`{item}` is not NAME:PROTOCOL with PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"
        )),
        None => Ok(()),
    },
    _ => Ok(()),
});

fn names_protocol(item: &str) -> bool {
    item.split_once(':').is_some_and(|(name, protocol)| {
        !name.is_empty()
            && matches!(
                protocol,
                "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL"
            )
    })
}

settings! {
    /// Every broker setting that Kafka has.
    BROKER;
    ADVERTISED_LISTENERS: Option<Vec<String>> = BrokerStatic "advertised.listeners",
        "The addresses given to clients, by listener name; port 0 stands for the port that \
         was bound. If not set, a client is told the address it came in by." {
            validator: LISTENERS_RULE,
        };
    AUTO_CREATE_TOPICS_ENABLE: bool = BrokerStatic "auto.create.topics.enable",
        "Whether a topic that a client asks for is created if it does not exist and the \
         client allows it." {
            default: Fallback::Text("true"),
        };
    BROKER_RACK: Option<String> = BrokerStatic "broker.rack",
        "The rack or zone of this broker." {
            aliases: &["rack"],
        };
    COMPRESSION_GZIP_LEVEL: i32 = BrokerDynamic "compression.gzip.level",
        "The default of the topic setting of that name." {
            default: Fallback::Text("-1"),
            validator: GZIP_LEVEL,
            acting: Acting::Stored,
        };
    COMPRESSION_LZ4_LEVEL: i32 = BrokerDynamic "compression.lz4.level",
        "The default of the topic setting of that name." {
            default: Fallback::Text("9"),
            validator: Validator::Between(1, 17),
            acting: Acting::Stored,
        };
    COMPRESSION_TYPE: String = BrokerDynamic "compression.type",
        "The default of the topic setting of that name." {
            default: Fallback::Text("producer"),
            validator: Validator::OneOf(COMPRESSION_TYPES),
        };
    COMPRESSION_ZSTD_LEVEL: i32 = BrokerDynamic "compression.zstd.level",
        "The default of the topic setting of that name." {
            default: Fallback::Text("3"),
            validator: Validator::Between(-131_072, 22),
            acting: Acting::Stored,
        };
    CONNECTIONS_MAX_IDLE_MS: i64 = BrokerStatic "connections.max.idle.ms",
        "A connection on which nothing happened for this long is closed." {
            default: Fallback::Text("600000"),
            unit: Unit::Milliseconds,
        };
    DATA_DIR: String = BrokerStatic "data.dir",
        "The one directory for journal, metadata log and caches. Several devices: join them \
         below the file system, or run several brokers." {
            default: Fallback::Text("./strandline-data"),
            validator: Validator::NonEmpty,
            aliases: &["log.dirs", "log.dir"],
        };
    DEFAULT_REPLICATION_FACTOR: i32 = BrokerStatic "default.replication.factor",
        "Replicas of a partition whose creator does not say." {
            default: Fallback::Text("1"),
            validator: Validator::Between(1, 32_767),
        };
    DELETE_TOPIC_ENABLE: bool = BrokerStatic "delete.topic.enable",
        "Whether topics can be deleted." {
            default: Fallback::Text("true"),
        };
    FETCH_MAX_BYTES: i32 = BrokerStatic "fetch.max.bytes",
        "The most bytes that one fetch response carries, whatever the client asks for. One \
         batch is always returned whole." {
            default: Fallback::Text("57671680"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(1024),
        };
    GROUP_CONSUMER_ASSIGNORS: Vec<String> = BrokerStatic "group.consumer.assignors",
        "Assignors of KIP-848 consumer groups, the default first." {
            default: Fallback::Text("uniform,range"),
            acting: Acting::Stored,
        };
    GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS: i32 = BrokerStatic "group.consumer.heartbeat.interval.ms",
        "The default of the group setting consumer.heartbeat.interval.ms." {
            default: Fallback::Text("5000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    GROUP_CONSUMER_SESSION_TIMEOUT_MS: i32 = BrokerStatic "group.consumer.session.timeout.ms",
        "The default of the group setting consumer.session.timeout.ms." {
            default: Fallback::Text("45000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    GROUP_COORDINATOR_REBALANCE_PROTOCOLS: Vec<String> = BrokerStatic "group.coordinator.rebalance.protocols",
        "The group protocols that are served." {
            default: Fallback::Text("classic"),
            validator: Validator::ListOf(&["classic", "consumer", "streams", "share"], false),
            acting: Acting::Stored,
        };
    GROUP_INITIAL_REBALANCE_DELAY_MS: i32 = BrokerStatic "group.initial.rebalance.delay.ms",
        "How long an empty classic group waits for more members before its first rebalance." {
            default: Fallback::Text("3000"),
            dev: Some("0"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
        };
    GROUP_MAX_SESSION_TIMEOUT_MS: i32 = BrokerStatic "group.max.session.timeout.ms",
        "The longest session timeout that a member of a classic group may ask for." {
            default: Fallback::Text("1800000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
        };
    GROUP_MAX_SIZE: i32 = BrokerStatic "group.max.size",
        "The most members of a classic group." {
            default: Fallback::Text("2147483647"),
            validator: Validator::AtLeast(1),
        };
    GROUP_MIN_SESSION_TIMEOUT_MS: i32 = BrokerStatic "group.min.session.timeout.ms",
        "The shortest session timeout that a member of a classic group may ask for." {
            default: Fallback::Text("6000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
        };
    GROUP_SHARE_HEARTBEAT_INTERVAL_MS: i32 = BrokerStatic "group.share.heartbeat.interval.ms",
        "The default of the group setting share.heartbeat.interval.ms." {
            default: Fallback::Text("5000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    GROUP_SHARE_SESSION_TIMEOUT_MS: i32 = BrokerStatic "group.share.session.timeout.ms",
        "The default of the group setting share.session.timeout.ms." {
            default: Fallback::Text("45000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    GROUP_STREAMS_HEARTBEAT_INTERVAL_MS: i32 = BrokerStatic "group.streams.heartbeat.interval.ms",
        "The default of the group setting streams.heartbeat.interval.ms." {
            default: Fallback::Text("5000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    GROUP_STREAMS_SESSION_TIMEOUT_MS: i32 = BrokerStatic "group.streams.session.timeout.ms",
        "The default of the group setting streams.session.timeout.ms." {
            default: Fallback::Text("45000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    GROUP_SHARE_RECORD_LOCK_DURATION_MS: i32 = BrokerStatic "group.share.record.lock.duration.ms",
        "The default of the group setting share.record.lock.duration.ms." {
            default: Fallback::Text("30000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1000),
            acting: Acting::Stored,
        };
    GROUP_STREAMS_INITIAL_REBALANCE_DELAY_MS: i32 = BrokerStatic "group.streams.initial.rebalance.delay.ms",
        "The default of the group setting streams.initial.rebalance.delay.ms." {
            default: Fallback::Text("3000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
        };
    GROUP_STREAMS_NUM_STANDBY_REPLICAS: i32 = BrokerStatic "group.streams.num.standby.replicas",
        "The default of the group setting streams.num.standby.replicas." {
            default: Fallback::Text("0"),
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
        };
    INTER_BROKER_LISTENER_NAME: Option<String> = BrokerStatic "inter.broker.listener.name",
        "In Kafka the listener brokers use among themselves. Our brokers have a transport of \
         their own, so this changes nothing." {
            acting: Acting::Stored,
        };
    LISTENER_SECURITY_PROTOCOL_MAP: Vec<String> = BrokerStatic "listener.security.protocol.map",
        "The security protocol of each listener name, as NAME:PROTOCOL." {
            default: Fallback::Text("PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL"),
            validator: PROTOCOL_MAP,
        };
    LISTENERS: Vec<String> = BrokerStatic "listeners",
        "The addresses on which clients are served, as NAME://HOST:PORT. An empty host is \
         every interface, port 0 picks a free one." {
            default: Fallback::Text("PLAINTEXT://:9092"),
            dev: Some("PLAINTEXT://127.0.0.1:9092"),
            validator: LISTENERS_RULE,
        };
    LOG_CLEANER_DELETE_RETENTION_MS: i64 = BrokerDynamic "log.cleaner.delete.retention.ms",
        "The default of the topic setting delete.retention.ms." {
            default: Fallback::Text("86400000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
        };
    LOG_CLEANER_MAX_COMPACTION_LAG_MS: i64 = BrokerDynamic "log.cleaner.max.compaction.lag.ms",
        "The default of the topic setting max.compaction.lag.ms." {
            default: Fallback::Text("9223372036854775807"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    LOG_CLEANER_MIN_CLEANABLE_RATIO: f64 = BrokerDynamic "log.cleaner.min.cleanable.ratio",
        "The default of the topic setting min.cleanable.dirty.ratio." {
            default: Fallback::Text("0.5"),
            validator: Validator::BetweenDouble(0.0, 1.0),
            acting: Acting::Stored,
        };
    LOG_CLEANER_MIN_COMPACTION_LAG_MS: i64 = BrokerDynamic "log.cleaner.min.compaction.lag.ms",
        "The default of the topic setting min.compaction.lag.ms." {
            default: Fallback::Text("0"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
        };
    LOG_CLEANUP_POLICY: Vec<String> = BrokerDynamic "log.cleanup.policy",
        "The default of the topic setting cleanup.policy." {
            default: Fallback::Text("delete"),
            validator: Validator::ListOf(CLEANUP_POLICIES, true),
        };
    LOG_FLUSH_INTERVAL_MESSAGES: i64 = BrokerDynamic "log.flush.interval.messages",
        "The default of the topic setting flush.messages, which changes nothing." {
            default: Fallback::Text("1"),
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    LOG_FLUSH_INTERVAL_MS: Option<i64> = BrokerDynamic "log.flush.interval.ms",
        "The default of the topic setting flush.ms, which changes nothing." {
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
        };
    LOG_FLUSH_SCHEDULER_INTERVAL_MS: i64 = BrokerStatic "log.flush.scheduler.interval.ms",
        "The default of log.flush.interval.ms, which changes nothing." {
            default: Fallback::Text("9223372036854775807"),
            unit: Unit::Milliseconds,
            acting: Acting::Stored,
        };
    LOG_INDEX_INTERVAL_BYTES: i32 = BrokerDynamic "log.index.interval.bytes",
        "The default of the topic setting index.interval.bytes, which changes nothing." {
            default: Fallback::Text("4096"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
        };
    LOG_INDEX_SIZE_MAX_BYTES: i32 = BrokerDynamic "log.index.size.max.bytes",
        "The default of the topic setting segment.index.bytes, which changes nothing." {
            default: Fallback::Text("10485760"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(4),
            acting: Acting::Stored,
        };
    LOG_LOCAL_RETENTION_BYTES: i64 = BrokerDynamic "log.local.retention.bytes",
        "The default of the topic setting local.retention.bytes." {
            default: Fallback::Text("-2"),
            dev: Some("268435456"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(-2),
        };
    LOG_LOCAL_RETENTION_MS: i64 = BrokerDynamic "log.local.retention.ms",
        "The default of the topic setting local.retention.ms." {
            default: Fallback::Text("-2"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(-2),
        };
    LOG_MESSAGE_TIMESTAMP_AFTER_MAX_MS: i64 = BrokerDynamic "log.message.timestamp.after.max.ms",
        "The default of the topic setting message.timestamp.after.max.ms." {
            default: Fallback::Text("3600000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
        };
    LOG_MESSAGE_TIMESTAMP_BEFORE_MAX_MS: i64 = BrokerDynamic "log.message.timestamp.before.max.ms",
        "The default of the topic setting message.timestamp.before.max.ms." {
            default: Fallback::Text("9223372036854775807"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
        };
    LOG_MESSAGE_TIMESTAMP_TYPE: String = BrokerDynamic "log.message.timestamp.type",
        "The default of the topic setting message.timestamp.type." {
            default: Fallback::Text("CreateTime"),
            validator: Validator::OneOf(TIMESTAMP_TYPES),
        };
    LOG_PREALLOCATE: bool = BrokerDynamic "log.preallocate",
        "The default of the topic setting preallocate, which changes nothing." {
            default: Fallback::Text("false"),
            acting: Acting::Stored,
        };
    LOG_RETENTION_BYTES: i64 = BrokerDynamic "log.retention.bytes",
        "The default of the topic setting retention.bytes." {
            default: Fallback::Text("-1"),
            unit: Unit::Bytes,
        };
    LOG_RETENTION_CHECK_INTERVAL_MS: i64 = BrokerStatic "log.retention.check.interval.ms",
        "How often partitions are looked over for segments to delete." {
            default: Fallback::Text("300000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
        };
    LOG_RETENTION_HOURS: i32 = BrokerStatic "log.retention.hours",
        "The default of the topic setting retention.ms, in hours, if neither log.retention.ms \
         nor log.retention.minutes is set." {
            default: Fallback::Text("168"),
            unit: Unit::Hours,
        };
    LOG_RETENTION_MINUTES: Option<i32> = BrokerStatic "log.retention.minutes",
        "The default of the topic setting retention.ms, in minutes, if log.retention.ms is \
         not set." {
            unit: Unit::Minutes,
        };
    LOG_RETENTION_MS: Option<i64> = BrokerDynamic "log.retention.ms",
        "The default of the topic setting retention.ms." {
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(-1),
        };
    LOG_ROLL_HOURS: i32 = BrokerStatic "log.roll.hours",
        "The default of the topic setting segment.ms, in hours, if log.roll.ms is not set." {
            default: Fallback::Text("168"),
            unit: Unit::Hours,
            validator: Validator::AtLeast(1),
        };
    LOG_ROLL_JITTER_HOURS: i32 = BrokerStatic "log.roll.jitter.hours",
        "The default of the topic setting segment.jitter.ms, in hours, if log.roll.jitter.ms \
         is not set." {
            default: Fallback::Text("0"),
            unit: Unit::Hours,
            validator: Validator::AtLeast(0),
        };
    LOG_ROLL_JITTER_MS: Option<i64> = BrokerDynamic "log.roll.jitter.ms",
        "The default of the topic setting segment.jitter.ms." {
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
        };
    LOG_ROLL_MS: Option<i64> = BrokerDynamic "log.roll.ms",
        "The default of the topic setting segment.ms." {
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
        };
    LOG_SEGMENT_BYTES: i32 = BrokerDynamic "log.segment.bytes",
        "The default of the topic setting segment.bytes." {
            default: Fallback::Text("1073741824"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(1 << 20),
        };
    LOG_SEGMENT_DELETE_DELAY_MS: i64 = BrokerDynamic "log.segment.delete.delay.ms",
        "The default of the topic setting file.delete.delay.ms, which changes nothing." {
            default: Fallback::Text("60000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(0),
            acting: Acting::Stored,
        };
    MAX_CONNECTIONS: i32 = BrokerStatic "max.connections",
        "The most connections at once; further ones are closed as they come in." {
            default: Fallback::Text("2147483647"),
            validator: Validator::AtLeast(0),
        };
    MAX_CONNECTIONS_PER_IP: i32 = BrokerStatic "max.connections.per.ip",
        "The most connections at once from one address." {
            default: Fallback::Text("2147483647"),
            validator: Validator::AtLeast(0),
        };
    MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS: i32 = BrokerStatic "max.incremental.fetch.session.cache.slots",
        "The most incremental fetch sessions (KIP-227) that are kept." {
            default: Fallback::Text("1000"),
            validator: Validator::AtLeast(0),
        };
    MAX_REQUEST_PARTITION_SIZE_LIMIT: i32 = BrokerStatic "max.request.partition.size.limit",
        "The most partitions that one DescribeTopicPartitions response holds." {
            default: Fallback::Text("2000"),
            validator: Validator::AtLeast(1),
        };
    MESSAGE_MAX_BYTES: i32 = BrokerDynamic "message.max.bytes",
        "The default of the topic setting max.message.bytes." {
            default: Fallback::Text("1048588"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(0),
        };
    MIN_INSYNC_REPLICAS: i32 = BrokerDynamic "min.insync.replicas",
        "The default of the topic setting of that name." {
            default: Fallback::Text("1"),
            validator: Validator::AtLeast(1),
        };
    NODE_ID: i32 = BrokerStatic "node.id",
        "The number of this broker, unique in its cluster and never given to another." {
            default: Fallback::Text("1"),
            validator: Validator::AtLeast(0),
            aliases: &["broker.id"],
        };
    NUM_IO_THREADS: i32 = BrokerStatic "num.io.threads",
        "In Kafka the threads that work on requests. Here `threads` says how many there are, \
         so this changes nothing." {
            default: Fallback::Text("8"),
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    NUM_NETWORK_THREADS: i32 = BrokerStatic "num.network.threads",
        "In Kafka the threads that read from sockets. Here `threads` says how many there are, \
         so this changes nothing." {
            default: Fallback::Text("3"),
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    NUM_PARTITIONS: i32 = BrokerStatic "num.partitions",
        "Partitions of a topic whose creator does not say." {
            default: Fallback::Text("1"),
            validator: Validator::AtLeast(1),
        };
    OFFSET_METADATA_MAX_BYTES: i32 = BrokerStatic "offset.metadata.max.bytes",
        "The longest text that a client may attach to a committed offset." {
            default: Fallback::Text("4096"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(0),
            aliases: &["offset.metadata.max.size"],
        };
    OFFSETS_RETENTION_CHECK_INTERVAL_MS: i64 = BrokerStatic "offsets.retention.check.interval.ms",
        "How often committed offsets are looked over for those that have expired." {
            default: Fallback::Text("600000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
        };
    OFFSETS_RETENTION_MINUTES: i32 = BrokerStatic "offsets.retention.minutes",
        "How long committed offsets stay after their group became empty, or after the commit \
         for groups without members." {
            default: Fallback::Text("10080"),
            unit: Unit::Minutes,
            validator: Validator::AtLeast(1),
        };
    OFFSETS_TOPIC_NUM_PARTITIONS: i32 = BrokerStatic "offsets.topic.num.partitions",
        "In Kafka the partitions of the topic that holds offsets. Ours are in the metadata, \
         in 64 shards, so this changes nothing." {
            default: Fallback::Text("50"),
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    OFFSETS_TOPIC_REPLICATION_FACTOR: i16 = BrokerStatic "offsets.topic.replication.factor",
        "In Kafka the replicas of the topic that holds offsets. Ours are in the metadata \
         quorum, so this changes nothing." {
            default: Fallback::Text("3"),
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    PRODUCER_ID_EXPIRATION_MS: i32 = BrokerStatic "producer.id.expiration.ms",
        "How long the state of an idempotent producer is kept after its last write to a \
         partition." {
            default: Fallback::Text("86400000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
        };
    QUEUED_MAX_REQUESTS: i32 = BrokerStatic "queued.max.requests",
        "In Kafka the requests that may wait for a thread. Here memory pools bound them, so \
         this changes nothing." {
            default: Fallback::Text("500"),
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    REMOTE_LOG_STORAGE_SYSTEM_ENABLE: bool = BrokerStatic "remote.log.storage.system.enable",
        "Kafka's switch for tiering. Here tier.url turns it on; this shows in DescribeConfigs \
         whether it is." {
            default: Fallback::Text("false"),
            acting: Acting::Stored,
        };
    REPLICA_LAG_TIME_MAX_MS: i64 = BrokerStatic "replica.lag.time.max.ms",
        "A follower that lags for this long leaves the in-sync replicas." {
            default: Fallback::Text("10000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    REQUEST_TIMEOUT_MS: i32 = BrokerStatic "request.timeout.ms",
        "How long a client's question for the offset at a time may take if the client does not \
         say. In Kafka also how long a broker waits for another one; our brokers have a transport \
         of their own." {
            default: Fallback::Text("30000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
        };
    SOCKET_LISTEN_BACKLOG_SIZE: i32 = BrokerStatic "socket.listen.backlog.size",
        "Connections that the kernel keeps until they are accepted." {
            default: Fallback::Text("50"),
            validator: Validator::AtLeast(1),
        };
    SOCKET_RECEIVE_BUFFER_BYTES: i32 = BrokerStatic "socket.receive.buffer.bytes",
        "The receive buffer of a client's socket; -1 leaves it to the kernel." {
            default: Fallback::Text("-1"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(-1),
        };
    SOCKET_REQUEST_MAX_BYTES: i32 = BrokerStatic "socket.request.max.bytes",
        "The largest request; a client that announces a larger one is disconnected." {
            default: Fallback::Text("104857600"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(1),
        };
    SOCKET_SEND_BUFFER_BYTES: i32 = BrokerStatic "socket.send.buffer.bytes",
        "The send buffer of a client's socket; -1 leaves it to the kernel. Beyond what is on its way, 256 KiB at most wait in it." {
            default: Fallback::Text("-1"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(-1),
        };
    TELEMETRY_MAX_BYTES: i32 = BrokerStatic "telemetry.max.bytes",
        "The largest metrics that a client may push." {
            default: Fallback::Text("1048576"),
            unit: Unit::Bytes,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    TRANSACTION_MAX_TIMEOUT_MS: i32 = BrokerStatic "transaction.max.timeout.ms",
        "The longest timeout that a transactional producer may ask for." {
            default: Fallback::Text("900000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    TRANSACTION_STATE_LOG_NUM_PARTITIONS: i32 = BrokerStatic "transaction.state.log.num.partitions",
        "In Kafka the partitions of the topic that holds transactions. Ours are in the \
         metadata, so this changes nothing." {
            default: Fallback::Text("50"),
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    TRANSACTIONAL_ID_EXPIRATION_MS: i32 = BrokerStatic "transactional.id.expiration.ms",
        "How long a transactional id is remembered after its last use." {
            default: Fallback::Text("604800000"),
            unit: Unit::Milliseconds,
            validator: Validator::AtLeast(1),
            acting: Acting::Stored,
        };
    UNCLEAN_LEADER_ELECTION_ENABLE: bool = BrokerDynamic "unclean.leader.election.enable",
        "The default of the topic setting of that name." {
            default: Fallback::Text("false"),
            acting: Acting::Stored,
        };
}
