//! Kafka API: create_topics.
