//! ListPartitionReassignments (key 46): which partitions are moving between brokers. There is no
//! command yet that moves one, so what is asked for is checked and none is.

use std::sync::Arc;

use strandline_protocol::codec::StrBytes;
use strandline_protocol::messages::list_partition_reassignments_request::ListPartitionReassignmentsRequest;
use strandline_protocol::messages::list_partition_reassignments_response::ListPartitionReassignmentsResponse;

use crate::security::access;
use crate::security::{Operation, Resource};
use crate::server::{Broker, RequestContext};

/// Handles the request.
pub async fn handle(
    broker: &Arc<Broker>,
    context: &RequestContext,
    _request: ListPartitionReassignmentsRequest,
) -> ListPartitionReassignmentsResponse {
    match access::require(broker, context, Operation::Describe, Resource::CLUSTER) {
        Ok(()) => ListPartitionReassignmentsResponse::default(),
        Err(code) => ListPartitionReassignmentsResponse {
            error_code: code.code(),
            error_message: Some(StrBytes::from(code.message())),
            ..Default::default()
        },
    }
}
