//! Kafka API: sync_group.
