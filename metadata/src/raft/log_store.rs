//! openraft's log storage over raft-log.
//!
//! Contract: every write (vote, entries, truncation, purge) goes through one queue of raft-log's
//! flush thread, so the order on disk is the order of the calls; `append` and `save_vote` are
//! acknowledged after `fdatasync`; a failed write or flush ends the process (I23). `committed`
//! travels with the next flush and costs none of its own: at a restart it may lag, never lead.

use std::fmt::Debug;
use std::fs;
use std::io;
use std::ops::{Bound, RangeBounds};
use std::path::Path;
use std::sync::{Arc, Weak};

use openraft::storage::{LogFlushed, LogState, RaftLogStorage};
use openraft::{OptionalSend, RaftLogReader};
use parking_lot::RwLock;
use raft_log::RaftLog;
use raft_log::api::raft_log_writer::RaftLogWriter;
use raft_log::codeq::Span;
use tokio::sync::oneshot;

use super::convert;
use super::types::{Entry, LogId, StorageError, TypeConfig, Vote};
use super::wal::check::{self, CheckReport};
use super::wal::flush_done::{Waiter, WalCallback};
use super::wal::types::WalTypes;
use super::wal::witness::Witness;
use crate::fatal::fatal;

/// Entries kept in memory beside those of the open chunk.
const CACHE_BYTES: usize = 4 << 20;

/// The durable log. A clone is a handle to the same log.
#[derive(Debug, Clone)]
pub(crate) struct LogStore {
    log: Arc<RwLock<RaftLog<WalTypes>>>,
    witness: Arc<Witness>,
}

/// Figures of a log, for as long as it is open.
#[derive(Debug, Clone)]
pub(crate) struct LogGauge {
    log: Weak<RwLock<RaftLog<WalTypes>>>,
}

impl LogGauge {
    /// Bytes of all chunk files.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.log
            .upgrade()
            .map_or(0, |log| log.read().on_disk_size())
    }

    /// Flushes done with `fdatasync` since the start.
    pub(crate) fn flushes(&self) -> u64 {
        let log = self.log.upgrade();
        log.map_or(0, |log| log.read().stat().flush_metrics.sync_batch_count)
    }
}

impl LogStore {
    /// Verifies and opens the log in `dir`, which this process has locked. A chunk is closed at
    /// `chunk_bytes`; the open chunk's entries stay in memory.
    ///
    /// # Errors
    /// `InvalidData` when the log is damaged or ends before what was acknowledged.
    pub(crate) fn open(dir: &Path, chunk_bytes: usize) -> io::Result<(Self, CheckReport)> {
        fs::create_dir_all(dir)?;
        let (witness, existed) = Witness::open(dir)?;
        if !existed {
            if !check::chunk_files(dir)?.is_empty() {
                let name = dir.join(super::wal::witness::FILE_NAME);
                let message = format!(
                    "`{}` is missing beside a metadata log: restore it, or the whole directory, \
                     from a copy",
                    name.display()
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            witness.persist(dir)?;
        }
        let report = check::check(dir, &witness)?;
        let mut config = raft_log::Config::new(dir.display());
        config.wal.chunk_max_size = Some(chunk_bytes);
        config.wal.read_buffer_size = Some(256 << 10);
        config.wal.truncate_incomplete_record = Some(false);
        config.wal.flush_batch_wait = Some(std::time::Duration::ZERO);
        config.wal.flush_queue_max_bytes = Some(16 << 20);
        config.log_cache_capacity = Some(CACHE_BYTES);
        let log = RaftLog::open(Arc::new(config))?;
        verify_contiguous(&log)?;
        let store = Self {
            log: Arc::new(RwLock::new(log)),
            witness: Arc::new(witness),
        };
        Ok((store, report))
    }

    /// Bytes of all chunk files.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.log.read().on_disk_size()
    }

    /// Figures that do not keep the log open.
    pub(crate) fn gauge(&self) -> LogGauge {
        LogGauge {
            log: Arc::downgrade(&self.log),
        }
    }

    /// Index of the last entry that was purged because a snapshot holds it.
    pub(crate) fn purged(&self) -> Option<u64> {
        self.log
            .read()
            .log_state()
            .purged()
            .map(|log_id| log_id.index)
    }

    /// Writes what `write` says and waits until it is durable.
    async fn durably(
        &self,
        what: &str,
        write: impl FnOnce(&mut RaftLog<WalTypes>) -> io::Result<raft_log::Segment>,
    ) {
        let (sender, receiver) = oneshot::channel();
        {
            let mut log = self.log.write();
            let result = write(&mut log)
                .and_then(|segment| self.flush(&mut log, segment, Waiter::Caller(sender)));
            if let Err(error) = result {
                fatal(what, &error);
            }
        }
        // The callback ends the process when the flush fails; it is never dropped otherwise.
        if receiver.await.is_err() {
            fatal(what, &"the flush thread is gone");
        }
    }

    fn flush(
        &self,
        log: &mut RaftLog<WalTypes>,
        segment: raft_log::Segment,
        waiter: Waiter,
    ) -> io::Result<()> {
        let end = segment.end().0;
        let callback = WalCallback {
            end,
            witness: self.witness.clone(),
            waiter,
        };
        log.flush(true, Some(callback))
    }
}

/// Every entry that the state speaks of is there.
fn verify_contiguous(log: &RaftLog<WalTypes>) -> io::Result<()> {
    let state = log.log_state();
    let first = state.purged().map_or(0, |log_id| log_id.index + 1);
    let end = state.last().map_or(0, |log_id| log_id.index + 1).max(first);
    let mut expected = first;
    for entry in log.read(first, end) {
        let (log_id, _) = entry?;
        if log_id.index != expected {
            break;
        }
        expected += 1;
    }
    if expected == end {
        return Ok(());
    }
    let message = format!(
        "the metadata log lacks entry {expected} of {first}..{end}: a chunk file is missing, \
         restore it from a copy"
    );
    Err(io::Error::new(io::ErrorKind::InvalidData, message))
}

impl RaftLogReader<TypeConfig> for LogStore {
    async fn try_get_log_entries<RB: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: RB,
    ) -> Result<Vec<Entry>, StorageError> {
        let start = match range.start_bound() {
            Bound::Included(index) => *index,
            Bound::Excluded(index) => *index + 1,
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(index) => *index + 1,
            Bound::Excluded(index) => *index,
            Bound::Unbounded => u64::MAX,
        };
        let log = self.log.read();
        let mut entries = Vec::new();
        for item in log.read(start, end) {
            // openraft takes a short answer for the truth (its #1795), so an error ends here.
            let entry = item.and_then(|(log_id, payload)| convert::entry(log_id, payload));
            match entry {
                Ok(entry) => entries.push(entry),
                Err(error) => fatal("failed to read the metadata log", &error),
            }
        }
        Ok(entries)
    }
}

