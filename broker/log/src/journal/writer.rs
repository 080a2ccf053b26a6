//! The one thread that appends to the hot file: gather, write, publish.
//!
//! # Invariants
//!
//! 1. One group is in flight; what arrives meanwhile goes into the next. There is no timer.
//! 2. Offsets are published only after the group that holds them is durable (I1).
//! 3. A group starts on a block that no earlier group touches (I3).
//! 4. The footer of a file is durable before the header of the next one is written.
//!
//! # Failure
//!
//! A failed or short write or flush ends the process through the fatal hook; nothing of the
//! group, nor anything after it, is published (I23).

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use strandline_protocol::TopicPartition;

use super::builder::{FileBuilder, FilePartition, FooterContext};
use super::core::Core;
use super::files::JournalFile;
use super::gather::{Budget, GroupWriter, Share, share_len, take_share};
use super::options::sabotaged;
use super::stats::Counters;
use crate::disk::{AlignedBuffer, DiskFile, WriteAccess, write_all_at};
use crate::error::{LogError, io};
use crate::format::entry::ENTRY_HEADER_LEN;
use crate::format::footer::FileIndex;
use crate::format::group::{GROUP_HEADER_LEN, GroupHeader};
use crate::format::{Stream, crc32c, round_up};
use crate::partition::PartitionLog;
use crate::partition::extents::Extent;
use crate::partition::pending::Urgent;

/// A file is full when less than this is left, in bytes.
const FULL_BELOW: u64 = 16 << 10;

/// An entry that frees files may use what is left, in bytes.
const RECYCLE_ROOM: u64 = 8 << 10;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Wrote a group or took a file into use.
    Made,
    /// There is nothing to write.
    Idle,
    /// There is something to write, but no space for it.
    Stalled,
}

/// The writer of the hot stream.
#[derive(Debug)]
pub(crate) struct Writer {
    waiting: VecDeque<Arc<PartitionLog>>,
    recycles: Vec<u64>,
    open: Option<OpenFile>,
    /// Logs that the open file touches.
    touched: HashMap<TopicPartition, Arc<PartitionLog>>,
}

/// The file that is being written.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) file: Arc<JournalFile>,
    pub(crate) handle: Arc<dyn DiskFile>,
    pub(crate) builder: FileBuilder,
    /// Writes are durable when they return.
    pub(crate) direct: bool,
}

