//! Kafka API: delete_topics.
