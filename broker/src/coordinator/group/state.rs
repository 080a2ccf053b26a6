//! The states of a classic group.

use std::fmt;

/// Where a classic group is, with the names that ListGroups and DescribeGroups use.
///
/// ```text
///            first member                 all joined, or the rebalance timeout
///   Empty ----------------> Preparing ---------------------------------------> Completing
///     ^                       ^   |                                               |
///     |   nobody joined       |   |          a member joins, leaves or expires    | the leader
///     +-----------------------|---+     <-----------------------------------------+ sends the
///                             |                                                   v assignments
///                             +------------------------------------------------ Stable
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupState {
    /// No members; perhaps committed offsets.
    Empty,
    /// Members are asked to join the next generation.
    PreparingRebalance,
    /// Everybody knows the generation; the leader's assignments are awaited.
    CompletingRebalance,
    /// Members have their assignments.
    Stable,
    /// Deleted, or moved to another coordinator.
    Dead,
}

impl GroupState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Empty,
        Self::PreparingRebalance,
        Self::CompletingRebalance,
        Self::Stable,
        Self::Dead,
    ];

    /// Kafka's name of the state.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
            Self::Dead => "Dead",
        }
    }
}

impl fmt::Display for GroupState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
