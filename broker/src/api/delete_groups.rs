//! Kafka API: delete_groups.
