//! Kafka API: DescribeGroups. State and members of classic groups.

use std::collections::HashSet;
use std::sync::Arc;

use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::describe_groups_response::{
    DescribedGroup, DescribedGroupMember,
};
use strandline_protocol::messages::{DescribeGroupsRequest, DescribeGroupsResponse};

use crate::coordinator::group::GroupState;
use crate::coordinator::{DescribedMember, GroupDescription};
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// First version that says that a group does not exist (KIP-1043). Before, it is `Dead`.
const GROUP_ID_NOT_FOUND: i16 = 6;

/// Answers for each group, once.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DescribeGroupsRequest,
) -> DescribeGroupsResponse {
    let mut seen = HashSet::new();
    let mut groups = request.groups;
    groups.retain(|group_id| seen.insert(group_id.clone()));
    let groups = groups.into_iter().map(|group_id| {
        let mut group = describe(broker, context, group_id);
        if request.include_authorized_operations && group.error_code == 0 {
            let resource = Resource::group(&group.group_id);
            group.authorized_operations = access::authorized_operations(broker, context, resource);
        }
        group
    });
    DescribeGroupsResponse {
        groups: groups.collect(),
        ..DescribeGroupsResponse::default()
    }
}

fn describe(broker: &Broker, context: &RequestContext, group_id: StrBytes) -> DescribedGroup {
    let resource = Resource::group(&group_id);
    let described =
        access::require(broker, context, Operation::Describe, resource).and_then(|()| {
            let key = broker.namespace.group_key(&context.tenant, &group_id);
            broker.groups.describe(&key)
        });
    match described {
        Ok(Some(description)) => found(group_id, description),
        Ok(None) => unknown(context.api_version, group_id),
        Err(error) => DescribedGroup {
            group_id,
            error_code: error.code(),
            ..DescribedGroup::default()
        },
    }
}

fn found(group_id: StrBytes, description: GroupDescription) -> DescribedGroup {
    let member = |member: DescribedMember| DescribedGroupMember {
        member_id: member.member_id,
        group_instance_id: member.group_instance_id,
        client_id: member.client_id,
        client_host: member.client_host,
        member_metadata: member.metadata,
        member_assignment: member.assignment,
    };
    DescribedGroup {
        group_id,
        group_state: description.state.name().into(),
        protocol_type: description.protocol_type,
        protocol_data: description.protocol_name,
        members: description.members.into_iter().map(member).collect(),
        ..DescribedGroup::default()
    }
}

fn unknown(version: i16, group_id: StrBytes) -> DescribedGroup {
    let says_so = version >= GROUP_ID_NOT_FOUND;
    let error = if says_so {
        ErrorCode::GroupIdNotFound
    } else {
        ErrorCode::None
    };
    DescribedGroup {
        error_code: error.code(),
        error_message: says_so.then(|| format!("Group {group_id} not found.").into()),
        group_id,
        group_state: GroupState::Dead.name().into(),
        ..DescribedGroup::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_group_is_dead_or_not_found_by_version() {
        for version in 0..=5 {
            let group = unknown(version, "g".into());
            assert_eq!((group.error_code, &*group.group_state), (0, "Dead"));
            assert_eq!(
                group.error_message, None,
                "versions before 6 cannot carry it"
            );
        }
        let group = unknown(6, "g".into());
        assert_eq!(group.error_code, ErrorCode::GroupIdNotFound.code());
        assert_eq!(group.error_message.as_deref(), Some("Group g not found."));
    }
}
