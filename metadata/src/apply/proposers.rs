//! Which proposals were taken, and what came of the last of them.

use std::collections::{BTreeMap, VecDeque};

use crate::command::ProposerId;
use crate::outcome::{Outcome, Refusal};

/// How many results are kept per proposer. A repeat within it gets the first answer.
pub(crate) const RESULT_WINDOW: usize = 1024;

/// All proposers that may still propose: one per registered broker and per coordinator shard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Proposers {
    pub(crate) by_id: BTreeMap<ProposerId, Proposer>,
}

/// One proposer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Proposer {
    /// Number of the last proposal that was taken.
    pub(crate) last_number: i64,
    /// Results of the last proposals, the newest at the end.
    pub(crate) results: VecDeque<Outcome>,
}

impl Proposers {
    /// Whether proposal `number` comes next. `Err` holds the answer otherwise.
    pub(crate) fn admit(&self, id: ProposerId, number: i64) -> Result<(), Outcome> {
        let known = self.by_id.get(&id);
        let last = known.map_or(0, |proposer| proposer.last_number);
        if number == last + 1 {
            return Ok(());
        }
        if number > last || number < 1 {
            return Err(Err(Refusal::OutOfOrder));
        }
        let results = known.map(|proposer| &proposer.results);
        let age = usize::try_from(last - number).unwrap_or(usize::MAX);
        let stored = results.and_then(|results| results.iter().rev().nth(age).cloned());
        Err(stored.unwrap_or(Err(Refusal::Forgotten)))
    }

    /// Keeps what came of proposal `number`.
    pub(crate) fn store(&mut self, id: ProposerId, number: i64, outcome: &Outcome) {
        if id == ProposerId::Unnumbered {
            return;
        }
        let proposer = self.by_id.entry(id).or_default();
        proposer.last_number = number;
        if proposer.results.len() == RESULT_WINDOW {
            proposer.results.pop_front();
        }
        proposer.results.push_back(outcome.clone());
    }

    /// Forgets the proposers of a broker's former incarnations.
    pub(crate) fn retire_broker(&mut self, broker: i32) {
        self.by_id.retain(
            |id, _| !matches!(id, ProposerId::Broker { broker_id, .. } if *broker_id == broker),
        );
    }

    /// Forgets the proposers of a shard's former epochs.
    pub(crate) fn retire_shard(&mut self, number: i32) {
        self.by_id
            .retain(|id, _| !matches!(id, ProposerId::Shard { shard, .. } if *shard == number));
    }
}
