//! Reading: from the tail cache at once, or a plan for a thread that may block.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use strandline_protocol::TopicPartition;
use strandline_protocol::codec::Records;

use super::extents::{self, Extent};
use super::{Inner, PartitionLog};
use crate::batch::{self, Batch};
use crate::disk::{ReadFailure, read_exact_at};
use crate::error::ReadError;
use crate::format::entry::{ENTRY_HEADER_LEN, EntryHeader, EntryKind, padded_entry_len};
use crate::format::footer::FileIndex;
use crate::format::run::Run;
use crate::journal::core::Core;
use crate::journal::files::FilePin;
use crate::journal::stats::Counters;

/// Files that one plan goes through at most.
const PLAN_FILES_MAX: usize = 16;
/// Runs with no more than this between them are read with one call, in bytes.
const READ_GAP_MAX: u64 = 16 << 10;
/// One call reads at most this much unless a single run is larger, in bytes.
const READ_BYTES_MAX: u64 = 2 << 20;

/// Batches, or the way to them.
#[derive(Debug)]
pub enum LocalRead {
    /// From memory.
    Ready(Records),
    /// To be read from files by [`ReadPlan::run`], which blocks.
    Disk(ReadPlan),
}

/// A read of sealed files. They are not used again before the plan is dropped.
#[derive(Debug)]
pub struct ReadPlan {
    core: Arc<Core>,
    topic_partition: TopicPartition,
    pieces: Vec<(Extent, FilePin)>,
    collector: Collector,
}

/// Collects whole batches up to a number of bytes and an offset.
#[derive(Clone, Debug)]
pub(crate) struct Collector {
    records: Vec<Bytes>,
    /// The next offset that is wanted.
    offset: i64,
    limit: i64,
    bytes_left: usize,
    at_least_one: bool,
    full: bool,
}

impl Collector {
    fn new(offset: i64, limit: i64, max_bytes: usize, at_least_one: bool) -> Self {
        let records = Vec::new();
        Self {
            records,
            offset,
            limit,
            bytes_left: max_bytes,
            at_least_one,
            full: false,
        }
    }

    /// Takes what is wanted of consecutive batches.
    fn add(&mut self, payload: &Bytes, base_offset: i64, end_offset: i64) {
        if base_offset >= self.offset
            && end_offset <= self.limit
            && payload.len() <= self.bytes_left
        {
            return self.take(payload.clone(), end_offset);
        }
        let (mut start, mut end, mut next) = (0, 0, self.offset);
        for (at, b) in batch::batches(payload) {
            if b.end_offset() <= self.offset {
                continue;
            }
            if end == 0 {
                start = at;
            }
            let len = at + b.total_len - start;
            let first = self.records.is_empty() && end == 0;
            let fits = len <= self.bytes_left || (first && self.at_least_one);
            if b.end_offset() > self.limit || !fits {
                self.full = true;
                break;
            }
            end = start + len;
            next = b.end_offset();
        }
        if end > start {
            self.take(payload.slice(start..end), next);
        }
    }

    fn take(&mut self, slice: Bytes, next: i64) {
        self.bytes_left = self.bytes_left.saturating_sub(slice.len());
        self.full |= self.bytes_left == 0 || next >= self.limit;
        self.offset = next;
        self.records.push(slice);
    }

    fn into_records(self) -> Records {
        Records::from(self.records)
    }
}

impl PartitionLog {
    /// Batches from the one that contains `offset` up to `max_bytes`, at least one whatever
    /// its size if `at_least_one`, and none that reaches above `limit_offset` (exclusive) or
    /// the durable end. Never blocks: answers with a plan if a file has to be read.
    ///
    /// # Errors
    ///
    /// If the offset is not here or damaged.
    pub fn read(
        &self,
        offset: i64,
        max_bytes: usize,
        limit_offset: i64,
        at_least_one: bool,
    ) -> Result<LocalRead, ReadError> {
        let inner = self.inner.lock();
        inner.check_offset(offset)?;
        let limit = limit_offset.min(inner.durable_end);
        if offset >= limit {
            return Ok(LocalRead::Ready(Records::default()));
        }
        let collector = Collector::new(offset, limit, max_bytes, at_least_one);
        if inner
            .open_runs
            .first()
            .is_some_and(|first| offset >= first.base_offset)
        {
            let (file, runs) = (inner.open_file, inner.open_runs_for(&collector));
            drop(inner);
            if let Some(records) = self.collect_from_tail(file, &runs, collector.clone())? {
                return Ok(LocalRead::Ready(records));
            }
            // The file was sealed and left the cache in between: it has an extent now, unless that
            // was dropped already.
            let inner = self.inner.lock();
            inner.check_offset(offset)?;
            return self.plan(&inner, collector);
        }
        let plan = self.plan(&inner, collector)?;
        drop(inner);
        let LocalRead::Disk(plan) = plan else {
            return Ok(plan);
        };
        Ok(match plan.run_in_memory() {
            Some(records) => LocalRead::Ready(records),
            None => LocalRead::Disk(plan),
        })
    }

