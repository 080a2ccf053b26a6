//! Kinds of records in a snapshot's body.

/// The end of the body.
pub(super) const END: u8 = 0;
/// `SnapshotCluster`, the first record.
pub(super) const CLUSTER: u8 = 1;
/// `SnapshotBroker`.
pub(super) const BROKER: u8 = 2;
/// `SnapshotConfigs`.
pub(super) const CONFIGS: u8 = 3;
/// `SnapshotTopic`.
pub(super) const TOPIC: u8 = 4;
/// `GroupRecord`.
pub(super) const GROUP: u8 = 5;
/// `SnapshotOffsets`, up to 1,000 of one group.
pub(super) const OFFSETS: u8 = 6;
/// `SnapshotPartitionState`.
pub(super) const PARTITION_STATE: u8 = 7;
/// `SnapshotDeletedTopic`.
pub(super) const DELETED_TOPIC: u8 = 8;
/// `SnapshotProposer`.
pub(super) const PROPOSER: u8 = 9;
