//! What a full file says about itself.
//!
//! The footer is one generated record, [`FileFooter`], whose byte fields hold, in this order:
//!
//! **directory**: one row per partition that the file touched, sorted by topic id, partition.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 16 | topic id |
//! | 16 | 4 | partition |
//! | 20 | 4 | index of its first run |
//! | 24 | 4 | number of its runs |
//! | 28 | 4 | position of its record in `details` |
//! | 32 | 4 | length of that record |
//! | 36 | 4 | reserved, 0 |
//!
//! **runs**: see [`super::run`], sorted by partition, then base offset.
//!
//! **details**: one generated `PartitionState` per row of the directory.
//!
//! The footer starts on a block boundary such that it ends before the **trailer**, the last 64
//! bytes of the file:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 8 | magic `STRLFOOT` |
//! | 8 | 2 | version |
//! | 10 | 6 | reserved, 0 |
//! | 16 | 16 | journal id |
//! | 32 | 8 | file number |
//! | 40 | 8 | position of the footer |
//! | 48 | 4 | length of the footer |
//! | 52 | 4 | CRC-32C of the footer |
//! | 56 | 4 | reserved, 0 |
//! | 60 | 4 | CRC-32C of bytes 0..60 |

use bytes::Bytes;
use strandline_protocol::codec::{Message, Reader, Writer};
use strandline_protocol::{TopicPartition, Uuid};

pub use super::generated::{FileFooter, PartitionState};
use super::run::{RUN_LEN, Run};
use super::{JournalId, VERSION, crc32c, i32_at, id_at, is_offset, u16_at, u32_at, u64_at};

const MAGIC: &[u8; 8] = b"STRLFOOT";

/// Length of the trailer in bytes.
pub const TRAILER_LEN: usize = 64;

/// Length of a row of the directory in bytes.
pub const DIRECTORY_ROW_LEN: usize = 40;

/// No segment has so many bytes.
const SEGMENT_BYTES_END: i64 = 1 << 48;

/// Version in which the records of footers and state entries are written.
pub const RECORD_VERSION: i16 = 0;

/// The end of a sealed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The journal it belongs to.
    pub journal_id: JournalId,
    /// File number.
    pub file_number: u64,
    /// Where the footer starts.
    pub footer_position: u64,
    /// Length of the footer in bytes.
    pub footer_len: u32,
    /// CRC of the footer.
    pub footer_crc: u32,
}

impl Trailer {
    /// The trailer as bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; TRAILER_LEN] {
        let mut b = [0; TRAILER_LEN];
        b[..8].copy_from_slice(MAGIC);
        b[8..10].copy_from_slice(&VERSION.to_be_bytes());
        b[16..32].copy_from_slice(&self.journal_id.0);
        b[32..40].copy_from_slice(&self.file_number.to_be_bytes());
        b[40..48].copy_from_slice(&self.footer_position.to_be_bytes());
        b[48..52].copy_from_slice(&self.footer_len.to_be_bytes());
        b[52..56].copy_from_slice(&self.footer_crc.to_be_bytes());
        let crc = crc32c(&b[..60]);
        b[60..].copy_from_slice(&crc.to_be_bytes());
        b
    }

    /// Reads a trailer whose own checksum matches.
    #[must_use]
    pub fn decode(b: &[u8]) -> Option<Self> {
        if b.len() != TRAILER_LEN
            || &b[..8] != MAGIC
            || crc32c(&b[..60]) != u32_at(b, 60)
            || u16_at(b, 8) != VERSION
        {
            return None;
        }
        Some(Self {
            journal_id: JournalId(id_at(b, 16)),
            file_number: u64_at(b, 32),
            footer_position: u64_at(b, 40),
            footer_len: u32_at(b, 48),
            footer_crc: u32_at(b, 52),
        })
    }
}

/// A record as bytes.
pub(crate) fn encode_record<M: Message>(record: &M) -> Bytes {
    let mut writer = Writer::new();
    record
        .encode(&mut writer, RECORD_VERSION)
        .expect("own records have no field that their own version lacks");
    writer.into_bytes()
}

/// A record out of bytes; `None` if they are none.
pub(crate) fn decode_record<M: Message>(bytes: Bytes) -> Option<M> {
    M::decode(&mut Reader::new(bytes), RECORD_VERSION).ok()
}

/// What a file or entry says of a partition; `None` if the bytes say nothing that can be.
pub(crate) fn decode_state(bytes: Bytes) -> Option<PartitionState> {
    let state: PartitionState = decode_record(bytes)?;
    let maybe = |offset: i64| offset == -1 || is_offset(offset);
    let producers = state.producers.iter().chain(&state.start_producers);
    let sane = [
        state.log_start_offset,
        state.local_log_start_offset,
        state.log_end_offset,
        state.deleted_sequence,
        state.start_producers_offset,
    ]
    .into_iter()
    .all(is_offset)
        && state.epochs.iter().all(|e| is_offset(e.start_offset))
        && state
            .truncations
            .iter()
            .all(|t| is_offset(t.sequence) && is_offset(t.end_offset))
        && state.segments.iter().all(|s| {
            is_offset(s.base_offset)
                && is_offset(s.previous_base_offset)
                && s.previous_bytes < SEGMENT_BYTES_END
        })
        && state
            .aborted
            .iter()
            .all(|a| maybe(a.first_offset) && is_offset(a.last_offset))
        && producers.into_iter().all(|p| {
            maybe(p.transaction_first_offset)
                && maybe(p.last_marker_offset)
                && p.batches
                    .iter()
                    .all(|b| is_offset(b.base_offset) && is_offset(b.end_offset))
        });
    sane.then_some(state)
}