/// A group before it is written.
#[derive(Debug)]
struct Group {
    sequence: u64,
    shares: Vec<Share>,
    recycles: Vec<u64>,
    /// Padded to whole blocks.
    buffer: AlignedBuffer,
    /// Bytes in front of the padding.
    used: usize,
    entries: u32,
    body_crc: u32,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            recycles: Vec::new(),
            open: None,
            touched: HashMap::new(),
        }
    }

    /// Writes one group and publishes it.
    pub(crate) fn step(&mut self, core: &Core) -> Progress {
        core.queue.take(&mut self.waiting, &mut self.recycles);
        if self.waiting.is_empty() && self.recycles.is_empty() {
            return Progress::Idle;
        }
        match self.write_group(core) {
            Ok(progress) => progress,
            Err(error) => {
                core.fail(&format!("{error}: {}", source_of(&error)));
                Progress::Idle
            }
        }
    }

    fn write_group(&mut self, core: &Core) -> Result<Progress, LogError> {
        let mut rolled = false;
        // What is left at the end of a full file is for entries that free space.
        let mut scraps = !self.recycles.is_empty();
        loop {
            let remaining = match &self.open {
                Some(open) => open.builder.remaining(0),
                None => 0,
            };
            let enough = if scraps { RECYCLE_ROOM } else { FULL_BELOW };
            if remaining >= enough {
                let (shares, cut) = self.gather(core, remaining);
                if !shares.is_empty() || !self.recycles.is_empty() {
                    let group = self.build(core, shares)?;
                    self.write(core, group)?;
                    return Ok(Progress::Made);
                }
                if !cut {
                    return Ok(Progress::Idle);
                }
            }
            // Full, or the next batch does not fit.
            if rolled {
                return Ok(Progress::Stalled);
            }
            rolled = self.roll(core)?;
            if !rolled && std::mem::replace(&mut scraps, true) {
                return Ok(Progress::Stalled);
            }
        }
    }

    /// Takes entries of waiting logs, first come first served, up to the size of a group.
    /// Answers whether something was left because the file is too full for it.
    fn gather(&mut self, core: &Core, remaining: u64) -> (Vec<Share>, bool) {
        let room = usize::try_from(remaining).unwrap_or(usize::MAX) - GROUP_HEADER_LEN;
        let mut budget = Budget {
            bytes: core.options.group_bytes_max.min(room),
            room,
            used: self.recycles.len() * (ENTRY_HEADER_LEN + 16),
            cut: false,
        };
        let may_append = self.may_append(core);
        let mut shares: Vec<Share> = Vec::new();
        for _ in 0..self.waiting.len() {
            let Some(log) = self.waiting.pop_front() else {
                break;
            };
            let (share, more) = take_share(&log, &mut budget, may_append);
            if !share.batches.is_empty() || !share.urgent.is_empty() {
                shares.push(share);
            }
            if more {
                self.waiting.push_back(log);
            }
            if budget.used >= budget.bytes {
                break;
            }
        }
        let taken: usize = shares
            .iter()
            .flat_map(|s| &s.batches)
            .map(|b| b.bytes.len())
            .sum();
        let _ = core.queue.pending_bytes.fetch_sub(taken, Ordering::Relaxed);
        // Entries of one partition are contiguous, and in the order in which they came.
        shares.sort_by_key(|s| s.log.topic_partition);
        let cut = budget.cut || (!may_append && !self.waiting.is_empty());
        (shares, cut)
    }

    /// Appends stop while only the reserve is left; entries that free space do not.
    fn may_append(&self, core: &Core) -> bool {
        let Some(open) = &self.open else { return false };
        let last_resort = core.files.free_count() < super::space::RESERVED_FILES
            && core.space.beyond_reserve() < core.file_size;
        !last_resort || open.builder.remaining(0) > open.file.size / 4
    }

    fn build(&mut self, core: &Core, mut shares: Vec<Share>) -> Result<Group, LogError> {
        let open = self.open.as_mut().ok_or(LogError::Stopped)?;
        let recycles = std::mem::take(&mut self.recycles);
        let sequence = core.sequence.fetch_add(1, Ordering::AcqRel);
        let body: usize = shares
            .iter()
            .map(|s| share_len(s, core.options.run_bytes_max))
            .sum();
        let recycle_bytes = recycles.len() * ENTRY_HEADER_LEN;
        let len = GROUP_HEADER_LEN + body + recycle_bytes;
        let padded = round_up(len as u64, open.builder.block);
        let capacity = usize::try_from(padded).map_err(|_| LogError::NoSpace)?;
        let mut out = GroupWriter {
            buffer: core.pool.take(capacity),
            builder: &mut open.builder,
            sequence,
            entries: 0,
            run_bytes_max: core.options.run_bytes_max,
        };
        out.buffer.extend(&[0; GROUP_HEADER_LEN]);
        for share in &mut shares {
            out.share(core, share);
        }
        for number in &recycles {
            out.recycle(*number);
        }
        let (mut buffer, entries) = (out.buffer, out.entries);
        let body_crc = crc32c(&buffer.as_ref()[GROUP_HEADER_LEN..]);
        let header = GroupHeader {
            journal_id: core.journal_id,
            file_number: open.file.number,
            sequence,
            body_len: u32::try_from(buffer.len() - GROUP_HEADER_LEN).unwrap_or(u32::MAX),
            entry_count: entries,
            previous_crc: open.builder.previous_crc,
            body_crc,
        };
        buffer.as_mut_slice()[..GROUP_HEADER_LEN].copy_from_slice(&header.encode());
        let used = buffer.len();
        buffer.pad_to(capacity);
        Ok(Group {
            sequence,
            used,
            shares,
            recycles,
            buffer,
            entries,
            body_crc,
        })
    }

    fn write(&mut self, core: &Core, group: Group) -> Result<(), LogError> {
        let open = self.open.as_mut().ok_or(LogError::Stopped)?;
        let position = open.builder.position;
        let began = core.clock.monotonic();
        let began_ns = u64::try_from(began.as_nanos()).unwrap_or(u64::MAX);
        core.counters
            .write_began
            .store(began_ns.saturating_add(1), Ordering::Relaxed);
        let written = open.write(core, group.buffer.as_ref(), position);
        core.counters.write_began.store(0, Ordering::Relaxed);
        written?;
        let took = core.clock.monotonic().saturating_sub(began);
        core.options.group_written.call(group.buffer.len(), took);
        open.builder.position += group.buffer.len() as u64;
        open.builder.previous_crc = group.body_crc;
        open.builder.last_sequence = group.sequence;
        open.file
            .used
            .store(open.builder.position, Ordering::Relaxed);
        core.space
            .hot_remaining
            .store(open.builder.remaining(0), Ordering::Relaxed);
        Counters::add(&core.counters.groups, 1);
        Counters::add(&core.counters.bytes_written, group.buffer.len() as u64);
        tracing::trace!(
            sequence = group.sequence,
            entries = group.entries,
            "group durable"
        );
        self.publish(core, position, group);
        Ok(())
    }

    /// Makes a durable group visible.
    fn publish(&mut self, core: &Core, position: u64, group: Group) {
        let Some(open) = &self.open else { return };
        let number = open.file.number;
        let runs = group.shares.iter().any(|s| !s.runs.is_empty());
        if runs {
            let mut buffer = group.buffer;
            buffer.truncate(group.used);
            let (bytes, kept) = buffer.freeze();
            core.tail.push(number, position, bytes, kept);
        }
        let mut acknowledged = 0;
        for mut share in group.shares {
            let tp = share.log.topic_partition;
            if share.deleted {
                let _ = self.touched.remove(&tp);
            } else if !share.log.is_ghost {
                let _ = self
                    .touched
                    .entry(tp)
                    .or_insert_with(|| Arc::clone(&share.log));
            }
            acknowledged += publish_share(&mut share, number);
            if !share.batches.is_empty()
                && let Some(observer) = share.log.observer()
            {
                let durable = share.log.durable_end_offset();
                observer.durable(durable);
            }
        }
        for file in &group.recycles {
            core.files.retire(*file);
            core.footers.remove(*file);
        }
        if !group.recycles.is_empty() {
            let n = group.recycles.len() as u64;
            let _ = core.queue.recycles_done.fetch_add(n, Ordering::AcqRel);
            core.housekeeping.notify();
        }
        Counters::add(&core.counters.bytes_acknowledged, acknowledged);
        core.durable.notify();
    }

    /// Seals the open file and takes the next one into use; false if there is none.
    pub(crate) fn roll(&mut self, core: &Core) -> Result<bool, LogError> {
        let first = self.open.is_none();
        let reserve = if first { 0 } else { self.reserve() };
        let Some(next) = core.take_slot(reserve)? else {
            core.housekeeping.notify();
            return Ok(false);
        };
        self.seal(core)?;
        let sequence = core.sequence.load(Ordering::Acquire);
        let open = core.activate(next, Stream::Hot, sequence)?;
        core.space
            .hot_remaining
            .store(open.builder.remaining(0), Ordering::Relaxed);
        self.open = Some(open);
        core.housekeeping.notify();
        core.update_level();
        Ok(true)
    }

    /// Slots that must be left: none for entries that free space, the whole reserve for others.
    fn reserve(&self) -> usize {
        let frees = |log: &Arc<PartitionLog>| {
            let inner = log.inner.lock();
            inner
                .pending
                .urgent
                .iter()
                .any(|entry| *entry != Urgent::Create)
        };
        if !self.recycles.is_empty() || self.waiting.iter().any(frees) {
            return 0;
        }
        super::space::RESERVED_FILES
    }

    /// Writes the footer of the open file and turns its runs into extents.
    pub(crate) fn seal(&mut self, core: &Core) -> Result<(), LogError> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        let number = open.file.number;
        for (tp, log) in &self.touched {
            let mut inner = log.inner.lock();
            let part = open.builder.touch(*tp);
            if inner.deleted {
                // Its entry could not be written yet: the footer says it as well.
                let deleted_sequence = core.sequence.fetch_add(1, Ordering::AcqRel);
                *part = FilePartition {
                    deleted_sequence,
                    ..FilePartition::default()
                };
                continue;
            }
            part.runs.clone_from(&inner.open_runs);
            part.scalars = Some(inner.scalars());
            // A truncation whose entry goes into the next file has cut the runs of this one.
            let cut = std::mem::take(&mut inner.runs_cut);
            let end = inner.durable_end;
            drop(inner);
            part.segments.retain(|s| s.base_offset <= end);
            if cut || part.replay {
                part.forget_from(end);
                part.fold_again(|run| log.open_payload(number, run));
            }
        }
        let index = open.write_footer(core)?;
        if let Some(index) = index {
            core.footers.insert(Arc::new(index));
        }
        for log in std::mem::take(&mut self.touched).into_values() {
            turn_into_extent(core, &log, number);
        }
        // Only now: a sealed file without extents is empty, and housekeeping recycles it.
        open.file.sealed.store(true, Ordering::Release);
        if open.file.live_extents.load(Ordering::Acquire) == 0 {
            core.files.emptied.store(true, Ordering::Release);
        }
        Ok(())
    }
}

