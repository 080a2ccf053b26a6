//! Copy-forward: what still lives in nearly empty files moves to a cold file.
//!
//! Several files are emptied into one, so that every copy frees more than it takes. The runs
//! are ordered by partition, the file is flushed as a whole, and its footer comes after the
//! flush. Only then do the logs point to the copy, and only then are the sources recycled. A
//! crash before that costs nothing but the copy.
//!
//! # Invariants
//!
//! 1. The sequence of a group is taken before the live range of its runs is looked at: a
//!    truncation after the look has a higher sequence and cuts the copy at recovery.
//! 2. A copy is a run as it was, cut to what was live; its batches verify before it is written.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::TopicPartition;

use super::builder::FileBuilder;
use super::core::Core;
use super::files::{FilePin, FreeSlot, JournalFile};
use super::gather::blank;
use super::handle::Logs;
use super::options::sabotaged;
use super::recovery::ingest::add_producers;
use super::space::{DiskLevel, RESERVED_FILES};
use super::stats::Counters;
use super::writer::OpenFile;
use crate::batch;
use crate::disk::{AlignedBuffer, write_all_at};
use crate::error::{LogError, io};
use crate::format::entry::{EntryHeader, EntryKind, padded_entry_len};
use crate::format::footer::FileIndex;
use crate::format::group::{GROUP_HEADER_LEN, GroupHeader};
use crate::format::run::Run;
use crate::format::{Stream, crc32c, round_up};
use crate::partition::PartitionLog;
use crate::partition::extents::Extent;
use crate::partition::read::RunReader;
use crate::partition::state;
use crate::partition::truncate::cut_run;

/// Files below which dead bytes are no reason to copy.
const FILES_MIN: usize = 8;
/// Files that are emptied at once at most.
const VICTIMS_MAX: usize = 32;
/// A file with more live bytes than this, in thousandths, is copied only under pressure.
const LIVE_PERMILLE_MAX: u64 = 500;
/// The same under pressure.
const LIVE_PERMILLE_PRESSED: u64 = 950;

/// A file to be emptied.
#[derive(Debug)]
struct Victim {
    pin: FilePin,
    index: Arc<FileIndex>,
}

/// A run to be copied.
#[derive(Clone, Copy, Debug)]
struct Item {
    tp: TopicPartition,
    victim: usize,
    run: Run,
}

impl Core {
    /// Empties some files into a cold one; false if there is no need.
    pub(crate) fn copy_forward(self: &Arc<Self>, logs: &Logs) -> Result<bool, LogError> {
        if self.files.has_retired() {
            return Ok(false);
        }
        let victims = self.choose_victims();
        if victims.len() < 2 {
            return Ok(false);
        }
        let Some(slot) = self.slot_for_copy()? else {
            return Ok(false);
        };
        let (victims, items) = fitting(self, logs, victims, slot.size);
        if victims.len() < 2 {
            self.files.add_free(slot);
            return Ok(false);
        }
        let sequence = self.sequence.load(Ordering::Acquire);
        let open = self.activate(slot, Stream::Cold, sequence)?;
        let mut copy = Copy {
            core: self,
            logs,
            victims,
            open,
            held: Vec::new(),
        };
        if !copy.run(&items)? {
            return copy.discard().map(|()| true);
        }
        copy.finish()
    }

    fn choose_victims(&self) -> Vec<Victim> {
        let pressed = self.is_pressed();
        let sums = self.files.sums();
        let wasteful = sums.files > FILES_MIN && sums.live_bytes * 2 < sums.file_bytes;
        if !pressed && !wasteful {
            return Vec::new();
        }
        let limit = if pressed {
            LIVE_PERMILLE_PRESSED
        } else {
            LIVE_PERMILLE_MAX
        };
        let mut files: Vec<Arc<JournalFile>> = self.files.all();
        files.retain(|f| {
            f.sealed.load(Ordering::Acquire)
                && !f.damaged.load(Ordering::Relaxed)
                && f.live_extents.load(Ordering::Acquire) > 0
                && f.live_permille() <= limit
        });
        files.sort_by_key(|f| (f.live_bytes.load(Ordering::Relaxed), f.number));
        files.truncate(VICTIMS_MAX);
        let pinned = files.iter().filter_map(|f| self.files.pin(f.number));
        pinned
            .filter_map(|pin| {
                Some(Victim {
                    index: self.footer(&pin).ok()?,
                    pin,
                })
            })
            .collect()
    }

