//! The journal of a node: opening, closing, its logs and its threads.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use strandline_protocol::TopicPartition;
use strandline_protocol::clock::Clock;

use super::builder::FileBuilder;
use super::core::{Core, Queue, Signal};
use super::files::{Files, FreeSlot, JournalFile, NewFile};
use super::footer_cache::FooterCache;
use super::housekeeping::HOUSEKEEPING_INTERVAL;
use super::options::{JournalOptions, PartitionLogOptions};
use super::recovery::{self, Merged, Recovered, RecoveredFile, RecoveryReport};
use super::space::{DiskLevel, Space};
use super::stats::{Counters, JournalStats};
use super::tail::Tail;
use super::writer::{OpenFile, Progress, Writer};
use crate::disk::{BufferPool, Disk, DiskLock, WriteAccess};
use crate::error::{LogError, io, unreadable};
use crate::format::JournalId;
use crate::format::footer::FileIndex;
use crate::partition::PartitionLog;
use crate::partition::pending::Urgent;
use crate::partition::truncate::cut_extents;

/// A file is at least this large unless the options say otherwise, in bytes.
const FILE_SIZE_MIN: u64 = 64 << 20;
/// Buffers of groups that wait for their next use, in bytes.
const IDLE_BUFFERS_MAX: usize = 16 << 20;
/// How long a writer without space waits before it looks again.
const STALLED_INTERVAL: Duration = Duration::from_millis(50);

/// All logs of a journal.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    logs: RwLock<HashMap<TopicPartition, Arc<PartitionLog>>>,
    /// Creation and deletion, one at a time.
    lifecycle: Mutex<()>,
}

impl Logs {
    pub(crate) fn get(&self, tp: &TopicPartition) -> Option<Arc<PartitionLog>> {
        self.logs.read().get(tp).cloned()
    }
}

/// The journal: one per node. Cloned as `Arc<Journal>`; dropping it closes it.
#[derive(Debug)]
pub struct Journal {
    core: Arc<Core>,
    logs: Arc<Logs>,
    threads: Mutex<Threads>,
    lock: Mutex<Option<Box<dyn DiskLock>>>,
    closed: AtomicBool,
}

/// The threads of a journal that has its own.
#[derive(Debug, Default)]
struct Threads {
    writer: Option<JoinHandle<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Journal {
    /// Recovers what the directory holds and starts the writer. Blocks until every log can be
    /// read and appended to.
    ///
    /// # Errors
    ///
    /// If the directory is in use, belongs to something else, or cannot be read or written.
    pub fn open(
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        options: JournalOptions,
    ) -> Result<(Arc<Self>, RecoveryReport), LogError> {
        let began = clock.monotonic();
        let dir = options.dir.clone();
        disk.create_dir_all(&dir).map_err(io("create", &dir))?;
        let lock = lock_dir(&*disk, &options)?;
        let candidates = recovery::candidates(&*disk, &dir, &mut |path| disk.open_read(path))?;
        let mut recovered = recovery::recover(candidates, &options)?;
        let core = Arc::new(new_core(disk, clock, options, &recovered)?);
        let mut report = std::mem::take(&mut recovered.report);
        let logs = core.restore(recovered, &mut report)?;
        let _ = core.refresh_space();
        let journal = Arc::new(Self {
            core,
            logs: Arc::new(logs),
            threads: Mutex::default(),
            lock: Mutex::new(Some(lock)),
            closed: AtomicBool::new(false),
        });
        let _ = journal.core.logs.set(Arc::downgrade(&journal.logs));
        journal.start_writer()?;
        report.duration = journal.core.clock.monotonic().saturating_sub(began);
        for corruption in &report.corruption {
            tracing::error!(?corruption, "the journal is damaged");
        }
        for torn in &report.torn_ends {
            tracing::info!(
                ?torn,
                "the journal ends in a write that was not acknowledged"
            );
        }
        for repaired in &report.repaired {
            tracing::warn!(?repaired, "the journal has a flaw, nothing is lost by it");
        }
        for damaged in &report.damaged {
            let tp = damaged.topic_partition;
            tracing::error!(%tp, start = damaged.start, end = damaged.end, "offsets are lost here");
        }
        Ok((journal, report))
    }

    fn start_writer(&self) -> Result<(), LogError> {
        {
            let mut slot = self.core.writer.lock();
            let writer = slot.insert(Writer::new());
            let mut ready = writer.roll(&self.core)?;
            while !ready && self.core.free_redundant(&self.logs)? {
                ready = writer.roll(&self.core)?;
            }
            if !ready {
                tracing::warn!("no space for a journal file: nothing can be written");
            }
        }
        if !self.core.options.threads {
            return Ok(());
        }
        let spawn = |name: &str, body: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(body)
                .map_err(io("start a thread for", &self.core.options.dir))
        };
        let core = Arc::clone(&self.core);
        let writer = spawn("journal-writer", Box::new(move || write_loop(&core)))?;
        let (core, logs) = (Arc::clone(&self.core), Arc::clone(&self.logs));
        let keeper = spawn("journal-keeper", Box::new(move || keep_loop(&core, &logs)))?;
        *self.threads.lock() = Threads {
            writer: Some(writer),
            keeper: Some(keeper),
        };
        Ok(())
    }

