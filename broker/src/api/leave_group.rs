//! Kafka API: leave_group.
