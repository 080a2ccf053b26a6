//! Computes checksums, index and footer of an object while its batches pass by.

use bytes::Bytes;
use object_store::path::Path;
use strandline_protocol::record_batch::{BatchHeader, RecordBatch};
use strandline_protocol::{TopicPartition, Uuid};

use super::batch::parse_batch;
use super::footer;
use crate::checksum::{BlockChecksums, Crc32c, crc32c};
use crate::error::TierError;
use crate::format::{
    AbortedTransaction, EntryEpoch, FooterEpoch, IndexEntry, SegmentEntry, SegmentFooter,
};
use crate::options::BLOCK_BYTES;
use crate::segment_source::{AbortedRange, EpochStart, ProducersAtEnd};

/// The index has at most about this many entries, so that the footer stays small whatever the segment's size.
const INDEX_ENTRIES_TARGET: u64 = 512;
/// Smallest distance of two index entries, in bytes.
const INDEX_INTERVAL_MIN: u64 = 64 * 1024;

/// Epochs of a manifest entry: entries wait in the metadata and stay small.
const ENTRY_EPOCHS_MAX: usize = 64;

/// Who writes which range under which name.
#[derive(Debug, Clone)]
pub(crate) struct ObjectIdentity {
    pub(crate) tp: TopicPartition,
    pub(crate) leader_epoch: i32,
    pub(crate) id: Uuid,
    pub(crate) key: Path,
    pub(crate) base_offset: i64,
    pub(crate) end_offset: i64,
    pub(crate) created_at_ms: i64,
}

/// What belongs to the range besides its batches.
#[derive(Debug, Clone, Default)]
pub(crate) struct SegmentFacts {
    pub(crate) size_bytes: u64,
    pub(crate) leader_epochs: Vec<EpochStart>,
    pub(crate) producers: ProducersAtEnd,
    pub(crate) aborted: Vec<AbortedRange>,
}

/// Sees every batch once, in order.
pub(crate) struct ObjectBuilder {
    identity: ObjectIdentity,
    facts: SegmentFacts,
    blocks: BlockChecksums,
    index: Vec<IndexEntry>,
    index_interval: u64,
    indexed_at: u64,
    position: u64,
    next_offset: i64,
    max_timestamp: i64,
    max_timestamp_offset: i64,
}

/// The end of an object, ready to be written after its batches.
#[derive(Debug, Clone)]
pub(crate) struct BuiltObject {
    pub(crate) entry: SegmentEntry,
    /// Checksums of the data blocks.
    pub(crate) block_checksums: Vec<u32>,
    /// Producer snapshot, footer and head: everything after the batches.
    pub(crate) end: Vec<Bytes>,
    /// CRC-32C of `end`.
    pub(crate) end_checksum: u32,
}

impl BuiltObject {
    /// Bytes after the batches.
    pub(crate) fn end_bytes(&self) -> usize {
        self.end.iter().map(Bytes::len).sum()
    }
}

impl ObjectBuilder {
    pub(crate) fn new(identity: ObjectIdentity, facts: SegmentFacts) -> Self {
        let index_interval = (facts.size_bytes / INDEX_ENTRIES_TARGET).max(INDEX_INTERVAL_MIN);
        let next_offset = identity.base_offset;
        Self {
            identity,
            facts,
            blocks: BlockChecksums::new(BLOCK_BYTES),
            index: Vec::new(),
            index_interval,
            indexed_at: 0,
            position: 0,
            next_offset,
            max_timestamp: -1,
            max_timestamp_offset: -1,
        }
    }

    /// Takes whole batches and returns the part of them that belongs to the object: what lies below the base offset was
    /// uploaded by an earlier leader, whose segments had other borders.
    ///
    /// # Errors
    /// `Source` if the batches are not whole, not in order, or reach beyond the end offset.
    pub(crate) fn push(&mut self, mut batches: Bytes) -> Result<Bytes, TierError> {
        let mut at = 0;
        while at < batches.len() {
            let header = parse_batch(&batches[at..], &self.identity.key, self.position)
                .map_err(|error| self.bad_source(error.to_string()))?;
            if header.total_len() > batches.len() - at {
                return Err(self.bad_source(format!("the batch at {} is cut", header.base_offset)));
            }
            if header.last_offset() < self.identity.base_offset {
                if at > 0 {
                    return Err(self.bad_source("batches are not in order".to_owned()));
                }
                drop(batches.split_to(header.total_len()));
                continue;
            }
            // What the disk gave back damaged must not become history.
            RecordBatch::parse(&batches.slice(at..at + header.total_len()))
                .and_then(|batch| batch.verify_crc())
                .map_err(|error| self.bad_source(error.to_string()))?;
            self.see(&header)?;
            at += header.total_len();
        }
        self.blocks.update(&batches);
        Ok(batches)
    }

