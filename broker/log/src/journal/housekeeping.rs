//! What goes on beside the writer: new files, recycling, copy-forward.
//!
//! # Recycling
//!
//! A file is used again only after (1) every live run and state in it is durable elsewhere,
//! (2) a durable `recycle` entry says so, (3) nobody reads it (I3). Then its header is replaced
//! by one that says that it is unused, so that the entry itself need not live for ever: the
//! file that holds the entry is not recycled before.
//!
//! Facts that older files still need (deletions, truncations) are written again, with the
//! sequence that they had, when their file is recycled.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use strandline_protocol::TopicPartition;

use super::builder::FileBuilder;
use super::core::Core;
use super::files::{FreeSlot, NewFile, SLOT_UNFINISHED, slot_path};
use super::handle::Logs;
use super::options::sabotaged;
use super::stats::Counters;
use super::writer::{OpenFile, is_refusal};
use crate::disk::{AlignedBuffer, WriteAccess, write_all_at};
use crate::error::{LogError, io};
use crate::format::Stream;
use crate::format::file_header::{FileHeader, FileUse, UNUSED_ZEROS_END};
use crate::format::footer::{FileIndex, PartitionState};
use crate::partition::pending::Urgent;
use crate::partition::state::complete_entry;
use crate::partition::{Inner, PartitionLog};

/// Zeros written at a time into a new file, in bytes.
const FILL_BYTES: usize = 1 << 20;

/// Pause between two pieces of zeros while the writer is busy, in ms.
const FILL_PAUSE_MS: u64 = 2;

/// Files that are recycled with one entry group at most.
const RECYCLED_AT_ONCE: usize = 64;

/// How long housekeeping sleeps when nothing wakes it.
pub(crate) const HOUSEKEEPING_INTERVAL: Duration = Duration::from_secs(5);

/// State of the housekeeping.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    stopped: AtomicBool,
    /// Since the file system refused a new file: when the next one may be tried.
    retry_at: Mutex<Option<Duration>>,
    /// Files made so far.
    made: AtomicU64,
}

impl Keeper {
    /// The file system refused a file, whatever it says of its space.
    pub(crate) fn is_full(&self) -> bool {
        self.retry_at.lock().is_some()
    }

    fn may_retry(&self, now: Duration) -> bool {
        self.retry_at.lock().is_some_and(|at| at <= now)
    }
}

impl Core {
    pub(crate) fn stop_housekeeping(&self) {
        self.keeper.stopped.store(true, Ordering::SeqCst);
        self.housekeeping.notify();
        self.durable.notify();
    }

    pub(crate) fn housekeeping_stopped(&self) -> bool {
        self.keeper.stopped.load(Ordering::SeqCst)
    }

