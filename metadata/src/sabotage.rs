//! Broken builds, to show that the tests catch them. Only with the feature `sabotage`.

use std::sync::atomic::{AtomicU8, Ordering};

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Sabotage {
    /// Nothing.
    None = 0,
    /// A vote is acknowledged before it is durable.
    VoteBeforeDurable = 1,
    /// A new incarnation gets no new leader epochs.
    NoEpochBump = 2,
}

static ACTIVE: AtomicU8 = AtomicU8::new(0);

/// Breaks the build in one way, for the whole process. Also read from the variable
/// `STRANDLINE_SABOTAGE` (`vote-before-durable`, `no-epoch-bump`) by [`from_environment`].
pub fn set(sabotage: Sabotage) {
    ACTIVE.store(sabotage as u8, Ordering::SeqCst);
}

/// Reads `STRANDLINE_SABOTAGE`.
pub fn from_environment() {
    match std::env::var("STRANDLINE_SABOTAGE").as_deref() {
        Ok("vote-before-durable") => set(Sabotage::VoteBeforeDurable),
        Ok("no-epoch-bump") => set(Sabotage::NoEpochBump),
        _ => {}
    }
}

pub(crate) fn is_on(sabotage: Sabotage) -> bool {
    ACTIVE.load(Ordering::SeqCst) == sabotage as u8
}
