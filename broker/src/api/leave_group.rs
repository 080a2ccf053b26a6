//! Kafka API: LeaveGroup. Members go, or an administrator removes them.

use std::sync::Arc;

use strandline_protocol::ErrorCode;
use strandline_protocol::messages::leave_group_request::MemberIdentity;
use strandline_protocol::messages::leave_group_response::MemberResponse;
use strandline_protocol::messages::{LeaveGroupRequest, LeaveGroupResponse};

use crate::coordinator::group::{LeaveRequest, LeavingMember};
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// First version with several members, each with its own error.
const BATCHED: i16 = 3;

/// Answers when the members are gone.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: LeaveGroupRequest,
) -> LeaveGroupResponse {
    let members = if context.api_version >= BATCHED {
        request.members
    } else {
        vec![MemberIdentity {
            member_id: request.member_id,
            ..MemberIdentity::default()
        }]
    };
    let resource = Resource::group(&request.group_id);
    let result = match access::require(broker, context, Operation::Read, resource) {
        Ok(()) => {
            let key = broker
                .namespace
                .group_key(&context.tenant, &request.group_id);
            let leaving = members.iter().map(leaving).collect();
            let make = |token| LeaveRequest {
                token,
                members: leaving,
            };
            broker.groups.leave(&key, make).await
        }
        Err(error) => Err(error),
    };
    response(context.api_version, members, result)
}

fn leaving(member: &MemberIdentity) -> LeavingMember {
    LeavingMember {
        member_id: member.member_id.clone(),
        group_instance_id: member.group_instance_id.clone(),
    }
}

fn response(
    version: i16,
    members: Vec<MemberIdentity>,
    result: Result<Vec<ErrorCode>, ErrorCode>,
) -> LeaveGroupResponse {
    let codes = match result {
        Ok(codes) => codes,
        // Nobody is a member of a group that does not exist.
        Err(ErrorCode::UnknownMemberId) => vec![ErrorCode::UnknownMemberId; members.len()],
        Err(error) => {
            return LeaveGroupResponse {
                error_code: error.code(),
                ..LeaveGroupResponse::default()
            };
        }
    };
    if version < BATCHED {
        return LeaveGroupResponse {
            error_code: codes.first().map_or(0, |code| code.code()),
            ..LeaveGroupResponse::default()
        };
    }
    let answered = members
        .into_iter()
        .zip(codes)
        .map(|(member, code)| MemberResponse {
            member_id: member.member_id,
            group_instance_id: member.group_instance_id,
            error_code: code.code(),
        });
    LeaveGroupResponse {
        members: answered.collect(),
        ..LeaveGroupResponse::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str) -> MemberIdentity {
        MemberIdentity {
            member_id: id.into(),
            ..MemberIdentity::default()
        }
    }

    #[test]
    fn leave_answers_the_only_member_of_old_versions_at_the_top() {
        let answer = response(2, vec![member("m")], Ok(vec![ErrorCode::FencedInstanceId]));
        assert_eq!(answer.error_code, ErrorCode::FencedInstanceId.code());
        assert!(answer.members.is_empty());
        let unknown = response(1, vec![member("m")], Err(ErrorCode::UnknownMemberId));
        assert_eq!(unknown.error_code, ErrorCode::UnknownMemberId.code());
    }

    #[test]
    fn leave_answers_each_member_of_new_versions() {
        let codes = vec![ErrorCode::None, ErrorCode::UnknownMemberId];
        let answer = response(3, vec![member("a"), member("b")], Ok(codes));
        let rows = answer.members.iter().map(|m| (&*m.member_id, m.error_code));
        assert!(rows.eq([("a", 0), ("b", 25)]));
        let unknown = response(
            5,
            vec![member("a"), member("b")],
            Err(ErrorCode::UnknownMemberId),
        );
        assert_eq!((unknown.error_code, unknown.members.len()), (0, 2));
        let refused = response(5, vec![member("a")], Err(ErrorCode::NotCoordinator));
        assert_eq!((refused.error_code, refused.members.len()), (16, 0));
    }
}