    /// Does one piece of work; false if there is none.
    pub(crate) fn maintain(self: &Arc<Self>, logs: &Logs) -> bool {
        let done = self.try_maintain(logs);
        match done {
            Ok(done) => done,
            Err(LogError::Stopped | LogError::NoSpace) => false,
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                self.fail(&format!("{error}: {}", source.unwrap_or_default()));
                false
            }
        }
    }

    fn try_maintain(self: &Arc<Self>, logs: &Logs) -> Result<bool, LogError> {
        if self.is_stopped() {
            return Ok(false);
        }
        if self.free_retired()? || self.recycle_empty(logs)? {
            self.update_level();
            return Ok(true);
        }
        if self.copy_forward(logs)? {
            self.update_level();
            return Ok(true);
        }
        self.prepare_file()
    }

    /// A slot for the next file: one that is ready, or a new one that is not filled.
    pub(crate) fn take_slot(&self, reserve: usize) -> Result<Option<FreeSlot>, LogError> {
        if let Some(slot) = self.files.take_free(reserve) {
            return Ok(Some(slot));
        }
        if reserve > 0 && self.space.beyond_reserve() < self.file_size {
            return Ok(None);
        }
        let first = self.files.total_bytes() == 0;
        let size = if first {
            self.options.first_file_size_bytes
        } else {
            self.file_size
        };
        let made = self.make_slot(size, first)?;
        if made.is_some() {
            let _ = self.keeper.made.fetch_add(1, Ordering::Relaxed);
        }
        Ok(made)
    }

    /// Makes a new slot: allocated, filled with zeros if asked to, durable by name. `None` if
    /// the file system has no space for it.
    fn make_slot(&self, size: u64, fill: bool) -> Result<Option<FreeSlot>, LogError> {
        let beyond_reserve = self.refresh_space();
        let now = self.clock.monotonic();
        let waits = self.keeper.is_full() && !self.keeper.may_retry(now);
        if beyond_reserve < size || waits {
            return Ok(None);
        }
        let slot = self.files.next_slot();
        let path = slot_path(&self.options.dir, slot);
        let unfinished = path.with_extension(&SLOT_UNFINISHED[1..]);
        if let Err(error) = self.disk.create(&unfinished, size) {
            if is_full(&error) {
                // Counted from now: filling a file up to the limit may have taken long.
                let now = self.clock.monotonic();
                *self.keeper.retry_at.lock() = Some(now + HOUSEKEEPING_INTERVAL);
                let _ = self.refresh_space();
                return Ok(None);
            }
            return Err(io("create", &unfinished)(error));
        }
        *self.keeper.retry_at.lock() = None;
        let ready = FreeSlot { slot, path, size };
        let header = self.unused_header(size, 0);
        let (handle, direct) = self.open_for_writing(&unfinished)?;
        self.write_header_durably(&*handle, direct, &header, &unfinished)?;
        // Filled past the page cache: zeros are not worth a place in it.
        let (handle, _) = self.open_for_writing(&unfinished)?;
        if fill {
            self.fill(&*handle, size, &unfinished)?;
        }
        handle.sync_data().map_err(io("flush", &unfinished))?;
        self.disk
            .rename(&unfinished, &ready.path)
            .map_err(io("rename", &unfinished))?;
        if !sabotaged!(self.options, SkipDirectorySync) {
            self.disk
                .sync_dir(&self.options.dir)
                .map_err(io("flush", &self.options.dir))?;
        }
        self.files.count_slot(size);
        let _ = self.refresh_space();
        Ok(Some(ready))
    }

    /// Writes zeros behind the header, so that later writes change no metadata.
    fn fill(
        &self,
        handle: &dyn crate::disk::DiskFile,
        size: u64,
        path: &std::path::Path,
    ) -> Result<(), LogError> {
        let mut zeros = AlignedBuffer::new(FILL_BYTES);
        zeros.pad_to(FILL_BYTES);
        let mut position = self.block;
        while position < size && !self.housekeeping_stopped() {
            let n = usize::try_from(size - position)
                .unwrap_or(FILL_BYTES)
                .min(FILL_BYTES);
            write_all_at(handle, &zeros.as_ref()[..n], position).map_err(io("fill", path))?;
            position += n as u64;
            let pause = FILL_PAUSE_MS * u64::from(self.options.threads && self.is_writing());
            if pause > 0 {
                let seen = self.housekeeping.count();
                self.housekeeping
                    .wait_for(seen, Duration::from_millis(pause));
            }
        }
        Ok(())
    }

    /// Whether the writer has bytes to write right now.
    fn is_writing(&self) -> bool {
        self.queue.pending_bytes.load(Ordering::Relaxed) > 0
    }

    /// Keeps zero-filled files ready, so that the writer never waits for one.
    fn prepare_file(&self) -> Result<bool, LogError> {
        let ready = self.files.free_bytes();
        let wanted = self.options.prealloc_bytes;
        let used = self.files.total_bytes() > 0;
        if !used || self.housekeeping_stopped() {
            return Ok(false);
        }
        // While a quota is full nobody else tries.
        let retry = self.keeper.may_retry(self.clock.monotonic());
        let fits = self.space.beyond_reserve() >= self.file_size;
        if !retry && (ready + self.file_size > wanted || !fits) {
            return Ok(false);
        }
        let Some(slot) = self.make_slot(self.file_size, true)? else {
            return Ok(false);
        };
        self.files.add_free(slot);
        self.update_level();
        self.queue.wake();
        Ok(true)
    }

    fn unused_header(&self, size: u64, number: u64) -> FileHeader {
        FileHeader {
            file_use: FileUse::Unused,
            block_size: u32::try_from(self.block).unwrap_or(4096),
            journal_id: self.journal_id,
            number,
            size,
            first_sequence: 0,
            opened_ms: 0,
            metadata_index: 0,
        }
    }

    /// Says durably that nothing lives in a slot, and clears its front.
    pub(crate) fn mark_unused(&self, slot: &FreeSlot, number: u64) -> Result<(), LogError> {
        let (handle, direct) = self.open_for_writing(&slot.path)?;
        let header = self.unused_header(slot.size, number);
        self.write_header_durably(&*handle, direct, &header, &slot.path)?;
        // Only now: under a torn header the groups are what says that nothing is damaged.
        let end = UNUSED_ZEROS_END.min(slot.size / self.block * self.block);
        let len = usize::try_from(end.saturating_sub(self.block)).unwrap_or(0);
        let mut zeros = AlignedBuffer::new(len);
        zeros.pad_to(len);
        let (handle, direct) = self.open_for_writing(&slot.path)?;
        write_all_at(&*handle, zeros.as_ref(), self.block).map_err(io("clear", &slot.path))?;
        if direct {
            return Ok(());
        }
        handle.sync_data().map_err(io("flush", &slot.path))
    }

    fn write_header_durably(
        &self,
        handle: &dyn crate::disk::DiskFile,
        direct: bool,
        header: &FileHeader,
        path: &std::path::Path,
    ) -> Result<(), LogError> {
        match write_header(handle, header) {
            // Opening for direct I/O worked and writing does not: some file systems do that.
            Err(error) if direct && is_refusal(&error) => {
                self.fall_back();
                let (handle, _) = self.open_for_writing(path)?;
                write_header(&*handle, header).map_err(io("write", path))?;
                handle.sync_data().map_err(io("flush", path))
            }
            Err(error) => Err(io("write", path)(error)),
            Ok(()) if direct => Ok(()),
            Ok(()) => handle.sync_data().map_err(io("flush", path)),
        }
    }

    /// Takes a slot into use under a new number; its header is durable when this returns.
    pub(crate) fn activate(
        &self,
        slot: FreeSlot,
        stream: Stream,
        first_sequence: u64,
    ) -> Result<OpenFile, LogError> {
        let number = self.files.next_number();
        let (size, opened_ms) = (slot.size, self.now_ms());
        let header = FileHeader {
            file_use: FileUse::InUse(stream),
            number,
            first_sequence,
            opened_ms,
            metadata_index: self.metadata_index.load(Ordering::Acquire),
            ..self.unused_header(size, number)
        };
        let (mut handle, mut direct) = self.open_for_writing(&slot.path)?;
        self.write_header_durably(&*handle, direct, &header, &slot.path)?;
        if stream == Stream::Cold || direct != self.direct.load(Ordering::Relaxed) {
            let buffered = self.disk.open_write(&slot.path, WriteAccess::Buffered);
            handle = buffered.map_err(io("open", &slot.path))?;
            direct = false;
        }
        let builder = FileBuilder::new(
            self.journal_id,
            number,
            stream,
            size,
            self.block,
            first_sequence,
        );
        let new = NewFile {
            number,
            slot,
            first_sequence,
        };
        let file = self.files.insert(new);
        Ok(OpenFile {
            file,
            handle,
            builder,
            direct,
        })
    }

    /// Frees a recycled file that nobody reads any more.
    pub(crate) fn free_retired(&self) -> Result<bool, LogError> {
        let Some(file) = self.files.take_unpinned() else {
            return Ok(false);
        };
        let slot = FreeSlot {
            slot: file.slot,
            path: file.path.clone(),
            size: file.size,
        };
        self.mark_unused(&slot, file.number)?;
        Counters::add(&self.counters.files_recycled, 1);
        self.files.add_free(slot);
        self.queue.wake();
        Ok(true)
    }

    /// Writes down that files without live runs are recycled.
    fn recycle_empty(self: &Arc<Self>, logs: &Logs) -> Result<bool, LogError> {
        if self.files.has_retired() || !self.files.emptied.swap(false, Ordering::AcqRel) {
            return Ok(false);
        }
        let all = self.files.all();
        // A file whose footer cannot be read may say something that nothing else says.
        let empty: Vec<(u64, Arc<FileIndex>)> = all
            .iter()
            .filter(|f| f.is_empty())
            .filter_map(|f| Some((f.number, self.load_footer(f).ok()?)))
            .take(RECYCLED_AT_ONCE)
            .collect();
        if empty.is_empty() {
            return Ok(false);
        }
        let recycled: Vec<u64> = empty.iter().map(|(number, _)| *number).collect();
        let kept = all.iter().filter(|f| !recycled.contains(&f.number));
        let oldest = kept.map(|f| f.first_sequence).min().unwrap_or(u64::MAX);
        if let Err(error) = self.save_state(logs, &empty, oldest) {
            self.files.emptied.store(true, Ordering::Release);
            return Err(error);
        }
        self.recycle(&recycled)?;
        if empty.len() == RECYCLED_AT_ONCE {
            self.files.emptied.store(true, Ordering::Release);
        }
        Ok(true)
    }

    /// Frees a file that says nothing that another file does not say as well: no entry is
    /// needed for that. The way out when a start finds no space for its first entry.
    pub(crate) fn free_redundant(self: &Arc<Self>, logs: &Logs) -> Result<bool, LogError> {
        let all = self.files.all();
        for file in all.iter().filter(|file| file.is_empty()) {
            let Ok(index) = self.load_footer(file) else {
                continue;
            };
            let others = all.iter().filter(|f| f.number != file.number);
            let oldest = others.map(|f| f.first_sequence).min().unwrap_or(u64::MAX);
            let needed = index.rows().any(|row| {
                let Some(details) = index.details(&row) else {
                    return true;
                };
                let tp = row.topic_partition;
                let log = logs.get(&tp);
                let inner = log.as_ref().map(|log| log.inner.lock());
                !entries_to_save(&tp, inner.as_deref(), file.number, &details, oldest).is_empty()
            });
            if !needed {
                self.files.retire(file.number);
                self.footers.remove(file.number);
                return self.free_retired();
            }
        }
        Ok(false)
    }

    /// Makes the `recycle` entries durable.
    pub(crate) fn recycle(self: &Arc<Self>, files: &[u64]) -> Result<(), LogError> {
        self.queue.push_recycles(files);
        self.wait_durable(|| files.iter().all(|f| self.files.get(*f).is_none()))
    }

    /// Writes again what only these files say, durably.
    fn save_state(
        self: &Arc<Self>,
        logs: &Logs,
        files: &[(u64, Arc<FileIndex>)],
        oldest_sequence: u64,
    ) -> Result<(), LogError> {
        let mut waiting: HashMap<TopicPartition, (Arc<PartitionLog>, u64)> = HashMap::new();
        let newest = files.iter().map(|(number, _)| *number).max().unwrap_or(0);
        for (_, index) in files {
            for row in index.rows() {
                let Some(details) = index.details(&row) else {
                    continue;
                };
                let tp = row.topic_partition;
                let (log, newest) = match waiting.get(&tp) {
                    Some((log, _)) => (Some(Arc::clone(log)), 0),
                    None => (logs.get(&tp), newest),
                };
                let log = log.unwrap_or_else(|| PartitionLog::ghost(tp, Arc::clone(self)));
                // One lock for reading and saying: a state behind what changes it, or behind the
                // entry that deletes the log, would undo that.
                let mut inner = log.inner.lock();
                let known = (!log.is_ghost).then_some(&*inner);
                let entries = entries_to_save(&tp, known, newest, &details, oldest_sequence);
                if entries.is_empty() {
                    continue;
                }
                // The entry that deletes it says enough, once it is durable.
                let entries = if inner.deleted { Vec::new() } else { entries };
                for entry in entries {
                    let _ = inner.pending.push_urgent(entry);
                }
                let ticket = inner.pending.enqueued;
                log.enqueue(&mut inner);
                drop(inner);
                let _ = waiting.insert(tp, (log, ticket));
            }
        }
        waiting
            .values()
            .try_for_each(|(log, ticket)| log.wait_published(*ticket))
    }
}

