//! What the logs, the writer and the housekeeping of one journal share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use strandline_protocol::clock::Clock;

use super::files::{FilePin, Files, JournalFile};
use super::footer_cache::FooterCache;
use super::handle::Logs;
use super::housekeeping::Keeper;
use super::options::JournalOptions;
use super::space::Space;
use super::stats::Counters;
use super::tail::Tail;
use super::writer::{Progress, Writer};
use crate::disk::{BufferPool, Disk};
use crate::error::{LogError, ReadError};
use crate::format::JournalId;
use crate::format::footer::FileIndex;
use crate::partition::PartitionLog;

/// The shared part of a journal.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) options: JournalOptions,
    pub(crate) journal_id: JournalId,
    /// Size of a file, after options and disk were looked at.
    pub(crate) file_size: u64,
    pub(crate) block: u64,
    /// Direct I/O works here; cleared when the file system refuses it.
    pub(crate) direct: AtomicBool,
    pub(crate) queue: Queue,
    pub(crate) files: Files,
    pub(crate) tail: Tail,
    pub(crate) footers: FooterCache,
    pub(crate) pool: Arc<BufferPool>,
    pub(crate) space: Space,
    pub(crate) counters: Counters,
    /// Highest metadata index on which a destructive step was based.
    pub(crate) metadata_index: AtomicU64,
    /// Number of the last sealed cold file.
    pub(crate) last_cold_file: AtomicU64,
    /// Sequence of the next group of either stream.
    pub(crate) sequence: AtomicU64,
    pub(crate) writer: Mutex<Option<Writer>>,
    pub(crate) stopped: AtomicBool,
    /// The writer holds back entries for lack of space.
    pub(crate) stalled: AtomicBool,
    pub(crate) durable: Signal,
    pub(crate) housekeeping: Signal,
    pub(crate) keeper: Keeper,
    /// The logs, for housekeeping without threads.
    pub(crate) logs: OnceLock<Weak<Logs>>,
    pub(crate) maintaining: AtomicBool,
}

impl Core {
    /// Ends the journal: nothing is acknowledged from here on (I23).
    pub(crate) fn fail(&self, reason: &str) {
        self.stopped.store(true, Ordering::SeqCst);
        self.durable.notify();
        self.queue.wake();
        self.options.fatal.call(reason);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Waits until the writer has made something durable. Blocks; without threads it runs the
    /// writer itself.
    ///
    /// # Errors
    ///
    /// If the journal stops before, or has no space to get there.
    pub(crate) fn wait_durable(self: &Arc<Self>, done: impl Fn() -> bool) -> Result<(), LogError> {
        if self.options.threads {
            // Without housekeeping nobody makes the space that a stalled writer waits for.
            let futile = || self.housekeeping_stopped() && self.stalled.load(Ordering::SeqCst);
            self.durable
                .wait_until(|| done() || self.is_stopped() || futile());
        } else {
            while !done() && !self.is_stopped() {
                if self.step() != Progress::Made && !done() && !self.maintain_meanwhile() {
                    return Err(LogError::NoSpace);
                }
            }
        }
        if done() {
            Ok(())
        } else {
            Err(LogError::Stopped)
        }
    }

    /// What the housekeeping thread does while a caller waits for space.
    fn maintain_meanwhile(self: &Arc<Self>) -> bool {
        let Some(logs) = self.logs.get().and_then(Weak::upgrade) else {
            return false;
        };
        if self.maintaining.swap(true, Ordering::AcqRel) {
            return false;
        }
        let done = self.maintain(&logs);
        self.maintaining.store(false, Ordering::Release);
        done
    }

    /// Writes one group, if there is something to write.
    pub(crate) fn step(&self) -> Progress {
        let mut writer = self.writer.lock();
        match writer.as_mut() {
            Some(writer) if !self.is_stopped() => writer.step(self),
            _ => Progress::Idle,
        }
    }

    /// Says whether the writer holds back entries for lack of space.
    pub(crate) fn set_stalled(&self, stalled: bool) {
        if self.stalled.swap(stalled, Ordering::SeqCst) != stalled && stalled {
            self.durable.notify();
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.unix_millis()
    }

    pub(crate) fn note_metadata_index(&self, index: u64) {
        let _ = self.metadata_index.fetch_max(index, Ordering::AcqRel);
    }

    /// The footer of a pinned, sealed file.
    pub(crate) fn footer(&self, pin: &FilePin) -> Result<Arc<FileIndex>, ReadError> {
        self.load_footer(&pin.0)
    }

    pub(crate) fn load_footer(&self, file: &JournalFile) -> Result<Arc<FileIndex>, ReadError> {
        self.footers
            .load(&*self.disk, self.journal_id, file)
            .map_err(|failure| {
                file.damaged.store(true, Ordering::Relaxed);
                ReadError::io(file.number, &failure)
            })
    }
}

/// Logs with something to write, in the order in which they got it.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<QueueState>,
    ready: Condvar,
    /// Bytes of batches that wait for the disk.
    pub(crate) pending_bytes: AtomicUsize,
    pub(crate) recycles_done: AtomicU64,
}

#[derive(Debug, Default)]
struct QueueState {
    dirty: VecDeque<Arc<PartitionLog>>,
    recycles: Vec<u64>,
    sleeping: bool,
    closed: bool,
}

impl Queue {
    /// Adds a log that has something to write and was not in the queue.
    pub(crate) fn push(&self, log: Arc<PartitionLog>) {
        let mut state = self.state.lock();
        state.dirty.push_back(log);
        if state.sleeping {
            state.sleeping = false;
            let _ = self.ready.notify_one();
        }
    }

