//! Committed offsets: who may commit, and what is kept for how long.

use std::sync::Arc;

use strandline_metadata::records::{
    CommitOffsets, DeleteOffsets, DeleteOffsetsTopic, ExpireOffsets, OffsetCommitTopic,
};
use strandline_metadata::{CommittedOffset, ProposeError, Refusal, Reply, Tables};
use strandline_protocol::codec::{StrBytes, Uuid};
use strandline_protocol::{ErrorCode, TopicPartition};

use super::group::GroupState;
use super::group_coordinator::{GroupCoordinator, Inner, MemberIdentity, Shard};
use super::options::GROUP_ID_BYTES_MAX;

/// Why nothing was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The group is not known, and the commit names a generation.
    #[error("the group does not exist")]
    UnknownGroup,
    /// Kafka's code for the whole request.
    #[error("{0}")]
    Code(ErrorCode),
}

impl From<ErrorCode> for CommitError {
    fn from(code: ErrorCode) -> Self {
        Self::Code(code)
    }
}

/// A partition whose offset somebody wants to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedOffset {
    /// The topic's name.
    pub topic: StrBytes,
    /// The topic's id.
    pub topic_id: Uuid,
    /// Its partitions.
    pub partitions: Vec<i32>,
}

impl GroupCoordinator {
    /// Commits offsets, all or none, but for partitions that are gone: these are returned.
    ///
    /// The group id may be empty, as it was for the first consumers.
    ///
    /// # Errors
    /// When the group does not let this member commit now. Checked here and again in `apply`.
    pub async fn commit_offsets(
        &self,
        group_id: &str,
        member: MemberIdentity<'_>,
        topics: Vec<OffsetCommitTopic>,
    ) -> Result<Vec<TopicPartition>, CommitError> {
        if group_id.len() > GROUP_ID_BYTES_MAX {
            return Err(ErrorCode::InvalidGroupId.into());
        }
        let (shard, shard_epoch) = loop {
            let behind = {
                let mut owned = self.owned(group_id)?;
                self.validate_commit(&mut owned.shard, group_id, member)?;
                // What was promised to members first: then `apply` sees them as we do.
                let slot = owned.shard.groups.get_mut(group_id);
                match slot.and_then(|slot| slot.when_durable()) {
                    None => break (owned.number, owned.epoch),
                    Some(behind) => behind,
                }
            };
            // An error is a group that was closed: the next look at it tells.
            let _ = behind.await;
        };
        if topics.is_empty() {
            return Ok(Vec::new());
        }
        let command = CommitOffsets {
            shard,
            shard_epoch,
            group_id: group_id.into(),
            generation_id: member.generation,
            member_id: member.member_id.into(),
            topics,
        };
        match self.inner().metadata.propose(command).await {
            Ok(Reply::OffsetsCommitted { unknown }) => Ok(unknown),
            Ok(_) => Ok(Vec::new()),
            Err(error) => Err(commit_error(&error).into()),
        }
    }

    fn validate_commit(
        &self,
        shard: &mut Shard,
        group_id: &str,
        member: MemberIdentity<'_>,
    ) -> Result<(), CommitError> {
        let MemberIdentity {
            member_id,
            group_instance_id,
            generation,
        } = member;
        if let Some(slot) = shard.groups.get_mut(group_id) {
            let now = self.inner().clock.monotonic();
            let group = &mut slot.group;
            return Ok(group.validate_commit(now, member_id, group_instance_id, generation)?);
        }
        // What is not in memory has no members.
        if generation < 0 {
            return Ok(());
        }
        let known = self.inner().metadata.tables().has_group(group_id);
        Err(if known {
            ErrorCode::UnknownMemberId.into()
        } else {
            CommitError::UnknownGroup
        })
    }

    /// The offset that a group committed for a partition.
    ///
    /// # Errors
    /// NOT_COORDINATOR.
    pub fn committed_offset(
        &self,
        group_id: &str,
        topic_id: &Uuid,
        partition: i32,
    ) -> Result<Option<CommittedOffset>, ErrorCode> {
        drop(self.owned(group_id)?);
        Ok(self
            .inner()
            .metadata
            .tables()
            .committed_offset(group_id, topic_id, partition))
    }

    /// Everything that a group committed, by topic and partition.
    ///
    /// # Errors
    /// NOT_COORDINATOR.
    pub fn committed_offsets(
        &self,
        group_id: &str,
    ) -> Result<Vec<(TopicPartition, CommittedOffset)>, ErrorCode> {
        drop(self.owned(group_id)?);
        Ok(self.inner().metadata.tables().offsets(group_id))
    }

