//! Kafka API: fetch.