    fn collect_from_tail(
        &self,
        file: u64,
        runs: &[Run],
        mut collector: Collector,
    ) -> Result<Option<Records>, ReadError> {
        for run in runs {
            let payload = self
                .core
                .tail
                .get(file, run.payload_position(), run.length as usize);
            let Some(payload) = payload else {
                return Ok(None);
            };
            collector.add(&payload, run.base_offset, run.end_offset());
            if collector.full {
                break;
            }
        }
        Counters::add(&self.core.counters.tail_hits, 1);
        Ok(Some(collector.into_records()))
    }

    /// The files that the wanted offsets are in. The caller holds the lock of `inner`.
    fn plan(&self, inner: &Inner, collector: Collector) -> Result<LocalRead, ReadError> {
        let Some(first) = extents::find(&inner.extents, collector.offset) else {
            return Err(inner.gap_at(collector.offset));
        };
        let mut pieces = Vec::new();
        let (mut bytes, mut next) = (0, collector.offset);
        for extent in &inner.extents[first..] {
            let enough = bytes >= collector.bytes_left as u64;
            let beyond = extent.base_offset > next || extent.base_offset >= collector.limit;
            if pieces.len() == PLAN_FILES_MAX || (!pieces.is_empty() && (enough || beyond)) {
                break;
            }
            let Some(pin) = self.core.files.pin(extent.file) else {
                return Err(damaged(extent, "the file is gone"));
            };
            let wanted = extent.cut(next, i64::MAX).map_or(0, |cut| cut.bytes);
            bytes += wanted;
            next = extent.end_offset;
            pieces.push((*extent, pin));
        }
        Ok(LocalRead::Disk(ReadPlan {
            core: Arc::clone(&self.core),
            topic_partition: self.topic_partition,
            pieces,
            collector,
        }))
    }
}

impl Inner {
    /// Whether an offset is here, or is the end.
    fn check_offset(&self, offset: i64) -> Result<(), ReadError> {
        if offset < self.local_start {
            return Err(ReadError::BelowLocalStart {
                local_log_start_offset: self.local_start,
            });
        }
        if offset > self.log_end {
            return Err(ReadError::AboveEnd {
                log_end_offset: self.log_end,
            });
        }
        Ok(())
    }

    /// Runs of the open file that a read goes through.
    fn open_runs_for(&self, collector: &Collector) -> Vec<Run> {
        let first = self
            .open_runs
            .partition_point(|r| r.end_offset() <= collector.offset);
        let mut bytes = 0;
        let runs = self.open_runs[first..].iter().take_while(|run| {
            let wanted = bytes <= collector.bytes_left && run.base_offset < collector.limit;
            bytes += run.length as usize;
            wanted
        });
        runs.copied().collect()
    }

    /// The hole that an offset is in.
    fn gap_at(&self, offset: i64) -> ReadError {
        let after = self
            .extents
            .iter()
            .map(|e| e.base_offset)
            .find(|base| *base > offset);
        let open = self.open_runs.first().map(|r| r.base_offset);
        ReadError::Damaged {
            start: offset,
            end: after.or(open).unwrap_or(self.log_end),
            file: 0,
            reason: "no file holds these offsets".to_owned(),
        }
    }
}

fn damaged(extent: &Extent, reason: &str) -> ReadError {
    ReadError::Damaged {
        start: extent.base_offset,
        end: extent.end_offset,
        file: extent.file,
        reason: reason.to_owned(),
    }
}

impl ReadPlan {
    /// The same read, if footers and groups are in memory.
    fn run_in_memory(&self) -> Option<Records> {
        let mut collector = self.collector.clone();
        for (extent, _) in &self.pieces {
            let index = self.core.footers.cached(extent.file)?;
            for run in runs_of(&index, &self.topic_partition, extent, &collector) {
                let at = run.payload_position();
                let payload = self.core.tail.get(extent.file, at, run.length as usize)?;
                add_cut(&mut collector, &payload, &run, extent);
                if collector.full {
                    break;
                }
            }
            if collector.full || collector.offset < extent.end_offset {
                break;
            }
        }
        Counters::add(&self.core.counters.tail_hits, 1);
        Some(collector.into_records())
    }

