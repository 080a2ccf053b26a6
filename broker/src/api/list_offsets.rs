//! Kafka API: list_offsets.