    /// The log of a partition, created if there is none. The options act from now on. The
    /// entry that creates it goes with the next group.
    ///
    /// # Errors
    ///
    /// If the journal is stopped.
    pub fn create_log(
        &self,
        tp: TopicPartition,
        options: PartitionLogOptions,
    ) -> Result<Arc<PartitionLog>, LogError> {
        self.create_log_shared(tp, Arc::new(options))
    }

    /// Like [`Journal::create_log`]; many logs can share their options.
    ///
    /// # Errors
    ///
    /// If the journal is stopped.
    pub fn create_log_shared(
        &self,
        tp: TopicPartition,
        options: Arc<PartitionLogOptions>,
    ) -> Result<Arc<PartitionLog>, LogError> {
        let _one = self.logs.lifecycle.lock();
        if self.core.is_stopped() || self.closed.load(Ordering::Acquire) {
            return Err(LogError::Stopped);
        }
        if let Some(log) = self.log(&tp) {
            log.inner.lock().options = options;
            return Ok(log);
        }
        let restored = Default::default();
        let log = PartitionLog::new(tp, Arc::clone(&self.core), options, restored);
        {
            let mut inner = log.inner.lock();
            let _ = inner.pending.push_urgent(Urgent::Create);
            log.enqueue(&mut inner);
        }
        let _ = self.logs.logs.write().insert(tp, Arc::clone(&log));
        Ok(log)
    }

    /// Deletes a log, durably, because of the metadata entry with this index. Blocks. Deleting
    /// what does not exist is done already.
    ///
    /// # Errors
    ///
    /// If the journal stops, or has no space left.
    pub fn delete_log(&self, tp: TopicPartition, metadata_index: u64) -> Result<(), LogError> {
        self.delete_logs(&[tp], metadata_index)
    }

    /// Deletes many logs with as few writes as possible.
    ///
    /// # Errors
    ///
    /// If the journal stops, or has no space left.
    pub fn delete_logs(&self, tps: &[TopicPartition], metadata_index: u64) -> Result<(), LogError> {
        let _one = self.logs.lifecycle.lock();
        self.core.note_metadata_index(metadata_index);
        let mut waiting = Vec::new();
        for tp in tps {
            let Some(log) = self.logs.logs.write().remove(tp) else {
                continue;
            };
            let ticket = {
                let mut inner = log.inner.lock();
                let inner = &mut *inner;
                inner.closed = true;
                inner.deleted = true;
                let dropped = inner.pending.drop_batches(i64::MIN);
                let _ = self
                    .core
                    .queue
                    .pending_bytes
                    .fetch_sub(dropped, Ordering::Relaxed);
                cut_extents(&self.core, inner, i64::MAX, i64::MAX);
                inner.open_runs.clear();
                inner.producers = None;
                inner.start_producers = None;
                let ticket = inner.pending.push_urgent(Urgent::Delete { metadata_index });
                log.enqueue(inner);
                ticket
            };
            waiting.push((log, ticket));
        }
        waiting
            .iter()
            .try_for_each(|(log, ticket)| log.wait_published(*ticket))
    }

