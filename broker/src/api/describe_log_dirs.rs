//! Kafka API: describe_log_dirs.
