//! How full the disk is, and who may still write.
//!
//! ```text
//!  free bytes   produce mark        replication mark       two files            0
//!  ─────────────────┼──────────────────────┼───────────────────┼────────────────┤
//!      Normal       │    ProduceRefused    │ ReplicationRefused│    Critical    │ reserve of
//!                   │  clients wait        │ followers wait    │ only copies,   │ the metadata
//!                   │                      │                   │ truncations,   │ log, never
//!                   │                      │                   │ state          │ taken
//! ```
//!
//! Free are: slots without a live run, what is left of the file that is being written, and what
//! the file system has beyond the reserve, minus what was accepted and is not written yet.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use super::core::Core;

/// Files that only copy-forward, truncation and state may use.
pub(crate) const RESERVED_FILES: usize = 2;

/// Who may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiskLevel {
    /// Everybody.
    Normal,
    /// Not clients: they get a retriable error.
    ProduceRefused,
    /// Nor replication: this follower leaves the ISR.
    ReplicationRefused,
    /// Only copy-forward, truncation and state.
    Critical,
}

impl DiskLevel {
    fn from_u8(level: u8) -> Self {
        match level {
            0 => Self::Normal,
            1 => Self::ProduceRefused,
            2 => Self::ReplicationRefused,
            _ => Self::Critical,
        }
    }
}

/// The last look at the file system.
#[derive(Debug, Default)]
pub(crate) struct Space {
    /// What the file system has beyond the reserve, in bytes.
    beyond_reserve: AtomicU64,
    /// What is left of the hot file, in bytes.
    pub(crate) hot_remaining: AtomicU64,
    level: AtomicU8,
}

impl Space {
    /// The level after the last change that was looked at.
    pub(crate) fn level(&self) -> DiskLevel {
        DiskLevel::from_u8(self.level.load(Ordering::Relaxed))
    }

    pub(crate) fn beyond_reserve(&self) -> u64 {
        self.beyond_reserve.load(Ordering::Relaxed)
    }
}

impl Core {
    /// Asks the file system how much is left. Answers what it says is there beyond the reserve; that
    /// counts only until it refuses a file: a quota may lie below it.
    pub(crate) fn refresh_space(&self) -> u64 {
        let beyond = match self.disk.space(&self.options.dir) {
            Ok(space) => space
                .available
                .saturating_sub(self.options.metadata_reserve_bytes),
            Err(_) => self.space.beyond_reserve(),
        };
        let counts = if self.keeper.is_full() { 0 } else { beyond };
        self.space.beyond_reserve.store(counts, Ordering::Relaxed);
        self.update_level();
        beyond
    }

    /// Bytes that entries may still take.
    pub(crate) fn free_bytes(&self) -> u64 {
        // A slot that the file system could still hold, whole slots only.
        let beyond = self.space.beyond_reserve() / self.file_size * self.file_size;
        self.files
            .free_bytes()
            .saturating_add(beyond)
            .saturating_add(self.space.hot_remaining.load(Ordering::Relaxed))
            .saturating_sub(self.queue.pending_bytes.load(Ordering::Relaxed) as u64)
    }

    /// Looks again who may write; cheap.
    pub(crate) fn update_level(&self) -> DiskLevel {
        let free = self.free_bytes();
        let mark = |configured: u64, files: u64| match configured {
            0 => files * self.file_size,
            bytes => bytes,
        };
        let options = &self.options;
        let level = if free < RESERVED_FILES as u64 * self.file_size {
            DiskLevel::Critical
        } else if free < mark(options.replication_mark_bytes, 4) {
            DiskLevel::ReplicationRefused
        } else if free < mark(options.produce_mark_bytes, 8) {
            DiskLevel::ProduceRefused
        } else {
            DiskLevel::Normal
        };
        let before = self.space.level.swap(level as u8, Ordering::Relaxed);
        if before != level as u8 {
            tracing::warn!(?level, free_bytes = free, "disk level changed");
            self.housekeeping.notify();
        }
        level
    }
}
