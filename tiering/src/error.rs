//! What can go wrong in the tier, told apart by what the caller must do about it.
//!
//! A store reports failures as HTTP statuses, XML bodies and operating system errors. They are classified once, in
//! [`crate::store::classify`], into [`StoreFaultClass`]; everything above works with classes, and
//! [`TierError::explain`] turns one into a sentence for the person who has to fix it.

use std::sync::Arc;

use strandline_protocol::{ErrorCode, TopicPartition};

/// What a caller should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The store or the metadata did not answer in time or asked us to slow down: try again later.
    Retriable,
    /// The leader epoch is no longer the current one: stop acting for this partition.
    Fenced,
    /// Another change of the manifest was first: read the state again and decide anew.
    Conflict,
    /// The offset, argument or setting is wrong: trying again does not help.
    Invalid,
    /// Stored bytes do not match their checksum or format: never serve them, look for another copy.
    Corrupt,
    /// A person has to change credentials, permissions, bucket, region or endpoint; retrying meanwhile is harmless.
    Misconfigured,
}

/// Classes of store failures, as a person would name the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StoreFaultClass {
    /// No credentials were found in the environment, profile or instance metadata.
    CredentialsMissing,
    /// The access key is unknown, the secret does not match it, or the token has expired.
    CredentialsWrong,
    /// The credentials are valid and may not do this.
    AccessDenied,
    /// The bucket does not exist.
    BucketMissing,
    /// The bucket lives in another region than the one that signs the requests.
    WrongRegion,
    /// The clock of this machine and that of the store are too far apart for signatures to hold.
    ClockSkew,
    /// Name resolution, connection or TLS failed.
    Unreachable,
    /// The store asks for fewer requests (503 SlowDown, 429).
    SlowDown,
    /// The store failed by its own account (5xx).
    ServerError,
    /// No answer in time; for a write the outcome is unknown.
    Timeout,
    /// The object does not exist.
    NotFound,
    /// A conditional write found the object already there, or changed.
    Exists,
    /// The device of a directory store is full.
    StoreFull,
    /// The directory store may not be read or written by this user.
    PermissionDenied,
    /// The answer was shorter than the range that was asked for, or broke off.
    Truncated,
    /// Anything else.
    Other,
}

impl StoreFaultClass {
    /// All classes, for metrics that show zeroes.
    pub const ALL: [Self; 16] = [
        Self::CredentialsMissing,
        Self::CredentialsWrong,
        Self::AccessDenied,
        Self::BucketMissing,
        Self::WrongRegion,
        Self::ClockSkew,
        Self::Unreachable,
        Self::SlowDown,
        Self::ServerError,
        Self::Timeout,
        Self::NotFound,
        Self::Exists,
        Self::StoreFull,
        Self::PermissionDenied,
        Self::Truncated,
        Self::Other,
    ];

    /// The class as a metric label.
    pub fn label(self) -> &'static str {
        match self {
            Self::CredentialsMissing => "credentials_missing",
            Self::CredentialsWrong => "credentials_wrong",
            Self::AccessDenied => "access_denied",
            Self::BucketMissing => "bucket_missing",
            Self::WrongRegion => "wrong_region",
            Self::ClockSkew => "clock_skew",
            Self::Unreachable => "unreachable",
            Self::SlowDown => "slow_down",
            Self::ServerError => "server_error",
            Self::Timeout => "timeout",
            Self::NotFound => "not_found",
            Self::Exists => "exists",
            Self::StoreFull => "store_full",
            Self::PermissionDenied => "permission_denied",
            Self::Truncated => "truncated",
            Self::Other => "other",
        }
    }

    /// True if the same request may succeed a moment later without anybody doing anything.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::SlowDown
                | Self::ServerError
                | Self::Timeout
                | Self::StoreFull
                | Self::Truncated
                | Self::Other
        )
    }

    /// True if a person has to change something before it can work.
    pub fn needs_person(self) -> bool {
        matches!(
            self,
            Self::CredentialsMissing
                | Self::CredentialsWrong
                | Self::AccessDenied
                | Self::BucketMissing
                | Self::WrongRegion
                | Self::ClockSkew
                | Self::PermissionDenied
        )
    }
}

/// One failed request to the store.
#[derive(Debug, Clone, thiserror::Error)]
#[error("failed to {operation} `{key}`: {}", class.label())]
pub struct StoreFault {
    /// The cause.
    pub class: StoreFaultClass,
    /// What was tried: `put`, `get`, `list`, `delete`, ...
    pub operation: &'static str,
    /// The object or prefix.
    pub key: String,
    /// The error of the store's client.
    #[source]
    pub source: Arc<dyn std::error::Error + Send + Sync>,
}

