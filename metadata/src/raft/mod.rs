//! The Raft group. openraft and raft-log are imported here and nowhere else, so that a move to
//! another version touches this folder only.
//!
//! ```text
//!  propose() --> queue --> Batcher --> openraft --> LogStore --> raft-log's flush thread
//!  (any task)              one entry                              |  fdatasync
//!      ^                   in flight                              v
//!      +---- Applied <---- StateMachine::apply <------------- committed
//! ```
//!
//! Everything between queue and apply runs on one thread with a runtime of its own.

mod convert;
#[cfg(test)]
mod damage_test;
pub(crate) mod log_store;
mod network;
pub(crate) mod node;
pub mod probe;
pub(crate) mod proposals;
mod state_machine;
#[cfg(test)]
mod suite_test;
pub(crate) mod types;
mod wal;
