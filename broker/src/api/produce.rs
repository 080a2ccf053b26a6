//! Kafka API: produce.
