//! Why the metadata could not be opened, or a command not be proposed.

use std::io;
use std::path::PathBuf;

use strandline_protocol::ErrorCode;
use strandline_protocol::codec::Uuid;

use crate::level::UnsupportedLevel;
use crate::outcome::Refusal;

/// Why [`Metadata::start`](crate::Metadata::start) failed. Each message is one line that says what
/// to do where that is known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// Another process uses the directory.
    #[error("metadata directory `{}` is in use by another process", dir.display())]
    InUse {
        /// The directory.
        dir: PathBuf,
    },
    /// The files could not be read or written, or are damaged.
    #[error("cannot open the metadata in `{}`", dir.display())]
    Io {
        /// The directory.
        dir: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The log begins after what the snapshot holds.
    #[error(
        "the metadata log in `{}` begins at entry {first}, but there is no snapshot up to there: \
         restore the snapshot from a copy", dir.display()
    )]
    SnapshotMissing {
        /// The directory.
        dir: PathBuf,
        /// First entry of the log.
        first: u64,
    },
    /// Written by a build of another level.
    #[error(transparent)]
    Level(#[from] UnsupportedLevel),
    /// The directory belongs to another cluster.
    #[error("the metadata belongs to cluster {found}, not to cluster {expected}")]
    ForeignCluster {
        /// Cluster id in the metadata.
        found: Uuid,
        /// Cluster id that was asked for.
        expected: Uuid,
    },
    /// The directory belongs to another node.
    #[error("the metadata belongs to node {found}, not to node {expected}")]
    ForeignNode {
        /// Node id in the log.
        found: u64,
        /// Node id that was asked for.
        expected: u64,
    },
    /// The Raft group could not be started.
    #[error("cannot start the metadata group: {0}")]
    Raft(String),
    /// The first command was not accepted.
    #[error("cannot initialize the cluster")]
    Init(#[source] ProposeError),
}

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProposeError {
    /// `apply` refused it. Nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is larger than an entry may be. Nothing was changed.
    #[error("the command has {bytes} bytes, more than an entry may hold")]
    TooLarge {
        /// Bytes that it would take.
        bytes: usize,
    },
    /// This node does not lead the metadata group. Nothing was changed by this attempt.
    #[error("this node does not lead the metadata group")]
    NotController,
    /// The metadata group stops or has stopped; whether the command was carried out is unknown.
    #[error("the metadata group has stopped")]
    Stopped,
}

impl ProposeError {
    /// Kafka's code for it.
    pub fn error_code(&self) -> ErrorCode {
        match self {
            Self::Refused(refusal) => refusal.error_code(),
            Self::TooLarge { .. } => ErrorCode::InvalidRequest,
            Self::NotController => ErrorCode::NotController,
            Self::Stopped => ErrorCode::BrokerNotAvailable,
        }
    }

    /// What `apply` said.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(*refusal),
            _ => None,
        }
    }
}
