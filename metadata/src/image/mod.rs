//! The state that the metadata log describes: topology and tables.

pub(crate) mod group_offsets;
pub(crate) mod sharded;
pub(crate) mod tables;
pub(crate) mod topology;

pub use sharded::{ShardKey, ShardedMap};
pub use tables::{
    CommittedOffset, DeletedTopic, DeletedTopics, ManifestEntry, ManifestRoot, PartitionState,
    Tables,
};
pub use topology::{
    BrokerRegistration, COORDINATOR_SHARDS, Listener, NO_BROKER, PartitionRegistration, ShardOwner,
    Topic, Topology, coordinator_shard,
};
