//! Who numbers a proposal.

use strandline_protocol::codec::Uuid;

/// The source of a numbering that starts at 1 and has no gaps.
///
/// Numbers belong to one owner for ever: a broker's to one incarnation, a shard's to one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ProposerId {
    /// Not numbered: the command checks for itself whether it was done already.
    Unnumbered,
    /// A broker, for what it does in its own name.
    Broker { broker_id: i32, incarnation: Uuid },
    /// A coordinator shard.
    Shard { shard: i32, epoch: i32 },
}

impl ProposerId {
    /// Whether both are the same broker or the same shard, at whatever incarnation or epoch.
    pub(crate) fn is_same_seat(self, other: Self) -> bool {
        match (self, other) {
            (Self::Broker { broker_id: a, .. }, Self::Broker { broker_id: b, .. }) => a == b,
            (Self::Shard { shard: a, .. }, Self::Shard { shard: b, .. }) => a == b,
            _ => false,
        }
    }

    /// Kind, number, shard epoch and incarnation, as records hold them.
    pub(crate) fn fields(self) -> (i8, i32, i32, Uuid) {
        match self {
            Self::Unnumbered => (0, -1, -1, Uuid::ZERO),
            Self::Broker {
                broker_id,
                incarnation,
            } => (1, broker_id, -1, incarnation),
            Self::Shard { shard, epoch } => (2, shard, epoch, Uuid::ZERO),
        }
    }

    /// The inverse of [`Self::fields`]; `None` for a kind that this build does not know.
    pub(crate) fn from_fields(kind: i8, id: i32, epoch: i32, incarnation: Uuid) -> Option<Self> {
        match kind {
            0 => Some(Self::Unnumbered),
            1 => Some(Self::Broker {
                broker_id: id,
                incarnation,
            }),
            2 => Some(Self::Shard { shard: id, epoch }),
            _ => None,
        }
    }
}
