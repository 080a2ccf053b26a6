//! Kafka API: describe_topic_partitions.
