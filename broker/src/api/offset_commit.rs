//! Kafka API: offset_commit.
