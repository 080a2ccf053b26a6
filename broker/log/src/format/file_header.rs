//! The first block of a file says which file it is.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 8 | magic `STRLJRNL` |
//! | 8 | 2 | version: the level whose rules the file follows |
//! | 10 | 1 | kind: 0 unused, 1 hot, 2 cold |
//! | 11 | 1 | reserved, 0 |
//! | 12 | 4 | block size |
//! | 16 | 16 | journal id |
//! | 32 | 8 | file number (of an unused file: the last one it had) |
//! | 40 | 8 | file size |
//! | 48 | 8 | sequence of the next group when the file was opened |
//! | 56 | 8 | when the file was opened, ms since 1970 |
//! | 64 | 8 | highest metadata index on which a destructive step was based until then |
//! | 72 | 52 | reserved, 0 |
//! | 124 | 4 | CRC-32C of bytes 0..124 |
//!
//! The header is durable before the first group of the file. It is written when the file is
//! taken into use and when it is recycled, at no other time. A file that is marked unused is
//! zeroed up to [`UNUSED_ZEROS_END`] right after: should its next header be torn, no old group
//! says that this is still the old file.

use super::{JournalId, Stream, VERSION, crc32c, i64_at, id_at, is_number, u16_at, u32_at, u64_at};

const MAGIC: &[u8; 8] = b"STRLJRNL";

/// Bytes of the header that carry something; the rest of the block is zero.
pub const FILE_HEADER_LEN: usize = 128;

/// Behind its header, an unused file is zero up to here: past the first group, whatever the
/// block size.
pub const UNUSED_ZEROS_END: u64 = 32 << 10;

/// What a file is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileUse {
    /// Nothing: recycled, or never used.
    Unused,
    /// Part of a stream.
    InUse(Stream),
}

/// The header of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHeader {
    /// What the file is used for.
    pub file_use: FileUse,
    /// Block size in bytes.
    pub block_size: u32,
    /// The journal it belongs to.
    pub journal_id: JournalId,
    /// File number, never used twice (I10).
    pub number: u64,
    /// Size in bytes.
    pub size: u64,
    /// Sequence of the next group at the time the file was opened.
    pub first_sequence: u64,
    /// When the file was opened, ms since 1970.
    pub opened_ms: i64,
    /// Highest metadata index on which a destructive step was based until then.
    pub metadata_index: u64,
}

/// Why a block is no file header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// No magic.
    #[error("no file header")]
    Absent,
    /// The checksum does not match.
    #[error("the file header is damaged")]
    Damaged,
    /// Written at a later level.
    #[error("the file is at level {0}, this build supports levels 1 to {VERSION}")]
    Version(u16),
}

impl FileHeader {
    /// The header as bytes, without the padding of its block.
    #[must_use]
    pub fn encode(&self) -> [u8; FILE_HEADER_LEN] {
        let mut b = [0; FILE_HEADER_LEN];
        b[..8].copy_from_slice(MAGIC);
        b[8..10].copy_from_slice(&VERSION.to_be_bytes());
        b[10] = match self.file_use {
            FileUse::Unused => 0,
            FileUse::InUse(Stream::Hot) => 1,
            FileUse::InUse(Stream::Cold) => 2,
        };
        b[12..16].copy_from_slice(&self.block_size.to_be_bytes());
        b[16..32].copy_from_slice(&self.journal_id.0);
        b[32..40].copy_from_slice(&self.number.to_be_bytes());
        b[40..48].copy_from_slice(&self.size.to_be_bytes());
        b[48..56].copy_from_slice(&self.first_sequence.to_be_bytes());
        b[56..64].copy_from_slice(&self.opened_ms.to_be_bytes());
        b[64..72].copy_from_slice(&self.metadata_index.to_be_bytes());
        let crc = crc32c(&b[..124]);
        b[124..].copy_from_slice(&crc.to_be_bytes());
        b
    }

    /// Reads a header.
    ///
    /// # Errors
    ///
    /// If the bytes are no header, a damaged one, or one of a later version.
    pub fn decode(b: &[u8]) -> Result<Self, HeaderError> {
        if b.len() < FILE_HEADER_LEN || &b[..8] != MAGIC {
            return Err(HeaderError::Absent);
        }
        if crc32c(&b[..124]) != u32_at(b, 124) {
            return Err(HeaderError::Damaged);
        }
        let version = u16_at(b, 8);
        if version != VERSION {
            return Err(HeaderError::Version(version));
        }
        let file_use = match b[10] {
            0 => FileUse::Unused,
            1 => FileUse::InUse(Stream::Hot),
            2 => FileUse::InUse(Stream::Cold),
            _ => return Err(HeaderError::Damaged),
        };
        let block_size = u32_at(b, 12);
        if !block_size.is_power_of_two() || !(4096..=16 * 1024).contains(&block_size) {
            return Err(HeaderError::Damaged);
        }
        let header = Self {
            file_use,
            block_size,
            journal_id: JournalId(id_at(b, 16)),
            number: u64_at(b, 32),
            size: u64_at(b, 40),
            first_sequence: u64_at(b, 48),
            opened_ms: i64_at(b, 56),
            metadata_index: u64_at(b, 64),
        };
        let numbers = [
            header.number,
            header.size,
            header.first_sequence,
            header.metadata_index,
        ];
        if numbers.into_iter().all(is_number) {
            Ok(header)
        } else {
            Err(HeaderError::Damaged)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_noticed() {
        let header = FileHeader {
            file_use: FileUse::InUse(Stream::Cold),
            block_size: 4096,
            journal_id: JournalId([7; 16]),
            number: 12,
            size: 1 << 26,
            first_sequence: 99,
            opened_ms: 1_700_000_000_000,
            metadata_index: 5,
        };
        let bytes = header.encode();
        assert_eq!(FileHeader::decode(&bytes), Ok(header));
        for bit in 0..FILE_HEADER_LEN * 8 {
            let mut damaged = bytes;
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(FileHeader::decode(&damaged).is_err(), "bit {bit}");
        }
    }
}
