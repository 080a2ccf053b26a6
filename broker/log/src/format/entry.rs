//! What a group consists of.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 1 | kind |
//! | 1 | 3 | reserved, 0 |
//! | 4 | 4 | payload length in bytes |
//! | 8 | 16 | topic id |
//! | 24 | 4 | partition |
//! | 28 | 4 | leader epoch |
//! | 32 | 8 | base offset |
//! | 40 | 8 | end offset, exclusive |
//! | 48 | 8 | argument |
//! | 56 | 4 | second argument |
//! | 60 | 4 | CRC-32C of file number, group sequence and bytes 0..60 |
//!
//! The payload follows and is padded with zeros to a multiple of 8.
//!
//! | kind | | base | end | argument | second | payload |
//! |---|---|---|---|---|---|---|
//! | 1 | append | first offset | end | largest timestamp | its batch: base offset minus first | record batches |
//! | 2 | relocate | as append, in a cold file | | | | |
//! | 3 | truncate | 0 | new end | | | |
//! | 4 | start | log start | local log start | metadata index | | |
//! | 5 | state | 0 | log end | | | generated `PartitionState` |
//! | 6 | create | 0 | 0 | | | |
//! | 7 | delete | 0 | 0 | metadata index | | |
//! | 8 | recycle | file number | 0 | | | (topic id and partition are 0) |
//!
//! An append or relocate entry is a **run**: consecutive batches of one partition and one
//! leader epoch.

use strandline_protocol::{TopicPartition, Uuid};

use super::{crc32c, i32_at, i64_at, id_at, is_offset, u32_at};

/// Length of an entry header in bytes.
pub const ENTRY_HEADER_LEN: usize = 64;

/// Entries start at multiples of this many bytes.
pub const ENTRY_ALIGNMENT: usize = 8;

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum EntryKind {
    /// Batches at the end of a log.
    Append = 1,
    /// Batches copied out of another file.
    Relocate = 2,
    /// A log ends at a lower offset from here on.
    Truncate = 3,
    /// A log starts at a higher offset from here on.
    Start = 4,
    /// What is known of a log apart from its batches.
    State = 5,
    /// A log exists from here on.
    Create = 6,
    /// A log is gone from here on.
    Delete = 7,
    /// A file has nothing live any more.
    Recycle = 8,
}

impl EntryKind {
    fn from_u8(kind: u8) -> Option<Self> {
        Some(match kind {
            1 => Self::Append,
            2 => Self::Relocate,
            3 => Self::Truncate,
            4 => Self::Start,
            5 => Self::State,
            6 => Self::Create,
            7 => Self::Delete,
            8 => Self::Recycle,
            _ => return None,
        })
    }
}

/// The header of an entry. See the module for what the fields mean for each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryHeader {
    /// What the entry does.
    pub kind: EntryKind,
    /// Length of the payload in bytes.
    pub payload_len: u32,
    /// The log it belongs to.
    pub topic_partition: TopicPartition,
    /// Leader epoch of a run or truncation.
    pub leader_epoch: i32,
    /// Base offset, log start, or file number.
    pub base_offset: i64,
    /// End offset, exclusive, or local log start.
    pub end_offset: i64,
    /// Largest timestamp of a run, or metadata index.
    pub argument: i64,
    /// Base offset of the batch with the largest timestamp, relative to the run's.
    pub second: u32,
}

/// Checksum of an entry header within its group (invariant 2 of [`super`]).
fn checksum(b: &[u8], file_number: u64, sequence: u64) -> u32 {
    let mut seeded = [0; 16 + ENTRY_HEADER_LEN - 4];
    seeded[..8].copy_from_slice(&file_number.to_be_bytes());
    seeded[8..16].copy_from_slice(&sequence.to_be_bytes());
    seeded[16..].copy_from_slice(&b[..ENTRY_HEADER_LEN - 4]);
    crc32c(&seeded)
}

impl EntryHeader {
    /// Bytes that the entry takes in a group.
    #[must_use]
    pub fn padded_len(&self) -> usize {
        padded_entry_len(self.payload_len as usize)
    }

    /// The header as bytes, sealed for the group it goes into.
    #[must_use]
    pub fn encode(&self, file_number: u64, sequence: u64) -> [u8; ENTRY_HEADER_LEN] {
        let mut b = [0; ENTRY_HEADER_LEN];
        b[0] = self.kind as u8;
        b[4..8].copy_from_slice(&self.payload_len.to_be_bytes());
        b[8..24].copy_from_slice(&self.topic_partition.topic_id.0);
        b[24..28].copy_from_slice(&self.topic_partition.partition.to_be_bytes());
        b[28..32].copy_from_slice(&self.leader_epoch.to_be_bytes());
        b[32..40].copy_from_slice(&self.base_offset.to_be_bytes());
        b[40..48].copy_from_slice(&self.end_offset.to_be_bytes());
        b[48..56].copy_from_slice(&self.argument.to_be_bytes());
        b[56..60].copy_from_slice(&self.second.to_be_bytes());
        let crc = checksum(&b, file_number, sequence);
        b[60..].copy_from_slice(&crc.to_be_bytes());
        b
    }

    /// Reads a header that was sealed for this file number and group sequence.
    #[must_use]
    pub fn decode(b: &[u8], file_number: u64, sequence: u64) -> Option<Self> {
        if b.len() < ENTRY_HEADER_LEN || checksum(b, file_number, sequence) != u32_at(b, 60) {
            return None;
        }
        let header = Self {
            kind: EntryKind::from_u8(b[0])?,
            payload_len: u32_at(b, 4),
            topic_partition: TopicPartition {
                topic_id: Uuid(id_at(b, 8)),
                partition: i32_at(b, 24),
            },
            leader_epoch: i32_at(b, 28),
            base_offset: i64_at(b, 32),
            end_offset: i64_at(b, 40),
            argument: i64_at(b, 48),
            second: u32_at(b, 56),
        };
        (is_offset(header.base_offset) && is_offset(header.end_offset)).then_some(header)
    }
}

/// Bytes that an entry with such a payload takes in a group.
#[must_use]
pub const fn padded_entry_len(payload_len: usize) -> usize {
    (ENTRY_HEADER_LEN + payload_len + ENTRY_ALIGNMENT - 1) & !(ENTRY_ALIGNMENT - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_another_group_or_file_is_refused() {
        let header = EntryHeader {
            kind: EntryKind::Append,
            payload_len: 61,
            topic_partition: TopicPartition {
                topic_id: Uuid([1; 16]),
                partition: 4,
            },
            leader_epoch: 2,
            base_offset: 10,
            end_offset: 12,
            argument: 1000,
            second: 1,
        };
        let bytes = header.encode(5, 6);
        assert_eq!(EntryHeader::decode(&bytes, 5, 6), Some(header));
        assert_eq!(EntryHeader::decode(&bytes, 4, 6), None);
        assert_eq!(EntryHeader::decode(&bytes, 5, 7), None);
        for bit in 0..ENTRY_HEADER_LEN * 8 {
            let mut damaged = bytes;
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(EntryHeader::decode(&damaged, 5, 6), None, "bit {bit}");
        }
    }
}
