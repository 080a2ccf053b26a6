//! Partitions that this broker holds: who leads, how far readers see, who waits.
//!
//! **Overview.** The [`Applier`] makes [`Partitions`] follow the metadata. Each [`Partition`]
//! drives a [`Leader`](leader::Leader), a state machine without I/O, with what the journal's
//! writer reports as durable, and settles [producers](waits::ProduceWait) and wakes
//! [consumers](waits::FetchWait) when the high watermark moves.
//!
//! **Invariants.** I2, I5, I6, I21; see `leader` and `applier`.

mod applier;
#[cfg(test)]
mod applier_test;
pub mod batch_validation;
#[cfg(test)]
mod batch_validation_test;
pub mod leader;
mod partition;
mod partitions;
mod topic;
pub mod waits;

pub use applier::Applier;
pub use partition::{Acks, Isolation, Leadership, Partition};
pub use partitions::Partitions;
pub use topic::TopicHandle;
pub use waits::{FetchWait, ProduceWait};
