//! Kafka API: create_partitions.
