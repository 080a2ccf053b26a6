//! Kafka API: describe_acls.
