//! Group coordination.

pub mod group;
