//! Kafka API: delete_acls.
