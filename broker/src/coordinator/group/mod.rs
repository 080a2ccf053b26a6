//! Classic consumer groups as a state machine without I/O.
//!
//! **Overview.** [`ClassicGroup::handle`] takes an [`Event`] and the time, and says what has to be
//! done as [`Effect`]s. It knows no clock, no sockets and no storage; the driver is
//! [`GroupCoordinator`](super::GroupCoordinator). The rules, their order and their error codes are
//! those of Kafka's `GroupMetadataManager` and `ClassicGroup`; metadata and assignments of members
//! are opaque, so that consumers, Connect and schema registries are served alike, with eager or
//! cooperative rebalancing.
//!
//! **Contract.** An [`Effect::Persist`] orders: no answer after it may leave before the group's
//! record of that moment is durable. A group is persisted when a generation begins (before anybody
//! joins it), when its assignments are known (before anybody gets one), when a static member gets
//! a new member id, and when the last member is gone.
//!
//! **Invariants.** Every parked request is answered exactly once. Generations only grow, and a
//! commit of a former one is refused (I13). The leader is a member. In `Stable` every member has
//! the assignment of its generation. A group with members has a time to be woken at.
//!
//! **Where it differs from Kafka.** The beginning of a generation is durable too, so that a
//! coordinator that is killed in the middle of a rebalance goes on with it, and no generation
//! number is used twice. Ties in the vote for a protocol go by the leader's preference. A request
//! that is repeated while the first waits answers the first with REBALANCE_IN_PROGRESS.
//!
//! | event | Empty | PreparingRebalance | CompletingRebalance | Stable |
//! |---|---|---|---|---|
//! | join, new member | Preparing | waits | Preparing | Preparing |
//! | join, same metadata | 25 | waits | current generation | current generation; leader: Preparing |
//! | join, other metadata | 25 | waits | Preparing | Preparing |
//! | join, static, new id | Preparing | waits, former fenced | Preparing | keeps its place |
//! | sync | 25 | 27 | waits; leader: Stable | assignment |
//! | heartbeat | 25 | 27 | ok | ok |
//! | commit with generation | 25 | ok | 27 | ok |
//! | leave, session over | - | fewer to wait for | Preparing | Preparing |
//!
//! (25 is UNKNOWN_MEMBER_ID, 27 REBALANCE_IN_PROGRESS.)
//!
//! **References.** KIP-62, KIP-134, KIP-345, KIP-389, KIP-394, KIP-429, KIP-559, KIP-814.

mod classic_group;
mod event;
mod expiry;
mod join;
mod leave;
mod member;
mod options;
mod rebalance;
mod record;
mod state;
mod subscription;
mod sync;

#[cfg(test)]
pub(super) mod tests;

pub use classic_group::ClassicGroup;
pub use event::{
    Answer, Effect, Event, JoinAnswer, JoinRequest, JoinedMember, LeaveRequest, LeavingMember,
    Protocol, SyncAnswer, SyncRequest, Token,
};
pub use member::Member;
pub use options::GroupOptions;
pub use state::GroupState;
