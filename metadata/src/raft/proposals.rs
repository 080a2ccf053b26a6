//! Gathers proposals into entries: while one entry is in flight the next gathers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use openraft::error::{ClientWriteError, RaftError};
use strandline_protocol::clock::Clock;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::types::{Applied, EntryBytes, Raft};
use crate::command::ProposerId;
use crate::command::batch::{self, COMMANDS_MAX, GATHER_BYTES, Numbered};
use crate::error::ProposeError;
use crate::fatal::fatal;
use crate::outcome::{Outcome, Refusal, Reply};

/// Proposals that wait for an entry.
pub(crate) const QUEUE_LEN: usize = 4096;

/// A command on its way, with who waits for it.
#[derive(Debug)]
pub(crate) struct Proposal {
    pub(crate) proposer: ProposerId,
    pub(crate) kind: u16,
    pub(crate) body: Bytes,
    pub(crate) reply: oneshot::Sender<Result<Reply, ProposeError>>,
    /// Bytes that the queue may hold; given back with the answer.
    pub(crate) _memory: OwnedSemaphorePermit,
}

/// Makes the stamps of entries: wall-clock time that never goes back and runs at most 1.1 times as
/// fast as the monotonic clock, so that a jump of the wall clock does not delete data.
#[derive(Debug)]
pub(crate) struct Stamps {
    clock: Arc<dyn Clock>,
    last: i64,
    at: Option<Duration>,
}

impl Stamps {
    pub(crate) fn new(clock: Arc<dyn Clock>, last: i64) -> Self {
        Self {
            clock,
            last,
            at: None,
        }
    }

    pub(crate) fn next(&mut self) -> i64 {
        let wall = self.clock.unix_millis();
        let now = self.clock.monotonic();
        let limit = self.at.map_or(i64::MAX, |at| {
            let elapsed = now.saturating_sub(at).as_millis();
            // One more, for what rounding takes away between entries of the same millisecond.
            let allowed = i64::try_from(elapsed * 11 / 10 + 1).unwrap_or(i64::MAX);
            self.last.saturating_add(allowed)
        });
        let stamp = wall.min(limit).max(self.last);
        if stamp > self.last || self.at.is_none() {
            self.last = stamp;
            self.at = Some(now);
        }
        stamp
    }
}

/// The loop that turns proposals into entries.
pub(crate) struct Batcher {
    raft: Raft,
    queue: mpsc::Receiver<Proposal>,
    /// A proposal that did not fit the last entry.
    left_over: Option<Proposal>,
    /// Last number given to each proposer of this process.
    numbers: BTreeMap<ProposerId, i64>,
    stamps: Stamps,
}

impl Batcher {
    pub(crate) fn new(raft: Raft, queue: mpsc::Receiver<Proposal>, stamps: Stamps) -> Self {
        Self {
            raft,
            queue,
            left_over: None,
            numbers: BTreeMap::new(),
            stamps,
        }
    }

    /// The next batch, `None` when nobody can propose any more.
    ///
    /// Cancel-safe: a proposal leaves the queue only together with the return.
    pub(crate) async fn gather(&mut self) -> Option<Vec<Proposal>> {
        let first = match self.left_over.take() {
            Some(left_over) => left_over,
            None => self.queue.recv().await?,
        };
        let mut bytes = first.body.len();
        let mut batch = vec![first];
        while batch.len() < COMMANDS_MAX {
            let Ok(next) = self.queue.try_recv() else {
                break;
            };
            if bytes + next.body.len() > GATHER_BYTES {
                self.left_over = Some(next);
                break;
            }
            bytes += next.body.len();
            batch.push(next);
        }
        Some(batch)
    }