    /// Adds files whose recycling is to be written down.
    pub(crate) fn push_recycles(&self, files: &[u64]) {
        let mut state = self.state.lock();
        state.recycles.extend_from_slice(files);
        state.sleeping = false;
        let _ = self.ready.notify_one();
    }

    pub(crate) fn take(&self, dirty: &mut VecDeque<Arc<PartitionLog>>, recycles: &mut Vec<u64>) {
        let mut state = self.state.lock();
        dirty.append(&mut state.dirty);
        recycles.append(&mut state.recycles);
    }

    /// Sleeps until there is something to write; false when the queue was closed and is empty.
    /// `timeout` bounds the sleep of a writer that holds back entries for lack of space.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> bool {
        let mut state = self.state.lock();
        while state.dirty.is_empty() && state.recycles.is_empty() && !state.closed {
            state.sleeping = true;
            match timeout {
                None => self.ready.wait(&mut state),
                Some(timeout) => {
                    let _ = self.ready.wait_for(&mut state, timeout);
                    break;
                }
            }
        }
        state.sleeping = false;
        !(state.closed && state.dirty.is_empty() && state.recycles.is_empty())
    }

    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.wake();
    }

    /// Lets go of the logs that wait: they hold the journal that holds them.
    pub(crate) fn clear(&self) {
        let dropped = std::mem::take(&mut self.state.lock().dirty);
        drop(dropped);
    }

    pub(crate) fn wake(&self) {
        let mut state = self.state.lock();
        state.sleeping = false;
        let _ = self.ready.notify_all();
    }
}

/// A condition that threads wait for.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    count: Mutex<u64>,
    changed: Condvar,
}

impl Signal {
    pub(crate) fn notify(&self) {
        *self.count.lock() += 1;
        let _ = self.changed.notify_all();
    }

    /// How often it was signalled so far.
    pub(crate) fn count(&self) -> u64 {
        *self.count.lock()
    }

    pub(crate) fn wait_until(&self, done: impl Fn() -> bool) {
        loop {
            let before = self.count();
            if done() {
                return;
            }
            let mut count = self.count.lock();
            while *count == before {
                self.changed.wait(&mut count);
            }
        }
    }

    /// Waits for a signal after the `seen`-th, or the timeout.
    pub(crate) fn wait_for(&self, seen: u64, timeout: Duration) {
        let mut count = self.count.lock();
        if *count == seen {
            let _ = self.changed.wait_for(&mut count, timeout);
        }
    }
}
