//! LeaveGroup (`GroupMetadataManager.classicGroupLeaveToClassicGroup`).

use std::time::Duration;

use strandline_protocol::ErrorCode;

use super::classic_group::ClassicGroup;
use super::event::{Answer, Effect, LeaveRequest, LeavingMember};
use super::state::GroupState;

impl ClassicGroup {
    pub(super) fn leave(
        &mut self,
        now: Duration,
        request: &LeaveRequest,
        effects: &mut Vec<Effect>,
    ) {
        if self.state == GroupState::Dead {
            let answer = Answer::Leave(Err(ErrorCode::CoordinatorNotAvailable));
            return effects.push(Effect::Reply(request.token, answer));
        }
        let members = request.members.iter();
        let codes: Vec<ErrorCode> = members
            .map(|leaving| self.leave_one(leaving, effects))
            .collect();
        if codes.iter().any(|code| code.is_none()) && self.state != GroupState::Empty {
            self.rebalance_or_complete_join(now, effects);
        }
        effects.push(Effect::Reply(request.token, Answer::Leave(Ok(codes))));
    }

    fn leave_one(&mut self, leaving: &LeavingMember, effects: &mut Vec<Effect>) -> ErrorCode {
        let instance = leaving.group_instance_id.as_ref();
        if leaving.member_id.is_empty() {
            // An administrator removes a static member, whoever it is now.
            let Some(current) = instance.and_then(|id| self.static_members.get(id)).cloned() else {
                return ErrorCode::UnknownMemberId;
            };
            self.remove_member(&current, effects);
            return ErrorCode::None;
        }
        if self.remove_pending_member(&leaving.member_id) {
            return ErrorCode::None;
        }
        let valid = self.validate_member(&leaving.member_id, instance.map(|id| id.as_str()));
        match valid {
            Ok(()) => {
                self.remove_member(&leaving.member_id, effects);
                ErrorCode::None
            }
            Err(error) => error,
        }
    }
}
