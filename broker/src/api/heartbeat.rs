//! Kafka API: Heartbeat. A member says that it is there, and learns when it has to rejoin.

use std::sync::Arc;

use strandline_protocol::messages::{HeartbeatRequest, HeartbeatResponse};

use crate::coordinator::MemberIdentity;
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// Answers at once.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: HeartbeatRequest,
) -> HeartbeatResponse {
    let resource = Resource::group(&request.group_id);
    let result = access::require(broker, context, Operation::Read, resource).and_then(|()| {
        let key = broker
            .namespace
            .group_key(&context.tenant, &request.group_id);
        let member = MemberIdentity {
            member_id: &request.member_id,
            group_instance_id: request.group_instance_id.as_deref(),
            generation: request.generation_id,
        };
        broker.groups.heartbeat(&key, member)
    });
    HeartbeatResponse {
        error_code: result.err().map_or(0, |error| error.code()),
        ..HeartbeatResponse::default()
    }
}