    /// The log of a partition, if there is one.
    #[must_use]
    pub fn log(&self, tp: &TopicPartition) -> Option<Arc<PartitionLog>> {
        self.logs.get(tp)
    }

    /// All logs, in no order.
    #[must_use]
    pub fn logs(&self) -> Vec<Arc<PartitionLog>> {
        self.logs.logs.read().values().cloned().collect()
    }

    /// The highest metadata index on which a destructive step was based: nothing is served
    /// before the image has reached it.
    #[must_use]
    pub fn applied_metadata_index(&self) -> u64 {
        self.core.metadata_index.load(Ordering::Acquire)
    }

    /// Identity of the journal.
    #[must_use]
    pub fn id(&self) -> JournalId {
        self.core.journal_id
    }

    /// Figures.
    #[must_use]
    pub fn stats(&self) -> JournalStats {
        self.core.stats()
    }

    /// Who may write.
    #[must_use]
    pub fn space(&self) -> DiskLevel {
        self.core.update_level()
    }

    /// Whether the journal takes no more entries.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.core.is_stopped()
    }

    /// Waits until everything that was queued so far is durable. Blocks.
    ///
    /// # Errors
    ///
    /// If the journal stops, or has no space left.
    pub fn flush(&self) -> Result<(), LogError> {
        for log in self.logs() {
            let ticket = log.inner.lock().pending.enqueued;
            log.wait_published(ticket)?;
        }
        Ok(())
    }

    /// Without threads: writes one group. False if there was nothing to write, or no space.
    #[must_use]
    pub fn step(&self) -> bool {
        self.core.step() == Progress::Made
    }

    /// Without threads: does one piece of housekeeping. False if there was none to do.
    #[must_use]
    pub fn maintain(&self) -> bool {
        self.core.maintain(&self.logs)
    }

    /// Writes what is queued, seals the file and ends the threads. The next start scans
    /// nothing.
    ///
    /// # Errors
    ///
    /// If something could not be written.
    pub fn close(&self) -> Result<(), LogError> {
        if self.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        // The keeper first: what it has begun may wait for the writer.
        self.core.stop_housekeeping();
        let threads = std::mem::take(&mut *self.threads.lock());
        let _ = threads.keeper.map(JoinHandle::join);
        self.core.queue.close();
        let _ = threads.writer.map(JoinHandle::join);
        let result = self.seal_for_good();
        self.core.stopped.store(true, Ordering::SeqCst);
        self.core.durable.notify();
        self.core.queue.clear();
        let _ = self.lock.lock().take();
        result
    }

    fn seal_for_good(&self) -> Result<(), LogError> {
        while !self.core.is_stopped() && self.core.step() == Progress::Made {}
        let Some(mut writer) = self.core.writer.lock().take() else {
            return Ok(());
        };
        if self.core.is_stopped() {
            return Err(LogError::Stopped);
        }
        writer.seal(&self.core)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::warn!(%error, "the journal was not closed cleanly");
        }
    }
}

fn lock_dir(disk: &dyn Disk, options: &JournalOptions) -> Result<Box<dyn DiskLock>, LogError> {
    disk.lock(&options.dir).map_err(|error| match error.kind() {
        std::io::ErrorKind::WouldBlock => LogError::InUse {
            dir: options.dir.clone(),
            holder: error.to_string(),
        },
        _ => io("lock", &options.dir)(error),
    })
}

fn write_loop(core: &Core) {
    let mut stalled = None;
    while core.queue.wait(stalled) && !core.is_stopped() {
        let mut progress = core.step();
        while progress == Progress::Made {
            core.set_stalled(false);
            progress = core.step();
        }
        core.set_stalled(progress == Progress::Stalled);
        stalled = (progress == Progress::Stalled).then_some(STALLED_INTERVAL);
    }
}

