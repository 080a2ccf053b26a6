//! DescribeCluster (key 60): who is there. The brokers' addresses are no secret: a client needs
//! them to be refused anywhere else.

use std::sync::Arc;

use strandline_metadata::{BrokerRegistration, Listener};
use strandline_protocol::ErrorCode;
use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::describe_cluster_request::DescribeClusterRequest;
use strandline_protocol::messages::describe_cluster_response::{
    DescribeClusterBroker, DescribeClusterResponse,
};

use crate::security::access::{self, OPERATIONS_NOT_ASKED};
use crate::security::{Operation, Resource};
use crate::server::{Broker, RequestContext};

/// Endpoint type of brokers.
const BROKERS: i8 = 1;
/// Endpoint type of controllers, which have no listener of their own here.
const CONTROLLERS: i8 = 2;

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    request: DescribeClusterRequest,
) -> DescribeClusterResponse {
    let endpoint_type = request.endpoint_type;
    let refused = |code: ErrorCode, text: String| DescribeClusterResponse {
        error_code: code.code(),
        error_message: Some(StrBytes::from(text)),
        endpoint_type: BROKERS,
        ..Default::default()
    };
    match endpoint_type {
        BROKERS => {}
        CONTROLLERS => {
            let text = "The request was sent to an endpoint of type BROKER, but we wanted an \
                        endpoint of type CONTROLLER";
            return refused(ErrorCode::MismatchedEndpointType, text.to_owned());
        }
        other => {
            let text = format!("Unsupported endpoint type {other}");
            return refused(ErrorCode::UnsupportedEndpointType, text);
        }
    }
    let topology = broker.metadata.topology();
    let brokers = topology.brokers.values();
    let brokers = brokers.filter_map(|registered| reachable(broker, context, registered));
    let operations = if request.include_cluster_authorized_operations {
        cluster_operations(broker, context)
    } else {
        OPERATIONS_NOT_ASKED
    };
    DescribeClusterResponse {
        endpoint_type,
        cluster_id: StrBytes::from(topology.cluster_id.to_string()),
        controller_id: topology.controller_id,
        brokers: brokers.collect(),
        cluster_authorized_operations: operations,
        ..Default::default()
    }
}

/// A broker at the address that clients of this listener use; none if it has no such listener.
fn reachable(
    broker: &Broker,
    context: &RequestContext,
    registered: &BrokerRegistration,
) -> Option<DescribeClusterBroker> {
    let (host, port) = if registered.broker_id == broker.node_id {
        let address = context.listener.advertised_to(context.local);
        (StrBytes::from(address.host), address.port)
    } else {
        let same = |listener: &&Listener| *listener.name == *context.listener.name;
        let listener = registered.listeners.iter().find(same)?;
        (listener.host.clone(), listener.port)
    };
    Some(DescribeClusterBroker {
        broker_id: registered.broker_id,
        host,
        port: i32::from(port),
        rack: registered.rack.clone(),
        is_fenced: false,
    })
}

/// What the principal may do to the cluster; nothing if it may not describe it.
fn cluster_operations(broker: &Broker, context: &RequestContext) -> i32 {
    if access::is_allowed(broker, context, Operation::Describe, Resource::CLUSTER) {
        access::authorized_operations(broker, context, Resource::CLUSTER)
    } else {
        0
    }
}
