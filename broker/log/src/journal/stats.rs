//! Figures of a journal.

use std::sync::atomic::{AtomicU64, Ordering};

use super::core::Core;
use super::space::DiskLevel;

/// Counters that only grow.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) groups: AtomicU64,
    pub(crate) bytes_written: AtomicU64,
    pub(crate) bytes_acknowledged: AtomicU64,
    pub(crate) bytes_copied: AtomicU64,
    pub(crate) files_recycled: AtomicU64,
    pub(crate) damaged_reads: AtomicU64,
    pub(crate) tail_hits: AtomicU64,
    pub(crate) disk_reads: AtomicU64,
    /// When the write that is under way began, in ns of the monotonic clock plus one; 0 if none
    /// is.
    pub(crate) write_began: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, n: u64) {
        let _ = counter.fetch_add(n, Ordering::Relaxed);
    }
}

/// A snapshot of the figures of a journal; bytes unless the name says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalStats {
    /// Files in use, recycled ones that somebody still reads included.
    pub files: usize,
    /// Files that wait for use.
    pub free_files: usize,
    /// Size of the files in use.
    pub file_bytes: u64,
    /// Live payload of sealed files, and everything in the files that are written to.
    pub live_bytes: u64,
    /// The rest of the sealed files: dead runs, headers, padding, footers.
    pub dead_bytes: u64,
    /// Groups written.
    pub groups: u64,
    /// Bytes written to files, padding and copies included.
    pub bytes_written: u64,
    /// Bytes of batches that became durable.
    pub bytes_acknowledged: u64,
    /// Bytes of batches that were copied forward.
    pub bytes_copied: u64,
    /// Files recycled.
    pub files_recycled: u64,
    /// Reads that found damaged bytes.
    pub damaged_reads: u64,
    /// Reads answered from memory.
    pub tail_hits: u64,
    /// Reads that went to files.
    pub disk_reads: u64,
    /// Memory of the tail cache.
    pub tail_bytes: usize,
    /// Memory of the footer cache.
    pub footer_bytes: usize,
    /// Bytes that wait for the disk.
    pub pending_bytes: usize,
    /// Files that somebody reads right now.
    pub pinned_files: usize,
    /// The oldest of them.
    pub oldest_pinned_file: Option<u64>,
    /// The oldest file in use.
    pub oldest_file: Option<u64>,
    /// Bytes that entries may still take.
    pub free_bytes: u64,
    /// Who may write.
    pub level: DiskLevel,
    /// How long the write that is under way has taken so far, in ms.
    pub oldest_write_ms: u64,
    /// Direct I/O is in use.
    pub direct: bool,
}

impl Core {
    pub(crate) fn stats(&self) -> JournalStats {
        let sums = self.files.sums();
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let began = get(&self.counters.write_began);
        let now = u64::try_from(self.clock.monotonic().as_nanos()).unwrap_or(u64::MAX);
        let age = if began == 0 {
            0
        } else {
            now.saturating_sub(began - 1)
        };
        JournalStats {
            files: sums.files,
            free_files: sums.free_files,
            file_bytes: sums.file_bytes,
            live_bytes: sums.live_bytes + sums.open_used_bytes,
            dead_bytes: sums
                .file_bytes
                .saturating_sub(sums.open_file_bytes + sums.live_bytes),
            groups: get(&self.counters.groups),
            bytes_written: get(&self.counters.bytes_written),
            bytes_acknowledged: get(&self.counters.bytes_acknowledged),
            bytes_copied: get(&self.counters.bytes_copied),
            files_recycled: get(&self.counters.files_recycled),
            damaged_reads: get(&self.counters.damaged_reads),
            tail_hits: get(&self.counters.tail_hits),
            disk_reads: get(&self.counters.disk_reads),
            tail_bytes: self.tail.bytes(),
            footer_bytes: self.footers.bytes(),
            pending_bytes: self.queue.pending_bytes.load(Ordering::Relaxed),
            pinned_files: sums.pinned,
            oldest_pinned_file: sums.oldest_pinned,
            oldest_file: sums.oldest,
            free_bytes: self.free_bytes(),
            level: self.space.level(),
            oldest_write_ms: age / 1_000_000,
            direct: self.direct.load(Ordering::Relaxed),
        }
    }
}
