//! What is known of a file while it is being written, and its footer in the end.
//!
//! The writer keeps one builder for the hot file, copy-forward one for the cold file, and
//! recovery makes one out of the entries of a file that has no footer. All three give the same
//! footer for the same entries.

use std::collections::BTreeMap;

use bytes::Bytes;
use strandline_protocol::TopicPartition;

use crate::batch::{Batch, Marker};
use crate::disk::AlignedBuffer;
use crate::format::footer::{
    DIRECTORY_ROW_LEN, FileFooter, PartitionState, TRAILER_LEN, Trailer, encode_record,
};
use crate::format::run::{RUN_LEN, Run};
use crate::format::{JournalId, Stream, crc32c, round_up};
use crate::partition::producers::{AbortedTransaction, ProducerTable};
use crate::partition::replay::fold;
use crate::partition::start_producers::StartProducers;
use crate::partition::state;

/// What a footer takes besides its partitions, in bytes (an upper bound).
const FOOTER_BASE: usize = 512;
/// What a partition takes besides its lists: row, fixed fields, list lengths, tags.
const PARTITION_BASE: usize = DIRECTORY_ROW_LEN + 160;
const PRODUCER_BASE: usize = 64;
const PRODUCER_BATCH: usize = 40;
const SMALL_FACT: usize = 56;

/// What a file says of one partition.
#[derive(Debug, Default)]
pub(crate) struct FilePartition {
    /// Runs, except those of the hot file: these are kept by the partition until the end.
    pub(crate) runs: Vec<Run>,
    pub(crate) producers: ProducerTable,
    /// Producers at the newest local log start that an entry of the file tells.
    pub(crate) start_producers: StartProducers,
    pub(crate) aborted: Vec<AbortedTransaction>,
    pub(crate) segments: Vec<state::SegmentStart>,
    /// (effective sequence, end offset)
    pub(crate) truncations: Vec<(u64, i64)>,
    /// Everything of the log with a lower sequence is dead.
    pub(crate) deleted_sequence: u64,
    /// Offsets, epochs: what the log is apart from its batches, when the file is sealed.
    pub(crate) scalars: Option<state::Scalars>,
    /// A truncation made `producers` and `aborted` useless: replay the headers.
    pub(crate) replay: bool,
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct FileBuilder {
    pub(crate) journal_id: JournalId,
    pub(crate) number: u64,
    pub(crate) stream: Stream,
    pub(crate) size: u64,
    pub(crate) block: u64,
    pub(crate) first_sequence: u64,
    pub(crate) last_sequence: u64,
    /// Where the next group goes.
    pub(crate) position: u64,
    pub(crate) previous_crc: u32,
    pub(crate) partitions: BTreeMap<TopicPartition, FilePartition>,
    /// Files that entries of this one recycled.
    pub(crate) recycled: Vec<u64>,
    estimate: usize,
}

impl FileBuilder {
    pub(crate) fn new(
        journal_id: JournalId,
        number: u64,
        stream: Stream,
        size: u64,
        block: u64,
        first_sequence: u64,
    ) -> Self {
        Self {
            journal_id,
            number,
            stream,
            size,
            block,
            first_sequence,
            last_sequence: first_sequence,
            position: block,
            previous_crc: 0,
            partitions: BTreeMap::new(),
            recycled: Vec::new(),
            estimate: FOOTER_BASE,
        }
    }

    /// Bytes that groups may still take, after the footer of what is there and of `more`.
    pub(crate) fn remaining(&self, more: usize) -> u64 {
        let footer = (self.estimate + more + TRAILER_LEN) as u64;
        self.size
            .saturating_sub(self.position)
            .saturating_sub(round_up(footer, self.block))
    }

    /// What a run of a partition adds to the footer at most, in bytes.
    pub(crate) const RUN_COST: usize = RUN_LEN;
    /// What touching a partition adds to the footer at most, epochs not counted.
    pub(crate) const PARTITION_COST: usize = PARTITION_BASE;
    /// What one batch of a producer, or one marker, adds at most.
    pub(crate) const PRODUCER_COST: usize = PRODUCER_BASE + PRODUCER_BATCH + SMALL_FACT;
    /// What one epoch, truncation or segment adds at most.
    pub(crate) const FACT_COST: usize = SMALL_FACT;

    /// The partition's part, made if it is new.
    pub(crate) fn touch(&mut self, topic_partition: TopicPartition) -> &mut FilePartition {
        self.partitions.entry(topic_partition).or_insert_with(|| {
            self.estimate += PARTITION_BASE;
            FilePartition::default()
        })
    }

