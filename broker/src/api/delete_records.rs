//! Kafka API: delete_records.
