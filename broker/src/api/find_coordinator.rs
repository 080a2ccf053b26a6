//! Kafka API: find_coordinator.
