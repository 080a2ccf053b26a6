//! Kafka API: offset_fetch.