    pub(crate) fn add_run(&mut self, topic_partition: TopicPartition, run: Option<Run>) {
        self.estimate += RUN_LEN;
        let partition = self.touch(topic_partition);
        partition.runs.extend(run);
    }

    /// Folds a batch with its final offset. `first_open` is the first offset of the
    /// transaction that a marker ends, where it is known.
    pub(crate) fn add_batch(
        &mut self,
        topic_partition: TopicPartition,
        batch: &Batch,
        marker: Option<Marker>,
        first_open: Option<i64>,
    ) {
        if !batch.has_producer() {
            return;
        }
        let partition = self.touch(topic_partition);
        let before = partition.producers.len();
        let known = partition
            .producers
            .get(batch.producer_id)
            .map_or(0, |p| p.batches.len());
        if let Some((completed, true)) = partition.producers.apply(batch, marker) {
            let first_offset = if completed.first_offset >= 0 {
                completed.first_offset
            } else {
                first_open.unwrap_or(-1)
            };
            partition.aborted.push(AbortedTransaction {
                producer_id: batch.producer_id,
                first_offset,
                last_offset: completed.marker_offset,
            });
            self.estimate += SMALL_FACT;
        }
        let partition = self.touch(topic_partition);
        let new = partition.producers.len() - before;
        let now = partition
            .producers
            .get(batch.producer_id)
            .map_or(0, |p| p.batches.len());
        self.estimate += new * PRODUCER_BASE + now.saturating_sub(known) * PRODUCER_BATCH;
    }

    pub(crate) fn add_segment(&mut self, tp: TopicPartition, start: state::SegmentStart) {
        self.estimate += SMALL_FACT;
        self.touch(tp).segments.push(start);
    }

    /// Makes room for the epochs of a log.
    pub(crate) fn add_epochs(&mut self, count: usize) {
        self.estimate += SMALL_FACT * count;
    }

    pub(crate) fn add_truncation(&mut self, tp: TopicPartition, sequence: u64, end_offset: i64) {
        self.estimate += SMALL_FACT;
        let partition = self.touch(tp);
        partition.truncations.push((sequence, end_offset));
        partition.forget_from(end_offset);
        partition.replay = true;
    }

    /// A truncation of former times that older files still need.
    pub(crate) fn add_truncation_again(&mut self, tp: TopicPartition, at: u64, end_offset: i64) {
        self.estimate += SMALL_FACT;
        self.touch(tp).truncations.push((at, end_offset));
    }

    /// A deletion of former times that older files still need.
    pub(crate) fn add_delete_again(&mut self, tp: TopicPartition, sequence: u64) {
        let partition = self.touch(tp);
        partition.deleted_sequence = partition.deleted_sequence.max(sequence);
    }

    pub(crate) fn add_delete(&mut self, tp: TopicPartition, sequence: u64) {
        let partition = self.touch(tp);
        *partition = FilePartition {
            deleted_sequence: sequence,
            ..FilePartition::default()
        };
    }

    /// Facts of a `state` entry.
    pub(crate) fn add_state(&mut self, tp: TopicPartition, record: &PartitionState) {
        self.estimate += PARTITION_BASE
            + SMALL_FACT * (record.epochs.len() + record.segments.len() + record.aborted.len())
            + record
                .producers
                .iter()
                .chain(&record.start_producers)
                .map(|p| PRODUCER_BASE + PRODUCER_BATCH * p.batches.len())
                .sum::<usize>();
        let partition = self.touch(tp);
        partition
            .segments
            .extend(record.segments.iter().map(state::SegmentStart::from_record));
        partition
            .aborted
            .extend(record.aborted.iter().map(state::aborted_from_record));
        for producer in &record.producers {
            partition
                .producers
                .join(state::producer_from_record(producer));
        }
        partition.start_producers.add(record);
        if record.complete {
            partition.scalars = Some(state::Scalars::from_record(record));
        }
    }

    pub(crate) fn add_recycled(&mut self, number: u64) {
        self.estimate += 16;
        self.recycled.push(number);
    }

