//! From the queues of logs to the bytes of a group.

use std::sync::Arc;

use bytes::Bytes;
use strandline_protocol::TopicPartition;

use super::builder::FileBuilder;
use super::core::Core;
use crate::batch;
use crate::disk::AlignedBuffer;
use crate::format::entry::{ENTRY_HEADER_LEN, EntryHeader, EntryKind, padded_entry_len};
use crate::format::footer::encode_record;
use crate::format::run::Run;
use crate::partition::PartitionLog;
use crate::partition::pending::{PendingBatch, Urgent};

/// What one log puts into a group.
#[derive(Debug)]
pub(super) struct Share {
    pub(super) log: Arc<PartitionLog>,
    pub(super) urgent: Vec<Urgent>,
    pub(super) batches: Vec<PendingBatch>,
    pub(super) runs: Vec<Run>,
    pub(super) deleted: bool,
}

/// What still fits into a group.
#[derive(Debug)]
pub(super) struct Budget {
    /// Aim for this many bytes.
    pub(super) bytes: usize,
    /// Never more than this, footer growth included.
    pub(super) room: usize,
    pub(super) used: usize,
    pub(super) cut: bool,
}

/// Takes what fits of one log. Answers whether something is left.
pub(super) fn take_share(
    log: &Arc<PartitionLog>,
    budget: &mut Budget,
    may_append: bool,
) -> (Share, bool) {
    let mut inner = log.inner.lock();
    let inner = &mut *inner;
    let mut share = Share {
        log: Arc::clone(log),
        urgent: Vec::new(),
        batches: Vec::new(),
        runs: Vec::new(),
        deleted: false,
    };
    let mut fixed = FileBuilder::PARTITION_COST + inner.epochs.entries().len() * 16;
    while let Some(entry) = inner.pending.urgent.first() {
        let cost = 2 * urgent_len(entry) + FileBuilder::FACT_COST + std::mem::take(&mut fixed);
        if budget.used + cost > budget.room {
            budget.cut = true;
            return (share, true);
        }
        budget.used += cost;
        share.deleted |= matches!(entry, Urgent::Delete { .. });
        share.urgent.push(inner.pending.urgent.remove(0));
    }
    while let Some(next) = inner.pending.batches.front().filter(|_| may_append) {
        let producer = if next.header.has_producer() {
            FileBuilder::PRODUCER_COST
        } else {
            0
        };
        let segment = if next.segment.is_some() { 256 } else { 0 };
        let cost = padded_entry_len(next.bytes.len())
            + FileBuilder::RUN_COST
            + FileBuilder::FACT_COST
            + producer
            + segment
            + std::mem::take(&mut fixed);
        if budget.used + cost > budget.room {
            budget.cut = true;
            break;
        }
        // One batch may be larger than a group should be: then it is alone.
        if budget.used + cost > budget.bytes && budget.used > 0 {
            budget.used = budget.bytes;
            break;
        }
        budget.used += cost;
        let Some(batch) = inner.pending.batches.pop_front() else {
            break;
        };
        inner.pending.bytes -= batch.bytes.len();
        inner.pending.taken_end = batch.header.end_offset();
        share.batches.push(batch);
    }
    let more = !inner.pending.is_empty();
    inner.pending.queued = more;
    if inner.pending.batches.is_empty() && inner.pending.batches.capacity() > 64 {
        inner.pending.batches.shrink_to_fit();
    }
    (share, more)
}

fn urgent_len(entry: &Urgent) -> usize {
    match entry {
        Urgent::State { record, .. } => padded_entry_len(record.len()),
        Urgent::Start { records, .. } => {
            let states = records.iter().map(|r| padded_entry_len(r.len()));
            ENTRY_HEADER_LEN + states.sum::<usize>()
        }
        _ => ENTRY_HEADER_LEN,
    }
}

