//! The metadata of a cluster: who is there, who owns what, and how far everybody has read.
//!
//! The entry point is [`Metadata`]. A [`Command`] is proposed, travels with others as one entry of
//! a Raft log ([`raft`]), is carried out by `apply` on every node in the same order, and is
//! answered when this node's image shows its effect. Readers see the image in two parts: the
//! [`Topology`], immutable and swapped as a whole, and the [`Tables`], which only coordinators and
//! partition owners read.
//!
//! | module | what it holds |
//! |---|---|
//! | `command` | commands, their numbers, and the bytes of an entry |
//! | `apply` | the effect of each command on the image |
//! | `image` | topology and tables, copy-on-write |
//! | `controller` | decisions as pure functions: placement, leadership, shard owners |
//! | `snapshot` | the image as a file |
//! | `raft` | openraft and raft-log, the only place that imports them |
//! | `records` | everything that lasts, generated from `schema/` |
//!
//! Invariants kept here: I2 and I10 (incarnations and epochs), I12 (apply), I13 (generations),
//! I18 and I19 (manifests), I23 (failed flushes). Bytes are described in
//! `docs/formats/metadata.md`.

mod apply;
mod command;
pub mod controller;
mod error;
mod fatal;
mod image;
pub mod level;
mod metadata;
mod options;
mod outcome;
mod published;
mod raft;
pub mod records;
#[cfg(feature = "sabotage")]
pub mod sabotage;
mod snapshot;

#[doc(hidden)]
pub use raft::probe;

pub use command::{Command, DecodeError};
pub use error::{MetadataError, ProposeError};
pub use fatal::EXIT_STATUS;
pub use image::{
    BrokerRegistration, COORDINATOR_SHARDS, CommittedOffset, DeletedTopic, DeletedTopics, Listener,
    ManifestEntry, ManifestRoot, NO_BROKER, PartitionRegistration, PartitionState, ShardKey,
    ShardOwner, ShardedMap, Tables, Topic, Topology, coordinator_shard,
};
pub use metadata::{Metadata, MetadataStats};
pub use options::MetadataOptions;
pub use outcome::{Outcome, Refusal, Reply};
