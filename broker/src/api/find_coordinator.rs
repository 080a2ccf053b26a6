//! Kafka API: FindCoordinator. Which broker coordinates a group or a transactional id.
//!
//! Both hash into the coordinator shards, whose owners are in the image. Transactions are not
//! built yet; a transactional producer is sent to the shard's owner all the same, so that it gets
//! its final answer there (see [`init_producer_id`](super::init_producer_id)) and does not search
//! for ever. There are no share coordinators.

use std::sync::Arc;

use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::find_coordinator_response::Coordinator;
use strandline_protocol::messages::{FindCoordinatorRequest, FindCoordinatorResponse};

use super::metadata::address;
use crate::security::{Operation, Resource, access};
use crate::server::{Broker, RequestContext};

const GROUP: i8 = 0;
const TRANSACTION: i8 = 1;

/// First version with a list of keys.
const BATCHED: i16 = 4;

/// Answers for each key.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: FindCoordinatorRequest,
) -> FindCoordinatorResponse {
    if context.api_version >= BATCHED {
        let keys = request.coordinator_keys.into_iter();
        return FindCoordinatorResponse {
            coordinators: keys
                .map(|key| find(broker, context, request.key_type, key))
                .collect(),
            ..FindCoordinatorResponse::default()
        };
    }
    let found = find(broker, context, request.key_type, request.key);
    FindCoordinatorResponse {
        error_code: found.error_code,
        error_message: found.error_message,
        node_id: found.node_id,
        host: found.host,
        port: found.port,
        ..FindCoordinatorResponse::default()
    }
}

fn find(broker: &Broker, context: &RequestContext, key_type: i8, key: StrBytes) -> Coordinator {
    let resource = match key_type {
        GROUP => Resource::group(&key),
        TRANSACTION => Resource::transactional_id(&key),
        _ => return refused(key, ErrorCode::InvalidRequest),
    };
    if let Err(error) = access::require(broker, context, Operation::Describe, resource) {
        return refused(key, error);
    }
    let topology = broker.metadata.topology();
    let group_key = broker.namespace.group_key(&context.tenant, &key);
    let (_, owner) = topology.coordinator(&group_key);
    let registration = topology.brokers.get(&owner.broker_id);
    let Some(address) = registration.and_then(|found| address(broker, context, found)) else {
        return refused(key, ErrorCode::CoordinatorNotAvailable);
    };
    Coordinator {
        key,
        node_id: owner.broker_id,
        host: address.host.into(),
        port: address.port.into(),
        ..Coordinator::default()
    }
}

fn refused(key: StrBytes, error: ErrorCode) -> Coordinator {
    Coordinator {
        key,
        node_id: -1,
        port: -1,
        error_code: error.code(),
        error_message: Some(error.message().into()),
        ..Coordinator::default()
    }
}
