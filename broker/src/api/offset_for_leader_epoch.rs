//! Kafka API: offset_for_leader_epoch.
