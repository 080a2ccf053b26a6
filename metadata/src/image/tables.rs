//! What only coordinators and the owners of partitions read: groups, committed offsets, and per
//! partition what is tiered.
//!
//! 256 shards, each behind its own lock and copy-on-write pointer. A snapshot clones the pointers;
//! the first change of a shard while a snapshot still holds it copies the shard's pointers, and
//! the first change of a group in it that group's offsets.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::{RwLock, RwLockReadGuard};
use strandline_protocol::TopicPartition;
use strandline_protocol::codec::{StrBytes, Uuid};

use super::group_offsets::{GroupOffsets, StoredOffset};
use super::sharded::{SHARDS, ShardKey};
use super::topology::{COORDINATOR_SHARDS, group_hash};
use crate::records::GroupRecord;

/// Read access to the tables. A clone reads the same tables; what it sees is at least as new as
/// any reply that was received before.
#[derive(Debug, Clone)]
pub struct Tables {
    shards: Arc<[RwLock<Arc<TableShard>>]>,
    deleted: Arc<RwLock<DeletedTopics>>,
}

/// Deleted topics by id.
pub type DeletedTopics = Arc<BTreeMap<Uuid, Arc<DeletedTopic>>>;

/// A deleted topic, until its data are gone everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedTopic {
    /// Its id.
    pub topic_id: Uuid,
    /// Whom it belonged to.
    pub tenant: StrBytes,
    /// Its name.
    pub name: StrBytes,
    /// Cluster time of the deletion, milliseconds.
    pub deleted_timestamp: i64,
    /// What was known about the data of those partitions that had some in the tier.
    pub partitions: Vec<(i32, Arc<PartitionState>)>,
}

/// One shard.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TableShard {
    pub(crate) groups: BTreeMap<StrBytes, Arc<GroupEntry>>,
    pub(crate) partitions: BTreeMap<TopicPartition, Arc<PartitionState>>,
}

/// A group's record, if it has members or had, and its offsets.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct GroupEntry {
    pub(crate) record: Option<Arc<GroupRecord>>,
    pub(crate) offsets: GroupOffsets,
}

/// A committed offset as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedOffset {
    /// Where the group goes on.
    pub offset: i64,
    /// Leader epoch of the last record consumed, -1 when unknown.
    pub leader_epoch: i32,
    /// The client's own note.
    pub metadata: StrBytes,
    /// Cluster time of the commit, milliseconds.
    pub commit_timestamp: i64,
}

/// What the metadata knows about the data of a partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartitionState {
    /// First offset that exists for clients.
    pub log_start_offset: i64,
    /// End of the tiered range; only grows (I19).
    pub tiered_end_offset: i64,
    /// Raised by one with every change of the manifest.
    pub manifest_version: i64,
    /// What the folded part of the manifest is found by.
    pub manifest_root: Option<ManifestRoot>,
    /// Entries that are not folded yet, oldest first, without a gap.
    pub tail: Vec<ManifestEntry>,
}

/// The root of the folded manifest. Its bytes are the tier's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestRoot {
    /// First offset that it covers.
    pub start_offset: i64,
    /// End of the range that it covers.
    pub end_offset: i64,
    /// The tier's record.
    pub root: Bytes,
}

/// One entry of the manifest's tail. Its bytes are the tier's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// First offset that it covers.
    pub base_offset: i64,
    /// End of the range that it covers.
    pub end_offset: i64,
    /// The tier's record.
    pub entry: Bytes,
}

impl PartitionState {
    /// First offset that the tier holds, `None` when it holds nothing.
    pub fn tiered_start_offset(&self) -> Option<i64> {
        let root = self.manifest_root.as_ref().map(|root| root.start_offset);
        root.or_else(|| self.tail.first().map(|entry| entry.base_offset))
    }
}

impl GroupEntry {
    /// Whether the group has no members, and an offset that is too old, or none at all.
    pub(crate) fn is_due(&self, now: i64, retention_ms: i64) -> bool {
        let record = self.record.as_ref();
        let idle = record.is_none_or(|record| record.members.is_empty());
        let due = |(_, offset)| self.is_expired(offset, now, retention_ms);
        idle && (self.offsets.is_empty() || self.offsets.iter().any(due))
    }

    /// Whether an offset of this group is too old.
    pub(crate) fn is_expired(&self, offset: &StoredOffset, now: i64, retention_ms: i64) -> bool {
        // Requests of old versions bring their own time to live.
        if offset.expire_timestamp() >= 0 {
            return now >= offset.expire_timestamp();
        }
        let record = self.record.as_ref();
        let emptied = record.map_or(i64::MIN, |record| record.state_timestamp);
        now.saturating_sub(offset.commit_timestamp.max(emptied)) >= retention_ms
    }
}
impl Default for Tables {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            deleted: Arc::default(),
        }
    }
}

impl Tables {
    /// The offset that `group_id` committed for a partition.
    pub fn committed_offset(
        &self,
        group_id: &str,
        topic_id: &Uuid,
        partition: i32,
    ) -> Option<CommittedOffset> {
        let shard = self.group_shard(group_id);
        let offsets = &shard.groups.get(group_id)?.offsets;
        offsets.get(topic_id, partition).map(StoredOffset::read)
    }

