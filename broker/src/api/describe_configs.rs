//! Kafka API: describe_configs.
