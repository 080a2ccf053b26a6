//! Kafka API: init_producer_id.
