//! Kafka API: offset_delete.