impl OpenFile {
    /// One durable write.
    fn write(&self, core: &Core, bytes: &[u8], position: u64) -> Result<(), LogError> {
        let failed = || io("write", &self.file.path);
        #[cfg(feature = "sabotage")]
        if sabotaged!(core.options, RewriteLastBlock) && position > self.builder.block {
            let mut again = vec![0; self.builder.block as usize];
            let before = position - self.builder.block;
            crate::disk::read_exact_at(&*self.handle, &mut again, before)
                .map_err(crate::error::unreadable(&self.file.path))?;
            again.extend_from_slice(bytes);
            write_all_at(&*self.handle, &again, before).map_err(failed())?;
            return self.flush(core);
        }
        write_all_at(&*self.handle, bytes, position).map_err(failed())?;
        self.flush(core)
    }

    #[cfg_attr(
        not(feature = "sabotage"),
        expect(unused_variables, reason = "only sabotage asks")
    )]
    fn flush(&self, core: &Core) -> Result<(), LogError> {
        if self.direct || sabotaged!(core.options, AcknowledgeBeforeFlush) {
            return Ok(());
        }
        self.handle
            .sync_data()
            .map_err(io("flush", &self.file.path))
    }

    /// Writes the footer, durably. `None` if it does not fit: the file is then scanned by the
    /// next recovery.
    pub(crate) fn write_footer(&mut self, core: &Core) -> Result<Option<FileIndex>, LogError> {
        let Some(sealed) = self.builder.footer(&core.footer_context()) else {
            tracing::warn!(
                file = self.file.number,
                "the footer does not fit into its file"
            );
            return Ok(None);
        };
        write_all_at(&*self.handle, sealed.bytes.as_ref(), sealed.position)
            .map_err(io("write the footer of", &self.file.path))?;
        if !self.direct {
            self.handle
                .sync_data()
                .map_err(io("flush", &self.file.path))?;
        }
        Counters::add(&core.counters.bytes_written, sealed.bytes.len() as u64);
        Ok(FileIndex::decode(sealed.body))
    }
}

