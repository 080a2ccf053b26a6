//! What can be tuned. Units are bytes unless the name says otherwise.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Called once with a reason when the journal must not go on (I23).
#[derive(Clone)]
pub struct FatalHook(Arc<dyn Fn(&str) + Send + Sync>);

impl FatalHook {
    /// A hook for tests, which observe the end instead of meeting it.
    pub fn new(hook: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    pub(crate) fn call(&self, reason: &str) {
        (self.0)(reason);
    }
}

impl Default for FatalHook {
    /// Says why, and ends the process with a non-zero code.
    fn default() -> Self {
        Self::new(|reason| {
            tracing::error!(reason, "the journal cannot go on; the process ends");
            std::process::abort();
        })
    }
}

impl std::fmt::Debug for FatalHook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FatalHook")
    }
}

/// Called by the writer after each group with its bytes and how long its durable write took; it must
/// not wait for anything.
#[derive(Clone)]
pub struct GroupHook(Arc<dyn Fn(usize, Duration) + Send + Sync>);

impl GroupHook {
    /// A hook that counts.
    pub fn new(hook: impl Fn(usize, Duration) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    pub(crate) fn call(&self, bytes: usize, took: Duration) {
        (self.0)(bytes, took);
    }
}

impl Default for GroupHook {
    /// Counts nothing.
    fn default() -> Self {
        Self::new(|_, _| {})
    }
}

impl std::fmt::Debug for GroupHook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GroupHook")
    }
}

/// Ways to break the journal on purpose, so that the crash suite can show that it would
/// notice. Only with feature `sabotage`.
#[cfg(feature = "sabotage")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Acknowledge a group before it is on the medium.
    AcknowledgeBeforeFlush,
    /// Accept groups that an earlier generation of the file left behind.
    AcceptStaleBlocks,
    /// Start a group by writing the last block of the group before it again.
    RewriteLastBlock,
    /// Recycle a file before the copy of its live runs is durable.
    RecycleBeforeCopy,
    /// Make the footer of a copy durable before its runs.
    FooterAheadOfFile,
    /// Do not make new names durable.
    SkipDirectorySync,
}

/// Options of a journal.
#[derive(Clone, Debug)]
pub struct JournalOptions {
    /// The directory; it is created if it does not exist.
    pub dir: PathBuf,
    /// Write past the page cache where the file system allows it. Otherwise each group goes
    /// through the page cache and is flushed: as durable, and slower.
    pub direct_io: bool,
    /// Size of a file. 0 chooses `max(64 MiB, file system / 1024)`.
    pub file_size_bytes: u64,
    /// Size of the very first file, so that a first start is quick.
    pub first_file_size_bytes: u64,
    /// Zero-filled files that wait for use take at most this much.
    pub prealloc_bytes: u64,
    /// Groups that stay in memory for readers. The file that is being written is always in
    /// memory, even if it is larger; a file is made no larger than this, but at least 64 MiB.
    pub tail_cache_bytes: usize,
    /// Footers that stay in memory for readers.
    pub footer_cache_bytes: usize,
    /// Largest group.
    pub group_bytes_max: usize,
    /// Largest batch; it gets a group of its own if it is larger than `group_bytes_max`.
    pub batch_bytes_max: usize,
    /// Largest run: what a reader checks and reads at a time.
    pub run_bytes_max: usize,
    /// Bytes that wait for the disk before appends are refused as backlogged.
    pub pending_bytes_max: usize,
    /// Space that belongs to the metadata log and is never taken.
    pub metadata_reserve_bytes: u64,
    /// Below this many free bytes producers are refused. 0 chooses eight files.
    pub produce_mark_bytes: u64,
    /// Below this many free bytes replication stops. 0 chooses four files.
    pub replication_mark_bytes: u64,
    /// Copy-forward reads and writes at most this much per second while there is space.
    pub copy_bytes_per_second: u64,
    /// Threads that read footers at start.
    pub recovery_threads: usize,
    /// Without threads, `Journal::step` and `Journal::maintain` do the work: one seed then
    /// gives one history.
    pub threads: bool,
    /// What ends the process.
    pub fatal: FatalHook,
    /// Who counts groups.
    pub group_written: GroupHook,
    /// What is broken on purpose.
    #[cfg(feature = "sabotage")]
    pub sabotage: Option<Sabotage>,
}

impl JournalOptions {
    /// The defaults for a directory.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            direct_io: true,
            file_size_bytes: 0,
            first_file_size_bytes: 16 << 20,
            prealloc_bytes: 256 << 20,
            tail_cache_bytes: 128 << 20,
            footer_cache_bytes: 16 << 20,
            group_bytes_max: 1 << 20,
            batch_bytes_max: 4 << 20,
            run_bytes_max: 128 << 10,
            pending_bytes_max: 256 << 20,
            metadata_reserve_bytes: 512 << 20,
            produce_mark_bytes: 0,
            replication_mark_bytes: 0,
            copy_bytes_per_second: 64 << 20,
            recovery_threads: 4,
            threads: true,
            fatal: FatalHook::default(),
            group_written: GroupHook::default(),
            #[cfg(feature = "sabotage")]
            sabotage: None,
        }
    }

    #[cfg(feature = "sabotage")]
    pub(crate) fn sabotaged(&self, kind: Sabotage) -> bool {
        self.sabotage == Some(kind)
    }
}

/// Asks whether the journal is broken on purpose in this way; never without the feature.
macro_rules! sabotaged {
    ($options:expr, $kind:ident) => {{
        #[cfg(feature = "sabotage")]
        let broken = $options.sabotaged($crate::journal::options::Sabotage::$kind);
        #[cfg(not(feature = "sabotage"))]
        let broken = false;
        broken
    }};
}
pub(crate) use sabotaged;

/// Options of one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionLogOptions {
    /// `segment.bytes`
    pub segment_bytes: u64,
    /// `segment.ms`
    pub segment_ms: i64,
    /// `tier.seal.max.age` in ms, where the log is tiered.
    pub seal_max_age_ms: Option<i64>,
    /// `producer.id.expiration.ms`
    pub producer_expiration_ms: i64,
    /// With more producers than this, the ones not seen for the longest time are forgotten.
    pub producers_max: usize,
}

impl Default for PartitionLogOptions {
    /// Kafka's defaults.
    fn default() -> Self {
        Self {
            segment_bytes: 1 << 30,
            segment_ms: 7 * 24 * 3600 * 1000,
            seal_max_age_ms: None,
            producer_expiration_ms: 24 * 3600 * 1000,
            producers_max: 100_000,
        }
    }
}