/// What only these details say of a log, which is `inner` unless it is gone.
fn entries_to_save(
    tp: &TopicPartition,
    inner: Option<&Inner>,
    newest_file: u64,
    details: &PartitionState,
    oldest_sequence: u64,
) -> Vec<Urgent> {
    let mut entries = Vec::new();
    let deleted = details.deleted_sequence.cast_unsigned();
    if deleted > oldest_sequence {
        entries.push(Urgent::DeleteAgain {
            effective_sequence: deleted,
        });
    }
    let Some(inner) = inner else { return entries };
    for truncation in &details.truncations {
        let sequence = truncation.sequence.cast_unsigned();
        if sequence > oldest_sequence {
            entries.push(Urgent::Truncate {
                end_offset: truncation.end_offset,
                leader_epoch: -1,
                effective_sequence: sequence,
            });
        }
    }
    if let Some(start) = &inner.start_producers
        && !details.start_producers.is_empty()
        && details.start_producers_offset == start.offset
    {
        let records = start.records(tp).into_iter();
        entries.extend(records.map(|record| Urgent::State {
            record,
            complete: false,
        }));
    }
    if inner.state_file <= newest_file {
        let segments = inner.segment_starts(&details.segments);
        entries.push(complete_entry(tp, &inner.scalars_queued(), segments));
    }
    entries
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

fn write_header(handle: &dyn crate::disk::DiskFile, header: &FileHeader) -> std::io::Result<()> {
    let block = header.block_size as usize;
    let mut bytes = AlignedBuffer::new(block);
    bytes.extend(&header.encode());
    bytes.pad_to(block);
    write_all_at(handle, bytes.as_ref(), 0)
}

#[cfg(test)]
mod tests {
    use super::super::writer::tests::{create, open};
    use super::*;
    use crate::disk::sim::SimDisk;

    #[test]
    fn a_state_that_is_written_again_does_not_bring_a_deleted_log_back() {
        let disk = SimDisk::new(1, 4 << 20);
        let journal = open(&disk);
        let log = create(&journal);
        assert!(journal.step());
        let core = Arc::clone(&log.core);
        let file = core.files.all().pop().unwrap();
        let rolled = core.writer.lock().as_mut().unwrap().roll(&core);
        assert!(rolled.unwrap());
        // It is deleted after housekeeping has looked it up.
        {
            let mut inner = log.inner.lock();
            inner.closed = true;
            inner.deleted = true;
            let entry = Urgent::Delete { metadata_index: 1 };
            let _ = inner.pending.push_urgent(entry);
            log.enqueue(&mut inner);
        }
        let logs = core.logs.get().unwrap().upgrade().unwrap();
        let emptied = [(file.number, core.load_footer(&file).unwrap())];
        core.save_state(&logs, &emptied, u64::MAX).unwrap();
        disk.crash();
        assert!(open(&disk).logs().is_empty());
    }
}
