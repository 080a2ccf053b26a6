//! Kafka API: incremental_alter_configs.
