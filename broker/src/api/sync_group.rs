//! Kafka API: SyncGroup. A member asks for its assignment; the leader brings all of them.

use std::sync::Arc;

use bytes::Bytes;
use strandline_protocol::messages::{SyncGroupRequest, SyncGroupResponse};

use crate::coordinator::group::{SyncAnswer, SyncRequest, Token};
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

/// First version that tells type and name of the protocol (KIP-559).
const PROTOCOL_TYPE: i16 = 5;

/// Answers when the leader has assigned, or at once with an error.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: SyncGroupRequest,
) -> SyncGroupResponse {
    let resource = Resource::group(&request.group_id);
    let answer = match access::require(broker, context, Operation::Read, resource) {
        Ok(()) => {
            let key = broker
                .namespace
                .group_key(&context.tenant, &request.group_id);
            let make = |token| sync_request(&request, token);
            broker.groups.sync(&key, make).await
        }
        Err(error) => SyncAnswer::refused(error),
    };
    let tells_type = context.api_version >= PROTOCOL_TYPE;
    SyncGroupResponse {
        error_code: answer.error.code(),
        protocol_type: answer.protocol_type.filter(|_| tells_type),
        protocol_name: answer.protocol_name.filter(|_| tells_type),
        assignment: answer.assignment,
        ..SyncGroupResponse::default()
    }
}

/// Assignments are copied out of the frame: they live as long as the generation.
fn sync_request(request: &SyncGroupRequest, token: Token) -> SyncRequest {
    let assignments = request.assignments.iter().map(|given| {
        let assignment = Bytes::copy_from_slice(&given.assignment);
        (given.member_id.clone(), assignment)
    });
    SyncRequest {
        token,
        member_id: request.member_id.clone(),
        group_instance_id: request.group_instance_id.clone(),
        generation: request.generation_id,
        protocol_type: request.protocol_type.clone(),
        protocol_name: request.protocol_name.clone(),
        assignments: assignments.collect(),
    }
}
