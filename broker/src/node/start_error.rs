//! Why a node does not start.

use std::path::PathBuf;

use strandline_log::LogError;
use strandline_metadata::{MetadataError, ProposeError};

use crate::tier::TierOpenError;

/// Why a node did not start. Each message is one line that says what to do where that is known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The data directory cannot be used.
    #[error("cannot write to the data directory `{}`", dir.display())]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// An address cannot be listened on.
    #[error("{0}")]
    Listen(String),
    /// `cluster.id` is no id.
    #[error("cluster.id must be 22 characters, as Kafka prints ids")]
    ClusterId,
    /// The metadata cannot be opened.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// The journal cannot be opened, or not be made to follow the metadata.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The metadata are older than the journal.
    #[error(
        "the journal acted on metadata entry {needed}, but the metadata directory ends at {has}: \
         it was replaced by an older copy; restore both from the same time"
    )]
    MetadataBehind {
        /// The highest index that the journal acted on.
        needed: u64,
        /// The highest index that is there.
        has: u64,
    },
    /// This incarnation could not be registered.
    #[error("cannot register with the cluster: {0}")]
    Register(ProposeError),
    /// The object store cannot be used.
    #[error(transparent)]
    Tier(#[from] TierOpenError),
    /// A part of the start panicked.
    #[error("internal error: {0}")]
    Panicked(String),
}
