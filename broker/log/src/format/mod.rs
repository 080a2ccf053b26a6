//! The bytes of a journal file. `docs/formats/journal.md` is the description for readers.
//!
//! ```text
//! 0            block                                              footer           size
//! | file header | group | group | ... | group | (never written) | footer | pad | trailer |
//! ```
//!
//! - Every group and the footer start on a block boundary and are padded with zeros to the
//!   next; the trailer is the last 64 bytes of the file.
//! - All integers are big-endian. All checksums are CRC-32C.
//! - Hot-path structures (file header, group header, entry header, run, trailer) are laid out
//!   by hand below; what describes a partition is a generated record with tagged fields.
//!
//! # Invariants
//!
//! 1. A group is accepted only in the file whose journal id and file number it carries, and
//!    only if its sequence is larger than that of the group before it.
//! 2. The checksum of an entry header starts from the group's file number and sequence: bytes
//!    that an earlier generation of the file left behind never pass for an entry of this one.
//! 3. A footer is valid only with the trailer of the same journal id and file number.

pub mod entry;
pub mod file_header;
pub mod footer;
pub(crate) mod generated;
pub mod group;
pub mod run;

/// Version of the formats of this module.
pub const VERSION: u16 = 1;

/// CRC-32C (Castagnoli) of a slice.
#[must_use]
pub fn crc32c(bytes: &[u8]) -> u32 {
    crc_fast::crc32_iscsi(bytes)
}

/// Identity of a journal: random, made at its first start.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JournalId(pub [u8; 16]);

impl std::fmt::Debug for JournalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::fmt::Display for JournalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// Which of the journal's two append streams a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// What producers and replicas write, in the order of arrival.
    Hot,
    /// What was copied forward, in long runs.
    Cold,
}

pub(crate) fn u16_at(b: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([b[at], b[at + 1]])
}

pub(crate) fn u32_at(b: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([b[at], b[at + 1], b[at + 2], b[at + 3]])
}

pub(crate) fn i32_at(b: &[u8], at: usize) -> i32 {
    u32_at(b, at).cast_signed()
}

pub(crate) fn u64_at(b: &[u8], at: usize) -> u64 {
    let mut raw = [0; 8];
    raw.copy_from_slice(&b[at..at + 8]);
    u64::from_be_bytes(raw)
}

pub(crate) fn i64_at(b: &[u8], at: usize) -> i64 {
    u64_at(b, at).cast_signed()
}

pub(crate) fn id_at(b: &[u8], at: usize) -> [u8; 16] {
    let mut raw = [0; 16];
    raw.copy_from_slice(&b[at..at + 16]);
    raw
}

/// File numbers, sequences and offsets never get here: what claims to is damage, and below it a
/// sum of two cannot overflow.
const NUMBER_END: u64 = 1 << 62;

/// Whether a file number or sequence can be one.
pub(crate) const fn is_number(n: u64) -> bool {
    n < NUMBER_END
}

/// Whether an offset can be one.
pub(crate) const fn is_offset(offset: i64) -> bool {
    offset >= 0 && is_number(offset.cast_unsigned())
}

/// `n` rounded up to a multiple of the power of two `to`.
pub(crate) const fn round_up(n: u64, to: u64) -> u64 {
    (n + to - 1) & !(to - 1)
}
