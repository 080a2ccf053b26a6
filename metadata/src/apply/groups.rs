//! Group records.

use std::sync::Arc;

use super::Image;
use super::offsets::check_shard;
use crate::image::tables::group_shard;
use crate::outcome::{Outcome, Refusal, Reply};
use crate::records::{DeleteGroup, PutGroup};

impl Image {
    /// I13: generations only grow.
    pub(super) fn put_group(&mut self, command: PutGroup) -> Outcome {
        let record = command.group;
        check_shard(command.shard, &record.group_id)?;
        self.tables.change(group_shard(&record.group_id), |shard| {
            let group = shard.groups.get(&record.group_id);
            let current = group.and_then(|group| group.record.as_ref());
            if current.is_some_and(|current| record.generation < current.generation) {
                return Err(Refusal::IllegalGeneration);
            }
            let group = shard.groups.entry(record.group_id.clone()).or_default();
            Arc::make_mut(group).record = Some(Arc::new(record));
            Ok(Reply::Done)
        })
    }

    pub(super) fn delete_group(&mut self, command: &DeleteGroup) -> Outcome {
        check_shard(command.shard, &command.group_id)?;
        self.tables.change(group_shard(&command.group_id), |shard| {
            let group = shard
                .groups
                .get(&command.group_id)
                .ok_or(Refusal::GroupIdNotFound)?;
            if group
                .record
                .as_ref()
                .is_some_and(|record| !record.members.is_empty())
            {
                return Err(Refusal::NonEmptyGroup);
            }
            shard.groups.remove(&command.group_id);
            Ok(Reply::Done)
        })
    }
}
