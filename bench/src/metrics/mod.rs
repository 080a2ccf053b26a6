//! One file per group of metrics.

pub(crate) mod consume;
pub(crate) mod idle;
pub(crate) mod partitions;
pub(crate) mod produce;
pub(crate) mod recovery;
pub(crate) mod start;

/// The topic that most metrics use.
pub(crate) const TOPIC: &str = "bench";
