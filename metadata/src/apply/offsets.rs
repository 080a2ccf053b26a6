//! Committed offsets.

use std::sync::Arc;

use strandline_protocol::TopicPartition;
use strandline_protocol::codec::{StrBytes, Uuid};

use super::Image;
use crate::image::group_offsets::{OffsetExtras, StoredOffset};
use crate::image::tables::{GroupEntry, TableShard, group_shard, table_shards_of};
use crate::image::topology::coordinator_shard;
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::{CommitOffsets, DeleteOffsets, ExpireOffsets, GroupRecord, OffsetCommit};

impl Image {
    /// I13: a commit of a former generation is refused here too, whatever the coordinator believed.
    pub(super) fn commit_offsets(&mut self, command: CommitOffsets) -> Outcome {
        check_shard(command.shard, &command.group_id)?;
        let mut unknown = Vec::new();
        let mut known = Vec::with_capacity(command.topics.len());
        for topic in command.topics {
            let partitions = self
                .topology
                .topic(&topic.topic_id)
                .map_or(0, |t| t.partitions.len());
            for offset in topic.partitions {
                let (topic_id, partition) = (topic.topic_id, offset.partition);
                if usize::try_from(partition).is_ok_and(|number| number < partitions) {
                    known.push((topic_id, stored(&offset, self.timestamp)));
                } else {
                    unknown.push(TopicPartition {
                        topic_id,
                        partition,
                    });
                }
            }
        }
        self.tables.change(group_shard(&command.group_id), |shard| {
            let group = shard.groups.get(&command.group_id);
            let record = group.and_then(|group| group.record.as_deref());
            check_member(record, command.generation_id, &command.member_id)?;
            if !known.is_empty() {
                // A slice of the entry's bytes becomes a key only when the group is new.
                if !shard.groups.contains_key(&command.group_id) {
                    shard
                        .groups
                        .insert(command.group_id.detached(), Arc::default());
                }
                let group = shard
                    .groups
                    .get_mut(&command.group_id)
                    .expect("it was just added");
                let offsets = &mut Arc::make_mut(group).offsets;
                for (topic_id, offset) in known {
                    offsets.set(topic_id, offset);
                }
            }
            Ok(Reply::OffsetsCommitted { unknown })
        })
    }

    pub(super) fn delete_offsets(&mut self, command: &DeleteOffsets) -> Outcome {
        check_shard(command.shard, &command.group_id)?;
        self.tables.change(group_shard(&command.group_id), |shard| {
            let Some(group) = shard.groups.get_mut(&command.group_id) else {
                return Err(Refusal::GroupIdNotFound);
            };
            let group = Arc::make_mut(group);
            for topic in &command.topics {
                for partition in &topic.partitions {
                    group.offsets.remove(&topic.topic_id, *partition);
                }
            }
            drop_if_empty(shard, &command.group_id);
            Ok(Reply::Done)
        })
    }

    /// Forgets, by cluster time, what is older than the retention: offsets of a group without
    /// members count from when it became empty or from their commit, whichever is later (KIP-211).
    /// A group without members and offsets goes too.
    pub(super) fn expire_offsets(&mut self, command: &ExpireOffsets) -> Outcome {
        if command.retention_ms < 0 {
            return Err(Refusal::Malformed);
        }
        let now = self.timestamp;
        for table in table_shards_of(command.shard) {
            let shard = self.tables.shard(table);
            let due: Vec<StrBytes> = shard
                .groups
                .iter()
                .filter(|(_, group)| group.is_due(now, command.retention_ms))
                .map(|(id, _)| id.clone())
                .collect();
            drop(shard);
            self.tables.change(table, |shard| {
                for id in due {
                    expire_group(shard, &id, now, command.retention_ms);
                }
            });
        }
        Ok(Reply::Done)
    }

    pub(super) fn drop_topic_offsets(&mut self, topic_id: &Uuid) {
        for (table, shard) in self.tables.capture().into_iter().enumerate() {
            let holds = |group: &GroupEntry| group.offsets.has_topic(topic_id);
            let ids: Vec<StrBytes> = shard
                .groups
                .iter()
                .filter(|(_, group)| holds(group))
                .map(|(id, _)| id.clone())
                .collect();
            drop(shard);
            if ids.is_empty() {
                continue;
            }
            self.tables.change(table, |shard| {
                for id in ids {
                    if let Some(group) = shard.groups.get_mut(&id) {
                        Arc::make_mut(group).offsets.remove_topic(topic_id);
                        drop_if_empty(shard, &id);
                    }
                }
            });
        }
    }
}

/// The command names the shard that the group belongs to.
pub(super) fn check_shard(shard: i32, group_id: &str) -> Result<(), Refusal> {
    (shard == coordinator_shard(group_id))
        .then_some(())
        .ok_or(Refusal::Malformed)
}

/// Kafka's rules (`GroupMetadataManager`, `ClassicGroup.validateOffsetCommit`).
fn check_member(
    group: Option<&GroupRecord>,
    generation: i32,
    member_id: &StrBytes,
) -> Result<(), Refusal> {
    let simple = generation < 0;
    let Some(group) = group else {
        return if simple {
            Ok(())
        } else {
            Err(Refusal::IllegalGeneration)
        };
    };
    if simple && group.members.is_empty() {
        return Ok(());
    }
    if !group
        .members
        .iter()
        .any(|member| member.member_id == *member_id)
    {
        return Err(Refusal::UnknownMemberId);
    }
    if generation != group.generation {
        return Err(Refusal::IllegalGeneration);
    }
    Ok(())
}

fn stored(offset: &OffsetCommit, now: i64) -> StoredOffset {
    StoredOffset {
        partition: offset.partition,
        leader_epoch: offset.leader_epoch,
        offset: offset.offset,
        commit_timestamp: now,
        extras: OffsetExtras::new(&offset.metadata, offset.expire_timestamp),
    }
}

fn expire_group(shard: &mut TableShard, id: &StrBytes, now: i64, retention_ms: i64) {
    let Some(group) = shard.groups.get_mut(id) else {
        return;
    };
    let before = group.clone();
    let group = Arc::make_mut(group);
    group
        .offsets
        .retain(|_, offset| !before.is_expired(offset, now, retention_ms));
    if group.offsets.is_empty() {
        shard.groups.remove(id);
    }
}

/// A group without record and offsets does not exist.
pub(super) fn drop_if_empty(shard: &mut TableShard, id: &StrBytes) {
    let empty = |group: &Arc<GroupEntry>| group.record.is_none() && group.offsets.is_empty();
    if shard.groups.get(id).is_some_and(empty) {
        shard.groups.remove(id);
    }
}
