//! The seam to the metadata: where manifests are committed.
//!
//! The tier never imports the metadata. The broker implements [`ManifestLog`] over the `CommitTier` command.

use async_trait::async_trait;
use bytes::Bytes;
use strandline_protocol::TopicPartition;

use crate::error::TierError;

/// The folded part of a manifest: what it covers and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootEntry {
    /// First offset it covers.
    pub start_offset: i64,
    /// End of what it covers, exclusive.
    pub end_offset: i64,
    /// Encoded [`crate::PageRef`] of the root page.
    pub root: Bytes,
}

/// One segment that is not in a page yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TailEntry {
    /// First offset it covers.
    pub base_offset: i64,
    /// End of what it covers, exclusive.
    pub end_offset: i64,
    /// Encoded [`crate::SegmentEntry`].
    pub entry: Bytes,
}

/// The committed manifest of a partition, as small as the metadata wants it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManifestState {
    /// First retained offset of the partition.
    pub log_start_offset: i64,
    /// End of the tiered range, exclusive; only grows (I19). 0 if nothing was ever tiered.
    pub tiered_end_offset: i64,
    /// Counts the changes of this manifest; only grows.
    pub version: i64,
    /// `None` while everything is in the tail.
    pub root: Option<RootEntry>,
    /// Entries above the root's end, by base offset, without a gap.
    pub tail: Vec<TailEntry>,
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestChangeKind {
    /// A segment was uploaded. Its base is the tiered end offset, or lies above it and at or below the log start; in
    /// the second case the manifest is empty. Moves the tiered end offset to the entry's end.
    Append(TailEntry),
    /// The first `folded` entries of the tail went into pages under a new root, which covers what the old root and
    /// those entries covered.
    Fold {
        /// The new root.
        root: RootEntry,
        /// Entries taken from the front of the tail.
        folded: usize,
    },
    /// What ends at or below the log start is gone.
    Trim {
        /// What is left in pages.
        root: Option<RootEntry>,
        /// Entries taken from the front of the tail.
        removed: usize,
    },
}

/// One change of a manifest: applied as a whole or not at all. It is applied only if the partition's leader epoch,
/// tiered end offset and manifest version are exactly those it names; applying it raises the version by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestChange {
    /// Epoch of the leader that proposes it; must be the current one.
    pub leader_epoch: i32,
    /// Tiered end offset the change was computed from.
    pub expected_tiered_end_offset: i64,
    /// Version the change was computed from.
    pub expected_version: i64,
    /// What changes.
    pub kind: ManifestChangeKind,
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitOutcome {
    /// It is applied; this is the new version.
    Committed {
        /// The manifest version after the change.
        version: i64,
    },
    /// Tiered end offset or version were different: nothing happened.
    Conflict,
    /// The leader epoch is not the current one: nothing happened.
    Fenced,
}

/// Commits and reads manifests.
#[async_trait]
pub trait ManifestLog: Send + Sync {
    /// Proposes a change and waits until it is applied here or refused.
    ///
    /// # Errors
    /// `CommitUnknown` if the outcome is not known; the change may still be applied later.
    async fn commit(
        &self,
        tp: TopicPartition,
        change: ManifestChange,
    ) -> Result<CommitOutcome, TierError>;

    /// The manifest as this broker's metadata has it now; the default for a partition without one.
    fn state(&self, tp: TopicPartition) -> ManifestState;
}