    fn is_pressed(&self) -> bool {
        self.update_level() > DiskLevel::Normal
            || self.free_bytes() < 2 * RESERVED_FILES as u64 * self.file_size
    }

    /// The last slot may go to a copy only while the hot file has room to say what was freed.
    fn slot_for_copy(&self) -> Result<Option<FreeSlot>, LogError> {
        let room = self.space.hot_remaining.load(Ordering::Relaxed) >= 4 * self.block;
        let reserve = usize::from(!room);
        match self.files.take_free(reserve) {
            Some(slot) => Ok(Some(slot)),
            None => self.take_slot(RESERVED_FILES),
        }
    }
}

/// As many victims as fit into a file, and their live runs by partition.
fn fitting(core: &Core, logs: &Logs, victims: Vec<Victim>, size: u64) -> (Vec<Victim>, Vec<Item>) {
    let capacity = size.saturating_sub(core.block * 2);
    let (mut taken, mut items, mut bytes) = (Vec::new(), Vec::new(), 4096u64);
    for victim in victims {
        let mut more = Vec::new();
        let mut cost = 0u64;
        for row in victim.index.rows() {
            let Some(extents) = live_in(logs, &row.topic_partition, victim.pin.0.number) else {
                continue;
            };
            let epochs = FileBuilder::PARTITION_COST + 64;
            cost += epochs as u64;
            for run in victim.index.runs(&row).iter() {
                let overlaps =
                    |e: &Extent| e.base_offset < run.end_offset() && run.base_offset < e.end_offset;
                if extents.iter().any(overlaps) {
                    cost += padded_entry_len(run.length as usize) as u64;
                    cost += FileBuilder::RUN_COST as u64;
                    more.push(Item {
                        tp: row.topic_partition,
                        victim: taken.len(),
                        run,
                    });
                }
            }
            if let Some(details) = victim.index.details(&row) {
                let batches: usize = details.producers.iter().map(|p| 1 + p.batches.len()).sum();
                let facts = batches + details.aborted.len() + details.segments.len();
                cost += (facts * FileBuilder::PRODUCER_COST) as u64;
            }
        }
        // Groups are padded, by a whole block at worst. One and the next together are more than a
        // full group, so that at most twice as many are needed as if all were full.
        let groups = 2 + 2 * cost / core.options.group_bytes_max as u64;
        cost += groups * (core.block + GROUP_HEADER_LEN as u64);
        if bytes + cost > capacity {
            break;
        }
        bytes += cost;
        items.extend(more);
        taken.push(victim);
    }
    items.sort_by_key(|item| (item.tp, item.run.base_offset));
    (taken, items)
}

/// The extents that a log has in a file; `None` without any.
fn live_in(logs: &Logs, tp: &TopicPartition, file: u64) -> Option<Vec<Extent>> {
    let log = logs.get(tp)?;
    let inner = log.inner.lock();
    let extents: Vec<Extent> = inner
        .extents
        .iter()
        .filter(|e| e.file == file)
        .copied()
        .collect();
    (!extents.is_empty()).then_some(extents)
}

/// A copy that is being made.
struct Copy<'a> {
    core: &'a Arc<Core>,
    logs: &'a Logs,
    victims: Vec<Victim>,
    open: OpenFile,
    /// Groups that sabotage holds back.
    held: Vec<(u64, Bytes)>,
}

