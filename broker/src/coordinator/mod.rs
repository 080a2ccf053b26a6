//! Group coordination: the driver around the state machine in [`group`].
//!
//! **Overview.** Groups hash into 64 shards. The metadata's image says which broker owns a shard,
//! and in which epoch; [`GroupCoordinator`] answers for the shards that this broker owns and
//! refuses all others with NOT_COORDINATOR. It feeds events to [`group::ClassicGroup`], sends
//! proposals to the metadata, keeps requests that wait, and wakes groups in time.
//!
//! **Contract.** Whatever a client's answer depends on is durable before the answer leaves: a
//! proposal names shard and epoch, `apply` refuses it unless both are current, and the answer
//! leaves after this broker's own image has applied it (I13). Heartbeats touch no metadata and
//! allocate nothing.
//!
//! **Data.** In memory are groups that have members, or are about to. An empty group is its record
//! and its offsets in the metadata's tables, and nothing here. At a start, and when a shard comes
//! to this broker, groups with members are made from their records: they keep their generation,
//! sessions start again, nobody has to rejoin.
//!
//! **Concurrency.** A shard is one lock, never held over an await. One proposal per group is on its
//! way; what changes meanwhile goes with the next. Answers of a group leave in the order of its
//! events, none before the proposal that it depends on. A group whose proposal fails is
//! forgotten, everybody who waits is told so, and it begins again from its record.
//!
//! **Bounds.** Members and their bytes reserve from the memory pool `coordinators`; without room a
//! join is refused with COORDINATOR_NOT_AVAILABLE, which clients repeat. There is one timer per
//! group in memory, and no timer without one.
//!
//! | file | what it does |
//! |---|---|
//! | `group/` | the state machine |
//! | `group_coordinator` | shards, events, answers |
//! | `slot` | one group in memory: the machine, who waits, what is on its way |
//! | `persist_group` | proposals of group records |
//! | `timers` | waking groups |
//! | `offsets` | committing, reading, deleting and expiring offsets |
//! | `listing` | describing, listing and deleting groups |

pub mod group;
mod group_coordinator;
mod listing;
mod offsets;
mod options;
mod persist_group;
mod slot;
#[cfg(test)]
mod tests;
mod timers;

pub use group_coordinator::{GroupCoordinator, MemberIdentity};
pub use listing::{DescribedMember, GroupDescription, ListedGroup};
pub use offsets::{CommitError, DeletedOffset};
pub use options::GroupCoordinatorOptions;