/// The footer of a sealed file, searched in place.
#[derive(Clone, Debug)]
pub struct FileIndex {
    footer: FileFooter,
}

/// One row of the directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DirectoryRow {
    pub(crate) topic_partition: TopicPartition,
    first_run: usize,
    run_count: usize,
    details_at: usize,
    details_len: usize,
}

impl FileIndex {
    /// Reads a footer whose checksum was checked; `None` if its parts do not fit together.
    #[must_use]
    pub fn decode(bytes: Bytes) -> Option<Self> {
        let footer: FileFooter = decode_record(bytes)?;
        let runs = footer.runs.len() / RUN_LEN;
        let rows = footer.directory.len() / DIRECTORY_ROW_LEN;
        let whole = |bytes: &Bytes, len: usize| bytes.len().is_multiple_of(len);
        if !whole(&footer.runs, RUN_LEN) || !whole(&footer.directory, DIRECTORY_ROW_LEN) {
            return None;
        }
        let numbers = [
            footer.file_number,
            footer.first_sequence,
            footer.last_sequence,
            footer.valid_end,
            footer.metadata_index,
            footer.last_cold_file,
        ];
        let bases = footer
            .runs
            .chunks_exact(RUN_LEN)
            .map(|b| Run::decode(b).base_offset);
        if !numbers.into_iter().chain(bases).all(is_offset) {
            return None;
        }
        let index = Self { footer };
        let fits = (0..rows).map(|i| index.row(i)).all(|row| {
            row.first_run
                .checked_add(row.run_count)
                .is_some_and(|end| end <= runs)
                && row
                    .details_at
                    .checked_add(row.details_len)
                    .is_some_and(|end| end <= index.footer.details.len())
        });
        fits.then_some(index)
    }

    /// The record.
    #[must_use]
    pub fn footer(&self) -> &FileFooter {
        &self.footer
    }

    /// File number.
    #[must_use]
    pub fn file_number(&self) -> u64 {
        self.footer.file_number.cast_unsigned()
    }

    /// Memory that it takes, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.footer.directory.len() + self.footer.runs.len() + self.footer.details.len() + 256
    }

    /// Number of partitions that the file touched.
    #[must_use]
    pub fn partition_count(&self) -> usize {
        self.footer.directory.len() / DIRECTORY_ROW_LEN
    }

    pub(crate) fn row(&self, index: usize) -> DirectoryRow {
        let b = &self.footer.directory[index * DIRECTORY_ROW_LEN..][..DIRECTORY_ROW_LEN];
        DirectoryRow {
            topic_partition: TopicPartition {
                topic_id: Uuid(id_at(b, 0)),
                partition: i32_at(b, 16),
            },
            first_run: u32_at(b, 20) as usize,
            run_count: u32_at(b, 24) as usize,
            details_at: u32_at(b, 28) as usize,
            details_len: u32_at(b, 32) as usize,
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = DirectoryRow> + '_ {
        (0..self.partition_count()).map(|i| self.row(i))
    }

    pub(crate) fn find(&self, topic_partition: &TopicPartition) -> Option<DirectoryRow> {
        let (mut low, mut high) = (0, self.partition_count());
        while low < high {
            let middle = low.midpoint(high);
            let row = self.row(middle);
            match row.topic_partition.cmp(topic_partition) {
                std::cmp::Ordering::Equal => return Some(row),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The runs of a partition, by base offset.
    pub(crate) fn runs(&self, row: &DirectoryRow) -> Runs<'_> {
        let bytes = &self.footer.runs[row.first_run * RUN_LEN..][..row.run_count * RUN_LEN];
        Runs { bytes }
    }

    /// What the file says of a partition apart from its runs.
    pub(crate) fn details(&self, row: &DirectoryRow) -> Option<PartitionState> {
        decode_state(
            self.footer
                .details
                .slice(row.details_at..row.details_at + row.details_len),
        )
    }
}

/// Runs in the form in which a footer holds them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runs<'a> {
    bytes: &'a [u8],
}

impl<'a> Runs<'a> {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() / RUN_LEN
    }

    pub(crate) fn at(&self, index: usize) -> Run {
        Run::decode(&self.bytes[index * RUN_LEN..])
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Run> + 'a {
        self.bytes.chunks_exact(RUN_LEN).map(Run::decode)
    }

    /// Index of the first run that ends above `offset`.
    pub(crate) fn first_ending_above(&self, offset: i64) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.at(middle).end_offset() > offset {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}