/// A cold group that is being filled.
struct ColdGroup {
    sequence: u64,
    buffer: AlignedBuffer,
    entries: u32,
}

impl Copy<'_> {
    /// Copies the runs; false if something does not verify or the journal is closing.
    fn run(&mut self, items: &[Item]) -> Result<bool, LogError> {
        let mut rest = items;
        while !rest.is_empty() {
            if self.core.is_stopped() || self.core.housekeeping_stopped() {
                return Ok(false);
            }
            let Some(done) = self.group(rest)? else {
                return Ok(false);
            };
            rest = &rest[done..];
        }
        Ok(true)
    }

    /// Writes one group; answers how many runs went into it.
    fn group(&mut self, items: &[Item]) -> Result<Option<usize>, LogError> {
        let core = self.core;
        let budget = core.options.group_bytes_max.max(GROUP_HEADER_LEN);
        let first = padded_entry_len(items[0].run.length as usize) + GROUP_HEADER_LEN;
        let capacity = round_up(budget.max(first) as u64, core.block);
        let mut group = ColdGroup {
            sequence: core.sequence.fetch_add(1, Ordering::AcqRel),
            buffer: core
                .pool
                .take(usize::try_from(capacity).unwrap_or(usize::MAX)),
            entries: 0,
        };
        group.buffer.extend(&[0; GROUP_HEADER_LEN]);
        let mut done = 0;
        for item in items {
            let len = padded_entry_len(item.run.length as usize);
            if done > 0 && group.buffer.len() + len > budget {
                break;
            }
            if !self.entry(&mut group, item)? {
                return Ok(None);
            }
            done += 1;
        }
        if group.entries > 0 {
            self.write(group)?;
        }
        Ok(Some(done))
    }

    /// Copies what is live of a run; false if it does not verify.
    fn entry(&mut self, group: &mut ColdGroup, item: &Item) -> Result<bool, LogError> {
        let victim = &self.victims[item.victim];
        let file = victim.pin.0.number;
        let Some(extents) = live_in(self.logs, &item.tp, file) else {
            return Ok(true);
        };
        let reader = RunReader {
            core: self.core,
            pin: &victim.pin,
            index: &victim.index,
            tp: item.tp,
        };
        let mut payload = Bytes::new();
        let read = reader.read(&[item.run], |run, bytes| {
            let (end, epoch) = (run.end_offset(), run.leader_epoch);
            payload = bytes;
            batch::verify_payload(&payload, run.base_offset, end, epoch).map_err(|error| {
                crate::error::ReadError::Damaged {
                    start: run.base_offset,
                    end,
                    file,
                    reason: error.to_string(),
                }
            })
        });
        if let Err(error) = read {
            tracing::error!(%error, tp = %item.tp, "a file cannot be copied forward");
            victim.pin.0.damaged.store(true, Ordering::Relaxed);
            return Ok(false);
        }
        for extent in &extents {
            if let Some((run, part)) = live_part(&item.run, &payload, extent) {
                self.put(group, item.tp, run, &part);
            }
        }
        Ok(true)
    }

    fn put(&mut self, group: &mut ColdGroup, tp: TopicPartition, run: Run, payload: &Bytes) {
        let builder = &mut self.open.builder;
        let position = builder.position + group.buffer.len() as u64;
        let sequence = group.sequence - builder.first_sequence;
        let run = Run {
            position_units: u32::try_from(position / 8).unwrap_or(u32::MAX),
            sequence_delta: u32::try_from(sequence).unwrap_or(u32::MAX),
            ..run
        };
        let header = EntryHeader {
            payload_len: run.length,
            leader_epoch: run.leader_epoch,
            base_offset: run.base_offset,
            end_offset: run.end_offset(),
            argument: run.max_timestamp,
            second: run.max_timestamp_delta,
            ..blank(EntryKind::Relocate, tp)
        };
        group
            .buffer
            .extend(&header.encode(builder.number, group.sequence));
        group.buffer.extend(payload);
        let aligned = group.buffer.len().next_multiple_of(8);
        group.buffer.pad_to(aligned);
        group.entries += 1;
        builder.add_run(tp, Some(run));
        add_producers(builder, tp, payload);
        Counters::add(&self.core.counters.bytes_copied, payload.len() as u64);
    }

    fn write(&mut self, mut group: ColdGroup) -> Result<(), LogError> {
        let core = self.core;
        let builder = &mut self.open.builder;
        let body_crc = crc32c(&group.buffer.as_ref()[GROUP_HEADER_LEN..]);
        let header = GroupHeader {
            journal_id: core.journal_id,
            file_number: builder.number,
            sequence: group.sequence,
            body_len: u32::try_from(group.buffer.len() - GROUP_HEADER_LEN).unwrap_or(u32::MAX),
            entry_count: group.entries,
            previous_crc: builder.previous_crc,
            body_crc,
        };
        group.buffer.as_mut_slice()[..GROUP_HEADER_LEN].copy_from_slice(&header.encode());
        let padded = round_up(group.buffer.len() as u64, builder.block);
        group
            .buffer
            .pad_to(usize::try_from(padded).unwrap_or(usize::MAX));
        let position = builder.position;
        builder.position += padded;
        builder.previous_crc = body_crc;
        builder.last_sequence = group.sequence;
        self.open
            .file
            .used
            .store(builder.position, Ordering::Relaxed);
        Counters::add(&core.counters.bytes_written, padded);
        if sabotaged!(core.options, FooterAheadOfFile) {
            self.held.push((position, group.buffer.freeze().0));
            return Ok(());
        }
        write_all_at(&*self.open.handle, group.buffer.as_ref(), position)
            .map_err(io("write", &self.open.file.path))?;
        self.slow_down(padded);
        Ok(())
    }

    /// Copies are not in a hurry while there is space.
    fn slow_down(&self, bytes: u64) {
        let core = self.core;
        let rate = core.options.copy_bytes_per_second;
        if !core.options.threads || rate == 0 || core.is_pressed() {
            return;
        }
        let pause = Duration::from_millis(bytes.saturating_mul(1000) / rate);
        core.housekeeping.wait_for(core.housekeeping.count(), pause);
    }

    /// Gives up: the sources are all still there.
    fn discard(self) -> Result<(), LogError> {
        let file = &self.open.file;
        if self.core.is_stopped() {
            return Ok(());
        }
        self.core.files.forget(file.number);
        let slot = FreeSlot {
            slot: file.slot,
            path: file.path.clone(),
            size: file.size,
        };
        self.core.mark_unused(&slot, file.number)?;
        self.core.files.add_free(slot);
        Ok(())
    }

    /// Makes the copy durable and lets the logs point to it.
    fn finish(mut self) -> Result<bool, LogError> {
        self.copy_facts();
        if sabotaged!(self.core.options, RecycleBeforeCopy) {
            self.swap();
            let numbers: Vec<u64> = self.victims.iter().map(|v| v.pin.0.number).collect();
            self.victims.clear();
            self.core.recycle(&numbers)?;
            while self.core.free_retired()? {}
        }
        if !sabotaged!(self.core.options, FooterAheadOfFile) {
            self.open
                .handle
                .sync_data()
                .map_err(io("flush", &self.open.file.path))?;
        }
        let Some(index) = self.open.write_footer(self.core)? else {
            // The same files would be chosen again at once.
            tracing::warn!("a copy has no room for its footer");
            return self.discard().map(|()| false);
        };
        for (position, bytes) in std::mem::take(&mut self.held) {
            write_all_at(&*self.open.handle, &bytes, position)
                .map_err(io("write", &self.open.file.path))?;
        }
        self.core.footers.insert(Arc::new(index));
        self.core
            .last_cold_file
            .store(self.open.file.number, Ordering::Release);
        self.swap();
        self.open.file.sealed.store(true, Ordering::Release);
        self.core.files.emptied.store(true, Ordering::Release);
        Ok(true)
    }

    /// Facts that batch headers do not tell.
    fn copy_facts(&mut self) {
        for victim in &self.victims {
            let file = victim.pin.0.number;
            for row in victim.index.rows() {
                let tp = row.topic_partition;
                let Some(extents) = live_in(self.logs, &tp, file) else {
                    continue;
                };
                let Some(details) = victim.index.details(&row) else {
                    continue;
                };
                let lives = |offset: i64| {
                    extents
                        .iter()
                        .any(|e| (e.base_offset..=e.end_offset).contains(&offset))
                };
                let part = self.open.builder.touch(tp);
                for aborted in details.aborted.iter().map(state::aborted_from_record) {
                    part.aborted
                        .retain(|a| a.last_offset != aborted.last_offset);
                    if lives(aborted.last_offset) {
                        part.aborted.push(aborted);
                    }
                }
                let segments = details.segments.iter().filter(|s| lives(s.base_offset));
                part.segments
                    .extend(segments.map(state::SegmentStart::from_record));
            }
        }
    }

    fn swap(&self) {
        let cold = self.open.file.number;
        let from: HashMap<u64, ()> = self.victims.iter().map(|v| (v.pin.0.number, ())).collect();
        let copied: BTreeMap<_, _> = self.open.builder.partitions.iter().collect();
        for (tp, part) in copied {
            let Some(log) = self.logs.get(tp) else {
                continue;
            };
            let mut runs = part.runs.clone();
            runs.sort_by_key(|run| run.base_offset);
            point_to(self.core, &log, &from, cold, &runs);
        }
    }
}

