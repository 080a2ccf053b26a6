//! Partitions as this broker serves them.
