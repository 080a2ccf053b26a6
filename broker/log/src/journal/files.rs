//! The files of a journal: which number is in which slot, what is live in it, who reads it.
//!
//! A **slot** is a name on disk (`journal-00000007.log`) whose blocks are allocated once. A
//! **file** is one use of a slot, under a number that is never used again (I10).

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use crate::disk::{Disk, DiskFile};

/// Start of the name of every slot.
const SLOT_PREFIX: &str = "journal-";
/// End of the name of a slot that is ready.
const SLOT_SUFFIX: &str = ".log";
/// End of the name of a slot that is being made; removed at start.
pub(crate) const SLOT_UNFINISHED: &str = ".new";

/// The name of a slot.
pub(crate) fn slot_path(dir: &Path, slot: u32) -> PathBuf {
    dir.join(format!("{SLOT_PREFIX}{slot:08}{SLOT_SUFFIX}"))
}

/// The slot that a name stands for, if it does.
pub(crate) fn parse_slot(name: &str) -> Option<u32> {
    let digits = name.strip_prefix(SLOT_PREFIX)?.strip_suffix(SLOT_SUFFIX)?;
    (digits.len() == 8).then(|| digits.parse().ok())?
}

/// A file in use.
#[derive(Debug)]
pub(crate) struct JournalFile {
    pub(crate) number: u64,
    pub(crate) slot: u32,
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    pub(crate) first_sequence: u64,
    /// Where its groups end.
    pub(crate) used: AtomicU64,
    pub(crate) sealed: AtomicBool,
    /// Something in it does not verify: it cannot be emptied by copying.
    pub(crate) damaged: AtomicBool,
    pub(crate) live_extents: AtomicUsize,
    pub(crate) live_bytes: AtomicI64,
    pins: AtomicUsize,
    reader: OnceLock<Arc<dyn DiskFile>>,
}

impl JournalFile {
    /// A handle for reading through the page cache.
    pub(crate) fn reader(&self, disk: &dyn Disk) -> std::io::Result<Arc<dyn DiskFile>> {
        if let Some(handle) = self.reader.get() {
            return Ok(Arc::clone(handle));
        }
        let handle = disk.open_read(&self.path)?;
        Ok(Arc::clone(self.reader.get_or_init(|| handle)))
    }

    /// Whether nothing in it counts any more, so that its slot can be used again.
    pub(crate) fn is_empty(&self) -> bool {
        self.sealed.load(Ordering::Acquire) && self.live_extents.load(Ordering::Acquire) == 0
    }

    pub(crate) fn pins(&self) -> usize {
        self.pins.load(Ordering::Acquire)
    }

    /// Live bytes as a share of the file, in thousandths.
    pub(crate) fn live_permille(&self) -> u64 {
        let live = self
            .live_bytes
            .load(Ordering::Relaxed)
            .max(0)
            .unsigned_abs();
        live.saturating_mul(1000) / self.size.max(1)
    }
}

/// Keeps a file from being used again while somebody reads it.
#[derive(Debug)]
pub(crate) struct FilePin(pub(crate) Arc<JournalFile>);

impl FilePin {
    fn new(file: &Arc<JournalFile>) -> Self {
        let _ = file.pins.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(file))
    }
}

impl Drop for FilePin {
    fn drop(&mut self) {
        let _ = self.0.pins.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A slot that nothing lives in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FreeSlot {
    pub(crate) slot: u32,
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
}

/// What a file is made of when it comes into use.
#[derive(Debug)]
pub(crate) struct NewFile {
    pub(crate) number: u64,
    pub(crate) slot: FreeSlot,
    pub(crate) first_sequence: u64,
}

#[derive(Debug, Default)]
struct Table {
    files: BTreeMap<u64, Arc<JournalFile>>,
    free: VecDeque<FreeSlot>,
    /// Recycled by a durable entry, but still read by somebody, or not yet marked unused.
    retired: Vec<Arc<JournalFile>>,
    next_number: u64,
    next_slot: u32,
}

/// All files of a journal.
#[derive(Debug, Default)]
pub(crate) struct Files {
    table: Mutex<Table>,
    /// A file has lost its last live run.
    pub(crate) emptied: AtomicBool,
    free_bytes: AtomicU64,
    total_bytes: AtomicU64,
}

/// Sums over all files.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FileSums {
    pub(crate) files: usize,
    pub(crate) free_files: usize,
    pub(crate) file_bytes: u64,
    /// In files that are sealed.
    pub(crate) live_bytes: u64,
    /// Size of the files that are written to, and how far they are.
    pub(crate) open_file_bytes: u64,
    pub(crate) open_used_bytes: u64,
    pub(crate) pinned: usize,
    pub(crate) oldest_pinned: Option<u64>,
    pub(crate) oldest: Option<u64>,
}

impl Files {
    /// Continues the numbers that recovery found.
    pub(crate) fn restore(&self, next_number: u64, next_slot: u32) {
        let mut table = self.table.lock();
        table.next_number = next_number;
        table.next_slot = next_slot;
    }

