//! Kafka API: list_partition_reassignments.
