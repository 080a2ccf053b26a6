//! A group is what one durable write carries.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | magic `STGR` |
//! | 4 | 2 | version |
//! | 6 | 2 | reserved, 0 |
//! | 8 | 16 | journal id |
//! | 24 | 8 | file number |
//! | 32 | 8 | group sequence: grows over both streams, with gaps, never reused |
//! | 40 | 4 | body length in bytes, padding not counted |
//! | 44 | 4 | number of entries |
//! | 48 | 4 | body CRC of the previous group of this file, 0 in the first |
//! | 52 | 4 | CRC-32C of the body |
//! | 56 | 4 | reserved, 0 |
//! | 60 | 4 | CRC-32C of bytes 0..60 |
//!
//! The body follows: entries, each aligned to 8 bytes.

use super::{JournalId, VERSION, crc32c, id_at, is_number, u16_at, u32_at, u64_at};

const MAGIC: &[u8; 4] = b"STGR";

/// Length of a group header in bytes.
pub const GROUP_HEADER_LEN: usize = 64;

/// The header of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupHeader {
    /// The journal it was written to.
    pub journal_id: JournalId,
    /// The file it was written to.
    pub file_number: u64,
    /// Its place in the order of all groups.
    pub sequence: u64,
    /// Length of the body in bytes.
    pub body_len: u32,
    /// Number of entries in the body.
    pub entry_count: u32,
    /// Body CRC of the group before it in this file.
    pub previous_crc: u32,
    /// CRC of the body.
    pub body_crc: u32,
}

impl GroupHeader {
    /// The header as bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; GROUP_HEADER_LEN] {
        let mut b = [0; GROUP_HEADER_LEN];
        b[..4].copy_from_slice(MAGIC);
        b[4..6].copy_from_slice(&VERSION.to_be_bytes());
        b[8..24].copy_from_slice(&self.journal_id.0);
        b[24..32].copy_from_slice(&self.file_number.to_be_bytes());
        b[32..40].copy_from_slice(&self.sequence.to_be_bytes());
        b[40..44].copy_from_slice(&self.body_len.to_be_bytes());
        b[44..48].copy_from_slice(&self.entry_count.to_be_bytes());
        b[48..52].copy_from_slice(&self.previous_crc.to_be_bytes());
        b[52..56].copy_from_slice(&self.body_crc.to_be_bytes());
        let crc = crc32c(&b[..60]);
        b[60..].copy_from_slice(&crc.to_be_bytes());
        b
    }

    /// Reads a header whose own checksum matches; whose group it is, the caller checks.
    #[must_use]
    pub fn decode(b: &[u8]) -> Option<Self> {
        if b.len() < GROUP_HEADER_LEN
            || &b[..4] != MAGIC
            || crc32c(&b[..60]) != u32_at(b, 60)
            || u16_at(b, 4) != VERSION
        {
            return None;
        }
        let header = Self {
            journal_id: JournalId(id_at(b, 8)),
            file_number: u64_at(b, 24),
            sequence: u64_at(b, 32),
            body_len: u32_at(b, 40),
            entry_count: u32_at(b, 44),
            previous_crc: u32_at(b, 48),
            body_crc: u32_at(b, 52),
        };
        (is_number(header.file_number) && is_number(header.sequence)).then_some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_noticed() {
        let header = GroupHeader {
            journal_id: JournalId([9; 16]),
            file_number: 3,
            sequence: 77,
            body_len: 4096,
            entry_count: 2,
            previous_crc: 1,
            body_crc: 2,
        };
        let bytes = header.encode();
        assert_eq!(GroupHeader::decode(&bytes), Some(header));
        for bit in 0..GROUP_HEADER_LEN * 8 {
            let mut damaged = bytes;
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(GroupHeader::decode(&damaged), None, "bit {bit}");
        }
    }
}