impl RaftLogStorage<TypeConfig> for LogStore {
    type LogReader = Self;

    async fn get_log_state(&mut self) -> Result<LogState<TypeConfig>, StorageError> {
        let log = self.log.read();
        let state = log.log_state();
        let purged = state.purged().copied().map(convert::log_id);
        let last = state.last().copied().map(convert::log_id);
        Ok(LogState {
            last_purged_log_id: purged,
            last_log_id: last.max(purged),
        })
    }

    async fn get_log_reader(&mut self) -> Self {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> Result<(), StorageError> {
        let vote = convert::wal_vote(vote);
        #[cfg(feature = "sabotage")]
        if crate::sabotage::is_on(crate::sabotage::Sabotage::VoteBeforeDurable) {
            if let Err(error) = self.log.write().save_vote(vote) {
                fatal("failed to save the vote", &error);
            }
            return Ok(());
        }
        self.durably("failed to save the vote", |log| log.save_vote(vote))
            .await;
        Ok(())
    }

    async fn read_vote(&mut self) -> Result<Option<Vote>, StorageError> {
        Ok(self
            .log
            .read()
            .log_state()
            .vote()
            .copied()
            .map(convert::vote))
    }

    async fn save_committed(&mut self, committed: Option<LogId>) -> Result<(), StorageError> {
        let Some(committed) = committed else {
            return Ok(());
        };
        let committed = convert::wal_log_id(committed);
        let mut log = self.log.write();
        // While a snapshot is installed it runs ahead of the log; the log catches up by a purge.
        if Some(&committed) > log.log_state().last() {
            return Ok(());
        }
        if let Err(error) = log.commit(committed) {
            fatal("failed to save the committed position", &error);
        }
        Ok(())
    }

    async fn read_committed(&mut self) -> Result<Option<LogId>, StorageError> {
        Ok(self
            .log
            .read()
            .log_state()
            .committed()
            .copied()
            .map(convert::log_id))
    }

    async fn append<I>(
        &mut self,
        entries: I,
        callback: LogFlushed<TypeConfig>,
    ) -> Result<(), StorageError>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let mut log = self.log.write();
        // What a snapshot holds is not stored again.
        let purged = log.log_state().purged().map(|log_id| log_id.index);
        let entries: Vec<_> = entries
            .into_iter()
            .map(convert::wal_entry)
            .filter(|(log_id, _)| Some(log_id.index) > purged)
            .collect();
        let result = log
            .append(entries)
            .and_then(|segment| self.flush(&mut log, segment, Waiter::Append(callback)));
        if let Err(error) = result {
            fatal("failed to append to the metadata log", &error);
        }
        Ok(())
    }

    async fn truncate(&mut self, log_id: LogId) -> Result<(), StorageError> {
        self.durably("failed to truncate the metadata log", |log| {
            log.truncate(log_id.index)
        })
        .await;
        Ok(())
    }

    async fn purge(&mut self, log_id: LogId) -> Result<(), StorageError> {
        let log_id = convert::wal_log_id(log_id);
        self.durably("failed to purge the metadata log", |log| log.purge(log_id))
            .await;
        Ok(())
    }
}