    pub(crate) fn next_number(&self) -> u64 {
        let mut table = self.table.lock();
        table.next_number += 1;
        table.next_number - 1
    }

    pub(crate) fn next_slot(&self) -> u32 {
        let mut table = self.table.lock();
        table.next_slot += 1;
        table.next_slot - 1
    }

    /// Takes a free slot, if more than `reserve` of them are there.
    pub(crate) fn take_free(&self, reserve: usize) -> Option<FreeSlot> {
        let mut table = self.table.lock();
        if table.free.len() <= reserve {
            return None;
        }
        let slot = table.free.pop_front()?;
        let _ = self.free_bytes.fetch_sub(slot.size, Ordering::Relaxed);
        Some(slot)
    }

    /// Adds a slot that is ready for use.
    pub(crate) fn add_free(&self, slot: FreeSlot) {
        let _ = self.free_bytes.fetch_add(slot.size, Ordering::Relaxed);
        self.table.lock().free.push_back(slot);
    }

    /// Counts the bytes of a slot that was found or made.
    pub(crate) fn count_slot(&self, bytes: u64) {
        let _ = self.total_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn free_bytes(&self) -> u64 {
        self.free_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn free_count(&self) -> usize {
        self.table.lock().free.len()
    }

    pub(crate) fn total_bytes(&self) -> u64 {
        self.total_bytes.load(Ordering::Relaxed)
    }

    /// Adds a file in use.
    pub(crate) fn insert(&self, new: NewFile) -> Arc<JournalFile> {
        let file = Arc::new(JournalFile {
            number: new.number,
            slot: new.slot.slot,
            path: new.slot.path,
            size: new.slot.size,
            first_sequence: new.first_sequence,
            used: AtomicU64::new(0),
            sealed: AtomicBool::new(false),
            damaged: AtomicBool::new(false),
            live_extents: AtomicUsize::new(0),
            live_bytes: AtomicI64::new(0),
            pins: AtomicUsize::new(0),
            reader: OnceLock::new(),
        });
        let _ = self
            .table
            .lock()
            .files
            .insert(file.number, Arc::clone(&file));
        file
    }

    pub(crate) fn get(&self, number: u64) -> Option<Arc<JournalFile>> {
        self.table.lock().files.get(&number).cloned()
    }

    /// Pins a file that an extent refers to. The caller holds the lock of that extent.
    pub(crate) fn pin(&self, number: u64) -> Option<FilePin> {
        self.table.lock().files.get(&number).map(FilePin::new)
    }

    /// Files in use, by number.
    pub(crate) fn all(&self) -> Vec<Arc<JournalFile>> {
        self.table.lock().files.values().cloned().collect()
    }

    /// Takes a file out of use after its durable `recycle` entry.
    pub(crate) fn retire(&self, number: u64) {
        let mut table = self.table.lock();
        if let Some(file) = table.files.remove(&number) {
            table.retired.push(file);
        }
    }

    /// Drops a file that never counted.
    pub(crate) fn forget(&self, number: u64) {
        let _ = self.table.lock().files.remove(&number);
    }

    /// A retired file that nobody reads any more.
    pub(crate) fn take_unpinned(&self) -> Option<Arc<JournalFile>> {
        let mut table = self.table.lock();
        let index = table.retired.iter().position(|f| f.pins() == 0)?;
        Some(table.retired.remove(index))
    }

    /// Whether a retired file still waits: entries that recycled it must stay.
    pub(crate) fn has_retired(&self) -> bool {
        !self.table.lock().retired.is_empty()
    }

    /// Counts an extent in or out of its file.
    pub(crate) fn count(&self, number: u64, extents: isize, bytes: i64) {
        let Some(file) = self.get(number) else { return };
        let _ = file.live_bytes.fetch_add(bytes, Ordering::Relaxed);
        let before = if extents >= 0 {
            file.live_extents
                .fetch_add(extents.unsigned_abs(), Ordering::AcqRel)
        } else {
            file.live_extents
                .fetch_sub(extents.unsigned_abs(), Ordering::AcqRel)
        };
        if extents < 0 && before == extents.unsigned_abs() {
            self.emptied.store(true, Ordering::Release);
        }
    }

    pub(crate) fn sums(&self) -> FileSums {
        let table = self.table.lock();
        let mut sums = FileSums {
            files: table.files.len() + table.retired.len(),
            free_files: table.free.len(),
            oldest: table.files.keys().next().copied(),
            ..FileSums::default()
        };
        for file in table.files.values().chain(&table.retired) {
            sums.file_bytes += file.size;
            if !file.sealed.load(Ordering::Relaxed) {
                sums.open_file_bytes += file.size;
                sums.open_used_bytes += file.used.load(Ordering::Relaxed);
            }
            sums.live_bytes += file
                .live_bytes
                .load(Ordering::Relaxed)
                .max(0)
                .unsigned_abs();
            if file.pins() > 0 {
                sums.pinned += 1;
                sums.oldest_pinned = sums.oldest_pinned.or(Some(file.number));
            }
        }
        sums
    }
}
