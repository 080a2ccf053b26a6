//! Kafka API: metadata.