    fn see(&mut self, header: &BatchHeader) -> Result<(), TierError> {
        let last_offset = header.last_offset();
        if header.base_offset < self.next_offset || last_offset >= self.identity.end_offset {
            return Err(self.bad_source(format!(
                "batch [{}, {last_offset}] where [{}, {}) was expected",
                header.base_offset, self.next_offset, self.identity.end_offset
            )));
        }
        if self.index.is_empty() || self.position - self.indexed_at >= self.index_interval {
            self.index.push(IndexEntry {
                offset: header.base_offset,
                position: position_i64(self.position),
                max_timestamp_before: self.max_timestamp,
            });
            self.indexed_at = self.position;
        }
        if header.max_timestamp > self.max_timestamp {
            self.max_timestamp = header.max_timestamp;
            self.max_timestamp_offset = last_offset;
        }
        self.position += header.total_len() as u64;
        self.next_offset = header.end_offset();
        Ok(())
    }

    /// Makes the end of the object.
    ///
    /// # Errors
    /// `Source` if there was no batch; `Invalid` if the footer does not fit its format.
    pub(crate) fn finish(self) -> Result<BuiltObject, TierError> {
        if self.position == 0 {
            return Err(self.bad_source("it holds no batch".to_owned()));
        }
        let block_checksums = self.blocks.finish();
        let snapshot = self.facts.producers.snapshot;
        let footer_position = self.position + snapshot.len() as u64;
        let leader_epochs = epochs_within(
            &self.facts.leader_epochs,
            self.identity.base_offset,
            self.identity.end_offset,
        );
        let record = SegmentFooter {
            topic_id: self.identity.tp.topic_id,
            partition: self.identity.tp.partition,
            leader_epoch: self.identity.leader_epoch,
            object_id: self.identity.id,
            base_offset: self.identity.base_offset,
            end_offset: self.identity.end_offset,
            created_at_ms: self.identity.created_at_ms,
            data_bytes: position_i64(self.position),
            block_bytes: i32::try_from(BLOCK_BYTES).expect("256 KiB fit"),
            block_checksums: block_checksums
                .iter()
                .flat_map(|checksum| checksum.to_be_bytes())
                .collect::<Vec<u8>>()
                .into(),
            producer_snapshot_bytes: position_i64(snapshot.len() as u64),
            producer_snapshot_checksum: crc32c(&snapshot),
            max_timestamp: self.max_timestamp,
            max_timestamp_offset: self.max_timestamp_offset,
            leader_epochs: leader_epochs.iter().map(footer_epoch).collect(),
            index: self.index,
            aborted_transactions: self.facts.aborted.iter().map(aborted_record).collect(),
            open_transaction_offset: self.facts.producers.open_transaction_offset.unwrap_or(-1),
        };
        let sealed = footer::seal(&record, footer_position)?;
        let object_bytes = footer_position + (sealed.body.len() + sealed.head.len()) as u64;
        let entry = SegmentEntry {
            object_id: self.identity.id,
            leader_epoch: self.identity.leader_epoch,
            base_offset: self.identity.base_offset,
            end_offset: self.identity.end_offset,
            data_bytes: record.data_bytes,
            object_bytes: position_i64(object_bytes),
            footer_position: position_i64(footer_position),
            footer_checksum: sealed.checksum,
            max_timestamp: self.max_timestamp,
            created_at_ms: self.identity.created_at_ms,
            leader_epochs: newest_epochs(&leader_epochs),
        };
        let end = vec![snapshot, sealed.body, sealed.head];
        let mut end_checksum = Crc32c::new();
        end.iter().for_each(|part| end_checksum.update(part));
        Ok(BuiltObject {
            entry,
            block_checksums,
            end_checksum: end_checksum.finish(),
            end,
        })
    }

    fn bad_source(&self, reason: String) -> TierError {
        TierError::Source {
            base_offset: self.identity.base_offset,
            reason,
        }
    }
}

fn aborted_record(range: &AbortedRange) -> AbortedTransaction {
    AbortedTransaction {
        producer_id: range.producer_id,
        first_offset: range.first_offset,
        last_offset: range.last_offset,
    }
}

/// The epochs that reach into `[base_offset, end_offset)`; the first one starts at the base.
fn epochs_within(epochs: &[EpochStart], base_offset: i64, end_offset: i64) -> Vec<EpochStart> {
    let before = epochs
        .iter()
        .rev()
        .find(|epoch| epoch.start_offset <= base_offset);
    let first = before.map(|epoch| EpochStart {
        start_offset: base_offset,
        ..*epoch
    });
    let within = epochs
        .iter()
        .filter(|epoch| (base_offset + 1..end_offset).contains(&epoch.start_offset))
        .copied();
    first.into_iter().chain(within).collect()
}

fn footer_epoch(epoch: &EpochStart) -> FooterEpoch {
    FooterEpoch {
        leader_epoch: epoch.leader_epoch,
        start_offset: epoch.start_offset,
    }
}

/// The newest epochs, as many as a manifest entry holds; the footer has all.
fn newest_epochs(epochs: &[EpochStart]) -> Vec<EntryEpoch> {
    epochs[epochs.len().saturating_sub(ENTRY_EPOCHS_MAX)..]
        .iter()
        .map(entry_epoch)
        .collect()
}

fn entry_epoch(epoch: &EpochStart) -> EntryEpoch {
    EntryEpoch {
        leader_epoch: epoch.leader_epoch,
        start_offset: epoch.start_offset,
    }
}

/// Positions are written as `int64`, which no object reaches.
fn position_i64(position: u64) -> i64 {
    i64::try_from(position).expect("an object is smaller than 8 EiB")
}
