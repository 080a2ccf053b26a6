//! Kafka API: heartbeat.