    /// Forgets committed offsets. Those of a topic that a member consumes stay: the result has
    /// GROUP_SUBSCRIBED_TO_TOPIC or no error for each topic, in the order of the request.
    ///
    /// # Errors
    /// The code for the whole request.
    pub async fn delete_offsets(
        &self,
        group_id: &str,
        topics: &[DeletedOffset],
    ) -> Result<Vec<ErrorCode>, ErrorCode> {
        Self::validate_group_id(group_id)?;
        let mut codes = vec![ErrorCode::None; topics.len()];
        let (shard, shard_epoch) = {
            let owned = self.owned(group_id)?;
            if let Some(slot) = owned.shard.groups.get(group_id) {
                slot.group.validate_offset_delete()?;
                for (topic, code) in topics.iter().zip(&mut codes) {
                    if slot.group.is_subscribed_to(&topic.topic) {
                        *code = ErrorCode::GroupSubscribedToTopic;
                    }
                }
            } else if !self.inner().metadata.tables().has_group(group_id) {
                return Err(ErrorCode::GroupIdNotFound);
            }
            (owned.number, owned.epoch)
        };
        let deleted = topics.iter().zip(&codes).filter(|(_, code)| code.is_none());
        let topics: Vec<DeleteOffsetsTopic> = deleted
            .map(|(topic, _)| DeleteOffsetsTopic {
                topic_id: topic.topic_id,
                partitions: topic.partitions.clone(),
            })
            .collect();
        if topics.is_empty() {
            return Ok(codes);
        }
        let command = DeleteOffsets {
            shard,
            shard_epoch,
            group_id: group_id.into(),
            topics,
        };
        match self.inner().metadata.propose(command).await {
            // A group that never committed has nothing to forget.
            Ok(_) | Err(ProposeError::Refused(Refusal::GroupIdNotFound)) => Ok(codes),
            Err(error) => Err(coordinator_error(&error)),
        }
    }

    /// Forgets offsets of groups without members that are older than the retention.
    pub(super) async fn expire_offsets(&self) {
        let inner = self.inner();
        let retention = inner.options.offsets_retention.as_millis();
        let retention_ms = i64::try_from(retention).unwrap_or(i64::MAX);
        let stamp_ms = inner.metadata.cluster_time_ms();
        let Some(now) = inner.deletion_clock.now_ms(stamp_ms) else {
            return;
        };
        for shard in self.shard_numbers() {
            let tables = inner.metadata.tables();
            if !tables.has_expired_offsets(shard, now, retention_ms) {
                continue;
            }
            let owned = self.owned_number(shard).ok();
            let idle = owned.filter(|owned| !is_gathering(&owned.shard, tables));
            let Some(shard_epoch) = idle.map(|owned| owned.epoch) else {
                continue;
            };
            let command = ExpireOffsets {
                shard,
                shard_epoch,
                retention_ms,
            };
            if let Err(error) = inner.metadata.propose(command).await {
                tracing::warn!(shard, %error, "failed to expire offsets");
            }
        }
    }
}

/// Whether a group with offsets has members of which its record does not tell yet: it is not
/// empty, as in Kafka, but `apply` would take it for that.
fn is_gathering(shard: &Shard, tables: &Tables) -> bool {
    shard.groups.iter().any(|(id, slot)| {
        !matches!(slot.group.state(), GroupState::Empty | GroupState::Dead)
            && tables.has_group(id)
            && tables
                .group(id)
                .is_none_or(|record| record.members.is_empty())
    })
}

/// Looks for expired offsets from time to time. Proposes nothing when there are none.
pub(super) async fn expire(inner: Arc<Inner>) {
    let coordinator = GroupCoordinator::from_inner(inner);
    loop {
        tokio::time::sleep(coordinator.options().retention_check_interval).await;
        coordinator.expire_offsets().await;
    }
}

/// Kafka's code for a proposal about a group that was not carried out.
pub(super) fn coordinator_error(error: &ProposeError) -> ErrorCode {
    match error {
        ProposeError::Refused(
            refusal @ (Refusal::NotCoordinator
            | Refusal::GroupIdNotFound
            | Refusal::NonEmptyGroup
            | Refusal::UnknownMemberId
            | Refusal::IllegalGeneration),
        ) => refusal.error_code(),
        ProposeError::Refused(_) | ProposeError::TooLarge { .. } => ErrorCode::UnknownServerError,
        // Not led, stopped: clients look for the coordinator again.
        _ => ErrorCode::CoordinatorNotAvailable,
    }
}

fn commit_error(error: &ProposeError) -> ErrorCode {
    match error {
        ProposeError::TooLarge { .. } => ErrorCode::InvalidCommitOffsetSize,
        error => coordinator_error(error),
    }
}
