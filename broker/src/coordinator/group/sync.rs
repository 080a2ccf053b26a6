//! SyncGroup (`GroupMetadataManager.classicGroupSyncToClassicGroup`).

use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;

use super::classic_group::{ClassicGroup, refuse_sync};
use super::event::{Answer, Effect, SyncAnswer, SyncRequest};
use super::state::GroupState;

impl ClassicGroup {
    pub(super) fn sync(&mut self, now: Duration, request: SyncRequest, effects: &mut Vec<Effect>) {
        if let Err(error) = self.validate_sync(&request) {
            return refuse_sync(request.token, error, effects);
        }
        let Some(member) = self.members.get_mut(&request.member_id) else {
            return refuse_sync(request.token, ErrorCode::UnknownMemberId, effects);
        };
        member.pending_sync = false;
        if self.state == GroupState::CompletingRebalance {
            // A request that waits already comes from a connection that the client has given up.
            if let Some(token) = member.awaiting_sync.replace(request.token) {
                refuse_sync(token, ErrorCode::RebalanceInProgress, effects);
            }
            if self.is_leader(&request.member_id) {
                self.take_assignments(request.assignments);
                self.transition(GroupState::Stable);
                effects.push(Effect::Persist);
                self.hand_out(now, effects);
            }
        } else {
            let answer = self.assignment_of(&request.member_id);
            effects.push(Effect::Reply(request.token, Answer::Sync(answer)));
            self.refresh_session(now, &request.member_id);
        }
        if !self.members.values().any(|member| member.pending_sync) {
            self.sync_deadline = None;
        }
    }

    fn validate_sync(&self, request: &SyncRequest) -> Result<(), ErrorCode> {
        if self.state == GroupState::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        self.validate_member(&request.member_id, request.group_instance_id.as_deref())?;
        if request.generation != self.generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        let differs = |theirs: &Option<StrBytes>, ours: &Option<StrBytes>| matches!((theirs, ours), (Some(theirs), Some(ours)) if theirs != ours);
        if differs(&request.protocol_type, &self.protocol_type)
            || differs(&request.protocol_name, &self.protocol_name)
        {
            return Err(ErrorCode::InconsistentGroupProtocol);
        }
        match self.state {
            GroupState::Empty => Err(ErrorCode::UnknownMemberId),
            GroupState::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    /// Whom the leader gave nothing gets an empty assignment; whom the group does not know, none.
    fn take_assignments(&mut self, assignments: Vec<(StrBytes, Bytes)>) {
        for (member_id, assignment) in assignments {
            self.assign(&member_id, assignment);
        }
    }

    fn hand_out(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let ids: Vec<StrBytes> = self.members.keys().cloned().collect();
        for member_id in &ids {
            let member = self.members.get_mut(member_id);
            if let Some(token) = member.and_then(|member| member.awaiting_sync.take()) {
                let answer = self.assignment_of(member_id);
                effects.push(Effect::Reply(token, Answer::Sync(answer)));
                self.refresh_session(now, member_id);
            }
        }
    }

    fn assignment_of(&self, member_id: &str) -> SyncAnswer {
        let member = self.members.get(member_id);
        SyncAnswer {
            error: ErrorCode::None,
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol_name.clone(),
            assignment: member
                .map(|member| member.assignment.clone())
                .unwrap_or_default(),
        }
    }
}
