//! Kafka API: describe_cluster.
