//! What a life is made of, and in the middle of what it ends.

use strandline_log::disk::sim::SimRng;

/// One call of the journal, or a few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Append,
    /// Write one group.
    Step,
    /// Write all that waits.
    Drain,
    /// One piece of housekeeping.
    Maintain,
    Truncate,
    MoveStart,
    Delete,
    RollSegment,
    Read,
    /// Append until the disk is full.
    Fill,
}

impl Operation {
    pub(crate) fn draw(rng: &mut SimRng) -> Self {
        match rng.below(100) {
            0..55 => Self::Append,
            55..75 => Self::Step,
            75..83 => Self::Maintain,
            83..86 => Self::Truncate,
            86..90 => Self::MoveStart,
            90..92 => Self::Delete,
            92..94 => Self::RollSegment,
            94..97 => Self::Read,
            97 => Self::Fill,
            _ => Self::Drain,
        }
    }
}

/// The operation in whose middle the power is to go. A crash at any step of a whole life hardly
/// ever meets the rare ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aim {
    pub(crate) operation: Operation,
    /// Steps of the disk that are left alone: a copy is longer than what else housekeeping does.
    skip: u64,
    span: u64,
}

impl Aim {
    pub(crate) fn draw(rng: &mut SimRng) -> Self {
        let (operation, skip, span) = match rng.below(6) {
            0 => (Operation::Truncate, 0, 8),
            1 => (Operation::MoveStart, 0, 4),
            2 => (Operation::Delete, 0, 4),
            3 => (Operation::Maintain, 0, 6),
            4 => (Operation::Maintain, 6, 40),
            _ => (Operation::Fill, 0, 2000),
        };
        Self {
            operation,
            skip,
            span,
        }
    }

    /// How many steps after the operation began.
    pub(crate) fn steps(&self, rng: &mut SimRng) -> u64 {
        self.skip + rng.below(self.span)
    }
}
