//! The durable Raft log: raft-log's chunk files, checked before they are trusted.

pub(crate) mod check;
pub(crate) mod flush_done;
pub(crate) mod types;
pub(crate) mod witness;