/// Any failure of the tier. Cheap to clone, because concurrent readers share one failed request.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TierError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// Stored bytes failed a checksum or a format rule. They were not served.
    #[error("corrupt {what} in `{key}`: {detail}")]
    Corrupt {
        /// Which part: `footer`, `page`, `block 17`, `batch`.
        what: String,
        /// The object.
        key: String,
        /// What was expected and what was found.
        detail: String,
    },
    /// The offset is not in the tier: below the log start or at or above the tiered end.
    #[error(
        "offset `{offset}` of `{tp:?}` is not tiered: log start `{log_start_offset}`, tiered end `{tiered_end_offset}`"
    )]
    NotTiered {
        /// The partition.
        tp: TopicPartition,
        /// The offset that was asked for.
        offset: i64,
        /// First retained offset.
        log_start_offset: i64,
        /// End of the tiered range, exclusive.
        tiered_end_offset: i64,
    },
    /// The manifest has no entry for an offset that it should cover.
    #[error("manifest of `{tp:?}` has a hole at offset `{offset}`")]
    Hole {
        /// The partition.
        tp: TopicPartition,
        /// The first offset that is not covered.
        offset: i64,
    },
    /// The manifest was changed by somebody else; nothing was committed.
    #[error("manifest of `{tp:?}` is no longer at version `{expected_version}`")]
    Conflict {
        /// The partition.
        tp: TopicPartition,
        /// The version the change was based on.
        expected_version: i64,
    },
    /// This broker no longer leads the partition.
    #[error("leader epoch `{leader_epoch}` of `{tp:?}` is fenced")]
    Fenced {
        /// The partition.
        tp: TopicPartition,
        /// The epoch that was used.
        leader_epoch: i32,
    },
    /// The metadata did not answer a commit; it may or may not have happened.
    #[error("manifest commit of `{tp:?}` is undecided: {reason}")]
    CommitUnknown {
        /// The partition.
        tp: TopicPartition,
        /// Why.
        reason: String,
    },
    /// A segment does not continue the tiered range.
    #[error(
        "segment `[{base_offset}, {end_offset})` does not continue `{tp:?}` at `{expected_offset}`"
    )]
    NotContiguous {
        /// The partition.
        tp: TopicPartition,
        /// Base of the segment.
        base_offset: i64,
        /// End of the segment, exclusive.
        end_offset: i64,
        /// Where the tiered range ends.
        expected_offset: i64,
    },
    /// The local segment could not be read for upload.
    #[error("failed to read the local segment at `{base_offset}`: {reason}")]
    Source {
        /// Base of the segment.
        base_offset: i64,
        /// Why.
        reason: String,
    },
    /// The prefix of the store belongs to another cluster.
    #[error("`{location}` belongs to cluster `{owner}`, this is cluster `{cluster}`")]
    PrefixOwned {
        /// The store.
        location: String,
        /// The cluster id found in the owner object.
        owner: String,
        /// Our own cluster id.
        cluster: String,
    },
    /// A location, option or record that cannot be used.
    #[error("{0}")]
    Invalid(String),
    /// A record was written by a newer version than this binary reads.
    #[error("`{key}` has format version `{found}`, this binary reads up to `{supported}`")]
    FormatFromTheFuture {
        /// The object.
        key: String,
        /// Version found.
        found: i32,
        /// Highest version read.
        supported: i32,
    },
    /// The local chunk cache could not be opened.
    #[error("failed to open the chunk cache in `{dir}`: {reason}")]
    Cache {
        /// Its directory.
        dir: String,
        /// Why.
        reason: String,
    },
    /// The tier is shutting down.
    #[error("the tier is closed")]
    Closed,
}

impl TierError {
    /// Builds a corruption error.
    pub fn corrupt(
        what: impl Into<String>,
        key: impl std::fmt::Display,
        detail: impl Into<String>,
    ) -> Self {
        Self::Corrupt {
            what: what.into(),
            key: key.to_string(),
            detail: detail.into(),
        }
    }

