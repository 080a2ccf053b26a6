//! Broken builds, to show that the tests catch them. Only with the feature `sabotage`; which part
//! is broken says the variable `STRANDLINE_SABOTAGE`.

use std::sync::OnceLock;

/// What can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// `vote-before-durable`: a vote is acknowledged before it is durable.
    VoteBeforeDurable,
    /// `no-epoch-bump`: a new incarnation gets no new leader epochs.
    NoEpochBump,
}

static ACTIVE: OnceLock<Option<Sabotage>> = OnceLock::new();

/// Whether this part is broken in this process.
pub fn is_on(sabotage: Sabotage) -> bool {
    let active = ACTIVE.get_or_init(|| match std::env::var("STRANDLINE_SABOTAGE").as_deref() {
        Ok("vote-before-durable") => Some(Sabotage::VoteBeforeDurable),
        Ok("no-epoch-bump") => Some(Sabotage::NoEpochBump),
        _ => None,
    });
    *active == Some(sabotage)
}