    /// Proposes one batch and answers it.
    pub(crate) async fn write(&mut self, mut batch: Vec<Proposal>) {
        // Commands of one proposer stay in order; together they need their proposer only once.
        batch.sort_by_key(|proposal| proposal.proposer);
        let mut commands = Vec::with_capacity(batch.len());
        let mut waiting = Vec::with_capacity(batch.len());
        for proposal in batch {
            let Proposal {
                proposer,
                kind,
                body,
                reply,
                _memory,
            } = proposal;
            let number = self.number(proposer);
            commands.push(Numbered {
                proposer,
                number,
                kind,
                body,
            });
            waiting.push((proposer, number, reply, _memory));
        }
        let mut results = self.write_entry(commands).await.map(Vec::into_iter);
        for (proposer, number, reply, memory) in waiting {
            let result = match &mut results {
                Ok(outcomes) => outcomes
                    .next()
                    .map_or(Err(ProposeError::Stopped), |outcome| {
                        outcome.map_err(ProposeError::Refused)
                    }),
                Err(error) => Err(error.clone()),
            };
            if was_not_taken(&result) {
                self.give_back(proposer, number);
            }
            drop(memory);
            // Whoever asked may have gone away; the command is carried out all the same.
            drop(reply.send(result));
        }
    }

    async fn write_entry(&mut self, commands: Vec<Numbered>) -> Result<Vec<Outcome>, ProposeError> {
        let entry = batch::encode(self.stamps.next(), commands)
            .map_err(|bytes| ProposeError::TooLarge { bytes })?;
        match self.raft.client_write(EntryBytes(entry)).await {
            Ok(written) => {
                let Applied { outcomes, .. } = written.data;
                Ok(outcomes)
            }
            Err(RaftError::APIError(ClientWriteError::ForwardToLeader(_))) => {
                Err(ProposeError::NotController)
            }
            // It ends by an error of the log or a broken invariant only: nothing can go on without it,
            // and a start recovers everything.
            Err(error) => fatal("the metadata group stopped", &error),
        }
    }

    fn number(&mut self, proposer: ProposerId) -> i64 {
        if !self.numbers.contains_key(&proposer) {
            // Former epochs and incarnations never propose again.
            self.numbers.retain(|id, _| !id.is_same_seat(proposer));
        }
        let number = self.numbers.entry(proposer).or_default();
        *number += 1;
        *number
    }

    /// Takes back a number that was not used up.
    fn give_back(&mut self, proposer: ProposerId, number: i64) {
        if let Some(last) = self.numbers.get_mut(&proposer) {
            *last = (*last).min(number - 1);
        }
    }
}

/// Whether `apply` never saw the proposal, or did not take its number.
fn was_not_taken(result: &Result<Reply, ProposeError>) -> bool {
    match result {
        Ok(_) => false,
        Err(ProposeError::Refused(refusal)) => {
            matches!(refusal, Refusal::StaleIncarnation | Refusal::NotCoordinator)
        }
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// A machine whose wall clock somebody sets.
    #[derive(Debug, Default)]
    struct JumpingClock {
        wall: AtomicI64,
        monotonic: AtomicI64,
    }

    impl Clock for JumpingClock {
        fn unix_millis(&self) -> i64 {
            self.wall.load(Ordering::SeqCst)
        }

        fn monotonic(&self) -> Duration {
            Duration::from_millis(self.monotonic.load(Ordering::SeqCst).unsigned_abs())
        }
    }

    #[test]
    fn stamps_follow_the_clock_but_not_its_jumps() {
        let clock = Arc::new(JumpingClock::default());
        let set = |wall, monotonic| {
            clock.wall.store(wall, Ordering::SeqCst);
            clock.monotonic.store(monotonic, Ordering::SeqCst);
        };
        set(50_000, 0);
        let mut stamps = Stamps::new(clock.clone(), 40_000);
        assert_eq!(stamps.next(), 50_000, "a new leader takes its clock");
        set(51_000, 1_000);
        assert_eq!(stamps.next(), 51_000);
        // Thirty hours ahead within a second.
        set(108_000_000, 2_000);
        assert_eq!(stamps.next(), 52_101);
        set(108_001_000, 3_000);
        assert_eq!(stamps.next(), 53_202);
        // Back again: the stamp stands still until the clock has caught up.
        set(53_100, 4_000);
        assert_eq!(stamps.next(), 53_202);
        set(54_100, 5_000);
        assert_eq!(stamps.next(), 54_100);
        // A leader whose clock is behind the log starts at the log's time.
        let mut stamps = Stamps::new(clock.clone(), 60_000);
        assert_eq!(stamps.next(), 60_000);
    }
}