/// Bytes that a share takes in a group.
pub(super) fn share_len(share: &Share, run_bytes_max: usize) -> usize {
    let urgent: usize = share.urgent.iter().map(urgent_len).sum();
    let mut bytes = urgent;
    for range in runs_in(&share.batches, run_bytes_max) {
        let batches = &share.batches[range];
        bytes += padded_entry_len(batches.iter().map(|b| b.bytes.len()).sum());
        bytes += batches[0].segment.as_ref().map_or(0, |segment| {
            padded_entry_len(encode_record(&segment.entry(&share.log.topic_partition)).len())
        });
    }
    bytes
}

/// Splits batches into runs: one epoch, one segment, a bounded number of bytes.
fn runs_in(
    batches: &[PendingBatch],
    run_bytes_max: usize,
) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = batches.get(start)?;
        let (mut end, mut bytes) = (start + 1, first.bytes.len());
        while let Some(next) = batches.get(end) {
            bytes += next.bytes.len();
            let other = next.header.leader_epoch != first.header.leader_epoch;
            if other || next.segment.is_some() || bytes > run_bytes_max {
                break;
            }
            end += 1;
        }
        let range = start..end;
        start = end;
        Some(range)
    })
}

/// Lays entries out in a group buffer and tells the builder of the file.
pub(super) struct GroupWriter<'a> {
    pub(super) buffer: AlignedBuffer,
    pub(super) builder: &'a mut FileBuilder,
    pub(super) sequence: u64,
    pub(super) entries: u32,
    pub(super) run_bytes_max: usize,
}

