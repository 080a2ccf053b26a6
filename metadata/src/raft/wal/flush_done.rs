//! What happens when a flush of the Raft log ends. Runs on raft-log's flush thread.

use std::io;
use std::sync::Arc;

use openraft::storage::LogFlushed;
use raft_log::Callback;
use tokio::sync::oneshot;

use super::witness::Witness;
use crate::fatal::fatal;
use crate::raft::types::TypeConfig;

/// Whom to tell that everything up to `end` is durable.
pub(crate) struct WalCallback {
    pub(crate) end: u64,
    pub(crate) witness: Arc<Witness>,
    pub(crate) waiter: Waiter,
}

/// Who waits for a flush.
pub(crate) enum Waiter {
    /// openraft, after an append.
    Append(LogFlushed<TypeConfig>),
    /// The caller of a vote, truncation or purge.
    Caller(oneshot::Sender<()>),
}

impl Callback for WalCallback {
    fn send(self, result: Result<(), io::Error>) {
        // I23: nothing that depended on this flush is acknowledged, and it is never retried.
        if let Err(error) = result.and_then(|()| self.witness.advance(self.end)) {
            fatal("failed to flush the metadata log", &error);
        }
        match self.waiter {
            Waiter::Append(callback) => callback.log_io_completed(Ok(())),
            // The caller went away with its runtime: nobody to tell.
            Waiter::Caller(sender) => drop(sender.send(())),
        }
    }
}