fn keep_loop(core: &Arc<Core>, logs: &Logs) {
    loop {
        let seen = core.housekeeping.count();
        while !core.is_stopped() && !core.housekeeping_stopped() && core.maintain(logs) {}
        if core.is_stopped() || core.housekeeping_stopped() {
            return;
        }
        core.housekeeping.wait_for(seen, HOUSEKEEPING_INTERVAL);
        let _ = core.refresh_space();
    }
}

fn new_core(
    disk: Arc<dyn Disk>,
    clock: Arc<dyn Clock>,
    mut options: JournalOptions,
    recovered: &Recovered,
) -> Result<Core, LogError> {
    let dir = &options.dir;
    let block = disk.block_size(dir);
    let space = disk.space(dir).map_err(io("look at the space of", dir))?;
    let cache = u64::try_from(options.tail_cache_bytes).unwrap_or(u64::MAX);
    let file_size = match options.file_size_bytes {
        0 => FILE_SIZE_MIN
            .max(space.total / 1024)
            .min(FILE_SIZE_MIN.max(cache)),
        size => size,
    };
    let file_size = file_size / u64::from(block) * u64::from(block);
    options.first_file_size_bytes = options.first_file_size_bytes.min(file_size);
    let largest = usize::try_from(options.first_file_size_bytes / 4).unwrap_or(usize::MAX);
    options.batch_bytes_max = options.batch_bytes_max.min(largest);
    options.group_bytes_max = options.group_bytes_max.min(largest);
    let journal_id = match recovered.journal_id {
        Some(id) => id,
        None => JournalId(disk.random_id().map_err(io("name the journal in", dir))?),
    };
    Ok(Core {
        journal_id,
        file_size,
        block: u64::from(block),
        direct: AtomicBool::new(options.direct_io),
        queue: Queue::default(),
        files: Files::default(),
        tail: Tail::new(options.tail_cache_bytes),
        footers: FooterCache::new(options.footer_cache_bytes),
        pool: BufferPool::new(IDLE_BUFFERS_MAX),
        space: Space::default(),
        counters: Counters::default(),
        metadata_index: AtomicU64::new(recovered.metadata_index),
        last_cold_file: AtomicU64::new(recovered.last_cold_file),
        sequence: AtomicU64::new(recovered.next_sequence),
        writer: Mutex::new(None),
        stopped: AtomicBool::new(false),
        stalled: AtomicBool::new(false),
        durable: Signal::default(),
        housekeeping: Signal::default(),
        keeper: super::housekeeping::Keeper::default(),
        logs: std::sync::OnceLock::new(),
        maintaining: AtomicBool::new(false),
        disk,
        clock,
        options,
    })
}

impl Core {
    /// Puts what recovery found in place: seals scanned files, frees recycled ones. All reading
    /// comes before the first write: a start that cannot read leaves everything as it was.
    fn restore(
        self: &Arc<Self>,
        recovered: Recovered,
        report: &mut RecoveryReport,
    ) -> Result<Logs, LogError> {
        self.files
            .restore(recovered.next_number, recovered.next_slot);
        let mut unsealed = Vec::new();
        let unflushed = |f: &&RecoveredFile| f.newest || f.unsealed.is_some();
        let unflushed = recovered.files.iter().filter(unflushed);
        let unflushed: Vec<PathBuf> = unflushed.map(|f| f.slot.path.clone()).collect();
        for file in recovered.files {
            unsealed.extend(self.restore_file(file));
        }
        let logs = self.restore_logs(recovered.logs)?;
        self.remove_unfinished()?;
        // What was read may be in the page cache alone.
        for path in unflushed {
            let handle = self.disk.open_write(&path, WriteAccess::Buffered);
            let flushed = handle.and_then(|handle| handle.sync_data());
            flushed.map_err(io("flush", &path))?;
        }
        for (file, builder) in unsealed {
            self.seal_scanned(file, *builder)?;
        }
        for (slot, number) in recovered.wipe {
            self.wipe(slot, number)?;
        }
        for slot in recovered.free {
            self.files.count_slot(slot.size);
            self.files.add_free(slot);
        }
        self.files.emptied.store(true, Ordering::Release);
        report.logs = logs.len();
        Ok(Logs {
            logs: RwLock::new(logs),
            lifecycle: Mutex::new(()),
        })
    }

