//! Kafka API: list_groups.