    /// All offsets that `group_id` committed, by topic id and partition.
    pub fn offsets(&self, group_id: &str) -> Vec<(TopicPartition, CommittedOffset)> {
        let group = self
            .group_shard(group_id)
            .groups
            .get(group_id)
            .cloned()
            .unwrap_or_default();
        let offsets = group.offsets.iter();
        let read = |(topic_id, offset): (&Uuid, &StoredOffset)| {
            let partition = offset.partition;
            (
                TopicPartition {
                    topic_id: *topic_id,
                    partition,
                },
                offset.read(),
            )
        };
        offsets.map(read).collect()
    }

    /// The record of a group. A group that only committed offsets has none.
    pub fn group(&self, group_id: &str) -> Option<Arc<GroupRecord>> {
        self.group_shard(group_id)
            .groups
            .get(group_id)?
            .record
            .clone()
    }

    /// Whether there is a record or an offset of this group.
    pub fn has_group(&self, group_id: &str) -> bool {
        self.group_shard(group_id).groups.contains_key(group_id)
    }

    /// Ids of all groups, with or without a record, by shard and id.
    pub fn groups(&self) -> Vec<StrBytes> {
        let ids = |shard: Arc<TableShard>| shard.groups.keys().cloned().collect::<Vec<_>>();
        self.capture().into_iter().flat_map(ids).collect()
    }

    /// Whether [`ExpireOffsets`](crate::records::ExpireOffsets) would forget anything of
    /// coordinator shard `shard` at time `now`, milliseconds since 1970.
    pub fn has_expired_offsets(&self, shard: i32, now: i64, retention_ms: i64) -> bool {
        table_shards_of(shard).any(|table| {
            let groups = &self.shards[table].read().groups;
            groups.values().any(|group| group.is_due(now, retention_ms))
        })
    }

    /// Ids of all groups that coordinator shard `shard` owns.
    pub fn groups_of_shard(&self, shard: i32) -> Vec<StrBytes> {
        table_shards_of(shard)
            .flat_map(|table| self.shard(table).groups.keys().cloned().collect::<Vec<_>>())
            .collect()
    }

    /// What is known about the data of a partition; all zero when nothing was ever said.
    pub fn partition_state(&self, partition: &TopicPartition) -> Arc<PartitionState> {
        let shard = self.shards[partition_shard(partition)].read();
        shard.partitions.get(partition).cloned().unwrap_or_default()
    }

    /// Deleted topics whose data still have to go, by id.
    pub fn deleted_topics(&self) -> DeletedTopics {
        self.deleted.read().clone()
    }

    /// Changes the deleted topics. Called by `apply` only.
    pub(crate) fn change_deleted<T>(
        &self,
        change: impl FnOnce(&mut BTreeMap<Uuid, Arc<DeletedTopic>>) -> T,
    ) -> T {
        change(Arc::make_mut(&mut self.deleted.write()))
    }

    /// A consistent copy of a shard.
    pub(crate) fn shard(&self, shard: usize) -> Arc<TableShard> {
        self.shards[shard].read().clone()
    }

    /// Changes one shard. Called by `apply` only.
    pub(crate) fn change<T>(&self, shard: usize, change: impl FnOnce(&mut TableShard) -> T) -> T {
        change(Arc::make_mut(&mut self.shards[shard].write()))
    }

    /// Pointers to all shards. Called between two entries it is one consistent state.
    pub(crate) fn capture(&self) -> Vec<Arc<TableShard>> {
        self.shards
            .iter()
            .map(|shard| shard.read().clone())
            .collect()
    }

    /// Replaces everything. Readers may see some shards before others.
    pub(crate) fn restore(
        &self,
        shards: Vec<TableShard>,
        deleted: BTreeMap<Uuid, Arc<DeletedTopic>>,
    ) {
        assert_eq!(shards.len(), SHARDS, "a snapshot has all shards");
        for (place, shard) in self.shards.iter().zip(shards) {
            *place.write() = Arc::new(shard);
        }
        *self.deleted.write() = Arc::new(deleted);
    }

    /// Replaces everything by what `other` holds.
    pub(crate) fn restore_from(&self, other: &Self) {
        for (place, shard) in self.shards.iter().zip(other.shards.iter()) {
            *place.write() = shard.read().clone();
        }
        *self.deleted.write() = other.deleted.read().clone();
    }

    /// Holds back changes of the shard; a cloned pointer would make them copy it.
    fn group_shard(&self, group_id: &str) -> RwLockReadGuard<'_, Arc<TableShard>> {
        self.shards[group_shard(group_id)].read()
    }
}

/// The table shard of a group.
pub(crate) fn group_shard(group_id: &str) -> usize {
    (group_hash(group_id) % SHARDS as u64) as usize
}

/// The table shard of a partition's state.
pub(crate) fn partition_shard(partition: &TopicPartition) -> usize {
    (partition.shard_hash() % SHARDS as u64) as usize
}

/// The table shards whose groups coordinator shard `shard` owns.
pub(crate) fn table_shards_of(shard: i32) -> impl Iterator<Item = usize> {
    let first = usize::try_from(shard).unwrap_or(SHARDS);
    (first..SHARDS).step_by(COORDINATOR_SHARDS)
}

const _: () = assert!(SHARDS.is_multiple_of(COORDINATOR_SHARDS));
