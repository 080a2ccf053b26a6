//! What a recovery found.

use std::time::Duration;

use strandline_protocol::TopicPartition;

/// What a start found in the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecoveryReport {
    /// Files in use.
    pub files: usize,
    /// Files that wait for use.
    pub free_files: usize,
    /// Files without a footer, which were scanned.
    pub scanned_files: usize,
    /// Bytes of groups that were scanned.
    pub scanned_bytes: u64,
    /// Groups that were scanned.
    pub scanned_groups: u64,
    /// Logs found.
    pub logs: usize,
    /// Where a file ends in the middle of a group that was never acknowledged.
    pub torn_ends: Vec<TornEnd>,
    /// What does not verify although something valid follows it.
    pub corruption: Vec<Corruption>,
    /// What does not verify without a loss: a file header or a footer that the groups
    /// of the file replace.
    pub repaired: Vec<Corruption>,
    /// Offsets that are lost.
    pub damaged: Vec<DamagedRange>,
    /// How long it took.
    pub duration: Duration,
}

impl RecoveryReport {
    /// Whether something that was acknowledged may be lost.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        !self.corruption.is_empty() || !self.damaged.is_empty()
    }
}

/// The end of a file in the middle of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornEnd {
    /// File number.
    pub file: u64,
    /// Where the torn group starts.
    pub position: u64,
    /// Batches of it that are intact and were kept.
    pub kept_batches: u64,
}

/// Bytes that do not verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corruption {
    /// File number, 0 if it is not known.
    pub file: u64,
    /// Name of the file.
    pub name: String,
    /// First byte.
    pub position: u64,
    /// One past the last byte.
    pub end: u64,
    /// What was found.
    pub reason: String,
}

/// Offsets of a log that are lost here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedRange {
    /// The log.
    pub topic_partition: TopicPartition,
    /// First lost offset.
    pub start: i64,
    /// One past the last.
    pub end: i64,
}