impl Core {
    pub(crate) fn footer_context(&self) -> FooterContext {
        FooterContext {
            now_ms: self.now_ms(),
            metadata_index: self.metadata_index.load(Ordering::Acquire),
            last_cold_file: self.last_cold_file.load(Ordering::Acquire),
        }
    }

    /// How files are opened for durable writes here.
    pub(crate) fn open_for_writing(
        &self,
        path: &std::path::Path,
    ) -> Result<(Arc<dyn DiskFile>, bool), LogError> {
        if sabotaged!(self.options, AcknowledgeBeforeFlush) {
            let handle = self.disk.open_write(path, WriteAccess::Buffered);
            return Ok((handle.map_err(io("open", path))?, true));
        }
        if self.direct.load(Ordering::Relaxed) {
            match self.disk.open_write(path, WriteAccess::DirectDurable) {
                Ok(handle) => return Ok((handle, true)),
                Err(error) if is_refusal(&error) => self.fall_back(),
                Err(error) => return Err(io("open", path)(error)),
            }
        }
        let handle = self
            .disk
            .open_write(path, WriteAccess::Buffered)
            .map_err(io("open", path))?;
        Ok((handle, false))
    }

    pub(crate) fn fall_back(&self) {
        if self.direct.swap(false, Ordering::Relaxed) {
            tracing::warn!(
                dir = %self.options.dir.display(),
                "the file system refuses direct I/O: using the page cache and fdatasync"
            );
        }
    }
}

/// Errors by which file systems say that they do not do direct I/O.
pub(crate) fn is_refusal(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::Unsupported
    )
}