/// What an extent holds of a run.
fn live_part(run: &Run, payload: &Bytes, extent: &Extent) -> Option<(Run, Bytes)> {
    if extent.base_offset >= run.end_offset() || extent.end_offset <= run.base_offset {
        return None;
    }
    let skipped = batch::batches(payload).find(|(_, b)| b.end_offset() > extent.base_offset);
    let (at, first) = skipped?;
    let part = payload.slice(at..);
    let skipped = u32::try_from(first.base_offset - run.base_offset).ok()?;
    let shorter = Run {
        base_offset: first.base_offset,
        offset_count: run.offset_count - skipped,
        length: run.length - u32::try_from(at).ok()?,
        ..*run
    };
    let cut = cut_run(&shorter, &part, extent.end_offset);
    (cut.length > 0).then(|| (cut, part.slice(..cut.length as usize)))
}

/// Moves the extents of a log from the sources to the copy, where the copy has all of them.
fn point_to(core: &Core, log: &PartitionLog, from: &HashMap<u64, ()>, cold: u64, runs: &[Run]) {
    let mut inner = log.inner.lock();
    for extent in &mut inner.extents {
        if !from.contains_key(&extent.file) || !covers(runs, extent) {
            continue;
        }
        let bytes = i64::try_from(extent.bytes).unwrap_or(i64::MAX);
        core.files.count(cold, 1, bytes);
        core.files.count(extent.file, -1, -bytes);
        extent.file = cold;
    }
    let mut joined = 0;
    inner.extents.dedup_by(|next, previous| {
        let same = next.file == previous.file && next.base_offset == previous.end_offset;
        if same {
            previous.end_offset = next.end_offset;
            previous.bytes += next.bytes;
            previous.max_timestamp = previous.max_timestamp.max(next.max_timestamp);
            joined += 1;
        }
        same
    });
    core.files.count(cold, -joined, 0);
}

/// Whether runs, sorted by offset, hold every offset of an extent.
fn covers(runs: &[Run], extent: &Extent) -> bool {
    let first = runs.partition_point(|run| run.end_offset() <= extent.base_offset);
    let mut next = extent.base_offset;
    for run in &runs[first..] {
        if run.base_offset > next || next >= extent.end_offset {
            break;
        }
        next = run.end_offset();
    }
    next >= extent.end_offset
}
