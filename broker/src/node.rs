//! The composition of a node: the only place that knows every crate.