    /// Reads the files. Blocks.
    ///
    /// # Errors
    ///
    /// If the first wanted offset is damaged or cannot be read. Damage behind it ends the
    /// answer early; the next read meets it.
    pub fn run(mut self) -> Result<Records, ReadError> {
        Counters::add(&self.core.counters.disk_reads, 1);
        let pieces = std::mem::take(&mut self.pieces);
        for (extent, pin) in &pieces {
            if let Err(error) = self.read_piece(extent, pin) {
                let damaged = matches!(error, ReadError::Damaged { .. });
                Counters::add(&self.core.counters.damaged_reads, u64::from(damaged));
                if self.collector.records.is_empty() {
                    return Err(error);
                }
                break;
            }
            // Only what a file has whole is followed by the next file.
            if self.collector.full || self.collector.offset < extent.end_offset {
                break;
            }
        }
        Ok(self.collector.into_records())
    }

    fn read_piece(&mut self, extent: &Extent, pin: &FilePin) -> Result<(), ReadError> {
        let index = self.core.footer(pin)?;
        let runs = runs_of(&index, &self.topic_partition, extent, &self.collector);
        if runs.is_empty() {
            return Err(damaged(extent, "the footer has no run for these offsets"));
        }
        let reader = RunReader {
            core: &self.core,
            pin,
            index: &index,
            tp: self.topic_partition,
        };
        let mut rest = runs.as_slice();
        while !rest.is_empty() && !self.collector.full {
            let (now, later) = rest.split_at(together(rest));
            reader.read(now, |run, payload| {
                let wanted = self.collector.offset.max(run.base_offset);
                add_intact(&mut self.collector, &payload, run, extent, wanted)
            })?;
            rest = later;
        }
        Ok(())
    }
}

/// Runs of a file that a read goes through.
fn runs_of(
    index: &FileIndex,
    tp: &TopicPartition,
    extent: &Extent,
    collector: &Collector,
) -> Vec<Run> {
    let Some(row) = index.find(tp) else {
        return Vec::new();
    };
    let runs = index.runs(&row);
    let from = runs.first_ending_above(collector.offset.max(extent.base_offset));
    let limit = collector.limit.min(extent.end_offset);
    let mut bytes = 0;
    let mut wanted = Vec::new();
    for i in from..runs.len() {
        let run = runs.at(i);
        if bytes > collector.bytes_left || run.base_offset >= limit {
            break;
        }
        bytes += run.length as usize;
        wanted.push(run);
    }
    wanted
}

/// How many of the first runs are read with one call.
fn together(runs: &[Run]) -> usize {
    let start = runs[0].position();
    let mut end = start + padded_entry_len(runs[0].length as usize) as u64;
    let mut count = 1;
    for run in &runs[1..] {
        let run_end = run.position() + padded_entry_len(run.length as usize) as u64;
        let near = run.position() >= end && run.position() - end <= READ_GAP_MAX;
        if !near || run_end - start > READ_BYTES_MAX {
            break;
        }
        end = run_end;
        count += 1;
    }
    count
}

fn add_cut(collector: &mut Collector, payload: &Bytes, run: &Run, extent: &Extent) {
    let limit = collector.limit;
    collector.limit = limit.min(extent.end_offset);
    collector.add(payload, run.base_offset, run.end_offset());
    if collector.limit < limit && collector.offset >= collector.limit && collector.bytes_left > 0 {
        // The end of an extent is no end of the read.
        collector.full = false;
    }
    collector.limit = limit;
}

/// Adds what is intact of a run from `wanted` on.
fn add_intact(
    collector: &mut Collector,
    payload: &Bytes,
    run: &Run,
    extent: &Extent,
    wanted: i64,
) -> Result<(), ReadError> {
    if batch::verify_payload(payload, run.base_offset, run.end_offset(), run.leader_epoch).is_ok() {
        add_cut(collector, payload, run, extent);
        return Ok(());
    }
    let ranges = intact_ranges(payload, run);
    let found = ranges.iter().find(|(_, offsets)| offsets.contains(&wanted));
    if let Some((bytes, offsets)) = found {
        let part = payload.slice(bytes.clone());
        let whole = Run {
            base_offset: offsets.start,
            ..*run
        };
        let end = Extent {
            end_offset: extent.end_offset.min(offsets.end),
            ..*extent
        };
        add_cut(collector, &part, &whole, &end);
        collector.full = true;
        return Ok(());
    }
    let start = ranges
        .iter()
        .map(|(_, o)| o.end)
        .filter(|end| *end <= wanted)
        .max();
    let end = ranges
        .iter()
        .map(|(_, o)| o.start)
        .find(|start| *start > wanted);
    Err(ReadError::Damaged {
        start: start.unwrap_or(run.base_offset),
        end: end.unwrap_or_else(|| run.end_offset()),
        file: extent.file,
        reason: "a batch does not verify".to_owned(),
    })
}

