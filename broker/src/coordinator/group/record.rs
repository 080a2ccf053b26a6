//! The group as it is kept in the metadata, and back.

use std::time::Duration;

use bytes::Bytes;
use strandline_metadata::records::{GroupMember, GroupMemberProtocol, GroupRecord};

use super::classic_group::ClassicGroup;
use super::event::Protocol;
use super::member::Member;
use super::options::GroupOptions;
use super::state::GroupState;

const EMPTY: i8 = 0;
const COMPLETING: i8 = 1;
const STABLE: i8 = 2;

impl ClassicGroup {
    /// The record of this moment. `timestamp` is the wall-clock time in milliseconds, from which
    /// the retention of an empty group's offsets counts. Called for [`Effect::Persist`] only: a
    /// group in `PreparingRebalance` is what it was persisted as before.
    ///
    /// [`Effect::Persist`]: super::Effect::Persist
    pub fn to_record(&self, timestamp: i64) -> GroupRecord {
        let state = match self.state {
            GroupState::Empty | GroupState::Dead => EMPTY,
            GroupState::CompletingRebalance => COMPLETING,
            GroupState::Stable | GroupState::PreparingRebalance => STABLE,
        };
        GroupRecord {
            group_id: self.group_id.clone(),
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            protocol_name: self.protocol_name.clone(),
            generation: self.generation,
            state,
            leader: self.leader.clone(),
            members: self.members.values().map(member_record).collect(),
            state_timestamp: timestamp,
        }
    }

    /// The group that a record tells of, at monotonic time `now`: sessions start again, and so
    /// does the wait for members that did not sync.
    pub fn from_record(record: &GroupRecord, options: GroupOptions, now: Duration) -> Self {
        let mut group = Self::new(record.group_id.detached(), options);
        group.generation = record.generation;
        group.protocol_name = record.protocol_name.as_ref().map(|name| name.detached());
        group.leader = record.leader.as_ref().map(|leader| leader.detached());
        if !record.protocol_type.is_empty() {
            group.protocol_type = Some(record.protocol_type.detached());
        }
        let completing = record.state == COMPLETING;
        for stored in &record.members {
            let mut member = member(stored);
            member.deadline = now + member.session_timeout;
            member.pending_sync = completing;
            group.wake_by(member.deadline);
            group.insert_member(member);
        }
        group.state = match (group.members.is_empty(), completing) {
            (true, _) => GroupState::Empty,
            (false, true) => GroupState::CompletingRebalance,
            (false, false) => GroupState::Stable,
        };
        if group.state == GroupState::CompletingRebalance {
            let deadline = now + group.rebalance_timeout();
            group.sync_deadline = Some(deadline);
            group.wake_by(deadline);
        }
        group
    }
}

fn member_record(member: &Member) -> GroupMember {
    let offered = member.protocols.iter().map(|protocol| GroupMemberProtocol {
        name: protocol.name.clone(),
        metadata: protocol.metadata.clone(),
    });
    GroupMember {
        member_id: member.member_id.clone(),
        group_instance_id: member.group_instance_id.clone(),
        client_id: member.client_id.clone(),
        client_host: member.client_host.clone(),
        session_timeout_ms: millis(member.session_timeout),
        rebalance_timeout_ms: millis(member.rebalance_timeout),
        protocols: offered.collect(),
        assignment: member.assignment.clone(),
    }
}

/// Strings and bytes are copied: those of a record may be slices of a whole snapshot.
fn member(stored: &GroupMember) -> Member {
    let protocols = stored.protocols.iter().map(|offered| Protocol {
        name: offered.name.detached(),
        metadata: Bytes::copy_from_slice(&offered.metadata),
    });
    Member {
        member_id: stored.member_id.detached(),
        group_instance_id: stored.group_instance_id.as_ref().map(|id| id.detached()),
        client_id: stored.client_id.detached(),
        client_host: stored.client_host.detached(),
        session_timeout: duration(stored.session_timeout_ms),
        rebalance_timeout: duration(stored.rebalance_timeout_ms),
        protocols: protocols.collect(),
        assignment: Bytes::copy_from_slice(&stored.assignment),
        awaiting_join: None,
        awaiting_sync: None,
        is_new: false,
        pending_sync: false,
        deadline: Duration::MAX,
    }
}

fn millis(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}

fn duration(millis: i32) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}
