//! Where the batches of a partition are in a file.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 8 | base offset |
//! | 8 | 4 | end offset minus base offset |
//! | 12 | 4 | position of the entry header in the file, in units of 8 bytes |
//! | 16 | 4 | payload length in bytes |
//! | 20 | 4 | leader epoch |
//! | 24 | 8 | largest timestamp |
//! | 32 | 4 | base offset of the batch that has it, minus base offset |
//! | 36 | 4 | group sequence minus the file's first sequence |
//!
//! A footer holds the runs of its file in this form, sorted by partition and base offset, and
//! they are searched in place.

use super::{i32_at, i64_at, u32_at};

/// Length of a run in a footer, in bytes.
pub const RUN_LEN: usize = 40;

/// Consecutive batches of one partition in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First offset.
    pub base_offset: i64,
    /// Number of offsets.
    pub offset_count: u32,
    /// Position of the entry header in units of 8 bytes.
    pub position_units: u32,
    /// Length of the payload in bytes. A truncation can make it shorter than the entry's.
    pub length: u32,
    /// Leader epoch of all its batches.
    pub leader_epoch: i32,
    /// Largest timestamp.
    pub max_timestamp: i64,
    /// Base offset of the batch with the largest timestamp, relative to the run's.
    pub max_timestamp_delta: u32,
    /// Group sequence relative to the file's first.
    pub sequence_delta: u32,
}

impl Run {
    /// One past the last offset.
    #[must_use]
    pub fn end_offset(&self) -> i64 {
        self.base_offset + i64::from(self.offset_count)
    }

    /// Position of the entry header in bytes.
    #[must_use]
    pub fn position(&self) -> u64 {
        u64::from(self.position_units) * 8
    }

    /// Position of the first batch in bytes.
    #[must_use]
    pub fn payload_position(&self) -> u64 {
        self.position() + super::entry::ENTRY_HEADER_LEN as u64
    }

    /// Appends the run to a footer.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.base_offset.to_be_bytes());
        out.extend_from_slice(&self.offset_count.to_be_bytes());
        out.extend_from_slice(&self.position_units.to_be_bytes());
        out.extend_from_slice(&self.length.to_be_bytes());
        out.extend_from_slice(&self.leader_epoch.to_be_bytes());
        out.extend_from_slice(&self.max_timestamp.to_be_bytes());
        out.extend_from_slice(&self.max_timestamp_delta.to_be_bytes());
        out.extend_from_slice(&self.sequence_delta.to_be_bytes());
    }

    /// Reads a run.
    ///
    /// # Panics
    ///
    /// If `b` is shorter than [`RUN_LEN`].
    #[must_use]
    pub fn decode(b: &[u8]) -> Self {
        Self {
            base_offset: i64_at(b, 0),
            offset_count: u32_at(b, 8),
            position_units: u32_at(b, 12),
            length: u32_at(b, 16),
            leader_epoch: i32_at(b, 20),
            max_timestamp: i64_at(b, 24),
            max_timestamp_delta: u32_at(b, 32),
            sequence_delta: u32_at(b, 36),
        }
    }
}
