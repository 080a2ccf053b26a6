//! Drives the durable log alone, for tests that cut the power under it.

use std::io;
use std::path::Path;

use bytes::Bytes;
use openraft::storage::{RaftLogStorage, RaftLogStorageExt};
use openraft::{CommittedLeaderId, EntryPayload, LeaderId, RaftLogReader};

use super::log_store::LogStore;
use super::types::{Entry, EntryBytes, LogId, Vote};

const CHUNK_BYTES: usize = 256 << 10;
const NODE_ID: u64 = 1;

/// The log of one node, written by hand.
#[derive(Debug)]
pub struct LogProbe {
    store: LogStore,
}

/// What a log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProbeState {
    /// Term of the vote, 0 without one.
    pub term: u64,
    /// Index of the first entry.
    pub first: u64,
    /// Bodies of the entries from there.
    pub entries: Vec<Bytes>,
    /// Bytes of a torn end that the opening cut off.
    pub torn_bytes: u64,
}

impl LogProbe {
    /// Opens the log in `dir` and gives what it holds.
    ///
    /// # Errors
    /// As a start of the broker: when the log is damaged or ends before what was acknowledged.
    pub async fn open(dir: &Path) -> io::Result<(Self, LogProbeState)> {
        let (mut store, report) = LogStore::open(dir, CHUNK_BYTES)?;
        let vote = store.read_vote().await.map_err(io::Error::other)?;
        let first = store.purged().map_or(0, |purged| purged + 1);
        let entries = store
            .try_get_log_entries(first..)
            .await
            .map_err(io::Error::other)?;
        let body = |entry: Entry| match entry.payload {
            EntryPayload::Normal(EntryBytes(body)) => body,
            _ => Bytes::new(),
        };
        let state = LogProbeState {
            term: vote.map_or(0, |vote| vote.leader_id.term),
            first,
            entries: entries.into_iter().map(body).collect(),
            torn_bytes: report.torn_bytes,
        };
        Ok((Self { store }, state))
    }

    /// Appends an entry and returns when it is durable.
    pub async fn append(&mut self, term: u64, index: u64, body: Bytes) -> io::Result<()> {
        let entry = Entry {
            log_id: LogId::new(CommittedLeaderId::new(term, NODE_ID), index),
            payload: EntryPayload::Normal(EntryBytes(body)),
        };
        self.store
            .blocking_append([entry])
            .await
            .map_err(io::Error::other)
    }

    /// Votes in `term` and returns when the vote is durable.
    pub async fn vote(&mut self, term: u64) -> io::Result<()> {
        let vote = Vote {
            leader_id: LeaderId::new(term, NODE_ID),
            committed: true,
        };
        self.store.save_vote(&vote).await.map_err(io::Error::other)
    }

    /// Removes the entries up to `index`, as after a snapshot, and returns when that is durable.
    ///
    /// # Errors
    /// When there is no such entry.
    pub async fn purge(&mut self, index: u64) -> io::Result<()> {
        let entries = self.store.try_get_log_entries(index..=index).await;
        let entries = entries.map_err(io::Error::other)?;
        let entry = entries
            .first()
            .ok_or_else(|| io::Error::other("no such entry"))?;
        self.store
            .purge(entry.log_id)
            .await
            .map_err(io::Error::other)
    }

    /// Durable flushes so far.
    pub fn flushes(&self) -> u64 {
        self.store.gauge().flushes()
    }
}