    /// The footer: where it starts, and its bytes up to the end of the file.
    ///
    /// Answers `None` if it does not fit: the file stays without one and is scanned by the
    /// next recovery.
    pub(crate) fn footer(&mut self, context: &FooterContext) -> Option<SealedBytes> {
        let mut directory = Vec::with_capacity(self.partitions.len() * DIRECTORY_ROW_LEN);
        let (mut runs, mut details) = (Vec::new(), Vec::new());
        for (tp, partition) in &mut self.partitions {
            let record = encode_record(&partition.record(tp));
            partition.runs.sort_by_key(|run| run.base_offset);
            let fields = [
                runs.len() / RUN_LEN,
                partition.runs.len(),
                details.len(),
                record.len(),
                0,
            ];
            directory.extend_from_slice(&tp.topic_id.0);
            directory.extend_from_slice(&tp.partition.to_be_bytes());
            for field in fields {
                directory.extend_from_slice(&u32::try_from(field).ok()?.to_be_bytes());
            }
            partition.runs.iter().for_each(|run| run.encode(&mut runs));
            details.extend_from_slice(&record);
        }
        let body = encode_record(&FileFooter {
            file_number: self.number.cast_signed(),
            stream: if self.stream == Stream::Hot { 1 } else { 2 },
            first_sequence: self.first_sequence.cast_signed(),
            last_sequence: self.last_sequence.cast_signed(),
            valid_end: self.position.cast_signed(),
            sealed_ms: context.now_ms,
            metadata_index: context.metadata_index.cast_signed(),
            last_cold_file: context.last_cold_file.cast_signed(),
            recycled: self.recycled.iter().map(|n| n.cast_signed()).collect(),
            directory: directory.into(),
            runs: runs.into(),
            details: details.into(),
        });
        self.place(body)
    }

    fn place(&self, body: Bytes) -> Option<SealedBytes> {
        let taken = (body.len() + TRAILER_LEN) as u64;
        let position = self.size.checked_sub(taken)? & !(self.block - 1);
        if position < self.position {
            return None;
        }
        let len = usize::try_from(self.size - position).ok()?;
        let mut bytes = AlignedBuffer::new(len);
        bytes.extend(&body);
        bytes.pad_to(len - TRAILER_LEN);
        let trailer = Trailer {
            journal_id: self.journal_id,
            file_number: self.number,
            footer_position: position,
            footer_len: u32::try_from(body.len()).ok()?,
            footer_crc: crc32c(&body),
        };
        bytes.extend(&trailer.encode());
        Some(SealedBytes {
            position,
            bytes,
            body,
        })
    }
}

/// What a footer says of the journal as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FooterContext {
    pub(crate) now_ms: i64,
    pub(crate) metadata_index: u64,
    pub(crate) last_cold_file: u64,
}

/// A footer ready to be written.
#[derive(Debug)]
pub(crate) struct SealedBytes {
    pub(crate) position: u64,
    pub(crate) bytes: AlignedBuffer,
    pub(crate) body: Bytes,
}

impl FilePartition {
    /// Forgets what is about offsets at or above the end of a truncated log.
    pub(crate) fn forget_from(&mut self, end_offset: i64) {
        self.producers.forget_from(end_offset);
        self.aborted.retain(|a| a.last_offset < end_offset);
        self.segments.retain(|s| s.base_offset <= end_offset);
    }

    /// Restores what truncated batches had pushed out, from the headers of the runs that are
    /// left.
    pub(crate) fn fold_again(&mut self, mut payload: impl FnMut(&Run) -> Option<Bytes>) {
        self.replay = false;
        self.aborted.clear();
        let mut table = ProducerTable::default();
        for payload in self.runs.iter().filter_map(&mut payload) {
            let aborted = &mut self.aborted;
            fold(&mut table, &payload, (i64::MIN, i64::MAX), |a| {
                aborted.push(a)
            });
        }
        for state in table.states() {
            self.producers.join(state);
        }
    }

    /// Everything but the runs, as a record.
    pub(crate) fn record(&self, tp: &TopicPartition) -> PartitionState {
        let mut record = self
            .scalars
            .as_ref()
            .map(state::Scalars::to_record)
            .unwrap_or_default();
        record.topic_id = tp.topic_id;
        record.partition = tp.partition;
        record.deleted_sequence = self.deleted_sequence.cast_signed();
        record.truncations = self
            .truncations
            .iter()
            .map(state::truncation_record)
            .collect();
        record.segments = self.segments.iter().map(|s| s.to_record()).collect();
        record.producers = self
            .producers
            .states()
            .iter()
            .map(state::producer_record)
            .collect();
        record.aborted = self.aborted.iter().map(state::aborted_record).collect();
        self.start_producers.write_to(&mut record);
        record
    }
}
