//! Kafka API: describe_groups.
