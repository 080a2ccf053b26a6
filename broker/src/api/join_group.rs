//! Kafka API: JoinGroup. A member asks for the next generation of its group.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::join_group_response::JoinGroupResponseMember;
use strandline_protocol::messages::{JoinGroupRequest, JoinGroupResponse};

use crate::coordinator::GroupCoordinator;
use crate::coordinator::group::{JoinAnswer, JoinRequest, Protocol, Token};
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext, random_bytes};

/// First version in which a new dynamic member is told its id first (KIP-394).
const KNOWN_MEMBER_ID: i16 = 4;
/// First version that tells the protocol type, and may tell no protocol (KIP-559).
const PROTOCOL_TYPE: i16 = 7;
/// First version in which a leader can be told not to assign (KIP-814).
const SKIP_ASSIGNMENT: i16 = 9;

/// Answers when the generation begins, or at once with an error.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: JoinGroupRequest,
) -> JoinGroupResponse {
    let member_id = request.member_id.clone();
    let resource = Resource::group(&request.group_id);
    let checked = access::require(broker, context, Operation::Read, resource)
        .and_then(|()| GroupCoordinator::validate_group_id(&request.group_id))
        .and_then(|()| {
            let allowed = &broker.groups.options().session_timeout_ms;
            let fits = allowed.contains(&request.session_timeout_ms);
            fits.then_some(()).ok_or(ErrorCode::InvalidSessionTimeout)
        });
    let answer = match checked {
        Ok(()) => {
            let key = broker
                .namespace
                .group_key(&context.tenant, &request.group_id);
            let make = |token| join_request(context, &request, token);
            broker.groups.join(&key, make).await
        }
        Err(error) => JoinAnswer::refused(error, member_id),
    };
    response(context.api_version, answer)
}

/// Strings and bytes are copied out of the frame: a member lives longer than its request.
fn join_request(context: &RequestContext, request: &JoinGroupRequest, token: Token) -> JoinRequest {
    let version = context.api_version;
    let instance = request.group_instance_id.as_ref().map(|id| id.detached());
    // Version 0 has one timeout for both.
    let rebalance_timeout_ms = match request.rebalance_timeout_ms {
        timeout if version == 0 || timeout < 0 => request.session_timeout_ms,
        timeout => timeout,
    };
    let protocols = request.protocols.iter().map(|protocol| Protocol {
        name: protocol.name.detached(),
        metadata: Bytes::copy_from_slice(&protocol.metadata),
    });
    JoinRequest {
        token,
        member_id: request.member_id.detached(),
        new_member_id: new_member_id(
            instance
                .as_deref()
                .unwrap_or_else(|| context.client_id_str()),
        ),
        group_instance_id: instance,
        client_id: context.client_id_str().into(),
        client_host: client_host(context.peer.ip()),
        session_timeout: millis(request.session_timeout_ms),
        rebalance_timeout: millis(rebalance_timeout_ms),
        protocol_type: request.protocol_type.detached(),
        protocols: protocols.collect(),
        requires_known_member_id: version >= KNOWN_MEMBER_ID,
        supports_skip_assignment: version >= SKIP_ASSIGNMENT,
    }
}

fn response(version: i16, answer: JoinAnswer) -> JoinGroupResponse {
    let tells_type = version >= PROTOCOL_TYPE;
    let members = answer
        .members
        .into_iter()
        .map(|member| JoinGroupResponseMember {
            member_id: member.member_id,
            group_instance_id: member.group_instance_id,
            metadata: member.metadata,
        });
    JoinGroupResponse {
        error_code: answer.error.code(),
        generation_id: answer.generation,
        protocol_type: answer.protocol_type.filter(|_| tells_type),
        protocol_name: answer
            .protocol_name
            .or_else(|| (!tells_type).then(StrBytes::default)),
        leader: answer.leader,
        skip_assignment: answer.skip_assignment,
        member_id: answer.member_id,
        members: members.collect(),
        ..JoinGroupResponse::default()
    }
}

/// `prefix` and a random UUID, as Kafka makes them: tools and logs show who it is.
fn new_member_id(prefix: &str) -> StrBytes {
    let mut random = random_bytes::<16>();
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let mut id = String::with_capacity(prefix.len() + 37);
    id.push_str(prefix);
    for (index, byte) in random.iter().enumerate() {
        if matches!(index, 0 | 4 | 6 | 8 | 10) {
            id.push('-');
        }
        write!(id, "{byte:02x}").expect("a string takes everything");
    }
    id.into()
}

/// As Java shows an address that has no name.
fn client_host(ip: IpAddr) -> StrBytes {
    format!("/{}", ip.to_canonical()).into()
}

fn millis(millis: i32) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_member_ids_are_the_prefix_and_a_random_uuid() {
        let (one, two) = (new_member_id("client"), new_member_id("client"));
        assert_ne!(one, two);
        let uuid = one.strip_prefix("client-").unwrap();
        assert_eq!((uuid.len(), uuid.matches('-').count()), (36, 4));
        assert_eq!(&uuid[14..15], "4");
        assert!(uuid.chars().all(|c| c == '-' || c.is_ascii_hexdigit()));
    }

    #[test]
    fn client_hosts_look_as_in_java() {
        let host = |text: &str| client_host(text.parse().unwrap());
        assert_eq!(host("10.1.2.3"), "/10.1.2.3");
        assert_eq!(host("::ffff:10.1.2.3"), "/10.1.2.3");
        assert_eq!(host("::1"), "/::1");
    }

    #[test]
    fn refusals_can_be_encoded_in_every_version() {
        use strandline_protocol::codec::{Message, Writer};
        for version in JoinGroupResponse::VERSIONS {
            let refused = JoinAnswer::refused(ErrorCode::MemberIdRequired, "m".into());
            let response = response(version, refused);
            let mut writer = Writer::new();
            response.encode(&mut writer, version).unwrap();
        }
    }
}