    /// Removes files that were being made, and makes the names of all others durable.
    fn remove_unfinished(&self) -> Result<(), LogError> {
        let dir = &self.options.dir;
        let unfinished = recovery::unfinished(&*self.disk, dir)?;
        for path in &unfinished {
            self.disk.remove(path).map_err(io("remove", path))?;
        }
        // Also names that are there may not have reached the disk: the life before may have ended behind a
        // rename, and the next new file has the name of a removed one.
        self.disk.sync_dir(dir).map_err(io("flush", dir))
    }

    /// Adds a file in use. Answers what is to be written into it, which can be read before.
    fn restore_file(
        &self,
        recovered: RecoveredFile,
    ) -> Option<(Arc<JournalFile>, Box<FileBuilder>)> {
        let new = NewFile {
            number: recovered.number,
            slot: recovered.slot,
            first_sequence: recovered.first_sequence,
        };
        self.files.count_slot(new.slot.size);
        let file = self.files.insert(new);
        file.used.store(recovered.used, Ordering::Relaxed);
        file.sealed.store(true, Ordering::Release);
        file.damaged.store(recovered.damaged, Ordering::Relaxed);
        let mut builder = recovered.unsealed?;
        let footer = builder.footer(&self.footer_context());
        if let Some(index) = footer.and_then(|sealed| FileIndex::decode(sealed.body)) {
            self.footers.hold(Arc::new(index));
        }
        Some((file, builder))
    }

    fn restore_logs(
        self: &Arc<Self>,
        recovered: BTreeMap<TopicPartition, Merged>,
    ) -> Result<HashMap<TopicPartition, Arc<PartitionLog>>, LogError> {
        let defaults = Arc::new(PartitionLogOptions::default());
        let mut logs = HashMap::with_capacity(recovered.len());
        for (tp, merged) in recovered {
            for extent in &merged.restored.extents {
                let bytes = i64::try_from(extent.bytes).unwrap_or(i64::MAX);
                self.files.count(extent.file, 1, bytes);
            }
            let (core, defaults) = (Arc::clone(self), Arc::clone(&defaults));
            let log = PartitionLog::new(tp, core, defaults, merged.restored);
            if merged.replay {
                self.restore_producers(&log)?;
            }
            let _ = logs.insert(tp, log);
        }
        Ok(logs)
    }

    fn restore_producers(&self, log: &PartitionLog) -> Result<(), LogError> {
        let error = match log.replay_producers(i64::MAX) {
            Ok(table) => {
                log.set_producers(table);
                return Ok(());
            }
            Err(error) => error,
        };
        if let Some((file, failure)) = error.refusal()
            && let Some(file) = self.files.get(file)
        {
            return Err(unreadable(&file.path)(failure));
        }
        tracing::error!(tp = %log.topic_partition, %error, "producer state is incomplete");
        Ok(())
    }

    fn seal_scanned(&self, file: Arc<JournalFile>, builder: FileBuilder) -> Result<(), LogError> {
        let (handle, direct) = self.open_for_writing(&file.path)?;
        let mut open = OpenFile {
            file,
            handle,
            builder,
            direct,
        };
        if let Some(index) = open.write_footer(self)? {
            self.footers.insert(Arc::new(index));
        }
        Ok(())
    }

    /// Makes a slot free that says nothing that counts.
    fn wipe(&self, slot: FreeSlot, number: u64) -> Result<(), LogError> {
        let usable = slot.size / self.block * self.block;
        if usable < self.options.first_file_size_bytes.min(self.file_size) {
            tracing::warn!(path = %slot.path.display(), "removing a file that is too short");
            let removed = self.disk.remove(&slot.path);
            return removed.map_err(io("remove", &slot.path));
        }
        let slot = FreeSlot {
            size: usable,
            ..slot
        };
        self.mark_unused(&slot, number)?;
        self.files.count_slot(slot.size);
        self.files.add_free(slot);
        Ok(())
    }
}
