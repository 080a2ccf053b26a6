//! Kafka API: api_versions.
