//! Kafka API: join_group.
