//! Group coordination.