    /// What the caller should do.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(fault) if fault.class.needs_person() => ErrorKind::Misconfigured,
            Self::Store(fault) if fault.class == StoreFaultClass::NotFound => ErrorKind::Corrupt,
            Self::Store(_) | Self::CommitUnknown { .. } | Self::Closed | Self::Cache { .. } => {
                ErrorKind::Retriable
            }
            Self::Source { .. } => ErrorKind::Retriable,
            Self::Corrupt { .. } | Self::Hole { .. } | Self::FormatFromTheFuture { .. } => {
                ErrorKind::Corrupt
            }
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::Fenced { .. } => ErrorKind::Fenced,
            Self::NotTiered { .. } | Self::NotContiguous { .. } | Self::Invalid(_) => {
                ErrorKind::Invalid
            }
            Self::PrefixOwned { .. } => ErrorKind::Misconfigured,
        }
    }

    /// The class of the store failure, if that is what happened.
    pub fn store_class(&self) -> Option<StoreFaultClass> {
        match self {
            Self::Store(fault) => Some(fault.class),
            _ => None,
        }
    }

    /// One word for what went wrong, to tell causes apart.
    pub fn cause(&self) -> &'static str {
        match (self, self.kind()) {
            (Self::Store(fault), _) => fault.class.label(),
            (Self::PrefixOwned { .. }, _) => "prefix_owned",
            (_, ErrorKind::Retriable) => "retriable",
            (_, ErrorKind::Fenced) => "fenced",
            (_, ErrorKind::Conflict) => "conflict",
            (_, ErrorKind::Invalid) => "invalid",
            (_, ErrorKind::Corrupt) => "corrupt",
            (_, ErrorKind::Misconfigured) => "misconfigured",
        }
    }

    /// The error a Kafka client gets for a fetch or lookup that failed this way. KIP-405 clients retry
    /// `KAFKA_STORAGE_ERROR`.
    pub fn kafka_code(&self) -> ErrorCode {
        match self.kind() {
            ErrorKind::Retriable
            | ErrorKind::Misconfigured
            | ErrorKind::Conflict
            | ErrorKind::Corrupt => ErrorCode::KafkaStorageError,
            ErrorKind::Fenced => ErrorCode::NotLeaderOrFollower,
            ErrorKind::Invalid => match self {
                Self::NotTiered { .. } => ErrorCode::OffsetOutOfRange,
                _ => ErrorCode::UnknownServerError,
            },
        }
    }

    /// What happened, why, and what to do next, for a person who operates the broker.
    pub fn explain(&self) -> String {
        match self {
            Self::Store(fault) => explain_store(fault),
            Self::PrefixOwned {
                location,
                owner,
                cluster,
            } => format!(
                "{location} already holds the history of cluster {owner}, and this is cluster {cluster}. \
                 Two clusters never share a prefix: use another prefix for this one"
            ),
            Self::Corrupt { what, key, detail } => format!(
                "{what} of {key} is damaged ({detail}). It was not served. Restore the object from a copy or a \
                 version of the bucket; all other offsets stay readable"
            ),
            Self::FormatFromTheFuture { .. } => {
                format!(
                    "{self}: it was written by a newer release. Run that release or a later one"
                )
            }
            Self::Cache { dir, reason } => format!(
                "the chunk cache in {dir} cannot be used ({reason}). It holds copies only: remove the directory, or \
                 do without a cache with tier.cache.size=0"
            ),
            other => root_cause(other),
        }
    }
}

fn explain_store(fault: &StoreFault) -> String {
    let detail = root_cause(fault);
    let advice = match fault.class {
        StoreFaultClass::CredentialsMissing => {
            "no credentials for the object store were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or \
             AWS_PROFILE, or give the instance a role"
        }
        StoreFaultClass::CredentialsWrong => {
            "the object store does not accept the credentials: check the access key, its secret and whether the \
             token has expired"
        }
        StoreFaultClass::AccessDenied => {
            "the credentials are valid but not allowed to do this: allow GetObject, PutObject, DeleteObject, \
             AbortMultipartUpload and ListBucket on the bucket and prefix"
        }
        StoreFaultClass::BucketMissing => {
            "the bucket does not exist: create it, or correct its name"
        }
        StoreFaultClass::WrongRegion => {
            "the bucket is in another region: add ?region=... to the location"
        }
        StoreFaultClass::ClockSkew => {
            "the clocks of this machine and of the object store differ by more than 15 minutes: synchronise them"
        }
        StoreFaultClass::Unreachable => {
            "the object store cannot be reached: check endpoint, name resolution and network. Producing and reading \
             local data go on, and uploads resume by themselves"
        }
        StoreFaultClass::SlowDown => {
            "the object store asks for fewer requests; uploads go on more slowly"
        }
        StoreFaultClass::ServerError => {
            "the object store failed by its own account; the request is repeated"
        }
        StoreFaultClass::Timeout => {
            "the object store did not answer in time; the request is repeated"
        }
        StoreFaultClass::NotFound => "the object does not exist although it is referred to",
        StoreFaultClass::Exists => "another writer was first",
        StoreFaultClass::StoreFull => {
            "the device of the tier directory is full: free space or move the directory"
        }
        StoreFaultClass::PermissionDenied => {
            "the tier directory may not be read or written by this user"
        }
        StoreFaultClass::Truncated => {
            "the object store's answer broke off; the request is repeated"
        }
        StoreFaultClass::Other => "the object store answered something unexpected",
    };
    format!(
        "failed to {} {}: {advice} ({detail})",
        fault.operation, fault.key
    )
}

/// The innermost error in the chain, where the store says what it wants.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let mut text = last.to_string();
    if text.len() > 300 {
        let mut end = 300;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str("...");
    }
    text
}
