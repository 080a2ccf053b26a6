//! Kafka API: create_acls.