fn source_of(error: &LogError) -> String {
    std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Adds durable runs to their log. Answers their bytes.
fn publish_share(share: &mut Share, number: u64) -> u64 {
    let mut inner = share.log.inner.lock();
    let entries = share.urgent.len() + share.batches.len();
    inner.pending.published += entries as u64;
    if share
        .urgent
        .iter()
        .any(|u| matches!(u, Urgent::State { complete: true, .. }))
    {
        inner.state_file = inner.state_file.max(number);
    }
    for entry in std::mem::take(&mut share.urgent) {
        share.log.apply_start(&mut inner, entry);
    }
    let mut bytes = 0;
    for run in &share.runs {
        bytes += u64::from(run.length);
        inner.durable_end = inner.durable_end.max(run.end_offset());
        // It may have been deleted while the group was in flight.
        if run.end_offset() > inner.local_start && !inner.deleted {
            inner.open_runs.push(*run);
        }
    }
    inner.open_file = number;
    bytes
}

/// The runs that a log has in a file that was just sealed become one extent.
fn turn_into_extent(core: &Core, log: &PartitionLog, number: u64) {
    let mut inner = log.inner.lock();
    inner.state_file = number;
    let runs = std::mem::take(&mut inner.open_runs);
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
        return;
    };
    let extent = Extent {
        base_offset: first.base_offset,
        end_offset: last.end_offset(),
        file: number,
        bytes: runs.iter().map(|r| u64::from(r.length)).sum(),
        max_timestamp: runs
            .iter()
            .map(|r| r.max_timestamp)
            .max()
            .unwrap_or(i64::MIN),
    };
    let start = inner.local_start;
    if let Some(extent) = extent.cut(start, i64::MAX) {
        core.files
            .count(number, 1, i64::try_from(extent.bytes).unwrap_or(i64::MAX));
        inner.extents.push(extent);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use strandline_protocol::Uuid;
    use strandline_protocol::clock::ManualClock;

    use super::*;
    use crate::disk::sim::SimDisk;
    use crate::{AppendOrigin, Journal, JournalOptions, PartitionLogOptions};

    /// A batch of one record; its content does not matter.
    fn batch() -> bytes::Bytes {
        let mut b = vec![0; 80];
        b[8..12].copy_from_slice(&68_i32.to_be_bytes());
        b[16] = 2;
        b[43..57].fill(0xFF);
        b[57..61].copy_from_slice(&1_i32.to_be_bytes());
        let crc = crc32c(&b[21..]);
        b[17..21].copy_from_slice(&crc.to_be_bytes());
        b.into()
    }

    pub(crate) const TP: TopicPartition = TopicPartition {
        topic_id: Uuid([7; 16]),
        partition: 0,
    };

    /// The log of the tests.
    pub(crate) fn create(journal: &Journal) -> Arc<PartitionLog> {
        let log = journal.create_log(TP, PartitionLogOptions::default());
        log.unwrap()
    }

    /// A journal of small files without threads.
    pub(crate) fn open(disk: &SimDisk) -> Arc<Journal> {
        let mut options = JournalOptions::new("/journal");
        options.file_size_bytes = 64 << 10;
        options.first_file_size_bytes = 64 << 10;
        options.prealloc_bytes = 0;
        options.metadata_reserve_bytes = 0;
        options.threads = false;
        let clock = Arc::new(ManualClock::new(1));
        Journal::open(Arc::new(disk.clone()), clock, options)
            .unwrap()
            .0
    }

    #[test]
    fn a_log_that_is_deleted_while_its_group_is_written_leaves_its_file_empty() {
        let journal = open(&SimDisk::new(1, 4 << 20));
        let log = create(&journal);
        log.append(batch(), 1, AppendOrigin::Client, None).unwrap();
        let core = Arc::clone(&log.core);
        let file = core.files.all().pop().unwrap();
        std::thread::scope(|scope| {
            let mut slot = core.writer.lock();
            let writer = slot.as_mut().unwrap();
            core.queue.take(&mut writer.waiting, &mut writer.recycles);
            let (shares, _) = writer.gather(&core, 32 << 10);
            let group = writer.build(&core, shares).unwrap();
            let _ = scope.spawn(|| journal.delete_log(TP, 1).unwrap());
            while !log.inner.lock().deleted {
                std::thread::yield_now();
            }
            writer.write(&core, group).unwrap();
            // The entry that deletes it goes into the next file.
            assert!(writer.roll(&core).unwrap());
        });
        assert_eq!(file.live_extents.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_log_created_after_a_deletion_that_only_a_footer_tells_is_kept() {
        let disk = SimDisk::new(1, 4 << 20);
        let journal = open(&disk);
        let log = create(&journal);
        assert!(journal.step());
        log.inner.lock().deleted = true;
        let core = Arc::clone(&log.core);
        core.writer.lock().as_mut().unwrap().seal(&core).unwrap();
        disk.crash();
        let journal = open(&disk);
        assert!(journal.logs().is_empty());
        let log = create(&journal);
        log.append(batch(), 1, AppendOrigin::Client, None).unwrap();
        assert!(journal.step());
        disk.crash();
        assert!(open(&disk).log(&TP).is_some());
    }
}