/// Byte and offset ranges of the batches of a damaged run that verify.
fn intact_ranges(payload: &Bytes, run: &Run) -> Vec<(Range<usize>, Range<i64>)> {
    let mut ranges: Vec<(Range<usize>, Range<i64>)> = Vec::new();
    let (mut at, mut next) = (0, run.base_offset);
    while let Some(b) = Batch::parse(&payload[at..]) {
        let bytes = at..at + b.total_len;
        at = bytes.end;
        let plausible = b.base_offset >= next
            && b.end_offset() <= run.end_offset()
            && b.leader_epoch == run.leader_epoch;
        if !plausible || !batch::crc_matches(&payload[bytes.clone()]) {
            continue;
        }
        next = b.end_offset();
        match ranges.last_mut() {
            Some((last, offsets)) if last.end == bytes.start && offsets.end == b.base_offset => {
                last.end = bytes.end;
                offsets.end = next;
            }
            _ => ranges.push((bytes, b.base_offset..next)),
        }
    }
    // Base offsets are outside of a batch's checksum: only what is anchored at the start or at
    // the end of the run is certain.
    ranges.retain(|(bytes, offsets)| {
        (bytes.start == 0 && offsets.start == run.base_offset)
            || (bytes.end == payload.len() && offsets.end == run.end_offset())
    });
    ranges
}

/// Reads runs of one sealed file and checks whose they are.
#[derive(Debug)]
pub(crate) struct RunReader<'a> {
    pub(crate) core: &'a Core,
    pub(crate) pin: &'a FilePin,
    pub(crate) index: &'a FileIndex,
    pub(crate) tp: TopicPartition,
}

impl RunReader<'_> {
    /// Reads runs that lie close together with one call. Every run header is checked; the
    /// payload is checked by the caller.
    pub(crate) fn read(
        &self,
        runs: &[Run],
        mut each: impl FnMut(&Run, Bytes) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
            return Ok(());
        };
        let start = first.position();
        let end = last.payload_position() + u64::from(last.length);
        let buffer = self.read_range(start, end)?;
        for run in runs {
            let at = usize::try_from(run.position() - start).unwrap_or(usize::MAX);
            let header = &buffer[at..at + ENTRY_HEADER_LEN];
            self.check_header(run, header)?;
            let payload = at + ENTRY_HEADER_LEN;
            each(run, buffer.slice(payload..payload + run.length as usize))?;
        }
        Ok(())
    }

    fn read_range(&self, start: u64, end: u64) -> Result<Bytes, ReadError> {
        let file = &self.pin.0;
        let failed = |failure: ReadFailure| ReadError::io(file.number, &failure);
        let at_start = |error| ReadFailure {
            position: start,
            error,
        };
        let len = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        if end < start || end > file.size {
            let reason = "a run reaches beyond its file";
            let error = std::io::Error::new(std::io::ErrorKind::InvalidData, reason);
            return Err(failed(at_start(error)));
        }
        let handle = file.reader(&*self.core.disk);
        let handle = handle.map_err(|error| failed(at_start(error)))?;
        let mut buffer = self.core.pool.take(len);
        buffer.set_len(len);
        read_exact_at(&*handle, buffer.as_mut_slice(), start).map_err(failed)?;
        Ok(buffer.freeze().0)
    }

    /// File number, group, log and base offset in one: the entry's checksum covers them.
    fn check_header(&self, run: &Run, header: &[u8]) -> Result<(), ReadError> {
        let footer = self.index.footer();
        let sequence = footer
            .first_sequence
            .cast_unsigned()
            .wrapping_add(u64::from(run.sequence_delta));
        let header = EntryHeader::decode(header, self.pin.0.number, sequence);
        let ours = header.is_some_and(|h| {
            matches!(h.kind, EntryKind::Append | EntryKind::Relocate)
                && h.topic_partition == self.tp
                && h.base_offset == run.base_offset
                && h.leader_epoch == run.leader_epoch
                && h.payload_len >= run.length
        });
        if ours {
            return Ok(());
        }
        self.pin
            .0
            .damaged
            .store(true, std::sync::atomic::Ordering::Relaxed);
        Err(ReadError::Damaged {
            start: run.base_offset,
            end: run.end_offset(),
            file: self.pin.0.number,
            reason: "the entry does not verify".to_owned(),
        })
    }
}
