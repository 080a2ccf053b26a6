//! What the seeds have been through: a suite that never gets there shows nothing.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the journal was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Writing a group.
    Append,
    /// Sealing a file and taking the next one into use.
    Roll,
    /// Copying live runs into a cold file.
    Relocate,
    Truncate,
    /// Writing down that files are free, and making them so.
    Recycle,
    /// Moving the log start or the local log start.
    MoveStart,
    Delete,
    /// Anything, with at most 5 % of the disk left.
    FullDisk,
    /// Starting on what a crash left.
    Recover,
}

const KINDS: [Work; 9] = [
    Work::Append,
    Work::Roll,
    Work::Relocate,
    Work::Truncate,
    Work::Recycle,
    Work::MoveStart,
    Work::Delete,
    Work::FullDisk,
    Work::Recover,
];

/// How often each kind of work was finished, and how often the power went in its middle.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    counts: [(AtomicU64, AtomicU64); KINDS.len()],
}

impl Coverage {
    pub(crate) fn count(&self, work: Work, crashed: bool) {
        let (finished, cut) = &self.counts[work as usize];
        let counter = if crashed { cut } else { finished };
        let _ = counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Kinds of work that were never finished, or never cut.
    pub(crate) fn missing(&self) -> Vec<Work> {
        let never = |work: &Work| {
            let (finished, cut) = &self.counts[*work as usize];
            finished.load(Ordering::Relaxed) == 0 || cut.load(Ordering::Relaxed) == 0
        };
        KINDS.into_iter().filter(never).collect()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for work in KINDS {
            let (finished, cut) = &self.counts[work as usize];
            let (finished, cut) = (
                finished.load(Ordering::Relaxed),
                cut.load(Ordering::Relaxed),
            );
            write!(f, "{work:?} {finished} finished {cut} cut; ")?;
        }
        Ok(())
    }
}