impl GroupWriter<'_> {
    fn entry(&mut self, header: &EntryHeader, payload: &[u8]) {
        self.buffer
            .extend(&header.encode(self.builder.number, self.sequence));
        self.buffer.extend(payload);
        self.align();
        self.entries += 1;
    }

    fn align(&mut self) {
        let aligned = self.buffer.len().next_multiple_of(8);
        self.buffer.pad_to(aligned);
    }

    pub(super) fn recycle(&mut self, number: u64) {
        self.builder.add_recycled(number);
        let header = EntryHeader {
            base_offset: number.cast_signed(),
            ..blank(EntryKind::Recycle, TopicPartition::default())
        };
        self.entry(&header, &[]);
    }

    pub(super) fn share(&mut self, core: &Core, share: &mut Share) {
        let tp = share.log.topic_partition;
        if !self.builder.partitions.contains_key(&tp) {
            let epochs = share.log.inner.lock().epochs.entries().len();
            self.builder.add_epochs(epochs);
        }
        let _ = self.builder.touch(tp);
        for urgent in &share.urgent {
            self.urgent(core, tp, urgent);
        }
        for range in runs_in(&share.batches, self.run_bytes_max) {
            if let Some(segment) = &share.batches[range.start].segment {
                self.builder.add_segment(tp, **segment);
                let record = encode_record(&segment.entry(&tp));
                let header = EntryHeader {
                    payload_len: u32::try_from(record.len()).unwrap_or(u32::MAX),
                    ..blank(EntryKind::State, tp)
                };
                self.entry(&header, &record);
            }
            let run = self.run(tp, &share.batches[range]);
            share.runs.push(run);
        }
    }

    fn urgent(&mut self, core: &Core, tp: TopicPartition, urgent: &Urgent) {
        let own = self.sequence;
        let index = |index: &u64| {
            core.note_metadata_index(*index);
            index.cast_signed()
        };
        match urgent {
            Urgent::Create => self.entry(&blank(EntryKind::Create, tp), &[]),
            Urgent::Delete { metadata_index } => {
                self.builder.add_delete(tp, own);
                let argument = index(metadata_index);
                self.entry(
                    &EntryHeader {
                        argument,
                        ..blank(EntryKind::Delete, tp)
                    },
                    &[],
                );
            }
            Urgent::DeleteAgain { effective_sequence } => {
                self.builder.add_delete_again(tp, *effective_sequence);
                let base_offset = effective_sequence.cast_signed();
                self.entry(
                    &EntryHeader {
                        base_offset,
                        ..blank(EntryKind::Delete, tp)
                    },
                    &[],
                );
            }
            Urgent::Start {
                log_start,
                local_start,
                metadata_index,
                records,
                ..
            } => {
                records.iter().for_each(|record| self.state(tp, record));
                let header = EntryHeader {
                    base_offset: *log_start,
                    end_offset: *local_start,
                    argument: index(metadata_index),
                    second: u32::try_from(records.len()).unwrap_or(u32::MAX),
                    ..blank(EntryKind::Start, tp)
                };
                self.entry(&header, &[]);
            }
            Urgent::Truncate {
                end_offset,
                leader_epoch,
                effective_sequence,
            } => {
                match *effective_sequence {
                    0 => self.builder.add_truncation(tp, own, *end_offset),
                    at => self.builder.add_truncation_again(tp, at, *end_offset),
                }
                let header = EntryHeader {
                    base_offset: effective_sequence.cast_signed(),
                    end_offset: *end_offset,
                    leader_epoch: *leader_epoch,
                    ..blank(EntryKind::Truncate, tp)
                };
                self.entry(&header, &[]);
            }
            Urgent::State { record, .. } => self.state(tp, record),
        }
    }

    fn state(&mut self, tp: TopicPartition, record: &Bytes) {
        if let Some(decoded) = crate::format::footer::decode_state(record.clone()) {
            self.builder.add_state(tp, &decoded);
        }
        let header = EntryHeader {
            payload_len: u32::try_from(record.len()).unwrap_or(u32::MAX),
            ..blank(EntryKind::State, tp)
        };
        self.entry(&header, record);
    }

    /// The one copy of a batch on its way to the disk.
    fn run(&mut self, tp: TopicPartition, batches: &[PendingBatch]) -> Run {
        let (first, last) = (&batches[0].header, &batches[batches.len() - 1].header);
        let base_offset = first.base_offset;
        let delta = |offset: i64| u32::try_from(offset - base_offset).unwrap_or(u32::MAX);
        let newest = batches
            .iter()
            .map(|b| &b.header)
            .rev()
            .max_by_key(|h| h.max_timestamp);
        let newest = newest.unwrap_or(first);
        let length: usize = batches.iter().map(|b| b.bytes.len()).sum();
        let position = self.builder.position + self.buffer.len() as u64;
        let run = Run {
            base_offset,
            offset_count: delta(last.end_offset()),
            position_units: u32::try_from(position / 8).unwrap_or(u32::MAX),
            length: u32::try_from(length).unwrap_or(u32::MAX),
            leader_epoch: first.leader_epoch,
            max_timestamp: newest.max_timestamp,
            max_timestamp_delta: delta(newest.base_offset),
            sequence_delta: u32::try_from(self.sequence - self.builder.first_sequence)
                .unwrap_or(u32::MAX),
        };
        let header = EntryHeader {
            payload_len: run.length,
            leader_epoch: run.leader_epoch,
            base_offset,
            end_offset: run.end_offset(),
            argument: run.max_timestamp,
            second: run.max_timestamp_delta,
            ..blank(EntryKind::Append, tp)
        };
        self.buffer
            .extend(&header.encode(self.builder.number, self.sequence));
        for b in batches {
            self.copy(b);
            if b.header.has_producer() {
                let first_open = b.marker.map(|(_, first)| first).filter(|first| *first >= 0);
                self.builder
                    .add_batch(tp, &b.header, b.marker.map(|(m, _)| m), first_open);
            }
        }
        self.align();
        self.entries += 1;
        self.builder.add_run(tp, None);
        self.builder.add_epochs(1);
        run
    }

    fn copy(&mut self, pending: &PendingBatch) {
        let at = self.buffer.len();
        self.buffer.extend(&pending.bytes);
        let copied = &mut self.buffer.as_mut_slice()[at..];
        if pending.patch {
            let header = &pending.header;
            batch::patch(copied, header.base_offset, header.leader_epoch);
        }
        if let Some(time) = pending.log_append_time {
            batch::patch_log_append_time(copied, time);
        }
    }
}

/// An entry header of a kind with nothing in it.
pub(crate) fn blank(kind: EntryKind, topic_partition: TopicPartition) -> EntryHeader {
    EntryHeader {
        kind,
        payload_len: 0,
        topic_partition,
        leader_epoch: -1,
        base_offset: 0,
        end_offset: 0,
        argument: 0,
        second: 0,
    }
}
