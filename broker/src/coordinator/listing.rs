//! Describing, listing and deleting groups.

use bytes::Bytes;
use strandline_metadata::records::DeleteGroup;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;

use super::group::{ClassicGroup, GroupState, Member};
use super::group_coordinator::GroupCoordinator;
use super::offsets::coordinator_error;
use super::options::GROUP_ID_BYTES_MAX;

/// A group as it is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDescription {
    /// Where it is.
    pub state: GroupState,
    /// Its kind; empty when no member ever joined.
    pub protocol_type: StrBytes,
    /// What members agreed on, while the group is stable.
    pub protocol_name: StrBytes,
    /// Its members, by id.
    pub members: Vec<DescribedMember>,
}

/// A member as it is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedMember {
    /// Its id.
    pub member_id: StrBytes,
    /// Its static id.
    pub group_instance_id: Option<StrBytes>,
    /// As the client calls itself.
    pub client_id: StrBytes,
    /// Where it connected from.
    pub client_host: StrBytes,
    /// Its metadata, while the group is stable.
    pub metadata: Bytes,
    /// Its assignment, while the group is stable.
    pub assignment: Bytes,
}

/// A line of a list of groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedGroup {
    /// Its key: the tenant's group id.
    pub group_id: StrBytes,
    /// Its kind.
    pub protocol_type: StrBytes,
    /// Where it is.
    pub state: GroupState,
}

impl GroupCoordinator {
    /// Describes a group; `None` when there is none.
    ///
    /// # Errors
    /// NOT_COORDINATOR.
    pub fn describe(&self, group_id: &str) -> Result<Option<GroupDescription>, ErrorCode> {
        let owned = self.owned(group_id)?;
        if let Some(slot) = owned.shard.groups.get(group_id) {
            return Ok(Some(description(&slot.group)));
        }
        let tables = self.inner().metadata.tables();
        if !tables.has_group(group_id) {
            return Ok(None);
        }
        let record = tables.group(group_id);
        Ok(Some(GroupDescription {
            state: GroupState::Empty,
            protocol_type: record
                .map(|record| record.protocol_type.clone())
                .unwrap_or_default(),
            protocol_name: StrBytes::default(),
            members: Vec::new(),
        }))
    }

    /// Every group of the shards that this broker owns: those in memory, and those that are a
    /// record or offsets only.
    pub fn list(&self) -> Vec<ListedGroup> {
        let tables = self.inner().metadata.tables();
        let mut listed = Vec::new();
        for number in self.shard_numbers() {
            let Ok(owned) = self.owned_number(number) else {
                continue;
            };
            for (group_id, slot) in &owned.shard.groups {
                listed.push(ListedGroup {
                    group_id: group_id.clone(),
                    protocol_type: slot.group.protocol_type().into(),
                    state: slot.group.state(),
                });
            }
            for group_id in tables.groups_of_shard(number) {
                if owned.shard.groups.contains_key(&group_id) {
                    continue;
                }
                let record = tables.group(&group_id);
                let protocol_type = record.map(|record| record.protocol_type.clone());
                listed.push(ListedGroup {
                    group_id,
                    protocol_type: protocol_type.unwrap_or_default(),
                    state: GroupState::Empty,
                });
            }
        }
        listed
    }

    /// Deletes a group without members, and its offsets.
    ///
    /// # Errors
    /// NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND, or why it could not be tried.
    pub async fn delete_group(&self, group_id: &str) -> Result<(), ErrorCode> {
        if group_id.len() > GROUP_ID_BYTES_MAX {
            return Err(ErrorCode::InvalidGroupId);
        }
        let (shard, shard_epoch) = loop {
            let behind = {
                let mut owned = self.owned(group_id)?;
                let slot = owned.shard.groups.get_mut(group_id);
                let behind = match slot {
                    Some(slot) if slot.group.state() != GroupState::Empty => {
                        return Err(ErrorCode::NonEmptyGroup);
                    }
                    Some(slot) => slot.when_durable(),
                    None => None,
                };
                match behind {
                    Some(behind) => behind,
                    None => {
                        // Ids that were given out and not used yet are of the group that goes.
                        self.close(&mut owned.shard, group_id, ErrorCode::GroupIdNotFound);
                        break (owned.number, owned.epoch);
                    }
                }
            };
            // An error is a group that was closed: the next look at it tells.
            let _ = behind.await;
        };
        let command = DeleteGroup {
            shard,
            shard_epoch,
            group_id: group_id.into(),
        };
        let result = self.inner().metadata.propose(command).await;
        result
            .map(|_| ())
            .map_err(|error| coordinator_error(&error))
    }
}

fn description(group: &ClassicGroup) -> GroupDescription {
    let stable = group.state() == GroupState::Stable;
    let protocol = group.protocol_name().filter(|_| stable);
    let member = |member: &Member| DescribedMember {
        member_id: member.member_id.clone(),
        group_instance_id: member.group_instance_id.clone(),
        client_id: member.client_id.clone(),
        client_host: member.client_host.clone(),
        metadata: protocol.map_or_else(Bytes::new, |protocol| member.metadata(protocol)),
        assignment: if stable {
            member.assignment.clone()
        } else {
            Bytes::new()
        },
    };
    GroupDescription {
        state: group.state(),
        protocol_type: group.protocol_type().into(),
        protocol_name: protocol.cloned().unwrap_or_default(),
        members: group.members().map(member).collect(),
    }
}
